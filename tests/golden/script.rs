//! Reads a script, carries it out, and writes it again with the answers that came.

use std::collections::{BTreeMap, BTreeSet};

use usher::seats::{
    Amount, AreaId, AreaInfo, BookingId, Caller, Category, Command, Currency, Delivery, Fresh,
    GatewayEvent, GatewayEventKind, HoldId, Key, MapHash, MapHeader, MapItem, MapRow, Millis,
    NewPayment, NewShow, OutboxId, PaymentId, Point, Policy, Proposal, RefundId, Role, Row, RowKey,
    Sale, Seat, SeatId, ShowId, ShowPatch, State, Thousandths, UserId, Want, Zone,
};

use super::names::Names;
use super::tell;

/// A script on its way.
pub struct Script {
    state: State,
    names: Names,
    /// What a disk would hold: every change so far, replayed.
    disk: BTreeMap<RowKey, Row>,
    at: u64,
    fresh: u64,
}

impl Default for Script {
    fn default() -> Script {
        let (state, names, disk) = (State::new(1), Names::default(), BTreeMap::new());
        Script { state, names, disk, at: 0, fresh: 0 }
    }
}

/// The words of a line: plain ones in order, and `name=value` pairs.
struct Words<'a> {
    plain: Vec<&'a str>,
    pairs: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    fn new(line: &'a str) -> Words<'a> {
        let (mut plain, mut pairs) = (Vec::new(), BTreeMap::new());
        for word in line.split_whitespace() {
            match word.split_once('=') {
                Some((name, value)) => _ = pairs.insert(name, value),
                None => plain.push(word),
            }
        }
        Words { plain, pairs }
    }

    fn word(&self, n: usize) -> &'a str {
        self.plain.get(n).copied().unwrap_or("")
    }

    fn millis(&self, name: &str) -> Option<Millis> {
        self.pairs.get(name).map(|text| millis(text))
    }
}

impl Script {
    /// The text with the answers that came.
    pub fn run(mut self, text: &str) -> String {
        let mut told = String::new();
        for line in text.lines() {
            let Some(asked) = line.strip_prefix("> ") else {
                if line.is_empty() || line.starts_with('#') {
                    told.extend([line, "\n"]);
                }
                continue;
            };
            let answer = self.line(asked);
            self.verify(asked);
            told.extend(["> ", asked, "\n", &answer, "\n"]);
        }
        told
    }

    /// `[+time|=time] caller verb words…`, or `? what words…` to look without asking.
    fn line(&mut self, line: &str) -> String {
        let mut line = line;
        if let Some(rest) = line.strip_prefix('+') {
            let (time, rest) = rest.split_once(' ').expect("time, then the rest");
            self.at += millis(time).0;
            line = rest;
        } else if let Some(rest) = line.strip_prefix('=') {
            let (time, rest) = rest.split_once(' ').expect("time, then the rest");
            self.at = millis(time).0;
            line = rest;
        }
        let (who, rest) = line.split_once(' ').expect("a caller, then what is asked");
        let words = Words::new(rest);
        if who == "?" {
            return tell::look(&self.state, &mut self.names, &words.plain);
        }
        if words.word(0) == "map" {
            return self.map(&words);
        }
        if words.word(0) == "fill" {
            return self.fill(who, words.word(1).parse().expect("a number"));
        }
        let command = self.command(who, &words);
        let key = Script::key(&words, rest);
        self.apply(caller(who), key, command)
    }

    fn apply(&mut self, caller: Caller, key: Option<Key>, command: Command) -> String {
        self.fresh += 1;
        let fresh = Fresh(u128::from(self.fresh) << 64);
        let proposal = Proposal { caller, key, fresh, command };
        self.state.enter(self.fresh);
        let outcome = self.state.apply(Millis(self.at), &proposal);
        tell::outcome(&self.state, &mut self.names, &outcome)
    }

    /// What must hold after every line, whatever it was.
    fn verify(&mut self, line: &str) {
        assert_eq!(self.state.check(), Vec::<String>::new(), "after: {line}");
        for change in self.state.take_dirty() {
            match change.row {
                Some(row) => _ = self.disk.insert(change.key, row),
                None => _ = self.disk.remove(&change.key),
            }
        }
        let rows: Vec<Row> = self.state.rows().collect();
        let disk: Vec<Row> = self.disk.values().cloned().collect();
        assert_eq!(disk, rows, "the dirty rows make up the state, after: {line}");
        let loaded = State::load(rows.clone()).expect("rows of a sound state load");
        assert_eq!(loaded.rows().collect::<Vec<_>>(), rows, "rows survive loading, after: {line}");
        assert_eq!(loaded.check(), Vec::<String>::new(), "loaded, after: {line}");
        assert_eq!(loaded.next_deadline(), self.state.next_deadline(), "after: {line}");
        assert_eq!(loaded.money(), self.state.money(), "after: {line}");
    }

    /// `key=…` is a client's, `nodekey=…` a node's; `body=…` stands for what was sent, else the
    /// line.
    fn key(words: &Words<'_>, line: &str) -> Option<Key> {
        let made_by_node = words.pairs.contains_key("nodekey");
        let text = words.pairs.get("key").or(words.pairs.get("nodekey"))?;
        let body = words.pairs.get("body").copied().unwrap_or(line);
        let fingerprint =
            body.bytes().fold(7u128, |sum, byte| sum * 31 % 1_000_003 + u128::from(byte));
        Some(Key { text: (*text).into(), fingerprint, made_by_node })
    }

    /// `fill N`: as many refusals under keys of their own; tells the last.
    fn fill(&mut self, who: &str, times: u32) -> String {
        let mut told = String::new();
        for n in 1..=times {
            let key = Key { text: format!("fill-{n}").into(), fingerprint: 0, made_by_node: false };
            let release = Command::Release { hold: HoldId(u128::MAX) };
            told = self.apply(caller(who), Some(key), release);
        }
        told
    }

    /// `map NAME A:3,2=Stalls B:5=Circle`: rows of seats side by side, with gaps at the commas.
    fn map(&mut self, words: &Words<'_>) -> String {
        let hash = hash(words.word(1));
        let mut categories: Vec<String> = Vec::new();
        let zone =
            Zone { name: "Hall".to_owned(), position: Point::default(), drawings: Vec::new() };
        let mut items = vec![MapItem::Zone(zone)];
        for row in &words.plain[2..] {
            let (number, rest) = row.split_once(':').expect("A:3,2/Stalls");
            let (parts, category) = rest.split_once('/').unwrap_or((rest, "Stalls"));
            let known = categories.iter().position(|name| name == category);
            let category_ix = known.unwrap_or_else(|| {
                categories.push(category.to_owned());
                categories.len() - 1
            });
            items.push(MapItem::Row(MapRow {
                number: number.to_owned(),
                position: Point::default(),
            }));
            items.extend(seats(number, parts, u16::try_from(category_ix).expect("few categories")));
        }
        let category = |name| Category { name, color: String::new() };
        let header = MapHeader {
            name: words.word(1).to_owned(),
            size: Point::default(),
            categories: categories.into_iter().map(category).collect(),
            parts: 2,
        };
        let second = items.split_off(items.len() / 2);
        let organizer = || caller("@olga");
        self.apply(organizer(), None, Command::MapPart { hash, part: 1, items: second });
        self.apply(organizer(), None, Command::MapPart { hash, part: 0, items });
        self.apply(organizer(), None, Command::MapDone { hash, header })
    }

    fn command(&mut self, who: &str, words: &Words<'_>) -> Command {
        let show = ShowId::from(words.word(1));
        let id = self.names.find(words.word(1));
        let named = || words.plain.iter().skip(2).map(|id| SeatId::from(*id));
        match words.word(0) {
            "tick" => Command::Tick,
            "level" => Command::RaiseLevel { level: words.word(1).parse().expect("a level") },
            "part" => Command::MapPart { hash: hash(words.word(1)), part: 0, items: Vec::new() },
            "done" => Command::MapDone { hash: hash(words.word(1)), header: header(words.word(2)) },
            "show" => Command::CreateShow(Box::new(new_show(words))),
            "patch" => Command::PatchShow { show, patch: Box::new(patch(words)) },
            "cancel-show" => Command::CancelShow { show },
            "block" => Command::Block { show, seats: named().collect() },
            "unblock" => Command::Unblock { show, seats: named().collect() },
            "hold" => {
                let user = words.pairs.get("user").copied().unwrap_or(who.trim_start_matches('@'));
                let replace_active = words.pairs.contains_key("replace");
                let (user, want) = (UserId::from(user), want(words));
                match words.pairs.get("within") {
                    None => Command::Hold { show, user, want, replace_active },
                    Some(max) => {
                        let bookings_max = max.parse().expect("a number");
                        Command::HoldWithin { show, user, want, replace_active, bookings_max }
                    }
                }
            }
            "extend" => Command::Extend { hold: HoldId(id), ttl: millis(words.word(2)) },
            "release" => Command::Release { hold: HoldId(id) },
            "confirm" => Command::Confirm {
                hold: HoldId(id),
                reference: words.pairs.get("ref").copied().unwrap_or("till").to_owned(),
                email: words.pairs.get("email").map(|&text| text.to_owned()),
            },
            "pay" => Command::OpenPayment(Box::new(new_payment(HoldId(id)))),
            "opened" => Command::Opened {
                payment: PaymentId(id),
                reference: words.word(2).to_owned(),
                redirect_url: format!("https://pay.example/{}", words.word(2)),
            },
            "cancel-payment" => Command::CancelPayment { payment: PaymentId(id) },
            "event" => Command::GatewayEvent(Box::new(self.event(words))),
            "cancel-booking" => {
                let seats: BTreeSet<SeatId> = named().collect();
                let seats =
                    (!seats.is_empty() || words.pairs.contains_key("none")).then_some(seats);
                Command::CancelBooking { booking: BookingId(id), seats }
            }
            "resend" => Command::Resend { booking: BookingId(id) },
            "retry" => Command::RetryRefund { refund: RefundId(id) },
            "retire" => Command::RetireNode { node: words.word(1).parse().expect("a number") },
            "settle" => Command::Settle { row: OutboxId(id), delivery: delivery(words) },
            other => panic!("no such verb: {other}"),
        }
    }

    /// `event EVENT_ID p1 paid 200 EUR [ref=sbx_1] [gateway=other]`
    fn event(&self, words: &Words<'_>) -> GatewayEvent {
        let kind = match words.word(3) {
            "paid" => GatewayEventKind::Succeeded,
            "declined" => GatewayEventKind::Declined,
            "failed" => GatewayEventKind::Failed,
            "expired" => GatewayEventKind::Expired,
            other => panic!("no such event: {other}"),
        };
        let payment = (words.word(2) != "-").then(|| PaymentId(self.names.find(words.word(2))));
        GatewayEvent {
            gateway: words.pairs.get("gateway").copied().unwrap_or("sandbox").to_owned(),
            event: words.word(1).to_owned(),
            payment,
            reference: words.pairs.get("ref").copied().unwrap_or("sbx_1").to_owned(),
            kind,
            amount: Amount(words.word(4).parse().expect("an amount")),
            currency: Currency::parse(words.word(5)).expect("a currency"),
        }
    }
}

/// `alice` is a buyer, `@olga` an organizer, `-` nobody, `@-` an organizer without a name.
fn caller(who: &str) -> Caller {
    let name = who.trim_start_matches('@');
    let role = if who.starts_with('@') { Role::Organizer } else { Role::Buyer };
    Caller { user: (name != "-").then(|| UserId::from(name)), role }
}

/// `90` and `90ms` are milliseconds; `90s`, `10m`, `24h` and `30d` what they say.
fn millis(text: &str) -> Millis {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().expect("a number and a unit");
    let unit = match &text[digits.len()..] {
        "" | "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        other => panic!("no such unit: {other}"),
    };
    Millis(number * unit)
}

fn hash(name: &str) -> MapHash {
    let mut hash = [0; 32];
    for (byte, letter) in hash.iter_mut().zip(name.bytes()) {
        *byte = letter;
    }
    MapHash(hash)
}

fn header(parts: &str) -> MapHeader {
    let parts = parts.parse().expect("a number of parts");
    MapHeader { name: String::new(), size: Point::default(), categories: Vec::new(), parts }
}

/// The seats of a row, numbered from 1, in stretches of these lengths.
fn seats(row: &str, lengths: &str, category: u16) -> Vec<MapItem> {
    let (mut seats, mut number) = (Vec::new(), 0);
    for length in lengths.split(',') {
        for place in 0..length.parse().expect("a length") {
            number += 1;
            seats.push(MapItem::Seat(Seat {
                id: SeatId(format!("{row}-{number}")),
                number: number.to_string(),
                label: format!("Row {row}, seat {number}"),
                category,
                position: Point::default(),
                radius: Thousandths(10),
                apart: place == 0,
            }));
        }
    }
    seats
}

/// `Stalls:100,Circle:50`
fn prices(text: &str) -> BTreeMap<String, Amount> {
    let pairs = text.split(',').filter_map(|pair| pair.split_once(':'));
    pairs.map(|(name, price)| (name.to_owned(), Amount(price.parse().expect("a price")))).collect()
}

/// `standing:Circle:10,bar:Circle:5`
fn areas(text: &str) -> Vec<AreaInfo> {
    let area = |text: &str| {
        let parts: Vec<&str> = text.split(':').collect();
        let [id, category, capacity] = parts[..] else { panic!("standing:Circle:10, not {text}") };
        AreaInfo {
            id: AreaId::from(id),
            name: id.to_owned(),
            category: category.to_owned(),
            capacity: capacity.parse().expect("a capacity"),
        }
    };
    text.split(',').map(area).collect()
}

fn policy(words: &Words<'_>) -> Policy {
    Policy {
        hold_ttl: words.millis("ttl").unwrap_or(Millis(600_000)),
        hold_total_max: words.millis("total").unwrap_or(Millis(1_800_000)),
        seats_per_hold_max: words.pairs.get("max").map_or(10, |max| max.parse().expect("a number")),
        prevent_orphans: words.pairs.contains_key("orphans"),
    }
}

fn new_show(words: &Words<'_>) -> NewShow {
    let id = words.word(1);
    NewShow {
        id: (!id.is_empty()).then(|| ShowId::from(id)),
        name: "Hamlet".to_owned(),
        venue: "Old Mill Theatre".to_owned(),
        starts_at: words.millis("starts").unwrap_or(Millis(365 * 86_400_000)),
        description: String::new(),
        media: Vec::new(),
        currency: Currency::parse("EUR").expect("a currency"),
        prices: prices(words.pairs.get("prices").copied().unwrap_or("Stalls:100,Circle:50")),
        sale: Sale { opens_at: words.millis("opens"), closes_at: words.millis("closes") },
        policy: policy(words),
        seat_map: words.pairs.get("map").map(|name| hash(name)),
        areas: words.pairs.get("areas").map_or_else(Vec::new, |text| areas(text)),
    }
}

fn patch(words: &Words<'_>) -> ShowPatch {
    let has = |name| words.pairs.contains_key(name);
    let sale = Sale { opens_at: words.millis("opens"), closes_at: words.millis("closes") };
    ShowPatch {
        name: words.pairs.get("name").map(|&name| name.to_owned()),
        sale: (has("opens") || has("closes") || has("sale")).then_some(sale),
        policy: (has("ttl") || has("max") || has("total") || has("orphans")).then(|| policy(words)),
        prices: words.pairs.get("prices").map(|text| prices(text)),
        ..ShowPatch::default()
    }
}

/// `A-1 A-2 standing*2`, or `best=2`, or `best=2/Stalls`.
fn want(words: &Words<'_>) -> Want {
    if let Some(best) = words.pairs.get("best") {
        let (quantity, category) =
            best.split_once('/').map_or((*best, None), |(q, c)| (q, Some(c)));
        return Want::BestAvailable {
            quantity: quantity.parse().expect("a number"),
            category: category.map(str::to_owned),
        };
    }
    let (mut seats, mut areas) = (BTreeSet::new(), BTreeMap::new());
    for word in words.plain.iter().skip(2) {
        match word.split_once('*') {
            Some((area, quantity)) => {
                areas.insert(AreaId::from(area), quantity.parse().expect("a number"));
            }
            None => _ = seats.insert(SeatId::from(*word)),
        }
    }
    Want::Named { seats, areas }
}

fn new_payment(hold: HoldId) -> NewPayment {
    NewPayment {
        hold,
        gateway: "sandbox".to_owned(),
        email: "ada@example.com".to_owned(),
        success_url: "https://shop.example/ok".to_owned(),
        cancel_url: "https://shop.example/no".to_owned(),
        customer: None,
    }
}

/// `done`, `already-paid`, or `failed` with `retry=` and `error=`.
fn delivery(words: &Words<'_>) -> Delivery {
    match words.word(2) {
        "done" => Delivery::Done,
        "already-paid" => Delivery::AlreadyPaid,
        "failed" => Delivery::Failed {
            error: words.pairs.get("error").copied().unwrap_or("declined").to_owned(),
            retry_at: words.millis("retry").unwrap_or_default(),
        },
        other => panic!("no such delivery: {other}"),
    }
}
