//! Keys of the database. Numbers are big-endian, so that they are scanned in their order.

use std::ops::Range;

/// The vote.
pub const VOTE_KEY: &[u8] = b"vote";
/// The last entry that was purged from the log.
pub const PURGED_KEY: &[u8] = b"purged";
/// The last entry known to be committed.
pub const COMMITTED_KEY: &[u8] = b"committed";
/// Who this data directory is.
pub const IDENTITY_KEY: &[u8] = b"identity";
/// Which rows are the state, and what they reflect.
pub const POSITION_KEY: &[u8] = b"position";

/// The generation under which rows lie aside while a large checkpoint is written; no state has it.
pub const STAGING: u64 = 0;

const SEAL_PREFIX: &[u8] = b"seal/";

/// A range of keys, its end excluded.
pub type KeyRange = Range<Vec<u8>>;

/// The key of an entry.
#[must_use]
pub fn log_key(index: u64) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

/// The index of an entry's key; `None` if it is no such key.
#[must_use]
pub fn log_index(key: &[u8]) -> Option<u64> {
    key.try_into().ok().map(u64::from_be_bytes)
}

/// The keys of the entries from one index to before another.
#[must_use]
pub fn log_range(from: u64, until: u64) -> KeyRange {
    log_key(from)..log_key(until)
}

/// The key of a row in a generation.
#[must_use]
pub fn state_key(generation: u64, row: &[u8]) -> Vec<u8> {
    [&generation.to_be_bytes(), row].concat()
}

/// The generation that a row's key lies in; `None` if it is no such key.
#[must_use]
pub fn generation(key: &[u8]) -> Option<u64> {
    key.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// The keys of a range of generations.
#[must_use]
pub fn generation_range(generations: Range<u64>) -> KeyRange {
    state_key(generations.start, &[])..state_key(generations.end, &[])
}

/// The key of a row that lies aside for a checkpoint.
#[must_use]
pub fn staged_key(serial: u64, row: &[u8]) -> Vec<u8> {
    [&STAGING.to_be_bytes(), &serial.to_be_bytes(), row].concat()
}

/// The keys of all rows that lie aside for a checkpoint.
#[must_use]
pub fn staged_range(serial: u64) -> KeyRange {
    staged_key(serial, &[])..staged_key(serial.saturating_add(1), &[])
}

/// What of a key comes after the prefix that its range begins with.
#[must_use]
pub fn without_prefix<'a>(key: &'a [u8], range: &KeyRange) -> &'a [u8] {
    key.get(range.start.len()..).unwrap_or_default()
}

/// The key of a checkpoint's seal.
#[must_use]
pub fn seal_key(serial: u64) -> Vec<u8> {
    [SEAL_PREFIX, &serial.to_be_bytes()].concat()
}

/// The keys of the seals from one number to before another.
#[must_use]
pub fn seal_range(from: u64, until: u64) -> KeyRange {
    seal_key(from)..seal_key(until)
}

/// The number of a seal's key; `None` if it is no such key.
#[must_use]
pub fn seal_serial(key: &[u8]) -> Option<u64> {
    let number = key.strip_prefix(SEAL_PREFIX)?;
    number.try_into().ok().map(u64::from_be_bytes)
}
