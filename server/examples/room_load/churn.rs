//! Soak test: for a given time, rooms open, chat, seek, lose participants and close; then checks what remains in the
//! server.

use super::{
    options::{Mode, Options},
    process,
    rest::Rest,
    socket::Socket,
    speech::{self, Heard},
    tally::{Tally, count},
    torrent,
};
use anyhow::Context;
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    sync::oneshot,
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};

const SAMPLE_EVERY: Duration = Duration::from_secs(10);

/// Interval between the actions in a room.
const BEAT: Duration = Duration::from_millis(500);

/// Deadline for the last rooms to close: a minute after the last participant has left, with a margin.
const CLOSING: Duration = Duration::from_secs(150);

/// Time after which an abandoned room has certainly closed.
const CLOSED: Duration = Duration::from_secs(90);

/// Fraction of the time excluded from the memory trend, while caches fill.
const WARM_UP: f64 = 0.25;

/// Runs the soak test.
pub async fn run(options: &Options) -> anyhow::Result<Value> {
    let rest = Rc::new(Rest::sign_up(&options.address).await?);
    let info_hash = rest.add_torrent(&torrent::film()).await?;
    let soak = Rc::new(Soak {
        rest,
        address: options.address.clone(),
        info_hash,
        people: options.sockets.max(3),
        tally: Rc::new(Tally::default()),
        evenings: Cell::new(0),
        failures: Cell::new(0),
        left: RefCell::default(),
    });
    let began = Instant::now();
    let end = began + options.time;
    let mut samples = vec![Sample::take(options, &soak, began).await?];
    let mut rooms = JoinSet::new();
    for slot in 0..options.rooms {
        rooms.spawn_local(slot_of_evenings(soak.clone(), slot, end));
    }
    while Instant::now() < end {
        sleep(SAMPLE_EVERY.min(end.saturating_duration_since(Instant::now()))).await;
        samples.push(Sample::take(options, &soak, began).await?);
    }
    while rooms.join_next().await.is_some() {}
    let summary = soak.tally.summary(began.elapsed());
    let closed = closed(options, &soak, began, &mut samples).await?;
    let judged = samples.iter().filter(|sample| {
        let part = sample.seconds / options.time.as_secs_f64();
        (WARM_UP..=1.0).contains(&part)
    });
    Ok(json!({
        "seconds": options.time.as_secs_f64(),
        "rooms_at_once": options.rooms,
        "people_in_each": soak.people,
        "evenings": soak.evenings.get(),
        "failures": soak.failures.get(),
        "chat": summary.json(),
        "resident_mb_per_hour": slope(&judged.collect::<Vec<_>>()),
        "all_closed": closed,
        "samples": samples.iter().map(Sample::json).collect::<Vec<_>>(),
    }))
}

struct Soak {
    rest: Rc<Rest>,
    address: String,
    info_hash: String,
    people: usize,
    tally: Rc<Tally>,
    evenings: Cell<u64>,
    failures: Cell<u64>,
    /// Abandoned rooms, with the time of abandonment.
    left: RefCell<VecDeque<(Instant, String)>>,
}

/// Runs evenings in succession. The start is staggered by slot.
async fn slot_of_evenings(soak: Rc<Soak>, slot: usize, end: Instant) {
    sleep(Duration::from_millis(300 * slot as u64 % 15_000)).await;
    let mut number = slot;
    while Instant::now() < end {
        // Ten to thirty seconds, varied.
        let beats = 20 + (number * 7) % 41;
        if let Err(error) = evening(&soak, beats, number.is_multiple_of(2)).await {
            count(&soak.failures);
            eprintln!("an evening failed: {error:#}");
            sleep(Duration::from_secs(1)).await;
        }
        count(&soak.evenings);
        number += 1;
    }
}

/// Participant of a room. Dropping it cuts the connection without a close frame.
struct Seat {
    socket: Rc<Socket>,
    epoch: Rc<Cell<u64>>,
    task: AbortHandle,
    cookie: String,
    tab: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn evening(soak: &Rc<Soak>, beats: usize, is_ended: bool) -> anyhow::Result<()> {
    soak.rest.stay_signed_in().await?;
    let code = soak.rest.make_room(soak.people + 1, Some(&soak.info_hash)).await?;
    let host = soak.rest.join_as_host(&code).await?;
    let mut seats = vec![Seat::take(soak, &host.path, String::new(), String::new()).await?];
    for number in 1..soak.people {
        seats.push(guest(soak, &code, number, None).await?);
    }
    for beat in 0..beats {
        sleep(BEAT).await;
        if beat == beats / 2 {
            come_and_go(soak, &code, &mut seats).await?;
        }
        act(soak, &seats, beat);
    }
    if is_ended {
        seats[0].socket.say(br#"{"room":"end"}"#);
        sleep(BEAT).await;
    } else {
        soak.left.borrow_mut().push_back((Instant::now(), code));
    }
    end_closed(soak).await
}

/// Ends rooms that have closed because they were abandoned: the number of rooms per account is limited.
async fn end_closed(soak: &Soak) -> anyhow::Result<()> {
    loop {
        let is_closed = |left: &mut (Instant, String)| left.0.elapsed() > CLOSED;
        let Some((_, code)) = soak.left.borrow_mut().pop_front_if(is_closed) else {
            return Ok(());
        };
        soak.rest.end_room(&code).await?;
    }
}

/// One guest loses the connection and returns to the same seat; another leaves and a new guest joins.
async fn come_and_go(soak: &Rc<Soak>, code: &str, seats: &mut Vec<Seat>) -> anyhow::Result<()> {
    let lost = seats.remove(1);
    let known = (lost.cookie.clone(), lost.tab.clone());
    drop(lost);
    seats.push(guest(soak, code, 1, Some(known)).await?);
    let leaver = seats.remove(1);
    leaver.socket.say(br#"{"room":"leave"}"#);
    seats.push(guest(soak, code, 100, None).await?);
    Ok(())
}

async fn guest(soak: &Rc<Soak>, code: &str, number: usize, known: Option<(String, String)>) -> anyhow::Result<Seat> {
    let (cookie, tab) = known.map_or_else(|| (None, format!("tab{number}")), |(cookie, tab)| (Some(cookie), tab));
    let name = format!("Guest {number}");
    let way = soak.rest.join_as_guest(code, &name, &tab, cookie.as_deref()).await?;
    Seat::take(soak, &way.path, way.cookie, tab).await
}

/// Chats, seeks, plays, pauses and reports the playback state, in turn.
fn act(soak: &Soak, seats: &[Seat], beat: usize) {
    let one = &seats[beat % seats.len()];
    if beat.is_multiple_of(2) {
        one.socket
            .say(&speech::talk(Mode::Churn, beat as u32, &soak.tally.stamp()));
        count(&soak.tally.sent);
    }
    let host = &seats[0];
    let epoch = host.epoch.get();
    let order = match beat % 12 {
        1 => Some(format!(r#"{{"playback":{{"play":{{"epoch":{epoch}}}}}}}"#)),
        4 | 7 => Some(format!(
            r#"{{"playback":{{"seek":{{"epoch":{epoch},"position_ms":{}}}}}}}"#,
            beat * 1_000
        )),
        10 => Some(format!(
            r#"{{"playback":{{"pause":{{"epoch":{epoch},"position_ms":{}}}}}}}"#,
            beat * 1_000
        )),
        _ => None,
    };
    if let Some(order) = order {
        host.socket.say(order.as_bytes());
    }
    let standing = format!(
        r#"{{"playback":{{"report":{{"standing":{{"offset_ms":{},"ahead_ms":9000,"stalled":false,"ping_ms":3}}}}}}}}"#,
        beat % 7
    );
    one.socket.say(standing.as_bytes());
}

impl Seat {
    async fn take(soak: &Rc<Soak>, path: &str, cookie: String, tab: String) -> anyhow::Result<Self> {
        let (socket, tail) = Socket::open(&soak.address, path).await?;
        let epoch = Rc::new(Cell::new(0));
        let (welcomed, welcome) = oneshot::channel();
        let mut welcomed = Some(welcomed);
        let (speaker, seen, tally) = (socket.clone(), epoch.clone(), soak.tally.clone());
        let task = tokio::task::spawn_local(async move {
            let ears = speaker.clone();
            ears.listen(tail, |text| match speech::hear(Mode::Churn, text) {
                Heard::Talk(stamp) => tally.heard(stamp),
                Heard::Refused => count(&tally.refused),
                Heard::Stored => count(&tally.stored),
                Heard::Welcome => {
                    note_epoch(&seen, text, &speaker);
                    if let Some(welcomed) = welcomed.take() {
                        welcomed.send(()).ok();
                    }
                }
                Heard::Other if text.starts_with(br#"{"playback":{"changed":"#) => note_epoch(&seen, text, &speaker),
                Heard::Other | Heard::Answer(_) => {}
            })
            .await;
        });
        let seat = Self {
            socket,
            epoch,
            task: task.abort_handle(),
            cookie,
            tab,
        };
        timeout(Duration::from_secs(10), welcome)
            .await
            .context("no welcome in time")?
            .context("not let in")?;
        Ok(seat)
    }
}

/// Records the epoch and reports the video as ready.
fn note_epoch(seen: &Cell<u64>, text: &[u8], socket: &Socket) {
    if let Some(epoch) = speech::number_after(text, "epoch") {
        seen.set(epoch);
        socket.say(format!(r#"{{"playback":{{"ready":{{"epoch":{epoch},"duration_ms":7200000}}}}}}"#).as_bytes());
    }
}

/// Sample of the server's resource use.
struct Sample {
    seconds: f64,
    resident: Option<u64>,
    files: Option<usize>,
    threads: Option<usize>,
    /// Room gauges, by name.
    gauges: Vec<(String, f64)>,
}

impl Sample {
    async fn take(options: &Options, soak: &Soak, began: Instant) -> anyhow::Result<Self> {
        let gauges = match &options.admin_token {
            Some(token) => room_gauges(&soak.rest.metrics(token).await?),
            None => Vec::new(),
        };
        let sample = Self {
            seconds: began.elapsed().as_secs_f64(),
            resident: options.pid.and_then(process::resident_bytes),
            files: options.pid.and_then(process::open_files),
            threads: options.pid.and_then(process::threads),
            gauges,
        };
        eprintln!("{}", sample.json());
        Ok(sample)
    }

    fn json(&self) -> Value {
        json!({
            "seconds": self.seconds.round(),
            "resident_mb": self.resident.map(|bytes| (bytes as f64 / 1e4).round() / 100.0),
            "files": self.files,
            "threads": self.threads,
            "gauges": self.gauges.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        })
    }

    fn is_empty(&self, files_before: Option<usize>) -> bool {
        // A few of the database's files more may be open than at the start.
        let files = self
            .files
            .zip(files_before)
            .is_none_or(|(now, before)| now <= before + 8);
        files && self.gauges.iter().all(|(_, value)| *value == 0.0)
    }
}

/// Extracts the room gauges, but no counters, from the `/metrics` text.
fn room_gauges(text: &str) -> Vec<(String, f64)> {
    let about_rooms = |name: &str| {
        ["matinee_room", "matinee_participant"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let gauges = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" gauge"));
    gauges
        .filter(|name| about_rooms(name))
        .filter_map(|name| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            Some((name.to_owned(), line.trim().parse().ok()?))
        })
        .collect()
}

/// Samples until the server holds no rooms, or until the deadline. Returns whether it is empty.
async fn closed(options: &Options, soak: &Soak, began: Instant, samples: &mut Vec<Sample>) -> anyhow::Result<bool> {
    let deadline = Instant::now() + CLOSING;
    let files_before = samples.first().and_then(|sample| sample.files);
    loop {
        let sample = Sample::take(options, soak, began).await?;
        let is_empty = sample.is_empty(files_before);
        samples.push(sample);
        if is_empty || Instant::now() > deadline {
            return Ok(is_empty);
        }
        sleep(SAMPLE_EVERY).await;
    }
}

/// Returns the growth of memory in megabytes per hour, by linear regression.
fn slope(samples: &[&Sample]) -> Option<f64> {
    let points: Vec<(f64, f64)> = samples
        .iter()
        .filter_map(|sample| Some((sample.seconds / 3_600.0, sample.resident? as f64 / 1e6)))
        .collect();
    let count = points.len() as f64;
    let (mean_x, mean_y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let spread: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let together: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    (spread > 0.0).then(|| (together / spread * 100.0).round() / 100.0)
}
