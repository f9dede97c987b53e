//! The whole node above its seams, many times over, in one thread under virtual time.
//!
//! A run is a seed. Nodes are all of Usher (HTTP, consensus, storage above its engine, effects) over
//! a disk, a network, clocks, a gateway and mail in memory that fail as the real ones do. Clients
//! ask over HTTP and write down what they were told. Faults come and go; then everything is mended,
//! and three judges look: the naive model of the core's own simulation replays what was agreed, a
//! witness replays what clients were told, and a blind search trusts neither.

mod blind;
pub(crate) mod bugs;
mod clients;
mod clock;
mod disk;
mod history;
mod judge;
mod ledger;
mod nemesis;
mod network;
pub(crate) mod observer;
mod outside;
mod run;
pub(crate) mod scope;
mod witness;
mod world;

pub(crate) use bugs::Bug;
pub(crate) use scope::planted;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::run::{Plan, run};

    #[test]
    fn first() {
        let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
        let begun = std::time::Instant::now();
        let report = run(&Plan {
            seed,
            seconds: 60,
            bugs: std::env::var("BUG")
                .ok()
                .map(|b| super::Bug::named(&b).unwrap())
                .into_iter()
                .collect(),
            words: true,
        });
        println!(
            "{:?} {} in {:?} ({} ms)",
            report.trace,
            report.counts,
            begun.elapsed(),
            report.simulated_ms
        );
        for v in &report.violations {
            println!("{v:?}");
        }
        if let Ok(path) = std::env::var("TRACE") {
            std::fs::write(path, report.lines.join("\n")).unwrap();
        }
        assert!(report.violations.is_empty());
    }
}
