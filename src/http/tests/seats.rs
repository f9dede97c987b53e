//! Seats: views by role, the packed form, tags, parts.

use std::io::Read as _;

use serde_json::{Value, json};

use super::rig::{Rig, plan, show};
use crate::http::{Limits, Settings};

/// held by `a`, A-3 booked by `b`, A-4 blocked.
async fn in_every_state() -> Rig {
    let rig = Rig::new();
    rig.show("s").await;
    rig.hold("s", "a", &["A-1", "A-2"]).await;
    rig.book(&rig.hold("s", "b", &["A-3"]).await).await;
    rig.post("/v1/shows/s/block", &json!({"seats": ["A-4"]})).organizer().gives(200).await;
    rig
}

/// Buyers see free or not; organizers see in which state and whose.
#[tokio::test]
async fn views_depend_on_the_role() {
    let rig = in_every_state().await;
    let buyer = rig.get("/v1/shows/s/seats").user("a").gives(200).await;
    assert_eq!(buyer["counts"], json!({"available": 6, "unavailable": 4}));
    assert_eq!(buyer["areas"], json!([{"id": "floor", "available": 10}]));
    let seats = buyer["seats"].as_array().unwrap();
    let expected = json!({"id": "A-1", "category": "Stalls", "status": "unavailable"});
    assert_eq!((seats.len(), &seats[0]), (10, &expected));
    assert_eq!(seats[4]["status"], "available");
    assert_eq!(rig.get("/v1/shows/s/seats").gives(200).await, buyer, "the role alone decides");

    let organizer = rig.get("/v1/shows/s/seats").organizer().gives(200).await;
    let seats = organizer["seats"].as_array().unwrap();
    let states: Vec<&str> = seats[..5].iter().map(|s| s["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["PENDING", "PENDING", "RESERVED", "BLOCKED", "AVAILABLE"]);
    assert_eq!((&seats[0]["user"], &seats[2]["user"]), (&json!("a"), &json!("b")));
    assert!(seats[0]["hold"].as_str().unwrap().starts_with("hld_"));
    assert!(seats[2]["booking"].as_str().unwrap().starts_with("bkg_"));
    assert_eq!((&seats[4]["user"], &seats[0]["booking"]), (&Value::Null, &Value::Null));
    let area = json!([{"id": "floor", "available": 10, "pending": 0, "reserved": 0}]);
    assert_eq!(organizer["areas"], area);
}

/// Two bits a seat, four a byte from the low bits, zero padded; to a buyer only 0 and 3.
#[tokio::test]
async fn packed_is_two_bits_a_seat() {
    let rig = in_every_state().await;
    let buyer = rig.get("/v1/shows/s/seats?format=packed").send().await;
    assert_eq!(buyer.has("content-type"), "application/octet-stream");
    assert_eq!(buyer.body, [0b1111_1111, 0, 0]);
    let organizer = rig.get("/v1/shows/s/seats?format=packed").organizer().send().await;
    assert_eq!(organizer.body, [0b1110_0101, 0, 0]);
    let accept = rig.get("/v1/shows/s/seats").header("accept", "application/octet-stream");
    assert_eq!(accept.send().await.body, buyer.body);
    // What is said in the address counts.
    let both =
        rig.get("/v1/shows/s/seats?format=json").header("accept", "application/octet-stream");
    assert_eq!(both.send().await.has("content-type"), "application/json");
    let section = rig.get("/v1/shows/s/seats?format=packed&section=Zone%20B").send().await;
    assert_eq!(section.body, [0, 0]);
}

/// A tag changes with the seats and with the view, and with nothing else.
#[tokio::test]
async fn tags_follow_version_and_view() {
    let rig = in_every_state().await;
    let mut tags = Vec::new();
    for (query, organizer, zip) in [
        ("", false, false),
        ("", true, false),
        ("", false, true),
        ("?format=packed", false, false),
        ("?status=available", false, false),
        ("?section=Zone%20A", false, false),
        ("?section=Zone%20B", false, false),
    ] {
        let call = || {
            let call = rig.get(&format!("/v1/shows/s/seats{query}"));
            let call = if organizer { call.organizer() } else { call };
            if zip { call.header("accept-encoding", "br, gzip") } else { call }
        };
        let first = call().send().await;
        let tag = first.has("etag").to_owned();
        assert!(tag.starts_with("\"5-") && tag.split('-').count() == 3, "{tag}");
        assert!(first.has("cache-control").contains("no-cache"));
        assert!(first.has("vary").contains("X-Usher-Role"));
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let same = call().header("if-none-match", &known).send().await;
            assert_eq!(same.status, 304, "{known}");
            assert!(same.body.is_empty());
            assert_eq!(same.has("etag"), tag);
        }
        assert_eq!(call().header("if-none-match", "\"x\"").send().await.status, 200);
        tags.push(tag);
    }
    let views = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), views, "each view has its own: {tags:?}");
    let before = rig.get("/v1/shows/s/seats").send().await;
    rig.hold("s", "c", &["B-5"]).await;
    let stale = rig.get("/v1/shows/s/seats").header("if-none-match", before.has("etag"));
    let after = stale.send().await;
    assert_eq!(after.status, 200);
    assert_eq!(after.json()["seats"][9]["status"], "unavailable");
    assert!(after.json()["version"].as_u64() > before.json()["version"].as_u64());
}

/// Parts of the seats, and one's own.
#[tokio::test]
async fn parts_and_ones_own() {
    let rig = in_every_state().await;
    let free = rig.get("/v1/shows/s/seats?status=available").gives(200).await;
    let ids: Vec<&str> =
        free["seats"].as_array().unwrap().iter().map(|seat| seat["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["A-5", "B-1", "B-2", "B-3", "B-4", "B-5"]);
    assert_eq!(free["counts"], json!({"available": 6, "unavailable": 4}));
    let part = rig.get("/v1/shows/s/seats?section=Zone%20A").gives(200).await;
    assert_eq!(part["counts"], json!({"available": 1, "unavailable": 4}));
    rig.get("/v1/shows/s/seats?section=Zone").refused(400, "invalid_request").await;

    let mine = rig.get("/v1/shows/s/seats?mine=true").user("a").send().await;
    assert_eq!(mine.has("cache-control"), "private, no-store");
    assert!(!mine.headers.contains_key("etag"));
    let mine = mine.json();
    let seats = mine["seats"].as_array().unwrap();
    assert_eq!((&seats[0]["mine"], &seats[0]["state"]), (&json!(true), &json!("PENDING")));
    assert!(seats[2].get("mine").is_none() && seats[2].get("state").is_none(), "b's");
    let sold = rig.get("/v1/shows/s/seats?mine=true").user("b").gives(200).await;
    assert_eq!(sold["seats"][2]["state"], "RESERVED");
    rig.get("/v1/shows/s/seats?mine=true").refused(401, "unauthenticated").await;
    for query in [
        "format=xml",
        "status=unavailable",
        "mine=yes",
        "mine=true&format=packed",
        "status=available&format=packed",
    ] {
        let call = rig.get(&format!("/v1/shows/s/seats?{query}")).user("a");
        call.refused(400, "invalid_request").await;
    }
    rig.get("/v1/shows/none/seats").refused(404, "not_found").await;
}

/// A compressed body says the same.
#[tokio::test]
async fn bodies_are_compressed_on_demand() {
    let rig = in_every_state().await;
    for path in ["/v1/shows/s/seats", "/v1/shows/s/seat-map"] {
        let plain = rig.get(path).send().await;
        assert!(!plain.headers.contains_key("content-encoding"));
        let none = rig.get(path).header("accept-encoding", "gzip;q=0").send().await;
        assert!(!none.headers.contains_key("content-encoding"));
        let zipped = rig.get(path).header("accept-encoding", "gzip").send().await;
        assert_eq!(zipped.has("content-encoding"), "gzip");
        assert_ne!(zipped.has("etag"), plain.has("etag"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(&zipped.body[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, plain.text());
    }
}

/// The static geometry: immutable under its hash, and good to import again.
#[tokio::test]
async fn the_seat_map_never_changes() {
    let rig = Rig::new();
    let made = rig.show("s").await;
    let url = made["seat_map"]["url"].as_str().unwrap();
    let hash = made["seat_map"]["hash"].as_str().unwrap();
    assert_eq!(url, format!("/v1/shows/s/seat-map?v={hash}"));
    let fixed = rig.get(url).send().await;
    assert!(fixed.has("cache-control").contains("immutable"));
    let loose = rig.get("/v1/shows/s/seat-map").send().await;
    assert_eq!(loose.body, fixed.body);
    assert!(!loose.has("cache-control").contains("immutable"));
    assert_eq!(loose.has("etag"), format!("\"{hash}\""));
    let known = rig.get(url).header("if-none-match", loose.has("etag")).send().await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let drawn = loose.json();
    let seat = &drawn["zones"][0]["rows"][0]["seats"][0];
    assert_eq!((&seat["id"], &seat["seat_guid"]), (&json!("A-1"), &json!("A-1")));
    assert_eq!(
        (&seat["category"], &seat["label"]),
        (&json!("Stalls"), &json!("Zone A, row A, seat 1"))
    );
    let again = rig.post("/v1/seat-maps", &drawn).organizer().gives(201).await;
    assert_eq!(again["hash"], hash);
    let wrong = format!("/v1/shows/s/seat-map?v={}", "0".repeat(64));
    rig.get(&wrong).refused(404, "not_found").await;
    let mut bare = show("bare");
    bare.as_object_mut().unwrap().remove("seat_map");
    assert_eq!(rig.post("/v1/shows", &bare).gives(201).await["seat_map"], Value::Null);
    rig.get("/v1/shows/bare/seat-map").refused(404, "not_found").await;
    let none = rig.get("/v1/shows/bare/seats").gives(200).await;
    assert_eq!((&none["seats"], &none["areas"][0]["available"]), (&json!([]), &json!(10)));
}

/// Ids of any characters are written as JSON has them.
#[tokio::test]
async fn odd_ids_are_escaped() {
    let rig = Rig::new();
    let mut odd = plan(&[("A", "Stalls", 2)]);
    let name = "\"\\\u{1f3ad}<&>";
    odd["zones"][0]["rows"][0]["seats"][1]["seat_guid"] = json!(name);
    let mut body = show("s");
    body["seat_map"] = odd;
    rig.post("/v1/shows", &body).gives(201).await;
    let seats = rig.get("/v1/shows/s/seats").gives(200).await;
    assert_eq!(seats["seats"][1]["id"], name);
    assert_eq!(rig.hold("s", "u", &[name]).await["seats"][0]["id"], name);
}

/// Answers that are one caller's alone are counted until they were read: whoever asks for many and
/// reads none is told to come again, and what all share goes on.
#[tokio::test]
async fn ones_own_seats_are_bounded() {
    let limits = Limits { own_seats_max: 15, ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    let mine = || rig.get("/v1/shows/s/seats?mine=true").user("a");
    let unread = mine().open().await;
    assert_eq!(unread.status(), 200);
    mine().refused(503, "overloaded").await;
    rig.get("/v1/shows/s/seats").user("a").gives(200).await;
    drop(unread);
    mine().gives(200).await;
    mine().gives(200).await;
}
