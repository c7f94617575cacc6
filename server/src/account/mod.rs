//! Accounts: signing up and in, staying signed in, and what belongs to a person.
//!
//! An access token is good for 15 minutes, yet a login that ends is over at once: who it belongs to and what they may do
//! is looked up, and remembered for a few seconds only.

pub mod device;
pub mod password;
mod preference;
pub mod rules;
pub mod token;

use crate::{
    clock,
    config::{Config, Secret},
    db::{Db, Device, NewUser, Rotated, SignedUp, UserRow, normalise_invite},
    error::{Error, Result},
    mail::Mailer,
};
use app::{
    backend::Account,
    error::{Error as AppError, FieldError, Kind},
    protocol::*,
};
use moka::sync::Cache as Moka;
use password::Passwords;
use std::{sync::Arc, time::Duration};
use token::{Bearer, Purpose, Signer};
use tokio::sync::broadcast::{self, error::RecvError};
use tracing::{info, warn};
use uuid::Uuid;

/// How long another node's word that a login has ended may take to be heard here.
const REMEMBER: Duration = Duration::from_secs(5);

/// Changes that somebody may be behind without looking for themselves.
const CHANGES: usize = 64;

/// Logins that are remembered.
const REMEMBERED: u64 = 10_000;

/// Two tabs that wake up at the same moment show the same cookie: for this long the later one is let in, though it gets
/// no refresh token of its own. Programs, which hold theirs themselves, have no such grace.
const SAME_MOMENT: Duration = Duration::from_secs(30);

/// Devices that are listed.
const LOGINS_SHOWN: u32 = 100;

/// How often what has run out is removed.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// A handle to the accounts. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    db: Db,
    passwords: Passwords,
    access: Signer,
    streams: Signer,
    mailer: Mailer,
    mode: SignUpMode,
    /// Where links in mails lead: never taken from a request, whose Host anybody may choose.
    base_url: String,
    known: Moka<Uuid, Arc<Account>>,
    /// Accounts of which a login may just have ended, for whoever came in by one and stayed.
    changed: broadcast::Sender<Uuid>,
}

/// Hears of accounts that change on this node.
pub struct Changes(broadcast::Receiver<Uuid>);

impl Changes {
    /// Waits until something has changed with an account.
    pub async fn of(&mut self, user: Uuid) {
        loop {
            match self.0.recv().await {
                Ok(changed) if changed != user => {}
                // Whoever missed some looks for themselves.
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// Somebody who has just signed in, or stays signed in.
#[derive(Debug)]
pub struct Granted {
    /// For the next 15 minutes.
    pub access_token: String,
    /// For the next refresh; none for the second of two tabs.
    pub refresh_token: Option<String>,
    /// Who it is.
    pub account: Arc<Account>,
}

/// How a refresh token was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In a browser's cookie, which all of its tabs share.
    Cookie,
    /// In the request itself.
    Body,
}

impl Accounts {
    /// Prepares everything; takes one password hash's time.
    pub fn new(config: &Config, secret: &Secret, db: Db, mailer: Mailer) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            db,
            passwords: Passwords::new()?,
            access: Signer::new(secret, Purpose::Access)?,
            streams: Signer::new(secret, Purpose::Stream)?,
            mailer,
            mode: config.sign_up,
            base_url: config.base_url(None),
            known: Moka::builder().max_capacity(REMEMBERED).time_to_live(REMEMBER).build(),
            changed: broadcast::Sender::new(CHANGES),
        })))
    }

    /// What hashes and compares passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Removes what has run out, every hour, for as long as the server runs.
    pub async fn sweep(self) {
        let mut ticks = tokio::time::interval(SWEEP);
        loop {
            ticks.tick().await;
            let now = clock::now();
            let long_used = Timestamp(now.0 - millis(token::REFRESH));
            if let Err(error) = self.0.db.forget_ended_logins(now, long_used).await {
                warn!(%error, "ended logins could not be removed");
            }
        }
    }

    /// Makes an account and signs it in. What a guest watched becomes theirs.
    pub async fn sign_up(&self, new: SignUp, guest: Option<&str>, device: &Device) -> Result<(Granted, Profile)> {
        rules::check_sign_up(&new)?;
        // Cheap refusals first: a hash costs a twentieth of a second of a processor.
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
            SignedUp::Made(user) => user,
            SignedUp::Taken { email, username } => return Err(rules::taken(email, username)),
            SignedUp::NotInvited => {
                return Err(AppError::invalid("invite", "This invite code is used up, too old or mistyped.").into());
            }
            SignedUp::Closed => {
                return Err(Error::refuse(
                    Kind::Forbidden,
                    "New accounts are closed on this instance. Ask whoever runs it.",
                ));
            }
        };
        info!(user = %user.id, role = user.role().as_str(), "signed up");
        let granted = self.start_login(&user, device).await?;
        Ok((granted, self.profile_of(&user).await?))
    }

    /// Signs in. The same answer, after the same time, for an unknown name and a wrong password.
    pub async fn sign_in(&self, sign_in: SignIn, device: &Device) -> Result<(Granted, Profile)> {
        let user = match rules::is_possible_login(&sign_in.login) {
            true => self.0.db.user_by_login(&sign_in.login).await?,
            false => None,
        };
        let kept = user.as_ref().map(|user| user.password_hash.clone());
        let password: String = sign_in.password.chars().take(*password::LENGTH.end() + 1).collect();
        let right = self.0.passwords.verify(password, kept).await?;
        let Some(user) = user.filter(|_| right) else {
            return Err(Error::refuse(
                Kind::Unauthorized,
                "That name and password do not belong together. Try again, or choose a new password.",
            ));
        };
        if user.disabled {
            return Err(Error::refuse(
                Kind::Forbidden,
                "This account has been disabled. Ask whoever runs this instance.",
            ));
        }
        let granted = self.start_login(&user, device).await?;
        Ok((granted, self.profile_of(&user).await?))
    }

    /// Exchanges a refresh token for new tokens. A program that shows a used one has lost it to somebody: the whole login
    /// ends, for both.
    pub async fn refresh(&self, token: &str, shown: Shown, device: &Device) -> Result<Granted> {
        let (next, now) = (token::random()?, clock::now());
        let until = Timestamp(now.0 + millis(token::REFRESH));
        let rotated = self
            .0
            .db
            .rotate(&token::hash(token), &token::hash(&next), &device.address, now, until)
            .await?;
        match rotated {
            Rotated::Done { user, login } => self.grant(user, login, Some(next)).await,
            Rotated::UsedBefore { user, login, used_at }
                if shown == Shown::Cookie && now.0 - used_at <= millis(SAME_MOMENT) =>
            {
                self.grant(user, login, None).await
            }
            Rotated::UsedBefore { user, login, .. } => {
                warn!(%user, %login, "a refresh token was used twice: its login ends");
                self.end(user, login).await?;
                Err(signed_out())
            }
            Rotated::Unknown => Err(signed_out()),
        }
    }

    /// Who shows this access token; nobody, if it or its login has ended.
    pub async fn authenticate(&self, access_token: &str) -> Result<Option<Arc<Account>>> {
        match self.0.access.check(access_token) {
            Some(bearer) => self.account(bearer.user, bearer.login).await,
            None => Ok(None),
        }
    }

    /// Whether a login is still good, as far as was heard here.
    pub async fn is_signed_in(&self, user: Uuid, login: Uuid) -> Result<bool> {
        Ok(self.account(user, login).await?.is_some())
    }

    /// What changes with accounts from now on.
    pub fn changes(&self) -> Changes {
        Changes(self.0.changed.subscribe())
    }

    /// Who shows this token of a playlist.
    pub async fn authenticate_stream(&self, token: &str) -> Result<Option<Arc<Account>>> {
        match self.0.streams.check(token) {
            Some(bearer) => self.account(bearer.user, bearer.login).await,
            None => Ok(None),
        }
    }

    /// A token for a playlist of this account's.
    pub fn stream_token(&self, account: &Account) -> Result<String> {
        let (user, login) = ids(account)?;
        Ok(self.0.streams.sign(Bearer { user, login }, clock::now())?)
    }

    /// Ends the login that an account makes this request by.
    pub async fn sign_out(&self, account: &Account) -> Result<()> {
        let (user, login) = ids(account)?;
        self.end(user, login).await?;
        Ok(())
    }

    /// Ends the login of a refresh token, whether it was used or not. One that is unknown has ended already.
    pub async fn sign_out_by_token(&self, token: &str) -> Result<()> {
        if let Some((user, login)) = self.0.db.login_of_token(&token::hash(token)).await? {
            self.end(user, login).await?;
        }
        Ok(())
    }

    /// Sends a link to choose a new password, if there is such an account. Does so after answering, so that neither the
    /// answer nor its time says whether there is.
    pub fn forgot_password(&self, forgot: ForgotPassword) -> Result<()> {
        rules::check_email(&forgot.email)?;
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(error) = accounts.send_reset(&forgot.email).await {
                warn!(
                    error = format!("{error:#}"),
                    "a link to a new password could not be sent"
                );
            }
        });
        Ok(())
    }

    async fn send_reset(&self, email: &str) -> anyhow::Result<()> {
        let Some(user) = self.0.db.user_by_login(email).await?.filter(|user| !user.disabled) else {
            return Ok(());
        };
        let (token, now) = (token::random()?, clock::now());
        let until = Timestamp(now.0 + millis(token::RESET));
        self.0.db.store_reset(user.id, &token::hash(&token), now, until).await?;
        let link = format!("{}/reset?token={token}", self.0.base_url);
        let minutes = u32::try_from(token::RESET.as_secs() / 60)?;
        self.0
            .mailer
            .password_reset(&user.email, &user.username, &link, minutes)
            .await
    }

    /// Sets a new password by a link, once, and ends every login.
    pub async fn reset_password(&self, reset: ResetPassword) -> Result<()> {
        let used_up = || {
            Error::from(AppError::invalid(
                "token",
                "This link has been used or is too old. Ask for a new one.",
            ))
        };
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

    /// The account with its preferences.
    pub async fn profile(&self, account: &Account) -> Result<Profile> {
        let user = self.row(account).await?;
        self.profile_of(&user).await
    }

    /// Changes name, address or password; a new password ends all other logins.
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
        changed.map_err(|(email, username)| rules::taken(email, username))?;
        if password_hash.is_some() {
            let (_, login) = ids(account)?;
            self.end_all(user.id, Some(login)).await?;
        }
        self.forget_user(user.id);
        self.profile(account).await
    }

    /// Removes the account with its history, preferences and logins.
    pub async fn delete(&self, account: &Account, delete: DeleteAccount) -> Result<()> {
        let user = self.row(account).await?;
        self.check_current(&user, "password", Some(delete.password)).await?;
        if !self.0.db.delete_user(user.id).await? {
            return Err(Error::refuse(
                Kind::Conflict,
                "You are the only admin here. Make somebody else admin first.",
            ));
        }
        self.forget_user(user.id);
        info!(user = %user.id, "an account was deleted by its owner");
        Ok(())
    }

    /// Where the account is signed in.
    pub async fn logins(&self, account: &Account) -> Result<Vec<Login>> {
        let (user, current) = ids(account)?;
        let rows = self.0.db.logins(user, clock::now(), LOGINS_SHOWN).await?;
        Ok(rows
            .into_iter()
            .map(|row| Login {
                id: row.id.to_string(),
                device: device::name(&row.agent),
                address: row.address,
                created_at: Timestamp(row.created_at),
                last_used_at: Timestamp(row.last_used_at),
                current: row.id == current,
            })
            .collect())
    }

    /// Signs a device out.
    pub async fn end_login(&self, account: &Account, login: Uuid) -> Result<()> {
        let (user, _) = ids(account)?;
        if self.end(user, login).await? {
            Ok(())
        } else {
            Err(Error::not_found("You are not signed in there any more."))
        }
    }

    /// Signs all other devices out.
    pub async fn end_other_logins(&self, account: &Account) -> Result<()> {
        let (user, login) = ids(account)?;
        self.end_all(user, Some(login)).await
    }

    /// Sets a preference, or forgets it with null.
    pub async fn set_preference(&self, account: &Account, name: &str, value: serde_json::Value) -> Result<()> {
        let (user, _) = ids(account)?;
        let value = preference::check(name, &value)?;
        Ok(self
            .0
            .db
            .set_preference(user, name, value.as_deref(), clock::now())
            .await?)
    }

    /// Forgets what is remembered of an account, because its role or state has changed.
    pub fn forget_user(&self, user: Uuid) {
        let id = user.to_string();
        let logins: Vec<Uuid> = self
            .0
            .known
            .iter()
            .filter(|(_, account)| account.id == id)
            .map(|(login, _)| *login)
            .collect();
        for login in logins {
            self.0.known.invalidate(&login);
        }
        self.tell_of(user);
    }

    fn tell_of(&self, user: Uuid) {
        // Nobody may be listening.
        let _ = self.0.changed.send(user);
    }

    async fn account(&self, user: Uuid, login: Uuid) -> Result<Option<Arc<Account>>> {
        let matching = |account: Arc<Account>| (account.id == user.to_string()).then_some(account);
        if let Some(known) = self.0.known.get(&login) {
            return Ok(matching(known));
        }
        let Some((username, role)) = self.0.db.login_owner(user, login, clock::now()).await? else {
            return Ok(None);
        };
        let account = Arc::new(Account {
            id: user.to_string(),
            login: login.to_string(),
            username,
            role,
        });
        self.0.known.insert(login, account.clone());
        Ok(Some(account))
    }

    async fn start_login(&self, user: &UserRow, device: &Device) -> Result<Granted> {
        let (refresh, now) = (token::random()?, clock::now());
        let until = Timestamp(now.0 + millis(token::REFRESH));
        let login = self
            .0
            .db
            .start_login(user.id, device, &token::hash(&refresh), now, until)
            .await?;
        self.grant(user.id, login, Some(refresh)).await
    }

    async fn grant(&self, user: Uuid, login: Uuid, refresh_token: Option<String>) -> Result<Granted> {
        let account = self.account(user, login).await?.ok_or_else(signed_out)?;
        Ok(Granted {
            access_token: self.0.access.sign(Bearer { user, login }, clock::now())?,
            refresh_token,
            account,
        })
    }

    async fn end(&self, user: Uuid, login: Uuid) -> Result<bool> {
        let ended = self.0.db.end_login(user, login).await?;
        self.0.known.invalidate(&login);
        self.tell_of(user);
        Ok(ended)
    }

    async fn end_all(&self, user: Uuid, but: Option<Uuid>) -> Result<()> {
        for login in self.0.db.end_logins(user, but).await? {
            self.0.known.invalidate(&login);
        }
        self.tell_of(user);
        Ok(())
    }

    async fn row(&self, account: &Account) -> Result<UserRow> {
        let (user, _) = ids(account)?;
        self.0.db.user(user).await?.ok_or_else(signed_out)
    }

    async fn profile_of(&self, user: &UserRow) -> Result<Profile> {
        Ok(Profile {
            user: user.to_user(),
            preferences: self.0.db.preferences(user.id).await?,
        })
    }

    async fn check_current(&self, user: &UserRow, field: &str, shown: Option<String>) -> Result<()> {
        let shown = shown.unwrap_or_default();
        let right = !shown.is_empty()
            && shown.chars().count() <= *password::LENGTH.end()
            && self.0.passwords.verify(shown, Some(user.password_hash.clone())).await?;
        if right {
            return Ok(());
        }
        Err(AppError::invalid_fields(vec![FieldError {
            field: field.into(),
            reason: "This is not your password of now.".into(),
        }])
        .into())
    }
}

fn ids(account: &Account) -> Result<(Uuid, Uuid)> {
    let parse = |id: &str| Uuid::try_parse(id).map_err(Error::internal);
    Ok((parse(&account.id)?, parse(&account.login)?))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// 401 for a login that has ended.
pub fn signed_out() -> Error {
    Error::refuse(Kind::Unauthorized, "You are signed out. Sign in again.")
}
