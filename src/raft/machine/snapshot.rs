//! Snapshots: the rows of a checkpoint on their way to another node.
//!
//! They are sent from a consistent view of the database, together with the position in that same
//! view. The receiver writes them under a generation of their own, beside the present rows; one
//! small batch then makes them the present ones.

use std::io;
use std::sync::Arc;

use openraft::alias::{SnapshotMetaOf, SnapshotOf};
use openraft::storage::RaftSnapshotBuilder;
use tokio::sync::watch;

use super::Shared;
use super::checkpoint::{Durable, wait_durable};
use super::load::{Staged, load_rows};
use crate::codec::{
    Blob, DecodeError, FRAME_BYTES_MAX, Frame, FrameOrder, KeyRange, LogId, MembersAt,
    POSITION_KEY, Position, decode_frame, decode_position, decode_staged, encode_frame,
    generation_range, staged_range, state_key, without_prefix,
};
use crate::raft::convert;
use crate::raft::types::TypeConfig;
use crate::seats::State;
#[cfg(test)]
use crate::simulation::{Bug, planted};
use crate::store::{Engine, Family, Page, StoreError, View, Write, Writes, write};

/// The content of a snapshot: about to be sent, or received and ready to install.
pub struct SnapshotData(Content);

enum Content {
    Outgoing(Box<Outgoing>),
    Received(Received),
}

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

/// The last checkpoint as a snapshot, if there is one; synced before it is shown.
pub(super) async fn current(
    engine: &dyn Engine,
    durable: &mut watch::Receiver<Durable>,
) -> Result<Option<SnapshotOf<TypeConfig, SnapshotData>>, StoreError> {
    let mut view = engine.view()?;
    let key = POSITION_KEY.to_vec();
    let range = key.clone()..[&key[..], &[0]].concat();
    let damaged = |detail: String| StoreError::damaged(engine.path(), "position", detail);
    let Some((_, record)) = view.page(Family::Meta, range, 1).await?.pop() else {
        return Ok(None);
    };
    let undecodable = |error| StoreError::undecodable(engine.path(), "position", &error);
    let position = decode_position(&record).map_err(undecodable)?;
    wait_durable(durable, position.serial).await?;
    let (applied, members) = (position.applied, position.members.clone());
    let snapshot = Outgoing::new(view, position).await?;
    Ok(Some(SnapshotOf::<TypeConfig, SnapshotData> {
        meta: meta(applied, members).map_err(damaged)?,
        snapshot: SnapshotData(Content::Outgoing(Box::new(snapshot))),
    }))
}

/// Builds the state of a snapshot that was received.
pub(super) fn load_received(engine: &dyn Engine, received: &Received) -> Result<State, StoreError> {
    load_rows(engine, received.rows.generation, Staged::new())
}

fn meta(applied: Option<LogId>, members: MembersAt) -> Result<SnapshotMetaOf<TypeConfig>, String> {
    Ok(SnapshotMetaOf::<TypeConfig> {
        last_log_id: applied.map(convert::log_id),
        last_membership: convert::members_at(members)?,
    })
}

impl SnapshotData {
    /// The next frame to send; `None` after the last, and for a snapshot that was received. At most
    /// about 1 MiB, unless one row is larger.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next_frame(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match &mut self.0 {
            Content::Outgoing(outgoing) => outgoing.next_frame().await,
            Content::Received(_) => Ok(None),
        }
    }

    /// What was received. A snapshot of another store is received here and now.
    pub(super) async fn receive(self, shared: &Shared) -> Result<Received, StoreError> {
        let mut outgoing = match self.0 {
            Content::Received(received) => return Ok(received),
            Content::Outgoing(outgoing) => outgoing,
        };
        let mut incoming = shared.incoming();
        let path = incoming.engine.path().to_owned();
        let unsound = |error| match error {
            SnapshotError::Frames(detail) => StoreError::damaged(&path, "snapshot", detail),
            SnapshotError::Store(error) => error,
        };
        while let Some(frame) = outgoing.next_frame().await? {
            incoming.push(&frame).await.map_err(unsound)?;
        }
        incoming.received().map_err(unsound)
    }
}

/// A view with the place that has been read up to.
struct Outgoing {
    view: Box<dyn View>,
    stage: Stage,
    applied: Option<LogId>,
    members: MembersAt,
    /// The rows of the generation that are still to be read.
    rest: KeyRange,
    /// Length of the part of a key that is the generation.
    generation: KeyRange,
    /// Rows that lay aside when the view was taken.
    staged: Staged,
    frames: u64,
    rows: u64,
}

#[derive(Clone, Copy)]
enum Stage {
    Head,
    Rows,
    Over,
}

impl Outgoing {
    async fn new(mut view: Box<dyn View>, position: Position) -> Result<Outgoing, StoreError> {
        let mut staged = Staged::new();
        if position.staged.is_some() {
            let all = staged_range(position.serial);
            let mut rest = all.clone();
            loop {
                let page = view.page(Family::State, rest.clone(), FRAME_BYTES_MAX).await?;
                let Some((last, _)) = page.last() else {
                    break;
                };
                rest.start = after(last);
                for (key, value) in page {
                    let value = decode_staged(&value).map_err(unreadable)?;
                    staged.insert(without_prefix(&key, &all).to_vec(), value);
                }
            }
        }
        let generation = generation_range(position.generation..position.generation + 1);
        Ok(Outgoing {
            view,
            stage: Stage::Head,
            applied: position.applied,
            members: position.members,
            rest: generation.clone(),
            generation,
            staged,
            frames: 0,
            rows: 0,
        })
    }

    async fn next_frame(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let frame = match self.stage {
            Stage::Head => {
                self.stage = Stage::Rows;
                Frame::Head { applied: self.applied, members: self.members.clone() }
            }
            Stage::Rows => match self.next_rows().await? {
                rows if rows.is_empty() => {
                    self.stage = Stage::Over;
                    Frame::End { frames: self.frames, rows: self.rows }
                }
                rows => {
                    let sequence = self.frames;
                    self.frames += 1;
                    self.rows += rows.len() as u64;
                    Frame::Rows { sequence, rows }
                }
            },
            Stage::Over => return Ok(None),
        };
        Ok(Some(encode_frame(&frame)?))
    }

    /// The next rows; none at the end.
    async fn next_rows(&mut self) -> Result<Vec<(Blob, Blob)>, StoreError> {
        loop {
            let page = self.view.page(Family::State, self.rest.clone(), FRAME_BYTES_MAX).await?;
            let Some((last, _)) = page.last() else {
                return Ok(self.next_staged());
            };
            self.rest.start = after(last);
            let rows = self.overlaid(page);
            if !rows.is_empty() {
                return Ok(rows);
            }
        }
    }

    /// A page with what lay aside in the place of what it replaces.
    fn overlaid(&mut self, page: Page) -> Vec<(Blob, Blob)> {
        let mut rows = Vec::with_capacity(page.len());
        for (key, record) in page {
            let key = without_prefix(&key, &self.generation).to_vec();
            #[cfg(test)]
            if planted(Bug::KeysMissingFromSnapshots) && is_key(&key) {
                continue;
            }
            match self.staged.remove(&key) {
                Some(Some(newer)) => rows.push((Blob(key), Blob(newer))),
                Some(None) => {}
                None => rows.push((Blob(key), Blob(record))),
            }
        }
        rows
    }

    /// Rows that lay aside and replace nothing.
    fn next_staged(&mut self) -> Vec<(Blob, Blob)> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while bytes < FRAME_BYTES_MAX
            && let Some((key, record)) = self.staged.pop_first()
        {
            if let Some(record) = record {
                bytes += key.len() + record.len();
                rows.push((Blob(key), Blob(record)));
            }
        }
        rows
    }
}

/// Whether a row is the record of an idempotency key.
#[cfg(test)]
fn is_key(key: &[u8]) -> bool {
    let key = crate::codec::decode_row_key(key).expect("every row has its key");
    matches!(key, crate::seats::RowKey::Remembered(_, _))
}

/// The least key after this one.
fn after(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}

fn unreadable(error: DecodeError) -> StoreError {
    StoreError::damaged(std::path::Path::new("db"), "staged row", error)
}

/// A snapshot on its way in. Dropped before it is installed, it leaves nothing behind.
pub struct Incoming {
    engine: Arc<dyn Engine>,
    rows: ReceivedRows,
    head: Option<SnapshotMetaOf<TypeConfig>>,
    order: FrameOrder,
}

/// A snapshot that was received in full.
pub(super) struct Received {
    meta: SnapshotMetaOf<TypeConfig>,
    rows: ReceivedRows,
}

/// The rows that were received, under a generation of their own.
struct ReceivedRows {
    engine: Arc<dyn Engine>,
    generation: u64,
    /// They are the present rows now.
    kept: bool,
}

impl Incoming {
    pub(super) fn new(engine: Arc<dyn Engine>, generation: u64) -> Incoming {
        let rows = ReceivedRows { engine: Arc::clone(&engine), generation, kept: false };
        Incoming { engine, rows, head: None, order: FrameOrder::default() }
    }

    /// Takes the next frame, exactly as [`SnapshotData::next_frame`] gave it. Returns once it is
    /// written, which is what slows a fast sender down.
    ///
    /// # Errors
    /// See [`SnapshotError`].
    pub async fn push(&mut self, frame: &[u8]) -> Result<(), SnapshotError> {
        let unsound = |error: DecodeError| SnapshotError::Frames(error.to_string());
        let frame = decode_frame(frame).map_err(unsound)?;
        self.order.take(&frame).map_err(SnapshotError::Frames)?;
        match frame {
            Frame::Head { applied, members } => {
                self.head = Some(meta(applied, members).map_err(SnapshotError::Frames)?);
            }
            Frame::Rows { rows, .. } => self.store(rows).await?,
            Frame::End { .. } => {}
        }
        Ok(())
    }

    /// Ends it after the last frame. The result goes to `Raft::install_full_snapshot`.
    ///
    /// # Errors
    /// See [`SnapshotError`].
    pub fn finish(self) -> Result<SnapshotOf<TypeConfig, SnapshotData>, SnapshotError> {
        let received = self.received()?;
        let meta = received.meta.clone();
        let snapshot = SnapshotData(Content::Received(received));
        Ok(SnapshotOf::<TypeConfig, SnapshotData> { meta, snapshot })
    }

    fn received(self) -> Result<Received, SnapshotError> {
        match self.head {
            Some(meta) if self.order.ended() => Ok(Received { meta, rows: self.rows }),
            Some(_) | None => Err(SnapshotError::Frames("its end is missing".to_owned())),
        }
    }

    /// Writes rows. They need no sync of their own: the batch that makes them the present ones
    /// comes after them in the same write-ahead log.
    async fn store(&self, rows: Vec<(Blob, Blob)>) -> Result<(), StoreError> {
        let put = |(Blob(key), Blob(record)): (Blob, Blob)| {
            Write::Put(Family::State, state_key(self.rows.generation, &key), record)
        };
        #[cfg(test)]
        let rows = if planted(Bug::SnapshotHalfInstalled) {
            let half = rows.len().div_ceil(2);
            rows.into_iter().take(half).collect()
        } else {
            rows
        };
        let writes = rows.into_iter().map(put).collect();
        write(&*self.engine, Writes::written(writes)).await
    }
}

impl Received {
    pub(super) fn meta(&self) -> &SnapshotMetaOf<TypeConfig> {
        &self.meta
    }

    /// The generation, which is about to become the present one.
    pub(super) fn keep(mut self) -> u64 {
        self.rows.kept = true;
        self.rows.generation
    }
}

impl Drop for ReceivedRows {
    fn drop(&mut self) {
        if !self.kept {
            let rows = generation_range(self.generation..self.generation + 1);
            let gone = Write::DeleteRange(Family::State, rows);
            self.engine.submit(Writes::written(vec![gone]), Box::new(|| ()));
        }
    }
}

/// Makes a checkpoint durable and shows it as a snapshot.
pub struct Builder {
    engine: Arc<dyn Engine>,
    durable: watch::Receiver<Durable>,
    /// The number of the checkpoint, or why it was not begun.
    begun: Result<u64, StoreError>,
}

impl Builder {
    pub(super) fn new(
        engine: Arc<dyn Engine>,
        durable: watch::Receiver<Durable>,
        begun: Result<u64, StoreError>,
    ) -> Builder {
        Builder { engine, durable, begun }
    }

    async fn build(&mut self) -> Result<SnapshotOf<TypeConfig, SnapshotData>, StoreError> {
        let serial = self.begun.clone()?;
        wait_durable(&mut self.durable, serial).await?;
        let snapshot = current(&*self.engine, &mut self.durable).await?;
        Ok(snapshot.expect("the checkpoint that was waited for has a position"))
    }
}

impl RaftSnapshotBuilder<TypeConfig> for Builder {
    type SnapshotData = SnapshotData;

    async fn build_snapshot(&mut self) -> Result<SnapshotOf<TypeConfig, SnapshotData>, io::Error> {
        Ok(self.build().await?)
    }
}
