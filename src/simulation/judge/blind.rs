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
pub(crate) fn step(seat: Seat, did: Did) -> Option<Seat> {
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
    let taken = vec![0; ops.len().div_ceil(WORD)];
    match (Search { ops, certain, taken, seen: HashSet::new(), steps: steps_max }).run() {
        Some(true) => Verdict::Right,
        Some(false) => Verdict::Wrong,
        None => Verdict::GaveUp,
    }
}

/// Bits of a word of a set.
const WORD: usize = 64;

/// A set of operations that were ordered, with how the seat stood then. Of the set the words from
/// the first operation on that is not in it, with the number of words before.
type Ordered = (usize, Box<[u64]>, Seat);

struct Search {
    /// By their calls.
    ops: Vec<Op>,
    certain: usize,
    /// What is ordered here, a bit each.
    taken: Vec<u64>,
    /// From there on nothing was found.
    seen: HashSet<Ordered>,
    steps: u64,
}

/// A place on the way: some operations are ordered, and some of the others were tried as the next.
struct Place {
    /// How many of those with an answer are ordered.
    done: usize,
    /// The first that is not ordered.
    first: usize,
    seat: Seat,
    /// Whatever comes next was called before the first answer of those that are left.
    horizon: u64,
    /// What is tried next.
    next: usize,
}

impl Search {
    /// Whether all can be ordered; `None` if the steps are used up. (It keeps its own stack: a way
    /// is as long as there are operations.)
    fn run(&mut self) -> Option<bool> {
        let mut way: Vec<(Place, usize)> = Vec::new();
        let mut here = self.place(0, 0, Seat::Free);
        while here.done < self.certain {
            if here.next == here.first {
                self.steps = self.steps.checked_sub(1)?;
            }
            let Some((at, after)) = self.next(&mut here) else {
                // Nothing can come next: back.
                let Some((before, at)) = way.pop() else { return Some(false) };
                self.turn(at);
                here = before;
                continue;
            };
            self.turn(at);
            let certain = self.ops[at].returned != u64::MAX;
            let there = self.place(here.done + usize::from(certain), here.first, after);
            if self.seen.insert(self.ordered(&there)) {
                way.push((std::mem::replace(&mut here, there), at));
            } else {
                self.turn(at);
            }
        }
        Some(true)
    }

    fn place(&self, done: usize, mut first: usize, seat: Seat) -> Place {
        while first < self.ops.len() && self.has(first) {
            first += 1;
        }
        let mut horizon = u64::MAX;
        for at in first..self.ops.len() {
            if horizon < self.ops[at].called {
                break;
            }
            if !self.has(at) {
                horizon = horizon.min(self.ops[at].returned);
            }
        }
        Place { done, first, seat, horizon, next: first }
    }

    /// An operation that can come next, with the seat after it.
    fn next(&self, here: &mut Place) -> Option<(usize, Seat)> {
        while here.next < self.ops.len() {
            let (at, op) = (here.next, self.ops[here.next]);
            if here.horizon < op.called {
                return None;
            }
            here.next += 1;
            if self.has(at) {
                continue;
            }
            // What nobody was told of and changes nothing is as well never carried out.
            let idle = |after: &Seat| op.returned == u64::MAX && *after == here.seat;
            if let Some(after) = step(here.seat, op.did).filter(|after| !idle(after)) {
                return Some((at, after));
            }
        }
        None
    }

    fn has(&self, at: usize) -> bool {
        self.taken[at / WORD] & (1 << (at % WORD)) != 0
    }

    /// Takes an operation into the order, or out of it again.
    fn turn(&mut self, at: usize) {
        self.taken[at / WORD] ^= 1 << (at % WORD);
    }

    fn ordered(&self, place: &Place) -> Ordered {
        let before = place.first / WORD;
        let words = self.taken.get(before..).unwrap_or_default();
        let len = words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        (before, words[..len].into(), place.seat)
    }
}
