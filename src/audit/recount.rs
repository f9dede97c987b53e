//! Casts up the books: each seat one owner, each line counted once, each payment in balance.

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Books, ShowBook};
use super::report::Totals;
use crate::seats::{
    AreaLine, Booking, BookingStatus, Effect, Hold, HoldStatus, RefundStatus, SeatIx, SeatLine,
    ShowId,
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
    recount.closings(books);
    recount
}

impl<'a> Recount<'a> {
    pub(super) fn wrong(&mut self, what: String) {
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
            match booking.payment {
                None => self.external(books, booking),
                Some(id) => match books.payments.get(&id) {
                    Some(payment) if payment.booking == Some(booking.id) => {}
                    Some(_) => self.wrong(format!("payment {id} does not know of {name}")),
                    None => self.wrong(format!("{name} has no payment {id}")),
                },
            }
            match booking.status {
                BookingStatus::Cancelled => {}
                BookingStatus::Confirmed => {
                    self.take(books, &name, &booking.show, &booking.seats, &booking.areas);
                }
            }
        }
    }

    /// What the box office took: of bookings that stand, in the currency of their show.
    fn external(&mut self, books: &Books<'_>, booking: &Booking) {
        // A booking of no show is named where it takes its seats.
        let Some(show) = books.shows.get(&booking.show) else { return };
        if booking.status == BookingStatus::Cancelled {
            return;
        }
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
