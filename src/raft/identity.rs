//! Who this node is, and whom it deals with.
//!
//! A disk has a name: the membership holds every node's disk id, and a known node that shows another
//! one has lost what it acknowledged. Such a node, or one of another cluster, is refused by both
//! ends of every call, votes included.

use std::fmt;
use std::sync::{Mutex, PoisonError, RwLock};

use super::transport::{Papers, Party};
use super::types::{Member, NodeId};

/// Keeps the cluster's id where a restart finds it.
pub trait Keep: Send + Sync + 'static {
    /// Returns once the id is durable.
    ///
    /// # Errors
    /// It is not durable.
    fn keep_cluster(&self, cluster: u128) -> std::io::Result<()>;
}

/// This node's own papers.
pub(super) struct Identity {
    node: NodeId,
    disk: u128,
    /// `None` before the cluster is formed.
    cluster: RwLock<Option<u128>>,
    /// Held while the cluster's id is made durable, so that two calls cannot both adopt.
    adopting: Mutex<()>,
    keep: Box<dyn Keep>,
}

/// Why this node will not deal with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The call was meant for another node.
    NotMe {
        /// Whom it was meant for.
        meant: Party,
        /// Who this is.
        me: Party,
    },
    /// The other end belongs to another cluster, or one end to none.
    OtherCluster {
        /// This node's.
        mine: Option<u128>,
        /// The other end's.
        theirs: Option<u128>,
    },
    /// The membership knows the node under another disk: it was wiped, or its id was given twice.
    OtherDisk {
        /// Who speaks.
        party: Party,
        /// What the membership says.
        known: u128,
    },
    /// The caller carries this node's own number.
    Myself(NodeId),
    /// Somebody else answered than was called.
    Impostor {
        /// Who was called.
        called: Party,
        /// Who answered.
        answered: Party,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::NotMe { meant, me } => write!(f, "meant for {meant}, but this is {me}"),
            Mismatch::OtherCluster { mine, theirs } => {
                write!(f, "other end is in cluster {}, this one in ", name(*theirs))?;
                f.write_str(&name(*mine))
            }
            Mismatch::OtherDisk { party, known } => write!(
                f,
                "{party} is known under disk {known:032x}: a wiped disk must come back as a new node"
            ),
            Mismatch::Myself(node) => write!(f, "the caller calls itself node {node}, which is me"),
            Mismatch::Impostor { called, answered } => {
                write!(f, "called {called}, but {answered} answered")
            }
        }
    }
}

fn name(cluster: Option<u128>) -> String {
    cluster.map_or_else(|| "none".to_owned(), |id| format!("{id:032x}"))
}

impl Identity {
    /// What the disk says of itself.
    pub(super) fn new(node: NodeId, disk: u128, cluster: Option<u128>, keep: Box<dyn Keep>) -> Identity {
        Identity { node, disk, cluster: RwLock::new(cluster), adopting: Mutex::new(()), keep }
    }

    /// This node's number.
    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    /// The name of this node's data directory.
    pub(super) fn disk(&self) -> u128 {
        self.disk
    }

    /// The cluster, once it is formed.
    pub(super) fn cluster(&self) -> Option<u128> {
        *self.cluster.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes this node a part of a cluster, durably. It blocks on the disk.
    ///
    /// # Errors
    /// The id could not be made durable; nothing has changed.
    pub(super) fn adopt(&self, cluster: u128) -> std::io::Result<()> {
        let _one = self.adopting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.cluster() == Some(cluster) {
            return Ok(());
        }
        self.keep.keep_cluster(cluster)?;
        *self.cluster.write().unwrap_or_else(PoisonError::into_inner) = Some(cluster);
        Ok(())
    }

    /// What a call of this node to `to` shows.
    pub(super) fn papers(&self, to: Party) -> Papers {
        Papers { cluster: self.cluster(), from: self.party(), to }
    }

    fn party(&self) -> Party {
        Party { node: self.node, disk: Some(self.disk) }
    }

    /// Checks the papers of a call to this node. `known` is what the membership says of the caller.
    ///
    /// `forming` calls come before a cluster exists: they need not name it, nor this node's disk.
    ///
    /// # Errors
    /// Why the call must be refused.
    pub(super) fn check_call(
        &self,
        papers: &Papers,
        known: Option<&Member>,
        forming: bool,
    ) -> Result<(), Mismatch> {
        let me = self.party();
        let disk_named = papers.to.disk == me.disk || (forming && papers.to.disk.is_none());
        if papers.to.node != me.node || !disk_named {
            return Err(Mismatch::NotMe { meant: papers.to, me });
        }
        if papers.from.node == me.node {
            return Err(Mismatch::Myself(me.node));
        }
        let mine = self.cluster();
        if !forming && (mine.is_none() || mine != papers.cluster) {
            return Err(Mismatch::OtherCluster { mine, theirs: papers.cluster });
        }
        match known {
            Some(member) if papers.from.disk != Some(member.disk) => {
                Err(Mismatch::OtherDisk { party: papers.from, known: member.disk })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Checks the papers of an answer to a call of this node.
    ///
    /// # Errors
    /// Why the answer must not be believed.
    pub(super) fn check_answer(&self, called: Party, papers: &Papers) -> Result<(), Mismatch> {
        let answered = papers.from;
        let disk_right = called.disk.is_none() || called.disk == answered.disk;
        if answered.node != called.node || !disk_right {
            return Err(Mismatch::Impostor { called, answered });
        }
        if papers.to != self.party() {
            return Err(Mismatch::NotMe { meant: papers.to, me: self.party() });
        }
        // Before a cluster is formed either end may belong to none; `admin` judges that itself.
        let mine = self.cluster();
        if called.disk.is_some() && mine.is_some() && papers.cluster != mine {
            return Err(Mismatch::OtherCluster { mine, theirs: papers.cluster });
        }
        Ok(())
    }
}
