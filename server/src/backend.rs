//! Use cases, called by both pages and REST handlers. Business rules live here, not in handlers; each use case begins
//! with its authorization check (`access.rs`).

use crate::{
    access::{Use, may_cause},
    account::{IssuedTokens, signed_out},
    clock,
    db::{Cursor, Device, HistoryFilter},
    error::{Error, Result},
    fetch::Fetched,
    limit::Limit,
    limits,
    room::service::InviteStyle,
    search::Resolved,
    state::AppState,
    torrent::{CallerKey, OpenFile, TorrentSource, magnet::Magnet, metainfo::Metainfo},
};
use app::{
    backend::{Account, Backend, Caller, Viewer, ViewerKey},
    error::{Error as AppError, FieldError, Result as AppResult},
    own_link::{OwnLink, own_link},
    protocol::*,
    t,
};
use async_trait::async_trait;
use futures::Stream;
use std::time::Duration;
use uuid::Uuid;

/// Deadline for upstream answers while a page is rendered; after it the page is sent without them and fetches the rest
/// itself.
const PAGE_TIMEOUT: Duration = Duration::from_millis(1200);

#[async_trait]
impl Backend for AppState {
    async fn session(&self, caller: &Caller) -> AppResult<Session> {
        self.allow(caller, Use::Enter)?;
        let user = match caller.viewer.account() {
            Some(account) => Some(self.accounts.profile(account).await?),
            None => None,
        };
        // A signed-in user implies that an account exists.
        let is_new = user.is_none() && self.db.has_no_users().await.map_err(Error::from)?;
        Ok(Session {
            user,
            access: self.config.accounts.access,
            sign_up: if is_new {
                SignUpMode::Open
            } else {
                self.config.accounts.sign_up
            },
            is_new,
            needs_setup_token: is_new && !caller.at_machine,
            sends_mail: self.config.mail.smtp.is_some(),
        })
    }

    async fn logins(&self, caller: &Caller) -> AppResult<List<Login>> {
        self.allow(caller, Use::Account)?;
        let account = caller.viewer.account().ok_or_else(signed_out)?;
        Ok(List::whole(self.accounts.logins(account).await?))
    }

    async fn admit_search(&self, caller: &Caller) -> AppResult<()> {
        self.allow_cause(caller, Use::Search)?;
        Ok(self.count(caller, Limit::Search).await?)
    }

    async fn search(&self, caller: &Caller, query: SearchQuery) -> AppResult<SearchAnswer> {
        self.admit_search(caller).await?;
        self.search.answer(query).await
    }

    async fn search_soon(&self, caller: &Caller, query: SearchQuery) -> AppResult<SearchAnswer> {
        self.admit_search(caller).await?;
        self.search.answer_within(query, PAGE_TIMEOUT).await
    }

    async fn open(&self, caller: &Caller, info_hash: InfoHash, magnet: Option<String>) -> AppResult<Torrent> {
        self.allow(caller, Use::Browse)?;
        let may_begin = may_cause(Use::Add, caller.origin);
        match (self.known_torrent(info_hash).await, magnet.filter(|_| may_begin)) {
            (Ok(known), _) if !known.files.is_empty() => Ok(known),
            (_, Some(link)) if Magnet::parse(&link)?.info_hash == info_hash => {
                Ok(self.add_torrent(caller, AddTorrent::Magnet(link), PAGE_TIMEOUT).await?)
            }
            (known, _) => Ok(known?),
        }
    }

    async fn latest(&self, caller: &Caller, cursor: Option<String>) -> AppResult<List<Torrent>> {
        self.allow(caller, Use::Browse)?;
        let after = cursor.map_or(Ok(Cursor::START), |cursor| cursor.parse())?;
        let (mut items, next) = self.db.latest(after, limits::PAGE_ROWS).await.map_err(Error::from)?;
        let rules = self.filter.rules();
        items.retain(|torrent| !rules.blocks(Some(torrent.info_hash), &torrent.name, []));
        Ok(List {
            items,
            next: next.map(|cursor| cursor.to_string()),
        })
    }

    async fn torrent(&self, caller: &Caller, info_hash: InfoHash) -> AppResult<Torrent> {
        self.allow(caller, Use::Browse)?;
        Ok(self.known_torrent(info_hash).await?)
    }

    async fn popular(&self, caller: &Caller, window: Window) -> AppResult<List<PopularItem>> {
        self.allow(caller, Use::Browse)?;
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
        caller: &Caller,
        query: Option<String>,
        cursor: Option<String>,
    ) -> AppResult<List<HistoryItem>> {
        self.allow(caller, Use::History)?;
        if query
            .as_ref()
            .is_some_and(|query| query.chars().count() > limits::HISTORY_QUERY_CHARS)
        {
            return Err(app::error::Error::invalid(
                "query",
                t::server_admin::long_name(limits::HISTORY_QUERY_CHARS as u64),
            ));
        }
        let query = query.as_deref().map(str::trim).filter(|query| !query.is_empty());
        let after = cursor.map_or(Ok(Cursor::START), |cursor| cursor.parse())?;
        // PostgreSQL's text cannot contain NUL, so no title matches.
        if query.is_some_and(|query| query.contains('\0')) {
            return Ok(List::whole(Vec::new()));
        }
        let lines = query.map_or(HistoryFilter::All, HistoryFilter::Named);
        let (items, next) = self
            .db
            .history(&caller.viewer.key(), lines, after, limits::PAGE_ROWS)
            .await
            .map_err(Error::from)?;
        Ok(List {
            items,
            next: next.map(|cursor| cursor.to_string()),
        })
    }

    async fn progress(&self, caller: &Caller, info_hash: InfoHash) -> AppResult<Vec<HistoryItem>> {
        self.allow(caller, Use::History)?;
        let viewer = caller.viewer.key();
        let rows = self
            .db
            .history(&viewer, HistoryFilter::Torrent(info_hash), Cursor::START, 1_000)
            .await;
        Ok(rows.map_err(Error::from)?.0)
    }

    async fn rooms(&self, caller: &Caller) -> AppResult<List<room::Room>> {
        self.allow(caller, Use::Account)?;
        let account = caller.viewer.account().ok_or_else(signed_out)?;
        Ok(self.lobby.rooms_of(account).await?)
    }

    async fn room(&self, caller: &Caller, name: &str) -> AppResult<room::Room> {
        self.allow(caller, Use::Room)?;
        Ok(self.lobby.show(&caller.viewer, name).await?)
    }
}

impl AppState {
    /// Creates an account and signs it in. The first account becomes admin; unless the caller is on the machine itself,
    /// it requires the set-up token, which proves access to the machine.
    pub async fn sign_up(&self, caller: &Caller, new: SignUp, device: &Device) -> Result<(IssuedTokens, Profile)> {
        self.allow(caller, Use::Enter)?;
        self.check_setup_token(caller, new.setup_token.as_deref()).await?;
        let guest = match &caller.viewer {
            Viewer::Guest(_) => Some(caller.viewer.key()),
            Viewer::Account(_) => None,
        };
        self.accounts.sign_up(new, guest.as_ref(), device).await
    }

    async fn check_setup_token(&self, caller: &Caller, shown: Option<&str>) -> Result<()> {
        if caller.at_machine || !self.db.has_no_users().await? {
            return Ok(());
        }
        let shown = shown.unwrap_or_default().trim();
        // Both are always compared, so that timing reveals nothing.
        let is_right = [&self.setup_token, &self.admin_token].map(|secret| secret.is(shown));
        if is_right.contains(&true) {
            return Ok(());
        }
        Err(AppError::invalid("setup_token", t::server_account::setup_token()).into())
    }

    /// Returns the torrent's catalogue entry. A torrent that only the engine knows is inserted first; a blocked one is
    /// refused.
    pub async fn known_torrent(&self, info_hash: InfoHash) -> Result<Torrent> {
        self.catalogue.torrent(info_hash).await
    }

    /// Takes one unit of the rate limit for additions, before the upload is read. The addition itself, in the same
    /// request, is not counted again.
    pub async fn admit_addition(&self, caller: &Caller) -> Result<()> {
        self.allow(caller, Use::Add)?;
        self.count(caller, Limit::Add).await
    }

    /// Adds a torrent by magnet link or address, and waits for its metadata.
    pub async fn add_torrent(&self, caller: &Caller, add: AddTorrent, wait: Duration) -> Result<Torrent> {
        self.admit_addition(caller).await?;
        let source = match add {
            AddTorrent::Magnet(link) => TorrentSource::Magnet(Magnet::parse(&link)?),
            AddTorrent::Url(url) => match own_link(&url) {
                Some(OwnLink::Film { info_hash, .. }) if self.known_torrent(info_hash).await.is_ok() => {
                    self.catalogue.start(info_hash, share_of(caller)).await?;
                    return self.known_torrent(info_hash).await;
                }
                Some(link) => TorrentSource::Magnet(magnet_of_page(link)?),
                None => self.source_of_url(&url).await?,
            },
        };
        let info_hash = self.torrents.add(source, share_of(caller), wait).await?;
        self.known_torrent(info_hash).await
    }

    /// Adds a torrent by its `.torrent` file.
    pub async fn add_torrent_file(&self, caller: &Caller, bytes: &[u8], wait: Duration) -> Result<Torrent> {
        self.admit_addition(caller).await?;
        let metainfo = Metainfo::parse(bytes)?;
        let source = TorrentSource::Metainfo(Box::new(metainfo));
        let info_hash = self.torrents.add(source, share_of(caller), wait).await?;
        self.known_torrent(info_hash).await
    }

    /// Opens a file for streaming. An evicted torrent, or one that only the catalogue knows, is started first.
    pub async fn open_file(&self, caller: &Caller, info_hash: InfoHash, file: FileIndex) -> Result<OpenFile> {
        self.allow_stream(caller, info_hash).await?;
        self.catalogue.start(info_hash, share_of(caller)).await?;
        self.torrents.open(info_hash, file).await
    }

    /// Adds a magnet link's torrent and opens one of its files, by default the largest playable one. A player sends
    /// many range requests; only the first adds the torrent and counts against the rate limit.
    pub async fn open_magnet(&self, caller: &Caller, link: &str, file: Option<FileIndex>) -> Result<OpenFile> {
        self.allow(caller, Use::Stream)?;
        let magnet = Magnet::parse(link)?;
        let info_hash = magnet.info_hash;
        self.allow_stream(caller, info_hash).await?;
        if !self.torrents.is_known(info_hash) {
            self.allow_cause(caller, Use::Add)?;
            self.count(caller, Limit::Add).await?;
        }
        let source = TorrentSource::Magnet(magnet);
        self.torrents
            .add(source, share_of(caller), limits::METADATA_WAIT)
            .await?;
        let file = match file {
            Some(file) => file,
            None => {
                let torrent = self.known_torrent(info_hash).await?;
                let main = torrent.main_file().map(|file| file.index);
                main.ok_or_else(|| Error::not_found(t::server_torrent::nothing_to_play()))?
            }
        };
        self.open_file(caller, info_hash, file).await
    }

    /// Starts a search and returns its events, one indexer at a time.
    pub async fn search_events(
        &self,
        caller: &Caller,
        query: SearchQuery,
    ) -> Result<impl Stream<Item = SearchEvent> + Send + use<>> {
        self.admit_search(caller).await?;
        Ok(self.search.events(query)?)
    }

    /// Resolves a hit's download link. Sends a request to the indexer with the operator's credentials.
    pub async fn follow_link(&self, caller: &Caller, token: &str) -> Result<Resolved> {
        self.allow_cause(caller, Use::Search)?;
        self.count(caller, Limit::Add).await?;
        Ok(self.search.resolve(token).await?)
    }

    /// Returns the torrent with this catalogue id, with its files.
    pub async fn torrent_of_id(&self, caller: &Caller, id: Uuid) -> Result<Torrent> {
        self.allow(caller, Use::Browse)?;
        let known = self.db.info_hash_of(id).await?;
        let info_hash = known.ok_or_else(|| Error::not_found(t::server_torrent::no_torrent_id()))?;
        self.known_torrent(info_hash).await
    }

    /// Returns the torrent's current statistics. Never starts a torrent.
    pub async fn torrent_stats(&self, caller: &Caller, info_hash: InfoHash) -> Result<TorrentStats> {
        self.allow(caller, Use::Browse)?;
        self.torrents
            .stats(info_hash)
            .ok_or_else(|| Error::not_found(t::server_torrent::not_running()))
    }

    /// Returns an account's whole watch history, for its data export.
    pub async fn whole_history(&self, account: &Account) -> Result<Vec<HistoryItem>> {
        let viewer = ViewerKey::user(account.id);
        let (mut items, mut after) = (Vec::new(), Cursor::START);
        while items.len() < limits::EXPORTED_HISTORY {
            let (page, next) = self
                .db
                .history(&viewer, HistoryFilter::All, after, limits::EXPORT_PAGE)
                .await?;
            items.extend(page);
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        Ok(items)
    }

    /// Saves a viewer's position in a film.
    pub async fn save_progress(&self, caller: &Caller, progress: WatchProgress) -> Result<()> {
        self.allow(caller, Use::History)?;
        check_progress(&progress)?;
        let now = clock::now();
        self.db.save_progress(&caller.viewer.key(), &progress, now).await?;
        if self.torrents.is_known(progress.info_hash) {
            self.db.touch_torrent(progress.info_hash, now).await?;
        }
        Ok(())
    }

    /// Deletes one entry of the viewer's history.
    pub async fn delete_history(&self, caller: &Caller, id: Uuid) -> Result<()> {
        self.allow(caller, Use::History)?;
        match self.db.delete_history(&caller.viewer.key(), id).await? {
            true => Ok(()),
            false => Err(Error::not_found(t::server_torrent::no_history())),
        }
    }

    /// Clears the viewer's history, or only the entries of one torrent.
    pub async fn clear_history(&self, caller: &Caller, only: Option<InfoHash>) -> Result<()> {
        self.allow(caller, Use::History)?;
        Ok(self.db.clear_history(&caller.viewer.key(), only).await.map(drop)?)
    }

    /// Creates a room. A failed attempt counts against the rate limit for attempts, not the one for rooms.
    pub async fn new_room(&self, caller: &Caller, new: room::NewRoom) -> Result<room::Room> {
        self.allow(caller, Use::Account)?;
        let host = caller.viewer.account().ok_or_else(signed_out)?;
        self.count(caller, Limit::RoomTries).await?;
        let plan = self.lobby.plan(host, new).await?;
        self.count(caller, Limit::Rooms).await?;
        self.lobby.make(host, plan).await
    }

    /// Admits a caller to a room and returns a ticket for its socket.
    pub async fn join(&self, caller: &Caller, name: &str, join: room::JoinRoom) -> Result<room::Joining> {
        self.allow(caller, Use::Room)?;
        self.count(caller, Limit::Joins).await?;
        let from = &caller.household;
        self.lobby.join(&caller.viewer, name, join, from).await
    }

    /// Sends invitations to a room by mail.
    pub async fn invite(
        &self,
        caller: &Caller,
        name: &str,
        people: room::InvitePeople,
        style: InviteStyle,
    ) -> Result<()> {
        self.allow(caller, Use::Account)?;
        let host = caller.viewer.account().ok_or_else(signed_out)?;
        self.count(caller, Limit::Invites).await?;
        self.lobby.invite(host, name, people, style).await
    }

    /// Fetches a `.torrent` address: a download link that the search issued, or any public address.
    async fn source_of_url(&self, url: &str) -> Result<TorrentSource> {
        if url.len() > limits::MAGNET_BYTES {
            return Err(app::error::Error::invalid("url", t::server_http::long_address()).into());
        }
        let fetched = match url.strip_prefix("/api/search/torrent/") {
            Some(token) => self.search.resolve(token).await?,
            None => self.fetcher.fetch_torrent(url).await?,
        };
        Ok(match fetched {
            Fetched::Magnet(link) => TorrentSource::Magnet(Magnet::parse(&link)?),
            Fetched::TorrentFile(bytes) => TorrentSource::Metainfo(Box::new(Metainfo::parse(&bytes)?)),
        })
    }
}

/// Returns the magnet of a film page on this or another instance: the one in the page's address, else the bare info
/// hash.
fn magnet_of_page(link: OwnLink) -> Result<Magnet> {
    match link {
        OwnLink::Film { info_hash, magnet, .. } => {
            let magnet = magnet.and_then(|link| Magnet::parse(&link).ok());
            match magnet.filter(|magnet| magnet.info_hash == info_hash) {
                Some(magnet) => Ok(magnet),
                None => Ok(Magnet::parse(&info_hash.to_string())?),
            }
        }
        OwnLink::Room { .. } => {
            let reason = t::server_torrent::room_address();
            Err(app::error::Error::invalid("url", reason).into())
        }
    }
}

/// Returns the key under which the caller's metadata searches are counted.
fn share_of(caller: &Caller) -> CallerKey {
    match caller.viewer.account() {
        Some(_) => CallerKey::account(caller.share_key()),
        None => CallerKey::guest(caller.share_key()),
    }
}

fn check_progress(progress: &WatchProgress) -> Result<()> {
    // One year: longer than any film, and far below values that could overflow.
    const LONGEST_SECONDS: f64 = 366.0 * 86_400.0;
    let wrong = |field: &str, value: f64| {
        (!(0.0..=LONGEST_SECONDS).contains(&value)).then(|| FieldError {
            field: field.into(),
            reason: t::server_torrent::seconds(),
        })
    };
    let wrong_file = (progress.file_index as usize >= limits::FILES_PER_TORRENT).then(|| FieldError {
        field: "file_index".into(),
        reason: t::server_torrent::no_such_files(),
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
