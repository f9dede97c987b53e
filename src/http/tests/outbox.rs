//! The outbox, as operators read it.

use serde_json::{Value, json};

use super::rig::{Call, Rig, text};
use super::till::{paying, payment};
use crate::http::Settings;
use crate::seats::{Command, Delivery, Millis, OutboxId};

/// A request of a user's to pay a hold.
fn pay(rig: &Rig, hold: &Value, user: &str) -> Call {
    rig.post(&format!("/v1/holds/{}/payments", text(&hold["id"])), &payment()).user(user)
}

/// Each kind of work is listed with what it is about and what keeps it, page after page.
#[tokio::test]
async fn work_is_listed_by_kind() {
    let (rig, _) = paying(Settings::default()).await;
    let mut payments = Vec::new();
    for (user, seat) in [("u", "A-1"), ("v", "A-2")] {
        let hold = rig.hold("s", user, &[seat]).await;
        payments.push(pay(&rig, &hold, user).gives(201).await["id"].clone());
    }
    let cancel = rig.post(&format!("/v1/payments/{}/cancel", text(&payments[0])), &json!({}));
    cancel.user("u").gives(200).await;
    rig.event("e", "succeeded", &payments[1], 1).gives(200).await;
    let mailed = rig.book(&rig.hold("s", "w", &["A-3"]).await).await["id"].clone();

    let all = rig.get("/v1/outbox").gives(200).await;
    let rows = all["data"].as_array().unwrap();
    let ids: Vec<&str> = rows.iter().map(|row| text(&row["id"])).collect();
    assert!(ids.is_sorted() && ids.len() == 3, "{all}");
    let of = |kind: &str| rows.iter().find(|row| row["kind"] == kind).unwrap();
    let path = format!("/v1/payments/{}", text(&payments[1]));
    let refund = rig.get(&path).user("v").gives(200).await["refund"].clone();
    for (kind, field, about) in [
        ("close_session", "payment", &payments[0]),
        ("refund", "refund", &refund),
        ("mail_booking", "booking", &mailed),
    ] {
        let row = of(kind);
        let expected = json!({"id": row["id"], "kind": kind, field: about, "attempts": 0,
            "due_at": "2026-07-25T17:20:00.000Z", "last_error": null,
            "created_at": "2026-07-25T17:20:00.000Z"});
        assert_eq!(row, &expected);
    }
    let mut paged: Vec<Value> = Vec::new();
    let mut path = "/v1/outbox?limit=1".to_owned();
    while paged.len() < 4 {
        let page = rig.get(&path).gives(200).await;
        paged.extend(page["data"].as_array().unwrap().iter().cloned());
        let Value::String(cursor) = &page["next_cursor"] else { break };
        path = format!("/v1/outbox?limit=1&cursor={cursor}");
    }
    assert_eq!(json!(paged), all["data"]);

    let row = OutboxId::parse(text(&of("refund")["id"])).unwrap();
    let delivery = Delivery::Failed { error: "no funds".to_owned(), retry_at: Millis(7) };
    assert!(rig.command(Command::Settle { row, delivery }).result.is_ok());
    let all = rig.get("/v1/outbox?consistency=linearizable").gives(200).await;
    let failed = all["data"].as_array().unwrap().iter().find(|row| row["kind"] == "refund");
    let failed = failed.unwrap();
    assert_eq!((&failed["attempts"], &failed["last_error"]), (&json!(1), &json!("no funds")));
    rig.get("/v1/outbox?cursor=x").refused(400, "invalid_request").await;
    rig.get("/v1/outbox?kind=refund").refused(400, "invalid_request").await;
}
