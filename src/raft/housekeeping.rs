//! What every node does now and then: it keeps its log short and an eye on its disk, writes down
//! what it last heard to be committed, and a leader finishes a change of members that a crash left
//! half-way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{ChangeMembers, ServerState};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::log_store::LogStore;
use super::machine::Shared;
use super::stop::stopped;
use super::types::Raft;
use crate::metrics::Metrics;
use crate::store::Engine;

/// How often the log is looked at. It grows by some 10 MiB a second at most.
const ROUND: Duration = Duration::from_secs(2);

/// A joint membership that is older than this belongs to nobody any more: whoever changes members
/// takes the second step right after the first.
const JOINT_MAX: Duration = Duration::from_secs(5);

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
