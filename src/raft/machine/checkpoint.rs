//! Checkpoints: changed rows and the position that they reflect, brought to disk together.
//!
//! A checkpoint is one atomic batch if it is small, as nearly all are. A larger one (100,000 holds
//! that expire at once) would keep the log waiting, so it goes in pieces: its rows are first laid
//! aside; then a small batch sets the position, from which moment on the rows that lie aside count;
//! then they are moved to their places and the position is set once more. A crash before that
//! moment leaves the checkpoint before, and a crash after it leaves this one, to be moved at the
//! next start.

use std::collections::VecDeque;
use std::sync::Arc;

use openraft::EntryPayload;
use openraft::alias::EntryOf;
use tokio::sync::watch;

use crate::codec::{
    LogId, MembersAt, POSITION_KEY, Position, encode_position, encode_row, encode_row_key,
    encode_seal, encode_staged, generation_range, seal_key, staged_key, staged_range, state_key,
};
use crate::raft::types::TypeConfig;
use crate::seats::{Change, Command, Proposal, State};
#[cfg(test)]
use crate::simulation::{Bug, planted};
use crate::store::{Done, Engine, Family, StoreError, Write, Writes, write};

/// A checkpoint over this is written in pieces of this size.
pub(in crate::raft) const PIECE_BYTES_MAX: usize = 4 << 20;

/// So many checkpoints leave a seal, to recognise that one of them is missing. The write-ahead log,
/// from the middle of which one could be lost, holds far fewer.
pub(super) const SEALS_KEPT: u64 = 4096;

/// Rows that there is room for once there were as many: an ordinary checkpoint has fewer.
const CHANGES_KEPT: usize = 4096;

/// How far checkpoints are synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durable {
    /// The number of the last checkpoint.
    pub serial: u64,
    /// The last entry that it reflects.
    pub applied: Option<LogId>,
}

/// Writes checkpoints, one at a time.
pub(super) struct Checkpoints {
    engine: Arc<dyn Engine>,
    /// As it will be when the last checkpoint that was begun is done.
    position: Position,
    /// What was applied since then.
    weight: u64,
    /// A checkpoint is due from this weight on: a start replays at most about twice as much.
    weight_max: u64,
    durable: watch::Sender<Durable>,
    /// What the next one has: the same memory again and again, for fresh memory has to be cleared.
    changes: Vec<Change>,
}

/// A row's key with its record, or none if the row is gone.
pub(super) type Rows = Vec<(Vec<u8>, Option<Vec<u8>>)>;

impl Checkpoints {
    /// Begins at the position that was found.
    pub(super) fn new(engine: Arc<dyn Engine>, position: Position, weight_max: u64) -> Checkpoints {
        let Position { serial, applied, .. } = position;
        let durable = watch::Sender::new(Durable { serial, applied });
        Checkpoints { engine, position, weight: 0, weight_max, durable, changes: Vec::new() }
    }

    pub(super) fn durable(&self) -> watch::Receiver<Durable> {
        self.durable.subscribe()
    }

    /// The number of the last checkpoint that was begun.
    pub(super) fn serial(&self) -> u64 {
        self.position.serial
    }

    /// Whether a checkpoint was begun that reflects everything up to here.
    pub(super) fn has(&self, applied: Option<LogId>) -> bool {
        self.position.serial > 0 && self.position.applied == applied
    }

    pub(super) fn weigh(&mut self, weight: u64) {
        self.weight = self.weight.saturating_add(weight);
    }

    /// Whether enough was applied and the last checkpoint is done.
    pub(super) fn is_due(&self) -> bool {
        self.weight >= self.weight_max && self.is_done()
    }

    /// Waits for the last checkpoint that was begun.
    pub(super) async fn wait(&self) -> Result<(), StoreError> {
        wait_durable(&mut self.durable(), self.position.serial).await
    }

    /// Gathers the rows to write: those that changed, or all for the first checkpoint.
    pub(super) fn gather(&mut self, state: &mut State) {
        state.drain_dirty(&mut self.changes);
        if self.position.serial == 0 {
            self.changes.clear();
            self.changes.extend(state.rows().map(|row| Change { key: row.key(), row: Some(row) }));
        }
    }

    /// Begins a checkpoint of what was gathered. The one before must be done.
    pub(super) fn begin(
        &mut self,
        applied: Option<LogId>,
        members: MembersAt,
    ) -> Result<(), StoreError> {
        assert!(self.is_done(), "checkpoint {} is still on its way", self.position.serial);
        let rows = encoded(self.changes.drain(..))?;
        // Room for the many that a rare one has is not kept.
        self.changes.shrink_to(CHANGES_KEPT);
        let serial = self.position.serial + 1;
        let generation = self.position.generation;
        self.position = Position { generation, serial, applied, members, staged: None };
        self.weight = 0;
        let durable = self.durable.clone();
        let done = Box::new(move || {
            durable.send_replace(Durable { serial, applied });
        });
        if bytes(&rows) <= PIECE_BYTES_MAX {
            let mut writes = placed(generation, rows);
            writes.extend(position_writes(&self.position)?);
            #[cfg(test)]
            if planted(Bug::RowsWithoutPosition) && serial.is_multiple_of(2) {
                writes.retain(|write| !matches!(write, Write::Put(Family::Meta, _, _)));
            }
            self.engine.submit(Writes::synced(writes), done);
        } else {
            submit_in_turn(Arc::clone(&self.engine), in_pieces(&self.position, &rows)?, done);
        }
        Ok(())
    }

    /// Makes another generation of rows the present one, in one batch, and drops the one before.
    /// The last checkpoint must be done.
    pub(super) async fn replace(
        &mut self,
        generation: u64,
        applied: Option<LogId>,
        members: MembersAt,
    ) -> Result<(), StoreError> {
        assert!(self.is_done(), "checkpoint {} is still on its way", self.position.serial);
        let (old, serial) = (self.position.generation, self.position.serial + 1);
        self.position = Position { generation, serial, applied, members, staged: None };
        self.weight = 0;
        let mut writes = position_writes(&self.position)?;
        writes.push(Write::DeleteRange(Family::State, generation_range(old..old + 1)));
        write(&*self.engine, Writes::synced(writes)).await?;
        self.durable.send_replace(Durable { serial, applied });
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.durable.borrow().serial == self.position.serial
    }
}

/// How much an entry adds to a checkpoint, in rows or so.
pub(super) fn weight(entry: &EntryOf<TypeConfig>) -> u64 {
    let of = |proposal: &Proposal| match &proposal.command {
        Command::MapPart { items, .. } => items.len() as u64,
        _ => 1,
    };
    match &entry.payload {
        EntryPayload::Blank | EntryPayload::Membership(_) => 1,
        EntryPayload::Normal(batch) => 1 + batch.proposals.iter().map(of).sum::<u64>(),
    }
}

/// Waits until the checkpoint with this number is synced.
pub(super) async fn wait_durable(
    durable: &mut watch::Receiver<Durable>,
    serial: u64,
) -> Result<(), StoreError> {
    let reached = durable.wait_for(|durable| serial <= durable.serial).await;
    reached.map(|_| ()).map_err(|_| StoreError::Closed)
}

/// The writes that set a position, with its seal.
pub(in crate::raft) fn position_writes(position: &Position) -> Result<Vec<Write>, StoreError> {
    let serial = position.serial;
    let record = encode_position(position)?;
    let mut writes = vec![
        Write::Put(Family::Meta, POSITION_KEY.to_vec(), record),
        Write::Put(Family::Meta, seal_key(serial), encode_seal(serial)?),
    ];
    if let Some(old) = serial.checked_sub(SEALS_KEPT) {
        writes.push(Write::Delete(Family::Meta, seal_key(old)));
    }
    Ok(writes)
}

/// The batches that bring rows which lie aside to their places and then set the position.
pub(super) fn moving(position: &Position, rows: &Rows) -> Result<VecDeque<Writes>, StoreError> {
    let mut batches: VecDeque<Writes> = pieces(rows)
        .map(|piece| Writes::written(placed(position.generation, piece.to_vec())))
        .collect();
    let mut last = position_writes(&Position { staged: None, ..position.clone() })?;
    last.push(Write::DeleteRange(Family::State, staged_range(position.serial)));
    batches.push_back(Writes::synced(last));
    Ok(batches)
}

/// The batches of a large checkpoint; see the head of this file.
fn in_pieces(position: &Position, rows: &Rows) -> Result<VecDeque<Writes>, StoreError> {
    let aside = |(key, record): &(Vec<u8>, Option<Vec<u8>>)| {
        let key = staged_key(position.serial, key);
        Write::Put(Family::State, key, encode_staged(record.as_deref()))
    };
    let mut batches: VecDeque<Writes> =
        pieces(rows).map(|piece| Writes::written(piece.iter().map(aside).collect())).collect();
    let position = Position { staged: Some(rows.len() as u64), ..position.clone() };
    batches.push_back(Writes::synced(position_writes(&position)?));
    batches.append(&mut moving(&position, rows)?);
    Ok(batches)
}

/// Submits each batch when the one before is done, so that the log's own writes come in between.
fn submit_in_turn(engine: Arc<dyn Engine>, mut batches: VecDeque<Writes>, done: Done) {
    let Some(batch) = batches.pop_front() else {
        // Whoever hears of it may close the store.
        drop(engine);
        return done();
    };
    let next = Arc::clone(&engine);
    engine.submit(batch, Box::new(move || submit_in_turn(next, batches, done)));
}

fn encoded(changes: impl Iterator<Item = Change>) -> Result<Rows, StoreError> {
    let row = |change: Change| -> Result<_, StoreError> {
        let record = change.row.as_ref().map(encode_row).transpose()?;
        Ok((encode_row_key(&change.key)?, record))
    };
    changes.map(row).collect()
}

fn placed(generation: u64, rows: Rows) -> Vec<Write> {
    let place = |(key, record): (Vec<u8>, Option<Vec<u8>>)| match record {
        Some(record) => Write::Put(Family::State, state_key(generation, &key), record),
        None => Write::Delete(Family::State, state_key(generation, &key)),
    };
    rows.into_iter().map(place).collect()
}

fn bytes(rows: &[(Vec<u8>, Option<Vec<u8>>)]) -> usize {
    rows.iter().map(row_bytes).sum()
}

fn row_bytes((key, record): &(Vec<u8>, Option<Vec<u8>>)) -> usize {
    key.len() + record.as_ref().map_or(0, Vec::len)
}

/// Cuts rows into pieces up to the limit; a row is never cut.
fn pieces(rows: &Rows) -> impl Iterator<Item = &[(Vec<u8>, Option<Vec<u8>>)]> {
    let mut rest = rows.as_slice();
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |row: &&(Vec<u8>, Option<Vec<u8>>)| {
            bytes += row_bytes(row);
            bytes <= PIECE_BYTES_MAX
        };
        let count = rest.iter().take_while(fits).count().max(1).min(rest.len());
        let (piece, others) = rest.split_at(count);
        rest = others;
        (!piece.is_empty()).then_some(piece)
    })
}
