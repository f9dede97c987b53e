//! `audit trail`, against what nodes may say.

use serde_json::{Value, json};

use super::super::exit::Exit;
use super::stub::{Stub, problem};
use super::{Ran, usher};

fn at(stub: &Stub, of: &[&str]) -> Ran {
    let line = [&["audit", "trail", "--timeout", "1", "--endpoints", &stub.endpoint], of].concat();
    usher(&line)
}

fn deed(index: u64, kind: &str) -> Value {
    json!({
        "index": index, "at": "2026-07-25T17:20:00.000Z", "kind": kind,
        "caller": {"user": "anna", "role": "buyer"}, "show": "hamlet",
        "seats": [{"id": "A-12", "label": "Row A, seat 12"}, {"id": "A-13", "label": "…"}],
        "areas": [{"id": "standing", "name": "Standing", "quantity": 2}],
        "user": "anna", "hold": "hld_1", "expires_at": "2026-07-25T17:30:00.000Z",
        "payment": null, "booking": null, "refund": null, "amount": null, "note": null,
    })
}

/// Every page is read, from one state after the other; what is asked for goes to the node as it is.
#[test]
fn all_pages() {
    let stub = Stub::start(|asked, _| {
        if asked.line.contains("cursor=7-0") {
            let mut paid = deed(9, "payment_succeeded");
            paid["payment"] = json!("pay_1");
            paid["booking"] = json!("bkg_1");
            paid["amount"] = json!({"amount": 9500, "currency": "EUR"});
            let mut expired = deed(12, "hold_expired");
            (expired["caller"], expired["note"]) = (Value::Null, json!("late"));
            let since = "2026-07-02T00:00:00.000Z";
            return (200, json!({"data": [paid, expired], "next_cursor": null, "since": since}));
        }
        let since = "2026-07-01T00:00:00.000Z";
        (200, json!({"data": [deed(7, "hold_made")], "next_cursor": "7-0", "since": since}))
    });
    let of = ["--seat", "A-12", "--show", "hamlet", "--from", "2026-07-25T17:00:00Z"];
    let ran = at(&stub, &[&of[..], &["--output", "json"]].concat()).exits(Exit::Done);
    let told = ran.json();
    assert_eq!(told["data"][0], deed(7, "hold_made"), "as the node says it");
    let indices: Vec<_> = told["data"].as_array().unwrap().iter().map(|d| &d["index"]).collect();
    assert_eq!(indices, [7, 9, 12]);
    assert_eq!(
        (&told["next_cursor"], told["since"].as_str()),
        (&Value::Null, Some("2026-07-02T00:00:00.000Z"))
    );
    assert!(ran.talk.contains("nothing is missing since 2026-07-02"), "{ran:?}");
    let first = "GET /v1/audit?limit=200&seat=A-12&show=hamlet&from=2026-07-25T17%3A00%3A00Z";
    let lines = stub.lines();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.contains("consistency=linearizable")), "{lines:?}");
    let asked = lines[0].replace("consistency=linearizable&", "");
    assert_eq!(asked.replace("&consistency=linearizable", ""), first);

    let table = at(&stub, &of).exits(Exit::Done).data;
    for word in
        ["hold_made", "anna", "A-12,A-13,2x standing", "pay_1", "9500 EUR", "time", "late", "hld_1"]
    {
        assert!(table.contains(word), "{word}: {table}");
    }
}

/// What is said of the connection may stand before the verb.
#[test]
fn flags_may_come_first() {
    let stub = Stub::always(200, json!({"data": [], "next_cursor": null, "since": null}));
    let line = ["audit", "--endpoints", &stub.endpoint, "--output", "json", "trail", "--user", "u"];
    assert_eq!(usher(&line).exits(Exit::Done).json()["data"], json!([]));
}

/// Each thing that can be asked about; a trail that is not written yet says so, and what a node
/// refuses is no success.
#[test]
fn what_may_be_asked() {
    let none = json!({"data": [], "next_cursor": null, "since": null});
    let stub = Stub::always(200, none);
    for (flag, value) in [("--user", "a&b"), ("--hold", "hld_1"), ("--payment", "pay_1")] {
        let ran = at(&stub, &[flag, value, "--to", "2026-07-25T17:00:00Z"]).exits(Exit::Done);
        assert!(ran.talk.contains("nothing is recorded yet"), "{ran:?}");
        let line = stub.lines().pop().unwrap();
        let value = value.replace('&', "%26");
        assert!(line.contains(&format!("{}={value}&to=", &flag[2..])), "{line}");
    }
    for (status, code, exit) in [
        (400, "invalid_request", Exit::Failed),
        (404, "not_found", Exit::Conflict),
        (503, "no_leader", Exit::Unreachable),
    ] {
        let stub = Stub::always(status, problem(status, code));
        let ran = at(&stub, &["--user", "anna"]).exits(exit);
        assert!(ran.data.is_empty() && ran.talk.contains(code), "{ran:?}");
    }
}
