//! What gateways say of payments, in any order and as often as they like, and what workers say of
//! their deliveries.

use usher::seats::{
    Amount, Command, Currency, Delivery, Effect, GatewayEvent, GatewayEventKind, HoldId, Millis,
    OutboxId, PaymentId, PaymentStatus, Proposal, RefundId, Role, State,
};

use crate::generator::{Generator, Kind, anonymous};
use crate::oracle::{MINUTE, Oracle, SECOND};

impl Generator {
    /// Tells of a session that it is open, or asks for it to be closed.
    pub fn about_payment(&mut self, kind: Kind, oracle: &Oracle) -> Proposal {
        let payment = self
            .some_payment(oracle, |pay| kind != Kind::Opened || pay.payment.reference.is_none());
        if kind == Kind::Opened {
            let (reference, redirect_url) = (reference(payment), format!("https://{}/", payment.0));
            return self.own(Command::Opened { payment, reference, redirect_url });
        }
        let owner = oracle.payments.get(&payment).map(|pay| pay.payment.user.clone());
        let caller = self.caller_for(owner.as_ref());
        self.client(caller, Command::CancelPayment { payment })
    }

    fn some_payment(
        &mut self,
        oracle: &Oracle,
        likely: impl Fn(&crate::oracle::Pay) -> bool,
    ) -> PaymentId {
        for _ in 0..6 {
            if let Some(id) = self.payments.pick(&mut self.rng)
                && let Some(pay) = oracle.payments.get(id)
                && pay.payment.status == PaymentStatus::Open
                && likely(pay)
                && self.rng.per_mille(950)
            {
                return *id;
            }
        }
        let any = self.payments.pick(&mut self.rng).copied();
        any.filter(|_| self.rng.per_mille(980)).unwrap_or(PaymentId(7))
    }

    /// A gateway's event, about the payment of a hold if it is given.
    pub fn event(&mut self, of: Option<HoldId>, oracle: &Oracle) -> Proposal {
        let before = self.events.pick(&mut self.rng).cloned();
        let payment = of.and_then(|hold| oracle.holds.get(&hold)?.hold.payment);
        let event = match (self.rng.below(100), before) {
            (0..14, Some(before)) => before,
            (14..20, Some(before)) => GatewayEvent { event: self.name("evt-"), ..before },
            _ => {
                let payment = payment.unwrap_or_else(|| self.some_payment(oracle, |_| true));
                self.new_event(payment, oracle)
            }
        };
        self.own(Command::GatewayEvent(Box::new(event)))
    }

    fn new_event(&mut self, payment: PaymentId, oracle: &Oracle) -> GatewayEvent {
        let id = self.name("evt-");
        let rng = &mut self.rng;
        let known = oracle.payments.get(&payment);
        let (mut amount, mut currency) = match known {
            Some(pay) => (pay.payment.amount, pay.payment.currency),
            None => (Amount(100), Currency::parse("EUR").expect("three letters")),
        };
        match rng.below(40) {
            0 => amount.0 += 1,
            1 => amount.0 = amount.0.saturating_sub(1).max(1),
            2 => currency = Currency::parse("CHF").expect("three letters"),
            _ => {}
        }
        let kind = rng.weighted(&[
            (50, GatewayEventKind::Succeeded),
            (15, GatewayEventKind::Declined),
            (10, GatewayEventKind::Failed),
            (15, GatewayEventKind::Expired),
        ]);
        let opened = known.is_some_and(|pay| pay.payment.reference.is_some());
        let mut event = GatewayEvent {
            gateway: "sandbox".to_owned(),
            event: id,
            payment: Some(payment),
            reference: reference(payment),
            kind,
            amount,
            currency,
        };
        match rng.below(200) {
            0 => event.payment = Some(PaymentId(rng.next().into())),
            1 => (event.payment, event.reference) = (None, "sbx_of_another_shop".to_owned()),
            2 if opened => event.reference.push_str("_of_another_session"),
            3 => event.gateway.push('2'),
            _ => {}
        }
        event
    }

    /// Asks for a refund again.
    pub fn retry_refund(&mut self, oracle: &Oracle) -> Proposal {
        let rng = &mut self.rng;
        let of_payment = self.payments.pick(rng).and_then(|id| oracle.payments[id].refunds.last());
        let known = if rng.per_mille(500) { of_payment } else { self.refunds.pick(rng) };
        let known = known.copied().filter(|id| oracle.refunds.contains_key(id));
        let refund = known.unwrap_or(RefundId(7));
        self.client(anonymous(Role::Organizer), Command::RetryRefund { refund })
    }

    /// A worker's word on a row of the outbox, or on one that it had settled before.
    pub fn settle(&mut self, oracle: &Oracle, state: &State) -> Proposal {
        let rng = &mut self.rng;
        let found = state.outbox().nth(rng.index(24)).or_else(|| state.outbox().next());
        let row = match (rng.below(30), found, self.rows.pick(rng)) {
            (0, _, _) => (OutboxId(7), None),
            (1, _, Some(old)) => (*old, oracle.rows.get(old).map(|row| row.effect)),
            (_, Some(row), _) => (row.id, Some(row.effect)),
            (_, None, _) => (OutboxId(7), None),
        };
        let closes = matches!(row.1, Some(Effect::CloseSession(_)));
        let delivery = match rng.below(20) {
            0..4 => Delivery::Failed {
                error: "the provider is down".to_owned(),
                retry_at: oracle.now.plus(Millis(*rng.pick(&[0, SECOND, 10 * MINUTE]))),
            },
            4..7 if closes => Delivery::AlreadyPaid,
            _ => Delivery::Done,
        };
        self.own(Command::Settle { row: row.0, delivery })
    }
}

/// The gateway's name for a payment's session.
fn reference(payment: PaymentId) -> String {
    format!("sbx_{:x}", payment.0)
}
