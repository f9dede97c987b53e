//! Drills: what `scripts/failover`, `scripts/partition` and `scripts/handover` run. Buyers purchase through all nodes
//! while something is done to the cluster; then everything they were told is held against the
//! cluster's and the gateway's books. A drill in which nothing happened fails.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::sleep;

use crate::harness::{
    Call, Node, Paying, Reply, Rng, START_MAX, Wire, column, eventually, list, plans, run,
    run_within, show_with, text,
};

/// How long buyers buy, unless `USHER_DRILL_SECONDS` says otherwise.
const SECONDS: u64 = 20;

/// Buyers at a time.
const BUYERS: usize = 12;

/// Seats: more than can be sold in an hour.
const SEATS: usize = 50_000;

/// How often leadership is handed over in a drill.
const TIMES: u32 = 6;

/// One failover, with what is bought before and after it.
const FAILOVER_MAX: Duration = Duration::from_mins(2);

/// The longest time without a hold around the death of a leader.
const FAILOVER_GAP_MAX: Duration = Duration::from_secs(3);

/// Buyers buy in peace for so long before each failover, and after it.
const CALM: Duration = Duration::from_secs(2);

/// An outcome must be known within this, whatever was done meanwhile.
const DECIDED_MAX: Duration = Duration::from_mins(1);

/// How long one node may take before another is asked: a buyer's patience, not a node's. The key
/// makes it safe.
const CALL_MAX: Duration = Duration::from_secs(2);

/// What buyers were told.
#[derive(Default)]
pub struct Told {
    holds: Vec<Instant>,
    purchases: Vec<Instant>,
    /// User and seat of each purchase.
    bought: Vec<(String, String)>,
    /// Connections that nobody took: the request was never made.
    refused: usize,
    /// Answers that say "not now", or that the outcome is unknown.
    put_off: usize,
    /// Requests without an answer.
    lost: usize,
}

impl Told {
    fn add(&mut self, other: Told) {
        self.holds.extend(other.holds);
        self.purchases.extend(other.purchases);
        self.bought.extend(other.bought);
        self.refused += other.refused;
        self.put_off += other.put_off;
        self.lost += other.lost;
    }

    /// How many purchases were made.
    pub fn purchases(&self) -> usize {
        self.purchases.len()
    }
}

/// A sale under way.
pub struct Sale {
    /// The cluster and its gateway.
    pub paying: Paying,
    seats: Vec<String>,
    sold: AtomicUsize,
    over: AtomicBool,
}

impl Sale {
    /// Puts a show on.
    pub async fn open(paying: Paying) -> Sale {
        let plan = plans::large(SEATS);
        let seats = plans::seat_ids(&plan);
        let long = json!({"policy": {"hold_ttl_seconds": 600, "hold_total_seconds_max": 1800}});
        paying.node(1).create_show(&show_with("drill", &plan, &long)).await;
        let (sold, over) = (AtomicUsize::new(0), AtomicBool::new(false));
        Sale { paying, seats, sold, over }
    }

    /// Has buyers buy while something happens: what they were told, and what came of that.
    pub async fn meanwhile<T>(&self, rng: &mut Rng, happens: impl Future<Output = T>) -> (Told, T) {
        let buyers = join_all((0..BUYERS).map(|_| self.buyer(rng.fork())));
        let happens = async {
            let came = happens.await;
            self.over.store(true, Ordering::Relaxed);
            came
        };
        let (all, came) = tokio::join!(buyers, happens);
        let mut told = Told::default();
        for one in all {
            told.add(one);
        }
        (told, came)
    }

    /// Where a buyer goes next.
    fn node(&self, rng: &mut Rng) -> &Node {
        let nodes: Vec<&Node> = self.paying.cluster.present().collect();
        nodes[usize::try_from(rng.below(nodes.len() as u64)).expect("a small number")]
    }

    /// Buys one seat after the other until the sale is over.
    async fn buyer(&self, mut rng: Rng) -> Told {
        let mut told = Told::default();
        while !self.over.load(Ordering::Relaxed) {
            let n = self.sold.fetch_add(1, Ordering::Relaxed);
            let (seat, user) = (self.seats[n].clone(), format!("drill-{n}"));
            let key = format!("{user}-hold");
            let hold = |node: &Node| node.hold("drill", &user, &[&seat]).key(&key);
            let hold = self.decide("a hold", &mut rng, &mut told, hold).await.expect(201).json();
            told.holds.push(Instant::now());
            let (hold, key) = (text(&hold, "id").to_owned(), format!("{user}-pay"));
            let pay = |node: &Node| self.paying.pay(node.id, &hold, &user).key(&key);
            let payment =
                self.decide("a payment", &mut rng, &mut told, pay).await.expect(201).json();
            self.paying.press(text(&payment, "redirect_url"), "approve").await;
            let path = format!("/v1/payments/{}?consistency=linearizable", text(&payment, "id"));
            loop {
                let look = |node: &Node| node.get(&path).user(&user);
                let seen =
                    self.decide("a look", &mut rng, &mut told, look).await.expect(200).json();
                match text(&seen, "status") {
                    "succeeded" => break,
                    "open" => sleep(Duration::from_millis(50)).await,
                    _ => panic!("a payment in time is lost: {seen}"),
                }
            }
            told.purchases.push(Instant::now());
            told.bought.push((user, seat));
        }
        told
    }

    /// Asks one node after another until one decides, under the same key each time.
    async fn decide(
        &self,
        what: &str,
        rng: &mut Rng,
        told: &mut Told,
        call: impl Fn(&Node) -> Call,
    ) -> Reply {
        eventually(what, DECIDED_MAX, async || {
            let node = self.node(rng);
            let reply = match call(node).within(CALL_MAX).try_send().await {
                Ok(reply) => reply,
                Err(error) => {
                    let refused = error.contains("ConnectionRefused");
                    *if refused { &mut told.refused } else { &mut told.lost } += 1;
                    return None;
                }
            };
            // 412: the node that was asked is cut off, or lags.
            let put_off = matches!(reply.status.as_u16(), 412 | 502..=504);
            told.put_off += usize::from(put_off);
            (!put_off).then_some(reply)
        })
        .await
    }
}

/// What a drill's clients may see.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// They have to ask again; if nobody had to, the drill was none.
    Repeats,
    /// A node is lost with what it was asked: nobody else's request fails.
    Own,
    /// Some connections are refused, and no request fails.
    Refusals,
    /// Nothing.
    None,
}

/// Something that was done to the cluster.
struct Event {
    what: String,
    from: Instant,
    to: Instant,
}

impl Event {
    /// Does something, and says what.
    async fn of(done: impl Future<Output = String>) -> Event {
        let from = Instant::now();
        let what = done.await;
        Event { what, from, to: Instant::now() }
    }
}

/// Sells while something happens, a few times over, and judges. `happens` gets a third of the time.
async fn drill(
    name: &str,
    paying: Paying,
    harm: Harm,
    happens: impl AsyncFnOnce(&Sale, Duration) -> Vec<Event>,
) {
    let mut rng = Rng::seeded(name);
    let seconds = std::env::var("USHER_DRILL_SECONDS").ok();
    let seconds = seconds.map_or(SECONDS, |text| text.parse().expect("seconds are a number"));
    let sale = Sale::open(paying).await;
    let began = Instant::now();
    let happening = happens(&sale, Duration::from_secs(seconds) / 3);
    let (told, happened) = sale.meanwhile(&mut rng, happening).await;
    let ended = Instant::now();
    let lost = judge(&sale, &told).await;
    let gap = |times: &[Instant]| longest_gap(began, ended, times).as_millis();
    println!();
    for Event { what, from, to } in happened {
        let within: Vec<Instant> =
            told.holds.iter().copied().filter(|at| from < *at && *at < to).collect();
        let gap = longest_gap(from, to, &within).as_millis();
        println!("{name}: {what}, meanwhile at most {gap} ms without a hold");
    }
    println!("{:<20}{:>8}{:>20}", "", "count", "longest gap, ms");
    println!("{:<20}{:>8}{:>20}", "holds", told.holds.len(), gap(&told.holds));
    println!("{:<20}{:>8}{:>20}", "purchases", told.purchases.len(), gap(&told.purchases));
    println!("{:<20}{:>8}", "refused connections", told.refused);
    println!("{:<20}{:>8}", "answers of not now", told.put_off);
    println!("{:<20}{:>8}", "lost answers", told.lost);
    println!("{:<20}{:>8}", "lost purchases", lost);
    assert_eq!(lost, 0, "acknowledged bookings are missing");
    assert!(told.purchases.len() > 20, "nothing happened: {} purchases", told.purchases.len());
    let failed = told.put_off + told.lost;
    match harm {
        Harm::Repeats => assert!(failed + told.refused > 0, "nobody had to ask twice"),
        Harm::Own => {
            assert_eq!(told.put_off, 0, "requests of others failed");
            assert!(told.lost <= BUYERS, "more requests failed than it can have had");
        }
        Harm::Refusals => assert_eq!(failed, 0, "requests failed"),
        Harm::None => assert_eq!(failed + told.refused, 0, "requests failed"),
    }
}

/// The cluster's books balance and agree with the gateway's; returns how many purchases are missing.
pub async fn judge(sale: &Sale, told: &Told) -> usize {
    let paying = &sale.paying;
    paying.cluster.ready().await;
    paying.rests().await;
    let audit = paying.cluster.usher(&["audit"]).await.exits(0);
    println!("{}{}", audit.stdout, audit.stderr);
    paying.balances().await;
    let nodes: Vec<&Node> = paying.cluster.present().collect();
    let mut lost = 0;
    for (n, (user, seat)) in told.bought.iter().enumerate() {
        let path = "/v1/me/bookings?consistency=linearizable";
        let mine = nodes[n % nodes.len()].get(path).user(user).gives(200).await;
        let seats: Vec<_> =
            list(&mine, "data").iter().flat_map(|b| list(b, "seats")).cloned().collect();
        lost += usize::from(column(&seats, "id") != [seat.as_str()]);
    }
    lost
}

fn longest_gap(began: Instant, ended: Instant, times: &[Instant]) -> Duration {
    let mut times = times.to_vec();
    times.extend([began, ended]);
    times.sort();
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

/// The leader is killed in the middle of purchases, and started again later.
#[test]
#[ignore = "a drill: scripts/failover runs it"]
fn failover() {
    run(async {
        let paying = Paying::start_over(Some(Wire::best()), None, "").await;
        drill("failover", paying, Harm::Repeats, async |sale, third| {
            let cluster = &sale.paying.cluster;
            sleep(third).await;
            let leader = cluster.leader().await;
            let event = Event::of(async {
                cluster.node(leader).process.kill();
                sleep(third).await;
                format!("leader {leader} killed")
            });
            let event = event.await;
            cluster.restart(leader).await;
            sleep(third).await;
            vec![event]
        })
        .await;
    });
}

/// The leader is killed again and again, and the longest time without a hold is that of a failover.
#[test]
#[ignore = "a drill: scripts/failover --times runs it"]
fn failovers() {
    let times = std::env::var("USHER_DRILL_TIMES").ok();
    let times: usize = times.map_or(10, |text| text.parse().expect("times are a number"));
    run_within(FAILOVER_MAX * u32::try_from(times + 2).expect("some"), async {
        let mut rng = Rng::seeded("failovers");
        let sale = Sale::open(Paying::start_over(Some(Wire::best()), None, "").await).await;
        let began = Instant::now();
        let kills = async {
            let mut kills = Vec::new();
            for _ in 0..times {
                sleep(CALM).await;
                let leader = sale.paying.cluster.leader().await;
                let killed = Instant::now();
                sale.paying.node(leader).process.kill();
                sale.paying.led_without(leader).await;
                sleep(CALM).await;
                sale.paying.cluster.restart(leader).await;
                kills.push((leader, killed, Instant::now()));
            }
            kills
        };
        let (told, kills) = sale.meanwhile(&mut rng, kills).await;
        let lost = judge(&sale, &told).await;
        let mut gaps = Vec::new();
        for (leader, from, to) in kills {
            let within: Vec<Instant> =
                told.holds.iter().copied().filter(|at| from < *at && *at < to).collect();
            let gap = longest_gap(from, to, &within);
            let at = (from - began).as_secs_f32();
            println!("leader {leader} killed at {at:>6.1} s: {:>6} ms", gap.as_millis());
            gaps.push(gap);
        }
        gaps.sort();
        let (middle, last) = (gaps[gaps.len() / 2], gaps[gaps.len() - 1]);
        println!("{times} failovers: median {middle:?}, longest {last:?}, {lost} lost");
        assert_eq!(lost, 0, "acknowledged bookings are missing");
        assert!(last < FAILOVER_GAP_MAX, "a failover took too long");
    });
}

/// The leader is cut off from the others while clients still reach it, and healed later.
#[test]
#[ignore = "a drill: scripts/partition runs it"]
fn partition() {
    run(async {
        let paying = Paying::start_over(Some(Wire::best()), None, "").await;
        drill("partition", paying, Harm::Repeats, async |sale, third| {
            let cluster = &sale.paying.cluster;
            sleep(third).await;
            let leader = cluster.leader().await;
            let event = Event::of(async {
                cluster.network().cut(leader, &cluster.others(leader));
                sleep(third).await;
                cluster.network().heal();
                format!("leader {leader} cut off, healed")
            });
            let event = event.await;
            sleep(third).await;
            vec![event]
        })
        .await;
    });
}

/// Leadership is handed round.
#[test]
#[ignore = "a drill: scripts/handover runs it"]
fn transfer() {
    run(async {
        let paying = Paying::start().await;
        drill("transfer", paying, Harm::None, async |sale, third| {
            let cluster = &sale.paying.cluster;
            let mut said = Vec::new();
            for _ in 0..TIMES {
                sleep(3 * third / TIMES).await;
                let event = Event::of(async {
                    let ran = cluster.usher(&["leader", "transfer"]).await.exits(0);
                    sleep(CALM / 4).await;
                    ran.stdout.trim().to_owned()
                });
                said.push(event.await);
            }
            said
        })
        .await;
    });
}

/// The leader is drained and started again, over and over.
#[test]
#[ignore = "a drill: scripts/handover runs it"]
fn drain() {
    run(async {
        let paying = Paying::start().await;
        drill("drain", paying, Harm::Refusals, async |sale, third| {
            let cluster = &sale.paying.cluster;
            let mut said = Vec::new();
            for _ in 0..TIMES {
                sleep(2 * third / TIMES).await;
                let leader = cluster.leader().await;
                let event = Event::of(async {
                    let id = leader.to_string();
                    let ran = cluster.usher(&["node", "drain", &id, "--yes"]).await.exits(0);
                    let end = cluster.node(leader).ends(START_MAX).await;
                    assert!(end.success(), "node {leader}: {end}");
                    ran.stdout.trim().to_owned()
                });
                said.push(event.await);
                cluster.restart(leader).await;
            }
            said
        })
        .await;
    });
}

/// All nodes are ended by SIGTERM and started again, one after the other, as an upgrade does it.
#[test]
#[ignore = "a drill: scripts/handover runs it"]
fn rolling() {
    run(async {
        let paying = Paying::start().await;
        drill("rolling restart", paying, Harm::Refusals, async |sale, third| {
            let cluster = &sale.paying.cluster;
            let mut said = Vec::new();
            for node in cluster.nodes() {
                sleep(third / 3).await;
                let event = Event::of(async {
                    node.process.signal("TERM");
                    let end = node.ends(START_MAX).await;
                    assert!(end.success(), "node {}: {end}", node.id);
                    sleep(third / 3).await;
                    cluster.restart(node.id).await;
                    format!("node {} ended and started again", node.id)
                });
                said.push(event.await);
            }
            sleep(third / 3).await;
            said
        })
        .await;
    });
}

/// A follower is killed, and started again later.
#[test]
#[ignore = "a drill: scripts/handover runs it"]
fn follower() {
    run(async {
        let paying = Paying::start().await;
        drill("follower lost", paying, Harm::Own, async |sale, third| {
            let cluster = &sale.paying.cluster;
            sleep(third).await;
            let follower = cluster.others(cluster.leader().await)[0];
            let event = Event::of(async {
                cluster.node(follower).process.kill();
                sleep(third).await;
                cluster.restart(follower).await;
                format!("follower {follower} killed, started again")
            });
            let event = event.await;
            sleep(third).await;
            vec![event]
        })
        .await;
    });
}
