//! Lobby: the use cases of rooms from outside. Finding, showing and ending rooms are here; the others have a file each.

use super::keys::Keys;
use crate::{
    account::{Accounts, token::Signer},
    cache::Cache,
    catalogue::Catalogue,
    clock,
    config::{Config, RoomConfig, Secret, ServerConfig},
    db::{Db, RoomRow},
    error::{Error, Result},
    limit::Limiter,
    limits,
    mail::Mailer,
    room::{
        core::Event,
        host::{ConnectionHandle, Place, Pseudonyms, RoomDirectory, Sockets, Ticket, Tickets, outbox::Outbox},
    },
    tasks::Tasks,
};
use app::{
    backend::{Account, Viewer},
    error::Kind,
    protocol::{Access, List, LoginId, RoomId, UserId, room::*},
    t,
};
use std::sync::Arc;

/// Lobby: the use cases of rooms, from outside. It decides whose room it is and who may come in; what an account may do
/// at all is decided before ([`crate::access`]).
pub struct Lobby {
    /// Unused tickets.
    pub tickets: Tickets,
    /// Open sockets.
    pub sockets: Sockets,
    pub(super) db: Db,
    pub(super) rooms: RoomDirectory,
    pub(super) pseudonyms: Pseudonyms,
    pub(super) accounts: Accounts,
    pub(super) limiter: Limiter,
    pub(super) catalogue: Catalogue,
    pub(super) mailer: Mailer,
    pub(super) tasks: Tasks,
    pub(super) tokens: Signer,
    pub(super) keys: Keys,
    pub(super) limits: RoomConfig,
    pub(super) access: Access,
    server: ServerConfig,
}

/// Services that the lobby uses.
pub struct LobbyServices {
    /// Database.
    pub db: Db,
    /// Cache.
    pub cache: Cache,
    /// Directory of rooms.
    pub rooms: RoomDirectory,
    /// Accounts and logins.
    pub accounts: Accounts,
    /// Rate limiter.
    pub limiter: Limiter,
    /// Torrent catalogue.
    pub catalogue: Catalogue,
    /// Mailer.
    pub mailer: Mailer,
    /// Background tasks.
    pub tasks: Tasks,
}

impl Lobby {
    /// Creates the lobby, without tickets or sockets. `secret` is the instance's.
    pub fn new(config: &Config, secret: &Secret, services: LobbyServices) -> anyhow::Result<Self> {
        Ok(Self {
            tickets: Tickets::new(services.cache),
            sockets: Sockets::new(config.rooms.capacity),
            db: services.db,
            rooms: services.rooms,
            pseudonyms: Pseudonyms::new(secret)?,
            accounts: services.accounts,
            limiter: services.limiter,
            catalogue: services.catalogue,
            mailer: services.mailer,
            tasks: services.tasks,
            tokens: Signer::new(secret)?,
            keys: Keys::default(),
            limits: config.rooms,
            access: config.accounts.access,
            server: config.server.clone(),
        })
    }

    /// Returns the rooms that an account made or has been in, latest first.
    pub async fn rooms_of(&self, account: &Account) -> Result<List<Room>> {
        let rows = self.db.rooms_of(account.id, limits::ROOMS_LISTED).await?;
        let viewer = Viewer::Account(Arc::new(account.clone()));
        let mut rooms = Vec::with_capacity(rows.len());
        for row in &rows {
            rooms.push(self.shown(row, &viewer).await);
        }
        Ok(List::whole(rooms))
    }

    /// Returns a room as the viewer may see it.
    pub async fn show(&self, viewer: &Viewer, name: &str) -> Result<Room> {
        let row = self.named(name).await?;
        check_guest(&row, viewer)?;
        let mut room = self.shown(&row, viewer).await;
        if room.is_host {
            room.addresses = crate::reach::addresses(&self.server);
        }
        Ok(room)
    }

    /// Joins a room with a ticket.
    pub async fn enter(&self, ticket: Ticket, outbox: Outbox) -> std::result::Result<ConnectionHandle, CloseCode> {
        self.rooms.enter(ticket.room, ticket.into(), outbox).await
    }

    /// Ends a room for good.
    pub async fn end(&self, host: &Account, name: &str) -> Result<()> {
        let room = self.hosted(host, name).await?.record.id;
        self.db.end_room(room, clock::now()).await?;
        self.rooms.at(room).await.tell(Event::EndRequested).await;
        Ok(())
    }

    /// Returns the rooms that are deleted together with an account.
    pub async fn rooms_hosted_by(&self, account: &Account) -> Result<Vec<RoomId>> {
        Ok(self.db.rooms_hosted(account.id).await?)
    }

    /// Ends the open rooms of a deleted account, whose rows are gone already, and frees its seats in others.
    pub async fn account_deleted(&self, account: &Account, rooms: &[RoomId]) {
        for room in rooms {
            self.rooms.at(*room).await.tell(Event::EndRequested).await;
        }
        let (user, deleted) = (account.id, true);
        self.rooms.tell_all(Event::AccountGone { user, deleted }).await;
    }

    /// Frees the seats of a disabled account.
    pub async fn account_disabled(&self, user: UserId) {
        let deleted = false;
        self.rooms.tell_all(Event::AccountGone { user, deleted }).await;
    }

    /// Returns why a participant may not stay in a room with this login, if so: `SignIn` if it was ended, `NotAllowed`
    /// if their account was disabled or deleted.
    pub async fn barred(&self, user: UserId, login: LoginId) -> Result<Option<CloseCode>> {
        if self.accounts.is_signed_in(user, login).await? {
            return Ok(None);
        }
        let is_there = self.db.user(user).await?.is_some_and(|user| !user.disabled);
        Ok(Some(if is_there {
            CloseCode::SignIn
        } else {
            CloseCode::NotAllowed
        }))
    }

    /// Returns the room with this code or vanity address, as people write it down and chat programs pass it on.
    pub async fn named(&self, name: &str) -> Result<RoomRow> {
        let name = room_name(name).ok_or_else(no_such_room)?;
        let code = name.parse::<RoomCode>().map(|code| code.to_string());
        self.db
            .room_named(&code.unwrap_or_default(), &name)
            .await?
            .ok_or_else(no_such_room)
    }

    /// Returns the room, if this account is its host.
    pub(super) async fn hosted(&self, host: &Account, name: &str) -> Result<RoomRow> {
        let row = self.named(name).await?;
        if row.record.host_user != host.id {
            return Err(Error::refuse(Kind::Forbidden, t::server_room::host_only()));
        }
        Ok(row)
    }

    /// Returns whether the viewer was removed from the room and is kept out, by their own identity or by that of a
    /// guest that they were before signing in.
    pub(super) async fn is_removed(&self, place: &Place, row: &RoomRow, viewer: &Viewer) -> bool {
        for key in self.keys.of(viewer) {
            let person = self.pseudonyms.person(row.record.id, &key);
            if place.is_removed(&row.record, &person).await {
                return true;
            }
        }
        false
    }

    /// Returns the public view of a room. If it has a password, only the host sees what is playing.
    pub(super) async fn shown(&self, row: &RoomRow, viewer: &Viewer) -> Room {
        let place = self.rooms.at(row.record.id).await;
        self.shown_at(&place, row, viewer).await
    }

    /// Like [`Self::shown`], of a room that has been looked up already.
    pub(super) async fn shown_at(&self, place: &Place, row: &RoomRow, viewer: &Viewer) -> Room {
        let record = &row.record;
        let is_host = is_host(row, viewer);
        let may_see = is_host || row.password_hash.is_none();
        let video = record.state.playback.video().filter(|_| may_see);
        Room {
            code: record.code.clone(),
            slug: record.slug.clone(),
            settings: RoomSettings {
                has_password: row.password_hash.is_some(),
                ..record.state.settings.clone()
            },
            host: record.state.host_name.clone(),
            is_host,
            is_open: place.is_open_for_all(record).await,
            is_removed: !is_host && self.is_removed(place, row, viewer).await,
            participants: place.participants().await.unwrap_or_default(),
            playing: video.map(|video| video.title.clone()),
            addresses: Vec::new(),
            created_at: row.created_at,
            last_active_at: row.last_active_at,
        }
    }
}

/// Rejects guests if the room requires an account.
pub(super) fn check_guest(row: &RoomRow, viewer: &Viewer) -> Result<()> {
    if viewer.account().is_some() || row.record.state.settings.guests_allowed {
        return Ok(());
    }
    Err(Error::refuse(Kind::Unauthorized, t::server_room::accounts_only()))
}

pub(super) fn is_host(row: &RoomRow, viewer: &Viewer) -> bool {
    viewer
        .account()
        .is_some_and(|account| account.id == row.record.host_user)
}

pub(super) fn no_such_room() -> Error {
    Error::not_found(t::server_room::no_room())
}
