//! The types that openraft is declared with.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::seats::{Millis, Outcome, Proposal};

/// A node's number. Never reused.
pub type NodeId = u64;

/// One log entry of ours: proposals with the time that the leader stamped on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The leader's clock when it proposed; apply uses the maximum so far.
    pub at: Millis,
    /// Carried out in this order; one outcome each.
    pub proposals: Vec<Proposal>,
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} proposals at {}", self.proposals.len(), self.at.0)
    }
}

/// The outcomes of a batch, in the order of its proposals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes(pub Vec<Outcome>);

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} outcomes", self.0.len())
    }
}

/// A member as the replicated membership knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Where its peers reach it.
    pub peer: String,
    /// Where clients reach it.
    pub http: String,
    /// The random name of its data directory; a known node with another disk is refused.
    pub disk: u128,
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (http {}, disk {:032x})", self.peer, self.http, self.disk)
    }
}

/// What openraft runs on.
#[cfg(not(test))]
type Runtime = openraft_rt_tokio::TokioRuntime;
#[cfg(test)]
type Runtime = super::runtime::SharedRuntime;

openraft::declare_raft_types!(
    /// What openraft is told of us.
    pub TypeConfig:
        D = Arc<Batch>,
        R = Outcomes,
        NodeId = NodeId,
        Node = Member,
        AsyncRuntime = Runtime,
);

/// Consensus on this node.
pub(super) type Raft = openraft::Raft<TypeConfig, super::machine::Machine>;
