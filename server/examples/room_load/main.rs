//! Load generator for rooms: many sockets on one clock. Opens rooms, lets some participants send and measures when the
//! others receive.
//!
//! `room_load --mode matinee|socketio|bare --url http://… [--rooms 1] [--sockets 1000] [--rate 10] [--seconds 10]
//!   [--climb] [--pid SERVER]` prints one JSON object; `--mode churn`, `control` and `hostile` live in their modules.
//!
//! Uses one thread, one task per socket, and a search for the timestamp instead of JSON parsing, to leave the other
//! cores to the server.

mod churn;
mod control;
mod crowd;
mod fanout;
mod hostile;
mod options;
mod process;
mod rest;
mod socket;
mod speech;
mod tally;
mod torrent;

use options::{Mode, Options};

fn main() -> std::process::ExitCode {
    match measure() {
        Ok(result) => {
            println!("{result:#}");
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("room_load: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn measure() -> anyhow::Result<serde_json::Value> {
    let options = Options::from_arguments(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        match options.mode {
            Mode::Churn => churn::run(&options).await,
            Mode::Control => control::run(&options).await,
            Mode::Hostile => hostile::run(&options).await,
            Mode::Matinee | Mode::SocketIo | Mode::Bare => fanout::run(&options).await,
        }
    })
}
