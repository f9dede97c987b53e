//! One run: a generator, the core and the judge, step by step, with checkpoints.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use usher::seats::{Command, Millis, Outcome, Proposal, Receipt, Row, RowKey, State};

use crate::boundary::moments;
use crate::coverage::Coverage;
use crate::generator::Generator;
use crate::oracle::{About, Oracle, Verdict, Violation};
use crate::rng::Rng;
use crate::story;
use crate::wrong;

/// Steps between two checkpoints.
const CHECKPOINT: u64 = 50_000;
/// Steps after a checkpoint for which a state loaded from rows is fed the same proposals.
const TWIN_STEPS: u64 = 5_000;
/// Ticks after which nothing can be due any more.
const TICKS_MAX: u32 = 10_000;
/// Lines of a story.
const STORY_MAX: usize = 24;
/// The cluster's generation.
const EPOCH: u64 = 1;

/// Changes an outcome before it is judged; true once it has. For testing the judge.
pub type Plant<'a> = &'a mut dyn FnMut(&Proposal, &mut Outcome, &Oracle) -> bool;

/// Is told of each step in words.
pub type Heard<'a> = &'a mut dyn FnMut(&str);

/// A failed run.
#[derive(Debug)]
pub struct Failure {
    pub seed: u64,
    pub step: u64,
    pub violation: Violation,
    pub story: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Failure { seed, step, violation, story } = self;
        writeln!(f, "seed {seed}, step {step}: {}", violation.what)?;
        writeln!(f, "The story of {:?}:", violation.about)?;
        story.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        write!(f, "Replay: scripts/simulate-core --seed {seed} --commands {step}")
    }
}

/// Runs so many commands from a seed.
pub fn run(seed: u64, commands: u64) -> Result<Coverage, Box<Failure>> {
    let mut run = Run::new(seed);
    match run.steps(commands, None, None) {
        Ok(()) => Ok(run.coverage),
        Err(violation) => Err(Box::new(tell(seed, &run, violation))),
    }
}

/// Runs a seed again up to the step that failed, and keeps what is about the same things and about
/// those that they led to or came from.
fn tell(seed: u64, failed: &Run, violation: Violation) -> Failure {
    let mut about = violation.about.clone();
    about.extend(failed.about.iter().cloned());
    about.retain(|id| !id.is_empty());
    let near = lines_about(seed, failed.step, &about);
    let words = near.iter().flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let ids =
        words.filter(|word| ["hld_", "pay_", "bkg_", "rfd_"].iter().any(|id| word.starts_with(id)));
    // A show's or a user's other holds are not part of the story.
    let own: Vec<String> = about.iter().filter(|id| id.contains('_')).cloned().collect();
    if near.len() < STORY_MAX {
        about.extend(ids.map(str::to_owned));
    } else {
        about = own;
    }
    about.sort();
    about.dedup();
    let mut story = lines_about(seed, failed.step, &about);
    story.drain(..story.len().saturating_sub(STORY_MAX));
    Failure { seed, step: failed.step, violation: Violation { about, ..violation }, story }
}

/// What a run tells of some things up to a step, which is the last.
fn lines_about(seed: u64, step: u64, about: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut hear = |line: &str| {
        if about.iter().any(|id| line.contains(id.as_str())) {
            lines.push(line.to_owned());
        }
    };
    // It fails again at the same step.
    let _ = Run::new(seed).steps(step, None, Some(&mut hear));
    lines
}

/// A run in progress.
pub struct Run {
    generator: Generator,
    oracle: Oracle,
    state: State,
    twin: Option<State>,
    rows: BTreeMap<RowKey, Row>,
    /// Draws when to look at what, apart from the generator's draws.
    looks: Rng,
    pub coverage: Coverage,
    pub step: u64,
    about: Vec<String>,
}

impl Run {
    /// A run at its beginning.
    pub fn new(seed: u64) -> Run {
        let state = State::new(EPOCH);
        let rows = state.rows().map(|row| (row.key(), row)).collect();
        Run {
            generator: Generator::new(seed),
            oracle: Oracle::default(),
            state,
            twin: None,
            rows,
            looks: Rng::new(!seed),
            coverage: Coverage::default(),
            step: 0,
            about: Vec::new(),
        }
    }

    /// The core's rows.
    pub fn rows(&self) -> Vec<Row> {
        self.state.rows().collect()
    }

    /// Another core takes the place of this one.
    pub fn go_on_with(&mut self, state: State) {
        (self.state, self.twin) = (state, None);
    }

    /// Goes on for so many steps; `heard` is told each in words. With a plant it ends once the
    /// planted answer was judged.
    pub fn steps(
        &mut self,
        commands: u64,
        mut plant: Option<Plant<'_>>,
        mut heard: Option<Heard<'_>>,
    ) -> Verdict {
        for _ in 0..commands {
            let (at, proposal) = self.generator.next(&self.oracle, &self.state);
            self.coverage.meet(&moments(&self.oracle, at, &proposal));
            let mut outcome = self.apply(at, &proposal, &mut heard)?;
            let planted =
                plant.as_mut().is_some_and(|plant| plant(&proposal, &mut outcome, &self.oracle));
            if let Err(violation) = self.judge(at, &proposal, &outcome) {
                self.about = story::about(&proposal, &outcome);
                return Err(violation);
            }
            if planted {
                return Ok(());
            }
            self.coverage.count(&proposal, &outcome);
            self.generator.heard(&proposal, &outcome);
            match self.step % CHECKPOINT {
                0 => self.checkpoint()?,
                TWIN_STEPS => self.part_from_twin()?,
                _ => {}
            }
        }
        self.checkpoint()
    }

    /// Has the core carry out a proposal, and tells of it.
    fn apply(
        &mut self,
        at: Millis,
        proposal: &Proposal,
        heard: &mut Option<Heard<'_>>,
    ) -> Result<Outcome, Violation> {
        self.step += 1;
        self.about.clear();
        match &proposal.command {
            Command::Settle { row, .. } => {
                if let Some(row) = self.state.outbox_row(*row) {
                    self.oracle.read_row(row, &self.state)?;
                }
            }
            Command::MapPart { hash, .. } | Command::MapDone { hash, .. } => {
                if let Some(hall) =
                    self.generator.halls.all().iter().find(|hall| hall.hash == *hash)
                {
                    self.oracle.heard_map(hall);
                }
            }
            _ => {}
        }
        let state = &mut self.state;
        let applied = catch_unwind(AssertUnwindSafe(|| state.apply(at, proposal)));
        let Ok(outcome) = applied else {
            if let Some(heard) = heard {
                heard(&format!("step {} at {}: {proposal:?} -> panic", self.step, at.0));
            }
            return Err(wrong!([], "apply panicked on {proposal:?}"));
        };
        if let Some(heard) = heard {
            heard(&story::words(self.step, at, proposal, &outcome));
        }
        if let Some(twin) = &mut self.twin
            && twin.apply(at, proposal) != outcome
        {
            return Err(wrong!([], "a state loaded from rows answers otherwise than {outcome:?}"));
        }
        Ok(outcome)
    }

    fn judge(&mut self, at: Millis, proposal: &Proposal, outcome: &Outcome) -> Verdict {
        self.oracle.judge(at, proposal, outcome, &self.state)?;
        self.oracle.read_deadline(&self.state)?;
        if self.looks.per_mille(250) {
            let about = self.reads_about(proposal, outcome);
            self.oracle.read_about(&about, &self.state)?;
        }
        if self.looks.per_mille(10) {
            self.take_dirty();
        }
        Ok(())
    }

    fn take_dirty(&mut self) {
        for change in self.state.take_dirty() {
            match change.row {
                Some(row) => self.rows.insert(change.key, row),
                None => self.rows.remove(&change.key),
            };
        }
    }

    /// Things near a command that a caller might look at right after.
    fn reads_about(&mut self, proposal: &Proposal, outcome: &Outcome) -> About {
        let mut about = About::default();
        match &outcome.result {
            Ok(Receipt::Hold(hold)) => {
                (about.hold, about.payment) = (Some(hold.id), hold.payment);
            }
            Ok(Receipt::Payment(payment)) => {
                (about.hold, about.payment) = (Some(payment.hold), Some(payment.id));
                about.booking = payment.booking;
            }
            Ok(Receipt::Booking(booking)) => {
                (about.hold, about.payment) = (Some(booking.hold), booking.payment);
                about.booking = Some(booking.id);
            }
            _ => {}
        }
        let generator = &self.generator;
        about.hold = about.hold.or_else(|| generator.holds.pick(&mut self.looks).copied());
        about.booking = about.booking.or_else(|| generator.bookings.pick(&mut self.looks).copied());
        let show = match &proposal.command {
            Command::Hold { show, .. } | Command::Block { show, .. } => Some(show.clone()),
            _ => None,
        };
        about.show = show.filter(|_| self.looks.per_mille(150));
        about
    }

    /// Looks at everything there is: invariants, rows, reads, and what ticks leave behind.
    fn checkpoint(&mut self) -> Verdict {
        self.part_from_twin()?;
        self.drain()?;
        let violations = self.state.check();
        if !violations.is_empty() {
            return Err(wrong!([], "State::check says {violations:?}"));
        }
        self.oracle.read_all(&self.state)?;
        self.oracle.read_forgotten(&self.state)?;
        self.take_dirty();
        let rows: Vec<Row> = self.state.rows().collect();
        self.same_rows(&rows)?;
        let loaded = match State::load(rows.iter().cloned()) {
            Ok(loaded) => loaded,
            Err(why) => return Err(wrong!([], "its own rows do not load: {why}")),
        };
        let again: Vec<Row> = loaded.rows().collect();
        first_difference("a loaded state has other rows", &again, &rows)?;
        let violations = loaded.check();
        if !violations.is_empty() {
            return Err(wrong!([], "State::check says of the loaded state {violations:?}"));
        }
        self.oracle.read_all(&loaded)?;
        // What was loaded goes on in the old one's place; the old one is the twin. Restarts are
        // common.
        self.twin = Some(std::mem::replace(&mut self.state, loaded));
        Ok(())
    }

    /// The state that went on and the one that was loaded heard the same: they must be the same.
    fn part_from_twin(&mut self) -> Verdict {
        let Some(twin) = self.twin.take() else { return Ok(()) };
        let (theirs, ours): (Vec<Row>, Vec<Row>) =
            (twin.rows().collect(), self.state.rows().collect());
        first_difference("two states fed the same have other rows", &theirs, &ours)
    }

    /// Rows in order, and the same that the changes since the beginning add up to.
    fn same_rows(&self, rows: &[Row]) -> Verdict {
        if !rows.is_sorted_by(|a, b| a.key() < b.key()) {
            return Err(wrong!([], "rows are not in the order of their keys"));
        }
        let kept: Vec<Row> = self.rows.values().cloned().collect();
        first_difference("the changes add up to other rows", &kept, rows)
    }

    /// Ticks until none is due.
    fn drain(&mut self) -> Verdict {
        for _ in 0..TICKS_MAX {
            let due = self.state.next_deadline().is_some_and(|at| at <= self.state.now());
            let proposal = self.generator.own(Command::Tick);
            let at = self.state.now();
            let outcome = self.state.apply(at, &proposal);
            self.oracle.judge(at, &proposal, &outcome, &self.state)?;
            if !due {
                return self.oracle.read_cancelled(&self.state);
            }
        }
        Err(wrong!([], "a tick is due for ever: {:?}", self.state.next_deadline()))
    }
}

fn first_difference(what: &str, theirs: &[Row], ours: &[Row]) -> Verdict {
    if theirs == ours {
        return Ok(());
    }
    let key = |row: &Row| row.key();
    for (their, our) in theirs.iter().zip(ours) {
        if their != our {
            let about = format!("{:?}", key(their).min(key(our)));
            return Err(wrong!([], "{what} at {about}:\n  {their:?}\n  {our:?}"));
        }
    }
    Err(wrong!([], "{what}: {} against {}", theirs.len(), ours.len()))
}
