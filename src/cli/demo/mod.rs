//! `demo`: a whole cluster in one process, with a gateway that takes no money, a folder of mail and
//! shows to play with. Each node is what `serve` runs: its own threads, its own data directory, its
//! own ports on the loopback.

mod pictures;
mod settings;
mod story;

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use futures_util::future::try_join_all;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::args::{Connect, Demo, Seed};
use super::connect;
use super::exit::{Exit, Failure};
use super::local::log;
use super::output::Output;
use super::seed::sow;
use crate::client::Code;
use crate::clock::{SystemClock, SystemRng};
use crate::config::{Config, Log, LogFormat};
use crate::journal::Journal;
use crate::node;
use crate::plans::PresetName;
use crate::sandbox;
use crate::seats::Role;
use settings::Settings;

/// The shows to play with.
const SHOWS: [PresetName; 3] = [PresetName::Club, PresetName::Theatre, PresetName::Arena];

/// What of the nodes' events is shown: a demonstration has its own words, and nodes that all stop
/// at once find no successor.
const LOG_FILTER: &str = "warn,openraft=off,usher::raft::start=error";

/// How long forming, electing and seeding may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a thread of the demonstration tells.
enum News {
    /// A node can be connected to.
    Serving,
    /// A part ended: `None` if it was asked to.
    Ended(Option<String>),
}

/// Runs a cluster until it is interrupted.
pub(super) fn demo(arguments: &Demo, output: &mut Output) -> Result<Exit, Failure> {
    let journal = log(&Log { format: LogFormat::Text, filter: LOG_FILTER.to_owned() })?;
    let place = Place::of(arguments)?;
    let settings = Settings::of(arguments, &place.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| failed(format!("no runtime: {error}")))?;
    let ended = runtime.block_on(run(&settings, &journal, output));
    if let Place::Kept(path) = &place {
        output.say(&format!("kept in {}", path.display()));
    }
    ended.map(|()| Exit::Done)
}

/// Where everything lies.
enum Place {
    Kept(PathBuf),
    /// Deleted when this goes.
    Passing(TempDir),
}

impl Place {
    fn of(arguments: &Demo) -> Result<Place, Failure> {
        match &arguments.data_dir {
            Some(path) => Ok(Place::Kept(path.clone())),
            None => tempfile::Builder::new()
                .prefix("usher-demo-")
                .tempdir()
                .map(Place::Passing)
                .map_err(|error| failed(format!("no temporary folder: {error}"))),
        }
    }

    fn path(&self) -> PathBuf {
        match self {
            Place::Kept(path) => path.clone(),
            Place::Passing(folder) => folder.path().to_owned(),
        }
    }
}

/// From nothing to a cluster on which somebody plays, and back.
async fn run(settings: &Settings, journal: &Journal, output: &mut Output) -> Result<(), Failure> {
    let mut interrupted = node::Stop::new().map_err(|error| failed(error.to_string()))?;
    let (stop, stopping) = watch::channel(false);
    let (news, mut heard) = mpsc::unbounded_channel();
    let gateway = TcpListener::bind(settings.gateway).await;
    let gateway = gateway.map_err(|error| {
        let (address, hint) = (settings.gateway, "--port chooses others");
        failed(format!("cannot listen on {address} for the gateway: {error}; {hint}"))
    })?;
    let gateway = tokio::spawn(serve_gateway(settings.clone(), gateway, stopping.clone()));
    let configs = settings.nodes()?;
    let mut nodes = Vec::new();
    for config in configs {
        let (news, stopping, journal) = (news.clone(), stopping.clone(), journal.clone());
        let name = format!("node {}", config.node.id);
        let spawned = thread::Builder::new().name(name).spawn(move || {
            let ended = run_node(&config, &journal, stopping, &news);
            // Whoever would hear it may be gone, which is then the reason for the end.
            let _heard = news.send(News::Ended(ended));
        });
        nodes.push(spawned.map_err(|error| failed(format!("no thread: {error}")))?);
    }
    drop(news);
    let lived = tokio::select! {
        lived = live(settings, &mut heard, output) => lived,
        signal = interrupted.asked() => {
            output.say(&format!("\n{signal}: the nodes stop"));
            Ok(())
        }
    };
    stop.send_replace(true);
    while let Some(news) = heard.recv().await {
        if let News::Ended(Some(reason)) = news {
            output.say(&format!("usher: {reason}"));
        }
    }
    for node in nodes {
        node.join().map_err(|_panic| failed("a node's thread panicked".to_owned()))?;
    }
    let gateway = gateway.await.map_err(|error| failed(error.to_string()))?;
    lived.and(gateway.map_err(failed))
}

/// Forms the cluster, fills it and tells about it; returns only with what went wrong.
async fn live(
    settings: &Settings,
    heard: &mut mpsc::UnboundedReceiver<News>,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut serving = 0;
    while serving < settings.node_count() {
        match heard.recv().await {
            Some(News::Serving) => serving += 1,
            Some(News::Ended(reason)) => return Err(ended(reason)),
            None => return Err(ended(None)),
        }
    }
    let filled = async {
        fill(settings).await?;
        output.data(&story::tell(settings));
        output.flush().map_err(|error| failed(format!("stdout: {error}")))
    };
    tokio::select! {
        filled = filled => filled?,
        news = heard.recv() => return Err(ended(reason(news))),
    }
    Err(ended(reason(heard.recv().await)))
}

/// Forms the cluster unless it was formed before, and seeds the shows.
async fn fill(settings: &Settings) -> Result<(), Failure> {
    let token_file = settings.token(Role::Operator);
    let connect = Connect { endpoints: settings.endpoints(), token_file, timeout: PATIENCE };
    let client = connect::client(&connect)?;
    let init = client.post::<()>("/v1/cluster/init", "{}").alone(0).timeout(PATIENCE);
    match init.answer().await {
        Ok(_) => {}
        Err(error) if error.code() == Some(&Code::AlreadyInitialized) => {}
        Err(error) => return Err(error.into()),
    }
    let seeds = SHOWS.map(|preset| Seed { preset, ids: None });
    let sown = seeds.iter().map(async |seed| {
        let media = pictures::of(seed.preset);
        sow(&client, seed, &media).await?.sound()
    });
    try_join_all(sown).await.map(|_| ())
}

/// Runs a node on this thread; returns why it ended if nobody had asked it to.
fn run_node(
    config: &Config,
    journal: &Journal,
    mut stopping: watch::Receiver<bool>,
    news: &mpsc::UnboundedSender<News>,
) -> Option<String> {
    let asked = || {
        Ok(async move {
            // A sender that is gone means the same.
            let _stop = stopping.wait_for(|stop| *stop).await;
            "the demonstration"
        })
    };
    let serving = || {
        let _heard = news.send(News::Serving);
    };
    let ended = node::run_until(config, journal, asked, serving);
    ended.err().map(|error| format!("node {}: {error}; --port chooses others", config.node.id))
}

async fn serve_gateway(
    settings: Settings,
    listener: TcpListener,
    stopping: watch::Receiver<bool>,
) -> Result<(), String> {
    let options = sandbox::Options {
        dir: settings.folder.join("gateway"),
        secret: settings.secrets.webhook.clone(),
        public_url: format!("http://{}", settings.gateway),
    };
    let (clock, rng) = (SystemClock::new(), SystemRng);
    let served = sandbox::serve(
        listener,
        options,
        std::sync::Arc::new(clock),
        std::sync::Arc::new(rng),
        stopping,
    );
    served.await.map_err(|error| format!("the gateway: {error}"))
}

fn reason(news: Option<News>) -> Option<String> {
    match news {
        Some(News::Ended(reason)) => reason,
        Some(News::Serving) | None => None,
    }
}

fn ended(reason: Option<String>) -> Failure {
    failed(reason.unwrap_or_else(|| "a node has ended unasked".to_owned()))
}

fn failed(message: String) -> Failure {
    Failure::new(Exit::Failed, message)
}
