//! Pure room logic shared by the pages and the tests.

pub mod clock;
pub mod emoji;
pub mod fold;
pub mod lines;
pub mod link;
pub mod preview;
pub mod refusal;
pub mod sync;
pub mod talk;
pub mod typing;
pub mod view;
pub mod words;
