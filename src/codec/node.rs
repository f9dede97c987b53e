//! What a node knows of itself, whatever its state is.

use serde::{Deserialize, Serialize};

use super::envelope::{DecodeError, EncodeError, Kind, decode, encode};
use super::log::{LogId, Vote};

const IDENTITY: Kind = Kind { name: "identity", format: 0x30, bytes_max: 256 };

const SENTINEL: Kind = Kind { name: "sentinel", format: 0x32, bytes_max: 256 };

/// A slot is a page, which no file system writes together with its neighbour in place.
pub const SENTINEL_SLOT_BYTES: usize = 4096;

/// Who a data directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The node's number.
    pub node: u64,
    /// The random name of the data directory.
    pub disk: u128,
    /// The cluster that it belongs to, once it does.
    pub cluster: Option<u128>,
}

/// What a node has promised to others, kept apart from the database: the database cannot notice
/// that its own end is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentinel {
    /// The data directory that it watches.
    pub disk: u128,
    /// The last vote given.
    pub vote: Option<Vote>,
    /// The last entry reported durable, or one a little before it.
    pub acknowledged: Option<LogId>,
    /// Counts the writes of this file.
    pub serial: u64,
}

/// Encodes an identity.
///
/// # Errors
/// None in practice: an identity is small.
pub fn encode_identity(identity: &Identity) -> Result<Vec<u8>, EncodeError> {
    encode(IDENTITY, identity)
}

/// Decodes an identity.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_identity(record: &[u8]) -> Result<Identity, DecodeError> {
    decode(IDENTITY, record)
}

/// Encodes a sentinel as a slot of its file: the length of the record, the record, zeros.
///
/// # Errors
/// None in practice: a sentinel is small.
pub fn encode_sentinel(sentinel: &Sentinel) -> Result<Vec<u8>, EncodeError> {
    let record = encode(SENTINEL, sentinel)?;
    let (bytes, bytes_max) = (record.len(), SENTINEL_SLOT_BYTES - 2);
    let Some(length) = u16::try_from(bytes).ok().filter(|_| bytes <= bytes_max) else {
        return Err(EncodeError::TooLarge { kind: SENTINEL.name, bytes, bytes_max });
    };
    let mut slot = length.to_le_bytes().to_vec();
    slot.extend_from_slice(&record);
    slot.resize(SENTINEL_SLOT_BYTES, 0);
    Ok(slot)
}

/// Decodes a slot.
///
/// # Errors
/// The bytes are not such a slot.
pub fn decode_sentinel(slot: &[u8]) -> Result<Sentinel, DecodeError> {
    let short = DecodeError::Short { kind: SENTINEL.name, bytes: slot.len() };
    let Some((length, rest)) = slot.split_first_chunk() else {
        return Err(short);
    };
    let length = usize::from(u16::from_le_bytes(*length));
    decode(SENTINEL, rest.get(..length).ok_or(short)?)
}
