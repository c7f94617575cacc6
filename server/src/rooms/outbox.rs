//! What waits for one participant's network. The room puts in and never waits; whoever does not keep up is cut off.
//!
//! The text is of axum's type: no other can be sent to a thousand sockets without being copied or checked again.

use crate::room::bounds::OUTBOX;
use app::protocol::room::{CloseCode, ServerMessage};
use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// One thing for a socket to send.
#[derive(Debug)]
pub enum Out {
    /// A message, as it crosses the wire.
    Text(Utf8Bytes),
    /// The last one.
    Close(CloseCode),
}

/// The room's end.
#[derive(Debug)]
pub struct Outbox {
    queue: mpsc::Sender<Out>,
    cut: CancellationToken,
}

/// The socket's end.
#[derive(Debug)]
pub struct OutboxReader {
    /// What is to be sent, in its order. It ends without a [`Out::Close`] where the room is gone.
    pub queue: mpsc::Receiver<Out>,
    /// Cancelled when the queue was full: there is no use in sending the rest.
    pub cut: CancellationToken,
}

/// A message was not taken, and the participant is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

/// Both ends.
pub fn outbox() -> (Outbox, OutboxReader) {
    let (sender, queue) = mpsc::channel(OUTBOX);
    let cut = CancellationToken::new();
    let outbox = Outbox {
        queue: sender,
        cut: cut.clone(),
    };
    (outbox, OutboxReader { queue, cut })
}

/// A message as it crosses the wire; the same bytes for everybody.
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
    /// Puts a message in.
    pub fn send(&self, text: Utf8Bytes) -> Result<(), TooSlow> {
        self.queue.try_send(Out::Text(text)).map_err(|_| {
            self.cut.cancel();
            TooSlow
        })
    }

    /// Closes the socket after what was sent before.
    pub fn close(self, code: CloseCode) {
        if self.queue.try_send(Out::Close(code)).is_err() {
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
        while let Some(Out::Text(_)) = reader.queue.recv().await {
            waiting += 1;
        }
        assert_eq!(waiting, OUTBOX);
    }

    #[tokio::test]
    async fn what_was_sent_before_comes_before_the_end() {
        let (outbox, mut reader) = outbox();
        outbox.send("x".into()).unwrap();
        outbox.close(CloseCode::Done);
        assert!(matches!(reader.queue.recv().await, Some(Out::Text(_))));
        assert!(matches!(reader.queue.recv().await, Some(Out::Close(CloseCode::Done))));
        assert!(reader.queue.recv().await.is_none());
    }
}
