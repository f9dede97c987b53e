//! Judges a run that is over. What was agreed is replayed through a core of its own and through the
//! naive model that also judges the core alone; what clients were told, what nodes hold now, and
//! what the outside has in its books must all agree with that.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::clients::QUIET;
use super::history::{Ask, End, Op, Told};
use super::observer::{Logged, Observer};
use super::world::World;
use super::{blind, witness};
use crate::audit;
use crate::hall::Hall;
use crate::oracle::{Oracle, Scope, Slot, refusal_kind};
use crate::seats::{
    Command, Delivery, Effect, EventEffect, GatewayEventKind, MapHash, MapHeader, MapItem, Millis,
    OutboxId, Outcome, Proposal, Receipt, Refusal, Row, ShowId, State, UserId,
};

/// As [`crate::raft::machine`] begins.
const FIRST_EPOCH: u64 = 1;

/// Steps of one blind search, of at most some two hundred operations.
const SEARCH_STEPS_MAX: u64 = 5_000_000;

/// More findings of one kind say nothing new.
const FINDINGS_MAX: usize = 5;

/// Judges everything; what is wrong goes to the observer.
pub(crate) fn judge(world: &World, history: &[Op]) {
    let observer = &world.observer;
    let log = observer.log();
    let mut replay = Replay::new(&log, history);
    replay.run(observer, &log);
    count(observer, &log, &replay);
    answers(observer, history, &replay);
    nodes(world, &replay);
    outside(world, &replay);
    real_time(observer, history, &replay);
    witnessed(observer, history, &replay);
    blindly(observer, history, &replay);
}

/// An entry's proposal as it was first decided.
struct Decided {
    index: u64,
    place: u32,
    outcome: Outcome,
    command: Command,
}

struct Replay<'a> {
    state: State,
    oracle: Oracle,
    halls: BTreeMap<MapHash, Rc<Hall>>,
    /// By the caller's scope and key.
    decided: BTreeMap<(Scope, String), Decided>,
    /// What was proposed without a key, with its outcome.
    unkeyed: Vec<(u64, u32, Command, Outcome)>,
    /// Rows that were settled as delivered.
    delivered: BTreeMap<OutboxId, Effect>,
    /// Log time after each index.
    times: BTreeMap<u64, u64>,
    /// Reads by the index that they stand on.
    reads: BTreeMap<u64, Vec<(&'a Op, &'a Told, &'a str)>>,
    /// When a show was cancelled.
    cancelled: BTreeMap<ShowId, u64>,
    findings: usize,
}

impl<'a> Replay<'a> {
    fn new(log: &BTreeMap<u64, Logged>, history: &'a [Op]) -> Replay<'a> {
        let mut reads: BTreeMap<u64, Vec<_>> = BTreeMap::new();
        for op in history {
            if let (Ask::Seats { show, .. }, End::Told(told)) = (&op.ask, &op.end)
                && let (Some(index), true) = (told.index, told.is_success())
            {
                reads.entry(index).or_default().push((op, told, show.as_str()));
            }
        }
        Replay {
            state: State::new(FIRST_EPOCH),
            oracle: Oracle::default(),
            halls: halls(log),
            decided: BTreeMap::new(),
            unkeyed: Vec::new(),
            delivered: BTreeMap::new(),
            times: BTreeMap::new(),
            reads,
            cancelled: BTreeMap::new(),
            findings: 0,
        }
    }

    fn run(&mut self, observer: &Observer, log: &BTreeMap<u64, Logged>) {
        for (expected, (index, logged)) in log.iter().enumerate() {
            if *index != expected as u64 {
                let what = format!("entry {expected} was never applied, and {index} was");
                return observer.violate("I9", what, Vec::new());
            }
            let mut outcomes = Vec::new();
            if let Some(batch) = &logged.batch {
                for (place, proposal) in batch.proposals.iter().enumerate() {
                    let place = u32::try_from(place).unwrap_or(u32::MAX);
                    match self.apply(observer, *index, place, batch.at, proposal) {
                        Some(outcome) => outcomes.push(outcome),
                        None => return,
                    }
                }
            }
            if !logged.is_of(&outcomes) {
                let what = format!("entry {index} had other outcomes in the cluster than alone");
                self.find(observer, "I9", what, Vec::new());
            }
            self.times.insert(*index, self.state.now().0);
            self.check_reads(observer, *index);
        }
    }

    /// Carries out one proposal; `None` if that is the end of the replay.
    fn apply(
        &mut self,
        observer: &Observer,
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
                        self.find(observer, "oracle", violation.what, violation.about);
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
            observer.violate("apply", format!("it panics on {proposal:?}"), Vec::new());
            return None;
        };
        // The model goes on from what it was told, so a first contradiction leads to others.
        if self.findings < FINDINGS_MAX
            && let Err(violation) = self.oracle.judge(at, proposal, &outcome, &self.state)
        {
            let mut about = violation.about;
            about.extend(crate::story::about(proposal, &outcome));
            let what = format!("at index {index}: {}", violation.what);
            self.find(observer, "oracle", what, about);
        }
        let command = proposal.command.clone();
        match &proposal.key {
            Some(key) if !outcome.replayed && outcome.result != Err(Refusal::KeyReused) => {
                let at = (Scope::of(&proposal.caller), key.text.clone());
                let decided = Decided { index, place, outcome: outcome.clone(), command };
                self.decided.entry(at).or_insert(decided);
            }
            Some(_) => {}
            None => self.unkeyed.push((index, place, command, outcome.clone())),
        }
        Some(outcome)
    }

    /// Compares what was read at an index with the model as it is there.
    fn check_reads(&mut self, observer: &Observer, index: u64) {
        for (op, told, show) in self.reads.remove(&index).unwrap_or_default() {
            let Some(model) = self.oracle.shows.get(&ShowId(show.to_owned())) else {
                let what = format!("{} read {show} at {index}, where it is not", op.user);
                self.find(observer, "read", what, vec![show.to_owned()]);
                continue;
            };
            let Some(hall) = model.hall.clone() else { continue };
            let mut wrong = None;
            for seat in told.body["seats"].as_array().into_iter().flatten() {
                let id = seat["id"].as_str().unwrap_or_default();
                let at = hall.find(&crate::seats::SeatId(id.to_owned()));
                let slot = at.map(|at| model.seats[at]);
                let due = match slot {
                    Some(Slot::Free) => ("AVAILABLE", None, None),
                    Some(Slot::Blocked) => ("BLOCKED", None, None),
                    Some(Slot::Held(hold)) => ("PENDING", Some(hold.to_string()), None),
                    // Of a show that was taken off, sooner or later.
                    Some(Slot::Booked(booking)) if self.oracle.doomed.contains(&booking) => {
                        continue;
                    }
                    Some(Slot::Booked(booking)) => ("RESERVED", None, Some(booking.to_string())),
                    None => ("no seat", None, None),
                };
                let text = |field: &str| seat[field].as_str().map(str::to_owned);
                let found = (seat["state"].as_str().unwrap_or("-"), text("hold"), text("booking"));
                if found != due {
                    wrong = Some((id.to_owned(), format!("{found:?}, due was {due:?}")));
                    break;
                }
            }
            if let Some((seat, what)) = wrong {
                let what = format!("{} read of {seat} of {show} at {index}: {what}", op.user);
                self.find(observer, "read", what, vec![seat]);
            }
        }
    }

    fn find(&mut self, observer: &Observer, rule: &'static str, what: String, about: Vec<String>) {
        self.findings += 1;
        if self.findings <= FINDINGS_MAX {
            observer.violate(rule, what, about);
        }
    }

    fn of(&self, op: &Op) -> Option<&Decided> {
        let key = op.key.clone()?;
        self.decided.get(&(Scope::User(UserId(op.user.clone())), key))
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

fn count(observer: &Observer, log: &BTreeMap<u64, Logged>, replay: &Replay<'_>) {
    let terms: BTreeSet<u64> = log.values().map(|logged| logged.id.term).collect();
    let all = replay.decided.values().map(|decided| &decided.outcome);
    let made = |outcome: &&Outcome| matches!(outcome.result, Ok(Receipt::Hold(_)));
    let effect = |wanted: fn(&EventEffect) -> bool| {
        let is = |result: &Result<Receipt, Refusal>| match result {
            Ok(Receipt::Event(effect)) => wanted(effect),
            _ => false,
        };
        replay.unkeyed.iter().filter(|(_, _, _, outcome)| is(&outcome.result)).count() as u64
    };
    observer.count(|counts| {
        counts.entries += log.len() as u64;
        counts.leaders += terms.len() as u64;
        counts.holds += all.filter(made).count() as u64;
        counts.bookings += effect(|effect| matches!(effect, EventEffect::Booked(_)));
        counts.late_payments += effect(|effect| matches!(effect, EventEffect::RefundQueued(_)));
        let refund = |effect: &&Effect| matches!(effect, Effect::Refund(_));
        counts.refunds += replay.delivered.values().filter(refund).count() as u64;
        counts.letters += (replay.delivered.len() as u64)
            .saturating_sub(replay.delivered.values().filter(refund).count() as u64);
    });
}

/// What clients were told is what was agreed (I4, I7).
fn answers(observer: &Observer, history: &[Op], replay: &Replay<'_>) {
    let mut findings = 0;
    for op in history.iter().filter(|op| op.key.is_some()) {
        if let Err((rule, what)) = answer(op, replay.of(op)) {
            findings += 1;
            if findings <= FINDINGS_MAX {
                let key = op.key.clone().unwrap_or_default();
                let what = format!("{} asked {:?} [key {key}]: {what}", op.user, op.ask);
                observer.violate(rule, what, vec![format!("[key {key}")]);
            }
        }
    }
    for op in history {
        if let End::Told(told) = &op.end
            && told.index.is_some_and(|index| index < op.min_index)
        {
            let what = format!("{} was told of {:?}, {} known", op.user, told.index, op.min_index);
            observer.violate("I8", what, Vec::new());
        }
    }
}

fn answer(op: &Op, decided: Option<&Decided>) -> Result<(), (&'static str, String)> {
    let told = match (&op.end, decided) {
        (End::Told(told), _) => told,
        (End::Unknown, _) | (End::NotProposed, None) => return Ok(()),
        (End::NotProposed, Some(decided)) => {
            let what = format!("503 says not proposed, and entry {} has it", decided.index);
            return Err(("I7", what));
        }
    };
    let Some(decided) = decided else {
        if told.status == 400 {
            return Ok(());
        }
        let rule = if told.is_success() { "I4" } else { "I7" };
        let what = format!("told {} {:?}, and the log has nothing of it", told.status, told.code);
        return Err((rule, what));
    };
    let late = told.index.is_none_or(|index| index < decided.index);
    let exact = !told.replayed && !matches!(op.ask, Ask::Pay { .. } | Ask::CreateShow { .. });
    if late || (exact && told.index != Some(decided.index)) {
        let what = format!("told index {:?}, decided at {}", told.index, decided.index);
        return Err(("I7", what));
    }
    let over = matches!(told.code.as_deref(), Some("hold_expired" | "payment_not_open"));
    match &decided.outcome.result {
        Ok(receipt) if told.is_success() => {
            let id = match receipt {
                Receipt::Hold(hold) => hold.id.to_string(),
                Receipt::Payment(payment) => payment.id.to_string(),
                Receipt::Booking(booking) => booking.id.to_string(),
                _ => return Ok(()),
            };
            // A release is answered without a body.
            if told.status != 204 && told.text("id") != id {
                return Err(("I7", format!("told {:?}, decided was {id}", told.text("id"))));
            }
            Ok(())
        }
        // The payment ended before its gateway answered.
        Ok(_) if over && matches!(op.ask, Ask::Pay { .. }) => Ok(()),
        Err(refusal) if !told.is_success() => {
            let due = snake(refusal_kind(refusal));
            match told.code.as_deref() {
                Some(code) if code == due => Ok(()),
                Some("invalid_request") => Ok(()),
                code => Err(("I7", format!("told {code:?}, decided was {due}"))),
            }
        }
        result => Err(("I7", format!("told {} {:?}, decided {result:?}", told.status, told.code))),
    }
}

/// `HoldExpired` as the contract writes it.
fn snake(name: &str) -> String {
    match name {
        "KeyReused" => return "idempotency_key_reused".to_owned(),
        "UserHasActiveHold" => return "user_has_active_hold".to_owned(),
        _ => {}
    }
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Every node has the state that the log makes (I9), and it is sound.
fn nodes(world: &World, replay: &Replay<'_>) {
    let observer = &world.observer;
    let due: Vec<Row> = replay.state.rows().collect();
    for (id, run) in world.running() {
        let (rows, index): (Vec<Row>, u64) =
            run.handle.read(|state, index| (state.rows().collect(), index));
        if rows != due {
            let differs = due.iter().zip(&rows).find(|(due, found)| due != found);
            let what = match differs {
                Some((due, found)) => format!("it has {found:?}, due was {due:?}"),
                None => format!("it has {} rows, due were {}", rows.len(), due.len()),
            };
            let what = format!("node {id} at {index}: {what}");
            observer.violate("I9", what, Vec::new());
        }
    }
    let report = audit::report(&replay.state, 0);
    for violation in report.violations.into_iter().take(FINDINGS_MAX) {
        observer.violate("audit", violation, Vec::new());
    }
}

/// The gateway's own books agree with ours (I3), and what was settled as delivered was (I11).
fn outside(world: &World, replay: &Replay<'_>) {
    let observer = &world.observer;
    let sessions = world.outside.sessions();
    let letters = world.outside.letters();
    let refunded: BTreeSet<OutboxId> =
        sessions.iter().flat_map(|sold| sold.refunds.keys().copied()).collect();
    for (row, effect) in &replay.delivered {
        let done = match effect {
            Effect::Refund(_) => refunded.contains(row),
            Effect::MailBooking(_) => letters.contains_key(row),
            Effect::CloseSession(_) => true,
        };
        if !done {
            let what = format!("{row} was settled as delivered, and nothing was: {effect:?}");
            observer.violate("I11", what, vec![row.to_string()]);
        }
    }
    for sold in sessions {
        let about = vec![sold.payment.to_string()];
        let Some(payment) = replay.state.payment(sold.payment) else {
            let what = format!("the gateway has a session of {}, we do not", sold.payment);
            observer.violate("I3", what, about);
            continue;
        };
        let (captured, back) = (sold.captured(), sold.refunded());
        if payment.captured.0 != captured || payment.refunded.0 != back || captured < back {
            let what = format!(
                "the gateway took {captured} for {} and gave back {back}; our books say {} and {}",
                sold.payment, payment.captured.0, payment.refunded.0
            );
            observer.violate("I3", what, about);
        }
    }
}

/// Whatever was answered before something was asked stands on an earlier index, or on the same.
fn real_time(observer: &Observer, history: &[Op], replay: &Replay<'_>) {
    let mut placed = Vec::new();
    for op in history {
        let linearizable = matches!(
            op.ask,
            Ask::Seats { linearizable: true, .. } | Ask::Look { linearizable: true, .. }
        );
        if op.key.is_some() {
            if let Some(decided) = replay.of(op) {
                let returned = match op.end {
                    End::Told(_) => op.returned,
                    End::NotProposed | End::Unknown => u64::MAX,
                };
                placed.push((decided.index, op.called, returned, op));
            }
        } else if let (End::Told(told), true) = (&op.end, linearizable)
            && let Some(index) = told.index
        {
            placed.push((index, op.called, op.returned, op));
        }
    }
    placed.sort_by_key(|(index, called, returned, _)| (*index, *called, *returned));
    let mut later: Option<(u64, u64, &Op)> = None;
    let mut here: Option<(u64, u64, &Op)> = None;
    let mut findings = 0;
    for (index, called, returned, op) in placed.into_iter().rev() {
        if here.is_some_and(|(at, _, _)| index < at) {
            later = [later, here.take()].into_iter().flatten().min_by_key(|(_, back, _)| *back);
        }
        if let Some((at, back, other)) = later
            && back < called
        {
            findings += 1;
            if findings <= FINDINGS_MAX {
                let what = format!(
                    "{} asked {:?} after {} had been answered {:?} at {at}, and got index {index}",
                    op.user, op.ask, other.user, other.ask
                );
                observer.violate("real time", what, op.key.iter().cloned().collect());
            }
        }
        if here.is_none_or(|(_, back, _)| returned < back) {
            here = Some((index, returned, op));
        }
    }
}

/// Numbers for ids.
#[derive(Default)]
struct Numbers(BTreeMap<String, u32>);

impl Numbers {
    fn of(&mut self, id: &str) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(id.to_owned()).or_insert(next)
    }
}

/// Replays what clients were told of seats through the witness. What nobody was told, for its
/// client gave up or had no key, is taken from the log.
fn witnessed(observer: &Observer, history: &[Op], replay: &Replay<'_>) {
    let (mut users, mut holds, mut seats) =
        (Numbers::default(), Numbers::default(), Numbers::default());
    let mut ops = Vec::new();
    let called: BTreeMap<(&str, &str), &Op> = history
        .iter()
        .filter_map(|op| Some(((op.user.as_str(), op.key.as_deref()?), op)))
        .collect();
    let keyed = replay.decided.iter().map(|((scope, key), decided)| {
        let op = match scope {
            Scope::User(user) => called.get(&(user.0.as_str(), key.as_str())).copied(),
            Scope::Anonymous(_) => None,
        };
        (decided.index, decided.place, &decided.command, &decided.outcome, op)
    });
    let unkeyed = replay
        .unkeyed
        .iter()
        .map(|(index, place, command, outcome)| (*index, *place, command, outcome, None));
    for (index, place, command, outcome, op) in keyed.chain(unkeyed) {
        let told = op.and_then(|op| match &op.end {
            End::Told(told) => Some((op, told)),
            End::NotProposed | End::Unknown => None,
        });
        let mut numbers = (&mut users, &mut holds, &mut seats);
        let Some(act) = act(&replay.state, command, outcome, told, &mut numbers) else { continue };
        let called = op.map_or(0, |op| op.called);
        let returned = told.map_or(u64::MAX, |(op, _)| op.returned);
        let at = outcome.at.0;
        ops.push(witness::Op { index, place, called, returned, at, bound: true, act });
    }
    for op in history {
        let (Ask::Seats { show: of, linearizable }, End::Told(told)) = (&op.ask, &op.end) else {
            continue;
        };
        let end = replay.cancelled.get(&ShowId(of.clone())).copied().unwrap_or(u64::MAX);
        let Some(index) = told.index.filter(|index| *index < end) else { continue };
        let Some(at) = replay.times.get(&index).copied() else { continue };
        let mut told_of = Vec::new();
        for seat in told.body["seats"].as_array().into_iter().flatten() {
            let number = seats.of(&seat_name(of, seat["id"].as_str().unwrap_or_default()));
            let seen = match (seat["hold"].as_str(), seat["booking"].as_str()) {
                (Some(hold), _) => witness::Seen::Held(holds.of(hold)),
                (None, Some(booking)) => witness::Seen::Sold(holds.of(booking)),
                (None, None) if seat["state"] == "BLOCKED" => witness::Seen::Blocked,
                (None, None) => witness::Seen::Free,
            };
            told_of.push((number, seen));
        }
        ops.push(witness::Op {
            index,
            place: u32::MAX,
            called: op.called,
            returned: op.returned,
            at,
            bound: *linearizable,
            act: witness::Act::Read { seats: told_of.into() },
        });
    }
    for what in witness::check(ops, FINDINGS_MAX) {
        observer.violate("witness", what, Vec::new());
    }
}

fn seat_name(show: &str, seat: &str) -> String {
    format!("{show}/{seat}")
}

/// What an entry's proposal is to the witness. What the client was told counts, where it was.
fn act(
    state: &State,
    command: &Command,
    outcome: &Outcome,
    told: Option<(&Op, &Told)>,
    (users, holds, seats): &mut (&mut Numbers, &mut Numbers, &mut Numbers),
) -> Option<witness::Act> {
    match (command, &outcome.result) {
        (Command::Hold { user, show, replace_active, .. }, Ok(Receipt::Hold(hold))) => {
            let user = users.of(&user.0);
            let map = state.show(show).and_then(|show| show.map());
            let name = |ix| map.and_then(|map| map.seat(ix)).map(|seat| seat.id.0.clone());
            let mut names: Vec<String> =
                hold.seats.iter().filter_map(|line| name(line.seat)).collect();
            let mut id = hold.id.to_string();
            if let Some((_, told)) = told {
                // As the client read it.
                id = told.text("id").to_owned();
                let lines = told.body["seats"].as_array().into_iter().flatten();
                names = lines.map(|line| line["id"].as_str().unwrap_or("").to_owned()).collect();
            }
            Some(witness::Act::Held {
                user,
                hold: holds.of(&id),
                seats: names.iter().map(|name| seats.of(&seat_name(&show.0, name))).collect(),
                until: hold.expires_at.0,
                replace: *replace_active,
            })
        }
        (
            Command::Hold { user, show, replace_active, .. },
            Err(Refusal::SeatUnavailable { conflicts, .. }),
        ) => Some(witness::Act::Taken {
            user: users.of(&user.0),
            seats: conflicts.iter().map(|seat| seats.of(&seat_name(&show.0, &seat.0))).collect(),
            replace: *replace_active,
        }),
        (Command::Hold { user, .. }, Err(Refusal::UserHasActiveHold(_))) => {
            Some(witness::Act::HasOne { user: users.of(&user.0) })
        }
        (Command::Extend { .. }, Ok(Receipt::Hold(hold))) => {
            let number = holds.of(&hold.id.to_string());
            Some(witness::Act::Extended { hold: number, until: hold.expires_at.0 })
        }
        (Command::Release { hold }, Ok(_)) => {
            Some(witness::Act::Released { hold: holds.of(&hold.to_string()) })
        }
        (Command::Confirm { .. }, Ok(Receipt::Booking(booking))) => Some(witness::Act::Sold {
            hold: holds.of(&booking.hold.to_string()),
            booking: holds.of(&booking.id.to_string()),
        }),
        (Command::CancelBooking { .. }, Ok(Receipt::Booking(booking))) => {
            Some(witness::Act::Cancelled { booking: holds.of(&booking.id.to_string()) })
        }
        (Command::Block { show, .. }, Ok(Receipt::Blocks { seats: named, .. })) => {
            let named = named.iter().map(|seat| seats.of(&seat_name(&show.0, &seat.0)));
            Some(witness::Act::Blocked { seats: named.collect(), blocked: true })
        }
        (Command::Unblock { show, .. }, Ok(Receipt::Blocks { seats: named, .. })) => {
            let named = named.iter().map(|seat| seats.of(&seat_name(&show.0, &seat.0)));
            Some(witness::Act::Blocked { seats: named.collect(), blocked: false })
        }
        (Command::CancelShow { show }, Ok(_)) => {
            let map = state.show(show).and_then(|show| show.map())?;
            let all = map.seats().iter().map(|seat| seats.of(&seat_name(&show.0, &seat.id.0)));
            Some(witness::Act::Closed { seats: all.collect() })
        }
        (Command::GatewayEvent(_), Ok(Receipt::Event(EventEffect::Booked(booking)))) => {
            let booking = state.booking(*booking)?;
            Some(witness::Act::Sold {
                hold: holds.of(&booking.hold.to_string()),
                booking: holds.of(&booking.id.to_string()),
            })
        }
        // A payment that fails for good lets its seats go.
        (Command::GatewayEvent(event), Ok(Receipt::Event(EventEffect::Ended(payment))))
            if event.kind == GatewayEventKind::Failed =>
        {
            let payment = state.payment(*payment)?;
            Some(witness::Act::Released { hold: holds.of(&payment.hold.to_string()) })
        }
        _ => None,
    }
}

/// Searches for an order of what happened to each seat of the quiet show.
fn blindly(observer: &Observer, history: &[Op], replay: &Replay<'_>) {
    let mut seats: BTreeMap<String, Vec<blind::Op>> = BTreeMap::new();
    let mut numbers = Numbers::default();
    let mut seat_of: BTreeMap<String, String> = BTreeMap::new();
    let mut hold_of: BTreeMap<String, String> = BTreeMap::new();
    let quiet = |show: &str| show == QUIET;
    // Which seat a hold is of, by what clients were told, or by the log if they were not.
    for op in history {
        if let Ask::Hold { show } = &op.ask
            && quiet(show)
            && let Some(seat) = op.sent["seats"][0].as_str()
        {
            let hold = match &op.end {
                End::Told(told) if told.is_success() => Some(told.text("id").to_owned()),
                _ => replay.of(op).and_then(|decided| match &decided.outcome.result {
                    Ok(Receipt::Hold(hold)) => Some(hold.id.to_string()),
                    _ => None,
                }),
            };
            if let Some(hold) = hold {
                seat_of.insert(hold, seat.to_owned());
            }
        }
        if let (Ask::Confirm { hold }, Some(decided)) = (&op.ask, replay.of(op))
            && let Ok(Receipt::Booking(booking)) = &decided.outcome.result
        {
            hold_of.insert(booking.id.to_string(), hold.clone());
        }
    }
    for op in history {
        let told = match &op.end {
            End::Told(told) => Some(told),
            End::Unknown => None,
            End::NotProposed => continue,
        };
        let done = told.is_some_and(Told::is_success);
        let refused = told.is_some_and(|told| told.code.as_deref() == Some("seat_unavailable"));
        let returned = told.map_or(u64::MAX, |_| op.returned);
        let mut put = |seat: &str, did: blind::Did| {
            let op = blind::Op { called: op.called, returned, did };
            seats.entry(seat.to_owned()).or_default().push(op);
        };
        match &op.ask {
            Ask::Hold { show } if quiet(show) => {
                let Some(seat) = op.sent["seats"][0].as_str() else { continue };
                let hold = match told {
                    Some(told) if done => Some(told.text("id").to_owned()),
                    Some(_) => None,
                    None => match replay.of(op).map(|decided| &decided.outcome.result) {
                        Some(Ok(Receipt::Hold(hold))) => Some(hold.id.to_string()),
                        _ => None,
                    },
                };
                match hold {
                    Some(hold) => put(seat, blind::Did::Hold(Some(numbers.of(&hold)))),
                    None if refused => put(seat, blind::Did::Refused),
                    None => {}
                }
            }
            Ask::Release { hold } | Ask::Confirm { hold } if done || told.is_none() => {
                let Some(seat) = seat_of.get(hold) else { continue };
                let number = numbers.of(hold);
                let release = matches!(op.ask, Ask::Release { .. });
                let did =
                    if release { blind::Did::Release(number) } else { blind::Did::Sell(number) };
                put(seat, did);
            }
            Ask::CancelBooking { booking } if done || told.is_none() => {
                let Some(hold) = hold_of.get(booking) else { continue };
                let Some(seat) = seat_of.get(hold) else { continue };
                put(seat, blind::Did::Return(numbers.of(hold)));
            }
            Ask::Seats { show, linearizable: true } if quiet(show) && done => {
                let Some(told) = told else { continue };
                for seat in told.body["seats"].as_array().into_iter().flatten() {
                    let id = seat["id"].as_str().unwrap_or_default();
                    let seen = match (seat["hold"].as_str(), seat["booking"].as_str()) {
                        (Some(hold), _) => blind::Seat::Held(numbers.of(hold)),
                        (None, Some(booking)) => {
                            let hold = hold_of.get(booking).cloned().unwrap_or_default();
                            blind::Seat::Sold(numbers.of(&hold))
                        }
                        (None, None) => blind::Seat::Free,
                    };
                    put(id, blind::Did::Saw(seen));
                }
            }
            _ => {}
        }
    }
    for (seat, ops) in seats {
        // A seat that nobody ever wanted is free in every read.
        let wanted = ops.iter().any(|op| !matches!(op.did, blind::Did::Saw(blind::Seat::Free)));
        if !wanted {
            continue;
        }
        let what = match blind::search(&ops, SEARCH_STEPS_MAX) {
            blind::Verdict::Right => continue,
            blind::Verdict::Wrong => "has no order that real time allows",
            blind::Verdict::GaveUp => "was not judged: the search gave up",
        };
        let what = format!("what happened to {seat} ({} operations) {what}", ops.len());
        observer.violate("blind", what, vec![seat]);
    }
}
