//! Afterwards: every seat that was acknowledged has its owner.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::sheet::Owner;
use crate::cli::client::{Client, Request};
use crate::cli::exit::Failure;

#[derive(Deserialize)]
struct Seats {
    seats: Vec<Seat>,
}

#[derive(Deserialize)]
struct Seat {
    id: String,
    state: String,
    hold: Option<String>,
    booking: Option<String>,
}

/// What was acknowledged and is not so.
pub(super) async fn missing(
    client: &Client,
    owned: &HashMap<(String, String), Owner>,
) -> Result<Vec<String>, Failure> {
    let mut by_show: BTreeMap<&str, Vec<(&str, &Owner)>> = BTreeMap::new();
    for ((show, seat), owner) in owned {
        by_show.entry(show).or_default().push((seat, owner));
    }
    let mut missing = Vec::new();
    for (show, due) in by_show {
        let path = format!("/v1/shows/{show}/seats?consistency=linearizable");
        let found: Seats = client.ask(&Request::get(&path)).await?.sound()?.parse()?;
        let found: HashMap<&str, &Seat> =
            found.seats.iter().map(|seat| (seat.id.as_str(), seat)).collect();
        for (id, owner) in due {
            let is_so = found.get(id).is_some_and(|seat| match owner {
                Owner::Hold(hold) => seat.hold.as_ref() == Some(hold),
                Owner::Booking(booking) => seat.booking.as_ref() == Some(booking),
            });
            if !is_so {
                let state = found.get(id).map_or("no seat", |seat| seat.state.as_str());
                missing.push(format!("{id} of {show} is {state}, acknowledged was {owner:?}"));
            }
        }
    }
    Ok(missing)
}
