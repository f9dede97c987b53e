//! Payments as the buyer and our own nodes drive them: open, opened, cancel, refunds, and how
//! deliveries of the outbox went.

use super::command::{Caller, Delivery, NewPayment};
use super::holds::check_pending;
use super::ids::{Amount, Fresh, Ids, Millis, OutboxId, PaymentId, RefundId};
use super::outcome::{Noun, Receipt, Refusal};
use super::record::{Effect, Payment, PaymentStatus, Refund, RefundStatus};
use super::shows::invalid;
use super::state::{State, may_see};
use super::trail::DeedKind;

/// How long to wait for the event of a session that could not be closed because it was paid.
const ALREADY_PAID_RETRY: Millis = Millis(60 * 1000);

/// Characters kept of what a provider said.
const ERROR_CHARS_MAX: usize = 500;

/// Set on a payment whose session was opened twice under different names.
const REFERENCE_MISMATCH: &str = "reference_mismatch";

impl State {
    pub(super) fn open_payment(
        &mut self,
        caller: &Caller,
        new: &NewPayment,
        ids: &mut Ids,
    ) -> Result<Receipt, Refusal> {
        let hold = self.hold_for(caller, new.hold)?;
        let show = self.shows.get(&hold.show).expect("every hold has its show");
        check_pending(hold, show)?;
        if let Some(open) = hold.payment.filter(|payment| self.is_open(*payment)) {
            return Err(Refusal::PaymentAlreadyOpen(open));
        }
        let id = PaymentId(ids.next());
        if self.payments.contains(&id) {
            // Only a proposal carried out twice without a key has an id that is taken.
            return Err(Refusal::Overloaded);
        }

        // From here on the payment is open, or has succeeded if there is nothing to pay.
        let free = hold.total == Amount(0);
        let payment = Payment {
            id,
            hold: hold.id,
            show: hold.show.clone(),
            user: hold.user.clone(),
            status: PaymentStatus::Open,
            gateway: if free { String::new() } else { new.gateway.clone() },
            reference: None,
            redirect_url: None,
            amount: hold.total,
            currency: show.info().currency,
            booking: None,
            refund: None,
            captured: Amount(0),
            booked: Amount(0),
            refund_pending: Amount(0),
            refunded: Amount(0),
            captured_currency: show.info().currency,
            flags: Vec::new(),
            closing: false,
            email: new.email.clone(),
            success_url: new.success_url.clone(),
            cancel_url: new.cancel_url.clone(),
            customer: new.customer.clone(),
            created_at: self.meta.now,
        };
        self.payments.insert(id, payment);
        self.holds.edit(&new.hold).expect("the hold was found above").payment = Some(id);
        self.note_payment(DeedKind::PaymentOpened, id, &new.gateway);
        if free {
            self.note_payment(DeedKind::PaymentSucceeded, id, "");
            self.book(new.hold, Some(id), Some(&new.email), None, ids);
        }
        Ok(self.payment_receipt(id))
    }

    pub(super) fn opened(
        &mut self,
        id: PaymentId,
        reference: &str,
        redirect_url: &str,
    ) -> Result<Receipt, Refusal> {
        let payment = self.payments.get(&id).ok_or(Refusal::NotFound(Noun::Payment))?;
        let known = payment.reference.as_ref().is_some_and(|known| known != reference);

        // From here on what the gateway answered is stored, whatever became of the payment since:
        // its session may have to be closed, or paid back. Nobody is sent to a session that ends.
        // Where buyers are sent is said once: answers that carry it are repeated byte for byte.
        let payable = payment.status == PaymentStatus::Open && !payment.closing;
        let payment = self.payments.edit(&id).expect("the payment was found above");
        if known {
            flag(payment, REFERENCE_MISMATCH);
        } else {
            let news = payment.reference.is_none();
            payment.reference = Some(reference.to_owned());
            if payable && payment.redirect_url.is_none() {
                payment.redirect_url = Some(redirect_url.to_owned());
            }
            if news {
                self.note_payment(DeedKind::PaymentSession, id, reference);
            }
        }
        Ok(self.payment_receipt(id))
    }

    pub(super) fn cancel_payment(
        &mut self,
        caller: &Caller,
        id: PaymentId,
    ) -> Result<Receipt, Refusal> {
        let payment = self.payments.get(&id).filter(|payment| may_see(caller, &payment.user));
        let payment = payment.ok_or(Refusal::NotFound(Noun::Payment))?;
        if payment.status != PaymentStatus::Open {
            return Err(Refusal::PaymentNotOpen);
        }

        // From here on its session is being closed.
        self.close_session(id);
        Ok(self.payment_receipt(id))
    }

    pub(super) fn retry_refund(&mut self, id: RefundId) -> Result<Receipt, Refusal> {
        let refund = self.refunds.get(&id).ok_or(Refusal::NotFound(Noun::Refund))?;
        let receipt = Receipt::Refund(Box::new(refund.clone()));
        match refund.status {
            RefundStatus::Succeeded => {}
            RefundStatus::Pending => {
                self.hasten(refund_row(id));
                self.note_refund(DeedKind::RefundRetried, id, "");
            }
        }
        Ok(receipt)
    }

    pub(super) fn settle(&mut self, id: OutboxId, delivery: &Delivery) -> Result<Receipt, Refusal> {
        let row = self.outbox.get(&id).ok_or(Refusal::NotFound(Noun::OutboxRow))?;
        match (row.effect, delivery) {
            (effect, Delivery::Failed { error, retry_at }) => {
                self.delivery_failed(id, effect, error, *retry_at);
            }
            (Effect::CloseSession(payment), Delivery::Done) => {
                self.end_payment(payment, PaymentStatus::Expired);
            }
            (Effect::CloseSession(_), Delivery::AlreadyPaid) => {
                // The row stays until the success is recorded: should its event be lost, the row is
                // what keeps asking.
                let retry_at = self.meta.now.plus(ALREADY_PAID_RETRY);
                self.reschedule(id, retry_at, |_| ());
            }
            (Effect::Refund(refund), Delivery::Done) => self.refund_done(refund),
            (Effect::MailBooking(booking), Delivery::Done) => {
                self.unqueue(id);
                self.mails.remove(&booking);
            }
            (Effect::Refund(_) | Effect::MailBooking(_), Delivery::AlreadyPaid) => {
                return Err(invalid("delivery", "only a session can have been paid"));
            }
        }
        Ok(Receipt::Done)
    }

    pub(super) fn is_open(&self, id: PaymentId) -> bool {
        self.payments.get(&id).is_some_and(|payment| payment.status == PaymentStatus::Open)
    }

    /// Has an open payment's session closed, once.
    pub(super) fn close_session(&mut self, id: PaymentId) {
        if !self.is_open(id) {
            return;
        }
        let payment = self.payments.edit(&id).expect("an open payment is known");
        if !payment.closing {
            payment.closing = true;
            self.note_payment(DeedKind::PaymentClosing, id, "");
            self.queue(closing_row(id), Effect::CloseSession(id));
        }
    }

    /// Ends an open payment; its session needs no closing any more.
    pub(super) fn end_payment(&mut self, id: PaymentId, status: PaymentStatus) {
        let payment = self.payments.edit(&id).expect("a payment that ends is known");
        assert_eq!(payment.status, PaymentStatus::Open, "{id} ends once");
        payment.status = status;
        match status {
            PaymentStatus::Failed => self.note_payment(DeedKind::PaymentFailed, id, ""),
            PaymentStatus::Expired => self.note_payment(DeedKind::PaymentExpired, id, ""),
            PaymentStatus::Open
            | PaymentStatus::Succeeded
            | PaymentStatus::RefundPending
            | PaymentStatus::Refunded => {}
        }
        self.stop_closing(id);
    }

    /// A payment's session is known to have ended: it need not be closed.
    pub(super) fn stop_closing(&mut self, id: PaymentId) {
        let payment = self.payments.edit(&id).expect("a payment with a session is known");
        if payment.closing {
            payment.closing = false;
            self.unqueue(closing_row(id));
        }
    }

    /// Owes an amount of a payment back: out of what stands as a booking first.
    pub(super) fn owe(&mut self, payment: PaymentId, amount: Amount, ids: &mut Ids) {
        if amount == Amount(0) {
            return;
        }
        let id = self.new_refund_id(ids);
        let now = self.meta.now;
        let row = self.payments.edit(&payment).expect("a payment that is paid back is known");
        row.booked.0 -= row.booked.0.min(amount.0);
        row.refund_pending.add(amount);
        row.refund = Some(id);
        row.status = PaymentStatus::RefundPending;
        let currency = row.captured_currency;
        let refund = Refund {
            id,
            payment,
            amount,
            currency,
            status: RefundStatus::Pending,
            attempts: 0,
            last_error: None,
            created_at: now,
        };
        self.refunds.insert(id, refund);
        self.refunds_by_payment.entry(payment).or_default().push(id);
        self.note_refund(DeedKind::RefundQueued, id, "");
        self.queue(refund_row(id), Effect::Refund(id));
    }

    pub(super) fn payment_receipt(&self, id: PaymentId) -> Receipt {
        let payment = self.payments.shared(&id).expect("a receipt is for a known payment");
        Receipt::Payment(payment)
    }

    /// The booking that a payment paid.
    fn booking_paid_by(&self, id: PaymentId) -> Option<super::ids::BookingId> {
        self.payments.get(&id).and_then(|payment| payment.booking)
    }

    fn delivery_failed(&mut self, id: OutboxId, effect: Effect, error: &str, retry_at: Millis) {
        let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
        self.reschedule(id, retry_at, |row| {
            row.attempts = row.attempts.saturating_add(1);
            row.last_error = Some(error.clone());
        });
        match effect {
            Effect::Refund(id) => self.refund_changed(id, |state| {
                let refund = state.refunds.edit(&id).expect("a refund that failed is known");
                refund.attempts = refund.attempts.saturating_add(1);
                let known = refund.last_error.as_ref() == Some(&error);
                refund.last_error = Some(error.clone());
                if !known {
                    // A gateway that is away for a day says the same a thousand times.
                    state.note_refund(DeedKind::RefundFailed, id, &error);
                }
            }),
            Effect::CloseSession(_) | Effect::MailBooking(_) => {}
        }
    }

    fn refund_done(&mut self, id: RefundId) {
        self.refund_changed(id, |state| {
            let refund = state.refunds.edit(&id).expect("a refund that is done is known");
            assert_eq!(refund.status, RefundStatus::Pending, "{id} is paid back once");
            refund.status = RefundStatus::Succeeded;
            let amount = refund.amount;
            let payment = state.payments.edit(&refund.payment).expect("a refund has its payment");
            payment.refund_pending.0 -= amount.0;
            payment.refunded.add(amount);
            if payment.refund_pending == Amount(0) {
                payment.status = PaymentStatus::Refunded;
            }
            state.unqueue(refund_row(id));
            state.note_refund(DeedKind::RefundSucceeded, id, "");
        });
    }

    /// Changes a refund and keeps the counts of a cancelled show right.
    fn refund_changed(&mut self, id: RefundId, change: impl FnOnce(&mut State)) {
        let refund = self.refunds.get(&id).expect("a refund in the outbox is known");
        match self.booking_paid_by(refund.payment) {
            Some(booking) => self.counted(booking, change),
            None => change(self),
        }
    }

    fn new_refund_id(&self, ids: &mut Ids) -> RefundId {
        loop {
            let id = RefundId(ids.next());
            if !self.refunds.contains(&id) && !self.outbox.contains(&refund_row(id)) {
                return id;
            }
        }
    }
}

/// Notes an oddity once.
pub(super) fn flag(payment: &mut Payment, name: &str) {
    if !payment.flags.iter().any(|known| known == name) {
        payment.flags.push(name.to_owned());
    }
}

/// The outbox row of a refund: the provider knows both by one key, so that a retry is recognised.
pub(super) fn refund_row(id: RefundId) -> OutboxId {
    OutboxId(id.0)
}

/// The outbox row that closes a payment's session: there is one at most.
pub(super) fn closing_row(id: PaymentId) -> OutboxId {
    OutboxId(Fresh(id.0).derive(u64::MAX))
}
