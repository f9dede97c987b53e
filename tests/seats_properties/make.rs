//! Makes commands of a few small numbers.

use std::collections::{BTreeMap, BTreeSet};

use usher::seats::{
    Amount, AreaId, AreaInfo, Caller, Category, Currency, Delivery, HoldId, MapHash, MapHeader,
    MapItem, MapRow, Millis, NewPayment, NewShow, Point, Policy, Role, Sale, Seat, SeatId, ShowId,
    ShowPatch, Thousandths, UserId, Want, Zone,
};

use super::steps::Ask;

/// Seats of a row of the test map; some have a gap before them.
const ROW_SEATS: u32 = 7;

pub fn caller(who: u8) -> Caller {
    let role = match who {
        0..=5 => Role::Buyer,
        6 => Role::Organizer,
        _ => Role::Operator,
    };
    Caller { user: (who != 5).then(|| UserId::from(format!("user-{who}"))), role }
}

pub fn show_id(n: u8) -> ShowId {
    ShowId::from(format!("show-{n}"))
}

pub fn map_hash(n: u8) -> MapHash {
    MapHash([n; 32])
}

pub fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("three letters")
}

pub fn items(seats: u8) -> Vec<MapItem> {
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

pub fn header(parts: u32) -> MapHeader {
    let category = |name: &str| Category { name: name.to_owned(), color: String::new() };
    MapHeader {
        name: String::new(),
        size: Point::default(),
        categories: vec![category("Stalls"), category("Circle")],
        parts,
    }
}

pub fn new_show(ask: &Ask) -> NewShow {
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

pub fn patch(price: Option<u64>, ttl: Option<u64>, closes: Option<u8>) -> ShowPatch {
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

pub fn seat_ids(seats: &[u8]) -> BTreeSet<SeatId> {
    seats.iter().map(|n| SeatId(format!("S-{n}"))).collect()
}

pub fn want(seats: &[u8], areas: &[(u8, u32)], best: Option<(u32, u8)>) -> Want {
    if let Some((quantity, category)) = best {
        let category = ["Stalls", "Circle", "Box"].get(usize::from(category));
        return Want::BestAvailable { quantity, category: category.map(|&name| name.to_owned()) };
    }
    let areas = areas.iter().map(|(n, quantity)| (AreaId(format!("area-{n}")), *quantity));
    Want::Named { seats: seat_ids(seats), areas: areas.collect() }
}

pub fn new_payment(hold: HoldId) -> NewPayment {
    NewPayment {
        hold,
        gateway: "sandbox".to_owned(),
        email: "a@example.com".to_owned(),
        success_url: String::new(),
        cancel_url: String::new(),
        customer: None,
    }
}

pub fn delivery(how: u8) -> Delivery {
    match how {
        0 | 1 => Delivery::Done,
        2 => Delivery::AlreadyPaid,
        _ => Delivery::Failed { error: "é".repeat(600), retry_at: Millis(u64::MAX) },
    }
}
