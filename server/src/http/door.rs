//! Connection limits: the number of connections, in total and per household, and the timeouts of each.

use super::address;
use crate::{
    limits,
    share::{Caller, Full, Held, Pool},
};
use ipnet::IpNet;
use std::{
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// Timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimeouts {
    /// Time to receive a request's head, from its first byte; on a new connection from the start.
    pub head: Duration,
    /// Idle timeout between two requests.
    pub idle: Duration,
    /// Write timeout while the client takes nothing.
    pub write: Duration,
}

impl Default for ConnectionTimeouts {
    fn default() -> Self {
        Self {
            head: limits::REQUEST_HEAD_TIMEOUT,
            idle: limits::CONNECTION_IDLE_TIMEOUT,
            write: limits::CONNECTION_STALL_TIMEOUT,
        }
    }
}

/// Admits connections.
pub struct Door {
    /// Timeouts of the admitted connections.
    pub patience: ConnectionTimeouts,
    pool: Pool,
    share: usize,
    exempt: Vec<IpNet>,
    complained: Mutex<Option<Instant>>,
}

impl Door {
    /// Creates the limits from the capacity of rooms and the limit of open files. Behind a proxy, one address stands
    /// for many users, and a proxy or a tunnel may run on this machine: loopback and trusted proxies are subject only
    /// to the total limit.
    pub fn new(trusted_proxies: &[IpNet], room_capacity: u32) -> Self {
        let all = connections();
        let sockets = room_capacity.saturating_mul(limits::ROOMS_PER_HOUSEHOLD);
        let sockets = usize::try_from(sockets).unwrap_or(usize::MAX);
        let streams = limits::STREAMS_PER_VIEWER * limits::VIEWERS_PER_HOUSEHOLD;
        let share = sockets.saturating_add(streams + limits::EXTRA_CONNECTIONS_PER_HOUSEHOLD);
        let mut exempt = trusted_proxies.to_vec();
        exempt.extend(
            ["127.0.0.0/8", "::1/128"]
                .iter()
                .filter_map(|network| network.parse::<IpNet>().ok()),
        );
        Self::with(all, share.min(all / 4), exempt, ConnectionTimeouts::default())
    }

    /// Creates the limits from these bounds.
    pub fn with(all: usize, share: usize, exempt: Vec<IpNet>, patience: ConnectionTimeouts) -> Self {
        Self {
            patience,
            pool: Pool::new(all, all),
            share,
            exempt,
            complained: Mutex::default(),
        }
    }

    /// Admits one more connection from this address, unless a limit is reached.
    pub fn admit(&self, from: IpAddr) -> Option<Held> {
        let from = from.to_canonical();
        let is_exempt = self.exempt.iter().any(|network| network.contains(&from));
        let share = if is_exempt { usize::MAX } else { self.share };
        let full = match self.pool.take(Caller::Address(address::household(from)), share) {
            Ok(held) => return Some(held),
            Err(full) => full,
        };
        if self.may_complain() {
            match full {
                Full::Share => tracing::warn!(share, "an address has more connections open than its share: closed"),
                Full::All => tracing::warn!("too many connections are open: new ones are closed"),
            }
        }
        None
    }

    /// Returns the number of open connections.
    pub fn count(&self) -> usize {
        self.pool.count()
    }

    /// Returns whether to log a warning: once a minute, so that an attack does not fill the log.
    fn may_complain(&self) -> bool {
        let mut complained = self
            .complained
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_due = complained.is_none_or(|at| at.elapsed() > limits::WARNING_INTERVAL);
        if is_due {
            *complained = Some(Instant::now());
        }
        is_due
    }
}

/// Returns half of the process's limit of open files: the database, films and peers need some too.
fn connections() -> usize {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let half = files.map_or(limits::CONNECTIONS, |files| {
        usize::try_from(files / 2).unwrap_or(usize::MAX)
    });
    half.clamp(limits::MIN_CONNECTIONS, limits::CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Door {
        let exempt = vec!["10.0.0.0/8".parse().unwrap(), "127.0.0.0/8".parse().unwrap()];
        Door::with(20, 3, exempt, ConnectionTimeouts::default())
    }

    fn open(door: &Door, from: &str, count: usize) -> Vec<Held> {
        (0..count).filter_map(|_| door.admit(from.parse().unwrap())).collect()
    }

    #[test]
    fn a_household_has_its_share_of_connections() {
        let door = door();
        let one = open(&door, "203.0.113.9", 5);
        let six = open(&door, "2001:db8::1", 2);
        let same = open(&door, "2001:db8::2", 5);
        assert_eq!((one.len(), six.len() + same.len()), (3, 3));
        assert_eq!(
            open(&door, "::ffff:203.0.113.9", 1).len(),
            0,
            "one address, however it is written"
        );
        drop(one);
        assert_eq!(open(&door, "203.0.113.9", 1).len(), 1);
    }

    #[test]
    fn proxies_and_loopback_may_have_what_there_is() {
        let door = door();
        let loopback = open(&door, "127.0.0.1", 12);
        let proxy = open(&door, "10.1.2.3", 12);
        assert_eq!((loopback.len(), proxy.len()), (12, 8));
        assert_eq!(open(&door, "203.0.113.9", 1).len(), 0);
    }
}
