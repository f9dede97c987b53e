//! Whether a proposal comes just when something begins or ends, or a millisecond beside it: the
//! moments at which defects live. A run that never met one of them proves little.

use usher::seats::{Command, HoldId, HoldStatus, Millis, Proposal};

use crate::oracle::{HOUR, MONTH, Oracle, Scope};

/// Every moment that a run has to meet.
pub const MOMENTS: [&str; 15] = [
    "a millisecond before a hold's deadline",
    "at a hold's deadline",
    "a millisecond after a hold's deadline",
    "a millisecond before a sale opens",
    "when a sale opens",
    "a millisecond after a sale opens",
    "a millisecond before a sale closes",
    "when a sale closes",
    "a millisecond after a sale closes",
    "a millisecond before a key may be forgotten",
    "when a key may be forgotten",
    "a millisecond after a key may be forgotten",
    "a millisecond before an ended hold may be forgotten",
    "when an ended hold may be forgotten",
    "a millisecond after an ended hold may be forgotten",
];

/// The moments that a proposal with this stamp meets.
pub fn moments(oracle: &Oracle, stamp: Millis, proposal: &Proposal) -> Vec<&'static str> {
    let now = oracle.now.max(stamp);
    let mut found = Vec::new();
    let mut meet = |first: usize, at: Millis| {
        for (beside, moment) in (0..3).zip(&MOMENTS[first..]) {
            if now.0 + 1 == at.0 + beside {
                found.push(*moment);
            }
        }
    };
    if let Some(model) = hold_of(&proposal.command).and_then(|hold| oracle.holds.get(&hold)) {
        let expires_at = model.hold.expires_at;
        match model.hold.status {
            HoldStatus::Pending | HoldStatus::Expired => meet(0, expires_at),
            HoldStatus::Confirmed | HoldStatus::Released => {}
        }
        let kept = if model.paid_ever { MONTH } else { HOUR };
        meet(12, model.hold.ended_at.unwrap_or(expires_at).plus(Millis(kept)));
    }
    if let Command::Hold { show, .. } = &proposal.command
        && let Some(model) = oracle.shows.get(show)
    {
        model.info.sale.opens_at.into_iter().for_each(|at| meet(3, at));
        meet(6, model.closes_at());
    }
    if let Some(key) = &proposal.key
        && let Some(kept) = oracle.keys.get(&(Scope::of(&proposal.caller), key.text.to_string()))
    {
        meet(9, kept.until);
    }
    found
}

fn hold_of(command: &Command) -> Option<HoldId> {
    match command {
        Command::Extend { hold, .. }
        | Command::Release { hold }
        | Command::Confirm { hold, .. } => Some(*hold),
        Command::OpenPayment(new) => Some(new.hold),
        _ => None,
    }
}
