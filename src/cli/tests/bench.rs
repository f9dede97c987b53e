//! `bench` against a stand-in for a cluster: it measures, and what was acknowledged and is not
//! there is found.

use serde_json::{Value, json};

use super::super::exit::Exit;
use super::stub::{Asked, Stub, problem};
use super::{Ran, usher};
use crate::audit::Report;

/// Holds and bookings that are called after their seats, of which the last read shows the first
/// 1,000, or none of them.
fn cluster(keeps: bool) -> Stub {
    Stub::start(move |asked: &Asked, number| {
        let path = asked.line.split(' ').nth(1).unwrap();
        match path.split('/').collect::<Vec<_>>()[..] {
            ["", "v1", "seat-maps"] => {
                (201, json!({"hash": "h", "seats": 1000, "categories": ["Standard"]}))
            }
            ["", "v1", "shows"] => (201, json!({})),
            ["", "v1", "shows", _, "holds"] => {
                let seat = asked.body["seats"][0].as_str().unwrap();
                // Now and then a node puts its clients off.
                let busy = number % 7 == 3;
                if busy { (503, problem(503, "overloaded")) } else { (201, json!({"id": seat})) }
            }
            ["", "v1", "holds", seat, "confirm"] => (201, json!({"id": format!("b-{seat}")})),
            ["", "v1", "shows", _, seats] if seats.starts_with("seats") => {
                let seat = |n: u32| {
                    json!({"id": n.to_string(), "category": "Standard", "status": "unavailable",
                        "state": "RESERVED", "booking": keeps.then(|| format!("b-{n}"))})
                };
                let seats: Vec<Value> = (0..1000).map(seat).collect();
                let counts = json!({"available": 0, "unavailable": 1000});
                (200, json!({"show": "s", "version": 1, "counts": counts, "seats": seats}))
            }
            ["", "v1", "cluster", _] => (200, serde_json::to_value(Report::default()).unwrap()),
            _ => (404, problem(404, "not_found")),
        }
    })
}

fn run(stub: &Stub, more: &[&str]) -> Ran {
    let command = ["bench", "hold-confirm", "--clients", "4", "--seconds", "1", "--warm-up", "0"];
    let shows = ["--shows", "1", "--endpoints", &stub.endpoint];
    usher(&[&command[..], &shows, more].concat())
}

#[test]
fn a_benchmark_measures() {
    let stub = cluster(true);
    let ran = run(&stub, &["--output", "json"]).exits(Exit::Done);
    let report = ran.json();
    let requests = report["requests"].as_array().unwrap();
    let names: Vec<&Value> = requests.iter().map(|line| &line["request"]).collect();
    assert_eq!(names, ["hold", "confirm"]);
    for line in requests {
        assert!(line["done"].as_u64().unwrap() > 20, "{report}");
        assert!(line["p50_ms"].as_f64() <= line["p99_ms"].as_f64(), "{report}");
    }
    assert!(report["repeats"].as_u64().unwrap() > 0, "{report}");
    let asked = stub.asked();
    let holds = asked.iter().filter(|asked| asked.line.ends_with("/holds"));
    let mut keys: Vec<&Option<String>> = holds.map(|asked| &asked.key).collect();
    let all = keys.len();
    keys.dedup();
    keys.sort();
    keys.dedup();
    assert!(keys.len() < all, "what was put off is asked again under its key");
    let table = run(&stub, &[]).exits(Exit::Done).data;
    assert!(table.contains("P99 MS") && table.contains("confirm"), "{table}");
}

/// Who is impatient asks once, and counts what was turned away by itself.
#[test]
fn an_impatient_benchmark_asks_once() {
    let stub = cluster(true);
    let ran = run(&stub, &["--impatient", "--then", "50", "--output", "json"]).exits(Exit::Done);
    let report = ran.json();
    let hold = &report["requests"][0];
    assert!(hold["turned_away"].as_u64().unwrap() > 0, "{report}");
    assert!(hold["turned_away_p99_ms"].as_f64() <= hold["turned_away_max_ms"].as_f64());
    assert_eq!((&hold["given_up"], &report["repeats"]), (&0.into(), &0.into()), "{report}");
    let mut keys: Vec<Option<String>> = stub.asked().into_iter().map(|asked| asked.key).collect();
    keys.retain(Option::is_some);
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "no key is used twice");
}

#[test]
fn a_benchmark_says_what_it_cannot_speak() {
    let secure = ["bench", "listen", "--endpoints", "https://usher.example"];
    let ran = usher(&secure).exits(Exit::Usage);
    assert!(ran.talk.contains("plain HTTP"), "{ran:?}");
}

/// At a fixed rate so many begin, whatever they are answered.
#[test]
fn a_benchmark_keeps_its_rate() {
    let ran = run(&cluster(true), &["--rate", "50", "--output", "json"]).exits(Exit::Done);
    let report = ran.json();
    assert_eq!(report["requests"][0]["done"], 50, "{report}");
}

#[test]
fn a_benchmark_finds_what_is_lost() {
    let ran = run(&cluster(false), &[]).exits(Exit::Failed);
    assert!(ran.talk.contains("lost: ") && ran.talk.contains("acknowledged was"), "{ran:?}");
}
