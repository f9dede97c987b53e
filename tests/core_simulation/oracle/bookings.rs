//! Bookings: cancelled in whole or in part, mailed again; and their refunds.

use std::collections::BTreeSet;

use usher::seats::{
    Amount, BookingId, BookingStatus, Caller, Effect, Noun, PaymentStatus, Receipt, RefundId,
    RefundStatus, Refusal, SeatId, SeatIx, State,
};

use super::holds::is_visible;
use super::model::{BookModel, Slot, seat_name};
use super::{Due, Oracle, Verdict};
use crate::wrong;

impl Oracle {
    /// Takes a new booking to the books; its e-mail is queued in the same entry.
    pub(super) fn add_booking(&mut self, model: BookModel, state: &State) -> Verdict {
        let (id, mailed) = (model.booking.id, model.booking.email.is_some());
        self.bookings.insert(id, model);
        if mailed { mail_queued(id, state) } else { Ok(()) }
    }

    pub(super) fn judge_cancel_booking(
        &mut self,
        caller: &Caller,
        id: BookingId,
        seats: Option<&BTreeSet<SeatId>>,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let due = self.cancel_due(caller, id, seats);
        let Some(receipt) = due.judge(told)? else {
            return if self.bookings.contains_key(&id) {
                self.see_doomed(id, state)
            } else {
                Ok(())
            };
        };
        let model = &self.bookings[&id];
        let hall = self.shows[&model.booking.show].hall.clone();
        let named = |seat: &SeatId| hall.as_ref().and_then(|hall| hall.find(seat));
        let gone: BTreeSet<usize> = match seats {
            Some(seats) => seats.iter().filter_map(named).collect(),
            None => model.booking.seats.iter().map(|line| line.seat.0 as usize).collect(),
        };
        let whole = seats.is_none()
            || (gone.len() == model.booking.seats.len() && model.booking.areas.is_empty());
        if whole {
            self.cancel_whole(id)?;
        } else {
            self.cancel_part(id, &gone)?;
        }
        match receipt {
            Receipt::Booking(told) if told.id == id => self.same_booking(told)?,
            receipt => return Err(wrong!([id], "due was {id}, told was {receipt:?}")),
        }
        self.read_booking(id, state)?;
        match self.bookings[&id].booking.payment {
            Some(payment) => self.read_payment(payment, state),
            None => Ok(()),
        }
    }

    fn cancel_due(&self, caller: &Caller, id: BookingId, seats: Option<&BTreeSet<SeatId>>) -> Due {
        let model = match self.booking_of(caller, id) {
            Ok(model) => model,
            Err(due) => return due,
        };
        let show = &self.shows[&model.booking.show];
        let booked = |seat: &SeatId| {
            let seat = show.hall.as_ref().and_then(|hall| hall.find(seat));
            seat.is_some_and(|seat| show.seats[seat] == Slot::Booked(id))
        };
        let wrong = seats.is_some_and(|seats| !seats.iter().all(booked));
        let mut due = match model.booking.status {
            BookingStatus::Cancelled => Due::refusal(Refusal::BookingNotActive),
            BookingStatus::Confirmed if wrong => Due::default(),
            BookingStatus::Confirmed => Due::success(),
        };
        if wrong {
            // Seats of the hall that are not of this booking: the contract has no word of its own.
            due = due.or_kind("UnknownSeats").or_kind("Invalid");
        }
        if model.doomed {
            due = due.or(Refusal::BookingNotActive).or(Refusal::ShowCancelled);
        }
        due
    }

    /// A booking as far as it exists for a caller.
    fn booking_of(&self, caller: &Caller, id: BookingId) -> Result<&BookModel, Due> {
        let visible = |model: &&BookModel| is_visible(caller, &model.booking.user);
        let missing = || Due::refusal(Refusal::NotFound(Noun::Booking));
        self.bookings.get(&id).filter(visible).ok_or_else(missing)
    }

    /// All of a booking is gone: it keeps its lines, its seats are free, its money goes back.
    pub(super) fn cancel_whole(&mut self, id: BookingId) -> Verdict {
        let model = self.bookings.get_mut(&id).expect("it was booked");
        model.booking.status = BookingStatus::Cancelled;
        model.doomed = false;
        self.doomed.remove(&id);
        let show = self.shows.get_mut(&model.booking.show).expect("a booking is of a show");
        model.booking.show_cancelled = show.info.cancellation.is_some();
        let booking = model.booking.clone();
        show.bookings.remove(&id);
        show.changed = true;
        for line in &booking.areas {
            show.taken[line.area.0 as usize] -= line.quantity;
        }
        let seats: BTreeSet<usize> =
            booking.seats.iter().map(|line| line.seat.0 as usize).collect();
        self.free_booked(id, &seats)?;
        self.owe(id, booking.total);
        Ok(())
    }

    fn cancel_part(&mut self, id: BookingId, gone: &BTreeSet<usize>) -> Verdict {
        let model = self.bookings.get_mut(&id).expect("it was booked");
        let booking = &mut model.booking;
        let is_gone = |seat: SeatIx| gone.contains(&(seat.0 as usize));
        let lines = booking.seats.iter().filter(|line| is_gone(line.seat));
        let amount = Amount(lines.map(|line| line.price.0).sum());
        booking.seats.retain(|line| !is_gone(line.seat));
        booking.total = Amount(booking.total.0 - amount.0);
        self.free_booked(id, gone)?;
        self.owe(id, amount);
        Ok(())
    }

    fn free_booked(&mut self, id: BookingId, seats: &BTreeSet<usize>) -> Verdict {
        let show = self.bookings[&id].booking.show.clone();
        let show = self.shows.get_mut(&show).expect("a booking is of a show");
        show.changed = true;
        for seat in seats {
            if show.seats[*seat] != Slot::Booked(id) {
                let name = seat_name(show, *seat);
                return Err(wrong!([id], "{id} gives back {name}, which it has not"));
            }
            show.seats[*seat] = Slot::Free;
        }
        Ok(())
    }

    /// Money of a booking goes back, unless it was taken outside.
    fn owe(&mut self, id: BookingId, amount: Amount) {
        let Some(payment) = self.bookings[&id].booking.payment else { return };
        if amount == Amount(0) {
            return;
        }
        let pay = self.payments.get_mut(&payment).expect("a booking knows its payment");
        pay.owed.push(amount);
        let payment = &mut pay.payment;
        payment.booked.0 -= amount.0;
        payment.refund_pending.0 += amount.0;
        payment.status = PaymentStatus::RefundPending;
    }

    /// Looks whether a booking of a cancelled show is cancelled by now.
    pub(super) fn see_doomed(&mut self, id: BookingId, state: &State) -> Verdict {
        if !self.doomed.contains(&id) {
            return Ok(());
        }
        let Some(told) = state.booking(id) else {
            return Err(wrong!([id], "{id} of a cancelled show is gone"));
        };
        if told.status == BookingStatus::Cancelled { self.cancel_whole(id) } else { Ok(()) }
    }

    pub(super) fn judge_resend(
        &mut self,
        caller: &Caller,
        id: BookingId,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let due = match self.booking_of(caller, id) {
            Err(due) => due,
            Ok(model) => {
                let mut due = match model.booking.status {
                    BookingStatus::Confirmed => Due::success(),
                    BookingStatus::Cancelled => {
                        Due::refusal(Refusal::BookingNotActive).or_success()
                    }
                };
                if model.booking.email.is_none() {
                    due = due.or_kind("Invalid");
                }
                if model.doomed {
                    due = due.or(Refusal::BookingNotActive).or(Refusal::ShowCancelled);
                }
                due
            }
        };
        let Some(receipt) = due.judge(told)? else { return Ok(()) };
        let model = &self.bookings[&id];
        if model.booking.email.is_some() && model.booking.status == BookingStatus::Confirmed {
            mail_queued(id, state)?;
        }
        match receipt {
            Receipt::Done => {}
            Receipt::Booking(told) if told.id == id => self.same_booking(told)?,
            receipt => return Err(wrong!([id], "due was {id}, told was {receipt:?}")),
        }
        self.read_booking(id, state)
    }

    pub(super) fn judge_retry_refund(
        &mut self,
        id: RefundId,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let due = match self.refunds.get(&id) {
            None => Due::refusal(Refusal::NotFound(Noun::Refund)),
            Some(model) => match model.refund.status {
                RefundStatus::Pending => Due::success(),
                RefundStatus::Succeeded => Due::success().or_kind("PaymentNotOpen"),
            },
        };
        let Some(receipt) = due.judge(told)? else { return Ok(()) };
        let Receipt::Refund(told) = receipt else {
            return Err(wrong!([id], "due was {id}, told was {receipt:?}"));
        };
        self.same_refund(told)?;
        self.due_now(id, state)
    }
}

fn mail_queued(id: BookingId, state: &State) -> Verdict {
    if state.outbox().any(|row| row.effect == Effect::MailBooking(id)) {
        return Ok(());
    }
    Err(wrong!([id], "no row mails {id}"))
}
