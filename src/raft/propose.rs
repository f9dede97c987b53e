//! Gathers proposals into batches and gets each batch decided by whichever node leads. The only place
//! that stamps time.
//!
//! Proposals queue here whatever node they arrived at. On the leader all that are queued become one
//! log entry under one time; elsewhere they become one frame to the leader. Several batches may be
//! in flight; what queues up behind them makes the next one larger.
//!
//! A proposal is *away* from the moment it is handed to consensus, or to the leader, until an answer
//! proves that it was not proposed. Whoever stops waiting for one that is away must say that the
//! outcome is unknown; one that is here is withdrawn, and was not proposed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use openraft::ServerState;
use openraft::alias::{OneshotReceiverOf, WatchReceiverOf};
use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::ClientWriteError;
use openraft::impls::ProgressResponder;
use openraft::metrics::RaftServerMetrics;
use openraft::raft::ClientWriteResult;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::forward;
use super::guard::Guard;
use super::handle::{Answer, ProposeError};
use super::machine::Shared;
use super::stop::stopped;
use super::transport::Peers;
use super::types::{Batch, Member, NodeId, Raft, TypeConfig};
use crate::codec;
use crate::seats::Proposal;
use crate::store::Engine;

/// Proposals that wait before they are seen. Beyond this the API answers 503: refusing early beats
/// queueing past the client's patience.
const QUEUE_MAX: usize = 4096;

/// Proposals of one batch: more would make everybody in it wait for the last one's apply.
const BATCH_PROPOSALS_MAX: usize = 1024;

/// Bytes of one batch, unless a single proposal is larger.
const BATCH_BYTES_MAX: usize = 1 << 20;

/// Bytes of one proposal. Parts of seat maps are the largest, at half of this.
const PROPOSAL_BYTES_MAX: usize = 2 << 20;

/// Batches in flight to one node. Enough to keep its disk and the network busy at once; fewer but
/// larger batches cost less than many small ones.
const FLIGHTS_MAX: usize = 8;

/// How long proposals wait after they were turned away, unless a new leader is heard of first.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// Who handed a proposal in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A client of this node: the leader is looked for until the deadline.
    Client,
    /// Another node that took this one for the leader: it is told at once if that is wrong, so that
    /// no proposal is ever passed on twice.
    Peer,
}

/// Takes proposals in. Cheap to clone.
#[derive(Clone)]
pub(super) struct Intake {
    queue: mpsc::Sender<Queued>,
    engine: Arc<dyn Engine>,
}

/// A proposal on its way.
pub(super) struct Queued {
    /// What is proposed.
    pub(super) proposal: Proposal,
    /// About how large it is.
    bytes: usize,
    /// When nobody waits for it any more.
    pub(super) deadline: Instant,
    origin: Origin,
    ticket: Arc<Ticket>,
    answer: oneshot::Sender<Result<Answer, ProposeError>>,
}

impl Intake {
    /// Has a proposal decided.
    ///
    /// # Errors
    /// See [`ProposeError`]. For a peer's proposal `NoLeader` means: not this node.
    pub(super) async fn decide(
        &self,
        proposal: Proposal,
        deadline: Instant,
        origin: Origin,
    ) -> Result<Answer, ProposeError> {
        let bytes = codec::wire_size(&proposal);
        if bytes > PROPOSAL_BYTES_MAX {
            return Err(ProposeError::Overloaded(format!(
                "a command of {bytes} bytes is too large"
            )));
        }
        if self.engine.disk_low() {
            return Err(ProposeError::Overloaded("the disk is nearly full".to_owned()));
        }
        let ticket = Arc::new(Ticket::default());
        let (answer, decided) = oneshot::channel();
        let queued =
            Queued { proposal, bytes, deadline, origin, ticket: Arc::clone(&ticket), answer };
        self.queue.try_send(queued).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                ProposeError::Overloaded("too many requests are waiting".to_owned())
            }
            mpsc::error::TrySendError::Closed(_) => stopping(),
        })?;
        match timeout_at(deadline, decided).await {
            Ok(Ok(result)) => result,
            Ok(Err(_dropped)) if ticket.withdraw() => Err(stopping()),
            Ok(Err(_dropped)) => Err(unknown("the node is stopping")),
            Err(_elapsed) if ticket.withdraw() => Err(ProposeError::NoLeader),
            Err(_elapsed) => Err(unknown("no answer within the deadline")),
        }
    }

    /// Whether nothing is queued that has not been seen.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.capacity() == self.queue.max_capacity()
    }
}

impl Queued {
    /// Marks it as away; `false` if it was withdrawn meanwhile, or nobody waits any more.
    pub(super) fn leave(&self) -> bool {
        !self.answer.is_closed() && self.ticket.leave()
    }

    /// Marks it as here again: an answer has proved that it was not proposed.
    pub(super) fn come_back(&self) {
        self.ticket.come_back();
    }

    /// Tells whoever waits.
    pub(super) fn tell(self, result: Result<Answer, ProposeError>) {
        // Whoever waited may have gone away, which is their right.
        let _gone = self.answer.send(result);
    }
}

/// Whether a proposal may stand in somebody's log.
#[derive(Default)]
struct Ticket(AtomicU8);

impl Ticket {
    const HERE: u8 = 0;
    const AWAY: u8 = 1;
    const WITHDRAWN: u8 = 2;

    fn leave(&self) -> bool {
        self.swap(Ticket::HERE, Ticket::AWAY)
    }

    fn come_back(&self) {
        let was_away = self.swap(Ticket::AWAY, Ticket::HERE);
        assert!(was_away, "only a proposal that is away can come back");
    }

    fn withdraw(&self) -> bool {
        self.swap(Ticket::HERE, Ticket::WITHDRAWN)
    }

    fn swap(&self, from: u8, to: u8) -> bool {
        self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

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
    /// The disk.
    pub(super) engine: Arc<dyn Engine>,
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
    /// How many of them went to which node.
    flying: BTreeMap<NodeId, usize>,
    /// Nothing is sent before this, unless a new leader is heard of.
    pause: Option<Instant>,
    leader: WatchReceiverOf<TypeConfig, RaftServerMetrics<TypeConfig>>,
    shutdown: watch::Receiver<bool>,
}

/// A batch that is back.
struct Landed {
    /// Where it had gone.
    node: NodeId,
    /// What was not proposed, in order.
    turned_away: Vec<Queued>,
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
        shutdown: watch::Receiver<bool>,
    ) -> (Intake, Proposer) {
        let (sender, queue) = mpsc::channel(QUEUE_MAX);
        let intake = Intake { queue: sender, engine: Arc::clone(&means.engine) };
        let leader = means.raft.server_metrics();
        let proposer = Proposer {
            means,
            node,
            queue,
            waiting: VecDeque::new(),
            flights: JoinSet::new(),
            flying: BTreeMap::new(),
            pause: None,
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
                Event::Received => {}
                Event::LeaderChanged | Event::PauseOver => self.pause = None,
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

    fn land(&mut self, landed: Landed) {
        if let Some(flying) = self.flying.get_mut(&landed.node) {
            *flying -= 1;
        }
        if landed.turned_away.is_empty() {
            return;
        }
        for queued in landed.turned_away.into_iter().rev() {
            self.waiting.push_front(queued);
        }
        self.hold_back();
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
        self.flying.get(&node).is_some_and(|flying| FLIGHTS_MAX <= *flying)
    }

    /// Waits for a leader: peers are told, clients' proposals stay until their deadlines.
    fn hold_back(&mut self) {
        self.turn_peers_away();
        self.waiting.retain(|queued| !queued.answer.is_closed());
        self.pause = Some(Instant::now() + RETRY_PAUSE);
    }

    fn turn_peers_away(&mut self) {
        if !self.waiting.iter().any(|queued| queued.origin == Origin::Peer) {
            return;
        }
        for queued in std::mem::take(&mut self.waiting) {
            match queued.origin {
                Origin::Peer => queued.tell(Err(ProposeError::NoLeader)),
                Origin::Client => self.waiting.push_back(queued),
            }
        }
    }

    /// The next batch, all of it away.
    fn take(&mut self) -> Vec<Queued> {
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        while let Some(next) = self.waiting.front() {
            let full = bytes.saturating_add(next.bytes) > BATCH_BYTES_MAX;
            if batch.len() == BATCH_PROPOSALS_MAX || (full && !batch.is_empty()) {
                break;
            }
            bytes = bytes.saturating_add(next.bytes);
            batch.extend(self.waiting.pop_front().filter(Queued::leave));
        }
        batch
    }

    /// Stamps a batch and hands it to consensus, in the order of the stamps. `false` if this node
    /// must not stamp.
    async fn propose(&mut self) -> bool {
        let applied = self.means.shared.read(|state, _index| state.now());
        let at = match self.means.guard.log_time(applied) {
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
        let accepted = self.means.raft.client_write_ff(batch, Some(responder)).await;
        if let Err(fatal) = accepted {
            flight.unknown(&format!("consensus has stopped: {fatal}"));
            return false;
        }
        self.fly(self.node, async move { flight.land(kept, answer).await });
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

    fn fly(&mut self, node: NodeId, flight: impl Future<Output = Vec<Queued>> + Send + 'static) {
        *self.flying.entry(node).or_default() += 1;
        self.flights.spawn(async move { Landed { node, turned_away: flight.await } });
    }
}

/// A batch that consensus has, without its proposals, which are in the entry.
struct Flight(Vec<Waiter>);

/// Whoever waits for one proposal of a flight.
struct Waiter {
    bytes: usize,
    deadline: Instant,
    origin: Origin,
    ticket: Arc<Ticket>,
    answer: oneshot::Sender<Result<Answer, ProposeError>>,
}

impl Flight {
    fn of(batch: Vec<Queued>) -> (Vec<Proposal>, Flight) {
        let split = |queued: Queued| {
            let Queued { proposal, bytes, deadline, origin, ticket, answer } = queued;
            (proposal, Waiter { bytes, deadline, origin, ticket, answer })
        };
        let (proposals, waiters) = batch.into_iter().map(split).unzip();
        (proposals, Flight(waiters))
    }

    /// Waits for the batch to be decided, at most until nobody waits any more. Returns what was not
    /// proposed.
    async fn land(
        self,
        batch: Arc<Batch>,
        answer: OneshotReceiverOf<TypeConfig, ClientWriteResult<TypeConfig>>,
    ) -> Vec<Queued> {
        let Some(deadline) = self.0.iter().map(|waiter| waiter.deadline).max() else {
            return Vec::new();
        };
        match timeout_at(deadline, answer).await {
            Ok(Ok(Ok(done))) => {
                let outcomes = done.data.0;
                let index = done.log_id.index;
                assert_eq!(outcomes.len(), self.0.len(), "one outcome for each proposal");
                for (waiter, outcome) in self.0.into_iter().zip(outcomes) {
                    waiter.tell(Ok(Answer { index, outcome }));
                }
            }
            Ok(Ok(Err(ClientWriteError::ForwardToLeader(_)))) => return self.back(batch),
            Ok(Ok(Err(other))) => self.unknown(&other.to_string()),
            Ok(Err(_dropped)) => self.unknown("consensus has stopped"),
            Err(_elapsed) => self.unknown("no quorum within the deadline"),
        }
        Vec::new()
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
            let Waiter { bytes, deadline, origin, ticket, answer } = waiter;
            ticket.come_back();
            Queued { proposal, bytes, deadline, origin, ticket, answer }
        };
        self.0.into_iter().zip(proposals).map(join).collect()
    }
}

impl Waiter {
    fn tell(self, result: Result<Answer, ProposeError>) {
        // Whoever waited may have gone away, which is their right.
        let _gone = self.answer.send(result);
    }
}

fn stopping() -> ProposeError {
    ProposeError::NotReady("the node is stopping".to_owned())
}

pub(super) fn unknown(reason: &str) -> ProposeError {
    ProposeError::OutcomeUnknown(reason.to_owned())
}
