//! Nodes to test with.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::clock::{Clock, SystemClock, SystemRng, fresh};
use crate::codec::KeyRange;
use crate::metrics::{Metrics, Space};
use crate::raft::start::start_over;
use crate::raft::{
    Answer, CallError, Handle, Lane, Member, NodeId, Papers, Parts, ProposeError, Reply, Settings,
    Sizes, Task, Transport,
};
use crate::seats::{
    Amount, AreaId, AreaInfo, Caller, Command, Currency, Key, Millis, NewShow, Outcome, Policy,
    Proposal, Receipt, Role, Sale, ShowId, UserId, Want,
};
use crate::store::{
    Done, Engine, Family, Options, Reads, RocksEngine, Sentinel, StoreError, View, Visit, Writes,
};
use crate::traces::Traces;

/// What every wait of a test ends by. Never reached by a test that passes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) const SECRET: &str = "a secret of the tests";

/// The machine's clock, moved.
pub(super) struct MovedClock {
    system: SystemClock,
    by_ms: AtomicI64,
}

impl MovedClock {
    pub(super) fn set(&self, by: i64) {
        self.by_ms.store(by, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn wall(&self) -> Millis {
        Millis(self.system.wall().0.saturating_add_signed(self.by_ms.load(Ordering::SeqCst)))
    }

    fn monotonic(&self) -> Duration {
        self.system.monotonic()
    }
}

/// Which node cannot call which.
#[derive(Clone, Default)]
pub(super) struct Cuts(Arc<Mutex<BTreeSet<(NodeId, NodeId)>>>);

impl Cuts {
    /// Nothing passes between this node and the others, as if its cable were cut.
    pub(super) fn isolate(&self, node: NodeId) {
        let mut cuts = self.0.lock().unwrap();
        for other in 1..=9 {
            cuts.insert((node, other));
            cuts.insert((other, node));
        }
    }

    pub(super) fn heal(&self) {
        self.0.lock().unwrap().clear();
    }

    fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.0.lock().unwrap().contains(&(from, to))
    }
}

/// A transport that a cut silences: calls are swallowed, and so are answers to calls from before.
struct CutTransport {
    inner: Arc<dyn Transport>,
    cuts: Cuts,
}

impl CutTransport {
    fn through(
        &self,
        papers: Papers,
        timeout: Duration,
        call: BoxFuture<'static, Result<Reply, CallError>>,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let cuts = self.cuts.clone();
        let (from, to) = (papers.from.node, papers.to.node);
        Box::pin(async move {
            let until = Instant::now() + timeout;
            let answer = if cuts.is_cut(from, to) { None } else { Some(call.await) };
            match answer {
                Some(answer) if !cuts.is_cut(to, from) => answer,
                Some(_) | None => {
                    tokio::time::sleep_until(until).await;
                    Err(CallError::Lost("the network is cut".to_owned()))
                }
            }
        })
    }
}

impl Transport for CutTransport {
    fn call(
        &self,
        lane: Lane,
        address: &str,
        papers: Papers,
        body: Bytes,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let call = self.inner.call(lane, address, papers, body, timeout);
        self.through(papers, timeout, call)
    }

    fn stream(
        &self,
        address: &str,
        papers: Papers,
        body: BoxStream<'static, io::Result<Bytes>>,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let call = self.inner.stream(address, papers, body, timeout);
        self.through(papers, timeout, call)
    }
}

/// A running node. Its fields are dropped in this order.
pub(super) struct Running {
    pub(super) handle: Handle,
    tasks: Vec<Task>,
    stop: watch::Sender<bool>,
    /// Only ever dropped.
    _ground: Ground,
}

/// What a node runs on.
struct Ground {
    runtime: Option<Runtime>,
    closed: Receiver<()>,
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        // A database that is open when the process ends takes the process down with it.
        if self.closed.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            eprintln!("somebody still holds the database of a node that was stopped");
        }
    }
}

/// An engine that tells when it has been closed. Its fields are dropped in this order.
struct Watched {
    engine: RocksEngine,
    low: Arc<AtomicBool>,
    /// Only ever dropped.
    _closed: Sender<()>,
}

impl Reads for Watched {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.engine.get(family, key)
    }

    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        self.engine.scan(family, range, visit)
    }

    fn path(&self) -> &Path {
        self.engine.path()
    }
}

impl Engine for Watched {
    fn submit(&self, writes: Writes, done: Done) {
        self.engine.submit(writes, done);
    }

    fn view(&self) -> Result<Box<dyn View>, StoreError> {
        self.engine.view()
    }

    fn sentinel(&self) -> Sentinel {
        self.engine.sentinel()
    }

    fn keep_sentinel(&self, sentinel: Sentinel, done: Option<Done>) {
        self.engine.keep_sentinel(sentinel, done);
    }

    fn disk_low(&self) -> bool {
        self.low.load(Ordering::SeqCst)
    }

    fn space(&self) -> Option<Space> {
        self.engine.space()
    }
}

/// A node that can be stopped and started again.
pub(super) struct Node {
    pub(super) id: NodeId,
    pub(super) peer: String,
    pub(super) clock: Arc<MovedClock>,
    pub(super) secret: String,
    /// Little space is left on its disk.
    pub(super) disk_low: Arc<AtomicBool>,
    /// What it measures, over all its starts.
    pub(super) metrics: Metrics,
    /// Where its next start sends spans.
    pub(super) traces: Traces,
    dir: TempDir,
    cuts: Cuts,
    pub(super) running: Option<Running>,
}

impl Node {
    pub(super) async fn new(id: NodeId, cuts: &Cuts) -> Node {
        let clock = Arc::new(MovedClock { system: SystemClock::new(), by_ms: AtomicI64::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = listener.local_addr().unwrap().to_string();
        let mut node = Node {
            id,
            peer,
            clock,
            secret: SECRET.to_owned(),
            disk_low: Arc::default(),
            metrics: Metrics::default(),
            traces: Traces::default(),
            dir: TempDir::new().unwrap(),
            cuts: cuts.clone(),
            running: None,
        };
        node.start_on(listener).await;
        node
    }

    pub(super) fn member(&self) -> Member {
        Member { peer: self.peer.clone(), http: format!("http://node-{}", self.id), disk: 0 }
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.running.as_ref().expect("the node runs").handle
    }

    /// Starts it again where it was.
    pub(super) async fn start(&mut self) {
        let until = Instant::now() + PATIENCE;
        let listener = loop {
            match TcpListener::bind(&self.peer) {
                Ok(listener) => break listener,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            sleep(Duration::from_millis(20)).await;
        };
        self.start_on(listener).await;
    }

    async fn start_on(&mut self, listener: TcpListener) {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let options = Options { ballast_bytes: 0, low_water_bytes: 0 };
        let until = Instant::now() + PATIENCE;
        // A node that was killed lets go of its database a little later.
        let engine = loop {
            match RocksEngine::open_measured(self.dir.path(), &options, self.metrics.clone()) {
                Ok(engine) => break engine,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            sleep(Duration::from_millis(20)).await;
        };
        let (sender, closed) = std::sync::mpsc::channel();
        let low = Arc::clone(&self.disk_low);
        let engine: Arc<dyn Engine> = Arc::new(Watched { engine, low, _closed: sender });
        let (stop, shutdown) = watch::channel(false);
        let parts = Parts {
            settings: self.settings(),
            engine,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            rng: Arc::new(SystemRng),
            metrics: self.metrics.clone(),
            traces: self.traces.clone(),
            shutdown,
            runtime: runtime.handle().clone(),
        };
        let cuts = self.cuts.clone();
        let (handle, tasks) =
            start_over(parts, listener, |inner| Arc::new(CutTransport { inner, cuts }))
                .await
                .unwrap();
        let ground = Ground { runtime: Some(runtime), closed };
        self.running = Some(Running { handle, tasks, stop, _ground: ground });
    }

    pub(super) fn settings(&self) -> Settings {
        Settings {
            node: self.id,
            peer: self.peer.clone(),
            http: format!("http://node-{}", self.id),
            secret: self.secret.clone(),
            heartbeat_ms: 200,
            election_timeout_ms: (500, 900),
            sizes: Sizes::default(),
        }
    }

    /// Ends it at once: nothing is told to anybody.
    pub(super) fn kill(&mut self) {
        let running = self.running.take();
        assert!(running.is_some(), "the node runs");
    }

    /// Ends it as an operator would; every task must end well.
    pub(super) async fn stop(&mut self) {
        let mut running = self.running.take().expect("the node runs");
        running.stop.send_replace(true);
        for task in std::mem::take(&mut running.tasks) {
            let ended = tokio::time::timeout(PATIENCE, task.handle).await;
            let ended = ended.unwrap_or_else(|_| panic!("{} does not end", task.name));
            assert_eq!(ended.unwrap(), Ok(()), "{}", task.name);
        }
    }
}

/// Several nodes.
pub(super) struct Cluster {
    pub(super) nodes: BTreeMap<NodeId, Node>,
    pub(super) cuts: Cuts,
}

impl Cluster {
    /// Nodes that know nothing of each other yet.
    pub(super) async fn scattered(count: u64) -> Cluster {
        let cuts = Cuts::default();
        let mut nodes = BTreeMap::new();
        for id in 1..=count {
            nodes.insert(id, Node::new(id, &cuts).await);
        }
        Cluster { nodes, cuts }
    }

    /// A cluster that serves, with a show of so many places.
    pub(super) async fn formed(count: u64, places: u32) -> Cluster {
        let cluster = Cluster::scattered(count).await;
        let status = cluster.handle(1).initialize(cluster.members(), soon()).await.unwrap();
        assert!(status.leader.is_some(), "{status:?}");
        let answer = cluster.propose(1, proposal(None, create_show(places))).await.unwrap();
        assert!(answer.outcome.result.is_ok(), "{answer:?}");
        cluster
    }

    pub(super) fn members(&self) -> Vec<(NodeId, Member)> {
        self.nodes.values().map(|node| (node.id, node.member())).collect()
    }

    pub(super) fn handle(&self, id: NodeId) -> &Handle {
        self.nodes[&id].handle()
    }

    pub(super) fn node(&mut self, id: NodeId) -> &mut Node {
        self.nodes.get_mut(&id).expect("a node of the cluster")
    }

    pub(super) async fn propose(
        &self,
        at: NodeId,
        proposal: Proposal,
    ) -> Result<Answer, ProposeError> {
        self.handle(at).propose(proposal, soon()).await
    }

    /// Who leads, as the nodes that run agree.
    pub(super) async fn leader(&self) -> NodeId {
        let until = soon();
        loop {
            for node in self.nodes.values().filter(|node| node.running.is_some()) {
                let handle = node.handle();
                // Asked again afterwards: a read that an ex-leader had another node confirm proves
                // nothing.
                if handle.is_leader()
                    && handle.linearize(within(2000)).await.is_ok()
                    && handle.is_leader()
                {
                    return node.id;
                }
            }
            assert!(Instant::now() < until, "no leader");
            sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) async fn followers(&self) -> Vec<NodeId> {
        let leader = self.leader().await;
        self.nodes.keys().copied().filter(|id| *id != leader).collect()
    }
}

pub(super) fn soon() -> Instant {
    Instant::now() + PATIENCE
}

pub(super) fn within(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}

/// Waits for something that no event tells of.
pub(super) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = soon();
    while !holds().await {
        assert!(Instant::now() < end, "{what} does not come true");
        sleep(Duration::from_millis(20)).await;
    }
}

pub(super) fn show() -> ShowId {
    ShowId::from("show")
}

/// A command of an organizer, or of that buyer.
pub(super) fn proposal(user: Option<&str>, command: Command) -> Proposal {
    let fresh = fresh(&SystemClock::new(), &SystemRng);
    let text = format!("key-{:032x}", fresh.0);
    Proposal {
        caller: Caller {
            user: Some(UserId::from(user.unwrap_or("organizer"))),
            role: if user.is_some() { Role::Buyer } else { Role::Organizer },
        },
        key: Some(Key { text: text.into(), fingerprint: 1, made_by_node: false }),
        fresh,
        command,
    }
}

pub(super) fn create_show(places: u32) -> Command {
    Command::CreateShow(Box::new(NewShow {
        id: Some(show()),
        name: "A show".to_owned(),
        venue: String::new(),
        starts_at: Millis(4_000_000_000_000),
        description: String::new(),
        media: Vec::new(),
        currency: Currency::parse("EUR").unwrap(),
        prices: BTreeMap::from([("Floor".to_owned(), Amount(1000))]),
        sale: Sale { opens_at: None, closes_at: None },
        policy: Policy {
            hold_ttl: Millis(600_000),
            hold_total_max: Millis(1_800_000),
            seats_per_hold_max: 10,
            prevent_orphans: false,
        },
        seat_map: None,
        areas: vec![AreaInfo {
            id: AreaId::from("floor"),
            name: "Floor".to_owned(),
            category: "Floor".to_owned(),
            capacity: places,
        }],
    }))
}

/// A buyer holds one place.
pub(super) fn hold(user: &str) -> Proposal {
    let want =
        Want::Named { seats: BTreeSet::new(), areas: BTreeMap::from([(AreaId::from("floor"), 1)]) };
    let command =
        Command::Hold { show: show(), user: UserId::from(user), want, replace_active: false };
    proposal(Some(user), command)
}

/// The hold that an outcome made.
pub(super) fn held(outcome: &Outcome) -> bool {
    matches!(&outcome.result, Ok(Receipt::Hold(_)))
}

/// Whether a node's own state has the user's pending hold.
pub(super) fn has_hold(handle: &Handle, user: &str) -> bool {
    handle.read(|state, _index| state.active_hold(&UserId::from(user)).is_some())
}
