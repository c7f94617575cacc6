//! One function per use case: on the server it calls the `Backend`, in the browser the same REST route that every
//! other client uses. There is no second, hidden surface.
//!
//! A resource's future must be `Send`, which the browser's are not: there is only one thread, so they are wrapped.

use crate::error::Result;
use crate::protocol::*;

/// `GET /api/search`
pub async fn search(query: SearchQuery) -> Result<SearchAnswer> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.search(query).await;
    #[cfg(not(feature = "ssr"))]
    local(fetch::get(&format!("/api/search?{}", search_params(&query)))).await
}

/// The answer that a results page is sent with. `None` in the browser: there, results come one indexer at a time from
/// `GET /api/search/events`.
pub async fn whole_search(query: SearchQuery) -> Option<Result<SearchAnswer>> {
    #[cfg(feature = "ssr")]
    return Some(match crate::backend::backend() {
        Ok(backend) => backend.search_soon(query).await,
        Err(error) => Err(error),
    });
    #[cfg(not(feature = "ssr"))]
    {
        let _ = query;
        None
    }
}

/// `GET /api/torrents/latest`
pub async fn latest(cursor: Option<String>) -> Result<List<Torrent>> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.latest(cursor).await;
    #[cfg(not(feature = "ssr"))]
    {
        let after = cursor.map(|cursor| format!("?cursor={}", encode(&cursor)));
        let url = format!("/api/torrents/latest{}", after.unwrap_or_default());
        local(async move { fetch::get(&url).await }).await
    }
}

/// A torrent that is about to be watched. The server's page begins a magnet that it does not know; in the browser a
/// torrent with a magnet link is left to `POST /api/torrents`, which the player sends anyway.
pub async fn open(info_hash: InfoHash, magnet: Option<String>) -> Result<Torrent> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.open(info_hash, magnet).await;
    #[cfg(not(feature = "ssr"))]
    match magnet {
        Some(_) => Err(crate::error::Error::not_found("It is being opened.")),
        None => torrent(info_hash).await,
    }
}

/// `GET /api/torrents/{info_hash}`
pub async fn torrent(info_hash: InfoHash) -> Result<Torrent> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.torrent(info_hash).await;
    #[cfg(not(feature = "ssr"))]
    local(fetch::get(&format!("/api/torrents/{info_hash}"))).await
}

/// `GET /api/popular`
pub async fn popular(window: Window) -> Result<List<PopularItem>> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.popular(window).await;
    #[cfg(not(feature = "ssr"))]
    local(fetch::get(&format!("/api/popular?window={}", window.as_str()))).await
}

/// `GET /api/history`: a page of it, of what has these words in its title or path.
pub async fn history(query: Option<String>, cursor: Option<String>) -> Result<List<HistoryItem>> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?
        .history(&crate::backend::viewer()?, query, cursor)
        .await;
    #[cfg(not(feature = "ssr"))]
    {
        let mut url = format!("/api/history?query={}", encode(query.as_deref().unwrap_or_default()));
        if let Some(cursor) = cursor {
            url += &format!("&cursor={}", encode(&cursor));
        }
        local(async move { fetch::get(&url).await }).await
    }
}

/// `GET /api/history?info_hash=`: where the viewer is in this torrent's files.
pub async fn progress(info_hash: InfoHash) -> Result<Vec<HistoryItem>> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?
        .progress(&crate::backend::viewer()?, info_hash)
        .await;
    #[cfg(not(feature = "ssr"))]
    local(async move { fetch::get::<List<HistoryItem>>(&format!("/api/history?info_hash={info_hash}")).await })
        .await
        .map(|list| list.items)
}

/// The present, by the clock of whoever renders.
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

/// The query string of a search, in the order that makes equal searches equal addresses.
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

/// What only a visitor's page asks for, once it is alive. Every function does nothing useful on the server, where it
/// is never called: components call these in effects and event handlers.
pub mod browser {
    use super::*;

    /// `POST /api/torrents` with a magnet link or an address; answers when the metadata is known.
    pub async fn add_torrent(add: AddTorrent) -> Result<Torrent> {
        fetch::post("/api/torrents", &add).await
    }

    /// `POST /api/torrents` with the bytes of a `.torrent` file.
    pub async fn upload_torrent(file: web_sys::File) -> Result<Torrent> {
        fetch::upload("/api/torrents", "torrent", file).await
    }

    /// Whether a film's address answers. The error says why not; `false`: it does now, but did not a moment ago.
    pub async fn probe(url: &str) -> Result<bool> {
        fetch::probe(url).await
    }

    /// `POST /api/watch-history`
    pub async fn save_progress(progress: &WatchProgress) -> Result<()> {
        fetch::command("POST", "/api/watch-history", Some(fetch::Body::json(progress)?)).await
    }

    /// The same, sent even while the page is being left (`sendBeacon`).
    pub fn save_progress_in_parting(progress: &WatchProgress) {
        fetch::beacon("/api/watch-history", progress);
    }
}

pub mod account;
pub mod admin;
mod fetch;
pub mod refresh;
pub mod rooms;
