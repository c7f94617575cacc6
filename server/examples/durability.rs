//! Benchmark of `MATINEE_DATABASE_DURABILITY`: watch positions saved by eight concurrent writers, and the time to store
//! a chat message. Prints the table of docs/durability.md; the argument is a directory on the disk to measure.

use app::{
    backend::ViewerKey,
    protocol::{
        RoomId, Timestamp, WatchProgress,
        room::{ChatMessage, MessageId, PersonId, ServerTime},
    },
};
use server::{
    config::Durability,
    db::{ChatWrite, Db, PoolOptions},
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

const LASTS: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let home = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    println!("| SQLite | places saved (/s) | a message stored, p50 (ms) | p99 (ms) |\n|---|--:|--:|--:|");
    for (name, durability) in [("`normal`", Durability::Normal), ("`full`", Durability::Full)] {
        let path = home.join(format!("durability-{}.db", Uuid::new_v4().simple()));
        let options = PoolOptions {
            durability,
            ..PoolOptions::default()
        };
        let db = Db::sqlite(&path, options).await?;
        let saved = save_places(&db).await?;
        let mut waits = say(&db).await?;
        waits.sort_unstable();
        let at = |part: usize| {
            waits
                .get(waits.len() * part / 100)
                .copied()
                .unwrap_or_default()
                .as_secs_f64()
                * 1e3
        };
        println!("| {name} | {saved:.0} | {:.2} | {:.2} |", at(50), at(99));
        db.close().await;
        for end in ["", "-wal", "-shm"] {
            // SQLite removes two of them itself.
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    }
    Ok(())
}

/// Returns the number of watch positions saved per second.
async fn save_places(db: &Db) -> anyhow::Result<f64> {
    let (began, saved) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let savers = (0..8).map(|saver| {
        let (db, saved) = (db.clone(), saved.clone());
        tokio::spawn(async move {
            for step in 0u32.. {
                if began.elapsed() >= LASTS {
                    break;
                }
                let progress = WatchProgress {
                    info_hash: format!("{:040x}", step % 20).parse()?,
                    file_index: 0,
                    position_seconds: f64::from(step),
                    duration_seconds: 5_400.0,
                };
                db.save_progress(
                    &ViewerKey::guest(&saver.to_string()),
                    &progress,
                    Timestamp(i64::from(step)),
                )
                .await?;
                saved.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        })
    });
    for saver in savers.collect::<Vec<_>>() {
        saver.await??;
    }
    Ok(saved.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}

/// Returns the time taken to store each message.
async fn say(db: &Db) -> anyhow::Result<Vec<Duration>> {
    let (began, mut waits) = (Instant::now(), Vec::new());
    let room = RoomId::from(Uuid::now_v7());
    make_room(db, room).await?;
    for id in 0.. {
        if began.elapsed() >= LASTS {
            break;
        }
        let message = ChatMessage {
            id: MessageId(id),
            author: PersonId("0123456789abcdef".to_owned()),
            name: "Ada".to_owned(),
            text: format!("This is message {id}."),
            at: ServerTime(0),
            reply_to: None,
            moment: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        };
        let asked = Instant::now();
        db.write_chat(room, &[ChatWrite::Say(1, message)]).await?;
        waits.push(asked.elapsed());
    }
    Ok(waits)
}

/// Creates the room and the host that the messages refer to.
async fn make_room(db: &Db, room: RoomId) -> anyhow::Result<()> {
    let Db::Sqlite(pool) = db else {
        anyhow::bail!("this measures SQLite");
    };
    let host = Uuid::now_v7();
    sqlx::query(
        "INSERT INTO users (id, email, email_key, username, username_key, password_hash, role, created_at, updated_at)
         VALUES ($1, 'a', 'a', 'a', 'a', '', 'user', 0, 0)",
    )
    .bind(host)
    .execute(pool)
    .await?;
    sqlx::query(
        "INSERT INTO rooms (id, code, host_user, opening, beat, is_open, state, created_at, last_active_at)
         VALUES ($1, 'kxd47mqz', $2, 1, 0, TRUE, '{}', 0, 0)",
    )
    .bind(Uuid::from(room))
    .bind(host)
    .execute(pool)
    .await?;
    Ok(())
}
