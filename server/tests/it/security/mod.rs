//! What nobody may do, one claim a test or a row. `docs/security.md` lists them with their places.

mod access;
mod answers;
mod host;
mod input;
mod people;
pub mod sites;
mod streams;
mod tokens;

/// A torrent that no server of these tests has.
const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
