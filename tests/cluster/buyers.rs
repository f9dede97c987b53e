//! Buyers who fight over seats through all nodes and write down what they were told.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{
    Call, Cluster, Node, Reply, Rng, column, eventually, list, plans, show_with, text,
};
use crate::history::{Fate, Held, History, Read, Refused, Span};

/// An outcome must be known within this, however many nodes were killed meanwhile.
const DECIDED_MAX: Duration = Duration::from_secs(90);

/// A client that was not answered asks again after this.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// A linearizable reader a node asks this often.
const READ_PAUSE: Duration = Duration::from_millis(40);

/// Buyers in one fight.
const BUYERS: usize = 48;

/// Seats they fight over.
const SEATS: usize = 200;

/// A fight over the seats of one show.
pub struct Fight {
    cluster: Cluster,
    show: String,
    seats: Vec<String>,
    rounds: usize,
    decided: AtomicUsize,
    over: AtomicBool,
}

impl Fight {
    /// Makes the show. Every buyer will try `rounds` times to hold something.
    pub async fn prepare(cluster: &Cluster, show: &str, rounds: usize) -> Arc<Fight> {
        let plan = plans::large(SEATS);
        let seats = plans::seat_ids(&plan);
        let policy = json!({"policy": {"hold_ttl_seconds": 7200, "hold_total_seconds_max": 7200,
            "seats_per_hold_max": 10, "prevent_orphans": false}});
        cluster.node(1).create_show(&show_with(show, &plan, &policy)).await;
        let (cluster, show) = (cluster.clone(), show.to_owned());
        let (decided, over) = (AtomicUsize::new(0), AtomicBool::new(false));
        Arc::new(Fight { cluster, show, seats, rounds, decided, over })
    }

    /// Lets all buyers try, reads meanwhile, and returns what they saw.
    pub async fn run(self: Arc<Fight>, rng: &mut Rng) -> History {
        let mut readers = JoinSet::new();
        for node in 1..=3 {
            readers.spawn(self.clone().reader(node));
        }
        let mut buyers = JoinSet::new();
        for at in 0..BUYERS {
            let user = format!("{}-buyer-{at}", self.show);
            let history = History::default();
            let buyer = Buyer { fight: self.clone(), user, rng: rng.fork(), attempts: 0, history };
            buyers.spawn(buyer.run());
        }
        let mut history = History::default();
        while let Some(saw) = buyers.join_next().await {
            history.merge(saw.expect("a buyer does not panic"));
        }
        self.over.store(true, Ordering::Relaxed);
        while let Some(saw) = readers.join_next().await {
            history.merge(saw.expect("a reader does not panic"));
        }
        history
    }

    /// Waits until this share of all attempts is decided, in percent.
    pub async fn reaches(&self, percent: usize) {
        let wanted = BUYERS * self.rounds * percent / 100;
        eventually(&format!("{percent} % of the fight"), Duration::from_secs(200), async || {
            (self.decided.load(Ordering::Relaxed) >= wanted).then_some(())
        })
        .await;
    }

    /// Judges what clients saw, and what every node shows in the end.
    pub async fn judge(&self, history: &History) {
        let (held, refused, reads) =
            (history.held.len(), history.refused.len(), history.reads.len());
        println!("{}: {held} holds, {refused} refusals, {reads} reads", self.show);
        assert!(held > BUYERS && refused > 0 && reads > 0, "hardly a fight");
        let mut found = history.violations(&self.seats);
        for node in self.cluster.nodes() {
            let seats = format!("/v1/shows/{}/seats?consistency=linearizable", self.show);
            let seats = node.get(&seats).organizer().gives(200).await;
            let wrong = history.contradicted_by(&seats);
            found.extend(wrong.into_iter().map(|wrong| format!("node {}: {wrong}", node.id)));
        }
        assert!(
            found.is_empty(),
            "{} violations, such as\n{}",
            found.len(),
            found[..found.len().min(5)].join("\n")
        );
    }

    /// Reads on one node until the fight is over. A node that was killed answers nothing.
    async fn reader(self: Arc<Fight>, node: u64) -> History {
        let mut history = History::default();
        let path = format!("/v1/shows/{}/seats?consistency=linearizable", self.show);
        while !self.over.load(Ordering::Relaxed) {
            let asked = Instant::now();
            let reply = self.cluster.node(node).get(&path).try_send().await;
            let told = Instant::now();
            if let Ok(reply) = reply {
                if reply.status == 200 {
                    let free = free(&reply.json(), self.seats.len());
                    history.reads.push(Read { span: Span { asked, told }, node, free });
                } else {
                    let status = reply.status.as_u16();
                    assert!(matches!(status, 412 | 503 | 504), "{}: {}", reply.what, reply.text());
                }
            }
            tokio::time::sleep(READ_PAUSE).await;
        }
        history
    }
}

/// The free seats of a read, whose counts must add up.
fn free(seats: &Value, total: usize) -> BTreeSet<String> {
    let free: BTreeSet<String> = list(seats, "seats")
        .iter()
        .filter(|seat| seat["status"] == "available")
        .map(|seat| text(seat, "id").to_owned())
        .collect();
    assert_eq!(seats["counts"]["available"], free.len());
    assert_eq!(seats["counts"]["unavailable"], total - free.len());
    free
}

/// One buyer, who has at most one pending hold.
struct Buyer {
    fight: Arc<Fight>,
    user: String,
    rng: Rng,
    attempts: usize,
    history: History,
}

impl Buyer {
    async fn run(mut self) -> History {
        let mut own: Option<Held> = None;
        for _ in 0..self.fight.rounds {
            if let Some(held) = own.take_if(|_| self.rng.below(10) < 8) {
                self.part_with(held).await;
            }
            own = self.hold(own).await;
            self.fight.decided.fetch_add(1, Ordering::Relaxed);
        }
        self.history.held.extend(own);
        self.history
    }

    /// Gives the hold back, or has it booked.
    async fn part_with(&mut self, mut held: Held) {
        let path = format!("/v1/holds/{}", held.id);
        let user = self.user.clone();
        if self.rng.once_in(12) {
            let body = json!({"reference": "till", "email": null});
            let call = |node: &Node| node.post(&format!("{path}/confirm"), &body).organizer();
            // A booking goes on owning the seats, so this is no end.
            let (reply, _) = self.decided(&call).await;
            held.fate = Fate::Booked(text(&reply.expect(201).json(), "id").to_owned());
        } else {
            let call = |node: &Node| node.delete(&path).user(&user);
            let (reply, span) = self.decided(&call).await;
            reply.expect(204);
            held.fate = Fate::Ended;
            held.ended = Some(span);
        }
        self.history.held.push(held);
    }

    /// Tries to hold one to three seats, in place of an own hold if there is one.
    async fn hold(&mut self, own: Option<Held>) -> Option<Held> {
        let wanted = 1 + self.rng.below(3);
        let seats: BTreeSet<String> =
            (0..wanted).map(|_| self.rng.pick(&self.fight.seats).clone()).collect();
        let body = json!({"seats": seats, "replace_active": own.is_some()});
        let (path, user) = (format!("/v1/shows/{}/holds", self.fight.show), self.user.clone());
        let (reply, span) = self.decided(&|node| node.post(&path, &body).user(&user)).await;
        if reply.status == 409 {
            let problem = reply.refused(409, "seat_unavailable");
            let conflicts = problem["conflicts"].as_array().expect("it says which").iter();
            let conflicts: BTreeSet<String> =
                conflicts.map(|seat| seat.as_str().expect("an id").to_owned()).collect();
            assert!(!conflicts.is_empty() && conflicts.is_subset(&seats), "{problem}");
            self.history.refused.push(Refused { span, conflicts });
            return own;
        }
        if let Some(mut own) = own {
            (own.ended, own.fate) = (Some(span), Fate::Ended);
            self.history.held.push(own);
        }
        let hold = reply.expect(201).json();
        let told: BTreeSet<String> =
            column(list(&hold, "seats"), "id").into_iter().map(str::to_owned).collect();
        assert_eq!(told, seats, "{hold}");
        let (id, user) = (text(&hold, "id").to_owned(), self.user.clone());
        Some(Held { id, user, seats, made: span, ended: None, fate: Fate::Kept })
    }

    /// Sends a request under one key to one node after another until its outcome is known.
    async fn decided(&mut self, call: &(dyn Fn(&Node) -> Call + Sync)) -> (Reply, Span) {
        self.attempts += 1;
        let key = format!("{}-{}", self.user, self.attempts);
        let asked = Instant::now();
        loop {
            let node = self.rng.pick(self.fight.cluster.nodes());
            let sent = call(node).key(&key).within(Duration::from_secs(15)).try_send().await;
            let lost = match sent {
                Ok(reply) if matches!(reply.status.as_u16(), 429 | 503 | 504) => reply.text(),
                Ok(reply) => return (reply, Span { asked, told: Instant::now() }),
                Err(lost) => lost,
            };
            assert!(asked.elapsed() < DECIDED_MAX, "undecided: {lost}");
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }
}
