//! A judge that does not trust the log's order: it searches for one (Wing and Gong 1993, with the
//! memory of Lowe 2017), a seat at a time, among operations on single seats.

use std::collections::HashSet;

/// How a seat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Seat {
    Free,
    Held(u32),
    Sold(u32),
}

/// An operation on one seat, with what its client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Was given this hold, if it is known which.
    Hold(Option<u32>),
    /// Was refused the seat.
    Refused,
    /// Let this hold go.
    Release(u32),
    /// Sold this hold.
    Sell(u32),
    /// Took back the sale of this hold.
    Return(u32),
    /// Saw it so.
    Saw(Seat),
}

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Op {
    pub(crate) called: u64,
    /// `u64::MAX` if nobody knows: it may take effect at any time, or never.
    pub(crate) returned: u64,
    pub(crate) did: Did,
}

/// The judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is an order.
    Right,
    /// There is none.
    Wrong,
    /// It was not found within the steps allowed: a failure of the test, not a pass.
    GaveUp,
}

/// The seat after an operation, if it could have gone as it did.
fn step(seat: Seat, did: Did) -> Option<Seat> {
    match (did, seat) {
        (Did::Hold(Some(hold)), Seat::Free) => Some(Seat::Held(hold)),
        (Did::Hold(None) | Did::Refused, Seat::Held(_) | Seat::Sold(_)) => Some(seat),
        (Did::Release(hold), Seat::Held(held)) if hold == held => Some(Seat::Free),
        (Did::Sell(hold), Seat::Held(held)) if hold == held => Some(Seat::Sold(hold)),
        (Did::Return(hold), Seat::Sold(sold)) if hold == sold => Some(Seat::Free),
        (Did::Saw(seen), seat) if seen == seat => Some(seat),
        _ => None,
    }
}

/// Looks for an order of the operations on one seat that real time allows, from a free seat on.
pub(crate) fn search(ops: &[Op], steps_max: u64) -> Verdict {
    let mut ops: Vec<Op> = ops.to_vec();
    ops.sort_unstable_by_key(|op| op.called);
    let certain = ops.iter().filter(|op| op.returned != u64::MAX).count();
    let mut search = Search { ops, certain, seen: HashSet::new(), steps: steps_max };
    let mut taken = vec![0_u64; search.ops.len().div_ceil(64)];
    match search.descend(&mut taken, 0, 0, Seat::Free) {
        Some(true) => Verdict::Right,
        Some(false) => Verdict::Wrong,
        None => Verdict::GaveUp,
    }
}

struct Search {
    ops: Vec<Op>,
    certain: usize,
    /// Sets of operations that were ordered, with how the seat stood then: from there on nothing
    /// was found.
    seen: HashSet<(Vec<u64>, Seat)>,
    steps: u64,
}

impl Search {
    /// Whether the rest can be ordered; `None` if the steps are used up.
    fn descend(
        &mut self,
        taken: &mut Vec<u64>,
        done: usize,
        first: usize,
        seat: Seat,
    ) -> Option<bool> {
        if done == self.certain {
            return Some(true);
        }
        self.steps = self.steps.checked_sub(1)?;
        let has = |taken: &[u64], at: usize| taken[at / 64] & (1 << (at % 64)) != 0;
        let mut first = first;
        while first < self.ops.len() && has(taken, first) {
            first += 1;
        }
        // Whatever comes next was called before the first answer of those that are left.
        let mut horizon = u64::MAX;
        for at in first..self.ops.len() {
            let op = self.ops[at];
            if horizon < op.called {
                break;
            }
            if !has(taken, at) {
                horizon = horizon.min(op.returned);
            }
        }
        for at in first..self.ops.len() {
            let op = self.ops[at];
            if horizon < op.called {
                break;
            }
            if has(taken, at) {
                continue;
            }
            let Some(after) = step(seat, op.did) else { continue };
            let certain = op.returned != u64::MAX;
            if !certain && after == seat {
                // It changes nothing: as well never.
                continue;
            }
            taken[at / 64] |= 1 << (at % 64);
            if self.seen.insert((taken.clone(), after))
                && self.descend(taken, done + usize::from(certain), first, after)?
            {
                return Some(true);
            }
            taken[at / 64] &= !(1 << (at % 64));
        }
        Some(false)
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    /// More than any history here needs.
    const STEPS: u64 = 2_000_000;

    fn op(called: u64, returned: u64, did: Did) -> Op {
        Op { called, returned, did }
    }

    /// Histories that have an order, and those that have none.
    #[test]
    fn small_histories() {
        let check = |ops: &[Op], verdict| assert_eq!(search(ops, STEPS), verdict, "{ops:?}");
        check(&[], Verdict::Right);
        // Two who both got the seat.
        let (first, second) = (op(1, 4, Did::Hold(Some(1))), op(2, 5, Did::Hold(Some(2))));
        check(&[first, second], Verdict::Wrong);
        check(&[first, second, op(2, 9, Did::Release(1))], Verdict::Right);
        // A release that comes too late for the second.
        check(&[first, second, op(6, 9, Did::Release(1))], Verdict::Wrong);
        // Nobody knows whether it was released.
        check(
            &[first, op(6, 9, Did::Hold(Some(2))), op(5, u64::MAX, Did::Release(1))],
            Verdict::Right,
        );
        // A stale read.
        check(&[first, op(6, 7, Did::Saw(Seat::Free))], Verdict::Wrong);
        check(&[first, op(3, 7, Did::Saw(Seat::Free))], Verdict::Right);
        // A refusal of a seat that was free all along.
        check(&[op(1, 2, Did::Refused)], Verdict::Wrong);
        check(&[op(1, 2, Did::Refused), op(0, u64::MAX, Did::Hold(Some(7)))], Verdict::Right);
    }

    /// A history of `clients` who take turns on one seat, with a share of unknown outcomes.
    fn history(rng: &mut SmallRng, clients: usize, count: usize, unknown: f64) -> Vec<Op> {
        let (mut seat, mut ops) = (Seat::Free, Vec::new());
        let mut clocks = vec![0_u64; clients];
        let mut planned = Vec::new();
        for at in 0..count {
            let clock = &mut clocks[at % clients];
            let called = *clock + rng.random_range(1..200);
            let returned = called + rng.random_range(20..300);
            *clock = returned;
            planned.push((rng.random_range(called..returned), called, returned));
        }
        planned.sort_unstable();
        for (number, (_, called, returned)) in planned.into_iter().enumerate() {
            let number = u32::try_from(number).unwrap();
            let did = match (rng.random_range(0..10), seat) {
                (0..4, Seat::Free) => Did::Hold(Some(number)),
                (0..4, _) => Did::Refused,
                (4..6, Seat::Held(hold)) => Did::Release(hold),
                (6, Seat::Held(hold)) => Did::Sell(hold),
                (4..7, Seat::Sold(hold)) => Did::Return(hold),
                _ => Did::Saw(seat),
            };
            seat = step(seat, did).unwrap();
            let lost = rng.random_bool(unknown) && !matches!(did, Did::Saw(_) | Did::Refused);
            ops.push(Op { called, returned: if lost { u64::MAX } else { returned }, did });
        }
        ops
    }

    /// Within the bounds that the simulation keeps (200 operations a seat, 8 clients) the search
    /// always decides, and nearly every second hold of a taken seat is found.
    #[test]
    fn it_decides_within_its_bounds() {
        let mut rng = SmallRng::seed_from_u64(3);
        let (mut tried, mut caught) = (0, 0);
        for round in 0..300 {
            let ops = history(&mut rng, 8, 200, 0.02);
            assert_eq!(search(&ops, STEPS), Verdict::Right, "round {round}");
            let refused = ops.iter().position(|op| op.did == Did::Refused);
            if let Some(at) = refused {
                let mut ops = ops;
                ops[at].did = Did::Hold(Some(9999));
                let verdict = search(&ops, STEPS);
                assert_ne!(verdict, Verdict::GaveUp, "round {round}");
                tried += 1;
                caught += u32::from(verdict == Verdict::Wrong);
            }
        }
        assert!(100 < tried && tried * 95 < caught * 100, "{caught} of {tried}");
    }
}
