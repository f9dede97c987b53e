//! What goes wrong, as clients see it: problem details (RFC 9457). Every error of this API is made
//! here; the envelope adds the request id and turns it into bytes.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::exchange::HEADERS_ROOM;
use super::headers;
use crate::seats::FieldError;

/// Tells one error from another; clients branch on its text. Each stands in CONTRACT section 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    InvalidRequest,
    InvalidSignature,
    Unauthenticated,
    Forbidden,
    SaleNotOpen,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    SeatUnavailable,
    UserHasActiveHold,
    HoldNotActive,
    PaymentAlreadyOpen,
    PaymentNotOpen,
    BookingNotActive,
    ShowExists,
    ShowCancelled,
    AlreadyInitialized,
    Refused,
    HoldExpired,
    NotCaughtUp,
    BodyTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    TooManySeats,
    TooManyBookings,
    OrphanSeat,
    RateLimited,
    Internal,
    GatewayError,
    NoLeader,
    Overloaded,
    NotReady,
    OutcomeUnknown,
}

impl Code {
    /// Its text, its status and its title, each fixed for good.
    const fn facts(self) -> (&'static str, u16, &'static str) {
        match self {
            Code::InvalidRequest => ("invalid_request", 400, "The request is not valid"),
            Code::InvalidSignature => ("invalid_signature", 400, "The signature is not valid"),
            Code::Unauthenticated => ("unauthenticated", 401, "Who asks is not known"),
            Code::Forbidden => ("forbidden", 403, "The caller may not do this"),
            Code::SaleNotOpen => ("sale_not_open", 403, "The show is not on sale"),
            Code::NotFound => ("not_found", 404, "There is no such thing"),
            Code::MethodNotAllowed => ("method_not_allowed", 405, "The method does not fit"),
            Code::NotAcceptable => ("not_acceptable", 406, "No such representation"),
            Code::SeatUnavailable => ("seat_unavailable", 409, "A seat is not free"),
            Code::UserHasActiveHold => ("user_has_active_hold", 409, "The user has a hold"),
            Code::HoldNotActive => ("hold_not_active", 409, "The hold has ended"),
            Code::PaymentAlreadyOpen => ("payment_already_open", 409, "A payment is open"),
            Code::PaymentNotOpen => ("payment_not_open", 409, "The payment has ended"),
            Code::BookingNotActive => ("booking_not_active", 409, "The booking is cancelled"),
            Code::ShowExists => ("show_exists", 409, "The show's id is taken"),
            Code::ShowCancelled => ("show_cancelled", 409, "The show is cancelled"),
            Code::AlreadyInitialized => ("already_initialized", 409, "The cluster is formed"),
            Code::Refused => ("refused", 409, "It would be unsafe"),
            Code::HoldExpired => ("hold_expired", 410, "The hold has expired"),
            Code::NotCaughtUp => ("not_caught_up", 412, "This node has not caught up"),
            Code::BodyTooLarge => ("body_too_large", 413, "The body is too large"),
            Code::UnsupportedMediaType => {
                ("unsupported_media_type", 415, "The body's type is not supported")
            }
            Code::IdempotencyKeyReused => {
                ("idempotency_key_reused", 422, "The key was used for something else")
            }
            Code::TooManySeats => ("too_many_seats", 422, "Too many seats for one hold"),
            Code::TooManyBookings => {
                ("too_many_bookings", 422, "The user has as many bookings as allowed")
            }
            Code::OrphanSeat => ("orphan_seat", 422, "A single seat would be left over"),
            Code::RateLimited => ("rate_limited", 429, "Too many requests"),
            Code::Internal => ("internal", 500, "A defect of this server"),
            Code::GatewayError => ("gateway_error", 502, "The payment gateway did not do its part"),
            Code::NoLeader => ("no_leader", 503, "The cluster has no leader"),
            Code::Overloaded => ("overloaded", 503, "The cluster is overloaded"),
            Code::NotReady => ("not_ready", 503, "This node is not ready"),
            Code::OutcomeUnknown => ("outcome_unknown", 504, "The outcome is not known"),
        }
    }

    /// The status that goes with it.
    pub(super) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.facts().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Its text.
    pub(super) const fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// Its title.
    pub(super) const fn title(self) -> &'static str {
        self.facts().2
    }
}

/// Bytes of an ordinary problem.
const BODY_ROOM: usize = 512;

/// An answer that says what is wrong. Boxed, since most answers are not one.
#[derive(Clone, Debug)]
pub(super) struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    detail: String,
    members: Map<String, Value>,
    headers: HeaderMap,
    /// Replaces the id of this very request: a replay repeats the first answer byte for byte.
    request_id: Option<String>,
}

impl Problem {
    /// A problem with a text for people.
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Problem {
        let parts = Parts {
            code,
            detail: detail.into(),
            members: Map::new(),
            headers: HeaderMap::new(),
            request_id: None,
        };
        Problem(Box::new(parts))
    }

    /// A request that breaks rules, each by its field.
    pub(super) fn invalid(errors: Vec<FieldError>) -> Problem {
        let detail = match errors.as_slice() {
            [one] if one.field.is_empty() => one.message.clone(),
            [one] => format!("{} {}", one.field, one.message),
            _ => format!("{} fields are not valid", errors.len()),
        };
        let errors = errors.into_iter().map(|error| {
            let FieldError { field, message } = error;
            serde_json::json!({ "field": field, "message": message })
        });
        let errors = errors.collect();
        Problem::new(Code::InvalidRequest, detail).with("errors", Value::Array(errors))
    }

    /// A request with one field that breaks a rule.
    pub(super) fn field(field: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem::invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// A defect of ours. Its cause is for the log alone.
    pub(super) fn internal(cause: &str) -> Problem {
        tracing::error!(cause, "a request met a defect");
        Problem::new(Code::Internal, "see the log of the node under this request id")
    }

    /// Adds a member to the body.
    pub(super) fn with(mut self, name: &str, value: Value) -> Problem {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Adds a header.
    pub(super) fn header(mut self, name: header::HeaderName, value: &str) -> Problem {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(name, value);
        }
        self
    }

    fn valued(mut self, name: header::HeaderName, value: HeaderValue) -> Problem {
        self.0.headers.insert(name, value);
        self
    }

    /// The index of the state that this answer stands on.
    pub(super) fn at(self, index: u64) -> Problem {
        self.valued(headers::APPLIED_INDEX, index.into())
    }

    /// The client may try again after so many seconds.
    pub(super) fn retry_after(self, seconds: u32) -> Problem {
        self.valued(header::RETRY_AFTER, seconds.into())
    }

    /// Carries another request id than that of this request.
    pub(super) fn request_id(mut self, id: String) -> Problem {
        self.0.request_id = Some(id);
        self
    }

    /// How many things a member lists; 0 without it.
    pub(super) fn length_of(&self, member: &str) -> usize {
        self.0.members.get(member).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Whether it has a header.
    pub(super) fn has_header(&self, name: &header::HeaderName) -> bool {
        self.0.headers.contains_key(name)
    }

    /// Which error it is.
    pub(super) fn code(&self) -> Code {
        self.0.code
    }

    /// Writes it into the answer that it came in, whose other headers stay (`Allow` of a 405).
    /// Returns the request id that it ended up with.
    pub(super) fn render(self, answer: &mut Response, request_id: String) -> String {
        let Parts { code, detail, members, headers, request_id: fixed } = *self.0;
        let instance = fixed.unwrap_or(request_id);
        let (text, status, title) = code.facts();
        let body = Body {
            r#type: format!("urn:usher:problem:{text}"),
            title,
            status,
            detail: &detail,
            instance: &instance,
            code: text,
            members: &members,
        };
        let mut bytes = Vec::with_capacity(BODY_ROOM);
        serde_json::to_writer(&mut bytes, &body).expect("strings and numbers always serialize");
        *answer.status_mut() = code.status();
        *answer.body_mut() = bytes.into();
        let out = answer.headers_mut();
        out.reserve(HEADERS_ROOM);
        out.remove(header::CONTENT_LENGTH);
        out.extend(headers);
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        instance
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut answer = self.code().status().into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    code: &'a str,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

/// What is wrong with a request, gathered so that the client hears of all of it at once.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<FieldError>);

/// Faults told at once. A request that is wrong everywhere is wrong for one reason.
const FAULTS_MAX: usize = 20;

impl Faults {
    /// Notes that a field breaks a rule.
    pub(super) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.0.len() < FAULTS_MAX {
            self.0.push(FieldError { field: field.into(), message: message.into() });
        }
    }

    /// Notes several.
    pub(super) fn extend(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        errors.into_iter().for_each(|error| self.add(error.field, error.message));
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A 400 with all of them, if there are any.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(self.0)) }
    }
}
