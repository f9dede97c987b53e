//! Judges a run that is over. What was agreed is replayed through a core of its own and through the
//! naive model that also judges the core alone; what clients were told, what nodes hold now, and
//! what the outside has in its books must all agree with that.

mod seats;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::history::{Ask, End, Op, Told};
use super::observer::{Logged, Observer};
use super::outside::Sold;
use super::world::World;
use crate::audit;
use crate::gateways::SessionStatus;
use crate::hall::Hall;
use crate::oracle::{Oracle, Scope, Slot, refusal_kind};
use crate::seats::{
    Command, Delivery, Effect, EventEffect, MapHash, MapHeader, MapItem, Millis, OutboxId, Outcome,
    PaymentId, Proposal, Receipt, Refusal, Row, ShowId, State, UserId, Want,
};

/// As [`crate::raft::machine`] begins.
const FIRST_EPOCH: u64 = 1;

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
    for what in told::witnessed(history, &replay) {
        observer.violate("witness", what, Vec::new());
    }
    for (seat, what) in seats::blindly(history, &replay) {
        observer.violate("blind", what, vec![seat]);
    }
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
    reads: BTreeMap<u64, Vec<(&'a Op, &'a Told)>>,
    /// When a show was cancelled.
    cancelled: BTreeMap<ShowId, u64>,
    findings: usize,
}

impl<'a> Replay<'a> {
    fn new(log: &BTreeMap<u64, Logged>, history: &'a [Op]) -> Replay<'a> {
        let mut reads: BTreeMap<u64, Vec<_>> = BTreeMap::new();
        for op in history {
            let is_read = matches!(op.ask, Ask::Seats { .. } | Ask::Look { .. });
            if let (true, End::Told(told)) = (is_read, &op.end) {
                // Without an index it stands on nothing, which is found at the end.
                reads.entry(told.index.unwrap_or(u64::MAX)).or_default().push((op, told));
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
        for (op, told) in std::mem::take(&mut self.reads).into_values().flatten() {
            let what = format!("{} asked {:?}: no entry {:?}", op.user, op.ask, told.index);
            self.find(observer, "read", what, Vec::new());
        }
        for (body, index) in observer.webhooks() {
            let event: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
            let is = |(at, _, command, _): &(u64, u32, Command, Outcome)| match command {
                Command::GatewayEvent(taken) => Some(*at) == index && event["id"] == taken.event,
                _ => false,
            };
            if !self.unkeyed.iter().any(is) {
                let what = format!("{body} was taken at {index:?}, and is not in the log there");
                self.find(observer, "I4", what, Vec::new());
            }
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
        for (op, told) in self.reads.remove(&index).unwrap_or_default() {
            let checked = match &op.ask {
                Ask::Seats { show, .. } => self.check_seats(told, show),
                Ask::Look { path, .. } => self.check_look(told, &op.user, path),
                _ => Ok(()),
            };
            if let Err(what) = checked {
                let what = format!("{} asked {:?}, and at {index} {what}", op.user, op.ask);
                self.find(observer, "read", what, Vec::new());
            }
        }
    }

    fn check_seats(&self, told: &Told, show: &str) -> Result<(), String> {
        let model = self.oracle.shows.get(&ShowId(show.to_owned()));
        let Some(model) = model.filter(|_| told.is_success()) else {
            // Before the show was put on.
            let right = model.is_none() && told.status == 404;
            return if right { Ok(()) } else { Err(format!("was told {}", told.status)) };
        };
        let hall = model.hall.as_ref().ok_or("the show has no hall")?;
        let seats = told.body["seats"].as_array().ok_or("there are no seats")?;
        if seats.len() != model.seats.len() {
            return Err(format!("{} of {} seats came", seats.len(), model.seats.len()));
        }
        for seat in seats {
            let id = seat["id"].as_str().unwrap_or_default();
            let at = hall.find(&crate::seats::SeatId(id.to_owned()));
            let due = match at.map(|at| model.seats[at]) {
                Some(Slot::Free) => ("AVAILABLE", None, None),
                Some(Slot::Blocked) => ("BLOCKED", None, None),
                Some(Slot::Held(hold)) => ("PENDING", Some(hold.to_string()), None),
                // Of a show that was taken off, sooner or later.
                Some(Slot::Booked(booking)) if self.oracle.doomed.contains(&booking) => continue,
                Some(Slot::Booked(booking)) => ("RESERVED", None, Some(booking.to_string())),
                None => ("no seat", None, None),
            };
            let text = |field: &str| seat[field].as_str().map(str::to_owned);
            let found = (seat["state"].as_str().unwrap_or("-"), text("hold"), text("booking"));
            if found != due {
                return Err(format!("{id} was told as {found:?}, due was {due:?}"));
            }
        }
        Ok(())
    }

    /// A look at one's own hold, or at a payment.
    fn check_look(&self, told: &Told, user: &str, path: &str) -> Result<(), String> {
        let found = (told.status, told.text("id"), told.text("status"));
        let payment = path.strip_prefix("/v1/payments/").and_then(PaymentId::parse);
        let (id, status) = if let Some(id) = payment {
            // Not the model's: of a show that was taken off it learns of refunds only later.
            let payment = self.state.payment(id);
            let status = payment.map(|payment| snake(&format!("{:?}", payment.status)));
            (status.is_some().then(|| id.to_string()), status)
        } else {
            let hold = self.oracle.active.get(&UserId(user.to_owned()));
            (hold.map(ToString::to_string), hold.map(|_| "pending".to_owned()))
        };
        let due = match (&id, &status) {
            (Some(id), Some(status)) => (200, id.as_str(), status.as_str()),
            _ => (404, "", ""),
        };
        // A problem has a status of its own.
        let found = if found.0 == 200 { found } else { (found.0, "", "") };
        if found == due { Ok(()) } else { Err(format!("was told {found:?}, due was {due:?}")) }
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
        counts.leaders += 1;
        counts.failovers += terms.len().saturating_sub(1) as u64;
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
        let rule = if told.is_success() { "I4" } else { "I7" };
        let what = format!("told {} {:?}, and the log has nothing of it", told.status, told.code);
        return Err((rule, what));
    };
    as_asked(op, &decided.command)?;
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
                Receipt::Hold(hold) => {
                    let until = told.text("expires_at");
                    if told.status != 204 && until != time(hold.expires_at) {
                        return Err((
                            "I7",
                            format!("told of {until}, due was {}", hold.expires_at.0),
                        ));
                    }
                    hold.id.to_string()
                }
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
                code => Err(("I7", format!("told {code:?}, decided was {due}"))),
            }
        }
        result => Err(("I7", format!("told {} {:?}, decided {result:?}", told.status, told.code))),
    }
}

/// What stands in the log is what was asked for.
fn as_asked(op: &Op, command: &Command) -> Result<(), (&'static str, String)> {
    let same = match (&op.ask, command) {
        (Ask::Hold { show }, Command::Hold { show: of, user, want, replace_active }) => {
            let wanted = match want {
                Want::Named { seats, .. } => {
                    let sent = op.sent["seats"].as_array().into_iter().flatten();
                    let sent: BTreeSet<_> = sent.filter_map(|seat| seat.as_str()).collect();
                    seats.iter().map(|seat| seat.0.as_str()).collect::<BTreeSet<_>>() == sent
                }
                Want::BestAvailable { quantity, .. } => {
                    op.sent["best_available"]["quantity"] == *quantity
                }
            };
            let replace = op.sent["replace_active"].as_bool().unwrap_or(false);
            of.0 == *show && user.0 == op.user && wanted && replace == *replace_active
        }
        (Ask::Extend { hold: asked }, Command::Extend { hold, .. })
        | (Ask::Release { hold: asked }, Command::Release { hold })
        | (Ask::Confirm { hold: asked }, Command::Confirm { hold, .. }) => {
            hold.to_string() == *asked
        }
        (Ask::Pay { hold }, Command::OpenPayment(new)) => new.hold.to_string() == *hold,
        (Ask::CancelPayment { payment: asked }, Command::CancelPayment { payment }) => {
            payment.to_string() == *asked
        }
        (Ask::CancelBooking { booking: asked }, Command::CancelBooking { booking, .. }) => {
            booking.to_string() == *asked
        }
        (
            Ask::Block { show: asked },
            Command::Block { show, .. } | Command::Unblock { show, .. },
        )
        | (Ask::CancelShow { show: asked }, Command::CancelShow { show }) => show.0 == *asked,
        (Ask::CreateShow { show }, Command::CreateShow(new)) => {
            new.id.as_ref().is_some_and(|id| id.0 == *show)
        }
        _ => false,
    };
    if same { Ok(()) } else { Err(("I6", format!("the log has {command:?}"))) }
}

/// A time as answers write it.
fn time(at: Millis) -> String {
    let seconds = i64::try_from(at.0 / 1000).unwrap_or(0);
    let nanos = i32::try_from(at.0 % 1000 * 1_000_000).unwrap_or(0);
    let stamp = jiff::Timestamp::new(seconds, nanos).expect("log time is no time of legends");
    format!("{stamp:.3}")
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
    let is_open = |sold: &&Sold| sold.status == SessionStatus::Open;
    let open: BTreeSet<PaymentId> =
        sessions.iter().filter(is_open).map(|sold| sold.payment).collect();
    let closed: BTreeSet<PaymentId> =
        sessions.iter().map(|sold| sold.payment).filter(|id| !open.contains(id)).collect();
    for payment in replay.state.payments().filter(|payment| 0 < payment.captured.0) {
        if !closed.contains(&payment.id) {
            let what = format!("{} has captured what no session took", payment.id);
            observer.violate("I3", what, vec![payment.id.to_string()]);
        }
    }
    for (row, effect) in &replay.delivered {
        let done = match effect {
            Effect::Refund(_) => refunded.contains(row),
            Effect::MailBooking(_) => letters.contains_key(row),
            Effect::CloseSession(payment) => closed.contains(payment),
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
