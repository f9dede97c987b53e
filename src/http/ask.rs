//! A request as the handlers see it: everything but the body.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use super::app::Site;
use super::headers;
use super::identity::{Identity, single};
use super::params::{Freshness, Params};
use super::problem::{Code, Problem};
use super::routes::{Door, Needs};
use super::source::Source;

/// Characters of an idempotency key.
const KEY_MAX: usize = 255;

/// A request without its body.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) identity: Identity,
    /// The client's name for a write.
    pub(super) key: Option<String>,
    /// How long an ordinary body may take to arrive.
    pub(super) body_patience: Duration,
    /// From which address it came, if that is known.
    pub(super) source: Option<Source>,
    needs: Needs,
    query: String,
}

impl Ask {
    fn of(parts: &mut Parts, site: &Site, identity: Identity, key: Option<String>) -> Ask {
        // The envelope has found it.
        let door = parts.extensions.get::<Door>().copied().unwrap_or_default();
        Ask {
            needs: door.needs,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            identity,
            key,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            body_patience: site.settings.limits.body_patience,
            source: parts.extensions.get().copied(),
            headers: std::mem::take(&mut parts.headers),
        }
    }

    /// Refuses whoever may not use this route. What the request itself says is read first: of
    /// several faults a client hears of that one (CONTRACT section 1).
    pub(super) fn allowed(&self) -> Result<(), Problem> {
        match self.needs {
            Needs::Nothing | Needs::Signature => Ok(()),
            Needs::Link | Needs::Known => self.identity.known(),
            Needs::User => self.identity.user().map(|_| ()),
            Needs::Role(role) => self.identity.needs(role),
        }
    }

    /// The query's parameters.
    pub(super) fn params(&self) -> Result<Params, Problem> {
        Params::parse(&self.query)
    }

    /// How fresh a read must be, where it has no other parameter.
    pub(super) fn freshness(&self) -> Result<Freshness, Problem> {
        let mut params = self.params()?;
        let fresh = params.freshness();
        params.finish()?;
        Ok(fresh)
    }

    /// Refuses any query parameter.
    pub(super) fn no_params(&self) -> Result<(), Problem> {
        self.params()?.finish()
    }

    /// Whether the client takes this media type.
    pub(super) fn accepts(&self, media: &str) -> bool {
        accepts(&self.headers, media)
    }

    /// Whether the client takes gzip.
    pub(super) fn accepts_gzip(&self) -> bool {
        let Some(codings) = self.headers.get(header::ACCEPT_ENCODING) else { return false };
        let Ok(codings) = codings.to_str() else { return false };
        codings.split(',').any(|coding| {
            let (name, weight) = split_weight(coding);
            name.eq_ignore_ascii_case("gzip") && weight
        })
    }

    /// Whether the client has the representation with this tag (RFC 9110, section 13.1.2).
    pub(super) fn has(&self, etag: &str) -> bool {
        self.headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            let tags = value.to_str().unwrap_or_default().split(',').map(str::trim);
            tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag))
                .any(|tag| tag == "*" || tag == etag)
        })
    }
}

impl FromRequestParts<Arc<Site>> for Ask {
    type Rejection = Problem;

    /// Refuses clients that take no JSON: most routes answer nothing else.
    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Ask, Problem> {
        if !accepts(&parts.headers, "application/json") {
            return Err(Problem::new(Code::NotAcceptable, "this route answers application/json"));
        }
        let AnyMedia(ask) = AnyMedia::from_request_parts(parts, site).await?;
        Ok(ask)
    }
}

/// The same for a route that answers something else, too, and looks at what its client takes.
pub(super) struct AnyMedia(pub(super) Ask);

impl FromRequestParts<Arc<Site>> for AnyMedia {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<AnyMedia, Problem> {
        let now = || site.clock.wall();
        let identity = Identity::of(&site.settings.auth, &parts.headers, now)?;
        site.meters.user(&parts.extensions, identity.caller.user.as_ref())?;
        let key = single(&parts.headers, &headers::IDEMPOTENCY_KEY)?.map(key).transpose()?;
        Ok(AnyMedia(Ask::of(parts, site, identity, key)))
    }
}

/// A request whose sender proves itself by signing the body: what its headers say of a user, a key
/// or a credential is not ours and is not looked at.
pub(super) struct Signed(pub(super) Ask);

impl FromRequestParts<Arc<Site>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Signed, Problem> {
        Ok(Signed(Ask::of(parts, site, Identity::anonymous(), None)))
    }
}

fn key(text: &str) -> Result<String, Problem> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !visible || !(1..=KEY_MAX).contains(&text.len()) {
        let rule = format!("must have 1 to {KEY_MAX} visible ASCII characters");
        return Err(Problem::field("Idempotency-Key", rule));
    }
    Ok(text.to_owned())
}

/// An id in the path.
pub(super) struct Id(pub(super) String);

impl FromRequestParts<Arc<Site>> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Id, Problem> {
        match Path::<String>::from_request_parts(parts, site).await {
            Ok(Path(id)) => Ok(Id(id)),
            // Such as escapes that are no UTF-8: nothing has that name.
            Err(_) => Err(Problem::new(Code::NotFound, "nothing has such a name")),
        }
    }
}

/// Whether `Accept` allows a media type; without the header everything is fine. The most specific
/// range that fits decides (RFC 9110, section 12.5.1).
fn accepts(headers: &HeaderMap, media: &str) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return true;
    }
    let mut best: Option<(u8, bool)> = None;
    for range in values.flat_map(|value| value.to_str().unwrap_or_default().split(',')) {
        let (range, wanted) = split_weight(range);
        let Some(rank) = rank(range, media) else { continue };
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, wanted));
        }
    }
    best.is_some_and(|(_, wanted)| wanted)
}

/// How specific a range is, if it covers the media type.
fn rank(range: &str, media: &str) -> Option<u8> {
    if range.eq_ignore_ascii_case(media) {
        return Some(2);
    }
    if range == "*/*" {
        return Some(0);
    }
    let family = range.strip_suffix("/*")?;
    let (of_media, _) = media.split_once('/')?;
    family.eq_ignore_ascii_case(of_media).then_some(1)
}

/// Splits `name;q=0.5`: the name, and whether its weight is above zero.
fn split_weight(item: &str) -> (&str, bool) {
    let mut parts = item.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
    (name, weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// The most specific range decides, and a weight of zero forbids.
    #[test]
    fn accept_is_read_as_the_standard_says() {
        let check = |accept: &'static str, media: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(accepts(&headers, media), expected, "{accept} for {media}");
        };
        check("*/*", "application/json", true);
        check("application/json", "application/json", true);
        check("text/html, application/*;q=0.5", "application/json", true);
        check("text/html", "application/json", false);
        check("*/*;q=0", "application/json", false);
        check("*/*, application/json;q=0", "application/json", false);
        check("application/json;q=0.1, */*;q=0", "application/json", true);
        check("", "application/json", false);
        assert!(accepts(&HeaderMap::new(), "application/json"));
    }
}
