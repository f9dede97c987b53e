//! 48 buyers, 200 seats, three nodes: no seat with two owners, nothing acknowledged lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::buyers::Fight;
use crate::harness::{Cluster, Rng, plans, run, show_with};

#[test]
fn buyers_fight_over_seats_through_all_nodes() {
    run(async {
        let cluster = Cluster::shared().await;
        let mut rng = Rng::seeded("buyers_fight_over_seats_through_all_nodes");
        let fight = Fight::prepare(&cluster, "fight", 40).await;
        let history = Arc::clone(&fight).run(&mut rng).await;
        fight.judge(&history).await;
    });
}

#[test]
fn buyers_fight_on_while_leaders_are_killed() {
    run(async {
        let cluster = Cluster::start().await;
        let mut rng = Rng::seeded("buyers_fight_on_while_leaders_are_killed");
        let fight = Fight::prepare(&cluster, "coup", 40).await;
        let nemesis = async {
            for percent in [15, 40, 65] {
                fight.reaches(percent).await;
                let leader = cluster.leader().await;
                cluster.node(leader).process.kill();
                let next = cluster.leader_among(&cluster.others(leader)).await;
                println!("killed {leader} at {percent} %, {next} leads");
                cluster.restart(leader).await;
            }
        };
        let (history, ()) = tokio::join!(Arc::clone(&fight).run(&mut rng), nemesis);
        fight.judge(&history).await;
        audit(&cluster).await;
    });
}

/// Many requests in one moment: each is answered, with a seat or a refusal, and what was answered
/// is what there is.
#[test]
fn a_flood_is_answered() {
    run(async {
        let cluster = Cluster::shared().await;
        let policy = json!({"policy": {"hold_ttl_seconds": 7200, "hold_total_seconds_max": 7200,
            "seats_per_hold_max": 10, "prevent_orphans": false}});
        let plan = plans::large(200);
        cluster.node(1).create_show(&show_with("flood", &plan, &policy)).await;
        let mut flood = JoinSet::new();
        for at in 0..600u64 {
            let user = format!("flood-{at}");
            let seat = format!("R{}-{}", at % 2, 1 + at / 2 % 100);
            flood.spawn(cluster.node(1 + at % 3).hold("flood", &user, &[&seat]).send());
        }
        let mut counts: BTreeMap<(u16, String), u64> = BTreeMap::new();
        while let Some(reply) = flood.join_next().await {
            let reply = reply.expect("every request is answered");
            *counts.entry((reply.status.as_u16(), reply.code())).or_default() += 1;
        }
        println!("{counts:?}");
        let expected = |status: u16| matches!(status, 201 | 409 | 503 | 504);
        assert!(counts.keys().all(|(status, _)| expected(*status)), "{counts:?}");
        let held = counts[&(201, String::new())];
        let seats = "/v1/shows/flood/seats?consistency=linearizable";
        let seats = cluster.node(2).get(seats).gives(200).await;
        let taken = seats["counts"]["unavailable"].as_u64().expect("a number");
        let unknown: u64 = counts.iter().filter(|((s, _), _)| *s == 504).map(|(_, n)| n).sum();
        assert!((held..=held + unknown).contains(&taken), "{taken} taken, {counts:?}");
    });
}

/// Any node, at any time, and all of them at once, as a power cut would.
#[test]
fn nothing_acknowledged_is_lost_to_kill_9() {
    run(async {
        let cluster = Cluster::start().await;
        let mut rng = Rng::seeded("nothing_acknowledged_is_lost_to_kill_9");
        let fight = Fight::prepare(&cluster, "blackout", 50).await;
        let mut chance = rng.fork();
        let nemesis = async {
            for step in 1..=5 {
                let percent = step * 15 + chance.index(10);
                fight.reaches(percent).await;
                let mut victims = vec![1, 2, 3];
                if step % 2 == 1 {
                    victims.remove(chance.index(3));
                    victims.remove(chance.index(2));
                }
                println!("kill -9 of {victims:?} at {percent} %");
                for victim in &victims {
                    cluster.node(*victim).process.kill();
                }
                for victim in &victims {
                    cluster.start_node(*victim);
                }
                cluster.ready().await;
            }
        };
        let (history, ()) = tokio::join!(Arc::clone(&fight).run(&mut rng), nemesis);
        fight.judge(&history).await;
        audit(&cluster).await;
    });
}

/// Leaders and followers are cut off or stopped for a while, and come back with what they believed.
#[test]
fn buyers_fight_on_while_nodes_are_cut_off_and_paused() {
    run(async {
        let cluster = Cluster::start_cuttable().await;
        let mut rng = Rng::seeded("buyers_fight_on_while_nodes_are_cut_off_and_paused");
        let fight = Fight::prepare(&cluster, "schism", 24).await;
        let mut chance = rng.fork();
        let nemesis = async {
            for (step, percent) in [10, 30, 50, 70].into_iter().enumerate() {
                fight.reaches(percent).await;
                let leader = cluster.leader().await;
                let victim =
                    if step % 2 == 0 { leader } else { *chance.pick(&cluster.others(leader)) };
                let others = cluster.others(victim);
                let paused = step >= 2;
                println!(
                    "{victim} is {} at {percent} %",
                    if paused { "paused" } else { "cut off" }
                );
                if paused {
                    cluster.node(victim).process.signal("STOP");
                } else {
                    cluster.network().cut(victim, &others);
                }
                cluster.leader_among(&others).await;
                fight.reaches(percent + 4).await;
                if paused {
                    cluster.node(victim).process.signal("CONT");
                } else {
                    cluster.network().heal();
                }
            }
        };
        let (history, ()) = tokio::join!(Arc::clone(&fight).run(&mut rng), nemesis);
        fight.judge(&history).await;
        audit(&cluster).await;
    });
}

async fn audit(cluster: &Cluster) {
    let audit = cluster.usher(&["audit", "--output", "json"]).await.exits(0).json();
    assert_eq!(audit["violations"], json!([]));
}
