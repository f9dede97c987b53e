//! What the simulation has found, each as a short script that fails without the fix.

use std::collections::BTreeMap;

use usher::seats::{
    Amount, AreaId, AreaInfo, Caller, Command, Currency, Fresh, MapHash, Millis, NewShow, Policy,
    Proposal, Receipt, Refusal, Role, Sale, ShowId, State,
};

use crate::oracle::refusal_kind;

/// A store with a clock of its own.
struct Store {
    state: State,
    fresh: u128,
}

impl Store {
    fn new() -> Store {
        Store { state: State::new(1), fresh: 1 << 80 }
    }

    fn ask(&mut self, command: Command) -> Result<Receipt, Refusal> {
        self.fresh += 1;
        let caller = Caller { user: None, role: Role::Organizer };
        let fresh = Fresh(self.fresh);
        self.state.apply(Millis(1), &Proposal { caller, key: None, fresh, command }).result
    }
}

fn show() -> NewShow {
    let area = AreaInfo {
        id: AreaId("floor".to_owned()),
        name: "Floor".to_owned(),
        category: "Standing".to_owned(),
        capacity: 3,
    };
    NewShow {
        id: Some(ShowId::from("hamlet".to_owned())),
        name: "Hamlet".to_owned(),
        venue: String::new(),
        starts_at: Millis(1_000_000),
        description: String::new(),
        media: Vec::new(),
        currency: Currency::parse("EUR").expect("three letters"),
        prices: BTreeMap::from([("Standing".to_owned(), Amount(500))]),
        sale: Sale::default(),
        policy: Policy {
            hold_ttl: Millis(1000),
            hold_total_max: Millis(3000),
            seats_per_hold_max: 10,
            prevent_orphans: false,
        },
        seat_map: None,
        areas: vec![area],
    }
}

/// Seed 110: 400 comes before 404. An area without a price is a bad request, whether or not the
/// seat map is there.
#[test]
fn a_missing_price_is_told_before_a_missing_map() {
    let mut store = Store::new();
    let new = NewShow { seat_map: Some(MapHash([7; 32])), prices: BTreeMap::new(), ..show() };
    let told = store.ask(Command::CreateShow(Box::new(new)));
    assert_eq!(told.as_ref().err().map(refusal_kind), Some("Invalid"), "{told:?}");
    let new = NewShow { seat_map: Some(MapHash([7; 32])), ..show() };
    let told = store.ask(Command::CreateShow(Box::new(new)));
    assert_eq!(told.as_ref().err().map(refusal_kind), Some("NotFound"), "{told:?}");
}
