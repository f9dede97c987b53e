//! The seats of a show, as buyers and organizers see them: JSON or packed, whole or in part.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::app::Site;
use super::ask::{AnyMedia, Ask, Id};
use super::bodies::{BodyKey, Rendered, gzip};
use super::frame::{self, Frame};
use super::headers;
use super::params::Params;
use super::problem::{Code, Problem};
use super::refusals::not_found;
use crate::seats::{Noun, SeatMap, ShowId, UserId};
use crate::tasks;

/// Shows up to this many seats are rendered as JSON in place: it takes about a millisecond.
const RENDER_IN_PLACE_MAX: usize = 10_000;

/// What a seat takes in JSON, roughly.
const SEAT_BYTES: usize = 65;

const JSON: &str = "application/json";
const PACKED: &str = "application/octet-stream";

/// What of a show's seats is shown, and how. Two requests of one view share a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent switches")]
pub(super) struct View {
    pub(super) organizer: bool,
    pub(super) packed: bool,
    pub(super) only_available: bool,
    pub(super) section: Option<String>,
    pub(super) gzip: bool,
}

impl View {
    /// Everything in JSON, as streams send it first.
    pub(super) fn whole(organizer: bool) -> View {
        View { organizer, packed: false, only_available: false, section: None, gzip: false }
    }

    /// Its part of the `ETag`: role, format, filters.
    pub(super) fn tag(&self) -> String {
        let mut tag = String::new();
        tag.push(if self.organizer { 'o' } else { 'b' });
        tag.push(if self.packed { 'p' } else { 'j' });
        if self.only_available {
            tag.push('a');
        }
        if self.gzip {
            tag.push('z');
        }
        if let Some(section) = &self.section {
            let hash: [u8; 32] = Sha256::digest(section).into();
            let half = u64::from_be_bytes(hash[..8].try_into().unwrap_or_default());
            write!(tag, "{half:016x}").expect("writing to a String cannot fail");
        }
        tag
    }

    fn media(&self) -> &'static str {
        if self.packed { PACKED } else { JSON }
    }
}

/// `GET /v1/shows/{show}/seats`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let mine = params.flag("mine");
    let view = view(&ask, &mut params, mine)?;
    params.finish()?;
    let user = if mine { Some(ask.identity.user()?.clone()) } else { None };
    site.freshen(fresh).await?;
    let show = ShowId::from(show);
    let stand = site.stand(&show)?;
    if let Some(section) = &view.section
        && !stand.map.as_deref().is_some_and(|map| frame::has_section(map, section))
    {
        let problem = Problem::field("section", "is not the name of a zone of this show");
        return Err(problem.at(stand.index));
    }
    if let Some(user) = user {
        return site.own_seats(&show, &view, &user, stand).await;
    }
    let etag = |version: u64| format!("\"{}-{version}-{}\"", stand.epoch, view.tag());
    if ask.has(&etag(stand.version)) {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        mark(answer.headers_mut(), &view, &etag(stand.version), stand.index);
        return Ok(answer);
    }
    let rendered = site.seats(&show, &view, stand.version).await?;
    let mut answer = Response::new(Body::from(rendered.body));
    let out = answer.headers_mut();
    mark(out, &view, &etag(rendered.version), rendered.index.max(stand.index));
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(view.media()));
    if view.gzip {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(answer)
}

/// Reads which view is asked for.
fn view(ask: &Ask, params: &mut Params, mine: bool) -> Result<View, Problem> {
    let format = params.one_of("format", &[("json", false), ("packed", true)]);
    let only_available = params.one_of("status", &[("available", ())]).is_some();
    let section = params.text("section");
    let packed = match format {
        // Said in the address, it is not for `Accept` to say otherwise.
        Some(packed) => packed,
        None if ask.accepts(JSON) => false,
        None if ask.accepts(PACKED) => true,
        None => {
            let detail = format!("this route answers {JSON} or {PACKED}");
            return Err(Problem::new(Code::NotAcceptable, detail));
        }
    };
    if packed && only_available {
        params.fault("status", "does not go with format=packed, where a seat's place is its name");
    }
    if packed && mine {
        params.fault("mine", "does not go with format=packed");
    }
    let organizer = ask.identity.sees_all();
    // What is packed hardly shrinks, and one's own seats are not worth it.
    let gzip = ask.accepts_gzip() && !packed && !mine;
    Ok(View { organizer, packed, only_available, section, gzip })
}

/// The headers that an answer has with and without a body.
fn mark(out: &mut HeaderMap, view: &View, etag: &str, index: u64) {
    let vary = "Accept, Accept-Encoding, Authorization, X-Usher-Role";
    out.insert(header::VARY, HeaderValue::from_static(vary));
    let cache = if view.organizer { "private, no-cache" } else { "no-cache" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(headers::APPLIED_INDEX, HeaderValue::from(index));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        out.insert(header::ETAG, etag);
    }
}

/// Where a show's seats stand.
pub(super) struct Stand {
    pub(super) epoch: u64,
    pub(super) version: u64,
    pub(super) index: u64,
    pub(super) map: Option<Arc<SeatMap>>,
}

impl Site {
    /// Where a show's seats stand on this node.
    pub(super) fn stand(&self, show: &ShowId) -> Result<Stand, Problem> {
        let (found, index) = self.backend.read(|state, index| {
            let found = state.show(show).map(|show| Stand {
                epoch: state.epoch(),
                version: show.version(),
                index,
                map: show.map().cloned(),
            });
            (found, index)
        });
        found.ok_or_else(|| not_found(Noun::Show).at(index))
    }

    /// A view of a show's seats at `version` or later.
    pub(super) async fn seats(
        &self,
        show: &ShowId,
        view: &View,
        version: u64,
    ) -> Result<Rendered, Problem> {
        let key = BodyKey::Seats(show.clone(), view.tag());
        self.bodies.get(key, version, || self.render_seats(show, view)).await
    }

    async fn render_seats(&self, show: &ShowId, view: &View) -> Result<Rendered, Problem> {
        let taken = self.backend.read(|state, index| Frame::take(state, index, show, view));
        let frame = taken.ok_or_else(|| not_found(Noun::Show))?;
        let (version, index) = (frame.version, frame.index);
        if view.packed {
            return Ok(Rendered { version, index, body: frame.packed().into() });
        }
        let zip = view.gzip;
        let render = move || {
            let body = frame.json();
            if zip { gzip(&body) } else { body.into() }
        };
        let seats = self.stand(show)?.map.map_or(0, |map| map.seats().len());
        Ok(Rendered { version, index, body: in_place_or_aside(seats, render).await? })
    }

    /// The seats with the caller's own marked. Nobody else has a use for it, so it is not kept, and
    /// only so many such answers wait for clients to read them.
    async fn own_seats(
        &self,
        show: &ShowId,
        view: &View,
        user: &UserId,
        stand: Stand,
    ) -> Result<Response, Problem> {
        let seats = stand.map.map_or(0, |map| map.seats().len());
        let permits = u32::try_from(seats).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.own_seats).try_acquire_many_owned(permits);
        let mut permit = permit.map_err(|_| {
            let detail = "this node sends as many answers of this kind as it can";
            Problem::new(Code::Overloaded, detail).retry_after(1).at(stand.index)
        })?;
        let taken = self.backend.read(|state, index| {
            let frame = Frame::take(state, index, show, view)?;
            Some(frame.with_own(state, user))
        });
        let frame = taken.ok_or_else(|| not_found(Noun::Show))?;
        let index = frame.index;
        let body = in_place_or_aside(seats, move || frame.json()).await?;
        // A part of a hall takes no more than its part.
        let used = body.len().div_ceil(SEAT_BYTES);
        drop(permit.split(seats.saturating_sub(used)));
        let body = Bytes::from_owner(Counted { body, _permit: permit });
        let mut answer = Response::new(Body::from(body));
        let out = answer.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        out.insert(headers::APPLIED_INDEX, HeaderValue::from(index));
        Ok(answer)
    }
}

/// Bytes that count until the last of them was sent.
struct Counted {
    body: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// Renders so many seats: here, or where it keeps no other request waiting.
async fn in_place_or_aside<T: Send + 'static>(
    seats: usize,
    render: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    if seats <= RENDER_IN_PLACE_MAX {
        return Ok(render());
    }
    let rendered = tasks::blocking(render).await;
    rendered.map_err(|_| Problem::internal("rendering seats panicked"))
}
