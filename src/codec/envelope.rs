//! The envelope that every record lies in.

use std::io::{Read as _, Write as _};

use bincode::Options as _;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes of the checksum at the end.
const CHECKSUM_BYTES: usize = 4;

/// From this size on a payload is deflated. Only parts of seat maps and the batches of a very busy
/// leader are this large; deflating every small batch would cost more time than its bytes do.
const DEFLATE_BYTES_MIN: usize = 128 << 10;

/// Room for a row of a hold: most records are no larger, and none grows byte by byte.
const ROOM_BYTES: usize = 256;

/// A kind of record in one version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// What people call it.
    pub name: &'static str,
    /// Its format byte, even; one more says that the payload is deflated.
    pub format: u8,
    /// Most bytes of its plain payload: a decoder never allocates more than about this.
    pub bytes_max: usize,
}

/// Why a value was not encoded.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum EncodeError {
    /// It is larger than its decoder would accept.
    #[error("a {kind} of {bytes} bytes is over its limit of {bytes_max}")]
    TooLarge {
        /// What it is.
        kind: &'static str,
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        bytes_max: usize,
    },
    /// Its type cannot be encoded: a defect of ours.
    #[error("a {kind} cannot be encoded: {detail}")]
    Unencodable {
        /// What it is.
        kind: &'static str,
        /// What the encoder says.
        detail: String,
    },
}

/// Why bytes are not a record.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// Fewer bytes than any record has.
    #[error("a {kind} of {bytes} bytes is cut short")]
    Short {
        /// What it should be.
        kind: &'static str,
        /// How many there are.
        bytes: usize,
    },
    /// Its checksum does not fit its bytes.
    #[error("a {kind} has checksum {found:08x} where its bytes have {computed:08x}")]
    Checksum {
        /// What it should be.
        kind: &'static str,
        /// What stands at its end.
        found: u32,
        /// What its bytes have.
        computed: u32,
    },
    /// Another kind of record, or a version that this program does not know.
    #[error("a {kind} has the unknown format {format:#04x}: was it written by a newer version?")]
    Format {
        /// What it should be.
        kind: &'static str,
        /// Its format byte.
        format: u8,
    },
    /// Its payload is larger than any that is written.
    #[error("a {kind} is over its limit of {bytes_max} bytes")]
    TooLarge {
        /// What it should be.
        kind: &'static str,
        /// How large it may be.
        bytes_max: usize,
    },
    /// Its payload is not of its type.
    #[error("a {kind} is malformed: {detail}")]
    Malformed {
        /// What it should be.
        kind: &'static str,
        /// What the decoder says.
        detail: String,
    },
}

/// The checksum at a record's end, by which the next record of a chain names it; 0 for bytes that
/// are too short to be a record.
#[must_use]
pub fn checksum(record: &[u8]) -> u32 {
    record.last_chunk::<CHECKSUM_BYTES>().map_or(0, |tail| u32::from_le_bytes(*tail))
}

pub(super) fn encode<T: Serialize + ?Sized>(kind: Kind, value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut record = Vec::with_capacity(ROOM_BYTES);
    record.push(kind.format);
    // No limit here, for bincode would walk the value twice; the size is looked at below.
    bincode::DefaultOptions::new()
        .serialize_into(&mut record, value)
        .map_err(|error| EncodeError::Unencodable { kind: kind.name, detail: error.to_string() })?;
    let bytes = record.len() - 1;
    if bytes > kind.bytes_max {
        let bytes_max = kind.bytes_max;
        return Err(EncodeError::TooLarge { kind: kind.name, bytes, bytes_max });
    }
    if bytes >= DEFLATE_BYTES_MIN {
        record = deflated(kind, record)?;
    }
    let crc = crc32c::crc32c(&record);
    record.extend_from_slice(&crc.to_le_bytes());
    Ok(record)
}

/// How many bytes a value takes before it is deflated; more than any limit if it cannot be encoded.
pub(super) fn size<T: Serialize + ?Sized>(value: &T) -> usize {
    let bytes = bincode::DefaultOptions::new().serialized_size(value).unwrap_or(u64::MAX);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

pub(super) fn decode<T: DeserializeOwned>(kind: Kind, record: &[u8]) -> Result<T, DecodeError> {
    let name = kind.name;
    let short = DecodeError::Short { kind: name, bytes: record.len() };
    let Some((body, tail)) = record.split_last_chunk::<CHECKSUM_BYTES>() else {
        return Err(short);
    };
    let Some((&format, payload)) = body.split_first() else {
        return Err(short);
    };
    let (found, computed) = (u32::from_le_bytes(*tail), crc32c::crc32c(body));
    if found != computed {
        return Err(DecodeError::Checksum { kind: name, found, computed });
    }
    if format == kind.format {
        payload_of(kind, payload)
    } else if format == kind.format | 1 {
        payload_of(kind, &inflated(kind, payload)?)
    } else {
        Err(DecodeError::Format { kind: name, format })
    }
}

fn payload_of<T: DeserializeOwned>(kind: Kind, payload: &[u8]) -> Result<T, DecodeError> {
    if payload.len() > kind.bytes_max {
        return Err(DecodeError::TooLarge { kind: kind.name, bytes_max: kind.bytes_max });
    }
    let limit = u64::try_from(kind.bytes_max).unwrap_or(u64::MAX);
    bincode::DefaultOptions::new()
        .with_limit(limit)
        .deserialize(payload)
        .map_err(|error| DecodeError::Malformed { kind: kind.name, detail: error.to_string() })
}

/// The record deflated, or as it was if that makes it no smaller.
fn deflated(kind: Kind, plain: Vec<u8>) -> Result<Vec<u8>, EncodeError> {
    let mut encoder = DeflateEncoder::new(vec![kind.format | 1], Compression::fast());
    let packed = encoder
        .write_all(&plain[1..])
        .and_then(|()| encoder.finish())
        .map_err(|error| EncodeError::Unencodable { kind: kind.name, detail: error.to_string() })?;
    Ok(if packed.len() < plain.len() { packed } else { plain })
}

/// Inflates at most the limit and one byte, whatever the input claims.
fn inflated(kind: Kind, packed: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let limit = u64::try_from(kind.bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let mut plain = Vec::new();
    DeflateDecoder::new(packed)
        .take(limit)
        .read_to_end(&mut plain)
        .map_err(|error| DecodeError::Malformed { kind: kind.name, detail: error.to_string() })?;
    Ok(plain)
}
