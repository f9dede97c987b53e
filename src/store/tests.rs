//! Tests of the engine.

use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
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

/// A new data directory is its owner's alone; one that is there, and what lies above, stays as it
/// is.
#[test]
fn new_directories_are_private() {
    let folder = TempDir::new().unwrap();
    let mode = |dir: &Path| fs::metadata(dir).unwrap().permissions().mode() & 0o777;
    let (above, there) = (folder.path().join("above"), folder.path().join("there"));
    fs::create_dir(&there).unwrap();
    fs::set_permissions(&there, fs::Permissions::from_mode(0o750)).unwrap();
    for dir in [&above.join("new"), &there] {
        drop(open(dir));
        drop(open(dir));
    }
    let usual = folder.path().join("usual");
    fs::create_dir(&usual).unwrap();
    let modes = [above.join("new"), above, there].map(|dir| mode(&dir));
    assert_eq!(modes, [0o700, mode(&usual), 0o750]);
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

/// The ballast is made if there is room for it, takes that room and stays; the low-water mark is
/// looked at each time. An operator who deletes the ballast gets its room: on a full disk it does
/// not come back.
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
    drop(engine);
    for options in [&room, &no_room] {
        drop(RocksEngine::open(dir.path(), options).unwrap());
        let kept = fs::metadata(&ballast).unwrap();
        assert_eq!(kept.len(), 1 << 20);
        assert!(1 << 20 <= kept.blocks() * 512, "it takes {} blocks", kept.blocks());
    }
    fs::remove_file(&ballast).unwrap();
    drop(RocksEngine::open(dir.path(), &no_room).unwrap());
    assert!(!ballast.exists());
}

/// A directory is one node's and one cluster's, once and for all.
#[tokio::test]
async fn a_directory_is_claimed_once() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    assert!(join_cluster(&engine, 7).await.unwrap_err().to_string().contains("is missing"));
    let claimed = claim(&engine, 1, 5).await.unwrap();
    assert_eq!(claimed, Identity { node: 1, disk: 5, cluster: None });
    join_cluster(&engine, 7).await.unwrap();
    join_cluster(&engine, 7).await.unwrap();
    let error = join_cluster(&engine, 8).await.unwrap_err().to_string();
    assert!(error.contains("belongs to cluster"), "{error}");
    drop(engine);
    let engine = open(dir.path());
    let claimed = claim(&engine, 1, 6).await.unwrap();
    assert_eq!(claimed, Identity { node: 1, disk: 5, cluster: Some(7) });
    let error = claim(&engine, 2, 6).await.unwrap_err().to_string();
    assert!(error.contains("belongs to node 1"), "{error}");
}

/// The files of the database with an ending, oldest first.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(dir.join("db")).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        all.filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
    found.sort();
    found
}

fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 0x10;
    fs::write(file, bytes).unwrap();
}

fn refusal(dir: &Path) -> String {
    match RocksEngine::open(dir, &OPTIONS) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

/// A flipped bit in the middle of the write-ahead log is not taken for its end: with RocksDB's
/// default, what comes after it would be gone without a word.
#[tokio::test]
async fn a_flipped_bit_is_not_the_end() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    for n in 0..50 {
        write(&engine, Writes::synced(vec![put(n, &[7; 200])])).await.unwrap();
    }
    drop(engine);
    let wal = files(dir.path(), "log").pop().unwrap();
    let sound = fs::read(&wal).unwrap();
    for at in (sound.len() / 8..sound.len() * 7 / 8).step_by(sound.len() / 20) {
        flip(&wal, at);
        let error = refusal(dir.path());
        assert!(error.contains("is damaged") && error.contains("Corruption"), "{at}: {error}");
        fs::write(&wal, &sound).unwrap();
    }
    assert_eq!(keys(&open(dir.path())).len(), 50);
}

/// Of several write-ahead logs none may be missing or shorter than the database has noted, be the
/// others sound.
#[tokio::test]
async fn a_missing_or_short_older_file_is_refused() {
    let check = async |damage: &dyn Fn(&Path), word: &str| {
        let dir = TempDir::new().unwrap();
        let engine = open(dir.path());
        let log = |n: u8| Write::Put(Family::Log, vec![n], vec![n; 100]);
        for n in 0..9 {
            write(&engine, Writes::synced(vec![log(n), put(1, b"x")])).await.unwrap();
        }
        engine.flush(Family::State);
        write(&engine, Writes::synced(vec![log(9)])).await.unwrap();
        drop(engine);
        let wals = files(dir.path(), "log");
        assert_eq!(wals.len(), 2, "{wals:?}");
        damage(&wals[0]);
        let error = refusal(dir.path());
        assert!(error.contains("is damaged") && error.contains(word), "{error}");
    };
    check(&|wal| fs::remove_file(wal).unwrap(), "Missing WAL").await;
    let shorten = |wal: &Path| {
        let file = fs::OpenOptions::new().write(true).open(wal).unwrap();
        file.set_len(file.metadata().unwrap().len() - 1).unwrap();
    };
    check(&shorten, "Size mismatch").await;
}

/// Damage in a sorted file is an error to whoever reads across it, though much has been delivered
/// by then; a shorter list would be taken for all there is.
#[tokio::test]
async fn damage_is_never_the_end() {
    let dir = TempDir::new().unwrap();
    let engine = open(dir.path());
    let rows = (0..2000).map(|n| put(n, &n.to_be_bytes().repeat(25))).collect();
    write(&engine, Writes::synced(rows)).await.unwrap();
    engine.flush(Family::State);
    drop(engine);
    let file = files(dir.path(), "sst").pop().unwrap();
    let middle = fs::metadata(&file).unwrap().len() / 2;
    flip(&file, usize::try_from(middle).unwrap());
    let engine = open(dir.path());
    let mut seen = 0;
    let mut visit = |_: &[u8], _: &[u8]| {
        seen += 1;
        ControlFlow::Continue(())
    };
    let error = engine.scan(Family::State, all(), &mut visit).unwrap_err().to_string();
    assert!(error.contains("column family state") && error.contains(".sst"), "{error}");
    assert!((100..1900).contains(&seen), "{seen} rows came before it");
    let (mut view, mut rest, mut seen) = (engine.view().unwrap(), all(), 0);
    let error = loop {
        match view.page(Family::State, rest.clone(), 10_000).await {
            Err(error) => break error.to_string(),
            Ok(page) => {
                let (last, _) = page.last().expect("the end is never reached");
                rest.start = [&last[..], &[0]].concat();
                seen += page.len();
            }
        }
    };
    assert!(error.contains("column family state"), "{error}");
    assert!((100..1900).contains(&seen), "{seen} rows came before it");
}

/// What the database itself says of the settings that nothing else would notice: what is written
/// down here lasts, and a start has a bounded amount to read.
#[test]
fn settings_reach_the_database() {
    let dir = TempDir::new().unwrap();
    drop(open(dir.path()));
    let listed = fs::read_dir(dir.path().join("db")).unwrap().map(|entry| entry.unwrap().path());
    let is_options = |path: &PathBuf| path.to_string_lossy().contains("OPTIONS-");
    let kept = fs::read_to_string(listed.filter(is_options).max().unwrap()).unwrap();
    for setting in [
        "wal_recovery_mode=kTolerateCorruptedTailRecords",
        "track_and_verify_wals_in_manifest=true",
        "paranoid_checks=true",
        "max_total_wal_size=268435456",
        "recycle_log_file_num=0",
        "manual_wal_flush=false",
        "use_fsync=false",
        "max_write_buffer_number=4",
    ] {
        assert!(kept.lines().any(|line| line.trim() == setting), "{setting} is not in {kept}");
    }
}

/// Set for a process that is to write until it cannot: where.
const CHILD: &str = "USHER_TEST_WRITE_UNTIL_FAILURE";

/// A device that takes every write and cannot be synced.
const UNSYNCABLE: &str = "/dev/null";

/// Does nothing but in a process that [`a_failed_write_ends_the_process`] starts.
#[test]
fn child_writes_until_failure() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let engine = open(Path::new(&dir));
        for n in 0..10_000 {
            write_synced(&engine, n);
        }
    }
}

/// Does nothing but in a process that [`a_failed_sync_ends_the_process`] starts.
#[test]
fn child_syncs_until_failure() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = Path::new(&dir);
        let engine = open(dir);
        for n in 0..20 {
            write_synced(&engine, n);
        }
        // The database's next write-ahead log lies on something that cannot be synced.
        let number = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let last: u64 = files(dir, "log").iter().map(number).max().unwrap();
        for next in last + 1..last + 20 {
            let place = dir.join(format!("db/{next:06}.log"));
            std::os::unix::fs::symlink(UNSYNCABLE, place).unwrap();
        }
        engine.flush(Family::State);
        say("from here on");
        write_synced(&engine, 20);
    }
}

/// Does nothing but in a process that [`a_callback_that_panics_ends_the_process`] starts.
#[test]
fn child_panics() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let engine = open(Path::new(&dir));
        write_synced(&engine, 0);
        let write = 1;
        let panics = move || panic!("nobody waits for write {write}");
        engine.submit(Writes::written(vec![put(write, b"x")]), Box::new(panics));
        // The end comes from another thread.
        std::thread::park_timeout(std::time::Duration::from_secs(20));
    }
}

/// Does nothing but in a process that [`a_failed_sync_of_the_sentinel_ends_the_process`] starts.
#[test]
fn child_keeps_sentinels_until_failure() {
    if std::env::var_os(CHILD).is_some() {
        let file = Path::new(UNSYNCABLE);
        let sentinel = super::sentinel::SentinelFile::spawn(file, Sentinel::default()).unwrap();
        say("from here on");
        let (sender, done) = channel();
        let told = move || sender.send(()).unwrap();
        sentinel.keep(Sentinel::default(), Some(Box::new(told)));
        done.recv().unwrap();
        say("acknowledged 0");
    }
}

/// Not by a macro: what those print, tests keep until they end, and these do not.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").unwrap();
}

fn write_synced(engine: &RocksEngine, n: u64) {
    let (sender, done) = channel();
    let writes = Writes::synced(vec![put(n, &[3; 10_000])]);
    engine.submit(writes, Box::new(move || sender.send(()).unwrap()));
    done.recv().unwrap();
    say(&format!("acknowledged {n}"));
}

/// Runs one of the tests above in a process of its own, which must end itself. Returns what it
/// printed.
fn ends_itself(test: &str, dir: &Path, prepare: &str, reason: &str) -> String {
    let script = format!(r#"ulimit -c 0; {prepare} exec "$0" "$@""#);
    let output = Command::new("bash")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("store::tests::{test}")])
        .env(CHILD, dir)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.signal(), Some(6), "{told}{said}");
    assert!(said.contains(reason), "{said}");
    told.into_owned()
}

fn acknowledged(told: &str) -> usize {
    told.lines().filter(|line| line.contains("acknowledged ")).count()
}

/// A write that fails ends the process at once; nothing is acknowledged after it, and everything
/// that was is there at the next start.
#[test]
fn a_failed_write_ends_the_process() {
    let dir = TempDir::new().unwrap();
    // Files may not grow beyond 512 KiB, and the write that tries says so instead of killing.
    let limited = r#"trap "" XFSZ; ulimit -f 512;"#;
    let told = ends_itself("child_writes_until_failure", dir.path(), limited, "cannot write to");
    let told = acknowledged(&told);
    assert!((10..100).contains(&told), "{told} were acknowledged");
    let kept = keys(&open(dir.path()));
    assert!(told <= kept.len(), "{told} were acknowledged, {} kept", kept.len());
}

/// A sync that fails after a write that did not ends the process just the same. (That no later sync
/// is ever tried on what failed is shown by its end.)
#[test]
fn a_failed_sync_ends_the_process() {
    let dir = TempDir::new().unwrap();
    let told = ends_itself("child_syncs_until_failure", dir.path(), "", "cannot write to");
    let (before, after) = told.split_once("from here on").unwrap();
    assert_eq!((acknowledged(before), acknowledged(after)), (20, 0), "{told}");
    assert!(keys(&open(dir.path())).into_iter().eq(0..20));
}

/// The same for the sentinel.
#[test]
fn a_failed_sync_of_the_sentinel_ends_the_process() {
    let dir = TempDir::new().unwrap();
    let test = "child_keeps_sentinels_until_failure";
    let told = ends_itself(test, dir.path(), "", "cannot write /dev/null");
    let (_, after) = told.split_once("from here on").unwrap();
    assert_eq!(acknowledged(after), 0, "{told}");
}

/// The same where whoever waited for a write panics; the end says what it said.
#[test]
fn a_callback_that_panics_ends_the_process() {
    let dir = TempDir::new().unwrap();
    let reason = "a thread of the store panicked: nobody waits for write 1; the process ends here";
    let told = ends_itself("child_panics", dir.path(), "", reason);
    assert_eq!(acknowledged(&told), 1, "{told}");
}
