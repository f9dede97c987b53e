//! One run: a seed, a cluster, clients, faults; then everything is mended, and what was promised is
//! asked for.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Once};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::runtime::{Builder, RngSeed};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::bugs::Bug;
use super::clients::{Client, Crowd, QUIET, deliver};
use super::disk::Crash;
use super::judge::history::{End, History, Op};
use super::judge::{Evidence, Judgement, Logged, Session, Standing, Violation, judge};
use super::ledger::Counts;
use super::nemesis::Nemesis;
use super::observer::Observer;
use super::outside::Sold;
use super::world::{Run, World};
use crate::gateways::SessionStatus;
use crate::seats::{Hold, HoldStatus};

/// How long clients go on after everything is mended.
const AFTERMATH: Duration = Duration::from_secs(8);

/// Every client is answered within this once everything is mended (I12).
const ANSWER_MS_MAX: u64 = 10_000;

/// A hold may be pending for so long after its deadline (I12).
const OVERDUE_MS_MAX: u64 = 5_000;

/// The outbox is empty after this: mail waits five minutes at most between two attempts.
const DRAIN_MAX: Duration = Duration::from_secs(400);

/// All nodes have the same state after this.
const SETTLE_MAX: Duration = Duration::from_secs(30);

/// Clients that have begun something finish it within this.
const CLOSING_MAX: Duration = Duration::from_mins(1);

/// What a run is.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Simulated time with faults.
    pub(crate) seconds: u64,
    pub(crate) bugs: BTreeSet<Bug>,
    /// Whether the trace is kept in words.
    pub(crate) words: bool,
}

/// How it went.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    /// The trace as a number, and its events.
    pub(crate) trace: (u64, u64),
    pub(crate) counts: Counts,
    /// Simulated milliseconds.
    pub(crate) simulated_ms: u64,
    pub(crate) violations: Vec<Violation>,
    /// The trace in words, if they were asked for.
    pub(crate) lines: Vec<String>,
}

/// Runs a seed.
pub(crate) fn run(plan: &Plan) -> Report {
    in_virtual_time(plan, async |simulation: Simulation| simulation.live().await)
}

thread_local! {
    /// Panics in this thread, wherever they were caught.
    static PANICS: Cell<u64> = const { Cell::new(0) };
}

/// How many panics there were in this thread since this was first asked.
fn panics() -> u64 {
    static COUNTED: Once = Once::new();
    COUNTED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.with(|panics| panics.set(panics.get() + 1));
            usual(panic);
        }));
    });
    PANICS.with(Cell::get)
}

/// A night without a request, and then a write.
pub(crate) fn idle_night(seed: u64, hours: u64) -> Report {
    let plan = Plan { seed, seconds: 0, bugs: BTreeSet::new(), words: false };
    in_virtual_time(&plan, async |simulation: Simulation| simulation.sleep_a_night(hours).await)
}

fn in_virtual_time(plan: &Plan, live: impl AsyncFnOnce(Simulation)) -> Report {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .rng_seed(RngSeed::from_bytes(&plan.seed.to_le_bytes()))
        .build()
        .expect("a runtime of one thread needs nothing of the system");
    runtime.block_on(async {
        let observer = Arc::new(Observer::new(plan.words));
        let before = panics();
        live(Simulation::new(plan, &observer).await).await;
        if before != panics() {
            let what = format!("{} tasks panicked", panics() - before);
            observer.violate("panic", what, Vec::new());
        }
        Report {
            seed: plan.seed,
            trace: observer.trace(),
            counts: observer.counts(),
            simulated_ms: observer.elapsed_ms(),
            violations: observer.violations(),
            lines: observer.lines(),
        }
    })
}

struct Simulation {
    observer: Arc<Observer>,
    world: Arc<World>,
    history: Arc<History>,
    rng: SmallRng,
    seconds: u64,
}

impl Simulation {
    async fn new(plan: &Plan, observer: &Arc<Observer>) -> Simulation {
        let mut rng = SmallRng::seed_from_u64(plan.seed);
        let nodes = if rng.random_bool(0.25) { 5 } else { 3 };
        let (world, webhooks) =
            World::new(rng.random(), nodes, plan.bugs.clone(), Arc::clone(observer));
        tokio::spawn(deliver(Arc::clone(&world), webhooks));
        for id in 1..=nodes {
            if let Err(reason) = world.start(id).await {
                observer.violate("start", format!("node {id}: {reason}"), Vec::new());
            }
        }
        let members = (1..=nodes).map(|id| (id, World::member(id))).collect();
        let first = world.run(1).expect("node 1 was started");
        let deadline = Instant::now() + Duration::from_secs(10);
        if let Err(error) = first.handle.initialize(members, deadline).await {
            observer.violate("form", format!("no cluster: {error}"), Vec::new());
        }
        Simulation {
            observer: Arc::clone(observer),
            world,
            history: Arc::default(),
            rng,
            seconds: plan.seconds,
        }
    }

    async fn live(mut self) {
        let (close, over) = watch::channel(false);
        let crowd = Arc::new(Crowd {
            world: Arc::clone(&self.world),
            history: Arc::clone(&self.history),
            over,
        });
        let mut clients = self.clients(&crowd).await;

        let (end_trouble, trouble_over) = watch::channel(false);
        let nemesis = Nemesis::new(&self.world, self.rng.random(), trouble_over);
        let supervisor = tokio::spawn(Arc::clone(&nemesis).supervise());
        let network = tokio::spawn(Arc::clone(&nemesis).trouble_network());
        let nodes = tokio::spawn(Arc::clone(&nemesis).trouble_nodes());
        sleep(Duration::from_secs(self.seconds)).await;
        end_trouble.send_replace(true);
        for trouble in [network, nodes] {
            trouble.await.expect("the nemesis does not panic");
        }
        nemesis.heal().await;
        let healed = self.observer.elapsed_ms();

        self.watch_holds(AFTERMATH).await;
        nemesis.clear_away().await;
        close.send_replace(true);
        let ended = async { while clients.join_next().await.is_some() {} };
        if timeout(CLOSING_MAX, ended).await.is_err() {
            self.violate("I12", "a client is not answered".to_owned());
            clients.shutdown().await;
        }
        self.drain().await;
        self.settle().await;
        self.probe(&crowd).await;
        self.settle().await;
        supervisor.abort();
        self.conclude(healed).await;
    }

    /// Nobody asks for anything for so many hours; then somebody does.
    async fn sleep_a_night(mut self, hours: u64) {
        let (close, over) = watch::channel(false);
        let (world, history) = (Arc::clone(&self.world), Arc::clone(&self.history));
        let crowd = Arc::new(Crowd { world, history, over });
        Client::new(&crowd, 0, self.rng.random()).open_house().await;
        sleep(Duration::from_secs(hours * 3600)).await;
        self.observer.count(|counts| counts.idle_nights += 1);
        let woken = self.observer.elapsed_ms();
        let mut buyers = JoinSet::new();
        for number in 1..=3 {
            buyers.spawn(Client::new(&crowd, number, self.rng.random()).shop());
        }
        sleep(Duration::from_secs(5)).await;
        close.send_replace(true);
        while buyers.join_next().await.is_some() {}
        self.drain().await;
        self.settle().await;
        self.conclude(woken).await;
    }

    /// Judges, and ends every node.
    async fn conclude(&self, healed: u64) {
        let history = self.history.take();
        self.check_answers(&history, healed);
        let log = self.observer.log();
        let evidence = self.evidence(&log, &history);
        // The judge's own core has the same bugs: it is not the core that judges.
        let inside = self.world.scope_of_judge();
        let Judgement { violations, tally } = inside.run(async { judge(&evidence) }).await;
        for Violation { rule, what, about } in violations {
            self.observer.violate(rule, what, about);
        }
        self.observer.count(|counts| {
            counts.entries += tally.entries;
            counts.leaders += 1;
            counts.failovers += tally.terms.saturating_sub(1);
            counts.holds += tally.holds;
            counts.bookings += tally.bookings;
            counts.late_payments += tally.late_payments;
            counts.refunds += tally.refunds;
            counts.letters += tally.letters;
        });
        let lost = self.world.network.lost();
        self.observer.count(|counts| counts.lost_messages += lost);
        for id in self.world.nodes() {
            self.world.crash(id, Crash::Kill);
        }
    }

    /// All that is left of the run.
    fn evidence<'a>(&self, log: &'a BTreeMap<u64, Logged>, history: &'a [Op]) -> Evidence<'a> {
        let standing = |(node, run): (u64, Run)| {
            let (state, index) = run.handle.read(|state, index| (state.clone(), index));
            Standing { node, index, state }
        };
        let session = |sold: Sold| Session {
            payment: sold.payment,
            is_open: sold.status == SessionStatus::Open,
            captured: sold.captured(),
            refunds: sold.refunds.iter().map(|(row, amount)| (*row, amount.0)).collect(),
        };
        Evidence {
            log,
            history,
            nodes: self.world.running().into_iter().map(standing).collect(),
            sessions: self.world.outside.sessions().into_iter().map(session).collect(),
            letters: self.world.outside.letters().into_keys().collect(),
            webhooks: self.observer.webhooks(),
            quiet: QUIET,
        }
    }

    /// Opens the house and lets clients in.
    async fn clients(&mut self, crowd: &Arc<Crowd>) -> JoinSet<()> {
        Client::new(crowd, 0, self.rng.random()).open_house().await;
        let mut clients = JoinSet::new();
        for number in 1..=9 {
            clients.spawn(Client::new(crowd, number, self.rng.random()).shop());
        }
        let turns = Arc::new(AtomicU64::new(0));
        for number in 21..=24 {
            let client = Client::new(crowd, number, self.rng.random());
            clients.spawn(client.dawdle(Arc::clone(&turns)));
        }
        let cancels = self.rng.random_bool(0.2);
        let after = Duration::from_secs(self.rng.random_range(0..=self.seconds));
        let organizer = Client::new(crowd, 31, self.rng.random());
        clients.spawn(organizer.organize(cancels.then_some(after)));
        clients
    }

    fn violate(&self, rule: &'static str, what: String) {
        self.observer.violate(rule, what, Vec::new());
    }

    /// No node that hears its leader shows a hold that is overdue by long (I12).
    async fn watch_holds(&self, during: Duration) {
        let until = Instant::now() + during;
        // What was overdue before ends first.
        sleep(during / 2).await;
        while Instant::now() < until {
            let now = self.wall();
            for (id, run) in self.world.running() {
                let overdue = run.handle.read(|state, _| {
                    let pending = state.holds().filter(|h| h.status == HoldStatus::Pending);
                    let late = |hold: &&Hold| hold.expires_at.0 + OVERDUE_MS_MAX < now;
                    pending.filter(late).map(|hold| hold.id).next()
                });
                if let (Some(hold), None) = (overdue, run.handle.not_ready()) {
                    let what = format!("{hold} is overdue on node {id}");
                    self.observer.violate("I12", what, vec![hold.to_string()]);
                    return;
                }
            }
            sleep(Duration::from_millis(250)).await;
        }
    }

    /// Every node serves by itself: writes, and reads of both kinds (I12).
    async fn probe(&mut self, crowd: &Arc<Crowd>) {
        for (id, _) in self.world.running() {
            let client = Client::new(crowd, 40 + id, self.rng.random());
            if let Err(what) = client.probe(id).await {
                self.violate("I12", format!("node {id}, with everything mended: {what}"));
            }
        }
    }

    /// Waits until nothing is owed to the outside any more.
    async fn drain(&self) {
        let until = Instant::now() + DRAIN_MAX;
        let mut left = "there is no leader".to_owned();
        while Instant::now() < until {
            if let Some((id, run)) = self.world.leader() {
                let (rows, overdue, soon) = run.handle.read(|state, _| {
                    let now = self.wall();
                    let pending = state.holds().filter(|h| h.status == HoldStatus::Pending);
                    let deadlines: Vec<u64> = pending.map(|hold| hold.expires_at.0).collect();
                    let late = |at: &&u64| **at + OVERDUE_MS_MAX < now;
                    let soon = |at: &&u64| **at < now + 600_000;
                    let overdue = deadlines.iter().filter(late).count();
                    (state.outbox().count(), overdue, deadlines.iter().filter(soon).count())
                });
                if 0 < overdue {
                    let what = format!("{overdue} holds are overdue on node {id}, which leads");
                    return self.violate("I12", what);
                }
                if rows == 0 && soon == 0 {
                    return;
                }
                left = format!("{rows} rows are in the outbox of node {id}, {soon} holds pend");
            }
            sleep(Duration::from_millis(200)).await;
        }
        self.violate("I11", format!("after {DRAIN_MAX:?} {left}"));
    }

    fn wall(&self) -> u64 {
        super::clock::START + self.observer.elapsed_ms()
    }

    /// Waits until every member has the same state, under one leader.
    async fn settle(&self) {
        let until = Instant::now() + SETTLE_MAX;
        loop {
            let running = self.world.running();
            let leaders = running.iter().filter(|(_, run)| run.handle.is_leader()).count();
            let applied: BTreeSet<u64> =
                running.iter().map(|(_, run)| run.handle.read(|_, index| index)).collect();
            let members = self.world.leader().map_or(0, |(_, run)| run.handle.members().len());
            if leaders == 1 && applied.len() == 1 && members == running.len() {
                self.observer.note(|line| write!(line, "all nodes are at {applied:?}"));
                return;
            }
            if until <= Instant::now() {
                let what = format!(
                    "{leaders} leaders, {members} members, {} nodes run, applied {applied:?}",
                    running.len()
                );
                return self.violate("I12", what);
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Once everything was mended every client was answered soon.
    fn check_answers(&self, history: &[Op], healed: u64) {
        for op in history.iter().filter(|op| healed <= op.returned_ms) {
            let took = op.returned_ms - op.called_ms.max(healed);
            // Who is told that nothing was done, and believes it, is answered as well.
            let answered = matches!(op.end, End::Told(_) | End::NotProposed);
            // Whoever gave up before that was never promised an answer.
            let gave_up = !answered && op.called_ms + op.patience_ms < healed + ANSWER_MS_MAX;
            if (ANSWER_MS_MAX < took || !answered) && !gave_up {
                let what =
                    format!("{} asked {:?} and after {took} ms got {:?}", op.user, op.ask, op.end);
                self.observer.violate("I12", what, op.key.iter().cloned().collect());
            }
        }
    }
}
