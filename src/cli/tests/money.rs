//! The commands about money that is on its way, against what nodes may say.

use serde_json::{Value, json};

use super::super::exit::Exit;
use super::stub::{Stub, problem};
use super::{Ran, usher};

fn at(stub: &Stub, command: &[&str]) -> Ran {
    usher(&[command, &["--timeout", "1", "--endpoints", &stub.endpoint]].concat())
}

fn json_at(stub: &Stub, command: &[&str]) -> Ran {
    at(stub, &[command, &["--output", "json"]].concat())
}

fn report() -> Value {
    let side = json!({"status": "open", "amount": 9, "currency": "EUR", "captured": 0,
        "refunded": 0});
    let other = json!({"status": "succeeded", "amount": 9, "currency": "EUR", "captured": 9,
        "refunded": 4});
    json!({
        "differences": [
            {"gateway": "sandbox", "kind": "mismatch", "payment": "pay_1", "reference": "sbx_1",
                "fields": ["status", "captured"], "ours": side, "theirs": other},
            {"gateway": "sandbox", "kind": "unknown_payment", "payment": "x", "reference": "sbx_2",
                "fields": [], "ours": null, "theirs": side},
        ],
        "differences_total": 2,
        "unmatched": [{"gateway": "sandbox", "event": "evt_1", "kind": "succeeded",
            "payment": null, "reference": "sbx_9", "amount": 9, "currency": "EUR",
            "at": "2026-07-25T17:20:00.000Z"}],
        "unmatched_total": 1,
        "unanswered": [{"gateway": "other", "error": "the gateway did not answer"}],
    })
}

/// What was compared is data and exit 0, whatever it says.
#[test]
fn payments_reconcile() {
    let mut report = report();
    report["unanswered"] = json!([]);
    let stub = Stub::always(200, report.clone());
    let ran = json_at(&stub, &["payments", "reconcile"]).exits(Exit::Done);
    assert_eq!(ran.json(), report);
    assert!(ran.talk.contains("2 differences, 1 unmatched"), "{ran:?}");
    let ran = at(&stub, &["payments", "reconcile", "--gateway", "a&b"]).exits(Exit::Done);
    for word in ["status,captured", "open 0-0 EUR", "succeeded 9-4 EUR", "sbx_2", "evt_1", "sbx_9"]
    {
        assert!(ran.data.contains(word), "{word}: {ran:?}");
    }
    assert!(!ran.talk.contains("not compared"), "{ran:?}");
    assert_eq!(stub.lines(), ["GET /v1/reconciliation", "GET /v1/reconciliation?gateway=a%26b"]);
}

/// A gateway that could not be asked is no success, and what the others said is told all the same.
#[test]
fn payments_reconciled_in_part() {
    let stub = Stub::always(200, report());
    let ran = json_at(&stub, &["payments", "reconcile"]).exits(Exit::Failed);
    assert_eq!(ran.json(), report());
    assert!(ran.talk.contains("not compared with other: the gateway did not"), "{ran:?}");
    assert!(ran.talk.contains("2 differences, 1 unmatched"), "{ran:?}");
}

/// What could not be compared is no success.
#[test]
fn payments_that_cannot_be_reconciled() {
    for (status, code, exit) in [
        (502, "gateway_error", Exit::Failed),
        (400, "invalid_request", Exit::Failed),
        (503, "no_leader", Exit::Unreachable),
    ] {
        let stub = Stub::always(status, problem(status, code));
        let ran = at(&stub, &["payments", "reconcile"]).exits(exit);
        assert!(ran.data.is_empty() && ran.talk.contains(code), "{ran:?}");
    }
}

/// The outbox is read to its end; of each row the thing that it is about is told.
#[test]
fn outbox_list() {
    let stub = Stub::start(|asked, _| {
        let row = |id: &str, kind: &str, about: &str, error: Value| {
            json!({"id": id, "kind": kind, about: format!("about-{id}"), "attempts": 2,
                "due_at": "2026-07-25T17:20:00.000Z", "last_error": error,
                "created_at": "2026-07-25T17:20:00.000Z"})
        };
        if asked.line.contains("cursor=next") {
            let rows = [row("obx_3", "mail_booking", "booking", json!("mailbox full"))];
            return (200, json!({"data": rows, "next_cursor": null}));
        }
        let rows = [
            row("obx_1", "close_session", "payment", Value::Null),
            row("obx_2", "refund", "refund", Value::Null),
        ];
        (200, json!({"data": rows, "next_cursor": "next"}))
    });
    let ran = json_at(&stub, &["outbox", "list"]).exits(Exit::Done).json();
    assert_eq!((ran["data"].as_array().unwrap().len(), &ran["next_cursor"]), (3, &Value::Null));
    assert_eq!(ran["data"][2]["id"], "obx_3");
    let first = "GET /v1/outbox?limit=200&consistency=linearizable";
    assert_eq!(stub.lines(), [first.to_owned(), format!("{first}&cursor=next")]);
    let table = at(&stub, &["outbox", "list"]).exits(Exit::Done).data;
    for word in ["about-obx_1", "about-obx_2", "about-obx_3", "mailbox full", "close_session"] {
        assert!(table.contains(word), "{word}: {table}");
    }
    let empty = Stub::always(200, json!({"data": [], "next_cursor": null}));
    assert!(at(&empty, &["outbox", "list"]).exits(Exit::Done).data.contains("LAST ERROR"));
}

/// A refund is tried again under a key, and one that is not there is exit 4.
#[test]
fn refunds() {
    let refund = json!({"id": "rfd_1", "payment": "pay_1", "amount": 9, "currency": "EUR",
        "status": "pending", "attempts": 3, "last_error": "no funds",
        "created_at": "2026-07-25T17:20:00.000Z"});
    let stub = Stub::always(200, refund.clone());
    let ran = json_at(&stub, &["refunds", "retry", "rfd_1"]).exits(Exit::Done);
    assert_eq!(ran.json(), refund);
    assert_eq!(stub.lines(), ["POST /v1/refunds/rfd_1/retry"]);
    assert!(stub.asked()[0].key.is_some());
    let table = at(&stub, &["refunds", "retry", "rfd_1"]).exits(Exit::Done).data;
    assert!(table.contains("no funds") && table.contains("pay_1"), "{table}");
    let none = Stub::always(404, problem(404, "not_found"));
    at(&none, &["refunds", "retry", "rfd_2"]).exits(Exit::Conflict);

    let list = Stub::always(200, json!({"data": [refund], "next_cursor": null}));
    assert!(at(&list, &["refunds", "list"]).exits(Exit::Done).data.contains("rfd_1"));
    let line = "GET /v1/refunds?limit=200&consistency=linearizable&status=pending";
    assert_eq!(list.lines(), [line]);
}
