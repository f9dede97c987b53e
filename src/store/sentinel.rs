//! The sentinel: a small file beside the database with what this node has promised to others. It
//! notices when the database has lost its end, which the database itself cannot.
//!
//! The file has two slots, written in turn, each with a checksum and a number: a write that a power
//! cut tears leaves the other slot as it was.

use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::engine::Done;
use super::error::StoreError;
use super::writer::{fail, or_abort};
use crate::codec::{DecodeError, SENTINEL_SLOT_BYTES, Sentinel, decode_sentinel, encode_sentinel};

const FILE: &str = "sentinel";
const FILE_NEW: &str = "sentinel.new";
const SLOTS: u64 = 2;

/// While nobody waits, the file is written at most this often: its syncs compete with those of the
/// write-ahead log. What was acknowledged within the last rest is not watched yet.
const REST: Duration = Duration::from_millis(20);

/// The file, and the thread that writes it.
pub(super) struct SentinelFile {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    path: PathBuf,
    desk: Mutex<Desk>,
    wake: Condvar,
}

/// What the thread is to do.
struct Desk {
    latest: Sentinel,
    dirty: bool,
    waiting: Vec<Done>,
    closed: bool,
}

impl SentinelFile {
    pub(super) fn exists(dir: &Path) -> Result<bool, StoreError> {
        let path = dir.join(FILE);
        fs::exists(&path).map_err(|error| StoreError::open(&path, error))
    }

    /// Makes an empty one.
    pub(super) fn create(dir: &Path) -> Result<SentinelFile, StoreError> {
        let (path, new) = (dir.join(FILE), dir.join(FILE_NEW));
        let open = |error: std::io::Error| StoreError::open(&path, error);
        let first = Sentinel::default();
        let file = File::create(&new).map_err(open)?;
        file.set_len(SLOTS * SENTINEL_SLOT_BYTES as u64).map_err(open)?;
        file.write_all_at(&encode_sentinel(&first)?, 0).map_err(open)?;
        file.sync_all().map_err(open)?;
        fs::rename(&new, &path).map_err(open)?;
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(open)?;
        SentinelFile::spawn(&path, first)
    }

    /// Opens the one that is there.
    pub(super) fn open(dir: &Path) -> Result<SentinelFile, StoreError> {
        SentinelFile::spawn(&dir.join(FILE), SentinelFile::read(dir)?)
    }

    /// What stands in the one that is there.
    pub(super) fn read(dir: &Path) -> Result<Sentinel, StoreError> {
        read(&dir.join(FILE))
    }

    pub(super) fn spawn(path: &Path, latest: Sentinel) -> Result<SentinelFile, StoreError> {
        let open = |error: std::io::Error| StoreError::open(path, error);
        let file = OpenOptions::new().write(true).open(path).map_err(open)?;
        let desk = Desk { latest, dirty: false, waiting: Vec::new(), closed: false };
        let (path, desk, wake) = (path.to_owned(), Mutex::new(desk), Condvar::new());
        let shared = Arc::new(Shared { path, desk, wake });
        let for_thread = Arc::clone(&shared);
        let thread = Builder::new()
            .name("store-sentinel".to_owned())
            .spawn(move || or_abort(|| for_thread.run(&file)))
            .map_err(open)?;
        Ok(SentinelFile { shared, thread: Some(thread) })
    }

    pub(super) fn latest(&self) -> Sentinel {
        self.shared.desk().latest
    }

    /// See [`super::Engine::keep_sentinel`].
    pub(super) fn keep(&self, sentinel: Sentinel, done: Option<Done>) {
        let mut desk = self.shared.desk();
        desk.latest = Sentinel { serial: desk.latest.serial, ..sentinel };
        desk.dirty = true;
        desk.waiting.extend(done);
        self.shared.wake.notify_one();
    }
}

impl Drop for SentinelFile {
    /// Writes what is still to be written.
    fn drop(&mut self) {
        self.shared.desk().closed = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            thread.join().expect("a panic of the sentinel's thread ends the process");
        }
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        // Nothing that can panic happens under the lock.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, file: &File) {
        while let Some((sentinel, waiting)) = self.next() {
            if let Err(error) = write(file, &sentinel) {
                fail(&format!("cannot write {}: {error}", self.path.display()));
            }
            for done in waiting {
                done();
            }
        }
    }

    /// What to write next, once it is time; `None` when the file is closed and nothing is left.
    fn next(&self) -> Option<(Sentinel, Vec<Done>)> {
        let idle = |desk: &mut Desk| !desk.dirty && !desk.closed;
        let desk = self.desk();
        let desk = self.wake.wait_while(desk, idle).unwrap_or_else(PoisonError::into_inner);
        let unhurried = |desk: &mut Desk| desk.waiting.is_empty() && !desk.closed;
        let rested = self.wake.wait_timeout_while(desk, REST, unhurried);
        let (mut desk, _) = rested.unwrap_or_else(PoisonError::into_inner);
        if !desk.dirty {
            return None;
        }
        desk.dirty = false;
        desk.latest.serial += 1;
        Some((desk.latest, std::mem::take(&mut desk.waiting)))
    }
}

fn write(file: &File, sentinel: &Sentinel) -> std::io::Result<()> {
    let slot = encode_sentinel(sentinel).map_err(std::io::Error::other)?;
    file.write_all_at(&slot, (sentinel.serial % SLOTS) * SENTINEL_SLOT_BYTES as u64)?;
    file.sync_data()
}

/// The newer of the slots that can be read.
fn read(path: &Path) -> Result<Sentinel, StoreError> {
    let mut bytes = Vec::new();
    let limit = SLOTS * SENTINEL_SLOT_BYTES as u64;
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| StoreError::open(path, error))?;
    let mut newest = None::<Sentinel>;
    for slot in bytes.chunks(SENTINEL_SLOT_BYTES).map(decode_sentinel) {
        match slot {
            Ok(slot) => newest = newest.into_iter().chain([slot]).max_by_key(|slot| slot.serial),
            // It is whole, and later than the other: that one must not take its place.
            Err(error @ DecodeError::Format { .. }) => {
                return Err(StoreError::undecodable(path, "a slot", &error));
            }
            // Torn, or never written.
            Err(_) => {}
        }
    }
    newest.ok_or_else(|| StoreError::damaged(path, "both slots", "neither can be read"))
}
