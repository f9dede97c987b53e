//! Writers who write down what they were told, and the judge who holds it against every node.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

use crate::harness::{
    Call, Node, Reply, Rng, START_MAX, eventually, list, plans, show_with, text, usher,
};

/// Writers at a time.
const WRITERS: usize = 8;

/// How long a writer rests between two writes: a fast machine must not sell out a show before the
/// fault has come and gone.
const REST: Duration = Duration::from_millis(5);

/// One sale in so many is a booking; the others stay holds.
const BOOKED_ONE_IN: usize = 3;

/// How long a writer waits for one node before it asks another under the same key.
const CALL_MAX: Duration = Duration::from_secs(2);

/// What comes to the same state on every node does so within this.
const AGREE_MAX: Duration = Duration::from_secs(30);

/// Answers that are asked for again at a time.
const REPLAYS: usize = 16;

/// A write that was answered with 2xx.
pub struct Ack {
    order: Order,
    /// Its answer, byte for byte.
    answer: Bytes,
    /// The hold or booking that it made.
    made: String,
}

/// A write as it is sent, again and again if need be.
#[derive(Clone)]
struct Order {
    key: String,
    path: String,
    body: Value,
    user: String,
    seat: String,
    /// A sale at the box office, made by an organizer.
    booking: bool,
}

impl Order {
    fn call(&self, node: &Node) -> Call {
        let call = node.post(&self.path, &self.body).key(&self.key).within(CALL_MAX);
        if self.booking { call.organizer() } else { call.user(&self.user) }
    }
}

/// Writers on every node, on a show of their own.
pub struct Load<'a> {
    nodes: &'a [Node],
    show: String,
    seats: Vec<String>,
    next: AtomicUsize,
    over: AtomicBool,
    rng: Mutex<Rng>,
    acks: Mutex<Vec<Ack>>,
}

/// What the judge found.
#[derive(Clone, Default)]
pub struct Verdict {
    /// Acknowledged writes that were looked for.
    pub checked: usize,
    /// What is not as it was acknowledged.
    pub lost: Vec<String>,
}

impl<'a> Load<'a> {
    /// Makes the show, with so many seats.
    pub async fn open(nodes: &'a [Node], show: &str, seats: usize, rng: &mut Rng) -> Load<'a> {
        let plan = plans::large(seats);
        let policy = json!({"policy": {"hold_ttl_seconds": 7200, "hold_total_seconds_max": 7200}});
        let body = show_with(show, &plan, &policy);
        eventually("the show is made", START_MAX, async || {
            let create = nodes[0].post("/v1/shows", &body).organizer().key(show);
            decided(create.try_send().await)
        })
        .await
        .expect(201);
        Load {
            nodes,
            show: show.to_owned(),
            seats: plans::seat_ids(&plan),
            next: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            rng: Mutex::new(rng.fork()),
            acks: Mutex::default(),
        }
    }

    /// Lets the writers write for as long as `event` takes.
    pub async fn during<T>(&self, event: impl AsyncFnOnce() -> T) -> T {
        self.over.store(false, Ordering::Relaxed);
        let writers = join_all((0..WRITERS).map(|_| self.writer()));
        let event = async {
            let done = event().await;
            self.over.store(true, Ordering::Relaxed);
            done
        };
        tokio::join!(writers, event).1
    }

    /// Acknowledged writes so far.
    pub fn acked(&self) -> usize {
        self.acks().len()
    }

    /// Waits until so many more writes are acknowledged.
    pub async fn grows_by(&self, writes: usize) {
        let goal = self.acked() + writes;
        assert!(goal < self.seats.len(), "the show has too few seats for this");
        let what = format!("{writes} more writes are acknowledged");
        eventually(&what, START_MAX, async || (goal <= self.acked()).then_some(())).await;
    }

    async fn writer(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(seat) = self.seats.get(n) else { return };
            let user = format!("{}-{n}", self.show);
            let hold = Order {
                key: format!("{user}-hold"),
                path: format!("/v1/shows/{}/holds", self.show),
                body: json!({ "seats": [seat] }),
                user,
                seat: seat.clone(),
                booking: false,
            };
            let Some(made) = self.write(&hold).await else { return };
            if n.is_multiple_of(BOOKED_ONE_IN) {
                let booking = Order {
                    key: format!("{}-book", hold.user),
                    path: format!("/v1/holds/{made}/confirm"),
                    body: json!({"reference": "till", "email": null}),
                    booking: true,
                    ..hold
                };
                self.write(&booking).await;
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Asks one node after another until one decides; `None` if the load ends before.
    async fn write(&self, order: &Order) -> Option<String> {
        loop {
            let node = self.any_node();
            if let Some(reply) = decided(order.call(node).try_send().await) {
                let reply = reply.expect(201);
                let made = text(&reply.json(), "id").to_owned();
                let ack = Ack { order: order.clone(), answer: reply.body, made: made.clone() };
                self.acks().push(ack);
                return Some(made);
            }
            if self.over.load(Ordering::Relaxed) {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Holds everything that was acknowledged against all nodes, which must be up.
    pub async fn judge(&self) -> Verdict {
        self.judge_by(&self.nodes.iter().collect::<Vec<_>>()).await
    }

    /// The same against the nodes that serve, which must be a quorum.
    pub async fn judge_by(&self, nodes: &[&Node]) -> Verdict {
        let acks = std::mem::take(&mut *self.acks());
        let replays = stream::iter(acks.iter().zip(nodes.iter().cycle()));
        let replays = replays.map(|(ack, node)| ack.replayed(node)).buffer_unordered(REPLAYS);
        let mut lost: Vec<String> = replays.filter_map(async |wrong| wrong).collect().await;
        let seats = agreed(nodes, &self.show).await;
        lost.extend(missing(&acks, &seats));
        let bases: Vec<&str> = nodes.iter().map(|node| node.base()).collect();
        usher(&["audit", "--endpoints", &bases.join(",")]).await.exits(0);
        let checked = acks.len();
        *self.acks() = acks;
        Verdict { checked, lost }
    }

    /// What was acknowledged, for a judge of its own.
    pub fn into_acks(self) -> Vec<Ack> {
        self.acks.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn any_node(&self) -> &'a Node {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).pick(self.nodes)
    }

    fn acks(&self) -> MutexGuard<'_, Vec<Ack>> {
        self.acks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ack {
    /// Sends it again under its key: what is wrong with the answer, if anything.
    pub async fn replayed(&self, node: &Node) -> Option<String> {
        let key = &self.order.key;
        let reply = eventually(&format!("{key} is answered"), START_MAX, async || {
            decided(self.order.call(node).try_send().await)
        })
        .await;
        let again = reply.header("idempotent-replayed") == Some("true");
        let same = again && reply.status == 201 && reply.body == self.answer;
        (!same).then(|| format!("{key}: {} (again: {again}): {}", reply.status, reply.text()))
    }
}

/// Acknowledged holds and bookings that an organizer does not see on their seats.
fn missing(acks: &[Ack], seats: &Value) -> Vec<String> {
    let shown: BTreeMap<&str, &Value> =
        list(seats, "seats").iter().map(|seat| (text(seat, "id"), seat)).collect();
    let wrong = |ack: &&Ack| {
        let seat = shown[ack.order.seat.as_str()];
        let (state, owner) =
            if ack.order.booking { ("RESERVED", "booking") } else { ("PENDING", "hold") };
        let as_told = seat["state"] == state && seat[owner] == ack.made.as_str();
        // A hold may have been booked since, even if nobody heard of it.
        let booked = !ack.order.booking && seat["state"] == "RESERVED";
        !(as_told || booked) || seat["user"] != ack.order.user.as_str()
    };
    let found = acks.iter().filter(wrong);
    found.map(|ack| format!("{}: {}", ack.made, shown[ack.order.seat.as_str()])).collect()
}

/// The seats as an organizer sees them on every node, once all nodes show the same.
async fn agreed(nodes: &[&Node], show: &str) -> Value {
    eventually("all nodes show the same seats", AGREE_MAX, async || {
        let path = format!("/v1/shows/{show}/seats?consistency=linearizable");
        let mut shown: Option<Value> = None;
        for node in nodes {
            let reply = decided(node.get(&path).organizer().try_send().await)?.expect(200).json();
            if shown.as_ref().is_some_and(|shown| *shown != reply) {
                return None;
            }
            shown = Some(reply);
        }
        shown
    })
    .await
}

/// An answer that says what became of the request.
pub fn decided(sent: Result<Reply, String>) -> Option<Reply> {
    // 412: the node that was asked lags.
    sent.ok().filter(|reply| !matches!(reply.status.as_u16(), 412 | 503 | 504))
}
