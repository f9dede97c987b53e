//! What buyers and organizers ask of shows and holds.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use usher::seats::{
    Amount, AreaId, AreaInfo, BookingId, Caller, Command, Currency, HoldId, Millis, NewPayment,
    NewShow, Policy, Proposal, Role, Sale, SeatId, ShowId, ShowPatch, UserId, Want,
};

use crate::generator::{Generator, Kind, anonymous, buyer};
use crate::hall::{CATEGORIES, Hall};
use crate::oracle::{HOUR, MINUTE, Oracle, SECOND, ShowModel, Slot};
use crate::rng::Rng;

impl Generator {
    /// A hold, of the user of another hold or on a show if they are given.
    pub fn hold(&mut self, of: Option<HoldId>, show: Option<ShowId>, oracle: &Oracle) -> Proposal {
        let user = match of.and_then(|hold| oracle.holds.get(&hold)) {
            Some(model) => model.hold.user.clone(),
            None => self.user(oracle),
        };
        let rng = &mut self.rng;
        let show = match (show, rng.below(200)) {
            (Some(show), _) => show,
            (None, 0) => ShowId::from("nowhere".to_owned()),
            (None, 1..8) => self.shows_old.pick(rng).unwrap_or(&self.shows[0]).clone(),
            (None, _) => rng.pick(&self.shows).clone(),
        };
        let active = oracle.active.get(&user).map(|hold| &oracle.holds[hold].hold);
        let show = match active {
            // A swap of seats is mostly within a show.
            Some(hold) if rng.per_mille(400) => hold.show.clone(),
            _ => show,
        };
        let want = match oracle.shows.get(&show) {
            Some(model) => want(rng, model, &user, oracle),
            None => Want::BestAvailable { quantity: 1, category: None },
        };
        let replace_active = rng.per_mille(if active.is_some() { 700 } else { 200 });
        let caller = if rng.per_mille(970) { buyer(&user) } else { anonymous(Role::Organizer) };
        if rng.per_mille(150) {
            let bookings_max = 1 + u32::try_from(rng.below(3)).expect("below three");
            let command = Command::HoldWithin { show, user, want, replace_active, bookings_max };
            return self.client(caller, command);
        }
        self.client(caller, Command::Hold { show, user, want, replace_active })
    }

    /// A user, rather one without a pending hold.
    fn user(&mut self, oracle: &Oracle) -> UserId {
        let mut user = self.rng.pick(&self.users);
        for _ in 0..3 {
            if oracle.active.contains_key(user) && self.rng.per_mille(400) {
                user = self.rng.pick(&self.users);
            }
        }
        user.clone()
    }

    /// What is asked of a hold that was made.
    pub fn about_hold(&mut self, kind: Kind, of: Option<HoldId>, oracle: &Oracle) -> Proposal {
        let hold = of.or_else(|| self.some_hold(oracle)).unwrap_or(HoldId(7));
        let owner = oracle.holds.get(&hold).map(|model| model.hold.user.clone());
        let caller = self.caller_for(owner.as_ref());
        let command = match kind {
            Kind::Extend => {
                let ttl = match oracle.holds.get(&hold) {
                    // To the very millisecond that it ends anyway, or one beside it.
                    Some(model) if self.rng.per_mille(200) => {
                        let rest = model.hold.expires_at.since(oracle.now).0;
                        Millis((rest + self.rng.below(3)).max(2) - 1)
                    }
                    _ => Millis(*self.rng.pick(&[1, SECOND, MINUTE, 5 * MINUTE, 2 * HOUR])),
                };
                Command::Extend { hold, ttl }
            }
            Kind::Release => Command::Release { hold },
            Kind::Confirm => {
                let email = self.rng.per_mille(500).then(|| "a@b.c".to_owned());
                let command = Command::Confirm { hold, reference: self.name("till-"), email };
                return self.client(anonymous(Role::Organizer), command);
            }
            _ => Command::OpenPayment(Box::new(NewPayment {
                hold,
                gateway: "sandbox".to_owned(),
                email: "a@b.c".to_owned(),
                success_url: "https://example.com/paid".to_owned(),
                cancel_url: "https://example.com/not".to_owned(),
                customer: None,
            })),
        };
        self.client(caller, command)
    }

    /// A pending hold, or one that ended.
    fn some_hold(&mut self, oracle: &Oracle) -> Option<HoldId> {
        for _ in 0..4 {
            if let Some(hold) = oracle.active.get(self.rng.pick(&self.users))
                && self.rng.per_mille(900)
            {
                return Some(*hold);
            }
        }
        self.holds.pick(&mut self.rng).copied()
    }

    /// The owner, mostly; an organizer; a stranger.
    pub fn caller_for(&mut self, owner: Option<&UserId>) -> Caller {
        let rng = &mut self.rng;
        match (rng.below(40), owner) {
            (0..34, Some(owner)) => buyer(owner),
            (34, Some(owner)) => Caller { user: Some(owner.clone()), role: Role::Operator },
            (35..37, _) => anonymous(*rng.pick(&[Role::Organizer, Role::Operator])),
            (37, _) => anonymous(Role::Buyer),
            _ => buyer(rng.pick(&self.users)),
        }
    }

    /// Cancels a booking or seats of it, or asks for its e-mail again.
    pub fn about_booking(&mut self, kind: Kind, oracle: &Oracle) -> Proposal {
        let rng = &mut self.rng;
        let id = self.bookings.pick(rng).copied().filter(|_| rng.per_mille(980));
        let booking = id.and_then(|id| oracle.bookings.get(&id)).map(|model| &model.booking);
        let id = id.unwrap_or(BookingId(7));
        if kind == Kind::Resend {
            let user = booking.map(|booking| booking.user.clone());
            let caller = self.caller_for(user.as_ref());
            return self.client(caller, Command::Resend { booking: id });
        }
        let hall = booking.and_then(|booking| oracle.shows[&booking.show].hall.clone());
        let seats = match (booking, hall) {
            (Some(booking), Some(hall)) if rng.per_mille(600) => {
                let mut seats = BTreeSet::new();
                for line in &booking.seats {
                    if rng.per_mille(500) {
                        seats.insert(hall.seats[line.seat.0 as usize].id.clone());
                    }
                }
                if seats.is_empty() || rng.per_mille(50) {
                    seats.insert(rng.pick(&hall.seats).id.clone());
                }
                if rng.per_mille(20) {
                    seats.insert(SeatId("no-such-seat".to_owned()));
                }
                Some(seats)
            }
            _ => None,
        };
        self.client(anonymous(Role::Organizer), Command::CancelBooking { booking: id, seats })
    }

    /// Blocks or unblocks a few seats.
    pub fn block(&mut self, oracle: &Oracle) -> Proposal {
        let rng = &mut self.rng;
        let show = match (rng.below(40), self.shows_old.pick(rng)) {
            (0, _) => ShowId::from("nowhere".to_owned()),
            (1..4, Some(old)) => old.clone(),
            _ => rng.pick(&self.shows).clone(),
        };
        let block = rng.per_mille(450);
        let seats = match oracle.shows.get(&show) {
            Some(model) => {
                let likely = if block { Slot::Free } else { Slot::Blocked };
                seats_like(rng, model, u32::MAX, |_, slot| slot == likely)
            }
            None => BTreeSet::from([SeatId("a0".to_owned())]),
        };
        let command =
            if block { Command::Block { show, seats } } else { Command::Unblock { show, seats } };
        self.client(anonymous(Role::Organizer), command)
    }

    /// Changes a show, now and then to a sale that opens or closes very soon.
    pub fn patch(&mut self, oracle: &Oracle) -> Proposal {
        let now = oracle.now;
        let rng = &mut self.rng;
        let show = match (rng.below(40), self.shows_old.pick(rng)) {
            (0, _) => ShowId::from("nowhere".to_owned()),
            (1..4, Some(old)) => old.clone(),
            _ => rng.pick(&self.shows).clone(),
        };
        let mut patch = ShowPatch::default();
        if let Some(model) = oracle.shows.get(&show) {
            match rng.below(4) {
                0 => patch.name = Some("renamed".to_owned()),
                1 => patch.policy = Some(policy(rng)),
                2 => {
                    let (category, price) =
                        model.info.prices.iter().next().expect("a show has prices");
                    let price = Amount(price.0 + rng.range(1, 500));
                    patch.prices = Some(BTreeMap::from([(category.clone(), price)]));
                }
                _ => patch.sale = Some(sale(rng, now)),
            }
        }
        let command = Command::PatchShow { show, patch: Box::new(patch) };
        self.client(anonymous(Role::Organizer), command)
    }

    /// Cancels a show.
    pub fn cancel_show(&mut self) -> Proposal {
        let rng = &mut self.rng;
        let show = match (rng.below(20), self.shows_old.pick(rng)) {
            (0, _) => ShowId::from("nowhere".to_owned()),
            (1..8, Some(old)) => old.clone(),
            _ => rng.pick(&self.shows).clone(),
        };
        self.client(anonymous(Role::Organizer), Command::CancelShow { show })
    }

    /// A new show. With a new hall this is the first of several commands.
    pub fn create_show(&mut self, oracle: &Oracle) -> Proposal {
        let hall = self.hall(oracle);
        let new = self.new_show(hall.as_ref(), oracle);
        self.script.push_back(Command::CreateShow(Box::new(new)));
        let first = self.script.pop_front().expect("one was just put there");
        self.client(anonymous(Role::Organizer), first)
    }

    fn hall(&mut self, oracle: &Oracle) -> Option<Rc<Hall>> {
        let rng = &mut self.rng;
        match rng.below(10) {
            0 => None,
            1..6 if !self.halls.all().is_empty() => self.halls.pick(rng).cloned(),
            _ => {
                let hall = Rc::new(Hall::random(rng));
                assert!(!oracle.maps.contains_key(&hall.hash), "a hash is random");
                self.halls.push(Rc::clone(&hall));
                self.upload(&hall);
                Some(hall)
            }
        }
    }

    /// Sends a map's parts in any order, some twice and rarely one not at all, then completes it.
    fn upload(&mut self, hall: &Hall) {
        let rng = &mut self.rng;
        let mut parts: Vec<u32> = (0..hall.header.parts).collect();
        parts.extend((0..hall.header.parts).filter(|_| rng.per_mille(100)));
        for at in (1..parts.len()).rev() {
            parts.swap(at, rng.index(at + 1));
        }
        if rng.per_mille(50) {
            parts.pop();
        }
        let hash = hall.hash;
        let part = |part: u32| Command::MapPart { hash, part, items: hall.part(part) };
        self.script.extend(parts.into_iter().map(part));
        self.script.push_back(Command::MapDone { hash, header: hall.header.clone() });
    }

    /// A map that is stored already, or one half-sent, again.
    pub fn map_again(&mut self) -> Proposal {
        let Some(hall) = self.halls.pick(&mut self.rng).cloned() else {
            return self.own(Command::Tick);
        };
        self.upload(&hall);
        let first = self.script.pop_front().expect("an upload has commands");
        self.client(anonymous(Role::Organizer), first)
    }

    fn new_show(&mut self, hall: Option<&Rc<Hall>>, oracle: &Oracle) -> NewShow {
        let id = match self.rng.below(30) {
            0 => Some(self.shows_old.pick(&mut self.rng).cloned()).flatten(),
            1..20 => Some(ShowId::from(self.name("show-"))),
            _ => None,
        };
        let rng = &mut self.rng;
        let free = rng.per_mille(60);
        let price = |rng: &mut Rng| {
            Amount(if free || rng.per_mille(60) { 0 } else { rng.range(1, 20_000) })
        };
        let names = CATEGORIES.iter().filter(|_| rng.per_mille(997)).collect::<Vec<_>>();
        let prices = names.into_iter().map(|name| ((*name).to_owned(), price(rng))).collect();
        let areas = (0..rng.below(3)).map(|n| AreaInfo {
            id: AreaId(format!("{}{n}", ["standing", "arena"][usize::from(n == 1)])),
            name: "Standing".to_owned(),
            category: (*rng.pick(&CATEGORIES)).to_owned(),
            capacity: u32::try_from(rng.range(1, 30)).expect("at most 30"),
        });
        let mut areas: Vec<AreaInfo> = areas.collect();
        if rng.per_mille(10) && !areas.is_empty() {
            areas.push(areas[0].clone());
        }
        let mut seat_map = hall.map(|hall| hall.hash);
        if rng.per_mille(10) {
            seat_map = Some(usher::seats::MapHash([9; 32]));
        }
        NewShow {
            id,
            name: "Hamlet".to_owned(),
            venue: "Old Mill Theatre".to_owned(),
            starts_at: oracle.now.plus(Millis(rng.range(HOUR, 48 * HOUR))),
            description: String::new(),
            media: Vec::new(),
            currency: Currency::parse(rng.pick::<&str>(&["EUR", "USD", "JPY"]))
                .expect("three letters"),
            prices,
            sale: sale(rng, oracle.now),
            policy: policy(rng),
            seat_map,
            areas,
        }
    }
}

fn sale(rng: &mut Rng, now: Millis) -> Sale {
    let soon = |rng: &mut Rng, lengths: &[u64]| {
        let length = *rng.pick(lengths);
        Some(now.plus(Millis(rng.below(length))))
    };
    let opens_at = if rng.per_mille(700) { None } else { soon(rng, &[10, 5 * SECOND, 2 * MINUTE]) };
    let closes_at =
        if rng.per_mille(500) { None } else { soon(rng, &[MINUTE, 30 * MINUTE, 12 * HOUR]) };
    Sale { opens_at, closes_at }
}

fn policy(rng: &mut Rng) -> Policy {
    let ttl = *rng.pick(&[SECOND, 30 * SECOND, MINUTE, 10 * MINUTE, 10 * MINUTE, 2 * HOUR]);
    Policy {
        hold_ttl: Millis(ttl),
        hold_total_max: Millis(ttl * rng.range(1, 3)),
        seats_per_hold_max: *rng.pick(&[1, 2, 4, 10, 10, 10]),
        prevent_orphans: rng.per_mille(400),
    }
}

fn want(rng: &mut Rng, show: &ShowModel, user: &UserId, oracle: &Oracle) -> Want {
    // Mostly what a hold may have, sometimes whatever comes.
    let limit = if rng.per_mille(900) { show.info.policy.seats_per_hold_max } else { u32::MAX };
    if show.hall.is_some() && rng.per_mille(300) || rng.per_mille(5) {
        let category = match rng.below(100) {
            0 => Some("Moon".to_owned()),
            1..60 => Some((*rng.pick(&CATEGORIES)).to_owned()),
            _ => None,
        };
        let quantity = (*rng.pick(&[1, 1, 2, 2, 2, 3, 4, 6, 11])).min(limit);
        return Want::BestAvailable { quantity, category };
    }
    let own = oracle.active.get(user).copied();
    let likely = |_: usize, slot: Slot| match slot {
        Slot::Held(hold) => Some(hold) == own,
        Slot::Free => true,
        Slot::Booked(_) | Slot::Blocked => false,
    };
    let mut areas = BTreeMap::new();
    for (area, taken) in show.info.areas.iter().zip(&show.taken) {
        if rng.per_mille(if show.hall.is_some() { 150 } else { 700 }) {
            let left = area.capacity - taken;
            let quantity = *rng.pick(&[1, 1, 2, 3, left, left + 1]);
            areas.insert(area.id.clone(), quantity.clamp(1, limit));
        }
    }
    if rng.per_mille(4) {
        areas.insert(AreaId("nowhere".to_owned()), 1);
    }
    let alone = !areas.is_empty() && (limit < 3 || rng.per_mille(500));
    let mut seats = if alone { BTreeSet::new() } else { seats_like(rng, show, limit, likely) };
    if rng.per_mille(4) || (seats.is_empty() && areas.is_empty()) {
        seats.insert(SeatId("no-such-seat".to_owned()));
    }
    Want::Named { seats, areas }
}

/// One to a few seats of a show, mostly side by side, mostly of a likely kind.
fn seats_like(
    rng: &mut Rng,
    show: &ShowModel,
    limit: u32,
    likely: impl Fn(usize, Slot) -> bool,
) -> BTreeSet<SeatId> {
    let Some(hall) = show.hall.as_deref() else {
        return BTreeSet::from([SeatId("no-such-seat".to_owned())]);
    };
    let fussy = rng.per_mille(850);
    let good = |seat: usize| !fussy || likely(seat, show.seats[seat]);
    let mut seat = rng.index(hall.seats.len());
    for _ in 0..hall.seats.len() {
        if good(seat) {
            break;
        }
        seat = (seat + 1) % hall.seats.len();
    }
    let mut seats = BTreeSet::from([hall.seats[seat].id.clone()]);
    for _ in 1..*rng.pick(&[1, 1, 2, 2, 2, 3, 3, 4, 5, 11]) {
        let next = if rng.per_mille(850) { hall.seats[seat].right } else { None };
        let next = next.unwrap_or_else(|| rng.index(hall.seats.len()));
        if (good(next) || rng.per_mille(100)) && seats.len() < limit as usize {
            seats.insert(hall.seats[next].id.clone());
        }
        seat = next;
    }
    seats
}
