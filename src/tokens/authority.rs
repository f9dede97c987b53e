//! Decides whether a token is good, and for whom.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::keys::{Algorithm, Keys};
use crate::seats::{Millis, Role, UserId};

/// Bytes of a token. Issuers put much into theirs; a head of a request has room for it.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// Tokens whose signatures are remembered: a check takes 50 to 100 µs, a hold not much more.
const CHECKED_MAX: usize = 20_000;

/// What users are called whose token is a static one: no issuer may name its users so.
const STATIC_PREFIX: &str = "token:";

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// Which tokens are good.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What a JWT may be signed with; none is accepted if this is empty.
    pub algorithms: Vec<Algorithm>,
    /// A JWT must be meant for one of these, if there are any.
    pub audience: Vec<String>,
    /// A JWT must come from here, if this is said.
    pub issuer: Option<String>,
    /// How far the issuer's clock and this node's may be apart.
    pub leeway: Millis,
    /// The key of HS256, if that is allowed.
    pub secret: Option<Secret>,
    /// Whether public keys come from elsewhere, so that there may be none yet.
    pub awaits_keys: bool,
    /// Tokens that do not expire, known by their hash.
    pub tokens: BTreeMap<TokenHash, StaticToken>,
}

/// Bytes that are never shown.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Hides bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Secret {
        Secret(bytes.to_vec())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a static token is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticToken {
    /// Who uses it, such as "till"; holds made with it belong to the user `token:till`.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl StaticToken {
    /// Whether a text can be a name: 1 to 64 letters, digits, `-`, `_` or `.`.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=64).contains(&text.len()) && text.bytes().all(plain)
    }
}

/// Whom a token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// `None` for a JWT without `sub`, which buyers' must have.
    pub user: Option<UserId>,
    /// What they may do.
    pub role: Role,
    /// When it is refused from now on, by this node's clock; `None` for one that does not expire.
    pub ends: Option<Millis>,
}

/// Why a token is refused. What is said of it has nothing of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Neither a known static token nor a JWT.
    #[error("the token is not known here")]
    Unknown,
    /// Its algorithm is not allowed.
    #[error("the token is signed with an algorithm that is not allowed here")]
    Algorithm,
    /// No key has its name, or fits it.
    #[error("the token is signed with a key that is not known here")]
    Key,
    /// There are no keys yet.
    #[error("this node has not got the keys yet that tokens are checked with")]
    KeysMissing,
    /// Its signature is wrong.
    #[error("the token's signature is wrong")]
    Signature,
    /// A claim is missing or of another kind than it must be.
    #[error("a claim of the token is missing or malformed: exp must be a time, sub and role texts")]
    Claims,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYet,
    /// It is meant for somebody else.
    #[error("the token is meant for another audience")]
    Audience,
    /// It comes from somebody else.
    #[error("the token comes from another issuer")]
    Issuer,
    /// Its `sub` cannot be a user here, or a buyer's has none.
    #[error(
        "the token's sub must have 1 to {} visible ASCII characters and not begin with {}",
        UserId::LENGTH_MAX,
        STATIC_PREFIX
    )]
    Subject,
    /// Its `role` is none.
    #[error("the token's role must be buyer, organizer or operator")]
    Role,
}

/// Checks tokens.
pub struct Authority {
    rules: Rules,
    /// What is looked at in a token, by the algorithm that it is signed with.
    validations: Vec<Validation>,
    secret: Option<DecodingKey>,
    /// `None` until the first set has come, if one must come.
    keys: RwLock<Option<Arc<Keys>>>,
    checked: Mutex<HashMap<TokenHash, Checked>>,
    /// Told when a token names a key that is not known: it may be a new one.
    pub(super) wanted: Notify,
}

/// A JWT whose signature was good.
#[derive(Clone, Debug)]
struct Checked {
    bearer: Bearer,
    /// Good from this on, if it says so.
    begins: Option<Millis>,
    /// Good until this.
    ends: Millis,
}

impl Checked {
    fn at(&self, now: Millis, leeway: Millis) -> Result<Bearer, BadToken> {
        let ends = Millis(self.ends.0.saturating_add(leeway.0));
        if ends <= now {
            return Err(BadToken::Expired);
        }
        if self.begins.is_some_and(|begins| now.0.saturating_add(leeway.0) < begins.0) {
            return Err(BadToken::NotYet);
        }
        Ok(Bearer { ends: Some(ends), ..self.bearer.clone() })
    }
}

/// What we read of a JWT. `aud` and `iss` are looked at by the library.
#[derive(Deserialize)]
struct Claims {
    exp: serde_json::Number,
    nbf: Option<serde_json::Number>,
    sub: Option<String>,
    role: Option<String>,
}

impl Authority {
    /// An authority with these rules and no public keys yet.
    #[must_use]
    pub fn new(rules: Rules) -> Authority {
        let validations = rules.algorithms.iter().map(|one| validation(*one, &rules)).collect();
        let keys = (!rules.awaits_keys).then(|| Arc::new(Keys::default()));
        Authority {
            secret: rules.secret.as_ref().map(|secret| DecodingKey::from_secret(&secret.0)),
            rules,
            validations,
            keys: RwLock::new(keys),
            checked: Mutex::default(),
            wanted: Notify::new(),
        }
    }

    /// From now on these public keys count, and no others.
    pub fn set_keys(&self, keys: Keys) {
        let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| current.is(&keys)) {
            return;
        }
        *current = Some(Arc::new(keys));
        drop(current);
        // What a key that is gone has signed is good no longer.
        self.remembered().clear();
    }

    /// Whom a token is for.
    ///
    /// # Errors
    /// See [`BadToken`].
    pub fn check(&self, token: &str, now: Millis) -> Result<Bearer, BadToken> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(BadToken::Unknown);
        }
        let hash: TokenHash = Sha256::digest(token).into();
        if let Some(known) = self.rules.tokens.get(&hash) {
            let user = Some(UserId::from(format!("{STATIC_PREFIX}{}", known.name)));
            return Ok(Bearer { user, role: known.role, ends: None });
        }
        if let Some(checked) = self.remembered().get(&hash) {
            return checked.at(now, self.rules.leeway);
        }
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let checked = self.verify(token, keys.as_deref())?;
        let bearer = checked.at(now, self.rules.leeway)?;
        let mut remembered = self.remembered();
        // Keys may have changed meanwhile: what the old ones said is not remembered.
        let current = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().map(Arc::as_ptr) == keys.as_ref().map(Arc::as_ptr) {
            if remembered.len() >= CHECKED_MAX {
                remembered.clear();
            }
            remembered.insert(hash, checked);
        }
        Ok(bearer)
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<TokenHash, Checked>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verify(&self, token: &str, keys: Option<&Keys>) -> Result<Checked, BadToken> {
        // Read before anything is verified, and only to find the key: it names the algorithm, and
        // whether that is allowed is our affair.
        let header = decode_header(token).map_err(|_| BadToken::Unknown)?;
        let rules = self.validations.iter().find(|rules| rules.algorithms.contains(&header.alg));
        let rules = rules.ok_or(BadToken::Algorithm)?;
        if header.alg == jsonwebtoken::Algorithm::HS256 {
            let key = self.secret.as_ref().ok_or(BadToken::Key)?;
            return verify_with(token, key, rules);
        }
        let Some(keys) = keys else {
            self.wanted.notify_one();
            return Err(BadToken::KeysMissing);
        };
        let mut fault = BadToken::Key;
        for key in keys.candidates(header.kid.as_deref(), header.alg) {
            match verify_with(token, key, rules) {
                Err(BadToken::Signature) => fault = BadToken::Signature,
                decided => return decided,
            }
        }
        if fault == BadToken::Key {
            self.wanted.notify_one();
        }
        Err(fault)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// What is looked at in a token that is signed with an algorithm.
fn validation(algorithm: Algorithm, rules: &Rules) -> Validation {
    let mut validation = Validation::new(algorithm.of());
    // Times are judged by the node's clock, not by the library's.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.required_spec_claims.clear();
    validation.validate_aud = !rules.audience.is_empty();
    if validation.validate_aud {
        validation.set_audience(&rules.audience);
        validation.required_spec_claims.insert("aud".to_owned());
    }
    if let Some(issuer) = &rules.issuer {
        validation.set_issuer(&[issuer]);
        validation.required_spec_claims.insert("iss".to_owned());
    }
    validation
}

fn verify_with(token: &str, key: &DecodingKey, rules: &Validation) -> Result<Checked, BadToken> {
    let claims = decode::<Claims>(token, key, rules).map_err(|error| match error.kind() {
        ErrorKind::InvalidSignature => BadToken::Signature,
        ErrorKind::InvalidAlgorithm => BadToken::Algorithm,
        ErrorKind::InvalidAudience => BadToken::Audience,
        ErrorKind::InvalidIssuer => BadToken::Issuer,
        ErrorKind::MissingRequiredClaim(claim) if claim == "aud" => BadToken::Audience,
        ErrorKind::MissingRequiredClaim(claim) if claim == "iss" => BadToken::Issuer,
        ErrorKind::Json(_) | ErrorKind::MissingRequiredClaim(_) => BadToken::Claims,
        _ => BadToken::Unknown,
    })?;
    let claims = claims.claims;
    let role = role(claims.role.as_deref())?;
    let bearer = Bearer { role, user: user(claims.sub)?, ends: None };
    if bearer.role == Role::Buyer && bearer.user.is_none() {
        return Err(BadToken::Subject);
    }
    let ends = time(&claims.exp).ok_or(BadToken::Claims)?;
    let begins = claims.nbf.map(|nbf| time(&nbf).ok_or(BadToken::Claims)).transpose()?;
    Ok(Checked { bearer, begins, ends })
}

fn role(claim: Option<&str>) -> Result<Role, BadToken> {
    claim.map_or(Ok(Role::Buyer), |name| Role::named(name).ok_or(BadToken::Role))
}

fn user(claim: Option<String>) -> Result<Option<UserId>, BadToken> {
    let Some(sub) = claim else { return Ok(None) };
    let user = UserId::parse(&sub).filter(|_| !sub.starts_with(STATIC_PREFIX));
    user.map(Some).ok_or(BadToken::Subject)
}

/// Seconds since 1970, perhaps with a fraction (RFC 7519, section 2: `NumericDate`).
fn time(seconds: &serde_json::Number) -> Option<Millis> {
    if let Some(whole) = seconds.as_u64() {
        return Some(Millis(whole.saturating_mul(1_000)));
    }
    let seconds = seconds.as_f64().filter(|seconds| seconds.is_finite())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as saturates")]
    Some(Millis((seconds * 1_000.0) as u64))
}
