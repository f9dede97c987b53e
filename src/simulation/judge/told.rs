//! What clients were told of seats, for the witness. What nobody was told, for its client gave up
//! or had no key, is taken from the log.

use std::collections::BTreeMap;

use usher::seats::{
    Command, EventEffect, GatewayEventKind, Hold, Outcome, Receipt, Refusal, SeatId, ShowId, State,
};

use super::FINDINGS_MAX;
use super::history::{Ask, End, Op, Told};
use super::numbers::Numbers;
use super::replay::{Decided, Replay};
use super::witness::{self, Act, Seen};
use crate::oracle::Scope;

/// What the witness finds wrong.
pub(super) fn witnessed(history: &[Op], replay: &Replay<'_>) -> Vec<String> {
    let mut teller = Teller::new(&replay.state);
    let called: BTreeMap<(Scope, String), &Op> =
        history.iter().filter_map(|op| Some((replay.key_of(op)?, op))).collect();
    let mut ops = Vec::new();
    for (key, decided) in &replay.decided {
        let op = called.get(key).copied();
        let told = op.and_then(|op| match &op.end {
            End::Told(told) => Some(told),
            End::NotProposed | End::Unknown => None,
        });
        let Some(act) = teller.act(&decided.command, &decided.outcome, told) else { continue };
        let returned = match (op, told) {
            (Some(op), Some(_)) => op.returned,
            _ => u64::MAX,
        };
        ops.push(witness::Op {
            index: decided.index,
            place: decided.place,
            called: op.map_or(0, |op| op.called),
            returned,
            at: decided.outcome.at.0,
            bound: true,
            act,
        });
    }
    for Decided { index, place, command, outcome } in &replay.unkeyed {
        let Some(act) = teller.act(command, outcome, None) else { continue };
        let (index, place, at) = (*index, *place, outcome.at.0);
        let (called, returned) = (0, u64::MAX);
        ops.push(witness::Op { index, place, called, returned, at, bound: true, act });
    }
    ops.extend(history.iter().filter_map(|op| teller.read(op, replay)));
    ops.extend(history.iter().filter_map(|op| teller.turned_away(op, replay)));
    witness::check(ops, FINDINGS_MAX)
}

/// Gives numbers to users, to seats, and to holds and bookings.
struct Teller<'a> {
    state: &'a State,
    users: Numbers,
    seats: Numbers,
    owners: Numbers,
}

impl<'a> Teller<'a> {
    fn new(state: &'a State) -> Teller<'a> {
        let (users, seats, owners) = (Numbers::default(), Numbers::default(), Numbers::default());
        Teller { state, users, seats, owners }
    }

    fn owner(&mut self, id: &impl ToString) -> u32 {
        self.owners.of(&id.to_string())
    }

    fn seat(&mut self, show: &str, seat: &str) -> u32 {
        self.seats.of(&format!("{show}/{seat}"))
    }

    fn named(&mut self, show: &ShowId, seats: &[SeatId]) -> Box<[u32]> {
        seats.iter().map(|seat| self.seat(&show.0, &seat.0)).collect()
    }

    /// What an entry's proposal is to the witness. What the client was told counts, where it was.
    fn act(&mut self, command: &Command, outcome: &Outcome, told: Option<&Told>) -> Option<Act> {
        match (command, &outcome.result) {
            (Command::Hold { user, show, want: _, replace_active }, result) => {
                let user = self.users.of(&user.0);
                self.hold(user, show, *replace_active, result, told)
            }
            (Command::Extend { .. }, Ok(Receipt::Hold(hold))) => {
                Some(Act::Extended { hold: self.owner(&hold.id), until: hold.expires_at.0 })
            }
            (Command::Release { hold }, Ok(_)) => Some(Act::Released { hold: self.owner(hold) }),
            (Command::Confirm { .. }, Ok(Receipt::Booking(booking))) => {
                let (hold, booking) = (self.owner(&booking.hold), self.owner(&booking.id));
                Some(Act::Sold { hold, booking })
            }
            (Command::CancelBooking { .. }, Ok(Receipt::Booking(booking))) => {
                Some(Act::Cancelled { booking: self.owner(&booking.id) })
            }
            (Command::Block { show, .. }, Ok(Receipt::Blocks { seats, .. })) => {
                Some(Act::Blocked { seats: self.named(show, seats), blocked: true })
            }
            (Command::Unblock { show, .. }, Ok(Receipt::Blocks { seats, .. })) => {
                Some(Act::Blocked { seats: self.named(show, seats), blocked: false })
            }
            (Command::CancelShow { show }, Ok(_)) => {
                let map = self.state.show(show).and_then(|show| show.map())?;
                let all: Vec<SeatId> = map.seats().iter().map(|seat| seat.id.clone()).collect();
                Some(Act::Closed { seats: self.named(show, &all) })
            }
            (Command::GatewayEvent(event), Ok(Receipt::Event(effect))) => match effect {
                EventEffect::Booked(booking) => {
                    let booking = self.state.booking(*booking)?;
                    let (hold, booking) = (self.owner(&booking.hold), self.owner(&booking.id));
                    Some(Act::Sold { hold, booking })
                }
                // A payment that fails for good lets its seats go.
                EventEffect::Ended(payment) if event.kind == GatewayEventKind::Failed => {
                    let hold = self.state.payment(*payment)?.hold;
                    Some(Act::Released { hold: self.owner(&hold) })
                }
                EventEffect::Ended(_)
                | EventEffect::RefundQueued(_)
                | EventEffect::Ignored
                | EventEffect::Unmatched => None,
            },
            _ => None,
        }
    }

    fn hold(
        &mut self,
        user: u32,
        show: &ShowId,
        replace: bool,
        result: &Result<Receipt, Refusal>,
        told: Option<&Told>,
    ) -> Option<Act> {
        match result {
            Ok(Receipt::Hold(hold)) => {
                let (id, names) = match told {
                    Some(told) => (told.text("id").to_owned(), told_seats(told)),
                    None => (hold.id.to_string(), self.seats_of(show, hold)),
                };
                let seats = self.named(show, &names);
                let (hold, until) = (self.owners.of(&id), hold.expires_at.0);
                Some(Act::Held { user, hold, seats, until, replace })
            }
            Err(Refusal::SeatUnavailable { conflicts, .. }) => {
                Some(Act::Taken { user, seats: self.named(show, conflicts), replace })
            }
            Err(Refusal::UserHasActiveHold(_)) => Some(Act::HasOne { user }),
            Ok(_) | Err(_) => None,
        }
    }

    fn seats_of(&self, show: &ShowId, hold: &Hold) -> Vec<SeatId> {
        let map = self.state.show(show).and_then(|show| show.map());
        let name = |seat| Some(map?.seat(seat)?.id.clone());
        hold.seats.iter().filter_map(|line| name(line.seat)).collect()
    }

    /// A hold that was refused and of which the log has nothing: as much a read as a write.
    fn turned_away(&mut self, op: &Op, replay: &Replay<'_>) -> Option<witness::Op> {
        let (Ask::Hold { show }, None, End::Told(told)) = (&op.ask, &op.key, &op.end) else {
            return None;
        };
        if told.is_success() || replay.of(op).is_some() {
            return None;
        }
        let index = told.index?;
        let at = replay.times.get(&index).copied()?;
        let user = self.users.of(&op.user);
        let replace = op.sent["replace_active"].as_bool().unwrap_or(false);
        let act = match told.code.as_deref() {
            Some("seat_unavailable") => {
                let seats = told.body["conflicts"].as_array().into_iter().flatten();
                let seats = seats.filter_map(|seat| seat.as_str());
                let seats = seats.map(|seat| self.seat(show, seat)).collect();
                Act::Taken { user, seats, replace }
            }
            Some("user_has_active_hold") => Act::HasOne { user },
            _ => return None,
        };
        let (place, called, returned) = (u32::MAX, op.called, op.returned);
        Some(witness::Op { index, place, called, returned, at, bound: true, act })
    }

    /// A read of a show's seats. Bookings of a show that was taken off end one by one.
    fn read(&mut self, op: &Op, replay: &Replay<'_>) -> Option<witness::Op> {
        let (Ask::Seats { show, linearizable }, End::Told(told)) = (&op.ask, &op.end) else {
            return None;
        };
        let end = replay.cancelled.get(&ShowId::from(show.clone())).copied().unwrap_or(u64::MAX);
        let index = told.index.filter(|index| *index < end)?;
        let at = replay.times.get(&index).copied()?;
        let mut seats = Vec::new();
        for seat in told.spots().into_iter().flatten() {
            let number = self.seat(show, seat.id);
            let seen = match (seat.hold, seat.booking) {
                (Some(hold), _) => Seen::Held(self.owners.of(hold)),
                (None, Some(booking)) => Seen::Sold(self.owners.of(booking)),
                (None, None) if seat.state == "BLOCKED" => Seen::Blocked,
                (None, None) => Seen::Free,
            };
            seats.push((number, seen));
        }
        Some(witness::Op {
            index,
            place: u32::MAX,
            called: op.called,
            returned: op.returned,
            at,
            bound: *linearizable,
            act: Act::Read { seats: seats.into() },
        })
    }
}

/// The seats of a hold as its client read them.
fn told_seats(told: &Told) -> Vec<SeatId> {
    let lines = told.body["seats"].as_array().into_iter().flatten();
    lines.map(|line| SeatId(line["id"].as_str().unwrap_or_default().to_owned())).collect()
}
