//! What callers, gateways and workers ask of the core, drawn from a seed. Times, targets and
//! quantities lean towards boundaries: that is where the defects are.

use std::collections::VecDeque;
use std::rc::Rc;

use usher::seats::{
    BookingId, Caller, Command, Fresh, GatewayEvent, HoldId, Key, Millis, OutboxId, Outcome,
    PaymentId, Proposal, Receipt, RefundId, Role, ShowId, State, UserId,
};

use crate::hall::Hall;
use crate::oracle::{DAY, HOUR, MINUTE, MONTH, Oracle, SECOND, Scope};
use crate::rng::{Recent, Rng};

/// Buyers. Few enough to meet one another, many enough to fill a hall.
const USERS: usize = 150;
/// Shows on sale at a time.
const SHOWS_LIVE: usize = 12;
/// Now and then somebody sends so many requests at once, which is more than may be remembered.
const FLOOD: u64 = 12_000;
/// Steps between two floods.
const FLOOD_EVERY: u64 = 200_000;
/// Beyond so many rows workers hurry.
const OUTBOX_FULL: usize = 80;
/// When the simulated cluster was made: 2026-01-01.
const BEGIN: u64 = 1_767_225_600_000;

/// Draws proposals.
pub struct Generator {
    pub rng: Rng,
    /// The leader's clock. It drifts, jumps and is sometimes set back.
    wall: u64,
    serial: u64,
    pub users: Vec<UserId>,
    pub halls: Recent<Rc<Hall>>,
    pub shows: Vec<ShowId>,
    pub shows_old: Recent<ShowId>,
    /// Commands that belong together, in order.
    pub script: VecDeque<Command>,
    pub holds: Recent<HoldId>,
    pub payments: Recent<PaymentId>,
    pub bookings: Recent<BookingId>,
    pub refunds: Recent<RefundId>,
    pub events: Recent<GatewayEvent>,
    pub rows: Recent<OutboxId>,
    said: Recent<Proposal>,
    said_long_ago: Recent<Proposal>,
    /// What the present time is a boundary of.
    focus: Option<Focus>,
    outbox_len: usize,
    /// Requests that a user out of control still sends.
    flood: u64,
}

/// Something that ends or begins just now.
#[derive(Clone, Debug)]
enum Focus {
    Hold(HoldId),
    Show(ShowId),
    Said(Box<Proposal>),
}

/// Kinds of what may be asked, for drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Hold,
    Extend,
    Release,
    Confirm,
    OpenPayment,
    Opened,
    CancelPayment,
    Event,
    CancelBooking,
    Resend,
    RetryRefund,
    Settle,
    Block,
    Patch,
    Create,
    CancelShow,
    Map,
    Tick,
    Operator,
    Again,
}

const WEIGHTS: [(u64, Kind); 20] = [
    (3000, Kind::Hold),
    (500, Kind::Extend),
    (500, Kind::Release),
    (500, Kind::Confirm),
    (1300, Kind::OpenPayment),
    (600, Kind::Opened),
    (200, Kind::CancelPayment),
    (1500, Kind::Event),
    (400, Kind::CancelBooking),
    (100, Kind::Resend),
    (100, Kind::RetryRefund),
    (1000, Kind::Settle),
    (200, Kind::Block),
    (60, Kind::Patch),
    (10, Kind::Create),
    (6, Kind::CancelShow),
    (10, Kind::Map),
    (300, Kind::Tick),
    (6, Kind::Operator),
    (900, Kind::Again),
];

impl Generator {
    /// A generator whose proposals depend on the seed and on what it hears alone.
    pub fn new(seed: u64) -> Generator {
        let mut users: Vec<UserId> = (0..USERS).map(|n| UserId::from(format!("u{n}"))).collect();
        // People may be called anything, also what roles are called.
        users.extend(["organizer", "Organizer", "operator", "buyer", ""].map(UserId::from));
        Generator {
            rng: Rng::new(seed),
            wall: BEGIN,
            serial: 0,
            users,
            halls: Recent::new(24),
            shows: Vec::new(),
            shows_old: Recent::new(16),
            script: VecDeque::new(),
            holds: Recent::new(1024),
            payments: Recent::new(96),
            bookings: Recent::new(96),
            refunds: Recent::new(64),
            events: Recent::new(96),
            rows: Recent::new(32),
            said: Recent::new(128),
            said_long_ago: Recent::new(256),
            focus: None,
            outbox_len: 0,
            flood: 0,
        }
    }

    /// The next proposal with the stamp of its entry.
    pub fn next(&mut self, oracle: &Oracle, state: &State) -> (Millis, Proposal) {
        self.serial += 1;
        if self.flood > 0 {
            self.flood -= 1;
            let proposal =
                self.client(buyer(&UserId::from("bot")), Command::Release { hold: HoldId(7) });
            return (Millis(self.wall), proposal);
        }
        if self.serial % FLOOD_EVERY == FLOOD_EVERY / 2 {
            self.flood = FLOOD;
        }
        let at = self.stamp(oracle);
        if self.serial.is_multiple_of(64) {
            self.outbox_len = state.outbox().count();
        }
        if let Some(command) = self.script.pop_front() {
            let proposal = self.client(anonymous(Role::Organizer), command);
            return (at, proposal);
        }
        let proposal = match self.focus.take() {
            Some(Focus::Said(said)) => self.again(&said, oracle),
            Some(Focus::Hold(hold)) if self.rng.per_mille(800) => {
                let kind = *self.rng.pick(&[
                    Kind::Extend,
                    Kind::Release,
                    Kind::Confirm,
                    Kind::OpenPayment,
                    Kind::Event,
                    Kind::Hold,
                ]);
                self.of_kind(kind, Some(hold), None, oracle, state)
            }
            Some(Focus::Show(show)) => self.of_kind(Kind::Hold, None, Some(show), oracle, state),
            Some(Focus::Hold(_)) | None => {
                let kind = self.kind(oracle);
                self.of_kind(kind, None, None, oracle, state)
            }
        };
        (at, proposal)
    }

    /// Learns ids from an answer.
    pub fn heard(&mut self, proposal: &Proposal, outcome: &Outcome) {
        if proposal.key.is_some() && !outcome.replayed {
            self.said.push(proposal.clone());
            if self.serial.is_multiple_of(16) {
                self.said_long_ago.push(proposal.clone());
            }
        }
        match &outcome.result {
            Ok(Receipt::Hold(hold)) => self.holds.push(hold.id),
            Ok(Receipt::Payment(payment)) => {
                if matches!(proposal.command, Command::OpenPayment(_)) {
                    self.payments.push(payment.id);
                }
                if let Some(booking) = payment.booking {
                    self.bookings.push(booking);
                }
                if let Some(refund) = payment.refund {
                    self.refunds.push(refund);
                }
            }
            Ok(Receipt::Booking(booking)) => self.bookings.push(booking.id),
            Ok(Receipt::Refund(refund)) => self.refunds.push(refund.id),
            Ok(Receipt::Show(view)) if matches!(proposal.command, Command::CreateShow(_)) => {
                self.shows.push(view.info.id.clone());
            }
            _ => {}
        }
        if let Command::GatewayEvent(event) = &proposal.command {
            self.events.push((**event).clone());
        }
        if let Command::Settle { row, .. } = &proposal.command {
            self.rows.push(*row);
        }
    }

    fn kind(&mut self, oracle: &Oracle) -> Kind {
        let now = oracle.now;
        let done = |show: &ShowId| {
            let model = &oracle.shows[show];
            model.info.cancellation.is_some()
                || model.closes_at().plus(Millis(HOUR)) < now
                || model.available() * 8 < model.seats.len() as u64
        };
        let at = self.rng.index(self.shows.len().max(1));
        if self.shows.get(at).is_some_and(|show| done(show) || self.serial.is_multiple_of(2048)) {
            let old = self.shows.swap_remove(at);
            self.shows_old.push(old);
        }
        if self.shows.len() < SHOWS_LIVE {
            return Kind::Create;
        }
        if self.outbox_len > OUTBOX_FULL && self.rng.per_mille(600) {
            return Kind::Settle;
        }
        self.rng.weighted(&WEIGHTS)
    }

    fn of_kind(
        &mut self,
        kind: Kind,
        hold: Option<HoldId>,
        show: Option<ShowId>,
        oracle: &Oracle,
        state: &State,
    ) -> Proposal {
        match kind {
            Kind::Hold => self.hold(hold, show, oracle),
            Kind::Extend | Kind::Release | Kind::Confirm | Kind::OpenPayment => {
                self.about_hold(kind, hold, oracle)
            }
            Kind::Opened | Kind::CancelPayment => self.about_payment(kind, oracle),
            Kind::Event => self.event(hold, oracle),
            Kind::CancelBooking | Kind::Resend => self.about_booking(kind, oracle),
            Kind::RetryRefund => self.retry_refund(oracle),
            Kind::Settle => self.settle(oracle, state),
            Kind::Block => self.block(oracle),
            Kind::Patch => self.patch(oracle),
            Kind::Create => self.create_show(oracle),
            Kind::CancelShow => self.cancel_show(),
            Kind::Map => self.map_again(),
            Kind::Tick => self.own(Command::Tick),
            Kind::Operator => {
                let number = self.rng.below(9);
                let level = u32::try_from(number).expect("below nine");
                let command = match self.rng.below(3) {
                    0 => Command::RaiseLevel { level },
                    1 => Command::RetireNode { node: number },
                    _ => Command::Mark,
                };
                self.own(command)
            }
            Kind::Again => {
                let from = if self.rng.per_mille(700) { &self.said } else { &self.said_long_ago };
                match from.pick(&mut self.rng).cloned() {
                    Some(said) => self.again(&said, oracle),
                    None => self.own(Command::Tick),
                }
            }
        }
    }

    /// The same request again, or another under its key, or under the same key another caller's.
    fn again(&mut self, said: &Proposal, oracle: &Oracle) -> Proposal {
        let mut proposal = said.clone();
        let key = proposal.key.as_mut().expect("only what has a key is said again");
        match self.rng.below(20) {
            0..14 => {}
            14..17 => key.fingerprint ^= 1,
            17 => {
                key.fingerprint ^= 2;
                proposal.command = Command::Release { hold: HoldId(0) };
            }
            _ => {
                proposal.caller.user = Some(self.rng.pick(&self.users).clone());
                // A hold is for whoever asks.
                if let (
                    Command::Hold { user, .. } | Command::HoldWithin { user, .. },
                    Some(caller),
                ) = (&mut proposal.command, &proposal.caller.user)
                {
                    user.clone_from(caller);
                }
            }
        }
        let key = proposal.key.as_ref().expect("it was there");
        let kept = oracle.keys.get(&(Scope::of(&proposal.caller), key.text.to_string()));
        let sure = kept.is_some_and(|kept| oracle.now.0.max(self.wall) < kept.until.0);
        // A node that takes the request again draws a new id; a frame sent twice carries the old
        // one.
        if !sure || self.rng.per_mille(500) {
            proposal.fresh = self.fresh();
        }
        proposal
    }

    /// A command of the cluster's own.
    pub fn own(&mut self, command: Command) -> Proposal {
        let caller = anonymous(Role::Operator);
        Proposal { caller, key: None, fresh: self.fresh(), command }
    }

    /// A client's request, nearly always with a key: the client's or the node's.
    pub fn client(&mut self, caller: Caller, command: Command) -> Proposal {
        let key = Key {
            text: format!("k{}", self.serial).into(),
            fingerprint: u128::from(self.rng.next()),
            made_by_node: self.rng.per_mille(350),
        };
        let key = self.rng.per_mille(980).then_some(key);
        Proposal { caller, key, fresh: self.fresh(), command }
    }

    /// A UUID of version 7 of the leader's clock.
    fn fresh(&mut self) -> Fresh {
        let high = (u128::from(self.wall) << 16) | 0x7000 | u128::from(self.rng.below(0x1000));
        let low = (0b10 << 62) | (self.rng.next() >> 2);
        Fresh((high << 64) | u128::from(low))
    }

    /// A name that was not drawn before.
    pub fn name(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.serial)
    }

    /// The leader's stamp for the next entry.
    fn stamp(&mut self, oracle: &Oracle) -> Millis {
        self.focus = None;
        let rng = &mut self.rng;
        match rng.below(10_000) {
            4200..7000 => self.wall += rng.below(50),
            7000..8300 => self.wall += rng.below(SECOND / 2),
            8300..9300 => self.visit_boundary(oracle),
            9300..9800 => {
                // A new leader's clock lags the old one's.
                let back = *rng.pick(&[1, SECOND, MINUTE, HOUR, DAY]);
                return Millis(self.wall - rng.range(1, back));
            }
            9800..9830 => self.wall += rng.below(2 * MINUTE),
            9830..9833 => self.wall += rng.below(HOUR),
            9833 => self.wall += rng.below(20 * HOUR),
            9834 if rng.per_mille(20) => self.wall += rng.below(2 * MONTH),
            // Most often the clock stands: a batch has one stamp.
            _ => {}
        }
        Millis(self.wall)
    }

    /// Sets the clock to a moment when something ends or begins, or a millisecond beside it.
    fn visit_boundary(&mut self, oracle: &Oracle) {
        let Some((at, focus)) = self.boundary(oracle) else { return };
        let at = (at.0 + self.rng.below(3)).saturating_sub(1);
        let far = at.saturating_sub(oracle.now.0);
        // Far boundaries are worth a visit, but not each time: on the way all else expires.
        let worth = match far {
            0..10_000 => 1000,
            10_000..MINUTE => 300,
            MINUTE..HOUR => 50,
            HOUR..=DAY => 4,
            _ => 1,
        };
        if at >= oracle.now.0 && self.rng.per_mille(worth) {
            self.wall = at;
            self.focus = focus;
        }
    }

    fn boundary(&mut self, oracle: &Oracle) -> Option<(Millis, Option<Focus>)> {
        let rng = &mut self.rng;
        match rng.below(10) {
            0..4 => {
                let (at, hold) = oracle.deadlines.first()?;
                Some((*at, Some(Focus::Hold(*hold))))
            }
            4 => {
                let (at, show) = oracle.boundaries.first()?;
                Some((*at, Some(Focus::Show(show.clone()))))
            }
            5 | 6 => {
                let said = self.said.pick(rng)?.clone();
                end_of(oracle, said)
            }
            7 => {
                let said = self.said_long_ago.pick(rng)?.clone();
                end_of(oracle, said)
            }
            _ => {
                // The nearest of a few that ended: a long way there lets all else expire.
                let some: Vec<HoldId> =
                    (0..16).filter_map(|_| self.holds.pick(rng).copied()).collect();
                let forgotten = some.into_iter().filter_map(|id| {
                    let model = oracle.holds.get(&id)?;
                    let kept = if model.paid_ever { MONTH } else { HOUR };
                    let ended = model.hold.ended_at.unwrap_or(model.hold.expires_at);
                    Some((ended.plus(Millis(kept)), id))
                });
                let (at, id) = forgotten.filter(|(at, _)| *at > oracle.now).min()?;
                Some((at, Some(Focus::Hold(id))))
            }
        }
    }
}

/// When a key that was used may be forgotten.
fn end_of(oracle: &Oracle, said: Proposal) -> Option<(Millis, Option<Focus>)> {
    let key = said.key.as_ref()?;
    let kept = oracle.keys.get(&(Scope::of(&said.caller), key.text.to_string()))?;
    Some((kept.until, Some(Focus::Said(Box::new(said)))))
}

/// A caller without a name.
pub fn anonymous(role: Role) -> Caller {
    Caller { user: None, role }
}

/// A buyer.
pub fn buyer(user: &UserId) -> Caller {
    Caller { user: Some(user.clone()), role: Role::Buyer }
}
