//! What came of a fault.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::load::Verdict;
use super::universe::{Outcome, Universe};

/// One line of the table.
pub struct Row {
    fault: &'static str,
    /// How often it was done.
    pub times: usize,
    checked: usize,
    lost: Vec<String>,
    /// Starts that were refused.
    pub refused: usize,
    /// What else is worth knowing.
    pub note: String,
}

impl Row {
    /// Nothing has happened yet.
    pub fn new(fault: &'static str) -> Row {
        let (lost, note) = (Vec::new(), String::new());
        Row { fault, times: 0, checked: 0, lost, refused: 0, note }
    }

    /// The fault was there so many times more, and this was found afterwards.
    pub fn add(&mut self, times: usize, verdict: Verdict) {
        self.times += times;
        self.checked += verdict.checked;
        self.lost.extend(verdict.lost);
    }

    /// A start from a copy of a harmed disk came to this.
    pub fn tried(&mut self, universe: &Universe, what: &str, outcome: Outcome) {
        self.times += 1;
        self.checked += universe.acked();
        match outcome {
            Outcome::Sound => {}
            Outcome::Refused(log) => {
                self.refused += 1;
                if let Err(unclear) = explains(&log) {
                    self.lost.push(format!("{what}: refused, but {unclear}:\n{log}"));
                }
            }
            Outcome::Wrong(wrong) => self.lost.push(format!("{what}: {wrong}")),
        }
    }

    /// Asserts that something happened and nothing was lost.
    fn holds(&self) {
        let Row { fault, times, checked, lost, .. } = self;
        assert!(lost.is_empty(), "{fault}: {} wrong, see above", lost.len());
        assert!(0 < *times && 0 < *checked, "{fault}: nothing happened");
    }
}

/// A refusal names the place and says what to do.
pub fn explains(log: &str) -> Result<(), String> {
    let told = log.contains("/data-") && log.contains("replace the node under a new id");
    if told { Ok(()) } else { Err("it does not say where and what to do".to_owned()) }
}

/// All rows of one run.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
    /// What this machine cannot do, and why.
    skipped: Vec<String>,
    /// What broke off, and how.
    broken: Vec<String>,
}

impl Table {
    /// Fills in some rows, or says why this machine cannot.
    pub async fn fill(
        &mut self,
        what: &str,
        able: &Result<(), String>,
        rows: impl Future<Output = Vec<Row>>,
    ) {
        if let Err(why) = able {
            self.skipped.push(format!("skipped: {what}: {why}"));
            return;
        }
        println!("── {what}");
        // The rows that come after are worth having, whatever becomes of these.
        match AssertUnwindSafe(rows).catch_unwind().await {
            Ok(rows) => self.rows.extend(rows),
            Err(panic) => {
                let said = panic.downcast_ref::<String>().map_or("see above", String::as_str);
                self.broken.push(format!("{what}: {said}"));
            }
        }
    }

    /// Prints the table, and fails unless every row holds.
    pub fn judge(&self) {
        println!();
        let head = ["fault", "times", "acked", "lost", "refused"];
        println!("{:<30}{:>6}{:>9}{:>6}{:>9}  note", head[0], head[1], head[2], head[3], head[4]);
        for row in &self.rows {
            let Row { fault, times, checked, lost, refused, note } = row;
            println!("{fault:<30}{times:>6}{checked:>9}{:>6}{refused:>9}  {note}", lost.len());
        }
        let lost = self.rows.iter().flat_map(|row| row.lost.iter().map(|lost| (row.fault, lost)));
        for (fault, lost) in lost {
            println!("\n{fault}: {lost}");
        }
        for said in self.skipped.iter().chain(&self.broken) {
            println!("{said}");
        }
        assert!(self.broken.is_empty(), "{}", self.broken.join("\n"));
        for row in &self.rows {
            row.holds();
        }
    }
}

impl From<Vec<Row>> for Table {
    fn from(rows: Vec<Row>) -> Table {
        Table { rows, ..Table::default() }
    }
}
