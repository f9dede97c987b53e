//! What reads answer, compared with what callers were told before.

use usher::seats::{
    Booking, BookingId, BookingStatus, Effect, Hold, HoldId, HoldStatus, Owner, Payment, PaymentId,
    PaymentStatus, Refund, RefundId, RefundStatus, SeatState, Show, ShowId, State,
};

use super::model::{RefundModel, ShowModel, Slot, seat_ix, seat_name};
use super::{Oracle, Verdict, same};
use crate::wrong;

impl Oracle {
    /// A hold that was told or read.
    pub(super) fn same_hold(&mut self, told: &Hold) -> Verdict {
        let now = self.now;
        let Some(model) = self.holds.get_mut(&told.id) else {
            return Err(wrong!([told.id], "nobody made {told:?}"));
        };
        let due = &mut model.hold;
        if due.status == HoldStatus::Expired && due.ended_at.is_none() {
            // Expiry may count from the deadline or from the first entry after it.
            let fits = |at: &_| due.expires_at <= *at && *at <= now;
            due.ended_at = told.ended_at.filter(fits);
        }
        same("the hold", due, told)
    }

    pub(super) fn read_hold(&mut self, id: HoldId, state: &State) -> Verdict {
        match (state.hold(id), self.holds.get_mut(&id)) {
            (Some(told), _) => self.same_hold(told),
            (None, Some(model)) if model.may_be_forgotten(self.now) => {
                model.forgotten = true;
                Ok(())
            }
            (None, None) => Ok(()),
            (None, Some(model)) => Err(wrong!([id], "there is no {:?}", model.hold)),
        }
    }

    /// A booking that was told or read.
    pub(super) fn same_booking(&self, told: &Booking) -> Verdict {
        let Some(model) = self.bookings.get(&told.id) else {
            return Err(wrong!([told.id], "nobody made {told:?}"));
        };
        same("the booking", &model.booking, told)
    }

    pub(super) fn read_booking(&mut self, id: BookingId, state: &State) -> Verdict {
        self.see_doomed(id, state)?;
        match state.booking(id) {
            Some(told) => self.same_booking(told),
            None if self.bookings.contains_key(&id) => Err(wrong!([id], "{id} is gone")),
            None => Ok(()),
        }
    }

    pub(super) fn read_payment(&mut self, id: PaymentId, state: &State) -> Verdict {
        match (state.payment(id), self.payments.contains_key(&id)) {
            (Some(told), _) => self.same_payment(told, state),
            (None, true) => Err(wrong!([id], "{id} is gone")),
            (None, false) => Ok(()),
        }
    }

    /// A payment that was told or read. Whether its booking was cancelled with its show before or
    /// after the answer was made, the same entry leaves open.
    pub(super) fn same_payment(&mut self, told: &Payment, state: &State) -> Verdict {
        let verdict = self.same_payment_now(told, state);
        let booking = self.payments.get(&told.id).and_then(|pay| pay.payment.booking);
        match booking.filter(|booking| verdict.is_err() && self.doomed.contains(booking)) {
            Some(booking) => {
                self.see_doomed(booking, state)?;
                self.same_payment_now(told, state)
            }
            None => verdict,
        }
    }

    fn same_payment_now(&mut self, told: &Payment, state: &State) -> Verdict {
        let id = told.id;
        if let Some(refund) = told.refund {
            self.learn_refund(refund, state)?;
        }
        let Some(pay) = self.payments.get_mut(&id) else {
            return Err(wrong!([id], "nobody made {told:?}"));
        };
        let latest = pay.refunds.iter().map(|refund| self.refunds[refund].refund.created_at).max();
        let told_latest = told.refund.map(|refund| self.refunds[&refund].refund.created_at);
        if latest > told_latest || (pay.refunds.is_empty() && !pay.owed.is_empty()) {
            return Err(wrong!([id], "{id} does not tell its latest refund: {told:?}"));
        }
        let mut due = Payment { refund: told.refund, ..pay.payment.clone() };
        if due.reference.is_none() && told.reference == pay.heard {
            // A webhook may tell the session's name before its opening is recorded.
            due.reference.clone_from(&told.reference);
        }
        if due.status != PaymentStatus::Open || pay.already_paid {
            due.closing = told.closing;
        }
        if due.captured.0 == 0 {
            due.captured_currency = told.captured_currency;
        }
        if told.captured.0 != told.booked.0 + told.refund_pending.0 + told.refunded.0 {
            return Err(wrong!([id], "money does not add up in {told:?}"));
        }
        same("the payment", &due, told)
    }

    /// A refund that was told or read for the first time must be one that is owed.
    pub(super) fn learn_refund(&mut self, id: RefundId, state: &State) -> Verdict {
        let Some(told) = state.refund(id) else {
            return Err(wrong!([id], "{id} is named, but is not there"));
        };
        if self.refunds.contains_key(&id) {
            return self.same_refund(told);
        }
        let payment = self.payments.get(&told.payment);
        let unseen = payment.filter(|pay| !pay.owed.contains(&told.amount));
        if let Some(booking) = unseen.and_then(|pay| pay.payment.booking) {
            self.see_doomed(booking, state)?;
        }
        let Some(pay) = self.payments.get_mut(&told.payment) else {
            return Err(wrong!([id], "a refund of nobody's payment: {told:?}"));
        };
        let owed = pay.owed.iter().position(|amount| *amount == told.amount);
        let Some(owed) = owed else {
            return Err(wrong!([told.payment, id], "{told:?}, but owed is {:?}", pay.owed));
        };
        pay.owed.swap_remove(owed);
        pay.refunds.push(id);
        let due = Refund {
            id,
            payment: told.payment,
            amount: told.amount,
            currency: pay.payment.captured_currency,
            status: RefundStatus::Pending,
            attempts: 0,
            last_error: None,
            created_at: told.created_at.min(self.now),
        };
        same("the new refund", &due, told)?;
        self.refunds.insert(id, RefundModel { refund: due });
        if state.outbox().any(|row| row.effect == Effect::Refund(id)) {
            return Ok(());
        }
        Err(wrong!([id], "no row pays {id} back"))
    }

    pub(super) fn same_refund(&self, told: &Refund) -> Verdict {
        same("the refund", &self.refunds[&told.id].refund, told)
    }

    pub(super) fn read_refund(&self, id: RefundId, state: &State) -> Verdict {
        match state.refund(id) {
            Some(told) => self.same_refund(told),
            None => Err(wrong!([id], "{id} is gone")),
        }
    }

    /// Sessions that have to be closed have a row that says so, unless they were found paid.
    pub(super) fn closing_queued(&mut self, state: &State) -> Verdict {
        for id in std::mem::take(&mut self.to_close) {
            let pay = &self.payments[&id];
            let closed = pay.payment.status != PaymentStatus::Open || pay.already_paid;
            let queued = || state.outbox().any(|row| row.effect == Effect::CloseSession(id));
            if !closed && !queued() {
                return Err(wrong!([id], "no row closes the session of {id}"));
            }
            self.read_payment(id, state)?;
        }
        Ok(())
    }

    /// Looks at the version of a show's seats: it rises whenever one of them changes.
    pub(super) fn see_version(&mut self, id: &ShowId, state: &State) -> Verdict {
        let show = state.show(id).ok_or_else(|| wrong!([id], "show {id} is gone"))?;
        let model = self.shows.get_mut(id).expect("the oracle asks for shows it knows");
        let (before, after) = (model.version, show.version());
        if after < before || (model.changed && after == before) {
            return Err(wrong!([id], "the version went from {before} to {after} with changes"));
        }
        (model.version, model.changed) = (after, false);
        Ok(())
    }

    /// Reads a whole show, seat by seat.
    pub fn read_show(&mut self, id: &ShowId, state: &State) -> Verdict {
        for booking in self.shows[id].bookings.clone() {
            self.see_doomed(booking, state)?;
        }
        self.see_version(id, state)?;
        let show = state.show(id).ok_or_else(|| wrong!([id], "show {id} is gone"))?;
        let model = self.shows.get_mut(id).expect("the oracle asks for shows it knows");
        same("how many seats there are", &model.seats.len(), &(show.seats_len() as usize))?;
        for (seat, slot) in model.seats.iter().enumerate() {
            let told = (show.seat(seat_ix(seat)), show.owner(seat_ix(seat)));
            let due = match *slot {
                Slot::Free => (SeatState::Available, None),
                Slot::Blocked => (SeatState::Blocked, None),
                Slot::Held(hold) => (SeatState::Pending, Some(Owner::Hold(hold))),
                Slot::Booked(booking) => (SeatState::Reserved, Some(Owner::Booking(booking))),
            };
            if due != told {
                let name = seat_name(model, seat);
                return Err(wrong!([name, id], "{name} should be {due:?} but reads {told:?}"));
            }
        }
        same("free seats and places", &model.available(), &show.available())?;
        let taken: Vec<u32> = show.areas_taken().map(|(held, sold)| held + sold).collect();
        same("places taken", &model.taken, &taken)?;
        let left =
            model.info.areas.iter().zip(&model.taken).map(|(area, taken)| area.capacity - taken);
        same("places left", &left.collect::<Vec<_>>(), &show.areas_available().collect())?;
        let mut info = model.info.clone();
        if let (Some(due), Some(told)) = (&mut info.cancellation, show.info().cancellation) {
            (due.refunded, due.pending, due.failed) = (told.refunded, told.pending, told.failed);
        }
        same("the show", &info, show.info())?;
        let (now, view) = (self.now, state.view(show));
        let due = (model.status(now), model.available());
        same("status and free seats of the show", &due, &(view.status, view.available))?;
        model.same_changes(show)?;
        model.past = Some((model.version, model.seats.clone(), model.taken.clone()));
        Ok(())
    }

    /// Reads a few things that a command may have touched, and a show now and then.
    pub fn read_about(&mut self, about: &About, state: &State) -> Verdict {
        if let Some(hold) = about.hold {
            self.read_hold(hold, state)?;
        }
        if let Some(payment) = about.payment {
            self.read_payment(payment, state)?;
        }
        if let Some(booking) = about.booking {
            self.read_booking(booking, state)?;
        }
        if let Some(show) = about.show.as_ref().filter(|show| self.shows.contains_key(show)) {
            self.read_show(show, state)?;
        }
        Ok(())
    }

    /// A pulse must be due no later than anything that ends by itself.
    pub fn read_deadline(&self, state: &State) -> Verdict {
        same("log time", &self.now, &state.now())?;
        let hold = self.deadlines.first().map(|(at, _)| *at);
        let sale = self.boundaries.first().map(|(at, _)| *at);
        let Some(due) = hold.into_iter().chain(sale).min() else { return Ok(()) };
        match state.next_deadline() {
            Some(told) if told <= due => Ok(()),
            told => Err(wrong!([], "a pulse is due at {due:?}, but next is {told:?}")),
        }
    }

    /// What is left of the books after a cancellation has run its course.
    pub fn read_cancelled(&mut self, state: &State) -> Verdict {
        for booking in self.doomed.clone() {
            self.see_doomed(booking, state)?;
        }
        match self.doomed.first() {
            None => Ok(()),
            Some(id) => {
                let status = BookingStatus::Confirmed;
                Err(wrong!([id], "no tick is due, but {id} of a cancelled show is {status:?}"))
            }
        }
    }
}

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub hold: Option<HoldId>,
    pub payment: Option<PaymentId>,
    pub booking: Option<BookingId>,
    pub show: Option<ShowId>,
}

impl ShowModel {
    /// Deltas since an older version must name every seat and area that differs.
    fn same_changes(&self, show: &Show) -> Verdict {
        let Some((version, seats, taken)) = &self.past else { return Ok(()) };
        let Some(changes) = show.changes_since(*version) else { return Ok(()) };
        let sorted =
            changes.seats.is_sorted_by(|a, b| a < b) && changes.areas.is_sorted_by(|a, b| a < b);
        let seats_differ = (0..seats.len()).filter(|seat| seats[*seat] != self.seats[*seat]);
        let areas_differ = (0..taken.len()).filter(|area| taken[*area] != self.taken[*area]);
        let named = |seat: usize| changes.seats.binary_search(&seat_ix(seat)).is_ok();
        let told = |area: usize| changes.areas.iter().any(|told| told.0 as usize == area);
        let mut missed =
            seats_differ.filter(|seat| !named(*seat)).map(|seat| seat_name(self, seat));
        let mut missed_areas = areas_differ.filter(|area| !told(*area));
        let id = &self.info.id;
        match (sorted, missed.next(), missed_areas.next()) {
            (true, None, None) => Ok(()),
            (_, seat, area) => Err(wrong!(
                [id, seat.clone().unwrap_or_default()],
                "the changes of {id} since {version} miss {seat:?}, area {area:?}: {changes:?}"
            )),
        }
    }
}
