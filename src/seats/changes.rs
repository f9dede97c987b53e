//! Which seats changed lately: what a stream needs to send deltas instead of whole shows.

use std::collections::VecDeque;

use super::ids::{AreaIx, SeatIx};

/// Changes kept per show. A reader that is further behind reads the whole show again; 4,096 cover
/// some seconds of the busiest sale in 64 KiB.
const CHANGES_MAX: usize = 4096;

/// What changed between two versions of a show's seats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeatChanges {
    /// Seats, ascending, each once.
    pub seats: Vec<SeatIx>,
    /// Areas, ascending, each once.
    pub areas: Vec<AreaIx>,
}

/// One place that changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Seat(SeatIx),
    Area(AreaIx),
}

/// The latest changes of a show, each with the version that it made.
///
/// Invariant: every change of a version above `complete_after` stands here.
#[derive(Clone, Debug)]
pub(super) struct Changes {
    complete_after: u64,
    ring: VecDeque<(u64, Place)>,
}

impl Changes {
    /// Nothing is known of what led to `version`.
    pub(super) fn new(version: u64) -> Changes {
        Changes { complete_after: version, ring: VecDeque::new() }
    }

    pub(super) fn record(&mut self, version: u64, place: Place) {
        if self.ring.len() == CHANGES_MAX
            && let Some((oldest, _)) = self.ring.pop_front()
        {
            self.complete_after = oldest;
        }
        self.ring.push_back((version, place));
    }

    /// What changed after `version`, unless that is too long ago.
    pub(super) fn since(&self, version: u64) -> Option<SeatChanges> {
        if version < self.complete_after {
            return None;
        }
        let mut changes = SeatChanges::default();
        for (_, place) in self.ring.iter().rev().take_while(|(made, _)| *made > version) {
            match place {
                Place::Seat(seat) => changes.seats.push(*seat),
                Place::Area(area) => changes.areas.push(*area),
            }
        }
        changes.seats.sort_unstable();
        changes.seats.dedup();
        changes.areas.sort_unstable();
        changes.areas.dedup();
        Some(changes)
    }
}
