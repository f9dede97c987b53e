//! What a run has seen. A run in which something expected never occurred proves nothing of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use usher::seats::{
    Command, Delivery, EventEffect, GatewayEventKind, Outcome, Proposal, Receipt, Want,
};

use crate::boundary::MOMENTS;
use crate::oracle::refusal_kind;
use crate::story::command_kind;

/// Under which moments are counted.
const MOMENT: &str = "moments";

/// How often each command was answered in each way.
#[derive(Clone, Debug, Default)]
pub struct Coverage(BTreeMap<(&'static str, &'static str), u64>);

impl Coverage {
    /// Counts one answer.
    pub fn count(&mut self, proposal: &Proposal, outcome: &Outcome) {
        let command = command_kind(&proposal.command);
        let answer = match &outcome.result {
            _ if outcome.replayed => "replayed",
            Ok(receipt) => receipt_kind(receipt),
            Err(refusal) => refusal_kind(refusal),
        };
        *self.0.entry((command, answer)).or_default() += 1;
        for more in details(&proposal.command, outcome) {
            *self.0.entry((command, more)).or_default() += 1;
        }
    }

    /// Counts moments that a command met.
    pub fn meet(&mut self, moments: &[&'static str]) {
        for moment in moments {
            *self.0.entry((MOMENT, moment)).or_default() += 1;
        }
    }

    /// Adds another run's counts.
    pub fn add(&mut self, other: &Coverage) {
        for (what, count) in &other.0 {
            *self.0.entry(*what).or_default() += count;
        }
    }

    /// What should have occurred and never did.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let expected = EXPECTED
            .iter()
            .flat_map(|(command, answers)| answers.iter().map(move |answer| (*command, *answer)));
        let moments = MOMENTS.iter().map(|moment| (MOMENT, *moment));
        expected.chain(moments).filter(|what| !self.0.contains_key(what)).collect()
    }

    /// A line per command.
    pub fn table(&self) -> String {
        let mut lines: BTreeMap<&str, String> = BTreeMap::new();
        for ((command, answer), count) in &self.0 {
            let line = lines.entry(command).or_default();
            write!(line, "  {answer} {count}").expect("a string takes all");
        }
        let line = |(command, line)| format!("{command:>14}:{line}");
        lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

const EXPECTED: [(&str, &[&str]); 24] = [
    ("Tick", &["Done"]),
    ("RaiseLevel", &["Done"]),
    ("RetireNode", &["Done"]),
    ("Mark", &["Done"]),
    ("MapPart", &["Done", "replayed"]),
    ("MapDone", &["MapStored", "refused"]),
    ("CreateShow", &["Show", "Invalid", "NotFound", "ShowExists", "replayed"]),
    ("PatchShow", &["Show", "Invalid", "NotFound", "ShowCancelled", "replayed", "KeyReused"]),
    ("CancelShow", &["Show", "NotFound", "replayed", "with bookings"]),
    ("Block", &["Blocks", "UnknownSeats", "NotFound", "ShowCancelled", "SeatUnavailable"]),
    ("Unblock", &["Blocks", "NotFound", "ShowCancelled", "SeatUnavailable"]),
    (
        "Hold",
        &[
            "Hold",
            "replayed",
            "KeyReused",
            "NotFound",
            "UnknownSeats",
            "Invalid",
            "ShowCancelled",
            "SaleNotOpen",
            "TooManySeats",
            "UserHasActiveHold",
            "SeatUnavailable",
            "OrphanSeat",
            "best available",
            "replacing",
            "areas",
            "areas short",
        ],
    ),
    ("HoldWithin", &["Hold", "TooManyBookings", "SeatUnavailable", "UserHasActiveHold"]),
    ("Extend", &["Hold", "replayed", "KeyReused", "NotFound", "HoldExpired", "HoldNotActive"]),
    (
        "Release",
        &["Hold", "replayed", "KeyReused", "NotFound", "HoldNotActive", "idempotent", "Overloaded"],
    ),
    ("Confirm", &["Booking", "replayed", "KeyReused", "NotFound", "HoldExpired", "HoldNotActive"]),
    (
        "OpenPayment",
        &[
            "Payment",
            "replayed",
            "KeyReused",
            "NotFound",
            "HoldExpired",
            "HoldNotActive",
            "PaymentAlreadyOpen",
            "free of charge",
        ],
    ),
    ("Opened", &["Payment", "NotFound", "after its end"]),
    ("CancelPayment", &["Payment", "replayed", "NotFound", "PaymentNotOpen"]),
    (
        "GatewayEvent",
        &[
            "booked",
            "refund queued",
            "mismatch",
            "failed",
            "expired",
            "declined",
            "ignored",
            "unmatched",
        ],
    ),
    (
        "CancelBooking",
        &[
            "Booking",
            "replayed",
            "KeyReused",
            "NotFound",
            "BookingNotActive",
            "in part",
            "wrong seats",
        ],
    ),
    ("Resend", &["NotFound", "mailed again"]),
    ("RetryRefund", &["Refund", "NotFound"]),
    ("Settle", &["NotFound", "done", "already paid", "failed"]),
];

fn details(command: &Command, outcome: &Outcome) -> Vec<&'static str> {
    if outcome.replayed {
        return Vec::new();
    }
    let mut details = Vec::new();
    let mut also = |what: &'static str, if_so: bool| details.extend(if_so.then_some(what));
    match (command, &outcome.result) {
        (Command::MapDone { .. }, Err(_)) => also("refused", true),
        (Command::CancelShow { .. }, Ok(Receipt::Show(view))) => {
            also("with bookings", view.info.cancellation.is_some_and(|told| told.bookings > 0));
        }
        (Command::Hold { want, replace_active, .. }, Ok(Receipt::Hold(hold))) => {
            also("best available", matches!(want, Want::BestAvailable { .. }));
            also("areas", !hold.areas.is_empty());
            also("replacing", *replace_active);
        }
        (Command::Hold { .. }, Err(usher::seats::Refusal::SeatUnavailable { areas, .. })) => {
            also("areas short", !areas.is_empty());
        }
        (Command::Release { .. }, Ok(Receipt::Hold(hold))) => {
            also("idempotent", hold.ended_at.is_some_and(|ended| ended < outcome.at));
        }
        (Command::OpenPayment(_), Ok(Receipt::Payment(payment))) => {
            also("free of charge", payment.amount.0 == 0);
        }
        (Command::Opened { .. }, Ok(Receipt::Payment(payment))) => {
            also("after its end", payment.status != usher::seats::PaymentStatus::Open);
        }
        (Command::Opened { .. }, Err(_)) => {
            also(
                "after its end",
                matches!(outcome.result, Err(usher::seats::Refusal::PaymentNotOpen)),
            );
        }
        (Command::GatewayEvent(event), Ok(Receipt::Event(effect))) => {
            also("declined", event.kind == GatewayEventKind::Declined);
            also("booked", matches!(effect, EventEffect::Booked(_)));
            also("refund queued", matches!(effect, EventEffect::RefundQueued(_)));
            also("ignored", *effect == EventEffect::Ignored);
            also("unmatched", *effect == EventEffect::Unmatched);
            let ended = matches!(effect, EventEffect::Ended(_));
            also("failed", ended && event.kind == GatewayEventKind::Failed);
            also("expired", ended && event.kind == GatewayEventKind::Expired);
            also("mismatch", event.currency.as_str() == "CHF" && *effect != EventEffect::Ignored);
        }
        (Command::CancelBooking { seats, .. }, Ok(_)) => also("in part", seats.is_some()),
        (
            Command::CancelBooking { .. },
            Err(usher::seats::Refusal::UnknownSeats(_) | usher::seats::Refusal::Invalid { .. }),
        ) => also("wrong seats", true),
        (Command::Resend { .. }, Ok(_)) => also("mailed again", true),
        (Command::Settle { delivery, .. }, Ok(_)) => match delivery {
            Delivery::Done => also("done", true),
            Delivery::AlreadyPaid => also("already paid", true),
            Delivery::Failed { .. } => also("failed", true),
        },
        _ => {}
    }
    details
}

fn receipt_kind(receipt: &Receipt) -> &'static str {
    match receipt {
        Receipt::Done => "Done",
        Receipt::MapStored { .. } => "MapStored",
        Receipt::Show(_) => "Show",
        Receipt::Blocks { .. } => "Blocks",
        Receipt::Hold(_) => "Hold",
        Receipt::Payment(_) => "Payment",
        Receipt::Booking(_) => "Booking",
        Receipt::Refund(_) => "Refund",
        Receipt::Event(_) => "Event",
    }
}
