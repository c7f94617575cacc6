//! Authorization: which caller may use what. Decided in the use cases, which pages, REST routes and sockets all call,
//! so that no entry point allows what another refuses.

use crate::{
    config::Secret,
    error::{Error, Result},
    limit::Limit,
    state::AppState,
};
use anyhow::Context;
use app::{
    backend::{Caller, Counted, Grant, Origin, Viewer},
    error::{Error as AppError, Kind},
    protocol::{Access, InfoHash, Role},
    t,
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Group of use cases with the same permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// Signing up, in and out, resetting a password, and reading one's own session.
    Enter,
    /// Reading the catalogue and the state of torrents.
    Browse,
    /// Asking the indexers.
    Search,
    /// Adding torrents.
    Add,
    /// Reading the bytes of films.
    Stream,
    /// Recording and reading one's own watch history.
    History,
    /// Joining rooms. Each room has its own access rules on top.
    Room,
    /// Account-only use cases: the profile, the logins, hosting rooms.
    Account,
    /// Administering the instance.
    Administer,
}

/// Privilege level of a caller, derived from their credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// An anonymous visitor.
    Guest,
    /// A media player with a room guest's stream token.
    RoomGuest,
    /// A media player with an account's stream token.
    Player,
    /// An account.
    User,
    /// An account with the admin role.
    Admin,
    /// A holder of the operator's token, which is stored in the data directory.
    Operator,
}

/// Reason for refusing a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The instance requires an account.
    ForAccounts,
    /// The use case exists for accounts only.
    NeedsAccount,
    /// The token grants streaming only.
    OnlyStreams,
    /// Signed in, but not an admin.
    OnlyAdmins,
    /// Neither signed in nor the operator.
    OnlyOperator,
}

/// Decides whether a caller of this standing may make this use of the instance. The match lists every pair and has no
/// `_` arm: a new variant does not compile until it is placed.
pub fn decide(access: Access, what: Use, who: Standing) -> Result<(), Refused> {
    use {Standing as S, Use as U};
    match (who, what) {
        (S::Guest, U::Enter | U::Room) => Ok(()),
        (S::Guest, U::Browse | U::Search | U::Add | U::Stream | U::History) => match access {
            Access::Open => Ok(()),
            Access::Accounts => Err(Refused::ForAccounts),
        },
        (S::Guest, U::Account) => Err(Refused::NeedsAccount),
        (S::Guest, U::Administer) => Err(Refused::OnlyOperator),
        (S::RoomGuest | S::Player, U::Stream) => Ok(()),
        (
            S::RoomGuest | S::Player,
            U::Enter | U::Browse | U::Search | U::Add | U::History | U::Room | U::Account | U::Administer,
        ) => Err(Refused::OnlyStreams),
        (S::User, U::Administer) => Err(Refused::OnlyAdmins),
        (S::User, U::Enter | U::Browse | U::Search | U::Add | U::Stream | U::History | U::Room | U::Account) => Ok(()),
        (
            S::Admin,
            U::Enter | U::Browse | U::Search | U::Add | U::Stream | U::History | U::Room | U::Account | U::Administer,
        ) => Ok(()),
        (S::Operator, U::Account) => Err(Refused::NeedsAccount),
        (S::Operator, U::Enter | U::Browse | U::Search | U::Add | U::Stream | U::History | U::Room | U::Administer) => {
            Ok(())
        }
    }
}

/// Returns whether a GET request from this origin may have a side effect. Another site's page can make a browser send
/// requests without a click (CSRF).
pub fn may_cause(what: Use, from: Origin) -> bool {
    use {Origin as O, Use as U};
    match (what, from) {
        // The engine announces the torrent to the swarm, so a user of this instance must have asked for it. A page that
        // a link leads to adds the torrent with a request of its own.
        (U::Add, O::Own | O::Program) => true,
        (U::Add, O::Unsaid | O::Link | O::Foreign) => false,
        // Side effects: indexers are queried, and an evicted film is downloaded again.
        (U::Search | U::Stream, O::Own | O::Program | O::Unsaid | O::Link) => true,
        (U::Search | U::Stream, O::Foreign) => false,
        // Reading these has no side effect, and cross-site writes are refused earlier (`http/csrf.rs`).
        (
            U::Enter | U::Browse | U::History | U::Room | U::Account | U::Administer,
            O::Own | O::Program | O::Unsaid | O::Link | O::Foreign,
        ) => true,
    }
}

/// Returns the standing of a caller.
pub fn standing(caller: &Caller) -> Standing {
    match (&caller.grant, &caller.viewer) {
        (Grant::Operator, _) => Standing::Operator,
        (Grant::Streams, _) => Standing::Player,
        (Grant::RoomStreams(_), _) => Standing::RoomGuest,
        (Grant::Viewer, Viewer::Guest(_)) => Standing::Guest,
        (Grant::Viewer, Viewer::Account(account)) => match account.role {
            Role::User => Standing::User,
            Role::Admin => Standing::Admin,
        },
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let (kind, sentence) = match refused {
            Refused::ForAccounts => (Kind::Unauthorized, t::server_access::accounts_only()),
            Refused::NeedsAccount => (Kind::Unauthorized, t::server_access::sign_in()),
            Refused::OnlyStreams => (Kind::Unauthorized, t::server_access::player_token()),
            Refused::OnlyAdmins => (Kind::Forbidden, t::server_access::admin_only()),
            Refused::OnlyOperator => (Kind::Unauthorized, t::server_access::operator_only()),
        };
        Self::refuse(kind, sentence)
    }
}

impl AppState {
    /// Checks that a caller is allowed this use.
    pub fn allow(&self, caller: &Caller, what: Use) -> Result<()> {
        Ok(decide(self.config.accounts.access, what, standing(caller))?)
    }

    /// Like [`allow`](Self::allow), for reads with a side effect: also checks the request's origin.
    pub fn allow_cause(&self, caller: &Caller, what: Use) -> Result<()> {
        self.allow(caller, what)?;
        if may_cause(what, caller.origin) {
            return Ok(());
        }
        Err(Error::refuse(Kind::Forbidden, t::server_access::other_site()))
    }

    /// Checks that a caller may stream a torrent. A room guest may stream only what the room plays now, and only while
    /// they are admitted.
    pub async fn allow_stream(&self, caller: &Caller, info_hash: InfoHash) -> Result<()> {
        self.allow_cause(caller, Use::Stream)?;
        match &caller.grant {
            Grant::RoomStreams(token) => match self.lobby.is_guest_watching(token, info_hash).await {
                true => Ok(()),
                false => Err(crate::account::signed_out()),
            },
            Grant::Viewer | Grant::Operator | Grant::Streams => Ok(()),
        }
    }

    /// Takes one unit of a rate limit, at most once per request; fails with 429 when the limit is exceeded.
    pub async fn count(&self, caller: &Caller, limit: Limit) -> Result<()> {
        let counted = match caller.counts.of(limit.name()) {
            Some(counted) => counted,
            None => {
                let left = self.limiter.take(limit, &limit_key(caller, limit)).await;
                let counted = Counted {
                    limit: limit.name(),
                    quota: left.rate.count,
                    window_seconds: left.rate.per.as_secs(),
                    remaining: left.remaining,
                    reset_ms: left.reset_ms,
                    refused_ms: left.refused_ms,
                };
                caller.counts.note(counted.clone());
                counted
            }
        };
        match counted.refused_ms {
            Some(wait_ms) => Err(AppError::too_often(wait_ms).into()),
            None => Ok(()),
        }
    }
}

/// Derives the set-up token from the instance's secret (HMAC-SHA-256), so that it is the same on every node and reveals
/// nothing of the secret when it is logged.
pub fn setup_token(secret: &Secret) -> anyhow::Result<Secret> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).context("the secret")?;
    mac.update(b"matinee set-up");
    let bytes = mac.finalize().into_bytes();
    Ok(Secret::new(
        bytes
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    ))
}

/// Returns the rate limit key of a caller. Authentication attempts are counted per household even when signed in, so
/// that signing in does not buy more guesses.
fn limit_key(caller: &Caller, limit: Limit) -> String {
    match limit {
        Limit::Auth => caller.household.to_string(),
        Limit::Search
        | Limit::Add
        | Limit::Rooms
        | Limit::RoomTries
        | Limit::Admin
        | Limit::Joins
        | Limit::Invites
        | Limit::Guesses => caller.share_key(),
    }
}

#[cfg(test)]
mod tests;
