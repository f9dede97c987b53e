//! Replays what was agreed through a core of its own and through the naive model, and looks at each
//! read where it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use usher::seats::{
    BookingId, Command, Delivery, Effect, HoldId, MapHash, MapHeader, MapItem, Millis, OutboxId,
    Outcome, PaymentId, Proposal, Refusal, SeatId, ShowId, State, UserId,
};

use super::FINDINGS_MAX;
use super::answers::snake;
use super::evidence::{Evidence, Findings, Logged, Standing};
use super::history::{Ask, End, Op, Spot, Told};
use crate::hall::Hall;
use crate::oracle::{Oracle, Scope, Slot};

/// As [`usher::raft::machine`] begins.
const FIRST_EPOCH: u64 = 1;

/// How the keys begin that nodes make.
const NODE_KEYS: &str = "node-";

/// An entry's proposal as it was first decided.
pub(super) struct Decided {
    pub(super) index: u64,
    pub(super) place: u32,
    pub(super) outcome: Outcome,
    pub(super) command: Command,
}

impl Decided {
    /// Whether it is the answer under its key from then on.
    pub(super) fn is_kept(&self) -> bool {
        self.outcome.result.as_ref().err().is_none_or(Refusal::is_decided)
    }
}

/// The log carried out, and what was learnt on the way.
pub(super) struct Replay<'a> {
    pub(super) state: State,
    oracle: Oracle,
    halls: BTreeMap<MapHash, Rc<Hall>>,
    /// By the caller's scope and key.
    pub(super) decided: BTreeMap<(Scope, String), Decided>,
    /// What was proposed without a key.
    pub(super) unkeyed: Vec<Decided>,
    /// Rows that were settled as delivered.
    pub(super) delivered: BTreeMap<OutboxId, Effect>,
    /// Log time after each index.
    pub(super) times: BTreeMap<u64, u64>,
    /// Reads by the index that they stand on.
    reads: BTreeMap<u64, Vec<(&'a Op, &'a Told)>>,
    /// When a show was cancelled.
    pub(super) cancelled: BTreeMap<ShowId, u64>,
    /// Nodes that hold something else, in words.
    pub(super) differing: Vec<String>,
    findings: usize,
    pub(super) found: Findings,
}

impl<'a> Replay<'a> {
    pub(super) fn new(evidence: &Evidence<'a>) -> Replay<'a> {
        let mut reads: BTreeMap<u64, Vec<_>> = BTreeMap::new();
        for op in evidence.history {
            if let (true, End::Told(told)) = (op.ask.is_read(), &op.end) {
                // Without an index it stands on nothing, which is found at the end.
                reads.entry(told.index.unwrap_or(u64::MAX)).or_default().push((op, told));
            }
        }
        Replay {
            state: State::new(FIRST_EPOCH),
            oracle: Oracle::default(),
            halls: halls(evidence.log),
            decided: BTreeMap::new(),
            unkeyed: Vec::new(),
            delivered: BTreeMap::new(),
            times: BTreeMap::new(),
            reads,
            cancelled: BTreeMap::new(),
            differing: Vec::new(),
            findings: 0,
            found: Findings::default(),
        }
    }

    /// Carries everything out, up to what cannot be.
    pub(super) fn run(&mut self, evidence: &Evidence<'a>) {
        for (expected, (index, logged)) in evidence.log.iter().enumerate() {
            if *index != expected as u64 {
                let what = format!("entry {expected} was never applied, and {index} was");
                return self.found.violate("I9", what, Vec::new());
            }
            let mut outcomes = Vec::new();
            if let Some(batch) = &logged.batch {
                self.state.enter(*index);
                for (place, proposal) in batch.proposals.iter().enumerate() {
                    let place = u32::try_from(place).unwrap_or(u32::MAX);
                    match self.apply(*index, place, batch.at, proposal) {
                        Some(outcome) => outcomes.push(outcome),
                        None => return,
                    }
                }
            }
            if !logged.is_of(&outcomes) {
                let what = format!("entry {index} had other outcomes in the cluster than alone");
                self.find("I9", what, Vec::new());
            }
            self.times.insert(*index, self.state.now().0);
            self.check_reads(*index);
            let here = evidence.nodes.iter().filter(|standing| standing.index == *index);
            self.differing.extend(here.filter_map(|standing| difference(&self.state, standing)));
        }
        for (op, told) in std::mem::take(&mut self.reads).into_values().flatten() {
            let what = format!("{} asked {:?}: no entry {:?}", op.user, op.ask, told.index);
            self.find("read", what, Vec::new());
        }
        self.check_webhooks(&evidence.webhooks);
    }

    /// What a gateway was told to have been taken is in the log.
    fn check_webhooks(&mut self, webhooks: &[(String, Option<u64>)]) {
        let mut taken: BTreeSet<(u64, &str)> = BTreeSet::new();
        for Decided { index, command, .. } in &self.unkeyed {
            if let Command::GatewayEvent(event) = command {
                taken.insert((*index, event.event.as_str()));
            }
        }
        let mut missing = Vec::new();
        for (body, index) in webhooks {
            let event: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            let at = index.zip(event["id"].as_str());
            if at.is_none_or(|at| !taken.contains(&at)) {
                missing.push(format!("{body} was taken at {index:?}, and is not in the log there"));
            }
        }
        for what in missing {
            self.find("I4", what, Vec::new());
        }
    }

    /// Carries out one proposal; `None` if that is the end of the replay.
    fn apply(
        &mut self,
        index: u64,
        place: u32,
        at: Millis,
        proposal: &Proposal,
    ) -> Option<Outcome> {
        match &proposal.command {
            Command::Settle { row, delivery } => {
                if let Some(row) = self.state.outbox_row(*row) {
                    if matches!(delivery, Delivery::Done) {
                        self.delivered.insert(row.id, row.effect);
                    }
                    if let Err(violation) = self.oracle.read_row(row, &self.state) {
                        self.find("oracle", violation.what, violation.about);
                    }
                }
            }
            Command::MapPart { hash, .. } | Command::MapDone { hash, .. } => {
                if let Some(hall) = self.halls.get(hash) {
                    self.oracle.heard_map(hall);
                }
            }
            Command::CancelShow { show } => {
                self.cancelled.entry(show.clone()).or_insert(index);
            }
            _ => {}
        }
        let state = &mut self.state;
        let applied = catch_unwind(AssertUnwindSafe(|| state.apply(at, proposal)));
        let Ok(outcome) = applied else {
            self.found.violate("apply", format!("it panics on {proposal:?}"), Vec::new());
            return None;
        };
        // The model goes on from what it was told, so a first contradiction leads to others.
        if self.findings < FINDINGS_MAX
            && self.is_complete(&proposal.command)
            && let Err(violation) = self.oracle.judge(at, proposal, &outcome, &self.state)
        {
            let mut about = violation.about;
            about.extend(crate::story::about(proposal, &outcome));
            let what = format!("at index {index}: {}", violation.what);
            self.find("oracle", what, about);
        }
        let command = proposal.command.clone();
        let decided = Decided { index, place, outcome: outcome.clone(), command };
        match &proposal.key {
            Some(key) if !outcome.replayed && outcome.result != Err(Refusal::KeyReused) => {
                let at = (Scope::of(&proposal.caller), key.text.to_string());
                // What is not kept under its key may be decided again.
                if self.decided.get(&at).is_none_or(|known| !known.is_kept()) {
                    self.decided.insert(at, decided);
                }
            }
            Some(_) => {}
            None => self.unkeyed.push(decided),
        }
        Some(outcome)
    }

    /// Whether all of it was sent: the model reads a seat map as a whole, and some are given up.
    fn is_complete(&self, command: &Command) -> bool {
        match command {
            Command::MapPart { hash, .. } => self.halls.contains_key(hash),
            _ => true,
        }
    }

    /// Compares what was read at an index with the model as it is there.
    fn check_reads(&mut self, index: u64) {
        for (op, told) in self.reads.remove(&index).unwrap_or_default() {
            let checked = match &op.ask {
                Ask::Seats { show, .. } => self.check_seats(told, show),
                Ask::Look { path, .. } => self.check_look(told, &op.user, path),
                _ => Ok(()),
            };
            if let Err(what) = checked {
                let what = format!("{} asked {:?}, and at {index} {what}", op.user, op.ask);
                self.find("read", what, Vec::new());
            }
        }
    }

    fn check_seats(&self, told: &Told, show: &str) -> Result<(), String> {
        let model = self.oracle.shows.get(&ShowId::from(show.to_owned()));
        let Some(model) = model.filter(|_| told.is_success()) else {
            // Before the show was put on.
            let right = model.is_none() && told.status == 404;
            return if right { Ok(()) } else { Err(format!("was told {}", told.status)) };
        };
        let hall = model.hall.as_ref().ok_or("the show has no hall")?;
        let (mut count, all) = (0, model.seats.len());
        for Spot { id, state, hold, booking } in told.spots().ok_or("there are no seats")? {
            count += 1;
            let at = hall.find(&SeatId(id.to_owned()));
            let due = match at.map(|at| model.seats[at]) {
                Some(Slot::Free) => ("AVAILABLE", None, None),
                Some(Slot::Blocked) => ("BLOCKED", None, None),
                Some(Slot::Held(hold)) => ("PENDING", Some(hold.to_string()), None),
                // Of a show that was taken off, sooner or later.
                Some(Slot::Booked(booking)) if self.oracle.doomed.contains(&booking) => continue,
                Some(Slot::Booked(booking)) => ("RESERVED", None, Some(booking.to_string())),
                None => ("no seat", None, None),
            };
            let found = (state, hold.map(str::to_owned), booking.map(str::to_owned));
            if found != due {
                return Err(format!("{id} was told as {found:?}, due was {due:?}"));
            }
        }
        if count == all { Ok(()) } else { Err(format!("{count} of {all} seats came")) }
    }

    /// A look at one's own hold, or at something of one's own by its id.
    fn check_look(&self, told: &Told, user: &str, path: &str) -> Result<(), String> {
        let found = (told.status, told.text("id"), told.text("status"));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let id = |of: &str| path.strip_prefix(of);
        // Payments are not the model's: of a show that was taken off it learns of refunds and
        // cancelled bookings only later.
        let due = if let Some(id) = id("/v1/payments/") {
            let payment = PaymentId::parse(id).and_then(|id| self.state.payment(id));
            payment.map(|payment| (payment.id.to_string(), format!("{:?}", payment.status)))
        } else if let Some(id) = id("/v1/bookings/") {
            let booking = BookingId::parse(id).and_then(|id| self.state.booking(id));
            booking.map(|booking| (booking.id.to_string(), format!("{:?}", booking.status)))
        } else if let Some(id) = id("/v1/holds/") {
            let hold = HoldId::parse(id).and_then(|id| self.state.hold(id));
            hold.map(|hold| (hold.id.to_string(), format!("{:?}", hold.status)))
        } else if path == "/v1/me/hold" {
            let hold = self.oracle.active.get(&UserId::from(user.to_owned()));
            hold.map(|hold| (hold.to_string(), "Pending".to_owned()))
        } else {
            return Err("that is no path that can be judged".to_owned());
        };
        let due = due.map(|(id, status)| (id, snake(&status)));
        let due = match &due {
            Some((id, status)) => (200, id.as_str(), status.as_str()),
            None => (404, "", ""),
        };
        // A problem has a status of its own.
        let found = if found.0 == 200 { found } else { (found.0, "", "") };
        if found == due { Ok(()) } else { Err(format!("was told {found:?}, due was {due:?}")) }
    }

    fn find(&mut self, rule: &'static str, what: String, about: Vec<String>) {
        self.findings += 1;
        if self.findings <= FINDINGS_MAX {
            self.found.violate(rule, what, about);
        }
    }

    /// What became of a client's write, if it was agreed.
    pub(super) fn of(&self, op: &Op) -> Option<&Decided> {
        self.decided.get(&self.key_of(op)?)
    }

    /// What a write is known by: its key, or the one that its node made. Who gives none asks for
    /// one hold alone.
    pub(super) fn key_of(&self, op: &Op) -> Option<(Scope, String)> {
        let scope = Scope::User(UserId::from(op.user.clone()));
        if let Some(key) = &op.key {
            return Some((scope, key.clone()));
        }
        if !op.ask.is_hold() {
            return None;
        }
        let from = (scope.clone(), NODE_KEYS.to_owned());
        let (made, _) = self.decided.range(from..).next()?;
        (made.0 == scope && made.1.starts_with(NODE_KEYS)).then(|| made.clone())
    }
}

/// How a node's rows differ from those that the log makes, in words.
fn difference(due: &State, standing: &Standing) -> Option<String> {
    let Standing { node, index, state } = standing;
    let (mut due, mut found) = (due.rows(), state.rows());
    loop {
        let what = match (due.next(), found.next()) {
            (None, None) => return None,
            (due, found) if due == found => continue,
            (Some(due), Some(found)) => format!("it has {found:?}, due was {due:?}"),
            (Some(due), None) => format!("it lacks {due:?}"),
            (None, Some(found)) => format!("it has {found:?}, which is too much"),
        };
        return Some(format!("node {node} at {index}: {what}"));
    }
}

/// The seat maps that were sent, as the model reads them.
fn halls(log: &BTreeMap<u64, Logged>) -> BTreeMap<MapHash, Rc<Hall>> {
    let mut parts: BTreeMap<MapHash, BTreeMap<u32, Vec<MapItem>>> = BTreeMap::new();
    let mut headers: BTreeMap<MapHash, MapHeader> = BTreeMap::new();
    let batches = log.values().filter_map(|logged| logged.batch.as_ref());
    for proposal in batches.flat_map(|batch| &batch.proposals) {
        match &proposal.command {
            Command::MapPart { hash, part, items } => {
                parts.entry(*hash).or_default().insert(*part, items.clone());
            }
            Command::MapDone { hash, header } => {
                headers.insert(*hash, header.clone());
            }
            _ => {}
        }
    }
    let hall = |(hash, header): (MapHash, MapHeader)| {
        let items = parts.remove(&hash).unwrap_or_default().into_values().flatten().collect();
        (hash, Rc::new(Hall::read(hash, header, items)))
    };
    headers.into_iter().map(hall).collect()
}
