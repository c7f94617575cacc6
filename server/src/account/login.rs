//! Logins: token refresh, authentication and sign-out.

use super::{Accounts, Changes, IssuedTokens, device, millis, signed_out, token};
use crate::{
    clock,
    db::{Device, RotateOutcome, UserRow},
    error::{Error, Result},
};
use app::{backend::Account, protocol::*, t};
use std::sync::Arc;
use token::{Claims, Purpose};
use tracing::warn;

/// Maximum number of logins listed.
const MAX_LOGINS_LISTED: u32 = 100;

impl Accounts {
    /// Rotates a refresh token: exchanges it for new tokens. The old one remains valid until one of the new ones is
    /// used, because the response can be lost. Reuse after that means that the token was stolen, by or from the caller,
    /// so the login is ended for both.
    pub async fn refresh(&self, token: &str, device: &Device) -> Result<IssuedTokens> {
        let (next, now) = (token::random()?, clock::now());
        let until = Timestamp(now.0 + millis(token::REFRESH));
        let rotated = self
            .0
            .db
            .rotate(&token::hash(token), &token::hash(&next), &device.address, now, until)
            .await?;
        match rotated {
            RotateOutcome::Done { user, login } => self.grant(user, login, next).await,
            RotateOutcome::Ended { user, login } => {
                warn!(%user, %login, "a refresh token was used after its successor: its login ends");
                self.end(user, login).await?;
                Err(signed_out())
            }
            RotateOutcome::Unknown => Err(signed_out()),
        }
    }

    /// Authenticates an access token. Returns `None` if the token or its login has ended.
    pub async fn authenticate(&self, access_token: &str) -> Result<Option<Arc<Account>>> {
        match self.0.tokens.check(Purpose::Access, access_token) {
            Some(Claims::Access { user, login }) => self.account(user, login).await,
            _ => Ok(None),
        }
    }

    /// Returns whether a login is valid, as far as this node knows.
    pub async fn is_signed_in(&self, user: UserId, login: LoginId) -> Result<bool> {
        Ok(self.account(user, login).await?.is_some())
    }

    /// Subscribes to account changes.
    pub fn changes(&self) -> Changes {
        Changes(self.0.changed.subscribe())
    }

    /// Authenticates the stream token of a playlist.
    pub async fn authenticate_stream(&self, token: &str) -> Result<Option<Arc<Account>>> {
        match self.0.tokens.check(Purpose::Stream, token) {
            Some(Claims::Stream { user, login }) => self.account(user, login).await,
            _ => Ok(None),
        }
    }

    /// Issues a stream token for this account's playlists.
    pub fn stream_token(&self, account: &Account) -> Result<String> {
        let (user, login) = (account.id, account.login);
        Ok(self.0.tokens.sign(&Claims::Stream { user, login }, clock::now())?)
    }

    /// Ends the login of the current request.
    pub async fn sign_out(&self, account: &Account) -> Result<()> {
        self.end(account.id, account.login).await?;
        Ok(())
    }

    /// Ends the login of a refresh token, whether the token has been rotated or not. An unknown one is ignored: its
    /// login has ended already.
    pub async fn sign_out_by_token(&self, token: &str) -> Result<()> {
        if let Some((user, login)) = self.0.db.login_of_token(&token::hash(token)).await? {
            self.end(user, login).await?;
        }
        Ok(())
    }

    /// Returns the account's logins.
    pub async fn logins(&self, account: &Account) -> Result<Vec<Login>> {
        let rows = self.0.db.logins(account.id, clock::now(), MAX_LOGINS_LISTED).await?;
        Ok(rows
            .into_iter()
            .map(|row| Login {
                id: row.id,
                device: device::name(&row.agent),
                address: row.address,
                created_at: Timestamp(row.created_at),
                last_used_at: Timestamp(row.last_used_at),
                current: row.id == account.login,
            })
            .collect())
    }

    /// Ends one of the account's logins.
    pub async fn end_login(&self, account: &Account, login: LoginId) -> Result<()> {
        if self.end(account.id, login).await? {
            Ok(())
        } else {
            Err(Error::not_found(t::server_account::no_login()))
        }
    }

    /// Ends all of the account's logins except the current one.
    pub async fn end_other_logins(&self, account: &Account) -> Result<()> {
        self.end_all(account.id, Some(account.login)).await
    }

    pub(super) async fn account(&self, user: UserId, login: LoginId) -> Result<Option<Arc<Account>>> {
        let matching = |account: Arc<Account>| (account.id == user).then_some(account);
        if let Some(known) = self.0.known.get(&login) {
            return Ok(matching(known));
        }
        let Some((username, role)) = self.0.db.login_owner(user, login, clock::now()).await? else {
            return Ok(None);
        };
        let account = Arc::new(Account {
            id: user,
            login,
            username,
            role,
        });
        self.0.known.insert(login, account.clone());
        Ok(Some(account))
    }

    pub(super) async fn start_login(&self, user: &UserRow, device: &Device) -> Result<IssuedTokens> {
        let (refresh, now) = (token::random()?, clock::now());
        let until = Timestamp(now.0 + millis(token::REFRESH));
        let login = self
            .0
            .db
            .start_login(user.id, device, &token::hash(&refresh), now, until)
            .await?;
        self.grant(user.id, login, refresh).await
    }

    pub(super) async fn grant(&self, user: UserId, login: LoginId, refresh_token: String) -> Result<IssuedTokens> {
        let account = self.account(user, login).await?.ok_or_else(signed_out)?;
        Ok(IssuedTokens {
            access_token: self.0.tokens.sign(&Claims::Access { user, login }, clock::now())?,
            refresh_token,
            account,
        })
    }

    pub(super) async fn end(&self, user: UserId, login: LoginId) -> Result<bool> {
        let ended = self.0.db.end_login(user, login).await?;
        self.0.known.invalidate(&login);
        self.tell_of(user);
        Ok(ended)
    }

    pub(super) async fn end_all(&self, user: UserId, but: Option<LoginId>) -> Result<()> {
        for login in self.0.db.end_logins(user, but).await? {
            self.0.known.invalidate(&login);
        }
        self.tell_of(user);
        Ok(())
    }
}
