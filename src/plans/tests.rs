//! Tests of the room: what is read, what is refused and where, what comes back.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::canon::encoded_len;
use super::label::{self, Labels};
use super::*;
use crate::codec::tests::fuzz::{mutate, steps};
use crate::seats::{Amount, FieldError, MAP_SEATS_MAX, MapItem, SeatIx, SeatMap, Thousandths};

/// A plan as the editor exports it: blocks with UUIDs everywhere, rows counted down, no labels.
fn editor_plan(blocks: &[&str], rows: u32, seats: u32) -> Value {
    let uuid =
        |n: u32| uuid::Uuid::from_u128(0x5585_abb3_4727_5830_a415_0000_0000_0000 + u128::from(n));
    let seat = |b: u32, r: u32, s: u32| {
        json!({
            "seat_number": s.to_string(),
            "seat_guid": uuid((b * 1000 + r) * 1000 + s),
            "uuid": uuid(s),
            "position": {"x": 25 * (s - 1), "y": 0},
            "category": if b == 0 { "Kategorie II" } else { "VIP" },
        })
    };
    let row = |b: u32, r: u32| {
        json!({
            "uuid": uuid(r), "row_number": (rows - r).to_string(), "row_number_position": "both",
            "position": {"x": 0, "y": 40 * r},
            "seats": (1..=seats).map(|s| seat(b, r, s)).collect::<Vec<_>>(),
        })
    };
    let zone = |(b, name): (u32, &&str)| {
        json!({
            "zone_id": name, "uuid": uuid(b), "name": format!("Block {name}"),
            "position": {"x": 350 * b, "y": 0},
            "rows": (0..rows).map(|r| row(b, r)).collect::<Vec<_>>(),
        })
    };
    json!({
        "name": "Sporthalle", "size": {"width": 1050, "height": 1200},
        "categories": [
            {"name": "Kategorie II", "color": "#1D3557"}, {"name": "VIP", "color": "#8E44AD"}
        ],
        "zones": (0..).zip(blocks).map(zone).collect::<Vec<_>>(),
    })
}

fn read_value(plan: &Value) -> Result<SeatMap, Vec<FieldError>> {
    read(plan.to_string().as_bytes())
}

fn read_good(plan: &Value) -> SeatMap {
    read_value(plan).unwrap_or_else(|errors| panic!("{errors:?} in {plan}"))
}

fn assert_same(a: &SeatMap, b: &SeatMap) {
    assert_eq!(a.header(), b.header());
    assert!(a.items() == b.items(), "items differ");
    assert_eq!(a.hash(), b.hash());
}

/// Ids are UUIDs; people read block, row and number; plan order and categories are kept.
#[test]
fn reads_what_the_editor_exports() {
    let map = read_good(&editor_plan(&["D", "E"], 14, 20));
    assert_eq!(map.seats().len(), 560);
    let first = &map.seats()[0];
    assert_eq!(first.label, "Block D, row 14, seat 1");
    assert_eq!(first.id.0, "5585abb3-4727-5830-a415-000000000001");
    assert_eq!(map.category(first), "Kategorie II");
    let last = &map.seats()[559];
    assert_eq!(last.label, "Block E, row 1, seat 20");
    assert_eq!(last.position.x, Thousandths(475_000));
    assert_eq!(map.category(last), "VIP");
    assert_eq!(map.find(&last.id), Some(SeatIx(559)));
    assert_eq!(map.rows().count(), 28);
    assert!(map.seats().iter().all(|seat| !seat.apart), "even rows have no aisles");
}

/// Older and hand-made plans: fields missing, numbers for texts and texts for numbers, unknown
/// fields.
#[test]
fn reads_leniently() {
    let map = read_good(&json!({
        "version": "0.0.1", "displayed": true,
        "categories": [{"name": "A"}],
        "zones": [{"rows": [{"row_number": 7, "seats": [
            {"seat_guid": 12, "seat_number": 3, "category": "A", "position": {"x": "1.5", "y": -2}},
            {"id": "x y", "seat_number": null, "category": " A ", "start_direction": "<>"},
        ]}], "areas": null}],
    }));
    let [a, b] = map.seats() else { panic!("two seats") };
    assert_eq!((a.id.0.as_str(), a.number.as_str()), ("12", "3"));
    assert_eq!((a.position.x, a.position.y), (Thousandths(1500), Thousandths(-2000)));
    assert_eq!(a.label, "Row 7, seat 3");
    assert_eq!((b.id.0.as_str(), b.label.as_str()), ("x y", "Row 7, seat x y"));
    assert_eq!(b.radius, Thousandths(10_000));
    assert_eq!(map.header().size.x, Thousandths(21_500), "the outermost seat and a margin");
}

/// Labels say each thing once, in the plan's own words where it has some.
#[test]
fn labels_are_what_people_read() {
    let check = |zone, row, row_label, seat_label, number, expected: &str| {
        let label = Labels::new(zone, row, row_label, seat_label).seat(number, "guid");
        assert_eq!(label, expected);
    };
    check("Block D", "14", "", "", "1", "Block D, row 14, seat 1");
    check("", "14", "", "", "1", "Row 14, seat 1");
    check("Stalls", "Row C", "", "", "Seat 4", "Stalls, Row C, Seat 4");
    check("Parkett", "Reihe 3", "", "", "4", "Parkett, Reihe 3, seat 4");
    check("Parkett", "3", "Reihe %s", "Platz %s", "4", "Parkett, Reihe 3, Platz 4");
    check("Parkett", "3", "Reihe", "Platz", "4", "Parkett, Reihe 3, Platz 4");
    check("", "Box Royal", "", "", "2", "Box Royal, seat 2");
    check("Stalls", "AAA", "", "", "10", "Stalls, row AAA, seat 10");
    check("Tables", "Table 4", "", "", "B", "Tables, Table 4, seat B");
    check("Stalls", "", "", "", "10", "Stalls, seat 10");
    check("", "", "", "", "10", "Seat 10");
    check("", "", "", "", "", "Seat guid");

    assert_eq!(label::zone("Block D", "d", true), "Block D");
    assert_eq!(label::zone("", "D", true), "");
    assert_eq!(label::zone("", "D", false), "zone D");
    assert_eq!(label::zone("", "Block D", false), "Block D");
    assert_eq!(label::zone("", "e6a9fa9d-9df6-5094-8b8b-f04e3f0c182f", false), "");
}

/// A seat lies apart after a gap over 1.8 of the row's usual spacing, whichever way the row runs.
#[test]
fn finds_aisles() {
    let check = |xs: &[f64], expected: &[usize]| {
        let seat = |(n, x): (usize, &f64)| json!({"seat_guid": n.to_string(), "category": "A", "position": {"x": x, "y": x}});
        let seats: Vec<Value> = xs.iter().enumerate().map(seat).collect();
        let map = read_good(&json!({
            "categories": [{"name": "A"}], "zones": [{"rows": [{"seats": seats}]}],
        }));
        let apart = map.seats().iter().enumerate().filter(|(_, seat)| seat.apart);
        assert_eq!(apart.map(|(n, _)| n).collect::<Vec<_>>(), expected, "{xs:?}");
    };
    check(&[0.0, 25.0, 50.0, 75.0], &[]);
    check(&[0.0, 25.0, 100.0, 125.0], &[2]);
    check(&[125.0, 100.0, 25.0, 0.0], &[2]);
    check(&[0.0, 25.0, 69.9, 95.0], &[]);
    check(&[0.0, 25.0, 70.1, 95.0], &[2]);
    check(&[0.0, 25.0, 100.0], &[2]);
    check(&[0.0, 900.0], &[]);
    check(&[7.0], &[]);
    check(&[0.0, 0.0, 0.0], &[]);
}

/// Each plan that is wrong is refused with the path of what is wrong and the rule it breaks.
#[test]
fn says_where_a_plan_is_wrong() {
    let good = editor_plan(&["D"], 2, 3);
    let check = |pointer: &str, wrong: Value, field: &str, message: &str| {
        let mut plan = good.clone();
        *plan.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = wrong;
        let errors = read_value(&plan).expect_err(pointer);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].field, field, "{errors:?}");
        assert!(errors[0].message.contains(message), "{errors:?}");
    };
    let seat = "/zones/0/rows/1/seats/2";
    let at = "zones[0].rows[1].seats[2]";
    let check_seat = |field: &str, wrong: Value, message: &str| {
        check(&format!("{seat}/{field}"), wrong, &format!("{at}.{field}"), message);
    };
    let first = json!("5585abb3-4727-5830-a415-000000000001");
    check_seat("seat_guid", first, "repeats zones[0].rows[0].seats[0].seat_guid");
    check_seat("seat_guid", json!(" "), "is empty");
    check_seat("seat_guid", json!(null), "is missing");
    check_seat("seat_guid", json!("é".repeat(191)), "longer than 190");
    check_seat("seat_guid", json!("a\nb"), "control character");
    check_seat("seat_guid", json!([1]), "is a list, not a text");
    check_seat("category", json!("Loge"), "names no category of the plan: \"Loge\"");
    check_seat("category", json!(null), "is missing");
    check_seat("seat_number", json!("1".repeat(201)), "longer than 200");
    check_seat("position", json!(3), "is a number, not an object");
    check(&format!("{seat}/position/x"), json!(1e308), &format!("{at}.position.x"), "out of range");
    check(&format!("{seat}/position/x"), json!("NaN"), &format!("{at}.position.x"), "out of range");
    check(&format!("{seat}/position/y"), json!("far"), &format!("{at}.position.y"), "not a number");
    check(seat, json!("A-1"), at, "is a text, not an object");
    check(seat, json!(null), at, "is null, not an object");
    check("/zones/0/rows", json!(true), "zones[0].rows", "is true or false, not a list");
    check("/zones/0/rows/1", json!([]), "zones[0].rows[1]", "is a list, not an object");
    check("/zones", json!({}), "zones", "is an object, not a list");
    check("/zones", json!(null), "zones", "is missing");
    check("/zones", json!([]), "zones", "has no seats");
    check("/zones/0/rows", json!([]), "zones", "has no seats");
    check(
        "/categories/1/name",
        json!("Kategorie II"),
        "categories[1].name",
        "repeats categories[0]",
    );
    check("/categories/1/name", json!(""), "categories[1].name", "is empty");
    check("/size/width", json!(-1), "size.width", "is negative");
    check("/name", json!("x".repeat(201)), "name", "longer than 200");
    check("", json!([]), "", "is a list, not an object");
}

/// What is no JSON is refused with line and column, whatever the bytes.
#[test]
fn says_where_the_text_is_no_json() {
    let check = |text: &[u8], message: &str| {
        let errors = read(text).expect_err("no JSON");
        assert_eq!((errors.len(), errors[0].field.as_str()), (1, ""));
        assert!(errors[0].message.contains(message), "{errors:?}");
    };
    check(b"", "EOF while parsing a value at line 1 column 0");
    check(b"{\"zones\":\n [}", "at line 2 column 3");
    check(b"{} {}", "trailing characters at line 1 column 4");
    check(b"{\"name\":NaN}", "line 1 column 9");
    check(b"{\"size\":{\"width\":1e999}}", "number out of range at line 1");
    check(b"{\"name\":\"\xff\"}", "not UTF-8 at byte 9");
    check(&vec![b'['; 200_000], "not JSON");
    check("{\"zones\":".repeat(200_000).as_bytes(), "not JSON");
    let deep = format!("{{\"zones\":[{{\"areas\":[{{\"a\":{}", "[".repeat(200_000));
    check(deep.as_bytes(), "recursion limit exceeded at line 1");
    check(&vec![b' '; PLAN_BYTES_MAX + 1], "has 33554433 bytes, over 33554432");
}

/// A plan that is wrong everywhere gives a few errors and says how many more there are.
#[test]
fn errors_are_few() {
    let mut plan = editor_plan(&["D"], 10, 10);
    plan["categories"] = json!([]);
    let errors = read_value(&plan).expect_err("no category exists");
    assert_eq!(errors.len(), 20);
    assert!(errors[19].message.ends_with("(and 80 more errors follow)"), "{:?}", errors[19]);
}

/// Amounts are bounded while the text is read: no list, however long, costs more than its share.
#[test]
fn amounts_are_bounded() {
    let check = |text: String, field: &str, message: &str| {
        let errors = read(text.as_bytes()).expect_err(message);
        let found = errors.iter().find(|error| error.field == field && error.message == message);
        assert!(found.is_some(), "{errors:?}");
    };
    let many = |n: usize| format!("[0{}]", ",0".repeat(n - 1));
    let seats = many(15_000_000);
    check(
        format!(r#"{{"zones":[{{"rows":[{{"seats":{seats}}}]}}]}}"#),
        "zones",
        "has more than 100000 seats",
    );
    check(format!(r#"{{"zones":[{{"rows":{seats}}}]}}"#), "zones", "has more than 100000 rows");
    check(format!(r#"{{"zones":{seats}}}"#), "zones", "has more than 10000 zones");
    check(format!(r#"{{"categories":{seats}}}"#), "categories", "has more than 1000 categories");
    let areas = |areas: &str| format!(r#"{{"zones":[{{"areas":{areas}}}]}}"#);
    check(areas(&seats), "zones", "has more than 10000 areas");
    check(
        areas(&format!(r#"[{{"points":{seats}}}]"#)),
        "zones",
        "has more than 500000 values in areas",
    );
    let text = "x".repeat(300_000);
    let bytes = "take 300011 bytes, over 262144";
    check(areas(&format!(r#"[{{"text":"{text}"}}]"#)), "zones[0].areas", bytes);
}

fn big_plan(seats: usize) -> String {
    let seat = |n: usize| {
        let position = format!(r#"{{"x": {}.25, "y": {}}}"#, 25 * (n % 100), n % 7);
        let guid = uuid::Uuid::from_u128(n as u128);
        format!(
            r#"      {{"seat_guid": "{guid}", "seat_number": "{n}", "uuid": "{guid}", "category": "A", "position": {position}}}"#
        )
    };
    let row = |r: usize| {
        let seats: Vec<String> = (r * 100..((r + 1) * 100).min(seats)).map(seat).collect();
        format!(r#"{{"row_number": "{r}", "seats": [{}]}}"#, seats.join(",\n"))
    };
    let rows: Vec<String> = (0..seats.div_ceil(100)).map(row).collect();
    format!(
        r#"{{"categories": [{{"name": "A"}}], "zones": [{{"name": "All", "rows": [{}]}}]}}"#,
        rows.join(",\n")
    )
}

/// The largest plan goes in; one seat more does not, and says so.
#[test]
fn reads_a_hundred_thousand_seats_and_not_one_more() {
    let map = read(big_plan(MAP_SEATS_MAX).as_bytes()).expect("the largest plan");
    assert_eq!(map.seats().len(), MAP_SEATS_MAX);
    assert_same(&map, &read(write(&map).as_bytes()).expect("what was written"));
    let errors = read(big_plan(MAP_SEATS_MAX + 1).as_bytes()).expect_err("one too many");
    assert_eq!(errors[0].message, "has more than 100000 seats");
}

/// Blanks and the order of keys are no content; everything that readers see is.
#[test]
fn equal_plans_have_equal_hashes() {
    let mut plan = editor_plan(&["D", "E"], 3, 4);
    plan["zones"][0]["areas"] = json!([{"shape": "text", "rotation": 12.34567, "color": "#fff"}]);
    let map = read_good(&plan);
    let pretty = serde_json::to_vec_pretty(&plan).unwrap();
    assert_same(&map, &read(&pretty).unwrap());
    let turned = plan.to_string().replace(
        r##"{"color":"#fff","rotation":12.34567,"shape":"text"}"##,
        r##"{"shape":"text","color":"#fff","rotation":12.346}"##,
    );
    assert_ne!(turned, plan.to_string());
    assert_same(&map, &read(turned.as_bytes()).unwrap());

    let mut hashes = BTreeSet::from([map.hash()]);
    for pointer in [
        "/name",
        "/categories/1/color",
        "/zones/1/name",
        "/zones/0/areas/0/color",
        "/zones/0/rows/0/row_number",
        "/zones/0/rows/0/seats/0/seat_guid",
        "/zones/0/rows/0/seats/0/seat_number",
    ] {
        let mut other = plan.clone();
        *other.pointer_mut(pointer).unwrap() = json!("other");
        assert!(hashes.insert(read_good(&other).hash()), "{pointer} is no content");
    }
    plan["zones"][0]["rows"][0]["seats"][0]["position"]["y"] = json!(0.001);
    assert!(hashes.insert(read_good(&plan).hash()), "a position is no content");
}

/// What is written has id, label and category per seat and reads back to an equal map.
#[test]
fn writes_what_it_reads() {
    let mut plan = editor_plan(&["D", "E"], 3, 4);
    plan["zones"][1]["rows"][2]["row_label"] = json!("Reihe %s");
    plan["zones"][1]["rows"][2]["position"] = json!({"x": 0.1234, "y": -12.5});
    plan["zones"][1]["areas"] =
        json!([{"text": {"text": "\"Stage\"\\\u{1}\n"}, "x": [1, [], {}, null, 0.5]}]);
    plan["zones"][0]["name"] = json!("");
    let map = read_good(&plan);
    let text = write(&map);
    assert_same(&map, &read(text.as_bytes()).unwrap());
    let value: Value = serde_json::from_str(&text).unwrap();
    let seat = &value["zones"][1]["rows"][2]["seats"][3];
    assert_eq!(seat["label"], "Block E, Reihe 1, seat 4");
    assert_eq!(seat["id"], seat["seat_guid"]);
    assert_eq!(seat["category"], "VIP");
    assert_eq!(value["zones"][1]["rows"][2]["position"], json!({"x": 0.123, "y": -12.5}));
    assert_eq!(value["zones"][0]["rows"][0]["seats"][0]["label"], "Zone D, row 3, seat 1");
}

/// Parts are small in the form that the log has them in, and make the map again.
#[test]
fn parts_are_bounded_and_complete() {
    let mut plan = editor_plan(&["A", "B", "C", "D", "E"], 50, 60);
    plan["zones"][2]["areas"] = json!([{"text": "x".repeat(250_000)}]);
    let map = read_good(&plan);
    let parts = parts(&map);
    assert!(parts.len() > 3, "{} parts", parts.len());
    assert_eq!(parts.len(), map.header().parts as usize);
    for part in &parts {
        assert!(bincode::serialized_size(part).unwrap() <= PART_BYTES_MAX as u64);
    }
    for item in map.items() {
        assert_eq!(encoded_len(&item) as u64, bincode::serialized_size(&item).unwrap());
    }
    let again = SeatMap::assemble(map.hash(), map.header().clone(), parts.into_iter().flatten());
    assert_same(&map, &again.unwrap());
}

/// A plan inside a request, and the reference to a stored one in its place.
#[test]
fn a_draft_is_a_field_of_a_request() {
    let draft = |value: Value| serde_json::from_value::<Draft>(value).unwrap();
    let hash = read_good(&editor_plan(&["D"], 1, 1)).hash();
    assert_eq!(draft(json!({"hash": hash.to_string()})).stored(), Some(Ok(hash)));
    assert_eq!(draft(json!({"hash": "xyz"})).stored(), Some(Err("xyz".to_owned())));
    assert_eq!(draft(editor_plan(&["D"], 1, 1)).stored(), None);
    assert_eq!(draft(json!({})).stored(), None);
    let map = draft(editor_plan(&["D"], 1, 1)).finish("seat_map").unwrap();
    assert_eq!(map.hash(), hash);
    let errors = draft(json!({"zones": 1})).finish("seat_map").unwrap_err();
    assert_eq!(errors[0].field, "seat_map.zones");
    let errors = draft(json!([])).finish("seat_map").unwrap_err();
    assert_eq!(errors[0].field, "seat_map");
    let mut twice = editor_plan(&["D"], 1, 2);
    twice["zones"][0]["rows"][0]["seats"][1]["seat_guid"] =
        json!("5585abb3-4727-5830-a415-000000000001");
    let errors = draft(twice).finish("seat_map").unwrap_err();
    assert!(
        errors[0].message.contains("seat_map.zones[0].rows[0].seats[0].seat_guid"),
        "{errors:?}"
    );
}

/// Only categories that seats have need a price.
#[test]
fn names_categories_without_a_price() {
    let plan = editor_plan(&["D"], 1, 1);
    let map = read_good(&plan);
    assert_eq!(unpriced(&map, &BTreeMap::from([("Kategorie II".to_owned(), Amount(1))])), []);
    let errors = unpriced(&map, &BTreeMap::from([("VIP".to_owned(), Amount(1))]));
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].field, "prices.Kategorie II");
}

/// The presets have the sizes that they promise, labels that tell seats apart, a price for every
/// category, aisles where halls have them, and the same hash each time.
#[test]
fn presets_are_halls() {
    for (name, seats, apart) in [
        (PresetName::Club, 300, 5),
        (PresetName::Theatre, 1200, 20 * 2 + 10 + 5),
        (PresetName::Arena, 20_000, 0),
        (PresetName::Stadium, 100_000, 0),
        (PresetName::Bench, 1000, 25),
    ] {
        let preset = Preset::draw(name);
        let map = &preset.map;
        assert_eq!(map.seats().len(), seats, "{name:?}");
        assert_eq!(PresetName::parse(name.as_str()), Some(name));
        let labels: BTreeSet<&str> = map.seats().iter().map(|seat| seat.label.as_str()).collect();
        assert_eq!(labels.len(), seats, "{name:?} has equal labels");
        assert_eq!(unpriced(map, &preset.prices), [], "{name:?}");
        let used: BTreeSet<&str> = map.seats().iter().map(|seat| map.category(seat)).collect();
        assert!(preset.prices.keys().all(|name| used.contains(name.as_str())), "{name:?}");
        let found = map.seats().iter().filter(|seat| seat.apart).count();
        assert_eq!(found, apart, "aisles of {name:?}");
        assert_eq!(Preset::draw(name).map.hash(), map.hash());
        assert_same(map, &read(write(map).as_bytes()).unwrap());
        assert!(parts(map).iter().flatten().count() == map.items().len());
    }
    let bench = Preset::draw(PresetName::Bench);
    assert!((0..1000).all(|n: usize| bench.map.seats()[n].id.0 == n.to_string()));
    assert_eq!((bench.prices.len(), bench.hold_ttl.0), (1, 7_200_000));
    let arena = Preset::draw(PresetName::Arena);
    assert_eq!(arena.map.seats()[0].label, "Block 101, row 1, seat 1");
}

/// Seats of a preset do not lie on each other.
#[test]
fn presets_have_room_for_every_seat() {
    for name in PresetName::ALL {
        let map = Preset::draw(name).map;
        let mut taken = BTreeSet::new();
        for (zone, rows) in map.zones() {
            for (row, seats) in rows {
                for seat in seats {
                    let x = zone.position.x.0 + row.position.x.0 + seat.position.x.0;
                    let y = zone.position.y.0 + row.position.y.0 + seat.position.y.0;
                    let (width, height) = (map.header().size.x.0, map.header().size.y.0);
                    assert!(
                        (0..=width).contains(&x) && (0..=height).contains(&y),
                        "{}",
                        seat.label
                    );
                    // Squares of half a seat's width: two seats in one would overlap.
                    assert!(taken.insert((x / 10_000, y / 10_000)), "{name:?}: {}", seat.label);
                }
            }
        }
    }
}

/// Nobody sits on the stage.
#[test]
fn presets_have_nobody_on_stage() {
    let mut stages = 0;
    for name in PresetName::ALL {
        let map = Preset::draw(name).map;
        for (zone, rows) in map.zones() {
            let mut seats = BTreeSet::new();
            for (row, of_row) in rows {
                seats.extend(of_row.iter().map(|seat| {
                    let across = row.position.x.0 + seat.position.x.0;
                    (across / 1000, (row.position.y.0 + seat.position.y.0) / 1000)
                }));
            }
            for drawing in &zone.drawings {
                let drawing: Value = serde_json::from_str(drawing).unwrap();
                let Some(size) = drawing.get("rectangle") else { continue };
                let position = &drawing["position"];
                let [left, top, width, height] =
                    [&position["x"], &position["y"], &size["width"], &size["height"]]
                        .map(|length| length.as_i64().unwrap());
                // A seat is 20 wide.
                let across = left - 10..=left + width + 10;
                let down = top - 10..=top + height + 10;
                let on_stage = seats.iter().find(|(x, y)| across.contains(x) && down.contains(y));
                assert_eq!(on_stage, None, "{name:?}");
                stages += 1;
            }
        }
    }
    assert_eq!(stages, 4, "every hall but the test hall has one");
}

/// JSON of any shape, mostly with the plan's own keys, so that it gets far.
fn any_json() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "name",
        "size",
        "width",
        "height",
        "categories",
        "zones",
        "rows",
        "seats",
        "areas",
        "hash",
        "seat_guid",
        "seat_number",
        "category",
        "position",
        "x",
        "y",
        "radius",
        "row_number",
        "row_label",
        "seat_label",
        "zone_id",
        "label",
        "id",
        "other",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[A-C]?".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 200, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A plan of the right shape with arbitrary values, so that many are accepted.
fn any_plan() -> impl Strategy<Value = Value> {
    let text = || prop_oneof!["[A-C]?", any::<String>()];
    let number = || prop_oneof![-1e5..1e5_f64, any::<f64>(), Just(0.0)];
    let point = move || (number(), number()).prop_map(|(x, y)| json!({"x": x, "y": y}));
    let seat = (any::<u16>(), text(), prop::bool::weighted(0.05), point());
    let row = (text(), prop::collection::vec(seat, 0..6), text(), point());
    let zone = (text(), prop::collection::vec(row, 0..4), any_json(), point());
    (prop::collection::vec(zone, 0..4), text()).prop_map(|(zones, name)| {
        let seat = |(id, number, odd, position): (u16, String, bool, Value)| {
            let category = if odd { "C" } else { "A" };
            json!({"seat_guid": id.to_string(), "seat_number": number, "category": category, "position": position})
        };
        let zones = zones.into_iter().map(|(name, rows, area, position)| {
            let rows = rows.into_iter().map(|(number, seats, label, position)| {
                let seats: Vec<Value> = seats.into_iter().map(seat).collect();
                json!({"row_number": number, "row_label": label, "seats": seats, "position": position})
            });
            let rows: Vec<Value> = rows.collect();
            json!({"name": name, "rows": rows, "areas": [{"a": area}], "position": position})
        });
        let zones: Vec<Value> = zones.collect();
        json!({"name": name, "categories": [{"name": "A"}, {"name": "B"}], "zones": zones})
    })
}

fn check_anything(text: &[u8]) {
    match read(text) {
        Ok(map) => assert_same(&map, &read(write(&map).as_bytes()).expect("what was written")),
        Err(errors) => assert!(!errors.is_empty() && errors.len() <= 20),
    }
}

proptest! {
    /// No bytes make reading panic.
    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_anything(&bytes);
    }

    /// No JSON makes reading panic, and what is accepted reads back equal.
    #[test]
    fn json_never_panics(value in any_json()) {
        check_anything(value.to_string().as_bytes());
    }

    /// Nearly right plans: the same.
    #[test]
    fn plans_round_trip(value in any_plan()) {
        check_anything(value.to_string().as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// A sound plan whose bytes are damaged: the same.
    #[test]
    fn mutated_plans(steps in steps()) {
        let sound = editor_plan(&["A", "B"], 2, 3).to_string().into_bytes();
        let mut damaged = sound.clone();
        mutate(&mut damaged, &sound, &steps);
        check_anything(&damaged);
    }
}

/// An empty zone or row is kept, and a map of items in any order never loses one.
#[test]
fn empty_zones_and_rows_are_kept() {
    let map = read_good(&json!({
        "categories": [{"name": "A"}],
        "zones": [
            {"name": "Stage", "rows": [], "areas": [{"shape": "circle"}]},
            {"name": "Hall", "rows": [{"row_number": "1"}, {"seats": [{"seat_guid": "1", "category": "A"}]}]},
        ],
    }));
    let kind = |item: &MapItem| match item {
        MapItem::Zone(_) => 'z',
        MapItem::Row(_) => 'r',
        MapItem::Seat(_) => 's',
    };
    assert_eq!(map.items().iter().map(kind).collect::<String>(), "zzrrs");
    assert_eq!(map.seats()[0].label, "Hall, seat 1");
    assert_same(&map, &read(write(&map).as_bytes()).unwrap());
}
