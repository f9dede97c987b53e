//! Reads wall and monotonic time and draws randomness. Nothing else in the program does either.
//!
//! Simulation replaces both: whoever needs them is handed a [`Clock`] and an [`Rng`].

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::seats::{Fresh, Millis};

/// Wall and monotonic time.
pub trait Clock: Send + Sync + 'static {
    /// Wall time; may jump in either direction.
    fn wall(&self) -> Millis;

    /// Time since some fixed moment of this process; never runs back.
    fn monotonic(&self) -> Duration;
}

/// Randomness for ids, jitter and secrets.
pub trait Rng: Send + Sync + 'static {
    /// Fills a buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// A UUID version 7 (RFC 9562, section 5.7) at the clock's wall time.
pub fn fresh(clock: &dyn Clock, rng: &dyn Rng) -> Fresh {
    let mut random = [0; 10];
    rng.fill(&mut random);
    let id = uuid::Builder::from_unix_timestamp_millis(clock.wall().0, &random).into_uuid();
    Fresh(id.as_u128())
}

/// A name that nothing else has: of a cluster, of a data directory. Never 0, which is no name.
pub fn name(rng: &dyn Rng) -> u128 {
    let mut random = [0; 16];
    rng.fill(&mut random);
    u128::from_be_bytes(random).max(1)
}

/// The moment at which waiting ends, on the runtime's clock: simulation pauses and moves that one.
#[must_use]
pub fn deadline(patience: Duration) -> tokio::time::Instant {
    tokio::time::Instant::now() + patience
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Monotonic time counts from here.
    #[must_use]
    pub fn new() -> SystemClock {
        SystemClock { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, buffer: &mut [u8]) {
        use rand::Rng as _;
        rand::rng().fill_bytes(buffer);
    }
}
