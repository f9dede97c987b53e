//! What the edges of a node refuse.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use reqwest::Client;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::harness::{Cluster, Cuts, Node, SECRET, has_hold, held, hold, soon, until, within};
use crate::raft::secret::Secret;
use crate::raft::transport::{Papers, Party};
use crate::raft::{AdminError, NodeId, ProposeError, headers, lines, server};

fn raw() -> Client {
    Client::builder().http2_prior_knowledge().tls_certs_only([]).build().unwrap()
}

/// Sends bytes to a node's peer port and returns the status and the reason.
async fn send(
    node: &Node,
    secret: &str,
    papers: Option<&Papers>,
    path: &str,
    body: Vec<u8>,
) -> (StatusCode, String) {
    let mut shown = http::HeaderMap::new();
    if let Some(papers) = papers {
        headers::show(&mut shown, papers);
    }
    shown.insert(headers::SECRET, Secret::new(secret).request());
    let url = format!("http://{}{path}", node.peer);
    let response = raw().post(url).headers(shown).body(body).send().await.unwrap();
    let status = response.status();
    (status, String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned())
}

/// The papers that a peer of this node would show.
async fn good_papers(cluster: &Cluster, from: NodeId, to: NodeId) -> Papers {
    let status = cluster.handle(to).cluster_status().await;
    let id = u128::from_str_radix(&status.cluster_id.unwrap(), 16).unwrap();
    let disk = |id: NodeId| Party { node: id, disk: Some(cluster.handle(id).disk()) };
    Papers { cluster: Some(id), from: disk(from), to: disk(to) }
}

/// Wrong papers are refused with a reason before anything is read, right ones are let in.
#[tokio::test]
async fn strangers_are_refused() {
    let cluster = Cluster::formed(3, 10).await;
    let node = &cluster.nodes[&1];
    let good = good_papers(&cluster, 2, 1).await;
    let check = async |secret: &str, papers: Papers, status: StatusCode, reason: &str| {
        let body = crate::raft::wire::encode(&crate::raft::wire::Request::Clock).unwrap().to_vec();
        let (got, text) = send(node, secret, Some(&papers), server::CALL_PATH, body).await;
        assert_eq!(got, status, "{text}");
        assert!(text.contains(reason), "{text}");
    };
    check(SECRET, good, StatusCode::OK, "").await;
    check("guess", good, StatusCode::UNAUTHORIZED, "secret").await;
    let other = Papers { cluster: Some(1), ..good };
    check(SECRET, other, StatusCode::CONFLICT, "cluster").await;
    let wiped = Papers { from: Party { node: 2, disk: Some(5) }, ..good };
    check(SECRET, wiped, StatusCode::CONFLICT, "wiped disk").await;
    let me = Papers { from: good.to, ..good };
    check(SECRET, me, StatusCode::CONFLICT, "which is me").await;
    let elsewhere = Papers { to: Party { node: 3, disk: good.to.disk }, ..good };
    check(SECRET, elsewhere, StatusCode::CONFLICT, "meant for").await;
    let (status, _) = send(node, SECRET, None, server::CALL_PATH, Vec::new()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

/// Empty, truncated, oversized and senseless bodies are refused, and the node lives on.
#[tokio::test]
async fn broken_bodies_are_refused() {
    let cluster = Cluster::formed(3, 10).await;
    let node = &cluster.nodes[&1];
    let papers = good_papers(&cluster, 2, 1).await;
    let whole = crate::raft::wire::encode(&crate::raft::wire::Request::Status).unwrap().to_vec();
    let mut flipped = whole.clone();
    flipped[1] ^= 0x40;
    let cut = whole[..whole.len() - 1].to_vec();
    for body in [Vec::new(), cut, flipped, vec![0xff; 1000], b"GET / HTTP/1.1".to_vec()] {
        let (status, text) = send(node, SECRET, Some(&papers), server::CALL_PATH, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{text}");
    }
    let huge = vec![0; crate::raft::wire::BYTES_MAX + 1];
    let (status, _) = send(node, SECRET, Some(&papers), server::CALL_PATH, huge).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    for body in [Vec::new(), vec![0xff; 100], vec![4, 0, 0, 0, 1, 2, 3, 4]] {
        let (status, _) = send(node, SECRET, Some(&papers), server::SNAPSHOT_PATH, body).await;
        assert_eq!(status, StatusCode::OK, "the answer says that it was not taken");
    }
    let answer = cluster.propose(1, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
}

/// A line begins between members alone, and nonsense on it ends nothing but the line.
#[tokio::test]
async fn lines_are_between_members() {
    let cluster = Cluster::formed(3, 10).await;
    let node = &cluster.nodes[&1];
    let good = good_papers(&cluster, 2, 1).await;
    let client = Client::builder().http1_only().tls_certs_only([]).build().unwrap();
    let begin = async |secret: &str, papers: &Papers| {
        let mut shown = http::HeaderMap::new();
        headers::show(&mut shown, papers);
        shown.insert(headers::SECRET, Secret::new(secret).request());
        shown.insert(http::header::CONNECTION, "upgrade".parse().unwrap());
        shown.insert(http::header::UPGRADE, lines::PROTOCOL.parse().unwrap());
        let url = format!("http://{}{}", node.peer, server::LINE_PATH);
        client.post(url).headers(shown).send().await.unwrap()
    };
    for (secret, papers, status) in [
        ("guess", good, StatusCode::UNAUTHORIZED),
        (SECRET, Papers { cluster: None, ..good }, StatusCode::CONFLICT),
        (SECRET, Papers { cluster: Some(1), ..good }, StatusCode::CONFLICT),
        (SECRET, Papers { from: Party { node: 2, disk: Some(5) }, ..good }, StatusCode::CONFLICT),
        (SECRET, good, StatusCode::SWITCHING_PROTOCOLS),
    ] {
        assert_eq!(begin(secret, &papers).await.status(), status, "{papers:?}");
    }
    for nonsense in [&[0xff; 64][..], &[4, 0, 0, 0, 1, 2, 3, 4], &[200, 0, 0, 0, 1]] {
        let mut stream = begin(SECRET, &good).await.upgrade().await.unwrap();
        stream.write_all(nonsense).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest));
        closed.await.expect("it is closed").ok();
        assert!(rest.is_empty(), "{rest:?}");
    }
    // What is framed well and is no message is refused with a reason.
    let mut stream = begin(SECRET, &good).await.upgrade().await.unwrap();
    stream.write_all(&[10, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]).await.unwrap();
    let mut head = [0; 13];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!((head[4], head[12]), (7, 1), "call 7 is refused");
    let answer = cluster.propose(2, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome), "peers are not disturbed");
}

/// A connection on which nobody shows the right papers is closed after a while; a peer's stays.
#[tokio::test]
async fn strangers_do_not_sit_on_connections() {
    let cluster = Cluster::formed(3, 10).await;
    let mut silent = tokio::net::TcpStream::connect(&cluster.nodes[&1].peer).await.unwrap();
    let closed = async {
        let mut buffer = [0; 64];
        while silent.read(&mut buffer).await.is_ok_and(|count| 0 < count) {}
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.expect("it is closed");
    let answer = cluster.propose(2, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome), "peers are not disturbed");
}

/// A node with another secret is kept out, and is told why.
#[tokio::test]
async fn another_secret_keeps_a_node_out() {
    let cuts = Cuts::default();
    let one = Node::new(1, &cuts).await;
    let mut two = Node::new(2, &cuts).await;
    two.kill();
    two.secret = "another".to_owned();
    two.start().await;
    let members = vec![(1, one.member()), (2, two.member())];
    let refused = one.handle().initialize(members, soon()).await;
    match refused {
        Err(AdminError::Refused(reason)) => assert!(reason.contains("secret"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

/// A member that comes back with an empty disk under its old number is refused by the others, its
/// votes included; the rest goes on.
#[tokio::test]
async fn a_wiped_disk_is_refused() {
    let mut cluster = Cluster::formed(3, 100).await;
    let wiped = cluster.followers().await[0];
    cluster.node(wiped).kill();
    let peer = cluster.nodes[&wiped].peer.clone();
    let mut empty = Node::new(wiped, &cluster.cuts.clone()).await;
    empty.kill();
    empty.peer = peer;
    empty.start().await;
    let leader = cluster.leader().await;
    let answer = cluster.propose(leader, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
    let status = cluster.handle(leader).cluster_status().await;
    let shown = status.nodes.iter().find(|node| node.id == wiped).unwrap();
    assert_eq!(shown.role, crate::raft::Role::Unreachable);
    assert_eq!(empty.handle().cluster_status().await.cluster_id, None);
    assert!(!has_hold(empty.handle(), "buyer"));
}

/// Before a cluster is formed, and after the node was told to stop, nothing is taken.
#[tokio::test]
async fn a_node_of_no_cluster_takes_nothing() {
    let node = Node::new(1, &Cuts::default()).await;
    let refused = node.handle().propose(hold("buyer"), within(500)).await;
    assert!(matches!(refused, Err(ProposeError::NotReady(_))), "{refused:?}");
    assert!(node.handle().linearize(within(500)).await.is_err());
}

/// When no leader takes anything and the queue is full, more is refused at once, not queued; and
/// what was refused for want of a leader is not applied later.
#[tokio::test]
async fn a_full_queue_refuses() {
    const BURST: usize = 12_000;
    let mut cluster = Cluster::formed(3, 100_000).await;
    let followers = cluster.followers().await;
    let leader = cluster.leader().await;
    cluster.node(leader).kill();
    cluster.node(followers[1]).kill();
    let handle = cluster.handle(followers[0]).clone();
    // The first one may find the connection to the leader still open, and be lost on it.
    let _maybe_lost = handle.propose(hold("first"), within(500)).await;
    let burst = (0..BURST).map(|buyer| {
        let handle = handle.clone();
        async move { handle.propose(hold(&format!("burst-{buyer}")), within(1500)).await }
    });
    let answers = join_all(burst).await;
    let count = |kind: fn(&ProposeError) -> bool| {
        answers.iter().filter(|answer| answer.as_ref().is_err_and(kind)).count()
    };
    assert!(0 < count(|error| matches!(error, ProposeError::Overloaded(_))), "the queue took all");
    assert!(0 < count(|error| *error == ProposeError::NoLeader), "the queue took nothing");
    let unknown = count(|error| matches!(error, ProposeError::OutcomeUnknown(_)));
    // The deadlines lie a little apart, so each may catch another one that feels its way.
    assert!(unknown <= 50, "{unknown} were away at their deadlines, to a leader that is gone");
    assert!(answers.iter().all(Result::is_err), "nobody leads");
    cluster.node(leader).start().await;
    cluster.node(followers[1]).start().await;
    cluster.leader().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    cluster.handle(followers[0]).linearize(soon()).await.unwrap();
    for (buyer, answer) in answers.iter().enumerate() {
        let applied = has_hold(&handle, &format!("burst-{buyer}"));
        assert!(!applied, "burst-{buyer} was applied after {answer:?}");
    }
}

/// A node whose disk is nearly full refuses proposals, its own and those of others, and takes them
/// again when there is room.
#[tokio::test]
async fn a_low_disk_refuses_until_there_is_room() {
    let cluster = Cluster::formed(1, 10).await;
    let low = &cluster.nodes[&1].disk_low;
    low.store(true, Ordering::SeqCst);
    until("a refusal", async || match cluster.propose(1, hold("ada")).await {
        Err(ProposeError::Overloaded(reason)) => reason.contains("disk"),
        Ok(_) | Err(_) => false,
    })
    .await;
    let linearized = cluster.handle(1).linearize(soon()).await;
    assert!(linearized.is_ok(), "reads go on: {linearized:?}");
    low.store(false, Ordering::SeqCst);
    let taken = async || cluster.propose(1, hold("eve")).await.is_ok_and(|a| held(&a.outcome));
    until("a proposal is taken", taken).await;
}
