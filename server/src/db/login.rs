//! Logins and their refresh tokens.

use super::{Db, account::role, on};
use app::protocol::{Role, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

/// A signed-in browser or program.
#[derive(Debug, Clone, FromRow)]
pub struct LoginRow {
    /// UUID v7.
    pub id: Uuid,
    /// Its `User-Agent`.
    pub agent: String,
    /// From where it was last used.
    pub address: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub last_used_at: i64,
}

/// From where somebody signs in.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its `User-Agent`, cut to a sane length.
    pub agent: String,
    /// Its address.
    pub address: String,
}

/// What came of a refresh token.
#[derive(Debug, PartialEq, Eq)]
pub enum Rotated {
    /// It was good and is now used; the new one is kept.
    Done {
        /// The account.
        user: Uuid,
        /// The login.
        login: Uuid,
    },
    /// It had been used before, at this moment. Nothing has changed.
    UsedBefore {
        /// The account.
        user: Uuid,
        /// The login.
        login: Uuid,
        /// Unix milliseconds.
        used_at: i64,
    },
    /// It is none of ours, or its login has ended.
    Unknown,
}

impl Db {
    /// Notes a login with its first refresh token.
    pub async fn start_login(
        &self,
        user: Uuid,
        device: &Device,
        token_hash: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<Uuid> {
        let id = Uuid::now_v7();
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            sqlx::query(
                "INSERT INTO logins (id, user_id, agent, address, created_at, last_used_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $5, $6)")
                .bind(id).bind(user).bind(&device.agent).bind(&device.address).bind(now.0).bind(until.0)
                .execute(&mut *tx).await?;
            sqlx::query("INSERT INTO refresh_tokens (token_hash, login_id, created_at) VALUES ($1, $2, $3)")
                .bind(token_hash).bind(id).bind(now.0).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(id)
        })
    }

    /// Uses a refresh token and keeps the next one, all or nothing; of two at the same moment one wins.
    pub async fn rotate(
        &self,
        old_hash: &[u8],
        new_hash: &[u8],
        address: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<Rotated> {
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            let taken: Option<(Uuid, Uuid)> = sqlx::query_as(
                "UPDATE refresh_tokens SET used_at = $2
                 WHERE token_hash = $1 AND used_at IS NULL
                   AND login_id IN (SELECT id FROM logins WHERE expires_at > $2)
                 RETURNING login_id, (SELECT user_id FROM logins WHERE id = login_id)")
                .bind(old_hash).bind(now.0).fetch_optional(&mut *tx).await?;
            let Some((login, user)) = taken else {
                let used: Option<(Uuid, Uuid, i64)> = sqlx::query_as(
                    "SELECT l.user_id, l.id, t.used_at FROM refresh_tokens t JOIN logins l ON l.id = t.login_id
                     WHERE t.token_hash = $1 AND t.used_at IS NOT NULL")
                    .bind(old_hash).fetch_optional(&mut *tx).await?;
                return Ok(used.map_or(Rotated::Unknown, |(user, login, used_at)| Rotated::UsedBefore { user, login, used_at }));
            };
            sqlx::query("INSERT INTO refresh_tokens (token_hash, login_id, created_at) VALUES ($1, $2, $3)")
                .bind(new_hash).bind(login).bind(now.0).execute(&mut *tx).await?;
            sqlx::query("UPDATE logins SET last_used_at = $2, expires_at = $3, address = $4 WHERE id = $1")
                .bind(login).bind(now.0).bind(until.0).bind(address).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(Rotated::Done { user, login })
        })
    }

    /// The login of a refresh token, used or not.
    pub async fn login_of_token(&self, hash: &[u8]) -> sqlx::Result<Option<(Uuid, Uuid)>> {
        on!(self, pool => sqlx::query_as(
            "SELECT l.user_id, l.id FROM refresh_tokens t JOIN logins l ON l.id = t.login_id WHERE t.token_hash = $1")
            .bind(hash).fetch_optional(pool).await)
    }

    /// Name and role of the account that this login belongs to, if neither has ended.
    pub async fn login_owner(&self, user: Uuid, login: Uuid, now: Timestamp) -> sqlx::Result<Option<(String, Role)>> {
        let row: Option<(String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT u.username, u.role FROM logins l JOIN users u ON u.id = l.user_id
             WHERE l.id = $1 AND u.id = $2 AND l.expires_at > $3 AND NOT u.disabled")
            .bind(login).bind(user).bind(now.0).fetch_optional(pool).await)?;
        Ok(row.map(|(name, kept)| (name, role(&kept))))
    }

    /// Where an account is signed in, last used first.
    pub async fn logins(&self, user: Uuid, now: Timestamp, limit: u32) -> sqlx::Result<Vec<LoginRow>> {
        on!(self, pool => sqlx::query_as(
            "SELECT id, agent, address, created_at, last_used_at FROM logins
             WHERE user_id = $1 AND expires_at > $2 ORDER BY last_used_at DESC, id DESC LIMIT $3")
            .bind(user).bind(now.0).bind(i64::from(limit)).fetch_all(pool).await)
    }

    /// Ends one login of an account. Returns whether there was one.
    pub async fn end_login(&self, user: Uuid, login: Uuid) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query("DELETE FROM logins WHERE id = $1 AND user_id = $2")
            .bind(login).bind(user).execute(pool).await.map(|done| done.rows_affected() > 0))
    }

    /// Ends the logins of an account, but one; returns which ended.
    pub async fn end_logins(&self, user: Uuid, but: Option<Uuid>) -> sqlx::Result<Vec<Uuid>> {
        let ended: Vec<(Uuid,)> = on!(self, pool => sqlx::query_as(
            "DELETE FROM logins WHERE user_id = $1 AND id <> $2 RETURNING id")
            .bind(user).bind(but.unwrap_or(Uuid::nil())).fetch_all(pool).await)?;
        Ok(ended.into_iter().map(|(id,)| id).collect())
    }

    /// Removes logins, tokens and links that have run out.
    pub async fn forget_ended_logins(&self, now: Timestamp, used_before: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("DELETE FROM logins WHERE expires_at < $1").bind(now.0).execute(pool).await?;
            sqlx::query("DELETE FROM refresh_tokens WHERE used_at < $1").bind(used_before.0).execute(pool).await?;
            sqlx::query("DELETE FROM password_resets WHERE expires_at < $1").bind(now.0).execute(pool).await?;
            Ok(())
        })
    }
}
