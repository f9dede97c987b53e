//! Seat maps: the static geometry of a hall. A map is immutable, stored once under its content hash
//! and shared by the shows that use it.

use std::hash::BuildHasher as _;

use serde::{Deserialize, Serialize};

use super::hash::Fixed;
use super::ids::{MapHash, SeatId, SeatIx};

/// Most seats of a map: the largest stadiums of the world hold little more (reference: 132,000).
pub const MAP_SEATS_MAX: usize = 100_000;

/// A length of the plan's drawing in thousandths of its unit; no floats reach the core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thousandths(pub i64);

/// A position or a size in the plan's drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: Thousandths,
    /// Downwards.
    pub y: Thousandths,
}

/// A price category of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// What shows name in `prices`; unique in the map.
    pub name: String,
    /// The colour it is drawn in, as the plan gives it.
    pub color: String,
}

/// A zone: a block of rows ("Block D").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// What people call it; may be empty.
    pub name: String,
    /// Where it is drawn.
    pub position: Point,
    /// The plan's drawings in this zone (stage, walls, texts), each a JSON object kept as it came.
    pub drawings: Vec<String>,
}

/// A row of seats in a zone. Neighbours in the row are neighbours in the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapRow {
    /// What people call it ("14").
    pub number: String,
    /// Where it is drawn, relative to its zone.
    pub position: Point,
}

/// One seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The plan's `seat_guid`.
    pub id: SeatId,
    /// The plan's `seat_number` ("1").
    pub number: String,
    /// What a person reads ("Block D, row 14, seat 1").
    pub label: String,
    /// Index into the map's categories.
    pub category: u16,
    /// Where it is drawn, relative to its row.
    pub position: Point,
    /// Its drawn radius.
    pub radius: Thousandths,
    /// An aisle or a large gap lies between it and the seat before it in its row.
    pub apart: bool,
}

/// One element of a map in plan order. A map travels through the log as a flat sequence of these,
/// so that it can be cut anywhere into parts of bounded size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MapItem {
    /// Begins a zone.
    Zone(Zone),
    /// Begins a row of the zone before it.
    Row(MapRow),
    /// A seat of the row before it.
    Seat(Seat),
}

/// What completes a map after its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapHeader {
    /// The plan's own name.
    pub name: String,
    /// Width and height of the drawing.
    pub size: Point,
    /// All categories of the plan, in its order.
    pub categories: Vec<Category>,
    /// How many parts were sent, numbered from 0.
    pub parts: u32,
}

/// A seat map, assembled.
///
/// Invariants: seat ids are unique; every seat lies in one row and every row in one zone; each
/// seat's category is an index into `categories`; 1 ≤ seats ≤ [`MAP_SEATS_MAX`].
#[derive(Clone, Debug)]
pub struct SeatMap {
    hash: MapHash,
    header: MapHeader,
    zones: Vec<(Zone, std::ops::Range<u32>)>,
    rows: Vec<(MapRow, std::ops::Range<u32>)>,
    seats: Vec<Seat>,
    row_of: Vec<u32>,
    joined: Vec<bool>,
    /// Seats of each category.
    seats_in: Vec<u32>,
    /// The hash of each seat's id with its position, ascending: close together in memory, so that
    /// finding a seat touches one string.
    by_id: Vec<(u64, u32)>,
}

impl SeatMap {
    /// Assembles a map from its items in plan order.
    ///
    /// # Errors
    /// Says which invariant the items break; nothing a client sends may panic here.
    pub fn assemble(
        hash: MapHash,
        header: MapHeader,
        items: impl IntoIterator<Item = MapItem>,
    ) -> Result<SeatMap, String> {
        let (mut zones, mut rows, mut seats) = (Vec::new(), Vec::new(), Vec::new());
        let mut row_of = Vec::new();
        for item in items {
            match item {
                MapItem::Zone(zone) => {
                    let start = index(rows.len())?;
                    zones.push((zone, start..start));
                }
                MapItem::Row(row) => {
                    let (_, of_zone) = zones.last_mut().ok_or("a row outside any zone")?;
                    of_zone.end += 1;
                    let start = index(seats.len())?;
                    rows.push((row, start..start));
                }
                MapItem::Seat(seat) => {
                    row_of.push(index(rows.len())?.checked_sub(1).ok_or("a seat outside any row")?);
                    let (_, of_row) = rows.last_mut().ok_or("a seat outside any row")?;
                    of_row.end += 1;
                    seats.push(seat);
                }
            }
        }
        let joined = joined(&seats, &row_of);
        let by_id = sorted_by_id(&seats);
        let seats_in = vec![0; header.categories.len()];
        let mut map = SeatMap { hash, header, zones, rows, seats, row_of, joined, seats_in, by_id };
        map.check()?;
        for seat in &map.seats {
            map.seats_in[usize::from(seat.category)] += 1;
        }
        Ok(map)
    }

    /// The hash it is stored under.
    #[must_use]
    pub fn hash(&self) -> MapHash {
        self.hash
    }

    /// Name, size and categories.
    #[must_use]
    pub fn header(&self) -> &MapHeader {
        &self.header
    }

    /// Zones in plan order, each with its rows, each with its seats.
    pub fn zones(&self) -> impl Iterator<Item = (&Zone, impl Iterator<Item = (&MapRow, &[Seat])>)> {
        self.zones.iter().map(|(zone, rows)| {
            let rows = self.rows[rows.start as usize..rows.end as usize].iter();
            (zone, rows.map(|(row, at)| (row, &self.seats[at.start as usize..at.end as usize])))
        })
    }

    /// Every seat in plan order; its position is its [`SeatIx`].
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The seat at a position, if there is one.
    #[must_use]
    pub fn seat(&self, ix: SeatIx) -> Option<&Seat> {
        self.seats.get(ix.0 as usize)
    }

    /// The position of a seat by its id.
    #[must_use]
    pub fn find(&self, id: &SeatId) -> Option<SeatIx> {
        let hash = hash_of(id);
        let first = self.by_id.partition_point(|(other, _)| *other < hash);
        let same = self.by_id[first..].iter().take_while(|(other, _)| *other == hash);
        same.map(|(_, ix)| SeatIx(*ix)).find(|ix| self.seats[ix.0 as usize].id == *id)
    }

    /// The name of a seat's category.
    #[must_use]
    pub fn category(&self, seat: &Seat) -> &str {
        self.header.categories.get(usize::from(seat.category)).map_or("", |c| c.name.as_str())
    }

    /// How many seats each category has, in the order of the header's.
    #[must_use]
    pub fn seats_in_categories(&self) -> &[u32] {
        &self.seats_in
    }

    /// The index of a category by its name.
    #[must_use]
    pub fn find_category(&self, name: &str) -> Option<u16> {
        let found = self.header.categories.iter().position(|category| category.name == name);
        found.and_then(|ix| u16::try_from(ix).ok())
    }

    /// The name of the zone that a seat lies in.
    #[must_use]
    pub fn zone_of(&self, ix: SeatIx) -> Option<&Zone> {
        let row = *self.row_of.get(ix.0 as usize)?;
        let zone = self.zones.partition_point(|(_, rows)| rows.end <= row);
        self.zones.get(zone).map(|(zone, _)| zone)
    }

    /// The positions of the seats of each row, in plan order.
    pub fn rows(&self) -> impl Iterator<Item = std::ops::Range<u32>> + '_ {
        self.rows.iter().map(|(_, seats)| seats.clone())
    }

    /// The positions of the seats of the row that a seat lies in.
    #[must_use]
    pub fn row_of(&self, ix: SeatIx) -> Option<std::ops::Range<u32>> {
        let row = *self.row_of.get(ix.0 as usize)?;
        self.rows.get(row as usize).map(|(_, seats)| seats.clone())
    }

    /// The index of the row that a seat lies in, in plan order.
    pub(super) fn row_ix(&self, ix: SeatIx) -> Option<usize> {
        self.row_of.get(ix.0 as usize).map(|row| *row as usize)
    }

    /// Whether a seat is a neighbour of the one before it: same row, no gap between.
    #[must_use]
    pub fn joined(&self, ix: SeatIx) -> bool {
        self.joined.get(ix.0 as usize).copied().unwrap_or(false)
    }

    /// The neighbours of a seat in its row: the one before and the one after.
    #[must_use]
    pub fn neighbours(&self, ix: SeatIx) -> [Option<SeatIx>; 2] {
        let before = self.joined(ix).then(|| SeatIx(ix.0.wrapping_sub(1)));
        let after = SeatIx(ix.0.wrapping_add(1));
        [before, self.joined(after).then_some(after)]
    }

    /// The items it was assembled from, for storing and hashing.
    #[must_use]
    pub fn items(&self) -> Vec<MapItem> {
        let mut items = Vec::with_capacity(self.zones.len() + self.rows.len() + self.seats.len());
        for (zone, rows) in self.zones() {
            items.push(MapItem::Zone(zone.clone()));
            for (row, seats) in rows {
                items.push(MapItem::Row(row.clone()));
                items.extend(seats.iter().cloned().map(MapItem::Seat));
            }
        }
        items
    }

    fn check(&self) -> Result<(), String> {
        if self.seats.is_empty() {
            return Err("the map has no seats".to_owned());
        }
        if self.seats.len() > MAP_SEATS_MAX {
            return Err(format!("the map has {} seats, over {MAP_SEATS_MAX}", self.seats.len()));
        }
        let mut ids: Vec<&SeatId> = self.seats.iter().map(|seat| &seat.id).collect();
        ids.sort_unstable();
        if let Some([twice, ..]) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("two seats have the id {twice}"));
        }
        let categories = self.header.categories.len();
        match self.seats.iter().find(|seat| usize::from(seat.category) >= categories) {
            Some(seat) => Err(format!("seat {} has no category", seat.id)),
            None => Ok(()),
        }
    }
}

fn index(len: usize) -> Result<u32, String> {
    u32::try_from(len).map_err(|_| "the map is too large".to_owned())
}

fn joined(seats: &[Seat], row_of: &[u32]) -> Vec<bool> {
    let first = std::iter::once(false).take(seats.len());
    let others = row_of.windows(2).zip(seats.iter().skip(1));
    first.chain(others.map(|(rows, seat)| rows[0] == rows[1] && !seat.apart)).collect()
}

/// Sorted by hash, then position.
fn sorted_by_id(seats: &[Seat]) -> Vec<(u64, u32)> {
    let mut order: Vec<(u64, u32)> =
        seats.iter().zip(0..).map(|(seat, ix)| (hash_of(&seat.id), ix)).collect();
    order.sort_unstable();
    order
}

/// Without a random seed; nothing but speed depends on it.
fn hash_of(id: &SeatId) -> u64 {
    Fixed::default().hash_one(id)
}
