//! Reads the whole log of a stopped node, for those who judge what was agreed from its beginning.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use openraft::EntryPayload;

use crate::codec::{LogId, PURGED_KEY, checksum, decode_log_id, log_index, log_range};
use crate::raft::convert;
use crate::raft::log_store::{Misfit, follow, read_meta};
use crate::raft::types::Batch;
use crate::store::{Family, Reads as _, RocksReader, StoreError};

/// An entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Its place.
    pub id: LogId,
    /// Its proposals; `None` if it is a new leader's first, or a change of members.
    pub batch: Option<Arc<Batch>>,
}

/// The whole log of a stopped node's data directory, from entry 0 to its end. Changes nothing.
///
/// NB: what is at its end need not be committed, see [`super::Stopped`]; and each node cuts its log
/// sooner or later, unless its `storage.log_mib` is larger than all that it ever gets.
///
/// # Errors
/// The directory cannot be read, the log has been cut at its beginning, or it breaks off.
pub fn load_log(dir: &Path) -> Result<Vec<Agreed>, StoreError> {
    let reader = RocksReader::open(dir)?;
    match purged(&reader)? {
        None => entries(&reader, dir, None),
        Some(purged) => {
            let detail = format!("the log was cut after entry {purged}");
            Err(StoreError::damaged(dir, "log entry 0", detail))
        }
    }
}

/// What a stopped node has kept of its log, wherever that begins. Changes nothing.
///
/// # Errors
/// The directory cannot be read, or the log breaks off.
pub fn load_log_kept(dir: &Path) -> Result<Vec<Agreed>, StoreError> {
    let reader = RocksReader::open(dir)?;
    entries(&reader, dir, purged(&reader)?)
}

fn purged(reader: &RocksReader) -> Result<Option<LogId>, StoreError> {
    read_meta(reader, PURGED_KEY, "purged", decode_log_id)
}

/// Every entry after one that was purged, if any was.
fn entries(
    reader: &RocksReader,
    dir: &Path,
    purged: Option<LogId>,
) -> Result<Vec<Agreed>, StoreError> {
    let mut log: Vec<Agreed> = Vec::new();
    let (mut previous, mut failed) = (None, None);
    reader.scan(Family::Log, log_range(0, u64::MAX), &mut |key, bytes| {
        let index = log_index(key).unwrap_or(u64::MAX);
        let last = log.last().map(|last| last.id).or(purged);
        match agreed(dir, last, previous, index, bytes) {
            Ok(agreed) => {
                log.push(agreed);
                previous = Some(checksum(bytes));
                ControlFlow::Continue(())
            }
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed.map_or(Ok(log), Err)
}

/// Reads one entry, which comes after one with that id and that checksum.
fn agreed(
    dir: &Path,
    last: Option<LogId>,
    previous: Option<u32>,
    index: u64,
    bytes: &[u8],
) -> Result<Agreed, StoreError> {
    let name = || format!("log entry {index}");
    let record = follow(last, previous, index, bytes).map_err(|misfit| match misfit {
        Misfit::Newer(error) => StoreError::undecodable(dir, name(), &error),
        Misfit::Broken(reason) => StoreError::damaged(dir, name(), reason),
    })?;
    let id = record.id;
    let entry = convert::entry(record);
    let entry = entry.map_err(|detail| StoreError::damaged(dir, name(), detail))?;
    let batch = match entry.payload {
        EntryPayload::Normal(batch) => Some(batch),
        EntryPayload::Blank | EntryPayload::Membership(_) => None,
    };
    Ok(Agreed { id, batch })
}
