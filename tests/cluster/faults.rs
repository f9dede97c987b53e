//! Nodes that are paused, cut off, wiped or strangers: none may serve what is no longer true.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{
    Cluster, Node, Reply, SECRET, START_MAX, eventually, list, plans, run, show, show_with, text,
};

/// A write that cannot be carried out is refused within this. Nodes give up after 5 s; the rest is
/// for a busy machine.
const REFUSED_MAX: Duration = Duration::from_secs(10);

/// A stopped leader comes back after this, long after another was elected.
const PAUSE: Duration = Duration::from_secs(3);

/// Whether a read shows a seat as free; `None` if the read was not served.
fn shows_free(reply: &Reply, seat: &str) -> Option<bool> {
    if reply.status != 200 {
        let status = reply.status.as_u16();
        assert!(matches!(status, 412 | 503 | 504), "{}: {}", reply.what, reply.text());
        return None;
    }
    let body = reply.json();
    let found = list(&body, "seats").iter().find(|shown| shown["id"] == seat);
    Some(found.expect("the seat is in the plan")["status"] == "available")
}

/// Holds a seat through one node, trying until there is a leader.
async fn holds(node: &Node, show: &str, user: &str, seat: &str) -> Reply {
    holds_under(&format!("{user}-{seat}"), node, show, user, seat).await
}

/// The same under a key of the caller's choice.
async fn holds_under(key: &str, node: &Node, show: &str, user: &str, seat: &str) -> Reply {
    eventually(&format!("{user} holds {seat}"), START_MAX, async || {
        let call = node.hold(show, user, &[seat]).key(key);
        call.try_send().await.ok().filter(|reply| !matches!(reply.status.as_u16(), 503 | 504))
    })
    .await
    .expect(201)
}

/// A write on this node is refused as one that was not, or may not have been, carried out.
async fn write_is_refused(node: &Node, show: &str, user: &str, seat: &str) {
    let asked = Instant::now();
    let reply = node.hold(show, user, &[seat]).key(&format!("{user}-{seat}")).send().await;
    let took = asked.elapsed();
    match reply.status.as_u16() {
        503 => {
            assert!(matches!(reply.code().as_str(), "no_leader" | "not_ready"), "{}", reply.text());
        }
        504 => assert_eq!(reply.code(), "outcome_unknown", "{}", reply.text()),
        _ => panic!("{}: {} {}", reply.what, reply.status, reply.text()),
    }
    assert!(took < REFUSED_MAX, "refused only after {took:?}");
}

#[test]
fn a_paused_leader_comes_back_without_stale_reads() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("paused", &plans::rows(&[("A", 40)]))).await;
        for round in 1..=3 {
            let (first, second) = (format!("A-{}", 2 * round), format!("A-{}", 2 * round + 1));
            let leader = cluster.leader().await;
            let old = cluster.node(leader);
            old.process.signal("STOP");
            let stopped = Instant::now();
            let others = cluster.others(leader);
            let next = cluster.leader_among(&others).await;
            holds(cluster.node(next), "paused", &format!("paused-a{round}"), &first).await;

            // These wait in the stopped node's socket, and are the first thing that it reads.
            let path = "/v1/shows/paused/seats?consistency=linearizable";
            let early: Vec<_> = (0..4).map(|_| tokio::spawn(old.get(path).try_send())).collect();
            let rival =
                tokio::spawn(old.hold("paused", &format!("paused-b{round}"), &[&first]).try_send());
            tokio::time::sleep(PAUSE.saturating_sub(stopped.elapsed())).await;
            holds(cluster.node(others[0]), "paused", &format!("paused-c{round}"), &second).await;
            let late = Instant::now();
            old.process.signal("CONT");

            for read in early {
                let reply = read.await.expect("a read does not panic").expect("it is answered");
                assert_ne!(
                    shows_free(&reply, &first),
                    Some(true),
                    "a read that began after the hold"
                );
            }
            let rival = rival.await.expect("a write does not panic").expect("it is answered");
            assert!(matches!(rival.status.as_u16(), 409 | 503 | 504), "{}", rival.text());
            let mut served = 0;
            while served < 20 && late.elapsed() < START_MAX {
                let reply = old.get(path).send().await;
                let free = shows_free(&reply, &first).zip(shows_free(&reply, &second));
                assert!(free.is_none_or(|free| free == (false, false)), "stale: {free:?}");
                served += i32::from(free.is_some());
            }
            assert_eq!(served, 20, "the node serves again");
        }
    });
}

#[test]
fn a_follower_cut_off_reads_locally_and_refuses_writes() {
    run(async {
        let cluster = Cluster::start_cuttable().await;
        let made = cluster.node(1).create_show(&show("island", &plans::rows(&[("A", 10)]))).await;
        let leader = cluster.leader().await;
        let cut = cluster.node(cluster.others(leader)[0]);
        let seats = "/v1/shows/island/seats";
        cut.get(&format!("{seats}?min_index={}", made.index())).gives(200).await;
        cluster.network().cut(cut.id, &cluster.others(cut.id));

        write_is_refused(cut, "island", "island-a", "A-1").await;
        holds(cluster.node(leader), "island", "island-b", "A-2").await;
        let local = cut.get(seats).send().await;
        assert_eq!(shows_free(&local, "A-2"), Some(true), "a local read may lag, and is served");
        let linearizable = cut.get(&format!("{seats}?consistency=linearizable")).send().await;
        assert_eq!(shows_free(&linearizable, "A-2"), None, "nobody confirms a leader to it");
        write_is_refused(cut, "island", "island-c", "A-3").await;
        let index = cluster.node(leader).get(seats).send().await.index();
        let wait = format!("{seats}?min_index={index}&timeout_ms=200");
        cut.get(&wait).refused(412, "not_caught_up").await;

        cluster.network().heal();
        // The refused writes' keys say what became of them, on whatever node.
        holds(cut, "island", "island-a", "A-1").await;
        holds(cluster.node(leader), "island", "island-c", "A-3").await;
        let read = eventually("the node reads again", START_MAX, async || {
            let read = cut.get(&format!("{seats}?consistency=linearizable")).send().await;
            (read.status == 200).then_some(read)
        })
        .await;
        for seat in ["A-1", "A-2", "A-3"] {
            assert_eq!(shows_free(&read, seat), Some(false), "{seat}");
        }
    });
}

#[test]
fn a_leader_cut_off_serves_no_stale_reads_and_no_writes() {
    run(async {
        let cluster = Cluster::start_cuttable().await;
        cluster.node(1).create_show(&show("deposed", &plans::rows(&[("A", 10)]))).await;
        let leader = cluster.leader().await;
        let (old, others) = (cluster.node(leader), cluster.others(leader));
        let path = "/v1/shows/deposed/seats?consistency=linearizable";
        cluster.network().cut(leader, &others);
        // In the very moment of the cut the old leader still believes that it leads.
        let (early, ()) = tokio::join!(
            old.get(path).send(),
            write_is_refused(old, "deposed", "deposed-a", "A-1")
        );
        assert_eq!(shows_free(&early, "A-2"), None, "no quorum confirms that it leads");
        let unkeyed = old.hold("deposed", "deposed-d", &["A-4"]).send().await;
        let next = cluster.leader_among(&others).await;
        holds(cluster.node(next), "deposed", "deposed-b", "A-2").await;
        assert_eq!(shows_free(&old.get(path).send().await, "A-2"), None);
        write_is_refused(old, "deposed", "deposed-c", "A-3").await;

        cluster.network().heal();
        let heard = eventually("the old leader serves again", START_MAX, async || {
            let reply = old.get(path).send().await;
            assert_ne!(shows_free(&reply, "A-2"), Some(true), "stale after the cut");
            (reply.status == 200).then_some(reply)
        })
        .await;
        assert_eq!(shows_free(&heard, "A-2"), Some(false));
        // What was unknown is decided by its key, once, and every node agrees.
        for (user, seat) in [("deposed-a", "A-1"), ("deposed-c", "A-3")] {
            let first = holds(cluster.node(next), "deposed", user, seat).await;
            let again = holds(old, "deposed", user, seat).await;
            assert_eq!(again.body, first.body);
        }
        // A client without a key was given one with the 504.
        if unkeyed.status == 504 {
            let key = unkeyed.has("idempotency-key");
            let first = holds_under(key, old, "deposed", "deposed-d", "A-4").await;
            let again = holds_under(key, cluster.node(next), "deposed", "deposed-d", "A-4").await;
            assert_eq!(again.body, first.body);
        } else {
            unkeyed.expect(503);
            holds(old, "deposed", "deposed-d", "A-4").await;
        }
    });
}

/// With two of three nodes gone, nothing is acknowledged; with one back, everything is there.
#[test]
fn without_a_quorum_nothing_is_acknowledged() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("alone", &plans::rows(&[("A", 10)]))).await;
        holds(cluster.node(2), "alone", "alone-a", "A-1").await;
        cluster.node(1).process.kill();
        cluster.node(2).process.kill();
        let left = cluster.node(3);
        write_is_refused(left, "alone", "alone-b", "A-2").await;
        assert_eq!(shows_free(&left.get("/v1/shows/alone/seats").send().await, "A-9"), Some(true));
        let read = left.get("/v1/shows/alone/seats?consistency=linearizable").send().await;
        assert_eq!(shows_free(&read, "A-9"), None);
        cluster.restart(1).await;
        holds(cluster.node(1), "alone", "alone-b", "A-2").await;
        let read =
            cluster.node(1).get("/v1/shows/alone/seats?consistency=linearizable").send().await;
        assert_eq!(shows_free(&read, "A-1"), Some(false));
    });
}

/// A disk has a name: an empty one under a known id may have voted and promised what it no longer
/// knows, so it makes no quorum with anybody.
#[test]
fn a_wiped_disk_under_a_known_id_is_refused() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("wiped", &plans::rows(&[("A", 10)]))).await;
        let leader = cluster.leader().await;
        let [helper, victim] = cluster.others(leader)[..] else { panic!("three nodes") };
        let victim = cluster.node(victim);
        victim.process.kill();
        fs::remove_dir_all(&victim.data_dir).expect("our own folder can be removed");
        holds(cluster.node(helper), "wiped", "wiped-a", "A-1").await;
        cluster.start_node(victim.id);
        // The only other voter goes: were the wiped one counted, its vote would make a quorum.
        cluster.node(helper).process.kill();
        write_is_refused(cluster.node(leader), "wiped", "wiped-b", "A-2").await;
        write_is_refused(cluster.node(leader), "wiped", "wiped-b", "A-2").await;
        // It has ended, or is of no cluster; what it never is, is a node that serves.
        if let Ok(reply) = victim.get("/readyz").try_send().await {
            assert_eq!(reply.status, 503, "{}", reply.text());
        }
        cluster.restart(helper).await;
        holds(cluster.node(leader), "wiped", "wiped-b", "A-2").await;
        let status =
            cluster.usher(&["cluster", "status", "--output", "json"]).await.exits(0).json();
        let shown = list(&status, "nodes").iter().find(|node| node["id"] == victim.id);
        assert_eq!(shown.expect("it is still a member")["role"], "unreachable", "{status}");
    });
}

#[test]
fn a_node_with_another_secret_is_refused() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("secret", &plans::rows(&[("A", 10)]))).await;
        let leader = cluster.leader().await;
        let [helper, victim] = cluster.others(leader)[..] else { panic!("three nodes") };
        let stranger = cluster.node(victim);
        stranger.process.kill();
        stranger.reconfigure(SECRET, "another secret than the others have");
        cluster.start_node(victim);
        cluster.node(helper).process.kill();
        write_is_refused(cluster.node(leader), "secret", "secret-a", "A-1").await;
        let here = stranger.hold("secret", "secret-b", &["A-2"]).try_send().await;
        if let Ok(reply) = here {
            assert!(matches!(reply.status.as_u16(), 503 | 504), "{}", reply.text());
        }
        stranger.process.kill();
        stranger.reconfigure("another secret than the others have", SECRET);
        cluster.start_node(victim);
        holds(cluster.node(leader), "secret", "secret-a", "A-1").await;
    });
}

/// A follower that was away while much happened catches up, and agrees with the others.
#[test]
fn a_node_that_was_away_catches_up() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("away", &plans::rows(&[("A", 100)]))).await;
        let leader = cluster.leader().await;
        let away = cluster.node(cluster.others(leader)[0]);
        away.process.kill();
        let mut index = 0;
        for number in 1..=100 {
            let (user, seat) = (format!("away-{number}"), format!("A-{number}"));
            index = holds(cluster.node(leader), "away", &user, &seat).await.index();
        }
        cluster.restart(away.id).await;
        let path = format!("/v1/shows/away/seats?min_index={index}&timeout_ms=10000");
        let seats = |node: &Node| node.get(&path).organizer().gives(200);
        let (caught_up, leads) = (seats(away).await, seats(cluster.node(leader)).await);
        assert_eq!(caught_up, leads);
        assert_eq!(caught_up["counts"], json!({"available": 0, "unavailable": 100}));
    });
}

/// All nodes are killed and stay away past a hold's deadline: what they knew is there again,
/// answers under keys included, and the hold has expired.
#[test]
fn what_was_known_is_known_after_a_power_cut() {
    run(async {
        let cluster = Cluster::start().await;
        let policy = json!({"policy": {"hold_ttl_seconds": 2, "hold_total_seconds_max": 7200,
            "seats_per_hold_max": 10, "prevent_orphans": false}});
        let body = show_with("cut", &plans::rows(&[("A", 10)]), &policy);
        cluster.node(1).create_show(&body).await;
        let keyed = |node: u64| cluster.node(node).hold("cut", "cut-a", &["A-1"]).key("cut-1");
        let first = keyed(2).send().await.expect(201);
        let path = format!("/v1/holds/{}/extend", text(&first.json(), "id"));
        let extend = cluster.node(3).post(&path, &json!({"ttl_seconds": 3600})).user("cut-a");
        extend.gives(200).await;
        let refused = || cluster.node(3).hold("cut", "cut-b", &["A-1"]).key("cut-2");
        let refusal = refused().send().await.expect(409);
        cluster.node(1).hold("cut", "cut-c", &["A-3"]).gives(201).await;
        let held = Instant::now();
        for node in cluster.nodes() {
            node.process.kill();
        }
        // Two seconds are the shortest hold and a bit: this is the time that passes meanwhile.
        tokio::time::sleep(Duration::from_millis(2100).saturating_sub(held.elapsed())).await;
        for node in cluster.nodes() {
            cluster.start_node(node.id);
        }
        cluster.ready().await;

        let again = keyed(1).send().await.expect(201);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.body, first.body);
        let again = refused().send().await.expect(409);
        assert_eq!(again.body, refusal.body);
        holds(cluster.node(2), "cut", "cut-d", "A-3").await;
        let read = cluster.node(3).get("/v1/shows/cut/seats?consistency=linearizable").send().await;
        assert_eq!(shows_free(&read, "A-1"), Some(false), "the extended hold stands");
    });
}
