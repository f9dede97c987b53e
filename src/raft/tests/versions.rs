//! Nodes of an older version among those of this one.

use super::harness::{Cluster, Node, create_show, held, hold, proposal, soon, until};
use crate::raft::{AdminError, Change};
use crate::seats::LEVEL;

/// The level of each node's own state.
fn levels(cluster: &Cluster) -> Vec<u32> {
    cluster.nodes.values().map(|node| node.handle().read(|state, _| state.level())).collect()
}

/// A cluster with a member that does not know levels is formed and sells, and records nothing.
/// When that member is of this version, too, the level rises by itself.
#[tokio::test]
async fn an_old_member_keeps_the_level_down() {
    let cluster = Cluster::scattered(3).await;
    cluster.cuts.age(3);
    cluster.handle(1).initialize(cluster.members(), soon()).await.unwrap();
    assert!(0 < cluster.cuts.in_vain(), "the old one was asked");
    cluster.propose(3, proposal(None, create_show(5))).await.unwrap();
    let answer = cluster.propose(3, hold("ann")).await.unwrap();
    assert!(held(&answer.outcome), "{answer:?}");
    for node in cluster.nodes.values() {
        node.handle().wait_applied(answer.index, soon()).await.unwrap();
        node.handle().read(|state, _| assert_eq!(state.trail().deeds().count(), 0));
    }
    assert_eq!(levels(&cluster), [0; 3]);

    cluster.cuts.renew();
    // Whoever begins to lead looks at once.
    let next = cluster.followers().await[0];
    cluster.handle(1).transfer_leader(Some(next), soon()).await.unwrap();
    until("the level rises", async || levels(&cluster) == [LEVEL; 3]).await;
    cluster.propose(2, hold("bob")).await.unwrap();
    let deeds =
        cluster.handle(cluster.leader().await).read(|state, _| state.trail().deeds().count());
    assert_eq!(deeds, 1, "what came before is not made up");
}

/// A node that does not know the level which is reached is not taken in, and the plan says why.
#[tokio::test]
async fn an_old_node_is_not_taken_in() {
    let mut cluster = Cluster::formed(3, 5).await;
    let node = Node::new(4, &cluster.cuts).await;
    let member = node.member();
    cluster.nodes.insert(4, node);
    let change = Change::Add { id: 4, peer: member.peer, http: member.http };
    cluster.cuts.age(4);
    for (at, dry_run) in [(1, true), (2, false), (3, false)] {
        let refused = cluster.handle(at).change_members(change.clone(), dry_run, soon()).await;
        let Err(AdminError::Refused(reason)) = refused else { panic!("{refused:?}") };
        assert_eq!(
            reason,
            format!("node 4 does not say that it knows level {LEVEL}: is it of an older version?")
        );
    }
    let members = cluster.handle(1).cluster_status().await.nodes;
    assert_eq!(members.iter().map(|node| node.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(cluster.handle(4).not_ready().is_some());

    cluster.cuts.renew();
    cluster.handle(2).change_members(change, false, soon()).await.unwrap();
    until("its state has the level", async || levels(&cluster) == [LEVEL; 4]).await;
}
