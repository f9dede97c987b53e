//! Why a call did not do what was asked.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::types::words;

/// Why a call did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A node decided: no. With status 429 or 503 it said "not now" for as long as there was
    /// patience, and nothing was done.
    #[error("{0}")]
    Refused(Box<Problem>),

    /// Nobody answered, and nothing was done.
    #[error("{why}")]
    Unreachable {
        /// What stood in the way last.
        why: String,
    },

    /// A write may or may not have been done: the same call under this key will tell.
    #[error("it is not known whether this was done: {why}")]
    OutcomeUnknown {
        /// The write's `Idempotency-Key`.
        key: String,
        /// What stood in the way last.
        why: String,
    },

    /// The answer is none of this contract. If the call was a write, it was done.
    #[error("{endpoint}: an answer that is not understood: {why}")]
    Malformed {
        /// Who answered.
        endpoint: String,
        /// What is wrong with it.
        why: String,
    },

    /// The client cannot be made of this, or the call; nobody was asked.
    #[error("{0}")]
    Unusable(String),
}

impl Error {
    /// The problem's code, if a node refused.
    #[must_use]
    pub fn code(&self) -> Option<&Code> {
        match self {
            Error::Refused(problem) => Some(&problem.code),
            Error::Unreachable { .. }
            | Error::OutcomeUnknown { .. }
            | Error::Malformed { .. }
            | Error::Unusable(_) => None,
        }
    }
}

/// What a node says of a call that it did not carry out (RFC 9457).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The status.
    pub status: u16,
    /// Tells one problem from another.
    pub code: Code,
    /// What such a problem is called.
    pub title: String,
    /// What is wrong in this case, for people.
    pub detail: String,
    /// The request's id, which the node's log has too.
    pub instance: String,
    /// What is wrong with each field.
    pub errors: Vec<FieldError>,
    /// Seats that are not free.
    pub conflicts: Vec<String>,
    /// The hold that the user has already.
    pub active_hold: Option<String>,
    /// The payment that it is about.
    pub payment: Option<String>,
    /// Whatever else it says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
    /// After which time it may be asked again.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
    /// Who said so.
    #[serde(skip)]
    pub endpoint: String,
    /// An earlier attempt of this very call may have done it already.
    #[serde(skip)]
    pub repeated: bool,
}

/// What is wrong with a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldError {
    /// Its path, such as `seats[1]`.
    pub field: String,
    /// The rule that it breaks.
    pub message: String,
}

impl Problem {
    /// A problem as it was answered. What is no problem of ours, such as a proxy's page, is known
    /// by its status alone.
    pub(super) fn read(status: u16, body: &[u8]) -> Problem {
        let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
        Problem { status, ..problem }
    }

    /// There is no such thing, as is known without asking.
    pub(super) fn no_such(name: &str) -> Problem {
        let (code, detail) = (Code::NotFound, format!("there is no {name}"));
        Problem { status: 404, code, detail, ..Problem::default() }
    }
}

/// In words, with each field that is wrong on a line of its own.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.detail.as_str(), self.title.as_str()) {
            ("", "") => write!(f, "status {}", self.status)?,
            ("", words) | (words, _) => f.write_str(words)?,
        }
        if !self.code.as_str().is_empty() {
            write!(f, " ({} {})", self.status, self.code.as_str())?;
        }
        for FieldError { field, message } in &self.errors {
            write!(f, "\n  {field}: {message}")?;
        }
        Ok(())
    }
}

words! {
    /// Tells one problem from another.
    Code {
        /// Malformed JSON, an unknown field, a bad value.
        InvalidRequest = "invalid_request",
        /// A webhook that is not the gateway's.
        InvalidSignature = "invalid_signature",
        /// Who asks is not known.
        Unauthenticated = "unauthenticated",
        /// The caller may not do this.
        Forbidden = "forbidden",
        /// Sales have not opened, or have closed.
        SaleNotOpen = "sale_not_open",
        /// There is no such thing, or not for this caller.
        NotFound = "not_found",
        /// The route has no such method.
        MethodNotAllowed = "method_not_allowed",
        /// The route has no such representation.
        NotAcceptable = "not_acceptable",
        /// At least one seat is not free; nothing changed.
        SeatUnavailable = "seat_unavailable",
        /// The user has a pending hold, on whichever show.
        UserHasActiveHold = "user_has_active_hold",
        /// The hold was confirmed or released.
        HoldNotActive = "hold_not_active",
        /// The hold has a payment that may still be paid.
        PaymentAlreadyOpen = "payment_already_open",
        /// The payment has ended.
        PaymentNotOpen = "payment_not_open",
        /// The booking is cancelled.
        BookingNotActive = "booking_not_active",
        /// Another show has this id.
        ShowExists = "show_exists",
        /// The show is cancelled.
        ShowCancelled = "show_cancelled",
        /// The cluster is formed.
        AlreadyInitialized = "already_initialized",
        /// It would be unsafe.
        RefusedAsUnsafe = "refused",
        /// The hold's deadline has passed.
        HoldExpired = "hold_expired",
        /// The node lags.
        NotCaughtUp = "not_caught_up",
        /// The body is too large.
        BodyTooLarge = "body_too_large",
        /// The body's type is not supported.
        UnsupportedMediaType = "unsupported_media_type",
        /// The key was used for something else.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// More seats than one hold may have.
        TooManySeats = "too_many_seats",
        /// More bookings of a show than one user may have.
        TooManyBookings = "too_many_bookings",
        /// A single seat would be left over.
        OrphanSeat = "orphan_seat",
        /// More requests than this caller may make.
        RateLimited = "rate_limited",
        /// A defect of the node.
        Internal = "internal",
        /// The payment gateway did not answer; the same key resumes.
        GatewayError = "gateway_error",
        /// The cluster has no leader.
        NoLeader = "no_leader",
        /// The cluster has as much to do as it takes.
        Overloaded = "overloaded",
        /// The node is not ready.
        NotReady = "not_ready",
        /// It may have been done.
        OutcomeUnknown = "outcome_unknown",
    }
}
