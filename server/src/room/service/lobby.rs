//! Operations outside an open room: finding, joining and ending rooms, reading the chat, inviting.

use super::{making::not_written, rules};
use crate::{
    account::token::{Claims, Purpose, Signer},
    cache::Cache,
    clock,
    config::Secret,
    db::{ChatRange, RoomRow},
    error::{Error, Result},
    limit::Limit,
    limits,
    room::{
        core::Event,
        host::{Change, Sockets, Ticket, Tickets},
    },
    state::AppState,
};
use app::{
    backend::{Account, Viewer, ViewerKey},
    error::{Error as AppError, FieldError, Kind},
    protocol::{Access, InfoHash, List, LoginId, RoomId, UserId, room::*},
};
use moka::sync::Cache as Moka;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Time for which a correct password is remembered, so that rejoining costs no hash.
const CACHE_TTL: Duration = Duration::from_secs(12 * 60 * 60);

/// Capacity of each of two caches: digests of correct passwords, and guest identities of accounts.
const CACHE_CAPACITY: u64 = 10_000;

/// Maximum number of guest identities remembered for one account; the latest are kept.
const PAST_GUESTS: usize = 8;

/// State shared by the operations outside of rooms.
pub struct Lobby {
    /// Unused tickets.
    pub tickets: Tickets,
    /// Open sockets.
    pub sockets: Sockets,
    tokens: Signer,
    remembered: Moka<Vec<u8>, ()>,
    /// Guests that signed in to an account, by the account.
    guests_before: Moka<ViewerKey, Vec<ViewerKey>>,
}

impl Lobby {
    /// Creates the state, without tickets or sockets.
    pub fn new(secret: &Secret, cache: Cache, room_capacity: u32) -> anyhow::Result<Self> {
        Ok(Self {
            tickets: Tickets::new(cache),
            sockets: Sockets::new(room_capacity),
            tokens: Signer::new(secret)?,
            remembered: Moka::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(CACHE_TTL)
                .build(),
            guests_before: Moka::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(CACHE_TTL)
                .build(),
        })
    }

    /// Records that a guest signed in or signed up, because rooms still know them as the guest. They can read on in a
    /// room where their page is still the guest's, and stay kept out of a room that they were removed from.
    pub fn note_sign_in(&self, guest: &Viewer, account: UserId) {
        if guest.account().is_some() {
            return;
        }
        let add = |before: Option<moka::Entry<ViewerKey, Vec<ViewerKey>>>| {
            let mut keys = before.map_or_else(Vec::new, moka::Entry::into_value);
            keys.insert(0, guest.key());
            keys.truncate(PAST_GUESTS);
            keys
        };
        self.guests_before.entry(ViewerKey::user(account)).and_upsert_with(add);
    }

    /// Returns the viewer's key and the keys of the guests that they were before they signed in.
    fn keys(&self, viewer: &Viewer) -> Vec<ViewerKey> {
        let key = viewer.key();
        let mut keys = self.guests_before.get(&key).unwrap_or_default();
        keys.insert(0, key);
        keys
    }
}

impl AppState {
    /// Returns the rooms that an account made or has been in, latest first.
    pub async fn rooms_of(&self, account: &Account) -> Result<List<Room>> {
        let rows = self.db.rooms_of(account.id, limits::ROOMS_LISTED).await?;
        let viewer = Viewer::Account(std::sync::Arc::new(account.clone()));
        Ok(List::whole(rows.iter().map(|row| self.shown(row, &viewer)).collect()))
    }

    /// Returns a room as the viewer may see it.
    pub async fn room_shown(&self, viewer: &Viewer, name: &str) -> Result<Room> {
        let row = self.room_named(name).await?;
        self.check_guest(&row, viewer)?;
        let mut room = self.shown(&row, viewer);
        if room.is_host {
            room.addresses = crate::reach::addresses(&self.config.server);
        }
        Ok(room)
    }

    /// Ends a room for good.
    pub async fn end_room(&self, host: &Account, name: &str) -> Result<()> {
        let row = self.hosted(host, name).await?;
        self.db.end_room(row.record.id, clock::now()).await?;
        self.rooms.tell(row.record.id, Event::EndRequested).await;
        Ok(())
    }

    /// Returns the rooms that are deleted together with an account.
    pub async fn rooms_hosted_by(&self, account: &Account) -> Result<Vec<RoomId>> {
        Ok(self.db.rooms_hosted(account.id).await?)
    }

    /// Ends the open rooms of a deleted account, whose rows are gone already, and frees its seats in others.
    pub async fn account_deleted(&self, account: &Account, rooms: &[RoomId]) -> Result<()> {
        for room in rooms {
            self.rooms.tell(*room, Event::EndRequested).await;
        }
        let (user, deleted) = (account.id, true);
        self.rooms.tell_all(Event::AccountGone { user, deleted }).await;
        Ok(())
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

    /// Issues a ticket for the room's socket. `from` is the key under which password guesses are rate-limited.
    pub async fn join_room(&self, viewer: &Viewer, name: &str, join: JoinRoom, from: &str) -> Result<Joining> {
        let mut wrong = Vec::new();
        let guest_name = rules::guest_name(join.display_name.as_deref()).map_err(|error| wrong.push(error));
        let tab = rules::tab(join.tab.as_deref()).map_err(|error| wrong.push(error));
        let password = rules::password(join.password.as_deref().unwrap_or_default()).map_err(|error| wrong.push(error));
        let (Ok(guest_name), Ok(tab), Ok(password)) = (guest_name, tab, password) else {
            return Err(AppError::invalid_fields(wrong).into());
        };
        let row = self.room_named(name).await?;
        self.check_guest(&row, viewer)?;
        let is_host = is_host(&row, viewer);
        let person = self.rooms.person(row.record.id, &viewer.key());
        if !is_host && row.record.state.bans.iter().any(|ban| ban.person == person) {
            return Err(Error::refuse(
                Kind::Forbidden,
                "You were sent out of this room for good.",
            ));
        }
        let name = viewer.account().map_or(guest_name, |account| account.username.clone());
        // Those inside need not enter a password that was set later.
        let is_seated = self.rooms.is_seated(&row.record, &person);
        if !is_host
            && !is_seated
            && let Some(hash) = &row.password_hash
        {
            self.check_room_password(hash, password, from).await?;
        }
        if !is_host && self.is_removed(&row, viewer) {
            return Err(Error::refuse(
                Kind::Forbidden,
                "You were removed from this room. Its host can let you back in.",
            ));
        }
        if !is_host && !self.rooms.is_open_for_all(&row.record) {
            return Err(Error::refuse(
                Kind::Conflict,
                "This room is closed. Its host opens it by coming in.",
            ));
        }
        let user = viewer.account().map(|account| account.id);
        let login = viewer.account().map(|account| account.login);
        let stream_token = self.guest_stream_token(viewer, row.record.id, &person)?;
        // Only a public address tells one household from another: behind a proxy that is not configured, all share one.
        let is_public = from.parse().is_ok_and(crate::fetch::is_public);
        let network = (user.is_none() && is_public).then(|| self.rooms.network(row.record.id, from));
        let ticket = Ticket {
            room: row.record.id,
            person,
            user,
            login,
            name,
            tab,
            network,
        };
        Ok(Joining {
            ticket: self.lobby.tickets.issue(&ticket).await?,
            version: PROTOCOL_VERSION,
            room: self.shown(&row, viewer),
            stream_token,
        })
    }

    /// Verifies a room's password on a blocking thread. Guesses share the rate limit of sign-ins.
    async fn check_room_password(&self, hash: &str, shown: Option<&str>, from: &str) -> Result<()> {
        let refuse = |reason: &str| {
            Error::Refused(AppError {
                errors: vec![FieldError {
                    field: "password".into(),
                    reason: reason.into(),
                }],
                ..AppError::new(Kind::Forbidden, reason)
            })
        };
        let Some(shown) = shown else {
            return Err(refuse("This room asks for a password."));
        };
        let meant = rules::meant_passwords(shown);
        let digests: Vec<Vec<u8>> = meant
            .iter()
            .map(|password| {
                Sha256::new()
                    .chain_update(hash)
                    .chain_update([0])
                    .chain_update(password)
            })
            .map(|digest| digest.finalize().to_vec())
            .collect();
        if digests.iter().any(|digest| self.lobby.remembered.contains_key(digest)) {
            return Ok(());
        }
        let left = self.limiter.take(Limit::Auth, &format!("room:{from}")).await;
        if let Some(wait_ms) = left.refused_ms {
            return Err(AppError::too_often(wait_ms).into());
        }
        for (password, digest) in meant.into_iter().zip(digests) {
            if self
                .accounts
                .passwords()
                .verify(password, Some(hash.to_owned()))
                .await?
            {
                self.lobby.remembered.insert(digest, ());
                return Ok(());
            }
        }
        Err(refuse("This is not the room's password."))
    }

    /// Returns a stream token for a guest if the instance requires an account. It is good for what the room plays, and
    /// nothing else.
    fn guest_stream_token(&self, viewer: &Viewer, room: RoomId, person: &PersonId) -> Result<Option<String>> {
        if viewer.account().is_some() || self.config.accounts.access == Access::Open {
            return Ok(None);
        }
        let person = person.clone();
        let claims = Claims::RoomGuest { room, person };
        Ok(Some(self.lobby.tokens.sign(&claims, clock::now())?))
    }

    /// Returns whether the token belongs to a guest who was let in to a room that is playing this torrent.
    pub fn is_room_guest(&self, token: &str, torrent: InfoHash) -> bool {
        match self.lobby.tokens.check(Purpose::RoomGuest, token) {
            Some(Claims::RoomGuest { room, person }) => self.rooms.shows(room, &person, torrent),
            _ => false,
        }
    }

    /// Returns whether the token belongs to a guest of any room. Each read is authorised separately.
    pub fn is_room_token(&self, token: &str) -> bool {
        self.lobby.tokens.check(Purpose::RoomGuest, token).is_some()
    }

    /// Returns a page of the chat: for those in the room the messages since it opened, for its host everything, even
    /// when the room has ended.
    pub async fn room_messages(
        &self,
        viewer: &Viewer,
        name: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<ChatPage> {
        // An ended room no longer has a vanity address.
        let by_code = match name.parse::<RoomCode>() {
            Ok(code) => self.db.room_of_code(code.as_str()).await?,
            Err(_) => None,
        };
        let row = match by_code {
            Some(row) => row,
            None => self.room_named(name).await?,
        };
        let is_host = is_host(&row, viewer);
        if row.ended_at.is_some() && !is_host {
            return Err(no_such_room());
        }
        let room = row.record.id;
        let keys = self.lobby.keys(viewer);
        let mut people = keys.iter().map(|key| self.rooms.person(room, key));
        if !is_host && !people.any(|person| self.rooms.is_present(room, &person)) {
            return Err(Error::refuse(
                Kind::Forbidden,
                "Only people who are in the room read what is said.",
            ));
        }
        let range = ChatRange {
            before,
            opening: (!is_host).then_some(row.record.opening),
            limit,
        };
        if let Some(page) = self.rooms.messages(row.record.id, range).await {
            return Ok(page);
        }
        let (messages, goes_on) = self.db.chat(row.record.id, range).await?;
        Ok(ChatPage {
            messages: messages.into_iter().map(|stored| stored.message).collect(),
            goes_on,
        })
    }

    /// Deletes the chat of a room. An open room also discards its pending writes.
    pub async fn clear_room_chat(&self, host: &Account, name: &str) -> Result<()> {
        let room = self.hosted(host, name).await?.record.id;
        self.db.clear_chat(room).await?;
        match self.rooms.change(room, Event::ChatCleared).await {
            Change::Written => Ok(()),
            Change::NotWritten => Err(not_written()),
            Change::Closed => {
                self.rooms.closed(room).await;
                self.db.clear_chat(room).await?;
                // It may have been opened again in the meantime.
                match self.rooms.change(room, Event::ChatCleared).await {
                    Change::Written | Change::Closed => Ok(()),
                    Change::NotWritten => Err(not_written()),
                }
            }
        }
    }

    /// Sends invitations by e-mail in the background. `base` is the start of the room's URL.
    pub async fn invite_to_room(&self, host: &Account, name: &str, people: InvitePeople, base: &str) -> Result<()> {
        let row = self.hosted(host, name).await?;
        if !(1..=limits::INVITATIONS_PER_REQUEST).contains(&people.emails.len()) {
            return Err(AppError::invalid("emails", "Name 1 to 20 addresses.").into());
        }
        for email in &people.emails {
            crate::account::rules::check_email(email)
                .map_err(|_| AppError::invalid("emails", "Write e-mail addresses, like ada@example.org."))?;
        }
        let address = row.record.slug.as_deref().unwrap_or(row.record.code.as_str());
        let link = format!("{base}/room/{address}");
        let (mailer, from) = (self.mailer.clone(), host.username.clone());
        let title = row.record.state.settings.title;
        let waiting = mailer.queue_invitations(host.id, people.emails.len()).ok_or_else(|| {
            Error::refuse(
                Kind::TooManyRequests,
                "Earlier invitations of yours are still on their way. Try again in a moment.",
            )
        })?;
        self.tasks.spawn("invitations", async move {
            for (email, _waiting) in people.emails.into_iter().zip(waiting) {
                if let Err(error) = mailer.room_invite(email.trim(), &from, &title, &link).await {
                    tracing::warn!(error = format!("{error:#}"), "an invitation could not be sent");
                }
            }
        });
        Ok(())
    }

    /// Returns the room with this code or vanity address, as people write it down and chat programs pass it on.
    pub async fn room_named(&self, name: &str) -> Result<RoomRow> {
        let name = room_name(name).ok_or_else(no_such_room)?;
        let code = name.parse::<RoomCode>().map(|code| code.to_string());
        self.db
            .room_named(&code.unwrap_or_default(), &name)
            .await?
            .ok_or_else(no_such_room)
    }

    /// Returns the room, if this account is its host.
    pub(super) async fn hosted(&self, host: &Account, name: &str) -> Result<RoomRow> {
        let row = self.room_named(name).await?;
        if row.record.host_user != host.id {
            return Err(Error::refuse(Kind::Forbidden, "Only the room's host may do this."));
        }
        Ok(row)
    }

    /// Rejects guests if the room requires an account.
    fn check_guest(&self, row: &RoomRow, viewer: &Viewer) -> Result<()> {
        if viewer.account().is_some() || row.record.state.settings.guests_allowed {
            return Ok(());
        }
        Err(Error::refuse(
            Kind::Unauthorized,
            "This room is for people with an account. Sign in first.",
        ))
    }

    /// Returns whether the viewer was removed from the room and is kept out, by their own identity or by that of a
    /// guest that they were before signing in.
    fn is_removed(&self, row: &RoomRow, viewer: &Viewer) -> bool {
        let keys = self.lobby.keys(viewer);
        let mut people = keys.iter().map(|key| self.rooms.person(row.record.id, key));
        people.any(|person| self.rooms.is_removed(&row.record, &person))
    }

    /// Returns the public view of a room. If it has a password, only the host sees what is playing.
    pub(super) fn shown(&self, row: &RoomRow, viewer: &Viewer) -> Room {
        let record = &row.record;
        let is_host = is_host(row, viewer);
        let people = self.rooms.participants(record.id);
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
            is_open: self.rooms.is_open_for_all(record),
            is_removed: !is_host && self.is_removed(row, viewer),
            participants: people.unwrap_or_default(),
            playing: video.map(|video| video.title.clone()),
            addresses: Vec::new(),
            created_at: row.created_at,
            last_active_at: row.last_active_at,
        }
    }
}

fn is_host(row: &RoomRow, viewer: &Viewer) -> bool {
    viewer
        .account()
        .is_some_and(|account| account.id == row.record.host_user)
}

fn no_such_room() -> Error {
    Error::not_found("There is no such room. It may have been ended; ask whoever sent you the link.")
}
