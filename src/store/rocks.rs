//! The engine on RocksDB.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::engine::{Done, Engine, Family, Reads, View, Visit, Writes};
use super::error::StoreError;
use crate::codec::{KeyRange, Sentinel};

/// How to open a data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The size of a file that does nothing but take space: deleted, it lets a full disk be repaired.
    pub ballast_bytes: u64,
    /// With less free space than this the node takes no more proposals.
    pub low_water_bytes: u64,
}

/// RocksDB in a directory.
pub struct RocksEngine {
    path: PathBuf,
}

impl RocksEngine {
    /// Opens a data directory, or makes a new one.
    ///
    /// # Errors
    /// It is in use, damaged, or cannot be written.
    pub fn open(_dir: &Path, _options: &Options) -> Result<RocksEngine, StoreError> {
        todo!()
    }
}

impl Reads for RocksEngine {
    fn get(&self, _family: Family, _key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        todo!()
    }

    fn scan(&self, _family: Family, _range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        let _: ControlFlow<()> = visit(&[], &[]);
        todo!()
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Engine for RocksEngine {
    fn submit(&self, _writes: Writes, _done: Done) {
        todo!()
    }

    fn view(&self) -> Box<dyn View> {
        todo!()
    }

    fn sentinel(&self) -> Option<Sentinel> {
        todo!()
    }

    fn keep_sentinel(&self, _sentinel: Sentinel, _done: Option<Done>) {
        todo!()
    }

    fn disk_low(&self) -> bool {
        todo!()
    }
}
