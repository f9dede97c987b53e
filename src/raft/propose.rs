//! Gathers proposals into batches and gets each batch decided by whichever node leads. The only
//! place that stamps time.
//!
//! Proposals queue here whatever node they arrived at. On the leader all that are queued become one
//! log entry under one time; elsewhere they become one frame to the leader. Several batches may be
//! in flight; what queues up behind them makes the next one larger.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures_util::FutureExt as _;
use openraft::ServerState;
use openraft::alias::{OneshotReceiverOf, WatchReceiverOf};
use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::ClientWriteError;
use openraft::impls::ProgressResponder;
use openraft::metrics::RaftServerMetrics;
use openraft::raft::ClientWriteResult;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::forward;
use super::guard::Guard;
use super::handle::{Answer, ProposeError};
use super::intake::{Intake, Origin, QUEUE_MAX, Queued, Waiter, unknown};
use super::machine::Shared;
use super::stop::stopped;
use super::transport::Peers;
use super::types::{Batch, Member, NodeId, Raft, TypeConfig};
use crate::metrics::Metrics;
use crate::seats::Proposal;
#[cfg(test)]
use crate::simulation::{Bug, planted};
use crate::tasks;

/// Proposals of one batch: more would make everybody in it wait for the last one's apply.
const BATCH_PROPOSALS_MAX: usize = 1024;

/// Bytes of one batch, unless a single proposal is larger.
const BATCH_BYTES_MAX: usize = 1 << 20;

/// Batches in flight to one node. Enough to keep its disk and the network busy at once; fewer but
/// larger batches cost less than many small ones.
const FLIGHTS_MAX: usize = 8;

/// A leader that has not answered a batch for this long may be dead: what is not away yet waits for
/// its answer, or for the next leader, rather than share its fate.
const SILENCE_MAX: Duration = Duration::from_millis(500);

/// How long proposals wait after they were turned away, unless a new leader is heard of first.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// What a proposer works with.
#[derive(Clone)]
pub(super) struct Means {
    /// Consensus on this node.
    pub(super) raft: Raft,
    /// The applied state.
    pub(super) shared: Shared,
    /// The other nodes.
    pub(super) peers: Arc<Peers>,
    /// Judges this node's clock.
    pub(super) guard: Arc<Guard>,
    /// Where it is told how long commits take.
    pub(super) metrics: Metrics,
}

/// The one task that batches, stamps and sends.
pub(super) struct Proposer {
    means: Means,
    node: NodeId,
    queue: mpsc::Receiver<Queued>,
    /// Taken from the queue and not yet sent, or sent and turned away.
    waiting: VecDeque<Queued>,
    /// Batches that are away.
    flights: JoinSet<Landed>,
    /// Which of them went to which node, by their numbers, and when.
    flying: BTreeMap<NodeId, BTreeMap<u64, Instant>>,
    /// The number of the next one.
    next_flight: u64,
    /// Nothing is sent before this, unless a new leader is heard of.
    pause: Option<Instant>,
    /// The last batch that came back had no answer, or was turned away: until one is answered,
    /// single proposals feel their way. Whatever is away when its deadline comes has an unknown
    /// outcome, so as little as possible should be away to a node that may be dead.
    doubtful: bool,
    leader: WatchReceiverOf<TypeConfig, RaftServerMetrics<TypeConfig>>,
    shutdown: watch::Receiver<bool>,
}

/// How a batch came back.
pub(super) enum Landing {
    /// Somebody decided; whoever waited has been told.
    Decided,
    /// The leader was there, but some of it was not proposed: in order.
    TurnedAway(Vec<Queued>),
    /// There was no answer; whoever waited has been told that the outcome is unknown.
    Lost,
}

/// A batch that is back.
struct Landed {
    /// Where it had gone.
    node: NodeId,
    /// Its number.
    flight: u64,
    /// How it came back.
    landing: Landing,
}

/// Where proposals go now.
enum Route {
    /// This node leads.
    Here,
    /// That node leads, as far as is known.
    There(NodeId, Member),
    /// Nobody leads, or this node does and must not stamp.
    Nowhere,
}

/// What the proposer waits for.
enum Event {
    Landed(Landed),
    Received,
    LeaderChanged,
    PauseOver,
    Shutdown,
}

impl Proposer {
    /// A proposer with its intake; it works while [`Proposer::run`] is polled.
    pub(super) fn new(
        node: NodeId,
        means: Means,
        disk_low: Arc<AtomicBool>,
        shutdown: watch::Receiver<bool>,
    ) -> (Intake, Proposer) {
        let (intake, queue) = Intake::new(disk_low);
        let leader = means.raft.server_metrics();
        let proposer = Proposer {
            means,
            node,
            queue,
            waiting: VecDeque::new(),
            flights: JoinSet::new(),
            flying: BTreeMap::new(),
            next_flight: 0,
            pause: None,
            doubtful: false,
            leader,
            shutdown,
        };
        (intake, proposer)
    }

    /// Works until the node stops.
    ///
    /// # Errors
    /// A flight panicked, which is a bug.
    pub(super) async fn run(mut self) -> Result<(), String> {
        loop {
            match self.next().await? {
                Event::Landed(landed) => self.land(landed),
                Event::Received => self.gather().await,
                Event::LeaderChanged => (self.pause, self.doubtful) = (None, false),
                Event::PauseOver => self.pause = None,
                Event::Shutdown => break,
            }
            if self.pause.is_none() {
                self.send().await;
            }
        }
        self.queue.close();
        self.waiting.clear();
        while self.queue.try_recv().is_ok() {}
        // What is away may still be decided: whoever waits is told by its flight.
        while let Some(landed) = self.flights.join_next().await {
            landed.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, String> {
        let room = QUEUE_MAX - self.waiting.len().min(QUEUE_MAX);
        let pause = self.pause;
        let mut received = Vec::new();
        let event = tokio::select! {
            biased;
            () = stopped(&mut self.shutdown) => Event::Shutdown,
            Some(landed) = self.flights.join_next() => {
                Event::Landed(landed.map_err(|error| error.to_string())?)
            }
            changed = self.leader.changed() => match changed {
                Ok(()) => Event::LeaderChanged,
                Err(_) => Event::Shutdown,
            },
            count = self.queue.recv_many(&mut received, room), if 0 < room => {
                if count == 0 { Event::Shutdown } else { Event::Received }
            }
            () = sleep_until(pause.unwrap_or_else(Instant::now)), if pause.is_some() => {
                Event::PauseOver
            }
        };
        self.waiting.extend(received);
        Ok(event)
    }

    /// Lets whatever else is ready on this thread go first, more proposals among it: a batch of all
    /// of them costs hardly more than one of the first.
    async fn gather(&mut self) {
        yield_now().await;
        let room = QUEUE_MAX - self.waiting.len().min(QUEUE_MAX);
        let mut more = Vec::new();
        // Unlike `try_recv` it never waits for a sender who is about to put something in.
        let _none = self.queue.recv_many(&mut more, room).now_or_never();
        self.waiting.extend(more);
    }

    fn land(&mut self, landed: Landed) {
        if let Some(flying) = self.flying.get_mut(&landed.node) {
            flying.remove(&landed.flight);
        }
        match landed.landing {
            Landing::Decided => self.doubtful = false,
            Landing::Lost => self.doubtful = true,
            Landing::TurnedAway(batch) => {
                for queued in batch.into_iter().rev() {
                    self.waiting.push_front(queued);
                }
                self.doubtful = true;
                self.hold_back();
            }
        }
    }

    /// Sends as much as may be away at once.
    async fn send(&mut self) {
        while !self.waiting.is_empty() {
            match self.route() {
                Route::Nowhere => return self.hold_back(),
                Route::Here => {
                    if self.is_full(self.node) || !self.propose().await {
                        return;
                    }
                }
                Route::There(leader, member) => {
                    self.turn_peers_away();
                    if self.is_full(leader) {
                        return;
                    }
                    self.forward(leader, member);
                }
            }
        }
    }

    fn route(&self) -> Route {
        let metrics = self.leader.borrow_watched();
        match metrics.current_leader {
            Some(leader) if leader == self.node => {
                if metrics.state == ServerState::Leader {
                    Route::Here
                } else {
                    Route::Nowhere
                }
            }
            Some(leader) => match metrics.membership_config.membership().get_node(&leader) {
                Some(member) => Route::There(leader, member.clone()),
                None => Route::Nowhere,
            },
            None => Route::Nowhere,
        }
    }

    fn is_full(&self, node: NodeId) -> bool {
        let Some(flying) = self.flying.get(&node) else { return false };
        let most = if self.doubtful { 1 } else { FLIGHTS_MAX };
        let oldest = flying.values().next().filter(|_| node != self.node);
        most <= flying.len() || oldest.is_some_and(|since| SILENCE_MAX < since.elapsed())
    }

    /// Waits for a leader: peers are told, clients' proposals stay until their deadlines.
    fn hold_back(&mut self) {
        self.turn_peers_away();
        self.waiting.retain(|queued| !queued.waiter.is_gone());
        self.pause = Some(Instant::now() + RETRY_PAUSE);
    }

    fn turn_peers_away(&mut self) {
        if !self.waiting.iter().any(|queued| queued.waiter.origin == Origin::Peer) {
            return;
        }
        for queued in std::mem::take(&mut self.waiting) {
            match queued.waiter.origin {
                Origin::Peer => queued.waiter.tell(Err(ProposeError::NoLeader)),
                Origin::Client => self.waiting.push_back(queued),
            }
        }
    }

    /// The next batch, all of it away.
    fn take(&mut self) -> Vec<Queued> {
        let most = if self.doubtful { 1 } else { BATCH_PROPOSALS_MAX };
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        let now = Instant::now();
        while let Some(next) = self.waiting.front() {
            if next.waiter.origin == Origin::Peer && next.waiter.deadline <= now {
                // Nobody waits for it at the node that it came from; here its turn to be asked for
                // comes after those that stood before it in its frame.
                if let Some(late) = self.waiting.pop_front() {
                    late.waiter.tell(Err(ProposeError::NoLeader));
                }
                continue;
            }
            let full = bytes.saturating_add(next.waiter.bytes) > BATCH_BYTES_MAX;
            if batch.len() == most || (full && !batch.is_empty()) {
                break;
            }
            bytes = bytes.saturating_add(next.waiter.bytes);
            batch.extend(self.waiting.pop_front().filter(|queued| queued.waiter.leave()));
        }
        batch
    }

    /// Stamps a batch and hands it to consensus, in the order of the stamps. `false` if this node
    /// must not stamp.
    async fn propose(&mut self) -> bool {
        // Not from the state: a reader that holds it for long would hold up consensus with it.
        let at = match self.means.guard.log_time(self.means.shared.now()) {
            Ok(at) => at,
            // The pulse reports it and hands leadership over.
            Err(_fault) => {
                self.hold_back();
                return false;
            }
        };
        let batch = self.take();
        if batch.is_empty() {
            return true;
        }
        let (proposals, flight) = Flight::of(batch);
        let (responder, answer) = ProgressResponder::complete_only();
        let batch = Arc::new(Batch { at, proposals });
        let kept = Arc::clone(&batch);
        let begun = Instant::now();
        let accepted = self.means.raft.client_write_ff(batch, Some(responder)).await;
        if let Err(fatal) = accepted {
            flight.unknown(&format!("consensus has stopped: {fatal}"));
            return false;
        }
        #[cfg(test)]
        if planted(Bug::AnswerBeforeCommit) {
            let (index, outcomes) = self.means.shared.guess(&kept);
            for (waiter, outcome) in flight.0.into_iter().zip(outcomes.0) {
                waiter.tell(Ok(Answer { index, outcome }));
            }
            return true;
        }
        let metrics = self.means.metrics.clone();
        self.fly(self.node, async move {
            let landing = flight.land(kept, answer).await;
            if matches!(landing, Landing::Decided) {
                metrics.committed(begun.elapsed());
            }
            landing
        });
        true
    }

    /// Sends a batch to the leader.
    fn forward(&mut self, leader: NodeId, member: Member) {
        let batch = self.take();
        if batch.is_empty() {
            return;
        }
        let peers = Arc::clone(&self.means.peers);
        self.fly(leader, async move { forward::carry(&peers, leader, &member, batch).await });
    }

    fn fly(&mut self, node: NodeId, flight: impl Future<Output = Landing> + Send + 'static) {
        let number = self.next_flight;
        self.next_flight += 1;
        self.flying.entry(node).or_default().insert(number, Instant::now());
        let landed = async move { Landed { node, flight: number, landing: flight.await } };
        self.flights.spawn(tasks::owned(landed));
    }
}

/// A batch that consensus has, without its proposals, which are in the entry.
struct Flight(Vec<Waiter>);

impl Flight {
    fn of(batch: Vec<Queued>) -> (Vec<Proposal>, Flight) {
        let split = |queued: Queued| (queued.proposal, queued.waiter);
        let (proposals, waiters) = batch.into_iter().map(split).unzip();
        (proposals, Flight(waiters))
    }

    /// Waits for the batch to be decided, at most until nobody waits any more.
    async fn land(
        self,
        batch: Arc<Batch>,
        answer: OneshotReceiverOf<TypeConfig, ClientWriteResult<TypeConfig>>,
    ) -> Landing {
        let Some(deadline) = self.0.iter().map(|waiter| waiter.deadline).max() else {
            return Landing::Decided;
        };
        match timeout_at(deadline, answer).await {
            Ok(Ok(Ok(done))) => {
                let outcomes = done.data.0;
                let index = done.log_id.index;
                assert_eq!(outcomes.len(), self.0.len(), "one outcome for each proposal");
                for (waiter, outcome) in self.0.into_iter().zip(outcomes) {
                    waiter.tell(Ok(Answer { index, outcome }));
                }
                return Landing::Decided;
            }
            Ok(Ok(Err(ClientWriteError::ForwardToLeader(_)))) => {
                return Landing::TurnedAway(self.back(batch));
            }
            Ok(Ok(Err(other))) => self.unknown(&other.to_string()),
            Ok(Err(_dropped)) => self.unknown("consensus has stopped"),
            Err(_elapsed) => self.unknown("no quorum within the deadline"),
        }
        Landing::Lost
    }

    fn unknown(self, reason: &str) {
        for waiter in self.0 {
            waiter.tell(Err(unknown(reason)));
        }
    }

    /// The proposals with their waiters again. Consensus has let go of the batch by now, as a rule.
    fn back(self, batch: Arc<Batch>) -> Vec<Queued> {
        let proposals = Arc::unwrap_or_clone(batch).proposals;
        let join = |(waiter, proposal): (Waiter, Proposal)| {
            waiter.come_back();
            Queued { proposal, waiter }
        };
        self.0.into_iter().zip(proposals).map(join).collect()
    }
}
