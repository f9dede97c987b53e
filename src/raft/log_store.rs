//! The log, as openraft asks for it.

use std::fmt::Debug;
use std::io;
use std::ops::RangeBounds;
use std::sync::Arc;

use openraft::alias::{EntryOf, LogIdOf, VoteOf};
use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::{LogState, OptionalSend};
use tokio::sync::watch;

use super::types::TypeConfig;
use crate::codec;
use crate::store::{Engine, StoreError};

/// The log of this node. Cheap to clone; clones share one log.
#[derive(Clone)]
pub struct LogStore {
    _engine: Arc<dyn Engine>,
}

impl LogStore {
    /// Opens the log and checks it against the sentinel. `durable` is how far checkpoints are synced
    /// ([`super::machine::Shared::durable`]): a purge beyond it is a bug and stops the node.
    ///
    /// # Errors
    /// A record is damaged, or something that was acknowledged is missing.
    pub fn open(
        _engine: Arc<dyn Engine>,
        _durable: watch::Receiver<Option<codec::LogId>>,
    ) -> Result<LogStore, StoreError> {
        todo!()
    }

    /// About how many bytes the log takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        todo!()
    }

    /// Whether the log has grown so long that a snapshot should be built (`trigger().snapshot()`) and
    /// the log be purged up to [`LogStore::purge_point`] afterwards.
    #[must_use]
    pub fn snapshot_due(&self) -> bool {
        todo!()
    }

    /// The last index that may be purged (`trigger().purge_log(index)`) so that enough is kept for
    /// followers that lag; `None` if nothing is to be purged.
    #[must_use]
    pub fn purge_point(&self) -> Option<u64> {
        todo!()
    }
}

impl RaftLogReader<TypeConfig> for LogStore {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        _range: RB,
    ) -> Result<Vec<EntryOf<TypeConfig>>, io::Error> {
        todo!()
    }

    async fn read_vote(&mut self) -> Result<Option<VoteOf<TypeConfig>>, io::Error> {
        todo!()
    }
}

impl RaftLogStorage<TypeConfig> for LogStore {
    type LogReader = LogStore;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, io::Error> {
        todo!()
    }

    async fn get_log_reader(&mut self) -> LogStore {
        self.clone()
    }

    async fn save_vote(&mut self, _vote: &VoteOf<TypeConfig>) -> Result<(), io::Error> {
        todo!()
    }

    async fn append<I>(
        &mut self,
        _entries: I,
        _callback: IOFlushed<TypeConfig>,
    ) -> Result<(), io::Error>
    where
        I: IntoIterator<Item = EntryOf<TypeConfig>> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        todo!()
    }

    async fn truncate_after(
        &mut self,
        _last_log_id: Option<LogIdOf<TypeConfig>>,
    ) -> Result<(), io::Error> {
        todo!()
    }

    async fn purge(&mut self, _log_id: LogIdOf<TypeConfig>) -> Result<(), io::Error> {
        todo!()
    }
}
