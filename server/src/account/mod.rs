//! Accounts: sign-up, sign-in, sessions, and personal data.
//!
//! Access tokens are valid for 15 minutes, yet ending a login takes effect immediately: the account and its role are
//! looked up on each request and cached for a few seconds only.

mod browser;
pub mod device;
mod guess;
mod login;
pub mod password;
pub mod preference;
pub mod rules;
pub mod token;

use crate::{
    clock,
    config::{AccountsConfig, Secret},
    db::{ChangeUserOutcome, Db, Device, NewUser, SignUpOutcome, UserRow, normalise_invite},
    error::{Error, Result},
    limit::Limiter,
    mail::{Mailer, PasswordReset},
    tasks::Tasks,
};
use anyhow::Context;
use app::{
    backend::{Account, ViewerKey},
    error::{Error as AppError, FieldError, Kind},
    i18n::Language,
    protocol::*,
    t,
};
use browser::KnownBrowsers;
use guess::{GuessLimiter, Wait};
use moka::sync::Cache as Moka;
use password::{Passwords, Verification};
use std::{sync::Arc, time::Duration};
use token::Signer;
use tokio::sync::broadcast::{self, error::RecvError};
use tracing::{info, warn};

/// Lifetime of a cached login, which bounds the time until the end of a login on another node takes effect here.
const CACHE_TTL: Duration = Duration::from_secs(5);

/// Capacity of the channel of account changes. A receiver that lags further checks its login itself.
const CHANGES_CAPACITY: usize = 64;

/// Maximum number of cached logins.
const CACHE_CAPACITY: u64 = 10_000;

/// Interval at which ended logins are deleted.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Handle to the account service. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    db: Db,
    passwords: Passwords,
    tokens: Signer,
    browsers: KnownBrowsers,
    guesses: GuessLimiter,
    mailer: Mailer,
    tasks: Tasks,
    mode: SignUpMode,
    /// Base URL of links in mails. Never taken from a request, because the client controls the Host header.
    base_url: String,
    known: Moka<LoginId, Arc<Account>>,
    /// Broadcasts accounts of which a login may have ended, for connections that outlive the authentication.
    changed: broadcast::Sender<UserId>,
}

/// Receiver of account changes on this node.
pub struct Changes(broadcast::Receiver<UserId>);

impl Changes {
    /// Waits until this account may have changed.
    pub async fn of(&mut self, user: UserId) {
        loop {
            match self.0.recv().await {
                Ok(changed) if changed != user => {}
                // After missed messages the caller has to check for itself.
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// Tokens of a new or refreshed login.
#[derive(Debug)]
pub struct IssuedTokens {
    /// Access token, valid for 15 minutes.
    pub access_token: String,
    /// Refresh token.
    pub refresh_token: String,
    /// Account of the login.
    pub account: Arc<Account>,
}

impl Accounts {
    /// Creates the service, with this base URL of links in mails. Computes one password hash.
    pub fn new(
        config: AccountsConfig,
        base_url: String,
        secret: &Secret,
        db: Db,
        mailer: Mailer,
        limiter: Limiter,
        tasks: Tasks,
    ) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            db,
            passwords: Passwords::new()?,
            tokens: Signer::new(secret)?,
            browsers: KnownBrowsers::new(secret)?,
            guesses: GuessLimiter::new(limiter),
            mailer,
            tasks,
            mode: config.sign_up,
            base_url,
            known: Moka::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(CACHE_TTL)
                .build(),
            changed: broadcast::Sender::new(CHANGES_CAPACITY),
        })))
    }

    /// Returns the password hasher.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Deletes ended logins every hour, for as long as the server runs.
    pub async fn sweep(self) {
        let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
        loop {
            ticks.tick().await;
            let now = clock::now();
            let long_ended = Timestamp(now.0 - millis(token::REFRESH));
            if let Err(error) = self.0.db.forget_ended_logins(now, long_ended).await {
                warn!(%error, "ended logins could not be removed");
            }
        }
    }

    /// Creates an account and signs it in. The guest's watch history moves to the account.
    pub async fn sign_up(
        &self,
        new: SignUp,
        guest: Option<&ViewerKey>,
        device: &Device,
    ) -> Result<(IssuedTokens, Profile)> {
        rules::check_sign_up(&new)?;
        // Validation comes first, because a hash costs a twentieth of a second of CPU time.
        let invite = new.invite.as_deref().map(normalise_invite);
        let password_hash = self.0.passwords.hash(new.password).await?;
        let made = self
            .0
            .db
            .sign_up(
                &NewUser {
                    email: new.email.trim(),
                    username: new.username.trim(),
                    password_hash: &password_hash,
                    guest,
                    invite: invite.as_deref(),
                    mode: self.0.mode,
                },
                clock::now(),
            )
            .await?;
        let user = match made {
            SignUpOutcome::Made(user) => user,
            SignUpOutcome::Taken { email, username } => return Err(rules::taken(email, username)),
            SignUpOutcome::NotInvited => {
                return Err(AppError::invalid("invite", t::server_account::invite_used()).into());
            }
            SignUpOutcome::Closed => {
                return Err(Error::refuse(Kind::Forbidden, t::server_account::closed()));
            }
        };
        info!(user = %user.id, role = user.role().as_str(), "signed up");
        let granted = self.start_login(&user, device).await?;
        Ok((granted, self.profile_of(&user).await?))
    }

    /// Signs in. An unknown name and a wrong password are indistinguishable by response and by timing. `known` is the
    /// cookie of a browser that has signed in before.
    pub async fn sign_in(
        &self,
        sign_in: SignIn,
        device: &Device,
        known: Option<&str>,
    ) -> Result<(IssuedTokens, Profile)> {
        let user = match rules::is_possible_login(&sign_in.login) {
            true => self.0.db.user_by_login(&sign_in.login).await?,
            false => None,
        };
        let browser = known.zip(user.as_ref());
        let browser = browser.and_then(|(cookie, user)| self.0.browsers.number(cookie, user.id));
        let guesses = self.0.guesses.at(&sign_in.login, &device.household, browser);
        guesses.await.map_err(too_often)?;
        let kept = user.as_ref().map(|user| user.password_hash.clone());
        let password: String = sign_in.password.chars().take(password::MAX_INPUT_CHARS).collect();
        let fit = self.0.passwords.compare(password.clone(), kept).await?;
        let Some(user) = user.filter(|_| fit != Verification::No) else {
            return Err(Error::refuse(Kind::Unauthorized, t::server_account::wrong_password()));
        };
        if user.disabled {
            return Err(Error::refuse(Kind::Forbidden, t::server_account::disabled()));
        }
        if fit == Verification::AsTyped {
            let hash = self.0.passwords.hash(password).await?;
            self.0.db.rehash(user.id, &user.password_hash, &hash).await?;
        }
        let granted = self.start_login(&user, device).await?;
        Ok((granted, self.profile_of(&user).await?))
    }

    /// Returns the known-browser cookie after this account has signed in.
    pub fn remember_browser(&self, known: Option<&str>, account: &Account) -> Result<String> {
        Ok(self.0.browsers.remember(known, account.id, clock::now())?)
    }

    /// Sends a password reset link, if the account exists. Runs in the background, so that neither the response nor its
    /// timing reveals whether it does.
    /// The mail is in the language that the account prefers, else in the one `asked_in`.
    pub fn forgot_password(&self, forgot: ForgotPassword, asked_in: Language) -> Result<()> {
        rules::check_email(&forgot.email)?;
        let accounts = self.clone();
        self.0.tasks.spawn("password reset", async move {
            let sent = accounts.send_reset(&forgot.email, asked_in).await;
            sent.context("a link to a new password could not be sent")
        });
        Ok(())
    }

    async fn send_reset(&self, email: &str, asked_in: Language) -> anyhow::Result<()> {
        let Some(user) = self.0.db.user_by_login(email).await?.filter(|user| !user.disabled) else {
            return Ok(());
        };
        let (token, now) = (token::random()?, clock::now());
        let until = Timestamp(now.0 + millis(token::RESET_TTL));
        if !self.0.db.store_reset(user.id, &token::hash(&token), now, until).await? {
            info!(user = %user.id, "as many links to a new password as may be are good already: no further mail");
            return Ok(());
        }
        let link = format!("{}/reset?token={token}", self.0.base_url);
        let preferred = preference::language(&self.0.db.preferences(user.id).await?);
        let reset = PasswordReset {
            username: &user.username,
            link: &link,
            minutes: u32::try_from(token::RESET_TTL.as_secs() / 60)?,
            language: preferred.unwrap_or(asked_in),
        };
        let sent = self.0.mailer.password_reset(&user.email, &reset).await;
        if sent.is_err() {
            // A link that was not sent must not count against the number of open links.
            self.0.db.forget_reset(&token::hash(&token)).await?;
        }
        sent
    }

    /// Sets a new password with a reset link, which works once, and ends all of the account's logins.
    pub async fn reset_password(&self, reset: ResetPassword) -> Result<()> {
        let used_up = || Error::from(AppError::invalid("token", t::server_account::link_used()));
        let hash = token::hash(&reset.token);
        let owner = self.0.db.reset_owner(&hash, clock::now()).await?.ok_or_else(used_up)?;
        rules::check_password("password", &reset.password, &[&owner.email, &owner.username])?;
        let password_hash = self.0.passwords.hash(reset.password).await?;
        let changed = self.0.db.reset_password(&hash, &password_hash, clock::now()).await?;
        let user = changed.ok_or_else(used_up)?;
        self.forget_user(user);
        info!(%user, "a password was reset by mail");
        Ok(())
    }

    /// Returns the account with its preferences.
    pub async fn profile(&self, account: &Account) -> Result<Profile> {
        let user = self.row(account).await?;
        self.profile_of(&user).await
    }

    /// Changes the name, address or password. A new password ends all other logins.
    pub async fn change(&self, account: &Account, change: ChangeProfile) -> Result<Profile> {
        let user = self.row(account).await?;
        rules::check_change(&change, &user)?;
        if change.email.is_some() || change.password.is_some() {
            self.check_current(&user, "current_password", change.current_password)
                .await?;
        }
        let password_hash = match change.password {
            Some(password) => Some(self.0.passwords.hash(password).await?),
            None => None,
        };
        let (email, name) = (
            change.email.as_deref().map(str::trim),
            change.username.as_deref().map(str::trim),
        );
        let changed = self
            .0
            .db
            .change_user(user.id, email, name, password_hash.as_deref(), clock::now())
            .await?;
        if let ChangeUserOutcome::Taken { email, username } = changed {
            return Err(rules::taken(email, username));
        }
        if password_hash.is_some() {
            self.end_all(user.id, Some(account.login)).await?;
        }
        self.forget_user(user.id);
        self.profile(account).await
    }

    /// Deletes the account with its history, preferences and logins.
    pub async fn delete(&self, account: &Account, delete: DeleteAccount) -> Result<()> {
        let user = self.row(account).await?;
        self.check_current(&user, "password", Some(delete.password)).await?;
        if !self.0.db.delete_user(user.id).await? {
            return Err(Error::refuse(Kind::Conflict, t::server_account::yourself_last_admin()));
        }
        self.forget_user(user.id);
        info!(user = %user.id, "an account was deleted by its owner");
        Ok(())
    }

    /// Sets a preference; `null` deletes it.
    pub async fn set_preference(&self, account: &Account, name: &str, value: serde_json::Value) -> Result<()> {
        let value = preference::check(name, &value)?;
        Ok(self
            .0
            .db
            .set_preference(account.id, name, value.as_deref(), clock::now())
            .await?)
    }

    /// Evicts an account from the cache and announces the change, after its role or state has changed.
    pub fn forget_user(&self, user: UserId) {
        let logins: Vec<LoginId> = self
            .0
            .known
            .iter()
            .filter(|(_, account)| account.id == user)
            .map(|(login, _)| *login)
            .collect();
        for login in logins {
            self.0.known.invalidate(&login);
        }
        self.tell_of(user);
    }

    fn tell_of(&self, user: UserId) {
        // An error only means that there are no receivers.
        let _ = self.0.changed.send(user);
    }

    async fn row(&self, account: &Account) -> Result<UserRow> {
        self.0.db.user(account.id).await?.ok_or_else(signed_out)
    }

    async fn profile_of(&self, user: &UserRow) -> Result<Profile> {
        Ok(Profile {
            user: user.to_user(),
            preferences: self.0.db.preferences(user.id).await?,
        })
    }

    async fn check_current(&self, user: &UserRow, field: &str, shown: Option<String>) -> Result<()> {
        self.0.guesses.at_own(user.id).await.map_err(too_often)?;
        let shown = shown.unwrap_or_default();
        let right = !shown.is_empty()
            && shown.chars().count() <= password::MAX_INPUT_CHARS
            && self.0.passwords.verify(shown, Some(user.password_hash.clone())).await?;
        if right {
            return Ok(());
        }
        Err(AppError::invalid_fields(vec![FieldError {
            field: field.into(),
            reason: t::server_account::not_your_password(),
        }])
        .into())
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn too_often(Wait(ms): Wait) -> Error {
    AppError::too_often(ms).into()
}

/// Returns the 401 error for a login that has ended.
pub fn signed_out() -> Error {
    Error::refuse(Kind::Unauthorized, t::server_account::signed_out())
}
