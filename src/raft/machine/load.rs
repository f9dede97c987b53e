//! Loads the state from its rows.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use openraft::EntryPayload;

use super::checkpoint::{SEALS_KEPT, moving};
use super::{FIRST_EPOCH, carry_out};
use crate::codec::{
    COMMITTED_KEY, IDENTITY_KEY, Identity, KeyRange, LogId, MembersAt, POSITION_KEY, Position,
    STAGING, Sentinel, VOTE_KEY, Vote, decode_identity, decode_log, decode_log_id, decode_position,
    decode_row, decode_row_key, decode_seal, decode_staged, decode_vote, encode_row_key,
    generation_range, log_range, rows_of_kind, seal_range, seal_serial, staged_range, state_key,
};
use crate::raft::convert;
use crate::raft::log_store::read_meta;
use crate::seats::{BookingId, LEVEL, Loader, Row, RowKey, State};
use crate::store::{Engine, Family, Reads, RocksReader, StoreError, Write, Writes, write};

/// A state and the position that it stands at.
pub(super) struct Loaded {
    pub(super) state: State,
    pub(super) position: Position,
}

/// Rows that lie aside, by key; `None` for a row that is gone.
pub(super) type Staged = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What a stopped node's data directory holds.
pub struct Stopped {
    /// Who it is.
    pub identity: Identity,
    /// What it promised to others.
    pub sentinel: Sentinel,
    /// The last vote that it gave.
    pub vote: Option<Vote>,
    /// The last entry that it knew to be committed.
    pub committed: Option<LogId>,
    /// The last entry that `state` reflects.
    pub applied: Option<LogId>,
    /// The members at that entry.
    pub members: MembersAt,
    /// The state at that entry.
    pub state: State,
}

/// How far a stopped node's log is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upto {
    /// To the last entry known to be committed: what a start would have, and all of it must be
    /// there.
    Committed,
    /// To the end, or to where its chain breaks: what was acknowledged may be among it.
    End,
}

/// The state of a stopped node's data directory, as the node would have it after a start, and the
/// index it stands at. Changes nothing.
///
/// # Errors
/// The directory cannot be read.
pub fn load_state(dir: &Path) -> Result<(State, u64), StoreError> {
    let stopped = load_stopped(dir, Upto::Committed)?;
    Ok((stopped.state, stopped.applied.map_or(0, |applied| applied.index)))
}

/// Everything that a stopped node's data directory holds. Changes nothing.
///
/// # Errors
/// The directory cannot be read.
pub fn load_stopped(dir: &Path, upto: Upto) -> Result<Stopped, StoreError> {
    let reader = RocksReader::open(dir)?;
    let identity = read_meta(&reader, IDENTITY_KEY, "identity", decode_identity)?
        .ok_or_else(|| StoreError::damaged(dir, "identity", "it is missing"))?;
    let Loaded { state, position } = load(&reader)?;
    let committed = read_meta(&reader, COMMITTED_KEY, "committed", decode_log_id)?;
    let mut stopped = Stopped {
        identity,
        sentinel: reader.sentinel()?,
        vote: read_meta(&reader, VOTE_KEY, "vote", decode_vote)?,
        committed,
        applied: position.applied,
        members: position.members,
        state,
    };
    let next = stopped.applied.map_or(0, |applied| applied.index + 1);
    let known = committed.map_or(0, |committed| committed.index + 1).max(next);
    let until = if upto == Upto::End { u64::MAX } else { known };
    let mut failed = None;
    reader.scan(Family::Log, log_range(next, until), &mut |_, bytes| match stopped
        .replay(dir, bytes)
    {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    let next = stopped.applied.map_or(0, |applied| applied.index + 1);
    match failed {
        Some(error @ StoreError::Newer { .. }) => Err(error),
        Some(error) if next < known => Err(error),
        None if next < known => {
            let detail = "it is missing, and was committed";
            Err(StoreError::damaged(dir, format!("log entry {next}"), detail))
        }
        Some(_) | None => Ok(stopped),
    }
}

impl Stopped {
    /// Carries out the next entry.
    fn replay(&mut self, dir: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let next = self.applied.map_or(0, |applied| applied.index + 1);
        let name = format!("log entry {next}");
        let record = decode_log(bytes);
        let record = record.map_err(|error| StoreError::undecodable(dir, &*name, &error))?;
        let id = record.id;
        if id.index != next {
            let detail = format!("entry {} lies in its place", id.index);
            return Err(StoreError::damaged(dir, name, detail));
        }
        let entry = convert::entry(record);
        let entry = entry.map_err(|detail| StoreError::damaged(dir, name, detail))?;
        match &entry.payload {
            EntryPayload::Blank => {}
            EntryPayload::Normal(batch) => {
                carry_out(&mut self.state, id.index, batch);
                knows_level(dir, &self.state)?;
            }
            EntryPayload::Membership(membership) => {
                let members = convert::members_record(membership);
                self.members = MembersAt { log_id: Some(id), members };
            }
        }
        self.applied = Some(id);
        Ok(())
    }
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
    // About half of the rows of a state that has sold much come before its bookings: read, checked
    // and decoded by a second thread, the others need not wait for them.
    let middle = rows_of_kind(&RowKey::Booking(BookingId(0)))?;
    let late = staged.split_off(&middle);
    let all = generation_range(generation..generation + 1);
    let middle = state_key(generation, &middle);
    let (first, second) = (all.start.clone()..middle.clone(), middle..all.end);
    let prefix = all.start.len();
    let read = |range: KeyRange, staged: Staged| read_rows(engine, range, prefix, staged);
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| read(second, late));
        (read(first, staged), second.join())
    });
    let mut loader = first?;
    loader.append(second.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    let state = loader.finish().map_err(|detail| damaged("rows".to_owned(), detail))?;
    knows_level(engine.path(), &state)?;
    Ok(state)
}

/// Refuses a state that a newer version would carry on in another way than this one.
pub(super) fn knows_level(path: &Path, state: &State) -> Result<(), StoreError> {
    let level = state.level();
    if level <= LEVEL {
        return Ok(());
    }
    let detail = format!("it has come to level {level}, and this version knows {LEVEL}");
    Err(StoreError::Newer { path: path.to_owned(), record: "the state".to_owned(), detail })
}

/// Reads a part of the rows, with others before them. Their keys come after so many bytes.
fn read_rows(
    engine: &(impl Reads + ?Sized),
    range: KeyRange,
    prefix: usize,
    mut staged: Staged,
) -> Result<Loader, StoreError> {
    let mut loader = Loader::default();
    let mut take = |key: &[u8], record: &[u8]| {
        let called = || format!("row {}", name(key));
        let row = decode_row(record)
            .map_err(|error| StoreError::undecodable(engine.path(), called(), &error))?;
        lies_under(&row, key)
            .map_err(|detail| StoreError::damaged(engine.path(), called(), detail))?;
        loader.take(row);
        Ok(())
    };
    scan(engine, range, prefix, &mut |key, record| match staged.remove(key) {
        Some(Some(newer)) => take(key, &newer),
        Some(None) => Ok(()),
        None => take(key, record),
    })?;
    for (key, record) in staged {
        if let Some(record) = record {
            take(&key, &record)?;
        }
    }
    Ok(loader)
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
    let range = staged_range(position.serial);
    let prefix = range.start.len();
    scan(engine, range, prefix, &mut |key, value| {
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

/// Visits a range, without so many bytes before its keys, up to the first error.
fn scan(
    engine: &(impl Reads + ?Sized),
    range: KeyRange,
    prefix: usize,
    visit: VisitRow<'_>,
) -> Result<(), StoreError> {
    let mut failed = None;
    engine.scan(Family::State, range, &mut |key, value| match visit(
        key.get(prefix..).unwrap_or_default(),
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

/// Whether a row lies under its own key.
pub(super) fn lies_under(row: &Row, key: &[u8]) -> Result<(), String> {
    match encode_row_key(&row.key()) {
        Ok(own) if own == key => Ok(()),
        Ok(_) | Err(_) => Err(format!("it holds the row {:?}", row.key())),
    }
}

/// A row's key for a message.
fn name(key: &[u8]) -> String {
    decode_row_key(key).map_or_else(|error| error.to_string(), |key| format!("{key:?}"))
}
