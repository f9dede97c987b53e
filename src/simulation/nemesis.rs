//! Makes things go wrong, a different mixture in every run (swarm testing; Groce et al. 2012), and
//! makes them right again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::disk::{Crash, Faults};
use super::ledger::Counts;
use super::network::Weather;
use super::outside::Manners;
use super::world::World;
use crate::raft::{AdminError, Change, NodeId};
use crate::store::Family;

/// A change of members is asked for again until it is done, but no longer than this.
const CHANGE_MAX: Duration = Duration::from_secs(25);

/// One attempt of it.
const ATTEMPT_MAX: Duration = Duration::from_secs(6);

/// What can go wrong with nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Kill,
    PowerCut,
    PowerCutOfAll,
    PowerCutAtVote,
    Stop,
    Pause,
    ClockJump,
    SlowDisk,
    FailedSync,
    FullDisk,
    Damage,
    Wipe,
    Handover,
    AddAndRemove,
    Replace,
}

/// Why a node may end by itself, or not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Excuse {
    Sync,
    Space,
    Damage,
}

impl Excuse {
    /// What the node says then.
    fn words(self) -> &'static str {
        match self {
            Excuse::Sync => "a sync failed",
            Excuse::Space => "no space left",
            Excuse::Damage => "checksum mismatch",
        }
    }
}

const FAULTS: [Fault; 15] = [
    Fault::Kill,
    Fault::PowerCut,
    Fault::PowerCutOfAll,
    Fault::PowerCutAtVote,
    Fault::Stop,
    Fault::Pause,
    Fault::ClockJump,
    Fault::SlowDisk,
    Fault::FailedSync,
    Fault::FullDisk,
    Fault::Damage,
    Fault::Wipe,
    Fault::Handover,
    Fault::AddAndRemove,
    Fault::Replace,
];

/// What goes wrong in a run, and where.
pub(crate) struct Nemesis {
    world: Arc<World>,
    /// True once everything is to be right again.
    over: watch::Receiver<bool>,
    faults: Vec<Fault>,
    inner: Mutex<Inner>,
}

struct Inner {
    rng: SmallRng,
    next_id: NodeId,
    /// Nodes that nobody must start: their disks are gone, or they are not members any more.
    lost: BTreeSet<NodeId>,
    /// Nodes that may end by themselves, and for which reasons.
    excused: BTreeSet<(NodeId, Excuse)>,
}

impl Nemesis {
    /// A mixture of its own for every seed.
    pub(crate) fn new(world: &Arc<World>, seed: u64, over: watch::Receiver<bool>) -> Arc<Nemesis> {
        let mut rng = SmallRng::seed_from_u64(seed);
        let next_id = world.nodes().last().copied().unwrap_or(0) + 1;
        // About half of them, and always one that crashes.
        let mut faults: Vec<Fault> = FAULTS.into_iter().filter(|_| rng.random_bool(0.5)).collect();
        faults.push(if rng.random_bool(0.5) { Fault::Kill } else { Fault::PowerCut });
        let inner = Inner { rng, next_id, lost: BTreeSet::new(), excused: BTreeSet::new() };
        let world = Arc::clone(world);
        Arc::new(Nemesis { world, over, faults, inner: Mutex::new(inner) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, from: u64, to: u64) -> u64 {
        self.inner().rng.random_range(from..=to)
    }

    fn chance(&self, share: f64) -> bool {
        self.inner().rng.random_bool(share)
    }

    fn pick<T: Copy>(&self, of: &[T]) -> Option<T> {
        if of.is_empty() {
            return None;
        }
        let at = self.inner().rng.random_range(0..of.len());
        Some(of[at])
    }

    fn is_over(&self) -> bool {
        *self.over.borrow()
    }

    fn is_excused(&self, id: NodeId, reason: &str) -> bool {
        let inner = self.inner();
        let mut excuses = inner.excused.iter().filter(|(node, _)| *node == id);
        excuses.any(|(_, excuse)| reason.contains(excuse.words()))
    }

    fn note(&self, what: impl FnOnce(&mut String) -> std::fmt::Result) {
        self.world.observer.note(what);
    }

    fn count(&self, count: impl FnOnce(&mut Counts)) {
        self.world.observer.count(count);
    }

    /// Sleeps, but not past the end.
    async fn rest(&self, least_ms: u64, most_ms: u64) {
        let until = Duration::from_millis(self.draw(least_ms, most_ms));
        let mut over = self.over.clone();
        tokio::select! {
            biased;
            _ = over.wait_for(|over| *over) => {}
            () = sleep(until) => {}
        }
    }

    /// Starts nodes again that ended by themselves; those that had no reason to are a violation.
    pub(crate) async fn supervise(self: Arc<Nemesis>) {
        loop {
            for (id, reason) in self.world.observer.take_ended() {
                if !self.is_excused(id, &reason) {
                    let what = format!("node {id} ended by itself: {reason}");
                    self.world.observer.violate("end", what, Vec::new());
                }
                let crash = if self.chance(0.5) { Crash::Kill } else { Crash::PowerCut };
                self.world.crash(id, crash);
                let nemesis = Arc::clone(&self);
                tokio::spawn(async move {
                    nemesis.rest(200, 2000).await;
                    nemesis.start(id).await;
                });
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Starts a node, unless it must not be, or runs.
    async fn start(&self, id: NodeId) {
        let stands = !self.inner().lost.contains(&id) && self.world.nodes().contains(&id);
        if !stands || self.world.run(id).is_some() {
            return;
        }
        if let Err(reason) = self.world.start(id).await {
            // One that is excused is tried again, and replaced if need be.
            if !self.is_excused(id, &reason) {
                let what = format!("node {id} does not start: {reason}");
                self.world.observer.violate("start", what, Vec::new());
                self.inner().lost.insert(id);
            }
        }
    }

    /// Faults of the network, of clients' connections and of the outside, one after the other.
    pub(crate) async fn trouble_network(self: Arc<Nemesis>) {
        let rough = self.draw(0, 2);
        while !self.is_over() {
            self.rest(500, 4000).await;
            if self.is_over() {
                break;
            }
            match self.draw(0, 9) {
                0..=4 => self.cut().await,
                5 => {
                    let loss = u32::try_from(self.draw(50, 300)).unwrap_or(0);
                    self.weather(Weather { loss, ..Weather::default() }).await;
                }
                6 => {
                    let delay_us = (1000, self.draw(20_000, 150_000));
                    self.weather(Weather { delay_us, loss: 0 }).await;
                }
                7 => {
                    self.world.set_client_loss(u32::try_from(self.draw(20, 150)).unwrap_or(0));
                    self.rest(1000, 6000).await;
                    self.world.set_client_loss(0);
                }
                _ => {
                    let share = |most| u32::try_from(self.draw(0, most * rough)).unwrap_or(0);
                    let manners = Manners {
                        lost_calls: share(150),
                        lost_webhooks: share(150),
                        doubled_webhooks: share(200),
                        late_webhooks: share(200),
                        refused_letters: share(250),
                    };
                    self.note(|line| write!(line, "the outside: {manners:?}"));
                    self.world.outside.set_manners(manners);
                }
            }
        }
    }

    async fn weather(&self, weather: Weather) {
        self.note(|line| write!(line, "the network: {weather:?}"));
        self.world.network.set_weather(weather);
        self.rest(1000, 6000).await;
        self.world.network.set_weather(Weather::default());
    }

    /// Cuts the network in one of the ways that it can be cut, and mends it.
    async fn cut(&self) {
        let nodes = self.world.nodes();
        let leader = self.world.leader().map(|(id, _)| id);
        let Some(victim) = leader.filter(|_| self.chance(0.5)).or_else(|| self.pick(&nodes)) else {
            return;
        };
        let others: Vec<NodeId> = nodes.iter().copied().filter(|id| *id != victim).collect();
        let Some(other) = self.pick(&others) else { return };
        let incoming: Vec<_> = others.iter().map(|id| (*id, victim)).collect();
        let outgoing: Vec<_> = others.iter().map(|id| (victim, *id)).collect();
        let (name, pairs) = match self.draw(0, 5) {
            0 | 1 => ("isolated", [incoming, outgoing].concat()),
            2 => ("deaf", incoming),
            3 => ("mute", outgoing),
            // Two that reach all others, but not each other.
            4 => ("bridged", vec![(victim, other), (other, victim)]),
            _ => {
                let side = |id: &NodeId| *id == victim || *id == other;
                let pairs = nodes.iter().flat_map(|a| nodes.iter().map(move |b| (*a, *b)));
                ("split", pairs.filter(|(a, b)| side(a) != side(b)).collect())
            }
        };
        self.count(|counts| counts.partitions += 1);
        self.note(|line| write!(line, "node {victim} is {name}: {pairs:?}"));
        self.world.network.cut(pairs);
        self.rest(500, 7000).await;
        self.note(|line| write!(line, "the network is mended"));
        self.world.network.mend();
    }

    /// Faults of nodes, one after the other.
    pub(crate) async fn trouble_nodes(self: Arc<Nemesis>) {
        while !self.is_over() {
            self.rest(800, 4000).await;
            if self.is_over() {
                break;
            }
            let running: Vec<NodeId> = self.world.running().iter().map(|(id, _)| *id).collect();
            let leader = self.world.leader().map(|(id, _)| id);
            let victim = leader.filter(|_| self.chance(0.4)).or_else(|| self.pick(&running));
            let (Some(victim), Some(fault)) = (victim, self.pick(&self.faults)) else { continue };
            self.note(|line| write!(line, "{fault:?} of node {victim}"));
            self.inflict(fault, victim, &running).await;
        }
    }

    async fn inflict(&self, fault: Fault, victim: NodeId, running: &[NodeId]) {
        match fault {
            Fault::Kill => {
                self.count(|counts| counts.kills += 1);
                self.crash(&[victim], Crash::Kill).await;
            }
            Fault::PowerCut => {
                self.count(|counts| counts.power_cuts += 1);
                self.crash(&[victim], Crash::PowerCut).await;
            }
            Fault::PowerCutOfAll => {
                self.count(|counts| counts.power_cuts += running.len() as u64);
                self.crash(running, Crash::PowerCut).await;
            }
            Fault::PowerCutAtVote => self.cut_at_vote(victim).await,
            Fault::Stop => {
                self.world.stop(victim).await;
                self.rest(200, 1500).await;
                self.start(victim).await;
            }
            Fault::Pause => {
                let Some(run) = self.world.run(victim) else { return };
                self.count(|counts| counts.pauses += 1);
                run.scope.pause();
                self.rest(300, 6000).await;
                run.scope.resume();
            }
            Fault::ClockJump => {
                let by = i64::try_from(self.draw(2_000, 6 * 3600 * 1000)).unwrap_or(0);
                let by = if self.chance(0.5) { by } else { -by };
                self.count(|counts| counts.clock_jumps += 1);
                self.world.set_clock(victim, by);
                // Not for so long that it is believed (see the guard).
                self.rest(1000, 8000).await;
                self.world.set_clock(victim, 0);
            }
            Fault::SlowDisk | Fault::FailedSync | Fault::FullDisk => {
                self.trouble_disk(fault, victim).await;
            }
            Fault::Damage | Fault::Wipe => self.lose_disk(fault, victim).await,
            Fault::Handover => {
                let Some(run) = self.world.run(victim) else { return };
                self.count(|counts| counts.handovers += 1);
                let deadline = Instant::now() + ATTEMPT_MAX;
                // Whether somebody takes over is seen by whether the cluster serves.
                let _maybe = run.handle.transfer_leader(None, deadline).await;
            }
            Fault::AddAndRemove => {
                self.add_and_remove().await;
            }
            Fault::Replace => {
                self.replace(victim).await;
            }
        }
    }

    /// Whoever votes for a new leader loses its power right after.
    async fn cut_at_vote(&self, victim: NodeId) {
        let mut votes = self.world.observer.votes();
        self.count(|counts| {
            counts.kills += 1;
            counts.power_cuts += 1;
        });
        self.world.crash(victim, Crash::Kill);
        votes.mark_unchanged();
        let voted = timeout(Duration::from_secs(4), votes.changed()).await;
        let voter = *votes.borrow();
        if voted.is_ok() && voter != victim {
            self.crash(&[voter], Crash::PowerCut).await;
        }
        self.start(victim).await;
    }

    /// A disk is slow, or cannot sync, or is full.
    async fn trouble_disk(&self, fault: Fault, victim: NodeId) {
        match fault {
            Fault::SlowDisk => {
                self.count(|counts| counts.slow_disks += 1);
                let sync_ms = (10, self.draw(40, 400));
                self.world.set_faults(victim, Faults { sync_ms, ..Faults::default() });
                self.rest(1000, 6000).await;
                self.world.set_faults(victim, Faults::default());
            }
            Fault::FailedSync => {
                self.count(|counts| counts.failed_syncs += 1);
                self.inner().excused.insert((victim, Excuse::Sync));
                let fail_sync_in = Some(self.draw(0, 20));
                self.world.set_faults(victim, Faults { fail_sync_in, ..Faults::default() });
                self.rest(1000, 4000).await;
                self.world.set_faults(victim, Faults::default());
                self.forgive(victim).await;
            }
            Fault::FullDisk => {
                self.count(|counts| counts.full_disks += 1);
                self.world.set_faults(victim, Faults { low: true, ..Faults::default() });
                self.rest(500, 4000).await;
                if self.chance(0.5) {
                    self.inner().excused.insert((victim, Excuse::Space));
                    self.world.set_faults(victim, Faults { full: true, ..Faults::default() });
                    self.rest(500, 3000).await;
                }
                self.world.set_faults(victim, Faults::default());
                self.forgive(victim).await;
            }
            _ => unreachable!("{fault:?} is no trouble of a disk"),
        }
    }

    async fn crash(&self, nodes: &[NodeId], crash: Crash) {
        for id in nodes {
            self.world.crash(*id, crash);
        }
        self.rest(100, 3000).await;
        for id in nodes {
            self.start(*id).await;
        }
    }

    /// From now on the node must run again: it is started if it ended.
    async fn forgive(&self, id: NodeId) {
        // The supervisor may be about to start it.
        sleep(Duration::from_millis(2200)).await;
        self.inner().excused.retain(|(node, excuse)| *node != id || *excuse == Excuse::Damage);
        self.start(id).await;
    }

    /// A node loses its disk, or can no longer read it. Its cluster is told to replace it.
    async fn lose_disk(&self, fault: Fault, victim: NodeId) {
        // A cluster of three survives the loss of one disk, not of two at once.
        let running = self.world.running().len();
        let members = self.world.leader().map_or(0, |(_, run)| run.handle.members().len());
        let sound = self.world.nodes().len() == running && 3 <= members;
        if !sound || self.is_over() {
            return;
        }
        self.inner().excused.insert((victim, Excuse::Damage));
        if fault == Fault::Wipe {
            self.count(|counts| counts.wipes += 1);
            self.world.crash(victim, Crash::Kill);
            self.world.wipe(victim);
            self.rest(100, 1000).await;
            // Under its old number it is a stranger.
            self.start(victim).await;
            self.rest(500, 2000).await;
        } else {
            self.count(|counts| counts.damages += 1);
            let Some(disk) = self.world.disk(victim) else { return };
            let families = [Family::Log, Family::State, Family::Meta];
            let family = self.pick(&families).expect("there are three");
            let record = disk.damage(family);
            self.note(|line| write!(line, "damaged on node {victim}: {record:?}"));
            self.rest(200, 2000).await;
            if self.chance(0.7) {
                self.world.crash(victim, Crash::Kill);
                self.rest(100, 500).await;
                self.start(victim).await;
            }
        }
        self.replace(victim).await;
    }

    /// A new node takes the place of another.
    async fn replace(&self, old: NodeId) {
        let id = self.new_node().await;
        let until = Instant::now() + CHANGE_MAX;
        let mut done = false;
        while !done && Instant::now() < until {
            let answer = match self.change(World::added(id)).await {
                Ok(()) => self.change(Change::Replace { old, new: id }).await,
                Err(error) => Err(error),
            };
            self.note(|line| write!(line, "node {old} is replaced by {id}: {answer:?}"));
            done = answer.is_ok();
            sleep(Duration::from_millis(300)).await;
        }
        if done {
            self.count(|counts| counts.membership += 1);
            self.retire(old);
        }
    }

    /// A node is added, promoted, and another one removed.
    async fn add_and_remove(&self) {
        let id = self.new_node().await;
        let until = Instant::now() + CHANGE_MAX;
        let (mut added, mut promoted) = (false, false);
        while !promoted && Instant::now() < until {
            if !added {
                let answer = self.change(World::added(id)).await;
                self.note(|line| write!(line, "node {id} is added: {answer:?}"));
                added = answer.is_ok();
            }
            if added {
                let answer = self.change(Change::Promote { id }).await;
                self.note(|line| write!(line, "node {id} is promoted: {answer:?}"));
                promoted = answer.is_ok();
            }
            sleep(Duration::from_millis(200)).await;
        }
        if !promoted {
            return;
        }
        self.count(|counts| counts.membership += 1);
        self.rest(100, 2000).await;
        let until = Instant::now() + CHANGE_MAX;
        // Asked again it is the same node: an attempt without an answer may have been carried out.
        let mut chosen = None;
        while Instant::now() < until {
            if let Some((leader, run)) = self.world.leader() {
                let members = run.handle.members();
                let others: Vec<NodeId> =
                    members.iter().map(|(id, _)| *id).filter(|id| *id != leader).collect();
                if members.len() <= 3 && chosen.is_none() {
                    return;
                }
                let Some(gone) = chosen.or_else(|| self.pick(&others)) else { return };
                chosen = Some(gone);
                let answer = self.change(Change::Remove { id: gone }).await;
                self.note(|line| write!(line, "node {gone} is removed: {answer:?}"));
                if answer.is_ok() {
                    self.count(|counts| counts.membership += 1);
                    self.retire(gone);
                    return;
                }
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Asks any node for a change of members.
    async fn change(&self, change: Change) -> Result<(), AdminError> {
        let running: Vec<NodeId> = self.world.running().into_iter().map(|(id, _)| id).collect();
        let asked = self.pick(&running);
        let run = self.world.running().into_iter().find(|(id, _)| Some(*id) == asked);
        let Some((_, run)) = run else {
            return Err(AdminError::Unreachable("no node runs".to_owned()));
        };
        let deadline = Instant::now() + ATTEMPT_MAX;
        run.handle.change_members(change, false, deadline).await.map(drop)
    }

    async fn new_node(&self) -> NodeId {
        let id = {
            let mut inner = self.inner();
            inner.next_id += 1;
            inner.next_id - 1
        };
        self.world.buy(id);
        self.start(id).await;
        id
    }

    fn retire(&self, id: NodeId) {
        {
            let mut inner = self.inner();
            inner.lost.insert(id);
            inner.excused.retain(|(node, _)| *node != id);
        }
        self.world.scrap(id);
    }

    /// Makes everything right again that can be.
    pub(crate) async fn heal(&self) {
        self.note(|line| write!(line, "everything is mended"));
        let world = &self.world;
        world.network.mend();
        world.network.set_weather(Weather::default());
        world.set_client_loss(0);
        world.outside.set_manners(Manners::default());
        for id in world.nodes() {
            world.set_clock(id, 0);
            world.set_faults(id, Faults::default());
            if let Some(run) = world.run(id) {
                run.scope.resume();
            }
        }
        for id in world.nodes() {
            self.start(id).await;
        }
    }

    /// Nodes that take no further part: they never became members, or are none any more, or their
    /// disks are gone and nobody has replaced them yet.
    pub(crate) async fn clear_away(&self) {
        let Some((_, run)) = self.world.leader() else { return };
        let members: BTreeSet<NodeId> = run.handle.members().iter().map(|(id, _)| *id).collect();
        for id in self.world.nodes() {
            if !members.contains(&id) {
                self.retire(id);
            }
        }
        let broken: Vec<NodeId> = self.inner().excused.iter().map(|(node, _)| *node).collect();
        for id in broken {
            if members.contains(&id) {
                self.replace(id).await;
            }
        }
    }
}
