//! Buyers over HTTP, through every node, in open loop: they come at their rate, whatever the cluster
//! does, up to a number at a time. What each asked and was told goes into the history that is judged.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::harness::{Call, Node, Paying, Reply, Rng, plans, show_with};
use crate::judge::history::{Ask, End, Op, Told};

/// Visitors at a time: in an outage no more come.
const VISITS_MAX: usize = 400;

/// New visitors every [`BEAT`], at most: after an outage they do not come all at once.
const ARRIVALS_MAX: usize = 6;

/// How often it is seen whether more should come.
const BEAT: Duration = Duration::from_millis(20);

/// Requests that a visitor makes, about.
const VISIT_OPS: u64 = 4;

/// How long one node may take before another is asked under the same key.
const CALL_MAX: Duration = Duration::from_secs(3);

/// Most ask for as long as any fault lasts.
const PATIENCE: Duration = Duration::from_mins(2);

/// Some give up soon.
const LITTLE_PATIENCE: Duration = Duration::from_secs(2);

/// Different users: some come back while they still hold seats.
const USERS: u64 = 3000;

/// Buyers of the quiet show.
const DAWDLERS: u64 = 6;

/// Requests about one seat of the quiet show before its buyers move to the next: the search that
/// judges them without the log gives up beyond some two hundred.
const BLIND_OPS: u64 = 150;

/// The show that is judged so.
pub const QUIET: &str = "quiet";

/// Seats of the quiet show, in rows of eight.
const QUIET_SEATS: u64 = 32;

/// Seats of a hot show, in rows of eight: few, so that they are fought over.
const HOT_SEATS: u64 = 24;

/// Seats of a wide show, in rows of a hundred.
const WIDE_SEATS: u64 = 2000;

/// A hot show is on for so long, and then another.
const HOT_FOR: Duration = Duration::from_secs(20);

/// So many hot shows to one wide one.
const HOT_PER_WIDE: u64 = 3;

/// Everybody, and what they were told.
pub struct Crowd {
    /// Whom they ask.
    pub paying: Paying,
    began: Instant,
    over: AtomicBool,
    moments: AtomicU64,
    /// Requests begun.
    begun: AtomicU64,
    visits: AtomicU64,
    /// The shows that are on, by their numbers.
    hot: AtomicU64,
    wide: AtomicU64,
    /// Requests about seats of the quiet show.
    turns: AtomicU64,
    ops: Mutex<Vec<Op>>,
    /// When writes were acknowledged.
    successes: Mutex<Vec<Instant>>,
    /// What was wrong on its face.
    wrong: Mutex<Vec<String>>,
    rng: Mutex<Rng>,
}

impl Crowd {
    /// Puts the first shows on.
    pub async fn gather(paying: Paying, mut rng: Rng) -> Arc<Crowd> {
        let crowd = Arc::new(Crowd {
            paying,
            began: Instant::now(),
            over: AtomicBool::new(false),
            moments: AtomicU64::new(1),
            begun: AtomicU64::new(0),
            visits: AtomicU64::new(0),
            hot: AtomicU64::new(0),
            wide: AtomicU64::new(0),
            turns: AtomicU64::new(0),
            ops: Mutex::default(),
            successes: Mutex::default(),
            wrong: Mutex::default(),
            rng: Mutex::new(rng.fork()),
        });
        let mut organizer = Visitor::new(&crowd, "organizer");
        for (show, plan, ttl) in [
            (QUIET.to_owned(), eights(QUIET_SEATS), 7200),
            ("hot-0".to_owned(), eights(HOT_SEATS), 3),
            ("wide-0".to_owned(), plans::large(index(WIDE_SEATS)), 20),
        ] {
            organizer.puts_on(show, &plan, ttl).await.expect("the first shows are put on");
        }
        crowd
    }

    /// Everybody, until it is over and everyone has an answer. `rate` requests a second.
    pub async fn buy(self: Arc<Self>, rate: u64, run: Duration) {
        let mut visits = JoinSet::new();
        for _ in 0..DAWDLERS {
            // They are at the last seat when the run ends.
            let ops = u32::try_from(BLIND_OPS * QUIET_SEATS / DAWDLERS).expect("some thousands");
            visits.spawn(Visitor::new(&self, "dawdler").dawdles(run / ops));
        }
        visits.spawn(Visitor::new(&self, "organizer").organizes());
        let mut beat = interval(BEAT);
        let began = Instant::now();
        while !self.is_over() {
            beat.tick().await;
            let due = rate * u64::try_from(began.elapsed().as_millis()).unwrap_or(0) / 1000;
            let lack = due.saturating_sub(self.begun.load(Ordering::Relaxed)) / VISIT_OPS;
            let room = VISITS_MAX.saturating_sub(visits.len()).min(ARRIVALS_MAX);
            for _ in 0..room.min(index(lack)) {
                let n = self.visits.fetch_add(1, Ordering::Relaxed);
                let user = format!("u{}", self.rng().below(USERS));
                visits.spawn(Visitor::new(&self, &user).visits(n));
            }
            while let Some(ended) = visits.try_join_next() {
                self.notes(ended);
            }
        }
        while let Some(ended) = visits.join_next().await {
            self.notes(ended);
        }
    }

    /// Nobody comes any more.
    pub fn close(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// The longest time without an acknowledged write.
    pub fn longest_gap(&self, from: Instant, to: Instant) -> Duration {
        let successes = lock(&self.successes);
        let within = successes.iter().copied().filter(|at| from < *at && *at < to);
        let mut times: Vec<Instant> = within.chain([from, to]).collect();
        times.sort();
        times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// How many writes were acknowledged so far.
    pub fn acked(&self) -> usize {
        lock(&self.successes).len()
    }

    /// Asks for some answers of a time again, under their keys: those that are others now.
    pub async fn recalls(&self, since: Instant, count: usize) -> Vec<String> {
        let since = u64::try_from((since - self.began).as_millis()).unwrap_or(0);
        let mut acked: Vec<Op> = {
            let ops = lock(&self.ops);
            let recent = ops.iter().rev().take_while(|op| since < op.returned_ms);
            recent.filter(|op| op.key.is_some() && told(op).is_some()).cloned().collect()
        };
        let mut wrong = Vec::new();
        for _ in 0..count.min(acked.len()) {
            let op = acked.swap_remove(self.rng().index(acked.len()));
            wrong.extend(self.recall(&op).await);
        }
        wrong
    }

    async fn recall(&self, op: &Op) -> Option<String> {
        let told = told(op)?;
        let until = Instant::now() + PATIENCE;
        loop {
            let call = request(self.any(), op.key.as_deref(), &op.user, &op.ask, &op.sent, 0);
            if let Ok(reply) = call.within(CALL_MAX).try_send().await
                && !matches!(reply.status.as_u16(), 412 | 502..=504)
            {
                let again = heard(&reply);
                let same = again.status == told.status && still(&again.body) == still(&told.body);
                return (!same || !again.replayed).then(|| {
                    format!("{:?} [key {:?}]: was told {told:?}, now {again:?}", op.ask, op.key)
                });
            }
            if until <= Instant::now() {
                return Some(format!("{:?} [key {:?}] is not answered again", op.ask, op.key));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Everything that was asked, and what was wrong on its face.
    pub fn take(&self) -> (Vec<Op>, Vec<String>) {
        (std::mem::take(&mut lock(&self.ops)), std::mem::take(&mut lock(&self.wrong)))
    }

    /// Any node that is there, member or about to be.
    fn any(&self) -> &Node {
        let present: Vec<&Node> = self.paying.cluster.present().collect();
        let at = self.rng().index(present.len());
        present[at]
    }

    fn notes(&self, ended: Result<(), tokio::task::JoinError>) {
        if let Err(panic) = ended {
            lock(&self.wrong).push(format!("a visitor panicked, see above: {panic}"));
        }
    }

    fn moment(&self) -> u64 {
        self.moments.fetch_add(1, Ordering::SeqCst)
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn rng(&self) -> MutexGuard<'_, Rng> {
        lock(&self.rng)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a panicking visitor leaves is whole: it only pushes.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("it is small")
}

/// An acknowledgement.
fn told(op: &Op) -> Option<&Told> {
    match &op.end {
        End::Told(told) if told.is_success() => Some(told),
        End::Told(_) | End::NotProposed | End::Unknown => None,
    }
}

/// What a body says of the time left is of the moment.
fn still(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("expires_in_ms");
    }
    body
}

fn heard(reply: &Reply) -> Told {
    let header = |name| reply.header(name);
    Told {
        status: reply.status.as_u16(),
        code: Some(reply.code()).filter(|code| !code.is_empty()),
        index: header("usher-applied-index").and_then(|text| text.parse().ok()),
        replayed: header("idempotent-replayed") == Some("true"),
        body: serde_json::from_slice(&reply.body).unwrap_or(Value::Null),
    }
}

/// What is asked, as HTTP has it.
fn request(
    node: &Node,
    key: Option<&str>,
    user: &str,
    ask: &Ask,
    sent: &Value,
    min_index: u64,
) -> Call {
    let post = |path: String, role| (Method::POST, path, role);
    let (method, path, role) = match ask {
        Ask::Hold { show } => post(format!("/v1/shows/{show}/holds"), "buyer"),
        Ask::Extend { hold } => post(format!("/v1/holds/{hold}/extend"), "buyer"),
        Ask::Release { hold } => (Method::DELETE, format!("/v1/holds/{hold}"), "buyer"),
        Ask::Confirm { hold } => post(format!("/v1/holds/{hold}/confirm"), "organizer"),
        Ask::Pay { hold } => post(format!("/v1/holds/{hold}/payments"), "buyer"),
        Ask::CancelPayment { payment } => post(format!("/v1/payments/{payment}/cancel"), "buyer"),
        Ask::CancelBooking { booking } => {
            post(format!("/v1/bookings/{booking}/cancel"), "organizer")
        }
        Ask::Block { show } => {
            // Which of the two is told by the key, as the body is the same.
            let verb =
                if key.is_some_and(|key| key.ends_with("-un")) { "unblock" } else { "block" };
            post(format!("/v1/shows/{show}/{verb}"), "organizer")
        }
        Ask::CancelShow { show } => post(format!("/v1/shows/{show}/cancel"), "organizer"),
        Ask::CreateShow { .. } => post("/v1/shows".to_owned(), "organizer"),
        Ask::Seats { show, linearizable } => {
            let path = fresh(&format!("/v1/shows/{show}/seats"), *linearizable, min_index);
            (Method::GET, path, "organizer")
        }
        Ask::Look { path, linearizable } => {
            (Method::GET, fresh(path, *linearizable, min_index), "buyer")
        }
    };
    let call = node.call(method, &path).user(user).header("x-usher-role", role);
    let call = if sent.is_null() { call } else { call.json(sent) };
    match key {
        Some(key) => call.key(key),
        None => call,
    }
}

fn fresh(path: &str, linearizable: bool, min_index: u64) -> String {
    match (linearizable, min_index) {
        (true, _) => format!("{path}?consistency=linearizable"),
        (false, 0) => format!("{path}?consistency=local"),
        (false, index) => format!("{path}?consistency=local&min_index={index}"),
    }
}

fn eights(seats: u64) -> Value {
    let rows = ["A", "B", "C", "D"].map(|name| (name, 8));
    plans::rows(&rows[..index(seats / 8)])
}

fn eighth(at: u64) -> String {
    format!("{}-{}", ["A", "B", "C", "D"][index(at / 8)], at % 8 + 1)
}

/// One who asks.
struct Visitor {
    crowd: Arc<Crowd>,
    user: String,
    rng: Rng,
    /// The latest index that it was told of.
    seen: u64,
}

impl Visitor {
    fn new(crowd: &Arc<Crowd>, user: &str) -> Visitor {
        let rng = crowd.rng().fork();
        Visitor { crowd: Arc::clone(crowd), user: user.to_owned(), rng, seen: 0 }
    }

    async fn thinks(&mut self, most_ms: u64) {
        let ms = 5 + self.rng.below(most_ms);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }

    async fn puts_on(&mut self, show: String, plan: &Value, ttl: u64) -> Option<Told> {
        let policy = json!({"policy": {"hold_ttl_seconds": ttl, "hold_total_seconds_max": 7200,
            "seats_per_hold_max": 4}});
        let body = show_with(&show, plan, &policy);
        self.writes(Ask::CreateShow { show }, body).await
    }

    /// New shows, and seats that are off the market for a while.
    async fn organizes(mut self) {
        let mut since = Instant::now();
        while !self.crowd.is_over() {
            self.thinks(800).await;
            if HOT_FOR < since.elapsed() {
                since = Instant::now();
                let hot = self.crowd.hot.load(Ordering::Relaxed) + 1;
                if self.puts_on(format!("hot-{hot}"), &eights(HOT_SEATS), 3).await.is_some() {
                    self.crowd.hot.store(hot, Ordering::Relaxed);
                }
                if hot.is_multiple_of(HOT_PER_WIDE) {
                    let wide = hot / HOT_PER_WIDE;
                    let plan = plans::large(index(WIDE_SEATS));
                    if self.puts_on(format!("wide-{wide}"), &plan, 20).await.is_some() {
                        self.crowd.wide.store(wide, Ordering::Relaxed);
                    }
                }
                continue;
            }
            let show = format!("hot-{}", self.crowd.hot.load(Ordering::Relaxed));
            let first = self.rng.below(HOT_SEATS - 1);
            let body = json!({"seats": [eighth(first), eighth(first + 1)]});
            let unblock = !self.rng.once_in(3);
            self.blocks(show, body, unblock).await;
        }
    }

    async fn blocks(&mut self, show: String, body: Value, unblock: bool) {
        let end = if unblock { "-un" } else { "" };
        let key = format!("{}-{}{end}", self.user, self.crowd.moment());
        self.carries_out(Ask::Block { show }, body, Some(key), 0).await;
    }

    /// One visit to a show.
    async fn visits(mut self, n: u64) {
        let hot = n.is_multiple_of(3);
        let numbers = if hot { &self.crowd.hot } else { &self.crowd.wide };
        let number = numbers.load(Ordering::Relaxed);
        let show = if hot { format!("hot-{number}") } else { format!("wide-{number}") };
        if hot && self.rng.once_in(2) {
            let linearizable = self.rng.once_in(2);
            self.seats(&show, linearizable).await;
        }
        let body = self.wish(hot);
        let Some(told) = self.writes(Ask::Hold { show: show.clone() }, body).await else { return };
        if told.is_success() {
            let hold = told.text("id").to_owned();
            if self.rng.once_in(2) {
                let linearizable = self.rng.once_in(2);
                self.looks("/v1/me/hold".to_owned(), linearizable).await;
            }
            self.decides(&hold, hot).await;
        } else if told.code.as_deref() == Some("user_has_active_hold") {
            self.tidies_up().await;
        } else if hot {
            self.seats(&show, true).await;
        }
    }

    /// Lets go of a hold of an earlier visit, or one whose answer was lost.
    async fn tidies_up(&mut self) {
        let mine = self.looks("/v1/me/hold".to_owned(), true).await;
        if let Some(mine) = mine.filter(Told::is_success) {
            self.releases(mine.text("id").to_owned()).await;
        }
    }

    fn wish(&mut self, hot: bool) -> Value {
        let count = self.rng.below(4) + 1;
        let replace = self.rng.once_in(10);
        if self.rng.once_in(8) {
            return json!({"best_available": {"quantity": count}, "replace_active": replace});
        }
        let seats: Vec<String> = if hot {
            let first = self.rng.below(HOT_SEATS);
            (first..(first + count).min(HOT_SEATS)).map(eighth).collect()
        } else {
            let (row, first) = (self.rng.below(WIDE_SEATS / 100), self.rng.below(96) + 1);
            (first..first + count).map(|seat| format!("R{row}-{seat}")).collect()
        };
        json!({"seats": seats, "replace_active": replace})
    }

    /// What becomes of a hold.
    async fn decides(&mut self, hold: &str, hot: bool) {
        self.thinks(150).await;
        match self.rng.below(100) {
            0..34 => {
                self.releases(hold.to_owned()).await;
            }
            // It expires.
            34..42 => {}
            42..54 => {
                let ask = Ask::Extend { hold: hold.to_owned() };
                self.writes(ask, json!({"ttl_seconds": 4})).await;
                let booking = self.confirms(hold).await;
                self.perhaps_cancels(booking, hot).await;
            }
            54..76 => {
                let booking = self.confirms(hold).await;
                self.perhaps_cancels(booking, hot).await;
            }
            _ => self.pays(hold, hot).await,
        }
    }

    async fn releases(&mut self, hold: String) -> Option<Told> {
        self.writes(Ask::Release { hold }, Value::Null).await
    }

    async fn confirms(&mut self, hold: &str) -> Option<String> {
        let body = json!({"reference": "till", "email": null});
        let told = self.writes(Ask::Confirm { hold: hold.to_owned() }, body).await?;
        told.is_success().then(|| told.text("id").to_owned())
    }

    /// A hot show's seats are wanted again.
    async fn perhaps_cancels(&mut self, booking: Option<String>, hot: bool) {
        let Some(booking) = booking else { return };
        self.thinks(300).await;
        if self.rng.below(100) < if hot { 95 } else { 30 } {
            self.writes(Ask::CancelBooking { booking }, json!({})).await;
        }
    }

    async fn pays(&mut self, hold: &str, hot: bool) {
        let body = json!({
            "gateway": "sandbox", "email": format!("{}@example.com", self.user),
            "success_url": "http://shop.example/thanks", "cancel_url": "http://shop.example/back",
        });
        let told = self.writes(Ask::Pay { hold: hold.to_owned() }, body).await;
        let Some(told) = told.filter(Told::is_success) else { return };
        let (payment, page) = (told.text("id").to_owned(), told.text("redirect_url").to_owned());
        match self.rng.below(100) {
            0..55 => self.thinks(300).await,
            // A hot show's hold may be over by then.
            55..70 => self.thinks(5000).await,
            70..78 => {
                self.presses(&page, "decline").await;
                self.thinks(300).await;
            }
            78..86 => {
                self.presses(&page, "fail").await;
                return;
            }
            86..93 => {
                self.writes(Ask::CancelPayment { payment }, json!({})).await;
                return;
            }
            // Nobody comes back.
            _ => return,
        }
        self.presses(&page, "approve").await;
        let path = format!("/v1/payments/{payment}");
        for _ in 0..6 {
            let linearizable = self.rng.once_in(3);
            let seen = self.looks(path.clone(), linearizable).await;
            let Some(seen) = seen.filter(Told::is_success) else { continue };
            if let Some(booking) = seen.body["booking"].as_str() {
                return self.perhaps_cancels(Some(booking.to_owned()), hot).await;
            }
            if seen.text("status") != "open" {
                return;
            }
            self.thinks(600).await;
        }
    }

    /// A gateway that is down is tried again for a while; a closed session stays closed.
    async fn presses(&mut self, page: &str, button: &str) {
        for _ in 0..10 {
            if self.crowd.paying.gateway.try_press(page, button).await.is_ok() {
                return;
            }
            self.thinks(1000).await;
        }
    }

    /// A buyer of single seats who is in no hurry: with others of the kind on one seat at a time.
    async fn dawdles(mut self, pause: Duration) {
        // Holds are one a user, and each of these buyers may forget one.
        let (first, mut life) = (format!("dawdler-{}", self.crowd.moment()), 0);
        self.user = format!("{first}-0");
        let mut mine: Option<String> = None;
        while !self.crowd.is_over() {
            let most = u64::try_from(2 * pause.as_millis()).unwrap_or(1);
            self.thinks(most.max(1)).await;
            let at = self.crowd.turns.fetch_add(1, Ordering::Relaxed) / BLIND_OPS;
            if QUIET_SEATS <= at {
                return;
            }
            let draw = self.rng.below(100);
            if draw < 35 {
                self.seats(QUIET, true).await;
            } else if let Some(hold) = mine.take() {
                if draw < 92 {
                    self.releases(hold).await;
                } else if let Some(booking) = self.confirms(&hold).await {
                    self.writes(Ask::CancelBooking { booking }, json!({})).await;
                }
            } else {
                let ask = Ask::Hold { show: QUIET.to_owned() };
                let told = self.writes(ask, json!({"seats": [eighth(at)]})).await;
                match told {
                    Some(told) if told.is_success() => mine = Some(told.text("id").to_owned()),
                    Some(told) if told.code.as_deref() == Some("user_has_active_hold") => {
                        self.tidies_up().await;
                    }
                    Some(_) => {}
                    None => {
                        life += 1;
                        self.user = format!("{first}-{life}");
                    }
                }
            }
        }
    }

    /// The seats of a show, as organizers see them.
    async fn seats(&mut self, show: &str, linearizable: bool) -> Option<Told> {
        self.reads(Ask::Seats { show: show.to_owned(), linearizable }, linearizable).await
    }

    async fn looks(&mut self, path: String, linearizable: bool) -> Option<Told> {
        self.reads(Ask::Look { path, linearizable }, linearizable).await
    }

    async fn reads(&mut self, ask: Ask, linearizable: bool) -> Option<Told> {
        // Half of the local reads stay within the session.
        let min_index = if !linearizable && self.rng.once_in(2) { self.seen } else { 0 };
        self.carries_out(ask, Value::Null, None, min_index).await
    }

    async fn writes(&mut self, ask: Ask, body: Value) -> Option<Told> {
        let key = format!("{}-{}", self.user, self.crowd.moment());
        self.carries_out(ask, body, Some(key), 0).await
    }

    /// Sends a request until it has an answer, and writes it down.
    async fn carries_out(
        &mut self,
        ask: Ask,
        sent: Value,
        key: Option<String>,
        min_index: u64,
    ) -> Option<Told> {
        let crowd = Arc::clone(&self.crowd);
        crowd.begun.fetch_add(1, Ordering::Relaxed);
        let (called, called_ms) = (crowd.moment(), crowd.elapsed_ms());
        let patience = if self.rng.once_in(50) { LITTLE_PATIENCE } else { PATIENCE };
        let mut end = self.attempts(&ask, &sent, key.as_deref(), min_index, patience).await;
        let (returned, returned_ms) = (crowd.moment(), crowd.elapsed_ms());
        let told = match &end {
            End::Told(told) => {
                self.seen = self.seen.max(told.index.unwrap_or(0));
                if told.is_success() && key.is_some() {
                    lock(&crowd.successes).push(Instant::now());
                }
                Some(told.clone())
            }
            End::NotProposed | End::Unknown => None,
        };
        if let (Ask::Seats { .. }, End::Told(told)) = (&ask, &mut end) {
            told.pack();
        }
        let patience_ms = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        let user = self.user.clone();
        lock(&crowd.ops).push(Op {
            user,
            ask,
            key,
            sent,
            min_index,
            patience_ms,
            called,
            returned,
            called_ms,
            returned_ms,
            end,
        });
        told
    }

    async fn attempts(
        &mut self,
        ask: &Ask,
        sent: &Value,
        key: Option<&str>,
        min_index: u64,
        patience: Duration,
    ) -> End {
        let crowd = Arc::clone(&self.crowd);
        let (until, mut perhaps) = (Instant::now() + patience, false);
        loop {
            let call = request(crowd.any(), key, &self.user, ask, sent, min_index);
            match call.within(CALL_MAX).try_send().await {
                Err(_lost) => perhaps = true,
                Ok(reply) => match reply.status.as_u16() {
                    // Not proposed, says the node.
                    503 | 412 => {}
                    // The same key goes on where it was.
                    502 | 504 => perhaps = true,
                    500 => {
                        lock(&crowd.wrong).push(format!("{}: 500 {}", reply.what, reply.text()));
                        return End::Unknown;
                    }
                    _ => return End::Told(heard(&reply)),
                },
            }
            if until <= Instant::now() {
                return if perhaps { End::Unknown } else { End::NotProposed };
            }
            self.thinks(150).await;
        }
    }
}
