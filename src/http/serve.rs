//! The accept loop. `axum::serve` installs no timer, so that hyper's own timeouts lie idle there,
//! and knows no bound on connections; both stand here.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

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

/// Bytes of a request's head: ours have a few hundred.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Requests at a time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 256;

/// A dead HTTP/2 peer is noticed after this and as much again.
const PING: Duration = Duration::from_secs(20);

/// Pause after a failed accept: it fails for want of file descriptors, which come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves connections until `shutdown` is true, then ends: nothing new is accepted, what is under
/// way finishes, and what has not by the end of `limits.drain` is cut off. A listener that cannot
/// accept is tried again.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    mut shutdown: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(limits.connections_max));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            biased;
            _ = shutdown.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        match accepted {
            Ok((stream, permit)) => {
                let one = connection(stream, permit, router.clone(), limits, shutdown.clone());
                connections.spawn(one);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
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
    _permit: OwnedSemaphorePermit,
    router: Router,
    limits: ServeLimits,
    mut shutdown: watch::Receiver<bool>,
) {
    let begun = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&begun);
    let service = service_fn(move |request: Request<Incoming>| {
        seen.store(true, Ordering::Relaxed);
        let answer = router.clone().oneshot(request.map(Body::new));
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let builder = builder(limits);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // Hyper's timeout begins once it knows the protocol. A client that never says is caught here.
    let mut silent = Some(Box::pin(tokio::time::sleep(limits.head_patience)));
    let mut stopping = false;
    loop {
        tokio::select! {
            served = serving.as_mut() => {
                if let Err(error) = served {
                    tracing::debug!(error, "a connection ended early");
                }
                return;
            }
            _ = shutdown.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                serving.as_mut().graceful_shutdown();
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
