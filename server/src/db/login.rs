//! Logins (sessions) and their refresh tokens.

use super::{Db, account::role, begin, on};
use app::protocol::{LoginId, Role, Timestamp, UserId};
use sqlx::FromRow;
use uuid::Uuid;

/// A signed-in browser or program.
#[derive(Debug, Clone, FromRow)]
pub struct LoginRow {
    /// UUID v7.
    #[sqlx(try_from = "Uuid")]
    pub id: LoginId,
    /// Its `User-Agent`.
    pub agent: String,
    /// Address that it was last used from.
    pub address: String,
    /// Creation time, Unix milliseconds.
    pub created_at: i64,
    /// Last use, Unix milliseconds.
    pub last_used_at: i64,
}

/// The device that signs in.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its `User-Agent`, truncated.
    pub agent: String,
    /// Its address.
    pub address: String,
    /// Network whose addresses count as one: an IPv4 address or an IPv6 /64.
    pub household: String,
}

/// Maximum number of unused successors of one refresh token. Tabs that wake up together refresh at the same moment, and
/// the browser keeps the last answer. The oldest are deleted first.
const MAX_SUCCESSORS: i64 = 256;

/// The outcome of presenting a refresh token.
#[derive(Debug, PartialEq, Eq)]
pub enum RotateOutcome {
    /// The token was valid, and its successor is stored.
    Done {
        /// The account.
        user: UserId,
        /// The login.
        login: LoginId,
    },
    /// The token has ended: one of its successors, or another successor of its predecessor, was used. Nothing was changed.
    Ended {
        /// The account.
        user: UserId,
        /// The login.
        login: LoginId,
    },
    /// The token is unknown, or its login has ended.
    Unknown,
}

impl Db {
    /// Starts a login with its first refresh token.
    pub async fn start_login(
        &self,
        user: UserId,
        device: &Device,
        token_hash: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<LoginId> {
        let id = Uuid::now_v7();
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            sqlx::query(
                "INSERT INTO logins (id, user_id, agent, address, created_at, last_used_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $5, $6)")
                .bind(id).bind(Uuid::from(user)).bind(&device.agent).bind(&device.address).bind(now.0).bind(until.0)
                .execute(&mut *tx).await?;
            sqlx::query("INSERT INTO refresh_tokens (token_hash, login_id, created_at) VALUES ($1, $2, $3)")
                .bind(token_hash).bind(id).bind(now.0).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(id.into())
        })
    }

    /// Rotates a refresh token by storing a successor, in one transaction. The first use of a token ends its predecessor and
    /// all other successors of that; the token itself stays valid until one of its own successors is used.
    pub async fn rotate(
        &self,
        old_hash: &[u8],
        new_hash: &[u8],
        address: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<RotateOutcome> {
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            // Locks the row of the login: of two successors that are used at the same moment, on any nodes, only one is
            // first.
            let login: Option<(Uuid, Uuid)> = sqlx::query_as(
                "UPDATE logins SET last_used_at = $2, expires_at = $3, address = $4
                 WHERE id = (SELECT login_id FROM refresh_tokens WHERE token_hash = $1) AND expires_at > $2
                 RETURNING id, user_id")
                .bind(old_hash).bind(now.0).bind(until.0).bind(address).fetch_optional(&mut *tx).await?;
            let Some((id, user)) = login else { return Ok(RotateOutcome::Unknown) };
            let (login, user) = (LoginId::from(id), UserId::from(user));
            let shown: Option<(Option<Vec<u8>>, Option<i64>)> = sqlx::query_as(
                "SELECT parent_hash, ended_at FROM refresh_tokens WHERE token_hash = $1")
                .bind(old_hash).fetch_optional(&mut *tx).await?;
            let parent = match shown {
                Some((parent, None)) => parent,
                Some((_, Some(_))) => return Ok(RotateOutcome::Ended { user, login }),
                None => return Ok(RotateOutcome::Unknown),
            };
            if let Some(parent) = parent {
                sqlx::query(
                    "UPDATE refresh_tokens SET ended_at = $3
                     WHERE ended_at IS NULL AND (token_hash = $1 OR (parent_hash = $1 AND token_hash <> $2))")
                    .bind(parent).bind(old_hash).bind(now.0).execute(&mut *tx).await?;
            }
            sqlx::query("INSERT INTO refresh_tokens (token_hash, login_id, created_at, parent_hash) VALUES ($1, $2, $3, $4)")
                .bind(new_hash).bind(id).bind(now.0).bind(old_hash).execute(&mut *tx).await?;
            sqlx::query(
                "DELETE FROM refresh_tokens WHERE parent_hash = $1 AND token_hash NOT IN (
                    SELECT token_hash FROM refresh_tokens WHERE parent_hash = $1 ORDER BY created_at DESC LIMIT $2)")
                .bind(old_hash).bind(MAX_SUCCESSORS).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(RotateOutcome::Done { user, login })
        })
    }

    /// Returns the account and the login of a refresh token, ended or not.
    pub async fn login_of_token(&self, hash: &[u8]) -> sqlx::Result<Option<(UserId, LoginId)>> {
        let row: Option<(Uuid, Uuid)> = on!(self, pool => sqlx::query_as(
            "SELECT l.user_id, l.id FROM refresh_tokens t JOIN logins l ON l.id = t.login_id WHERE t.token_hash = $1")
            .bind(hash).fetch_optional(pool).await)?;
        Ok(row.map(|(user, login)| (user.into(), login.into())))
    }

    /// Returns the name and role of the login's account, if the login is valid and the account is not disabled.
    pub async fn login_owner(
        &self,
        user: UserId,
        login: LoginId,
        now: Timestamp,
    ) -> sqlx::Result<Option<(String, Role)>> {
        let row: Option<(String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT u.username, u.role FROM logins l JOIN users u ON u.id = l.user_id
             WHERE l.id = $1 AND u.id = $2 AND l.expires_at > $3 AND NOT u.disabled")
            .bind(Uuid::from(login)).bind(Uuid::from(user)).bind(now.0).fetch_optional(pool).await)?;
        Ok(row.map(|(name, kept)| (name, role(&kept))))
    }

    /// Returns the unexpired logins of an account, last used first.
    pub async fn logins(&self, user: UserId, now: Timestamp, limit: u32) -> sqlx::Result<Vec<LoginRow>> {
        on!(self, pool => sqlx::query_as(
            "SELECT id, agent, address, created_at, last_used_at FROM logins
             WHERE user_id = $1 AND expires_at > $2 ORDER BY last_used_at DESC, id DESC LIMIT $3")
            .bind(Uuid::from(user)).bind(now.0).bind(i64::from(limit)).fetch_all(pool).await)
    }

    /// Ends a login of an account. Returns whether it existed.
    pub async fn end_login(&self, user: UserId, login: LoginId) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query("DELETE FROM logins WHERE id = $1 AND user_id = $2")
            .bind(Uuid::from(login)).bind(Uuid::from(user)).execute(pool).await.map(|done| done.rows_affected() > 0))
    }

    /// Ends the logins of an account, except one. Returns those that ended.
    pub async fn end_logins(&self, user: UserId, but: Option<LoginId>) -> sqlx::Result<Vec<LoginId>> {
        let ended: Vec<(Uuid,)> = on!(self, pool => sqlx::query_as(
            "DELETE FROM logins WHERE user_id = $1 AND id <> $2 RETURNING id")
            .bind(Uuid::from(user)).bind(but.map_or(Uuid::nil(), Uuid::from)).fetch_all(pool).await)?;
        Ok(ended.into_iter().map(|(id,)| id.into()).collect())
    }

    /// Deletes expired logins, refresh tokens that ended before `ended_before`, and expired password reset links.
    pub async fn forget_ended_logins(&self, now: Timestamp, ended_before: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("DELETE FROM logins WHERE expires_at < $1").bind(now.0).execute(pool).await?;
            sqlx::query("DELETE FROM refresh_tokens WHERE ended_at < $1").bind(ended_before.0).execute(pool).await?;
            sqlx::query("DELETE FROM password_resets WHERE expires_at < $1").bind(now.0).execute(pool).await?;
            Ok(())
        })
    }
}
