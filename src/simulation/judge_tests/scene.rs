//! A small sound history with its log, made by the core alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::codec::LogId;
use crate::oracle::refusal_kind;
use crate::raft::Batch;
use crate::seats::{
    Amount, BookingStatus, Caller, Category, Command, Currency, Delivery, Fresh, GatewayEvent,
    GatewayEventKind, HoldId, HoldStatus, Key, MapHash, MapHeader, MapItem, MapRow, Millis,
    NewPayment, NewShow, OutboxId, Outcome, Owner, PaymentId, Point, Policy, Proposal, Receipt,
    Role, Sale, Seat, SeatId, SeatIx, ShowId, State, Thousandths, UserId, Want, Zone,
};
use crate::simulation::judge::history::{Ask, End, Op, Told};
use crate::simulation::judge::{Evidence, Judgement, Logged, Session, Standing, judge};

/// The show that is searched blindly.
pub(super) const QUIET: &str = "quiet";

/// When the first entry is stamped.
const START: u64 = 1_800_000_000_000;

/// What a gateway is called here.
const GATEWAY: &str = "till";

/// Everything that there is to judge, and a core to make more of it.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) log: BTreeMap<u64, Logged>,
    pub(super) state: State,
    pub(super) history: Vec<Op>,
    pub(super) sessions: BTreeMap<PaymentId, Session>,
    pub(super) letters: BTreeSet<OutboxId>,
    moment: u64,
    now: u64,
}

impl Scene {
    /// Shows of so many rows of eight seats, put on.
    pub(super) fn new(shows: &[(&str, usize)]) -> Scene {
        let mut scene = Scene {
            log: BTreeMap::new(),
            state: State::new(1),
            history: Vec::new(),
            sessions: BTreeMap::new(),
            letters: BTreeSet::new(),
            moment: 0,
            now: START,
        };
        scene.append(None);
        for (show, rows) in shows {
            let mut hash = [0; 32];
            hash[..show.len()].copy_from_slice(show.as_bytes());
            let hash = MapHash(hash);
            let (header, items) = hall(*rows);
            scene.alone(Command::MapPart { hash, part: 0, items });
            scene.alone(Command::MapDone { hash, header });
            scene.alone(Command::CreateShow(Box::new(new_show(show, hash))));
        }
        scene
    }

    /// Lets time pass until the next entry.
    pub(super) fn wait(&mut self, ms: u64) {
        self.now += ms;
    }

    /// The last index.
    pub(super) fn index(&self) -> u64 {
        self.log.len() as u64 - 1
    }

    /// The next moment that a client sees.
    pub(super) fn moment(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    /// Appends an entry, and says how its proposal was decided.
    fn append(&mut self, proposal: Option<Proposal>) -> Option<Outcome> {
        let index = self.log.len() as u64;
        let id = LogId { term: 1, leader: 1, index };
        self.now += 1;
        let at = Millis(self.now);
        let outcome = proposal.as_ref().map(|proposal| self.state.apply(at, proposal));
        let batch = proposal.map(|proposal| Arc::new(Batch { at, proposals: vec![proposal] }));
        self.log.insert(index, Logged { id, batch, digest: None, by: 1 });
        outcome
    }

    fn fresh(&self) -> Fresh {
        Fresh((u128::from(self.now) << 64) | self.log.len() as u128)
    }

    /// The cluster's own command.
    pub(super) fn alone(&mut self, command: Command) -> Outcome {
        let caller = Caller { user: None, role: Role::Operator };
        let proposal = Proposal { caller, key: None, fresh: self.fresh(), command };
        self.append(Some(proposal)).expect("something was proposed")
    }

    /// A user's write, whose answer is written down; how it was decided.
    pub(super) fn write(&mut self, user: &str, ask: Ask, command: Command, sent: Value) -> Outcome {
        let key = format!("{user}-{}", self.history.len());
        let caller = Caller { user: Some(UserId::from(user)), role: Role::Organizer };
        let kept = Key { text: key.as_str().into(), fingerprint: 7, made_by_node: false };
        let proposal = Proposal { caller, key: Some(kept), fresh: self.fresh(), command };
        let called = self.moment();
        let outcome = self.append(Some(proposal)).expect("something was proposed");
        let told = self.told(&outcome);
        self.note(user, ask, Some(key), sent, called, told);
        outcome
    }

    /// Writes down what somebody was told.
    fn note(
        &mut self,
        user: &str,
        ask: Ask,
        key: Option<String>,
        sent: Value,
        called: u64,
        mut told: Told,
    ) {
        if matches!(ask, Ask::Seats { .. }) {
            told.pack();
        }
        let returned = self.moment();
        self.history.push(Op {
            user: user.to_owned(),
            ask,
            key,
            sent,
            min_index: 0,
            patience_ms: 1000,
            called,
            returned,
            called_ms: called,
            returned_ms: returned,
            end: End::Told(told),
        });
    }

    /// An outcome as HTTP tells of it.
    fn told(&self, outcome: &Outcome) -> Told {
        let index = Some(self.index());
        let told = |status, code: Option<&str>, body| Told {
            status,
            code: code.map(str::to_owned),
            index,
            replayed: false,
            body,
        };
        match &outcome.result {
            Ok(Receipt::Hold(hold)) if hold.status == HoldStatus::Released => {
                told(204, None, Value::Null)
            }
            Ok(Receipt::Hold(hold)) => {
                let map = self.state.show(&hold.show).and_then(|show| show.map());
                let map = map.expect("the show has a map");
                let seat = |at: SeatIx| map.seat(at).map(|seat| json!({"id": seat.id.0}));
                let seats: Vec<_> = hold.seats.iter().map(|line| seat(line.seat)).collect();
                let at = i64::try_from(hold.expires_at.0).expect("that is not so far off");
                let at = jiff::Timestamp::from_millisecond(at).expect("nor is it here");
                let id = hold.id.to_string();
                let at = format!("{at:.3}");
                told(201, None, json!({"id": id, "expires_at": at, "seats": seats}))
            }
            Ok(Receipt::Payment(payment)) => told(201, None, json!({"id": payment.id.to_string()})),
            Ok(Receipt::Booking(booking)) => told(200, None, json!({"id": booking.id.to_string()})),
            Ok(_) => told(204, None, Value::Null),
            Err(refusal) => told(409, Some(code(refusal_kind(refusal))), Value::Null),
        }
    }

    /// Somebody wants seats of a show; the hold, if they get them.
    pub(super) fn hold(&mut self, user: &str, show: &str, seats: &[&str]) -> Option<HoldId> {
        let seats_sent = json!({ "seats": seats });
        let seats = seats.iter().map(|seat| SeatId::from(*seat)).collect();
        let want = Want::Named { seats, areas: BTreeMap::new() };
        let (user_id, show_id) = (UserId::from(user), ShowId::from(show));
        let command = Command::Hold { show: show_id, user: user_id, want, replace_active: false };
        let ask = Ask::Hold { show: show.to_owned() };
        match self.write(user, ask, command, seats_sent).result {
            Ok(Receipt::Hold(hold)) => Some(hold.id),
            Ok(_) | Err(_) => None,
        }
    }

    /// Somebody without a key is refused seats, and the log has nothing of it.
    pub(super) fn turn_away(&mut self, user: &str, show: &str, seats: &[&str], index: u64) {
        let called = self.moment();
        let told = Told {
            status: 409,
            code: Some("seat_unavailable".to_owned()),
            index: Some(index),
            replayed: false,
            body: json!({ "conflicts": seats }),
        };
        let ask = Ask::Hold { show: show.to_owned() };
        self.note(user, ask, None, json!({ "seats": seats }), called, told);
    }

    /// Lets a hold go.
    pub(super) fn release(&mut self, user: &str, hold: HoldId) {
        let ask = Ask::Release { hold: hold.to_string() };
        self.write(user, ask, Command::Release { hold }, Value::Null);
    }

    /// Opens a payment for a hold.
    pub(super) fn pay(&mut self, user: &str, hold: HoldId) -> Option<PaymentId> {
        let new = NewPayment {
            hold,
            gateway: GATEWAY.to_owned(),
            email: format!("{user}@example.com"),
            success_url: "https://example.com/yes".to_owned(),
            cancel_url: "https://example.com/no".to_owned(),
            customer: None,
        };
        let ask = Ask::Pay { hold: hold.to_string() };
        let outcome = self.write(user, ask, Command::OpenPayment(Box::new(new)), Value::Null);
        let Ok(Receipt::Payment(payment)) = outcome.result else { return None };
        let reference = format!("ses_{}", payment.id);
        let redirect_url = format!("https://till.example/{reference}");
        self.alone(Command::Opened { payment: payment.id, reference, redirect_url });
        let (captured, refunds) = (0, BTreeMap::new());
        let session = Session { payment: payment.id, is_open: true, captured, refunds };
        self.sessions.insert(payment.id, session);
        Some(payment.id)
    }

    /// The gateway takes the money and says so.
    pub(super) fn succeed(&mut self, payment: PaymentId) {
        let amount = self.state.payment(payment).expect("it was opened").amount;
        let session = self.sessions.get_mut(&payment).expect("it was opened");
        (session.is_open, session.captured) = (false, amount.0);
        self.alone(Command::GatewayEvent(Box::new(GatewayEvent {
            gateway: GATEWAY.to_owned(),
            event: format!("evt_{payment}"),
            payment: Some(payment),
            reference: format!("ses_{payment}"),
            kind: GatewayEventKind::Succeeded,
            amount,
            currency: Currency::parse("EUR").expect("the euro is a currency"),
        })));
    }

    /// Every letter is delivered.
    pub(super) fn mail(&mut self) {
        let rows: Vec<OutboxId> = self.state.outbox().map(|row| row.id).collect();
        for row in rows {
            self.letters.insert(row);
            self.alone(Command::Settle { row, delivery: Delivery::Done });
        }
    }

    /// A show's seats, as an organizer reads them.
    pub(super) fn seats(&mut self, user: &str, show: &str, linearizable: bool) {
        let called = self.moment();
        let body = self.seats_body(show);
        let index = Some(self.index());
        let told = Told { status: 200, code: None, index, replayed: false, body };
        let ask = Ask::Seats { show: show.to_owned(), linearizable };
        self.note(user, ask, None, Value::Null, called, told);
    }

    fn seats_body(&self, show: &str) -> Value {
        let show = self.state.show(&ShowId::from(show)).expect("it is on");
        let map = show.map().expect("it has a map");
        let seat = |(at, seat): (u32, &Seat)| {
            let owner = show.owner(SeatIx(at));
            let state = match owner {
                None => "AVAILABLE",
                Some(Owner::Hold(_)) => "PENDING",
                Some(Owner::Booking(_)) => "RESERVED",
            };
            let mut body = json!({"id": seat.id.0, "state": state});
            match owner {
                None => {}
                Some(Owner::Hold(id)) => body["hold"] = json!(id.to_string()),
                Some(Owner::Booking(id)) => body["booking"] = json!(id.to_string()),
            }
            body
        };
        let seats: Vec<Value> = (0..).zip(map.seats()).map(seat).collect();
        json!({ "seats": seats })
    }

    /// A look at one's own hold.
    pub(super) fn look(&mut self, user: &str) {
        let called = self.moment();
        let hold = self.state.active_hold(&UserId::from(user));
        let (status, body) = match hold {
            Some(hold) => (200, json!({"id": hold.id.to_string(), "status": "pending"})),
            None => (404, Value::Null),
        };
        let index = Some(self.index());
        let told = Told { status, code: None, index, replayed: false, body };
        let ask = Ask::Look { path: "/v1/me/hold".to_owned(), linearizable: true };
        self.note(user, ask, None, Value::Null, called, told);
    }

    /// Bookings that stand.
    pub(super) fn booked(&self) -> usize {
        let stands = |status| status == BookingStatus::Confirmed;
        self.state.bookings().filter(|booking| stands(booking.status)).count()
    }

    /// The judgement, with one node that has what the log makes.
    pub(super) fn judge(&self) -> Judgement {
        let (index, state) = (self.index(), self.state.clone());
        self.judge_with(vec![Standing { node: 1, index, state }])
    }

    /// The judgement, with these nodes.
    pub(super) fn judge_with(&self, nodes: Vec<Standing>) -> Judgement {
        judge(&Evidence {
            log: &self.log,
            history: &self.history,
            nodes,
            sessions: self.sessions.values().cloned().collect(),
            letters: self.letters.clone(),
            webhooks: Vec::new(),
            quiet: QUIET,
        })
    }
}

/// As the contract writes it.
fn code(kind: &str) -> &'static str {
    match kind {
        "SeatUnavailable" => "seat_unavailable",
        "UserHasActiveHold" => "user_has_active_hold",
        "HoldNotActive" => "hold_not_active",
        "HoldExpired" => "hold_expired",
        "PaymentAlreadyOpen" => "payment_already_open",
        other => panic!("no scene has {other}"),
    }
}

/// The name of a seat of a row, both from 0.
pub(super) fn seat(row: usize, at: usize) -> String {
    format!("{row}-{at}")
}

fn hall(rows: usize) -> (MapHeader, Vec<MapItem>) {
    let zone = Zone { name: "Parterre".to_owned(), position: Point::default(), drawings: vec![] };
    let mut items = vec![MapItem::Zone(zone)];
    for row in 0..rows {
        items.push(MapItem::Row(MapRow { number: row.to_string(), position: Point::default() }));
        items.extend((0..8).map(|at| {
            MapItem::Seat(Seat {
                id: SeatId(seat(row, at)),
                number: at.to_string(),
                label: format!("row {row}, seat {at}"),
                category: 0,
                position: Point::default(),
                radius: Thousandths(10_000),
                apart: false,
            })
        }));
    }
    let category = Category { name: "Stalls".to_owned(), color: "#336699".to_owned() };
    let name = "A hall".to_owned();
    let size = Point::default();
    (MapHeader { name, size, categories: vec![category], parts: 1 }, items)
}

fn new_show(show: &str, hash: MapHash) -> NewShow {
    NewShow {
        id: Some(ShowId::from(show)),
        name: show.to_owned(),
        venue: String::new(),
        starts_at: Millis(START + 1_000_000_000),
        description: String::new(),
        media: Vec::new(),
        currency: Currency::parse("EUR").expect("the euro is a currency"),
        prices: BTreeMap::from([("Stalls".to_owned(), Amount(2500))]),
        sale: Sale::default(),
        policy: Policy {
            hold_ttl: Millis(7_200_000),
            hold_total_max: Millis(7_200_000),
            seats_per_hold_max: 4,
            prevent_orphans: false,
        },
        seat_map: Some(hash),
        areas: Vec::new(),
    }
}
