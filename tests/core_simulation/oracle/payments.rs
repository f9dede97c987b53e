//! Payments: opened, opened at the gateway, cancelled, and the table of CONTRACT section 5.

use usher::seats::{
    Amount, Booking, BookingStatus, Caller, EventEffect, Fresh, GatewayEvent, GatewayEventKind,
    HoldId, HoldStatus, Millis, NewPayment, Noun, Payment, PaymentId, PaymentStatus, Receipt,
    Refusal, State,
};

use super::holds::is_visible;
use super::model::{BookModel, MONTH, Pay};
use super::{Due, Oracle, Verdict, same};
use crate::wrong;

/// What a gateway event may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Nothing,
    Unmatched,
    Book,
    Refund,
    End,
}

impl Does {
    fn of(effect: EventEffect) -> Does {
        match effect {
            EventEffect::Booked(_) => Does::Book,
            EventEffect::RefundQueued(_) => Does::Refund,
            EventEffect::Ended(_) => Does::End,
            EventEffect::Ignored => Does::Nothing,
            EventEffect::Unmatched => Does::Unmatched,
        }
    }
}

impl Oracle {
    pub(super) fn judge_open_payment(
        &mut self,
        caller: &Caller,
        fresh: Fresh,
        new: &NewPayment,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let mut due = self.pending_due(caller, new.hold);
        let pending =
            self.holds.get(&new.hold).filter(|model| model.hold.status == HoldStatus::Pending);
        if let Some(open) = pending.and_then(|model| model.open)
            && is_visible(caller, &self.payments[&open].payment.user)
        {
            due = Due::refusal(Refusal::PaymentAlreadyOpen(open));
        }
        let Some(receipt) = due.judge(told)? else {
            self.heard_refusal(caller, new.hold, told);
            return Ok(());
        };
        let Receipt::Payment(told) = receipt else {
            return Err(wrong!([new.hold], "due was the payment, told was {receipt:?}"));
        };
        let payment = self.new_payment(PaymentId(fresh.0), new, told);
        let (id, free) = (payment.id, payment.amount == Amount(0));
        if self.payments.contains_key(&id) {
            return Err(wrong!([id], "{id} was made a second time"));
        }
        let model = self.holds.get_mut(&new.hold).expect("it is pending");
        model.paid_ever = true;
        model.hold.payment = Some(id);
        model.open = (!free).then_some(id);
        let pay = Pay {
            payment,
            success_seen: free,
            already_paid: false,
            heard: None,
            owed: Vec::new(),
            refunds: Vec::new(),
        };
        self.payments.insert(id, pay);
        if free {
            self.sell(new.hold, id, told, state)?;
        }
        self.same_payment(told, state)?;
        self.read_payment(id, state)?;
        self.read_hold(new.hold, state)
    }

    fn new_payment(&self, id: PaymentId, new: &NewPayment, told: &Payment) -> Payment {
        let hold = &self.holds[&new.hold].hold;
        let free = hold.total == Amount(0);
        Payment {
            id,
            hold: hold.id,
            show: hold.show.clone(),
            user: hold.user.clone(),
            status: if free { PaymentStatus::Succeeded } else { PaymentStatus::Open },
            gateway: if free { String::new() } else { new.gateway.clone() },
            reference: None,
            redirect_url: None,
            amount: hold.total,
            currency: self.shows[&hold.show].info.currency,
            booking: None,
            refund: None,
            captured: Amount(0),
            booked: Amount(0),
            refund_pending: Amount(0),
            refunded: Amount(0),
            captured_currency: told.captured_currency,
            flags: Vec::new(),
            closing: false,
            email: new.email.clone(),
            success_url: new.success_url.clone(),
            cancel_url: new.cancel_url.clone(),
            customer: new.customer.clone(),
            created_at: self.now,
        }
    }

    /// Turns a hold into the booking that a payment was told to have made.
    fn sell(&mut self, hold: HoldId, id: PaymentId, told: &Payment, state: &State) -> Verdict {
        let Some(booking) = told.booking else {
            return Err(wrong!([id], "{id} succeeded without a booking"));
        };
        self.book(hold, booking, Some(id))?;
        // A hold shows the payment that paid it, even if another was opened after that one.
        self.holds.get_mut(&hold).expect("it was just booked").hold.payment = Some(id);
        let pay = self.payments.get_mut(&id).expect("it was opened");
        pay.payment.booking = Some(booking);
        let hold = self.holds[&hold].hold.clone();
        let booking = Booking {
            id: booking,
            show: hold.show,
            user: hold.user,
            hold: hold.id,
            payment: Some(id),
            status: BookingStatus::Confirmed,
            seats: hold.seats,
            areas: hold.areas,
            total: hold.total,
            email: Some(pay.payment.email.clone()),
            reference: None,
            created_at: self.now,
            show_cancelled: false,
        };
        let id = booking.id;
        self.add_booking(BookModel { booking, doomed: false }, state)?;
        self.read_booking(id, state)
    }

    pub(super) fn judge_opened(
        &mut self,
        id: PaymentId,
        reference: &str,
        redirect_url: &str,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let due = match self.payments.get(&id) {
            None => Due::refusal(Refusal::NotFound(Noun::Payment)),
            Some(pay) if pay.payment.status == PaymentStatus::Open => Due::success(),
            // It ended while its session was being opened.
            Some(_) => Due::success().or(Refusal::PaymentNotOpen),
        };
        let Some(receipt) = due.judge(told)? else { return Ok(()) };
        let pay = self.payments.get_mut(&id).expect("it was opened");
        pay.payment.reference = Some(reference.to_owned());
        // Nobody is sent to a session that ends, and where they are sent stays so.
        if pay.payment.status == PaymentStatus::Open && !pay.payment.closing {
            pay.payment.redirect_url.get_or_insert_with(|| redirect_url.to_owned());
        }
        self.payment_receipt(id, receipt, state)
    }

    pub(super) fn judge_cancel_payment(
        &mut self,
        caller: &Caller,
        id: PaymentId,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let visible = |pay: &&Pay| is_visible(caller, &pay.payment.user);
        let due = match self.payments.get(&id).filter(visible) {
            None => Due::refusal(Refusal::NotFound(Noun::Payment)),
            Some(pay) if pay.payment.status == PaymentStatus::Open => Due::success(),
            Some(_) => Due::refusal(Refusal::PaymentNotOpen).or_success(),
        };
        let Some(receipt) = due.judge(told)? else { return Ok(()) };
        let pay = self.payments.get_mut(&id).expect("it was opened");
        if pay.payment.status == PaymentStatus::Open {
            // Asked again, it is looked into again, even if closing it once found it paid.
            pay.already_paid &= pay.payment.closing;
            pay.payment.closing = true;
            if !pay.already_paid {
                self.to_close.push(id);
            }
        }
        self.payment_receipt(id, receipt, state)
    }

    fn payment_receipt(&mut self, id: PaymentId, receipt: &Receipt, state: &State) -> Verdict {
        match receipt {
            Receipt::Payment(told) if told.id == id => self.same_payment(told, state),
            receipt => Err(wrong!([id], "due was {id}, told was {receipt:?}")),
        }
    }

    pub(super) fn judge_event(
        &mut self,
        event: &GatewayEvent,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let Ok(Receipt::Event(effect)) = told else {
            return Err(wrong!([event.event], "a gateway event was answered {told:?}"));
        };
        let key = (event.gateway.clone(), event.event.clone());
        let matched = self.matched(event);
        let mut due = match self.events.get(&key) {
            Some(at) if self.now.since(*at) < Millis(MONTH) => vec![Does::Nothing],
            Some(_) => [vec![Does::Nothing], self.event_due(event, matched)].concat(),
            None => self.event_due(event, matched),
        };
        due.dedup();
        let does = Does::of(*effect);
        if !due.contains(&does) {
            let about = event.payment.map_or_else(|| event.event.clone(), |id| id.to_string());
            return Err(wrong!([about], "the event did {effect:?}, due was {due:?}"));
        }
        if does != Does::Nothing || !self.events.contains_key(&key) {
            self.events.insert(key.clone(), self.now);
        }
        match (does, matched) {
            (Does::Unmatched, _) => {
                self.unmatched.insert(key);
                Ok(())
            }
            (_, None) => Ok(()),
            (_, Some(id)) => self.carry_out(id, event, *effect, state),
        }
    }

    /// The payment that an event is about, if it is one of ours.
    fn matched(&self, event: &GatewayEvent) -> Option<PaymentId> {
        let pay = self.payments.get(&event.payment?)?;
        let known = pay.payment.reference.as_ref();
        let fits = pay.payment.gateway == event.gateway
            && known.is_none_or(|reference| *reference == event.reference);
        fits.then_some(pay.payment.id)
    }

    /// The row of the table that an event falls under.
    fn event_due(&self, event: &GatewayEvent, matched: Option<PaymentId>) -> Vec<Does> {
        let Some(id) = matched else { return vec![Does::Unmatched] };
        let Pay { payment, success_seen, .. } = &self.payments[&id];
        let hold = &self.holds[&payment.hold];
        let pending = hold.hold.status == HoldStatus::Pending;
        let open = payment.status == PaymentStatus::Open;
        match event.kind {
            _ if *success_seen => vec![Does::Nothing],
            GatewayEventKind::Succeeded
                if (event.amount, event.currency) != (payment.amount, payment.currency) =>
            {
                vec![Does::Refund]
            }
            GatewayEventKind::Succeeded if pending && open => vec![Does::Book],
            // The gateway had said before that this session ended unpaid: the table lets it book,
            // the payment's states do not.
            GatewayEventKind::Succeeded if pending => vec![Does::Book, Does::Refund],
            GatewayEventKind::Succeeded => vec![Does::Refund],
            GatewayEventKind::Failed | GatewayEventKind::Expired if open => vec![Does::End],
            GatewayEventKind::Failed
                if pending && payment.status == PaymentStatus::Expired && hold.open.is_none() =>
            {
                vec![Does::Nothing, Does::End]
            }
            GatewayEventKind::Declined | GatewayEventKind::Failed | GatewayEventKind::Expired => {
                vec![Does::Nothing]
            }
        }
    }

    fn carry_out(
        &mut self,
        id: PaymentId,
        event: &GatewayEvent,
        effect: EventEffect,
        state: &State,
    ) -> Verdict {
        let pay = self.payments.get_mut(&id).expect("the event matched");
        let hold = pay.payment.hold;
        if pay.payment.reference.is_none() {
            pay.heard = Some(event.reference.clone());
        }
        match effect {
            EventEffect::Ignored | EventEffect::Unmatched => return Ok(()),
            EventEffect::Booked(booking) => {
                pay.success_seen = true;
                let payment = &mut pay.payment;
                (payment.status, payment.booking) = (PaymentStatus::Succeeded, Some(booking));
                (payment.captured, payment.booked) = (event.amount, event.amount);
                payment.captured_currency = event.currency;
                let told = payment.clone();
                self.sell(hold, id, &told, state)?;
            }
            EventEffect::RefundQueued(told) => {
                same("whose money goes back", &id, &told)?;
                pay.success_seen = true;
                let payment = &mut pay.payment;
                if (event.amount, event.currency) != (payment.amount, payment.currency) {
                    payment.flags.push("amount_mismatch".to_owned());
                }
                payment.status = PaymentStatus::RefundPending;
                (payment.captured, payment.refund_pending) = (event.amount, event.amount);
                payment.captured_currency = event.currency;
                pay.owed.push(event.amount);
            }
            EventEffect::Ended(told) => {
                same("which payment ended", &id, &told)?;
                pay.payment.status = match event.kind {
                    GatewayEventKind::Failed => PaymentStatus::Failed,
                    _ => PaymentStatus::Expired,
                };
                let pending = self.holds[&hold].hold.status == HoldStatus::Pending;
                if event.kind == GatewayEventKind::Failed && pending {
                    self.end_hold(hold, HoldStatus::Released, Some(id));
                }
            }
        }
        self.not_open(hold, id);
        self.read_payment(id, state)?;
        self.read_hold(hold, state)
    }

    /// A payment's session can no longer be paid.
    pub(super) fn not_open(&mut self, hold: HoldId, id: PaymentId) {
        let model = self.holds.get_mut(&hold).expect("a payment is of a hold");
        model.open = model.open.filter(|open| *open != id);
    }
}
