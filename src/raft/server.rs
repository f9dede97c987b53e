//! The answering end of the peer port: HTTP over TCP, and the lines that begin there.
//!
//! A caller shows the secret and its papers before a byte of its body is read. Everything it may
//! send is bounded, and so is how many may connect.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncWriteExt as _, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::headers;
use super::lines::{self, Frames, Kind, SILENT_MAX, answer_frame, read_call};
use super::peer::{Peer, Refused, Unanswered};
use super::secret::Secret;
use super::stop::stopped;
use super::transport::Papers;
use super::wire;

/// Where calls go.
pub(super) const CALL_PATH: &str = "/peer/v1/call";

/// Where lines begin.
pub(super) const LINE_PATH: &str = "/peer/v1/line";

/// Where snapshots go.
pub(super) const SNAPSHOT_PATH: &str = "/peer/v1/snapshot";

/// Connections at once: a few from each node, with room for those that a broken peer left behind.
/// For one more, whoever has shown no papers for longest gives way.
const CONNECTIONS_MAX: usize = 256;

/// Calls at once on one connection. A node has a handful; the rest is for bursts of reads.
const CALLS_MAX: u32 = 256;

/// Bytes of the headers of one call.
const HEADER_BYTES_MAX: u32 = 16 << 10;

/// Bytes in flight before the sender must wait for leave.
const WINDOW_BYTES: u32 = 8 << 20;

/// How often a silent connection is asked whether it still lives, and how long it may take to say
/// so.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(5);
const KEEP_ALIVE_MAX: Duration = Duration::from_secs(10);

/// Pause after a connection could not be accepted (no file descriptors, as a rule).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A connection whose caller has not shown the right papers by then is closed: strangers must not
/// keep peers out by sitting on connections.
const FIRST_CALL_MAX: Duration = Duration::from_secs(5);

/// How long calls may still take when the node stops.
const DRAIN_MAX: Duration = Duration::from_secs(1);

/// What the routes of one connection need.
struct Port {
    peer: Arc<Peer>,
    secret: Arc<Secret>,
    /// Set once a caller on this connection has shown the right papers.
    admitted: AtomicBool,
    /// The line that the connection is to become.
    line: Mutex<Option<(Papers, OnUpgrade)>>,
}

/// Whether a status says that nothing was carried out.
pub(super) fn is_refusal(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::CONFLICT
            | StatusCode::PAYLOAD_TOO_LARGE
    )
}

/// Answers peers until the node stops.
///
/// # Errors
/// A connection's task panicked, which is a bug.
pub(super) async fn serve(
    listener: TcpListener,
    peer: Arc<Peer>,
    secret: Arc<Secret>,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), String> {
    let router = Router::new()
        .route(CALL_PATH, post(call))
        .route(LINE_PATH, post(line))
        .route(SNAPSHOT_PATH, post(snapshot));
    let mut connections = JoinSet::new();
    let mut strangers = Strangers::default();
    loop {
        let may_accept = connections.len() < CONNECTIONS_MAX || strangers.any();
        tokio::select! {
            biased;
            () = stopped(&mut shutdown) => break,
            Some(ended) = connections.join_next() => well(ended)?,
            accepted = listener.accept(), if may_accept => match accepted {
                Ok((stream, from)) => {
                    tracing::debug!(%from, "peer connected");
                    let (peer, secret) = (Arc::clone(&peer), Arc::clone(&secret));
                    let port = Arc::new(Port::new(peer, secret));
                    if CONNECTIONS_MAX <= connections.len() {
                        strangers.see_out();
                    }
                    let (known, routes) = (Arc::clone(&port), router.clone());
                    let serving = connection(stream, port, routes, shutdown.clone());
                    strangers.note(known, connections.spawn(serving));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a peer");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while let Some(ended) = connections.join_next().await {
        well(ended)?;
    }
    Ok(())
}

/// A connection that had to give way ended well.
fn well(ended: Result<(), JoinError>) -> Result<(), String> {
    match ended {
        Err(error) if !error.is_cancelled() => Err(error.to_string()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Connections whose callers have shown no papers yet, the oldest first.
#[derive(Default)]
struct Strangers(VecDeque<(Arc<Port>, AbortHandle)>);

impl Strangers {
    fn note(&mut self, port: Arc<Port>, connection: AbortHandle) {
        // A connection is known or over within `FIRST_CALL_MAX`, so that there are never many.
        self.0.retain(Strangers::is_one);
        self.0.push_back((port, connection));
    }

    fn any(&mut self) -> bool {
        while self.0.front().is_some_and(|first| !Strangers::is_one(first)) {
            self.0.pop_front();
        }
        !self.0.is_empty()
    }

    /// The oldest gives way.
    fn see_out(&mut self) {
        if self.any()
            && let Some((_, connection)) = self.0.pop_front()
        {
            connection.abort();
        }
    }

    fn is_one((port, connection): &(Arc<Port>, AbortHandle)) -> bool {
        !port.admitted.load(Ordering::Relaxed) && !connection.is_finished()
    }
}

/// Serves one connection. Whatever ends it is the caller's business: it will connect again.
async fn connection(
    stream: TcpStream,
    port: Arc<Port>,
    router: Router<Arc<Port>>,
    mut shutdown: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a peer is gone before it said anything");
        return;
    }
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(FIRST_CALL_MAX)
        .max_buf_size(HEADER_BYTES_MAX as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .max_concurrent_streams(CALLS_MAX)
        .max_header_list_size(HEADER_BYTES_MAX)
        .keep_alive_interval(KEEP_ALIVE_EVERY)
        .keep_alive_timeout(KEEP_ALIVE_MAX);
    let service = TowerToHyperService::new(router.with_state(Arc::clone(&port)));
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    let idle = async {
        sleep(FIRST_CALL_MAX).await;
        if port.admitted.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = idle => return,
        () = stopped(&mut shutdown) => {
            serving.as_mut().graceful_shutdown();
            match timeout(DRAIN_MAX, serving).await {
                Ok(ended) => ended,
                Err(_elapsed) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a peer's connection broke");
        return;
    }
    let begun = port.line.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((papers, upgrade)) = begun {
        match upgrade.await {
            Ok(connection) => hold_line(&port.peer, papers, connection, shutdown).await,
            Err(error) => tracing::debug!(%error, "a line broke before its first call"),
        }
    }
}

/// Answers the calls of one line, each as soon as it can be, until its caller closes it.
async fn hold_line(
    peer: &Peer,
    papers: Papers,
    connection: Upgraded,
    mut shutdown: watch::Receiver<bool>,
) {
    let (reader, writer) = split(TokioIo::new(connection));
    let (mut frames, writer) = (Frames::new(reader), tokio::sync::Mutex::new(writer));
    let answer = async |(number, body): (u64, Bytes)| {
        let (kind, body) = match peer.answer(&papers, &body).await {
            Ok(body) => (Kind::Answer, body),
            Err(Unanswered::Refused(refused)) => (Kind::Refused, turned_away(refused).1.into()),
            Err(Unanswered::Failed(reason)) => {
                tracing::error!(%reason, "a peer's call cannot be answered");
                (Kind::Failed, reason.into())
            }
        };
        let (_mine, clock) = peer.papers(papers.from);
        let frame = answer_frame(number, kind, clock, &body);
        // If it is cut short, the whole line is: nobody drops an answer on its way but its end.
        let sent = async {
            let mut writer = writer.lock().await;
            writer.write_all(&frame).await?;
            writer.flush().await
        };
        // A caller that reads no more must not keep its connection, and what it asked, for good.
        timeout(SILENT_MAX, sent)
            .await
            .unwrap_or_else(|_elapsed| Err(io::ErrorKind::TimedOut.into()))
    };
    let mut calls = FuturesUnordered::new();
    let ended: io::Result<()> = loop {
        let may_read = calls.len() < CALLS_MAX as usize;
        tokio::select! {
            biased;
            () = stopped(&mut shutdown) => break Ok(()),
            Some(answered) = calls.next() => if let Err(error) = answered {
                break Err(error);
            },
            frame = timeout(SILENT_MAX, frames.next()), if may_read => match frame {
                Ok(Ok(Some(frame))) => match read_call(frame) {
                    Some(call) => calls.push(answer(call)),
                    None => break Err(io::ErrorKind::InvalidData.into()),
                },
                Ok(Ok(None)) => break Ok(()),
                Ok(Err(error)) => break Err(error),
                // A call that takes long keeps its line.
                Err(_elapsed) if !calls.is_empty() => {}
                Err(_elapsed) => break Ok(()),
            },
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a peer's line broke");
        return;
    }
    let rest = async { while let Some(Ok(())) = calls.next().await {} };
    // Whoever is not answered by then is told by the end of the line.
    let _in_time = timeout(DRAIN_MAX, rest).await;
}

async fn call(State(port): State<Arc<Port>>, shown: HeaderMap, body: Body) -> Response<Body> {
    let papers = match port.admit(&shown, Peer::admit) {
        Ok(papers) => papers,
        Err((status, reason)) => return refusal(status, &reason),
    };
    let body = match axum::body::to_bytes(body, wire::BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => return refusal(StatusCode::PAYLOAD_TOO_LARGE, &error.to_string()),
    };
    let answer = port.peer.answer(&papers, &body).await;
    port.finish(&papers, answer)
}

/// Begins a line, between members alone.
async fn line(
    State(port): State<Arc<Port>>,
    mut request: axum::extract::Request,
) -> Response<Body> {
    let papers = match port.admit(request.headers(), Peer::admit_member) {
        Ok(papers) => papers,
        Err((status, reason)) => return refusal(status, &reason),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    *port.line.lock().unwrap_or_else(PoisonError::into_inner) = Some((papers, upgrade));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let shown = response.headers_mut();
    shown.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    shown.insert(header::UPGRADE, HeaderValue::from_static(lines::PROTOCOL));
    port.show(&papers, shown);
    response
}

async fn snapshot(State(port): State<Arc<Port>>, shown: HeaderMap, body: Body) -> Response<Body> {
    let papers = match port.admit(&shown, Peer::admit) {
        Ok(papers) => papers,
        Err((status, reason)) => return refusal(status, &reason),
    };
    let answer = port.peer.snapshot(&papers, body.into_data_stream()).await;
    port.finish(&papers, answer)
}

impl Port {
    fn new(peer: Arc<Peer>, secret: Arc<Secret>) -> Port {
        Port { peer, secret, admitted: AtomicBool::new(false), line: Mutex::default() }
    }

    /// Shows who answers.
    fn show(&self, papers: &Papers, shown: &mut HeaderMap) {
        let (mine, clock) = self.peer.papers(papers.from);
        headers::show_answer(shown, &mine, clock);
        shown.insert(headers::SECRET, self.secret.answer());
    }

    /// Judges the secret and the papers of a call, these as `judge` does.
    fn admit(
        &self,
        shown: &HeaderMap,
        judge: fn(&Peer, &Papers) -> Result<(), Refused>,
    ) -> Result<Papers, (StatusCode, String)> {
        if !self.secret.is_request(shown.get(headers::SECRET)) {
            let reason = "the caller does not know the cluster secret".to_owned();
            return Err((StatusCode::UNAUTHORIZED, reason));
        }
        let papers = headers::read(shown).map_err(|reason| (StatusCode::BAD_REQUEST, reason))?;
        judge(&self.peer, &papers).map_err(turned_away)?;
        self.admitted.store(true, Ordering::Relaxed);
        Ok(papers)
    }

    fn finish(&self, papers: &Papers, answer: Result<Bytes, Unanswered>) -> Response<Body> {
        match answer {
            Ok(body) => {
                let mut response = Response::new(Body::from(body));
                self.show(papers, response.headers_mut());
                response
            }
            Err(Unanswered::Refused(refused)) => {
                let (status, reason) = turned_away(refused);
                refusal(status, &reason)
            }
            Err(Unanswered::Failed(reason)) => {
                tracing::error!(%reason, "a peer's call cannot be answered");
                refusal(StatusCode::INTERNAL_SERVER_ERROR, &reason)
            }
        }
    }
}

fn turned_away(refused: Refused) -> (StatusCode, String) {
    match refused {
        Refused::Unreadable(reason) => (StatusCode::BAD_REQUEST, reason),
        Refused::Stranger(reason) => (StatusCode::CONFLICT, reason),
    }
}

fn refusal(status: StatusCode, reason: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(reason.to_owned()));
    *response.status_mut() = status;
    response
}
