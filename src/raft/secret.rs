//! Proof that both ends of a peer call know the cluster secret.
//!
//! NB: it authenticates calls; it does not hide them, nor protect a body on its way. On a network
//! that others can reach, mutual TLS must stand in front.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderValue;
use sha2::Sha256;

/// What a request and an answer carry. The two differ, so that an impostor who is called cannot
/// answer with what it was shown.
pub(super) struct Secret {
    request: HeaderValue,
    answer: HeaderValue,
}

impl Secret {
    /// Derived from what the configuration says.
    pub(super) fn new(secret: &str) -> Secret {
        Secret {
            request: derive(secret, b"usher peer request v1"),
            answer: derive(secret, b"usher peer answer v1"),
        }
    }

    /// What a request shows.
    pub(super) fn request(&self) -> HeaderValue {
        self.request.clone()
    }

    /// What an answer shows.
    pub(super) fn answer(&self) -> HeaderValue {
        self.answer.clone()
    }

    /// Whether a request shows the right thing.
    pub(super) fn is_request(&self, shown: Option<&HeaderValue>) -> bool {
        shown.is_some_and(|shown| same(shown, &self.request))
    }

    /// Whether an answer shows the right thing.
    pub(super) fn is_answer(&self, shown: Option<&HeaderValue>) -> bool {
        shown.is_some_and(|shown| same(shown, &self.answer))
    }
}

fn derive(secret: &str, label: &[u8]) -> HeaderValue {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(label);
    let proof = u256(&mac.finalize().into_bytes());
    let digits = format!("{:032x}{:032x}", proof.0, proof.1);
    let mut value = HeaderValue::try_from(digits).expect("hexadecimal digits are visible ASCII");
    value.set_sensitive(true);
    value
}

/// Both halves of a digest.
fn u256(digest: &[u8]) -> (u128, u128) {
    let half = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| (sum << 8) | u128::from(*byte));
    let (high, low) = digest.split_at(digest.len() / 2);
    (half(high), half(low))
}

/// Compares in a time that does not tell how much of it is right.
fn same(left: &HeaderValue, right: &HeaderValue) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    left.len() == right.len()
        && left.iter().zip(right).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only the same secret passes, and a request's proof is no answer's.
    #[test]
    fn only_the_same_secret_passes() {
        let mine = Secret::new("one");
        let other = Secret::new("two");
        assert!(mine.is_request(Some(&Secret::new("one").request())));
        assert!(mine.is_answer(Some(&Secret::new("one").answer())));
        assert!(!mine.is_request(Some(&other.request())));
        assert!(!mine.is_answer(Some(&mine.request())));
        assert!(!mine.is_request(None));
        assert!(!mine.is_request(Some(&HeaderValue::from_static(""))));
    }
}
