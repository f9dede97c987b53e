//! A disk that fills up and is freed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::load::Load;
use super::power::Powered;
use super::row::Row;
use super::syncs::leads;
use crate::harness::{Node, Rng, START_MAX, eventually};

/// The ballast must be enough for a start, which flushes the write-ahead log.
const STORAGE: &str = "[storage]\nballast_mib = 64\nlow_water_mib = 128\n";

/// More than are sold while a disk is filled and freed.
const SEATS: usize = 20_000;

/// What is left when the disk is low, in MiB: under the low-water mark.
const LEFT_MIB: u64 = 64;

/// A node on a full disk may live on what it has reserved. If it has not ended within this, it is
/// killed, to see how it starts.
const LIVES_MAX: Duration = Duration::from_secs(3);

const FILLER: &str = "filler";

/// Fills the disk of the leader up to the low-water mark, then wholly, and frees it.
pub async fn full(rng: &mut Rng) -> Row {
    let powered = Powered::start(STORAGE).await;
    let cluster = &powered.cluster;
    let mut row = Row::new("disk full, then freed");
    let load = Load::open(cluster.nodes(), "full", SEATS, rng).await;
    load.during(async || {
        load.grows_by(50).await;
        let victim = cluster.node(cluster.leader().await);
        fill(&victim.data_dir, LEFT_MIB << 20);
        refuses(victim).await;
        freed(&victim.data_dir);
        victim.ready().await;
        leads(cluster, victim).await;
        load.grows_by(50).await;

        fill(&victim.data_dir, 0);
        let ended = tokio::time::timeout(LIVES_MAX, victim.ends(START_MAX)).await;
        let ended = if ended.is_ok() { "ended by itself" } else { "lived on" };
        victim.process.kill();
        load.grows_by(50).await;
        let before = victim.process.log().len();
        victim.process.start();
        let refused = victim.settles().await.is_some();
        let log = victim.process.log()[before..].to_owned();
        assert!(refused, "it started on a full disk:\n{log}");
        assert!(log.contains("No space left on device"), "it does not say why:\n{log}");
        row.refused += 1;
        victim.process.kill();
        fs::remove_file(victim.data_dir.join("ballast")).expect("there was a ballast");
        victim.process.start();
        caught_up(&load, victim).await;
        freed(&victim.data_dir);
        victim.ready().await;
        load.grows_by(50).await;
        row.note = format!("it {ended}; without the ballast it started");
    })
    .await;
    row.add(1, load.judge().await);
    row
}

/// A leader whose disk is low takes no writes and says so.
async fn refuses(node: &Node) {
    eventually("a node on a full disk says so", START_MAX, async || {
        // Under a key: what is refused without one needs no disk.
        let hold = node.hold("full", "nobody", &["R199-100"]).key("nobody").send().await;
        let ready = node.get("/readyz").send().await;
        let refuses = hold.status == 503 && hold.code() == "overloaded";
        (refuses && ready.status == 503 && ready.text().contains("disk")).then_some(())
    })
    .await;
    assert!(node.process.log().contains("low-water"), "{}", node.process.log_tail());
}

/// It runs and applies what the others write, though it takes nothing itself.
async fn caught_up(load: &Load<'_>, node: &Node) {
    eventually("the node on the full disk catches up", START_MAX, async || {
        assert!(node.process.ended().is_none(), "it ended:\n{}", node.process.log_tail());
        let seats = "/v1/shows/full/seats?consistency=linearizable";
        let reply = node.get(seats).try_send().await.ok()?;
        (reply.status == 200 && 0 < load.acked()).then_some(())
    })
    .await;
}

/// Writes a file until so many bytes are left.
pub fn fill(disk: &Path, left: u64) {
    let stat = rustix::fs::statvfs(disk).expect("the disk can be asked");
    let bytes = (stat.f_bavail * stat.f_frsize).saturating_sub(left);
    let path = disk.join(FILLER);
    let file = File::options().create(true).append(true).open(path).expect("there is room yet");
    if left == 0 {
        let block = vec![1; 1 << 20];
        // Until there is no room for a byte more.
        for size in [1 << 20, 4096, 1] {
            while (&file).write_all(&block[..size]).and_then(|()| file.sync_all()).is_ok() {}
        }
        return;
    }
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes)
        .expect("there is room yet");
}

/// Takes that file away.
pub fn freed(disk: &Path) {
    fs::remove_file(disk.join(FILLER)).expect("it was filled");
}
