//! The accept loop. `axum::serve` installs no timer, so that hyper's own timeouts lie idle there,
//! and knows no bound on connections; both stand here.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, Version, header};
use futures_util::FutureExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};
use tower::ServiceExt as _;

use super::guests::{Full, Guests, Place, Visit};
use super::pace::{Arriving, Leaving, Paced};
use super::source::Source;
use crate::metrics::{Connection, Metrics};

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// Connections at a time. If there are more, whoever is of least use gives way; if everybody is
    /// being served, more wait in the kernel's queue.
    pub connections_max: usize,
    /// Connections of one address (of IPv6: one /64); 0 for as many as there are.
    pub connections_per_address: usize,
    /// How long the head of a connection's first request may take, from when it was accepted.
    pub first_patience: Duration,
    /// How long the head of a later request may take; also how long a connection may idle between
    /// two.
    pub head_patience: Duration,
    /// How long a client may leave what we send it unread.
    pub read_patience: Duration,
    /// How long answers under way get to finish when the node stops.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> ServeLimits {
        ServeLimits {
            connections_max: 10_000,
            connections_per_address: 0,
            first_patience: Duration::from_secs(10),
            head_patience: Duration::from_secs(30),
            read_patience: Duration::from_secs(30),
            drain: Duration::from_secs(5),
        }
    }
}

/// When to stop.
#[derive(Clone, Debug)]
pub struct Ends {
    /// True once the end is near: every answer closes its HTTP/1 connection and HTTP/2 connections
    /// take no new requests, so that clients go elsewhere before anything is cut off.
    pub leaving: watch::Receiver<bool>,
    /// True at the end.
    pub stopping: watch::Receiver<bool>,
}

/// Bytes of a request's head: ours have a few hundred, tokens and links a few thousand. (Of headers
/// hyper takes a hundred unless it is told otherwise, which would cost every request.)
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// The same for HTTP/2, which counts 32 bytes more for each header.
const HEAD_LIST_BYTES_MAX: u32 = 32 * 1024;

/// Requests at a time on one HTTP/2 connection: what a page or a proxy has under way, and a small
/// part of the undecided writes that a node takes.
const STREAMS_MAX: u32 = 64;

/// Streams that a client may take back before we have looked at them, and streams whose rules it
/// may break: more is an attack (CVE-2023-44487, RUSTSEC-2024-0003), and its connection ends.
const RESETS_MAX: usize = 20;
const ERRORS_MAX: usize = 64;

/// Bytes of answers that wait on one HTTP/2 stream for a client that does not read.
const SEND_BYTES_MAX: usize = 64 * 1024;

/// A dead HTTP/2 peer is noticed after this and as much again.
const PING: Duration = Duration::from_secs(20);

/// How long an HTTP/2 connection may idle: its pings are answered by whoever wants to keep it.
const IDLE_MAX: Duration = Duration::from_mins(2);

/// How long a connection that has just come may take to ask for something when the node stops.
const FIRST_WORD: Duration = Duration::from_millis(200);

/// Pause after a failed accept: it fails for want of file descriptors, which come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves connections until `ends.stopping` is true, then ends: nothing new is accepted, what is
/// under way finishes, and what has not by the end of `limits.drain` is cut off. A listener that
/// cannot accept is tried again.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    mut ends: Ends,
    metrics: Metrics,
) {
    let guests = Guests::new(limits.connections_max, limits.connections_per_address);
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            biased;
            _ = ends.stopping.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &guests, &metrics) => accepted,
        };
        match accepted {
            Ok(Some((stream, place))) => {
                let open = (place, metrics.connected());
                connections.spawn(connection(stream, open, router.clone(), limits, ends.clone()));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Whoever is in the kernel's queue has been let in: with the listener it would be thrown out.
    while let Some(Ok(accepted)) = accept(&listener, &guests, &metrics).now_or_never() {
        let Some((stream, place)) = accepted else { continue };
        let open = (place, metrics.connected());
        connections.spawn(connection(stream, open, router.clone(), limits, ends.clone()));
    }
    drop(listener);
    let drained = tokio::time::timeout(limits.drain, async {
        while connections.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        tracing::warn!(
            left = connections.len(),
            "connections are cut off: they did not end in time"
        );
        connections.shutdown().await;
    }
}

/// The next connection with its place; `None` for one that is not let in. A newcomer for whom there
/// is no place waits here, and others behind it.
async fn accept(
    listener: &TcpListener,
    guests: &Arc<Guests>,
    metrics: &Metrics,
) -> io::Result<Option<(TcpStream, Place)>> {
    let (stream, address) = match listener.accept().await {
        Ok(accepted) => accepted,
        // It went away before its turn came.
        Err(error) if is_theirs(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    // Answers are small and awaited: none should wait for a fuller packet. A connection that cannot
    // be told so is one that is gone.
    if stream.set_nodelay(true).is_err() {
        return Ok(None);
    }
    loop {
        match guests.enter(Source::of(address.ip())) {
            Ok(place) => return Ok(Some((stream, place))),
            Err(Full::Source) => {
                tracing::debug!(%address, "an address has too many connections");
                metrics.refused("too_many_connections");
                return Ok(None);
            }
            Err(Full::House { until }) => guests.changed(until).await,
        }
    }
}

fn is_theirs(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// Serves one connection.
async fn connection(
    stream: TcpStream,
    (place, _open): (Place, Connection),
    router: Router,
    limits: ServeLimits,
    ends: Ends,
) {
    let place = Arc::new(place);
    let http2 = Arc::new(AtomicBool::new(false));
    let (theirs, is_http2, near_end) = (Arc::clone(&place), Arc::clone(&http2), ends.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        is_http2.store(request.version() == Version::HTTP_2, Ordering::Relaxed);
        answer(request, &theirs, &router, near_end.clone())
    });
    let builder = builder(limits);
    let paced = TokioIo::new(Paced::new(stream, limits.read_patience));
    let mut serving = std::pin::pin!(builder.serve_connection(paced, service));
    let mut outstays = std::pin::pin!(outstays(&place, limits));
    let Ends { mut leaving, mut stopping } = ends;
    // Set when the node stops before this connection has asked for anything.
    let mut silent = None;
    let (mut stopped, mut left, mut idles) = (false, false, false);
    loop {
        tokio::select! {
            served = serving.as_mut() => {
                if let Err(error) = served {
                    tracing::debug!(error, "a connection ended early");
                }
                return;
            }
            () = place.asked_to_leave() => return,
            stays = outstays.as_mut(), if !left => match stays {
                Stays::Unwelcome => return,
                Stays::Idle => {
                    (left, idles) = (true, true);
                    serving.as_mut().graceful_shutdown();
                    // What the client does not read keeps a stream open for as long as it likes.
                    silent = Some(Box::pin(sleep(limits.read_patience)));
                }
            },
            // Before its first request nothing says which protocol a connection speaks.
            _ = leaving.wait_for(|leaves| *leaves), if !left => {
                left = true;
                if http2.load(Ordering::Relaxed) {
                    serving.as_mut().graceful_shutdown();
                }
            }
            _ = stopping.wait_for(|stop| *stop), if !stopped => {
                stopped = true;
                if place.guest.has_asked() {
                    serving.as_mut().graceful_shutdown();
                } else {
                    silent = Some(Box::pin(sleep(FIRST_WORD)));
                }
            }
            () = async { silent.as_mut().expect("guarded").await }, if silent.is_some() => {
                silent = None;
                if idles || !place.guest.has_asked() {
                    return;
                }
            }
        }
    }
}

/// Answers one request, and tells its guest's place of how that goes.
fn answer(
    request: Request<Incoming>,
    place: &Arc<Place>,
    router: &Router,
    near_end: Ends,
) -> impl Future<Output = Result<Response<Leaving>, Infallible>> + Send + use<> {
    let closes = request.version() < Version::HTTP_2;
    let (visit, sending) = Visit::begin(place, !request.body().is_end_stream());
    let mut request = request.map(|body| match sending {
        Some(sending) => Body::new(Arriving::new(body, sending)),
        None => Body::empty(),
    });
    request.extensions_mut().insert(place.guest.source());
    let answer = router.clone().oneshot(request);
    async move {
        let mut answer = answer.await.unwrap_or_else(|never| match never {});
        if closes && (*near_end.leaving.borrow() || *near_end.stopping.borrow()) {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(answer.map(|body| Leaving::new(body, visit)))
    }
}

/// Why a connection should end.
enum Stays {
    /// It has never asked for anything, or reads nothing.
    Unwelcome,
    /// It has nothing under way.
    Idle,
}

/// Returns when a connection has stayed for too long without being of use. HTTP/1 has hyper's own
/// timeouts, which begin once the protocol is known, and ours while bytes wait to be written; on
/// HTTP/2 a client can hold back single answers while all else goes on.
async fn outstays(place: &Place, limits: ServeLimits) -> Stays {
    sleep(limits.first_patience).await;
    if !place.guest.has_asked() {
        return Stays::Unwelcome;
    }
    let mut looks = interval(limits.read_patience.min(IDLE_MAX) / 2);
    loop {
        looks.tick().await;
        if limits.read_patience <= place.guest.unread() {
            return Stays::Unwelcome;
        }
        if IDLE_MAX <= place.guest.idle() {
            return Stays::Idle;
        }
    }
}

fn builder(limits: ServeLimits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_patience)
        .max_buf_size(HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_LIST_BYTES_MAX)
        .max_pending_accept_reset_streams(RESETS_MAX)
        .max_local_error_reset_streams(ERRORS_MAX)
        .max_send_buf_size(SEND_BYTES_MAX)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}
