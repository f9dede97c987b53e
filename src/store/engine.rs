//! What the rest of the program asks of durable storage. RocksDB answers in production; a simulated
//! engine with the same contract can take its place.

use std::ops::ControlFlow;
use std::path::Path;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::error::StoreError;
use crate::codec::{KeyRange, Sentinel};
use crate::metrics::Space;

/// A column family: an ordered map of its own, in one database and behind one write-ahead log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Entries of the log by index.
    Log,
    /// Vote, purged, committed, identity, position, seals.
    Meta,
    /// Rows of the applied state by generation and key.
    State,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 3] = [Family::Log, Family::Meta, Family::State];

    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Family::Log => "log",
            Family::Meta => "meta",
            Family::State => "state",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Sets a key.
    Put(Family, Vec<u8>, Vec<u8>),
    /// Removes a key.
    Delete(Family, Vec<u8>),
    /// Removes every key of a range, which must not end before it starts.
    DeleteRange(Family, KeyRange),
}

/// When a batch counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Once it is in the database: a crash of the process keeps it, a power cut may not. Whatever
    /// is synced later makes it durable too, for there is one write-ahead log, in order.
    Written,
    /// Once it survives a power cut.
    Synced,
}

/// Changes that happen together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writes {
    /// In this order.
    pub writes: Vec<Write>,
    /// When it counts as done.
    pub durability: Durability,
}

impl Writes {
    /// Changes that count as done once they are written.
    #[must_use]
    pub fn written(writes: Vec<Write>) -> Writes {
        Writes { writes, durability: Durability::Written }
    }

    /// Changes that count as done once they are durable.
    #[must_use]
    pub fn synced(writes: Vec<Write>) -> Writes {
        Writes { writes, durability: Durability::Synced }
    }

    /// A lower bound of the bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bytes = |write: &Write| match write {
            Write::Put(_, key, value) => key.len() + value.len(),
            Write::Delete(_, key) => key.len(),
            Write::DeleteRange(_, range) => range.start.len() + range.end.len(),
        };
        self.writes.iter().map(bytes).sum()
    }
}

/// Called once a write is done. There is no failure to report: a write that fails ends the process,
/// for after a failed sync nobody knows what is on the disk. It may run on the engine's own thread
/// and must neither wait nor take long; it may submit more.
pub type Done = Box<dyn FnOnce() + Send>;

/// Sees one key with its value; breaks off when it has seen enough.
pub type Visit<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>;

/// Reading what has been written.
pub trait Reads: Send + Sync {
    /// The value of a key.
    ///
    /// # Errors
    /// The database cannot be read.
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Visits the keys of a range in their order.
    ///
    /// # Errors
    /// The database cannot be read; some keys may have been visited by then.
    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError>;

    /// Where it lies, for messages to the operator.
    fn path(&self) -> &Path;
}

/// Durable storage.
pub trait Engine: Reads + 'static {
    /// Queues a batch and returns. Batches are written in the order in which they were submitted,
    /// and their callbacks are called in that order, synced or not.
    fn submit(&self, writes: Writes, done: Done);

    /// What is written now, unaffected by later writes.
    ///
    /// # Errors
    /// The system has no thread for it.
    fn view(&self) -> Result<Box<dyn View>, StoreError>;

    /// The sentinel as last kept; empty in a new directory.
    fn sentinel(&self) -> Sentinel;

    /// Replaces the sentinel (its `serial` is the engine's own business). With a callback it is
    /// written at once and the callback is called when it is durable; without, it is written soon,
    /// and only the last of several.
    fn keep_sentinel(&self, sentinel: Sentinel, done: Option<Done>);

    /// Whether so little space is left that the node should take no more proposals.
    fn disk_low(&self) -> bool;

    /// How much space there is, for whoever watches; `None` where there is no such thing.
    fn space(&self) -> Option<Space> {
        None
    }
}

/// Keys and values of a view.
pub type Page = Vec<(Vec<u8>, Vec<u8>)>;

/// A consistent view, read page by page. It holds on to files of the database: drop it soon.
pub trait View: Send + Sync {
    /// The first keys of a range, as many as are in `bytes_max`, but one at least; empty at the
    /// end.
    fn page(
        &mut self,
        family: Family,
        range: KeyRange,
        bytes_max: usize,
    ) -> BoxFuture<'_, Result<Page, StoreError>>;
}

/// Submits a batch and waits until it is done.
///
/// # Errors
/// The engine was closed first.
pub async fn write(engine: &dyn Engine, writes: Writes) -> Result<(), StoreError> {
    let (sender, done) = oneshot::channel();
    engine.submit(writes, Box::new(move || tell(sender)));
    done.await.map_err(|_| StoreError::Closed)
}

/// Replaces the sentinel and waits until it is durable.
///
/// # Errors
/// The engine was closed first.
pub async fn keep_sentinel(engine: &dyn Engine, sentinel: Sentinel) -> Result<(), StoreError> {
    let (sender, done) = oneshot::channel();
    engine.keep_sentinel(sentinel, Some(Box::new(move || tell(sender))));
    done.await.map_err(|_| StoreError::Closed)
}

/// Whoever waited may have gone away, which is their right.
fn tell(sender: oneshot::Sender<()>) {
    let _gone = sender.send(());
}
