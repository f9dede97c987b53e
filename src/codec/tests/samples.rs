//! One value of every variant that reaches the disk or another node, with every field filled in.
//! [`super::golden`] sees to it that none is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::codec::{LogId, Member, Members};
use crate::seats::{
    About, Amount, AreaId, AreaInfo, AreaIx, AreaLine, Asker, Booking, BookingId, BookingStatus,
    Caller, Cancellation, Category, Command, Currency, Customer, Deed, DeedKey, DeedKind, Delivery,
    Effect, EventEffect, FieldError, Fresh, GatewayEvent, GatewayEventKind, Hold, HoldId,
    HoldStatus, Key, MapHash, MapHeader, MapItem, MapRow, Media, Meta, Millis, NewPayment, NewShow,
    Noun, OutboxId, OutboxRow, Outcome, Payment, PaymentId, PaymentStatus, Point, Policy, Proposal,
    Receipt, Refund, RefundId, RefundStatus, Refusal, Remembered, Role, Row, RowKey, Sale, Scope,
    Seat, SeatId, SeatIx, SeatLine, ShowId, ShowInfo, ShowPatch, ShowStatus, ShowView, Subject,
    Thousandths, Unmatched, UserId, Want, Zone,
};

pub(crate) const ID: LogId = LogId { term: 3, leader: 2, index: 300 };

const HASH: MapHash = MapHash([7; 32]);

pub(crate) fn members() -> Members {
    let member = Member { peer: "a:1".to_owned(), http: "a:2".to_owned(), disk: 7 };
    Members { configs: vec![BTreeSet::from([1])], nodes: BTreeMap::from([(1, member)]) }
}

/// A proposal of that command.
pub(crate) fn proposal(command: Command) -> Proposal {
    let key = Key { text: "k1".into(), fingerprint: 5, made_by_node: false };
    let caller = Caller { user: Some(user()), role: Role::Buyer };
    Proposal { caller, key: Some(key), fresh: Fresh(9), command }
}

/// Every command.
pub(crate) fn commands() -> Vec<Command> {
    let (show, hold, booking, row) = (show(), HoldId(11), BookingId(13), OutboxId(15));
    let seats = BTreeSet::from([SeatId::from("s1"), SeatId::from("s2")]);
    let areas = BTreeMap::from([(AreaId::from("floor"), 2)]);
    let named = Want::Named { seats: seats.clone(), areas };
    let settle = |delivery| Command::Settle { row, delivery };
    vec![
        Command::Tick,
        Command::RaiseLevel { level: 2 },
        Command::MapPart { hash: HASH, part: 1, items: items() },
        Command::MapDone { hash: HASH, header: header() },
        Command::CreateShow(Box::new(new_show())),
        Command::PatchShow { show: show.clone(), patch: Box::new(patch()) },
        Command::CancelShow { show: show.clone() },
        Command::Block { show: show.clone(), seats: seats.clone() },
        Command::Unblock { show: show.clone(), seats: seats.clone() },
        Command::Hold { show: show.clone(), user: user(), want: named, replace_active: true },
        Command::Hold { show, user: user(), want: best(), replace_active: false },
        Command::Extend { hold, ttl: Millis(60_000) },
        Command::Release { hold },
        Command::Confirm { hold, reference: "till-1".to_owned(), email: Some("a@b".to_owned()) },
        Command::OpenPayment(Box::new(new_payment())),
        Command::Opened {
            payment: PaymentId(12),
            reference: "cs_1".to_owned(),
            redirect_url: "https://pay/1".to_owned(),
        },
        Command::CancelPayment { payment: PaymentId(12) },
        Command::GatewayEvent(Box::new(event())),
        Command::CancelBooking { booking, seats: Some(seats) },
        Command::Resend { booking },
        Command::RetryRefund { refund: RefundId(14) },
        settle(Delivery::Done),
        settle(Delivery::AlreadyPaid),
        settle(Delivery::Failed { error: "gone".to_owned(), retry_at: Millis(99) }),
        Command::RetireNode { node: 4 },
        Command::Mark,
        Command::HoldWithin {
            show: self::show(),
            user: user(),
            want: best(),
            replace_active: true,
            bookings_max: 4,
        },
    ]
}

/// Every row.
pub(crate) fn rows() -> Vec<Row> {
    let remembered = Remembered {
        scope: Scope::parse("ada"),
        key: "k1".into(),
        fingerprint: 5,
        until: Millis(500),
        outcome: outcome(Ok(Receipt::Done)),
    };
    let caller = Caller { user: None, role: Role::Operator };
    let outbox = |effect| {
        let (due_at, created_at) = (Millis(80), Millis(70));
        let last_error = Some("gone".to_owned());
        Row::Outbox(Arc::new(OutboxRow {
            id: OutboxId(15),
            effect,
            attempts: 2,
            due_at,
            last_error,
            created_at,
        }))
    };
    vec![
        Row::Meta(Meta { now: Millis(77), level: 1, epoch: 1 }),
        Row::MapPart { hash: HASH, part: 1, items: items(), at: Millis(5) },
        Row::Map { hash: HASH, header: header() },
        Row::Show { info: info().into(), version: 6 },
        Row::Blocks { show: show(), seats: BTreeSet::from([SeatIx(1), SeatIx(300)]) },
        Row::Hold(hold().into()),
        Row::Payment(payment().into()),
        Row::Booking(booking().into()),
        Row::Refund(refund().into()),
        outbox(Effect::CloseSession(PaymentId(12))),
        outbox(Effect::Refund(RefundId(14))),
        outbox(Effect::MailBooking(BookingId(13))),
        Row::Event { gateway: "sandbox".to_owned(), event: "evt_1".to_owned(), at: Millis(5) },
        Row::Unmatched(Unmatched { event: event(), at: Millis(5) }.into()),
        Row::Remembered(remembered.into()),
        Row::Retired { node: 4, at: Millis(5) },
        deed(1, DeedKind::HoldExpired, Asker::Time, About::Hold(Arc::new(hold()))),
        deed(2, DeedKind::HoldMade, Asker::Owner(Role::Buyer), About::Hold(Arc::new(hold()))),
        deed(3, DeedKind::RefundFailed, Asker::Other(caller), About::Subject(Box::new(subject()))),
        Row::TrailSince { at: Millis(6) },
    ]
}

fn deed(place: u32, kind: DeedKind, asker: Asker, about: About) -> Row {
    Row::Deed(Deed { key: DeedKey { index: 300, place }, at: Millis(77), kind, asker, about })
}

fn subject() -> Subject {
    Subject {
        show: show(),
        seats: vec![SeatIx(3)],
        areas: vec![(AreaIx(0), 2)],
        user: Some(user()),
        hold: Some(HoldId(11)),
        payment: Some(PaymentId(12)),
        booking: Some(BookingId(13)),
        refund: Some(RefundId(14)),
        amount: Some((Amount(400), euro())),
        note: Some("gone".to_owned()),
    }
}

/// The key of every row.
pub(crate) fn row_keys() -> Vec<RowKey> {
    let mut keys: Vec<RowKey> = rows().iter().map(Row::key).collect();
    keys.dedup();
    keys
}

/// Every receipt.
pub(crate) fn receipts() -> Vec<Receipt> {
    let event = [
        EventEffect::Booked(BookingId(13)),
        EventEffect::RefundQueued(PaymentId(12)),
        EventEffect::Ended(PaymentId(12)),
        EventEffect::Ignored,
        EventEffect::Unmatched,
    ];
    let view = ShowView { info: info(), status: ShowStatus::OnSale, available: 99 };
    let mut receipts = vec![
        Receipt::Done,
        Receipt::MapStored { hash: HASH, seats: 400, categories: vec!["A".to_owned()] },
        Receipt::Show(Box::new(view)),
        Receipt::Blocks { seats: vec![SeatId::from("s1")], version: 7 },
        Receipt::Hold(Arc::new(hold())),
        Receipt::Payment(Arc::new(payment())),
        Receipt::Booking(Arc::new(booking())),
        Receipt::Refund(Box::new(refund())),
    ];
    receipts.extend(event.map(Receipt::Event));
    receipts
}

/// Every refusal.
pub(crate) fn refusals() -> Vec<Refusal> {
    let error = FieldError { field: "seats[0]".to_owned(), message: "unknown".to_owned() };
    let (seats, areas) = (vec![SeatId::from("s1")], vec![AreaId::from("floor")]);
    vec![
        Refusal::Invalid { errors: vec![error] },
        Refusal::UnknownSeats(seats.clone()),
        Refusal::NotFound(Noun::Booking),
        Refusal::ShowExists,
        Refusal::ShowCancelled,
        Refusal::SaleNotOpen,
        Refusal::TooManySeats { max: 10 },
        Refusal::UserHasActiveHold(HoldId(11)),
        Refusal::SeatUnavailable { conflicts: seats.clone(), areas },
        Refusal::OrphanSeat(seats),
        Refusal::HoldNotActive,
        Refusal::HoldExpired,
        Refusal::PaymentAlreadyOpen(PaymentId(12)),
        Refusal::PaymentNotOpen,
        Refusal::BookingNotActive,
        Refusal::KeyReused,
        Refusal::Overloaded,
        Refusal::TooManyBookings { max: 4 },
    ]
}

pub(crate) fn outcome(result: Result<Receipt, Refusal>) -> Outcome {
    Outcome { at: Millis(77), replayed: true, result }
}

fn user() -> UserId {
    UserId::from("ada")
}

fn show() -> ShowId {
    ShowId::from("hamlet")
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn best() -> Want {
    Want::BestAvailable { quantity: 2, category: Some("A".to_owned()) }
}

fn point() -> Point {
    Point { x: Thousandths(-5), y: Thousandths(70_000) }
}

/// Of every kind one.
fn items() -> Vec<MapItem> {
    vec![
        MapItem::Zone(Zone {
            name: "Block D".to_owned(),
            position: point(),
            drawings: vec!["{}".to_owned()],
        }),
        MapItem::Row(MapRow { number: "14".to_owned(), position: point() }),
        MapItem::Seat(Seat {
            id: SeatId::from("s1"),
            number: "1".to_owned(),
            label: "Block D, row 14, seat 1".to_owned(),
            category: 1,
            position: point(),
            radius: Thousandths(10),
            apart: true,
        }),
    ]
}

fn header() -> MapHeader {
    let category = Category { name: "A".to_owned(), color: "#fff".to_owned() };
    MapHeader { name: "Hall".to_owned(), size: point(), categories: vec![category], parts: 2 }
}

fn media() -> Vec<Media> {
    let text = |text: &str| text.to_owned();
    vec![Media { kind: text("image"), url: text("/a.jpg"), alt: text("a hall") }]
}

fn sale() -> Sale {
    Sale { opens_at: Some(Millis(10)), closes_at: Some(Millis(1000)) }
}

fn policy() -> Policy {
    Policy {
        hold_ttl: Millis(600_000),
        hold_total_max: Millis(1_800_000),
        seats_per_hold_max: 10,
        prevent_orphans: true,
    }
}

fn prices() -> BTreeMap<String, Amount> {
    BTreeMap::from([("A".to_owned(), Amount(4500))])
}

fn new_show() -> NewShow {
    NewShow {
        id: Some(show()),
        name: "Hamlet".to_owned(),
        venue: "Hall".to_owned(),
        starts_at: Millis(2000),
        description: "A play".to_owned(),
        media: media(),
        currency: euro(),
        prices: prices(),
        sale: sale(),
        policy: policy(),
        seat_map: Some(HASH),
        areas: areas(),
    }
}

fn areas() -> Vec<AreaInfo> {
    let (name, category) = ("Floor".to_owned(), "A".to_owned());
    vec![AreaInfo { id: AreaId::from("floor"), name, category, capacity: 500 }]
}

fn patch() -> ShowPatch {
    ShowPatch {
        name: Some("Hamlet".to_owned()),
        description: Some("A play".to_owned()),
        media: Some(media()),
        sale: Some(sale()),
        policy: Some(policy()),
        prices: Some(prices()),
    }
}

fn customer() -> Customer {
    let text = |text: &str| Some(text.to_owned());
    Customer { name: text("Ada"), phone: text("+43"), locale: text("de-AT") }
}

fn new_payment() -> NewPayment {
    NewPayment {
        hold: HoldId(11),
        gateway: "sandbox".to_owned(),
        email: "a@b".to_owned(),
        success_url: "https://s".to_owned(),
        cancel_url: "https://c".to_owned(),
        customer: Some(customer()),
    }
}

fn event() -> GatewayEvent {
    GatewayEvent {
        gateway: "sandbox".to_owned(),
        event: "evt_1".to_owned(),
        payment: Some(PaymentId(12)),
        reference: "cs_1".to_owned(),
        kind: GatewayEventKind::Succeeded,
        amount: Amount(9000),
        currency: euro(),
    }
}

fn info() -> ShowInfo {
    let cancellation =
        Cancellation { at: Millis(50), bookings: 4, refunded: 3, pending: 2, failed: 1 };
    ShowInfo {
        id: show(),
        name: "Hamlet".to_owned(),
        venue: "Hall".to_owned(),
        starts_at: Millis(2000),
        description: "A play".to_owned(),
        media: media(),
        currency: euro(),
        prices: prices(),
        sale: sale(),
        policy: policy(),
        seat_map: Some(HASH),
        areas: areas(),
        created_at: Millis(5),
        cancellation: Some(cancellation),
    }
}

fn seat_lines() -> Vec<SeatLine> {
    vec![SeatLine { seat: SeatIx(3), price: Amount(4500) }]
}

fn area_lines() -> Vec<AreaLine> {
    vec![AreaLine { area: AreaIx(0), quantity: 2, price: Amount(2000) }]
}

fn hold() -> Hold {
    Hold {
        id: HoldId(11),
        show: show(),
        user: user(),
        status: HoldStatus::Confirmed,
        seats: seat_lines(),
        areas: area_lines(),
        total: Amount(8500),
        created_at: Millis(20),
        expires_at: Millis(600_020),
        ended_at: Some(Millis(30)),
        payment: Some(PaymentId(12)),
        booking: Some(BookingId(13)),
    }
}

fn payment() -> Payment {
    Payment {
        id: PaymentId(12),
        hold: HoldId(11),
        show: show(),
        user: user(),
        status: PaymentStatus::RefundPending,
        gateway: "sandbox".to_owned(),
        reference: Some("cs_1".to_owned()),
        redirect_url: Some("https://pay/1".to_owned()),
        amount: Amount(8500),
        currency: euro(),
        booking: Some(BookingId(13)),
        refund: Some(RefundId(14)),
        captured: Amount(8500),
        booked: Amount(8000),
        refund_pending: Amount(400),
        refunded: Amount(100),
        captured_currency: euro(),
        flags: vec!["amount_mismatch".to_owned()],
        closing: true,
        email: "a@b".to_owned(),
        success_url: "https://s".to_owned(),
        cancel_url: "https://c".to_owned(),
        customer: Some(customer()),
        created_at: Millis(25),
    }
}

fn booking() -> Booking {
    Booking {
        id: BookingId(13),
        show: show(),
        user: user(),
        hold: HoldId(11),
        payment: Some(PaymentId(12)),
        status: BookingStatus::Cancelled,
        seats: seat_lines(),
        areas: area_lines(),
        total: Amount(8500),
        email: Some("a@b".to_owned()),
        reference: Some("till-1".to_owned()),
        created_at: Millis(30),
        show_cancelled: true,
    }
}

fn refund() -> Refund {
    Refund {
        id: RefundId(14),
        payment: PaymentId(12),
        amount: Amount(400),
        currency: euro(),
        status: RefundStatus::Pending,
        attempts: 3,
        last_error: Some("gone".to_owned()),
        created_at: Millis(40),
    }
}
