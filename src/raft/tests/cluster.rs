//! What a healthy cluster does.

use std::rc::Rc;

use futures_util::future::join_all;

use super::harness::{Cluster, Cuts, Node, has_hold, held, hold, proposal, soon, until};
use crate::raft::{AdminError, NodeId, Role};
use crate::seats::{Command, Deed, DeedKind, LEVEL, Receipt, Refusal, UserId};

/// A hold proposed at any node, leader or not, is decided, and a linearizable read that begins
/// after the answer sees it on every node.
#[tokio::test]
async fn a_hold_at_any_node_is_read_on_every_node() {
    let cluster = Cluster::formed(3, 100).await;
    for at in [1, 2, 3] {
        let user = format!("buyer-{at}");
        let answer = cluster.propose(at, hold(&user)).await.unwrap();
        assert!(held(&answer.outcome), "{answer:?}");
        for reader in [1, 2, 3] {
            let index = cluster.handle(reader).linearize(soon()).await.unwrap();
            assert!(answer.index <= index, "node {reader} read at {index}, before {answer:?}");
            assert!(has_hold(cluster.handle(reader), &user), "node {reader} does not see {user}");
        }
    }
}

/// Many proposals at once, through all nodes: each is decided once, none is lost, and they share
/// log entries instead of making one each.
#[tokio::test]
async fn many_proposals_share_entries() {
    const BUYERS: usize = 600;
    let cluster = Cluster::formed(3, 10_000).await;
    let before = cluster.handle(1).linearize(soon()).await.unwrap();
    let buyers = (0..BUYERS).map(|buyer| {
        let at = NodeId::try_from(buyer % 3 + 1).unwrap();
        let user = format!("buyer-{buyer}");
        let cluster = &cluster;
        async move { cluster.propose(at, hold(&user)).await.unwrap() }
    });
    let answers = join_all(buyers).await;
    assert!(answers.iter().all(|answer| held(&answer.outcome)));
    let after = cluster.handle(2).linearize(soon()).await.unwrap();
    let entries = usize::try_from(after - before).unwrap();
    assert!(entries < BUYERS / 4, "{entries} entries for {BUYERS} proposals");
    for buyer in 0..BUYERS {
        assert!(has_hold(cluster.handle(2), &format!("buyer-{buyer}")));
    }
}

/// What would only be refused has no entry of its own if nobody gave it a key, at any node.
#[tokio::test]
async fn a_refusal_needs_no_entry() {
    let cluster = Cluster::formed(3, 1).await;
    let taken = cluster.propose(1, hold("ann")).await.unwrap();
    assert!(held(&taken.outcome));
    for id in 1..=3 {
        let command = hold(&format!("bob-{id}")).command;
        let refused = cluster.handle(id).refuse(&command, soon()).await;
        let Some((index, Refusal::SeatUnavailable { .. })) = refused else {
            panic!("node {id}: {refused:?}");
        };
        assert_eq!(index, taken.index, "at node {id} the log has something of it");
    }
    let refused = async |id, proposal| {
        let answer = cluster.propose(id, proposal).await.unwrap();
        assert!(
            matches!(answer.outcome.result, Err(Refusal::SeatUnavailable { .. })),
            "{answer:?}"
        );
        answer.index
    };
    // Under a key of the client's own it must come again as it was, whatever happens meanwhile.
    let keyed = hold("cid");
    assert!(taken.index < refused(2, keyed.clone()).await);
    let Ok(Receipt::Hold(ann)) = taken.outcome.result else { unreachable!("it is held") };
    let release = proposal(Some("ann"), Command::Release { hold: ann.id });
    assert!(cluster.propose(3, release).await.unwrap().outcome.result.is_ok());
    refused(1, keyed).await;
    assert!(held(&cluster.propose(2, hold("dan")).await.unwrap().outcome));
}

/// A retry under the same key gets the first answer, whichever node it arrives at.
#[tokio::test]
async fn a_retry_at_another_node_is_replayed() {
    let cluster = Cluster::formed(3, 100).await;
    let proposal = hold("buyer");
    let first = cluster.propose(1, proposal.clone()).await.unwrap();
    for at in [2, 3] {
        let again = cluster.propose(at, proposal.clone()).await.unwrap();
        assert!(again.outcome.replayed);
        assert_eq!(again.outcome.result, first.outcome.result);
        assert!(first.index <= again.index);
    }
}

/// The status names every member with its role; a cluster is formed once.
#[tokio::test]
async fn a_cluster_is_formed_once_and_says_how_it_is() {
    let cluster = Cluster::scattered(3).await;
    let before = cluster.handle(2).cluster_status().await;
    assert_eq!(before.cluster_id, None);
    assert_eq!(before.leader, None);
    assert!(cluster.handle(2).not_ready().is_some());
    cluster.handle(2).initialize(cluster.members(), soon()).await.unwrap();
    for at in [1, 2, 3] {
        until("every node knows its leader", async || cluster.handle(at).not_ready().is_none())
            .await;
        let again = cluster.handle(at).initialize(cluster.members(), soon()).await;
        assert!(matches!(again, Err(AdminError::Refused(_))), "{again:?}");
        let status = cluster.handle(at).cluster_status().await;
        assert_eq!(status.cluster_id.as_ref().map(String::len), Some(32));
        let leaders = status.nodes.iter().filter(|node| node.role == Role::Leader);
        assert_eq!(leaders.map(|node| Some(node.id)).collect::<Vec<_>>(), [status.leader]);
        assert_eq!(status.nodes.iter().map(|node| node.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(status.nodes.iter().all(|node| node.role != Role::Unreachable));
    }
}

/// A member that belongs to another cluster keeps a new one from being formed, and nobody is told
/// of the new one.
#[tokio::test]
async fn a_member_of_another_cluster_is_not_taken() {
    let taken = Cluster::formed(1, 10).await;
    let free = Node::new(2, &Cuts::default()).await;
    let members = vec![(1, taken.nodes[&1].member()), (2, free.member())];
    let refused = free.handle().initialize(members, soon()).await;
    assert!(matches!(refused, Err(AdminError::Refused(_))), "{refused:?}");
    assert_eq!(free.handle().cluster_status().await.cluster_id, None);
}

/// Two operators who form the same cluster at once make one of it.
#[tokio::test]
async fn two_operators_at_once_make_one_cluster() {
    let cluster = Rc::new(Cluster::scattered(3).await);
    let form = |at: NodeId| {
        let cluster = Rc::clone(&cluster);
        async move { cluster.handle(at).initialize(cluster.members(), soon()).await }
    };
    let (one, two) = tokio::join!(form(1), form(3));
    assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    let leader = cluster.leader().await;
    let status = cluster.handle(leader).cluster_status().await;
    assert!(status.nodes.iter().all(|node| node.role != Role::Unreachable), "{status:?}");
}

/// Leadership goes where the operator wants it, asked at any node.
#[tokio::test]
async fn leadership_is_handed_over() {
    let cluster = Cluster::formed(3, 100).await;
    for to in [2, 3, 1] {
        let at = to % 3 + 1;
        assert_eq!(cluster.handle(at).transfer_leader(Some(to), soon()).await, Ok(to));
        assert_eq!(cluster.leader().await, to);
        let answer = cluster.propose(at, hold(&format!("buyer-{to}"))).await.unwrap();
        assert!(held(&answer.outcome));
    }
    let old = cluster.leader().await;
    let new = cluster.handle(1).transfer_leader(None, soon()).await.unwrap();
    assert_ne!(new, old);
    let nobody = cluster.handle(1).transfer_leader(Some(9), soon()).await;
    assert!(matches!(nobody, Err(AdminError::NotFound(_))), "{nobody:?}");
}

/// A hold's places are offered again soon after it has expired, though nobody asks for anything.
#[tokio::test]
async fn the_pulse_ends_what_is_overdue() {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::harness::{create_show, proposal, show};
    use crate::seats::{Command, Millis, ShowPatch};

    let cluster = Cluster::scattered(3).await;
    cluster.handle(1).initialize(cluster.members(), soon()).await.unwrap();
    cluster.propose(1, proposal(None, create_show(5))).await.unwrap();
    let policy = crate::seats::Policy {
        hold_ttl: Millis(1000),
        hold_total_max: Millis(1000),
        seats_per_hold_max: 1,
        prevent_orphans: false,
    };
    let patch = Box::new(ShowPatch { policy: Some(policy), ..ShowPatch::default() });
    cluster.propose(2, proposal(None, Command::PatchShow { show: show(), patch })).await.unwrap();
    let answer = cluster.propose(3, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome), "{answer:?}");
    let expires = Instant::now() + Duration::from_secs(1);
    until("the hold ends", async || !has_hold(cluster.handle(2), "buyer")).await;
    let late = Instant::now().saturating_duration_since(expires);
    assert!(late < Duration::from_millis(500), "{late:?} late");
}

/// A node that stops as it should hands leadership over first, and every task of it ends well.
#[tokio::test]
async fn a_leader_that_stops_hands_over() {
    let mut cluster = Cluster::formed(3, 100).await;
    let leader = cluster.leader().await;
    cluster.node(leader).stop().await;
    let next = cluster.leader().await;
    assert_ne!(next, leader);
    let answer = cluster.propose(next, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
}

/// A new cluster begins at the newest level, and what is done is in the trail of every node, with
/// the index of its entry; also of one that loads it from its disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_trail_is_the_same_on_every_node() {
    let mut cluster = Cluster::formed(3, 5).await;
    let made = cluster.propose(1, hold("ada")).await.unwrap();
    let after = cluster.propose(2, hold("bob")).await.unwrap();
    for id in 1..=3 {
        cluster.handle(id).wait_applied(after.index, soon()).await.unwrap();
    }
    let trail = |cluster: &Cluster, id: NodeId| {
        cluster.handle(id).read(|state, _| {
            assert_eq!(state.level(), LEVEL, "at node {id}");
            assert_eq!(state.check(), Vec::<String>::new());
            state.trail().deeds().cloned().collect::<Vec<Deed>>()
        })
    };
    let first = trail(&cluster, 1);
    let of_ada = first.iter().find(|deed| deed.user() == Some(&UserId::from("ada"))).unwrap();
    assert_eq!((of_ada.kind, of_ada.key.index), (DeedKind::HoldMade, made.index));
    assert_eq!(trail(&cluster, 2), first);
    assert_eq!(trail(&cluster, 3), first);
    let node = cluster.followers().await[0];
    cluster.node(node).stop().await;
    cluster.node(node).start().await;
    cluster.handle(node).wait_applied(after.index, soon()).await.unwrap();
    assert_eq!(trail(&cluster, node), first, "after a restart");
}
