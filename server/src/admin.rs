//! Administration use cases: accounts, invites, filters, ingest keys, indexer tests and disk usage.

use crate::{
    account::token,
    clock,
    db::{
        Changed, Cursor,
        invite::{ALPHABET, CODE_CHARS, InviteRecord},
    },
    error::{Error, Result},
    filter, limits,
    state::AppState,
};
use app::t::server_admin::{Length, Number};
use app::{
    error::{Error as AppError, FieldError, Kind},
    i18n::Text,
    protocol::*,
    t,
};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Maximum length of a note, characters.
const NOTE_CHARS: usize = 200;

/// Maximum length of an ingest key's name and of an account search query, characters.
const NAME_CHARS: usize = 100;

/// Accounts that one invite may create.
const INVITE_USES: std::ops::RangeInclusive<u32> = 1..=1_000;

/// Lifetime of an invite, days.
const INVITE_DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;

/// Maximum number of ingest keys. Each stands for one program that an admin maintains.
const MAX_INGEST_KEYS: u64 = 100;

/// Maximum number of torrents in the disk usage report.
const DISK_ROWS: usize = 1_000;

/// Prefix of every ingest key, so that secret scanners and people recognise a leaked one.
const KEY_PREFIX: &str = "mtn_";

/// Random characters of an ingest key: 190 bits of entropy.
const KEY_CHARS: usize = 32;

/// Leading characters of an ingest key that are stored in the clear, to identify it in lists.
const KEY_PREVIEW_CHARS: usize = 8;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl AppState {
    /// Returns a page of accounts, newest first, optionally filtered to names or addresses that contain `query`.
    pub async fn admin_users(&self, query: Option<&str>, cursor: Option<&str>) -> Result<List<AdminUser>> {
        let query = query.unwrap_or_default();
        if query.chars().count() > NAME_CHARS {
            return Err(AppError::invalid("query", t::server_admin::long_name(NAME_CHARS as u64)).into());
        }
        // PostgreSQL's text cannot contain NUL, so no name matches.
        if query.contains('\0') {
            return Ok(List::whole(Vec::new()));
        }
        Ok(list(self.db.users(query, place(cursor)?, limits::PAGE_ROWS).await?))
    }

    /// Changes an account's role, or disables or enables it.
    pub async fn change_user(&self, id: UserId, change: ChangeUser) -> Result<AdminUser> {
        match self.db.change_user_as_admin(id, change, clock::now()).await? {
            Changed::Done(user) => {
                self.accounts.forget_user(id);
                if user.disabled {
                    self.lobby.account_disabled(id).await;
                }
                Ok(user)
            }
            Changed::Unknown => Err(Error::not_found(t::server_account::no_account())),
            Changed::LastAdmin => Err(Error::refuse(Kind::Conflict, t::server_account::last_admin())),
        }
    }

    /// Returns a page of invites, newest first.
    pub async fn invites(&self, cursor: Option<&str>) -> Result<List<Invite>> {
        Ok(list(self.db.invites(place(cursor)?, limits::PAGE_ROWS).await?))
    }

    /// Creates an invite.
    pub async fn make_invite(&self, new: NewInvite, created_by: Option<UserId>) -> Result<Invite> {
        let (uses, mut errors) = (new.uses.unwrap_or(1), Vec::new());
        let note = checked("note", &new.note, 0..=NOTE_CHARS, &mut errors);
        if !INVITE_USES.contains(&uses) {
            errors.push(wrong("uses", number_in(&INVITE_USES)));
        }
        if new.days.is_some_and(|days| !INVITE_DAYS.contains(&days)) {
            errors.push(wrong("days", number_in(&INVITE_DAYS)));
        }
        refuse_if_any(errors)?;
        let now = clock::now();
        let code = random_text(ALPHABET, CODE_CHARS)?;
        let invite = InviteRecord {
            code: &code,
            note: &note,
            uses,
            created_by,
            expires_at: new.days.map(|days| Timestamp(now.0 + i64::from(days) * 86_400_000)),
        };
        let made = self.db.add_invite(invite, limits::OPEN_INVITES, now).await?;
        made.ok_or_else(|| {
            Error::refuse(
                Kind::Conflict,
                t::server_admin::invites_full(limits::OPEN_INVITES.into()),
            )
        })
    }

    /// Revokes an invite.
    pub async fn delete_invite(&self, id: Uuid) -> Result<()> {
        found(self.db.delete_invite(id).await?, t::server_admin::no_invite())
    }

    /// Returns a page of filters, newest first.
    pub async fn filters(&self, cursor: Option<&str>) -> Result<List<Filter>> {
        Ok(list(self.db.filters(place(cursor)?, limits::PAGE_ROWS).await?))
    }

    /// Creates a filter. It applies immediately on this node, and within half a minute on the others.
    pub async fn make_filter(&self, new: NewFilter) -> Result<Filter> {
        let mut errors = Vec::new();
        let note = checked("note", &new.note, 0..=NOTE_CHARS, &mut errors);
        let pattern = filter::check(new.kind, &new.pattern).map_err(|reason| errors.push(wrong("pattern", reason)));
        refuse_if_any(errors)?;
        let pattern = pattern.unwrap_or_default();
        if self.db.count_filters(new.kind).await? >= filter::most(new.kind) {
            return Err(Error::refuse(
                Kind::Conflict,
                t::server_admin::filters_full(filter::most(new.kind)),
            ));
        }
        let made = self.db.add_filter(new.kind, &pattern, &note, clock::now()).await?;
        let made = made.ok_or_else(|| Error::refuse(Kind::Conflict, t::server_admin::filter_again()))?;
        self.filter.reload().await?;
        Ok(made)
    }

    /// Deletes a filter.
    pub async fn delete_filter(&self, id: Uuid) -> Result<()> {
        let was_there = self.db.delete_filter(id).await?;
        self.filter.reload().await?;
        found(was_there, t::server_admin::no_filter())
    }

    /// Returns a page of ingest keys, newest first.
    pub async fn ingest_keys(&self, cursor: Option<&str>) -> Result<List<IngestKey>> {
        Ok(list(self.db.ingest_keys(place(cursor)?, limits::PAGE_ROWS).await?))
    }

    /// Creates an ingest key. Only its hash is stored, so this response is the only place where the key appears.
    pub async fn make_ingest_key(&self, new: NewIngestKey) -> Result<MadeIngestKey> {
        let mut errors = Vec::new();
        let name = checked("name", &new.name, 1..=NAME_CHARS, &mut errors);
        refuse_if_any(errors)?;
        if self.db.count_ingest_keys().await? >= MAX_INGEST_KEYS {
            return Err(Error::refuse(
                Kind::Conflict,
                t::server_admin::keys_full(MAX_INGEST_KEYS),
            ));
        }
        let key = format!("{KEY_PREFIX}{}", random_text(BASE62, KEY_CHARS)?);
        let start = key.get(..KEY_PREVIEW_CHARS).unwrap_or_default();
        let ingest_key = self
            .db
            .add_ingest_key(&name, &token::hash(&key), start, clock::now())
            .await?;
        Ok(MadeIngestKey { key, ingest_key })
    }

    /// Revokes an ingest key, effective immediately.
    pub async fn delete_ingest_key(&self, id: Uuid) -> Result<()> {
        found(self.db.delete_ingest_key(id).await?, t::server_admin::no_key())
    }

    /// Returns whether an ingest key was created here and is not revoked. Not cached, so that a revocation takes effect
    /// immediately.
    pub async fn ingest_key_is_known(&self, key: &str) -> Result<bool> {
        let is_ours = key.len() == KEY_PREFIX.len() + KEY_CHARS && key.starts_with(KEY_PREFIX);
        if !is_ours {
            return Ok(false);
        }
        let hash = token::hash(key);
        let Some((id, known)) = self.db.find_ingest_key(&hash).await? else {
            return Ok(false);
        };
        let is_known = bool::from(known.ct_eq(&hash));
        if is_known {
            self.db.touch_ingest_key(id, clock::now()).await?;
        }
        Ok(is_known)
    }

    /// Tests an indexer.
    pub async fn test_indexer(&self, name: &str) -> Result<IndexerTest> {
        let test = self.search.test(name).await;
        test.ok_or_else(|| Error::not_found(t::server_admin::no_indexer()))
    }

    /// Returns disk usage: the torrents on disk, largest first, and the totals.
    pub async fn disk_use(&self) -> Result<DiskUse> {
        let (health, last_watched) = (self.torrents.health(), self.db.torrent_use().await?);
        let mut items = self.torrents.on_disk();
        items.sort_by_key(|torrent| (std::cmp::Reverse(torrent.have_bytes), torrent.info_hash));
        let total = items.len() as u64;
        items.truncate(DISK_ROWS);
        for torrent in &mut items {
            torrent.last_watched_at = last_watched.get(&torrent.info_hash).copied();
        }
        Ok(DiskUse {
            items,
            total,
            used_bytes: health.used_bytes,
            quota_bytes: health.quota_bytes,
            free_bytes: self.torrents.free_bytes().await?,
            is_full: health.disk_full,
        })
    }
}

fn place(cursor: Option<&str>) -> Result<Cursor> {
    Ok(cursor.map_or(Ok(Cursor::START), str::parse)?)
}

fn list<T>((items, next): (Vec<T>, Option<Cursor>)) -> List<T> {
    List {
        items,
        next: next.map(|cursor| cursor.to_string()),
    }
}

fn found(was_there: bool, otherwise: Text) -> Result<()> {
    if was_there {
        Ok(())
    } else {
        Err(Error::not_found(otherwise))
    }
}

fn number_in(range: &std::ops::RangeInclusive<u32>) -> Text {
    t::server_admin::number(Number {
        low: u64::from(*range.start()),
        high: u64::from(*range.end()),
    })
}

fn wrong(field: &str, reason: Text) -> FieldError {
    FieldError {
        field: field.to_owned(),
        reason,
    }
}

/// Trims and validates a single-line text field; appends to `errors` if it is invalid.
fn checked(field: &str, text: &str, length: std::ops::RangeInclusive<usize>, errors: &mut Vec<FieldError>) -> String {
    let text = text.trim();
    if !length.contains(&text.chars().count()) {
        errors.push(wrong(
            field,
            t::server_admin::length(Length {
                low: *length.start() as u64,
                high: *length.end() as u64,
            }),
        ));
    } else if text.chars().any(char::is_control) {
        errors.push(wrong(field, t::server_admin::control_characters()));
    }
    text.to_owned()
}

fn refuse_if_any(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid_fields(errors).into())
    }
}

/// Generates a random string of `length` characters, uniform over the alphabet.
fn random_text(alphabet: &[u8], length: usize) -> Result<String> {
    // Rejection sampling: bytes beyond the last whole multiple would favour the first characters.
    let fair = 256 / alphabet.len() * alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0u8; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes)
            .map_err(|error| Error::internal(anyhow::anyhow!("the system has no random numbers: {error}")))?;
        let fair_ones = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let letters = fair_ones.map(|byte| char::from(alphabet[byte % alphabet.len()]));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_have_their_length_and_use_the_whole_alphabet() {
        let texts: Vec<String> = (0..200).map(|_| random_text(BASE62, KEY_CHARS).unwrap()).collect();
        assert!(texts.iter().all(|text| text.len() == KEY_CHARS));
        let all: String = texts.concat();
        assert!(BASE62.iter().all(|letter| all.contains(char::from(*letter))));
        assert!(texts.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(random_text(ALPHABET, 100).unwrap().len(), 100);
    }
}
