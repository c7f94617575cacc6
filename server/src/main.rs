//! The `matinee` binary: reads the environment and serves until it is stopped.

use anyhow::Context;
use server::{
    Server,
    config::{Config, LogConfig, LogFormat, public_url},
    reach,
};
use std::{io::IsTerminal, process::ExitCode};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => report(run()),
        Some("healthcheck") => report(healthcheck()),
        Some("--version") => {
            println!("matinee {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Some(_) => {
            eprintln!(
                "usage: matinee [healthcheck | --version]\nSettings are environment variables; the README lists them."
            );
            ExitCode::from(2)
        }
    }
}

fn report(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("matinee: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    start_log(&config.log)?;
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("another TLS provider was there first"))?;
    // Every stream takes a file descriptor, and every peer up to three.
    if let Err(error) = librqbit::try_increase_nofile_limit() {
        tracing::warn!(
            error = format!("{error:#}"),
            "the limit of open files could not be raised"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let listener = TcpListener::bind(config.server.listen)
        .await
        .with_context(|| format!("listening on {}", config.server.listen))?;
    let url = reach::base_url(&config.server, None);
    if let Some(warning) = public_url::warning(&config.server) {
        tracing::warn!("{warning}");
    }
    let server = Server::new(config).await?;
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stopping = stop.clone();
    // Not tracked: it waits for a signal, which may never come.
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("stopping");
        stopping.cancel();
    });
    tracing::info!(%url, "ready");
    if let Some(link) = server.first_steps().await? {
        tracing::info!(%link, "nobody has an account yet: the first one, made at this link, runs the instance");
    }
    server.serve(listener, stop).await
}

fn start_log(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter).context("MATINEE_LOG is not a log filter")?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.format {
        LogFormat::Text => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .init(),
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr))
            .init(),
    }
    Ok(())
}

/// Queries this machine's server, for a container's health check.
fn healthcheck() -> anyhow::Result<()> {
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpStream},
        time::Duration,
    };
    let listen = Config::from_env()?.server.listen;
    let loopback = if listen.is_ipv4() {
        SocketAddr::from(([127, 0, 0, 1], listen.port()))
    } else {
        SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, listen.port()))
    };
    let address = if listen.ip().is_unspecified() { loopback } else { listen };
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(3)).context("connecting")?;
    stream.set_read_timeout(Some(Duration::from_secs(3)))?;
    stream.write_all(format!("GET /healthz HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.take(1024).read_to_string(&mut answer)?;
    anyhow::ensure!(
        answer.contains(" 200 "),
        "the server answered: {}",
        answer.lines().next().unwrap_or_default()
    );
    Ok(())
}
