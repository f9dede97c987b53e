//! When requests begin.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::cli::args::Load;

/// Says when each step is meant to begin, over all clients.
pub(super) struct Pace {
    begun: Instant,
    warm_up: Duration,
    length: Duration,
    /// Nanoseconds between two beginnings in an open loop; `None` in a closed one.
    every: Option<u64>,
    next: AtomicU64,
}

impl Pace {
    pub(super) fn new(load: &Load, begun: Instant) -> Pace {
        let every = load.rate.map(|rate| 1_000_000_000 / rate.max(1));
        let (warm_up, length) = (load.warm_up, load.warm_up + load.seconds);
        Pace { begun, warm_up, length, every, next: AtomicU64::new(0) }
    }

    /// Waits for the next beginning and gives the moment for which it was meant; `None` when the
    /// run is over. Whoever comes late begins at once.
    pub(super) async fn next(&self) -> Option<Instant> {
        let meant = match self.every {
            Some(every) => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
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
        let preset = PresetName::Bench;
        Load { clients: 2, rate, seconds, warm_up, shows: 1, preset, impatient: false }
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
