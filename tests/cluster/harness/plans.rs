//! Seating plans as the pretix editor exports them, generated.

use serde_json::{Value, json};
use uuid::Uuid;

/// A plan of one zone and one category, `Stalls`: rows by letter, seats by number, ids like `A-1`.
pub fn rows(rows: &[(&str, usize)]) -> Value {
    let rows = rows.iter().map(|(name, seats)| row(name, *seats, "Stalls"));
    hall(&["Stalls"], [zone("Parterre", rows)])
}

/// Two zones: rows A and B of ten in `Stalls`, row C of five in `Circle`.
pub fn theatre() -> Value {
    let stalls = vec![row("A", 10, "Stalls"), row("B", 10, "Stalls")];
    hall(
        &["Stalls", "Circle"],
        [zone("Parterre", stalls), zone("Balcony", [row("C", 5, "Circle")])],
    )
}

/// A plan of `seats` seats in rows of a hundred, one category.
pub fn large(seats: usize) -> Value {
    assert_eq!(seats % 100, 0, "whole rows");
    let rows = (0..seats / 100).map(|ix| row(&format!("R{ix}"), 100, "Stalls"));
    hall(&["Stalls"], [zone("Arena", rows)])
}

/// A hall like real ones: six blocks, 1,252 seats, three categories, and UUIDs for ids, so that
/// people need the labels.
pub fn sports_hall() -> Value {
    // Block, rows, seats of each row: 9 × (20 + 21 + 20) + 12 × (20 + 19 + 19) + 7 = 1,252.
    let blocks =
        [("D", 9, 20), ("E", 9, 21), ("F", 9, 20), ("A", 12, 20), ("B", 12, 19), ("C", 12, 19)];
    let categories = ["Kategorie I", "Kategorie II", "VIP"];
    let mut zones = Vec::new();
    for (at, (block, rows, seats)) in blocks.iter().enumerate() {
        let rows = (1..=*rows).map(|number| {
            // The last row of the last block is longer, as rows are.
            let seats = if *block == "C" && number == 12 { seats + 7 } else { *seats };
            let seats = (1..=seats).map(|seat| {
                let mut seat = plan_seat("", seat, categories[at % 3]);
                seat["seat_guid"] = json!(Uuid::now_v7().to_string());
                seat
            });
            plan_row(&number.to_string(), seats)
        });
        zones.push(zone(&format!("Block {block}"), rows));
    }
    hall(&categories, zones)
}

/// The ids of a plan's seats, in plan order.
pub fn seat_ids(plan: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    for zone in plan["zones"].as_array().expect("a plan has zones") {
        for row in zone["rows"].as_array().expect("a zone has rows") {
            for seat in row["seats"].as_array().expect("a row has seats") {
                ids.push(seat["seat_guid"].as_str().expect("a seat has an id").to_owned());
            }
        }
    }
    ids
}

fn hall(categories: &[&str], zones: impl IntoIterator<Item = Value>) -> Value {
    let categories: Vec<Value> =
        categories.iter().map(|name| json!({"name": name, "color": "#1D3557"})).collect();
    let (size, zones) = (json!({"width": 1000, "height": 800}), Value::from_iter(zones));
    json!({"name": "Hall", "categories": categories, "size": size, "zones": zones})
}

fn zone(name: &str, rows: impl IntoIterator<Item = Value>) -> Value {
    let (id, place, rows) = (Uuid::now_v7(), json!({"x": 0, "y": 0}), Value::from_iter(rows));
    json!({"zone_id": name, "uuid": id.to_string(), "name": name, "position": place, "rows": rows})
}

fn row(name: &str, seats: usize, category: &str) -> Value {
    plan_row(name, (1..=seats).map(|number| plan_seat(name, number, category)))
}

fn plan_row(name: &str, seats: impl IntoIterator<Item = Value>) -> Value {
    let (place, seats) = (json!({"x": 0, "y": 0}), Value::from_iter(seats));
    json!({"row_number": name, "row_number_position": "both", "position": place, "seats": seats})
}

fn plan_seat(row: &str, number: usize, category: &str) -> Value {
    json!({"seat_number": number.to_string(), "seat_guid": format!("{row}-{number}"),
        "position": {"x": 25 * number, "y": 0}, "category": category})
}
