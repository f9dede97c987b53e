//! Reads the whole log at the start, and judges it by what this node has promised.

use std::ops::ControlFlow;

use super::tail::Tail;
use crate::codec::{
    COMMITTED_KEY, DecodeError, LogId, LogRecord, POSITION_KEY, PURGED_KEY, VOTE_KEY, checksum,
    decode_log, decode_log_id, decode_position, decode_vote, log_index, log_range,
};
use crate::raft::settings::Sizes;
use crate::store::{Engine, Family, Reads, StoreError};

/// Where the chain of entries breaks.
#[derive(Debug)]
pub(super) struct Break {
    /// The first index that is missing or does not follow.
    pub(super) index: u64,
    /// What is wrong there.
    pub(super) reason: String,
}

/// Reads the log up to its end, or to where its chain breaks, and refuses one that lacks anything
/// this node has acknowledged.
pub(super) fn read_log(
    engine: &dyn Engine,
    sizes: Sizes,
) -> Result<(Tail, Option<Break>), StoreError> {
    let mut tail = Tail::new(sizes);
    tail.sentinel = engine.sentinel();
    tail.vote = read_meta(engine, VOTE_KEY, "vote", decode_vote)?;
    tail.committed = read_meta(engine, COMMITTED_KEY, "committed", decode_log_id)?;
    tail.purged = read_meta(engine, PURGED_KEY, "purged", decode_log_id)?;
    tail.last = tail.purged;
    let broken = read_entries(engine, &mut tail)?;
    let position = read_meta(engine, POSITION_KEY, "position", decode_position)?;
    let applied = position.and_then(|position| position.applied);
    check(engine, &tail, broken.as_ref(), applied)?;
    // What is known to be committed may have been written after an entry that is now cut off.
    tail.committed = tail.committed.min(tail.last.max(applied));
    Ok((tail, broken))
}

/// Notes every entry up to the first break. A record that the database cannot deliver, or that is
/// newer than this version, is an error, not a break.
fn read_entries(engine: &dyn Engine, tail: &mut Tail) -> Result<Option<Break>, StoreError> {
    let (mut broken, mut newer) = (None, None);
    engine.scan(Family::Log, log_range(0, u64::MAX), &mut |key, record| {
        let index = log_index(key).unwrap_or(u64::MAX);
        let previous = tail.first.map(|_| tail.checksum);
        match follow(tail.last, previous, index, record) {
            Ok(found) => {
                tail.found(found.id, record.len(), checksum(record));
                ControlFlow::Continue(())
            }
            Err(Misfit::Newer(error)) => {
                let record = format!("log entry {index}");
                newer = Some(StoreError::undecodable(engine.path(), record, &error));
                ControlFlow::Break(())
            }
            Err(Misfit::Broken(reason)) => {
                let expected = tail.next_index().unwrap_or_default();
                broken = Some(Break { index: expected.min(index), reason });
                ControlFlow::Break(())
            }
        }
    })?;
    newer.map_or(Ok(broken), Err)
}

/// Why an entry is not taken.
pub(in crate::raft) enum Misfit {
    /// The chain ends before it.
    Broken(String),
    /// It is whole, and a newer version wrote it: it may have been acknowledged just now, and is
    /// not this version's to cut off.
    Newer(DecodeError),
}

impl From<String> for Misfit {
    fn from(reason: String) -> Misfit {
        Misfit::Broken(reason)
    }
}

/// An entry if it follows the one before it, which has that id and that checksum, if they are
/// known; else what is wrong with it.
pub(in crate::raft) fn follow(
    last: Option<LogId>,
    previous: Option<u32>,
    index: u64,
    bytes: &[u8],
) -> Result<LogRecord<'static>, Misfit> {
    // A log begins at 0, or after what was purged.
    let expected = last.map_or(0, |last| last.index + 1);
    if index != expected {
        return Err(format!("entry {expected} is missing, the next is {index}").into());
    }
    let record = decode_log(bytes).map_err(|error| match error {
        DecodeError::Short { .. } | DecodeError::Checksum { .. } => {
            Misfit::Broken(error.to_string())
        }
        // Its bytes are as they were written.
        DecodeError::Format { .. }
        | DecodeError::TooLarge { .. }
        | DecodeError::Malformed { .. } => Misfit::Newer(error),
    })?;
    if record.id.index != index {
        return Err(format!("entry {} lies in the place of {index}", record.id.index).into());
    }
    if let Some(previous) = previous.filter(|previous| record.previous != *previous) {
        return Err(format!(
            "entry {index} follows one with checksum {:08x}, and {previous:08x} is before it",
            record.previous
        )
        .into());
    }
    if last.is_some_and(|last| record.id <= last) {
        return Err(format!("entry {} is older than the one before it", record.id).into());
    }
    Ok(record)
}

fn check(
    engine: &dyn Engine,
    tail: &Tail,
    broken: Option<&Break>,
    applied: Option<LogId>,
) -> Result<(), StoreError> {
    let damaged =
        |record: &str, detail: String| Err(StoreError::damaged(engine.path(), record, detail));
    let reason = broken.map_or("the log ends there", |broken| broken.reason.as_str());
    if let Some(acknowledged) = tail.sentinel.acknowledged
        && tail.last.max(applied) < Some(acknowledged)
    {
        let index = tail.last.max(applied).map_or(0, |last| last.index + 1);
        let detail = format!("{reason}, and entries up to {acknowledged} were acknowledged");
        return damaged(&format!("log entry {index}"), detail);
    }
    if let Some(Break { index, reason }) = broken
        && applied.is_some_and(|applied| *index <= applied.index)
    {
        // Entries are written before the rows that reflect them: rows may be missing as well.
        return damaged(&format!("log entry {index}"), format!("{reason}, and it was applied"));
    }
    if tail.vote < tail.sentinel.vote {
        let kept = tail.vote.map_or("none".to_owned(), |vote| vote.to_string());
        let given = tail.sentinel.vote.map_or("none".to_owned(), |vote| vote.to_string());
        return damaged("vote", format!("it is {kept}, and {given} was given"));
    }
    if let Some(purged) = tail.purged
        && applied.is_none_or(|applied| applied.index < purged.index)
    {
        let applied = applied.map_or("nothing".to_owned(), |applied| applied.to_string());
        let detail = format!("the rows reflect {applied}, and the log is purged up to {purged}");
        return damaged("position", detail);
    }
    Ok(())
}

/// A record of the family of scalars; `None` if it was never written.
pub(in crate::raft) fn read_meta<T>(
    engine: &(impl Reads + ?Sized),
    key: &[u8],
    name: &str,
    decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
) -> Result<Option<T>, StoreError> {
    let Some(record) = engine.get(Family::Meta, key)? else {
        return Ok(None);
    };
    let undecodable = |error| StoreError::undecodable(engine.path(), name, &error);
    decode(&record).map(Some).map_err(undecodable)
}
