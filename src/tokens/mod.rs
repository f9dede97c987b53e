//! Who a token is for (CONTRACT section 2): static tokens by their hash, and JSON Web Tokens (RFC
//! 7519) by their signature.
//!
//! Nothing here knows routes or what a role may do. Tokens are never logged, and what is wrong with
//! one is said without repeating any of it.

mod authority;
mod keys;
mod made;
mod refresh;
#[cfg(test)]
mod tests;

pub use authority::{Authority, BadToken, Bearer, Rules, Secret, StaticToken, TokenHash};
pub use keys::{Algorithm, Keys, KeysError};
pub use made::{Grant, SigningKey, new_static};
pub use refresh::{Source, SourceError, refresh};
