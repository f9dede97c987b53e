//! Power cuts: of one node's disk, and of all disks at once.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::load::Load;
use super::mount::Disk;
use super::row::Row;
use super::universe::copy;
use crate::harness::{Cluster, Node, Rng};

/// A disk holds the write-ahead log, which is reserved some 70 MiB ahead, with room to spare.
const DISK_MIB: u64 = 768;

/// Little of such a disk may be kept free.
const STORAGE: &str = "[storage]\nballast_mib = 1\nlow_water_mib = 8\n";

/// More than are sold around one cut.
const SEATS: usize = 5000;

/// A cluster on disks of its own. Dropped in this order.
pub struct Powered {
    pub cluster: Cluster,
    disks: Vec<Disk>,
    _dir: TempDir,
}

impl Powered {
    /// `storage` is that part of every node's configuration.
    pub async fn start(storage: &str) -> Powered {
        let dir = tempfile::Builder::new().prefix("usher-disks-").tempdir();
        let dir = dir.expect("a temporary folder can be made");
        let disks = (1..=3).map(|id| Disk::make(dir.path(), id, DISK_MIB)).collect();
        let cluster = Cluster::start_on(dir.path(), storage).await;
        Powered { cluster, disks, _dir: dir }
    }

    /// Cuts the power of these nodes at one moment, and gives it back.
    ///
    /// The processes are stopped first: none can acknowledge anything after the cut. Returns how
    /// many disks lost a file that was written just before and not synced.
    async fn cut(&self, n: usize, victims: &[u64], journal: bool) -> usize {
        // A file of its own for each cut: one that is written over is written out at once.
        let canary = format!("canary-{n}");
        let disks = || self.disks.iter().filter(|disk| victims.iter().any(|id| belongs(disk, *id)));
        for id in victims {
            self.cluster.node(*id).process.signal("STOP");
        }
        for disk in disks() {
            fs::write(disk.at().join(&canary), "sings").expect("the disk takes writes");
            disk.cut(journal);
        }
        for id in victims {
            self.cluster.node(*id).process.kill();
        }
        let mut silenced = 0;
        for disk in disks() {
            disk.unmount().await;
            disk.mount();
            let found = fs::read(disk.at().join(&canary)).unwrap_or_default();
            silenced += usize::from(found.is_empty());
        }
        silenced
    }

    /// Keeps the disks of nodes that refused to start, for inspection.
    fn keep(&self, serving: &[&Node]) {
        for node in self.cluster.nodes() {
            if serving.iter().all(|other| other.id != node.id) {
                let kept = tempfile::Builder::new().prefix("usher-refused-").tempdir();
                let kept = kept.expect("a temporary folder can be made").keep();
                copy(&node.data_dir, &kept);
                println!("refused, kept in {}:\n{}", kept.display(), node.process.log_tail());
            }
        }
    }
}

fn belongs(disk: &Disk, id: u64) -> bool {
    disk.at().ends_with(Path::new(&format!("data-{id}")))
}

/// Cuts in turn one node and all of them, each after a random number of writes. A node that refuses
/// to start from what the cut left is judged by those that serve, and its disk is kept.
pub async fn cuts(cuts: usize, rng: &mut Rng) -> Vec<Row> {
    let mut powered = Powered::start(STORAGE).await;
    let mut rows = [Row::new("power cut, one node"), Row::new("power cut, all nodes")];
    let (mut leaders, mut silenced) = (0, [0, 0]);
    for n in 0..cuts {
        let cluster = &powered.cluster;
        let load = Load::open(cluster.nodes(), &format!("cut-{n}"), SEATS, rng).await;
        let all = n % 2;
        let victims = if all == 1 { vec![1, 2, 3] } else { vec![rng.below(3) + 1] };
        let before = 50 + rng.index(300);
        load.during(async || {
            load.grows_by(before).await;
            if all == 0 {
                leaders += usize::from(cluster.leader().await == victims[0]);
            }
            silenced[all] += powered.cut(n, &victims, n / 2 % 2 == 1).await;
            if all == 0 {
                // The others go on without it.
                load.grows_by(50).await;
            }
        })
        .await;
        for id in &victims {
            cluster.start_node(*id);
        }
        let mut serving = Vec::new();
        for node in cluster.nodes() {
            match node.settles().await {
                None => serving.push(node),
                Some(_) => rows[all].refused += 1,
            }
        }
        rows[all].add(1, load.judge_by(&serving).await);
        if serving.len() < cluster.nodes().len() {
            powered.keep(&serving);
            drop(load);
            powered = Powered::start(STORAGE).await;
        }
    }
    assert!(silenced.iter().all(|lost| 0 < *lost), "cuts took nothing: {silenced:?}");
    rows[0].note =
        format!("{leaders} were leaders; {} disks lost what was not synced", silenced[0]);
    rows[1].note = format!("{} disks lost what was not synced", silenced[1]);
    rows.into()
}
