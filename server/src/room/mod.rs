//! Rooms. [`core`] decides, without I/O; [`host`] runs the open rooms around it: a task and a writer each, tickets and
//! sockets that lead to them; [`service`] has the use cases: creating, joining, changing and ending rooms.

pub mod core;
pub mod host;
pub mod service;
