//! Many runs: one process a core, each of which takes every so-manieth seed.
//!
//! The parent is a test, and so are its children: the same program, asked for its test `worker`.
//! What a child has to say goes line by line to its standard output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::bugs::Bug;
use super::ledger::Counts;
use super::run::{Plan, Report, run};

/// How a child is asked for.
const WORKER: [&str; 4] = ["--exact", "simulation::tests::worker", "--ignored", "--nocapture"];

/// Tells a test that it is such a child, and what it has to do.
const WORK: &str = "USHER_SIMULATE_WORK";

/// Begins a line that is meant for the parent.
const MARK: &str = "simulated ";

/// Seeds of which each trace is compared with its own, in the same process and in another.
const TWICE: u64 = 20;

/// Simulated time of those runs.
const TWICE_SECONDS: u64 = 12;

/// Runs until a planted bug has to be found.
const HUNT_MAX: u64 = 16;

/// What a fleet is to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orders {
    pub(crate) from: u64,
    pub(crate) seeds: u64,
    /// Simulated seconds of each.
    pub(crate) seconds: u64,
    /// No new seed is begun after this.
    pub(crate) within: Option<Duration>,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Result {
    pub(crate) seeds: u64,
    pub(crate) simulated_ms: u64,
    pub(crate) counts: Counts,
    /// Seeds that failed, with what was said of them.
    pub(crate) failures: BTreeMap<u64, Vec<String>>,
    /// Each seed's trace.
    traces: BTreeMap<u64, String>,
}

impl Result {
    /// A line for the ledger.
    pub(crate) fn line(&self, commit: &str) -> String {
        let hours = self.simulated_ms / 36_000;
        format!(
            "commit={commit} seeds={} simulated_hours={}.{:02} failures={} {}",
            self.seeds,
            hours / 100,
            hours % 100,
            self.failures.len(),
            self.counts
        )
    }
}

/// Runs seeds on every core.
pub(crate) fn simulate(orders: &Orders) -> Result {
    let cores = cores();
    let works = (0..cores).map(|core| {
        let Orders { from, seeds, seconds, within } = *orders;
        let within = within.map_or(u64::MAX, |within| within.as_secs());
        format!("seeds {} {} {cores} {seconds} {within} 1", from + core, from + seeds)
    });
    gather(works)
}

/// Runs some seeds twice in one process each, and a third time in others: whose traces differ.
pub(crate) fn compare(from: u64) -> Vec<String> {
    let cores = cores();
    let work = |core: u64, times: u64| {
        format!(
            "seeds {} {} {cores} {TWICE_SECONDS} {} {times}",
            from + core,
            from + TWICE,
            u64::MAX
        )
    };
    let first = gather((0..cores).map(|core| work(core, 2)));
    // Another process each: in the other order, and once.
    let second = gather((0..cores).rev().map(|core| work(core, 1)));
    let mut differ: Vec<String> = Vec::new();
    for (seed, trace) in &first.traces {
        if second.traces.get(seed) != Some(trace) {
            let other = second.traces.get(seed);
            differ.push(format!("seed {seed}: {trace} in one process, {other:?} in another"));
        }
    }
    for (seed, said) in first.failures.iter().chain(&second.failures) {
        differ.push(format!("seed {seed}: {}", said.join("; ")));
    }
    if (first.traces.len() as u64) < TWICE {
        differ.push(format!("only {} of {TWICE} traces came back", first.traces.len()));
    }
    differ
}

/// Looks for every planted bug: which seed caught it and by what, or `None`.
pub(crate) fn hunt(seconds: u64) -> BTreeMap<String, Option<String>> {
    let mut found: BTreeMap<String, Option<String>> =
        Bug::ALL.into_iter().map(|bug| (bug.to_string(), None)).collect();
    let cores = usize::try_from(cores()).expect("a machine has not that many cores");
    let mut shares = vec![String::new(); cores];
    for (at, bug) in Bug::ALL.into_iter().enumerate() {
        write!(shares[at % cores], " {bug}").expect("writing to a String cannot fail");
    }
    let mut children: Vec<Child> =
        shares.iter().map(|bugs| spawn(&format!("bugs {seconds}{bugs}"))).collect();
    for child in &mut children {
        for line in lines(child) {
            if let Some((bug, how)) = line.split_once(' ')
                && let Some(entry) = found.get_mut(bug)
            {
                println!("{line}");
                *entry = (how != "not caught").then(|| how.to_owned());
            }
        }
    }
    found
}

fn cores() -> u64 {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64)
}

fn spawn(work: &str) -> Child {
    let this = std::env::current_exe().expect("a program knows where it lies");
    Command::new(this)
        .args(WORKER)
        .env(WORK, work)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program can start itself")
}

/// What a child says to its parent, as it comes. One that ends otherwise than well is a failure.
fn lines(child: &mut Child) -> impl Iterator<Item = String> {
    let said = child.stdout.take().expect("it was piped");
    let lines = BufReader::new(said).lines().map_while(std::io::Result::ok);
    lines.filter_map(|line| Some(line.split_once(MARK)?.1.to_owned()))
}

fn gather(works: impl Iterator<Item = String>) -> Result {
    let mut children: Vec<(String, Child)> =
        works.map(|work| (work.clone(), spawn(&work))).collect();
    let mut result = Result::default();
    std::thread::scope(|scope| {
        let readers: Vec<_> = children
            .iter_mut()
            .map(|(work, child)| {
                let reading = scope.spawn(|| lines(child).collect::<Vec<_>>());
                (work.clone(), reading)
            })
            .collect();
        for (work, reading) in readers {
            let said = reading.join().expect("a reader does not panic");
            if said.last().is_none_or(|last| last != "done") {
                let what = format!("the process of {work:?} did not end well; it said {said:?}");
                result.failures.entry(0).or_default().push(what);
            }
            for line in &said {
                result.take(line);
            }
        }
    });
    for (_, mut child) in children {
        child.wait().expect("a child that has been started can be waited for");
    }
    result
}

impl Result {
    /// `seed 7 1a2b/900 61000 ok operations=…`, or `fail 7 what was wrong`.
    fn take(&mut self, line: &str) {
        if let Some((seed, what)) = line.strip_prefix("fail ").and_then(|rest| rest.split_once(' '))
        {
            let seed = seed.parse().unwrap_or(0);
            self.failures.entry(seed).or_default().push(what.to_owned());
            return;
        }
        let Some(rest) = line.strip_prefix("seed ") else { return };
        let mut words = rest.splitn(4, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (seed, trace, ms, counts) = (word(), word(), word(), word());
        let (Ok(seed), Ok(ms), Some(counts)) =
            (seed.parse(), ms.parse::<u64>(), Counts::parse(counts))
        else {
            self.failures.entry(0).or_default().push(format!("what is {line:?}?"));
            return;
        };
        self.seeds += 1;
        self.simulated_ms += ms;
        self.counts += &counts;
        self.traces.insert(seed, trace.to_owned());
    }
}

/// What a child does.
pub(crate) fn work() {
    let Ok(work) = std::env::var(WORK) else {
        println!("a child of the simulation: it does nothing of its own");
        return;
    };
    let mut words = work.split(' ');
    match words.next() {
        Some("seeds") => {
            let mut number = || words.next().and_then(|word| word.parse::<u64>().ok());
            let mut next = || number().expect("a parent of ours writes numbers");
            let (from, until, step, seconds, within, times) =
                (next(), next(), next(), next(), next(), next());
            seeds(from, until, step, seconds, Duration::from_secs(within), times);
        }
        Some("bugs") => {
            let seconds = words.next().and_then(|word| word.parse().ok());
            let seconds = seconds.expect("a parent of ours writes numbers");
            words.filter_map(Bug::named).for_each(|bug| look_for(bug, seconds));
        }
        other => panic!("what work is {other:?}?"),
    }
    println!("\n{MARK}done");
}

fn seeds(from: u64, until: u64, step: u64, seconds: u64, within: Duration, times: u64) {
    let begun = Instant::now();
    let mut seed = from;
    while seed < until && begun.elapsed() <= within {
        let plan = Plan { seed, seconds, bugs: std::collections::BTreeSet::new(), words: false };
        let report = run(&plan);
        for _ in 1..times {
            let again = run(&plan);
            if again.trace != report.trace {
                let (first, then) = (report.trace, again.trace);
                println!("\n{MARK}fail {seed} the trace was {first:?}, and then {then:?}");
            }
        }
        tell(&report);
        seed += step;
    }
}

fn tell(report: &Report) {
    let Report { seed, trace: (hash, events), simulated_ms, counts, violations, .. } = report;
    println!("\n{MARK}seed {seed} {hash:016x}/{events} {simulated_ms} {counts}");
    for violation in violations {
        let what = violation.what.replace('\n', " ");
        let about = violation.about.first().map_or("", String::as_str);
        println!("{MARK}fail {seed} [{}] {what} | {about}", violation.rule);
    }
}

fn look_for(bug: Bug, seconds: u64) {
    for seed in 1..=HUNT_MAX {
        let report = run(&Plan { seed, seconds, bugs: [bug].into(), words: false });
        if let Some(violation) = report.violations.first() {
            // Without the bug the seed is right: it is the bug that was noticed.
            let sound = run(&Plan { seed, seconds, bugs: [].into(), words: false });
            if !sound.violations.is_empty() {
                continue;
            }
            let mut what = violation.what.replace('\n', " ");
            if let Some((cut, _)) = what.char_indices().nth(160) {
                what.truncate(cut);
            }
            println!("\n{MARK}{bug} caught by seed {seed}: [{}] {what}", violation.rule);
            return;
        }
    }
    println!("\n{MARK}{bug} not caught");
}

/// The story of some ids in a trace: lines that name them, and the holds, payments, bookings and
/// refunds that are named with them.
pub(crate) fn story(lines: &[String], about: &[String]) -> Vec<String> {
    const KINDS: [&str; 5] = ["hld_", "pay_", "bkg_", "rfd_", "obx_"];
    /// More than this is no story any more.
    const IDS_MAX: usize = 12;
    let mut ids: Vec<String> = about.iter().filter(|id| !id.is_empty()).cloned().collect();
    let named = |line: &str, ids: &[String]| ids.iter().any(|id| line.contains(id.as_str()));
    let related: Vec<String> = lines
        .iter()
        .filter(|line| named(line, &ids))
        .flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .filter(|word| KINDS.iter().any(|kind| word.starts_with(kind)))
        .map(str::to_owned)
        .collect();
    for id in related {
        if ids.len() < IDS_MAX && !ids.contains(&id) {
            ids.push(id);
        }
    }
    lines.iter().filter(|line| named(line, &ids)).cloned().collect()
}
