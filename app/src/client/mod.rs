//! Browser-only code: called from effects and event handlers, never while the server renders.

pub mod add;
pub mod events;
pub mod first_frame;
pub mod first_script;
pub mod handover;
pub mod identity;
pub mod js;
pub mod keyboard;
pub mod local_time;
pub mod media_session;
pub mod messages;
pub mod player;
pub mod preferences;
pub mod room;
pub mod session;
pub mod stats;
pub mod storage;
