//! What an operator asks of a cluster: to be formed, to say how it is, to change its leader.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use openraft::ChangeMembers;
use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout_at};

use super::handle::{AdminError, ClusterStatus, NodeStatus, ReadError, Role};
use super::machine::Durable;
use super::membership::{Basis, Change};
use super::peer::Peer;
use super::read::ReadIntake;
use super::settings::Settings;
use super::succession;
use super::transport::{CallError, Lane, Party, Peers};
use super::types::{Member, NodeId, Raft};
use super::wire::{HandOverRefusal, Introduction, Report, Request, Response};
use crate::clock::{Clock, Rng, name};

/// A node that does not say how it is within this time is shown as unreachable.
pub(super) const STATUS_MAX: Duration = Duration::from_secs(1);

/// A node that does not introduce itself within this time keeps a cluster from being formed.
const HELLO_MAX: Duration = Duration::from_secs(2);

/// How long a successor that does not answer is waited for.
const HAND_OVER_PATIENCE: Duration = Duration::from_secs(3);

/// Pause between two looks at who leads.
pub(super) const LOOK_PAUSE: Duration = Duration::from_millis(30);

/// A checkpoint that is not done within this may have been begun too early.
const CHECKPOINT_PATIENCE: Duration = Duration::from_secs(1);

/// Members of one cluster: more voters make every write slower and none safer.
pub(super) const MEMBERS_MAX: usize = 9;

/// Carries operators' requests out, on the runtime of consensus.
pub(super) struct Admin {
    /// Who this node is, by configuration.
    pub(super) settings: Settings,
    /// This node.
    pub(super) peer: Arc<Peer>,
    /// The others.
    pub(super) peers: Arc<Peers>,
    /// Tells when a leader serves.
    pub(super) reads: ReadIntake,
    /// Makes ids.
    pub(super) rng: Arc<dyn Rng>,
    /// Is in ids.
    pub(super) clock: Arc<dyn Clock>,
    /// Held while members are changed: a plan is good until something else is done.
    pub(super) changing: Mutex<()>,
    /// Held while states are compared: each comparison costs every node a copy of its state.
    pub(super) comparing: Mutex<()>,
}

impl Admin {
    pub(super) fn me(&self) -> NodeId {
        self.settings.node
    }

    pub(super) fn raft(&self) -> &Raft {
        &self.peer.raft
    }

    /// The members that the last known membership names.
    pub(super) fn members(&self) -> BTreeMap<NodeId, Member> {
        let metrics = self.raft().server_metrics();
        let metrics = metrics.borrow_watched();
        let members = metrics.membership_config.membership().nodes();
        members.map(|(id, member)| (*id, member.clone())).collect()
    }

    /// The cluster that this node is a part of.
    pub(super) fn cluster(&self) -> Option<u128> {
        self.peer.identity.cluster()
    }

    /// The members that vote, by the last known membership.
    pub(super) fn voters(&self) -> BTreeSet<NodeId> {
        let metrics = self.raft().server_metrics();
        let metrics = metrics.borrow_watched();
        metrics.membership_config.voter_ids().collect()
    }

    /// Asks every member how it is.
    pub(super) async fn status(&self) -> ClusterStatus {
        let mut members = self.members();
        members.entry(self.me()).or_insert_with(|| Member {
            peer: self.settings.peer.clone(),
            http: self.settings.http.clone(),
            disk: self.peer.identity.disk(),
        });
        let reports = join_all(members.iter().map(|(id, member)| self.report(*id, member))).await;
        let leads = |(id, report): (&NodeId, &Option<Report>)| {
            let report = report.as_ref().filter(|report| report.role == Role::Leader)?;
            Some((report.term, *id))
        };
        let leader = members.keys().zip(&reports).filter_map(leads).max().map(|(_term, id)| id);
        // A leader that reaches no majority serves nothing, whatever it takes itself for.
        let voters = self.voters();
        let answered =
            |(id, report): &(&NodeId, &Option<Report>)| report.is_some() && voters.contains(id);
        let heard = members.keys().zip(&reports).filter(answered).count();
        let leader = leader.filter(|_| voters.len() < 2 * heard);
        let term = reports.iter().flatten().map(|report| report.term).max().unwrap_or(0);
        let node = |((id, member), report): ((NodeId, Member), Option<Report>)| NodeStatus {
            id,
            role: report.as_ref().map_or(Role::Unreachable, |report| report.role),
            http: member.http,
            peer: member.peer,
            applied_index: report.as_ref().map(|report| report.applied_index),
            last_log_index: report.as_ref().map(|report| report.last_log_index.unwrap_or(0)),
        };
        let nodes = members.into_iter().zip(reports).map(node).collect();
        let cluster_id = self.peer.identity.cluster().map(|id| format!("{id:032x}"));
        ClusterStatus { cluster_id, leader, term, nodes }
    }

    async fn report(&self, node: NodeId, member: &Member) -> Option<Report> {
        if node == self.me() {
            return Some(self.peer.report());
        }
        match self.peers.call(Lane::Control, node, member, &Request::Status, STATUS_MAX).await {
            Ok(Response::Status(report)) => Some(report),
            Ok(_) | Err(_) => None,
        }
    }

    /// Waits until a checkpoint that reflects this index is on the disk, and has one made.
    ///
    /// # Errors
    /// It is not within the deadline, or consensus has stopped.
    pub(super) async fn checkpoint(&self, index: u64, deadline: Instant) -> Result<(), ReadError> {
        let mut durable = self.peer.shared.durable();
        loop {
            let stopped = |why: String| ReadError::NotReady(why);
            let reflects = |at: &Durable| at.applied.is_some_and(|applied| index <= applied.index);
            if reflects(&durable.borrow()) {
                return Ok(());
            }
            let made = self.raft().trigger().snapshot().await;
            made.map_err(|fatal| stopped(fatal.to_string()))?;
            // One that was under way already may reflect less: then another is made.
            let patience = deadline.min(Instant::now() + CHECKPOINT_PATIENCE);
            match timeout_at(patience, durable.wait_for(reflects)).await {
                Ok(Ok(_reflected)) => return Ok(()),
                Ok(Err(_closed)) => return Err(stopped("the node is stopping".to_owned())),
                Err(_elapsed) if deadline <= Instant::now() => return Err(ReadError::NotCaughtUp),
                Err(_elapsed) => {}
            }
        }
    }

    /// Forms a cluster and waits until a leader serves.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn initialize(
        &self,
        members: Vec<(NodeId, Member)>,
        deadline: Instant,
    ) -> Result<ClusterStatus, AdminError> {
        let mut members = self.distinct(members)?;
        if self.voters() == BTreeSet::from([self.me()]) && 1 < members.len() {
            return self.complete(members, deadline).await;
        }
        let introductions = self.introductions(&members, deadline).await?;
        let cluster = self.cluster_for(&introductions)?;
        for (id, introduction) in &introductions {
            if let Some(member) = members.get_mut(id) {
                member.disk = introduction.disk;
            }
        }
        // In the order of their numbers: of two operators who do this at once, one is refused by
        // the first node before it has told any other.
        for (id, member) in &members {
            self.adopt(*id, member, cluster, deadline).await?;
        }
        tracing::info!(cluster = format!("{cluster:032x}"), members = members.len(), "forming");
        self.raft()
            .initialize(members)
            .await
            .map_err(|error| AdminError::Refused(format!("cannot form the cluster: {error}")))?;
        match self.reads.index(deadline).await {
            Ok(_index) => {
                // What is done first is in the audit trail. If this fails, it is done later.
                if let Err(error) = self.raise_level(deadline).await {
                    tracing::warn!(%error, "the level of the new cluster is not raised yet");
                }
                Ok(self.status().await)
            }
            Err(error) => {
                Err(AdminError::Unreachable(format!("the cluster is formed, but {error}")))
            }
        }
    }

    /// Brings the other members in where this node is the only one, as it is after a restore or a
    /// recovery. They must be new; each gets the state before it votes.
    async fn complete(
        &self,
        members: BTreeMap<NodeId, Member>,
        deadline: Instant,
    ) -> Result<ClusterStatus, AdminError> {
        if let Err(error) = self.reads.index(deadline).await {
            return Err(AdminError::Unreachable(format!("this node does not lead yet: {error}")));
        }
        let others = || members.iter().filter(|(id, _)| **id != self.me());
        for (id, member) in others() {
            self.add_new(*id, member, deadline).await?;
        }
        for (id, _) in others() {
            self.caught_up(*id, deadline).await?;
        }
        self.vote_all(members.keys().copied().collect(), deadline).await?;
        Ok(self.status().await)
    }

    /// Adds a learner, as `cluster init` does it of members in the configuration.
    async fn add_new(
        &self,
        id: NodeId,
        member: &Member,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        let (peer, http) = (member.peer.clone(), member.http.clone());
        let change = Change::Add { id, peer, http };
        self.change_members(change, false, deadline).await.map(drop)
    }

    /// Makes all of these voters, in one change.
    async fn vote_all(&self, ids: BTreeSet<NodeId>, deadline: Instant) -> Result<(), AdminError> {
        self.change(ChangeMembers::AddVoterIds(ids), true, Basis::new(), deadline).await
    }

    fn distinct(
        &self,
        members: Vec<(NodeId, Member)>,
    ) -> Result<BTreeMap<NodeId, Member>, AdminError> {
        let refused = |reason: String| Err(AdminError::Refused(reason));
        let count = members.len();
        if count == 0 || MEMBERS_MAX < count {
            return refused(format!("a cluster has 1 to {MEMBERS_MAX} members, not {count}"));
        }
        let addresses: BTreeSet<&str> = members.iter().map(|(_, one)| one.peer.as_str()).collect();
        if addresses.len() < count {
            return refused("two members have the same peer address".to_owned());
        }
        let members: BTreeMap<NodeId, Member> = members.into_iter().collect();
        if members.len() < count {
            return refused("two members have the same number".to_owned());
        }
        if !members.contains_key(&self.me()) {
            return refused(format!("this node, {}, is not among the members", self.me()));
        }
        Ok(members)
    }

    /// Asks every member for its disk, and refuses if any is in use.
    async fn introductions(
        &self,
        members: &BTreeMap<NodeId, Member>,
        deadline: Instant,
    ) -> Result<BTreeMap<NodeId, Introduction>, AdminError> {
        let hello = |(id, member): (&NodeId, &Member)| {
            let (id, address) = (*id, member.peer.clone());
            async move { (id, self.hello(id, &address, deadline).await) }
        };
        let mut introductions = BTreeMap::new();
        for (id, introduction) in join_all(members.iter().map(hello)).await {
            let introduction = introduction?;
            if introduction.formed {
                let reason = format!("node {id} belongs to a cluster already");
                return Err(AdminError::Refused(reason));
            }
            introductions.insert(id, introduction);
        }
        let disks: BTreeSet<u128> = introductions.values().map(|one| one.disk).collect();
        if disks.len() < introductions.len() {
            let reason = "two members have the same disk: was a data directory copied?".to_owned();
            return Err(AdminError::Refused(reason));
        }
        Ok(introductions)
    }

    pub(super) async fn hello(
        &self,
        id: NodeId,
        address: &str,
        deadline: Instant,
    ) -> Result<Introduction, AdminError> {
        if id == self.me() {
            if address != self.settings.peer {
                let at = &self.settings.peer;
                return Err(AdminError::Refused(format!(
                    "number {id} is this node's, which by its configuration is reached at {at}: \
                     whoever answers at {address} has another disk and needs another number"
                )));
            }
            let mine = self.peer.introduce().await;
            return mine.map_err(|fatal| AdminError::Unreachable(fatal.to_string()));
        }
        let to = Party { node: id, disk: None };
        let left = HELLO_MAX.min(deadline.saturating_duration_since(Instant::now()));
        match self.peers.call_at(Lane::Control, address, to, &Request::Hello, left).await {
            Ok(Response::Hello(introduction)) => Ok(introduction),
            Ok(other) => Err(odd(id, &other)),
            Err(error) => Err(not_reached(id, &error)),
        }
    }

    /// Whoever is part of no cluster never hears of a leader: somebody else has to be asked.
    pub(super) fn must_belong(&self) -> Result<(), AdminError> {
        if self.cluster().is_none() {
            let reason = "this node is not part of a cluster yet: ask a member";
            return Err(AdminError::Unreachable(reason.to_owned()));
        }
        Ok(())
    }

    /// A new cluster's id, or the one that an earlier attempt got no further with.
    fn cluster_for(
        &self,
        introductions: &BTreeMap<NodeId, Introduction>,
    ) -> Result<u128, AdminError> {
        let told: BTreeSet<u128> = introductions.values().filter_map(|one| one.cluster).collect();
        if 1 < told.len() {
            let reason = "the members were told of different clusters".to_owned();
            return Err(AdminError::Refused(reason));
        }
        if let Some(cluster) = told.first() {
            return Ok(*cluster);
        }
        Ok(name(&*self.rng))
    }

    pub(super) async fn adopt(
        &self,
        id: NodeId,
        member: &Member,
        cluster: u128,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        let refused = |reason: String| AdminError::Refused(format!("node {id}: {reason}"));
        if id == self.me() {
            return self.peer.identity.adopt(cluster).await.map_err(refused);
        }
        let left = HELLO_MAX.min(deadline.saturating_duration_since(Instant::now()));
        let request = Request::Adopt { cluster };
        match self.peers.call(Lane::Control, id, member, &request, left).await {
            Ok(Response::Adopt(adopted)) => adopted.map_err(refused),
            Ok(other) => Err(odd(id, &other)),
            Err(error) => Err(not_reached(id, &error)),
        }
    }

    /// Hands leadership over and waits for the new leader.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn transfer_leader(
        &self,
        to: Option<NodeId>,
        deadline: Instant,
    ) -> Result<NodeId, AdminError> {
        let patience = deadline.min(Instant::now() + HAND_OVER_PATIENCE);
        self.must_belong()?;
        let mut last = "no leader within the deadline".to_owned();
        while Instant::now() < deadline {
            let Some((leader, term)) = self.leader() else {
                sleep(LOOK_PAUSE).await;
                continue;
            };
            match self.hand_over(leader, to).await {
                Ok(Some(successor)) if successor == leader => return Ok(leader),
                Ok(Some(_successor)) => return self.next_leader(term, deadline).await,
                Ok(None) => {}
                // A leader that has just been elected has not heard from everybody yet.
                Err(AdminError::Unreachable(reason)) if Instant::now() < patience => last = reason,
                Err(error) => return Err(error),
            }
            sleep(LOOK_PAUSE).await;
        }
        Err(AdminError::Unreachable(last))
    }

    pub(super) fn leader(&self) -> Option<(NodeId, u64)> {
        let metrics = self.raft().server_metrics();
        let metrics = metrics.borrow_watched();
        Some((metrics.current_leader?, metrics.vote.leader_id.term))
    }

    /// Asks `leader` to hand over; `None` if it leads no more.
    async fn hand_over(
        &self,
        leader: NodeId,
        to: Option<NodeId>,
    ) -> Result<Option<NodeId>, AdminError> {
        let answer = if leader == self.me() {
            succession::hand_over(self.raft(), leader, to).await
        } else {
            let Some(member) = self.members().remove(&leader) else { return Ok(None) };
            let request = Request::HandOver { to };
            match self.peers.call(Lane::Control, leader, &member, &request, STATUS_MAX).await {
                Ok(Response::HandOver(answer)) => answer,
                Ok(other) => return Err(odd(leader, &other)),
                Err(error) => return Err(not_reached(leader, &error)),
            }
        };
        match answer {
            Ok(successor) => Ok(Some(successor)),
            Err(HandOverRefusal::NotLeader) => Ok(None),
            Err(HandOverRefusal::NoSuchVoter(id)) => {
                Err(AdminError::NotFound(format!("node {id} is no voter of this cluster")))
            }
            Err(HandOverRefusal::Unreachable(reason)) => Err(AdminError::Unreachable(reason)),
        }
    }

    /// Waits for a leader of a later term.
    async fn next_leader(&self, term: u64, deadline: Instant) -> Result<NodeId, AdminError> {
        let mut metrics = self.raft().server_metrics();
        loop {
            if let Some((leader, later)) = self.leader()
                && term < later
            {
                return Ok(leader);
            }
            match timeout_at(deadline, metrics.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_closed)) => {
                    return Err(AdminError::Unreachable("the node is stopping".to_owned()));
                }
                Err(_elapsed) => {
                    let reason = "nobody took over within the deadline".to_owned();
                    return Err(AdminError::Unreachable(reason));
                }
            }
        }
    }
}

/// An answer to something else.
pub(super) fn odd(id: NodeId, response: &Response) -> AdminError {
    AdminError::Unreachable(format!("node {id} answered otherwise: {response:?}"))
}

/// A call without an answer.
pub(super) fn not_reached(id: NodeId, error: &CallError) -> AdminError {
    match error {
        CallError::Refused(reason) => AdminError::Refused(format!("node {id}: {reason}")),
        CallError::NotSent(_) | CallError::Lost(_) | CallError::Garbled(_) => {
            AdminError::Unreachable(format!("node {id}: {error}"))
        }
    }
}
