//! Members come, go, move and are compared.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;

use tokio::time::timeout;

use super::harness::{Cluster, Cuts, Node, PATIENCE, has_hold, held, hold, soon, until, within};
use crate::raft::{AdminError, Change, NodeId, Plan, Role};

impl Cluster {
    /// Starts a node that is no member yet.
    async fn newcomer(&mut self, id: NodeId) {
        let node = Node::new(id, &self.cuts).await;
        self.nodes.insert(id, node);
    }

    /// The change that makes a started node a learner.
    fn adding(&self, id: NodeId) -> Change {
        let member = self.nodes[&id].member();
        Change::Add { id, peer: member.peer, http: member.http }
    }

    async fn change(&self, at: NodeId, change: &Change) -> Result<Plan, AdminError> {
        self.handle(at).change_members(change.clone(), false, soon()).await
    }

    /// Makes a change that must be made, at this node; repeated at the other it is no change.
    async fn changed(&self, at: NodeId, other: NodeId, change: Change) -> Plan {
        let plan = self.change(at, &change).await.unwrap_or_else(|e| panic!("{change:?}: {e}"));
        assert!(!plan.steps.is_empty(), "{change:?} was no change");
        let again = self.change(other, &change).await;
        assert_eq!(again.map(|plan| plan.steps), Ok(Vec::new()), "{change:?} again");
        plan
    }

    /// Why a change is refused.
    async fn refused(&self, at: NodeId, change: Change) -> String {
        let dry = self.handle(at).change_members(change.clone(), true, soon()).await;
        let made = self.change(at, &change).await;
        assert_eq!(dry, made, "the plan is refused for the same reason");
        match made {
            Err(AdminError::Refused(reason)) => reason,
            other => panic!("{change:?}: {other:?}"),
        }
    }

    async fn voters(&self, at: NodeId) -> Vec<NodeId> {
        let status = self.handle(at).cluster_status().await;
        let votes = status.nodes.iter().filter(|node| node.role != Role::Learner);
        votes.map(|node| node.id).collect()
    }
}

/// Three nodes grow to five and shrink to three others, the first leader among those that leave.
/// Each change can be asked for at any node, and again.
#[tokio::test]
async fn a_cluster_grows_and_shrinks() {
    let mut cluster = Cluster::formed(3, 1000).await;
    let first = cluster.leader().await;
    for (id, at, other) in [(4, 1, 2), (5, 3, 1)] {
        cluster.newcomer(id).await;
        let plan = cluster.changed(at, other, cluster.adding(id)).await;
        assert_eq!(plan.after.learners, BTreeSet::from([id]));
        let plan = cluster.changed(at, other, Change::Promote { id }).await;
        assert_eq!(
            plan.warnings.len(),
            usize::from(id == 4),
            "four voters are no better: {plan:?}"
        );
        cluster.handle(id).linearize(soon()).await.unwrap();
    }
    let answer = cluster.propose(5, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
    let stays = |id: NodeId| id != first && id != first % 3 + 1;
    let at = (1..=3).find(|id| stays(*id)).unwrap();
    for id in [first, first % 3 + 1] {
        let plan = cluster.changed(at, 5, Change::Remove { id }).await;
        assert!(!plan.after.voters.contains(&id));
        cluster.node(id).kill();
        cluster.nodes.remove(&id);
    }
    assert_eq!(cluster.voters(4).await, [at, 4, 5]);
    let answer = cluster.propose(4, hold("another")).await.unwrap();
    assert!(held(&answer.outcome));
    cluster.handle(5).linearize(soon()).await.unwrap();
    assert!(has_hold(cluster.handle(5), "buyer") && has_hold(cluster.handle(5), "another"));
}

/// A learner has every row, serves reads and passes writes on, and has no vote.
#[tokio::test]
async fn a_learner_serves_without_a_vote() {
    let mut cluster = Cluster::formed(3, 100).await;
    cluster.newcomer(4).await;
    let learner = cluster.handle(4).not_ready();
    assert!(learner.is_some(), "nobody is served before it is a member");
    cluster.changed(1, 2, cluster.adding(4)).await;
    let answer = cluster.propose(4, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
    cluster.handle(4).linearize(soon()).await.unwrap();
    assert!(has_hold(cluster.handle(4), "buyer"));
    until("the learner is ready", async || cluster.handle(4).not_ready().is_none()).await;
    let voters = cluster.handle(1).cluster_status().await;
    let role = voters.nodes.iter().find(|node| node.id == 4).map(|node| node.role);
    assert_eq!(role, Some(Role::Learner));
    let lead = cluster.handle(1).transfer_leader(Some(4), soon()).await;
    assert!(matches!(lead, Err(AdminError::NotFound(_))), "{lead:?}");
}

/// A dead node is replaced in one change, and never comes back under its number.
#[tokio::test]
async fn a_dead_node_is_replaced() {
    let mut cluster = Cluster::formed(3, 100).await;
    let old = cluster.followers().await[0];
    cluster.node(old).kill();
    cluster.nodes.remove(&old);
    cluster.newcomer(4).await;
    let (at, other) = (old % 3 + 1, (old + 1) % 3 + 1);
    cluster.changed(at, other, cluster.adding(4)).await;
    let plan = cluster.changed(at, other, Change::Replace { old, new: 4 }).await;
    assert_eq!(plan.after.voters.len(), 3);
    assert_eq!(cluster.voters(4).await.len(), 3);
    let answer = cluster.propose(4, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
    cluster.newcomer(old).await;
    let reason = cluster.refused(at, cluster.adding(old)).await;
    assert!(reason.contains("was used before"), "{reason}");
}

/// The leader itself is replaced: it hands over first.
#[tokio::test]
async fn the_leader_is_replaced() {
    let mut cluster = Cluster::formed(3, 100).await;
    cluster.newcomer(4).await;
    let old = cluster.leader().await;
    let (at, other) = (old % 3 + 1, (old + 1) % 3 + 1);
    cluster.changed(at, other, cluster.adding(4)).await;
    cluster.changed(at, other, Change::Replace { old, new: 4 }).await;
    assert!(!cluster.voters(at).await.contains(&old));
}

/// A replacement that is given up wherever it is, and asked for again at another node, is made.
#[tokio::test]
async fn a_replacement_survives_its_interruption() {
    for ms in [0, 5, 30, 100, 300] {
        let mut cluster = Cluster::formed(3, 100).await;
        cluster.newcomer(4).await;
        let old = cluster.leader().await;
        let (at, other) = (old % 3 + 1, (old + 1) % 3 + 1);
        cluster.changed(at, other, cluster.adding(4)).await;
        let change = Change::Replace { old, new: 4 };
        // Whoever asks is gone, and with it the deadline of what it asked for.
        let given_up = timeout(
            Duration::from_millis(ms),
            cluster.handle(at).change_members(change.clone(), false, within(ms)),
        );
        drop(given_up.await);
        let made = async || cluster.change(other, &change).await.is_ok();
        until("the replacement is made", made).await;
        until("the old node has left", async || {
            let voters = cluster.voters(other).await;
            voters.len() == 3 && !voters.contains(&old)
        })
        .await;
        let answer = cluster.propose(other, hold("buyer")).await.unwrap();
        assert!(held(&answer.outcome));
    }
}

/// What would cost the cluster its quorum is not done.
#[tokio::test]
async fn no_change_costs_the_quorum() {
    let mut cluster = Cluster::formed(3, 100).await;
    let followers = cluster.followers().await;
    let leader = cluster.leader().await;
    cluster.node(followers[1]).kill();
    until("the dead one is missed", async || {
        let removal = Change::Remove { id: followers[0] };
        cluster.handle(leader).change_members(removal, true, soon()).await.is_err()
    })
    .await;
    let reason = cluster.refused(leader, Change::Remove { id: followers[0] }).await;
    assert!(reason.contains("no majority"), "{reason}");
    let reason = cluster.refused(leader, Change::Drain { id: followers[0] }).await;
    assert!(reason.contains("no majority"), "{reason}");
    // The dead one can go.
    cluster.changed(leader, followers[0], Change::Remove { id: followers[1] }).await;
    // Of two voters one cannot be drained, for the other would be no majority, but it can leave.
    let reason = cluster.refused(leader, Change::Drain { id: followers[0] }).await;
    assert!(reason.contains("no majority"), "{reason}");
    cluster.changed(leader, leader, Change::Remove { id: followers[0] }).await;
    let reason = cluster.refused(leader, Change::Remove { id: leader }).await;
    assert!(reason.contains("only voter"), "{reason}");
}

/// Two changes at once, each safe alone, do not take the quorum together: neither two removals nor
/// two drains.
#[tokio::test]
async fn changes_at_once_do_not_add_up() {
    let mut cluster = Cluster::formed(4, 100).await;
    let (leader, followers) = (cluster.leader().await, cluster.followers().await);
    cluster.node(followers[2]).kill();
    let (first, second) =
        (Change::Remove { id: followers[0] }, Change::Remove { id: followers[1] });
    let (one, two) = tokio::join!(cluster.change(leader, &first), cluster.change(leader, &second));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let answer = cluster.propose(leader, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));

    let cluster = Cluster::formed(3, 100).await;
    let (leader, followers) = (cluster.leader().await, cluster.followers().await);
    let drain = |id| Change::Drain { id };
    let (first, second) = (drain(followers[0]), drain(followers[1]));
    let (one, two) =
        tokio::join!(cluster.change(leader, &first), cluster.change(followers[0], &second));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

/// Only a learner takes the place of a voter, and only in one.
#[tokio::test]
async fn a_replacement_has_its_roles() {
    let mut cluster = Cluster::formed(3, 100).await;
    let both = cluster.refused(1, Change::Replace { old: 2, new: 3 }).await;
    assert!(both.contains("both vote"), "{both}");
    for id in [4, 5] {
        cluster.newcomer(id).await;
        cluster.changed(1, 2, cluster.adding(id)).await;
    }
    let neither = cluster.refused(1, Change::Replace { old: 4, new: 5 }).await;
    assert!(neither.contains("neither"), "{neither}");
    assert_eq!(cluster.voters(1).await, [1, 2, 3]);
}

/// Disks, numbers, addresses and clusters that do not belong are not taken.
#[tokio::test]
async fn strangers_are_not_taken() {
    let mut cluster = Cluster::formed(3, 100).await;
    cluster.newcomer(4).await;
    let right = cluster.adding(4);
    let Change::Add { peer, http, .. } = right.clone() else { unreachable!("it is one") };
    let taken = cluster.nodes[&1].member();
    let other_number = Change::Add { id: 5, peer: peer.clone(), http: http.clone() };
    let reason = cluster.refused(1, other_number).await;
    assert!(reason.contains('4'), "it says who answers there: {reason}");
    let same_http = Change::Add { id: 4, peer: peer.clone(), http: taken.http.clone() };
    let reason = cluster.refused(2, same_http).await;
    assert!(reason.contains("node 1 has the http address"), "{reason}");

    let stranger = Cluster::formed(1, 10).await;
    let mut elsewhere = stranger.nodes[&1].member();
    elsewhere.http = "http://stranger".to_owned();
    let id = 1;
    let known = Change::Add { id, peer: elsewhere.peer.clone(), http: elsewhere.http.clone() };
    let reason = cluster.refused(1, known).await;
    assert!(reason.contains("another disk"), "{reason}");

    let foreign = Cluster::scattered(1).await;
    let node = Node::new(9, &Cuts::default()).await;
    let members = vec![(9, node.member())];
    node.handle().initialize(members, soon()).await.unwrap();
    let change = Change::Add { id: 9, peer: node.peer.clone(), http: "http://node-9".to_owned() };
    let reason = cluster.refused(1, change).await;
    assert!(reason.contains("belongs to cluster"), "{reason}");
    drop(foreign);

    let nobody = cluster.change(1, &Change::Promote { id: 7 }).await;
    assert!(matches!(nobody, Err(AdminError::NotFound(_))), "{nobody:?}");
    let itself = cluster.refused(1, Change::Replace { old: 1, new: 1 }).await;
    assert!(itself.contains("cannot replace itself"), "{itself}");
    // All of this has changed nothing.
    assert_eq!(cluster.voters(1).await, [1, 2, 3]);
    cluster.changed(1, 2, right).await;
}

/// Who belongs to no cluster says so at once, rather than wait for a leader that it never hears of:
/// whoever asked can still ask another.
#[tokio::test]
async fn a_node_of_no_cluster_is_no_one_to_ask() {
    let mut cluster = Cluster::formed(1, 100).await;
    cluster.newcomer(2).await;
    let changed = cluster.change(2, &cluster.adding(2)).await.map(drop);
    let handed = cluster.handle(2).transfer_leader(None, soon()).await.map(drop);
    for answer in [changed, handed] {
        let Err(AdminError::Unreachable(reason)) = answer else { panic!("{answer:?}") };
        assert!(reason.contains("not part of a cluster"), "{reason}");
    }
}

/// A node that comes back on other addresses is found there, leader or not, and stays found when
/// all nodes are started again.
#[tokio::test]
async fn a_node_moves() {
    let mut cluster = Cluster::formed(3, 100).await;
    for moves in [cluster.followers().await[0], cluster.leader().await] {
        cluster.node(moves).kill();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let old = std::mem::replace(&mut cluster.node(moves).peer, free.clone());
        cluster.node(moves).start().await;
        // Whoever has moved may lead, and is not reached where it was: it has to be asked itself.
        let at = cluster.leader().await;
        let http = Some(format!("http://moved-{moves}"));
        let change = Change::SetAddress { id: moves, peer: Some(free), http };
        let plan = cluster.changed(at, at, change).await;
        assert!(plan.steps.iter().any(|step| step.contains(&old)), "{plan:?}");
        until("it is ready where it is now", async || cluster.handle(moves).not_ready().is_none())
            .await;
        let answer = cluster.propose(moves, hold(&format!("buyer-{moves}"))).await.unwrap();
        assert!(held(&answer.outcome));
    }
    for id in 1..=3 {
        cluster.node(id).kill();
    }
    for id in 1..=3 {
        cluster.node(id).start().await;
    }
    for id in 1..=3 {
        until("it is ready", async || cluster.handle(id).not_ready().is_none()).await;
        cluster.handle(id).linearize(soon()).await.unwrap();
    }
}

/// An address at which another disk answers is nobody's.
#[tokio::test]
async fn a_node_does_not_move_to_another_disk() {
    let mut cluster = Cluster::formed(3, 100).await;
    let leader = cluster.leader().await;
    let moves = cluster.followers().await[0];
    cluster.newcomer(4).await;
    let peer = Some(cluster.nodes[&4].peer.clone());
    let change = Change::SetAddress { id: moves, peer, http: None };
    let reason = cluster.refused(leader, change).await;
    assert!(reason.contains("node 4") || reason.contains("has disk"), "{reason}");
    let of_another = Some(cluster.nodes[&leader].peer.clone());
    let change = Change::SetAddress { id: moves, peer: of_another, http: None };
    let reason = cluster.refused(leader, change).await;
    assert!(reason.contains("has that address"), "{reason}");
}

/// A node that makes ready for its end is not ready, hands over, and answers what it is asked.
#[tokio::test]
async fn a_draining_leader_hands_over_and_answers() {
    let cluster = Cluster::formed(3, 100).await;
    let leader = cluster.leader().await;
    let mut told = cluster.handle(leader).draining();
    let at = leader % 3 + 1;
    cluster.change(at, &Change::Drain { id: leader }).await.unwrap();
    timeout(PATIENCE, told.wait_for(|drains| *drains)).await.unwrap().unwrap();
    cluster.handle(leader).drain().await.unwrap();
    assert!(cluster.handle(leader).not_ready().is_some());
    assert_ne!(cluster.leader().await, leader);
    let answer = cluster.propose(leader, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome), "it still passes on what it is asked");
}

/// Nodes that are equal are found equal; one that is not is found, with the row; one that is away
/// is said to be.
#[tokio::test]
async fn states_are_compared() {
    let mut cluster = Cluster::formed(3, 100).await;
    cluster.propose(1, hold("buyer")).await.unwrap();
    let compared = cluster.handle(2).verify(soon()).await.unwrap();
    assert!(compared.equal, "{compared:?}");
    let sums: BTreeSet<_> = compared.nodes.iter().map(|node| node.digest.clone()).collect();
    assert!(sums.len() == 1 && compared.nodes.iter().all(|node| node.rows > Some(2)), "{sums:?}");

    let astray = cluster.followers().await[0];
    let shared = cluster.handle(astray).inner.shared.clone();
    shared.stray(shared.now(), &hold("nobody"));
    let compared = cluster.handle(1).verify(soon()).await.unwrap();
    assert!(!compared.equal);
    let row = compared.differences.iter().find(|difference| difference.row.starts_with("Hold("));
    let row = row.unwrap_or_else(|| panic!("{compared:?}"));
    for (id, text) in &row.nodes {
        assert_eq!(text.is_some(), *id == astray, "{row:?}");
    }

    cluster.node(astray).kill();
    let at = astray % 3 + 1;
    let compared = cluster.handle(at).verify(soon()).await.unwrap();
    assert!(!compared.equal && compared.differences.is_empty(), "{compared:?}");
    let away = compared.nodes.iter().find(|node| node.id == astray).unwrap();
    assert!(away.digest.is_none() && away.error.is_some(), "{away:?}");
}
