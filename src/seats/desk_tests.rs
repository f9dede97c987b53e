//! A box office to test the core with.

use std::collections::{BTreeMap, BTreeSet};

use super::command::{AreaInfo, Caller, Command, NewPayment, NewShow, Proposal, Role, Want};
use super::ids::{
    Amount, AreaId, BookingId, Currency, Fresh, HoldId, Millis, PaymentId, ShowId, UserId,
};
use super::outcome::{Receipt, Refusal};
use super::record::{Policy, Sale};
use super::state::State;

/// Of a place.
pub(super) const PRICE: Amount = Amount(5000);

pub(super) fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// A state at some level.
pub(super) struct Desk {
    pub(super) state: State,
    fresh: u128,
}

impl Desk {
    pub(super) fn at(level: u32) -> Desk {
        let mut desk = Desk { state: State::new(1), fresh: 0 };
        desk.raise(level);
        desk
    }

    /// A show with so many places, all in one area.
    pub(super) fn show(&mut self, id: &str, capacity: u32) {
        let area = AreaInfo {
            id: AreaId("floor".to_owned()),
            name: "Floor".to_owned(),
            category: "Floor".to_owned(),
            capacity,
        };
        let show = NewShow {
            id: Some(ShowId::from(id)),
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
        self.tell(Command::CreateShow(Box::new(show))).unwrap();
    }

    pub(super) fn tell(&mut self, command: Command) -> Result<Receipt, Refusal> {
        let proposal = self.proposal(command);
        self.state.apply(Millis(5), &proposal).result
    }

    /// What an organizer says next.
    pub(super) fn proposal(&mut self, command: Command) -> Proposal {
        self.fresh += 1;
        let caller = Caller { user: Some(UserId::from("ada")), role: Role::Organizer };
        Proposal { caller, key: None, fresh: Fresh(self.fresh << 64), command }
    }

    pub(super) fn raise(&mut self, level: u32) {
        self.tell(Command::RaiseLevel { level }).unwrap();
    }

    /// A place of a show is held.
    fn hold(&mut self, show: &str) -> HoldId {
        let areas = BTreeMap::from([(AreaId("floor".to_owned()), 1)]);
        let want = Want::Named { seats: BTreeSet::new(), areas };
        let (show, user) = (ShowId::from(show), UserId::from("ada"));
        let hold = self.tell(Command::Hold { show, user, want, replace_active: false });
        let Ok(Receipt::Hold(hold)) = hold else { panic!("{hold:?}") };
        hold.id
    }

    /// A place of a show is sold at the till.
    pub(super) fn sell(&mut self, show: &str) -> BookingId {
        let hold = self.hold(show);
        let sold = self.tell(Command::Confirm { hold, reference: "till".to_owned(), email: None });
        let Ok(Receipt::Booking(booking)) = sold else { panic!("{sold:?}") };
        booking.id
    }

    /// A payment of a place, opened at "bank" as session "ours".
    pub(super) fn pays(&mut self, show: &str) -> PaymentId {
        let new = NewPayment {
            hold: self.hold(show),
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
}
