//! Seats taken off sale by the organizer, and put back.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body;
use super::problem::{Faults, Problem};
use crate::seats::{Command, Receipt, SeatId, ShowId};

/// Bytes of a body: a whole stand of seats whose ids are UUIDs.
const BODY_MAX: usize = 1024 * 1024;

/// Seats of one request, and so of one log entry.
const SEATS_MAX: usize = 10_000;

/// `POST /v1/shows/{show}/block`
pub(super) async fn block(
    state: State<Arc<Site>>,
    id: Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    change(state, id, ask, body, |show, seats| Command::Block { show, seats }).await
}

/// `POST /v1/shows/{show}/unblock`
pub(super) async fn unblock(
    state: State<Arc<Site>>,
    id: Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    change(state, id, ask, body, |show, seats| Command::Unblock { show, seats }).await
}

async fn change(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
    body: Body,
    command: fn(ShowId, BTreeSet<SeatId>) -> Command,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let Fields { seats: named } = body::json(&ask.headers, &raw)?;
    let mut faults = Faults::default();
    faults.seats("seats", &named, 1, SEATS_MAX);
    faults.finish()?;
    ask.allowed()?;
    let seats = named.iter().cloned().map(SeatId).collect();
    let written =
        site.write(&ask, &raw, command(ShowId::from(show.clone()), seats), &named).await?;
    let Receipt::Blocks { seats, version } = &written.receipt else {
        return Err(written.unexpected());
    };
    let body = Blocked {
        show: &show,
        version: *version,
        seats: seats.iter().map(|seat| seat.0.as_str()).collect(),
    };
    Ok(written.answer(StatusCode::OK, &body))
}

/// Seats to take off sale or to put back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeatsToBlock)]
pub(super) struct Fields {
    /// By id, each once.
    #[schema(min_items = 1, max_items = 10_000)]
    seats: Vec<String>,
}

/// What was taken off sale or put back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Blocked)]
pub(super) struct Blocked<'a> {
    /// The show.
    show: &'a str,
    /// The show's version from then on.
    version: u64,
    /// The seats.
    #[schema(value_type = Vec<String>)]
    seats: Vec<&'a str>,
}
