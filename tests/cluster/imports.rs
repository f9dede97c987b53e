//! Seating plans go in as their editor exports them, and wrong ones are refused saying where.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Cluster, list, plans, run, show, show_with, text};

/// A hall whose ids are UUIDs is sold by labels. `USHER_TEST_PLAN` names the file of a real one to
/// take instead of ours.
#[test]
fn a_hall_is_imported_and_read_by_its_labels() {
    run(async {
        let cluster = Cluster::shared().await;
        let plan = match std::env::var_os("USHER_TEST_PLAN") {
            Some(path) => {
                let read = std::fs::read_to_string(&path).expect("USHER_TEST_PLAN can be read");
                serde_json::from_str(&read).expect("USHER_TEST_PLAN is JSON")
            }
            None => plans::sports_hall(),
        };
        let ids = plans::seat_ids(&plan);
        let prices: Value = list(&plan, "categories")
            .iter()
            .map(|category| (text(category, "name").to_owned(), json!(2500)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let body = show_with("hall", &plan, &json!({ "prices": prices }));
        let made = cluster.node(1).create_show(&body).await;
        assert_eq!(made.json()["available"], ids.len());
        let seats = format!("/v1/shows/hall/seats?min_index={}", made.index());
        let seats = cluster.node(2).get(&seats).gives(200).await;
        let listed: Vec<&str> = list(&seats, "seats").iter().map(|seat| text(seat, "id")).collect();
        assert_eq!(listed, ids, "in plan order");
        let packed =
            cluster.node(3).get("/v1/shows/hall/seats?format=packed&consistency=linearizable");
        assert_eq!(packed.send().await.expect(200).body.len(), ids.len().div_ceil(4));

        let held = cluster.node(3).hold("hall", "hall-u", &[&ids[0], &ids[1]]).gives(201).await;
        let zone = &plan["zones"][0];
        let row = &zone["rows"][0];
        for (at, seat) in list(&held, "seats").iter().enumerate() {
            let label = text(seat, "label");
            let number = text(&row["seats"][at], "seat_number");
            for part in [text(zone, "name"), text(row, "row_number"), number] {
                assert!(label.contains(part), "{label} does not say {part}");
            }
        }
    });
}

#[test]
fn the_largest_plan_goes_in_and_one_beyond_does_not() {
    run(async {
        let cluster = Cluster::shared().await;
        let plan = plans::large(100_000);
        let stored = cluster.node(1).post("/v1/seat-maps", &plan).organizer().gives(201).await;
        assert_eq!(stored["seats"], 100_000);
        let map = json!({"hash": stored["hash"]});
        let made = cluster.node(2).create_show(&show("arena", &map)).await;
        let last = cluster.node(3).hold("arena", "arena-u", &["R999-100"]).send().await.expect(201);
        let packed = format!("/v1/shows/arena/seats?format=packed&min_index={}", last.index());
        let packed = cluster.node(1).get(&packed).send().await.expect(200);
        assert_eq!(packed.body.len(), 25_000);
        assert_eq!(packed.body[24_999], 0b1100_0000, "the last seat is taken");
        let seats = format!("/v1/shows/arena/seats?min_index={}", made.index());
        let seats = cluster.node(3).get(&seats).gives(200).await;
        assert_eq!(list(&seats, "seats").len(), 100_000);

        refused(&cluster, "arena-beyond", &plans::large(150_000)).await;
    });
}

#[test]
fn a_wrong_plan_is_refused_saying_where() {
    run(async {
        let cluster = Cluster::shared().await;
        let twice = |edit: fn(&mut Value)| {
            let mut plan = plans::theatre();
            edit(&mut plan);
            plan
        };
        let problem =
            twice(|plan| plan["zones"][0]["rows"][1]["seats"][2]["seat_guid"] = json!("A-1"));
        let problem = refused(&cluster, "equal-ids", &problem).await;
        assert!(problem.to_string().contains("A-1"), "which id: {problem}");
        let problem =
            twice(|plan| plan["zones"][1]["rows"][0]["seats"][0]["category"] = json!("Box"));
        let problem = refused(&cluster, "no-price", &problem).await;
        assert!(problem.to_string().contains("Box"), "which category: {problem}");
        for (id, plan) in [
            ("no-seats", twice(|plan| plan["zones"] = json!([]))),
            ("empty-rows", twice(|plan| plan["zones"] = json!([{"name": "Z", "rows": []}]))),
            ("no-zones", json!({"name": "Hall"})),
            ("no-plan", json!({})),
            ("a-list", json!([1, 2, 3])),
            (
                "no-guid",
                twice(|plan| {
                    let seat = &mut plan["zones"][0]["rows"][0]["seats"][0];
                    seat.as_object_mut().expect("an object").remove("seat_guid");
                }),
            ),
            ("number", twice(|plan| plan["zones"][0]["rows"] = json!(7))),
        ] {
            refused(&cluster, id, &plan).await;
        }
        let unread = cluster.node(1).call(Method::POST, "/v1/seat-maps").organizer();
        unread
            .body("application/json", "PK\u{3}\u{4} not JSON")
            .refused(400, "invalid_request")
            .await;
    });
}

#[test]
fn a_plan_of_forty_megabytes_is_too_large() {
    run(async {
        let cluster = Cluster::shared().await;
        let mut plan = plans::theatre();
        plan["description"] = json!("x".repeat(40 << 20));
        for path in ["/v1/seat-maps", "/v1/shows"] {
            let body = if path == "/v1/shows" { show("heavy", &plan) } else { plan.clone() };
            let sent = cluster.node(1).post(path, &body).organizer().try_send().await;
            // A node may hang up on a body that it will not read.
            if let Ok(reply) = sent {
                reply.refused(413, "body_too_large");
            }
        }
        let absent = cluster.node(2).get("/v1/shows/heavy?consistency=linearizable");
        absent.refused(404, "not_found").await;
    });
}

/// Creates nothing, says what is wrong, and returns the problem.
async fn refused(cluster: &Cluster, id: &str, plan: &Value) -> Value {
    let reply = cluster.node(2).post("/v1/shows", &show(id, plan)).organizer().send().await;
    assert!(matches!(reply.status.as_u16(), 400 | 413), "{id}: {} {}", reply.status, reply.text());
    let problem = reply.json();
    if reply.status == 400 {
        let first = &list(&problem, "errors")[0];
        assert!(
            !text(first, "field").is_empty() && !text(first, "message").is_empty(),
            "{problem}"
        );
    }
    let path = format!("/v1/shows/{id}?consistency=linearizable");
    cluster.node(3).get(&path).refused(404, "not_found").await;
    problem
}
