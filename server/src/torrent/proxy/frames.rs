//! Splits the bytes of a peer connection into messages of the peer wire protocol (BEP 3). Pure; buffers only the first
//! bytes of a message, so that blocks are forwarded as they arrive.

/// Size of a message's length prefix, bytes.
const LENGTH: usize = 4;

/// Bytes of a message that are buffered before it is returned: a whole request.
const HEAD: usize = LENGTH + 13;

/// Size of the handshake: 19, the protocol's name, reserved bits, the info hash and the peer ID.
const HANDSHAKE: usize = 68;

/// Parser for one direction of a connection.
pub struct Frames {
    state: State,
    head: [u8; HEAD],
    gathered: usize,
}

#[derive(Clone, Copy)]
enum State {
    /// Handshake, with this many bytes still to come.
    Handshake { left: usize },
    /// First bytes of a message.
    Head,
    /// Rest of a message.
    Body { left: usize },
    /// Not BitTorrent.
    Unknown,
}

/// The next part of the byte stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// First bytes of a message, with its length prefix; the whole message if it is short.
    Head(&'a [u8]),
    /// Rest of the last head's message; or bytes outside of messages: the handshake, or another protocol.
    More(&'a [u8]),
}

impl Frames {
    pub fn new() -> Self {
        Self {
            state: State::Handshake { left: HANDSHAKE },
            head: [0; HEAD],
            gathered: 0,
        }
    }

    /// Returns whether the stream is at a message boundary.
    pub fn is_between(&self) -> bool {
        matches!(self.state, State::Head)
    }

    /// Returns the next part of the input and advances past it. Returns `None` if the input is used up.
    pub fn next<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8]) -> Option<Part<'p>> {
        let first = *input.first()?;
        match self.state {
            State::Handshake { left } if left == HANDSHAKE && first != 19 => {
                self.state = State::Unknown;
                Some(Part::More(std::mem::take(input)))
            }
            State::Handshake { left } => Some(self.rest(left, |left| State::Handshake { left }, input)),
            State::Body { left } => Some(self.rest(left, |left| State::Body { left }, input)),
            State::Unknown => Some(Part::More(std::mem::take(input))),
            State::Head => self.head(input),
        }
    }

    fn rest<'i>(&mut self, left: usize, state: impl Fn(usize) -> State, input: &mut &'i [u8]) -> Part<'i> {
        let (part, others) = input.split_at(left.min(input.len()));
        *input = others;
        self.state = match left - part.len() {
            0 => State::Head,
            left => state(left),
        };
        Part::More(part)
    }

    fn head(&mut self, input: &mut &[u8]) -> Option<Part<'_>> {
        self.gather(LENGTH, input);
        let [a, b, c, d, ..] = self.head;
        // An impossible length is left to the receiver to reject.
        let whole = LENGTH + u32::from_be_bytes([a, b, c, d]) as usize;
        if self.gathered >= LENGTH {
            self.gather(whole.min(HEAD), input);
        }
        if self.gathered < LENGTH || self.gathered < whole.min(HEAD) {
            return None;
        }
        let gathered = std::mem::take(&mut self.gathered);
        if whole > gathered {
            self.state = State::Body { left: whole - gathered };
        }
        Some(Part::Head(&self.head[..gathered]))
    }

    fn gather(&mut self, until: usize, input: &mut &[u8]) {
        let count = until.saturating_sub(self.gathered).min(input.len());
        let (part, others) = input.split_at(count);
        self.head[self.gathered..self.gathered + count].copy_from_slice(part);
        self.gathered += count;
        *input = others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn handshake() -> Vec<u8> {
        let mut bytes = vec![7; HANDSHAKE];
        bytes[0] = 19;
        bytes
    }

    fn message(length: usize) -> Vec<u8> {
        let mut bytes = u32::try_from(length).unwrap().to_be_bytes().to_vec();
        bytes.extend((0..length).map(|n| n as u8));
        bytes
    }

    /// Returns all bytes that the parser returned, and the heads among them.
    fn read(frames: &mut Frames, mut input: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let (mut all, mut heads) = (Vec::new(), Vec::new());
        while let Some(part) = frames.next(&mut input) {
            let (Part::Head(bytes) | Part::More(bytes)) = part;
            all.extend_from_slice(bytes);
            if matches!(part, Part::Head(_)) {
                heads.push(bytes.to_vec());
            }
        }
        (all, heads)
    }

    proptest! {
        /// However the input is split, no byte is lost or changed, and each message is returned once.
        #[test]
        fn every_byte_is_handed_on_and_every_message_seen(
            lengths in prop::collection::vec(prop_oneof![0usize..40, 0usize..20_000], 0..12),
            cuts in prop::collection::vec(1usize..9_000, 1..40),
        ) {
            let mut said = handshake();
            for length in &lengths {
                said.extend(message(*length));
            }
            let (mut all, mut heads, mut frames) = (Vec::new(), Vec::new(), Frames::new());
            let (mut rest, mut cuts) = (&said[..], cuts.iter().cycle());
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(*cuts.next().unwrap()));
                let (bytes, seen) = read(&mut frames, now);
                all.extend(bytes);
                heads.extend(seen);
                rest = later;
            }
            prop_assert!(all == said);
            let expected: Vec<_> = lengths.iter().map(|length| message(*length)[..(LENGTH + length).min(HEAD)].to_vec()).collect();
            prop_assert_eq!(heads, expected);
        }

        #[test]
        fn what_is_not_bittorrent_is_handed_on(said in prop::collection::vec(any::<u8>(), 1..200)) {
            prop_assume!(said[0] != 19);
            let (all, heads) = read(&mut Frames::new(), &said);
            prop_assert!(all == said);
            prop_assert!(heads.is_empty());
        }
    }
}
