//! What whoever watches a node wants to know of its consensus.

use openraft::ServerState;
use openraft::async_runtime::watch::WatchReceiver as _;

use super::handle::Handle;
use super::types::NodeId;

/// Consensus on one node at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// The latest term that it has heard of.
    pub term: u64,
    /// Whether it leads.
    pub leads: bool,
    /// The last entry that it has applied.
    pub applied_index: u64,
    /// Entries that it has and has not applied.
    pub apply_lag: u64,
    /// On the leader: entries that each other member has not confirmed.
    pub match_lag: Vec<(NodeId, u64)>,
    /// Clients' proposals that are waited for.
    pub undecided: u64,
    /// How far its wall clock stands before the median of all, in milliseconds, if that is known.
    pub clock_offset_ms: Option<i64>,
}

impl Handle {
    /// What whoever watches this node wants to know. Waits for nobody.
    #[must_use]
    pub fn vitals(&self) -> Vitals {
        let health = &self.inner.health;
        let applied_index = *self.inner.shared.applied().borrow();
        let metrics = health.raft.metrics();
        let metrics = metrics.borrow_watched();
        let last = metrics.last_log_index.unwrap_or(0);
        let members = metrics.replication.iter().flatten();
        let others = members.filter(|(node, _)| **node != self.inner.node);
        let lag = others.map(|(node, matched)| {
            (*node, last.saturating_sub(matched.as_ref().map_or(0, |matched| matched.index)))
        });
        Vitals {
            term: metrics.current_term,
            leads: metrics.state == ServerState::Leader,
            applied_index,
            apply_lag: last.saturating_sub(applied_index),
            match_lag: lag.collect(),
            undecided: self.inner.intake.undecided() as u64,
            clock_offset_ms: health.guard.offset(),
        }
    }
}
