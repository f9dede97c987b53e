//! The audit trail: who held a seat when, what became of a payment.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::Ask;
use super::exchange::json;
use super::openapi::{BookingName, DeedWord, HoldName, PaymentName, RefundName, RoleWord};
use super::page::Page;
use super::params::Params;
use super::problem::Problem;
use super::refusals::not_found;
use super::time::Time;
use super::view::{Hall, MoneyBody, role};
use crate::seats::{
    Caller, Deed, DeedKey, DeedKind, HoldId, Noun, PaymentId, Role, Search, SeatId, SeatIx, ShowId,
    UserId,
};
use crate::tasks;

/// `GET /v1/audit`
pub(super) async fn list(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| deed_key(key).is_some());
    let (mut search, seat) = asked(&mut params);
    params.finish()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let (trail, seat_ix, index) = site.backend.read(|state, index| {
        let seat_ix = seat.as_ref().zip(search.show.as_ref()).map(|(seat, show)| {
            let show = state.show(show).ok_or(Noun::Show)?;
            Ok(show.map().and_then(|map| map.find(seat)))
        });
        (state.trail().clone(), seat_ix, index)
    });
    search.seat = match seat_ix.transpose() {
        Err(noun) => return Err(not_found(noun).at(index)),
        Ok(Some(None)) => {
            return Err(Problem::field("seat", "names no seat of this show").at(index));
        }
        Ok(None) => None,
        Ok(Some(found)) => found,
    };
    let since = trail.since();
    let (limit, after) = (paging.limit, paging.after.as_deref().and_then(deed_key));
    // It may walk all that there is, in a copy that nobody waits for.
    let caller = ask.identity.caller.clone();
    let look = move || -> Vec<Deed> {
        let seen = trail.find(&search, after).filter(|deed| sees(&caller, deed));
        seen.take(limit + 1).cloned().collect()
    };
    let found = tasks::blocking(look).await;
    let found = found.map_err(|_| Problem::internal("looking through the trail panicked"))?;
    let halls = halls(&site, &found);
    let page = Page::cut(found, limit, |deed| format!("{}-{}", deed.key.index, deed.key.place));
    let page = page.render(|deed| DeedBody::of(deed, &halls))?;
    Ok(json(StatusCode::OK, &TrailBody { page, since: since.map(Time) }, index))
}

/// What is looked for, and the seat by its name.
fn asked(params: &mut Params) -> (Search, Option<SeatId>) {
    let id = |params: &mut Params, name: &str, prefix: &str| {
        let text = params.text(name)?;
        let digits = text.strip_prefix(prefix).filter(|digits| digits.len() == 32);
        if digits.is_none() {
            params.fault(name, format!("must be an id: {prefix} and 32 digits"));
        }
        Some(text)
    };
    let seat = params.text("seat").map(SeatId);
    let user = params.text("user").map(UserId::from);
    let hold = id(params, "hold", HoldId::PREFIX);
    let payment = id(params, "payment", PaymentId::PREFIX);
    if seat.is_none() && user.is_none() && hold.is_none() && payment.is_none() {
        params.fault("", "at least one of seat, user, hold and payment must be given");
    }
    let show = params.text("show").map(ShowId::from);
    if seat.is_some() && show.is_none() {
        params.fault("show", "must be given with seat: seats are named by their shows");
    }
    let (from, to) = (params.time("from"), params.time("to"));
    // Digits that are no number name nothing, and neither does zero.
    let hold = hold.map(|text| HoldId::parse(&text).unwrap_or(HoldId(0)));
    let payment = payment.map(|text| PaymentId::parse(&text).unwrap_or(PaymentId(0)));
    (Search { show, seat: None::<SeatIx>, user, hold, payment, from, to }, seat)
}

/// Whether a deed exists for a caller: where roles are not enforced, buyers come here, too.
fn sees(caller: &Caller, deed: &Deed) -> bool {
    match caller.role {
        Role::Buyer => caller.user.is_some() && caller.user.as_ref() == deed.user(),
        Role::Organizer | Role::Operator => true,
    }
}

/// The inverse of a cursor's text.
fn deed_key(text: &str) -> Option<DeedKey> {
    let (index, place) = text.split_once('-')?;
    Some(DeedKey { index: index.parse().ok()?, place: place.parse().ok()? })
}

/// What the seats of these deeds are called.
fn halls(site: &Site, deeds: &[Deed]) -> BTreeMap<ShowId, Hall> {
    site.backend.read(|state, _index| {
        let mut halls = BTreeMap::new();
        for deed in deeds {
            if !halls.contains_key(deed.show())
                && let Some(show) = state.show(deed.show())
            {
                halls.insert(deed.show().clone(), Hall::of(show));
            }
        }
        halls
    })
}

#[derive(Debug, Serialize)]
struct TrailBody<'a> {
    #[serde(flatten)]
    page: Page<DeedBody<'a>>,
    /// Every deed from then on is there; `null` while nothing is recorded.
    since: Option<Time>,
}

/// One deed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deed)]
pub(super) struct DeedBody<'a> {
    /// Of the entry that did it.
    index: u64,
    /// Log time.
    at: Time,
    /// What was done.
    #[schema(value_type = DeedWord)]
    kind: &'static str,
    /// Who asked for it; `null` if nobody did: time passed.
    caller: Option<CallerBody<'a>>,
    /// The show.
    show: &'a str,
    /// Seats that it was done to.
    seats: Vec<SeatBody<'a>>,
    /// Places that it was done to.
    areas: Vec<AreaBody<'a>>,
    /// Whose they are or were.
    user: Option<&'a str>,
    /// The hold.
    #[schema(value_type = Option<HoldName>)]
    hold: Option<String>,
    /// When the hold ended or was to end.
    expires_at: Option<Time>,
    /// The payment.
    #[schema(value_type = Option<PaymentName>)]
    payment: Option<String>,
    /// The booking.
    #[schema(value_type = Option<BookingName>)]
    booking: Option<String>,
    /// The refund.
    #[schema(value_type = Option<RefundName>)]
    refund: Option<String>,
    /// The money that it was about.
    amount: Option<MoneyBody>,
    /// More words, such as what a gateway said.
    note: Option<&'a str>,
}

/// Who asked for a deed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeedCaller)]
struct CallerBody<'a> {
    /// Their user, if they had one.
    user: Option<&'a str>,
    /// Their role.
    #[schema(value_type = RoleWord)]
    role: &'static str,
}

/// A seat of a deed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeedSeat)]
struct SeatBody<'a> {
    /// Its id.
    id: &'a str,
    /// What a person reads: block, row and seat.
    label: &'a str,
}

/// Places of a deed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeedArea)]
struct AreaBody<'a> {
    /// The area.
    id: &'a str,
    /// What a person reads.
    name: &'a str,
    /// How many places.
    quantity: u32,
}

impl DeedBody<'_> {
    fn of<'a>(deed: &'a Deed, halls: &'a BTreeMap<ShowId, Hall>) -> Result<DeedBody<'a>, Problem> {
        let hall = halls.get(deed.show());
        let hall = hall.ok_or_else(|| Problem::internal("a deed of no show"))?;
        let seats = deed.seats().into_iter().map(|seat| {
            let seat = hall.map.as_deref()?.seat(seat)?;
            Some(SeatBody { id: &seat.id.0, label: &seat.label })
        });
        let areas = deed.areas().into_iter().map(|(area, quantity)| {
            let area = hall.areas.get(area.0 as usize)?;
            Some(AreaBody { id: &area.id.0, name: &area.name, quantity })
        });
        let lost = || Problem::internal("a deed names what its show does not have");
        Ok(DeedBody {
            index: deed.key.index,
            at: Time(deed.at),
            kind: kind(deed.kind),
            caller: deed.asked_by().map(|(user, of)| CallerBody {
                user: user.map(|user| user.0.as_str()),
                role: role(of),
            }),
            show: &deed.show().0,
            seats: seats.collect::<Option<_>>().ok_or_else(lost)?,
            areas: areas.collect::<Option<_>>().ok_or_else(lost)?,
            user: deed.user().map(|user| user.0.as_str()),
            hold: deed.hold().map(|id| id.to_string()),
            expires_at: deed.expires_at().map(Time),
            payment: deed.payment().map(|id| id.to_string()),
            booking: deed.booking().map(|id| id.to_string()),
            refund: deed.refund().map(|id| id.to_string()),
            amount: deed.amount().map(|(amount, currency)| MoneyBody::of(amount, currency)),
            note: deed.note(),
        })
    }
}

/// What was done, in a word.
fn kind(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::HoldMade => "hold_made",
        DeedKind::HoldExtended => "hold_extended",
        DeedKind::HoldReleased => "hold_released",
        DeedKind::HoldExpired => "hold_expired",
        DeedKind::HoldReplaced => "hold_replaced",
        DeedKind::HoldConfirmed => "hold_confirmed",
        DeedKind::PaymentOpened => "payment_opened",
        DeedKind::PaymentSession => "payment_session",
        DeedKind::PaymentClosing => "payment_closing",
        DeedKind::PaymentSucceeded => "payment_succeeded",
        DeedKind::PaymentDeclined => "payment_declined",
        DeedKind::PaymentFailed => "payment_failed",
        DeedKind::PaymentExpired => "payment_expired",
        DeedKind::RefundQueued => "refund_queued",
        DeedKind::RefundFailed => "refund_failed",
        DeedKind::RefundRetried => "refund_retried",
        DeedKind::RefundSucceeded => "refund_succeeded",
        DeedKind::BookingMade => "booking_made",
        DeedKind::BookingCancelled => "booking_cancelled",
        DeedKind::BookingReduced => "booking_reduced",
        DeedKind::Blocked => "blocked",
        DeedKind::Unblocked => "unblocked",
        DeedKind::ShowCreated => "show_created",
        DeedKind::ShowChanged => "show_changed",
        DeedKind::ShowCancelled => "show_cancelled",
    }
}
