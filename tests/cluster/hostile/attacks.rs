//! The attacks of `scripts/hostile`. Each goes on until it is over, from as many addresses as it has
//! connections, and writes down what it got.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::harness::tokens;

/// Requests a second of attacks that need no more than the node's attention: attackers and whoever
/// is measured share this machine, and how much of it a flood takes away is not what is asked.
const FLOOD: u32 = 300;

/// Connections that send a flood.
const WORKERS: u32 = 10;

/// An answer takes no longer.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// How one attack goes.
pub type Attack = fn(Field) -> LocalBoxFuture<'static, ()>;

/// Every attack: its name, what it does, and whether honest p99 must stay under twice what it is.
pub const ATTACKS: &[(&str, Attack, bool)] = &[
    ("silent sockets", |field| field.silent().boxed_local(), true),
    ("dribbling heads", |field| field.dribbling_heads().boxed_local(), true),
    ("dribbling bodies", |field| field.dribbling_bodies().boxed_local(), true),
    ("bodies of 10 MB", |field| field.flood(4, large_body).boxed_local(), false),
    ("heads of 1 MB", |field| field.flood(FLOOD / 10, large_head).boxed_local(), false),
    ("5,000 headers", |field| field.flood(FLOOD / 10, many_headers).boxed_local(), false),
    ("HTTP/2: 8 x 256 streams", |field| field.streams().boxed_local(), false),
    ("HTTP/2: rapid reset", |field| field.rapid_reset().boxed_local(), false),
    ("pipelined garbage", |field| field.flood(FLOOD, garbage).boxed_local(), false),
    (
        "map readers that stop",
        |field| field.unread("/v1/shows/big/seat-map", 200).boxed_local(),
        false,
    ),
    (
        "listeners that stop",
        |field| field.unread("/v1/shows/field/stream", 1000).boxed_local(),
        false,
    ),
    ("guessed tokens", |field| field.flood(FLOOD, guess).boxed_local(), false),
    ("forged webhooks", |field| field.flood(FLOOD, forgery).boxed_local(), false),
    ("deep JSON", |field| field.flood(FLOOD, deep).boxed_local(), false),
    ("strangers at the peer port", |field| field.strangers().boxed_local(), false),
    ("one address over its rate", |field| field.over_its_rate().boxed_local(), false),
];

/// Where an attack takes place.
#[derive(Clone)]
pub struct Field(Arc<Inner>);

struct Inner {
    http: Vec<SocketAddr>,
    peer: Vec<SocketAddr>,
    /// Connections of the attacks that are about their number.
    crowd: u32,
    over: watch::Receiver<bool>,
    got: Mutex<BTreeMap<String, u64>>,
    addresses: AtomicU32,
}

impl Field {
    /// A field of these nodes, on which attacks end once `over` is true.
    pub fn new(
        http: Vec<SocketAddr>,
        peer: Vec<SocketAddr>,
        crowd: u32,
        over: watch::Receiver<bool>,
    ) -> Field {
        let (got, addresses) = (Mutex::default(), AtomicU32::new(0));
        Field(Arc::new(Inner { http, peer, crowd, over, got, addresses }))
    }

    /// What the attack got, and how often.
    pub fn got(&self) -> BTreeMap<String, u64> {
        self.0.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, what: impl Into<String>) {
        let mut got = self.0.got.lock().unwrap_or_else(PoisonError::into_inner);
        *got.entry(what.into()).or_default() += 1;
    }

    fn is_over(&self) -> bool {
        *self.0.over.borrow()
    }

    /// Does something in turn until it is over, which also ends what is under way.
    async fn until_over(&self, mut turn: impl AsyncFnMut()) {
        let mut over = self.0.over.clone();
        let whole = async {
            loop {
                turn().await;
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = over.wait_for(|over| *over) => {}
            () = whole => {}
        }
    }

    /// So many attackers at once, each told its number.
    async fn many(&self, count: u32, one: impl AsyncFn(u32)) {
        join_all((0..count).map(|number| one(number))).await;
    }

    /// A connection to a node from an address that no other has, with a small window if `narrow`.
    async fn connect(&self, to: SocketAddr, narrow: bool) -> Option<TcpStream> {
        let [_, b, c, d] =
            (self.0.addresses.fetch_add(1, Ordering::Relaxed) % 0xff_0000).to_be_bytes();
        // Of 127.0.0.0/8 everything is this machine; 127.0.x.x is for honest people.
        let from = Ipv4Addr::new(127, b + 1, c, d);
        self.connect_from(from, to, narrow).await
    }

    async fn connect_from(
        &self,
        from: Ipv4Addr,
        to: SocketAddr,
        narrow: bool,
    ) -> Option<TcpStream> {
        let connect = async {
            let socket = TcpSocket::new_v4()?;
            if narrow {
                socket.set_recv_buffer_size(4096)?;
            }
            socket.bind(SocketAddr::from((from, 0)))?;
            socket.connect(to).await
        };
        match timeout(ANSWER_MAX, connect).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                self.note(format!("not connected: {}", error.kind()));
                sleep(Duration::from_millis(100)).await;
                None
            }
            Err(_elapsed) => {
                self.note("not let in");
                None
            }
        }
    }

    /// The node that those with many connections have chosen.
    fn first(&self) -> SocketAddr {
        self.0.http[0]
    }

    fn any(&self, number: u32) -> SocketAddr {
        self.0.http[number as usize % self.0.http.len()]
    }

    /// Connections that say nothing, and come again when they are thrown out.
    async fn silent(self) {
        self.many(self.0.crowd, async |_| {
            self.until_over(async || {
                let Some(mut stream) = self.connect(self.first(), false).await else { return };
                self.note("connected");
                // Reads to the end, which the node makes.
                let _ = stream.read(&mut [0; 64]).await;
                self.note("closed");
            })
            .await;
        })
        .await;
    }

    /// Heads of which a byte comes every now and then.
    async fn dribbling_heads(self) {
        let head = b"GET /v1/shows/field/seats HTTP/1.1\r\nhost: usher\r\nx: ";
        self.many(self.0.crowd, async |_| {
            self.until_over(async || {
                let Some(mut stream) = self.connect(self.first(), false).await else { return };
                self.note("connected");
                for byte in head.iter().chain(std::iter::repeat(&b'y')) {
                    if stream.write_all(&[*byte]).await.is_err() {
                        break;
                    }
                    let mut answer = [0; 64];
                    let pause = Duration::from_secs(1);
                    if timeout(pause, stream.read(&mut answer)).await.is_ok() {
                        break;
                    }
                }
                self.note("closed");
            })
            .await;
        })
        .await;
    }

    /// Bodies of which a byte comes every now and then.
    async fn dribbling_bodies(self) {
        let head = format!("{}content-length: 5000\r\n\r\n", *HEAD);
        self.many(self.0.crowd / 4, async |_| {
            self.until_over(async || {
                let Some(mut stream) = self.connect(self.first(), false).await else { return };
                if stream.write_all(head.as_bytes()).await.is_err() {
                    return self.note("closed");
                }
                self.note("connected");
                let mut answer = [0; 64];
                loop {
                    let read = timeout(Duration::from_secs(1), stream.read(&mut answer)).await;
                    if let Ok(read) = read {
                        self.note(status(&answer[..read.unwrap_or(0)]));
                        break;
                    }
                    if stream.write_all(b" ").await.is_err() {
                        self.note("closed");
                        break;
                    }
                }
            })
            .await;
        })
        .await;
    }

    /// So many of these a second, each on a connection of its own, all of whose answers are read.
    async fn flood(self, per_second: u32, make: fn(u64) -> Vec<u8>) {
        let pause = Duration::from_secs(1) * WORKERS / per_second;
        let sent = AtomicU32::new(0);
        self.many(WORKERS, async |worker| {
            let mut paced = tokio::time::interval(pause);
            self.until_over(async || {
                paced.tick().await;
                let Some(mut stream) = self.connect(self.any(worker), false).await else { return };
                let bytes = make(u64::from(sent.fetch_add(1, Ordering::Relaxed)));
                // A node that has heard enough hangs up; what it said first is read all the same.
                let _ = timeout(ANSWER_MAX, stream.write_all(&bytes)).await;
                let mut answer = [0; 1024];
                let read = timeout(ANSWER_MAX, stream.read(&mut answer)).await;
                self.note(status(&answer[..read.map_or(0, |read| read.unwrap_or(0))]));
            })
            .await;
        })
        .await;
    }

    /// Connections with as many requests under way as they get, all of them writes.
    async fn streams(self) {
        self.many(8, async |number| {
            self.until_over(async || {
                let Some(stream) = self.connect(self.any(number), false).await else { return };
                let Ok((client, connection)) = h2::client::handshake(stream).await else {
                    return self.note("no handshake");
                };
                let asking =
                    join_all((0..256).map(async |one| self.ask(&client, number, one).await));
                tokio::select! {
                    _ = connection => self.note("closed"),
                    _ = asking => {}
                }
            })
            .await;
        })
        .await;
    }

    /// One stream after the other.
    async fn ask(&self, client: &h2::client::SendRequest<Bytes>, connection: u32, stream: u32) {
        let token = tokens::buyer(&format!("streamer-{connection}-{stream}"));
        while !self.is_over() {
            let Ok(mut ready) = client.clone().ready().await else { return };
            let request = http::Request::post("http://usher/v1/shows/field/holds")
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json");
            let request = request.body(()).expect("it is a request");
            let Ok((answer, mut body)) = ready.send_request(request, false) else { return };
            let taken = Bytes::from_static(b"{\"seats\":[\"no-such-seat\"]}");
            if body.send_data(taken, true).is_err() {
                return;
            }
            match answer.await {
                Ok(answer) => self.note(answer.status().as_str()),
                Err(error) => return self.note(reason(&error)),
            }
            // 512 at once, and a second for each: what matters is what they hold, not how fast.
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// Requests that are taken back at once.
    async fn rapid_reset(self) {
        self.many(2, async |number| {
            self.until_over(async || {
                let Some(stream) = self.connect(self.any(number), false).await else { return };
                let Ok((client, connection)) = h2::client::handshake(stream).await else {
                    return self.note("no handshake");
                };
                let attack = async {
                    while let Ok(mut ready) = client.clone().ready().await {
                        let request =
                            http::Request::get("http://usher/v1/shows/field/seats").body(());
                        let request = request.expect("it is a request");
                        let Ok((_, mut stream)) = ready.send_request(request, false) else {
                            return;
                        };
                        stream.send_reset(h2::Reason::CANCEL);
                        tokio::task::yield_now().await;
                    }
                };
                let ((), ended) = tokio::join!(attack, connection);
                self.note(ended.map_or_else(|error| reason(&error), |()| "closed".to_owned()));
                // Handshakes in a row would be another attack.
                sleep(Duration::from_millis(50)).await;
            })
            .await;
        })
        .await;
    }

    /// Clients that ask for something large, or without an end, and read nothing of it.
    async fn unread(self, path: &'static str, count: u32) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: usher\r\naccept: */*\r\n\r\n");
        self.many(count.min(self.0.crowd), async |number| {
            self.until_over(async || {
                let Some(mut stream) = self.connect(self.any(number), true).await else { return };
                if stream.write_all(request.as_bytes()).await.is_err() {
                    return self.note("closed");
                }
                let mut answer = [0; 32];
                let read = timeout(ANSWER_MAX, stream.read(&mut answer)).await;
                self.note(status(&answer[..read.map_or(0, |read| read.unwrap_or(0))]));
                // Until the node hangs up, which an error tells of.
                while stream.take_error().ok().flatten().is_none() {
                    sleep(Duration::from_millis(500)).await;
                }
                self.note("closed");
            })
            .await;
        })
        .await;
    }

    /// Connections to peer ports that say nothing, and calls with a secret that is none.
    async fn strangers(self) {
        let call = "POST /peer/v1/call HTTP/1.1\r\nhost: x\r\nusher-secret: guess\r\n\
                    usher-from-node: 2\r\nusher-to-node: 1\r\ncontent-length: 1000000\r\n\r\n";
        self.many(400, async |number| {
            let peer = self.0.peer[number as usize % self.0.peer.len()];
            self.until_over(async || {
                let Some(mut stream) = self.connect(peer, false).await else { return };
                if number % 4 == 0 {
                    let _ = stream.write_all(call.as_bytes()).await;
                }
                let mut answer = [0; 64];
                let read = stream.read(&mut answer).await.unwrap_or(0);
                self.note(status(&answer[..read]));
                sleep(Duration::from_millis(200)).await;
            })
            .await;
        })
        .await;
    }

    /// One address that asks as fast as it is answered.
    async fn over_its_rate(self) {
        let request = b"GET /v1/shows/field HTTP/1.1\r\nhost: usher\r\n\r\n";
        self.many(6, async |number| {
            self.until_over(async || {
                let from = Ipv4Addr::new(127, 9, 9, 9);
                let to = self.any(number);
                let Some(mut stream) = self.connect_from(from, to, false).await else { return };
                let mut answer = [0; 4096];
                while stream.write_all(request).await.is_ok() {
                    let read = stream.read(&mut answer).await.unwrap_or(0);
                    self.note(status(&answer[..read]));
                    if read == 0 {
                        return;
                    }
                    // Some 1,000 a second and node.
                    sleep(Duration::from_millis(2)).await;
                }
            })
            .await;
        })
        .await;
    }
}

/// The status in the first bytes of an answer.
fn status(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    status.unwrap_or("closed").to_owned()
}

fn reason(error: &h2::Error) -> String {
    error.reason().map_or_else(|| "closed".to_owned(), |reason| format!("{reason:?}"))
}

/// What a buyer's request begins with who has registered to attack.
static HEAD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "POST /v1/shows/field/holds HTTP/1.1\r\nhost: usher\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\n",
        *TOKEN
    )
});

static TOKEN: LazyLock<String> = LazyLock::new(|| tokens::buyer("attacker"));

fn with_body(body: &[u8]) -> Vec<u8> {
    let mut request = format!("{}content-length: {}\r\n\r\n", *HEAD, body.len()).into_bytes();
    request.extend_from_slice(body);
    request
}

fn large_body(_: u64) -> Vec<u8> {
    with_body(&vec![b' '; 10 << 20])
}

fn large_head(_: u64) -> Vec<u8> {
    format!("{}x: {}\r\n\r\n", *HEAD, "y".repeat(1 << 20)).into_bytes()
}

fn many_headers(_: u64) -> Vec<u8> {
    let many = "x: y\r\n".repeat(5000);
    format!("{}{many}\r\n", *HEAD).into_bytes()
}

fn garbage(seed: u64) -> Vec<u8> {
    let mut noise = seed | 1;
    let mut bytes = Vec::with_capacity(4096);
    while bytes.len() < 4096 {
        // xorshift64
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        bytes.extend_from_slice(&noise.to_le_bytes());
    }
    bytes
}

/// A token that is signed with nothing, or with a guess.
fn guess(number: u64) -> Vec<u8> {
    let (claims, _signature) = TOKEN.rsplit_once('.').expect("a token has three parts");
    let token = match number % 2 {
        0 => format!("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LXtudW1iZXJ9In0.{number}"),
        _ => format!("{claims}.{number:043}"),
    };
    format!("GET /v1/me/hold HTTP/1.1\r\nhost: usher\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

fn forgery(number: u64) -> Vec<u8> {
    let body =
        format!("{{\"type\":\"payment.succeeded\",\"data\":{{\"payment\":\"pay_{number}\"}}}}");
    let (id, mark) = (format!("evt-{number}"), "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    format!(
        "POST /v1/gateways/sandbox/webhook HTTP/1.1\r\nhost: usher\r\nwebhook-id: {id}\r\n\
         webhook-timestamp: 1785000000\r\nwebhook-signature: {mark}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn deep(_: u64) -> Vec<u8> {
    with_body("{\"seats\":".repeat(1700).as_bytes())
}
