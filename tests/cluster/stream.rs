//! The stream of a show's seats: a snapshot, then deltas, resumed on any node.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::harness::{Cluster, Node, eventually, plans, run, show};

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

/// A listener that goes on at another node after every few events hears of each change once, in
/// order, while seats are taken through all nodes: no gap and no duplicate.
#[test]
fn a_listener_hops_from_node_to_node() {
    run(async {
        const SEATS: usize = 200;
        let cluster = Cluster::shared().await;
        let made = cluster.node(1).create_show(&show("hops", &plans::large(SEATS))).await;
        for node in cluster.nodes() {
            node.get(&format!("/v1/shows/hops?min_index={}", made.index())).gives(200).await;
        }
        let taking = async {
            for at in 0..SEATS {
                let node = &cluster.nodes()[at % 3];
                let (user, seat) =
                    (format!("hops-{at}"), format!("R{}-{}", at / 100, at % 100 + 1));
                node.hold("hops", &user, &[&seat]).gives(201).await;
            }
        };
        // What is taken before it would be in the snapshot, and in no event.
        let mut stream = Stream::open(cluster.node(1), "hops", None).await;
        let mut last = stream.event().await;
        assert_eq!(last.name, "snapshot");
        let hearing = async {
            let mut heard: BTreeMap<String, usize> = BTreeMap::new();
            let mut events = 0;
            while heard.len() < SEATS {
                last = stream.event().await;
                assert_eq!(last.name, "seats", "everything again: {last:?}");
                let data: serde_json::Value = serde_json::from_str(&last.data).expect("it is JSON");
                for seat in data["seats"].as_array().expect("it has seats") {
                    assert_eq!(seat["status"], "unavailable", "{seat}");
                    *heard.entry(seat["id"].as_str().expect("an id").to_owned()).or_default() += 1;
                }
                events += 1;
                if events % 3 == 0 {
                    let next = &cluster.nodes()[events / 3 % 3];
                    stream = Stream::open(next, "hops", Some(&last.id)).await;
                }
            }
            let again: Vec<_> = heard.iter().filter(|(_, times)| **times != 1).collect();
            assert!(again.is_empty(), "heard of twice: {again:?}");
            assert!(events >= 9, "it hopped too little to say so: {events} events");
        };
        tokio::join!(taking, hearing);
    });
}

/// Listeners do not keep a node that is to end: their streams end in order, and go on elsewhere.
#[test]
fn open_streams_do_not_keep_a_node() {
    run(async {
        let cluster = Cluster::start().await;
        let made = cluster.node(1).create_show(&show("ends", &plans::theatre())).await;
        for node in cluster.nodes() {
            node.get(&format!("/v1/shows/ends?min_index={}", made.index())).gives(200).await;
        }
        let mut streams = Vec::new();
        for _ in 0..20 {
            let mut stream = Stream::open(cluster.node(3), "ends", None).await;
            let last = stream.event().await;
            streams.push((stream, last));
        }
        let node = cluster.node(3);
        node.process.signal("TERM");
        let ended = eventually("the node ends", EVENT_MAX, async || node.process.ended()).await;
        assert!(ended.success(), "{ended}");
        cluster.leader_among(&[1, 2]).await;
        cluster.node(1).hold("ends", "ends-a", &["A-3"]).gives(201).await;
        for (stream, last) in &mut streams {
            assert!(stream.next().await.is_none(), "it ends, and in order");
            let mut next = Stream::open(cluster.node(1), "ends", Some(&last.id)).await;
            let missed = next.event().await;
            assert_eq!(missed.name, "seats");
            assert!(missed.data.contains("A-3"), "{missed:?}");
        }
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
        self.next().await.expect("the stream does not end")
    }

    /// The same; `None` at the end.
    pub async fn next(&mut self) -> Option<Event> {
        let next = async {
            loop {
                if let Some((block, rest)) = self.received.split_once("\n\n") {
                    let (block, rest) = (block.to_owned(), rest.to_owned());
                    self.received = rest;
                    let event = parse(&block);
                    if matches!(event.name.as_str(), "snapshot" | "seats") {
                        return Some(event);
                    }
                    continue;
                }
                let chunk =
                    self.response.chunk().await.expect("the stream goes on, or ends well")?;
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
