//! The calling end of the peer port: HTTP/2 over TCP, a connection a lane.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use http::{HeaderMap, StatusCode};
use reqwest::{Body, Client, RequestBuilder, Response};

use super::secret::Secret;
use super::transport::{CallError, Lane, Papers, Reply, Transport};
use super::wire;
use super::{headers, server};
use crate::causes::causes;

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

/// [`Transport`] over real sockets.
pub(super) struct HttpTransport {
    control: Client,
    log: Client,
    snapshot: Client,
    forward: Client,
    secret: Arc<Secret>,
}

impl HttpTransport {
    /// Connects when first used, and again after a connection breaks.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub(super) fn new(secret: Arc<Secret>) -> Result<HttpTransport, String> {
        // One client per lane, for a client multiplexes all its calls to a peer on one connection.
        Ok(HttpTransport {
            control: client()?,
            log: client()?,
            snapshot: client()?,
            forward: client()?,
            secret,
        })
    }

    fn request(&self, lane: Lane, address: &str, path: &str, papers: &Papers) -> RequestBuilder {
        let client = match lane {
            Lane::Control => &self.control,
            Lane::Log => &self.log,
            Lane::Snapshot => &self.snapshot,
            Lane::Forward => &self.forward,
        };
        let mut shown = HeaderMap::with_capacity(8);
        headers::show(&mut shown, papers);
        shown.insert(headers::SECRET, self.secret.request());
        client.post(format!("http://{address}{path}")).headers(shown)
    }
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
        let request = self.request(lane, address, server::CALL_PATH, &papers).body(body);
        let secret = Arc::clone(&self.secret);
        Box::pin(async move { answered(request, &secret, timeout).await })
    }

    fn stream(
        &self,
        address: &str,
        papers: Papers,
        body: BoxStream<'static, io::Result<Bytes>>,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let body = Body::wrap_stream(body);
        let request = self.request(Lane::Snapshot, address, server::SNAPSHOT_PATH, &papers);
        let request = request.body(body);
        let secret = Arc::clone(&self.secret);
        Box::pin(async move { answered(request, &secret, timeout).await })
    }
}

fn client() -> Result<Client, String> {
    Client::builder()
        .http2_prior_knowledge()
        .http2_initial_stream_window_size(WINDOW_BYTES)
        .http2_initial_connection_window_size(WINDOW_BYTES)
        .http2_keep_alive_interval(KEEP_ALIVE_EVERY)
        .http2_keep_alive_timeout(KEEP_ALIVE_MAX)
        .http2_keep_alive_while_idle(true)
        .connect_timeout(CONNECT_MAX)
        .tcp_nodelay(true)
        // A call is never repeated behind our back: whoever asked decides that.
        .retry(reqwest::retry::never())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // Plain TCP needs no root certificates; mutual TLS will bring its own.
        .tls_certs_only([])
        .build()
        .map_err(|error| format!("cannot set up the peer client: {}", causes(&error)))
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
