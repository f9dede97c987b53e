//! What `scripts/simulate` runs. Without orders from it, `simulate` is a short run.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::{Duration, Instant};

use super::bugs::Bug;
use super::fleet::{self, Orders};
use super::run::{self, Plan, run};

/// Seeds of a run without orders.
const SEEDS: u64 = 4;

/// Simulated seconds of each seed.
const SECONDS: u64 = 60;

/// With fewer seeds than this it is chance whether everything happened that must.
const VACUOUS_BELOW: u64 = 8;

/// From so many seeds on every kind of fault has to have happened.
const EVERYTHING_FROM: u64 = 100;

/// What the environment orders.
fn ordered(name: &str) -> Option<String> {
    std::env::var(format!("USHER_SIMULATE_{name}")).ok().filter(|text| !text.is_empty())
}

fn number(name: &str) -> Option<u64> {
    ordered(name).map(|text| text.parse().expect("scripts/simulate checks its numbers"))
}

/// Seeds on every core: nothing that was promised is broken, and enough happened to say so.
#[test]
#[ignore = "scripts/simulate"]
fn simulate() {
    let orders = Orders {
        from: number("FROM").unwrap_or(1),
        seeds: number("SEEDS").unwrap_or(SEEDS),
        seconds: number("SECONDS").unwrap_or(SECONDS),
        within: number("WITHIN").map(Duration::from_secs),
    };
    let begun = Instant::now();
    let result = fleet::simulate(&orders);
    let seconds = orders.seconds;
    for (seed, said) in &result.failures {
        for what in said {
            let about = what.rsplit_once(" | ").map_or("", |(_, about)| about);
            println!("seed {seed}: {what}");
            println!("  replay: scripts/simulate --seed {seed} --seconds {seconds}");
            println!(
                "  story:  scripts/simulate --seed {seed} --seconds {seconds} --story '{about}'"
            );
        }
    }
    let line = result.line(&ordered("COMMIT").unwrap_or_else(|| "unknown".to_owned()));
    println!("{} seeds of {seconds} s in {:?}", result.seeds, begun.elapsed());
    println!("{line}");
    if let Some(path) = ordered("LEDGER") {
        let ledger = std::fs::OpenOptions::new().append(true).create(true).open(&path);
        let written = ledger.and_then(|mut ledger| writeln!(ledger, "{line}"));
        written.unwrap_or_else(|error| panic!("the ledger {path}: {error}"));
    }
    assert!(result.failures.is_empty(), "{} seeds failed", result.failures.len());
    let mut missing = result.counts.missing();
    if EVERYTHING_FROM <= result.seeds {
        missing.extend(result.counts.missing_faults());
    }
    let vacuous = VACUOUS_BELOW <= result.seeds && !missing.is_empty();
    assert!(!vacuous, "the run is vacuous; never occurred: {missing:?}");
    assert_ne!(result.seeds, 0, "no seed was run");
}

/// The same seed has the same trace, in one process and in another.
#[test]
#[ignore = "scripts/simulate --twice"]
fn the_same_seed_is_the_same_run() {
    let differ = fleet::compare(number("FROM").unwrap_or(1));
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Every planted bug is caught.
#[test]
#[ignore = "scripts/simulate --planted"]
fn planted_bugs_are_caught() {
    let found = fleet::hunt(number("SECONDS").unwrap_or(SECONDS));
    let missed: Vec<_> =
        found.iter().filter(|(_, how)| how.is_none()).map(|(bug, _)| bug).collect();
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

/// After eight hours without a request the first write is answered as any other.
#[test]
#[ignore = "scripts/simulate --night"]
fn after_an_idle_night() {
    let report = run::idle_night(1, 8);
    assert_eq!(report.violations, []);
    assert!(3 < report.counts.holds, "somebody bought: {}", report.counts);
}

/// Seeds that found something in the product, with what it was. They stay right.
#[test]
fn what_was_found_stays_mended() {
    // 40, 312: a leader whose clock had jumped hours ahead put a failed refund off by hours.
    // 90: the repeat of a payment that ended before its gateway answered did not say it was one.
    for seed in [40, 90, 312] {
        let bugs = BTreeSet::new();
        let report = run(&Plan { seed, seconds: SECONDS, bugs, words: false });
        assert_eq!(report.violations, [], "seed {seed}");
    }
}

/// One seed again, in words: what was broken, and with a story what led to it.
#[test]
#[ignore = "scripts/simulate --seed asks for it"]
fn replay() {
    let seed = number("SEED").expect("scripts/simulate names the seed");
    let seconds = number("SECONDS").unwrap_or(SECONDS);
    let bugs: BTreeSet<Bug> = ordered("BUG").as_deref().and_then(Bug::named).into_iter().collect();
    let report = run(&Plan { seed, seconds, bugs, words: true });
    let about = ordered("STORY").map(|id| vec![id]);
    let about = about.or_else(|| report.violations.first().map(|first| first.about.clone()));
    if let Some(path) = ordered("TRACE") {
        std::fs::write(&path, report.lines.join("\n"))
            .unwrap_or_else(|error| panic!("the trace {path}: {error}"));
    }
    if let Some(about) = about {
        println!("The story of {about:?}:");
        for line in fleet::story(&report.lines, &about) {
            println!("  {line}");
        }
    }
    let (hash, events) = report.trace;
    println!("seed {seed}: trace {hash:016x} of {events} events, {}", report.counts);
    for violation in &report.violations {
        println!("[{}] {}", violation.rule, violation.what);
    }
    assert!(report.violations.is_empty(), "{} violations", report.violations.len());
}

/// A process of the fleet.
#[test]
#[ignore = "a parent asks for it"]
fn worker() {
    fleet::work();
}
