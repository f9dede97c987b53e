//! What was measured.

use std::collections::{BTreeMap, HashMap};
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
}

struct Times {
    histogram: Histogram<u64>,
    done: u64,
    refused: u64,
    given_up: u64,
}

impl Default for Times {
    fn default() -> Times {
        let histogram = Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are sound");
        Times { histogram, done: 0, refused: 0, given_up: 0 }
    }
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
        let took = u64::try_from(meant.elapsed().as_micros()).unwrap_or(LONGEST_US);
        times.histogram.saturating_record(took);
        match end {
            End::Done => times.done += 1,
            End::Refused => times.refused += 1,
            End::GivenUp => times.given_up += 1,
        }
    }

    pub(super) fn repeated(&mut self) {
        self.repeats += 1;
    }

    /// Adds what another client measured.
    pub(super) fn add(&mut self, other: Sheet) {
        for (kind, times) in other.times {
            let mine = self.times.entry(kind).or_default();
            mine.histogram.add(times.histogram).expect("all have the same bounds");
            mine.done += times.done;
            mine.refused += times.refused;
            mine.given_up += times.given_up;
        }
        self.owned.extend(other.owned);
        self.successes.extend(other.successes);
        self.repeats += other.repeats;
    }

    /// What it comes to.
    pub(super) fn report(&mut self, scenario: &'static str, load: &Load, pace: &Pace) -> Report {
        let (from, until) = pace.window();
        let seconds = load.seconds.as_secs_f64();
        let lines = self.times.iter().map(|(kind, times)| {
            let ms = |quantile: f64| {
                let us = times.histogram.value_at_quantile(quantile);
                Duration::from_micros(us).as_secs_f64() * 1000.0
            };
            let all = times.done + times.refused + times.given_up;
            Line {
                request: *kind,
                done: times.done,
                refused: times.refused,
                given_up: times.given_up,
                per_second: Duration::from_secs(all).as_secs_f64() / seconds,
                p50_ms: ms(0.5),
                p90_ms: ms(0.9),
                p99_ms: ms(0.99),
                p999_ms: ms(0.999),
                max_ms: ms(1.0),
            }
        });
        let lines = lines.collect();
        let (clients, rate) = (load.clients, load.rate);
        let gap = longest_gap(&mut self.successes, from, until);
        let (longest_gap_ms, repeats) = (gap.map(|gap| gap.as_millis()), self.repeats);
        Report { scenario, clients, rate, seconds, lines, longest_gap_ms, repeats }
    }
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
    seconds: f64,
    #[serde(rename = "requests")]
    lines: Vec<Line>,
    longest_gap_ms: Option<u128>,
    repeats: u64,
}

#[derive(Debug, Serialize)]
struct Line {
    request: Kind,
    done: u64,
    refused: u64,
    given_up: u64,
    per_second: f64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
    max_ms: f64,
}

impl Report {
    /// Nothing was answered: that is no measurement.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.done == 0)
    }

    pub(super) fn print(&self, output: &mut Output) {
        let titles = [
            "request",
            "done",
            "refused",
            "given up",
            "per second",
            "p50 ms",
            "p90 ms",
            "p99 ms",
            "p99.9 ms",
            "max ms",
        ];
        let rows = self.lines.iter().map(|line| {
            let ms = [line.p50_ms, line.p90_ms, line.p99_ms, line.p999_ms, line.max_ms];
            let mut row = vec![
                format!("{:?}", line.request).to_lowercase(),
                line.done.to_string(),
                line.refused.to_string(),
                line.given_up.to_string(),
                format!("{:.0}", line.per_second),
            ];
            row.extend(ms.map(|ms| format!("{ms:.2}")));
            row
        });
        output.table(&titles, rows);
        if let Some(gap) = self.longest_gap_ms {
            output.data(&format!("longest time without a write: {gap} ms"));
        }
        output.data(&format!("asked again: {}", self.repeats));
    }
}
