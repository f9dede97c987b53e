//! What gateways tell us (the table of CONTRACT section 5).

use super::command::{GatewayEvent, GatewayEventKind};
use super::holds::Ending;
use super::ids::{Amount, Ids, Millis, PaymentId};
use super::outcome::{EventEffect, Receipt, Refusal};
use super::payments::flag;
use super::record::{HoldStatus, Payment, PaymentStatus, Unmatched};
use super::state::{State, WARY_LEVEL};
use super::trail::DeedKind;
#[cfg(test)]
use crate::simulation::{Bug, planted};

/// How long the id of a gateway's event is remembered; gateways repeat events for days.
pub(super) const EVENT_KEPT: Millis = Millis(30 * 24 * 60 * 60 * 1000);

/// Events remembered in all: 30 days of four a second, in about 2 GiB.
const EVENTS_MAX: usize = 10_000_000;

/// Events that fit no payment of ours. They are kept, and somebody has to look why they come;
/// beyond this the gateway is asked to come again with more of them.
const UNMATCHED_MAX: usize = 100_000;

/// Set on a payment whose gateway took something else than was asked.
const AMOUNT_MISMATCH: &str = "amount_mismatch";

impl State {
    pub(super) fn gateway_event(
        &mut self,
        event: &GatewayEvent,
        ids: &mut Ids,
    ) -> Result<Receipt, Refusal> {
        let key = (event.gateway.clone(), event.event.clone());
        #[cfg(test)]
        if planted(Bug::SuccessTwice)
            && let Some(id) = event.payment
            && self.events.contains(&key)
        {
            return Ok(Receipt::Event(self.payment_event(id, event, ids)));
        }
        if self.events.contains(&key) {
            return Ok(Receipt::Event(EventEffect::Ignored));
        }
        let payment = event.payment.and_then(|id| self.payments.get(&id));
        let payment = payment.filter(|payment| names(event, payment)).map(|payment| payment.id);
        // Another system that shares the gateway's account would keep money from being booked.
        let bounded = payment.is_none() || self.meta.level < WARY_LEVEL;
        let crowded = bounded && UNMATCHED_MAX <= self.unmatched.len();
        if crowded || EVENTS_MAX <= self.events.len() {
            return Err(Refusal::Overloaded);
        }

        // From here on the event is taken: its repeats change nothing.
        let now = self.meta.now;
        self.events_taken.add(now.plus(EVENT_KEPT), key.clone());
        self.events.insert(key.clone(), now);
        let Some(id) = payment else {
            self.unmatched.insert(key, Unmatched { event: event.clone(), at: now });
            return Ok(Receipt::Event(EventEffect::Unmatched));
        };
        let payment = self.payments.edit(&id).expect("the payment was found above");
        if payment.reference.is_none() && !event.reference.is_empty() {
            // The event overtook the answer to our opening the session. A refund needs the name.
            payment.reference = Some(event.reference.clone());
        }
        Ok(Receipt::Event(self.payment_event(id, event, ids)))
    }

    fn payment_event(&mut self, id: PaymentId, event: &GatewayEvent, ids: &mut Ids) -> EventEffect {
        let status = self.payments.get(&id).expect("the payment was found before").status;
        match (event.kind, status) {
            (
                GatewayEventKind::Succeeded,
                PaymentStatus::Open | PaymentStatus::Failed | PaymentStatus::Expired,
            ) => self.paid(id, event, ids),
            #[cfg(test)]
            (GatewayEventKind::Succeeded, PaymentStatus::Succeeded)
                if planted(Bug::SuccessTwice) =>
            {
                self.paid(id, event, ids)
            }
            (GatewayEventKind::Failed, PaymentStatus::Open) => {
                self.end_payment(id, PaymentStatus::Failed);
                self.release_failed(id);
                EventEffect::Ended(id)
            }
            (GatewayEventKind::Expired, PaymentStatus::Open) => {
                self.end_payment(id, PaymentStatus::Expired);
                EventEffect::Ended(id)
            }
            // An attempt was declined: the same session may still succeed.
            (GatewayEventKind::Declined, PaymentStatus::Open) => {
                self.note_payment(DeedKind::PaymentDeclined, id, "");
                EventEffect::Ignored
            }
            // The same outcome again, or one that came too late to matter.
            (
                GatewayEventKind::Succeeded,
                PaymentStatus::Succeeded | PaymentStatus::RefundPending | PaymentStatus::Refunded,
            )
            | (
                GatewayEventKind::Declined | GatewayEventKind::Failed | GatewayEventKind::Expired,
                PaymentStatus::Succeeded
                | PaymentStatus::Failed
                | PaymentStatus::Expired
                | PaymentStatus::RefundPending
                | PaymentStatus::Refunded,
            ) => EventEffect::Ignored,
        }
    }

    /// The first success of a payment: it books its hold, or the money goes back.
    fn paid(&mut self, id: PaymentId, event: &GatewayEvent, ids: &mut Ids) -> EventEffect {
        self.stop_closing(id);
        let payment = self.payments.edit(&id).expect("the payment was found before");
        payment.captured = event.amount;
        payment.captured_currency = event.currency;
        let as_asked = event.amount == payment.amount && event.currency == payment.currency;
        if !as_asked {
            flag(payment, AMOUNT_MISMATCH);
        }
        let (hold, email) = (payment.hold, payment.email.clone());
        let note = if as_asked { "" } else { AMOUNT_MISMATCH };
        self.note_payment(DeedKind::PaymentSucceeded, id, note);
        let hold_status = self.holds.get(&hold).map(|hold| hold.status);
        if as_asked && hold_status == Some(HoldStatus::Pending) {
            let booking = self.book(hold, Some(id), Some(&email), None, ids);
            return EventEffect::Booked(booking.id);
        }
        self.owe(id, event.amount, ids);
        if event.amount == Amount(0) {
            // The gateway took nothing: nothing is owed, and the payment is at its end.
            let payment = self.payments.edit(&id).expect("the payment was found before");
            payment.status = PaymentStatus::Refunded;
            return EventEffect::Ended(id);
        }
        EventEffect::RefundQueued(id)
    }

    /// A payment that failed for good gives its hold's seats back.
    fn release_failed(&mut self, id: PaymentId) {
        let hold = self.payments.get(&id).expect("the payment was found before").hold;
        let hold = self.holds.get(&hold).filter(|hold| hold.status == HoldStatus::Pending);
        if let Some(hold) = hold.map(|hold| hold.id) {
            self.end_hold(hold, Ending::Released, Some(id));
        }
    }
}

/// Whether an event speaks of this payment: from its gateway, of its session if that is known.
fn names(event: &GatewayEvent, payment: &Payment) -> bool {
    let session = payment.reference.as_ref();
    payment.gateway == event.gateway && session.is_none_or(|known| *known == event.reference)
}

#[cfg(test)]
mod tests;
