//! Messages shown to users when a request is refused or a connection ends. Pure.

use crate::protocol::room::{Farewell, Refusal};
use crate::t;

/// Returns the message for a refusal.
pub fn sentence(reason: Refusal) -> &'static str {
    match reason {
        Refusal::Stale => t::refusal::stale(),
        Refusal::NeedsRemote => t::refusal::needs_remote(),
        Refusal::NeedsHost => t::refusal::needs_host(),
        Refusal::NeedsModerator => t::refusal::needs_moderator(),
        Refusal::NeedsAuthor => t::refusal::needs_author(),
        Refusal::NeedsAccount => t::refusal::needs_account(),
        Refusal::Gone => t::refusal::gone(),
        Refusal::TooFast => t::refusal::too_fast(),
        Refusal::Invalid => t::refusal::invalid(),
        Refusal::Full => t::refusal::full(),
        Refusal::UnknownTorrent => t::refusal::unknown_torrent(),
        Refusal::Blocked => t::refusal::blocked(),
        Refusal::Unplayable => t::refusal::unplayable(),
        Refusal::NoVideo => t::refusal::no_video(),
        Refusal::Unavailable => t::refusal::unavailable(),
    }
}

/// Returns the heading and the text for the end of a connection: what happened, and what the user can do about it.
pub fn farewell(why: Farewell) -> (&'static str, &'static str) {
    match why {
        Farewell::Ended => (t::farewell::ended_title(), t::farewell::ended_detail()),
        Farewell::Expired => (t::farewell::expired_title(), t::farewell::expired_detail()),
        Farewell::Kicked => (t::farewell::kicked_title(), t::farewell::kicked_detail()),
        Farewell::Banned => (t::farewell::banned_title(), t::farewell::banned_detail()),
        Farewell::Replaced => (t::farewell::replaced_title(), t::farewell::replaced_detail()),
        Farewell::Restarting => (t::farewell::restarting_title(), t::farewell::restarting_detail()),
    }
}
