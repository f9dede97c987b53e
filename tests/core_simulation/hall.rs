//! Seat maps of the simulation, and what the oracle knows of one: its own reading of the items that
//! were sent, never the core's.

use std::collections::BTreeMap;
use std::ops::Range;

use usher::seats::{
    Category, MapHash, MapHeader, MapItem, MapRow, Point, Seat, SeatId, Thousandths, Zone,
};

use super::rng::Rng;

/// A seat map as it is sent, and as the oracle reads it.
#[derive(Clone, Debug)]
pub struct Hall {
    pub hash: MapHash,
    pub header: MapHeader,
    pub items: Vec<MapItem>,
    pub seats: Vec<HallSeat>,
    by_id: BTreeMap<SeatId, usize>,
}

/// One seat of a hall in plan order.
#[derive(Clone, Debug)]
pub struct HallSeat {
    pub id: SeatId,
    pub category: String,
    /// Its neighbour in the hall before it, if none but air lies between them.
    pub left: Option<usize>,
    /// Its neighbour after it.
    pub right: Option<usize>,
}

/// Every category that a hall of the simulation may use.
pub const CATEGORIES: [&str; 3] = ["Stalls", "Circle", "Gallery"];

impl Hall {
    /// A hall of 8 to about 70 seats in rows of 1 to 12, some with aisles.
    pub fn random(rng: &mut Rng) -> Hall {
        let categories = rng.range(1, 3);
        let mut items = Vec::new();
        let mut number = 0;
        let by_row = rng.per_mille(700);
        for zone in 0..rng.range(1, 2) {
            items.push(MapItem::Zone(Zone {
                name: format!("Block {zone}"),
                position: Point::default(),
                drawings: Vec::new(),
            }));
            for row in 0..rng.range(2, 4) {
                items.push(MapItem::Row(MapRow {
                    number: row.to_string(),
                    position: Point::default(),
                }));
                let of_row = rng.below(categories);
                for seat in 0..rng.range(if row == 0 { 6 } else { 1 }, 12) {
                    let category = if by_row { of_row } else { rng.below(categories) };
                    // Ids fall out of plan order on purpose: "in map order" must not mean "by id".
                    let id = format!("{}{number}", rng.pick(&["b", "a", "z", "B-"]));
                    number += 1;
                    items.push(MapItem::Seat(Seat {
                        label: format!("Block {zone}, row {row}, seat {seat}"),
                        id: SeatId(id),
                        number: seat.to_string(),
                        category: u16::try_from(category).expect("there are three"),
                        position: Point::default(),
                        radius: Thousandths(10_000),
                        apart: seat > 0 && rng.per_mille(60),
                    }));
                }
            }
        }
        let names = CATEGORIES.iter().take(usize::try_from(categories).expect("at most three"));
        let header = MapHeader {
            name: "a hall".to_owned(),
            size: Point::default(),
            categories: names
                .map(|name| Category { name: (*name).to_owned(), color: "#123456".to_owned() })
                .collect(),
            parts: u32::try_from(rng.range(1, 4)).expect("at most four"),
        };
        let mut hash = [0; 32];
        hash.fill_with(|| rng.next().to_le_bytes()[0]);
        Hall::read(MapHash(hash), header, items)
    }

    /// What the items say.
    pub fn read(hash: MapHash, header: MapHeader, items: Vec<MapItem>) -> Hall {
        let (mut seats, mut rows): (Vec<HallSeat>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
        for item in &items {
            match item {
                MapItem::Zone(_) => {}
                MapItem::Row(_) => rows.push(seats.len()..seats.len()),
                MapItem::Seat(seat) => {
                    let row = rows.last_mut().expect("a hall begins with a row");
                    let here = row.end;
                    let beside = here > row.start && !seat.apart;
                    if beside {
                        seats[here - 1].right = Some(here);
                    }
                    row.end += 1;
                    seats.push(HallSeat {
                        id: seat.id.clone(),
                        category: header.categories[usize::from(seat.category)].name.clone(),
                        left: beside.then(|| here - 1),
                        right: None,
                    });
                }
            }
        }
        let by_id = seats.iter().enumerate().map(|(ix, seat)| (seat.id.clone(), ix)).collect();
        Hall { hash, header, items, seats, by_id }
    }

    /// Where a seat stands in plan order.
    pub fn find(&self, id: &SeatId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The items of one part, cut as evenly as they go.
    pub fn part(&self, part: u32) -> Vec<MapItem> {
        let parts = self.header.parts as usize;
        let (part, len) = (part as usize, self.items.len());
        self.items[part * len / parts..(part + 1) * len / parts].to_vec()
    }

    /// Categories that its seats use.
    pub fn categories_used(&self) -> impl Iterator<Item = &str> {
        self.seats.iter().map(|seat| seat.category.as_str())
    }
}
