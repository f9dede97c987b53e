//! The state of the whole store and the one function that changes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::Proposal;
use super::ids::{
    Amount, BookingId, Currency, HoldId, MapHash, Millis, OutboxId, PaymentId, RefundId, ShowId,
    UserId,
};
use super::map::SeatMap;
use super::outcome::Outcome;
use super::record::{Booking, Hold, OutboxRow, Payment, Refund, ShowView, Unmatched};
use super::row::{Change, Row};
use super::show::Show;

/// The replicated state.
#[derive(Clone, Debug)]
pub struct State {}

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
    pub fn new(_epoch: u64) -> State {
        State {}
    }

    /// Builds a state from its rows, in any order.
    ///
    /// # Errors
    /// Names the row that contradicts another; such a state must not serve.
    pub fn load(_rows: impl IntoIterator<Item = Row>) -> Result<State, String> {
        todo!()
    }

    /// Carries out one proposal at log time `max(now, at)`.
    pub fn apply(&mut self, _at: Millis, _proposal: &Proposal) -> Outcome {
        todo!()
    }

    /// The rows that changed since the last call, each once, with their present content.
    pub fn take_dirty(&mut self) -> Vec<Change> {
        todo!()
    }

    /// Every row, in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        std::iter::empty()
    }

    /// Violated invariants in words; none in a sound state.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        todo!()
    }

    /// Log time.
    #[must_use]
    pub fn now(&self) -> Millis {
        todo!()
    }

    /// When a `Tick` is due next: the earliest hold deadline, sale boundary, or thing to forget;
    /// `now` or earlier while a cancellation has pages left.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        todo!()
    }

    /// See [`super::Meta`].
    #[must_use]
    pub fn epoch(&self) -> u64 {
        todo!()
    }

    /// See [`super::Meta`].
    #[must_use]
    pub fn level(&self) -> u32 {
        todo!()
    }

    /// One show.
    #[must_use]
    pub fn show(&self, _id: &ShowId) -> Option<&Show> {
        todo!()
    }

    /// Every show by id.
    pub fn shows(&self) -> impl DoubleEndedIterator<Item = &Show> + '_ {
        std::iter::empty()
    }

    /// A show as readers see it at log time.
    #[must_use]
    pub fn view(&self, _show: &Show) -> ShowView {
        todo!()
    }

    /// A completed seat map.
    #[must_use]
    pub fn map(&self, _hash: &MapHash) -> Option<&Arc<SeatMap>> {
        todo!()
    }

    /// One hold, pending or remembered.
    #[must_use]
    pub fn hold(&self, _id: HoldId) -> Option<&Hold> {
        todo!()
    }

    /// Every hold by id, pending or remembered.
    pub fn holds(&self) -> impl DoubleEndedIterator<Item = &Hold> + '_ {
        std::iter::empty()
    }

    /// The user's pending hold.
    #[must_use]
    pub fn active_hold(&self, _user: &UserId) -> Option<&Hold> {
        todo!()
    }

    /// One payment.
    #[must_use]
    pub fn payment(&self, _id: PaymentId) -> Option<&Payment> {
        todo!()
    }

    /// Every payment by id.
    pub fn payments(&self) -> impl DoubleEndedIterator<Item = &Payment> + '_ {
        std::iter::empty()
    }

    /// One booking.
    #[must_use]
    pub fn booking(&self, _id: BookingId) -> Option<&Booking> {
        todo!()
    }

    /// Every booking by id.
    pub fn bookings(&self) -> impl DoubleEndedIterator<Item = &Booking> + '_ {
        std::iter::empty()
    }

    /// A user's bookings by id.
    pub fn bookings_of(&self, _user: &UserId) -> impl DoubleEndedIterator<Item = &Booking> + '_ {
        std::iter::empty()
    }

    /// One refund.
    #[must_use]
    pub fn refund(&self, _id: RefundId) -> Option<&Refund> {
        todo!()
    }

    /// Every refund by id.
    pub fn refunds(&self) -> impl DoubleEndedIterator<Item = &Refund> + '_ {
        std::iter::empty()
    }

    /// One outbox row.
    #[must_use]
    pub fn outbox_row(&self, _id: OutboxId) -> Option<&OutboxRow> {
        todo!()
    }

    /// Every outbox row by id.
    pub fn outbox(&self) -> impl DoubleEndedIterator<Item = &OutboxRow> + '_ {
        std::iter::empty()
    }

    /// Gateway events that fit nothing.
    pub fn unmatched(&self) -> impl DoubleEndedIterator<Item = &Unmatched> + '_ {
        std::iter::empty()
    }

    /// Money per currency.
    #[must_use]
    pub fn money(&self) -> BTreeMap<Currency, Money> {
        todo!()
    }
}
