//! `bench listen`: how soon those who listen to a show hear that a seat was taken.
//!
//! Every seat is held once, by a hold that is never released, so that no event can hide another;
//! every listener has to hear of each seat that was acknowledged.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::buyers::{Buyer, Hall};
use super::connection::{Broken, Node};
use super::listener::{Listened, Listener, Over, Seats, Stage};
use super::load::Pace;
use super::sheet::{Delays, Deltas, Shared, Sheet};
use super::{allow_files, new_number, nodes, settle};
use crate::cli::args::{Ids, Listen, Scenario, Seed};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::cli::seed::sow;
use crate::client::Client;
use crate::plans::PresetName;

/// Listeners that connect at a time: nodes keep a queue of so many.
const OPENING_MAX: usize = 64;

/// How long what is due may take after the last hold.
const DRAIN: Duration = Duration::from_secs(10);

/// What all that hold seats share.
struct Board {
    stages: Vec<Arc<Stage>>,
    /// The next place that nobody has asked for, over all shows in turn.
    next: AtomicUsize,
}

impl Board {
    fn fresh(&self) -> Option<(&Arc<Stage>, usize)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stage = &self.stages[number % self.stages.len()];
        let place = number / self.stages.len();
        (place < stage.seats.len()).then_some((stage, place))
    }
}

/// A seat whose hold was acknowledged, and counts: its show and its place there.
type Held = (String, usize);

/// Listens while seats are held, prints what was measured, and checks the cluster.
pub(in crate::cli) async fn listen(
    client: &Client,
    listen: &Listen,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let nodes = nodes(client)?;
    let listeners = usize::from(listen.listeners);
    allow_files(listeners + usize::from(listen.clients))?;
    let stages = stages(client, &nodes[0], listen).await?;
    let (over, receiver) = watch::channel(None);
    let tasks = open(&stages, &nodes[0], listeners, &receiver).await?;
    output.say(&format!("{listeners} listeners"));

    let load = listen.load();
    let holders = if nodes.len() < 2 { nodes } else { nodes[1..].to_vec() };
    let hall = Arc::new(Hall::new(holders, Scenario::Hold, Vec::new(), &load));
    let pace = Arc::new(Pace::new(&load, Instant::now()));
    let board = Arc::new(Board { stages, next: AtomicUsize::new(0) });
    let (mut sheet, held) = hold(&board, &hall, &pace, load.clients).await?;
    let deltas = gather(&board, tasks, &held, &over).await?;

    let missed = deltas.expected.saturating_sub(deltas.came);
    let mut report = sheet.report("listen", &load, &pace);
    report.deltas = Some(deltas);
    let exit = settle(client, &sheet, &report, output).await?;
    if 0 < missed {
        output.say(&format!("usher: {missed} deltas did not come"));
    }
    Ok(if 0 < missed { Exit::Failed } else { exit })
}

/// Makes the shows, and reads what seats they have.
async fn stages(client: &Client, node: &Node, listen: &Listen) -> Result<Vec<Arc<Stage>>, Failure> {
    let first = new_number();
    let ids: BTreeSet<u64> = (first..first + listen.shows).collect();
    let seed = Seed { preset: PresetName::Arena, ids: Some(Ids(ids.clone())) };
    sow(client, &seed, &[]).await?.sound()?;
    let mut stages = Vec::new();
    for id in ids {
        let show = format!("{}-{id}", PresetName::Arena.as_str());
        // The node may not have heard of the show yet.
        client.at(node.endpoint()).show(&show).linearizable().await?;
        stages.push(Arc::new(Stage::open(node, &show).await.map_err(unreachable)?));
    }
    let due = (listen.warm_up + listen.seconds).as_secs().saturating_mul(listen.rate);
    let seats: usize = stages.iter().map(|stage| stage.seats.len()).sum();
    if (seats as u64) < due {
        let message = format!("{due} holds need more than {seats} seats: take more --shows");
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(stages)
}

type Listening = JoinSet<(usize, Result<Listened, Broken>)>;

/// Has all begin to listen, over all shows in turn.
async fn open(
    stages: &[Arc<Stage>],
    node: &Node,
    listeners: usize,
    over: &watch::Receiver<Option<Vec<Over>>>,
) -> Result<Listening, Failure> {
    let (mut tasks, turns) = (JoinSet::new(), Arc::new(Semaphore::new(OPENING_MAX)));
    let (opened, mut all) = mpsc::channel(OPENING_MAX);
    for number in 0..listeners {
        let at = number % stages.len();
        let mut listener = Listener::new(&stages[at], node);
        let (turns, opened, over) = (Arc::clone(&turns), opened.clone(), over.clone());
        tasks.spawn(async move {
            let turn = turns.acquire().await;
            let stream = listener.open().await;
            drop(turn);
            let said = stream.as_ref().map(|_| ()).map_err(|Broken(why)| Broken(why.clone()));
            // Whoever waits for it goes on without it after the first failure.
            let _gone = opened.send(said).await;
            drop(opened);
            let listened = match stream {
                Ok(stream) => listener.listen(stream, at, over).await,
                Err(broken) => Err(broken),
            };
            (at, listened)
        });
    }
    drop(opened);
    while let Some(said) = all.recv().await {
        said.map_err(unreachable)?;
    }
    Ok(tasks)
}

/// Has seats held at the rate asked for.
async fn hold(
    board: &Arc<Board>,
    hall: &Arc<Hall>,
    pace: &Arc<Pace>,
    clients: u16,
) -> Result<(Sheet, Vec<Held>), Failure> {
    let (sheet, mut tasks) = (Shared::default(), JoinSet::new());
    for number in 0..usize::from(clients) {
        let (board, pace) = (Arc::clone(board), Arc::clone(pace));
        let mut buyer = Buyer::new(hall, &sheet, number);
        tasks.spawn(async move {
            let mut held = Vec::new();
            while let Some(meant) = pace.next().await {
                let Some((stage, place)) = board.fresh() else { break };
                buyer.begins(&pace, meant);
                let counts = pace.counts(meant);
                if counts {
                    stage.sending(place);
                }
                let hold = buyer.hold(&pace, meant, &stage.show, &stage.seats[place]).await;
                if hold.is_some() && counts {
                    held.push((stage.show.clone(), place));
                }
            }
            held
        });
    }
    let mut held = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        held.extend(joined.map_err(|error| panicked(&error))?);
    }
    Ok((sheet.take(), held))
}

/// Waits until the listeners have heard what they have to, and counts.
async fn gather(
    board: &Board,
    mut tasks: Listening,
    held: &[Held],
    over: &watch::Sender<Option<Vec<Over>>>,
) -> Result<Deltas, Failure> {
    let until = Instant::now() + DRAIN;
    let due = board.stages.iter().map(|stage| {
        let mut due = Seats::none(stage.seats.len());
        for (_, place) in held.iter().filter(|(show, _)| *show == stage.show) {
            due.insert(*place);
        }
        Over { due: Arc::new(due), until }
    });
    let due: Vec<Over> = due.collect();
    over.send_replace(Some(due.clone()));
    let (mut listeners, mut expected, mut came, mut reconnected) = (0, 0, 0, 0);
    while let Some(joined) = tasks.join_next().await {
        let (at, listened) = joined.map_err(|error| panicked(&error))?;
        let listened = listened.map_err(unreachable)?;
        listeners += 1;
        expected += due[at].due.common(&due[at].due);
        came += listened.heard.common(&due[at].due);
        reconnected += listened.reconnected;
    }
    let (mut delays, mut events) = (Delays::default(), 0);
    for stage in &board.stages {
        let heard = stage.heard();
        delays.add(&heard.delays);
        events += heard.events;
    }
    let (p50, p99, max) = (delays.ms(0.5), delays.ms(0.99), delays.ms(1.0));
    Ok(Deltas {
        listeners,
        expected,
        came,
        heard_p50_ms: p50,
        heard_p99_ms: p99,
        heard_max_ms: max,
        events,
        reconnected,
    })
}

fn unreachable(Broken(why): Broken) -> Failure {
    Failure::new(Exit::Unreachable, format!("the stream: {why}"))
}

fn panicked(error: &tokio::task::JoinError) -> Failure {
    Failure::new(Exit::Failed, error.to_string())
}
