//! Keeps a wrong clock out of the log.
//!
//! Log time is stamped from the leader's wall clock, so a leader whose clock is wrong would end
//! holds early or keep them too long. The guard compares this node's wall clock with two things
//! that it cannot have dragged along: the median of the peers' clocks, as they stand in the answers
//! to peer calls, and this process's own monotonic clock. It never compares with log time, which is
//! old by right after a night without writes.
//!
//! Log time itself never stands still and never runs back: where the wall clock lies behind it, it
//! moves on by monotonic time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::types::NodeId;
use crate::clock::Clock;
use crate::seats::Millis;
#[cfg(test)]
use crate::simulation::{Bug, planted};

/// How far the wall clock may stand from the median of all clocks. Well above what NTP leaves and
/// what a slow call adds, well below what a buyer would notice on a hold of minutes.
const SKEW_MAX_MS: i64 = 1000;

/// How far the wall clock may run ahead of, or behind, monotonic time between two readings.
const JUMP_MAX_MS: i64 = 1000;

/// A sample older than this says nothing about a peer's clock any more.
const SAMPLE_AGE_MAX: Duration = Duration::from_secs(10);

/// A call slower than this tells a peer's clock too vaguely: half of it is the sample's error.
const SAMPLE_CALL_MAX: Duration = Duration::from_millis(500);

/// With too few clocks to judge by, a clock that jumped is believed again once it has run evenly
/// for this long. (Otherwise a node on its own could never recover from a corrected clock.)
const SETTLE: Duration = Duration::from_secs(10);

/// Two readings of the monotonic clock around one of the wall clock may lie this far apart.
const READING_SPREAD_MAX: Duration = Duration::from_millis(20);

/// How often a torn reading is repeated before it is taken as it is.
const READING_ATTEMPTS: usize = 5;

/// Clocks needed (this one included) before their median can outvote this one.
const CLOCKS_MIN: usize = 3;

/// Wall and monotonic time at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Wall time.
    pub(super) wall: Millis,
    /// Monotonic time.
    pub(super) mono: Duration,
}

/// Why this node must not stamp time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockFault {
    /// The wall clock moved otherwise than monotonic time did, by this many milliseconds.
    Jumped(i64),
    /// The wall clock stands this many milliseconds before the median of all clocks.
    Skewed(i64),
}

impl fmt::Display for ClockFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClockFault::Jumped(by) => write!(f, "this node's wall clock jumped by {by} ms"),
            ClockFault::Skewed(by) => {
                write!(f, "this node's wall clock is {by} ms off the median of its peers")
            }
        }
    }
}

/// Judges this node's wall clock and makes log time of it. Shared by whoever stamps or samples.
pub(super) struct Guard {
    /// The clocks that are judged.
    clock: Arc<dyn Clock>,
    /// Everything that changes.
    watch: Mutex<Watch>,
}

/// What the guard remembers.
struct Watch {
    /// The last known clock of each peer: its wall time, at which monotonic time of ours.
    samples: BTreeMap<NodeId, Reading>,
    /// The reading before this one.
    previous: Reading,
    /// Since when (monotonic) the wall clock has run evenly.
    steady_since: Duration,
    /// What is wrong, if anything.
    fault: Option<ClockFault>,
    /// The latest log time handed out or heard of, and the monotonic time then. Kept finer than
    /// milliseconds: stamps may come many times within one, and none may lose the rest.
    log_time: (Duration, Duration),
}

impl Guard {
    /// Nothing is wrong at first.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Guard {
        let now = read(&*clock);
        let watch = Watch {
            samples: BTreeMap::new(),
            previous: now,
            steady_since: now.mono,
            fault: None,
            log_time: (Duration::ZERO, now.mono),
        };
        Guard { clock, watch: Mutex::new(watch) }
    }

    /// Both clocks now.
    pub(super) fn read(&self) -> Reading {
        read(&*self.clock)
    }

    /// Notes a peer's clock, as it stood in the answer to a call of ours.
    pub(super) fn observe(&self, peer: NodeId, wall: Millis, sent: Reading, answered: Reading) {
        let took = answered.mono.saturating_sub(sent.mono);
        if took > SAMPLE_CALL_MAX {
            return;
        }
        let sample = Reading { wall, mono: sent.mono + took / 2 };
        self.lock().samples.insert(peer, sample);
    }

    /// Judges the wall clock.
    ///
    /// # Errors
    /// What is wrong with it: this node must not stamp time, nor lead.
    pub(super) fn check(&self) -> Result<(), ClockFault> {
        let now = self.read();
        let mut watch = self.lock();
        watch.judge(now);
        watch.fault.map_or(Ok(()), Err)
    }

    /// How far the wall clock stands before the median of all clocks, in milliseconds; `None` if
    /// too few are known.
    pub(super) fn offset(&self) -> Option<i64> {
        let now = self.read();
        self.lock().skew(now)
    }

    /// Log time now, given the log time of the applied state.
    ///
    /// # Errors
    /// The wall clock is wrong: nothing may be stamped.
    pub(super) fn log_time(&self, applied: Millis) -> Result<Millis, ClockFault> {
        let now = self.read();
        let mut watch = self.lock();
        #[cfg(test)]
        if planted(Bug::TimeRunsBack) {
            return Ok(now.wall);
        }
        watch.judge(now);
        if let Some(fault) = watch.fault {
            return Err(fault);
        }
        let (known, known_mono) = watch.log_time;
        let carried = known + now.mono.saturating_sub(known_mono);
        let at = carried.max(duration(now.wall)).max(duration(applied));
        watch.log_time = (at, now.mono);
        Ok(Millis(u64::try_from(at.as_millis()).unwrap_or(u64::MAX)))
    }

    fn lock(&self) -> MutexGuard<'_, Watch> {
        // Every update leaves the watch whole, so a panic elsewhere cannot have torn it.
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Compares a new reading with the one before and with the peers' clocks.
    fn judge(&mut self, now: Reading) {
        let jump = apart(now.wall, self.previous.wall)
            - millis(now.mono.saturating_sub(self.previous.mono));
        self.previous = now;
        if jump.abs() > JUMP_MAX_MS {
            self.fault = Some(ClockFault::Jumped(jump));
            self.steady_since = now.mono;
        }
        match self.skew(now) {
            Some(skew) if skew.abs() > SKEW_MAX_MS => self.fault = Some(ClockFault::Skewed(skew)),
            Some(_) => self.fault = None,
            None if now.mono.saturating_sub(self.steady_since) >= SETTLE => self.fault = None,
            None => {}
        }
    }

    /// How far the wall clock stands before the median of all clocks; `None` if too few are known.
    fn skew(&mut self, now: Reading) -> Option<i64> {
        self.samples.retain(|_, sample| now.mono.saturating_sub(sample.mono) <= SAMPLE_AGE_MAX);
        if self.samples.len() + 1 < CLOCKS_MIN {
            return None;
        }
        let ahead = |sample: &Reading| {
            apart(now.wall, sample.wall) - millis(now.mono.saturating_sub(sample.mono))
        };
        let mut skews: Vec<i64> = self.samples.values().map(ahead).chain([0]).collect();
        skews.sort_unstable();
        // Of an even number the one nearer to this node's own clock: it must be outvoted, not tied.
        let upper = skews[skews.len() / 2];
        let lower = skews[(skews.len() - 1) / 2];
        Some(if upper.abs() < lower.abs() { upper } else { lower })
    }
}

/// Reads both clocks as if at one moment: a process that was paused between the two would take its
/// own pause for a jump.
fn read(clock: &dyn Clock) -> Reading {
    let mut reading = Reading { wall: clock.wall(), mono: clock.monotonic() };
    for _ in 0..READING_ATTEMPTS {
        let before = clock.monotonic();
        reading = Reading { wall: clock.wall(), mono: clock.monotonic() };
        if reading.mono.saturating_sub(before) <= READING_SPREAD_MAX {
            break;
        }
    }
    reading
}

/// Milliseconds from `earlier` to `later`, negative the other way round.
fn apart(later: Millis, earlier: Millis) -> i64 {
    let wide = i128::from(later.0) - i128::from(earlier.0);
    i64::try_from(wide.clamp(i128::from(i64::MIN / 4), i128::from(i64::MAX / 4))).unwrap_or(0)
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 4)
}

fn duration(moment: Millis) -> Duration {
    Duration::from_millis(moment.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks that stand where a test puts them.
    struct Hands(Mutex<Reading>);

    impl Hands {
        fn guard() -> (Arc<Hands>, Guard) {
            let start = Reading { wall: Millis(1_000_000), mono: Duration::from_secs(5) };
            let hands = Arc::new(Hands(Mutex::new(start)));
            let guard = Guard::new(Arc::clone(&hands) as Arc<dyn Clock>);
            (hands, guard)
        }

        fn pass(&self, ms: u64) {
            let mut now = self.0.lock().unwrap();
            now.wall.0 += ms;
            now.mono += Duration::from_millis(ms);
        }

        fn set_wall(&self, wall: u64) {
            self.0.lock().unwrap().wall = Millis(wall);
        }

        fn wall_now(&self) -> u64 {
            self.0.lock().unwrap().wall.0
        }
    }

    impl Clock for Hands {
        fn wall(&self) -> Millis {
            self.0.lock().unwrap().wall
        }

        fn monotonic(&self) -> Duration {
            self.0.lock().unwrap().mono
        }
    }

    fn sample(guard: &Guard, peer: NodeId, wall: u64) {
        let now = guard.read();
        guard.observe(peer, Millis(wall), now, now);
    }

    /// A clock that runs evenly and agrees with its peers is never suspected.
    #[test]
    fn an_honest_clock_is_trusted() {
        let (hands, guard) = Hands::guard();
        for _ in 0..100 {
            hands.pass(250);
            sample(&guard, 2, hands.wall_now() + 300);
            sample(&guard, 3, hands.wall_now() - 300);
            assert_eq!(guard.check(), Ok(()));
        }
    }

    /// A wall clock that jumps is caught at the very next stamp, and cleared by peers who agree.
    #[test]
    fn a_jump_is_caught_before_it_is_stamped() {
        let (hands, guard) = Hands::guard();
        assert_eq!(guard.log_time(Millis(0)), Ok(Millis(1_000_000)));
        hands.set_wall(1_000_000 + 3_600_000);
        assert_eq!(guard.log_time(Millis(0)), Err(ClockFault::Jumped(3_600_000)));
        sample(&guard, 2, hands.wall_now());
        sample(&guard, 3, hands.wall_now());
        assert_eq!(guard.check(), Ok(()));
    }

    /// A clock that two peers contradict is caught; one wrong peer cannot accuse it.
    #[test]
    fn the_median_decides() {
        let (hands, guard) = Hands::guard();
        sample(&guard, 2, hands.wall_now() + 60_000);
        assert_eq!(guard.check(), Ok(()), "two clocks cannot tell which is wrong");
        sample(&guard, 3, hands.wall_now());
        assert_eq!(guard.check(), Ok(()), "node 2 is the odd one out");
        sample(&guard, 3, hands.wall_now() + 60_100);
        assert_eq!(guard.check(), Err(ClockFault::Skewed(-60_000)));
    }

    /// A slow call says too little about a clock to be believed, and old samples are dropped.
    #[test]
    fn vague_and_old_samples_are_ignored() {
        let (hands, guard) = Hands::guard();
        let sent = guard.read();
        hands.pass(900);
        for peer in [2, 3] {
            guard.observe(peer, Millis(hands.wall_now() + 60_000), sent, guard.read());
        }
        assert_eq!(guard.check(), Ok(()));
        for peer in [2, 3] {
            sample(&guard, peer, hands.wall_now() + 60_000);
        }
        assert!(guard.check().is_err());
        hands.pass(11_000);
        assert_eq!(guard.check(), Ok(()), "samples of 11 s ago count no more");
    }

    /// A node on its own believes a jumped clock again once it has run evenly for a while.
    #[test]
    fn a_lone_clock_settles() {
        let (hands, guard) = Hands::guard();
        hands.set_wall(9_000_000);
        assert!(guard.check().is_err());
        hands.pass(9_000);
        assert!(guard.check().is_err());
        hands.pass(1_500);
        assert_eq!(guard.check(), Ok(()));
    }

    /// Log time ahead of the wall clock moves on by monotonic time, however often it is asked.
    #[test]
    fn log_time_never_stands_still() {
        let (hands, guard) = Hands::guard();
        let ahead = Millis(5_000_000);
        assert_eq!(guard.log_time(ahead), Ok(ahead));
        hands.pass(700);
        assert_eq!(guard.log_time(ahead), Ok(Millis(5_000_700)));
        for _ in 0..10 {
            let mut now = hands.0.lock().unwrap();
            now.mono += Duration::from_micros(300);
            drop(now);
            guard.log_time(ahead).unwrap();
        }
        assert_eq!(guard.log_time(ahead), Ok(Millis(5_000_703)), "fractions add up");
    }

    /// Log time never runs back when the wall clock is set back a little.
    #[test]
    fn log_time_never_runs_back() {
        let (hands, guard) = Hands::guard();
        let first = guard.log_time(Millis(0)).unwrap();
        hands.set_wall(1_000_000 - 400);
        assert_eq!(guard.log_time(Millis(0)), Ok(first));
        hands.pass(100);
        assert_eq!(guard.log_time(Millis(0)), Ok(Millis(first.0 + 100)));
    }
}
