//! The torrent engine: `MATINEE_TORRENT_…`.

use super::reader::Reader;
use crate::limits;

const PEX: &str = "MATINEE_TORRENT_PEX";
const UPNP: &str = "MATINEE_TORRENT_UPNP";
const UTP: &str = "MATINEE_TORRENT_UTP";

/// Settings of the torrent engine.
#[derive(Debug, Clone)]
pub struct TorrentConfig {
    /// TCP port for peers; 0 picks any free port.
    pub port: u16,
    /// Find peers through the distributed hash table (BEP 5).
    pub dht: bool,
    /// Exchange peer addresses with peers (BEP 11). Must be on for incoming connections: see `check_pex`.
    pub pex: bool,
    /// Forward the port on the router through UPnP.
    pub upnp: bool,
    /// Use uTP (BEP 29) in addition to TCP.
    pub utp: bool,
    /// Disk quota of all torrents, bytes. `None` is 80 % of the sum of the free space at the start and what torrents
    /// use then.
    pub quota_bytes: Option<u64>,
    /// Minimum free disk space, bytes. Downloads stop below it.
    pub free_space_bytes: u64,
    /// Allow peers and `.torrent` addresses in private networks.
    pub allow_private_peers: bool,
    /// Block requests (16 KiB each) kept outstanding per peer.
    pub request_window: usize,
}

impl TorrentConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        let config = Self {
            port: reader.get("MATINEE_TORRENT_PORT", "a port number", 0),
            dht: reader.switch("MATINEE_TORRENT_DHT", true),
            pex: reader.switch(PEX, true),
            upnp: reader.switch(UPNP, false),
            utp: reader.switch(UTP, false),
            quota_bytes: reader.optional("MATINEE_TORRENT_QUOTA", "a number of bytes"),
            free_space_bytes: reader.get("MATINEE_TORRENT_FREE_SPACE", "a number of bytes", 1 << 30),
            allow_private_peers: reader.switch("MATINEE_TORRENT_ALLOW_PRIVATE_PEERS", false),
            request_window: window(reader, "MATINEE_TORRENT_REQUEST_WINDOW"),
        };
        config.check_pex(reader);
        config
    }

    /// Refuses uTP or UPnP without peer exchange. To turn peer exchange off, the engine dials peers through the local
    /// proxy, which supports neither uTP nor incoming connections.
    fn check_pex(&self, reader: &mut Reader) {
        for (name, is_on) in [(UTP, self.utp), (UPNP, self.upnp)] {
            if is_on && !self.pex {
                reader.refuse(format!("{PEX} cannot be off while {name} is on"));
            }
        }
    }
}

fn window(reader: &mut Reader, name: &'static str) -> usize {
    let window = reader.get(name, "a number from 1 to 1024", limits::REQUEST_WINDOW);
    if !(1..=1024).contains(&window) {
        reader.refuse(format!("{name} must be a number from 1 to 1024, not {window}"));
    }
    window
}
