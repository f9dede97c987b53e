//! Which seats a hold may take: orphans and the best that there are.
//!
//! The contract says that an orphan is a free seat left single between taken ones. Where it leaves
//! open whether a wall, an aisle or a blocked seat counts as taken, the oracle allows both: a
//! *sure* orphan must be refused, a *possible* one may be.

use std::collections::BTreeSet;

use usher::seats::SeatLine;

use super::model::{ShowModel, Slot, seat_ix};
use crate::hall::Hall;

/// Seats that a hold would leave single.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphans {
    pub sure: BTreeSet<usize>,
    pub possible: BTreeSet<usize>,
}

/// A show's seats, some of which a hold would take and some of which its user would give back.
pub struct Seating<'a> {
    show: &'a ShowModel,
    hall: &'a Hall,
    freed: BTreeSet<usize>,
}

impl<'a> Seating<'a> {
    /// Nothing for a show without a map.
    pub fn new(show: &'a ShowModel, freed: &[SeatLine]) -> Option<Seating<'a>> {
        let freed = freed.iter().map(|line| line.seat.0 as usize).collect();
        Some(Seating { show, hall: show.hall.as_deref()?, freed })
    }

    /// Whether a seat can be taken.
    pub fn is_free(&self, seat: usize) -> bool {
        self.show.seats[seat] == Slot::Free || self.freed.contains(&seat)
    }

    /// Free seats, of one category if it is given.
    pub fn free(&self, category: Option<&str>) -> Vec<usize> {
        let seats = 0..self.hall.seats.len();
        seats.filter(|&seat| self.is_free(seat) && self.is_of(seat, category)).collect()
    }

    /// What taking these seats would leave single.
    pub fn orphans(&self, taken: &BTreeSet<usize>) -> Orphans {
        let left = |seat: usize| self.is_free(seat) && !taken.contains(&seat);
        let beside = |seat: &usize| self.beside(*seat).into_iter().flatten();
        let near: BTreeSet<usize> =
            taken.iter().flat_map(beside).chain(self.freed.iter().copied()).collect();
        let mut orphans = Orphans::default();
        for seat in near.into_iter().filter(|seat| left(*seat)) {
            let sides = self.beside(seat);
            if sides.iter().flatten().any(|side| left(*side)) {
                continue;
            }
            orphans.possible.insert(seat);
            let taken_beside = |side: &Option<usize>| {
                side.is_some_and(|side| {
                    taken.contains(&side)
                        || matches!(self.show.seats[side], Slot::Held(_) | Slot::Booked(_))
                })
            };
            let by_this = |side: &usize| taken.contains(side) && !self.freed.contains(side);
            let was_free = !self.freed.contains(&seat);
            if sides.iter().all(taken_beside) && sides.iter().flatten().any(by_this) && was_free {
                orphans.sure.insert(seat);
            }
        }
        orphans
    }

    /// Whether so many seats side by side are free whose taking leaves nothing single, all of one
    /// category.
    pub fn has_clean_run(&self, quantity: usize, category: Option<&str>) -> bool {
        (0..self.hall.seats.len()).any(|first| {
            let of = category.unwrap_or(&self.hall.seats[first].category);
            let mut run = BTreeSet::new();
            let mut next = Some(first);
            while let Some(seat) = next.filter(|_| run.len() < quantity) {
                if !self.is_free(seat) || !self.is_of(seat, Some(of)) {
                    return false;
                }
                run.insert(seat);
                next = self.hall.seats[seat].right;
            }
            run.len() == quantity && self.orphans(&run).possible.is_empty()
        })
    }

    /// Whether seats stand side by side.
    pub fn is_run(&self, seats: &BTreeSet<usize>) -> bool {
        let firsts = seats
            .iter()
            .filter(|seat| self.hall.seats[**seat].left.is_none_or(|left| !seats.contains(&left)));
        firsts.count() == 1
    }

    /// Whether a seat is of a category, if one is given.
    pub fn is_of(&self, seat: usize, category: Option<&str>) -> bool {
        category.is_none_or(|category| self.hall.seats[seat].category == category)
    }

    /// What taking these seats now costs.
    pub fn lines(&self, seats: &BTreeSet<usize>) -> Vec<SeatLine> {
        let line = |&seat: &usize| SeatLine { seat: seat_ix(seat), price: self.show.price(seat) };
        seats.iter().map(line).collect()
    }

    fn beside(&self, seat: usize) -> [Option<usize>; 2] {
        [self.hall.seats[seat].left, self.hall.seats[seat].right]
    }
}
