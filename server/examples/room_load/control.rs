//! Latency of a seek: from the call of the sender to each receiver's, on one clock.

use super::{options::Options, rest::Rest, socket::Socket, speech, torrent};
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// State shared by all listeners.
#[derive(Default)]
struct Seen {
    epoch: Cell<u64>,
    /// Latest seek: its number, the epoch it was based on, and the time of sending.
    asked: Cell<Option<(u64, u64, Instant)>>,
    took_ms: RefCell<Vec<f64>>,
}

/// Runs the measurement: `rate` seeks per second in one room of `sockets` participants.
pub async fn run(options: &Options) -> anyhow::Result<Value> {
    let rest = Rest::sign_up(&options.address).await?;
    let info_hash = rest.add_torrent(&torrent::film()).await?;
    let code = rest.make_room(options.sockets, Some(&info_hash)).await?;
    let (seen, mut listeners, mut sockets) = (Rc::new(Seen::default()), JoinSet::new(), Vec::new());
    for seat in 0..options.sockets {
        let way = match seat {
            0 => rest.join_as_host(&code).await?,
            _ => rest.join_as_guest(&code, &format!("Guest {seat}"), "", None).await?,
        };
        let (socket, tail) = Socket::open(&options.address, &way.path).await?;
        let (speaker, seen) = (socket.clone(), seen.clone());
        listeners.spawn_local(async move {
            let heard = Cell::new(0);
            speaker.listen(tail, |text| hear(text, &speaker, &seen, &heard)).await;
        });
        sockets.push(socket);
    }
    // Wait until joining has settled.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (began, mut number) = (Instant::now(), 0);
    while began.elapsed() < options.time {
        number += 1;
        let epoch = seen.epoch.get();
        let seek = format!(
            r#"{{"playback":{{"seek":{{"epoch":{epoch},"position_ms":{}}}}}}}"#,
            number * 1_000
        );
        seen.asked.set(Some((number, epoch, Instant::now())));
        sockets[0].say(seek.as_bytes());
        tokio::time::sleep(Duration::from_secs_f64(1.0 / options.rate)).await;
    }
    rest.end_room(&code).await?;
    listeners.shutdown().await;
    let mut took = seen.took_ms.take();
    took.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| took.get(took.len() * part / 100).map(|ms| (ms * 100.0).round() / 100.0);
    Ok(json!({
        "sockets": options.sockets,
        "seeks": number,
        "heard": took.len(),
        "p50_ms": at(50),
        "p95_ms": at(95),
        "p99_ms": at(99),
        "max_ms": took.last(),
    }))
}

/// Records the first message that reflects the latest seek, and reports the video as ready.
fn hear(text: &[u8], socket: &Socket, seen: &Seen, heard: &Cell<u64>) {
    if !text.starts_with(br#"{"playback":{"changed":"#) && !text.starts_with(br#"{"welcome":"#) {
        return;
    }
    let Some(epoch) = speech::number_after(text, "epoch") else {
        return;
    };
    if let Some((number, before, asked)) = seen.asked.get()
        && epoch > before
        && heard.get() < number
    {
        heard.set(number);
        seen.took_ms.borrow_mut().push(asked.elapsed().as_secs_f64() * 1e3);
    }
    seen.epoch.set(seen.epoch.get().max(epoch));
    socket.say(format!(r#"{{"playback":{{"ready":{{"epoch":{epoch},"duration_ms":7200000}}}}}}"#).as_bytes());
}
