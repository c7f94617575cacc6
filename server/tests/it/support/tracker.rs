//! A real tracker: Debian's opentracker, which serves only the info hashes of its list.

use super::wait_for;
use app::protocol::InfoHash;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A tracker on loopback. Ends with its value.
pub struct Tracker {
    child: Child,
    home: TempDir,
    pub url: String,
}

impl Tracker {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let list = home.path().join("allowed");
        std::fs::write(&list, "").unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
            .to_string();
        // Started by root it locks itself into its folder, so that the list is named from inside.
        let inside = if rustix::process::getuid().is_root() {
            "/allowed".into()
        } else {
            list
        };
        let child = Command::new("opentracker")
            .args(["-i", "127.0.0.1", "-p", &port, "-P", &port])
            .arg("-d")
            .arg(home.path())
            .arg("-w")
            .arg(inside)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("opentracker, which scripts/setup installs");
        let tracker = Self {
            child,
            home,
            url: format!("http://127.0.0.1:{port}/announce"),
        };
        // Until it answers, not only listens: it begins to listen before it minds SIGHUP, which would end it until then.
        for _ in 0..1_000 {
            if answers(&format!("127.0.0.1:{port}")) {
                return tracker;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the tracker does not answer");
    }

    /// Lets sharers of this torrent meet; returns once the tracker knows it.
    pub async fn allow(&self, info_hash: InfoHash) {
        let list = self.home.path().join("allowed");
        let mut list = std::fs::OpenOptions::new().append(true).open(list).unwrap();
        writeln!(list, "{info_hash}").unwrap();
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::HUP,
        )
        .unwrap();
        let escaped: String = info_hash.0.iter().map(|byte| format!("%{byte:02x}")).collect();
        let ask = format!(
            "{}?info_hash={escaped}&peer_id=-XX0000-000000000000&port=1&uploaded=0&downloaded=0&left=0&event=stopped&compact=1",
            self.url
        );
        wait_for("the tracker to allow the torrent", Duration::from_secs(5), || async {
            let answer = reqwest::get(&ask).await.ok()?.text().await.ok()?;
            (!answer.contains("failure reason")).then_some(())
        })
        .await;
    }
}

fn answers(address: &str) -> bool {
    let Ok(mut tcp) = TcpStream::connect(address) else {
        return false;
    };
    tcp.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let asked = tcp.write_all(b"GET /announce HTTP/1.0\r\n\r\n");
    asked.is_ok() && tcp.read(&mut [0; 16]).is_ok_and(|read| read > 0)
}

impl Drop for Tracker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
