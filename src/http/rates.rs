//! How often one user and one address may ask: a cell for each that has asked lately.
//!
//! A cell that is full again says nothing that a new one would not, so it is swept away. While more
//! have asked lately than there is room for, those who are new share cells among themselves: a
//! flood of invented users can neither fill the memory nor get past its limit.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use governor::middleware::{NoOpMiddleware, StateInformationMiddleware, StateSnapshot};
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::problem::{Code, Problem};
use super::source::Source;
use crate::clock::Clock;
use crate::seats::UserId;

/// Cells of one meter: 16 bytes each, and as many users as a node serves in a few seconds.
const CELLS_MAX: usize = 1 << 16;

/// Cells that newcomers share while there is no room.
const CROWD: usize = 1 << 10;

/// Cells below which nothing is swept.
const SWEEP_FROM: usize = 1 << 10;

/// Sweeping looks at every cell, so that it happens this often at most.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// What is allowed, and what of it is left (draft-ietf-httpapi-ratelimit-headers).
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// How often somebody may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    per_second: NonZeroU32,
    burst: NonZeroU32,
}

impl Rate {
    /// So many requests a second, and so many at once (0: as many as in a second). `None` if the
    /// rate is 0, which is no limit.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Option<Rate> {
        let per_second = NonZeroU32::new(per_second)?;
        Some(Rate { per_second, burst: NonZeroU32::new(burst).unwrap_or(per_second) })
    }

    fn quota(self) -> Quota {
        Quota::per_second(self.per_second).allow_burst(self.burst)
    }
}

/// Limits on how often one may ask; `None` is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// One user, from wherever.
    pub user: Option<Rate>,
    /// One address, as whoever.
    pub address: Option<Rate>,
}

/// What has been asked lately.
pub(super) struct Meters {
    user: Option<Meter>,
    address: Option<Meter>,
}

/// What has been counted of one request; its envelope and its handler share it.
#[derive(Clone, Default)]
pub(super) struct Tally(Arc<OnceLock<Standing>>);

impl Meters {
    pub(super) fn new(rates: Rates, clock: &Arc<dyn Clock>) -> Meters {
        let meter = |name, rate: Option<Rate>| Some(Meter::new(name, rate?, Arc::clone(clock)));
        Meters { user: meter("user", rates.user), address: meter("address", rates.address) }
    }

    /// Whether anything is counted.
    pub(super) fn are_on(&self) -> bool {
        self.user.is_some() || self.address.is_some()
    }

    /// Counts a request of an address, whoever sends it.
    pub(super) fn address(&self, source: Option<Source>) -> Option<Standing> {
        Some(self.address.as_ref()?.count(&source?))
    }

    /// Counts a request of a user, if it is one that is counted.
    ///
    /// # Errors
    /// They ask too often.
    pub(super) fn user(&self, of: &Extensions, user: Option<&UserId>) -> Result<(), Problem> {
        let (Some(meter), Some(Tally(tally))) = (&self.user, of.get()) else { return Ok(()) };
        let Some(user) = user else { return Ok(()) };
        // A request has one user, however often it is asked who that is.
        let standing = tally.get_or_init(|| meter.count(user));
        standing.refused("this user").map_or(Ok(()), Err)
    }

    /// Writes down what is allowed and what is left.
    pub(super) fn show(&self, headers: &mut HeaderMap, address: Option<&Standing>, tally: &Tally) {
        for (meter, standing) in [(&self.address, address), (&self.user, tally.0.get())] {
            let (Some(meter), Some(standing)) = (meter, standing) else { continue };
            headers.append(POLICY, meter.policy.clone());
            let left = format!("\"{}\";r={};t={}", meter.name, standing.left, standing.full_in);
            if let Ok(left) = HeaderValue::try_from(left) {
                headers.append(LEFT, left);
            }
        }
    }
}

/// How somebody stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Requests that they have left.
    left: u32,
    /// Seconds until they have all of them again.
    full_in: u64,
    /// Seconds after which they may ask again, if this request was one too many.
    again_in: Option<u32>,
}

impl Standing {
    /// The refusal, if it was one too many.
    pub(super) fn refused(&self, who: &str) -> Option<Problem> {
        let again_in = self.again_in?;
        let detail = format!("{who} asks too often: wait {again_in} s");
        Some(Problem::new(Code::RateLimited, detail).retry_after(again_in))
    }
}

/// Counts those of one kind.
struct Meter {
    name: &'static str,
    policy: HeaderValue,
    quota: Quota,
    limiter: RateLimiter<u64, Cells, Ticks, StateInformationMiddleware>,
    /// Keys are hashed with a secret of this process: nobody can make two of them meet.
    hashes: RandomState,
    clock: Arc<dyn Clock>,
    /// When cells were last swept, in monotonic milliseconds.
    swept: AtomicU64,
}

impl Meter {
    fn new(name: &'static str, rate: Rate, clock: Arc<dyn Clock>) -> Meter {
        let quota = rate.quota();
        let window = whole_seconds(quota.burst_size_replenished_in()).max(1);
        let policy = format!("\"{name}\";q={};w={window}", rate.burst);
        let ticks = Ticks(Arc::clone(&clock));
        let limiter: RateLimiter<_, _, _, NoOpMiddleware<Duration>> =
            RateLimiter::new(quota, Cells::default(), ticks);
        Meter {
            name,
            policy: HeaderValue::try_from(policy).expect("names and numbers are ASCII"),
            quota,
            limiter: limiter.with_middleware(),
            hashes: RandomState::new(),
            swept: AtomicU64::new(millis(clock.monotonic())),
            clock,
        }
    }

    fn count(&self, key: &(impl Hash + ?Sized)) -> Standing {
        self.sweep();
        match self.limiter.check_key(&self.hashes.hash_one(key)) {
            Ok(snapshot) => self.standing(&snapshot),
            Err(until) => {
                let wait = whole_seconds(until.wait_time_from(self.clock.monotonic())).max(1);
                Standing {
                    left: 0,
                    full_in: whole_seconds(self.quota.burst_size_replenished_in()).max(1),
                    again_in: Some(u32::try_from(wait).unwrap_or(u32::MAX)),
                }
            }
        }
    }

    fn standing(&self, snapshot: &StateSnapshot) -> Standing {
        let left = snapshot.remaining_burst_capacity();
        let taken = self.quota.burst_size().get().saturating_sub(left);
        let full_in = whole_seconds(self.quota.replenish_interval().saturating_mul(taken));
        Standing { left, full_in, again_in: None }
    }

    /// Throws cells away that are full again, now and then.
    fn sweep(&self) {
        let (now, swept) = (millis(self.clock.monotonic()), self.swept.load(Ordering::Relaxed));
        if now.saturating_sub(swept) < millis(SWEEP_EVERY) || self.limiter.len() < SWEEP_FROM {
            return;
        }
        let mine = self.swept.compare_exchange(swept, now, Ordering::Relaxed, Ordering::Relaxed);
        if mine.is_ok() {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// Our clock as the limiter reads it.
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

/// The cells of one meter, which are never more than fit.
struct Cells(Mutex<Room>);

struct Room {
    own: HashMap<u64, Nanos>,
    crowd: Vec<Option<Nanos>>,
}

impl Default for Cells {
    fn default() -> Cells {
        Cells(Mutex::new(Room { own: HashMap::new(), crowd: vec![None; CROWD] }))
    }
}

impl Cells {
    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Cells {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut room = self.room();
        let Room { own, crowd } = &mut *room;
        if let Some(cell) = own.get_mut(key) {
            let (outcome, next) = measure(Some(*cell))?;
            *cell = next;
            return Ok(outcome);
        }
        if own.len() < CELLS_MAX {
            let (outcome, next) = measure(None)?;
            own.insert(*key, next);
            return Ok(outcome);
        }
        let place = usize::try_from(*key % CROWD as u64).unwrap_or(0);
        let (outcome, next) = measure(crowd[place])?;
        crowd[place] = Some(next);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<u64> for Cells {
    fn retain_recent(&self, drop_below: Nanos) {
        self.room().own.retain(|_, cell| drop_below < *cell);
    }

    fn shrink_to_fit(&self) {
        self.room().own.shrink_to(SWEEP_FROM);
    }

    fn len(&self) -> usize {
        self.room().own.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Rounded up: whoever waits so long has waited long enough.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seats::Millis;

    /// A clock that stands still until a test moves it.
    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Hand {
        fn pass(&self, ms: u64) {
            self.0.fetch_add(ms, Ordering::SeqCst);
        }
    }

    impl Clock for Hand {
        fn wall(&self) -> Millis {
            Millis(self.0.load(Ordering::SeqCst))
        }

        fn monotonic(&self) -> Duration {
            Duration::from_millis(self.0.load(Ordering::SeqCst))
        }
    }

    fn meter(per_second: u32, burst: u32) -> (Meter, Arc<Hand>) {
        let hand = Arc::new(Hand::default());
        let clock: Arc<dyn Clock> = Arc::clone(&hand) as Arc<dyn Clock>;
        (Meter::new("user", Rate::new(per_second, burst).unwrap(), clock), hand)
    }

    /// A burst passes, one more is told when to come again, and then it may; others are others.
    #[test]
    fn a_burst_then_a_rate() {
        let (meter, hand) = meter(2, 4);
        assert_eq!(meter.policy, "\"user\";q=4;w=2");
        for left in [3, 2, 1, 0] {
            let standing = meter.count("ada");
            assert_eq!((standing.left, standing.again_in), (left, None));
            assert_eq!(standing.full_in, u64::from(4 - left).div_ceil(2));
        }
        assert_eq!(meter.count("ada"), Standing { left: 0, full_in: 2, again_in: Some(1) });
        assert_eq!(meter.count("eve").left, 3);
        hand.pass(499);
        assert!(meter.count("ada").again_in.is_some());
        hand.pass(1);
        assert_eq!(meter.count("ada").again_in, None);
        assert!(meter.count("ada").again_in.is_some());
        hand.pass(60_000);
        assert_eq!(meter.count("ada").left, 3, "no more than a burst is saved up");
    }

    /// A rate of nothing is no limit; a burst of nothing is that of a second.
    #[test]
    fn zero_is_no_limit() {
        assert_eq!(Rate::new(0, 5), None);
        assert_eq!(Rate::new(5, 0), Rate::new(5, 5));
    }

    /// Cells of those who have not asked for long go.
    #[test]
    fn cells_are_swept() {
        let (meter, hand) = meter(1, 1);
        for user in 0..5000 {
            assert_eq!(meter.count(&user).again_in, None, "{user}");
        }
        assert_eq!(meter.limiter.len(), 5000);
        hand.pass(2_500);
        meter.count("another");
        assert_eq!(meter.limiter.len(), 1);
    }

    /// A flood of invented users takes no more room than there is, and is limited all the same;
    /// whoever was there before keeps their own cell.
    #[test]
    fn a_flood_takes_no_more_room() {
        let (meter, hand) = meter(1, 2);
        assert_eq!(meter.count("ada").left, 1);
        for user in 0..CELLS_MAX * 3 {
            meter.count(&user);
        }
        assert_eq!(meter.limiter.len(), CELLS_MAX);
        let let_in = (0..10_000).filter(|user| meter.count(&(user, 7)).again_in.is_none()).count();
        assert_eq!(let_in, 0, "newcomers share what is used up");
        assert_eq!(meter.count("ada").left, 0, "her own cell");
        hand.pass(10_000);
        assert_eq!(meter.count("late").left, 1);
        assert_eq!(meter.limiter.len(), 1);
    }
}
