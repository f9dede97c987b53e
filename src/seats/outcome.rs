//! What the core answers. Every refusal has its own variant; `http` maps each to a status once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{BookingId, HoldId, MapHash, Millis, PaymentId, SeatId};
use super::record::{Booking, Hold, Payment, Refund, ShowView};

/// What became of a proposal, at which log time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Log time when it was decided: for a replay, when it was first decided.
    pub at: Millis,
    /// It is the remembered outcome of an earlier proposal under the same key.
    pub replayed: bool,
    /// The answer.
    pub result: Result<Receipt, Refusal>,
}

/// What was done, as it stood right after: enough to write the same answer again at any time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipt {
    /// Nothing to tell.
    Done,
    /// A seat map is stored, perhaps since before.
    MapStored {
        /// Its hash.
        hash: MapHash,
        /// How many seats it has.
        seats: u32,
        /// Names in plan order.
        categories: Vec<String>,
    },
    /// The show, created or changed.
    Show(Box<ShowView>),
    /// Seats were blocked or unblocked: all that were named, and the show's new version.
    Blocks {
        /// In map order.
        seats: Vec<SeatId>,
        /// Of the show's seats.
        version: u64,
    },
    /// The hold, made, extended or released.
    Hold(Arc<Hold>),
    /// The payment, opened or changed.
    Payment(Arc<Payment>),
    /// The booking, made or changed.
    Booking(Arc<Booking>),
    /// The refund.
    Refund(Box<Refund>),
    /// A gateway event was taken: what it did.
    Event(EventEffect),
}

/// What a gateway event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventEffect {
    /// Seats are booked.
    Booked(BookingId),
    /// The money goes back.
    RefundQueued(PaymentId),
    /// The payment has ended unpaid.
    Ended(PaymentId),
    /// It changes nothing, or was known.
    Ignored,
    /// It fits no payment of ours and is kept for reconciliation.
    Unmatched,
}

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// A field breaks a rule that only state can judge (an unknown seat, a missing price).
    Invalid {
        /// Fields by path with what is wrong; not remembered under a key.
        errors: Vec<FieldError>,
    },
    /// Seats that the show's map does not have; the caller names their fields. Not remembered.
    UnknownSeats(Vec<SeatId>),
    /// No such show, hold, payment, booking, refund, map or row, or not the caller's.
    NotFound(Noun),
    /// The show's id is taken.
    ShowExists,
    /// The show is cancelled.
    ShowCancelled,
    /// Sales have not opened or have closed.
    SaleNotOpen,
    /// More seats than a hold may have.
    TooManySeats {
        /// The show's limit.
        max: u32,
    },
    /// The user has a pending hold, on whatever show.
    UserHasActiveHold(HoldId),
    /// These seats are not free; for places and best available the list may be empty.
    SeatUnavailable {
        /// In map order.
        conflicts: Vec<SeatId>,
        /// Areas with too few places left.
        areas: Vec<super::ids::AreaId>,
    },
    /// It would leave these seats single.
    OrphanSeat(Vec<SeatId>),
    /// The hold has been confirmed or released.
    HoldNotActive,
    /// The hold's deadline has passed.
    HoldExpired,
    /// The hold has a session that may still be paid.
    PaymentAlreadyOpen(PaymentId),
    /// The payment has ended.
    PaymentNotOpen,
    /// The booking is cancelled.
    BookingNotActive,
    /// The key was used for something else.
    KeyReused,
    /// A cap of bounded memory is reached; nothing was forgotten, nothing done, nothing remembered.
    Overloaded,
    /// The user has as many bookings of the show as anybody may have.
    TooManyBookings {
        /// So many.
        max: u32,
    },
}

impl Refusal {
    /// Whether it is an answer to keep under an idempotency key (CONTRACT section 1).
    #[must_use]
    pub fn is_decided(&self) -> bool {
        match self {
            Refusal::Invalid { .. }
            | Refusal::UnknownSeats(_)
            | Refusal::KeyReused
            | Refusal::Overloaded => false,
            Refusal::NotFound(_)
            | Refusal::ShowExists
            | Refusal::ShowCancelled
            | Refusal::SaleNotOpen
            | Refusal::TooManySeats { .. }
            | Refusal::TooManyBookings { .. }
            | Refusal::UserHasActiveHold(_)
            | Refusal::SeatUnavailable { .. }
            | Refusal::OrphanSeat(_)
            | Refusal::HoldNotActive
            | Refusal::HoldExpired
            | Refusal::PaymentAlreadyOpen(_)
            | Refusal::PaymentNotOpen
            | Refusal::BookingNotActive => true,
        }
    }
}

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Its path in the request, such as `seats[1]`.
    pub field: String,
    /// The rule that it breaks.
    pub message: String,
}

/// What was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Noun {
    /// A show.
    Show,
    /// A seat map.
    SeatMap,
    /// A hold.
    Hold,
    /// A payment.
    Payment,
    /// A booking.
    Booking,
    /// A refund.
    Refund,
    /// An outbox row.
    OutboxRow,
}
