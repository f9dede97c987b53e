//! Write-ahead logs that lost their end, or are gone.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use super::load::Load;
use super::row::Row;
use super::syncs::Shim;
use super::universe::{Outcome, Universe, copy, files};
use crate::harness::{Cluster, Node, Rng};

/// Bytes that are cut off above the sentinel at first; fewer and fewer if that was too much.
const CUT_BYTES: u64 = 4096;

/// More than are sold around one cut.
const SEATS: usize = 5000;

/// A follower that lags and is sent what it lacks has caught up within this.
const UNAIDED_MAX: Duration = Duration::from_secs(5);

/// Cuts the live log of a killed node at a random byte.
pub async fn cut(universe: &Universe, times: usize, rng: &mut Rng) -> Row {
    let mut row = Row::new("live write-ahead log cut");
    for n in 0..times {
        let length = fs::metadata(live(&universe.disk())).expect("there is one").len();
        // Half of the cuts take so much that something acknowledged must be gone.
        let deep = n.is_multiple_of(2);
        let at = rng.below(if deep { length / 2 } else { length });
        let outcome = universe.trial(rng, |disk| shorten(&live(disk), at)).await;
        let sound = matches!(outcome, Outcome::Sound);
        row.tried(universe, &format!("cut at {at} of {length}"), outcome);
        assert!(!(deep && sound), "half of the log was cut off, and the node did not notice");
    }
    row
}

/// Deletes the live log of a killed node.
pub async fn delete(universe: &Universe, rng: &mut Rng) -> Row {
    let mut row = Row::new("live write-ahead log deleted");
    let remove = |disk: &Path| fs::remove_file(live(disk)).expect("there is one");
    let outcome = universe.trial(rng, remove).await;
    row.tried(universe, "deleted", outcome);
    assert_eq!(row.refused, 1, "the log was deleted, and the node did not notice");
    row
}

/// Kills one node of three under load and cuts its log so that only what its sentinel has not
/// noted yet is missing: a disk that lied about its last moments. The node cannot notice; the
/// cluster must not lose anything by it. The sentinel is made to lag, for it lags by little.
pub async fn cut_above_sentinel(shim: &Shim, times: usize, rng: &mut Rng) -> Row {
    let cluster = Cluster::start().await;
    let mut row = Row::new("log cut above the sentinel");
    let (mut leaders, mut unaided, mut forgotten) = (0, 0, 0);
    for n in 0..times {
        let load = Load::open(cluster.nodes(), &format!("above-{n}"), SEATS, rng).await;
        let victim = cluster.node(rng.below(3) + 1);
        let before = 50 + rng.index(100);
        shim.delay_sentinel(victim);
        victim.ready().await;
        load.during(async || {
            load.grows_by(before).await;
            leaders += usize::from(cluster.leader().await == victim.id);
            victim.process.kill();
        })
        .await;
        forgotten += forget(victim, &format!("above-{n}-"), &mut row).await;
        load.during(async || load.grows_by(50).await).await;
        unaided += usize::from(rejoins(&cluster, victim).await);
        row.add(1, load.judge().await);
    }
    assert!(0 < forgotten, "no entry was cut off");
    let aided = times - unaided;
    row.note =
        format!("{forgotten} writes forgotten; {leaders} had led; {aided} needed a new leader");
    row
}

/// Waits until a node that has forgotten something serves again: whether it did so unaided.
///
/// NB: a leader takes a follower for one that has what it once acknowledged, and sends it nothing
/// that comes before. It neither stops nor says so: consensus only asserts it in debug builds. A
/// new leader, who asks anew, repairs it.
async fn rejoins(cluster: &Cluster, victim: &Node) -> bool {
    if timeout(UNAIDED_MAX, victim.ready()).await.is_ok() {
        return true;
    }
    let others = cluster.others(victim.id);
    let leader = cluster.leader_among(&[1, 2, 3]).await;
    let heir = others.iter().find(|id| **id != leader).expect("there are two").to_string();
    cluster.usher(&["leader", "transfer", "--to", &heir]).await.exits(0);
    victim.ready().await;
    false
}

/// Cuts a killed node's log as far as its sentinel lets it, and starts it: how many writes that
/// mention `user` it has forgotten.
async fn forget(victim: &Node, user: &str, row: &mut Row) -> usize {
    let killed = tempfile::tempdir().expect("a temporary folder can be made");
    copy(&victim.data_dir, killed.path());
    let mut bytes = CUT_BYTES;
    loop {
        let wal = live(&victim.data_dir);
        let length = fs::metadata(&wal).expect("there is one").len();
        let kept = length - bytes.min(length);
        let forgotten = mentions(&wal, kept, user);
        shorten(&wal, kept);
        victim.process.start();
        // The leader takes it for one that has everything, until there is more to send: it need not
        // be ready yet.
        if victim.opens().await.is_none() {
            return forgotten;
        }
        // It noticed: so much was below the sentinel.
        row.refused += 1;
        victim.process.kill();
        fs::remove_dir_all(&victim.data_dir).expect("our own folder can be removed");
        copy(killed.path(), &victim.data_dir);
        bytes = bytes * 2 / 3;
        assert!(0 < bytes, "not one byte can be cut off");
    }
}

/// The newest write-ahead log that is not empty.
pub fn live(disk: &Path) -> PathBuf {
    files(disk, "", ".log").pop().expect("there is a write-ahead log")
}

/// How often a text stands in a file from a byte on.
fn mentions(file: &Path, from: u64, text: &str) -> usize {
    let bytes = fs::read(file).expect("our own file can be read");
    let from = usize::try_from(from).expect("it lies in the file");
    bytes[from..].windows(text.len()).filter(|found| *found == text.as_bytes()).count()
}

fn shorten(file: &Path, length: u64) {
    let file = File::options().write(true).open(file).expect("our own file can be opened");
    file.set_len(length).expect("our own file can be cut");
}
