//! Which other sites' pages may use this API from a browser (the CORS protocol of the Fetch
//! standard): those of the cluster's own nodes, since a page goes on at the others when the node
//! that served it ends, and those that an operator names; nobody else's.
//!
//! Credentials that a browser adds by itself, cookies above all, are never allowed: this API has
//! none, and a page that has a token says so in a header. Where callers are believed without any,
//! that is not enough: a browser sends simple requests unasked, and only keeps their answers.

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::origins::{Origin, is_at};

/// How long a browser may remember what it was allowed: not long enough to get in the way of an
/// operator who changes it.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");

/// Headers of requests that are not simple ones.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "Accept, Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, \
     X-Request-Id, X-Usher-Role, X-User-Id",
);

/// Headers of answers that scripts may read.
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "ETag, Idempotency-Key, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, \
     Retry-After, Usher-Applied-Index, Usher-Node, X-Request-Id",
);

/// Whose pages may, beside those of the cluster's nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Cors {
    anybody: bool,
    origins: Vec<HeaderValue>,
}

impl Cors {
    /// Exact origins, or `*`. What is no header value is no browser's origin.
    pub(super) fn new(origins: &[String]) -> Cors {
        Cors {
            anybody: origins.iter().any(|origin| origin == "*"),
            origins: origins.iter().filter_map(|origin| origin.parse().ok()).collect(),
        }
    }

    /// What an answer to this request says of who may read it; `None` for nobody. `nodes` is asked
    /// each time: who has left the cluster is a stranger.
    pub(super) fn allowed(
        &self,
        request: &HeaderMap,
        nodes: impl FnOnce() -> Vec<Origin>,
    ) -> Option<HeaderValue> {
        let origin = request.get(header::ORIGIN)?;
        if self.anybody {
            return Some(HeaderValue::from_static("*"));
        }
        let is_named = self.origins.contains(origin)
            || nodes().iter().any(|node| node.as_str().as_bytes() == origin.as_bytes());
        is_named.then(|| origin.clone())
    }

    /// Writes down who may read an answer.
    pub(super) fn show(&self, answer: &mut HeaderMap, allowed: Option<HeaderValue>) {
        if !self.anybody {
            // A cache must not give one site's answer to another.
            answer.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(allowed) = allowed {
            answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}

/// Whether a request that may change something was sent by a page from elsewhere.
pub(super) fn is_write_from_elsewhere(request: &Request) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return false };
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return false;
    }
    // HTTP/2 names the host in the address.
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or(named);
    let at = host.zip(origin.to_str().ok());
    !at.is_some_and(|(host, origin)| is_at(origin, host))
}

/// The answer to a browser that asks before it sends, if that is what a request is. Only who is
/// allowed gets it.
pub(super) fn preflight(method: &Method, request: &HeaderMap) -> Option<Response> {
    if *method != Method::OPTIONS || !request.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let out = answer.headers_mut();
    out.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
    out.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    Some(answer)
}
