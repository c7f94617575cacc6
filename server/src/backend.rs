//! The use cases: what pages and REST handlers both call. Rules live here, not in handlers.

use crate::{
    account::signed_out,
    clock,
    db::{Cursor, Lines},
    error::{Error, Result},
    fetch::Fetched,
    limits,
    state::AppState,
    torrent::{OpenFile, Source, magnet::Magnet, metainfo::Metainfo},
};
use app::{
    backend::{Account, Backend, Viewer},
    error::{FieldError, Kind, Result as AppResult},
    protocol::*,
};
use async_trait::async_trait;
use std::time::Duration;

/// How long a page waits for what others must answer, before it is sent without it and fetches the rest by itself.
const PAGE_PATIENCE: Duration = Duration::from_millis(1200);

#[async_trait]
impl Backend for AppState {
    async fn session(&self, viewer: &Viewer) -> AppResult<Session> {
        let user = match viewer.account() {
            Some(account) => Some(self.accounts.profile(account).await?),
            None => None,
        };
        // Whoever is signed in shows that somebody has an account.
        let is_new = user.is_none() && self.db.has_no_users().await.map_err(Error::from)?;
        Ok(Session {
            user,
            access: self.config.access,
            sign_up: if is_new { SignUpMode::Open } else { self.config.sign_up },
            is_new,
            sends_mail: self.config.smtp_url.is_some(),
        })
    }

    async fn logins(&self, viewer: &Viewer) -> AppResult<List<Login>> {
        let account = viewer.account().ok_or_else(signed_out)?;
        Ok(List::whole(self.accounts.logins(account).await?))
    }

    async fn search(&self, query: SearchQuery) -> AppResult<SearchAnswer> {
        self.search.answer(query).await
    }

    async fn search_soon(&self, query: SearchQuery) -> AppResult<SearchAnswer> {
        self.search.answer_within(query, PAGE_PATIENCE).await
    }

    async fn open(&self, info_hash: InfoHash, magnet: Option<String>) -> AppResult<Torrent> {
        match (self.known_torrent(info_hash).await, magnet) {
            (Ok(known), _) if !known.files.is_empty() => Ok(known),
            (_, Some(link)) if Magnet::parse(&link)?.info_hash == info_hash => {
                Ok(self.add_torrent(AddTorrent::Magnet(link), PAGE_PATIENCE).await?)
            }
            (known, _) => Ok(known?),
        }
    }

    fn indexers(&self) -> Vec<String> {
        self.search.names()
    }

    async fn latest(&self, cursor: Option<String>) -> AppResult<List<Torrent>> {
        let after = cursor.map_or(Ok(Cursor::START), |cursor| cursor.parse())?;
        let (mut items, next) = self.db.latest(after, limits::PAGE_ROWS).await.map_err(Error::from)?;
        let rules = self.filter.rules();
        items.retain(|torrent| !rules.blocks(Some(torrent.info_hash), &torrent.name, []));
        Ok(List {
            items,
            next: next.map(|cursor| cursor.to_string()),
        })
    }

    async fn torrent(&self, info_hash: InfoHash) -> AppResult<Torrent> {
        Ok(self.known_torrent(info_hash).await?)
    }

    async fn popular(&self, window: Window) -> AppResult<List<PopularItem>> {
        let since = window
            .millis()
            .map_or(Timestamp(i64::MIN), |millis| Timestamp(clock::now().0 - millis));
        let mut items = self.db.popular(since, limits::PAGE_ROWS).await.map_err(Error::from)?;
        let rules = self.filter.rules();
        items.retain(|item| !rules.blocks(Some(item.info_hash), &item.title, []));
        Ok(List::whole(items))
    }

    async fn history(
        &self,
        viewer: &Viewer,
        query: Option<String>,
        cursor: Option<String>,
    ) -> AppResult<List<HistoryItem>> {
        if query
            .as_ref()
            .is_some_and(|query| query.chars().count() > limits::HISTORY_QUERY_CHARS)
        {
            return Err(app::error::Error::invalid("query", "At most 200 characters."));
        }
        let query = query.as_deref().map(str::trim).filter(|query| !query.is_empty());
        let after = cursor.map_or(Ok(Cursor::START), |cursor| cursor.parse())?;
        // PostgreSQL's texts hold no NUL, so that no title has one.
        if query.is_some_and(|query| query.contains('\0')) {
            return Ok(List::whole(Vec::new()));
        }
        let lines = query.map_or(Lines::All, Lines::Named);
        let (items, next) = self
            .db
            .history(&viewer.key(), lines, after, limits::PAGE_ROWS)
            .await
            .map_err(Error::from)?;
        Ok(List {
            items,
            next: next.map(|cursor| cursor.to_string()),
        })
    }

    async fn progress(&self, viewer: &Viewer, info_hash: InfoHash) -> AppResult<Vec<HistoryItem>> {
        let rows = self
            .db
            .history(&viewer.key(), Lines::Torrent(info_hash), Cursor::START, 1_000)
            .await;
        Ok(rows.map_err(Error::from)?.0)
    }

    async fn rooms(&self, viewer: &Viewer) -> AppResult<List<room::Room>> {
        let account = viewer.account().ok_or_else(signed_out)?;
        Ok(self.rooms_of(account).await?)
    }

    async fn room(&self, viewer: &Viewer, name: &str) -> AppResult<room::Room> {
        Ok(self.room_shown(viewer, name).await?)
    }
}

impl AppState {
    /// The torrent as the catalogue has it; what only the engine knows is written into the catalogue first. A blocked
    /// one is refused.
    pub async fn known_torrent(&self, info_hash: InfoHash) -> Result<Torrent> {
        self.catalogue.torrent(info_hash).await
    }

    /// Adds what a visitor named and waits for its metadata.
    pub async fn add_torrent(&self, add: AddTorrent, wait: Duration) -> Result<Torrent> {
        let source = match add {
            AddTorrent::Magnet(link) => Source::Magnet(Magnet::parse(&link)?),
            AddTorrent::Url(url) => self.source_of_url(&url).await?,
        };
        let info_hash = self.torrents.add(source, wait).await?;
        self.known_torrent(info_hash).await
    }

    /// Adds the bytes of a `.torrent` file.
    pub async fn add_torrent_file(&self, bytes: &[u8], wait: Duration) -> Result<Torrent> {
        let metainfo = Metainfo::parse(bytes)?;
        let info_hash = self.torrents.add(Source::Metainfo(Box::new(metainfo)), wait).await?;
        self.known_torrent(info_hash).await
    }

    /// Opens a file. A torrent that was evicted, or that only the catalogue knows, is added again first.
    pub async fn open_file(&self, info_hash: InfoHash, file: FileIndex) -> Result<OpenFile> {
        self.catalogue.start(info_hash).await?;
        self.torrents.open(info_hash, file).await
    }

    /// The state right now. Looking at a torrent that is not running is no reason to start it.
    pub async fn torrent_stats(&self, info_hash: InfoHash) -> Result<TorrentStats> {
        self.torrents
            .stats(info_hash)
            .ok_or_else(|| Error::not_found("This torrent is not running. Add it first, with its magnet link."))
    }

    /// All of an account's history: what it takes along.
    pub async fn whole_history(&self, account: &Account) -> Result<Vec<HistoryItem>> {
        let viewer = format!("user:{}", account.id);
        let (mut items, mut after) = (Vec::new(), Cursor::START);
        while items.len() < limits::EXPORTED_HISTORY {
            let (page, next) = self.db.history(&viewer, Lines::All, after, limits::EXPORT_PAGE).await?;
            items.extend(page);
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        Ok(items)
    }

    /// Notes where a viewer is in a film.
    pub async fn save_progress(&self, viewer: &Viewer, progress: WatchProgress) -> Result<()> {
        check_progress(&progress)?;
        let now = clock::now();
        self.db.save_progress(&viewer.key(), &progress, now).await?;
        if self.torrents.is_known(progress.info_hash) {
            self.db.touch_torrent(progress.info_hash, now).await?;
        }
        Ok(())
    }

    /// A `.torrent` behind an address: an indexer's link that we keep, or any public one.
    async fn source_of_url(&self, url: &str) -> Result<Source> {
        if url.len() > limits::MAGNET_BYTES {
            return Err(app::error::Error::invalid("url", "This address is too long.").into());
        }
        let fetched = match url.strip_prefix("/api/search/torrent/") {
            Some(token) => self.search.resolve(token).await?,
            None => self.fetcher.fetch_torrent(url).await?,
        };
        Ok(match fetched {
            Fetched::Magnet(link) => Source::Magnet(Magnet::parse(&link)?),
            Fetched::TorrentFile(bytes) => Source::Metainfo(Box::new(Metainfo::parse(&bytes)?)),
        })
    }
}

fn check_progress(progress: &WatchProgress) -> Result<()> {
    // A year is longer than any film and far from where arithmetic suffers.
    const LONGEST_SECONDS: f64 = 366.0 * 86_400.0;
    let wrong = |field: &str, value: f64| {
        (!(0.0..=LONGEST_SECONDS).contains(&value)).then(|| FieldError {
            field: field.into(),
            reason: "A number of seconds, not negative.".into(),
        })
    };
    let wrong_file = (progress.file_index as usize >= limits::FILES_PER_TORRENT).then(|| FieldError {
        field: "file_index".into(),
        reason: "No torrent here has as many files.".into(),
    });
    let errors: Vec<_> = [
        wrong_file,
        wrong("position_seconds", progress.position_seconds),
        wrong("duration_seconds", progress.duration_seconds),
    ]
    .into_iter()
    .flatten()
    .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(app::error::Error::invalid_fields(errors).into())
    }
}

/// 401 for whoever is not the operator.
pub fn not_admin() -> Error {
    Error::refuse(Kind::Unauthorized, "Only the operator of this instance may do this.")
}
