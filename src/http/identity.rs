//! Who asks (CONTRACT section 2).

use axum::http::{HeaderMap, HeaderName, header};

use super::app::Auth;
use super::headers;
use super::problem::{Code, Problem};
use crate::seats::{Caller, Millis, Role, UserId};
use crate::tokens::{Authority, BadToken};

/// Who asks, and whether their role bounds which routes they may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) caller: Caller,
    /// When the token that says so expires, if it does.
    pub(super) ends: Option<Millis>,
    enforced: bool,
}

impl Identity {
    /// Finds out who asks. Every mode of authentication begins here. `now` is called if a token's
    /// time must be judged.
    pub(super) fn of(
        auth: &Auth,
        headers: &HeaderMap,
        now: impl FnOnce() -> Millis,
    ) -> Result<Identity, Problem> {
        match auth {
            Auth::Open => Ok(Identity { caller: believed(headers)?, ends: None, enforced: false }),
            Auth::Token(authority) => {
                let (caller, ends) = proven(authority, headers, now)?;
                Ok(Identity { caller, ends, enforced: true })
            }
        }
    }

    /// Nobody in particular.
    pub(super) fn anonymous() -> Identity {
        Identity { caller: nobody(), ends: None, enforced: true }
    }

    /// Refuses callers below a role, where route permissions are enforced.
    pub(super) fn needs(&self, role: Role) -> Result<(), Problem> {
        if !self.enforced || self.caller.role >= role {
            return Ok(());
        }
        if self.caller.user.is_none() && self.caller.role == Role::Buyer {
            return Err(unauthenticated("this route needs a credential", None));
        }
        Err(Problem::new(Code::Forbidden, "this route needs a stronger role"))
    }

    /// The user, on routes that act for one.
    pub(super) fn user(&self) -> Result<&UserId, Problem> {
        self.caller.user.as_ref().ok_or_else(|| {
            let how = if self.enforced { "a token with a sub" } else { "X-User-Id" };
            unauthenticated(&format!("this route needs a user: {how}"), None)
        })
    }

    /// Refuses anonymous buyers, who own nothing that they could name.
    pub(super) fn known(&self) -> Result<(), Problem> {
        if self.sees_all() { Ok(()) } else { self.user().map(|_| ()) }
    }

    /// Whether everybody's rows are theirs to see.
    pub(super) fn sees_all(&self) -> bool {
        self.caller.role >= Role::Organizer
    }

    /// Whether a row of this user exists for them.
    pub(super) fn sees(&self, owner: &UserId) -> bool {
        self.sees_all() || self.caller.user.as_ref() == Some(owner)
    }
}

/// The caller of open mode.
fn believed(headers: &HeaderMap) -> Result<Caller, Problem> {
    let user = single(headers, &headers::USER_ID)?.map(user_id).transpose()?;
    let name = single(headers, &headers::USER_ROLE)?.unwrap_or(Role::Buyer.name());
    let role = Role::named(name)
        .ok_or_else(|| Problem::field("X-Usher-Role", "must be buyer, organizer or operator"))?;
    Ok(Caller { user, role })
}

/// Anybody, of whom nothing is known.
fn nobody() -> Caller {
    Caller { user: None, role: Role::Buyer }
}

/// The caller of token mode, and until when. Without a token it is anybody; a token that is not
/// good is nobody's.
fn proven(
    authority: &Authority,
    headers: &HeaderMap,
    now: impl FnOnce() -> Millis,
) -> Result<(Caller, Option<Millis>), Problem> {
    let Some(value) = single(headers, &header::AUTHORIZATION)? else {
        return Ok((nobody(), None));
    };
    let scheme = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = scheme else {
        return Err(unauthenticated(
            "say Authorization: Bearer and a token",
            Some("invalid_request"),
        ));
    };
    let bearer = authority.check(token.trim(), now()).map_err(|bad| match bad {
        BadToken::KeysMissing => Problem::new(Code::NotReady, bad.to_string()).retry_after(1),
        bad => unauthenticated(&bad.to_string(), Some("invalid_token")),
    })?;
    Ok((Caller { user: bearer.user, role: bearer.role }, bearer.ends))
}

/// A 401, with what RFC 6750 (section 3) has clients told.
fn unauthenticated(why: &str, error: Option<&str>) -> Problem {
    let challenge = match error {
        Some(error) => format!("Bearer realm=\"usher\", error=\"{error}\""),
        None => "Bearer realm=\"usher\"".to_owned(),
    };
    Problem::new(Code::Unauthenticated, why).header(header::WWW_AUTHENTICATE, &challenge)
}

fn user_id(text: &str) -> Result<UserId, Problem> {
    UserId::parse(text).ok_or_else(|| {
        let rule = format!("must have 1 to {} visible ASCII characters", UserId::LENGTH_MAX);
        Problem::field("X-User-Id", rule)
    })
}

/// The one value of a header: of two, nobody can say which is meant.
pub(super) fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::field(titled(name), "must be given once"));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(Problem::field(titled(name), "must be visible ASCII characters")),
    }
}

/// A header's name as people write it: `X-User-Id`.
fn titled(name: &HeaderName) -> String {
    let part = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    name.as_str().split('-').map(part).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Open mode enforces nothing; where roles are enforced, the missing credential is a 401 and
    /// the weak one a 403.
    #[test]
    fn roles_bound_routes_only_where_they_are_enforced() {
        let of = |user: Option<&str>, role, enforced| Identity {
            caller: Caller { user: user.map(UserId::from), role },
            ends: None,
            enforced,
        };
        let code = |identity: Identity| identity.needs(Role::Organizer).err().map(|p| p.code());
        assert_eq!(code(of(None, Role::Buyer, false)), None);
        assert_eq!(code(of(None, Role::Buyer, true)), Some(Code::Unauthenticated));
        assert_eq!(code(of(Some("u"), Role::Buyer, true)), Some(Code::Forbidden));
        assert_eq!(code(of(Some("u"), Role::Organizer, true)), None);
        assert_eq!(code(of(None, Role::Operator, true)), None);
    }
}
