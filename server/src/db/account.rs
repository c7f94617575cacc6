//! People, their logins and what follows them.

use super::{Db, invite::TAKE_INVITE, on};
use app::protocol::{Preferences, Role, SignUpMode, Timestamp, User};
use sqlx::FromRow;
use uuid::Uuid;

/// A row of `users`.
#[derive(Debug, Clone, FromRow)]
pub struct UserRow {
    /// UUID v7.
    pub id: Uuid,
    /// Where mail goes.
    pub email: String,
    /// The name that others see.
    pub username: String,
    /// In the PHC string format.
    pub password_hash: String,
    role: String,
    /// Whether an admin has shut the account.
    pub disabled: bool,
    created_at: i64,
}

impl UserRow {
    /// What they may do.
    pub fn role(&self) -> Role {
        role(&self.role)
    }

    /// As the owner sees it.
    pub fn to_user(&self) -> User {
        User {
            id: self.id.to_string(),
            email: self.email.clone(),
            username: self.username.clone(),
            role: self.role(),
            created_at: Timestamp(self.created_at),
        }
    }
}

/// The schema allows these two only.
pub(super) fn role(name: &str) -> Role {
    if name == Role::Admin.as_str() {
        Role::Admin
    } else {
        Role::User
    }
}

/// Somebody who signs up; names and address are checked already.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// As it was typed.
    pub email: &'a str,
    /// As it was typed.
    pub username: &'a str,
    /// In the PHC string format.
    pub password_hash: &'a str,
    /// Whose history becomes theirs, as a viewer's key.
    pub guest: Option<&'a str>,
    /// A normalised code.
    pub invite: Option<&'a str>,
    /// Who may sign up.
    pub mode: SignUpMode,
}

/// How signing up ended.
#[derive(Debug)]
pub enum SignedUp {
    /// There is a new account.
    Made(Box<UserRow>),
    /// Somebody else has these.
    Taken {
        /// The address is.
        email: bool,
        /// The name is.
        username: bool,
    },
    /// The code is none, used up or too old.
    NotInvited,
    /// Nobody may.
    Closed,
}

/// What two accounts must not share: the same word in other letters is the same name.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Db {
    /// Makes an account. The first of an instance becomes admin, whoever may sign up after that.
    pub async fn sign_up(&self, new: &NewUser<'_>, now: Timestamp) -> sqlx::Result<SignedUp> {
        // Two who are first at the same moment must not both become admin.
        let lock = self.lock_users();
        let (email, username) = (name_key(new.email), name_key(new.username));
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            sqlx::query(lock).execute(&mut *tx).await?;
            let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM users").fetch_one(&mut *tx).await?;
            let (same_email, same_name): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(CASE WHEN email_key = $1 THEN 1 END), COUNT(CASE WHEN username_key = $2 THEN 1 END) FROM users
                 WHERE email_key = $1 OR username_key = $2")
                .bind(&email).bind(&username).fetch_one(&mut *tx).await?;
            if same_email + same_name > 0 {
                return Ok(SignedUp::Taken { email: same_email > 0, username: same_name > 0 });
            }
            match new.mode {
                _ if count == 0 => {}
                SignUpMode::Open => {}
                SignUpMode::Closed => return Ok(SignedUp::Closed),
                SignUpMode::Invite => {
                    let taken = sqlx::query(TAKE_INVITE)
                        .bind(new.invite.unwrap_or_default()).bind(now.0).execute(&mut *tx).await?;
                    if taken.rows_affected() == 0 {
                        return Ok(SignedUp::NotInvited);
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
                    .bind(format!("user:{}", user.id)).bind(guest).execute(&mut *tx).await?;
            }
            tx.commit().await?;
            Ok(SignedUp::Made(Box::new(user)))
        })
    }

    /// Whether nobody has an account yet.
    pub async fn has_no_users(&self) -> sqlx::Result<bool> {
        let (found,): (i64,) = on!(self, pool => sqlx::query_as("SELECT COUNT(*) FROM (SELECT 1 FROM users LIMIT 1) AS one")
            .fetch_one(pool).await)?;
        Ok(found == 0)
    }

    /// The account with this address or name. A name has no `@`, so it is one at most.
    pub async fn user_by_login(&self, login: &str) -> sqlx::Result<Option<UserRow>> {
        let key = name_key(login);
        on!(self, pool => sqlx::query_as(
            "SELECT id, email, username, password_hash, role, disabled, created_at FROM users
             WHERE email_key = $1 OR username_key = $1")
            .bind(key).fetch_optional(pool).await)
    }

    /// The account itself.
    pub async fn user(&self, id: Uuid) -> sqlx::Result<Option<UserRow>> {
        on!(self, pool => sqlx::query_as(
            "SELECT id, email, username, password_hash, role, disabled, created_at FROM users WHERE id = $1")
            .bind(id).fetch_optional(pool).await)
    }

    /// Changes what is given. `Err` of the pair says which of address and name somebody else has.
    pub async fn change_user(
        &self,
        id: Uuid,
        email: Option<&str>,
        username: Option<&str>,
        password_hash: Option<&str>,
        now: Timestamp,
    ) -> sqlx::Result<Result<(), (bool, bool)>> {
        let (email_key, username_key) = (email.map(name_key), username.map(name_key));
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            let (same_email, same_name): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(CASE WHEN email_key = $1 THEN 1 END), COUNT(CASE WHEN username_key = $2 THEN 1 END) FROM users
                 WHERE (email_key = $1 OR username_key = $2) AND id <> $3")
                .bind(&email_key).bind(&username_key).bind(id).fetch_one(&mut *tx).await?;
            if same_email + same_name > 0 {
                return Ok(Err((same_email > 0, same_name > 0)));
            }
            sqlx::query(
                "UPDATE users SET email = COALESCE($2, email), email_key = COALESCE($3, email_key),
                    username = COALESCE($4, username), username_key = COALESCE($5, username_key),
                    password_hash = COALESCE($6, password_hash), updated_at = $7 WHERE id = $1")
                .bind(id).bind(email).bind(&email_key).bind(username).bind(&username_key).bind(password_hash).bind(now.0)
                .execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(Ok(()))
        })
    }

    /// Removes an account with all that is its own. `false`: it is the last admin and others remain.
    pub async fn delete_user(&self, id: Uuid) -> sqlx::Result<bool> {
        let lock = self.lock_users();
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            sqlx::query(lock).execute(&mut *tx).await?;
            let (other_admins, others): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(CASE WHEN role = 'admin' AND NOT disabled THEN 1 END), COUNT(*) FROM users WHERE id <> $1")
                .bind(id).fetch_one(&mut *tx).await?;
            if other_admins == 0 && others > 0 {
                let (is_admin,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM users WHERE id = $1 AND role = 'admin'")
                    .bind(id).fetch_one(&mut *tx).await?;
                if is_admin > 0 {
                    return Ok(false);
                }
            }
            sqlx::query("DELETE FROM watch_history WHERE viewer = $1")
                .bind(format!("user:{id}")).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    /// Everything that follows an account.
    pub async fn preferences(&self, user: Uuid) -> sqlx::Result<Preferences> {
        let rows: Vec<(String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT name, value FROM preferences WHERE user_id = $1").bind(user).fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(name, value)| Some((name, serde_json::from_str(&value).ok()?)))
            .collect())
    }

    /// Sets a preference; without a value forgets it.
    pub async fn set_preference(
        &self,
        user: Uuid,
        name: &str,
        value: Option<&str>,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        on!(self, pool => match value {
            Some(value) => sqlx::query(
                "INSERT INTO preferences (user_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at")
                .bind(user).bind(name).bind(value).bind(now.0).execute(pool).await.map(|_| ()),
            None => sqlx::query("DELETE FROM preferences WHERE user_id = $1 AND name = $2")
                .bind(user).bind(name).execute(pool).await.map(|_| ()),
        })
    }

    /// Keeps a link to a new password, in the place of earlier ones.
    pub async fn store_reset(&self, user: Uuid, hash: &[u8], now: Timestamp, until: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            sqlx::query("DELETE FROM password_resets WHERE user_id = $1 OR expires_at < $2")
                .bind(user).bind(now.0).execute(&mut *tx).await?;
            sqlx::query("INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
                .bind(hash).bind(user).bind(now.0).bind(until.0).execute(&mut *tx).await?;
            tx.commit().await
        })
    }

    /// Whose link it is, if it is good.
    pub async fn reset_owner(&self, hash: &[u8], now: Timestamp) -> sqlx::Result<Option<UserRow>> {
        on!(self, pool => sqlx::query_as(
            "SELECT u.id, u.email, u.username, u.password_hash, u.role, u.disabled, u.created_at
             FROM password_resets r JOIN users u ON u.id = r.user_id WHERE r.token_hash = $1 AND r.expires_at > $2")
            .bind(hash).bind(now.0).fetch_optional(pool).await)
    }

    /// Uses the link up, sets the password and ends all logins, all or nothing. Returns the account, if the link was good.
    pub async fn reset_password(&self, hash: &[u8], password_hash: &str, now: Timestamp) -> sqlx::Result<Option<Uuid>> {
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            let used: Option<(Uuid,)> = sqlx::query_as(
                "DELETE FROM password_resets WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id")
                .bind(hash).bind(now.0).fetch_optional(&mut *tx).await?;
            let Some((user,)) = used else { return Ok(None) };
            sqlx::query("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
                .bind(user).bind(password_hash).bind(now.0).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM logins WHERE user_id = $1").bind(user).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(Some(user))
        })
    }
}
