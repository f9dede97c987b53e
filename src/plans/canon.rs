//! One form for equal maps: numbers in thousandths, a hash of the content, parts of bounded size.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::seats::{MapHash, MapHeader, MapItem, Point, Seat, SeatMap, Thousandths};

/// Most bytes of one part of a map, so that no log entry is large.
pub const PART_BYTES_MAX: usize = 512 * 1024;

/// The largest coordinate, in thousandths. A drawing unit is a pixel or a centimetre: this is 10
/// km.
pub(super) const LENGTH_MAX: i64 = 1_000_000_000;

/// A seat lies apart if the gap before it is over 1.8 of the usual: an aisle is two seats wide at
/// least, and rows that are bent or drawn by hand vary by less. Of the squares: 1.8² = 81 / 25.
const APART_SQUARED: (u128, u128) = (81, 25);

/// Rounds to thousandths; `None` for what is no number or beyond any hall.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
#[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
pub(super) fn thousandths(number: f64) -> Option<Thousandths> {
    let scaled = (number * 1000.0).round();
    (scaled.abs() <= LENGTH_MAX as f64).then_some(Thousandths(scaled as i64))
}

/// Appends a length as a decimal number with up to three places.
pub(super) fn decimal(out: &mut String, length: Thousandths) {
    let (whole, rest) = (length.0.unsigned_abs() / 1000, length.0.unsigned_abs() % 1000);
    if length.0 < 0 {
        out.push('-');
    }
    let start = out.len();
    let written = match rest {
        0 => write!(out, "{whole}"),
        _ => write!(out, "{whole}.{rest:03}"),
    };
    written.expect("writing to a String cannot fail");
    if rest != 0 {
        let trimmed = out[start..].trim_end_matches('0').len();
        out.truncate(start + trimmed);
    }
}

/// Completes a map: counts its parts and gives it the hash of its content.
///
/// # Errors
/// Says which invariant of a map the items break.
pub(super) fn seal(mut header: MapHeader, items: Vec<MapItem>) -> Result<SeatMap, String> {
    header.parts = u32::try_from(cuts(&items).len()).map_err(|_| "too many parts")?;
    let hash = hash(&header, &items);
    SeatMap::assemble(hash, header, items)
}

/// The items of a map in parts of at most [`PART_BYTES_MAX`] each, for the log.
#[must_use]
pub fn parts(map: &SeatMap) -> Vec<Vec<MapItem>> {
    let mut items = map.items();
    let mut parts: Vec<Vec<MapItem>> = Vec::new();
    for start in cuts(&items).into_iter().rev() {
        parts.push(items.split_off(start));
    }
    parts.reverse();
    parts
}

/// Where the parts begin.
fn cuts(items: &[MapItem]) -> Vec<usize> {
    let (mut cuts, mut size) = (vec![0], LIST_BYTES);
    for (n, item) in items.iter().enumerate() {
        let more = encoded_len(item);
        if size + more > PART_BYTES_MAX && n > 0 {
            cuts.push(n);
            size = LIST_BYTES;
        }
        size += more;
    }
    cuts
}

/// The length of a list or text, as records write it.
const LIST_BYTES: usize = 8;

/// How long a record of the item is at most: lengths take 8 bytes, tags 4, numbers their full
/// width.
pub(super) fn encoded_len(item: &MapItem) -> usize {
    const TAG: usize = 4;
    const POINT: usize = 16;
    let text = |text: &str| LIST_BYTES + text.len();
    match item {
        MapItem::Zone(zone) => {
            let drawings: usize = zone.drawings.iter().map(|drawing| text(drawing)).sum();
            TAG + text(&zone.name) + POINT + LIST_BYTES + drawings
        }
        MapItem::Row(row) => TAG + text(&row.number) + POINT,
        MapItem::Seat(seat) => {
            TAG + text(&seat.id.0) + text(&seat.number) + text(&seat.label) + 2 + POINT + 8 + 1
        }
    }
}

/// SHA-256 over every field in order, each with its length or tag before it. How the map is cut
/// into parts is no content.
fn hash(header: &MapHeader, items: &[MapItem]) -> MapHash {
    let mut sink = Sink(Sha256::new());
    sink.text("usher seat map 1");
    sink.text(&header.name);
    sink.point(header.size);
    sink.number(header.categories.len() as u64);
    for category in &header.categories {
        sink.text(&category.name);
        sink.text(&category.color);
    }
    for item in items {
        match item {
            MapItem::Zone(zone) => {
                sink.number(0);
                sink.text(&zone.name);
                sink.point(zone.position);
                sink.number(zone.drawings.len() as u64);
                zone.drawings.iter().for_each(|drawing| sink.text(drawing));
            }
            MapItem::Row(row) => {
                sink.number(1);
                sink.text(&row.number);
                sink.point(row.position);
            }
            MapItem::Seat(seat) => {
                sink.number(2);
                sink.text(&seat.id.0);
                sink.text(&seat.number);
                sink.text(&seat.label);
                sink.number(u64::from(seat.category));
                sink.point(seat.position);
                sink.length(seat.radius);
                sink.number(u64::from(seat.apart));
            }
        }
    }
    MapHash(sink.0.finalize().into())
}

struct Sink(Sha256);

impl Sink {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    fn length(&mut self, length: Thousandths) {
        self.0.update(length.0.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn point(&mut self, point: Point) {
        self.length(point.x);
        self.length(point.y);
    }
}

/// Marks the seats of a row that an aisle or a large gap parts from the seat before.
pub(super) fn mark_apart(row: &mut [Seat]) {
    let gaps: Vec<u128> = row.windows(2).map(|w| squared(w[0].position, w[1].position)).collect();
    let mut sorted = gaps.clone();
    sorted.sort_unstable();
    // The lower median: of two gaps, the smaller one is the usual.
    let Some(&usual) = sorted.get(sorted.len().saturating_sub(1) / 2) else { return };
    let (num, den) = APART_SQUARED;
    for (seat, gap) in row.iter_mut().skip(1).zip(gaps) {
        seat.apart = usual > 0 && gap * den > usual * num;
    }
}

/// The square of a distance. Coordinates are below 2^30, so this is below 2^64.
fn squared(a: Point, b: Point) -> u128 {
    let part = |a: Thousandths, b: Thousandths| u128::from(a.0.abs_diff(b.0)).pow(2);
    part(a.x, b.x) + part(a.y, b.y)
}
