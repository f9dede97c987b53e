//! Single seats: what a hold would leave that hardly anybody wants to buy.

use super::ids::SeatIx;
use super::map::SeatMap;
use super::record::{SeatLine, SeatState};
use super::show::Show;

/// A show's free seats as a new hold sees them: those of the hold that it replaces count as free.
#[derive(Clone, Copy)]
pub(super) struct Vacancy<'a> {
    show: &'a Show,
    map: &'a SeatMap,
    /// Ascending.
    replaced: &'a [SeatLine],
}

impl<'a> Vacancy<'a> {
    /// `None` for a show without seats.
    pub(super) fn new(show: &'a Show, replaced: &'a [SeatLine]) -> Option<Vacancy<'a>> {
        let map = show.map()?;
        Some(Vacancy { show, map, replaced })
    }

    pub(super) fn map(&self) -> &'a SeatMap {
        self.map
    }

    pub(super) fn is_free(&self, seat: SeatIx) -> bool {
        self.show.seat(seat) == SeatState::Available || self.is_replaced(seat)
    }

    /// Free seats of a category, by its index, or in all.
    pub(super) fn free(&self, category: Option<u16>) -> usize {
        let fits = |line: &&SeatLine| {
            let seat = self.map.seat(line.seat);
            category.is_none_or(|category| seat.is_some_and(|seat| seat.category == category))
        };
        let replaced = self.replaced.iter().filter(fits).count();
        self.show.category_available(category) as usize + replaced
    }

    /// Whether a row, by index and positions, has any free seat.
    pub(super) fn row_has_free(&self, row: usize, seats: &std::ops::Range<u32>) -> bool {
        let first = self.replaced.partition_point(|line| line.seat.0 < seats.start);
        let replaced = self.replaced.get(first).is_some_and(|line| line.seat.0 < seats.end);
        replaced || self.show.row_available(row) > 0
    }

    /// Free seats that would have no free neighbour once `chosen` (ascending, free) are taken, and
    /// that were not single before. A seat was single before if it is so now, or would be with the
    /// replaced hold simply released: neither is this hold's doing.
    pub(super) fn orphans(&self, chosen: &[SeatIx]) -> Vec<SeatIx> {
        let mut orphans = Vec::new();
        for seat in chosen {
            for neighbour in self.map.neighbours(*seat).into_iter().flatten() {
                let left = self.is_free(neighbour) && chosen.binary_search(&neighbour).is_err();
                if left && self.becomes_single(neighbour, chosen) {
                    orphans.push(neighbour);
                }
            }
        }
        orphans.sort_unstable();
        orphans.dedup();
        orphans
    }

    /// Whether a free neighbour of a chosen seat is left alone, and was not alone before. With the
    /// replaced hold released it had company: the chosen seat.
    fn becomes_single(&self, seat: SeatIx, chosen: &[SeatIx]) -> bool {
        let neighbours = self.map.neighbours(seat);
        let mut others = neighbours.into_iter().flatten();
        if others.any(|other| self.is_free(other) && chosen.binary_search(&other).is_err()) {
            return false;
        }
        let available = |seat| self.show.seat(seat) == SeatState::Available;
        let single_now = available(seat) && !neighbours.into_iter().flatten().any(available);
        !single_now
    }

    fn is_replaced(&self, seat: SeatIx) -> bool {
        self.replaced.binary_search_by_key(&seat, |line| line.seat).is_ok()
    }
}
