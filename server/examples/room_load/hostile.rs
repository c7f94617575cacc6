//! Attacks on the server next to a calm room. The result is how much the calm room is affected.

use super::{
    crowd::{Crowd, make_rooms},
    fanout::talk,
    options::{Mode, Options},
    process,
    rest::Rest,
    socket::{Socket, frame},
    speech,
    tally::Tally,
};
use serde_json::{Value, json};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

/// Attacks, in the order in which they are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attack {
    /// None, as the baseline.
    Calm,
    /// Messages as fast as the connection allows.
    Flood,
    /// Messages of one megabyte.
    Megabytes,
    /// Two thousand upgrade requests that stop halfway.
    HalfOpen,
    /// Participants who never read.
    SlowReaders,
    /// Unauthorized commands, out-of-range numbers, and malformed JSON.
    Forged,
    /// A used ticket, and invented ones.
    Replayed,
    /// Messages in the same packet as the upgrade request.
    BeforeWelcome,
    /// An unsupported protocol version.
    WrongVersion,
    /// Ten thousand connections.
    Connects,
}

const ATTACKS: [Attack; 10] = [
    Attack::Calm,
    Attack::Flood,
    Attack::Megabytes,
    Attack::HalfOpen,
    Attack::SlowReaders,
    Attack::Forged,
    Attack::Replayed,
    Attack::BeforeWelcome,
    Attack::WrongVersion,
    Attack::Connects,
];

/// Runs every attack for the configured time.
pub async fn run(options: &Options) -> anyhow::Result<Value> {
    let rest = Rest::sign_up(&options.address).await?;
    let tally = Rc::new(Tally::default());
    // Leave room for attackers who join.
    let roomy = Options {
        sockets: options.sockets + 100,
        rooms: 1,
        ..options.clone()
    };
    let codes = make_rooms(&roomy, Some(&rest)).await?;
    let code = codes[0].clone();
    let calm = Options {
        mode: Mode::Matinee,
        rooms: 1,
        ..options.clone()
    };
    let crowd = Crowd::gather(&calm, Some(&rest), codes, &tally).await?;
    let mut results = Vec::new();
    for attack in ATTACKS {
        tally.quiet(Duration::from_secs(10)).await;
        results.push(under(attack, options, &code, &crowd, &tally).await?);
    }
    crowd.disperse(Some(&rest)).await?;
    Ok(json!({"sockets": options.sockets, "rate": options.rate, "attacks": results}))
}

async fn under(
    attack: Attack,
    options: &Options,
    code: &str,
    crowd: &Crowd,
    tally: &Rc<Tally>,
) -> anyhow::Result<Value> {
    tally.restart();
    let end = Instant::now() + options.time;
    let (address, code) = (options.address.clone(), code.to_owned());
    // On a thread of its own, so that it does not delay the calm room's clock.
    let attacker = std::thread::spawn(move || attack_until(attack, &address, &code, end));
    let room = crowd.rooms[0].clone();
    let took = talk(
        Mode::Matinee,
        room,
        options.rate,
        options.time,
        Duration::ZERO,
        tally.clone(),
    )
    .await;
    tally.drained(Duration::from_secs(5)).await;
    let tried = tokio::task::spawn_blocking(move || attacker.join()).await?;
    let tried = tried.map_err(|_| anyhow::anyhow!("the attacker fell over"))??;
    let mut value = tally.summary(took).json();
    value["attack"] = json!(format!("{attack:?}"));
    value["acts"] = json!(tried.acts.get());
    value["let_in"] = json!(tried.let_in.get());
    value["resident_mb"] = json!(
        options
            .pid
            .and_then(process::resident_bytes)
            .map(|bytes| bytes / 1_000_000)
    );
    eprintln!("{attack:?}: {value}");
    Ok(value)
}

/// Counters of an attacker.
#[derive(Debug, Default)]
struct AttackCounters {
    acts: Cell<u64>,
    let_in: Cell<u64>,
}

impl AttackCounters {
    fn act(&self) {
        self.acts.set(self.acts.get() + 1);
    }
}

/// Target and duration of an attack.
struct Attacker {
    rest: Rest,
    address: String,
    code: String,
    end: Instant,
    tried: AttackCounters,
}

fn attack_until(attack: Attack, address: &str, code: &str, end: Instant) -> anyhow::Result<AttackCounters> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        if attack == Attack::Calm {
            return Ok(AttackCounters::default());
        }
        let attacker = Attacker {
            rest: Rest::guest(address)?,
            address: address.to_owned(),
            code: code.to_owned(),
            end,
            tried: AttackCounters::default(),
        };
        let left = end.saturating_duration_since(Instant::now());
        // Attacks that hold connections sleep until the end; attacks that repeat check the time themselves.
        timeout(left + Duration::from_secs(5), attacker.run(attack))
            .await
            .unwrap_or(Ok(()))?;
        Ok(attacker.tried)
    })
}

impl Attacker {
    async fn run(&self, attack: Attack) -> anyhow::Result<()> {
        match attack {
            Attack::Calm => Ok(()),
            Attack::Flood => {
                self.repeat(&[br#"{"chat":{"send":{"nonce":1,"text":"Buy now"}}}"#.to_vec()])
                    .await
            }
            Attack::Megabytes => self.repeat(&[vec![b'x'; 1 << 20]]).await,
            Attack::Forged => self.repeat(&forged()).await,
            Attack::HalfOpen => self.hold(2_000, b"GET /api/rooms/x/socket HTTP/1.1\r\nHost: ").await,
            Attack::Connects => self.hold(10_000, b"").await,
            Attack::SlowReaders => self.slow_readers().await,
            Attack::Replayed => self.replayed().await,
            Attack::BeforeWelcome => self.before_welcome().await,
            Attack::WrongVersion => self.wrong_version().await,
        }
    }

    fn goes_on(&self) -> bool {
        Instant::now() < self.end
    }

    async fn ticket(&self) -> anyhow::Result<String> {
        Ok(self.rest.join_as_guest(&self.code, "Mallory", "", None).await?.path)
    }

    /// Joins, sends these messages in a loop, and joins again when disconnected.
    async fn repeat(&self, texts: &[Vec<u8>]) -> anyhow::Result<()> {
        while self.goes_on() {
            let (socket, tail) = Socket::open(&self.address, &self.ticket().await?).await?;
            let speaker = socket.clone();
            let ears = tokio::task::spawn_local(async move { speaker.listen(tail, |_| {}).await });
            'inside: while self.goes_on() && !ears.is_finished() {
                for text in texts {
                    let said = timeout(Duration::from_secs(1), socket.say_all(text)).await;
                    if !matches!(said, Ok(Ok(()))) {
                        break 'inside;
                    }
                    self.tried.act();
                }
                tokio::task::yield_now().await;
            }
            ears.abort();
        }
        Ok(())
    }

    /// Opens this many connections, sends an incomplete request on each and holds them.
    async fn hold(&self, connections: usize, beginning: &[u8]) -> anyhow::Result<()> {
        let mut held = Vec::with_capacity(connections);
        while held.len() < connections && self.goes_on() {
            let Ok(Ok(mut stream)) = timeout(Duration::from_secs(2), TcpStream::connect(&self.address)).await else {
                continue;
            };
            if stream.write_all(beginning).await.is_ok() {
                held.push(stream);
                self.tried.act();
            }
        }
        sleep(self.end.saturating_duration_since(Instant::now())).await;
        Ok(())
    }

    /// Opens sockets with the smallest possible receive buffer and never reads from them.
    async fn slow_readers(&self) -> anyhow::Result<()> {
        let mut held = Vec::new();
        while held.len() < 50 && self.goes_on() {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(2_048)?;
            let mut stream = socket.connect(self.address.parse()?).await?;
            stream
                .write_all(upgrade(&self.address, &self.ticket().await?).as_bytes())
                .await?;
            held.push(stream);
            self.tried.act();
        }
        sleep(self.end.saturating_duration_since(Instant::now())).await;
        Ok(())
    }

    async fn replayed(&self) -> anyhow::Result<()> {
        let path = self.ticket().await?;
        let (first, _) = Socket::open(&self.address, &path).await?;
        let invented = format!("/api/rooms/{}/socket?ticket=0000000000000000&version=1", self.code);
        while self.goes_on() {
            for path in [&path, &invented] {
                self.expect_refusal(path).await;
            }
        }
        drop(first);
        Ok(())
    }

    async fn wrong_version(&self) -> anyhow::Result<()> {
        while self.goes_on() {
            let path = self.ticket().await?;
            let path = path.split("&version").next().unwrap_or_default();
            self.expect_refusal(&format!("{path}&version=999")).await;
        }
        Ok(())
    }

    /// Tries to join, and counts a welcome as a failure of the server.
    async fn expect_refusal(&self, path: &str) {
        self.tried.act();
        let Ok((socket, tail)) = Socket::open(&self.address, path).await else {
            return;
        };
        let let_in = &self.tried.let_in;
        let listening = socket.listen(tail, |text| {
            if speech::hear(Mode::Hostile, text) == speech::Heard::Welcome {
                let_in.set(let_in.get() + 1);
            }
        });
        timeout(Duration::from_millis(200), listening).await.ok();
    }

    async fn before_welcome(&self) -> anyhow::Result<()> {
        while self.goes_on() {
            let mut bytes = upgrade(&self.address, &self.ticket().await?).into_bytes();
            for text in forged() {
                bytes.extend_from_slice(&frame(0x1, &text));
            }
            let mut stream = TcpStream::connect(&self.address).await?;
            stream.write_all(&bytes).await?;
            self.tried.act();
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

fn upgrade(address: &str, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWF0aW5lZS1yb29tbG9hZA==\r\n\r\n"
    )
}

fn forged() -> Vec<Vec<u8>> {
    [
        r#"{"people":{"kick":{"participant":1,"ban":true}}}"#,
        r#"{"people":{"kick":{"participant":4294967295,"ban":false}}}"#,
        r#"{"chat":{"edit":{"id":1,"text":"never said"}}}"#,
        r#"{"chat":{"delete":{"id":18446744073709551615}}}"#,
        r#"{"people":{"set_moderator":{"participant":1,"on":true}}}"#,
        r#"{"people":{"hand_over":{"to":2}}}"#,
        r#"{"remote":"take"}"#,
        r#"{"playback":{"seek":{"epoch":18446744073709551615,"position_ms":-9223372036854775808}}}"#,
        r#"{"playback":{"set_rate":{"epoch":0,"rate":1e308}}}"#,
        r#"{"room":"end"}"#,
        r#"{"chat":"clear"}"#,
        r#"{"chat":{"send":{}}}"#,
        "[[[[[[[[[[[[[[[[",
        "\u{0}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}
