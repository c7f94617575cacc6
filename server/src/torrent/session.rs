//! Starts the engine: its options, each with its reason.

use super::{announce, proxy};
use crate::{config::TorrentConfig, fetch, limits};
use anyhow::Context;
use librqbit::{
    ConnectionOptions, DhtSessionConfig, ListenerMode, ListenerOptions, PeerConnectionOptions, Session, SessionOptions,
    SessionPersistenceConfig, dht::DhtPersistenceConfig,
};
use std::{net::IpAddr, path::Path, sync::Arc, time::Duration};

/// Permits of the engine's semaphore. Every open stream holds one for its whole life, and writing a chunk or adding a
/// torrent needs one too: with fewer permits than streams, downloads stop.
const PERMITS: usize = limits::INCOMPLETE_STREAMS + 256;

/// Returns the folder where the engine keeps its state between runs.
pub fn folder(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("session")
}

/// Starts the engine. It cannot use uTP through a proxy: with `utp` it dials directly, with the drawbacks listed in
/// `proxy.rs`.
pub async fn start(
    config: &TorrentConfig,
    data_dir: &Path,
    folder: &Path,
    proxy: String,
) -> anyhow::Result<Arc<Session>> {
    if config.utp {
        warn_of_proxy();
    }
    let blocklist_url = if config.allow_private_peers {
        None
    } else {
        Some(
            write_blocklist(data_dir)
                .await
                .context("writing the list of private networks")?,
        )
    };
    let options = SessionOptions {
        dht: config.dht.then(|| DhtSessionConfig {
            persistence: Some(DhtPersistenceConfig {
                dump_interval: None,
                config_filename: Some(data_dir.join("dht.json")),
            }),
            ..Default::default()
        }),
        fastresume: true,
        persistence: Some(SessionPersistenceConfig::Json {
            folder: Some(self::folder(data_dir)),
        }),
        // Inbound connections bypass the proxy, so peer exchange could not be filtered on them.
        listen: config.pex.then(|| ListenerOptions {
            mode: if config.utp {
                ListenerMode::TcpAndUtp
            } else {
                ListenerMode::TcpOnly
            },
            listen_addr: (std::net::Ipv6Addr::UNSPECIFIED, config.port).into(),
            enable_upnp_port_forwarding: config.upnp,
            ..Default::default()
        }),
        connect: Some(ConnectionOptions {
            proxy_url: (!config.utp).then_some(proxy),
            peer_opts: Some(PeerConnectionOptions {
                connect_timeout: Some(proxy::CONNECT_TIMEOUT),
                max_request_window: Some(config.request_window),
                ..Default::default()
            }),
            ..Default::default()
        }),
        runtime_worker_threads: Some(PERMITS),
        peer_limit: Some(limits::PEERS_PER_TORRENT),
        blocklist_url,
        // It finds only peers on the local network.
        disable_local_service_discovery: true,
        client_name_and_version: Some(concat!("Matinee ", env!("CARGO_PKG_VERSION")).to_owned()),
        ..Default::default()
    };
    Session::new_with_opts(folder.to_owned(), options)
        .await
        .context("starting the torrent engine")
}

/// Writes the engine's blocklist to a file, since the engine takes it by URL, and returns that URL. The list has every
/// network that is not public, so that no tracker, DHT node or peer can make the engine connect to the local network.
async fn write_blocklist(data_dir: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(data_dir.join("private-networks.txt"))?;
    tokio::fs::write(&path, blocklist()).await?;
    let url = url::Url::from_file_path(&path).map_err(|()| anyhow::anyhow!("{} is not a path", path.display()))?;
    Ok(url.into())
}

fn blocklist() -> String {
    let ranges = [
        "0.0.0.0-0.255.255.255",
        "10.0.0.0-10.255.255.255",
        "100.64.0.0-100.127.255.255",
        "127.0.0.0-127.255.255.255",
        "169.254.0.0-169.254.255.255",
        "172.16.0.0-172.31.255.255",
        "192.0.0.0-192.0.0.255",
        "192.0.2.0-192.0.2.255",
        "192.168.0.0-192.168.255.255",
        "198.18.0.0-198.19.255.255",
        "198.51.100.0-198.51.100.255",
        "203.0.113.0-203.0.113.255",
        "224.0.0.0-255.255.255.254",
        "::-::ffff:ffff:ffff",
        "64:ff9b::-64:ff9b::ffff:ffff",
        "100::-100::ffff:ffff:ffff:ffff",
        "2001::-2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
    ];
    ranges.iter().map(|range| format!("private:{range}\n")).collect()
}

/// Returns whether a tracker may be used: its host must resolve to public addresses only. Keeps out links that point at
/// a private address, by number or by name. For HTTP, `announce.rs` checks again on every announce; for UDP the engine
/// resolves the name itself, so a name that does not resolve now, and might resolve to anything later, is refused.
pub async fn is_public_tracker(tracker: &url::Url) -> bool {
    let Some(host) = tracker.host() else { return false };
    match host {
        url::Host::Ipv4(address) => fetch::is_public(IpAddr::V4(address)),
        url::Host::Ipv6(address) => fetch::is_public(IpAddr::V6(address)),
        url::Host::Domain(name) => {
            let port = tracker.port_or_known_default().unwrap_or(80);
            match tokio::time::timeout(Duration::from_secs(3), tokio::net::lookup_host((name, port))).await {
                Ok(Ok(addresses)) => {
                    let mut addresses = addresses.peekable();
                    addresses.peek().is_some() && addresses.all(|address| fetch::is_public(address.ip()))
                }
                _ => tracker.scheme() != "udp" && !name.eq_ignore_ascii_case("localhost"),
            }
        }
    }
}

/// Warns of a proxy in the environment, which the engine's client would use and which cannot reach this machine's
/// loopback.
fn warn_of_proxy() {
    let value = |names: [&str; 2]| names.into_iter().find_map(|name| std::env::var(name).ok());
    let proxied = value(["HTTP_PROXY", "http_proxy"])
        .or_else(|| value(["ALL_PROXY", "all_proxy"]))
        .is_some_and(|proxy| !proxy.is_empty());
    let spared = value(["NO_PROXY", "no_proxy"]).is_some_and(|hosts| hosts == "*" || hosts.contains(announce::HOST));
    if proxied && !spared {
        tracing::warn!(
            "a proxy is set in the environment: no HTTP tracker can be asked unless NO_PROXY has {}",
            announce::HOST
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// Reads a line of the blocklist as the engine does.
    fn blocks(address: IpAddr) -> bool {
        blocklist().lines().any(|line| {
            let (_, range) = line.split_once(':').unwrap();
            let (first, last) = range.split_once('-').unwrap();
            let (first, last): (IpAddr, IpAddr) = (first.parse().unwrap(), last.parse().unwrap());
            first.is_ipv4() == address.is_ipv4() && first <= address && address <= last
        })
    }

    #[test]
    fn the_list_and_the_guard_agree() {
        let v4 = (0..=255u8).flat_map(|a| {
            [0, 1, 18, 51, 64, 100, 168, 254].map(|b| Ipv4Addr::new(a, b, if b == 51 { 100 } else { 2 }, 1))
        });
        for address in v4.map(IpAddr::V4) {
            // The guard refuses a few more special networks in 192.0.0.0/8, which are harmless to dial.
            if !fetch::is_public(address)
                && !matches!(address, IpAddr::V4(a) if a.octets()[0] == 192 || a == Ipv4Addr::BROADCAST)
            {
                assert!(blocks(address), "{address}");
            }
            if blocks(address) {
                assert!(!fetch::is_public(address), "{address}");
            }
        }
        for address in ["::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "::"] {
            let address: Ipv6Addr = address.parse().unwrap();
            assert!(blocks(address.into()) && !fetch::is_public(address.into()), "{address}");
        }
        assert!(!blocks("2606:4700::1111".parse().unwrap()) && !blocks("1.1.1.1".parse().unwrap()));
    }
}
