//! Drawings of a plan (stage, walls, texts), kept as canonical JSON text.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::canon::{decimal, thousandths};
use super::raw::{Budget, Listed, Record, pass_over_list, take};

/// A drawing: its fields by name, each as canonical JSON text.
#[derive(Debug, Default)]
pub(super) struct RawDrawing(pub BTreeMap<String, String>);

impl Record for RawDrawing {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        budget: &Budget,
    ) -> Result<bool, A::Error> {
        if !take(&budget.nodes) {
            return Ok(false);
        }
        let mut text = String::new();
        map.next_value_seed(Canonical { out: &mut text, budget })?;
        self.0.insert(key.to_owned(), text);
        Ok(true)
    }
}

impl Listed for RawDrawing {
    fn left(budget: &Budget) -> &Cell<usize> {
        &budget.drawings
    }
}

struct Canonical<'b, 'o> {
    out: &'o mut String,
    budget: &'b Budget,
}

impl<'de> DeserializeSeed<'de> for Canonical<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// Writes JSON with sorted keys, no blanks, and fractions in thousandths: equal drawings have equal
/// texts, however often they are read and written.
impl<'de> Visitor<'de> for Canonical<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.out.push_str("null");
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.out.push_str(&number.to_string());
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.out.push_str(&number.to_string());
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        let number = thousandths(number).ok_or_else(|| E::custom("number out of range"))?;
        decimal(self.out, number);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        super::write::string(self.out, text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Canonical { out, budget } = self;
        let mut before = '[';
        loop {
            if !take(&budget.nodes) {
                pass_over_list(list)?;
                break;
            }
            let start = out.len();
            out.push(before);
            if list.next_element_seed(Canonical { out, budget })?.is_none() {
                out.truncate(start);
                break;
            }
            before = ',';
        }
        out.push_str(if before == '[' { "[]" } else { "]" });
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut drawing = RawDrawing::default();
        while let Some(key) = map.next_key::<String>()? {
            if !drawing.field(&key, &mut map, self.budget)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        drawing.render(self.out);
        Ok(())
    }
}

impl RawDrawing {
    /// Appends the drawing as a JSON object.
    pub(super) fn render(&self, out: &mut String) {
        out.push('{');
        for (n, (key, value)) in self.0.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            super::write::string(out, key);
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
    }
}
