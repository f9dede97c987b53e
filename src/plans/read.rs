//! Judges a plan: makes a seat map of it, or says what is wrong and where.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use super::canon::{LENGTH_MAX, mark_apart, seal, thousandths};
use super::drawing::RawDrawing;
use super::label::{self, Labels};
use super::raw::{
    CATEGORIES_MAX, DRAWING_VALUES_MAX, DRAWINGS_MAX, Draft, ListOf, ROWS_MAX, RawCategory,
    RawPlan, RawPoint, RawRow, RawSeat, RawSize, RawZone, Scalar, Shape, ZONES_MAX,
};
use crate::seats::{
    Amount, Category, FieldError, MAP_SEATS_MAX, MapHeader, MapItem, MapRow, Point, Seat, SeatId,
    SeatMap, Thousandths, Zone,
};

/// Most bytes of a plan: 100,000 seats with room for twice the usual text of each.
pub const PLAN_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Characters of a seat's id; pretix allows as many.
const SEAT_ID_MAX: usize = 190;

/// Characters of the names of plans, zones and categories, and of row and seat numbers: what fits
/// on a ticket, generously.
const NAME_MAX: usize = 200;

/// Characters of a label that a plan brings along: zone, row and seat with their words.
const LABEL_MAX: usize = 3 * NAME_MAX + 100;

/// Bytes of all drawings of a zone, so that a zone fits into a part of a map.
const DRAWINGS_BYTES_MAX: usize = 256 * 1024;

/// Errors reported of one plan; a plan that is wrong everywhere is wrong for one reason.
const ERRORS_MAX: usize = 20;

/// A seat's radius where the plan gives none, as in pretix.
const RADIUS_USUAL: Thousandths = Thousandths(10_000);

/// Space around the outermost seats where the plan gives no size.
const MARGIN: i64 = 20_000;

/// Reads a plan.
///
/// # Errors
/// Every rule that it breaks, by path (`zones[3].rows[1].seats[7].seat_guid`), the first
/// few of them; of a text that is no JSON the line and column, with an empty path.
pub fn read(plan: &[u8]) -> Result<SeatMap, Vec<FieldError>> {
    let wrong = |message: String| Err(vec![FieldError { field: String::new(), message }]);
    if plan.len() > PLAN_BYTES_MAX {
        return wrong(format!("has {} bytes, over {PLAN_BYTES_MAX}", plan.len()));
    }
    let text = match std::str::from_utf8(plan) {
        Ok(text) => text,
        Err(error) => return wrong(format!("is not UTF-8 at byte {}", error.valid_up_to())),
    };
    match serde_json::from_str::<Draft>(text.trim_start_matches('\u{feff}')) {
        Ok(draft) => draft.finish(""),
        Err(error) => wrong(format!("is not JSON: {error}")),
    }
}

/// Categories of seats that have no price, as errors on `prices`.
#[must_use]
pub fn unpriced(map: &SeatMap, prices: &BTreeMap<String, Amount>) -> Vec<FieldError> {
    let used: BTreeSet<u16> = map.seats().iter().map(|seat| seat.category).collect();
    let categories = &map.header().categories;
    let names = used.iter().filter_map(|&ix| categories.get(usize::from(ix)));
    names
        .filter(|category| !prices.contains_key(&category.name))
        .map(|category| FieldError {
            field: format!("prices.{}", category.name),
            message: format!("is missing: seats have the category {:?}", category.name),
        })
        .collect()
}

impl Draft {
    /// Judges the plan. Paths of errors begin with `at`: the field that the plan came in, or "".
    ///
    /// # Errors
    /// As [`read`].
    pub fn finish(self, at: &str) -> Result<SeatMap, Vec<FieldError>> {
        let mut judge = Judge { at, errors: Vec::new(), more: 0, seats: HashMap::new() };
        let Some(plan) = judge.object(self.root, Path::ROOT) else { return Err(judge.errors) };
        judge.amounts(self.over);
        let (header, items) = judge.plan(plan);
        if judge.errors.is_empty() {
            return seal(header, items).map_err(|message| judge.refuse(Path::ROOT, message));
        }
        Err(judge.into_errors())
    }
}

/// Where in the plan something is.
#[derive(Clone, Copy)]
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    field: &'static str,
    index: Option<usize>,
}

impl<'a> Path<'a> {
    const ROOT: Path<'static> = Path { parent: None, field: "", index: None };

    fn field(&'a self, field: &'static str) -> Path<'a> {
        Path { parent: Some(self), field, index: None }
    }

    fn item(&'a self, field: &'static str, index: usize) -> Path<'a> {
        Path { parent: Some(self), field, index: Some(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
            if !parent.field.is_empty() {
                f.write_str(".")?;
            }
        }
        f.write_str(self.field)?;
        self.index.map_or(Ok(()), |index| write!(f, "[{index}]"))
    }
}

/// A seat's place in the plan's lists: zone, row, seat.
type Place = (usize, usize, usize);

struct Judge<'a> {
    at: &'a str,
    errors: Vec<FieldError>,
    /// Errors beyond [`ERRORS_MAX`].
    more: usize,
    seats: HashMap<SeatId, Place>,
}

/// What the seats of a plan refer to.
struct Context {
    categories: Vec<Category>,
    by_name: HashMap<String, u16>,
}

impl Judge<'_> {
    fn wrong(&mut self, path: Path<'_>, message: impl Into<String>) {
        if self.errors.len() == ERRORS_MAX {
            self.more += 1;
            return;
        }
        let path = path.to_string();
        let dot = if self.at.is_empty() || path.is_empty() { "" } else { "." };
        let field = format!("{}{dot}{path}", self.at);
        self.errors.push(FieldError { field, message: message.into() });
    }

    fn refuse(&mut self, path: Path<'_>, message: String) -> Vec<FieldError> {
        self.wrong(path, message);
        std::mem::take(&mut self.errors)
    }

    fn into_errors(mut self) -> Vec<FieldError> {
        if let (Some(last), 1..) = (self.errors.last_mut(), self.more) {
            last.message = format!("{} (and {} more errors follow)", last.message, self.more);
        }
        self.errors
    }

    fn amounts(&mut self, over: super::raw::Over) {
        let mut check = |over: bool, field: &'static str, max: usize, what: &str| {
            if over {
                self.wrong(Path::ROOT.field(field), format!("has more than {max} {what}"));
            }
        };
        check(over.seats, "zones", MAP_SEATS_MAX, "seats");
        check(over.rows, "zones", ROWS_MAX, "rows");
        check(over.zones, "zones", ZONES_MAX, "zones");
        check(over.categories, "categories", CATEGORIES_MAX, "categories");
        check(over.drawings, "zones", DRAWINGS_MAX, "areas");
        check(over.nodes, "zones", DRAWING_VALUES_MAX, "values in areas");
    }

    fn plan(&mut self, plan: RawPlan) -> (MapHeader, Vec<MapItem>) {
        let root = Path::ROOT;
        let name = self.text(plan.name, root.field("name"), NAME_MAX);
        let context = self.categories(plan.categories);
        let zones = match plan.zones {
            Shape::Missing => {
                self.wrong(root.field("zones"), "is missing");
                Vec::new()
            }
            zones => self.list(zones, root.field("zones")),
        };
        let alone = zones.iter().filter(|zone| has_seats(zone)).count() <= 1;
        let (mut items, mut extent) = (Vec::new(), Point::default());
        for (z, zone) in zones.into_iter().enumerate() {
            if let Some(zone) = self.object(zone, root.item("zones", z)) {
                self.zone(zone, z, alone, &context, &mut items, &mut extent);
            }
        }
        if self.seats.is_empty() && self.errors.is_empty() {
            self.wrong(root.field("zones"), "has no seats");
        }
        let size = self.size(plan.size, extent);
        (MapHeader { name, size, categories: context.categories, parts: 0 }, items)
    }

    fn size(&mut self, size: Shape<RawSize>, extent: Point) -> Point {
        let path = Path::ROOT.field("size");
        let usual = |length: Thousandths| Thousandths((length.0 + MARGIN).min(LENGTH_MAX));
        let size = self.object_or_default(size, path);
        Point {
            x: self.extent(size.width, path.field("width"), usual(extent.x)),
            y: self.extent(size.height, path.field("height"), usual(extent.y)),
        }
    }

    fn categories(&mut self, categories: ListOf<RawCategory>) -> Context {
        let root = Path::ROOT;
        let mut context = Context { categories: Vec::new(), by_name: HashMap::new() };
        let list = self.list(categories, root.field("categories"));
        for (n, category) in list.into_iter().enumerate() {
            let path = root.item("categories", n);
            let Some(category) = self.object(category, path) else { continue };
            let name = self.text(category.name, path.field("name"), NAME_MAX);
            let color = self.text(category.color, path.field("color"), NAME_MAX);
            if name.is_empty() {
                self.wrong(path.field("name"), "is empty");
                continue;
            }
            if let Some(first) = context.by_name.get(&name) {
                let message = format!("repeats categories[{first}].name {name:?}");
                self.wrong(path.field("name"), message);
            }
            let ix = u16::try_from(n).expect("CATEGORIES_MAX fits 16 bits");
            context.by_name.insert(name.clone(), ix);
            context.categories.push(Category { name, color });
        }
        context
    }

    fn zone(
        &mut self,
        zone: RawZone,
        z: usize,
        alone: bool,
        context: &Context,
        items: &mut Vec<MapItem>,
        extent: &mut Point,
    ) {
        let path = Path::ROOT.item("zones", z);
        let name = self.text(zone.name, path.field("name"), NAME_MAX);
        let zone_id = self.text(zone.zone_id, path.field("zone_id"), NAME_MAX);
        let position = self.point(zone.position, path.field("position"));
        let drawings = self.drawings(zone.areas, path);
        let called = label::zone(&name, &zone_id, alone);
        items.push(MapItem::Zone(Zone { name, position, drawings }));
        let rows = self.list(zone.rows, path.field("rows"));
        for (r, row) in rows.into_iter().enumerate() {
            let Some(row) = self.object(row, path.item("rows", r)) else { continue };
            let (row, seats) = self.row(row, (z, r), &called, context);
            for seat in &seats {
                let sum = |a: Thousandths, b: Thousandths, c: Thousandths| a.0 + b.0 + c.0;
                let x = sum(position.x, row.position.x, seat.position.x);
                let y = sum(position.y, row.position.y, seat.position.y);
                extent.x.0 = extent.x.0.max(x);
                extent.y.0 = extent.y.0.max(y);
            }
            items.push(MapItem::Row(row));
            items.extend(seats.into_iter().map(MapItem::Seat));
        }
    }

    fn drawings(&mut self, areas: ListOf<RawDrawing>, zone: Path<'_>) -> Vec<String> {
        let (mut drawings, mut bytes) = (Vec::new(), 0);
        for (n, area) in self.list(areas, zone.field("areas")).into_iter().enumerate() {
            let Some(area) = self.object(area, zone.item("areas", n)) else { continue };
            let mut text = String::new();
            area.render(&mut text);
            bytes += text.len();
            drawings.push(text);
        }
        if bytes > DRAWINGS_BYTES_MAX {
            let message = format!("take {bytes} bytes, over {DRAWINGS_BYTES_MAX}");
            self.wrong(zone.field("areas"), message);
        }
        drawings
    }

    fn row(
        &mut self,
        row: RawRow,
        (z, r): (usize, usize),
        zone: &str,
        context: &Context,
    ) -> (MapRow, Vec<Seat>) {
        let zone_path = Path::ROOT.item("zones", z);
        let path = zone_path.item("rows", r);
        let number = self.text(row.row_number, path.field("row_number"), NAME_MAX);
        let row_label = self.text(row.row_label, path.field("row_label"), NAME_MAX);
        let seat_label = self.text(row.seat_label, path.field("seat_label"), NAME_MAX);
        let position = self.point(row.position, path.field("position"));
        let labels = Labels::new(zone, &number, &row_label, &seat_label);
        let list = self.list(row.seats, path.field("seats"));
        let mut seats = Vec::with_capacity(list.len());
        for (s, seat) in list.into_iter().enumerate() {
            let Some(seat) = self.object(seat, path.item("seats", s)) else { continue };
            seats.extend(self.seat(seat, (z, r, s), path, &labels, context));
        }
        mark_apart(&mut seats);
        (MapRow { number, position }, seats)
    }

    fn seat(
        &mut self,
        seat: RawSeat,
        place: Place,
        row: Path<'_>,
        labels: &Labels,
        context: &Context,
    ) -> Option<Seat> {
        let path = row.item("seats", place.2);
        let id = self.seat_id(seat.seat_guid, seat.id, place, path);
        let category = self.category(seat.category, path.field("category"), context);
        let number = self.text(seat.seat_number, path.field("seat_number"), NAME_MAX);
        let label = self.text(seat.label, path.field("label"), LABEL_MAX);
        let position = self.point(seat.position, path.field("position"));
        let radius = self.extent(seat.radius, path.field("radius"), RADIUS_USUAL);
        let (id, category) = (id?, category?);
        let label = if label.is_empty() { labels.seat(&number, &id.0) } else { label };
        Some(Seat { id, number, label, category, position, radius, apart: false })
    }

    fn seat_id(
        &mut self,
        guid: Scalar,
        id: Scalar,
        place: Place,
        seat: Path<'_>,
    ) -> Option<SeatId> {
        let path = seat.field("seat_guid");
        let text = match if matches!(guid, Scalar::Missing) { id } else { guid } {
            Scalar::Text(text) => text,
            Scalar::Number(number) => number.to_string(),
            Scalar::Missing => {
                self.wrong(path, "is missing");
                return None;
            }
            Scalar::Wrong(kind) => {
                self.wrong(path, format!("is {kind}, not a text"));
                return None;
            }
        };
        if text.trim().is_empty() {
            self.wrong(path, "is empty");
        } else if text.chars().nth(SEAT_ID_MAX).is_some() {
            self.wrong(path, format!("is longer than {SEAT_ID_MAX} characters"));
        } else if text.chars().any(char::is_control) {
            self.wrong(path, "has a control character");
        } else {
            let id = SeatId(text);
            if let Some((z, r, s)) = self.seats.insert(id.clone(), place) {
                let first = format!("zones[{z}].rows[{r}].seats[{s}].seat_guid");
                let dot = if self.at.is_empty() { "" } else { "." };
                let message = format!("repeats {}{dot}{first} {:?}", self.at, id.0);
                self.wrong(path, message);
            }
            return Some(id);
        }
        None
    }

    fn category(&mut self, name: Scalar, path: Path<'_>, context: &Context) -> Option<u16> {
        if matches!(name, Scalar::Missing) {
            self.wrong(path, "is missing");
            return None;
        }
        let name = self.text(name, path, NAME_MAX);
        let found = context.by_name.get(&name).copied();
        if found.is_none() {
            self.wrong(path, format!("names no category of the plan: {name:?}"));
        }
        found
    }

    fn point(&mut self, point: Shape<RawPoint>, path: Path<'_>) -> Point {
        let point = self.object_or_default(point, path);
        Point {
            x: self.length(point.x, path.field("x"), Thousandths(0)),
            y: self.length(point.y, path.field("y"), Thousandths(0)),
        }
    }

    fn length(&mut self, length: Scalar, path: Path<'_>, usual: Thousandths) -> Thousandths {
        let number = match length {
            Scalar::Missing => return usual,
            Scalar::Number(number) => Some(number),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Wrong(_) => None,
        };
        let Some(number) = number else {
            self.wrong(path, "is not a number");
            return usual;
        };
        thousandths(number).unwrap_or_else(|| {
            self.wrong(path, format!("is out of range: {number:e}"));
            usual
        })
    }

    /// A length that is not negative.
    fn extent(&mut self, length: Scalar, path: Path<'_>, usual: Thousandths) -> Thousandths {
        let length = self.length(length, path, usual);
        if length.0 < 0 {
            self.wrong(path, "is negative");
        }
        length
    }

    /// A text for people: blanks and control characters count as one blank, none at the ends.
    fn text(&mut self, text: Scalar, path: Path<'_>, max: usize) -> String {
        let text = match text {
            Scalar::Missing => String::new(),
            Scalar::Text(text) => text,
            Scalar::Number(number) => number.to_string(),
            Scalar::Wrong(kind) => {
                self.wrong(path, format!("is {kind}, not a text"));
                String::new()
            }
        };
        if text.len() > max && text.chars().nth(max).is_some() {
            self.wrong(path, format!("is longer than {max} characters"));
            return String::new();
        }
        let blank = |c: char| c.is_whitespace() || c.is_control();
        text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn object<T>(&mut self, shape: Shape<T>, path: Path<'_>) -> Option<T> {
        match shape {
            Shape::Is(object) => return Some(object),
            Shape::Missing => self.wrong(path, "is null, not an object"),
            Shape::Wrong(kind) => self.wrong(path, format!("is {kind}, not an object")),
        }
        None
    }

    fn object_or_default<T: Default>(&mut self, shape: Shape<T>, path: Path<'_>) -> T {
        match shape {
            Shape::Missing => T::default(),
            shape => self.object(shape, path).unwrap_or_default(),
        }
    }

    fn list<T>(&mut self, list: ListOf<T>, path: Path<'_>) -> Vec<Shape<T>> {
        match list {
            Shape::Is(items) => return items,
            Shape::Missing => {}
            Shape::Wrong(kind) => self.wrong(path, format!("is {kind}, not a list")),
        }
        Vec::new()
    }
}

fn has_seats(zone: &Shape<RawZone>) -> bool {
    let Shape::Is(RawZone { rows: Shape::Is(rows), .. }) = zone else { return false };
    rows.iter().any(|row| match row {
        Shape::Is(RawRow { seats: Shape::Is(seats), .. }) => !seats.is_empty(),
        Shape::Is(_) | Shape::Missing | Shape::Wrong(_) => false,
    })
}
