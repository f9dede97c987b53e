//! The outermost layer: gives every exchange an id, and every answer its common headers and every
//! error its form. Nothing leaves this node without passing here.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::app::{Auth, Site};
use super::cors::{is_write_from_elsewhere, preflight};
use super::headers;
use super::problem::{Code, Problem};
use super::rates::{Standing, Tally};
use super::routes::{Door, Needs};
use super::source::Source;
use crate::journal;
use crate::seats::Hex;
use crate::traces::Span;

/// Characters of a request id that a client brings along.
const REQUEST_ID_MAX: usize = 128;

/// An answer of this API is data: a browser that is shown one as a page loads nothing for it and
/// runs nothing in it. Pages say otherwise themselves.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");

/// What a page from elsewhere is told where callers are believed.
const FROM_ELSEWHERE: &str = "nothing was done: a page of another site sent this, and this node \
     believes its callers (auth.mode is open): it takes writes from pages of its own cluster, and \
     of those sites that http.public_url and http.cors_origins name";

/// Marks an answer that tells what is wrong in the form that its client asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain;

/// The layer.
pub(super) async fn envelope(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let id = request_id(&site, request.headers());
    journal::in_request(&id, exchange(&site, id.clone(), request, next)).await
}

/// One request and its answer, within what is logged of it.
async fn exchange(site: &Site, mut id: String, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let allowed = site.cors.allowed(request.headers(), || site.origins());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let door = site.doors.at(&method, route.unwrap_or_default());
    request.extensions_mut().insert(door);
    let (tally, standing) = count(site, door, &mut request);
    let refused = standing.as_ref().and_then(|standing| standing.refused("this address"));
    let refused = refused.or_else(|| from_elsewhere(site, door, &request, allowed.as_ref()));
    let mut span = span(site, &id, route, &request);
    let mut answer = if let Some(problem) = refused {
        problem.into_response()
    } else if let Some(preflight) =
        allowed.as_ref().and_then(|_| preflight(&method, request.headers()))
    {
        preflight
    } else {
        let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
        let handled = match &span {
            Some(span) => span.within(handled).await,
            None => handled.await,
        };
        // The state is behind consensus: a panic in this room leaves nothing half done.
        handled.unwrap_or_else(|_| Problem::internal("a handler panicked").into_response())
    };
    if let Some(problem) = problem_of(&mut answer) {
        let code = problem.code().as_str();
        id = problem.render(&mut answer, id);
        if is_turned_away(answer.status()) {
            site.metrics.refused(code);
        }
        if answer.status().is_server_error() {
            tracing::warn!(id, %method, path, code, "answered with an error of this side");
        }
    }
    site.metrics.answered(route, method.as_str(), answer.status().as_u16(), begun.elapsed());
    if let Some(span) = &mut span {
        conclude(span, answer.status());
    }
    tracing::debug!(id, %method, path, status = answer.status().as_u16(), "answered");
    let headers = answer.headers_mut();
    headers.insert(headers::NODE, HeaderValue::from(site.backend.node_id()));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(headers::REQUEST_ID, id);
    }
    if let Some(tally) = tally {
        site.meters.show(headers, standing.as_ref(), &tally);
    }
    site.cors.show(headers, allowed);
    secure(headers, &path);
    answer
}

/// Counts a request for its address, and has it counted for its user, if anything is to be. Notes
/// who asked a proxy of ours.
fn count(site: &Site, door: Door, request: &mut Request) -> (Option<Tally>, Option<Standing>) {
    let source = request.extensions().get::<Source>().copied();
    let source = source.map(|peer| peer.behind(&site.settings.trusted_proxies, request.headers()));
    if let Some(source) = source {
        request.extensions_mut().insert(source);
    }
    if !site.meters.are_on() || door.is_free {
        return (None, None);
    }
    let tally = Tally::default();
    request.extensions_mut().insert(tally.clone());
    (Some(tally), site.meters.address(source))
}

/// Refuses pages that are not `allowed` what would change something, where a browser that reaches
/// this node is all it takes. Who has a token, or signs, proves who it is.
fn from_elsewhere(
    site: &Site,
    door: Door,
    request: &Request,
    allowed: Option<&HeaderValue>,
) -> Option<Problem> {
    let believed = match site.settings.auth {
        Auth::Open => door.needs != Needs::Signature,
        Auth::Token(_) => false,
    };
    let foreign = believed && allowed.is_none() && is_write_from_elsewhere(request);
    foreign.then(|| Problem::new(Code::Forbidden, FROM_ELSEWHERE))
}

/// What a browser is told of every answer.
fn secure(headers: &mut HeaderMap, path: &str) {
    // Pictures are shown by the pages of others.
    let shared = path.starts_with("/media/");
    let policy = HeaderValue::from_static(if shared { "cross-origin" } else { "same-origin" });
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, NOSNIFF),
        (header::REFERRER_POLICY, NO_REFERRER),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (headers::RESOURCE_POLICY, policy),
    ] {
        headers.entry(name).or_insert(value);
    }
}

/// The span of a request; `None` unless it is traced.
fn span(site: &Site, id: &str, route: Option<&str>, request: &Request) -> Option<Span> {
    if !site.traces.are_on() {
        return None;
    }
    let method = request.method().as_str();
    let name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
    let mut span = site.traces.request(name, request.headers())?;
    span.set("http.request.method", method.to_owned());
    if let Some(route) = route {
        span.set("http.route", route.to_owned());
    }
    span.set("usher.request_id", id.to_owned());
    Some(span)
}

/// Tells a request's span how it ended.
fn conclude(span: &mut Span, status: StatusCode) {
    span.set("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.fail(status.canonical_reason().unwrap_or("a server error"));
    }
}

/// Whether an answer says: nothing was done, come again.
fn is_turned_away(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

/// The client's id if it is one to put into logs and headers, else a new one.
fn request_id(site: &Site, headers: &HeaderMap) -> String {
    let given = headers.get(headers::REQUEST_ID).and_then(|id| id.to_str().ok());
    let sane = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match given.filter(sane) {
        Some(id) => id.to_owned(),
        None => format!("req_{}", Hex(site.fresh().0)),
    }
}

/// The problem in an answer. Errors that axum makes by itself become problems here.
fn problem_of(answer: &mut Response) -> Option<Problem> {
    if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    if answer.extensions_mut().remove::<Plain>().is_some() {
        return None;
    }
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    if answer.headers().get(header::CONTENT_TYPE).is_some_and(|t| t == "application/problem+json") {
        return None;
    }
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::InvalidRequest,
        _ => Code::Internal,
    };
    Some(Problem::new(code, "the request does not fit this route"))
}
