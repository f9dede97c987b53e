//! Shows: the list, one show, its changes and its end.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body::{self, Nothing, Object};
use super::exchange::{Written, json, located};
use super::openapi::{Line200, Prices, Prose};
use super::page::Page;
use super::params::Params;
use super::problem::{Faults, Problem};
use super::refusals::not_found;
use super::show_new::{
    MediaFields, check_description, check_media, check_policy, check_prices, check_sale,
};
use super::time::Time;
use super::view::ShowBody;
use crate::clock;
use crate::seats::{
    Command, Millis, Noun, Policy, Receipt, Sale, SeatMap, Show, ShowId, ShowPatch, ShowStatus,
    ShowView, State as Seats,
};

/// Bytes of a patch: a description of ten thousand characters and twenty pictures.
const PATCH_MAX: usize = 128 * 1024;

/// `GET /v1/shows`
pub(super) async fn list(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| Position::parse(key).is_some());
    let filter = Filter {
        from: params.time("from"),
        to: params.time("to"),
        venue: params.text("venue"),
        words: words(&mut params),
        status: params.one_of("status", STATUSES),
    };
    params.finish()?;
    site.freshen(fresh).await?;
    let after = paging.after.as_deref().and_then(Position::parse);
    let wall = site.clock.wall();
    let (rows, index) = site.backend.read(|state, index| {
        let rows = select(state, &filter, after.as_ref(), paging.limit + 1, wall);
        let rows = rows.into_iter().map(|show| (state.view(show), show.map().cloned()));
        (rows.collect::<Vec<_>>(), index)
    });
    let page = Page::cut(rows, paging.limit, |(view, _)| {
        Position { starts_at: view.info.starts_at, id: view.info.id.clone() }.text()
    });
    let page = page.render(|(view, map)| {
        Ok(ShowBody::of(view, price_from(view, map.as_deref()), &site.settings))
    })?;
    Ok(json(StatusCode::OK, &page, index))
}

/// Words to look for, in lower case; no name has longer ones.
fn words(params: &mut Params) -> Option<String> {
    let words = params.text("q")?;
    if words.chars().count() > super::show_new::NAME_MAX {
        params.fault("q", format!("must have at most {} characters", super::show_new::NAME_MAX));
    }
    Some(words.to_lowercase())
}

/// `GET /v1/shows/{show}`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    site.freshen(fresh).await?;
    let show = ShowId::from(show);
    let (found, index) = site.backend.read(|state, index| {
        (state.show(&show).map(|show| (state.view(show), show.map().cloned())), index)
    });
    let (view, map) = found.ok_or_else(|| not_found(Noun::Show).at(index))?;
    let price = price_from(&view, map.as_deref());
    Ok(json(StatusCode::OK, &ShowBody::of(&view, price, &site.settings), index))
}

/// `PATCH /v1/shows/{show}`
pub(super) async fn patch(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, PATCH_MAX).await?;
    let fields: PatchFields = body::json(&ask.headers, &raw)?;
    let show = ShowId::from(show);
    let present = site.present(&ask, &fields, &show).await?;
    let patch = fields.check(present)?;
    ask.allowed()?;
    let command = Command::PatchShow { show, patch: Box::new(patch) };
    let written = site.write(&ask, &raw, command, &[]).await?;
    answer(&site, &written, StatusCode::OK).await
}

/// `POST /v1/shows/{show}/cancel`
pub(super) async fn cancel(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, body::BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw)?;
    ask.allowed()?;
    let command = Command::CancelShow { show: ShowId::from(show) };
    let written = site.write(&ask, &raw, command, &[]).await?;
    answer(&site, &written, StatusCode::ACCEPTED).await
}

/// The answer to a write whose receipt is a show.
pub(super) async fn answer(
    site: &Site,
    written: &Written,
    status: StatusCode,
) -> Result<Response, Problem> {
    let Receipt::Show(view) = &written.receipt else { return Err(written.unexpected()) };
    let map = match &view.info.seat_map {
        Some(hash) => {
            site.read_after(written, &view.info.id, |state| state.map(hash).cloned()).await?
        }
        None => None,
    };
    let price = price_from(view, map.as_deref());
    let answer = written.answer(status, &ShowBody::of(view, price, &site.settings));
    let path = format!("/v1/shows/{}", view.info.id);
    Ok(if status == StatusCode::CREATED { located(answer, &path) } else { answer })
}

/// The lowest price that a seat or a place of a show has.
fn price_from(view: &ShowView, map: Option<&SeatMap>) -> Option<u64> {
    let info = &view.info;
    let seats = map.into_iter().flat_map(used_categories);
    let areas = info.areas.iter().map(|area| area.category.as_str());
    seats.chain(areas).filter_map(|category| info.prices.get(category)).map(|price| price.0).min()
}

/// The categories that seats of a map have.
fn used_categories(map: &SeatMap) -> Vec<&str> {
    let categories = map.header().categories.iter().zip(map.seats_in_categories());
    let used = categories.filter(|(_, seats)| 0 < **seats);
    used.map(|(category, _)| category.name.as_str()).collect()
}

const STATUSES: &[(&str, Wanted)] = &[
    ("all", Wanted::All),
    ("scheduled", Wanted::Only(ShowStatus::Scheduled)),
    ("on_sale", Wanted::Only(ShowStatus::OnSale)),
    ("closed", Wanted::Only(ShowStatus::Closed)),
    ("cancelled", Wanted::Only(ShowStatus::Cancelled)),
];

/// Which statuses a list shows.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    All,
    Only(ShowStatus),
}

/// Which shows a list shows.
struct Filter {
    from: Option<Millis>,
    to: Option<Millis>,
    venue: Option<String>,
    /// In lower case.
    words: Option<String>,
    status: Option<Wanted>,
}

impl Filter {
    /// `now` is the later of log time and wall time: after a night without writes, log time is old.
    fn takes(&self, show: &Show, log_now: Millis, now: Millis) -> bool {
        let info = show.info();
        let status = info.status(log_now);
        let by_status = match self.status {
            None => status != ShowStatus::Cancelled,
            Some(Wanted::All) => true,
            Some(Wanted::Only(wanted)) => status == wanted,
        };
        // Whoever says where to begin, or asks for a status, does not want "upcoming" besides.
        let any_time = self.status.is_some() || self.from.is_some();
        by_status
            && (any_time || info.starts_at >= now)
            && self.from.is_none_or(|from| from <= info.starts_at)
            && self.to.is_none_or(|to| info.starts_at <= to)
            && self.venue.as_ref().is_none_or(|venue| *venue == info.venue)
            && self.words.as_ref().is_none_or(|words| {
                // Not the description: this runs under the state's lock, for anyone who asks.
                [&info.name, &info.venue].iter().any(|text| text.to_lowercase().contains(words))
            })
    }
}

/// Where in the list a show stands: by its beginning, then by its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    starts_at: Millis,
    id: ShowId,
}

impl Position {
    fn parse(text: &str) -> Option<Position> {
        let (starts_at, id) = text.split_once(' ')?;
        Some(Position { starts_at: Millis(starts_at.parse().ok()?), id: ShowId::from(id) })
    }

    fn text(&self) -> String {
        format!("{} {}", self.starts_at.0, self.id)
    }
}

/// The first `limit` shows after a position.
fn select<'a>(
    state: &'a Seats,
    filter: &Filter,
    after: Option<&Position>,
    limit: usize,
    wall: Millis,
) -> Vec<&'a Show> {
    let (log_now, now) = (state.now(), state.now().max(wall));
    let order = |a: &&Show, b: &&Show| -> Ordering {
        let (a, b) = (a.info(), b.info());
        (a.starts_at, &a.id).cmp(&(b.starts_at, &b.id))
    };
    let behind = |show: &&Show| {
        let info = show.info();
        after.is_none_or(|at| (at.starts_at, &at.id) < (info.starts_at, &info.id))
    };
    let mut shows: Vec<&Show> =
        state.shows().filter(behind).filter(|show| filter.takes(show, log_now, now)).collect();
    if shows.len() > limit {
        shows.select_nth_unstable_by(limit, order);
        shows.truncate(limit);
    }
    shows.sort_by(order);
    shows
}

/// What a patch says: what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShowPatch)]
pub(super) struct PatchFields {
    /// Its title.
    #[schema(value_type = Option<Line200>)]
    name: Option<String>,
    /// For people.
    #[schema(value_type = Option<Prose>)]
    description: Option<String>,
    /// Pictures and films, all of them.
    #[schema(max_items = 20, value_type = Option<Vec<MediaFields>>)]
    media: Option<Vec<Object<MediaFields>>>,
    /// When seats are sold.
    #[schema(value_type = Option<SalePatch>)]
    sale: Option<Object<SalePatch>>,
    /// How seats are held from now on.
    #[schema(value_type = Option<PolicyPatch>)]
    policy: Option<Object<PolicyPatch>>,
    /// By category, of categories of which nothing is held or sold.
    #[schema(value_type = Option<Prices>)]
    prices: Option<BTreeMap<String, u64>>,
}

/// When seats are sold. `null` is a value here; left out is none.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SalePatch {
    /// From then on; at once, if `null`.
    #[schema(value_type = Option<Time>)]
    #[serde(default)]
    opens_at: Given,
    /// Until then; until it begins, if `null`.
    #[schema(value_type = Option<Time>)]
    #[serde(default)]
    closes_at: Given,
}

/// How seats are held from now on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyPatch {
    /// How long a hold lives.
    #[schema(minimum = 1, maximum = 7200)]
    hold_ttl_seconds: Option<u64>,
    /// How long with its extensions.
    #[schema(minimum = 1, maximum = 86_400)]
    hold_total_seconds_max: Option<u64>,
    /// Seats and places of one hold.
    #[schema(minimum = 1, maximum = 100)]
    seats_per_hold_max: Option<u32>,
    /// Refuses holds that leave single seats between taken ones.
    prevent_orphans: Option<bool>,
}

/// A time that may be taken away.
#[derive(Debug, Default)]
enum Given {
    /// It stays.
    #[default]
    LeftOut,
    /// It becomes this; `null` is none.
    To(Option<Time>),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Given, D::Error> {
        Option::<Time>::deserialize(from).map(Given::To)
    }
}

impl Given {
    fn or(self, present: Option<Millis>) -> Option<Millis> {
        match self {
            Given::LeftOut => present,
            Given::To(time) => time.map(|time| time.0),
        }
    }
}

impl Site {
    /// The present sale and policy of a show, where a patch changes only part of one. A show that
    /// does not exist is left to the command to refuse, and a key that was used before is left to
    /// it to answer: what was accepted then must not be judged by what is there now.
    ///
    /// NB: of two patches at the same time that change different parts, the later wins.
    async fn present(
        &self,
        ask: &Ask,
        fields: &PatchFields,
        show: &ShowId,
    ) -> Result<Present, Problem> {
        if fields.sale.is_none() && fields.policy.is_none() {
            return Ok(Present::Unknown);
        }
        let deadline = clock::deadline(super::exchange::WRITE_PATIENCE);
        if let Err(error) = self.backend.linearize(deadline).await {
            return Err(super::refusals::not_read(error, *self.backend.applied().borrow()));
        }
        let key = ask.key.as_deref();
        Ok(self.backend.read(|state, _| {
            if key.is_some_and(|key| state.remembers(&ask.identity.caller, key)) {
                return Present::Decided;
            }
            match state.show(show) {
                Some(show) => Present::Known(show.info().sale, show.info().policy),
                None => Present::Unknown,
            }
        }))
    }
}

/// What a patch of part of a sale or policy is completed with.
#[derive(Clone, Copy, Debug)]
enum Present {
    /// What the show has.
    Known(Sale, Policy),
    /// There is no such show, or nothing needs to be completed.
    Unknown,
    /// The key was used before: its answer does not depend on what is asked now.
    Decided,
}

/// Stands in for the policy of a show that does not exist: whatever a patch says fits with it.
const WIDEST: Policy = Policy {
    hold_ttl: Millis(1_000),
    hold_total_max: Millis(super::show_new::TOTAL_SECONDS_MAX * 1_000),
    ..super::show_new::POLICY
};

impl PatchFields {
    fn check(self, present: Present) -> Result<ShowPatch, Problem> {
        let mut faults = Faults::default();
        let (sale, policy, decided) = match present {
            Present::Known(sale, policy) => (sale, policy, false),
            Present::Unknown => (Sale::default(), WIDEST, false),
            Present::Decided => (Sale::default(), WIDEST, true),
        };
        if let Some(name) = &self.name {
            faults.line("name", name, 1, super::show_new::NAME_MAX);
        }
        check_description(&mut faults, self.description.as_deref().unwrap_or_default());
        let sale = self.sale.map(|Object(patch)| Sale {
            opens_at: patch.opens_at.or(sale.opens_at),
            closes_at: patch.closes_at.or(sale.closes_at),
        });
        let seconds = |given: Option<u64>, present: Millis| {
            given.map_or(present, |seconds| Millis(seconds.saturating_mul(1000)))
        };
        let policy = self.policy.map(|Object(patch)| Policy {
            hold_ttl: seconds(patch.hold_ttl_seconds, policy.hold_ttl),
            hold_total_max: seconds(patch.hold_total_seconds_max, policy.hold_total_max),
            seats_per_hold_max: patch.seats_per_hold_max.unwrap_or(policy.seats_per_hold_max),
            prevent_orphans: patch.prevent_orphans.unwrap_or(policy.prevent_orphans),
        });
        if let Some(sale) = &sale
            && !decided
        {
            check_sale(&mut faults, sale);
        }
        if let Some(policy) = &policy
            && !decided
        {
            check_policy(&mut faults, policy);
        }
        let media = self.media.map(|media| check_media(&mut faults, media));
        let prices = self.prices.map(|prices| check_prices(&mut faults, prices));
        faults.finish()?;
        let (name, description) = (self.name, self.description);
        Ok(ShowPatch { name, description, media, sale, policy, prices })
    }
}
