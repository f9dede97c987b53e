//! Which node a task belongs to. Many nodes share one thread here; a real one has a process.
//!
//! Whatever a task starts belongs to the same node (see [`crate::tasks`]). A paused node's tasks
//! are not polled, as after SIGSTOP; a dead one's never again.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use rand::rngs::{SmallRng, ThreadRng};
use rand::{SeedableRng as _, TryRng};
use tokio::task::AbortHandle;

use super::bugs::Bug;
use super::observer::Observer;

tokio::task_local! {
    static NODE: Arc<Scope>;
}

/// One run of one node, from its start to its crash.
pub(crate) struct Scope {
    /// Its number.
    pub(crate) node: u64,
    /// Who sees what happens in it.
    pub(crate) observer: Arc<Observer>,
    /// Its wall clock, for a bug that reads it where it must not.
    pub(crate) wall: Arc<dyn crate::clock::Clock>,
    /// What is wrong with it on purpose.
    bugs: BTreeSet<Bug>,
    paused: AtomicBool,
    stopping: AtomicBool,
    dead: AtomicBool,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Who waits for the end of the pause.
    parked: Vec<Waker>,
    /// Its tasks.
    tasks: Vec<AbortHandle>,
    /// What bugs remember.
    memory: BTreeMap<&'static str, u64>,
    rng: SmallRng,
}

impl Scope {
    /// A node that runs.
    pub(crate) fn new(
        node: u64,
        seed: u64,
        bugs: BTreeSet<Bug>,
        observer: Arc<Observer>,
        wall: Arc<dyn crate::clock::Clock>,
    ) -> Arc<Scope> {
        let inner = Inner {
            parked: Vec::new(),
            tasks: Vec::new(),
            memory: BTreeMap::new(),
            rng: SmallRng::seed_from_u64(seed),
        };
        Arc::new(Scope {
            node,
            observer,
            wall,
            bugs,
            paused: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            dead: AtomicBool::new(false),
            inner: Mutex::new(inner),
        })
    }

    /// Runs a future as the node's.
    pub(crate) async fn run<F: Future>(self: Arc<Scope>, future: F) -> F::Output {
        let node = Arc::clone(&self);
        let mut future = pin!(NODE.scope(self, future));
        poll_fn(move |cx| {
            if node.dead.load(Ordering::Relaxed) {
                return Poll::Pending;
            }
            if node.paused.load(Ordering::Relaxed) {
                node.inner().parked.push(cx.waker().clone());
                return Poll::Pending;
            }
            future.as_mut().poll(cx)
        })
        .await
    }

    /// Starts a task of the node's from outside of it.
    pub(crate) fn spawn<F>(self: &Arc<Scope>, future: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let handle = tokio::spawn(Arc::clone(self).run(future));
        self.adopt(handle.abort_handle());
        handle
    }

    fn adopt(&self, task: AbortHandle) {
        let mut inner = self.inner();
        if inner.tasks.len().is_power_of_two() {
            inner.tasks.retain(|task| !task.is_finished());
        }
        inner.tasks.push(task);
    }

    /// Stops polling its tasks.
    pub(crate) fn pause(&self) {
        self.paused.store(true, Ordering::Relaxed);
    }

    /// Goes on.
    pub(crate) fn resume(&self) {
        self.paused.store(false, Ordering::Relaxed);
        let parked = std::mem::take(&mut self.inner().parked);
        parked.into_iter().for_each(Waker::wake);
    }

    /// From now on its tasks may end.
    pub(crate) fn ask_to_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_asked_to_stop(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Ends every task of it, wherever it stands.
    pub(crate) fn kill(&self) {
        self.dead.store(true, Ordering::Relaxed);
        let tasks = {
            let mut inner = self.inner();
            inner.parked.clear();
            std::mem::take(&mut inner.tasks)
        };
        tasks.iter().for_each(AbortHandle::abort);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The node of this task, in a simulation.
pub(crate) fn current() -> Option<Arc<Scope>> {
    NODE.try_with(Arc::clone).ok()
}

/// Whether this task belongs to a simulated node.
pub(crate) fn is_simulated() -> bool {
    NODE.try_with(|_| ()).is_ok()
}

/// Whether the node of this task has a bug on purpose.
pub(crate) fn planted(bug: Bug) -> bool {
    NODE.try_with(|node| node.bugs.contains(&bug)).unwrap_or(false)
}

/// What a bug of this node remembers under a name, unless it is 0.
pub(crate) fn recall(name: &'static str) -> Option<u64> {
    let memory = NODE.try_with(|node| node.inner().memory.get(name).copied());
    memory.ok().flatten().filter(|value| *value != 0)
}

/// Has the bugs of this node remember something.
pub(crate) fn remember(name: &'static str, value: u64) {
    let _no_node = NODE.try_with(|node| node.inner().memory.insert(name, value));
}

/// Tells whoever watches the node of this task.
pub(crate) fn observe(tell: impl FnOnce(&Scope)) {
    // Without a simulation nobody watches.
    let _nobody = NODE.try_with(|node| tell(node));
}

/// The future as a part of the node that this task belongs to.
pub(crate) fn owned<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let node = current();
    async move {
        match node {
            Some(node) => node.run(future).await,
            None => future.await,
        }
    }
}

/// Has a task end with the node of the task that started it.
pub(crate) fn adopt(task: AbortHandle) {
    let _no_node = NODE.try_with(|node| node.adopt(task));
}

/// Randomness for openraft.
pub(crate) fn draw() -> Draw {
    let seeded = NODE.try_with(|node| SmallRng::from_rng(&mut node.inner().rng));
    seeded.map_or_else(|_| Draw::Free(rand::rng()), Draw::Seeded)
}

/// Randomness: from the seed in a simulation.
pub enum Draw {
    /// From the operating system.
    Free(ThreadRng),
    /// From the seed.
    Seeded(SmallRng),
}

impl TryRng for Draw {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        match self {
            Draw::Free(rng) => rng.try_next_u32(),
            Draw::Seeded(rng) => rng.try_next_u32(),
        }
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        match self {
            Draw::Free(rng) => rng.try_next_u64(),
            Draw::Seeded(rng) => rng.try_next_u64(),
        }
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        match self {
            Draw::Free(rng) => rng.try_fill_bytes(buffer),
            Draw::Seeded(rng) => rng.try_fill_bytes(buffer),
        }
    }
}
