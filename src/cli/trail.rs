//! `audit trail`: who did what, and when.

use super::args::{Format, Trail};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::client::{Client, Deed};

/// Tells every deed that fits, page by page, and since when none is missing.
pub(super) async fn trail(
    client: &Client,
    of: &Trail,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let mut whole = page(client, of, None).await?;
    while let Some(next) = whole.next_cursor.take() {
        let more = page(client, of, Some(next)).await?;
        whole.data.extend(more.data);
        // What was kept when the first page was read may have gone meanwhile.
        (whole.next_cursor, whole.since) = (more.next_cursor, more.since);
    }
    match output.format {
        Format::Json => output.json(&whole),
        Format::Table => table(&whole.data, output),
    }
    match &whole.since {
        Some(since) => output.say(&format!("nothing is missing since {since}")),
        None => output.say("nothing is recorded yet: not all members know how"),
    }
    Ok(Exit::Done)
}

async fn page(
    client: &Client,
    of: &Trail,
    cursor: Option<String>,
) -> Result<crate::client::Trail, Failure> {
    let chosen = [
        ("seat", &of.seat),
        ("show", &of.show),
        ("user", &of.user),
        ("hold", &of.hold),
        ("payment", &of.payment),
        ("from", &of.from),
        ("to", &of.to),
        ("cursor", &cursor),
    ];
    let asked = client.trail().linearizable().query("limit", "200");
    let asked = chosen.into_iter().fold(asked, |asked, (name, value)| match value {
        Some(value) => asked.query(name, value),
        None => asked,
    });
    Ok(asked.await?)
}

fn table(deeds: &[Deed], output: &mut Output) {
    const TITLES: [&str; 11] =
        ["at", "index", "kind", "by", "show", "seats", "user", "hold", "about", "amount", "note"];
    output.table(&TITLES, deeds.iter().map(row));
}

fn row(deed: &Deed) -> Vec<String> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    // What nobody asked for came with time.
    let by = deed.caller.as_ref().map(|by| by.user.clone().unwrap_or_else(|| by.role.clone()));
    let about = deed.refund.as_ref().or(deed.payment.as_ref()).or(deed.booking.as_ref());
    let amount = deed.amount.as_ref().map(|sum| format!("{} {}", sum.amount, sum.currency));
    vec![
        deed.at.clone(),
        deed.index.to_string(),
        deed.kind.clone(),
        by.unwrap_or_else(|| "time".to_owned()),
        deed.show.clone(),
        places(deed),
        or_none(&deed.user),
        or_none(&deed.hold),
        or_none(&about.cloned()),
        or_none(&amount),
        or_none(&deed.note),
    ]
}

/// Its seats, and places without numbers as `2x standing`.
fn places(deed: &Deed) -> String {
    let seats = deed.seats.iter().map(|seat| seat.id.clone());
    let areas = deed.areas.iter().map(|area| format!("{}x {}", area.quantity, area.id));
    let all: Vec<String> = seats.chain(areas).collect();
    if all.is_empty() { "-".to_owned() } else { all.join(",") }
}
