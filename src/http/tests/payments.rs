//! Payments are opened once, whatever happens in between, and told the same way ever after.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::rig::{Call, Reply, Rig, text};
use super::till::{Opens, Till, paying, payment};
use crate::gateways::GatewayError;
use crate::http::{Backend, Limits, Settings};
use crate::raft::ProposeError;
use crate::seats::{
    Amount, Command, Currency, Delivery, GatewayEvent, GatewayEventKind, HoldId, PaymentId,
};

fn down() -> Opens {
    Opens::Fails(GatewayError::Unreachable("secret detail".to_owned()))
}

/// A payment shows everything that CONTRACT section 5 names, and its gateway is told what it needs.
#[tokio::test]
async fn a_payment_is_opened() {
    let public_url = "https://tickets.example".to_owned();
    let (rig, till) = paying(Settings { public_url, ..Settings::default() }).await;
    let hold = rig.hold("s", "u", &["A-1", "B-1"]).await;
    let mut body = payment();
    body["customer"] = json!({"name": "Ada", "locale": "de-AT"});
    let path = format!("/v1/holds/{}/payments", text(&hold["id"]));
    let made = rig.post(&path, &body).user("u").send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    let paid = made.json();
    let id = text(&paid["id"]);
    assert_eq!(made.has("location"), format!("/v1/payments/{id}"));
    assert!(!made.headers.contains_key("idempotent-replayed"));
    let expected = json!({
        "id": id, "hold": hold["id"], "status": "open", "gateway": "sandbox",
        "redirect_url": format!("https://pay.example/sbx_{id}"), "amount": 16000,
        "currency": "EUR", "booking": null, "refund": null, "captured": 0, "refund_pending": 0,
        "refunded": 0, "flags": [], "closing": false,
    });
    assert_eq!(paid, expected);
    let read = rig.get(&format!("/v1/payments/{id}")).user("u").send().await;
    assert_eq!(read.json(), expected);
    assert!(made.index() <= read.index());

    let opened = till.opened.lock().unwrap().clone();
    assert_eq!(opened.len(), 1);
    let session = &opened[0];
    assert_eq!((session.payment.to_string().as_str(), session.amount), (id, Amount(16000)));
    assert_eq!(session.currency.as_str(), "EUR");
    assert_eq!(session.customer.as_ref().unwrap().name.as_deref(), Some("Ada"));
    assert_eq!(session.success_url, "https://example.com/yes");
    let hooks = ["https://tickets.example", "http://127.0.0.1:8107"];
    let hooks = hooks.map(|base| format!("{base}/v1/gateways/sandbox/webhook"));
    assert_eq!(session.webhook_urls, hooks);
}

/// All that is wrong is said at once, before anything else is looked at.
#[tokio::test]
async fn faults_are_named_by_field() {
    let (rig, till) = paying(Settings::default()).await;
    let long = format!("https://example.com/{}", "x".repeat(2048));
    let bad = json!({"gateway": "bank", "email": "nobody", "success_url": "/yes",
        "cancel_url": long, "customer": {"name": "", "phone": "1".repeat(41), "locale": "\u{7}"}});
    let problem = rig.post("/v1/holds/none/payments", &bad).refused(400, "invalid_request").await;
    let fields = problem["errors"].as_array().unwrap().iter().map(|error| text(&error["field"]));
    assert_eq!(
        fields.collect::<Vec<_>>(),
        [
            "gateway",
            "email",
            "success_url",
            "cancel_url",
            "customer.name",
            "customer.phone",
            "customer.locale"
        ]
    );
    assert_eq!(problem["errors"][0]["message"], "must be one of: sandbox");
    for url in ["", "javascript:alert(1)", "https://", "https:///x", "//example.com", "ftp://x/"] {
        let mut body = payment();
        body["success_url"] = json!(url);
        let problem = rig.post("/v1/holds/none/payments", &body).user("u");
        let problem = problem.refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], "success_url", "{url}");
    }
    for field in ["gateway", "email", "success_url", "cancel_url"] {
        let mut body = payment();
        body.as_object_mut().unwrap().remove(field);
        let problem = rig.post("/v1/holds/none/payments", &body).user("u");
        let problem = problem.refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field);
    }
    for email in [format!("{}@example.com", "a".repeat(65)), "anna..k@example.com".to_owned()] {
        let mut body = payment();
        body["email"] = json!(email);
        let problem = rig.post("/v1/holds/none/payments", &body).user("u");
        let problem = problem.refused(400, "invalid_request").await;
        let error = &problem["errors"][0];
        assert_eq!(error["field"], "email", "{email}");
        assert!(text(&error["message"]).contains("64 before the @"), "{problem}");
    }
    let anonymous = rig.post("/v1/holds/none/payments", &payment());
    anonymous.refused(401, "unauthenticated").await;
    let none = rig.post("/v1/holds/none/payments", &payment()).user("u");
    none.refused(404, "not_found").await;
    let hold = rig.hold("s", "w", &["A-1"]).await;
    rig.payment(&hold).refused(404, "not_found").await;
    assert_eq!(till.opened.lock().unwrap().len(), 0);
    let nowhere = Rig::new().post("/v1/holds/none/payments", &payment()).user("u");
    let problem = nowhere.refused(400, "invalid_request").await;
    assert_eq!(problem["errors"][0]["message"], "names a gateway, and none is configured");
}

/// Sends a request again and finds the first answer, byte for byte.
async fn repeated(first: &Reply, again: Call) {
    let again = again.send().await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    assert_eq!(again.has("idempotent-replayed"), "true");
    assert_eq!(again.has("location"), first.has("location"));
    assert!(first.index() <= again.index());
}

/// The first answer is repeated whatever became of the payment, and the gateway is asked once.
#[tokio::test]
async fn answers_are_repeated_byte_for_byte() {
    let (rig, till) = paying(Settings::default()).await;
    for (user, seat, fate) in [("u", "A-1", "paid"), ("u", "A-2", "cancelled"), ("u", "A-3", "")] {
        let hold = rig.hold("s", user, &[seat]).await;
        let first = rig.payment(&hold).key(&format!("k{seat}")).send().await;
        assert_eq!(first.status, 201, "{}", first.text());
        let id = first.json()["id"].clone();
        let again = || rig.payment(&hold).key(&format!("k{seat}"));
        repeated(&first, again()).await;
        match fate {
            "paid" => {
                let paid = rig.event("evt", "succeeded", &id, 9500).gives(200).await;
                assert_eq!(paid, json!({"effect": "booked"}));
            }
            "cancelled" => {
                let cancel = rig.post(&format!("/v1/payments/{}/cancel", text(&id)), &json!({}));
                assert_eq!(cancel.user(user).gives(200).await["closing"], true);
                repeated(&first, again()).await;
                rig.event("evt2", "expired", &id, 9500).gives(200).await;
                rig.delete(&format!("/v1/holds/{}", text(&hold["id"]))).user(user).gives(204).await;
            }
            _ => {
                ask_twice_is_refused(&rig, &hold, &id).await;
                rig.pass(Duration::from_mins(11));
            }
        }
        repeated(&first, again()).await;
    }
    assert_eq!(till.opened.lock().unwrap().len(), 3);
}

async fn ask_twice_is_refused(rig: &Rig, hold: &Value, id: &Value) {
    let second = rig.payment(hold).key("another").refused(409, "payment_already_open").await;
    assert_eq!(&second["payment"], id);
}

/// A gateway that fails is a 502, and the same key goes on; what it said stays here.
#[tokio::test]
async fn a_failed_opening_is_resumed() {
    let (rig, till) = paying(Settings::default()).await;
    let refused = || Opens::Fails(GatewayError::Refused("secret detail".to_owned()));
    till.opens.lock().unwrap().extend([down(), refused(), down()]);
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let failed = rig.payment(&hold).key("mine").send().await;
    let problem = failed.json();
    assert_eq!((failed.status.as_u16(), &problem["code"]), (502, &json!("gateway_error")));
    assert!(!failed.text().contains("secret"), "{problem}");
    assert_eq!(failed.has("idempotency-key"), "mine");
    rig.payment(&hold).key("mine").refused(502, "gateway_error").await;
    let read = rig.get(&format!("/v1/payments/{}", text(&problem["payment"]))).user("u");
    let open = read.gives(200).await;
    assert_eq!((&open["status"], &open["redirect_url"]), (&json!("open"), &Value::Null));
    ask_twice_is_refused(&rig, &hold, &problem["payment"]).await;
    rig.payment(&hold).key("mine").refused(502, "gateway_error").await;

    let first = rig.payment(&hold).key("mine").send().await;
    assert_eq!((first.status.as_u16(), &first.json()["id"]), (201, &problem["payment"]));
    assert!(!first.headers.contains_key("idempotent-replayed"), "it is the first such answer");
    repeated(&first, rig.payment(&hold).key("mine")).await;
    let opened = till.opened.lock().unwrap();
    assert!(opened.iter().all(|session| *session == opened[0]), "{opened:?}");
    assert_eq!(opened.len(), 4);
}

/// A payment that its gateway will never take ends, the answer is final, and the hold can be paid
/// another way.
#[tokio::test]
async fn a_payment_that_is_not_taken_ends() {
    let (rig, till) = paying(Settings::default()).await;
    let never = Opens::Fails(GatewayError::WillNotOpen("secret detail".to_owned()));
    till.opens.lock().unwrap().push_back(never);
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let first = rig.payment(&hold).key("k").send().await;
    let problem = first.json();
    let told = (first.status.as_u16(), text(&problem["code"]));
    assert_eq!(told, (409, "payment_not_open"), "{problem}");
    assert!(!first.text().contains("secret"), "{problem}");
    let again = rig.payment(&hold).key("k").send().await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    assert_eq!(again.has("idempotent-replayed"), "true");
    assert_eq!(till.opened.lock().unwrap().len(), 1, "it was asked for again");
    let read = || rig.get(&format!("/v1/payments/{}", text(&problem["payment"]))).user("u");
    let closing = read().gives(200).await;
    assert_eq!((&closing["status"], &closing["closing"]), (&json!("open"), &json!(true)));

    // The leader closes what is closing, and then the hold is free of it.
    let backend: &dyn Backend = &*rig.solo;
    let row = backend.read(|state, _| state.outbox().next().map(|row| row.id)).unwrap();
    let closed = rig.command(Command::Settle { row, delivery: Delivery::Done });
    assert!(closed.result.is_ok(), "{closed:?}");
    assert_eq!(read().gives(200).await["status"], "expired");
    assert_ne!(rig.payment(&hold).key("k2").gives(201).await["id"], problem["payment"]);
}

/// A client that gave no key gets one to go on with.
#[tokio::test]
async fn a_key_of_the_node_resumes_as_well() {
    let (rig, till) = paying(Settings::default()).await;
    till.opens.lock().unwrap().push_back(down());
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let failed = rig.payment(&hold).send().await;
    assert_eq!(failed.status.as_u16(), 502);
    let key = failed.has("idempotency-key");
    let first = rig.payment(&hold).key(key).send().await;
    assert_eq!((first.status.as_u16(), &first.json()["id"]), (201, &failed.json()["payment"]));
    repeated(&first, rig.payment(&hold).key(key)).await;
}

/// What may happen to a payment while its gateway is asked, or before it is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    HoldExpires,
    HoldReleased,
    Cancelled,
    Paid,
    Failed,
}

impl Fate {
    fn befall(self, rig: &Rig, hold: HoldId, payment: PaymentId) {
        let event = |kind| {
            Command::GatewayEvent(Box::new(GatewayEvent {
                gateway: "sandbox".to_owned(),
                event: format!("evt-{payment}"),
                payment: Some(payment),
                reference: format!("sbx_{payment}"),
                kind,
                amount: Amount(9500),
                currency: Currency::parse("EUR").unwrap(),
            }))
        };
        let command = match self {
            Fate::HoldExpires => {
                rig.pass(Duration::from_mins(10));
                Command::Tick
            }
            Fate::HoldReleased => Command::Release { hold },
            Fate::Cancelled => Command::CancelPayment { payment },
            Fate::Paid => event(GatewayEventKind::Succeeded),
            Fate::Failed => event(GatewayEventKind::Failed),
        };
        let outcome = rig.command(command);
        assert!(outcome.result.is_ok(), "{self:?}: {outcome:?}");
    }
}

/// Nobody is sent to a session that ended while it was opened, and the answer to that is final.
#[tokio::test]
async fn payments_end_while_they_are_opened() {
    for (fate, status, code) in [
        (Fate::HoldExpires, 410, "hold_expired"),
        (Fate::HoldReleased, 409, "payment_not_open"),
        (Fate::Cancelled, 409, "payment_not_open"),
        (Fate::Paid, 409, "payment_not_open"),
        (Fate::Failed, 409, "payment_not_open"),
    ] {
        let (rig, till) = paying(Settings::default()).await;
        let hold = rig.hold("s", "u", &["A-1"]).await;
        let id = HoldId::parse(text(&hold["id"])).unwrap();
        let (world, book) = (Arc::clone(&rig), Arc::clone(&till));
        *till.meanwhile.lock().unwrap() = Some(Box::new(move || {
            let payment = book.opened.lock().unwrap()[0].payment;
            fate.befall(&world, id, payment);
        }));
        let first = rig.payment(&hold).key("k").send().await;
        let problem = first.json();
        let told = (first.status.as_u16(), text(&problem["code"]));
        assert_eq!(told, (status, code), "{fate:?}: {problem}");
        let again = rig.payment(&hold).key("k").send().await;
        assert_eq!((again.status, again.text()), (first.status, first.text()), "{fate:?}");
        // (Found by scripts/simulate, seed 90: the repeat did not say that it was one.)
        let repeats = [&first, &again].map(|told| told.headers.contains_key("idempotent-replayed"));
        assert_eq!(repeats, [false, true], "{fate:?}");
        assert!(first.index() <= again.index());
        assert_eq!(till.opened.lock().unwrap().len(), 1, "{fate:?}: a session was asked for again");
        // The session's name is known, so that it can be closed or paid back.
        let payment = PaymentId::parse(text(&problem["payment"])).unwrap();
        let payment = rig.payment_row(payment);
        assert_eq!(payment.reference, Some(format!("sbx_{}", payment.id)), "{fate:?}");
        assert_eq!(payment.redirect_url, None, "{fate:?}");
    }
}

/// A payment that ended after its gateway had failed is not opened any more.
#[tokio::test]
async fn payments_end_before_they_are_resumed() {
    for (fate, status, code) in [
        (Fate::HoldExpires, 410, "hold_expired"),
        (Fate::HoldReleased, 409, "payment_not_open"),
        (Fate::Cancelled, 409, "payment_not_open"),
        (Fate::Failed, 409, "payment_not_open"),
    ] {
        let (rig, till) = paying(Settings::default()).await;
        till.opens.lock().unwrap().push_back(down());
        let hold = rig.hold("s", "u", &["A-1"]).await;
        let failed = rig.payment(&hold).key("k").refused(502, "gateway_error").await;
        let payment = PaymentId::parse(text(&failed["payment"])).unwrap();
        fate.befall(&rig, HoldId::parse(text(&hold["id"])).unwrap(), payment);
        let problem = rig.payment(&hold).key("k").refused(status, code).await;
        assert_eq!(problem["payment"], failed["payment"]);
        assert_eq!(till.opened.lock().unwrap().len(), 1, "{fate:?}: it was asked for again");
    }
}

/// Once the payment is recorded, nothing is "not done": the second entry's failure is a 504.
#[tokio::test]
async fn a_lost_second_entry_is_an_unknown_outcome() {
    for error in [
        ProposeError::NoLeader,
        ProposeError::Overloaded("full".to_owned()),
        ProposeError::NotReady("alone".to_owned()),
        ProposeError::OutcomeUnknown("cut off".to_owned()),
    ] {
        let (rig, till) = paying(Settings::default()).await;
        let hold = rig.hold("s", "u", &["A-1"]).await;
        let (world, planted) = (Arc::clone(&rig), error.clone());
        *till.meanwhile.lock().unwrap() = Some(Box::new(move || {
            *world.solo.proposal_fails.lock().unwrap() = Some(planted);
        }));
        let unknown = rig.payment(&hold).send().await;
        assert_eq!(unknown.status.as_u16(), 504, "{error}: {}", unknown.text());
        assert_eq!(unknown.json()["code"], "outcome_unknown");
        let key = unknown.has("idempotency-key");
        let first = rig.payment(&hold).key(key).send().await;
        assert_eq!(first.status.as_u16(), 201, "{error}");
        assert!(!first.headers.contains_key("idempotent-replayed"));

        // The first entry's failures are any write's.
        *rig.solo.proposal_fails.lock().unwrap() = Some(error.clone());
        let status = rig.payment(&hold).key("another").send().await.status.as_u16();
        let unknown = matches!(error, ProposeError::OutcomeUnknown(_));
        assert_eq!(status, if unknown { 504 } else { 503 }, "{error}");
    }
}

/// What costs nothing is booked at once and asks no gateway.
#[tokio::test]
async fn a_total_of_nothing_succeeds_at_once() {
    let (rig, till) = paying(Settings::default()).await;
    let mut free = super::rig::show("free");
    free["prices"] = json!({"Stalls": 0, "Circle": 0});
    rig.post("/v1/shows", &free).gives(201).await;
    let hold = rig.hold("free", "u", &["A-1"]).await;
    let first = rig.payment(&hold).key("k").send().await;
    let paid = first.json();
    assert_eq!((first.status.as_u16(), &paid["status"]), (201, &json!("succeeded")), "{paid}");
    assert_eq!((&paid["gateway"], &paid["redirect_url"]), (&json!(""), &Value::Null));
    let booking = rig.get(&format!("/v1/bookings/{}", text(&paid["booking"]))).user("u");
    assert_eq!(booking.gives(200).await["payment"], paid["id"]);
    repeated(&first, rig.payment(&hold).key("k")).await;
    // It need not say where it would pay; what costs something must.
    let unsaid = |hold: &Value| {
        let mut body = json!({"email": "a@example.com"});
        for url in ["success_url", "cancel_url"] {
            body[url] = json!("https://example.com/");
        }
        rig.post(&format!("/v1/holds/{}/payments", text(&hold["id"])), &body).user("u")
    };
    let hold = rig.hold("free", "u", &["A-2"]).await;
    assert_eq!(unsaid(&hold).gives(201).await["status"], "succeeded");
    let problem = unsaid(&rig.hold("s", "u", &["A-1"]).await).refused(400, "invalid_request").await;
    assert_eq!(problem["errors"][0]["field"], "gateway");
    assert_eq!(till.opened.lock().unwrap().len(), 0);
}

/// A node that has not applied the write yet waits for it, and does not open a second session.
#[tokio::test]
async fn a_node_that_lags_waits() {
    let (rig, till) = paying(Settings::default()).await;
    let hold = rig.hold("s", "u", &["A-1"]).await;
    rig.solo.lag();
    let first = rig.payment(&hold).key("k").send().await;
    assert_eq!(first.status, 201, "{}", first.text());
    rig.solo.lag();
    repeated(&first, rig.payment(&hold).key("k")).await;
    assert_eq!(till.opened.lock().unwrap().len(), 1);
}

/// A session under a second name is the gateway's fault, and nobody is sent to it.
#[tokio::test]
async fn a_second_name_of_a_session_is_refused() {
    let (rig, till) = paying(Settings::default()).await;
    till.opens.lock().unwrap().push_back(Opens::As("sbx_other"));
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let (world, book) = (Arc::clone(&rig), Arc::clone(&till));
    *till.meanwhile.lock().unwrap() = Some(Box::new(move || {
        let payment = book.opened.lock().unwrap()[0].payment;
        world.command(Command::GatewayEvent(Box::new(GatewayEvent {
            gateway: "sandbox".to_owned(),
            event: "evt".to_owned(),
            payment: Some(payment),
            reference: format!("sbx_{payment}"),
            kind: GatewayEventKind::Declined,
            amount: Amount(9500),
            currency: Currency::parse("EUR").unwrap(),
        })));
    }));
    rig.payment(&hold).key("k").refused(502, "gateway_error").await;
    let paid = rig.payment(&hold).key("k").gives(201).await;
    assert_eq!(paid["redirect_url"], format!("https://pay.example/sbx_{}", text(&paid["id"])));
}

/// A request whose client hung up while the gateway was asked is resumed by the next.
#[tokio::test]
async fn a_client_that_hangs_up_may_come_again() {
    let limits = Limits { openings_max: 1, ..Limits::default() };
    let (rig, till) = paying(Settings { limits, ..Settings::default() }).await;
    till.opens.lock().unwrap().push_back(Opens::Hangs);
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let hanging = tokio::spawn(rig.payment(&hold).key("k").send());
    till.asked.notified().await;
    // Meanwhile there is no room for another, and it is told so before anything is done for it.
    let other = rig.hold("s", "v", &["A-2"]).await;
    let before = rig.solo.proposed.load(Ordering::SeqCst);
    let path = format!("/v1/holds/{}/payments", text(&other["id"]));
    rig.post(&path, &payment()).user("v").refused(503, "overloaded").await;
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), before);
    hanging.abort();
    assert!(hanging.await.unwrap_err().is_cancelled());
    rig.payment(&hold).key("k").gives(201).await;
    rig.post(&path, &payment()).user("v").gives(201).await;
    keys_are_payments(&till);
}

/// The gateway knows each payment by one key.
fn keys_are_payments(till: &Till) {
    let opened = till.opened.lock().unwrap();
    assert_eq!(opened.len(), 3);
    assert_eq!(opened[0], opened[1]);
    assert_ne!(opened[1].payment, opened[2].payment);
}

/// A gateway that does not come back is waited for so long and no longer.
#[tokio::test]
async fn a_gateway_that_hangs_is_given_up() {
    let opening_patience = Duration::from_millis(20);
    let limits = Limits { opening_patience, ..Limits::default() };
    let (rig, till) = paying(Settings { limits, ..Settings::default() }).await;
    till.opens.lock().unwrap().push_back(Opens::Hangs);
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let problem = rig.payment(&hold).key("k").refused(502, "gateway_error").await;
    assert!(text(&problem["detail"]).contains("in time"), "{problem}");
    assert_eq!(rig.payment(&hold).key("k").gives(201).await["id"], problem["payment"]);
}

/// Cancelling asks for the session to be closed, keeps the hold, and may be repeated.
#[tokio::test]
async fn a_payment_is_cancelled() {
    let (rig, _) = paying(Settings::default()).await;
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let paid = rig.payment(&hold).gives(201).await;
    let path = format!("/v1/payments/{}/cancel", text(&paid["id"]));
    let cancel = || rig.post(&path, &json!({}));
    cancel().refused(401, "unauthenticated").await;
    cancel().user("v").refused(404, "not_found").await;
    rig.post("/v1/payments/x/cancel", &json!({})).user("u").refused(404, "not_found").await;
    rig.post(&path, &json!({"now": true})).user("u").refused(400, "invalid_request").await;
    for _ in 0..2 {
        let closing = cancel().user("u").gives(200).await;
        assert_eq!((&closing["status"], &closing["closing"]), (&json!("open"), &json!(true)));
    }
    let held = rig.get(&format!("/v1/holds/{}", text(&hold["id"]))).user("u").gives(200).await;
    assert_eq!(held["status"], "pending");
    // Until the gateway has confirmed it, the session may have been paid.
    rig.payment(&hold).refused(409, "payment_already_open").await;
    rig.event("evt", "expired", &paid["id"], 9500).gives(200).await;
    cancel().user("u").refused(409, "payment_not_open").await;
    assert_ne!(rig.payment(&hold).gives(201).await["id"], paid["id"]);
}
