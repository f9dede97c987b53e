//! A show's seats and money by state and category, for its organizer.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{AnyMedia, Id};
use super::exchange::json;
use super::frame::state_name;
use super::headers;
use super::openapi::CurrencyCode;
use super::problem::{Code, Problem};
use super::refusals::not_found;
use crate::seats::{
    Amount, AreaLine, Noun, SeatIx, SeatLine, SeatState, Show, ShowId, State as Seats,
};

/// The states in the order of the columns.
const STATES: [SeatState; 4] =
    [SeatState::Available, SeatState::Pending, SeatState::Reserved, SeatState::Blocked];

const JSON: &str = "application/json";
const CSV: &str = "text/csv";

/// `GET /v1/shows/{show}/report`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let format = params.one_of("format", &[("json", false), ("csv", true)]);
    params.finish()?;
    ask.allowed()?;
    let csv = match format {
        Some(csv) => csv,
        None if ask.accepts(JSON) => false,
        None if ask.accepts(CSV) => true,
        None => {
            let detail = format!("this route answers {JSON} or {CSV}");
            return Err(Problem::new(Code::NotAcceptable, detail));
        }
    };
    site.freshen(fresh).await?;
    let show = ShowId::from(show);
    let (found, index) = site
        .backend
        .read(|state, index| (state.show(&show).map(|show| Report::of(state, show)), index));
    let report = found.ok_or_else(|| not_found(Noun::Show).at(index))?;
    if !csv {
        return Ok(json(StatusCode::OK, &report, index));
    }
    let mut answer = Response::new(Body::from(report.csv()));
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(headers::APPLIED_INDEX, HeaderValue::from(index));
    let name = format!("attachment; filename=\"{}.csv\"", report.show);
    if let Ok(name) = HeaderValue::from_str(&name) {
        out.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(answer)
}

/// Seats and places, with their money: held and sold ones at the price that they were held for, the
/// others at the present one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
struct Sum {
    /// Seats and places.
    count: u64,
    /// Their money, in minor units.
    amount: u64,
}

impl Sum {
    fn add(&mut self, count: u64, price: Amount) {
        self.count += count;
        self.amount = self.amount.saturating_add(count.saturating_mul(price.0));
    }
}

/// Sums by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
struct Sums {
    /// Free.
    available: Sum,
    /// Held.
    pending: Sum,
    /// Sold.
    reserved: Sum,
    /// Off sale.
    blocked: Sum,
}

impl Sums {
    fn of(&mut self, state: SeatState) -> &mut Sum {
        match state {
            SeatState::Available => &mut self.available,
            SeatState::Pending => &mut self.pending,
            SeatState::Reserved => &mut self.reserved,
            SeatState::Blocked => &mut self.blocked,
        }
    }
}

/// A category with its sums.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategorySums)]
struct Category {
    /// Its name.
    #[serde(rename = "category")]
    name: String,
    /// At present; `null` only if it has none.
    price: Option<u64>,
    #[serde(flatten)]
    sums: Sums,
}

/// The report.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Report {
    /// The show.
    show: String,
    /// Its version.
    version: u64,
    /// Of all amounts.
    #[schema(value_type = CurrencyCode)]
    currency: String,
    /// Over all categories.
    totals: Sums,
    /// By category.
    categories: Vec<Category>,
}

impl Report {
    fn of(state: &Seats, show: &Show) -> Report {
        let info = show.info();
        let mut by: BTreeMap<&str, Sums> = BTreeMap::new();
        let price = |category: &str| info.prices.get(category).copied().unwrap_or_default();
        // What nobody has, at present prices.
        if let Some(map) = show.map() {
            for (ix, seat) in (0..).map(SeatIx).zip(map.seats()) {
                let (state, category) = (show.seat(ix), map.category(seat));
                if matches!(state, SeatState::Available | SeatState::Blocked) {
                    by.entry(category).or_default().of(state).add(1, price(category));
                }
            }
        }
        for (area, free) in info.areas.iter().zip(show.areas_available()) {
            let sums = by.entry(&area.category).or_default();
            sums.available.add(u64::from(free), price(&area.category));
        }
        // What somebody has, at the prices of then.
        for hold in show.pending().filter_map(|id| state.hold(id)) {
            taken(&mut by, show, SeatState::Pending, &hold.seats, &hold.areas);
        }
        for booking in show.bookings().filter_map(|id| state.booking(id)) {
            taken(&mut by, show, SeatState::Reserved, &booking.seats, &booking.areas);
        }
        Report {
            show: info.id.to_string(),
            version: show.version(),
            currency: info.currency.as_str().to_owned(),
            totals: total(by.values()),
            categories: by
                .into_iter()
                .map(|(category, sums)| Category {
                    name: category.to_owned(),
                    price: info.prices.get(category).map(|price| price.0),
                    sums,
                })
                .collect(),
        }
    }

    /// One row a category and state.
    fn csv(&self) -> String {
        let mut out = "category,state,count,amount,currency\r\n".to_owned();
        for Category { name, sums, .. } in &self.categories {
            let mut sums = *sums;
            for state in STATES {
                let Sum { count, amount } = *sums.of(state);
                let (name, state, currency) = (cell(name), state_name(state), &self.currency);
                write!(out, "{name},{state},{count},{amount},{currency}\r\n")
                    .expect("writing to a String cannot fail");
            }
        }
        out
    }
}

fn taken<'s>(
    by: &mut BTreeMap<&'s str, Sums>,
    show: &'s Show,
    state: SeatState,
    seats: &[SeatLine],
    areas: &[AreaLine],
) {
    for line in seats {
        let map = show.map();
        let named = map.and_then(|map| Some(map.category(map.seat(line.seat)?)));
        by.entry(named.unwrap_or_default()).or_default().of(state).add(1, line.price);
    }
    for line in areas {
        let area = show.info().areas.get(line.area.0 as usize);
        let named = area.map_or("", |area| area.category.as_str());
        by.entry(named).or_default().of(state).add(u64::from(line.quantity), line.price);
    }
}

fn total<'a>(all: impl Iterator<Item = &'a Sums>) -> Sums {
    let mut total = Sums::default();
    for sums in all {
        let mut sums = *sums;
        for state in STATES {
            let Sum { count, amount } = *sums.of(state);
            let of_state = total.of(state);
            of_state.count += count;
            of_state.amount = of_state.amount.saturating_add(amount);
        }
    }
    total
}

/// A cell of CSV (RFC 4180). One that a spreadsheet would take for a formula gets a quote in front.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names from outside never become columns, rows or formulas.
    #[test]
    fn cells_are_quoted() {
        for (text, expected) in [
            ("Stalls", "Stalls"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("@a,b", "\"'@a,b\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
