//! Who may come in, from the configuration.

use std::sync::Arc;
use std::time::Duration;

use super::run::NodeError;
use crate::config::{AuthMode, Config, TokenEntry};
use crate::http::Auth;
use crate::seats::{Millis, Role};
use crate::tokens::{Algorithm, Authority, Rules, Secret, Source, StaticToken};

/// How callers are known, and what keeps that up to date.
pub(super) struct Door {
    pub(super) auth: Auth,
    pub(super) refresh: Option<Refresh>,
}

/// A set of public keys that is read again and again.
pub(super) struct Refresh {
    pub(super) authority: Arc<Authority>,
    pub(super) source: Source,
    pub(super) every: Duration,
}

/// The door of a configuration.
///
/// # Errors
/// A setting that cannot be used.
pub(super) fn door(config: &Config) -> Result<Door, NodeError> {
    if config.auth.mode == AuthMode::Open {
        return Ok(Door { auth: Auth::Open, refresh: None });
    }
    let jwt = &config.auth.jwt;
    let source = (!jwt.jwks.is_empty()).then(|| Source::of(&jwt.jwks)).transpose();
    let source = source.map_err(|message| setting("auth.jwt.jwks", message))?;
    let authority = Arc::new(Authority::new(rules(config)?));
    let every = Duration::from_secs(jwt.refresh_seconds);
    let refresh = source.map(|source| Refresh { authority: Arc::clone(&authority), source, every });
    Ok(Door { auth: Auth::Token(authority), refresh })
}

fn rules(config: &Config) -> Result<Rules, NodeError> {
    let jwt = &config.auth.jwt;
    let algorithm = |name: &String| {
        let unknown = || setting("auth.jwt.algorithms", format!("{name:?} is not known"));
        Algorithm::named(name).ok_or_else(unknown)
    };
    let token = |(at, entry): (usize, &TokenEntry)| {
        let unusable =
            || setting(&format!("auth.tokens[{at}]"), "has no hash or no role".to_owned());
        let role = Role::named(&entry.role).ok_or_else(unusable)?;
        let hash = entry.hash().ok_or_else(unusable)?;
        Ok((hash, StaticToken { name: entry.name.clone(), role }))
    };
    let secret = jwt.secret.reveal();
    Ok(Rules {
        algorithms: jwt.algorithms.iter().map(algorithm).collect::<Result<_, NodeError>>()?,
        audience: jwt.audience.clone(),
        issuer: (!jwt.issuer.is_empty()).then(|| jwt.issuer.clone()),
        leeway: Millis(jwt.leeway_seconds.saturating_mul(1_000)),
        secret: (!secret.is_empty()).then(|| Secret::new(secret.as_bytes())),
        awaits_keys: !jwt.jwks.is_empty(),
        tokens: config
            .auth
            .tokens
            .iter()
            .enumerate()
            .map(token)
            .collect::<Result<_, NodeError>>()?,
    })
}

fn setting(key: &str, message: String) -> NodeError {
    NodeError::Setting { key: key.to_owned(), message }
}
