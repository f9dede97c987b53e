//! Holds: seats taken from sale for a user until a deadline (CONTRACT section 4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body::{self, BODY_MAX, Nothing, Object};
use super::bookings;
use super::checks::QUANTITY_MAX;
use super::exchange::{Written, json, located};
use super::openapi::{EmailAddress, Reference};
use super::page::Page;
use super::problem::{Faults, Problem};
use super::refusals::not_found;
use super::view::{Hall, HoldBody};
use crate::seats::{
    AreaId, Command, Hold, HoldId, HoldStatus, Millis, Noun, Receipt, SeatId, ShowId,
    State as Seats, Want,
};

/// Seats that a request can name: ten times what any show lets a hold have, so that whoever asks
/// for some too many hears of the show's own limit.
const SEATS_MAX: usize = 1_000;

/// Areas that a request can name: all that a show can have.
const AREAS_MAX: usize = 100;

/// Seconds that a hold may be extended by: any number that makes sense, for the show's policy says
/// how far it goes.
const EXTEND_SECONDS_MAX: u64 = 365 * 24 * 3600;

/// Characters of the organizer's own reference.
const REFERENCE_MAX: usize = 200;

/// Whoever knows this level knows [`Command::HoldWithin`].
const HOLD_WITHIN_LEVEL: u32 = 1;

/// `POST /v1/shows/{show}/holds`
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let fields: HoldFields = body::json(&ask.headers, &raw)?;
    let named = fields.seats.clone().unwrap_or_default();
    let replace_active = fields.replace_active.unwrap_or(false);
    let want = fields.check()?;
    let user = ask.identity.user()?.clone();
    let show = ShowId::from(show);
    let command = match bookings_max(&site) {
        None => Command::Hold { show, user, want, replace_active },
        Some(bookings_max) => {
            Command::HoldWithin { show, user, want, replace_active, bookings_max }
        }
    };
    let written = site.write(&ask, &raw, command, &named).await?;
    let answer = answer(&site, &written, StatusCode::CREATED).await?;
    let Receipt::Hold(hold) = &written.receipt else { return Err(written.unexpected()) };
    Ok(located(answer, &format!("/v1/holds/{}", hold.id)))
}

/// `GET /v1/holds/{hold}`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(hold): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let hold = HoldId::parse(&hold);
    one(&site, |state| hold.and_then(|id| state.hold(id)).filter(|h| ask.identity.sees(&h.user)))
}

/// `GET /v1/me/hold`
pub(super) async fn mine(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    let user = ask.identity.user()?;
    site.freshen(fresh).await?;
    one(&site, |state| state.active_hold(user))
}

/// `POST /v1/holds/{hold}/extend`
pub(super) async fn extend(
    State(site): State<Arc<Site>>,
    Id(hold): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let fields: ExtendFields = body::json(&ask.headers, &raw)?;
    let mut faults = Faults::default();
    faults.range("ttl_seconds", fields.ttl_seconds, 1, EXTEND_SECONDS_MAX);
    faults.finish()?;
    ask.allowed()?;
    let ttl = Millis(fields.ttl_seconds * 1000);
    let command = Command::Extend { hold: id(&hold), ttl };
    let written = site.write(&ask, &raw, command, &[]).await?;
    answer(&site, &written, StatusCode::OK).await
}

/// `DELETE /v1/holds/{hold}`
pub(super) async fn release(
    State(site): State<Arc<Site>>,
    Id(hold): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw)?;
    ask.allowed()?;
    let command = Command::Release { hold: id(&hold) };
    let written = site.write(&ask, &raw, command, &[]).await?;
    Ok(written.empty())
}

/// `POST /v1/holds/{hold}/confirm`
pub(super) async fn confirm(
    State(site): State<Arc<Site>>,
    Id(hold): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let ConfirmFields { reference, email } = body::json(&ask.headers, &raw)?;
    let mut faults = Faults::default();
    faults.line("reference", &reference, 1, REFERENCE_MAX);
    if let Some(email) = &email {
        faults.email("email", email);
    }
    faults.finish()?;
    ask.allowed()?;
    let command = Command::Confirm { hold: id(&hold), reference, email };
    let written = site.write(&ask, &raw, command, &[]).await?;
    let answer = bookings::answer(&site, &written, StatusCode::CREATED).await?;
    let Receipt::Booking(booking) = &written.receipt else { return Err(written.unexpected()) };
    Ok(located(answer, &format!("/v1/bookings/{}", booking.id)))
}

/// `GET /v1/shows/{show}/holds`
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    const STATUSES: &[(&str, Option<HoldStatus>)] = &[
        ("all", None),
        ("pending", Some(HoldStatus::Pending)),
        ("confirmed", Some(HoldStatus::Confirmed)),
        ("released", Some(HoldStatus::Released)),
        ("expired", Some(HoldStatus::Expired)),
    ];
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| HoldId::parse(key).is_some());
    let status = params.one_of("status", STATUSES).flatten();
    params.finish()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let show = ShowId::from(show);
    let after = paging.after.as_deref().and_then(HoldId::parse);
    let (found, index) = site.backend.read(|state, index| {
        let Some(of_show) = state.show(&show) else { return (None, index) };
        let hall = Hall::of(of_show);
        // The newest first: ids begin with their time. A show knows its pending ones by itself.
        let rows: Box<dyn Iterator<Item = &Hold>> = match status {
            Some(HoldStatus::Pending) => {
                Box::new(of_show.pending_below(after).rev().filter_map(|id| state.hold(id)))
            }
            Some(HoldStatus::Confirmed | HoldStatus::Released | HoldStatus::Expired) | None => {
                Box::new(state.holds_below(after).rev())
            }
        };
        let rows = rows.filter(|hold| hold.show == show && ask.identity.sees(&hold.user));
        let rows = rows.filter(|hold| status.is_none_or(|status| hold.status == status));
        (Some((hall, rows.take(paging.limit + 1).cloned().collect::<Vec<_>>())), index)
    });
    let (hall, rows) = found.ok_or_else(|| not_found(Noun::Show).at(index))?;
    let page = Page::cut(rows, paging.limit, |hold| hold.id.to_string());
    let now = site.clock.wall();
    Ok(json(StatusCode::OK, &page.render(|hold| HoldBody::of(hold, &hall, now))?, index))
}

/// How many bookings a user may have of a show. While there may be members that have never heard of
/// such a limit, there is none.
fn bookings_max(site: &Site) -> Option<u32> {
    let max = site.settings.limits.bookings_per_user_and_show;
    let known = || HOLD_WITHIN_LEVEL <= site.backend.read(|state, _| state.level());
    (0 < max && known()).then_some(max)
}

/// The answer to a read of one hold.
fn one(site: &Site, look: impl FnOnce(&Seats) -> Option<&Hold>) -> Result<Response, Problem> {
    let (found, index) = site.backend.read(|state, index| {
        let found = look(state).cloned();
        (found.map(|hold| (state.show(&hold.show).map(Hall::of), hold)), index)
    });
    let (hall, hold) = found.ok_or_else(|| not_found(Noun::Hold).at(index))?;
    let hall = hall.ok_or_else(|| Problem::internal("a hold of no show"))?;
    Ok(json(StatusCode::OK, &HoldBody::of(&hold, &hall, site.clock.wall())?, index))
}

/// The answer to a write whose receipt is a hold.
async fn answer(site: &Site, written: &Written, status: StatusCode) -> Result<Response, Problem> {
    let Receipt::Hold(hold) = &written.receipt else { return Err(written.unexpected()) };
    let hall = site.read_after(written, &hold.show, |s| s.show(&hold.show).map(Hall::of)).await?;
    let hall = hall.ok_or_else(|| Problem::internal("a hold of no show"))?;
    Ok(written.answer(status, &HoldBody::of(hold, &hall, written.at)?))
}

/// A hold's id in a path. A text that is none names no hold, and neither does zero: the core
/// refuses both in one way.
fn id(text: &str) -> HoldId {
    HoldId::parse(text).unwrap_or(HoldId(0))
}

/// What a new hold asks for: seats and areas by name, or the best that are free.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHold)]
pub(super) struct HoldFields {
    /// Seats by id, each once.
    #[schema(max_items = 1000)]
    seats: Option<Vec<String>>,
    /// Places in areas, each area once.
    #[schema(max_items = 100, value_type = Option<Vec<AreaFields>>)]
    areas: Option<Vec<Object<AreaFields>>>,
    /// Instead of naming any: the best that are free, together if possible.
    #[schema(value_type = Option<BestFields>)]
    best_available: Option<Object<BestFields>>,
    /// Lets this hold take the place of the caller's pending one.
    replace_active: Option<bool>,
}

/// Places in an area.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHoldArea)]
struct AreaFields {
    /// The area.
    id: String,
    /// How many places.
    #[schema(minimum = 1, maximum = 100_000)]
    quantity: u32,
}

/// The best seats that are free.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BestAvailable)]
struct BestFields {
    /// How many.
    #[schema(minimum = 1, maximum = 100_000)]
    quantity: u32,
    /// Of which category; of any, if left out.
    category: Option<String>,
}

/// How long a hold is to live from now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExtendHold)]
pub(super) struct ExtendFields {
    /// Seconds from now, as far as the show's policy lets a hold live.
    #[schema(minimum = 1, maximum = 31_536_000)]
    ttl_seconds: u64,
}

/// A box-office sale, paid outside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConfirmHold)]
pub(super) struct ConfirmFields {
    /// The organizer's own reference.
    #[schema(value_type = Reference)]
    reference: String,
    /// Where the ticket is mailed; nowhere, if left out.
    #[schema(value_type = Option<EmailAddress>)]
    email: Option<String>,
}

impl HoldFields {
    fn check(self) -> Result<Want, Problem> {
        let mut faults = Faults::default();
        let named = self.seats.is_some() || self.areas.is_some();
        let want = match self.best_available {
            Some(_) if named => {
                faults.add("best_available", "must not stand beside seats or areas");
                None
            }
            Some(Object(BestFields { quantity, category })) => {
                let most = u64::from(QUANTITY_MAX);
                faults.range("best_available.quantity", u64::from(quantity), 1, most);
                Some(Want::BestAvailable { quantity, category })
            }
            None => {
                let seats = self.seats.unwrap_or_default();
                let areas = self.areas.unwrap_or_default();
                if seats.is_empty() && areas.is_empty() {
                    faults.add("seats", "must name a seat, unless areas or best_available do");
                }
                faults.seats("seats", &seats, 0, SEATS_MAX);
                let areas = check_areas(&mut faults, areas);
                let seats: BTreeSet<SeatId> = seats.into_iter().map(SeatId).collect();
                Some(Want::Named { seats, areas })
            }
        };
        faults.finish()?;
        want.ok_or_else(|| Problem::internal("a fault was lost"))
    }
}

fn check_areas(faults: &mut Faults, areas: Vec<Object<AreaFields>>) -> BTreeMap<AreaId, u32> {
    faults.count("areas", areas.len(), AREAS_MAX);
    let mut wanted = BTreeMap::new();
    for (at, Object(AreaFields { id, quantity })) in areas.into_iter().enumerate() {
        let field = format!("areas[{at}].quantity");
        faults.range(&field, u64::from(quantity), 1, u64::from(QUANTITY_MAX));
        if wanted.insert(AreaId(id.clone()), quantity).is_some() {
            faults.add(format!("areas[{at}].id"), format!("names area {id:?} again"));
        }
    }
    wanted
}
