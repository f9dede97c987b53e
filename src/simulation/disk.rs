//! A disk in memory, with the failure contract of the real one ([`crate::store::Engine`]): what is
//! written is not yet durable, syncs take time and are reported in order, a power cut drops a
//! random suffix of what was not synced, and a failed write or sync ends the node.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, ControlFlow};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use super::scope;
use crate::codec::KeyRange;
use crate::store::{
    Done, Durability, Engine, Family, Page, Reads, Sentinel, StoreError, View, Visit, Write, Writes,
};
use crate::tasks;

/// Bytes that are written together, as by the real writer.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// As the real sentinel rests.
const SENTINEL_REST: Duration = Duration::from_millis(20);

/// A map for each family.
type Image = BTreeMap<Family, BTreeMap<Vec<u8>, Arc<[u8]>>>;

/// How to take a change back: what a key had before.
type Undo = Vec<(Family, Vec<u8>, Option<Arc<[u8]>>)>;

/// What lies on the disk. It outlives the node's runs.
pub(crate) struct Disk {
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    written: Image,
    /// For each batch that is written and not synced, oldest first.
    unsynced: Vec<Undo>,
    /// In the write-ahead log and not yet to be read: a batch that is to be synced shows after its
    /// sync.
    hidden: Vec<Vec<Write>>,
    sentinel: Sentinel,
    /// On its way to the disk: a power cut may leave either.
    sentinel_next: Option<Sentinel>,
    damaged: BTreeSet<(Family, Vec<u8>)>,
    rng: SmallRng,
    faults: Faults,
}

/// What is wrong with a disk for a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faults {
    /// How long a sync takes, in milliseconds.
    pub(crate) sync_ms: (u64, u64),
    /// Syncs until one fails.
    pub(crate) fail_sync_in: Option<u64>,
    /// Nothing more can be written.
    pub(crate) full: bool,
    /// Little space is left.
    pub(crate) low: bool,
}

impl Default for Faults {
    fn default() -> Faults {
        Faults { sync_ms: (1, 4), fail_sync_in: None, full: false, low: false }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// The process was killed: what was written stays.
    Kill,
    /// The power went: what was not synced may be gone, from some point on.
    PowerCut,
}

impl Disk {
    /// An empty one.
    pub(crate) fn new(name: &str, seed: u64) -> Arc<Disk> {
        let inner = Inner {
            written: Family::ALL.into_iter().map(|family| (family, BTreeMap::new())).collect(),
            unsynced: Vec::new(),
            hidden: Vec::new(),
            sentinel: Sentinel::default(),
            sentinel_next: None,
            damaged: BTreeSet::new(),
            rng: SmallRng::seed_from_u64(seed),
            faults: Faults::default(),
        };
        Arc::new(Disk { path: PathBuf::from(name), inner: Mutex::new(inner) })
    }

    /// Opens it for a run of its node. The run's tasks must have ended, or be dead.
    pub(crate) fn open(self: &Arc<Disk>) -> Arc<SimEngine> {
        let (queue, jobs) = mpsc::unbounded_channel();
        let latest = self.inner().sentinel;
        let desk = Arc::new(Desk { inner: Mutex::new(Slots::new(latest)), wake: Notify::new() });
        tasks::spawn(Arc::clone(self).write_all(jobs));
        tasks::spawn(Arc::clone(self).keep_all(Arc::clone(&desk)));
        Arc::new(SimEngine { disk: Arc::clone(self), queue, desk })
    }

    /// Ends a run.
    pub(crate) fn crash(&self, crash: Crash) {
        let mut inner = self.inner();
        let inner = &mut *inner;
        for hidden in std::mem::take(&mut inner.hidden) {
            inner.write(hidden);
        }
        if crash == Crash::PowerCut {
            let kept = inner.rng.random_range(0..=inner.unsynced.len());
            for undo in inner.unsynced.drain(kept..).rev() {
                for (family, key, before) in undo.into_iter().rev() {
                    set(&mut inner.written, family, key, before);
                }
            }
        }
        if crash == Crash::PowerCut {
            inner.unsynced.clear();
        }
        if let Some(next) = inner.sentinel_next.take()
            && inner.rng.random_bool(0.5)
        {
            inner.sentinel = next;
        }
    }

    /// What is wrong with it from now on.
    pub(crate) fn set_faults(&self, faults: Faults) {
        self.inner().faults = faults;
    }

    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Faults {
        self.inner().faults
    }

    /// Damages a record, so that reading it fails. Says which, if there is any.
    pub(crate) fn damage(&self, family: Family) -> Option<String> {
        let mut inner = self.inner();
        let inner = &mut *inner;
        let keys = &inner.written[&family];
        if keys.is_empty() {
            return None;
        }
        let at = inner.rng.random_range(0..keys.len());
        let key = keys.keys().nth(at)?.clone();
        let name = format!("{} {}", family.name(), String::from_utf8_lossy(&key).escape_debug());
        inner.damaged.insert((family, key));
        Some(name)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer: what is queued is written together, synced once, and reported in order.
    async fn write_all(self: Arc<Disk>, mut jobs: mpsc::UnboundedReceiver<(Writes, Done)>) {
        while let Some(first) = jobs.recv().await {
            let mut bytes = first.0.bytes();
            let mut group = vec![first];
            while bytes < GROUP_BYTES_MAX
                && let Ok(job) = jobs.try_recv()
            {
                bytes += job.0.bytes();
                group.push(job);
            }
            if self.inner().faults.full {
                return fail("no space left on the disk").await;
            }
            let synced = group.iter().any(|(writes, _)| writes.durability == Durability::Synced);
            let mut finished = Vec::with_capacity(group.len());
            for (writes, done) in group {
                let mut inner = self.inner();
                if synced {
                    inner.hidden.push(writes.writes);
                } else {
                    inner.write(writes.writes);
                }
                finished.push(done);
            }
            if synced && !self.sync().await {
                return fail("a sync failed").await;
            }
            for done in finished {
                done();
            }
        }
    }

    /// Makes what is written durable; `false` if that fails.
    async fn sync(&self) -> bool {
        if !self.slow_sync().await {
            return false;
        }
        let mut inner = self.inner();
        for hidden in std::mem::take(&mut inner.hidden) {
            inner.write(hidden);
        }
        inner.unsynced.clear();
        true
    }

    /// The call alone; `false` if it fails.
    async fn slow_sync(&self) -> bool {
        let takes = {
            let mut inner = self.inner();
            let (least, most) = inner.faults.sync_ms;
            inner.rng.random_range(least..=most)
        };
        sleep(Duration::from_millis(takes)).await;
        let mut inner = self.inner();
        let Some(left) = &mut inner.faults.fail_sync_in else { return true };
        let Some(less) = left.checked_sub(1) else {
            inner.faults.fail_sync_in = None;
            return false;
        };
        *left = less;
        true
    }

    /// The thread of the sentinel.
    async fn keep_all(self: Arc<Disk>, desk: Arc<Desk>) {
        loop {
            desk.woken(|slots| slots.dirty || slots.closed).await;
            // While nobody waits, only the last of several is written.
            let waited = desk.woken(|slots| !slots.waiting.is_empty() || slots.closed);
            let _rested = timeout(SENTINEL_REST, waited).await;
            let (sentinel, waiting) = {
                let mut slots = desk.slots();
                if !slots.dirty {
                    return;
                }
                slots.dirty = false;
                slots.latest.serial += 1;
                (slots.latest, std::mem::take(&mut slots.waiting))
            };
            self.inner().sentinel_next = Some(sentinel);
            if !self.slow_sync().await {
                return fail("a sync failed").await;
            }
            {
                let mut inner = self.inner();
                inner.sentinel = sentinel;
                inner.sentinel_next = None;
            }
            for done in waiting {
                done();
            }
        }
    }
}

/// The node ends here, as the real one does.
async fn fail(reason: &str) {
    let node = scope::current().expect("only a simulated disk fails");
    node.observer.ended(node.node, reason);
    node.kill();
    std::future::pending::<()>().await;
}

impl Inner {
    fn write(&mut self, writes: Vec<Write>) {
        let mut undo = Undo::new();
        for write in writes {
            match write {
                Write::Put(family, key, value) => {
                    // What is written anew is sound again.
                    self.damaged.remove(&(family, key.clone()));
                    let before = set(&mut self.written, family, key.clone(), Some(value.into()));
                    undo.push((family, key, before));
                }
                Write::Delete(family, key) => {
                    self.damaged.remove(&(family, key.clone()));
                    let before = set(&mut self.written, family, key.clone(), None);
                    undo.push((family, key, before));
                }
                Write::DeleteRange(family, range) => {
                    assert!(range.start <= range.end, "RocksDB refuses such a range: {range:?}");
                    let map = self.written.get_mut(&family).expect("every family has its map");
                    let gone: Vec<_> = map.range(range).map(|(key, _)| key.clone()).collect();
                    for key in gone {
                        self.damaged.remove(&(family, key.clone()));
                        let before = set(&mut self.written, family, key.clone(), None);
                        undo.push((family, key, before));
                    }
                }
            }
        }
        self.unsynced.push(undo);
    }
}

/// Sets or removes a key; what it had before.
fn set(
    image: &mut Image,
    family: Family,
    key: Vec<u8>,
    value: Option<Arc<[u8]>>,
) -> Option<Arc<[u8]>> {
    let map = image.get_mut(&family).expect("every family has its map");
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

/// The disk in one run of its node.
pub(crate) struct SimEngine {
    disk: Arc<Disk>,
    queue: mpsc::UnboundedSender<(Writes, Done)>,
    desk: Arc<Desk>,
}

impl Drop for SimEngine {
    fn drop(&mut self) {
        self.desk.slots().closed = true;
        self.desk.wake.notify_one();
    }
}

impl SimEngine {
    fn damaged(&self, family: Family, key: &[u8]) -> StoreError {
        let detail = "checksum mismatch";
        StoreError::damaged(&self.disk.path, format!("{} {key:02x?}", family.name()), detail)
    }
}

impl Reads for SimEngine {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let inner = self.disk.inner();
        if inner.damaged.contains(&(family, key.to_vec())) {
            return Err(self.damaged(family, key));
        }
        Ok(inner.written[&family].get(key).map(|value| value.to_vec()))
    }

    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        if range.start >= range.end {
            return Ok(());
        }
        let mut from = Bound::Included(range.start);
        loop {
            // What the closure does may come back here.
            let next = {
                let inner = self.disk.inner();
                let rest = (from, Bound::Excluded(range.end.clone()));
                let next = inner.written[&family].range(rest).next();
                let Some((key, value)) = next else { return Ok(()) };
                if inner.damaged.contains(&(family, key.clone())) {
                    return Err(self.damaged(family, key));
                }
                (key.clone(), Arc::clone(value))
            };
            if visit(&next.0, &next.1) == ControlFlow::Break(()) {
                return Ok(());
            }
            from = Bound::Excluded(next.0);
        }
    }

    fn path(&self) -> &Path {
        &self.disk.path
    }
}

impl Engine for SimEngine {
    fn submit(&self, writes: Writes, done: Done) {
        // The writer is gone only when the node is dead: then nobody waits.
        let _dead = self.queue.send((writes, done));
    }

    fn view(&self) -> Result<Box<dyn View>, StoreError> {
        let inner = self.disk.inner();
        let (image, damaged) = (inner.written.clone(), inner.damaged.clone());
        Ok(Box::new(SimView { path: self.disk.path.clone(), image, damaged }))
    }

    fn sentinel(&self) -> Sentinel {
        self.desk.slots().latest
    }

    fn keep_sentinel(&self, sentinel: Sentinel, done: Option<Done>) {
        let mut slots = self.desk.slots();
        slots.latest = Sentinel { serial: slots.latest.serial, ..sentinel };
        slots.dirty = true;
        slots.waiting.extend(done);
        drop(slots);
        self.desk.wake.notify_one();
    }

    fn disk_low(&self) -> bool {
        let faults = self.disk.faults();
        faults.low || faults.full
    }
}

/// What is to be kept of the sentinel.
struct Desk {
    inner: Mutex<Slots>,
    wake: Notify,
}

struct Slots {
    latest: Sentinel,
    dirty: bool,
    waiting: Vec<Done>,
    closed: bool,
}

impl Slots {
    fn new(latest: Sentinel) -> Slots {
        Slots { latest, dirty: false, waiting: Vec::new(), closed: false }
    }
}

impl Desk {
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn woken(&self, ready: impl Fn(&Slots) -> bool) {
        while !ready(&self.slots()) {
            self.wake.notified().await;
        }
    }
}

/// Everything as it was once.
struct SimView {
    path: PathBuf,
    image: Image,
    damaged: BTreeSet<(Family, Vec<u8>)>,
}

impl SimView {
    fn read(&self, family: Family, range: KeyRange, bytes_max: usize) -> Result<Page, StoreError> {
        let (mut page, mut bytes) = (Page::new(), 0);
        if range.start >= range.end {
            return Ok(page);
        }
        for (key, value) in self.image[&family].range(range) {
            if self.damaged.contains(&(family, key.clone())) {
                let record = format!("{} {key:02x?}", family.name());
                return Err(StoreError::damaged(&self.path, record, "checksum mismatch"));
            }
            bytes += key.len() + value.len();
            if bytes_max < bytes && !page.is_empty() {
                break;
            }
            page.push((key.clone(), value.to_vec()));
        }
        Ok(page)
    }
}

impl View for SimView {
    fn page(
        &mut self,
        family: Family,
        range: KeyRange,
        bytes_max: usize,
    ) -> BoxFuture<'_, Result<Page, StoreError>> {
        let page = self.read(family, range, bytes_max);
        Box::pin(async { page })
    }
}
