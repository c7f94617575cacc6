//! Fan-out benchmark: one participant sends, all receive, at a fixed rate or at increasing rates up to the maximum that
//! the server sustains.

use super::{
    crowd::{Crowd, make_rooms},
    options::{Mode, Options},
    process,
    rest::Rest,
    socket::Socket,
    speech,
    tally::{Summary, Tally, count},
};
use serde_json::{Value, json};
use std::{
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Latency bound for a rate to count as sustained, ms (p99).
const BOUND_MS: f64 = 50.0;

/// Number of participants who send in turn, so that no one exceeds the rate limit per participant.
const TALKERS: usize = 10;

/// Maximum number of rates tried.
const STEPS: usize = 24;

/// Deadline for the last deliveries.
const DRAIN: Duration = Duration::from_secs(10);

/// Runs the measurement.
pub async fn run(options: &Options) -> anyhow::Result<Value> {
    let rest = match options.mode {
        Mode::Matinee => Some(Rest::sign_up(&options.address).await?),
        _ => None,
    };
    let rest = rest.as_ref();
    let tally = Rc::new(Tally::default());
    let codes = make_rooms(options, rest).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let resident = || options.pid.and_then(process::resident_bytes);
    let (before, cpu) = (resident(), options.pid.and_then(process::cpu_seconds));

    let began = Instant::now();
    let crowd = Crowd::gather(options, rest, codes, &tally).await?;
    let ramp_seconds = began.elapsed().as_secs_f64();
    tally.quiet(Duration::from_secs(30)).await;
    let joined = resident();
    let ramp_cpu = options
        .pid
        .and_then(process::cpu_seconds)
        .zip(cpu)
        .map(|(now, then)| now - then);

    let people = options.rooms * options.sockets;
    let steps = if options.climbs {
        climb(options, rest, crowd, &tally).await?
    } else {
        let step = step(options, &crowd, &tally, options.rate).await;
        crowd.disperse(rest).await?;
        vec![step]
    };
    let sustained = steps
        .iter()
        .filter(|step| step.is_sustained)
        .map(|step| step.rate)
        .fold(0.0, f64::max);
    let per_person = joined
        .zip(before)
        .map(|(joined, before)| joined.saturating_sub(before) / people as u64);
    Ok(json!({
        "rooms": options.rooms,
        "sockets": people,
        "ramp_seconds": ramp_seconds,
        "ramp_cpu_seconds": ramp_cpu,
        "resident_before": before,
        "resident_joined": joined,
        "resident_after": resident(),
        "bytes_per_participant": per_person,
        "sustained_rate": sustained,
        "steps": steps.iter().map(Step::json).collect::<Vec<_>>(),
    }))
}

/// Result at one rate.
struct Step {
    rate: f64,
    summary: Summary,
    seconds: f64,
    server_cpu: Option<f64>,
    client_cpu: Option<f64>,
    is_sustained: bool,
}

impl Step {
    fn json(&self) -> Value {
        let mut value = self.summary.json();
        value["rate"] = json!(self.rate);
        value["seconds"] = json!(self.seconds);
        value["server_cpu_seconds"] = json!(self.server_cpu);
        value["client_cpu_seconds"] = json!(self.client_cpu);
        value["sustained"] = json!(self.is_sustained);
        value
    }
}

/// Doubles the rate until it is not sustained, then bisects. A rate counts as not sustained only after failing twice,
/// because of noise.
async fn climb(options: &Options, rest: Option<&Rest>, crowd: Crowd, tally: &Rc<Tally>) -> anyhow::Result<Vec<Step>> {
    let mut crowd = Some(crowd);
    let (mut good, mut bad) = (0.0, f64::INFINITY);
    let (mut rate, mut failed_at) = (options.rate, 0.0);
    let mut steps = Vec::new();
    for _ in 0..STEPS {
        let present = match crowd.take() {
            Some(crowd) => crowd,
            None => newcomers(options, rest, tally).await?,
        };
        let step = step(options, &present, tally, rate).await;
        eprintln!(
            "{:>6.0}/s: p99 {:.1} ms, lost {}",
            rate, step.summary.p99_ms, step.summary.lost
        );
        if step.is_sustained {
            good = rate;
            crowd = Some(present);
        } else {
            // The overload has filled queues and cost some participants their connections: start afresh.
            present.disperse(rest).await?;
            if failed_at == rate {
                bad = rate;
            }
            failed_at = rate;
        }
        let is_tried_again = !step.is_sustained && bad > rate;
        steps.push(step);
        if bad.is_finite() && bad - good <= bad / 8.0 {
            break;
        }
        rate = match is_tried_again {
            true => rate,
            false if bad.is_finite() => (good + bad) / 2.0,
            false => rate * 2.0,
        };
    }
    if let Some(crowd) = crowd {
        crowd.disperse(rest).await?;
    }
    Ok(steps)
}

async fn newcomers(options: &Options, rest: Option<&Rest>, tally: &Rc<Tally>) -> anyhow::Result<Crowd> {
    let codes = make_rooms(options, rest).await?;
    let crowd = Crowd::gather(options, rest, codes, tally).await?;
    tally.quiet(Duration::from_secs(30)).await;
    Ok(crowd)
}

async fn step(options: &Options, crowd: &Crowd, tally: &Rc<Tally>, rate: f64) -> Step {
    let cpu = |pid: Option<u32>| pid.and_then(process::cpu_seconds);
    let us = Some(std::process::id());
    let (server, client) = (cpu(options.pid), cpu(us));
    tally.restart();
    let began = Instant::now();
    let mut talks = JoinSet::new();
    for (number, room) in crowd.rooms.iter().enumerate() {
        let lag = Duration::from_secs_f64(number as f64 / crowd.rooms.len() as f64 / rate);
        talks.spawn_local(talk(options.mode, room.clone(), rate, options.time, lag, tally.clone()));
    }
    let mut took = Duration::ZERO;
    while let Some(talked) = talks.join_next().await {
        took = took.max(talked.unwrap_or_default());
    }
    tally.drained(DRAIN).await;
    let summary = tally.summary(took);
    let is_fast = summary.sent_per_second >= 0.95 * rate * crowd.rooms.len() as f64;
    let difference = |now: Option<f64>, then: Option<f64>| now.zip(then).map(|(now, then)| now - then);
    Step {
        rate,
        is_sustained: is_fast && summary.is_whole() && summary.p99_ms <= BOUND_MS,
        summary,
        seconds: began.elapsed().as_secs_f64(),
        server_cpu: difference(cpu(options.pid), server),
        client_cpu: difference(cpu(us), client),
    }
}

/// Sends messages into one room, from its participants in turn, after a delay. Returns the duration.
pub async fn talk(
    mode: Mode,
    room: Vec<Rc<Socket>>,
    rate: f64,
    time: Duration,
    lag: Duration,
    tally: Rc<Tally>,
) -> Duration {
    let talkers = room.len().min(TALKERS.max(rate.ceil() as usize));
    tokio::time::sleep(lag).await;
    let began = Instant::now();
    // Missed ticks fire immediately, which keeps the average rate.
    let mut timer = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
    for number in 0..(rate * time.as_secs_f64()).round() as u32 {
        timer.tick().await;
        let text = speech::talk(mode, number, &tally.stamp());
        if room[number as usize % talkers].say(&text) {
            count(&tally.sent);
            tally.expected.set(tally.expected.get() + room.len() as u64);
        } else {
            count(&tally.refused);
        }
    }
    // Include the full interval after the last message.
    timer.tick().await;
    began.elapsed()
}
