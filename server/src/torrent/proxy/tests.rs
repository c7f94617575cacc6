use super::*;
use crate::torrent::session;
use tokio_socks::{Error, tcp::Socks5Stream};
use url::Url;

/// An address on which nothing listens, as far as these tests are concerned.
const NOBODY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

/// A running proxy and the handles that stop it; the end of the test's runtime stops it as well.
struct Running {
    url: Url,
    tasks: TaskTracker,
    stop: CancellationToken,
}

async fn running(allow_private: bool, gateway: SocketAddr) -> Running {
    running_with(allow_private, gateway, true).await
}

async fn running_with(allow_private: bool, gateway: SocketAddr, pex: bool) -> Running {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let guard = Guard {
        fetcher: Fetcher::new(allow_private).unwrap(),
        gateway,
        pex,
    };
    let url = start(guard, &tasks, &stop).await.unwrap();
    Running {
        url: Url::parse(&url).unwrap(),
        tasks,
        stop,
    }
}

impl Running {
    fn at(&self) -> SocketAddr {
        self.url.socket_addrs(|| None).unwrap()[0]
    }

    async fn to(&self, address: SocketAddr) -> tokio_socks::Result<Socks5Stream<TcpStream>> {
        let password = self.url.password().unwrap();
        Socks5Stream::connect_with_password(self.at(), address, self.url.username(), password).await
    }
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Timeout that is long enough on a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// Returns whether a connection arrives within half a second.
async fn is_dialled(listener: &TcpListener) -> bool {
    timeout(Duration::from_millis(500), listener.accept()).await.is_ok()
}

#[tokio::test]
async fn it_leads_to_the_gateway_and_nowhere_else_on_this_machine() {
    let (gateway, at) = listener().await;
    let (neighbour, private) = listener().await;
    let proxy = running(false, at).await;
    proxy.to(at).await.unwrap();
    assert!(is_dialled(&gateway).await);
    let mapped = SocketAddr::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), private.port());
    for address in [private, mapped] {
        let refused = proxy.to(address).await.unwrap_err();
        assert!(
            matches!(refused, Error::ConnectionNotAllowedByRuleset),
            "{address}: {refused}"
        );
    }
    assert!(!is_dialled(&neighbour).await);
    // With private networks allowed, the same address is dialled.
    running(true, at).await.to(private).await.unwrap();
    assert!(is_dialled(&neighbour).await);
}

#[tokio::test]
async fn only_the_engine_may_use_it() {
    let (peer, address) = listener().await;
    let proxy = running(true, NOBODY).await;
    assert!(Socks5Stream::connect(proxy.at(), address).await.is_err());
    let guessed = Socks5Stream::connect_with_password(proxy.at(), address, USER, "guessed").await;
    assert!(matches!(guessed, Err(Error::PasswordAuthFailure(_))));
    for nonsense in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"\x04\x01\x00\x50",
        b"\x05\x00",
        b"\x05\x01\x02",
    ] {
        let mut client = TcpStream::connect(proxy.at()).await.unwrap();
        client.write_all(nonsense).await.unwrap();
        client.shutdown().await.unwrap();
        // The connection is closed, with or without a reply.
        let _ = timeout(SOON, client.read_to_end(&mut Vec::new())).await.unwrap();
    }
    assert!(!is_dialled(&peer).await);
    // Idle clients delay others for no longer than the handshake timeout.
    let mut waiting = Vec::new();
    for _ in 0..MAX_HANDSHAKES + 10 {
        waiting.push(TcpStream::connect(proxy.at()).await.unwrap());
    }
    timeout(HANDSHAKE_TIMEOUT + SOON, proxy.to(address))
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn what_it_cannot_do_is_said() {
    let proxy = running(true, NOBODY).await;
    assert!(matches!(proxy.to(NOBODY).await, Err(Error::ConnectionRefused)));
    let password = proxy.url.password().unwrap();
    let named = Socks5Stream::connect_with_password(proxy.at(), ("localhost", 80), USER, password).await;
    assert!(matches!(named, Err(Error::AddressTypeNotSupported)));
    let bound = tokio_socks::tcp::Socks5Listener::bind_with_password(proxy.at(), NOBODY, USER, password).await;
    assert!(matches!(bound, Err(Error::CommandNotSupported)));
}

#[tokio::test]
async fn each_side_s_end_is_the_other_s() {
    let (peers, address) = listener().await;
    let proxy = running(true, NOBODY).await;
    let pair = async || {
        let (engine, peer) = tokio::join!(proxy.to(address), peers.accept());
        (engine.unwrap(), peer.unwrap().0)
    };
    let (mut engine, mut peer) = pair().await;
    engine.write_all(b"piece?").await.unwrap();
    let mut heard = [0; 6];
    peer.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"piece?");
    // Everything sent before the close is forwarded.
    let piece: Vec<u8> = (0..1 << 20).map(|n: u32| n.to_le_bytes()[n as usize % 3]).collect();
    let said = piece.clone();
    let saying = tokio::spawn(async move {
        peer.write_all(&said).await.unwrap();
    });
    let mut heard = Vec::new();
    timeout(SOON, engine.read_to_end(&mut heard)).await.unwrap().unwrap();
    assert!(heard == piece);
    saying.await.unwrap();

    let (engine, mut peer) = pair().await;
    drop(engine);
    let end = timeout(SOON, peer.read(&mut [0])).await.unwrap();
    assert_eq!(end.unwrap(), 0);

    // Stopping the proxy ends its tasks and connections.
    let (mut engine, _peer) = pair().await;
    proxy.stop.cancel();
    proxy.tasks.close();
    timeout(SOON, proxy.tasks.wait()).await.unwrap();
    assert_eq!(engine.read(&mut [0]).await.unwrap_or(0), 0);
}

/// Builds the first messages of a side: the handshake and its extended handshake.
fn introduction(extensions: &[u8]) -> Vec<u8> {
    let mut said = b"\x13BitTorrent protocol".to_vec();
    said.resize(68, 0);
    let length = u32::try_from(2 + extensions.len()).unwrap();
    said.extend(length.to_be_bytes());
    said.extend([20, 0]);
    said.extend(extensions);
    // "Interested", and a message of another extension, which must not be changed.
    said.extend([0, 0, 0, 1, 2, 0, 0, 0, 10, 20, 2]);
    said.extend(b"6:ut_pex");
    said
}

/// Writes a few bytes at a time, so that they arrive in many parts.
async fn dribble(to: &mut (impl AsyncWriteExt + Unpin), said: &[u8]) {
    for part in said.chunks(7) {
        to.write_all(part).await.unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn peers_tell_of_peers_only_where_they_may() {
    let (peers, address) = listener().await;
    for pex in [true, false] {
        let proxy = running_with(true, NOBODY, pex).await;
        let (engine, peer) = tokio::join!(proxy.to(address), peers.accept());
        let (mut engine, mut peer) = (engine.unwrap(), peer.unwrap().0);
        let said = introduction(b"d1:md11:ut_metadatai2e6:ut_pexi1ee4:reqqi250ee");
        let expected = if pex {
            said.clone()
        } else {
            introduction(b"d1:md11:ut_metadatai2e6:ut_offi1ee4:reqqi250ee")
        };
        for outward in [true, false] {
            let mut heard = vec![0; said.len()];
            let reading = async {
                if outward {
                    dribble(&mut engine, &said).await;
                    timeout(SOON, peer.read_exact(&mut heard)).await.unwrap().unwrap();
                } else {
                    dribble(&mut peer, &said).await;
                    timeout(SOON, engine.read_exact(&mut heard)).await.unwrap().unwrap();
                }
            };
            reading.await;
            assert!(heard == expected, "pex {pex}, outward {outward}");
        }
    }
}

/// The engine accepts a list of peers whether or not it listed the extension.
#[tokio::test]
async fn a_list_of_peers_that_nobody_takes_is_left_out() {
    let (peers, address) = listener().await;
    let proxy = running_with(true, NOBODY, false).await;
    let (engine, peer) = tokio::join!(proxy.to(address), peers.accept());
    let (mut engine, mut peer) = (engine.unwrap(), peer.unwrap().0);
    let plain = introduction(b"de");
    peer.write_all(&plain).await.unwrap();
    peer.write_all(&[0, 0, 0, 4, 20, 1, b'd', b'e']).await.unwrap();
    peer.write_all(&[0, 0, 0, 1, 1]).await.unwrap();
    let mut heard = vec![0; plain.len() + 5];
    timeout(SOON, engine.read_exact(&mut heard)).await.unwrap().unwrap();
    assert_eq!(heard, [&plain[..], &[0, 0, 0, 1, 1]].concat());
}

/// Repeated requests go between two messages, never into one, and no more often than the minimum interval.
#[tokio::test]
async fn a_peer_is_asked_again_between_messages_and_now_and_then() {
    const UNCHOKE: [u8; 5] = [0, 0, 0, 1, 1];
    const CHOKE: [u8; 5] = [0, 0, 0, 1, 0];
    let (peers, address) = listener().await;
    let proxy = running(true, NOBODY).await;
    let (engine, peer) = tokio::join!(proxy.to(address), peers.accept());
    let (mut engine, mut peer) = (engine.unwrap(), peer.unwrap().0);
    let hello = introduction(b"de");
    let request = [0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 64, 0];
    let upload = [&[0, 0, 0, 109, 7][..], &[9; 108]].concat();
    let (first, rest) = upload.split_at(60);

    peer.write_all(&[&hello[..], &UNCHOKE].concat()).await.unwrap();
    let mut heard = vec![0; hello.len() + 5];
    timeout(SOON, engine.read_exact(&mut heard)).await.unwrap().unwrap();
    // The peer chokes while the engine is in the middle of sending it a block.
    engine.write_all(&[&hello[..], &request, first].concat()).await.unwrap();
    let mut heard = vec![0; hello.len() + request.len() + first.len()];
    timeout(SOON, peer.read_exact(&mut heard)).await.unwrap().unwrap();
    for _ in 0..50 {
        peer.write_all(&[CHOKE, UNCHOKE].concat()).await.unwrap();
    }
    let mut told = [0; 500];
    timeout(SOON, engine.read_exact(&mut told)).await.unwrap().unwrap();
    assert!(
        timeout(Duration::from_millis(300), peer.read(&mut [0; 1]))
            .await
            .is_err()
    );
    let before = std::time::Instant::now();
    engine.write_all(rest).await.unwrap();
    let mut heard = vec![0; rest.len() + request.len()];
    timeout(SOON, peer.read_exact(&mut heard)).await.unwrap().unwrap();
    assert_eq!(heard, [rest, &request].concat());
    // Once per second, whatever the peer does.
    peer.write_all(&[CHOKE, UNCHOKE].concat()).await.unwrap();
    let mut heard = [0; 17];
    timeout(SOON, peer.read_exact(&mut heard)).await.unwrap().unwrap();
    assert_eq!(heard, request);
    assert!(before.elapsed() >= carry::MIN_RETRY_INTERVAL);
}

/// No real client sends such a long one. None of it is forwarded, but what follows it is.
#[tokio::test]
async fn an_extended_handshake_without_end_is_left_out() {
    let (peers, address) = listener().await;
    let proxy = running_with(true, NOBODY, false).await;
    let (engine, peer) = tokio::join!(proxy.to(address), peers.accept());
    let (mut engine, mut peer) = (engine.unwrap(), peer.unwrap().0);
    let plain = introduction(b"de");
    let (first, rest) = plain.split_at(68);
    peer.write_all(first).await.unwrap();
    let long = u32::try_from(pex::MAX_HANDSHAKE_BYTES).unwrap() * 3;
    peer.write_all(&long.to_be_bytes()).await.unwrap();
    let mut body = vec![b'6'; long as usize];
    body[..2].copy_from_slice(&[20, 0]);
    peer.write_all(&body).await.unwrap();
    peer.write_all(rest).await.unwrap();
    let mut heard = vec![0; plain.len()];
    timeout(SOON, engine.read_exact(&mut heard)).await.unwrap().unwrap();
    assert!(heard == plain);
}

/// The engine's first requests are small and many: each reaches the peer at once, not after the previous one is
/// acknowledged.
#[tokio::test]
async fn requests_do_not_wait_for_acknowledgements() {
    let (peers, address) = listener().await;
    let proxy = running(true, NOBODY).await;
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        // The engine leaves Nagle's algorithm on, tokio's default.
        let (engine, peer) = tokio::join!(proxy.to(address), peers.accept());
        let (mut engine, mut peer) = (engine.unwrap(), peer.unwrap().0);
        let began = std::time::Instant::now();
        for request in [[1; 17]; 8] {
            engine.write_all(&request).await.unwrap();
        }
        peer.read_exact(&mut [0; 8 * 17]).await.unwrap();
        fastest = fastest.min(began.elapsed());
    }
    assert!(fastest < Duration::from_millis(20), "{fastest:?}");
    // A kernel acknowledges at once while a connection is new, so the peer's side is not tested above.
    let guard = Guard {
        fetcher: Fetcher::new(true).unwrap(),
        gateway: NOBODY,
        pex: true,
    };
    let secret = String::new();
    assert!(Proxy { guard, secret }.dial(address).await.unwrap().nodelay().unwrap());
}

/// The engine checks its blocklist only once a torrent is running.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_peer_is_not_dialled_for_metadata() {
    let (peer, address) = listener().await;
    let folder = tempfile::tempdir().unwrap();
    let config = crate::config::TorrentConfig {
        port: 0,
        dht: false,
        pex: true,
        upnp: false,
        utp: false,
        quota_bytes: None,
        free_space_bytes: 0,
        allow_private_peers: false,
        request_window: 8,
    };
    let proxy = running(config.allow_private_peers, NOBODY).await;
    let session = session::start(&config, folder.path(), folder.path(), proxy.url.to_string())
        .await
        .unwrap();
    let magnet = "magnet:?xt=urn:btih:0101010101010101010101010101010101010101";
    let options = librqbit::AddTorrentOptions {
        list_only: true,
        initial_peers: Some(vec![address]),
        ..Default::default()
    };
    let asking = session.add_torrent(librqbit::AddTorrent::from_url(magnet), Some(options));
    tokio::select! {
        _ = timeout(Duration::from_secs(2), asking) => {}
        _ = peer.accept() => panic!("it was dialled"),
    }
    session.stop().await;
}
