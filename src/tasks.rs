//! How tasks are started.
//!
//! In a simulation many nodes share one thread, and a task belongs to the node that started it: it
//! stands still while its node is paused and goes with it. Everywhere else this is tokio, plainly.

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

#[cfg(test)]
use crate::simulation::scope;

/// Starts a task on the runtime of the caller.
#[track_caller]
pub(crate) fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_on(&Handle::current(), future)
}

/// Starts a task on another runtime.
#[track_caller]
pub(crate) fn spawn_on<F>(runtime: &Handle, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let handle = runtime.spawn(owned(future));
    #[cfg(test)]
    scope::adopt(handle.abort_handle());
    handle
}

/// What a task of a set is made of: it ends with the set, which belongs to a task of the same node.
#[cfg(not(test))]
pub(crate) fn owned<F: Future>(future: F) -> F {
    future
}

/// What a task of a set is made of: it ends with the set, which belongs to a task of the same node.
#[cfg(test)]
pub(crate) fn owned<F: Future>(future: F) -> impl Future<Output = F::Output> {
    scope::owned(future)
}

/// Runs what computes for long, or waits for a file, where it keeps no task waiting. A simulation,
/// which has one thread, runs it at once.
///
/// # Errors
/// It panicked.
pub(crate) async fn blocking<T, W>(work: W) -> Result<T, JoinError>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    #[cfg(test)]
    if scope::is_simulated() {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await
}
