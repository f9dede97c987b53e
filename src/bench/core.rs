//! What the core does alone: holds and confirms, one after the other, on one thread.

use std::collections::BTreeMap;

use crate::plans::{self, Preset, PresetName};
use crate::seats::{
    Caller, Command, Fresh, HoldId, Key, LEVEL, Millis, NewShow, Proposal, Role, Sale, ShowId,
    State, UserId, Want,
};

/// Seats of a show of the benchmark.
const SEATS: usize = 1000;

/// Proposals under one time, as a busy leader has them.
const BATCH: usize = 64;

/// A state with shows, and the proposals that sell their seats: a hold and a confirm each.
///
/// Whoever measures calls [`Core::next_batch`] for a batch, [`Core::carry_out`] to carry it out
/// and, now and then, [`Core::rows`]: so each can be timed by itself.
pub struct Core {
    state: State,
    shows: usize,
    /// Time and number of the batch that comes next.
    at: Millis,
    batch: usize,
}

impl Core {
    /// Draws so many shows of a thousand seats.
    ///
    /// # Panics
    /// The preset cannot be put on sale, which is a defect.
    #[must_use]
    pub fn new(now: Millis, shows: usize) -> Core {
        let preset = Preset::draw(PresetName::Bench);
        let mut core = Core { state: State::new(1), shows, at: now, batch: 0 };
        core.set_up(now, Command::RaiseLevel { level: LEVEL });
        let hash = preset.map.hash();
        for (part, items) in (0..).zip(plans::parts(&preset.map)) {
            core.set_up(now, Command::MapPart { hash, part, items });
        }
        let header = preset.map.header().clone();
        core.set_up(now, Command::MapDone { hash, header });
        for n in 0..shows {
            core.set_up(now, Command::CreateShow(Box::new(show(n, &preset, now))));
        }
        core.state.take_dirty();
        core
    }

    fn set_up(&mut self, at: Millis, command: Command) {
        let caller = Caller { user: None, role: Role::Organizer };
        let proposal = Proposal { caller, key: None, fresh: Fresh(1), command };
        let outcome = self.state.apply(at, &proposal);
        assert!(outcome.result.is_ok(), "{outcome:?}");
    }

    /// The next batch: holds, and a millisecond later the confirms of the same seats. Empty once
    /// every seat is sold.
    pub fn next_batch(&mut self) -> Vec<Proposal> {
        let (round, confirms) = (self.batch / 2, self.batch % 2 == 1);
        self.batch += 1;
        self.at = self.at.plus(Millis(1));
        let seats = (round * BATCH)..((round + 1) * BATCH).min(self.shows * SEATS);
        let at = self.at;
        if confirms {
            return seats.map(|n| confirm(at, n)).collect();
        }
        seats.map(|n| hold(at, n, n / SEATS, n % SEATS)).collect()
    }

    /// Carries a batch out as a node does; how many of its commands were refused.
    pub fn carry_out(&mut self, batch: &[Proposal]) -> u64 {
        self.state.enter(self.batch as u64);
        let apply = |proposal| u64::from(self.state.apply(self.at, proposal).result.is_err());
        batch.iter().map(apply).sum()
    }

    /// Takes the rows that have changed since, as a checkpoint does; how many there are.
    pub fn rows(&mut self) -> usize {
        self.state.take_dirty().len()
    }
}

fn show(n: usize, preset: &Preset, now: Millis) -> NewShow {
    NewShow {
        id: Some(show_id(n)),
        name: preset.show.to_owned(),
        venue: preset.venue.to_owned(),
        starts_at: now.plus(Millis(60 * 24 * 3_600_000)),
        description: preset.description.to_owned(),
        media: Vec::new(),
        currency: preset.currency,
        prices: preset.prices.clone(),
        sale: Sale::default(),
        policy: crate::seats::Policy {
            hold_ttl: preset.hold_ttl,
            hold_total_max: preset.hold_ttl,
            seats_per_hold_max: preset.seats_per_hold_max,
            prevent_orphans: false,
        },
        seat_map: Some(preset.map.hash()),
        areas: Vec::new(),
    }
}

fn show_id(n: usize) -> ShowId {
    ShowId::from(format!("bench-{n}"))
}

/// A proposal under a key that its node made, as a client without one causes it.
fn proposal(at: Millis, number: usize, role: Role, command: Command) -> Proposal {
    let fresh = Fresh((u128::from(at.0) << 80) | (0x7 << 76) | (0b10 << 62) | number as u128);
    let key =
        Key { text: format!("node-{:032x}", fresh.0).into(), fingerprint: 1, made_by_node: true };
    let user = match role {
        Role::Buyer => UserId::from(format!("u{number}")),
        Role::Organizer | Role::Operator => UserId::from(format!("till-{}", number % 100)),
    };
    Proposal { caller: Caller { user: Some(user), role }, key: Some(key), fresh, command }
}

fn hold(at: Millis, number: usize, show: usize, seat: usize) -> Proposal {
    let seat = crate::seats::SeatId(seat.to_string());
    let want = Want::Named { seats: [seat].into(), areas: BTreeMap::new() };
    let user = UserId::from(format!("u{number}"));
    let command = Command::Hold { show: show_id(show), user, want, replace_active: false };
    proposal(at, number, Role::Buyer, command)
}

fn confirm(at: Millis, number: usize) -> Proposal {
    // The hold's id is what its own proposal was given, a millisecond before.
    let before = Millis(at.0 - 1);
    let hold = HoldId(proposal(before, number, Role::Buyer, Command::Tick).fresh.0);
    let command = Command::Confirm { hold, reference: "till".to_owned(), email: None };
    proposal(at, number, Role::Organizer, command)
}
