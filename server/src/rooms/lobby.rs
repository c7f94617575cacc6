//! What happens in front of a room's door: making, finding, changing and ending rooms, coming in, inviting.

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
    db::{ChatRange, ChatWrite, RoomChanged, RoomDoor, RoomMade, RoomRow},
    error::{Error, Result},
    limit::Limit,
    limits,
    room::{Event, RoomRecord, record::RoomState},
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

/// How often a change is tried again because the room was opened or changed meanwhile.
const TRIES: usize = 8;

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
    /// Makes a room; whoever has its address may come in, even before its host.
    pub async fn create_room(&self, host: &Account, new: NewRoom) -> Result<Room> {
        let limit = self.config.rooms.capacity;
        let mut wrong = Vec::new();
        let title = rules::title(&new.title).map_err(|error| wrong.push(error));
        let slug = rules::slug(new.slug.as_deref().unwrap_or_default()).map_err(|error| wrong.push(error));
        let password = new.password.as_deref().unwrap_or_default();
        let password = rules::password(password).map_err(|error| wrong.push(error));
        let capacity = new.max_participants.unwrap_or(DEFAULT_CAPACITY);
        let capacity = rules::capacity(capacity, limit).map_err(|error| wrong.push(error));
        if new
            .file_index
            .is_some_and(|file| file as usize >= limits::FILES_PER_TORRENT)
        {
            wrong.push(FieldError {
                field: "file_index".into(),
                reason: "No torrent here has as many files.".into(),
            });
            return Err(AppError::invalid_fields(wrong).into());
        }
        let (Ok(title), Ok(slug), Ok(password), Ok(capacity)) = (title, slug, password, capacity) else {
            return Err(AppError::invalid_fields(wrong).into());
        };
        let user = user_id(host)?;
        if self.db.rooms_hosted(user).await?.len() >= limits::ROOMS_PER_HOST {
            return Err(Error::refuse(
                Kind::Conflict,
                "You have very many rooms. End some of them first.",
            ));
        }
        let mut settings = RoomSettings::new(title);
        settings.capacity = capacity;
        settings.guests_allowed = new.guests_allowed.unwrap_or(settings.guests_allowed);
        settings.wait_for_everyone = new.wait_for_everyone.unwrap_or(settings.wait_for_everyone);
        settings.keep_chat = new.keep_chat.unwrap_or(settings.keep_chat);
        settings.has_password = password.is_some();
        let video = match new.info_hash {
            Some(info_hash) => Some(self.first_video(info_hash, new.file_index).await?),
            None => None,
        };
        let password_hash = match password {
            Some(password) => Some(self.accounts.passwords().hash(password.to_owned()).await?),
            None => None,
        };
        let mut record = self.new_record(host, settings, slug)?;
        if let Some(video) = video {
            record.state.playback.video = Some(video);
            record.state.playback.state = PlaybackState::Paused;
            record.state.playback.epoch = Epoch(1);
            record.state.next_item = ItemId(2);
        }
        let row = self.add_room(record, password_hash).await?;
        tracing::info!(room = %row.record.id, "a room was made");
        Ok(self.shown(&row, &Viewer::Account(std::sync::Arc::new(host.clone()))))
    }

    async fn first_video(&self, info_hash: InfoHash, file: Option<u32>) -> Result<Video> {
        let addition = Addition {
            info_hash,
            file,
            play_now: true,
        };
        let found = self.catalogue.find(&addition).await.map_err(|refusal| match refusal {
            Refusal::UnknownTorrent => Error::not_found("This instance does not know that torrent. Add it first."),
            Refusal::Blocked => crate::filter::refusal().into(),
            Refusal::NoVideo => Error::not_found("There is nothing in this torrent that a room could play."),
            _ => Error::refuse(
                Kind::Unavailable,
                "This torrent cannot be looked up now. Try again in a moment.",
            ),
        })?;
        Ok(Video {
            item: ItemId(1),
            info_hash: found.info_hash,
            file: found.file,
            title: found.title,
            duration_ms: None,
        })
    }

    fn new_record(&self, host: &Account, settings: RoomSettings, slug: Option<String>) -> Result<RoomRecord> {
        let id = Uuid::now_v7();
        let viewer_key = format!("user:{}", host.id);
        Ok(RoomRecord {
            id,
            code: random_code()?,
            slug,
            host_user: user_id(host)?,
            opening: 0,
            beat: clock::server_time(),
            is_open: true,
            state: RoomState {
                settings,
                host: self.rooms.person(id, &viewer_key),
                host_name: host.username.clone(),
                playback: Playback::idle(),
                queue: Vec::new(),
                next_item: ItemId(1),
                next_message: MessageId(1),
                moderators: Vec::new(),
                bans: Vec::new(),
                known: Vec::new(),
            },
        })
    }

    async fn add_room(&self, mut record: RoomRecord, password_hash: Option<String>) -> Result<RoomRow> {
        for _ in 0..TRIES {
            let now = clock::now();
            match self.db.add_room(&record, password_hash.as_deref(), now).await? {
                RoomMade::Done => {
                    return Ok(RoomRow {
                        record,
                        password_hash,
                        version: 0,
                        created_at: now,
                        last_active_at: now,
                        ended_at: None,
                    });
                }
                RoomMade::CodeTaken => record.code = random_code()?,
                RoomMade::SlugTaken => return Err(slug_taken()),
            }
        }
        Err(Error::internal(anyhow::anyhow!("no free code for a room")))
    }

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

    /// Changes a room, whether it is open or not.
    pub async fn change_room(&self, host: &Account, name: &str, change: RoomChange) -> Result<Room> {
        let mut row = self.hosted(host, name).await?;
        let mut wrong = Vec::new();
        let slug = change.slug.as_deref().map(rules::slug).transpose();
        let slug = slug.map_err(|error| wrong.push(error));
        let password = change.password.as_deref().map(rules::password).transpose();
        let password = password.map_err(|error| wrong.push(error));
        let settings = rules::change(change.settings, self.config.rooms.capacity);
        let settings = settings.map_err(|errors| wrong.extend(errors));
        let (Ok(slug), Ok(password), Ok(settings)) = (slug, password, settings) else {
            return Err(AppError::invalid_fields(wrong).into());
        };
        let password_hash = match password {
            Some(Some(password)) => Some(Some(self.accounts.passwords().hash(password.to_owned()).await?)),
            Some(None) => Some(None),
            None => None,
        };
        for _ in 0..TRIES {
            match self.try_change(&mut row, &settings, &slug, &password_hash).await? {
                RoomChanged::Done => return Ok(self.shown(&row, &Viewer::Account(std::sync::Arc::new(host.clone())))),
                RoomChanged::SlugTaken => return Err(slug_taken()),
                RoomChanged::Meanwhile => row = self.hosted(host, row.record.code.as_str()).await?,
            }
        }
        Err(Error::refuse(
            Kind::Unavailable,
            "The room is being opened. Try again in a moment.",
        ))
    }

    /// One try; `row` is as it is then.
    async fn try_change(
        &self,
        row: &mut RoomRow,
        settings: &SettingsChange,
        slug: &Option<Option<String>>,
        password_hash: &Option<Option<String>>,
    ) -> Result<RoomChanged> {
        let id = row.record.id;
        if let Some(hash) = password_hash {
            row.password_hash.clone_from(hash);
        }
        if let Some(slug) = slug {
            row.record.slug.clone_from(slug);
        }
        let state = &mut row.record.state;
        settings.apply(&mut state.settings);
        state.settings.has_password = row.password_hash.is_some();
        let is_open = self.rooms.participants(id).is_some();
        let door = RoomDoor {
            password_hash: password_hash.clone(),
            slug: slug.clone(),
            state: (!is_open).then(|| state.clone()),
        };
        let changed = self.db.change_room(id, row.version, &door).await?;
        if changed != RoomChanged::Done || !is_open {
            return Ok(changed);
        }
        let event = Event::Configured {
            change: settings.clone(),
            has_password: row.password_hash.is_some(),
            slug: row.record.slug.clone(),
        };
        // A room that closed meanwhile did not hear of it: once more, by its row.
        Ok(match self.rooms.tell(id, event).await {
            true => RoomChanged::Done,
            false => RoomChanged::Meanwhile,
        })
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

    /// Sends everybody out of rooms whose rows are gone.
    pub async fn close_rooms(&self, rooms: &[Uuid]) {
        for room in rooms {
            self.rooms.tell(*room, Event::EndRequested).await;
        }
    }

    /// Lets somebody in: a ticket for the socket. `from` is where guesses at passwords are counted.
    pub async fn join_room(&self, viewer: &Viewer, name: &str, join: JoinRoom, from: &str) -> Result<Joining> {
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
        let tab = rules::tab(join.tab.as_deref()).map_err(|error| AppError::invalid_fields(vec![error]))?;
        let name = match viewer.account() {
            Some(account) => account.username.clone(),
            None => rules::guest_name(join.display_name.as_deref())
                .map_err(|error| AppError::invalid_fields(vec![error]))?,
        };
        if !is_host && let Some(hash) = &row.password_hash {
            self.check_room_password(hash, join.password, from).await?;
        }
        if !is_host && !self.can_be_entered(&row) {
            return Err(Error::refuse(
                Kind::Conflict,
                "This room is closed. Its host opens it by coming in.",
            ));
        }
        let user = viewer.account().map(user_id).transpose()?;
        let ticket = Ticket {
            room: row.record.id,
            person,
            user,
            name,
            tab,
        };
        Ok(Joining {
            ticket: self.lobby.tickets.issue(&ticket).await?,
            version: PROTOCOL_VERSION,
            room: self.shown(&row, viewer),
            stream_token: self.guest_stream_token(viewer, row.record.id)?,
        })
    }

    /// Whether somebody else than the host may come in: it is open, or it was until the server stopped.
    fn can_be_entered(&self, row: &RoomRow) -> bool {
        let idle_ms = i64::try_from(self.config.rooms.idle.as_millis()).unwrap_or(i64::MAX);
        let was_open = row.record.is_open && clock::server_time().since(row.record.beat) <= idle_ms;
        was_open || self.rooms.participants(row.record.id).is_some()
    }

    /// Compares on a thread of its own; guesses are counted like guesses at accounts.
    async fn check_room_password(&self, hash: &str, shown: Option<String>, from: &str) -> Result<()> {
        let refuse = |reason: &str| {
            Error::Refused(AppError {
                errors: vec![FieldError {
                    field: "password".into(),
                    reason: reason.into(),
                }],
                ..AppError::new(Kind::Forbidden, reason)
            })
        };
        let Some(shown) = shown.filter(|shown| !shown.is_empty()) else {
            return Err(refuse("This room asks for a password."));
        };
        let digest = Sha256::new().chain_update(hash).chain_update([0]).chain_update(&shown);
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
        let shown: String = shown.chars().take(rules::PASSWORD_CHARS + 1).collect();
        if !self.accounts.passwords().verify(shown, Some(hash.to_owned())).await? {
            return Err(refuse("This is not the room's password."));
        }
        self.lobby.remembered.insert(digest, ());
        Ok(())
    }

    /// Where the instance is for accounts only, a guest of a room watches what the room plays, and nothing else.
    fn guest_stream_token(&self, viewer: &Viewer, room: Uuid) -> Result<Option<String>> {
        if viewer.account().is_some() || self.config.access == Access::Open {
            return Ok(None);
        }
        let bearer = Bearer {
            user: room,
            login: room,
        };
        Ok(Some(self.lobby.guests.sign(bearer, clock::now())?))
    }

    /// Whether this is the token of a guest whose room plays this torrent right now.
    pub fn is_room_guest(&self, token: &str, torrent: InfoHash) -> bool {
        let room = self.lobby.guests.check(token).map(|bearer| bearer.user);
        room.is_some_and(|room| self.rooms.plays(room, torrent))
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
        let (messages, goes_on) = self.db.chat(row.record.id, range).await?;
        Ok(ChatPage {
            messages: messages.into_iter().map(|stored| stored.message).collect(),
            goes_on,
        })
    }

    /// Forgets all that was said.
    pub async fn clear_room_chat(&self, host: &Account, name: &str) -> Result<()> {
        let row = self.hosted(host, name).await?;
        self.db.write_chat(row.record.id, &[ChatWrite::Clear]).await?;
        self.rooms.tell(row.record.id, Event::ChatCleared).await;
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

    async fn hosted(&self, host: &Account, name: &str) -> Result<RoomRow> {
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
    fn shown(&self, row: &RoomRow, viewer: &Viewer) -> Room {
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
            is_open: self.can_be_entered(row),
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

fn user_id(account: &Account) -> Result<Uuid> {
    Uuid::try_parse(&account.id).map_err(|_| signed_out())
}

fn no_such_room() -> Error {
    Error::not_found("There is no such room. It may have been ended; ask whoever sent you the link.")
}

fn slug_taken() -> Error {
    let reason = "Another room has this address. Choose another.";
    Error::Refused(AppError {
        errors: vec![FieldError {
            field: "slug".into(),
            reason: reason.into(),
        }],
        ..AppError::new(Kind::Conflict, reason)
    })
}

fn random_code() -> Result<RoomCode> {
    let mut bytes = [0u8; 32];
    // 32 bytes hold eight good ones but once in 10²⁰ times.
    for _ in 0..TRIES {
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(anyhow::anyhow!("random numbers: {error}")))?;
        if let Some(code) = rules::code_of(&bytes) {
            return Ok(code);
        }
    }
    Err(Error::internal(anyhow::anyhow!("no code came out of random numbers")))
}
