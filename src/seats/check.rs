//! The invariants of the state, said once.

use std::collections::{BTreeMap, BTreeSet};

use super::holds::total;
use super::ids::{Currency, HoldId, PaymentId, RefundId, SeatIx, ShowId, UserId};
use super::payments::{closing_row, refund_row};
use super::record::{
    AreaLine, Booking, BookingStatus, Effect, Hold, HoldStatus, OutboxRow, Payment, PaymentStatus,
    RefundStatus, SeatLine, SeatState,
};
use super::show::{Owner, Show};
use super::state::State;

impl State {
    /// Violated invariants in words; none in a sound state.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut violations = Vec::new();
        for show in self.shows() {
            show.check(&mut violations);
        }
        self.check_owners(&mut violations);
        self.check_holds(&mut violations);
        self.check_payments(&mut violations);
        self.check_bookings(&mut violations);
        self.check_money(&mut violations);
        self.check_outbox(&mut violations);
        self.check_cancellations(&mut violations);
        self.check_indexes(&mut violations);
        self.check_trail(&mut violations);
        self.memory.check(&mut violations);
        violations
    }

    /// Every seat has one owner, and every owner its seats: arrays = holds + bookings + blocks.
    fn check_owners(&self, violations: &mut Vec<String>) {
        let mut claims: BTreeMap<(&ShowId, SeatIx), Owner> = BTreeMap::new();
        let mut areas: BTreeMap<(&ShowId, u32), (u64, u64)> = BTreeMap::new();
        let mut standing: Vec<(&ShowId, Owner, &[SeatLine], &[AreaLine])> = Vec::new();
        for hold in self.holds.values().filter(|hold| hold.status == HoldStatus::Pending) {
            standing.push((&hold.show, Owner::Hold(hold.id), &hold.seats, &hold.areas));
        }
        for booking in self.bookings.values().filter(|b| b.status == BookingStatus::Confirmed) {
            let owner = Owner::Booking(booking.id);
            standing.push((&booking.show, owner, &booking.seats, &booking.areas));
        }
        for (show, owner, seats, places) in standing {
            for line in seats {
                if let Some(other) = claims.insert((show, line.seat), owner) {
                    let seat = line.seat;
                    violations.push(format!("{show} {seat:?} belongs to {owner:?} and {other:?}"));
                }
            }
            for line in places {
                let sums = areas.entry((show, line.area.0)).or_default();
                match owner {
                    Owner::Hold(_) => sums.0 += u64::from(line.quantity),
                    Owner::Booking(_) => sums.1 += u64::from(line.quantity),
                }
            }
        }
        for show in self.shows() {
            let id = &show.info().id;
            for seat in (0..show.seats_len()).map(SeatIx) {
                let claim = claims.remove(&(id, seat));
                if show.owner(seat) != claim {
                    let owner = show.owner(seat);
                    violations.push(format!("{id} {seat:?} has {owner:?}, not {claim:?}"));
                }
            }
            for ((held, sold), ix) in show.areas_taken().zip(0u32..) {
                let sums = areas.remove(&(id, ix)).unwrap_or_default();
                if sums != (u64::from(held), u64::from(sold)) {
                    violations.push(format!("{id} area {ix}: {held} and {sold}, not {sums:?}"));
                }
            }
            check_counts(show, violations);
        }
        for ((show, seat), owner) in claims {
            violations.push(format!("{owner:?} has {seat:?} that {show} has not"));
        }
        for (show, area) in areas.into_keys() {
            violations.push(format!("places are taken of area {area} that {show} has not"));
        }
    }

    /// A user has one pending hold, in every index, with its deadline ahead.
    fn check_holds(&self, violations: &mut Vec<String>) {
        let mut users: BTreeMap<&UserId, HoldId> = BTreeMap::new();
        let mut deadlines = BTreeSet::new();
        let mut ended = 0;
        for hold in self.holds.values() {
            let mut wrong = |what: String| violations.push(format!("hold {}: {what}", hold.id));
            if hold.total != total(&hold.seats, &hold.areas) {
                wrong("its total is not the sum of its lines".to_owned());
            }
            match hold.status {
                HoldStatus::Pending => {
                    if let Some(other) = users.insert(&hold.user, hold.id) {
                        wrong(format!("its user {} has {other} pending too", hold.user));
                    }
                    if hold.expires_at <= self.meta.now {
                        wrong("it is pending past its deadline".to_owned());
                    }
                    deadlines.insert((hold.expires_at, hold.id));
                    let show = self.shows.get(&hold.show);
                    if show.is_none_or(|show| show.info().cancellation.is_some()) {
                        wrong("it is pending and its show is cancelled or missing".to_owned());
                    }
                }
                HoldStatus::Confirmed | HoldStatus::Released | HoldStatus::Expired => {
                    ended += 1;
                    self.check_ended(hold, &mut wrong);
                }
            }
        }
        if deadlines != self.deadlines {
            violations.push("the index of deadlines is not that of the pending holds".to_owned());
        }
        let same = users.iter().all(|(user, id)| self.active.get(*user) == Some(id));
        if !same || users.len() != self.active.len() {
            violations.push("the index of active holds is not that of the pending ones".to_owned());
        }
        if ended != self.tombstones.len() {
            violations.push("not every ended hold is going to be forgotten once".to_owned());
        }
    }

    fn check_ended(&self, hold: &Hold, wrong: &mut impl FnMut(String)) {
        let booked = hold.booking.and_then(|booking| self.bookings.get(&booking));
        let confirmed = hold.status == HoldStatus::Confirmed;
        if confirmed != booked.is_some_and(|booking| booking.hold == hold.id) {
            wrong(format!("it is {:?} and has the booking {:?}", hold.status, hold.booking));
        }
        let payment = hold.payment.and_then(|payment| self.payments.get(&payment));
        let open = payment.filter(|payment| payment.status == PaymentStatus::Open);
        if open.is_some_and(|payment| !payment.closing) {
            wrong("it has ended, and its payment's session is not being closed".to_owned());
        }
    }

    /// `captured = booked + refund_pending + refunded`, each the sum of its rows.
    fn check_payments(&self, violations: &mut Vec<String>) {
        let mut open: BTreeMap<HoldId, PaymentId> = BTreeMap::new();
        for payment in self.payments.values() {
            let mut wrong = |what: String| violations.push(format!("{}: {what}", payment.id));
            let parts = [payment.booked, payment.refund_pending, payment.refunded];
            let parts: u128 = parts.iter().map(|amount| u128::from(amount.0)).sum();
            if u128::from(payment.captured.0) != parts {
                wrong("captured is not booked + refund_pending + refunded".to_owned());
            }
            let booked = payment.booking.and_then(|booking| self.bookings.get(&booking));
            let stands = booked.filter(|booking| booking.status == BookingStatus::Confirmed);
            if payment.booked.0 != stands.map_or(0, |booking| booking.total.0) {
                wrong("booked is not what its booking is worth".to_owned());
            }
            if payment.booking.is_some() != booked.is_some_and(|b| b.payment == Some(payment.id)) {
                wrong(format!("its booking {:?} is not its own", payment.booking));
            }
            let refunds = self.refunds_by_payment.get(&payment.id);
            let mut sums = (0u128, 0u128);
            for refund in refunds.into_iter().flatten().filter_map(|id| self.refunds.get(id)) {
                match refund.status {
                    RefundStatus::Pending => sums.0 += u128::from(refund.amount.0),
                    RefundStatus::Succeeded => sums.1 += u128::from(refund.amount.0),
                }
            }
            if sums != (u128::from(payment.refund_pending.0), u128::from(payment.refunded.0)) {
                wrong("what is owed and paid back is not the sum of its refunds".to_owned());
            }
            check_status(payment, &mut wrong);
            if payment.status == PaymentStatus::Open
                && let Some(other) = open.insert(payment.hold, payment.id)
            {
                wrong(format!("its hold has {other} open too"));
            }
        }
    }

    fn check_bookings(&self, violations: &mut Vec<String>) {
        let mut by_user = 0;
        for booking in self.bookings.values() {
            let mut wrong = |what: &str| violations.push(format!("{}: {what}", booking.id));
            if booking.total != total(&booking.seats, &booking.areas) {
                wrong("its total is not the sum of its lines");
            }
            let payment = booking.payment.map(|payment| self.payments.get(&payment));
            if payment.is_some_and(|p| p.is_none_or(|p| p.booking != Some(booking.id))) {
                wrong("its payment is not its own");
            }
            by_user += usize::from(self.bookings_by_user.contains(booking));
            let listed = self.shows.get(&booking.show).map(|show| stands_in(show, booking));
            if listed != Some(booking.status == BookingStatus::Confirmed) {
                wrong("its show does not list it as it stands");
            }
        }
        let listed = self.bookings_by_user.len();
        if by_user != self.bookings.len() || listed != by_user {
            violations.push("the index of bookings by user is wrong".to_owned());
        }
    }

    /// The sums per currency, over payments whose own sums may all be right.
    fn check_money(&self, violations: &mut Vec<String>) {
        let mut sums: BTreeMap<Currency, (u128, u128)> = BTreeMap::new();
        for payment in self.payments.values() {
            let sum = sums.entry(payment.captured_currency).or_default();
            sum.0 += u128::from(payment.captured.0);
            for part in [payment.booked, payment.refund_pending, payment.refunded] {
                sum.1 += u128::from(part.0);
            }
        }
        for (currency, (captured, parts)) in sums {
            if captured != parts {
                let currency = currency.as_str();
                violations.push(format!("{currency}: captured {captured}, accounted for {parts}"));
            }
        }
    }

    /// Pending refunds and closing sessions have their rows; rows have their reason.
    fn check_outbox(&self, violations: &mut Vec<String>) {
        for refund in self.refunds.values() {
            let row = self.outbox.get(&refund_row(refund.id)).map(|row| row.effect);
            let queued = row == Some(Effect::Refund(refund.id));
            if queued != (refund.status == RefundStatus::Pending) {
                violations.push(format!("{}: {:?}, queued: {queued}", refund.id, refund.status));
            }
            let payment = self.payments.get(&refund.payment);
            if payment.is_none_or(|payment| payment.captured_currency != refund.currency) {
                violations.push(format!("{}: it is not in its payment's currency", refund.id));
            }
        }
        for payment in self.payments.values() {
            let row = self.outbox.get(&closing_row(payment.id)).map(|row| row.effect);
            let queued = row == Some(Effect::CloseSession(payment.id));
            if queued != payment.closing {
                violations
                    .push(format!("{}: closing {}, queued: {queued}", payment.id, payment.closing));
            }
        }
        for row in self.outbox.values() {
            let reason = match row.effect {
                Effect::CloseSession(payment) => row.id == closing_row(payment),
                Effect::Refund(refund) => row.id == refund_row(refund),
                Effect::MailBooking(booking) => self.mails.get(&booking) == Some(&row.id),
            };
            if !reason {
                violations.push(format!("{}: {:?} has no reason", row.id, row.effect));
            }
        }
        let due = |row: &OutboxRow| (self.queue_of(row.effect), row.due_at, row.id);
        let by_due: BTreeSet<_> = self.outbox.values().map(due).collect();
        let queues = self.outbox_due.iter();
        let queues = queues.flat_map(|(queue, due)| {
            due.iter().map(move |(at, id)| (Some(queue.clone()), *at, *id))
        });
        if !queues.eq(by_due) || self.outbox_due.values().any(BTreeSet::is_empty) {
            violations.push("the outbox is not sorted by when its rows are due".to_owned());
        }
        let age = |row: &OutboxRow| (row.effect.kind(), row.created_at, row.id);
        let by_age: BTreeSet<_> = self.outbox.values().map(age).collect();
        let ages = self.outbox_ages.iter();
        let ages = ages.flat_map(|(kind, ages)| ages.iter().map(|(at, id)| (*kind, *at, *id)));
        if !ages.eq(by_age) {
            violations.push("the outbox is not sorted by when its rows were queued".to_owned());
        }
        if let Some((booking, row)) = self.mails.iter().find(|(_, row)| !self.outbox.contains(row))
        {
            violations.push(format!("{row}: the mail of {booking} has no row"));
        }
    }

    /// A cancelled show's counts are those of its bookings.
    fn check_cancellations(&self, violations: &mut Vec<String>) {
        let mut counts: BTreeMap<&ShowId, [u64; 4]> = BTreeMap::new();
        for booking in self.bookings.values() {
            let Some(progress) = self.progress(booking.id) else { continue };
            let counts = counts.entry(&booking.show).or_default();
            counts[0] += 1;
            match progress {
                super::bookings::Progress::Pending => counts[1] += 1,
                super::bookings::Progress::Failed => {
                    counts[1] += 1;
                    counts[2] += 1;
                }
                super::bookings::Progress::Refunded => counts[3] += 1,
            }
        }
        for show in self.shows() {
            let id = &show.info().id;
            let Some(said) = show.info().cancellation else { continue };
            let said = [said.bookings, said.pending, said.failed, said.refunded];
            let counted = counts.get(id).copied().unwrap_or_default();
            if said != counted {
                violations.push(format!(
                    "show {id}: bookings, pending, failed, refunded {said:?} are {counted:?}"
                ));
            }
            if self.cancelling.contains(id) != show.bookings().next().is_some() {
                violations.push(format!("show {id}: whether it has bookings to cancel is wrong"));
            }
        }
    }

    fn check_indexes(&self, violations: &mut Vec<String>) {
        let refunds: BTreeSet<RefundId> = self.refunds.values().map(|refund| refund.id).collect();
        let listed: Vec<RefundId> = self.refunds_by_payment.values().flatten().copied().collect();
        if listed.len() != refunds.len() || listed.iter().any(|id| !refunds.contains(id)) {
            violations.push("the index of refunds by payment is wrong".to_owned());
        }
        if self.events.len() != self.events_taken.len() {
            violations.push("not every gateway event is going to be forgotten once".to_owned());
        }
        if self.boundaries.first().is_some_and(|(when, _)| *when <= self.meta.now) {
            violations.push("a sale boundary lies behind log time".to_owned());
        }
    }
}

fn check_counts(show: &Show, violations: &mut Vec<String>) {
    let seats = (0..show.seats_len()).map(SeatIx);
    let free = seats.filter(|seat| show.seat(*seat) == SeatState::Available).count() as u64;
    let places: u64 = show.areas_available().map(u64::from).sum();
    if show.available() != free + places {
        let id = &show.info().id;
        violations.push(format!("{id}: {} are counted as available", show.available()));
    }
}

fn check_status(payment: &Payment, wrong: &mut impl FnMut(String)) {
    let (owed, back) = (payment.refund_pending.0 > 0, payment.refunded.0 > 0);
    let sound = match payment.status {
        PaymentStatus::Open | PaymentStatus::Failed | PaymentStatus::Expired => {
            payment.captured.0 == 0 && payment.booking.is_none()
        }
        PaymentStatus::Succeeded => payment.booking.is_some() && !owed && !back,
        PaymentStatus::RefundPending => owed,
        PaymentStatus::Refunded => !owed,
    };
    if !sound {
        wrong(format!("its money does not fit its status {:?}", payment.status));
    }
    if payment.closing && payment.status != PaymentStatus::Open {
        wrong("it is being closed and not open".to_owned());
    }
}

fn stands_in(show: &Show, booking: &Booking) -> bool {
    show.has_booking(booking.id)
}
