//! What clients of the benchmark do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout};

use super::SEATS_PER_SHOW;
use super::load::Pace;
use super::sheet::{End, Kind, Owner, Sheet};
use crate::cli::args::{Load, Scenario};
use crate::cli::client::Client;
use crate::cli::exit::Failure;
use crate::clock::{Rng as _, SystemRng};

/// One attempt takes no longer.
const ATTEMPT_MAX: Duration = Duration::from_secs(5);

/// A request is repeated under its key for so long.
const REQUEST_MAX: Duration = Duration::from_secs(15);

/// Before the same is asked of the next node.
const PAUSE: Duration = Duration::from_millis(20);

/// Of a hundred steps of the mixed scenario.
const MIXED_READS: u64 = 80;
/// The same: how many of the rest only hold.
const MIXED_HOLDS: u64 = 15;

/// What all buyers share.
pub(super) struct Hall {
    http: reqwest::Client,
    endpoints: Vec<String>,
    scenario: Scenario,
    shows: Vec<String>,
    /// The next seat that nobody has asked for.
    next: AtomicU64,
    /// No other run has this number.
    run: u64,
}

impl Hall {
    pub(super) fn new(
        client: &Client,
        scenario: Scenario,
        shows: Vec<String>,
        load: &Load,
    ) -> Result<Hall, Failure> {
        let http = Client::many(usize::from(load.clients))?;
        let (endpoints, run) = (client.endpoints().to_vec(), Client::new_number());
        Ok(Hall { http, endpoints, scenario, shows, next: AtomicU64::new(0), run })
    }

    /// A seat that nobody has asked for; `None` when all are gone.
    fn fresh_seat(&self) -> Option<(String, String)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let show = usize::try_from(number / SEATS_PER_SHOW).ok()?;
        Some((self.shows.get(show)?.clone(), (number % SEATS_PER_SHOW).to_string()))
    }
}

/// One client.
pub(super) struct Buyer {
    hall: Arc<Hall>,
    number: usize,
    /// Makes keys.
    asked: u64,
    sheet: Sheet,
}

/// An answer that decides.
struct Decided {
    status: u16,
    body: Bytes,
}

impl Decided {
    /// The id of what was made.
    fn id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Made {
            id: String,
        }
        serde_json::from_slice(&self.body).ok().map(|made: Made| made.id)
    }
}

impl Buyer {
    pub(super) fn new(hall: &Arc<Hall>, number: usize) -> Buyer {
        Buyer { hall: Arc::clone(hall), number, asked: 0, sheet: Sheet::default() }
    }

    /// Takes one step after the other until the run is over, or everything is sold.
    pub(super) async fn buy(mut self, pace: &Pace) -> Sheet {
        while let Some(meant) = pace.next().await {
            let goes_on = match self.hall.scenario {
                Scenario::Browse => self.browse(pace, meant).await,
                Scenario::Onsale => self.rush(pace, meant).await,
                Scenario::HoldConfirm | Scenario::Failover => self.purchase(pace, meant).await,
                Scenario::Mixed => self.mixed(pace, meant).await,
            };
            if !goes_on {
                break;
            }
        }
        self.sheet
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
        let at = usize::try_from(below(self.hall.shows.len() as u64)).unwrap_or(0);
        let path = format!("/v1/shows/{}/seats", self.hall.shows[at]);
        self.read(pace, Kind::Map, meant, &path).await;
    }

    /// Wants any seat of the one show, as thousands do when the sale opens: tries one at random,
    /// and confirms what it gets. Goes home with a seat, or when it is told that none is left.
    async fn rush(&mut self, pace: &Pace, meant: Instant) -> bool {
        let show = self.hall.shows[0].clone();
        let seat = below(SEATS_PER_SHOW).to_string();
        self.hold_and_confirm(pace, meant, &show, &seat).await;
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
        let decided = self.write(&path, body).await;
        let booking = decided.as_ref().filter(|decided| decided.status == 201);
        let end = end_of(decided.as_ref(), 201);
        if let Some(booking) = booking.and_then(Decided::id) {
            let place = (show.to_owned(), seat.to_owned());
            self.sheet.owned.insert(place, Owner::Booking(booking));
        }
        self.sheet.note(pace, Kind::Confirm, asked, end);
    }

    /// Holds one seat as a buyer of its own: its hold, if it got one.
    async fn hold(
        &mut self,
        pace: &Pace,
        meant: Instant,
        show: &str,
        seat: &str,
    ) -> Option<String> {
        let path = format!("/v1/shows/{show}/holds");
        let body = format!(r#"{{"seats": ["{seat}"]}}"#);
        let decided = self.write(&path, &body).await;
        let end = end_of(decided.as_ref(), 201);
        let hold = decided.filter(|decided| decided.status == 201).and_then(|made| made.id());
        if let Some(hold) = &hold {
            let place = (show.to_owned(), seat.to_owned());
            self.sheet.owned.insert(place, Owner::Hold(hold.clone()));
        }
        self.sheet.note(pace, Kind::Hold, meant, end);
        hold
    }

    async fn read(&mut self, pace: &Pace, kind: Kind, meant: Instant, path: &str) {
        let decided = self.decide(Method::GET, path, "", "").await;
        let end = end_of(decided.as_ref(), 200);
        self.sheet.note(pace, kind, meant, end);
    }

    async fn write(&mut self, path: &str, body: &str) -> Option<Decided> {
        self.asked += 1;
        let key = format!("bench-{:x}-{}-{}", self.hall.run, self.number, self.asked);
        self.decide(Method::POST, path, body, &key).await
    }

    /// Asks its node, and after an answer that decides nothing the next, under the same key.
    async fn decide(
        &mut self,
        method: Method,
        path: &str,
        body: &str,
        key: &str,
    ) -> Option<Decided> {
        let until = Instant::now() + REQUEST_MAX;
        let mut node = self.number;
        // A buyer a hold: nobody holds twice.
        let user = format!("bench-{:x}-{}-{}", self.hall.run, self.number, self.asked);
        loop {
            let endpoint = &self.hall.endpoints[node % self.hall.endpoints.len()];
            let request = self.hall.http.request(method.clone(), format!("{endpoint}{path}"));
            let mut request = request.header("x-user-id", &user);
            if !key.is_empty() {
                request = request
                    .header("idempotency-key", key)
                    .header("content-type", "application/json")
                    .body(body.to_owned());
            }
            if path.ends_with("/confirm") {
                request = request.header("x-usher-role", "organizer");
            }
            let answered = async {
                let response = request.send().await?;
                let status = response.status().as_u16();
                Ok::<_, reqwest::Error>(Decided { status, body: response.bytes().await? })
            };
            match timeout(ATTEMPT_MAX, answered).await {
                Ok(Ok(decided)) if !matches!(decided.status, 412 | 429 | 502..=504) => {
                    return Some(decided);
                }
                // Not now, nobody there, or no answer: all of it may be asked again.
                Ok(Ok(_) | Err(_)) | Err(_) => {}
            }
            if until <= Instant::now() {
                return None;
            }
            self.sheet.repeated();
            node += 1;
            sleep(PAUSE).await;
        }
    }
}

fn end_of(decided: Option<&Decided>, due: u16) -> End {
    match decided {
        None => End::GivenUp,
        Some(decided) if decided.status == due => End::Done,
        Some(_) => End::Refused,
    }
}

/// A random number below a limit.
fn below(limit: u64) -> u64 {
    let mut bytes = [0; 8];
    SystemRng.fill(&mut bytes);
    u64::from_le_bytes(bytes) % limit.max(1)
}
