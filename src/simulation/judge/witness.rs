//! A judge that replays what clients were told through a map of seats (reliability: "C1 witness").
//!
//! Every answer names the log index that it stands on, so the order is known and nothing has to be
//! searched: sort, replay, compare, and then see whether the order agrees with real time: whatever
//! was answered before something else was asked must come before it. It shares no code with the
//! core, and not its tables either.

use std::collections::HashMap;

/// A seat by number; numbers are given out by whoever prepares the history.
pub(crate) type SeatNo = u32;

/// Who has a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Free,
    /// By a hold, by number.
    Held(u32),
    /// By a booking, by number.
    Sold(u32),
    /// Off the market.
    Blocked,
}

/// What was asked, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// A hold was made.
    Held { user: u32, hold: u32, seats: Box<[SeatNo]>, until: u64, replace: bool },
    /// No hold was made, for these seats were taken.
    Taken { user: u32, seats: Box<[SeatNo]>, replace: bool },
    /// No hold was made, for the user has one.
    HasOne { user: u32 },
    /// A hold ends later.
    Extended { hold: u32, until: u64 },
    /// A hold was let go, or had ended already.
    Released { hold: u32 },
    /// A hold became a booking.
    Sold { hold: u32, booking: u32 },
    /// A booking was cancelled.
    Cancelled { booking: u32 },
    /// Seats were taken off the market, or put back.
    Blocked { seats: Box<[SeatNo]>, blocked: bool },
    /// A show with these seats was taken off: its holds end. Its bookings end too, at some time.
    Closed { seats: Box<[SeatNo]> },
    /// This is how seats stood.
    Read { seats: Box<[(SeatNo, Seen)]> },
}

/// One operation of a client's.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    /// The log index that it stands on, and its place among the operations of that entry; reads
    /// come last.
    pub(crate) index: u64,
    pub(crate) place: u32,
    /// Moments of the call and of the answer; `u64::MAX` if there was none.
    pub(crate) called: u64,
    pub(crate) returned: u64,
    /// Log time at the index.
    pub(crate) at: u64,
    /// Whether real time binds it. A read of one node's own state may lag.
    pub(crate) bound: bool,
    pub(crate) act: Act,
}

struct Hold {
    user: u32,
    seats: Box<[SeatNo]>,
    until: u64,
    live: bool,
}

/// The naive model.
#[derive(Default)]
pub(crate) struct Model {
    seats: Vec<Seen>,
    holds: Vec<Option<Hold>>,
    sold: HashMap<u32, Box<[SeatNo]>>,
    active: HashMap<u32, u32>,
}

/// Judges a history: what is wrong with it, at most `most` findings.
pub(crate) fn check(mut ops: Vec<Op>, most: usize) -> Vec<String> {
    ops.sort_unstable_by_key(|op| (op.index, op.place));
    let mut model = Model::default();
    let mut wrong = Vec::new();
    for op in &ops {
        if let Err(what) = model.step(op.at, &op.act) {
            wrong.push(format!("at index {}: {what}", op.index));
            if most <= wrong.len() {
                return wrong;
            }
        }
    }
    real_time(&ops, most, &mut wrong);
    wrong
}

/// No operation may stand on a later index than one that was asked only after its answer.
fn real_time(ops: &[Op], most: usize, wrong: &mut Vec<String>) {
    // The earliest answer among operations of later indexes, and among those of this one.
    let (mut later, mut here) = ((u64::MAX, 0), (u64::MAX, 0));
    let mut index = u64::MAX;
    for op in ops.iter().rev().filter(|op| op.bound) {
        if op.index < index {
            later = later.min(here);
            here = (u64::MAX, 0);
            index = op.index;
        }
        if later.0 < op.called {
            wrong.push(format!(
                "{:?} stands on index {} and was asked after index {} had been answered",
                op.act, op.index, later.1
            ));
            if most <= wrong.len() {
                return;
            }
        }
        here = here.min((op.returned, op.index));
    }
}

impl Model {
    pub(crate) fn step(&mut self, at: u64, act: &Act) -> Result<(), String> {
        match act {
            Act::Held { .. } => self.held(at, act),
            Act::Taken { user, seats, replace } => self.taken(at, *user, seats, *replace),
            Act::HasOne { user } => match self.live(*user, at) {
                Some(_) => Ok(()),
                None => Err(format!("user {user} was told of a hold that is not there")),
            },
            Act::Extended { hold, until } => match self.hold(*hold, at) {
                Some(hold) => {
                    hold.until = *until;
                    Ok(())
                }
                None => Err(format!("hold {hold} was extended after its end")),
            },
            Act::Released { hold } => {
                self.end(*hold);
                Ok(())
            }
            Act::Sold { hold, booking } => self.sold(at, *hold, *booking),
            Act::Cancelled { booking } => {
                let Some(seats) = self.sold.remove(booking) else {
                    return Err(format!("booking {booking} was cancelled and was none"));
                };
                seats.iter().for_each(|seat| self.set(*seat, Seen::Free));
                Ok(())
            }
            Act::Blocked { seats, blocked } => {
                for seat in seats {
                    match self.seen(*seat, at) {
                        Seen::Free | Seen::Blocked => {}
                        seen => return Err(format!("seat {seat} was blocked and is {seen:?}")),
                    }
                    self.set(*seat, if *blocked { Seen::Blocked } else { Seen::Free });
                }
                Ok(())
            }
            Act::Closed { seats } => {
                for seat in seats {
                    if let Some(Seen::Held(hold)) = self.seats.get(*seat as usize).copied() {
                        self.end(hold);
                    }
                }
                Ok(())
            }
            Act::Read { seats } => {
                for (seat, told) in seats {
                    let seen = self.seen(*seat, at);
                    if seen != *told {
                        return Err(format!("seat {seat} was told as {told:?} and is {seen:?}"));
                    }
                }
                Ok(())
            }
        }
    }

    fn held(&mut self, at: u64, act: &Act) -> Result<(), String> {
        let Act::Held { user, hold, seats, until, replace } = act else { return Ok(()) };
        let own = self.live(*user, at);
        if own.is_some() && !*replace {
            return Err(format!("user {user} was given a second hold, {hold}"));
        }
        for seat in seats {
            let seen = self.seen(*seat, at);
            let free = seen == Seen::Free || own.is_some_and(|own| seen == Seen::Held(own));
            if !free {
                return Err(format!("hold {hold} was given seat {seat}, which is {seen:?}"));
            }
        }
        if let Some(own) = own {
            self.end(own);
        }
        for seat in seats {
            self.set(*seat, Seen::Held(*hold));
        }
        let at = *hold as usize;
        if self.holds.len() <= at {
            self.holds.resize_with(at + 1, || None);
        }
        let seats = seats.clone();
        self.holds[at] = Some(Hold { user: *user, seats, until: *until, live: true });
        self.active.insert(*user, *hold);
        Ok(())
    }

    fn taken(&self, at: u64, user: u32, seats: &[SeatNo], replace: bool) -> Result<(), String> {
        let own = self.live(user, at).filter(|_| replace);
        for seat in seats {
            let seen = self.seen(*seat, at);
            if seen == Seen::Free || own.is_some_and(|own| seen == Seen::Held(own)) {
                return Err(format!("seat {seat} was refused to user {user} and is free"));
            }
        }
        Ok(())
    }

    fn sold(&mut self, at: u64, hold: u32, booking: u32) -> Result<(), String> {
        let Some(sold) = self.hold(hold, at) else {
            return Err(format!("hold {hold} was sold after its end"));
        };
        let seats = sold.seats.clone();
        self.end(hold);
        for seat in &seats {
            self.set(*seat, Seen::Sold(booking));
        }
        self.sold.insert(booking, seats);
        Ok(())
    }

    /// How a seat stands: what has expired is free.
    pub(crate) fn seen(&self, seat: SeatNo, at: u64) -> Seen {
        match self.seats.get(seat as usize).copied().unwrap_or(Seen::Free) {
            Seen::Held(hold) if !self.is_live(hold, at) => Seen::Free,
            seen => seen,
        }
    }

    fn set(&mut self, seat: SeatNo, seen: Seen) {
        let at = seat as usize;
        if self.seats.len() <= at {
            self.seats.resize(at + 1, Seen::Free);
        }
        self.seats[at] = seen;
    }

    pub(crate) fn is_live(&self, hold: u32, at: u64) -> bool {
        let hold = self.holds.get(hold as usize).and_then(Option::as_ref);
        hold.is_some_and(|hold| hold.live && at < hold.until)
    }

    fn hold(&mut self, hold: u32, at: u64) -> Option<&mut Hold> {
        let hold = self.holds.get_mut(hold as usize).and_then(Option::as_mut);
        hold.filter(|hold| hold.live && at < hold.until)
    }

    /// A user's hold, if it is live.
    pub(crate) fn live(&self, user: u32, at: u64) -> Option<u32> {
        self.active.get(&user).copied().filter(|hold| self.is_live(*hold, at))
    }

    fn end(&mut self, hold: u32) {
        let Some(Some(ended)) = self.holds.get_mut(hold as usize) else { return };
        ended.live = false;
        let (user, seats) = (ended.user, std::mem::take(&mut ended.seats));
        if self.active.get(&user) == Some(&hold) {
            self.active.remove(&user);
        }
        for seat in &seats {
            if self.seats.get(*seat as usize) == Some(&Seen::Held(hold)) {
                self.set(*seat, Seen::Free);
            }
        }
    }
}
