//! What a person reads on a ticket: "Block D, row 14, seat 1".

/// Words that, at the beginning of a row's or seat's number, already say what it is.
const ROW_WORDS: [&str; 12] = [
    "row", "reihe", "rang", "rij", "fila", "fileira", "rangée", "rzad", "rząd", "řada", "sor",
    "rad",
];
const SEAT_WORDS: [&str; 10] =
    ["seat", "sitz", "platz", "stoel", "asiento", "place", "posto", "miejsce", "chair", "plats"];

/// How the seats of one row are called.
pub(super) struct Labels {
    /// Zone and row, as far as they have names.
    before: String,
    seat_label: String,
}

impl Labels {
    /// `row_label` and `seat_label` are the plan's own patterns, with `%s` for the number; mostly
    /// empty.
    pub(super) fn new(zone: &str, row: &str, row_label: &str, seat_label: &str) -> Labels {
        let mut before = zone.to_owned();
        let row = named(row, row_label, "row", &ROW_WORDS);
        if !row.is_empty() {
            if !before.is_empty() {
                before.push_str(", ");
            }
            before.push_str(&row);
        }
        Labels { before, seat_label: seat_label.to_owned() }
    }

    /// The label of a seat; `id` stands in where it has no number.
    pub(super) fn seat(&self, number: &str, id: &str) -> String {
        let seat = match number {
            "" => format!("seat {id}"),
            _ => named(number, &self.seat_label, "seat", &SEAT_WORDS),
        };
        if self.before.is_empty() {
            return capitalized(&seat);
        }
        format!("{}, {seat}", capitalized(&self.before))
    }
}

/// What a zone is called. One without a name goes by its `zone_id`, if that is for people; `alone`
/// among zones it needs none.
pub(super) fn zone(name: &str, zone_id: &str, alone: bool) -> String {
    if !name.is_empty() {
        return name.to_owned();
    }
    if alone || zone_id.is_empty() || uuid::Uuid::try_parse(zone_id).is_ok() {
        return String::new();
    }
    named(zone_id, "", "zone", &["zone", "block", "section"])
}

fn named(number: &str, pattern: &str, noun: &str, words: &[&str]) -> String {
    if pattern.contains("%s") {
        return pattern.replace("%s", number).trim().to_owned();
    }
    if number.is_empty() {
        return pattern.to_owned();
    }
    if !pattern.is_empty() {
        return format!("{pattern} {number}");
    }
    if says_itself(number, words) { number.to_owned() } else { format!("{noun} {number}") }
}

/// Whether a number is a name already ("Row 3", "Box Royal", "Loge 4"): it begins with a known
/// word, or has a word of three letters or more that is not all capitals ("AAA" is a row, "VIP"
/// too).
fn says_itself(number: &str, words: &[&str]) -> bool {
    let mut of_number = number.split(|c: char| !c.is_alphabetic());
    let first = of_number.clone().next().unwrap_or_default().to_lowercase();
    words.contains(&first.as_str())
        || of_number.any(|word| word.chars().count() >= 3 && word.chars().any(char::is_lowercase))
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
