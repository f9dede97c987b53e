//! A copy of a show's seats at one index, taken under the state's lock and rendered outside it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::seats::View;
use crate::seats::{
    AreaId, BookingStatus, Owner, SeatChanges, SeatIx, SeatMap, SeatState, Show, ShowId,
    State as Seats, UserId,
};

/// A copy of some seats of a show.
pub(super) struct Frame {
    pub(super) version: u64,
    pub(super) index: u64,
    show: ShowId,
    organizer: bool,
    only_available: bool,
    map: Option<Arc<SeatMap>>,
    seats: Vec<(SeatIx, SeatState)>,
    /// In place of `seats` in a packed view, where a seat's place is its name.
    states: Vec<SeatState>,
    /// Beside `seats`, for organizers.
    owners: Vec<Option<(Owner, UserId)>>,
    /// Seats of the caller, if they asked for them.
    own: BTreeSet<SeatIx>,
    areas: Vec<Area>,
    /// Free seats and seats of the whole show, where `seats` are only those that changed.
    whole: Option<(usize, usize)>,
}

struct Area {
    id: AreaId,
    available: u32,
    pending: u32,
    reserved: u32,
}

impl Frame {
    /// Copies what a view shows; `None` if there is no such show.
    pub(super) fn take(state: &Seats, index: u64, id: &ShowId, view: &View) -> Option<Frame> {
        let show = state.show(id)?;
        let mut frame = Frame::empty(show, index, view);
        match (&view.section, show.map()) {
            (Some(section), Some(map)) => {
                let mut from = 0;
                for (zone, rows) in map.zones() {
                    let len: usize = rows.map(|(_, seats)| seats.len()).sum();
                    let to = from + u32::try_from(len).unwrap_or(0);
                    if zone.name == *section {
                        frame.copy_range(state, show, from..to, view.packed);
                    }
                    from = to;
                }
            }
            (Some(_), None) => {}
            (None, _) => {
                frame.copy_range(state, show, 0..show.seats_len(), view.packed);
                frame.areas = areas(show).collect();
            }
        }
        Some(frame)
    }

    /// Copies what has changed since a version; `None` if that is not known any more.
    pub(super) fn changes(
        state: &Seats,
        index: u64,
        id: &ShowId,
        organizer: bool,
        since: u64,
    ) -> Option<Frame> {
        let show = state.show(id)?;
        let SeatChanges { seats, areas: changed } = show.changes_since(since)?;
        let mut frame = Frame::empty(show, index, &View::whole(organizer));
        frame.copy(state, show, seats.into_iter());
        frame.whole = Some((show.seats_available() as usize, show.seats_len() as usize));
        let all = areas(show).enumerate();
        let changed: BTreeSet<usize> = changed.into_iter().map(|area| area.0 as usize).collect();
        frame.areas = all.filter(|(at, _)| changed.contains(at)).map(|(_, area)| area).collect();
        Some(frame)
    }

    /// Marks the seats that a user holds or has booked.
    pub(super) fn with_own(mut self, state: &Seats, user: &UserId) -> Frame {
        let hold = state.active_hold(user).filter(|hold| hold.show == self.show);
        let bookings = state.bookings_of(user).filter(|booking| {
            booking.show == self.show && booking.status == BookingStatus::Confirmed
        });
        let lines = hold.into_iter().flat_map(|hold| &hold.seats);
        let lines = lines.chain(bookings.flat_map(|booking| &booking.seats));
        self.own = lines.map(|line| line.seat).collect();
        self
    }

    fn empty(show: &Show, index: u64, view: &View) -> Frame {
        Frame {
            version: show.version(),
            index,
            show: show.info().id.clone(),
            organizer: view.organizer,
            only_available: view.only_available,
            map: show.map().cloned(),
            seats: Vec::new(),
            states: Vec::new(),
            owners: Vec::new(),
            own: BTreeSet::new(),
            areas: Vec::new(),
            whole: None,
        }
    }

    fn copy_range(&mut self, state: &Seats, show: &Show, range: Range<u32>, packed: bool) {
        if packed {
            let (from, to) = (range.start as usize, range.end as usize);
            self.states.extend_from_slice(show.seats().get(from..to).unwrap_or_default());
        } else {
            self.copy(state, show, range.map(SeatIx));
        }
    }

    fn copy(&mut self, state: &Seats, show: &Show, seats: impl Iterator<Item = SeatIx>) {
        for seat in seats {
            self.seats.push((seat, show.seat(seat)));
            if self.organizer {
                let owner = show.owner(seat).and_then(|owner| {
                    let user = match owner {
                        Owner::Hold(hold) => &state.hold(hold)?.user,
                        Owner::Booking(booking) => &state.booking(booking)?.user,
                    };
                    Some((owner, user.clone()))
                });
                self.owners.push(owner);
            }
        }
    }

    /// Two bits a seat, four a byte from the low bits, zero padded.
    pub(super) fn packed(&self) -> Vec<u8> {
        let bits = |state: &SeatState| match (state, self.organizer) {
            (SeatState::Available, _) => 0,
            (SeatState::Pending, true) => 1,
            (SeatState::Reserved, true) => 2,
            (SeatState::Pending | SeatState::Reserved, false) | (SeatState::Blocked, _) => 3,
        };
        let byte =
            |four: &[SeatState]| four.iter().rev().fold(0, |byte, one| byte << 2 | bits(one));
        self.states.chunks(4).map(byte).collect()
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> Vec<u8> {
        let (free, len) = self.whole.unwrap_or_else(|| {
            let free = self.seats.iter().filter(|(_, state)| *state == SeatState::Available);
            (free.count(), self.seats.len())
        });
        let mut out = String::with_capacity(200 + self.seats.len() * 64);
        out.push_str("{\"show\":");
        quote(&mut out, &self.show.0);
        put(
            &mut out,
            format_args!(",\"version\":{},\"counts\":{{\"available\":{free}", self.version),
        );
        put(&mut out, format_args!(",\"unavailable\":{}}},\"seats\":[", len - free));
        let start = out.len();
        for (at, (ix, state)) in self.seats.iter().enumerate() {
            if self.only_available && *state != SeatState::Available {
                continue;
            }
            if out.len() > start {
                out.push(',');
            }
            self.seat(&mut out, at, *ix, *state);
        }
        out.push_str("],\"areas\":[");
        for (at, area) in self.areas.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            self.area(&mut out, area);
        }
        out.push_str("]}");
        out.into_bytes()
    }

    fn seat(&self, out: &mut String, at: usize, ix: SeatIx, state: SeatState) {
        let map = self.map.as_deref();
        let Some((map, seat)) = map.and_then(|map| Some((map, map.seat(ix)?))) else { return };
        out.push_str("{\"id\":");
        quote(out, &seat.id.0);
        out.push_str(",\"category\":");
        quote(out, map.category(seat));
        let status = if state == SeatState::Available { "available" } else { "unavailable" };
        put(out, format_args!(",\"status\":\"{status}\""));
        let own = self.own.contains(&ix);
        if own {
            out.push_str(",\"mine\":true");
        }
        if own || self.organizer {
            put(out, format_args!(",\"state\":\"{}\"", state_name(state)));
        }
        if let Some(owner) = self.owners.get(at) {
            owned(out, owner.as_ref());
        }
        out.push('}');
    }

    fn area(&self, out: &mut String, area: &Area) {
        out.push_str("{\"id\":");
        quote(out, &area.id.0);
        put(out, format_args!(",\"available\":{}", area.available));
        if self.organizer {
            let Area { pending, reserved, .. } = area;
            put(out, format_args!(",\"pending\":{pending},\"reserved\":{reserved}"));
        }
        out.push('}');
    }
}

/// Who has a seat, for organizers.
fn owned(out: &mut String, owner: Option<&(Owner, UserId)>) {
    match owner {
        None => out.push_str(",\"hold\":null,\"booking\":null,\"user\":null"),
        Some((owner, user)) => {
            match owner {
                Owner::Hold(id) => put(out, format_args!(",\"hold\":\"{id}\",\"booking\":null")),
                Owner::Booking(id) => put(out, format_args!(",\"hold\":null,\"booking\":\"{id}\"")),
            }
            out.push_str(",\"user\":");
            quote(out, &user.0);
        }
    }
}

/// A seat's state in words, as organizers read it.
pub(super) fn state_name(state: SeatState) -> &'static str {
    match state {
        SeatState::Available => "AVAILABLE",
        SeatState::Pending => "PENDING",
        SeatState::Reserved => "RESERVED",
        SeatState::Blocked => "BLOCKED",
    }
}

/// Whether a map has a zone of this name.
pub(super) fn has_section(map: &SeatMap, name: &str) -> bool {
    map.zones().any(|(zone, _)| zone.name == name)
}

fn areas(show: &Show) -> impl Iterator<Item = Area> + '_ {
    let counts = show.areas_available().zip(show.areas_taken());
    show.info().areas.iter().zip(counts).map(|(area, (available, (pending, reserved)))| Area {
        id: area.id.clone(),
        available,
        pending,
        reserved,
    })
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

/// Appends a JSON string. Ids are nearly always plain, and then are copied at once.
fn quote(out: &mut String, text: &str) {
    let plain = text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    if plain {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}
