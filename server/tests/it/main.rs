//! One integration binary: a real server over real databases, caches and BitTorrent peers.
//!
//! `scripts/test` starts PostgreSQL and Redis and names them in `MATINEE_TEST_POSTGRES` and `MATINEE_TEST_REDIS`; without
//! them the tests that need them fail rather than pass without having looked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod admin;
mod api;
mod bad_input;
mod cache;
mod connections;
mod damage;
mod data_dir;
mod db;
mod failures;
mod fake_torznab;
mod kills;
mod language;
mod outage;
mod pages;
mod passwords;
mod ranges;
mod restart;
mod rooms;
mod search;
mod security;
mod shares;
mod store;
mod support;
mod swarm;
mod together;
mod trackers;
