//! What the rest of the program may ask of consensus.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::admin::Admin;
use super::compare::Comparison;
use super::health::{Check, Health};
use super::intake::{Intake, Origin};
use super::machine::{BackupStream, Shared};
use super::membership::{Change, Plan};
use super::read::ReadIntake;
use super::start::SUCCESSION_MAX;
use super::succession::step_down;
use super::types::{Member, NodeId};
use crate::codec::BackupHead;
use crate::seats::{Command, Millis, Outcome, Proposal, Refusal, State};
#[cfg(test)]
use crate::simulation::{Bug, planted};
use crate::tasks;

/// Asks this node's consensus for things. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    pub(super) inner: Arc<Inner>,
}

/// How long it may take to find out that a command needs no entry.
const REFUSE_MAX: Duration = Duration::from_millis(500);

/// A decided proposal.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The log index that decided it; for a replay, the index of the entry that replayed it. A
    /// refusal without an entry carries the read index that it stands on.
    pub index: u64,
    /// What was decided.
    pub outcome: Outcome,
}

/// Why a proposal has no outcome. Only `OutcomeUnknown` may have been applied.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProposeError {
    /// No leader was found within the deadline.
    #[error("no leader")]
    NoLeader,
    /// A queue is full, or the disk is nearly so.
    #[error("overloaded: {0}")]
    Overloaded(String),
    /// This node is not part of a cluster yet, or is stopping.
    #[error("not ready: {0}")]
    NotReady(String),
    /// It was proposed and may have been, or may still be, applied.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
}

impl ProposeError {
    /// Which it is, without what differs from one to the next.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            ProposeError::NoLeader => "no leader",
            ProposeError::Overloaded(_) => "overloaded",
            ProposeError::NotReady(_) => "not ready",
            ProposeError::OutcomeUnknown(_) => "outcome unknown",
        }
    }
}

/// Why a linearizable read could not be served.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// No leader confirmed its lead within the deadline.
    #[error("no leader")]
    NoLeader,
    /// This node is not part of a cluster yet, or is stopping.
    #[error("not ready: {0}")]
    NotReady(String),
    /// The leader answered, but this node had not applied its index within the deadline.
    #[error("not caught up")]
    NotCaughtUp,
}

/// This node has not applied the index in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCaughtUp {
    /// What it has applied.
    pub applied: u64,
}

/// Why an operator's request was not carried out.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum AdminError {
    /// It would be unsafe, or has been done: exit code 5.
    #[error("{0}")]
    Refused(String),
    /// No quorum or no leader answered in time: exit code 3.
    #[error("{0}")]
    Unreachable(String),
    /// No such node: exit code 4.
    #[error("{0}")]
    NotFound(String),
}

/// What a node is to its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Proposes.
    Leader,
    /// Votes (also while it seeks election).
    Follower,
    /// Receives the log and has no vote.
    Learner,
    /// Did not answer.
    Unreachable,
}

/// One node as a peer reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStatus {
    /// Its number.
    pub id: NodeId,
    /// What it is.
    pub role: Role,
    /// Where clients reach it.
    pub http: String,
    /// Where peers reach it.
    pub peer: String,
    /// `null` when unreachable.
    pub applied_index: Option<u64>,
    /// `null` when unreachable.
    pub last_log_index: Option<u64>,
}

/// The cluster as this node sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterStatus {
    /// 32 hex digits; `null` before the cluster is formed.
    pub cluster_id: Option<String>,
    /// Who leads, if known.
    pub leader: Option<NodeId>,
    /// The present term.
    pub term: u64,
    /// Every member.
    pub nodes: Vec<NodeStatus>,
}

/// What a handle holds.
pub(super) struct Inner {
    /// This node.
    pub(super) node: NodeId,
    /// Where calls to other nodes run, whoever makes them: their connections must outlive the
    /// caller.
    pub(super) runtime: tokio::runtime::Handle,
    /// The applied state.
    pub(super) shared: Shared,
    /// Where proposals go.
    pub(super) intake: Intake,
    /// Where linearizable reads go.
    pub(super) reads: ReadIntake,
    /// Carries operators' requests out.
    pub(super) admin: Arc<Admin>,
    /// Says whether this node can serve.
    pub(super) health: Health,
}

impl Handle {
    pub(super) fn new(inner: Inner) -> Handle {
        Handle { inner: Arc::new(inner) }
    }

    /// Has a proposal decided, by whichever node leads.
    ///
    /// # Errors
    /// See [`ProposeError`]; within the deadline, give or take one network call.
    pub async fn propose(
        &self,
        proposal: Proposal,
        deadline: Instant,
    ) -> Result<Answer, ProposeError> {
        self.inner.health.can_serve().map_err(ProposeError::NotReady)?;
        self.inner.intake.decide(proposal, deadline, Origin::Client).await
    }

    /// Refuses what would only be refused by its entry; `None` if it must be proposed. The refusal
    /// is linearizable, as a read is: it stands on an index and a time that the leader confirmed
    /// after it was asked for. Nobody remembers it: not for a client that gave its command a key.
    /// Returns the index that it stands on with it.
    pub async fn refuse(&self, command: &Command, deadline: Instant) -> Option<(u64, Refusal)> {
        let Inner { shared, reads, health, .. } = &*self.inner;
        health.can_serve().ok()?;
        let refused = |at: Millis| {
            shared.read(|state, index| Some((index, state.refusal(at.max(state.now()), command)?)))
        };
        let lagging = refused(Millis(0))?;
        #[cfg(test)]
        if planted(Bug::RefusedUnasked) {
            return Some(lagging);
        }
        drop(lagging);
        // A node that lags, or whose leader has died, leaves the command the rest of its time.
        let deadline = deadline.min(Instant::now() + REFUSE_MAX);
        let moment = reads.moment(deadline).await.ok()?;
        self.wait_applied(moment.index, deadline).await.ok()?;
        refused(moment.at?)
    }

    /// Waits until this node's state reflects every write that was acknowledged anywhere before
    /// this call (`ReadIndex`, Ongaro 2014, section 6.4). Returns the applied index.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn linearize(&self, deadline: Instant) -> Result<u64, ReadError> {
        self.inner.health.can_serve().map_err(ReadError::NotReady)?;
        #[cfg(test)]
        if planted(Bug::LocalReadSold) {
            return Ok(*self.inner.shared.applied().borrow());
        }
        let index = self.inner.reads.index(deadline).await?;
        self.wait_applied(index, deadline).await.map_err(|_behind| ReadError::NotCaughtUp)
    }

    /// Waits until this node has applied `index`. Returns the applied index.
    ///
    /// # Errors
    /// The deadline passed first.
    pub async fn wait_applied(&self, index: u64, deadline: Instant) -> Result<u64, NotCaughtUp> {
        let mut applied = self.inner.shared.applied();
        let reached = timeout_at(deadline, applied.wait_for(|applied| index <= *applied)).await;
        match reached {
            Ok(Ok(applied)) => Ok(*applied),
            Ok(Err(_)) | Err(_) => {
                Err(NotCaughtUp { applied: *self.inner.shared.applied().borrow() })
            }
        }
    }

    /// Takes a backup of everything that this node has applied by now, from the last checkpoint,
    /// once it reflects that. Whoever wants what was acknowledged anywhere calls
    /// [`Handle::linearize`] first.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn backup(
        &self,
        made_at: Millis,
        deadline: Instant,
    ) -> Result<BackupStream, ReadError> {
        let admin = Arc::clone(&self.inner.admin);
        let shared = self.inner.shared.clone();
        let node = self.inner.node;
        let asked = tasks::spawn_on(&self.inner.runtime, async move {
            let not_ready = |why: &str| ReadError::NotReady(why.to_owned());
            let cluster = admin.cluster().ok_or_else(|| not_ready("there is no cluster yet"))?;
            let applied = *shared.applied().borrow();
            admin.checkpoint(applied, deadline).await?;
            let head = BackupHead { cluster, node, made_at };
            let stream = shared.backup(&head).await;
            let stream = stream.map_err(|error| ReadError::NotReady(error.to_string()))?;
            stream.ok_or_else(|| not_ready("there is no checkpoint yet"))
        });
        asked.await.unwrap_or_else(|error| Err(ReadError::NotReady(error.to_string())))
    }

    /// See [`Shared::abandon`]: for a process that is about to end.
    pub fn abandon_state(&self) {
        self.inner.shared.abandon();
    }

    /// Looks at this node's applied state, together with the index it stands at. The closure runs
    /// under a lock that apply waits for: copy out what is needed, render outside.
    pub fn read<T>(&self, look: impl FnOnce(&State, u64) -> T) -> T {
        self.inner.shared.read(look)
    }

    /// The applied index; wakes once per applied batch.
    #[must_use]
    pub fn applied(&self) -> watch::Receiver<u64> {
        self.inner.shared.applied()
    }

    /// This node.
    #[must_use]
    pub fn node_id(&self) -> NodeId {
        self.inner.node
    }

    /// The random name of this node's data directory.
    #[must_use]
    pub fn disk(&self) -> u128 {
        self.inner.health.disk()
    }

    /// Why this node is not ready to serve, or `None`.
    #[must_use]
    pub fn not_ready(&self) -> Option<String> {
        self.inner.health.not_ready()
    }

    /// Everything that a node which is ready has, and whether this one has it.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        self.inner.health.checks()
    }

    /// What consensus says of itself, for people to read.
    #[must_use]
    pub fn consensus(&self) -> String {
        self.inner.health.consensus()
    }

    /// Whether this node leads, as far as it knows: whoever acts on that must be safe if it is
    /// wrong.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.inner.health.is_leader()
    }

    /// Log time as this node would stamp it now; `None` while its wall clock is wrong. Whatever is
    /// put off until some time is put off by this clock: a wall clock that jumps for a moment must
    /// not reach into the log.
    #[must_use]
    pub fn log_time(&self) -> Option<Millis> {
        self.inner.health.log_time(self.inner.shared.now())
    }

    /// The latest term that this node has heard of.
    #[cfg(test)]
    pub(crate) fn term(&self) -> u64 {
        self.inner.health.term()
    }

    /// The members that this node last heard of, by id. Nobody is asked.
    #[must_use]
    pub fn members(&self) -> Vec<(NodeId, Member)> {
        self.inner.admin.members().into_iter().collect()
    }

    /// The cluster: asks every member, each within a short deadline.
    pub async fn cluster_status(&self) -> ClusterStatus {
        let admin = Arc::clone(&self.inner.admin);
        let asked = tasks::spawn_on(&self.inner.runtime, async move { admin.status().await });
        asked.await.unwrap_or_else(|_stopped| ClusterStatus {
            cluster_id: None,
            leader: None,
            term: 0,
            nodes: Vec::new(),
        })
    }

    /// Forms a new cluster of these members (this node among them) and returns when a leader
    /// serves. Disks are asked for their names first.
    ///
    /// # Errors
    /// `Refused` if any of them belongs to a cluster already.
    pub async fn initialize(
        &self,
        members: Vec<(NodeId, Member)>,
        deadline: Instant,
    ) -> Result<ClusterStatus, AdminError> {
        self.ask(|admin: Arc<Admin>| async move { admin.initialize(members, deadline).await }).await
    }

    /// Hands leadership to `to`, or to the most caught-up voter. Returns the new leader.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub async fn transfer_leader(
        &self,
        to: Option<NodeId>,
        deadline: Instant,
    ) -> Result<NodeId, AdminError> {
        self.ask(|admin: Arc<Admin>| async move { admin.transfer_leader(to, deadline).await }).await
    }

    /// Changes members, or only says what that would do. Asked again it goes on where it was, at
    /// any node.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub async fn change_members(
        &self,
        change: Change,
        dry_run: bool,
        deadline: Instant,
    ) -> Result<Plan, AdminError> {
        self.ask(|admin: Arc<Admin>| async move {
            admin.change_members(change, dry_run, deadline).await
        })
        .await
    }

    /// Compares the states of all members at one entry.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub async fn verify(&self, deadline: Instant) -> Result<Comparison, AdminError> {
        self.ask(|admin: Arc<Admin>| async move { admin.verify(deadline).await }).await
    }

    /// True once this node was told to make ready for its end.
    #[must_use]
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.inner.admin.peer.drain.subscribe()
    }

    /// Makes ready for the end of this node: it is not ready any more, and leads no more if another
    /// can. What it is asked meanwhile it answers.
    ///
    /// # Errors
    /// Nobody took leadership over.
    pub async fn drain(&self) -> Result<(), AdminError> {
        self.ask(|admin: Arc<Admin>| async move {
            admin.peer.drain.send_replace(true);
            let deadline = Instant::now() + SUCCESSION_MAX;
            let stepped = step_down(admin.raft(), admin.me(), deadline).await;
            stepped.map_err(AdminError::Unreachable)
        })
        .await
    }

    /// Has an operator's request carried out where consensus runs.
    async fn ask<T: Send + 'static, F: Future<Output = Result<T, AdminError>> + Send + 'static>(
        &self,
        request: impl FnOnce(Arc<Admin>) -> F,
    ) -> Result<T, AdminError> {
        let asked = tasks::spawn_on(&self.inner.runtime, request(Arc::clone(&self.inner.admin)));
        asked.await.unwrap_or_else(|error| Err(AdminError::Unreachable(error.to_string())))
    }
}
