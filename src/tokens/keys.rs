//! The keys that tokens are signed with: a secret of our own, and a set of public keys (JWKS, RFC
//! 7517) that is read again and again, since keys are rotated.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{AlgorithmFamily, DecodingKey};
use sha2::{Digest as _, Sha256};

/// Algorithms that a token may be signed with, of those that are sound and in use (RFC 7518, RFC
/// 8037). Each must be allowed by name: what a token says of itself decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, of keys from 2,048 bits on.
    Rs256,
    /// HMAC with SHA-256: whoever checks such tokens can make them.
    Hs256,
}

impl Algorithm {
    /// Every algorithm, as the configuration names them.
    pub const NAMES: [(&'static str, Algorithm); 4] = [
        ("EdDSA", Algorithm::EdDsa),
        ("ES256", Algorithm::Es256),
        ("RS256", Algorithm::Rs256),
        ("HS256", Algorithm::Hs256),
    ];

    /// The algorithm of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Algorithm> {
        Algorithm::NAMES.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    pub(super) fn of(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
        }
    }
}

/// Keys of a set: an issuer has one or two, and one or two more while it changes them.
const KEYS_MAX: usize = 64;

/// Bytes of a set.
pub(super) const SET_BYTES_MAX: usize = 1 << 20;

/// What is wrong with a set of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// It is no JWKS.
    #[error("this is no set of keys (JWKS): {0}")]
    Malformed(String),
    /// It is too large.
    #[error("a set of keys has at most {KEYS_MAX} keys and {SET_BYTES_MAX} bytes")]
    TooLarge,
    /// It has no key that this program can check signatures with.
    #[error("none of its keys is for EdDSA, ES256 or RS256 signatures")]
    Useless,
}

/// A set of public keys.
#[derive(Debug, Default)]
pub struct Keys {
    keys: Vec<PublicKey>,
    /// The SHA-256 of what it was read from: equal sets need not be taken over.
    print: [u8; 32],
}

#[derive(Debug)]
struct PublicKey {
    id: Option<String>,
    /// What its owner says that it is for.
    algorithm: Option<KeyAlgorithm>,
    key: DecodingKey,
}

impl Keys {
    /// Reads a set. Keys of other kinds and for other uses are passed over: an issuer has its
    /// reasons for them.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn parse(json: &[u8]) -> Result<Keys, KeysError> {
        if json.len() > SET_BYTES_MAX {
            return Err(KeysError::TooLarge);
        }
        let malformed = |error: serde_json::Error| KeysError::Malformed(error.to_string());
        let set: JwkSet = serde_json::from_slice(json).map_err(malformed)?;
        if set.keys.len() > KEYS_MAX {
            return Err(KeysError::TooLarge);
        }
        let keys: Vec<PublicKey> = set.keys.iter().filter_map(usable).collect();
        if keys.is_empty() {
            return Err(KeysError::Useless);
        }
        Ok(Keys { keys, print: Sha256::digest(json).into() })
    }

    /// Whether two sets were read from the same text.
    pub(super) fn is(&self, other: &Keys) -> bool {
        self.print == other.print
    }

    /// Keys that may have made a signature: the one that the token names, or all of the kind if it
    /// names none.
    pub(super) fn candidates<'a>(
        &'a self,
        id: Option<&'a str>,
        algorithm: jsonwebtoken::Algorithm,
    ) -> impl Iterator<Item = &'a DecodingKey> {
        let fits = move |key: &&PublicKey| {
            let named = id.is_none_or(|id| key.id.as_deref() == Some(id));
            let meant = key.algorithm.is_none_or(|meant| meant == KeyAlgorithm::from(algorithm));
            named && meant && key.key.family() == algorithm.family()
        };
        self.keys.iter().filter(fits).map(|key| &key.key)
    }
}

fn usable(jwk: &Jwk) -> Option<PublicKey> {
    // A secret in a set of public keys is a mistake: whoever reads the set could make tokens.
    if matches!(jwk.algorithm, AlgorithmParameters::OctetKey(_)) {
        return None;
    }
    let signs = jwk
        .common
        .public_key_use
        .as_ref()
        .is_none_or(|r#use| matches!(r#use, PublicKeyUse::Signature));
    let key = DecodingKey::from_jwk(jwk).ok().filter(|_| signs)?;
    let known = [AlgorithmFamily::Ed, AlgorithmFamily::Ec, AlgorithmFamily::Rsa];
    known.contains(&key.family()).then(|| PublicKey {
        id: jwk.common.key_id.clone(),
        algorithm: jwk.common.key_algorithm,
        key,
    })
}
