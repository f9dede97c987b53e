//! Idempotency keys: the first decided answer again, or none.

use usher::seats::{Millis, Outcome, Proposal, Refusal};

use super::model::{DAY, Kept, MINUTE, Scope};
use super::{Oracle, Violation};
use crate::wrong;

/// The outcome of a success under a client's key is remembered at least so long.
pub const SUCCESS_KEPT: Millis = Millis(DAY);
/// A decided refusal under a client's key is remembered at least so long.
pub const REFUSAL_KEPT: Millis = Millis(10 * MINUTE);
/// Whatever was decided under a key that a node made is remembered at least so long.
pub const NODE_KEPT: Millis = Millis(2 * MINUTE);

impl Oracle {
    /// Whether the answer is settled by the proposal's key alone, rightly.
    pub(super) fn judge_key(
        &mut self,
        proposal: &Proposal,
        outcome: &Outcome,
    ) -> Result<bool, Violation> {
        let Some(key) = &proposal.key else {
            return unremembered(outcome);
        };
        let at = (Scope::of(&proposal.caller), key.text.to_string());
        let Some(kept) = self.keys.get(&at) else {
            return unremembered(outcome);
        };
        let (same, sure) = (kept.fingerprint == key.fingerprint, self.now < kept.until);
        if same && outcome.replayed {
            let due = Outcome { replayed: true, ..kept.outcome.clone() };
            return if *outcome == due {
                Ok(true)
            } else {
                Err(wrong!([key.text], "a replay differs:\n  due  {due:?}\n  told {outcome:?}"))
            };
        }
        if !same && outcome.result == Err(Refusal::KeyReused) {
            return if outcome.at == self.now && !outcome.replayed {
                Ok(true)
            } else {
                Err(wrong!([key.text], "a reused key was refused at another time than now"))
            };
        }
        if sure {
            let until = kept.until.0;
            return Err(wrong!(
                [key.text],
                "key {} is remembered until {until}; the answer should have been {}",
                key.text,
                if same { "a replay" } else { "KeyReused" }
            ));
        }
        self.forget(&at);
        unremembered(outcome)
    }

    /// Remembers a decided answer.
    pub(super) fn remember(&mut self, proposal: &Proposal, outcome: &Outcome) {
        let Some(key) = &proposal.key else { return };
        let kept = match &outcome.result {
            Err(refusal) if !is_decided(refusal) => return,
            _ if key.made_by_node => NODE_KEPT,
            Err(_) => REFUSAL_KEPT,
            Ok(_) => SUCCESS_KEPT,
        };
        let scope = Scope::of(&proposal.caller);
        let until = self.now.plus(kept);
        let kept = Kept { fingerprint: key.fingerprint, outcome: outcome.clone(), until };
        *self.records.entry(scope.clone()).or_default() += 1;
        self.forgetting.insert((until, scope.clone(), key.text.to_string()));
        let before = self.keys.insert((scope, key.text.to_string()), kept);
        assert!(before.is_none(), "a remembered key decides the answer alone");
    }

    /// Once no tick is due, no replay is expected of what may be forgotten.
    pub(super) fn forget_keys(&mut self) {
        while let Some((until, scope, key)) = self.forgetting.first() {
            if *until >= self.now {
                break;
            }
            let at = (scope.clone(), key.clone());
            self.forget(&at);
        }
    }

    fn forget(&mut self, at: &(Scope, String)) {
        let kept = self.keys.remove(at).expect("what is forgotten was remembered");
        self.forgetting.remove(&(kept.until, at.0.clone(), at.1.clone()));
        *self.records.get_mut(&at.0).expect("it was counted") -= 1;
    }
}

fn unremembered(outcome: &Outcome) -> Result<bool, Violation> {
    if outcome.replayed || outcome.result == Err(Refusal::KeyReused) {
        return Err(wrong!([], "nothing was answered before under this key, yet: {outcome:?}"));
    }
    Ok(false)
}

/// CONTRACT section 1: these statuses are stored: 403, 404, 409, 410, 422.
fn is_decided(refusal: &Refusal) -> bool {
    match refusal {
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
