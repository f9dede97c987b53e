//! Drills: what `scripts/failover` and `scripts/partition` run. Buyers purchase through all nodes
//! while something is done to the cluster; then everything they were told is held against the
//! cluster's and the gateway's books. A drill in which nothing happened fails.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{
    Call, Paying, Reply, Rng, Wire, column, eventually, list, plans, run, run_within, show_with,
    text,
};

/// How long buyers buy, unless `USHER_DRILL_SECONDS` says otherwise.
const SECONDS: u64 = 20;

/// Buyers at a time.
const BUYERS: usize = 12;

/// Seats: more than can be sold in an hour.
const SEATS: usize = 50_000;

/// One failover, with what is bought before and after it.
const FAILOVER_MAX: Duration = Duration::from_mins(2);

/// Buyers buy in peace for so long before each failover, and after it.
const CALM: Duration = Duration::from_secs(2);

/// An outcome must be known within this, whatever was done meanwhile.
const DECIDED_MAX: Duration = Duration::from_mins(1);

/// How long one node may take before another is asked: a buyer's patience, not a node's. The key
/// makes it safe.
const CALL_MAX: Duration = Duration::from_secs(2);

/// What buyers were told.
#[derive(Default)]
struct Told {
    holds: Vec<Instant>,
    purchases: Vec<Instant>,
    /// User and seat of each purchase.
    bought: Vec<(String, String)>,
    /// Attempts that had to be made again.
    repeats: usize,
}

impl Told {
    fn add(&mut self, other: Told) {
        self.holds.extend(other.holds);
        self.purchases.extend(other.purchases);
        self.bought.extend(other.bought);
        self.repeats += other.repeats;
    }
}

/// A sale under way.
struct Sale {
    paying: Paying,
    seats: Vec<String>,
    sold: AtomicUsize,
    over: AtomicBool,
}

impl Sale {
    async fn open(paying: Paying) -> Sale {
        let plan = plans::large(SEATS);
        let seats = plans::seat_ids(&plan);
        let long = json!({"policy": {"hold_ttl_seconds": 600, "hold_total_seconds_max": 1800}});
        paying.node(1).create_show(&show_with("drill", &plan, &long)).await;
        Sale { paying, seats, sold: AtomicUsize::new(0), over: AtomicBool::new(false) }
    }

    /// Buys one seat after the other until the sale is over.
    async fn buyer(&self, mut rng: Rng) -> Told {
        let mut told = Told::default();
        while !self.over.load(Ordering::Relaxed) {
            let n = self.sold.fetch_add(1, Ordering::Relaxed);
            let (seat, user) = (self.seats[n].clone(), format!("drill-{n}"));
            let key = format!("{user}-hold");
            let hold = |node: u64| self.paying.node(node).hold("drill", &user, &[&seat]).key(&key);
            let hold = self.decide("a hold", &mut rng, &mut told, hold).await.expect(201).json();
            told.holds.push(Instant::now());
            let (hold, key) = (text(&hold, "id").to_owned(), format!("{user}-pay"));
            let pay = |node: u64| self.paying.pay(node, &hold, &user).key(&key);
            let payment =
                self.decide("a payment", &mut rng, &mut told, pay).await.expect(201).json();
            self.paying.press(text(&payment, "redirect_url"), "approve").await;
            let path = format!("/v1/payments/{}?consistency=linearizable", text(&payment, "id"));
            loop {
                let look = |node: u64| self.paying.node(node).get(&path).user(&user);
                let seen =
                    self.decide("a look", &mut rng, &mut told, look).await.expect(200).json();
                match text(&seen, "status") {
                    "succeeded" => break,
                    "open" => tokio::time::sleep(Duration::from_millis(50)).await,
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
        call: impl Fn(u64) -> Call,
    ) -> Reply {
        let mut attempts = 0;
        let reply = eventually(what, DECIDED_MAX, async || {
            attempts += 1;
            let reply = call(rng.below(3) + 1).within(CALL_MAX).try_send().await.ok()?;
            // 412: the node that was asked is cut off, or lags.
            (!matches!(reply.status.as_u16(), 412 | 502..=504)).then_some(reply)
        })
        .await;
        told.repeats += attempts - 1;
        reply
    }
}

/// Sells, does `blow` after a third of the time and `mend` after two thirds, and judges.
async fn drill(
    name: &str,
    paying: Paying,
    blow: impl AsyncFnOnce(&Paying) -> String,
    mend: impl AsyncFnOnce(&Paying),
) {
    let mut rng = Rng::seeded(name);
    let seconds = std::env::var("USHER_DRILL_SECONDS").ok();
    let seconds = seconds.map_or(SECONDS, |text| text.parse().expect("seconds are a number"));
    let third = Duration::from_secs(seconds) / 3;
    let sale = Sale::open(paying).await;
    let began = Instant::now();
    let buyers = join_all((0..BUYERS).map(|_| sale.buyer(rng.fork())));
    let events = async {
        tokio::time::sleep(third).await;
        let blown = began.elapsed();
        let done = blow(&sale.paying).await;
        tokio::time::sleep(third).await;
        mend(&sale.paying).await;
        let mended = began.elapsed();
        tokio::time::sleep(third).await;
        sale.over.store(true, Ordering::Relaxed);
        (blown, done, mended)
    };
    let (all, (blown, done, mended)) = tokio::join!(buyers, events);
    let mut told = Told::default();
    for one in all {
        told.add(one);
    }
    let ended = Instant::now();
    let lost = judge(&sale.paying, &told).await;
    let gap = |times: &[Instant]| longest_gap(began, ended, times).as_millis();
    println!();
    println!(
        "{name}: {done} at {:.1} s, mended at {:.1} s",
        blown.as_secs_f32(),
        mended.as_secs_f32()
    );
    println!("{:<12}{:>8}{:>20}", "", "count", "longest gap, ms");
    println!("{:<12}{:>8}{:>20}", "holds", told.holds.len(), gap(&told.holds));
    println!("{:<12}{:>8}{:>20}", "purchases", told.purchases.len(), gap(&told.purchases));
    println!("{:<12}{:>8}", "repeats", told.repeats);
    println!("{:<12}{:>8}", "lost", lost);
    assert_eq!(lost, 0, "acknowledged bookings are missing");
    assert!(told.purchases.len() > 20, "nothing happened: {} purchases", told.purchases.len());
    assert!(told.repeats > 0, "nothing happened: nobody had to ask twice");
}

/// The cluster's books balance and agree with the gateway's; returns how many purchases are missing.
async fn judge(paying: &Paying, told: &Told) -> usize {
    paying.cluster.ready().await;
    paying.rests().await;
    let audit = paying.cluster.usher(&["audit"]).await.exits(0);
    println!("{}{}", audit.stdout, audit.stderr);
    paying.balances().await;
    let mut lost = 0;
    for (n, (user, seat)) in told.bought.iter().enumerate() {
        let path = "/v1/me/bookings?consistency=linearizable";
        let mine = paying.node(n as u64 % 3 + 1).get(path).user(user).gives(200).await;
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
        let victim = AtomicUsize::new(0);
        drill(
            "failover",
            Paying::start_over(Some(Wire::best()), None, "").await,
            async |paying| {
                let leader = paying.cluster.leader().await;
                victim.store(usize::try_from(leader).expect("a small number"), Ordering::Relaxed);
                paying.node(leader).process.kill();
                format!("leader {leader} killed")
            },
            async |paying| paying.cluster.restart(victim.load(Ordering::Relaxed) as u64).await,
        )
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
        let buyers = join_all((0..BUYERS).map(|_| sale.buyer(rng.fork())));
        let kills = async {
            let mut kills = Vec::new();
            for _ in 0..times {
                tokio::time::sleep(CALM).await;
                let leader = sale.paying.cluster.leader().await;
                let killed = Instant::now();
                sale.paying.node(leader).process.kill();
                sale.paying.led_without(leader).await;
                tokio::time::sleep(CALM).await;
                sale.paying.cluster.restart(leader).await;
                kills.push((leader, killed, Instant::now()));
            }
            sale.over.store(true, Ordering::Relaxed);
            kills
        };
        let (all, kills) = tokio::join!(buyers, kills);
        let mut told = Told::default();
        for one in all {
            told.add(one);
        }
        let lost = judge(&sale.paying, &told).await;
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
    });
}

/// The leader is cut off from the others while clients still reach it, and healed later.
#[test]
#[ignore = "a drill: scripts/partition runs it"]
fn partition() {
    run(async {
        drill(
            "partition",
            Paying::start_over(Some(Wire::best()), None, "").await,
            async |paying| {
                let leader = paying.cluster.leader().await;
                paying.cluster.network().cut(leader, &paying.cluster.others(leader));
                format!("leader {leader} cut off")
            },
            async |paying| paying.cluster.network().heal(),
        )
        .await;
    });
}
