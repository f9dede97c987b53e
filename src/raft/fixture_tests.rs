//! Data directories that earlier versions wrote, and one that a later version might.
//!
//! A directory is a promise like every record in it: whatever was released must open for ever. When
//! a format changes, the present directory stays here with its test, and a new one comes beside it:
//! have [`child_writes_a_directory`] write it (its comment says how), give it the next number, and
//! add a line to [`KNOWN`].

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use openraft::storage::{RaftLogReader as _, RaftLogStorage as _, RaftStateMachine as _};
use tempfile::TempDir;

use super::machine::load_state;
use super::storage_tests::{
    OPTIONS, append, apply, batch, checkpoint, copy, entries, log_id, open, refusal, start, vote,
};
use super::types::TypeConfig;
use crate::codec::{
    IDENTITY_KEY, POSITION_KEY, SENTINEL_SLOT_BYTES, VOTE_KEY, encode_row, log_key, seal_key,
};
use crate::seats::{BookingId, Command, HoldId, State};
use crate::store::{
    Engine as _, Family, Reads as _, RocksEngine, Write, Writes, join_cluster, write,
};

/// What a directory holds.
struct Known {
    name: &'static str,
    /// The committed index.
    index: u64,
    /// How many rows there are then.
    rows: usize,
    /// CRC32C of their records, in their order.
    digest: u32,
}

const KNOWN: [Known; 1] = [Known { name: "data-dir-1", index: 24, rows: 23, digest: 918_351_722 }];

const CLUSTER: u128 = 0xc1;

fn unpacked(name: &str) -> TempDir {
    let archive =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/raft/fixtures/{name}.tar.gz"));
    let dir = TempDir::new().unwrap();
    let mut tar = Process::new("tar");
    let done = tar.arg("--extract").arg("--gzip").arg("--file").arg(archive);
    let done = done.arg("--directory").arg(dir.path()).status().unwrap();
    assert!(done.success(), "tar: {done}");
    dir
}

fn summary(state: &State) -> (usize, u32) {
    let records = state.rows().map(|row| encode_row(&row).unwrap());
    records
        .fold((0, 0), |(rows, digest), record| (rows + 1, crc32c::crc32c_append(digest, &record)))
}

/// A directory that an earlier version wrote is read and opened, and the node goes on from it.
#[tokio::test]
async fn directories_of_earlier_versions_open() {
    for known in KNOWN {
        let dir = unpacked(known.name);
        let (state, index) = load_state(dir.path()).unwrap();
        let found = (index, summary(&state));
        assert_eq!(found, (known.index, (known.rows, known.digest)), "{}", known.name);
        assert!(state.booking(BookingId(20 << 64)).is_some());
        let mut node = open(dir.path()).await.unwrap();
        start(&mut node).await.unwrap();
        let found = node.shared.read(|state, index| (index, summary(state)));
        assert_eq!(found, (known.index, (known.rows, known.digest)), "{}", known.name);
        assert_eq!(node.log.read_vote().await.unwrap(), Some(vote(2)));
        let read = node.log.try_get_log_entries(..).await.unwrap();
        assert_eq!((read.len(), &read[0]), (20, &entries(1, 6..7)[0]));
        assert_eq!(join_cluster(&*node.engine, CLUSTER).await.unwrap().cluster, Some(CLUSTER));
        append(&mut node.log, entries(2, 26..27)).await.unwrap();
        assert!(node.machine.applied_state().await.unwrap().0.is_some());
    }
}

/// A record of a later version stops the node with a word that says so; nothing of it is cut off,
/// taken for damage or passed over.
#[tokio::test]
async fn directories_of_later_versions_are_refused() {
    let sound = unpacked("data-dir-1");
    let engine = RocksEngine::open(sound.path(), &OPTIONS).unwrap();
    let meta = super::storage_tests::first_row(&engine);
    drop(engine);
    for (name, family, key) in [
        ("log entry 25", Family::Log, log_key(25)),
        ("log entry 24", Family::Log, log_key(24)),
        ("vote", Family::Meta, VOTE_KEY.to_vec()),
        ("identity", Family::Meta, IDENTITY_KEY.to_vec()),
        ("position", Family::Meta, POSITION_KEY.to_vec()),
        ("checkpoint 1", Family::Meta, seal_key(1)),
        ("row Meta", Family::State, meta),
    ] {
        let dir = copy(sound.path());
        let engine = RocksEngine::open(dir.path(), &OPTIONS).unwrap();
        let record = engine.get(family, &key).unwrap().unwrap();
        let put = Write::Put(family, key, newer(&record));
        write(&engine, Writes::synced(vec![put])).await.unwrap();
        // Even if nothing of it was acknowledged.
        let sentinel = crate::codec::Sentinel { acknowledged: None, ..engine.sentinel() };
        crate::store::keep_sentinel(&engine, sentinel).await.unwrap();
        drop(engine);
        says_newer(name, &refusal(open(dir.path()).await));
    }
    let torn = copy(sound.path());
    let file = torn.path().join("sentinel");
    let mut slots = fs::read(&file).unwrap();
    // The later slot is a later version's; the other one is as it was.
    let later = (0..2).max_by_key(|n| serial_of(&slots, *n)).unwrap() * SENTINEL_SLOT_BYTES;
    let end = later + 2 + usize::from(slots[later]);
    let record = newer(&slots[later + 2..end]);
    slots[later + 2..end].copy_from_slice(&record);
    fs::write(&file, slots).unwrap();
    says_newer("sentinel", &refusal(open(torn.path()).await));
}

fn serial_of(slots: &[u8], slot: usize) -> Option<u64> {
    let at = slot * SENTINEL_SLOT_BYTES;
    let slot = &slots[at..at + SENTINEL_SLOT_BYTES];
    crate::codec::decode_sentinel(slot).ok().map(|sentinel| sentinel.serial)
}

fn says_newer(name: &str, message: &str) {
    assert!(message.contains(name) && message.contains("newer version"), "{name}: {message}");
    assert!(message.contains("start the version that wrote it"), "{name}: {message}");
    assert!(!message.contains("replace"), "{name}: {message}");
}

/// The record in a format that is not known yet.
fn newer(record: &[u8]) -> Vec<u8> {
    let mut newer = record[..record.len() - 4].to_vec();
    newer[0] |= 0x0e;
    newer.extend(crc32c::crc32c(&newer).to_le_bytes());
    newer
}

/// Where [`child_writes_a_directory`] is to write.
const WRITE: &str = "USHER_TEST_WRITE_DATA_DIR";

/// Writes a directory for the fixtures, if told where, and prints its line of [`KNOWN`]. To add one
/// that does not name the machine:
///
/// ```text
/// export USHER_TEST_WRITE_DATA_DIR=/tmp/data-dir-2
/// unshare --uts sh -c 'hostname node-1; cargo test --release --lib child_writes_a_directory'
/// rm /tmp/data-dir-2/db/{LOCK,LOG*,OPTIONS*}
/// tar --create --gzip --file src/raft/fixtures/data-dir-2.tar.gz --directory /tmp/data-dir-2 .
/// ```
#[tokio::test]
async fn child_writes_a_directory() {
    let Some(dir) = std::env::var_os(WRITE) else {
        return;
    };
    let dir = Path::new(&dir);
    let mut node = open(dir).await.unwrap();
    join_cluster(&*node.engine, CLUSTER).await.unwrap();
    node.log.save_vote(&vote(1)).await.unwrap();
    append(&mut node.log, entries(1, 0..20)).await.unwrap();
    apply(&mut node.machine, entries(1, 0..16)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    node.log.purge(log_id(1, 5)).await.unwrap();
    node.log.save_vote(&vote(2)).await.unwrap();
    let confirm = Command::Confirm {
        hold: HoldId(18 << 64),
        reference: "till-1".to_owned(),
        email: Some("ada@example.com".to_owned()),
    };
    let payload = batch(20, confirm);
    let booked = openraft::alias::EntryOf::<TypeConfig> { log_id: log_id(2, 20), payload };
    let rest = [vec![booked], entries(2, 21..25)].concat();
    append(&mut node.log, rest.clone()).await.unwrap();
    apply(&mut node.machine, entries(1, 16..20)).await.unwrap();
    apply(&mut node.machine, rest[..3].to_vec()).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    apply(&mut node.machine, rest[3..5].to_vec()).await.unwrap();
    node.log.save_committed(Some(log_id(2, 24))).await.unwrap();
    node.log.keep_committed().unwrap();
    write(&*node.engine, Writes::synced(Vec::new())).await.unwrap();
    drop(node);
    // Once more, so that there are sorted files beside the write-ahead log.
    let mut node = open(dir).await.unwrap();
    start(&mut node).await.unwrap();
    append(&mut node.log, entries(2, 25..26)).await.unwrap();
    let (index, summary) = node.shared.read(|state, index| (index, summary(state)));
    println!("index {index}, rows and digest {summary:?}");
}
