//! How a cluster is called: endpoints in turn, keys, repeats, and what the end of it means.

use serde_json::{Value, json};

use super::super::exit::Exit;
use super::stub::{Asked, Stub, hanging_up, nobody, problem};
use super::{Ran, usher};

/// Runs a command with a second's patience.
fn at(endpoints: &[&str], command: &[&str]) -> Ran {
    let endpoints = endpoints.join(",");
    usher(&[command, &["--timeout", "1", "--endpoints", &endpoints]].concat())
}

/// A show file; the folder must live as long as it is used.
fn show_file() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("show.json");
    std::fs::write(&file, json!({"id": "a", "name": "A"}).to_string()).unwrap();
    let name = file.to_str().unwrap().to_owned();
    (folder, name)
}

/// The show that a stub has created.
fn created() -> (u16, Value) {
    (201, json!({"id": "a", "name": "A", "status": "on_sale", "available": 7}))
}

/// Each answer of a node has its exit code, and its words and fields reach stderr.
#[test]
fn answers_have_exit_codes() {
    let (_folder, file) = show_file();
    for (status, code, exit) in [
        (400, "invalid_request", Exit::Failed),
        (401, "unauthenticated", Exit::Failed),
        (403, "forbidden", Exit::Failed),
        (404, "not_found", Exit::Conflict),
        (409, "show_exists", Exit::Conflict),
        (409, "refused", Exit::Unsafe),
        (409, "already_initialized", Exit::Unsafe),
        (413, "body_too_large", Exit::Failed),
        (422, "idempotency_key_reused", Exit::Failed),
        (429, "rate_limited", Exit::Unreachable),
        (500, "internal", Exit::Failed),
        (503, "no_leader", Exit::Unreachable),
        (504, "outcome_unknown", Exit::Unknown),
    ] {
        let mut body = problem(status, code);
        body["errors"] = json!([{"field": "seat_map.zones", "message": "has no seats"}]);
        let stub = Stub::always(status, body);
        let ran = at(&[&stub.endpoint], &["show", "create", &file]);
        assert_eq!(ran.exit, exit, "{status} {code}: {ran:?}");
        assert!(ran.data.is_empty(), "{ran:?}");
        for words in ["in words", code, "seat_map.zones: has no seats"] {
            assert!(ran.talk.contains(words), "{words}: {ran:?}");
        }
    }
}

/// An answer that is no answer of ours fails, whatever it is.
#[test]
fn answers_that_are_not_understood() {
    for body in [json!([]), json!({"data": 1}), json!(null)] {
        let stub = Stub::always(200, body);
        at(&[&stub.endpoint], &["show", "list"]).exits(Exit::Failed);
    }
    at(&[&Stub::always(302, json!({})).endpoint], &["show", "list"]).exits(Exit::Failed);
}

/// Nobody there: exit 3 at once, without waiting.
#[test]
fn nobody_answers() {
    let (one, other) = (nobody(), nobody());
    let started = std::time::Instant::now();
    for command in [
        &["show", "list"][..],
        &["cluster", "status"],
        &["cluster", "init"],
        &["leader", "transfer"],
        &["show", "seed", "--preset", "bench"],
        &["audit"],
    ] {
        let ran = at(&[&one, &other], command).exits(Exit::Unreachable);
        assert!(ran.data.is_empty() && ran.talk.contains("usher: "), "{command:?}: {ran:?}");
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

/// Endpoints are tried in turn; a write keeps its key wherever it goes.
#[test]
fn endpoints_are_tried_in_turn() {
    let (_folder, file) = show_file();
    let unled = Stub::always(503, problem(503, "no_leader"));
    let led = Stub::start(|_, _| created());
    let ran = at(&[&nobody(), &unled.endpoint, &led.endpoint], &["show", "create", &file])
        .exits(Exit::Done);
    assert!(ran.data.contains("on_sale"), "{ran:?}");
    let (first, second) = (&unled.asked()[0], &led.asked()[0]);
    assert!(first.key.is_some() && first.key == second.key, "{first:?} {second:?}");
    assert_eq!(second.body, json!({"id": "a", "name": "A"}));
}

/// "Not now" is asked again under the same key until it is decided.
#[test]
fn writes_are_repeated_under_their_key() {
    let (_folder, file) = show_file();
    for (status, code) in
        [(429, "rate_limited"), (503, "overloaded"), (503, "no_leader"), (504, "outcome_unknown")]
    {
        let stub = Stub::start(move |_, number| match number {
            0..2 => (status, problem(status, code)),
            _ => created(),
        });
        at(&[&stub.endpoint], &["show", "create", &file]).exits(Exit::Done);
        let keys: Vec<Option<String>> = stub.asked().into_iter().map(|asked| asked.key).collect();
        assert_eq!(keys.len(), 3, "{code}");
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}

/// A connection that is lost leaves a write unknown until another endpoint tells; of a read nothing
/// is lost.
#[test]
fn lost_connections() {
    let (_folder, file) = show_file();
    let lost = hanging_up();
    let stub = Stub::start(|_, _| created());
    at(&[&lost, &stub.endpoint], &["show", "create", &file]).exits(Exit::Done);
    let ran = at(&[&lost], &["show", "create", &file]).exits(Exit::Unknown);
    assert!(ran.talk.contains("not known"), "{ran:?}");
    at(&[&lost, &nobody()], &["show", "create", &file]).exits(Exit::Unknown);
    at(&[&lost], &["show", "list"]).exits(Exit::Unreachable);
}

/// A show that an earlier attempt of the same command created is no conflict: the node knows the
/// key. What was unknown and then refused by somebody's deed stays a conflict.
#[test]
fn unknown_then_decided() {
    let (_folder, file) = show_file();
    let stub = Stub::start(|_, number| match number {
        0 => (504, problem(504, "outcome_unknown")),
        _ => (409, problem(409, "show_exists")),
    });
    at(&[&stub.endpoint], &["show", "create", &file]).exits(Exit::Conflict);
}

/// The token goes along, from the file.
#[test]
fn the_token_is_presented() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cret\n").unwrap();
    let name = file.to_str().unwrap();
    let stub = Stub::always(200, json!({"data": [], "next_cursor": null}));
    at(&[&stub.endpoint], &["show", "list", "--token-file", name]).exits(Exit::Done);
    assert_eq!(stub.asked()[0].token.as_deref(), Some("Bearer s3cret"));
    at(&[&stub.endpoint], &["show", "list", "--token-file", "/nowhere/token"]).exits(Exit::Usage);
    std::fs::write(&file, "two\nlines").unwrap();
    at(&[&stub.endpoint], &["show", "list", "--token-file", name]).exits(Exit::Usage);
    assert_eq!(stub.asked().len(), 1);
}

/// A file that is none, or no show, is not sent.
#[test]
fn files_that_cannot_be_sent() {
    let (folder, file) = show_file();
    let stub = Stub::start(|_: &Asked, _| created());
    let absent = folder.path().join("absent.json");
    let absent = absent.to_str().unwrap();
    at(&[&stub.endpoint], &["show", "create", absent]).exits(Exit::Failed);
    at(&[&stub.endpoint], &["show", "create", &file, "--plan", absent]).exits(Exit::Failed);
    let plan = folder.path().join("plan.json");
    std::fs::write(&plan, "{\"zones\":").unwrap();
    let plan = plan.to_str().unwrap();
    let ran = at(&[&stub.endpoint], &["show", "create", &file, "--plan", plan]);
    assert!(ran.exits(Exit::Failed).talk.contains("line 1 column"));
    std::fs::write(plan, "{}").unwrap();
    std::fs::write(&file, "{\"seat_map\":null}").unwrap();
    at(&[&stub.endpoint], &["show", "create", &file, "--plan", plan]).exits(Exit::Usage);
    assert_eq!(stub.asked().len(), 0);
    std::fs::write(&file, "{\"id\":\"a\"}").unwrap();
    std::fs::write(plan, "{\"zones\":[]}").unwrap();
    at(&[&stub.endpoint], &["show", "create", "--file", &file, "--plan", plan]).exits(Exit::Done);
    assert_eq!(stub.asked()[0].body, json!({"id": "a", "seat_map": {"zones": []}}));
}
