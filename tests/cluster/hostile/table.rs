//! What attacks cost honest buyers: `scripts/hostile` prints the table.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use reqwest::Client;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::attacks::{ATTACKS, Attack, Field};
use crate::harness::{Cluster, Node, plans, run_within, show, tokens};

/// What every node allows: connections hardly more than attackers have, and a rate that honest
/// people are far from.
const LIMITS: &str = "[limits]\nconnections_max = 2000\naddress_rate = 200\naddress_burst = 400\n";

/// Connections of the attacks that are about their number.
const CROWD: u32 = 2000;

/// Holds a second through each node; every second one by a client that connects anew.
const RATE: u32 = 16;

/// Seats of the show that they are of: far more than are held at a time.
const SEATS: u64 = 2000;

/// How long an attack goes on before it is measured, and how long the nodes have afterwards.
const RAMP: Duration = Duration::from_millis(1500);

/// An honest request that takes longer has failed.
const HONEST_MAX: Duration = Duration::from_secs(10);

/// How many times as long holds may take under attacks that only sit there.
const RATIO_MAX: f64 = 2.0;

/// Below this a p99 is the machine's own noise, with everything on two cores.
const NOISE: Duration = Duration::from_millis(10);

/// Until when all of it is over.
const MEASURE_MAX: Duration = Duration::from_mins(30);

#[test]
#[ignore = "scripts/hostile: it takes minutes and wants the machine for itself"]
fn table() {
    let seconds = std::env::var("USHER_HOSTILE_SECONDS").unwrap_or_else(|_| "5".to_owned());
    let seconds = seconds.parse().expect("USHER_HOSTILE_SECONDS is a number");
    let only = std::env::var("USHER_HOSTILE_ATTACKS").unwrap_or_default();
    let told = run_within(MEASURE_MAX, async {
        let field = Battle::prepare(100_000).await;
        println!(
            "attack | what it got | honest p50 ms, alone and meanwhile | p99 ms, alone and \
             meanwhile | ratio"
        );
        let mut faults = Vec::new();
        for (name, attack, is_bounded) in ATTACKS {
            if !only.is_empty() && !only.split(',').any(|part| name.contains(part)) {
                continue;
            }
            let alone = field.honest(Duration::from_secs(seconds)).await;
            let (meanwhile, got) = field.under(*attack, CROWD, Duration::from_secs(seconds)).await;
            faults.extend(row(name, &alone, &meanwhile, &got, *is_bounded));
            faults.extend(field.changed(name).await);
        }
        println!(
            "Attackers, honest clients and three nodes share the processors of this machine: where \
             a flood sends all the time, the ratio is that of the processor that is left."
        );
        faults
    });
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

/// The same attacks, each for a moment and smaller: whoever is honest is answered, and every node
/// is the process that it was. Times are for `scripts/hostile`, which has the machine for itself.
#[test]
fn attacks_leave_honest_buyers_alone() {
    let told = run_within(Duration::from_mins(5), async {
        let field = Battle::prepare(5_000).await;
        let mut faults = Vec::new();
        for (name, attack, _) in ATTACKS {
            let (meanwhile, got) = field.under(*attack, 150, Duration::from_millis(700)).await;
            if let Some(failed) = meanwhile.failed() {
                faults.push(format!("{name}: {failed}"));
            }
            if got.is_empty() {
                faults.push(format!("{name}: it got nothing, so nothing was attacked"));
            }
            if *name == "guessed tokens" && got.keys().any(|status| status != "401") {
                faults.push(format!("{name}: they got {got:?}"));
            }
        }
        faults.extend(field.changed("all of them").await);
        faults
    });
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

/// Prints one row; returns what is wrong with it.
fn row(
    name: &str,
    alone: &Measured,
    meanwhile: &Measured,
    got: &BTreeMap<String, u64>,
    is_bounded: bool,
) -> Vec<String> {
    let got: Vec<String> = got.iter().map(|(what, times)| format!("{what} x{times}")).collect();
    let (before, after) = (alone.at(0.99), meanwhile.at(0.99));
    let ratio = after / before.max(0.001);
    println!(
        "{name} | {} | {:.1}, {:.1} | {before:.1}, {after:.1} | {ratio:.2}",
        got.join(", "),
        alone.at(0.5),
        meanwhile.at(0.5),
    );
    let mut faults = Vec::new();
    for (when, measured) in [("before", alone), ("during", meanwhile)] {
        if let Some(failed) = measured.failed() {
            faults.push(format!("{name}: {when} it {failed}"));
        }
    }
    let noise = NOISE.as_secs_f64() * 1000.0;
    if is_bounded && RATIO_MAX < ratio && noise < after {
        faults.push(format!("{name}: p99 went from {before:.1} to {after:.1} ms"));
    }
    faults
}

/// A cluster, and who it was.
struct Battle {
    cluster: Cluster,
    pids: Vec<Option<u32>>,
    leader: u64,
    buyers: Arc<Buyers>,
}

impl Battle {
    async fn prepare(large: usize) -> Battle {
        raise_open_files();
        let cluster = Cluster::start_proving(None, LIMITS).await;
        let seats = usize::try_from(SEATS).expect("it fits");
        cluster.node(1).create_show(&show("field", &plans::large(seats))).await;
        let made = cluster.node(1).create_show(&show("big", &plans::large(large))).await;
        for node in cluster.nodes() {
            node.get(&format!("/v1/shows/big?min_index={}&timeout_ms=10000", made.index()))
                .gives(200)
                .await;
        }
        let pids = cluster.nodes().iter().map(|node| node.process.pid()).collect();
        let leader = cluster.leader().await;
        let bases = cluster.nodes().iter().map(|node| node.base().to_owned()).collect();
        let buyers = Arc::new(Buyers::new(bases));
        Battle { cluster, pids, leader, buyers }
    }

    /// Honest buyers by themselves.
    async fn honest(&self, time: Duration) -> Measured {
        // On a thread that no attacker is on.
        let buying = tokio::spawn(Arc::clone(&self.buyers).buy(time));
        buying.await.expect("buyers do not panic")
    }

    /// Honest buyers under an attack, and what that got.
    async fn under(
        &self,
        attack: Attack,
        crowd: u32,
        time: Duration,
    ) -> (Measured, BTreeMap<String, u64>) {
        let (over, ends) = watch::channel(false);
        let http = self.cluster.nodes().iter().map(http).collect();
        let peer = self.cluster.nodes().iter().map(peer).collect();
        let field = Field::new(http, peer, crowd, ends);
        let measuring = async {
            sleep(RAMP).await;
            let measured = self.honest(time).await;
            over.send_replace(true);
            measured
        };
        let ((), measured) = tokio::join!(attack(field.clone()), measuring);
        sleep(RAMP).await;
        (measured, field.got())
    }

    /// Nodes that are not what they were.
    async fn changed(&self, attack: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for (node, pid) in self.cluster.nodes().iter().zip(&self.pids) {
            if node.process.ended().is_some() || node.process.pid() != *pid {
                faults.push(format!("{attack}: node {} ended", node.id));
            }
        }
        let leader = self.cluster.leader().await;
        if leader != self.leader {
            faults.push(format!("{attack}: node {leader} leads, not {} as before", self.leader));
        }
        faults
    }
}

/// Buyers who hold a seat and give it back, at a steady rate whatever happens.
struct Buyers {
    bases: Vec<String>,
    /// Keeps its connections.
    regular: Client,
    /// Connects for each request.
    newcomer: Client,
    count: AtomicU64,
}

/// What they met with.
struct Measured {
    micros: Histogram<u64>,
    failures: Vec<String>,
}

impl Measured {
    /// Milliseconds at a quantile.
    fn at(&self, quantile: f64) -> f64 {
        Duration::from_micros(self.micros.value_at_quantile(quantile)).as_secs_f64() * 1000.0
    }

    fn failed(&self) -> Option<String> {
        if self.micros.is_empty() {
            return Some("nobody held anything".to_owned());
        }
        let first = self.failures.first()?;
        Some(format!("failed {} of {}: {first}", self.failures.len(), self.micros.len()))
    }
}

impl Buyers {
    fn new(bases: Vec<String>) -> Buyers {
        let client = |idle| {
            let client =
                Client::builder().no_proxy().timeout(HONEST_MAX).pool_max_idle_per_host(idle);
            client.build().expect("a plain client can be built")
        };
        let (regular, newcomer) = (client(usize::MAX), client(0));
        Buyers { bases, regular, newcomer, count: AtomicU64::new(0) }
    }

    async fn buy(self: Arc<Buyers>, time: Duration) -> Measured {
        let mut under_way = JoinSet::new();
        let nodes = u32::try_from(self.bases.len()).expect("they are few");
        let mut ticks = interval(Duration::from_secs(1) / (RATE * nodes));
        // Late is late: a request that should have been sent was waited for.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let begun = Instant::now();
        while begun.elapsed() < time {
            let due = ticks.tick().await;
            let buyers = Arc::clone(&self);
            under_way.spawn(async move { buyers.hold(due.into_std()).await });
        }
        let micros = Histogram::new(3).expect("three digits are fine");
        let mut measured = Measured { micros, failures: Vec::new() };
        while let Some(one) = under_way.join_next().await {
            let (took, failed) = one.expect("a buyer does not panic");
            let took = u64::try_from(took.as_micros()).expect("it ends");
            measured.micros.record(took.max(1)).expect("it resizes itself");
            measured.failures.extend(failed);
        }
        measured
    }

    /// Holds a seat and gives it back. Only the first is measured, from when it was due.
    async fn hold(&self, due: Instant) -> (Duration, Option<String>) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let base = &self.bases[usize::try_from(number).unwrap_or(0) % self.bases.len()];
        let is_new = (number / u64::try_from(self.bases.len()).unwrap_or(1)) % 2 == 1;
        let client = if is_new { &self.newcomer } else { &self.regular };
        let (seat, user) = (number % SEATS, format!("honest-{number}"));
        let seat = format!("R{}-{}", seat / 100, seat % 100 + 1);
        let body = json!({"seats": [seat]}).to_string();
        let token = tokens::buyer(&user);
        let hold = client.post(format!("{base}/v1/shows/field/holds")).bearer_auth(&token);
        let held = hold.header("content-type", "application/json").body(body).send().await;
        let took = due.elapsed();
        let held = match held {
            Ok(held) if held.status() == 201 => held,
            Ok(other) => {
                let status = other.status();
                let said = other.text().await.unwrap_or_default();
                return (took, Some(format!("{user} at {base}: {status} {said}")));
            }
            Err(error) => return (took, Some(format!("{user} at {base}: {error:?}"))),
        };
        let hold: serde_json::Value = match held.json().await {
            Ok(hold) => hold,
            Err(error) => return (took, Some(format!("{user} at {base}: {error:?}"))),
        };
        let id = hold["id"].as_str().unwrap_or_default();
        let released = client.delete(format!("{base}/v1/holds/{id}")).bearer_auth(&token);
        let failed = match released.send().await {
            Ok(released) if released.status() == 204 => None,
            Ok(other) => Some(format!("{user} gives back at {base}: {}", other.status())),
            Err(error) => Some(format!("{user} gives back at {base}: {error:?}")),
        };
        (took, failed)
    }
}

fn http(node: &Node) -> SocketAddr {
    let address = node.base().strip_prefix("http://").expect("nodes speak HTTP");
    address.parse().expect("it is an address")
}

/// Where a node listens for peers, as its configuration says.
fn peer(node: &Node) -> SocketAddr {
    let config = std::fs::read_to_string(node.process.config()).expect("it can be read");
    let section = config.split("[peer]").nth(1).expect("it has peers");
    let listen = section.split('"').nth(1).expect("it listens");
    listen.parse().expect("it is an address")
}

/// Both ends of the attacks' connections: this process has one of them.
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    raised.expect("a limit can be raised to its maximum");
}
