//! When requests begin.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::time::{Instant, sleep_until};

use crate::cli::args::Load;

/// In a flood, steps that nobody could begin for so long are left out: what waits in the load
/// generator was not offered to anybody.
const LATE_MAX: Duration = Duration::from_millis(100);

/// Says when each step is meant to begin, over all clients.
pub(super) struct Pace {
    begun: Instant,
    warm_up: Duration,
    length: Duration,
    /// Nanoseconds between two beginnings in an open loop; `None` in a closed one.
    every: Option<u64>,
    /// Whether steps that are too late are left out.
    skips: bool,
    next: AtomicU64,
}

impl Pace {
    pub(super) fn new(load: &Load, begun: Instant) -> Pace {
        let every = load.rate.map(|rate| 1_000_000_000 / rate.max(1));
        let (warm_up, length) = (load.warm_up, load.warm_up + load.seconds);
        Pace { begun, warm_up, length, every, skips: load.impatient, next: AtomicU64::new(0) }
    }

    /// An open loop without a warm-up.
    pub(super) fn at_rate(rate: u64, length: Duration, begun: Instant) -> Pace {
        let every = Some(1_000_000_000 / rate.max(1));
        let (warm_up, next) = (Duration::ZERO, AtomicU64::new(0));
        Pace { begun, warm_up, length, every, skips: false, next }
    }

    /// Waits for the next beginning and gives the moment for which it was meant; `None` when the
    /// run is over. Whoever comes late begins at once.
    pub(super) async fn next(&self) -> Option<Instant> {
        let meant = match self.every {
            Some(every) => {
                let number = self.number(every);
                self.begun + Duration::from_nanos(every.saturating_mul(number))
            }
            None => Instant::now(),
        };
        if self.begun + self.length <= meant || self.is_over() {
            return None;
        }
        sleep_until(meant).await;
        Some(meant)
    }

    /// The number of the next step.
    fn number(&self, every: u64) -> u64 {
        if self.skips {
            let late = self.begun.elapsed().saturating_sub(LATE_MAX).as_nanos();
            let first = late.div_ceil(u128::from(every.max(1)));
            self.next.fetch_max(u64::try_from(first).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether what began at this moment counts.
    pub(super) fn counts(&self, meant: Instant) -> bool {
        self.begun + self.warm_up <= meant
    }

    /// No step begins any more.
    pub(super) fn is_over(&self) -> bool {
        self.length <= self.elapsed()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// How many cores this process keeps busy while it is measured.
    pub(super) async fn cores(&self) -> f64 {
        let used = || {
            let time = clock_gettime(ClockId::ProcessCPUTime);
            Duration::try_from(time).unwrap_or_default()
        };
        let (from, until) = self.window();
        sleep_until(from).await;
        let before = used();
        sleep_until(until).await;
        used().saturating_sub(before).as_secs_f64() / (until - from).as_secs_f64()
    }

    /// From when on it is measured, and until when.
    pub(super) fn window(&self) -> (Instant, Instant) {
        (self.begun + self.warm_up, self.begun + self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::PresetName;

    fn load(rate: Option<u64>) -> Load {
        let (warm_up, seconds) = (Duration::from_secs(1), Duration::from_secs(2));
        Load {
            clients: 2,
            rate,
            seconds,
            warm_up,
            shows: 1,
            preset: PresetName::Bench,
            then: None,
            impatient: false,
        }
    }

    /// In an open loop beginnings stand fixed, however late the clients are; what was meant for the
    /// warm-up does not count.
    #[tokio::test(start_paused = true)]
    async fn beginnings_of_an_open_loop_stand_fixed() {
        let begun = Instant::now();
        let pace = Pace::new(&load(Some(4)), begun);
        let mut meant = Vec::new();
        while let Some(at) = pace.next().await {
            meant.push((at - begun).as_millis());
            if meant.len() == 5 {
                // A stall of the server: what was due meanwhile is begun at once, and counts from
                // when it was due.
                tokio::time::sleep(Duration::from_millis(1_200)).await;
            }
        }
        let due: Vec<u128> = (0..meant.len() as u128).map(|n| n * 250).collect();
        assert_eq!(meant, due);
        assert_eq!(meant.len(), 12, "four a second for three seconds");
        assert!(!pace.counts(begun + Duration::from_millis(999)));
        assert!(pace.counts(begun + Duration::from_secs(1)));
    }

    /// In a flood, what could not be begun in time is left out, so that what begins counts when it
    /// does.
    #[tokio::test(start_paused = true)]
    async fn a_flood_leaves_out_what_is_too_late() {
        let begun = Instant::now();
        let pace = Pace::new(&Load { impatient: true, ..load(Some(10)) }, begun);
        let mut meant = Vec::new();
        while let Some(at) = pace.next().await {
            meant.push((at - begun).as_millis());
            if meant.len() == 2 {
                tokio::time::sleep(Duration::from_millis(2_550)).await;
            }
        }
        assert_eq!(meant, [0, 100, 2_600, 2_700, 2_800, 2_900], "at 2,650 ms, 2,600 is in time");
    }

    /// In a closed loop the next begins at once, until the time is over.
    #[tokio::test(start_paused = true)]
    async fn a_closed_loop_begins_at_once() {
        let begun = Instant::now();
        let pace = Pace::new(&load(None), begun);
        let mut times = 0;
        while let Some(meant) = pace.next().await {
            assert_eq!(meant, Instant::now());
            tokio::time::sleep(Duration::from_millis(300)).await;
            times += 1;
        }
        assert_eq!(times, 10);
    }
}
