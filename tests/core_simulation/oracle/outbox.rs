//! The outbox: what workers read from it, and what they say of their deliveries.

use usher::seats::{
    Delivery, Effect, Noun, OutboxId, OutboxRow, PaymentId, PaymentStatus, Receipt, RefundId,
    RefundStatus, Refusal, State,
};

use super::{Due, Oracle, Verdict, same};
use crate::wrong;

impl Oracle {
    /// A worker reads a row.
    pub fn read_row(&mut self, row: &OutboxRow, state: &State) -> Verdict {
        if let Some(known) = self.rows.get_mut(&row.id) {
            // Whoever asks for it again may make it due earlier, never later.
            known.due_at = known.due_at.min(row.due_at);
            return same("the outbox row", known, row);
        }
        if row.created_at > self.now || row.attempts != 0 || row.last_error.is_some() {
            return Err(wrong!([row.id], "a row that nobody tried is {row:?}"));
        }
        match row.effect {
            Effect::CloseSession(payment) => {
                if !self.payments.contains_key(&payment) {
                    return Err(wrong!([payment], "a row closes a session of nobody's: {row:?}"));
                }
            }
            Effect::Refund(refund) => self.learn_refund(refund, state)?,
            Effect::MailBooking(booking) => {
                let model = self.bookings.get(&booking);
                if model.is_none_or(|model| model.booking.email.is_none()) {
                    return Err(wrong!([booking], "a row mails what is not due: {row:?}"));
                }
            }
        }
        self.rows.insert(row.id, row.clone());
        Ok(())
    }

    pub(super) fn judge_settle(
        &mut self,
        id: OutboxId,
        delivery: &Delivery,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let Some(row) = self.rows.get(&id).cloned() else {
            return Due::refusal(Refusal::NotFound(Noun::OutboxRow)).judge(told).map(|_| ());
        };
        let due = Due::success();
        let due =
            if self.may_be_gone(&row) { due.or(Refusal::NotFound(Noun::OutboxRow)) } else { due };
        if due.judge(told)?.is_none() {
            self.rows.remove(&id);
            return Ok(());
        }
        match delivery {
            Delivery::Failed { error, retry_at } => {
                let row = OutboxRow {
                    attempts: row.attempts + 1,
                    due_at: *retry_at,
                    last_error: Some(error.clone()),
                    ..row
                };
                let Some(told) = state.outbox_row(id) else {
                    return Err(wrong!([id], "a row whose delivery failed is gone"));
                };
                same("the failed row", &row, told)?;
                if let Effect::Refund(refund) = row.effect {
                    let model = self.refunds.get_mut(&refund).expect("it was learnt with its row");
                    model.refund.attempts += 1;
                    model.refund.last_error = Some(error.clone());
                    self.read_refund(refund, state)?;
                }
                self.rows.insert(id, row);
                Ok(())
            }
            Delivery::Done | Delivery::AlreadyPaid => {
                self.rows.remove(&id);
                let paid = *delivery == Delivery::AlreadyPaid;
                match state.outbox_row(id) {
                    // Found paid, it may keep asking until the success has come.
                    Some(told) if paid && !self.may_be_gone(&row) => {
                        let row = OutboxRow { due_at: told.due_at, ..row.clone() };
                        same("the row found paid", &row, told)?;
                        self.rows.insert(id, row);
                    }
                    Some(_) => return Err(wrong!([id], "a settled row is still there")),
                    None => {}
                }
                match row.effect {
                    Effect::CloseSession(payment) => self.closed(payment, paid, state),
                    Effect::Refund(refund) => self.refunded(refund, state),
                    Effect::MailBooking(_) => Ok(()),
                }
            }
        }
    }

    /// Whether nothing is left to do, so that the row may have gone by itself.
    pub(super) fn may_be_gone(&self, row: &OutboxRow) -> bool {
        match row.effect {
            Effect::CloseSession(payment) => {
                self.payments[&payment].payment.status != PaymentStatus::Open
            }
            Effect::Refund(_) | Effect::MailBooking(_) => false,
        }
    }

    fn closed(&mut self, id: PaymentId, paid: bool, state: &State) -> Verdict {
        let pay = self.payments.get_mut(&id).expect("its row was read");
        if pay.payment.status != PaymentStatus::Open {
            return self.read_payment(id, state);
        }
        if paid {
            pay.already_paid = true;
        } else {
            pay.payment.status = PaymentStatus::Expired;
            let hold = pay.payment.hold;
            self.not_open(hold, id);
        }
        self.read_payment(id, state)
    }

    fn refunded(&mut self, id: RefundId, state: &State) -> Verdict {
        let model = self.refunds.get_mut(&id).expect("it was learnt with its row");
        if model.refund.status == RefundStatus::Succeeded {
            return Err(wrong!([id], "{id} was paid back twice"));
        }
        model.refund.status = RefundStatus::Succeeded;
        let (payment, amount) = (model.refund.payment, model.refund.amount);
        let pay = self.payments.get_mut(&payment).expect("a refund is of a payment");
        let payment = &mut pay.payment;
        payment.refund_pending.0 -= amount.0;
        payment.refunded.0 += amount.0;
        if payment.refund_pending.0 == 0 {
            payment.status = PaymentStatus::Refunded;
        }
        let payment = payment.id;
        self.read_refund(id, state)?;
        self.read_payment(payment, state)
    }

    /// A pending refund that was asked for again is due.
    pub(super) fn due_now(&mut self, id: RefundId, state: &State) -> Verdict {
        if self.refunds[&id].refund.status == RefundStatus::Succeeded {
            return Ok(());
        }
        let Some(row) = state.outbox().find(|row| row.effect == Effect::Refund(id)) else {
            return Err(wrong!([id], "{id} is pending, and no row pays it back"));
        };
        if row.due_at > self.now {
            return Err(wrong!([id], "{id} was asked for now, but is due at {}", row.due_at.0));
        }
        if let Some(known) = self.rows.get_mut(&row.id) {
            known.due_at = row.due_at;
        }
        Ok(())
    }
}
