//! What handlers take from a request. What cannot be taken is answered in the API's own form.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use bytes::Bytes;

use super::answer::Answer;
use super::ledger::Refusal;

/// Bytes of a request's body: a session with twenty long addresses takes less.
pub(super) const BODY_MAX: usize = 64 * 1024;

/// The id in a path.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id, Answer> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Id(id)),
            // What is no text is the name of nothing.
            Err(_no_text) => Err(Answer::refused(Refusal::NotFound)),
        }
    }
}

/// A body of bounded size.
pub(super) struct Raw(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Answer;

    async fn from_request(request: Request, state: &S) -> Result<Raw, Answer> {
        let taken = Bytes::from_request(request, state).await;
        taken.map(Raw).map_err(|rejection| match rejection.status() {
            status @ StatusCode::PAYLOAD_TOO_LARGE => {
                let detail = format!("the body has over {BODY_MAX} bytes");
                Answer::error(status, "body_too_large", &detail)
            }
            status => Answer::error(status, "invalid_request", &rejection.body_text()),
        })
    }
}
