//! Whoever is no member gets nothing out of the peer port and nothing into it, cannot keep a node
//! busy or full, and does not disturb those who are. Raw sockets: they send what no client library
//! would.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::harness::{Cluster, PATIENCE, SECRET, held, hold, proposal};
use crate::raft::secret::Secret;
use crate::raft::transport::{Papers, Party};
use crate::raft::{NodeId, headers, lines, server, wire};
use crate::seats::Command;

/// A stranger is rid of its connection within this, on a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// More connections than the port takes.
const MANY: usize = 300;

async fn papers(cluster: &Cluster, from: NodeId, to: NodeId) -> Papers {
    let status = cluster.handle(to).cluster_status().await;
    let id = u128::from_str_radix(&status.cluster_id.unwrap(), 16).unwrap();
    let party = |id: NodeId| Party { node: id, disk: Some(cluster.handle(id).disk()) };
    Papers { cluster: Some(id), from: party(from), to: party(to) }
}

/// The head of a call with this secret and these papers, and more headers.
fn head(path: &str, secret: &str, papers: &Papers, more: &str) -> Vec<u8> {
    let mut shown = http::HeaderMap::new();
    headers::show(&mut shown, papers);
    shown.insert(headers::SECRET, Secret::new(secret).request());
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: x\r\n{more}");
    for (name, value) in &shown {
        head += &[name.as_str(), ": ", value.to_str().unwrap(), "\r\n"].concat();
    }
    (head + "\r\n").into_bytes()
}

async fn connect(cluster: &Cluster) -> TcpStream {
    TcpStream::connect(&cluster.nodes[&1].peer).await.unwrap()
}

/// Sends bytes and reads until the node hangs up; says what it answered.
async fn say(cluster: &Cluster, bytes: &[u8]) -> String {
    let mut connection = connect(cluster).await;
    // A node that hangs up in the middle of it is heard of below.
    let _ = connection.write_all(bytes).await;
    to_end(&mut connection).await
}

async fn to_end(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let ended = timeout(SOON, connection.read_to_end(&mut answer)).await;
    let _ = ended.expect("the node hangs up");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Members go on as if nothing were the matter: writes through every node, in no more time.
async fn undisturbed(cluster: &Cluster, what: &str) {
    let begun = Instant::now();
    for node in 1..=3 {
        let user = format!("{what}-{node}");
        let answer = cluster.propose(node, hold(&user)).await.unwrap();
        assert!(held(&answer.outcome), "{what} through {node}");
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{what}: {:?}", begun.elapsed());
}

/// With the wrong secret nothing is read, whatever else is right; the answer tells nothing of the
/// cluster.
#[tokio::test]
async fn a_wrong_secret_is_told_nothing() {
    let cluster = Cluster::formed(3, 100).await;
    let good = papers(&cluster, 2, 1).await;
    for path in [server::CALL_PATH, server::LINE_PATH, server::SNAPSHOT_PATH] {
        // The body that it claims never comes: it is not waited for.
        let claims = "content-length: 1000000\r\n";
        let begun = Instant::now();
        let answer = say(&cluster, &head(path, "guess", &good, claims)).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
        assert!(begun.elapsed() < SOON);
        assert!(!answer.contains("usher-"), "no papers: {answer}");
        assert!(!answer.contains(&format!("{:x}", good.cluster.unwrap())), "{answer}");
        let none = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = say(&cluster, none.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
    }
    undisturbed(&cluster, "secret").await;
}

/// With the right secret and wrong papers nothing begins, a line least of all.
#[tokio::test]
async fn wrong_papers_begin_nothing() {
    let cluster = Cluster::formed(3, 100).await;
    let good = papers(&cluster, 2, 1).await;
    let other = Party { node: 2, disk: Some(7) };
    let wrong = [
        ("another cluster", Papers { cluster: Some(7), ..good }),
        ("another node", Papers { to: Party { node: 3, ..good.to }, ..good }),
        ("another disk here", Papers { to: Party { disk: Some(7), ..good.to }, ..good }),
        ("a wiped disk there", Papers { from: other, ..good }),
        ("this very node", Papers { from: good.to, ..good }),
    ];
    let upgrade = format!("connection: upgrade\r\nupgrade: {}\r\n", lines::PROTOCOL);
    let body = wire::encode(&wire::Request::Drain).unwrap();
    let length = format!("connection: close\r\ncontent-length: {}\r\n", body.len());
    for (what, papers) in &wrong {
        let line = say(&cluster, &head(server::LINE_PATH, SECRET, papers, &upgrade)).await;
        assert!(line.starts_with("HTTP/1.1 409"), "{what}: {line}");
        let mut call = head(server::CALL_PATH, SECRET, papers, &length);
        call.extend_from_slice(&body);
        let answer = say(&cluster, &call).await;
        assert!(answer.starts_with("HTTP/1.1 409"), "{what}: {answer}");
        let mut snapshot = head(server::SNAPSHOT_PATH, SECRET, papers, &length);
        snapshot.extend_from_slice(&body);
        let answer = say(&cluster, &snapshot).await;
        assert!(answer.starts_with("HTTP/1.1 409"), "{what}: {answer}");
    }
    assert!(!*cluster.handle(1).draining().borrow(), "it was told to end");
    undisturbed(&cluster, "papers").await;
}

/// Heads that are too large, bytes that are no HTTP and nothing at all end in time.
#[tokio::test]
async fn what_is_no_call_ends() {
    let cluster = Cluster::formed(3, 100).await;
    let good = papers(&cluster, 2, 1).await;
    let large = format!("x: {}\r\n", "y".repeat(64 << 10));
    let many = "x: y\r\n".repeat(500);
    let noise: Vec<u8> =
        (0_u32..4000).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let mut frames = preface.clone();
    frames.extend_from_slice(&[0xff; 64]);
    for (what, bytes) in [
        ("a large head", head(server::CALL_PATH, SECRET, &good, &large)),
        ("many headers", head(server::CALL_PATH, SECRET, &good, &many)),
        ("noise", noise),
        ("frames", frames),
        ("half a head", b"POST /peer/v1/call HTTP/1.1\r\nhost:".to_vec()),
        ("half a preface", preface[..10].to_vec()),
        ("a preface", preface),
        ("silence", Vec::new()),
    ] {
        let answer = say(&cluster, &bytes).await;
        assert!(!answer.contains(" 200 ") && !answer.contains(" 101 "), "{what}: {answer}");
    }
    undisturbed(&cluster, "noise").await;
}

/// On a line a length that no message has ends it before anything is made room for; one that is cut
/// short changes nothing.
#[tokio::test]
async fn frames_are_bounded() {
    let cluster = Cluster::formed(3, 100).await;
    let good = papers(&cluster, 2, 1).await;
    let upgrade = format!("connection: upgrade\r\nupgrade: {}\r\n", lines::PROTOCOL);
    let begin = head(server::LINE_PATH, SECRET, &good, &upgrade);
    let drain = wire::encode(&wire::Request::Drain).unwrap();
    let mut whole = u32::try_from(8 + drain.len()).unwrap().to_le_bytes().to_vec();
    whole.extend_from_slice(&1_u64.to_le_bytes());
    whole.extend_from_slice(&drain);
    let cut = whole[..whole.len() - 1].to_vec();
    let too_long = u32::try_from(wire::BYTES_MAX + 1024).unwrap().to_le_bytes();
    for (what, sent) in [
        ("too long", [&too_long[..], &[0; 100]].concat()),
        ("far too long", [0xff; 100].to_vec()),
        ("too short", vec![3, 0, 0, 0, 1, 2, 3]),
        ("cut", cut),
    ] {
        let mut line = connect(&cluster).await;
        line.write_all(&begin).await.unwrap();
        let mut begun = [0; 12];
        line.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 101", "{what}");
        line.write_all(&sent).await.unwrap();
        if what == "cut" {
            line.shutdown().await.unwrap();
        }
        to_end(&mut line).await;
    }
    assert!(!*cluster.handle(1).draining().borrow(), "a cut frame was carried out");
    undisturbed(&cluster, "frames").await;
}

/// Strangers that fill the port give way to members, who find it open at any time.
#[tokio::test]
async fn strangers_do_not_keep_members_out() {
    let cluster = Cluster::formed(3, 1000).await;
    let good = papers(&cluster, 2, 1).await;
    let mut crowd = Vec::new();
    for at in 0..MANY {
        let mut stranger = connect(&cluster).await;
        let said: &[u8] = if at % 2 == 0 { b"" } else { b"POST /peer/v1/call HT" };
        stranger.write_all(said).await.unwrap();
        crowd.push(stranger);
    }
    // A member that has to connect anew, while all places are taken and the first of them are not
    // yet given up for their silence.
    let begun = Instant::now();
    let body = wire::encode(&wire::Request::Status).unwrap();
    let length = format!("connection: close\r\ncontent-length: {}\r\n", body.len());
    let mut call = head(server::CALL_PATH, SECRET, &good, &length);
    call.extend_from_slice(&body);
    let answer = say(&cluster, &call).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(2), "it waited: {:?}", begun.elapsed());
    undisturbed(&cluster, "crowd").await;
    // They are rid of in time, and with them what they took.
    timeout(PATIENCE, async {
        for stranger in &mut crowd {
            to_end(stranger).await;
        }
    })
    .await
    .expect("all are hung up on");
    let tick = cluster.propose(1, proposal(None, Command::Tick)).await;
    assert!(tick.is_ok(), "{tick:?}");
}
