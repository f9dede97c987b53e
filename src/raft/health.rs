//! Whether this node can serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::{Instant as _, ServerState};
use tokio::sync::watch;

use super::guard::Guard;
use super::identity::Identity;
use super::machine::Shared;
use super::peer::Contact;
use super::types::Raft;
use crate::seats::Millis;

/// Entries that a node may have and not have applied: what it tells its readers is older than they
/// expect. It applies thousands a second.
const APPLY_LAG_MAX: u64 = 10_000;

/// One thing that a node that is ready has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is looked at.
    pub name: &'static str,
    /// Why it is not as it should be, or `None`.
    pub failed: Option<String>,
}

/// What the judgement rests on.
pub(super) struct Health {
    /// Whether there is a cluster.
    pub(super) identity: Arc<Identity>,
    /// Consensus on this node.
    pub(super) raft: Raft,
    /// Its clock.
    pub(super) guard: Arc<Guard>,
    /// Its applied state.
    pub(super) shared: Shared,
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

    /// Everything that a node which is ready has, in the order of what rests on what.
    pub(super) fn checks(&self) -> Vec<Check> {
        let set = |is_set: bool, why: &str| is_set.then(|| why.to_owned());
        let alone = self.identity.cluster().is_none();
        let low = self.disk_low.load(Ordering::Relaxed);
        let recovered = self.recovered.load(Ordering::Acquire);
        [
            ("running", set(*self.shutdown.borrow(), "the node is stopping")),
            ("cluster", set(alone, "this node is not part of a cluster yet")),
            ("not_draining", set(*self.drain.borrow(), "this node is about to stop")),
            ("consensus", self.stopped()),
            ("clock", self.wrong_clock()),
            ("leader", self.without_leader()),
            ("recovered", set(!recovered, "this node is catching up after its start")),
            ("apply_lag", self.lags()),
            ("disk", set(low, "the disk is nearly full")),
        ]
        .map(|(name, failed)| Check { name, failed })
        .into()
    }

    /// Why a load balancer should send requests elsewhere, or `None`.
    pub(super) fn not_ready(&self) -> Option<String> {
        self.checks().into_iter().find_map(|check| check.failed)
    }

    fn stopped(&self) -> Option<String> {
        let metrics = self.raft.metrics();
        let fatal = metrics.borrow_watched().running_state.clone().err()?;
        Some(format!("consensus has stopped: {fatal}"))
    }

    /// A follower stamps nothing: the clock that counts is the leader's.
    fn wrong_clock(&self) -> Option<String> {
        if !self.is_leader() {
            return None;
        }
        self.guard.check().err().map(|fault| fault.to_string())
    }

    /// Why no leader can be counted on, or `None`.
    fn without_leader(&self) -> Option<String> {
        let metrics = self.raft.metrics();
        let metrics = metrics.borrow_watched();
        if metrics.state != ServerState::Leader {
            let heard = metrics.current_leader.is_some() && self.contact.age() < self.silence_max;
            return (!heard).then(|| "no leader is heard of".to_owned());
        }
        let alone = metrics.membership_config.voter_ids().count() < 2;
        let acked = metrics.last_quorum_acked.as_ref();
        let backed = alone || acked.is_some_and(|at| at.elapsed() < self.silence_max);
        (!backed).then(|| "this node leads, but no quorum answers it".to_owned())
    }

    fn lags(&self) -> Option<String> {
        let metrics = self.raft.metrics();
        let last = metrics.borrow_watched().last_log_index.unwrap_or(0);
        let lag = last.saturating_sub(*self.shared.applied().borrow());
        let too_much = APPLY_LAG_MAX < lag;
        too_much.then(|| format!("this node has {lag} entries that it has not applied"))
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
