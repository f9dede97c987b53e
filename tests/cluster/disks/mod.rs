//! Faults of the disk under real processes. Whatever is done to a disk: what was acknowledged is in
//! the cluster afterwards, and a node either refuses to start or serves nothing but the truth.
//!
//! Each fault is a row. A few of each run as ordinary tests; `scripts/disk-faults` runs many and
//! prints a table. What a machine cannot do is skipped by name. A row in which nothing happened
//! fails.

pub mod flips;
mod folders;
pub mod full;
mod load;
pub mod mount;
mod power;
mod row;
pub mod syncs;
pub mod universe;
pub mod wals;

use std::time::Duration;

use self::mount::{inside, with_mounts};
use self::row::{Row, Table};
use self::syncs::Shim;
use self::universe::Universe;
use crate::harness::{Rng, run, run_within};

/// A small row, on a busy machine.
const SMALL_MAX: Duration = Duration::from_mins(4);

/// All rows, whatever their numbers.
const ALL_MAX: Duration = Duration::from_hours(24);

/// Prints rows and judges them.
fn judge(rows: Vec<Row>) {
    Table::from(rows).judge();
}

/// Every row with the numbers that the environment gives.
#[test]
#[ignore = "long: scripts/disk-faults runs it"]
fn all() {
    let given = |name: &str, default: usize| {
        let text = std::env::var(name).ok();
        text.map_or(default, |text| text.parse().expect("it is a number"))
    };
    let (cuts, bits) = (given("USHER_DISKS_CUTS", 100), given("USHER_DISKS_FLIPS", 200));
    run_within(ALL_MAX, async {
        let mut rng = Rng::seeded("disk-faults");
        let mut table = Table::default();
        let mounts = inside();
        table.fill("power cuts", &mounts, power::cuts(cuts, &mut rng.fork())).await;
        let full = async |mut rng: Rng| vec![full::full(&mut rng).await];
        table.fill("a full disk", &mounts, full(rng.fork())).await;
        let shim = Shim::build();
        let able = shim.as_ref().map(drop).map_err(String::clone);
        let faults = async |mut rng: Rng| match &shim {
            Ok(shim) => {
                let mut rows = syncs::faults(shim, 40, &mut rng).await;
                rows.push(wals::cut_above_sentinel(shim, 10, &mut rng).await);
                rows
            }
            Err(_) => Vec::new(),
        };
        table.fill("syncs", &able, faults(rng.fork())).await;
        table.fill("copies of a disk", &Ok(()), copies(bits, 40, &mut rng.fork())).await;
        table.fill("data directories", &Ok(()), folders::mistaken(&mut rng.fork())).await;
        table.judge();
    });
}

/// Flipped bits and lost logs, on copies of one disk.
async fn copies(bits: usize, cuts: usize, rng: &mut Rng) -> Vec<Row> {
    let universe = Universe::make(rng).await;
    let mut rows = flips::flips(&universe, bits, rng).await;
    rows.push(wals::cut(&universe, cuts, rng).await);
    rows.push(wals::delete(&universe, rng).await);
    rows
}

#[test]
fn power_is_cut() {
    with_mounts("power_is_cut", SMALL_MAX, async {
        judge(power::cuts(4, &mut Rng::seeded("power_is_cut")).await);
    });
}

#[test]
fn a_disk_is_full_and_freed() {
    with_mounts("a_disk_is_full_and_freed", SMALL_MAX, async {
        judge(vec![full::full(&mut Rng::seeded("a_disk_is_full_and_freed")).await]);
    });
}

#[test]
fn syncs_fail_and_are_slow() {
    with_shim("syncs_fail_and_are_slow", async |shim, mut rng| {
        judge(syncs::faults(&shim, 3, &mut rng).await);
    });
}

#[test]
fn bits_are_flipped_and_logs_cut() {
    run(async {
        judge(copies(20, 4, &mut Rng::seeded("bits_are_flipped_and_logs_cut")).await);
    });
}

#[test]
fn a_log_is_cut_above_the_sentinel() {
    with_shim("a_log_is_cut_above_the_sentinel", async |shim, mut rng| {
        judge(vec![wals::cut_above_sentinel(&shim, 1, &mut rng).await]);
    });
}

/// Runs a test with the library that meddles with syncs, or says why it cannot.
fn with_shim(name: &str, test: impl AsyncFnOnce(Shim, Rng)) {
    match Shim::build() {
        Ok(shim) => run(test(shim, Rng::seeded(name))),
        Err(why) => println!("skipped: disks::{name}: {why}"),
    }
}

#[test]
fn data_directories_are_mistaken() {
    run(async {
        judge(folders::mistaken(&mut Rng::seeded("data_directories_are_mistaken")).await);
    });
}
