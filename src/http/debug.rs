//! What a node knows of itself, for whoever looks into what went wrong. No secret and no buyer is
//! in it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::Ask;
use super::exchange::json;
use super::openapi::{Cluster, NodeNumber};
use super::problem::Problem;
use super::time::Time;
use crate::raft::{ClusterStatus, NodeId};
use crate::seats::State as Seats;

/// `GET /v1/cluster/debug`
pub(super) async fn get(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    ask.no_params()?;
    ask.allowed()?;
    let (counts, log_time, index) =
        site.backend.read(|state, index| (Counts::of(state), state.now(), index));
    let body = DebugBody {
        node: site.backend.node_id(),
        version: env!("CARGO_PKG_VERSION"),
        made_at: Time(site.clock.wall()),
        log_time: Time(log_time),
        applied_index: index,
        not_ready: site.backend.not_ready(),
        cluster: site.backend.cluster_status().await,
        consensus: site.backend.consensus(),
        counts,
        config: &site.settings.effective,
        log: site.settings.journal.lines(),
    };
    Ok(json(StatusCode::OK, &body, index))
}

/// What a node knows of itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Debug)]
pub(super) struct DebugBody<'a> {
    /// Which node says it.
    #[schema(value_type = NodeNumber)]
    node: NodeId,
    /// Of the program.
    version: &'static str,
    /// By this node's clock.
    made_at: Time,
    /// Of the last entry that was applied here.
    log_time: Time,
    /// Up to which entry this node has applied the log.
    applied_index: u64,
    /// Why this node is not ready; `null` if it is.
    not_ready: Option<String>,
    /// As this node sees it.
    #[schema(value_type = Cluster)]
    cluster: ClusterStatus,
    /// As openraft says it.
    consensus: String,
    /// How much there is of everything.
    counts: Counts,
    /// The configuration in effect, with stars for secrets.
    #[schema(value_type = Object)]
    config: &'a serde_json::Value,
    /// The last lines.
    log: Vec<String>,
}

/// How much there is of everything.
#[derive(Debug, Serialize, ToSchema)]
struct Counts {
    shows: usize,
    holds: usize,
    payments: usize,
    bookings: usize,
    refunds: usize,
    outbox: usize,
    /// Most attempts of a row in the outbox.
    outbox_attempts_max: u32,
}

impl Counts {
    fn of(state: &Seats) -> Counts {
        Counts {
            shows: state.shows().count(),
            holds: state.holds().count(),
            payments: state.payments().count(),
            bookings: state.bookings().count(),
            refunds: state.refunds().count(),
            outbox: state.outbox().count(),
            outbox_attempts_max: state.outbox().map(|row| row.attempts).max().unwrap_or(0),
        }
    }
}
