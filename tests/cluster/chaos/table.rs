//! What came of each fault.

use std::collections::BTreeMap;
use std::time::Duration;

use super::faults::Fault;
use super::verdict::Judged;

/// Five minutes must have so much in them; shorter runs as much less.
const FULL: Duration = Duration::from_mins(5);
const OPERATIONS_MIN: u64 = 100_000;
const LEADERS_MIN: u64 = 10;
const INSTALLS_MIN: u64 = 3;

/// A line of the table.
#[derive(Default)]
struct Row {
    what: String,
    times: usize,
    longest: Duration,
    lost: usize,
    note: String,
}

/// All of them, by names.
#[derive(Default)]
pub struct Table {
    rows: BTreeMap<Vec<u8>, Row>,
    left_out: Vec<String>,
    wrong: Vec<String>,
}

impl Table {
    /// A fault cannot be done here, or not now.
    pub fn left_out(&mut self, fault: &Fault, why: &str) {
        let said = format!("left out: {} ({}): {why}", fault.name(), fault.what);
        println!("{said}");
        self.left_out.push(said);
    }

    /// Some faults were there together, for so long with all of their mending.
    pub fn suffered(
        &mut self,
        faults: &[&Fault],
        took: Duration,
        gap: Duration,
        note: &str,
        wrong: Vec<String>,
        lost: Vec<String>,
    ) {
        let names: Vec<String> = faults.iter().map(|fault| fault.name()).collect();
        let whats: Vec<&str> = faults.iter().map(|fault| fault.what).collect();
        let (name, what) = (names.join("+"), whats.join("; "));
        println!(
            "{name}: {what}: {:.1} s, {} ms without a success {note}",
            took.as_secs_f32(),
            gap.as_millis()
        );
        let row = self.rows.entry(faults.iter().map(|fault| fault.n).collect()).or_default();
        row.what = what;
        row.times += 1;
        row.longest = row.longest.max(gap);
        row.lost += lost.len();
        note.clone_into(&mut row.note);
        for said in wrong.into_iter().chain(lost) {
            self.wrong(format!("{name}: {said}"));
        }
    }

    /// Something is not as it should be.
    pub fn wrong(&mut self, said: String) {
        println!("WRONG: {said}");
        self.wrong.push(said);
    }

    /// Prints all of it.
    pub fn print(&self, judged: &Judged) {
        println!();
        println!("{:<8}{:>6}{:>26}{:>6}  fault", "", "times", "longest without success", "lost");
        for (numbers, row) in &self.rows {
            let names: Vec<String> = numbers.iter().map(|n| format!("F{n}")).collect();
            let Row { what, times, longest, lost, note } = row;
            let (name, ms) = (names.join("+"), longest.as_millis());
            println!("{name:<8}{times:>6}{ms:>23} ms{lost:>6}  {what}  {note}");
        }
        for said in &self.left_out {
            println!("{said}");
        }
        println!("{judged}");
        for said in &self.wrong {
            println!("WRONG: {said}");
        }
    }

    /// Asserts that enough happened and nothing was lost. Where only some faults were asked for,
    /// leaders need not have changed.
    pub fn holds(&self, judged: &Judged, ran: Duration, some: bool) {
        assert!(self.wrong.is_empty(), "{} wrong, see above", self.wrong.len());
        let share = |least: u64| {
            let ms = u64::try_from(ran.min(FULL).as_millis()).unwrap_or(u64::MAX);
            least * ms / u64::try_from(FULL.as_millis()).unwrap_or(u64::MAX)
        };
        assert!(!self.rows.is_empty(), "nothing happened: no fault was done");
        let wants: &[(&str, u64, u64)] = &[
            ("operations were checked", judged.checked, OPERATIONS_MIN),
            ("changes of leaders", judged.leaders, LEADERS_MIN),
            ("installations of snapshots", judged.installs, INSTALLS_MIN),
        ];
        for (what, had, least) in &wants[..if some { 1 } else { 3 }] {
            let least = share(*least);
            assert!(least <= *had, "too little happened: {had} {what}, not {least}");
        }
    }
}
