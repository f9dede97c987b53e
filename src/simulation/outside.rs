//! The world outside of the cluster: a payment gateway with a ledger of its own, and mail.
//!
//! The gateway is one thing however many nodes speak to it. Its calls get lost on the way there and
//! on the way back; its webhooks come late, twice, out of order, or never.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::observer::Observer;
use crate::effects::{Letter, Mail, MailError};
use crate::gateways::{
    Closed, Gateway, GatewayError, NewRefund, NewSession, Session, SessionReport, SessionStatus,
    WebhookError,
};
use crate::seats::{Amount, Currency, GatewayEvent, GatewayEventKind, Millis, OutboxId, PaymentId};

/// What the cluster calls it.
pub(crate) const GATEWAY: &str = "till";

/// How badly the outside behaves, each of a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manners {
    /// Calls that never arrive, and answers that never come back.
    pub(crate) lost_calls: u32,
    /// Webhooks that never come.
    pub(crate) lost_webhooks: u32,
    /// Webhooks that come twice.
    pub(crate) doubled_webhooks: u32,
    /// Webhooks that come seconds late, and so out of order.
    pub(crate) late_webhooks: u32,
    /// Letters that are refused.
    pub(crate) refused_letters: u32,
}

/// A session at the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Sold {
    pub(crate) reference: String,
    pub(crate) payment: PaymentId,
    pub(crate) amount: Amount,
    /// What it takes, which is not always what was asked.
    charged: Amount,
    pub(crate) currency: Currency,
    pub(crate) status: SessionStatus,
    /// Its success was not lost on its way to us.
    heard: bool,
    /// Of each idempotency key.
    pub(crate) refunds: BTreeMap<OutboxId, Amount>,
}

impl Sold {
    pub(crate) fn captured(&self) -> u64 {
        if self.status == SessionStatus::Succeeded { self.charged.0 } else { 0 }
    }

    pub(crate) fn refunded(&self) -> u64 {
        self.refunds.values().map(|amount| amount.0).sum()
    }
}

/// The gateway and the mail server.
pub(crate) struct Outside {
    observer: Arc<Observer>,
    inner: Mutex<Inner>,
    /// Webhooks on their way.
    webhooks: mpsc::UnboundedSender<Webhook>,
}

struct Inner {
    manners: Manners,
    rng: SmallRng,
    /// By payment: the payment is a session's idempotency key.
    sessions: BTreeMap<PaymentId, Sold>,
    letters: BTreeMap<OutboxId, (String, u64)>,
    events: u64,
}

/// A webhook, with how long it takes.
pub(crate) struct Webhook {
    pub(crate) after: Duration,
    pub(crate) body: String,
}

impl Outside {
    /// A gateway with which nobody has done business yet, and what it sends.
    pub(crate) fn new(
        seed: u64,
        observer: Arc<Observer>,
    ) -> (Arc<Outside>, mpsc::UnboundedReceiver<Webhook>) {
        let (webhooks, sent) = mpsc::unbounded_channel();
        let inner = Inner {
            manners: Manners::default(),
            rng: SmallRng::seed_from_u64(seed),
            sessions: BTreeMap::new(),
            letters: BTreeMap::new(),
            events: 0,
        };
        (Arc::new(Outside { observer, inner: Mutex::new(inner), webhooks }), sent)
    }

    /// How it behaves from now on.
    pub(crate) fn set_manners(&self, manners: Manners) {
        self.inner().manners = manners;
    }

    /// Every session.
    pub(crate) fn sessions(&self) -> Vec<Sold> {
        self.inner().sessions.values().cloned().collect()
    }

    /// Whom letters went to, by outbox row, and how often.
    pub(crate) fn letters(&self) -> BTreeMap<OutboxId, (String, u64)> {
        self.inner().letters.clone()
    }

    /// A buyer pays; `false` if the session cannot be paid any more.
    pub(crate) fn approve(&self, payment: PaymentId) -> bool {
        self.decide(payment, Some(SessionStatus::Succeeded), "succeeded")
    }

    /// An attempt is declined; the session stays open.
    pub(crate) fn decline(&self, payment: PaymentId) -> bool {
        self.decide(payment, None, "declined")
    }

    /// It fails for good.
    pub(crate) fn fail(&self, payment: PaymentId) -> bool {
        self.decide(payment, Some(SessionStatus::Failed), "failed")
    }

    /// The gateway says things that make no sense: a payment of nobody's, or a failure of a session
    /// that was paid.
    pub(crate) fn babble(&self, payment: PaymentId) {
        let mut inner = self.inner();
        let Some(session) = inner.sessions.get(&payment).cloned() else { return };
        inner.events += 2;
        let event = |id, what: &str, payment: String| {
            json!({"id": format!("evt_{id}"), "type": what, "payment": payment,
                "reference": session.reference, "amount": session.charged.0})
        };
        let stray = event(inner.events - 1, "succeeded", "pay_of_nobody".to_owned());
        let _perhaps_lost = self.send(&mut inner, &stray.to_string());
        // (One that takes money, says that it failed and nothing else, is only found by
        // reconciling.)
        if session.status == SessionStatus::Succeeded && session.heard {
            let failure = event(inner.events, "failed", payment.to_string());
            let _perhaps_lost = self.send(&mut inner, &failure.to_string());
        }
    }

    fn decide(&self, payment: PaymentId, status: Option<SessionStatus>, what: &str) -> bool {
        let mut inner = self.inner();
        let odd = inner.rng.random_ratio(1, 30);
        let Some(session) = inner.sessions.get_mut(&payment) else { return false };
        if session.status != SessionStatus::Open {
            return false;
        }
        session.status = status.unwrap_or(SessionStatus::Open);
        if status == Some(SessionStatus::Succeeded) && odd {
            session.charged.0 += 100;
        }
        let session = session.clone();
        inner.events += 1;
        let body = json!({
            "id": format!("evt_{}", inner.events),
            "type": what,
            "payment": session.payment.to_string(),
            "reference": session.reference,
            "amount": session.charged.0,
        });
        self.observer.note(|line| {
            use std::fmt::Write as _;
            write!(line, "the gateway says {what} of {payment}")
        });
        let heard = self.send(&mut inner, &body.to_string());
        if let Some(session) = inner.sessions.get_mut(&payment) {
            session.heard = heard;
        }
        true
    }

    /// Sends a webhook; `false` if it is lost.
    fn send(&self, inner: &mut Inner, body: &str) -> bool {
        let Manners { lost_webhooks, doubled_webhooks, late_webhooks, .. } = inner.manners;
        if inner.rng.random_ratio(lost_webhooks, 1000) {
            self.observer.count(|counts| counts.odd_webhooks += 1);
            return false;
        }
        let times = 1 + u32::from(inner.rng.random_ratio(doubled_webhooks, 1000));
        for _ in 0..times {
            let late = inner.rng.random_ratio(late_webhooks, 1000);
            self.observer.count(|counts| {
                counts.odd_webhooks += u64::from(late || 1 < times);
            });
            let ms = inner.rng.random_range(if late { 1000..8000 } else { 5..50 });
            let after = Duration::from_millis(ms);
            // A run that is over takes none.
            let _over = self.webhooks.send(Webhook { after, body: body.to_owned() });
        }
        true
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One way to or from the gateway; an error if the message gets lost.
    async fn travel(&self) -> Result<(), GatewayError> {
        let (lost, after) = {
            let mut inner = self.inner();
            let share = inner.manners.lost_calls;
            (inner.rng.random_ratio(share, 1000), inner.rng.random_range(2..20))
        };
        sleep(Duration::from_millis(after)).await;
        if lost {
            self.observer.count(|counts| counts.lost_gateway_calls += 1);
            sleep(Duration::from_millis(500)).await;
            return Err(GatewayError::Unreachable("no answer in time".to_owned()));
        }
        Ok(())
    }

    fn session(&self, new: &NewSession) -> Sold {
        let mut inner = self.inner();
        let fresh = || Sold {
            reference: format!("ses_{}", new.payment),
            payment: new.payment,
            amount: new.amount,
            charged: new.amount,
            currency: new.currency,
            status: SessionStatus::Open,
            heard: false,
            refunds: BTreeMap::new(),
        };
        inner.sessions.entry(new.payment).or_insert_with(fresh).clone()
    }
}

impl Gateway for Outside {
    fn open<'a>(&'a self, new: &'a NewSession) -> BoxFuture<'a, Result<Session, GatewayError>> {
        async {
            self.travel().await?;
            let reference = self.session(new).reference;
            self.travel().await?;
            Ok(Session { redirect_url: format!("https://till.example/{reference}"), reference })
        }
        .boxed()
    }

    fn close<'a>(
        &'a self,
        new: &'a NewSession,
        _reference: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Closed, GatewayError>> {
        async {
            self.travel().await?;
            let Sold { reference, charged: amount, currency, status, .. } = self.session(new);
            let closed = match status {
                SessionStatus::Succeeded => Closed::Paid { reference, amount, currency },
                SessionStatus::Open | SessionStatus::Failed | SessionStatus::Expired => {
                    if let Some(session) = self.inner().sessions.get_mut(&new.payment) {
                        session.status = SessionStatus::Expired;
                    }
                    Closed::Unpaid
                }
            };
            self.travel().await?;
            Ok(closed)
        }
        .boxed()
    }

    fn refund<'a>(&'a self, refund: &'a NewRefund) -> BoxFuture<'a, Result<(), GatewayError>> {
        async {
            self.travel().await?;
            {
                let mut inner = self.inner();
                let session =
                    inner.sessions.values_mut().find(|sold| sold.reference == refund.reference);
                let Some(session) = session else {
                    return Err(GatewayError::Refused("no such session".to_owned()));
                };
                // A gateway without a limit, so that a second refund shows.
                let first = session.refunds.insert(refund.key, refund.amount);
                if first.is_some_and(|first| first != refund.amount) {
                    let what = format!("{} came with two amounts", refund.key);
                    self.observer.violate("I3", what, vec![refund.key.to_string()]);
                }
            }
            self.travel().await
        }
        .boxed()
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<SessionReport>, GatewayError>> {
        async {
            self.travel().await?;
            let report = |sold: &Sold| SessionReport {
                reference: sold.reference.clone(),
                payment: sold.payment.to_string(),
                status: sold.status,
                amount: sold.amount,
                currency: sold.currency.as_str().to_owned(),
                captured: Amount(sold.captured()),
                refunded: Amount(sold.refunded()),
            };
            Ok(self.inner().sessions.values().map(report).collect())
        }
        .boxed()
    }

    /// Signed is what carries the word "signed": signatures have tests of their own.
    fn read_webhook(
        &self,
        gateway: &str,
        headers: &HeaderMap,
        body: &[u8],
        _now: Millis,
    ) -> Result<Option<GatewayEvent>, WebhookError> {
        if headers.get("webhook-signature").is_none_or(|signature| signature != "signed") {
            return Err(WebhookError::Signature("no word".to_owned()));
        }
        let malformed = |error: serde_json::Error| WebhookError::Malformed(error.to_string());
        let event: Value = serde_json::from_slice(body).map_err(malformed)?;
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        let kind = match text("type").as_str() {
            "succeeded" => GatewayEventKind::Succeeded,
            "declined" => GatewayEventKind::Declined,
            "failed" => GatewayEventKind::Failed,
            other => return Err(WebhookError::Malformed(format!("what is {other:?}?"))),
        };
        Ok(Some(GatewayEvent {
            gateway: gateway.to_owned(),
            event: text("id"),
            payment: PaymentId::parse(&text("payment")),
            reference: text("reference"),
            kind,
            amount: Amount(event["amount"].as_u64().unwrap_or_default()),
            currency: Currency::parse("EUR").expect("the euro is a currency"),
        }))
    }
}

impl Mail for Outside {
    fn deliver<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), MailError>> {
        async {
            let (refused, after) = {
                let mut inner = self.inner();
                let share = inner.manners.refused_letters;
                (inner.rng.random_ratio(share, 1000), inner.rng.random_range(1..30))
            };
            sleep(Duration::from_millis(after)).await;
            if refused {
                self.observer.count(|counts| counts.refused_letters += 1);
                return Err(MailError::Failed("try again later".to_owned()));
            }
            let mut inner = self.inner();
            let sent = inner.letters.entry(letter.id).or_insert((letter.to.clone(), 0));
            sent.1 += 1;
            Ok(())
        }
        .boxed()
    }
}
