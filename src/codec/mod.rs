//! Versioned records: the only room that knows bytes.
//!
//! Every record is `[format byte][payload][CRC32C of both]`, the payload being bincode 1.3 (varint,
//! little-endian). What stands on disk or goes over the wire is one of the types of this room or of
//! `seats`, never a type of a library. Fields are added under a new format byte. Variants are added
//! at the end of their enumeration, behind a new level (`seats::LEVEL`): a version that does not
//! know one takes a sound record that has it for a newer version's, not for damage. Nothing is ever
//! altered.

mod backup;
mod envelope;
mod frame;
mod keys;
mod log;
mod node;
mod rows;
mod wire;

pub use backup::{BACKUP_MARK, BackupError, BackupHead, BackupReader, encode_backup_head, piece};
pub use envelope::{DecodeError, EncodeError, checksum};
pub use frame::{Blob, FRAME_BYTES_MAX, Frame, FrameOrder, decode_frame, encode_frame};
pub use keys::{
    COMMITTED_KEY, IDENTITY_KEY, KeyRange, POSITION_KEY, PURGED_KEY, STAGING, VOTE_KEY, generation,
    generation_range, log_index, log_key, log_range, seal_key, seal_range, seal_serial, staged_key,
    staged_range, state_key, without_prefix,
};
pub use log::{
    Content, LogId, LogRecord, Member, Members, MembersAt, Vote, decode_log, decode_log_id,
    decode_vote, encode_log, encode_log_id, encode_vote, plain_size,
};
pub use node::{
    Identity, SENTINEL_SLOT_BYTES, Sentinel, decode_identity, decode_sentinel, encode_identity,
    encode_sentinel,
};
pub use rows::{
    Position, decode_position, decode_row, decode_row_key, decode_seal, decode_staged,
    encode_position, encode_row, encode_row_key, encode_seal, encode_staged, rows_of_kind,
};
pub use wire::{decode_wire, encode_wire, wire_size};

#[cfg(test)]
mod backup_tests;
#[cfg(test)]
pub(crate) mod tests;
