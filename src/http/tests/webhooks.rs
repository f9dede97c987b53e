//! What gateways tell us, row by row of the table in CONTRACT section 5, and what is not taken.

use std::sync::atomic::Ordering;

use axum::http::Method;
use serde_json::{Value, json};

use super::rig::{Rig, text};
use super::till::{paying, tills};
use crate::http::Settings;
use crate::raft::ProposeError;

/// Opens a payment for a seat of the user's.
async fn open(rig: &Rig, seat: &str) -> (Value, Value) {
    let hold = rig.hold("s", "u", &[seat]).await;
    let paid = rig.payment(&hold).gives(201).await;
    (hold, paid["id"].clone())
}

async fn status(rig: &Rig, payment: &Value) -> Value {
    let path = format!("/v1/payments/{}", text(payment));
    rig.get(&path).user("u").gives(200).await["status"].clone()
}

/// Each event has its effect, told after commit; repeated, it has none.
#[tokio::test]
async fn events_have_effects_once() {
    let (rig, _) = paying(Settings::default()).await;
    let (_, id) = open(&rig, "A-1").await;
    for (event, kind, amount, effect, after) in [
        ("e1", "declined", 9500, "ignored", "open"),
        ("e2", "succeeded", 9500, "booked", "succeeded"),
        ("e2", "succeeded", 9500, "ignored", "succeeded"),
        ("e3", "succeeded", 9500, "ignored", "succeeded"),
        ("e4", "failed", 9500, "ignored", "succeeded"),
    ] {
        let reply = rig.event(event, kind, &id, amount).send().await;
        assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({ "effect": effect })));
        assert!(reply.index() > 0);
        assert_eq!(status(&rig, &id).await, after, "{event} {kind}");
    }
    let (hold, id) = open(&rig, "A-2").await;
    let ended = rig.event("e5", "failed", &id, 9500).gives(200).await;
    assert_eq!((ended, status(&rig, &id).await), (json!({"effect": "ended"}), json!("failed")));
    let hold = rig.get(&format!("/v1/holds/{}", text(&hold["id"]))).user("u").gives(200).await;
    assert_eq!(hold["status"], "released");
    let late = rig.event("e6", "succeeded", &id, 9500).gives(200).await;
    assert_eq!(late, json!({"effect": "refund_queued"}));
    assert_eq!(status(&rig, &id).await, "refund_pending");

    let (_, id) = open(&rig, "A-3").await;
    let other = rig.event("e7", "succeeded", &id, 1).gives(200).await;
    assert_eq!(other, json!({"effect": "refund_queued"}));
    let path = format!("/v1/payments/{}", text(&id));
    let paid = rig.get(&path).user("u").gives(200).await;
    assert_eq!((&paid["flags"], &paid["captured"]), (&json!(["amount_mismatch"]), &json!(1)));

    let stranger = rig.event("e8", "succeeded", &json!("none of ours"), 5).gives(200).await;
    assert_eq!(stranger, json!({"effect": "unmatched"}));
}

/// Who sends it is proved by its signature alone: no header of ours is needed, or looked at.
#[tokio::test]
async fn a_signature_is_all_that_is_needed() {
    let (rig, _) = paying(Settings::default()).await;
    let (_, id) = open(&rig, "A-1").await;
    let event = rig.event("e1", "succeeded", &id, 9500);
    let event = event.header("x-user-id", "two words").header("x-usher-role", "king");
    let event = event.header("idempotency-key", "not a key").header("accept", "text/plain");
    let event = event.header("content-type", "text/plain");
    assert_eq!(event.gives(200).await, json!({"effect": "booked"}));
}

/// What is not a webhook of a gateway of ours costs no log entry.
#[tokio::test]
async fn rejected_webhooks_write_nothing() {
    let (rig, _) = paying(Settings::default()).await;
    let (_, id) = open(&rig, "A-1").await;
    let before = rig.solo.proposed.load(Ordering::SeqCst);
    let path = "/v1/gateways/sandbox/webhook";
    let body = json!({"id": "e", "type": "succeeded", "payment": id, "amount": 9500,
        "reference": "sbx"});
    rig.post(path, &body).refused(400, "invalid_signature").await;
    let forged = rig.post(path, &body).header("webhook-signature", "forged");
    forged.refused(400, "invalid_signature").await;
    rig.webhook("{").refused(400, "invalid_request").await;
    let large = " ".repeat(64 * 1024 + 1);
    rig.webhook(&large).refused(413, "body_too_large").await;
    rig.post("/v1/gateways/bank/webhook", &body).refused(404, "not_found").await;
    rig.get(path).refused(405, "method_not_allowed").await;
    // A kind of event that we have no use for is taken, so that it does not come again.
    let unknown = rig.webhook(&json!({"type": "payment.applauded"}).to_string()).send().await;
    assert_eq!((unknown.status.as_u16(), unknown.json()), (200, json!({"effect": "ignored"})));
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), before);
    assert_eq!(status(&rig, &id).await, "open");
}

/// A webhook that could not be written down is not taken: the gateway comes again, and then it is.
#[tokio::test]
async fn webhooks_that_cannot_be_written_come_again() {
    let (rig, _) = paying(Settings::default()).await;
    let (_, id) = open(&rig, "A-1").await;
    for (error, status, code) in [
        (ProposeError::NoLeader, 503, "no_leader"),
        (ProposeError::Overloaded("full".to_owned()), 503, "overloaded"),
        (ProposeError::NotReady("alone".to_owned()), 503, "not_ready"),
    ] {
        *rig.solo.proposal_fails.lock().unwrap() = Some(error);
        rig.event("e1", "succeeded", &id, 9500).refused(status, code).await;
    }
    let lost = ProposeError::OutcomeUnknown("cut off".to_owned());
    *rig.solo.proposal_fails.lock().unwrap() = Some(lost);
    let unknown = rig.event("e1", "succeeded", &id, 9500).send().await;
    assert_eq!((unknown.status.as_u16(), unknown.has("idempotency-key")), (504, "e1"));
    assert_eq!(unknown.json()["code"], "outcome_unknown");
    let taken = rig.event("e1", "succeeded", &id, 9500).gives(200).await;
    assert_eq!(taken, json!({"effect": "booked"}));
}

/// Gateways are listed by id with what buyers read, a page at a time.
#[tokio::test]
async fn gateways_are_listed() {
    let (gateways, _) = tills(["sandbox", "bank", "card"]);
    let rig = Rig::at(Settings::default(), gateways);
    let all = rig.get("/v1/gateways").gives(200).await;
    let row = |id: &str| json!({"id": id, "name": format!("The {id}")});
    let rows = json!([row("bank"), row("card"), row("sandbox")]);
    assert_eq!(all, json!({"data": rows, "next_cursor": null}));
    let first = rig.get("/v1/gateways?limit=2").gives(200).await;
    assert_eq!(first["data"], json!([row("bank"), row("card")]));
    let next = format!("/v1/gateways?limit=2&cursor={}", text(&first["next_cursor"]));
    let rest = rig.get(&next).gives(200).await;
    assert_eq!(rest, json!({"data": [row("sandbox")], "next_cursor": null}));
    rig.call(Method::GET, "/v1/gateways?cursor=x").refused(400, "invalid_request").await;
}
