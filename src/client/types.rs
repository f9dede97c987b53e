//! What is said and answered, as the contract names it. What a node adds is passed over; times are
//! RFC 3339 in UTC, money is in minor units.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An enum of words, with room for those of later versions.
macro_rules! words {
    ($(#[$about:meta])* $name:ident {
        $($(#[$what:meta])* $variant:ident = $word:literal,)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$what])* $variant,)*
            /// A word that this client does not know.
            Other(String),
        }

        impl $name {
            /// The word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $word,)*
                    $name::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> $name {
                match word.as_str() {
                    $($word => $name::$variant,)*
                    _ => $name::Other(word),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> String {
                word.as_str().to_owned()
            }
        }

        /// No word.
        impl Default for $name {
            fn default() -> $name {
                $name::Other(String::new())
            }
        }
    };
}
pub(super) use words;

words! {
    /// How a show stands.
    ShowStatus {
        /// Its sale opens later.
        Scheduled = "scheduled",
        /// It can be booked.
        OnSale = "on_sale",
        /// Its sale is over.
        Closed = "closed",
        /// It does not take place.
        Cancelled = "cancelled",
    }
}

words! {
    /// Whether a seat can be had, as buyers see it.
    SeatStatus {
        /// It can.
        Available = "available",
        /// It cannot.
        Unavailable = "unavailable",
    }
}

words! {
    /// A seat's state, as organizers see it.
    SeatState {
        /// Nobody has it.
        Available = "AVAILABLE",
        /// Somebody holds it.
        Pending = "PENDING",
        /// It is sold.
        Reserved = "RESERVED",
        /// It is not for sale.
        Blocked = "BLOCKED",
    }
}

words! {
    /// How a hold stands.
    HoldStatus {
        /// Its seats are kept until it expires.
        Pending = "pending",
        /// It became a booking.
        Confirmed = "confirmed",
        /// It was given back.
        Released = "released",
        /// Its deadline has passed.
        Expired = "expired",
    }
}

words! {
    /// How a payment stands.
    PaymentStatus {
        /// It may still be paid.
        Open = "open",
        /// It was paid.
        Succeeded = "succeeded",
        /// It failed for good.
        Failed = "failed",
        /// Its session closed unpaid.
        Expired = "expired",
        /// Money must go back.
        RefundPending = "refund_pending",
        /// Money went back.
        Refunded = "refunded",
    }
}

words! {
    /// How a booking stands.
    BookingStatus {
        /// Its seats are sold.
        Confirmed = "confirmed",
        /// Its seats are free.
        Cancelled = "cancelled",
    }
}

words! {
    /// How a refund stands.
    RefundStatus {
        /// It is yet to be paid.
        Pending = "pending",
        /// It was paid.
        Succeeded = "succeeded",
    }
}

words! {
    /// What a node is to its cluster.
    NodeRole {
        /// It leads.
        Leader = "leader",
        /// It follows, and votes.
        Follower = "follower",
        /// It follows without a vote.
        Learner = "learner",
        /// It does not answer.
        Unreachable = "unreachable",
    }
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In minor units.
    pub amount: u64,
    /// ISO 4217.
    pub currency: String,
}

/// A show that is to be. Its seats are those of a plan or of areas, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShow {
    /// Its id, if it is to have a certain one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// Where it takes place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// When it begins.
    pub starts_at: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Pictures of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// ISO 4217.
    pub currency: String,
    /// By category.
    pub prices: BTreeMap<String, u64>,
    /// When it is on sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sale: Option<Sale>,
    /// How it is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// A seating plan, or `{"hash": …}` of a stored one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_map: Option<Value>,
    /// Places without numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
}

/// What changes of a show; the rest stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowPatch {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Pictures of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<Media>>,
    /// When it is on sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sale: Option<Sale>,
    /// How it is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// By category, of those of which nothing is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<BTreeMap<String, u64>>,
}

/// A picture, or another thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// What it is, such as `image`.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// In words.
    #[serde(default)]
    pub alt: String,
}

/// When a show is on sale.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// `None` is now.
    pub opens_at: Option<String>,
    /// `None` is when it begins.
    pub closes_at: Option<String>,
}

/// How a show is sold. What is `None` is as it was, or as is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// How long a hold lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_ttl_seconds: Option<u64>,
    /// The same with all extensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_total_seconds_max: Option<u64>,
    /// Seats and places of one hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats_per_hold_max: Option<u32>,
    /// Whether no single seat may be left over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prevent_orphans: Option<bool>,
}

/// Places without numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Its id within the show.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Which price it has.
    pub category: String,
    /// How many places.
    pub capacity: u32,
}

/// A show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it takes place.
    #[serde(default)]
    pub venue: String,
    /// When it begins.
    pub starts_at: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// Pictures of it.
    #[serde(default)]
    pub media: Vec<Media>,
    /// ISO 4217.
    pub currency: String,
    /// By category.
    pub prices: BTreeMap<String, u64>,
    /// When it is on sale.
    pub sale: Sale,
    /// How it is sold.
    pub policy: Policy,
    /// Its plan, if it has one.
    pub seat_map: Option<MapLink>,
    /// Places without numbers.
    #[serde(default)]
    pub areas: Vec<Area>,
    /// How it stands.
    pub status: ShowStatus,
    /// The lowest price that a seat or place of it has.
    pub price_from: Option<u64>,
    /// Seats and places that can be had.
    pub available: u64,
    /// What became of its bookings, once it is cancelled.
    #[serde(default)]
    pub cancellation: Option<Cancellation>,
}

/// Where a show's plan is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapLink {
    /// Its name: the same plan has the same.
    pub hash: String,
    /// Where it can be cached for good.
    pub url: String,
}

/// What became of a cancelled show's bookings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// How many there were.
    pub bookings: u64,
    /// Of them, whose money went back.
    pub refunded: u64,
    /// Whose money is to go back.
    pub pending: u64,
    /// Whose money the gateway refuses to pay back.
    pub failed: u64,
}

/// A plan that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMap {
    /// Its name, by which shows use it.
    pub hash: String,
    /// How many seats it has.
    pub seats: u64,
    /// Which categories they are of.
    pub categories: Vec<String>,
}

/// The seats of a show, or those of them that have changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    /// Which show.
    pub show: String,
    /// How often its seats have changed.
    pub version: u64,
    /// Of all its seats.
    pub counts: Counts,
    /// The seats.
    pub seats: Vec<Seat>,
    /// The places without numbers.
    #[serde(default)]
    pub areas: Vec<AreaSeats>,
}

/// How many seats can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// These can.
    pub available: u64,
    /// These cannot.
    pub unavailable: u64,
}

/// A seat. Its state is told to organizers, and of one's own seats where they are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its id within the plan.
    pub id: String,
    /// Which price it has.
    pub category: String,
    /// Whether it can be had.
    pub status: SeatStatus,
    /// It is the caller's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// Its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SeatState>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Who has booked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<String>,
    /// Whose that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// Places without numbers that can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaSeats {
    /// Which area.
    pub id: String,
    /// How many.
    pub available: u64,
}

/// The state of every seat in the order of the plan, zone by zone and row by row, at two bits each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed(pub(super) Bytes);

impl Packed {
    /// A seat's state by its place in the plan. To a buyer, whatever cannot be had is `Blocked`.
    /// The last byte has room for up to three seats more than there are: those are `Available`.
    #[must_use]
    pub fn state(&self, place: usize) -> Option<SeatState> {
        let bits = self.0.get(place / 4)? >> (place % 4 * 2) & 3;
        let states =
            [SeatState::Available, SeatState::Pending, SeatState::Reserved, SeatState::Blocked];
        states.into_iter().nth(usize::from(bits))
    }

    /// As it came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Seats that were blocked or unblocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocks {
    /// Of which show.
    pub show: String,
    /// How often its seats have changed.
    pub version: u64,
    /// Those that were changed by this.
    pub seats: Vec<String>,
}

/// Seats and money of a show by state and category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Which show.
    pub show: String,
    /// How often its seats have changed.
    pub version: u64,
    /// ISO 4217.
    pub currency: String,
    /// Of all.
    pub totals: Sums,
    /// Of each category.
    pub categories: Vec<CategorySums>,
}

/// Seats and money of a category by state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategorySums {
    /// Which.
    pub category: String,
    /// Its present price.
    pub price: Option<u64>,
    /// By state.
    #[serde(flatten)]
    pub sums: Sums,
}

/// Seats and money by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Nobody has them.
    pub available: Sum,
    /// Somebody holds them.
    pub pending: Sum,
    /// They are sold.
    pub reserved: Sum,
    /// They are not for sale.
    pub blocked: Sum,
}

/// Seats and places with their money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// In minor units.
    pub amount: u64,
}

/// What a new hold is to have: named seats and places, or the best that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewHold {
    /// Seats by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<String>,
    /// Places without numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<NewArea>,
    /// Whichever seats are best; without seats and areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_available: Option<BestAvailable>,
    /// The user's present hold makes room for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replace_active: bool,
}

/// Places that a hold is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewArea {
    /// Of which area.
    pub id: String,
    /// How many.
    pub quantity: u32,
}

/// The best seats there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestAvailable {
    /// How many.
    pub quantity: u32,
    /// Of this category alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl NewHold {
    /// These seats.
    pub fn seats(ids: impl IntoIterator<Item = impl Into<String>>) -> NewHold {
        NewHold { seats: ids.into_iter().map(Into::into).collect(), ..NewHold::default() }
    }

    /// So many places of an area.
    pub fn area(id: impl Into<String>, quantity: u32) -> NewHold {
        NewHold { areas: vec![NewArea { id: id.into(), quantity }], ..NewHold::default() }
    }

    /// So many of the best seats, of a category or of all.
    #[must_use]
    pub fn best(quantity: u32, category: Option<&str>) -> NewHold {
        let category = category.map(str::to_owned);
        let best_available = Some(BestAvailable { quantity, category });
        NewHold { best_available, ..NewHold::default() }
    }

    /// In place of the user's present hold, which stays if this is refused.
    #[must_use]
    pub fn replacing(self) -> NewHold {
        NewHold { replace_active: true, ..self }
    }
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: String,
    /// On which show.
    pub show: String,
    /// Whose it is.
    pub user: String,
    /// How it stands.
    pub status: HoldStatus,
    /// Its seats.
    pub seats: Vec<SeatLine>,
    /// Its places.
    #[serde(default)]
    pub areas: Vec<AreaLine>,
    /// What they cost.
    pub total: Money,
    /// Since when.
    pub created_at: String,
    /// Until when.
    pub expires_at: String,
    /// How long that is; 0 once it has ended.
    pub expires_in_ms: u64,
    /// By which it is paid, or is to be.
    pub payment: Option<String>,
    /// What became of it.
    pub booking: Option<String>,
}

/// A seat of a hold or a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatLine {
    /// Its id within the plan.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// Its category.
    pub category: String,
    /// In minor units.
    pub price: u64,
}

/// Places of a hold or a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaLine {
    /// Of which area.
    pub id: String,
    /// What a person reads.
    pub name: String,
    /// Its category.
    pub category: String,
    /// How many.
    pub quantity: u32,
    /// Of one, in minor units.
    pub price: u64,
}

/// A sale at the box office, paid outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The organizer's own name for it.
    pub reference: String,
    /// Where the tickets go.
    pub email: Option<String>,
}

/// Where one can pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// A payment that is to be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPayment {
    /// Where.
    pub gateway: String,
    /// Where the tickets go.
    pub email: String,
    /// Where the buyer comes back to after paying.
    pub success_url: String,
    /// The same without having paid.
    pub cancel_url: String,
    /// Who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
}

/// Who pays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The name.
    pub name: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The language.
    pub locale: Option<String>,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: String,
    /// Which hold it pays.
    pub hold: String,
    /// How it stands.
    pub status: PaymentStatus,
    /// Where.
    pub gateway: String,
    /// Where the buyer pays.
    pub redirect_url: Option<String>,
    /// In minor units.
    pub amount: u64,
    /// ISO 4217.
    pub currency: String,
    /// What was bought.
    pub booking: Option<String>,
    /// By which money goes back.
    pub refund: Option<String>,
    /// What was paid.
    pub captured: u64,
    /// What of it is to go back.
    pub refund_pending: u64,
    /// What of it went back.
    pub refunded: u64,
    /// What is strange about it.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Its session is being closed.
    #[serde(default)]
    pub closing: bool,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: String,
    /// Of which show.
    pub show: String,
    /// Whose it is.
    pub user: String,
    /// Which hold it was.
    pub hold: String,
    /// By which it was paid; `None` at the box office.
    pub payment: Option<String>,
    /// How it stands.
    pub status: BookingStatus,
    /// Its seats.
    pub seats: Vec<SeatLine>,
    /// Its places.
    #[serde(default)]
    pub areas: Vec<AreaLine>,
    /// What they cost.
    pub total: Money,
    /// Where the tickets went.
    pub email: Option<String>,
    /// The organizer's own name for it.
    #[serde(default)]
    pub reference: Option<String>,
    /// Since when.
    pub created_at: String,
    /// Where the ticket is shown to whoever has this address.
    pub ticket_url: String,
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// Of which payment.
    pub payment: String,
    /// In minor units.
    pub amount: u64,
    /// ISO 4217.
    pub currency: String,
    /// How it stands.
    pub status: RefundStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not go through.
    pub last_error: Option<String>,
}

/// A cluster as one of its nodes sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterStatus {
    /// `None` before it is formed.
    pub cluster_id: Option<String>,
    /// Who leads, if that is known.
    pub leader: Option<u64>,
    /// The present term.
    pub term: u64,
    /// Every member.
    pub nodes: Vec<NodeStatus>,
}

/// A member of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStatus {
    /// Its number.
    pub id: u64,
    /// What it is to the cluster.
    pub role: NodeRole,
    /// Where clients find it.
    pub http: String,
    /// Where other members find it.
    pub peer: String,
    /// Up to where it has applied the log.
    pub applied_index: Option<u64>,
    /// Up to where it has the log.
    pub last_log_index: Option<u64>,
}

/// A page of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Deeds, the oldest first.
    pub data: Vec<Deed>,
    /// Where the next page begins, if this is not the last.
    pub next_cursor: Option<String>,
    /// Every deed from then on is there; `None` while nothing is recorded.
    pub since: Option<String>,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Of the entry that did it.
    pub index: u64,
    /// Log time.
    pub at: String,
    /// What was done, such as `hold_made`.
    pub kind: String,
    /// Who asked for it; `None` if nobody did: time passed.
    pub caller: Option<DeedCaller>,
    /// Which show.
    pub show: String,
    /// Seats that it was done to.
    pub seats: Vec<DeedSeat>,
    /// Places without numbers that it was done to.
    pub areas: Vec<DeedArea>,
    /// Whose they are or were.
    pub user: Option<String>,
    /// The hold.
    pub hold: Option<String>,
    /// When the hold ended or was to end.
    pub expires_at: Option<String>,
    /// The payment.
    pub payment: Option<String>,
    /// The booking.
    pub booking: Option<String>,
    /// The refund.
    pub refund: Option<String>,
    /// The money that it was about.
    pub amount: Option<Money>,
    /// More words, such as what a gateway said.
    pub note: Option<String>,
}

/// Who asked for a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedCaller {
    /// Their user, if they had one.
    pub user: Option<String>,
    /// Their role.
    pub role: String,
}

/// A seat of a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedSeat {
    /// Its id within the plan.
    pub id: String,
    /// What a person reads.
    pub label: String,
}

/// Places of a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedArea {
    /// The area's id within the show.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How many places.
    pub quantity: u32,
}
