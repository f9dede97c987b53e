//! Changes of members: a node is added as a learner, promoted to a voter, removed, or replaced.
//!
//! Only the leader carries these out; whoever asks looks for it. A change that a crash leaves
//! half-way is finished by `housekeeping`.

use std::collections::{BTreeMap, BTreeSet};

use openraft::ChangeMembers;
use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::{ClientWriteError, RaftError};
use tokio::time::{Instant, sleep, timeout_at};

use super::admin::{Admin, LOOK_PAUSE};
use super::handle::AdminError;
use super::types::{Member, NodeId, TypeConfig};

/// A learner that lags by more entries than this would hold commits up as a voter.
const LAG_MAX: u64 = 64;

impl Admin {
    /// Adds a node as a learner. It must be new: neither its number nor its disk was ever part of a
    /// cluster. What `member` says of its disk is not looked at; the node is asked.
    ///
    /// # Errors
    /// See [`AdminError`]. Asked again after it was `Unreachable`, it goes on where it was.
    pub(super) async fn add(
        &self,
        id: NodeId,
        member: Member,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        let members = self.members();
        let introduction = self.hello(id, &member.peer, deadline).await?;
        match members.get(&id) {
            Some(known) if known.disk == introduction.disk && known.peer == member.peer => {
                return Ok(());
            }
            Some(_) => {
                return Err(AdminError::Refused(format!("number {id} is taken by another node")));
            }
            None => {}
        }
        if introduction.formed {
            let reason = format!("node {id} has been part of a cluster: it needs an empty disk");
            return Err(AdminError::Refused(reason));
        }
        if members.values().any(|known| known.peer == member.peer) {
            let reason = format!("another node has the peer address {}", member.peer);
            return Err(AdminError::Refused(reason));
        }
        let Some(cluster) = self.cluster() else {
            return Err(AdminError::Refused("this node is not part of a cluster yet".to_owned()));
        };
        let member = Member { disk: introduction.disk, ..member };
        self.adopt(id, &member, cluster, deadline).await?;
        let nodes = BTreeMap::from([(id, member)]);
        self.change(ChangeMembers::AddNodes(nodes), true, deadline).await
    }

    /// Makes a learner a voter, once it has caught up.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn promote(&self, id: NodeId, deadline: Instant) -> Result<(), AdminError> {
        self.known(id)?;
        self.caught_up(id, deadline).await?;
        self.vote_all(BTreeSet::from([id]), deadline).await
    }

    /// Makes all of these voters, in one change.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn vote_all(
        &self,
        ids: BTreeSet<NodeId>,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        self.change(ChangeMembers::AddVoterIds(ids), true, deadline).await
    }

    /// Removes a node, voter or learner. A leader hands over first, or is not removed.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn remove(&self, id: NodeId, deadline: Instant) -> Result<(), AdminError> {
        self.known(id)?;
        let voters = self.voters();
        let gone = BTreeSet::from([id]);
        if !voters.contains(&id) {
            return self.change(ChangeMembers::RemoveNodes(gone), true, deadline).await;
        }
        if voters.len() == 1 {
            return Err(AdminError::Refused(format!("node {id} is the only voter")));
        }
        if self.leader().is_some_and(|(leader, _term)| leader == id) {
            let reason = format!("node {id} leads: hand leadership over first");
            return Err(AdminError::Refused(reason));
        }
        self.change(ChangeMembers::RemoveVoters(gone), false, deadline).await
    }

    /// Puts a new node in the place of another, which may be dead: one change of voters, so that
    /// there is never one voter less.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn replace(
        &self,
        old: NodeId,
        id: NodeId,
        member: Member,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        self.known(old)?;
        if self.leader().is_some_and(|(leader, _term)| leader == old) {
            let reason = format!("node {old} leads: hand leadership over first");
            return Err(AdminError::Refused(reason));
        }
        self.add(id, member, deadline).await?;
        let mut voters = self.voters();
        if !voters.remove(&old) {
            return self.remove(old, deadline).await;
        }
        self.caught_up(id, deadline).await?;
        voters.insert(id);
        self.change(ChangeMembers::ReplaceAllVoters(voters), false, deadline).await
    }

    fn known(&self, id: NodeId) -> Result<(), AdminError> {
        if self.members().contains_key(&id) {
            return Ok(());
        }
        Err(AdminError::NotFound(format!("node {id} is no member of this cluster")))
    }

    /// Waits until a learner has nearly all of the log.
    pub(super) async fn caught_up(&self, id: NodeId, deadline: Instant) -> Result<(), AdminError> {
        loop {
            if self.lag(id).is_some_and(|lag| lag <= LAG_MAX) {
                return Ok(());
            }
            if deadline <= Instant::now() {
                return Err(AdminError::Unreachable(format!("node {id} does not catch up")));
            }
            sleep(LOOK_PAUSE).await;
        }
    }

    /// By how many entries a node lags behind this one; `None` unless this one leads.
    fn lag(&self, id: NodeId) -> Option<u64> {
        let metrics = self.raft().metrics();
        let metrics = metrics.borrow_watched();
        let matched = metrics.replication.as_ref()?.get(&id)?.as_ref()?;
        Some(metrics.last_log_index?.saturating_sub(matched.index))
    }

    /// Has a change decided. Unless `retain`, voters that leave are no learners either.
    async fn change(
        &self,
        change: ChangeMembers<NodeId, Member>,
        retain: bool,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        type Changed = Result<(), RaftError<TypeConfig, ClientWriteError<TypeConfig>>>;
        tracing::info!(%change, "changing members");
        let changing = async {
            let changed: Changed =
                self.raft().change_membership(change, retain).await.map(|_response| ());
            changed
        };
        match timeout_at(deadline, changing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_)))) => {
                Err(AdminError::Unreachable("this node does not lead".to_owned()))
            }
            Ok(Err(RaftError::APIError(ClientWriteError::ChangeMembershipError(error)))) => {
                Err(AdminError::Refused(error.to_string()))
            }
            Ok(Err(error)) => Err(AdminError::Unreachable(error.to_string())),
            Err(_elapsed) => {
                Err(AdminError::Unreachable("not decided within the deadline".to_owned()))
            }
        }
    }
}
