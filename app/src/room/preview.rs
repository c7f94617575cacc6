//! Link preview of a room, for chat programs that its link is sent to. Pure.

use crate::protocol::room::Room;
use crate::t;
use crate::title::readable;

/// The public base address of this instance, without a trailing slash: previews require absolute URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteAddress(pub String);

/// Returns the text of a preview. It reveals no more than the room's entry page: the server leaves out what is playing
/// in a room with a password.
pub fn sentence(room: &Room) -> String {
    match &room.playing {
        Some(playing) => t::preview::invites_to_film(t::preview::InvitesToFilm {
            host: &room.host,
            film: &readable(playing).name,
        }),
        None => t::preview::invites(&room.host),
    }
}
