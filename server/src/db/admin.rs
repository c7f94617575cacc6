//! Accounts as an admin sees and changes them.

use super::{Cursor, Db, account::role, begin, on, unsigned};
use app::protocol::{AdminUser, ChangeUser, Role, Timestamp, UserId};
use sqlx::FromRow;
use uuid::Uuid;

/// The outcome of a change to an account.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed {
    /// The changed account.
    Done(AdminUser),
    /// No such account.
    Unknown,
    /// Refused: it would leave the instance without an admin who can sign in.
    LastAdmin,
}

#[derive(FromRow)]
struct AdminUserRow {
    id: Uuid,
    email: String,
    username: String,
    role: String,
    disabled: bool,
    created_at: i64,
    last_used_at: Option<i64>,
    logins: i64,
}

impl From<AdminUserRow> for AdminUser {
    fn from(row: AdminUserRow) -> Self {
        Self {
            id: row.id.into(),
            email: row.email,
            username: row.username,
            role: role(&row.role),
            disabled: row.disabled,
            created_at: Timestamp(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp),
            logins: unsigned(row.logins),
        }
    }
}

impl Db {
    /// Returns a page of the accounts whose name or address contains a text, newest first.
    pub async fn users(
        &self,
        having: &str,
        after: Cursor,
        limit: u32,
    ) -> sqlx::Result<(Vec<AdminUser>, Option<Cursor>)> {
        let rows: Vec<AdminUserRow> = on!(self, pool => sqlx::query_as(
            "SELECT u.id, u.email, u.username, u.role, u.disabled, u.created_at,
                    (SELECT MAX(l.last_used_at) FROM logins l WHERE l.user_id = u.id) AS last_used_at,
                    (SELECT COUNT(*) FROM logins l WHERE l.user_id = u.id) AS logins
             FROM users u
             WHERE (u.created_at, u.id) < ($1, $2)
               AND (u.username_key LIKE $3 ESCAPE '!' OR u.email_key LIKE $3 ESCAPE '!' OR u.email LIKE $3 ESCAPE '!')
             ORDER BY u.created_at DESC, u.id DESC LIMIT $4")
            .bind(after.instant)
            .bind(after.id)
            .bind(pattern(having))
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        let next = super::next_page(&rows, limit, |row| (row.created_at, row.id));
        Ok((rows.into_iter().map(AdminUser::from).collect(), next))
    }

    /// Changes an account's role or whether it can sign in. Disabling ends its logins.
    pub async fn change_user_as_admin(
        &self,
        user: UserId,
        change: ChangeUser,
        now: Timestamp,
    ) -> sqlx::Result<Changed> {
        let id = Uuid::from(user);
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            // Two admins who demote each other at the same time must not both succeed.
            sqlx::query(self.lock_users()).execute(&mut *tx).await?;
            let known: Option<(String, bool)> = sqlx::query_as("SELECT role, disabled FROM users WHERE id = $1")
                .bind(id).fetch_optional(&mut *tx).await?;
            let Some((old_role, was_disabled)) = known else { return Ok(Changed::Unknown) };
            let (old_role, is_admin) = (role(&old_role), |role: Role, disabled: bool| role == Role::Admin && !disabled);
            let (new_role, disabled) = (change.role.unwrap_or(old_role), change.disabled.unwrap_or(was_disabled));
            if is_admin(old_role, was_disabled) && !is_admin(new_role, disabled) {
                let (others,): (i64,) = sqlx::query_as(
                    "SELECT COUNT(*) FROM users WHERE role = 'admin' AND NOT disabled AND id <> $1")
                    .bind(id).fetch_one(&mut *tx).await?;
                if others == 0 {
                    return Ok(Changed::LastAdmin);
                }
            }
            sqlx::query("UPDATE users SET role = $2, disabled = $3, updated_at = $4 WHERE id = $1")
                .bind(id).bind(new_role.as_str()).bind(disabled).bind(now.0).execute(&mut *tx).await?;
            if disabled {
                sqlx::query("DELETE FROM logins WHERE user_id = $1").bind(id).execute(&mut *tx).await?;
            }
            let row: AdminUserRow = sqlx::query_as(
                "SELECT u.id, u.email, u.username, u.role, u.disabled, u.created_at,
                        (SELECT MAX(l.last_used_at) FROM logins l WHERE l.user_id = u.id) AS last_used_at,
                        (SELECT COUNT(*) FROM logins l WHERE l.user_id = u.id) AS logins
                 FROM users u WHERE u.id = $1")
                .bind(id).fetch_one(&mut *tx).await?;
            tx.commit().await?;
            Ok(Changed::Done(row.into()))
        })
    }
}

/// Returns a `LIKE` pattern for texts that contain `having`, with wildcards escaped by `!`.
fn pattern(having: &str) -> String {
    let mut pattern = String::from("%");
    for c in having.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_never_a_wildcard() {
        assert_eq!(pattern(" Ada_! 100%"), "%ada!_!! 100!%%");
        assert_eq!(pattern(""), "%%");
    }
}
