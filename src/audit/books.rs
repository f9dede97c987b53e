//! The records of a state side by side, from a running state or from rows on disk.

use std::collections::{BTreeMap, BTreeSet};

use crate::seats::{
    Booking, BookingId, Hold, HoldId, MapItem, OutboxRow, Payment, PaymentId, Refund, RefundId,
    Row, SeatIx, SeatState, ShowId, ShowInfo, State,
};

/// What is recounted.
#[derive(Default)]
pub(super) struct Books<'a> {
    pub shows: BTreeMap<&'a ShowId, ShowBook<'a>>,
    pub holds: BTreeMap<HoldId, &'a Hold>,
    pub payments: BTreeMap<PaymentId, &'a Payment>,
    pub bookings: BTreeMap<BookingId, &'a Booking>,
    pub refunds: BTreeMap<RefundId, &'a Refund>,
    pub outbox: Vec<&'a OutboxRow>,
    /// What contradicts itself already here.
    pub violations: Vec<String>,
}

/// A show.
pub(super) struct ShowBook<'a> {
    pub info: &'a ShowInfo,
    /// Seats of its map.
    pub seats: u32,
    pub blocked: BTreeSet<SeatIx>,
}

impl<'a> Books<'a> {
    pub(super) fn of_state(state: &'a State) -> Books<'a> {
        let mut books = Books::default();
        for show in state.shows() {
            let seats = show.seats_len();
            let blocked = (0..seats).map(SeatIx).filter(|&ix| show.seat(ix) == SeatState::Blocked);
            let book = ShowBook { info: show.info(), seats, blocked: blocked.collect() };
            books.shows.insert(&show.info().id, book);
        }
        books.holds.extend(state.holds().map(|hold| (hold.id, hold)));
        books.payments.extend(state.payments().map(|payment| (payment.id, payment)));
        books.bookings.extend(state.bookings().map(|booking| (booking.id, booking)));
        books.refunds.extend(state.refunds().map(|refund| (refund.id, refund)));
        books.outbox.extend(state.outbox());
        books
    }

    pub(super) fn of_rows(rows: &'a [Row]) -> Books<'a> {
        let mut books = Books::default();
        let mut maps = BTreeMap::new();
        for row in rows {
            if let Row::MapPart { hash, items, .. } = row {
                let seats = items.iter().filter(|item| matches!(item, MapItem::Seat(_))).count();
                *maps.entry(*hash).or_insert(0) += u32::try_from(seats).unwrap_or(u32::MAX);
            }
        }
        for row in rows {
            if let Row::Show { info, .. } = row {
                let seats = info.seat_map.map_or(0, |hash| maps.get(&hash).copied().unwrap_or(0));
                if info.seat_map.is_some() && seats == 0 {
                    books.violations.push(format!("show {} has no stored seat map", info.id));
                }
                let book = ShowBook { info, seats, blocked: BTreeSet::new() };
                books.shows.insert(&info.id, book);
            }
        }
        for row in rows {
            books.take(row);
        }
        books
    }

    fn take(&mut self, row: &'a Row) {
        match row {
            Row::Blocks { show, seats } => match self.shows.get_mut(show) {
                Some(book) => book.blocked.extend(seats),
                None => self.violations.push(format!("seats of no show are blocked: {show}")),
            },
            Row::Hold(hold) => _ = self.holds.insert(hold.id, hold),
            Row::Payment(payment) => _ = self.payments.insert(payment.id, payment),
            Row::Booking(booking) => _ = self.bookings.insert(booking.id, booking),
            Row::Refund(refund) => _ = self.refunds.insert(refund.id, refund),
            Row::Outbox(row) => self.outbox.push(row),
            // Maps and shows were taken before; the rest owns neither seats nor money.
            Row::Meta(_)
            | Row::MapPart { .. }
            | Row::Map { .. }
            | Row::Show { .. }
            | Row::Event { .. }
            | Row::Unmatched(_)
            | Row::Remembered(_)
            | Row::Retired { .. }
            | Row::Deed(_)
            | Row::TrailSince { .. } => {}
        }
    }
}
