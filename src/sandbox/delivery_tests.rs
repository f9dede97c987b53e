//! Webhooks under faults: addresses that hang, waits that grow, days without anybody, a gateway
//! that stops; and answers that are no handler's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Options, SandboxError, serve};
use crate::clock::{Clock, Rng, SystemClock, SystemRng};
use crate::seats::Millis;

const SECRET: &str = "whsec_b25lIHNlY3JldCBvZiB0aGlzIHRlc3Qgb25seQ==";

const PATIENCE: Duration = Duration::from_secs(30);

/// The wall clock, put forward.
struct Ahead {
    real: SystemClock,
    by: AtomicU64,
}

impl Clock for Ahead {
    fn wall(&self) -> Millis {
        self.real.wall().plus(Millis(self.by.load(Ordering::SeqCst)))
    }

    fn monotonic(&self) -> Duration {
        self.real.monotonic()
    }
}

/// Random ids, and always the longest jitter.
struct Longest;

impl Rng for Longest {
    fn fill(&self, buffer: &mut [u8]) {
        if buffer.len() == 2 {
            buffer.fill(u8::MAX);
        } else {
            SystemRng.fill(buffer);
        }
    }
}

/// A gateway with a folder of its own and a merchant who may be away.
struct Rig {
    url: String,
    clock: Arc<Ahead>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), SandboxError>>,
    http: Client,
    shop: Shop,
    hook: String,
    _dir: TempDir,
}

/// The merchant's webhook: what it was offered, by id, and whether it takes anything.
#[derive(Clone)]
struct Shop {
    offered: watch::Sender<Vec<String>>,
    there: Arc<AtomicBool>,
}

impl Rig {
    async fn start() -> Rig {
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let options = Options {
            dir: dir.path().to_owned(),
            secret: SECRET.to_owned(),
            public_url: url.clone(),
        };
        let (stop, stopping) = watch::channel(false);
        let clock = Arc::new(Ahead { real: SystemClock::new(), by: AtomicU64::new(0) });
        let ahead = Arc::clone(&clock);
        let serving = tokio::spawn(serve(listener, options, ahead, Arc::new(Longest), stopping));
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let http = http.build().unwrap();
        let shop = Shop { offered: watch::channel(Vec::new()).0, there: Arc::default() };
        let hook = shop.listen().await;
        Rig { url, clock, stop, serving, http, shop, hook, _dir: dir }
    }

    /// Opens a session; returns its page.
    async fn opens(&self, webhooks: &[&str]) -> String {
        let body = json!({
            "payment": "pay_1", "amount": 1, "currency": "EUR", "webhook_urls": webhooks,
            "success_url": "http://shop.example/", "cancel_url": "http://shop.example/",
        });
        let asked = self.http.post(format!("{}/sessions", self.url)).header("idempotency-key", "k");
        let opened: Value = asked.json(&body).send().await.unwrap().json().await.unwrap();
        opened["redirect_url"].as_str().unwrap().to_owned()
    }

    fn presses(&self, page: &str, button: &str) -> JoinHandle<Response> {
        let pressing = self.http.post(format!("{page}/{button}")).send();
        tokio::spawn(async move { pressing.await.unwrap() })
    }

    async fn ends(self) {
        self.stop.send_replace(true);
        timeout(PATIENCE, self.serving).await.unwrap().unwrap().unwrap();
    }
}

impl Shop {
    async fn listen(&self) -> String {
        async fn take(State(shop): State<Shop>, headers: HeaderMap) -> StatusCode {
            // Looked at first: who waits for the offer may have the merchant come back.
            let there = shop.there.load(Ordering::SeqCst);
            let id = headers.get("webhook-id").unwrap().to_str().unwrap().to_owned();
            shop.offered.send_modify(|offered| offered.push(id));
            if there { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE }
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().route("/", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// Waits until what it was offered is as it should be, and returns that.
    async fn until(&self, right: impl FnMut(&Vec<String>) -> bool) -> Vec<String> {
        let mut offered = self.offered.subscribe();
        let waited = timeout(PATIENCE, offered.wait_for(right)).await;
        waited.expect("it is offered in time").unwrap().clone()
    }
}

/// Where one address cannot be reached and the next takes connections and says nothing, the third
/// hears of it before the button answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_hangs() {
    let rig = Rig::start().await;
    rig.shop.there.store(true, Ordering::SeqCst);
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hangs = format!("http://{}/", hanging.local_addr().unwrap());
    let page = rig.opens(&["https://127.0.0.1:1/", &hangs, &rig.hook]).await;
    let answer = rig.presses(&page, "approve").await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(rig.shop.offered.borrow().len(), 1, "the button waited for the third address");
    rig.ends().await;
}

/// News of a session does not wait until an older webhook's backoff is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_wakes_a_delivery() {
    let rig = Rig::start().await;
    let page = rig.opens(&[&rig.hook]).await;
    let declined = rig.presses(&page, "decline");
    // After the fifth offer the next one is eight seconds away.
    rig.shop.until(|offered| offered.len() == 5).await;
    assert_eq!(declined.await.unwrap().status(), 303, "a button answers after five seconds");
    rig.shop.there.store(true, Ordering::SeqCst);
    let before = rig.clock.monotonic();
    assert_eq!(rig.presses(&page, "approve").await.unwrap().status(), 303);
    let took = rig.clock.monotonic().checked_sub(before).unwrap();
    assert!(took < Duration::from_secs(3), "the button waited {took:?}");
    let offered = rig.shop.offered.borrow().clone();
    assert_eq!(offered.len(), 7, "{offered:?}");
    assert_eq!(offered[5], offered[0], "the older one goes first");
    assert_ne!(offered[6], offered[0]);
    rig.ends().await;
}

/// After three days a webhook is given up, and the next one has its turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_without_anybody() {
    let rig = Rig::start().await;
    let page = rig.opens(&[&rig.hook]).await;
    let declined = rig.presses(&page, "decline");
    let first = rig.shop.until(|offered| !offered.is_empty()).await[0].clone();
    let just_under = 3 * 24 * 60 * 60 * 1000 - 60_000;
    rig.clock.by.store(just_under, Ordering::SeqCst);
    let offered = rig.shop.until(|offered| offered.len() >= 3).await;
    assert!(offered.iter().all(|id| *id == first), "{offered:?}");
    rig.clock.by.store(just_under + 120_000, Ordering::SeqCst);
    let approved = rig.presses(&page, "approve");
    let offered = rig.shop.until(|offered| offered.iter().any(|id| *id != first)).await;
    let second = offered.last().unwrap().clone();
    rig.shop.there.store(true, Ordering::SeqCst);
    assert_eq!(declined.await.unwrap().status(), 303);
    assert_eq!(approved.await.unwrap().status(), 303);
    let after = rig.shop.offered.borrow()[offered.len()..].to_vec();
    assert!(!after.is_empty() && after.iter().all(|id| *id == second), "{after:?}");
    rig.ends().await;
}

/// A buyer whose button still waits when the gateway stops is sent on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_under_a_button() {
    let rig = Rig::start().await;
    let page = rig.opens(&[&rig.hook]).await;
    let pressed = rig.presses(&page, "approve");
    rig.shop.until(|offered| !offered.is_empty()).await;
    let (clock, before) = (Arc::clone(&rig.clock), rig.clock.monotonic());
    rig.ends().await;
    assert_eq!(pressed.await.unwrap().status(), 303);
    let took = clock.monotonic().checked_sub(before).unwrap();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
}

/// What no handler gets to see is answered as the rest of the API is: with a code and words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_have_one_form() {
    let rig = Rig::start().await;
    let ask = |method: &str, path: &str, body: String| {
        let asked = rig.http.request(method.parse().unwrap(), format!("{}{path}", rig.url));
        asked.header("idempotency-key", "k").body(body).send()
    };
    for (method, path, bytes, status, code) in [
        ("POST", "/sessions", 64 * 1024, 400, "invalid_request"),
        ("POST", "/sessions", 64 * 1024 + 1, 413, "body_too_large"),
        ("POST", "/refunds", 64 * 1024 + 1, 413, "body_too_large"),
        ("GET", "/sessions/%FF", 0, 404, "not_found"),
        ("POST", "/sessions/%FF/expire", 0, 404, "not_found"),
        ("GET", "/elsewhere", 0, 404, "not_found"),
        ("DELETE", "/sessions", 0, 405, "method_not_allowed"),
    ] {
        let answer = ask(method, path, "x".repeat(bytes)).await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], code, "{method} {path}");
        assert!(problem["detail"].as_str().is_some_and(|words| !words.is_empty()), "{problem}");
    }
    rig.ends().await;
}
