//! The data directory as the program uses it: closed, one instance's, and missed when it goes.

use crate::{
    accounts::sign_up,
    support::{Browser, Program, RoomClient, TestServer},
};
use app::protocol::room::Room;
use http::Method;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

/// Returns the error that the program prints when it cannot start on this directory.
fn refused(data_dir: &Path) -> String {
    let Output { status, stderr, .. } = Command::new(env!("CARGO_BIN_EXE_matinee"))
        .env("MATINEE_LISTEN", "127.0.0.1:0")
        .env("MATINEE_DATA_DIR", data_dir)
        .env("MATINEE_TORRENT_DHT", "off")
        .env("MATINEE_LOG", "error")
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    assert!(!status.success());
    let told = String::from_utf8(stderr).unwrap();
    assert_eq!(told.trim_end().lines().count(), 1, "{told}");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_is_one_instances_until_that_ends_however_it_does() {
    let data = tempfile::tempdir().unwrap();
    let mut first = Program::start(data.path(), &[]).await;
    let told = refused(data.path());
    assert!(told.contains(&format!("process {} uses", first.id())), "{told}");
    first.signal(Signal::KILL);
    assert!(data.path().join("lock").exists());
    let mut second = Program::start(data.path(), &[]).await;
    second.signal(Signal::TERM);
    Program::start(data.path(), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_and_its_directory_are_their_owners_only() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    // As an older version left it.
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let program = Program::start(&data, &[]).await;
    sign_up(&Browser::at_url(program.url()), "ada").await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in [
        "matinee.db",
        "matinee.db-wal",
        "matinee.db-shm",
        "lock",
        "admin-token",
        "secret",
    ] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_data_directory_that_cannot_be_is_said_in_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("file"), "").unwrap();
    for path in [home.path().join("file"), "/proc/self".into(), "/proc/data".into()] {
        let told = refused(&path);
        assert!(told.starts_with("matinee: the data directory /"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readyz_is_red_while_the_data_directory_is_gone() {
    let server = TestServer::start().await;
    let aside = tempfile::tempdir().unwrap();
    let (path, aside) = (server.dir.path().to_owned(), aside.path().join("data"));
    let ready = || async {
        let answer = server.client().get("/readyz").send().await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap(),
        )
    };
    assert_eq!(ready().await.0, 200);
    fs::rename(&path, &aside).unwrap();
    let (status, parts) = ready().await;
    assert_eq!(
        (status, &parts["data"]["detail"]),
        (503, &json!("the data directory is gone"))
    );
    fs::rename(&aside, &path).unwrap();
    assert_eq!(ready().await.0, 200);
    server.stop().await;
}

/// A change that was answered is there after a kill; the room is open, so that its record is the room's to write.
#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_was_changed_is_changed_after_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), &[]).await;
    let address = program.address();
    let host = Browser::at_url(program.url());
    sign_up(&host, "ada").await;
    let room: Room = host.post("/api/rooms", json!({ "title": "Friday" })).await.ok().json();
    let path = format!("/api/rooms/{}", room.code);
    for round in 0..6 {
        let in_room = RoomClient::join(&host, &room.code).await;
        let title = format!("Title {round}");
        let change = json!({ "title": title, "slug": format!("slug-{round}") });
        let changed = host.send(Method::PATCH, &path, Some(change), &[]).await;
        program.signal(Signal::KILL);
        let told: Room = changed.ok().json();
        drop(in_room);
        program = Program::start(data.path(), &[("MATINEE_LISTEN", &address)]).await;
        let kept: Room = host.get(&path).await.ok().json();
        assert_eq!((&told.settings.title, &kept.settings.title), (&title, &title));
        assert_eq!(kept.slug, Some(format!("slug-{round}")));
    }
}
