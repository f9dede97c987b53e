//! Signatures of webhooks as Standard Webhooks has them (standardwebhooks.com, spec 1.0.0): an HMAC
//! over id, time and raw body.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use sha2::Sha256;

use super::gateway::WebhookError;
use crate::seats::Millis;

/// What secrets begin with; the key stands behind it.
const PREFIX: &str = "whsec_";

/// What a signature of this kind begins with.
const VERSION: &str = "v1,";

/// How far a webhook's time may be from ours, in seconds: an old one may be somebody else's again.
const TOLERANCE: u64 = 300;

/// Signatures looked at: two while a secret is being replaced, and a few to spare.
const SIGNATURES_MAX: usize = 16;

/// The names of the three headers.
pub const ID: &str = "webhook-id";
/// Seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// One or more signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// Base64 with or without its padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What webhooks are signed with.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

impl Secret {
    /// Reads a secret: `whsec_` and a key in base64. One of another form is a key as it stands.
    ///
    /// # Errors
    /// It is empty.
    pub fn parse(text: &str) -> Result<Secret, String> {
        let encoded = text.strip_prefix(PREFIX);
        if text.is_empty() || encoded == Some("") {
            return Err("the webhook secret must not be empty".to_owned());
        }
        let decoded = encoded.and_then(|encoded| LENIENT.decode(encoded).ok());
        let key = decoded.as_deref().unwrap_or(text.as_bytes());
        Ok(Secret(Hmac::new_from_slice(key).expect("HMAC takes keys of any length")))
    }

    /// Signs a body that is sent under an id at a time in seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let signature = self.of(id, &timestamp.to_string(), body).finalize().into_bytes();
        format!("{VERSION}{}", BASE64_STANDARD.encode(signature))
    }

    /// Checks a webhook that came at a time. Returns its id.
    ///
    /// # Errors
    /// What is missing, stale or wrong.
    pub fn verify<'a>(
        &self,
        headers: &'a HeaderMap,
        body: &[u8],
        now: Millis,
    ) -> Result<&'a str, WebhookError> {
        let (id, timestamp) = (header(headers, ID)?, header(headers, TIMESTAMP)?);
        let signatures = header(headers, SIGNATURE)?;
        let sent: u64 =
            timestamp.parse().map_err(|_| wrong(format!("{TIMESTAMP} is no number of seconds")))?;
        let apart = sent.abs_diff(now.0 / 1000);
        if apart > TOLERANCE {
            return Err(wrong(format!("{TIMESTAMP} is {apart} s from now, over {TOLERANCE}")));
        }
        let signed = self.of(id, timestamp, body);
        let fits = |signature: &str| {
            let bytes = signature.strip_prefix(VERSION).and_then(|s| LENIENT.decode(s).ok());
            bytes.is_some_and(|bytes| signed.clone().verify_slice(&bytes).is_ok())
        };
        if signatures.split(' ').take(SIGNATURES_MAX).any(fits) {
            return Ok(id);
        }
        Err(wrong(format!("no {SIGNATURE} fits id, time and body")))
    }

    fn of(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, WebhookError> {
    let mut values = headers.get_all(name).iter();
    let text = values.next().and_then(|value| value.to_str().ok());
    match (text, values.next()) {
        (Some(text), None) if !text.is_empty() => Ok(text),
        (Some(_), Some(_)) => Err(wrong(format!("{name} stands there twice"))),
        _ => Err(wrong(format!("{name} is missing"))),
    }
}

fn wrong(what: String) -> WebhookError {
    WebhookError::Signature(what)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SENT: u64 = 1_614_265_330;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ID, HeaderValue::from_static("msg_p5jXN8AQM9LWM0D4loKWxJek"));
        headers.insert(TIMESTAMP, HeaderValue::from(SENT));
        headers.insert(SIGNATURE, HeaderValue::from_str(signature).unwrap());
        headers
    }

    /// The published example comes out as published, and is taken.
    #[test]
    fn the_published_example() {
        let secret = Secret::parse(SECRET).unwrap();
        assert_eq!(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", SENT, BODY), SIGNED);
        let headers = headers(SIGNED);
        let id = secret.verify(&headers, BODY, Millis(SENT * 1000));
        assert_eq!(id, Ok("msg_p5jXN8AQM9LWM0D4loKWxJek"));
    }

    /// One of several signatures is enough, within five minutes in either direction.
    #[test]
    fn what_is_taken() {
        let secret = Secret::parse(SECRET).unwrap();
        let several = headers(&format!("v1,AAAA v2,x {SIGNED}"));
        for seconds in [SENT - 300, SENT, SENT + 300] {
            assert!(secret.verify(&several, BODY, Millis(seconds * 1000)).is_ok(), "{seconds}");
        }
    }

    /// Everything else is refused, and says why.
    #[test]
    fn what_is_refused() {
        let secret = Secret::parse(SECRET).unwrap();
        let check = |headers: &HeaderMap, body: &[u8], now: u64, why: &str| {
            let error = secret.verify(headers, body, Millis(now * 1000)).unwrap_err();
            assert!(error.to_string().contains(why), "{error} is not about {why}");
        };
        check(&headers(SIGNED), b"{}", SENT, "no webhook-signature fits");
        check(&headers("v1,AAAA"), BODY, SENT, "no webhook-signature fits");
        check(&headers("g0hM9SsE"), BODY, SENT, "no webhook-signature fits");
        check(&headers(SIGNED), BODY, SENT + 301, "301 s from now");
        check(&headers(SIGNED), BODY, SENT - 301, "301 s from now");
        for name in [ID, TIMESTAMP, SIGNATURE] {
            let mut without = headers(SIGNED);
            without.remove(name);
            check(&without, BODY, SENT, &format!("{name} is missing"));
            let mut twice = headers(SIGNED);
            twice.append(name, HeaderValue::from_static("1"));
            check(&twice, BODY, SENT, &format!("{name} stands there twice"));
        }
        let mut late = headers(SIGNED);
        late.insert(TIMESTAMP, HeaderValue::from_static("soon"));
        check(&late, BODY, SENT, "no number");
        let other = Secret::parse("whsec_b3RoZXI=").unwrap();
        assert!(other.verify(&headers(SIGNED), BODY, Millis(SENT * 1000)).is_err());
    }

    /// Padding makes no difference, other forms are keys as they stand, and nothing is no key.
    #[test]
    fn forms_of_secrets() {
        let sign = |secret: &str| Secret::parse(secret).unwrap().sign("a", 1, b"b");
        assert_eq!(sign("whsec_b3RoZXI="), sign("whsec_b3RoZXI"));
        assert_ne!(sign("whsec_b3RoZXI"), sign("b3RoZXI"));
        assert_ne!(sign("whsec_not-base64"), sign("whsec_not-base65"));
        assert!(Secret::parse("").is_err());
        assert!(Secret::parse("whsec_").is_err());
        assert_eq!(format!("{:?}", Secret::parse("whsec_b3RoZXI").unwrap()), "Secret(***)");
    }
}
