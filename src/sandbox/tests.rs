//! The gateway over real sockets: its books, its page and its webhooks.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Options, SandboxError, serve};
use crate::clock::{Clock as _, SystemClock, SystemRng};
use crate::gateways::{Closed, Gateway as _, GatewayError, NewRefund, NewSession, Sandbox};
use crate::seats::{Amount, Currency, GatewayEventKind, OutboxId, PaymentId};

const SECRET: &str = "whsec_b25lIHNlY3JldCBvZiB0aGlzIHRlc3Qgb25seQ==";

const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway that runs.
struct Rig {
    url: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), SandboxError>>,
    http: Client,
}

impl Rig {
    async fn start(dir: &Path) -> Rig {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let options =
            Options { dir: dir.to_owned(), secret: SECRET.to_owned(), public_url: url.clone() };
        let (stop, stopping) = watch::channel(false);
        let (clock, rng) = (Arc::new(SystemClock::new()), Arc::new(SystemRng));
        let serving = tokio::spawn(serve(listener, options, clock, rng, stopping));
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Rig { url, stop, serving, http: http.build().unwrap() }
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> (u16, String) {
        let call = self.http.post(format!("{}{path}", self.url)).header("idempotency-key", key);
        let answer = call.json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// Opens a session; returns its id and page.
    async fn opens(&self, payment: &str, webhooks: &[&str]) -> (String, String) {
        let (status, body) = self.post("/sessions", payment, &session(payment, webhooks)).await;
        assert_eq!(status, 201, "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = |field: &str| body[field].as_str().unwrap().to_owned();
        (text("id"), text("redirect_url"))
    }

    async fn press(&self, page: &str, button: &str) -> (u16, String) {
        let pressed = self.http.post(format!("{page}/{button}")).send().await.unwrap();
        let to = pressed.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (pressed.status().as_u16(), to.unwrap_or_default())
    }

    async fn ends(self) {
        self.stop.send_replace(true);
        timeout(PATIENCE, self.serving).await.unwrap().unwrap().unwrap();
    }
}

fn session(payment: &str, webhooks: &[&str]) -> Value {
    json!({
        "payment": payment, "amount": 16_000, "currency": "EUR", "customer": null,
        "success_url": "http://shop.example/thanks?a=b#c", "cancel_url": "http://shop.example/back",
        "webhook_urls": webhooks,
    })
}

/// What a merchant's webhook got, and how it answers.
#[derive(Clone)]
struct Hook {
    got: watch::Sender<Vec<(HeaderMap, Bytes)>>,
    /// How many it refuses before it takes one.
    refuses: Arc<Mutex<usize>>,
}

impl Hook {
    async fn listen(&self) -> String {
        async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> StatusCode {
            hook.got.send_modify(|got| got.push((headers, body)));
            let mut refuses = hook.refuses.lock().unwrap();
            if *refuses == 0 {
                return StatusCode::OK;
            }
            *refuses -= 1;
            StatusCode::SERVICE_UNAVAILABLE
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn new() -> Hook {
        Hook { got: watch::channel(Vec::new()).0, refuses: Arc::default() }
    }

    /// Waits until it has got so many.
    async fn until(&self, least: usize) {
        let mut got = self.got.subscribe();
        let waited = timeout(PATIENCE, got.wait_for(|got| got.len() >= least)).await;
        let _got = waited.unwrap_or_else(|_| panic!("no {least} in time")).unwrap();
    }

    /// What it got, each checked and read as a node reads it.
    fn events(&self) -> Vec<(String, GatewayEventKind)> {
        let driver = Sandbox::new("http://127.0.0.1:1", SECRET).unwrap();
        let now = SystemClock::new().wall();
        let got = self.got.borrow();
        let events = got.iter().map(|(headers, body)| {
            let event = driver.read_webhook("sandbox", headers, body, now).unwrap().unwrap();
            assert_eq!((event.amount, event.currency.as_str()), (Amount(16_000), "EUR"));
            (event.event, event.kind)
        });
        events.collect()
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A button sends the buyer on once the webhook is taken, with the payment's name in the address,
/// and a closed session takes no more of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    let hook = Hook::new();
    let url = hook.listen().await;
    let (paid, page) = rig.opens("pay_1", &["http://127.0.0.1:1/", &url]).await;
    let shown = rig.http.get(&page).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    let policy = shown.headers().get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains("default-src 'none'"));
    let html = shown.text().await.unwrap();
    for expected in ["160.00 EUR", "pay_1", &format!("{page}/approve"), "no real money"] {
        assert!(html.contains(expected), "{expected}: {html}");
    }
    let back = (303, "http://shop.example/back?payment=pay_1".to_owned());
    assert_eq!(rig.press(&page, "decline").await, back);
    let thanks = (303, "http://shop.example/thanks?a=b&payment=pay_1#c".to_owned());
    assert_eq!(rig.press(&page, "approve").await, thanks);
    for button in ["approve", "decline", "fail"] {
        assert_eq!(rig.press(&page, button).await.0, 410);
    }
    assert_eq!(rig.http.get(&page).send().await.unwrap().status(), 410);
    assert_eq!(rig.press(&format!("{}/pay/sbx_none", rig.url), "approve").await.0, 404);
    let (_, page) = rig.opens("pay_2", &[&url]).await;
    assert_eq!(rig.press(&page, "fail").await.0, 303);
    let kinds: Vec<_> = hook.events().into_iter().map(|(_, kind)| kind).collect();
    let expected =
        [GatewayEventKind::Declined, GatewayEventKind::Succeeded, GatewayEventKind::Failed];
    assert_eq!(kinds, expected);
    let listed = rig.get(&format!("/sessions/{paid}")).await;
    assert_eq!((&listed["status"], &listed["captured"]), (&json!("succeeded"), &json!(16_000)));
    rig.ends().await;
}

/// A webhook that nobody takes comes again under the same id, after a restart too, and in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_come_again() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    let hook = Hook::new();
    *hook.refuses.lock().unwrap() = 1000;
    let url = hook.listen().await;
    let (_, page) = rig.opens("pay_1", &[&url]).await;
    // Neither is taken, and the buyer is sent on after five seconds all the same.
    let (declined, approved) = tokio::join!(rig.press(&page, "decline"), async {
        hook.until(1).await;
        rig.press(&page, "approve").await
    });
    assert_eq!((declined.0, approved.0), (303, 303));
    rig.ends().await;
    let before = hook.events();
    assert!(before.len() > 1 && before.iter().all(|event| *event == before[0]), "{before:?}");
    *hook.refuses.lock().unwrap() = 1;
    let rig = Rig::start(folder.path()).await;
    // The first is refused once more, then taken; then comes the second.
    hook.until(before.len() + 3).await;
    let after = hook.events().split_off(before.len());
    assert_eq!(after[0], before[0], "the first is not forgotten");
    assert_eq!(after[1], before[0], "and comes until it is taken");
    assert_eq!(after[2].1, GatewayEventKind::Succeeded, "and then the next");
    rig.ends().await;
}

/// A repeated key repeats the answer to the letter, after a restart too; refusals are judged anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_repeat_answers() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    let first = rig.post("/sessions", "pay_1", &session("pay_1", &["http://127.0.0.1:1/"])).await;
    let (id, page) = rig.opens("pay_1", &["http://127.0.0.1:1/"]).await;
    assert_eq!(rig.get("/sessions").await["data"].as_array().unwrap().len(), 1);
    let body = json!({"session": id, "amount": 100});
    let (status, refused) = rig.post("/refunds", "obx_1", &body).await;
    assert_eq!(status, 409, "{refused}");
    assert!(refused.contains("refund_exceeds_captured"), "{refused}");
    rig.press(&page, "approve").await;
    let back = rig.post("/refunds", "obx_1", &body).await;
    assert_eq!(back.0, 201, "{}", back.1);
    rig.ends().await;
    let rig = Rig::start(folder.path()).await;
    assert_eq!(rig.post("/refunds", "obx_1", &body).await, back);
    assert_eq!(
        rig.post("/sessions", "pay_1", &session("pay_1", &["http://127.0.0.1:1/"])).await,
        first
    );
    let (status, _) =
        rig.post("/refunds", "obx_2", &json!({"session": id, "amount": 15_901})).await;
    assert_eq!(status, 409, "15,900 are left");
    let (status, _) =
        rig.post("/refunds", "obx_3", &json!({"session": id, "amount": 15_900})).await;
    assert_eq!(status, 201);
    let refunds = rig.get("/refunds").await;
    let keys: Vec<&Value> = refunds["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refund| &refund["idempotency_key"])
        .collect();
    assert_eq!(keys, ["obx_1", "obx_3"]);
    assert_eq!(rig.get(&format!("/sessions/{id}")).await["refunded"], 16_000);
    rig.ends().await;
}

/// Of a button and a closing that come together, one wins, and both say which.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_wins() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    let url = Hook::new().listen().await;
    let mut wins = [0, 0];
    for n in 0..20 {
        let (id, page) = rig.opens(&format!("pay_{n}"), &[&url]).await;
        let expire = format!("/sessions/{id}/expire");
        let nothing = json!({});
        let (pressed, closed) =
            tokio::join!(rig.press(&page, "approve"), rig.post(&expire, "key", &nothing));
        let status = rig.get(&format!("/sessions/{id}")).await["status"].clone();
        match (pressed.0, closed.0) {
            (303, 409) => {
                assert!(closed.1.contains("already_paid"), "{}", closed.1);
                assert_eq!(status, "succeeded");
                wins[0] += 1;
            }
            (410, 200) => {
                assert_eq!(status, "expired");
                wins[1] += 1;
            }
            both => panic!("{both:?}"),
        }
    }
    assert_eq!(wins[0] + wins[1], 20);
    rig.ends().await;
}

/// Each field that breaks a rule is named, and a request without a key is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_requests() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    let good = session("pay_1", &["http://127.0.0.1:1/"]);
    for (field, value) in [
        ("payment", json!("")),
        ("payment", json!("a b")),
        ("amount", json!(0)),
        ("amount", json!(-1)),
        ("currency", json!("eur")),
        ("customer", json!("anna")),
        ("success_url", json!("shop.example")),
        ("cancel_url", json!("ftp://shop.example")),
        ("webhook_urls", json!([])),
        ("webhook_urls", json!(["http://a/", "b"])),
        ("colour", json!("red")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let (status, answer) = rig.post("/sessions", "k", &body).await;
        assert_eq!(status, 400, "{field}: {answer}");
        assert!(answer.contains(field), "{field}: {answer}");
    }
    for body in [json!([]), json!(1), json!({})] {
        assert_eq!(rig.post("/refunds", "k", &body).await.0, 400, "{body}");
    }
    let keyless = rig.http.post(format!("{}/sessions", rig.url)).json(&good).send().await.unwrap();
    assert_eq!(keyless.status(), 400);
    assert!(keyless.text().await.unwrap().contains("Idempotency-Key"));
    assert_eq!(rig.post("/sessions/sbx_none/expire", "k", &json!({})).await.0, 404);
    assert_eq!(rig.get("/sessions").await, json!({"data": []}));
    rig.ends().await;
}

/// A line that was cut off is dropped; any other that cannot be read stops the gateway by file and
/// line. Two processes never share a folder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journal() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    rig.opens("pay_1", &["http://127.0.0.1:1/"]).await;
    let second = Rig::start(folder.path()).await;
    let error = timeout(PATIENCE, second.serving).await.unwrap().unwrap().unwrap_err();
    assert!(error.to_string().contains("another process"), "{error}");
    rig.ends().await;
    let path = folder.path().join("journal.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}[{{\"session\":{{\"id\"")).unwrap();
    let rig = Rig::start(folder.path()).await;
    assert_eq!(rig.get("/sessions").await["data"].as_array().unwrap().len(), 1);
    rig.ends().await;
    let mended = std::fs::read_to_string(&path).unwrap();
    assert!(mended.ends_with("}]\n") && !mended.contains("{\"session\":{\"id\"["), "{mended}");
    std::fs::write(&path, format!("{whole}nonsense\n{whole}")).unwrap();
    let rig = Rig::start(folder.path()).await;
    let error = timeout(PATIENCE, rig.serving).await.unwrap().unwrap().unwrap_err().to_string();
    assert!(error.contains("journal.jsonl, line 2"), "{error}");
}

/// The driver opens, closes, finds paid and pays back, each under its key; what the gateway refuses
/// and a gateway that is not there are told apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_driver() {
    let folder = folder();
    let rig = Rig::start(folder.path()).await;
    let driver = Sandbox::new(&rig.url, SECRET).unwrap();
    let new = |n: u128| NewSession {
        payment: PaymentId(n),
        amount: Amount(16_000),
        currency: Currency::parse("EUR").unwrap(),
        customer: None,
        success_url: "http://shop.example/".to_owned(),
        cancel_url: "http://shop.example/".to_owned(),
        webhook_urls: vec!["http://127.0.0.1:1/".to_owned()],
    };
    let paid = driver.open(&new(1)).await.unwrap();
    assert_eq!(driver.open(&new(1)).await.unwrap(), paid);
    rig.press(&paid.redirect_url, "approve").await;
    let found = driver.close(&new(1), Some(&paid.reference)).await.unwrap();
    let (amount, currency) = (Amount(16_000), Currency::parse("EUR").unwrap());
    assert_eq!(found, Closed::Paid { reference: paid.reference.clone(), amount, currency });
    assert_eq!(driver.close(&new(2), None).await, Ok(Closed::Unpaid));
    assert_eq!(driver.close(&new(2), None).await, Ok(Closed::Unpaid));
    let late = driver.open(&new(2)).await.unwrap();
    assert_eq!(rig.press(&late.redirect_url, "approve").await.0, 410, "it was closed before");
    let refund = |key: u128, amount: u64| NewRefund {
        key: OutboxId(key),
        reference: paid.reference.clone(),
        amount: Amount(amount),
    };
    driver.refund(&refund(1, 10_000)).await.unwrap();
    driver.refund(&refund(1, 10_000)).await.unwrap();
    let refused = driver.refund(&refund(2, 10_000)).await.unwrap_err();
    assert!(matches!(&refused, GatewayError::Refused(why) if why.contains("6000")), "{refused}");
    let sessions = driver.sessions().await.unwrap();
    let sums: Vec<_> = sessions.iter().map(|s| (s.captured.0, s.refunded.0)).collect();
    assert_eq!(sums, [(16_000, 10_000), (0, 0)]);
    rig.ends().await;
    let gone = driver.open(&new(3)).await.unwrap_err();
    assert!(matches!(gone, GatewayError::Unreachable(_)), "{gone}");
    assert!(Sandbox::new("ftp://x", SECRET).is_err());
    assert!(Sandbox::new("http://x", "").is_err());
}
