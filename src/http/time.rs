//! Times as the API writes them: RFC 3339 in UTC with milliseconds.

use std::fmt;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::seats::Millis;

/// A moment in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time(pub(super) Millis);

/// The last millisecond of the year 9999: RFC 3339 has four digits.
const LAST: u64 = 253_402_300_799_999;

impl Time {
    /// Reads RFC 3339 with any offset; milliseconds are kept, what is finer is cut off.
    pub(super) fn parse(text: &str) -> Result<Time, &'static str> {
        const RULE: &str = "must be a time such as 2099-03-01T19:30:00.000Z";
        // Jiff also takes years with a sign and a space instead of the T; RFC 3339 knows neither.
        if !text.starts_with(|c: char| c.is_ascii_digit()) || !text.contains(['T', 't']) {
            return Err(RULE);
        }
        let moment: Timestamp = text.parse().map_err(|_| RULE)?;
        match u64::try_from(moment.as_millisecond()) {
            Ok(millis) if millis <= LAST => Ok(Time(Millis(millis))),
            _ => Err("must lie between the years 1970 and 9999"),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
        let millis = i64::try_from(self.0.0.min(LAST)).unwrap_or(0);
        let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
        f.write_str(&PRINTER.timestamp_to_string(&moment))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as \"2099-03-01T19:30:00.000Z\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Time, E> {
                Time::parse(text).map_err(E::custom)
            }
        }
        from.deserialize_str(Text)
    }
}
