//! Where proposals come in and wait for their answers.
//!
//! A proposal is *away* from the moment it is handed to consensus, or to the leader, until an
//! answer proves that it was not proposed. Whoever stops waiting for one that is away must say that
//! the outcome is unknown; one that is here is withdrawn, and was not proposed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::handle::{Answer, ProposeError};
use crate::codec;
use crate::seats::Proposal;
use crate::traces;

/// Proposals that wait before they are seen.
pub(super) const QUEUE_MAX: usize = 4096;

/// Clients' proposals that are waited for on one node. Beyond this the API answers 503: enough for
/// full batches in flight, and few enough that whoever is let in does not wait for long. What has
/// no idempotency key, such as what comes of payments and of time, has room up to the queue's end.
const CLIENTS_MAX: usize = 1024;

/// Bytes of one proposal. Parts of seat maps are the largest, at half of this.
const PROPOSAL_BYTES_MAX: usize = 2 << 20;

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
    /// Taken by each proposal of a client until it is decided.
    room: Arc<Semaphore>,
    /// Kept by `housekeeping`: asking the file system for every proposal would cost more than most
    /// proposals do.
    disk_low: Arc<AtomicBool>,
}

/// A proposal on its way.
pub(super) struct Queued {
    /// What is proposed.
    pub(super) proposal: Proposal,
    /// Whoever waits for it.
    pub(super) waiter: Waiter,
}

/// Whoever waits for a proposal.
pub(super) struct Waiter {
    /// About how large the proposal is.
    pub(super) bytes: usize,
    /// When nobody waits for it any more.
    pub(super) deadline: Instant,
    /// Who handed it in.
    pub(super) origin: Origin,
    /// The span that it waits in, if its request is traced.
    pub(super) trace: Option<traces::Context>,
    ticket: Arc<Ticket>,
    answer: oneshot::Sender<Result<Answer, ProposeError>>,
}

impl Intake {
    /// An intake with the queue that it fills. Nothing is taken while `disk_low` is set.
    pub(super) fn new(disk_low: Arc<AtomicBool>) -> (Intake, mpsc::Receiver<Queued>) {
        let (queue, taken) = mpsc::channel(QUEUE_MAX);
        let room = Arc::new(Semaphore::new(CLIENTS_MAX));
        (Intake { queue, room, disk_low }, taken)
    }

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
        self.begin(proposal, deadline, origin)?.decided().await
    }

    /// Queues a proposal; what becomes of it is for the result to say.
    ///
    /// # Errors
    /// See [`ProposeError`]: it was not queued.
    pub(super) fn begin(
        &self,
        proposal: Proposal,
        deadline: Instant,
        origin: Origin,
    ) -> Result<Pending<'_>, ProposeError> {
        let mut span = traces::current().and_then(|current| current.child("propose"));
        let trace = span.as_ref().map(|span| span.context().clone());
        let pending = self.queue(proposal, deadline, origin, trace);
        match (pending, &mut span) {
            (Ok(pending), _) => Ok(Pending { span, ..pending }),
            (Err(error), Some(span)) => {
                span.fail(error.name());
                Err(error)
            }
            (Err(error), None) => Err(error),
        }
    }

    fn queue(
        &self,
        proposal: Proposal,
        deadline: Instant,
        origin: Origin,
        trace: Option<traces::Context>,
    ) -> Result<Pending<'_>, ProposeError> {
        // What the cluster proposes by itself, and gateways' webhooks, have no key.
        let is_clients = origin == Origin::Client && proposal.key.is_some();
        let room = if is_clients { Some(self.room.try_acquire().map_err(full)?) } else { None };
        let bytes = codec::wire_size(&proposal);
        if bytes > PROPOSAL_BYTES_MAX {
            let reason = format!("a command of {bytes} bytes is too large");
            return Err(ProposeError::Overloaded(reason));
        }
        if self.disk_low.load(Ordering::Relaxed) {
            return Err(ProposeError::Overloaded("the disk is nearly full".to_owned()));
        }
        let ticket = Arc::new(Ticket::default());
        let (answer, decided) = oneshot::channel();
        let waiter = Waiter { bytes, deadline, origin, trace, ticket: Arc::clone(&ticket), answer };
        self.queue.try_send(Queued { proposal, waiter }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => full(error),
            mpsc::error::TrySendError::Closed(_) => stopping(),
        })?;
        Ok(Pending { deadline, ticket, decided, span: None, _room: room })
    }

    /// Clients' proposals that are waited for.
    pub(super) fn undecided(&self) -> usize {
        CLIENTS_MAX - self.room.available_permits().min(CLIENTS_MAX)
    }

    /// Whether nothing is queued that has not been seen.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.capacity() == self.queue.max_capacity()
    }
}

/// A proposal that was queued, for whoever waits for it.
pub(super) struct Pending<'a> {
    deadline: Instant,
    ticket: Arc<Ticket>,
    decided: oneshot::Receiver<Result<Answer, ProposeError>>,
    span: Option<traces::Span>,
    _room: Option<SemaphorePermit<'a>>,
}

impl Pending<'_> {
    /// Waits until it is decided.
    ///
    /// # Errors
    /// See [`Intake::decide`].
    pub(super) async fn decided(self) -> Result<Answer, ProposeError> {
        let Pending { deadline, ticket, decided, span, _room } = self;
        let decided = match timeout_at(deadline, decided).await {
            Ok(Ok(result)) => result,
            Ok(Err(_dropped)) if ticket.withdraw() => Err(stopping()),
            Ok(Err(_dropped)) => Err(unknown("the node is stopping")),
            Err(_elapsed) if ticket.withdraw() => Err(ProposeError::NoLeader),
            Err(_elapsed) => Err(unknown("no answer within the deadline")),
        };
        if let (Some(mut span), Err(error)) = (span, &decided) {
            span.fail(error.name());
        }
        decided
    }
}

impl Waiter {
    /// Marks the proposal as away; `false` if it was withdrawn meanwhile, or nobody waits any more.
    pub(super) fn leave(&self) -> bool {
        !self.is_gone() && self.ticket.leave()
    }

    /// Marks it as here again: an answer has proved that it was not proposed.
    pub(super) fn come_back(&self) {
        self.ticket.come_back();
    }

    /// Whether nobody waits any more.
    pub(super) fn is_gone(&self) -> bool {
        self.answer.is_closed()
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

/// There is no room, for whatever reason.
fn full<E>(_no_room: E) -> ProposeError {
    ProposeError::Overloaded("too many requests are waiting".to_owned())
}

/// Nothing is taken any more.
fn stopping() -> ProposeError {
    ProposeError::NotReady("the node is stopping".to_owned())
}

pub(super) fn unknown(reason: &str) -> ProposeError {
    ProposeError::OutcomeUnknown(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::seats::{Caller, Command, Fresh, Key, Role};

    fn tick() -> Proposal {
        let caller = Caller { user: None, role: Role::Operator };
        Proposal { caller, key: None, fresh: Fresh(1), command: Command::Tick }
    }

    fn asked() -> Proposal {
        let key = Key { text: "k".into(), fingerprint: 1, made_by_node: true };
        Proposal { key: Some(key), ..tick() }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(500)
    }

    /// A proposal that nobody has sent anywhere when its deadline comes was not proposed, and
    /// cannot be sent afterwards; of one that is away nobody knows.
    #[tokio::test]
    async fn only_what_is_away_is_unknown() {
        let (intake, mut queue) = Intake::new(Arc::default());
        let refused = intake.decide(tick(), soon(), Origin::Client).await;
        assert_eq!(refused.unwrap_err(), ProposeError::NoLeader);
        assert!(!queue.recv().await.unwrap().waiter.leave(), "it was withdrawn");

        let (answer, ()) = tokio::join!(intake.decide(tick(), soon(), Origin::Client), async {
            let away = queue.recv().await.unwrap();
            assert!(away.waiter.leave());
            tokio::time::sleep(Duration::from_millis(700)).await;
            assert!(away.waiter.is_gone());
        });
        assert!(matches!(answer, Err(ProposeError::OutcomeUnknown(_))), "{answer:?}");

        let (answer, ()) = tokio::join!(intake.decide(tick(), soon(), Origin::Client), async {
            let back = queue.recv().await.unwrap();
            assert!(back.waiter.leave());
            back.waiter.come_back();
            tokio::time::sleep(Duration::from_millis(700)).await;
        });
        assert_eq!(answer.unwrap_err(), ProposeError::NoLeader);
    }

    /// More than fits is refused at once, and so is everything on a full disk; whoever gave up or
    /// was answered makes room.
    #[tokio::test]
    async fn what_does_not_fit_is_refused() {
        let disk_low = Arc::new(AtomicBool::new(false));
        let (intake, mut queue) = Intake::new(Arc::clone(&disk_low));
        let far = Instant::now() + Duration::from_mins(1);
        let spawn = |what: Proposal, times: usize| -> Vec<_> {
            let one = |_| {
                let (intake, what) = (intake.clone(), what.clone());
                tokio::spawn(async move { intake.decide(what, far, Origin::Client).await })
            };
            (0..times).map(one).collect()
        };
        let clients = spawn(asked(), CLIENTS_MAX);
        while intake.room.available_permits() != 0 {
            tokio::task::yield_now().await;
        }
        let full = |what: Proposal| {
            let decided = intake.decide(what, far, Origin::Client).now_or_never();
            matches!(decided, Some(Err(ProposeError::Overloaded(_))))
        };
        assert!(full(asked()));
        clients[0].abort();
        while intake.room.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
        assert!(!full(asked()), "one gave up");
        assert!(!full(tick()), "the cluster's own");

        let own = spawn(tick(), QUEUE_MAX);
        while intake.queue.capacity() != 0 {
            tokio::task::yield_now().await;
        }
        assert!(full(tick()));
        for one in clients.iter().chain(&own) {
            one.abort();
        }
        while queue.try_recv().is_ok() || intake.room.available_permits() < CLIENTS_MAX {
            tokio::task::yield_now().await;
        }
        disk_low.store(true, Ordering::Relaxed);
        assert!(full(asked()));
    }
}
