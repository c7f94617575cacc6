//! What happens in front of a room's door: finding and ending rooms, coming in, reading, inviting.

use super::{
    rules,
    sockets::Sockets,
    ticket::{Ticket, Tickets},
};
use crate::{
    account::{
        signed_out,
        token::{Bearer, Purpose, Signer},
    },
    cache::Cache,
    clock,
    config::Secret,
    db::{ChatRange, RoomRow},
    error::{Error, Result},
    limit::Limit,
    limits,
    room::Event,
    state::AppState,
};
use anyhow::Context;
use app::{
    backend::{Account, Viewer},
    error::{Error as AppError, FieldError, Kind},
    protocol::{Access, InfoHash, List, room::*},
};
use moka::sync::Cache as Moka;
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

/// How long a password that was right is remembered, so that coming back costs no hash.
const REMEMBER: Duration = Duration::from_secs(12 * 60 * 60);

/// Passwords that are remembered, as digests.
const REMEMBERED: u64 = 10_000;

/// What the door needs to know.
pub struct Lobby {
    /// Tickets that nobody has used yet.
    pub tickets: Tickets,
    /// Sockets that are open.
    pub sockets: Sockets,
    guests: Signer,
    remembered: Moka<Vec<u8>, ()>,
}

impl Lobby {
    /// Nobody is there yet.
    pub fn new(secret: &Secret, cache: Cache, room_capacity: u32) -> anyhow::Result<Self> {
        Ok(Self {
            tickets: Tickets::new(cache),
            sockets: Sockets::new(room_capacity),
            guests: Signer::new(secret, Purpose::RoomGuest).context("signing for guests of rooms")?,
            remembered: Moka::builder().max_capacity(REMEMBERED).time_to_live(REMEMBER).build(),
        })
    }
}

impl AppState {
    /// The rooms that an account made or has been in, latest first.
    pub async fn rooms_of(&self, account: &Account) -> Result<List<Room>> {
        let rows = self.db.rooms_of(user_id(account)?, limits::ROOMS_LISTED).await?;
        let viewer = Viewer::Account(std::sync::Arc::new(account.clone()));
        Ok(List::whole(rows.iter().map(|row| self.shown(row, &viewer)).collect()))
    }

    /// A room, as this viewer may see it.
    pub async fn room_shown(&self, viewer: &Viewer, name: &str) -> Result<Room> {
        let row = self.room_named(name).await?;
        self.check_guest(&row, viewer)?;
        Ok(self.shown(&row, viewer))
    }

    /// Ends a room for good.
    pub async fn end_room(&self, host: &Account, name: &str) -> Result<()> {
        let row = self.hosted(host, name).await?;
        self.db.end_room(row.record.id, clock::now()).await?;
        self.rooms.tell(row.record.id, Event::EndRequested).await;
        Ok(())
    }

    /// The rooms that go with an account when it is deleted.
    pub async fn rooms_hosted_by(&self, account: &Account) -> Result<Vec<Uuid>> {
        Ok(self.db.rooms_hosted(user_id(account)?).await?)
    }

    /// An account was deleted: its rooms are over, whose rows are gone, and its seats in others are free.
    pub async fn account_deleted(&self, account: &Account, rooms: &[Uuid]) -> Result<()> {
        for room in rooms {
            self.rooms.tell(*room, Event::EndRequested).await;
        }
        let (user, deleted) = (user_id(account)?, true);
        self.rooms.tell_all(Event::AccountGone { user, deleted }).await;
        Ok(())
    }

    /// Why somebody may not be where they came by this login, if that is so: it was ended, and they are to sign in again;
    /// or their account was shut or deleted.
    pub async fn barred(&self, user: Uuid, login: Uuid) -> Result<Option<CloseCode>> {
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

    /// Lets somebody in: a ticket for the socket. `from` is where guesses at passwords are counted.
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
        // Whoever is inside is not asked for a password that came later.
        let is_seated = self.rooms.is_seated(&row.record, &person);
        if !is_host
            && !is_seated
            && let Some(hash) = &row.password_hash
        {
            self.check_room_password(hash, password, from).await?;
        }
        if !is_host && !self.rooms.is_open_for_all(&row.record) {
            return Err(Error::refuse(
                Kind::Conflict,
                "This room is closed. Its host opens it by coming in.",
            ));
        }
        let user = viewer.account().map(user_id).transpose()?;
        // Who was let in by an access token has a login.
        let login = viewer
            .account()
            .and_then(|account| Uuid::try_parse(&account.login).ok());
        let stream_token = self.guest_stream_token(viewer, row.record.id, &person)?;
        let ticket = Ticket {
            room: row.record.id,
            person,
            user,
            login,
            name,
            tab,
        };
        Ok(Joining {
            ticket: self.lobby.tickets.issue(&ticket).await?,
            version: PROTOCOL_VERSION,
            room: self.shown(&row, viewer),
            stream_token,
        })
    }

    /// Compares on a thread of its own; guesses are counted like guesses at accounts.
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
        let digest = Sha256::new().chain_update(hash).chain_update([0]).chain_update(shown);
        let digest = digest.finalize().to_vec();
        if self.lobby.remembered.contains_key(&digest) {
            return Ok(());
        }
        let left = self.limiter.take(Limit::Auth, &format!("room:{from}")).await;
        if let Some(wait_ms) = left.refused_ms {
            let seconds = wait_ms.div_ceil(1_000).max(1);
            let sentence = format!("That was too often. Try again in {seconds} seconds.");
            return Err(Error::refuse(Kind::TooManyRequests, sentence));
        }
        let passwords = self.accounts.passwords();
        if !passwords.verify(shown.to_owned(), Some(hash.to_owned())).await? {
            return Err(refuse("This is not the room's password."));
        }
        self.lobby.remembered.insert(digest, ());
        Ok(())
    }

    /// Where the instance is for accounts only, a guest of a room watches what the room plays, and nothing else.
    fn guest_stream_token(&self, viewer: &Viewer, room: Uuid, person: &PersonId) -> Result<Option<String>> {
        if viewer.account().is_some() || self.config.access == Access::Open {
            return Ok(None);
        }
        let bearer = Bearer {
            user: room,
            login: as_uuid(person),
        };
        Ok(Some(self.lobby.guests.sign(bearer, clock::now())?))
    }

    /// Whether this is the token of a guest whose room plays this torrent right now, and let them in.
    pub fn is_room_guest(&self, token: &str, torrent: InfoHash) -> bool {
        let bearer = self.lobby.guests.check(token);
        bearer.is_some_and(|Bearer { user: room, login }| self.rooms.shows(room, &from_uuid(login), torrent))
    }

    /// A page of what was said: to whoever is in the room what was said since it opened; to its host everything, even
    /// when the room has ended.
    pub async fn room_messages(
        &self,
        viewer: &Viewer,
        name: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<ChatPage> {
        // An ended room has no vanity address any more.
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
        let person = self.rooms.person(row.record.id, &viewer.key());
        if !is_host && !self.rooms.is_present(row.record.id, &person) {
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

    /// Forgets all that was said. An open room forgets what it has still to write down, too.
    pub async fn clear_room_chat(&self, host: &Account, name: &str) -> Result<()> {
        let room = self.hosted(host, name).await?.record.id;
        self.db.clear_chat(room).await?;
        if !self.rooms.tell(room, Event::ChatCleared).await {
            self.rooms.closed(room).await;
            self.db.clear_chat(room).await?;
            // Somebody may have opened it again meanwhile.
            self.rooms.tell(room, Event::ChatCleared).await;
        }
        Ok(())
    }

    /// Tells people of a room by mail, after answering.
    pub async fn invite_to_room(&self, host: &Account, name: &str, people: InvitePeople) -> Result<()> {
        let row = self.hosted(host, name).await?;
        if !(1..=limits::INVITED).contains(&people.emails.len()) {
            return Err(AppError::invalid("emails", "Name 1 to 20 addresses.").into());
        }
        for email in &people.emails {
            crate::account::rules::check_email(email)
                .map_err(|_| AppError::invalid("emails", "Write e-mail addresses, like ada@example.org."))?;
        }
        let address = row.record.slug.as_deref().unwrap_or(row.record.code.as_str());
        let link = format!("{}/room/{address}", self.config.base_url(None));
        let (mailer, from) = (self.mailer.clone(), host.username.clone());
        let title = row.record.state.settings.title;
        tokio::spawn(async move {
            for email in people.emails {
                if let Err(error) = mailer.room_invite(email.trim(), &from, &title, &link).await {
                    tracing::warn!(error = format!("{error:#}"), "an invitation could not be sent");
                }
            }
        });
        Ok(())
    }

    /// The room of this code, as people write codes down, or of this vanity address.
    pub async fn room_named(&self, name: &str) -> Result<RoomRow> {
        // PostgreSQL's texts hold no NUL, so that no room's name does.
        if name.contains('\0') || name.len() > 2 * SLUG_CHARS.end() {
            return Err(no_such_room());
        }
        let code = name.parse::<RoomCode>().map(|code| code.to_string());
        let (code, slug) = (code.unwrap_or_default(), name.to_lowercase());
        self.db.room_named(&code, &slug).await?.ok_or_else(no_such_room)
    }

    /// The room, if it is this account's.
    pub(super) async fn hosted(&self, host: &Account, name: &str) -> Result<RoomRow> {
        let row = self.room_named(name).await?;
        if row.record.host_user != user_id(host)? {
            return Err(Error::refuse(Kind::Forbidden, "Only the room's host may do this."));
        }
        Ok(row)
    }

    /// Where a room is for accounts only, a guest is shown to the door.
    fn check_guest(&self, row: &RoomRow, viewer: &Viewer) -> Result<()> {
        if viewer.account().is_some() || row.record.state.settings.guests_allowed {
            return Ok(());
        }
        Err(Error::refuse(
            Kind::Unauthorized,
            "This room is for people with an account. Sign in first.",
        ))
    }

    /// What a password hides is told to the host only.
    pub(super) fn shown(&self, row: &RoomRow, viewer: &Viewer) -> Room {
        let record = &row.record;
        let is_host = is_host(row, viewer);
        let people = self.rooms.participants(record.id);
        let may_see = is_host || row.password_hash.is_none();
        let video = record.state.playback.video.as_ref().filter(|_| may_see);
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
            participants: people.unwrap_or_default(),
            playing: video.map(|video| video.title.clone()),
            created_at: row.created_at,
            last_active_at: row.last_active_at,
        }
    }
}

fn is_host(row: &RoomRow, viewer: &Viewer) -> bool {
    viewer
        .account()
        .is_some_and(|account| Uuid::try_parse(&account.id) == Ok(row.record.host_user))
}

/// Somebody of a room, as the token of a guest names them; nonsense is nobody.
fn as_uuid(person: &PersonId) -> Uuid {
    Uuid::from_u128(u128::from_str_radix(&person.0, 16).unwrap_or_default())
}

fn from_uuid(id: Uuid) -> PersonId {
    PersonId(format!("{:016x}", id.as_u128()))
}

/// The account's id as the database has it.
pub(super) fn user_id(account: &Account) -> Result<Uuid> {
    Uuid::try_parse(&account.id).map_err(|_| signed_out())
}

fn no_such_room() -> Error {
    Error::not_found("There is no such room. It may have been ended; ask whoever sent you the link.")
}
