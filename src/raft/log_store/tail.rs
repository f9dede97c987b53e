//! What is known of the log without reading it: its ends, its newest entries, its size.

use std::collections::VecDeque;

use openraft::alias::EntryOf;

use crate::codec::{LogId, Sentinel, Vote};
use crate::raft::settings::Sizes;
use crate::raft::types::TypeConfig;

/// Newest entries that are kept in memory: what followers that keep up and apply read. Entries that
/// are not written yet are kept whatever their size.
const CACHE_BYTES_MAX: usize = 32 << 20;

/// The position in the log is noted this often within what a purge keeps, to know how much it would
/// free.
const MARKS_KEPT: u64 = 256;

/// An entry in memory.
#[derive(Clone)]
pub(super) struct Cached {
    pub(super) entry: EntryOf<TypeConfig>,
    /// Of its record.
    pub(super) bytes: usize,
    /// The same before it is deflated.
    pub(super) plain_bytes: usize,
    pub(super) checksum: u32,
}

/// What is known of the log.
///
/// Invariants: the log has the entries from `first` to `last`, or none if `first` is `None`, and
/// then `last` is `purged`; the cache holds the last entries without a gap; what is not written yet
/// is in the cache.
#[derive(Default)]
pub(super) struct Tail {
    pub(super) vote: Option<Vote>,
    pub(super) committed: Option<LogId>,
    /// Whether the database has yet to hear of `committed`.
    committed_is_new: bool,
    pub(super) purged: Option<LogId>,
    pub(super) first: Option<u64>,
    pub(super) last: Option<LogId>,
    /// Of the last entry; 0 if there is none.
    pub(super) checksum: u32,
    /// Entries before this index are in the database.
    pub(super) written_until: u64,
    pub(super) sentinel: Sentinel,
    cache: VecDeque<Cached>,
    cache_bytes: usize,
    size: Size,
}

/// How many bytes lie between which indexes.
#[derive(Default)]
struct Size {
    /// Bytes between two notes.
    mark_bytes: u64,
    /// All bytes that were ever appended.
    end: u64,
    /// An index, and `end` as it was before that entry; ascending.
    marks: VecDeque<(u64, u64)>,
}

impl Tail {
    /// Nothing is known yet.
    pub(super) fn new(sizes: Sizes) -> Tail {
        let size = Size { mark_bytes: sizes.log_bytes_kept / MARKS_KEPT, ..Size::default() };
        Tail { size, ..Tail::default() }
    }

    /// The index that the next entry must have, if any is given.
    pub(super) fn next_index(&self) -> Option<u64> {
        self.last.map(|last| last.index + 1)
    }

    /// Takes note of what is committed.
    pub(super) fn commit(&mut self, committed: Option<LogId>) {
        self.committed_is_new |= self.committed != committed;
        self.committed = committed;
    }

    /// What is committed, if it has changed since this was asked last.
    pub(super) fn unkept_committed(&mut self) -> Option<LogId> {
        self.committed.filter(|_| std::mem::take(&mut self.committed_is_new))
    }

    /// Takes note of an entry that is in the database already.
    pub(super) fn found(&mut self, id: LogId, bytes: usize, checksum: u32) {
        self.first.get_or_insert(id.index);
        self.last = Some(id);
        self.checksum = checksum;
        self.written_until = id.index + 1;
        self.size.push(id.index, bytes);
    }

    /// Appends an entry that is not in the database yet.
    pub(super) fn push(&mut self, id: LogId, cached: Cached) {
        self.first.get_or_insert(id.index);
        self.last = Some(id);
        self.checksum = cached.checksum;
        self.size.push(id.index, cached.bytes);
        self.cache_bytes += cached.bytes;
        self.cache.push_back(cached);
    }

    /// Takes note that entries up to this one are in the database.
    pub(super) fn written(&mut self, id: LogId) {
        self.written_until = self.written_until.max(id.index + 1);
        while self.cache_bytes > CACHE_BYTES_MAX && self.cache_start() < self.written_until {
            self.pop_front();
        }
    }

    /// Forgets the entries after `last`, whose checksum is given.
    pub(super) fn truncate(&mut self, last: Option<LogId>, checksum: u32) {
        let end = last.map_or(0, |last| last.index + 1);
        while self.cache.back().is_some_and(|cached| cached.entry.log_id.index() >= end) {
            let cached = self.cache.pop_back().expect("it has just been seen");
            self.cache_bytes -= cached.bytes;
        }
        self.first = self.first.filter(|&first| first < end);
        self.last = last;
        self.checksum = checksum;
        self.written_until = self.written_until.min(end);
        self.size.truncate(end);
    }

    /// Forgets the entries up to `upto`, which may lie beyond the end.
    pub(super) fn purge(&mut self, upto: LogId) {
        let start = upto.index + 1;
        while self.cache.front().is_some_and(|cached| cached.entry.log_id.index() < start) {
            self.pop_front();
        }
        self.purged = Some(upto);
        match self.last {
            Some(last) if start <= last.index => {
                self.first = self.first.map(|first| first.max(start));
                self.size.purge(start);
            }
            Some(_) | None => {
                (self.first, self.last, self.checksum) = (None, Some(upto), 0);
                self.size.marks.clear();
            }
        }
    }

    /// The index of the first entry in memory; that after the last if there is none.
    pub(super) fn cache_start(&self) -> u64 {
        let front = self.cache.front().map(|cached| cached.entry.log_id.index());
        front.or(self.next_index()).unwrap_or_default()
    }

    /// The entries in memory of a range of indexes, ascending.
    pub(super) fn cached(&self, from: u64, until: u64) -> impl Iterator<Item = &Cached> {
        let start = self.cache_start();
        let position = |index: u64| usize::try_from(index.saturating_sub(start));
        let end = position(until).map_or(self.cache.len(), |end| end.min(self.cache.len()));
        let begin = position(from).map_or(end, |begin| begin.min(end));
        self.cache.range(begin..end)
    }

    /// About how many bytes the log has.
    pub(super) fn bytes(&self) -> u64 {
        self.size.end - self.size.marks.front().map_or(self.size.end, |mark| mark.1)
    }

    /// The last index that can go so that at least `keep` bytes stay.
    pub(super) fn purge_point(&self, keep: u64) -> Option<u64> {
        let limit = self.size.end.checked_sub(keep)?;
        let beyond = self.size.marks.partition_point(|&(_, before)| before <= limit);
        let (index, _) = *self.size.marks.get(beyond.checked_sub(1)?)?;
        index.checked_sub(1).filter(|&index| self.first.is_some_and(|first| first <= index))
    }

    fn pop_front(&mut self) {
        if let Some(cached) = self.cache.pop_front() {
            self.cache_bytes -= cached.bytes;
        }
    }
}

impl Size {
    fn push(&mut self, index: u64, bytes: usize) {
        let since = self.marks.back().map(|&(_, before)| self.end - before);
        if since.is_none_or(|since| since >= self.mark_bytes) {
            self.marks.push_back((index, self.end));
        }
        self.end = self.end.saturating_add(bytes as u64);
    }

    /// NB: the bytes after the last mark still count, less than one stretch between marks.
    fn truncate(&mut self, end: u64) {
        while let Some((_, before)) = self.marks.pop_back_if(|mark| mark.0 >= end) {
            self.end = before;
        }
    }

    fn purge(&mut self, start: u64) {
        while self.marks.get(1).is_some_and(|mark| mark.0 <= start) {
            self.marks.pop_front();
        }
        if self.marks.len() == 1 && self.marks.front().is_some_and(|mark| mark.0 < start) {
            // The stretch that the log ends in counts in full until the next mark.
            self.marks[0].0 = start;
        }
    }
}
