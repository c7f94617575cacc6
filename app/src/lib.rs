//! Everything that both sides compile: the protocol, the pages, and the one trait that the server implements.

pub mod error;
pub mod protocol;

#[cfg(feature = "ssr")]
pub mod backend;

pub mod api;
