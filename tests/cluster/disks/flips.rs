//! One flipped bit anywhere on a disk.

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _};

use super::row::Row;
use super::universe::{Outcome, Universe, files};
use crate::harness::Rng;

/// Trials at a time.
const TRIALS: usize = 2;

/// With so many flips of a kind that every byte matters for, some start must have been refused.
const TELLING: usize = 20;

/// A kind of file: how its row is called, how its files begin and end, whether every byte matters.
struct Kind(&'static str, &'static str, &'static str, bool);

/// NB: the database reads OPTIONS files only when it is asked to, which we do not.
const KINDS: [Kind; 6] = [
    Kind("bit flip, write-ahead log", "", ".log", true),
    Kind("bit flip, sorted files", "", ".sst", true),
    Kind("bit flip, MANIFEST", "MANIFEST-", "", true),
    Kind("bit flip, sentinel", "sentinel", "", false),
    Kind("bit flip, CURRENT", "CURRENT", "", false),
    Kind("bit flip, OPTIONS", "OPTIONS-", "", false),
];

/// Of ten flips, so many go to the kind of each index.
const TURNS: [usize; 10] = [0, 1, 2, 0, 1, 3, 0, 1, 2, 4];

/// One bit of one file.
#[derive(Clone)]
pub struct Flip {
    kind: usize,
    /// From the data directory.
    file: PathBuf,
    byte: usize,
    bit: u32,
}

impl Flip {
    /// A bit of a file of a kind, by its index in the table.
    pub fn choose(disk: &Path, kind: usize, rng: &mut Rng) -> Flip {
        let Kind(_, begin, end, _) = &KINDS[kind];
        let found =
            if *begin == "sentinel" { vec![disk.join(begin)] } else { files(disk, begin, end) };
        let path = rng.pick(&found);
        let bytes = fs::read(path).expect("the file can be read");
        // The sentinel's slots are mostly zeros that nobody reads.
        let used: Vec<usize> = match *begin {
            "sentinel" => (0..bytes.len()).filter(|at| bytes[*at] != 0).collect(),
            _ => (0..bytes.len()).collect(),
        };
        let file = path.strip_prefix(disk).expect("it lies below").to_owned();
        let bit = u32::try_from(rng.below(8)).expect("below eight");
        Flip { kind, file, byte: *rng.pick(&used), bit }
    }

    /// Flips it.
    pub fn harm(&self, disk: &Path) {
        let path = disk.join(&self.file);
        let mut bytes = fs::read(&path).expect("the file can be read");
        bytes[self.byte] ^= 1 << self.bit;
        fs::write(&path, bytes).expect("our own file can be written");
    }
}

/// Flips bits of a universe's files, one a trial.
pub async fn flips(universe: &Universe, flips: usize, rng: &mut Rng) -> Vec<Row> {
    let mut turns: Vec<usize> = (0..flips).map(|n| TURNS[n % TURNS.len()]).collect();
    turns[0] = 5;
    let flips: Vec<(Flip, Rng)> = turns
        .into_iter()
        .map(|kind| (Flip::choose(&universe.disk(), kind, rng), rng.fork()))
        .collect();
    let trials = stream::iter(flips).map(async |(flip, mut rng)| {
        let outcome = universe.trial(&mut rng, |disk| flip.harm(disk)).await;
        (flip, outcome)
    });
    let outcomes: Vec<(Flip, Outcome)> = trials.buffer_unordered(TRIALS).collect().await;
    let mut rows: Vec<Row> = KINDS.iter().map(|kind| Row::new(kind.0)).collect();
    for (flip, outcome) in outcomes {
        let what = format!("{} byte {} bit {}", flip.file.display(), flip.byte, flip.bit);
        rows[flip.kind].tried(universe, &what, outcome);
    }
    for (row, kind) in rows.iter().zip(&KINDS) {
        let told = !kind.3 || row.times < TELLING || 0 < row.refused;
        assert!(told, "{}: no flip of {} was noticed", kind.0, row.times);
    }
    rows.retain(|row| 0 < row.times);
    rows
}
