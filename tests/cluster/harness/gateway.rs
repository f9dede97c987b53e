//! A sandbox gateway as a process, and a proxy before its API that misbehaves on demand.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::process::Process;
use super::{START_MAX, eventually, ports};

/// What the gateway and the nodes of our clusters know.
pub const WEBHOOK_SECRET: &str = "whsec_b25lIHNlY3JldCBvZiB0aGlzIHRlc3Qgb25seQ==";

/// With which buyers press buttons.
static BUYER: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30));
    http.build().expect("a plain client can be built")
});

/// What the proxy does to requests whose method and path contain a text, such as "POST /refunds".
#[derive(Clone, Debug)]
pub enum Fault {
    /// They do not reach the gateway, and are answered with 503.
    Refuse(&'static str),
    /// They reach the gateway, and their answers go nowhere until the fault is gone.
    KeepAnswers(&'static str),
}

/// A gateway, its state, and the proxy through which nodes call it.
pub struct Gateway {
    /// The process, perhaps not running at the moment.
    pub process: Process,
    address: SocketAddr,
    proxy: SocketAddr,
    fault: watch::Sender<Option<Fault>>,
    /// Calls that the present fault has met.
    hits: watch::Sender<u64>,
    serving: JoinHandle<()>,
}

/// What the proxy's handler knows.
struct Between {
    target: SocketAddr,
    http: reqwest::Client,
    fault: watch::Receiver<Option<Fault>>,
    hits: watch::Sender<u64>,
}

impl Gateway {
    /// A gateway that runs at an address of ours, with its state in a folder.
    pub async fn start(dir: &Path, host: Ipv4Addr) -> Gateway {
        let address = SocketAddr::from((host, ports::free()));
        let arguments = [
            "sandbox-gateway",
            "--listen",
            &address.to_string(),
            "--webhook-secret",
            WEBHOOK_SECRET,
            "--data-dir",
            &dir.join("gateway").display().to_string(),
        ];
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let process = Process::other(arguments, dir.join("gateway.log"));
        process.start();
        let (fault, faults) = watch::channel(None);
        let hits = watch::Sender::new(0);
        let http = reqwest::Client::builder().no_proxy().build().expect("a plain client");
        let between = Between { target: address, http, fault: faults, hits: hits.clone() };
        let listener = TcpListener::bind((host, 0)).await.expect("a free port");
        let proxy = listener.local_addr().expect("it is bound");
        let router = Router::new().fallback(carry).with_state(Arc::new(between));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the proxy serves");
        });
        let gateway = Gateway { process, address, proxy, fault, hits, serving };
        gateway.ready().await;
        gateway
    }

    /// Where nodes call it.
    pub fn api(&self) -> SocketAddr {
        self.proxy
    }

    /// Waits until it answers.
    pub async fn ready(&self) {
        eventually("the gateway answers", START_MAX, async || {
            assert!(self.process.ended().is_none(), "it ended: {}", self.process.log_tail());
            self.ask(Method::GET, "/sessions").await.ok()
        })
        .await;
    }

    /// Starts it again where it was killed.
    pub async fn restart(&self) {
        self.process.start();
        self.ready().await;
    }

    /// From here on, calls go wrong in this way, or well again.
    pub fn fault(&self, fault: Option<Fault>) {
        self.hits.send_replace(0);
        self.fault.send_replace(fault);
    }

    /// Waits until the present fault has met a call.
    pub async fn hit(&self) {
        let mut hits = self.hits.subscribe();
        let met = tokio::time::timeout(START_MAX, hits.wait_for(|hits| *hits > 0)).await;
        met.expect("the fault is met in time").expect("we keep a sender");
    }

    /// The gateway's own list of sessions.
    pub async fn sessions(&self) -> Vec<Value> {
        self.list("/sessions").await
    }

    /// The gateway's own list of refunds.
    pub async fn refunds(&self) -> Vec<Value> {
        self.list("/refunds").await
    }

    /// Somebody else posts something to the gateway's API.
    pub async fn behind_our_back(&self, path: &str, body: &Value) {
        let key = format!("stranger-{}", uuid::Uuid::now_v7());
        self.post(path, &key, body, 201).await;
    }

    /// Somebody else closes a session, as a gateway does by itself after some time.
    pub async fn closes(&self, reference: &str) {
        let key = format!("stranger-{}", uuid::Uuid::now_v7());
        self.post(&format!("/sessions/{reference}/expire"), &key, &json!({}), 200).await;
    }

    /// The page of a payment's session. A repeated key repeats the answer, so it is the page of the
    /// session that was opened, or of one that is opened here, whose webhooks reach nobody.
    pub async fn page_of(&self, payment: &str, amount: u64) -> String {
        let session = json!({
            "payment": payment, "amount": amount, "currency": "EUR", "customer": null,
            "success_url": "http://shop.example/", "cancel_url": "http://shop.example/",
            "webhook_urls": ["http://127.0.0.1:1/"],
        });
        let opened = self.post("/sessions", payment, &session, 201).await;
        opened["redirect_url"].as_str().expect("a session has a page").to_owned()
    }

    async fn post(&self, path: &str, key: &str, body: &Value, status: u16) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().expect("a plain client");
        let call = http.post(format!("http://{}{path}", self.address)).json(body);
        let answer = call.header("idempotency-key", key).send().await;
        let answer = answer.expect("the gateway answers");
        assert_eq!(answer.status().as_u16(), status, "{path}");
        answer.json().await.expect("the gateway answers JSON")
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        let text = self.ask(Method::GET, path).await.expect("the gateway answers");
        let list: Value = serde_json::from_str(&text).expect("it answers JSON");
        list["data"].as_array().expect("it answers a list").clone()
    }

    /// A button is pressed on a page; returns the status.
    pub async fn press(&self, page: &str, button: &str) -> u16 {
        self.try_press(page, button).await.expect("the gateway answers")
    }

    /// The same at a gateway that may be down, or die before it answers.
    pub async fn try_press(&self, page: &str, button: &str) -> Result<u16, reqwest::Error> {
        Ok(BUYER.post(format!("{page}/{button}")).send().await?.status().as_u16())
    }

    async fn ask(&self, method: Method, path: &str) -> Result<String, reqwest::Error> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let answer = http.request(method, format!("http://{}{path}", self.address)).send().await?;
        answer.error_for_status()?.text().await
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Carries a call to the gateway and its answer back, as far as the fault lets it.
async fn carry(State(between): State<Arc<Between>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let what = format!("{} {path}", parts.method);
    let mut fault = between.fault.clone();
    let now = fault.borrow_and_update().clone();
    if let Some(Fault::Refuse(text)) = &now
        && what.contains(text)
    {
        between.hits.send_modify(|hits| *hits += 1);
        return status(StatusCode::SERVICE_UNAVAILABLE);
    }
    let Ok(bytes) = axum::body::to_bytes(body, 1 << 20).await else {
        return status(StatusCode::BAD_REQUEST);
    };
    let url = format!("http://{}{path}", between.target);
    let mut call = between.http.request(parts.method, url).body(bytes);
    for (name, value) in &parts.headers {
        if name != "host" && name != "content-length" {
            call = call.header(name, value);
        }
    }
    let Ok(answer) = call.send().await else { return status(StatusCode::BAD_GATEWAY) };
    let code = answer.status();
    let Ok(bytes) = answer.bytes().await else { return status(StatusCode::BAD_GATEWAY) };
    if let Some(Fault::KeepAnswers(text)) = &now
        && what.contains(text)
    {
        between.hits.send_modify(|hits| *hits += 1);
        // Until the fault is another, or the proxy goes.
        let _changed = fault.changed().await;
        return status(StatusCode::BAD_GATEWAY);
    }
    answered(code, bytes)
}

fn status(code: StatusCode) -> Response<Body> {
    answered(code, Bytes::new())
}

fn answered(code: StatusCode, body: Bytes) -> Response<Body> {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = code;
    answer
}
