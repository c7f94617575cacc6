//! Command-line options.

use anyhow::{Context, bail};
use std::{str::FromStr, time::Duration};

/// Kind of measurement, and its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Fan-out through Matinee's rooms.
    Matinee,
    /// Fan-out through Socket.IO (Engine.IO 4 over WebSocket).
    SocketIo,
    /// Fan-out through a server that only relays.
    Bare,
    /// Soak test: rooms that open, chat, seek and close.
    Churn,
    /// Latency of seeks.
    Control,
    /// A calm room while the server is attacked.
    Hostile,
}

impl FromStr for Mode {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        Ok(match text {
            "matinee" => Self::Matinee,
            "socketio" => Self::SocketIo,
            "bare" => Self::Bare,
            "churn" => Self::Churn,
            "control" => Self::Control,
            "hostile" => Self::Hostile,
            other => bail!("no such mode: {other}"),
        })
    }
}

/// Parsed options.
#[derive(Debug, Clone)]
pub struct Options {
    /// Measurement to run.
    pub mode: Mode,
    /// Host and port of the server.
    pub address: String,
    /// Number of concurrent rooms.
    pub rooms: usize,
    /// Number of sockets per room.
    pub sockets: usize,
    /// Messages per second and room.
    pub rate: f64,
    /// Duration of one measurement.
    pub time: Duration,
    /// Raise the rate until the server cannot keep up.
    pub climbs: bool,
    /// Process id of the server, for its memory and CPU time.
    pub pid: Option<u32>,
    /// Operator's token, for `/metrics`.
    pub admin_token: Option<String>,
}

impl Options {
    /// Parses `--name value` pairs.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut options = Self {
            mode: Mode::Matinee,
            address: String::new(),
            rooms: 1,
            sockets: 1_000,
            rate: 10.0,
            time: Duration::from_secs(10),
            climbs: false,
            pid: None,
            admin_token: None,
        };
        while let Some(name) = arguments.next() {
            if name == "--climb" {
                options.climbs = true;
                continue;
            }
            let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--mode" => options.mode = value.parse()?,
                "--url" => options.address = address(&value)?,
                "--rooms" => options.rooms = value.parse()?,
                "--sockets" => options.sockets = value.parse()?,
                "--rate" => options.rate = value.parse()?,
                "--seconds" => options.time = Duration::try_from_secs_f64(value.parse()?)?,
                "--pid" => options.pid = Some(value.parse()?),
                "--admin-token" => options.admin_token = Some(value),
                _ => bail!("no such option: {name}"),
            }
        }
        if options.address.is_empty() || options.rooms == 0 || options.sockets == 0 || options.rate <= 0.0 {
            bail!("--url is needed; --rooms, --sockets and --rate are more than nothing");
        }
        Ok(options)
    }
}

fn address(url: &str) -> anyhow::Result<String> {
    let rest = url.strip_prefix("http://").context("only http:// is spoken here")?;
    Ok(rest.trim_end_matches('/').to_owned())
}
