//! Bookings: seats that are sold (CONTRACT section 5).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body::{self, BODY_MAX, Nothing};
use super::exchange::{Written, json};
use super::page::{Page, Paging};
use super::problem::{Faults, Problem};
use super::refusals::not_found;
use super::view::{BookingBody, Hall};
use crate::seats::{
    Booking, BookingId, BookingStatus, Command, Noun, Receipt, SeatId, ShowId, State as Seats,
    UserId,
};

/// Seats that a request can name: a booking has no more than a hold.
const SEATS_MAX: usize = 100;

/// `GET /v1/bookings/{booking}`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(booking): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let (found, index) = site.backend.read(|state, index| {
        let booking = BookingId::parse(&booking).and_then(|id| state.booking(id));
        let booking = booking.filter(|booking| ask.identity.sees(&booking.user)).cloned();
        (booking.map(|booking| (state.show(&booking.show).map(Hall::of), booking)), index)
    });
    let (hall, booking) = found.ok_or_else(|| not_found(Noun::Booking).at(index))?;
    let hall = hall.ok_or_else(|| Problem::internal("a booking of no show"))?;
    Ok(json(StatusCode::OK, &BookingBody::of(&booking, &hall, &site.links())?, index))
}

/// `GET /v1/me/bookings`
pub(super) async fn mine(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| BookingId::parse(key).is_some());
    params.finish()?;
    let user = ask.identity.user()?;
    site.freshen(fresh).await?;
    page(&site, &paging, &Among::Users(user), |_| true)
}

/// `GET /v1/bookings`
pub(super) async fn list(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    const STATUSES: &[(&str, Option<BookingStatus>)] = &[
        ("all", None),
        ("confirmed", Some(BookingStatus::Confirmed)),
        ("cancelled", Some(BookingStatus::Cancelled)),
    ];
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| BookingId::parse(key).is_some());
    let show = params.text("show").map(ShowId::from);
    let email = params.text("email");
    let status = params.one_of("status", STATUSES).flatten();
    params.finish()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let among = match (status, &show) {
        (Some(BookingStatus::Confirmed), Some(show)) => Among::Standing(show),
        (Some(BookingStatus::Confirmed | BookingStatus::Cancelled) | None, _) => Among::All,
    };
    page(&site, &paging, &among, |booking| {
        let theirs = booking.email.as_deref().unwrap_or_default();
        ask.identity.sees(&booking.user)
            && show.as_ref().is_none_or(|show| booking.show == *show)
            && status.is_none_or(|status| booking.status == status)
            && email.as_deref().is_none_or(|email| theirs.eq_ignore_ascii_case(email))
    })
}

/// `POST /v1/bookings/{booking}/cancel`
pub(super) async fn cancel(
    State(site): State<Arc<Site>>,
    Id(booking): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let CancelFields { seats } = body::json_or_nothing(&ask.headers, &raw)?;
    let named = seats.clone().unwrap_or_default();
    if let Some(seats) = &seats {
        let mut faults = Faults::default();
        faults.seats("seats", seats, 1, SEATS_MAX);
        faults.finish()?;
    }
    ask.allowed()?;
    let seats = seats.map(|seats| seats.into_iter().map(SeatId).collect());
    let command = Command::CancelBooking { booking: id(&booking), seats };
    let written = site.write(&ask, &raw, command, &named).await?;
    answer(&site, &written, StatusCode::OK).await
}

/// `POST /v1/bookings/{booking}/resend`
pub(super) async fn resend(
    State(site): State<Arc<Site>>,
    Id(booking): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw)?;
    ask.allowed()?;
    let command = Command::Resend { booking: id(&booking) };
    let written = site.write(&ask, &raw, command, &[]).await?;
    answer(&site, &written, StatusCode::ACCEPTED).await
}

/// The answer to a write whose receipt is a booking.
pub(super) async fn answer(
    site: &Site,
    written: &Written,
    status: StatusCode,
) -> Result<Response, Problem> {
    let Receipt::Booking(booking) = &written.receipt else { return Err(written.unexpected()) };
    let show = &booking.show;
    let hall = site.read_after(written, show, |state| state.show(show).map(Hall::of)).await?;
    let hall = hall.ok_or_else(|| Problem::internal("a booking of no show"))?;
    Ok(written.answer(status, &BookingBody::of(booking, &hall, &site.links())?))
}

/// What a list is made from: the fewest bookings that are found without walking.
enum Among<'a> {
    All,
    Users(&'a UserId),
    /// Those of a show that are confirmed.
    Standing(&'a ShowId),
}

impl Among<'_> {
    /// The newest first, ids begin with their time; from the end of the page before.
    fn newest<'a>(
        &'a self,
        state: &'a Seats,
        end: Option<BookingId>,
    ) -> Box<dyn Iterator<Item = &'a Booking> + 'a> {
        match self {
            Among::All => Box::new(state.bookings_below(end).rev()),
            Among::Users(user) => Box::new(state.bookings_of_below(user, end).rev()),
            Among::Standing(show) => {
                let ids = state.show(show).map(|show| show.bookings_below(end).rev());
                Box::new(ids.into_iter().flatten().filter_map(|id| state.booking(id)))
            }
        }
    }
}

/// A page of bookings.
fn page(
    site: &Site,
    paging: &Paging,
    among: &Among<'_>,
    keep: impl Fn(&Booking) -> bool,
) -> Result<Response, Problem> {
    let after = paging.after.as_deref().and_then(BookingId::parse);
    let (rows, halls, index) = site.backend.read(|state, index| {
        let rows = among.newest(state, after).filter(|booking| keep(booking));
        let rows: Vec<Booking> = rows.take(paging.limit + 1).cloned().collect();
        let mut halls: BTreeMap<ShowId, Hall> = BTreeMap::new();
        for booking in &rows {
            if !halls.contains_key(&booking.show)
                && let Some(show) = state.show(&booking.show)
            {
                halls.insert(booking.show.clone(), Hall::of(show));
            }
        }
        (rows, halls, index)
    });
    let page = Page::cut(rows, paging.limit, |booking| booking.id.to_string());
    let links = site.links();
    let page = page.render(|booking| {
        let hall = halls.get(&booking.show);
        let hall = hall.ok_or_else(|| Problem::internal("a booking of no show"))?;
        BookingBody::of(booking, hall, &links)
    })?;
    Ok(json(StatusCode::OK, &page, index))
}

/// A booking's id in a path. A text that is none names no booking, and neither does zero.
fn id(text: &str) -> BookingId {
    BookingId::parse(text).unwrap_or(BookingId(0))
}

/// What of a booking is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancelBooking)]
pub(super) struct CancelFields {
    /// These seats of it; all of it, if left out.
    #[schema(min_items = 1, max_items = 100)]
    seats: Option<Vec<String>>,
}
