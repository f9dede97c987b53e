//! Commands on holds: make, extend, release, confirm.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::best::{BEST_AVAILABLE_MAX, NoChoice, best_available};
use super::command::{Caller, Command, Want};
use super::ids::{
    Amount, AreaId, AreaIx, BookingId, HoldId, Ids, Millis, SeatId, SeatIx, ShowId, UserId,
};
use super::orphan::Vacancy;
use super::outcome::{Noun, Receipt, Refusal};
use super::record::{AreaLine, Booking, BookingStatus, Hold, HoldStatus, SeatLine, ShowStatus};
use super::show::Show;
use super::shows::{find_area, find_seats, invalid, seat_ids};
use super::state::{State, may_see};
use super::trail::DeedKind;

/// Most seats and places of one hold, whatever the show's policy says. With it no total of a hold
/// can overflow.
const HOLD_PLACES_MAX: u32 = 100_000;

/// How long an ended hold is remembered: its owner may still ask what became of it.
const ENDED_KEPT: Millis = Millis(60 * 60 * 1000);

/// How long an ended hold is remembered if a payment was ever opened for it: gateways tell of late
/// successes for days.
const ENDED_KEPT_WITH_PAYMENT: Millis = Millis(30 * 24 * 60 * 60 * 1000);

/// What a command wishes to be held, whichever command it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    show: &'a ShowId,
    user: &'a UserId,
    want: &'a Want,
    replace_active: bool,
    /// Refused to a user with as many bookings of the show.
    bookings_max: Option<u32>,
}

impl Wish<'_> {
    /// What a command wishes, if it is one that holds.
    pub(super) fn of(command: &Command) -> Option<Wish<'_>> {
        if let Command::Hold { show, user, want, replace_active } = command {
            let replace_active = *replace_active;
            return Some(Wish { show, user, want, replace_active, bookings_max: None });
        }
        let Command::HoldWithin { show, user, want, replace_active, bookings_max } = command else {
            return None;
        };
        let (replace_active, bookings_max) = (*replace_active, Some(*bookings_max));
        Some(Wish { show, user, want, replace_active, bookings_max })
    }
}

/// How a hold ends without a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Its deadline passed.
    Expired,
    /// It was given up, or its payment or show came to nothing.
    Released,
    /// Another of its user took its place.
    Replaced,
}

/// What a hold asks for, by position. Best available is still to be chosen.
enum Asked {
    Named { seats: Vec<SeatIx>, areas: Vec<(AreaIx, u32)> },
    Best { quantity: u32, category: Option<u16> },
}

impl Asked {
    fn count(&self) -> u64 {
        match self {
            Asked::Named { seats, areas } => {
                let places = areas.iter().map(|(_, quantity)| u64::from(*quantity));
                seats.len() as u64 + places.sum::<u64>()
            }
            Asked::Best { quantity, .. } => u64::from(*quantity),
        }
    }

    fn count_max(&self, show: &Show) -> u32 {
        let policy = show.info().policy.seats_per_hold_max;
        match self {
            Asked::Named { .. } => policy.min(HOLD_PLACES_MAX),
            Asked::Best { .. } => policy.min(BEST_AVAILABLE_MAX),
        }
    }
}

/// Seats and places that may be held, in map order.
type Chosen = (Vec<SeatIx>, Vec<(AreaIx, u32)>);

impl State {
    pub(super) fn make_hold(&mut self, wish: Wish<'_>, ids: &mut Ids) -> Result<Receipt, Refusal> {
        let (seats, areas) = self.check_hold(self.meta.now, wish)?;
        let Wish { show: show_id, user, .. } = wish;
        let id = HoldId(ids.next());
        if self.holds.contains(&id) {
            // Only a proposal carried out twice without a key has an id that is taken.
            return Err(Refusal::Overloaded);
        }

        // From here on the hold succeeds.
        if let Some(replaced) = self.active_hold(user).map(|hold| hold.id) {
            self.end_hold(replaced, Ending::Replaced, None);
        }
        let show = self.shows.edit_known(show_id);
        let hold = Arc::new(new_hold(id, show, user, self.meta.now, &seats, &areas));
        show.hold(self.turn, id, &hold.seats, &hold.areas);
        self.active.insert(user.clone(), id);
        self.deadlines.insert((hold.expires_at, id));
        self.holds.insert(id, Arc::clone(&hold));
        self.note_hold(DeedKind::HoldMade, Arc::clone(&hold));
        Ok(Receipt::Hold(hold))
    }

    /// What a hold would get at a time by which nothing has ended that stands as pending here.
    fn check_hold(&self, now: Millis, wish: Wish<'_>) -> Result<Chosen, Refusal> {
        let Wish { show: show_id, user, want, replace_active, bookings_max } = wish;
        let show = self.shows.get(show_id).ok_or(Refusal::NotFound(Noun::Show))?;
        let asked = resolve(show, want)?;
        match show.info().status(now) {
            ShowStatus::Cancelled => return Err(Refusal::ShowCancelled),
            ShowStatus::Scheduled | ShowStatus::Closed => return Err(Refusal::SaleNotOpen),
            ShowStatus::OnSale => {}
        }
        let max = asked.count_max(show);
        if asked.count() > u64::from(max) {
            return Err(Refusal::TooManySeats { max });
        }
        if let Some(max) = bookings_max
            && self.bookings_standing(show_id, user) >= u64::from(max)
        {
            return Err(Refusal::TooManyBookings { max });
        }
        let active = self.active_hold(user);
        if let (Some(active), false) = (active, replace_active) {
            return Err(Refusal::UserHasActiveHold(active.id));
        }
        choose(show, asked, active.filter(|old| old.show == *show_id))
    }

    /// How many bookings of a show a user has that stand.
    fn bookings_standing(&self, show: &ShowId, user: &UserId) -> u64 {
        let stands = |booking: &&Booking| {
            booking.show == *show && booking.status == BookingStatus::Confirmed
        };
        self.bookings_of(user).filter(stands).count() as u64
    }

    /// Why a command would be refused if it were carried out at `at`, or now if that is past.
    /// `None` if it would not be, or if it takes the command itself to tell: only holds are looked
    /// at, only if that is quick, and only while nothing is due until then (no hold ends, no sale
    /// opens or closes). Nothing is remembered under a key.
    #[must_use]
    pub fn refusal(&self, at: Millis, command: &Command) -> Option<Refusal> {
        let wish = Wish::of(command)?;
        let now = at.max(self.meta.now);
        if self.deadlines.first().is_some_and(|(deadline, _)| *deadline <= now) {
            return None;
        }
        if let Some(show) = self.shows.get(wish.show) {
            let stays = show.info().status(now) == show.info().status(self.meta.now);
            let quick = match wish.want {
                Want::Named { .. } => true,
                Want::BestAvailable { quantity, category: None } => {
                    show.category_available(None) < *quantity
                }
                Want::BestAvailable { quantity, category: Some(name) } => {
                    let category = show.map().and_then(|map| map.find_category(name));
                    category.is_none_or(|ix| show.category_available(Some(ix)) < *quantity)
                }
            };
            if !stays || !quick {
                return None;
            }
        }
        self.check_hold(now, wish).err()
    }

    pub(super) fn extend(
        &mut self,
        caller: &Caller,
        id: HoldId,
        ttl: Millis,
    ) -> Result<Receipt, Refusal> {
        let hold = self.hold_for(caller, id)?;
        let show = self.shows.get(&hold.show).expect("every hold has its show");
        check_pending(hold, show)?;

        // From here on the hold is extended.
        let latest = hold.created_at.plus(show.info().policy.hold_total_max);
        let wanted = self.meta.now.plus(ttl).min(latest);
        let row = self.holds.edit_shared(&id).expect("the hold was found above");
        let longer = wanted > row.expires_at;
        if longer {
            self.deadlines.remove(&(row.expires_at, id));
            Arc::make_mut(row).expires_at = wanted;
            self.deadlines.insert((wanted, id));
        }
        let hold = Arc::clone(row);
        if longer {
            self.note_hold(DeedKind::HoldExtended, Arc::clone(&hold));
        }
        Ok(Receipt::Hold(hold))
    }

    pub(super) fn release(&mut self, caller: &Caller, id: HoldId) -> Result<Receipt, Refusal> {
        let hold = self.hold_for(caller, id)?;
        match hold.status {
            HoldStatus::Confirmed => return Err(Refusal::HoldNotActive),
            HoldStatus::Pending => self.end_hold(id, Ending::Released, None),
            HoldStatus::Released | HoldStatus::Expired => {}
        }
        Ok(self.hold_receipt(id))
    }

    fn hold_receipt(&self, id: HoldId) -> Receipt {
        Receipt::Hold(self.holds.shared(&id).expect("an ended hold is remembered for a while"))
    }

    pub(super) fn confirm(
        &mut self,
        id: HoldId,
        reference: &str,
        email: Option<&str>,
        ids: &mut Ids,
    ) -> Result<Receipt, Refusal> {
        let hold = self.holds.get(&id).ok_or(Refusal::NotFound(Noun::Hold))?;
        let show = self.shows.get(&hold.show).expect("every hold has its show");
        check_pending(hold, show)?;

        // From here on the hold is booked.
        Ok(Receipt::Booking(self.book(id, None, email, Some(reference), ids)))
    }

    /// A hold that exists for this caller.
    pub(super) fn hold_for(&self, caller: &Caller, id: HoldId) -> Result<&Hold, Refusal> {
        let hold = self.holds.get(&id).filter(|hold| may_see(caller, &hold.user));
        hold.ok_or(Refusal::NotFound(Noun::Hold))
    }

    /// Ends a pending hold without a booking. An open payment is closed, unless it did this itself.
    pub(super) fn end_hold(
        &mut self,
        id: HoldId,
        ending: Ending,
        by: Option<super::ids::PaymentId>,
    ) {
        let (status, kind) = match ending {
            Ending::Expired => (HoldStatus::Expired, DeedKind::HoldExpired),
            Ending::Released => (HoldStatus::Released, DeedKind::HoldReleased),
            Ending::Replaced => (HoldStatus::Released, DeedKind::HoldReplaced),
        };
        self.retire(id, status, None, by, kind);
    }

    /// Takes a hold out of everything that knows only pending ones. Its seats become free, or the
    /// booking's. An open payment is closed, unless it is the one that did this. Returns the hold
    /// as it then is.
    pub(super) fn retire(
        &mut self,
        id: HoldId,
        status: HoldStatus,
        booking: Option<BookingId>,
        by: Option<super::ids::PaymentId>,
        kind: DeedKind,
    ) -> Arc<Hold> {
        let row = self.holds.edit_shared(&id).expect("a hold that ends is known");
        let hold = Arc::make_mut(row);
        assert_eq!(hold.status, HoldStatus::Pending, "{id} ends once");
        assert_eq!(booking.is_some(), status == HoldStatus::Confirmed, "{id} ends as {status:?}");
        hold.status = status;
        hold.ended_at = Some(self.meta.now);
        hold.booking = booking;
        let open = hold.payment.filter(|payment| by != Some(*payment));
        hold.payment = by.or(hold.payment);
        let show = self.shows.edit_known(&hold.show);
        match booking {
            Some(booking) => show.sell(self.turn, id, booking, &hold.seats, &hold.areas),
            None => show.release(self.turn, id, &hold.seats, &hold.areas),
        }
        let was_due = self.deadlines.remove(&(hold.expires_at, id));
        assert!(was_due, "{id} was pending and had its deadline");
        let active = self.active.remove(&hold.user);
        assert_eq!(active, Some(id), "{id} was its user's pending hold");
        self.tombstones.add(forgotten_at(hold, self.meta.now), id);
        let hold = Arc::clone(row);
        self.note_hold(kind, Arc::clone(&hold));
        if let Some(payment) = open {
            self.close_session(payment);
        }
        hold
    }
}

fn new_hold(
    id: HoldId,
    show: &Show,
    user: &UserId,
    now: Millis,
    seats: &[SeatIx],
    areas: &[(AreaIx, u32)],
) -> Hold {
    let seats = seats.iter().map(|seat| SeatLine { seat: *seat, price: show.price(*seat) });
    let areas = areas.iter().map(|(area, quantity)| AreaLine {
        area: *area,
        quantity: *quantity,
        price: show.area_price(*area),
    });
    let (seats, areas): (Vec<_>, Vec<_>) = (seats.collect(), areas.collect());
    let policy = &show.info().policy;
    // A hold that is made is pending for a moment at least, whatever the policy says.
    let ttl = policy.hold_ttl.min(policy.hold_total_max).max(Millis(1));
    Hold {
        id,
        show: show.info().id.clone(),
        user: user.clone(),
        status: HoldStatus::Pending,
        total: total(&seats, &areas),
        seats,
        areas,
        created_at: now,
        expires_at: now.plus(ttl),
        ended_at: None,
        payment: None,
        booking: None,
    }
}

/// Refuses a hold that can no longer be paid, extended or booked.
pub(super) fn check_pending(hold: &Hold, show: &Show) -> Result<(), Refusal> {
    if show.info().cancellation.is_some() {
        return Err(Refusal::ShowCancelled);
    }
    match hold.status {
        HoldStatus::Pending => Ok(()),
        HoldStatus::Expired => Err(Refusal::HoldExpired),
        HoldStatus::Confirmed | HoldStatus::Released => Err(Refusal::HoldNotActive),
    }
}

/// When an ended hold is forgotten.
pub(super) fn forgotten_at(hold: &Hold, ended_at: Millis) -> Millis {
    let kept = if hold.payment.is_some() { ENDED_KEPT_WITH_PAYMENT } else { ENDED_KEPT };
    ended_at.plus(kept)
}

/// The sum of lines. It saturates, so that no stored row can stop a node; `PRICE_MAX` and
/// [`HOLD_PLACES_MAX`] keep it exact.
pub(super) fn total(seats: &[SeatLine], areas: &[AreaLine]) -> Amount {
    let mut total = Amount(0);
    for line in seats {
        total.add(line.price);
    }
    for line in areas {
        total.add(Amount(line.price.0.saturating_mul(u64::from(line.quantity))));
    }
    total
}

/// Finds what is asked for by position, or says which field is wrong.
fn resolve(show: &Show, want: &Want) -> Result<Asked, Refusal> {
    match want {
        Want::Named { seats, areas } => resolve_named(show, seats, areas),
        Want::BestAvailable { quantity: 0, .. } => {
            Err(invalid("best_available.quantity", "at least 1"))
        }
        Want::BestAvailable { quantity, category: None } => {
            Ok(Asked::Best { quantity: *quantity, category: None })
        }
        Want::BestAvailable { quantity, category: Some(name) } => {
            let category = show.map().and_then(|map| map.find_category(name));
            if category.is_none() {
                return Err(invalid(
                    "best_available.category",
                    "the seat map has no such category",
                ));
            }
            Ok(Asked::Best { quantity: *quantity, category })
        }
    }
}

fn resolve_named(
    show: &Show,
    seats: &BTreeSet<SeatId>,
    areas: &BTreeMap<AreaId, u32>,
) -> Result<Asked, Refusal> {
    let seats = find_seats(show, seats)?;
    let mut found = Vec::with_capacity(areas.len());
    for (id, quantity) in areas {
        let Some(area) = find_area(show, id) else {
            return Err(invalid("areas", &format!("the show has no area {id}")));
        };
        if *quantity == 0 {
            return Err(invalid("areas", &format!("at least 1 place of {id}")));
        }
        found.push((area, *quantity));
    }
    if seats.is_empty() && found.is_empty() {
        return Err(invalid("seats", "name at least one seat or area"));
    }
    found.sort_unstable();
    Ok(Asked::Named { seats, areas: found })
}

/// Checks that what is asked for can be held, with what `replaced` has counting as free.
fn choose(show: &Show, asked: Asked, replaced: Option<&Hold>) -> Result<Chosen, Refusal> {
    let none_free = || Refusal::SeatUnavailable { conflicts: Vec::new(), areas: Vec::new() };
    let vacancy = Vacancy::new(show, replaced.map_or(&[], |hold| &hold.seats));
    let prevent_orphans = show.info().policy.prevent_orphans;
    match asked {
        Asked::Named { seats, areas } => {
            check_free(show, vacancy, &seats, &areas, replaced)?;
            let orphans = vacancy.filter(|_| prevent_orphans).map(|v| v.orphans(&seats));
            match orphans {
                Some(orphans) if !orphans.is_empty() => {
                    Err(Refusal::OrphanSeat(seat_ids(show, &orphans)))
                }
                Some(_) | None => Ok((seats, areas)),
            }
        }
        Asked::Best { quantity, category } => {
            let vacancy = vacancy.ok_or_else(none_free)?;
            match best_available(vacancy, quantity, category, prevent_orphans) {
                Ok(seats) => Ok((seats, Vec::new())),
                Err(NoChoice::TooFew) => Err(none_free()),
                Err(NoChoice::Orphans(seats)) => Err(Refusal::OrphanSeat(seat_ids(show, &seats))),
            }
        }
    }
}

fn check_free(
    show: &Show,
    vacancy: Option<Vacancy<'_>>,
    seats: &[SeatIx],
    areas: &[(AreaIx, u32)],
    replaced: Option<&Hold>,
) -> Result<(), Refusal> {
    let free = |seat: &SeatIx| vacancy.is_some_and(|vacancy| vacancy.is_free(*seat));
    let conflicts: Vec<SeatIx> = seats.iter().copied().filter(|seat| !free(seat)).collect();
    let mut full = Vec::new();
    for (area, quantity) in areas {
        let lines = replaced.iter().flat_map(|hold| &hold.areas);
        let given_back: u32 =
            lines.filter(|line| line.area == *area).map(|line| line.quantity).sum();
        let available = show.areas_available().nth(area.0 as usize).unwrap_or(0);
        if available + given_back < *quantity {
            full.extend(show.info().areas.get(area.0 as usize).map(|area| area.id.clone()));
        }
    }
    if conflicts.is_empty() && full.is_empty() {
        return Ok(());
    }
    Err(Refusal::SeatUnavailable { conflicts: seat_ids(show, &conflicts), areas: full })
}
