//! Records of the applied state: rows, and the position of the log that they reflect.

use bincode::Options as _;
use serde::{Deserialize, Serialize};

use super::envelope::{DecodeError, EncodeError, Kind, decode, encode};
use super::log::{LogId, MembersAt};
use crate::seats::{Row, RowKey};

/// The largest row is a part of a seat map, 512 KiB as a client sends it.
const ROW: Kind = Kind { name: "row", format: 0x20, bytes_max: 16 << 20 };

const POSITION: Kind = Kind { name: "position", format: 0x22, bytes_max: 1 << 20 };

const SEAL: Kind = Kind { name: "seal", format: 0x24, bytes_max: 64 };

/// The layout of row keys; a new layout gets a new byte.
const ROW_KEY_FORMAT: u8 = 1;

/// Ids, scopes and keys are bounded to 255 characters or so where requests are parsed.
const ROW_KEY_BYTES_MAX: usize = 64 << 10;

/// What the rows on disk reflect. Written in one batch with the rows of a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which generation of rows is the present one.
    pub generation: u64,
    /// The number of the checkpoint, counted from 1.
    pub serial: u64,
    /// The last entry that the rows reflect.
    pub applied: Option<LogId>,
    /// The membership at that entry.
    pub members: MembersAt,
    /// The checkpoint was too large for one batch: so many of its rows lie aside and go before
    /// those of the generation, until they have been moved there.
    pub staged: Option<u64>,
}

/// Encodes a row.
///
/// # Errors
/// It is too large.
pub fn encode_row(row: &Row) -> Result<Vec<u8>, EncodeError> {
    encode(ROW, row)
}

/// Decodes a row.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_row(record: &[u8]) -> Result<Row, DecodeError> {
    decode(ROW, record)
}

/// Encodes a row's key. Equal keys have equal bytes, and unequal ones do not.
///
/// # Errors
/// It is too large.
pub fn encode_row_key(key: &RowKey) -> Result<Vec<u8>, EncodeError> {
    const KIND: &str = "row key";
    let mut bytes = Vec::with_capacity(64);
    bytes.push(ROW_KEY_FORMAT);
    bincode::DefaultOptions::new()
        .serialize_into(&mut bytes, key)
        .map_err(|error| EncodeError::Unencodable { kind: KIND, detail: error.to_string() })?;
    if bytes.len() > ROW_KEY_BYTES_MAX {
        let bytes_max = ROW_KEY_BYTES_MAX;
        return Err(EncodeError::TooLarge { kind: KIND, bytes: bytes.len(), bytes_max });
    }
    Ok(bytes)
}

/// What the keys of all rows of one kind begin with, kinds standing in their order in [`RowKey`].
///
/// # Errors
/// See [`encode_row_key`].
pub fn rows_of_kind(one: &RowKey) -> Result<Vec<u8>, EncodeError> {
    let mut key = encode_row_key(one)?;
    // The format and the variant; of those there are fewer than take a second byte.
    key.truncate(2);
    Ok(key)
}

/// Decodes a row's key.
///
/// # Errors
/// The bytes are not a key.
pub fn decode_row_key(bytes: &[u8]) -> Result<RowKey, DecodeError> {
    const KIND: &str = "row key";
    let Some((&format, payload)) = bytes.split_first() else {
        return Err(DecodeError::Short { kind: KIND, bytes: 0 });
    };
    if format != ROW_KEY_FORMAT {
        return Err(DecodeError::Format { kind: KIND, format });
    }
    bincode::DefaultOptions::new()
        .with_limit(ROW_KEY_BYTES_MAX as u64)
        .deserialize(payload)
        .map_err(|error| DecodeError::Malformed { kind: KIND, detail: error.to_string() })
}

/// Encodes a position.
///
/// # Errors
/// The membership is too large.
pub fn encode_position(position: &Position) -> Result<Vec<u8>, EncodeError> {
    encode(POSITION, position)
}

/// Decodes a position.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_position(record: &[u8]) -> Result<Position, DecodeError> {
    decode(POSITION, record)
}

/// Encodes a seal: proof that the checkpoint with this number was written.
///
/// # Errors
/// None in practice: a seal is small.
pub fn encode_seal(serial: u64) -> Result<Vec<u8>, EncodeError> {
    encode(SEAL, &serial)
}

/// Decodes a seal.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_seal(record: &[u8]) -> Result<u64, DecodeError> {
    decode(SEAL, record)
}

/// Encodes what becomes of a row that lies aside: its record, or none if the row is gone.
#[must_use]
pub fn encode_staged(record: Option<&[u8]>) -> Vec<u8> {
    match record {
        Some(record) => [&[1], record].concat(),
        None => vec![0],
    }
}

/// Decodes what becomes of a row that lies aside.
///
/// # Errors
/// The bytes say neither.
pub fn decode_staged(bytes: &[u8]) -> Result<Option<Vec<u8>>, DecodeError> {
    const KIND: &str = "staged row";
    match bytes.split_first() {
        Some((1, record)) => Ok(Some(record.to_vec())),
        Some((0, [])) => Ok(None),
        Some((&format, _)) => Err(DecodeError::Format { kind: KIND, format }),
        None => Err(DecodeError::Short { kind: KIND, bytes: 0 }),
    }
}
