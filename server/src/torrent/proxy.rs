//! The engine's way out: a SOCKS5 proxy (RFC 1928, RFC 1929) on this machine's loopback, through which it dials its peers
//! and asks the announce gateway.
//!
//! - While it looks for metadata, the engine dials whoever a tracker or the DHT names, without a look at its list of
//!   refused networks. Here every address passes the guard.
//! - It leaves Nagle's algorithm on, so all that it asks a peer for but the first waits for an acknowledgement, which the
//!   peer's kernel holds back for 40 ms. Here what it sends is acknowledged at once and goes on without waiting.
//! - It takes a block for on its way that a peer has forgotten by choking. Here it is asked for again (`requests.rs`).
//! - It has no setting for telling peers of peers. Here it can be kept from that (`pex.rs`).
//! - Its HTTP client takes the environment's proxy, which cannot reach this loopback. This one goes before that.
//!
//! The protocol's messages are read here, as few as the engine's two clients send: the one crate for servers that is kept
//! (fast-socks5) writes the password into the log.

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

/// Who may be dialled, and what may be said there.
pub struct Guard {
    pub fetcher: Fetcher,
    /// Where the engine asks HTTP trackers: the one address of this machine that it may always reach.
    pub gateway: SocketAddr,
    /// Whether peers may tell each other of peers.
    pub pex: bool,
}

/// How long a peer may take to answer the connection, before the engine tries the next.
pub const CONNECT: Duration = Duration::from_secs(5);

/// How long a client may take to say where it wants to go; it is on the same machine.
const ASK: Duration = Duration::from_secs(2);

/// Clients that have not said where they want to go. More wait to be accepted.
const ASKING: usize = 256;

/// What the kernel keeps of what the engine says, bytes; so little that the slowest of peers is rid of it within minutes.
const SAID: u32 = 64 << 10;

/// The engine's clients send a password only with a name.
const USER: &str = "engine";

struct Proxy {
    guard: Guard,
    /// Known to the engine only: nobody else on this machine may use it.
    secret: String,
}

/// Listens on a free port until `stop`. Returns the address that the engine is given, with the secret in it.
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
    // Every connection has what its listener has.
    socket.set_recv_buffer_size(SAID)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    socket.listen(1024)
}

async fn accept(listener: TcpListener, proxy: Arc<Proxy>, connections: TaskTracker, stop: CancellationToken) {
    let asking = Arc::new(Semaphore::new(ASKING));
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
                // No descriptor is left; others are given back.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Proxy {
    async fn serve(&self, mut engine: TcpStream, permit: OwnedSemaphorePermit) -> io::Result<()> {
        engine.set_nodelay(true)?;
        let address = timeout(ASK, self.asked_for(&mut engine)).await??;
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

    /// Where the client wants to go. Whoever does not speak as the engine does is told so where there is a code for it,
    /// and hung up on.
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
        let peer = timeout(CONNECT, TcpStream::connect(address)).await??;
        peer.set_nodelay(true)?;
        Ok(peer)
    }
}

/// What is answered (RFC 1928 §6).
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

    /// The address in it, from which the peer is dialled, is nobody's business.
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
