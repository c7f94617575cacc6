//! Creating and changing rooms, open or not.

use super::{lobby::Lobby, rules};
use crate::{
    clock,
    db::{CreateRoomOutcome, RoomDoor, RoomRow, UpdateRoomOutcome},
    error::{Error, Result},
    limits,
    room::core::{Event, RoomRecord, bounds::DURATION_MS, record::RoomState},
    room::host::{Change, MAX_ATTEMPTS},
};
use app::{
    backend::{Account, Viewer, ViewerKey},
    error::{Error as AppError, FieldError, Kind},
    protocol::{InfoHash, RoomId, SourceRequest, room::*},
    t,
};
use std::sync::Arc;
use uuid::Uuid;

/// A validated room, ready to be created.
pub struct RoomPlan {
    settings: RoomSettings,
    slug: Option<String>,
    password: Option<String>,
    video: Option<Video>,
    position_ms: i64,
}

impl Lobby {
    /// Validates a new room. Separate from creating it, so that an invalid request counts as a try and not as a room.
    pub async fn plan(&self, host: &Account, new: NewRoom) -> Result<RoomPlan> {
        let limit = self.limits.capacity;
        let mut wrong = Vec::new();
        let title = rules::title(&new.title).map_err(|error| wrong.push(error));
        let slug = rules::slug(new.slug.as_deref().unwrap_or_default()).map_err(|error| wrong.push(error));
        let password = new.password.as_deref().unwrap_or_default();
        let password = rules::new_password(password).map_err(|error| wrong.push(error));
        let capacity = new.max_participants.unwrap_or(DEFAULT_CAPACITY);
        let capacity = rules::capacity(capacity, limit).map_err(|error| wrong.push(error));
        let position_ms = (new.position_seconds.unwrap_or_default() * 1000.0).round();
        if !(0.0..=DURATION_MS as f64).contains(&position_ms) {
            wrong.push(FieldError {
                field: "position_seconds".into(),
                reason: t::server_room::position(),
            });
        }
        if new
            .file_index
            .is_some_and(|file| file as usize >= limits::FILES_PER_TORRENT)
        {
            wrong.push(FieldError {
                field: "file_index".into(),
                reason: t::server_torrent::no_such_files(),
            });
            return Err(AppError::invalid_fields(wrong).into());
        }
        let (Ok(title), Ok(slug), Ok(password), Ok(capacity), true) =
            (title, slug, password, capacity, wrong.is_empty())
        else {
            return Err(AppError::invalid_fields(wrong).into());
        };
        if self.db.rooms_hosted(host.id).await?.len() >= limits::ROOMS_PER_HOST {
            return Err(Error::refuse(Kind::Conflict, t::server_room::many_rooms()));
        }
        let mut settings = RoomSettings::new(title);
        settings.capacity = capacity;
        settings.guests_allowed = new.guests_allowed.unwrap_or(settings.guests_allowed);
        settings.wait_for_everyone = new.wait_for_everyone.unwrap_or(settings.wait_for_everyone);
        settings.keep_chat = new.keep_chat.unwrap_or(settings.keep_chat);
        settings.has_password = password.is_some();
        if let Some(slug) = &slug
            && (rules::is_a_code(slug) || self.db.room_named("", slug).await?.is_some())
        {
            return Err(slug_taken());
        }
        let video = match new.info_hash {
            Some(info_hash) => Some(self.first_video(info_hash, new.file_index).await?),
            None => None,
        };
        Ok(RoomPlan {
            settings,
            slug,
            password,
            video,
            position_ms: position_ms as i64,
        })
    }

    /// Creates a room. Anyone who has its address may come in, even before its host.
    pub async fn make(&self, host: &Account, plan: RoomPlan) -> Result<Room> {
        let password_hash = match plan.password {
            Some(password) => Some(self.accounts.passwords().hash(password).await?),
            None => None,
        };
        let mut record = self.new_record(host, plan.settings, plan.slug)?;
        if let Some(video) = plan.video {
            record.state.playback.screen = Screen::Video(video);
            record.state.playback.state = PlaybackState::Paused;
            record.state.playback.anchor.position_ms = plan.position_ms;
            record.state.playback.epoch = Epoch(1);
            record.state.next_item = ItemId(2);
        }
        let row = self.add_room(record, password_hash).await?;
        tracing::info!(room = %row.record.id, "a room was made");
        Ok(self.shown(&row, &Viewer::Account(Arc::new(host.clone()))).await)
    }

    async fn first_video(&self, info_hash: InfoHash, file: Option<u32>) -> Result<Video> {
        let addition = Addition {
            source: SourceRequest::Torrent { info_hash, file },
            play_now: true,
        };
        let found = self.catalogue.find(&addition).await.map_err(|refusal| match refusal {
            Refusal::UnknownTorrent => Error::not_found(t::server_room::unknown_torrent()),
            Refusal::Blocked => crate::filter::refusal().into(),
            Refusal::Unplayable => Error::not_found(t::server_room::nothing_to_play()),
            _ => Error::refuse(Kind::Unavailable, t::server_room::no_lookup()),
        })?;
        Ok(Video {
            item: ItemId(1),
            source: found.source,
            title: found.title,
            duration_ms: None,
        })
    }

    fn new_record(&self, host: &Account, settings: RoomSettings, slug: Option<String>) -> Result<RoomRecord> {
        let id = RoomId::from(Uuid::now_v7());
        Ok(RoomRecord {
            id,
            code: random_code()?,
            slug,
            host_user: host.id,
            opening: 0,
            beat: clock::server_time(),
            is_open: true,
            state: RoomState {
                settings,
                host: self.pseudonyms.person(id, &ViewerKey::user(host.id)),
                host_name: host.username.clone(),
                playback: Playback::idle(),
                queue: Vec::new(),
                next_item: ItemId(1),
                next_message: MessageId(1),
                moderators: Vec::new(),
                bans: Vec::new(),
                removed: Vec::new(),
                known: Vec::new(),
                seated: Vec::new(),
            },
        })
    }

    async fn add_room(&self, mut record: RoomRecord, password_hash: Option<String>) -> Result<RoomRow> {
        for _ in 0..MAX_ATTEMPTS {
            let now = clock::now();
            match self.db.add_room(&record, password_hash.as_deref(), now).await? {
                CreateRoomOutcome::Done => {
                    return Ok(RoomRow {
                        record,
                        password_hash,
                        version: 0,
                        created_at: now,
                        last_active_at: now,
                        ended_at: None,
                    });
                }
                CreateRoomOutcome::CodeTaken => record.code = random_code()?,
                CreateRoomOutcome::SlugTaken => return Err(slug_taken()),
            }
        }
        Err(Error::internal(anyhow::anyhow!("no free code for a room")))
    }

    /// Changes a room, open or not.
    pub async fn change(&self, host: &Account, name: &str, change: RoomChange) -> Result<Room> {
        let mut row = self.hosted(host, name).await?;
        let mut wrong = Vec::new();
        let slug = change.slug.as_deref().map(rules::slug).transpose();
        let slug = slug.map_err(|error| wrong.push(error));
        let password = change.password.as_deref().map(rules::new_password).transpose();
        let password = password.map_err(|error| wrong.push(error));
        let settings = rules::change(change.settings, self.limits.capacity);
        let settings = settings.map_err(|errors| wrong.extend(errors));
        let (Ok(slug), Ok(password), Ok(settings)) = (slug, password, settings) else {
            return Err(AppError::invalid_fields(wrong).into());
        };
        if slug
            .as_ref()
            .is_some_and(|slug| slug.as_deref().is_some_and(rules::is_a_code))
        {
            return Err(slug_taken());
        }
        let password_hash = match password {
            Some(Some(password)) => Some(Some(self.accounts.passwords().hash(password).await?)),
            Some(None) => Some(None),
            None => None,
        };
        for _ in 0..MAX_ATTEMPTS {
            match self.try_change(&mut row, &settings, &slug, &password_hash).await? {
                UpdateRoomOutcome::Done => {
                    let viewer = Viewer::Account(Arc::new(host.clone()));
                    return Ok(self.shown(&row, &viewer).await);
                }
                UpdateRoomOutcome::SlugTaken => return Err(slug_taken()),
                UpdateRoomOutcome::Meanwhile => {
                    self.rooms.at(row.record.id).await.closed().await;
                    row = self.hosted(host, row.record.code.as_str()).await?;
                }
            }
        }
        Err(Error::refuse(Kind::Unavailable, t::server_room::opening()))
    }

    /// Makes one attempt. Applies the change to `row` as well.
    async fn try_change(
        &self,
        row: &mut RoomRow,
        settings: &SettingsChange,
        slug: &Option<Option<String>>,
        password_hash: &Option<Option<String>>,
    ) -> Result<UpdateRoomOutcome> {
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
        if password_hash.is_some() {
            // No one is inside unless the room is open, and then its state replaces that of the row.
            state.seated.clear();
        }
        let place = self.rooms.at(id).await;
        let is_open = place.participants().await.is_some();
        let door = RoomDoor {
            password_hash: password_hash.clone(),
            slug: slug.clone(),
            state: (!is_open).then(|| state.clone()),
        };
        let changed = self.db.change_room(id, row.version, &door).await?;
        if changed != UpdateRoomOutcome::Done || !is_open {
            return Ok(changed);
        }
        let event = Event::Configured {
            change: settings.clone(),
            has_password: row.password_hash.is_some(),
            slug: row.record.slug.clone(),
        };
        match place.change(event).await {
            Change::Written => Ok(UpdateRoomOutcome::Done),
            Change::NotWritten => Err(not_written()),
            // Tries again with the row.
            Change::Closed => Ok(UpdateRoomOutcome::Meanwhile),
        }
    }
}

/// Returns the error for a change that was made but not confirmed as written, and may be lost.
pub(super) fn not_written() -> Error {
    Error::refuse(Kind::Unavailable, t::server_room::not_written())
}

fn slug_taken() -> Error {
    Error::Refused(AppError::of_field(
        Kind::Conflict,
        "slug",
        t::server_room::address_taken(),
    ))
}

fn random_code() -> Result<RoomCode> {
    let mut bytes = [0u8; 32];
    // 32 bytes contain fewer than eight usable ones about once in 10²⁶ times.
    for _ in 0..MAX_ATTEMPTS {
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(anyhow::anyhow!("random numbers: {error}")))?;
        if let Some(code) = rules::code_of(&bytes) {
            return Ok(code);
        }
    }
    Err(Error::internal(anyhow::anyhow!("no code came out of random numbers")))
}
