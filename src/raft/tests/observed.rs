//! What a cluster tells of itself while it works: its metrics, and the trace of one request
//! through two nodes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tower::ServiceExt as _;

use super::harness::{Cluster, PATIENCE, SECRET, held, hold, until};
use crate::clock::{SystemClock, SystemRng};
use crate::gateways::Gateways;
use crate::http::{self, App};
use crate::metrics::{Form, Metrics, Readings};
use crate::raft::NodeId;
use crate::tickets::Links;
use crate::traces::Traces;

/// The trace that a client began.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// A span with the node that made it.
type Told = (String, Span);

/// A collector that hands on what it is sent; its address.
async fn collector() -> (String, mpsc::UnboundedReceiver<Told>) {
    async fn take(
        State(heard): State<mpsc::UnboundedSender<Told>>,
        headers: HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        let sent = ExportTraceServiceRequest::decode(body).unwrap();
        for of_node in sent.resource_spans {
            let about = of_node.resource.unwrap_or_default().attributes;
            let node = about.iter().find(|pair| pair.key == "service.instance.id").unwrap();
            let node = format!("{:?}", node.value);
            for span in of_node.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                // A test that has seen enough is gone.
                let _gone = heard.send((node.clone(), span));
            }
        }
        StatusCode::OK
    }
    let (heard, spans) = mpsc::unbounded_channel();
    let router = Router::new().route("/v1/traces", post(take)).with_state(heard);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, spans)
}

/// The API of a node of the cluster.
fn api(cluster: &Cluster, node: NodeId, traces: Traces, shutdown: watch::Receiver<bool>) -> Router {
    http::router(App {
        backend: Arc::new(cluster.handle(node).clone()),
        settings: http::Settings::default(),
        gateways: Gateways::default(),
        links: Links::new("http://localhost", SECRET),
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(SystemRng),
        metrics: Metrics::default(),
        traces,
        shutdown,
    })
}

fn ask(user: &str, parent: Option<&str>) -> Request<Body> {
    let body = json!({"areas": [{"id": "floor", "quantity": 1}]}).to_string();
    let request = Request::post("/v1/shows/show/holds")
        .header("content-type", "application/json")
        .header("x-request-id", format!("of-{user}"))
        .header("x-user-id", user);
    let parent = parent.map(|parent| format!("00-{TRACE}-b7ad6b7169203331-{parent}"));
    let request = parent.into_iter().fold(request, |all, one| all.header("traceparent", one));
    request.body(Body::from(body)).unwrap()
}

/// A hold at a follower is one trace: the client's, the follower's request within it, and within
/// that what the leader did. A request whose client's trace is not sampled is told of by nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_through_two_nodes() {
    let mut cluster = Cluster::formed(3, 100).await;
    let (address, mut spans) = collector().await;
    let traces: BTreeMap<NodeId, Traces> =
        [1, 2, 3].map(|node| (node, Traces::to(&address, node).unwrap())).into();
    for node in [1, 2, 3] {
        cluster.node(node).stop().await;
        cluster.node(node).traces = traces[&node].clone();
        cluster.node(node).start().await;
    }
    let leader = cluster.leader().await;
    let follower = cluster.followers().await[0];
    let (_stop, shutdown) = watch::channel(false);
    let api = api(&cluster, follower, traces[&follower].clone(), shutdown);
    for (user, parent) in [("quiet", Some("00")), ("ann", Some("01"))] {
        let answer = api.clone().oneshot(ask(user, parent)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }
    let (one, other) = (traces[&leader].clone(), traces[&follower].clone());
    tokio::task::spawn_blocking(move || {
        one.stop(PATIENCE);
        other.stop(PATIENCE);
    })
    .await
    .unwrap();
    let mut told: Vec<Told> = Vec::new();
    while let Ok(span) = spans.try_recv() {
        told.push(span);
    }
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    assert!(told.iter().all(|(_, span)| span.trace_id == trace), "{told:#?}");
    // From the client inwards: each is the parent of the next.
    let mut parent = 0xb7ad_6b71_6920_3331_u64.to_be_bytes().to_vec();
    for (node, name) in [
        (follower, "POST /v1/shows/{show}/holds"),
        (follower, "propose"),
        (follower, "forward"),
        (leader, "take forwarded"),
        (leader, "propose"),
    ] {
        let mut found = told.iter().filter(|(_, span)| span.parent_span_id == parent);
        let (of, span) = found.next().unwrap_or_else(|| panic!("no {name}: {told:#?}"));
        assert_eq!(span.name, name);
        assert!(of.contains(&format!("\"{node}\"")), "{name} is of {of}, not of {node}");
        parent = span.span_id.clone();
    }
    assert_eq!(told.len(), 5, "{told:#?}");
    let all = format!("{told:?}");
    assert!(all.contains("of-ann"), "the request's id is told: {all}");
    assert!(!all.contains("\"ann\"") && !all.contains("floor"), "nobody is: {all}");
}

/// A leader of an older version turns a traced proposal away, and gets it without its trace: the
/// hold is made once, and what the follower did is told.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_leader_is_asked_without_a_trace() {
    let mut cluster = Cluster::formed(3, 100).await;
    let (address, mut spans) = collector().await;
    let follower = cluster.followers().await[0];
    let traces = Traces::to(&address, follower).unwrap();
    cluster.node(follower).stop().await;
    cluster.node(follower).traces = traces.clone();
    cluster.node(follower).start().await;
    let leader = cluster.leader().await;
    assert_ne!(leader, follower);
    cluster.cuts.age(leader);
    let (_stop, shutdown) = watch::channel(false);
    let api = api(&cluster, follower, traces.clone(), shutdown);
    let answer = api.oneshot(ask("ann", Some("01"))).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(cluster.cuts.in_vain(), 1);
    tokio::task::spawn_blocking(move || traces.stop(PATIENCE)).await.unwrap();
    let mut names = Vec::new();
    while let Ok((_, span)) = spans.try_recv() {
        names.push(span.name);
    }
    names.sort();
    assert_eq!(names, ["POST /v1/shows/{show}/holds", "forward", "propose"]);
}

/// A collector that is not there delays nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_collector_harms_nobody() {
    let cluster = Cluster::formed(1, 100).await;
    let traces = Traces::to("http://127.0.0.1:9/v1/traces", 1).unwrap();
    let (_stop, shutdown) = watch::channel(false);
    let api = api(&cluster, 1, traces.clone(), shutdown);
    for user in 0..20 {
        let asked = api.clone().oneshot(ask(&format!("u{user}"), None));
        let answer = tokio::time::timeout(Duration::from_secs(2), asked).await.unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }
    tokio::task::spawn_blocking(move || traces.stop(Duration::from_secs(1))).await.unwrap();
}

/// A leader measures its commits and every node its syncs; each counts its leaders, knows its disk
/// and, once it leads, how far the others are.
#[tokio::test]
async fn a_cluster_measures_itself() {
    let cluster = Cluster::formed(3, 100).await;
    let leader = cluster.leader().await;
    let answer = cluster.propose(leader, hold("ann")).await.unwrap();
    assert!(held(&answer.outcome));
    let count = |node: NodeId, name: &str| {
        let text = cluster.nodes[&node].metrics.render(Readings::default(), Form::Classic);
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse::<u64>().ok()).unwrap_or(0)
    };
    for node in [1, 2, 3] {
        until("a node measures", async || {
            0 < count(node, "usher_log_fsync_seconds_count")
                && 0 < count(node, "usher_raft_leader_changes_total")
                && 0 < count(node, "usher_disk_free_bytes")
        })
        .await;
        let vitals = cluster.handle(node).vitals();
        assert_eq!(vitals.leads, node == leader);
        let peers: Vec<_> = vitals.match_lag.iter().map(|(peer, _)| *peer).collect();
        let others: Vec<_> = [1, 2, 3].into_iter().filter(|other| *other != node).collect();
        assert_eq!(peers, if node == leader { others } else { vec![] });
        assert!(0 < vitals.term && 0 < vitals.applied_index, "{vitals:?}");
    }
    assert!(0 < count(leader, "usher_raft_commit_seconds_count"));
    until("the peers have everything", async || {
        let vitals = cluster.handle(leader).vitals();
        vitals.apply_lag == 0 && vitals.match_lag.iter().all(|(_, lag)| *lag == 0)
    })
    .await;
    until("clocks are compared", async || {
        cluster.handle(leader).vitals().clock_offset_ms.is_some()
    })
    .await;
}

/// What keeps a node from being ready is told by name, and the rest is told as sound.
#[tokio::test]
async fn checks_name_what_fails() {
    let cluster = Cluster::formed(3, 100).await;
    let leader = cluster.leader().await;
    let failing = |node: NodeId| {
        let checks = cluster.handle(node).checks();
        let failed = checks.into_iter().filter(|check| check.failed.is_some());
        failed.map(|check| check.name).collect::<Vec<_>>()
    };
    until("all is well", async || [1, 2, 3].iter().all(|node| failing(*node).is_empty())).await;
    let follower = cluster.followers().await[0];
    cluster.nodes[&follower].disk_low.store(true, std::sync::atomic::Ordering::SeqCst);
    until("the disk fails", async || failing(follower) == ["disk"]).await;
    cluster.nodes[&leader].clock.set(3_600_000);
    until("the clock fails, or another leads", async || {
        failing(leader) == ["clock"] || !cluster.handle(leader).is_leader()
    })
    .await;
    let alone = Cluster::scattered(1).await;
    let checks = alone.handle(1).checks();
    let failed: Vec<_> = checks.iter().filter(|check| check.failed.is_some()).collect();
    assert_eq!(failed[0].name, "cluster", "{failed:?}");
}
