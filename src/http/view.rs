//! The bodies of answers: records of the core, as CONTRACT sections 3 to 5 write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::app::Settings;
use super::checks::is_absolute;
use super::openapi::{
    BookingName, BookingStatusWord, CurrencyCode, HoldName, HoldStatusWord, MapHashText, MediaKind,
    PaymentName, PaymentStatusWord, RefundName, RefundStatusWord, ShowStatusWord,
};
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Seat)]
struct SeatBody<'a> {
    /// Its id.
    id: &'a str,
    /// What a person reads: block, row and seat.
    label: &'a str,
    /// Its category.
    category: &'a str,
    /// Its price, in minor units.
    price: u64,
}

/// Places of a hold or a booking; the price is that of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AreaLine)]
struct AreaLineBody<'a> {
    /// The area.
    id: &'a str,
    /// What a person reads.
    name: &'a str,
    /// Its category.
    category: &'a str,
    /// How many places.
    quantity: u32,
    /// The price of one, in minor units.
    price: u64,
}

/// Money with its currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money)]
pub(super) struct MoneyBody {
    /// In minor units.
    amount: u64,
    /// Its ISO 4217 code.
    #[schema(value_type = CurrencyCode)]
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
pub(super) struct HoldBody<'a> {
    /// Its id.
    #[schema(value_type = HoldName)]
    id: String,
    /// The show.
    show: &'a str,
    /// Whose it is.
    user: &'a str,
    /// `pending`, then one of the others for good.
    #[schema(value_type = HoldStatusWord)]
    status: &'static str,
    /// Seats that it takes.
    seats: Vec<SeatBody<'a>>,
    /// Places that it takes.
    areas: Vec<AreaLineBody<'a>>,
    /// What it costs.
    total: MoneyBody,
    /// Log time when it began.
    created_at: Time,
    /// Log time when it ends, unless it is paid, confirmed or released before.
    expires_at: Time,
    /// How long that is from now.
    expires_in_ms: u64,
    /// Its latest payment.
    #[schema(value_type = Option<PaymentName>)]
    payment: Option<String>,
    /// The booking that it became.
    #[schema(value_type = Option<BookingName>)]
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Booking)]
pub(super) struct BookingBody<'a> {
    /// Its id.
    #[schema(value_type = BookingName)]
    id: String,
    /// The show.
    show: &'a str,
    /// Whose it is.
    user: &'a str,
    /// The hold that it was.
    #[schema(value_type = HoldName)]
    hold: String,
    /// The payment that paid it; `null` if it was paid outside.
    #[schema(value_type = Option<PaymentName>)]
    payment: Option<String>,
    /// Whether it stands.
    #[schema(value_type = BookingStatusWord)]
    status: &'static str,
    /// Seats that it has.
    seats: Vec<SeatBody<'a>>,
    /// Places that it has.
    areas: Vec<AreaLineBody<'a>>,
    /// What it cost.
    total: MoneyBody,
    /// Where its ticket was mailed.
    email: Option<&'a str>,
    /// The box office's reference.
    reference: Option<&'a str>,
    /// Log time when it was made.
    created_at: Time,
    /// Its ticket, behind a signed link.
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(super) struct PaymentBody<'a> {
    /// Its id.
    #[schema(value_type = PaymentName)]
    id: String,
    /// The hold that it pays.
    #[schema(value_type = HoldName)]
    hold: String,
    /// How it stands.
    #[schema(value_type = PaymentStatusWord)]
    status: &'static str,
    /// Where it is paid; empty if it costs nothing.
    gateway: &'a str,
    /// The page where the buyer pays.
    redirect_url: Option<&'a str>,
    /// What is to be paid, in minor units.
    amount: u64,
    /// Its ISO 4217 code.
    #[schema(value_type = CurrencyCode)]
    #[serde(serialize_with = "code")]
    currency: Currency,
    /// The booking that it paid.
    #[schema(value_type = Option<BookingName>)]
    booking: Option<String>,
    /// The refund that it became.
    #[schema(value_type = Option<RefundName>)]
    refund: Option<String>,
    /// What was taken: `booked + refund_pending + refunded`.
    captured: u64,
    /// What is to go back.
    refund_pending: u64,
    /// What went back.
    refunded: u64,
    /// What was odd, such as `amount_mismatch`.
    #[schema(value_type = Vec<String>)]
    flags: &'a [String],
    /// Its session is being closed.
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(super) struct RefundBody<'a> {
    /// Its id.
    #[schema(value_type = RefundName)]
    id: String,
    /// The payment that it gives back.
    #[schema(value_type = PaymentName)]
    payment: String,
    /// In minor units.
    amount: u64,
    /// Its ISO 4217 code.
    #[schema(value_type = CurrencyCode)]
    #[serde(serialize_with = "code")]
    currency: Currency,
    /// Whether the money went back.
    #[schema(value_type = RefundStatusWord)]
    status: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// What the gateway said against it.
    last_error: Option<&'a str>,
    /// Log time when it was owed.
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
            // The core counts failures; the last attempt of one that succeeded was none.
            attempts: refund.attempts + u32::from(refund.status == RefundStatus::Succeeded),
            last_error: refund.last_error.as_deref(),
            created_at: Time(refund.created_at),
        }
    }
}

/// A show.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Show)]
pub(super) struct ShowBody<'a> {
    /// Its id.
    id: &'a str,
    /// Its title.
    name: &'a str,
    /// Where it takes place.
    venue: &'a str,
    /// When it begins.
    starts_at: Time,
    /// For people.
    description: &'a str,
    /// Pictures and films.
    media: Vec<MediaBody<'a>>,
    /// Of all prices.
    #[schema(value_type = CurrencyCode)]
    #[serde(serialize_with = "code")]
    currency: Currency,
    /// By category, in minor units.
    #[schema(value_type = BTreeMap<String, u64>)]
    prices: BTreeMap<&'a str, u64>,
    /// When seats are sold.
    sale: SaleBody,
    /// How seats are held.
    policy: PolicyBody,
    /// Its hall; `null` if it has areas alone.
    seat_map: Option<MapLink>,
    /// Places that nobody tells apart.
    areas: Vec<AreaBody<'a>>,
    /// Whether it is sold, in log time.
    #[schema(value_type = ShowStatusWord)]
    status: &'static str,
    /// The lowest price; `null` if it has none.
    price_from: Option<u64>,
    /// Free seats and places.
    available: u64,
    /// Log time when it was made.
    created_at: Time,
    /// What became of its bookings, once it is cancelled.
    #[schema(value_type = CancellationBody, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation: Option<CancellationBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Media)]
struct MediaBody<'a> {
    /// Which of both.
    #[schema(value_type = MediaKind)]
    kind: &'a str,
    /// Its address.
    url: String,
    /// What it shows, in words.
    alt: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sale)]
struct SaleBody {
    /// From then on; `null` is at once.
    opens_at: Option<Time>,
    /// Until then; `null` is until it begins.
    closes_at: Option<Time>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
struct PolicyBody {
    /// How long a hold lives.
    hold_ttl_seconds: u64,
    /// How long with its extensions.
    hold_total_seconds_max: u64,
    /// Seats and places of one hold.
    seats_per_hold_max: u32,
    /// Refuses holds that leave single seats between taken ones.
    prevent_orphans: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeatMapLink)]
struct MapLink {
    /// What it is stored by.
    #[schema(value_type = MapHashText)]
    hash: String,
    /// Where it is read; what is there never changes.
    url: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Area)]
struct AreaBody<'a> {
    /// What holds name it by.
    id: &'a str,
    /// For people.
    name: &'a str,
    /// Which price it has.
    category: &'a str,
    /// How many places.
    capacity: u32,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cancellation)]
struct CancellationBody {
    /// How many there were.
    bookings: u64,
    /// Of these, paid back.
    refunded: u64,
    /// Still to be paid back.
    pending: u64,
    /// Refused by their gateway so far.
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
    let below = url.trim_start_matches('/');
    match is_absolute(url) {
        false if !base.is_empty() => format!("{base}/{below}"),
        false if settings.media_folder.is_some() => format!("/media/{below}"),
        _ => url.to_owned(),
    }
}
