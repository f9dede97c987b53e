//! The stream of a show's seats: snapshot, deltas, resumption, reset, end.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::rig::{Rig, show};
use crate::http::{Limits, Settings};

/// A connection that receives events.
struct Listener {
    body: BodyDataStream,
    received: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Event {
    name: String,
    id: String,
    data: Value,
}

impl Listener {
    async fn open(rig: &Rig, last: Option<&str>, organizer: bool) -> Listener {
        let call = rig.get("/v1/shows/s/stream").header("accept", "text/event-stream");
        let call = if organizer { call.organizer() } else { call };
        let call = if let Some(last) = last { call.header("last-event-id", last) } else { call };
        let answer = call.open().await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        Listener { body: answer.into_body().into_data_stream(), received: String::new() }
    }

    /// The next block of lines; `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.received.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.received = rest;
                return Some(block);
            }
            let chunk = self.body.next().await?.unwrap();
            self.received.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event; comments and the like are passed over.
    async fn event(&mut self) -> Event {
        loop {
            let block = self.block().await.expect("the stream goes on");
            let field = |name: &str| {
                block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned)
            };
            let Some(data) = field("data: ") else { continue };
            let data = serde_json::from_str(&data).unwrap();
            return Event { name: field("event: ").unwrap(), id: field("id: ").unwrap(), data };
        }
    }

    /// Whether nothing more is there to be received at once.
    fn is_quiet(&mut self) -> bool {
        self.received.is_empty()
            && futures_util::FutureExt::now_or_never(self.body.next()).is_none()
    }
}

fn ids(event: &Event) -> Vec<&str> {
    event.data["seats"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect()
}

/// However many listen, a hall is there once: its bytes are the same for all of them.
#[tokio::test]
async fn listeners_share_a_snapshot() {
    let rig = Rig::new();
    rig.show("s").await;
    let whole = rig.get("/v1/shows/s/seats").send().await.body;
    let mut places = Vec::new();
    for _ in 0..2 {
        let call = rig.get("/v1/shows/s/stream").header("accept", "text/event-stream");
        let mut pieces = call.open().await.into_body().into_data_stream();
        let hall = loop {
            let piece = pieces.next().await.expect("the stream goes on").unwrap();
            if *piece == *whole {
                break piece;
            }
        };
        places.push(hall);
    }
    assert_eq!(places[0].as_ptr(), places[1].as_ptr());
}

/// First everything, then what changes, each under the id of its version.
#[tokio::test]
async fn a_snapshot_then_deltas() {
    let rig = Rig::new();
    rig.show("s").await;
    let mut buyer = Listener::open(&rig, None, false).await;
    let mut organizer = Listener::open(&rig, None, true).await;
    assert!(buyer.block().await.unwrap().starts_with("retry: "));
    let first = buyer.event().await;
    assert_eq!(first.name, "snapshot");
    assert_eq!(first.data, rig.get("/v1/shows/s/seats").gives(200).await);
    assert_eq!(first.id, format!("5-{}", first.data["version"]));
    assert_eq!(organizer.event().await.data["seats"][0]["state"], "AVAILABLE");
    assert!(buyer.is_quiet());

    let body = json!({"seats": ["A-3", "A-4"], "areas": [{"id": "floor", "quantity": 2}]});
    rig.post("/v1/shows/s/holds", &body).user("u").gives(201).await;
    let delta = buyer.event().await;
    assert_eq!(delta.name, "seats");
    assert_eq!(ids(&delta), ["A-3", "A-4"]);
    assert_eq!(delta.data["seats"][0]["status"], "unavailable");
    assert_eq!(delta.data["areas"], json!([{"id": "floor", "available": 8}]));
    assert!(!delta.data.to_string().contains("PENDING"), "a buyer sees free or not");
    assert_ne!(delta.id, first.id);
    let told = organizer.event().await;
    assert_eq!(
        (&told.data["seats"][0]["state"], &told.data["seats"][0]["user"]),
        (&json!("PENDING"), &json!("u"))
    );

    // What changes nothing of this show wakes nobody; what changes twice is told once.
    rig.post("/v1/shows", &show("other")).gives(201).await;
    assert!(buyer.is_quiet());
    rig.hold("s", "v", &["B-1"]).await;
    rig.hold("s", "w", &["B-2"]).await;
    assert_eq!(ids(&buyer.event().await), ["B-1", "B-2"]);
    assert!(buyer.is_quiet());
}

/// Many listeners hear of everything once, and of several changes together.
#[tokio::test(start_paused = true)]
async fn a_crowd_looks_together() {
    let seats = ["A-1", "A-2", "A-3", "A-4", "B-1", "B-2", "B-3", "B-4"];
    let rig = Rig::new();
    rig.show("s").await;
    let mut crowd = Vec::new();
    for _ in 0..250 {
        let mut listener = Listener::open(&rig, None, false).await;
        assert_eq!(listener.event().await.name, "snapshot");
        crowd.push(listener);
    }
    let holding = async {
        for seat in seats {
            rig.hold("s", seat, &[seat]).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let hearing = join_all(crowd.iter_mut().map(async |listener| {
        let (mut heard, mut events) = (Vec::new(), 0);
        while heard.len() < seats.len() {
            let event = listener.event().await;
            assert_eq!(event.name, "seats");
            heard.extend(ids(&event).into_iter().map(str::to_owned));
            events += 1;
        }
        assert_eq!(heard, seats, "each once, in order");
        events
    }));
    let ((), events) = tokio::join!(holding, hearing);
    // They look every 10 ms, and all was done within 8.
    assert!(events.iter().all(|events| *events <= 2), "{events:?}");
    // Whoever is alone again hears of each change at once.
    crowd.truncate(1);
    rig.hold("s", "last", &["B-5"]).await;
    assert_eq!(ids(&crowd[0].event().await), ["B-5"]);
}

/// A listener goes on where it ended, and begins anew where that is not known.
#[tokio::test]
async fn streams_are_resumed_or_reset() {
    let rig = Rig::new();
    rig.show("s").await;
    let first = Listener::open(&rig, None, false).await.event().await;
    rig.hold("s", "u", &["A-1"]).await;
    rig.hold("s", "v", &["B-5"]).await;
    let mut resumed = Listener::open(&rig, Some(&first.id), false).await;
    let missed = resumed.event().await;
    assert_eq!((missed.name.as_str(), ids(&missed)), ("seats", vec!["A-1", "B-5"]));
    let mut resumed = Listener::open(&rig, Some(&missed.id), false).await;
    rig.hold("s", "w", &["B-4"]).await;
    assert_eq!(ids(&resumed.event().await), ["B-4"], "nothing was missed");

    let mut other = Listener::open(&rig, Some("4-1"), false).await;
    let reset = other.event().await;
    assert_eq!((reset.name.as_str(), &reset.data["reason"]), ("reset", &json!("epoch")));
    assert_eq!(other.event().await.name, "snapshot");
    for nonsense in ["", "7", "a-b", "7-no-such-id"] {
        let mut new = Listener::open(&rig, Some(nonsense), false).await;
        assert_eq!(new.event().await.name, "snapshot", "{nonsense}");
    }
}

/// Behind what the show remembers, everything comes again; so it does ahead of what any node has.
#[tokio::test]
async fn what_is_too_old_or_too_new_is_reset() {
    let rig = Rig::new();
    rig.show("s").await;
    let first = Listener::open(&rig, None, false).await.event().await;
    let mut slow = Listener::open(&rig, Some(&first.id), false).await;
    for _ in 0..40_000 {
        for what in ["block", "unblock"] {
            let seats = std::collections::BTreeSet::from(["A-1".into()]);
            let id = "s".into();
            rig.command(match what {
                "block" => crate::seats::Command::Block { show: id, seats },
                _ => crate::seats::Command::Unblock { show: id, seats },
            });
        }
    }
    let reset = slow.event().await;
    assert_eq!((reset.name.as_str(), &reset.data["reason"]), ("reset", &json!("too_old")));
    assert_eq!(slow.event().await.name, "snapshot");
    let mut ahead = Listener::open(&rig, Some("5-99999999"), false).await;
    let reset = ahead.event().await;
    assert_eq!((reset.name.as_str(), &reset.data["reason"]), ("reset", &json!("ahead")));
    assert_eq!(ahead.event().await.name, "snapshot");
}

/// A node that lags the one before it is waited for.
#[tokio::test]
async fn a_lagging_node_catches_up() {
    let rig = Rig::new();
    rig.show("s").await;
    let version = rig.get("/v1/shows/s/seats").gives(200).await["version"].as_u64().unwrap();
    let next = format!("5-{}", version + 1);
    let mut listener = Listener::open(&rig, Some(&next), false).await;
    assert!(listener.block().await.unwrap().starts_with("retry: "));
    assert!(listener.is_quiet(), "it waits for this node to know the version");
    rig.hold("s", "u", &["A-1"]).await;
    assert_eq!(listener.block().await.unwrap(), ": nothing has changed");
    rig.hold("s", "v", &["A-2"]).await;
    let event = listener.event().await;
    assert_eq!((event.name.as_str(), ids(&event)), ("seats", vec!["A-2"]), "A-1 was seen before");
}

/// Without news a comment keeps the connection; when the node stops, the stream ends.
#[tokio::test]
async fn streams_are_kept_alive_and_end() {
    let stream_keep_alive = Duration::from_millis(200);
    let limits = Limits { stream_keep_alive, ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    let mut listener = Listener::open(&rig, None, false).await;
    listener.event().await;
    let before = tokio::time::Instant::now();
    assert_eq!(listener.block().await.unwrap(), ": keep-alive");
    assert!(before.elapsed() >= stream_keep_alive);
    let (end, ()) = tokio::join!(listener.block(), async {
        rig.stop.send_replace(true);
    });
    assert_eq!(end, None);
    rig.get("/readyz").refused(503, "not_ready").await;
}

/// There are only so many listeners, and the place of one that leaves is free again.
#[tokio::test]
async fn listeners_are_bounded() {
    let limits = Limits { streams_max: 1, ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    let one = Listener::open(&rig, None, false).await;
    rig.get("/v1/shows/s/stream").refused(503, "overloaded").await;
    drop(one);
    Listener::open(&rig, None, false).await.event().await;
    rig.get("/v1/shows/none/stream").refused(404, "not_found").await;
}
