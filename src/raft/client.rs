//! The calling end of the peer port: a line to each member and lane, and HTTP/2 for what is not
//! between members yet, and for snapshots.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use http::{HeaderMap, StatusCode, header};
use reqwest::{Body, Client, ClientBuilder, RequestBuilder, Response};
use tokio::time::Instant;

use super::lines::{self, Line};
use super::secret::Secret;
use super::transport::{CallError, Lane, Papers, Reply, Transport};
use super::wire;
use super::{headers, server};
use crate::causes::causes;
use crate::tasks;

/// A peer that does not even complete a TCP handshake in this time counts as away.
const CONNECT_MAX: Duration = Duration::from_millis(500);

/// How often an open connection is asked whether it still lives.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(1);

/// A connection that does not answer that in time is dropped: a paused peer, or a cut cable.
const KEEP_ALIVE_MAX: Duration = Duration::from_secs(2);

/// Bytes in flight on one stream, and on one connection, before the receiver must ask for more.
/// Large enough that a full append never waits for a round trip.
const WINDOW_BYTES: u32 = 8 << 20;

/// Bytes of a refusal's reason that are read.
const REASON_BYTES_MAX: usize = 1024;

/// How long the beginning of a line may take.
const GREETING_MAX: Duration = Duration::from_secs(1);

/// [`Transport`] over real sockets.
pub(super) struct HttpTransport {
    calls: Client,
    snapshots: Client,
    lines: Arc<Lines>,
    secret: Arc<Secret>,
}

/// Open lines, one for each lane to each address.
struct Lines {
    client: Client,
    slots: Mutex<HashMap<(Lane, String), Arc<Slot>>>,
}

/// Held while a line is opened.
type Slot = tokio::sync::Mutex<Opened>;

/// What became of the last opening.
#[derive(Default)]
struct Opened {
    /// A line, with the papers that were shown on it.
    line: Option<(Papers, Arc<Line>)>,
    /// Why there is none, and since when: for all who waited for it.
    failed: Option<(Instant, CallError)>,
}

impl HttpTransport {
    /// Connects when first used, and again after a connection breaks.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub(super) fn new(secret: Arc<Secret>) -> Result<HttpTransport, String> {
        // A client multiplexes all its calls to a peer on one connection: bulk has its own.
        let lines = Lines { client: set_up(common().http1_only())?, slots: Mutex::default() };
        Ok(HttpTransport {
            calls: set_up(http2())?,
            snapshots: set_up(http2())?,
            lines: Arc::new(lines),
            secret,
        })
    }
}

fn request(
    client: &Client,
    address: &str,
    path: &str,
    papers: &Papers,
    secret: &Secret,
) -> RequestBuilder {
    let mut shown = HeaderMap::with_capacity(8);
    headers::show(&mut shown, papers);
    shown.insert(headers::SECRET, secret.request());
    client.post(format!("http://{address}{path}")).headers(shown)
}

impl Lines {
    /// A line to whoever is at an address; `None` if they would not have one, and say why to a call
    /// of its own.
    async fn line(
        &self,
        lane: Lane,
        address: &str,
        papers: &Papers,
        secret: &Arc<Secret>,
    ) -> Result<Option<Arc<Line>>, CallError> {
        let asked = Instant::now();
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry((lane, address.to_owned())).or_default())
        };
        let mut slot = slot.lock_owned().await;
        if let Some((shown, line)) = &slot.line
            && shown == papers
            && line.is_fit()
        {
            return Ok(Some(Arc::clone(line)));
        }
        if let Some((failed, error)) = &slot.failed
            && asked <= *failed
        {
            return Err(error.clone());
        }
        let request = request(&self.client, address, server::LINE_PATH, papers, secret)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, lines::PROTOCOL);
        let (papers, secret) = (*papers, Arc::clone(secret));
        // Whoever asks may have little patience; the line is for those that come after, as well.
        let opening = tasks::spawn(async move {
            let opened = tokio::time::timeout(GREETING_MAX, opened(request, &secret)).await;
            let opened = opened.unwrap_or_else(|_elapsed| {
                Err(CallError::NotSent(format!("no connection within {GREETING_MAX:?}")))
            });
            slot.line = opened.as_ref().ok().and_then(Clone::clone).map(|line| (papers, line));
            slot.failed = opened.as_ref().err().map(|error| (Instant::now(), error.clone()));
            opened
        });
        opening.await.unwrap_or_else(|error| Err(CallError::NotSent(error.to_string())))
    }
}

/// Begins a line. Nothing is carried out on the way.
async fn opened(request: RequestBuilder, secret: &Secret) -> Result<Option<Arc<Line>>, CallError> {
    let not_sent = |error: reqwest::Error| CallError::NotSent(causes(&error));
    let response = request.send().await.map_err(not_sent)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(None);
    }
    let shown = response.headers();
    if !secret.is_answer(shown.get(headers::SECRET)) {
        return Err(CallError::Garbled("the peer does not know the cluster secret".to_owned()));
    }
    let (theirs, _clock) = headers::read_answer(shown).map_err(CallError::Garbled)?;
    Ok(Some(Line::new(response.upgrade().await.map_err(not_sent)?, theirs)))
}

impl Transport for HttpTransport {
    fn call(
        &self,
        lane: Lane,
        address: &str,
        papers: Papers,
        body: Bytes,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let (lines, secret) = (Arc::clone(&self.lines), Arc::clone(&self.secret));
        let (calls, address) = (self.calls.clone(), address.to_owned());
        Box::pin(async move {
            let begun = Instant::now();
            // Whose disk is not known, or who is part of no cluster, is no member.
            if papers.cluster.is_some() && papers.to.disk.is_some() {
                let line = lines.line(lane, &address, &papers, &secret);
                let line = tokio::time::timeout(timeout, line).await.map_err(|_elapsed| {
                    CallError::NotSent(format!("no connection within {timeout:?}"))
                })?;
                if let Some(line) = line? {
                    return line.call(&body, timeout.saturating_sub(begun.elapsed())).await;
                }
            }
            let request = request(&calls, &address, server::CALL_PATH, &papers, &secret);
            answered(request.body(body), &secret, timeout.saturating_sub(begun.elapsed())).await
        })
    }

    fn stream(
        &self,
        address: &str,
        papers: Papers,
        body: BoxStream<'static, io::Result<Bytes>>,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let body = Body::wrap_stream(body);
        let client = &self.snapshots;
        let request = request(client, address, server::SNAPSHOT_PATH, &papers, &self.secret);
        let request = request.body(body);
        let secret = Arc::clone(&self.secret);
        Box::pin(async move { answered(request, &secret, timeout).await })
    }
}

fn http2() -> ClientBuilder {
    common()
        .http2_prior_knowledge()
        .http2_initial_stream_window_size(WINDOW_BYTES)
        .http2_initial_connection_window_size(WINDOW_BYTES)
        .http2_keep_alive_interval(KEEP_ALIVE_EVERY)
        .http2_keep_alive_timeout(KEEP_ALIVE_MAX)
        .http2_keep_alive_while_idle(true)
}

fn common() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_MAX)
        .tcp_nodelay(true)
        // A call is never repeated behind our back: whoever asked decides that.
        .retry(reqwest::retry::never())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // Plain TCP needs no root certificates; mutual TLS will bring its own.
        .tls_certs_only([])
}

fn set_up(builder: ClientBuilder) -> Result<Client, String> {
    builder.build().map_err(|error| format!("cannot set up the peer client: {}", causes(&error)))
}

/// Sends a request and reads its answer in full.
async fn answered(
    request: RequestBuilder,
    secret: &Secret,
    timeout: Duration,
) -> Result<Reply, CallError> {
    let whole = async {
        let response = request.send().await.map_err(|error| {
            // Only a connection that was never made proves that nothing was sent.
            let sent = !error.is_connect();
            let reason = causes(&error);
            if sent { CallError::Lost(reason) } else { CallError::NotSent(reason) }
        })?;
        read(response, secret).await
    };
    match tokio::time::timeout(timeout, whole).await {
        Ok(reply) => reply,
        Err(_elapsed) => Err(CallError::Lost(format!("no answer within {timeout:?}"))),
    }
}

async fn read(response: Response, secret: &Secret) -> Result<Reply, CallError> {
    let status = response.status();
    let shown = response.headers().clone();
    if status != StatusCode::OK {
        let reason = match body(response, REASON_BYTES_MAX).await {
            Ok(reason) => String::from_utf8_lossy(&reason).into_owned(),
            Err(error) => error.to_string(),
        };
        return Err(if server::is_refusal(status) {
            CallError::Refused(reason)
        } else {
            CallError::Lost(format!("{status}: {reason}"))
        });
    }
    if !secret.is_answer(shown.get(headers::SECRET)) {
        return Err(CallError::Garbled("the peer does not know the cluster secret".to_owned()));
    }
    let (papers, clock) = headers::read_answer(&shown).map_err(CallError::Garbled)?;
    let body = body(response, wire::BYTES_MAX).await?;
    Ok(Reply { papers, clock, body })
}

async fn body(mut response: Response, bytes_max: usize) -> Result<Bytes, CallError> {
    let mut whole = BytesMut::new();
    while let Some(piece) =
        response.chunk().await.map_err(|error| CallError::Lost(causes(&error)))?
    {
        if whole.len() + piece.len() > bytes_max {
            return Err(CallError::Garbled(format!("an answer of over {bytes_max} bytes")));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}
