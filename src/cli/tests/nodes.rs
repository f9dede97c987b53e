//! `node`, `cluster verify` and `debug bundle`, each against what nodes may say.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::super::exit::Exit;
use super::stub::{Asked, Stub, nobody, problem};
use super::{Ran, usher};
use crate::audit::Report;

fn at(endpoints: &[&str], command: &[&str]) -> Ran {
    let endpoints = endpoints.join(",");
    usher(&[command, &["--timeout", "1", "--endpoints", &endpoints]].concat())
}

fn plan(steps: &[&str]) -> Value {
    json!({
        "before": {"voters": [1, 2, 3], "learners": []},
        "after": {"voters": [1, 2, 3], "learners": [4]},
        "steps": steps, "warnings": ["think twice"],
    })
}

/// A cluster of which node 4 is a member once it was added.
fn status(learner: bool) -> Value {
    let mut nodes: Vec<Value> = (1..=3).map(|id| node(id, "follower")).collect();
    nodes[0]["role"] = json!("leader");
    if learner {
        nodes.push(node(4, "learner"));
    }
    json!({"cluster_id": "00112233445566778899aabbccddeeff", "leader": 1, "term": 2,
        "nodes": nodes})
}

fn node(id: u64, role: &str) -> Value {
    json!({"id": id, "role": role, "http": format!("h{id}:8100"), "peer": format!("h{id}:9100"),
        "applied_index": 90, "last_log_index": 100})
}

/// A node of a cluster that takes every change.
fn willing(steps: &'static [&'static str]) -> Stub {
    Stub::start(move |asked: &Asked, number| match asked.line.as_str() {
        "GET /v1/cluster" => (200, status(0 < number)),
        _ => (200, plan(steps)),
    })
}

/// Without `--yes` the plan is shown and nothing is done, which is exit 5; `--dry-run` is exit 0.
#[test]
fn a_change_shows_its_plan_first() {
    let stub = willing(&["it goes", "it is gone"]);
    let removal = ["node", "remove", "3"];
    let ran = at(&[&stub.endpoint], &removal).exits(Exit::Unsafe);
    for words in ["voters 1, 2, 3", "1. it goes", "2. it is gone", "learners 4", "think twice"] {
        assert!(ran.talk.contains(words), "{words}: {ran:?}");
    }
    assert!(ran.talk.contains("--yes") && ran.data.is_empty(), "{ran:?}");
    let dry = at(&[&stub.endpoint], &[&removal[..], &["--dry-run"]].concat()).exits(Exit::Done);
    assert!(dry.data.contains("1. it goes"), "{dry:?}");
    let json = [&removal[..], &["--dry-run", "--output", "json"]].concat();
    let dry = at(&[&stub.endpoint], &json).exits(Exit::Done);
    assert_eq!(dry.json()["steps"], json!(["it goes", "it is gone"]));
    assert_eq!(stub.lines(), vec!["DELETE /v1/cluster/nodes/3?dry_run=true"; 3], "only looked");
    usher(&["node", "remove", "3", "--yes", "--dry-run"]).exits(Exit::Usage);
}

/// Every command asks for what it is called after.
#[test]
fn changes_are_asked_for() {
    let move_it = json!({"peer": "h9:9100", "http": null});
    let rows: [(&[&str], &str, Value); 4] = [
        (&["remove", "3"], "DELETE /v1/cluster/nodes/3", json!({})),
        (&["promote", "4"], "POST /v1/cluster/nodes/4/promote", json!({})),
        (&["replace", "3", "4"], "POST /v1/cluster/nodes/3/replace", json!({"by": 4})),
        (&["set-address", "3", "--peer", "h9:9100"], "PATCH /v1/cluster/nodes/3", move_it),
    ];
    for (command, line, body) in rows {
        let stub = Stub::start(|asked, _| match asked.line.as_str() {
            "GET /v1/cluster" => (200, status(true)),
            _ => (200, plan(&["so it is"])),
        });
        let ran = at(&[&stub.endpoint], &[&["node"], command, &["--yes"]].concat());
        let ran = ran.exits(Exit::Done);
        assert!(ran.talk.contains("so it is") && ran.data.contains("node"), "{ran:?}");
        let asked = stub.asked();
        let dry = asked.iter().find(|asked| asked.line.contains("dry_run")).unwrap();
        assert_eq!(dry.line, format!("{line}?dry_run=true"));
        let made: Vec<&Asked> = asked.iter().filter(|asked| asked.line == line).collect();
        assert_eq!((made.len(), &made[0].body), (1, &body), "{asked:?}");
    }
}

/// What is done already is said to be, and is no failure: a command that was interrupted is given
/// again.
#[test]
fn what_is_done_is_not_done_again() {
    let stub = willing(&[]);
    let ran = at(&[&stub.endpoint], &["node", "remove", "3"]).exits(Exit::Done);
    assert!(ran.data.contains("nothing to do"), "{ran:?}");
    assert_eq!(stub.asked().len(), 1, "only looked");
}

/// A new node says itself who it is.
#[test]
fn a_node_is_added_by_its_address() {
    let new = Stub::start(|_, _| {
        let alone = json!({"id": 4, "role": "follower", "http": "h4:8100", "peer": "h4:9100",
            "applied_index": 0, "last_log_index": 0});
        (200, json!({"cluster_id": null, "leader": null, "term": 0, "nodes": [alone]}))
    });
    let stub = Stub::start(|asked, _| match asked.line.as_str() {
        "GET /v1/cluster" => (200, status(true)),
        _ => (200, plan(&["it comes"])),
    });
    let ran = at(&[&stub.endpoint], &["node", "add", &new.endpoint, "--yes"]).exits(Exit::Done);
    assert!(ran.data.contains("node 4 is a learner"), "{ran:?}");
    let asked = stub.asked();
    let made = asked.iter().find(|asked| asked.line == "POST /v1/cluster/nodes").unwrap();
    assert_eq!(made.body, json!({"id": 4, "peer": "h4:9100", "http": "h4:8100"}));

    // Its number with its addresses does as well; its number alone says too little.
    let by_number = ["node", "add", "5", "--peer", "p:1", "--http", "h:2", "--dry-run"];
    at(&[&stub.endpoint], &by_number).exits(Exit::Done);
    let body = stub.asked().last().unwrap().body.clone();
    assert_eq!(body, json!({"id": 5, "peer": "p:1", "http": "h:2"}));
    at(&[&stub.endpoint], &["node", "add", "5", "--yes"]).exits(Exit::Usage);
    at(&[&stub.endpoint], &["node", "add", &nobody(), "--yes"]).exits(Exit::Unreachable);
}

/// One command adds the new node, waits for it and swaps; half-way it goes on from there.
#[test]
fn a_node_is_replaced_in_one_command() {
    let stub = willing(&["a step"]);
    let command = ["node", "replace", "3", "4", "--peer", "h4:9100", "--http", "h4:8100", "--yes"];
    let ran = at(&[&stub.endpoint], &command).exits(Exit::Done);
    assert!(ran.data.contains("node 4 has taken the place of 3"), "{ran:?}");
    let lines = stub.lines();
    let place = |line: &str| lines.iter().position(|other| other == line);
    let (added, swapped) =
        (place("POST /v1/cluster/nodes"), place("POST /v1/cluster/nodes/3/replace"));
    assert!(added.is_some() && added < swapped, "{lines:?}");
    // Now it is a member: it is only swapped.
    let half_way = Stub::start(|asked, _| match asked.line.as_str() {
        "GET /v1/cluster" => (200, status(true)),
        _ => (200, plan(&["a step"])),
    });
    at(&[&half_way.endpoint], &command).exits(Exit::Done);
    let lines = half_way.lines();
    assert!(!lines.contains(&"POST /v1/cluster/nodes".to_owned()), "{lines:?}");
}

/// Drained means that it has ended and that another leads.
#[test]
fn a_drained_node_has_ended() {
    let stub = Stub::start(|asked, number| match asked.line.as_str() {
        "GET /v1/cluster" => {
            let mut status = status(false);
            if 3 < number {
                status["nodes"][0]["role"] = json!("unreachable");
                status["leader"] = json!(2);
            }
            (200, status)
        }
        _ => (200, plan(&["it ends"])),
    });
    let ran = at(&[&stub.endpoint], &["node", "drain", "1", "--yes"]).exits(Exit::Done);
    assert!(ran.data.contains("node 1 has ended; node 2 leads"), "{ran:?}");
}

/// Refusals have the exit code of their kind, and their reason.
#[test]
fn changes_are_refused() {
    for (status, code, exit) in [
        (409, "refused", Exit::Unsafe),
        (404, "not_found", Exit::Conflict),
        (503, "no_leader", Exit::Unreachable),
    ] {
        let stub = Stub::always(status, problem(status, code));
        for command in [&["remove", "3"][..], &["drain", "3"], &["promote", "3"]] {
            let command = [&["node"], command, &["--yes"]].concat();
            let ran = at(&[&stub.endpoint], &command).exits(exit);
            assert!(ran.talk.contains("in words") && ran.data.is_empty(), "{ran:?}");
        }
    }
}

/// Equal is 0, different is 1 with the rows, and those that are away are 3.
#[test]
fn states_are_compared() {
    let node = |id: u64, digest: Option<&str>| {
        json!({"id": id, "digest": digest, "rows": digest.map(|_| 7),
            "error": digest.map_or(Some("it is away"), |_| None)})
    };
    let differs = json!([{"row": "Hold(1)", "nodes": {"1": "Hold { it }", "2": null}}]);
    for (second, differences, exit, words) in [
        (Some("aa"), json!([]), Exit::Done, "same state at index 9"),
        (Some("bb"), differs, Exit::Failed, "node 2: has no such row"),
        (None, json!([]), Exit::Unreachable, "it is away"),
    ] {
        let body = json!({"index": 9, "equal": exit == Exit::Done,
            "nodes": [node(1, Some("aa")), node(2, second)], "differences": differences});
        let stub = Stub::always(200, body);
        let ran = at(&[&stub.endpoint], &["cluster", "verify"]).exits(exit);
        assert!(format!("{}{}", ran.data, ran.talk).contains(words), "{ran:?}");
    }
}

/// A bundle has what every member says, though only one was named, and names those that are away.
#[test]
fn a_bundle_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("bundle.tar.gz");
    let file = file.to_str().unwrap();
    let second = Stub::start(|_, _| (200, json!({"node": 2, "cluster": status(false)})));
    let other = second.endpoint.clone();
    let away = nobody();
    let first = Stub::start(move |asked, _| match asked.line.as_str() {
        "GET /v1/cluster/debug" => {
            let mut cluster = status(false);
            cluster["nodes"][1]["http"] = json!(other);
            cluster["nodes"][2]["http"] = json!(away);
            (200, json!({"node": 1, "cluster": cluster, "log": ["a line"]}))
        }
        _ => (200, serde_json::to_value(Report::default()).unwrap()),
    });
    let ran = at(&[&first.endpoint], &["debug", "bundle", file]).exits(Exit::Done);
    assert!(ran.talk.contains("node 3"), "{ran:?}");
    let mut files = std::collections::BTreeMap::new();
    let mut archive = tar::Archive::new(GzDecoder::new(std::fs::File::open(file).unwrap()));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(name, text);
    }
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = ["README.txt", "audit.json", "nodes/1.json", "nodes/2.json", "unreachable.txt"];
    assert_eq!(names, expected.map(|name| format!("usher-debug/{name}")));
    assert!(files["usher-debug/nodes/1.json"].contains("a line"));

    at(&[&first.endpoint], &["debug", "bundle", file]).exits(Exit::Conflict);
    let nothing = dir.path().join("nothing.tar.gz");
    let ran = at(&[&nobody()], &["debug", "bundle", nothing.to_str().unwrap()]);
    ran.exits(Exit::Unreachable);
    assert!(!nothing.exists());
}
