//! Where a request comes from, as far as limits go.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName};

/// Whom a proxy names.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Bits of an IPv6 address that one customer of a network has.
const CUSTOMER: u128 = !0 << 64;

/// Whoever shares an address: of IPv6 a whole /64, for that is what a single customer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Source(IpAddr);

impl Source {
    pub(super) fn of(address: IpAddr) -> Source {
        match address.to_canonical() {
            IpAddr::V6(six) => Source(Ipv6Addr::from_bits(six.to_bits() & CUSTOMER).into()),
            four @ IpAddr::V4(_) => Source(four),
        }
    }

    /// Who asked a proxy of ours: the last of those that it and others before it name who is none
    /// of ours. What a stranger says of itself is not looked at.
    pub(super) fn behind(self, proxies: &[IpAddr], headers: &HeaderMap) -> Source {
        let trusted = |source: Source| proxies.iter().any(|proxy| Source::of(*proxy) == source);
        if proxies.is_empty() || !trusted(self) {
            return self;
        }
        let named = headers.get_all(FORWARDED_FOR).iter();
        let named: Vec<&str> =
            named.flat_map(|value| value.to_str().unwrap_or_default().split(',')).collect();
        let mut last = self;
        for name in named.into_iter().rev() {
            // What is no address was put there by a stranger, and so was all before it.
            let Ok(address) = name.trim().parse() else { return last };
            last = Source::of(address);
            if !trusted(last) {
                return last;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn source(text: &str) -> Source {
        Source::of(text.parse().unwrap())
    }

    /// A customer's many addresses are one source, in whatever form they come.
    #[test]
    fn a_customer_is_one_source() {
        assert_eq!(source("::ffff:192.0.2.7"), source("192.0.2.7"));
        assert_ne!(source("192.0.2.8"), source("192.0.2.7"));
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
    }

    /// Only proxies of ours are believed, and only as far as they go.
    #[test]
    fn only_our_proxies_are_believed() {
        let proxies: Vec<IpAddr> = vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let check = |peer: &str, named: &[&'static str], due: &str| {
            let mut headers = HeaderMap::new();
            for value in named {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
            }
            let found = source(peer).behind(&proxies, &headers);
            assert_eq!(found, source(due), "{peer} {named:?}");
        };
        check("192.0.2.7", &["198.51.100.1"], "192.0.2.7");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["203.0.113.5, 198.51.100.1, 10.0.0.2"], "198.51.100.1");
        check("10.0.0.1", &["203.0.113.5", "198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["203.0.113.5, unknown"], "10.0.0.1");
        let none = HeaderMap::from_iter([(FORWARDED_FOR, HeaderValue::from_static("1.2.3.4"))]);
        assert_eq!(source("10.0.0.1").behind(&[], &none), source("10.0.0.1"));
    }
}
