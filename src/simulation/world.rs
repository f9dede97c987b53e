//! Nodes in one thread: each is all of Usher above its seams, over a disk, a network, clocks, a
//! gateway and mail that are simulated.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt as _;

use super::bugs::Bug;
use super::clock::{SimClock, SimRng};
use super::disk::{Crash, Disk, Faults};
use super::network::{EndsWith, Network, SimTransport};
use super::observer::Observer;
use super::outside::{GATEWAY, Outside, Webhook};
use super::scope::Scope;
use crate::clock::{Clock, Rng};
use crate::effects::{self, Mail};
use crate::gateways::{Entry, Gateway, Gateways};
use crate::http::{App, Settings as HttpSettings, router};
use crate::metrics::Metrics;
use crate::raft::{self, Change, Handle, Member, NodeId, Peer, Sizes};
use crate::tickets::Links;
use crate::traces::Traces;

/// Every node's.
const SECRET: &str = "a secret of the simulation";

/// Longer than any start takes that succeeds.
const START_MAX: Duration = Duration::from_mins(1);

/// Longer than any stop takes.
const STOP_MAX: Duration = Duration::from_secs(20);

/// How long a client waits for an answer: longer than a node takes for its own.
const CLIENT_PATIENCE: Duration = Duration::from_secs(6);

/// Small enough that a run of a minute sees snapshots and many checkpoints.
const SIZES: Sizes =
    Sizes { log_bytes_max: 96 << 10, log_bytes_kept: 24 << 10, checkpoint_weight: 48 };

/// All nodes, and what lies between and around them.
pub(crate) struct World {
    pub(crate) observer: Arc<Observer>,
    pub(crate) network: Arc<Network>,
    pub(crate) outside: Arc<Outside>,
    bugs: BTreeSet<Bug>,
    begun: Instant,
    inner: Mutex<Inner>,
}

struct Inner {
    nodes: BTreeMap<NodeId, Node>,
    rng: SmallRng,
    /// Of a thousand requests and answers of clients so many are lost.
    client_loss: u32,
}

struct Node {
    disk: Arc<Disk>,
    clock: Arc<SimClock>,
    run: Option<Run>,
    /// A start is on its way.
    starting: bool,
}

/// A node that runs.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) scope: Arc<Scope>,
    pub(crate) handle: Handle,
    router: Router,
    /// Other nodes' calls come in here.
    _peer: Arc<Peer>,
    stop: Arc<Stop>,
}

struct Stop {
    http: watch::Sender<bool>,
    consensus: watch::Sender<bool>,
    ended: Mutex<Vec<oneshot::Receiver<()>>>,
}

/// What a client got of its request.
#[derive(Debug)]
pub(crate) enum Heard {
    /// An answer.
    Answer { status: u16, headers: HeaderMap, body: Bytes },
    /// Nobody took it.
    NotSent,
    /// It may have been carried out.
    Lost,
}

impl World {
    /// Nodes 1 to `nodes`, none of which runs.
    pub(crate) fn new(
        seed: u64,
        nodes: u64,
        bugs: BTreeSet<Bug>,
        observer: Arc<Observer>,
    ) -> (Arc<World>, mpsc::UnboundedReceiver<Webhook>) {
        let mut rng = SmallRng::seed_from_u64(seed);
        let (outside, webhooks) = Outside::new(rng.random(), Arc::clone(&observer));
        let world = World {
            observer,
            network: Network::new(rng.random()),
            outside,
            bugs,
            begun: Instant::now(),
            inner: Mutex::new(Inner { nodes: BTreeMap::new(), rng, client_loss: 0 }),
        };
        (1..=nodes).for_each(|id| world.buy(id));
        (Arc::new(world), webhooks)
    }

    /// A new node with an empty disk.
    pub(crate) fn buy(&self, id: NodeId) {
        let mut inner = self.inner();
        let disk = Disk::new(&format!("disk-{id}"), inner.rng.random());
        let by = inner.rng.random_range(-40..=40);
        let clock = Arc::new(SimClock::new(self.begun, by));
        inner.nodes.insert(id, Node { disk, clock, run: None, starting: false });
    }

    /// Where a node is reached; its disk's name is asked for.
    pub(crate) fn member(id: NodeId) -> Member {
        Member { peer: format!("node-{id}:9100"), http: format!("node-{id}:8100"), disk: 0 }
    }

    /// Brings a node in.
    pub(crate) fn added(id: NodeId) -> Change {
        let Member { peer, http, .. } = World::member(id);
        Change::Add { id, peer, http }
    }

    /// Starts a node.
    ///
    /// # Errors
    /// Why it refuses.
    pub(crate) async fn start(&self, id: NodeId) -> Result<(), String> {
        let (scope, disk, clock, seed) = {
            let mut inner = self.inner();
            let seed = inner.rng.random();
            let node = inner.nodes.get_mut(&id).expect("the node exists");
            if node.starting || node.run.is_some() {
                return Ok(());
            }
            node.starting = true;
            let clock = Arc::clone(&node.clock);
            let wall = Arc::clone(&clock) as Arc<dyn Clock>;
            let observer = Arc::clone(&self.observer);
            let scope = Scope::new(id, seed, self.bugs.clone(), observer, wall);
            (scope, Arc::clone(&node.disk), clock, seed)
        };
        let (network, outside) = (Arc::clone(&self.network), Arc::clone(&self.outside));
        let inside = Arc::clone(&scope);
        let starting = scope
            .spawn(async move { assemble(id, inside, &disk, clock, seed, network, outside).await });
        let run = match timeout(START_MAX, starting).await {
            Ok(Ok(Ok(run))) => Ok(run),
            Ok(Ok(Err(reason))) => Err(reason),
            Ok(Err(died)) => Err(format!("it died while it started: {died}")),
            Err(_elapsed) => Err("it does not start".to_owned()),
        };
        let how = run.as_ref().map(|_| ());
        self.observer.note(|line| write!(line, "node {id} starts: {how:?}"));
        let mut inner = self.inner();
        let Some(node) = inner.nodes.get_mut(&id) else {
            // It was scrapped meanwhile.
            scope.kill();
            return Ok(());
        };
        node.starting = false;
        match run {
            Ok(run) => {
                node.run = Some(run);
                Ok(())
            }
            Err(reason) => {
                scope.kill();
                Err(reason)
            }
        }
    }

    /// Where the judge replays: a core of its own, with the nodes' bugs.
    pub(crate) fn scope_of_judge(&self) -> Arc<Scope> {
        let wall = Arc::new(SimClock::new(self.begun, 0));
        Scope::new(0, 0, self.bugs.clone(), Arc::new(Observer::new(false)), wall)
    }

    /// Ends a node at once.
    pub(crate) fn crash(&self, id: NodeId, crash: Crash) {
        let mut inner = self.inner();
        let node = inner.nodes.get_mut(&id).expect("the node exists");
        let Some(run) = node.run.take() else { return };
        run.scope.kill();
        node.disk.crash(crash);
        drop(inner);
        self.network.close(&World::member(id).peer);
        self.observer.note(|line| write!(line, "node {id} crashes: {crash:?}"));
    }

    /// Ends a node as an operator would.
    pub(crate) async fn stop(&self, id: NodeId) {
        let Some(run) = self.run(id) else { return };
        run.scope.ask_to_stop();
        run.stop.http.send_replace(true);
        run.stop.consensus.send_replace(true);
        let ended =
            std::mem::take(&mut *run.stop.ended.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async {
            for task in ended {
                // A task that is gone has ended, too.
                let _ended = task.await;
            }
        };
        if timeout(STOP_MAX, all).await.is_err() && !run.scope.is_dead() {
            self.observer.violate("I12", format!("node {id} does not stop when asked"), Vec::new());
        }
        self.observer.note(|line| write!(line, "node {id} stops"));
        drop(run);
        self.crash(id, Crash::Kill);
    }

    /// An empty disk in the place of the node's.
    pub(crate) fn wipe(&self, id: NodeId) {
        let mut inner = self.inner();
        let disk = Disk::new(&format!("disk-{id}"), inner.rng.random());
        let node = inner.nodes.get_mut(&id).expect("the node exists");
        assert!(node.run.is_none(), "the node stands still");
        node.disk = disk;
        drop(inner);
        self.observer.wiped(id);
        self.observer.note(|line| write!(line, "disk of node {id} is wiped"));
    }

    /// The node is there no more.
    pub(crate) fn scrap(&self, id: NodeId) {
        self.crash(id, Crash::Kill);
        self.inner().nodes.remove(&id);
    }

    /// A node's present run, if it runs.
    pub(crate) fn run(&self, id: NodeId) -> Option<Run> {
        self.inner().nodes.get(&id).and_then(|node| node.run.clone())
    }

    /// Every node.
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        self.inner().nodes.keys().copied().collect()
    }

    /// Every node that runs.
    pub(crate) fn running(&self) -> Vec<(NodeId, Run)> {
        let inner = self.inner();
        let running = inner.nodes.iter().filter_map(|(id, node)| Some((*id, node.run.clone()?)));
        running.collect()
    }

    /// A node that leads, as far as it knows: the one of the latest term.
    pub(crate) fn leader(&self) -> Option<(NodeId, Run)> {
        let leads = |(_, run): &(NodeId, Run)| run.handle.is_leader();
        self.running().into_iter().filter(leads).max_by_key(|(_, run)| run.handle.term())
    }

    /// What is wrong with a node's disk from now on.
    pub(crate) fn set_faults(&self, id: NodeId, faults: Faults) {
        if let Some(node) = self.inner().nodes.get(&id) {
            node.disk.set_faults(faults);
        }
    }

    /// A node's disk.
    pub(crate) fn disk(&self, id: NodeId) -> Option<Arc<Disk>> {
        self.inner().nodes.get(&id).map(|node| Arc::clone(&node.disk))
    }

    /// By how much a node's wall clock is off from now on.
    pub(crate) fn set_clock(&self, id: NodeId, by_ms: i64) {
        if let Some(node) = self.inner().nodes.get(&id) {
            node.clock.set(by_ms);
        }
    }

    /// How many of a thousand messages between clients and nodes are lost from now on.
    pub(crate) fn set_client_loss(&self, per_mille: u32) {
        self.inner().client_loss = per_mille;
    }

    /// Asks a node over HTTP.
    pub(crate) async fn ask(&self, id: NodeId, request: Request<Body>) -> Heard {
        let (lost, lost_back, there, back, stays) = {
            let mut inner = self.inner();
            let loss = inner.client_loss;
            let mut lost = || inner.rng.random_ratio(loss, 1000);
            let (one, two) = (lost(), lost());
            let (there, back) =
                (inner.rng.random_range(100..1500), inner.rng.random_range(100..1500));
            (one, two, there, back, inner.rng.random_bool(0.5))
        };
        sleep(Duration::from_micros(there)).await;
        let Some(run) = self.run(id).filter(|run| !run.scope.is_dead()) else {
            return Heard::NotSent;
        };
        if lost {
            sleep(CLIENT_PATIENCE).await;
            return Heard::Lost;
        }
        let (sender, answer) = oneshot::channel();
        let router = run.router.clone();
        let handler = run.scope.spawn(async move {
            let Ok(response) = router.oneshot(request).await;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes);
            // A client that has gone away hears nothing.
            let _gone = sender.send((head, body.unwrap_or_default()));
        });
        drop(run);
        let _ends = EndsWith::caller(handler.abort_handle(), stays);
        match timeout(CLIENT_PATIENCE, answer).await {
            Ok(Ok((head, body))) if !lost_back => {
                sleep(Duration::from_micros(back)).await;
                Heard::Answer { status: head.status.as_u16(), headers: head.headers, body }
            }
            Ok(Ok(_)) => {
                sleep(CLIENT_PATIENCE).await;
                Heard::Lost
            }
            Ok(Err(_)) | Err(_) => Heard::Lost,
        }
    }

    /// A node that a client happens to know.
    pub(crate) fn any_node(&self) -> NodeId {
        let mut inner = self.inner();
        let inner = &mut *inner;
        let at = inner.rng.random_range(0..inner.nodes.len());
        *inner.nodes.keys().nth(at).expect("there is a node")
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a node together, as [`crate::node`] does with a real one.
async fn assemble(
    id: NodeId,
    scope: Arc<Scope>,
    disk: &Arc<Disk>,
    clock: Arc<SimClock>,
    seed: u64,
    network: Arc<Network>,
    outside: Arc<Outside>,
) -> Result<Run, String> {
    let member = World::member(id);
    let clock = clock as Arc<dyn Clock>;
    let rng = Arc::new(SimRng::new(!seed)) as Arc<dyn Rng>;
    let (stop_http, http_stopping) = watch::channel(false);
    let (stop_consensus, consensus_stopping) = watch::channel(false);
    let metrics = Metrics::default();
    let parts = raft::Parts {
        settings: raft::Settings {
            node: id,
            peer: member.peer.clone(),
            http: member.http.clone(),
            secret: SECRET.to_owned(),
            heartbeat_ms: 200,
            election_timeout_ms: (500, 900),
            sizes: SIZES,
        },
        engine: disk.open(),
        clock: Arc::clone(&clock),
        rng: Arc::clone(&rng),
        metrics: metrics.clone(),
        traces: Traces::default(),
        shutdown: consensus_stopping,
        runtime: tokio::runtime::Handle::current(),
    };
    let transport = Arc::new(SimTransport(Arc::clone(&network)));
    let assembled = raft::assemble(parts, transport).await;
    let (handle, peer, tasks) = assembled.map_err(|error| error.to_string())?;
    // A load balancer's: links are the same whoever is a member.
    let public_url = "https://tickets.example".to_owned();
    let links = Links::new(&public_url, SECRET);
    let driver = Arc::clone(&outside) as Arc<dyn Gateway>;
    let entry = Entry { name: "The till".to_owned(), driver };
    let gateways = Gateways::new(BTreeMap::from([(GATEWAY.to_owned(), entry)]));
    let carrying = effects::run(effects::Parts {
        ledger: Arc::new(handle.clone()),
        gateways: gateways.clone(),
        mail: outside as Arc<dyn Mail>,
        links: links.clone(),
        public_url: public_url.clone(),
        clock: Arc::clone(&clock),
        rng: Arc::clone(&rng),
        metrics: metrics.clone(),
        shutdown: http_stopping.clone(),
    });
    let router = router(App {
        backend: Arc::new(handle.clone()),
        settings: HttpSettings { public_url, ..HttpSettings::default() },
        gateways,
        links,
        clock,
        rng,
        metrics,
        traces: Traces::default(),
        shutdown: http_stopping,
    });
    let mut ended = vec![watched(&scope, "effects", scope.spawn(carrying))];
    ended.extend(tasks.into_iter().map(|task| watched(&scope, task.name, task.handle)));
    network.listen(&member.peer, &scope, &peer);
    let ended = Mutex::new(ended);
    let stop = Arc::new(Stop { http: stop_http, consensus: stop_consensus, ended });
    Ok(Run { scope, handle, router, _peer: peer, stop })
}

/// Sees a task end. One that ends with an error ends its node.
fn watched(
    scope: &Arc<Scope>,
    name: &'static str,
    task: tokio::task::JoinHandle<Result<(), String>>,
) -> oneshot::Receiver<()> {
    let (sender, ended) = oneshot::channel();
    let watching = Arc::clone(scope);
    scope.spawn(async move {
        let end = task.await.unwrap_or_else(|error| Err(error.to_string()));
        let early = || Err("it ended, and nobody had asked it to".to_owned());
        let end = if watching.is_asked_to_stop() { end } else { end.and_then(|()| early()) };
        if let Err(reason) = end {
            watching.observer.ended(watching.node, &format!("{name}: {reason}"));
            watching.kill();
        }
        // Whoever waited may have gone away, which is their right.
        let _gone = sender.send(());
    });
    ended
}
