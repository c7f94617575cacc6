//! Tracker responses (BEP 3, 7, 23): parsed as untrusted input and rewritten with only what the engine needs. Pure.
//!
//! While it looks for metadata, the engine dials every peer that a tracker names, and it announces again as soon as the
//! tracker asks for it, even immediately and forever.

use crate::limits;
use bytes::{BufMut, Bytes, BytesMut};
use std::{
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
};

/// Allowed announce interval, seconds; the tracker's own value is clamped to it.
const INTERVAL: RangeInclusive<u64> = 60..=24 * 60 * 60;

/// Maximum length of a tracker's failure reason that is passed on, bytes.
const FAILURE_REASON_BYTES: usize = 200;

/// Maximum length of a number, bytes: a `u64` with a sign and its terminator.
const NUMBER_BYTES: usize = 22;

/// Rewrites a response for the engine, with only the peers that `may_dial` accepts. Returns `None` if it cannot be
/// parsed.
pub fn rewrite(answer: &[u8], may_dial: impl Fn(IpAddr) -> bool) -> Option<Bytes> {
    let mut dictionary = Reader(answer);
    if !dictionary.take(b'd') {
        return None;
    }
    let (mut interval, mut least, mut peers) = (None, None, Vec::new());
    while let Some((key, mut value)) = dictionary.pair() {
        match key {
            b"failure reason" => return value.text().map(failure),
            b"interval" => interval = value.number(),
            b"min interval" => least = value.number(),
            b"peers" => peers.extend(value.peers::<4>()),
            b"peers6" => peers.extend(value.peers::<16>()),
            _ => {}
        }
    }
    peers.retain(|peer| peer.port() != 0 && may_dial(peer.ip()));
    peers.truncate(limits::ANNOUNCED_PEERS);
    // The same preference as the engine: `min interval`, then `interval`.
    let interval = least.or(interval)?.clamp(*INTERVAL.start(), *INTERVAL.end());
    Some(write(interval, &peers))
}

/// Builds a response that carries only a failure reason.
pub fn failure(reason: &[u8]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_slice(b"d14:failure reason");
    put_text(&mut out, &reason[..reason.len().min(FAILURE_REASON_BYTES)]);
    out.put_slice(b"e");
    out.freeze()
}

fn write(interval: u64, peers: &[SocketAddr]) -> Bytes {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for peer in peers {
        let port = peer.port().to_be_bytes();
        match peer.ip() {
            IpAddr::V4(ip) => v4.extend(ip.octets().into_iter().chain(port)),
            IpAddr::V6(ip) => v6.extend(ip.octets().into_iter().chain(port)),
        }
    }
    let mut out = BytesMut::new();
    out.put_slice(format!("d8:intervali{interval}e5:peers").as_bytes());
    put_text(&mut out, &v4);
    out.put_slice(b"6:peers6");
    put_text(&mut out, &v6);
    out.put_slice(b"e");
    out.freeze()
}

fn put_text(out: &mut BytesMut, text: &[u8]) {
    out.put_slice(text.len().to_string().as_bytes());
    out.put_u8(b':');
    out.put_slice(text);
}

/// A cursor over bencoded bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Consumes `byte` if it is next.
    fn take(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Returns the next key and value of a dictionary, or `None` at its end or if it is malformed.
    fn pair(&mut self) -> Option<(&'a [u8], Self)> {
        Some((self.text()?, self.value()?))
    }

    fn number(&mut self) -> Option<u64> {
        if !self.take(b'i') {
            return None;
        }
        self.digits(b'e')
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.digits(b':')?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }

    /// Reads a number that ends with `mark`.
    fn digits(&mut self, mark: u8) -> Option<u64> {
        let length = self.0.iter().take(NUMBER_BYTES).position(|byte| *byte == mark)?;
        let number = std::str::from_utf8(&self.0[..length]).ok()?.parse().ok()?;
        self.0 = &self.0[length + 1..];
        Some(number)
    }

    /// Returns the next value, of any type.
    fn value(&mut self) -> Option<Self> {
        let from = self.0;
        self.skip()?;
        Some(Self(&from[..from.len() - self.0.len()]))
    }

    /// Skips one value by counting depth instead of recursing: untrusted input can nest deeper than the stack.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.0.first()? {
                b'd' | b'l' => {
                    depth += 1;
                    self.0 = &self.0[1..];
                }
                b'e' => {
                    depth = depth.checked_sub(1)?;
                    self.0 = &self.0[1..];
                }
                b'i' => {
                    let end = self.0.iter().take(NUMBER_BYTES).position(|byte| *byte == b'e')?;
                    self.0 = &self.0[end + 1..];
                }
                _ => {
                    self.text()?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Parses peers: compact form, with addresses of `N` bytes, or a list of dictionaries.
    fn peers<const N: usize>(mut self) -> Vec<SocketAddr>
    where
        IpAddr: From<[u8; N]>,
    {
        if self.take(b'l') {
            return self.listed_peers();
        }
        let peer = |bytes: &[u8]| {
            let (ip, port) = bytes.split_first_chunk::<N>()?;
            let port = u16::from_be_bytes(port.try_into().ok()?);
            Some(SocketAddr::new(IpAddr::from(*ip), port))
        };
        let packed = self.text().unwrap_or_default();
        packed.chunks_exact(N + 2).filter_map(peer).collect()
    }

    /// Parses a list of peer dictionaries. Peers with a host name in place of an address are left out.
    fn listed_peers(&mut self) -> Vec<SocketAddr> {
        let mut peers = Vec::new();
        while self.take(b'd') {
            let (mut ip, mut port) = (None, None);
            while let Some((key, mut value)) = self.pair() {
                match key {
                    b"ip" => ip = value.text().and_then(address),
                    b"port" => port = value.number().and_then(|port| u16::try_from(port).ok()),
                    _ => {}
                }
            }
            self.take(b'e');
            peers.extend(ip.zip(port).map(|(ip, port)| SocketAddr::new(ip, port)));
        }
        peers
    }
}

fn address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::is_public;
    use proptest::prelude::*;

    fn rewritten(answer: &[u8]) -> Option<String> {
        rewrite(answer, is_public).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn peers_are_handed_on_however_they_are_written() {
        let packed = b"d8:completei1e8:intervali1800e5:peers12:\x01\x01\x01\x01aa\x08\x08\x08\x08bb4:what4:evere";
        let kept = b"d8:intervali1800e5:peers12:\x01\x01\x01\x01aa\x08\x08\x08\x08bb6:peers60:e";
        assert_eq!(rewrite(packed, is_public).unwrap(), kept.as_slice());
        let listed = b"d8:intervali900e12:min intervali300e5:peersl\
            d2:ip7:1.1.1.17:peer id2:xx4:porti24929eed2:ip7:a.b.c.d4:porti1eed4:porti1eed2:ip7:1.1.1.24:porti0eeee";
        let kept = b"d8:intervali300e5:peers6:\x01\x01\x01\x01aa6:peers60:e";
        assert_eq!(rewrite(listed, is_public).unwrap(), kept.as_slice());
        let v6 = b"d8:intervali1800e5:peers0:6:peers618:&\x06G\0\0\0\0\0\0\0\0\0\0\0\x11\x11aae";
        let kept = b"d8:intervali1800e5:peers0:6:peers618:&\x06G\0\0\0\0\0\0\0\0\0\0\0\x11\x11aae";
        assert_eq!(rewrite(v6, is_public).unwrap(), kept.as_slice());
    }

    #[test]
    fn peers_in_private_networks_are_left_out() {
        let answer = b"d8:intervali1800e5:peers18:\x7f\0\0\x01aa\xa9\xfe\xa9\xfe\0\x50\x0a\0\0\x01aa\
            6:peers618:\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01aae";
        assert_eq!(rewritten(answer).unwrap(), "d8:intervali1800e5:peers0:6:peers60:e");
        let all = rewrite(answer, |_| true).unwrap();
        assert_eq!(all.len(), "d8:intervali1800e5:peers18:6:peers618:e".len() + 18 + 18);
        let many = [
            b"d8:intervali60e5:peers60000:".as_slice(),
            &b"\x01\x01\x01\x01aa".repeat(10_000),
            b"e",
        ]
        .concat();
        assert!(rewrite(&many, is_public).unwrap().len() < limits::ANNOUNCED_PEERS * 6 + 100);
    }

    #[test]
    fn no_tracker_is_asked_all_the_time_or_never_again() {
        for (said, kept) in [("0", 60), ("1800", 1800), ("18446744073709551615", 86_400)] {
            let answer = format!("d8:intervali{said}e5:peers0:e");
            let kept = format!("d8:intervali{kept}e5:peers0:6:peers60:e");
            assert_eq!(rewritten(answer.as_bytes()), Some(kept));
        }
    }

    #[test]
    fn a_reason_is_handed_on_and_what_is_no_answer_is_not() {
        let reason = b"d14:failure reason12:unregisterede";
        assert_eq!(rewrite(reason, is_public).unwrap(), reason.as_slice());
        let long = format!("d14:failure reason5000:{}e", "x".repeat(5_000));
        assert!(rewritten(long.as_bytes()).unwrap().len() < 300);
        let deep = [b"d1:a".as_slice(), &vec![b'l'; 1 << 18]].concat();
        for answer in [
            b"".as_slice(),
            b"<html>",
            b"d",
            b"de",
            b"le",
            b"d5:peers0:e",
            b"d8:intervali-5e5:peers0:e",
            b"d8:interval1:xe",
            b"d99999999999999999999:",
            b"d8:interval",
            deep.as_slice(),
        ] {
            assert_eq!(
                rewritten(answer),
                None,
                "{:?}",
                String::from_utf8_lossy(&answer[..answer.len().min(40)])
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = rewrite(&bytes, is_public);
            let _ = rewrite(&[b"d8:intervali60e5:peersl".as_slice(), &bytes].concat(), is_public);
        }

        #[test]
        fn what_is_written_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..300), interval in INTERVAL) {
            let mut answer = BytesMut::from(format!("d8:intervali{interval}e5:peers").as_bytes());
            put_text(&mut answer, &bytes);
            answer.put_slice(b"e");
            let once = rewrite(&answer, is_public).unwrap();
            prop_assert_eq!(rewrite(&once, is_public).unwrap(), once);
        }
    }
}
