//! Use cases of rooms: creating, joining, changing and ending them, from outside.

mod lobby;
mod making;
mod rules;

pub use lobby::Lobby;
