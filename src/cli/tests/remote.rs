//! The commands that call a cluster, each against what its nodes may say.

use serde_json::{Value, json};

use super::super::audit::merged;
use super::super::exit::Exit;
use super::stub::{Asked, Stub, nobody, problem};
use super::{Ran, usher};
use crate::audit::{Report, Totals};

fn at(endpoints: &[&str], command: &[&str]) -> Ran {
    let endpoints = endpoints.join(",");
    usher(&[command, &["--timeout", "1", "--endpoints", &endpoints]].concat())
}

fn json_at(endpoints: &[&str], command: &[&str]) -> Ran {
    at(endpoints, &[command, &["--output", "json"]].concat())
}

fn status(leader: Option<u64>) -> Value {
    let node = |id: u64| {
        let role = match leader {
            Some(leader) if leader == id => "leader",
            Some(_) => "follower",
            None => "unreachable",
        };
        json!({
            "id": id, "role": role, "http": format!("127.0.0.1:810{id}"),
            "peer": format!("127.0.0.1:910{id}"), "applied_index": 7, "last_log_index": 8,
        })
    };
    json!({
        "cluster_id": "0123456789abcdef0123456789abcdef", "leader": leader, "term": 3,
        "nodes": (1..=3).map(node).collect::<Vec<_>>(),
    })
}

/// A cluster is formed once, by the first endpoint; again it says so.
#[test]
fn cluster_init() {
    let (first, second) =
        (Stub::always(201, status(Some(2))), Stub::always(500, problem(500, "internal")));
    let ran = json_at(&[&first.endpoint, &second.endpoint], &["cluster", "init"]);
    assert_eq!(ran.exits(Exit::Done).json(), status(Some(2)));
    assert_eq!(first.lines(), ["POST /v1/cluster/init"]);
    assert_eq!(first.asked()[0].body, json!({}));
    assert!(second.asked().is_empty());

    let formed = Stub::always(409, problem(409, "already_initialized"));
    let ran = at(&[&formed.endpoint], &["cluster", "init"]).exits(Exit::Unsafe);
    assert!(ran.talk.contains("already_initialized") && ran.data.is_empty(), "{ran:?}");
    at(&[&nobody(), &first.endpoint], &["cluster", "init"]).exits(Exit::Unreachable);
}

/// When the answer of an attempt was lost, finding the cluster formed is what was asked for.
#[test]
fn cluster_init_whose_answer_was_lost() {
    let stub = Stub::start(|asked, number| match (asked.line.as_str(), number) {
        ("POST /v1/cluster/init", 0) => (504, problem(504, "outcome_unknown")),
        ("POST /v1/cluster/init", _) => (409, problem(409, "already_initialized")),
        (_, _) => (200, status(Some(1))),
    });
    at(&[&stub.endpoint], &["cluster", "init"]).exits(Exit::Done);
}

/// The status as nodes tell it: JSON as it is, a table for people; without a leader exit 3.
#[test]
fn cluster_status() {
    let led = Stub::always(200, status(Some(2)));
    let unled = Stub::always(200, status(None));
    let ran = json_at(&[&led.endpoint], &["cluster", "status"]).exits(Exit::Done);
    assert_eq!(ran.json(), status(Some(2)));
    let table = at(&[&led.endpoint], &["cluster", "status"]).exits(Exit::Done).data;
    for word in ["leader 2", "term 3", "follower", "127.0.0.1:9103"] {
        assert!(table.contains(word), "{word}: {table}");
    }
    let ran = json_at(&[&unled.endpoint], &["cluster", "status"]).exits(Exit::Unreachable);
    assert_eq!(ran.json()["leader"], Value::Null);
    assert!(ran.talk.contains("no leader"), "{ran:?}");
    // A node that is cut off does not hide those that are not.
    let ran = json_at(&[&nobody(), &unled.endpoint, &led.endpoint], &["cluster", "status"]);
    assert_eq!(ran.exits(Exit::Done).json()["leader"], 2);
    // A leader that does not answer is none.
    let mut stale = status(Some(2));
    stale["nodes"][1]["role"] = json!("unreachable");
    let stale = Stub::always(200, stale);
    at(&[&stale.endpoint], &["cluster", "status"]).exits(Exit::Unreachable);
    let unformed = json!({"cluster_id": null, "leader": null, "term": 0, "nodes": []});
    let ran = at(&[&Stub::always(200, unformed).endpoint], &["cluster", "status"]);
    assert!(ran.exits(Exit::Unreachable).talk.contains("usher cluster init"));
}

/// Leadership is handed over once, whatever the answer.
#[test]
fn leader_transfer() {
    let stub = Stub::always(200, json!({"leader": 3}));
    let ran = json_at(&[&stub.endpoint], &["leader", "transfer", "--to", "3"]).exits(Exit::Done);
    assert_eq!(ran.json(), json!({"leader": 3}));
    at(&[&stub.endpoint], &["leader", "transfer"]).exits(Exit::Done);
    assert_eq!(stub.asked()[0].body, json!({"to": 3}));
    assert_eq!(stub.asked()[1].body, json!({"to": null}));
    for (status, code, exit) in [
        (404, "not_found", Exit::Conflict),
        (409, "refused", Exit::Unsafe),
        (503, "no_leader", Exit::Unreachable),
    ] {
        let stub = Stub::always(status, problem(status, code));
        at(&[&stub.endpoint], &["leader", "transfer"]).exits(exit);
        assert_eq!(stub.asked().len(), 1, "{code}");
    }
}

/// All pages of shows, and only data on stdout; names cannot write to the terminal.
#[test]
fn show_list() {
    let stub = Stub::start(|asked, _| {
        let last = asked.line.contains("cursor=a%26b");
        let show = |id: &str| {
            json!({
                "id": id, "name": "N\u{1b}[2J", "venue": "V", "starts_at": "2099",
                "status": "on_sale", "available": 3, "currency": "EUR", "price_from": 950,
            })
        };
        let next = if last { Value::Null } else { json!("a&b") };
        (200, json!({"data": [show(if last { "two" } else { "one" })], "next_cursor": next}))
    });
    let ran = json_at(&[&stub.endpoint], &["show", "list", "--status", "all"]).exits(Exit::Done);
    assert_eq!(ran.json()["data"][1]["id"], "two");
    assert_eq!(ran.json()["next_cursor"], Value::Null);
    assert!(stub.lines().iter().all(|line| line.contains("status=all")), "{:?}", stub.lines());
    let table = at(&[&stub.endpoint], &["show", "list"]).exits(Exit::Done).data;
    assert!(table.contains("950 EUR") && table.contains("two"), "{table}");
    assert!(!table.contains('\u{1b}'), "{table:?}");
}

/// What is exported creates the show again: its plan inline, and nothing of how it stands.
#[test]
fn show_export() {
    let stub = Stub::start(|asked, _| match asked.line.as_str() {
        "GET /v1/shows/hamlet?consistency=linearizable" => (
            200,
            json!({
                "id": "hamlet", "name": "Hamlet", "prices": {"A": 1}, "status": "on_sale",
                "available": 7, "price_from": 1, "areas": [],
                "seat_map": {"hash": "00", "url": "/x"},
            }),
        ),
        "GET /v1/shows/hamlet/seat-map?consistency=linearizable" => (200, json!({"zones": []})),
        _ => (404, problem(404, "not_found")),
    });
    let exported = at(&[&stub.endpoint], &["show", "export", "hamlet"]).exits(Exit::Done).json();
    assert_eq!(
        exported,
        json!({
            "id": "hamlet", "name": "Hamlet", "prices": {"A": 1}, "areas": [],
            "seat_map": {"zones": []},
        })
    );
    at(&[&stub.endpoint], &["show", "export", "macbeth"]).exits(Exit::Conflict);
    at(&[&stub.endpoint], &["show", "export", ".."]).exits(Exit::Conflict);
}

/// A node with shows, of which some are there already.
fn shows(present: &'static [(&'static str, &'static str)]) -> Stub {
    Stub::start(move |asked: &Asked, _| {
        let found = |id: &str| present.iter().find(|(name, _)| *name == id);
        let id = asked.body["id"].as_str().unwrap_or_default();
        match asked.line.as_str() {
            "POST /v1/seat-maps" => {
                (201, json!({"hash": "cafe", "seats": 1000, "categories": ["Standard"]}))
            }
            "POST /v1/shows" if found(id).is_some() => (409, problem(409, "show_exists")),
            "POST /v1/shows" => (201, asked.body.clone()),
            line => {
                let id = line.trim_start_matches("GET /v1/shows/").split('?').next().unwrap();
                let link = json!({"hash": found(id).unwrap().1, "url": "/x"});
                let show = json!({
                    "id": id, "name": id, "starts_at": "2099-01-01T00:00:00.000Z",
                    "currency": "EUR", "prices": {"Standard": 5000}, "status": "on_sale",
                    "sale": {"opens_at": null, "closes_at": null}, "policy": {},
                    "price_from": 5000, "available": 1000, "seat_map": link,
                });
                (200, show)
            }
        }
    })
}

/// Benchmark shows share one stored map, and those that are there stay.
#[test]
fn show_seed() {
    let stub = shows(&[("bench-1", "cafe")]);
    let command = ["show", "seed", "--preset", "bench", "--ids", "0..40,900000"];
    let ran = json_at(&[&stub.endpoint], &command).exits(Exit::Done).json();
    assert_eq!(
        (&ran["created"], &ran["present"], &ran["failed"]),
        (&json!(41), &json!(1), &json!(0))
    );
    let asked = stub.asked();
    let maps = asked.iter().filter(|asked| asked.line == "POST /v1/seat-maps");
    assert_eq!(maps.count(), 1);
    let show = asked.iter().find(|asked| asked.body["id"] == "bench-900000").unwrap();
    assert_eq!(show.body["seat_map"], json!({"hash": "cafe"}));
    assert_eq!(show.body["policy"]["hold_ttl_seconds"], 7200);
    assert_eq!(show.body["prices"], json!({"Standard": 5000}));
    let stub = shows(&[]);
    at(&[&stub.endpoint], &["show", "seed", "--preset", "theatre"]).exits(Exit::Done);
    assert_eq!(stub.asked()[1].body["id"], "theatre");
}

/// A show of that name in another hall is not passed off as seeded.
#[test]
fn show_seed_in_another_hall() {
    let stub = shows(&[("bench-1", "0ther")]);
    let command = ["show", "seed", "--preset", "bench", "--ids", "0..2"];
    let ran = at(&[&stub.endpoint], &command).exits(Exit::Conflict);
    assert!(ran.talk.contains("bench-1") && ran.data.contains("2 created"), "{ran:?}");
}

fn report(index: u64, violations: &[&str]) -> Report {
    let totals = Totals { captured: 5, booked: 5, ..Totals::default() };
    let violations = violations.iter().map(|&violation| violation.to_owned()).collect();
    let currencies = [("EUR".to_owned(), totals)].into();
    Report { index, totals, currencies, violations }
}

/// A sound cluster is exit 0, a violation exit 1 with its words, silence exit 3.
#[test]
fn audit() {
    let sound = Stub::always(200, serde_json::to_value(report(9, &[])).unwrap());
    let ran = json_at(&[&sound.endpoint], &["audit"]).exits(Exit::Done).json();
    for (key, value) in [("index", 9), ("captured", 5), ("refund_pending", 0), ("external", 0)] {
        assert_eq!(ran[key], value, "{ran}");
    }
    assert_eq!(ran["violations"], json!([]));
    assert!(at(&[&sound.endpoint, &nobody()], &["audit"]).exits(Exit::Done).data.contains("EUR"));

    let broken = report(9, &["seat 3 has two owners", "a sum is wrong"]);
    let broken = Stub::always(200, serde_json::to_value(broken).unwrap());
    let ran = at(&[&sound.endpoint, &broken.endpoint], &["audit"]).exits(Exit::Failed);
    assert!(ran.talk.contains("seat 3 has two owners") && ran.talk.contains("a sum is wrong"));
    let unled = Stub::always(503, problem(503, "no_leader"));
    at(&[&unled.endpoint], &["audit"]).exits(Exit::Unreachable);
    usher(&["audit", "--data-dir", "/nowhere/data"]).exits(Exit::Unreachable);
}

/// Reports of replicas are one report: of the state that has got furthest, with what any lacks.
#[test]
fn replicas_are_compared() {
    let name = |name: &str, report| (name.to_owned(), report);
    let both = merged(vec![name("a", report(9, &["x"])), name("b", report(8, &["x", "y"]))]);
    let both = both.unwrap();
    assert_eq!((both.index, both.violations), (9, vec!["x".to_owned(), "b: y".to_owned()]));
    let mut astray = report(9, &[]);
    astray.totals.booked = 4;
    let both = merged(vec![name("a", report(9, &[])), name("b", astray)]).unwrap();
    assert_eq!(both.violations, ["a and b have different sums at index 9"]);
    assert_eq!(merged(Vec::new()), None);
}
