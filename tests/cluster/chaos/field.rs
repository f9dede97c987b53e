//! Where faults happen: a cluster whose members come and go, an archive that keeps the whole log,
//! and what this machine can do to them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::time::timeout;

use super::crowd::Crowd;
use crate::disks::mount::{Disk, inside};
use crate::disks::syncs::Shim;
use crate::harness::{Cluster, Node, Paying, Ran, Rng, Wire, usher};

/// The learner that keeps the whole log. It may be cut off, paused and killed; its disk stays.
pub const ARCHIVE: u64 = 9;

/// The number of the first node that comes later.
const FIRST_NEWCOMER: u64 = 10;

/// A voter's log is cut at once, so that whoever was away needs a snapshot; its disk is small.
const VOTER: &str = "[storage]\nballast_mib = 1\nlow_water_mib = 8\nlog_mib = 1\n";

/// The archive's log is never cut.
const KEEPER: &str = "[storage]\nballast_mib = 1\nlow_water_mib = 8\nlog_mib = 65536\n";

/// A disk of its own holds the write-ahead log, which is reserved some 70 MiB ahead.
const DISK_MIB: u64 = 768;

/// With everything mended a node serves within this, on a busy machine.
pub const SERVES_MAX: Duration = Duration::from_secs(90);

/// A change of members that can be made is made within this.
const CHANGE_MAX: Duration = Duration::from_mins(2);

/// Somebody leads within this while two of three are well.
const LED_MAX: Duration = Duration::from_secs(20);

/// A command may take so much longer than there was time for it to be given again.
const COMMAND_MAX: Duration = Duration::from_secs(30);

/// A library that makes a process's clock another, where distributions put it.
const FAKETIME: &str = "libfaketimeMT.so.1";

/// Everything that faults are done to. Its parts are dropped in this order.
pub struct Field {
    /// Who is there, and who buys there.
    pub crowd: Arc<Crowd>,
    /// File systems of their own, by node.
    pub disks: Mutex<BTreeMap<u64, Disk>>,
    /// Whether there are such.
    pub mounts: Result<(), String>,
    /// What stands before the disk's syncs.
    pub shim: Result<Shim, String>,
    /// Where a false clock is.
    pub faketime: Result<PathBuf, String>,
    voters: Mutex<BTreeSet<u64>>,
    /// To whom something is done at the moment.
    victims: Mutex<BTreeSet<u64>>,
    next: AtomicU64,
    dir: TempDir,
}

impl Field {
    /// Three voters, the archive, the gateway, and the first shows.
    pub async fn lay(rng: &mut Rng) -> Field {
        let dir = tempfile::Builder::new().prefix("usher-chaos-").tempdir();
        let dir = dir.expect("a temporary folder can be made");
        let mounts = inside();
        let make = |id| (id, Disk::make(dir.path(), id, DISK_MIB));
        let disks = if mounts.is_ok() { (1..=3).map(make).collect() } else { BTreeMap::new() };
        let paying = Paying::start_over(Some(Wire::best()), Some(dir.path()), VOTER).await;
        let archive = paying.cluster.recruit(ARCHIVE, dir.path(), KEEPER).await;
        let address = address(archive);
        paying.cluster.usher(&["node", "add", &address, "--yes"]).await.exits(0);
        let crowd = Crowd::gather(paying, rng.fork()).await;
        Field {
            crowd,
            disks: Mutex::new(disks),
            mounts,
            shim: Shim::build(),
            faketime: faketime(),
            voters: Mutex::new(BTreeSet::from([1, 2, 3])),
            victims: Mutex::default(),
            next: AtomicU64::new(FIRST_NEWCOMER),
            dir,
        }
    }

    /// The nodes.
    pub fn cluster(&self) -> &Cluster {
        &self.crowd.paying.cluster
    }

    /// A node.
    pub fn node(&self, id: u64) -> &Node {
        self.cluster().node(id)
    }

    /// A folder for a fault's own files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Who votes.
    pub fn voters(&self) -> Vec<u64> {
        lock(&self.voters).iter().copied().collect()
    }

    /// Who votes, and the archive.
    pub fn members(&self) -> Vec<u64> {
        lock(&self.voters).iter().copied().chain([ARCHIVE]).collect()
    }

    /// All members but one.
    pub fn others(&self, id: u64) -> Vec<u64> {
        self.members().into_iter().filter(|other| *other != id).collect()
    }

    /// Who leads.
    pub async fn leader(&self) -> Result<u64, String> {
        let ids = self.members();
        let led = timeout(LED_MAX, self.cluster().leader_among(&ids)).await;
        led.map_err(|_| "nobody leads".to_owned())
    }

    /// The leader, to whom nothing else is done meanwhile.
    pub async fn take_leader(&self) -> Result<u64, String> {
        let leader = self.leader().await?;
        self.take(leader)
    }

    /// A voter that does not lead.
    pub async fn take_follower(&self, rng: &mut Rng) -> Result<u64, String> {
        let leader = self.leader().await?;
        let free: Vec<u64> = self.free().into_iter().filter(|id| *id != leader).collect();
        if free.is_empty() { Err(BUSY.to_owned()) } else { self.take(*rng.pick(&free)) }
    }

    /// Any voter.
    pub fn take_any(&self, rng: &mut Rng) -> Result<u64, String> {
        let free = self.free();
        if free.is_empty() { Err(BUSY.to_owned()) } else { self.take(*rng.pick(&free)) }
    }

    /// This node.
    pub fn take(&self, id: u64) -> Result<u64, String> {
        if lock(&self.victims).insert(id) { Ok(id) } else { Err(BUSY.to_owned()) }
    }

    /// Nothing is done to anybody any more.
    pub fn release_all(&self) {
        lock(&self.victims).clear();
    }

    fn free(&self) -> Vec<u64> {
        let victims = lock(&self.victims);
        self.voters().into_iter().filter(|id| !victims.contains(id)).collect()
    }

    /// Runs the command line against the members.
    pub async fn usher(&self, args: &[&str]) -> Ran {
        let members = self.members();
        let bases: Vec<&str> = members.iter().map(|id| self.node(*id).base()).collect();
        usher(&[args, &["--endpoints", &bases.join(",")]].concat()).await
    }

    /// Gives a command again until it is carried out.
    pub async fn insists(&self, args: &[&str], within: Duration) -> Result<Ran, String> {
        let asked = Instant::now();
        loop {
            let left = within.saturating_sub(asked.elapsed()) + COMMAND_MAX;
            let Ok(ran) = timeout(left, self.usher(args)).await else {
                return Err(format!("usher {} does not end within {left:?}", args.join(" ")));
            };
            if ran.code == 0 {
                return Ok(ran);
            }
            if within < asked.elapsed() {
                let said = format!("{}{}", ran.stdout, ran.stderr);
                return Err(format!("usher {}: {} {said}", args.join(" "), ran.code));
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// A node that is no member yet, on a disk of its own where there are such.
    pub async fn recruit(&self) -> &Node {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        if self.mounts.is_ok() {
            lock(&self.disks).insert(id, Disk::make(self.dir(), id, DISK_MIB));
        }
        self.cluster().recruit(id, self.dir(), VOTER).await
    }

    /// A new node votes in the place of another, which is gone for good.
    pub async fn replace(&self, old: u64) -> Result<u64, String> {
        let new = self.recruit().await;
        self.swap(old, new).await?;
        Ok(new.id)
    }

    /// The same with a node that runs already.
    pub async fn swap(&self, old: u64, new: &Node) -> Result<(), String> {
        let (from, to) = (old.to_string(), address(new));
        self.insists(&["node", "replace", &from, &to, "--yes"], CHANGE_MAX).await?;
        self.swapped(old, new.id);
        Ok(())
    }

    /// Two nodes have changed places.
    pub fn swapped(&self, old: u64, new: u64) {
        let mut voters = lock(&self.voters);
        voters.remove(&old);
        voters.insert(new);
        drop(voters);
        self.lose(old);
    }

    /// A node that is no member any more ends.
    pub fn lose(&self, id: u64) {
        self.cluster().lose(id);
        lock(&self.disks).remove(&id);
    }

    /// Waits until a node serves: how it ended, if it ended by itself.
    pub async fn settles(&self, id: u64, within: Duration) -> Result<Option<ExitStatus>, String> {
        let settled = timeout(within, self.node(id).settles()).await;
        settled.map_err(|_| format!("node {id} does not serve within {within:?}"))
    }

    /// Waits until every member serves; what ended by itself is said, and started again.
    pub async fn all_serve(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for id in self.members() {
            for _ in 0..2 {
                match self.settles(id, SERVES_MAX).await {
                    Ok(None) => break,
                    Ok(Some(end)) => {
                        let log = self.node(id).process.log_tail();
                        wrong.push(format!("node {id} has ended by itself ({end}):\n{log}"));
                        self.node(id).process.kill();
                        self.cluster().start_node(id);
                    }
                    Err(why) => {
                        let log = self.node(id).process.log_tail();
                        wrong.push(format!("{why}:\n{log}"));
                        break;
                    }
                }
            }
        }
        wrong
    }
}

const BUSY: &str = "no node is left to whom nothing is done";

/// Where a node's clients reach it.
pub fn address(node: &Node) -> String {
    node.base().trim_start_matches("http://").to_owned()
}

/// Guards only plain collections, each changed at one stroke.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn faketime() -> Result<PathBuf, String> {
    let folders =
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"];
    let found = folders.iter().map(|folder| Path::new(folder).join("faketime").join(FAKETIME));
    let missing = || format!("it needs {FAKETIME}, of the package faketime");
    found.into_iter().find(|path| path.exists()).ok_or_else(missing)
}
