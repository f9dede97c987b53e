//! Backups: the frames of a snapshot in a file, to be taken from any node and read without one.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::checkpoint::Durable;
use super::load::lies_under;
use super::snapshot::{SnapshotData, current};
use crate::codec::{
    BackupError, BackupHead, BackupReader, Blob, FRAME_BYTES_MAX, Frame, LogId, MembersAt,
    decode_row, encode_backup_head, encode_frame, encode_row, encode_row_key, piece,
};
use crate::raft::convert;
use crate::seats::{Loader, Row, State};
use crate::store::{Engine, StoreError};

/// A backup on its way out, from a view of the database that stands still.
pub struct BackupStream {
    /// The last entry that it reflects.
    pub index: u64,
    start: Option<Vec<u8>>,
    frames: SnapshotData,
}

impl BackupStream {
    /// The next bytes of the file; `None` after the last.
    ///
    /// # Errors
    /// The store cannot be read: what was given so far is no backup.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(start) = self.start.take() {
            return Ok(Some(start));
        }
        Ok(self.frames.next_frame().await?.map(|frame| piece(&frame)))
    }
}

/// The last checkpoint as a backup; `None` if there is none.
pub(super) async fn stream(
    engine: &dyn Engine,
    durable: &mut watch::Receiver<Durable>,
    head: &BackupHead,
) -> Result<Option<BackupStream>, StoreError> {
    let Some(snapshot) = current(engine, durable).await? else { return Ok(None) };
    let index = snapshot.meta.last_log_id.map_or(0, |id| convert::log_id_record(&id).index);
    let start = Some(encode_backup_head(head)?);
    Ok(Some(BackupStream { index, start, frames: snapshot.snapshot }))
}

/// What a backup holds.
pub struct Backup {
    /// Whose it is.
    pub head: BackupHead,
    /// The last entry that it reflects.
    pub applied: LogId,
    /// Who the members were.
    pub members: MembersAt,
    /// The state at that entry.
    pub state: State,
    /// How many rows it is made of.
    pub rows: u64,
    /// How large the file is.
    pub bytes: u64,
}

/// Why a file is no backup that could be restored. Nothing of it was used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {detail}", path.display())]
pub struct NoBackup {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub detail: String,
}

/// Reads a backup and builds its state, which checks every record.
///
/// # Errors
/// The file cannot be read, is damaged, or its rows contradict one another.
pub fn read_backup(path: &Path) -> Result<Backup, NoBackup> {
    let unsound = |detail: String| NoBackup { path: path.to_owned(), detail };
    let file = File::open(path).map_err(|error| unsound(error.to_string()))?;
    let damaged = |error: BackupError| unsound(error.to_string());
    let (head, mut reader) = BackupReader::open(BufReader::new(file)).map_err(damaged)?;
    let (mut position, mut loader, mut rows) = (None, Loader::default(), 0);
    while let Some(frame) = reader.next_frame().map_err(damaged)? {
        match frame {
            Frame::Head { applied, members } => position = applied.zip(Some(members)),
            Frame::Rows { rows: more, .. } => {
                for (Blob(key), Blob(record)) in more {
                    let row = decode_row(&record).map_err(|error| unsound(error.to_string()))?;
                    lies_under(&row, &key).map_err(unsound)?;
                    loader.take(row);
                    rows += 1;
                }
            }
            Frame::End { .. } => {}
        }
    }
    let Some((applied, members)) = position else {
        return Err(unsound("it was taken of a node that had applied nothing".to_owned()));
    };
    let (state, bytes) = (loader.finish().map_err(unsound)?, reader.bytes());
    Ok(Backup { head, applied, members, state, rows, bytes })
}

/// Writes a state as a backup.
///
/// # Errors
/// The file cannot be written.
pub fn write_backup(
    file: &mut impl Write,
    head: &BackupHead,
    applied: LogId,
    state: &State,
) -> io::Result<()> {
    let put = |file: &mut dyn Write, frame: &Frame| {
        let frame = encode_frame(frame).map_err(io::Error::other)?;
        file.write_all(&piece(&frame))
    };
    file.write_all(&encode_backup_head(head).map_err(io::Error::other)?)?;
    put(file, &Frame::Head { applied: Some(applied), members: MembersAt::default() })?;
    let mut frames = RowFrames::default();
    for row in state.rows() {
        if let Some(full) = frames.push(&row).map_err(io::Error::other)? {
            put(file, &full)?;
        }
    }
    if let Some(last) = frames.take() {
        put(file, &last)?;
    }
    put(file, &Frame::End { frames: frames.count, rows: frames.rows })
}

/// Gathers rows into frames.
#[derive(Default)]
struct RowFrames {
    held: Vec<(Blob, Blob)>,
    bytes: usize,
    count: u64,
    rows: u64,
}

impl RowFrames {
    /// Takes a row. Returns a frame once it is full.
    fn push(&mut self, row: &Row) -> Result<Option<Frame>, crate::codec::EncodeError> {
        let (key, record) = (encode_row_key(&row.key())?, encode_row(row)?);
        self.bytes += key.len() + record.len();
        self.held.push((Blob(key), Blob(record)));
        self.rows += 1;
        Ok(if FRAME_BYTES_MAX <= self.bytes { self.take() } else { None })
    }

    fn take(&mut self) -> Option<Frame> {
        let rows = std::mem::take(&mut self.held);
        self.bytes = 0;
        if rows.is_empty() {
            return None;
        }
        self.count += 1;
        Some(Frame::Rows { sequence: self.count - 1, rows })
    }
}
