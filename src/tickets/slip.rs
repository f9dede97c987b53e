//! A booking in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::seats::{Amount, AreaLine, Booking, BookingStatus, Currency, Millis, SeatLine, Show};

/// A booking as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// The booking's id.
    pub id: String,
    /// The show's name.
    pub show: String,
    /// The show's id.
    pub show_id: String,
    /// Where it takes place; may be empty.
    pub venue: String,
    /// When it begins, such as "Sunday, 1 March 2099, 19:30 UTC".
    pub starts: String,
    /// Its seats and places.
    pub lines: Vec<Line>,
    /// What they cost together, such as "95.00 EUR".
    pub total: String,
    /// It is cancelled: it lets nobody in.
    pub cancelled: bool,
    /// The link to its ticket.
    pub link: String,
}

/// A seat, or places of a standing area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What people call it: "Row A, seat 1", or "2 × Standing".
    pub label: String,
    /// Its category.
    pub category: String,
    /// What it costs, all places together.
    pub price: String,
}

impl Slip {
    /// A booking in words. `None` if a line names a seat or an area that the show does not have,
    /// which no stored booking does.
    #[must_use]
    pub fn of(booking: &Booking, show: &Show, link: String) -> Option<Slip> {
        let info = show.info();
        let seats = booking.seats.iter().map(|line| seat(line, show));
        let areas = booking.areas.iter().map(|line| area(line, show));
        Some(Slip {
            id: booking.id.to_string(),
            show: info.name.clone(),
            show_id: info.id.to_string(),
            venue: info.venue.clone(),
            starts: moment(info.starts_at),
            lines: seats.chain(areas).collect::<Option<Vec<Line>>>()?,
            total: money(booking.total, info.currency),
            cancelled: booking.status == BookingStatus::Cancelled,
            link,
        })
    }
}

fn seat(line: &SeatLine, show: &Show) -> Option<Line> {
    let map = show.map()?;
    let seat = map.seat(line.seat)?;
    Some(Line {
        label: seat.label.clone(),
        category: map.category(seat).to_owned(),
        price: money(line.price, show.info().currency),
    })
}

fn area(line: &AreaLine, show: &Show) -> Option<Line> {
    let info = show.info();
    let area = info.areas.get(line.area.0 as usize)?;
    let price = Amount(line.price.0.saturating_mul(u64::from(line.quantity)));
    Some(Line {
        label: format!("{} × {}", line.quantity, area.name),
        category: area.category.clone(),
        price: money(price, info.currency),
    })
}

/// Money with as many decimals as its currency has (ISO 4217, list one).
fn money(amount: Amount, currency: Currency) -> String {
    let decimals = match currency.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    };
    let unit = 10_u64.pow(decimals);
    let (whole, part) = (amount.0 / unit, amount.0 % unit);
    let code = currency.as_str();
    match decimals {
        0 => format!("{whole} {code}"),
        decimals => format!("{whole}.{part:0width$} {code}", width = decimals as usize),
    }
}

/// A moment in words. Venues have no time zone in a plan, so that it is told in UTC, and says so.
fn moment(at: Millis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    at.to_zoned_datetime(TimeZone::UTC).strftime("%A, %-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each currency has its own number of decimals.
    #[test]
    fn money_in_words() {
        let check = |amount: u64, code: &str, expected: &str| {
            assert_eq!(money(Amount(amount), Currency::parse(code).unwrap()), expected);
        };
        check(9500, "EUR", "95.00 EUR");
        check(5, "EUR", "0.05 EUR");
        check(0, "USD", "0.00 USD");
        check(9500, "JPY", "9500 JPY");
        check(9505, "KWD", "9.505 KWD");
        check(u64::MAX, "EUR", "184467440737095516.15 EUR");
    }

    /// Moments are written out, the farthest one too.
    #[test]
    fn moments_in_words() {
        assert_eq!(moment(Millis(4_076_076_600_000)), "Sunday, 1 March 2099, 19:30 UTC");
        assert!(moment(Millis(u64::MAX)).ends_with(" UTC"));
    }
}
