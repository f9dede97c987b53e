//! Messages between nodes: any serializable type under a limit that its route sets.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::envelope::{DecodeError, EncodeError, Kind, decode, encode, size};

/// Encodes a message.
///
/// # Errors
/// It is over the limit.
pub fn encode_wire<T: Serialize + ?Sized>(
    message: &T,
    bytes_max: usize,
) -> Result<Vec<u8>, EncodeError> {
    encode(kind(bytes_max), message)
}

/// Decodes a message.
///
/// # Errors
/// The bytes are not such a message, or it is over the limit.
pub fn decode_wire<T: DeserializeOwned>(record: &[u8], bytes_max: usize) -> Result<T, DecodeError> {
    decode(kind(bytes_max), record)
}

/// How many bytes a message takes, about, without encoding it.
#[must_use]
pub fn wire_size<T: Serialize + ?Sized>(message: &T) -> usize {
    size(message)
}

fn kind(bytes_max: usize) -> Kind {
    Kind { name: "message", format: 0x50, bytes_max }
}
