//! Files of random bytes, torrents of them, and libtorrent sharing them.

use super::Tracker;
use app::protocol::InfoHash;
use librqbit::{CreateTorrentOptions, create_torrent, spawn_utils::BlockingSpawner};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A torrent whose content the test knows.
pub struct Film {
    pub dir: TempDir,
    pub info_hash: InfoHash,
    pub torrent: Vec<u8>,
    /// Content of each file, in the torrent's order.
    pub files: Vec<Vec<u8>>,
}

impl Film {
    /// One file of this many bytes.
    pub async fn of(name: &str, bytes: usize, piece_bytes: u32) -> Self {
        Self::of_files(name, &[], bytes, piece_bytes).await
    }

    /// One file, whose sharers this tracker brings together.
    pub async fn announced(tracker: &Tracker, bytes: usize, piece_bytes: u32) -> Self {
        let film = Self::make("film.mp4", &[], bytes, piece_bytes, vec![tracker.url.clone()]).await;
        tracker.allow(film.info_hash).await;
        film
    }

    /// A folder of files of this many bytes each; without names, one file called as the torrent.
    pub async fn of_files(name: &str, names: &[&str], bytes: usize, piece_bytes: u32) -> Self {
        Self::make(name, names, bytes, piece_bytes, Vec::new()).await
    }

    async fn make(name: &str, names: &[&str], bytes: usize, piece_bytes: u32, trackers: Vec<String>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join(name);
        // The engine's maker of torrents adds an empty piece where the length is a multiple of the piece's.
        assert!(
            !(bytes * names.len().max(1)).is_multiple_of(piece_bytes as usize),
            "choose another length"
        );
        let contents: Vec<Vec<u8>> = (0..names.len().max(1)).map(|_| random(bytes)).collect();
        if names.is_empty() {
            std::fs::write(&root, &contents[0]).unwrap();
        }
        for (path, content) in names.iter().zip(&contents) {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let options = CreateTorrentOptions {
            piece_length: Some(piece_bytes),
            trackers,
            ..Default::default()
        };
        let made = create_torrent(&root, options, &BlockingSpawner::new(1)).await.unwrap();
        let torrent = made.as_bytes().unwrap().to_vec();
        let order = server::torrent::metainfo::Metainfo::parse(&torrent).unwrap();
        let files = match names {
            [] => contents,
            _ => order
                .files
                .iter()
                .map(|file| std::fs::read(root.join(&file.path)).unwrap())
                .collect(),
        };
        Self {
            info_hash: order.info_hash,
            dir,
            torrent,
            files,
        }
    }

    /// A magnet link that names this peer.
    pub fn magnet(&self, peer: SocketAddr) -> String {
        format!("magnet:?xt=urn:btih:{}&dn=film&x.pe={peer}", self.info_hash)
    }

    /// A magnet link that names only the tracker.
    pub fn tracked_magnet(&self, tracker: &Tracker) -> String {
        format!(
            "magnet:?xt=urn:btih:{}&tr={}",
            self.info_hash,
            app::api::encode(&tracker.url)
        )
    }

    /// Shares it at this many bytes a second, 0 for as fast as can be.
    pub fn seed(&self, upload_limit: u32) -> Seeder {
        let torrent = self.dir.path().join("film.torrent");
        std::fs::write(&torrent, &self.torrent).unwrap();
        let address = free_address();
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../end2end/lib/seed.py");
        let child = Command::new("/usr/bin/python3")
            .arg(script)
            .args([torrent.as_path(), self.dir.path()])
            .args([
                "--listen",
                &address.to_string(),
                "--upload-limit",
                &upload_limit.to_string(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("python3 with libtorrent, which scripts/setup installs");
        let mut seeder = Seeder { child, address };
        seeder.wait_until_it_listens();
        seeder
    }
}

/// A real peer that has everything. Ends with its value.
pub struct Seeder {
    child: Child,
    pub address: SocketAddr,
}

impl Seeder {
    fn wait_until_it_listens(&mut self) {
        for _ in 0..500 {
            assert!(self.child.try_wait().unwrap().is_none(), "the seeder ended at once");
            if std::net::TcpStream::connect(self.address).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the seeder does not listen");
    }

    /// Serves nobody (BEP 3: chokes them), or everybody again.
    pub fn choke(&self, choked: bool) {
        let signal = if choked { Signal::USR2 } else { Signal::USR1 };
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Seeder {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Bytes that no two places share, so that a read from the wrong place is seen.
fn random(bytes: usize) -> Vec<u8> {
    let seed = uuid::Uuid::new_v4().as_u128();
    let mut state = (seed as u64) | 1;
    let mut content = Vec::with_capacity(bytes + 8);
    while content.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        content.extend_from_slice(&state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    content.truncate(bytes);
    content
}
