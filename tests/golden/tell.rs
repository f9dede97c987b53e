//! Tells outcomes and looks in words short enough to read a script by.

use usher::seats::{
    AreaIx, Booking, Deed, Effect, EventEffect, FieldError, Hold, HoldId, Outcome, Payment,
    PaymentId, Receipt, Refund, Refusal, Search, SeatIx, SeatLine, SeatState, Show, ShowId,
    ShowView, State,
};

use super::names::Names;

pub fn outcome(state: &State, names: &mut Names, outcome: &Outcome) -> String {
    let told = match &outcome.result {
        Ok(receipt) => receipt_in(state, names, receipt),
        Err(refusal) => format!("refused: {}", refusal_in(names, refusal)),
    };
    let replayed = if outcome.replayed { " (replayed)" } else { "" };
    format!("{}{replayed} {told}", time(outcome.at.0))
}

/// `seats SHOW`, `show SHOW`, `hold h1`, `payment p1`, `booking b1`, `refund r1`, `active USER`,
/// `outbox`, `trail`, `unmatched`, `money`, `deadline`, `changes SHOW VERSION`, `count`.
pub fn look(state: &State, names: &mut Names, words: &[&str]) -> String {
    let id = |names: &Names| names.find(words.get(1).copied().unwrap_or(""));
    let gone = || "gone".to_owned();
    match words[0] {
        "seats" => known_show(state, words).map_or_else(gone, seats),
        "show" => known_show(state, words).map_or_else(gone, |found| show(&state.view(found))),
        "hold" => {
            let found = state.hold(usher::seats::HoldId(id(names)));
            found.map_or_else(gone, |found| hold(state, names, found))
        }
        "active" => {
            let found = state.active_hold(&words[1].into());
            found.map_or_else(gone, |found| hold(state, names, found))
        }
        "payment" => {
            let found = state.payment(usher::seats::PaymentId(id(names)));
            found.map_or_else(gone, |found| payment(names, found))
        }
        "booking" => {
            let found = state.booking(usher::seats::BookingId(id(names)));
            found.map_or_else(gone, |found| booking(state, names, found))
        }
        "refund" => {
            let found = state.refund(usher::seats::RefundId(id(names)));
            found.map_or_else(gone, |found| refund(names, found))
        }
        "outbox" => outbox(state, names),
        "trail" => trail(state, names, words),
        "unmatched" => {
            lines(state.unmatched().map(|row| {
                format!("{} {} {:?}", row.event.gateway, row.event.event, row.event.kind)
            }))
        }
        "money" => lines(state.money().iter().map(|(currency, money)| {
            format!(
                "{}: captured {} booked {} owed {} back {} external {}",
                currency.as_str(),
                money.captured.0,
                money.booked.0,
                money.refund_pending.0,
                money.refunded.0,
                money.external.0
            )
        })),
        "deadline" => state.next_deadline().map_or_else(|| "none".to_owned(), |at| time(at.0)),
        "changes" => changes(state, words),
        "count" => format!("{} holds, {} rows", state.holds().count(), state.rows().count()),
        other => panic!("nothing to look at: {other}"),
    }
}

/// `trail [seat=SHOW/A-1] [user=NAME] [hold=h1] [payment=p1]`, a line a deed.
fn trail(state: &State, names: &mut Names, words: &[&str]) -> String {
    let mut search = Search::default();
    for (name, of) in words[1..].iter().filter_map(|word| word.split_once(':')) {
        match name {
            "seat" => {
                let (show, seat) = of.split_once('/').expect("seat:SHOW/SEAT");
                let map = state.show(&show.into()).and_then(Show::map).expect("a show with seats");
                search.show = Some(show.into());
                search.seat = Some(map.find(&seat.into()).expect("a seat of it"));
            }
            "user" => search.user = Some(of.into()),
            "hold" => search.hold = Some(HoldId(names.find(of))),
            "payment" => search.payment = Some(PaymentId(names.find(of))),
            other => panic!("nothing is found by {other}"),
        }
    }
    let since = state.trail().since().map_or_else(|| "never".to_owned(), |at| time(at.0));
    let deeds: Vec<Deed> = state.trail().find(&search, None).cloned().collect();
    let deeds: Vec<String> = deeds.iter().map(|deed| told(state, names, deed)).collect();
    lines([format!("since {since}")].into_iter().chain(deeds))
}

fn told(state: &State, names: &mut Names, deed: &Deed) -> String {
    let mut told = vec![format!("{:?}", deed.kind)];
    let show = state.show(deed.show()).expect("a deed has its show");
    let seats = deed.seats().into_iter().map(|ix| show.map().expect("a map").seat(ix).expect("it"));
    let seats: Vec<&str> = seats.map(|seat| seat.id.0.as_str()).collect();
    let areas = deed.areas().into_iter().map(|(area, n)| format!("area {}*{n}", area.0));
    told.extend((!seats.is_empty()).then(|| format!("[{}]", seats.join(" "))));
    told.extend(areas);
    told.extend(deed.user().map(|user| format!("of {user}")));
    told.extend(deed.hold().map(|id| names.tell('h', id.0)));
    told.extend(deed.payment().map(|id| names.tell('p', id.0)));
    told.extend(deed.booking().map(|id| names.tell('b', id.0)));
    told.extend(deed.refund().map(|id| names.tell('r', id.0)));
    told.extend(deed.amount().map(|(amount, _)| amount.0.to_string()));
    told.extend(deed.note().map(|note| format!("({note})")));
    let by = match deed.asked_by() {
        None => "time".to_owned(),
        Some((None, role)) => format!("{role:?}"),
        Some((Some(user), role)) => format!("{user} {role:?}"),
    };
    format!("{}.{} {} {} by {by}", deed.key.index, deed.key.place, time(deed.at.0), told.join(" "))
}

fn known_show<'a>(state: &'a State, words: &[&str]) -> Option<&'a Show> {
    state.show(&ShowId::from(words[1]))
}

fn receipt_in(state: &State, names: &mut Names, receipt: &Receipt) -> String {
    match receipt {
        Receipt::Done => "done".to_owned(),
        Receipt::MapStored { seats, categories, .. } => {
            format!("map of {seats} seats, categories {}", categories.join(" "))
        }
        Receipt::Show(view) => show(view),
        Receipt::Blocks { seats, version } => format!("{} at version {version}", join(seats)),
        Receipt::Hold(found) => hold(state, names, found),
        Receipt::Payment(found) => payment(names, found),
        Receipt::Booking(found) => booking(state, names, found),
        Receipt::Refund(found) => refund(names, found),
        Receipt::Event(effect) => match effect {
            EventEffect::Booked(id) => format!("booked {}", names.tell('b', id.0)),
            EventEffect::RefundQueued(id) => format!("{} goes back", names.tell('p', id.0)),
            EventEffect::Ended(id) => format!("{} has ended", names.tell('p', id.0)),
            EventEffect::Ignored => "ignored".to_owned(),
            EventEffect::Unmatched => "unmatched".to_owned(),
        },
    }
}

fn refusal_in(names: &mut Names, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { errors } => {
            let told =
                errors.iter().map(|FieldError { field, message }| format!("{field}: {message}"));
            format!("Invalid {}", told.collect::<Vec<_>>().join("; "))
        }
        Refusal::UnknownSeats(seats) => format!("UnknownSeats {}", join(seats)),
        Refusal::NotFound(noun) => format!("NotFound {noun:?}"),
        Refusal::TooManyBookings { max } => format!("TooManyBookings, at most {max}"),
        Refusal::TooManySeats { max } => format!("TooManySeats, at most {max}"),
        Refusal::UserHasActiveHold(id) => format!("UserHasActiveHold {}", names.tell('h', id.0)),
        Refusal::SeatUnavailable { conflicts, areas } => {
            format!("SeatUnavailable seats [{}] areas [{}]", join(conflicts), join(areas))
        }
        Refusal::OrphanSeat(seats) => format!("OrphanSeat {}", join(seats)),
        Refusal::PaymentAlreadyOpen(id) => format!("PaymentAlreadyOpen {}", names.tell('p', id.0)),
        Refusal::ShowExists
        | Refusal::ShowCancelled
        | Refusal::SaleNotOpen
        | Refusal::HoldNotActive
        | Refusal::HoldExpired
        | Refusal::PaymentNotOpen
        | Refusal::BookingNotActive
        | Refusal::KeyReused
        | Refusal::Overloaded => format!("{refusal:?}"),
    }
}

fn show(view: &ShowView) -> String {
    let prices = view.info.prices.iter().map(|(name, price)| format!("{name}:{}", price.0));
    let prices = prices.collect::<Vec<_>>().join(",");
    let cancellation = view.info.cancellation.map_or_else(String::new, |c| {
        let (b, r, p, f) = (c.bookings, c.refunded, c.pending, c.failed);
        format!(", {b} bookings: {r} refunded, {p} pending, {f} failed")
    });
    let (id, status) = (&view.info.id, view.status);
    format!("show {id} {status:?}, {} available, {prices}{cancellation}", view.available)
}

fn hold(state: &State, names: &mut Names, hold: &Hold) -> String {
    let payment = hold.payment.map(|id| format!(" payment {}", names.tell('p', id.0)));
    let booking = hold.booking.map(|id| format!(" booking {}", names.tell('b', id.0)));
    format!(
        "hold {} {} {:?} [{}] total {} until {}{}{}",
        names.tell('h', hold.id.0),
        hold.user,
        hold.status,
        places(state, &hold.show, &hold.seats, &hold.areas),
        hold.total.0,
        time(hold.expires_at.0),
        payment.unwrap_or_default(),
        booking.unwrap_or_default()
    )
}

fn payment(names: &mut Names, payment: &Payment) -> String {
    let booking = payment.booking.map(|id| format!(" booking {}", names.tell('b', id.0)));
    let refund = payment.refund.map(|id| format!(" refund {}", names.tell('r', id.0)));
    let flags: String = payment.flags.iter().flat_map(|flag| [" ", flag.as_str()]).collect();
    format!(
        "payment {} {:?}{} {}: captured {} {} booked {} owed {} back {}{}{}{flags}",
        names.tell('p', payment.id.0),
        payment.status,
        if payment.closing { " closing" } else { "" },
        payment.amount.0,
        payment.captured.0,
        payment.captured_currency.as_str(),
        payment.booked.0,
        payment.refund_pending.0,
        payment.refunded.0,
        booking.unwrap_or_default(),
        refund.unwrap_or_default()
    )
}

fn booking(state: &State, names: &mut Names, booking: &Booking) -> String {
    let payment = booking.payment.map(|id| format!(" payment {}", names.tell('p', id.0)));
    format!(
        "booking {} {} {:?} [{}] total {}{}",
        names.tell('b', booking.id.0),
        booking.user,
        booking.status,
        places(state, &booking.show, &booking.seats, &booking.areas),
        booking.total.0,
        payment.unwrap_or_default()
    )
}

fn refund(names: &mut Names, refund: &Refund) -> String {
    format!(
        "refund {} {:?} {} {} of {}, {} attempts{}",
        names.tell('r', refund.id.0),
        refund.status,
        refund.amount.0,
        refund.currency.as_str(),
        names.tell('p', refund.payment.0),
        refund.attempts,
        refund.last_error.as_ref().map_or_else(String::new, |error| format!(": {error}"))
    )
}

fn outbox(state: &State, names: &mut Names) -> String {
    let mut told = Vec::new();
    for row in state.outbox() {
        let effect = match row.effect {
            Effect::CloseSession(id) => format!("close the session of {}", names.tell('p', id.0)),
            Effect::Refund(id) => {
                let same = if row.id.0 == id.0 { ", under its own id" } else { "" };
                format!("pay back {}{same}", names.tell('r', id.0))
            }
            Effect::MailBooking(id) => format!("mail {}", names.tell('b', id.0)),
        };
        let failed = match &row.last_error {
            Some(error) => format!(", {} attempts: {error}", row.attempts),
            None => String::new(),
        };
        let (name, due) = (names.tell('o', row.id.0), time(row.due_at.0));
        told.push(format!("{name} {effect}, due {due}{failed}"));
    }
    lines(told.into_iter())
}

/// One line a row: `.` available, `h` pending, `X` reserved, `-` blocked; a space is a gap.
fn seats(show: &Show) -> String {
    let mut told = vec![format!("version {}, {} available", show.version(), show.available())];
    let map = show.map().map(|map| (map.rows().collect::<Vec<_>>(), map));
    for row in map.iter().flat_map(|(rows, _)| rows.iter()) {
        let mut line = String::new();
        for seat in row.clone().map(SeatIx) {
            if seat.0 > row.start && !map.as_ref().is_some_and(|(_, map)| map.joined(seat)) {
                line.push(' ');
            }
            line.push(match show.seat(seat) {
                SeatState::Available => '.',
                SeatState::Pending => 'h',
                SeatState::Reserved => 'X',
                SeatState::Blocked => '-',
            });
        }
        told.push(line);
    }
    for (area, (held, sold)) in show.info().areas.iter().zip(show.areas_taken()) {
        told.push(format!("{}: {held} held, {sold} sold of {}", area.id, area.capacity));
    }
    told.join("\n")
}

fn changes(state: &State, words: &[&str]) -> String {
    let version = words[2].parse().expect("a version");
    let Some(show) = known_show(state, words) else { return "gone".to_owned() };
    let Some(changes) = show.changes_since(version) else { return "too old".to_owned() };
    let seats: Vec<_> = changes.seats.iter().filter_map(|seat| show.map()?.seat(*seat)).collect();
    let areas = changes.areas.iter().map(|area: &AreaIx| &show.info().areas[area.0 as usize].id);
    let seats = seats.iter().map(|seat| seat.id.to_string()).collect::<Vec<_>>().join(" ");
    let areas = areas.map(ToString::to_string).collect::<Vec<_>>().join(" ");
    format!("seats [{seats}] areas [{areas}]")
}

fn places(
    state: &State,
    show: &ShowId,
    seats: &[SeatLine],
    areas: &[usher::seats::AreaLine],
) -> String {
    let show = state.show(show).expect("a hold or booking has its show");
    let seats = seats.iter().map(|line| {
        show.map().and_then(|map| map.seat(line.seat)).expect("a seat of the map").id.to_string()
    });
    let areas = areas
        .iter()
        .map(|line| format!("{}*{}", show.info().areas[line.area.0 as usize].id, line.quantity));
    seats.chain(areas).collect::<Vec<_>>().join(" ")
}

fn time(millis: u64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    if rest == 0 { format!("{seconds}s") } else { format!("{seconds}.{rest:03}s") }
}

fn join(things: &[impl ToString]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn lines(told: impl Iterator<Item = String>) -> String {
    let told: Vec<String> = told.collect();
    if told.is_empty() { "none".to_owned() } else { told.join("\n") }
}
