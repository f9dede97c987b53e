//! A show with its seats: an indexed array, derived from holds, bookings and blocks.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use super::changes::{Changes, Place, SeatChanges};
use super::ids::{Amount, AreaIx, BookingId, HoldId, SeatIx};
use super::map::SeatMap;
use super::record::{AreaLine, SeatLine, SeatState, ShowInfo};

/// The holder index of a seat that nobody has.
const NOBODY: u32 = u32::MAX;

/// Who has a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A pending hold.
    Hold(HoldId),
    /// A booking.
    Booking(BookingId),
}

/// Numbers the calls of apply in this process, so that a show's version rises once in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn(pub(super) u64);

/// A show with its seats.
///
/// Invariants: a seat has a holder if and only if it is pending or reserved; a holder has at least
/// one seat, all pending if it is a hold, all reserved if it is a booking; `free`, `free_in_row`
/// and `free_in_category` count the available seats; no area is taken beyond its capacity.
#[derive(Clone, Debug)]
pub struct Show {
    info: ShowInfo,
    version: u64,
    map: Option<Arc<SeatMap>>,
    /// By the map's category index; zero for a category that no seat has.
    prices: Vec<Amount>,
    seats: Vec<SeatState>,
    holder_of: Vec<u32>,
    holders: Vec<Holder>,
    holders_unused: Vec<u32>,
    free: u32,
    free_in_row: Vec<u32>,
    /// By the map's category index.
    free_in_category: Vec<u32>,
    areas: Vec<Taken>,
    changes: Changes,
    turn: Turn,
    pending: BTreeSet<HoldId>,
    bookings: BTreeSet<BookingId>,
    /// The row of the show, or of its blocks, differs from what was last taken.
    pub(super) dirty: bool,
    pub(super) blocks_dirty: bool,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    owner: Owner,
    seats: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    held: u32,
    sold: u32,
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
        u32::try_from(self.seats.len()).expect("a map's seats are counted in 32 bits")
    }

    /// The state of one seat; `Blocked` for a position that it does not have.
    #[must_use]
    pub fn seat(&self, seat: SeatIx) -> SeatState {
        self.seats.get(seat.0 as usize).copied().unwrap_or(SeatState::Blocked)
    }

    /// The state of every seat.
    #[must_use]
    pub fn seats(&self) -> &[SeatState] {
        &self.seats
    }

    /// Who has a seat.
    #[must_use]
    pub fn owner(&self, seat: SeatIx) -> Option<Owner> {
        let holder = *self.holder_of.get(seat.0 as usize)?;
        self.holders.get(holder as usize).map(|holder| holder.owner)
    }

    /// Free places of each standing area, in the order of `info().areas`.
    pub fn areas_available(&self) -> impl Iterator<Item = u32> + '_ {
        let capacities = self.info.areas.iter().map(|area| area.capacity);
        capacities.zip(&self.areas).map(|(capacity, taken)| capacity - taken.held - taken.sold)
    }

    /// Held and sold places of each standing area, in the order of `info().areas`.
    pub fn areas_taken(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.areas.iter().map(|taken| (taken.held, taken.sold))
    }

    /// Free seats and places.
    #[must_use]
    pub fn available(&self) -> u64 {
        u64::from(self.free) + self.areas_available().map(u64::from).sum::<u64>()
    }

    /// Free seats.
    #[must_use]
    pub fn seats_available(&self) -> u32 {
        self.free
    }

    /// Its pending holds by id.
    #[must_use]
    pub fn pending(&self) -> impl DoubleEndedIterator<Item = HoldId> + '_ {
        self.pending_below(None)
    }

    /// Its pending holds below an id, or all, by id.
    #[must_use]
    pub fn pending_below(
        &self,
        end: Option<HoldId>,
    ) -> impl DoubleEndedIterator<Item = HoldId> + '_ {
        self.pending.range((Unbounded, end.map_or(Unbounded, Excluded))).copied()
    }

    /// Its standing bookings by id.
    #[must_use]
    pub fn bookings(&self) -> impl DoubleEndedIterator<Item = BookingId> + '_ {
        self.bookings_below(None)
    }

    /// Its standing bookings below an id, or all, by id.
    #[must_use]
    pub fn bookings_below(
        &self,
        end: Option<BookingId>,
    ) -> impl DoubleEndedIterator<Item = BookingId> + '_ {
        self.bookings.range((Unbounded, end.map_or(Unbounded, Excluded))).copied()
    }

    /// Whether a booking of it stands.
    pub(super) fn has_booking(&self, booking: BookingId) -> bool {
        self.bookings.contains(&booking)
    }

    /// What changed after `version`; `None` if that is too old, or ahead of this show.
    #[must_use]
    pub fn changes_since(&self, version: u64) -> Option<SeatChanges> {
        if version > self.version {
            return None;
        }
        self.changes.since(version)
    }

    /// A show whose seats are all free.
    pub(super) fn new(info: ShowInfo, map: Option<Arc<SeatMap>>, version: u64) -> Show {
        let len = map.as_ref().map_or(0, |map| map.seats().len());
        let rows = map.iter().flat_map(|map| map.rows());
        let mut show = Show {
            version,
            prices: Vec::new(),
            seats: vec![SeatState::Available; len],
            holder_of: vec![NOBODY; len],
            holders: Vec::new(),
            holders_unused: Vec::new(),
            free: u32::try_from(len).expect("a map's seats are counted in 32 bits"),
            free_in_row: rows.map(|row| row.end - row.start).collect(),
            free_in_category: map
                .iter()
                .flat_map(|map| map.seats_in_categories())
                .copied()
                .collect(),
            areas: vec![Taken::default(); info.areas.len()],
            changes: Changes::new(version),
            turn: Turn::default(),
            pending: BTreeSet::new(),
            bookings: BTreeSet::new(),
            dirty: false,
            blocks_dirty: false,
            info,
            map,
        };
        show.set_prices();
        show
    }

    /// Changes what is known of it; never its map, its areas or their capacities.
    pub(super) fn edit_info(&mut self, change: impl FnOnce(&mut ShowInfo)) {
        change(&mut self.info);
        self.set_prices();
    }

    /// The present price of a seat.
    pub(super) fn price(&self, seat: SeatIx) -> Amount {
        let seat = self.map.as_ref().and_then(|map| map.seat(seat));
        let price = seat.and_then(|seat| self.prices.get(usize::from(seat.category)));
        price.copied().unwrap_or_default()
    }

    /// The present price of a place in an area.
    pub(super) fn area_price(&self, area: AreaIx) -> Amount {
        let area = self.info.areas.get(area.0 as usize);
        area.and_then(|area| self.info.prices.get(&area.category)).copied().unwrap_or_default()
    }

    /// Free seats of a row, by its index in plan order.
    pub(super) fn row_available(&self, row: usize) -> u32 {
        self.free_in_row.get(row).copied().unwrap_or(0)
    }

    /// Free seats of a category, by its index; of any without one.
    pub(super) fn category_available(&self, category: Option<u16>) -> u32 {
        match category {
            None => self.free,
            Some(ix) => self.free_in_category.get(usize::from(ix)).copied().unwrap_or(0),
        }
    }

    /// Blocked seats, ascending.
    pub(super) fn blocked(&self) -> BTreeSet<SeatIx> {
        let blocked =
            self.seats.iter().zip(0u32..).filter(|(state, _)| **state == SeatState::Blocked);
        blocked.map(|(_, ix)| SeatIx(ix)).collect()
    }

    /// Free seats become a hold's. They are free: whoever calls has checked.
    pub(super) fn hold(
        &mut self,
        turn: Turn,
        hold: HoldId,
        seats: &[SeatLine],
        areas: &[AreaLine],
    ) {
        self.take(turn, Owner::Hold(hold), seats);
        for line in areas {
            self.area(turn, line.area).held += line.quantity;
        }
        self.pending.insert(hold);
    }

    /// A hold's seats become free.
    pub(super) fn release(
        &mut self,
        turn: Turn,
        hold: HoldId,
        seats: &[SeatLine],
        areas: &[AreaLine],
    ) {
        self.give_back(turn, Owner::Hold(hold), seats);
        for line in areas {
            self.area(turn, line.area).held -= line.quantity;
        }
        let known = self.pending.remove(&hold);
        assert!(known, "{hold} was pending");
    }

    /// A hold's seats become a booking's.
    pub(super) fn sell(
        &mut self,
        turn: Turn,
        hold: HoldId,
        booking: BookingId,
        seats: &[SeatLine],
        areas: &[AreaLine],
    ) {
        for line in seats {
            let ix = line.seat.0 as usize;
            assert_eq!(self.seats[ix], SeatState::Pending, "{hold} had {:?}", line.seat);
            self.seats[ix] = SeatState::Reserved;
            self.changed(turn, Place::Seat(line.seat));
        }
        if let Some(first) = seats.first() {
            let holder = &mut self.holders[self.holder_of[first.seat.0 as usize] as usize];
            assert_eq!(holder.owner, Owner::Hold(hold), "the seats of {hold} are its own");
            holder.owner = Owner::Booking(booking);
        }
        for line in areas {
            let taken = self.area(turn, line.area);
            taken.held -= line.quantity;
            taken.sold += line.quantity;
        }
        let known = self.pending.remove(&hold);
        assert!(known, "{hold} was pending");
        self.bookings.insert(booking);
    }

    /// Some or all of a booking's seats become free. With the last of them it stands no longer.
    pub(super) fn unsell(
        &mut self,
        turn: Turn,
        booking: BookingId,
        seats: &[SeatLine],
        areas: &[AreaLine],
        last: bool,
    ) {
        self.give_back(turn, Owner::Booking(booking), seats);
        for line in areas {
            self.area(turn, line.area).sold -= line.quantity;
        }
        if last {
            let known = self.bookings.remove(&booking);
            assert!(known, "{booking} stood");
        }
    }

    /// Takes a free seat off sale, or puts a blocked one back.
    pub(super) fn set_blocked(&mut self, turn: Turn, seat: SeatIx, blocked: bool) {
        let (from, to) = if blocked {
            (SeatState::Available, SeatState::Blocked)
        } else {
            (SeatState::Blocked, SeatState::Available)
        };
        assert_eq!(self.seat(seat), from, "{seat:?} is not held or sold");
        self.set(turn, seat, to);
        self.blocks_dirty = true;
    }

    /// Gives the seats of a stored booking to it: while loading only.
    pub(super) fn load_booking(
        &mut self,
        booking: BookingId,
        seats: &[SeatLine],
        areas: &[AreaLine],
    ) -> Result<(), String> {
        self.check_free(seats, areas)?;
        self.take(self.turn, Owner::Booking(booking), seats);
        for line in areas {
            self.area(self.turn, line.area).sold += line.quantity;
        }
        self.bookings.insert(booking);
        Ok(())
    }

    /// Says which of these lines could not be taken.
    pub(super) fn check_free(&self, seats: &[SeatLine], areas: &[AreaLine]) -> Result<(), String> {
        for pair in seats.windows(2) {
            if pair[0].seat >= pair[1].seat {
                return Err(format!("its seats are not in map order at {:?}", pair[1].seat));
            }
        }
        for line in seats {
            if self.seat(line.seat) != SeatState::Available {
                return Err(format!("{:?} is not free: {:?}", line.seat, self.seat(line.seat)));
            }
        }
        for pair in areas.windows(2) {
            if pair[0].area >= pair[1].area {
                return Err(format!("its areas are not in order at {:?}", pair[1].area));
            }
        }
        for line in areas {
            let free = self.areas_available().nth(line.area.0 as usize);
            if free.is_none_or(|free| free < line.quantity) {
                return Err(format!("{:?} has fewer than {} places", line.area, line.quantity));
            }
        }
        Ok(())
    }

    /// Ends loading: what was put into place is how the stored version stands.
    pub(super) fn loaded(&mut self, version: u64) {
        self.version = version;
        self.changes = Changes::new(version);
        self.turn = Turn::default();
        self.dirty = false;
        self.blocks_dirty = false;
    }

    /// Violated invariants in words.
    pub(super) fn check(&self, violations: &mut Vec<String>) {
        let id = &self.info.id;
        let mut wrong = |what: String| violations.push(format!("show {id}: {what}"));
        let free = self.seats.iter().filter(|state| **state == SeatState::Available).count();
        if free != self.free as usize {
            wrong(format!("{free} seats are free, {} are counted", self.free));
        }
        let rows = self.map.iter().flat_map(|map| map.rows());
        for (row, counted) in rows.zip(&self.free_in_row) {
            let seats = &self.seats[row.start as usize..row.end as usize];
            let free = seats.iter().filter(|state| **state == SeatState::Available).count();
            if free != *counted as usize {
                wrong(format!("{free} seats of row {row:?} are free, {counted} are counted"));
            }
        }
        let mut in_category = vec![0; self.free_in_category.len()];
        let seats = self.map.iter().flat_map(|map| map.seats());
        for (seat, state) in seats.zip(&self.seats) {
            in_category[usize::from(seat.category)] += u32::from(*state == SeatState::Available);
        }
        if in_category != self.free_in_category {
            let counted = &self.free_in_category;
            wrong(format!("{in_category:?} seats of categories are free, {counted:?} counted"));
        }
        let mut counts = vec![0; self.holders.len()];
        for (ix, state) in self.seats.iter().enumerate() {
            let holder = self.holder_of[ix];
            let owner = self.holders.get(holder as usize).map(|holder| holder.owner);
            let sound = match (state, owner) {
                (SeatState::Available | SeatState::Blocked, None)
                | (SeatState::Pending, Some(Owner::Hold(_)))
                | (SeatState::Reserved, Some(Owner::Booking(_))) => true,
                (
                    SeatState::Available
                    | SeatState::Blocked
                    | SeatState::Pending
                    | SeatState::Reserved,
                    _,
                ) => false,
            };
            if !sound {
                wrong(format!("seat {ix} is {state:?} and has {owner:?}"));
            }
            if let Some(count) = counts.get_mut(holder as usize) {
                *count += 1;
            }
        }
        for (holder, count) in self.holders.iter().zip(counts) {
            if holder.seats != count {
                wrong(format!("{:?} has {count} seats, not {}", holder.owner, holder.seats));
            }
        }
        for (area, taken) in self.info.areas.iter().zip(&self.areas) {
            if u64::from(taken.held) + u64::from(taken.sold) > u64::from(area.capacity) {
                wrong(format!("area {} is taken beyond its capacity", area.id));
            }
        }
    }

    fn take(&mut self, turn: Turn, owner: Owner, seats: &[SeatLine]) {
        if seats.is_empty() {
            return;
        }
        let state = match owner {
            Owner::Hold(_) => SeatState::Pending,
            Owner::Booking(_) => SeatState::Reserved,
        };
        let count = u32::try_from(seats.len()).expect("a map's seats are counted in 32 bits");
        let holder = self.add_holder(Holder { owner, seats: count });
        for line in seats {
            assert_eq!(self.seat(line.seat), SeatState::Available, "{:?} for {owner:?}", line.seat);
            self.set(turn, line.seat, state);
            self.holder_of[line.seat.0 as usize] = holder;
        }
    }

    fn give_back(&mut self, turn: Turn, owner: Owner, seats: &[SeatLine]) {
        for line in seats {
            assert_eq!(self.owner(line.seat), Some(owner), "{:?} has its owner", line.seat);
            let holder = std::mem::replace(&mut self.holder_of[line.seat.0 as usize], NOBODY);
            self.set(turn, line.seat, SeatState::Available);
            let left = &mut self.holders[holder as usize].seats;
            *left -= 1;
            if *left == 0 {
                self.holders_unused.push(holder);
            }
        }
    }

    fn add_holder(&mut self, holder: Holder) -> u32 {
        if let Some(unused) = self.holders_unused.pop() {
            self.holders[unused as usize] = holder;
            return unused;
        }
        self.holders.push(holder);
        u32::try_from(self.holders.len() - 1).expect("a holder has a seat of its own")
    }

    fn set(&mut self, turn: Turn, seat: SeatIx, state: SeatState) {
        let slot = &mut self.seats[seat.0 as usize];
        let was_free = *slot == SeatState::Available;
        *slot = state;
        let map = self.map.as_ref().expect("a show with seats has a map");
        let row = map.row_ix(seat).expect("a show's seats are its map's");
        let category = map.seats()[seat.0 as usize].category;
        let counts = [
            &mut self.free,
            &mut self.free_in_row[row],
            &mut self.free_in_category[usize::from(category)],
        ];
        match (was_free, state == SeatState::Available) {
            (true, false) => counts.into_iter().for_each(|count| *count -= 1),
            (false, true) => counts.into_iter().for_each(|count| *count += 1),
            (true, true) | (false, false) => {}
        }
        self.changed(turn, Place::Seat(seat));
    }

    fn area(&mut self, turn: Turn, area: AreaIx) -> &mut Taken {
        self.changed(turn, Place::Area(area));
        &mut self.areas[area.0 as usize]
    }

    fn changed(&mut self, turn: Turn, place: Place) {
        if self.turn != turn {
            self.turn = turn;
            self.version += 1;
        }
        self.changes.record(self.version, place);
    }

    fn set_prices(&mut self) {
        let categories = self.map.iter().flat_map(|map| &map.header().categories);
        let price = |name| self.info.prices.get(name).copied().unwrap_or_default();
        self.prices = categories.map(|category| price(&category.name)).collect();
    }
}
