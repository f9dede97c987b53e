//! Makes packets late: a process of this binary, in the namespace of the node that sends them. The
//! kernel queues them for it, and sends each on when it says so.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::time::{Duration, Instant};

use nfq::{Message, Queue, Verdict};

use super::Rng;
use super::spaces::LATE;

/// What the process says once packets can be queued for it.
const BOUND: &str = "late: bound";

/// Where the address of its receiver stands in a packet of IPv4.
const RECEIVER: std::ops::Range<usize> = 16..20;

/// How exactly lateness is kept. NB: the crate's queue gives no handle to wait on, so it is asked.
const TICK: Duration = Duration::from_micros(500);

/// Waits until such a process has begun.
pub fn is_bound(child: &mut Child) {
    let said = BufReader::new(child.stdout.take().expect("it is piped"));
    let bound = said.lines().map_while(Result::ok).any(|line| line.contains(BOUND));
    assert!(bound, "packets cannot be made late: see above");
}

/// One packet, by when it is due.
struct Held(Instant, u64, Message);

impl PartialEq for Held {
    fn eq(&self, other: &Held) -> bool {
        self.1 == other.1
    }
}

impl Eq for Held {}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Held) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Held) -> std::cmp::Ordering {
        (self.0, self.1).cmp(&(other.0, other.1))
    }
}

/// Holds packets back until it is killed. Not a test: `spaces` starts it.
#[test]
#[ignore = "a process of its own, which the network of namespaces starts"]
fn packets() {
    let Ok(orders) = std::env::var(LATE) else { return };
    let orders: BTreeMap<[u8; 4], (u64, u64)> = orders.lines().map(order).collect();
    let mut queue = Queue::open().expect("the kernel queues packets");
    queue.bind(0).expect("nobody else has this namespace's queue");
    queue.set_nonblocking(true);
    println!("{BOUND}");
    let (mut rng, mut taken) = (Rng::of(u64::from(std::process::id())), 0);
    let mut held = BinaryHeap::new();
    loop {
        while let Ok(message) = queue.recv() {
            let receiver = message.get_payload().get(RECEIVER).unwrap_or_default();
            let (delay, jitter) = orders.get(receiver).copied().unwrap_or_default();
            let due = Instant::now() + Duration::from_millis(delay + rng.below(jitter + 1));
            taken += 1;
            held.push(Reverse(Held(due, taken, message)));
        }
        while held.peek().is_some_and(|Reverse(first)| first.0 <= Instant::now()) {
            let Some(Reverse(Held(_, _, mut message))) = held.pop() else { break };
            message.set_verdict(Verdict::Accept);
            queue.verdict(message).expect("the kernel takes our word");
        }
        std::thread::sleep(TICK);
    }
}

fn order(line: &str) -> ([u8; 4], (u64, u64)) {
    let mut words = line.split_whitespace();
    let mut next = || words.next().expect("an order has three words");
    let address: std::net::Ipv4Addr = next().parse().expect("an address");
    let mut number = || next().parse().expect("a number");
    (address.octets(), (number(), number()))
}
