//! Names of things: ids, quantities and moments. Each is a newtype, so that no two can be confused.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

/// A moment or a length of time in milliseconds. Moments count from 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Millis(pub u64);

impl Millis {
    /// The later moment; saturates, since a client chooses some of the summands.
    #[must_use]
    pub fn plus(self, length: Millis) -> Millis {
        Millis(self.0.saturating_add(length.0))
    }

    /// The length of time from `earlier` to here; zero if that lies ahead.
    #[must_use]
    pub fn since(self, earlier: Millis) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

/// Money in minor units of a currency that stands beside it (cents for EUR).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Amount(pub u64);

/// An ISO 4217 code: three upper-case ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Currency([u8; 3]);

impl Currency {
    /// `None` unless the text is three upper-case ASCII letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Currency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

/// The position of a seat in its seat map, in plan order zone → row → seat, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeatIx(pub u32);

/// The position of a standing area in its show's list of areas, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AreaIx(pub u32);

/// The content hash (SHA-256) under which a seat map is stored once and shared by shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MapHash(pub [u8; 32]);

impl fmt::Display for MapHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl MapHash {
    /// `None` unless the text is 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<MapHash> {
        if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(MapHash(hash))
    }
}

/// A text that is written once and stands in many rows: they share it. It is stored as a `String`
/// is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Text(Arc<str>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: AsRef<str> + ?Sized> PartialEq<T> for Text {
    fn eq(&self, other: &T) -> bool {
        **self == *other.as_ref()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text.into())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_str(Read)
    }
}

/// Reads a text without a copy of it in between.
struct Read;

impl Visitor<'_> for Read {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(text.into())
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $text:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $text);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> $name {
                text.as_str().into()
            }
        }
    };
}

text_id! {
    /// A show: a slug given by the organizer, or `shw_` and a UUID.
    ShowId, Text
}
text_id! {
    /// Who acts: the `sub` of a token, or the `X-User-Id` of open mode.
    UserId, Text
}

impl UserId {
    /// Characters of one at most: enough for an address or a token's `sub`.
    pub const LENGTH_MAX: usize = 128;

    /// `None` unless the text has 1 to `LENGTH_MAX` visible ASCII characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<UserId> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (visible && (1..=UserId::LENGTH_MAX).contains(&text.len())).then(|| UserId::from(text))
    }
}

text_id! {
    /// A seat as its plan names it (`seat_guid`); unique in its seat map.
    SeatId, String
}
text_id! {
    /// A standing area as its show names it; unique in its show.
    AreaId, String
}

/// A fresh UUID (version 7) made by the node that took the request. It rides in the log, and every
/// id that the command creates is this one or derived from it: apply itself draws no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fresh(pub u128);

impl Fresh {
    /// The `n`-th id derived from this one, for commands that create several of a kind.
    ///
    /// Keeps the time bits and the version; the low 62 bits are a fixed mix (splitmix64,
    /// Steele et al. 2014) of the original's and `n`.
    #[must_use]
    pub fn derive(self, n: u64) -> u128 {
        const LOW: u128 = (1 << 62) - 1;
        let low = u64::try_from(self.0 & u128::from(u64::MAX)).expect("it is masked to 64 bits");
        let mut z = low ^ n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (self.0 & !LOW) | (u128::from(z) & LOW)
    }
}

/// Hands out the ids that one call of apply creates: the fresh one first, then those derived from
/// it.
#[derive(Debug)]
pub(super) struct Ids {
    fresh: Fresh,
    used: u64,
}

impl Ids {
    pub(super) fn new(fresh: Fresh) -> Ids {
        Ids { fresh, used: 0 }
    }

    /// An id that was not handed out before in this call.
    pub(super) fn next(&mut self) -> u128 {
        let used = self.used;
        self.used += 1;
        if used == 0 { self.fresh.0 } else { self.fresh.derive(used) }
    }
}

/// 32 digits: half by half, for the standard library takes those of 128 bits one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex(pub u128);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = |bits: u128| {
            u64::try_from(bits & u128::from(u64::MAX)).expect("it is masked to 64 bits")
        };
        write!(f, "{:016x}{:016x}", half(self.0 >> 64), half(self.0))
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u128);

        impl $name {
            /// What its text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// The inverse of `Display`: `None` unless prefix and 32 lower-case hex digits.
            #[must_use]
            pub fn parse(text: &str) -> Option<$name> {
                let digits = text.strip_prefix($prefix)?;
                let plain = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                if digits.len() != 32 || !plain {
                    return None;
                }
                u128::from_str_radix(digits, 16).ok().map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), Hex(self.0))
            }
        }
    };
}

uuid_id! {
    /// A hold: seats taken from sale for a user until a deadline.
    HoldId, "hld_"
}
uuid_id! {
    /// A payment: one session at a gateway for one hold.
    PaymentId, "pay_"
}
uuid_id! {
    /// A booking: seats that are sold.
    BookingId, "bkg_"
}
uuid_id! {
    /// A refund: money of a payment that goes back.
    RefundId, "rfd_"
}
uuid_id! {
    /// A row of the outbox; providers get it as their idempotency key.
    OutboxId, "obx_"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id is read as it is written: in 32 digits, whatever they are.
    #[test]
    fn ids_are_read_as_they_are_written() {
        for bits in [0, 9, 1 << 63, 1 << 64, (7 << 64) | 5, u128::MAX] {
            let text = HoldId(bits).to_string();
            assert_eq!(text, format!("hld_{bits:032x}"));
            assert_eq!(HoldId::parse(&text), Some(HoldId(bits)));
        }
    }
}
