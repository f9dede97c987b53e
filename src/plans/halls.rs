//! The geometry of the presets: blocks of rows, straight, bent or around a field.

use std::f64::consts::TAU;

use super::canon::{mark_apart, seal, thousandths};
use super::label::Labels;
use crate::seats::{
    Category, MapHeader, MapItem, MapRow, Point, Seat, SeatId, SeatMap, Thousandths, Zone,
};

/// Between neighbours in a row.
const PITCH: f64 = 25.0;

/// Between rows.
const ROW_PITCH: f64 = 40.0;

/// An aisle, besides the usual distance.
const AISLE: f64 = 60.0;

const RADIUS: f64 = 10.0;

/// Letters of rows; halls leave out I and O, which people read as 1 and 0.
const ROW_LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// 150 seats at tables in front of the stage, 150 on a gallery around.
pub(super) fn club() -> SeatMap {
    let mut hall = Hall::new("Lantern Club", 1200.0, 900.0);
    let tables = hall.category("Tables", "#b5651d");
    let gallery = hall.category("Gallery", "#4b6587");
    hall.zone("Tables", (600.0, 200.0), stage(300.0, 40.0, -100.0, "Stage"));
    for table in 0..25_u32 {
        let (column, line) = (f64::from(table % 5), f64::from(table / 5));
        let position = ((column - 2.0) * 180.0, line * 90.0);
        let around = |n: u32| {
            let angle = TAU * f64::from(n) / 6.0;
            (angle.cos() * 30.0, angle.sin() * 30.0)
        };
        let seats = (0..6).map(around).collect();
        hall.row(&format!("Table {}", table + 1), position, seats, "T", tables);
    }
    hall.zone("Gallery", (600.0, 700.0), Vec::new());
    for row in 0..5_u32 {
        let position = (0.0, f64::from(row) * ROW_PITCH);
        hall.row(&letter(row), position, bent(30, &[15], 1200.0), "G", gallery);
    }
    hall.finish()
}

/// Stalls of 20 rows with two aisles, a circle of 10 rows and a balcony of 5 with one each: 1,200.
pub(super) fn theatre() -> SeatMap {
    let mut hall = Hall::new("Old Mill Theatre", 1500.0, 1900.0);
    let colors = ["#8e2f3c", "#c28f2c", "#4b6587"];
    let names = ["Stalls", "Circle", "Balcony"];
    let levels = [(20_u32, 36_u32, 200.0), (10, 32, 1120.0), (5, 32, 1620.0)];
    for ((name, color), (rows, seats, top)) in names.into_iter().zip(colors).zip(levels) {
        let category = hall.category(name, color);
        // Before the ends of the first row, which bend around it.
        let drawings =
            if name == "Stalls" { stage(700.0, 80.0, -140.0, "Stage") } else { Vec::new() };
        hall.zone(name, (750.0, top), drawings);
        for row in 0..rows {
            let seats = widening(seats, row, rows);
            let aisles =
                if name == "Stalls" { vec![seats / 4, seats - seats / 4] } else { vec![seats / 2] };
            let position = (0.0, f64::from(row) * ROW_PITCH);
            hall.row(&letter(row), position, bent(seats, &aisles, 1600.0), name, category);
        }
    }
    hall.finish()
}

/// Two rings of 20 blocks of 20 rows of 25 seats: 20,000.
pub(super) fn arena() -> SeatMap {
    let mut hall = Hall::new("Harbour Arena", 8600.0, 8600.0);
    let lower = hall.category("Lower ring", "#2a9d8f");
    let upper = hall.category("Upper ring", "#457b9d");
    hall.zone("", (4300.0, 4300.0), stage(1200.0, 600.0, 0.0, "Stage"));
    hall.ring(&Ring { first_block: 101, blocks: 20, rows: 20, seats: 25, inner: 2300.0 }, |_| {
        lower
    });
    hall.ring(&Ring { first_block: 201, blocks: 20, rows: 20, seats: 25, inner: 3300.0 }, |_| {
        upper
    });
    hall.finish()
}

/// Four rings of 40 blocks of 25 rows of 25 seats: 100,000. The blocks along the field cost most.
pub(super) fn stadium() -> SeatMap {
    let mut hall = Hall::new("Riverside Stadium", 19000.0, 19000.0);
    let first = hall.category("Category 1", "#d62828");
    let second = hall.category("Category 2", "#f77f00");
    let third = hall.category("Category 3", "#457b9d");
    hall.zone("", (9500.0, 9500.0), stage(4200.0, 2720.0, 0.0, "Field"));
    for ring in 0..4_u32 {
        let inner = 4400.0 + f64::from(ring) * 1200.0;
        let ring_of =
            Ring { first_block: (ring + 1) * 100 + 1, blocks: 40, rows: 25, seats: 25, inner };
        hall.ring(&ring_of, |block| match (ring, block % 20) {
            (0 | 1, 6..14) => first,
            (0 | 1, _) | (2, 6..14) => second,
            (_, _) => third,
        });
    }
    hall.finish()
}

/// 25 rows of 40 seats with the ids `0` to `999`.
pub(super) fn bench() -> SeatMap {
    let mut hall = Hall::new("Test hall", 1200.0, 1200.0);
    let standard = hall.category("Standard", "#457b9d");
    hall.zone("Hall", (600.0, 100.0), Vec::new());
    for row in 0..25_u32 {
        let position = (0.0, f64::from(row) * ROW_PITCH);
        let seats = bent(40, &[20], 1600.0);
        let ids = (row * 40..).map(|n| SeatId(n.to_string()));
        hall.row_with_ids(&(row + 1).to_string(), position, seats, ids, standard);
    }
    hall.finish()
}

/// A ring of blocks around the centre of the hall.
struct Ring {
    first_block: u32,
    blocks: u32,
    rows: u32,
    seats: u32,
    /// Radius of the first row.
    inner: f64,
}

/// A map while it is drawn.
struct Hall {
    header: MapHeader,
    items: Vec<MapItem>,
    zone: String,
}

type Position = (f64, f64);

impl Hall {
    fn new(name: &str, width: f64, height: f64) -> Hall {
        let size = point((width, height));
        let header = MapHeader { name: name.to_owned(), size, categories: Vec::new(), parts: 0 };
        Hall { header, items: Vec::new(), zone: String::new() }
    }

    fn category(&mut self, name: &str, color: &str) -> u16 {
        let category = Category { name: name.to_owned(), color: color.to_owned() };
        self.header.categories.push(category);
        u16::try_from(self.header.categories.len() - 1).expect("a preset has few categories")
    }

    fn zone(&mut self, name: &str, position: Position, drawings: Vec<String>) {
        name.clone_into(&mut self.zone);
        let zone = Zone { name: name.to_owned(), position: point(position), drawings };
        self.items.push(MapItem::Zone(zone));
    }

    /// A row whose ids say block, row and number.
    fn row(
        &mut self,
        number: &str,
        at: Position,
        seats: Vec<Position>,
        block: &str,
        category: u16,
    ) {
        let row = number.replace(' ', "-");
        let ids = (1..).map(|n| SeatId(format!("{block}-{row}-{n}")));
        self.row_with_ids(number, at, seats, ids, category);
    }

    fn row_with_ids(
        &mut self,
        number: &str,
        position: Position,
        seats: Vec<Position>,
        ids: impl Iterator<Item = SeatId>,
        category: u16,
    ) {
        let row = MapRow { number: number.to_owned(), position: point(position) };
        self.items.push(MapItem::Row(row));
        let labels = Labels::new(&self.zone, number, "", "");
        let mut seats: Vec<Seat> = ids
            .zip(seats)
            .zip(1_u32..)
            .map(|((id, position), n)| {
                let number = n.to_string();
                let label = labels.seat(&number, &id.0);
                let (position, radius) = (point(position), length(RADIUS));
                Seat { id, number, label, category, position, radius, apart: false }
            })
            .collect();
        mark_apart(&mut seats);
        self.items.extend(seats.into_iter().map(MapItem::Seat));
    }

    /// Blocks with aisles between; a row's seats lie on its circle, the row's position amid them.
    fn ring(&mut self, ring: &Ring, category: impl Fn(u32) -> u16) {
        let size = self.header.size;
        let middle = (half(size.x), half(size.y));
        for block in 0..ring.blocks {
            let angle = TAU * (f64::from(block) + 0.5) / f64::from(ring.blocks);
            let name = (ring.first_block + block).to_string();
            self.zone(&format!("Block {name}"), middle, Vec::new());
            for row in 0..ring.rows {
                let radius = ring.inner + f64::from(row) * ROW_PITCH;
                let amid = (angle.cos() * radius, angle.sin() * radius);
                let seats = widening(ring.seats, row, ring.rows);
                let seat = |n: u32| {
                    let along = (f64::from(n) - f64::from(seats - 1) / 2.0) * PITCH;
                    let angle = angle + along / radius;
                    (angle.cos() * radius - amid.0, angle.sin() * radius - amid.1)
                };
                let seats = (0..seats).map(seat).collect();
                self.row(&(row + 1).to_string(), amid, seats, &name, category(block));
            }
        }
    }

    fn finish(self) -> SeatMap {
        seal(self.header, self.items).expect("a preset keeps the invariants of a map (tested)")
    }
}

/// Seats of a row of a block that widens to the back; over all rows their mean is `seats`.
fn widening(seats: u32, row: u32, rows: u32) -> u32 {
    // Pairs of rows, one from the front and one from the back, add up to twice the mean.
    let (front, back) =
        (rows.saturating_sub(1 + 2 * row) / 4, (2 * row).saturating_sub(rows - 1) / 4);
    seats - front + back
}

/// Positions of a row that is centred and bends around a point `radius` in front of it, with aisles
/// before the seats `aisles`.
fn bent(seats: u32, aisles: &[u32], radius: f64) -> Vec<Position> {
    let aisle = |n: u32| aisles.iter().map(|&at| if at <= n { AISLE } else { 0.0 }).sum::<f64>();
    let width = f64::from(seats - 1) * PITCH + aisle(seats);
    let position = |n: u32| {
        let angle = (f64::from(n) * PITCH + aisle(n) - width / 2.0) / radius;
        (angle.sin() * radius, (angle.cos() - 1.0) * radius)
    };
    (0..seats).map(position).collect()
}

/// A, B, … Z, AA, AB, …
fn letter(row: u32) -> String {
    let (before, last) = (row as usize / ROW_LETTERS.len(), row as usize % ROW_LETTERS.len());
    let last = char::from(ROW_LETTERS[last]);
    match before {
        0 => last.to_string(),
        _ => format!("{}{last}", char::from(ROW_LETTERS[(before - 1) % ROW_LETTERS.len()])),
    }
}

/// A rectangle and its name, their middle at `y` in their zone.
fn stage(width: f64, height: f64, y: f64, name: &str) -> Vec<String> {
    let (left, top) = (-width / 2.0, y - height / 2.0);
    vec![
        format!(
            r##"{{"border_color":"#333333","color":"#dddddd","position":{{"x":{left},"y":{top}}},"rectangle":{{"height":{height},"width":{width}}},"rotation":0,"shape":"rectangle"}}"##
        ),
        format!(
            r##"{{"border_color":"#333333","color":"#333333","position":{{"x":0,"y":{y}}},"rotation":0,"shape":"text","text":{{"color":"#333333","position":{{"x":0,"y":0}},"size":24,"text":"{name}"}}}}"##
        ),
    ]
}

fn point((x, y): Position) -> Point {
    Point { x: length(x), y: length(y) }
}

fn length(length: f64) -> Thousandths {
    thousandths(length).expect("a preset is smaller than the largest hall")
}

#[expect(clippy::cast_precision_loss, reason = "sizes of presets are small")]
fn half(length: Thousandths) -> f64 {
    length.0 as f64 / 2000.0
}
