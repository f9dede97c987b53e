//! What is judged, as plain data, and the judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use usher::codec::{LogId, checksum, encode_wire};
use usher::raft::{Batch, NodeId};
use usher::seats::{
    Command, Effect, EventEffect, OutboxId, Outcome, PaymentId, Receipt, Refusal, State,
};

use super::history::{End, Op};
use super::replay::{Decided, Replay};

/// More than any batch's outcomes take.
const OUTCOMES_BYTES_MAX: usize = 64 << 20;

/// Everything that is known of a run.
pub(crate) struct Evidence<'a> {
    /// What was agreed, by index, from 0 on.
    pub(crate) log: &'a BTreeMap<u64, Logged>,
    /// What clients asked and were told.
    pub(crate) history: &'a [Op],
    /// What nodes hold.
    pub(crate) nodes: Vec<Standing>,
    /// The gateway's own books.
    pub(crate) sessions: Vec<Session>,
    /// Outbox rows whose letters are there.
    pub(crate) letters: BTreeSet<OutboxId>,
    /// Webhooks that were answered with success, with the index that their answers named.
    pub(crate) webhooks: Vec<(String, Option<u64>)>,
    /// The show that is searched blindly: of its seats one at a time is asked for, by name; they
    /// are not paid for at a gateway, never replaced or blocked, and no hold of them expires.
    pub(crate) quiet: &'a str,
}

/// An entry as it was first applied, or as it lies in a log.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) id: LogId,
    /// `None` for entries without proposals.
    pub(crate) batch: Option<Arc<Batch>>,
    /// Of its outcomes. A log that was read from a disk has none.
    pub(crate) digest: Option<u32>,
    /// Who applied it first, or whose disk it was read from.
    pub(crate) by: NodeId,
}

impl Logged {
    /// Whether it had these outcomes, as far as is known.
    pub(crate) fn is_of(&self, outcomes: &[Outcome]) -> bool {
        self.digest.is_none_or(|known| known == digest(outcomes))
    }
}

/// Outcomes as a number.
pub(crate) fn digest(outcomes: &[Outcome]) -> u32 {
    checksum(&encode_wire(outcomes, OUTCOMES_BYTES_MAX).expect("outcomes are not that large"))
}

/// A node's state, and the index that it stands on.
pub(crate) struct Standing {
    pub(crate) node: NodeId,
    pub(crate) index: u64,
    pub(crate) state: State,
}

/// A session at the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) payment: PaymentId,
    /// It may still be paid.
    pub(crate) is_open: bool,
    /// What it took.
    pub(crate) captured: u64,
    /// What went back under each idempotency key.
    pub(crate) refunds: BTreeMap<OutboxId, u64>,
}

impl Session {
    /// What went back.
    pub(crate) fn refunded(&self) -> u64 {
        self.refunds.values().sum()
    }
}

/// Something that must never happen, in words, with the ids that its story is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Which invariant, such as `I4`.
    pub(crate) rule: &'static str,
    /// What happened.
    pub(crate) what: String,
    /// Ids of seats, holds, payments and so on.
    pub(crate) about: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.rule, self.what)
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Violation>);

impl Findings {
    pub(super) fn violate(&mut self, rule: &'static str, what: String, about: Vec<String>) {
        self.0.push(Violation { rule, what, about });
    }
}

/// What was found in the end.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// What must never happen and has.
    pub(crate) violations: Vec<Violation>,
    /// How much there was to be judged.
    pub(crate) tally: Tally,
}

/// How much there was to be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Requests that were answered.
    pub(crate) operations: u64,
    /// Requests whose outcome nobody knows.
    pub(crate) unknowns: u64,
    /// Log entries.
    pub(crate) entries: u64,
    /// Terms in which something was agreed.
    pub(crate) terms: u64,
    /// Holds that were made.
    pub(crate) holds: u64,
    /// Payments that succeeded in time.
    pub(crate) bookings: u64,
    /// Payments that came too late.
    pub(crate) late_payments: u64,
    /// Refunds that were made.
    pub(crate) refunds: u64,
    /// Other deliveries to the outside, letters for the most part.
    pub(crate) letters: u64,
    /// Outbox rows that nobody has settled.
    pub(crate) owed: u64,
}

impl Tally {
    pub(super) fn of(evidence: &Evidence<'_>, replay: &Replay<'_>) -> Tally {
        let terms: BTreeSet<u64> = evidence.log.values().map(|logged| logged.id.term).collect();
        let told = |op: &&Op| matches!(op.end, End::Told(_));
        let operations = evidence.history.iter().filter(told).count() as u64;
        let held = |decided: &&Decided| {
            matches!(decided.command, Command::Hold { .. }) && decided.outcome.result.is_ok()
        };
        let effect = |wanted: fn(&EventEffect) -> bool| {
            let is = |result: &Result<Receipt, Refusal>| match result {
                Ok(Receipt::Event(effect)) => wanted(effect),
                _ => false,
            };
            replay.unkeyed.iter().filter(|done| is(&done.outcome.result)).count() as u64
        };
        let refund = |effect: &&Effect| matches!(effect, Effect::Refund(_));
        let refunds = replay.delivered.values().filter(refund).count() as u64;
        Tally {
            operations,
            unknowns: evidence.history.len() as u64 - operations,
            entries: evidence.log.len() as u64,
            terms: terms.len() as u64,
            holds: replay.decided.values().filter(held).count() as u64,
            bookings: effect(|effect| matches!(effect, EventEffect::Booked(_))),
            late_payments: effect(|effect| matches!(effect, EventEffect::RefundQueued(_))),
            refunds,
            letters: replay.delivered.len() as u64 - refunds,
            owed: replay.state.outbox().count() as u64,
        }
    }
}
