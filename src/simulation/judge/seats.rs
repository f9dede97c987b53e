//! What happened to each seat of the quiet show, for the blind search. The log is asked only which
//! hold it was that a client was not told of.

use std::collections::BTreeMap;

use usher::seats::{Outcome, Receipt};

use super::blind::{self, Did, Seat, Verdict};
use super::evidence::Evidence;
use super::history::{Ask, End, Op, Told};
use super::numbers::Numbers;
use super::replay::Replay;

/// Steps of one blind search, of at most some two hundred operations.
const SEARCH_STEPS_MAX: u64 = 5_000_000;

/// Seats without an order, and seats for which none was found in time.
pub(super) fn blindly(evidence: &Evidence<'_>, replay: &Replay<'_>) -> Vec<(String, String)> {
    let mut seats = Seats { quiet: evidence.quiet, ..Seats::default() };
    for op in evidence.history {
        seats.learn(op, replay);
    }
    for op in evidence.history {
        seats.put(op, replay);
    }
    let mut wrong = Vec::new();
    for (seat, ops) in seats.ops {
        // A seat that nobody ever wanted is free in every read.
        if ops.iter().all(|op| op.did == Did::Saw(Seat::Free)) {
            continue;
        }
        let what = match blind::search(&ops, SEARCH_STEPS_MAX) {
            Verdict::Right => continue,
            Verdict::Wrong => "has no order that real time allows",
            Verdict::GaveUp => "was not judged: the search gave up",
        };
        let what = format!("what happened to {seat} ({} operations) {what}", ops.len());
        wrong.push((seat, what));
    }
    wrong
}

/// What is known of the seats of the quiet show.
#[derive(Default)]
struct Seats<'a> {
    quiet: &'a str,
    ops: BTreeMap<String, Vec<blind::Op>>,
    holds: Numbers,
    /// Which seat a hold is of.
    seat_of: BTreeMap<String, String>,
    /// Which hold a booking was.
    hold_of: BTreeMap<String, String>,
}

impl Seats<'_> {
    fn learn(&mut self, op: &Op, replay: &Replay<'_>) {
        match &op.ask {
            Ask::Hold { show } if *show == self.quiet => {
                if let (Some(hold), Some(seat)) = (hold_of(op, replay), seat_of(op)) {
                    self.seat_of.insert(hold, seat.to_owned());
                }
            }
            Ask::Confirm { hold } => {
                if let Some(Outcome { result: Ok(Receipt::Booking(booking)), .. }) =
                    replay.of(op).map(|decided| &decided.outcome)
                {
                    self.hold_of.insert(booking.id.to_string(), hold.clone());
                }
            }
            _ => {}
        }
    }

    /// Adds an operation to the seat that it is about, or a read to every seat.
    fn put(&mut self, op: &Op, replay: &Replay<'_>) {
        let told = match &op.end {
            End::Told(told) => Some(told),
            End::Unknown => None,
            End::NotProposed => return,
        };
        let done = told.is_none_or(Told::is_success);
        match &op.ask {
            Ask::Hold { show } if *show == self.quiet => {
                let refused =
                    told.and_then(|told| told.code.as_deref()) == Some("seat_unavailable");
                let did = match hold_of(op, replay) {
                    Some(hold) => Did::Hold(Some(self.holds.of(&hold))),
                    None if refused => Did::Refused,
                    None => return,
                };
                self.add(op, seat_of(op), did);
            }
            Ask::Release { hold } if done => {
                let did = Did::Release(self.holds.of(hold));
                self.add(op, self.seat_of.get(hold).cloned().as_deref(), did);
            }
            Ask::Confirm { hold } if done => {
                let did = Did::Sell(self.holds.of(hold));
                self.add(op, self.seat_of.get(hold).cloned().as_deref(), did);
            }
            Ask::CancelBooking { booking } if done => {
                let Some(hold) = self.hold_of.get(booking).cloned() else { return };
                let did = Did::Return(self.holds.of(&hold));
                self.add(op, self.seat_of.get(&hold).cloned().as_deref(), did);
            }
            Ask::Seats { show, linearizable: true } if *show == self.quiet => {
                let Some(told) = told.filter(|told| told.is_success()) else { return };
                for seat in told.spots().into_iter().flatten() {
                    let seen = match (seat.hold, seat.booking) {
                        (Some(hold), _) => Seat::Held(self.holds.of(hold)),
                        (None, Some(booking)) => {
                            let hold = self.hold_of.get(booking).cloned().unwrap_or_default();
                            Seat::Sold(self.holds.of(&hold))
                        }
                        (None, None) => Seat::Free,
                    };
                    self.add(op, Some(seat.id), Did::Saw(seen));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, op: &Op, seat: Option<&str>, did: Did) {
        let Some(seat) = seat else { return };
        let op = blind::Op { called: op.called, returned: op.end_of_wait(), did };
        self.ops.entry(seat.to_owned()).or_default().push(op);
    }
}

/// The seat that was asked for.
fn seat_of(op: &Op) -> Option<&str> {
    op.sent["seats"][0].as_str()
}

/// The hold that was made, by what the client was told, or by the log if it was told nothing.
fn hold_of(op: &Op, replay: &Replay<'_>) -> Option<String> {
    if let End::Told(told) = &op.end {
        return told.is_success().then(|| told.text("id").to_owned());
    }
    match &replay.of(op)?.outcome.result {
        Ok(Receipt::Hold(hold)) => Some(hold.id.to_string()),
        Ok(_) | Err(_) => None,
    }
}
