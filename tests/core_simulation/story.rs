//! A step in words, so that a failure reads as a story of who did what.

use usher::seats::{
    AreaLine, Command, EventEffect, Hold, Millis, Outcome, Proposal, Receipt, SeatLine, Want,
};

/// Beyond so many characters a detail is cut.
const DETAIL_MAX: usize = 400;

/// One command and its answer in a line.
pub fn words(step: u64, at: Millis, proposal: &Proposal, outcome: &Outcome) -> String {
    let caller = match &proposal.caller.user {
        Some(user) => format!("{user:?}"),
        None => format!("an anonymous {:?}", proposal.caller.role),
    };
    let key = proposal.key.as_ref().map_or_else(String::new, |key| {
        format!(" [key {}{}]", key.text, if key.made_by_node { ", by node" } else { "" })
    });
    let replayed = if outcome.replayed { "again " } else { "" };
    let answer = answer(&outcome.result);
    let asked = command(&proposal.command);
    let now = outcome.at.0;
    let stamp = if at.0 == now { String::new() } else { format!(" stamped {}", at.0) };
    format!("step {step} at {now}{stamp}: {caller} {asked}{key} -> {replayed}{answer}")
}

/// Ids of what a step is about, for finding the steps before that are about the same.
pub fn about(proposal: &Proposal, outcome: &Outcome) -> Vec<String> {
    let mut about = match &proposal.command {
        Command::Hold { show, user, .. } | Command::HoldWithin { show, user, .. } => {
            vec![show.to_string(), user.to_string()]
        }
        Command::PatchShow { show, .. }
        | Command::CancelShow { show }
        | Command::Block { show, .. }
        | Command::Unblock { show, .. } => vec![show.to_string()],
        Command::Extend { hold, .. }
        | Command::Release { hold }
        | Command::Confirm { hold, .. } => {
            vec![hold.to_string()]
        }
        Command::OpenPayment(new) => vec![new.hold.to_string()],
        Command::Opened { payment, .. } | Command::CancelPayment { payment } => {
            vec![payment.to_string()]
        }
        Command::GatewayEvent(event) => event.payment.iter().map(ToString::to_string).collect(),
        Command::CancelBooking { booking, .. } | Command::Resend { booking } => {
            vec![booking.to_string()]
        }
        Command::RetryRefund { refund } => vec![refund.to_string()],
        Command::Settle { row, .. } => vec![row.to_string()],
        Command::MapPart { hash, .. } | Command::MapDone { hash, .. } => vec![hash.to_string()],
        Command::Tick
        | Command::Mark
        | Command::RaiseLevel { .. }
        | Command::RetireNode { .. }
        | Command::CreateShow(_) => Vec::new(),
    };
    if outcome.replayed {
        about.extend(proposal.key.iter().map(|key| format!("[key {}", key.text)));
    }
    match &outcome.result {
        Ok(Receipt::Hold(hold)) => about.push(hold.id.to_string()),
        Ok(Receipt::Payment(payment)) => {
            about.extend([payment.id.to_string(), payment.hold.to_string()]);
        }
        Ok(Receipt::Booking(booking)) => {
            about.extend([booking.id.to_string(), booking.hold.to_string()]);
            about.extend(booking.payment.map(|payment| payment.to_string()));
        }
        Ok(Receipt::Refund(refund)) => {
            about.extend([refund.id.to_string(), refund.payment.to_string()]);
        }
        Ok(
            Receipt::Done
            | Receipt::MapStored { .. }
            | Receipt::Show(_)
            | Receipt::Blocks { .. }
            | Receipt::Event(_),
        )
        | Err(_) => {}
    }
    about
}

fn command(command: &Command) -> String {
    match command {
        Command::Hold { show, want, replace_active, user } => {
            let replace = if *replace_active { ", replacing" } else { "" };
            format!("wants for {user:?} on {show}: {}{replace}", wish(want))
        }
        Command::HoldWithin { show, want, replace_active, user, bookings_max } => {
            let replace = if *replace_active { ", replacing" } else { "" };
            let wish = wish(want);
            format!("wants for {user:?}, within {bookings_max}, on {show}: {wish}{replace}")
        }
        Command::MapPart { part, hash, items } => {
            format!("sends part {part} of map {hash}, {} items", items.len())
        }
        Command::Extend { hold, ttl } => format!("extends {hold} by {} ms", ttl.0),
        Command::Release { hold } => format!("releases {hold}"),
        Command::Confirm { hold, reference, .. } => {
            format!("confirms {hold} at the box office as {reference}")
        }
        Command::OpenPayment(new) => format!("opens a payment for {}", new.hold),
        Command::Opened { payment, reference, .. } => {
            format!("stores that {payment} is session {reference}")
        }
        Command::CancelPayment { payment } => format!("cancels {payment}"),
        Command::GatewayEvent(event) => {
            let payment = event.payment.map_or_else(|| "no payment".to_owned(), |p| p.to_string());
            let (kind, amount, currency) = (event.kind, event.amount.0, event.currency.as_str());
            let (id, gateway, reference) = (&event.event, &event.gateway, &event.reference);
            format!(
                "brings {id} of {gateway}: {payment} ({reference}) {kind:?}, {amount} {currency}"
            )
        }
        Command::CancelBooking { booking, seats: None } => format!("cancels {booking}"),
        Command::CancelBooking { booking, seats: Some(seats) } => {
            let seats: Vec<_> = seats.iter().map(|seat| seat.0.as_str()).collect();
            format!("cancels seats {seats:?} of {booking}")
        }
        Command::Resend { booking } => format!("asks to mail {booking} again"),
        Command::RetryRefund { refund } => format!("asks to retry {refund}"),
        Command::Settle { row, delivery } => format!("settles {row}: {delivery:?}"),
        Command::CancelShow { show } => format!("cancels show {show}"),
        Command::Tick => "ticks".to_owned(),
        Command::RaiseLevel { .. }
        | Command::RetireNode { .. }
        | Command::Mark
        | Command::MapDone { .. }
        | Command::CreateShow(_)
        | Command::PatchShow { .. }
        | Command::Block { .. }
        | Command::Unblock { .. } => {
            format!("asks {} {}", command_kind(command), cut(&format!("{command:?}")))
        }
    }
}

fn wish(want: &Want) -> String {
    match want {
        Want::Named { seats, areas } => {
            let seats: Vec<_> = seats.iter().map(|seat| seat.0.as_str()).collect();
            let areas: Vec<_> = areas.iter().map(|(area, n)| format!("{n} in {area}")).collect();
            format!("seats {seats:?} areas {areas:?}")
        }
        Want::BestAvailable { quantity, category } => {
            format!("the best {quantity} of {}", category.as_deref().unwrap_or("any category"))
        }
    }
}

fn answer(result: &Result<Receipt, usher::seats::Refusal>) -> String {
    match result {
        Ok(Receipt::Hold(hold)) => hold_words(hold),
        Ok(Receipt::Payment(payment)) => format!(
            "{} {:?}{}, {} {} of {}",
            payment.id,
            payment.status,
            if payment.closing { " closing" } else { "" },
            payment.amount.0,
            payment.currency.as_str(),
            payment.hold
        ),
        Ok(Receipt::Booking(booking)) => format!(
            "{} {:?} of {}: {}, total {}",
            booking.id,
            booking.status,
            booking.hold,
            lines(&booking.seats, &booking.areas),
            booking.total.0
        ),
        Ok(Receipt::Refund(refund)) => {
            format!("{} {:?}, {} of {}", refund.id, refund.status, refund.amount.0, refund.payment)
        }
        Ok(Receipt::Event(EventEffect::Booked(booking))) => format!("booked as {booking}"),
        Ok(Receipt::Event(EventEffect::RefundQueued(payment))) => format!("refund of {payment}"),
        Ok(receipt) => cut(&format!("{receipt:?}")),
        Err(refusal) => format!("refused: {}", cut(&format!("{refusal:?}"))),
    }
}

fn hold_words(hold: &Hold) -> String {
    format!(
        "{} {:?} of {:?} until {}: {}",
        hold.id,
        hold.status,
        hold.user.0,
        hold.expires_at.0,
        lines(&hold.seats, &hold.areas)
    )
}

fn lines(seats: &[SeatLine], areas: &[AreaLine]) -> String {
    let seats: Vec<u32> = seats.iter().map(|line| line.seat.0).collect();
    let areas: Vec<_> = areas.iter().map(|line| (line.area.0, line.quantity)).collect();
    format!("seats #{seats:?} areas #{areas:?}")
}

fn cut(text: &str) -> String {
    let end = text.char_indices().nth(DETAIL_MAX).map_or(text.len(), |(at, _)| at);
    text[..end].to_owned()
}

/// The variant's name.
pub fn command_kind(command: &Command) -> &'static str {
    match command {
        Command::Tick => "Tick",
        Command::RaiseLevel { .. } => "RaiseLevel",
        Command::MapPart { .. } => "MapPart",
        Command::MapDone { .. } => "MapDone",
        Command::CreateShow(_) => "CreateShow",
        Command::PatchShow { .. } => "PatchShow",
        Command::CancelShow { .. } => "CancelShow",
        Command::Block { .. } => "Block",
        Command::Unblock { .. } => "Unblock",
        Command::Hold { .. } => "Hold",
        Command::HoldWithin { .. } => "HoldWithin",
        Command::Extend { .. } => "Extend",
        Command::Release { .. } => "Release",
        Command::Confirm { .. } => "Confirm",
        Command::OpenPayment(_) => "OpenPayment",
        Command::Opened { .. } => "Opened",
        Command::CancelPayment { .. } => "CancelPayment",
        Command::GatewayEvent(_) => "GatewayEvent",
        Command::CancelBooking { .. } => "CancelBooking",
        Command::Resend { .. } => "Resend",
        Command::RetryRefund { .. } => "RetryRefund",
        Command::Settle { .. } => "Settle",
        Command::RetireNode { .. } => "RetireNode",
        Command::Mark => "Mark",
    }
}
