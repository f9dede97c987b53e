//! `show create`, `show list` and `show export`.

use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::args::Format;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::client::Client;

/// Bytes of a file that is sent: what a node takes at most, and a little, so that it can say so.
const FILE_MAX: u64 = 40 * 1024 * 1024;

/// What of a show's answer makes the show again. The rest is how it stands, not what it is.
const SHOW_FIELDS: [&str; 11] = [
    "id",
    "name",
    "venue",
    "starts_at",
    "description",
    "media",
    "currency",
    "prices",
    "sale",
    "policy",
    "areas",
];

/// Creates a show from a file.
pub(super) async fn create(
    client: &Client,
    file: &Path,
    plan: Option<&Path>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let body = match plan {
        None => read(file)?,
        Some(plan) => with_plan(file, plan)?,
    };
    // As the file has it: what is wrong with it is for the node to say.
    let show: Value = client.post("/v1/shows", body).await?;
    match output.format {
        Format::Json => output.json(&show),
        Format::Table => output.table(&TITLES, [row(&show)]),
    }
    Ok(Exit::Done)
}

/// Lists shows, all pages.
pub(super) async fn list(
    client: &Client,
    status: Option<&str>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let shows = client.list::<Value>("/v1/shows").linearizable();
    let shows = match status {
        Some(status) => shows.only("status", status),
        None => shows,
    };
    let shows = shows.all().await?;
    match output.format {
        Format::Json => output.json(&json!({ "data": shows, "next_cursor": null })),
        Format::Table => output.table(&TITLES, shows.iter().map(row)),
    }
    Ok(Exit::Done)
}

/// Prints a show with its plan, in the form that creates it.
pub(super) async fn export(
    client: &Client,
    show: &str,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let client = client.linearizable();
    let mut found: Map<String, Value> = client.show(show).answer().await?.parse()?;
    let mut export: Map<String, Value> = SHOW_FIELDS
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), found.remove(field)?)))
        .collect();
    if found.get("seat_map").is_some_and(|map| !map.is_null()) {
        export.insert("seat_map".to_owned(), client.seat_map(show).await?);
    }
    // Data in a form for files whatever `--output` says: a table could not be read back.
    output.json(&export);
    Ok(Exit::Done)
}

const TITLES: [&str; 7] = ["id", "name", "venue", "starts at", "status", "available", "price from"];

fn row(show: &Value) -> Vec<String> {
    let text = |key: &str| match show.get(key) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => "-".to_owned(),
        Some(other) => other.to_string(),
    };
    let price = match show.get("price_from").and_then(|from| from.get("amount").or(Some(from))) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(amount) => format!("{amount} {}", text("currency")),
    };
    let (id, name, venue) = (text("id"), text("name"), text("venue"));
    vec![id, name, venue, text("starts_at"), text("status"), text("available"), price]
}

/// The show with the plan as its `seat_map`.
fn with_plan(file: &Path, plan: &Path) -> Result<Vec<u8>, Failure> {
    let mut show: Map<String, Value> = parse(file, &read(file)?)?;
    if show.contains_key("seat_map") {
        let message = format!("{} has a seat_map already, besides --plan", file.display());
        return Err(Failure::new(Exit::Usage, message));
    }
    let plan: Value = parse(plan, &read(plan)?)?;
    show.insert("seat_map".to_owned(), plan);
    Ok(Value::Object(show).to_string().into_bytes())
}

fn parse<T: for<'de> Deserialize<'de>>(file: &Path, text: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(text)
        .map_err(|error| Failure::new(Exit::Failed, format!("{}: {error}", file.display())))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(FILE_MAX + 1).read_to_end(&mut text)
    } else {
        std::fs::File::open(file)
            .and_then(|opened| opened.take(FILE_MAX + 1).read_to_end(&mut text))
    };
    let fault = |why: String| Failure::new(Exit::Failed, format!("{}: {why}", file.display()));
    match read {
        Ok(read) if read as u64 > FILE_MAX => Err(fault(format!("has over {FILE_MAX} bytes"))),
        Ok(_) => Ok(text),
        Err(error) => Err(fault(error.to_string())),
    }
}
