//! When there is room for what gateways tell.

use super::super::command::Command;
use super::super::desk_tests::{Desk, PRICE, euro};
use super::*;
use crate::seats::LEVEL;

impl Desk {
    /// "bank" says that a session was paid.
    fn hears(&mut self, id: &str, payment: Option<PaymentId>, reference: &str) -> Told {
        let event = event(id, payment, reference);
        match self.tell(Command::GatewayEvent(Box::new(event))) {
            Ok(Receipt::Event(effect)) => Ok(effect),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal),
        }
    }
}

/// What became of an event.
type Told = Result<EventEffect, Refusal>;

fn event(id: &str, payment: Option<PaymentId>, reference: &str) -> GatewayEvent {
    GatewayEvent {
        gateway: "bank".to_owned(),
        event: id.to_owned(),
        payment,
        reference: reference.to_owned(),
        kind: GatewayEventKind::Succeeded,
        amount: PRICE,
        currency: euro(),
    }
}

/// A foreign system shares the gateway's account, and nobody takes its events for theirs. Beyond
/// the bound they are refused. From the second level on ours are taken all the same.
#[test]
fn foreign_events_do_not_keep_ours_out() {
    let full = || Err(Refusal::Overloaded);
    for level in 0..=LEVEL {
        let mut desk = Desk::at(level);
        desk.show("s", 5);
        let payment = desk.pays("s");
        for n in 1..UNMATCHED_MAX {
            let event = event(&format!("foreign-{n}"), None, "theirs");
            let key = (event.gateway.clone(), event.event.clone());
            desk.state.unmatched.insert(key, Unmatched { event, at: Millis(5) });
        }
        assert_eq!(desk.hears("last", None, "theirs"), Ok(EventEffect::Unmatched));
        assert_eq!(desk.hears("next", None, "theirs"), full(), "at level {level}");
        assert_eq!(desk.hears("strange", Some(payment), "theirs"), full(), "at level {level}");
        assert_eq!(desk.hears("last", None, "theirs"), Ok(EventEffect::Ignored), "a repeat");
        if level < WARY_LEVEL {
            assert_eq!(desk.hears("ours", Some(payment), "ours"), full(), "at level {level}");
            desk.raise(WARY_LEVEL);
        }
        let booked = desk.hears("ours", Some(payment), "ours");
        assert!(matches!(booked, Ok(EventEffect::Booked(_))), "at level {level}: {booked:?}");
        assert_eq!(desk.state.unmatched().count(), UNMATCHED_MAX);
        assert_eq!(desk.state.check(), Vec::<String>::new());
    }
}
