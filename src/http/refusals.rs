//! Every refusal of the core and every failure of consensus, each mapped to its answer once.

use serde_json::Value;

use super::problem::{Code, Problem};
use crate::raft::{AdminError, ProposeError, ReadError};
use crate::seats::{AreaId, FieldError, Noun, Refusal, SeatId};

/// Seconds after which a client may try again: an election takes about as long.
const RETRY_AFTER: u32 = 1;

/// The answer to a refused command. `named` are the seats as the request named them, in its order.
pub(super) fn refused(refusal: Refusal, named: &[String]) -> Problem {
    match refusal {
        Refusal::Invalid { errors } => Problem::invalid(errors),
        Refusal::UnknownSeats(unknown) => unknown_seats(&unknown, named),
        Refusal::NotFound(noun) => not_found(noun),
        Refusal::ShowExists => Problem::new(Code::ShowExists, "another show has this id"),
        Refusal::ShowCancelled => Problem::new(Code::ShowCancelled, "the show is cancelled"),
        Refusal::SaleNotOpen => {
            Problem::new(Code::SaleNotOpen, "sales have not opened or have closed")
        }
        Refusal::TooManySeats { max } => {
            let detail = format!("a hold of this show has at most {max} seats and places");
            Problem::new(Code::TooManySeats, detail).with("max", max.into())
        }
        Refusal::TooManyBookings { max } => {
            let detail = format!("a user has at most {max} bookings of this show");
            Problem::new(Code::TooManyBookings, detail).with("max", max.into())
        }
        Refusal::UserHasActiveHold(hold) => {
            Problem::new(Code::UserHasActiveHold, "one pending hold a user, across all shows")
                .with("active_hold", hold.to_string().into())
        }
        Refusal::SeatUnavailable { conflicts, areas } => unavailable(&conflicts, &areas),
        Refusal::OrphanSeat(seats) => {
            Problem::new(Code::OrphanSeat, "this would leave single seats between taken ones")
                .with("seats", ids(&seats))
        }
        Refusal::HoldNotActive => {
            Problem::new(Code::HoldNotActive, "the hold has been confirmed or released")
        }
        Refusal::HoldExpired => Problem::new(Code::HoldExpired, "the hold's deadline has passed"),
        Refusal::PaymentAlreadyOpen(payment) => {
            Problem::new(Code::PaymentAlreadyOpen, "the hold has a payment that may still be paid")
                .with("payment", payment.to_string().into())
        }
        Refusal::PaymentNotOpen => Problem::new(Code::PaymentNotOpen, "the payment has ended"),
        Refusal::BookingNotActive => {
            Problem::new(Code::BookingNotActive, "the booking is cancelled")
        }
        Refusal::KeyReused => Problem::new(
            Code::IdempotencyKeyReused,
            "this Idempotency-Key was used with another route or body",
        ),
        Refusal::Overloaded => {
            Problem::new(Code::Overloaded, "as much is remembered as there is room for")
                .retry_after(RETRY_AFTER)
        }
    }
}

/// There is no such thing, or not for this caller.
pub(super) fn not_found(noun: Noun) -> Problem {
    let noun = match noun {
        Noun::Show => "show",
        Noun::SeatMap => "seat map",
        Noun::Hold => "hold",
        Noun::Payment => "payment",
        Noun::Booking => "booking",
        Noun::Refund => "refund",
        Noun::OutboxRow => "outbox row",
    };
    Problem::new(Code::NotFound, format!("no such {noun}"))
}

/// The answer to a proposal without an outcome. `key` is what a retry must carry.
pub(super) fn not_proposed(error: ProposeError, key: &str) -> Problem {
    match error {
        ProposeError::NoLeader => {
            Problem::new(Code::NoLeader, "nothing was done: no leader was found in time")
                .retry_after(RETRY_AFTER)
        }
        ProposeError::Overloaded(why) => {
            Problem::new(Code::Overloaded, format!("nothing was done: {why}"))
                .retry_after(RETRY_AFTER)
        }
        ProposeError::NotReady(why) => {
            Problem::new(Code::NotReady, format!("nothing was done: {why}"))
                .retry_after(RETRY_AFTER)
        }
        ProposeError::OutcomeUnknown(why) => unknown(&why, key),
    }
}

/// It may have been done: the same key tells.
pub(super) fn unknown(why: &str, key: &str) -> Problem {
    let detail = format!("it may have been done ({why}): repeat it with this Idempotency-Key");
    Problem::new(Code::OutcomeUnknown, detail).header(super::headers::IDEMPOTENCY_KEY, key)
}

/// The answer to a read that could not be made as fresh as was asked. `applied` is where this node
/// stands.
pub(super) fn not_read(error: ReadError, applied: u64) -> Problem {
    match error {
        ReadError::NoLeader => {
            Problem::new(Code::NoLeader, "no leader confirmed itself in time; local reads work")
                .retry_after(RETRY_AFTER)
        }
        ReadError::NotReady(why) => Problem::new(Code::NotReady, why).retry_after(RETRY_AFTER),
        ReadError::NotCaughtUp => not_caught_up(applied),
    }
}

/// This node has not applied what was asked for in time.
pub(super) fn not_caught_up(applied: u64) -> Problem {
    Problem::new(Code::NotCaughtUp, format!("this node has applied index {applied}")).at(applied)
}

/// The answer to an operator's request that was not carried out. `refused` is what a refusal of it
/// is called.
pub(super) fn not_administered(error: AdminError, refused: Code) -> Problem {
    match error {
        AdminError::Refused(why) => Problem::new(refused, why),
        AdminError::Unreachable(why) => Problem::new(Code::NoLeader, why).retry_after(RETRY_AFTER),
        AdminError::NotFound(why) => Problem::new(Code::NotFound, why),
    }
}

fn unknown_seats(unknown: &[SeatId], named: &[String]) -> Problem {
    let errors = unknown.iter().map(|seat| {
        let field = match named.iter().position(|name| *name == seat.0) {
            Some(at) => format!("seats[{at}]"),
            None => "seats".to_owned(),
        };
        (field, format!("no seat {:?} in this show", seat.0))
    });
    let mut errors: Vec<(String, String)> = errors.collect();
    // In the order of the request, which is not that of the ids.
    errors.sort_by_key(|(field, _)| (field.len(), field.clone()));
    let errors = errors.into_iter().map(|(field, message)| FieldError { field, message });
    Problem::invalid(errors.collect())
}

fn unavailable(conflicts: &[SeatId], areas: &[AreaId]) -> Problem {
    let detail = match (conflicts.len(), areas.len()) {
        (0, 0) => "not enough free seats".to_owned(),
        (0, n) => format!("{n} areas have too few free places"),
        (1, 0) => "one of the seats is not free".to_owned(),
        (n, 0) => format!("{n} of the seats are not free"),
        (n, m) => format!("{n} of the seats are not free, {m} areas have too few free places"),
    };
    let problem = Problem::new(Code::SeatUnavailable, detail).with("conflicts", ids(conflicts));
    if areas.is_empty() {
        return problem;
    }
    problem.with("areas", areas.iter().map(|area| Value::from(area.0.as_str())).collect())
}

fn ids(seats: &[SeatId]) -> Value {
    seats.iter().map(|seat| Value::from(seat.0.as_str())).collect()
}
