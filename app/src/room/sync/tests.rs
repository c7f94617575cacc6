//! Imperfect players that must stay in sync.

use super::*;

/// One frame every 40 ms, one decision every 240 ms.
const FRAME_MS: f64 = 40.0;
const DECIDE_EVERY: u64 = 6;

/// A `<video>` element as in browsers, driven in the same way as by the page.
struct Player {
    now: f64,
    /// Room's playback position, milliseconds of video; plays at rate 1.
    room: f64,
    position: f64,
    rate: f64,
    /// Factor by which its own clock is too fast.
    drift: f64,
    /// Time until which it stands still.
    frozen_until: f64,
    /// Start time of a seek in progress.
    jump_began: Option<f64>,
    /// Scheduled start time while paused.
    starts_at: Option<f64>,
    jump_takes: f64,
    start_takes: f64,
    noise: f64,
    seed: u64,
    frame: u64,
    sync: Sync,
    meter: OffsetFilter,
    jumps: u32,
    rates: Vec<f64>,
}

impl Player {
    fn new(position: f64) -> Self {
        let mut sync = Sync::default();
        sync.disturb(0.0);
        Self {
            now: 0.0,
            room: 0.0,
            position,
            rate: 1.0,
            drift: 0.0,
            frozen_until: 0.0,
            jump_began: None,
            starts_at: None,
            jump_takes: 80.0,
            start_takes: 30.0,
            noise: 8.0,
            seed: 1,
            frame: 0,
            sync,
            meter: OffsetFilter::default(),
            jumps: 0,
            rates: Vec::new(),
        }
    }

    fn chance(&mut self) -> f64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.seed >> 33) as f64 / f64::from(u32::MAX >> 1) * 2.0 - 1.0
    }

    fn offset(&self) -> f64 {
        self.position - self.room
    }

    /// Advances by one frame.
    fn step(&mut self) {
        self.now += FRAME_MS;
        self.room += FRAME_MS;
        self.frame += 1;
        if let Some(began) = self.jump_began {
            if self.now < began + self.jump_takes {
                return;
            }
            self.jump_began = None;
            self.sync.landed(self.now, self.now - began, Data::Here);
            // Paused at the target until the room arrives.
            let lead = self.offset();
            self.starts_at = Some(self.now + (lead - self.sync.start_takes_ms()).max(0.0));
        }
        if let Some(at) = self.starts_at {
            if self.now < at {
                return;
            }
            self.starts_at = None;
            self.meter.clear();
            self.sync.start(self.now);
            // Within the frame, like a timer.
            self.position += (self.now - at - self.start_takes) * self.rate;
            return;
        }
        if self.now < self.frozen_until {
            return;
        }
        self.position += FRAME_MS * self.rate * (1.0 + self.drift);
        let measured = self.offset() + self.noise * self.chance();
        self.meter.note(self.now, measured);
        if self.frame.is_multiple_of(DECIDE_EVERY) {
            self.correct();
        }
    }

    fn correct(&mut self) {
        let Some(offset) = self.meter.offset_ms(self.now, 5) else {
            return;
        };
        match self.sync.decide(self.now, offset) {
            Correction::Hold => self.rate = 1.0,
            Correction::Nudge(rate) => self.rate = rate,
            Correction::Jump => {
                self.jumps += 1;
                self.rate = 1.0;
                self.position = self.room + self.sync.look_ahead_ms(Data::Here);
                self.jump_began = Some(self.now);
                self.meter.clear();
            }
        }
        self.rates.push(self.rate);
    }

    fn run(&mut self, ms: f64) {
        let until = self.now + ms;
        while self.now < until {
            self.step();
        }
    }

    /// Returns the largest error over the next `ms` milliseconds.
    fn worst(&mut self, ms: f64) -> f64 {
        let until = self.now + ms;
        let mut worst = 0.0_f64;
        while self.now < until {
            self.step();
            worst = worst.max(self.offset().abs());
        }
        worst
    }

    /// Stalls for a while; the page is notified when playback resumes.
    fn stall(&mut self, ms: f64) {
        self.frozen_until = self.now + ms;
        self.run(ms);
        self.meter.clear();
        self.sync.recover(self.now);
    }
}

#[test]
fn any_start_is_in_step_within_three_seconds_and_stays() {
    for start in [
        -9_000.0, -1_500.0, -700.0, -160.0, -120.0, -40.0, 0.0, 60.0, 130.0, 400.0, 2_500.0, 60_000.0,
    ] {
        let mut player = Player::new(start);
        player.run(3_000.0);
        let worst = player.worst(60_000.0);
        assert!(worst < 25.0, "from {start}: {worst}");
        assert!(player.jumps <= 2, "from {start}: {} jumps", player.jumps);
    }
}

#[test]
fn slow_jumps_are_learned() {
    for takes in [20.0, 250.0, 600.0, 1_100.0] {
        let mut player = Player::new(-5_000.0);
        player.jump_takes = takes;
        player.run(if takes < 1_000.0 { 3_000.0 } else { 4_500.0 });
        let worst = player.worst(20_000.0);
        assert!(worst < 25.0, "{takes}: {worst}");
        // The next seek is exact at once.
        let before = player.jumps;
        player.position -= 4_000.0;
        player.sync.disturb(player.now);
        player.meter.clear();
        player.run(3_000.0);
        assert!(player.worst(5_000.0) < 25.0, "{takes}");
        assert_eq!(player.jumps, before + 1, "{takes}");
    }
}

#[test]
fn drifting_clocks_are_held() {
    for drift in [-0.002, -0.000_2, 0.000_2, 0.002] {
        let mut player = Player::new(0.0);
        player.drift = drift;
        player.run(3_000.0);
        let worst = player.worst(300_000.0);
        assert!(worst < 25.0, "{drift}: {worst}");
        assert_eq!(player.jumps, 0, "{drift}");
    }
}

#[test]
fn a_stall_is_made_good_within_three_seconds() {
    for stall in [200.0, 1_000.0, 5_000.0, 20_000.0] {
        let mut player = Player::new(0.0);
        player.run(5_000.0);
        player.stall(stall);
        player.run(3_000.0);
        let worst = player.worst(10_000.0);
        assert!(worst < 25.0, "{stall}: {worst}");
        assert!(player.jumps <= 2, "{stall}");
    }
}

#[test]
fn nothing_wobbles_once_in_step() {
    let mut player = Player::new(-3_000.0);
    player.noise = 16.0;
    player.run(5_000.0);
    player.rates.clear();
    player.run(60_000.0);
    let corrected = player.rates.iter().filter(|rate| **rate != 1.0).count();
    assert!(
        corrected * 10 < player.rates.len(),
        "{corrected} of {}",
        player.rates.len()
    );
    let turns = player
        .rates
        .windows(2)
        .filter(|pair| (pair[0] - 1.0) * (pair[1] - 1.0) < 0.0)
        .count();
    assert_eq!(turns, 0, "from faster to slower at once");
}

#[test]
fn a_rate_is_never_changed_by_more_than_a_twentieth() {
    let mut sync = Sync::default();
    for offset in (-1_000..=1_000).step_by(7) {
        if let Correction::Nudge(rate) = sync.decide(0.0, f64::from(offset)) {
            assert!((0.95..=1.05).contains(&rate), "{offset}: {rate}");
            assert!((rate - 1.0) * f64::from(offset) < 0.0, "{offset}: towards the room");
        }
    }
}

#[test]
fn a_player_that_cannot_follow_is_not_torn_about() {
    // Its data never arrives: it stays behind wherever it seeks.
    let mut sync = Sync::default();
    sync.disturb(0.0);
    let mut jumps = 0;
    for tick in 0..480 {
        let now = f64::from(tick) * 250.0;
        if sync.decide(now, -4_000.0) == Correction::Jump {
            jumps += 1;
            sync.landed(now, 100.0, Data::Away);
        }
    }
    assert!(jumps <= 10, "{jumps} jumps in two minutes");
}

#[test]
fn a_jump_that_waited_for_a_lost_network_teaches_nothing() {
    let mut sync = Sync::default();
    let before = sync.look_ahead_ms(Data::Away);
    sync.landed(0.0, 8_000.0, Data::Away);
    assert_eq!(sync.look_ahead_ms(Data::Away), before);
    // A slow one does: the next one waits for as long, and then continues in sync.
    sync.landed(0.0, 1_500.0, Data::Away);
    assert!((1_500.0..=2_000.0).contains(&sync.look_ahead_ms(Data::Away)));
}

#[test]
fn the_dead_band_has_two_edges() {
    let mut sync = Sync::default();
    assert_eq!(sync.decide(0.0, 12.0), Correction::Hold);
    assert!(matches!(sync.decide(0.0, 18.0), Correction::Nudge(rate) if rate < 1.0));
    assert!(matches!(sync.decide(0.0, 8.0), Correction::Nudge(rate) if rate < 1.0));
    assert_eq!(sync.decide(0.0, 3.0), Correction::Hold);
    assert_eq!(sync.decide(0.0, 8.0), Correction::Hold);
    assert_eq!(sync.decide(0.0, f64::NAN), Correction::Hold);
}

#[test]
fn a_late_frame_changes_nothing() {
    let mut meter = OffsetFilter::default();
    for frame in 0..10 {
        meter.note(f64::from(frame) * 40.0, if frame == 7 { -400.0 } else { 2.0 });
    }
    assert_eq!(meter.offset_ms(400.0, 5), Some(2.0));
    assert_eq!(meter.offset_ms(2_000.0, 1), None);
}
