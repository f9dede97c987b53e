//! Tests of the room: a client against stand-ins for nodes that answer as they are told.

mod calls;
mod retries;
mod streams;
pub(crate) mod stub;

use std::time::Duration;

use serde_json::{Value, json};

use super::Client;
use stub::Stub;

/// A client with two seconds' patience.
fn client(endpoints: &[String]) -> Client {
    let patience = Duration::from_secs(2);
    Client::builder(endpoints.to_vec()).user("anna").patience(patience).build().unwrap()
}

/// The same of stubs.
fn of(stubs: &[&Stub]) -> Client {
    client(&stubs.iter().map(|stub| stub.url()).collect::<Vec<_>>())
}

/// A hold as a node answers it, with a field that this client does not know.
fn hold() -> Value {
    json!({
        "id": "hld_1", "show": "club", "user": "anna", "status": "pending",
        "seats": [{"id": "A-1", "label": "Row A, seat 1", "category": "Stalls", "price": 9500,
            "row": "A"}],
        "areas": [], "total": {"amount": 9500, "currency": "EUR"},
        "created_at": "2099-03-01T19:30:00.000Z", "expires_at": "2099-03-01T19:40:00.000Z",
        "expires_in_ms": 600_000, "payment": null, "booking": null, "mood": "cheerful",
    })
}
