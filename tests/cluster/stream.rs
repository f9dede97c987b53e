//! The stream of a show's seats: a snapshot, then deltas, resumed on any node.

use std::time::Duration;

use crate::harness::{Cluster, Node, plans, run, show};

/// An event must come within this: far beyond what a busy machine needs.
const EVENT_MAX: Duration = Duration::from_secs(20);

#[test]
fn a_stream_begins_with_a_snapshot_and_goes_on_with_deltas() {
    run(async {
        let cluster = Cluster::shared().await;
        let made = cluster.node(1).create_show(&show("stream", &plans::theatre())).await;
        for node in cluster.nodes() {
            let ready = format!("/v1/shows/stream?min_index={}", made.index());
            node.get(&ready).gives(200).await;
        }
        let mut stream = Stream::open(cluster.node(2), "stream", None).await;
        let snapshot = stream.event().await;
        assert_eq!(snapshot.name, "snapshot");
        assert!(!snapshot.id.is_empty(), "a stream that cannot be resumed");
        cluster.node(3).hold("stream", "stream-a", &["A-3"]).gives(201).await;
        let delta = stream.event().await;
        assert_eq!(delta.name, "seats");
        assert!(delta.data.contains("A-3") && delta.data.contains("unavailable"), "{delta:?}");
        assert!(!delta.data.contains("stream-a"), "a stream says whose seat it is: {delta:?}");
        assert_ne!(delta.id, snapshot.id);
        drop(stream);

        // Meanwhile something happens; another node tells what was missed, and only that.
        let held = cluster.node(1).hold("stream", "stream-b", &["B-7"]).send().await.expect(201);
        let ready = format!("/v1/shows/stream?min_index={}", held.index());
        cluster.node(3).get(&ready).gives(200).await;
        let mut stream = Stream::open(cluster.node(3), "stream", Some(&delta.id)).await;
        let missed = stream.event().await;
        assert_eq!(missed.name, "seats", "{missed:?}");
        assert!(missed.data.contains("B-7") && !missed.data.contains("A-3"), "{missed:?}");

        // An id that no node has ever given begins anew.
        let mut stream = Stream::open(cluster.node(1), "stream", Some("7-no-such-id")).await;
        assert_eq!(stream.event().await.name, "snapshot");
        cluster.node(2).get("/v1/shows/stream-not/stream").refused(404, "not_found").await;
    });
}

/// One event.
#[derive(Debug)]
pub struct Event {
    /// Its kind.
    pub name: String,
    /// With which a client resumes.
    pub id: String,
    /// What it says.
    pub data: String,
}

/// A connection that receives events.
pub struct Stream {
    response: reqwest::Response,
    received: String,
}

impl Stream {
    /// Opens it, from after the last event that was heard if there is one.
    pub async fn open(node: &Node, show: &str, last: Option<&str>) -> Stream {
        let mut call = node.get(&format!("/v1/shows/{show}/stream"));
        if let Some(last) = last {
            call = call.header("last-event-id", last);
        }
        let response = call.open().await;
        assert_eq!(response.status(), 200);
        let media = response.headers()["content-type"].to_str().expect("ASCII");
        assert!(media.starts_with("text/event-stream"), "{media}");
        Stream { response, received: String::new() }
    }

    /// The next event of those that the contract names; comments and others are passed over.
    pub async fn event(&mut self) -> Event {
        let next = async {
            loop {
                if let Some((block, rest)) = self.received.split_once("\n\n") {
                    let (block, rest) = (block.to_owned(), rest.to_owned());
                    self.received = rest;
                    let event = parse(&block);
                    if matches!(event.name.as_str(), "snapshot" | "seats") {
                        return event;
                    }
                    continue;
                }
                let chunk = self.response.chunk().await.expect("the stream goes on");
                let chunk = chunk.expect("the stream does not end");
                self.received.push_str(std::str::from_utf8(&chunk).expect("events are ASCII here"));
            }
        };
        tokio::time::timeout(EVENT_MAX, next).await.expect("an event comes")
    }
}

fn parse(block: &str) -> Event {
    let mut event = Event { name: String::new(), id: String::new(), data: String::new() };
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut event.name),
            "id" => value.clone_into(&mut event.id),
            "data" => event.data.push_str(value),
            // Comments and `retry`.
            _ => {}
        }
    }
    event
}
