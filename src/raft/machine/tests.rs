//! Tests of checkpoints and snapshots.

use std::path::Path;
use std::sync::Arc;

use openraft::alias::EntryOf;
use openraft::storage::{RaftLogStorage as _, RaftStateMachine as _};
use openraft::{EntryPayload, LogIdOptionExt as _};
use tempfile::TempDir;
use tokio::sync::watch;

use super::snapshot::current;
use super::{
    Agreed, Durable, Shared, SnapshotData, SnapshotError, load_log, load_log_kept, load_state,
};
use crate::codec::{
    Frame, POSITION_KEY, decode_frame, decode_position, encode_frame, encode_row_key, generation,
    generation_range, log_key, seal_key, state_key,
};
use crate::raft::convert;
use crate::raft::storage_tests::{
    Crashing, Meddling, OPTIONS, Opened, TwoWals, append, apply, batch, checkpoint, copy, entries,
    load_stopped, log_id, model, once_closed, open, open_on, refusal, rows, start, wal,
};
use crate::raft::types::{Batch, TypeConfig};
use crate::seats::{
    Amount, Caller, Command, Currency, Fresh, GatewayEvent, GatewayEventKind, LEVEL, Millis,
    Proposal, Role,
};
use crate::store::{Engine, Family, Reads as _, RocksEngine, Write, Writes, write};

/// Entries up to 9, applied and checkpointed.
async fn ten(dir: &Path) -> Opened {
    ten_on(Arc::new(RocksEngine::open(dir, &OPTIONS).unwrap())).await
}

async fn ten_on(engine: Arc<dyn Engine>) -> Opened {
    let mut node = open_on(engine).await.unwrap();
    append(&mut node.log, entries(1, 0..10)).await.unwrap();
    apply(&mut node.machine, entries(1, 0..10)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    node
}

/// An entry whose rows together are larger than one batch may be.
fn large(index: u64) -> EntryOf<TypeConfig> {
    let event = |n: u32| GatewayEvent {
        gateway: "sandbox".to_owned(),
        event: format!("evt-{index}-{n}"),
        payment: None,
        reference: "r".repeat(8000),
        kind: GatewayEventKind::Succeeded,
        amount: Amount(1),
        currency: Currency::parse("EUR").unwrap(),
    };
    let proposal = |n: u32| Proposal {
        caller: Caller { user: None, role: Role::Operator },
        key: None,
        fresh: Fresh((u128::from(index) << 64) + u128::from(n)),
        command: Command::GatewayEvent(Box::new(event(n))),
    };
    let proposals = (0..1200).map(proposal).collect();
    let batch = Arc::new(Batch { at: Millis(index), proposals });
    EntryOf::<TypeConfig> { log_id: log_id(1, index), payload: EntryPayload::Normal(batch) }
}

/// The generations that have rows.
fn generations(node: &Opened) -> Vec<u64> {
    let mut found = Vec::new();
    let all = generation_range(0..u64::MAX);
    let mut visit = |key: &[u8], _: &[u8]| {
        found.extend(generation(key));
        std::ops::ControlFlow::Continue(())
    };
    node.engine.scan(Family::State, all, &mut visit).unwrap();
    found.dedup();
    found
}

async fn frames(mut snapshot: SnapshotData) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some(frame) = snapshot.next_frame().await.unwrap() {
        frames.push(frame);
    }
    frames
}

async fn sent_by(node: &mut Opened) -> Vec<Vec<u8>> {
    frames(node.machine.get_current_snapshot().await.unwrap().unwrap().snapshot).await
}

async fn receive(
    shared: &Shared,
    frames: &[Vec<u8>],
) -> Result<(openraft::alias::SnapshotMetaOf<TypeConfig>, SnapshotData), SnapshotError> {
    let mut incoming = shared.incoming();
    for frame in frames {
        incoming.push(frame).await?;
    }
    let snapshot = incoming.finish()?;
    Ok((snapshot.meta, snapshot.snapshot))
}

/// A node that receives a snapshot has the sender's rows, index and members, at once and after a
/// restart, and nothing of its own from before.
#[tokio::test]
async fn a_snapshot_replaces_everything() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut sender = ten(here.path()).await;
    apply(&mut sender.machine, vec![large(10)]).await.unwrap();
    checkpoint(&mut sender.machine).await.unwrap();
    let frames = sent_by(&mut sender).await;
    assert!(frames.len() > 8, "{} frames", frames.len());
    assert!(frames.iter().all(|frame| frame.len() < (1 << 20) + 4096));
    let mut receiver = open(there.path()).await.unwrap();
    apply(&mut receiver.machine, entries(3, 0..4)).await.unwrap();
    checkpoint(&mut receiver.machine).await.unwrap();

    let (meta, data) = receive(&receiver.shared, &frames).await.unwrap();
    assert_eq!(meta.last_log_id.index(), Some(10));
    let mut applied = receiver.shared.applied();
    receiver.machine.install_snapshot(&meta, data).await.unwrap();
    assert_eq!(*applied.borrow_and_update(), 10);
    assert!(rows(&receiver.shared) == rows(&sender.shared), "the rows differ");
    assert_eq!(generations(&receiver), [2]);
    let state = sender.machine.applied_state().await.unwrap();
    assert_eq!(receiver.machine.applied_state().await.unwrap(), state);
    drop(receiver);
    let mut receiver = open(there.path()).await.unwrap();
    assert!(rows(&receiver.shared) == rows(&sender.shared), "the rows differ");
    assert_eq!(receiver.machine.applied_state().await.unwrap(), state);
    // The log is shorter than the state until openraft purges it: that is healthy.
    start(&mut receiver).await.unwrap();
    assert_eq!(receiver.log.get_log_state().await.unwrap().last_log_id, state.0);
}

/// A way to ruin frames.
type Spoil<'a> = &'a dyn Fn(&mut Vec<Vec<u8>>);

/// A snapshot with a damaged, missing, repeated or foreign frame is not installed, and leaves
/// nothing.
#[tokio::test]
async fn unsound_snapshots_are_refused() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut sender = ten(here.path()).await;
    apply(&mut sender.machine, vec![large(10)]).await.unwrap();
    checkpoint(&mut sender.machine).await.unwrap();
    let sound = sent_by(&mut sender).await;
    let receiver = ten(there.path()).await;
    let before = rows(&receiver.shared);
    let last = sound.len() - 1;
    let spoil: [(&str, Spoil); 8] = [
        ("checksum", &|frames| frames[2][50] ^= 1),
        ("checksum", &|frames| frames[2].truncate(1000)),
        ("frame 2 comes where 1", &|frames| drop(frames.remove(2))),
        ("frame 0 comes where 1", &|frames| frames.insert(1, frames[1].clone())),
        ("begins twice", &|frames| frames.insert(1, frames[0].clone())),
        ("begin with its head", &|frames| drop(frames.remove(0))),
        ("end is missing", &|frames| drop(frames.pop())),
        ("after the end", &|frames| frames.push(frames[last].clone())),
    ];
    for (reason, spoil) in spoil {
        let mut frames = sound.clone();
        spoil(&mut frames);
        let error = match receive(&receiver.shared, &frames).await {
            Ok(_) => panic!("it was received: {reason}"),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(reason), "{reason}: {error}");
    }
    // What was written of them goes, in the order of writes.
    write(&*receiver.engine, Writes::synced(Vec::new())).await.unwrap();
    assert_eq!(generations(&receiver), [1]);
    assert_eq!(rows(&receiver.shared), before);
}

/// Rows that contradict each other show before they take the place of the present ones.
#[tokio::test]
async fn contradicting_rows_are_not_installed() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut sender = ten(here.path()).await;
    let mut frames = sent_by(&mut sender).await;
    let Frame::Rows { sequence, rows: mut sent } = decode_frame(&frames[1]).unwrap() else {
        panic!("the second frame has rows");
    };
    sent[0].1 = sent[1].1.clone();
    frames[1] = encode_frame(&Frame::Rows { sequence, rows: sent }).unwrap();
    let mut receiver = ten(there.path()).await;
    let before = rows(&receiver.shared);
    let (meta, data) = receive(&receiver.shared, &frames).await.unwrap();
    let error = receiver.machine.install_snapshot(&meta, data).await.unwrap_err().to_string();
    assert!(error.contains("row"), "{error}");
    assert_eq!(rows(&receiver.shared), before);
    drop(receiver);
    let receiver = open(there.path()).await.unwrap();
    assert_eq!(rows(&receiver.shared), before);
    assert_eq!(generations(&receiver), [1]);
}

/// A crash at any write while a snapshot comes in leaves the old state or the new one, and no rows
/// of the other.
#[tokio::test]
async fn crash_at_every_write_of_an_install() {
    let here = TempDir::new().unwrap();
    let mut sender = ten(here.path()).await;
    apply(&mut sender.machine, vec![large(10)]).await.unwrap();
    checkpoint(&mut sender.machine).await.unwrap();
    let frames = sent_by(&mut sender).await;
    let (new, old) = (rows(&sender.shared), (model(&entries(1, 0..8)), 7));
    let prepared = TempDir::new().unwrap();
    let mut node = open(prepared.path()).await.unwrap();
    append(&mut node.log, entries(1, 0..8)).await.unwrap();
    apply(&mut node.machine, entries(1, 0..8)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    drop(node);
    let mut seen = [0, 0];
    for writes in 0.. {
        let dir = copy(prepared.path());
        let engine = Crashing::open(dir.path(), writes);
        let opened = open_on(Arc::clone(&engine) as _);
        let ended = engine
            .until_crash(async {
                let mut node = opened.await.map_err(|error| error.to_string())?;
                let received = receive(&node.shared, &frames).await;
                let (meta, data) = received.map_err(|error| error.to_string())?;
                let installed = node.machine.install_snapshot(&meta, data).await;
                installed.map_err(|error| error.to_string())
            })
            .await;
        let node = open(dir.path()).await.unwrap();
        let found = rows(&node.shared);
        assert!(found == old || found == new, "half a snapshot after {writes} writes");
        seen[usize::from(found == new)] += 1;
        assert_eq!(generations(&node).len(), 1, "after {writes} writes");
        if ended == Some(Ok(())) {
            assert!(found == new, "it was installed and is not there");
            break;
        }
    }
    assert!(8 < seen[0] && 0 < seen[1], "{seen:?}");
}

/// A checkpoint too large for one batch is there as a whole or not at all, whenever the crash
/// comes: for a start, for a reader of the stopped directory, and for a snapshot.
#[tokio::test]
async fn crash_at_every_write_of_a_large_checkpoint() {
    let all = [entries(1, 0..10), vec![large(10)], entries(1, 11..13), vec![large(13)]].concat();
    let prepared = TempDir::new().unwrap();
    let mut node = open(prepared.path()).await.unwrap();
    append(&mut node.log, all.clone()).await.unwrap();
    node.log.save_committed(Some(log_id(1, 13))).await.unwrap();
    node.log.keep_committed().unwrap();
    apply(&mut node.machine, all[..10].to_vec()).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    drop(node);
    let models = [model(&all[..10]), model(&all[..11]), model(&all)];
    let mut seen = [0, 0, 0];
    for writes in 0.. {
        let dir = copy(prepared.path());
        let engine = Crashing::open(dir.path(), writes);
        let opened = open_on(Arc::clone(&engine) as _);
        let ended = engine
            .until_crash(async {
                let mut node = opened.await.map_err(|error| error.to_string())?;
                for chunk in [&all[10..11], &all[11..]] {
                    apply(&mut node.machine, chunk.to_vec()).await?;
                    checkpoint(&mut node.machine).await?;
                }
                Ok::<(), String>(())
            })
            .await;
        let (state, index) = load_stopped(dir.path()).await;
        // NB: no assert_eq, for these rows are too many to be shown.
        assert!(state.rows().eq(models[2].iter().cloned()), "after {writes} writes");
        assert_eq!(index, 13);
        let (sent, at) = sent_untidied(dir.path()).await;
        let mut node = open(dir.path()).await.unwrap();
        let (found, index) = rows(&node.shared);
        assert_eq!((sent, at), (found.len(), index), "after {writes} writes");
        let which = [9, 10, 13].iter().position(|&known| known == index).unwrap();
        assert!(found == models[which], "half a checkpoint after {writes} writes");
        seen[which] += 1;
        assert_eq!(generations(&node), [1], "after {writes} writes");
        start(&mut node).await.unwrap();
        assert!(rows(&node.shared) == (models[2].clone(), 13), "after {writes} writes");
        if ended == Some(Ok(())) {
            break;
        }
    }
    assert!(seen.iter().all(|&times| 1 <= times) && 4 < seen[1], "{seen:?}");
}

/// What a snapshot would send from a directory that no start has tidied: how many rows, of which
/// index.
async fn sent_untidied(dir: &Path) -> (usize, u64) {
    let engine = once_closed(|| RocksEngine::open(dir, &OPTIONS)).await;
    let durable = watch::Sender::new(Durable { serial: u64::MAX, applied: None });
    let snapshot = current(&engine, &mut durable.subscribe()).await.unwrap().unwrap();
    let index = snapshot.meta.last_log_id.index().unwrap();
    let count = |frame: &Vec<u8>| match decode_frame(frame).unwrap() {
        Frame::Rows { rows, .. } => rows.len(),
        Frame::Head { .. } | Frame::End { .. } => 0,
    };
    (frames(snapshot.snapshot).await.iter().map(count).sum(), index)
}

/// Checkpoints come by themselves when enough was applied, one at a time.
#[tokio::test]
async fn checkpoints_come_by_themselves() {
    let dir = TempDir::new().unwrap();
    let mut node = open(dir.path()).await.unwrap();
    let all = entries(1, 0..4000);
    apply(&mut node.machine, all.clone()).await.unwrap();
    let mut durable = node.shared.durable();
    let reached = *durable.wait_for(|durable| 0 < durable.serial).await.unwrap();
    assert!(reached.applied.is_some_and(|applied| 1000 < applied.index), "{reached:?}");
    drop(node);
    let node = open(dir.path()).await.unwrap();
    let (found, index) = rows(&node.shared);
    assert_eq!(found, model(&all[..=usize::try_from(index).unwrap()]));
}

/// A checkpoint is begun only when the one before is synced, however much is applied meanwhile.
#[tokio::test]
async fn checkpoints_wait_for_the_one_before() {
    let dir = TempDir::new().unwrap();
    let engine = Meddling::open(dir.path());
    let mut node = open_on(Arc::clone(&engine) as _).await.unwrap();
    let written = async || {
        write(&*engine, Writes::written(Vec::new())).await.unwrap();
        let record = engine.get(Family::Meta, POSITION_KEY).unwrap().unwrap();
        decode_position(&record).unwrap().serial
    };
    engine.hold();
    apply(&mut node.machine, entries(1, 0..4000)).await.unwrap();
    assert_eq!(node.shared.durable().borrow().serial, 0, "nobody has heard of a sync");
    engine.release();
    assert_eq!(written().await, 1);
    assert_eq!(node.shared.durable().borrow().serial, 1);
    apply(&mut node.machine, entries(1, 4000..4001)).await.unwrap();
    assert_eq!(written().await, 2);
}

/// A checkpoint that went with the torn end of an older write-ahead log is missed, though a later
/// one is there: its rows are missing, and no record of the log would show it.
#[tokio::test]
async fn a_checkpoint_lost_from_the_middle_is_refused() {
    let dir = TempDir::new().unwrap();
    let engine = Arc::new(RocksEngine::open(dir.path(), &OPTIONS).unwrap());
    let mut node = ten_on(Arc::clone(&engine) as _).await;
    let start = std::fs::metadata(wal(dir.path())).unwrap().len();
    apply(&mut node.machine, entries(1, 10..13)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    let two = TwoWals::begin(dir.path(), &engine);
    apply(&mut node.machine, entries(1, 13..16)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    for bytes in [start, start + 1, two.older_bytes() - 1] {
        let torn = two.torn(dir.path(), bytes);
        let message = refusal(load_state(torn.path()));
        assert!(message.contains("checkpoint 2"), "{bytes} bytes: {message}");
        let message = refusal(open(torn.path()).await);
        assert!(message.contains("checkpoint 2"), "{bytes} bytes: {message}");
    }
}

/// A row, a position or a seal that is damaged or missing stops the node, with its name.
#[tokio::test]
async fn damaged_rows_are_refused() {
    let sound = TempDir::new().unwrap();
    let mut node = ten(sound.path()).await;
    apply(&mut node.machine, entries(1, 10..20)).await.unwrap();
    checkpoint(&mut node.machine).await.unwrap();
    let meta = node.shared.read(|state, _| state.rows().next().unwrap());
    let key = state_key(1, &encode_row_key(&meta.key()).unwrap());
    let record = node.engine.get(Family::State, &key).unwrap().unwrap();
    let mut flipped = record.clone();
    flipped[2] ^= 1;
    let position = POSITION_KEY.to_vec();
    for (reason, damage) in [
        ("row Meta", Write::Put(Family::State, key.clone(), flipped)),
        ("row Hold", Write::Put(Family::State, state_key(1, &[1, 5, 1]), record)),
        ("rows", Write::Delete(Family::State, key)),
        ("position", Write::Put(Family::Meta, position.clone(), vec![1, 2, 3, 4, 5, 6])),
        ("the position is that of checkpoint 0", Write::Delete(Family::Meta, position)),
        ("checkpoint 1", Write::Delete(Family::Meta, seal_key(1))),
        ("checkpoint 2", Write::Delete(Family::Meta, seal_key(2))),
    ] {
        let dir = copy(sound.path());
        let engine = RocksEngine::open(dir.path(), &OPTIONS).unwrap();
        write(&engine, Writes::synced(vec![damage])).await.unwrap();
        drop(engine);
        let message = refusal(open(dir.path()).await);
        assert!(message.contains(reason), "{reason}: {message}");
        let message = refusal(load_state(dir.path()));
        assert!(message.contains(reason), "{reason}: {message}");
    }
}

/// A node that meets a level which it does not know stops there, and at every start after it.
#[tokio::test]
async fn an_unknown_level_is_not_carried_on() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    let raise = |index, level| {
        let payload = batch(index, Command::RaiseLevel { level });
        vec![EntryOf::<TypeConfig> { log_id: log_id(1, index), payload }]
    };
    append(&mut node.log, raise(10, LEVEL)).await.unwrap();
    apply(&mut node.machine, raise(10, LEVEL)).await.unwrap();
    append(&mut node.log, raise(11, LEVEL + 1)).await.unwrap();
    node.log.save_committed(Some(log_id(1, 11))).await.unwrap();
    node.log.keep_committed().unwrap();
    let due = format!("level {}, and this version knows {LEVEL}", LEVEL + 1);
    let error = apply(&mut node.machine, raise(11, LEVEL + 1)).await.unwrap_err();
    assert!(error.contains(&due), "{error}");
    drop(node);
    drop(once_closed(|| RocksEngine::open(dir.path(), &OPTIONS)).await);
    let error = refusal(load_state(dir.path()));
    assert!(error.contains(&due), "{error}");
    let mut node = open(dir.path()).await.unwrap();
    let error = start(&mut node).await.unwrap_err();
    assert!(error.contains(&due), "{error}");
}

/// The log of a stopped node is read from its first entry on, whatever of it was applied; one that
/// was cut, or that lacks a piece, is refused.
#[tokio::test]
async fn a_whole_log_is_read() {
    let dir = TempDir::new().unwrap();
    let mut node = ten(dir.path()).await;
    append(&mut node.log, entries(1, 10..20)).await.unwrap();
    let agreed = |entry: EntryOf<TypeConfig>| Agreed {
        id: convert::log_id_record(&entry.log_id),
        batch: match entry.payload {
            EntryPayload::Normal(batch) => Some(batch),
            EntryPayload::Blank | EntryPayload::Membership(_) => None,
        },
    };
    let due: Vec<Agreed> = entries(1, 0..20).into_iter().map(agreed).collect();
    let copied = copy(dir.path());
    assert_eq!(load_log(copied.path()).unwrap(), due);
    assert_eq!(load_log_kept(copied.path()).unwrap(), due);
    // With the log goes the state: it stands on an entry of it.
    let (state, index) = load_stopped(copied.path()).await;
    assert_eq!((state.rows().collect::<Vec<_>>(), index), (model(&entries(1, 0..10)), 9));

    node.log.purge(log_id(1, 4)).await.unwrap();
    drop(node);
    let cut = once_closed(|| RocksEngine::open(dir.path(), &OPTIONS)).await;
    drop(cut);
    let message = refusal(load_log(dir.path()));
    assert!(message.contains("log entry 0") && message.contains("was cut"), "{message}");
    assert_eq!(load_log_kept(dir.path()).unwrap(), due[5..]);

    let engine = RocksEngine::open(copied.path(), &OPTIONS).unwrap();
    let gone = Write::Delete(Family::Log, log_key(7));
    write(&engine, Writes::synced(vec![gone])).await.unwrap();
    drop(engine);
    for found in [load_log(copied.path()), load_log_kept(copied.path())] {
        let message = refusal(found);
        assert!(message.contains("entry 7 is missing"), "{message}");
    }
}
