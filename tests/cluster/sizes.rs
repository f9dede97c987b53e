//! What `scripts/sizes` measures: how long a node with many bookings takes to start, how much memory
//! it takes, and what clients notice while new members get such a state.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::harness::{Cluster, Node, eventually, list, run_within, text, usher};

/// Bookings of each measurement, unless `USHER_SIZES` says otherwise.
const SIZES: &str = "0,100000,1000000";

/// How long a node may take to start on a busy machine.
const READY_MAX: Duration = Duration::from_mins(5);

/// Holds under way while a node is killed, or sends its state away.
const CLIENTS: usize = 32;

/// How long clients hold seats before something happens.
const WARM: Duration = Duration::from_secs(8);

/// Seats beyond those that are sold: what clients hold.
const FREE: u32 = 200_000;

/// Until when all of it is over.
const MEASURE_MAX: Duration = Duration::from_hours(1);

/// What one state showed.
#[derive(Default)]
struct Figures {
    bookings: u32,
    file_mib: u64,
    restored: Duration,
    clean: Duration,
    killed: Duration,
    held_before: u64,
    resident_mib: u64,
    spread: Duration,
    slowest_before: Duration,
    slowest_while: Duration,
    slow_applies: usize,
}

#[test]
#[ignore = "scripts/sizes: it takes minutes and wants the machine for itself"]
fn table() {
    run_within(MEASURE_MAX, async {
        let sizes = std::env::var("USHER_SIZES").unwrap_or_else(|_| SIZES.to_owned());
        let paid = std::env::var("USHER_SIZES_PAID").is_ok();
        println!(
            "bookings | backup MiB | restore s | ready s, clean stop | ready s, killed | held \
             before | resident MiB | two new members s | slowest hold ms, before and meanwhile | \
             applies over 50 ms"
        );
        for size in sizes.split(',') {
            let bookings = size.trim().parse().expect("USHER_SIZES is a list of numbers");
            let Figures { bookings, file_mib, restored, clean, killed, .. } =
                &measure(bookings, paid).await.tell();
            assert!(*bookings == 0 || *file_mib > 0);
            assert!(*restored > Duration::ZERO && *clean > Duration::ZERO);
            assert!(*killed > Duration::ZERO);
        }
    });
}

impl Figures {
    fn tell(self) -> Figures {
        println!(
            "{} | {} | {:.1} | {:.2} | {:.2} | {} | {} | {:.1} | {}, {} | {}",
            self.bookings,
            self.file_mib,
            self.restored.as_secs_f64(),
            self.clean.as_secs_f64(),
            self.killed.as_secs_f64(),
            self.held_before,
            self.resident_mib,
            self.spread.as_secs_f64(),
            self.slowest_before.as_millis(),
            self.slowest_while.as_millis(),
            self.slow_applies
        );
        self
    }
}

async fn measure(bookings: u32, paid: bool) -> Figures {
    let cluster = Cluster::start_unformed().await;
    let node = cluster.node(1);
    let mut figures = Figures { bookings, ..Figures::default() };
    for one in cluster.nodes() {
        one.process.kill();
    }
    fs::remove_dir_all(&node.data_dir).expect("our own folder can be removed");
    let file = cluster.dir().join("fill.backup");
    fill(&file, bookings, paid).await;
    figures.file_mib = fs::metadata(&file).expect("the backup is there").len() >> 20;
    let begun = Instant::now();
    let config = node.process.config().to_str().expect("our own paths are text").to_owned();
    let file = file.to_str().expect("our own paths are text");
    usher(&["backup", "restore", file, "--config", &config]).await.exits(0);
    figures.restored = begun.elapsed();

    // The first start writes to places what the restore has laid down.
    ready(node).await;
    node.process.signal("TERM");
    let ended = eventually("the node stops", READY_MAX, async || node.process.ended()).await;
    assert!(ended.success(), "{ended}");
    figures.clean = ready(node).await;
    figures.resident_mib = resident_mib(node);

    let load = Load::start(&cluster, bookings).await;
    tokio::time::sleep(WARM).await;
    node.process.kill();
    figures.held_before = load.stop().await.0;
    figures.killed = ready(node).await;

    let load = Load::start(&cluster, bookings + FREE / 2).await;
    tokio::time::sleep(WARM).await;
    figures.slowest_before = load.slowest();
    let slow = || node.process.log().matches("apply was slow").count();
    let slow_before = slow();
    let begun = Instant::now();
    for one in &cluster.nodes()[1..] {
        cluster.start_node(one.id);
    }
    for one in &cluster.nodes()[1..] {
        eventually("a new node is alive", READY_MAX, async || {
            one.get("/livez").try_send().await.ok().filter(|reply| reply.status == 200)
        })
        .await;
    }
    cluster.usher(&["cluster", "init"]).await.exits(0);
    figures.spread = begun.elapsed();
    figures.slowest_while = load.stop().await.1;
    figures.slow_applies = slow() - slow_before;
    cluster.ready().await;
    cluster.usher(&["audit"]).await.exits(0);
    figures
}

async fn fill(file: &Path, bookings: u32, paid: bool) {
    let file = file.to_str().expect("our own paths are text");
    let (seats, sold) = ((bookings + FREE).to_string(), bookings.to_string());
    let mut arguments = vec!["bench", "fill", file, "--seats", &seats, "--bookings", &sold];
    if paid {
        arguments.push("--paid");
    }
    usher(&arguments).await.exits(0);
}

/// Starts a node and waits until it serves: how long that took.
async fn ready(node: &Node) -> Duration {
    let begun = Instant::now();
    node.process.kill();
    node.process.start();
    eventually("the node serves", READY_MAX, async || {
        let reply = node.get("/readyz").within(Duration::from_secs(5)).try_send().await;
        reply.ok().filter(|reply| reply.status == 200)
    })
    .await;
    begun.elapsed()
}

fn resident_mib(node: &Node) -> u64 {
    let pid = node.process.pid().expect("the node runs");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("the kernel says how much is resident") >> 10
}

/// Clients that hold one free seat after the other, each for a user of its own.
struct Load {
    over: Arc<AtomicBool>,
    slowest: Arc<AtomicU64>,
    clients: Vec<tokio::task::JoinHandle<u64>>,
}

impl Load {
    /// Begins with the seat after so many.
    async fn start(cluster: &Cluster, from: u32) -> Load {
        let node = cluster.node(1);
        let show = format!("fill-{}", from.div_ceil(20_000));
        let free = format!("/v1/shows/{show}/seats?status=available");
        let free = node.get(&free).gives(200).await;
        let seats: Arc<Vec<String>> =
            Arc::new(list(&free, "seats").iter().map(|seat| text(seat, "id").into()).collect());
        let (over, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let slowest = Arc::new(AtomicU64::new(0));
        let clients = (0..CLIENTS).map(|_| {
            let (over, next) = (Arc::clone(&over), Arc::clone(&next));
            let (slowest, seats) = (Arc::clone(&slowest), Arc::clone(&seats));
            let (cluster, show) = (cluster.clone(), show.clone());
            tokio::spawn(async move {
                let mut held = 0;
                while !over.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let seat = &seats[usize::try_from(n).unwrap_or(0) % seats.len()];
                    let user = format!("load-{from}-{n}");
                    let begun = Instant::now();
                    let hold = cluster.node(1).hold(&show, &user, &[seat]);
                    let Ok(reply) = hold.try_send().await else {
                        break;
                    };
                    let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                    slowest.fetch_max(took, Ordering::Relaxed);
                    held += u64::from(reply.status == 201);
                }
                held
            })
        });
        let clients = clients.collect();
        Load { over, slowest, clients }
    }

    fn slowest(&self) -> Duration {
        Duration::from_millis(self.slowest.swap(0, Ordering::Relaxed))
    }

    /// How many holds were acknowledged, and the slowest since the last look.
    async fn stop(self) -> (u64, Duration) {
        self.over.store(true, Ordering::Relaxed);
        let slowest = self.slowest();
        let held = join_all(self.clients).await;
        (held.into_iter().map(|held| held.expect("a client does not panic")).sum(), slowest)
    }
}
