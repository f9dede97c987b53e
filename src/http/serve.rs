//! The accept loop. `axum::serve` installs no timer, so that hyper's own timeouts lie idle there,
//! and knows no bound on connections; both stand here.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Version, header};
use futures_util::FutureExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::metrics::{Connection, Metrics};

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// Connections at a time; more wait in the kernel's queue.
    pub connections_max: usize,
    /// How long the head of a request may take, a connection's first one included; also how long a
    /// connection may idle between two.
    pub head_patience: Duration,
    /// How long answers under way get to finish when the node stops.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> ServeLimits {
        ServeLimits {
            connections_max: 10_000,
            head_patience: Duration::from_secs(30),
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

/// Bytes of a request's head: ours have a few hundred.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Requests at a time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 256;

/// A dead HTTP/2 peer is noticed after this and as much again.
const PING: Duration = Duration::from_secs(20);

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
    let permits = Arc::new(Semaphore::new(limits.connections_max));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            biased;
            _ = ends.stopping.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        match accepted {
            Ok((stream, permit)) => {
                let open = (permit, metrics.connected());
                connections.spawn(connection(stream, open, router.clone(), limits, ends.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Whoever is in the kernel's queue has been let in: with the listener it would be thrown out.
    while let Some(Ok((stream, permit))) = accept(&listener, &permits).now_or_never() {
        let open = (permit, metrics.connected());
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

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    // Answers are small and awaited: none should wait for a fuller packet.
    stream.set_nodelay(true)?;
    Ok((stream, permit))
}

/// Serves one connection.
async fn connection(
    stream: TcpStream,
    _open: (OwnedSemaphorePermit, Connection),
    router: Router,
    limits: ServeLimits,
    ends: Ends,
) {
    let Ends { mut leaving, mut stopping } = ends;
    let (begun, http2) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (seen, is_http2) = (Arc::clone(&begun), Arc::clone(&http2));
    let near_end = (leaving.clone(), stopping.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        seen.store(true, Ordering::Relaxed);
        let closes = request.version() < Version::HTTP_2;
        is_http2.store(!closes, Ordering::Relaxed);
        let answer = router.clone().oneshot(request.map(Body::new));
        let (leaving, stopping) = near_end.clone();
        async move {
            let mut answer = answer.await.unwrap_or_else(|never| match never {});
            if closes && (*leaving.borrow() || *stopping.borrow()) {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let builder = builder(limits);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // Hyper's timeout begins once it knows the protocol. A client that never says is caught here.
    let mut silent = Some(Box::pin(tokio::time::sleep(limits.head_patience)));
    let (mut stopped, mut left) = (false, false);
    loop {
        tokio::select! {
            served = serving.as_mut() => {
                if let Err(error) = served {
                    tracing::debug!(error, "a connection ended early");
                }
                return;
            }
            // Before its first request nothing says which protocol a connection speaks.
            _ = leaving.wait_for(|leaves| *leaves), if !left => {
                left = true;
                if http2.load(Ordering::Relaxed) {
                    serving.as_mut().graceful_shutdown();
                }
            }
            _ = stopping.wait_for(|stop| *stop), if !stopped => {
                stopped = true;
                if begun.load(Ordering::Relaxed) {
                    serving.as_mut().graceful_shutdown();
                } else {
                    silent = Some(Box::pin(tokio::time::sleep(FIRST_WORD)));
                }
            }
            () = async { silent.as_mut().expect("guarded").await }, if silent.is_some() => {
                silent = None;
                if !begun.load(Ordering::Relaxed) {
                    return;
                }
            }
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
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}
