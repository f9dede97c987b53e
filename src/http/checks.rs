//! Rules that a request's fields keep, judged without any state. Each fault names field and rule.

use axum::http::Uri;

use super::problem::Faults;
use crate::effects::is_address;
use crate::seats::{Amount, Currency};

/// Seconds that a hold may be asked to live (CONTRACT section 3).
pub(super) const TTL_SECONDS_MAX: u64 = 7_200;

/// Places that a request may name at once; shows allow far fewer.
pub(super) const QUANTITY_MAX: u32 = 100_000;

/// Characters of a slug.
const SLUG_MAX: usize = 64;

/// The dearest seat in minor units. A hundred thousand of them, times a thousand shows, still add
/// up within 64 bits.
const PRICE_MAX: u64 = 100_000_000_000;

/// Characters of an e-mail address (RFC 5321, section 4.5.3.1.3, less the brackets).
const EMAIL_MAX: usize = 254;

/// Of these before the `@` (RFC 5321, section 4.5.3.1.1): what our mail program holds them to.
const EMAIL_LOCAL_MAX: usize = 64;

/// Bytes of a web address that a buyer is sent to: what browsers and servers take without fail.
const WEB_URL_MAX: usize = 2_048;

/// Whether a picture's address says where it is by itself.
pub(super) fn is_absolute(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    })
}

impl Faults {
    /// A text of one line with `min..=max` characters.
    pub(super) fn line(&mut self, field: &str, text: &str, min: usize, max: usize) {
        self.length(field, text, min, max);
        if text.chars().any(char::is_control) {
            self.add(field, "must not have control characters");
        }
    }

    /// A text that may have several lines.
    pub(super) fn prose(&mut self, field: &str, text: &str, max: usize) {
        self.length(field, text, 0, max);
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.add(field, "must not have control characters but line ends and tabs");
        }
    }

    fn length(&mut self, field: &str, text: &str, min: usize, max: usize) {
        // No text has more characters than bytes, so that a huge one is not even counted.
        let fits = text.len() <= max * 4 && (min..=max).contains(&text.chars().count());
        if !fits {
            self.add(field, format!("must have {min} to {max} characters"));
        }
    }

    /// A list of at most `max` things.
    pub(super) fn count(&mut self, field: &str, len: usize, max: usize) {
        if len > max {
            self.add(field, format!("must have at most {max} entries"));
        }
    }

    /// A show's own id.
    pub(super) fn slug(&mut self, field: &str, text: &str) {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        if !(1..=SLUG_MAX).contains(&text.len()) || !text.bytes().all(plain) {
            self.add(field, format!("must have 1 to {SLUG_MAX} characters of a-z, 0-9, - and _"));
        } else if text.starts_with("shw_") {
            self.add(field, "must not start with shw_: such ids are made by the server");
        }
    }

    /// A price.
    pub(super) fn price(&mut self, field: &str, price: u64) -> Amount {
        if price > PRICE_MAX {
            self.add(field, format!("must be 0 to {PRICE_MAX} minor units"));
        }
        Amount(price)
    }

    /// An ISO 4217 code.
    pub(super) fn currency(&mut self, field: &str, text: &str) -> Option<Currency> {
        let currency = Currency::parse(text);
        if currency.is_none() {
            self.add(field, "must be three upper-case letters such as EUR");
        }
        currency
    }

    /// An e-mail address that letters can be written to; only mail that arrives can tell more.
    pub(super) fn email(&mut self, field: &str, text: &str) {
        let plain = text.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != ',');
        let one = text.bytes().filter(|byte| *byte == b'@').count() == 1;
        if EMAIL_MAX < text.len() || !plain || !one || !is_address(text) {
            let rule = "must be an e-mail address without empty parts between dots";
            let bounds = format!("of at most {EMAIL_MAX} bytes, {EMAIL_LOCAL_MAX} before the @");
            self.add(field, format!("{rule}, {bounds}"));
        }
    }

    /// A number within bounds.
    pub(super) fn range(&mut self, field: &str, number: u64, min: u64, max: u64) {
        if !(min..=max).contains(&number) {
            self.add(field, format!("must be {min} to {max}"));
        }
    }

    /// A picture's or film's address: absolute, or a path below the media base.
    pub(super) fn media_url(&mut self, field: &str, url: &str, max: usize) {
        let clean = url.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
        // What is before a colon would be a scheme.
        let below = !url.is_empty()
            && !url.starts_with("//")
            && !url.split('/').next().is_some_and(|first| first.contains(':'))
            && url.split('/').all(|part| part != ".." && part != ".");
        if !clean || url.len() > max || !(is_absolute(url) || below) {
            let rule = "must be an http(s) address or a path such as /hamlet.jpg";
            self.add(field, format!("{rule}, of at most {max} bytes"));
        }
    }

    /// A page that a browser can be sent to.
    pub(super) fn web_url(&mut self, field: &str, url: &str) {
        let parsed = if url.len() <= WEB_URL_MAX { url.parse::<Uri>().ok() } else { None };
        let web = parsed.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
        });
        if !web {
            let rule = "must be an absolute http(s) address with a host";
            self.add(field, format!("{rule}, of at most {WEB_URL_MAX} bytes"));
        }
    }

    /// Seats of a request: at least `min` and at most `max`, each once. Of too many that is all
    /// that is told.
    pub(super) fn seats(&mut self, field: &str, seats: &[String], min: usize, max: usize) {
        if seats.len() < min {
            self.add(field, "must name at least one seat");
        }
        self.count(field, seats.len(), max);
        if seats.len() > max {
            return;
        }
        let mut seen = std::collections::BTreeSet::new();
        for (at, seat) in seats.iter().enumerate() {
            if !seen.insert(seat) {
                self.add(format!("{field}[{at}]"), format!("names seat {seat:?} again"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address is one to which our mail program writes, and nothing around it.
    #[test]
    fn addresses() {
        let is_taken = |text: &str| {
            let mut faults = Faults::default();
            faults.email("email", text);
            faults.finish().is_ok()
        };
        let local = |bytes: usize| format!("{}@example.com", "a".repeat(bytes));
        for taken in [
            "a@b.c",
            "o'neil+shows@sub.example.com",
            "a@localhost",
            "jörg@bücher.example",
            "\"a.b\"@example.com",
            &local(EMAIL_LOCAL_MAX),
        ] {
            assert!(is_taken(taken), "{taken}");
        }
        for refused in [
            "",
            "nobody",
            "@example.com",
            "a@",
            "a@b@c",
            "\"a@b\"@c",
            "anna..k@example.com",
            ".anna@example.com",
            "anna.@example.com",
            "anna@example..com",
            "anna@example.com.",
            "anna@-example.com",
            "Anna<anna@example.com>",
            "<anna@example.com>",
            "a@example.com,b@example.com",
            "a b@example.com",
            &local(EMAIL_LOCAL_MAX + 1),
            &format!("{}@example.com", "é".repeat(33)),
            &format!("a@{}.com", "b".repeat(64)),
            &format!("a@{}", vec!["b".repeat(60); 5].join(".")),
        ] {
            assert!(!is_taken(refused), "{refused}");
        }
    }
}
