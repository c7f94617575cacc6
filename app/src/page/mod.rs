//! Pages: one module per route, except that the account pages share one.

pub mod account;
pub mod admin;
pub mod home;
pub mod latest;
mod lazy;
pub mod not_found;
pub mod room;
pub mod rooms;
pub mod search;
pub mod watch;
