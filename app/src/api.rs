//! One function per use case: on the server it calls the `Backend`, in the browser the same REST route that every other
//! client uses. There is no hidden API besides.
//!
//! A resource's future must be `Send`, which browser futures are not. As the browser has only one thread, they are
//! wrapped.

use crate::error::Result;
use crate::protocol::*;

/// Calls the backend for the page that is being rendered, and puts a problem into the page's language.
#[cfg(feature = "ssr")]
macro_rules! on_server {
    ($method:ident($($argument:expr),*)) => {{
        let language = crate::i18n::current();
        let (backend, caller) = (crate::backend::backend()?, crate::backend::caller()?);
        let answer = backend.$method(&caller $(, $argument)*).await;
        answer.map_err(|problem| problem.into_words(language))
    }};
}

/// `GET /api/search`
pub async fn search(query: SearchQuery) -> Result<SearchAnswer> {
    #[cfg(feature = "ssr")]
    return on_server!(search(query));
    #[cfg(not(feature = "ssr"))]
    local(fetch::get(&format!("/api/search?{}", search_params(&query)))).await
}

/// Checks whether a results page may search. Called before the page's head is sent, so that its status code can report
/// a refusal. In the browser, the search request itself reports it.
pub async fn admit_search() -> Result<()> {
    #[cfg(feature = "ssr")]
    return on_server!(admit_search());
    #[cfg(not(feature = "ssr"))]
    Ok(())
}

/// Returns the results that a results page is rendered with. `None` in the browser, where the results of each indexer
/// arrive separately from `GET /api/search/events`.
pub async fn whole_search(query: SearchQuery) -> Option<Result<SearchAnswer>> {
    #[cfg(feature = "ssr")]
    return Some(search_soon(query).await);
    #[cfg(not(feature = "ssr"))]
    {
        let _ = query;
        None
    }
}

#[cfg(feature = "ssr")]
async fn search_soon(query: SearchQuery) -> Result<SearchAnswer> {
    on_server!(search_soon(query))
}

/// `GET /api/torrents/latest`
pub async fn latest(cursor: Option<String>) -> Result<List<Torrent>> {
    #[cfg(feature = "ssr")]
    return on_server!(latest(cursor));
    #[cfg(not(feature = "ssr"))]
    {
        let after = cursor.map(|cursor| format!("?cursor={}", encode(&cursor)));
        let url = format!("/api/torrents/latest{}", after.unwrap_or_default());
        local(async move { fetch::get(&url).await }).await
    }
}

/// Opens a torrent for watching. On the server, starts the download of an unknown magnet link; in the browser, leaves a
/// torrent with a magnet link to `POST /api/torrents`, which the player sends anyway.
pub async fn open(info_hash: InfoHash, magnet: Option<String>) -> Result<Torrent> {
    #[cfg(feature = "ssr")]
    return on_server!(open(info_hash, magnet));
    #[cfg(not(feature = "ssr"))]
    match magnet {
        // Without words: the page shows that it is being opened.
        Some(_) => Err(crate::error::Error::not_found("")),
        None => torrent(info_hash).await,
    }
}

/// `GET /api/torrents/{info_hash}`
pub async fn torrent(info_hash: InfoHash) -> Result<Torrent> {
    #[cfg(feature = "ssr")]
    return on_server!(torrent(info_hash));
    #[cfg(not(feature = "ssr"))]
    local(fetch::get(&format!("/api/torrents/{info_hash}"))).await
}

/// `GET /api/popular`
pub async fn popular(window: Window) -> Result<List<PopularItem>> {
    #[cfg(feature = "ssr")]
    return on_server!(popular(window));
    #[cfg(not(feature = "ssr"))]
    local(fetch::get(&format!("/api/popular?window={}", window.as_str()))).await
}

/// `GET /api/history`: a page of the entries whose title or path contains the words of `query`.
pub async fn history(query: Option<String>, cursor: Option<String>) -> Result<List<HistoryItem>> {
    #[cfg(feature = "ssr")]
    return on_server!(history(query, cursor));
    #[cfg(not(feature = "ssr"))]
    {
        let mut url = format!("/api/history?query={}", encode(query.as_deref().unwrap_or_default()));
        if let Some(cursor) = cursor {
            url += &format!("&cursor={}", encode(&cursor));
        }
        local(async move { fetch::get(&url).await }).await
    }
}

/// `GET /api/history?info_hash=`: the viewer's progress in each file of a torrent.
pub async fn progress(info_hash: InfoHash) -> Result<Vec<HistoryItem>> {
    #[cfg(feature = "ssr")]
    return on_server!(progress(info_hash));
    #[cfg(not(feature = "ssr"))]
    local(async move { fetch::get::<List<HistoryItem>>(&format!("/api/history?info_hash={info_hash}")).await })
        .await
        .map(|list| list.items)
}

/// `GET /api/session`: the current session of this browser, which may have changed since the page was rendered.
pub async fn session() -> Result<Session> {
    fetch::get("/api/session").await
}

/// Responds with 404, because the subject of the page does not exist. Must be called while the page is rendered; does
/// nothing in the browser.
pub fn tell_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(status) = leptos::prelude::use_context::<crate::backend::NotFound>() {
        status.tell();
    }
}

/// Returns the current time, by the clock of the server or the browser, whichever renders.
pub fn now() -> Timestamp {
    #[cfg(feature = "ssr")]
    let millis = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64);
    #[cfg(not(feature = "ssr"))]
    let millis = js_sys::Date::now() as i64;
    Timestamp(millis)
}

#[cfg(not(feature = "ssr"))]
fn local<F: Future>(future: F) -> send_wrapper::SendWrapper<F> {
    send_wrapper::SendWrapper::new(future)
}

/// Returns the query string of a search. The order of parameters is fixed, so that equal searches have equal addresses.
pub fn search_params(query: &SearchQuery) -> String {
    let mut params = format!("query={}", encode(&query.query));
    if let Some(category) = query.category {
        params += &format!("&category={}", category.as_str());
    }
    if let Some(indexer) = &query.indexer {
        params += &format!("&indexer={}", encode(indexer));
    }
    match query.sort {
        Sort::Relevance => {}
        Sort::Seeders => params += "&sort=seeders",
        Sort::Size => params += "&sort=size",
        Sort::Age => params += "&sort=age",
    }
    if let Some(page) = query.page.filter(|page| *page > 1) {
        params += &format!("&page={page}");
    }
    params
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(byte as char);
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    encoded
}

/// Requests made only in the browser, from effects and event handlers. On the server these functions compile but are
/// never called.
pub mod browser {
    use super::*;

    /// `POST /api/torrents` with a magnet link or an address; responds once the metadata is known.
    pub async fn add_torrent(add: AddTorrent) -> Result<Torrent> {
        fetch::post("/api/torrents", &add).await
    }

    /// `POST /api/torrents` with the bytes of a `.torrent` file.
    pub async fn upload_torrent(file: web_sys::File) -> Result<Torrent> {
        fetch::upload("/api/torrents", "torrent", file).await
    }

    /// Tests whether the media address of a film responds. The error says why not; `Ok(false)` means that it does now,
    /// but did not a moment ago.
    pub async fn probe(url: &str) -> Result<bool> {
        fetch::probe(url).await
    }

    /// `POST /api/watch-history`
    pub async fn save_progress(progress: &WatchProgress) -> Result<()> {
        fetch::command("POST", "/api/watch-history", Some(fetch::Body::json(progress)?)).await
    }

    /// Like [`save_progress`], but delivered even after the page is gone.
    pub fn save_progress_in_parting(progress: &WatchProgress) {
        fetch::part_with("/api/watch-history", progress);
    }
}

pub mod account;
pub mod admin;
mod fetch;
pub mod identity;
pub mod refresh;
pub mod rooms;
