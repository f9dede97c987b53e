//! Whose idempotency keys are one space.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::command::{Caller, Role};
use super::ids::{Text, UserId};

/// What the text of a user's scope begins with. It keeps a user named "operator" apart from the
/// role.
const USER: &str = "user:";

/// What the text of a role's scope begins with.
const ROLE: &str = "role:";

/// Whose key it is. It is stored as its text, and ordered as that is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// An anonymous caller's, in this role.
    Role(Role),
    /// A user's.
    User(UserId),
    /// What was stored and is neither of these.
    Other(Text),
}

impl Scope {
    pub(super) fn of(caller: &Caller) -> Scope {
        match &caller.user {
            Some(user) => Scope::User(user.clone()),
            None => Scope::Role(caller.role),
        }
    }

    /// The inverse of `Display`.
    #[must_use]
    pub fn parse(text: &str) -> Scope {
        if let Some(user) = text.strip_prefix(USER) {
            return Scope::User(user.into());
        }
        let role = text.strip_prefix(ROLE).and_then(Role::named);
        role.map_or_else(|| Scope::Other(text.into()), Scope::Role)
    }

    /// The two halves of its text.
    fn halves(&self) -> (&str, &str) {
        match self {
            Scope::Role(role) => (ROLE, role.name()),
            Scope::User(user) => (USER, user.0.as_str()),
            Scope::Other(text) => ("", text.as_str()),
        }
    }

    fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let (prefix, name) = self.halves();
        prefix.bytes().chain(name.bytes())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, name) = self.halves();
        f.write_str(prefix)?;
        f.write_str(name)
    }
}

impl Ord for Scope {
    fn cmp(&self, other: &Scope) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl PartialOrd for Scope {
    fn partial_cmp(&self, other: &Scope) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scope, D::Error> {
        deserializer.deserialize_str(Read)
    }
}

struct Read;

impl Visitor<'_> for Read {
    type Value = Scope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whose key it is")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scope, E> {
        Ok(Scope::parse(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, Scope};

    /// Scopes stand in rows and are ordered as their texts are, whoever they are of.
    #[test]
    fn texts_and_order_agree() {
        let roles = Role::ALL.into_iter().map(Scope::Role);
        let users = ["", "a", "operator", "b", "role:buyer"].map(|user| Scope::User(user.into()));
        let others = ["", "ada", "role:nobody"].map(|text| Scope::Other(text.into()));
        let scopes: Vec<Scope> = roles.chain(users).chain(others).collect();
        for a in &scopes {
            assert_eq!(Scope::parse(&a.to_string()), *a);
            for b in &scopes {
                assert_eq!(a.cmp(b), a.to_string().cmp(&b.to_string()), "{a} and {b}");
            }
        }
    }
}
