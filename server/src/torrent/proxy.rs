//! Outgoing connections of the engine: a SOCKS5 proxy (RFC 1928, RFC 1929) on the loopback interface, through which it
//! dials its peers and reaches the announce gateway.
//!
//! - While it looks for metadata, the engine dials every peer that a tracker or the DHT names, without checking its
//!   blocklist. The proxy checks every address against the guard.
//! - The engine leaves Nagle's algorithm on, so every request to a peer but the first waits for an acknowledgement,
//!   which the peer's kernel delays by 40 ms. The proxy acknowledges what the engine sends at once and forwards it
//!   without delay.
//! - The engine still counts blocks as pending that a peer discarded by choking. The proxy requests them again
//!   (`requests.rs`).
//! - The engine has no setting to disable peer exchange. The proxy can disable it (`pex.rs`).
//! - The engine's HTTP client uses the proxy from the environment, which cannot reach this machine's loopback. An
//!   explicit proxy takes precedence over that.
//!
//! The SOCKS messages are parsed here, only those that the engine's two clients send: the one maintained server crate
//! (fast-socks5) writes the password to the log.

mod carry;
mod frames;
mod pex;
mod requests;
#[cfg(test)]
mod tests;

use super::announce;
use crate::fetch::Fetcher;
use anyhow::Context;
use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use subtle::ConstantTimeEq;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Policy for outgoing connections: which addresses may be dialled, and whether peer exchange is allowed.
pub struct Guard {
    pub fetcher: Fetcher,
    /// Address of the announce gateway: the one address of this machine that may always be dialled.
    pub gateway: SocketAddr,
    /// Allows peer exchange (BEP 11).
    pub pex: bool,
}

/// Connect timeout for a peer, after which the engine tries the next one.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeout for a client's SOCKS handshake; it is on the same machine.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(2);

/// Maximum number of connections in the SOCKS handshake. More wait to be accepted.
const MAX_HANDSHAKES: usize = 256;

/// Receive buffer size (`SO_RCVBUF`) for the engine's connections, bytes. Small, so that even the slowest peer has
/// drained it within minutes.
const RECV_BUFFER_BYTES: u32 = 64 << 10;

/// User name; the engine's clients send a password only together with one.
const USER: &str = "engine";

struct Proxy {
    guard: Guard,
    /// Password known only to the engine, so that no other program on this machine can use the proxy.
    secret: String,
}

/// Binds a free port and serves until `stop` is cancelled. Returns the proxy URL for the engine, with the password in
/// it.
pub async fn start(guard: Guard, tasks: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<String> {
    let listener = listen().context("listening for the engine's connections")?;
    let secret = announce::new_secret();
    let url = format!("socks5://{USER}:{secret}@{}", listener.local_addr()?);
    let proxy = Arc::new(Proxy { guard, secret });
    let (connections, stop) = (tasks.clone(), stop.clone());
    tasks.spawn(async move {
        stop.run_until_cancelled(accept(listener, proxy, connections, stop.clone()))
            .await
    });
    Ok(url)
}

fn listen() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // Accepted connections inherit it from the listener.
    socket.set_recv_buffer_size(RECV_BUFFER_BYTES)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    socket.listen(1024)
}

async fn accept(listener: TcpListener, proxy: Arc<Proxy>, connections: TaskTracker, stop: CancellationToken) {
    let asking = Arc::new(Semaphore::new(MAX_HANDSHAKES));
    loop {
        let Ok(permit) = asking.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((engine, _)) => {
                let (proxy, stop) = (proxy.clone(), stop.clone());
                connections.spawn(async move {
                    if let Some(Err(error)) = stop.run_until_cancelled(proxy.serve(engine, permit)).await {
                        tracing::debug!(%error, "a connection of the engine came to nothing");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the engine cannot be let out");
                // Out of file descriptors; others are freed in the meantime.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Proxy {
    async fn serve(&self, mut engine: TcpStream, permit: OwnedSemaphorePermit) -> io::Result<()> {
        engine.set_nodelay(true)?;
        let address = timeout(HANDSHAKE_TIMEOUT, self.asked_for(&mut engine)).await??;
        drop(permit);
        let (peer, code) = match self.dial(address).await {
            Ok(peer) => (Some(peer), reply::SUCCEEDED),
            Err(error) => {
                tracing::debug!(%address, %error, "not connected");
                (None, reply::of(&error))
            }
        };
        engine.write_all(&reply::message(code)).await?;
        match peer {
            Some(peer) => carry::carry(engine, peer, self.guard.pex).await,
            None => Ok(()),
        }
    }

    /// Performs the SOCKS handshake and returns the requested address. A client that does not speak as the engine does
    /// is sent an error code, if there is one for it, and disconnected.
    async fn asked_for(&self, client: &mut TcpStream) -> io::Result<SocketAddr> {
        let [version, methods] = read(client).await?;
        let methods = read_some(client, methods).await?;
        if version != 5 || !methods.contains(&2) {
            client.write_all(&[5, 0xff]).await?;
            return Err(io::Error::other("it offers no password"));
        }
        client.write_all(&[5, 2]).await?;

        let [_, user_bytes] = read(client).await?;
        read_some(client, user_bytes).await?;
        let [password_bytes] = read(client).await?;
        let password = read_some(client, password_bytes).await?;
        if !bool::from(password.ct_eq(self.secret.as_bytes())) {
            client.write_all(&[1, 1]).await?;
            return Err(io::Error::other("its password is wrong"));
        }
        client.write_all(&[1, 0]).await?;

        let [_, command, _, address_kind] = read(client).await?;
        let ip = match (command, address_kind) {
            (1, 1) => Ipv4Addr::from(read::<4>(client).await?).into(),
            (1, 4) => Ipv6Addr::from(read::<16>(client).await?).into(),
            (1, _) => return refuse(client, reply::UNKNOWN_ADDRESS, "it names no address").await,
            _ => return refuse(client, reply::UNKNOWN_COMMAND, "it wants no connection").await,
        };
        let port = client.read_u16().await?;
        Ok(SocketAddr::new(ip, port))
    }

    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        if address != self.guard.gateway && !self.guard.fetcher.may_reach(address.ip()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let peer = timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await??;
        peer.set_nodelay(true)?;
        Ok(peer)
    }
}

/// Reply codes (RFC 1928 §6).
mod reply {
    use std::io;

    pub const SUCCEEDED: u8 = 0;
    pub const UNKNOWN_COMMAND: u8 = 7;
    pub const UNKNOWN_ADDRESS: u8 = 8;

    pub fn of(error: &io::Error) -> u8 {
        match error.kind() {
            io::ErrorKind::PermissionDenied => 2,
            io::ErrorKind::NetworkUnreachable => 3,
            io::ErrorKind::HostUnreachable | io::ErrorKind::TimedOut => 4,
            io::ErrorKind::ConnectionRefused => 5,
            _ => 1,
        }
    }

    /// Builds a reply. Its bind address, from which the peer is dialled, is left zero: the client has no use for it.
    pub fn message(code: u8) -> [u8; 10] {
        [5, code, 0, 1, 0, 0, 0, 0, 0, 0]
    }
}

async fn refuse<T>(client: &mut TcpStream, code: u8, reason: &'static str) -> io::Result<T> {
    client.write_all(&reply::message(code)).await?;
    Err(io::Error::other(reason))
}

async fn read<const BYTES: usize>(client: &mut TcpStream) -> io::Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn read_some(client: &mut TcpStream, count: u8) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(count)];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}
