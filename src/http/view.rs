//! The bodies of answers: records of the core, as CONTRACT sections 3 to 5 write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::app::Settings;
use super::problem::Problem;
use super::time::Time;
use crate::seats::{
    Amount, AreaInfo, AreaLine, Booking, BookingStatus, Currency, Hold, HoldStatus, Millis,
    Payment, PaymentStatus, Refund, RefundStatus, Role, SeatLine, SeatMap, Show, ShowStatus,
    ShowView,
};
use crate::tickets::Links;

/// What never changes of a show: what the lines of its holds and bookings are called.
#[derive(Clone, Debug)]
pub(super) struct Hall {
    pub(super) map: Option<Arc<SeatMap>>,
    pub(super) areas: Vec<AreaInfo>,
    pub(super) currency: Currency,
}

impl Hall {
    /// The hall of a show.
    pub(super) fn of(show: &Show) -> Hall {
        let info = show.info();
        Hall { map: show.map().cloned(), areas: info.areas.clone(), currency: info.currency }
    }

    fn seats(&self, lines: &[SeatLine]) -> Result<Vec<SeatBody<'_>>, Problem> {
        let named = lines.iter().map(|line| {
            let map = self.map.as_deref()?;
            let seat = map.seat(line.seat)?;
            let (id, label, category) = (&seat.id.0, &seat.label, map.category(seat));
            Some(SeatBody { id, label, category, price: line.price.0 })
        });
        let named: Option<Vec<_>> = named.collect();
        named.ok_or_else(|| Problem::internal("a line names a seat that its map does not have"))
    }

    fn areas(&self, lines: &[AreaLine]) -> Result<Vec<AreaLineBody<'_>>, Problem> {
        let named = lines.iter().map(|line| {
            let area = self.areas.get(line.area.0 as usize)?;
            let (id, name, category) = (&area.id.0, &area.name, &area.category);
            let (quantity, price) = (line.quantity, line.price.0);
            Some(AreaLineBody { id, name, category, quantity, price })
        });
        let named: Option<Vec<_>> = named.collect();
        named.ok_or_else(|| Problem::internal("a line names an area that its show does not have"))
    }

    fn money(&self, amount: u64) -> MoneyBody {
        MoneyBody { amount, currency: self.currency }
    }
}

/// A seat of a hold or a booking.
#[derive(Debug, Serialize)]
struct SeatBody<'a> {
    id: &'a str,
    label: &'a str,
    category: &'a str,
    price: u64,
}

/// Places of a hold or a booking; the price is that of one.
#[derive(Debug, Serialize)]
struct AreaLineBody<'a> {
    id: &'a str,
    name: &'a str,
    category: &'a str,
    quantity: u32,
    price: u64,
}

/// Money with its currency.
#[derive(Debug, Serialize)]
pub(super) struct MoneyBody {
    amount: u64,
    #[serde(serialize_with = "code")]
    currency: Currency,
}

impl MoneyBody {
    /// So much of that.
    pub(super) fn of(amount: Amount, currency: Currency) -> MoneyBody {
        MoneyBody { amount: amount.0, currency }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn code<S: serde::Serializer>(currency: &Currency, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(currency.as_str())
}

/// A hold.
#[derive(Debug, Serialize)]
pub(super) struct HoldBody<'a> {
    id: String,
    show: &'a str,
    user: &'a str,
    status: &'static str,
    seats: Vec<SeatBody<'a>>,
    areas: Vec<AreaLineBody<'a>>,
    total: MoneyBody,
    created_at: Time,
    expires_at: Time,
    expires_in_ms: u64,
    payment: Option<String>,
    booking: Option<String>,
}

impl HoldBody<'_> {
    /// Renders a hold. `now` is what `expires_in_ms` counts from: a write's own log time, so that
    /// its answer can be repeated; a read's wall clock.
    pub(super) fn of<'a>(
        hold: &'a Hold,
        hall: &'a Hall,
        now: Millis,
    ) -> Result<HoldBody<'a>, Problem> {
        let pending = hold.status == HoldStatus::Pending;
        Ok(HoldBody {
            id: hold.id.to_string(),
            show: &hold.show.0,
            user: &hold.user.0,
            status: hold_status(hold.status),
            seats: hall.seats(&hold.seats)?,
            areas: hall.areas(&hold.areas)?,
            total: hall.money(hold.total.0),
            created_at: Time(hold.created_at),
            expires_at: Time(hold.expires_at),
            expires_in_ms: if pending { hold.expires_at.since(now).0 } else { 0 },
            payment: hold.payment.map(|id| id.to_string()),
            booking: hold.booking.map(|id| id.to_string()),
        })
    }
}

/// A role in words.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Buyer => "buyer",
        Role::Organizer => "organizer",
        Role::Operator => "operator",
    }
}

/// A hold's status in words.
pub(super) fn hold_status(status: HoldStatus) -> &'static str {
    match status {
        HoldStatus::Pending => "pending",
        HoldStatus::Confirmed => "confirmed",
        HoldStatus::Released => "released",
        HoldStatus::Expired => "expired",
    }
}

/// A booking.
#[derive(Debug, Serialize)]
pub(super) struct BookingBody<'a> {
    id: String,
    show: &'a str,
    user: &'a str,
    hold: String,
    payment: Option<String>,
    status: &'static str,
    seats: Vec<SeatBody<'a>>,
    areas: Vec<AreaLineBody<'a>>,
    total: MoneyBody,
    email: Option<&'a str>,
    reference: Option<&'a str>,
    created_at: Time,
    ticket_url: String,
}

impl BookingBody<'_> {
    /// Renders a booking.
    pub(super) fn of<'a>(
        booking: &'a Booking,
        hall: &'a Hall,
        links: &Links,
    ) -> Result<BookingBody<'a>, Problem> {
        Ok(BookingBody {
            id: booking.id.to_string(),
            show: &booking.show.0,
            user: &booking.user.0,
            hold: booking.hold.to_string(),
            payment: booking.payment.map(|id| id.to_string()),
            status: match booking.status {
                BookingStatus::Confirmed => "confirmed",
                BookingStatus::Cancelled => "cancelled",
            },
            seats: hall.seats(&booking.seats)?,
            areas: hall.areas(&booking.areas)?,
            total: hall.money(booking.total.0),
            email: booking.email.as_deref(),
            reference: booking.reference.as_deref(),
            created_at: Time(booking.created_at),
            ticket_url: links.ticket(booking.id),
        })
    }
}

/// A payment.
#[derive(Debug, Serialize)]
pub(super) struct PaymentBody<'a> {
    id: String,
    hold: String,
    status: &'static str,
    gateway: &'a str,
    redirect_url: Option<&'a str>,
    amount: u64,
    #[serde(serialize_with = "code")]
    currency: Currency,
    booking: Option<String>,
    refund: Option<String>,
    captured: u64,
    refund_pending: u64,
    refunded: u64,
    flags: &'a [String],
    closing: bool,
}

impl PaymentBody<'_> {
    /// Renders a payment.
    pub(super) fn of(payment: &Payment) -> PaymentBody<'_> {
        PaymentBody {
            id: payment.id.to_string(),
            hold: payment.hold.to_string(),
            status: payment_status(payment.status),
            gateway: &payment.gateway,
            redirect_url: payment.redirect_url.as_deref(),
            amount: payment.amount.0,
            currency: payment.currency,
            booking: payment.booking.map(|id| id.to_string()),
            refund: payment.refund.map(|id| id.to_string()),
            captured: payment.captured.0,
            refund_pending: payment.refund_pending.0,
            refunded: payment.refunded.0,
            flags: &payment.flags,
            closing: payment.closing,
        }
    }
}

/// A payment's status in words.
pub(super) fn payment_status(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Open => "open",
        PaymentStatus::Succeeded => "succeeded",
        PaymentStatus::Failed => "failed",
        PaymentStatus::Expired => "expired",
        PaymentStatus::RefundPending => "refund_pending",
        PaymentStatus::Refunded => "refunded",
    }
}

/// A refund.
#[derive(Debug, Serialize)]
pub(super) struct RefundBody<'a> {
    id: String,
    payment: String,
    amount: u64,
    #[serde(serialize_with = "code")]
    currency: Currency,
    status: &'static str,
    attempts: u32,
    last_error: Option<&'a str>,
    created_at: Time,
}

impl RefundBody<'_> {
    /// Renders a refund.
    pub(super) fn of(refund: &Refund) -> RefundBody<'_> {
        RefundBody {
            id: refund.id.to_string(),
            payment: refund.payment.to_string(),
            amount: refund.amount.0,
            currency: refund.currency,
            status: match refund.status {
                RefundStatus::Pending => "pending",
                RefundStatus::Succeeded => "succeeded",
            },
            attempts: refund.attempts,
            last_error: refund.last_error.as_deref(),
            created_at: Time(refund.created_at),
        }
    }
}

/// A show.
#[derive(Debug, Serialize)]
pub(super) struct ShowBody<'a> {
    id: &'a str,
    name: &'a str,
    venue: &'a str,
    starts_at: Time,
    description: &'a str,
    media: Vec<MediaBody<'a>>,
    #[serde(serialize_with = "code")]
    currency: Currency,
    prices: BTreeMap<&'a str, u64>,
    sale: SaleBody,
    policy: PolicyBody,
    seat_map: Option<MapLink>,
    areas: Vec<AreaBody<'a>>,
    status: &'static str,
    price_from: Option<u64>,
    available: u64,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation: Option<CancellationBody>,
}

#[derive(Debug, Serialize)]
struct MediaBody<'a> {
    kind: &'a str,
    url: String,
    alt: &'a str,
}

#[derive(Debug, Serialize)]
struct SaleBody {
    opens_at: Option<Time>,
    closes_at: Option<Time>,
}

#[derive(Debug, Serialize)]
struct PolicyBody {
    hold_ttl_seconds: u64,
    hold_total_seconds_max: u64,
    seats_per_hold_max: u32,
    prevent_orphans: bool,
}

#[derive(Debug, Serialize)]
struct MapLink {
    hash: String,
    url: String,
}

#[derive(Debug, Serialize)]
struct AreaBody<'a> {
    id: &'a str,
    name: &'a str,
    category: &'a str,
    capacity: u32,
}

#[derive(Debug, Serialize)]
struct CancellationBody {
    bookings: u64,
    refunded: u64,
    pending: u64,
    failed: u64,
}

impl ShowBody<'_> {
    /// Renders a show. `price_from` is the lowest price that a seat or a place of it has.
    pub(super) fn of<'a>(
        view: &'a ShowView,
        price_from: Option<u64>,
        settings: &Settings,
    ) -> ShowBody<'a> {
        let info = &view.info;
        let id = &info.id.0;
        ShowBody {
            id,
            name: &info.name,
            venue: &info.venue,
            starts_at: Time(info.starts_at),
            description: &info.description,
            media: info
                .media
                .iter()
                .map(|m| MediaBody { kind: &m.kind, url: media_url(&m.url, settings), alt: &m.alt })
                .collect(),
            currency: info.currency,
            prices: info.prices.iter().map(|(name, price)| (name.as_str(), price.0)).collect(),
            sale: SaleBody {
                opens_at: info.sale.opens_at.map(Time),
                closes_at: info.sale.closes_at.map(Time),
            },
            policy: PolicyBody {
                hold_ttl_seconds: info.policy.hold_ttl.0 / 1000,
                hold_total_seconds_max: info.policy.hold_total_max.0 / 1000,
                seats_per_hold_max: info.policy.seats_per_hold_max,
                prevent_orphans: info.policy.prevent_orphans,
            },
            seat_map: info.seat_map.map(|hash| MapLink {
                hash: hash.to_string(),
                url: format!("/v1/shows/{id}/seat-map?v={hash}"),
            }),
            areas: info.areas.iter().map(area).collect(),
            status: show_status(view.status),
            price_from,
            available: view.available,
            created_at: Time(info.created_at),
            cancellation: info.cancellation.map(|c| CancellationBody {
                bookings: c.bookings,
                refunded: c.refunded,
                pending: c.pending,
                failed: c.failed,
            }),
        }
    }
}

fn area(area: &AreaInfo) -> AreaBody<'_> {
    let AreaInfo { id, name, category, capacity } = area;
    AreaBody { id: &id.0, name, category, capacity: *capacity }
}

/// A show's status in words.
pub(super) fn show_status(status: ShowStatus) -> &'static str {
    match status {
        ShowStatus::Scheduled => "scheduled",
        ShowStatus::OnSale => "on_sale",
        ShowStatus::Closed => "closed",
        ShowStatus::Cancelled => "cancelled",
    }
}

/// Where clients find a picture: relative ones at the CDN if there is one, else at this node.
fn media_url(url: &str, settings: &Settings) -> String {
    let base = settings.media_base_url.trim_end_matches('/');
    match url.starts_with('/') {
        true if !base.is_empty() => format!("{base}{url}"),
        true if settings.media_folder.is_some() => format!("/media{url}"),
        _ => url.to_owned(),
    }
}
