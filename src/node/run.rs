//! One node, from its configuration to its end.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::OptionFuture;
use futures_util::stream::FuturesUnordered;
use thread_priority::ThreadPriority;
use thread_priority::unix::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id, thread_schedule_policy,
};
use tokio::net::TcpSocket;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};

use super::door::door;
use super::files;
use super::gateways::gateways;
use super::signals::Stop;
use crate::clock::{Clock, Rng, SystemClock, SystemRng};
use crate::config::{Config, MailTransport, MemberEntry};
use crate::effects::{self, MailRoute, MailSettings, MailSettingsError};
use crate::http;
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::raft::{self, Handle, Member, StartError, Task};
use crate::store::{Options, RocksEngine, StoreError};
use crate::tasks;
use crate::tickets::Links;
use crate::tokens;
use crate::traces::{Traces, TracesError};

/// Threads of consensus: one for openraft's core, one for apply and calls from peers. HTTP never
/// runs on them, so that a flood of requests costs no election.
const CONSENSUS_THREADS: usize = 2;

/// HTTP threads give way to consensus when both want the processor, if only by a little. Where
/// threads interrupt one another ([`work_in_batches`]), what wakes on the side of consensus
/// interrupts whoever is nicer: at 5 batches were half as large and a crowd held 14 % fewer seats a
/// second.
const HTTP_NICENESS: i32 = 1;

/// What the library for threads makes niceness 0, of its scale from 0 to 99.
const NICENESS_NONE: u8 = 48;

/// How long a node that is not ready any more goes on answering: a client in the middle of its work
/// asks again within this.
const LEAVE: Duration = Duration::from_millis(300);

/// How long consensus may take to stop after HTTP has.
const STOP_MAX: Duration = Duration::from_secs(10);

/// How long a collector may take for the last spans.
const TRACES_MAX: Duration = Duration::from_secs(2);

/// Connections that wait to be accepted. When a sale opens thousands come at once, and whoever
/// finds the queue full tries again after a second; the standard library's 128 are soon full.
const BACKLOG: u32 = 4096;

/// Bytes of a mebibyte.
const MIB: u64 = 1 << 20;

/// Why a node does not start, or ended without being asked.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// An address cannot be listened on.
    #[error("{key}: cannot listen on {address}: {error}")]
    Listen {
        /// The configuration's key.
        key: &'static str,
        /// Its value.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// Threads or signal handlers could not be had.
    #[error("the operating system refused: {0}")]
    System(#[from] io::Error),
    /// The data directory cannot be used.
    #[error("the data directory: {0}")]
    Store(#[from] StoreError),
    /// Consensus does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Traces are asked for and cannot be sent.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// A setting of mail cannot be used.
    #[error(transparent)]
    Mail(#[from] MailSettingsError),
    /// Another setting cannot be used.
    #[error("{key}: {message}")]
    Setting {
        /// The configuration's key.
        key: String,
        /// What is wrong with it.
        message: String,
    },
    /// A task ended that lives as long as the node.
    #[error("{name} ended: {reason}")]
    Ended {
        /// Which task.
        name: &'static str,
        /// Why.
        reason: String,
    },
}

/// Whether a node could be started with a configuration, as far as that can be told without its
/// disk and its ports.
///
/// # Errors
/// A setting that cannot be used.
pub fn check(config: &Config) -> Result<(), NodeError> {
    gateways(config)?;
    door(config)?;
    effects::mail_of(&mail_settings(config))?;
    Ok(())
}

/// Runs a node until SIGTERM or SIGINT. What is logged meanwhile is found in `journal`.
///
/// # Errors
/// See [`NodeError`].
pub fn run(config: &Config, journal: &Journal) -> Result<(), NodeError> {
    let asked = || {
        let mut stop = Stop::new()?;
        Ok(async move { stop.asked().await })
    };
    run_until(config, journal, asked, || ())
}

/// Runs a node until what `asked` makes returns, which says by whom it was asked. `serving` is
/// called once clients and peers can connect. Blocks the thread: a process that runs several nodes
/// gives each its own.
///
/// # Errors
/// See [`NodeError`].
pub fn run_until<A: Future<Output = &'static str>>(
    config: &Config,
    journal: &Journal,
    asked: impl FnOnce() -> io::Result<A>,
    serving: impl FnOnce(),
) -> Result<(), NodeError> {
    work_in_batches();
    let http_runtime = runtime("usher-http", None, HTTP_NICENESS)?;
    let traces = Traces::from_environment(config.node.id)?;
    let consensus = runtime("usher-raft", Some(CONSENSUS_THREADS), 0)?;
    let ended = http_runtime.block_on(async {
        let asked = asked()?;
        let node = Running::start(config, journal, &traces, &consensus).await?;
        serving();
        node.until(asked).await
    });
    consensus.shutdown_timeout(STOP_MAX);
    traces.stop(TRACES_MAX);
    http_runtime.shutdown_timeout(STOP_MAX);
    ended
}

/// Has this thread, and those that it starts, interrupt nobody when they wake (`SCHED_BATCH`): on a
/// busy machine more has gathered by the time that each gets its turn, and all of it is cheaper. An
/// idle processor takes them at once.
fn work_in_batches() {
    // What an operator has made of the whole process stays as it is.
    let ordinary = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
    let is_ordinary = thread_schedule_policy().is_ok_and(|policy| policy == ordinary);
    if !is_ordinary || rustix::process::getpriority_process(None) != Ok(0) {
        return;
    }
    let priority = ThreadPriority::try_from(NICENESS_NONE).expect("it is on the library's scale");
    let batch = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Batch);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), priority, batch) {
        tracing::debug!(?error, "threads interrupt one another");
    }
}

fn runtime(name: &str, threads: Option<usize>, niceness: i32) -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().thread_name(name);
    if let Some(threads) = threads {
        builder.worker_threads(threads);
    }
    if niceness != 0 {
        builder.on_thread_start(move || {
            // A courtesy among our own threads: on Linux this is the calling thread's alone. Where
            // it is refused, all are equal, which is slower under floods and not wrong.
            if let Err(error) = rustix::process::nice(niceness) {
                tracing::debug!(%error, "cannot lower the priority of HTTP threads");
            }
        });
    }
    builder.build()
}

/// A node that serves.
struct Running {
    /// Answers clients.
    front: JoinHandle<()>,
    /// Carries the outbox out while this node leads.
    effects: JoinHandle<Result<(), String>>,
    /// Keeps the keys of tokens up to date, if they come from elsewhere.
    keys: Option<JoinHandle<()>>,
    /// Consensus.
    handle: Handle,
    tasks: Vec<Task>,
    stop_http: watch::Sender<bool>,
    stop_consensus: watch::Sender<bool>,
}

impl Running {
    async fn start(
        config: &Config,
        journal: &Journal,
        traces: &Traces,
        consensus: &Runtime,
    ) -> Result<Running, NodeError> {
        let gateways = gateways(config)?;
        let mail = effects::mail_of(&mail_settings(config))?;
        let door = door(config)?;
        let connections_max = files::allow(config.limits.connections_max).max(1);
        if connections_max < config.limits.connections_max {
            tracing::warn!(connections_max, "open files are limited: raise the hard limit");
        }
        let http_listener = listen("http.listen", config.http.listen)?;
        let peer_listener = listen("peer.listen", config.peer.listen)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let rng: Arc<dyn Rng> = Arc::new(SystemRng);
        let metrics = Metrics::default();
        let (dir, options) = (&config.node.data_dir, disk_options(config));
        let engine = Arc::new(RocksEngine::open_measured(dir, &options, metrics.clone())?);
        let (stop_http, http_stopping) = watch::channel(false);
        let (stop_consensus, consensus_stopping) = watch::channel(false);
        let parts = raft::Parts {
            settings: raft_settings(config),
            engine,
            clock: Arc::clone(&clock),
            rng: Arc::clone(&rng),
            metrics: metrics.clone(),
            traces: traces.clone(),
            shutdown: consensus_stopping,
            runtime: consensus.handle().clone(),
        };
        let (handle, tasks) = raft::start(parts, peer_listener).await?;
        let links = Links::new(&config.public_url(), config.cluster.secret.reveal());
        let effects = tasks::spawn(effects::run(effects::Parts {
            ledger: Arc::new(handle.clone()),
            gateways: gateways.clone(),
            mail,
            links: links.clone(),
            public_url: config.public_url(),
            clock: Arc::clone(&clock),
            rng: Arc::clone(&rng),
            metrics: metrics.clone(),
            shutdown: http_stopping.clone(),
        }));
        let keys = door.refresh.map(|keys| {
            let stopping = http_stopping.clone();
            tasks::spawn(tokens::refresh(keys.authority, keys.source, keys.every, stopping))
        });
        let router = http::router(http::App {
            backend: Arc::new(handle.clone()),
            settings: http_settings(config, journal, door.auth, connections_max)?,
            gateways,
            links,
            clock,
            rng,
            metrics: metrics.clone(),
            traces: traces.clone(),
            shutdown: http_stopping.clone(),
        });
        let limits = serve_limits(config, connections_max);
        let http_listener = tokio::net::TcpListener::from_std(http_listener)?;
        let ends = http::Ends { leaving: handle.draining(), stopping: http_stopping };
        let front = tasks::spawn(http::serve(http_listener, router, limits, ends, metrics));
        tracing::info!(
            node = config.node.id,
            http = %config.http.listen,
            peer = %config.peer.listen,
            data_dir = %config.node.data_dir.display(),
            "node serves"
        );
        Ok(Running { front, effects, keys, handle, tasks, stop_http, stop_consensus })
    }

    /// Serves until it is asked to stop, or a task ends that should not.
    async fn until(self, asked: impl Future<Output = &'static str>) -> Result<(), NodeError> {
        let Running { mut front, mut effects, keys, handle, tasks, stop_http, stop_consensus } =
            self;
        let mut keys = OptionFuture::from(keys);
        let mut tasks: FuturesUnordered<_> = tasks.into_iter().map(end_of).collect();
        let mut draining = handle.draining();
        // What it gives back would keep the channel locked that draining writes to.
        let drained = async { draining.wait_for(|drains| *drains).await.map(drop) };
        let first = tokio::select! {
            by = asked => {
                make_ready(&handle, by).await;
                Ok(())
            }
            Ok(()) = drained => {
                make_ready(&handle, "an operator").await;
                Ok(())
            }
            Some((name, end)) = tasks.next() => Err(ended(name, end.err())),
            end = &mut front => Err(ended("http", end.err().map(|error| error.to_string()))),
            end = &mut effects => Err(ended("effects", end_of_task(end).err())),
            Some(end) = &mut keys => Err(ended("keys", end.err().map(|error| error.to_string()))),
        };
        // Requests and deliveries under way are finished while consensus still answers them.
        stop_http.send_replace(true);
        if !effects.is_finished() {
            end_of_task(effects.await).map_err(|reason| ended("effects", Some(reason)))?;
        }
        // It has heard the same, and nobody waits for what it would read.
        drop(keys);
        if !front.is_finished() {
            front.await.map_err(|error| ended("http", Some(error.to_string())))?;
        }
        stop_consensus.send_replace(true);
        let finished = finish(tasks).await;
        handle.abandon_state();
        first.and(finished)
    }
}

/// Makes ready for the end while requests are still taken: load balancers send the next ones
/// elsewhere, and another node leads.
async fn make_ready(handle: &Handle, by: &str) {
    tracing::info!(by, "node stops");
    // Alone it leads to its end, and a cluster without a quorum has nobody to take over.
    if let Err(error) = handle.drain().await {
        tracing::warn!(%error, "leadership is not handed over");
    }
    // The next answer on each connection that is in use closes it: there is nothing else to wait
    // for, since clients do not say when they have gone.
    tokio::time::sleep(LEAVE).await;
}

/// How a task of consensus ended.
type End = (&'static str, Result<(), String>);

async fn end_of(task: Task) -> End {
    (task.name, end_of_task(task.handle.await))
}

fn end_of_task(joined: Result<Result<(), String>, JoinError>) -> Result<(), String> {
    joined.unwrap_or_else(|error| Err(error.to_string()))
}

/// Waits for the tasks of consensus, which have been told to stop.
async fn finish(mut tasks: FuturesUnordered<impl Future<Output = End>>) -> Result<(), NodeError> {
    let all = async {
        let mut first = Ok(());
        while let Some((name, end)) = tasks.next().await {
            first = first.and(end.map_err(|reason| ended(name, Some(reason))));
        }
        first
    };
    match tokio::time::timeout(STOP_MAX, all).await {
        Ok(ended) => ended,
        Err(_elapsed) => {
            Err(ended("consensus", Some(format!("it did not stop within {STOP_MAX:?}"))))
        }
    }
}

fn ended(name: &'static str, reason: Option<String>) -> NodeError {
    let reason = reason.unwrap_or_else(|| "nobody had asked it to".to_owned());
    let error = NodeError::Ended { name, reason };
    tracing::error!(%error, "the node stops");
    error
}

fn listen(key: &'static str, address: SocketAddr) -> Result<TcpListener, NodeError> {
    let listening = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // As the standard library does: a node that starts again finds its port free.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    listening().map_err(|error| NodeError::Listen { key, address, error })
}

fn disk_options(config: &Config) -> Options {
    Options {
        ballast_bytes: config.storage.ballast_mib.saturating_mul(MIB),
        low_water_bytes: config.storage.low_water_mib.saturating_mul(MIB),
    }
}

fn raft_settings(config: &Config) -> raft::Settings {
    let [least, most] = config.raft.election_timeout_ms;
    raft::Settings {
        node: config.node.id,
        peer: config.peer_advertised(),
        http: config.http_advertised(),
        secret: config.cluster.secret.reveal().to_owned(),
        heartbeat_ms: config.raft.heartbeat_ms,
        election_timeout_ms: (least, most),
        sizes: raft::Sizes {
            log_bytes_max: config.storage.log_mib.saturating_mul(MIB),
            log_bytes_kept: config.storage.log_mib.saturating_mul(MIB) / 2,
            ..raft::Sizes::default()
        },
    }
}

fn mail_settings(config: &Config) -> MailSettings {
    let mail = &config.mail;
    let given = |path: &PathBuf| (!path.as_os_str().is_empty()).then(|| path.clone());
    MailSettings {
        from: mail.from.clone(),
        transport: match mail.transport {
            MailTransport::File => MailRoute::File(mail.folder.clone()),
            MailTransport::Smtp => {
                MailRoute::Smtp { url: mail.url.reveal().to_owned(), ca: given(&mail.ca) }
            }
        },
        templates: given(&mail.templates),
    }
}

fn http_settings(
    config: &Config,
    journal: &Journal,
    auth: http::Auth,
    connections_max: usize,
) -> Result<http::Settings, NodeError> {
    let member = |entry: &MemberEntry| {
        // Its disk's name is asked for when the cluster is formed.
        (entry.id, Member { peer: entry.peer.clone(), http: entry.http.clone(), disk: 0 })
    };
    let folder = &config.media.folder;
    let effective = serde_json::to_value(config).map_err(|error| NodeError::Setting {
        key: "configuration".to_owned(),
        message: error.to_string(),
    })?;
    Ok(http::Settings {
        auth,
        media_base_url: config.media.base_url.trim_end_matches('/').to_owned(),
        media_folder: (!folder.as_os_str().is_empty()).then(|| folder.clone()),
        public_url: config.public_url(),
        members: config.cluster.members.iter().map(member).collect(),
        limits: http_limits(config, connections_max),
        rates: http::Rates {
            user: http::Rate::new(config.limits.user_rate, config.limits.user_burst),
            address: http::Rate::new(config.limits.address_rate, config.limits.address_burst),
        },
        trusted_proxies: config.http.trusted_proxies.clone(),
        cors_origins: config.http.cors_origins.clone(),
        effective,
        journal: journal.clone(),
    })
}

fn serve_limits(config: &Config, connections_max: usize) -> http::ServeLimits {
    let connections_per_address = config.limits.connections_per_address;
    let limits = http::ServeLimits::default();
    http::ServeLimits { connections_max, connections_per_address, ..limits }
}

/// Listeners stay for as long as they like: an eighth of all connections is for whoever buys.
fn http_limits(config: &Config, connections_max: usize) -> http::Limits {
    let limits = http::Limits::default();
    let streams_max = limits.streams_max.min(connections_max - connections_max / 8);
    let bookings_per_user_and_show = config.limits.bookings_per_user_and_show;
    http::Limits { streams_max, bookings_per_user_and_show, ..limits }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Threads that are started later have the policy as well, and nobody has become nicer by it.
    #[test]
    fn threads_interrupt_nobody() {
        let ours =
            || (thread_schedule_policy().ok(), rustix::process::getpriority_process(None).ok());
        let before = ours();
        let (here, later) = std::thread::spawn(move || {
            work_in_batches();
            (ours(), std::thread::spawn(ours).join().unwrap())
        })
        .join()
        .unwrap();
        let policy = |policy| Some(ThreadSchedulePolicy::Normal(policy));
        // Tests may be made nice themselves: then nothing changes.
        let is_ordinary = before == (policy(NormalThreadSchedulePolicy::Other), Some(0));
        let due = if is_ordinary { policy(NormalThreadSchedulePolicy::Batch) } else { before.0 };
        assert_eq!((here, later), ((due, before.1), (due, before.1)));
        assert_eq!(ours(), before, "only of that thread");
    }
}
