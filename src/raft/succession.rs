//! Hands leadership over.

use std::collections::BTreeMap;
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{Instant as _, ServerState};
use tokio::time::{Instant, timeout_at};

use super::types::{NodeId, Raft};
use super::wire::HandOverRefusal;

/// A voter that has not answered a heartbeat for this long is no successor: while leadership is
/// handed over the old leader takes no proposals.
pub(super) const SILENCE_MAX: Duration = Duration::from_secs(1);

/// Asks openraft to hand leadership to `to`, or to the most caught-up voter that answers. Returns
/// who it will be if all goes well, which whoever asks must watch.
pub(super) async fn hand_over(
    raft: &Raft,
    me: NodeId,
    to: Option<NodeId>,
) -> Result<NodeId, HandOverRefusal> {
    let successors = successors(raft, me)?;
    let successor = match to {
        Some(to) if to == me => return Ok(me),
        Some(to) => match successors.get(&to) {
            None => return Err(HandOverRefusal::NoSuchVoter(to)),
            Some(Successor::Silent) => {
                let reason = format!("node {to} does not answer");
                return Err(HandOverRefusal::Unreachable(reason));
            }
            Some(Successor::Answers { .. }) => to,
        },
        None => best(&successors)?,
    };
    tracing::info!(to = successor, "handing leadership over");
    match raft.trigger().transfer_leader(successor).await {
        Ok(()) => Ok(successor),
        Err(fatal) => Err(HandOverRefusal::Unreachable(fatal.to_string())),
    }
}

/// Hands leadership over, if this node has it, and waits until it has it no more.
///
/// # Errors
/// Nobody takes over; this node goes on as it did.
pub(super) async fn step_down(raft: &Raft, me: NodeId, deadline: Instant) -> Result<(), String> {
    match hand_over(raft, me, None).await {
        Ok(_successor) => {}
        Err(HandOverRefusal::NotLeader) => return Ok(()),
        Err(HandOverRefusal::NoSuchVoter(id)) => return Err(format!("node {id} is no voter")),
        Err(HandOverRefusal::Unreachable(reason)) => return Err(reason),
    }
    let mut metrics = raft.server_metrics();
    let succeeded = async {
        while metrics.borrow_and_update().current_leader == Some(me) {
            if metrics.changed().await.is_err() {
                return;
            }
        }
    };
    let waited = timeout_at(deadline, succeeded).await;
    waited.map_err(|_elapsed| "no successor took over in time".to_owned())
}

/// A voter that might take over.
#[derive(Clone, Copy, Debug)]
enum Successor {
    /// It has not answered lately.
    Silent,
    /// It answers, and its log matches up to this index.
    Answers { matched: u64 },
}

fn best(successors: &BTreeMap<NodeId, Successor>) -> Result<NodeId, HandOverRefusal> {
    let able = successors.iter().filter_map(|(id, successor)| match successor {
        Successor::Silent => None,
        Successor::Answers { matched } => Some((*matched, *id)),
    });
    match able.max() {
        Some((_matched, id)) => Ok(id),
        None => Err(HandOverRefusal::Unreachable("no other voter answers".to_owned())),
    }
}

/// Every other voter.
fn successors(raft: &Raft, me: NodeId) -> Result<BTreeMap<NodeId, Successor>, HandOverRefusal> {
    let metrics = raft.metrics();
    let metrics = metrics.borrow_watched();
    if metrics.state != ServerState::Leader {
        return Err(HandOverRefusal::NotLeader);
    }
    let judged = |id: NodeId| {
        let answered =
            metrics.heartbeat.as_ref().and_then(|all| all.get(&id)).and_then(Option::as_ref);
        if answered.is_none_or(|at| SILENCE_MAX <= at.elapsed()) {
            return (id, Successor::Silent);
        }
        let matched = metrics.replication.as_ref().and_then(|all| all.get(&id));
        let matched = matched.and_then(Option::as_ref).map_or(0, |log_id| log_id.index);
        (id, Successor::Answers { matched })
    };
    Ok(metrics.membership_config.voter_ids().filter(|id| *id != me).map(judged).collect())
}
