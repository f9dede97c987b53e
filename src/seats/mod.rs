//! The core: decides what a command does.
//!
//! [`State::apply`] is a function of its inputs. Nothing in this room reads a clock, draws
//! randomness, awaits, logs or touches a file; time and fresh ids arrive with each entry of the
//! log, so every node that applies the same entries has the same state.

mod command;
mod outcome;
mod state;

mod bookings;
mod deeds;
#[cfg(test)]
mod desk_tests;
mod events;
mod holds;
mod outbox;
mod payments;
mod shows;

mod best;
mod changes;
mod map;
mod maps;
mod orphan;
mod show;

mod agenda;
mod by_user;
mod check;
mod hash;
mod ids;
mod load;
mod memory;
mod record;
mod row;
mod scope;
mod table;
mod trail;

pub use changes::SeatChanges;
pub use command::{
    AreaInfo, Caller, Command, Delivery, GatewayEvent, GatewayEventKind, Key, NewPayment, NewShow,
    Proposal, Role, ShowPatch, Want,
};
pub use ids::{
    Amount, AreaId, AreaIx, BookingId, Currency, Fresh, Hex, HoldId, MapHash, Millis, OutboxId,
    PaymentId, RefundId, SeatId, SeatIx, ShowId, Text, UserId,
};
pub use load::Loader;
pub use map::{
    Category, MAP_SEATS_MAX, MapHeader, MapItem, MapRow, Point, Seat, SeatMap, Thousandths, Zone,
};
pub use outbox::Queue;
pub use outcome::{EventEffect, FieldError, Noun, Outcome, Receipt, Refusal};
pub use record::{
    AreaLine, Booking, BookingStatus, Cancellation, Customer, Effect, EffectKind, Hold, HoldStatus,
    Media, OutboxRow, Payment, PaymentStatus, Policy, Refund, RefundStatus, Sale, SeatLine,
    SeatState, ShowInfo, ShowStatus, ShowView, Unmatched,
};
pub use row::{Change, Meta, Remembered, Row, RowKey};
pub use scope::Scope;
pub use show::{Owner, Show};
pub use state::{LEVEL, Money, State};
#[cfg(test)]
pub(crate) use table::ROWS_READ;
pub use trail::{About, Asker, Deed, DeedKey, DeedKind, Search, Subject, TRAIL_LEVEL, Trail};
