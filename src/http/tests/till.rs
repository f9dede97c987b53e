//! A stand-in for a payment gateway: it answers as it is told, and remembers what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::http::HeaderMap;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, pending};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::rig::{Call, Rig, text};
use crate::gateways::{
    Closed, Entry, Gateway, GatewayError, Gateways, NewRefund, NewSession, Session, SessionReport,
    WebhookError,
};
use crate::http::{Backend, Settings};
use crate::seats::{Amount, Currency, GatewayEvent, GatewayEventKind, Millis, Payment, PaymentId};

/// How an opening goes.
pub(super) enum Opens {
    /// It fails.
    Fails(GatewayError),
    /// It never ends.
    Hangs,
    /// It opens a session of this name.
    As(&'static str),
}

/// What a gateway says of its sessions.
pub(super) type Listing = Result<Vec<SessionReport>, GatewayError>;

/// The gateway.
#[derive(Default)]
pub(super) struct Till {
    /// How the next openings go, in turn. After them all go well, under a name of the payment's.
    pub(super) opens: Mutex<VecDeque<Opens>>,
    /// What happens while the next session is being opened.
    pub(super) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    /// What was asked to be opened.
    pub(super) opened: Mutex<Vec<NewSession>>,
    /// Told of each opening.
    pub(super) asked: Notify,
    /// What it says of its sessions, in turn; the last one stays.
    pub(super) listings: Mutex<VecDeque<Listing>>,
    /// What happens while its sessions are being listed.
    pub(super) while_listing: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Gateway for Till {
    fn open<'a>(&'a self, new: &'a NewSession) -> BoxFuture<'a, Result<Session, GatewayError>> {
        async move {
            self.opened.lock().unwrap().push(new.clone());
            self.asked.notify_one();
            let meanwhile = self.meanwhile.lock().unwrap().take();
            if let Some(meanwhile) = meanwhile {
                meanwhile();
            }
            let next = self.opens.lock().unwrap().pop_front();
            let reference = match next {
                Some(Opens::Fails(error)) => return Err(error),
                Some(Opens::Hangs) => pending().await,
                Some(Opens::As(name)) => name.to_owned(),
                None => format!("sbx_{}", new.payment),
            };
            let redirect_url = format!("https://pay.example/{reference}");
            Ok(Session { reference, redirect_url })
        }
        .boxed()
    }

    fn close<'a>(
        &'a self,
        _: &'a NewSession,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Closed, GatewayError>> {
        async { panic!("nothing in this room closes a session") }.boxed()
    }

    fn refund<'a>(&'a self, _: &'a NewRefund) -> BoxFuture<'a, Result<(), GatewayError>> {
        async { panic!("nothing in this room pays back") }.boxed()
    }

    fn sessions(&self) -> BoxFuture<'_, Listing> {
        async {
            let meanwhile = self.while_listing.lock().unwrap().take();
            if let Some(meanwhile) = meanwhile {
                meanwhile();
            }
            let mut listings = self.listings.lock().unwrap();
            let next = listings.pop_front().unwrap_or_else(|| Ok(Vec::new()));
            if listings.is_empty() {
                listings.push_back(next.clone());
            }
            next
        }
        .boxed()
    }

    /// Signed is what carries the word "signed".
    fn read_webhook(
        &self,
        gateway: &str,
        headers: &HeaderMap,
        body: &[u8],
        now: Millis,
    ) -> Result<Option<GatewayEvent>, WebhookError> {
        assert!(now > Millis(0), "the clock is handed over");
        if headers.get("webhook-signature").is_none_or(|signature| signature != "signed") {
            return Err(WebhookError::Signature("no word".to_owned()));
        }
        let malformed = |error: serde_json::Error| WebhookError::Malformed(error.to_string());
        let event: Value = serde_json::from_slice(body).map_err(malformed)?;
        let kind = match text(&event["type"]) {
            "succeeded" => GatewayEventKind::Succeeded,
            "declined" => GatewayEventKind::Declined,
            "failed" => GatewayEventKind::Failed,
            "expired" => GatewayEventKind::Expired,
            _ => return Ok(None),
        };
        Ok(Some(GatewayEvent {
            gateway: gateway.to_owned(),
            event: text(&event["id"]).to_owned(),
            payment: PaymentId::parse(text(&event["payment"])),
            reference: text(&event["reference"]).to_owned(),
            kind,
            amount: Amount(event["amount"].as_u64().unwrap()),
            currency: Currency::parse("EUR").unwrap(),
        }))
    }
}

/// Gateways of these names, all with their own till.
pub(super) fn tills<const N: usize>(names: [&str; N]) -> (Gateways, [Arc<Till>; N]) {
    let tills = [(); N].map(|()| Arc::new(Till::default()));
    let entry = |(name, till): (&str, &Arc<Till>)| {
        let driver = Arc::clone(till) as Arc<dyn Gateway>;
        (name.to_owned(), Entry { name: format!("The {name}"), driver })
    };
    let entries: BTreeMap<String, Entry> = names.into_iter().zip(&tills).map(entry).collect();
    (Gateways::new(entries), tills)
}

/// A node with a show `s` whose buyers pay at `sandbox`.
pub(super) async fn paying(settings: Settings) -> (Arc<Rig>, Arc<Till>) {
    let (gateways, [till]) = tills(["sandbox"]);
    let rig = Rig::at(settings, gateways);
    rig.show("s").await;
    (Arc::new(rig), till)
}

/// What opens a payment.
pub(super) fn payment() -> Value {
    json!({"gateway": "sandbox", "email": "a@example.com",
        "success_url": "https://example.com/yes", "cancel_url": "https://example.com/no?a=b"})
}

impl Rig {
    /// A request to pay a hold of user `u`.
    pub(super) fn payment(&self, hold: &Value) -> Call {
        self.post(&format!("/v1/holds/{}/payments", text(&hold["id"])), &payment()).user("u")
    }

    /// A payment as it stands.
    pub(super) fn payment_row(&self, id: PaymentId) -> Payment {
        let backend: &dyn Backend = &*self.solo;
        backend.read(|state, _| state.payment(id).cloned()).unwrap()
    }

    /// An event about a payment, as its gateway would send it.
    pub(super) fn event(&self, id: &str, kind: &str, payment: &Value, amount: u64) -> Call {
        let payment = text(payment);
        let event = json!({"id": id, "type": kind, "payment": payment, "amount": amount,
            "reference": format!("sbx_{payment}")});
        self.webhook(&event.to_string())
    }

    /// A signed body of whatever kind.
    pub(super) fn webhook(&self, body: &str) -> Call {
        let call = self.call(axum::http::Method::POST, "/v1/gateways/sandbox/webhook");
        call.header("webhook-signature", "signed").body(body.to_owned())
    }
}
