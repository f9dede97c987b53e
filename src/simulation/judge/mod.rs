//! Judges a run that is over. What was agreed is replayed through a core of its own and through the
//! naive model that also judges the core alone; what clients were told, what nodes hold now, and
//! what the outside has in its books must all agree with that. A witness replays what clients were
//! told, and a blind search trusts not even the order of the log.
//!
//! It takes plain data: nothing here knows whether nodes were simulated or were processes. The
//! folder is a module of the library under test and of the tests over processes; therefore it calls
//! the library by its name, and finds the model at the root of the crate.

mod evidence;
pub(crate) mod history;

mod answers;
mod books;
mod numbers;
mod real_time;
mod replay;

pub(crate) mod blind;
mod seats;
mod told;
pub(crate) mod witness;

pub(crate) use evidence::{Evidence, Judgement, Logged, Session, Standing, Violation, digest};

use evidence::Tally;
use replay::Replay;

/// More findings of one kind say nothing new.
const FINDINGS_MAX: usize = 5;

/// Judges everything.
pub(crate) fn judge(evidence: &Evidence<'_>) -> Judgement {
    let mut replay = Replay::new(evidence);
    replay.run(evidence);
    let mut found = std::mem::take(&mut replay.found);
    answers::check(evidence.history, &replay, &mut found);
    books::nodes(evidence, &replay, &mut found);
    books::outside(evidence, &replay, &mut found);
    real_time::check(evidence.history, &replay, &mut found);
    for what in told::witnessed(evidence.history, &replay) {
        found.violate("witness", what, Vec::new());
    }
    for (seat, what) in seats::blindly(evidence, &replay) {
        found.violate("blind", what, vec![seat]);
    }
    Judgement { violations: found.0, tally: Tally::of(evidence, &replay) }
}
