//! Tracks the engine's pending requests to one peer. Pure.
//!
//! A peer that chokes discards its pending requests (BEP 3), and busy seeders choke their peers in turn. The engine
//! does not account for that: it keeps waiting for those blocks, and since they fill its request window, it sends no
//! more requests and disconnects after ten seconds of silence. So the proxy sends them again as soon as the peer
//! unchokes.

use std::collections::VecDeque;

/// A block as encoded in a request: piece index, offset and length, four bytes each.
pub type Block = [u8; 12];

/// Message types (BEP 3).
pub mod kind {
    pub const CHOKE: u8 = 0;
    pub const UNCHOKE: u8 = 1;
    pub const REQUEST: u8 = 6;
    pub const PIECE: u8 = 7;
    pub const CANCEL: u8 = 8;
}

/// Number of cancelled blocks that are remembered. Older ones have either arrived already or never will.
const MAX_CANCELLED: usize = 1024;

pub struct Requests {
    /// Requests neither answered nor cancelled, in the engine's order, and whether the peer knows of each.
    open: Vec<(Block, bool)>,
    /// Cancelled blocks that may still arrive; the engine tolerates each of them once.
    cancelled: VecDeque<Block>,
    /// Number of requests that were repeated. A peer that did not discard one of them sends the block twice.
    repeated: usize,
    choked: bool,
}

impl Requests {
    pub fn new() -> Self {
        Self {
            open: Vec::new(),
            cancelled: VecDeque::new(),
            repeated: 0,
            // A connection starts choked.
            choked: true,
        }
    }

    /// Handles the head of a message from the engine. Returns whether to forward it to the peer.
    pub fn on_engine(&mut self, head: &[u8]) -> bool {
        match (kind_of(head), block_of(head)) {
            (Some(kind::REQUEST), Some(block)) => {
                // The engine may not have received the choke yet.
                self.open.push((block, !self.choked));
                !self.choked
            }
            (Some(kind::CANCEL), Some(block)) => {
                let knows = self.close(block) == Some(true);
                if knows && self.cancelled.len() == MAX_CANCELLED {
                    self.cancelled.pop_front();
                }
                if knows {
                    self.cancelled.push_back(block);
                }
                knows
            }
            _ => true,
        }
    }

    /// Handles the head of a message from the peer. Returns whether to forward it: the engine disconnects a peer that
    /// sends a block twice.
    pub fn on_peer(&mut self, head: &[u8]) -> bool {
        match kind_of(head) {
            Some(kind::CHOKE) => {
                self.choked = true;
                for (_, knows) in &mut self.open {
                    *knows = false;
                }
            }
            Some(kind::UNCHOKE) => self.choked = false,
            Some(kind::PIECE) => return self.on_block(head),
            _ => {}
        }
        true
    }

    fn on_block(&mut self, head: &[u8]) -> bool {
        let Some(block) = sent_block(head) else { return true };
        if self.close(block).is_some() {
            return true;
        }
        if let Some(place) = self.cancelled.iter().position(|cancelled| *cancelled == block) {
            self.cancelled.remove(place);
            return true;
        }
        // Other unrequested blocks are left to the engine to reject.
        let is_second = self.repeated > 0;
        self.repeated = self.repeated.saturating_sub(1);
        !is_second
    }

    /// Returns whether the peer has unchoked but does not know of all pending requests.
    pub fn has_more_to_ask(&self) -> bool {
        !self.choked && self.open.iter().any(|(_, knows)| !knows)
    }

    /// Appends requests for those blocks to `said`.
    pub fn ask_again(&mut self, said: &mut Vec<u8>) {
        if self.choked {
            return;
        }
        for (block, knows) in self.open.iter_mut().filter(|(_, knows)| !knows) {
            said.extend_from_slice(&[0, 0, 0, 13, kind::REQUEST]);
            said.extend_from_slice(block);
            *knows = true;
            self.repeated += 1;
        }
    }

    /// Removes a pending request. Returns whether the peer knew of it, or `None` if there was none.
    fn close(&mut self, block: Block) -> Option<bool> {
        // Found near the front: peers answer in order.
        let place = self.open.iter().position(|(open, _)| *open == block)?;
        Some(self.open.remove(place).1)
    }
}

/// Returns the message type, or `None` for a keep-alive.
fn kind_of(head: &[u8]) -> Option<u8> {
    head.get(4).copied()
}

fn block_of(head: &[u8]) -> Option<Block> {
    head.get(5..)?.try_into().ok()
}

/// Returns the block in a piece message, whose length field is the block's length plus 9.
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

    /// Returns the head of a piece message with a block of 16 KiB.
    fn answer(piece: u8) -> Vec<u8> {
        [&[0, 0, 64, 9, kind::PIECE][..], &block(piece)[..8], b"film"].concat()
    }

    fn said(kind: u8) -> [u8; 5] {
        [0, 0, 0, 1, kind]
    }

    fn unchoked() -> Requests {
        let mut requests = Requests::new();
        assert!(requests.on_peer(&said(kind::UNCHOKE)));
        assert!(!requests.has_more_to_ask());
        requests
    }

    fn asked_again(requests: &mut Requests) -> Vec<u8> {
        let mut told = Vec::new();
        requests.ask_again(&mut told);
        told
    }

    #[test]
    fn what_a_choke_forgot_is_asked_for_again_in_order() {
        let mut requests = unchoked();
        for piece in 1..=4 {
            assert!(requests.on_engine(&ask(kind::REQUEST, piece)));
        }
        assert!(requests.on_peer(&answer(2)));
        assert!(requests.on_peer(&said(kind::CHOKE)));
        // One block was already on its way.
        assert!(requests.on_peer(&answer(1)));
        assert!(
            !requests.on_engine(&ask(kind::REQUEST, 5)),
            "a peer that chokes does not listen"
        );
        assert!(
            !requests.on_engine(&ask(kind::CANCEL, 3)),
            "nor has it anything to cancel"
        );
        assert!(!requests.has_more_to_ask());
        assert!(asked_again(&mut requests).is_empty());
        assert!(requests.on_peer(&said(kind::UNCHOKE)));
        assert!(requests.has_more_to_ask());
        // New requests are forwarded from now on.
        assert!(requests.on_engine(&ask(kind::REQUEST, 6)));
        let expected = [ask(kind::REQUEST, 4), ask(kind::REQUEST, 5)].concat();
        assert_eq!(asked_again(&mut requests), expected);
        assert!(requests.on_peer(&said(kind::UNCHOKE)));
        assert!(
            !requests.has_more_to_ask(),
            "an unchoke without a choke says nothing new"
        );
        // Choked again before the requests were repeated: they are sent once.
        assert!(requests.on_peer(&said(kind::CHOKE)));
        assert!(requests.on_peer(&said(kind::UNCHOKE)));
        assert!(requests.on_peer(&said(kind::CHOKE)));
        assert!(asked_again(&mut requests).is_empty());
        assert!(requests.on_peer(&said(kind::UNCHOKE)));
        assert_eq!(asked_again(&mut requests).len(), 3 * 17);
        assert!(asked_again(&mut requests).is_empty());
    }

    #[test]
    fn a_block_that_comes_twice_because_it_was_asked_for_twice_is_kept_from_the_engine() {
        let mut requests = unchoked();
        assert!(requests.on_engine(&ask(kind::REQUEST, 1)));
        assert!(requests.on_peer(&said(kind::CHOKE)));
        assert!(requests.on_peer(&said(kind::UNCHOKE)));
        assert_eq!(asked_again(&mut requests), ask(kind::REQUEST, 1));
        assert!(requests.on_peer(&answer(1)));
        assert!(!requests.on_peer(&answer(1)));
        assert!(requests.on_peer(&answer(1)), "the third is the engine's to refuse");
    }

    #[test]
    fn a_cancelled_block_comes_once_and_no_other_is_kept_from_the_engine() {
        let mut requests = unchoked();
        assert!(requests.on_peer(&answer(9)), "nobody asked for it");
        assert!(requests.on_engine(&ask(kind::REQUEST, 1)));
        assert!(requests.on_engine(&ask(kind::CANCEL, 1)));
        assert!(requests.on_peer(&answer(1)));
        assert!(requests.cancelled.is_empty());
        for _ in 0..2 * MAX_CANCELLED {
            assert!(requests.on_engine(&ask(kind::REQUEST, 2)));
            assert!(requests.on_engine(&ask(kind::CANCEL, 2)));
        }
        assert_eq!(requests.cancelled.len(), MAX_CANCELLED);
    }

    #[test]
    fn everything_else_is_carried() {
        let mut requests = unchoked();
        for message in [
            &[0, 0, 0, 0][..],
            &[0, 0, 0, 5, 4, 0, 0, 0, 1],
            &[0, 0, 0, 90, 20, 0],
            &[0, 0, 0, 1, 2],
            // A truncated request and a truncated piece message.
            &[0, 0, 0, 2, kind::REQUEST, 1],
            &[0, 0, 0, 2, kind::PIECE, 1],
        ] {
            assert!(requests.on_engine(message));
            assert!(requests.on_peer(message));
        }
        assert!(!requests.has_more_to_ask());
    }
}
