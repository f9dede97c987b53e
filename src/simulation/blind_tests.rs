//! Tests of the blind search. They stand here, for two crates have the judge.

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

use super::judge::blind::*;

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
    check(&[first, op(6, 9, Did::Hold(Some(2))), op(5, u64::MAX, Did::Release(1))], Verdict::Right);
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

/// A seat that many were after for long is judged as well: the way is as long as its operations.
#[test]
fn long_histories_are_decided() {
    let mut rng = SmallRng::seed_from_u64(4);
    for (count, unknown) in [(50_000, 0.0), (5000, 0.01)] {
        let mut ops = history(&mut rng, 8, count, unknown);
        assert_eq!(search(&ops, STEPS), Verdict::Right, "{count} operations");
        let refused = ops.iter().position(|op| op.did == Did::Refused);
        ops[refused.unwrap()].did = Did::Hold(Some(u32::MAX));
        assert_eq!(search(&ops, STEPS), Verdict::Wrong, "{count} operations");
    }
}
