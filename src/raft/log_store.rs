//! The log, as openraft asks for it.
//!
//! `append` encodes, keeps the entries in memory and queues them: it never waits. The store's one
//! thread writes and syncs what is queued and then reports it. Votes wait for the database and for
//! the sentinel, truncation for both as well; a purge waits for nothing, for in the one write-ahead
//! log it comes after the checkpoint that allows it.

mod check;
mod tail;

use std::fmt::Debug;
use std::io;
use std::ops::{Bound, ControlFlow, RangeBounds};
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::{Stream, StreamExt as _, stream};
use openraft::alias::{EntryOf, LogIdOf, VoteOf};
use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::{LogState, OptionalSend};
use tokio::sync::{oneshot, watch};

use self::check::{Break, read_log};
pub(super) use self::check::{Misfit, follow, read_meta};
use self::tail::{Cached, Tail};
use super::convert;
use super::machine::Durable;
use super::settings::Sizes;
use super::types::TypeConfig;
use crate::codec::{
    self, COMMITTED_KEY, PURGED_KEY, Sentinel, VOTE_KEY, checksum, decode_log, encode_log,
    encode_log_id, encode_vote, log_index, log_key, log_range, plain_size,
};
#[cfg(test)]
use crate::simulation::{Bug, planted, scope};
use crate::store::{Engine, Family, StoreError, Write, Writes, write};

/// Entries are read for a follower, or for apply, up to this sum of bytes at a time. Counted as
/// they are before they are deflated, for so does the limit of the message that carries them
/// ([`super::wire`]): a call over that limit would be refused for ever, and the follower would
/// never catch up.
const READ_BYTES_MAX: usize = 2 << 20;

/// The log of this node. Cheap to clone; clones share one log.
#[derive(Clone)]
pub struct LogStore {
    log: Arc<Log>,
}

struct Log {
    engine: Arc<dyn Engine>,
    durable: watch::Receiver<Durable>,
    sizes: Sizes,
    tail: Mutex<Tail>,
}

impl LogStore {
    /// Opens the log and judges it by the sentinel. What comes after a break of the log's chain is
    /// cut off, if nothing of it was acknowledged. `durable` is how far checkpoints are synced
    /// ([`super::machine::Shared::durable`]): a purge beyond it is a bug and stops the node.
    ///
    /// # Errors
    /// A record is damaged, or something that was acknowledged is missing.
    pub async fn open(
        engine: Arc<dyn Engine>,
        durable: watch::Receiver<Durable>,
        sizes: Sizes,
    ) -> Result<LogStore, StoreError> {
        let (tail, broken) = read_log(&*engine, sizes)?;
        #[cfg(test)]
        scope::observe(|node| node.observer.remembered(node.node, tail.vote));
        if let Some(Break { index, reason }) = broken {
            tracing::warn!(index, reason, "the log is cut off here; nothing after it was promised");
            let cut = Write::DeleteRange(Family::Log, log_range(index, u64::MAX));
            write(&*engine, Writes::synced(vec![cut])).await?;
        }
        Ok(LogStore { log: Arc::new(Log { engine, durable, sizes, tail: Mutex::new(tail) }) })
    }

    /// About how many bytes the log takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.log.tail().bytes()
    }

    /// How many bytes the log should take at most.
    #[must_use]
    pub fn bytes_max(&self) -> u64 {
        self.log.sizes.log_bytes_max
    }

    /// Whether the log has grown so long that a snapshot should be built (`trigger().snapshot()`)
    /// and the log be purged up to [`LogStore::purge_point`] afterwards.
    #[must_use]
    pub fn snapshot_due(&self) -> bool {
        self.bytes() >= self.bytes_max()
    }

    /// Writes down what is known to be committed, where no later entry has taken it along.
    ///
    /// # Errors
    /// It cannot be encoded: a defect of ours.
    pub fn keep_committed(&self) -> Result<(), StoreError> {
        self.log.keep_committed()
    }

    /// The last index that may be purged (`trigger().purge_log(index)`) so that enough is kept for
    /// followers that lag; `None` if nothing is to be purged.
    #[must_use]
    pub fn purge_point(&self) -> Option<u64> {
        self.log.tail().purge_point(self.log.sizes.log_bytes_kept)
    }
}

impl RaftLogReader<TypeConfig> for LogStore {
    async fn entries_stream<RB>(
        &mut self,
        range: RB,
    ) -> impl Stream<Item = Result<EntryOf<TypeConfig>, io::Error>> + OptionalSend
    where
        RB: RangeBounds<u64> + Clone + Debug + OptionalSend,
    {
        let (from, until) = bounds(&range);
        let chunks = stream::unfold((self.clone(), from), move |(log, from)| async move {
            match log.log.read(from, until, READ_BYTES_MAX) {
                Ok(entries) => {
                    let next = entries.last()?.log_id.index() + 1;
                    let entries: Vec<_> = entries.into_iter().map(Ok).collect();
                    Some((stream::iter(entries), (log, next)))
                }
                // Nothing is read after an error: the range ends there.
                Err(error) => Some((stream::iter(vec![Err(error.into())]), (log, until))),
            }
        });
        Box::pin(chunks.flatten())
    }

    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<EntryOf<TypeConfig>>, io::Error> {
        let (from, until) = bounds(&range);
        Ok(self.log.read(from, until, usize::MAX)?)
    }

    async fn limited_get_log_entries(
        &mut self,
        start: u64,
        end: u64,
    ) -> Result<Vec<EntryOf<TypeConfig>>, io::Error> {
        Ok(self.log.read(start, end, READ_BYTES_MAX)?)
    }

    async fn read_vote(&mut self) -> Result<Option<VoteOf<TypeConfig>>, io::Error> {
        Ok(self.log.tail().vote.map(convert::vote))
    }
}

impl RaftLogStorage<TypeConfig> for LogStore {
    type LogReader = LogStore;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, io::Error> {
        let tail = self.log.tail();
        Ok(LogState {
            last_purged_log_id: tail.purged.map(convert::log_id),
            last_log_id: tail.last.map(convert::log_id),
        })
    }

    async fn get_log_reader(&mut self) -> LogStore {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &VoteOf<TypeConfig>) -> Result<(), io::Error> {
        let vote = convert::vote_record(vote);
        self.log.save_vote(vote).await?;
        Ok(())
    }

    /// It goes down with the next entries: a write of its own for each would cost as much as they
    /// do. A node that is killed may start with a little less and hears the rest from the leader:
    /// until then, as long as it is not ready, its local reads may be that much older.
    async fn save_committed(
        &mut self,
        committed: Option<LogIdOf<TypeConfig>>,
    ) -> Result<(), io::Error> {
        self.log.tail().commit(committed.as_ref().map(convert::log_id_record));
        Ok(())
    }

    async fn read_committed(&mut self) -> Result<Option<LogIdOf<TypeConfig>>, io::Error> {
        Ok(self.log.tail().committed.map(convert::log_id))
    }

    async fn append<I>(
        &mut self,
        entries: I,
        callback: IOFlushed<TypeConfig>,
    ) -> Result<(), io::Error>
    where
        I: IntoIterator<Item = EntryOf<TypeConfig>> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let flushed = Box::new(|| callback.io_completed(Ok(())));
        Log::append(&self.log, entries.into_iter().collect(), flushed)?;
        Ok(())
    }

    async fn truncate_after(
        &mut self,
        last_log_id: Option<LogIdOf<TypeConfig>>,
    ) -> Result<(), io::Error> {
        let last = last_log_id.as_ref().map(convert::log_id_record);
        self.log.truncate_after(last).await?;
        Ok(())
    }

    async fn purge(&mut self, log_id: LogIdOf<TypeConfig>) -> Result<(), io::Error> {
        self.log.purge(convert::log_id_record(&log_id))
    }
}

impl Log {
    fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().expect("nothing panics under the lock, short of a bug")
    }

    /// The entries of a range that the log has, up to a sum of bytes but one at least.
    fn read(
        &self,
        from: u64,
        until: u64,
        bytes_max: usize,
    ) -> Result<Vec<EntryOf<TypeConfig>>, StoreError> {
        loop {
            let (from, written, cached) = {
                let tail = self.tail();
                let Some(first) = tail.first else {
                    return Ok(Vec::new());
                };
                let from = from.max(first);
                let until = until.min(tail.next_index().unwrap_or_default());
                let written = until.min(tail.cache_start());
                let cached: Vec<Cached> = tail.cached(from.max(written), until).cloned().collect();
                (from, written, cached)
            };
            let mut read = Chunk { entries: Vec::new(), bytes: 0, bytes_max, full: false };
            if from < written {
                self.read_written(from, written, &mut read)?;
                let next = from + read.entries.len() as u64;
                if !read.full && next < written {
                    self.check_gone(next)?;
                    // The log was purged or truncated while it was read: look again.
                    continue;
                }
                if let (Some(last), Some(first)) = (read.entries.last(), cached.first())
                    && first.entry.log_id <= last.log_id
                {
                    // Entries were replaced between the look at memory and the read from disk: what
                    // memory had then does not follow what the disk has now.
                    continue;
                }
            }
            for cached in cached {
                read.push(cached.entry, cached.plain_bytes);
            }
            return Ok(read.entries);
        }
    }

    /// Reads entries from the database, up to the first that is not there.
    fn read_written(&self, from: u64, until: u64, read: &mut Chunk) -> Result<(), StoreError> {
        let mut next = from;
        let mut failed = None;
        self.engine.scan(Family::Log, log_range(from, until), &mut |key, bytes| {
            if log_index(key) != Some(next) {
                return ControlFlow::Break(());
            }
            match decode_entry(bytes, next) {
                Ok((entry, plain_bytes)) => read.push(entry, plain_bytes),
                Err(detail) => failed = Some(detail),
            }
            next += 1;
            if read.full || failed.is_some() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        match failed {
            Some(detail) => {
                let record = format!("log entry {}", next - 1);
                Err(StoreError::damaged(self.engine.path(), record, detail))
            }
            None => Ok(()),
        }
    }

    /// An entry that was not found must not be one that the log has.
    fn check_gone(&self, index: u64) -> Result<(), StoreError> {
        let tail = self.tail();
        let here = tail.first.is_some_and(|first| first <= index) && index < tail.cache_start();
        if here {
            let record = format!("log entry {index}");
            return Err(StoreError::damaged(self.engine.path(), record, "it is missing"));
        }
        Ok(())
    }

    async fn save_vote(&self, vote: codec::Vote) -> Result<(), StoreError> {
        let put = Write::Put(Family::Meta, VOTE_KEY.to_vec(), encode_vote(&vote)?);
        #[cfg(test)]
        if planted(Bug::VoteLostAtCrash) {
            self.engine.submit(Writes::written(vec![put]), Box::new(|| ()));
            self.tail().vote = Some(vote);
            scope::observe(|node| node.observer.voted(node.node, vote));
            return Ok(());
        }
        write(&*self.engine, Writes::synced(vec![put])).await?;
        self.tail().vote = Some(vote);
        self.keep(|sentinel| sentinel.vote = Some(vote)).await?;
        #[cfg(test)]
        scope::observe(|node| node.observer.voted(node.node, vote));
        Ok(())
    }

    /// Changes the sentinel and waits until it is durable.
    async fn keep(&self, change: impl FnOnce(&mut Sentinel)) -> Result<(), StoreError> {
        let (sender, kept) = oneshot::channel();
        {
            let mut tail = self.tail();
            change(&mut tail.sentinel);
            let done = Box::new(move || {
                let _gone = sender.send(());
            });
            self.engine.keep_sentinel(tail.sentinel, Some(done));
        }
        kept.await.map_err(|_| StoreError::Closed)
    }

    /// Writes down what is known to be committed, unless that is done.
    fn keep_committed(&self) -> Result<(), StoreError> {
        // Not let go before it is queued, or it could come after what an append takes along.
        let mut tail = self.tail();
        if let Some(write) = tail.unkept_committed().map(committed_write).transpose()? {
            self.engine.submit(Writes::written(vec![write]), Box::new(|| ()));
        }
        Ok(())
    }

    fn append(
        log: &Arc<Log>,
        entries: Vec<EntryOf<TypeConfig>>,
        flushed: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StoreError> {
        let (mut previous, mut next, committed) = {
            let mut tail = log.tail();
            (tail.checksum, tail.next_index(), tail.unkept_committed())
        };
        let mut writes = Vec::with_capacity(entries.len() + 1);
        writes.extend(committed.map(committed_write).transpose()?);
        let mut appended = Vec::with_capacity(entries.len());
        for entry in entries {
            let index = entry.log_id.index();
            assert!(next.is_none_or(|next| next == index), "entry {index} where {next:?} is next");
            next = Some(index + 1);
            let (record, plain_bytes) = {
                let place = convert::entry_record(&entry, previous);
                let record = encode_log(&place)?;
                let plain_bytes = plain_size(&place, &record);
                (record, plain_bytes)
            };
            previous = checksum(&record);
            let bytes = record.len();
            appended.push(Cached { entry, bytes, plain_bytes, checksum: previous });
            writes.push(Write::Put(Family::Log, log_key(index), record));
        }
        let Some(last) = appended.last().map(|last| convert::log_id_record(&last.entry.log_id))
        else {
            log.engine.submit(Writes::written(writes), flushed);
            return Ok(());
        };
        {
            // They are readable from here on.
            let mut tail = log.tail();
            for cached in appended {
                tail.push(convert::log_id_record(&cached.entry.log_id), cached);
            }
        }
        // Whoever hears of the flush may close the store: the callback holds on to nothing by then.
        let acknowledging = Arc::downgrade(log);
        let done = Box::new(move || {
            if let Some(log) = acknowledging.upgrade() {
                log.acknowledged(last);
            }
            flushed();
        });
        #[cfg(test)]
        if planted(Bug::FsyncSkipped) {
            log.engine.submit(Writes::written(writes), done);
            return Ok(());
        }
        log.engine.submit(Writes::synced(writes), done);
        Ok(())
    }

    /// Entries up to this one are durable: the sentinel follows soon.
    fn acknowledged(&self, last: codec::LogId) {
        let mut tail = self.tail();
        tail.written(last);
        tail.sentinel.acknowledged = Some(last);
        self.engine.keep_sentinel(tail.sentinel, None);
    }

    async fn truncate_after(&self, last: Option<codec::LogId>) -> Result<(), StoreError> {
        let last = {
            let tail = self.tail();
            let (end, purged) = (tail.last.map(|last| last.index), tail.purged);
            if last.map(|last| last.index) >= end {
                return Ok(());
            }
            last.max(purged)
        };
        // Appends that are still queued would raise the sentinel again after it is lowered: wait
        // for them. Were it lowered after the entries are gone, a crash in between would leave a
        // sentinel that no log can satisfy.
        write(&*self.engine, Writes::written(Vec::new())).await?;
        if self.tail().sentinel.acknowledged > last {
            self.keep(|sentinel| sentinel.acknowledged = last).await?;
        }
        let checksum = self.checksum_of(last)?;
        let end = last.map_or(0, |last| last.index + 1);
        self.tail().truncate(last, checksum);
        let cut = Write::DeleteRange(Family::Log, log_range(end, u64::MAX));
        write(&*self.engine, Writes::synced(vec![cut])).await
    }

    /// The checksum of an entry of the log; 0 if it is purged, or none.
    fn checksum_of(&self, id: Option<codec::LogId>) -> Result<u32, StoreError> {
        let Some(id) = id else {
            return Ok(0);
        };
        if let Some(cached) = self.tail().cached(id.index, id.index + 1).next() {
            return Ok(cached.checksum);
        }
        let record = self.engine.get(Family::Log, &log_key(id.index))?;
        Ok(record.map_or(0, |record| checksum(&record)))
    }

    fn purge(&self, upto: codec::LogId) -> Result<(), io::Error> {
        let durable = self.durable.borrow().applied;
        if durable.is_none_or(|durable| durable.index < upto.index) {
            let durable = durable.map_or("nothing".to_owned(), |durable| durable.to_string());
            let detail =
                format!("a purge up to {upto}, and checkpoints are synced up to {durable}");
            return Err(io::Error::other(detail));
        }
        let record = encode_log_id(&upto).map_err(io::Error::other)?;
        let first = {
            let mut tail = self.tail();
            if tail.purged.is_some_and(|purged| upto <= purged) {
                return Ok(());
            }
            let first = tail.first.unwrap_or(upto.index);
            tail.purge(upto);
            first
        };
        let purged = Write::Put(Family::Meta, PURGED_KEY.to_vec(), record);
        let gone = Write::DeleteRange(Family::Log, log_range(first, upto.index + 1));
        #[cfg(test)]
        if planted(Bug::PurgeNotNoted) {
            self.engine.submit(Writes::written(vec![gone]), Box::new(|| ()));
            return Ok(());
        }
        self.engine.submit(Writes::written(vec![purged, gone]), Box::new(|| ()));
        Ok(())
    }
}

fn committed_write(committed: codec::LogId) -> Result<Write, StoreError> {
    Ok(Write::Put(Family::Meta, COMMITTED_KEY.to_vec(), encode_log_id(&committed)?))
}

/// Entries read so far.
struct Chunk {
    entries: Vec<EntryOf<TypeConfig>>,
    bytes: usize,
    bytes_max: usize,
    full: bool,
}

impl Chunk {
    /// Takes an entry of so many bytes if there is room for it; the first in any case.
    fn push(&mut self, entry: EntryOf<TypeConfig>, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
        self.full |= self.bytes > self.bytes_max && !self.entries.is_empty();
        if !self.full {
            self.entries.push(entry);
        }
    }
}

/// An entry, and how many bytes it takes before it is deflated.
fn decode_entry(bytes: &[u8], index: u64) -> Result<(EntryOf<TypeConfig>, usize), String> {
    let record = decode_log(bytes).map_err(|error| error.to_string())?;
    if record.id.index != index {
        return Err(format!("it holds entry {}", record.id.index));
    }
    let plain_bytes = plain_size(&record, bytes);
    Ok((convert::entry(record)?, plain_bytes))
}

/// A range as from here to before there.
fn bounds(range: &impl RangeBounds<u64>) -> (u64, u64) {
    let from = match range.start_bound() {
        Bound::Included(&from) => from,
        Bound::Excluded(&before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let until = match range.end_bound() {
        Bound::Included(&last) => last.saturating_add(1),
        Bound::Excluded(&until) => until,
        Bound::Unbounded => u64::MAX,
    };
    (from, until)
}

#[cfg(test)]
mod tests;
