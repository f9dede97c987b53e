//! Tests of the engine.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;

use tempfile::TempDir;

use super::*;
use crate::codec::{LogId, SENTINEL_SLOT_BYTES};

const OPTIONS: Options = Options { ballast_bytes: 0, low_water_bytes: 0 };

fn open(dir: &Path) -> RocksEngine {
    RocksEngine::open(dir, &OPTIONS).unwrap()
}

fn put(key: u64, value: &[u8]) -> Write {
    Write::Put(Family::State, key.to_be_bytes().to_vec(), value.to_vec())
}

fn all() -> std::ops::Range<Vec<u8>> {
    vec![]..vec![0xff; 9]
}

fn keys(engine: &dyn Engine) -> Vec<u64> {
    let mut keys = Vec::new();
    let mut visit = |key: &[u8], _: &[u8]| {
        keys.push(u64::from_be_bytes(key.try_into().unwrap()));
        ControlFlow::Continue(())
    };
    engine.scan(Family::State, all(), &mut visit).unwrap();
    keys
}

/// Callbacks come in the order of the writes, synced or not, and each finds its write done.
#[test]
fn callbacks_come_in_order() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    let (sender, order) = channel();
    for n in 0..500 {
        let sender = sender.clone();
        let writes = vec![put(n, &[0; 100])];
        let writes = if n % 3 == 0 { Writes::synced(writes) } else { Writes::written(writes) };
        engine.submit(writes, Box::new(move || sender.send(n).unwrap()));
    }
    drop(sender);
    assert!(order.iter().eq(0..500));
    assert!(keys(&engine).into_iter().eq(0..500));
}

/// What is queued when the engine is dropped is written all the same.
#[test]
fn dropping_writes_what_is_queued() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    for n in 0..200 {
        engine.submit(Writes::written(vec![put(n, b"x")]), Box::new(|| ()));
    }
    let gone = Write::DeleteRange(Family::State, 50u64.to_be_bytes().to_vec()..all().end);
    engine.submit(Writes::written(vec![gone]), Box::new(|| ()));
    drop(engine);
    assert!(keys(&open(dir.path())).into_iter().eq(0..50));
}

/// A view shows what was written before it and nothing later, page by page.
#[tokio::test]
async fn views_stand_still() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    let ten = (0..10).map(|n| put(n, &[7; 100])).collect();
    write(&engine, Writes::written(ten)).await.unwrap();
    let mut view = engine.view().unwrap();
    let gone = Write::DeleteRange(Family::State, all());
    write(&engine, Writes::synced(vec![gone, put(99, b"x")])).await.unwrap();
    assert_eq!(keys(&engine), [99]);
    let (mut rest, mut found, mut pages) = (all(), 0, 0);
    loop {
        let page = view.page(Family::State, rest.clone(), 330).await.unwrap();
        let Some((last, _)) = page.last() else {
            break;
        };
        rest.start = [&last[..], &[0]].concat();
        found += page.len();
        pages += 1;
    }
    assert_eq!((found, pages), (10, 4));
    let one = view.page(Family::State, all(), 1).await.unwrap();
    assert_eq!(one.len(), 1, "a page has one key at least");
}

/// A directory is opened once at a time.
#[test]
fn a_directory_in_use_is_refused() {
    let dir = TempDir::new().unwrap();
    let _engine = open(dir.path());
    assert!(matches!(RocksEngine::open(dir.path(), &OPTIONS), Err(StoreError::Open { .. })));
}

/// The sentinel comes back as it was last kept, waited for or not; a slot that was torn leaves the
/// one before, and two leave an error.
#[tokio::test]
async fn the_sentinel_survives_a_torn_slot() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    assert_eq!(engine.sentinel(), Sentinel::default());
    let at = |index| Sentinel {
        acknowledged: Some(LogId { term: 1, leader: 1, index }),
        ..Sentinel::default()
    };
    keep_sentinel(&engine, at(1)).await.unwrap();
    keep_sentinel(&engine, at(2)).await.unwrap();
    engine.keep_sentinel(at(3), None);
    drop(engine);
    let file = dir.path().join("sentinel");
    let sound = fs::read(&file).unwrap();
    assert_eq!(open(dir.path()).sentinel(), Sentinel { serial: 3, ..at(3) });
    let mut torn = sound.clone();
    torn[SENTINEL_SLOT_BYTES + 3] ^= 1;
    fs::write(&file, &torn).unwrap();
    assert_eq!(open(dir.path()).sentinel(), Sentinel { serial: 2, ..at(2) });
    torn[3] ^= 1;
    fs::write(&file, &torn).unwrap();
    let error = RocksEngine::open(dir.path(), &OPTIONS).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("sentinel") && error.contains("neither"), "{error}");
}

/// The ballast is made if there is room for it, and the low-water mark is looked at each time.
#[test]
fn ballast_and_low_water() {
    let dir = TempDir::new().unwrap();
    let ballast = dir.path().join("ballast");
    let no_room = Options { ballast_bytes: 1 << 20, low_water_bytes: u64::MAX };
    let engine = RocksEngine::open(dir.path(), &no_room).unwrap();
    assert!(engine.disk_low() && !ballast.exists());
    drop(engine);
    let room = Options { ballast_bytes: 1 << 20, low_water_bytes: 1 };
    let engine = RocksEngine::open(dir.path(), &room).unwrap();
    assert!(!engine.disk_low());
    assert_eq!(fs::metadata(&ballast).unwrap().len(), 1 << 20);
}

/// Set for a process that is to write until it cannot.
const CHILD: &str = "USHER_TEST_WRITE_UNTIL_FAILURE";

/// Does nothing but in a process that [`a_failed_write_ends_the_process`] starts.
#[test]
fn child_writes_until_failure() {
    let Some(dir) = std::env::var_os(CHILD) else {
        return;
    };
    let engine = open(Path::new(&dir));
    for n in 0..10_000 {
        let (sender, done) = channel();
        let writes = Writes::synced(vec![put(n, &[3; 10_000])]);
        engine.submit(writes, Box::new(move || sender.send(()).unwrap()));
        done.recv().unwrap();
        println!("acknowledged {n}");
    }
}

/// A write that fails ends the process at once; nothing is acknowledged after it, and everything
/// that was is there at the next start.
#[test]
fn a_failed_write_ends_the_process() {
    let dir = TempDir::new().unwrap();
    // Files may not grow beyond 512 KiB, and the write that tries says so instead of killing.
    let script = r#"trap "" XFSZ; ulimit -f 512; ulimit -c 0; exec "$0" "$@""#;
    let output = Command::new("bash")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::child_writes_until_failure", "--nocapture"])
        .env(CHILD, dir.path())
        .output()
        .unwrap();
    let (told, said) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.signal(), Some(6), "{told}{said}");
    assert!(said.contains("cannot write to"), "{said}");
    let acknowledged = told.lines().filter(|line| line.contains("acknowledged ")).count();
    assert!((10..100).contains(&acknowledged), "{acknowledged} were acknowledged");
    let kept = keys(&open(dir.path()));
    assert!(acknowledged <= kept.len(), "{acknowledged} were acknowledged, {} kept", kept.len());
}
