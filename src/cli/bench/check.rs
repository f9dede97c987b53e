//! Afterwards: every seat that was acknowledged has its owner.

use std::collections::{BTreeMap, HashMap};

use super::sheet::Owner;
use crate::cli::exit::Failure;
use crate::client::{Client, Seat, SeatState};

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
        let found = client.seats(show).linearizable().await?;
        let found: HashMap<&str, &Seat> =
            found.seats.iter().map(|seat| (seat.id.as_str(), seat)).collect();
        for (id, owner) in due {
            let is_so = found.get(id).is_some_and(|seat| match owner {
                Owner::Hold(hold) => seat.hold.as_ref() == Some(hold),
                Owner::Booking(booking) => seat.booking.as_ref() == Some(booking),
            });
            if !is_so {
                let state = found.get(id).and_then(|seat| seat.state.as_ref());
                let state = state.map_or("no seat", SeatState::as_str);
                missing.push(format!("{id} of {show} is {state}, acknowledged was {owner:?}"));
            }
        }
    }
    Ok(missing)
}
