//! What a change of members would do, and why it may not be done.

use tokio::time::Instant;

use super::{Balk, Change, Plan, refused};
use crate::raft::admin::{Admin, MEMBERS_MAX};
use crate::raft::types::{Member, NodeId};

impl Admin {
    /// What a change would do, if it may be done.
    pub(super) async fn plan(&self, change: &Change, deadline: Instant) -> Result<Plan, Balk> {
        let before = self.roster();
        let plan = Plan { after: before.clone(), before, ..Plan::default() };
        match change {
            Change::Add { id, peer, http } => self.plan_add(plan, *id, peer, http, deadline).await,
            Change::Promote { id } => self.plan_promote(plan, *id).await,
            Change::Remove { id } => self.plan_remove(plan, *id).await,
            Change::Replace { old, new } => self.plan_replace(plan, *old, *new).await,
            Change::SetAddress { id, peer, http } => {
                let (peer, http) = (peer.as_deref(), http.as_deref());
                self.plan_address(plan, *id, peer, http, deadline).await
            }
            Change::Drain { id } => self.plan_drain(plan, *id).await,
        }
    }

    async fn plan_add(
        &self,
        mut plan: Plan,
        id: NodeId,
        peer: &str,
        http: &str,
        deadline: Instant,
    ) -> Result<Plan, Balk> {
        if self.is_retired(id) {
            return Err(refused(format!(
                "number {id} was used before, and numbers are never given twice: choose another"
            )));
        }
        let introduction = self.hello(id, peer, deadline).await?;
        let members = self.members();
        if let Some(known) = members.get(&id) {
            return match known {
                Member { disk, .. } if *disk != introduction.disk => Err(refused(format!(
                    "node {id} is a member with another disk ({:032x}, and here is {:032x}): a \
                     wiped disk must come back under a new number",
                    known.disk, introduction.disk
                ))),
                Member { peer: at, .. } if at != peer => Err(refused(format!(
                    "node {id} is a member at {at}: usher node set-address moves it"
                ))),
                Member { .. } => Ok(plan),
            };
        }
        match (introduction.cluster, self.cluster()) {
            (_, None) => {
                return Err(refused("this node is not part of a cluster yet".to_owned()));
            }
            (Some(theirs), Some(mine)) if theirs != mine => {
                return Err(refused(format!(
                    "node {id} belongs to cluster {theirs:032x}, and this is {mine:032x}: it needs \
                     an empty disk"
                )));
            }
            (_, Some(_)) => {}
        }
        if introduction.formed {
            let reason = format!("node {id} has been part of a cluster: it needs an empty disk");
            return Err(refused(reason));
        }
        if let Some((other, _)) = members.iter().find(|(_, known)| known.peer == peer) {
            return Err(refused(format!("node {other} has the peer address {peer}")));
        }
        if let Some((other, _)) = members.iter().find(|(_, known)| known.http == http) {
            return Err(refused(format!("node {other} has the http address {http}")));
        }
        if members.values().any(|known| known.disk == introduction.disk) {
            return Err(refused("its disk is a copy of a member's".to_owned()));
        }
        if MEMBERS_MAX <= members.len() {
            return Err(refused(format!("a cluster has at most {MEMBERS_MAX} members")));
        }
        self.must_know_level(id, peer, deadline).await?;
        plan.after.learners.insert(id);
        plan.steps.push(format!("node {id} ({peer}) gets the state and the log, without a vote"));
        Ok(plan)
    }

    async fn plan_promote(&self, mut plan: Plan, id: NodeId) -> Result<Plan, Balk> {
        self.known(id)?;
        if plan.before.voters.contains(&id) {
            return Ok(plan);
        }
        plan.after.learners.remove(&id);
        plan.after.voters.insert(id);
        self.keeps_quorum(&plan.after.voters).await?;
        plan.steps.push(format!("node {id} catches up, then votes"));
        let voters = plan.after.voters.len();
        if voters.is_multiple_of(2) {
            let survives = (voters - 1) / 2;
            plan.warnings.push(format!(
                "{voters} voters survive the loss of {survives}, as {} do: an odd number is better",
                voters - 1
            ));
        }
        Ok(plan)
    }

    async fn plan_remove(&self, mut plan: Plan, id: NodeId) -> Result<Plan, Balk> {
        if !self.members().contains_key(&id) && self.is_retired(id) {
            return Ok(plan);
        }
        self.known(id)?;
        plan.after.learners.remove(&id);
        if plan.after.voters.remove(&id) {
            if plan.after.voters.is_empty() {
                return Err(refused(format!("node {id} is the only voter")));
            }
            self.keeps_quorum(&plan.after.voters).await?;
            let voters = plan.after.voters.len();
            let survives = (voters - 1) / 2;
            if survives < (plan.before.voters.len() - 1) / 2 {
                let warning = format!("{voters} voters survive the loss of {survives}");
                plan.warnings.push(warning);
            }
        }
        if self.leads(id) {
            plan.steps.push(format!("node {id} hands leadership over"));
        }
        plan.steps.push(format!("node {id} leaves; its number is used up"));
        Ok(plan)
    }

    async fn plan_replace(&self, mut plan: Plan, old: NodeId, new: NodeId) -> Result<Plan, Balk> {
        if old == new {
            let reason = format!("node {old} cannot replace itself: a new node has a new number");
            return Err(refused(reason));
        }
        self.known(new)?;
        let gone = !self.members().contains_key(&old);
        if gone && !self.is_retired(old) {
            self.known(old)?;
        }
        if gone && plan.before.voters.contains(&new) {
            return Ok(plan);
        }
        let (votes, voted) = (plan.before.voters.contains(&new), plan.before.voters.contains(&old));
        if votes && voted {
            return Err(refused(format!(
                "nodes {old} and {new} both vote: usher node remove {old} makes one voter less"
            )));
        }
        if !votes && !voted && !gone {
            return Err(refused(format!(
                "neither {old} nor {new} votes: usher node remove {old} takes the learner away"
            )));
        }
        plan.after.voters.remove(&old);
        plan.after.learners.remove(&old);
        // Where an earlier attempt got half-way, `old` votes no more and has not left yet.
        plan.after.learners.remove(&new);
        plan.after.voters.insert(new);
        self.keeps_quorum(&plan.after.voters).await?;
        if self.leads(old) {
            plan.steps.push(format!("node {old} hands leadership over"));
        }
        if !votes {
            plan.steps.push(format!("node {new} catches up, then votes in the place of {old}"));
        }
        plan.steps.push(format!("node {old} leaves; its number is used up"));
        Ok(plan)
    }

    async fn plan_address(
        &self,
        mut plan: Plan,
        id: NodeId,
        peer: Option<&str>,
        http: Option<&str>,
        deadline: Instant,
    ) -> Result<Plan, Balk> {
        let known = self.known(id)?;
        let peer = peer.filter(|peer| *peer != known.peer);
        let http = http.filter(|http| *http != known.http);
        for (other, member) in self.members().iter().filter(|(other, _)| **other != id) {
            if peer == Some(&member.peer) || http == Some(&member.http) {
                return Err(refused(format!("node {other} has that address")));
            }
        }
        if let Some(peer) = peer {
            let introduction = self.hello(id, peer, deadline).await?;
            if introduction.disk != known.disk {
                return Err(refused(format!(
                    "what answers at {peer} has disk {:032x}, and node {id} has {:032x}",
                    introduction.disk, known.disk
                )));
            }
        }
        if let Some(peer) = peer {
            plan.steps.push(format!("peers reach node {id} at {peer}, not {}", known.peer));
        }
        if let Some(http) = http {
            plan.steps.push(format!("clients reach node {id} at {http}, not {}", known.http));
        }
        Ok(plan)
    }

    async fn plan_drain(&self, mut plan: Plan, id: NodeId) -> Result<Plan, Balk> {
        self.known(id)?;
        let mut left = plan.before.voters.clone();
        if left.remove(&id) {
            let alive = left.intersection(&self.staying().await).count();
            let voters = plan.before.voters.len();
            if 2 * alive <= voters {
                return Err(refused(format!(
                    "without node {id} only {alive} of {voters} voters are there, which is no \
                     majority; SIGTERM ends it nevertheless"
                )));
            }
        }
        if self.leads(id) {
            plan.steps.push(format!("node {id} hands leadership over"));
        }
        plan.steps.push(format!("node {id} answers what it was asked, and ends"));
        Ok(plan)
    }
}
