//! Buyers who pay while their hold ends in every way there is, in calm and while leaders and the
//! gateway die. Each is judged by what was answered and by the gateway's own books, which know
//! nothing of ours: who has paid has a booking or the money back, and nobody has both.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

use crate::harness::{
    Call, Fault, Paying, Reply, Rng, column, eventually, list, plans, run, show_with, text,
};

/// Buyers. Each way to end a hold meets some twenty of them.
const BUYERS: usize = 120;

/// Buyers at a time.
const AT_ONCE: usize = 12;

/// Whatever is done meanwhile, a buyer knows within this.
const DECIDED_MAX: Duration = Duration::from_mins(1);

/// How long one node may take before another is asked. The key makes it safe.
const CALL_MAX: Duration = Duration::from_secs(3);

/// Buyers who have to come to an end before the next thing is done to the cluster: enough for
/// purchases in between to be ordinary ones.
const CALM: usize = 8;

/// What happens to a hold whose payment is being approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Nothing.
    Nothing,
    /// Its buyer wants more time.
    Extend,
    /// Its buyer gives it back.
    Release,
    /// Its buyer takes another seat in its place.
    Replace,
    /// Its buyer does not want to pay after all, and keeps it.
    CancelPayment,
    /// The box office sells it.
    BoxOffice,
}

const ENDS: [End; 6] =
    [End::Nothing, End::Extend, End::Release, End::Replace, End::CancelPayment, End::BoxOffice];

/// What one buyer did and was told.
struct Story {
    user: String,
    hold: String,
    payment: String,
    end: End,
    /// How the end was answered.
    ended: u16,
}

/// The hall in which it happens.
struct Hall {
    paying: Paying,
    /// Two for each buyer: the second is for who changes their mind.
    seats: Vec<String>,
    /// Buyers who have come to an end.
    done: AtomicUsize,
    /// Calls that failed and were made again.
    repeats: AtomicUsize,
    /// Buyers who wait for a session to be closed.
    waiting: AtomicUsize,
}

impl Hall {
    async fn open() -> Hall {
        let paying = Paying::start().await;
        let plan = plans::large((2 * BUYERS).next_multiple_of(100));
        let long = json!({"policy": {"hold_ttl_seconds": 600, "hold_total_seconds_max": 1800}});
        paying.node(1).create_show(&show_with("tumult", &plan, &long)).await;
        let [done, repeats, waiting] = [0; 3].map(AtomicUsize::new);
        Hall { paying, seats: plans::seat_ids(&plan), done, repeats, waiting }
    }

    /// All buyers, some at a time.
    async fn buyers(&self, rng: &mut Rng) -> Vec<Story> {
        let all: Vec<_> = (0..BUYERS).map(|n| self.buyer(n, rng.fork())).collect();
        stream::iter(all).buffer_unordered(AT_ONCE).collect().await
    }

    async fn buyer(&self, n: usize, mut rng: Rng) -> Story {
        let (user, end) = (format!("tumult-{n}"), ENDS[n % ENDS.len()]);
        let (paying, seat) = (&self.paying, self.seats[2 * n].as_str());
        let key = format!("{user}-hold");
        let hold = |node: u64| paying.node(node).hold("tumult", &user, &[seat]).key(&key);
        let hold = self.decide("a hold", &mut rng, hold).await.expect(201).json();
        let (hold, key) = (text(&hold, "id").to_owned(), format!("{user}-pay"));
        let pay = |node: u64| paying.pay(node, &hold, &user).key(&key);
        let opened = self.decide("a payment", &mut rng, pay).await.expect(201).json();
        let page = text(&opened, "redirect_url");
        // Either first, or both at once, or the one once nothing is left of the other.
        let order = rng.below(5);
        let (mut first, mut second) = (rng.fork(), rng.fork());
        let ended = match order {
            0 => {
                self.approve(page).await;
                self.end(end, n, &hold, &opened, &mut first).await
            }
            1 => {
                let ended = self.end(end, n, &hold, &opened, &mut second).await;
                self.approve(page).await;
                ended
            }
            2 => {
                let ended = self.end(end, n, &hold, &opened, &mut second).await;
                if !matches!(end, End::Nothing | End::Extend) {
                    self.expires(&user, text(&opened, "id"), &mut first).await;
                }
                self.approve(page).await;
                ended
            }
            _ => {
                let end = self.end(end, n, &hold, &opened, &mut first);
                tokio::join!(self.approve(page), end).1
            }
        };
        self.done.fetch_add(1, Ordering::Relaxed);
        Story { user, hold, payment: text(&opened, "id").to_owned(), end, ended }
    }

    /// Waits until the session of a payment is closed.
    async fn expires(&self, user: &str, payment: &str, rng: &mut Rng) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        eventually("the session is closed", DECIDED_MAX, async || {
            let path = format!("/v1/payments/{payment}?consistency=linearizable");
            let look = |node: u64| self.paying.node(node).get(&path).user(user);
            let seen = self.decide("a payment", rng, look).await.expect(200).json();
            (text(&seen, "status") == "expired").then_some(())
        })
        .await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Presses the button until it is answered: sent on, or told that the session is closed.
    async fn approve(&self, page: &str) {
        eventually("the button works", DECIDED_MAX, async || {
            let pressed = self.paying.gateway.try_press(page, "approve").await.ok()?;
            assert!(matches!(pressed, 303 | 410), "{pressed} at {page}");
            Some(())
        })
        .await;
    }

    /// Does to the hold what is to be done to it; returns how that was answered.
    async fn end(&self, end: End, n: usize, hold: &str, payment: &Value, rng: &mut Rng) -> u16 {
        let (user, other) = (format!("tumult-{n}"), self.seats[2 * n + 1].clone());
        let payment = text(payment, "id");
        let call = |node: u64| -> Call {
            let node = self.paying.node(node);
            let call = match end {
                End::Nothing => node.get("/v1/shows/tumult"),
                End::Extend => {
                    node.post(&format!("/v1/holds/{hold}/extend"), &json!({"ttl_seconds": 900}))
                }
                End::Release => node.delete(&format!("/v1/holds/{hold}")),
                End::Replace => {
                    let swap = json!({"seats": [other], "replace_active": true});
                    node.post("/v1/shows/tumult/holds", &swap)
                }
                End::CancelPayment => {
                    node.post(&format!("/v1/payments/{payment}/cancel"), &json!({}))
                }
                End::BoxOffice => {
                    let sale = json!({"reference": format!("till-{n}"), "email": null});
                    node.post(&format!("/v1/holds/{hold}/confirm"), &sale).organizer()
                }
            };
            let call = if end == End::Nothing { call } else { call.key(&format!("{user}-end")) };
            call.user(&user)
        };
        self.decide(&format!("{end:?}"), rng, call).await.status.as_u16()
    }

    /// Asks one node after another until one decides.
    async fn decide(&self, what: &str, rng: &mut Rng, call: impl Fn(u64) -> Call) -> Reply {
        eventually(what, DECIDED_MAX, async || {
            let reply = call(rng.below(3) + 1).within(CALL_MAX).try_send().await;
            let reply =
                reply.ok().filter(|reply| !matches!(reply.status.as_u16(), 412 | 502..=504));
            if reply.is_none() {
                self.repeats.fetch_add(1, Ordering::Relaxed);
            }
            reply
        })
        .await
    }

    /// Kills leaders and the gateway, and keeps its answers, for as long as it is polled.
    async fn trouble(&self, rng: &mut Rng) {
        loop {
            self.some_end().await;
            match rng.below(3) {
                0 => {
                    let leader = self.paying.cluster.leader().await;
                    self.paying.node(leader).process.kill();
                    self.paying.led_without(leader).await;
                    self.some_end().await;
                    self.paying.cluster.restart(leader).await;
                }
                1 => {
                    self.paying.gateway.process.kill();
                    self.gateway_is_missed().await;
                    self.paying.gateway.restart().await;
                }
                _ => {
                    self.paying.gateway.fault(Some(Fault::KeepAnswers("POST /")));
                    self.paying.gateway.hit().await;
                    let leader = self.paying.cluster.leader().await;
                    self.paying.node(leader).process.kill();
                    self.paying.gateway.fault(None);
                    self.paying.led_without(leader).await;
                    self.paying.cluster.restart(leader).await;
                }
            }
        }
    }

    async fn some_end(&self) {
        let before = self.done.load(Ordering::Relaxed);
        eventually("buyers go on", DECIDED_MAX, async || {
            (self.done.load(Ordering::Relaxed) >= before + CALM).then_some(())
        })
        .await;
    }

    /// Waits until calls had to be made again, or nobody is left to make any: whoever waits for a
    /// session to be closed waits for the gateway.
    async fn gateway_is_missed(&self) {
        let before = self.repeats.load(Ordering::Relaxed);
        eventually("the gateway is missed", DECIDED_MAX, async || {
            let under_way = AT_ONCE.min(BUYERS - self.done.load(Ordering::Relaxed));
            let missed = self.repeats.load(Ordering::Relaxed) >= before + 2;
            (missed || under_way <= self.waiting.load(Ordering::Relaxed)).then_some(())
        })
        .await;
    }

    /// Starts again what trouble has left dead.
    async fn mend(&self) {
        self.paying.gateway.fault(None);
        if self.paying.gateway.process.pid().is_none() {
            self.paying.gateway.restart().await;
        }
        for node in self.paying.cluster.nodes() {
            if node.process.pid().is_none() {
                self.paying.cluster.start_node(node.id);
            }
        }
        self.paying.cluster.ready().await;
        self.paying.gateway.ready().await;
    }

    /// Holds what each was told against both books.
    async fn judge(&self, stories: &[Story]) {
        self.paying.rests().await;
        self.paying.balances().await;
        let sessions = self.paying.gateway.sessions().await;
        assert_eq!(sessions.len(), stories.len(), "one session a payment");
        let mut seen: Vec<(&str, usize)> =
            ["succeeded", "refunded", "expired"].into_iter().map(|name| (name, 0)).collect();
        for (at, story) in stories.iter().enumerate() {
            let session = sessions.iter().find(|session| session["payment"] == story.payment);
            let session = session.unwrap_or_else(|| panic!("no session of {}", story.payment));
            let ours = self.paying.payment(at as u64 % 3 + 1, &story.payment).await;
            let status = text(&ours, "status");
            let what = format!("{:?} answered {}: {ours} and {session}", story.end, story.ended);
            match text(session, "status") {
                "succeeded" => assert!(matches!(status, "succeeded" | "refunded"), "{what}"),
                "expired" => assert_eq!(status, "expired", "{what}"),
                _ => panic!("{what}"),
            }
            self.fits(story, status, &what).await;
            let seen = seen.iter_mut().find(|(name, _)| *name == status);
            seen.expect("it is one of these").1 += 1;
        }
        println!("{seen:?}, {} repeats", self.repeats.load(Ordering::Relaxed));
        for (name, times) in seen {
            assert!(times > 0, "nothing happened: no payment is {name}");
        }
    }

    /// What became of the payment fits what was answered and what became of the hold.
    async fn fits(&self, story: &Story, status: &str, what: &str) {
        let hold = self.paying.hold_status(1, &story.hold).await;
        let what = format!("{what}; the hold is {hold}");
        let paid = status == "succeeded";
        match (story.end, story.ended) {
            (End::Nothing | End::Extend, 200) => assert!(paid, "{what}"),
            // The hold was confirmed by then, and only by this payment.
            (End::Extend | End::Release | End::CancelPayment | End::BoxOffice, 409) => {
                assert!(paid, "{what}");
            }
            (End::Release, 204) | (End::BoxOffice, 201) => assert!(!paid, "{what}"),
            (End::Replace, 201) | (End::CancelPayment, 200) => {}
            _ => panic!("{what}"),
        }
        let expected = match (paid, story.end, story.ended) {
            (true, _, _) | (false, End::BoxOffice, 201) => "confirmed",
            (false, End::CancelPayment, _) => "pending",
            (false, _, _) => "released",
        };
        assert_eq!(hold, expected, "{what}");
        let path = "/v1/me/bookings?consistency=linearizable";
        let mine = self.paying.node(2).get(path).user(&story.user).gives(200).await;
        let mine = list(&mine, "data");
        let by_payment: Vec<&Value> =
            mine.iter().filter(|booking| booking["payment"] == story.payment).collect();
        assert_eq!(by_payment.len(), usize::from(paid), "{what}: {mine:?}");
        assert_eq!(mine.len(), usize::from(expected == "confirmed"), "{what}: {mine:?}");
        for booking in mine {
            let of_hold = (&booking["status"], &booking["hold"]);
            assert_eq!(of_hold, (&json!("confirmed"), &json!(story.hold)), "{what}");
            assert_eq!(column(list(booking, "seats"), "id").len(), 1, "{what}");
        }
        let letters = usize::from(paid);
        self.paying.mailed(&format!("{}@example.com", story.user), letters).await;
    }
}

/// Nothing dies: whatever comes first, each buyer has a seat or their money.
#[test]
fn payments_race_the_ends_of_holds() {
    run(async {
        let hall = Hall::open().await;
        let mut rng = Rng::seeded("payments_race_the_ends_of_holds");
        let stories = hall.buyers(&mut rng).await;
        hall.judge(&stories).await;
    });
}

/// The same while leaders are killed, the gateway is killed, and its answers are kept.
#[test]
fn payments_race_the_ends_of_holds_in_trouble() {
    run(async {
        let hall = Hall::open().await;
        let mut rng = Rng::seeded("payments_race_the_ends_of_holds_in_trouble");
        let mut trouble = rng.fork();
        let stories = tokio::select! {
            stories = hall.buyers(&mut rng) => stories,
            () = hall.trouble(&mut trouble) => unreachable!("trouble never ends"),
        };
        let repeats = hall.repeats.load(Ordering::Relaxed);
        assert!(repeats > 0, "nothing happened: nobody had to ask twice");
        hall.mend().await;
        hall.judge(&stories).await;
    });
}
