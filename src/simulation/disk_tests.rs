//! The simulated disk keeps the contract of the real one.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::clock::SimClock;
use super::disk::{Crash, Disk, Faults};
use super::observer::Observer;
use super::scope::Scope;
use crate::codec::LogId;
use crate::store::{
    Durability, Engine, Family, Options, Reads as _, RocksEngine, Sentinel, StoreError, Write,
    Writes, keep_sentinel, write,
};

/// Steps of one script.
const STEPS: u64 = 400;

fn family(rng: &mut SmallRng) -> Family {
    Family::ALL[rng.random_range(0..Family::ALL.len())]
}

/// Few keys, so that scripts meet them again.
fn key(rng: &mut SmallRng) -> Vec<u8> {
    vec![rng.random_range(0..4), rng.random_range(0..6)]
}

fn range(rng: &mut SmallRng) -> std::ops::Range<Vec<u8>> {
    let (one, other) = (key(rng), key(rng));
    one.clone().min(other.clone())..one.max(other)
}

fn random_writes(rng: &mut SmallRng) -> Writes {
    let writes = (0..rng.random_range(0..5))
        .map(|_| match rng.random_range(0..6) {
            0 => Write::Delete(family(rng), key(rng)),
            1 => Write::DeleteRange(family(rng), range(rng)),
            _ => {
                let value = vec![rng.random(); rng.random_range(0..40)];
                Write::Put(family(rng), key(rng), value)
            }
        })
        .collect();
    let synced = rng.random_bool(0.5);
    Writes { writes, durability: if synced { Durability::Synced } else { Durability::Written } }
}

fn random_sentinel(rng: &mut SmallRng) -> Sentinel {
    let acknowledged = Some(LogId { term: 1, leader: 1, index: rng.random_range(0..1000) });
    Sentinel { disk: 7, vote: None, acknowledged, serial: 0 }
}

/// Carries a script out on an engine and writes down all that it answers. `reopen` closes it and
/// opens it again.
async fn carry_out<F: Future<Output = Arc<dyn Engine>>>(
    seed: u64,
    reopen: impl Fn(Option<Arc<dyn Engine>>) -> F,
) -> Vec<String> {
    let rng = &mut SmallRng::seed_from_u64(seed);
    let mut said = Vec::new();
    let mut engine = reopen(None).await;
    let calls = Arc::new(AtomicU64::new(0));
    for step in 0..STEPS {
        match rng.random_range(0..20) {
            0..8 => {
                // The order of callbacks is the order of submission, synced or not.
                let calls = Arc::clone(&calls);
                let writes = random_writes(rng);
                let (sender, order) = tokio::sync::oneshot::channel();
                let done = Box::new(move || {
                    let _gone = sender.send(calls.fetch_add(1, Ordering::SeqCst));
                });
                engine.submit(writes, done);
                if rng.random_bool(0.5) {
                    said.push(format!("{step}: done as number {}", order.await.unwrap()));
                }
            }
            8..11 => {
                write(&*engine, Writes::written(Vec::new())).await.unwrap();
                let (family, key) = (family(rng), key(rng));
                let value = engine.get(family, &key).unwrap();
                said.push(format!("{step}: {family:?} {key:?} is {value:?}"));
            }
            11..14 => {
                write(&*engine, Writes::written(Vec::new())).await.unwrap();
                let (family, range, most) = (family(rng), range(rng), rng.random_range(1..9));
                let mut found = Vec::new();
                engine
                    .scan(family, range, &mut |key, value| {
                        found.push((key.to_vec(), value.to_vec()));
                        if found.len() < most {
                            ControlFlow::Continue(())
                        } else {
                            ControlFlow::Break(())
                        }
                    })
                    .unwrap();
                said.push(format!("{step}: {family:?} has {found:?}"));
            }
            14..17 => {
                write(&*engine, Writes::written(Vec::new())).await.unwrap();
                let mut view = engine.view().unwrap();
                // What is written later is not in it.
                write(&*engine, random_writes(rng)).await.unwrap();
                let (family, range) = (family(rng), range(rng));
                let page = view.page(family, range, rng.random_range(1..100)).await.unwrap();
                said.push(format!("{step}: a view of {family:?} has {page:?}"));
            }
            17..19 => {
                let sentinel = random_sentinel(rng);
                if rng.random_bool(0.5) {
                    keep_sentinel(&*engine, sentinel).await.unwrap();
                } else {
                    engine.keep_sentinel(sentinel, None);
                }
                said.push(format!("{step}: {:?}", engine.sentinel().acknowledged));
            }
            _ => {
                write(&*engine, Writes::synced(Vec::new())).await.unwrap();
                let sentinel = Sentinel { disk: 7, ..engine.sentinel() };
                keep_sentinel(&*engine, sentinel).await.unwrap();
                engine = reopen(Some(engine)).await;
                said.push(format!("{step}: opened with {:?}", engine.sentinel().acknowledged));
            }
        }
    }
    write(&*engine, Writes::synced(Vec::new())).await.unwrap();
    said
}

/// One script of operations, on the simulated disk and on RocksDB, has the same answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_agree() {
    let options = Options { ballast_bytes: 0, low_water_bytes: 0 };
    for seed in 0..6 {
        let dir = TempDir::new().unwrap();
        let real = carry_out(seed, async |last: Option<Arc<dyn Engine>>| {
            drop(last);
            loop {
                // The last callback may hold on to it for a moment.
                match RocksEngine::open(dir.path(), &options) {
                    Ok(engine) => return Arc::new(engine) as Arc<dyn Engine>,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        });
        let real = real.await;
        let disk = Disk::new("a disk", seed);
        let simulated = carry_out(seed, async |last: Option<Arc<dyn Engine>>| {
            drop(last);
            disk.open() as Arc<dyn Engine>
        });
        let simulated = simulated.await;
        for (real, simulated) in real.iter().zip(&simulated) {
            assert_eq!(real, simulated, "seed {seed}");
        }
        assert_eq!(real.len(), simulated.len(), "seed {seed}");
        assert!(100 < real.len(), "the script says something");
    }
}

/// Runs a future as a simulated node over a disk, under virtual time; what it told of its end.
fn on_node<F: Future + Send + 'static>(
    work: impl FnOnce(Arc<Disk>) -> F,
    disk: &Arc<Disk>,
) -> Vec<(u64, String)>
where
    F::Output: Send + 'static,
{
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let observer = Arc::new(Observer::new(false));
        let clock = Arc::new(SimClock::new(tokio::time::Instant::now(), 0));
        let scope = Scope::new(1, 1, BTreeSet::new(), Arc::clone(&observer), clock);
        // A node that dies says no more.
        let _ended = scope.spawn(work(Arc::clone(disk))).await;
        let ended = observer.take_ended();
        scope.kill();
        ended
    })
}

fn put(number: u8) -> Vec<Write> {
    vec![Write::Put(Family::Log, vec![number], vec![number; 3])]
}

fn log_of(disk: &Arc<Disk>) -> Vec<u8> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let engine = disk.open();
        let mut found = Vec::new();
        let all = vec![0]..vec![255];
        engine
            .scan(Family::Log, all, &mut |key, _| {
                found.push(key[0]);
                ControlFlow::Continue(())
            })
            .unwrap();
        found
    })
}

/// A power cut keeps what was synced, and of the rest some beginning; a killed process loses
/// nothing that was written. Over many seeds every length of beginning occurs.
#[test]
fn a_power_cut_drops_a_suffix() {
    let mut lengths = BTreeSet::new();
    for seed in 0..60 {
        let disk = Disk::new("a disk", seed);
        let ended = on_node(
            async |disk: Arc<Disk>| {
                let engine = disk.open();
                write(&*engine, Writes::synced(put(1))).await.unwrap();
                for number in 2..6 {
                    write(&*engine, Writes::written(put(number))).await.unwrap();
                }
            },
            &disk,
        );
        assert_eq!(ended, []);
        if seed % 2 == 0 {
            disk.crash(Crash::Kill);
            assert_eq!(log_of(&disk), [1, 2, 3, 4, 5]);
        }
        disk.crash(Crash::PowerCut);
        let left = log_of(&disk);
        assert_eq!(left, (1..=5).take(left.len()).collect::<Vec<u8>>(), "seed {seed}");
        lengths.insert(left.len());
    }
    assert_eq!(lengths, (1..=5).collect());
}

/// A sync that fails, and a disk that is full, end the node; nothing is reported after it.
#[test]
fn a_failed_write_ends_the_node() {
    let check = |faults: Faults, reason: &str| {
        let disk = Disk::new("a disk", 1);
        disk.set_faults(faults);
        let ended = on_node(
            async |disk: Arc<Disk>| {
                let engine = disk.open();
                for number in 1..9 {
                    write(&*engine, Writes::synced(put(number))).await.unwrap();
                }
                panic!("it goes on");
            },
            &disk,
        );
        assert_eq!(ended, [(1, reason.to_owned())]);
    };
    let fail_sync_in = Some(3);
    check(Faults { fail_sync_in, ..Faults::default() }, "a sync failed");
    check(Faults { full: true, ..Faults::default() }, "no space left on the disk");
}

/// A damaged record is an error to whoever reads it, never an absence.
#[test]
fn damage_is_an_error() {
    let disk = Disk::new("a disk", 1);
    on_node(
        async |disk: Arc<Disk>| {
            let engine = disk.open();
            for number in 1..4 {
                write(&*engine, Writes::synced(put(number))).await.unwrap();
            }
        },
        &disk,
    );
    assert!(disk.damage(Family::Log).is_some());
    assert_eq!(disk.damage(Family::State), None, "there is nothing to damage");
    on_node(
        async |disk: Arc<Disk>| {
            let engine = disk.open();
            let all = vec![0]..vec![255];
            let mut seen = 0;
            let scanned = engine.scan(Family::Log, all.clone(), &mut |_, _| {
                seen += 1;
                ControlFlow::Continue(())
            });
            assert!(matches!(scanned, Err(StoreError::Damaged { .. })) && seen < 3);
            let got = (1..4).filter(|number| engine.get(Family::Log, &[*number]).is_err()).count();
            assert_eq!(got, 1);
            let page = engine.view().unwrap().page(Family::Log, all, 1000).await;
            assert!(matches!(page, Err(StoreError::Damaged { .. })));
        },
        &disk,
    );
}
