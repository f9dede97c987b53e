//! New shows and seat maps: a plan is read and judged as a whole before anything is proposed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::Ask;
use super::body::{self, Object};
use super::exchange::WRITE_PATIENCE;
use super::openapi::{
    CurrencyCode, Line0To200, Line0To500, Line64, Line200, MapHashText, MediaKind, MediaUrl,
    Prices, Prose, SeatMapOrHash, Slug,
};
use super::problem::{Code, Faults, Problem};
use super::refusals;
use super::shows;
use super::time::Time;
use crate::clock;
use crate::plans::{self, Draft};
use crate::raft::ProposeError;
use crate::seats::{
    Amount, AreaId, AreaInfo, Command, MapHash, Media, Millis, NewShow, Policy, Proposal, Receipt,
    Sale, SeatMap, ShowId,
};
use crate::tasks;

/// Characters of names of shows, venues, areas and categories: what fits on a ticket, generously.
pub(super) const NAME_MAX: usize = 200;

/// What holds are like unless the organizer says otherwise.
pub(super) const POLICY: Policy = Policy {
    hold_ttl: Millis(600_000),
    hold_total_max: Millis(1_800_000),
    seats_per_hold_max: 10,
    prevent_orphans: false,
};

/// Bytes of a body with a plan: the plan, and a generous show around it.
const PLAN_BODY_MAX: usize = plans::PLAN_BYTES_MAX + 256 * 1024;

/// Bodies up to this size are read and parsed at once; larger ones wait for their turn, each taking
/// a multiple of its size in memory, and are parsed beside the event loop.
const SMALL: usize = 64 * 1024;

/// How long a large body waits for its turn.
const TURN_PATIENCE: Duration = Duration::from_secs(10);

/// How long a large plan may take through the log: some twenty entries of half a megabyte.
const PLAN_PATIENCE: Duration = Duration::from_mins(1);

/// Parts of a plan under way at the same time.
const PARTS_AT_ONCE: usize = 4;

/// Between two attempts at a part: a leader that was just lost takes longer to replace.
const STEP_PAUSE: Duration = Duration::from_millis(100);

const DESCRIPTION_MAX: usize = 10_000;
const MEDIA_MAX: usize = 20;
const MEDIA_URL_MAX: usize = 2_000;
const MEDIA_ALT_MAX: usize = 500;
const PRICES_MAX: usize = 200;
const AREAS_MAX: usize = 100;
const AREA_ID_MAX: usize = 64;
const AREA_CAPACITY_MAX: u64 = 1_000_000;

/// Seconds that a hold may live with its extensions: whoever needs a day for it wants a block.
pub(super) const TOTAL_SECONDS_MAX: u64 = 86_400;

/// Seats of one hold: a coach's worth; each is named in its answers and its mail.
const SEATS_PER_HOLD_MAX: u64 = 100;

/// `POST /v1/shows`
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let small = is_small(&ask);
    let turn = site.turn(&ask, small).await?;
    let raw = body::read(&ask, body, PLAN_BODY_MAX).await?;
    let headers = ask.headers.clone();
    let (show, map) = beside(&raw, move |raw| {
        let fields: ShowFields = body::json(&headers, raw)?;
        fields.check()
    })
    .await?;
    ask.allowed()?;
    let patience = patience(small);
    if let Some(map) = map {
        site.store(&ask, map, true, patience).await?;
    }
    drop(turn);
    let command = Command::CreateShow(Box::new(show));
    let written = site.write_patiently(&ask, &raw, command, &[], patience).await?;
    shows::answer(&site, &written, StatusCode::CREATED).await
}

/// `POST /v1/seat-maps`
pub(super) async fn create_map(
    State(site): State<Arc<Site>>,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let small = is_small(&ask);
    let turn = site.turn(&ask, small).await?;
    let raw = body::read(&ask, body, plans::PLAN_BYTES_MAX).await?;
    let headers = ask.headers.clone();
    let map = beside(&raw, move |raw| {
        let draft: Draft = body::json(&headers, raw)?;
        draft.finish("").map_err(Problem::invalid)
    })
    .await?;
    ask.allowed()?;
    let command = Command::MapDone { hash: map.hash(), header: map.header().clone() };
    let patience = patience(small);
    site.store(&ask, map, false, patience).await?;
    drop(turn);
    let written = site.write_patiently(&ask, &raw, command, &[], patience).await?;
    let Receipt::MapStored { hash, seats, categories } = &written.receipt else {
        return Err(written.unexpected());
    };
    let body = MapBody { hash: hash.to_string(), seats: *seats, categories };
    Ok(written.answer(StatusCode::CREATED, &body))
}

/// A stored seat map.
#[derive(Serialize, ToSchema)]
#[schema(as = StoredSeatMap)]
pub(super) struct MapBody<'a> {
    /// What shows name it by.
    #[schema(value_type = MapHashText)]
    hash: String,
    /// How many it has.
    seats: u32,
    /// Their names; each needs a price in a show.
    #[schema(value_type = Vec<String>)]
    categories: &'a [String],
}

/// Whether a body says that it is small. What is wrong with one comes before who may send it.
fn is_small(ask: &Ask) -> bool {
    body::content_length(&ask.headers).is_some_and(|length| length <= SMALL)
}

/// How long what is in a body may take through the log.
fn patience(small: bool) -> Duration {
    if small { WRITE_PATIENCE } else { PLAN_PATIENCE }
}

impl Site {
    /// Waits until a large body may be read: for nobody who may not send it.
    async fn turn(&self, ask: &Ask, small: bool) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        if small {
            return Ok(None);
        }
        ask.allowed()?;
        let turn = Arc::clone(&self.uploads).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(TURN_PATIENCE, turn).await else {
            let detail = "other plans are being read; nothing was done";
            return Err(Problem::new(Code::Overloaded, detail).retry_after(5));
        };
        Ok(Some(turn))
    }

    /// Puts a map's parts into the log, and what completes it if `done`; nothing if it is there.
    async fn store(
        &self,
        ask: &Ask,
        map: SeatMap,
        done: bool,
        patience: Duration,
    ) -> Result<(), Problem> {
        let hash = map.hash();
        if self.backend.read(|state, _| state.map(&hash).is_some()) {
            return Ok(());
        }
        let header = map.header().clone();
        let parts = plans::parts(&map);
        drop(map);
        let deadline = clock::deadline(patience);
        let commands = (0_u32..).zip(parts);
        let commands = commands.map(|(part, items)| Command::MapPart { hash, part, items });
        let steps = async {
            futures_util::stream::iter(commands)
                .map(|command| self.step(ask, command, deadline))
                .buffer_unordered(PARTS_AT_ONCE)
                .try_collect::<()>()
                .await?;
            if done {
                self.step(ask, Command::MapDone { hash, header }, deadline).await
            } else {
                Ok(())
            }
        };
        match tokio::time::timeout_at(deadline, steps).await {
            Ok(stored) => stored,
            Err(_) => Err(refusals::not_proposed(ProposeError::NoLeader, "")),
        }
    }

    /// One step of storing a map. Each may be repeated without harm, and none shows before the
    /// last: so an unknown outcome is just not done yet.
    async fn step(&self, ask: &Ask, command: Command, deadline: Instant) -> Result<(), Problem> {
        loop {
            let caller = ask.identity.caller.clone();
            let proposal =
                Proposal { caller, key: None, fresh: self.fresh(), command: command.clone() };
            match self.backend.propose(proposal, deadline).await {
                Ok(answer) => {
                    let refused = |refusal| refusals::refused(refusal, &[]).at(answer.index);
                    return answer.outcome.result.map(|_| ()).map_err(refused);
                }
                Err(ProposeError::OutcomeUnknown(_)) => tokio::time::sleep(STEP_PAUSE).await,
                Err(error) => return Err(refusals::not_proposed(error, "")),
            }
        }
    }
}

/// Parses beside the event loop what is not small.
async fn beside<T: Send + 'static>(
    raw: &Bytes,
    parse: impl FnOnce(&[u8]) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if raw.len() <= SMALL {
        return parse(raw);
    }
    let raw = raw.clone();
    let parsed = tasks::blocking(move || parse(&raw)).await;
    parsed.map_err(|_| Problem::internal("a plan's parser panicked"))?
}

/// What a new show says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewShow)]
pub(super) struct ShowFields {
    /// A name for addresses; made by the server, if left out.
    #[schema(value_type = Option<Slug>)]
    id: Option<String>,
    /// Its title.
    #[schema(value_type = Line200)]
    name: String,
    /// Where it takes place.
    #[schema(value_type = Option<Line0To200>)]
    venue: Option<String>,
    /// When it begins; sales end then unless `sale` says otherwise.
    starts_at: Time,
    /// For people.
    #[schema(value_type = Option<Prose>)]
    description: Option<String>,
    /// Pictures and films.
    #[schema(max_items = 20, value_type = Option<Vec<MediaFields>>)]
    media: Option<Vec<Object<MediaFields>>>,
    /// Of all prices.
    #[schema(value_type = CurrencyCode)]
    currency: String,
    /// By category, in minor units.
    #[schema(value_type = Prices)]
    prices: BTreeMap<String, u64>,
    /// When seats are sold.
    #[schema(value_type = Option<SaleFields>)]
    sale: Option<Object<SaleFields>>,
    /// How seats are held.
    #[schema(value_type = Option<PolicyFields>)]
    policy: Option<Object<PolicyFields>>,
    /// A plan, or the hash of a stored one.
    #[schema(value_type = Option<SeatMapOrHash>)]
    seat_map: Option<Draft>,
    /// Places that nobody tells apart.
    #[schema(max_items = 100, value_type = Option<Vec<AreaFields>>)]
    areas: Option<Vec<Object<AreaFields>>>,
}

/// A picture or film.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMedia)]
pub(super) struct MediaFields {
    /// Which of both.
    #[schema(value_type = MediaKind)]
    kind: String,
    /// Its address, or a path below the media base.
    #[schema(value_type = MediaUrl)]
    url: String,
    /// What it shows, in words.
    #[schema(value_type = Option<Line0To500>)]
    alt: Option<String>,
}

/// When seats are sold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSale)]
struct SaleFields {
    /// From then on; at once, if `null` or left out.
    opens_at: Option<Time>,
    /// Until then; until it begins, if `null` or left out.
    closes_at: Option<Time>,
}

/// How seats are held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPolicy)]
struct PolicyFields {
    /// How long a hold lives; 600, if left out.
    #[schema(minimum = 1, maximum = 7200)]
    hold_ttl_seconds: Option<u64>,
    /// How long with its extensions; at least as long. 1800, if left out.
    #[schema(minimum = 1, maximum = 86_400)]
    hold_total_seconds_max: Option<u64>,
    /// Seats and places of one hold; 10, if left out.
    #[schema(minimum = 1, maximum = 100)]
    seats_per_hold_max: Option<u32>,
    /// Refuses holds that leave single seats between taken ones.
    prevent_orphans: Option<bool>,
}

/// Places that nobody tells apart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewArea)]
struct AreaFields {
    /// What holds name it by; unique in its show.
    #[schema(value_type = Line64)]
    id: String,
    /// For people; its id, if left out.
    #[schema(value_type = Option<Line200>)]
    name: Option<String>,
    /// Which price it has.
    category: String,
    /// How many places.
    #[schema(minimum = 1, maximum = 1_000_000)]
    capacity: u32,
}

impl ShowFields {
    /// Judges everything, the plan included. The map is there if the plan came inline.
    fn check(self) -> Result<(NewShow, Option<SeatMap>), Problem> {
        let mut faults = Faults::default();
        if let Some(id) = &self.id {
            faults.slug("id", id);
        }
        faults.line("name", &self.name, 1, NAME_MAX);
        let venue = self.venue.unwrap_or_default();
        faults.line("venue", &venue, 0, NAME_MAX);
        let description = self.description.unwrap_or_default();
        check_description(&mut faults, &description);
        let media = check_media(&mut faults, self.media.unwrap_or_default());
        let currency = faults.currency("currency", &self.currency);
        let prices = check_prices(&mut faults, self.prices);
        let sale = self.sale.map_or(Sale::default(), |Object(sale)| Sale {
            opens_at: sale.opens_at.map(|time| time.0),
            closes_at: sale.closes_at.map(|time| time.0),
        });
        check_sale(&mut faults, &sale);
        let policy = self.policy.map_or(POLICY, |Object(policy)| policy.policy());
        check_policy(&mut faults, &policy);
        let areas = check_areas(&mut faults, self.areas.unwrap_or_default(), &prices);
        let (stored, map) = check_map(&mut faults, self.seat_map, &prices);
        if faults.is_empty() && stored.is_none() && map.is_none() && areas.is_empty() {
            faults.add("seat_map", "is missing: a show needs a seat map or areas");
        }
        faults.finish()?;
        let currency = currency.ok_or_else(|| Problem::internal("a fault was lost"))?;
        let show = NewShow {
            id: self.id.map(ShowId::from),
            name: self.name,
            venue,
            starts_at: self.starts_at.0,
            description,
            media,
            currency,
            prices,
            sale,
            policy,
            seat_map: stored.or_else(|| map.as_ref().map(SeatMap::hash)),
            areas,
        };
        Ok((show, map))
    }
}

impl PolicyFields {
    fn policy(self) -> Policy {
        let millis = |seconds: u64| Millis(seconds.saturating_mul(1000));
        let hold_ttl = self.hold_ttl_seconds.map_or(POLICY.hold_ttl, millis);
        Policy {
            hold_ttl,
            // Whoever asks for long holds need not say twice that holds may be long.
            hold_total_max: self
                .hold_total_seconds_max
                .map_or(POLICY.hold_total_max.max(hold_ttl), millis),
            seats_per_hold_max: self.seats_per_hold_max.unwrap_or(POLICY.seats_per_hold_max),
            prevent_orphans: self.prevent_orphans.unwrap_or(POLICY.prevent_orphans),
        }
    }
}

/// Judges an inline plan with the prices of its categories, or reads the hash of a stored one.
fn check_map(
    faults: &mut Faults,
    draft: Option<Draft>,
    prices: &BTreeMap<String, Amount>,
) -> (Option<MapHash>, Option<SeatMap>) {
    let Some(draft) = draft else { return (None, None) };
    match draft.stored() {
        Some(Ok(hash)) => return (Some(hash), None),
        Some(Err(_)) => {
            faults.add("seat_map.hash", "must be 64 lower-case hexadecimal digits");
            return (None, None);
        }
        None => {}
    }
    match draft.finish("seat_map") {
        Ok(map) => {
            faults.extend(plans::unpriced(&map, prices));
            (None, Some(map))
        }
        Err(errors) => {
            faults.extend(errors);
            (None, None)
        }
    }
}

/// Judges a description.
pub(super) fn check_description(faults: &mut Faults, text: &str) {
    faults.prose("description", text, DESCRIPTION_MAX);
}

/// Judges pictures.
pub(super) fn check_media(faults: &mut Faults, media: Vec<Object<MediaFields>>) -> Vec<Media> {
    faults.count("media", media.len(), MEDIA_MAX);
    let mut checked = Vec::with_capacity(media.len().min(MEDIA_MAX));
    for (at, Object(MediaFields { kind, url, alt })) in
        media.into_iter().take(MEDIA_MAX).enumerate()
    {
        if kind != "image" && kind != "video" {
            faults.add(format!("media[{at}].kind"), "must be image or video");
        }
        faults.media_url(&format!("media[{at}].url"), &url, MEDIA_URL_MAX);
        let alt = alt.unwrap_or_default();
        faults.line(&format!("media[{at}].alt"), &alt, 0, MEDIA_ALT_MAX);
        checked.push(Media { kind, url, alt });
    }
    checked
}

/// Judges prices.
pub(super) fn check_prices(
    faults: &mut Faults,
    prices: BTreeMap<String, u64>,
) -> BTreeMap<String, Amount> {
    faults.count("prices", prices.len(), PRICES_MAX);
    let mut checked = BTreeMap::new();
    for (category, price) in prices.into_iter().take(PRICES_MAX) {
        let field = format!("prices.{category}");
        faults.line("prices", &category, 1, NAME_MAX);
        let price = faults.price(&field, price);
        checked.insert(category, price);
    }
    checked
}

/// Judges when seats are sold.
pub(super) fn check_sale(faults: &mut Faults, sale: &Sale) {
    if let (Some(opens), Some(closes)) = (sale.opens_at, sale.closes_at)
        && closes <= opens
    {
        faults.add("sale.closes_at", "must be after sale.opens_at");
    }
}

/// Judges how seats are held.
pub(super) fn check_policy(faults: &mut Faults, policy: &Policy) {
    let (ttl, total) = (policy.hold_ttl.0 / 1000, policy.hold_total_max.0 / 1000);
    faults.range("policy.hold_ttl_seconds", ttl, 1, super::checks::TTL_SECONDS_MAX);
    faults.range("policy.hold_total_seconds_max", total, 1, TOTAL_SECONDS_MAX);
    if total < ttl {
        faults.add("policy.hold_total_seconds_max", "must be at least policy.hold_ttl_seconds");
    }
    let seats = u64::from(policy.seats_per_hold_max);
    faults.range("policy.seats_per_hold_max", seats, 1, SEATS_PER_HOLD_MAX);
}

fn check_areas(
    faults: &mut Faults,
    areas: Vec<Object<AreaFields>>,
    prices: &BTreeMap<String, Amount>,
) -> Vec<AreaInfo> {
    faults.count("areas", areas.len(), AREAS_MAX);
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(areas.len().min(AREAS_MAX));
    for (at, Object(area)) in areas.into_iter().take(AREAS_MAX).enumerate() {
        let field = |name: &str| format!("areas[{at}].{name}");
        let AreaFields { id, name, category, capacity } = area;
        faults.line(&field("id"), &id, 1, AREA_ID_MAX);
        if !seen.insert(id.clone()) {
            faults.add(field("id"), format!("names area {id:?} again"));
        }
        let name = name.unwrap_or_else(|| id.clone());
        faults.line(&field("name"), &name, 1, NAME_MAX);
        if !prices.contains_key(&category) {
            faults.add(field("category"), format!("{category:?} has no price in prices"));
        }
        faults.range(&field("capacity"), u64::from(capacity), 1, AREA_CAPACITY_MAX);
        checked.push(AreaInfo { id: AreaId(id), name, category, capacity });
    }
    checked
}
