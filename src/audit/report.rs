//! What an audit says.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::books::Books;
use super::recount::{Recount, recount};
use crate::seats::{Owner, Row, SeatIx, SeatState, Show, State};

/// Violations that a report names. One cause breaks many things; after these, nobody reads on.
const VIOLATIONS_MAX: usize = 1000;

/// The outcome of an audit at one log index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Up to which entry the state had been built.
    pub index: u64,
    /// Sums over all currencies. Each currency alone stands in `currencies`.
    #[serde(flatten)]
    pub totals: Totals,
    /// By ISO 4217 code.
    pub currencies: BTreeMap<String, Totals>,
    /// What does not hold, in words; empty when all is well.
    pub violations: Vec<String>,
}

/// Money in minor units: `captured = booked + refund_pending + refunded`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Taken by gateways.
    pub captured: u64,
    /// Of these, standing as bookings.
    pub booked: u64,
    /// Owed back.
    pub refund_pending: u64,
    /// Gone back.
    pub refunded: u64,
    /// Standing box-office bookings, paid outside.
    pub external: u64,
}

impl Report {
    /// Everything holds.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.violations.is_empty()
    }

    fn new(index: u64, recount: Recount<'_>, more: Vec<String>) -> Report {
        let mut violations = more;
        violations.extend(recount.violations);
        if let Some(over) = violations.len().checked_sub(VIOLATIONS_MAX + 1) {
            violations.truncate(VIOLATIONS_MAX);
            violations.push(format!("and {} more", over + 1));
        }
        let mut totals = Totals::default();
        for of_one in recount.currencies.values() {
            totals.add(of_one);
        }
        Report { index, totals, currencies: recount.currencies, violations }
    }
}

impl Totals {
    /// Adds other sums; an audit of planted or broken sums saturates rather than stop.
    pub(super) fn add(&mut self, other: &Totals) {
        let Totals { captured, booked, refund_pending, refunded, external } = other;
        self.captured = self.captured.saturating_add(*captured);
        self.booked = self.booked.saturating_add(*booked);
        self.refund_pending = self.refund_pending.saturating_add(*refund_pending);
        self.refunded = self.refunded.saturating_add(*refunded);
        self.external = self.external.saturating_add(*external);
    }
}

/// The sums as lines of a table: currency, then every sum by name.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { captured, booked, refund_pending, refunded, external } = self;
        write!(
            f,
            "captured {captured} = booked {booked} + refund_pending {refund_pending} + refunded {refunded}; external {external}"
        )
    }
}

/// Audits a running state.
#[must_use]
pub fn report(state: &State, index: u64) -> Report {
    let recount = recount(&Books::of_state(state));
    let mut violations = state.check();
    for show in state.shows() {
        seats_as_recounted(show, &recount, &mut violations);
    }
    money_as_recounted(state, &recount, &mut violations);
    Report::new(index, recount, violations)
}

/// Audits rows as they lie on a disk or in a backup. Rows that make no state are violations.
#[must_use]
pub fn report_rows(rows: &[Row], index: u64) -> Report {
    match State::load(rows.iter().cloned()) {
        Ok(state) => {
            let mut sound = report(&state, index);
            // The state was built of these rows: what the rows say against themselves comes first.
            let of_rows = Report::new(index, recount(&Books::of_rows(rows)), Vec::new());
            let new = of_rows.violations.into_iter().filter(|v| !sound.violations.contains(v));
            let new: Vec<String> = new.collect();
            sound.violations.extend(new);
            sound
        }
        Err(error) => Report::new(index, recount(&Books::of_rows(rows)), vec![error]),
    }
}

/// The seat array says of every seat what the records say.
fn seats_as_recounted(show: &Show, recount: &Recount<'_>, violations: &mut Vec<String>) {
    let id = &show.info().id;
    let Some(taken) = recount.shows.get(id) else { return };
    let mut free = 0_u64;
    for ix in (0..show.seats_len()).map(SeatIx) {
        let (state, owner) = (show.seat(ix), show.owner(ix).map(name));
        free += u64::from(state == SeatState::Available);
        let expected = taken.seats.get(&ix);
        let agrees = match state {
            SeatState::Available | SeatState::Blocked => owner.is_none() && expected.is_none(),
            SeatState::Pending | SeatState::Reserved => {
                owner.is_some() && owner.as_ref() == expected
            }
        };
        if !agrees {
            let seat = ix.0;
            violations.push(format!(
                "show {id}: seat {seat} is {state:?} of {owner:?}, its records say {expected:?}"
            ));
        }
    }
    for ((area, available), ix) in show.info().areas.iter().zip(show.areas_available()).zip(0..) {
        free += u64::from(available);
        let taken = taken.areas.get(&ix).copied().unwrap_or(0);
        if taken + u64::from(available) != u64::from(area.capacity) {
            violations.push(format!(
                "show {id}: area {} has {available} places free and {taken} taken of {}",
                area.id, area.capacity
            ));
        }
    }
    if show.available() != free {
        violations.push(format!("show {id} counts {} free, it has {free}", show.available()));
    }
}

fn name(owner: Owner) -> String {
    match owner {
        Owner::Hold(id) => format!("hold {id}"),
        Owner::Booking(id) => format!("booking {id}"),
    }
}

fn money_as_recounted(state: &State, recount: &Recount<'_>, violations: &mut Vec<String>) {
    let mut kept: BTreeMap<String, Totals> = BTreeMap::new();
    for (currency, money) in state.money() {
        let totals = Totals {
            captured: money.captured.0,
            booked: money.booked.0,
            refund_pending: money.refund_pending.0,
            refunded: money.refunded.0,
            external: money.external.0,
        };
        kept.insert(currency.as_str().to_owned(), totals);
    }
    let currencies = kept.keys().chain(recount.currencies.keys());
    let currencies: std::collections::BTreeSet<&String> = currencies.collect();
    for currency in currencies {
        let kept = kept.get(currency).copied().unwrap_or_default();
        let counted = recount.currencies.get(currency).copied().unwrap_or_default();
        if kept != counted {
            violations.push(format!("{currency}: kept {kept}, counted {counted}"));
        }
    }
}
