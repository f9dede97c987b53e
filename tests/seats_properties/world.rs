//! Carries steps out and holds the state against what it must be.

use std::collections::BTreeMap;

use usher::seats::{
    Amount, BookingId, Caller, Command, Fresh, GatewayEvent, GatewayEventKind, HoldId, Key, Millis,
    OutboxId, Outcome, PaymentId, Proposal, RefundId, Role, Row, RowKey, State, UserId,
};

use super::make::{
    caller, currency, delivery, header, items, map_hash, new_payment, new_show, patch, seat_ids,
    show_id, want,
};
use super::steps::{Ask, Step};

/// Carries steps out, and holds the state against what it must be.
pub struct World {
    pub state: State,
    disk: BTreeMap<RowKey, Row>,
    pub at: u64,
    count: u128,
}

impl World {
    /// A hall with its show, so that most steps have something to act on.
    pub fn new() -> World {
        let (state, disk) = (State::new(3), BTreeMap::new());
        let mut world = World { state, disk, at: 1_000, count: 1_000 };
        let set_up = [
            Ask::Part { hash: 0, part: 0, seats: 24 },
            Ask::Done { hash: 0, parts: 1 },
            Ask::Show {
                id: 0,
                map: Some(0),
                prices: 3,
                areas: 2,
                policy: (3000, 9000, 6, false),
                sale: (0, 8),
            },
            Ask::Show {
                id: 1,
                map: Some(0),
                prices: 3,
                areas: 1,
                policy: (1500, 2900, 4, true),
                sale: (0, 8),
            },
        ];
        for ask in set_up {
            let set_up = Step {
                dt: 0,
                backwards: false,
                who: 7,
                stranger: true,
                key: None,
                fresh: None,
                ask,
            };
            let outcome = world.carry_out(&set_up);
            assert!(outcome.result.is_ok(), "{outcome:?}");
        }
        world
    }

    pub fn carry_out(&mut self, step: &Step) -> Outcome {
        self.at += step.dt;
        let at = if step.backwards { self.at / 2 } else { self.at };
        let proposal = self.proposal(step);
        let before = self.state.now();
        let mut twin = State::load(self.state.rows()).expect("rows of a sound state load");
        let foretold = self.state.refusal(Millis(at), &proposal.command);
        let outcome = self.state.apply(Millis(at), &proposal);
        if let Some(refusal) = foretold
            && proposal.key.is_none()
        {
            assert_eq!(outcome.result, Err(refusal), "as was foretold of {proposal:?}");
        }
        assert!(self.state.now() >= before, "log time never runs back");
        assert!(outcome.at <= self.state.now(), "nothing is decided in the future");
        assert_eq!(self.state.check(), Vec::<String>::new(), "after {proposal:?}");
        self.replay_dirty();
        // A node that was restarted from its rows decides and ends alike.
        assert_eq!(twin.apply(Millis(at), &proposal), outcome, "after {proposal:?}");
        assert_eq!(twin.next_deadline(), self.state.next_deadline());
        assert!(twin.rows().eq(self.state.rows()), "after {proposal:?}");
        outcome
    }

    fn replay_dirty(&mut self) {
        for change in self.state.take_dirty() {
            match change.row {
                Some(row) => {
                    assert_eq!(row.key(), change.key);
                    self.disk.insert(change.key, row);
                }
                None => _ = self.disk.remove(&change.key),
            }
        }
        assert!(self.disk.values().cloned().eq(self.state.rows()), "dirty rows are complete");
    }

    pub fn proposal(&mut self, step: &Step) -> Proposal {
        self.count += 1;
        let fresh = step.fresh.map_or(self.count << 64, u128::from);
        let key = step.key.map(|key| Key {
            text: format!("key-{key}").into(),
            fingerprint: if key % 5 == 0 { self.count } else { 0 },
            made_by_node: key > 8,
        });
        let command = self.command(step);
        let owner = self.owner(&command).filter(|_| !step.stranger).cloned();
        let caller = match owner {
            Some(user) => Caller { user: Some(user), role: Role::Buyer },
            None => caller(step.who),
        };
        Proposal { caller, key, fresh: Fresh(fresh), command }
    }

    fn command(&self, step: &Step) -> Command {
        let state = &self.state;
        match &step.ask {
            Ask::Tick => Command::Tick,
            Ask::Part { hash, part, seats } => {
                Command::MapPart { hash: map_hash(*hash), part: *part, items: items(*seats) }
            }
            Ask::Done { hash, parts } => {
                Command::MapDone { hash: map_hash(*hash), header: header(*parts) }
            }
            Ask::Show { .. } => Command::CreateShow(Box::new(new_show(&step.ask))),
            Ask::Patch { id, price, ttl, closes } => Command::PatchShow {
                show: show_id(*id),
                patch: Box::new(patch(*price, *ttl, *closes)),
            },
            Ask::CancelShow(id) => Command::CancelShow { show: show_id(*id) },
            Ask::Block(show, seats, true) => {
                Command::Block { show: show_id(*show), seats: seat_ids(seats) }
            }
            Ask::Block(show, seats, false) => {
                Command::Unblock { show: show_id(*show), seats: seat_ids(seats) }
            }
            Ask::Hold { show, seats, areas, best, replace } => Command::Hold {
                show: show_id(*show),
                user: UserId::from(format!("user-{}", step.who)),
                want: want(seats, areas, *best),
                replace_active: *replace,
            },
            Ask::Extend(n, ttl) => Command::Extend { hold: self.hold(*n), ttl: Millis(*ttl) },
            Ask::Release(n) => Command::Release { hold: self.hold(*n) },
            Ask::Confirm(n, mail) => Command::Confirm {
                hold: self.hold(*n),
                reference: "till".to_owned(),
                email: mail.then(|| "a@example.com".to_owned()),
            },
            Ask::Pay(n) => Command::OpenPayment(Box::new(new_payment(self.hold(*n)))),
            Ask::Opened(n, reference) => Command::Opened {
                payment: self.payment(*n),
                reference: format!("sbx-{reference}"),
                redirect_url: "https://pay.example".to_owned(),
            },
            Ask::CancelPayment(n) => Command::CancelPayment { payment: self.payment(*n) },
            Ask::Event { .. } => Command::GatewayEvent(Box::new(self.event(&step.ask))),
            Ask::CancelBooking(n, seats) => Command::CancelBooking {
                booking: self.booking(*n),
                seats: seats.as_ref().map(|seats| seat_ids(seats)),
            },
            Ask::Resend(n) => Command::Resend { booking: self.booking(*n) },
            Ask::Retry(n) => {
                let refund = pick(state.refunds().map(|refund| refund.id), *n);
                Command::RetryRefund { refund: refund.unwrap_or(RefundId(5)) }
            }
            Ask::Settle(n, how) => {
                let row = pick(state.outbox().map(|row| row.id), *n);
                Command::Settle { row: row.unwrap_or(OutboxId(5)), delivery: delivery(*how) }
            }
        }
    }

    /// Whose is what a buyer's command is about.
    fn owner(&self, command: &Command) -> Option<&UserId> {
        let hold = |id: HoldId| self.state.hold(id).map(|hold| &hold.user);
        match command {
            Command::Extend { hold: id, .. } | Command::Release { hold: id } => hold(*id),
            Command::OpenPayment(new) => hold(new.hold),
            Command::CancelPayment { payment } => self.state.payment(*payment).map(|p| &p.user),
            Command::Resend { booking } => self.state.booking(*booking).map(|b| &b.user),
            _ => None,
        }
    }

    fn event(&self, ask: &Ask) -> GatewayEvent {
        let Ask::Event { id, payment, kind, amount, usd } = ask else {
            unreachable!("only events are asked for here")
        };
        let payment = self.payment(*payment);
        let known = self.state.payment(payment);
        let reference = known.and_then(|known| known.reference.clone()).filter(|_| *id % 8 > 0);
        GatewayEvent {
            gateway: "sandbox".to_owned(),
            event: format!("event-{id}"),
            payment: (*id % 16 > 0).then_some(payment),
            reference: reference.unwrap_or_else(|| "sbx-0".to_owned()),
            kind: match kind {
                0..=2 => GatewayEventKind::Succeeded,
                3 => GatewayEventKind::Declined,
                4 => GatewayEventKind::Failed,
                _ => GatewayEventKind::Expired,
            },
            amount: amount.map(Amount).or(known.map(|known| known.amount)).unwrap_or_default(),
            currency: currency(if *usd { "USD" } else { "EUR" }),
        }
    }

    /// The n-th latest, so that what just came is picked often.
    fn hold(&self, n: u8) -> HoldId {
        pick(self.state.holds().map(|hold| hold.id), n).unwrap_or(HoldId(5))
    }

    fn payment(&self, n: u8) -> PaymentId {
        pick(self.state.payments().map(|payment| payment.id), n).unwrap_or(PaymentId(5))
    }

    fn booking(&self, n: u8) -> BookingId {
        pick(self.state.bookings().map(|booking| booking.id), n).unwrap_or(BookingId(5))
    }
}

fn pick<T>(things: impl DoubleEndedIterator<Item = T>, n: u8) -> Option<T> {
    things.rev().nth(usize::from(n % 16).saturating_sub(8))
}
