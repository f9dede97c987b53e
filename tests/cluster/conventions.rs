//! Section 1 of the contract: idempotency, problems, media types, methods.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Cluster, Reply, plans, run, show, text};

/// A replay says what was said first, byte for byte, whichever node it reaches.
#[test]
fn a_repeated_key_repeats_the_answer_on_any_node() {
    run(async {
        let cluster = Cluster::shared().await;
        let body = show("again", &plans::theatre());
        let make =
            |node: u64| cluster.node(node).post("/v1/shows", &body).organizer().key("again-1");
        let first = make(1).send().await.expect(201);
        assert_eq!(first.header("idempotent-replayed"), None);
        same_again(&first, &make(2).send().await);

        let hold = |node: u64| cluster.node(node).hold("again", "again-u", &["A-1"]).key("again-2");
        let first = hold(2).send().await.expect(201);
        same_again(&first, &hold(3).send().await);
        let id = text(&first.json(), "id").to_owned();
        let extend = |node: u64| {
            let path = format!("/v1/holds/{id}/extend");
            cluster
                .node(node)
                .post(&path, &json!({"ttl_seconds": 900}))
                .user("again-u")
                .key("again-3")
        };
        let extended = extend(3).send().await.expect(200);
        same_again(&extended, &extend(1).send().await);
        let confirm = |node: u64| {
            let body = json!({"reference": "till-9", "email": "a@example.com"});
            let call = cluster.node(node).post(&format!("/v1/holds/{id}/confirm"), &body);
            call.organizer().key("again-4")
        };
        let booked = confirm(1).send().await.expect(201);
        same_again(&booked, &confirm(2).send().await);
        // The state has moved on; the answers have not.
        same_again(&first, &hold(1).send().await);
        same_again(&extended, &extend(2).send().await);

        let other = cluster.node(3).hold("again", "again-v", &["B-1"]).gives(201).await;
        let path = format!("/v1/holds/{}", text(&other, "id"));
        let release = |node: u64| cluster.node(node).delete(&path).user("again-v").key("again-5");
        let released = release(2).send().await.expect(204);
        same_again(&released, &release(3).send().await);
    });
}

fn same_again(first: &Reply, again: &Reply) {
    assert_eq!(again.status, first.status, "{}: {}", again.what, again.text());
    assert_eq!(again.body, first.body, "{}: {} then {}", again.what, first.text(), again.text());
    assert_eq!(again.header("idempotent-replayed"), Some("true"), "{}", again.what);
    assert_eq!(again.header("content-type"), first.header("content-type"), "{}", again.what);
    assert!(again.index() >= first.index(), "{}", again.what);
}

/// A decided refusal is an answer, too: it stands although the seat is free by now.
#[test]
fn a_refusal_is_remembered_under_its_key() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("regret", &plans::theatre())).await;
        let held = cluster.node(2).hold("regret", "regret-a", &["A-1"]).gives(201).await;
        let try_it =
            |node: u64| cluster.node(node).hold("regret", "regret-b", &["A-1"]).key("regret-1");
        let refused = try_it(3).send().await.expect(409);
        let path = format!("/v1/holds/{}", text(&held, "id"));
        cluster.node(1).delete(&path).user("regret-a").send().await.expect(204);
        let again = try_it(2).send().await.expect(409);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.json()["conflicts"], refused.json()["conflicts"]);
        assert_eq!(again.body, refused.body, "{} then {}", refused.text(), again.text());
        let elsewhere =
            |node: u64| cluster.node(node).hold("regret-not", "regret-b", &["A-1"]).key("regret-2");
        elsewhere(1).refused(404, "not_found").await;
        assert_eq!(elsewhere(2).send().await.header("idempotent-replayed"), Some("true"));
        // What is malformed was never decided: the key is still good.
        let wrong = cluster.node(3).hold("regret", "regret-b", &["Z-1"]).key("regret-3");
        wrong.refused(400, "invalid_request").await;
        cluster.node(1).hold("regret", "regret-b", &["A-1"]).key("regret-3").gives(201).await;
    });
}

#[test]
fn a_key_is_good_for_one_request_of_one_caller() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("reuse", &plans::theatre())).await;
        let hold = |node: u64, user: &str, seat: &str| {
            cluster.node(node).hold("reuse", user, &[seat]).key("reuse-1")
        };
        let mine = hold(2, "reuse-a", "A-1").gives(201).await;
        hold(3, "reuse-a", "A-2").refused(422, "idempotency_key_reused").await;
        let path = format!("/v1/holds/{}/extend", text(&mine, "id"));
        let route = cluster.node(1).post(&path, &json!({"ttl_seconds": 60})).user("reuse-a");
        route.key("reuse-1").refused(422, "idempotency_key_reused").await;
        let theirs = hold(1, "reuse-b", "A-2").send().await.expect(201);
        assert_eq!(theirs.header("idempotent-replayed"), None, "keys are each caller's own");
        for wrong in [String::new(), "x".repeat(256), "a b".to_owned(), "\u{e9}".to_owned()] {
            let call = cluster.node(2).hold("reuse", "reuse-c", &["A-3"]).key(&wrong);
            call.refused(400, "invalid_request").await;
        }
        let longest = "x".repeat(255);
        cluster.node(3).hold("reuse", "reuse-c", &["A-3"]).key(&longest).gives(201).await;
    });
}

/// The same request sent to all nodes at once is carried out once.
#[test]
fn a_key_holds_against_a_race() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("race", &plans::rows(&[("A", 20)]))).await;
        for round in 1..=20 {
            let (user, key, seat) =
                (format!("race-{round}"), format!("race-{round}"), format!("A-{round}"));
            let send =
                |node: u64| cluster.node(node).hold("race", &user, &[&seat]).key(&key).send();
            let (one, two, three) = tokio::join!(send(1), send(2), send(3));
            let answers = [one.expect(201), two.expect(201), three.expect(201)];
            let first: Vec<_> = answers
                .iter()
                .filter(|reply| reply.header("idempotent-replayed").is_none())
                .collect();
            assert_eq!(first.len(), 1, "one of them did it");
            assert!(answers.iter().all(|reply| reply.body == first[0].body));
        }
    });
}

#[test]
fn what_is_no_request_is_refused_in_words() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("words", &plans::theatre())).await;
        let node = |at: u64| cluster.node(at);
        node(2).get("/v1/nothing").refused(404, "not_found").await;
        node(3).get("/v1/shows/words/nothing").refused(404, "not_found").await;
        node(1).call(Method::PUT, "/v1/shows/words").refused(405, "method_not_allowed").await;
        node(2).call(Method::DELETE, "/v1/shows").refused(405, "method_not_allowed").await;
        let picture = node(3).get("/v1/shows/words").header("accept", "image/png");
        picture.refused(406, "not_acceptable").await;
        node(1).get("/v1/shows/words").header("accept", "text/html, */*;q=0.1").gives(200).await;

        let holds = "/v1/shows/words/holds";
        let post = |at: u64| node(at).call(Method::POST, holds).user("words-u");
        let good = json!({"seats": ["A-1"]}).to_string();
        post(2).body("text/plain", good.clone()).refused(415, "unsupported_media_type").await;
        post(3).bare_body(good.clone()).refused(415, "unsupported_media_type").await;
        for wrong in [
            "",
            "{",
            "nonsense",
            "{\"seats\":[\"A-1\"]} more",
            "\u{feff}{}",
            "{\"seats\":[\"A-1\"],\"seats\":[]}",
        ] {
            post(1).body("application/json", wrong).refused(400, "invalid_request").await;
        }
        post(2).body("application/json; charset=utf-8", good).gives(201).await;
        for wrong in ["robot", "Operator "] {
            // A role that there is not must not be taken for one that there is.
            let seats =
                node(3).get("/v1/shows/words/seats").header("x-usher-role", wrong).send().await;
            assert!(!seats.text().contains("\"user\""), "{wrong}: {}", seats.text());
        }
    });
}

#[test]
fn a_show_that_makes_no_sense_is_not_made() {
    run(async {
        let cluster = Cluster::shared().await;
        let good = show("sense", &plans::theatre());
        let changes: Vec<(&str, Value)> = vec![
            ("id", json!("With Blanks")),
            ("id", json!("")),
            ("id", json!("x".repeat(300))),
            ("name", json!("")),
            ("name", json!(null)),
            ("starts_at", json!("tomorrow")),
            ("currency", json!("euro")),
            ("currency", json!(978)),
            ("prices", json!({"Stalls": 9500})),
            ("prices", json!({"Stalls": -1, "Circle": 1})),
            ("prices", json!({"Stalls": 1.5, "Circle": 1})),
            ("prices", json!({"Stalls": 1e30, "Circle": 1})),
            ("policy", json!({"hold_ttl_seconds": 0})),
            ("policy", json!({"hold_ttl_seconds": 7201})),
            ("policy", json!({"seats_per_hold_max": 0})),
            ("policy", json!({"unknown": 1})),
            ("areas", json!([{"id": "a", "name": "A", "category": "Nowhere", "capacity": 5}])),
            ("areas", json!([{"id": "a", "name": "A", "category": "Stalls", "capacity": -5}])),
            ("media", json!([{"kind": "smell", "url": "/x", "alt": ""}])),
            ("seat_map", json!(7)),
            ("colour", json!("red")),
        ];
        for (at, (field, value)) in changes.into_iter().enumerate() {
            let mut body = good.clone();
            body[field] = value;
            let node = &cluster.nodes()[at % 3];
            let reply = node.post("/v1/shows", &body).organizer().send().await;
            assert_eq!(reply.status, 400, "{field}: {}: {}", body[field], reply.text());
            reply.refused(400, "invalid_request");
        }
        for missing in ["name", "starts_at", "currency", "prices", "seat_map"] {
            let mut body = good.clone();
            body.as_object_mut().expect("an object").remove(missing);
            let call = cluster.node(2).post("/v1/shows", &body).organizer();
            call.refused(400, "invalid_request").await;
        }
        let absent = cluster.node(3).get("/v1/shows/sense?consistency=linearizable");
        absent.refused(404, "not_found").await;
    });
}
