//! Compares what is encoded with what stands in a file of golden lines.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// What is to stand in the file: a name and its text.
pub(crate) type Lines = Vec<(String, String)>;

/// Fails if a line is missing, differs, or stands in the file alone.
///
/// A line that has been released is a promise to every disk and every older node. When one fails,
/// give the record a new format byte, or the enum a new variant at its end, and add new lines for
/// those; the old lines stay, with what decodes them. Nothing writes the file but a person.
pub(crate) fn check(file: &str, golden: &str, now: &Lines) {
    let known: Vec<(&str, &str)> =
        golden.lines().filter_map(|line| line.split_once(": ")).collect();
    let names: BTreeSet<&str> = now.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), now.len(), "a name stands for two records");
    let mut wrong = String::new();
    for (name, text) in now {
        let found = known.iter().find(|(known, _)| known == name);
        match found {
            Some((_, golden)) if golden == text => {}
            Some((_, golden)) => {
                write!(wrong, "{name} was\n  {golden}\nand is\n  {text}\n").unwrap();
            }
            None => writeln!(wrong, "new, to be added to {file}:\n{name}: {text}").unwrap(),
        }
    }
    for (name, _) in known.iter().filter(|(name, _)| !names.contains(name)) {
        writeln!(wrong, "{name} is not made any more: who decodes what lies on disks?").unwrap();
    }
    assert!(wrong.is_empty(), "a format has changed; see golden::check for what to do.\n{wrong}");
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// The names of a type's variants, in the order of their numbers.
pub(crate) fn variants<T: for<'de> Deserialize<'de>>() -> Vec<&'static str> {
    let mut names = Vec::new();
    let error = T::deserialize(Names(&mut names)).err();
    assert!(error.is_some() && !names.is_empty(), "it is no enum");
    names
}

/// The names of a type's variants as a golden line.
pub(crate) fn variants_line<T: for<'de> Deserialize<'de>>(name: &str) -> (String, String) {
    (format!("variants of {name}"), variants::<T>().join(" "))
}

/// A name and the bytes of each value; fails if a variant of the type has none.
pub(crate) fn named<T: fmt::Debug + for<'de> Deserialize<'de>>(
    kind: &str,
    values: &[T],
    encode: impl Fn(&T) -> Vec<u8>,
) -> Vec<(String, Vec<u8>)> {
    let mut seen = BTreeSet::new();
    let mut lines = Vec::<(String, Vec<u8>)>::new();
    for value in values {
        let name = format!("{value:?}");
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let variant = name[..end].to_owned();
        let count =
            lines.iter().filter(|(line, _)| line.split(' ').nth(1) == Some(&variant)).count();
        let number = if count == 0 { String::new() } else { format!(" {}", count + 1) };
        lines.push((format!("{kind} {variant}{number}"), encode(value)));
        seen.insert(variant);
    }
    let missing: Vec<_> =
        variants::<T>().into_iter().filter(|name| !seen.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?} of {kind} has no sample");
    lines
}

/// Takes note of an enum's variants and gives nothing.
struct Names<'a>(&'a mut Vec<&'static str>);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("nothing is here"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.extend(variants);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
