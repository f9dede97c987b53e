//! What clients were told is what was agreed.

use std::collections::BTreeSet;

use usher::seats::{Command, Millis, Receipt, Want};

use super::FINDINGS_MAX;
use super::evidence::Findings;
use super::history::{Ask, End, Op};
use super::replay::{Decided, Replay};
use crate::oracle::refusal_kind;

/// What clients were told is what was agreed (I4, I7).
pub(super) fn check(history: &[Op], replay: &Replay<'_>, found: &mut Findings) {
    let mut findings = 0;
    for op in history.iter().filter(|op| !op.ask.is_read()) {
        if let Err((rule, what)) = answer(op, replay.of(op)) {
            findings += 1;
            if findings <= FINDINGS_MAX {
                let key = op.key.clone().unwrap_or_default();
                let what = format!("{} asked {:?} [key {key}]: {what}", op.user, op.ask);
                found.violate(rule, what, vec![format!("[key {key}")]);
            }
        }
    }
    for op in history {
        if let End::Told(told) = &op.end
            && told.index.is_some_and(|index| index < op.min_index)
        {
            let what = format!("{} was told of {:?}, {} known", op.user, told.index, op.min_index);
            found.violate("I8", what, Vec::new());
        }
    }
}

fn answer(op: &Op, decided: Option<&Decided>) -> Result<(), (&'static str, String)> {
    let told = match (&op.end, decided) {
        (End::Told(told), _) => told,
        (End::Unknown, _) | (End::NotProposed, None) => return Ok(()),
        (End::NotProposed, Some(decided)) if !decided.is_kept() => return Ok(()),
        (End::NotProposed, Some(decided)) => {
            let what = format!("503 says not proposed, and entry {} has it", decided.index);
            return Err(("I7", what));
        }
    };
    let Some(decided) = decided else {
        // A refusal without a key may do without an entry; the witness judges it where it stands.
        if op.key.is_none() && !told.is_success() && told.index.is_some() {
            return Ok(());
        }
        let rule = if told.is_success() { "I4" } else { "I7" };
        let what = format!("told {} {:?}, and the log has nothing of it", told.status, told.code);
        return Err((rule, what));
    };
    as_asked(op, &decided.command)?;
    let late = told.index.is_none_or(|index| index < decided.index);
    let exact = !told.replayed && !matches!(op.ask, Ask::Pay { .. } | Ask::CreateShow { .. });
    if late || (exact && told.index != Some(decided.index)) {
        let what = format!("told index {:?}, decided at {}", told.index, decided.index);
        return Err(("I7", what));
    }
    let over = matches!(told.code.as_deref(), Some("hold_expired" | "payment_not_open"));
    match &decided.outcome.result {
        Ok(receipt) if told.is_success() => {
            let id = match receipt {
                Receipt::Hold(hold) => {
                    let until = told.text("expires_at");
                    if told.status != 204 && until != time(hold.expires_at) {
                        return Err((
                            "I7",
                            format!("told of {until}, due was {}", hold.expires_at.0),
                        ));
                    }
                    hold.id.to_string()
                }
                Receipt::Payment(payment) => payment.id.to_string(),
                Receipt::Booking(booking) => booking.id.to_string(),
                _ => return Ok(()),
            };
            // A release is answered without a body.
            if told.status != 204 && told.text("id") != id {
                return Err(("I7", format!("told {:?}, decided was {id}", told.text("id"))));
            }
            Ok(())
        }
        // The payment ended before its gateway answered.
        Ok(_) if over && matches!(op.ask, Ask::Pay { .. }) => Ok(()),
        Err(refusal) if !told.is_success() => {
            let due = snake(refusal_kind(refusal));
            match told.code.as_deref() {
                Some(code) if code == due => Ok(()),
                code => Err(("I7", format!("told {code:?}, decided was {due}"))),
            }
        }
        result => Err(("I7", format!("told {} {:?}, decided {result:?}", told.status, told.code))),
    }
}

/// What stands in the log is what was asked for.
fn as_asked(op: &Op, command: &Command) -> Result<(), (&'static str, String)> {
    let same = match (&op.ask, command) {
        (Ask::Hold { show }, Command::Hold { show: of, user, want, replace_active }) => {
            let wanted = match want {
                Want::Named { seats, .. } => {
                    let sent = op.sent["seats"].as_array().into_iter().flatten();
                    let sent: BTreeSet<_> = sent.filter_map(|seat| seat.as_str()).collect();
                    seats.iter().map(|seat| seat.0.as_str()).collect::<BTreeSet<_>>() == sent
                }
                Want::BestAvailable { quantity, .. } => {
                    op.sent["best_available"]["quantity"] == *quantity
                }
            };
            let replace = op.sent["replace_active"].as_bool().unwrap_or(false);
            of.0 == *show && user.0 == op.user && wanted && replace == *replace_active
        }
        (Ask::Extend { hold: asked }, Command::Extend { hold, .. })
        | (Ask::Release { hold: asked }, Command::Release { hold })
        | (Ask::Confirm { hold: asked }, Command::Confirm { hold, .. }) => {
            hold.to_string() == *asked
        }
        (Ask::Pay { hold }, Command::OpenPayment(new)) => new.hold.to_string() == *hold,
        (Ask::CancelPayment { payment: asked }, Command::CancelPayment { payment }) => {
            payment.to_string() == *asked
        }
        (Ask::CancelBooking { booking: asked }, Command::CancelBooking { booking, .. }) => {
            booking.to_string() == *asked
        }
        (
            Ask::Block { show: asked },
            Command::Block { show, .. } | Command::Unblock { show, .. },
        )
        | (Ask::CancelShow { show: asked }, Command::CancelShow { show }) => show.0 == *asked,
        (Ask::CreateShow { show }, Command::CreateShow(new)) => {
            new.id.as_ref().is_some_and(|id| id.0 == *show)
        }
        _ => false,
    };
    if same { Ok(()) } else { Err(("I6", format!("the log has {command:?}"))) }
}

/// A time as answers write it.
fn time(at: Millis) -> String {
    let seconds = i64::try_from(at.0 / 1000).unwrap_or(0);
    let nanos = i32::try_from(at.0 % 1000 * 1_000_000).unwrap_or(0);
    let stamp = jiff::Timestamp::new(seconds, nanos).expect("log time is no time of legends");
    format!("{stamp:.3}")
}

/// `HoldExpired` as the contract writes it.
pub(super) fn snake(name: &str) -> String {
    match name {
        "KeyReused" => return "idempotency_key_reused".to_owned(),
        "UserHasActiveHold" => return "user_has_active_hold".to_owned(),
        _ => {}
    }
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
