//! What clients of the benchmark do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request};
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout};

use super::connection::{Answer, Broken, Connection, Node};
use super::load::Pace;
use super::new_number;
use super::sheet::{End, Kind, Owner, Shared};
use crate::cli::args::{Load, Scenario};
use crate::clock::{Rng as _, SystemRng};
use crate::plans::Preset;

/// One attempt takes no longer.
const ATTEMPT_MAX: Duration = Duration::from_secs(5);

/// A request is repeated under its key for so long.
const REQUEST_MAX: Duration = Duration::from_secs(15);

/// Before the same is asked of the next node.
const PAUSE: Duration = Duration::from_millis(20);

/// Of a hundred steps of the mixed scenario.
const MIXED_READS: usize = 80;
/// The same: how many of the rest only hold.
const MIXED_HOLDS: usize = 15;

/// What all buyers share.
pub(super) struct Hall {
    nodes: Vec<Node>,
    scenario: Scenario,
    shows: Vec<String>,
    /// Of each show.
    seats: Vec<String>,
    /// Whether an answer that decides nothing ends a request.
    impatient: bool,
    /// The next seat that nobody has asked for.
    next: AtomicUsize,
    /// No other run has this number.
    run: u64,
}

impl Hall {
    pub(super) fn new(
        nodes: Vec<Node>,
        scenario: Scenario,
        shows: Vec<String>,
        load: &Load,
    ) -> Hall {
        let (impatient, run) = (load.impatient, new_number());
        let drawn = Preset::draw(load.preset).map;
        let seats = drawn.seats().iter().map(|seat| seat.id.0.clone()).collect();
        Hall { nodes, scenario, shows, seats, impatient, next: AtomicUsize::new(0), run }
    }

    /// A seat that nobody has asked for, of one show after the other; `None` when all are gone.
    fn fresh_seat(&self) -> Option<(String, String)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let seat = self.seats.get(number / self.shows.len())?;
        Some((self.shows[number % self.shows.len()].clone(), seat.clone()))
    }
}

/// One client.
pub(super) struct Buyer {
    hall: Arc<Hall>,
    number: usize,
    /// Makes keys.
    asked: u64,
    /// By node; it has one to its own, and to others that it had to ask.
    connections: Vec<Option<Connection>>,
    sheet: Shared,
}

/// How a request ended.
#[derive(Debug)]
enum Ended {
    /// With an answer that decides.
    Decided(Answer),
    /// With an answer that says "not now", which it was content with.
    TurnedAway {
        /// When it was sent.
        sent: Instant,
    },
    /// It had to be given up.
    GivenUp,
}

/// The id of what was made.
fn id(made: &Answer) -> Option<String> {
    #[derive(Deserialize)]
    struct Made {
        id: String,
    }
    serde_json::from_slice(&made.body).ok().map(|made: Made| made.id)
}

impl Buyer {
    pub(super) fn new(hall: &Arc<Hall>, sheet: &Shared, number: usize) -> Buyer {
        let connections = hall.nodes.iter().map(|_| None).collect();
        let hall = Arc::clone(hall);
        Buyer { hall, number, asked: 0, connections, sheet: sheet.clone() }
    }

    /// One that is connected to its node, if that is there: what is measured is no connecting.
    pub(super) async fn connect(hall: &Arc<Hall>, sheet: &Shared, number: usize) -> Buyer {
        let mut buyer = Buyer::new(hall, sheet, number);
        let node = number % hall.nodes.len();
        buyer.connections[node] = Connection::open(&hall.nodes[node]).await.ok();
        buyer
    }

    /// Takes one step after the other until the run is over, or everything is sold.
    pub(super) async fn buy(mut self, pace: &Pace) {
        while let Some(meant) = pace.next().await {
            self.begins(pace, meant);
            let goes_on = match self.hall.scenario {
                Scenario::Browse => self.browse(pace, meant).await,
                Scenario::Onsale => self.rush(pace, meant).await,
                Scenario::Hold => self.reserve(pace, meant).await,
                Scenario::HoldConfirm | Scenario::Failover => self.purchase(pace, meant).await,
                Scenario::Mixed => self.mixed(pace, meant).await,
            };
            if !goes_on {
                self.sheet.get().is_sold_out = true;
                break;
            }
        }
    }

    /// A step begins that was meant to begin then.
    pub(super) fn begins(&mut self, pace: &Pace, meant: Instant) {
        self.sheet.get().begun(pace, meant);
    }

    /// One look in ten at what is on, the others at a hall.
    async fn browse(&mut self, pace: &Pace, meant: Instant) -> bool {
        if below(10) == 0 {
            self.read(pace, Kind::List, meant, "/v1/shows").await;
        } else {
            self.look(pace, meant).await;
        }
        true
    }

    /// A look at a hall.
    async fn look(&mut self, pace: &Pace, meant: Instant) {
        let at = below(self.hall.shows.len());
        let path = format!("/v1/shows/{}/seats", self.hall.shows[at]);
        self.read(pace, Kind::Map, meant, &path).await;
    }

    /// Wants any seat of the one show, as thousands do when the sale opens: tries one at random,
    /// and confirms what it gets. Goes home with a seat, or when it is told that none is left.
    async fn rush(&mut self, pace: &Pace, meant: Instant) -> bool {
        let show = self.hall.shows[0].clone();
        let seat = self.hall.seats[below(self.hall.seats.len())].clone();
        self.hold_and_confirm(pace, meant, &show, &seat).await;
        true
    }

    /// Holds a seat that nobody else wants.
    pub(super) async fn reserve(&mut self, pace: &Pace, meant: Instant) -> bool {
        let Some((show, seat)) = self.hall.fresh_seat() else { return false };
        self.hold(pace, meant, &show, &seat).await;
        true
    }

    /// Holds a seat that nobody else wants, and confirms it.
    async fn purchase(&mut self, pace: &Pace, meant: Instant) -> bool {
        let Some((show, seat)) = self.hall.fresh_seat() else { return false };
        self.hold_and_confirm(pace, meant, &show, &seat).await;
        true
    }

    async fn mixed(&mut self, pace: &Pace, meant: Instant) -> bool {
        let chance = below(100);
        if chance < MIXED_READS {
            self.look(pace, meant).await;
            return true;
        }
        let Some((show, seat)) = self.hall.fresh_seat() else { return false };
        if chance < MIXED_READS + MIXED_HOLDS {
            self.hold(pace, meant, &show, &seat).await;
        } else {
            self.hold_and_confirm(pace, meant, &show, &seat).await;
        }
        true
    }

    async fn hold_and_confirm(&mut self, pace: &Pace, meant: Instant, show: &str, seat: &str) {
        let Some(hold) = self.hold(pace, meant, show, seat).await else { return };
        let asked = Instant::now();
        let path = format!("/v1/holds/{hold}/confirm");
        let body = r#"{"reference": "bench", "email": null}"#;
        let ended = self.write(&path, body).await;
        let end = end_of(&ended, 201);
        if let Some(booking) = made(ended) {
            let place = (show.to_owned(), seat.to_owned());
            self.sheet.get().owned.insert(place, Owner::Booking(booking));
        }
        self.sheet.get().note(pace, Kind::Confirm, asked, end);
    }

    /// Holds one seat as a buyer of its own: its hold, if it got one.
    pub(super) async fn hold(
        &mut self,
        pace: &Pace,
        meant: Instant,
        show: &str,
        seat: &str,
    ) -> Option<String> {
        let path = format!("/v1/shows/{show}/holds");
        let body = format!(r#"{{"seats": ["{seat}"]}}"#);
        let ended = self.write(&path, &body).await;
        let end = end_of(&ended, 201);
        let hold = made(ended);
        if let Some(hold) = &hold {
            let place = (show.to_owned(), seat.to_owned());
            self.sheet.get().owned.insert(place, Owner::Hold(hold.clone()));
        }
        self.sheet.get().note(pace, Kind::Hold, meant, end);
        hold
    }

    async fn read(&mut self, pace: &Pace, kind: Kind, meant: Instant, path: &str) {
        let ended = self.decide(Method::GET, path, "", "").await;
        self.sheet.get().note(pace, kind, meant, end_of(&ended, 200));
    }

    async fn write(&mut self, path: &str, body: &str) -> Ended {
        self.asked += 1;
        let key = format!("bench-{:x}-{}-{}", self.hall.run, self.number, self.asked);
        self.decide(Method::POST, path, body, &key).await
    }

    /// Asks its node, and after an answer that decides nothing the next, under the same key.
    async fn decide(&mut self, method: Method, path: &str, body: &str, key: &str) -> Ended {
        let until = Instant::now() + REQUEST_MAX;
        let mut node = self.number;
        loop {
            let (request, sent) = (self.request(&method, path, body, key), Instant::now());
            match self.attempt(node % self.hall.nodes.len(), request).await {
                Ok(answer) if !matches!(answer.status, 412 | 429 | 502..=504) => {
                    return Ended::Decided(answer);
                }
                Ok(answer) if self.hall.impatient && matches!(answer.status, 429 | 503) => {
                    return Ended::TurnedAway { sent };
                }
                // Not now, nobody there, or no answer: all of it may be asked again.
                Ok(_) | Err(_) => {}
            }
            if self.hall.impatient || until <= Instant::now() {
                return Ended::GivenUp;
            }
            self.sheet.get().repeated();
            node += 1;
            sleep(PAUSE).await;
        }
    }

    fn request(&self, method: &Method, path: &str, body: &str, key: &str) -> Request<String> {
        // A buyer a hold: nobody holds twice.
        let user = format!("bench-{:x}-{}-{}", self.hall.run, self.number, self.asked);
        let request = Request::builder().method(method).uri(path).header("x-user-id", user);
        let mut request = request.body(body.to_owned()).expect("paths are made of plain ids");
        let headers = request.headers_mut();
        if !key.is_empty() {
            let key = HeaderValue::try_from(key).expect("keys are made of plain letters");
            headers.insert("idempotency-key", key);
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if path.ends_with("/confirm") {
            headers.insert("x-usher-role", HeaderValue::from_static("organizer"));
        }
        request
    }

    /// Asks one node, on the connection to it that is open, or a new one.
    async fn attempt(&mut self, node: usize, request: Request<String>) -> Result<Answer, Broken> {
        // Not put back until there was an answer: one that was given up leaves a broken connection.
        let kept = self.connections[node].take();
        let to = &self.hall.nodes[node];
        let asked = timeout(ATTEMPT_MAX, async {
            let mut open = None;
            if let Some(mut kept) = kept
                && kept.is_open().await
            {
                open = Some(kept);
            }
            let mut connection = match open {
                Some(open) => open,
                None => Connection::open(to).await?,
            };
            let answer = connection.ask(request).await?;
            Ok::<_, Broken>((answer, connection))
        });
        let (answer, connection) = asked.await.map_err(|late| Broken(late.to_string()))??;
        self.connections[node] = Some(connection);
        Ok(answer)
    }
}

/// The id of what a request has made, if it has.
fn made(ended: Ended) -> Option<String> {
    match ended {
        Ended::Decided(answer) if answer.status == 201 => id(&answer),
        Ended::Decided(_) | Ended::TurnedAway { .. } | Ended::GivenUp => None,
    }
}

fn end_of(ended: &Ended, due: u16) -> End {
    match ended {
        Ended::Decided(answer) if answer.status == due => End::Done,
        Ended::Decided(_) => End::Refused,
        Ended::TurnedAway { sent } => End::TurnedAway { after: sent.elapsed() },
        Ended::GivenUp => End::GivenUp,
    }
}

/// A random number below a limit.
fn below(limit: usize) -> usize {
    let mut bytes = [0; 8];
    SystemRng.fill(&mut bytes);
    usize::from_le_bytes(bytes) % limit.max(1)
}
