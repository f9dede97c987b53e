//! What the oracle believes of each thing, from what it was told of it.

use std::collections::BTreeSet;
use std::rc::Rc;

use usher::seats::{
    Amount, AreaIx, Booking, BookingId, Caller, Hold, HoldId, HoldStatus, Millis, Outcome, Payment,
    PaymentId, Refund, RefundId, Role, SeatIx, ShowInfo, ShowStatus, UserId,
};

use crate::hall::Hall;

/// One second.
pub const SECOND: u64 = 1000;
/// One minute.
pub const MINUTE: u64 = 60 * SECOND;
/// One hour: an ended hold is remembered so long.
pub const HOUR: u64 = 60 * MINUTE;
/// One day: the outcome of a success under a client's key is remembered so long.
pub const DAY: u64 = 24 * HOUR;
/// 30 days: an ended hold with a payment, and an event's id, are remembered so long.
pub const MONTH: u64 = 30 * DAY;

/// What the oracle believes a seat to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Free,
    Blocked,
    Held(HoldId),
    Booked(BookingId),
}

/// A show.
#[derive(Clone, Debug)]
pub struct ShowModel {
    pub info: ShowInfo,
    pub hall: Option<Rc<Hall>>,
    pub seats: Vec<Slot>,
    /// Places of each area that are held or sold.
    pub taken: Vec<u32>,
    pub pending: BTreeSet<HoldId>,
    /// Bookings that stand.
    pub bookings: BTreeSet<BookingId>,
    /// The version seen last, and whether a seat or place has changed hands since.
    pub version: u64,
    pub changed: bool,
    /// An older version with the seats as they were then.
    pub past: Option<(u64, Vec<Slot>, Vec<u32>)>,
}

impl ShowModel {
    /// Free seats and places.
    pub fn available(&self) -> u64 {
        let seats = self.seats.iter().filter(|slot| **slot == Slot::Free).count() as u64;
        let places = self.info.areas.iter().zip(&self.taken).map(|(area, taken)| {
            u64::from(area.capacity.checked_sub(*taken).expect("no area was oversold"))
        });
        seats + places.sum::<u64>()
    }

    /// When its sale closes.
    pub fn closes_at(&self) -> Millis {
        self.info.sale.closes_at.unwrap_or(self.info.starts_at)
    }

    /// CONTRACT section 3: `opens_at: null` is now, `closes_at: null` is `starts_at`.
    pub fn status(&self, now: Millis) -> ShowStatus {
        match self.info.sale.opens_at {
            _ if self.info.cancellation.is_some() => ShowStatus::Cancelled,
            Some(opens_at) if now < opens_at => ShowStatus::Scheduled,
            _ if now >= self.closes_at() => ShowStatus::Closed,
            _ => ShowStatus::OnSale,
        }
    }

    /// The price of a seat now.
    pub fn price(&self, seat: usize) -> Amount {
        let hall = self.hall.as_ref().expect("a seat lies in a hall");
        self.info.prices[&hall.seats[seat].category]
    }
}

/// A hold.
#[derive(Clone, Debug)]
pub struct HoldModel {
    /// As it should be told; its `ended_at` is learnt when it expires unobserved.
    pub hold: Hold,
    /// A payment was opened for it, so it is remembered longer.
    pub paid_ever: bool,
    /// Its session that may still be paid.
    pub open: Option<PaymentId>,
    /// It was told to be unknown, rightly.
    pub forgotten: bool,
}

impl HoldModel {
    /// Whether it may be unknown by now.
    pub fn may_be_forgotten(&self, now: Millis) -> bool {
        let kept = if self.paid_ever { MONTH } else { HOUR };
        // NB: an expiry that nobody was told of may count from the deadline or from the entry after
        // it; the deadline is the earliest.
        let ended = match self.hold.status {
            HoldStatus::Pending => return false,
            HoldStatus::Expired => self.hold.ended_at.unwrap_or(self.hold.expires_at),
            HoldStatus::Confirmed | HoldStatus::Released => {
                self.hold.ended_at.expect("an ended hold has its time")
            }
        };
        now.since(ended).0 >= kept
    }
}

/// A payment.
#[derive(Clone, Debug)]
pub struct Pay {
    /// As it should be told.
    pub payment: Payment,
    /// The gateway has said once that it was paid.
    pub success_seen: bool,
    /// Closing its session found it paid.
    pub already_paid: bool,
    /// The session's name, heard from an event before the core was told.
    pub heard: Option<String>,
    /// Refunds that must exist but whose ids nobody was told yet.
    pub owed: Vec<Amount>,
    /// Refunds by id, oldest first.
    pub refunds: Vec<RefundId>,
}

/// A booking.
#[derive(Clone, Debug)]
pub struct BookModel {
    /// As it should be told.
    pub booking: Booking,
    /// Its show is cancelled: at some tick it will be, too.
    pub doomed: bool,
}

/// A refund, with how often it should have failed.
#[derive(Clone, Debug)]
pub struct RefundModel {
    pub refund: Refund,
}

/// A remembered outcome.
#[derive(Clone, Debug)]
pub struct Kept {
    pub fingerprint: u128,
    pub outcome: Outcome,
    /// Surely remembered before this.
    pub until: Millis,
}

/// Whose keys: two callers never share one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    User(UserId),
    Anonymous(Role),
}

impl Scope {
    pub fn of(caller: &Caller) -> Scope {
        match &caller.user {
            Some(user) => Scope::User(user.clone()),
            None => Scope::Anonymous(caller.role),
        }
    }
}

/// Parts of a seat map that were sent.
#[derive(Clone, Debug)]
pub struct Parts {
    pub hall: Rc<Hall>,
    pub sent: BTreeSet<u32>,
    pub first_at: Millis,
}

/// A seat's position as the core names it.
pub fn seat_ix(seat: usize) -> SeatIx {
    SeatIx(u32::try_from(seat).expect("halls are small"))
}

/// An area's position as the core names it.
pub fn area_ix(area: usize) -> AreaIx {
    AreaIx(u32::try_from(area).expect("shows have few areas"))
}

/// A name of a seat for stories: unique among all shows.
pub fn seat_name(show: &ShowModel, seat: usize) -> String {
    let id = show.hall.as_ref().map_or_else(String::new, |hall| hall.seats[seat].id.to_string());
    format!("{id:?} of {}", show.info.id)
}
