//! Frames of a snapshot on its way from one node to another.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::envelope::{DecodeError, EncodeError, Kind, decode, encode};
use super::log::{LogId, MembersAt};

/// A frame holds rows up to this sum of bytes, or one row that alone is larger: small enough to
/// send within any timeout, large enough that a checksum and a call apiece do not matter.
pub const FRAME_BYTES_MAX: usize = 1 << 20;

/// One row of the largest size and what stands around it.
const FRAME: Kind = Kind { name: "snapshot frame", format: 0x40, bytes_max: 18 << 20 };

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// Comes first.
    Head {
        /// The last entry that the rows reflect.
        applied: Option<LogId>,
        /// The membership at that entry.
        members: MembersAt,
    },
    /// Rows, encoded as they are stored.
    Rows {
        /// Counts these frames from 0.
        sequence: u64,
        /// Key and record.
        rows: Vec<(Blob, Blob)>,
    },
    /// Comes last: without it the snapshot is not complete.
    End {
        /// How many frames of rows there were.
        frames: u64,
        /// How many rows.
        rows: u64,
    },
}

/// Checks that frames come in the order in which they were made, none of them missing or twice.
#[derive(Debug, Default)]
pub struct FrameOrder {
    begun: bool,
    ended: bool,
    frames: u64,
    rows: u64,
}

impl FrameOrder {
    /// Takes note of the next frame.
    ///
    /// # Errors
    /// It is not the next.
    pub fn take(&mut self, frame: &Frame) -> Result<(), String> {
        if self.ended {
            return Err("a frame comes after the end".to_owned());
        }
        match frame {
            Frame::Head { .. } if !self.begun => self.begun = true,
            Frame::Head { .. } => return Err("it begins twice".to_owned()),
            Frame::Rows { .. } | Frame::End { .. } if !self.begun => {
                return Err("it does not begin with its head".to_owned());
            }
            Frame::Rows { sequence, rows } if *sequence == self.frames => {
                self.frames += 1;
                self.rows += rows.len() as u64;
            }
            Frame::Rows { sequence, .. } => {
                return Err(format!("frame {sequence} comes where {} is next", self.frames));
            }
            Frame::End { frames, rows } if (*frames, *rows) == (self.frames, self.rows) => {
                self.ended = true;
            }
            Frame::End { frames, rows } => {
                return Err(format!(
                    "{rows} rows in {frames} frames were sent, {} in {} came",
                    self.rows, self.frames
                ));
            }
        }
        Ok(())
    }

    /// Whether the last frame has come.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }
}

/// Bytes that are encoded as bytes, not one by one.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blob, D::Error> {
        deserializer.deserialize_byte_buf(BlobVisitor)
    }
}

struct BlobVisitor;

impl<'de> Visitor<'de> for BlobVisitor {
    type Value = Blob;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Blob, E> {
        Ok(Blob(bytes.to_vec()))
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Blob, E> {
        Ok(Blob(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Blob, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = sequence.next_element()? {
            bytes.push(byte);
        }
        Ok(Blob(bytes))
    }
}

/// Encodes a frame.
///
/// # Errors
/// It is too large.
pub fn encode_frame(frame: &Frame) -> Result<Vec<u8>, EncodeError> {
    encode(FRAME, frame)
}

/// Decodes a frame.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_frame(record: &[u8]) -> Result<Frame, DecodeError> {
    decode(FRAME, record)
}
