//! Every status and code of CONTRACT section 1 that can be reached without a gateway or limits.
//! Those of gateways stand in `payments.rs` and `webhooks.rs`.

use axum::http::Method;
use serde_json::json;

use super::rig::{Rig, show, text};
use crate::raft::{ProposeError, ReadError};
use crate::seats::Command;

/// 400 to 415: what is wrong with the request itself, wherever it goes.
#[tokio::test]
async fn requests_that_are_none() {
    let rig = Rig::new();
    rig.show("s").await;
    let holds = "/v1/shows/s/holds";
    let good = json!({"seats": ["A-1"]});
    rig.get("/nowhere").refused(404, "not_found").await;
    rig.get("/v1/payments").refused(404, "not_found").await;
    rig.call(Method::PUT, "/v1/shows").refused(405, "method_not_allowed").await;
    let allowed = rig.delete("/v1/shows").send().await;
    assert_eq!(allowed.has("allow"), "GET,HEAD,POST");
    let html = rig.get("/v1/shows").header("accept", "text/html");
    html.refused(406, "not_acceptable").await;
    for path in ["/v1/shows/s/seats", "/v1/shows/s/stream", "/v1/shows/s/report"] {
        rig.get(path).header("accept", "image/png").refused(406, "not_acceptable").await;
    }
    // What probes and browsers ask for is not JSON.
    for path in ["/livez", "/readyz"] {
        assert_eq!(rig.get(path).header("accept", "text/plain").send().await.status, 200);
    }
    rig.get("/media/none.png").header("accept", "image/*").refused(404, "not_found").await;
    let post = || rig.call(Method::POST, holds).user("u");
    post().body(good.to_string()).refused(415, "unsupported_media_type").await;
    let text = post().header("content-type", "text/plain").body(good.to_string());
    text.refused(415, "unsupported_media_type").await;
    let large = post().header("content-type", "application/json").body(" ".repeat(16 * 1024 + 1));
    large.refused(413, "body_too_large").await;
    let claimed = post().header("content-length", "17000").refused(413, "body_too_large").await;
    assert_eq!(claimed["limit"], 16 * 1024);
    rig.post(holds, &good).refused(401, "unauthenticated").await;
    rig.get("/v1/me/hold").refused(401, "unauthenticated").await;
    rig.get("/v1/me/bookings").refused(401, "unauthenticated").await;
    rig.get("/v1/shows?limit=0").refused(400, "invalid_request").await;
    assert_eq!(rig.hold("s", "u", &["A-1"]).await["status"], "pending");
}

/// 403 to 422: what the core refuses.
#[tokio::test]
async fn refusals_of_the_core() {
    let rig = Rig::new();
    rig.show("s").await;
    rig.post("/v1/shows", &show("s")).refused(409, "show_exists").await;
    let mut later = show("later");
    later["sale"] = json!({"opens_at": "2098-01-01T00:00:00Z"});
    rig.post("/v1/shows", &later).gives(201).await;
    let seats = json!({"seats": ["A-1"]});
    let try_hold =
        |show: &str, user: &str| rig.post(&format!("/v1/shows/{show}/holds"), &seats).user(user);
    try_hold("later", "u").refused(403, "sale_not_open").await;
    try_hold("none", "u").refused(404, "not_found").await;
    let hold = rig.hold("s", "u", &["A-1", "A-2"]).await;
    let taken = try_hold("s", "v").refused(409, "seat_unavailable").await;
    assert_eq!(taken["conflicts"], json!(["A-1"]));
    let second = try_hold("s", "u").refused(409, "user_has_active_hold").await;
    assert_eq!(second["active_hold"], hold["id"]);
    let many = json!({"best_available": {"quantity": 11}});
    let many = rig.post("/v1/shows/s/holds", &many).user("v").refused(422, "too_many_seats").await;
    assert_eq!(many["max"], 10);
    let path = format!("/v1/holds/{}", text(&hold["id"]));
    rig.get(&path).user("v").refused(404, "not_found").await;
    rig.delete(&path).user("v").refused(404, "not_found").await;
    rig.delete(&path).user("u").gives(204).await;
    let extend = || rig.post(&format!("{path}/extend"), &json!({"ttl_seconds": 60})).user("u");
    extend().refused(409, "hold_not_active").await;

    let hold = rig.hold("s", "u", &["A-1"]).await;
    rig.pass(std::time::Duration::from_mins(10));
    let path = format!("/v1/holds/{}/extend", text(&hold["id"]));
    let late = rig.post(&path, &json!({"ttl_seconds": 60})).user("u");
    late.refused(410, "hold_expired").await;

    let booking = rig.book(&rig.hold("s", "u", &["A-5"]).await).await;
    let cancel = format!("/v1/bookings/{}/cancel", text(&booking["id"]));
    rig.post(&cancel, &json!({})).organizer().gives(200).await;
    rig.post(&cancel, &json!({})).organizer().refused(409, "booking_not_active").await;

    let mut strict = show("strict");
    strict["policy"] = json!({"prevent_orphans": true});
    rig.post("/v1/shows", &strict).gives(201).await;
    let orphan = json!({"seats": ["A-2"]});
    let orphan = rig.post("/v1/shows/strict/holds", &orphan).user("w");
    let orphan = orphan.refused(422, "orphan_seat").await;
    assert_eq!(orphan["seats"], json!(["A-1"]));

    rig.call(Method::POST, "/v1/shows/s/cancel").organizer().gives(202).await;
    try_hold("s", "x").refused(409, "show_cancelled").await;
    let floor = json!({"areas": [{"id": "floor", "quantity": 10}]});
    rig.post("/v1/shows/strict/holds", &floor).user("y").gives(201).await;
    let one = json!({"areas": [{"id": "floor", "quantity": 1}]});
    let full = rig.post("/v1/shows/strict/holds", &one).user("z").refused(409, "seat_unavailable");
    assert_eq!(full.await["areas"], json!(["floor"]));
}

/// A refusal that takes millions of requests to reach has its answer, too.
#[test]
fn full_memory_is_told() {
    use crate::http::refusals::refused;
    use crate::seats::Refusal;
    assert_eq!(refused(Refusal::Overloaded, &[]).code().as_str(), "overloaded");
}

/// What consensus cannot do, and whether it may have been done.
#[tokio::test]
async fn failures_of_consensus() {
    let rig = Rig::new();
    rig.show("s").await;
    let hold = || rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("u");
    for (error, status, code) in [
        (ProposeError::NoLeader, 503, "no_leader"),
        (ProposeError::Overloaded("full".to_owned()), 503, "overloaded"),
        (ProposeError::NotReady("alone".to_owned()), 503, "not_ready"),
        (ProposeError::OutcomeUnknown("cut off".to_owned()), 504, "outcome_unknown"),
    ] {
        *rig.solo.proposal_fails.lock().unwrap() = Some(error);
        hold().refused(status, code).await;
    }
    // The node's key, or the client's, makes the retry safe.
    let lost = || Some(ProposeError::OutcomeUnknown("cut off".to_owned()));
    *rig.solo.proposal_fails.lock().unwrap() = lost();
    let unknown = hold().send().await;
    let key = unknown.has("idempotency-key").to_owned();
    *rig.solo.proposal_fails.lock().unwrap() = lost();
    assert_eq!(hold().key("mine").send().await.has("idempotency-key"), "mine");
    hold().key(&key).gives(201).await;
    assert_eq!(hold().key(&key).send().await.has("idempotent-replayed"), "true");

    for (error, status, code) in [
        (ReadError::NoLeader, 503, "no_leader"),
        (ReadError::NotReady("alone".to_owned()), 503, "not_ready"),
        (ReadError::NotCaughtUp, 412, "not_caught_up"),
    ] {
        *rig.solo.read_fails.lock().unwrap() = Some(error);
        rig.get("/v1/shows/s?consistency=linearizable").refused(status, code).await;
    }
    rig.get("/v1/shows/s?min_index=999&timeout_ms=0").refused(412, "not_caught_up").await;
    rig.get("/v1/shows/s?min_index=1").gives(200).await;
}

/// A panic in a handler costs one answer, and says nothing of its cause.
#[tokio::test]
async fn a_panic_is_a_500() {
    let rig = Rig::new();
    *rig.solo.panics.lock().unwrap() = true;
    let problem = rig.get("/v1/shows/s").refused(500, "internal").await;
    assert!(!problem.to_string().contains("planted"), "{problem}");
    rig.get("/v1/shows/s").refused(404, "not_found").await;
}

/// A command that the core would not do leaves nothing behind it.
#[tokio::test]
async fn a_refused_command_changes_nothing() {
    let rig = Rig::new();
    rig.show("s").await;
    let before = rig.get("/v1/shows/s/seats").organizer().gives(200).await;
    let mixed = json!({"seats": ["A-1", "nonsense"]});
    rig.post("/v1/shows/s/holds", &mixed).user("u").refused(400, "invalid_request").await;
    rig.command(Command::Tick);
    assert_eq!(rig.get("/v1/shows/s/seats").organizer().gives(200).await, before);
}
