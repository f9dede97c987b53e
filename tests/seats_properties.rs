//! What must hold of the core whatever is asked of it, in any order and at any time.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use usher::seats::{
    Amount, AreaId, AreaInfo, BookingId, Caller, Category, Command, Currency, Delivery, Fresh,
    GatewayEvent, GatewayEventKind, HoldId, Key, MapHash, MapHeader, MapItem, MapRow, Millis,
    NewPayment, NewShow, OutboxId, Outcome, PaymentId, Point, Policy, Proposal, Receipt, RefundId,
    Role, Row, RowKey, Sale, Seat, SeatId, ShowId, ShowPatch, State, Thousandths, UserId, Want,
    Zone,
};

/// Seats of a row of the test map; every third has a gap before it.
const ROW_SEATS: u32 = 7;

/// What is asked, with references to what exists as positions, which the state resolves.
#[derive(Clone, Debug)]
struct Step {
    dt: u64,
    backwards: bool,
    who: u8,
    /// Asks for what may be another user's; else the owner asks.
    stranger: bool,
    key: Option<u8>,
    fresh: Option<u8>,
    ask: Ask,
}

#[derive(Clone, Debug)]
enum Ask {
    Tick,
    Part {
        hash: u8,
        part: u32,
        seats: u8,
    },
    Done {
        hash: u8,
        parts: u32,
    },
    Show {
        id: u8,
        map: Option<u8>,
        prices: u8,
        areas: u8,
        policy: (u64, u64, u32, bool),
        sale: (u8, u8),
    },
    Patch {
        id: u8,
        price: Option<u64>,
        ttl: Option<u64>,
        closes: Option<u8>,
    },
    CancelShow(u8),
    Block(u8, Vec<u8>, bool),
    Hold {
        show: u8,
        seats: Vec<u8>,
        areas: Vec<(u8, u32)>,
        best: Option<(u32, u8)>,
        replace: bool,
    },
    Extend(u8, u64),
    Release(u8),
    Confirm(u8, bool),
    Pay(u8),
    Opened(u8, u8),
    CancelPayment(u8),
    Event {
        id: u8,
        payment: u8,
        kind: u8,
        amount: Option<u64>,
        usd: bool,
    },
    CancelBooking(u8, Option<Vec<u8>>),
    Resend(u8),
    Retry(u8),
    Settle(u8, u8),
}

fn ask() -> impl Strategy<Value = Ask> {
    let seats = || prop::collection::vec(0u8..24, 1..4);
    let area = || prop::collection::vec((0u8..3, 0u32..5), 0..2);
    let policy = (0u64..2000, 0u64..4000, 0u32..8, any::<bool>());
    prop_oneof![
        3 => Just(Ask::Tick),
        1 => (0u8..3, 0u32..3, 0u8..9).prop_map(|(hash, part, seats)| Ask::Part { hash, part, seats }),
        1 => (0u8..3, 0u32..4).prop_map(|(hash, parts)| Ask::Done { hash, parts }),
        1 => (0u8..4, prop::option::of(0u8..3), 0u8..4, 0u8..4, policy, (0u8..5, 0u8..9))
            .prop_map(|(id, map, prices, areas, policy, sale)| {
                Ask::Show { id, map, prices, areas, policy, sale }
            }),
        1 => (0u8..4, prop::option::of(0u64..300), prop::option::of(0u64..2000),
            prop::option::of(0u8..9))
            .prop_map(|(id, price, ttl, closes)| Ask::Patch { id, price, ttl, closes }),
        1 => (0u8..9).prop_map(Ask::CancelShow),
        2 => (0u8..4, seats(), any::<bool>()).prop_map(|(show, seats, on)| Ask::Block(show, seats, on)),
        30 => (prop_oneof![9 => 0u8..2, 1 => 0u8..4], seats(), area(), prop::option::weighted(0.3, (0u32..6, 0u8..4)), any::<bool>())
            .prop_map(|(show, seats, areas, best, replace)| {
                Ask::Hold { show, seats, areas, best, replace }
            }),
        3 => (any::<u8>(), 0u64..4000).prop_map(|(hold, ttl)| Ask::Extend(hold, ttl)),
        3 => any::<u8>().prop_map(Ask::Release),
        5 => (any::<u8>(), any::<bool>()).prop_map(|(hold, mail)| Ask::Confirm(hold, mail)),
        12 => any::<u8>().prop_map(Ask::Pay),
        4 => (any::<u8>(), 0u8..3).prop_map(|(payment, reference)| Ask::Opened(payment, reference)),
        3 => any::<u8>().prop_map(Ask::CancelPayment),
        14 => (any::<u8>(), any::<u8>(), 0u8..6, prop::option::weighted(0.1, any::<u64>()),
            prop::bool::weighted(0.1))
            .prop_map(|(id, payment, kind, amount, usd)| {
                Ask::Event { id, payment, kind, amount, usd }
            }),
        5 => (any::<u8>(), prop::option::weighted(0.6, seats())).prop_map(|(b, seats)| Ask::CancelBooking(b, seats)),
        2 => any::<u8>().prop_map(Ask::Resend),
        2 => any::<u8>().prop_map(Ask::Retry),
        8 => (any::<u8>(), 0u8..4).prop_map(|(row, how)| Ask::Settle(row, how)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    // Times are biased to boundaries: nothing passes, a moment, about a hold, longer than any memory.
    let dt = prop_oneof![
        10 => Just(0u64),
        10 => 0u64..50,
        2 => 500u64..2000,
        1 => prop::sample::select(vec![120_000, 600_000, 3_600_000, 86_400_000, 2_592_000_000]),
    ];
    let fresh = prop::option::weighted(0.1, 0u8..20);
    let parts = (
        dt,
        prop::bool::weighted(0.05),
        0u8..8,
        prop::bool::weighted(0.2),
        prop::option::weighted(0.2, 0u8..12),
        fresh,
        ask(),
    );
    parts.prop_map(|(dt, backwards, who, stranger, key, fresh, ask)| Step {
        dt,
        backwards,
        who,
        stranger,
        key,
        fresh,
        ask,
    })
}

/// Carries steps out, and holds the state against what it must be.
struct World {
    state: State,
    disk: BTreeMap<RowKey, Row>,
    at: u64,
    count: u128,
}

impl World {
    /// A hall with its show, so that most steps have something to act on.
    fn new() -> World {
        let (state, disk) = (State::new(3), BTreeMap::new());
        let mut world = World { state, disk, at: 1_000, count: 1_000 };
        let set_up = [
            Ask::Part { hash: 0, part: 0, seats: 24 },
            Ask::Done { hash: 0, parts: 1 },
            Ask::Show {
                id: 0,
                map: Some(0),
                prices: 3,
                areas: 2,
                policy: (3000, 9000, 6, false),
                sale: (0, 8),
            },
            Ask::Show {
                id: 1,
                map: Some(0),
                prices: 3,
                areas: 1,
                policy: (1500, 2900, 4, true),
                sale: (0, 8),
            },
        ];
        for ask in set_up {
            let set_up = Step {
                dt: 0,
                backwards: false,
                who: 7,
                stranger: true,
                key: None,
                fresh: None,
                ask,
            };
            let outcome = world.carry_out(&set_up);
            assert!(outcome.result.is_ok(), "{outcome:?}");
        }
        world
    }

    fn carry_out(&mut self, step: &Step) -> Outcome {
        self.at += step.dt;
        let at = if step.backwards { self.at / 2 } else { self.at };
        let proposal = self.proposal(step);
        let before = self.state.now();
        let mut twin = State::load(self.state.rows()).expect("rows of a sound state load");
        let outcome = self.state.apply(Millis(at), &proposal);
        assert!(self.state.now() >= before, "log time never runs back");
        assert!(outcome.at <= self.state.now(), "nothing is decided in the future");
        assert_eq!(self.state.check(), Vec::<String>::new(), "after {proposal:?}");
        self.replay_dirty();
        // A node that was restarted from its rows decides and ends alike.
        assert_eq!(twin.apply(Millis(at), &proposal), outcome, "after {proposal:?}");
        assert_eq!(twin.next_deadline(), self.state.next_deadline());
        assert!(twin.rows().eq(self.state.rows()), "after {proposal:?}");
        outcome
    }

    fn replay_dirty(&mut self) {
        for change in self.state.take_dirty() {
            match change.row {
                Some(row) => {
                    assert_eq!(row.key(), change.key);
                    self.disk.insert(change.key, row);
                }
                None => _ = self.disk.remove(&change.key),
            }
        }
        assert!(self.disk.values().cloned().eq(self.state.rows()), "dirty rows are complete");
    }

    fn proposal(&mut self, step: &Step) -> Proposal {
        self.count += 1;
        let fresh = step.fresh.map_or(self.count << 64, u128::from);
        let key = step.key.map(|key| Key {
            text: format!("key-{key}"),
            fingerprint: if key % 5 == 0 { self.count } else { 0 },
            made_by_node: key > 8,
        });
        let command = self.command(step);
        let owner = self.owner(&command).filter(|_| !step.stranger).cloned();
        let caller = match owner {
            Some(user) => Caller { user: Some(user), role: Role::Buyer },
            None => caller(step.who),
        };
        Proposal { caller, key, fresh: Fresh(fresh), command }
    }

    fn command(&self, step: &Step) -> Command {
        let state = &self.state;
        match &step.ask {
            Ask::Tick => Command::Tick,
            Ask::Part { hash, part, seats } => {
                Command::MapPart { hash: map_hash(*hash), part: *part, items: items(*seats) }
            }
            Ask::Done { hash, parts } => {
                Command::MapDone { hash: map_hash(*hash), header: header(*parts) }
            }
            Ask::Show { .. } => Command::CreateShow(Box::new(new_show(&step.ask))),
            Ask::Patch { id, price, ttl, closes } => Command::PatchShow {
                show: show_id(*id),
                patch: Box::new(patch(*price, *ttl, *closes)),
            },
            Ask::CancelShow(id) => Command::CancelShow { show: show_id(*id) },
            Ask::Block(show, seats, true) => {
                Command::Block { show: show_id(*show), seats: seat_ids(seats) }
            }
            Ask::Block(show, seats, false) => {
                Command::Unblock { show: show_id(*show), seats: seat_ids(seats) }
            }
            Ask::Hold { show, seats, areas, best, replace } => Command::Hold {
                show: show_id(*show),
                user: UserId(format!("user-{}", step.who)),
                want: want(seats, areas, *best),
                replace_active: *replace,
            },
            Ask::Extend(n, ttl) => Command::Extend { hold: self.hold(*n), ttl: Millis(*ttl) },
            Ask::Release(n) => Command::Release { hold: self.hold(*n) },
            Ask::Confirm(n, mail) => Command::Confirm {
                hold: self.hold(*n),
                reference: "till".to_owned(),
                email: mail.then(|| "a@example.com".to_owned()),
            },
            Ask::Pay(n) => Command::OpenPayment(Box::new(new_payment(self.hold(*n)))),
            Ask::Opened(n, reference) => Command::Opened {
                payment: self.payment(*n),
                reference: format!("sbx-{reference}"),
                redirect_url: "https://pay.example".to_owned(),
            },
            Ask::CancelPayment(n) => Command::CancelPayment { payment: self.payment(*n) },
            Ask::Event { .. } => Command::GatewayEvent(Box::new(self.event(&step.ask))),
            Ask::CancelBooking(n, seats) => Command::CancelBooking {
                booking: self.booking(*n),
                seats: seats.as_ref().map(|seats| seat_ids(seats)),
            },
            Ask::Resend(n) => Command::Resend { booking: self.booking(*n) },
            Ask::Retry(n) => {
                let refund = pick(state.refunds().map(|refund| refund.id), *n);
                Command::RetryRefund { refund: refund.unwrap_or(RefundId(5)) }
            }
            Ask::Settle(n, how) => {
                let row = pick(state.outbox().map(|row| row.id), *n);
                Command::Settle { row: row.unwrap_or(OutboxId(5)), delivery: delivery(*how) }
            }
        }
    }

    /// Whose is what a buyer's command is about.
    fn owner(&self, command: &Command) -> Option<&UserId> {
        let hold = |id: HoldId| self.state.hold(id).map(|hold| &hold.user);
        match command {
            Command::Extend { hold: id, .. } | Command::Release { hold: id } => hold(*id),
            Command::OpenPayment(new) => hold(new.hold),
            Command::CancelPayment { payment } => self.state.payment(*payment).map(|p| &p.user),
            Command::Resend { booking } => self.state.booking(*booking).map(|b| &b.user),
            _ => None,
        }
    }

    fn event(&self, ask: &Ask) -> GatewayEvent {
        let Ask::Event { id, payment, kind, amount, usd } = ask else {
            unreachable!("only events are asked for here")
        };
        let payment = self.payment(*payment);
        let known = self.state.payment(payment);
        let reference = known.and_then(|known| known.reference.clone()).filter(|_| *id % 8 > 0);
        GatewayEvent {
            gateway: "sandbox".to_owned(),
            event: format!("event-{id}"),
            payment: (*id % 16 > 0).then_some(payment),
            reference: reference.unwrap_or_else(|| "sbx-0".to_owned()),
            kind: match kind {
                0..=2 => GatewayEventKind::Succeeded,
                3 => GatewayEventKind::Declined,
                4 => GatewayEventKind::Failed,
                _ => GatewayEventKind::Expired,
            },
            amount: amount.map(Amount).or(known.map(|known| known.amount)).unwrap_or_default(),
            currency: currency(if *usd { "USD" } else { "EUR" }),
        }
    }

    /// The n-th latest, so that what just came is picked often.
    fn hold(&self, n: u8) -> HoldId {
        pick(self.state.holds().map(|hold| hold.id), n).unwrap_or(HoldId(5))
    }

    fn payment(&self, n: u8) -> PaymentId {
        pick(self.state.payments().map(|payment| payment.id), n).unwrap_or(PaymentId(5))
    }

    fn booking(&self, n: u8) -> BookingId {
        pick(self.state.bookings().map(|booking| booking.id), n).unwrap_or(BookingId(5))
    }
}

fn pick<T>(things: impl DoubleEndedIterator<Item = T>, n: u8) -> Option<T> {
    things.rev().nth(usize::from(n % 16).saturating_sub(8))
}

fn caller(who: u8) -> Caller {
    let role = match who {
        0..=5 => Role::Buyer,
        6 => Role::Organizer,
        _ => Role::Operator,
    };
    Caller { user: (who != 5).then(|| UserId(format!("user-{who}"))), role }
}

fn show_id(n: u8) -> ShowId {
    ShowId(format!("show-{n}"))
}

fn map_hash(n: u8) -> MapHash {
    MapHash([n; 32])
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("three letters")
}

fn items(seats: u8) -> Vec<MapItem> {
    let zone = Zone { name: String::new(), position: Point::default(), drawings: Vec::new() };
    let mut items = vec![MapItem::Zone(zone)];
    for n in 0..u32::from(seats) {
        if n % ROW_SEATS == 0 {
            items.push(MapItem::Row(MapRow { number: n.to_string(), position: Point::default() }));
        }
        items.push(MapItem::Seat(Seat {
            id: SeatId(format!("S-{n}")),
            number: n.to_string(),
            label: n.to_string(),
            category: u16::from(n % ROW_SEATS > 4),
            position: Point::default(),
            radius: Thousandths(1),
            apart: n % 11 == 3,
        }));
    }
    items
}

fn header(parts: u32) -> MapHeader {
    let category = |name: &str| Category { name: name.to_owned(), color: String::new() };
    MapHeader {
        name: String::new(),
        size: Point::default(),
        categories: vec![category("Stalls"), category("Circle")],
        parts,
    }
}

fn new_show(ask: &Ask) -> NewShow {
    let Ask::Show { id, map, prices, areas, policy, sale } = ask else {
        unreachable!("only shows are asked for here")
    };
    let all = [("Stalls", 100), ("Circle", 0), ("Box", u64::MAX)];
    let prices = all
        .iter()
        .take(usize::from(*prices).min(2))
        .chain(&all[2..])
        .filter(|(name, _)| *name != "Box" || *prices == 2);
    let area = |n: u8| AreaInfo {
        id: AreaId(format!("area-{n}")),
        name: String::new(),
        category: "Stalls".to_owned(),
        capacity: u32::from(n) * 4 + 3,
    };
    let (hold_ttl, hold_total_max, seats_per_hold_max, prevent_orphans) = *policy;
    NewShow {
        id: (*id != 3).then(|| show_id(*id)),
        name: String::new(),
        venue: String::new(),
        starts_at: Millis(1_000_000_000 * u64::from(sale.1)),
        description: String::new(),
        media: Vec::new(),
        currency: currency("EUR"),
        prices: prices.map(|(name, price)| ((*name).to_owned(), Amount(*price))).collect(),
        sale: Sale { opens_at: (sale.0 == 4).then_some(Millis(5_000)), closes_at: None },
        policy: Policy {
            hold_ttl: Millis(hold_ttl),
            hold_total_max: Millis(hold_total_max),
            seats_per_hold_max,
            prevent_orphans,
        },
        seat_map: map.map(map_hash),
        areas: (0..*areas).map(area).collect(),
    }
}

fn patch(price: Option<u64>, ttl: Option<u64>, closes: Option<u8>) -> ShowPatch {
    let closes = closes.map(|n| Millis(100_000 * u64::from(n)));
    ShowPatch {
        name: Some("new".to_owned()),
        prices: price.map(|price| BTreeMap::from([("Stalls".to_owned(), Amount(price))])),
        sale: closes.map(|closes| Sale { opens_at: None, closes_at: Some(closes) }),
        policy: ttl.map(|ttl| Policy {
            hold_ttl: Millis(ttl),
            hold_total_max: Millis(2 * ttl),
            seats_per_hold_max: 4,
            prevent_orphans: ttl % 2 == 0,
        }),
        ..ShowPatch::default()
    }
}

fn seat_ids(seats: &[u8]) -> BTreeSet<SeatId> {
    seats.iter().map(|n| SeatId(format!("S-{n}"))).collect()
}

fn want(seats: &[u8], areas: &[(u8, u32)], best: Option<(u32, u8)>) -> Want {
    if let Some((quantity, category)) = best {
        let category = ["Stalls", "Circle", "Box"].get(usize::from(category));
        return Want::BestAvailable { quantity, category: category.map(|&name| name.to_owned()) };
    }
    let areas = areas.iter().map(|(n, quantity)| (AreaId(format!("area-{n}")), *quantity));
    Want::Named { seats: seat_ids(seats), areas: areas.collect() }
}

fn new_payment(hold: HoldId) -> NewPayment {
    NewPayment {
        hold,
        gateway: "sandbox".to_owned(),
        email: "a@example.com".to_owned(),
        success_url: String::new(),
        cancel_url: String::new(),
        customer: None,
    }
}

fn delivery(how: u8) -> Delivery {
    match how {
        0 | 1 => Delivery::Done,
        2 => Delivery::AlreadyPaid,
        _ => Delivery::Failed { error: "é".repeat(600), retry_at: Millis(u64::MAX) },
    }
}

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
            let word = told.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap();
            *reached.entry(word.to_owned()).or_default() += 1;
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
