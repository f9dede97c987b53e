//! Our books beside the gateways': what lasts is told, what moves is not, and nobody's silence
//! hides another's words.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::rig::{Rig, text};
use super::till::{Listing, Till, paying, tills};
use crate::gateways::{GatewayError, SessionReport, SessionStatus};
use crate::http::{Limits, Settings};
use crate::raft::ReadError;
use crate::seats::Amount;

/// The session of a payment of 9500.
fn session(payment: &Value, status: SessionStatus) -> SessionReport {
    let captured = if status == SessionStatus::Succeeded { 9500 } else { 0 };
    SessionReport {
        reference: format!("sbx_{}", text(payment)),
        payment: text(payment).to_owned(),
        status,
        amount: Amount(9500),
        currency: "EUR".to_owned(),
        captured: Amount(captured),
        refunded: Amount(0),
    }
}

fn say(till: &Till, listings: impl IntoIterator<Item = Listing>) {
    *till.listings.lock().unwrap() = listings.into_iter().collect();
}

fn silent() -> Listing {
    Err(GatewayError::Unreachable("cut off".to_owned()))
}

async fn opened(rig: &Rig) -> Value {
    let hold = rig.hold("s", "u", &["A-1"]).await;
    rig.payment(&hold).gives(201).await["id"].clone()
}

async fn reconcile(rig: &Rig) -> Value {
    rig.get("/v1/reconciliation").gives(200).await
}

/// Books that agree have nothing to say, and stand on an index.
#[tokio::test]
async fn equal_books_are_silent() {
    let (rig, till) = paying(Settings::default()).await;
    let nothing = json!({"differences": [], "differences_total": 0, "unmatched": [],
        "unmatched_total": 0, "unanswered": []});
    assert_eq!(reconcile(&rig).await, nothing);
    let id = opened(&rig).await;
    say(&till, [Ok(vec![session(&id, SessionStatus::Open)])]);
    let reply = rig.get("/v1/reconciliation").send().await;
    assert_eq!((reply.json(), reply.index() > 1), (nothing, true));
}

/// What differs and stays so is told, with both sides.
#[tokio::test]
async fn lasting_differences_are_told() {
    let (rig, till) = paying(Settings::default()).await;
    let id = opened(&rig).await;
    let stray = session(&json!("elsewhere"), SessionStatus::Open);
    say(&till, [Ok(vec![session(&id, SessionStatus::Succeeded), stray])]);
    let told = reconcile(&rig).await;
    assert_eq!(told["differences_total"], 2);
    let side = |status: &str, captured: u64| {
        json!({"status": status, "amount": 9500, "currency": "EUR", "captured": captured,
            "refunded": 0})
    };
    let mut ours = side("open", 0);
    ours["refund_pending"] = json!(0);
    assert_eq!(
        told["differences"],
        json!([
            {"gateway": "sandbox", "kind": "unknown_payment", "payment": "elsewhere",
                "reference": "sbx_elsewhere", "fields": [], "ours": null,
                "theirs": side("open", 0)},
            {"gateway": "sandbox", "kind": "mismatch", "payment": id,
                "reference": format!("sbx_{}", text(&id)), "fields": ["status", "captured"],
                "ours": ours, "theirs": side("succeeded", 9500)},
        ])
    );
    say(&till, [Ok(Vec::new())]);
    let told = reconcile(&rig).await;
    assert_eq!(told["differences"][0]["kind"], "unknown_session");
    assert_eq!(told["differences"][0]["payment"], id);
}

/// A payment in motion is none of the differences, however the reads fall.
#[tokio::test]
async fn motion_is_no_difference() {
    let (rig, till) = paying(Settings::default()).await;
    let id = opened(&rig).await;
    let (open, paid) = (session(&id, SessionStatus::Open), session(&id, SessionStatus::Succeeded));
    let pay = |rig: &Arc<Rig>, id: &Value| {
        let (rig, id) = (Arc::clone(rig), id.clone());
        move || {
            let event = crate::seats::GatewayEvent {
                gateway: "sandbox".to_owned(),
                event: "evt".to_owned(),
                payment: crate::seats::PaymentId::parse(text(&id)),
                reference: format!("sbx_{}", text(&id)),
                kind: crate::seats::GatewayEventKind::Succeeded,
                amount: Amount(9500),
                currency: crate::seats::Currency::parse("EUR").unwrap(),
            };
            rig.command(crate::seats::Command::GatewayEvent(Box::new(event)));
        }
    };
    // The gateway was paid before it was asked; we hear of it only after the second look began.
    say(&till, [Ok(vec![paid.clone()]), Ok(vec![paid.clone()])]);
    let (told, hear) = (Arc::clone(&till), pay(&rig, &id));
    *till.while_listing.lock().unwrap() = Some(Box::new(move || {
        *told.while_listing.lock().unwrap() = Some(Box::new(hear));
    }));
    assert_eq!(reconcile(&rig).await["differences"], json!([]));
    // We hear of it while the gateway is asked, and it answers as it was before.
    let (rig, till) = paying(Settings::default()).await;
    let again = opened(&rig).await;
    assert_eq!(again, id, "both rigs count alike");
    say(&till, [Ok(vec![open])]);
    *till.while_listing.lock().unwrap() = Some(Box::new(pay(&rig, &id)));
    assert_eq!(reconcile(&rig).await["differences"], json!([]));
    say(&till, [Ok(vec![paid])]);
    assert_eq!(reconcile(&rig).await["differences"], json!([]));
}

/// Events that fit no payment are kept until somebody looks.
#[tokio::test]
async fn unmatched_events_are_told() {
    let (rig, _) = paying(Settings::default()).await;
    rig.event("e1", "succeeded", &json!("stranger"), 700).gives(200).await;
    let told = reconcile(&rig).await;
    assert_eq!(
        told["unmatched"],
        json!([{"gateway": "sandbox", "event": "e1", "kind": "succeeded", "payment": null,
            "reference": "sbx_stranger", "amount": 700, "currency": "EUR",
            "at": "2026-07-25T17:20:00.000Z"}])
    );
    assert_eq!(told["unmatched_total"], 1);
}

/// Gateways that do not answer are named; the others are compared; if none answers, it is a 502.
#[tokio::test]
async fn silence_is_named() {
    let (gateways, [sandbox, bank]) = tills(["sandbox", "bank"]);
    let rig = Rig::at(Settings::default(), gateways);
    rig.show("s").await;
    let id = opened(&rig).await;
    say(&sandbox, [Ok(Vec::new())]);
    say(&bank, [silent()]);
    let told = reconcile(&rig).await;
    assert_eq!(told["differences"][0]["payment"], id);
    let error = "the gateway did not answer: cut off";
    assert_eq!(told["unanswered"], json!([{"gateway": "bank", "error": error}]));
    // One that differs and is then silent has said nothing that lasts.
    say(&sandbox, [Ok(Vec::new()), silent()]);
    let told = reconcile(&rig).await;
    assert_eq!(
        (&told["differences"], told["unanswered"].as_array().unwrap().len()),
        (&json!([]), 2)
    );

    say(&sandbox, [silent()]);
    let problem = rig.get("/v1/reconciliation").refused(502, "gateway_error").await;
    assert_eq!(problem["unanswered"].as_array().unwrap().len(), 2);
    let one = "/v1/reconciliation?gateway=bank";
    rig.get(one).refused(502, "gateway_error").await;
    say(&bank, [Ok(Vec::new())]);
    assert_eq!(rig.get(one).gives(200).await["differences"], json!([]));
    let unknown = rig.get("/v1/reconciliation?gateway=x").refused(400, "invalid_request").await;
    assert_eq!(unknown["errors"][0]["message"], "must be one of: bank, sandbox");
    *rig.solo.read_fails.lock().unwrap() = Some(ReadError::NoLeader);
    rig.get(one).refused(503, "no_leader").await;
}

/// Each reconciliation holds much, so that there is a bound; and none of them writes.
#[tokio::test]
async fn reconciliations_are_few_and_write_nothing() {
    let limits = Limits { reconciliations_max: 0, ..Limits::default() };
    let (full, _) = paying(Settings { limits, ..Settings::default() }).await;
    full.get("/v1/reconciliation").refused(503, "overloaded").await;
    let (rig, _) = paying(Settings::default()).await;
    opened(&rig).await;
    let before = rig.solo.proposed.load(Ordering::SeqCst);
    assert_eq!(reconcile(&rig).await["differences_total"], 1);
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), before);
}

/// Payments at a gateway that nobody can ask any more are not passed over in silence.
#[tokio::test]
async fn gateways_that_are_gone_are_named() {
    let rig = Rig::new();
    rig.show("s").await;
    let hold = rig.hold("s", "u", &["A-1"]).await;
    rig.pay(&hold, 9500);
    assert_eq!(reconcile(&rig).await["unanswered"], json!([]));
    let hold = rig.hold("s", "v", &["A-2"]).await;
    rig.pay(&hold, 1);
    let told = reconcile(&rig).await;
    assert_eq!(told["unanswered"][0]["gateway"], "sandbox");
}
