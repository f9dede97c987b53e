//! Bookings: made of holds, cancelled with their money going back, mailed again.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::command::Caller;
use super::holds::total;
use super::ids::{BookingId, Fresh, HoldId, Ids, PaymentId, SeatId, SeatIx, ShowId};
use super::outcome::{Noun, Receipt, Refusal};
use super::record::{
    AreaLine, Booking, BookingStatus, Effect, HoldStatus, PaymentStatus, RefundStatus, SeatLine,
};
use super::shows::{find_seats, invalid};
use super::state::{State, may_see};
use super::trail::DeedKind;

/// Where a booking of a cancelled show stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is not cancelled yet, or its refund is on its way.
    Pending,
    /// The gateway refused its refund at the last attempt.
    Failed,
    /// Nothing is left to pay back.
    Refunded,
}

impl State {
    /// Books a pending hold: paid by a payment that was captured in full, or outside.
    pub(super) fn book(
        &mut self,
        hold: HoldId,
        payment: Option<PaymentId>,
        email: Option<&str>,
        reference: Option<&str>,
        ids: &mut Ids,
    ) -> Arc<Booking> {
        let id = self.new_booking_id(ids);
        let hold =
            self.retire(hold, HoldStatus::Confirmed, Some(id), payment, DeedKind::HoldConfirmed);
        let booking = Arc::new(Booking {
            id,
            show: hold.show.clone(),
            user: hold.user.clone(),
            hold: hold.id,
            payment,
            status: BookingStatus::Confirmed,
            seats: hold.seats.clone(),
            areas: hold.areas.clone(),
            total: hold.total,
            email: email.map(str::to_owned),
            reference: reference.map(str::to_owned),
            created_at: self.meta.now,
            show_cancelled: false,
        });
        self.bookings_by_user.add(&booking);
        self.bookings.insert(id, Arc::clone(&booking));
        let show = self.shows.get(&booking.show).expect("every booking has its show");
        let currency = show.info().currency;
        self.note_booked(Arc::clone(&booking), currency);
        if let Some(payment) = payment {
            let payment = self.payments.edit(&payment).expect("a booking's payment is known");
            payment.status = PaymentStatus::Succeeded;
            payment.booking = Some(id);
            payment.booked = payment.captured;
        }
        if email.is_some() {
            self.queue_mail(id, Fresh(id.0).derive(0));
        }
        booking
    }

    pub(super) fn cancel_booking(
        &mut self,
        id: BookingId,
        seats: Option<&BTreeSet<SeatId>>,
        ids: &mut Ids,
    ) -> Result<Receipt, Refusal> {
        let booking = self.bookings.get(&id).ok_or(Refusal::NotFound(Noun::Booking))?;
        let (seats, areas) = match seats {
            None => (booking.seats.clone(), booking.areas.clone()),
            Some(seats) => (self.lines_of(booking, seats)?, Vec::new()),
        };
        match booking.status {
            BookingStatus::Cancelled => return Err(Refusal::BookingNotActive),
            BookingStatus::Confirmed => {}
        }

        // From here on the seats are given back.
        self.cancel_lines(id, &seats, &areas, ids);
        Ok(self.booking_receipt(id))
    }

    pub(super) fn resend(
        &mut self,
        caller: &Caller,
        id: BookingId,
        ids: &mut Ids,
    ) -> Result<Receipt, Refusal> {
        let booking = self.bookings.get(&id).filter(|booking| may_see(caller, &booking.user));
        let booking = booking.ok_or(Refusal::NotFound(Noun::Booking))?;
        match booking.status {
            BookingStatus::Cancelled => return Err(Refusal::BookingNotActive),
            BookingStatus::Confirmed => {}
        }
        if booking.email.is_none() {
            return Err(invalid("email", "the booking has no e-mail address"));
        }

        // From here on it is mailed again, unless it is queued already: then it is due now.
        match self.mails.get(&id) {
            Some(queued) => self.hasten(*queued),
            None => self.queue_mail(id, ids.next()),
        }
        Ok(self.booking_receipt(id))
    }

    pub(super) fn booking_receipt(&self, id: BookingId) -> Receipt {
        Receipt::Booking(self.bookings.shared(&id).expect("bookings are never removed"))
    }

    /// Cancels the bookings of cancelled shows, about `limit` of them.
    pub(super) fn cancel_on(&mut self, limit: usize, ids: &mut Ids) {
        for _ in 0..limit {
            let Some(id) = self.cancelling.first() else { return };
            let show = self.shows.get(id).expect("shows are never removed");
            let booking =
                show.bookings().next().expect("a show is cancelling while it has bookings");
            let booking = self.bookings.get(&booking).expect("a show's bookings are known");
            let (id, seats, areas) = (booking.id, booking.seats.clone(), booking.areas.clone());
            self.cancel_lines(id, &seats, &areas, ids);
        }
    }

    /// Does something to a booking or its money and keeps its cancelled show's counts right.
    pub(super) fn counted(&mut self, id: BookingId, change: impl FnOnce(&mut State)) {
        let before = self.progress(id);
        change(self);
        let after = self.progress(id);
        if before == after {
            return;
        }
        let booking = self.bookings.get(&id).expect("bookings are never removed");
        self.shows.edit_known(&booking.show).edit_info(|info| {
            let Some(counts) = &mut info.cancellation else { return };
            for (progress, leaves) in [(before, true), (after, false)] {
                let (pending, failed, refunded) = match progress {
                    None => (0, 0, 0),
                    Some(Progress::Pending) => (1, 0, 0),
                    Some(Progress::Failed) => (1, 1, 0),
                    Some(Progress::Refunded) => (0, 0, 1),
                };
                let count = |sum: &mut u64, by: u64| {
                    *sum = if leaves { sum.saturating_sub(by) } else { *sum + by };
                };
                count(&mut counts.pending, pending);
                count(&mut counts.failed, failed);
                count(&mut counts.refunded, refunded);
            }
        });
    }

    /// Where a booking stands that stood when its show was cancelled; `None` for any other.
    pub(super) fn progress(&self, id: BookingId) -> Option<Progress> {
        let booking = self.bookings.get(&id)?;
        self.shows.get(&booking.show)?.info().cancellation?;
        match booking.status {
            BookingStatus::Confirmed => return Some(Progress::Pending),
            BookingStatus::Cancelled if !booking.show_cancelled => return None,
            BookingStatus::Cancelled => {}
        }
        let refunds = booking.payment.and_then(|payment| self.refunds_by_payment.get(&payment));
        let refunds = refunds.into_iter().flatten().filter_map(|refund| self.refunds.get(refund));
        let mut progress = Progress::Refunded;
        for refund in refunds.filter(|refund| refund.status == RefundStatus::Pending) {
            match (progress, refund.last_error.is_some()) {
                (_, true) => progress = Progress::Failed,
                (Progress::Refunded, false) => progress = Progress::Pending,
                (Progress::Pending | Progress::Failed, false) => {}
            }
        }
        Some(progress)
    }

    /// Gives back some or all lines of a standing booking and queues what was paid for them.
    fn cancel_lines(
        &mut self,
        id: BookingId,
        seats: &[SeatLine],
        areas: &[AreaLine],
        ids: &mut Ids,
    ) {
        self.counted(id, |state| state.cancel_lines_uncounted(id, seats, areas, ids));
    }

    fn cancel_lines_uncounted(
        &mut self,
        id: BookingId,
        seats: &[SeatLine],
        areas: &[AreaLine],
        ids: &mut Ids,
    ) {
        let booking = self.bookings.edit(&id).expect("a booking that is cancelled is known");
        assert_eq!(booking.status, BookingStatus::Confirmed, "{id} is cancelled once");
        let last = seats.len() == booking.seats.len() && areas.len() == booking.areas.len();
        let show = self.shows.edit_known(&booking.show);
        show.unsell(self.turn, id, seats, areas, last);
        if last {
            booking.status = BookingStatus::Cancelled;
            booking.show_cancelled = show.info().cancellation.is_some();
            if show.bookings().next().is_none() {
                // Whoever gave up the last one: a state that is loaded knows of no empty show, and
                // would go through the rest in other steps.
                self.cancelling.remove(&booking.show);
            }
        } else {
            booking
                .seats
                .retain(|line| seats.binary_search_by_key(&line.seat, |l| l.seat).is_err());
            booking.total = total(&booking.seats, &booking.areas);
        }
        let payment = booking.payment;
        let kind = if last { DeedKind::BookingCancelled } else { DeedKind::BookingReduced };
        self.note_booking(kind, id, seats, areas);
        if let Some(payment) = payment {
            self.owe(payment, total(seats, areas), ids);
        }
    }

    /// The lines of these seats. Seats that the booking does not have are refused as unknown.
    fn lines_of(
        &self,
        booking: &Booking,
        seats: &BTreeSet<SeatId>,
    ) -> Result<Vec<SeatLine>, Refusal> {
        if seats.is_empty() {
            return Err(invalid("seats", "name at least one seat"));
        }
        let show = self.shows.get(&booking.show).expect("every booking has its show");
        let line = |seat: &SeatIx| {
            let found = booking.seats.binary_search_by_key(seat, |line| line.seat);
            found.ok().map(|ix| booking.seats[ix])
        };
        let lines: Vec<SeatLine> = find_seats(show, seats)?.iter().filter_map(line).collect();
        if lines.len() < seats.len() {
            let unknown = seats.iter().filter(|id| {
                let seat = show.map().and_then(|map| map.find(id));
                seat.is_none_or(|seat| line(&seat).is_none())
            });
            return Err(Refusal::UnknownSeats(unknown.cloned().collect()));
        }
        Ok(lines)
    }

    fn queue_mail(&mut self, booking: BookingId, id: u128) {
        let mut more = Ids::new(Fresh(id));
        let id = self.new_outbox_id(&mut more);
        self.mails.insert(booking, id);
        self.queue(id, Effect::MailBooking(booking));
    }

    fn new_booking_id(&self, ids: &mut Ids) -> BookingId {
        loop {
            let id = BookingId(ids.next());
            if !self.bookings.contains(&id) {
                return id;
            }
        }
    }

    /// Notes that a cancelled show has bookings left, if so: while loading.
    pub(super) fn watch_cancellation(&mut self, id: &ShowId) {
        let show = self.shows.get(id).expect("only known shows are watched");
        if show.info().cancellation.is_some() && show.bookings().next().is_some() {
            self.cancelling.insert(id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::Command;
    use super::super::desk_tests::Desk;
    use super::super::ids::Millis;
    use super::super::row::Row;
    use super::super::state::LEVEL;
    use super::*;

    /// A cancelled show whose last booking somebody gives up is through at once, as it is for a
    /// node that loads its state right then: both go on in the same steps, under the same ids.
    #[test]
    fn a_loaded_state_cancels_on_in_the_same_steps() {
        let mut desk = Desk::at(LEVEL);
        let mut last = None;
        for (show, bookings) in [("a", 20), ("b", 1), ("c", 20)] {
            desk.show(show, 20);
            for _ in 0..bookings {
                let booking = desk.sell(show);
                last = if show == "b" { Some(booking) } else { last };
            }
        }
        for show in ["a", "b", "c"] {
            desk.tell(Command::CancelShow { show: ShowId::from(show) }).unwrap();
        }
        let booking = last.expect("b has sold one");
        desk.tell(Command::CancelBooking { booking, seats: None }).unwrap();
        assert_eq!(desk.state.check(), Vec::<String>::new());
        let rows = |state: &State| state.rows().collect::<Vec<Row>>();
        let mut twin = State::load(rows(&desk.state)).unwrap();
        while !desk.state.cancelling.is_empty() {
            let proposal = desk.proposal(Command::Mark);
            for state in [&mut desk.state, &mut twin] {
                state.apply(Millis(5), &proposal);
            }
            assert_eq!(rows(&desk.state), rows(&twin));
        }
        assert_eq!(desk.state.check(), Vec::<String>::new());
    }
}
