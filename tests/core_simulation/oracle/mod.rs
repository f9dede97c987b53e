//! The judge of the simulation. It knows only what callers were told: the outcomes of commands,
//! with the times in them, and what reads answered. From that it keeps naive maps of who has what,
//! and decides of every answer whether the contract allowed it.
//!
//! Nothing here looks into the core or shares code with it, but for the records that both exchange.

mod bookings;
mod due;
mod holds;
mod keys;
mod model;
mod money;
mod outbox;
mod payments;
mod reads;
mod seating;
mod shows;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use usher::seats::{
    BookingId, Command, HoldId, HoldStatus, MapHash, Millis, OutboxId, OutboxRow, Outcome,
    PaymentId, PaymentStatus, Proposal, Receipt, RefundId, Refusal, ShowId, State, UserId,
};

pub use due::{Due, Verdict, Violation, refusal_kind};
pub use model::{
    BookModel, DAY, HOUR, HoldModel, Kept, MINUTE, MONTH, Pay, SECOND, Scope, ShowModel, Slot,
};

pub use reads::About;

use crate::hall::Hall;
use crate::wrong;
use holds::HoldAsked;
use model::{Parts, RefundModel, seat_name};

/// Live records of one caller from which on `Overloaded` is believed to be about a cap.
const CALLER_RECORDS_OVERLOAD: usize = 5_000;

/// Everything that callers were told.
#[derive(Clone, Debug, Default)]
pub struct Oracle {
    pub now: Millis,
    pub level: u32,
    pub parts: BTreeMap<MapHash, Parts>,
    pub maps: BTreeMap<MapHash, Rc<Hall>>,
    pub shows: BTreeMap<ShowId, ShowModel>,
    /// When sales open and close, of shows that are not cancelled.
    pub boundaries: BTreeSet<(Millis, ShowId)>,
    pub holds: BTreeMap<HoldId, HoldModel>,
    /// Deadlines of pending holds.
    pub deadlines: BTreeSet<(Millis, HoldId)>,
    pub active: BTreeMap<UserId, HoldId>,
    pub payments: BTreeMap<PaymentId, Pay>,
    pub bookings: BTreeMap<BookingId, BookModel>,
    pub refunds: BTreeMap<RefundId, RefundModel>,
    /// Gateway events that were taken, with their time.
    pub events: BTreeMap<(String, String), Millis>,
    pub unmatched: BTreeSet<(String, String)>,
    /// Looked up by key alone, never in order.
    pub keys: HashMap<(Scope, String), Kept>,
    forgetting: BTreeSet<(Millis, Scope, String)>,
    records: BTreeMap<Scope, usize>,
    /// Outbox rows that some worker has read and nobody has settled.
    pub rows: BTreeMap<OutboxId, OutboxRow>,
    /// Payments whose session has to be closed since the entry that is being judged.
    to_close: Vec<PaymentId>,
    /// Bookings of cancelled shows that still stand as far as anybody knows.
    pub doomed: BTreeSet<BookingId>,
}

impl Oracle {
    /// Lets log time pass as the stamp of an entry does: it never runs back, and what is overdue
    /// ends.
    pub fn pass(&mut self, stamp: Millis) {
        self.now = self.now.max(stamp);
        while let Some((deadline, hold)) = self.deadlines.first().copied() {
            if deadline > self.now {
                break;
            }
            self.end_hold(hold, HoldStatus::Expired, None);
        }
        while self.boundaries.first().is_some_and(|(at, _)| *at <= self.now) {
            self.boundaries.pop_first();
        }
    }

    /// Judges the outcome of one proposal in an entry with this stamp, and learns from it. `state`
    /// is what reads answer right after.
    pub fn judge(
        &mut self,
        stamp: Millis,
        proposal: &Proposal,
        outcome: &Outcome,
        state: &State,
    ) -> Verdict {
        self.pass(stamp);
        if self.judge_key(proposal, outcome)? {
            return self.closing_queued(state);
        }
        if outcome.at != self.now {
            return Err(wrong!(
                [],
                "it was decided at {} but log time is {}",
                outcome.at.0,
                self.now.0
            ));
        }
        if outcome.result == Err(Refusal::Overloaded) {
            return self.judge_overload(proposal);
        }
        self.judge_command(proposal, &outcome.result, state)?;
        self.remember(proposal, outcome);
        self.closing_queued(state)
    }

    fn judge_overload(&self, proposal: &Proposal) -> Verdict {
        let records = self.records.get(&Scope::of(&proposal.caller)).copied().unwrap_or_default();
        let new = proposal.key.is_some() && records >= CALLER_RECORDS_OVERLOAD;
        if new {
            Ok(())
        } else {
            Err(wrong!([], "overloaded, with {records} records of the caller"))
        }
    }

    fn judge_command(
        &mut self,
        proposal: &Proposal,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let Proposal { caller, fresh, command, .. } = proposal;
        match command {
            Command::Tick | Command::Mark => Self::judge_done(told),
            Command::RaiseLevel { level } => {
                Self::judge_done(told)?;
                self.level = self.level.max(*level);
                same("the level", &self.level, &state.level())
            }
            Command::MapPart { hash, part, .. } => self.judge_map_part(*hash, *part, told),
            Command::MapDone { hash, header } => self.judge_map_done(*hash, header, told, state),
            Command::CreateShow(new) => self.judge_create_show(*fresh, new, told, state),
            Command::PatchShow { show, patch } => self.judge_patch_show(show, patch, told, state),
            Command::CancelShow { show } => self.judge_cancel_show(show, told, state),
            Command::Block { show, seats } => self.judge_block(show, seats, true, told, state),
            Command::Unblock { show, seats } => self.judge_block(show, seats, false, told, state),
            Command::Hold { show, user, want, replace_active } => {
                let asked = HoldAsked { show, user, want, replace: *replace_active, most: None };
                self.judge_hold(*fresh, asked, told)
            }
            Command::HoldWithin { show, user, want, replace_active, bookings_max } => {
                let most = Some(*bookings_max);
                let asked = HoldAsked { show, user, want, replace: *replace_active, most };
                self.judge_hold(*fresh, asked, told)
            }
            Command::Extend { hold, ttl } => self.judge_extend(caller, *hold, *ttl, told),
            Command::Release { hold } => self.judge_release(caller, *hold, told),
            Command::Confirm { hold, reference, email } => {
                self.judge_confirm(caller, *hold, reference, email.as_ref(), told, state)
            }
            Command::OpenPayment(new) => self.judge_open_payment(caller, *fresh, new, told, state),
            Command::Opened { payment, reference, redirect_url } => {
                self.judge_opened(*payment, reference, redirect_url, told, state)
            }
            Command::CancelPayment { payment } => {
                self.judge_cancel_payment(caller, *payment, told, state)
            }
            Command::GatewayEvent(event) => self.judge_event(event, told, state),
            Command::CancelBooking { booking, seats } => {
                self.judge_cancel_booking(caller, *booking, seats.as_ref(), told, state)
            }
            Command::Resend { booking } => self.judge_resend(caller, *booking, told, state),
            Command::RetryRefund { refund } => self.judge_retry_refund(*refund, told, state),
            Command::Settle { row, delivery } => self.judge_settle(*row, delivery, told, state),
            Command::RetireNode { node } => {
                Self::judge_done(told)?;
                same("a number that is used up", &true, &state.is_retired(*node))
            }
        }
    }

    fn judge_done(told: &Result<Receipt, Refusal>) -> Verdict {
        match told {
            Ok(Receipt::Done) => Ok(()),
            told => Err(wrong!([], "due was Done, told was {told:?}")),
        }
    }

    /// Ends a pending hold, except that `by` is the payment that ends it. Whatever other session
    /// may still be paid is being closed from here on.
    fn end_hold(&mut self, id: HoldId, status: HoldStatus, by: Option<PaymentId>) {
        let model = self.holds.get_mut(&id).expect("a hold that ends was made");
        let hold = &mut model.hold;
        assert_eq!(hold.status, HoldStatus::Pending, "the oracle ends a hold once");
        hold.status = status;
        hold.ended_at = (status != HoldStatus::Expired).then_some(self.now);
        self.deadlines.remove(&(hold.expires_at, id));
        self.active.remove(&hold.user);
        let show = self.shows.get_mut(&hold.show).expect("a hold is of a show");
        show.pending.remove(&id);
        if status != HoldStatus::Confirmed {
            show.changed = true;
            for line in &hold.seats {
                show.seats[line.seat.0 as usize] = Slot::Free;
            }
            for line in &hold.areas {
                show.taken[line.area.0 as usize] -= line.quantity;
            }
        }
        if let Some(open) = model.open.filter(|open| Some(*open) != by) {
            let pay = self.payments.get_mut(&open).expect("an open payment was opened");
            assert_eq!(pay.payment.status, PaymentStatus::Open, "a hold knows its open payment");
            pay.payment.closing = true;
            self.to_close.push(open);
        }
    }

    /// Gives the seats of a pending hold, just told to be confirmed, to its booking.
    fn book(&mut self, hold: HoldId, booking: BookingId, by: Option<PaymentId>) -> Verdict {
        if self.bookings.contains_key(&booking) {
            return Err(wrong!([booking], "{booking} was made a second time"));
        }
        self.end_hold(hold, HoldStatus::Confirmed, by);
        let model = self.holds.get_mut(&hold).expect("it was just ended");
        model.hold.booking = Some(booking);
        let show = self.shows.get_mut(&model.hold.show).expect("a hold is of a show");
        show.changed = true;
        show.bookings.insert(booking);
        for line in &model.hold.seats {
            let seat = line.seat.0 as usize;
            if show.seats[seat] != Slot::Held(hold) {
                let name = seat_name(show, seat);
                return Err(wrong!(
                    [hold, booking],
                    "{booking} sells {name}, which {hold} has not"
                ));
            }
            show.seats[seat] = Slot::Booked(booking);
        }
        Ok(())
    }
}

/// Fails unless what was told equals what is due.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, due: &T, told: &T) -> Verdict {
    if due == told {
        return Ok(());
    }
    Err(wrong!([], "{what} is wrong:\n  due  {due:?}\n  told {told:?}"))
}
