//! Joining a room: who may, with which password, and the tokens that they get.

use super::{
    keys::PasswordDigest,
    lobby::{Lobby, check_guest, is_host},
    rules,
};
use crate::{
    account::token::{Claims, Purpose},
    clock,
    db::RoomRow,
    error::{Error, Result},
    limit::Limit,
    room::host::{Place, Ticket},
};
use app::{
    backend::Viewer,
    error::{Error as AppError, Kind},
    i18n::Text,
    protocol::{Access, InfoHash, RoomId, UserId, room::*},
    t,
};

/// A validated request to join.
struct Request<'a> {
    guest_name: String,
    tab: Option<String>,
    password: Option<&'a str>,
}

impl Lobby {
    /// Records that a guest signed in or signed up, because rooms still know them as the guest. They can read on in a
    /// room where their page is still the guest's, and stay kept out of a room that they were removed from.
    pub fn note_sign_in(&self, guest: &Viewer, account: UserId) {
        self.keys.note_sign_in(guest, account);
    }

    /// Issues a ticket for the room's socket. `from` is the key under which password guesses are rate-limited.
    pub async fn join(&self, viewer: &Viewer, name: &str, join: JoinRoom, from: &str) -> Result<Joining> {
        let request = validate(&join)?;
        let row = self.named(name).await?;
        check_guest(&row, viewer)?;
        let room = row.record.id;
        let place = self.rooms.at(room).await;
        let person = self.pseudonyms.person(room, &viewer.key());
        if !is_host(&row, viewer) {
            self.check_may_join(&place, &row, viewer, &person, request.password, from)
                .await?;
        }
        let account = viewer.account();
        let name = account.map_or(request.guest_name, |account| account.username.clone());
        let (user, login) = (account.map(|account| account.id), account.map(|account| account.login));
        let stream_token = self.guest_stream_token(viewer, room, &person)?;
        // Only a public address tells one household from another: behind a proxy that is not configured, all share one.
        let is_public = from.parse().is_ok_and(crate::fetch::is_public);
        let network = (user.is_none() && is_public).then(|| self.pseudonyms.network(room, from));
        let ticket = Ticket {
            room,
            person,
            user,
            login,
            name,
            tab: request.tab,
            network,
        };
        Ok(Joining {
            ticket: self.tickets.issue(&ticket).await?,
            version: PROTOCOL_VERSION,
            room: self.shown_at(&place, &row, viewer).await,
            stream_token,
        })
    }

    /// Checks that somebody other than the host may join: not banned or removed, with the password, and the room is open.
    async fn check_may_join(
        &self,
        place: &Place,
        row: &RoomRow,
        viewer: &Viewer,
        person: &PersonId,
        password: Option<&str>,
        from: &str,
    ) -> Result<()> {
        if row.record.state.bans.iter().any(|ban| ban.person == *person) {
            return Err(Error::refuse(Kind::Forbidden, t::server_room::banned()));
        }
        // Those inside need not enter a password that was set later.
        if let Some(hash) = &row.password_hash
            && !place.is_seated(&row.record, person).await
        {
            self.check_password(hash, password, from).await?;
        }
        if self.is_removed(place, row, viewer).await {
            return Err(Error::refuse(Kind::Forbidden, t::server_room::removed()));
        }
        if !place.is_open_for_all(&row.record).await {
            return Err(Error::refuse(Kind::Conflict, t::server_room::closed()));
        }
        Ok(())
    }

    /// Verifies a room's password on a blocking thread. Guesses share the rate limit of sign-ins.
    async fn check_password(&self, hash: &str, shown: Option<&str>, from: &str) -> Result<()> {
        let refuse = |reason: Text| Error::Refused(AppError::of_field(Kind::Forbidden, "password", reason));
        let Some(shown) = shown else {
            return Err(refuse(t::server_room::password()));
        };
        let meant = rules::meant_passwords(shown);
        let digest = |password: &String| PasswordDigest::new(hash, password);
        if meant.iter().any(|password| self.keys.knows(&digest(password))) {
            return Ok(());
        }
        let left = self.limiter.take(Limit::Auth, &format!("room:{from}")).await;
        if let Some(wait_ms) = left.refused_ms {
            return Err(AppError::too_often(wait_ms).into());
        }
        for password in meant {
            let digest = digest(&password);
            let passwords = self.accounts.passwords();
            if passwords.verify(password, Some(hash.to_owned())).await? {
                self.keys.remember(digest);
                return Ok(());
            }
        }
        Err(refuse(t::server_room::wrong_password()))
    }

    /// Returns a stream token for a guest if the instance requires an account. It is good for what the room plays, and
    /// nothing else.
    fn guest_stream_token(&self, viewer: &Viewer, room: RoomId, person: &PersonId) -> Result<Option<String>> {
        if viewer.account().is_some() || self.access == Access::Open {
            return Ok(None);
        }
        let person = person.clone();
        let claims = Claims::RoomGuest { room, person };
        Ok(Some(self.tokens.sign(&claims, clock::now())?))
    }

    /// Returns whether the token belongs to a guest who was let in to a room that is playing this torrent.
    pub async fn is_guest_watching(&self, token: &str, torrent: InfoHash) -> bool {
        match self.tokens.check(Purpose::RoomGuest, token) {
            Some(Claims::RoomGuest { room, person }) => self.rooms.at(room).await.shows(&person, torrent).await,
            _ => false,
        }
    }

    /// Returns whether the token belongs to a guest of any room. Each read is authorised separately.
    pub fn is_guest_token(&self, token: &str) -> bool {
        self.tokens.check(Purpose::RoomGuest, token).is_some()
    }
}

/// Validates a request to join, and names everything that is wrong with it.
fn validate(join: &JoinRoom) -> Result<Request<'_>> {
    let mut wrong = Vec::new();
    let guest_name = rules::guest_name(join.display_name.as_deref()).map_err(|error| wrong.push(error));
    let tab = rules::tab(join.tab.as_deref()).map_err(|error| wrong.push(error));
    let password = rules::password(join.password.as_deref().unwrap_or_default()).map_err(|error| wrong.push(error));
    let (Ok(guest_name), Ok(tab), Ok(password)) = (guest_name, tab, password) else {
        return Err(AppError::invalid_fields(wrong).into());
    };
    Ok(Request {
        guest_name,
        tab,
        password,
    })
}
