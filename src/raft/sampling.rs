//! Asks every other member for the time, now and then.
//!
//! A leader hears its followers' clocks with every heartbeat, but whoever becomes leader must know
//! that its clock is right before it stamps its first entry.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::sync::watch;
use tokio::time::sleep;

use super::stop::stopped;
use super::transport::{Lane, Peers};
use super::types::{Member, NodeId, Raft};
use super::wire::Request;

/// Well below the age at which a sample counts no more.
const ROUND: Duration = Duration::from_secs(2);

/// Before a node has heard any clock it asks more often.
const FIRST_ROUNDS: Duration = Duration::from_millis(100);

/// A slower answer would say too little about the other clock.
const CALL_MAX: Duration = Duration::from_millis(500);

/// The task that samples.
pub(super) struct Sampling {
    /// This node.
    pub(super) node: NodeId,
    /// Knows the members.
    pub(super) raft: Raft,
    /// Note every clock that comes back.
    pub(super) peers: Arc<Peers>,
    /// True when the node stops.
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Sampling {
    /// Works until the node stops.
    ///
    /// # Errors
    /// None: a node that does not answer is asked again.
    pub(super) async fn run(self) -> Result<(), String> {
        let mut shutdown = self.shutdown.clone();
        tokio::select! {
            biased;
            () = stopped(&mut shutdown) => Ok(()),
            () = self.rounds() => Ok(()),
        }
    }

    async fn rounds(self) {
        loop {
            let others = self.others();
            let ask = |(node, member): &(NodeId, Member)| {
                let (node, member) = (*node, member.clone());
                let peers = Arc::clone(&self.peers);
                let request = Request::Clock;
                async move {
                    let answer = peers.call(Lane::Control, node, &member, &request, CALL_MAX);
                    answer.await.is_ok()
                }
            };
            let answers = join_all(others.iter().map(ask)).await;
            let heard = answers.into_iter().any(|answered| answered);
            sleep(if heard { ROUND } else { FIRST_ROUNDS }).await;
        }
    }

    fn others(&self) -> Vec<(NodeId, Member)> {
        let metrics = self.raft.server_metrics();
        let metrics = metrics.borrow_watched();
        let members = metrics.membership_config.membership().nodes();
        let others = members.filter(|(id, _member)| **id != self.node);
        others.map(|(id, member)| (*id, member.clone())).collect()
    }
}
