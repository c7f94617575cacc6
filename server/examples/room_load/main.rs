//! Load for rooms: many sockets, one clock. Opens rooms, lets some participants talk and measures when the others hear it.
//!
//! `room_load --mode matinee|socketio|bare --url http://… [--rooms 1] [--sockets 1000] [--rate 10] [--seconds 10]
//!   [--climb] [--pid SERVER]` prints one JSON object; `--mode churn` and `--mode hostile` live in their modules.
//!
//! One thread, one task for each socket, no JSON read but by a search for the stamp: the server has the other cores.

mod churn;
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
            Mode::Hostile => hostile::run(&options).await,
            Mode::Matinee | Mode::SocketIo | Mode::Bare => fanout::run(&options).await,
        }
    })
}
