//! A seeded simulation of the core alone: ten million commands with times biased to boundaries,
//! judged by an oracle that knows only what callers were told.
//!
//! `scripts/simulate-core --seed N --commands M` runs one seed, longer or again.

mod boundary;
mod coverage;
mod found;
mod gateway;
mod generator;
mod hall;
mod oracle;
mod planted;
mod rng;
mod run;
mod story;
mod wild;
mod wishes;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use coverage::Coverage;
use run::Failure;

/// Commands of one seed: a store's life of about two months.
const COMMANDS_PER_SEED: u64 = 250_000;
/// Commands within which every kind of answer and every boundary comes up.
const EVERYTHING_WITHIN: u64 = 2_000_000;
/// Seeds of one run of the tests.
const SEEDS: u64 = 40;

/// Ten million commands break no promise, and every kind of answer has been given among them.
#[test]
fn simulate() {
    let number = |name: &str| {
        std::env::var(name).ok().map(|text| text.parse::<u64>().expect("it has to be a number"))
    };
    let commands = number("USHER_SIMULATE_COMMANDS").unwrap_or(COMMANDS_PER_SEED);
    let seeds: Vec<u64> = match number("USHER_SIMULATE_SEED") {
        Some(seed) => vec![seed],
        None => (1..=SEEDS).collect(),
    };
    let begun = Instant::now();
    let (coverage, failures) = run_all(&seeds, commands);
    println!("{}", coverage.table());
    println!("{} seeds of {commands} commands in {:?}", seeds.len(), begun.elapsed());
    for failure in &failures {
        println!("{failure}\n");
    }
    assert!(failures.is_empty(), "{} of {} seeds failed", failures.len(), seeds.len());
    let missing = coverage.missing();
    let long = seeds.len() as u64 * commands >= EVERYTHING_WITHIN;
    assert!(!long || missing.is_empty(), "the run is vacuous; never occurred: {missing:?}");
}

/// Runs seeds on every core there is, until one fails.
fn run_all(seeds: &[u64], commands: u64) -> (Coverage, Vec<Failure>) {
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let results = Mutex::new((Coverage::default(), Vec::new()));
    let worker = || {
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(seed) = usize::try_from(at).ok().and_then(|at| seeds.get(at)) else { return };
            let result = run::run(*seed, commands);
            let mut results = results.lock().expect("no run panics");
            match result {
                Ok(coverage) => results.0.add(&coverage),
                Err(failure) => {
                    failed.store(true, Ordering::Relaxed);
                    results.1.push(*failure);
                }
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    results.into_inner().expect("no run panics")
}

/// The same seed asks the same and hears the same: a failing seed can be replayed.
#[test]
fn the_same_seed_is_the_same_run() {
    let trace = |seed| {
        let (mut run, mut trace) = (run::Run::new(seed), Vec::new());
        let verdict = run.steps(5_000, None, Some(&mut |line| trace.push(line.to_owned())));
        assert!(verdict.is_ok(), "seed {seed}: {verdict:?}");
        trace
    };
    assert_eq!(trace(7), trace(7));
    assert_ne!(trace(7), trace(8));
}
