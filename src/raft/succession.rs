//! Hands leadership over.

use std::collections::BTreeMap;
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{Instant as _, ServerState};

use super::types::{NodeId, Raft};
use super::wire::HandOverRefusal;

/// A voter that has not answered a heartbeat for this long is no successor: while leadership is
/// handed over the old leader takes no proposals.
const SILENCE_MAX: Duration = Duration::from_secs(1);

/// Asks openraft to hand leadership to `to`, or to the most caught-up voter that answers. Returns who
/// it will be if all goes well, which whoever asks must watch.
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
            Some(None) => {
                let reason = format!("node {to} does not answer");
                return Err(HandOverRefusal::Unreachable(reason));
            }
            Some(Some(_matched)) => to,
        },
        None => {
            let best =
                successors.iter().filter_map(|(id, matched)| Some((*matched)?).zip(Some(*id)));
            let Some((_matched, best)) = best.max() else {
                let reason = "no other voter answers".to_owned();
                return Err(HandOverRefusal::Unreachable(reason));
            };
            best
        }
    };
    tracing::info!(to = successor, "handing leadership over");
    match raft.trigger().transfer_leader(successor).await {
        Ok(()) => Ok(successor),
        Err(fatal) => Err(HandOverRefusal::Unreachable(fatal.to_string())),
    }
}

/// Every other voter, with how far its log matches if it answers.
fn successors(
    raft: &Raft,
    me: NodeId,
) -> Result<BTreeMap<NodeId, Option<Option<u64>>>, HandOverRefusal> {
    let metrics = raft.metrics();
    let metrics = metrics.borrow_watched();
    if metrics.state != ServerState::Leader {
        return Err(HandOverRefusal::NotLeader);
    }
    let answers = |id: &NodeId| {
        let heartbeats = metrics.heartbeat.as_ref();
        let answered = heartbeats.and_then(|all| all.get(id)).and_then(Option::as_ref);
        answered.is_some_and(|at| at.elapsed() < SILENCE_MAX)
    };
    let matched = |id: &NodeId| {
        let progress = metrics.replication.as_ref().and_then(|all| all.get(id));
        progress.and_then(Option::as_ref).map(|id| id.index)
    };
    let voters = metrics.membership_config.voter_ids().filter(|id| *id != me);
    Ok(voters.map(|id| (id, answers(&id).then(|| matched(&id)))).collect())
}
