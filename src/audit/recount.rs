//! Casts up the books: each seat one owner, each line counted once, each payment in balance.

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Books, ShowBook};
use super::report::Totals;
use crate::seats::{
    AreaLine, Booking, BookingStatus, Effect, Hold, HoldStatus, Payment, PaymentId, RefundStatus,
    SeatIx, SeatLine, ShowId,
};

/// Who owns the seats of a show, and how many places of its areas are taken.
#[derive(Default)]
pub(super) struct Taken {
    pub seats: BTreeMap<SeatIx, String>,
    pub areas: BTreeMap<u32, u64>,
}

/// What the recount found.
pub(super) struct Recount<'a> {
    pub shows: BTreeMap<&'a ShowId, Taken>,
    pub currencies: BTreeMap<String, Totals>,
    pub violations: Vec<String>,
}

pub(super) fn recount<'a>(books: &Books<'a>) -> Recount<'a> {
    let violations = books.violations.clone();
    let mut recount = Recount { shows: BTreeMap::new(), currencies: BTreeMap::new(), violations };
    recount.shows.extend(books.shows.keys().map(|&show| (show, Taken::default())));
    recount.holds(books);
    recount.bookings(books);
    recount.blocks(books);
    recount.areas(books);
    recount.payments(books);
    recount.refunds(books);
    recount.outbox(books);
    recount
}

impl<'a> Recount<'a> {
    fn wrong(&mut self, what: String) {
        self.violations.push(what);
    }

    fn holds(&mut self, books: &Books<'a>) {
        let mut users = BTreeMap::new();
        for hold in books.holds.values().filter(|hold| hold.status == HoldStatus::Pending) {
            let name = format!("hold {}", hold.id);
            self.take(books, &name, &hold.show, &hold.seats, &hold.areas);
            self.total(&name, hold.total.0, &hold.seats, &hold.areas);
            if let Some(other) = users.insert(&hold.user, hold.id) {
                self.wrong(format!("user {} has two holds: {other} and {}", hold.user, hold.id));
            }
        }
        for hold in books.holds.values() {
            self.confirmation(books, hold);
        }
    }

    /// A hold has a booking just when it is confirmed.
    fn confirmation(&mut self, books: &Books<'_>, hold: &Hold) {
        let booking = hold.booking.and_then(|id| books.bookings.get(&id));
        let sound = match hold.status {
            HoldStatus::Confirmed => booking.is_some_and(|booking| booking.hold == hold.id),
            HoldStatus::Pending | HoldStatus::Released | HoldStatus::Expired => {
                hold.booking.is_none()
            }
        };
        if !sound {
            let booking = hold.booking.map_or_else(|| "none".to_owned(), |id| id.to_string());
            let what = format!("hold {} is {:?}, its booking is {booking}", hold.id, hold.status);
            self.wrong(what);
        }
    }

    fn bookings(&mut self, books: &Books<'a>) {
        for booking in books.bookings.values() {
            let name = format!("booking {}", booking.id);
            self.total(&name, booking.total.0, &booking.seats, &booking.areas);
            if booking.status == BookingStatus::Cancelled {
                continue;
            }
            self.take(books, &name, &booking.show, &booking.seats, &booking.areas);
            match booking.payment {
                None => self.external(books, booking),
                Some(id) => match books.payments.get(&id) {
                    Some(payment) if payment.booking == Some(booking.id) => {}
                    Some(_) => self.wrong(format!("payment {id} does not know of {name}")),
                    None => self.wrong(format!("{name} has no payment {id}")),
                },
            }
        }
    }

    fn external(&mut self, books: &Books<'_>, booking: &Booking) {
        let Some(show) = books.shows.get(&booking.show) else { return };
        let totals = self.currencies.entry(show.info.currency.as_str().to_owned()).or_default();
        totals.add(&Totals { external: booking.total.0, ..Totals::default() });
    }

    fn take(
        &mut self,
        books: &Books<'_>,
        name: &str,
        show: &ShowId,
        seats: &[SeatLine],
        areas: &[AreaLine],
    ) {
        let (Some(book), Some(taken)) = (books.shows.get(show), self.shows.get_mut(show)) else {
            return self.wrong(format!("{name} is of no show: {show}"));
        };
        for line in seats {
            let seat = line.seat.0;
            if book.seats <= seat {
                self.violations.push(format!("{name} has the seat {seat}, show {show} has not"));
            }
            if let Some(other) = taken.seats.insert(line.seat, name.to_owned()) {
                let what = format!("show {show}: seat {seat} belongs to {other} and to {name}");
                self.violations.push(what);
            }
        }
        for line in areas {
            *taken.areas.entry(line.area.0).or_default() += u64::from(line.quantity);
        }
    }

    fn total(&mut self, name: &str, total: u64, seats: &[SeatLine], areas: &[AreaLine]) {
        let of_seats = seats.iter().map(|line| u128::from(line.price.0));
        let of_areas =
            areas.iter().map(|line| u128::from(line.price.0) * u128::from(line.quantity));
        let sum: u128 = of_seats.chain(of_areas).sum();
        if sum != u128::from(total) {
            self.wrong(format!("{name}: its lines add up to {sum}, its total is {total}"));
        }
    }

    fn blocks(&mut self, books: &Books<'a>) {
        for (show, book) in &books.shows {
            for seat in &book.blocked {
                let seat_ix = seat.0;
                if book.seats <= seat_ix {
                    self.wrong(format!("show {show}: seat {seat_ix} is blocked, it has none such"));
                }
                if let Some(owner) = self.shows.get(show).and_then(|taken| taken.seats.get(seat)) {
                    let what = format!("show {show}: seat {seat_ix} is blocked and has {owner}");
                    self.wrong(what);
                }
            }
        }
    }

    fn areas(&mut self, books: &Books<'a>) {
        let mut found = Vec::new();
        for (show, taken) in &self.shows {
            let areas =
                books.shows.get(show).map_or(&[][..], |book: &ShowBook<'_>| &book.info.areas);
            for (&ix, &quantity) in &taken.areas {
                match areas.get(ix as usize) {
                    Some(area) if quantity <= u64::from(area.capacity) => {}
                    Some(area) => found.push(format!(
                        "show {show}: {quantity} places of area {} are taken, it has {}",
                        area.id, area.capacity
                    )),
                    None => found.push(format!("show {show}: places of no area {ix} are taken")),
                }
            }
        }
        self.violations.append(&mut found);
    }

    fn payments(&mut self, books: &Books<'a>) {
        let mut pending: BTreeMap<PaymentId, u64> = BTreeMap::new();
        let mut succeeded: BTreeMap<PaymentId, u64> = BTreeMap::new();
        for refund in books.refunds.values() {
            let sums = match refund.status {
                RefundStatus::Pending => &mut pending,
                RefundStatus::Succeeded => &mut succeeded,
            };
            let sum = sums.entry(refund.payment).or_default();
            *sum = sum.saturating_add(refund.amount.0);
        }
        for payment in books.payments.values() {
            let sum = |sums: &BTreeMap<_, _>| sums.get(&payment.id).copied().unwrap_or(0);
            self.balance(books, payment, sum(&pending), sum(&succeeded));
            let currency = payment.captured_currency.as_str().to_owned();
            let totals = self.currencies.entry(currency).or_default();
            totals.add(&Totals {
                captured: payment.captured.0,
                booked: payment.booked.0,
                refund_pending: payment.refund_pending.0,
                refunded: payment.refunded.0,
                external: 0,
            });
        }
    }

    fn balance(&mut self, books: &Books<'_>, payment: &Payment, pending: u64, succeeded: u64) {
        let id = payment.id;
        let parts = [payment.booked.0, payment.refund_pending.0, payment.refunded.0];
        let sum: u128 = parts.into_iter().map(u128::from).sum();
        if sum != u128::from(payment.captured.0) {
            let [booked, owed, back] = parts;
            self.wrong(format!(
                "payment {id}: captured {} is not booked {booked} + refund_pending {owed} + refunded {back}",
                payment.captured.0
            ));
        }
        let booking = payment.booking.and_then(|id| books.bookings.get(&id));
        let standing = match booking {
            Some(booking) if booking.status == BookingStatus::Confirmed => booking.total.0,
            Some(_) | None => 0,
        };
        for (what, kept, counted) in [
            ("booked", payment.booked.0, standing),
            ("refund_pending", payment.refund_pending.0, pending),
            ("refunded", payment.refunded.0, succeeded),
        ] {
            if kept != counted {
                self.wrong(format!("payment {id}: {what} is {kept}, its records say {counted}"));
            }
        }
    }

    fn refunds(&mut self, books: &Books<'a>) {
        for refund in books.refunds.values() {
            let currency = books.payments.get(&refund.payment).map(|p| p.captured_currency);
            if currency != Some(refund.currency) {
                self.wrong(format!(
                    "refund {} is in {}, its payment {} took {currency:?}",
                    refund.id,
                    refund.currency.as_str(),
                    refund.payment
                ));
            }
        }
    }

    /// Work for the outside names records that exist, and no money is owed without it.
    fn outbox(&mut self, books: &Books<'a>) {
        let mut owed: BTreeSet<_> = books
            .refunds
            .values()
            .filter(|refund| refund.status == RefundStatus::Pending)
            .map(|refund| refund.id)
            .collect();
        for row in &books.outbox {
            let known = match row.effect {
                Effect::CloseSession(payment) => books.payments.contains_key(&payment),
                Effect::Refund(refund) => owed.remove(&refund),
                Effect::MailBooking(booking) => books.bookings.contains_key(&booking),
            };
            if !known {
                self.wrong(format!("outbox row {} has nothing to do: {:?}", row.id, row.effect));
            }
        }
        for refund in owed {
            self.wrong(format!("refund {refund} is owed and nobody is to pay it back"));
        }
    }
}
