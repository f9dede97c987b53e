//! What can be asked of the core. A command stands in the log: variants are added, never altered.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ids::{
    Amount, AreaId, BookingId, Currency, Fresh, HoldId, MapHash, Millis, OutboxId, PaymentId,
    RefundId, SeatId, ShowId, Text, UserId,
};
use super::map::{MapHeader, MapItem};
use super::record::{Customer, Media, Policy, Sale};

/// Roles in ascending order of what they may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Sees shows, free seats and their own holds, payments and bookings.
    Buyer,
    /// Runs shows; sees everybody's.
    Organizer,
    /// Runs the cluster.
    Operator,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Role; 3] = [Role::Buyer, Role::Organizer, Role::Operator];

    /// What it is called outside.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Role::Buyer => "buyer",
            Role::Organizer => "organizer",
            Role::Operator => "operator",
        }
    }

    /// The role of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who asks, as the node that took the request authenticated them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// `None` for an anonymous caller.
    pub user: Option<UserId>,
    /// Decides whether another user's rows exist for them.
    pub role: Role,
}

/// An idempotency key with what it was first used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// 1 to 255 visible ASCII characters; scoped to the caller.
    pub text: Text,
    /// A hash of route and body; the same key with another is refused.
    pub fingerprint: u128,
    /// Made by a node for a request that had none: known to the client only by a 504, so it is
    /// remembered for minutes, not for a day.
    pub made_by_node: bool,
}

/// One command with its circumstances, as it stands in a log entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who asks.
    pub caller: Caller,
    /// Under which key the outcome is remembered; `None` for the cluster's own commands.
    pub key: Option<Key>,
    /// Source of every id that the command creates.
    pub fresh: Fresh,
    /// What is asked.
    pub command: Command,
}

/// What is asked.
///
/// Values are checked for syntax before they get here (lengths, ranges, character sets), by `http`;
/// apply checks whatever depends on state, and survives anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Lets time pass: ends what is overdue, forgets what may be forgotten, advances cancellations.
    Tick,
    /// Raises the replicated level to this one, never lowers it.
    RaiseLevel {
        /// The level that every member knows.
        level: u32,
    },
    /// Stores one part of a seat map, numbered from 0; parts come in any order, repeats are no-ops.
    MapPart {
        /// The hash of the whole map.
        hash: MapHash,
        /// Which part.
        part: u32,
        /// The items of this part, in plan order.
        items: Vec<MapItem>,
    },
    /// Completes a seat map whose parts are all there.
    MapDone {
        /// The hash of the whole map.
        hash: MapHash,
        /// Everything but the items.
        header: MapHeader,
    },
    /// Creates a show; its map, if any, is already stored.
    CreateShow(Box<NewShow>),
    /// Changes what of a show may change.
    PatchShow {
        /// Which show.
        show: ShowId,
        /// Only what is `Some` changes.
        patch: Box<ShowPatch>,
    },
    /// Stops sales, ends holds, refunds every booking (the last a page a tick).
    CancelShow {
        /// Which show.
        show: ShowId,
    },
    /// Takes free seats off sale; blocked ones stay so.
    Block {
        /// Which show.
        show: ShowId,
        /// All of them or none.
        seats: BTreeSet<SeatId>,
    },
    /// Puts blocked seats on sale; free ones stay so.
    Unblock {
        /// Which show.
        show: ShowId,
        /// All of them or none.
        seats: BTreeSet<SeatId>,
    },
    /// Holds seats for a user until a deadline. The hold's id is the proposal's fresh one.
    Hold {
        /// Which show.
        show: ShowId,
        /// Who gets them.
        user: UserId,
        /// Which seats.
        want: Want,
        /// The user's present hold ends if this one succeeds, and its seats count as free.
        replace_active: bool,
    },
    /// Moves a pending hold's deadline to `now + ttl`, never earlier, never past the total.
    Extend {
        /// Which hold.
        hold: HoldId,
        /// Counted from the entry's log time.
        ttl: Millis,
    },
    /// Ends a pending hold; its seats are free again.
    Release {
        /// Which hold.
        hold: HoldId,
    },
    /// Books a pending hold at the box office, paid outside.
    Confirm {
        /// Which hold.
        hold: HoldId,
        /// The organizer's own reference ("till-4711").
        reference: String,
        /// Where the booking is mailed, if anywhere.
        email: Option<String>,
    },
    /// Records a payment for a pending hold, before its gateway is called. Its id is the fresh one.
    OpenPayment(Box<NewPayment>),
    /// Stores what the gateway answered when its session was opened.
    Opened {
        /// Which payment.
        payment: PaymentId,
        /// The gateway's name for its session.
        reference: String,
        /// Where the buyer pays.
        redirect_url: String,
    },
    /// Asks for a payment's session to be closed; its hold stays.
    CancelPayment {
        /// Which payment.
        payment: PaymentId,
    },
    /// What a gateway says of one of its sessions, by webhook or on our asking.
    GatewayEvent(Box<GatewayEvent>),
    /// Cancels a booking or some of its seats and refunds their price.
    CancelBooking {
        /// Which booking.
        booking: BookingId,
        /// `None` for all of it.
        seats: Option<BTreeSet<SeatId>>,
    },
    /// Queues the booking's e-mail again.
    Resend {
        /// Which booking.
        booking: BookingId,
    },
    /// Makes a pending refund due now.
    RetryRefund {
        /// Which refund.
        refund: RefundId,
    },
    /// Says how the delivery of an outbox row went.
    Settle {
        /// Which row.
        row: OutboxId,
        /// How it went.
        delivery: Delivery,
    },
    /// Uses up a node's number: it leaves the cluster, and no other node may ever have it.
    RetireNode {
        /// The number.
        node: u64,
    },
    /// Changes nothing. Every node keeps a copy of its state as it is here, for comparison.
    Mark,
    /// As [`Command::Hold`], for users with fewer bookings of the show that stand. How many a node
    /// allows is its configuration, so the number rides along.
    HoldWithin {
        /// Which show.
        show: ShowId,
        /// Who gets them.
        user: UserId,
        /// Which seats.
        want: Want,
        /// See [`Command::Hold`].
        replace_active: bool,
        /// Refused to a user with so many.
        bookings_max: u32,
    },
}

/// Which seats a hold asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Want {
    /// These seats and these numbers of places in standing areas; not both empty.
    Named {
        /// By id.
        seats: BTreeSet<SeatId>,
        /// By area, each at least 1.
        areas: BTreeMap<AreaId, u32>,
    },
    /// The best that there are.
    BestAvailable {
        /// At least 1.
        quantity: u32,
        /// Of this category only, if given.
        category: Option<String>,
    },
}

/// A show to be created. Its id is `id`, or made of the proposal's fresh one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShow {
    /// A slug.
    pub id: Option<ShowId>,
    /// Non-empty.
    pub name: String,
    /// Where it takes place; may be empty.
    pub venue: String,
    /// When it begins.
    pub starts_at: Millis,
    /// Free text; may be empty.
    pub description: String,
    /// Pictures.
    pub media: Vec<Media>,
    /// Of every price.
    pub currency: Currency,
    /// By category name; every category in use must stand here.
    pub prices: BTreeMap<String, Amount>,
    /// When seats are sold.
    pub sale: Sale,
    /// How seats are held.
    pub policy: Policy,
    /// A stored seat map.
    pub seat_map: Option<MapHash>,
    /// Standing areas.
    pub areas: Vec<AreaInfo>,
}

/// A standing area, sold by quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaInfo {
    /// Unique in the show.
    pub id: AreaId,
    /// What people call it.
    pub name: String,
    /// Whose price its places have.
    pub category: String,
    /// Places.
    pub capacity: u32,
}

/// Changes to a show; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowPatch {
    /// See [`NewShow`].
    pub name: Option<String>,
    /// See [`NewShow`].
    pub description: Option<String>,
    /// See [`NewShow`].
    pub media: Option<Vec<Media>>,
    /// See [`NewShow`].
    pub sale: Option<Sale>,
    /// See [`NewShow`].
    pub policy: Option<Policy>,
    /// New prices of some categories, of which no seat is held or sold.
    pub prices: Option<BTreeMap<String, Amount>>,
}

/// A payment to be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPayment {
    /// Which hold is paid.
    pub hold: HoldId,
    /// Which gateway, by its configured name.
    pub gateway: String,
    /// Where the booking is mailed.
    pub email: String,
    /// Where the buyer lands after paying.
    pub success_url: String,
    /// Where the buyer lands otherwise.
    pub cancel_url: String,
    /// What the gateway may be told of the buyer.
    pub customer: Option<Customer>,
}

/// What a gateway says of one of its sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayEvent {
    /// Which gateway.
    pub gateway: String,
    /// Its id of this event; repeats are ignored.
    pub event: String,
    /// Which payment, as we named it to the gateway; `None` if it names none of ours.
    pub payment: Option<PaymentId>,
    /// The gateway's name for its session.
    pub reference: String,
    /// What happened.
    pub kind: GatewayEventKind,
    /// What was paid, or would be.
    pub amount: Amount,
    /// In this currency.
    pub currency: Currency,
}

/// What happened at a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GatewayEventKind {
    /// The money is there.
    Succeeded,
    /// One attempt failed; the session goes on.
    Declined,
    /// The session failed for good.
    Failed,
    /// The session ended unpaid.
    Expired,
}

/// How the delivery of an outbox row went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// It is done; the row goes. For a session closed: unpaid. For a refund: the money is back.
    Done,
    /// The session to be closed had been paid; its success comes, or came, as an event.
    AlreadyPaid,
    /// It failed and is tried again at that time.
    Failed {
        /// What the provider said.
        error: String,
        /// Not before this.
        retry_at: Millis,
    },
}
