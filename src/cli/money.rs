//! `payments reconcile`, `refunds` and `outbox`: what operators ask about money that is on its way.

use std::time::Duration;

use serde_json::{Value, json};

use super::args::Format;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::client::Client;

/// A node asks each gateway for all of its sessions, and those that differ a second time: longer
/// than that takes at most.
const RECONCILE_TIMEOUT: Duration = Duration::from_mins(1);

/// Compares our books with the gateways'. To have compared with all is success, whatever was found:
/// the lists are data, and who wants an alarm looks at their lengths.
pub(super) async fn reconcile(
    client: &Client,
    gateway: Option<&str>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let asked = client.get::<Value>("/v1/reconciliation").timeout(RECONCILE_TIMEOUT);
    let asked = match gateway {
        Some(id) => asked.query("gateway", id),
        None => asked,
    };
    let report = asked.await?;
    match output.format {
        Format::Json => output.json(&report),
        Format::Table => tables(&report, output),
    }
    let mut exit = Exit::Done;
    for silent in rows(&report, "unanswered") {
        let (gateway, error) = (text(silent, "gateway"), text(silent, "error"));
        output.say(&format!("usher: not compared with {gateway}: {error}"));
        exit = Exit::Failed;
    }
    let count = |key: &str| report.get(key).and_then(Value::as_u64).unwrap_or_default();
    let (differences, unmatched) = (count("differences_total"), count("unmatched_total"));
    output.say(&format!("{differences} differences, {unmatched} unmatched events"));
    Ok(exit)
}

/// Lists refunds, all pages.
pub(super) async fn refunds(
    client: &Client,
    status: &str,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let refunds = client.list::<Value>("/v1/refunds").linearizable().only("status", status);
    let refunds = refunds.all().await?;
    print(&refunds, &REFUND_COLUMNS, output);
    Ok(Exit::Done)
}

/// Has a refund tried now.
pub(super) async fn retry(
    client: &Client,
    refund: &str,
    output: &mut Output,
) -> Result<Exit, Failure> {
    // As it was answered: a node may say more of it than the client knows.
    let refund: Value = client.retry_refund(refund).answer().await?.parse()?;
    match output.format {
        Format::Json => output.json(&refund),
        Format::Table => table(&[refund], &REFUND_COLUMNS, output),
    }
    Ok(Exit::Done)
}

/// Lists what is still to be done outside, all pages.
pub(super) async fn outbox(client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    let rows = client.list::<Value>("/v1/outbox").linearizable().all().await?;
    print(&rows, &OUTBOX_COLUMNS, output);
    Ok(Exit::Done)
}

/// A column: its title, and the first of these fields that a row has.
type Column = (&'static str, &'static [&'static str]);

const REFUND_COLUMNS: [Column; 8] = [
    ("id", &["id"]),
    ("payment", &["payment"]),
    ("amount", &["amount"]),
    ("currency", &["currency"]),
    ("status", &["status"]),
    ("attempts", &["attempts"]),
    ("created at", &["created_at"]),
    ("last error", &["last_error"]),
];

const OUTBOX_COLUMNS: [Column; 7] = [
    ("id", &["id"]),
    ("kind", &["kind"]),
    ("about", &["payment", "refund", "booking"]),
    ("attempts", &["attempts"]),
    ("due at", &["due_at"]),
    ("created at", &["created_at"]),
    ("last error", &["last_error"]),
];

const UNMATCHED_COLUMNS: [Column; 8] = [
    ("gateway", &["gateway"]),
    ("event", &["event"]),
    ("kind", &["kind"]),
    ("payment", &["payment"]),
    ("reference", &["reference"]),
    ("amount", &["amount"]),
    ("currency", &["currency"]),
    ("at", &["at"]),
];

fn tables(report: &Value, output: &mut Output) {
    const TITLES: [&str; 7] =
        ["gateway", "kind", "payment", "reference", "fields", "ours", "theirs"];
    let differences = rows(report, "differences").map(|row| {
        let fields = rows(row, "fields").filter_map(Value::as_str).collect::<Vec<_>>().join(",");
        let side = |key: &str| side(row.get(key));
        vec![
            text(row, "gateway"),
            text(row, "kind"),
            text(row, "payment"),
            text(row, "reference"),
            if fields.is_empty() { "-".to_owned() } else { fields },
            side("ours"),
            side("theirs"),
        ]
    });
    output.table(&TITLES, differences);
    output.data("");
    let unmatched: Vec<Value> = rows(report, "unmatched").cloned().collect();
    table(&unmatched, &UNMATCHED_COLUMNS, output);
}

/// One side of a difference in short: its status, then what was captured and what went back.
fn side(side: Option<&Value>) -> String {
    let Some(side) = side.filter(|side| !side.is_null()) else { return "-".to_owned() };
    let [status, captured, refunded, currency] =
        ["status", "captured", "refunded", "currency"].map(|key| text(side, key));
    format!("{status} {captured}-{refunded} {currency}")
}

fn print(rows: &[Value], columns: &[Column], output: &mut Output) {
    match output.format {
        Format::Json => output.json(&json!({ "data": rows, "next_cursor": null })),
        Format::Table => table(rows, columns, output),
    }
}

fn table(rows: &[Value], columns: &[Column], output: &mut Output) {
    let titles: Vec<&str> = columns.iter().map(|(title, _)| *title).collect();
    let rows = rows.iter().map(|row| {
        let cells = columns.iter().map(|(_, fields)| {
            let given = fields.iter().find(|field| row.get(**field).is_some());
            given.map_or_else(|| "-".to_owned(), |field| text(row, field))
        });
        cells.collect()
    });
    output.table(&titles, rows);
}

fn rows<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => "-".to_owned(),
        Some(other) => other.to_string(),
    }
}
