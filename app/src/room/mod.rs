//! The pure parts of a room that pages and tests share.

pub mod clock;
pub mod emoji;
pub mod lines;
pub mod refusal;
pub mod sync;
pub mod talk;
pub mod typing;
pub mod view;
pub mod words;
