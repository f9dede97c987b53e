//! Syncs that fail, and syncs that are slow, by a library put before the system's.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::load::Load;
use super::row::Row;
use crate::harness::{Cluster, Node, Rng, eventually};

/// A node whose sync fails is gone within this, on a busy machine and under load.
const END_MAX: Duration = Duration::from_mins(1);

/// After the first sync that fails, the node may still be in the middle of a few others.
const LATER_FAILURES_MAX: usize = 3;

/// The first syncs of a process of which one fails.
const KS_MAX: usize = 40;

/// Failures on one show.
const ROUND: usize = 3;

/// More than are sold in such a round.
const SEATS: usize = 20_000;

/// What a slow disk takes for a sync, in milliseconds.
const SLOW: &str = "100";

/// How far the sentinel can be made to lag, in milliseconds: a vote waits for it.
const SENTINEL_MS: &str = "300";

/// How long the rate of writes is measured before and after.
const MEASURE: Duration = Duration::from_secs(2);

/// The library, built for this machine.
pub struct Shim {
    pub library: PathBuf,
    /// While this file is there, syncs are counted.
    pub armed: PathBuf,
    _dir: TempDir,
}

impl Shim {
    /// Compiles it; else why that cannot be done.
    pub fn build() -> Result<Shim, String> {
        let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (library, armed) = (dir.path().join("shim.so"), dir.path().join("armed"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/disks/shim.c");
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl");
        let ran = cc.output().map_err(|error| format!("it needs a C compiler, cc: {error}"))?;
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        if ran.status.success() { Ok(Shim { library, armed, _dir: dir }) } else { Err(said) }
    }

    /// Restarts a node whose `k`-th sync will fail: after its start, or once it is armed.
    fn fail(&self, node: &Node, k: usize, armed: bool) {
        let at = k.to_string();
        let mut environment = vec![("DISKS_FAIL_AT", OsStr::new(&at))];
        if armed {
            environment.push(("DISKS_ARMED", self.armed.as_os_str()));
        }
        self.restart(node, &environment);
    }

    /// Restarts a node whose sentinel is written so slowly that it lags behind what the node has
    /// acknowledged.
    pub fn delay_sentinel(&self, node: &Node) {
        let (ms, end) = (OsStr::new(SENTINEL_MS), OsStr::new("/sentinel"));
        self.restart(node, &[("DISKS_DELAY_MS", ms), ("DISKS_DELAY_OF", end)]);
    }

    fn restart(&self, node: &Node, environment: &[(&str, &OsStr)]) {
        node.process.kill();
        let preload = ("LD_PRELOAD", self.library.as_os_str());
        node.process.start_with(&[&[preload], environment].concat());
    }
}

/// All of this file, on one cluster: `count` syncs of a follower fail, and as many of a leader.
pub async fn faults(shim: &Shim, count: usize, rng: &mut Rng) -> Vec<Row> {
    let cluster = Cluster::start().await;
    let mut rows = Vec::new();
    for leading in [false, true] {
        rows.push(fail(&cluster, shim, leading, count, rng).await);
    }
    for leading in [false, true] {
        rows.push(slow(&cluster, shim, leading, rng).await);
    }
    rows
}

/// Makes one sync after another fail for good: of a follower, counted from its start, or of the
/// leader, counted from some moment of its leadership.
async fn fail(cluster: &Cluster, shim: &Shim, leading: bool, count: usize, rng: &mut Rng) -> Row {
    let fault = if leading { "sync fails, leader" } else { "sync fails, follower" };
    let mut row = Row::new(fault);
    let ks: Vec<usize> = (0..count).map(|n| 1 + n * KS_MAX / count).collect();
    for ks in ks.chunks(ROUND) {
        let show = format!("sync-{leading}-{}", ks[0]);
        let load = Load::open(cluster.nodes(), &show, SEATS, rng).await;
        load.during(async || {
            for k in ks {
                let victim = cluster.node(*rng.pick(&cluster.others(cluster.leader().await)));
                let before = victim.process.log().len();
                shim.fail(victim, *k, leading);
                if leading {
                    victim.ready().await;
                    leads(cluster, victim).await;
                    fs::write(&shim.armed, "").expect("our own file can be written");
                }
                ended_well(victim, before, &mut row).await;
                fs::remove_file(&shim.armed).unwrap_or_default();
                cluster.restart(victim.id).await;
            }
        })
        .await;
        row.add(ks.len(), load.judge().await);
    }
    row.note = format!("{} had not started yet", row.refused);
    row
}

/// Makes every sync of one node slow.
async fn slow(cluster: &Cluster, shim: &Shim, leading: bool, rng: &mut Rng) -> Row {
    let fault = if leading { "slow syncs, leader" } else { "slow syncs, follower" };
    let mut row = Row::new(fault);
    let load = Load::open(cluster.nodes(), &format!("slow-{leading}"), SEATS, rng).await;
    load.during(async || {
        let slow = cluster.node(cluster.others(cluster.leader().await)[0]);
        let before = rate(&load).await;
        shim.restart(slow, &[("DISKS_DELAY_MS", OsStr::new(SLOW))]);
        slow.ready().await;
        if leading {
            leads(cluster, slow).await;
        }
        let after = rate(&load).await;
        assert!(0.0 < after, "the cluster does not go on");
        row.note = format!("{SLOW} ms a sync: {before:.0} writes/s before, {after:.0} after");
        slow.process.kill();
        cluster.restart(slow.id).await;
    })
    .await;
    row.add(1, load.judge().await);
    row
}

/// The node ends by itself, says why, and asks the disk for nothing more.
async fn ended_well(node: &Node, log_before: usize, row: &mut Row) {
    let status = node.ends(END_MAX).await;
    let log = node.process.log()[log_before..].to_owned();
    assert!(!status.success(), "a failed sync is no success: {status}\n{log}");
    let failures = log.matches("shim: a sync fails").count();
    assert!(0 < failures, "it ended of something else: {status}\n{log}");
    assert!(failures <= 1 + LATER_FAILURES_MAX, "it went on syncing:\n{log}");
    let (_, after) = log.split_once("shim: a sync fails").expect("it has just been seen");
    let named = after.contains(&node.data_dir.display().to_string());
    // A node that has not started yet does not start; one that runs ends.
    let said = after.contains("the process ends here") || after.contains("cannot open");
    assert!(named && said, "it does not say where and what:\n{log}");
    row.refused += usize::from(after.contains("cannot open"));
}

/// Sees to it that a node leads.
pub async fn leads(cluster: &Cluster, node: &Node) {
    let to = node.id.to_string();
    eventually(&format!("node {to} leads"), END_MAX, async || {
        // A transfer is refused in the middle of an election.
        cluster.usher(&["leader", "transfer", "--to", &to]).await;
        (cluster.leader().await == node.id).then_some(())
    })
    .await;
}

/// Acknowledged writes a second.
async fn rate(load: &Load<'_>) -> f64 {
    let (began, before) = (Instant::now(), load.acked());
    tokio::time::sleep(MEASURE).await;
    let writes = u32::try_from(load.acked() - before).expect("some thousands at most");
    f64::from(writes) / began.elapsed().as_secs_f64()
}
