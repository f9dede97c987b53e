//! The ways back: from a backup to a new cluster, from one disk to a new cluster, and how a new
//! member gets a state that is not small.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{
    Cluster, Node, Paying, START_MAX, column, eventually, list, plans, run, show, text, usher,
};
use crate::stream::Stream;

/// What the command line says of the cluster.
async fn cluster_id(cluster: &Cluster) -> String {
    let status = cluster.usher(&["cluster", "status", "--output", "json"]).await.exits(0).json();
    text(&status, "cluster_id").to_owned()
}

fn folder() -> TempDir {
    let dir = tempfile::Builder::new().prefix("usher-backups-").tempdir();
    dir.expect("a temporary folder can be made")
}

fn path(path: &Path) -> &str {
    path.to_str().expect("our own paths are text")
}

/// Stops a node and takes its data away; where it lies now.
fn take_data(node: &Node, aside: &TempDir) -> PathBuf {
    node.process.kill();
    let old = aside.path().join(format!("old-{}", node.id));
    fs::rename(&node.data_dir, &old).expect("our own folder can be renamed");
    old
}

/// Brings the nodes of a cluster up whose first was restored or recovered.
async fn form_anew(cluster: &Cluster) {
    for node in cluster.nodes() {
        cluster.start_node(node.id);
    }
    cluster.node(1).ready().await;
    for node in cluster.nodes() {
        eventually(&format!("node {} is alive", node.id), START_MAX, async || {
            node.get("/livez").try_send().await.ok().filter(|reply| reply.status == 200)
        })
        .await;
    }
    cluster.usher(&["cluster", "init"]).await.exits(0);
    cluster.ready().await;
    cluster.usher(&["cluster", "init"]).await.exits(5);
}

/// What the restore of a backup must be like, as clients and operators see it.
struct Before {
    /// The organizer's view of the seats, and their `ETag`.
    seats: Value,
    etag: String,
    /// What was done to a seat.
    deeds: Value,
    /// The last event that a client has heard.
    heard: String,
    cluster: String,
    backup: PathBuf,
}

const SEATS: &str = "/v1/shows/kept/seats?consistency=linearizable";

const DEEDS: &str = "/v1/audit?seat=A-1&show=kept&consistency=linearizable";

impl Before {
    async fn of(paying: &Paying, aside: &TempDir) -> Before {
        let cluster = &paying.cluster;
        cluster.node(1).create_show(&show("kept", &plans::rows(&[("A", 20)]))).await;
        let payment = paying.buys(1, "kept", "kept-a", &["A-1", "A-2"]).await;
        paying.becomes(2, &payment, "succeeded").await;
        cluster.node(2).hold("kept", "kept-b", &["A-3"]).key("kept-b").gives(201).await;
        let reply = cluster.node(3).get(SEATS).send().await.expect(200);
        let etag = reply.has("etag").to_owned();
        let unchanged = cluster.node(2).get(SEATS).header("if-none-match", &etag).send().await;
        unchanged.expect(304);
        let heard = Stream::open(cluster.node(2), "kept", None).await.event().await.id;
        let seats = cluster.node(3).get(SEATS).organizer().gives(200).await;
        let deeds = cluster.node(2).get(DEEDS).organizer().gives(200).await;
        let kinds = column(list(&deeds, "data"), "kind");
        assert_eq!(kinds.first(), Some(&"show_created"));
        assert_eq!(kinds.last(), Some(&"booking_made"));
        let backup = aside.path().join("kept.backup");
        // From any node.
        let endpoint = cluster.node(3).base();
        let save = ["--endpoints", endpoint, "backup", "save", path(&backup)];
        usher(&save).await.exits(0);
        usher(&save).await.exits(4);
        let verified = usher(&["backup", "verify", path(&backup), "--output", "json"]).await;
        let verified = verified.exits(0).json();
        let id = cluster_id(cluster).await;
        assert_eq!((text(&verified, "cluster_id"), &verified["bookings"]), (&*id, &json!(1)));
        usher(&["audit", "--backup", path(&backup)]).await.exits(0);
        Before { seats, etag, deeds, heard, cluster: id, backup }
    }

    /// Of what clients remember from before, nothing is taken for the present.
    async fn is_past(&self, cluster: &Cluster) {
        assert_ne!(cluster_id(cluster).await, self.cluster);
        for node in cluster.nodes() {
            assert_eq!(node.get(SEATS).organizer().gives(200).await, self.seats);
            assert_eq!(node.get(DEEDS).organizer().gives(200).await, self.deeds);
            let asked = node.get(SEATS).header("if-none-match", &self.etag);
            asked.send().await.expect(200);
            let mut stream = Stream::open(node, "kept", Some(&self.heard)).await;
            assert_eq!(stream.event().await.name, "snapshot");
        }
        let trail = ["audit", "trail", "--seat", "A-1", "--show", "kept", "--output", "json"];
        assert_eq!(cluster.usher(&trail).await.exits(0).json(), self.deeds);
    }
}

/// Everything is lost but a backup: a new cluster has what the backup has, and is another cluster.
#[test]
fn a_backup_becomes_a_new_cluster() {
    run(async {
        let paying = Paying::start().await;
        let (cluster, aside) = (&paying.cluster, folder());
        let before = Before::of(&paying, &aside).await;
        let late = paying.buys(2, "kept", "kept-late", &["A-9"]).await;
        paying.becomes(3, &late, "succeeded").await;
        let after = || cluster.node(1).hold("kept", "kept-c", &["A-10"]).key("kept-c");
        let first = after().send().await.expect(201);
        after().send().await.expect(201).has("idempotent-replayed");

        let config = path(cluster.node(1).process.config()).to_owned();
        let restore = ["backup", "restore", path(&before.backup), "--config", &config];
        // Where there is a data directory already, nothing is restored.
        usher(&restore).await.exits(5);
        let old: Vec<PathBuf> =
            cluster.nodes().iter().map(|node| take_data(node, &aside)).collect();
        usher(&restore).await.exits(0);
        usher(&restore).await.exits(5);

        // A disk of the old cluster is none of this one's.
        fs::rename(&old[2], &cluster.node(3).data_dir).expect("our own folder can be renamed");
        for node in cluster.nodes() {
            cluster.start_node(node.id);
        }
        cluster.node(1).ready().await;
        eventually("the old disk is refused", START_MAX, async || {
            let init = cluster.usher(&["cluster", "init"]).await;
            assert!(matches!(init.code, 3 | 5), "{}: {}", init.code, init.stderr);
            (init.code == 5 && init.stderr.contains("node 3")).then_some(())
        })
        .await;
        for node in cluster.nodes() {
            node.process.kill();
        }
        fs::remove_dir_all(&cluster.node(3).data_dir).expect("our own folder can be removed");
        form_anew(cluster).await;

        before.is_past(cluster).await;
        let anew = after().send().await.expect(201);
        assert_eq!(anew.header("idempotent-replayed"), None, "it is a key from after the backup");
        assert_ne!(anew.json()["id"], first.json()["id"]);
        cluster.usher(&["audit"]).await.exits(0);
        let ran = cluster.usher(&["payments", "reconcile", "--output", "json"]).await.exits(0);
        let differences = ran.json();
        let unknown: Vec<&Value> = list(&differences, "differences")
            .iter()
            .filter(|difference| difference["payment"] == late.as_str())
            .collect();
        assert_eq!(unknown.len(), 1, "{differences}");
        assert_eq!(unknown[0]["kind"], "unknown_payment");
        assert_eq!(list(&differences, "differences").len(), 1, "{differences}");
    });
}

/// Whatever is done to a backup, it is refused as a whole, with the place of the damage.
#[test]
fn damaged_backups_are_refused() {
    run(async {
        let (cluster, aside) = (Cluster::shared().await, folder());
        cluster.node(1).create_show(&show("damaged", &plans::rows(&[("A", 50)]))).await;
        let good = aside.path().join("good.backup");
        cluster.usher(&["backup", "save", "--file", path(&good)]).await.exits(0);
        let sound = fs::read(&good).expect("our own file can be read");
        let bad = aside.path().join("bad.backup");
        let dir = aside.path().join("data");
        let config = path(cluster.node(1).process.config()).to_owned();
        let data_dir = format!("node.data_dir={}", path(&dir));
        let middle = sound.len() / 2;
        let flipped = |at: usize| {
            let mut bytes = sound.clone();
            bytes[at] ^= 0x10;
            bytes
        };
        let mut cases = vec![
            ("its mark", flipped(0)),
            ("a length", flipped(8)),
            ("its head", flipped(20)),
            ("a record", flipped(middle)),
            ("its end", flipped(sound.len() - 1)),
            ("cut", sound[..middle].to_vec()),
            ("without its end", sound[..sound.len() - 20].to_vec()),
            ("empty", Vec::new()),
        ];
        cases.push(("more after the end", [&sound[..], b"x"].concat()));
        for (what, bytes) in cases {
            fs::write(&bad, bytes).expect("our own file can be written");
            let verified = usher(&["backup", "verify", path(&bad)]).await;
            assert_eq!(verified.code, 1, "{what}: {}", verified.stderr);
            assert!(verified.stderr.contains("bad.backup"), "{what}: {}", verified.stderr);
            let restore =
                ["backup", "restore", path(&bad), "--config", &config, "--set", &data_dir];
            usher(&restore).await.exits(1);
            assert!(!dir.exists(), "{what}: something was made of it");
        }
        usher(&["backup", "restore", path(&good), "--config", &config, "--set", &data_dir])
            .await
            .exits(0);
        let nowhere = ["--endpoints", "127.0.0.1:1", "backup", "save", path(&bad)];
        fs::remove_file(&bad).expect("our own file can be removed");
        usher(&nowhere).await.exits(3);
        assert!(!bad.exists() && !aside.path().join("bad.backup.partial").exists());
    });
}

/// Two of three disks are gone for good: what the third one had becomes a new cluster, if that is
/// really meant.
#[test]
fn one_disk_becomes_a_new_cluster() {
    run(async {
        let (cluster, aside) = (Cluster::start().await, folder());
        let node = cluster.node(1);
        node.create_show(&show("left", &plans::rows(&[("A", 20)]))).await;
        let mut index = 0;
        for n in 1..=9 {
            let (user, seat) = (format!("left-{n}"), format!("A-{n}"));
            let held = cluster.node(n % 3 + 1).hold("left", &user, &[&seat]).key(&user);
            index = held.send().await.expect(201).index();
        }
        let path_seats = format!("/v1/shows/left/seats?min_index={index}&timeout_ms=10000");
        let seats = node.get(&path_seats).organizer().gives(200).await;
        let id = cluster_id(&cluster).await;

        let config = path(node.process.config()).to_owned();
        let plain = ["recover", "--unsafe-single-node", "--config", &config];
        let meant = [&plain[..], &["--yes"]].concat();
        usher(&["recover", "--config", &config, "--yes"]).await.exits(2);
        let in_use = usher(&meant).await.exits(5);
        assert!(in_use.stderr.contains("in use"), "{}", in_use.stderr);
        node.process.kill();
        let others = usher(&meant).await.exits(5);
        assert!(others.stderr.contains("a majority"), "{}", others.stderr);
        let old = [take_data(cluster.node(2), &aside), take_data(cluster.node(3), &aside)];
        let shown = usher(&plain).await.exits(5);
        assert!(shown.stdout.contains("lost: whatever was acknowledged"), "{}", shown.stdout);
        assert!(shown.stderr.contains("--yes"), "{}", shown.stderr);
        let other = path(cluster.node(2).process.config()).to_owned();
        let data_dir = format!("node.data_dir={}", path(&node.data_dir));
        let of_other = ["recover", "--unsafe-single-node", "--yes", "--config", &other];
        usher(&[&of_other[..], &["--set", &data_dir]].concat()).await.exits(5);

        usher(&meant).await.exits(0);
        let kept: Vec<PathBuf> = fs::read_dir(cluster.dir())
            .expect("our own folder can be read")
            .map(|entry| entry.expect("our own folder can be read").path())
            .filter(|entry| path(entry).contains("before-recovery"))
            .collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        usher(&["audit", "--data-dir", path(&kept[0])]).await.exits(0);
        form_anew(&cluster).await;
        assert_ne!(cluster_id(&cluster).await, id);
        for node in cluster.nodes() {
            let path = "/v1/shows/left/seats?consistency=linearizable";
            let mut found = node.get(path).organizer().gives(200).await;
            found["version"] = seats["version"].clone();
            assert_eq!(found, seats);
        }
        let again = cluster.node(2).hold("left", "left-4", &["A-4"]).key("left-4").send().await;
        again.expect(201).has("idempotent-replayed");
        cluster.usher(&["audit"]).await.exits(0);

        // A disk of the lost cluster that turns up again is refused.
        let back = cluster.node(3);
        back.process.kill();
        fs::remove_dir_all(&back.data_dir).expect("our own folder can be removed");
        fs::rename(&old[1], &back.data_dir).expect("our own folder can be renamed");
        cluster.start_node(3);
        cluster.node(1).hold("left", "left-new", &["A-15"]).gives(201).await;
        let status =
            cluster.usher(&["cluster", "status", "--output", "json"]).await.exits(0).json();
        let shown = list(&status, "nodes").iter().find(|node| node["id"] == 3);
        assert_eq!(shown.expect("it is a member")["role"], "unreachable", "{status}");
    });
}

/// New members get a large state as a snapshot. One of them is killed again and again while it
/// receives it: it begins anew, never with a part, and the cluster takes writes all the time.
#[test]
fn an_interrupted_snapshot_is_never_half_installed() {
    run(async {
        let (cluster, aside) = (Cluster::start_unformed().await, folder());
        let file = aside.path().join("fill.backup");
        let amount = ["--seats", "40000", "--bookings", "20000"];
        usher(&[&["bench", "fill", path(&file)][..], &amount].concat()).await.exits(0);
        let (first, victim) = (cluster.node(1), cluster.node(3));
        first.process.kill();
        fs::remove_dir_all(&first.data_dir).expect("our own folder can be removed");
        let config = path(first.process.config()).to_owned();
        usher(&["backup", "restore", path(&file), "--config", &config]).await.exits(0);
        cluster.restart(1).await;
        let endpoints = cluster.endpoints();
        let forming =
            tokio::spawn(
                async move { usher(&["--endpoints", &endpoints, "cluster", "init"]).await },
            );
        for round in 1..=3_u32 {
            let marks = || victim.process.log().matches("receiving a snapshot").count();
            let before = marks();
            eventually("a snapshot comes", START_MAX, async || {
                (forming.is_finished() || before < marks()).then_some(())
            })
            .await;
            victim.process.kill();
            let free = first.get("/v1/shows/fill-1/seats?status=available").gives(200).await;
            let seat = text(&list(&free, "seats")[0], "id");
            let user = format!("meanwhile-{round}");
            first.hold("fill-1", &user, &[seat]).key(&user).gives(201).await;
            cluster.start_node(3);
        }
        let begun = victim.process.log().matches("receiving a snapshot").count();
        assert!(2 <= begun, "it was interrupted {begun} times");
        let formed = forming.await.expect("the command does not panic");
        if formed.code != 0 {
            // Interrupted so often, it may have given up: asked again it goes on where it was.
            cluster.usher(&["cluster", "init"]).await.exits(0);
        }
        cluster.ready().await;
        cluster.usher(&["audit"]).await.exits(0);
        let path = "/v1/shows/fill-0/seats?consistency=linearizable";
        let seats = first.get(path).organizer().gives(200).await;
        assert_eq!(victim.get(path).organizer().gives(200).await, seats);
        assert_eq!(seats["counts"]["available"], 0);
    });
}
