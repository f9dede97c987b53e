//! Writes a map as a plan that reads back to an equal map with an equal hash.

use std::fmt::Write as _;

use super::canon::decimal;
use crate::seats::{MapRow, Point, Seat, SeatMap, Zone};

/// Bytes that a seat takes in the text, for reserving memory.
const SEAT_BYTES_USUAL: usize = 200;

/// The map as pretix seating-plan JSON; each seat has besides `id`, `label` and its category's name
/// in `category`.
#[must_use]
pub fn write(map: &SeatMap) -> String {
    let header = map.header();
    let mut out = String::with_capacity(map.seats().len() * SEAT_BYTES_USUAL + 4096);
    out.push_str("{\"name\":");
    string(&mut out, &header.name);
    out.push_str(",\"size\":{\"width\":");
    decimal(&mut out, header.size.x);
    out.push_str(",\"height\":");
    decimal(&mut out, header.size.y);
    out.push_str("},\"categories\":[");
    joined(&mut out, header.categories.iter(), |out, category| {
        out.push_str("{\"name\":");
        string(out, &category.name);
        out.push_str(",\"color\":");
        string(out, &category.color);
        out.push('}');
    });
    out.push_str("],\"zones\":[");
    joined(&mut out, map.zones(), |out, (zone, rows)| {
        zone_head(out, zone);
        joined(out, rows, |out, (row, seats)| {
            row_head(out, row);
            joined(out, seats.iter(), |out, one| seat(out, map, one));
            out.push_str("]}");
        });
        out.push_str("],\"areas\":[");
        joined(out, zone.drawings.iter(), |out, drawing| out.push_str(drawing));
        out.push_str("]}");
    });
    out.push_str("]}");
    out
}

fn zone_head(out: &mut String, zone: &Zone) {
    out.push_str("{\"name\":");
    string(out, &zone.name);
    out.push_str(",\"position\":");
    point(out, zone.position);
    out.push_str(",\"rows\":[");
}

fn row_head(out: &mut String, row: &MapRow) {
    out.push_str("{\"row_number\":");
    string(out, &row.number);
    out.push_str(",\"row_number_position\":\"both\",\"position\":");
    point(out, row.position);
    out.push_str(",\"seats\":[");
}

fn seat(out: &mut String, map: &SeatMap, seat: &Seat) {
    out.push_str("{\"seat_guid\":");
    string(out, &seat.id.0);
    out.push_str(",\"id\":");
    string(out, &seat.id.0);
    out.push_str(",\"label\":");
    string(out, &seat.label);
    out.push_str(",\"seat_number\":");
    string(out, &seat.number);
    out.push_str(",\"category\":");
    string(out, map.category(seat));
    out.push_str(",\"position\":");
    point(out, seat.position);
    out.push_str(",\"radius\":");
    decimal(out, seat.radius);
    out.push('}');
}

fn point(out: &mut String, point: Point) {
    out.push_str("{\"x\":");
    decimal(out, point.x);
    out.push_str(",\"y\":");
    decimal(out, point.y);
    out.push('}');
}

fn joined<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    for (n, item) in items.enumerate() {
        if n > 0 {
            out.push(',');
        }
        write(out, item);
    }
}

/// Appends a JSON string.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a String cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
