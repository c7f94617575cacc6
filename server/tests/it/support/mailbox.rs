//! A real mail server on loopback, and the mail that reaches it.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Ends with its value.
pub struct Mailbox {
    child: Child,
    lines: Mutex<UnboundedReceiver<String>>,
    pub url: String,
}

impl Mailbox {
    pub fn start() -> Self {
        let python = super::service("MATINEE_TEST_PYTHON");
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../end2end/lib/smtp.py");
        let mut child = Command::new(python)
            .arg(script)
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("aiosmtpd, which scripts/setup installs");
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(output.next().unwrap().unwrap(), "ready");
        let (sender, lines) = unbounded_channel();
        std::thread::spawn(move || {
            for line in output.map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            lines: Mutex::new(lines),
            url: format!("smtp://{address}"),
        }
    }

    /// The next mail, as the script prints it.
    pub async fn next(&self) -> serde_json::Value {
        let mut lines = self.lines.lock().await;
        let line = tokio::time::timeout(Duration::from_secs(20), lines.recv()).await;
        serde_json::from_str(&line.expect("no mail came").expect("the mail server ended")).unwrap()
    }

    /// The link in the next mail; the same in its text and its HTML.
    pub async fn next_link(&self) -> String {
        let mail = self.next().await;
        let text = mail["text"].as_str().unwrap();
        let link = text
            .split_whitespace()
            .find(|word| word.starts_with("http"))
            .unwrap()
            .to_owned();
        assert!(mail["html"].as_str().unwrap().contains(&link), "{mail}");
        link
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
