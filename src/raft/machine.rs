//! The state machine, as openraft asks for it: the only caller of [`State::apply`].
//!
//! The state lives in memory; the log makes it durable. Checkpoints bring its changed rows to disk
//! in the background, so that a start has little to replay and the log can be purged.

mod backup;
mod checkpoint;
mod load;
mod marked;
mod snapshot;
mod whole_log;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock, TryLockError};
use std::time::Duration;

use futures_util::{Stream, TryStreamExt as _};
use openraft::alias::{EntryOf, LogIdOf, SnapshotMetaOf, SnapshotOf, StoredMembershipOf};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::{EntryPayload, OptionalSend};
use tokio::sync::watch;
use tokio::time::Instant;

pub use self::backup::{Backup, BackupStream, NoBackup, read_backup, write_backup};
pub use self::checkpoint::Durable;
use self::checkpoint::{Checkpoints, weight};
pub(super) use self::checkpoint::{PIECE_BYTES_MAX, position_writes};
use self::load::{Loaded, knows_level, load, tidy};
pub use self::load::{Stopped, Upto, load_state, load_stopped};
pub use self::marked::Marked;
pub use self::snapshot::{Builder, Incoming, SnapshotData, SnapshotError};
use self::snapshot::{current, load_received};
pub use self::whole_log::{Agreed, load_log, load_log_kept};
use super::convert;
use super::settings::Sizes;
use super::types::{Batch, Outcomes, TypeConfig};
use crate::codec::{self, BackupHead};
#[cfg(test)]
use crate::seats::Proposal;
use crate::seats::{Millis, State};
#[cfg(test)]
use crate::simulation::{Bug, planted, scope};
use crate::store::{Engine, StoreError};

/// The epoch of a cluster that was not made from a backup.
const FIRST_EPOCH: u64 = 1;

/// An entry that takes longer to apply, with the checkpoint that it may make due, is told of: all
/// that come after it wait.
const SLOW: Duration = Duration::from_millis(50);

/// So many proposals are applied before others on the same thread get their turn.
const PROPOSALS_PER_TURN: usize = 1024;

/// Applies the log. Owned by openraft.
pub struct Machine {
    engine: Arc<dyn Engine>,
    shared: Shared,
    applied: Option<codec::LogId>,
    membership: StoredMembershipOf<TypeConfig>,
    checkpoints: Checkpoints,
}

/// What the rest of the node sees of the machine. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    engine: Arc<dyn Engine>,
    applied_state: Arc<RwLock<Applied>>,
    applied: watch::Sender<u64>,
    /// Log time of the applied state, for those who must not wait for its readers.
    now: Arc<AtomicU64>,
    durable: watch::Receiver<Durable>,
    /// The last generation of rows that was given out.
    generation: Arc<AtomicU64>,
    /// The state as it was last marked.
    marked: watch::Sender<Option<Arc<Marked>>>,
}

struct Applied {
    state: State,
    index: u64,
}

impl Machine {
    /// Loads the last checkpoint and clears away what a crash left half done.
    ///
    /// # Errors
    /// A row is damaged or contradicts another.
    pub async fn open(
        engine: Arc<dyn Engine>,
        sizes: Sizes,
    ) -> Result<(Machine, Shared), StoreError> {
        let Loaded { state, mut position } = load(&*engine)?;
        tidy(&*engine, &mut position).await?;
        let applied = position.applied;
        let membership = convert::members_at(position.members.clone())
            .map_err(|detail| StoreError::damaged(engine.path(), "position", detail))?;
        let index = applied.map_or(0, |applied| applied.index);
        let generation = Arc::new(AtomicU64::new(position.generation));
        let checkpoints = Checkpoints::new(Arc::clone(&engine), position, sizes.checkpoint_weight);
        let now = Arc::new(AtomicU64::new(state.now().0));
        let shared = Shared {
            engine: Arc::clone(&engine),
            now,
            applied_state: Arc::new(RwLock::new(Applied { state, index })),
            applied: watch::Sender::new(index),
            durable: checkpoints.durable(),
            generation,
            marked: watch::Sender::new(None),
        };
        let machine = Machine { engine, shared: shared.clone(), applied, membership, checkpoints };
        Ok((machine, shared))
    }

    /// Carries out one entry.
    ///
    /// # Errors
    /// It has the state carried on in a way that this version does not know.
    fn apply_entry(&mut self, entry: &EntryOf<TypeConfig>) -> Result<Outcomes, StoreError> {
        let id = convert::log_id_record(&entry.log_id);
        assert!(self.applied < Some(id), "entry {id} comes after {:?}", self.applied);
        let mut outcomes = Outcomes(Vec::new());
        {
            let mut applied = self.shared.write();
            match &entry.payload {
                EntryPayload::Blank => {}
                EntryPayload::Normal(batch) => {
                    let stamped = stamped(batch);
                    outcomes = carry_out(&mut applied.state, id.index, stamped.as_ref());
                    knows_level(self.engine.path(), &applied.state)?;
                    if marked::is_marked(batch) {
                        self.shared.mark(Marked::new(id.index, applied.state.clone()));
                    }
                }
                EntryPayload::Membership(membership) => {
                    let at = Some(entry.log_id);
                    self.membership = StoredMembershipOf::<TypeConfig>::new(at, membership.clone());
                }
            }
            applied.index = id.index;
            self.shared.now.store(applied.state.now().0, Ordering::Release);
        }
        self.applied = Some(id);
        #[cfg(test)]
        scope::observe(|node| node.observer.applied(node.node, id, batch_of(entry), &outcomes.0));
        self.checkpoints.weigh(weight(entry));
        self.shared.applied.send_replace(id.index);
        Ok(outcomes)
    }

    /// Begins a checkpoint of what is applied.
    fn checkpoint(&mut self) -> Result<(), StoreError> {
        let members = convert::members_at_record(&self.membership);
        self.checkpoints.gather(&mut self.shared.write().state);
        self.checkpoints.begin(self.applied, members)
    }

    /// Begins a checkpoint of what is applied, if there is none yet. Returns its number.
    async fn checkpoint_now(&mut self) -> Result<u64, StoreError> {
        self.checkpoints.wait().await?;
        if !self.checkpoints.has(self.applied) {
            self.checkpoint()?;
        }
        Ok(self.checkpoints.serial())
    }

    /// Replaces the state by one that was received.
    async fn install(
        &mut self,
        meta: &SnapshotMetaOf<TypeConfig>,
        snapshot: SnapshotData,
    ) -> Result<(), StoreError> {
        let received = snapshot.receive(&self.shared).await?;
        if received.meta() != meta {
            let detail = format!("it is of {}, not of {meta}", received.meta());
            return Err(StoreError::damaged(self.engine.path(), "received snapshot", detail));
        }
        // Whatever is wrong with it must show before it takes the place of the present state.
        let state = load_received(&*self.engine, &received)?;
        self.checkpoints.wait().await?;
        self.applied = meta.last_log_id.as_ref().map(convert::log_id_record);
        self.membership = meta.last_membership.clone();
        let members = convert::members_at_record(&self.membership);
        self.checkpoints.replace(received.keep(), self.applied, members).await?;
        let index = self.applied.map_or(0, |applied| applied.index);
        self.shared.now.store(state.now().0, Ordering::Release);
        let old = std::mem::replace(&mut *self.shared.write(), Applied { state, index });
        // Freeing it takes longer than anybody should wait for the lock.
        drop(old);
        #[cfg(test)]
        scope::observe(|node| node.observer.installed(node.node, self.applied));
        self.shared.applied.send_replace(index);
        Ok(())
    }
}

/// The batch with its leader's time.
#[cfg(not(test))]
fn stamped(batch: &Arc<Batch>) -> &Arc<Batch> {
    batch
}

/// The batch with its leader's time; with a bug, at this node's.
#[cfg(test)]
fn stamped(batch: &Arc<Batch>) -> Arc<Batch> {
    let mut batch = Arc::clone(batch);
    scope::observe(|node| {
        if planted(Bug::WallClockInApply) {
            batch = Arc::new(Batch { at: node.wall.wall(), ..Batch::clone(&batch) });
        }
    });
    batch
}

#[cfg(test)]
fn batch_of(entry: &EntryOf<TypeConfig>) -> Option<&Arc<Batch>> {
    match &entry.payload {
        EntryPayload::Normal(batch) => Some(batch),
        EntryPayload::Blank | EntryPayload::Membership(_) => None,
    }
}

/// The one place where proposals meet the state.
fn carry_out(state: &mut State, index: u64, batch: &Batch) -> Outcomes {
    state.enter(index);
    Outcomes(batch.proposals.iter().map(|proposal| state.apply(batch.at, proposal)).collect())
}

impl Shared {
    /// Looks at the applied state together with the index it stands at (0 before the first entry).
    /// Apply waits meanwhile: copy out what is needed.
    pub fn read<T>(&self, look: impl FnOnce(&State, u64) -> T) -> T {
        let applied = self.applied_state.read().expect("apply does not panic, short of a bug");
        look(&applied.state, applied.index)
    }

    /// The same for those whom consensus depends on: `None` while the state is being changed, or is
    /// about to be.
    pub fn try_read<T>(&self, look: impl FnOnce(&State, u64) -> T) -> Option<T> {
        match self.applied_state.try_read() {
            Ok(applied) => Some(look(&applied.state, applied.index)),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Poisoned(_)) => panic!("apply does not panic, short of a bug"),
        }
    }

    /// Log time of the applied state. Never waits.
    #[must_use]
    pub fn now(&self) -> Millis {
        Millis(self.now.load(Ordering::Acquire))
    }

    /// The applied index; wakes once per applied batch.
    #[must_use]
    pub fn applied(&self) -> watch::Receiver<u64> {
        self.applied.subscribe()
    }

    /// How far checkpoints are synced.
    #[must_use]
    pub fn durable(&self) -> watch::Receiver<Durable> {
        self.durable.clone()
    }

    /// The last checkpoint as a backup; `None` if there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn backup(&self, head: &BackupHead) -> Result<Option<BackupStream>, StoreError> {
        backup::stream(&*self.engine, &mut self.durable(), head).await
    }

    /// Leaves the state to the operating system, which frees it with the process in one step; row
    /// by row it takes seconds. For a process that is about to end.
    pub fn abandon(&self) {
        std::mem::forget(Arc::clone(&self.applied_state));
    }

    /// Begins to receive a snapshot.
    #[must_use]
    pub fn incoming(&self) -> Incoming {
        let generation = self.generation.fetch_add(1, Ordering::Relaxed) + 1;
        Incoming::new(Arc::clone(&self.engine), generation)
    }

    /// What a batch would do if it came next, and at which index: for a bug.
    #[cfg(test)]
    pub(super) fn guess(&self, batch: &Batch) -> (u64, Outcomes) {
        let (rows, index) = self.read(|state, index| (state.rows().collect::<Vec<_>>(), index));
        let mut state = State::load(rows).unwrap_or_else(|_empty| State::new(FIRST_EPOCH));
        let outcomes = carry_out(&mut state, index + 1, batch);
        (index + 1, outcomes)
    }

    /// Carries out what no log has: for a test of what finds that out.
    #[cfg(test)]
    pub(super) fn stray(&self, at: Millis, proposal: &Proposal) {
        let outcome = self.write().state.apply(at, proposal);
        assert!(outcome.result.is_ok(), "{outcome:?}");
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Applied> {
        self.applied_state.write().expect("apply does not panic, short of a bug")
    }
}

impl RaftStateMachine<TypeConfig> for Machine {
    type SnapshotData = SnapshotData;
    type SnapshotBuilder = Builder;

    async fn applied_state(
        &mut self,
    ) -> Result<(Option<LogIdOf<TypeConfig>>, StoredMembershipOf<TypeConfig>), io::Error> {
        Ok((self.applied.map(convert::log_id), self.membership.clone()))
    }

    async fn apply<Strm>(&mut self, mut entries: Strm) -> Result<(), io::Error>
    where
        Strm: Stream<Item = Result<EntryResponder<TypeConfig>, io::Error>> + Unpin + OptionalSend,
    {
        let mut in_turn = 0;
        while let Some((entry, responder)) = entries.try_next().await? {
            let begun = Instant::now();
            let outcomes = self.apply_entry(&entry)?;
            in_turn += 1 + outcomes.0.len();
            if let Some(responder) = responder {
                responder.send(outcomes);
            }
            if self.checkpoints.is_due() {
                self.checkpoint()?;
            }
            let took = begun.elapsed();
            if SLOW < took {
                tracing::warn!(?took, index = *self.shared.applied.borrow(), "apply was slow");
            }
            if in_turn >= PROPOSALS_PER_TURN {
                in_turn = 0;
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    async fn try_create_snapshot_builder(&mut self, _force: bool) -> Option<Builder> {
        Some(self.get_snapshot_builder().await)
    }

    /// The builder finds out if the checkpoint cannot be begun: this call has no way to say so.
    async fn get_snapshot_builder(&mut self) -> Builder {
        let begun = self.checkpoint_now().await;
        Builder::new(Arc::clone(&self.engine), self.checkpoints.durable(), begun)
    }

    async fn install_snapshot(
        &mut self,
        meta: &SnapshotMetaOf<TypeConfig>,
        snapshot: SnapshotData,
    ) -> Result<(), io::Error> {
        Ok(self.install(meta, snapshot).await?)
    }

    async fn get_current_snapshot(
        &mut self,
    ) -> Result<Option<SnapshotOf<TypeConfig, SnapshotData>>, io::Error> {
        Ok(current(&*self.engine, &mut self.checkpoints.durable()).await?)
    }
}

#[cfg(test)]
mod tests;
