//! Shows: made, changed, blocked, reported, ended.

use std::sync::atomic::Ordering;

use axum::http::Method;
use serde_json::{Value, json};

use super::rig::{Rig, plan, show, text};
use crate::http::Settings;

/// A show answers with everything that CONTRACT section 3 names.
#[tokio::test]
async fn a_show_is_told_in_full() {
    let rig = Rig::new();
    let mut body = show("s");
    body["description"] = json!("Five acts.\nWith a ghost.");
    body["media"] = json!([{"kind": "image", "url": "/hamlet.jpg", "alt": "poster"}]);
    let made = rig.post("/v1/shows", &body).organizer().send().await;
    assert_eq!((made.status.as_u16(), made.has("location")), (201, "/v1/shows/s"));
    let made = made.json();
    let hash = made["seat_map"]["hash"].clone();
    let expected = json!({
        "id": "s", "name": "Hamlet", "venue": "Old Mill", "starts_at": "2099-03-01T19:30:00.000Z",
        "description": "Five acts.\nWith a ghost.",
        "media": [{"kind": "image", "url": "/hamlet.jpg", "alt": "poster"}],
        "currency": "EUR", "prices": {"Circle": 6500, "Stalls": 9500},
        "sale": {"opens_at": null, "closes_at": null},
        "policy": {"hold_ttl_seconds": 600, "hold_total_seconds_max": 1800,
            "seats_per_hold_max": 10, "prevent_orphans": false},
        "seat_map": {"hash": hash, "url": format!("/v1/shows/s/seat-map?v={}", text(&hash))},
        "areas": [{"id": "floor", "name": "Floor", "category": "Circle", "capacity": 10}],
        "status": "on_sale", "price_from": 6500, "available": 20,
        "created_at": "2026-07-25T17:20:00.000Z",
    });
    assert_eq!(made, expected);
    assert_eq!(rig.get("/v1/shows/s").gives(200).await, expected);

    let mut nameless = show("x");
    nameless.as_object_mut().unwrap().remove("id");
    let id = rig.post("/v1/shows", &nameless).gives(201).await["id"].clone();
    assert!(text(&id).starts_with("shw_"), "{id}");
    rig.get(&format!("/v1/shows/{}", text(&id))).gives(200).await;
}

/// The lowest price is that of something in use.
#[tokio::test]
async fn price_from_counts_only_what_is_in_use() {
    let rig = Rig::new();
    let mut body = show("s");
    body["prices"] = json!({"Stalls": 9500, "Circle": 6500, "Gods": 100});
    assert_eq!(rig.post("/v1/shows", &body).gives(201).await["price_from"], 6500);
    body["id"] = json!("t");
    body["areas"][0]["category"] = json!("Gods");
    assert_eq!(rig.post("/v1/shows", &body).gives(201).await["price_from"], 100);
}

/// Relative pictures are the CDN's if there is one, else this node's.
#[tokio::test]
async fn media_are_found_where_they_are() {
    let mut body = show("s");
    body["media"] = json!([
        {"kind": "image", "url": "/a.jpg"},
        {"kind": "video", "url": "https://example.com/b.mp4", "alt": "trailer"},
        {"kind": "image", "url": "c/d.jpg"},
    ]);
    for (base, folder, expected) in [
        ("https://cdn.example.com/m/", None, "https://cdn.example.com/m/a.jpg"),
        ("", Some("media".into()), "/media/a.jpg"),
        ("", None, "/a.jpg"),
    ] {
        let settings = Settings {
            media_base_url: base.to_owned(),
            media_folder: folder,
            ..Settings::default()
        };
        let made = Rig::with(settings).post("/v1/shows", &body).gives(201).await;
        assert_eq!(made["media"][0]["url"], expected);
        let without = expected.replace("/a.jpg", "/c/d.jpg");
        let without = if base.is_empty() && expected == "/a.jpg" { "c/d.jpg" } else { &without };
        assert_eq!(made["media"][2]["url"], without);
        assert_eq!(made["media"][1]["url"], "https://example.com/b.mp4");
    }
}

/// Fields of a new show with values that they may not have, and the field that is named for it.
fn wrong_fields() -> Vec<(&'static str, Value, &'static str)> {
    let area = |change: Value| {
        let mut area = json!({"id": "a", "name": "A", "category": "Stalls", "capacity": 5});
        for (field, value) in change.as_object().unwrap() {
            area[field] = value.clone();
        }
        json!([area])
    };
    let image = |url: &str| json!([{"kind": "image", "url": url, "alt": ""}]);
    vec![
        ("id", json!("With Blanks"), "id"),
        ("id", json!(""), "id"),
        ("id", json!("shw_mine"), "id"),
        ("id", json!("x".repeat(65)), "id"),
        ("name", json!(""), "name"),
        ("name", json!("x".repeat(201)), "name"),
        ("name", json!("a\nb"), "name"),
        ("name", Value::Null, "name"),
        ("venue", json!("x".repeat(201)), "venue"),
        ("description", json!("x".repeat(10_001)), "description"),
        ("starts_at", json!("tomorrow"), "starts_at"),
        ("starts_at", json!(1_785_000_000), "starts_at"),
        ("currency", json!("euro"), "currency"),
        ("currency", json!(978), "currency"),
        ("prices", json!({"Stalls": 9500}), "prices.Circle"),
        ("prices", json!({"Stalls": -1, "Circle": 1}), "prices.Stalls"),
        ("prices", json!({"Stalls": 1.5, "Circle": 1}), "prices.Stalls"),
        ("prices", json!({"Stalls": 100_000_000_001_u64, "Circle": 1}), "prices.Stalls"),
        ("policy", json!({"hold_ttl_seconds": 0}), "policy.hold_ttl_seconds"),
        ("policy", json!({"hold_ttl_seconds": 7201}), "policy.hold_ttl_seconds"),
        ("policy", json!({"hold_total_seconds_max": 599}), "policy.hold_total_seconds_max"),
        ("policy", json!({"seats_per_hold_max": 0}), "policy.seats_per_hold_max"),
        ("policy", json!({"seats_per_hold_max": 101}), "policy.seats_per_hold_max"),
        ("policy", json!({"unknown": 1}), "policy.unknown"),
        (
            "sale",
            json!({"opens_at": "2098-01-01T00:00:00Z", "closes_at": "2097-01-01T00:00:00Z"}),
            "sale.closes_at",
        ),
        ("areas", area(json!({"category": "Nowhere"})), "areas[0].category"),
        ("areas", area(json!({"capacity": -5})), "areas[0].capacity"),
        ("areas", area(json!({"capacity": 0})), "areas[0].capacity"),
        ("areas", area(json!({"id": ""})), "areas[0].id"),
        ("media", json!([{"kind": "smell", "url": "/x", "alt": ""}]), "media[0].kind"),
        ("media", image("javascript:alert(1)"), "media[0].url"),
        ("media", image("//elsewhere/x"), "media[0].url"),
        ("media", image("/../x"), "media[0].url"),
        ("media", image("x:y.jpg"), "media[0].url"),
        ("seat_map", json!(7), "seat_map"),
        ("seat_map", json!({"hash": "abc"}), "seat_map.hash"),
        ("policy", json!([600]), "policy"),
        ("areas", json!([["a", "A", "Stalls", 5]]), "areas[0]"),
        ("colour", json!("red"), "colour"),
    ]
}

/// Each rule of a new show, by the field that breaks it; nothing is proposed for any.
#[tokio::test]
async fn what_is_wrong_with_a_show_is_said() {
    let rig = Rig::new();
    for (field, value, named) in wrong_fields() {
        let mut body = show("s");
        body[field] = value;
        let problem = rig.post("/v1/shows", &body).refused(400, "invalid_request").await;
        let errors = problem["errors"].as_array().unwrap();
        let told = errors.iter().any(|error| error["field"] == named);
        assert!(told, "{named} of {}: {problem}", body[field]);
    }
    for missing in ["name", "starts_at", "currency", "prices"] {
        let mut body = show("s");
        body.as_object_mut().unwrap().remove(missing);
        let problem = rig.post("/v1/shows", &body).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], missing);
    }
    let mut body = show("s");
    body.as_object_mut().unwrap().remove("seat_map");
    body.as_object_mut().unwrap().remove("areas");
    let problem = rig.post("/v1/shows", &body).refused(400, "invalid_request").await;
    assert_eq!(problem["errors"][0]["field"], "seat_map");
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), 0, "nothing is proposed for a wrong show");
}

/// Nothing of a wrong plan is stored, and the client hears where it is wrong.
#[tokio::test]
async fn a_wrong_plan_stores_nothing() {
    let rig = Rig::new();
    let mut twice = plan(&[("A", "Stalls", 3)]);
    twice["zones"][0]["rows"][0]["seats"][2]["seat_guid"] = json!("A-1");
    let empty = json!({"name": "Hall", "zones": []});
    let mut unpriced = plan(&[("A", "Stalls", 3)]);
    unpriced["categories"].as_array_mut().unwrap().push(json!({"name": "Box", "color": "#000"}));
    unpriced["zones"][0]["rows"][0]["seats"][1]["category"] = json!("Box");
    let large = plan(&[("A", "Stalls", 100_001)]);
    for (wrong, says) in
        [(twice, "A-1"), (empty, "seat_map"), (unpriced, "Box"), (large, "100000"), (json!([]), "")]
    {
        let mut body = show("s");
        body["seat_map"] = wrong;
        let problem = rig.post("/v1/shows", &body).refused(400, "invalid_request").await;
        let first = &problem["errors"][0];
        assert!(text(&first["field"]).starts_with("seat_map") || says == "Box", "{problem}");
        assert!(problem.to_string().contains(says), "no {says} in {problem}");
    }
    let huge = rig.call(Method::POST, "/v1/shows").header("content-type", "application/json");
    huge.header("content-length", (40 << 20).to_string()).refused(413, "body_too_large").await;
    let wrong = rig.post("/v1/seat-maps", &json!({"zones": 1})).organizer();
    wrong.refused(400, "invalid_request").await;
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), 0);
}

/// A plan is stored once, in parts, and shared by its hash.
#[tokio::test]
async fn plans_are_stored_once() {
    let rig = Rig::new();
    let large = plan(&[("A", "Stalls", 20_000), ("B", "Circle", 1)]);
    let made = rig.post("/v1/seat-maps", &large).organizer().gives(201).await;
    assert_eq!(
        (&made["seats"], &made["categories"]),
        (&json!(20_001), &json!(["Stalls", "Circle"]))
    );
    let parts = rig.solo.proposed.load(Ordering::SeqCst);
    assert!(parts > 3, "20,001 seats take several entries, not {parts}");
    assert_eq!(rig.post("/v1/seat-maps", &large).organizer().gives(201).await, made);
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), parts + 1, "only the last step again");

    let mut body = show("s");
    body["seat_map"] = json!({"hash": made["hash"]});
    let show = rig.post("/v1/shows", &body).gives(201).await;
    assert_eq!(show["seat_map"]["hash"], made["hash"]);
    assert_eq!(show["available"], 20_011);
    let seats = rig.get("/v1/shows/s/seats").gives(200).await;
    assert_eq!(seats["seats"].as_array().unwrap().len(), 20_001);
    body["id"] = json!("t");
    body["prices"] = json!({"Circle": 1});
    rig.post("/v1/shows", &body).refused(400, "invalid_request").await;
    body["seat_map"] = json!({"hash": "0".repeat(64)});
    let unknown = rig.post("/v1/shows", &body).send().await;
    assert!(matches!(unknown.status.as_u16(), 400 | 404), "{}", unknown.text());
}

/// A patch changes what it names and nothing beside.
#[tokio::test]
async fn patches_change_what_they_name() {
    let rig = Rig::new();
    let mut body = show("s");
    body["sale"] = json!({"opens_at": "2098-01-01T00:00:00Z", "closes_at": "2098-06-01T00:00:00Z"});
    body["policy"] = json!({"hold_ttl_seconds": 60, "seats_per_hold_max": 3});
    let mut expected = rig.post("/v1/shows", &body).gives(201).await;
    let patch = |body: Value| rig.patch("/v1/shows/s", &body).organizer();
    for (change, pointer, value) in [
        (json!({}), "/name", json!("Hamlet")),
        (json!({"name": "Lear"}), "/name", json!("Lear")),
        (json!({"description": "d"}), "/description", json!("d")),
        (json!({"policy": {"seats_per_hold_max": 4}}), "/policy/seats_per_hold_max", json!(4)),
        (json!({"sale": {"opens_at": null}}), "/sale/opens_at", Value::Null),
        (json!({"prices": {"Circle": 7000}}), "/prices/Circle", json!(7000)),
        (
            json!({"media": [{"kind": "image", "url": "/x"}]}),
            "/media",
            json!([{"kind": "image", "url": "/x", "alt": ""}]),
        ),
    ] {
        *expected.pointer_mut(pointer).unwrap() = value;
        if pointer == "/sale/opens_at" {
            expected["status"] = json!("on_sale");
        }
        if pointer == "/prices/Circle" {
            expected["price_from"] = json!(7000);
        }
        assert_eq!(patch(change).gives(200).await, expected);
    }
    for (wrong, field) in [
        (json!({"venue": "x"}), "venue"),
        (json!({"name": ""}), "name"),
        (json!({"policy": {"hold_ttl_seconds": 7200}}), "policy.hold_total_seconds_max"),
        (json!({"sale": {"opens_at": "2099-01-01T00:00:00Z"}}), "sale.closes_at"),
        (json!({"sale": {"opens": null}}), "sale.opens"),
        (json!({"prices": {"Circle": 1, "Balcony": 1}}), "prices.Balcony"),
    ] {
        let problem = patch(wrong).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    rig.hold("s", "u", &["A-1"]).await;
    patch(json!({"prices": {"Stalls": 1}})).refused(400, "invalid_request").await;
    let none = rig.patch("/v1/shows/none", &json!({"policy": {"seats_per_hold_max": 1}}));
    none.organizer().refused(404, "not_found").await;
}

/// Blocks say all that was named, in map order, and the show's version.
#[tokio::test]
async fn seats_are_blocked_and_unblocked() {
    let rig = Rig::new();
    rig.show("s").await;
    let change = |what: &str, seats: Value| {
        rig.post(&format!("/v1/shows/s/{what}"), &json!({ "seats": seats })).organizer()
    };
    let blocked = change("block", json!(["B-1", "A-1"])).gives(200).await;
    assert_eq!((&blocked["show"], &blocked["seats"]), (&json!("s"), &json!(["A-1", "B-1"])));
    let seats = rig.get("/v1/shows/s/seats").gives(200).await;
    assert_eq!(blocked["version"], seats["version"]);
    change("unblock", json!(["A-1"])).gives(200).await;
    rig.hold("s", "u", &["A-1"]).await;
    let held = change("block", json!(["A-1", "A-2"])).refused(409, "seat_unavailable").await;
    assert_eq!(held["conflicts"], json!(["A-1"]));
    for (seats, field) in [
        (json!([]), "seats"),
        (json!(["A-2", "A-2"]), "seats[1]"),
        (json!(["A-2", "Z-9"]), "seats[1]"),
        (json!("A-2"), "seats"),
    ] {
        let problem = change("block", seats).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    // A whole stand, far over what an ordinary body may have.
    let many: Vec<String> = (0..2000).map(|n| format!("seat-{n:032}")).collect();
    let many = change("block", json!(many)).refused(400, "invalid_request").await;
    assert_eq!(many["errors"][0]["field"], "seats[0]");
}

/// The report counts seats and money by state and category, at the price of the day.
#[tokio::test]
async fn the_report_adds_up() {
    let rig = Rig::new();
    rig.show("s").await;
    let floor = json!({"seats": ["A-1"], "areas": [{"id": "floor", "quantity": 3}]});
    rig.post("/v1/shows/s/holds", &floor).user("a").gives(201).await;
    rig.book(&rig.hold("s", "b", &["A-2", "A-3", "B-1"]).await).await;
    rig.post("/v1/shows/s/block", &json!({"seats": ["B-2"]})).organizer().gives(200).await;
    let report = rig.get("/v1/shows/s/report").organizer().gives(200).await;
    let sum = |count: u64, amount: u64| json!({"count": count, "amount": amount});
    assert_eq!(report["show"], "s");
    assert_eq!(report["currency"], "EUR");
    let circle = json!({"category": "Circle", "price": 6500, "available": sum(10, 65_000),
        "pending": sum(3, 19_500), "reserved": sum(1, 6_500), "blocked": sum(1, 6_500)});
    let stalls = json!({"category": "Stalls", "price": 9500, "available": sum(2, 19_000),
        "pending": sum(1, 9_500), "reserved": sum(2, 19_000), "blocked": sum(0, 0)});
    assert_eq!(report["categories"], json!([circle, stalls]));
    let totals = json!({"available": sum(12, 84_000), "pending": sum(4, 29_000),
        "reserved": sum(3, 25_500), "blocked": sum(1, 6_500)});
    assert_eq!(report["totals"], totals);
    let csv = rig.get("/v1/shows/s/report?format=csv").organizer().send().await;
    assert!(csv.has("content-type").starts_with("text/csv"));
    let text = csv.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "category,state,count,amount,currency");
    assert_eq!((lines.len(), lines[2]), (9, "Circle,PENDING,3,19500,EUR"));
    let accept = rig.get("/v1/shows/s/report").header("accept", "text/csv").send().await;
    assert_eq!(accept.body, csv.body);
    rig.get("/v1/shows/none/report").organizer().refused(404, "not_found").await;
}

/// A cancelled show says how far its refunds are.
#[tokio::test]
async fn a_cancelled_show_says_what_became_of_it() {
    let rig = Rig::new();
    rig.show("s").await;
    let hold = rig.hold("s", "a", &["A-1"]).await;
    rig.book(&rig.hold("s", "b", &["A-2"]).await).await;
    let ended = rig.post("/v1/shows/s/cancel", &json!({})).organizer().gives(202).await;
    assert_eq!(ended["status"], "cancelled");
    assert_eq!(ended["cancellation"]["bookings"], 1);
    let hold = rig.get(&format!("/v1/holds/{}", text(&hold["id"]))).user("a").gives(200).await;
    assert_eq!(hold["status"], "released");
    let again = rig.call(Method::POST, "/v1/shows/s/cancel").organizer();
    again.refused(409, "show_cancelled").await;
    rig.call(Method::POST, "/v1/shows/none/cancel").organizer().refused(404, "not_found").await;
}
