//! Notes for the audit trail, as the parts of the core that change something write them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ids::{BookingId, Currency, Millis, PaymentId, RefundId, SeatIx, ShowId};
use super::record::{AreaLine, Booking, Hold, SeatLine};
use super::state::State;
use super::trail::{About, DeedKind, Subject, Trail, short};

impl State {
    /// The audit trail. A copy is cheap: whoever looks for something looks in a copy.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Says which entry of the log comes next; the deeds of its proposals carry its index.
    pub fn enter(&mut self, index: u64) {
        self.trail.enter(index);
    }

    /// Notes something of a hold, which is now as it is given here.
    pub(super) fn note_hold(&mut self, kind: DeedKind, hold: Arc<Hold>) {
        if self.trail.is_recording() {
            self.trail.note(kind, About::Hold(hold));
        }
    }

    /// Notes something of a payment, with what is due by it.
    pub(super) fn note_payment(&mut self, kind: DeedKind, id: PaymentId, note: &str) {
        if !self.trail.is_recording() {
            return;
        }
        let mut subject = self.payment_subject(id);
        let payment = self.payments.get(&id).expect("a payment that is told of is known");
        subject.amount = Some(if kind == DeedKind::PaymentSucceeded {
            (payment.captured, payment.captured_currency)
        } else {
            (payment.amount, payment.currency)
        });
        subject.note = short(note).map(str::to_owned);
        self.trail.note(kind, About::Subject(Box::new(subject)));
    }

    pub(super) fn note_refund(&mut self, kind: DeedKind, id: RefundId, note: &str) {
        if !self.trail.is_recording() {
            return;
        }
        let refund = self.refunds.get(&id).expect("a refund that is told of is known");
        let amount = (refund.amount, refund.currency);
        let mut subject = self.payment_subject(refund.payment);
        (subject.refund, subject.amount, subject.note) =
            (Some(id), Some(amount), short(note).map(str::to_owned));
        self.trail.note(kind, About::Subject(Box::new(subject)));
    }

    /// Notes that a booking was made, which is now as it is given here.
    pub(super) fn note_booked(&mut self, booking: Arc<Booking>, currency: Currency) {
        if self.trail.is_recording() {
            self.trail.note(DeedKind::BookingMade, About::Booking(booking, currency));
        }
    }

    /// Notes something of a booking and these of its lines.
    pub(super) fn note_booking(
        &mut self,
        kind: DeedKind,
        id: BookingId,
        seats: &[SeatLine],
        areas: &[AreaLine],
    ) {
        if !self.trail.is_recording() {
            return;
        }
        let booking = self.bookings.get(&id).expect("bookings are never removed");
        let show = self.shows.get(&booking.show).expect("every booking has its show");
        let subject = Subject {
            seats: seats.iter().map(|line| line.seat).collect(),
            areas: areas.iter().map(|line| (line.area, line.quantity)).collect(),
            user: Some(booking.user.clone()),
            hold: Some(booking.hold),
            payment: booking.payment,
            booking: Some(id),
            amount: Some((super::holds::total(seats, areas), show.info().currency)),
            note: booking.reference.as_deref().and_then(short).map(str::to_owned),
            ..Subject::of(booking.show.clone())
        };
        self.trail.note(kind, About::Subject(Box::new(subject)));
    }

    /// Notes something of a show, or of seats of it that belong to nobody.
    pub(super) fn note_show(&mut self, kind: DeedKind, id: &ShowId, seats: Vec<SeatIx>) {
        if self.trail.is_recording() {
            let subject = Subject { seats, ..Subject::of(id.clone()) };
            self.trail.note(kind, About::Subject(Box::new(subject)));
        }
    }

    /// What was noted in the trail must be all that stands since the trail is whole.
    pub(super) fn check_trail(&self, violations: &mut Vec<String>) {
        self.trail.check(self.meta.now, violations);
        if (super::trail::TRAIL_LEVEL <= self.meta.level) != self.trail.is_recording() {
            violations.push(format!("the trail does not go with level {}", self.meta.level));
        }
        let Some(since) = self.trail.since() else { return };
        let mut made: BTreeSet<(DeedKind, u128)> = BTreeSet::new();
        for deed in self.trail.deeds() {
            let ids = [
                (DeedKind::HoldMade, deed.hold().map(|id| id.0)),
                (DeedKind::PaymentOpened, deed.payment().map(|id| id.0)),
                (DeedKind::BookingMade, deed.booking().map(|id| id.0)),
                (DeedKind::RefundQueued, deed.refund().map(|id| id.0)),
            ];
            let ids = ids.into_iter().filter(|(kind, _)| *kind == deed.kind);
            made.extend(ids.filter_map(|(kind, id)| Some((kind, id?))));
        }
        let mut expect = |kind: DeedKind, id: u128, at: Millis| {
            if since <= at && !made.contains(&(kind, id)) {
                violations.push(format!("the trail lacks {kind:?} of {id:032x}"));
            }
        };
        for hold in self.holds.values() {
            expect(DeedKind::HoldMade, hold.id.0, hold.created_at);
        }
        for payment in self.payments.values() {
            expect(DeedKind::PaymentOpened, payment.id.0, payment.created_at);
        }
        for booking in self.bookings.values() {
            expect(DeedKind::BookingMade, booking.id.0, booking.created_at);
        }
        for refund in self.refunds.values() {
            expect(DeedKind::RefundQueued, refund.id.0, refund.created_at);
        }
    }

    fn payment_subject(&self, id: PaymentId) -> Subject {
        let payment = self.payments.get(&id).expect("a payment that is told of is known");
        let mut subject = Subject {
            user: Some(payment.user.clone()),
            hold: Some(payment.hold),
            payment: Some(id),
            booking: payment.booking,
            ..Subject::of(payment.show.clone())
        };
        // A gateway may tell of a payment whose hold is long forgotten.
        if let Some(hold) = self.holds.get(&payment.hold) {
            subject.seats = hold.seats.iter().map(|line| line.seat).collect();
            subject.areas = hold.areas.iter().map(|line| (line.area, line.quantity)).collect();
        }
        subject
    }
}
