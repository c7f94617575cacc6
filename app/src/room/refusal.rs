//! Why something was not done, in words for whoever asked. Pure.

use crate::protocol::room::{Farewell, Refusal};

/// A sentence for a refusal.
pub fn sentence(reason: Refusal) -> &'static str {
    match reason {
        Refusal::Stale => "Somebody else was a moment quicker.",
        Refusal::NeedsRemote => "Ask for the remote to control the film.",
        Refusal::NeedsHost => "Only the host may do that.",
        Refusal::NeedsModerator => "Only the host or a moderator may do that.",
        Refusal::NeedsAuthor => "Only whoever wrote it may change it.",
        Refusal::NeedsAccount => "Only somebody with an account can be that.",
        Refusal::Gone => "That is not there any more.",
        Refusal::TooFast => "That was very quick. Wait a moment, then try again.",
        Refusal::Invalid => "That is too long, or empty.",
        Refusal::Full => "There is no room for more.",
        Refusal::UnknownTorrent => "There is nothing to play in this torrent.",
        Refusal::Blocked => "This torrent is blocked on this server.",
        Refusal::NoVideo => "There is nothing to play. Add something to the queue.",
        Refusal::Unavailable => "It could not be delivered. Try again.",
    }
}

/// What happened, and what can be done about it, when it is over.
pub fn farewell(why: Farewell) -> (&'static str, &'static str) {
    match why {
        Farewell::Ended => ("The room was ended", "The host has ended it. Thank you for being here."),
        Farewell::Expired => (
            "The room has closed",
            "Nobody did anything here for hours. Its host can open it again by coming in.",
        ),
        Farewell::Kicked => (
            "You were sent out",
            "The host or a moderator sent you out of this room.",
        ),
        Farewell::Banned => (
            "You were sent out for good",
            "The host of this room does not let you in again.",
        ),
        Farewell::Replaced => (
            "This room is open in another tab",
            "You came in again with the same seat. Only one of them can be in it.",
        ),
        Farewell::Restarting => ("The server restarts", "It is back in a moment, and so are you."),
    }
}
