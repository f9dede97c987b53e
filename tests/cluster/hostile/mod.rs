//! Nothing that a client sends costs a node its life: whatever comes, every node still runs as the
//! process that it was, and answers.

mod attacks;
mod table;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Cluster, Rng, plans, run, show};

/// Every process is the one it was, and serves a write and a linearizable read.
async fn unharmed(cluster: &Cluster, show: &str, pids: &[Option<u32>]) {
    for (at, node) in cluster.nodes().iter().enumerate() {
        assert!(node.process.ended().is_none(), "node {} has ended", node.id);
        assert_eq!(node.process.pid(), pids[at], "node {}", node.id);
        node.get("/livez").send().await.expect(200);
        let user = format!("{show}-after-{}", node.id);
        node.hold(show, &user, &[&format!("A-{}", node.id)]).gives(201).await;
        let seats = format!("/v1/shows/{show}/seats?consistency=linearizable");
        let seats = node.get(&seats).gives(200).await;
        assert_eq!(seats["counts"]["unavailable"], node.id);
    }
}

async fn target(cluster: &Cluster, show_id: &str) -> Vec<Option<u32>> {
    cluster.node(1).create_show(&show(show_id, &plans::theatre())).await;
    cluster.nodes().iter().map(|node| node.process.pid()).collect()
}

#[test]
fn hostile_bodies_are_refused() {
    run(async {
        let cluster = Cluster::shared().await;
        let pids = target(&cluster, "hostile").await;
        let deep = |open: &str, close: &str| open.repeat(200_000) + &close.repeat(200_000);
        let bodies: Vec<Vec<u8>> = vec![
            vec![],
            vec![0; 1000],
            vec![0xff, 0xfe, 0x80],
            b"{\"seats\":[\"\xc3\x28\"]}".to_vec(),
            b"{\"seats\":[\"\\ud800\"]}".to_vec(),
            b"{\"seats\":[\"\\u0000\"]}".to_vec(),
            deep("[", "]").into_bytes(),
            deep("{\"seats\":", "}").into_bytes(),
            "[".repeat(500_000).into_bytes(),
            b"{\"seats\":[1e999999]}".to_vec(),
            b"{\"best_available\":{\"quantity\":18446744073709551616}}".to_vec(),
            b"{\"best_available\":{\"quantity\":4294967295}}".to_vec(),
            json!({"areas": [{"id": "a", "quantity": u32::MAX}, {"id": "a", "quantity": u32::MAX}]})
                .to_string()
                .into_bytes(),
            json!({"seats": ["x".repeat(1 << 20)]}).to_string().into_bytes(),
            json!({"seats": vec!["A-1"; 20_000]}).to_string().into_bytes(),
        ];
        let routes =
            ["/v1/shows/hostile/holds", "/v1/shows", "/v1/seat-maps", "/v1/shows/hostile/block"];
        for (at, body) in bodies.iter().enumerate() {
            for (next, route) in routes.iter().enumerate() {
                let node = &cluster.nodes()[(at + next) % 3];
                let call = node.call(Method::POST, route).user("hostile-u").organizer();
                let reply = call.body("application/json", body.clone()).send().await;
                let status = reply.status.as_u16();
                assert!(
                    matches!(status, 400 | 413 | 422),
                    "body {at} of {}: {}",
                    reply.what,
                    reply.text()
                );
            }
        }
        unharmed(&cluster, "hostile", &pids).await;
    });
}

#[test]
fn a_huge_body_is_refused_in_words() {
    run(async {
        let cluster = Cluster::shared().await;
        let pids = target(&cluster, "huge").await;
        for node in cluster.nodes() {
            let call = node.call(Method::POST, "/v1/shows/huge/holds").user("huge-u");
            // The client writes all of it before it reads: a node that hung up would not be heard.
            let reply = call.body("application/json", vec![b' '; 40 << 20]).send().await;
            reply.refused(413, "body_too_large");
        }
        unharmed(&cluster, "huge", &pids).await;
    });
}

#[test]
fn odd_paths_queries_and_headers_are_refused() {
    run(async {
        let cluster = Cluster::shared().await;
        let pids = target(&cluster, "odd").await;
        let long = "x".repeat(5000);
        let paths = [
            "/v1/shows/%00".to_owned(),
            "/v1/shows/%ff%fe".to_owned(),
            "/v1/shows/..%2f..%2fetc%2fpasswd".to_owned(),
            format!("/v1/shows/{long}"),
            format!("/v1/holds/{long}"),
            "/v1/shows?limit=18446744073709551616".to_owned(),
            "/v1/shows?limit=-1".to_owned(),
            "/v1/shows?limit=50&limit=50".to_owned(),
            "/v1/shows?cursor=%ff".to_owned(),
            format!("/v1/shows?cursor={long}"),
            "/v1/shows?from=-999999999-01-01T00:00:00Z".to_owned(),
            "/v1/shows/odd/seats?min_index=18446744073709551615&timeout_ms=1".to_owned(),
            "/v1/shows/odd/seats?min_index=18446744073709551616".to_owned(),
            "/v1/shows/odd/seats?section=%f0%9f%8e%ad%f0".to_owned(),
        ];
        for (at, path) in paths.iter().enumerate() {
            let reply = cluster.nodes()[at % 3].get(path).user("odd-u").send().await;
            let status = reply.status.as_u16();
            assert!((400..500).contains(&status), "{}: {status} {}", reply.what, reply.text());
        }
        for (name, value) in
            [("x-user-id", long.as_str()), ("x-user-id", ""), ("if-none-match", "\"\"\",")]
        {
            let reply = cluster.node(2).get("/v1/me/hold").header(name, value).send().await;
            let status = reply.status.as_u16();
            assert!((400..500).contains(&status), "{name}: {status} {}", reply.text());
        }
        unharmed(&cluster, "odd", &pids).await;
    });
}

/// Connections that say nothing, or next to nothing, keep nobody else from being served.
#[test]
fn slow_and_broken_clients_harm_nobody() {
    run(async {
        let cluster = Cluster::shared().await;
        let pids = target(&cluster, "slow").await;
        let mut rng = Rng::seeded("slow_and_broken_clients_harm_nobody");
        let head = "POST /v1/shows/slow/holds HTTP/1.1\r\nhost: usher\r\nx-user-id: slow-u\r\n\
                    content-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"seats\":[";
        let mut open = Vec::new();
        for node in cluster.nodes() {
            for sent in [0, 1, 20, head.len() - 12, head.len()] {
                for _ in 0..10 {
                    let mut connection = connect(node.base()).await;
                    connection.write_all(&head.as_bytes()[..sent]).await.expect("it is taken");
                    open.push(connection);
                }
            }
            for _ in 0..50 {
                let noise: Vec<u8> = (0..rng.below(2000))
                    .map(|_| u8::try_from(rng.below(256)).expect("a byte"))
                    .collect();
                let mut connection = connect(node.base()).await;
                // The node may hang up before all of it is sent.
                let _ = connection.write_all(&noise).await;
                let _ = connection.shutdown().await;
                let mut answer = Vec::new();
                let read = connection.read_to_end(&mut answer);
                let _ =
                    tokio::time::timeout(Duration::from_secs(20), read).await.expect("it hangs up");
            }
        }
        unharmed(&cluster, "slow", &pids).await;
        drop(open);
    });
}

/// Two lengths, or a length and chunks: what smuggles requests past a proxy.
#[test]
fn ambiguous_lengths_are_refused() {
    run(async {
        let cluster = Cluster::shared().await;
        let pids = target(&cluster, "smuggled").await;
        let body = "{\"seats\":[\"B-1\"]}";
        let start = "POST /v1/shows/smuggled/holds HTTP/1.1\r\nhost: usher\r\n\
                     x-user-id: smuggler\r\ncontent-type: application/json\r\nconnection: close\r\n";
        let lengths = [
            "content-length: 17\r\ncontent-length: 5\r\n",
            "content-length: +17\r\n",
            "content-length: 17, 17, 4\r\n",
            "transfer-encoding: chunked, identity\r\n",
        ];
        for lengths in lengths {
            let mut connection = connect(cluster.node(2).base()).await;
            let request = format!("{start}{lengths}\r\n{body}");
            connection.write_all(request.as_bytes()).await.expect("it is taken");
            let mut answer = Vec::new();
            let read = connection.read_to_end(&mut answer);
            let _ = tokio::time::timeout(Duration::from_secs(20), read).await.expect("it hangs up");
            let answer = String::from_utf8_lossy(&answer);
            assert!(!answer.starts_with("HTTP/1.1 2"), "{lengths}: {answer}");
        }
        let free: Value = cluster
            .node(3)
            .get("/v1/shows/smuggled/seats?consistency=linearizable")
            .gives(200)
            .await;
        assert_eq!(free["counts"]["unavailable"], 0);
        unharmed(&cluster, "smuggled", &pids).await;
    });
}

async fn connect(base: &str) -> TcpStream {
    let address = base.strip_prefix("http://").expect("nodes speak HTTP");
    TcpStream::connect(address).await.expect("a node takes connections")
}
