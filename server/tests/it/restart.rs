//! The real program, stopped and killed in the middle of a download: it goes on, and nothing is corrupt.

use crate::support::{Film, Program, Tracker, wait_for};
use app::protocol::{Torrent, TorrentState, TorrentStats};
use rustix::process::Signal;
use serde_json::json;
use std::{process::Command, time::Duration};

async fn stats(program: &Program, film: &Film) -> TorrentStats {
    program
        .client
        .json(&format!("/api/torrents/{}/stats", film.info_hash))
        .await
}

/// Downloads a part, ends the program, starts it again, and expects the whole file, byte for byte.
async fn goes_on_after(signal: Signal) {
    let data = tempfile::tempdir().unwrap();
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, (16 << 20) + 7, 128 << 10).await;
    let _seeder = film.seed(2 << 20);
    let mut program = Program::start(data.path(), &[]).await;
    let _: Torrent = program
        .client
        .post("/api/torrents", &json!({ "magnet": film.tracked_magnet(&tracker) }))
        .await;
    let before = wait_for("a part", Duration::from_secs(30), || async {
        Some(stats(&program, &film).await.have_bytes).filter(|have| *have > 8 << 20)
    })
    .await;
    program.signal(signal);

    let program = Program::start(data.path(), &[]).await;
    let after = wait_for("the check", Duration::from_secs(30), || async {
        Some(stats(&program, &film).await).filter(|stats| stats.state != TorrentState::Checking)
    })
    .await;
    println!("{signal:?}: had {before} bytes before, {} after", after.have_bytes);
    // Pieces are written down every two seconds: at 2 MiB a second that is 4 MiB, and some for a busy machine.
    assert!(
        after.have_bytes + (6 << 20) > before,
        "had {before} bytes before, {} after",
        after.have_bytes
    );
    wait_for("the rest", Duration::from_secs(60), || async {
        (stats(&program, &film).await.state == TorrentState::Finished).then_some(())
    })
    .await;
    let whole = program
        .client
        .get(&format!("/api/stream/{}/0", film.info_hash))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert!(whole == film.files[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on() {
    goes_on_after(Signal::TERM).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_goes_on() {
    goes_on_after(Signal::KILL).await;
}

#[test]
fn a_wrong_setting_ends_the_program_with_all_problems() {
    let output = Command::new(env!("CARGO_BIN_EXE_matinee"))
        .env("MATINEE_LISTEN", "nowhere")
        .env("MATINEE_LOGG", "debug")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        text.contains("MATINEE_LISTEN") && text.contains("did you mean MATINEE_LOG"),
        "{text}"
    );
}
