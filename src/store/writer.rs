//! The one thread that writes.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use tokio::time::Instant;

use super::database::Database;
use super::engine::{Done, Durability, Writes};
use super::error::StoreError;
use crate::metrics::Metrics;

/// What is queued is written together up to this sum of bytes, so that no write keeps those behind
/// it waiting for much longer than a sync takes.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// Queues writes to the thread.
///
/// NB: the queue has no limit of its own. What can be in it is limited where it is made: proposals
/// in flight, one checkpoint, one frame of each snapshot that comes in. A limit here would block
/// the core of consensus, and with it heartbeats, in the one situation where they matter most.
pub(super) struct Writer {
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    writes: Writes,
    done: Done,
}

impl Writer {
    pub(super) fn spawn(database: Arc<Database>, metrics: Metrics) -> Result<Writer, StoreError> {
        let (queue, jobs) = channel();
        let path = database.path().to_owned();
        let thread = Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || or_abort(|| run(&database, &jobs, &metrics)))
            .map_err(|error| StoreError::open(&path, error))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) fn submit(&self, writes: Writes, done: Done) {
        let queue =
            self.queue.as_ref().expect("the queue is closed only when the writer is dropped");
        // The thread ends early only together with the process.
        if queue.send(Job { writes, done }).is_err() {
            tracing::error!("the writer has ended; a write is lost");
        }
    }
}

impl Drop for Writer {
    /// Waits for what is queued.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A callback may hold the last reference to the engine: then this is the thread itself.
            if thread.thread().id() != std::thread::current().id() {
                thread.join().expect("a panic of the writer ends the process");
            }
        }
    }
}

fn run(database: &Database, jobs: &Receiver<Job>, metrics: &Metrics) {
    while let Ok(first) = jobs.recv() {
        let Group { writes, durability, done } = gather(first, jobs);
        let begun = Instant::now();
        if let Err(error) = database.write(&writes, durability) {
            fail(&format!("cannot write to {}: {error}", database.path().display()));
        }
        if durability == Durability::Synced {
            metrics.synced(begun.elapsed());
        }
        for done in done {
            done();
        }
    }
}

struct Group {
    writes: Vec<super::engine::Write>,
    durability: Durability,
    done: Vec<Done>,
}

/// Everything queued, up to the limit. One job is never split.
fn gather(first: Job, jobs: &Receiver<Job>) -> Group {
    let mut bytes = first.writes.bytes();
    let Writes { writes, durability } = first.writes;
    let mut group = Group { writes, durability, done: vec![first.done] };
    while bytes < GROUP_BYTES_MAX {
        let Ok(job) = jobs.try_recv() else {
            break;
        };
        bytes += job.writes.bytes();
        group.writes.extend(job.writes.writes);
        group.done.push(job.done);
        if job.writes.durability == Durability::Synced {
            group.durability = Durability::Synced;
        }
    }
    group
}

/// Ends the process. After a failed sync nobody knows what the disk holds, and a later sync that
/// succeeds proves nothing about it; only a start from the disk does.
pub(super) fn fail(reason: &str) -> ! {
    tracing::error!("{reason}; the process ends here");
    // Not by a macro: what those print, tests keep until they end, and this is the end. If nobody
    // takes it, there is nowhere left to say so.
    let _ = writeln!(std::io::stderr(), "usher: {reason}; the process ends here");
    std::process::abort();
}

/// Does the work of a thread. A callback that panics would leave consensus waiting for ever.
pub(super) fn or_abort(work: impl FnOnce()) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { return };
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let said = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word");
    fail(&format!("a thread of the store panicked: {said}"));
}
