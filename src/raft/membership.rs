//! Changes of members: a node is added as a learner, promoted to a voter, removed, replaced, given
//! another address, or told to make ready for its end.
//!
//! Any node takes the request and the leader carries it out. Whatever was done already is not done
//! again, so that a request whose answer was lost can be repeated, at any node. A change that a
//! crash leaves half-way is finished by `housekeeping`.

mod plan;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::{ChangeMembershipError, ClientWriteError, RaftError};
use openraft::raft::Precondition;
use openraft::{ChangeMembers, ServerState};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep, timeout_at};

use super::admin::{Admin, LOOK_PAUSE, STATUS_MAX, not_reached, odd};
use super::handle::AdminError;
use super::intake::Origin;
use super::succession;
use super::transport::Lane;
use super::types::{Member, NodeId, TypeConfig};
use super::wire::{ChangeRefusal, Request, Response};
use crate::clock::fresh;
use crate::seats::{Caller, Command, Proposal, Role};

/// What must still be so when a change is made.
pub(super) type Basis = Vec<Precondition<TypeConfig>>;

/// A learner that lags by more entries than this would hold commits up as a voter.
const LAG_MAX: u64 = 64;

/// A change of members, as an operator asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Adds a node as a learner. It must be new: neither its number nor its disk was ever part of a
    /// cluster.
    Add {
        /// Its number.
        id: NodeId,
        /// Where peers reach it.
        peer: String,
        /// Where clients reach it.
        http: String,
    },
    /// Makes a learner a voter, once it has caught up.
    Promote {
        /// Which.
        id: NodeId,
    },
    /// Removes a node, voter or learner. Its number is used up.
    Remove {
        /// Which.
        id: NodeId,
    },
    /// Has a learner vote in the place of another node, which may be dead, and removes that one:
    /// one change, so that there is never one voter less.
    Replace {
        /// Who goes.
        old: NodeId,
        /// Who takes its place.
        new: NodeId,
    },
    /// Gives a node other addresses. It must answer there.
    SetAddress {
        /// Which.
        id: NodeId,
        /// Where peers reach it; `None` leaves it.
        peer: Option<String>,
        /// Where clients reach it; `None` leaves it.
        http: Option<String>,
    },
    /// Has a node make ready for its end, and end: it is not ready any more, hands leadership over,
    /// answers what it was asked, and stops.
    Drain {
        /// Which.
        id: NodeId,
    },
}

/// Who votes and who only listens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Who votes.
    pub voters: BTreeSet<NodeId>,
    /// Who gets the log without a vote.
    pub learners: BTreeSet<NodeId>,
}

/// What a change does, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The members before it.
    pub before: Roster,
    /// The members after it.
    pub after: Roster,
    /// What is done, in order; empty if there is nothing left to do.
    pub steps: Vec<String>,
    /// What to think of first.
    pub warnings: Vec<String>,
}

/// Why the leader does not carry a change out.
enum Balk {
    /// It leads no more, or has handed over for the sake of this change: ask the next.
    NotLeader,
    /// It is not to be done.
    Error(AdminError),
}

impl From<AdminError> for Balk {
    fn from(error: AdminError) -> Balk {
        Balk::Error(error)
    }
}

fn refused(reason: String) -> Balk {
    Balk::Error(AdminError::Refused(reason))
}

fn unreachable(reason: &str) -> AdminError {
    AdminError::Unreachable(reason.to_owned())
}

impl Admin {
    /// Has the leader carry a change out, or only say what it would do.
    ///
    /// # Errors
    /// See [`AdminError`].
    pub(super) async fn change_members(
        &self,
        change: Change,
        dry_run: bool,
        deadline: Instant,
    ) -> Result<Plan, AdminError> {
        self.must_belong()?;
        let mut last = unreachable("no leader within the deadline");
        while Instant::now() < deadline {
            match self.leader() {
                None => {}
                Some((leader, _)) if leader == self.me() => {
                    match self.lead_change(&change, dry_run, deadline).await {
                        Ok(plan) => return Ok(plan),
                        Err(Balk::NotLeader) => {}
                        Err(Balk::Error(error)) => return Err(error),
                    }
                }
                Some((leader, _)) => {
                    match self.pass_change_on(leader, &change, dry_run, deadline).await {
                        Ok(Ok(plan)) => return Ok(plan),
                        Ok(Err(ChangeRefusal::NotLeader)) => {}
                        Ok(Err(ChangeRefusal::Refused(why))) => {
                            return Err(AdminError::Refused(why));
                        }
                        Ok(Err(ChangeRefusal::NotFound(why))) => {
                            return Err(AdminError::NotFound(why));
                        }
                        Ok(Err(ChangeRefusal::Unreachable(why))) => {
                            return Err(AdminError::Unreachable(why));
                        }
                        // The leader may have died over it: the next one finds out.
                        Err(error) => last = error,
                    }
                }
            }
            sleep(LOOK_PAUSE).await;
        }
        Err(last)
    }

    async fn pass_change_on(
        &self,
        leader: NodeId,
        change: &Change,
        dry_run: bool,
        deadline: Instant,
    ) -> Result<Result<Plan, ChangeRefusal>, AdminError> {
        let Some(member) = self.members().remove(&leader) else {
            return Err(unreachable("the leader is no member"));
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        let request = Request::Change { change: change.clone(), dry_run, left_ms };
        match self.peers.call(Lane::Control, leader, &member, &request, left).await {
            Ok(Response::Change(answer)) => Ok(answer),
            Ok(other) => Err(odd(leader, &other)),
            Err(error) => Err(not_reached(leader, &error)),
        }
    }

    /// Answers another node that takes this one for the leader.
    pub(super) async fn take_change(
        &self,
        change: &Change,
        dry_run: bool,
        deadline: Instant,
    ) -> Result<Plan, ChangeRefusal> {
        self.lead_change(change, dry_run, deadline).await.map_err(|balk| match balk {
            Balk::NotLeader => ChangeRefusal::NotLeader,
            Balk::Error(AdminError::Refused(why)) => ChangeRefusal::Refused(why),
            Balk::Error(AdminError::NotFound(why)) => ChangeRefusal::NotFound(why),
            Balk::Error(AdminError::Unreachable(why)) => ChangeRefusal::Unreachable(why),
        })
    }

    /// Carries a change out on the leader.
    async fn lead_change(
        &self,
        change: &Change,
        dry_run: bool,
        deadline: Instant,
    ) -> Result<Plan, Balk> {
        self.must_lead()?;
        let Ok(_changing) = timeout_at(deadline, self.changing.lock()).await else {
            return Err(unreachable("another change of members is under way: try again").into());
        };
        // Whose number was used up, and who is a member, must be known for certain.
        self.up_to_date(deadline).await?;
        self.must_lead()?;
        let basis = self.basis();
        if self.is_joint() {
            let reason = "a change of members is under way: try again in some seconds";
            return Err(unreachable(reason).into());
        }
        let plan = self.plan(change, deadline).await?;
        if dry_run || plan.steps.is_empty() {
            return Ok(plan);
        }
        tracing::info!(?change, "changing members");
        self.carry_out(change, &plan, basis, deadline).await?;
        Ok(plan)
    }

    fn must_lead(&self) -> Result<(), Balk> {
        let role = self.raft().server_metrics().borrow_watched().state;
        if role == ServerState::Leader { Ok(()) } else { Err(Balk::NotLeader) }
    }

    /// What a plan rests on: these members, as they were decided last.
    fn basis(&self) -> Basis {
        let metrics = self.raft().server_metrics();
        let metrics = metrics.borrow_watched();
        let last_membership_log_id = *metrics.membership_config.log_id();
        vec![Precondition::LastMembershipLogId { last_membership_log_id }]
    }

    async fn up_to_date(&self, deadline: Instant) -> Result<(), AdminError> {
        let index = self.reads.index(deadline).await;
        let index = index.map_err(|error| AdminError::Unreachable(error.to_string()))?;
        let mut applied = self.peer.shared.applied();
        match timeout_at(deadline, applied.wait_for(|applied| index <= *applied)).await {
            Ok(Ok(_applied)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(unreachable("the leader has not applied its log in time")),
        }
    }

    /// Does what was planned, which is one change of openraft's at most: what rests on a plan must
    /// not outlive it.
    async fn carry_out(
        &self,
        change: &Change,
        plan: &Plan,
        basis: Basis,
        deadline: Instant,
    ) -> Result<(), Balk> {
        let leaves = match change {
            Change::Remove { id } | Change::Replace { old: id, .. } => Some(*id),
            Change::Add { .. }
            | Change::Promote { .. }
            | Change::SetAddress { .. }
            | Change::Drain { .. } => None,
        };
        if leaves.is_some_and(|id| self.leads(id)) && 1 < plan.before.voters.len() {
            return Err(self.step_aside(deadline).await);
        }
        match change {
            Change::Add { id, peer, http } => self.add(*id, peer, http, basis, deadline).await?,
            Change::Promote { id } => {
                self.caught_up(*id, deadline).await?;
                self.keeps_quorum(&plan.after.voters).await?;
                let voters = ChangeMembers::AddVoterIds(BTreeSet::from([*id]));
                self.change(voters, true, basis, deadline).await?;
            }
            Change::Remove { id } => {
                self.retire(*id, deadline).await?;
                self.remove(*id, basis, deadline).await?;
            }
            Change::Replace { old, new } if plan.before.voters.contains(new) => {
                tracing::info!(new, "votes already in the place of {old}");
                self.retire(*old, deadline).await?;
                self.remove(*old, basis, deadline).await?;
            }
            Change::Replace { old, new } => {
                self.caught_up(*new, deadline).await?;
                self.keeps_quorum(&plan.after.voters).await?;
                self.retire(*old, deadline).await?;
                let voters = ChangeMembers::ReplaceAllVoters(plan.after.voters.clone());
                self.change(voters, false, basis, deadline).await?;
            }
            Change::SetAddress { id, peer, http } => {
                let mut member = self.known(*id)?;
                member.peer = peer.clone().unwrap_or(member.peer);
                member.http = http.clone().unwrap_or(member.http);
                let nodes = BTreeMap::from([(*id, member)]);
                self.change(ChangeMembers::SetNodes(nodes), true, basis, deadline).await?;
            }
            Change::Drain { id } => self.drain(*id).await?,
        }
        Ok(())
    }

    /// Adds a learner that was looked at before.
    async fn add(
        &self,
        id: NodeId,
        peer: &str,
        http: &str,
        basis: Basis,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        let disk = self.hello(id, peer, deadline).await?.disk;
        let Some(cluster) = self.cluster() else {
            return Err(AdminError::Refused("this node is not part of a cluster yet".to_owned()));
        };
        let member = Member { peer: peer.to_owned(), http: http.to_owned(), disk };
        self.adopt(id, &member, cluster, deadline).await?;
        let nodes = BTreeMap::from([(id, member)]);
        self.change(ChangeMembers::AddNodes(nodes), true, basis, deadline).await
    }

    /// Removes a node that does not lead, if it is still there.
    async fn remove(&self, id: NodeId, basis: Basis, deadline: Instant) -> Result<(), AdminError> {
        let gone = BTreeSet::from([id]);
        if self.voters().contains(&id) {
            return self.change(ChangeMembers::RemoveVoters(gone), false, basis, deadline).await;
        }
        if self.members().contains_key(&id) {
            return self.change(ChangeMembers::RemoveNodes(gone), true, basis, deadline).await;
        }
        Ok(())
    }

    /// Uses a number up, before its node is gone: a crash between the two leaves a member that can
    /// still be removed, never a number that could be given again.
    async fn retire(&self, id: NodeId, deadline: Instant) -> Result<(), AdminError> {
        if self.is_retired(id) {
            return Ok(());
        }
        let command = Command::RetireNode { node: id };
        self.propose(command, deadline).await.map(drop)
    }

    /// Has a command of the cluster's own decided: the index of its entry.
    pub(super) async fn propose(
        &self,
        command: Command,
        deadline: Instant,
    ) -> Result<u64, AdminError> {
        let proposal = Proposal {
            caller: Caller { user: None, role: Role::Operator },
            key: None,
            fresh: fresh(&*self.clock, &*self.rng),
            command,
        };
        let decided = self.peer.intake.decide(proposal, deadline, Origin::Client).await;
        let decided = decided.map_err(|error| AdminError::Unreachable(error.to_string()))?;
        Ok(decided.index)
    }

    async fn drain(&self, id: NodeId) -> Result<(), AdminError> {
        if id == self.me() {
            self.peer.drain.send_replace(true);
            return Ok(());
        }
        let member = self.known(id)?;
        match self.peers.call(Lane::Control, id, &member, &Request::Drain, STATUS_MAX).await {
            Ok(Response::Drain) => Ok(()),
            Ok(other) => Err(odd(id, &other)),
            Err(error) => Err(not_reached(id, &error)),
        }
    }

    /// Hands over, so that the next leader carries the change out.
    async fn step_aside(&self, deadline: Instant) -> Balk {
        match succession::step_down(self.raft(), self.me(), deadline).await {
            Ok(()) => Balk::NotLeader,
            Err(reason) => Balk::Error(AdminError::Unreachable(reason)),
        }
    }

    fn known(&self, id: NodeId) -> Result<Member, AdminError> {
        let known = self.members().remove(&id);
        known.ok_or_else(|| AdminError::NotFound(format!("node {id} is no member of this cluster")))
    }

    fn leads(&self, id: NodeId) -> bool {
        self.leader().is_some_and(|(leader, _term)| leader == id)
    }

    fn is_retired(&self, id: NodeId) -> bool {
        self.peer.shared.read(|state, _index| state.is_retired(id))
    }

    fn roster(&self) -> Roster {
        let metrics = self.raft().server_metrics();
        let metrics = metrics.borrow_watched();
        let membership = &metrics.membership_config;
        let voters: BTreeSet<NodeId> = membership.voter_ids().collect();
        let all = membership.membership().nodes().map(|(id, _member)| *id);
        let learners = all.filter(|id| !voters.contains(id)).collect();
        Roster { voters, learners }
    }

    fn is_joint(&self) -> bool {
        let metrics = self.raft().server_metrics();
        let metrics = metrics.borrow_watched();
        1 < metrics.membership_config.get_joint_config().len()
    }

    /// Who answers and is not about to end. This node counts as long as it leads.
    async fn staying(&self) -> BTreeSet<NodeId> {
        let members = self.members();
        let asked = members.iter().map(async |(id, member)| {
            if *id == self.me() {
                return Some(*id).filter(|_| !*self.peer.drain.borrow());
            }
            let call =
                self.peers.call(Lane::Control, *id, member, &Request::Stays, STATUS_MAX).await;
            matches!(call, Ok(Response::Stays(true))).then_some(*id)
        });
        join_all(asked).await.into_iter().flatten().collect()
    }

    /// Whether a majority of these would be there.
    async fn keeps_quorum(&self, voters: &BTreeSet<NodeId>) -> Result<(), AdminError> {
        let staying = self.staying().await;
        let (there, missing): (Vec<NodeId>, Vec<NodeId>) =
            voters.iter().partition(|id| staying.contains(id));
        if voters.len() < 2 * there.len() {
            return Ok(());
        }
        Err(AdminError::Refused(format!(
            "of the voters {voters:?} only {there:?} answer and go on, which is no majority: bring \
             {missing:?} back, or replace it first"
        )))
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
    pub(super) async fn change(
        &self,
        change: ChangeMembers<NodeId, Member>,
        retain: bool,
        basis: Basis,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        type Changed = Result<(), RaftError<TypeConfig, ClientWriteError<TypeConfig>>>;
        let changing = async {
            let changed: Changed =
                self.raft().change_membership_if(change, retain, basis).await.map(|_response| ());
            changed
        };
        match timeout_at(deadline, changing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_)))) => {
                Err(unreachable("the leader has changed meanwhile: try again"))
            }
            Ok(Err(RaftError::APIError(ClientWriteError::ChangeMembershipError(
                ChangeMembershipError::InProgress(_),
            )))) => Err(unreachable("another change of members is under way: try again")),
            Ok(Err(RaftError::APIError(ClientWriteError::ChangeMembershipError(error)))) => {
                Err(AdminError::Refused(error.to_string()))
            }
            Ok(Err(error)) => Err(AdminError::Unreachable(error.to_string())),
            Err(_elapsed) => Err(unreachable("not decided within the deadline")),
        }
    }
}
