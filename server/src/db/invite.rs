//! Invite codes, with which people can sign up on an instance that is not open to all.

use super::{Cursor, Db, on};
use app::protocol::{Invite, Timestamp, UserId};
use sqlx::FromRow;
use uuid::Uuid;

/// Takes one use of a code, if it is valid at this instant and has one left: `$1` is the normalised code, `$2` now.
/// Runs in the transaction that creates the account, so that a failed sign-up does not consume a use.
pub const TAKE_INVITE: &str = "UPDATE invites SET uses_left = uses_left - 1
    WHERE code = $1 AND uses_left > 0 AND (expires_at IS NULL OR expires_at > $2)";

/// The alphabet of invite codes: Crockford's base 32, which leaves out letters that are mistaken for others.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Length of a code in characters, without hyphens: 60 bits.
pub const CODE_CHARS: usize = 12;

/// Normalises a code, however it was written down: upper case, without spaces and hyphens, and with digits for O, I and
/// L, which are mistaken for them.
pub fn normalise_invite(code: &str) -> String {
    let letters = code.chars().filter(|c| c.is_alphanumeric()).take(64);
    letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// Formats a stored code in groups of four.
pub fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// An invite to be stored.
#[derive(Debug)]
pub struct InviteRecord<'a> {
    /// Normalised code.
    pub code: &'a str,
    /// A note on who it is for.
    pub note: &'a str,
    /// Number of accounts that can be created with it.
    pub uses: u32,
    /// The admin's account; `None` for the operator's token.
    pub created_by: Option<UserId>,
    /// Time of expiry.
    pub expires_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct InviteRow {
    id: Uuid,
    code: String,
    note: String,
    uses_left: i64,
    created_at: i64,
    expires_at: Option<i64>,
}

impl From<InviteRow> for Invite {
    fn from(row: InviteRow) -> Self {
        Self {
            id: row.id.to_string(),
            code: grouped(&row.code),
            note: row.note,
            uses_left: u32::try_from(row.uses_left).unwrap_or(0),
            created_at: Timestamp(row.created_at),
            expires_at: row.expires_at.map(Timestamp),
        }
    }
}

impl Db {
    /// Stores an invite, unless there are already `most` valid ones.
    pub async fn add_invite(
        &self,
        invite: InviteRecord<'_>,
        most: u32,
        now: Timestamp,
    ) -> sqlx::Result<Option<Invite>> {
        let row: Option<InviteRow> = on!(self, pool => sqlx::query_as(
            "INSERT INTO invites (id, code, note, uses_left, created_by, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE (SELECT COUNT(*) FROM invites
                    WHERE uses_left > 0 AND (expires_at IS NULL OR expires_at > $6)) < $8
             RETURNING id, code, note, uses_left, created_at, expires_at")
            .bind(Uuid::now_v7())
            .bind(invite.code)
            .bind(invite.note)
            .bind(i64::from(invite.uses))
            .bind(invite.created_by.map(Uuid::from))
            .bind(now.0)
            .bind(invite.expires_at.map(|at| at.0))
            .bind(i64::from(most))
            .fetch_optional(pool)
            .await)?;
        Ok(row.map(Invite::from))
    }

    /// Returns a page of invites, newest first, including those that are used up or expired.
    pub async fn invites(&self, after: Cursor, limit: u32) -> sqlx::Result<(Vec<Invite>, Option<Cursor>)> {
        let rows: Vec<InviteRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, code, note, uses_left, created_at, expires_at FROM invites
             WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3")
            .bind(after.instant).bind(after.id).bind(i64::from(limit)).fetch_all(pool).await)?;
        let next = super::next_page(&rows, limit, |row| (row.created_at, row.id));
        Ok((rows.into_iter().map(Invite::from).collect(), next))
    }

    /// Deletes an invite. Returns whether it existed.
    pub async fn delete_invite(&self, id: Uuid) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query("DELETE FROM invites WHERE id = $1")
            .bind(id).execute(pool).await.map(|done| done.rows_affected() > 0))
    }

    /// Takes one use of a code, outside of any other transaction. Returns whether the code was valid.
    pub async fn take_invite(&self, code: &str, now: Timestamp) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query(TAKE_INVITE)
            .bind(normalise_invite(code)).bind(now.0).execute(pool).await.map(|done| done.rows_affected() > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_was_written_down() {
        for text in ["7KQ2-M4XT-93H0", "7kq2 m4xt 93ho", " 7kq2m4xt93hO\n", "7KQ2—M4XT—93H0"] {
            assert_eq!(normalise_invite(text), "7KQ2M4XT93H0", "{text:?}");
        }
        assert_eq!(normalise_invite("il"), "11");
        assert_eq!(normalise_invite("--"), "");
        assert_eq!(normalise_invite(&"a".repeat(10_000)).len(), 64);
        assert_eq!(grouped("7KQ2M4XT93H0"), "7KQ2-M4XT-93H0");
    }

    #[test]
    fn every_letter_of_a_code_survives_being_written_down() {
        let all = String::from_utf8(ALPHABET.to_vec()).unwrap();
        assert_eq!(normalise_invite(&grouped(&all)), all);
    }
}
