//! The file that a backup is: a mark, then pieces with their lengths. The first piece says whose
//! backup it is, the others are the frames of a snapshot. Every piece is a record with its own
//! checksum, the frames are counted, and the last says how many there were: a file that was
//! damaged or cut short is never taken for a backup.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use super::envelope::{DecodeError, EncodeError, Kind, decode, encode};
use super::frame::{Frame, FrameOrder, decode_frame};
use crate::seats::Millis;

/// What every backup begins with.
pub const BACKUP_MARK: &[u8; 8] = b"usher-1\n";

const HEAD: Kind = Kind { name: "backup head", format: 0x42, bytes_max: 256 };

/// The largest frame, and room for its envelope.
const PIECE_BYTES_MAX: usize = 20 << 20;

/// Bytes before each piece.
const LENGTH_BYTES: usize = 4;

/// Whose backup it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHead {
    /// The cluster that it was taken of.
    pub cluster: u128,
    /// The node that it was taken from.
    pub node: u64,
    /// When, by that node's wall clock.
    pub made_at: Millis,
}

/// Why bytes are no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// They cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// They are something else, or a backup of a newer version.
    #[error("it does not begin as a backup does: is it one, or was a newer version's taken?")]
    Foreign,
    /// A piece is damaged, out of order or missing.
    #[error("piece {piece} at byte {at}: {detail}")]
    Damaged {
        /// Counted from 0.
        piece: u64,
        /// Where it begins.
        at: u64,
        /// What is wrong with it.
        detail: String,
    },
}

/// A record with its length before it.
#[must_use]
pub fn piece(record: &[u8]) -> Vec<u8> {
    let length = u32::try_from(record.len()).expect("no record is as large as 4 GiB");
    [&length.to_le_bytes(), record].concat()
}

/// The mark and the first piece.
///
/// # Errors
/// None in practice: a head is small.
pub fn encode_backup_head(head: &BackupHead) -> Result<Vec<u8>, EncodeError> {
    Ok([&BACKUP_MARK[..], &piece(&encode(HEAD, head)?)].concat())
}

/// Reads a backup, piece by piece.
pub struct BackupReader<R> {
    from: R,
    order: FrameOrder,
    pieces: u64,
    at: u64,
}

impl<R: Read> BackupReader<R> {
    /// Reads the first piece.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn open(mut from: R) -> Result<(BackupHead, BackupReader<R>), BackupError> {
        let mut mark = Vec::new();
        from.by_ref().take(BACKUP_MARK.len() as u64).read_to_end(&mut mark)?;
        if mark != BACKUP_MARK {
            return Err(BackupError::Foreign);
        }
        let at = BACKUP_MARK.len() as u64;
        let mut reader = BackupReader { from, order: FrameOrder::default(), pieces: 0, at };
        let record = reader.record()?;
        let head = decode(HEAD, &record);
        let head = head.map_err(|error: DecodeError| reader.damaged(error.to_string()))?;
        reader.passed(&record);
        Ok((head, reader))
    }

    /// The next frame; `None` after the last one, which nothing may follow.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn next_frame(&mut self) -> Result<Option<Frame>, BackupError> {
        if self.order.ended() {
            let mut more = [0];
            return match self.from.read(&mut more)? {
                0 => Ok(None),
                _ => Err(self.damaged("something follows the end".to_owned())),
            };
        }
        let record = self.record()?;
        let frame = decode_frame(&record).map_err(|error| self.damaged(error.to_string()))?;
        self.order.take(&frame).map_err(|detail| self.damaged(detail))?;
        self.passed(&record);
        Ok(Some(frame))
    }

    /// Bytes read so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.at
    }

    fn record(&mut self) -> Result<Vec<u8>, BackupError> {
        let length = self.exactly(LENGTH_BYTES)?;
        let length = length.try_into().map_or(u32::MAX, u32::from_le_bytes);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if PIECE_BYTES_MAX < length {
            return Err(self.damaged(format!("it claims {length} bytes")));
        }
        self.exactly(length)
    }

    /// So many bytes, none of them allocated before they have come.
    fn exactly(&mut self, length: usize) -> Result<Vec<u8>, BackupError> {
        let mut bytes = Vec::new();
        self.from.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(self.damaged("the file is cut short".to_owned()));
        }
        Ok(bytes)
    }

    fn passed(&mut self, record: &[u8]) {
        self.pieces += 1;
        self.at += (LENGTH_BYTES + record.len()) as u64;
    }

    fn damaged(&self, detail: String) -> BackupError {
        BackupError::Damaged { piece: self.pieces, at: self.at, detail }
    }
}
