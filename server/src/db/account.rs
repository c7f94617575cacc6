//! Accounts, their preferences and password resets.

use super::{Db, begin, invite::TAKE_INVITE, on};
use crate::email;
use app::{
    backend::ViewerKey,
    protocol::{Preferences, Role, SignUpMode, Timestamp, User, UserId},
};
use sqlx::FromRow;
use uuid::Uuid;

/// A row of `users`.
#[derive(Debug, Clone, FromRow)]
pub struct UserRow {
    /// UUID v7.
    #[sqlx(try_from = "Uuid")]
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// Public name.
    pub username: String,
    /// Password hash in the PHC string format.
    pub password_hash: String,
    role: String,
    /// True if an admin has disabled the account.
    pub disabled: bool,
    created_at: i64,
}

impl UserRow {
    /// Returns the role.
    pub fn role(&self) -> Role {
        role(&self.role)
    }

    /// Returns the owner's view of the account.
    pub fn to_user(&self) -> User {
        User {
            id: self.id,
            email: self.email.clone(),
            username: self.username.clone(),
            role: self.role(),
            created_at: Timestamp(self.created_at),
        }
    }
}

/// Parses a role. The schema allows these two only.
pub(super) fn role(name: &str) -> Role {
    if name == Role::Admin.as_str() {
        Role::Admin
    } else {
        Role::User
    }
}

/// A sign-up, with name and address validated.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// As typed.
    pub email: &'a str,
    /// As typed.
    pub username: &'a str,
    /// Password hash in the PHC string format.
    pub password_hash: &'a str,
    /// A guest whose history the account takes over.
    pub guest: Option<&'a ViewerKey>,
    /// Normalised invite code.
    pub invite: Option<&'a str>,
    /// The sign-up mode of the instance.
    pub mode: SignUpMode,
}

/// The outcome of a sign-up.
#[derive(Debug)]
pub enum SignUpOutcome {
    /// The account was created.
    Made(Box<UserRow>),
    /// Another account has the address or the name.
    Taken {
        /// True if the address is taken.
        email: bool,
        /// True if the name is taken.
        username: bool,
    },
    /// The invite code is unknown, used up or expired.
    NotInvited,
    /// Sign-up is closed.
    Closed,
}

/// The outcome of a change of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum ChangeUserOutcome {
    /// The account was changed.
    Changed,
    /// Another account has the address or the name.
    Taken {
        /// True if the address is taken.
        email: bool,
        /// True if the name is taken.
        username: bool,
    },
}

/// Maximum number of valid password reset links of one account. A user who asks for more has these in their mail.
const MAX_RESET_LINKS: i64 = 5;

impl Db {
    /// Creates an account. The first account of an instance becomes admin, in any sign-up mode.
    pub async fn sign_up(&self, new: &NewUser<'_>, now: Timestamp) -> sqlx::Result<SignUpOutcome> {
        // Two concurrent first sign-ups must not both become admin.
        let lock = self.lock_users();
        let (email, username) = (email::key(new.email), email::key(new.username));
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            sqlx::query(lock).execute(&mut *tx).await?;
            let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM users").fetch_one(&mut *tx).await?;
            let (same_email, same_name): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(CASE WHEN email_key = $1 THEN 1 END), COUNT(CASE WHEN username_key = $2 THEN 1 END) FROM users
                 WHERE email_key = $1 OR username_key = $2")
                .bind(&email).bind(&username).fetch_one(&mut *tx).await?;
            if same_email + same_name > 0 {
                return Ok(SignUpOutcome::Taken { email: same_email > 0, username: same_name > 0 });
            }
            match new.mode {
                _ if count == 0 => {}
                SignUpMode::Open => {}
                SignUpMode::Closed => return Ok(SignUpOutcome::Closed),
                SignUpMode::Invite => {
                    let taken = sqlx::query(TAKE_INVITE)
                        .bind(new.invite.unwrap_or_default()).bind(now.0).execute(&mut *tx).await?;
                    if taken.rows_affected() == 0 {
                        return Ok(SignUpOutcome::NotInvited);
                    }
                }
            }
            let role = if count == 0 { Role::Admin } else { Role::User };
            let user: UserRow = sqlx::query_as(
                "INSERT INTO users (id, email, email_key, username, username_key, password_hash, role, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
                 RETURNING id, email, username, password_hash, role, disabled, created_at")
                .bind(Uuid::now_v7()).bind(new.email).bind(&email).bind(new.username).bind(&username)
                .bind(new.password_hash).bind(role.as_str()).bind(now.0)
                .fetch_one(&mut *tx).await?;
            if let Some(guest) = new.guest {
                sqlx::query("UPDATE watch_history SET viewer = $1 WHERE viewer = $2")
                    .bind(ViewerKey::user(user.id).as_str()).bind(guest.as_str()).execute(&mut *tx).await?;
            }
            tx.commit().await?;
            Ok(SignUpOutcome::Made(Box::new(user)))
        })
    }

    /// Returns whether there are no accounts yet.
    pub async fn has_no_users(&self) -> sqlx::Result<bool> {
        let (found,): (i64,) = on!(self, pool => sqlx::query_as("SELECT COUNT(*) FROM (SELECT 1 FROM users LIMIT 1) AS one")
            .fetch_one(pool).await)?;
        Ok(found == 0)
    }

    /// Returns the account with this address or name. A name contains no `@`, so at most one matches.
    pub async fn user_by_login(&self, login: &str) -> sqlx::Result<Option<UserRow>> {
        let key = email::key(login);
        on!(self, pool => sqlx::query_as(
            "SELECT id, email, username, password_hash, role, disabled, created_at FROM users
             WHERE email_key = $1 OR username_key = $1")
            .bind(key).fetch_optional(pool).await)
    }

    /// Returns an account.
    pub async fn user(&self, id: UserId) -> sqlx::Result<Option<UserRow>> {
        on!(self, pool => sqlx::query_as(
            "SELECT id, email, username, password_hash, role, disabled, created_at FROM users WHERE id = $1")
            .bind(Uuid::from(id)).fetch_optional(pool).await)
    }

    /// Changes the given fields, unless another account has the address or the name.
    pub async fn change_user(
        &self,
        id: UserId,
        email: Option<&str>,
        username: Option<&str>,
        password_hash: Option<&str>,
        now: Timestamp,
    ) -> sqlx::Result<ChangeUserOutcome> {
        let (email_key, username_key) = (email.map(email::key), username.map(email::key));
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            let (same_email, same_name): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(CASE WHEN email_key = $1 THEN 1 END), COUNT(CASE WHEN username_key = $2 THEN 1 END) FROM users
                 WHERE (email_key = $1 OR username_key = $2) AND id <> $3")
                .bind(&email_key).bind(&username_key).bind(Uuid::from(id)).fetch_one(&mut *tx).await?;
            if same_email + same_name > 0 {
                return Ok(ChangeUserOutcome::Taken { email: same_email > 0, username: same_name > 0 });
            }
            sqlx::query(
                "UPDATE users SET email = COALESCE($2, email), email_key = COALESCE($3, email_key),
                    username = COALESCE($4, username), username_key = COALESCE($5, username_key),
                    password_hash = COALESCE($6, password_hash), updated_at = $7 WHERE id = $1")
                .bind(Uuid::from(id)).bind(email).bind(&email_key).bind(username).bind(&username_key)
                .bind(password_hash).bind(now.0).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(ChangeUserOutcome::Changed)
        })
    }

    /// Recomputes the keys of addresses that an earlier version did not know to be equal. If two accounts turn out to
    /// have the same address, the later one keeps its old key: its owner signs in by name.
    pub async fn renew_keys(&self) -> sqlx::Result<()> {
        let not_ascii = match self {
            Self::Sqlite(_) => "SELECT id, email, email_key FROM users WHERE email_key GLOB '*[^ -~]*' ORDER BY id",
            Self::Postgres(_) => "SELECT id, email, email_key FROM users WHERE email_key ~ '[^ -~]' ORDER BY id",
        };
        let rows: Vec<(Uuid, String, String)> = on!(self, pool => sqlx::query_as(not_ascii).fetch_all(pool).await)?;
        for (id, address, kept) in rows {
            let key = email::key(&address);
            if key == kept {
                continue;
            }
            let renewed = on!(self, pool => sqlx::query(
                "UPDATE users SET email_key = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE email_key = $2)")
                .bind(id).bind(&key).execute(pool).await.map(|done| done.rows_affected() > 0))?;
            if !renewed {
                tracing::warn!(user = %id, "another account has the same e-mail address, written otherwise");
            }
        }
        Ok(())
    }

    /// Replaces the hash of a password by a new one of the same password, unless the password was changed meanwhile.
    pub async fn rehash(&self, id: UserId, old_hash: &str, new_hash: &str) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
            .bind(Uuid::from(id)).bind(old_hash).bind(new_hash).execute(pool).await.map(|_| ()))
    }

    /// Deletes an account with all of its data. Returns `false` if it is the last admin and there are other accounts.
    pub async fn delete_user(&self, id: UserId) -> sqlx::Result<bool> {
        let lock = self.lock_users();
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            sqlx::query(lock).execute(&mut *tx).await?;
            let (other_admins, others): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(CASE WHEN role = 'admin' AND NOT disabled THEN 1 END), COUNT(*) FROM users WHERE id <> $1")
                .bind(Uuid::from(id)).fetch_one(&mut *tx).await?;
            if other_admins == 0 && others > 0 {
                let (is_admin,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM users WHERE id = $1 AND role = 'admin'")
                    .bind(Uuid::from(id)).fetch_one(&mut *tx).await?;
                if is_admin > 0 {
                    return Ok(false);
                }
            }
            sqlx::query("DELETE FROM watch_history WHERE viewer = $1")
                .bind(ViewerKey::user(id).as_str()).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM users WHERE id = $1").bind(Uuid::from(id)).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    /// Returns all preferences of an account.
    pub async fn preferences(&self, user: UserId) -> sqlx::Result<Preferences> {
        let rows: Vec<(String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT name, value FROM preferences WHERE user_id = $1").bind(Uuid::from(user)).fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(name, value)| Some((name, serde_json::from_str(&value).ok()?)))
            .collect())
    }

    /// Sets a preference, or deletes it if there is no value.
    pub async fn set_preference(
        &self,
        user: UserId,
        name: &str,
        value: Option<&str>,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        on!(self, pool => match value {
            Some(value) => sqlx::query(
                "INSERT INTO preferences (user_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at")
                .bind(Uuid::from(user)).bind(name).bind(value).bind(now.0).execute(pool).await.map(|_| ()),
            None => sqlx::query("DELETE FROM preferences WHERE user_id = $1 AND name = $2")
                .bind(Uuid::from(user)).bind(name).execute(pool).await.map(|_| ()),
        })
    }

    /// Stores a password reset link. Earlier ones stay valid, so that no one can invalidate the owner's link by
    /// requesting another. Returns `false` if the account has as many valid links as it may.
    pub async fn store_reset(&self, user: UserId, hash: &[u8], now: Timestamp, until: Timestamp) -> sqlx::Result<bool> {
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            sqlx::query("DELETE FROM password_resets WHERE expires_at < $1").bind(now.0).execute(&mut *tx).await?;
            let kept = sqlx::query(
                "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at)
                 SELECT $1, $2, $3, $4 WHERE (SELECT COUNT(*) FROM password_resets WHERE user_id = $2) < $5")
                .bind(hash).bind(Uuid::from(user)).bind(now.0).bind(until.0).bind(MAX_RESET_LINKS)
                .execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(kept.rows_affected() > 0)
        })
    }

    /// Deletes a password reset link that could not be sent.
    pub async fn forget_reset(&self, hash: &[u8]) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query("DELETE FROM password_resets WHERE token_hash = $1")
            .bind(hash).execute(pool).await.map(|_| ()))
    }

    /// Returns the account of a password reset link, if the link is valid.
    pub async fn reset_owner(&self, hash: &[u8], now: Timestamp) -> sqlx::Result<Option<UserRow>> {
        on!(self, pool => sqlx::query_as(
            "SELECT u.id, u.email, u.username, u.password_hash, u.role, u.disabled, u.created_at
             FROM password_resets r JOIN users u ON u.id = r.user_id WHERE r.token_hash = $1 AND r.expires_at > $2")
            .bind(hash).bind(now.0).fetch_optional(pool).await)
    }

    /// Redeems a password reset link in one transaction: sets the password, ends all logins and deletes the account's
    /// other links. Returns the account, if the link was valid.
    pub async fn reset_password(
        &self,
        hash: &[u8],
        password_hash: &str,
        now: Timestamp,
    ) -> sqlx::Result<Option<UserId>> {
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            let used: Option<(Uuid,)> = sqlx::query_as(
                "DELETE FROM password_resets WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id")
                .bind(hash).bind(now.0).fetch_optional(&mut *tx).await?;
            let Some((user,)) = used else { return Ok(None) };
            sqlx::query("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
                .bind(user).bind(password_hash).bind(now.0).execute(&mut *tx).await?;
            for also in ["DELETE FROM logins WHERE user_id = $1", "DELETE FROM password_resets WHERE user_id = $1"] {
                sqlx::query(also).bind(user).execute(&mut *tx).await?;
            }
            tx.commit().await?;
            Ok(Some(user.into()))
        })
    }
}
