//! Tests of log and state machine together on real files: openraft's own suite, restarts, and a
//! crash at every write. What the tests of [`super::log_store`] and [`super::machine`] share is
//! here too.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openraft::alias::{EntryOf, LogIdOf, VoteOf};
use openraft::storage::{IOFlushed, RaftLogStorage as _, RaftSnapshotBuilder as _};
use openraft::storage::{RaftLogReader as _, RaftStateMachine as _};
use openraft::testing::log::{StoreBuilder, Suite};
use openraft::type_config::TypeConfigExt as _;
use openraft::{EntryPayload, Membership, StorageError, StorageHelper};
use tempfile::TempDir;
use tokio::sync::watch;

use super::convert;
use super::log_store::LogStore;
use super::machine::{Durable, Machine, Shared, load_state};
use super::settings::Sizes;
use super::types::{Batch, Member, TypeConfig};
use crate::codec::{KeyRange, LogId, Sentinel, generation_range};
use crate::seats::{
    Amount, AreaId, AreaInfo, Caller, Command, Currency, Fresh, Millis, NewShow, Policy, Proposal,
    Role, Row, Sale, ShowId, State, UserId, Want,
};
use crate::store::{
    Done, Engine, Family, Options, Reads, RocksEngine, StoreError, View, Visit, Writes, claim,
};

pub(super) const NODE: u64 = 1;
pub(super) const DISK: u128 = 0xd15c;

/// No ballast and no low water: tests open many directories.
pub(super) const OPTIONS: Options = Options { ballast_bytes: 0, low_water_bytes: 0 };

/// A node's storage, opened.
pub(super) struct Opened {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) log: LogStore,
    pub(super) machine: Machine,
    pub(super) shared: Shared,
}

/// Opens a directory as a node does.
pub(super) async fn open(dir: &Path) -> Result<Opened, StoreError> {
    loop {
        match RocksEngine::open(dir, &OPTIONS) {
            // A callback of the engine before may be running still; it ends without our help.
            Err(error) if error.to_string().contains("lock hold by current process") => {
                std::thread::yield_now();
            }
            opened => return open_on(Arc::new(opened?)).await,
        }
    }
}

pub(super) async fn open_on(engine: Arc<dyn Engine>) -> Result<Opened, StoreError> {
    claim(&*engine, NODE, DISK).await?;
    let (machine, shared) = Machine::open(Arc::clone(&engine), Sizes::default()).await?;
    let log = LogStore::open(Arc::clone(&engine), shared.durable(), Sizes::default()).await?;
    Ok(Opened { engine, log, machine, shared })
}

/// The error of something that must fail, as text.
pub(super) fn refusal<T>(result: Result<T, StoreError>) -> String {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}

/// Copies a directory while it is in use: what a killed process leaves.
pub(super) fn copy(from: &Path) -> TempDir {
    fn copy_into(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let (path, to) = (entry.unwrap().path(), to);
            let to = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy_into(&path, &to);
            } else {
                fs::copy(&path, &to).unwrap();
            }
        }
    }
    let to = TempDir::new().unwrap();
    copy_into(from, to.path());
    to
}

/// The newest write-ahead log that is not empty.
pub(super) fn wal(dir: &Path) -> PathBuf {
    let files = fs::read_dir(dir.join("db")).unwrap().map(|entry| entry.unwrap().path());
    let wal = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "log");
    let filled = |path: &PathBuf| fs::metadata(path).unwrap().len() > 0;
    files.filter(wal).filter(filled).max().expect("there is a write-ahead log")
}

pub(super) fn log_id(term: u64, index: u64) -> LogIdOf<TypeConfig> {
    convert::log_id(LogId { term, leader: NODE, index })
}

pub(super) fn vote(term: u64) -> VoteOf<TypeConfig> {
    convert::vote(crate::codec::Vote { term, node: NODE, committed: false })
}

/// The entry at an index: members first, then a show, then holds with now and then a blank.
pub(super) fn entry(term: u64, index: u64) -> EntryOf<TypeConfig> {
    let payload = match index {
        0 => EntryPayload::Membership(members()),
        1 => batch(index, new_show()),
        _ if index.is_multiple_of(7) => EntryPayload::Blank,
        _ => batch(index, hold(term, index)),
    };
    EntryOf::<TypeConfig> { log_id: log_id(term, index), payload }
}

pub(super) fn entries(term: u64, indexes: std::ops::Range<u64>) -> Vec<EntryOf<TypeConfig>> {
    indexes.map(|index| entry(term, index)).collect()
}

fn members() -> Membership<u64, Member> {
    let member = Member { peer: "a:1".to_owned(), http: "a:2".to_owned(), disk: DISK };
    let nodes = BTreeMap::from([(NODE, member)]);
    Membership::new(vec![[NODE].into()], nodes).unwrap()
}

pub(super) fn batch(index: u64, command: Command) -> EntryPayload<Arc<Batch>, u64, Member> {
    let caller = Caller { user: Some(UserId::from("op")), role: Role::Operator };
    let fresh = Fresh(u128::from(index) << 64);
    let proposals = vec![Proposal { caller, key: None, fresh, command }];
    EntryPayload::Normal(Arc::new(Batch { at: Millis(index), proposals }))
}

fn new_show() -> Command {
    let area = AreaInfo {
        id: AreaId::from("floor"),
        name: "Floor".to_owned(),
        category: "all".to_owned(),
        capacity: 1_000_000,
    };
    Command::CreateShow(Box::new(NewShow {
        id: Some(ShowId::from("hamlet")),
        name: "Hamlet".to_owned(),
        venue: String::new(),
        starts_at: Millis(1 << 40),
        description: String::new(),
        media: Vec::new(),
        currency: Currency::parse("EUR").unwrap(),
        prices: BTreeMap::from([("all".to_owned(), Amount(100))]),
        sale: Sale::default(),
        policy: Policy {
            hold_ttl: Millis(10_000_000),
            hold_total_max: Millis(10_000_000),
            seats_per_hold_max: 10,
            prevent_orphans: false,
        },
        seat_map: None,
        areas: vec![area],
    }))
}

fn hold(term: u64, index: u64) -> Command {
    let areas = BTreeMap::from([(AreaId::from("floor"), u32::try_from(term).unwrap())]);
    Command::Hold {
        show: ShowId::from("hamlet"),
        user: UserId::from(format!("user-{}", index % 1000)),
        want: Want::Named { seats: [].into(), areas },
        replace_active: true,
    }
}

/// Appends and waits until the entries are reported durable; an error if they never are.
pub(super) async fn append(
    log: &mut LogStore,
    entries: Vec<EntryOf<TypeConfig>>,
) -> Result<(), String> {
    let (flushed, durable) = TypeConfig::oneshot();
    log.append(entries, IOFlushed::signal(flushed)).await.map_err(|error| error.to_string())?;
    durable.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

/// Applies entries as a follower does: nobody waits for an answer.
pub(super) async fn apply(
    machine: &mut Machine,
    entries: Vec<EntryOf<TypeConfig>>,
) -> Result<(), String> {
    let entries = futures_util::stream::iter(entries.into_iter().map(|entry| Ok((entry, None))));
    machine.apply(entries).await.map_err(|error| error.to_string())
}

/// Makes a checkpoint, and returns once it is synced.
pub(super) async fn checkpoint(machine: &mut Machine) -> Result<LogId, String> {
    let mut builder = machine.try_create_snapshot_builder(true).await.unwrap();
    let snapshot = builder.build_snapshot().await.map_err(|error| error.to_string())?;
    Ok(convert::log_id_record(&snapshot.meta.last_log_id.unwrap()))
}

/// What consensus does with storage when it starts: replays what is known to be committed.
pub(super) async fn start(opened: &mut Opened) -> Result<(), String> {
    let mut helper = StorageHelper::new(&mut opened.log, &mut opened.machine).with_id(NODE);
    helper.get_initial_state().await.map(|_| ()).map_err(|error| error.to_string())
}

pub(super) fn rows(shared: &Shared) -> (Vec<Row>, u64) {
    shared.read(|state, index| (state.rows().collect(), index))
}

/// The rows after these entries, applied one by one to a new state.
pub(super) fn model(entries: &[EntryOf<TypeConfig>]) -> Vec<Row> {
    let mut state = State::new(1);
    for entry in entries {
        if let EntryPayload::Normal(batch) = &entry.payload {
            state.enter(entry.log_id.index);
            for proposal in &batch.proposals {
                let outcome = state.apply(batch.at, proposal);
                assert!(outcome.result.is_ok(), "{:?}", outcome.result);
            }
        }
    }
    state.rows().collect()
}

/// The key of the first row that lies on disk.
pub(super) fn first_row(engine: &dyn Engine) -> Vec<u8> {
    let mut first = Vec::new();
    let all = generation_range(1..u64::MAX);
    let mut visit = |key: &[u8], _: &[u8]| {
        first = key.to_vec();
        ControlFlow::Break(())
    };
    engine.scan(Family::State, all, &mut visit).unwrap();
    first
}

struct Builder;

impl StoreBuilder<TypeConfig, LogStore, Machine, TempDir> for Builder {
    async fn build(&self) -> Result<(TempDir, LogStore, Machine), StorageError<TypeConfig>> {
        let dir = TempDir::new().unwrap();
        let opened = open(dir.path()).await.unwrap();
        Ok((dir, without_checkpoints(opened.engine).await, opened.machine))
    }
}

/// The suite purges what it has never applied: here every checkpoint counts as synced.
async fn without_checkpoints(engine: Arc<dyn Engine>) -> LogStore {
    let everything = LogId { term: u64::MAX, leader: u64::MAX, index: u64::MAX };
    let durable = Durable { serial: u64::MAX, applied: Some(everything) };
    let durable = watch::Sender::new(durable).subscribe();
    LogStore::open(engine, durable, Sizes::default()).await.unwrap()
}

struct SimulatedBuilder;

impl StoreBuilder<TypeConfig, LogStore, Machine, ()> for SimulatedBuilder {
    async fn build(&self) -> Result<((), LogStore, Machine), StorageError<TypeConfig>> {
        let opened = open_on(crate::simulation::empty_disk()).await.unwrap();
        Ok(((), without_checkpoints(opened.engine).await, opened.machine))
    }
}

/// The same over the simulated disk.
#[tokio::test(start_paused = true)]
async fn openraft_suite_on_the_simulated_disk() {
    let suite = Suite::<TypeConfig, LogStore, Machine, SimulatedBuilder, ()>::test_all;
    suite(SimulatedBuilder).await.unwrap();
}

/// What openraft expects of any storage holds for ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openraft_suite() {
    Suite::<TypeConfig, LogStore, Machine, Builder, TempDir>::test_all(Builder).await.unwrap();
}

/// After a restart everything is as it was: the votes, the log, the rows, the index, the members.
#[tokio::test]
async fn restart_equals_before() {
    let dir = TempDir::new().unwrap();
    let all = entries(1, 0..200);
    let mut before = open(dir.path()).await.unwrap();
    before.log.save_vote(&vote(1)).await.unwrap();
    append(&mut before.log, all.clone()).await.unwrap();
    apply(&mut before.machine, all[..120].to_vec()).await.unwrap();
    assert_eq!(checkpoint(&mut before.machine).await.unwrap().index, 119);
    apply(&mut before.machine, all[120..150].to_vec()).await.unwrap();
    before.log.save_committed(Some(log_id(1, 149))).await.unwrap();
    before.log.keep_committed().unwrap();
    let (was, members) = (rows(&before.shared), before.machine.applied_state().await.unwrap());
    assert_eq!(was, (model(&all[..150]), 149));
    drop(before);

    let (state, index) = load_stopped(dir.path()).await;
    assert_eq!((state.rows().collect(), index), was);
    let mut after = open(dir.path()).await.unwrap();
    assert_eq!(rows(&after.shared).1, 119, "the checkpoint is loaded");
    start(&mut after).await.unwrap();
    assert_eq!(rows(&after.shared), was);
    assert_eq!(after.machine.applied_state().await.unwrap(), members);
    assert_eq!(after.log.read_vote().await.unwrap(), Some(vote(1)));
    assert_eq!(after.log.try_get_log_entries(..).await.unwrap(), all);
}

/// Stops carrying out anything after so many writes, as a crash would: who waits never hears.
pub(super) struct Crashing {
    inner: RocksEngine,
    left: AtomicUsize,
    crashed: watch::Sender<bool>,
}

/// Reads the state of a directory whose engine was dropped a moment ago.
pub(super) async fn load_stopped(dir: &Path) -> (State, u64) {
    once_closed(|| load_state(dir)).await
}

/// Opens something of a directory whose engine was dropped a moment ago. The last to hold that may
/// be its own writer thread, which is not awaited then; until it has let go, files come and go, and
/// are locked.
pub(super) async fn once_closed<T>(open: impl Fn() -> Result<T, StoreError>) -> T {
    let until = tokio::time::Instant::now() + CLOSING_MAX;
    loop {
        match open() {
            Ok(opened) => return opened,
            Err(StoreError::Open { .. }) if tokio::time::Instant::now() < until => {
                tokio::time::sleep(CLOSING_PAUSE).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Between two looks at a directory that is being closed.
const CLOSING_PAUSE: Duration = Duration::from_millis(5);

/// How long an engine may take to close on a busy machine.
const CLOSING_MAX: Duration = Duration::from_secs(20);

impl Crashing {
    /// Opens a directory with an engine that crashes after so many writes.
    pub(super) fn open(dir: &Path, writes: usize) -> Arc<Crashing> {
        let inner = RocksEngine::open(dir, &OPTIONS).unwrap();
        let (left, crashed) = (AtomicUsize::new(writes), watch::Sender::new(false));
        Arc::new(Crashing { inner, left, crashed })
    }

    /// Lets something run until it ends or the engine crashes: `None` then.
    pub(super) async fn until_crash<T>(self: Arc<Self>, run: impl Future<Output = T>) -> Option<T> {
        let mut crashed = self.crashed.subscribe();
        drop(self);
        tokio::select! {
            biased;
            ended = run => Some(ended),
            _ = crashed.wait_for(|crashed| *crashed) => None,
        }
    }

    fn lives(&self) -> bool {
        let spend = |left: usize| left.checked_sub(1);
        let lives = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok();
        if !lives {
            self.crashed.send_replace(true);
        }
        lives
    }
}

impl Reads for Crashing {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(family, key)
    }

    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        self.inner.scan(family, range, visit)
    }

    fn path(&self) -> &Path {
        self.inner.path()
    }
}

impl Engine for Crashing {
    fn submit(&self, writes: Writes, done: Done) {
        if self.lives() {
            self.inner.submit(writes, done);
        }
    }

    fn view(&self) -> Result<Box<dyn View>, StoreError> {
        self.inner.view()
    }

    fn sentinel(&self) -> Sentinel {
        self.inner.sentinel()
    }

    fn keep_sentinel(&self, sentinel: Sentinel, done: Option<Done>) {
        if self.lives() {
            self.inner.keep_sentinel(sentinel, done);
        }
    }

    fn disk_low(&self) -> bool {
        false
    }
}

/// Lets a test meddle between a node and its disk.
pub(super) struct Meddling {
    inner: RocksEngine,
    before_scan: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    /// Who waits for writes that are done, while nobody is to hear of them.
    held: Mutex<Option<Vec<Done>>>,
}

impl Meddling {
    pub(super) fn open(dir: &Path) -> Arc<Meddling> {
        let inner = RocksEngine::open(dir, &OPTIONS).unwrap();
        Arc::new(Meddling { inner, before_scan: Mutex::new(None), held: Mutex::new(None) })
    }

    /// Does something once, in the middle of a read: after the look at memory, before the read from
    /// disk.
    pub(super) fn before_next_scan(&self, meddle: impl FnOnce() + Send + 'static) {
        *self.before_scan.lock().unwrap() = Some(Box::new(meddle));
    }

    pub(super) fn has_meddled(&self) -> bool {
        self.before_scan.lock().unwrap().is_none()
    }

    /// From now on nobody hears that a write is done.
    pub(super) fn hold(&self) {
        *self.held.lock().unwrap() = Some(Vec::new());
    }

    /// Tells whoever has waited.
    pub(super) fn release(&self) {
        let held = self.held.lock().unwrap().take();
        for done in held.unwrap_or_default() {
            done();
        }
    }
}

impl Reads for Meddling {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(family, key)
    }

    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        let meddle = self.before_scan.lock().unwrap().take();
        if let Some(meddle) = meddle {
            meddle();
        }
        self.inner.scan(family, range, visit)
    }

    fn path(&self) -> &Path {
        self.inner.path()
    }
}

impl Engine for Meddling {
    fn submit(&self, writes: Writes, done: Done) {
        match &mut *self.held.lock().unwrap() {
            Some(held) => {
                held.push(done);
                self.inner.submit(writes, Box::new(|| ()));
            }
            None => self.inner.submit(writes, done),
        }
    }

    fn view(&self) -> Result<Box<dyn View>, StoreError> {
        self.inner.view()
    }

    fn sentinel(&self) -> Sentinel {
        self.inner.sentinel()
    }

    fn keep_sentinel(&self, sentinel: Sentinel, done: Option<Done>) {
        self.inner.keep_sentinel(sentinel, done);
    }

    fn disk_low(&self) -> bool {
        false
    }
}

/// A directory whose database has begun a second write-ahead log.
///
/// The database notes how long the first one is a moment later. A power cut in that moment leaves
/// the end of the first one to chance, whatever of the second one is there.
pub(super) struct TwoWals {
    before: TempDir,
    older: PathBuf,
}

impl TwoWals {
    /// Begins the second one. What is not a row must have been written to the first one, or it goes
    /// with it.
    pub(super) fn begin(dir: &Path, engine: &RocksEngine) -> TwoWals {
        let (before, older) = (copy(dir), wal(dir));
        engine.flush(Family::State);
        TwoWals { before, older }
    }

    /// How long the first one is.
    pub(super) fn older_bytes(&self) -> u64 {
        fs::metadata(&self.older).unwrap().len()
    }

    /// What a power cut leaves of it all: so many bytes of the first one, and the second one whole.
    pub(super) fn torn(&self, dir: &Path, bytes: u64) -> TempDir {
        let newer = wal(dir);
        assert!(self.older < newer, "{} is the only one", newer.display());
        let torn = copy(self.before.path());
        let place = |path: &Path| torn.path().join("db").join(path.file_name().unwrap());
        fs::copy(&newer, place(&newer)).unwrap();
        let older = fs::OpenOptions::new().write(true).open(place(&self.older)).unwrap();
        older.set_len(bytes).unwrap();
        torn
    }
}

/// What storage has promised to consensus.
#[derive(Default)]
struct Promised {
    term: u64,
    /// Entries reported durable and not truncated since.
    entries: Vec<EntryOf<TypeConfig>>,
    /// Entries that were handed over, reported or not.
    appended: Vec<EntryOf<TypeConfig>>,
}

/// A life of a node with everything in it; breaks off at the first error.
async fn live(engine: Arc<dyn Engine>, promised: &mut Promised) -> Result<(), String> {
    let mut node = open_on(engine).await.map_err(|error| error.to_string())?;
    node.log.save_vote(&vote(1)).await.map_err(|error| error.to_string())?;
    promised.term = 1;
    for chunk in [0..1, 1..9, 9..20] {
        let new = entries(1, chunk);
        promised.appended.extend(new.clone());
        append(&mut node.log, new).await?;
        promised.entries = promised.appended.clone();
    }
    let commit = Some(log_id(1, 9));
    node.log.save_committed(commit).await.map_err(|error| error.to_string())?;
    apply(&mut node.machine, entries(1, 0..10)).await?;
    checkpoint(&mut node.machine).await?;
    node.log.purge(log_id(1, 4)).await.map_err(|error| error.to_string())?;
    // A new leader does not have entries 15 to 19.
    node.log.save_vote(&vote(2)).await.map_err(|error| error.to_string())?;
    promised.term = 2;
    promised.entries.truncate(15);
    let kept = Some(log_id(1, 14));
    node.log.truncate_after(kept).await.map_err(|error| error.to_string())?;
    promised.appended.truncate(15);
    let new = entries(2, 15..30);
    promised.appended.extend(new.clone());
    append(&mut node.log, new).await?;
    promised.entries = promised.appended.clone();
    let commit = Some(log_id(2, 25));
    node.log.save_committed(commit).await.map_err(|error| error.to_string())?;
    apply(&mut node.machine, entries(1, 10..15)).await?;
    apply(&mut node.machine, entries(2, 15..26)).await?;
    checkpoint(&mut node.machine).await?;
    node.log.purge(log_id(2, 20)).await.map_err(|error| error.to_string())?;
    append(&mut node.log, entries(2, 30..31)).await?;
    Ok(())
}

/// A crash at any write loses nothing that was promised, is not taken for damage, and leaves a
/// state that the log explains.
#[tokio::test]
async fn crash_at_every_write() {
    for writes in 0.. {
        let dir = TempDir::new().unwrap();
        let mut promised = Promised::default();
        let engine = Crashing::open(dir.path(), writes);
        let life = live(Arc::clone(&engine) as _, &mut promised);
        let ended = engine.until_crash(life).await;
        let mut node = open(dir.path()).await.unwrap_or_else(|error| {
            panic!("after {writes} writes: {error}");
        });
        let loaded = node.machine.applied_state().await.unwrap().0;
        let applied = loaded.map_or(0, |applied| usize::try_from(applied.index()).unwrap() + 1);
        let explained = model(&promised.appended[..applied]);
        assert_eq!(rows(&node.shared).0, explained, "half a checkpoint after {writes} writes");
        start(&mut node).await.unwrap_or_else(|error| panic!("after {writes} writes: {error}"));
        let term = node.log.read_vote().await.unwrap().map_or(0, |vote| vote.leader_id.term);
        assert!(promised.term <= term, "after {writes} writes the vote is lost");
        let state = node.log.get_log_state().await.unwrap();
        let first = state.last_purged_log_id.map_or(0, |purged| purged.index() + 1);
        let log = node.log.try_get_log_entries(..).await.unwrap();
        let from = usize::try_from(first).unwrap();
        for (found, told) in log.iter().zip(promised.entries.iter().skip(from)) {
            assert_eq!(found, told, "after {writes} writes");
        }
        assert!(promised.entries.len() <= from + log.len(), "after {writes} writes: entries lost");
        let (rows, index) = rows(&node.shared);
        let applied = node.machine.applied_state().await.unwrap().0.map_or(0, |_| index + 1);
        let explained = model(&promised.appended[..usize::try_from(applied).unwrap()]);
        assert_eq!(rows, explained, "after {writes} writes");
        // It goes on as if nothing had been.
        let last = state.last_log_id.map_or(0, |last| last.index() + 1);
        append(&mut node.log, vec![entry(9, last)]).await.unwrap();
        if ended == Some(Ok(())) {
            assert!(writes > 20, "{writes} writes are a short life");
            break;
        }
    }
}
