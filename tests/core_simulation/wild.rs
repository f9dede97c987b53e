//! Values that no honest client sends. Nothing is expected of the answers, but that there is one: a
//! panic in apply would take every voter down at the same entry.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use usher::seats::{
    Amount, AreaId, AreaInfo, BookingId, Caller, Category, Command, Currency, Delivery, Effect,
    Fresh, GatewayEvent, GatewayEventKind, HoldId, Key, MapHash, MapHeader, MapItem, MapRow,
    Millis, NewPayment, NewShow, OutboxId, PaymentId, Point, Policy, Proposal, RefundId, Role, Row,
    Sale, Seat, SeatId, ShowId, ShowPatch, State, Thousandths, UserId, Want, Zone,
};

use crate::rng::Rng;

/// Proposals of one seed.
const STEPS: u64 = 20_000;
/// Proposals between two looks at the whole.
const LOOK: u64 = 500;
const SEEDS: std::ops::Range<u64> = 0..8;

/// Whatever is proposed, apply answers, the books stay sound and the rows load again.
#[test]
fn nothing_that_is_proposed_panics() {
    for seed in SEEDS {
        let (mut wild, mut state) = (Wild { rng: Rng::new(seed), now: 0 }, State::new(1));
        for step in 0..STEPS {
            let (at, proposal) = wild.next(&state);
            let applied = catch_unwind(AssertUnwindSafe(|| state.apply(at, &proposal)));
            assert!(applied.is_ok(), "seed {seed}, step {step}, {at:?}: {proposal:?}");
            let next = catch_unwind(AssertUnwindSafe(|| {
                state.shows().for_each(|show| drop(state.view(show)));
                (state.next_deadline(), state.money())
            }));
            assert!(next.is_ok(), "seed {seed}, step {step}: reads after {proposal:?}");
            if step % LOOK == 0 {
                let violations = state.check();
                assert!(violations.is_empty(), "seed {seed}, step {step}: {violations:?}");
                let rows: Vec<Row> = state.rows().collect();
                let loaded = State::load(rows.iter().cloned());
                let loaded = loaded.unwrap_or_else(|why| panic!("seed {seed}, step {step}: {why}"));
                assert!(loaded.rows().eq(rows), "seed {seed}, step {step}: other rows when loaded");
            }
        }
    }
}

struct Wild {
    rng: Rng,
    now: u64,
}

impl Wild {
    fn next(&mut self, state: &State) -> (Millis, Proposal) {
        let rng = &mut self.rng;
        self.now = self.now.saturating_add(match rng.below(2000) {
            0 => 40 * 86_400_000,
            1..40 => rng.below(7_200_000),
            _ => rng.below(2000),
        });
        let at = match rng.below(200) {
            0 => 0,
            _ => self.now,
        };
        let caller = Caller {
            user: rng.per_mille(700).then(|| user(rng)),
            role: *rng.pick(&[Role::Buyer, Role::Organizer, Role::Operator]),
        };
        let key = rng.per_mille(500).then(|| Key {
            text: format!("{}", rng.below(200)).into(),
            fingerprint: rng.below(2).into(),
            made_by_node: rng.per_mille(300),
        });
        // Now and then two proposals carry the same fresh id, which no node does on purpose.
        let fresh = if rng.per_mille(20) { rng.below(4) } else { rng.next() };
        let command = command(rng, state);
        (Millis(at), Proposal { caller, key, fresh: Fresh(fresh.into()), command })
    }
}

fn command(rng: &mut Rng, state: &State) -> Command {
    match rng.below(42) {
        0 => Command::Tick,
        1 => Command::RaiseLevel { level: number(rng) },
        2 | 3 => {
            let items = (0..rng.below(12)).map(|_| item(rng)).collect();
            Command::MapPart { hash: hash(rng), part: small(rng), items }
        }
        4 | 5 => Command::MapDone { hash: hash(rng), header: header(rng) },
        6 | 7 => Command::CreateShow(Box::new(new_show(rng))),
        8 => Command::PatchShow { show: show(rng), patch: Box::new(patch(rng)) },
        9 if rng.per_mille(100) => Command::CancelShow { show: show(rng) },
        10 => Command::Block { show: show(rng), seats: seats(rng) },
        11 => Command::Unblock { show: show(rng), seats: seats(rng) },
        12..21 => {
            let (show, user, want) = (show(rng), user(rng), want(rng));
            let replace_active = rng.per_mille(500);
            if rng.per_mille(300) {
                let bookings_max = small(rng);
                return Command::HoldWithin { show, user, want, replace_active, bookings_max };
            }
            Command::Hold { show, user, want, replace_active }
        }
        21 => Command::Extend { hold: hold(rng, state), ttl: Millis(long(rng)) },
        22 => Command::Release { hold: hold(rng, state) },
        23 | 24 => {
            let email = rng.per_mille(500).then(String::new);
            Command::Confirm { hold: hold(rng, state), reference: String::new(), email }
        }
        25..28 => Command::OpenPayment(Box::new(NewPayment {
            hold: hold(rng, state),
            gateway: gateway(rng),
            email: String::new(),
            success_url: String::new(),
            cancel_url: String::new(),
            customer: None,
        })),
        28 => {
            let (payment, reference) = (payment(rng, state), gateway(rng));
            Command::Opened { payment, reference, redirect_url: String::new() }
        }
        29 => Command::CancelPayment { payment: payment(rng, state) },
        30..33 => Command::GatewayEvent(Box::new(event(rng, state))),
        33 | 34 => {
            let all: Vec<BookingId> = state.bookings().map(|booking| booking.id).collect();
            let booking = some(rng, &all).unwrap_or(BookingId(0));
            let seats = rng.per_mille(700).then(|| seats(rng));
            Command::CancelBooking { booking, seats }
        }
        35 => {
            let all: Vec<BookingId> = state.bookings().map(|booking| booking.id).collect();
            Command::Resend { booking: some(rng, &all).unwrap_or(BookingId(0)) }
        }
        36 => {
            let all: Vec<RefundId> = state.refunds().map(|refund| refund.id).collect();
            Command::RetryRefund { refund: some(rng, &all).unwrap_or(RefundId(0)) }
        }
        37 => Command::RetireNode { node: rng.below(9) },
        38 => Command::Mark,
        _ => settle(rng, state),
    }
}

fn settle(rng: &mut Rng, state: &State) -> Command {
    let all: Vec<(OutboxId, Effect)> = state.outbox().map(|row| (row.id, row.effect)).collect();
    let (row, _) = some(rng, &all).unwrap_or((OutboxId(0), Effect::Refund(RefundId(0))));
    let delivery = match rng.below(4) {
        0 => Delivery::AlreadyPaid,
        1 => Delivery::Failed { error: String::new(), retry_at: Millis(long(rng)) },
        _ => Delivery::Done,
    };
    Command::Settle { row, delivery }
}

fn event(rng: &mut Rng, state: &State) -> GatewayEvent {
    GatewayEvent {
        gateway: gateway(rng),
        event: rng.below(5000).to_string(),
        payment: rng.per_mille(900).then(|| payment(rng, state)),
        reference: gateway(rng),
        kind: *rng.pick(&[
            GatewayEventKind::Succeeded,
            GatewayEventKind::Succeeded,
            GatewayEventKind::Declined,
            GatewayEventKind::Failed,
            GatewayEventKind::Expired,
        ]),
        amount: amount(rng),
        currency: currency(rng),
    }
}

fn new_show(rng: &mut Rng) -> NewShow {
    let areas = (0..rng.below(3)).map(|_| AreaInfo {
        id: area(rng),
        name: String::new(),
        category: category(rng),
        capacity: number(rng),
    });
    NewShow {
        areas: areas.collect(),
        id: rng.per_mille(900).then(|| show(rng)),
        name: String::new(),
        venue: String::new(),
        starts_at: Millis(long(rng)),
        description: String::new(),
        media: Vec::new(),
        currency: currency(rng),
        prices: prices(rng),
        sale: sale(rng),
        policy: policy(rng),
        seat_map: rng.per_mille(700).then(|| hash(rng)),
    }
}

fn patch(rng: &mut Rng) -> ShowPatch {
    ShowPatch {
        sale: rng.per_mille(500).then(|| sale(rng)),
        policy: rng.per_mille(500).then(|| policy(rng)),
        prices: rng.per_mille(500).then(|| prices(rng)),
        ..ShowPatch::default()
    }
}

fn want(rng: &mut Rng) -> Want {
    if rng.per_mille(400) {
        let category = rng.per_mille(500).then(|| category(rng));
        return Want::BestAvailable { quantity: number(rng), category };
    }
    let areas = (0..rng.below(3)).map(|_| (area(rng), number(rng))).collect();
    Want::Named { seats: seats(rng), areas }
}

fn header(rng: &mut Rng) -> MapHeader {
    let categories =
        (0..rng.below(3)).map(|_| Category { name: category(rng), color: String::new() }).collect();
    MapHeader { name: String::new(), size: Point::default(), categories, parts: small(rng) }
}

fn item(rng: &mut Rng) -> MapItem {
    let point = Point { x: Thousandths(i64::MIN), y: Thousandths(i64::MAX) };
    match rng.below(6) {
        0 => MapItem::Zone(Zone { name: String::new(), position: point, drawings: Vec::new() }),
        1 => MapItem::Row(MapRow { number: String::new(), position: point }),
        _ => MapItem::Seat(Seat {
            id: seat(rng),
            number: String::new(),
            label: String::new(),
            category: *rng.pick(&[0, 0, 0, 1, u16::MAX]),
            position: point,
            radius: Thousandths(i64::MIN),
            apart: rng.per_mille(300),
        }),
    }
}

fn hash(rng: &mut Rng) -> MapHash {
    MapHash([*rng.pick(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]); 32])
}

fn seats(rng: &mut Rng) -> BTreeSet<SeatId> {
    (0..rng.below(4)).map(|_| seat(rng)).collect()
}

fn seat(rng: &mut Rng) -> SeatId {
    SeatId(rng.below(30).to_string())
}

fn prices(rng: &mut Rng) -> BTreeMap<String, Amount> {
    (0..rng.below(5)).map(|_| (category(rng), amount(rng))).collect()
}

fn sale(rng: &mut Rng) -> Sale {
    let at = |rng: &mut Rng| rng.per_mille(300).then(|| Millis(long(rng)));
    Sale { opens_at: at(rng), closes_at: at(rng) }
}

fn policy(rng: &mut Rng) -> Policy {
    Policy {
        hold_ttl: Millis(long(rng)),
        hold_total_max: Millis(long(rng)),
        seats_per_hold_max: number(rng),
        prevent_orphans: rng.per_mille(500),
    }
}

fn show(rng: &mut Rng) -> ShowId {
    ShowId::from(format!("s{}", rng.below(12)))
}

fn user(rng: &mut Rng) -> UserId {
    UserId::from(format!("{}", rng.below(30)))
}

fn area(rng: &mut Rng) -> AreaId {
    AreaId(rng.below(3).to_string())
}

fn category(rng: &mut Rng) -> String {
    (*rng.pick(&["a", "b", ""])).to_owned()
}

fn gateway(rng: &mut Rng) -> String {
    (*rng.pick(&["g", "g", "g", "h", ""])).to_owned()
}

fn currency(rng: &mut Rng) -> Currency {
    Currency::parse(rng.pick::<&str>(&["EUR", "JPY"])).expect("three letters")
}

fn hold(rng: &mut Rng, state: &State) -> HoldId {
    let all: Vec<HoldId> = state.holds().map(|hold| hold.id).collect();
    some(rng, &all).unwrap_or(HoldId(0))
}

fn payment(rng: &mut Rng, state: &State) -> PaymentId {
    let all: Vec<PaymentId> = state.payments().map(|payment| payment.id).collect();
    some(rng, &all).unwrap_or(PaymentId(0))
}

fn some<T: Copy>(rng: &mut Rng, all: &[T]) -> Option<T> {
    if all.is_empty() || rng.per_mille(20) { None } else { Some(*rng.pick(all)) }
}

fn amount(rng: &mut Rng) -> Amount {
    Amount(*rng.pick(&[0, 1, 5, 100, 1_000_000_000_000, u64::MAX / 2, u64::MAX]))
}

fn small(rng: &mut Rng) -> u32 {
    *rng.pick(&[0, 1, 1, 1, 2, 2, 3, u32::MAX])
}

fn number(rng: &mut Rng) -> u32 {
    *rng.pick(&[0, 1, 1, 2, 3, 7, 1000, u32::MAX])
}

fn long(rng: &mut Rng) -> u64 {
    *rng.pick(&[0, 1, 1000, 60_000, 3_600_000, 86_400_000_000, u64::MAX])
}
