//! Lists: filters, pages, cursors.

use serde_json::{Value, json};

use super::rig::{Rig, show, text};
use crate::seats::ROWS_READ;

/// Follows the cursors to the end, and says the ids in order.
async fn all(rig: &Rig, path: &str, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = rig.get(&format!("{path}{mark}limit={limit}{cursor}")).organizer();
        let page = page.gives(200).await;
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit);
        ids.extend(data.iter().map(|row| text(&row["id"]).to_owned()));
        match &page["next_cursor"] {
            Value::Null => return ids,
            next => cursor = format!("&cursor={}", text(next)),
        }
        assert_eq!(data.len(), limit, "only the last page is short");
    }
}

async fn shows(rig: &Rig, count: usize) {
    for n in 0..count {
        let mut body = show(&format!("s{n}"));
        // Neither in the order of ids nor all at different times.
        body["starts_at"] = json!(format!("20{}-03-01T19:30:00Z", 90 - (n * 7 % 10) / 2));
        rig.post("/v1/shows", &body).gives(201).await;
    }
}

/// Every page size finds every show once, by its beginning.
#[tokio::test]
async fn pages_cover_the_list() {
    let rig = Rig::new();
    shows(&rig, 10).await;
    let whole = all(&rig, "/v1/shows", 200).await;
    assert_eq!(whole.len(), 10);
    for limit in [1, 3, 5, 10] {
        assert_eq!(all(&rig, "/v1/shows", limit).await, whole, "limit {limit}");
    }
    let body = rig.get("/v1/shows").gives(200).await;
    let starts: Vec<&str> =
        body["data"].as_array().unwrap().iter().map(|show| text(&show["starts_at"])).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    for user in ["a", "b", "c", "d", "e"] {
        let hold = rig.hold("s1", user, &[&format!("A-{}", 1 + user.len())]).await;
        rig.book(&hold).await;
        let cancel = rig.get("/v1/me/bookings").user(user).gives(200).await;
        let path = format!("/v1/bookings/{}/cancel", text(&cancel["data"][0]["id"]));
        rig.post(&path, &json!({})).organizer().gives(200).await;
    }
    for path in ["/v1/bookings", "/v1/shows/s1/holds"] {
        let whole = all(&rig, path, 200).await;
        assert_eq!(whole.len(), 5);
        assert!(whole.iter().rev().is_sorted(), "the newest first");
        assert_eq!(all(&rig, path, 2).await, whole, "{path}");
    }
}

/// However late a page is, nobody walks the rows before it: entries wait to be applied meanwhile.
#[tokio::test]
async fn late_pages_cost_what_early_ones_do() {
    const ROWS: usize = 20;
    let rig = Rig::new();
    let mut body = show("s");
    body["areas"][0]["capacity"] = json!(2 * ROWS);
    rig.post("/v1/shows", &body).organizer().gives(201).await;
    let hold = async |user: &str| {
        let wish = json!({"areas": [{"id": "floor", "quantity": 1}]});
        rig.post("/v1/shows/s/holds", &wish).user(user).gives(201).await
    };
    for n in 0..ROWS {
        rig.book(&hold("u").await).await;
        // What was paid wrong is a refund and its work, and the hold is still pending.
        rig.pay(&hold(&format!("v{n}")).await, 1);
    }
    for (path, rows) in [
        ("/v1/me/bookings", ROWS),
        ("/v1/bookings", ROWS),
        ("/v1/bookings?show=s&status=confirmed", ROWS),
        ("/v1/shows/s/holds", 2 * ROWS),
        ("/v1/shows/s/holds?status=pending", ROWS),
        ("/v1/refunds", ROWS),
        ("/v1/outbox", 2 * ROWS),
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        let (mut found, mut cursor) = (0, String::new());
        loop {
            ROWS_READ.set(0);
            let page = rig.get(&format!("{path}{mark}limit=2{cursor}")).user("u").organizer();
            let page = page.gives(200).await;
            let read = ROWS_READ.get();
            assert!(read <= 3, "{path}, after {found} rows: {read} were read");
            found += page["data"].as_array().unwrap().len();
            let Value::String(next) = &page["next_cursor"] else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, rows, "{path}");
    }
}

/// Upcoming shows that take place, unless something else is asked for.
#[tokio::test]
async fn shows_are_filtered() {
    let rig = Rig::new();
    let make = async |id: &str, change: Value| {
        let mut body = show(id);
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        rig.post("/v1/shows", &body).gives(201).await
    };
    make("past", json!({"starts_at": "2020-01-01T00:00:00Z"})).await;
    make("soon", json!({"starts_at": "2030-01-01T00:00:00Z", "venue": "Globe"})).await;
    make("late", json!({"starts_at": "2040-01-01T00:00:00Z", "name": "King Lear"})).await;
    make("shut", json!({"sale": {"closes_at": "2021-01-01T00:00:00Z"}})).await;
    make("early", json!({"sale": {"opens_at": "2098-01-01T00:00:00Z"}})).await;
    make("off", json!({})).await;
    rig.post("/v1/shows/off/cancel", &json!({})).organizer().gives(202).await;
    for (query, expected) in [
        ("", "soon late early shut"),
        ("?status=all", "past soon late early off shut"),
        ("?status=cancelled", "off"),
        ("?status=on_sale", "soon late"),
        ("?status=scheduled", "early"),
        ("?status=closed", "past shut"),
        ("?from=2030-01-01T00:00:00Z&to=2040-01-01T00:00:00Z", "soon late"),
        ("?to=2029-01-01T00:00:00.000Z", ""),
        ("?from=2019-01-01T00:00:00Z&to=2029-01-01T00:00:00Z", "past"),
        ("?from=2030-01-01T01:00:00%2B01:00&to=2031-01-01T00:00:00Z", "soon"),
        ("?venue=Globe", "soon"),
        ("?venue=globe", ""),
        ("?q=lEaR", "late"),
        ("?q=globe", "soon"),
        ("?q=nothing", ""),
        // Names are as long as 200 characters, which may be more bytes.
        (format!("?q={}", "%C3%A4".repeat(200)).as_str(), ""),
    ] {
        let body = rig.get(&format!("/v1/shows{query}")).gives(200).await;
        let ids: Vec<&str> =
            body["data"].as_array().unwrap().iter().map(|show| text(&show["id"])).collect();
        assert_eq!(ids.join(" "), expected, "{query}");
        assert_eq!(body["next_cursor"], Value::Null);
    }
}

/// Bookings by show, address and status; a buyer's own only.
#[tokio::test]
async fn bookings_are_filtered() {
    let rig = Rig::new();
    rig.show("s").await;
    rig.show("t").await;
    let one = rig.book(&rig.hold("s", "u", &["A-1"]).await).await;
    let two = rig.book(&rig.hold("t", "u", &["A-1"]).await).await;
    let path = format!("/v1/bookings/{}/cancel", text(&two["id"]));
    rig.post(&path, &json!({})).organizer().gives(200).await;
    for (query, count) in [
        ("", 2),
        ("?show=s", 1),
        ("?show=none", 0),
        ("?email=A@example.com", 2),
        ("?email=b@example.com", 0),
        ("?status=cancelled", 1),
        ("?status=confirmed&show=t", 0),
    ] {
        let body = rig.get(&format!("/v1/bookings{query}")).organizer().gives(200).await;
        assert_eq!(body["data"].as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(rig.get("/v1/bookings").user("v").gives(200).await["data"], json!([]));
    let mine = rig.get("/v1/me/bookings?limit=1").user("u").gives(200).await;
    assert_eq!(mine["data"][0]["id"], two["id"], "the newest first");
    let next = format!("/v1/me/bookings?limit=1&cursor={}", text(&mine["next_cursor"]));
    assert_eq!(rig.get(&next).user("u").gives(200).await["data"], json!([one]));
    let holds = rig.get("/v1/shows/s/holds?status=pending").organizer().gives(200).await;
    assert_eq!(holds["data"], json!([]));
    rig.get("/v1/shows/none/holds").organizer().refused(404, "not_found").await;
}

/// A cursor or a parameter that is none is refused by name.
#[tokio::test]
async fn parameters_are_checked() {
    let rig = Rig::new();
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=1e2", "limit"),
        ("limit=50&limit=50", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=%ff", "cursor"),
        ("from=tomorrow", "from"),
        ("from=2030-01-01", "from"),
        ("from=-009999-01-01T00:00:00Z", "from"),
        ("from=1969-12-31T23:59:59Z", "from"),
        ("to=2030-13-01T00:00:00Z", "to"),
        ("status=maybe", "status"),
        (&format!("q={}", "x".repeat(201)), "q"),
        (&format!("q={}", "%C3%A4".repeat(201)), "q"),
        ("consistency=eventual", "consistency"),
        ("min_index=x", "min_index"),
        ("min_index=18446744073709551616", "min_index"),
        ("timeout_ms=10001", "timeout_ms"),
    ] {
        let problem = rig.get(&format!("/v1/shows?{query}")).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    let both = rig.get("/v1/shows?limit=0&status=x").refused(400, "invalid_request").await;
    assert_eq!(both["errors"].as_array().unwrap().len(), 2);
}
