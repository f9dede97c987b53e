//! What an answer had to be, and the verdict on the one that was given.

use usher::seats::{Receipt, Refusal};

/// An answer, a read or an invariant that breaks the contract.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What was wrong, in words.
    pub what: String,
    /// Ids of seats, holds, payments and so on that the story of it is about.
    pub about: Vec<String>,
}

/// Nothing, or what is wrong.
pub type Verdict = Result<(), Violation>;

/// A violation in the words of a format string, about some ids.
#[macro_export]
macro_rules! wrong {
    ([$($about:expr),* $(,)?], $($words:tt)*) => {
        $crate::oracle::Violation { what: format!($($words)*), about: vec![$($about.to_string()),*] }
    };
}

/// The answers that the contract allows in a situation. Mostly it is one; where the contract leaves
/// something open there are several, and the oracle goes on from the one that was given.
#[derive(Clone, Debug, Default)]
pub struct Due {
    success: bool,
    exact: Vec<Refusal>,
    kinds: Vec<&'static str>,
}

impl Due {
    /// It has to be done.
    pub fn success() -> Due {
        Due { success: true, ..Due::default() }
    }

    /// It has to be refused in exactly this way.
    pub fn refusal(refusal: Refusal) -> Due {
        Due { exact: vec![refusal], ..Due::default() }
    }

    /// It has to be refused with this variant, whatever stands in it.
    pub fn kind(kind: &'static str) -> Due {
        Due { kinds: vec![kind], ..Due::default() }
    }

    /// Success would also do.
    pub fn or_success(mut self) -> Due {
        self.success = true;
        self
    }

    /// This refusal would also do.
    pub fn or(mut self, refusal: Refusal) -> Due {
        self.exact.push(refusal);
        self
    }

    /// This variant would also do.
    pub fn or_kind(mut self, kind: &'static str) -> Due {
        self.kinds.push(kind);
        self
    }

    /// The receipt if it was done and could be, nothing if it was refused and could be.
    pub fn judge<'a>(
        &self,
        told: &'a Result<Receipt, Refusal>,
    ) -> Result<Option<&'a Receipt>, Violation> {
        match told {
            Ok(receipt) if self.success => Ok(Some(receipt)),
            Err(refusal) if self.exact.iter().any(|due| same_refusal(due, refusal)) => Ok(None),
            Err(refusal) if self.kinds.contains(&refusal_kind(refusal)) => Ok(None),
            Ok(_) => Err(wrong!([], "it was done, but due was {self:?}")),
            Err(refusal) => {
                Err(wrong!([], "it was refused with {refusal:?}, but due was {self:?}"))
            }
        }
    }
}

/// Whether two refusals say the same. Only conflicts have an order that is promised.
fn same_refusal(due: &Refusal, told: &Refusal) -> bool {
    match (due, told) {
        (Refusal::UnknownSeats(due), Refusal::UnknownSeats(told)) => sorted(due) == sorted(told),
        (
            Refusal::SeatUnavailable { conflicts, areas },
            Refusal::SeatUnavailable { conflicts: told_conflicts, areas: told_areas },
        ) => conflicts == told_conflicts && sorted(areas) == sorted(told_areas),
        (due, told) => due == told,
    }
}

fn sorted<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort();
    items
}

/// The variant's name.
pub fn refusal_kind(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Invalid { .. } => "Invalid",
        Refusal::UnknownSeats(_) => "UnknownSeats",
        Refusal::NotFound(_) => "NotFound",
        Refusal::ShowExists => "ShowExists",
        Refusal::ShowCancelled => "ShowCancelled",
        Refusal::SaleNotOpen => "SaleNotOpen",
        Refusal::TooManyBookings { .. } => "TooManyBookings",
        Refusal::TooManySeats { .. } => "TooManySeats",
        Refusal::UserHasActiveHold(_) => "UserHasActiveHold",
        Refusal::SeatUnavailable { .. } => "SeatUnavailable",
        Refusal::OrphanSeat(_) => "OrphanSeat",
        Refusal::HoldNotActive => "HoldNotActive",
        Refusal::HoldExpired => "HoldExpired",
        Refusal::PaymentAlreadyOpen(_) => "PaymentAlreadyOpen",
        Refusal::PaymentNotOpen => "PaymentNotOpen",
        Refusal::BookingNotActive => "BookingNotActive",
        Refusal::KeyReused => "KeyReused",
        Refusal::Overloaded => "Overloaded",
    }
}
