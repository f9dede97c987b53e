//! Who this node is, and whom it deals with.
//!
//! A disk has a name: the membership holds every node's disk id, and a known node that shows
//! another one has lost what it acknowledged. Such a node, or one of another cluster, is refused by
//! both ends of every call, votes included.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::transport::{Papers, Party};
use super::types::{Member, NodeId};
use crate::store::{self, Engine, StoreError};

/// Keeps the cluster's id where a restart finds it.
pub(super) trait Keep: Send + Sync + 'static {
    /// Returns once the id is durable.
    fn keep_cluster(&self, cluster: u128) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Keeps it in the node's own database.
pub(super) struct KeepInStore(pub(super) Arc<dyn Engine>);

impl Keep for KeepInStore {
    fn keep_cluster(&self, cluster: u128) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { store::join_cluster(&*self.0, cluster).await.map(drop) })
    }
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
            Mismatch::NotMe { meant, me } => {
                write!(f, "meant for {meant}, but this is {me}")?;
                if meant.node == me.node && meant.disk.is_some() {
                    write!(f, ". Node {} was wiped or given another data directory: ", me.node)?;
                    f.write_str("replace the node under a new id (usher node replace)")?;
                }
                Ok(())
            }
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
    pub(super) fn new(
        node: NodeId,
        disk: u128,
        cluster: Option<u128>,
        keep: Box<dyn Keep>,
    ) -> Identity {
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

    /// Makes this node a part of a cluster, durably and once for all.
    ///
    /// # Errors
    /// It is a part of another one, or the id could not be made durable; nothing has changed.
    pub(super) async fn adopt(&self, cluster: u128) -> Result<(), String> {
        let _one = self.adopting.lock().await;
        match self.cluster() {
            Some(mine) if mine == cluster => return Ok(()),
            Some(mine) => return Err(format!("this node is in cluster {mine:032x}")),
            None => {}
        }
        self.keep.keep_cluster(cluster).await.map_err(|error| error.to_string())?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps nothing; the store's own tests show that it does.
    struct Forget;

    impl Keep for Forget {
        fn keep_cluster(&self, _cluster: u128) -> BoxFuture<'_, Result<(), StoreError>> {
            Box::pin(async { Ok(()) })
        }
    }

    const ME: Party = Party { node: 1, disk: Some(11) };
    const PEER: Party = Party { node: 2, disk: Some(22) };

    fn identity(cluster: Option<u128>) -> Identity {
        Identity::new(1, 11, cluster, Box::new(Forget))
    }

    fn member(disk: u128) -> Member {
        Member { disk, ..Member::default() }
    }

    /// A call with the right papers passes, whether or not the membership knows the caller yet.
    #[test]
    fn the_right_papers_pass() {
        let papers = Papers { cluster: Some(7), from: PEER, to: ME };
        let me = identity(Some(7));
        assert_eq!(me.check_call(&papers, Some(&member(22)), false), Ok(()));
        assert_eq!(me.check_call(&papers, None, false), Ok(()));
    }

    /// Whatever is wrong with a call's papers, it is refused.
    #[test]
    fn wrong_papers_are_refused() {
        let me = identity(Some(7));
        let good = Papers { cluster: Some(7), from: PEER, to: ME };
        let refused =
            |papers: Papers| me.check_call(&papers, Some(&member(22)), false).unwrap_err();
        let other = refused(Papers { cluster: Some(8), ..good });
        assert_eq!(other, Mismatch::OtherCluster { mine: Some(7), theirs: Some(8) });
        let none = refused(Papers { cluster: None, ..good });
        assert_eq!(none, Mismatch::OtherCluster { mine: Some(7), theirs: None });
        let wiped = Party { node: 2, disk: Some(99) };
        let disk = refused(Papers { from: wiped, ..good });
        assert_eq!(disk, Mismatch::OtherDisk { party: wiped, known: 22 });
        let unnamed = Party { node: 2, disk: None };
        assert!(matches!(refused(Papers { from: unnamed, ..good }), Mismatch::OtherDisk { .. }));
        let elsewhere = Party { node: 3, disk: Some(11) };
        assert!(matches!(refused(Papers { to: elsewhere, ..good }), Mismatch::NotMe { .. }));
        let old_disk = Party { node: 1, disk: Some(10) };
        assert!(matches!(refused(Papers { to: old_disk, ..good }), Mismatch::NotMe { .. }));
        assert_eq!(refused(Papers { from: ME, ..good }), Mismatch::Myself(1));
    }

    /// Before a cluster is formed nothing but forming calls pass.
    #[test]
    fn a_node_of_no_cluster_takes_forming_calls_only() {
        let me = identity(None);
        let unnamed = Party { node: 1, disk: None };
        let papers = Papers { cluster: None, from: PEER, to: unnamed };
        assert_eq!(me.check_call(&papers, None, true), Ok(()));
        let papers = Papers { cluster: None, from: PEER, to: ME };
        let none = Mismatch::OtherCluster { mine: None, theirs: None };
        assert_eq!(me.check_call(&papers, None, false), Err(none));
    }

    /// A wiped node is told what to do by the first call that the others make to it.
    #[test]
    fn a_wiped_node_hears_what_to_do() {
        let wiped = identity(None);
        let known = Party { node: 1, disk: Some(10) };
        let papers = Papers { cluster: Some(7), from: PEER, to: known };
        let refused = wiped.check_call(&papers, None, false).unwrap_err().to_string();
        assert!(refused.contains("replace the node under a new id"), "{refused}");
        let elsewhere = Papers { to: Party { node: 3, disk: Some(33) }, ..papers };
        let refused = wiped.check_call(&elsewhere, None, false).unwrap_err().to_string();
        assert!(!refused.contains("replace"), "{refused}");
    }

    /// An answer counts only from whom was called, of the same cluster, to this node.
    #[test]
    fn answers_are_checked_as_well() {
        let me = identity(Some(7));
        let good = Papers { cluster: Some(7), from: PEER, to: ME };
        assert_eq!(me.check_answer(PEER, &good), Ok(()));
        let wiped = Papers { from: Party { node: 2, disk: Some(99) }, ..good };
        assert!(matches!(me.check_answer(PEER, &wiped), Err(Mismatch::Impostor { .. })));
        let other = Papers { cluster: Some(8), ..good };
        assert!(matches!(me.check_answer(PEER, &other), Err(Mismatch::OtherCluster { .. })));
        let not_me = Papers { to: Party { node: 3, disk: Some(11) }, ..good };
        assert!(matches!(me.check_answer(PEER, &not_me), Err(Mismatch::NotMe { .. })));
    }

    /// A node joins one cluster, once.
    #[tokio::test]
    async fn a_node_joins_one_cluster() {
        let me = identity(None);
        assert_eq!(me.adopt(7).await, Ok(()));
        assert_eq!(me.adopt(7).await, Ok(()));
        assert!(me.adopt(8).await.is_err());
        assert_eq!(me.cluster(), Some(7));
    }
}
