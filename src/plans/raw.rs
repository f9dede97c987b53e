//! What a plan's JSON says, of whatever shape. Only broken JSON fails here; a field of the wrong
//! kind is kept as such, so that [`super::read`] can say where it is. Everything is bounded while
//! it is read: 32 MiB of `[0,0,0,…` cost no more memory than they are worth.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::drawing::RawDrawing;
use crate::seats::{MAP_SEATS_MAX, MapHash};

/// A plan as its JSON has it, not yet judged. It can be a field of a request: deserializing it
/// fails only where the text is no JSON.
#[derive(Debug)]
pub struct Draft {
    pub(super) root: Shape<RawPlan>,
    pub(super) over: Over,
}

impl Draft {
    /// The hash, if this names a stored map (`{"hash":"…"}`) instead of being one: `Err` holds a
    /// text that is no hash.
    #[must_use]
    pub fn stored(&self) -> Option<Result<MapHash, String>> {
        let Shape::Is(RawPlan { hash, zones: Shape::Missing, .. }) = &self.root else {
            return None;
        };
        match hash {
            Scalar::Missing => None,
            Scalar::Text(text) => Some(MapHash::parse(text).ok_or_else(|| text.clone())),
            Scalar::Number(number) => Some(Err(number.to_string())),
            Scalar::Wrong(kind) => Some(Err((*kind).to_owned())),
        }
    }
}

impl<'de> Deserialize<'de> for Draft {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Draft, D::Error> {
        let budget = Budget::default();
        let root = Object::<RawPlan>(&budget, PhantomData).deserialize(from)?;
        Ok(Draft { root, over: budget.over() })
    }
}

/// A value where a text or a number belongs.
#[derive(Clone, Debug, Default)]
pub(super) enum Scalar {
    #[default]
    Missing,
    Text(String),
    Number(f64),
    /// Something else, in words.
    Wrong(&'static str),
}

/// A value where an object or a list belongs.
#[derive(Debug, Default)]
pub(super) enum Shape<T> {
    #[default]
    Missing,
    Is(T),
    /// Something else, in words.
    Wrong(&'static str),
}

pub(super) type ListOf<T> = Shape<Vec<Shape<T>>>;

#[derive(Debug, Default)]
pub(super) struct RawPlan {
    pub name: Scalar,
    pub size: Shape<RawSize>,
    pub categories: ListOf<RawCategory>,
    pub zones: ListOf<RawZone>,
    hash: Scalar,
}

#[derive(Debug, Default)]
pub(super) struct RawSize {
    pub width: Scalar,
    pub height: Scalar,
}

#[derive(Debug, Default)]
pub(super) struct RawPoint {
    pub x: Scalar,
    pub y: Scalar,
}

#[derive(Debug, Default)]
pub(super) struct RawCategory {
    pub name: Scalar,
    pub color: Scalar,
}

#[derive(Debug, Default)]
pub(super) struct RawZone {
    pub name: Scalar,
    pub zone_id: Scalar,
    pub position: Shape<RawPoint>,
    pub rows: ListOf<RawRow>,
    pub areas: ListOf<RawDrawing>,
}

#[derive(Debug, Default)]
pub(super) struct RawRow {
    pub row_number: Scalar,
    pub row_label: Scalar,
    pub seat_label: Scalar,
    pub position: Shape<RawPoint>,
    pub seats: ListOf<RawSeat>,
}

#[derive(Debug, Default)]
pub(super) struct RawSeat {
    pub seat_guid: Scalar,
    pub id: Scalar,
    pub seat_number: Scalar,
    pub label: Scalar,
    pub category: Scalar,
    pub position: Shape<RawPoint>,
    pub radius: Scalar,
}

/// An object whose fields are taken one by one.
pub(super) trait Record: Default {
    /// Takes a field; `false` leaves its value to be passed over.
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        budget: &Budget,
    ) -> Result<bool, A::Error>;
}

/// An object that lists hold many of.
pub(super) trait Listed: Record {
    /// What remains of the plan's share of them.
    fn left(budget: &Budget) -> &Cell<usize>;
}

macro_rules! record {
    ($name:ident { $($key:literal => $field:ident: $how:ident),* $(,)? }) => {
        impl Record for $name {
            fn field<'de, A: MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
                budget: &Budget,
            ) -> Result<bool, A::Error> {
                match key {
                    $($key => self.$field = map.next_value_seed($how(budget, PhantomData))?,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

record!(RawPlan {
    "name" => name: Value,
    "size" => size: Object,
    "categories" => categories: List,
    "zones" => zones: List,
    "hash" => hash: Value,
});
record!(RawSize { "width" => width: Value, "height" => height: Value });
record!(RawPoint { "x" => x: Value, "y" => y: Value });
record!(RawCategory { "name" => name: Value, "color" => color: Value });
record!(RawZone {
    "name" => name: Value,
    "zone_id" => zone_id: Value,
    "position" => position: Object,
    "rows" => rows: List,
    "areas" => areas: List,
});
record!(RawRow {
    "row_number" => row_number: Value,
    "row_label" => row_label: Value,
    "seat_label" => seat_label: Value,
    "position" => position: Object,
    "seats" => seats: List,
});
record!(RawSeat {
    "seat_guid" => seat_guid: Value,
    "id" => id: Value,
    "seat_number" => seat_number: Value,
    "label" => label: Value,
    "category" => category: Value,
    "position" => position: Object,
    "radius" => radius: Value,
});

impl Listed for RawCategory {
    fn left(budget: &Budget) -> &Cell<usize> {
        &budget.categories
    }
}

impl Listed for RawZone {
    fn left(budget: &Budget) -> &Cell<usize> {
        &budget.zones
    }
}

impl Listed for RawRow {
    fn left(budget: &Budget) -> &Cell<usize> {
        &budget.rows
    }
}

impl Listed for RawSeat {
    fn left(budget: &Budget) -> &Cell<usize> {
        &budget.seats
    }
}

/// Zones of a plan; the largest halls have some hundreds of blocks.
pub(super) const ZONES_MAX: usize = 10_000;

/// Rows of a plan: no more than seats, since an empty row serves nobody.
pub(super) const ROWS_MAX: usize = MAP_SEATS_MAX;

/// Categories of a plan; seats refer to them by 16 bits, people choose among a dozen.
pub(super) const CATEGORIES_MAX: usize = 1_000;

/// Drawings of a plan (stage, walls, texts).
pub(super) const DRAWINGS_MAX: usize = 10_000;

/// Values inside all drawings of a plan: a wall of 1,000 corners has some 3,000.
pub(super) const DRAWING_VALUES_MAX: usize = 500_000;

/// What may still be taken. A cell holds one more than that, so that 0 says it was not enough.
pub(super) struct Budget {
    categories: Cell<usize>,
    zones: Cell<usize>,
    rows: Cell<usize>,
    seats: Cell<usize>,
    pub drawings: Cell<usize>,
    pub nodes: Cell<usize>,
}

/// Of what there was too much.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "six independent facts")]
pub(super) struct Over {
    pub categories: bool,
    pub zones: bool,
    pub rows: bool,
    pub seats: bool,
    pub drawings: bool,
    pub nodes: bool,
}

impl Default for Budget {
    fn default() -> Budget {
        let cell = |max: usize| Cell::new(max + 1);
        Budget {
            categories: cell(CATEGORIES_MAX),
            zones: cell(ZONES_MAX),
            rows: cell(ROWS_MAX),
            seats: cell(MAP_SEATS_MAX),
            drawings: cell(DRAWINGS_MAX),
            nodes: cell(DRAWING_VALUES_MAX),
        }
    }
}

impl Budget {
    fn over(&self) -> Over {
        Over {
            categories: self.categories.get() == 0,
            zones: self.zones.get() == 0,
            rows: self.rows.get() == 0,
            seats: self.seats.get() == 0,
            drawings: self.drawings.get() == 0,
            nodes: self.nodes.get() == 0,
        }
    }
}

/// Takes one; `false` if none is left.
pub(super) fn take(left: &Cell<usize>) -> bool {
    left.set(left.get().saturating_sub(1));
    left.get() > 0
}

struct Value<'b>(
    #[expect(dead_code, reason = "one shape for the macro")] &'b Budget,
    PhantomData<()>,
);

struct Object<'b, R>(&'b Budget, PhantomData<R>);

struct List<'b, R>(&'b Budget, PhantomData<R>);

pub(super) fn pass_over_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn pass_over_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// What a visitor answers to JSON that it did not hope for.
macro_rules! otherwise {
    ($kind:ident: $($shape:ident)*) => { $(otherwise!(@ $kind $shape);)* };
    (@ $kind:ident null) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok($kind::Missing)
        }
    };
    (@ $kind:ident bool) => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($kind::Wrong("true or false"))
        }
    };
    (@ $kind:ident number) => {
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($kind::Wrong("a number"))
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($kind::Wrong("a number"))
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($kind::Wrong("a number"))
        }
    };
    (@ $kind:ident text) => {
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($kind::Wrong("a text"))
        }
    };
    (@ $kind:ident list) => {
        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
            pass_over_list(list)?;
            Ok($kind::Wrong("a list"))
        }
    };
    (@ $kind:ident map) => {
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            pass_over_map(map)?;
            Ok($kind::Wrong("an object"))
        }
    };
    (@ $kind:ident expecting) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }
    };
}

macro_rules! any {
    ($name:ident) => {
        fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_any(self)
        }
    };
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Scalar;
    any!(Value);
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Scalar;
    otherwise!(Scalar: expecting null bool list map);

    #[expect(clippy::cast_precision_loss, reason = "numbers that large are refused or only shown")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers that large are refused or only shown")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }
}

impl<'de, R: Record> DeserializeSeed<'de> for Object<'_, R> {
    type Value = Shape<R>;
    any!(Object);
}

impl<'de, R: Record> Visitor<'de> for Object<'_, R> {
    type Value = Shape<R>;
    otherwise!(Shape: expecting null bool number text list);

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape<R>, A::Error> {
        let mut record = R::default();
        while let Some(key) = map.next_key::<String>()? {
            if !record.field(&key, &mut map, self.0)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Shape::Is(record))
    }
}

impl<'de, R: Listed> DeserializeSeed<'de> for List<'_, R> {
    type Value = ListOf<R>;
    any!(List);
}

impl<'de, R: Listed> Visitor<'de> for List<'_, R> {
    type Value = ListOf<R>;
    otherwise!(Shape: expecting null bool number text map);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ListOf<R>, A::Error> {
        let mut items = Vec::new();
        while R::left(self.0).get() > 1 {
            let Some(item) = list.next_element_seed(Object(self.0, PhantomData))? else {
                return Ok(Shape::Is(items));
            };
            take(R::left(self.0));
            items.push(item);
        }
        if list.next_element::<IgnoredAny>()?.is_some() {
            R::left(self.0).set(0);
            pass_over_list(list)?;
        }
        Ok(Shape::Is(items))
    }
}
