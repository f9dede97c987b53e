//! Links to tickets. Whoever has the link may see the ticket; nobody can make one up.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::seats::BookingId;

/// Keeps this use of the cluster's secret apart from every other.
const PURPOSE: &[u8] = b"usher ticket link 1";

/// Bytes of a signature in a link: 2^128 guesses, and still a small QR code.
const ACCESS_BYTES: usize = 16;

/// Makes and checks links to tickets. All nodes of a cluster make the same signatures.
#[derive(Clone)]
pub struct Links {
    public_url: String,
    key: Hmac<Sha256>,
}

impl Links {
    /// Links that begin with `public_url` and are signed with the cluster's secret.
    #[must_use]
    pub fn new(public_url: &str, secret: &str) -> Links {
        let mut key =
            Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
        key.update(PURPOSE);
        Links { public_url: public_url.trim_end_matches('/').to_owned(), key }
    }

    /// The same links at whichever node they are made: an answer is repeated byte for byte by any
    /// of them. Where the public address is that of one member (host and port), links name the
    /// first; any other, such as a load balancer's, is the same for all nodes and stays.
    #[must_use]
    pub fn for_all(&self, members: &[String]) -> Links {
        let mut bases = members.iter().map(|member| format!("http://{member}")).peekable();
        let first = bases.peek().cloned();
        let public_url = match first {
            Some(first) if bases.any(|base| base == self.public_url) => first,
            Some(_) | None => self.public_url.clone(),
        };
        Links { public_url, key: self.key.clone() }
    }

    /// The link to a booking's ticket.
    #[must_use]
    pub fn ticket(&self, booking: BookingId) -> String {
        let access = BASE64_URL_SAFE_NO_PAD.encode(&self.sign(booking)[..ACCESS_BYTES]);
        format!("{}/v1/bookings/{booking}/ticket?access={access}", self.public_url)
    }

    /// Whether `access` is this booking's signature.
    #[must_use]
    pub fn opens(&self, booking: BookingId, access: &str) -> bool {
        let Ok(access) = BASE64_URL_SAFE_NO_PAD.decode(access) else { return false };
        let mut mac = self.key.clone();
        mac.update(booking.to_string().as_bytes());
        access.len() == ACCESS_BYTES && mac.verify_truncated_left(&access).is_ok()
    }

    fn sign(&self, booking: BookingId) -> [u8; 32] {
        let mut mac = self.key.clone();
        mac.update(booking.to_string().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All members make the same link, at the first's address or at one that is nobody's own.
    #[test]
    fn members_agree() {
        let members = ["127.0.0.1:1", "127.0.0.1:2"].map(str::to_owned);
        let at = |url: &str| Links::new(url, "a secret of sixteen bytes").for_all(&members);
        let (first, second) = (at("http://127.0.0.1:1"), at("http://127.0.0.1:2/"));
        assert_eq!(first.ticket(BookingId(1)), second.ticket(BookingId(1)));
        assert!(second.ticket(BookingId(1)).starts_with("http://127.0.0.1:1/v1/"));
        let balanced = at("https://tickets.example").ticket(BookingId(1));
        assert!(balanced.starts_with("https://tickets.example/v1/"), "{balanced}");
    }

    /// A link opens its own booking's ticket on every node of its cluster, and no other.
    #[test]
    fn a_link_opens_one_ticket() {
        let links = Links::new("https://tickets.example/", "a secret of sixteen bytes");
        let link = links.ticket(BookingId(1));
        let (url, access) = link.split_once("?access=").unwrap();
        assert_eq!(
            url,
            "https://tickets.example/v1/bookings/bkg_00000000000000000000000000000001/ticket"
        );
        let other_node = Links::new("http://127.0.0.1:1", "a secret of sixteen bytes");
        assert!(other_node.opens(BookingId(1), access));
        assert!(!links.opens(BookingId(2), access));
        assert!(!links.opens(BookingId(1), &access[..access.len() - 2]));
        assert!(!links.opens(BookingId(1), ""));
        assert!(!links.opens(BookingId(1), "%"));
        let other_cluster = Links::new("https://tickets.example", "another secret of them");
        assert!(!other_cluster.opens(BookingId(1), access));
    }
}
