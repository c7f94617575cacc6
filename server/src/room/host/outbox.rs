//! The send queue of one participant's socket. The room never waits for it: a client that does not keep up is disconnected.
//!
//! Messages have axum's text type, the only one that can be sent to a thousand sockets without being copied or
//! validated again.

use crate::room::core::bounds::OUTBOX;
use app::protocol::room::{CloseCode, ServerMessage};
use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// An entry of the queue.
#[derive(Debug)]
pub enum Outgoing {
    /// An encoded message.
    Text(Utf8Bytes),
    /// Closes the socket. Always the last entry.
    Close(CloseCode),
}

/// The room's end of the queue.
#[derive(Debug)]
pub struct Outbox {
    queue: mpsc::Sender<Outgoing>,
    cut: CancellationToken,
}

/// The socket's end of the queue.
#[derive(Debug)]
pub struct OutboxReader {
    /// Entries in order. Ends without an [`Outgoing::Close`] if the room is gone.
    pub queue: mpsc::Receiver<Outgoing>,
    /// Cancelled when the queue overflowed: there is no use in sending the rest.
    pub cut: CancellationToken,
}

/// The queue was full; the participant is disconnected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

/// Creates a queue.
pub fn outbox() -> (Outbox, OutboxReader) {
    let (sender, queue) = mpsc::channel(OUTBOX);
    let cut = CancellationToken::new();
    let outbox = Outbox {
        queue: sender,
        cut: cut.clone(),
    };
    (outbox, OutboxReader { queue, cut })
}

/// Encodes a message, once for all recipients.
pub fn encode(message: &ServerMessage) -> Option<Utf8Bytes> {
    match serde_json::to_string(message) {
        Ok(json) => Some(json.into()),
        Err(error) => {
            tracing::error!(%error, "a message of a room could not be written");
            None
        }
    }
}

impl Outbox {
    /// Queues a message. Never waits.
    pub fn send(&self, text: Utf8Bytes) -> Result<(), TooSlow> {
        self.queue.try_send(Outgoing::Text(text)).map_err(|_| {
            self.cut.cancel();
            TooSlow
        })
    }

    /// Closes the socket after everything that is queued.
    pub fn close(self, code: CloseCode) {
        if self.queue.try_send(Outgoing::Close(code)).is_err() {
            self.cut.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_does_not_read_is_cut_off_and_nobody_waits() {
        let (outbox, mut reader) = outbox();
        for _ in 0..OUTBOX {
            assert_eq!(outbox.send("x".into()), Ok(()));
        }
        assert!(!reader.cut.is_cancelled());
        assert_eq!(outbox.send("x".into()), Err(TooSlow));
        assert!(reader.cut.is_cancelled());
        outbox.close(CloseCode::Done);
        let mut waiting = 0;
        while let Some(Outgoing::Text(_)) = reader.queue.recv().await {
            waiting += 1;
        }
        assert_eq!(waiting, OUTBOX);
    }

    #[tokio::test]
    async fn what_was_sent_before_comes_before_the_end() {
        let (outbox, mut reader) = outbox();
        outbox.send("x".into()).unwrap();
        outbox.close(CloseCode::Done);
        assert!(matches!(reader.queue.recv().await, Some(Outgoing::Text(_))));
        assert!(matches!(
            reader.queue.recv().await,
            Some(Outgoing::Close(CloseCode::Done))
        ));
        assert!(reader.queue.recv().await.is_none());
    }
}
