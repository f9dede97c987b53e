//! What the tests stand on: clusters of real processes, requests, cuts, plans.

mod certificate;
mod cluster;
mod gateway;
mod http;
mod late;
mod mail;
mod money;
mod network;
pub mod plans;
pub mod ports;
mod process;
mod rng;
mod spaces;
pub mod tokens;
mod trouble;
mod wire;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub use certificate::Certificate;
pub use cluster::{Cluster, Node, SECRET, START_MAX};
pub use gateway::Fault;
pub use http::{Call, Reply};
pub use mail::{is_letter, letters};
pub use money::{Paying, event, sign};
pub use process::{Process, Ran, finish, mortal, usher, write};
pub use rng::Rng;
pub use wire::Wire;

/// How often an outside process is asked again while we wait for it.
const POLL_PAUSE: Duration = Duration::from_millis(20);

/// A test that takes longer hangs.
const TEST_MAX: Duration = Duration::from_mins(5);

/// Runs a test on the one runtime of this binary: the HTTP client and a shared cluster outlive
/// single tests, and a runtime takes its connections with it when it goes.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    run_within(TEST_MAX, test)
}

/// The same for what takes longer by right.
pub fn run_within<T>(time: Duration, test: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().expect("a runtime can be built")
    });
    let timed = RUNTIME.block_on(async { tokio::time::timeout(time, test).await });
    timed.expect("the test ends in time")
}

/// Asks an outside process until it says what we wait for.
pub async fn eventually<T>(
    what: &str,
    within: Duration,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> T {
    let asked = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(asked.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(POLL_PAUSE).await;
    }
}

/// A show on sale with this plan, under names that no other test uses.
pub fn show(id: &str, plan: &Value) -> Value {
    json!({
        "id": id, "name": format!("The {id} show"), "venue": format!("Hall of {id}"),
        "starts_at": "2099-03-01T19:30:00.000Z", "currency": "EUR",
        "prices": {"Stalls": 9500, "Circle": 6500}, "seat_map": plan,
    })
}

/// The same with some fields set or replaced.
pub fn show_with(id: &str, plan: &Value, fields: &Value) -> Value {
    let mut body = show(id, plan);
    for (name, value) in fields.as_object().expect("fields are an object") {
        body[name] = value.clone();
    }
    body
}

/// The text in a field.
pub fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field].as_str().unwrap_or_else(|| panic!("no text {field} in {body}"))
}

/// The items of a list in a field.
pub fn list<'a>(body: &'a Value, field: &str) -> &'a [Value] {
    body[field].as_array().unwrap_or_else(|| panic!("no list {field} in {body}"))
}

/// A field of each item of a list, as text.
pub fn column<'a>(items: &'a [Value], field: &str) -> Vec<&'a str> {
    items.iter().map(|item| text(item, field)).collect()
}
