//! What was measured.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::time::Instant;

use super::load::Pace;
use crate::cli::args::Load;
use crate::cli::output::Output;

/// Longest time that is told apart from longer ones, in microseconds.
const LONGEST_US: u64 = 120_000_000;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    List,
    Map,
    Hold,
    Confirm,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As asked for.
    Done,
    /// It was decided otherwise: the seat was gone.
    Refused,
    /// An answer said "not now", and it was left at that.
    TurnedAway {
        /// How long the answer took.
        after: Duration,
    },
    /// It had to be given up.
    GivenUp,
}

/// Who owns a seat, as a client was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Hold(String),
    Booking(String),
}

/// What one client, or all, measured.
#[derive(Default)]
pub(super) struct Sheet {
    times: BTreeMap<Kind, Times>,
    /// Acknowledged seats, by show and seat.
    pub(super) owned: HashMap<(String, String), Owner>,
    /// When writes succeeded.
    successes: Vec<Instant>,
    /// Attempts beyond the first of each request.
    repeats: u64,
    /// How late steps began, by those that count.
    late: Delays,
    /// Everything was sold before the time was over: what was measured is too little.
    pub(super) is_sold_out: bool,
    /// Cores that the clients kept busy.
    pub(super) cores: f64,
}

/// One sheet for all clients: its histograms take half a megabyte.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Sheet>>);

impl Shared {
    pub(super) fn get(&self) -> MutexGuard<'_, Sheet> {
        // Nobody panics with it; if one did, the figures are as good as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on it by now.
    pub(super) fn take(&self) -> Sheet {
        std::mem::take(&mut *self.get())
    }
}

/// Durations, as a histogram.
pub(super) struct Delays(Histogram<u64>);

impl Default for Delays {
    fn default() -> Delays {
        Delays(Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are sound"))
    }
}

impl Delays {
    pub(super) fn note(&mut self, delay: Duration) {
        self.0.saturating_record(u64::try_from(delay.as_micros()).unwrap_or(LONGEST_US));
    }

    pub(super) fn add(&mut self, other: &Delays) {
        self.0.add(&other.0).expect("all have the same bounds");
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.0.len()
    }

    /// So much of them took no longer, in milliseconds; 0 if there are none.
    pub(super) fn ms(&self, quantile: f64) -> f64 {
        let us = self.0.value_at_quantile(quantile);
        Duration::from_micros(us).as_secs_f64() * 1000.0
    }
}

#[derive(Default)]
struct Times {
    /// Of all but those that were turned away.
    delays: Delays,
    done: u64,
    refused: u64,
    /// Of those that were turned away, from when each was sent.
    turned_away: Delays,
    given_up: u64,
}

impl Sheet {
    /// One request that was meant to begin at `meant` has ended now.
    pub(super) fn note(&mut self, pace: &Pace, kind: Kind, meant: Instant, end: End) {
        if matches!((kind, end), (Kind::Hold | Kind::Confirm, End::Done)) {
            self.successes.push(Instant::now());
        }
        if !pace.counts(meant) {
            return;
        }
        let times = self.times.entry(kind).or_default();
        match end {
            End::Done => times.done += 1,
            End::Refused => times.refused += 1,
            End::TurnedAway { after } => return times.turned_away.note(after),
            End::GivenUp => times.given_up += 1,
        }
        times.delays.note(meant.elapsed());
    }

    /// A step that was meant to begin at `meant` begins now.
    pub(super) fn begun(&mut self, pace: &Pace, meant: Instant) {
        if pace.counts(meant) {
            self.late.note(meant.elapsed());
        }
    }

    /// When writes succeeded.
    pub(super) fn successes(&self) -> &[Instant] {
        &self.successes
    }

    pub(super) fn repeated(&mut self) {
        self.repeats += 1;
    }

    /// What it comes to.
    pub(super) fn report(&mut self, scenario: &'static str, load: &Load, pace: &Pace) -> Report {
        let (from, until) = pace.window();
        let seconds = load.seconds.as_secs_f64();
        let lines = self.times.iter().map(|(kind, times)| {
            let all = times.done + times.refused + times.given_up;
            Line {
                request: *kind,
                done: times.done,
                refused: times.refused,
                turned_away: times.turned_away.count(),
                given_up: times.given_up,
                per_second: per_second(all, seconds),
                done_per_second: per_second(times.done, seconds),
                p50_ms: times.delays.ms(0.5),
                p90_ms: times.delays.ms(0.9),
                p99_ms: times.delays.ms(0.99),
                p999_ms: times.delays.ms(0.999),
                max_ms: times.delays.ms(1.0),
                turned_away_p99_ms: times.turned_away.ms(0.99),
                turned_away_max_ms: times.turned_away.ms(1.0),
            }
        });
        let lines = lines.collect();
        let (clients, rate) = (load.clients, load.rate);
        let gap = longest_gap(&mut self.successes, from, until);
        let (longest_gap_ms, repeats) = (gap.map(|gap| gap.as_millis()), self.repeats);
        Report {
            scenario,
            clients,
            rate,
            begun_per_second: per_second(self.late.count(), seconds),
            late_p99_ms: self.late.ms(0.99),
            seconds,
            lines,
            longest_gap_ms,
            repeats,
            sold_out: self.is_sold_out,
            client_cores: self.cores,
            recovered: None,
            deltas: None,
        }
    }
}

fn per_second(count: u64, seconds: f64) -> f64 {
    Duration::from_secs(count).as_secs_f64() / seconds
}

/// The longest time without a write that succeeded; `None` if nothing is written.
fn longest_gap(times: &mut Vec<Instant>, from: Instant, until: Instant) -> Option<Duration> {
    if times.is_empty() {
        return None;
    }
    times.retain(|time| from <= *time && *time <= until);
    times.extend([from, until]);
    times.sort_unstable();
    times.windows(2).map(|pair| pair[1] - pair[0]).max()
}

/// What a run comes to.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    scenario: &'static str,
    clients: u16,
    /// Steps a second in an open loop.
    rate: Option<u64>,
    /// Steps that did begin: fewer than `rate` if the clients were too few or too slow.
    begun_per_second: f64,
    /// How long after it was meant to a step began.
    late_p99_ms: f64,
    seconds: f64,
    #[serde(rename = "requests")]
    lines: Vec<Line>,
    longest_gap_ms: Option<u128>,
    repeats: u64,
    /// Everything was sold before the time was over.
    sold_out: bool,
    /// Cores that the clients kept busy; 0 if nobody looked.
    client_cores: f64,
    /// Of `--then`.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovered: Option<Recovered>,
    /// What listeners heard.
    #[serde(flatten)]
    pub(super) deltas: Option<Deltas>,
}

/// How long it took until the cluster served as it was asked to, if it did.
#[derive(Clone, Copy, Debug, Serialize)]
struct Recovered {
    after_ms: Option<u128>,
}

/// What listeners heard, from when a hold was sent until the event with its seat had come.
#[derive(Debug, Serialize)]
pub(super) struct Deltas {
    pub(super) listeners: usize,
    /// Listeners times the holds that each had to hear of.
    pub(super) expected: u64,
    pub(super) came: u64,
    pub(super) heard_p50_ms: f64,
    pub(super) heard_p99_ms: f64,
    pub(super) heard_max_ms: f64,
    /// Events that the listeners took, some with many deltas.
    pub(super) events: u64,
    /// Streams that broke, and were resumed.
    pub(super) reconnected: u64,
}

#[derive(Debug, Serialize)]
struct Line {
    request: Kind,
    done: u64,
    refused: u64,
    turned_away: u64,
    given_up: u64,
    /// All that was answered or given up, but what was turned away.
    per_second: f64,
    done_per_second: f64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
    max_ms: f64,
    /// From when a request was sent: a fleet that is late is no fault of whoever refuses.
    turned_away_p99_ms: f64,
    turned_away_max_ms: f64,
}

impl Report {
    /// How long after it the cluster served again as it was asked to, if it did.
    pub(super) fn recovered(&mut self, after: Option<Duration>) {
        self.recovered = Some(Recovered { after_ms: after.map(|after| after.as_millis()) });
    }

    /// Nothing was answered: that is no measurement.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.done == 0)
    }

    pub(super) fn print(&self, output: &mut Output) {
        let titles = [
            "request",
            "done",
            "refused",
            "turned away",
            "given up",
            "per second",
            "p50 ms",
            "p90 ms",
            "p99 ms",
            "p99.9 ms",
            "max ms",
            "turned away p99 ms",
            "max ms",
        ];
        output.table(&titles, self.lines.iter().map(Line::row));
        if let Some(rate) = self.rate {
            output.data(&format!(
                "begun: {:.0} of {rate} a second, 99 % of them at most {:.1} ms late",
                self.begun_per_second, self.late_p99_ms
            ));
        }
        if let Some(gap) = self.longest_gap_ms {
            output.data(&format!("longest time without a write: {gap} ms"));
        }
        output.data(&format!("asked again: {}", self.repeats));
        if self.sold_out {
            output.data("sold out before its time was over: take more --shows");
        }
        match self.recovered {
            Some(Recovered { after_ms: Some(ms) }) => {
                output.data(&format!("recovered after {ms} ms"));
            }
            Some(Recovered { after_ms: None }) => output.data("not recovered"),
            None => {}
        }
        if let Some(heard) = &self.deltas {
            output.data(&format!(
                "{} listeners: {} of {} deltas came in {} events, after {:.1} ms (p50), {:.1} ms \
                 (p99), {:.1} ms (max); resumed: {}",
                heard.listeners,
                heard.came,
                heard.expected,
                heard.events,
                heard.heard_p50_ms,
                heard.heard_p99_ms,
                heard.heard_max_ms,
                heard.reconnected
            ));
        }
    }
}

impl Line {
    fn row(&self) -> Vec<String> {
        let ms = |ms: f64| format!("{ms:.2}");
        let turned_away = |after: f64| if self.turned_away == 0 { "–".into() } else { ms(after) };
        vec![
            format!("{:?}", self.request).to_lowercase(),
            self.done.to_string(),
            self.refused.to_string(),
            self.turned_away.to_string(),
            self.given_up.to_string(),
            format!("{:.0}", self.per_second),
            ms(self.p50_ms),
            ms(self.p90_ms),
            ms(self.p99_ms),
            ms(self.p999_ms),
            ms(self.max_ms),
            turned_away(self.turned_away_p99_ms),
            turned_away(self.turned_away_max_ms),
        ]
    }
}
