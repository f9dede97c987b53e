//! Holds and bookings, as their owners and organizers see them.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::rig::{Rig, show, text};
use crate::http::Backend;
use crate::seats::{Command, Refusal, ShowId, UserId, Want};

/// A hold shows everything that CONTRACT section 4 names, and goes its way to a booking.
#[tokio::test]
async fn a_hold_becomes_a_booking() {
    let rig = Rig::new();
    rig.show("s").await;
    let body = json!({"seats": ["B-1", "A-2"], "areas": [{"id": "floor", "quantity": 2}]});
    let made = rig.post("/v1/shows/s/holds", &body).user("u").send().await;
    let hold = made.json();
    assert_eq!(made.status, 201);
    let path = format!("/v1/holds/{}", text(&hold["id"]));
    assert_eq!(made.has("location"), path);
    let mut expected = json!({
        "id": hold["id"], "show": "s", "user": "u", "status": "pending",
        "seats": [
            {"id": "A-2", "label": "Zone A, row A, seat 2", "category": "Stalls", "price": 9500},
            {"id": "B-1", "label": "Zone B, row B, seat 1", "category": "Circle", "price": 6500},
        ],
        "areas": [
            {"id": "floor", "name": "Floor", "category": "Circle", "quantity": 2, "price": 6500},
        ],
        "total": {"amount": 29000, "currency": "EUR"},
        "created_at": "2026-07-25T17:20:00.000Z", "expires_at": "2026-07-25T17:30:00.000Z",
        "expires_in_ms": 600_000, "payment": null, "booking": null,
    });
    assert_eq!(hold, expected);

    // A read's `expires_in_ms` looks at the wall clock, and is 0 while the tick is still to come.
    rig.pass(Duration::from_secs(100));
    expected["expires_in_ms"] = json!(500_000);
    assert_eq!(rig.get(&path).user("u").gives(200).await, expected);
    assert_eq!(rig.get("/v1/me/hold").user("u").gives(200).await, expected);
    let extend = rig.post(&format!("{path}/extend"), &json!({"ttl_seconds": 600})).user("u");
    assert_eq!(extend.gives(200).await["expires_at"], "2026-07-25T17:31:40.000Z");
    rig.pass(Duration::from_secs(599));
    let last = rig.get(&path).user("u").gives(200).await;
    assert_eq!((&last["status"], &last["expires_in_ms"]), (&json!("pending"), &json!(1000)));

    let booked = rig.book(&hold).await;
    assert_eq!(booked["seats"], hold["seats"]);
    assert_eq!(booked["areas"], hold["areas"]);
    assert_eq!((&booked["email"], &booked["payment"]), (&json!("a@example.com"), &Value::Null));
    assert_eq!((&booked["status"], &booked["hold"]), (&json!("confirmed"), &hold["id"]));
    let read = rig.get(&format!("/v1/bookings/{}", text(&booked["id"]))).user("u");
    assert_eq!(read.gives(200).await, booked);
    let hold = rig.get(&path).user("u").gives(200).await;
    assert_eq!((&hold["status"], &hold["booking"]), (&json!("confirmed"), &booked["id"]));
    assert_eq!(hold["expires_in_ms"], 0);
    rig.get("/v1/me/hold").user("u").refused(404, "not_found").await;
    rig.delete(&path).user("u").refused(409, "hold_not_active").await;
}

/// A refusal without an entry is for whoever gave no key; under a key of the client's own it would
/// have to come again as it was.
#[tokio::test]
async fn only_what_has_no_key_is_refused_without_an_entry() {
    let rig = Rig::new();
    rig.show("s").await;
    *rig.solo.refuses.lock().unwrap() = Some(Refusal::SaleNotOpen);
    let hold = |user: &str| {
        let seat = if user == "u" { "A-2" } else { "B-1" };
        rig.post("/v1/shows/s/holds", &json!({"seats": [seat]})).user(user)
    };
    hold("u").header("idempotency-key", "k").gives(201).await;
    let before = rig.solo.proposed.load(Ordering::SeqCst);
    hold("v").refused(403, "sale_not_open").await;
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), before, "nothing was proposed");
    hold("v").gives(201).await;
}

/// Whoever asks for the best of a category that is gone is refused without a look at its seats,
/// however many others are free.
#[tokio::test]
async fn the_best_of_what_is_gone_is_refused_at_once() {
    let rig = Rig::new();
    rig.show("s").await;
    rig.hold("s", "u", &["A-1", "A-2", "A-3", "A-4"]).await;
    let foretold = |quantity: u32, category: &str| {
        let want = Want::BestAvailable { quantity, category: Some(category.to_owned()) };
        let (show, user) = (ShowId::from("s".to_owned()), UserId::from("v"));
        let command = Command::Hold { show, user, want, replace_active: false };
        let backend: &dyn Backend = &*rig.solo;
        backend.read(|state, _| state.refusal(state.now(), &command))
    };
    let none = Refusal::SeatUnavailable { conflicts: Vec::new(), areas: Vec::new() };
    assert_eq!(foretold(2, "Stalls"), Some(none), "one is left");
    assert_eq!(foretold(1, "Stalls"), None);
    assert_eq!(foretold(2, "Circle"), None);
    assert!(matches!(foretold(1, "Balcony"), Some(Refusal::Invalid { .. })));
}

/// A booking can be cancelled in part, then whole, and mailed again while it stands.
#[tokio::test]
async fn a_booking_is_cancelled_and_mailed_again() {
    let rig = Rig::new();
    rig.show("s").await;
    let booked = rig.book(&rig.hold("s", "u", &["A-1", "A-2", "B-1"]).await).await;
    let path = format!("/v1/bookings/{}", text(&booked["id"]));
    let cancel = |body: Value| rig.post(&format!("{path}/cancel"), &body).organizer();
    let unknown = cancel(json!({"seats": ["A-1", "B-5"]})).refused(400, "invalid_request").await;
    assert_eq!(unknown["errors"][0]["field"], "seats[1]");
    cancel(json!({"seats": []})).refused(400, "invalid_request").await;
    let rest = cancel(json!({"seats": ["A-1", "B-1"]})).gives(200).await;
    assert_eq!(rest["seats"].as_array().unwrap().len(), 1);
    assert_eq!(rest["total"]["amount"], 9500);
    let resend = || rig.post(&format!("{path}/resend"), &json!({})).user("u");
    resend().gives(202).await;
    rig.post(&format!("{path}/resend"), &json!({})).user("v").refused(404, "not_found").await;
    let gone = rig.call(axum::http::Method::POST, &format!("{path}/cancel")).organizer();
    assert_eq!(gone.gives(200).await["status"], "cancelled");
    resend().refused(409, "booking_not_active").await;
    assert_eq!(rig.get("/v1/shows/s").gives(200).await["available"], 20);
}

/// What is asked for must make sense before anything else is looked at.
#[tokio::test]
async fn nonsense_is_named_by_its_field() {
    let rig = Rig::new();
    rig.show("s").await;
    let two = json!([{"id": "floor", "quantity": 1}, {"id": "floor", "quantity": 1}]);
    for (body, field) in [
        (json!({}), "seats"),
        (json!({"seats": []}), "seats"),
        (json!({"seats": null}), "seats"),
        (json!([["A-1"]]), ""),
        (json!({"areas": [["floor", 1]]}), "areas[0]"),
        (json!({"seats": ["A-1", "A-2", "A-1"]}), "seats[2]"),
        (json!({"seats": ["A-1"], "best_available": {"quantity": 1}}), "best_available"),
        (json!({"best_available": {"quantity": 0}}), "best_available.quantity"),
        (json!({"areas": two}), "areas[1].id"),
        (json!({"areas": [{"id": "floor", "quantity": 0}]}), "areas[0].quantity"),
        (json!({"areas": [{"id": "floor", "quantity": 4_294_967_295_u32}]}), "areas[0].quantity"),
    ] {
        let hold = rig.post("/v1/shows/s/holds", &body).user("u");
        let problem = hold.refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let path = format!("/v1/holds/{}", text(&hold["id"]));
    for seconds in [json!(0), json!(31_536_001), json!(-1), json!("60"), json!(1.5), Value::Null] {
        let body = json!({ "ttl_seconds": seconds });
        let extend = rig.post(&format!("{path}/extend"), &body).user("u");
        let problem = extend.refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], "ttl_seconds", "{body}: {problem}");
    }
    for (body, field) in [
        (json!({}), "reference"),
        (json!({"reference": ""}), "reference"),
        (json!({"reference": "a\u{7}"}), "reference"),
        (json!({"reference": "x".repeat(201)}), "reference"),
        (json!({"reference": "r", "email": "nobody"}), "email"),
        (json!({"reference": "r", "email": "a@b@c"}), "email"),
        (json!({"reference": "r", "email": "a b@c.d"}), "email"),
        (json!({"reference": "r", "email": "anna..k@example.com"}), "email"),
    ] {
        let confirm = rig.post(&format!("{path}/confirm"), &body).organizer();
        let problem = confirm.refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    // All that is wrong is said at once.
    let body = json!({"reference": "", "email": "nobody"});
    let problem = rig.post(&format!("{path}/confirm"), &body).organizer();
    let problem = problem.refused(400, "invalid_request").await;
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
}

/// The best that there is, and the caller's own hold given up for it in the same step.
#[tokio::test]
async fn best_available_and_replacement() {
    let rig = Rig::new();
    rig.show("s").await;
    let best = |replace: bool| {
        let body = json!({"best_available": {"quantity": 2, "category": "Circle"},
            "replace_active": replace});
        rig.post("/v1/shows/s/holds", &body).user("u")
    };
    let first = best(false).gives(201).await;
    assert!(first["seats"].as_array().unwrap().iter().all(|seat| seat["category"] == "Circle"));
    best(false).refused(409, "user_has_active_hold").await;
    let second = best(true).gives(201).await;
    assert_ne!(second["id"], first["id"]);
    let old = rig.get(&format!("/v1/holds/{}", text(&first["id"]))).user("u").gives(200).await;
    assert_eq!(old["status"], "released");
}

/// What a buyer may not see does not exist for them; an organizer sees everybody's.
#[tokio::test]
async fn rows_of_others_do_not_exist() {
    let rig = Rig::new();
    rig.post("/v1/shows", &show("s")).gives(201).await;
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let booked = rig.book(&rig.hold("s", "w", &["A-2"]).await).await;
    let payment = rig.pay(&hold, 9500);
    let paths = [
        format!("/v1/holds/{}", text(&hold["id"])),
        format!("/v1/bookings/{}", text(&booked["id"])),
        format!("/v1/payments/{payment}"),
    ];
    for path in &paths {
        rig.get(path).user("v").refused(404, "not_found").await;
        rig.get(path).refused(401, "unauthenticated").await;
        rig.get(path).organizer().gives(200).await;
    }
    for nobody in ["hld_", "hld_x", "x", "%00", "%ff", "bkg_1"] {
        rig.get(&format!("/v1/holds/{nobody}")).user("u").refused(404, "not_found").await;
        rig.get(&format!("/v1/bookings/{nobody}")).user("u").refused(404, "not_found").await;
        rig.get(&format!("/v1/payments/{nobody}")).user("u").refused(404, "not_found").await;
    }
}

/// A payment that was paid late, and its refund, as far as they are read and retried.
#[tokio::test]
async fn payments_and_refunds_are_read() {
    let rig = Rig::new();
    rig.show("s").await;
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let payment = rig.pay(&hold, 9500);
    let paid = rig.get(&format!("/v1/payments/{payment}")).user("u").gives(200).await;
    assert_eq!((&paid["status"], &paid["captured"]), (&json!("succeeded"), &json!(9500)));
    let booking = format!("/v1/bookings/{}", text(&paid["booking"]));
    assert_eq!(rig.get(&booking).user("u").gives(200).await["payment"], paid["id"]);
    rig.post(&format!("{booking}/cancel"), &json!({})).organizer().gives(200).await;

    let paid = rig.get(&format!("/v1/payments/{payment}")).user("u").gives(200).await;
    assert_eq!(
        (&paid["status"], &paid["refund_pending"]),
        (&json!("refund_pending"), &json!(9500))
    );
    let path = format!("/v1/refunds/{}", text(&paid["refund"]));
    let refund = rig.get(&path).organizer().gives(200).await;
    assert_eq!((&refund["status"], &refund["amount"]), (&json!("pending"), &json!(9500)));
    assert_eq!(refund["payment"], paid["id"]);
    let retried = rig.post(&format!("{path}/retry"), &json!({})).organizer().gives(200).await;
    assert_eq!(retried["id"], refund["id"]);
    let listed = rig.get("/v1/refunds?status=pending").organizer().gives(200).await;
    assert_eq!(listed["data"], json!([refund]));
    let none = rig.get("/v1/refunds?status=succeeded").organizer().gives(200).await;
    assert_eq!(none, json!({"data": [], "next_cursor": null}));
    rig.get("/v1/refunds/rfd_x").organizer().refused(404, "not_found").await;
    rig.post("/v1/refunds/rfd_x/retry", &json!({})).organizer().refused(404, "not_found").await;
    assert_eq!(rig.get("/v1/gateways").gives(200).await["data"], json!([]));
}

/// Of too many seats it is told that they are, and nothing of each.
#[tokio::test]
async fn too_many_names_are_one_fault() {
    let rig = Rig::new();
    rig.show("s").await;
    let faults = async |count: usize| {
        let call = rig.post("/v1/shows/s/holds", &json!({"seats": vec!["A-1"; count]})).user("u");
        let problem = call.refused(400, "invalid_request").await;
        problem["errors"].as_array().unwrap().len()
    };
    assert_eq!((faults(3).await, faults(1_000).await, faults(1_001).await), (2, 20, 1));
}
