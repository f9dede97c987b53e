//! What every node does now and then: it keeps its log short and an eye on its disk, writes down
//! what it last heard to be committed, and a leader finishes a change of members that a crash left
//! half-way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{ChangeMembers, Instant as _, RaftMetrics, ServerState};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::log_store::LogStore;
use super::machine::Shared;
use super::stop::stopped;
use super::types::{Raft, TypeConfig};
use crate::metrics::Metrics;
use crate::store::Engine;

/// How often the log is looked at. It grows by some 10 MiB a second at most.
const ROUND: Duration = Duration::from_secs(2);

/// A joint membership that is older than this belongs to nobody any more: whoever changes members
/// takes the second step right after the first.
const JOINT_MAX: Duration = Duration::from_secs(5);

/// The log may grow to so many times its bound while a member is brought up to date that will need
/// what would be dropped: else it would be sent one snapshot after the other, each too old.
const AWAITED_GROWTH_MAX: u64 = 4;

/// Nobody waits for a member that has not answered for so long.
const AWAITED_SILENCE_MAX: Duration = Duration::from_secs(5);

/// The task that keeps house.
pub(super) struct Housekeeping {
    /// Consensus on this node.
    pub(super) raft: Raft,
    /// Its log.
    pub(super) log: LogStore,
    /// Its state.
    pub(super) shared: Shared,
    /// Its disk.
    pub(super) engine: Arc<dyn Engine>,
    /// Where it is told how much space is left.
    pub(super) metrics: Metrics,
    /// Says to the others that little space is left.
    pub(super) disk_low: Arc<AtomicBool>,
    /// True when the node stops.
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Housekeeping {
    /// Works until the node stops.
    ///
    /// # Errors
    /// Consensus has stopped.
    pub(super) async fn run(self) -> Result<(), String> {
        let mut shutdown = self.shutdown.clone();
        tokio::select! {
            biased;
            () = stopped(&mut shutdown) => Ok(()),
            result = self.rounds() => result,
        }
    }

    async fn rounds(&self) -> Result<(), String> {
        let mut joint_since = None;
        loop {
            // For a node at which nothing comes any more.
            self.log.keep_committed().map_err(|error| error.to_string())?;
            self.look_at_disk();
            self.shared.forget_old_mark();
            self.shorten().await?;
            if !self.is_joint() {
                joint_since = None;
            } else if JOINT_MAX <= joint_since.get_or_insert_with(Instant::now).elapsed() {
                self.finish_joint().await;
                joint_since = None;
            }
            sleep(ROUND).await;
        }
    }

    /// Nothing is proposed while the disk is nearly full, long before the database would fail.
    fn look_at_disk(&self) {
        if let Some(space) = self.engine.space() {
            self.metrics.space(space);
        }
        let low = self.engine.disk_low();
        if self.disk_low.swap(low, Ordering::Relaxed) != low {
            tracing::warn!(low, "the disk's low-water mark was crossed");
        }
    }

    /// Builds a snapshot when the log is long, and drops what lies far enough behind the last one.
    async fn shorten(&self) -> Result<(), String> {
        if self.has_room_for_others() {
            let metrics = self.raft.metrics();
            let metrics = metrics.borrow_watched();
            if self.log.purge_point().is_some_and(|point| is_awaited(&metrics, point)) {
                return Ok(());
            }
        }
        let stopped = |fatal| format!("consensus has stopped: {fatal}");
        if self.log.snapshot_due() {
            tracing::info!(log_bytes = self.log.bytes(), "building a snapshot");
            self.raft.trigger().snapshot().await.map_err(stopped)?;
        }
        if let Some(index) = self.log.purge_point()
            && self.has_purgeable()
        {
            self.raft.trigger().purge_log(index).await.map_err(stopped)?;
        }
        Ok(())
    }

    /// Whether the log may be longer than it should be.
    fn has_room_for_others(&self) -> bool {
        self.log.bytes() < self.log.bytes_max().saturating_mul(AWAITED_GROWTH_MAX)
            && !self.engine.disk_low()
    }

    /// Whether the last snapshot covers entries that are still in the log.
    fn has_purgeable(&self) -> bool {
        let metrics = self.raft.metrics();
        let metrics = metrics.borrow_watched();
        metrics.purged < metrics.snapshot
    }

    /// Whether this node leads and the membership is half-way between two.
    fn is_joint(&self) -> bool {
        let metrics = self.raft.server_metrics();
        let metrics = metrics.borrow_watched();
        metrics.state == ServerState::Leader
            && 1 < metrics.membership_config.get_joint_config().len()
    }

    /// Goes on to the members that the change was for.
    async fn finish_joint(&self) {
        let goal = {
            let metrics = self.raft.server_metrics();
            let metrics = metrics.borrow_watched();
            metrics.membership_config.get_joint_config().last().cloned()
        };
        let Some(goal) = goal else { return };
        tracing::warn!(voters = ?goal, "finishing a change of members that was left half-way");
        let change = ChangeMembers::ReplaceAllVoters(goal);
        // Whoever votes no more stays as a learner: what was meant for it is not known here.
        // Without a quorum there is no answer, and the disk must be looked at meanwhile.
        match timeout(JOINT_MAX, self.raft.change_membership(change, true)).await {
            Ok(Ok(_changed)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the change of members is not finished"),
            Err(_elapsed) => tracing::warn!("the change of members is not finished in time"),
        }
    }
}

/// Whether this node leads, and a member that answers has not got as far as this entry.
fn is_awaited(metrics: &RaftMetrics<TypeConfig>, point: u64) -> bool {
    let (Some(reached), Some(heard)) = (&metrics.replication, &metrics.heartbeat) else {
        return false;
    };
    let answers = |id| {
        let at = heard.get(id).and_then(Option::as_ref);
        at.is_some_and(|at| at.elapsed() < AWAITED_SILENCE_MAX)
    };
    let mut others = reached.iter().filter(|(id, _)| **id != metrics.id);
    others.any(|(id, reached)| reached.is_none_or(|reached| reached.index < point) && answers(id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use openraft::alias::InstantOf;

    use super::super::storage_tests::log_id;
    use super::*;

    /// What a member will need next is kept while it answers: not for one that is away, not for one
    /// that has it, not for this node itself, and never by a node that does not lead.
    #[tokio::test(start_paused = true)]
    async fn a_member_that_catches_up_is_awaited() {
        let mut metrics = RaftMetrics::<TypeConfig>::new_initial(1);
        assert!(!is_awaited(&metrics, 10), "a follower waits for nobody");
        let now = openraft::metrics::SerdeInstant::new(InstantOf::<TypeConfig>::now());
        let mut of = |node: u64, reached: Option<u64>, heard: bool| {
            let reached = reached.map(|index| log_id(1, index));
            metrics.replication = Some(BTreeMap::from([(node, reached)]));
            metrics.heartbeat = Some(BTreeMap::from([(node, heard.then_some(now))]));
            is_awaited(&metrics, 10)
        };
        assert!(of(2, Some(9), true) && of(2, None, true));
        assert!(!of(2, Some(10), true) && !of(2, Some(9), false) && !of(1, Some(9), true));
        tokio::time::advance(AWAITED_SILENCE_MAX).await;
        assert!(!of(2, Some(9), true), "it went away meanwhile");
    }
}
