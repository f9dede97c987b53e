//! The checkpoint: every read there is, and the books as a whole.

use std::collections::{BTreeMap, BTreeSet};

use usher::seats::{
    BookingStatus, Cancellation, Currency, HoldStatus, Millis, Money, PaymentStatus, RefundStatus,
    Row, ShowId, State,
};

use super::{Oracle, Verdict, Violation, same};
use crate::wrong;

impl Oracle {
    /// Reads everything and compares it with what callers were told.
    pub fn read_all(&mut self, state: &State) -> Verdict {
        for booking in self.doomed.clone() {
            self.see_doomed(booking, state)?;
        }
        for show in self.shows.keys().cloned().collect::<Vec<_>>() {
            self.read_show(&show, state)?;
        }
        same("how many shows there are", &self.shows.len(), &state.shows().count())?;
        for hold in self.holds.keys().copied().collect::<Vec<_>>() {
            self.read_hold(hold, state)?;
        }
        for hold in state.holds() {
            self.same_hold(hold)?;
        }
        for booking in self.bookings.keys().copied().collect::<Vec<_>>() {
            self.read_booking(booking, state)?;
        }
        same("how many bookings there are", &self.bookings.len(), &state.bookings().count())?;
        for refund in state.refunds() {
            self.learn_refund(refund.id, state)?;
        }
        for payment in self.payments.keys().copied().collect::<Vec<_>>() {
            self.read_payment(payment, state)?;
        }
        same("how many payments there are", &self.payments.len(), &state.payments().count())?;
        self.read_users(state)?;
        self.read_rows(state)?;
        self.read_unmatched(state)?;
        self.read_cancellations(state)?;
        self.read_money(state)
    }

    /// One pending hold a user, and every booking to its user.
    fn read_users(&self, state: &State) -> Verdict {
        let users: BTreeSet<_> = self.holds.values().map(|model| &model.hold.user).collect();
        for user in &users {
            let told = state.active_hold(user).map(|hold| hold.id);
            same("the user's pending hold", &self.active.get(*user).copied(), &told)?;
        }
        let pending = state.holds().filter(|hold| hold.status == HoldStatus::Pending).count();
        same("how many holds are pending", &self.active.len(), &pending)?;
        let mut by_user: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for model in self.bookings.values() {
            by_user.entry(&model.booking.user).or_default().insert(model.booking.id);
        }
        for (user, due) in by_user {
            let told = state.bookings_of(user).map(|booking| booking.id).collect();
            same("the user's bookings", &due, &told)?;
        }
        Ok(())
    }

    fn read_rows(&mut self, state: &State) -> Verdict {
        let rows: Vec<_> = state.outbox().cloned().collect();
        for row in &rows {
            self.read_row(row, state)?;
        }
        let told: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
        let missing =
            self.rows.values().find(|row| !told.contains(&row.id) && !self.may_be_gone(row));
        if let Some(row) = missing {
            return Err(wrong!([row.id], "nobody settled {row:?}, but it is gone"));
        }
        self.rows.retain(|id, _| told.contains(id));
        Ok(())
    }

    /// How far the refunds of cancelled shows are.
    fn read_cancellations(&self, state: &State) -> Verdict {
        let mut due: BTreeMap<&ShowId, Cancellation> = BTreeMap::new();
        for model in self.bookings.values() {
            let booking = &model.booking;
            if !booking.show_cancelled && !model.doomed {
                continue;
            }
            let progress = due.entry(&booking.show).or_default();
            progress.bookings += 1;
            let refunds = booking.payment.map_or(&[][..], |id| &self.payments[&id].refunds);
            let refunds = refunds.iter().map(|id| &self.refunds[id].refund);
            let mut pending = refunds.filter(|refund| refund.status == RefundStatus::Pending);
            let refused = pending.clone().any(|refund| refund.last_error.is_some());
            if model.doomed || pending.next().is_some() {
                progress.pending += 1;
                progress.failed += u64::from(refused);
            } else {
                progress.refunded += 1;
            }
        }
        for (id, model) in &self.shows {
            let Some(cancellation) = model.info.cancellation else { continue };
            let due =
                Cancellation { at: cancellation.at, ..due.get(id).copied().unwrap_or_default() };
            let show = state.show(id).ok_or_else(|| wrong!([id], "show {id} is gone"))?;
            let told = state.view(show).info.cancellation;
            same("how far the refunds of a cancelled show are", &Some(due), &told)
                .map_err(|wrong| Violation { about: vec![id.to_string()], ..wrong })?;
        }
        Ok(())
    }

    fn read_unmatched(&self, state: &State) -> Verdict {
        let told: BTreeSet<_> = state
            .unmatched()
            .map(|row| (row.event.gateway.clone(), row.event.event.clone()))
            .collect();
        same("the events that fit nothing", &self.unmatched, &told)
    }

    /// Per payment and currency: `captured = booked + refund_pending + refunded`; each captured
    /// payment stands as one booking or goes back, never both for the same money.
    fn read_money(&self, state: &State) -> Verdict {
        let mut due: BTreeMap<Currency, Money> = BTreeMap::new();
        for pay in self.payments.values() {
            let payment = &pay.payment;
            if !pay.owed.is_empty() {
                return Err(wrong!([payment.id], "{} owes {:?} unseen", payment.id, pay.owed));
            }
            let pending = pay.refunds.iter().map(|id| &self.refunds[id].refund);
            let (mut owed, mut back) = (0, 0);
            for refund in pending {
                match refund.status {
                    RefundStatus::Pending => owed += refund.amount.0,
                    RefundStatus::Succeeded => back += refund.amount.0,
                }
            }
            same(
                "owed and paid back",
                &(payment.refund_pending.0, payment.refunded.0),
                &(owed, back),
            )?;
            let booked = payment.booking.map(|id| &self.bookings[&id].booking);
            let stands = booked
                .filter(|booking| booking.status == BookingStatus::Confirmed)
                .map_or(0, |booking| booking.total.0);
            same("what stands as a booking", &stands, &payment.booked.0)?;
            let unpaid = matches!(
                payment.status,
                PaymentStatus::Open | PaymentStatus::Failed | PaymentStatus::Expired
            );
            if unpaid == pay.success_seen || (unpaid && payment.captured.0 > 0) {
                return Err(wrong!([payment.id], "captured and yet {payment:?}"));
            }
            let money = due.entry(payment.captured_currency).or_default();
            money.captured.0 += payment.captured.0;
            money.booked.0 += payment.booked.0;
            money.refund_pending.0 += payment.refund_pending.0;
            money.refunded.0 += payment.refunded.0;
        }
        for model in self.bookings.values() {
            let booking = &model.booking;
            if booking.payment.is_none() && booking.status == BookingStatus::Confirmed {
                let currency = self.shows[&booking.show].info.currency;
                due.entry(currency).or_default().external.0 += booking.total.0;
            }
        }
        due.retain(|_, money| *money != Money::default());
        let mut told = state.money();
        told.retain(|_, money| *money != Money::default());
        same("the money", &due, &told)
    }

    /// Memory is bounded: once no tick is due, what may be forgotten is. `kept` are times for which
    /// each kind of row is remembered.
    pub fn read_forgotten(&mut self, state: &State) -> Verdict {
        self.forget_keys();
        let now = self.now;
        let over = |since: Millis, kept: u64| now.since(since).0 > kept;
        for row in state.rows() {
            let overdue = match &row {
                Row::Hold(hold) => {
                    let kept = if hold.payment.is_some() { super::MONTH } else { super::HOUR };
                    hold.ended_at.is_some_and(|ended| over(ended, kept))
                }
                Row::Remembered(row) => over(row.until, 0),
                Row::Event { at, .. } => over(*at, super::MONTH),
                Row::Deed(deed) => over(deed.at, super::MONTH),
                Row::Meta(_)
                | Row::MapPart { .. }
                | Row::Map { .. }
                | Row::Show { .. }
                | Row::Blocks { .. }
                | Row::Payment(_)
                | Row::Booking(_)
                | Row::Refund(_)
                | Row::Outbox(_)
                | Row::Unmatched(_)
                | Row::Retired { .. }
                | Row::TrailSince { .. } => false,
            };
            if overdue {
                return Err(wrong!([], "at {} this should be forgotten: {row:?}", now.0));
            }
        }
        Ok(())
    }
}
