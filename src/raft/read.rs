//! Linearizable reads on any node (`ReadIndex`; Ongaro 2014, section 6.4).
//!
//! A read needs the index that the leader had committed at some moment after the read began, with
//! proof that it still led then. One such round serves every read that was queued before the round
//! began, and none that came later: a node that was paused may be asked for a read while the answer
//! to a round from before the pause is still on its way.
//!
//! Every attempt of a round is a new request under a fresh id. A lease is never enough: a restarted
//! voter forgets what it granted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use openraft::ReadPolicy;
use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use super::guard::Guard;
use super::handle::ReadError;
use super::machine::Shared;
use super::stop::stopped;
use super::transport::{Lane, Peers};
use super::types::{NodeId, Raft};
use super::wire::{Moment, Request, Response};
#[cfg(test)]
use crate::simulation::{Bug, planted, scope};
use crate::tasks;

/// Reads that wait to be seen. More than the threads of HTTP will ever have open at once would only
/// wait for nothing.
const QUEUE_MAX: usize = 16 * 1024;

/// Rounds that run at once. One is usual, and what comes meanwhile shares the next; the others let
/// new reads past a round that is stuck on a leader that has just died.
const ROUNDS_MAX: usize = 4;

/// A round that takes longer may be stuck.
const STUCK: Duration = Duration::from_millis(30);

/// How long one attempt may take. Longer than a quorum needs, and short enough that a dead leader
/// costs a read no more than the election does.
const ATTEMPT_MAX: Duration = Duration::from_secs(1);

/// Pause after an attempt that failed.
const RETRY_PAUSE: Duration = Duration::from_millis(30);

/// Takes reads in. Cheap to clone.
#[derive(Clone)]
pub(super) struct ReadIntake {
    queue: mpsc::Sender<Wanted>,
    due: Arc<Due>,
}

/// Whether reads wait that are to begin a round.
#[derive(Default)]
struct Due {
    /// One of those that wait will say so: the others need not.
    is_promised: AtomicBool,
    said: Notify,
}

/// A read that waits for its index.
struct Wanted {
    deadline: Instant,
    moment: oneshot::Sender<Moment>,
}

impl ReadIntake {
    /// The index that a read which begins now must wait for.
    ///
    /// # Errors
    /// No leader confirmed its lead before the deadline.
    pub(super) async fn index(&self, deadline: Instant) -> Result<u64, ReadError> {
        self.moment(deadline).await.map(|moment| moment.index)
    }

    /// The same, with the log time of that moment.
    ///
    /// # Errors
    /// No leader confirmed its lead before the deadline.
    pub(super) async fn moment(&self, deadline: Instant) -> Result<Moment, ReadError> {
        let (moment, found) = oneshot::channel();
        match timeout_at(deadline, self.queue.send(Wanted { deadline, moment })).await {
            Ok(Ok(())) => {}
            Ok(Err(_closed)) => return Err(stopping()),
            Err(_elapsed) => return Err(ReadError::NoLeader),
        }
        self.due.gather().await;
        match timeout_at(deadline, found).await {
            Ok(Ok(moment)) => Ok(moment),
            // A round that was in vain may say so a moment before the deadline is noticed here.
            Ok(Err(_dropped)) if deadline <= Instant::now() => Err(ReadError::NoLeader),
            Ok(Err(_dropped)) => Err(stopping()),
            Err(_elapsed) => Err(ReadError::NoLeader),
        }
    }
}

impl Due {
    /// Lets whatever else is ready on this thread go first, more reads among it, and has a round
    /// begun then: a crowd shares it, and a lone reader does not wait.
    async fn gather(&self) {
        if self.is_promised.swap(true, Ordering::AcqRel) {
            return;
        }
        // Said even if whoever promised it is gone by then: others rely on it.
        let _says = Says(&self.said);
        yield_now().await;
    }

    /// Waits until a round is to begin. Reads that are queued from now on promise anew; of those
    /// that did not, all are in the queue (a swap, for a store could come after the look at it).
    async fn is_due(&self) {
        self.said.notified().await;
        self.is_promised.swap(false, Ordering::AcqRel);
    }
}

struct Says<'a>(&'a Notify);

impl Drop for Says<'_> {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Finds read indexes, for many reads at once.
pub(super) struct Reader {
    finder: Finder,
    queue: mpsc::Receiver<Wanted>,
    due: Arc<Due>,
    rounds: JoinSet<()>,
    shutdown: watch::Receiver<bool>,
}

/// Asks whichever node leads.
#[derive(Clone)]
struct Finder {
    node: NodeId,
    raft: Raft,
    confirmer: Arc<Confirmer>,
    peers: Arc<Peers>,
    attempts: Arc<AtomicU64>,
}

impl Reader {
    /// A reader with its intake; it works while [`Reader::run`] is polled.
    pub(super) fn new(
        node: NodeId,
        raft: Raft,
        peers: Arc<Peers>,
        confirmer: Arc<Confirmer>,
        shutdown: watch::Receiver<bool>,
    ) -> (ReadIntake, Reader) {
        let (sender, queue) = mpsc::channel(QUEUE_MAX);
        let finder = Finder { node, raft, confirmer, peers, attempts: Arc::default() };
        let due = Arc::<Due>::default();
        let intake = ReadIntake { queue: sender, due: Arc::clone(&due) };
        (intake, Reader { finder, queue, due, rounds: JoinSet::new(), shutdown })
    }

    /// Works until the node stops.
    ///
    /// # Errors
    /// A round panicked, which is a bug.
    pub(super) async fn run(mut self) -> Result<(), String> {
        // When the last round, if it still runs, may be stuck.
        let mut stuck = Instant::now();
        let mut is_due = false;
        loop {
            let mut wanted = Vec::new();
            let has_room = self.rounds.len() < ROUNDS_MAX;
            let may_start = self.rounds.is_empty() || (has_room && stuck <= Instant::now());
            tokio::select! {
                biased;
                () = stopped(&mut self.shutdown) => return Ok(()),
                Some(round) = self.rounds.join_next() => {
                    round.map_err(|error| error.to_string())?;
                }
                () = sleep_until(stuck), if has_room && !may_start => {}
                () = self.due.is_due(), if may_start && !is_due => is_due = true,
                // Nothing may be there: an earlier round has taken who made the promise.
                count = self.queue.recv_many(&mut wanted, QUEUE_MAX), if may_start && is_due => {
                    if count == 0 {
                        return Ok(());
                    }
                    is_due = false;
                    stuck = Instant::now() + STUCK;
                    let finder = self.finder.clone();
                    self.rounds.spawn(tasks::owned(async move { finder.round(wanted).await }));
                }
            }
        }
    }
}

impl Finder {
    /// Finds an index for reads that were all queued before this call.
    async fn round(self, mut wanted: Vec<Wanted>) {
        loop {
            wanted.retain(|wanted| !wanted.moment.is_closed());
            let Some(last) = wanted.iter().map(|wanted| wanted.deadline).max() else { return };
            if last <= Instant::now() {
                return;
            }
            if let Ok(Some(moment)) = timeout(ATTEMPT_MAX, self.attempt()).await {
                for wanted in wanted {
                    // Whoever waited may have gone away, which is their right.
                    let _gone = wanted.moment.send(moment);
                }
                return;
            }
            sleep(RETRY_PAUSE).await;
        }
    }

    /// Asks the leader once, under a fresh id.
    async fn attempt(&self) -> Option<Moment> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        let (leader, member) = {
            let metrics = self.raft.server_metrics();
            let metrics = metrics.borrow_watched();
            let leader = metrics.current_leader?;
            (leader, metrics.membership_config.membership().get_node(&leader)?.clone())
        };
        if leader == self.node {
            return self.confirmer.confirm().await;
        }
        #[cfg(test)]
        if planted(Bug::ReadIndexReused)
            && let Some(index) = scope::recall("read index")
        {
            return Some(Moment { index, at: None });
        }
        let request = Request::ReadIndex { attempt };
        match self.peers.call(Lane::Control, leader, &member, &request, ATTEMPT_MAX).await {
            Ok(Response::ReadIndex { attempt: echoed, moment }) if echoed == attempt => {
                #[cfg(test)]
                if let Some(moment) = moment {
                    scope::remember("read index", moment.index);
                }
                moment
            }
            Ok(_) | Err(_) => None,
        }
    }
}

/// Confirms this node's lead, for itself and for the nodes that ask it, one round at a time.
pub(super) struct Confirmer {
    raft: Raft,
    guard: Arc<Guard>,
    shared: Shared,
    /// The round that has not begun: whoever comes shares it.
    next: Mutex<Option<Round>>,
    /// Held by whoever has a round made.
    turn: tokio::sync::Mutex<()>,
}

/// A round, and what it found once it is over: a moment, if this node led.
type Round = Arc<OnceLock<Option<Moment>>>;

impl Confirmer {
    pub(super) fn new(raft: Raft, guard: Arc<Guard>, shared: Shared) -> Confirmer {
        let turn = tokio::sync::Mutex::default();
        Confirmer { raft, guard, shared, next: Mutex::default(), turn }
    }

    /// What to wait for, and the time at which it was confirmed, if this node leads and a quorum
    /// has confirmed it after this call began.
    pub(super) async fn confirm(&self) -> Option<Moment> {
        let mine = Arc::clone(self.next().get_or_insert_default());
        let _turn = self.turn.lock().await;
        if let Some(found) = mine.get() {
            return *found;
        }
        // Whoever comes from now on might be too late for this round.
        self.next().take_if(|next| Arc::ptr_eq(next, &mine));
        let found = self.round().await;
        // Nobody else makes this round: its turn is mine.
        let _first = mine.set(found);
        found
    }

    async fn round(&self) -> Option<Moment> {
        let asked = self.raft.get_read_linearizer(ReadPolicy::ReadIndex);
        let linearizer = timeout(ATTEMPT_MAX, asked).await.ok()?.ok()?;
        let at = self.guard.log_time(self.shared.now()).ok();
        Some(Moment { index: linearizer.read_log_id().index(), at })
    }

    fn next(&self) -> MutexGuard<'_, Option<Round>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stopping() -> ReadError {
    ReadError::NotReady("the node is stopping".to_owned())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    /// One of a crowd has a round begun for all; that it was dropped meanwhile costs the others
    /// nothing, and whoever comes after the round was begun promises the next.
    #[tokio::test]
    async fn a_promise_is_kept_whoever_goes() {
        let due = Due::default();
        assert!(due.is_due().now_or_never().is_none(), "nobody waits");
        tokio::join!(due.gather(), due.gather(), due.gather());
        assert!(due.is_due().now_or_never().is_some());
        assert!(due.is_due().now_or_never().is_none(), "one round for all");
        for _ in 0..2 {
            assert!(due.gather().now_or_never().is_none(), "it lets others go first");
            assert!(due.gather().now_or_never().is_some(), "another has promised");
            assert!(due.is_due().now_or_never().is_some(), "it was dropped, and said so");
        }
    }
}
