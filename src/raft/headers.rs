//! Papers as HTTP headers: they are judged before a byte of the body is read.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::transport::{Papers, Party};
use crate::seats::Millis;

/// Proof that the sender knows the cluster secret.
pub(super) const SECRET: HeaderName = HeaderName::from_static("usher-secret");

const CLUSTER: HeaderName = HeaderName::from_static("usher-cluster");
const FROM_NODE: HeaderName = HeaderName::from_static("usher-from-node");
const FROM_DISK: HeaderName = HeaderName::from_static("usher-from-disk");
const TO_NODE: HeaderName = HeaderName::from_static("usher-to-node");
const TO_DISK: HeaderName = HeaderName::from_static("usher-to-disk");
const CLOCK: HeaderName = HeaderName::from_static("usher-clock");

/// Writes the papers of a call.
pub(super) fn show(headers: &mut HeaderMap, papers: &Papers) {
    if let Some(cluster) = papers.cluster {
        headers.insert(CLUSTER, long(cluster));
    }
    headers.insert(FROM_NODE, HeaderValue::from(papers.from.node));
    if let Some(disk) = papers.from.disk {
        headers.insert(FROM_DISK, long(disk));
    }
    headers.insert(TO_NODE, HeaderValue::from(papers.to.node));
    if let Some(disk) = papers.to.disk {
        headers.insert(TO_DISK, long(disk));
    }
}

/// Writes the papers of an answer, with this node's wall clock.
pub(super) fn show_answer(headers: &mut HeaderMap, papers: &Papers, clock: Millis) {
    show(headers, papers);
    headers.insert(CLOCK, HeaderValue::from(clock.0));
}

/// Reads the papers of a call.
///
/// # Errors
/// Which header is missing or wrong.
pub(super) fn read(headers: &HeaderMap) -> Result<Papers, String> {
    Ok(Papers {
        cluster: optional(headers, &CLUSTER)?,
        from: Party { node: number(headers, &FROM_NODE)?, disk: optional(headers, &FROM_DISK)? },
        to: Party { node: number(headers, &TO_NODE)?, disk: optional(headers, &TO_DISK)? },
    })
}

/// Reads the papers of an answer and the other node's wall clock.
///
/// # Errors
/// Which header is missing or wrong.
pub(super) fn read_answer(headers: &HeaderMap) -> Result<(Papers, Millis), String> {
    Ok((read(headers)?, Millis(number(headers, &CLOCK)?)))
}

fn long(id: u128) -> HeaderValue {
    HeaderValue::try_from(format!("{id:032x}")).expect("hexadecimal digits are visible ASCII")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, String> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    value.to_str().map(Some).map_err(|_| format!("the header {name} is not ASCII"))
}

fn optional(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u128>, String> {
    let Some(digits) = text(headers, name)? else { return Ok(None) };
    if digits.len() != 32 {
        return Err(format!("the header {name} has {} digits, not 32", digits.len()));
    }
    u128::from_str_radix(digits, 16)
        .map(Some)
        .map_err(|_| format!("the header {name} is not hexadecimal"))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, String> {
    let digits = text(headers, name)?.ok_or_else(|| format!("the header {name} is missing"))?;
    digits.parse().map_err(|_| format!("the header {name} is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn papers() -> Papers {
        Papers {
            cluster: Some(7),
            from: Party { node: 1, disk: Some(u128::MAX) },
            to: Party { node: 2, disk: None },
        }
    }

    /// Papers and clock come out as they went in.
    #[test]
    fn a_round_trip() {
        let mut headers = HeaderMap::new();
        show_answer(&mut headers, &papers(), Millis(1234));
        assert_eq!(read_answer(&headers), Ok((papers(), Millis(1234))));
    }

    /// Missing and malformed headers are named, whatever stands in them.
    #[test]
    fn malformed_headers_are_named() {
        let check = |name: HeaderName, value: Option<&'static [u8]>| {
            let mut headers = HeaderMap::new();
            show(&mut headers, &papers());
            headers.remove(&name);
            if let Some(value) = value {
                headers.insert(&name, HeaderValue::from_bytes(value).unwrap());
            }
            let error = read(&headers).unwrap_err();
            assert!(error.contains(name.as_str()), "{error}");
        };
        check(FROM_NODE, None);
        check(TO_NODE, Some(b"-1"));
        check(TO_NODE, Some(b"99999999999999999999"));
        check(FROM_DISK, Some(b"abc"));
        check(CLUSTER, Some(b"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"));
        check(CLUSTER, Some(b"\xff\xfe"));
    }
}
