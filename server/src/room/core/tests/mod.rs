//! Stories: scripted tests of what people do in a room and what they see, without sockets and without a clock.

mod chat;
mod control;
mod door;
mod end;
mod gone;
mod law;
mod opening;
mod people;
mod permission;
mod queue;
mod random;
mod rate;
mod remote;
mod removed;
mod stale;
mod story;
mod telling;
mod text;
mod waiting;

use super::{bounds::*, event::*, record::*, state::Room};
use app::{protocol::room::*, room::view::RoomView};
use story::*;
