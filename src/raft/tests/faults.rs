//! What a cluster does when something breaks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::harness::{
    Cluster, PATIENCE, create_show, has_hold, held, hold, proposal, soon, until, within,
};
use crate::raft::types::{Raft, TypeConfig};
use crate::raft::{NodeId, ProposeError, ReadError};
use crate::seats::{Command, Millis};

/// The leader is killed again and again while buyers hold places through all nodes: another takes
/// over each time, and every hold that was acknowledged is there at the end, on every node.
#[tokio::test]
async fn nothing_acknowledged_is_lost_when_leaders_die() {
    let cluster = Cluster::formed(3, 1_000_000).await;
    let handles: Vec<_> = [1, 2, 3].map(|id| cluster.handle(id).clone()).into();
    let acknowledged = Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let done = Arc::new(AtomicBool::new(false));
    let cluster = Arc::new(Mutex::new(cluster));
    drop(handles);
    let mut buyers = tokio::task::JoinSet::new();
    for lane in 0..6_u64 {
        let (cluster, acknowledged, done) =
            (Arc::clone(&cluster), Arc::clone(&acknowledged), Arc::clone(&done));
        buyers.spawn(async move {
            let mut round = 0;
            while !done.load(Ordering::SeqCst) {
                round += 1;
                let user = format!("buyer-{lane}-{round}");
                let handle = {
                    let cluster = cluster.lock().await;
                    cluster.nodes[&(lane % 3 + 1)].running.as_ref().map(|node| node.handle.clone())
                };
                let Some(handle) = handle else {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                };
                if let Ok(answer) = handle.propose(hold(&user), within(1500)).await {
                    assert!(held(&answer.outcome), "{answer:?}");
                    acknowledged.lock().unwrap().insert(user);
                }
            }
        });
    }
    for _ in 0..3 {
        let before = acknowledged.lock().unwrap().len();
        until("buyers get through", async || before + 20 < acknowledged.lock().unwrap().len())
            .await;
        let mut cluster = cluster.lock().await;
        let leader = cluster.leader().await;
        cluster.node(leader).kill();
        let next = cluster.leader().await;
        assert_ne!(next, leader);
        cluster.node(leader).start().await;
    }
    done.store(true, Ordering::SeqCst);
    while let Some(ended) = buyers.join_next().await {
        ended.unwrap();
    }
    let cluster = cluster.lock().await;
    for id in [1, 2, 3] {
        cluster.handle(id).linearize(soon()).await.unwrap();
        for user in acknowledged.lock().unwrap().iter() {
            assert!(has_hold(cluster.handle(id), user), "node {id} lost {user}");
        }
    }
}

/// All nodes are killed at once; started again they have everything that was acknowledged.
#[tokio::test]
async fn a_cluster_survives_the_loss_of_every_process() {
    let mut cluster = Cluster::formed(3, 1000).await;
    for buyer in 0..20 {
        let at = buyer % 3 + 1;
        cluster.propose(at, hold(&format!("buyer-{buyer}"))).await.unwrap();
    }
    for id in [1, 2, 3] {
        cluster.node(id).kill();
    }
    for id in [1, 2, 3] {
        cluster.node(id).start().await;
    }
    for id in [1, 2, 3] {
        cluster.handle(id).linearize(soon()).await.unwrap();
        for buyer in 0..20 {
            assert!(has_hold(cluster.handle(id), &format!("buyer-{buyer}")));
        }
    }
}

/// A follower cut from the others answers local reads, refuses writes and linearizable reads within
/// the deadline, and is whole again once the cut is healed.
#[tokio::test]
async fn a_cut_off_follower_answers_in_time() {
    let cluster = Cluster::formed(3, 100).await;
    cluster.propose(1, hold("early")).await.unwrap();
    let follower = cluster.followers().await[0];
    cluster.handle(follower).linearize(soon()).await.unwrap();
    cluster.cuts.isolate(follower);
    let handle = cluster.handle(follower);
    let begin = Instant::now();
    let refused = handle.propose(hold("late"), within(1500)).await.unwrap_err();
    assert!(
        matches!(refused, ProposeError::NoLeader | ProposeError::OutcomeUnknown(_)),
        "{refused:?}"
    );
    let read = handle.linearize(within(1500)).await;
    assert_eq!(read, Err(ReadError::NoLeader));
    assert!(begin.elapsed() < Duration::from_millis(3500), "{:?}", begin.elapsed());
    assert!(has_hold(handle, "early"), "local reads go on");
    until("it says that it hears of no leader", async || handle.not_ready().is_some()).await;
    cluster.cuts.heal();
    until("it is whole again", async || handle.propose(hold("again"), within(2000)).await.is_ok())
        .await;
}

/// With the other two nodes dead, whoever asks is told within the deadline, and that it is safe to
/// retry: nothing reached a leader.
#[tokio::test]
async fn the_last_node_standing_says_that_there_is_no_leader() {
    let mut cluster = Cluster::formed(3, 100).await;
    let followers = cluster.followers().await;
    let last = followers[0];
    for id in [1, 2, 3] {
        if id != last {
            cluster.node(id).kill();
        }
    }
    // The first one may find the connection to the leader still open, and be lost on it.
    let _maybe_lost = cluster.handle(last).propose(hold("first"), within(1000)).await;
    let begin = Instant::now();
    let refused = cluster.handle(last).propose(hold("late"), within(1000)).await;
    assert_eq!(refused.unwrap_err(), ProposeError::NoLeader);
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

/// While a leader is silent a follower sends it no more than what it had sent before it noticed:
/// later proposals wait for the next leader, and are decided there.
#[tokio::test]
async fn proposals_wait_out_a_silent_leader() {
    let cluster = Cluster::formed(3, 100).await;
    let follower = cluster.followers().await[0];
    let silent = cluster.leader().await;
    let handle = cluster.handle(follower);
    cluster.cuts.isolate(silent);
    let (lost, late) = tokio::join!(handle.propose(hold("lost"), within(4000)), async {
        tokio::time::sleep(Duration::from_millis(800)).await;
        handle.propose(hold("late"), within(10_000)).await
    });
    assert!(matches!(lost, Err(ProposeError::OutcomeUnknown(_))), "{lost:?}");
    assert!(held(&late.unwrap().outcome), "it was decided by the next leader");
}

/// A leader that is cut off serves no linearizable read from then on, not even right after the cut
/// is healed, without having seen what was acknowledged elsewhere meanwhile.
#[tokio::test]
async fn a_leader_that_was_cut_off_serves_no_stale_read() {
    let cluster = Cluster::formed(3, 1000).await;
    for round in 0..3 {
        let old = cluster.leader().await;
        cluster.cuts.isolate(old);
        let other = cluster.nodes.keys().copied().find(|id| *id != old).unwrap();
        let user = format!("buyer-{round}");
        until("the others go on", async || {
            let answer = cluster.handle(other).propose(hold(&user), within(1500)).await;
            match answer {
                Ok(answer) => held(&answer.outcome),
                Err(_) => has_hold(cluster.handle(other), &user),
            }
        })
        .await;
        assert!(!has_hold(cluster.handle(old), &user), "the old leader cannot know yet");
        let stale = cluster.handle(old).linearize(within(700)).await;
        assert_eq!(stale, Err(ReadError::NoLeader));
        cluster.cuts.heal();
        cluster.handle(old).linearize(soon()).await.unwrap();
        assert!(has_hold(cluster.handle(old), &user), "a linearizable read missed {user}");
    }
}

/// A leader whose clock jumps stamps nothing with it: it hands leadership over, and holds that are
/// far from their deadline stay.
#[tokio::test]
async fn a_leader_with_a_wrong_clock_makes_way() {
    let cluster = Cluster::formed(3, 100).await;
    cluster.propose(1, hold("early")).await.unwrap();
    let leader = cluster.leader().await;
    let before = cluster.handle(leader).read(|state, _| state.now());
    cluster.nodes[&leader].clock.set(3_600_000);
    let answer = cluster.propose(leader, hold("late")).await.unwrap();
    assert!(held(&answer.outcome));
    assert!(answer.outcome.at.since(before) < Millis(60_000), "an hour has entered the log");
    assert!(has_hold(cluster.handle(leader), "early"));
    until("another leads", async || cluster.leader().await != leader).await;
}

/// A node whose clock has been wrong since it started is told so by its peers before it leads: made
/// leader, it stamps nothing and makes way.
#[tokio::test]
async fn a_new_leader_with_a_wrong_clock_stamps_nothing() {
    let mut cluster = Cluster::formed(3, 100).await;
    let early = cluster.propose(1, hold("early")).await.unwrap();
    let wrong = cluster.followers().await[0];
    cluster.node(wrong).kill();
    cluster.node(wrong).clock.set(3_600_000);
    cluster.node(wrong).start().await;
    until("it follows", async || cluster.handle(wrong).not_ready().is_none()).await;
    let leader = cluster.handle(wrong).transfer_leader(Some(wrong), soon()).await;
    assert_eq!(leader, Ok(wrong));
    let late = cluster.propose(wrong, hold("late")).await.unwrap();
    assert!(
        late.outcome.at.since(early.outcome.at) < Millis(60_000),
        "an hour has entered the log"
    );
    assert!(has_hold(cluster.handle(wrong), "early"));
    until("another leads", async || cluster.leader().await != wrong).await;
}

/// A new leader whose clock is behind log time moves on from log time, at the speed of its own
/// monotonic clock.
#[tokio::test]
async fn log_time_moves_on_under_a_clock_that_is_behind() {
    let mut cluster = Cluster::scattered(1).await;
    cluster.node(1).clock.set(3_600_000);
    tokio::time::sleep(Duration::from_millis(10)).await;
    cluster.node(1).kill();
    cluster.node(1).start().await;
    cluster.handle(1).initialize(cluster.members(), soon()).await.unwrap();
    let ahead = cluster.propose(1, proposal(None, create_show(10))).await.unwrap().outcome.at;
    cluster.node(1).kill();
    cluster.node(1).clock.set(0);
    cluster.node(1).start().await;
    cluster.handle(1).linearize(soon()).await.unwrap();
    let first = cluster.propose(1, proposal(None, Command::Tick)).await.unwrap().outcome.at;
    assert!(ahead <= first);
    let begin = Instant::now();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let second = cluster.propose(1, proposal(None, Command::Tick)).await.unwrap().outcome.at;
    let passed = u64::try_from(begin.elapsed().as_millis()).unwrap();
    let moved = second.since(first).0;
    assert!((290..=passed + 50).contains(&moved), "{moved} ms of log time in {passed} ms");
}

/// A node that was away until the others had dropped the entries it lacks is sent a snapshot, and
/// has everything afterwards, also after a restart.
#[tokio::test]
async fn a_node_that_was_away_for_long_gets_a_snapshot() {
    let mut cluster = Cluster::formed(3, 1000).await;
    let away = cluster.followers().await[1];
    cluster.node(away).kill();
    for buyer in 0..50 {
        let at = cluster.nodes.keys().copied().find(|id| *id != away).unwrap();
        cluster.propose(at, hold(&format!("buyer-{buyer}"))).await.unwrap();
    }
    for id in [1, 2, 3] {
        if id == away {
            continue;
        }
        let index = cluster.handle(id).linearize(soon()).await.unwrap();
        let raft = cluster.handle(id).inner.health.raft.clone();
        raft.trigger().snapshot().await.unwrap();
        let built = |metrics: &openraft::RaftMetrics<TypeConfig>| {
            metrics.snapshot.is_some_and(|snapshot| index <= snapshot.index)
        };
        raft.wait(Some(PATIENCE)).metrics(built, "a snapshot is built").await.unwrap();
        raft.trigger().purge_log(index).await.unwrap();
        let purged = |metrics: &openraft::RaftMetrics<TypeConfig>| {
            metrics.purged.is_some_and(|purged| purged.index == index)
        };
        raft.wait(Some(PATIENCE)).metrics(purged, "the log is purged").await.unwrap();
    }
    cluster.node(away).start().await;
    for restart in [false, true] {
        if restart {
            cluster.node(away).kill();
            cluster.node(away).start().await;
        }
        cluster.handle(away).linearize(soon()).await.unwrap();
        for buyer in 0..50 {
            assert!(has_hold(cluster.handle(away), &format!("buyer-{buyer}")), "buyer-{buyer}");
        }
    }
    let raft = cluster.handle(away).inner.health.raft.clone();
    assert!(openraft_metrics(&raft).snapshot.is_some(), "it came by entries, not by a snapshot");
}

fn openraft_metrics(raft: &Raft) -> openraft::RaftMetrics<TypeConfig> {
    use openraft::async_runtime::watch::WatchReceiver as _;
    raft.metrics().borrow_watched().clone()
}

/// A peer that takes connections and says nothing, as a paused process does, slows nobody down but
/// those who ask for it.
#[tokio::test]
async fn a_silent_peer_does_not_slow_the_others() {
    let mut cluster = Cluster::formed(3, 1000).await;
    let silent = cluster.followers().await[0];
    cluster.node(silent).kill();
    let address = cluster.nodes[&silent].peer.clone();
    let listener = until_bound(&address).await;
    let swallow = tokio::spawn(async move {
        let mut connections = Vec::new();
        while let Ok((stream, _from)) = listener.accept().await {
            connections.push(stream);
        }
    });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let others: Vec<_> = cluster.nodes.keys().copied().filter(|id| *id != silent).collect();
    let begin = Instant::now();
    for buyer in 0..20 {
        let at = others[buyer % 2];
        let answer = cluster.propose(at, hold(&format!("buyer-{buyer}"))).await.unwrap();
        assert!(held(&answer.outcome));
        cluster.handle(at).linearize(soon()).await.unwrap();
    }
    // If anything waited for the silent one, each would take its call's deadline of 2 s.
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    swallow.abort();
}

async fn until_bound(address: &str) -> tokio::net::TcpListener {
    let end = soon();
    loop {
        match tokio::net::TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => assert!(Instant::now() < end, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A change of members whose second half never came, for the leader that made it was stopped, is
/// finished by whoever leads.
#[tokio::test]
async fn a_change_of_members_left_half_way_is_finished() {
    let cluster = Cluster::formed(3, 100).await;
    let leader = cluster.leader().await;
    let leaving = cluster.followers().await[0];
    let raft = cluster.handle(leader).inner.health.raft.clone();
    let change = openraft::ChangeMembers::RemoveVoters(BTreeSet::from([leaving]));
    let mut changing = Box::pin(raft.change_membership(change, true));
    // Polled once, it has asked for the first half and will never ask for the second.
    std::future::poll_fn(|context| {
        assert!(changing.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    let half_way = |metrics: &openraft::RaftMetrics<TypeConfig>| {
        metrics.committed_membership_config.get_joint_config().len() == 2
    };
    raft.wait(Some(PATIENCE)).metrics(half_way, "it is half-way").await.unwrap();
    drop(changing);
    let whole = |metrics: &openraft::RaftMetrics<TypeConfig>| {
        let configs = metrics.committed_membership_config.get_joint_config();
        configs.len() == 1 && !configs[0].contains(&leaving)
    };
    raft.wait(Some(PATIENCE)).metrics(whole, "it is finished").await.unwrap();
    let answer = cluster.propose(leaving, hold("buyer")).await.unwrap();
    assert!(held(&answer.outcome));
}

/// Nodes that were away for a while catch up.
#[tokio::test]
async fn a_node_that_was_away_catches_up() {
    let mut cluster = Cluster::formed(3, 1000).await;
    let away: NodeId = cluster.followers().await[1];
    cluster.node(away).kill();
    let at = cluster.leader().await;
    for buyer in 0..50 {
        cluster.propose(at, hold(&format!("buyer-{buyer}"))).await.unwrap();
    }
    cluster.node(away).start().await;
    cluster.handle(away).linearize(soon()).await.unwrap();
    assert!(has_hold(cluster.handle(away), "buyer-49"));
}
