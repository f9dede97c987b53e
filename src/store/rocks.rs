//! The engine on RocksDB.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::io::Errno;

use super::database::Database;
use super::disk::{Ballast, space_left};
use super::engine::{Done, Engine, Family, Reads, View, Visit, Writes};
use super::error::StoreError;
use super::sentinel::SentinelFile;
use super::view::RocksView;
use super::writer::Writer;
use crate::codec::{KeyRange, Sentinel};
use crate::metrics::{Metrics, Space};

/// The database, below the data directory.
const DATABASE: &str = "db";

/// How to open a data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The size of a file that does nothing but take space: an operator deletes it to get a node
    /// whose disk is full to start again. 0 for none.
    pub ballast_bytes: u64,
    /// With less free space than this the node takes no more proposals. The write-ahead log may
    /// grow by 256 MiB and a compaction may need as much again before anything is freed.
    pub low_water_bytes: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { ballast_bytes: 128 << 20, low_water_bytes: 512 << 20 }
    }
}

/// RocksDB in a data directory, with the sentinel and the ballast beside it.
///
/// Every write goes through one thread. Dropping the engine waits for what is queued.
pub struct RocksEngine {
    dir: PathBuf,
    database: Arc<Database>,
    sentinel: SentinelFile,
    writer: Writer,
    low_water_bytes: u64,
}

impl RocksEngine {
    /// Opens a data directory, or makes a new one.
    ///
    /// # Errors
    /// It is in use, damaged, or cannot be written.
    pub fn open(dir: &Path, options: &Options) -> Result<RocksEngine, StoreError> {
        RocksEngine::open_measured(dir, options, Metrics::default())
    }

    /// The same, and tells how long its syncs take.
    ///
    /// # Errors
    /// See [`RocksEngine::open`].
    pub fn open_measured(
        dir: &Path,
        options: &Options,
        metrics: Metrics,
    ) -> Result<RocksEngine, StoreError> {
        make_dir(dir).map_err(|error| StoreError::open(dir, error))?;
        let known = SentinelFile::exists(dir)?;
        // Where a sentinel lies there was a database; an empty one must not take its place.
        let database = Arc::new(Database::open(&dir.join(DATABASE), !known)?);
        let sentinel = if known {
            SentinelFile::open(dir)?
        } else if database.is_empty(Family::Meta)? {
            SentinelFile::create(dir)?
        } else {
            return Err(StoreError::damaged(dir, "sentinel", "the file is missing"));
        };
        Ballast::keep(dir, options.ballast_bytes, options.low_water_bytes)?;
        let writer = Writer::spawn(Arc::clone(&database), metrics)?;
        let low_water_bytes = options.low_water_bytes;
        Ok(RocksEngine { dir: dir.to_owned(), database, sentinel, writer, low_water_bytes })
    }
}

/// Makes a new data directory for its owner alone: whoever reads it knows every buyer. One that is
/// there stays as somebody made it, and what lies above it is nobody's secret.
fn make_dir(dir: &Path) -> io::Result<()> {
    if let Some(above) = dir.parent() {
        fs::create_dir_all(above)?;
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(test)]
impl RocksEngine {
    /// Brings a family to a sorted file: what is written next goes to a new write-ahead log.
    pub(crate) fn flush(&self, family: Family) {
        self.database.flush(family).expect("a test does without the family");
    }
}

impl Reads for RocksEngine {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.database.get(family, key)
    }

    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        self.database.scan(family, range, visit)
    }

    fn path(&self) -> &Path {
        &self.dir
    }
}

impl Engine for RocksEngine {
    fn submit(&self, writes: Writes, done: Done) {
        self.writer.submit(writes, done);
    }

    fn view(&self) -> Result<Box<dyn View>, StoreError> {
        Ok(Box::new(RocksView::open(Arc::clone(&self.database))?))
    }

    fn sentinel(&self) -> Sentinel {
        self.sentinel.latest()
    }

    fn keep_sentinel(&self, sentinel: Sentinel, done: Option<Done>) {
        self.sentinel.keep(sentinel, done);
    }

    fn space(&self) -> Option<Space> {
        // What is wrong with a disk that cannot be asked, `disk_low` reports.
        let free_bytes = space_left(&self.dir).ok()?;
        Some(Space { free_bytes, ballast_bytes: Ballast::bytes(&self.dir) })
    }

    fn disk_low(&self) -> bool {
        match space_left(&self.dir) {
            Ok(left) => left < self.low_water_bytes,
            Err(error) => {
                tracing::error!(%error, "cannot ask for the free space; taken as none");
                true
            }
        }
    }
}

/// Whether another process has the data directory open. NB: a process that has it open itself must
/// not ask: its locks are its own, and closing the file would release them.
///
/// # Errors
/// It cannot be told.
pub fn in_use(dir: &Path) -> Result<bool, StoreError> {
    // RocksDB holds a lock on this file for as long as it is open.
    let path = dir.join(DATABASE).join("LOCK");
    let file = match OpenOptions::new().write(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StoreError::open(&path, error)),
    };
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(false),
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(true),
        Err(error) => Err(StoreError::open(&path, error)),
    }
}

/// The database of a stopped node, to look at without changing anything.
pub struct RocksReader {
    dir: PathBuf,
    database: Database,
}

impl RocksReader {
    /// Opens the database of a data directory.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn open(dir: &Path) -> Result<RocksReader, StoreError> {
        let database = Database::open_read_only(&dir.join(DATABASE))?;
        Ok(RocksReader { dir: dir.to_owned(), database })
    }

    /// What the node has promised to others.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn sentinel(&self) -> Result<Sentinel, StoreError> {
        SentinelFile::read(&self.dir)
    }
}

impl Reads for RocksReader {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.database.get(family, key)
    }

    fn scan(&self, family: Family, range: KeyRange, visit: Visit<'_>) -> Result<(), StoreError> {
        self.database.scan(family, range, visit)
    }

    fn path(&self) -> &Path {
        &self.dir
    }
}
