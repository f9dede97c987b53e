//! The state of the whole store and the one function that changes it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::agenda::Agenda;
use super::by_user::ByUser;
use super::command::{Caller, Command, Proposal, Role};
use super::hash::Fixed;
use super::holds::{Ending, Wish};
use super::ids::{
    Amount, BookingId, Currency, Fresh, HoldId, Ids, MapHash, Millis, OutboxId, PaymentId,
    RefundId, ShowId, UserId,
};
use super::map::SeatMap;
use super::maps::Maps;
use super::memory::{Memory, Name, Recall};
use super::outbox::Queue;
use super::outcome::{Outcome, Receipt, Refusal};
use super::record::{
    Booking, BookingStatus, EffectKind, Hold, OutboxRow, Payment, Refund, ShowView, Unmatched,
};
use super::row::Meta;
use super::show::{Show, Turn};
use super::shows::Shows;
use super::table::Table;
use super::trail::Trail;
#[cfg(test)]
use crate::simulation::{Bug, planted};

/// The newest level that this program knows. What differs from the one before:
///
/// 1. Deeds are recorded for the audit trail.
/// 2. What comes from outside is trusted less: foreign gateway events, nodes' keys, prices.
pub const LEVEL: u32 = WARY_LEVEL;

/// From this level on gateway events that fit nothing keep none of our own payments' out, however
/// many there are; a node's key that is dated ahead is not carried out under a retry; and a show's
/// prices are of its categories alone.
pub(super) const WARY_LEVEL: u32 = 2;

/// Things forgotten by one `Tick`: a few milliseconds' work, and faster than they can come in.
const FORGOTTEN_PER_TICK: usize = 10_000;

/// Things forgotten along with any other command. A busy leader proposes no ticks, and each command
/// leaves at most a few things to forget.
const FORGOTTEN_PER_COMMAND: usize = 8;

/// Bookings of cancelled shows refunded by one `Tick`: a few milliseconds' work.
const CANCELLED_PER_TICK: usize = 500;

/// Bookings of cancelled shows refunded along with any other command, since a busy leader proposes
/// no ticks.
const CANCELLED_PER_COMMAND: usize = 4;

/// A gateway's name and its id of an event.
pub(super) type EventKey = (String, String);

/// The replicated state: tables of rows, and what is derived from them.
///
/// Invariants are in [`State::check`]. Nothing here depends on anything but the log: the fields
/// below `memory` could be computed from those above at any time, and are when a state is loaded.
#[derive(Clone, Debug)]
pub struct State {
    pub(super) meta: Meta,
    pub(super) meta_dirty: bool,
    pub(super) maps: Maps,
    pub(super) shows: Shows,
    pub(super) holds: Table<HoldId, Hold>,
    pub(super) payments: Table<PaymentId, Payment>,
    pub(super) bookings: Table<BookingId, Booking>,
    pub(super) refunds: Table<RefundId, Refund>,
    pub(super) outbox: Table<OutboxId, OutboxRow>,
    /// Gateway events that were taken, and when.
    pub(super) events: Table<EventKey, Millis>,
    pub(super) unmatched: Table<EventKey, Unmatched>,
    /// Numbers of nodes that have left, and since when.
    pub(super) retired: Table<u64, Millis>,
    pub(super) memory: Memory,
    pub(super) trail: Trail,

    /// Nothing is due at this time or before: what comes falls due later. None while that was not
    /// looked at.
    settled: Option<Millis>,
    /// Counts calls of apply since this state was made or loaded.
    pub(super) turn: Turn,
    /// Each user's pending hold.
    pub(super) active: HashMap<UserId, HoldId, Fixed>,
    /// Deadlines of pending holds.
    pub(super) deadlines: BTreeSet<(Millis, HoldId)>,
    /// When ended holds are forgotten.
    pub(super) tombstones: Agenda<HoldId>,
    /// When taken gateway events are forgotten.
    pub(super) events_taken: Agenda<EventKey>,
    /// Moments at which sales open or close, all ahead.
    pub(super) boundaries: BTreeSet<(Millis, ShowId)>,
    /// Cancelled shows with bookings that are not cancelled yet.
    pub(super) cancelling: BTreeSet<ShowId>,
    /// Each user's bookings.
    pub(super) bookings_by_user: ByUser,
    /// Each payment's refunds, in the order in which they were queued.
    pub(super) refunds_by_payment: HashMap<PaymentId, Vec<RefundId>, Fixed>,
    /// When each outbox row is due, by queue; no queue is empty.
    pub(super) outbox_due: BTreeMap<Queue, BTreeSet<(Millis, OutboxId)>>,
    /// When each outbox row was queued, by kind.
    pub(super) outbox_ages: BTreeMap<EffectKind, BTreeSet<(Millis, OutboxId)>>,
    /// Mail that is queued, by booking.
    pub(super) mails: BTreeMap<BookingId, OutboxId>,
}

/// Money per currency, over all payments; `external` is what the box office took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// Taken by gateways.
    pub captured: Amount,
    /// Of these, standing as bookings.
    pub booked: Amount,
    /// Owed back.
    pub refund_pending: Amount,
    /// Gone back.
    pub refunded: Amount,
    /// Standing box-office bookings, paid outside.
    pub external: Amount,
}

impl State {
    /// An empty state of a new cluster.
    #[must_use]
    pub fn new(epoch: u64) -> State {
        State {
            meta: Meta { now: Millis(0), level: 0, epoch },
            meta_dirty: true,
            maps: Maps::default(),
            shows: Shows::default(),
            holds: Table::new(),
            payments: Table::new(),
            bookings: Table::new(),
            refunds: Table::new(),
            outbox: Table::new(),
            events: Table::new(),
            unmatched: Table::new(),
            retired: Table::new(),
            memory: Memory::new(),
            trail: Trail::new(),
            settled: None,
            turn: Turn(0),
            active: HashMap::default(),
            deadlines: BTreeSet::new(),
            tombstones: Agenda::new(),
            events_taken: Agenda::new(),
            boundaries: BTreeSet::new(),
            cancelling: BTreeSet::new(),
            bookings_by_user: ByUser::default(),
            refunds_by_payment: HashMap::default(),
            outbox_due: BTreeMap::new(),
            outbox_ages: BTreeMap::new(),
            mails: BTreeMap::new(),
        }
    }

    /// Carries out one proposal at log time `max(now, at)`.
    pub fn apply(&mut self, at: Millis, proposal: &Proposal) -> Outcome {
        let tick = proposal.command == Command::Tick;
        let mut ids = Ids::new(proposal.fresh);
        self.pass_time(at);
        // The commands of a batch have one time. What is due by it is done before the first.
        if self.settled != Some(self.meta.now) {
            self.end_overdue();
            self.trail.sign(self.meta.now, None);
            self.forget(if tick { FORGOTTEN_PER_TICK } else { FORGOTTEN_PER_COMMAND });
            self.settled = self.is_settled().then_some(self.meta.now);
        }
        let outcome = self.answer(proposal, &mut ids);
        self.trail.sign(self.meta.now, Some(&proposal.caller));
        self.cancel_on(if tick { CANCELLED_PER_TICK } else { CANCELLED_PER_COMMAND }, &mut ids);
        self.trail.sign(self.meta.now, None);
        outcome
    }

    /// Log time.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.meta.now
    }

    /// When a `Tick` is due next: the earliest hold deadline, sale boundary, or thing to forget;
    /// `now` or earlier while a cancellation has pages left.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        if !self.cancelling.is_empty() {
            return Some(self.meta.now);
        }
        self.next_due()
    }

    /// When something falls due next: a hold's deadline, a sale's boundary, a thing to forget.
    fn next_due(&self) -> Option<Millis> {
        let candidates = [
            self.deadlines.first().map(|(when, _)| *when),
            self.boundaries.first().map(|(when, _)| *when),
            self.tombstones.next(),
            self.events_taken.next(),
            self.memory.next(),
            self.maps.next(),
            self.trail.next(),
        ];
        candidates.into_iter().flatten().min()
    }

    /// Whether a caller has used a key before and its answer is still remembered.
    #[must_use]
    pub fn remembers(&self, caller: &Caller, key: &str) -> bool {
        self.memory.knows(&Name::new(caller, &key.into()))
    }

    /// See [`super::Meta`].
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.meta.epoch
    }

    /// See [`super::Meta`].
    #[must_use]
    pub fn level(&self) -> u32 {
        self.meta.level
    }

    /// One show.
    #[must_use]
    pub fn show(&self, id: &ShowId) -> Option<&Show> {
        self.shows.get(id)
    }

    /// Every show by id.
    #[must_use]
    pub fn shows(&self) -> impl DoubleEndedIterator<Item = &Show> + '_ {
        self.shows.values()
    }

    /// A show as readers see it at log time.
    #[must_use]
    pub fn view(&self, show: &Show) -> ShowView {
        ShowView {
            info: show.info().clone(),
            status: show.info().status(self.meta.now),
            available: show.available(),
        }
    }

    /// A completed seat map.
    #[must_use]
    pub fn map(&self, hash: &MapHash) -> Option<&Arc<SeatMap>> {
        self.maps.get(hash)
    }

    /// One hold, pending or remembered.
    #[must_use]
    pub fn hold(&self, id: HoldId) -> Option<&Hold> {
        self.holds.get(&id)
    }

    /// Every hold by id, pending or remembered.
    #[must_use]
    pub fn holds(&self) -> impl DoubleEndedIterator<Item = &Hold> + '_ {
        self.holds.values()
    }

    /// The holds below an id, or all, by id.
    #[must_use]
    pub fn holds_below(&self, end: Option<HoldId>) -> impl DoubleEndedIterator<Item = &Hold> + '_ {
        self.holds.below(end)
    }

    /// The user's pending hold.
    #[must_use]
    pub fn active_hold(&self, user: &UserId) -> Option<&Hold> {
        self.holds.get(self.active.get(user)?)
    }

    /// How many holds are pending. Costs nothing.
    #[must_use]
    pub fn holds_pending(&self) -> usize {
        self.deadlines.len()
    }

    /// One payment.
    #[must_use]
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id)
    }

    /// Every payment by id.
    #[must_use]
    pub fn payments(&self) -> impl DoubleEndedIterator<Item = &Payment> + '_ {
        self.payments.values()
    }

    /// Every payment by id as it is now, for whoever looks at them later.
    #[must_use]
    pub fn payments_shared(&self) -> Vec<Arc<Payment>> {
        self.payments.shares().collect()
    }

    /// One booking.
    #[must_use]
    pub fn booking(&self, id: BookingId) -> Option<&Booking> {
        self.bookings.get(&id)
    }

    /// Every booking by id.
    #[must_use]
    pub fn bookings(&self) -> impl DoubleEndedIterator<Item = &Booking> + '_ {
        self.bookings.values()
    }

    /// The bookings below an id, or all, by id.
    #[must_use]
    pub fn bookings_below(
        &self,
        end: Option<BookingId>,
    ) -> impl DoubleEndedIterator<Item = &Booking> + '_ {
        self.bookings.below(end)
    }

    /// How many bookings were ever made: none is removed. Costs nothing.
    #[must_use]
    pub fn bookings_made(&self) -> usize {
        self.bookings.len()
    }

    /// A user's bookings by id.
    #[must_use]
    pub fn bookings_of<'a>(
        &'a self,
        user: &'a UserId,
    ) -> impl DoubleEndedIterator<Item = &'a Booking> + 'a {
        self.bookings_of_below(user, None)
    }

    /// A user's bookings below an id, or all of them, by id.
    #[must_use]
    pub fn bookings_of_below<'a>(
        &'a self,
        user: &'a UserId,
        end: Option<BookingId>,
    ) -> impl DoubleEndedIterator<Item = &'a Booking> + 'a {
        let ids = self.bookings_by_user.below(user, end);
        ids.filter_map(|id| self.bookings.get(&id)).filter(move |booking| booking.user == *user)
    }

    /// One refund.
    #[must_use]
    pub fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.get(&id)
    }

    /// Every refund by id.
    #[must_use]
    pub fn refunds(&self) -> impl DoubleEndedIterator<Item = &Refund> + '_ {
        self.refunds.values()
    }

    /// The refunds below an id, or all, by id.
    #[must_use]
    pub fn refunds_below(
        &self,
        end: Option<RefundId>,
    ) -> impl DoubleEndedIterator<Item = &Refund> + '_ {
        self.refunds.below(end)
    }

    /// Every refund by id as it is now, for whoever looks at them later.
    #[must_use]
    pub fn refunds_shared(&self) -> Vec<Arc<Refund>> {
        self.refunds.shares().collect()
    }

    /// Gateway events that fit nothing.
    #[must_use]
    pub fn unmatched(&self) -> impl DoubleEndedIterator<Item = &Unmatched> + '_ {
        self.unmatched.values()
    }

    /// The same as they are now, for whoever looks at them later.
    #[must_use]
    pub fn unmatched_shared(&self) -> Vec<Arc<Unmatched>> {
        self.unmatched.shares().collect()
    }

    /// Whether a node's number was used up.
    #[must_use]
    pub fn is_retired(&self, node: u64) -> bool {
        self.retired.contains(&node)
    }

    /// Money per currency.
    #[must_use]
    pub fn money(&self) -> BTreeMap<Currency, Money> {
        let mut money: BTreeMap<Currency, Money> = BTreeMap::new();
        for payment in self.payments.values() {
            let sums = money.entry(payment.captured_currency).or_default();
            sums.captured.add(payment.captured);
            sums.booked.add(payment.booked);
            sums.refund_pending.add(payment.refund_pending);
            sums.refunded.add(payment.refunded);
        }
        for booking in self.bookings.values() {
            let stands = booking.status == BookingStatus::Confirmed;
            let show = self.shows.get(&booking.show);
            if let (true, None, Some(show)) = (stands, booking.payment, show) {
                money.entry(show.info().currency).or_default().external.add(booking.total);
            }
        }
        money
    }

    /// Lets log time pass.
    fn pass_time(&mut self, at: Millis) {
        // A new leader's clock may lag the old one's. Time then stands still rather than run back,
        // so what has expired stays expired.
        #[cfg(test)]
        if planted(Bug::TimeRunsBack) {
            (self.meta.now, self.meta_dirty) = (at, true);
        }
        if at > self.meta.now {
            self.meta.now = at;
            self.meta_dirty = true;
        }
        self.turn.0 += 1;
    }

    /// Ends what is overdue, so that no command ever sees it.
    fn end_overdue(&mut self) {
        while let Some(&(deadline, hold)) = self.deadlines.first()
            && deadline <= self.meta.now
        {
            #[cfg(test)]
            let hold = match self.deadlines.last() {
                Some((_, last)) if planted(Bug::ExpireIgnoresHold) => *last,
                Some(_) | None => hold,
            };
            self.end_hold(hold, Ending::Expired, None);
        }
        while let Some((boundary, _)) = self.boundaries.first()
            && *boundary <= self.meta.now
        {
            self.boundaries.pop_first();
        }
    }

    fn answer(&mut self, proposal: &Proposal, ids: &mut Ids) -> Outcome {
        let at = self.meta.now;
        let Some(key) = &proposal.key else {
            return Outcome { at, replayed: false, result: self.carry_out(proposal, ids) };
        };
        let name = Name::new(&proposal.caller, &key.text);
        let wary = WARY_LEVEL <= self.meta.level;
        let role = proposal.caller.role;
        let refusal = match self.memory.recall(&name, role, key, self.meta.now, wary) {
            Recall::Known(outcome) => return Outcome { replayed: true, ..outcome.clone() },
            Recall::Reused => Some(Refusal::KeyReused),
            Recall::Full => Some(Refusal::Overloaded),
            Recall::New => None,
        };
        if let Some(refusal) = refusal {
            return Outcome { at, replayed: false, result: Err(refusal) };
        }
        let outcome = Outcome { at, replayed: false, result: self.carry_out(proposal, ids) };
        self.memory.remember(name, key, &outcome);
        outcome
    }

    fn carry_out(&mut self, proposal: &Proposal, ids: &mut Ids) -> Result<Receipt, Refusal> {
        let caller = &proposal.caller;
        match &proposal.command {
            Command::Tick | Command::Mark => Ok(Receipt::Done),
            Command::RaiseLevel { level } => Ok(self.raise_level(*level)),
            Command::MapPart { hash, part, items } => {
                self.maps.part(self.meta.now, *hash, *part, items)
            }
            Command::MapDone { hash, header } => self.maps.done(*hash, header),
            Command::CreateShow(new) => self.create_show(new, ids),
            Command::PatchShow { show, patch } => self.patch_show(show, patch),
            Command::CancelShow { show } => self.cancel_show(show),
            Command::Block { show, seats } => self.block(show, seats, true),
            Command::Unblock { show, seats } => self.block(show, seats, false),
            command @ (Command::Hold { .. } | Command::HoldWithin { .. }) => {
                let wish = Wish::of(command).expect("these are the commands that hold");
                self.make_hold(wish, ids)
            }
            Command::Extend { hold, ttl } => self.extend(caller, *hold, *ttl),
            Command::Release { hold } => self.release(caller, *hold),
            Command::Confirm { hold, reference, email } => {
                self.confirm(*hold, reference, email.as_deref(), ids)
            }
            Command::OpenPayment(new) => self.open_payment(caller, new, ids),
            Command::Opened { payment, reference, redirect_url } => {
                self.opened(*payment, reference, redirect_url)
            }
            Command::CancelPayment { payment } => self.cancel_payment(caller, *payment),
            Command::GatewayEvent(event) => self.gateway_event(event, ids),
            Command::CancelBooking { booking, seats } => {
                self.cancel_booking(*booking, seats.as_ref(), ids)
            }
            Command::Resend { booking } => self.resend(caller, *booking, ids),
            Command::RetryRefund { refund } => self.retry_refund(*refund),
            Command::Settle { row, delivery } => self.settle(*row, delivery),
            Command::RetireNode { node } => Ok(self.retire_node(*node)),
        }
    }

    fn retire_node(&mut self, node: u64) -> Receipt {
        if !self.retired.contains(&node) {
            self.retired.insert(node, self.meta.now);
        }
        Receipt::Done
    }

    fn raise_level(&mut self, level: u32) -> Receipt {
        if level > self.meta.level {
            self.meta.level = level;
            self.meta_dirty = true;
            self.trail.begin(self.meta.now);
        }
        Receipt::Done
    }

    /// Whether nothing is left that is due.
    fn is_settled(&self) -> bool {
        self.next_due().is_none_or(|due| self.meta.now < due)
    }

    /// Forgets about `limit` of each kind of thing whose time has come.
    fn forget(&mut self, limit: usize) {
        let now = self.meta.now;
        self.memory.forget(now, limit);
        self.maps.forget(now);
        self.trail.forget(now, limit);
        let mut forgotten = 0;
        while forgotten < limit
            && let Some(due) = self.tombstones.take_due(now)
        {
            forgotten += due.len();
            for hold in due {
                self.holds.remove(&hold);
            }
        }
        forgotten = 0;
        while forgotten < limit
            && let Some(due) = self.events_taken.take_due(now)
        {
            forgotten += due.len();
            for event in due {
                self.events.remove(&event);
            }
        }
    }
}

/// Whether a row of `owner` exists for a caller (CONTRACT section 2).
pub(super) fn may_see(caller: &Caller, owner: &UserId) -> bool {
    match caller.role {
        Role::Buyer => caller.user.as_ref() == Some(owner),
        Role::Organizer | Role::Operator => true,
    }
}

impl Amount {
    /// Saturates: gateways choose some of the summands, and no sum may stop the node.
    pub(super) fn add(&mut self, other: Amount) {
        self.0 = self.0.saturating_add(other.0);
    }
}

/// The first of a command's ids stands for the whole of it: `Fresh` in another type.
pub(super) fn show_id(fresh: Fresh) -> ShowId {
    ShowId::from(format!("shw_{:032x}", fresh.0))
}
