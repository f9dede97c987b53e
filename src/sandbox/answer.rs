//! Answers of the gateway's API.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::ledger::Refusal;

/// A JSON answer, kept as text so that it can be repeated to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn new(status: StatusCode, body: &impl Serialize) -> Answer {
        let body = serde_json::to_string(body).expect("our bodies always serialize");
        Answer { status: status.as_u16(), body }
    }

    /// An error with a code for programs and words for people.
    pub(super) fn error(status: StatusCode, code: &str, detail: &str) -> Answer {
        Answer::new(status, &json!({ "code": code, "detail": detail }))
    }

    /// A field that breaks a rule.
    pub(super) fn invalid(field: &str, rule: &str) -> Answer {
        let detail = format!("{field} {rule}");
        Answer::new(
            StatusCode::BAD_REQUEST,
            &json!({
                "code": "invalid_request",
                "detail": detail.trim_start(),
                "errors": [{ "field": field, "message": rule }],
            }),
        )
    }

    pub(super) fn refused(refusal: Refusal) -> Answer {
        match refusal {
            Refusal::NotFound => {
                Answer::error(StatusCode::NOT_FOUND, "not_found", "there is no such session")
            }
            Refusal::AlreadyPaid => {
                Answer::error(StatusCode::CONFLICT, "already_paid", "the session was paid")
            }
            Refusal::Closed => Answer::error(StatusCode::GONE, "closed", "the session is closed"),
            Refusal::ExceedsCaptured { left } => Answer::error(
                StatusCode::CONFLICT,
                "refund_exceeds_captured",
                &format!("at most {left} of what was paid is left to pay back"),
            ),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, self.body).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }
}
