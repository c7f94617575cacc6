//! Use cases of rooms: creating, joining, changing and ending them, from outside.

mod chat;
mod invitations;
mod joining;
mod keys;
mod lobby;
mod making;
mod rules;

pub use invitations::InviteStyle;
pub use lobby::{Lobby, LobbyServices};
