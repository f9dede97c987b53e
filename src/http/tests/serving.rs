//! The accept loop, over real sockets.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::rig::Rig;
use crate::http::{Ends, ServeLimits, serve};
use crate::metrics::Metrics;

/// Far beyond what anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

async fn start(rig: &Rig, limits: ServeLimits) -> (std::net::SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let ends = Ends { leaving: rig.stop.subscribe(), stopping: rig.stop.subscribe() };
    let serving = serve(listener, rig.router.clone(), limits, ends, Metrics::default());
    (address, tokio::spawn(serving))
}

/// Sends text and reads to the end of the connection.
async fn exchange(address: std::net::SocketAddr, text: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(text.as_bytes()).await.unwrap();
    to_end(&mut connection).await
}

async fn to_end(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, connection.read_to_end(&mut answer));
    // A connection that is cut off may end with an error; what came before it counts.
    let _ = read.await.expect("the connection ends");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Requests are answered; silence and dribble are cut off in time, and cost nobody else anything.
#[tokio::test]
async fn silent_connections_are_cut_off() {
    let rig = Rig::new();
    let limits =
        ServeLimits { head_patience: Duration::from_millis(300), ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits).await;
    let mut stuck = Vec::new();
    for begun in ["", "G", "PRI * HT", "GET /livez HTTP/1.1\r\nhost: x\r\n"] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(begun.as_bytes()).await.unwrap();
        stuck.push(connection);
    }
    let answer =
        exchange(address, "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for mut connection in stuck {
        let answer = to_end(&mut connection).await;
        assert!(!answer.contains("200"), "{answer}");
    }
    let nonsense = exchange(address, "nonsense\r\n\r\n").await;
    assert!(nonsense.starts_with("HTTP/1.1 400") || nonsense.is_empty(), "{nonsense}");
}

/// Only so many connections are served at a time; the others wait and come in their turn.
#[tokio::test]
async fn connections_are_bounded() {
    let rig = Rig::new();
    let limits = ServeLimits { connections_max: 1, ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits).await;
    let request = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(request.as_bytes()).await.unwrap();
    let mut begun = [0; 15];
    first.read_exact(&mut begun).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(request.as_bytes()).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), second.readable()).await;
    assert!(early.is_err(), "the second is served beside the first");
    drop(first);
    tokio::time::timeout(PATIENCE, second.read_exact(&mut begun)).await.unwrap().unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
}

/// A node that stops ends its streams, and whoever will not end is cut off in time.
#[tokio::test]
async fn stopping_is_bounded_in_time() {
    let rig = Rig::new();
    rig.show("s").await;
    let limits = ServeLimits { drain: Duration::from_millis(300), ..ServeLimits::default() };
    let (address, serving) = start(&rig, limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /v1/shows/s/stream HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = String::new();
    while !seen.contains("event: snapshot") {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "the stream ended early: {seen}");
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
    }
    // A body that never comes keeps its handler waiting.
    let mut stuck = TcpStream::connect(address).await.unwrap();
    let request = "POST /v1/shows/s/holds HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        content-length: 100\r\n\r\n{";
    stuck.write_all(request.as_bytes()).await.unwrap();
    rig.stop.send_replace(true);
    let rest = to_end(&mut stream).await;
    assert!(rest.ends_with("0\r\n\r\n"), "the stream ends in order: {rest:?}");
    tokio::time::timeout(PATIENCE, serving).await.expect("it ends in time").unwrap();
    assert!(!to_end(&mut stuck).await.contains("201"));
    assert!(TcpStream::connect(address).await.is_err(), "nothing listens any more");
}

/// Near its end a node closes each connection with its answer, and takes new ones; at its end, too,
/// whoever has come is answered.
#[tokio::test]
async fn a_node_that_leaves_answers_and_closes() {
    let rig = Rig::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (leave, leaving) = watch::channel(false);
    let ends = Ends { leaving, stopping: rig.stop.subscribe() };
    let serving = tokio::spawn(serve(
        listener,
        rig.router.clone(),
        ServeLimits::default(),
        ends,
        Metrics::default(),
    ));
    let request = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut open = TcpStream::connect(address).await.unwrap();
    open.write_all(request.as_bytes()).await.unwrap();
    let mut begun = [0; 15];
    open.read_exact(&mut begun).await.unwrap();
    leave.send_replace(true);
    open.write_all(request.as_bytes()).await.unwrap();
    let rest = to_end(&mut open).await;
    assert!(rest.contains("connection: close") && rest.ends_with("ok\n"), "{rest}");
    let new = exchange(address, request).await;
    assert!(new.contains("connection: close") && new.ends_with("ok\n"), "{new}");
    rig.stop.send_replace(true);
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
