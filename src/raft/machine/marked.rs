//! The state as it was at a marked entry, kept for a while so that nodes can be compared: at the
//! same entry all of them have the same state.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Shared;
use crate::raft::types::Batch;
use crate::seats::{Command, State};
use crate::tasks;

/// A marked state is kept for so long. It shares its rows with the present one, as long as those do
/// not change.
const KEPT: Duration = Duration::from_mins(3);

/// A copy of the state.
pub struct Marked {
    /// The entry with the mark.
    pub index: u64,
    /// The state after it.
    pub state: State,
    at: Instant,
}

impl Marked {
    /// Marked now.
    #[must_use]
    pub fn new(index: u64, state: State) -> Marked {
        Marked { index, state, at: Instant::now() }
    }
}

/// Whether the state after this batch is to be kept.
pub(super) fn is_marked(batch: &Batch) -> bool {
    batch.proposals.iter().any(|proposal| proposal.command == Command::Mark)
}

impl Shared {
    /// The state as it was last marked.
    #[must_use]
    pub fn marked(&self) -> watch::Receiver<Option<Arc<Marked>>> {
        self.marked.subscribe()
    }

    pub(super) fn mark(&self, marked: Marked) {
        forget(self.marked.send_replace(Some(Arc::new(marked))));
    }

    /// Lets go of a mark that nobody asks for any more.
    pub fn forget_old_mark(&self) {
        let is_old = |marked: &Option<Arc<Marked>>| {
            marked.as_ref().is_some_and(|marked| KEPT <= marked.at.elapsed())
        };
        let mut old = None;
        self.marked.send_if_modified(|marked| {
            if is_old(marked) {
                old = marked.take();
            }
            old.is_some()
        });
        forget(old);
    }
}

/// Frees a copy of the state where nobody waits for that.
fn forget(marked: Option<Arc<Marked>>) {
    if let Some(marked) = marked {
        // Nothing is lost if that panics or never comes to run: the process ends.
        drop(tasks::spawn(async move { tasks::blocking(move || drop(marked)).await }));
    }
}
