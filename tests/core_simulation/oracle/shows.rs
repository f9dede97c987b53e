//! Seat maps and shows: made, changed, cancelled, blocked.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use usher::seats::{
    Cancellation, Fresh, HoldStatus, MapHash, MapHeader, Millis, NewShow, Noun, Receipt, Refusal,
    SeatId, ShowId, ShowInfo, ShowPatch, ShowView, State,
};

use super::model::{MINUTE, Parts, ShowModel, Slot};
use super::{Due, Oracle, Verdict, same};
use crate::hall::Hall;
use crate::wrong;

/// An incomplete map is surely kept so long: an upload takes seconds.
const PARTS_KEPT: Millis = Millis(MINUTE);

impl Oracle {
    /// What is going to be sent: the oracle sees the requests, too.
    pub fn heard_map(&mut self, hall: &Rc<Hall>) {
        let (hall, sent, first_at) = (Rc::clone(hall), BTreeSet::new(), self.now);
        self.parts.entry(hall.hash).or_insert(Parts { hall, sent, first_at });
    }

    pub(super) fn judge_map_part(
        &mut self,
        hash: MapHash,
        part: u32,
        told: &Result<Receipt, Refusal>,
    ) -> Verdict {
        Self::judge_done(told)?;
        let parts = self.parts.get_mut(&hash).expect("the map was heard of");
        if parts.sent.is_empty() {
            parts.first_at = self.now;
        }
        parts.sent.insert(part);
        Ok(())
    }

    pub(super) fn judge_map_done(
        &mut self,
        hash: MapHash,
        header: &MapHeader,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let parts = self.parts.get(&hash).expect("the map was heard of");
        let all = parts.sent.len() == header.parts as usize;
        let due = if self.maps.contains_key(&hash) {
            Due::success()
        } else if !all {
            Due::kind("NotFound").or_kind("Invalid")
        } else if self.now.since(parts.first_at) < PARTS_KEPT {
            Due::success()
        } else {
            Due::success().or_kind("NotFound").or_kind("Invalid")
        };
        let Some(receipt) = due.judge(told)? else { return Ok(()) };
        let hall = Rc::clone(&parts.hall);
        let categories = header.categories.iter().map(|category| category.name.clone()).collect();
        let seats = u32::try_from(hall.seats.len()).expect("halls are small");
        same("the stored map", &Receipt::MapStored { hash, seats, categories }, receipt)?;
        let map = state.map(&hash).ok_or_else(|| wrong!([hash], "a stored map is not there"))?;
        same("the map's items", &hall.items, &map.items())?;
        self.maps.insert(hash, hall);
        Ok(())
    }

    pub(super) fn judge_create_show(
        &mut self,
        fresh: Fresh,
        new: &NewShow,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let id = new.id.clone().unwrap_or_else(|| ShowId::from(format!("shw_{:032x}", fresh.0)));
        let Some(receipt) = self.create_due(&id, new).judge(told)? else { return Ok(()) };
        let info = ShowInfo {
            id: id.clone(),
            name: new.name.clone(),
            venue: new.venue.clone(),
            starts_at: new.starts_at,
            description: new.description.clone(),
            media: new.media.clone(),
            currency: new.currency,
            prices: new.prices.clone(),
            sale: new.sale,
            policy: new.policy,
            seat_map: new.seat_map,
            areas: new.areas.clone(),
            created_at: self.now,
            cancellation: None,
        };
        let hall = new.seat_map.map(|hash| Rc::clone(&self.maps[&hash]));
        let seats = vec![Slot::Free; hall.as_ref().map_or(0, |hall| hall.seats.len())];
        let show = state.show(&id).ok_or_else(|| wrong!([id], "a created show is not there"))?;
        let model = ShowModel {
            seats,
            hall,
            taken: vec![0; info.areas.len()],
            info,
            pending: BTreeSet::new(),
            bookings: BTreeSet::new(),
            version: show.version(),
            changed: false,
            past: None,
        };
        self.add_boundaries(&model);
        self.shows.insert(id.clone(), model);
        self.same_view(&id, receipt)
    }

    fn create_due(&self, id: &ShowId, new: &NewShow) -> Due {
        let hall = new.seat_map.map(|hash| self.maps.get(&hash));
        let priced = |category: &str| new.prices.contains_key(category);
        let ids: BTreeSet<_> = new.areas.iter().map(|area| &area.id).collect();
        let invalid = ids.len() < new.areas.len()
            || (hall.is_none() && new.areas.is_empty())
            || !new.areas.iter().all(|area| priced(&area.category))
            || hall.flatten().is_some_and(|hall| !hall.categories_used().all(priced));
        let due = if invalid {
            Due::kind("Invalid")
        } else if hall.is_some_and(|hall| hall.is_none()) {
            Due::refusal(Refusal::NotFound(Noun::SeatMap))
        } else if self.shows.contains_key(id) {
            return Due::refusal(Refusal::ShowExists);
        } else {
            return Due::success();
        };
        // The contract's order does not name `show_exists`.
        if self.shows.contains_key(id) { due.or(Refusal::ShowExists) } else { due }
    }

    pub(super) fn judge_patch_show(
        &mut self,
        id: &ShowId,
        patch: &ShowPatch,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let Some(receipt) = self.patch_due(id, patch).judge(told)? else { return Ok(()) };
        let model = self.shows.get_mut(id).expect("a patched show is there");
        let ShowPatch { name, description, media, sale, policy, prices } = patch.clone();
        let info = &mut model.info;
        info.name = name.unwrap_or_else(|| info.name.clone());
        info.description = description.unwrap_or_else(|| info.description.clone());
        info.media = media.unwrap_or_else(|| info.media.clone());
        info.sale = sale.unwrap_or(info.sale);
        info.policy = policy.unwrap_or(info.policy);
        info.prices.extend(prices.unwrap_or_default());
        let model = model.clone();
        self.boundaries.retain(|(_, show)| show != id);
        self.add_boundaries(&model);
        self.see_version(id, state)?;
        self.same_view(id, receipt)
    }

    fn patch_due(&self, id: &ShowId, patch: &ShowPatch) -> Due {
        let Some(model) = self.shows.get(id) else {
            return Due::refusal(Refusal::NotFound(Noun::Show));
        };
        let prices = patch.prices.as_ref().unwrap_or(const { &BTreeMap::new() });
        let changed = prices.iter().filter(|(of, price)| model.info.prices.get(*of) != Some(price));
        let sold = changed.map(|(category, _)| category).any(|category| {
            let of = |seat: &usize| {
                model.hall.as_ref().is_some_and(|hall| hall.seats[*seat].category == *category)
            };
            let taken = |slot: &Slot| matches!(slot, Slot::Held(_) | Slot::Booked(_));
            let seats = (0..model.seats.len()).filter(of).any(|seat| taken(&model.seats[seat]));
            let mut areas = model.info.areas.iter().zip(&model.taken);
            seats || areas.any(|(area, taken)| area.category == *category && *taken > 0)
        });
        match (sold, model.info.cancellation.is_some()) {
            (false, false) => Due::success(),
            (true, false) => Due::kind("Invalid"),
            (false, true) => Due::refusal(Refusal::ShowCancelled),
            // Whether a doomed booking stands is anybody's guess.
            (true, true) => Due::refusal(Refusal::ShowCancelled).or_kind("Invalid"),
        }
    }

    pub(super) fn judge_cancel_show(
        &mut self,
        id: &ShowId,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let (now, before) = (self.now, self.shows.get(id).map(|show| show.info.cancellation));
        let due = match before {
            None => Due::refusal(Refusal::NotFound(Noun::Show)),
            Some(None) => Due::success(),
            Some(Some(_)) => Due::success().or(Refusal::ShowCancelled),
        };
        let Some(receipt) = due.judge(told)? else { return Ok(()) };
        let Receipt::Show(view) = receipt else {
            return Err(wrong!([id], "due was the show, told was {receipt:?}"));
        };
        let told = view.info.cancellation.unwrap_or_default();
        let model = self.shows.get_mut(id).expect("a cancelled show is there");
        let due = match before.flatten() {
            Some(before) => (before.at, before.bookings),
            None => (now, model.bookings.len() as u64),
        };
        let sum = told.refunded + told.pending;
        if (told.at, told.bookings) != due || sum != told.bookings || told.failed > told.pending {
            return Err(wrong!([id], "the cancellation {told:?} does not fit {due:?}"));
        }
        if before.flatten().is_none() {
            model.info.cancellation = Some(Cancellation { at: now, ..told });
            self.doomed.extend(model.bookings.iter().copied());
            for booking in &model.bookings {
                self.bookings.get_mut(booking).expect("it was booked").doomed = true;
            }
            for hold in model.pending.clone() {
                self.end_hold(hold, HoldStatus::Released, None);
            }
            self.boundaries.retain(|(_, show)| show != id);
            for booking in self.shows[id].bookings.clone() {
                self.see_doomed(booking, state)?;
            }
        }
        self.see_version(id, state)?;
        self.same_view(id, receipt)
    }

    pub(super) fn judge_block(
        &mut self,
        id: &ShowId,
        seats: &BTreeSet<SeatId>,
        block: bool,
        told: &Result<Receipt, Refusal>,
        state: &State,
    ) -> Verdict {
        let Some(receipt) = self.block_due(id, seats).judge(told)? else { return Ok(()) };
        let model = self.shows.get_mut(id).expect("its seats were found");
        let hall = Rc::clone(model.hall.as_ref().expect("its seats were found"));
        let (from, to) =
            if block { (Slot::Free, Slot::Blocked) } else { (Slot::Blocked, Slot::Free) };
        for seat in seats.iter().filter_map(|seat| hall.find(seat)) {
            if model.seats[seat] == from {
                model.seats[seat] = to;
                model.changed = true;
            }
        }
        let named: Vec<SeatId> = in_map_order(&hall, seats.iter());
        self.see_version(id, state)?;
        let version = self.shows[id].version;
        same("the blocked seats", &Receipt::Blocks { seats: named, version }, receipt)
    }

    fn block_due(&self, id: &ShowId, seats: &BTreeSet<SeatId>) -> Due {
        let Some(model) = self.shows.get(id) else {
            return Due::refusal(Refusal::NotFound(Noun::Show));
        };
        let unknown = model.unknown_seats(seats);
        if !unknown.is_empty() {
            return Due::refusal(Refusal::UnknownSeats(unknown));
        }
        if model.info.cancellation.is_some() {
            return Due::refusal(Refusal::ShowCancelled);
        }
        let conflicts = model.seats_where(seats, |slot| match slot {
            Slot::Held(_) | Slot::Booked(_) => true,
            Slot::Free | Slot::Blocked => false,
        });
        if conflicts.is_empty() {
            Due::success()
        } else {
            Due::refusal(Refusal::SeatUnavailable { conflicts, areas: Vec::new() })
        }
    }

    fn add_boundaries(&mut self, model: &ShowModel) {
        for at in [model.info.sale.opens_at, Some(model.closes_at())].into_iter().flatten() {
            if at > self.now {
                self.boundaries.insert((at, model.info.id.clone()));
            }
        }
    }

    /// Compares a show that was told with what is known of it; how far a cancellation's refunds
    /// are, nobody was told.
    pub(super) fn same_view(&self, id: &ShowId, told: &Receipt) -> Verdict {
        let Receipt::Show(view) = told else {
            return Err(wrong!([id], "due was the show, told was {told:?}"));
        };
        let model = &self.shows[id];
        let mut info = model.info.clone();
        let mut available = model.available();
        if let (Some(due), Some(told)) = (&mut info.cancellation, view.info.cancellation) {
            same(
                "how many bookings are cancelled",
                &(due.at, due.bookings),
                &(told.at, told.bookings),
            )?;
            *due = told;
            // Doomed bookings give their seats back some time.
            available = view.available;
        }
        let due = ShowView { status: model.status(self.now), info, available };
        same("the show", &due, view)
    }
}

impl ShowModel {
    /// Seats that the show's map does not have.
    pub fn unknown_seats(&self, seats: &BTreeSet<SeatId>) -> Vec<SeatId> {
        let known = |id: &SeatId| self.hall.as_ref().is_some_and(|hall| hall.find(id).is_some());
        seats.iter().filter(|id| !known(id)).cloned().collect()
    }

    /// Those of some known seats that are so, in map order.
    pub fn seats_where(&self, seats: &BTreeSet<SeatId>, is: impl Fn(Slot) -> bool) -> Vec<SeatId> {
        let Some(hall) = &self.hall else { return Vec::new() };
        let those = |id: &&SeatId| hall.find(id).is_some_and(|seat| is(self.seats[seat]));
        in_map_order(hall, seats.iter().filter(those))
    }
}

fn in_map_order<'a>(hall: &Hall, seats: impl Iterator<Item = &'a SeatId>) -> Vec<SeatId> {
    let mut places: Vec<usize> = seats.filter_map(|seat| hall.find(seat)).collect();
    places.sort_unstable();
    places.into_iter().map(|seat| hall.seats[seat].id.clone()).collect()
}
