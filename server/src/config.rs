//! Configuration: environment variables named `MATINEE_*`, every problem reported at once.

use crate::search::{IndexerConfig, parse_indexers, parse_indexers_toml};
use app::protocol::{Access, SignUpMode};
use ipnet::IpNet;
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

mod rates;
mod rooms;
mod secret;

pub use rates::{Rate, RateLimits};
pub use rooms::RoomConfig;
pub use secret::Secret;

/// Every variable that exists; anything else that begins with `MATINEE_` is a mistake.
const KNOWN: &[&str] = &[
    "MATINEE_LISTEN",
    "MATINEE_PUBLIC_URL",
    "MATINEE_DATA_DIR",
    "MATINEE_SITE_ROOT",
    "MATINEE_DATABASE_URL",
    "MATINEE_DATABASE_CONNECTIONS",
    "MATINEE_DATABASE_TIMEOUT",
    "MATINEE_REDIS_URL",
    "MATINEE_SECRET",
    "MATINEE_ACCESS",
    "MATINEE_SIGN_UP",
    "MATINEE_TRUSTED_PROXIES",
    "MATINEE_RATE_LIMITS",
    "MATINEE_INDEXERS",
    "MATINEE_INDEXERS_FILE",
    "MATINEE_INGEST_KEYS",
    "MATINEE_POLL_INTERVAL",
    "MATINEE_SMTP_URL",
    "MATINEE_MAIL_FROM",
    "MATINEE_ROOM_CAPACITY",
    "MATINEE_ROOM_IDLE",
    "MATINEE_TORRENT_PORT",
    "MATINEE_TORRENT_DHT",
    "MATINEE_TORRENT_UPNP",
    "MATINEE_TORRENT_PEX",
    "MATINEE_TORRENT_UTP",
    "MATINEE_TORRENT_QUOTA",
    "MATINEE_TORRENT_FREE_SPACE",
    "MATINEE_TORRENT_ALLOW_PRIVATE_PEERS",
    "MATINEE_TORRENT_REQUEST_WINDOW",
    "MATINEE_LOG",
    "MATINEE_LOG_FORMAT",
];

/// What the environment asks for.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to serve on.
    pub listen: SocketAddr,
    /// Address under which people reach it, without a trailing slash, if it was set.
    pub public_url: Option<String>,
    /// Where the database and the torrents are.
    pub data_dir: PathBuf,
    /// Where the built site is: `pkg/` and the files of `public/`.
    pub site_root: PathBuf,
    /// PostgreSQL's address; `None` is SQLite in the data directory.
    pub database_url: Option<Secret>,
    /// Connections kept to the database at most; `None` is the engine's default.
    pub database_connections: Option<u32>,
    /// How long a request waits for a connection before it is answered 503.
    pub database_timeout: Duration,
    /// Redis' address; `None` is a cache in the process.
    pub redis_url: Option<Secret>,
    /// What signatures are made with; `None` is generated into the data directory.
    pub secret: Option<Secret>,
    /// Who may search and watch.
    pub access: Access,
    /// Who may make an account.
    pub sign_up: SignUpMode,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How much one person or address may ask for.
    pub rate_limits: RateLimits,
    /// Sources of search results, in order.
    pub indexers: Vec<IndexerConfig>,
    /// Keys that may use `POST /api/ingest`; none turns it off.
    pub ingest_keys: Vec<Secret>,
    /// How often the indexers are asked for their newest items; `None`: never.
    pub poll_interval: Option<Duration>,
    /// The mail server, with its password; `None`: links are logged.
    pub smtp_url: Option<Secret>,
    /// Who mail comes from; set if `smtp_url` is.
    pub mail_from: Option<String>,
    /// The bounds of every room.
    pub rooms: RoomConfig,
    /// The torrent engine's part.
    pub torrent: TorrentConfig,
    /// Log filter in `tracing`'s syntax.
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
}

/// The torrent engine's part of the configuration.
#[derive(Debug, Clone)]
pub struct TorrentConfig {
    /// TCP port for peers; 0 is any.
    pub port: u16,
    /// Find peers through the distributed hash table (BEP 5).
    pub dht: bool,
    /// Have peers name other peers, and name some to them (BEP 11). Without it nobody can dial us either.
    pub pex: bool,
    /// Ask the router to forward the port.
    pub upnp: bool,
    /// Accept and make uTP connections (BEP 29) beside TCP.
    pub utp: bool,
    /// Bytes that torrents may take; `None` is 80 % of what is free at the start and what they take then, together.
    pub quota_bytes: Option<u64>,
    /// Downloads stop when less than this is free on the disk, bytes.
    pub free_space_bytes: u64,
    /// Whether peers and `.torrent` addresses in private networks are allowed.
    pub allow_private_peers: bool,
    /// Chunk requests (16 KiB each) kept outstanding at a peer.
    pub request_window: usize,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that is wrong with the environment.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has problems:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigProblems(pub Vec<String>);

impl Config {
    /// Reads the process' environment.
    pub fn from_env() -> Result<Self, ConfigProblems> {
        Self::parse(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// Reads these variables; names that do not begin with `MATINEE_` are ignored.
    pub fn parse(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigProblems> {
        let mut reader = Reader {
            values: variables
                .into_iter()
                .filter(|(name, value)| {
                    name.starts_with("MATINEE_") && !is_build_variable(name) && !value.trim().is_empty()
                })
                .map(|(name, value)| (name, value.trim().to_owned()))
                .collect(),
            problems: Vec::new(),
        };
        reader.refuse_unknown();
        let listen = reader.get(
            "MATINEE_LISTEN",
            "an address like 127.0.0.1:3000",
            SocketAddr::from(([127, 0, 0, 1], 3000)),
        );
        let public_url = reader.url("MATINEE_PUBLIC_URL", &["http", "https"]);
        let config = Self {
            listen,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            data_dir: reader.path("MATINEE_DATA_DIR").unwrap_or_else(|| "data".into()),
            site_root: reader.path("MATINEE_SITE_ROOT").unwrap_or_else(default_site_root),
            database_url: reader
                .url("MATINEE_DATABASE_URL", &["postgres", "postgresql"])
                .map(Secret::new),
            redis_url: reader.url("MATINEE_REDIS_URL", &["redis", "rediss"]).map(Secret::new),
            database_connections: reader.optional("MATINEE_DATABASE_CONNECTIONS", "a number of connections"),
            database_timeout: reader.database_timeout(),
            secret: reader.secret("MATINEE_SECRET"),
            access: reader.one_of(
                "MATINEE_ACCESS",
                &[("open", Access::Open), ("accounts", Access::Accounts)],
            ),
            sign_up: reader.one_of(
                "MATINEE_SIGN_UP",
                &[
                    ("open", SignUpMode::Open),
                    ("invite", SignUpMode::Invite),
                    ("closed", SignUpMode::Closed),
                ],
            ),
            trusted_proxies: reader.networks("MATINEE_TRUSTED_PROXIES"),
            rate_limits: reader.get(
                "MATINEE_RATE_LIMITS",
                "like auth=10/min,search=60/min,add=20/min,rooms=5/h,joins=120/min,invites=10/h",
                RateLimits::default(),
            ),
            indexers: reader.indexers(),
            ingest_keys: reader.ingest_keys(),
            poll_interval: reader.poll_interval(),
            smtp_url: reader.values.get("MATINEE_SMTP_URL").cloned().map(Secret::new),
            mail_from: reader.values.get("MATINEE_MAIL_FROM").cloned(),
            rooms: RoomConfig {
                capacity: reader
                    .get(
                        "MATINEE_ROOM_CAPACITY",
                        "from 2 to 10000 people",
                        rooms::Capacity::default(),
                    )
                    .0,
                idle: reader
                    .get(
                        "MATINEE_ROOM_IDLE",
                        "like 30min or 4h, a minute to 30 days",
                        rooms::Idle::default(),
                    )
                    .0,
            },
            torrent: TorrentConfig {
                port: reader.get("MATINEE_TORRENT_PORT", "a port number", 0),
                dht: reader.switch("MATINEE_TORRENT_DHT", true),
                pex: reader.switch("MATINEE_TORRENT_PEX", true),
                upnp: reader.switch("MATINEE_TORRENT_UPNP", false),
                utp: reader.switch("MATINEE_TORRENT_UTP", false),
                quota_bytes: reader.optional("MATINEE_TORRENT_QUOTA", "a number of bytes"),
                free_space_bytes: reader.get("MATINEE_TORRENT_FREE_SPACE", "a number of bytes", 1 << 30),
                allow_private_peers: reader.switch("MATINEE_TORRENT_ALLOW_PRIVATE_PEERS", false),
                request_window: reader.window("MATINEE_TORRENT_REQUEST_WINDOW"),
            },
            log: reader
                .values
                .get("MATINEE_LOG")
                .cloned()
                .unwrap_or_else(|| "info".into()),
            log_format: reader.log_format(),
        };
        reader.check_mail();
        reader.check_pex(&config.torrent);
        if reader.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigProblems(reader.problems))
        }
    }

    /// Address for absolute links: as configured, else as this request was addressed, else where the server listens.
    pub fn base_url(&self, host: Option<&http::HeaderValue>) -> String {
        let asked = host
            .and_then(|host| host.to_str().ok())
            .filter(|host| is_authority(host));
        match (&self.public_url, asked) {
            (Some(url), _) => url.clone(),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => format!("http://{}", self.listen),
        }
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// Whether a Host header is a name or an address with an optional port, and nothing else.
fn is_authority(host: &str) -> bool {
    host.len() <= 255
        && host
            .parse::<http::uri::Authority>()
            .is_ok_and(|authority| !authority.as_str().contains('@'))
}

/// The build's and the tests' own variables live beside the server's.
fn is_build_variable(name: &str) -> bool {
    matches!(name, "MATINEE_CACHE" | "MATINEE_BIN" | "MATINEE_CHOOSE_COMPILER") || name.starts_with("MATINEE_TEST_")
}

/// `target/site` in a checkout, `site` beside the program where it was installed.
fn default_site_root() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("site")));
    match beside {
        Some(path) if path.is_dir() => path,
        _ => "target/site".into(),
    }
}

struct Reader {
    values: BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Reader {
    fn refuse_unknown(&mut self) {
        for name in self.values.keys().filter(|name| !KNOWN.contains(&name.as_str())) {
            let closest = KNOWN
                .iter()
                .max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)));
            let hint = closest
                .map(|known| format!("; did you mean {known}?"))
                .unwrap_or_default();
            self.problems.push(format!("{name} is not a setting{hint}"));
        }
    }

    fn optional<T: std::str::FromStr>(&mut self, name: &str, what: &str) -> Option<T> {
        let value = self.values.get(name)?;
        let parsed = value.parse().ok();
        if parsed.is_none() {
            self.problems.push(format!("{name} must be {what}, not {value:?}"));
        }
        parsed
    }

    fn get<T: std::str::FromStr>(&mut self, name: &str, what: &str, default: T) -> T {
        self.optional(name, what).unwrap_or(default)
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.values.get(name).map(PathBuf::from)
    }

    fn switch(&mut self, name: &str, default: bool) -> bool {
        match self.values.get(name).map(String::as_str) {
            None => default,
            Some("on" | "true" | "yes" | "1") => true,
            Some("off" | "false" | "no" | "0") => false,
            Some(other) => {
                self.problems.push(format!("{name} must be on or off, not {other:?}"));
                default
            }
        }
    }

    /// Never repeats the value: addresses carry passwords.
    fn url(&mut self, name: &str, schemes: &[&str]) -> Option<String> {
        let value = self.values.get(name)?.clone();
        match url::Url::parse(&value) {
            Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Some(value),
            _ => {
                self.problems
                    .push(format!("{name} must begin with {}://", schemes.join(":// or ")));
                None
            }
        }
    }

    fn window(&mut self, name: &str) -> usize {
        let window = self.get(name, "a number from 1 to 1024", crate::limits::REQUEST_WINDOW);
        if !(1..=1024).contains(&window) {
            self.problems
                .push(format!("{name} must be a number from 1 to 1024, not {window}"));
        }
        window
    }

    /// The first choice is the default.
    fn one_of<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
        let value = self.values.get(name).map_or(choices[0].0, String::as_str);
        match choices.iter().find(|(word, _)| *word == value) {
            Some((_, choice)) => *choice,
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let problem = format!("{name} must be {}, not {value:?}", words.join(" or "));
                self.problems.push(problem);
                choices[0].1
            }
        }
    }

    fn secret(&mut self, name: &str) -> Option<Secret> {
        let value = self.values.get(name)?.clone();
        if value.len() < 32 {
            self.problems.push(format!("{name} must have at least 32 characters"));
        }
        Some(Secret::new(value))
    }

    fn networks(&mut self, name: &str) -> Vec<IpNet> {
        let Some(value) = self.values.get(name).cloned() else {
            return Vec::new();
        };
        let parse = |text: &str| {
            text.parse::<IpNet>()
                .ok()
                .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
        };
        let parsed: Option<Vec<IpNet>> = value.split(',').map(|text| parse(text.trim())).collect();
        parsed.unwrap_or_else(|| {
            self.problems.push(format!(
                "{name} must be addresses or networks like 10.0.0.0/8, separated by commas"
            ));
            Vec::new()
        })
    }

    fn database_timeout(&mut self) -> Duration {
        let seconds: u64 = self.get("MATINEE_DATABASE_TIMEOUT", "a number of seconds", 5);
        if !(1..=300).contains(&seconds) {
            self.problems.push(format!(
                "MATINEE_DATABASE_TIMEOUT must be from 1 to 300 seconds, not {seconds}"
            ));
        }
        Duration::from_secs(seconds)
    }

    /// Minutes; 0 turns it off.
    fn poll_interval(&mut self) -> Option<Duration> {
        let minutes: u64 = self.get("MATINEE_POLL_INTERVAL", "a number of minutes, 0 for never", 30);
        if minutes > 7 * 24 * 60 {
            self.problems.push(format!(
                "MATINEE_POLL_INTERVAL must be a week at most, not {minutes} minutes"
            ));
        }
        (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
    }

    fn check_mail(&mut self) {
        let value = |name: &str| self.values.get(name).cloned();
        match (value("MATINEE_SMTP_URL"), value("MATINEE_MAIL_FROM")) {
            (Some(url), Some(from)) => self.problems.extend(crate::mail::check(&url, &from)),
            (Some(_), None) => self
                .problems
                .push("MATINEE_SMTP_URL needs MATINEE_MAIL_FROM, like Matinee <matinee@example.org>".into()),
            (None, _) => {}
        }
    }

    /// What keeps the engine from it is the proxy that it dials through, which carries no uTP; and nobody can be let in.
    fn check_pex(&mut self, torrent: &TorrentConfig) {
        for (name, on) in [("UTP", torrent.utp), ("UPNP", torrent.upnp)] {
            if on && !torrent.pex {
                self.problems.push(format!(
                    "MATINEE_TORRENT_PEX cannot be off while MATINEE_TORRENT_{name} is on"
                ));
            }
        }
    }

    fn log_format(&mut self) -> LogFormat {
        match self.values.get("MATINEE_LOG_FORMAT").map(String::as_str) {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                self.problems
                    .push(format!("MATINEE_LOG_FORMAT must be text or json, not {other:?}"));
                LogFormat::Text
            }
        }
    }

    fn indexers(&mut self) -> Vec<IndexerConfig> {
        let parsed = match (
            self.values.get("MATINEE_INDEXERS"),
            self.values.get("MATINEE_INDEXERS_FILE"),
        ) {
            (Some(_), Some(_)) => Err(vec![
                "set MATINEE_INDEXERS or MATINEE_INDEXERS_FILE, not both".to_owned(),
            ]),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => parse_indexers_toml(&text),
                Err(error) => Err(vec![format!("MATINEE_INDEXERS_FILE cannot be read: {error}")]),
            },
            (text, None) => parse_indexers(text.map_or("internet-archive,catalogue", String::as_str)),
        };
        parsed.unwrap_or_else(|problems| {
            self.problems.extend(problems);
            Vec::new()
        })
    }

    fn ingest_keys(&mut self) -> Vec<Secret> {
        let Some(value) = self.values.get("MATINEE_INGEST_KEYS") else {
            return Vec::new();
        };
        let keys: Vec<Secret> = value.split(',').map(|key| Secret::new(key.trim())).collect();
        if keys.iter().any(|key| key.expose().len() < 16) {
            self.problems
                .push("MATINEE_INGEST_KEYS: a key has at least 16 characters".into());
        }
        keys
    }
}

#[cfg(test)]
mod tests;
