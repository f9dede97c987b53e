//! Best available: which seats to offer somebody who leaves the choice to us.
//!
//! The front-most row wins, then the middle of the row, always side by side and leaving nobody's
//! neighbour alone if that can be had. Only then come seats side by side that leave a single seat
//! (unless the show forbids it), and last a party split over the fewest stretches of seats, the
//! nearest together in plan order.

use std::ops::Range;

use super::ids::SeatIx;
use super::orphan::Vacancy;

/// Most seats that are looked for at once. It bounds the search: parties beyond it name their
/// seats.
pub(super) const BEST_AVAILABLE_MAX: u32 = 100;

/// Why there is no choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoChoice {
    /// Too few seats are free.
    TooFew,
    /// Every choice leaves single seats; these are those of one.
    Orphans(Vec<SeatIx>),
}

/// Chooses `quantity` free seats (1 to [`BEST_AVAILABLE_MAX`]) of a category (an index), or of any.
pub(super) fn best_available(
    vacancy: Vacancy<'_>,
    quantity: u32,
    category: Option<u16>,
    prevent_orphans: bool,
) -> Result<Vec<SeatIx>, NoChoice> {
    if vacancy.free(category) < quantity as usize {
        return Err(NoChoice::TooFew);
    }
    let search = Search { vacancy, quantity, category };
    let adjacent = search.adjacent();
    match adjacent {
        Some((window, true)) => return Ok(seats(window)),
        Some((window, false)) if !prevent_orphans => return Ok(seats(window)),
        Some((_, false)) | None => {}
    }
    if let Some(choice) = search.split(prevent_orphans)
        && (!prevent_orphans || vacancy.orphans(&choice).is_empty())
    {
        return Ok(choice);
    }
    if !prevent_orphans {
        return Err(NoChoice::TooFew);
    }
    let unsound = adjacent.map(|(window, _)| seats(window)).or_else(|| search.split(false));
    let unsound = unsound.ok_or(NoChoice::TooFew)?;
    Err(NoChoice::Orphans(vacancy.orphans(&unsound)))
}

/// First seat and number of seats, side by side.
type Window = (u32, u32);

fn seats((first, len): Window) -> Vec<SeatIx> {
    (first..first + len).map(SeatIx).collect()
}

struct Search<'a> {
    vacancy: Vacancy<'a>,
    quantity: u32,
    category: Option<u16>,
}

/// Free seats side by side, all of the category asked for.
#[derive(Clone, Debug)]
struct Run {
    /// The seats.
    fit: Range<u32>,
    /// With the free seats of other categories that touch them.
    free: Range<u32>,
    /// The row that they lie in.
    row: Range<u32>,
}

impl Search<'_> {
    /// The best window of all seats side by side, and whether it leaves no single seat. One that
    /// leaves none in any row beats one that does in an earlier row.
    fn adjacent(&self) -> Option<(Window, bool)> {
        let mut fallback = None;
        for (ix, row) in self.vacancy.map().rows().enumerate() {
            if !self.vacancy.row_has_free(ix, &row) {
                continue;
            }
            let runs = self.runs_of(&row);
            let windows = runs.iter().filter_map(|run| self.place(run, self.quantity));
            let best = windows.min_by_key(|(window, clean)| (!clean, off_centre(&row, *window)));
            match best {
                Some((_, true)) => return best,
                Some((_, false)) if fallback.is_none() => fallback = best,
                Some((_, false)) | None => {}
            }
        }
        fallback
    }

    /// The best place for `len` seats in a run, and whether it leaves no single seat.
    fn place(&self, run: &Run, len: u32) -> Option<(Window, bool)> {
        let last = run.fit.end.checked_sub(len)?;
        let windows = (run.fit.start..=last).map(|first| (first, len));
        let judged = windows.map(|window| (window, self.is_clean(run, window)));
        judged.min_by_key(|(window, clean)| (!clean, off_centre(&run.row, *window)))
    }

    fn is_clean(&self, run: &Run, (first, len): Window) -> bool {
        let (left, right) = (first - run.free.start, run.free.end - (first + len));
        (left != 1 && right != 1) || self.vacancy.orphans(&seats((first, len))).is_empty()
    }

    /// The runs of one row, in plan order.
    fn runs_of(&self, row: &Range<u32>) -> Vec<Run> {
        let (map, mut runs) = (self.vacancy.map(), Vec::<Run>::new());
        let (mut free_start, mut first_of_free) = (row.start, 0);
        for at in row.clone() {
            let seat = SeatIx(at);
            let free = self.vacancy.is_free(seat);
            if !free || !map.joined(seat) {
                close(&mut runs[first_of_free..], free_start..at);
                first_of_free = runs.len();
                free_start = if free { at } else { at + 1 };
            }
            let fits =
                map.seat(seat).is_some_and(|s| self.category.is_none_or(|c| s.category == c));
            if !free || !fits {
                continue;
            }
            match runs[first_of_free..].last_mut() {
                Some(run) if run.fit.end == at => run.fit.end = at + 1,
                Some(_) | None => {
                    runs.push(Run { fit: at..at + 1, free: at..at + 1, row: row.clone() });
                }
            }
        }
        close(&mut runs[first_of_free..], free_start..row.end);
        runs
    }

    /// Seats in the fewest runs; among equals those nearest together, counted in runs between, then
    /// the first in plan order.
    ///
    /// NB: with `prevent_orphans` runs are judged one by one. Where seats of several categories
    /// alternate within one stretch of free seats the choice as a whole may still leave a single
    /// one: the caller looks, and then offers nothing.
    fn split(&self, prevent_orphans: bool) -> Option<Vec<SeatIx>> {
        let map = self.vacancy.map();
        let rows = map.rows().enumerate().filter(|(ix, row)| self.vacancy.row_has_free(*ix, row));
        let runs: Vec<Run> = rows.flat_map(|(_, row)| self.runs_of(&row)).collect();
        let parts: Vec<Vec<u32>> =
            runs.iter().map(|run| self.parts(run, prevent_orphans)).collect();
        let window = nearest(&parts, self.quantity as usize)?;
        let takes = takes(&parts[window.clone()], self.quantity as usize);
        let mut choice = Vec::with_capacity(self.quantity as usize);
        for (run, take) in runs[window].iter().zip(takes) {
            if take > 0 {
                let (place, _) = self.place(run, take).expect("a part fits in its run");
                choice.extend(seats(place));
            }
        }
        Some(choice)
    }

    /// How many seats may be taken from a run, ascending.
    fn parts(&self, run: &Run, prevent_orphans: bool) -> Vec<u32> {
        let most = (run.fit.end - run.fit.start).min(self.quantity);
        let allowed = |len: u32| {
            let mut windows = (run.fit.start..=run.fit.end - len).map(|first| (first, len));
            !prevent_orphans || windows.any(|window| self.is_clean(run, window))
        };
        (1..=most).filter(|len| allowed(*len)).collect()
    }
}

fn close(runs: &mut [Run], free: Range<u32>) {
    for run in runs {
        run.free = free.clone();
    }
}

/// Twice the distance of a window's middle from the middle of its row.
fn off_centre(row: &Range<u32>, (first, len): Window) -> u32 {
    (2 * first + len).abs_diff(row.start + row.end)
}

/// The stretch of runs in which `sum` can be had from the fewest of them, the shortest such
/// stretch, the first in plan order. Each run gives one of its `parts`, or nothing.
///
/// A knapsack: `best[s]` is how to have `s` from the runs so far, as (number of runs, the latest
/// first run). A solution of the fewest runs is made of such.
fn nearest(parts: &[Vec<u32>], sum: usize) -> Option<Range<usize>> {
    let mut best: Vec<Option<(usize, usize)>> = vec![None; sum + 1];
    let mut answer: Option<(usize, Range<usize>)> = None;
    for (at, parts) in parts.iter().enumerate() {
        for s in (1..=sum).rev() {
            for part in parts.iter().map(|part| *part as usize).take_while(|part| *part <= s) {
                let before = if part == s { Some((0, at)) } else { best[s - part] };
                let Some((count, first)) = before else { continue };
                let found = (count + 1, first);
                if best[s].is_none_or(|(count, first)| {
                    found.0 < count || (found.0 == count && found.1 > first)
                }) {
                    best[s] = Some(found);
                }
            }
        }
        let Some((count, first)) = best[sum] else { continue };
        let shorter = answer.as_ref().is_none_or(|(least, range)| {
            count < *least || (count == *least && at + 1 - first < range.len())
        });
        if shorter {
            answer = Some((count, first..at + 1));
        }
        if count <= 2 && at + 1 - first <= count {
            break;
        }
    }
    answer.map(|(_, range)| range)
}

/// What to take from each of these runs to have `sum` from the fewest of them.
fn takes(parts: &[Vec<u32>], sum: usize) -> Vec<u32> {
    /// More runs than any choice has.
    const NEVER: u32 = u32::MAX / 2;
    let mut counts = vec![NEVER; sum + 1];
    counts[0] = 0;
    let mut steps: Vec<Vec<u32>> = Vec::with_capacity(parts.len());
    for parts in parts {
        let mut next = counts.clone();
        let mut take = vec![0; sum + 1];
        for s in 1..=sum {
            for part in parts.iter().take_while(|part| **part as usize <= s) {
                if counts[s - *part as usize] + 1 < next[s] {
                    (next[s], take[s]) = (counts[s - *part as usize] + 1, *part);
                }
            }
        }
        counts = next;
        steps.push(take);
    }
    let (mut left, mut takes) = (sum, vec![0; parts.len()]);
    for (take, of_run) in takes.iter_mut().zip(&steps).rev() {
        *take = of_run[left];
        left -= *take as usize;
    }
    takes
}

#[cfg(test)]
mod tests;
