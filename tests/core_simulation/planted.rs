//! The judge judged: wrong answers are planted, and each must be caught at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use usher::seats::{
    Amount, Booking, BookingId, BookingStatus, Command, EventEffect, Hold, HoldStatus, Millis,
    Noun, Outcome, PaymentStatus, Proposal, Receipt, Refusal, Row, SeatIx, State, Want,
};

use crate::oracle::Oracle;
use crate::run::Run;

/// Steps within which the occasion for each plant comes up.
const STEPS_MAX: u64 = 100_000;
/// Steps after which a plant may come: there is something to go wrong by then.
const STEPS_MIN: u64 = 2_000;

type Planted = fn(&Proposal, &mut Outcome, &Oracle) -> bool;

const PLANTS: [(&str, Planted); 26] = [
    ("seats held by one are given to another", |asked, outcome, oracle| {
        let conflict = matches!(outcome.result, Err(Refusal::SeatUnavailable { .. }));
        let Command::Hold { want: Want::Named { seats, .. }, show, user, .. } = &asked.command
        else {
            return false;
        };
        let Some(hall) = oracle.shows.get(show).and_then(|show| show.hall.clone()) else {
            return false;
        };
        let seats: BTreeSet<usize> = seats.iter().filter_map(|seat| hall.find(seat)).collect();
        let (Some(some), true) = (oracle.holds.values().next(), conflict && !outcome.replayed)
        else {
            return false;
        };
        let ix = |seat: &usize| SeatIx(u32::try_from(*seat).expect("halls are small"));
        let line = |seat| usher::seats::SeatLine { seat: ix(seat), price: Amount(1) };
        outcome.result = Ok(Receipt::Hold(Arc::new(Hold {
            id: usher::seats::HoldId(asked.fresh.0),
            show: show.clone(),
            user: user.clone(),
            seats: seats.iter().map(line).collect(),
            ..some.hold.clone()
        })));
        true
    }),
    ("a user gets a second pending hold", |asked, outcome, oracle| {
        let Err(Refusal::UserHasActiveHold(id)) = outcome.result else { return false };
        let mut hold = oracle.holds[&id].hold.clone();
        hold.id = usher::seats::HoldId(asked.fresh.0);
        told(outcome, Ok(Receipt::Hold(Arc::new(hold))))
    }),
    ("an orphan is left", |_, outcome, oracle| {
        let Err(Refusal::OrphanSeat(_)) = outcome.result else { return false };
        let Some(some) = oracle.holds.values().next() else { return false };
        told(outcome, Ok(Receipt::Hold(Arc::new(some.hold.clone()))))
    }),
    ("a hold lives a millisecond longer", |_, outcome, _| {
        of_hold(outcome, HoldStatus::Pending, |hold| hold.expires_at.0 += 1)
    }),
    ("a hold costs a cent more", |_, outcome, _| {
        of_hold(outcome, HoldStatus::Pending, |hold| hold.total.0 += 1)
    }),
    ("a hold is another's", |_, outcome, _| {
        of_hold(outcome, HoldStatus::Pending, |hold| hold.user = format!("{}x", hold.user).into())
    }),
    ("best available gives a seat twice", |asked, outcome, _| {
        let best = matches!(asked.command, Command::Hold { want: Want::BestAvailable { .. }, .. });
        let Ok(Receipt::Hold(hold)) = &mut outcome.result else { return false };
        if !best || hold.seats.len() < 2 {
            return false;
        }
        let hold = Arc::make_mut(hold);
        hold.seats[1] = hold.seats[0];
        true
    }),
    ("free seats are refused", |_, outcome, _| {
        let Ok(Receipt::Hold(hold)) = &outcome.result else { return false };
        if outcome.replayed || hold.created_at != outcome.at {
            return false;
        }
        let refusal = Refusal::SeatUnavailable { conflicts: Vec::new(), areas: Vec::new() };
        told(outcome, Err(refusal))
    }),
    ("a conflict is not named", |_, outcome, _| {
        let Err(Refusal::SeatUnavailable { conflicts, .. }) = &mut outcome.result else {
            return false;
        };
        !outcome.replayed && conflicts.len() > 1 && conflicts.pop().is_some()
    }),
    ("conflicts are not in map order", |_, outcome, _| {
        let Err(Refusal::SeatUnavailable { conflicts, .. }) = &mut outcome.result else {
            return false;
        };
        conflicts.reverse();
        !outcome.replayed && conflicts.len() > 1
    }),
    ("a later refusal comes before an earlier", |_, outcome, _| {
        let now = outcome.result == Err(Refusal::ShowCancelled);
        now && told(outcome, Err(Refusal::SaleNotOpen))
    }),
    ("an expired hold is sold at the box office", |asked, outcome, oracle| {
        let Command::Confirm { hold, .. } = asked.command else { return false };
        if outcome.result != Err(Refusal::HoldExpired) {
            return false;
        }
        let hold = oracle.holds[&hold].hold.clone();
        told(outcome, Ok(Receipt::Booking(Arc::new(booking_of(hold, outcome.at)))))
    }),
    ("an expired hold is revived", |asked, outcome, oracle| {
        let Command::Extend { hold, ttl } = asked.command else { return false };
        if outcome.result != Err(Refusal::HoldExpired) {
            return false;
        }
        let mut hold = oracle.holds[&hold].hold.clone();
        hold.expires_at = outcome.at.plus(ttl);
        told(outcome, Ok(Receipt::Hold(Arc::new(hold))))
    }),
    ("an ended hold is forgotten early", |asked, outcome, oracle| {
        let Command::Extend { hold, .. } = asked.command else { return false };
        let early =
            oracle.holds.get(&hold).is_some_and(|model| !model.may_be_forgotten(outcome.at));
        let ended = matches!(outcome.result, Err(Refusal::HoldExpired | Refusal::HoldNotActive));
        early && ended && told(outcome, Err(Refusal::NotFound(Noun::Hold)))
    }),
    ("a stranger's hold exists", |asked, outcome, oracle| {
        let Command::Extend { hold, .. } = asked.command else { return false };
        let there = oracle.holds.contains_key(&hold) && !oracle.holds[&hold].forgotten;
        let hidden = outcome.result == Err(Refusal::NotFound(Noun::Hold));
        there && hidden && told(outcome, Err(Refusal::HoldNotActive))
    }),
    ("a late payment is booked", |_, outcome, _| {
        let refund = matches!(outcome.result, Ok(Receipt::Event(EventEffect::RefundQueued(_))));
        let booked = Ok(Receipt::Event(EventEffect::Booked(BookingId(1))));
        refund && told(outcome, booked)
    }),
    ("a payment goes back twice", |asked, outcome, _| {
        let Command::GatewayEvent(event) = &asked.command else { return false };
        let ignored = outcome.result == Ok(Receipt::Event(EventEffect::Ignored));
        let Some(payment) = event.payment.filter(|_| ignored) else { return false };
        told(outcome, Ok(Receipt::Event(EventEffect::RefundQueued(payment))))
    }),
    ("a payment in time goes back", |asked, outcome, _| {
        let Command::GatewayEvent(event) = &asked.command else { return false };
        let booked = matches!(outcome.result, Ok(Receipt::Event(EventEffect::Booked(_))));
        let Some(payment) = event.payment.filter(|_| booked) else { return false };
        told(outcome, Ok(Receipt::Event(EventEffect::RefundQueued(payment))))
    }),
    ("money of nobody's is ignored", |_, outcome, _| {
        let unmatched = outcome.result == Ok(Receipt::Event(EventEffect::Unmatched));
        unmatched && told(outcome, Ok(Receipt::Event(EventEffect::Ignored)))
    }),
    ("a hold has two open sessions", |asked, outcome, oracle| {
        let Err(Refusal::PaymentAlreadyOpen(open)) = outcome.result else { return false };
        let mut payment = oracle.payments[&open].payment.clone();
        payment.id = usher::seats::PaymentId(asked.fresh.0);
        told(outcome, Ok(Receipt::Payment(Arc::new(payment))))
    }),
    ("a cancelled booking still stands", |_, outcome, _| {
        let Ok(Receipt::Booking(booking)) = &mut outcome.result else { return false };
        let cancelled = booking.status == BookingStatus::Cancelled && !outcome.replayed;
        Arc::make_mut(booking).status = BookingStatus::Confirmed;
        cancelled
    }),
    ("a replay differs", |_, outcome, _| {
        let Ok(Receipt::Hold(hold)) = &mut outcome.result else { return false };
        Arc::make_mut(hold).expires_at.0 += 1;
        outcome.replayed
    }),
    ("a replay passes for new", |_, outcome, _| std::mem::replace(&mut outcome.replayed, false)),
    ("a reused key is taken", |_, outcome, _| {
        let reused = outcome.result == Err(Refusal::KeyReused);
        reused && told(outcome, Err(Refusal::NotFound(Noun::Hold)))
    }),
    ("log time runs back", |_, outcome, _| {
        outcome.at.0 -= 1;
        !outcome.replayed
    }),
    ("a caller is turned away for no reason", |_, outcome, _| {
        outcome.result.is_ok() && !outcome.replayed && told(outcome, Err(Refusal::Overloaded))
    }),
];

/// Every planted wrong answer is caught where it was planted.
#[test]
fn wrong_answers_are_caught() {
    for (seed, (what, planted)) in (100..).zip(PLANTS) {
        let (mut run, mut step, mut done) = (Run::new(seed), 0, false);
        let mut plant = |asked: &Proposal, outcome: &mut Outcome, oracle: &Oracle| {
            step += 1;
            let before = outcome.clone();
            done = step > STEPS_MIN && planted(asked, outcome, oracle);
            if !done {
                *outcome = before;
            }
            done
        };
        let verdict = run.steps(STEPS_MAX, Some(&mut plant), None);
        assert!(done, "{what}: there was no occasion, seed {seed}: {verdict:?}");
        assert!(verdict.is_err(), "{what}: not caught, seed {seed}, step {}", run.step);
    }
}

/// Steps after which it is looked whether there is something to lose, and how often.
const OCCASION: u64 = 1_500;
const OCCASIONS_MAX: u32 = 100;

type Lost = fn(&mut Row) -> bool;

const LOSSES: [(&str, Lost); 8] = [
    (
        "a pending hold is lost",
        |row| matches!(row, Row::Hold(hold) if hold.status == HoldStatus::Pending && hold.payment.is_none()),
    ),
    (
        "a remembered success is lost",
        |row| matches!(row, Row::Remembered(row) if row.outcome.result.is_ok()),
    ),
    ("an e-mail or refund is lost", |row| matches!(row, Row::Outbox(_))),
    (
        "a blocked seat is on sale",
        |row| matches!(row, Row::Blocks { seats, .. } if !seats.is_empty()),
    ),
    ("an unmatched event is lost", |row| matches!(row, Row::Unmatched(_))),
    (
        "a box-office booking is lost",
        |row| matches!(row, Row::Booking(booking) if booking.payment.is_none()),
    ),
    (
        "a payment is lost",
        |row| matches!(row, Row::Payment(pay) if pay.status == PaymentStatus::Failed),
    ),
    ("a refund is lost", |row| matches!(row, Row::Refund(_))),
];

/// A state that has lost a row is found out: by `load`, by `check`, or by what it answers.
#[test]
fn lost_rows_are_found_out() {
    for (seed, (what, lost)) in (200..).zip(LOSSES) {
        let mut run = Run::new(seed);
        let (mut rows, at) = (0..OCCASIONS_MAX)
            .find_map(|_| {
                let verdict = run.steps(OCCASION, None, None);
                assert!(verdict.is_ok(), "{what}: seed {seed}: {verdict:?}");
                let mut rows = run.rows();
                let at = rows.iter_mut().rposition(lost)?;
                Some((rows, at))
            })
            .unwrap_or_else(|| panic!("{what}: there was no occasion, seed {seed}"));
        rows.remove(at);
        let Ok(state) = State::load(rows) else { continue };
        let caught = !state.check().is_empty() || {
            run.go_on_with(state);
            run.steps(OCCASION, None, None).is_err()
        };
        assert!(caught, "{what}: not caught, seed {seed}");
    }
}

fn told(outcome: &mut Outcome, result: Result<Receipt, Refusal>) -> bool {
    if outcome.replayed {
        return false;
    }
    outcome.result = result;
    true
}

fn of_hold(outcome: &mut Outcome, status: HoldStatus, change: fn(&mut Hold)) -> bool {
    let Ok(Receipt::Hold(hold)) = &mut outcome.result else { return false };
    change(Arc::make_mut(hold));
    hold.status == status && !outcome.replayed
}

fn booking_of(hold: Hold, now: Millis) -> Booking {
    Booking {
        id: BookingId(1),
        show: hold.show,
        user: hold.user,
        hold: hold.id,
        payment: None,
        status: BookingStatus::Confirmed,
        seats: hold.seats,
        areas: hold.areas,
        total: hold.total,
        email: None,
        reference: None,
        created_at: now,
        show_cancelled: false,
    }
}
