//! Puts consensus together on one node. Nothing is spawned here that nobody owns: every long-lived
//! task is returned to `node`, which watches it end.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::runtime::Handle as Runtime;
use tokio::sync::Mutex;
use tokio::sync::watch::{self, Sender};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::admin::Admin;
use super::client::HttpTransport;
use super::guard::Guard;
use super::handle::{Handle, Inner};
use super::health::Health;
use super::housekeeping::Housekeeping;
use super::identity::{Identity, KeepInStore};
use super::intake::Intake;
use super::level;
use super::log_store::LogStore;
use super::machine::{Machine, Shared};
use super::network::Network;
use super::peer::{Contact, Peer};
use super::propose::{Means, Proposer};
use super::pulse::Pulse;
use super::read::{Confirmer, Reader};
use super::sampling::Sampling;
use super::secret::Secret;
use super::server;
use super::settings::Settings;
use super::stop::stopped;
use super::succession;
use super::transport::{Peers, Refusals, Transport};
use super::types::{NodeId, Raft};
use crate::clock::{Clock, Rng, name};
use crate::metrics::Metrics;
use crate::store::{self, Engine, StoreError};
use crate::tasks;
use crate::traces::Traces;

/// How long a stopping leader waits for its successor.
pub(super) const SUCCESSION_MAX: Duration = Duration::from_secs(1);

/// What a node hands in.
pub struct Parts {
    /// What the configuration says.
    pub settings: Settings,
    /// Where everything durable is kept.
    pub engine: Arc<dyn Engine>,
    /// Wall and monotonic time.
    pub clock: Arc<dyn Clock>,
    /// For ids.
    pub rng: Arc<dyn Rng>,
    /// Where it is told what is measured.
    pub metrics: Metrics,
    /// Where it is told what became of traced requests.
    pub traces: Traces,
    /// Becomes true when the node stops.
    pub shutdown: watch::Receiver<bool>,
    /// Where all of this runs: at least two threads that nothing else uses.
    pub runtime: Runtime,
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings contradict each other.
    #[error("the raft settings are not sound: {0}")]
    Settings(String),
    /// What is on the disk cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The peer port cannot be used.
    #[error("the peer port: {0}")]
    Port(String),
    /// Consensus does not start.
    #[error("consensus does not start: {0}")]
    Consensus(String),
}

/// A long-lived task. It ends when the node stops; if it ends before, the node must stop.
pub struct Task {
    /// What it does, for the log.
    pub name: &'static str,
    /// Its result: an error says why the node cannot go on.
    pub handle: JoinHandle<Result<(), String>>,
}

/// Starts consensus on a node whose peers connect to `listener`.
///
/// # Errors
/// See [`StartError`].
pub async fn start(parts: Parts, listener: TcpListener) -> Result<(Handle, Vec<Task>), StartError> {
    start_over(parts, listener, |transport| transport).await
}

/// The same with something between this node and its peers.
///
/// # Errors
/// See [`StartError`].
pub(super) async fn start_over(
    parts: Parts,
    listener: TcpListener,
    between: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + 'static,
) -> Result<(Handle, Vec<Task>), StartError> {
    let runtime = parts.runtime.clone();
    let starting = tasks::spawn_on(&runtime.clone(), async move {
        let port = |error: std::io::Error| StartError::Port(error.to_string());
        listener.set_nonblocking(true).map_err(port)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(port)?;
        let secret = Arc::new(Secret::new(&parts.settings.secret));
        let transport = HttpTransport::new(Arc::clone(&secret)).map_err(StartError::Port)?;
        let shutdown = parts.shutdown.clone();
        let (handle, peer, mut tasks) = assemble(parts, between(Arc::new(transport))).await?;
        let port = server::serve(listener, peer, secret, shutdown);
        tasks.push(Task { name: "peer port", handle: tasks::spawn_on(&runtime, port) });
        Ok((handle, tasks))
    });
    starting.await.unwrap_or_else(|error| Err(StartError::Consensus(error.to_string())))
}

/// What several tasks share, as it comes into being.
struct Core {
    settings: Settings,
    identity: Arc<Identity>,
    guard: Arc<Guard>,
    contact: Arc<Contact>,
    peers: Arc<Peers>,
    raft: Raft,
    log: LogStore,
    shared: Shared,
    engine: Arc<dyn Engine>,
}

/// Everything but the peer port: whoever calls passes on to the [`Peer`] what other nodes ask.
///
/// # Errors
/// See [`StartError`].
pub(crate) async fn assemble(
    parts: Parts,
    transport: Arc<dyn Transport>,
) -> Result<(Handle, Arc<Peer>, Vec<Task>), StartError> {
    let Parts { settings, engine, clock, rng, metrics, traces, shutdown, runtime } = parts;
    let core = Core::new(settings, engine, transport, &clock, &*rng).await?;
    let node = core.settings.node;
    let disk_low = Arc::new(AtomicBool::new(false));
    let (intake, proposer) =
        Proposer::new(node, core.means(&metrics), Arc::clone(&disk_low), shutdown.clone());
    let (raft, guard) = (core.raft.clone(), Arc::clone(&core.guard));
    let confirmer = Arc::new(Confirmer::new(raft, guard, core.shared.clone()));
    let (reads, reader) = Reader::new(
        node,
        core.raft.clone(),
        Arc::clone(&core.peers),
        Arc::clone(&confirmer),
        shutdown.clone(),
    );
    let peer = Arc::new(core.peer(intake.clone(), confirmer, traces));
    let recovered = Arc::new(AtomicBool::new(false));
    let drain = peer.drain.subscribe();
    let health = core.health(&recovered, &disk_low, drain, &shutdown);
    let pulse = Pulse {
        node,
        raft: core.raft.clone(),
        shared: core.shared.clone(),
        guard: Arc::clone(&core.guard),
        intake: intake.clone(),
        clock: Arc::clone(&clock),
        rng: Arc::clone(&rng),
        shutdown: shutdown.clone(),
    };
    let housekeeping = Housekeeping {
        raft: core.raft.clone(),
        log: core.log.clone(),
        shared: core.shared.clone(),
        engine: core.engine,
        metrics: metrics.clone(),
        disk_low,
        shutdown: shutdown.clone(),
    };
    let (raft, peers) = (core.raft.clone(), Arc::clone(&core.peers));
    let sampling = Sampling { node, raft, peers, shutdown: shutdown.clone() };
    let (settings, peers) = (core.settings, Arc::clone(&core.peers));
    let admin = Admin {
        settings,
        peer: Arc::clone(&peer),
        peers,
        reads: reads.clone(),
        rng,
        clock,
        changing: Mutex::default(),
        comparing: Mutex::default(),
    };
    let admin = Arc::new(admin);
    peer.admin.set(Arc::downgrade(&admin)).expect("it was just made");
    let levels = level::keep(Arc::clone(&admin), shutdown.clone());
    let watched = Watched { raft: core.raft, log: core.log, node, peers: core.peers, metrics };
    let consensus = watch(watched, recovered, shutdown);
    let tasks = vec![
        Task { name: "consensus", handle: tasks::spawn_on(&runtime, consensus) },
        Task { name: "proposer", handle: tasks::spawn_on(&runtime, proposer.run()) },
        Task { name: "reader", handle: tasks::spawn_on(&runtime, reader.run()) },
        Task { name: "pulse", handle: tasks::spawn_on(&runtime, pulse.run()) },
        Task { name: "housekeeping", handle: tasks::spawn_on(&runtime, housekeeping.run()) },
        Task { name: "level", handle: tasks::spawn_on(&runtime, levels) },
        Task { name: "clock samples", handle: tasks::spawn_on(&runtime, sampling.run()) },
    ];
    let shared = core.shared;
    let handle = Handle::new(Inner { node, runtime, shared, intake, reads, admin, health });
    Ok((handle, peer, tasks))
}

impl Core {
    /// Opens what is on the disk and starts openraft on it.
    async fn new(
        settings: Settings,
        engine: Arc<dyn Engine>,
        transport: Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
        rng: &dyn Rng,
    ) -> Result<Core, StartError> {
        let config = settings.openraft().map_err(StartError::Settings)?;
        let claimed = store::claim(&*engine, settings.node, name(rng)).await?;
        let sizes = settings.sizes;
        let (machine, shared) = Machine::open(Arc::clone(&engine), sizes).await?;
        let log = LogStore::open(Arc::clone(&engine), shared.durable(), sizes).await?;
        let keep = Box::new(KeepInStore(Arc::clone(&engine)));
        let identity = Arc::new(Identity::new(claimed.node, claimed.disk, claimed.cluster, keep));
        let guard = Arc::new(Guard::new(Arc::clone(clock)));
        let contact = Arc::new(Contact::new(Arc::clone(&guard)));
        let peers = Arc::new(Peers::new(transport, Arc::clone(&identity), Arc::clone(&guard)));
        let network = Network::new(Arc::clone(&peers));
        let raft = Raft::new(settings.node, config, network, log.clone(), machine)
            .await
            .map_err(|fatal| StartError::Consensus(fatal.to_string()))?;
        Ok(Core { settings, identity, guard, contact, peers, raft, log, shared, engine })
    }

    fn means(&self, metrics: &Metrics) -> Means {
        Means {
            raft: self.raft.clone(),
            shared: self.shared.clone(),
            peers: Arc::clone(&self.peers),
            guard: Arc::clone(&self.guard),
            metrics: metrics.clone(),
        }
    }

    fn peer(&self, intake: Intake, confirmer: Arc<Confirmer>, traces: Traces) -> Peer {
        Peer {
            identity: Arc::clone(&self.identity),
            raft: self.raft.clone(),
            shared: self.shared.clone(),
            intake,
            guard: Arc::clone(&self.guard),
            confirmer,
            contact: Arc::clone(&self.contact),
            traces,
            refusals: Refusals::default(),
            drain: Sender::new(false),
            admin: OnceLock::new(),
        }
    }

    fn health(
        &self,
        recovered: &Arc<AtomicBool>,
        disk_low: &Arc<AtomicBool>,
        drain: watch::Receiver<bool>,
        shutdown: &watch::Receiver<bool>,
    ) -> Health {
        let lease = Duration::from_millis(self.settings.election_timeout_ms.1);
        Health {
            identity: Arc::clone(&self.identity),
            raft: self.raft.clone(),
            guard: Arc::clone(&self.guard),
            shared: self.shared.clone(),
            contact: Arc::clone(&self.contact),
            disk_low: Arc::clone(disk_low),
            recovered: Arc::clone(recovered),
            silence_max: lease * 2,
            drain,
            shutdown: shutdown.clone(),
        }
    }
}

/// Whose end is watched for.
struct Watched {
    raft: Raft,
    log: LogStore,
    node: NodeId,
    peers: Arc<Peers>,
    metrics: Metrics,
}

/// Watches openraft, which must not end before the node does, and ends it when the node stops.
async fn watch(
    watched: Watched,
    recovered: Arc<AtomicBool>,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), String> {
    let Watched { raft, log, node, peers, metrics } = watched;
    let caught_up = async {
        if raft.wait_for_recovery(None).await.is_ok() {
            recovered.store(true, Ordering::Release);
        }
        std::future::pending::<()>().await;
    };
    let mut server = raft.server_metrics();
    // Its other metrics change several times for every entry: whoever waited for those would be
    // woken as often, for nothing. Consensus that ends closes them all.
    let failed = async {
        let mut leader = None;
        loop {
            let (members, now) = {
                let server = server.borrow_and_update();
                let members = server.membership_config.membership().nodes();
                let members = members.map(|(id, member)| (*id, member.clone())).collect();
                (members, server.current_leader)
            };
            peers.learn(members);
            if now.is_some() && now != leader {
                leader = now;
                metrics.leader_changed();
            }
            if server.changed().await.is_err() {
                break;
            }
        }
        match &raft.metrics().borrow_watched().running_state {
            Err(fatal) => fatal.to_string(),
            Ok(()) => "it has ended".to_owned(),
        }
    };
    tokio::select! {
        biased;
        () = stopped(&mut shutdown) => {}
        reason = failed => return Err(format!("consensus has stopped: {reason}")),
        () = caught_up => {}
    }
    // Nobody should wait for an election.
    let deadline = Instant::now() + SUCCESSION_MAX;
    if let Err(reason) = succession::step_down(&raft, node, deadline).await {
        tracing::warn!(%reason, "leadership is not handed over");
    }
    raft.shutdown().await.map_err(|error| error.to_string())?;
    log.keep_committed().map_err(|error| error.to_string())
}
