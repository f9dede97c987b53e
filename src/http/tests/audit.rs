//! The audit trail, and the limit on bookings.

use std::time::Duration;

use serde_json::{Value, json};

use super::rig::{Rig, text};
use crate::http::{Limits, Settings};
use crate::seats::Command;

/// What a query finds, each as `kind by`.
async fn told(rig: &Rig, query: &str) -> Vec<String> {
    let page = rig.get(&format!("/v1/audit?{query}")).organizer().gives(200).await;
    let told = |deed: &Value| {
        let by = match &deed["caller"] {
            Value::Null => "time".to_owned(),
            caller => caller["user"].as_str().unwrap_or_else(|| text(&caller["role"])).to_owned(),
        };
        format!("{} {by}", text(&deed["kind"]))
    };
    page["data"].as_array().unwrap().iter().map(told).collect()
}

/// Who held a seat when, and what became of it: in order, with index, time and who asked.
#[tokio::test]
async fn a_seat_has_its_history() {
    let rig = Rig::new();
    rig.show("s").await;
    rig.show("t").await;
    let first = rig.hold("s", "u", &["A-1", "A-2"]).await;
    rig.pass(Duration::from_secs(700));
    rig.command(Command::Tick);
    rig.hold("t", "w", &["A-1"]).await;
    let second = rig.hold("s", "v", &["A-1"]).await;
    let booking = rig.book(&second).await;
    let cancel = format!("/v1/bookings/{}/cancel", text(&booking["id"]));
    rig.post(&cancel, &json!({})).organizer().user("olga").gives(200).await;
    rig.post("/v1/shows/s/block", &json!({"seats": ["A-1"]})).organizer().gives(200).await;

    let seat = [
        "show_created organizer",
        "hold_made u",
        "hold_expired time",
        "hold_made v",
        "hold_confirmed organizer",
        "booking_made organizer",
        "booking_cancelled olga",
        "blocked organizer",
    ];
    assert_eq!(told(&rig, "seat=A-1&show=s").await, seat);
    assert_eq!(told(&rig, "seat=A-2&show=s").await, seat[..3]);
    let hold = format!("hold={}", text(&second["id"]));
    assert_eq!(told(&rig, &hold).await, seat[3..7]);
    assert_eq!(told(&rig, "user=u").await, seat[1..3]);
    assert_eq!(told(&rig, "user=olga").await, seat[6..7], "what somebody asked for is theirs");
    assert_eq!(told(&rig, "user=u&seat=A-1&show=t").await, [""; 0], "all filters must fit");
    assert_eq!(told(&rig, "seat=A-1&show=s&to=2026-07-25T17:20:00.001Z").await, seat[..2]);
    assert_eq!(told(&rig, "seat=A-1&show=s&from=2026-07-25T17:20:00.001Z").await, seat[2..]);

    let page = rig.get("/v1/audit?user=u").organizer().gives(200).await;
    let made = &page["data"][0];
    let expected = json!({
        "index": made["index"], "at": "2026-07-25T17:20:00.000Z", "kind": "hold_made",
        "caller": {"user": "u", "role": "buyer"}, "show": "s",
        "seats": [
            {"id": "A-1", "label": "Zone A, row A, seat 1"},
            {"id": "A-2", "label": "Zone A, row A, seat 2"},
        ],
        "areas": [], "user": "u", "hold": first["id"],
        "expires_at": "2026-07-25T17:30:00.000Z", "payment": null, "booking": null,
        "refund": null, "amount": null, "note": null,
    });
    assert_eq!(*made, expected);
    assert_eq!(page["next_cursor"], Value::Null);
    assert_eq!(page["since"], "1970-01-01T00:00:00.001Z");
    let expired = &page["data"][1];
    assert_eq!(expired["at"], "2026-07-25T17:31:40.000Z");
    assert!(made["index"].as_u64() < expired["index"].as_u64());
}

/// What became of a payment.
#[tokio::test]
async fn a_payment_has_its_history() {
    let rig = Rig::new();
    rig.show("s").await;
    let payment = rig.pay(&rig.hold("s", "u", &["A-1"]).await, 9500);
    let late = rig.pay(&rig.hold("s", "v", &["A-2"]).await, 4);
    let paid = told(&rig, &format!("payment={payment}")).await;
    let expected = ["payment_opened", "payment_succeeded", "hold_confirmed", "booking_made"];
    assert_eq!(paid, expected.map(|kind| format!("{kind} operator")));
    let page = rig.get(&format!("/v1/audit?payment={late}")).organizer().gives(200).await;
    let short = &page["data"][1];
    assert_eq!(short["note"], "amount_mismatch");
    assert_eq!(short["amount"], json!({"amount": 4, "currency": "EUR"}));
    let refund = &page["data"][2];
    assert_eq!((&refund["kind"], &refund["user"]), (&json!("refund_queued"), &json!("v")));
    assert!(text(&refund["refund"]).starts_with("rfd_"));
    assert_eq!(refund["seats"][0]["id"], "A-2");
}

/// Pages of any size make up the whole, and go on after what has come since.
#[tokio::test]
async fn the_trail_has_pages() {
    let rig = Rig::new();
    rig.show("s").await;
    for _ in 0..4 {
        let hold = rig.hold("s", "u", &["A-1"]).await;
        rig.delete(&format!("/v1/holds/{}", text(&hold["id"]))).user("u").gives(204).await;
    }
    let whole = rig.get("/v1/audit?user=u").organizer().gives(200).await["data"].clone();
    for limit in [1, 3, 8] {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("/v1/audit?user=u&limit={limit}{cursor}");
            let page = rig.get(&query).organizer().gives(200).await;
            all.extend(page["data"].as_array().unwrap().clone());
            match &page["next_cursor"] {
                Value::Null => break,
                next => cursor = format!("&cursor={}", text(next)),
            }
        }
        assert_eq!(json!(all), whole, "{limit} a page");
    }
}

/// What is missing, malformed or unknown is named.
#[tokio::test]
async fn searches_are_checked() {
    let rig = Rig::new();
    rig.show("s").await;
    for (query, field) in [
        ("", ""),
        ("show=s", ""),
        ("from=2026-07-25T17:20:00Z", ""),
        ("seat=A-1", "show"),
        ("seat=A-1&seat=A-2&show=s", "seat"),
        ("seat=Z-9&show=s", "seat"),
        ("hold=7", "hold"),
        ("hold=pay_00000000000000000000000000000001", "hold"),
        ("payment=pay_1", "payment"),
        ("user=u&cursor=x", "cursor"),
        ("user=u&limit=201", "limit"),
        ("user=u&to=today", "to"),
        ("user=u&booking=b", "booking"),
    ] {
        let call = rig.get(&format!("/v1/audit?{query}")).organizer();
        let problem = call.refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{query}: {problem}");
    }
    rig.get("/v1/audit?seat=A-1&show=none").organizer().refused(404, "not_found").await;
    let none = rig.get("/v1/audit?hold=hld_00000000000000000000000000000009").organizer();
    assert_eq!(none.gives(200).await["data"], json!([]));
}

/// In open mode a buyer is not turned away, and sees their own deeds alone.
#[tokio::test]
async fn a_buyer_sees_their_own() {
    let rig = Rig::new();
    rig.show("s").await;
    rig.hold("s", "u", &["A-1"]).await;
    rig.hold("s", "v", &["A-2"]).await;
    let count = async |user: &str, query: &str| {
        let page = rig.get(&format!("/v1/audit?{query}")).user(user).gives(200).await;
        page["data"].as_array().unwrap().len()
    };
    assert_eq!(count("u", "user=u").await, 1);
    assert_eq!(count("u", "user=v").await, 0);
    assert_eq!(count("u", "seat=A-2&show=s").await, 0);
    let nobody = rig.get("/v1/audit?user=u").gives(200).await;
    assert_eq!(nobody["data"], json!([]));
}

/// A user with as many bookings as the node allows holds no more of that show.
#[tokio::test]
async fn bookings_a_user_and_show_are_limited() {
    let limits = Limits { bookings_per_user_and_show: 1, ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    rig.show("t").await;
    let booking = rig.book(&rig.hold("s", "u", &["A-1"]).await).await;
    for body in [
        json!({"seats": ["A-2"]}),
        json!({"best_available": {"quantity": 1}}),
        json!({"seats": ["A-2"], "replace_active": true}),
    ] {
        for key in [None, Some("k")] {
            let call = rig.post("/v1/shows/s/holds", &body).user("u");
            let call = match key {
                Some(key) => call.key(&format!("{key}-{body}").replace(' ', "")),
                None => call,
            };
            let problem = call.refused(422, "too_many_bookings").await;
            assert_eq!(problem["max"], 1);
            assert!(text(&problem["detail"]).contains("at most 1 booking"), "{problem}");
        }
    }
    rig.hold("s", "v", &["A-2"]).await;
    rig.hold("t", "u", &["A-2"]).await;
    let cancel = format!("/v1/bookings/{}/cancel", text(&booking["id"]));
    rig.post(&cancel, &json!({})).organizer().gives(200).await;
    let replace = json!({"seats": ["A-3"], "replace_active": true});
    rig.post("/v1/shows/s/holds", &replace).user("u").gives(201).await;
}
