//! Loads the state from its rows.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use openraft::EntryPayload;

use super::checkpoint::{SEALS_KEPT, moving};
use super::{FIRST_EPOCH, carry_out};
use crate::codec::{
    COMMITTED_KEY, KeyRange, POSITION_KEY, Position, STAGING, decode_log, decode_log_id,
    decode_position, decode_row, decode_row_key, decode_seal, decode_staged, encode_row_key,
    generation_range, log_range, seal_range, seal_serial, staged_range, without_prefix,
};
use crate::raft::convert;
use crate::raft::log_store::read_meta;
use crate::seats::State;
use crate::store::{Engine, Family, Reads, RocksReader, StoreError, Write, Writes, write};

/// A state and the position that it stands at.
pub(super) struct Loaded {
    pub(super) state: State,
    pub(super) position: Position,
}

/// Rows that lie aside, by key; `None` for a row that is gone.
pub(super) type Staged = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The state of a stopped node's data directory, as the node would have it after a start, and the
/// index it stands at. Changes nothing.
///
/// # Errors
/// The directory cannot be read.
pub fn load_state(dir: &Path) -> Result<(State, u64), StoreError> {
    let reader = RocksReader::open(dir)?;
    let Loaded { mut state, position } = load(&reader)?;
    let committed = read_meta(&reader, COMMITTED_KEY, "committed", decode_log_id)?;
    let mut next = position.applied.map_or(0, |applied| applied.index + 1);
    let until = committed.map_or(0, |committed| committed.index + 1);
    let mut failed = None;
    reader.scan(Family::Log, log_range(next, until.max(next)), &mut |_, bytes| match replay(
        &mut state, bytes, next, dir,
    ) {
        Ok(()) => {
            next += 1;
            ControlFlow::Continue(())
        }
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    if failed.is_none() && next < until {
        let detail = "it is missing, and was committed";
        failed = Some(StoreError::damaged(dir, format!("log entry {next}"), detail));
    }
    failed.map_or(Ok((state, next.saturating_sub(1))), Err)
}

fn replay(state: &mut State, bytes: &[u8], index: u64, dir: &Path) -> Result<(), StoreError> {
    let name = format!("log entry {index}");
    let record =
        decode_log(bytes).map_err(|error| StoreError::undecodable(dir, name.as_str(), &error))?;
    if record.id.index != index {
        let detail = format!("entry {} lies in its place", record.id.index);
        return Err(StoreError::damaged(dir, name, detail));
    }
    let entry = convert::entry(record).map_err(|detail| StoreError::damaged(dir, name, detail))?;
    if let EntryPayload::Normal(batch) = entry.payload {
        carry_out(state, &batch);
    }
    Ok(())
}

/// Loads the last checkpoint, or a new state if there was none.
pub(super) fn load(engine: &(impl Reads + ?Sized)) -> Result<Loaded, StoreError> {
    let position = read_meta(engine, POSITION_KEY, "position", decode_position)?;
    check_seals(engine, position.as_ref().map_or(0, |position| position.serial))?;
    let Some(position) = position else {
        let position = Position { generation: STAGING + 1, ..Position::default() };
        return Ok(Loaded { state: State::new(FIRST_EPOCH), position });
    };
    let state = load_rows(engine, position.generation, staged(engine, &position)?)?;
    Ok(Loaded { state, position })
}

/// Builds a state from a generation of rows, with others before them.
pub(super) fn load_rows(
    engine: &(impl Reads + ?Sized),
    generation: u64,
    mut staged: Staged,
) -> Result<State, StoreError> {
    let damaged =
        |record: String, detail: String| StoreError::damaged(engine.path(), record, detail);
    let mut rows = Vec::new();
    let mut take = |key: &[u8], record: &[u8]| {
        let called = || format!("row {}", name(key));
        let row = decode_row(record)
            .map_err(|error| StoreError::undecodable(engine.path(), called(), &error))?;
        if encode_row_key(&row.key()).is_ok_and(|own| own == key) {
            rows.push(row);
            return Ok(());
        }
        Err(damaged(called(), format!("it holds the row {:?}", row.key())))
    };
    scan(engine, &generation_range(generation..generation + 1), &mut |key, record| match staged
        .remove(key)
    {
        Some(Some(newer)) => take(key, &newer),
        Some(None) => Ok(()),
        None => take(key, record),
    })?;
    for (key, record) in staged {
        if let Some(record) = record {
            take(&key, &record)?;
        }
    }
    State::load(rows).map_err(|detail| damaged("rows".to_owned(), detail))
}

/// Finishes a checkpoint that lies aside, and removes rows of generations that never came to be, or
/// have ceased to be, the present one.
pub(super) async fn tidy(engine: &dyn Engine, position: &mut Position) -> Result<(), StoreError> {
    if position.staged.is_some() {
        let rows = staged(engine, position)?.into_iter().collect();
        for batch in moving(position, &rows)? {
            write(engine, batch).await?;
        }
        position.staged = None;
    }
    let present = position.generation;
    for others in [STAGING..present, present + 1..u64::MAX] {
        let range = generation_range(others);
        let mut found = false;
        engine.scan(Family::State, range.clone(), &mut |_, _| {
            found = true;
            ControlFlow::Break(())
        })?;
        if found {
            tracing::info!("rows that a crash left behind are removed");
            write(engine, Writes::written(vec![Write::DeleteRange(Family::State, range)])).await?;
        }
    }
    Ok(())
}

/// The rows that lie aside and count.
fn staged(engine: &(impl Reads + ?Sized), position: &Position) -> Result<Staged, StoreError> {
    let mut staged = Staged::new();
    let Some(count) = position.staged else {
        return Ok(staged);
    };
    scan(engine, &staged_range(position.serial), &mut |key, value| {
        let value = decode_staged(value).map_err(|error| {
            StoreError::undecodable(engine.path(), format!("staged row {}", name(key)), &error)
        })?;
        staged.insert(key.to_vec(), value);
        Ok(())
    })?;
    if staged.len() as u64 != count {
        let detail = format!("{count} rows were laid aside, {} are there", staged.len());
        return Err(StoreError::damaged(engine.path(), "position", detail));
    }
    Ok(staged)
}

/// Every checkpoint up to the last must have left its seal: the rows of one that was lost from the
/// middle of the write-ahead log are missing without a trace otherwise.
fn check_seals(engine: &(impl Reads + ?Sized), serial: u64) -> Result<(), StoreError> {
    let mut expected = serial.saturating_sub(SEALS_KEPT - 1).max(1);
    let damaged = |serial: u64, detail: String| {
        StoreError::damaged(engine.path(), format!("checkpoint {serial}"), detail)
    };
    let mut failed = None;
    engine.scan(Family::Meta, seal_range(0, u64::MAX), &mut |key, record| {
        let found = seal_serial(key).unwrap_or_default();
        if found < expected {
            return ControlFlow::Continue(());
        }
        if serial < found {
            failed = Some(damaged(found, format!("the position is that of checkpoint {serial}")));
            return ControlFlow::Break(());
        }
        match decode_seal(record) {
            Ok(sealed) if sealed == found && found == expected => {
                expected += 1;
                ControlFlow::Continue(())
            }
            Ok(_) => ControlFlow::Break(()),
            Err(error) => {
                let record = format!("checkpoint {found}");
                failed = Some(StoreError::undecodable(engine.path(), record, &error));
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    if expected != serial + 1 {
        let detail = format!("its seal is missing, and the last checkpoint is {serial}");
        return Err(damaged(expected, detail));
    }
    Ok(())
}

/// Sees one key with its value; breaks off with an error.
type VisitRow<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<(), StoreError>;

/// Visits a range, without the prefix of its keys, up to the first error.
fn scan(
    engine: &(impl Reads + ?Sized),
    range: &KeyRange,
    visit: VisitRow<'_>,
) -> Result<(), StoreError> {
    let mut failed = None;
    engine.scan(Family::State, range.clone(), &mut |key, value| match visit(
        without_prefix(key, range),
        value,
    ) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// A row's key for a message.
fn name(key: &[u8]) -> String {
    decode_row_key(key).map_or_else(|error| error.to_string(), |key| format!("{key:?}"))
}
