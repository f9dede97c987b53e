//! Makes tokens: static ones, and JWTs for whoever has the key.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::authority::TokenHash;
use super::keys::Algorithm;
use crate::clock::Rng;
use crate::seats::{Millis, Role};

/// Random bytes of a static token: past guessing, so that a plain hash protects it.
const STATIC_BYTES: usize = 32;

/// A new static token and its hash: the token goes to whoever uses it, the hash into the
/// configuration of every node.
#[must_use]
pub fn new_static(rng: &dyn Rng) -> (String, TokenHash) {
    let mut random = [0; STATIC_BYTES];
    rng.fill(&mut random);
    let token = format!("usher_{}", BASE64_URL_SAFE_NO_PAD.encode(random));
    let hash = Sha256::digest(&token).into();
    (token, hash)
}

/// What a JWT says.
#[derive(Clone, Debug, Serialize)]
pub struct Grant {
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// What they may do.
    pub role: &'static str,
    /// Until when, in seconds since 1970.
    pub exp: u64,
    /// For whom it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
}

impl Grant {
    /// A grant of a role to a user until a time.
    #[must_use]
    pub fn new(user: Option<&str>, role: Role, until: Millis) -> Grant {
        let exp = until.0.div_ceil(1_000);
        Grant { sub: user.map(str::to_owned), role: role.name(), exp, aud: None, iss: None }
    }
}

/// A key that JWTs are signed with.
pub struct SigningKey {
    key: EncodingKey,
    algorithm: Algorithm,
    /// The name under which its public half stands in a set of keys.
    id: Option<String>,
}

impl SigningKey {
    /// The secret of HS256.
    #[must_use]
    pub fn secret(bytes: &[u8]) -> SigningKey {
        SigningKey { key: EncodingKey::from_secret(bytes), algorithm: Algorithm::Hs256, id: None }
    }

    /// A private key in PEM, as `openssl genpkey` writes it.
    ///
    /// # Errors
    /// It is none for this algorithm.
    pub fn pem(bytes: &[u8], algorithm: Algorithm, id: Option<&str>) -> Result<SigningKey, String> {
        let key = match algorithm {
            Algorithm::EdDsa => EncodingKey::from_ed_pem(bytes),
            Algorithm::Es256 => EncodingKey::from_ec_pem(bytes),
            Algorithm::Rs256 => EncodingKey::from_rsa_pem(bytes),
            Algorithm::Hs256 => return Err("HS256 has a secret, not a key in PEM".to_owned()),
        };
        let key = key.map_err(|error| error.to_string())?;
        Ok(SigningKey { key, algorithm, id: id.map(str::to_owned) })
    }

    /// A token that says this.
    ///
    /// # Errors
    /// The key is none after all.
    pub fn sign(&self, grant: &Grant) -> Result<String, String> {
        let header = Header { kid: self.id.clone(), ..Header::new(self.algorithm.of()) };
        encode(&header, grant, &self.key).map_err(|error| error.to_string())
    }

    #[cfg(test)]
    pub(super) fn jwk(&self) -> serde_json::Value {
        use jsonwebtoken::jwk::Jwk;
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm.of()).unwrap();
        jwk.common.key_id.clone_from(&self.id);
        serde_json::to_value(jwk).unwrap()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
