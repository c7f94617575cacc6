//! The real program, as a process that can be stopped and killed.

use super::{Client, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The program itself. Ends with its value.
pub struct Program {
    child: Child,
    pub client: Client,
}

impl Program {
    /// On a port of its own, unless the settings name an address.
    pub async fn start(data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .to_string();
        let named = settings.iter().find(|(name, _)| *name == "MATINEE_LISTEN");
        let address = named.map_or(free, |(_, address)| (*address).to_owned());
        let child = Command::new(env!("CARGO_BIN_EXE_matinee"))
            .env("MATINEE_LISTEN", &address)
            .env("MATINEE_DATA_DIR", data_dir)
            .env("MATINEE_TORRENT_DHT", "off")
            .env("MATINEE_TORRENT_ALLOW_PRIVATE_PEERS", "on")
            .env("MATINEE_INDEXERS", "catalogue")
            .env("MATINEE_LOG", "warn")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let client = Client::of(&format!("http://{address}"));
        let program = Self { child, client };
        wait_for("the program", Duration::from_secs(30), || async {
            program.client.get("/healthz").send().await.is_ok().then_some(())
        })
        .await;
        program
    }

    pub fn url(&self) -> &str {
        &self.client.url
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its address, to be started on again.
    pub fn address(&self) -> String {
        self.client.url.trim_start_matches("http://").to_owned()
    }

    /// Sends a signal, which ends it.
    pub fn signal(&mut self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
