//! What operators do with members of the cluster. Each answers with the plan that it carried out,
//! or with `?dry_run=true` would carry out; asked again it does what is left to do.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body::{self, BODY_MAX, Nothing};
use super::cluster::about;
use super::openapi::{Address, NodeNumber};
use super::problem::{Code, Faults, Problem};
use super::refusals::not_administered;
use crate::clock;
use crate::raft::{Change, NodeId};

/// How long a change may take. A learner that has much to catch up with is waited for by whoever
/// asks, again and again.
const CHANGE_PATIENCE: Duration = Duration::from_secs(30);

/// How long comparing all nodes may take: each sums up all of its rows.
const VERIFY_PATIENCE: Duration = Duration::from_secs(30);

/// Characters of a host and port.
const ADDRESS_MAX: usize = 255;

/// `POST /v1/cluster/nodes`
pub(super) async fn add(
    State(site): State<Arc<Site>>,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let NewNode { id, peer, http } = body::json(&ask.headers, &raw)?;
    let mut faults = Faults::default();
    check_address(&mut faults, "peer", &peer);
    check_address(&mut faults, "http", &http);
    faults.finish()?;
    change(&site, &ask, Change::Add { id, peer, http }, StatusCode::CREATED).await
}

/// `PATCH /v1/cluster/nodes/{node}`
pub(super) async fn set_address(
    State(site): State<Arc<Site>>,
    Id(node): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let Addresses { peer, http } = body::json(&ask.headers, &raw)?;
    let mut faults = Faults::default();
    for (field, given) in [("peer", &peer), ("http", &http)] {
        if let Some(address) = given {
            check_address(&mut faults, field, address);
        }
    }
    if peer.is_none() && http.is_none() {
        faults.add("peer", "or http must be given");
    }
    faults.finish()?;
    let id = number(&node)?;
    change(&site, &ask, Change::SetAddress { id, peer, http }, StatusCode::OK).await
}

/// `POST /v1/cluster/nodes/{node}/promote`
pub(super) async fn promote(
    State(site): State<Arc<Site>>,
    Id(node): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    bare(&site, &ask, body, &node, |id| Change::Promote { id }, StatusCode::OK).await
}

/// `DELETE /v1/cluster/nodes/{node}`
pub(super) async fn remove(
    State(site): State<Arc<Site>>,
    Id(node): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    bare(&site, &ask, body, &node, |id| Change::Remove { id }, StatusCode::OK).await
}

/// `POST /v1/cluster/nodes/{node}/replace`
pub(super) async fn replace(
    State(site): State<Arc<Site>>,
    Id(node): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let Successor { by } = body::json(&ask.headers, &raw)?;
    let change_it = Change::Replace { old: number(&node)?, new: by };
    change(&site, &ask, change_it, StatusCode::OK).await
}

/// `POST /v1/cluster/nodes/{node}/drain`
pub(super) async fn drain(
    State(site): State<Arc<Site>>,
    Id(node): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    bare(&site, &ask, body, &node, |id| Change::Drain { id }, StatusCode::ACCEPTED).await
}

/// `POST /v1/cluster/verify`
pub(super) async fn verify(
    State(site): State<Arc<Site>>,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    nothing(&ask, body).await?;
    ask.allowed()?;
    let compared = site.backend.verify(clock::deadline(VERIFY_PATIENCE)).await;
    let compared = compared.map_err(|error| not_administered(error, Code::Refused))?;
    Ok(about(StatusCode::OK, &compared))
}

async fn nothing(ask: &Ask, body: Body) -> Result<(), Problem> {
    let raw = body::read(ask, body, BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw).map(drop)
}

/// A change that needs nothing but a node's number.
async fn bare(
    site: &Site,
    ask: &Ask,
    body: Body,
    node: &str,
    of: fn(NodeId) -> Change,
    done: StatusCode,
) -> Result<Response, Problem> {
    nothing(ask, body).await?;
    change(site, ask, of(number(node)?), done).await
}

async fn change(
    site: &Site,
    ask: &Ask,
    change: Change,
    done: StatusCode,
) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let dry_run = params.flag("dry_run");
    params.finish()?;
    ask.allowed()?;
    let deadline = clock::deadline(CHANGE_PATIENCE);
    let planned = site.backend.change_members(change, dry_run, deadline).await;
    let plan = planned.map_err(|error| not_administered(error, Code::Refused))?;
    Ok(about(if dry_run { StatusCode::OK } else { done }, &plan))
}

fn number(text: &str) -> Result<NodeId, Problem> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| Problem::new(Code::NotFound, format!("no node is called {text:?}")))
}

/// `host:port`. Whether somebody is there is found out by asking.
fn check_address(faults: &mut Faults, field: &str, address: &str) {
    let split = address.rsplit_once(':');
    let sound = split.is_some_and(|(host, port)| {
        let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c));
        let nowhere = matches!(host, "0.0.0.0" | "[::]");
        let port = port.parse::<u16>().is_ok_and(|port| 0 < port);
        !host.is_empty() && plain && !nowhere && port
    });
    if !sound || ADDRESS_MAX < address.len() {
        faults.add(field, "must be host:port, where others can reach it");
    }
}

/// A node that is to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNode {
    /// Its number, which no node ever had.
    #[schema(value_type = NodeNumber)]
    id: NodeId,
    /// Where other nodes reach it.
    #[schema(value_type = Address)]
    peer: String,
    /// Where clients reach it.
    #[schema(value_type = Address)]
    http: String,
}

/// Where a node is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MoveNode)]
pub(super) struct Addresses {
    /// Where other nodes reach it.
    #[schema(value_type = Option<Address>)]
    peer: Option<String>,
    /// Where clients reach it.
    #[schema(value_type = Option<Address>)]
    http: Option<String>,
}

/// Who takes a node's place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplaceNode)]
pub(super) struct Successor {
    /// A learner of the cluster.
    #[schema(value_type = NodeNumber)]
    by: NodeId,
}
