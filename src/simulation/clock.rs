//! Clocks and randomness of simulated nodes.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::time::Instant;

use crate::clock::{Clock, Rng};
use crate::seats::Millis;

/// When runs begin: in the summer of 2026.
pub(crate) const START: u64 = 1_785_000_000_000;

/// A node's clocks: virtual time, and a wall clock that can be moved.
pub(crate) struct SimClock {
    /// When the run began.
    begun: Instant,
    by_ms: AtomicI64,
}

impl SimClock {
    /// A clock that is off by so much.
    pub(crate) fn new(begun: Instant, by_ms: i64) -> SimClock {
        SimClock { begun, by_ms: AtomicI64::new(by_ms) }
    }

    /// Moves the wall clock so that it is off by so much.
    pub(crate) fn set(&self, by_ms: i64) {
        self.by_ms.store(by_ms, Ordering::Relaxed);
    }
}

impl Clock for SimClock {
    fn wall(&self) -> Millis {
        let passed = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Millis((START + passed).saturating_add_signed(self.by_ms.load(Ordering::Relaxed)))
    }

    fn monotonic(&self) -> Duration {
        self.begun.elapsed()
    }
}

/// Randomness from a seed.
pub(crate) struct SimRng(Mutex<SmallRng>);

impl SimRng {
    /// The same for the same seed.
    pub(crate) fn new(seed: u64) -> SimRng {
        SimRng(Mutex::new(SmallRng::seed_from_u64(seed)))
    }
}

impl Rng for SimRng {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}
