//! Sound books pass; each planted error is named.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::books::Books;
use super::recount::recount;
use super::report::{Totals, report_rows};
use crate::plans::{Preset, PresetName, parts};
use crate::seats::{
    Amount, AreaId, AreaInfo, AreaIx, AreaLine, Booking, BookingId, BookingStatus, Currency,
    Effect, Hold, HoldId, HoldStatus, Meta, Millis, OutboxId, OutboxRow, Payment, PaymentId,
    PaymentStatus, Policy, Refund, RefundId, RefundStatus, Row, Sale, SeatIx, SeatLine, ShowId,
    ShowInfo, UserId,
};

const PRICE: u64 = 5000;

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn lines(seats: &[u32]) -> Vec<SeatLine> {
    seats.iter().map(|&ix| SeatLine { seat: SeatIx(ix), price: Amount(PRICE) }).collect()
}

fn show() -> Vec<Row> {
    let map = Preset::draw(PresetName::Bench).map;
    let area = AreaInfo {
        id: AreaId::from("standing"),
        name: "Standing".to_owned(),
        category: "Standard".to_owned(),
        capacity: 3,
    };
    let info = ShowInfo {
        id: ShowId::from("bench-1"),
        name: "Benchmark".to_owned(),
        venue: String::new(),
        starts_at: Millis(9_000_000),
        description: String::new(),
        media: Vec::new(),
        currency: euro(),
        prices: BTreeMap::from([("Standard".to_owned(), Amount(PRICE))]),
        sale: Sale::default(),
        policy: Policy {
            hold_ttl: Millis(600_000),
            hold_total_max: Millis(1_800_000),
            seats_per_hold_max: 10,
            prevent_orphans: false,
        },
        seat_map: Some(map.hash()),
        areas: vec![area],
        created_at: Millis(1),
        cancellation: None,
    };
    let part = |(part, items)| Row::MapPart { hash: map.hash(), part, items, at: Millis(1) };
    let mut rows: Vec<Row> = (0..).zip(parts(&map)).map(part).collect();
    rows.push(Row::Meta(Meta { now: Millis(5), level: 0, epoch: 1 }));
    rows.push(Row::Map { hash: map.hash(), header: map.header().clone() });
    rows.push(Row::Show { info: info.into(), version: 4 });
    let seats = BTreeSet::from([SeatIx(900)]);
    rows.push(Row::Blocks { show: ShowId::from("bench-1"), seats });
    rows
}

fn hold(id: u128, user: &str, status: HoldStatus, seats: &[u32]) -> Hold {
    Hold {
        id: HoldId(id),
        show: ShowId::from("bench-1"),
        user: UserId::from(user),
        status,
        seats: lines(seats),
        areas: Vec::new(),
        total: Amount(PRICE * seats.len() as u64),
        created_at: Millis(2),
        expires_at: Millis(600_002),
        ended_at: (status != HoldStatus::Pending).then_some(Millis(3)),
        payment: None,
        booking: (status == HoldStatus::Confirmed).then_some(BookingId(id)),
    }
}

fn booking(id: u128, payment: Option<PaymentId>, seats: &[u32]) -> Booking {
    Booking {
        id: BookingId(id),
        show: ShowId::from("bench-1"),
        user: UserId::from("ada"),
        hold: HoldId(id),
        payment,
        status: BookingStatus::Confirmed,
        seats: lines(seats),
        areas: Vec::new(),
        total: Amount(PRICE * seats.len() as u64),
        email: None,
        reference: None,
        created_at: Millis(3),
        show_cancelled: false,
    }
}

/// Paid 3 seats, of which one went back and one is owed.
fn payment() -> Payment {
    Payment {
        id: PaymentId(7),
        hold: HoldId(2),
        show: ShowId::from("bench-1"),
        user: UserId::from("ada"),
        status: PaymentStatus::RefundPending,
        gateway: "sandbox".to_owned(),
        reference: Some("sbx_1".to_owned()),
        redirect_url: None,
        amount: Amount(3 * PRICE),
        currency: euro(),
        booking: Some(BookingId(2)),
        refund: Some(RefundId(9)),
        captured: Amount(3 * PRICE),
        booked: Amount(PRICE),
        refund_pending: Amount(PRICE),
        refunded: Amount(PRICE),
        captured_currency: euro(),
        flags: Vec::new(),
        closing: false,
        email: "a@example.com".to_owned(),
        success_url: String::new(),
        cancel_url: String::new(),
        customer: None,
        created_at: Millis(2),
    }
}

fn refund(id: u128, status: RefundStatus) -> Refund {
    Refund {
        id: RefundId(id),
        payment: PaymentId(7),
        amount: Amount(PRICE),
        currency: euro(),
        status,
        attempts: 0,
        last_error: None,
        created_at: Millis(4),
    }
}

fn outbox(id: u128, effect: Effect) -> OutboxRow {
    OutboxRow {
        id: OutboxId(id),
        effect,
        attempts: 0,
        due_at: Millis(4),
        last_error: None,
        created_at: Millis(4),
    }
}

/// A show with a hold of each kind, a paid booking, one of the box office, and refunds.
fn sound() -> Vec<Row> {
    let mut rows = show();
    let mut standing = hold(1, "bob", HoldStatus::Pending, &[0, 1]);
    standing.areas = vec![AreaLine { area: AreaIx(0), quantity: 2, price: Amount(100) }];
    standing.total = Amount(2 * PRICE + 200);
    rows.extend([
        Row::Hold(standing.into()),
        Row::Hold(hold(2, "ada", HoldStatus::Confirmed, &[10, 11, 12]).into()),
        Row::Hold(hold(3, "ada", HoldStatus::Confirmed, &[20, 21]).into()),
        Row::Hold(hold(4, "eve", HoldStatus::Expired, &[0, 1]).into()),
        Row::Booking(booking(2, Some(PaymentId(7)), &[10]).into()),
        Row::Booking(booking(3, None, &[20, 21]).into()),
        Row::Payment(payment().into()),
        Row::Refund(refund(8, RefundStatus::Succeeded).into()),
        Row::Refund(refund(9, RefundStatus::Pending).into()),
        Row::Outbox(outbox(9, Effect::Refund(RefundId(9))).into()),
        Row::Outbox(outbox(2, Effect::MailBooking(BookingId(3))).into()),
    ]);
    rows
}

/// Sound books have no violations, and their sums are right.
#[test]
fn sound_books_add_up() {
    let rows = sound();
    let recount = recount(&Books::of_rows(&rows));
    assert_eq!(recount.violations, [] as [String; 0]);
    let totals = Totals {
        captured: 3 * PRICE,
        booked: PRICE,
        refund_pending: PRICE,
        refunded: PRICE,
        external: 2 * PRICE,
    };
    assert_eq!(recount.currencies, BTreeMap::from([("EUR".to_owned(), totals)]));
    let report = report_rows(&rows, 3);
    assert_eq!(report.violations, [] as [String; 0]);
    assert_eq!((report.index, report.totals), (3, totals));
}

/// Changes the first record of a kind.
macro_rules! change {
    ($kind:ident($record:ident) => $change:expr) => {
        |rows: &mut Vec<Row>| {
            let found = rows.iter_mut().find_map(|row| match row {
                Row::$kind(record) => Some(record),
                _ => None,
            });
            let $record = Arc::make_mut(found.unwrap());
            $change;
        }
    };
}

/// Plants an error in sound books and finds a sentence about it.
fn check(plant: &dyn Fn(&mut Vec<Row>), message: &str) {
    let mut rows = sound();
    plant(&mut rows);
    let violations = recount(&Books::of_rows(&rows)).violations;
    assert!(violations.iter().any(|v| v.contains(message)), "{message:?}: {violations:?}");
    let report = report_rows(&rows, 7);
    assert_eq!(report.index, 7);
    assert!(!report.is_sound(), "{message:?}");
}

/// Each planted error of seats and shows is named.
#[test]
fn planted_errors_of_seats_are_named() {
    let two_owners = |rows: &mut Vec<Row>| rows.push(Row::Booking(booking(5, None, &[10]).into()));
    check(&two_owners, "seat 10 belongs to booking bkg_00000000000000000000000000000002 and to");
    let held_twice = |rows: &mut Vec<Row>| {
        rows.push(Row::Hold(hold(6, "eve", HoldStatus::Pending, &[1]).into()));
    };
    check(&held_twice, "seat 1 belongs to hold hld_00000000000000000000000000000001 and to hold");
    let two_holds = |rows: &mut Vec<Row>| {
        rows.push(Row::Hold(hold(6, "bob", HoldStatus::Pending, &[5]).into()));
    };
    check(&two_holds, "user bob has two holds");
    let beyond = |rows: &mut Vec<Row>| {
        rows.push(Row::Hold(hold(6, "eve", HoldStatus::Pending, &[1000]).into()));
    };
    check(&beyond, "has the seat 1000, show bench-1 has not");
    let blocked = |rows: &mut Vec<Row>| {
        let seats = BTreeSet::from([SeatIx(20), SeatIx(1000)]);
        rows.push(Row::Blocks { show: ShowId::from("bench-1"), seats });
    };
    check(&blocked, "seat 20 is blocked and has booking");
    check(&blocked, "seat 1000 is blocked, it has none such");
    check(
        &change!(Hold(hold) => hold.areas[0].quantity = 4),
        "4 places of area standing are taken",
    );
    check(&change!(Hold(hold) => hold.areas[0].area = AreaIx(1)), "places of no area 1");
    check(
        &change!(Hold(hold) => hold.total.0 += 1),
        "its lines add up to 10200, its total is 10201",
    );
    check(&change!(Hold(hold) => hold.show = ShowId::from("x")), "is of no show: x");
    check(
        &change!(Hold(hold) => hold.booking = Some(BookingId(2))),
        "is Pending, its booking is bkg_",
    );
    check(
        &change!(Hold(hold) => hold.status = HoldStatus::Confirmed),
        "is Confirmed, its booking is none",
    );
    let no_map = |rows: &mut Vec<Row>| rows.retain(|row| !matches!(row, Row::MapPart { .. }));
    check(&no_map, "show bench-1 has no stored seat map");
}

/// Each planted error of money is named.
#[test]
fn planted_errors_of_money_are_named() {
    check(&change!(Booking(booking) => booking.total.0 = 1), "its total is 1");
    check(
        &change!(Booking(booking) => booking.payment = Some(PaymentId(1))),
        "has no payment pay_",
    );
    check(
        &change!(Booking(b) => b.status = BookingStatus::Cancelled),
        "booked is 5000, its records say 0",
    );
    check(
        &change!(Payment(p) => p.captured.0 -= 1),
        "captured 14999 is not booked 5000 + refund_pending",
    );
    check(&change!(Payment(p) => p.captured.0 = u64::MAX), "captured 18446744073709551615 is not");
    check(&change!(Payment(p) => p.refunded.0 = 0), "refunded is 0, its records say 5000");
    check(&change!(Payment(p) => p.booking = None), "does not know of booking");
    check(
        &change!(Refund(r) => r.status = RefundStatus::Pending),
        "refund_pending is 5000, its records say 10000",
    );
    check(
        &change!(Refund(r) => r.currency = Currency::parse("USD").unwrap()),
        "is in USD, its payment pay_00000000000000000000000000000007 took EUR",
    );
    check(&change!(Refund(r) => r.payment = PaymentId(1)), "refunded is 5000, its records say 0");
    check(
        &change!(Outbox(o) => o.effect = Effect::MailBooking(BookingId(3))),
        "nobody is to pay it back",
    );
    check(&change!(Outbox(o) => o.effect = Effect::Refund(RefundId(8))), "has nothing to do");
}

/// What was captured fits what was asked, the show and the status; refunds and bookings name
/// payments that name them.
#[test]
fn planted_errors_of_payments_are_named() {
    let pay = "payment pay_00000000000000000000000000000007";
    let check = |plant: &dyn Fn(&mut Vec<Row>), message: &str| {
        check(plant, &format!("{pay}{message}"));
    };
    for status in [
        PaymentStatus::Open,
        PaymentStatus::Failed,
        PaymentStatus::Expired,
        PaymentStatus::Succeeded,
        PaymentStatus::Refunded,
    ] {
        let message = format!(": its money does not fit its status {status:?}");
        check(&change!(Payment(p) => p.status = status), &message);
    }
    let dollar = Currency::parse("USD").unwrap();
    check(&change!(Payment(p) => p.amount.0 = 1), ": captured 15000 EUR is not the 1 EUR asked");
    check(&change!(Payment(p) => p.captured_currency = dollar), ": captured 15000 USD is not");
    check(&change!(Payment(p) => p.currency = dollar), " is in USD, its show in EUR");
    check(&change!(Payment(p) => p.show = ShowId::from("x")), " is of no show: x");
    check(&change!(Payment(p) => p.closing = true), ": its session is to be closed, and nobody");
    let closed = |rows: &mut Vec<Row>| {
        rows.push(Row::Outbox(outbox(5, Effect::CloseSession(PaymentId(7))).into()));
    };
    check(&closed, ": its session is closed, and the payment does not say so");
    check(&change!(Refund(r) => r.amount.0 = 20_000), ": refunds of 25000 are over captured 15000");
    check(
        &change!(Booking(b) => b.payment = None),
        ": booking bkg_00000000000000000000000000000002",
    );
    check(
        &change!(Payment(p) => p.booking = Some(BookingId(99))),
        ": booking bkg_00000000000000000000000000000063 is not its own",
    );
}

/// The equation of a whole currency names the payments that break it.
#[test]
fn planted_errors_of_currencies_are_named() {
    let captured = change!(Payment(p) => p.captured.0 += 1);
    let message = "EUR: captured 15001 is not booked 5000 + refund_pending 5000 + refunded 5000: \
        payments pay_00000000000000000000000000000007";
    check(&captured, message);
    let many = |rows: &mut Vec<Row>| {
        rows.extend((100..112).map(|id| {
            let captured = Amount(1);
            Row::Payment(Payment { id: PaymentId(id), captured, ..payment() }.into())
        }));
    };
    check(&many, ", 2 more");
    let no_payment = change!(Refund(r) => r.payment = PaymentId(1));
    check(&no_payment, "is of no payment: pay_00000000000000000000000000000001");
    let cancelled = |rows: &mut Vec<Row>| {
        let status = BookingStatus::Cancelled;
        let gone = Booking { status, ..booking(8, Some(PaymentId(7)), &[30]) };
        rows.push(Row::Booking(gone.into()));
    };
    check(&cancelled, "payment pay_00000000000000000000000000000007 does not know of booking");
}

/// What the box office took is no gateway's: it stands by itself, and is gone with its booking.
#[test]
fn the_box_office_is_summed_apart() {
    let external = |rows: &[Row]| recount(&Books::of_rows(rows)).currencies["EUR"].external;
    let mut rows = sound();
    assert_eq!(external(&rows), 2 * PRICE);
    rows.push(Row::Hold(hold(5, "ada", HoldStatus::Confirmed, &[40]).into()));
    rows.push(Row::Booking(booking(5, None, &[40]).into()));
    assert_eq!(external(&rows), 3 * PRICE);
    for row in &mut rows {
        if let Row::Booking(booking) = row
            && booking.payment.is_none()
        {
            Arc::make_mut(booking).status = BookingStatus::Cancelled;
        }
    }
    let recount = recount(&Books::of_rows(&rows));
    assert_eq!(recount.currencies["EUR"].external, 0);
    assert_eq!(recount.violations, [] as [String; 0]);
}
