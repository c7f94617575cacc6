//! A PostgreSQL and a Redis of a test's own, which it may kill, freeze and start again.

use crate::support::wait_for;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// Long enough for a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(20);

/// Nobody listens there now, and the kernel gives it to nobody soon.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        done.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

/// A PostgreSQL that writes to its disk what it acknowledges.
pub struct Postgres {
    dir: TempDir,
    port: u16,
}

impl Postgres {
    pub fn start() -> Self {
        let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
        if rustix::process::getuid().is_root() {
            run(Command::new("chown").arg("postgres").arg(dir.path()));
        }
        let postgres = Self { dir, port };
        run(postgres.program("initdb").args([
            "-U",
            "matinee",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]));
        let settings = format!("\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n");
        let path = postgres.data().join("postgresql.conf");
        let defaults = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, defaults + &settings).unwrap();
        postgres.start_again();
        postgres
    }

    pub fn url(&self) -> String {
        format!("postgres://matinee@127.0.0.1:{}/postgres", self.port)
    }

    /// Recovers from the log first, if it was killed.
    pub fn start_again(&self) {
        let log = self.dir.path().join("data/log");
        run(self
            .program("pg_ctl")
            .args(["-w", "-t", "20", "-l"])
            .arg(log)
            .arg("start"));
    }

    /// At once, without a word to anybody: what a failing machine does.
    pub async fn kill(&self) {
        let pid = self.pid();
        // Its children follow when they notice; they hold the memory that the next one needs.
        let children = children(pid);
        for process in std::iter::once(pid).chain(children.iter().copied()) {
            let _ = kill_process(process, Signal::KILL);
        }
        for process in std::iter::once(pid).chain(children) {
            wait_for("PostgreSQL to end", PATIENCE, || async {
                (!is_alive(process)).then_some(())
            })
            .await;
        }
        std::fs::remove_file(self.data().join("postmaster.pid")).unwrap();
    }

    /// Takes connections, which the kernel does, and answers nothing.
    pub fn freeze(&self) {
        self.signal_all(Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal_all(Signal::CONT);
    }

    fn signal_all(&self, signal: Signal) {
        let pid = self.pid();
        // The parent first: it must not start another child in the meantime.
        for process in std::iter::once(pid).chain(children(pid)) {
            let _ = kill_process(process, signal);
        }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn pid(&self) -> Pid {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap()).unwrap()
    }

    /// PostgreSQL refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let program = find(name);
        let mut command = if rustix::process::getuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.dir.path()).arg("-D").arg(self.data());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if !self.data().join("postmaster.pid").exists() {
            return;
        }
        self.thaw();
        // Its data is about to be deleted. It may be gone already, if the test has failed in between.
        let _ = self
            .program("pg_ctl")
            .args(["-m", "immediate", "-w", "-t", "10", "stop"])
            .output();
    }
}

fn find(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions.map(|version| version.path().join("bin").join(name));
    installed
        .filter(|path| path.exists())
        .max()
        .unwrap_or_else(|| Path::new(name).to_owned())
}

fn children(of: Pid) -> Vec<Pid> {
    let listed =
        std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", of.as_raw_nonzero())).unwrap_or_default();
    listed
        .split_whitespace()
        .filter_map(|pid| Pid::from_raw(pid.parse().ok()?))
        .collect()
}

fn is_alive(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    // A zombie waits for whoever inherits it and holds nothing.
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// A Redis that keeps nothing.
pub struct Redis {
    child: Option<Child>,
    port: u16,
}

impl Redis {
    pub async fn start() -> Self {
        let mut redis = Self {
            child: None,
            port: free_port(),
        };
        redis.start_again().await;
        redis
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub async fn start_again(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"]);
        let child = command
            .arg(self.port.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let port = self.port;
        wait_for("Redis to listen", PATIENCE, || async {
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .ok()
                .map(|_| ())
        })
        .await;
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let pid = self
            .child
            .as_ref()
            .map(|child| child.id().cast_signed())
            .and_then(Pid::from_raw);
        kill_process(pid.unwrap(), signal).unwrap();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
