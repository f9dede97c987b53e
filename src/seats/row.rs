//! State as rows: what is stored on disk and sent in snapshots. Everything else in [`super::State`]
//! is derived from rows when they are loaded (seat arrays, counts, deadlines, indexes by user).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{
    BookingId, HoldId, MapHash, Millis, OutboxId, PaymentId, RefundId, SeatIx, ShowId, Text,
};
use super::map::{MapHeader, MapItem};
use super::outcome::Outcome;
use super::record::{Booking, Hold, OutboxRow, Payment, Refund, ShowInfo, Unmatched};
use super::scope::Scope;
use super::trail::{Deed, DeedKey};

/// Names one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RowKey {
    /// The one row of scalars.
    Meta,
    /// A part of a seat map.
    MapPart(MapHash, u32),
    /// A completed seat map.
    Map(MapHash),
    /// A show.
    Show(ShowId),
    /// The blocked seats of a show.
    Blocks(ShowId),
    /// A hold, pending or remembered.
    Hold(HoldId),
    /// A payment.
    Payment(PaymentId),
    /// A booking.
    Booking(BookingId),
    /// A refund.
    Refund(RefundId),
    /// Work for the outside.
    Outbox(OutboxId),
    /// A gateway event that was taken: gateway and event id.
    Event(String, String),
    /// A gateway event that fits no payment: gateway and event id.
    Unmatched(String, String),
    /// A remembered outcome: the caller's scope and the key.
    Remembered(Scope, Text),
    /// The number of a node that has left.
    Retired(u64),
    /// A deed of the audit trail.
    Deed(DeedKey),
    /// From when on the audit trail is whole.
    TrailSince,
}

/// One row with its content. Of what there are many, it shares what the state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Row {
    /// Scalars.
    Meta(Meta),
    /// Items of one part of a map, and when it came (an incomplete map is dropped in time).
    MapPart {
        /// Of which map.
        hash: MapHash,
        /// Which part.
        part: u32,
        /// In plan order.
        items: Vec<MapItem>,
        /// When it came.
        at: Millis,
    },
    /// A completed map: its parts are the rows `0..header.parts`.
    Map {
        /// Its hash.
        hash: MapHash,
        /// All but the items.
        header: MapHeader,
    },
    /// A show and the version of its seats.
    Show {
        /// What is known of it.
        info: Box<ShowInfo>,
        /// Raised by every command that changes one of its seats.
        version: u64,
    },
    /// Blocked seats of a show.
    Blocks {
        /// Of which show.
        show: ShowId,
        /// Which.
        seats: BTreeSet<SeatIx>,
    },
    /// A hold.
    Hold(Arc<Hold>),
    /// A payment.
    Payment(Arc<Payment>),
    /// A booking.
    Booking(Arc<Booking>),
    /// A refund.
    Refund(Arc<Refund>),
    /// Work for the outside.
    Outbox(Arc<OutboxRow>),
    /// An event that was taken.
    Event {
        /// From which gateway.
        gateway: String,
        /// The gateway's id of it.
        event: String,
        /// When it was taken; forgotten 30 days later.
        at: Millis,
    },
    /// An event that fits nothing.
    Unmatched(Arc<Unmatched>),
    /// A remembered outcome.
    Remembered(Arc<Remembered>),
    /// The number of a node that has left. It is never given to another.
    Retired {
        /// The number.
        node: u64,
        /// When it was used up.
        at: Millis,
    },
    /// A deed of the audit trail.
    Deed(Deed),
    /// From when on the audit trail is whole.
    TrailSince {
        /// Every deed from then on is there.
        at: Millis,
    },
}

/// Scalars of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Log time: the largest stamp of any entry so far.
    pub now: Millis,
    /// What apply branches on when behaviour changes.
    pub level: u32,
    /// Raised when a cluster is made from a backup; part of every entity tag and stream id.
    pub epoch: u64,
}

/// A remembered outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Whose key: the user, or the role of an anonymous caller.
    pub scope: Scope,
    /// The key.
    pub key: Text,
    /// Hash of route and body.
    pub fingerprint: u128,
    /// Forgotten after this.
    pub until: Millis,
    /// What was answered.
    pub outcome: Outcome,
}

impl Row {
    /// The key that this row is stored under.
    #[must_use]
    pub fn key(&self) -> RowKey {
        match self {
            Row::Meta(_) => RowKey::Meta,
            Row::MapPart { hash, part, .. } => RowKey::MapPart(*hash, *part),
            Row::Map { hash, .. } => RowKey::Map(*hash),
            Row::Show { info, .. } => RowKey::Show(info.id.clone()),
            Row::Blocks { show, .. } => RowKey::Blocks(show.clone()),
            Row::Hold(hold) => RowKey::Hold(hold.id),
            Row::Payment(payment) => RowKey::Payment(payment.id),
            Row::Booking(booking) => RowKey::Booking(booking.id),
            Row::Refund(refund) => RowKey::Refund(refund.id),
            Row::Outbox(row) => RowKey::Outbox(row.id),
            Row::Event { gateway, event, .. } => RowKey::Event(gateway.clone(), event.clone()),
            Row::Unmatched(row) => {
                RowKey::Unmatched(row.event.gateway.clone(), row.event.event.clone())
            }
            Row::Remembered(row) => RowKey::Remembered(row.scope.clone(), row.key.clone()),
            Row::Retired { node, .. } => RowKey::Retired(*node),
            Row::Deed(deed) => RowKey::Deed(deed.key),
            Row::TrailSince { .. } => RowKey::TrailSince,
        }
    }
}

/// A change to one row: its new content, or `None` if it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which row.
    pub key: RowKey,
    /// Its content.
    pub row: Option<Row>,
}
