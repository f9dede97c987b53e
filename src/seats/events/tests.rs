//! When there is room for what gateways tell.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::seats::{
    AreaId, AreaInfo, Caller, Command, Currency, Fresh, LEVEL, NewPayment, NewShow, Policy,
    Proposal, Role, Sale, ShowId, UserId, Want,
};

const PRICE: Amount = Amount(5000);

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// A state at some level, with a show.
struct Desk {
    state: State,
    fresh: u128,
}

impl Desk {
    fn at(level: u32) -> Desk {
        let mut desk = Desk { state: State::new(1), fresh: 0 };
        desk.raise(level);
        let area = AreaInfo {
            id: AreaId("floor".to_owned()),
            name: "Floor".to_owned(),
            category: "Floor".to_owned(),
            capacity: 5,
        };
        let show = NewShow {
            id: Some(ShowId::from("s")),
            name: "Show".to_owned(),
            venue: String::new(),
            starts_at: Millis(1_000_000),
            description: String::new(),
            media: Vec::new(),
            currency: euro(),
            prices: BTreeMap::from([("Floor".to_owned(), PRICE)]),
            sale: Sale::default(),
            policy: Policy {
                hold_ttl: Millis(600_000),
                hold_total_max: Millis(600_000),
                seats_per_hold_max: 10,
                prevent_orphans: false,
            },
            seat_map: None,
            areas: vec![area],
        };
        desk.tell(Command::CreateShow(Box::new(show))).unwrap();
        desk
    }

    fn tell(&mut self, command: Command) -> Result<Receipt, Refusal> {
        self.fresh += 1;
        let caller = Caller { user: Some(UserId::from("ada")), role: Role::Organizer };
        let fresh = Fresh(self.fresh << 64);
        self.state.apply(Millis(5), &Proposal { caller, key: None, fresh, command }).result
    }

    fn raise(&mut self, level: u32) {
        self.tell(Command::RaiseLevel { level }).unwrap();
    }

    /// A payment of a place, opened at "bank" as session "ours".
    fn pays(&mut self) -> PaymentId {
        let areas = BTreeMap::from([(AreaId("floor".to_owned()), 1)]);
        let want = Want::Named { seats: BTreeSet::new(), areas };
        let (show, user) = (ShowId::from("s"), UserId::from("ada"));
        let hold = self.tell(Command::Hold { show, user, want, replace_active: false });
        let Ok(Receipt::Hold(hold)) = hold else { panic!("{hold:?}") };
        let new = NewPayment {
            hold: hold.id,
            gateway: "bank".to_owned(),
            email: "ada@example.com".to_owned(),
            success_url: String::new(),
            cancel_url: String::new(),
            customer: None,
        };
        let opened = self.tell(Command::OpenPayment(Box::new(new)));
        let Ok(Receipt::Payment(payment)) = opened else { panic!("{opened:?}") };
        let (payment, reference) = (payment.id, "ours".to_owned());
        self.tell(Command::Opened { payment, reference, redirect_url: String::new() }).unwrap();
        payment
    }

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
        let payment = desk.pays();
        for n in 1..UNMATCHED_MAX {
            let event = event(&format!("foreign-{n}"), None, "theirs");
            let key = (event.gateway.clone(), event.event.clone());
            desk.state.unmatched.insert(key, Unmatched { event, at: Millis(5) });
        }
        assert_eq!(desk.hears("last", None, "theirs"), Ok(EventEffect::Unmatched));
        assert_eq!(desk.hears("next", None, "theirs"), full(), "at level {level}");
        assert_eq!(desk.hears("strange", Some(payment), "theirs"), full(), "at level {level}");
        assert_eq!(desk.hears("last", None, "theirs"), Ok(EventEffect::Ignored), "a repeat");
        if level < OURS_LEVEL {
            assert_eq!(desk.hears("ours", Some(payment), "ours"), full(), "at level {level}");
            desk.raise(OURS_LEVEL);
        }
        let booked = desk.hears("ours", Some(payment), "ours");
        assert!(matches!(booked, Ok(EventEffect::Booked(_))), "at level {level}: {booked:?}");
        assert_eq!(desk.state.unmatched().count(), UNMATCHED_MAX);
        assert_eq!(desk.state.check(), Vec::<String>::new());
    }
}
