//! The records that state is made of: shows, holds, payments, bookings, refunds and outbox rows.
//! They are what readers see, what receipts carry, and what is stored: fields are added, never
//! altered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::AreaInfo;
use super::ids::{
    Amount, AreaIx, BookingId, Currency, HoldId, MapHash, Millis, OutboxId, PaymentId, RefundId,
    SeatIx, ShowId, UserId,
};

/// A picture or film of a show; the bytes live elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// "image" or "video".
    pub kind: String,
    /// Absolute, or relative to the media base.
    pub url: String,
    /// What it shows, in words.
    pub alt: String,
}

/// When seats are sold, decided in log time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// `None` is at once.
    pub opens_at: Option<Millis>,
    /// `None` is when the show starts.
    pub closes_at: Option<Millis>,
}

/// How seats are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// A new hold's time to live.
    pub hold_ttl: Millis,
    /// A hold with its extensions ends at most this long after it was made.
    pub hold_total_max: Millis,
    /// Seats and places of one hold.
    pub seats_per_hold_max: u32,
    /// Refuses holds that leave a single free seat between taken ones.
    pub prevent_orphans: bool,
}

/// What is known of a show, whatever its seats do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowInfo {
    /// Its id.
    pub id: ShowId,
    /// See [`super::NewShow`] for these.
    pub name: String,
    /// May be empty.
    pub venue: String,
    /// When it begins.
    pub starts_at: Millis,
    /// May be empty.
    pub description: String,
    /// Pictures.
    pub media: Vec<Media>,
    /// Of every price.
    pub currency: Currency,
    /// By category name.
    pub prices: BTreeMap<String, Amount>,
    /// When seats are sold.
    pub sale: Sale,
    /// How seats are held.
    pub policy: Policy,
    /// The seat map, if it has one.
    pub seat_map: Option<MapHash>,
    /// Standing areas.
    pub areas: Vec<AreaInfo>,
    /// When it was created.
    pub created_at: Millis,
    /// Set once it is cancelled.
    pub cancellation: Option<Cancellation>,
}

impl ShowInfo {
    /// Where the show stands at a log time.
    #[must_use]
    pub fn status(&self, now: Millis) -> ShowStatus {
        if self.cancellation.is_some() {
            ShowStatus::Cancelled
        } else if self.sale.opens_at.is_some_and(|opens| now < opens) {
            ShowStatus::Scheduled
        } else if now < self.sale.closes_at.unwrap_or(self.starts_at) {
            ShowStatus::OnSale
        } else {
            ShowStatus::Closed
        }
    }
}

/// How far the refunds of a cancelled show are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// When it was cancelled.
    pub at: Millis,
    /// Bookings that stood then.
    pub bookings: u64,
    /// Of these, cancelled with nothing left to pay back.
    pub refunded: u64,
    /// Of these, not yet cancelled or with a refund on its way.
    pub pending: u64,
    /// Of the pending ones, those whose refund the gateway refused at the last attempt.
    pub failed: u64,
}

/// Where a show stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ShowStatus {
    /// Sales have not opened.
    Scheduled,
    /// Seats can be held.
    OnSale,
    /// Sales have closed.
    Closed,
    /// It does not take place.
    Cancelled,
}

/// A show as a receipt or a reader shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowView {
    /// What is known of it.
    pub info: ShowInfo,
    /// Where it stands.
    pub status: ShowStatus,
    /// Free seats and places.
    pub available: u64,
}

/// What a seat is to an organizer. A buyer sees only whether it is `Available`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SeatState {
    /// On sale.
    Available,
    /// Held; 1 in the packed form.
    Pending,
    /// Sold; 2.
    Reserved,
    /// Off sale; 3.
    Blocked,
}

/// A held or booked seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatLine {
    /// Which seat.
    pub seat: SeatIx,
    /// Its price when it was held.
    pub price: Amount,
}

/// Held or booked places of a standing area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaLine {
    /// Which area.
    pub area: AreaIx,
    /// How many places.
    pub quantity: u32,
    /// Of one place, when they were held.
    pub price: Amount,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// Of which show.
    pub show: ShowId,
    /// For whom.
    pub user: UserId,
    /// Where it stands.
    pub status: HoldStatus,
    /// Its seats in map order; kept when it has ended.
    pub seats: Vec<SeatLine>,
    /// Its places.
    pub areas: Vec<AreaLine>,
    /// Sum of the lines.
    pub total: Amount,
    /// When it was made.
    pub created_at: Millis,
    /// Pending while log time is before this.
    pub expires_at: Millis,
    /// When it ceased to be pending.
    pub ended_at: Option<Millis>,
    /// Its latest payment.
    pub payment: Option<PaymentId>,
    /// What became of it, once confirmed.
    pub booking: Option<BookingId>,
}

/// Where a hold stands. Nothing leads back to `Pending`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HoldStatus {
    /// Its seats are the user's until the deadline.
    Pending,
    /// Booked.
    Confirmed,
    /// Given back, replaced, failed or cancelled.
    Released,
    /// Its deadline passed.
    Expired,
}

/// What a gateway may be told of the buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Full name.
    pub name: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Language and region, such as "de-AT".
    pub locale: Option<String>,
}

/// A payment. At every index: `captured = booked + refund_pending + refunded`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id; the gateway gets it as idempotency key.
    pub id: PaymentId,
    /// Which hold it pays.
    pub hold: HoldId,
    /// Of which show.
    pub show: ShowId,
    /// Whose.
    pub user: UserId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// At which gateway; empty for a total of 0, which needs none.
    pub gateway: String,
    /// The gateway's name for the session, once opened.
    pub reference: Option<String>,
    /// Where the buyer pays, once opened.
    pub redirect_url: Option<String>,
    /// What is to be paid.
    pub amount: Amount,
    /// In this currency.
    pub currency: Currency,
    /// The booking it made.
    pub booking: Option<BookingId>,
    /// Its latest refund.
    pub refund: Option<RefundId>,
    /// What the gateway says it took, in `captured_currency`.
    pub captured: Amount,
    /// What stands as a booking.
    pub booked: Amount,
    /// What is owed back.
    pub refund_pending: Amount,
    /// What went back.
    pub refunded: Amount,
    /// The currency of what was captured; differs from `currency` only with a mismatch flag.
    pub captured_currency: Currency,
    /// Oddities, such as `amount_mismatch`.
    pub flags: Vec<String>,
    /// Its session is being closed at the gateway.
    pub closing: bool,
    /// Where the booking is mailed.
    pub email: String,
    /// Where the buyer lands after paying.
    pub success_url: String,
    /// Where the buyer lands otherwise.
    pub cancel_url: String,
    /// What the gateway may be told of the buyer.
    pub customer: Option<Customer>,
    /// When it was recorded.
    pub created_at: Millis,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PaymentStatus {
    /// Its session may still be paid.
    Open,
    /// Paid and booked.
    Succeeded,
    /// Failed for good.
    Failed,
    /// Its session closed unpaid.
    Expired,
    /// Money must go back.
    RefundPending,
    /// All money that must go back has.
    Refunded,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Of which show.
    pub show: ShowId,
    /// Whose.
    pub user: UserId,
    /// Which hold it was.
    pub hold: HoldId,
    /// Which payment paid it; `None` at the box office.
    pub payment: Option<PaymentId>,
    /// Whether it stands.
    pub status: BookingStatus,
    /// Its seats in map order; cancelled ones are gone, unless all are cancelled.
    pub seats: Vec<SeatLine>,
    /// Its places.
    pub areas: Vec<AreaLine>,
    /// Sum of the lines.
    pub total: Amount,
    /// Where it was mailed.
    pub email: Option<String>,
    /// The organizer's own reference, at the box office.
    pub reference: Option<String>,
    /// When it was made.
    pub created_at: Millis,
    /// It stood when its show was cancelled and has been cancelled since; it counts in the show's
    /// [`Cancellation`].
    pub show_cancelled: bool,
}

/// Whether a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BookingStatus {
    /// Its seats are sold.
    Confirmed,
    /// Its seats are free again.
    Cancelled,
}

/// A refund: money of one payment that goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id; the gateway gets it as idempotency key.
    pub id: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// How much.
    pub amount: Amount,
    /// In this currency.
    pub currency: Currency,
    /// Whether the money is back.
    pub status: RefundStatus,
    /// Failed deliveries so far.
    pub attempts: u32,
    /// What the gateway said at the last one.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: Millis,
}

/// Whether a refund is done. A refusal by the gateway leaves it pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RefundStatus {
    /// The money is owed.
    Pending,
    /// The money is back.
    Succeeded,
}

/// Work for the outside world. It is removed only by a command that settles it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Its id; the provider gets it as idempotency key.
    pub id: OutboxId,
    /// What is to be done.
    pub effect: Effect,
    /// Failed deliveries so far.
    pub attempts: u32,
    /// Not before this.
    pub due_at: Millis,
    /// What the provider said last.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: Millis,
}

/// What is to be done outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Close a payment's session at its gateway.
    CloseSession(PaymentId),
    /// Pay back.
    Refund(RefundId),
    /// Mail a booking.
    MailBooking(BookingId),
}

impl Effect {
    /// Of which kind it is.
    #[must_use]
    pub fn kind(self) -> EffectKind {
        match self {
            Effect::CloseSession(_) => EffectKind::CloseSession,
            Effect::Refund(_) => EffectKind::Refund,
            Effect::MailBooking(_) => EffectKind::MailBooking,
        }
    }
}

/// Kinds of effects. What one kind waits for is nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectKind {
    /// A session is closed.
    CloseSession,
    /// Money goes back.
    Refund,
    /// A booking is mailed.
    MailBooking,
}

impl EffectKind {
    /// Every kind.
    pub const ALL: [EffectKind; 3] =
        [EffectKind::CloseSession, EffectKind::Refund, EffectKind::MailBooking];

    /// What operators call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EffectKind::CloseSession => "close_session",
            EffectKind::Refund => "refund",
            EffectKind::MailBooking => "mail_booking",
        }
    }
}

/// A gateway event that fits no payment of ours; kept for reconciliation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// The event as it came.
    pub event: super::command::GatewayEvent,
    /// When it came.
    pub at: Millis,
}
