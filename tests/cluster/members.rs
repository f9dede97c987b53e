//! Members come and go by the command line, as an operator does it: the plan first, refusals with
//! their reasons, and each command again after it was interrupted.

use std::fs;
use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::drills::{Sale, judge};
use crate::harness::{
    Cluster, Node, Paying, Process, Ran, Rng, SECRET, START_MAX, eventually, list, plans, ports,
    run, show, text, usher,
};
use crate::stream::Stream;

/// Runs the command line at one node.
async fn at(node: &Node, args: &[&str]) -> Ran {
    usher(&[args, &["--endpoints", node.base()]].concat()).await
}

/// A node on the cluster's network that is no member of it, with an empty disk.
async fn newcomer(cluster: &Cluster, id: u64) -> Node {
    let dir = tempfile::Builder::new().prefix("newcomer-").tempdir_in(cluster.dir());
    // It goes with the cluster's folder.
    cluster.stranger(id, &dir.expect("a folder can be made").keep()).await
}

/// The ids of the nodes in these roles, as a node sees it.
async fn ids(node: &Node, roles: &[&str]) -> Vec<u64> {
    let status = at(node, &["cluster", "status", "--output", "json"]).await.exits(0).json();
    let nodes = list(&status, "nodes").iter();
    let wanted = nodes.filter(|node| roles.contains(&text(node, "role")));
    wanted.map(|node| node["id"].as_u64().expect("a number")).collect()
}

async fn voters(node: &Node) -> Vec<u64> {
    ids(node, &["leader", "follower", "unreachable"]).await
}

/// Nodes that become a cluster refuse one another nothing: what is refused is worth a look.
#[test]
fn a_cluster_is_formed_quietly() {
    run(async {
        let cluster = Cluster::start().await;
        let logs: Vec<String> = cluster.nodes().iter().map(|node| node.process.log()).collect();
        assert!(logs.iter().any(|log| log.contains("forming")), "{logs:?}");
        assert!(!logs.iter().any(|log| log.contains("a peer's call is refused")), "{logs:?}");
    });
}

/// A node comes as a learner, which serves all reads and streams, is promoted, and leaves for good.
#[test]
fn a_node_comes_and_goes() {
    run(async {
        let cluster = Cluster::start().await;
        let first = cluster.node(1);
        first.create_show(&show("grown", &plans::theatre())).await;
        let fourth = newcomer(&cluster, 4).await;
        let add = ["node", "add", fourth.base()];
        let shown = at(first, &add).await.exits(5);
        assert!(shown.stderr.contains("voters 1, 2, 3") && shown.stderr.contains("--yes"));
        at(first, &[&add[..], &["--dry-run"]].concat()).await.exits(0);
        assert_eq!(ids(first, &["learner"]).await, [0; 0], "nothing was done");
        at(cluster.node(2), &[&add[..], &["--yes"]].concat()).await.exits(0);
        at(cluster.node(3), &[&add[..], &["--yes"]].concat()).await.exits(0);
        assert_eq!(ids(first, &["learner"]).await, [4]);

        // As any node it serves what was acknowledged before, streams, and passes writes on.
        fourth.ready().await;
        let path = "/v1/shows/grown/seats?consistency=linearizable";
        let all = plans::seat_ids(&plans::theatre()).len();
        assert_eq!(list(&fourth.get(path).gives(200).await, "seats").len(), all);
        let mut stream = Stream::open(&fourth, "grown", None).await;
        assert_eq!(stream.event().await.name, "snapshot");
        fourth.hold("grown", "grown-u", &["A-1"]).gives(201).await;
        let delta = stream.event().await;
        assert!(delta.name == "seats" && delta.data.contains("A-1"), "{delta:?}");
        drop(stream);

        at(first, &["node", "promote", "4", "--yes"]).await.exits(0);
        assert_eq!(voters(&fourth).await, [1, 2, 3, 4]);
        let equal = at(first, &["cluster", "verify", "--output", "json"]).await.exits(0).json();
        assert_eq!((&equal["equal"], list(&equal, "nodes").len()), (&Value::Bool(true), 4));

        at(first, &["node", "remove", "4", "--yes"]).await.exits(0);
        assert_eq!(voters(first).await, [1, 2, 3]);
        fourth.process.kill();
        let again = newcomer(&cluster, 4).await;
        let used = at(first, &["node", "add", again.base(), "--yes"]).await.exits(5);
        assert!(used.stderr.contains("was used before"), "{}", used.stderr);
    });
}

/// What would be unsafe is refused with exit 5 and the reason.
#[test]
fn unsafe_changes_are_refused() {
    run(async {
        let cluster = Cluster::start().await;
        let first = cluster.node(1);
        let refused = async |args: &[&str], reason: &str| {
            let ran = at(first, &[args, &["--yes"]].concat()).await.exits(5);
            assert!(ran.stderr.contains(reason), "{args:?}: {}", ran.stderr);
        };
        // Another cluster's.
        let foreign = newcomer(&cluster, 8).await;
        at(&foreign, &["cluster", "init"]).await.exits(0);
        refused(&["node", "add", foreign.base()], "belongs to cluster").await;
        at(first, &["cluster", "init"]).await.exits(5);
        // A known number with another disk: wiped, and started again.
        let wiped = cluster.node(3);
        wiped.process.kill();
        fs::remove_dir_all(&wiped.data_dir).expect("it is there");
        cluster.start_node(3);
        wiped.opens().await;
        refused(&["node", "add", wiped.base()], "another disk").await;
        wiped.process.kill();
        // Two are left of three.
        let reason = "no majority";
        eventually("node 3 is missed", START_MAX, async || {
            let ran = at(first, &["node", "remove", "2", "--dry-run"]).await;
            (ran.code == 5).then_some(())
        })
        .await;
        refused(&["node", "remove", "2"], reason).await;
        refused(&["node", "drain", "2"], reason).await;
        assert_eq!(voters(first).await, [1, 2, 3], "nothing was done");
        at(first, &["node", "remove", "7", "--yes"]).await.exits(4);
    });
}

/// `replace` killed at any moment and given again at another node swaps the nodes once.
#[test]
fn a_replacement_is_interrupted() {
    run(async {
        let mut rng = Rng::seeded("a_replacement_is_interrupted");
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("replaced", &plans::theatre())).await;
        cluster.node(3).process.kill();
        let fifth = newcomer(&cluster, 5).await;
        let command = ["node", "replace", "3", fifth.base(), "--yes"];
        for n in 0..6 {
            let asked = cluster.node(n % 2 + 1).base();
            let arguments = [&command[..], &["--endpoints", asked]].concat();
            let arguments = arguments.into_iter().map(str::to_owned).collect();
            let process = Process::other(arguments, cluster.dir().join("replace.log"));
            process.start();
            // Killed wherever it is then.
            tokio::time::sleep(Duration::from_millis(rng.below(60) * n)).await;
            process.kill();
        }
        at(cluster.node(2), &command).await.exits(0);
        assert_eq!(voters(&fifth).await, [1, 2, 5]);
        fifth.ready().await;
        fifth.hold("replaced", "replaced-u", &["A-1"]).gives(201).await;
        at(cluster.node(1), &command).await.exits(0);
    });
}

/// A node is started elsewhere, and found there once the cluster is told.
#[test]
fn a_node_moves() {
    run(async {
        let cluster = Cluster::start().await;
        let leader = cluster.leader().await;
        let moved = cluster.node(cluster.others(leader)[0]);
        let status = at(cluster.node(leader), &["cluster", "status", "--output", "json"]).await;
        let status = status.exits(0).json();
        let before = list(&status, "nodes").iter().find(|node| node["id"] == moved.id);
        let old = text(before.expect("it is a member"), "peer").to_owned();
        moved.process.kill();
        let new = format!("127.0.0.1:{}", ports::free());
        moved.reconfigure(&old, &new);
        moved.process.start();
        moved.opens().await;
        let id = moved.id.to_string();
        let command = ["node", "set-address", &id, "--peer", &new, "--yes"];
        at(cluster.node(leader), &command).await.exits(0);
        moved.ready().await;
        at(moved, &["cluster", "verify"]).await.exits(0);
        let taken = at(moved, &["node", "set-address", &leader.to_string(), "--peer", &new]).await;
        assert!(taken.exits(5).stderr.contains("has that address"));
    });
}

/// A drained node is not ready, hands over, and ends well; SIGTERM does the same.
#[test]
fn a_leader_is_drained() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("drained", &plans::theatre())).await;
        let leader = cluster.leader().await;
        let other = cluster.node(cluster.others(leader)[0]);
        let ran = at(other, &["node", "drain", &leader.to_string(), "--yes"]).await.exits(0);
        assert!(ran.stdout.contains("has ended"), "{}", ran.stdout);
        let end = cluster.node(leader).ends(START_MAX).await;
        assert!(end.success(), "{end}");
        other.hold("drained", "drained-u", &["A-1"]).gives(201).await;
        cluster.restart(leader).await;
        let next = cluster.leader().await;
        cluster.node(next).process.signal("TERM");
        let end = cluster.node(next).ends(START_MAX).await;
        assert!(end.success(), "{end}");
        let left = cluster.node(cluster.others(next)[0]);
        left.hold("drained", "drained-v", &["A-2"]).gives(201).await;
    });
}

/// The status is shown again and again, until it is stopped.
#[test]
fn a_status_is_watched() {
    run(async {
        let cluster = Cluster::shared().await;
        let log = cluster.dir().join("watch.log");
        let endpoints = cluster.endpoints();
        let arguments = ["cluster", "status", "--watch", "--endpoints", &endpoints];
        let process = Process::other(arguments.map(str::to_owned).to_vec(), log);
        process.start();
        eventually("it is shown three times", START_MAX, async || {
            assert!(process.ended().is_none(), "{}", process.log());
            (3 <= process.log().matches("LAST LOG").count()).then_some(())
        })
        .await;
        process.kill();
    });
}

/// A bundle has every node in it, and no secret, wherever it might have been planted.
#[test]
fn a_bundle_has_no_secrets() {
    run(async {
        const CANARY: &str = "canary5dd1";
        let disks = tempfile::tempdir().expect("a temporary folder can be made");
        let more = format!(
            "[gateways.planted]\ndriver = \"sandbox\"\napi = \"http://127.0.0.1:1\"\n\
             webhook_secret = \"whsec_{CANARY}AAAAAAAAAAAAAA\"\n\
             secret_key = \"{CANARY}\"\n"
        );
        let cluster = Cluster::start_on(disks.path(), &more).await;
        cluster.node(1).create_show(&show("bundled", &plans::theatre())).await;
        let buyer = "buyer-canary5dd1";
        cluster.node(2).hold("bundled", buyer, &["A-1"]).gives(201).await;
        let file = cluster.dir().join("bundle.tar.gz");
        let name = file.to_str().expect("UTF-8");
        at(cluster.node(1), &["debug", "bundle", name]).await.exits(0);
        let mut all = Vec::new();
        let packed = fs::File::open(&file).expect("it was written");
        GzDecoder::new(packed).read_to_end(&mut all).expect("it is gzip");
        let all = String::from_utf8_lossy(&all);
        for there in ["nodes/1.json", "nodes/2.json", "nodes/3.json", "audit.json", "node serves"] {
            assert!(all.contains(there), "no {there}");
        }
        for secret in [SECRET, CANARY, "b25lIHNlY3JldCBvZiB0aGlz"] {
            assert!(!all.contains(secret), "{secret} is in the bundle");
        }
    });
}

/// Three nodes are formed, grow to five, lose one and replace it, have their leader drained and all
/// nodes restarted one after the other, while buyers buy; then the books balance here and at the
/// gateway, and all nodes are equal.
#[test]
fn a_cluster_lives() {
    run(async {
        let mut rng = Rng::seeded("a_cluster_lives");
        let sale = Sale::open(Paying::start().await).await;
        let cluster = &sale.paying.cluster;
        let lives = async {
            for id in [4, 5] {
                let node = cluster.recruit(id, cluster.dir(), "").await;
                at(cluster.node(1), &["node", "add", node.base(), "--yes"]).await.exits(0);
                at(node, &["node", "promote", &id.to_string(), "--yes"]).await.exits(0);
                node.ready().await;
            }
            assert_eq!(voters(cluster.node(2)).await, [1, 2, 3, 4, 5]);

            cluster.lose(3);
            let sixth = cluster.recruit(6, cluster.dir(), "").await;
            let replace = ["node", "replace", "3", sixth.base(), "--yes"];
            at(cluster.node(2), &replace).await.exits(0);
            sixth.ready().await;
            assert_eq!(voters(cluster.node(1)).await, [1, 2, 4, 5, 6]);

            let leader = cluster.leader().await;
            let (leads, other) = (cluster.node(leader), cluster.node(cluster.others(leader)[0]));
            at(other, &["node", "drain", &leader.to_string(), "--yes"]).await.exits(0);
            assert!(leads.ends(START_MAX).await.success());
            cluster.restart(leader).await;

            for node in cluster.present() {
                node.process.signal("TERM");
                assert!(node.ends(START_MAX).await.success());
                cluster.restart(node.id).await;
            }
        };
        let (told, ()) = sale.meanwhile(&mut rng, lives).await;
        assert!(told.purchases() > 20, "{} purchases", told.purchases());
        assert_eq!(judge(&sale, &told).await, 0, "acknowledged bookings are missing");
        cluster.usher(&["cluster", "verify"]).await.exits(0);
        cluster.usher(&["audit"]).await.exits(0);
    });
}
