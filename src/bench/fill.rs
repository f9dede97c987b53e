//! A state as after many sales, made by the commands that sales are made of.

use std::sync::Arc;

use crate::plans::{self, Preset, PresetName};
use crate::seats::{
    Caller, Command, Currency, Delivery, Fresh, GatewayEvent, GatewayEventKind, HoldId, Key,
    Millis, NewPayment, NewShow, PaymentId, Policy, Proposal, Role, Sale, SeatId, SeatMap, ShowId,
    State, Text, UserId, Want,
};

/// Over how long the sales were made: most of what is remembered of them only for a while is
/// forgotten by now, as it is in a cluster that lives.
const SPAN: Millis = Millis(365 * 24 * 3_600_000);

/// When the shows begin, counted from the end of the sales.
const AHEAD: Millis = Millis(60 * 24 * 3_600_000);

/// Proposals between two clearings of the list of changed rows, which here nobody reads.
const FORGET_EVERY: u64 = 10_000;

/// Who sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seller {
    /// The box office: a hold and a booking.
    BoxOffice,
    /// A gateway: a hold, a payment with its session, a webhook, a booking, a letter.
    Gateway,
}

/// A state in which seats were sold, one booking each.
pub struct Sold {
    seller: Seller,
    state: State,
    map: Arc<SeatMap>,
    begun: Millis,
    bookings: u32,
    currency: Currency,
    commands: u64,
}

impl Sold {
    /// Nothing is sold yet, in as many halls of 20,000 as have so many seats; the last sale will be
    /// made now.
    #[must_use]
    pub fn new(now: Millis, seats: u32, bookings: u32, seller: Seller) -> Sold {
        let preset = Preset::draw(PresetName::Arena);
        let begun = Millis(now.0.saturating_sub(SPAN.0));
        let mut sold = Sold {
            seller,
            state: State::new(1),
            map: Arc::new(preset.map.clone()),
            begun,
            bookings,
            currency: preset.currency,
            commands: 0,
        };
        let hash = preset.map.hash();
        for (part, items) in (0..).zip(plans::parts(&preset.map)) {
            sold.run("organizer", None, begun, Command::MapPart { hash, part, items });
        }
        let header = preset.map.header().clone();
        sold.run("organizer", None, begun, Command::MapDone { hash, header });
        for n in 0..seats.div_ceil(sold.hall()) {
            let show = sold.show(n, &preset, now.plus(AHEAD));
            sold.run("organizer", None, begun, Command::CreateShow(Box::new(show)));
        }
        sold
    }

    fn show(&self, n: u32, preset: &Preset, starts_at: Millis) -> NewShow {
        NewShow {
            id: Some(show_id(n)),
            name: format!("{} {n}", preset.show),
            venue: preset.venue.to_owned(),
            starts_at,
            description: preset.description.to_owned(),
            media: Vec::new(),
            currency: self.currency,
            prices: preset.prices.clone(),
            sale: Sale::default(),
            policy: Policy {
                hold_ttl: preset.hold_ttl,
                hold_total_max: preset.hold_ttl.plus(preset.hold_ttl),
                seats_per_hold_max: preset.seats_per_hold_max,
                prevent_orphans: false,
            },
            seat_map: Some(self.map.hash()),
            areas: Vec::new(),
        }
    }

    fn hall(&self) -> u32 {
        u32::try_from(self.map.seats().len()).unwrap_or(u32::MAX)
    }

    /// Sells the `n`-th seat.
    ///
    /// # Errors
    /// A step was refused, which is a defect.
    pub fn sell(&mut self, n: u32) -> Result<(), String> {
        let at = self.begun.plus(Millis(SPAN.0 * u64::from(n) / u64::from(self.bookings.max(1))));
        let user = format!("user-{n}");
        let seat = self.map.seats()[(n % self.hall()) as usize].id.clone();
        let (show, hold) = (show_id(n / self.hall()), HoldId(self.fresh(at).0));
        let command = hold_command(show, &user, seat);
        self.step(&user, Some(format!("hold-{n}")), at, command)?;
        match self.seller {
            Seller::BoxOffice => {
                let reference = format!("till-{n}");
                let command = Command::Confirm { hold, reference, email: None };
                self.step("organizer", Some(format!("confirm-{n}")), at, command)
            }
            Seller::Gateway => self.pay(n, &user, hold, at),
        }
    }

    /// Has a hold paid, booked and mailed.
    fn pay(&mut self, n: u32, user: &str, hold: HoldId, at: Millis) -> Result<(), String> {
        let amount = self.state.hold(hold).map(|hold| hold.total).ok_or("the hold is missing")?;
        let payment = PaymentId(self.fresh(at).0);
        let command = Command::OpenPayment(Box::new(NewPayment {
            hold,
            gateway: "sandbox".to_owned(),
            email: format!("{user}@example.com"),
            success_url: "https://tickets.example.com/thanks".to_owned(),
            cancel_url: "https://tickets.example.com/seats".to_owned(),
            customer: None,
        }));
        self.step(user, Some(format!("pay-{n}")), at, command)?;
        let reference = format!("sbx_{:032x}", payment.0);
        let redirect_url = format!("https://pay.example.com/{reference}");
        let command = Command::Opened { payment, reference: reference.clone(), redirect_url };
        self.step("", None, at, command)?;
        let command = Command::GatewayEvent(Box::new(GatewayEvent {
            gateway: "sandbox".to_owned(),
            event: format!("evt_{:032x}", payment.0),
            payment: Some(payment),
            reference,
            kind: GatewayEventKind::Succeeded,
            amount,
            currency: self.currency,
        }));
        self.step("", None, at, command)?;
        let row = self.state.outbox().next().map(|row| row.id).ok_or("no mail is queued")?;
        self.step("", None, at, Command::Settle { row, delivery: Delivery::Done })
    }

    /// The state, and how many commands made it.
    #[must_use]
    pub fn finish(self) -> (State, u64) {
        (self.state, self.commands)
    }

    fn step(
        &mut self,
        user: &str,
        key: Option<String>,
        at: Millis,
        command: Command,
    ) -> Result<(), String> {
        let refusal = self.run(user, key, at, command);
        refusal.map_or(Ok(()), |refusal| Err(format!("{user}: {refusal}")))
    }

    /// Carries a command out; why it was refused, if it was.
    fn run(
        &mut self,
        user: &str,
        key: Option<String>,
        at: Millis,
        command: Command,
    ) -> Option<String> {
        let fresh = self.fresh(at);
        let role = if user == "organizer" { Role::Organizer } else { Role::Buyer };
        let user = (!user.is_empty()).then(|| UserId::from(user.to_owned()));
        let text = key.map(Text::from);
        let key = text.map(|text| Key { text, fingerprint: fresh.0, made_by_node: false });
        let proposal = Proposal { caller: Caller { user, role }, key, fresh, command };
        let outcome = self.state.apply(at, &proposal);
        self.commands += 1;
        if self.commands.is_multiple_of(FORGET_EVERY) {
            self.state.take_dirty();
        }
        outcome.result.err().map(|refusal| format!("{refusal:?}"))
    }

    /// The id of the next command: a UUID version 7 that counts where others are random.
    fn fresh(&self, at: Millis) -> Fresh {
        Fresh((u128::from(at.0) << 80) | (0x7 << 76) | (0b10 << 62) | u128::from(self.commands))
    }
}

fn show_id(n: u32) -> ShowId {
    ShowId::from(format!("fill-{n}"))
}

fn hold_command(show: ShowId, user: &str, seat: SeatId) -> Command {
    Command::Hold {
        show,
        user: UserId::from(user.to_owned()),
        want: Want::Named { seats: [seat].into(), areas: std::collections::BTreeMap::new() },
        replace_active: false,
    }
}
