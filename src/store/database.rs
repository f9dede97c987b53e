//! RocksDB itself: how it is opened, read and written.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rocksdb::{
    ColumnFamily, DB, DBCompressionType, DBRecoveryMode, ErrorKind, IteratorMode, ReadOptions,
    Snapshot, WriteBatch, WriteOptions,
};

use super::engine::{Durability, Family, Page, Visit, Write};
use super::error::StoreError;
use crate::codec::KeyRange;

/// The write-ahead log may grow to this. It is what a start has to read again.
const WAL_BYTES_MAX: u64 = 256 << 20;

/// Memory tables of a family, of 64 MiB each: writing goes on while some are being flushed.
const MEMTABLES_MAX: i32 = 4;

/// RocksDB's own text logs that are kept: enough to see what happened before a crash.
const INFO_LOGS_MAX: usize = 4;

/// The default mode would drop everything after one flipped bit and open without a word. This one
/// refuses; it still takes a torn tail of any file for its end, hence the chain of checksums in the
/// log, the seals of checkpoints and the sentinel.
const RECOVERY: DBRecoveryMode = DBRecoveryMode::TolerateCorruptedTailRecords;

/// What RocksDB says of a record that goes on in a block in which nothing was written. That is a
/// torn tail too, and the only form of it that [`RECOVERY`] refuses: a power cut leaves it where a
/// write of more than a block (32 KiB) was under way and the file had its length already. Found by
/// power cuts on ext4. What is missing then was never synced, and if that is not so, the sentinel
/// shows it.
const UNFINISHED: &str = "error in middle of record";

/// An open database.
pub(super) struct Database {
    db: DB,
    path: PathBuf,
}

impl Database {
    /// Opens the database, or makes a new one if that is allowed.
    pub(super) fn open(path: &Path, create: bool) -> Result<Database, StoreError> {
        let opened = recovered(path, |mut options| {
            options.create_if_missing(create);
            options.create_missing_column_families(create);
            DB::open_cf_with_opts(&options, path, families())
        });
        let db = opened.map_err(|error| unopened(path, &error, !create))?;
        Ok(Database { db, path: path.to_owned() })
    }

    /// Opens the database without writing to it.
    pub(super) fn open_read_only(path: &Path) -> Result<Database, StoreError> {
        let opened = recovered(path, |options| {
            DB::open_cf_with_opts_for_read_only(&options, path, families(), false)
        });
        let db = opened.map_err(|error| unopened(path, &error, false))?;
        Ok(Database { db, path: path.to_owned() })
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a family has no keys.
    pub(super) fn is_empty(&self, family: Family) -> Result<bool, StoreError> {
        let mut empty = true;
        let mut items = self.db.iterator_cf(self.family(family), IteratorMode::Start);
        if let Some(first) = items.next() {
            first.map_err(|error| self.damaged(family, &error))?;
            empty = false;
        }
        Ok(empty)
    }

    pub(super) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.db.get_cf(self.family(family), key).map_err(|error| self.damaged(family, &error))
    }

    pub(super) fn scan(
        &self,
        family: Family,
        range: KeyRange,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        if range.is_empty() {
            return Ok(());
        }
        let (from, read) = bounded(range);
        let from = IteratorMode::From(&from, rocksdb::Direction::Forward);
        // An iterator that meets damage has by then delivered what came before it: every item is
        // asked for its error.
        for item in self.db.iterator_cf_opt(self.family(family), read, from) {
            let (key, value) = item.map_err(|error| self.damaged(family, &error))?;
            if visit(&key, &value) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    /// Brings a family to a sorted file: what is written next goes to a new write-ahead log.
    #[cfg(test)]
    pub(super) fn flush(&self, family: Family) -> Result<(), StoreError> {
        self.db.flush_cf(self.family(family)).map_err(|error| self.damaged(family, &error))
    }

    /// What is written now, for as long as the result lives.
    pub(super) fn snapshot(&self) -> Snapshot<'_> {
        self.db.snapshot()
    }

    /// See [`super::View::page`].
    pub(super) fn page(
        &self,
        snapshot: &Snapshot<'_>,
        family: Family,
        range: KeyRange,
        bytes_max: usize,
    ) -> Result<Page, StoreError> {
        let (mut page, mut bytes) = (Page::new(), 0);
        if range.is_empty() {
            return Ok(page);
        }
        let (from, read) = bounded(range);
        let from = IteratorMode::From(&from, rocksdb::Direction::Forward);
        for item in snapshot.iterator_cf_opt(self.family(family), read, from) {
            let (key, value) = item.map_err(|error| self.damaged(family, &error))?;
            bytes += key.len() + value.len();
            if bytes > bytes_max && !page.is_empty() {
                break;
            }
            page.push((key.into_vec(), value.into_vec()));
        }
        Ok(page)
    }

    /// Makes all changes in one atomic batch; synced, if so asked, before it returns.
    pub(super) fn write(
        &self,
        writes: &[Write],
        durability: Durability,
    ) -> Result<(), rocksdb::Error> {
        let mut batch = WriteBatch::default();
        for write in writes {
            match write {
                Write::Put(family, key, value) => batch.put_cf(self.family(*family), key, value),
                Write::Delete(family, key) => batch.delete_cf(self.family(*family), key),
                Write::DeleteRange(family, range) => {
                    batch.delete_range_cf(self.family(*family), &range.start, &range.end);
                }
            }
        }
        let mut options = WriteOptions::default();
        options.set_sync(durability == Durability::Synced);
        self.db.write_opt(batch, &options)
    }

    fn family(&self, family: Family) -> &ColumnFamily {
        self.db.cf_handle(family.name()).expect("every family was opened with the database")
    }

    fn damaged(&self, family: Family, error: &rocksdb::Error) -> StoreError {
        StoreError::damaged(&self.path, format!("column family {}", family.name()), error)
    }
}

/// A database that contradicts itself, or lacks what a known one must have, is damaged. One that
/// does not open may also be in use, or its disk be full: that is not for a new node to repair.
fn unopened(path: &Path, error: &rocksdb::Error, known: bool) -> StoreError {
    let said = error.to_string();
    let missing = ["No such file or directory", "create_if_missing is false"];
    let missing = missing.iter().any(|words| said.contains(words));
    if error.kind() == ErrorKind::Corruption || (known && missing) {
        return StoreError::damaged(path, "the database", format!("{said} (see LOG in it)"));
    }
    StoreError::open(path, said)
}

/// Opens a database, up to an unfinished record if its write-ahead log ends in one.
fn recovered(
    path: &Path,
    open: impl Fn(rocksdb::Options) -> Result<DB, rocksdb::Error>,
) -> Result<DB, rocksdb::Error> {
    match open(options()) {
        Err(error) if is_unfinished(&error) => {
            let path = path.display();
            tracing::warn!(%path, "the write-ahead log ends within a record; read up to there");
            let mut options = options();
            options.set_wal_recovery_mode(DBRecoveryMode::PointInTime);
            open(options)
        }
        opened => opened,
    }
}

fn is_unfinished(error: &rocksdb::Error) -> bool {
    error.kind() == ErrorKind::Corruption && error.as_ref().contains(UNFINISHED)
}

fn options() -> rocksdb::Options {
    let mut options = rocksdb::Options::default();
    options.set_wal_recovery_mode(RECOVERY);
    options.set_track_and_verify_wals_in_manifest(true);
    options.set_paranoid_checks(true);
    options.set_max_total_wal_size(WAL_BYTES_MAX);
    // A recycled file's old content could be taken for a tail, and a WAL that is flushed by hand
    // holds its lock while it is.
    options.set_recycle_log_file_num(0);
    options.set_manual_wal_flush(false);
    options.set_keep_log_file_num(INFO_LOGS_MAX);
    options.set_stats_dump_period_sec(0);
    options
}

fn families() -> impl Iterator<Item = (&'static str, rocksdb::Options)> {
    Family::ALL.into_iter().map(|family| {
        let mut options = rocksdb::Options::default();
        options.set_compression_type(match family {
            // Entries live for minutes and are mostly random ids.
            Family::Log => DBCompressionType::None,
            Family::Meta | Family::State => DBCompressionType::Lz4,
        });
        options.set_max_write_buffer_number(MEMTABLES_MAX);
        (family.name(), options)
    })
}

fn bounded(range: KeyRange) -> (Vec<u8>, ReadOptions) {
    let mut read = ReadOptions::default();
    read.set_iterate_upper_bound(range.end);
    (range.start, read)
}
