//! Commands on shows: create, patch, cancel, block and unblock.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::command::{AreaInfo, NewShow, ShowPatch};
use super::hash::Fixed;
use super::holds::Ending;
use super::ids::{Amount, AreaIx, Fresh, Ids, Millis, SeatId, SeatIx, ShowId};
use super::map::SeatMap;
use super::outcome::{FieldError, Noun, Receipt, Refusal};
use super::record::{Cancellation, SeatState, ShowInfo};
use super::show::Show;
use super::state::{State, WARY_LEVEL, show_id};
use super::trail::DeedKind;

/// Most shows. Each costs a few kilobytes and five bytes a seat, for good.
const SHOWS_MAX: usize = 1_000_000;

/// Most standing areas of a show: they are looked through one by one.
const AREAS_MAX: usize = 1_000;

/// The highest price of one seat in minor units: ten billion in a currency of cents. With it no
/// total of a hold can overflow.
const PRICE_MAX: Amount = Amount(1_000_000_000_000);

/// Shows by id, with those whose rows were touched.
#[derive(Clone, Debug, Default)]
pub(super) struct Shows {
    /// In the order in which they came.
    all: Vec<Show>,
    /// Every command looks a show up: a hash costs a fraction of comparing texts down a tree.
    place: HashMap<ShowId, usize, Fixed>,
    /// For whoever reads them in order.
    by_id: BTreeMap<ShowId, usize>,
    dirty: Vec<usize>,
}

impl Shows {
    pub(super) fn get(&self, id: &ShowId) -> Option<&Show> {
        self.place.get(id).map(|place| &self.all[*place])
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Every show by id.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &Show> + '_ {
        self.by_id.values().map(|place| &self.all[*place])
    }

    /// The show to be changed; it counts as touched.
    pub(super) fn edit(&mut self, id: &ShowId) -> Option<&mut Show> {
        let place = *self.place.get(id)?;
        let show = &mut self.all[place];
        if !show.dirty {
            show.dirty = true;
            self.dirty.push(place);
        }
        Some(show)
    }

    /// The show of a hold or booking.
    pub(super) fn edit_known(&mut self, id: &ShowId) -> &mut Show {
        self.edit(id).expect("shows are never removed, and a hold or booking has one")
    }

    pub(super) fn insert(&mut self, mut show: Show) {
        show.dirty = true;
        self.dirty.push(self.all.len());
        let new = self.load(show);
        assert!(new, "a show is created once");
    }

    /// Takes in a show that is on disk; returns whether its id was free.
    pub(super) fn load(&mut self, show: Show) -> bool {
        let (id, place) = (show.info().id.clone(), self.all.len());
        if self.place.insert(id.clone(), place).is_some() {
            return false;
        }
        self.by_id.insert(id, place);
        self.all.push(show);
        true
    }

    /// The shows that were touched since the last call, each once, and whether their blocks were.
    pub(super) fn take_dirty(&mut self) -> Vec<(ShowId, bool)> {
        let places = std::mem::take(&mut self.dirty);
        let all = &mut self.all;
        places
            .into_iter()
            .map(|place| {
                let show = &mut all[place];
                show.dirty = false;
                (show.info().id.clone(), std::mem::take(&mut show.blocks_dirty))
            })
            .collect()
    }
}

impl State {
    pub(super) fn create_show(&mut self, new: &NewShow, ids: &mut Ids) -> Result<Receipt, Refusal> {
        let map = new.seat_map.as_ref().map(|hash| self.maps.get(hash));
        // What is wrong whatever the map says is told before that there is none.
        check_new(new, map.flatten().map(|map| &**map))?;
        let map = match map {
            Some(map) => Some(map.ok_or(Refusal::NotFound(Noun::SeatMap))?),
            None => None,
        };
        let id = new.id.clone().unwrap_or_else(|| show_id(Fresh(ids.next())));
        if self.shows.get(&id).is_some() {
            return Err(Refusal::ShowExists);
        }
        if self.shows.len() >= SHOWS_MAX {
            return Err(Refusal::Overloaded);
        }

        // From here on the show is created.
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
            created_at: self.meta.now,
            cancellation: None,
        };
        let map = map.cloned();
        self.shows.insert(Show::new(info, map, 0));
        self.watch_boundaries(&id);
        self.note_show(DeedKind::ShowCreated, &id, Vec::new());
        Ok(self.show_receipt(&id))
    }

    pub(super) fn patch_show(
        &mut self,
        id: &ShowId,
        patch: &ShowPatch,
    ) -> Result<Receipt, Refusal> {
        let show = self.shows.get(id).ok_or(Refusal::NotFound(Noun::Show))?;
        check_patch(show, patch, WARY_LEVEL <= self.meta.level)?;
        if show.info().cancellation.is_some() {
            return Err(Refusal::ShowCancelled);
        }

        // From here on the show is changed.
        self.unwatch_boundaries(id);
        let patch = patch.clone();
        self.shows.edit_known(id).edit_info(|info| {
            info.name = patch.name.unwrap_or_else(|| std::mem::take(&mut info.name));
            info.description =
                patch.description.unwrap_or_else(|| std::mem::take(&mut info.description));
            info.media = patch.media.unwrap_or_else(|| std::mem::take(&mut info.media));
            info.sale = patch.sale.unwrap_or(info.sale);
            info.policy = patch.policy.unwrap_or(info.policy);
            info.prices.extend(patch.prices.unwrap_or_default());
        });
        self.watch_boundaries(id);
        self.note_show(DeedKind::ShowChanged, id, Vec::new());
        Ok(self.show_receipt(id))
    }

    pub(super) fn cancel_show(&mut self, id: &ShowId) -> Result<Receipt, Refusal> {
        let show = self.shows.get(id).ok_or(Refusal::NotFound(Noun::Show))?;
        if show.info().cancellation.is_some() {
            return Err(Refusal::ShowCancelled);
        }

        // From here on the show is cancelled: at once for holds, page by page for bookings.
        let pending: Vec<_> = show.pending().collect();
        let bookings = show.bookings().count() as u64;
        self.note_show(DeedKind::ShowCancelled, id, Vec::new());
        for hold in pending {
            self.end_hold(hold, Ending::Released, None);
        }
        self.unwatch_boundaries(id);
        let at = self.meta.now;
        let cancellation = Cancellation { at, bookings, pending: bookings, ..Default::default() };
        self.shows.edit_known(id).edit_info(|info| info.cancellation = Some(cancellation));
        if bookings > 0 {
            self.cancelling.insert(id.clone());
        }
        Ok(self.show_receipt(id))
    }

    pub(super) fn block(
        &mut self,
        id: &ShowId,
        seats: &BTreeSet<SeatId>,
        blocked: bool,
    ) -> Result<Receipt, Refusal> {
        let show = self.shows.get(id).ok_or(Refusal::NotFound(Noun::Show))?;
        let named = find_seats(show, seats)?;
        if named.is_empty() {
            return Err(invalid("seats", "name at least one seat"));
        }
        if show.info().cancellation.is_some() {
            return Err(Refusal::ShowCancelled);
        }
        let taken = |seat: &&SeatIx| match show.seat(**seat) {
            SeatState::Pending | SeatState::Reserved => true,
            SeatState::Available | SeatState::Blocked => false,
        };
        let conflicts: Vec<SeatIx> = named.iter().filter(taken).copied().collect();
        if !conflicts.is_empty() {
            let conflicts = seat_ids(show, &conflicts);
            return Err(Refusal::SeatUnavailable { conflicts, areas: Vec::new() });
        }

        // From here on the seats are blocked or unblocked; some may have been so before.
        let turn = self.turn;
        let show = self.shows.edit_known(id);
        let mut changed = Vec::new();
        for seat in &named {
            if (show.seat(*seat) == SeatState::Blocked) != blocked {
                show.set_blocked(turn, *seat, blocked);
                changed.push(*seat);
            }
        }
        let receipt = Receipt::Blocks { seats: seat_ids(show, &named), version: show.version() };
        if !changed.is_empty() {
            let kind = if blocked { DeedKind::Blocked } else { DeedKind::Unblocked };
            self.note_show(kind, id, changed);
        }
        Ok(receipt)
    }

    /// Notes when a show's sales open and close, as far as that lies ahead.
    pub(super) fn watch_boundaries(&mut self, id: &ShowId) {
        let show = self.shows.get(id).expect("only known shows are watched");
        for boundary in boundaries(show.info()).into_iter().flatten() {
            if boundary > self.meta.now {
                self.boundaries.insert((boundary, id.clone()));
            }
        }
    }

    fn unwatch_boundaries(&mut self, id: &ShowId) {
        let show = self.shows.get(id).expect("only known shows are watched");
        for boundary in boundaries(show.info()).into_iter().flatten() {
            self.boundaries.remove(&(boundary, id.clone()));
        }
    }

    fn show_receipt(&self, id: &ShowId) -> Receipt {
        let show = self.shows.get(id).expect("a receipt is for a known show");
        Receipt::Show(Box::new(self.view(show)))
    }
}

/// A refusal over one field.
pub(super) fn invalid(field: &str, message: &str) -> Refusal {
    let error = FieldError { field: field.to_owned(), message: message.to_owned() };
    Refusal::Invalid { errors: vec![error] }
}

/// The positions of seats by their ids, ascending.
pub(super) fn find_seats(show: &Show, seats: &BTreeSet<SeatId>) -> Result<Vec<SeatIx>, Refusal> {
    let find = |id: &SeatId| show.map().and_then(|map| map.find(id));
    let mut found: Vec<SeatIx> = seats.iter().filter_map(find).collect();
    if found.len() < seats.len() {
        let unknown = seats.iter().filter(|id| find(id).is_none());
        return Err(Refusal::UnknownSeats(unknown.cloned().collect()));
    }
    found.sort_unstable();
    Ok(found)
}

/// The ids of seats by their positions.
pub(super) fn seat_ids(show: &Show, seats: &[SeatIx]) -> Vec<SeatId> {
    let seats = seats.iter().filter_map(|seat| show.map()?.seat(*seat));
    seats.map(|seat| seat.id.clone()).collect()
}

/// When sales open and close, unless the show is cancelled.
fn boundaries(info: &ShowInfo) -> [Option<Millis>; 2] {
    if info.cancellation.is_some() {
        return [None, None];
    }
    [info.sale.opens_at, Some(info.sale.closes_at.unwrap_or(info.starts_at))]
}

fn check_new(new: &NewShow, map: Option<&SeatMap>) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    let mut wrong = |field: String, message: String| errors.push(FieldError { field, message });
    if new.seat_map.is_none() && new.areas.is_empty() {
        wrong("seat_map".to_owned(), "a show needs a seat map or areas".to_owned());
    }
    if new.areas.len() > AREAS_MAX {
        wrong("areas".to_owned(), format!("at most {AREAS_MAX}"));
    }
    let mut ids = BTreeSet::new();
    for (n, area) in new.areas.iter().enumerate() {
        if !ids.insert(&area.id) {
            wrong(format!("areas[{n}].id"), format!("{} stands there twice", area.id));
        }
    }
    for category in categories_in_use(map, &new.areas) {
        if !new.prices.contains_key(category) {
            wrong("prices".to_owned(), format!("the category {category} has no price"));
        }
    }
    for (name, price) in &new.prices {
        if *price > PRICE_MAX {
            wrong(format!("prices.{name}"), format!("at most {}", PRICE_MAX.0));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

fn categories_in_use<'a>(map: Option<&'a SeatMap>, areas: &'a [AreaInfo]) -> BTreeSet<&'a str> {
    let seats = map.iter().flat_map(|map| map.seats().iter().map(|seat| map.category(seat)));
    seats.chain(areas.iter().map(|area| area.category.as_str())).collect()
}

/// Whoever is `wary` takes no prices of categories that the show does not have: they would pile up.
fn check_patch(show: &Show, patch: &ShowPatch, wary: bool) -> Result<(), Refusal> {
    let Some(prices) = &patch.prices else { return Ok(()) };
    let taken = categories_taken(show);
    let mut errors = Vec::new();
    for (name, price) in prices {
        let changes = show.info().prices.get(name) != Some(price);
        let message = match changes {
            true if wary && !has_category(show, name) => "the show has no such category",
            true if taken.contains(name.as_str()) => "seats of this category are held or sold",
            true if *price > PRICE_MAX => "the price is too high",
            true | false => continue,
        };
        errors.push(FieldError { field: format!("prices.{name}"), message: message.to_owned() });
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

/// Whether a category is of the show's map or areas, or has had a price since it was created.
fn has_category(show: &Show, name: &str) -> bool {
    let info = show.info();
    info.prices.contains_key(name)
        || info.areas.iter().any(|area| area.category == name)
        || show.map().is_some_and(|map| map.find_category(name).is_some())
}

/// Categories of which something is held or sold.
fn categories_taken(show: &Show) -> BTreeSet<&str> {
    let seats = show.map().into_iter().flat_map(|map| {
        let seats = map.seats().iter().zip(0u32..);
        let taken = seats.filter(|(_, ix)| show.owner(SeatIx(*ix)).is_some());
        taken.map(|(seat, _)| map.category(seat))
    });
    let areas = show.info().areas.iter().zip(show.areas_taken());
    let taken = areas.filter(|(_, (held, sold))| held + sold > 0);
    seats.chain(taken.map(|(area, _)| area.category.as_str())).collect()
}

/// The position of an area by its id.
pub(super) fn find_area(show: &Show, id: &super::ids::AreaId) -> Option<AreaIx> {
    let mut areas = show.info().areas.iter().zip(0u32..);
    areas.find(|(area, _)| area.id == *id).map(|(_, ix)| AreaIx(ix))
}
