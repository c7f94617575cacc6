//! One file per route.

pub mod account;
pub mod admin;
pub mod home;
pub mod latest;
pub mod not_found;
pub mod room;
pub mod rooms;
pub mod search;
pub mod watch;
