//! The outermost layer: gives every exchange an id, and every answer its common headers and every
//! error its form. Nothing leaves this node without passing here.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use super::app::Site;
use super::headers;
use super::problem::{Code, Problem};

/// Characters of a request id that a client brings along.
const REQUEST_ID_MAX: usize = 128;

/// The layer.
pub(super) async fn envelope(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let mut id = request_id(&site, request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // The state is behind consensus: a panic in this room leaves nothing half done.
    let mut answer = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => Problem::internal("a handler panicked").into_response(),
    };
    if let Some(problem) = problem_of(&mut answer) {
        let code = problem.code().as_str();
        id = problem.render(&mut answer, id);
        if answer.status().is_server_error() {
            tracing::warn!(id, %method, path, code, "answered with an error of this side");
        }
    }
    tracing::debug!(id, %method, path, status = answer.status().as_u16(), "answered");
    let headers = answer.headers_mut();
    headers.insert(headers::NODE, HeaderValue::from(site.backend.node_id()));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(headers::REQUEST_ID, id);
    }
    answer
}

/// The client's id if it is one to put into logs and headers, else a new one.
fn request_id(site: &Site, headers: &HeaderMap) -> String {
    let given = headers.get(headers::REQUEST_ID).and_then(|id| id.to_str().ok());
    let sane = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match given.filter(sane) {
        Some(id) => id.to_owned(),
        None => format!("req_{:032x}", site.fresh().0),
    }
}

/// The problem in an answer. Errors that axum makes by itself become problems here.
fn problem_of(answer: &mut Response) -> Option<Problem> {
    if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
        return Some(problem);
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
