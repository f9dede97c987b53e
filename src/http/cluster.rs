//! What operators ask of the cluster.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::app::Site;
use super::ask::Ask;
use super::body::{self, BODY_MAX, Nothing};
use super::exchange::json;
use super::headers;
use super::openapi::NodeNumber;
use super::problem::{Code, Problem};
use super::refusals::not_administered;
use crate::audit;
use crate::clock;
use crate::raft::NodeId;
use crate::tasks;

/// How long the forming of a cluster may take: members are asked for their disks, one is elected.
const INIT_PATIENCE: Duration = Duration::from_secs(30);

/// How long it may take where there is a state that every member gets first.
const COMPLETE_PATIENCE: Duration = Duration::from_mins(15);

/// How long a handover may take; a lagging successor is brought up first.
const LEADER_PATIENCE: Duration = Duration::from_secs(10);

/// `GET /v1/cluster`
pub(super) async fn get(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    ask.no_params()?;
    ask.allowed()?;
    let status = site.backend.cluster_status().await;
    Ok(about(StatusCode::OK, &status))
}

/// `POST /v1/cluster/init`
pub(super) async fn init(
    State(site): State<Arc<Site>>,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw)?;
    ask.allowed()?;
    let members = site.settings.members.clone();
    let is_formed = !site.backend.members().is_empty();
    let patience = if is_formed { COMPLETE_PATIENCE } else { INIT_PATIENCE };
    let formed = site.backend.initialize(members, clock::deadline(patience)).await;
    let status = formed.map_err(|error| not_administered(error, Code::AlreadyInitialized))?;
    Ok(about(StatusCode::CREATED, &status))
}

/// `POST /v1/cluster/leader`
pub(super) async fn leader(
    State(site): State<Arc<Site>>,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let LeaderFields { to } = body::json_or_nothing(&ask.headers, &raw)?;
    ask.allowed()?;
    let handed = site.backend.transfer_leader(to, clock::deadline(LEADER_PATIENCE)).await;
    let leader = handed.map_err(|error| not_administered(error, Code::Refused))?;
    Ok(about(StatusCode::OK, &LeaderBody { leader }))
}

/// `GET /v1/cluster/audit`
pub(super) async fn check(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    // Checking takes longer than copying, and apply waits meanwhile.
    let (state, index) = site.backend.read(|state, index| (state.clone(), index));
    let checked = tasks::blocking(move || audit::report(&state, index)).await;
    let report = checked.map_err(|_| Problem::internal("the audit panicked"))?;
    Ok(json(StatusCode::OK, &report, index))
}

/// An answer about the cluster, which is no replicated state of ours.
pub(super) fn about(status: StatusCode, body: &impl Serialize) -> Response {
    let mut answer = json(status, body, 0);
    answer.headers_mut().remove(headers::APPLIED_INDEX);
    answer
}

/// Who is to lead.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferLeader)]
pub(super) struct LeaderFields {
    /// This node; whichever is furthest, if left out.
    #[schema(value_type = Option<NodeNumber>)]
    to: Option<NodeId>,
}

/// Who leads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Leader)]
pub(super) struct LeaderBody {
    /// The node.
    #[schema(value_type = NodeNumber)]
    leader: NodeId,
}
