//! A show with its seats: an indexed array, derived from holds, bookings and blocks.

use std::sync::Arc;

use super::ids::{AreaIx, BookingId, HoldId, SeatIx};
use super::map::SeatMap;
use super::record::{SeatState, ShowInfo};

/// A show with its seats.
#[derive(Clone, Debug)]
pub struct Show {
    info: ShowInfo,
    version: u64,
    map: Option<Arc<SeatMap>>,
}

/// Who has a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A pending hold.
    Hold(HoldId),
    /// A booking.
    Booking(BookingId),
}

/// What changed between two versions of a show's seats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeatChanges {
    /// Seats, ascending, each once.
    pub seats: Vec<SeatIx>,
    /// Areas, ascending, each once.
    pub areas: Vec<AreaIx>,
}

impl Show {
    /// What is known of it.
    #[must_use]
    pub fn info(&self) -> &ShowInfo {
        &self.info
    }

    /// Raised by every command that changes one of its seats or areas; equal on every node at an
    /// equal index.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Its seat map, if it has one.
    #[must_use]
    pub fn map(&self) -> Option<&Arc<SeatMap>> {
        self.map.as_ref()
    }

    /// How many seats its map has.
    #[must_use]
    pub fn seats_len(&self) -> u32 {
        todo!()
    }

    /// The state of one seat; `Blocked` for a position that it does not have.
    #[must_use]
    pub fn seat(&self, _seat: SeatIx) -> SeatState {
        todo!()
    }

    /// Who has a seat.
    #[must_use]
    pub fn owner(&self, _seat: SeatIx) -> Option<Owner> {
        todo!()
    }

    /// Free places of each standing area, in the order of `info().areas`.
    pub fn areas_available(&self) -> impl Iterator<Item = u32> + '_ {
        std::iter::empty()
    }

    /// Held and sold places of each standing area, in the order of `info().areas`.
    pub fn areas_taken(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        std::iter::empty()
    }

    /// Free seats and places.
    #[must_use]
    pub fn available(&self) -> u64 {
        todo!()
    }

    /// What changed after `version`; `None` if that is too old, or ahead of this show.
    #[must_use]
    pub fn changes_since(&self, _version: u64) -> Option<SeatChanges> {
        todo!()
    }
}
