//! Tests of the witness. They stand here, for two crates have the judge.

use rand::rngs::SmallRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::judge::witness::*;

/// A history that is right, of so many operations on 2,000 seats, as clients would collect it.
fn history(count: u64, rng: &mut SmallRng) -> Vec<Op> {
    let mut ops = Vec::new();
    let mut model = Model::default();
    let (mut holds, mut bookings) = (Vec::new(), Vec::new());
    for index in 0..count {
        let at = index;
        let user = rng.random_range(0..5000_u32);
        let number = u32::try_from(index).unwrap();
        let seat = rng.random_range(0..2000);
        let act = match rng.random_range(0..10) {
            0..4 if model.live(user, at).is_some() => Act::HasOne { user },
            0..4 if model.seen(seat, at) == Seen::Free => {
                holds.push(number);
                let (seats, until) = ([seat].into(), at + rng.random_range(10..20_000));
                Act::Held { user, hold: number, seats, until, replace: false }
            }
            0..4 => Act::Taken { user, seats: [seat].into(), replace: false },
            4 if !holds.is_empty() => {
                Act::Released { hold: holds[rng.random_range(0..holds.len())] }
            }
            5 => match holds.pop() {
                Some(hold) if model.is_live(hold, at) => {
                    bookings.push(number);
                    Act::Sold { hold, booking: number }
                }
                Some(_) | None => continue,
            },
            6 if !bookings.is_empty() => {
                let pick = rng.random_range(0..bookings.len());
                Act::Cancelled { booking: bookings.swap_remove(pick) }
            }
            _ => Act::Read { seats: [(seat, model.seen(seat, at))].into() },
        };
        model.step(at, &act).unwrap();
        let lin = index * 10;
        let called = lin.saturating_sub(rng.random_range(0..3000));
        let returned = lin + rng.random_range(0..3000);
        ops.push(Op { index, place: 0, called, returned, at, bound: true, act });
    }
    ops.shuffle(rng);
    ops
}

/// Two million operations that are right are found right. (It prints how long that took; the
/// goal is a second.)
#[test]
fn two_million_operations() {
    let ops = history(2_000_000, &mut SmallRng::seed_from_u64(1));
    let (count, begun) = (ops.len(), std::time::Instant::now());
    assert_eq!(check(ops, 1), Vec::<String>::new());
    println!("{count} operations judged in {:?}", begun.elapsed());
}

/// Every kind of wrong answer is found.
#[test]
fn wrong_answers_are_found() {
    let mut rng = SmallRng::seed_from_u64(2);
    let right = history(20_000, &mut rng);
    let mut tried = 0;
    for at in 0..right.len() {
        let mut ops = right.clone();
        let turned = match &mut ops[at].act {
            Act::Taken { user, seats, .. } => {
                let (user, seats) = (*user, seats.clone());
                Act::Held { user, hold: 30_000, seats, until: 40_000, replace: false }
            }
            Act::Read { seats } => {
                let (seat, seen) = seats[0];
                let other = if seen == Seen::Free { Seen::Sold(40_000) } else { Seen::Free };
                Act::Read { seats: [(seat, other)].into() }
            }
            Act::Held { user, .. } => Act::HasOne { user: *user },
            Act::HasOne { user } => Act::Held {
                user: *user,
                hold: 30_000,
                seats: [3000].into(),
                until: 40_000,
                replace: false,
            },
            _ => continue,
        };
        ops[at].act = turned;
        assert_ne!(check(ops, 1), Vec::<String>::new(), "{:?}", right[at]);
        tried += 1;
        if tried == 200 {
            break;
        }
    }
}

/// An order that real time forbids is found, and only for what real time binds.
#[test]
fn real_time_binds() {
    let read = |index, called, returned, bound| Op {
        index,
        place: 0,
        called,
        returned,
        at: 0,
        bound,
        act: Act::Read { seats: [(1, Seen::Free)].into() },
    };
    let stale = |bound| vec![read(9, 10, 20, true), read(8, 30, 40, bound)];
    assert_eq!(check(stale(true), 9).len(), 1);
    assert_eq!(check(stale(false), 9).len(), 0);
    assert_eq!(check(vec![read(9, 10, 35, true), read(8, 30, 40, true)], 9).len(), 0);
    assert_eq!(check(vec![read(8, 10, 20, true), read(8, 30, 40, true)], 9).len(), 0);
}
