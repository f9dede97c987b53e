//! The accept loop, over real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::rig::Rig;
use crate::http::{Ends, ServeLimits, serve};

/// Far beyond what anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether the node lives; on a connection that stays, and on one that does not.
const ALIVE: &str = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
const CLOSES: &str = "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

fn start(rig: &Rig, limits: ServeLimits) -> (std::net::SocketAddr, JoinHandle<()>) {
    let socket = TcpSocket::new_v4().unwrap();
    // Else the kernel takes megabytes for a client that reads nothing.
    socket.set_send_buffer_size(32 << 10).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1024).unwrap();
    let address = listener.local_addr().unwrap();
    let ends = Ends { leaving: rig.stop.subscribe(), stopping: rig.stop.subscribe() };
    let serving = serve(listener, rig.router.clone(), limits, ends, rig.metrics.clone());
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
    let (first_patience, head_patience) = (Duration::from_millis(300), Duration::from_millis(300));
    let limits = ServeLimits { first_patience, head_patience, ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
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

/// A connection that is being served: a body that has yet to come keeps its handler at work, and it
/// is not slow yet.
async fn served(address: std::net::SocketAddr) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = "GET /v1/shows/s/stream HTTP/1.1\r\nhost: x\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut begun = [0; 15];
    connection.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    connection
}

/// Only so many connections are served at a time; while all are, others wait and come in their
/// turn.
#[tokio::test]
async fn connections_are_bounded() {
    let rig = Rig::new();
    rig.show("s").await;
    let limits = ServeLimits { connections_max: 1, ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
    let first = served(address).await;
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(ALIVE.as_bytes()).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), second.readable()).await;
    assert!(early.is_err(), "the second is served beside the first");
    drop(first);
    let mut begun = [0; 15];
    tokio::time::timeout(PATIENCE, second.read_exact(&mut begun)).await.unwrap().unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
}

/// In a full house whoever asks for nothing gives way to whoever does, the oldest first; whoever is
/// being served stays.
#[tokio::test]
async fn the_silent_give_way() {
    let rig = Rig::new();
    rig.show("s").await;
    let limits = ServeLimits { connections_max: 5, ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
    let mut listener = served(address).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(ALIVE.as_bytes()).await.unwrap();
    let mut begun = [0; 15];
    idle.read_exact(&mut begun).await.unwrap();
    // Far more than there is room for, in three ways; honest clients come in between.
    let mut crowd = Vec::new();
    for round in 0..60 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let said = ["", "G", "POST /v1/shows/s/holds HTTP/1.1\r\nhost: x\r\nx-a"][round % 3];
        // It may be thrown out before it has said anything.
        let _ = connection.write_all(said.as_bytes()).await;
        crowd.push(connection);
        if round % 10 == 9 {
            let answer = exchange(address, CLOSES).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "round {round}: {answer}");
        }
    }
    for mut connection in crowd.drain(..50) {
        assert_eq!(to_end(&mut connection).await, "", "the oldest were thrown out");
    }
    rig.hold("s", "u", &["A-1"]).await;
    let mut seen = String::new();
    while !seen.contains("event: seats") {
        let mut chunk = [0; 4096];
        let read = tokio::time::timeout(PATIENCE, listener.read(&mut chunk)).await;
        let read = read.unwrap().unwrap();
        assert!(0 < read, "whoever is served stays: {seen}");
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
    }
    // Of those that ask for nothing any more the silent went first.
    idle.write_all(CLOSES.as_bytes()).await.unwrap();
    assert!(to_end(&mut idle).await.contains("HTTP/1.1 200"));
}

/// Silent attackers who come again as soon as they are thrown out are let in at a pace: each costs
/// something. Honest newcomers are let in between them, and whoever idles keeps their place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_come_again_wait_for_their_turn() {
    let rig = Rig::new();
    let limits = ServeLimits { connections_max: 32, ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(ALIVE.as_bytes()).await.unwrap();
    let mut begun = [0; 15];
    idle.read_exact(&mut begun).await.unwrap();
    let thrown_out = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut attackers = JoinSet::new();
    for _ in 0..64 {
        let thrown_out = Arc::clone(&thrown_out);
        attackers.spawn(async move {
            loop {
                let mut connection = TcpStream::connect(address).await.unwrap();
                // To its end, in whatever way it comes.
                let _ended = connection.read(&mut [0]).await;
                thrown_out.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    for newcomer in 0..20 {
        // Whoever does not get to speak before others want their place, on a machine that has no
        // time for them, comes again as clients do.
        let mut answer = String::new();
        for _ in 0..5 {
            answer = exchange(address, CLOSES).await;
            if !answer.is_empty() {
                break;
            }
        }
        assert!(answer.starts_with("HTTP/1.1 200"), "newcomer {newcomer}: {answer}");
        sleep(Duration::from_millis(20)).await;
    }
    let (times, took) = (thrown_out.load(Ordering::Relaxed), begun.elapsed());
    attackers.shutdown().await;
    // One in a millisecond, and 32 at once; newcomers make room of their own when they leave.
    let most = usize::try_from(took.as_millis()).unwrap() + 32 + 20 + 1;
    assert!((100..=most).contains(&times), "{times} were thrown out in {took:?}");
    idle.write_all(CLOSES.as_bytes()).await.unwrap();
    assert!(to_end(&mut idle).await.contains("HTTP/1.1 200"));
}

/// One address has no more connections than it may; more are closed at once.
#[tokio::test]
async fn an_address_has_so_many_connections() {
    let rig = Rig::new();
    rig.show("s").await;
    let limits = ServeLimits { connections_per_address: 2, ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
    let (first, second) = (served(address).await, served(address).await);
    let mut third = TcpStream::connect(address).await.unwrap();
    assert_eq!(to_end(&mut third).await, "");
    let counted = rig.get("/metrics").send().await.text();
    let count = "usher_http_requests_refused_total{reason=\"too_many_connections\"} 1";
    assert!(counted.contains(count), "{counted}");
    drop((first, second));
    // A node notices a little later.
    let again = async {
        loop {
            if exchange(address, CLOSES).await.starts_with("HTTP/1.1 200") {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

/// A head is bounded in bytes and in headers.
#[tokio::test]
async fn heads_are_bounded() {
    let rig = Rig::new();
    let (address, _serving) = start(&rig, ServeLimits::default());
    let many = "x: y\r\n".repeat(150);
    let large = format!("x: {}\r\n", "y".repeat(40_000));
    let long = "y".repeat(40_000);
    for request in [
        format!("GET /livez HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
        format!("GET /livez HTTP/1.1\r\nhost: x\r\n{large}\r\n"),
        format!("GET /livez?{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
    ] {
        let answer = exchange(address, &request).await;
        let refused =
            ["HTTP/1.1 431", "HTTP/1.1 414"].iter().any(|start| answer.starts_with(start));
        // What is still on its way when the node hangs up can cost the answer.
        assert!(refused || answer.is_empty(), "{answer}");
    }
    let (mut client, _) = http2(address, 65_535).await;
    let request = axum::http::Request::get("http://x/livez").header("x", &long);
    let (answer, _) = client.send_request(request.body(()).unwrap(), true).unwrap();
    let refused = tokio::time::timeout(PATIENCE, answer).await.unwrap();
    assert!(refused.is_err() || refused.is_ok_and(|answer| answer.status() == 431));
    assert!(exchange(address, CLOSES).await.starts_with("HTTP/1.1 200"));
}

/// An HTTP/2 client whose streams begin with windows of so many bytes, and what drives it.
async fn http2(
    address: std::net::SocketAddr,
    window: u32,
) -> (h2::client::SendRequest<bytes::Bytes>, JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let begun = builder.initial_window_size(window).handshake(stream).await;
    let (client, connection) = begun.unwrap();
    let driven = tokio::spawn(connection);
    // The node's settings have come with its first answer.
    let mut client = client.ready().await.unwrap();
    if window != 0 {
        let alive = axum::http::Request::get("http://x/livez").body(()).unwrap();
        client.send_request(alive, true).unwrap().0.await.unwrap();
    }
    (client, driven)
}

/// One HTTP/2 connection has so many requests under way, and no more.
#[tokio::test]
async fn streams_of_a_connection_are_bounded() {
    let rig = Rig::new();
    rig.show("s").await;
    let (address, _serving) = start(&rig, ServeLimits::default());
    let (mut client, _driven) = http2(address, 65_535).await;
    let answered = Arc::new(AtomicUsize::new(0));
    for _ in 0..100 {
        let request = axum::http::Request::get("http://x/v1/shows/s/stream").body(()).unwrap();
        let (answer, _) = client.send_request(request, true).unwrap();
        // A clone does not wait for those before it to be let out.
        client = client.clone();
        let answered = Arc::clone(&answered);
        tokio::spawn(async move {
            let mut events = answer.await.unwrap().into_body();
            answered.fetch_add(1, Ordering::SeqCst);
            while let Some(Ok(event)) = events.data().await {
                events.flow_control().release_capacity(event.len()).unwrap();
            }
        });
    }
    let all = async {
        while answered.load(Ordering::SeqCst) < 64 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(answered.load(Ordering::SeqCst), 64, "more streams than there may be");
    assert!(exchange(address, CLOSES).await.starts_with("HTTP/1.1 200"));
}

/// A client that takes its requests back as fast as it makes them (CVE-2023-44487) loses its
/// connection.
#[tokio::test]
async fn rapid_resets_end_a_connection() {
    let rig = Rig::new();
    rig.show("s").await;
    let (address, _serving) = start(&rig, ServeLimits::default());
    let (client, driven) = http2(address, 65_535).await;
    let attack = async {
        for sent in 0.. {
            let Ok(mut client) = client.clone().ready().await else { return sent };
            let request = axum::http::Request::get("http://x/v1/shows/s/seats").body(()).unwrap();
            let Ok((_, mut stream)) = client.send_request(request, false) else { return sent };
            stream.send_reset(h2::Reason::CANCEL);
            if sent % 100 == 99 {
                // The connection's own task writes them.
                tokio::task::yield_now().await;
            }
        }
        0
    };
    let sent = tokio::time::timeout(PATIENCE, attack).await.expect("it is hung up on");
    assert!(sent < 100_000, "{sent}");
    // Whoever writes on after that finds the connection closed before it has read why.
    let error = driven.await.unwrap().expect_err("it is told why");
    let calm = error.reason() == Some(h2::Reason::ENHANCE_YOUR_CALM);
    assert!(calm || error.is_io(), "{error}");
    assert!(exchange(address, CLOSES).await.starts_with("HTTP/1.1 200"));
}

/// A show whose seats take more than any buffer on the way: some 800 kB.
async fn large(rig: &Rig) {
    let mut body = super::rig::show("large");
    let names: Vec<String> = (0..100).map(|row| format!("R{row}")).collect();
    let rows: Vec<(&str, &str, usize)> =
        names.iter().map(|row| (row.as_str(), "Stalls", 100)).collect();
    body["seat_map"] = super::rig::plan(&rows);
    rig.post("/v1/shows", &body).organizer().gives(201).await;
}

/// A connection that hardly takes anything in.
async fn narrow(address: std::net::SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(address).await.unwrap()
}

/// A client that does not read its answer, of whatever kind, does not keep its connection.
#[tokio::test]
async fn answers_that_are_not_read_are_given_up() {
    let rig = Rig::new();
    large(&rig).await;
    let limits =
        ServeLimits { read_patience: Duration::from_millis(600), ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
    for path in ["seats", "stream", "seat-map"] {
        let mut slow = narrow(address).await;
        let request = format!("GET /v1/shows/large/{path} HTTP/1.1\r\nhost: x\r\n\r\n");
        slow.write_all(request.as_bytes()).await.unwrap();
        let mut begun = [0; 15];
        slow.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200 OK", "{path}");
        until_closed(&slow, path).await;
        let rest = to_end(&mut slow).await;
        assert!(rest.len() < 700_000, "{path}: {} bytes were kept for it", rest.len());
    }
    // On HTTP/2 single answers can be left while the connection is read.
    let (mut client, driven) = http2(address, 0).await;
    let request = axum::http::Request::get("http://x/v1/shows/large/seats").body(()).unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    // Kept, and nothing of it is ever taken: dropped, it would be given back.
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), 200);
    let ended = tokio::time::timeout(PATIENCE, driven).await.expect("the node hangs up");
    assert!(ended.unwrap().is_err() || client.ready().await.is_err());
    drop(answer);
    assert!(exchange(address, CLOSES).await.starts_with("HTTP/1.1 200"));
}

/// Waits until the other end has closed a connection of which nothing is read.
async fn until_closed(connection: &TcpStream, path: &str) {
    let closed = async {
        // An error is what tells of it: what is unread hides the end.
        while connection.take_error().unwrap().is_none()
            && !connection
                .ready(tokio::io::Interest::READABLE | tokio::io::Interest::ERROR)
                .await
                .unwrap()
                .is_read_closed()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.unwrap_or_else(|_| panic!("{path}: it stays"));
}

/// Listeners that read slowly but do read are kept, however long it takes them.
#[tokio::test]
async fn slow_readers_are_kept() {
    let rig = Rig::new();
    large(&rig).await;
    let limits =
        ServeLimits { read_patience: Duration::from_millis(600), ..ServeLimits::default() };
    let (address, _serving) = start(&rig, limits);
    let mut slow = narrow(address).await;
    let request = "GET /v1/shows/large/seats HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    slow.write_all(request.as_bytes()).await.unwrap();
    let mut read = 0;
    let begun = tokio::time::Instant::now();
    loop {
        let mut chunk = vec![0; 32_768];
        let got = slow.read(&mut chunk).await.unwrap();
        if got == 0 {
            break;
        }
        read += got;
        // Two seconds in all, for some 800 kB.
        tokio::time::sleep_until(begun + Duration::from_micros(read as u64 * 5 / 2)).await;
    }
    assert!(500_000 < read, "{read} bytes");
    assert!(Duration::from_millis(1200) < begun.elapsed());
}

/// A node that stops ends its streams, and whoever will not end is cut off in time.
#[tokio::test]
async fn stopping_is_bounded_in_time() {
    let rig = Rig::new();
    rig.show("s").await;
    let limits = ServeLimits { drain: Duration::from_millis(300), ..ServeLimits::default() };
    let (address, serving) = start(&rig, limits);
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
        rig.metrics.clone(),
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
