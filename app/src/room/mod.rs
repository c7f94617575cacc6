//! The pure parts of a room that pages and tests share.

pub mod view;
