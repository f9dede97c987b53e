//! Clients of the cluster: buyers who look, hold, pay, give up and come back, a box office, an
//! organizer, and the gateway with its webhooks. Each write has a key, and is repeated under it at
//! another node until its outcome is known; but for those of users who ask once and without a key.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::judge::history::{Ask, End, History, Op, Told};
use super::outside::{GATEWAY, Webhook};
use super::world::{Heard, World};
use crate::raft::NodeId;
use crate::seats::PaymentId;

/// Most clients ask for as long as it takes.
const PATIENCE: Duration = Duration::from_mins(5);

/// Some give up soon.
const LITTLE_PATIENCE: Duration = Duration::from_secs(4);

/// With everything mended a node answers within this.
const PROBE_MAX: Duration = Duration::from_secs(2);

/// Pause before a repeat.
const PAUSE_MS: std::ops::Range<u64> = 20..200;

/// Seats of each show, in rows of eight.
const SEATS: usize = 32;

/// Shows whose holds are short: what expires is in them.
pub(crate) const SHOWS: [&str; 2] = ["hamlet", "medea"];

/// A show for buyers who want one seat each and take their time: what the blind judge reads.
pub(crate) const QUIET: &str = "quiet";

/// Requests about one seat of the quiet show, before its buyers move to the next.
const BLIND_OPS: u64 = 160;

/// What all clients share.
pub(crate) struct Crowd {
    pub(crate) world: Arc<World>,
    pub(crate) history: Arc<History>,
    /// True once nothing new is to be begun.
    pub(crate) over: watch::Receiver<bool>,
}

/// One client.
pub(crate) struct Client {
    crowd: Arc<Crowd>,
    user: String,
    rng: SmallRng,
    home: NodeId,
    requests: u64,
    /// The latest index that it was told of.
    seen: u64,
}

/// How a request is made.
struct Call<'a> {
    method: &'a str,
    path: String,
    body: Value,
    role: &'a str,
    key: Option<&'a str>,
}

impl Call<'_> {
    /// Repeated, it might be carried out twice.
    fn is_asked_once(&self) -> bool {
        self.key.is_none() && self.method != "GET"
    }
}

impl Client {
    /// A client of its own user.
    pub(crate) fn new(crowd: &Arc<Crowd>, number: u64, seed: u64) -> Client {
        let mut rng = SmallRng::seed_from_u64(seed);
        let nodes = crowd.world.nodes();
        let home = nodes[rng.random_range(0..nodes.len())];
        let crowd = Arc::clone(crowd);
        Client { crowd, user: format!("u{number}"), rng, home, requests: 0, seen: 0 }
    }

    fn is_over(&self) -> bool {
        *self.crowd.over.borrow()
    }

    async fn think(&mut self, most_ms: u64) {
        let ms = self.rng.random_range(10..=most_ms.max(11));
        sleep(Duration::from_millis(ms)).await;
    }

    /// Puts the shows on.
    pub(crate) async fn open_house(&mut self) {
        for (show, ttl) in [(SHOWS[0], 3), (SHOWS[1], 6), (QUIET, 7200)] {
            let ask = Ask::CreateShow { show: show.to_owned() };
            let body = json!({
                "id": show, "name": show, "starts_at": "2099-03-01T19:30:00.000Z",
                "currency": "EUR", "prices": {"Stalls": 2500}, "seat_map": plan(),
                "policy": {"hold_ttl_seconds": ttl, "hold_total_seconds_max": 7200,
                    "seats_per_hold_max": 4},
            });
            self.write(ask, "POST", "/v1/shows".to_owned(), body, "organizer").await;
        }
    }

    /// A buyer, until the house closes.
    pub(crate) async fn shop(mut self) {
        while !self.is_over() {
            self.think(300).await;
            let show = SHOWS[self.rng.random_range(0..SHOWS.len())];
            if self.rng.random_bool(0.2) {
                let body = self.wish();
                self.snatch(show, body).await;
            }
            if self.rng.random_bool(0.4) {
                let linearizable = self.rng.random_bool(0.4);
                self.seats(show, linearizable).await;
            }
            let body = self.wish();
            let ask = Ask::Hold { show: show.to_owned() };
            let path = format!("/v1/shows/{show}/holds");
            let Some(told) = self.write(ask, "POST", path, body, "buyer").await else { continue };
            if told.is_success() {
                let hold = told.text("id").to_owned();
                self.decide(&hold).await;
            } else if told.code.as_deref() == Some("user_has_active_hold") {
                self.tidy_up().await;
            }
        }
    }

    /// Lets go of a hold whose answer was lost.
    async fn tidy_up(&mut self) {
        let mine = self.look("/v1/me/hold".to_owned(), true).await;
        let Some(mine) = mine.filter(Told::is_success) else { return };
        self.release(mine.text("id").to_owned()).await;
    }

    /// Wants seats without a key, as a user who asks for nothing else: whose hold it is shows by
    /// that, if its answer is lost. What is given is let go again.
    async fn snatch(&mut self, show: &str, body: Value) {
        let passer_by = format!("{}-{}", self.user, self.requests);
        let user = std::mem::replace(&mut self.user, passer_by);
        let path = format!("/v1/shows/{show}/holds");
        let call = Call { method: "POST", path, body, role: "buyer", key: None };
        let told = self.carry_out(Ask::Hold { show: show.to_owned() }, call, 0).await;
        if let Some(told) = told.filter(Told::is_success) {
            self.think(100).await;
            self.release(told.text("id").to_owned()).await;
        }
        self.user = user;
    }

    fn wish(&mut self) -> Value {
        let replace = self.rng.random_bool(0.1);
        if self.rng.random_bool(0.15) {
            let quantity = self.rng.random_range(1..=3);
            return json!({"best_available": {"quantity": quantity}, "replace_active": replace});
        }
        let count = self.rng.random_range(1..=3);
        let first = self.rng.random_range(0..SEATS);
        let seats: Vec<String> = (first..(first + count).min(SEATS)).map(seat).collect();
        json!({"seats": seats, "replace_active": replace})
    }

    /// What a buyer does with a hold.
    async fn decide(&mut self, hold: &str) {
        self.think(150).await;
        match self.rng.random_range(0..100) {
            0..18 => {
                self.release(hold.to_owned()).await;
            }
            // It expires.
            18..32 => {}
            32..40 => {
                let ask = Ask::Extend { hold: hold.to_owned() };
                let path = format!("/v1/holds/{hold}/extend");
                self.write(ask, "POST", path, json!({"ttl_seconds": 2}), "buyer").await;
                self.pay(hold).await;
            }
            40..50 => {
                let booking = self.confirm(hold).await;
                self.perhaps_cancel(booking).await;
            }
            _ => self.pay(hold).await,
        }
    }

    async fn release(&mut self, hold: String) -> Option<Told> {
        let path = format!("/v1/holds/{hold}");
        self.write(Ask::Release { hold }, "DELETE", path, Value::Null, "buyer").await
    }

    async fn confirm(&mut self, hold: &str) -> Option<String> {
        let ask = Ask::Confirm { hold: hold.to_owned() };
        let path = format!("/v1/holds/{hold}/confirm");
        let body = json!({"reference": "till", "email": null});
        let told = self.write(ask, "POST", path, body, "organizer").await?;
        told.is_success().then(|| told.text("id").to_owned())
    }

    async fn perhaps_cancel(&mut self, booking: Option<String>) {
        let Some(booking) = booking else { return };
        if self.rng.random_bool(0.5) {
            let path = format!("/v1/bookings/{booking}/cancel");
            let ask = Ask::CancelBooking { booking };
            self.write(ask, "POST", path, json!({}), "organizer").await;
        }
    }

    async fn pay(&mut self, hold: &str) {
        let ask = Ask::Pay { hold: hold.to_owned() };
        let path = format!("/v1/holds/{hold}/payments");
        let email = format!("{}@example.com", self.user);
        let body = json!({"gateway": GATEWAY, "email": email,
            "success_url": "https://example.com/yes", "cancel_url": "https://example.com/no"});
        let Some(told) = self.write(ask, "POST", path, body, "buyer").await else { return };
        if !told.is_success() {
            return;
        }
        let text = told.text("id").to_owned();
        let payment = PaymentId::parse(&text).expect("a payment has an id");
        let outside = Arc::clone(&self.crowd.world.outside);
        match self.rng.random_range(0..100) {
            // At once, or when the hold may be over.
            0..50 => self.think(400).await,
            50..70 => self.think(9000).await,
            70..78 => {
                outside.decline(payment);
                self.think(400).await;
            }
            78..86 => {
                outside.fail(payment);
                return;
            }
            86..93 => {
                let path = format!("/v1/payments/{text}/cancel");
                let ask = Ask::CancelPayment { payment: text };
                self.write(ask, "POST", path, json!({}), "buyer").await;
                return;
            }
            _ => return,
        }
        outside.approve(payment);
        if self.rng.random_bool(0.05) {
            outside.babble(payment);
        }
        for _ in 0..8 {
            self.think(500).await;
            let seen = self.look(format!("/v1/payments/{text}"), false).await;
            let Some(seen) = seen.filter(Told::is_success) else { continue };
            if let Some(booking) = seen.body["booking"].as_str() {
                let booking = Some(booking.to_owned());
                if self.rng.random_bool(0.3) {
                    self.perhaps_cancel(booking).await;
                }
                return;
            }
            if seen.text("status") != "open" {
                return;
            }
        }
    }

    /// Whether one node alone answers a write and reads of both kinds, at once.
    ///
    /// # Errors
    /// What it answered.
    pub(crate) async fn probe(mut self, node: NodeId) -> Result<(), String> {
        let world = Arc::clone(&self.crowd.world);
        let hold = format!("/v1/shows/{QUIET}/holds");
        let key = format!("{}-probe", self.user);
        let mut index = 0;
        for (method, path, body) in [
            ("POST", hold, json!({"best_available": {"quantity": 1}})),
            ("GET", "/v1/me/hold?consistency=linearizable".to_owned(), Value::Null),
            ("GET", "/v1/me/hold?min_index=".to_owned(), Value::Null),
        ] {
            let path = if path.ends_with('=') { format!("{path}{index}") } else { path };
            let key = (method == "POST").then_some(key.as_str());
            let call = Call { method, path, body, role: "buyer", key };
            let begun = Instant::now();
            let heard = world.ask(node, request(&call, &self.user)).await;
            let Heard::Answer { status, headers, body } = heard else {
                return Err(format!("{method} {}: {heard:?}", call.path));
            };
            let sold_out = status == 409;
            if !(200..300).contains(&status) && !sold_out {
                return Err(format!("{method} {}: {status} {body:?}", call.path));
            }
            if PROBE_MAX < begun.elapsed() {
                return Err(format!("{method} {} took {:?}", call.path, begun.elapsed()));
            }
            if sold_out {
                return Ok(());
            }
            let text = headers.get("usher-applied-index").and_then(|text| text.to_str().ok());
            index = text.and_then(|text| text.parse().ok()).unwrap_or(0);
            self.seen = self.seen.max(index);
        }
        Ok(())
    }

    /// A buyer of single seats, who is in no hurry: with others of the kind on one seat at a time.
    pub(crate) async fn dawdle(mut self, turns: Arc<std::sync::atomic::AtomicU64>) {
        use std::sync::atomic::Ordering;
        let mut mine: Option<String> = None;
        while !self.is_over() {
            self.think(250).await;
            let turn = turns.fetch_add(1, Ordering::Relaxed);
            let at = usize::try_from(turn / BLIND_OPS).unwrap_or(0);
            if SEATS <= at {
                return;
            }
            let draw = self.rng.random_range(0..100);
            if draw < 25 {
                self.seats(QUIET, true).await;
            } else if draw < 40 {
                self.snatch(QUIET, json!({"seats": [seat(at)]})).await;
            } else if let Some(hold) = mine.take() {
                if draw < 95 {
                    self.release(hold).await;
                } else {
                    let booking = self.confirm(&hold).await;
                    if let Some(booking) = booking {
                        let path = format!("/v1/bookings/{booking}/cancel");
                        let ask = Ask::CancelBooking { booking };
                        self.write(ask, "POST", path, json!({}), "organizer").await;
                    }
                }
            } else {
                let ask = Ask::Hold { show: QUIET.to_owned() };
                let path = format!("/v1/shows/{QUIET}/holds");
                let told = self.write(ask, "POST", path, json!({"seats": [seat(at)]}), "buyer");
                match told.await {
                    Some(told) if told.is_success() => mine = Some(told.text("id").to_owned()),
                    Some(told) if told.code.as_deref() == Some("user_has_active_hold") => {
                        self.tidy_up().await;
                    }
                    Some(_) | None => {}
                }
            }
        }
    }

    /// The organizer: blocks and unblocks seats, and in some runs takes a show off.
    pub(crate) async fn organize(mut self, cancel_after: Option<Duration>) {
        let begun = Instant::now();
        let mut cancels = cancel_after;
        while !self.is_over() {
            self.think(2500).await;
            if cancels.is_some_and(|after| after <= begun.elapsed()) {
                cancels = None;
                let show = SHOWS[1].to_owned();
                let path = format!("/v1/shows/{show}/cancel");
                self.write(Ask::CancelShow { show }, "POST", path, json!({}), "organizer").await;
                continue;
            }
            let show = SHOWS[0].to_owned();
            let verb = if self.rng.random_bool(0.4) { "block" } else { "unblock" };
            let path = format!("/v1/shows/{show}/{verb}");
            let first = self.rng.random_range(0..SEATS - 2);
            let body = json!({"seats": [seat(first), seat(first + 1)]});
            self.write(Ask::Block { show }, "POST", path, body, "organizer").await;
        }
    }

    /// Reads a show's seats, as organizers see them.
    async fn seats(&mut self, show: &str, linearizable: bool) -> Option<Told> {
        let ask = Ask::Seats { show: show.to_owned(), linearizable };
        self.read(ask, format!("/v1/shows/{show}/seats"), linearizable, "organizer").await
    }

    async fn look(&mut self, path: String, linearizable: bool) -> Option<Told> {
        let ask = Ask::Look { path: path.clone(), linearizable };
        self.read(ask, path, linearizable, "buyer").await
    }

    async fn read(
        &mut self,
        ask: Ask,
        path: String,
        linearizable: bool,
        role: &str,
    ) -> Option<Told> {
        // Half of the local reads stay within the session.
        let min_index = if !linearizable && self.rng.random_bool(0.5) { self.seen } else { 0 };
        let mut path = format!("{path}?consistency=local");
        if linearizable {
            path = path.replace("local", "linearizable");
        } else if 0 < min_index {
            write!(path, "&min_index={min_index}").expect("writing to a String cannot fail");
        }
        let call = Call { method: "GET", path, body: Value::Null, role, key: None };
        self.carry_out(ask, call, min_index).await
    }

    async fn write(
        &mut self,
        ask: Ask,
        method: &str,
        path: String,
        body: Value,
        role: &str,
    ) -> Option<Told> {
        let key = format!("{}-{}", self.user, self.requests);
        let call = Call { method, path, body, role, key: Some(&key) };
        self.carry_out(ask, call, 0).await
    }

    /// Sends a request until it has an answer, and writes it down.
    async fn carry_out(&mut self, ask: Ask, call: Call<'_>, min_index: u64) -> Option<Told> {
        self.requests += 1;
        let observer = Arc::clone(&self.crowd.world.observer);
        let (called, called_ms) = (observer.moment(), observer.elapsed_ms());
        let user = &self.user;
        observer.note(|line| {
            let key = call.key.unwrap_or("none");
            write!(line, "{user} asks {} {} {} [key {key}]", call.method, call.path, call.body)
        });
        let hasty = call.is_asked_once() || self.rng.random_bool(0.1);
        let patience = if hasty { LITTLE_PATIENCE } else { PATIENCE };
        let end = self.attempts(&call, patience).await;
        let (returned, returned_ms) = (observer.moment(), observer.elapsed_ms());
        let user = &self.user;
        observer.note(|line| match &end {
            End::Told(told) => {
                let (status, code) = (told.status, told.code.as_deref().unwrap_or(""));
                let index = told.index.unwrap_or(0);
                write!(line, "{user} is told {status} {code} at {index}: {}", told.text("id"))
            }
            End::NotProposed => write!(line, "{user} gives up: it was not proposed"),
            End::Unknown => write!(line, "{user} gives up: the outcome is unknown"),
        });
        observer.count(|counts| match &end {
            End::Told(_) => counts.operations += 1,
            End::NotProposed | End::Unknown => counts.unknowns += 1,
        });
        let told = match &end {
            End::Told(told) => {
                self.seen = self.seen.max(told.index.unwrap_or(0));
                Some(told.clone())
            }
            End::NotProposed | End::Unknown => None,
        };
        self.crowd.history.push(Op {
            user: self.user.clone(),
            ask,
            key: call.key.map(str::to_owned),
            sent: call.body,
            min_index,
            patience_ms: u64::try_from(patience.as_millis()).unwrap_or(u64::MAX),
            called,
            returned,
            called_ms,
            returned_ms,
            end,
        });
        told
    }

    async fn attempts(&mut self, call: &Call<'_>, patience: Duration) -> End {
        let until = Instant::now() + patience;
        let mut perhaps = false;
        loop {
            let world = Arc::clone(&self.crowd.world);
            match world.ask(self.home, request(call, &self.user)).await {
                // Some believe it, and ask no more.
                Heard::Answer { status: 503, .. }
                    if !perhaps && call.key.is_some() && self.rng.random_bool(0.2) =>
                {
                    return End::NotProposed;
                }
                Heard::Answer { status: 503 | 412, .. } | Heard::NotSent => {}
                // The same key goes on where it was.
                Heard::Answer { status: 502 | 504, .. } | Heard::Lost if call.is_asked_once() => {
                    return End::Unknown;
                }
                Heard::Answer { status: 502 | 504, .. } | Heard::Lost => perhaps = true,
                Heard::Answer { status, headers, body } => {
                    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
                    if status == 500 {
                        let what = format!("{} {} got 500: {body}", call.method, call.path);
                        world.observer.violate("500", what, Vec::new());
                    }
                    let code = body["code"].as_str().map(str::to_owned);
                    let header = |name: &str| headers.get(name)?.to_str().ok();
                    let index = header("usher-applied-index").and_then(|text| text.parse().ok());
                    let replayed = header("idempotent-replayed") == Some("true");
                    let told = Told { status, code, index, replayed, body };
                    if call.key.is_some() && self.rng.random_bool(0.08) {
                        self.ask_again(call, &told).await;
                    }
                    return End::Told(told);
                }
            }
            if until <= Instant::now() {
                return if perhaps { End::Unknown } else { End::NotProposed };
            }
            self.home = world.any_node();
            let pause = self.rng.random_range(PAUSE_MS);
            sleep(Duration::from_millis(pause)).await;
        }
    }
}

impl Client {
    /// The same request under its key has the same answer at any node; another has none.
    async fn ask_again(&mut self, call: &Call<'_>, told: &Told) {
        let world = Arc::clone(&self.crowd.world);
        let violate = |what: String| {
            let what = format!("{} {} [key {:?}] {what}", call.method, call.path, call.key);
            world.observer.violate("I7", what, call.key.iter().map(|&key| key.into()).collect());
        };
        if told.status == 400 {
            return;
        }
        let other = self.rng.random_bool(0.3) && !call.body.is_null();
        let changed = json!({"seats": ["A-1"], "replace_active": true});
        let body = if other { changed } else { call.body.clone() };
        let Call { method, role, key, .. } = *call;
        let again = Call { method, path: call.path.clone(), body, role, key };
        let Heard::Answer { status, headers, body } =
            world.ask(world.any_node(), request(&again, &self.user)).await
        else {
            return;
        };
        let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if matches!(status, 502..505) {
            return;
        }
        if other && again.body != call.body {
            // A body that its route does not take is refused before its key is looked at.
            if status != 422 && status != 400 {
                violate(format!("with another body was told {status}: {body}"));
            }
        } else if !other {
            self.crowd.world.observer.count(|counts| counts.repeats += 1);
            let replayed = headers.get("idempotent-replayed").is_some();
            // What a body says of the time left is of the moment.
            let still = |body: &Value| {
                let mut body = body.clone();
                if let Some(fields) = body.as_object_mut() {
                    fields.remove("expires_in_ms");
                }
                body
            };
            if status != told.status || still(&body) != still(&told.body) || !replayed {
                let before = (told.status, &told.body);
                violate(format!("was told {before:?}, and again {status} {body} ({replayed})"));
            }
        }
    }
}

fn request(call: &Call<'_>, user: &str) -> Request<Body> {
    let mut request = Request::builder()
        .method(call.method)
        .uri(&call.path)
        .header("x-user-id", user)
        .header("x-usher-role", call.role);
    if let Some(key) = call.key {
        request = request.header("idempotency-key", key);
    }
    let body = if call.body.is_null() {
        Body::empty()
    } else {
        request = request.header("content-type", "application/json");
        Body::from(call.body.to_string())
    };
    request.body(body).expect("a request of ours is well formed")
}

/// Brings webhooks to whichever node takes them.
pub(crate) async fn deliver(world: Arc<World>, mut webhooks: UnboundedReceiver<Webhook>) {
    while let Some(Webhook { after, body }) = webhooks.recv().await {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            sleep(after).await;
            // As gateways do: again and again, for a while.
            for attempt in 0..40_u64 {
                let request = Request::builder()
                    .method("POST")
                    .uri(format!("/v1/gateways/{GATEWAY}/webhook"))
                    .header("webhook-signature", "signed")
                    .body(Body::from(body.clone()))
                    .expect("a request of ours is well formed");
                match world.ask(world.any_node(), request).await {
                    Heard::Answer { status: 200..300, headers, .. } => {
                        let index = headers.get("usher-applied-index");
                        let index = index.and_then(|text| text.to_str().ok()?.parse().ok());
                        world.observer.took(&body, index);
                        return;
                    }
                    Heard::Answer { status: status @ 400..=500, body: told, .. } => {
                        let what = format!("the webhook {body} was told {status}: {told:?}");
                        world.observer.violate("webhook", what, Vec::new());
                        return;
                    }
                    Heard::Answer { .. } | Heard::NotSent | Heard::Lost => {}
                }
                sleep(Duration::from_millis(100 + 50 * attempt)).await;
            }
        });
    }
}

fn seat(at: usize) -> String {
    format!("{}-{}", char::from(b'A' + u8::try_from(at / 8).unwrap_or(0)), at % 8 + 1)
}

/// A hall of four rows of eight.
fn plan() -> Value {
    let row = |row: usize| {
        let seats: Vec<Value> = (0..8)
            .map(|at| {
                json!({"seat_guid": seat(row * 8 + at), "seat_number": (at + 1).to_string(),
                    "category": "Stalls", "position": {"x": at * 30, "y": 0}})
            })
            .collect();
        json!({"row_number": (row + 1).to_string(), "position": {"x": 0, "y": row * 40},
            "seats": seats})
    };
    let rows: Vec<Value> = (0..SEATS / 8).map(row).collect();
    json!({"name": "A hall", "size": {"width": 400, "height": 300},
        "categories": [{"name": "Stalls", "color": "#336699"}],
        "zones": [{"name": "Parterre", "position": {"x": 0, "y": 0}, "rows": rows, "areas": []}]})
}
