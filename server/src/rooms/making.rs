//! Making rooms and changing them, open or not.

use super::{lobby::user_id, registry::TRIES, rules};
use crate::{
    clock,
    db::{RoomChanged, RoomDoor, RoomMade, RoomRow},
    error::{Error, Result},
    limits,
    room::{Event, RoomRecord, record::RoomState},
    state::AppState,
};
use app::{
    backend::{Account, Viewer},
    error::{Error as AppError, FieldError, Kind},
    protocol::{InfoHash, room::*},
};
use std::sync::Arc;
use uuid::Uuid;

/// A room that can be made.
pub struct RoomPlan {
    settings: RoomSettings,
    slug: Option<String>,
    password: Option<String>,
    video: Option<Video>,
}

impl AppState {
    /// Looks whether a room can be made. Making it is counted, and what cannot be made is not.
    pub async fn plan_room(&self, host: &Account, new: NewRoom) -> Result<RoomPlan> {
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
        if let Some(slug) = &slug
            && self.db.room_named("", slug).await?.is_some()
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
            password: password.map(str::to_owned),
            video,
        })
    }

    /// Makes a room; whoever has its address may come in, even before its host.
    pub async fn make_room(&self, host: &Account, plan: RoomPlan) -> Result<Room> {
        let password_hash = match plan.password {
            Some(password) => Some(self.accounts.passwords().hash(password).await?),
            None => None,
        };
        let mut record = self.new_record(host, plan.settings, plan.slug)?;
        if let Some(video) = plan.video {
            record.state.playback.video = Some(video);
            record.state.playback.state = PlaybackState::Paused;
            record.state.playback.epoch = Epoch(1);
            record.state.next_item = ItemId(2);
        }
        let row = self.add_room(record, password_hash).await?;
        tracing::info!(room = %row.record.id, "a room was made");
        Ok(self.shown(&row, &Viewer::Account(Arc::new(host.clone()))))
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
                seated: Vec::new(),
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
                RoomChanged::Done => return Ok(self.shown(&row, &Viewer::Account(Arc::new(host.clone())))),
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
        if password_hash.is_some() {
            // Nobody is inside, unless the room is open, and then it knows better than its row.
            state.seated.clear();
        }
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
