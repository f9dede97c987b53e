//! What can go wrong with durable data.

use std::path::{Path, PathBuf};

use crate::codec::DecodeError;

/// Durable data cannot be read or written. A node that meets one of these stops; nothing that
/// cannot be read is ever treated as absent.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or the database does not open.
    #[error("cannot open {}: {detail}", path.display())]
    Open {
        /// Which file or directory.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// A record cannot be read, or contradicts another.
    #[error("{} is damaged: {record}: {detail}. {REMEDY}", path.display())]
    Damaged {
        /// Which file or directory.
        path: PathBuf,
        /// Which record in it.
        record: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A record is sound, and of a format, or with a variant, that this version does not know.
    #[error("{} is not for this version: {record}: {detail} {UNCHANGED}", path.display())]
    Newer {
        /// Which file or directory.
        path: PathBuf,
        /// Which record in it.
        record: String,
        /// What is unknown about it.
        detail: String,
    },
    /// The directory belongs to somebody else.
    #[error("{} is not this node's: {detail}", path.display())]
    Foreign {
        /// Which directory.
        path: PathBuf,
        /// Whose it is, and whose it should be.
        detail: String,
    },
    /// A value does not fit into a record: a defect of ours.
    #[error(transparent)]
    Encode(#[from] crate::codec::EncodeError),
    /// The engine was closed before it answered.
    #[error("the store is closed")]
    Closed,
}

/// Damage of one copy is repaired from the others, never in place.
const REMEDY: &str = "This node does not start from it, for it may have forgotten what it \
    promised. Keep the directory for inspection and replace the node under a new id \
    (usher node replace)";

/// A newer directory is no damage, and its node must not be replaced for it.
const UNCHANGED: &str = "Nothing was changed: start the version that wrote it";

impl StoreError {
    pub(super) fn open(path: &Path, error: impl std::fmt::Display) -> StoreError {
        StoreError::Open { path: path.to_owned(), detail: error.to_string() }
    }

    /// A record that cannot be read, or contradicts another.
    pub fn damaged(
        path: &Path,
        record: impl Into<String>,
        detail: impl std::fmt::Display,
    ) -> StoreError {
        let (record, detail) = (record.into(), detail.to_string());
        StoreError::Damaged { path: path.to_owned(), record, detail }
    }

    /// A record that cannot be decoded: damaged, or newer than this version.
    pub fn undecodable(path: &Path, record: impl Into<String>, error: &DecodeError) -> StoreError {
        let detail = match error {
            DecodeError::Short { .. } | DecodeError::Checksum { .. } => {
                return StoreError::damaged(path, record, error);
            }
            DecodeError::Format { .. } => error.to_string(),
            // Its bytes are as they were written: by whoever knows a variant that we don't.
            DecodeError::TooLarge { .. } | DecodeError::Malformed { .. } => {
                format!("{error}: was it written by a newer version?")
            }
        };
        StoreError::Newer { path: path.to_owned(), record: record.into(), detail }
    }
}

impl From<StoreError> for std::io::Error {
    fn from(error: StoreError) -> std::io::Error {
        std::io::Error::other(error)
    }
}
