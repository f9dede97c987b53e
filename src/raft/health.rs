//! Whether this node can serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{Instant as _, ServerState};
use tokio::sync::watch;

use super::guard::Guard;
use super::identity::Identity;
use super::peer::Contact;
use super::types::Raft;
use crate::seats::Millis;

/// What the judgement rests on.
pub(super) struct Health {
    /// Whether there is a cluster.
    pub(super) identity: Arc<Identity>,
    /// Consensus on this node.
    pub(super) raft: Raft,
    /// Its clock.
    pub(super) guard: Arc<Guard>,
    /// When it heard of its leader.
    pub(super) contact: Arc<Contact>,
    /// Set while so little space is left that nothing is taken.
    pub(super) disk_low: Arc<AtomicBool>,
    /// Set once it has applied what it had applied before it was started.
    pub(super) recovered: Arc<AtomicBool>,
    /// Without a word from a leader, or from a quorum, for this long, there is none.
    pub(super) silence_max: Duration,
    /// True once this node makes ready for its end.
    pub(super) drain: watch::Receiver<bool>,
    /// True when the node stops.
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Health {
    /// Whether requests make any sense.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn can_serve(&self) -> Result<(), String> {
        if *self.shutdown.borrow() {
            return Err("the node is stopping".to_owned());
        }
        if self.identity.cluster().is_none() {
            return Err("this node is not part of a cluster yet".to_owned());
        }
        Ok(())
    }

    /// Why a load balancer should send requests elsewhere, or `None`.
    pub(super) fn not_ready(&self) -> Option<String> {
        if let Err(reason) = self.can_serve() {
            return Some(reason);
        }
        if *self.drain.borrow() {
            return Some("this node is about to stop".to_owned());
        }
        if let Some(reason) = self.without_leader() {
            return Some(reason);
        }
        if !self.recovered.load(Ordering::Acquire) {
            return Some("this node is catching up after its start".to_owned());
        }
        self.disk_low.load(Ordering::Relaxed).then(|| "the disk is nearly full".to_owned())
    }

    /// Why no leader can be counted on, or `None`.
    fn without_leader(&self) -> Option<String> {
        let metrics = self.raft.metrics();
        let metrics = metrics.borrow_watched();
        if let Err(fatal) = &metrics.running_state {
            return Some(format!("consensus has stopped: {fatal}"));
        }
        if metrics.state != ServerState::Leader {
            let heard = metrics.current_leader.is_some() && self.contact.age() < self.silence_max;
            return (!heard).then(|| "no leader is heard of".to_owned());
        }
        if let Err(fault) = self.guard.check() {
            return Some(fault.to_string());
        }
        let alone = metrics.membership_config.voter_ids().count() < 2;
        let acked = metrics.last_quorum_acked.as_ref();
        let backed = alone || acked.is_some_and(|at| at.elapsed() < self.silence_max);
        (!backed).then(|| "this node leads, but no quorum answers it".to_owned())
    }

    /// The name of this node's data directory.
    pub(super) fn disk(&self) -> u128 {
        self.identity.disk()
    }

    /// Log time now, given that of the applied state; `None` while the wall clock is wrong.
    pub(super) fn log_time(&self, applied: Millis) -> Option<Millis> {
        self.guard.log_time(applied).ok()
    }

    /// The latest term that this node has heard of.
    #[cfg(test)]
    pub(super) fn term(&self) -> u64 {
        self.raft.server_metrics().borrow_watched().vote.leader_id.term
    }

    /// What consensus says of itself.
    pub(super) fn consensus(&self) -> String {
        self.raft.metrics().borrow_watched().to_string()
    }

    /// Whether this node leads, as far as it knows.
    pub(super) fn is_leader(&self) -> bool {
        self.raft.server_metrics().borrow_watched().state == ServerState::Leader
    }
}
