//! What must hold of the core whatever is asked of it, in any order and at any time.

#[path = "seats_properties/make.rs"]
mod make;
#[path = "seats_properties/steps.rs"]
mod steps;
#[path = "seats_properties/world.rs"]
mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use usher::seats::{Millis, Outcome, Receipt};

use steps::{Step, step};
use world::World;

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// Nothing that can be asked panics or breaks an invariant; a state that was loaded from its
    /// rows goes on like the one that was not; the dirty rows are all that changed.
    #[test]
    fn anything_goes(steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new();
        for step in &steps {
            world.carry_out(step);
        }
    }

    /// A key's second use tells what the first did, and does nothing.
    #[test]
    fn keys_replay(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        for (step, key) in steps.iter().zip(0..) {
            let keyed = Step { key: Some(key), fresh: None, backwards: false, ..step.clone() };
            let proposal = world.proposal(&keyed);
            world.at += step.dt;
            let first = world.state.apply(Millis(world.at), &proposal);
            let again = world.state.apply(Millis(world.at), &proposal);
            let decided = first.result.as_ref().err().is_none_or(usher::seats::Refusal::is_decided);
            if decided {
                prop_assert_eq!(again, Outcome { replayed: true, ..first });
            } else {
                prop_assert!(!again.replayed);
            }
            prop_assert_eq!(world.state.check(), Vec::<String>::new());
        }
    }
}

/// The steps above reach every refusal and receipt but `Overloaded`, which takes 10,000
/// keys: properties of a world in which nothing happens would say nothing.
#[test]
fn steps_reach_every_outcome() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let steps = prop::collection::vec(step(), 120);
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..200 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        for step in &steps {
            world.at += step.dt;
            let proposal = world.proposal(step);
            let outcome = world.state.apply(Millis(world.at), &proposal);
            let told = match &outcome.result {
                Ok(Receipt::Event(effect)) => format!("{effect:?}"),
                Ok(receipt) => format!("{receipt:?}"),
                Err(refusal) => format!("{refusal:?}"),
            };
            let first = told.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap();
            *reached.entry(first.to_owned()).or_default() += 1;
        }
    }
    println!("{reached:?}");
    let expected = "Done MapStored Show Blocks Hold Payment Booking Refund Booked RefundQueued Ended \
        Ignored Unmatched Invalid UnknownSeats NotFound ShowExists ShowCancelled SaleNotOpen \
        TooManySeats UserHasActiveHold SeatUnavailable OrphanSeat HoldNotActive HoldExpired \
        PaymentAlreadyOpen PaymentNotOpen BookingNotActive KeyReused";
    let missing: Vec<&str> =
        expected.split_whitespace().filter(|word| !reached.contains_key(*word)).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}; reached: {reached:?}");
}
