//! Tests of the log by itself: what it refuses to start from, what it cuts off, what it promises.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use openraft::storage::{RaftLogReader as _, RaftLogStorage as _};
use tempfile::TempDir;

use super::tail::Tail;
use crate::codec::{
    Content, LogId, LogRecord, PURGED_KEY, Sentinel, checksum, encode_log, encode_log_id, log_key,
    log_range,
};
use crate::raft::machine::load_state;
use crate::raft::settings::Sizes;
use crate::raft::storage_tests::{
    DISK, Meddling, NODE, OPTIONS, Opened, TwoWals, append, apply, checkpoint, copy, entries,
    entry, log_id, open, open_on, refusal, vote, wal,
};
use crate::store::{
    Engine, Family, Options, Reads as _, RocksEngine, Write, Writes, claim, keep_sentinel, write,
};

fn id(term: u64, index: u64) -> LogId {
    LogId { term, leader: NODE, index }
}

/// A node with a vote and entries 0 to 9, all acknowledged.
async fn ten(dir: &Path) -> Opened {
    let mut opened = open(dir).await.unwrap();
    opened.log.save_vote(&vote(1)).await.unwrap();
    append(&mut opened.log, entries(1, 0..10)).await.unwrap();
    opened
}

/// Says that no more than this was acknowledged.
async fn acknowledge(engine: &dyn Engine, acknowledged: Option<LogId>) {
    let sentinel = Sentinel { acknowledged, ..engine.sentinel() };
    keep_sentinel(engine, sentinel).await.unwrap();
}

/// Every way in which entry 6 can be wrong.
async fn damages(engine: &dyn Engine) -> Vec<(&'static str, Write)> {
    let record = |index: u64| engine.get(Family::Log, &log_key(index)).unwrap().unwrap();
    let mut flipped = record(6);
    flipped[9] ^= 4;
    let put = |bytes: Vec<u8>| Write::Put(Family::Log, log_key(6), bytes);
    // An entry 6 of another log: sound, but it does not follow this entry 5.
    let elsewhere = TempDir::new().unwrap();
    let mut other = open(elsewhere.path()).await.unwrap();
    append(&mut other.log, entries(2, 0..7)).await.unwrap();
    let stranger = other.engine.get(Family::Log, &log_key(6)).unwrap().unwrap();
    // One that follows, from a term before that of entry 5.
    let (previous, content) = (checksum(&record(5)), Content::Blank);
    let older = encode_log(&LogRecord { id: id(0, 6), previous, content }).unwrap();
    vec![
        ("is missing", Write::Delete(Family::Log, log_key(6))),
        ("checksum", put(flipped)),
        ("checksum", put(record(6)[..20].to_vec())),
        ("cut short", put(Vec::new())),
        ("lies in the place", put(record(7))),
        ("follows one with checksum", put(stranger)),
        ("is older than the one before", put(older)),
    ]
}

/// A broken chain is refused where something after the break was acknowledged, and cut off where
/// not: the log then goes on from there.
#[tokio::test]
async fn breaks_are_judged_by_the_sentinel() {
    let sound = TempDir::new().unwrap();
    let mut node = ten(sound.path()).await;
    node.log.save_committed(Some(log_id(1, 9))).await.unwrap();
    node.log.keep_committed().unwrap();
    write(&*node.engine, Writes::synced(Vec::new())).await.unwrap();
    for (reason, damage) in damages(&*node.engine).await {
        for (acknowledged, starts) in [(9, false), (6, false), (5, true), (3, true)] {
            let dir = copy(sound.path());
            let engine = RocksEngine::open(dir.path(), &OPTIONS).unwrap();
            write(&engine, Writes::synced(vec![damage.clone()])).await.unwrap();
            acknowledge(&engine, Some(id(1, acknowledged))).await;
            drop(engine);
            let opened = open(dir.path()).await;
            if !starts {
                let message = refusal(opened);
                assert!(message.contains("log entry 6"), "{message}");
                assert!(message.contains(reason), "{reason}: {message}");
                assert!(message.contains("replace the node"), "{message}");
                assert!(message.contains(&dir.path().display().to_string()), "{message}");
                continue;
            }
            let mut opened = opened.unwrap();
            let read = opened.log.try_get_log_entries(..).await.unwrap();
            assert_eq!(read, entries(1, 0..6), "{reason}");
            assert_eq!(opened.log.read_committed().await.unwrap(), Some(log_id(1, 5)));
            let rest = log_range(6, u64::MAX);
            let mut none = |_: &[u8], _: &[u8]| panic!("what was cut off is there: {reason}");
            opened.engine.scan(Family::Log, rest, &mut none).unwrap();
            append(&mut opened.log, entries(3, 6..8)).await.unwrap();
            drop(opened);
            let mut again = open(dir.path()).await.unwrap();
            let read = again.log.try_get_log_entries(6..).await.unwrap();
            assert_eq!(read, entries(3, 6..8), "{reason}");
        }
    }
}

/// A sound record that has a variant which this version does not know may have been acknowledged
/// just now, by the version that wrote it: it is neither cut off nor called damage.
#[tokio::test]
async fn an_unknown_variant_is_a_newer_versions() {
    for acknowledged in [9, 5] {
        let dir = TempDir::new().unwrap();
        let node = ten(dir.path()).await;
        let mut record = node.engine.get(Family::Log, &log_key(9)).unwrap().unwrap();
        let body = record.len() - 4;
        // The last of an entry of this log says which content it is.
        record[body - 1] = 200;
        let sum = crc32c::crc32c(&record[..body]);
        record[body..].copy_from_slice(&sum.to_le_bytes());
        let unknown = Write::Put(Family::Log, log_key(9), record.clone());
        write(&*node.engine, Writes::synced(vec![unknown])).await.unwrap();
        acknowledge(&*node.engine, Some(id(1, acknowledged))).await;
        drop(node);
        let message = refusal(open(dir.path()).await);
        assert!(message.contains("log entry 9") && message.contains("newer version"), "{message}");
        assert!(!message.contains("replace the node"), "{message}");
        let engine = RocksEngine::open(dir.path(), &OPTIONS).unwrap();
        assert_eq!(engine.get(Family::Log, &log_key(9)).unwrap(), Some(record), "it is there");
    }
}

/// What is committed goes down with the next entries, or when it is asked for, and not by itself.
#[tokio::test]
async fn what_is_committed_goes_down_with_the_next_entries() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    for (at, committed, due) in [(10, 5, None), (10, 6, Some(6)), (11, 8, Some(8))] {
        node.log.save_committed(Some(log_id(1, committed))).await.unwrap();
        match committed {
            5 => {}
            6 => append(&mut node.log, entries(1, at..at + 1)).await.unwrap(),
            _ => node.log.keep_committed().unwrap(),
        }
        drop(node);
        node = open(dir.path()).await.unwrap();
        let due = due.map(|index| log_id(1, index));
        assert_eq!(node.log.read_committed().await.unwrap(), due, "after {committed}");
    }
}

/// What was applied is not cut off, whatever the sentinel says: if entries are missing from before
/// a checkpoint, rows may be as well.
#[tokio::test]
async fn a_break_below_the_checkpoint_is_refused() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    apply(&mut node.machine, entries(1, 0..8)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    let gone = Write::Delete(Family::Log, log_key(6));
    write(&*node.engine, Writes::synced(vec![gone])).await.unwrap();
    acknowledge(&*node.engine, None).await;
    drop(node);
    let message = refusal(open(dir.path()).await);
    assert!(message.contains("log entry 6") && message.contains("applied"), "{message}");
}

/// A write-ahead log that was cut is noticed if anything acknowledged is gone. The end of a log
/// that nobody heard of may be gone.
#[tokio::test]
async fn a_torn_tail_is_judged_by_the_sentinel() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    let short = fs::metadata(wal(dir.path())).unwrap().len();
    append(&mut node.log, entries(1, 10..12)).await.unwrap();
    let long = fs::metadata(wal(dir.path())).unwrap().len();
    for end in [short, short + 1, short + 20, long - 1] {
        for (acknowledged, starts) in [(11, false), (9, true)] {
            acknowledge(&*node.engine, Some(id(1, acknowledged))).await;
            let torn = copy(dir.path());
            let file = fs::OpenOptions::new().write(true).open(wal(torn.path())).unwrap();
            file.set_len(end).unwrap();
            let opened = open(torn.path()).await;
            if starts {
                let read = opened.unwrap().log.try_get_log_entries(..).await.unwrap();
                assert_eq!(read, entries(1, 0..10), "cut at {end}");
            } else {
                let message = refusal(opened);
                assert!(message.contains("were acknowledged"), "cut at {end}: {message}");
            }
        }
    }
}

/// A power cut in the middle of a large write: the file has its length, and some blocks of it were
/// never written. It is a torn tail like any other.
#[tokio::test]
async fn an_unfinished_record_is_judged_by_the_sentinel() {
    const BLOCK: u64 = 32 << 10;
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    let short = fs::metadata(wal(dir.path())).unwrap().len();
    append(&mut node.log, entries(1, 10..4000)).await.unwrap();
    let long = fs::metadata(wal(dir.path())).unwrap().len();
    assert!(short < BLOCK && 3 * BLOCK < long, "the write takes several blocks: {short}..{long}");
    for written in [BLOCK, 2 * BLOCK] {
        for (acknowledged, starts) in [(3999, false), (9, true)] {
            acknowledge(&*node.engine, Some(id(1, acknowledged))).await;
            let torn = copy(dir.path());
            let file = fs::OpenOptions::new().write(true).open(wal(torn.path())).unwrap();
            file.set_len(written).unwrap();
            file.set_len(long).unwrap();
            drop(file);
            // Whoever only looks, to audit or to recover, sees the same.
            assert!(load_state(torn.path()).is_ok(), "written up to {written}");
            let opened = open(torn.path()).await;
            if starts {
                let mut opened = opened.unwrap();
                let read = opened.log.try_get_log_entries(..).await.unwrap();
                assert_eq!(read, entries(1, 0..10), "written up to {written}");
                append(&mut opened.log, entries(2, 10..12)).await.unwrap();
            } else {
                let message = refusal(opened);
                assert!(message.contains("were acknowledged"), "up to {written}: {message}");
            }
        }
    }
}

/// Puts a sentinel into a directory that must not be opened for it.
async fn plant_sentinel(dir: &Path, acknowledged: LogId) {
    let elsewhere = TempDir::new().unwrap();
    let engine = RocksEngine::open(elsewhere.path(), &OPTIONS).unwrap();
    let (disk, acknowledged) = (DISK, Some(acknowledged));
    let sentinel = Sentinel { disk, acknowledged, ..Sentinel::default() };
    keep_sentinel(&engine, sentinel).await.unwrap();
    drop(engine);
    fs::copy(elsewhere.path().join("sentinel"), dir.join("sentinel")).unwrap();
}

/// A node on an engine whose write-ahead log can be changed, with entries 0 to 9, each in a write
/// of its own, and how long the write-ahead log was before each.
async fn ten_apart(dir: &Path) -> (Arc<RocksEngine>, Opened, Vec<u64>) {
    let engine = Arc::new(RocksEngine::open(dir, &OPTIONS).unwrap());
    let mut node = open_on(Arc::clone(&engine) as _).await.unwrap();
    node.log.save_vote(&vote(1)).await.unwrap();
    let mut starts = Vec::new();
    for index in 0..10 {
        if index == 3 {
            // Rows, which a flush is to bring to a sorted file.
            apply(&mut node.machine, entries(1, 0..3)).await.unwrap();
            checkpoint(&mut node.machine).await.unwrap();
        }
        starts.push(fs::metadata(wal(dir)).unwrap().len());
        append(&mut node.log, vec![entry(1, index)]).await.unwrap();
    }
    (engine, node, starts)
}

/// A torn end of an older write-ahead log before a newer one, which the database takes for its end:
/// the entries of the newer one do not follow. The node refuses if anything after the break was
/// acknowledged.
#[tokio::test]
async fn a_torn_older_file_is_refused_below_the_sentinel() {
    let dir = TempDir::new().unwrap();
    let (engine, mut node, starts) = ten_apart(dir.path()).await;
    let two = TwoWals::begin(dir.path(), &engine);
    append(&mut node.log, entries(1, 10..15)).await.unwrap();
    for (bytes, left) in torn_ends(&two, &starts) {
        for acknowledged in [14, 9, left] {
            let torn = two.torn(dir.path(), bytes);
            plant_sentinel(torn.path(), id(1, acknowledged)).await;
            let message = refusal(open(torn.path()).await);
            assert!(message.contains(&format!("log entry {left}")), "{bytes} bytes: {message}");
            assert!(message.contains("were acknowledged"), "{bytes} bytes: {message}");
        }
    }
}

/// The same where nothing after the break was acknowledged: exactly what was before it remains, and
/// the log goes on from there.
#[tokio::test]
async fn a_torn_older_file_is_cut_off_above_the_sentinel() {
    let dir = TempDir::new().unwrap();
    let (engine, mut node, starts) = ten_apart(dir.path()).await;
    let two = TwoWals::begin(dir.path(), &engine);
    append(&mut node.log, entries(1, 10..15)).await.unwrap();
    for (bytes, left) in torn_ends(&two, &starts) {
        for acknowledged in [left - 1, 3] {
            let torn = two.torn(dir.path(), bytes);
            plant_sentinel(torn.path(), id(1, acknowledged)).await;
            let mut opened = open(torn.path()).await.unwrap();
            let read = opened.log.try_get_log_entries(..).await.unwrap();
            assert_eq!(read, entries(1, 0..left), "{bytes} bytes");
            append(&mut opened.log, entries(2, left..left + 2)).await.unwrap();
            drop(opened);
            let mut again = open(torn.path()).await.unwrap();
            let read = again.log.try_get_log_entries(..).await.unwrap();
            let all = [entries(1, 0..left), entries(2, left..left + 2)].concat();
            assert_eq!(read, all, "{bytes} bytes");
        }
    }
}

/// Ends of the older write-ahead log, in the middle of a write and between two, and how many
/// entries are left then.
fn torn_ends(two: &TwoWals, starts: &[u64]) -> [(u64, u64); 5] {
    let bytes = two.older_bytes();
    [(bytes - 1, 9), (bytes - 30, 9), (starts[9], 9), (starts[8] - 1, 7), (starts[6], 6)]
}

/// Entries that replaced others and then went with the torn end of an older file leave those others
/// in their places, index by index: only the chain of checksums shows that the newer file's entries
/// do not follow them.
#[tokio::test]
async fn resurrected_entries_break_the_chain() {
    let dir = TempDir::new().unwrap();
    let (engine, mut node, _) = ten_apart(dir.path()).await;
    let bytes = fs::metadata(wal(dir.path())).unwrap().len();
    node.log.truncate_after(Some(log_id(1, 6))).await.unwrap();
    append(&mut node.log, entries(2, 7..10)).await.unwrap();
    let two = TwoWals::begin(dir.path(), &engine);
    append(&mut node.log, entries(2, 10..15)).await.unwrap();
    for (acknowledged, starts) in [(id(2, 14), false), (id(2, 9), false), (id(1, 6), true)] {
        let torn = two.torn(dir.path(), bytes);
        plant_sentinel(torn.path(), acknowledged).await;
        let opened = open(torn.path()).await;
        if starts {
            let read = opened.unwrap().log.try_get_log_entries(..).await.unwrap();
            assert_eq!(read, entries(1, 0..10));
        } else {
            let message = refusal(opened);
            assert!(message.contains("log entry 10"), "{message}");
            assert!(message.contains("follows one with checksum"), "{message}");
        }
    }
}

/// A log that was purged further than its rows reach has lost what was in between.
#[tokio::test]
async fn a_purge_beyond_the_rows_is_refused() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    apply(&mut node.machine, entries(1, 0..3)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    let record = encode_log_id(&id(1, 5)).unwrap();
    let purge = vec![
        Write::Put(Family::Meta, PURGED_KEY.to_vec(), record),
        Write::DeleteRange(Family::Log, log_range(0, 6)),
    ];
    write(&*node.engine, Writes::synced(purge)).await.unwrap();
    drop(node);
    let message = refusal(open(dir.path()).await);
    assert!(message.contains("position") && message.contains("purged up to 5"), "{message}");
}

/// A flipped bit anywhere in the write-ahead log, or in the files that it was flushed to, never
/// costs an acknowledged entry without a word: the node refuses, or has everything.
#[tokio::test]
async fn flipped_bits_are_noticed() {
    let dir = TempDir::new().unwrap();
    let node = ten(dir.path()).await;
    let killed = copy(dir.path());
    drop(node);
    // A start flushes what the write-ahead log held into sorted files.
    drop(open(dir.path()).await.unwrap());
    let (mut refused, mut flips) = (0, 0);
    for (from, ending) in [(&killed, "log"), (&dir, "sst")] {
        let files = fs::read_dir(from.path().join("db")).unwrap().map(|file| file.unwrap().path());
        for path in files.filter(|path| path.extension().is_some_and(|found| found == ending)) {
            let bytes = fs::read(&path).unwrap();
            for at in (0..bytes.len()).step_by((bytes.len() / 12).max(1)) {
                let flipped = copy(from.path());
                let mut bytes = bytes.clone();
                bytes[at] ^= 0x10;
                let name = path.file_name().unwrap();
                fs::write(flipped.path().join("db").join(name), bytes).unwrap();
                flips += 1;
                match open(flipped.path()).await {
                    Err(error) => {
                        let error = error.to_string();
                        assert!(error.contains("replace the node"), "{error}");
                        refused += 1;
                    }
                    Ok(mut opened) => {
                        let read = opened.log.try_get_log_entries(..).await.unwrap();
                        assert_eq!(read, entries(1, 0..10), "{} at {at}", path.display());
                        assert_eq!(opened.log.read_vote().await.unwrap(), Some(vote(1)));
                    }
                }
            }
        }
    }
    assert!(20 < flips && flips / 2 < refused, "{refused} of {flips} refused");
}

/// A deleted write-ahead log, an emptied or deleted database and a missing sentinel are refused:
/// none of them becomes an empty log.
#[tokio::test]
async fn missing_files_are_refused() {
    let dir = TempDir::new().unwrap();
    let node = ten(dir.path()).await;
    let check = async |lose: &dyn Fn(&Path)| {
        let lost = copy(dir.path());
        lose(lost.path());
        refusal(open(lost.path()).await)
    };
    let wal = check(&|dir| fs::remove_file(wal(dir)).unwrap()).await;
    assert!(wal.contains("missing") && wal.contains("replace the node"), "{wal}");
    let emptied = check(&|dir| {
        fs::remove_dir_all(dir.join("db")).unwrap();
        fs::create_dir(dir.join("db")).unwrap();
    });
    let emptied = emptied.await;
    assert!(emptied.contains("the database") && emptied.contains("replace the node"), "{emptied}");
    let deleted = check(&|dir| fs::remove_dir_all(dir.join("db")).unwrap()).await;
    assert!(deleted.contains("the database") && deleted.contains("replace the node"), "{deleted}");
    let sentinel = check(&|dir| fs::remove_file(dir.join("sentinel")).unwrap()).await;
    assert!(sentinel.contains("sentinel"), "{sentinel}");
    drop(node);
}

/// A directory of another node, and a directory put together from two, are refused.
#[tokio::test]
async fn swapped_directories_are_refused() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    drop(ten(one.path()).await);
    let engine = RocksEngine::open(one.path(), &OPTIONS).unwrap();
    let message = refusal(claim(&engine, NODE + 1, 5).await);
    assert!(message.contains("belongs to node 1"), "{message}");
    let engine = RocksEngine::open(other.path(), &OPTIONS).unwrap();
    claim(&engine, NODE, 6).await.unwrap();
    drop(engine);
    fs::copy(other.path().join("sentinel"), one.path().join("sentinel")).unwrap();
    drop(other);
    let mixed = copy(one.path());
    let message = refusal(open(mixed.path()).await);
    assert!(message.contains("its sentinel is of disk"), "{message}");
}

/// An older copy of the database beside the present sentinel has forgotten a vote.
#[tokio::test]
async fn a_forgotten_vote_is_refused() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    let older = copy(dir.path());
    node.log.save_vote(&vote(2)).await.unwrap();
    fs::copy(dir.path().join("sentinel"), older.path().join("sentinel")).unwrap();
    let message = refusal(open(older.path()).await);
    assert!(message.contains("vote") && message.contains("term 2"), "{message}");
}

/// Before entries are truncated the sentinel stops vouching for them, even if they were appended a
/// moment ago and nobody has waited for them.
#[tokio::test]
async fn truncation_lowers_the_sentinel_first() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    let (flushed, _unheard) = {
        use openraft::type_config::TypeConfigExt as _;
        crate::raft::types::TypeConfig::oneshot()
    };
    let callback = openraft::storage::IOFlushed::signal(flushed);
    node.log.append(entries(1, 10..500), callback).await.unwrap();
    node.log.truncate_after(Some(log_id(1, 4))).await.unwrap();
    assert_eq!(node.engine.sentinel().acknowledged, Some(id(1, 4)));
    drop(node);
    let mut node = open(dir.path()).await.unwrap();
    assert_eq!(node.log.try_get_log_entries(..).await.unwrap(), entries(1, 0..5));
    node.log.truncate_after(None).await.unwrap();
    assert_eq!(node.log.get_log_state().await.unwrap().last_log_id, None);
    append(&mut node.log, entries(2, 0..3)).await.unwrap();
    drop(node);
    let mut node = open(dir.path()).await.unwrap();
    assert_eq!(node.log.try_get_log_entries(..).await.unwrap(), entries(2, 0..3));
}

/// Entries go only once a synced checkpoint has what they did.
#[tokio::test]
async fn purge_stays_behind_checkpoints() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    apply(&mut node.machine, entries(1, 0..8)).await.unwrap();
    let error = node.log.purge(log_id(1, 3)).await.unwrap_err().to_string();
    assert!(error.contains("checkpoints are synced up to nothing"), "{error}");
    checkpoint(&mut node.machine).await.unwrap();
    node.log.purge(log_id(1, 3)).await.unwrap();
    assert!(node.log.purge(log_id(1, 8)).await.is_err());
    drop(node);
    let mut node = open(dir.path()).await.unwrap();
    let state = node.log.get_log_state().await.unwrap();
    assert_eq!(state.last_purged_log_id, Some(log_id(1, 3)));
    assert_eq!(node.log.try_get_log_entries(..).await.unwrap(), entries(1, 4..10));
    assert_eq!(node.log.try_get_log_entries(0..6).await.unwrap(), entries(1, 4..6));
}

/// Reads join what is on disk with what is in memory, and limited ones stop early but not at once.
#[tokio::test]
async fn reads_join_disk_and_memory() {
    let dir = TempDir::new().unwrap();
    drop(ten(dir.path()).await);
    let mut node = open(dir.path()).await.unwrap();
    append(&mut node.log, entries(1, 10..20)).await.unwrap();
    for (from, until) in [(0, 20), (3, 7), (8, 12), (12, 20), (9, 10), (19, 25), (5, 5), (20, 30)] {
        let read = node.log.try_get_log_entries(from..until).await.unwrap();
        assert_eq!(read, entries(1, from..until.min(20)), "{from}..{until}");
    }
    let (all, one) = (node.log.log.read(0, 20, usize::MAX), node.log.log.read(3, 20, 1));
    assert_eq!(all.unwrap().len(), 20);
    assert_eq!(one.unwrap(), vec![entry(1, 3)]);
    let few = node.log.log.read(2, 20, 900).unwrap();
    assert!(1 < few.len() && few.len() < 18, "{} entries", few.len());
    assert_eq!(few, entries(1, 2..2 + few.len() as u64));
}

/// Runs something to its end, in the middle of something else that waits.
fn run_aside<T: Send + 'static>(run: impl Future<Output = T> + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    std::thread::spawn(move || drop(runtime.block_on(run))).join().unwrap();
}

/// A read that is overtaken by a truncation, or by a purge, shows the log as it was or as it is,
/// never a mixture and never damage.
#[tokio::test]
async fn reads_are_atomic() {
    let prepared = TempDir::new().unwrap();
    let mut node = ten(prepared.path()).await;
    apply(&mut node.machine, entries(1, 0..3)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    drop(node);
    for change in ["replace", "truncate", "purge"] {
        let dir = copy(prepared.path());
        let engine = Meddling::open(dir.path());
        let mut node = open_on(Arc::clone(&engine) as _).await.unwrap();
        append(&mut node.log, entries(1, 10..20)).await.unwrap();
        let mut log = node.log.clone();
        let meddle = async move {
            match change {
                "purge" => log.purge(log_id(1, 2)).await.unwrap(),
                _ => log.truncate_after(Some(log_id(1, 4))).await.unwrap(),
            }
            if change == "replace" {
                append(&mut log, entries(2, 5..20)).await.unwrap();
            }
        };
        engine.before_next_scan(move || run_aside(meddle));
        let read = node.log.try_get_log_entries(0..20).await.unwrap();
        assert!(engine.has_meddled());
        let now = node.log.try_get_log_entries(0..20).await.unwrap();
        let first = usize::try_from(now[0].log_id.index()).unwrap();
        assert!(
            read == now || read == entries(1, 0..20)[first..] || read == entries(1, 0..20),
            "{change}: {:?}",
            read.iter().map(|entry| entry.log_id).collect::<Vec<_>>()
        );
    }
}

/// The size of the log decides when a snapshot is due, and how much of it is kept.
#[test]
fn sizes_of_the_log() {
    const MIB: usize = 1 << 20;
    let mut tail = Tail::new(Sizes::default());
    assert_eq!((tail.bytes(), tail.purge_point(0)), (0, None));
    for index in 0..100 {
        tail.found(id(1, index), MIB, 0);
    }
    assert_eq!(tail.bytes(), 100 * MIB as u64);
    assert_eq!(tail.purge_point(40 * MIB as u64), Some(59));
    assert_eq!(tail.purge_point(101 * MIB as u64), None);
    tail.purge(id(1, 59));
    assert_eq!(tail.bytes(), 40 * MIB as u64);
    assert_eq!(tail.purge_point(40 * MIB as u64), None);
    tail.truncate(Some(id(1, 79)), 0);
    assert_eq!(tail.bytes(), 20 * MIB as u64);
    tail.purge(id(1, 200));
    assert_eq!((tail.bytes(), tail.purge_point(0)), (0, None));
}

/// The defaults leave room for the write-ahead log and a compaction.
#[test]
fn low_water_is_above_the_log() {
    assert!((256 << 20) < Options::default().low_water_bytes);
}
