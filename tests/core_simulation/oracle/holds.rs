//! Holds: made, extended, released, sold at the box office.

use std::collections::BTreeSet;
use std::sync::Arc;

use usher::seats::{
    Amount, AreaId, AreaLine, Booking, BookingStatus, Caller, Fresh, Hold, HoldId, HoldStatus,
    Millis, Noun, Receipt, Refusal, Role, SeatId, SeatLine, ShowId, ShowStatus, State, UserId,
    Want,
};

use super::model::{BookModel, HoldModel, ShowModel, Slot, area_ix, seat_name};
use super::seating::Seating;
use super::{Due, Oracle, Verdict, Violation, same};
use crate::wrong;

/// What was asked to be held.
#[derive(Clone, Copy)]
pub(super) struct HoldAsked<'a> {
    pub(super) show: &'a ShowId,
    pub(super) user: &'a UserId,
    pub(super) want: &'a Want,
    pub(super) replace: bool,
    /// Of whom has fewer bookings of the show than this.
    pub(super) most: Option<u32>,
}

impl Oracle {
    pub(super) fn judge_hold(
        &mut self,
        fresh: Fresh,
        asked: HoldAsked<'_>,
        told: &Result<Receipt, Refusal>,
    ) -> Verdict {
        let HoldAsked { show: id, user, want, .. } = asked;
        let Some(receipt) = self.hold_due(asked, told)?.judge(told)? else {
            return Ok(());
        };
        let Receipt::Hold(hold) = receipt else {
            return Err(wrong!([], "due was a hold, told was {receipt:?}"));
        };
        let show = &self.shows[id];
        let old = self.active.get(user).copied();
        let (lines, areas) = match want {
            Want::Named { seats, areas } => {
                let hall = show.hall.as_deref();
                let find = |seat: &SeatId| hall.and_then(|hall| hall.find(seat));
                let seats = seats.iter().filter_map(find).collect();
                let seating = Seating::new(show, &[]);
                let lines = seating.map(|seating| seating.lines(&seats)).unwrap_or_default();
                (lines, show.area_lines(areas.iter()))
            }
            Want::BestAvailable { quantity, category } => {
                let freed = self.freed(id, user);
                (best_lines(show, &freed, hold, *quantity, category.as_deref())?, Vec::new())
            }
        };
        let seats_total: u64 = lines.iter().map(|line| line.price.0).sum();
        let areas_total: u64 =
            areas.iter().map(|line| line.price.0 * u64::from(line.quantity)).sum();
        let due = Hold {
            id: HoldId(fresh.0),
            show: id.clone(),
            user: user.clone(),
            status: HoldStatus::Pending,
            seats: lines,
            areas,
            total: Amount(seats_total + areas_total),
            created_at: self.now,
            expires_at: self.now.plus(show.info.policy.hold_ttl),
            ended_at: None,
            payment: None,
            booking: None,
        };
        same("the hold", &due, hold)?;
        if let Some(old) = old {
            self.end_hold(old, HoldStatus::Released, None);
        }
        self.take(due)
    }

    /// Gives a hold that was told to be made its seats; each must be free.
    fn take(&mut self, hold: Hold) -> Verdict {
        if self.holds.contains_key(&hold.id) {
            return Err(wrong!([hold.id], "{} was made a second time", hold.id));
        }
        let show = self.shows.get_mut(&hold.show).expect("a hold is of a show");
        show.changed = true;
        for line in &hold.seats {
            let seat = line.seat.0 as usize;
            if show.seats[seat] != Slot::Free {
                let name = seat_name(show, seat);
                let owner = show.seats[seat];
                return Err(wrong!(
                    [name, hold.id],
                    "{} takes {name}, which is {owner:?}",
                    hold.id
                ));
            }
            show.seats[seat] = Slot::Held(hold.id);
        }
        for line in &hold.areas {
            let area = line.area.0 as usize;
            show.taken[area] += line.quantity;
            if show.taken[area] > show.info.areas[area].capacity {
                return Err(wrong!(
                    [hold.show, hold.id],
                    "area {area} of {} is oversold",
                    hold.show
                ));
            }
        }
        show.pending.insert(hold.id);
        self.deadlines.insert((hold.expires_at, hold.id));
        self.active.insert(hold.user.clone(), hold.id);
        let model = HoldModel { paid_ever: false, open: None, forgotten: false, hold };
        self.holds.insert(model.hold.id, model);
        Ok(())
    }

    /// The first refusal in the order of CONTRACT section 1, or none.
    fn hold_due(
        &self,
        asked: HoldAsked<'_>,
        told: &Result<Receipt, Refusal>,
    ) -> Result<Due, Violation> {
        let HoldAsked { show: id, user, want, replace, most } = asked;
        let Some(show) = self.shows.get(id) else {
            return Ok(Due::refusal(Refusal::NotFound(Noun::Show)));
        };
        let mut due = Due::default();
        if let Some(invalid) = show.invalid_want(want) {
            return Ok(invalid);
        }
        let seats = show.hall.as_ref().map_or(&[][..], |hall| &hall.seats);
        if let Want::BestAvailable { category, .. } = want
            && !seats.iter().any(|seat| category.as_ref().is_none_or(|of| seat.category == *of))
        {
            // No seat of the show could ever be meant: a bad value, or simply none free.
            due = due.or_kind("Invalid");
        }
        let active = self.active.get(user).filter(|_| !replace);
        let max = show.info.policy.seats_per_hold_max;
        Ok(match show.status(self.now) {
            ShowStatus::Cancelled => due.or(Refusal::ShowCancelled),
            ShowStatus::Scheduled | ShowStatus::Closed => due.or(Refusal::SaleNotOpen),
            ShowStatus::OnSale if want.count() > u64::from(max) => {
                due.or(Refusal::TooManySeats { max })
            }
            ShowStatus::OnSale if most.is_some_and(|most| most <= self.standing(id, user)) => {
                due.or(Refusal::TooManyBookings { max: most.unwrap_or_default() })
            }
            ShowStatus::OnSale => match active {
                Some(active) => due.or(Refusal::UserHasActiveHold(*active)),
                None => self.seats_due(due, show, user, want, told)?,
            },
        })
    }

    /// How many bookings of a show a user has that stand.
    fn standing(&self, show: &ShowId, user: &UserId) -> u32 {
        let stands = |model: &&BookModel| {
            let booking = &model.booking;
            let confirmed = booking.status == BookingStatus::Confirmed;
            booking.show == *show && booking.user == *user && confirmed
        };
        u32::try_from(self.bookings.values().filter(stands).count()).expect("there are few")
    }

    /// What is due when only the seats can stand in the way.
    fn seats_due(
        &self,
        due: Due,
        show: &ShowModel,
        user: &UserId,
        want: &Want,
        told: &Result<Receipt, Refusal>,
    ) -> Result<Due, Violation> {
        let (freed, freed_areas) = (self.freed(&show.info.id, user), self.freed_areas(show, user));
        let seating = Seating::new(show, &freed);
        let prevent = show.info.policy.prevent_orphans;
        match want {
            Want::Named { seats, areas } => {
                let place = |seat: &SeatId| show.hall.as_deref().and_then(|hall| hall.find(seat));
                let taken: BTreeSet<usize> = seats.iter().filter_map(place).collect();
                let unfree = |seat: &SeatId| {
                    let free = |seat| seating.as_ref().is_some_and(|all| all.is_free(seat));
                    !place(seat).is_some_and(free)
                };
                let conflicts: BTreeSet<SeatId> =
                    seats.iter().filter(|seat| unfree(seat)).cloned().collect();
                let conflicts = show.seats_where(&conflicts, |_| true);
                let few = |(area, quantity): (&AreaId, &u32)| {
                    let at = show.area(area).expect("unknown areas are refused before");
                    let left = show.info.areas[at].capacity - show.taken[at] + freed_areas[at];
                    (*quantity > left).then(|| area.clone())
                };
                let few: Vec<AreaId> = areas.iter().filter_map(few).collect();
                if !conflicts.is_empty() || !few.is_empty() {
                    return Ok(due.or(Refusal::SeatUnavailable { conflicts, areas: few }));
                }
                match seating.filter(|_| prevent) {
                    Some(seating) => orphans_due(due, show, &seating, &taken, told),
                    None => Ok(due.or_success()),
                }
            }
            Want::BestAvailable { quantity, category } => {
                let (quantity, category) = (*quantity as usize, category.as_deref());
                let free = seating.as_ref().map_or(0, |seating| seating.free(category).len());
                if free < quantity {
                    return Ok(due.or_kind("SeatUnavailable"));
                }
                let clean = seating.is_some_and(|all| all.has_clean_run(quantity, category));
                let due = due.or_success();
                Ok(if prevent && !clean { due.or_kind("OrphanSeat") } else { due })
            }
        }
    }

    /// Seats that a user would give back by replacing the present hold.
    fn freed(&self, show: &ShowId, user: &UserId) -> Vec<SeatLine> {
        let hold = self.active.get(user).map(|id| &self.holds[id].hold);
        hold.filter(|hold| hold.show == *show).map(|hold| hold.seats.clone()).unwrap_or_default()
    }

    fn freed_areas(&self, show: &ShowModel, user: &UserId) -> Vec<u32> {
        let mut freed = vec![0; show.taken.len()];
        let hold = self.active.get(user).map(|id| &self.holds[id].hold);
        if let Some(hold) = hold.filter(|hold| hold.show == show.info.id) {
            for line in &hold.areas {
                freed[line.area.0 as usize] += line.quantity;
            }
        }
        freed
    }

    pub(super) fn judge_extend(
        &mut self,
        caller: &Caller,
        id: HoldId,
        ttl: Millis,
        told: &Result<Receipt, Refusal>,
    ) -> Verdict {
        let due = self.pending_due(caller, id);
        let Some(receipt) = due.judge(told)? else {
            self.heard_refusal(caller, id, told);
            return Ok(());
        };
        let hold = &mut self.holds.get_mut(&id).expect("it is pending").hold;
        let policy = &self.shows[&hold.show].info.policy;
        let latest = hold.created_at.plus(policy.hold_total_max);
        self.deadlines.remove(&(hold.expires_at, id));
        hold.expires_at = hold.expires_at.max(self.now.plus(ttl).min(latest));
        self.deadlines.insert((hold.expires_at, id));
        same("the extended hold", &Receipt::Hold(Arc::new(hold.clone())), receipt)
    }

    pub(super) fn judge_release(
        &mut self,
        caller: &Caller,
        id: HoldId,
        told: &Result<Receipt, Refusal>,
    ) -> Verdict {
        let due = match self.hold_of(caller, id) {
            Err(due) => due,
            Ok(model) => {
                let due = match model.hold.status {
                    HoldStatus::Confirmed => Due::refusal(Refusal::HoldNotActive),
                    HoldStatus::Pending | HoldStatus::Released | HoldStatus::Expired => {
                        Due::success()
                    }
                };
                self.or_forgotten(model, due)
            }
        };
        let Some(receipt) = due.judge(told)? else {
            self.heard_refusal(caller, id, told);
            return Ok(());
        };
        if self.holds[&id].hold.status == HoldStatus::Pending {
            self.end_hold(id, HoldStatus::Released, None);
        }
        match receipt {
            Receipt::Hold(hold) => self.same_hold(hold),
            receipt => Err(wrong!([id], "due was the released hold, told was {receipt:?}")),
        }
    }

    pub(super) fn judge_confirm(
        &mut self,
        caller: &Caller,
        id: HoldId,
        reference: &str,
        email: Option<&String>,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let due = self.pending_due(caller, id);
        let Some(receipt) = due.judge(told)? else {
            self.heard_refusal(caller, id, told);
            return Ok(());
        };
        let Receipt::Booking(told) = receipt else {
            return Err(wrong!([id], "due was the booking, told was {receipt:?}"));
        };
        let hold = self.holds[&id].hold.clone();
        self.book(id, told.id, None)?;
        let booking = Booking {
            id: told.id,
            show: hold.show,
            user: hold.user,
            hold: id,
            payment: None,
            status: BookingStatus::Confirmed,
            seats: hold.seats,
            areas: hold.areas,
            total: hold.total,
            email: email.cloned(),
            reference: Some(reference.to_owned()),
            created_at: self.now,
            show_cancelled: false,
        };
        same("the box-office booking", &booking, told)?;
        self.add_booking(BookModel { booking, doomed: false }, state)?;
        self.read_hold(id, state)
    }

    /// What is due for a command that needs the hold to be pending.
    pub(super) fn pending_due(&self, caller: &Caller, id: HoldId) -> Due {
        let model = match self.hold_of(caller, id) {
            Ok(model) => model,
            Err(due) => return due,
        };
        let due = match model.hold.status {
            HoldStatus::Pending => return Due::success(),
            HoldStatus::Expired => Due::refusal(Refusal::HoldExpired),
            HoldStatus::Confirmed | HoldStatus::Released => Due::refusal(Refusal::HoldNotActive),
        };
        let cancelled = self.shows[&model.hold.show].info.cancellation.is_some();
        let due = if cancelled { due.or(Refusal::ShowCancelled) } else { due };
        self.or_forgotten(model, due)
    }

    fn or_forgotten(&self, model: &HoldModel, due: Due) -> Due {
        if model.forgotten {
            Due::refusal(Refusal::NotFound(Noun::Hold))
        } else if model.may_be_forgotten(self.now) {
            due.or(Refusal::NotFound(Noun::Hold))
        } else {
            due
        }
    }

    /// A hold as far as it exists for a caller.
    fn hold_of(&self, caller: &Caller, id: HoldId) -> Result<&HoldModel, Due> {
        let visible = |model: &&HoldModel| is_visible(caller, &model.hold.user);
        let missing = || Due::refusal(Refusal::NotFound(Noun::Hold));
        self.holds.get(&id).filter(visible).ok_or_else(missing)
    }

    /// Once a hold is rightly unknown to those who may see it, it stays so.
    pub(super) fn heard_refusal(
        &mut self,
        caller: &Caller,
        id: HoldId,
        told: &Result<Receipt, Refusal>,
    ) {
        let now = self.now;
        if let Some(model) = self.holds.get_mut(&id)
            && is_visible(caller, &model.hold.user)
            && *told == Err(Refusal::NotFound(Noun::Hold))
            && model.may_be_forgotten(now)
        {
            model.forgotten = true;
        }
    }
}

/// Another user's hold, payment or booking does not exist for a buyer.
pub fn is_visible(caller: &Caller, user: &UserId) -> bool {
    caller.role != Role::Buyer || caller.user.as_ref() == Some(user)
}

fn orphans_due(
    due: Due,
    show: &ShowModel,
    seating: &Seating<'_>,
    taken: &BTreeSet<usize>,
    told: &Result<Receipt, Refusal>,
) -> Result<Due, Violation> {
    let orphans = seating.orphans(taken);
    if orphans.possible.is_empty() {
        return Ok(due.or_success());
    }
    if let Err(Refusal::OrphanSeat(seats)) = told {
        let hall = show.hall.as_deref().expect("it has orphans");
        let seats: Option<BTreeSet<usize>> = seats.iter().map(|seat| hall.find(seat)).collect();
        let right = seats.is_some_and(|seats| {
            !seats.is_empty()
                && seats.is_subset(&orphans.possible)
                && seats.is_superset(&orphans.sure)
        });
        if !right {
            return Err(wrong!([], "the orphans told are {told:?}, due were {orphans:?}"));
        }
    }
    let due = due.or_kind("OrphanSeat");
    Ok(if orphans.sure.is_empty() { due.or_success() } else { due })
}

/// The lines of a best-available hold, if its seats were a right choice.
fn best_lines(
    show: &ShowModel,
    freed: &[SeatLine],
    hold: &Hold,
    quantity: u32,
    category: Option<&str>,
) -> Result<Vec<SeatLine>, Violation> {
    let seating = Seating::new(show, freed).expect("its seats were found");
    let seats: BTreeSet<usize> = hold.seats.iter().map(|line| line.seat.0 as usize).collect();
    let fits = |seat: &usize| {
        *seat < show.seats.len() && seating.is_free(*seat) && seating.is_of(*seat, category)
    };
    if seats.len() != quantity as usize || !seats.iter().all(fits) {
        return Err(wrong!([hold.id], "best available chose {seats:?}, not free or not so many"));
    }
    let orphans = seating.orphans(&seats);
    let clean = seating.has_clean_run(quantity as usize, category);
    if clean && !seating.is_run(&seats) {
        return Err(wrong!([hold.id], "best available chose {seats:?}, not side by side"));
    }
    if (clean || show.info.policy.prevent_orphans) && !orphans.sure.is_empty() {
        return Err(wrong!([hold.id], "best available chose {seats:?} and leaves {orphans:?}"));
    }
    Ok(seating.lines(&seats))
}

/// Adds up what is wanted.
pub trait Count {
    /// Seats and places.
    fn count(&self) -> u64;
}

impl Count for Want {
    fn count(&self) -> u64 {
        match self {
            Want::Named { seats, areas } => {
                seats.len() as u64
                    + areas.values().map(|quantity| u64::from(*quantity)).sum::<u64>()
            }
            Want::BestAvailable { quantity, .. } => u64::from(*quantity),
        }
    }
}

impl ShowModel {
    /// The position of an area.
    pub fn area(&self, id: &AreaId) -> Option<usize> {
        self.info.areas.iter().position(|area| area.id == *id)
    }

    /// What places in areas cost now.
    fn area_lines<'a>(&self, areas: impl Iterator<Item = (&'a AreaId, &'a u32)>) -> Vec<AreaLine> {
        let line = |(id, quantity): (&AreaId, &u32)| {
            let area = self.area(id)?;
            let price = self.info.prices[&self.info.areas[area].category];
            Some(AreaLine { area: area_ix(area), quantity: *quantity, price })
        };
        let mut lines: Vec<AreaLine> = areas.filter_map(line).collect();
        lines.sort_by_key(|line| line.area);
        lines
    }

    /// What is due if the wish itself is wrong: unknown seats or areas.
    fn invalid_want(&self, want: &Want) -> Option<Due> {
        let Want::Named { seats, areas } = want else { return None };
        let unknown = self.unknown_seats(seats);
        let area = areas.keys().any(|area| self.area(area).is_none());
        match (unknown.is_empty(), area) {
            (true, false) => None,
            (true, true) => Some(Due::kind("Invalid")),
            (false, false) => Some(Due::refusal(Refusal::UnknownSeats(unknown))),
            (false, true) => Some(Due::refusal(Refusal::UnknownSeats(unknown)).or_kind("Invalid")),
        }
    }
}
