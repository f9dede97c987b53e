//! The state machine, as openraft asks for it: the only caller of [`State::apply`].

use std::io;
use std::path::Path;
use std::sync::Arc;

use futures_util::Stream;
use openraft::OptionalSend;
use openraft::alias::{LogIdOf, SnapshotMetaOf, SnapshotOf, StoredMembershipOf};
use openraft::storage::EntryResponder;
use openraft::storage::{RaftSnapshotBuilder, RaftStateMachine};
use tokio::sync::watch;

use super::types::TypeConfig;
use crate::codec;
use crate::seats::State;
use crate::store::{Engine, StoreError};

/// Applies the log. Owned by openraft.
pub struct Machine {
    _engine: Arc<dyn Engine>,
}

/// What the rest of the node sees of the machine. Cheap to clone.
#[derive(Clone)]
pub struct Shared {}

/// The content of a snapshot: being sent, or received and ready to install.
pub struct SnapshotData {}

/// A snapshot on its way in. Dropped before it is installed, it leaves nothing behind.
pub struct Incoming {}

/// Makes a checkpoint durable and shows it as a snapshot.
pub struct Builder {}

/// Why frames are not a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A frame is damaged, out of order or missing: the sender should start again.
    #[error("the snapshot was not received: {0}")]
    Frames(String),
    /// It cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The state of a stopped node's data directory, as the node would have it after a start, and the
/// index it stands at. Changes nothing.
///
/// # Errors
/// The directory cannot be read.
pub fn load_state(_dir: &Path) -> Result<(State, u64), StoreError> {
    todo!()
}

impl Machine {
    /// Loads the last checkpoint.
    ///
    /// # Errors
    /// A row is damaged or contradicts another.
    pub fn open(_engine: Arc<dyn Engine>) -> Result<(Machine, Shared), StoreError> {
        todo!()
    }
}

impl Shared {
    /// Looks at the applied state together with the index it stands at (0 before the first entry).
    /// Apply waits meanwhile: copy out what is needed.
    pub fn read<T>(&self, _look: impl FnOnce(&State, u64) -> T) -> T {
        todo!()
    }

    /// The applied index; wakes once per applied batch.
    #[must_use]
    pub fn applied(&self) -> watch::Receiver<u64> {
        todo!()
    }

    /// How far checkpoints are synced.
    #[must_use]
    pub fn durable(&self) -> watch::Receiver<Option<codec::LogId>> {
        todo!()
    }

    /// Begins to receive a snapshot.
    #[must_use]
    pub fn incoming(&self) -> Incoming {
        todo!()
    }
}

impl SnapshotData {
    /// The next frame to send; `None` after the last. At most about 1 MiB, unless one row is larger.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next_frame(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        todo!()
    }
}

impl Incoming {
    /// Takes the next frame, exactly as [`SnapshotData::next_frame`] gave it. Returns once it is
    /// written, which is what slows a fast sender down.
    ///
    /// # Errors
    /// See [`SnapshotError`].
    pub async fn push(&mut self, _frame: &[u8]) -> Result<(), SnapshotError> {
        todo!()
    }

    /// Ends it after the last frame. The result goes to `Raft::install_full_snapshot`.
    ///
    /// # Errors
    /// See [`SnapshotError`].
    pub fn finish(self) -> Result<SnapshotOf<TypeConfig, SnapshotData>, SnapshotError> {
        todo!()
    }
}

impl RaftSnapshotBuilder<TypeConfig> for Builder {
    type SnapshotData = SnapshotData;

    async fn build_snapshot(&mut self) -> Result<SnapshotOf<TypeConfig, SnapshotData>, io::Error> {
        todo!()
    }
}

impl RaftStateMachine<TypeConfig> for Machine {
    type SnapshotData = SnapshotData;
    type SnapshotBuilder = Builder;

    async fn applied_state(
        &mut self,
    ) -> Result<(Option<LogIdOf<TypeConfig>>, StoredMembershipOf<TypeConfig>), io::Error> {
        todo!()
    }

    async fn apply<Strm>(&mut self, _entries: Strm) -> Result<(), io::Error>
    where
        Strm: Stream<Item = Result<EntryResponder<TypeConfig>, io::Error>> + Unpin + OptionalSend,
    {
        todo!()
    }

    async fn get_snapshot_builder(&mut self) -> Builder {
        todo!()
    }

    async fn install_snapshot(
        &mut self,
        _meta: &SnapshotMetaOf<TypeConfig>,
        _snapshot: SnapshotData,
    ) -> Result<(), io::Error> {
        todo!()
    }

    async fn get_current_snapshot(
        &mut self,
    ) -> Result<Option<SnapshotOf<TypeConfig, SnapshotData>>, io::Error> {
        todo!()
    }
}
