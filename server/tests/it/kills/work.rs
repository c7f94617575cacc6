//! Work that goes on until the server is gone, and what of it was acknowledged.

use super::ledger::{Kept, Ledger};
use crate::{
    bad_input::reqwest_form,
    support::{Browser, Film, RoomClient},
};
use app::protocol::{InfoHash, room::*};
use futures::{SinkExt, StreamExt};
use http::Method;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_tungstenite::tungstenite::Message;

type Shared = Arc<Mutex<Ledger>>;

/// Uploads that are there at once: what is more is removed.
const UPLOADS: usize = 6;

/// A pause between two requests of one kind, so that the others get on with theirs.
const PAUSE: Duration = Duration::from_millis(5);

/// Whether it was done; `None`: the server is gone.
async fn ask(browser: &Browser, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Option<bool> {
    tokio::time::sleep(PAUSE).await;
    let reply = browser.try_send(method, path, body, &[]).await.ok()?;
    Some(reply.status.is_success())
}

fn json_body(body: &Value) -> Option<(&'static str, Vec<u8>)> {
    Some(("application/json", body.to_string().into_bytes()))
}

/// Says one thing after another, and waits for each to be stored.
pub async fn talk(room: RoomClient, ledger: Shared) {
    let (mut sink, mut stream) = room.split();
    for nonce in 1.. {
        let text = format!("{} {nonce}", uuid::Uuid::new_v4().simple());
        let say = ClientMessage::Chat(ChatRequest::Send {
            nonce,
            text: text.clone(),
            reply_to: None,
            about_now: false,
        });
        let say = serde_json::to_string(&say).unwrap();
        if sink.send(Message::text(say)).await.is_err() {
            return;
        }
        let mut said = None;
        loop {
            let heard = match stream.next().await {
                Some(Ok(Message::Text(heard))) => heard,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                _ => return,
            };
            match serde_json::from_str(&heard).unwrap() {
                ServerMessage::Chat(ChatUpdate::Sent {
                    message,
                    nonce: Some(own),
                }) if own == nonce => said = Some(message.id),
                ServerMessage::Chat(ChatUpdate::Stored { id }) if Some(id) == said => {
                    let mut ledger = ledger.lock().unwrap();
                    ledger.said.insert(id.0, text);
                    ledger.said_lately.push(id.0);
                    ledger.acknowledged("chat messages");
                    break;
                }
                // Too fast: once more in a moment.
                ServerMessage::Refused { .. } => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    break;
                }
                _ => {}
            }
        }
    }
}

/// Watches five films in turn.
pub async fn watch(browser: Browser, ledger: Shared) {
    for step in 0u32.. {
        let hash: InfoHash = format!("{:040x}", step % 5 + 1).parse().unwrap();
        let position = f64::from(uuid::Uuid::new_v4().as_fields().0 % 5_000_000) / 1_000.0;
        ledger.lock().unwrap().progress.entry(hash).or_default().ask(position);
        let body =
            json!({ "info_hash": hash, "file_index": 0, "position_seconds": position, "duration_seconds": 5400.0 });
        match ask(&browser, Method::POST, "/api/watch-history", json_body(&body)).await {
            Some(true) => {
                let mut ledger = ledger.lock().unwrap();
                ledger.progress.entry(hash).or_default().acknowledge();
                ledger.acknowledged("places in films");
            }
            Some(false) => {}
            None => return,
        }
    }
}

/// Sets the volume again and again.
pub async fn prefer(browser: Browser, ledger: Shared) {
    loop {
        let volume = f64::from(uuid::Uuid::new_v4().as_fields().0 % 1_000) / 1_000.0;
        ledger.lock().unwrap().volume.ask(volume);
        let body = json_body(&json!({ "value": volume }));
        match ask(&browser, Method::PUT, "/api/users/me/preferences/player_volume", body).await {
            Some(true) => {
                let mut ledger = ledger.lock().unwrap();
                ledger.volume.acknowledge();
                ledger.acknowledged("preferences");
            }
            Some(false) => {}
            None => return,
        }
    }
}

/// Gives the open room one title after another.
pub async fn rename(browser: Browser, room: RoomCode, ledger: Shared) {
    let path = format!("/api/rooms/{room}");
    loop {
        let title = format!("Title {}", uuid::Uuid::new_v4().simple());
        ledger.lock().unwrap().title.ask(title.clone());
        match ask(&browser, Method::PATCH, &path, json_body(&json!({ "title": title }))).await {
            Some(true) => {
                let mut ledger = ledger.lock().unwrap();
                ledger.title.acknowledge();
                ledger.acknowledged("room settings");
            }
            Some(false) => {}
            None => return,
        }
    }
}

/// Uploads one new torrent after another, and removes some.
pub async fn upload(browser: Browser, ledger: Shared) {
    loop {
        let film = Film::of("film.mp4", 20_001, 16 << 10).await;
        let form = reqwest_form("torrent", film.torrent.clone());
        let done = set(
            &ledger,
            film.info_hash,
            true,
            "uploads",
            |ledger| &mut ledger.uploaded,
            || ask(&browser, Method::POST, "/api/torrents", Some(form)),
        );
        if done.await.is_none() {
            return;
        }
        let here: Vec<InfoHash> = {
            let ledger = ledger.lock().unwrap();
            let here = ledger.uploaded.iter().filter(|(_, kept)| kept.was_acknowledged(&true));
            here.map(|(hash, _)| *hash).collect()
        };
        for hash in here.into_iter().skip(UPLOADS) {
            let path = format!("/api/torrents/{hash}");
            let done = set(
                &ledger,
                hash,
                false,
                "uploads",
                |ledger| &mut ledger.uploaded,
                || ask(&browser, Method::DELETE, &path, None),
            );
            if done.await.is_none() {
                return;
            }
        }
    }
}

/// Adds three films by their magnets, removes them, and so on.
pub async fn add(browser: Browser, films: Arc<Vec<Film>>, magnets: Vec<String>, ledger: Shared) {
    let kind = "torrents added and removed";
    loop {
        for (film, magnet) in films.iter().zip(&magnets) {
            let body = json_body(&json!({ "magnet": magnet }));
            let done = set(
                &ledger,
                film.info_hash,
                true,
                kind,
                |ledger| &mut ledger.added,
                || ask(&browser, Method::POST, "/api/torrents", body),
            );
            if done.await.is_none() {
                return;
            }
        }
        let Some(film) = films.get(uuid::Uuid::new_v4().as_fields().0 as usize % films.len()) else {
            return;
        };
        let path = format!("/api/torrents/{}", film.info_hash);
        let done = set(
            &ledger,
            film.info_hash,
            false,
            kind,
            |ledger| &mut ledger.added,
            || ask(&browser, Method::DELETE, &path, None),
        );
        if done.await.is_none() {
            return;
        }
    }
}

/// Asks for a torrent to be there, or not to be.
async fn set<F: Future<Output = Option<bool>>>(
    ledger: &Shared,
    hash: InfoHash,
    here: bool,
    kind: &'static str,
    of: impl Fn(&mut Ledger) -> &mut std::collections::BTreeMap<InfoHash, Kept<bool>>,
    ask: impl FnOnce() -> F,
) -> Option<()> {
    {
        let mut ledger = ledger.lock().unwrap();
        let kept = of(&mut ledger).entry(hash).or_insert_with(|| Kept::of(false));
        kept.ask(here);
    }
    if ask().await? {
        let mut ledger = ledger.lock().unwrap();
        of(&mut ledger).entry(hash).or_default().acknowledge();
        ledger.acknowledged(kind);
    }
    Some(())
}
