//! Data directories that are another node's, wiped, or without their sentinel.

use std::fs;

use super::load::Load;
use super::row::{Row, explains};
use crate::harness::{Cluster, Node, Rng, START_MAX, eventually};

/// More than are sold around one mistake.
const SEATS: usize = 5000;

/// All of this file, on one cluster.
pub async fn mistaken(rng: &mut Rng) -> Vec<Row> {
    let cluster = Cluster::start().await;
    let mut rows = vec![swapped(&cluster, rng).await, wiped(&cluster, rng).await];
    rows.extend(sentinels(&cluster, rng).await);
    rows
}

/// The directories of two nodes change places: both refuse, and say whose they are.
async fn swapped(cluster: &Cluster, rng: &mut Rng) -> Row {
    let mut row = Row::new("data directories swapped");
    let load = Load::open(cluster.nodes(), "swapped", SEATS, rng).await;
    load.during(async || load.grows_by(50).await).await;
    let [one, two] = [cluster.node(1), cluster.node(2)];
    let swap = || {
        let aside = cluster.dir().join("aside");
        fs::rename(&one.data_dir, &aside).expect("our own folder can be moved");
        fs::rename(&two.data_dir, &one.data_dir).expect("our own folder can be moved");
        fs::rename(&aside, &two.data_dir).expect("our own folder can be moved");
    };
    one.process.kill();
    two.process.kill();
    swap();
    for (node, other) in [(one, two), (two, one)] {
        let words = format!("belongs to node {}, and this is node {}", other.id, node.id);
        refuses(node, &words, &mut row).await;
    }
    swap();
    cluster.start_node(1);
    cluster.start_node(2);
    cluster.ready().await;
    row.add(1, load.judge().await);
    row
}

/// A node's directory is wiped, and it starts under its known id: the others refuse it and go on,
/// and it says itself what to do.
async fn wiped(cluster: &Cluster, rng: &mut Rng) -> Row {
    let mut row = Row::new("data directory wiped");
    let load = Load::open(cluster.nodes(), "wiped", SEATS, rng).await;
    let victim = cluster.node(rng.below(3) + 1);
    let kept = cluster.dir().join("kept");
    load.during(async || {
        load.grows_by(50).await;
        victim.process.kill();
        fs::rename(&victim.data_dir, &kept).expect("our own folder can be moved");
        let before = victim.process.log().len();
        cluster.start_node(victim.id);
        load.grows_by(50).await;
        eventually("the wiped node says what to do", START_MAX, async || {
            let log = victim.process.log()[before..].to_owned();
            log.contains("replace the node under a new id").then_some(())
        })
        .await;
        let ready = victim.get("/readyz").send().await;
        assert_eq!(ready.status, 503, "a wiped node serves: {}", ready.text());
        row.refused += 1;
    })
    .await;
    // The judge asks every node: give this one its disk back.
    victim.process.kill();
    fs::remove_dir_all(&victim.data_dir).expect("our own folder can be removed");
    fs::rename(&kept, &victim.data_dir).expect("our own folder can be moved");
    cluster.restart(victim.id).await;
    row.add(1, load.judge().await);
    row
}

/// The sentinel is deleted, or is another node's.
async fn sentinels(cluster: &Cluster, rng: &mut Rng) -> [Row; 2] {
    let mut rows = [Row::new("sentinel deleted"), Row::new("sentinel of another node")];
    let load = Load::open(cluster.nodes(), "sentinels", SEATS, rng).await;
    load.during(async || load.grows_by(50).await).await;
    let victim = cluster.node(rng.below(3) + 1);
    let other = cluster.node(cluster.others(victim.id)[0]);
    let (own, kept) = (victim.data_dir.join("sentinel"), cluster.dir().join("sentinel"));
    victim.process.kill();
    fs::rename(&own, &kept).expect("our own file can be moved");
    refuses(victim, "sentinel: the file is missing", &mut rows[0]).await;
    assert_eq!(explains(&victim.process.log()), Ok(()));
    fs::copy(other.data_dir.join("sentinel"), &own).expect("our own file can be copied");
    refuses(victim, "its sentinel is of disk", &mut rows[1]).await;
    fs::rename(&kept, &own).expect("our own file can be moved");
    cluster.restart(victim.id).await;
    let verdict = load.judge().await;
    rows[0].add(1, verdict.clone());
    rows[1].add(1, verdict);
    rows
}

/// A node ends at its start, with these words.
async fn refuses(node: &Node, words: &str, row: &mut Row) {
    let before = node.process.log().len();
    node.process.start();
    let status = node.ends(START_MAX).await;
    let log = node.process.log()[before..].to_owned();
    assert!(!status.success() && log.contains(words), "{status}, not {words:?}:\n{log}");
    assert!(log.contains(&node.data_dir.display().to_string()), "it does not say where:\n{log}");
    row.refused += 1;
}
