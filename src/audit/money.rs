//! Casts up money: each payment against its booking and its refunds, then each currency.

use std::collections::{BTreeMap, BTreeSet};

use super::books::Books;
use super::recount::Recount;
use super::report::Totals;
use crate::seats::{
    BookingStatus, Currency, Effect, Payment, PaymentId, PaymentStatus, RefundStatus,
};

/// Payments named in a violation that is about a whole currency; each has one of its own besides.
const NAMED_MAX: usize = 10;

/// Set by the core on a payment whose gateway took something else than was asked.
const AMOUNT_MISMATCH: &str = "amount_mismatch";

/// Sums of a currency, wide enough that planted amounts cannot overflow them.
#[derive(Default)]
struct Sums {
    captured: u128,
    booked: u128,
    refund_pending: u128,
    refunded: u128,
    /// Payments that are out of balance by themselves.
    unbalanced: Vec<PaymentId>,
}

impl Sums {
    fn accounted(&self) -> u128 {
        self.booked + self.refund_pending + self.refunded
    }
}

impl Recount<'_> {
    pub(super) fn payments(&mut self, books: &Books<'_>) {
        let mut pending: BTreeMap<PaymentId, u128> = BTreeMap::new();
        let mut succeeded: BTreeMap<PaymentId, u128> = BTreeMap::new();
        for refund in books.refunds.values() {
            let sums = match refund.status {
                RefundStatus::Pending => &mut pending,
                RefundStatus::Succeeded => &mut succeeded,
            };
            *sums.entry(refund.payment).or_default() += u128::from(refund.amount.0);
        }
        let mut currencies: BTreeMap<Currency, Sums> = BTreeMap::new();
        for payment in books.payments.values() {
            let sum = |sums: &BTreeMap<_, _>| sums.get(&payment.id).copied().unwrap_or(0);
            self.records(books, payment, sum(&pending), sum(&succeeded));
            self.terms(books, payment);
            let sums = currencies.entry(payment.captured_currency).or_default();
            if !self.balances(payment) {
                sums.unbalanced.push(payment.id);
            }
            sums.captured += u128::from(payment.captured.0);
            sums.booked += u128::from(payment.booked.0);
            sums.refund_pending += u128::from(payment.refund_pending.0);
            sums.refunded += u128::from(payment.refunded.0);
            let totals = self.currencies.entry(payment.captured_currency.as_str().to_owned());
            totals.or_default().add(&Totals {
                captured: payment.captured.0,
                booked: payment.booked.0,
                refund_pending: payment.refund_pending.0,
                refunded: payment.refunded.0,
                external: 0,
            });
        }
        self.currencies_balance(&currencies);
    }

    /// Whether `captured = booked + refund_pending + refunded`.
    fn balances(&mut self, payment: &Payment) -> bool {
        let parts = [payment.booked.0, payment.refund_pending.0, payment.refunded.0];
        let sum: u128 = parts.into_iter().map(u128::from).sum();
        let balances = sum == u128::from(payment.captured.0);
        if !balances {
            let [booked, owed, back] = parts;
            self.wrong(format!(
                "payment {}: captured {} is not booked {booked} + refund_pending {owed} + refunded {back}",
                payment.id, payment.captured.0
            ));
        }
        balances
    }

    /// The same for each currency, whatever its payments say one by one: amounts that are wrong in
    /// two payments may cancel each other out, and then only those two are named.
    fn currencies_balance(&mut self, currencies: &BTreeMap<Currency, Sums>) {
        for (currency, sums) in currencies {
            if sums.captured == sums.accounted() {
                continue;
            }
            let Sums { captured, booked, refund_pending, refunded, unbalanced } = sums;
            let mut named: Vec<String> =
                unbalanced.iter().take(NAMED_MAX).map(ToString::to_string).collect();
            if let Some(more) = unbalanced.len().checked_sub(NAMED_MAX + 1) {
                named.push(format!("{} more", more + 1));
            }
            self.wrong(format!(
                "{}: captured {captured} is not booked {booked} + refund_pending {refund_pending} + refunded {refunded}: payments {}",
                currency.as_str(),
                named.join(", ")
            ));
        }
    }

    /// A payment's sums are those of its booking and of its refunds.
    fn records(&mut self, books: &Books<'_>, payment: &Payment, pending: u128, succeeded: u128) {
        let id = payment.id;
        let booking = payment.booking.and_then(|id| books.bookings.get(&id));
        let standing = match booking {
            Some(booking) if booking.status == BookingStatus::Confirmed => booking.total.0,
            Some(_) | None => 0,
        };
        for (what, kept, counted) in [
            ("booked", payment.booked.0, u128::from(standing)),
            ("refund_pending", payment.refund_pending.0, pending),
            ("refunded", payment.refunded.0, succeeded),
        ] {
            if u128::from(kept) != counted {
                self.wrong(format!("payment {id}: {what} is {kept}, its records say {counted}"));
            }
        }
        let captured = payment.captured.0;
        if u128::from(captured) < pending + succeeded {
            let refunds = pending + succeeded;
            self.wrong(format!("payment {id}: refunds of {refunds} are over captured {captured}"));
        }
        if let Some(named) = payment.booking
            && booking.is_none_or(|booking| booking.payment != Some(id))
        {
            self.wrong(format!("payment {id}: booking {named} is not its own"));
        }
    }

    /// What was captured fits what was asked, the show's currency and the payment's status.
    fn terms(&mut self, books: &Books<'_>, payment: &Payment) {
        let Payment { id, status, captured, .. } = payment;
        let money = [captured.0, payment.booked.0, payment.refund_pending.0, payment.refunded.0];
        let sound = match status {
            PaymentStatus::Open | PaymentStatus::Failed | PaymentStatus::Expired => {
                money == [0; 4] && payment.booking.is_none()
            }
            PaymentStatus::Succeeded => payment.booking.is_some() && money[2..] == [0; 2],
            PaymentStatus::RefundPending => payment.refund_pending.0 > 0,
            PaymentStatus::Refunded => payment.refund_pending.0 == 0,
        };
        if !sound {
            self.wrong(format!("payment {id}: its money does not fit its status {status:?}"));
        }
        let as_asked = captured.0 == 0
            || (*captured == payment.amount && payment.captured_currency == payment.currency);
        let flagged = payment.flags.iter().any(|flag| flag == AMOUNT_MISMATCH);
        if !as_asked && !flagged {
            self.wrong(format!(
                "payment {id}: captured {} {} is not the {} {} asked for, and nothing says so",
                captured.0,
                payment.captured_currency.as_str(),
                payment.amount.0,
                payment.currency.as_str()
            ));
        }
        match books.shows.get(&payment.show) {
            None => self.wrong(format!("payment {id} is of no show: {}", payment.show)),
            Some(show) if show.info.currency != payment.currency => {
                let (own, of_show) = (payment.currency.as_str(), show.info.currency.as_str());
                self.wrong(format!("payment {id} is in {own}, its show in {of_show}"));
            }
            Some(_) => {}
        }
    }

    /// A refund is of a payment that is there, in the currency that was captured.
    pub(super) fn refunds(&mut self, books: &Books<'_>) {
        for refund in books.refunds.values() {
            let Some(payment) = books.payments.get(&refund.payment) else {
                self.wrong(format!("refund {} is of no payment: {}", refund.id, refund.payment));
                continue;
            };
            let captured_currency = payment.captured_currency.as_str();
            if refund.currency.as_str() != captured_currency {
                self.wrong(format!(
                    "refund {} is in {}, its payment {} took {captured_currency}",
                    refund.id,
                    refund.currency.as_str(),
                    refund.payment
                ));
            }
        }
    }

    /// A session that is to be closed has somebody to close it, and no other has.
    pub(super) fn closings(&mut self, books: &Books<'_>) {
        let mut closed: BTreeSet<PaymentId> = BTreeSet::new();
        for row in &books.outbox {
            match row.effect {
                Effect::CloseSession(payment) => _ = closed.insert(payment),
                Effect::Refund(_) | Effect::MailBooking(_) => {}
            }
        }
        for payment in books.payments.values() {
            match (payment.closing, closed.contains(&payment.id)) {
                (true, true) | (false, false) => {}
                (true, false) => self.wrong(format!(
                    "payment {}: its session is to be closed, and nobody closes it",
                    payment.id
                )),
                (false, true) => self.wrong(format!(
                    "payment {}: its session is closed, and the payment does not say so",
                    payment.id
                )),
            }
        }
    }
}
