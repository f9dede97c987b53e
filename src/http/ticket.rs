//! The ticket: a page for people, which its signed link opens without any header.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use super::app::Site;
use super::ask::{AnyMedia, Id};
use super::headers;
use super::problem::{Code, Problem};
use super::refusals::not_found;
use crate::seats::{BookingId, Noun};
use crate::tickets::{self, Slip};

/// What the page may do: show itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// `GET /v1/bookings/{booking}/ticket`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(booking): Id,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let access = params.text("access");
    params.finish()?;
    if !ask.accepts("text/html") {
        return Err(Problem::new(Code::NotAcceptable, "this route answers text/html"));
    }
    let id = BookingId::parse(&booking);
    let opened = id.zip(access).is_some_and(|(id, access)| site.links.opens(id, &access));
    if !opened {
        ask.allowed()?;
    }
    site.freshen(fresh).await?;
    let links = site.links();
    let (found, index) = site.backend.read(|state, index| {
        let booking = id.and_then(|id| state.booking(id));
        let booking = booking.filter(|booking| opened || ask.identity.sees(&booking.user));
        let slip = booking.map(|booking| {
            let show = state.show(&booking.show)?;
            Slip::of(booking, show, links.ticket(booking.id))
        });
        (slip, index)
    });
    let slip = found.ok_or_else(|| not_found(Noun::Booking).at(index))?;
    let slip = slip.ok_or_else(|| Problem::internal("a booking that its show does not fit"))?;
    let page = tickets::page(&slip).map_err(|error| Problem::internal(&error))?;
    let mut answer = Response::new(Body::from(page));
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The address has the key to the ticket.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer.headers_mut().insert(headers::APPLIED_INDEX, HeaderValue::from(index));
    Ok(answer)
}
