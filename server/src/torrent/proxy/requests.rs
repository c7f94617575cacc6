//! What the engine has asked of one peer. Pure.
//!
//! A peer that chokes forgets what it was asked for (BEP 3), and seeds with many guests choke each in turn. The engine does
//! not know that: it goes on waiting for those blocks, and as all that it may ask for at once is waited for, it asks for
//! nothing more and hangs up after ten seconds of silence. So they are asked for again as soon as the peer unchokes.

/// A block as it stands in a request: piece, offset and length, four bytes each.
pub type Block = [u8; 12];

/// Kinds of messages (BEP 3).
pub mod kind {
    pub const CHOKE: u8 = 0;
    pub const UNCHOKE: u8 = 1;
    pub const REQUEST: u8 = 6;
    pub const PIECE: u8 = 7;
    pub const CANCEL: u8 = 8;
}

pub struct Requests {
    /// Neither answered nor cancelled yet, in the engine's order.
    open: Vec<Block>,
    choked: bool,
}

impl Requests {
    pub fn new() -> Self {
        Self {
            open: Vec::new(),
            // As every connection begins.
            choked: true,
        }
    }

    /// A message of the engine begins so. Whether the peer is to have it.
    pub fn on_engine(&mut self, head: &[u8]) -> bool {
        match (kind_of(head), block_of(head)) {
            (Some(kind::REQUEST), Some(block)) => {
                self.open.push(block);
                // It has sent this before it heard of the choke.
                !self.choked
            }
            (Some(kind::CANCEL), Some(block)) => {
                self.close(block);
                !self.choked
            }
            _ => true,
        }
    }

    /// A message of the peer begins so. Whether the engine is to have it, which hangs up on a peer that sends a block twice;
    /// and what the peer is to be told thereupon.
    pub fn on_peer(&mut self, head: &[u8], to_peer: &mut Vec<u8>) -> bool {
        match kind_of(head) {
            Some(kind::CHOKE) => self.choked = true,
            Some(kind::UNCHOKE) if self.choked => {
                self.choked = false;
                for block in &self.open {
                    to_peer.extend_from_slice(&[0, 0, 0, 13, kind::REQUEST]);
                    to_peer.extend_from_slice(block);
                }
            }
            Some(kind::PIECE) => return sent_block(head).is_some_and(|block| self.close(block)),
            _ => {}
        }
        true
    }

    /// Whether it was open.
    fn close(&mut self, block: Block) -> bool {
        // It is one of the first: peers answer in order.
        let place = self.open.iter().position(|open| *open == block);
        place.map(|place| self.open.remove(place)).is_some()
    }
}

/// A keep-alive has none.
fn kind_of(head: &[u8]) -> Option<u8> {
    head.get(4).copied()
}

fn block_of(head: &[u8]) -> Option<Block> {
    head.get(5..)?.try_into().ok()
}

/// Which block a piece message carries: its own length is the block's and 9 more.
fn sent_block(head: &[u8]) -> Option<Block> {
    let length = u32::from_be_bytes(head.get(..4)?.try_into().ok()?).checked_sub(9)?;
    let mut block = [0; 12];
    block[..8].copy_from_slice(head.get(5..13)?);
    block[8..].copy_from_slice(&length.to_be_bytes());
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(piece: u8) -> Block {
        [0, 0, 0, piece, 0, 0, 64, 0, 0, 0, 64, 0]
    }

    fn ask(kind: u8, piece: u8) -> Vec<u8> {
        [&[0, 0, 0, 13, kind][..], &block(piece)].concat()
    }

    /// The first bytes of a block of 16 KiB.
    fn answer(piece: u8) -> Vec<u8> {
        [&[0, 0, 64, 9, kind::PIECE][..], &block(piece)[..8], b"film"].concat()
    }

    fn said(kind: u8) -> [u8; 5] {
        [0, 0, 0, 1, kind]
    }

    /// Requests of an unchoked peer, and what it has been told.
    fn unchoked() -> (Requests, Vec<u8>) {
        let (mut requests, mut told) = (Requests::new(), Vec::new());
        assert!(requests.on_peer(&said(kind::UNCHOKE), &mut told));
        assert!(told.is_empty());
        (requests, told)
    }

    #[test]
    fn what_a_choke_forgot_is_asked_for_again_in_order() {
        let (mut requests, mut told) = unchoked();
        for piece in 1..=4 {
            assert!(requests.on_engine(&ask(kind::REQUEST, piece)));
        }
        assert!(requests.on_peer(&answer(2), &mut told));
        assert!(requests.on_peer(&said(kind::CHOKE), &mut told));
        // One was on its way.
        assert!(requests.on_peer(&answer(1), &mut told));
        assert!(
            !requests.on_engine(&ask(kind::REQUEST, 5)),
            "a peer that chokes does not listen"
        );
        assert!(
            !requests.on_engine(&ask(kind::CANCEL, 3)),
            "nor has it anything to cancel"
        );
        assert!(told.is_empty());
        assert!(requests.on_peer(&said(kind::UNCHOKE), &mut told));
        assert_eq!(told, [ask(kind::REQUEST, 4), ask(kind::REQUEST, 5)].concat());
        told.clear();
        assert!(requests.on_peer(&said(kind::UNCHOKE), &mut told));
        assert!(told.is_empty(), "an unchoke without a choke says nothing new");
    }

    #[test]
    fn a_block_comes_once_and_only_if_it_was_asked_for() {
        let (mut requests, mut told) = unchoked();
        assert!(!requests.on_peer(&answer(1), &mut told));
        assert!(requests.on_engine(&ask(kind::REQUEST, 1)));
        let mut shorter = answer(1);
        shorter[3] -= 1;
        assert!(!requests.on_peer(&shorter, &mut told));
        assert!(requests.on_peer(&answer(1), &mut told));
        assert!(!requests.on_peer(&answer(1), &mut told));
        assert!(requests.on_engine(&ask(kind::REQUEST, 2)));
        assert!(requests.on_engine(&ask(kind::CANCEL, 2)));
        assert!(!requests.on_peer(&answer(2), &mut told));
    }

    #[test]
    fn everything_else_is_carried() {
        let (mut requests, mut told) = unchoked();
        for message in [
            &[0, 0, 0, 0][..],
            &[0, 0, 0, 5, 4, 0, 0, 0, 1],
            &[0, 0, 0, 90, 20, 0],
            &[0, 0, 0, 1, 2],
        ] {
            assert!(requests.on_engine(message));
            assert!(requests.on_peer(message, &mut told));
        }
        // A request that is too short, and a block without a place.
        assert!(requests.on_engine(&[0, 0, 0, 2, kind::REQUEST, 1]));
        assert!(!requests.on_peer(&[0, 0, 0, 2, kind::PIECE, 1], &mut told));
        assert!(told.is_empty());
    }
}
