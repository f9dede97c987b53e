//! Tokens for clusters that believe nobody.

use std::time::{Duration, SystemTime};

use usher::seats::{Millis, Role};
use usher::tokens::{Grant, SigningKey};

/// What HS256 tokens of our clusters are signed with.
pub const KEY: &str = "the key of this test cluster's tokens only";

/// Longer than any test.
const LIFETIME: Duration = Duration::from_hours(1);

/// A buyer's token.
pub fn buyer(user: &str) -> String {
    token(Some(user), Role::Buyer)
}

/// A token of anybody.
pub fn token(user: Option<&str>, role: Role) -> String {
    signed(&SigningKey::secret(KEY.as_bytes()), user, role)
}

/// The same with a key of one's own.
pub fn signed(key: &SigningKey, user: Option<&str>, role: Role) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let until = now.expect("it is later than 1970") + LIFETIME;
    let until = Millis(u64::try_from(until.as_millis()).expect("it is not that late"));
    key.sign(&Grant::new(user, role, until)).expect("the key fits its algorithm")
}
