//! `show seed`: shows in generated halls. Run again it changes nothing.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};
use jiff::{Span, Timestamp};
use serde_json::json;

use super::args::{Format, Seed};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::client::{Client, Code, Media, NewShow, Policy, StoredMap};
use crate::clock::{Clock as _, SystemClock};
use crate::plans::{self, Preset, PresetName};

/// Shows under way at once: enough to fill the log's batches, few enough to be no flood.
const AT_ONCE: usize = 32;

/// When benchmarks take place: after every benchmark.
const BENCH_STARTS_AT: &str = "2099-01-01T00:00:00.000Z";

/// What became of one show.
enum Seeded {
    Created,
    /// It was there, in the same hall.
    Present,
}

/// What became of all shows.
#[derive(Default)]
pub(super) struct Harvest {
    /// Their hall.
    hash: String,
    seats: usize,
    created: u64,
    there: u64,
    failures: BTreeMap<String, Failure>,
}

impl Harvest {
    /// Why shows are missing, if some are: the first one's reason.
    pub(super) fn sound(self) -> Result<(), Failure> {
        let first = self.failures.into_values().next();
        first.map_or(Ok(()), |failure| {
            Err(Failure::new(failure.exit, "some shows were not created"))
        })
    }
}

/// Creates the shows of a preset that are not there yet, and tells of it.
pub(super) async fn seed(
    client: &Client,
    seed: &Seed,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let harvest = sow(client, seed, &[]).await?;
    let Harvest { hash, seats, created, there, failures } = &harvest;
    output.say(&format!("{}: {seats} seats", seed.preset.as_str()));
    match output.format {
        Format::Json => output.json(&json!({
            "preset": seed.preset.as_str(),
            "seat_map": hash,
            "seats": seats,
            "created": created,
            "present": there,
            "failed": failures.len(),
        })),
        Format::Table => {
            output.data(&format!("{created} created, {there} there already"));
        }
    }
    for (id, failure) in failures {
        output.say(&format!("usher: {id}: {}", failure.message));
    }
    harvest.sound().map(|()| Exit::Done)
}

/// Creates the shows of a preset that are not there yet, with pictures of them.
pub(super) async fn sow(client: &Client, seed: &Seed, media: &[Media]) -> Result<Harvest, Failure> {
    let preset = Preset::draw(seed.preset);
    let ids = ids(seed);
    let hash = store_map(client, &preset).await?;
    let template = NewShow { media: media.to_vec(), ..show(seed.preset, &preset, &hash) };
    let mut harvest = Harvest { seats: preset.map.seats().len(), ..Harvest::default() };
    let requests = ids.iter().enumerate().map(|(n, id)| one(client, &template, &hash, id, n));
    let mut results = stream::iter(requests).buffer_unordered(AT_ONCE);
    while let Some((id, result)) = results.next().await {
        match result {
            Ok(Seeded::Created) => harvest.created += 1,
            Ok(Seeded::Present) => harvest.there += 1,
            Err(failure) => {
                harvest.failures.insert(id, failure);
                // What is under way ends first; nothing new is begun on a cluster that fails.
                if harvest.failures.len() >= AT_ONCE {
                    break;
                }
            }
        }
    }
    drop(results);
    Ok(Harvest { hash, ..harvest })
}

fn ids(seed: &Seed) -> Vec<String> {
    let preset = seed.preset.as_str();
    match (&seed.ids, seed.preset) {
        (Some(ids), _) => ids.0.iter().map(|id| format!("{preset}-{id}")).collect(),
        (None, PresetName::Bench) => vec![format!("{preset}-0")],
        (
            None,
            PresetName::Club | PresetName::Theatre | PresetName::Arena | PresetName::Stadium,
        ) => vec![preset.to_owned()],
    }
}

/// Stores the hall once for all its shows; storing it again is a no-op.
async fn store_map(client: &Client, preset: &Preset) -> Result<String, Failure> {
    let stored: StoredMap = client.post("/v1/seat-maps", plans::write(&preset.map)).await?;
    Ok(stored.hash)
}

async fn one(
    client: &Client,
    template: &NewShow,
    hash: &str,
    id: &str,
    n: usize,
) -> (String, Result<Seeded, Failure>) {
    (id.to_owned(), create(client, template, hash, id, n).await)
}

async fn create(
    client: &Client,
    template: &NewShow,
    hash: &str,
    id: &str,
    n: usize,
) -> Result<Seeded, Failure> {
    let show = NewShow { id: Some(id.to_owned()), ..template.clone() };
    match client.create_show(&show).first(n).answer().await {
        Ok(_) => return Ok(Seeded::Created),
        Err(error) if error.code() == Some(&Code::ShowExists) => {}
        Err(error) => return Err(error.into()),
    }
    let found = client.show(id).linearizable().first(n).await?;
    match found.seat_map {
        Some(found) if found.hash == hash => Ok(Seeded::Present),
        Some(_) | None => Err(Failure::new(Exit::Conflict, "exists already, in another hall")),
    }
}

/// A show of the preset, but for its id.
fn show(name: PresetName, preset: &Preset, hash: &str) -> NewShow {
    let hold_ttl = preset.hold_ttl.0 / 1000;
    NewShow {
        name: preset.show.to_owned(),
        venue: Some(preset.venue.to_owned()),
        description: Some(preset.description.to_owned()),
        starts_at: starts_at(name),
        currency: preset.currency.as_str().to_owned(),
        prices: preset.prices.iter().map(|(name, price)| (name.clone(), price.0)).collect(),
        policy: Some(Policy {
            hold_ttl_seconds: Some(hold_ttl),
            hold_total_seconds_max: Some((3 * hold_ttl).min(HOLD_TOTAL_MAX)),
            seats_per_hold_max: Some(preset.seats_per_hold_max),
            prevent_orphans: None,
        }),
        seat_map: Some(json!({ "hash": hash })),
        ..NewShow::default()
    }
}

/// Seconds that a seeded hold may live with its extensions.
const HOLD_TOTAL_MAX: u64 = 14_400;

/// Evenings to come, so that the shows are on sale and upcoming.
fn starts_at(name: PresetName) -> String {
    let days = match name {
        PresetName::Club => 7,
        PresetName::Theatre => 14,
        PresetName::Arena => 30,
        PresetName::Stadium => 60,
        PresetName::Bench => return BENCH_STARTS_AT.to_owned(),
    };
    let now = i64::try_from(SystemClock::new().wall().0).unwrap_or(i64::MAX);
    let today = Timestamp::from_millisecond(now).unwrap_or(Timestamp::MAX);
    let day = today.checked_add(Span::new().hours(24 * days)).unwrap_or(today);
    format!("{}T19:30:00.000Z", day.strftime("%Y-%m-%d"))
}
