//! The program is killed at random moments under load: what it acknowledged is there when it runs again. A few times in
//! every run of the tests; `scripts/kills` does it 200 times and writes down what came of it.

mod ledger;
mod work;

use crate::{
    accounts::{PASSWORD, sign_in, sign_up},
    support::{Browser, Film, Program, RoomClient, Tracker, wait_for},
};
use app::protocol::{HistoryItem, InfoHash, List, Profile, Torrent, room::*};
use ledger::{Count, Ledger};
use rustix::process::Signal;
use serde::Serialize;
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How long the load runs before a kill: from nothing to this.
const LOAD: Duration = Duration::from_millis(1_500);

/// Report of a run: JSON, from which `scripts/kills` writes `docs/durability.md`.
#[derive(Serialize)]
struct Report {
    kills: u32,
    seconds: u64,
    durability: String,
    counts: BTreeMap<&'static str, Count>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_kills_under_load_lose_nothing() {
    let counts = kill(3).await;
    assert_nothing_is_lost(&counts);
    assert_eq!(counts.len(), 6, "each kind of work was done");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes many minutes: scripts/kills runs it"]
async fn many_kills_under_load_lose_nothing() {
    let kills = std::env::var("MATINEE_TEST_KILLS").map_or(200, |kills| kills.parse().unwrap());
    let began = Instant::now();
    let counts = kill(kills).await;
    let report = Report {
        kills,
        seconds: began.elapsed().as_secs(),
        durability: std::env::var("MATINEE_TEST_DURABILITY").unwrap_or_else(|_| "normal".into()),
        counts: counts.clone(),
    };
    let text = serde_json::to_string_pretty(&report).unwrap();
    println!("{text}");
    if let Ok(path) = std::env::var("MATINEE_TEST_KILLS_RESULT") {
        std::fs::write(path, text).unwrap();
    }
    assert_nothing_is_lost(&counts);
}

fn assert_nothing_is_lost(counts: &BTreeMap<&'static str, Count>) {
    for (kind, count) in counts {
        assert!(count.acknowledged > 0, "{kind}: nothing was acknowledged");
        assert_eq!(count.lost, 0, "{kind}");
    }
}

/// The stage: one data directory, one host, one room, and films that others share.
struct Stage {
    data: tempfile::TempDir,
    address: String,
    host: Browser,
    room: RoomCode,
    films: Arc<Vec<Film>>,
    magnets: Vec<String>,
    ledger: Arc<Mutex<Ledger>>,
}

async fn start(data: &Path, address: Option<&str>) -> Program {
    let durability = std::env::var("MATINEE_TEST_DURABILITY").unwrap_or_else(|_| "normal".into());
    let limits = "auth=10000/s,search=10000/s,add=10000/s,admin=10000/s,rooms=10000/s,joins=10000/s,invites=10000/s";
    let mut settings = vec![
        ("MATINEE_RATE_LIMITS", limits),
        ("MATINEE_POLL_INTERVAL", "0"),
        ("MATINEE_DATABASE_DURABILITY", &durability),
        ("MATINEE_LOG", "error"),
    ];
    settings.extend(address.map(|address| ("MATINEE_LISTEN", address)));
    Program::start(data, &settings).await
}

async fn kill(kills: u32) -> BTreeMap<&'static str, Count> {
    let data = tempfile::tempdir().unwrap();
    let mut program = start(data.path(), None).await;
    let host = Browser::at_url(program.url());
    sign_up(&host, "ada").await;
    let room: Room = host.post("/api/rooms", json!({ "title": "Title 0" })).await.ok().json();
    let tracker = Tracker::start();
    let (mut films, mut seeders, mut magnets) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        let film = Film::announced(&tracker, 300_007, 64 << 10).await;
        magnets.push(film.tracked_magnet(&tracker));
        seeders.push(film.seed(0));
        films.push(film);
    }
    let stage = Stage {
        data,
        address: program.address(),
        host,
        room: room.code,
        films: Arc::new(films),
        magnets,
        ledger: Arc::default(),
    };
    stage.ledger.lock().unwrap().title.ask("Title 0".to_owned());
    stage.ledger.lock().unwrap().title.acknowledge();
    for kill in 1..=kills {
        let workers = stage.work().await;
        let pause = uuid::Uuid::new_v4().as_u128() % LOAD.as_millis();
        tokio::time::sleep(Duration::from_millis(u64::try_from(pause).unwrap())).await;
        program.signal(Signal::KILL);
        for worker in workers {
            let ended = tokio::time::timeout(Duration::from_secs(20), worker).await;
            ended.expect("a worker goes on without a server").unwrap();
        }
        program = start(stage.data.path(), Some(&stage.address)).await;
        stage.check().await;
        if kill % 10 == 0 {
            println!("{kill} kills");
        }
    }
    stage.check_everything().await;
    stage.ledger.lock().unwrap().counts.clone()
}

impl Stage {
    /// Everybody at work until the server is gone.
    async fn work(&self) -> Vec<tokio::task::JoinHandle<()>> {
        sign_in(&self.host, "ada", PASSWORD).await;
        let in_room = RoomClient::join(&self.host, &self.room).await;
        let (host, ledger) = (&self.host, &self.ledger);
        vec![
            tokio::spawn(work::talk(in_room, ledger.clone())),
            tokio::spawn(work::watch(host.clone(), ledger.clone())),
            tokio::spawn(work::prefer(host.clone(), ledger.clone())),
            tokio::spawn(work::rename(host.clone(), self.room.clone(), ledger.clone())),
            tokio::spawn(work::upload(host.clone(), ledger.clone())),
            tokio::spawn(work::add(
                host.clone(),
                self.films.clone(),
                self.magnets.clone(),
                ledger.clone(),
            )),
        ]
    }

    /// Looks for what was acknowledged since the last time.
    async fn check(&self) {
        sign_in(&self.host, "ada", PASSWORD).await;
        let since = self.ledger.lock().unwrap().said_lately.iter().min().copied();
        if let Some(since) = since {
            self.check_chat(since).await;
        }
        self.check_values().await;
        self.check_torrents().await;
    }

    async fn check_chat(&self, since: u64) {
        let mut found = BTreeMap::new();
        let mut path = format!("/api/rooms/{}/messages?limit=100", self.room);
        loop {
            let page: ChatPage = self.host.get(&path).await.ok().json();
            let first = page.messages.first().map(|message| message.id.0);
            found.extend(page.messages.into_iter().map(|message| (message.id.0, message.text)));
            match first.filter(|first| page.goes_on && *first > since) {
                Some(first) => path = format!("/api/rooms/{}/messages?limit=100&before={first}", self.room),
                None => break,
            }
        }
        let mut ledger = self.ledger.lock().unwrap();
        ledger.said_lately.clear();
        let expected: Vec<(u64, String)> = ledger
            .said
            .range(since..)
            .map(|(id, text)| (*id, text.clone()))
            .collect();
        for (id, text) in expected {
            ledger.found("chat messages", found.get(&id) == Some(&text), format!("{id} {text}"));
        }
    }

    async fn check_values(&self) {
        let watched: Vec<InfoHash> = self.ledger.lock().unwrap().progress.keys().copied().collect();
        for hash in watched {
            let items: List<HistoryItem> = self
                .host
                .get(&format!("/api/history?info_hash={hash}"))
                .await
                .ok()
                .json();
            let found = items.items.first().map(|item| item.position_seconds);
            let mut ledger = self.ledger.lock().unwrap();
            let fits = ledger.progress.entry(hash).or_default().is(found);
            ledger.found("places in films", fits, format!("{hash}: {found:?}"));
        }
        let profile: Profile = self.host.get("/api/users/me").await.ok().json();
        let profile = serde_json::to_value(profile.preferences).unwrap();
        let found = profile["player_volume"].as_f64();
        let room: Room = self.host.get(&format!("/api/rooms/{}", self.room)).await.ok().json();
        let mut ledger = self.ledger.lock().unwrap();
        let fits = ledger.volume.is(found);
        ledger.found("preferences", fits, format!("{found:?}"));
        let title = room.settings.title;
        let fits = ledger.title.is(Some(title.clone()));
        ledger.found("room settings", fits, title);
    }

    async fn check_torrents(&self) {
        let (uploaded, added): (Vec<InfoHash>, Vec<InfoHash>) = {
            let ledger = self.ledger.lock().unwrap();
            (
                ledger.uploaded.keys().copied().collect(),
                ledger.added.keys().copied().collect(),
            )
        };
        for hash in uploaded {
            let is_here = self.is_here(hash).await;
            let mut ledger = self.ledger.lock().unwrap();
            let fits = ledger.uploaded.entry(hash).or_default().is(Some(is_here));
            ledger.found("uploads", fits, format!("{hash}: {is_here}"));
            if !is_here {
                ledger.uploaded.remove(&hash);
            }
        }
        for hash in added {
            let is_here = self.is_here(hash).await;
            let mut ledger = self.ledger.lock().unwrap();
            let fits = ledger.added.entry(hash).or_default().is(Some(is_here));
            ledger.found("torrents added and removed", fits, format!("{hash}: {is_here}"));
        }
    }

    /// Returns whether the catalogue has the torrent and, if so, the engine too.
    async fn is_here(&self, hash: InfoHash) -> bool {
        let reply = self.host.get(&format!("/api/torrents/{hash}")).await;
        if reply.status == http::StatusCode::NOT_FOUND {
            return false;
        }
        let torrent: Torrent = reply.ok().json();
        assert_eq!(torrent.info_hash, hash);
        let stats = || async {
            let reply = self.host.get(&format!("/api/torrents/{hash}/stats")).await;
            reply.status.is_success().then_some(())
        };
        let looked = tokio::time::timeout(
            Duration::from_secs(10),
            wait_for("stats", Duration::from_secs(60), stats),
        );
        looked.await.is_ok()
    }

    /// Once more from the beginning; and the films that are here are themselves.
    async fn check_everything(&self) {
        self.check_chat(0).await;
        for film in self.films.iter() {
            if !self.is_here(film.info_hash).await {
                continue;
            }
            let bytes = self
                .host
                .get(&format!("/api/stream/{}/0", film.info_hash))
                .await
                .ok()
                .body;
            let mut ledger = self.ledger.lock().unwrap();
            ledger.found(
                "torrents added and removed",
                bytes == film.files[0],
                "another film's bytes",
            );
        }
    }
}
