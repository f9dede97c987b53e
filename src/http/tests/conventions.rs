//! Idempotency, identity, freshness and the headers that every answer has.

use axum::http::Method;
use serde_json::{Value, json};

use super::rig::{Call, Reply, Rig, show, text};

/// The first answer comes again byte for byte, whatever has happened since, refusals included.
#[tokio::test]
async fn replays_repeat_status_and_body_byte_for_byte() {
    let rig = Rig::new();
    let body = show("s");
    let first = replayed(&|| rig.post("/v1/shows", &body).organizer().key("show"), 201).await;
    assert_eq!(first.has("location"), "/v1/shows/s");

    let ask = || rig.post("/v1/shows/s/holds", &json!({"seats": ["A-2", "A-1"]})).user("u");
    let hold = replayed(&|| ask().key("hold"), 201).await.json();
    let path = format!("/v1/holds/{}", text(&hold["id"]));
    let extend = || rig.post(&format!("{path}/extend"), &json!({"ttl_seconds": 900})).user("u");
    replayed(&|| extend().key("extend"), 200).await;
    let taken = || rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("v");
    replayed(&|| taken().key("taken"), 409).await;
    let none = || rig.delete("/v1/holds/hld_none").user("v");
    replayed(&|| none().key("none"), 404).await;
    let confirm =
        || rig.post(&format!("{path}/confirm"), &json!({"reference": "till"})).organizer();
    let booked = replayed(&|| confirm().key("confirm"), 201).await;
    assert_eq!(booked.has("location"), format!("/v1/bookings/{}", text(&booked.json()["id"])));
    replayed(&|| rig.delete(&path).user("u").key("release"), 409).await;
    let block = || rig.post("/v1/shows/s/block", &json!({"seats": ["B-1"]})).organizer();
    replayed(&|| block().key("block"), 200).await;
    let cancel = format!("/v1/bookings/{}/cancel", text(&booked.json()["id"]));
    let cancel = || rig.call(Method::POST, &cancel).organizer();
    replayed(&|| cancel().key("cancel"), 200).await;
    let rename = || rig.patch("/v1/shows/s", &json!({"name": "Othello"})).organizer();
    replayed(&|| rename().key("rename"), 200).await;
    let end = || rig.call(Method::POST, "/v1/shows/s/cancel").organizer();
    replayed(&|| end().key("end"), 202).await;
    // The hold has ended, and its answer is still the first one.
    let again = ask().key("hold").send().await;
    assert_eq!(again.json(), hold);
}

/// Sends a request twice, time passing and the request's own id changing in between.
async fn replayed(call: &dyn Fn() -> Call, status: u16) -> Reply {
    let first = call().send().await;
    assert_eq!(first.status.as_u16(), status, "{}", first.text());
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let again = call().send().await;
    assert_eq!(again.status, first.status);
    assert_eq!(again.text(), first.text());
    assert_eq!(again.has("idempotent-replayed"), "true");
    assert!(again.index() >= first.index());
    first
}

/// What was never decided is not remembered.
#[tokio::test]
async fn undecided_answers_are_not_remembered() {
    let rig = Rig::new();
    rig.show("s").await;
    let hold = |seat: &str| rig.post("/v1/shows/s/holds", &json!({"seats": [seat]})).user("u");
    hold("Z-1").key("k").refused(400, "invalid_request").await;
    hold("A-1").key("k").gives(201).await;
    hold("A-2").key("k").refused(422, "idempotency_key_reused").await;
    hold("A-1").user("v").key("l").refused(400, "invalid_request").await;
}

/// A key is 1 to 255 visible characters.
#[tokio::test]
async fn keys_are_checked() {
    let rig = Rig::new();
    rig.show("s").await;
    let hold = || rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("u");
    for wrong in ["", "a b", "\u{e9}", &"x".repeat(256)] {
        let problem = hold().header("idempotency-key", wrong).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
    }
    hold().key(&"x".repeat(255)).gives(201).await;
}

/// Open mode believes who and in which role one is, and takes neither if it is none.
#[tokio::test]
async fn identities_are_checked() {
    let rig = Rig::new();
    rig.show("s").await;
    for (name, value) in [
        ("x-user-id", ""),
        ("x-user-id", "a b"),
        ("x-user-id", "\u{fc}"),
        ("x-usher-role", "root"),
        ("x-usher-role", "Organizer"),
    ] {
        let problem = rig.get("/v1/shows/s").header(name, value).refused(400, "invalid_request");
        let field = text(&problem.await["errors"][0]["field"]).to_lowercase();
        assert_eq!(field, name);
    }
    let long = "u".repeat(129);
    rig.get("/v1/shows/s").user(&long).refused(400, "invalid_request").await;
    let twice = rig.get("/v1/shows/s").user("a").user("b");
    twice.refused(400, "invalid_request").await;
    let seats = |role: &'static str| rig.get("/v1/shows/s/seats").header("x-usher-role", role);
    assert!(seats("buyer").gives(200).await["seats"][0].get("state").is_none());
    for role in ["organizer", "operator"] {
        assert_eq!(seats(role).gives(200).await["seats"][0]["state"], "AVAILABLE");
    }
}

/// A request's own id is kept if it is one; else it gets one.
#[tokio::test]
async fn every_exchange_has_an_id() {
    let rig = Rig::new();
    let ask = |id: &str| rig.get("/v1/shows").header("x-request-id", id);
    assert_eq!(ask("abc-1").send().await.has("x-request-id"), "abc-1");
    for insane in ["", "a b", &"x".repeat(200), "\u{e9}"] {
        let id = ask(insane).send().await.has("x-request-id").to_owned();
        assert!(id.starts_with("req_"), "{id}");
    }
    let (a, b) = (rig.get("/livez").send().await, rig.get("/livez").send().await);
    assert_ne!(a.has("x-request-id"), b.has("x-request-id"));
}

/// Answers name the index that they stand on, errors included.
#[tokio::test]
async fn answers_name_their_index() {
    let rig = Rig::new();
    let made = rig.post("/v1/shows", &show("s")).send().await;
    for path in [
        "/v1/shows",
        "/v1/shows/s",
        "/v1/shows/s/seats",
        "/v1/shows/s/seat-map",
        "/v1/shows/s/holds",
        "/v1/shows/s/report",
        "/v1/bookings",
        "/v1/refunds",
        "/v1/shows/none",
    ] {
        assert_eq!(rig.get(path).send().await.index(), made.index(), "{path}");
    }
    let hold = rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("u").send().await;
    assert!(hold.index() > made.index());
    let taken = rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("v").send().await;
    assert!(taken.index() > hold.index());
}

/// Nobody's parameter or field is passed over in silence.
#[tokio::test]
async fn what_is_unknown_is_an_error() {
    let rig = Rig::new();
    rig.show("s").await;
    for path in [
        "/v1/shows?colour=red",
        "/v1/shows/s?colour=red",
        "/v1/shows/s/seats?colour=red",
        "/v1/shows/s/seat-map?colour=red",
        "/v1/shows/s/stream?colour=red",
        "/v1/gateways?colour=red",
        "/v1/shows/s/report?colour=red",
        "/v1/cluster?colour=red",
        "/readyz?colour=red",
    ] {
        let problem = rig.get(path).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], "colour", "{path}");
    }
    let write = rig.post("/v1/shows/s/holds?consistency=local", &json!({"seats": ["A-1"]}));
    write.user("u").refused(400, "invalid_request").await;
    let cases: [(Value, &str); 6] = [
        (json!({"seats": ["A-1"], "colour": 1}), "colour"),
        (json!({"areas": [{"id": "floor", "quantity": 1, "colour": 1}]}), "areas[0].colour"),
        (json!({"areas": [{"id": "floor"}]}), "areas[0].quantity"),
        (json!({"seats": ["A-1", 7]}), "seats[1]"),
        (json!({"best_available": {"quantity": "2"}}), "best_available.quantity"),
        (json!({"seats": ["A-1", "A-9"]}), "seats[1]"),
    ];
    for (body, field) in cases {
        let problem =
            rig.post("/v1/shows/s/holds", &body).user("u").refused(400, "invalid_request");
        assert_eq!(problem.await["errors"][0]["field"], field, "{body}");
    }
}

/// A node that forwarded a write and lags behind the leader waits until it can tell what was done.
#[tokio::test]
async fn a_lagging_node_answers_in_full() {
    let rig = Rig::new();
    rig.solo.lag();
    let made = rig.show("s").await;
    assert_eq!(made["price_from"], 6500, "the map was there to be looked at");
    rig.command(crate::seats::Command::Tick);
    let rig = Rig::new();
    rig.solo.lag();
    let made = rig.post("/v1/shows", &show("s")).send().await;
    rig.solo.lag();
    let hold = rig.hold("s", "u", &["A-1"]).await;
    assert_eq!(hold["seats"][0]["label"], "Zone A, row A, seat 1");
    rig.solo.lag();
    let read = format!("/v1/shows/s?min_index={}", made.index());
    rig.get("/v1/shows/s").refused(404, "not_found").await;
    rig.get(&read).gives(200).await;
}

/// A node that has applied nothing yet knows of nothing: it says so, rather than that nothing is.
#[tokio::test]
async fn a_node_without_a_cluster_is_not_ready() {
    let rig = Rig::new();
    rig.solo.forget();
    *rig.solo.not_ready.lock().unwrap() = Some("no cluster yet".to_owned());
    for path in ["/v1/shows", "/v1/shows/s", "/v1/shows/s/seats", "/v1/shows/s/stream"] {
        let problem = rig.get(path).refused(503, "not_ready").await;
        assert_eq!(problem["detail"], "no cluster yet", "{path}");
    }
}
