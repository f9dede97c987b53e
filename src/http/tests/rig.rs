//! One state in memory behind the whole router: proposals are applied at once, in the order in
//! which they come. A test can have the next proposal or read fail as consensus would.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::described;
use crate::clock::{Clock, Rng};
use crate::gateways::Gateways;
use crate::http::source::Source;
use crate::http::{App, Backend, Settings, router};
use crate::metrics::Metrics;
use crate::raft::{
    AdminError, Answer, BackupStream, Change, Check, ClusterStatus, Comparison, Member, NodeId,
    NotCaughtUp, Plan, ProposeError, ReadError, Vitals,
};
use crate::seats::{
    Amount, Caller, Command, Currency, GatewayEvent, GatewayEventKind, HoldId, LEVEL, Millis,
    NewPayment, Outcome, PaymentId, Proposal, Receipt, Refusal, Role, State,
};
use crate::tickets::Links;
use crate::traces::Traces;

/// When tests begin: in the summer of 2026.
const START: u64 = 1_785_000_000_000;

/// A clock that stands still until a test moves it.
pub(super) struct Wall(AtomicU64);

impl Clock for Wall {
    fn wall(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Counts, so that every id is new and every run is the same.
struct Counter(AtomicU64);

impl Rng for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        for (at, byte) in buffer.iter_mut().rev().enumerate() {
            *byte = count.iter().rev().nth(at).copied().unwrap_or(0);
        }
    }
}

/// A cluster of one without a log.
pub(super) struct Solo {
    state: Mutex<(State, u64)>,
    /// What is seen until somebody waits for an index: the empty state of a node that lags.
    behind: Mutex<Option<State>>,
    applied: watch::Sender<u64>,
    wall: Arc<Wall>,
    /// What becomes of the next proposal instead of being applied.
    pub(super) proposal_fails: Mutex<Option<ProposeError>>,
    /// What the next command without a key is refused for, without an entry.
    pub(super) refuses: Mutex<Option<Refusal>>,
    /// What becomes of the next linearizable read.
    pub(super) read_fails: Mutex<Option<ReadError>>,
    /// What becomes of the next operator's request.
    pub(super) admin_fails: Mutex<Option<AdminError>>,
    /// Why this node is not ready.
    pub(super) not_ready: Mutex<Option<String>>,
    /// Host and port of each member.
    pub(super) members: Mutex<Vec<String>>,
    /// Proposals that came.
    pub(super) proposed: AtomicU64,
    /// Looking at the state panics once.
    pub(super) panics: Mutex<bool>,
}

impl Solo {
    fn take(&self, proposal: &Proposal) -> Answer {
        let mut guard = self.state.lock().unwrap();
        let (state, index) = &mut *guard;
        *index += 1;
        state.enter(*index);
        let outcome = state.apply(self.wall.wall(), proposal);
        let index = *index;
        drop(guard);
        self.applied.send_replace(index);
        Answer { index, outcome }
    }

    /// From here on this node knows of nothing, until somebody waits for an index.
    pub(super) fn lag(&self) {
        *self.behind.lock().unwrap() = Some(State::new(5));
    }

    /// Nothing has been applied here.
    pub(super) fn forget(&self) {
        *self.state.lock().unwrap() = (newest(), 0);
        self.applied.send_replace(0);
    }

    fn now(&self, index: u64) -> Result<u64, NotCaughtUp> {
        let applied = *self.applied.borrow();
        if index <= applied { Ok(applied) } else { Err(NotCaughtUp { applied }) }
    }
}

impl Backend for Solo {
    fn propose(
        &self,
        proposal: Proposal,
        _: Instant,
    ) -> BoxFuture<'_, Result<Answer, ProposeError>> {
        async move {
            self.proposed.fetch_add(1, Ordering::SeqCst);
            match self.proposal_fails.lock().unwrap().take() {
                Some(error) => Err(error),
                None => Ok(self.take(&proposal)),
            }
        }
        .boxed()
    }

    fn refuse<'a>(&'a self, _: &'a Command, _: Instant) -> BoxFuture<'a, Option<(u64, Refusal)>> {
        let refused = self.refuses.lock().unwrap().take();
        async { Some((*self.applied.borrow(), refused?)) }.boxed()
    }

    fn linearize(&self, _: Instant) -> BoxFuture<'_, Result<u64, ReadError>> {
        async move {
            let fails = self.read_fails.lock().unwrap().take();
            fails.map_or(Ok(*self.applied.borrow()), Err)
        }
        .boxed()
    }

    fn wait_applied(&self, index: u64, _: Instant) -> BoxFuture<'_, Result<u64, NotCaughtUp>> {
        async move {
            *self.behind.lock().unwrap() = None;
            self.now(index)
        }
        .boxed()
    }

    fn look(&self, look: &mut dyn FnMut(&State, u64)) {
        assert!(!std::mem::take(&mut *self.panics.lock().unwrap()), "a planted panic");
        if let Some(behind) = &*self.behind.lock().unwrap() {
            return look(behind, 1);
        }
        let guard = self.state.lock().unwrap();
        look(&guard.0, guard.1);
    }

    fn applied(&self) -> watch::Receiver<u64> {
        self.applied.subscribe()
    }

    fn node_id(&self) -> NodeId {
        7
    }

    fn not_ready(&self) -> Option<String> {
        self.not_ready.lock().unwrap().clone()
    }

    fn checks(&self) -> Vec<Check> {
        vec![Check { name: "cluster", failed: self.not_ready() }]
    }

    fn vitals(&self) -> Vitals {
        let applied_index = *self.applied.borrow();
        let (match_lag, clock_offset_ms) = (vec![(8, 5)], Some(-3));
        let vitals = Vitals { term: 3, leads: true, applied_index, ..Vitals::default() };
        Vitals { match_lag, clock_offset_ms, ..vitals }
    }

    fn consensus(&self) -> String {
        "alone".to_owned()
    }

    fn members(&self) -> Vec<(NodeId, Member)> {
        let members = self.members.lock().unwrap().clone().into_iter().zip(7..);
        members.map(|(http, id)| (id, Member { http, ..Member::default() })).collect()
    }

    fn backup(&self, _: Millis, _: Instant) -> BoxFuture<'_, Result<BackupStream, ReadError>> {
        async { Err(ReadError::NotReady("a state in memory has no disk".to_owned())) }.boxed()
    }

    fn cluster_status(&self) -> BoxFuture<'_, ClusterStatus> {
        async { ClusterStatus { cluster_id: None, leader: Some(7), term: 3, nodes: vec![] } }
            .boxed()
    }

    fn initialize(
        &self,
        _: Vec<(NodeId, Member)>,
        _: Instant,
    ) -> BoxFuture<'_, Result<ClusterStatus, AdminError>> {
        async {
            let fails = self.admin_fails.lock().unwrap().take();
            if let Some(error) = fails {
                return Err(error);
            }
            Ok(self.cluster_status().await)
        }
        .boxed()
    }

    fn transfer_leader(
        &self,
        to: Option<NodeId>,
        _: Instant,
    ) -> BoxFuture<'_, Result<NodeId, AdminError>> {
        async move {
            let fails = self.admin_fails.lock().unwrap().take();
            fails.map_or(Ok(to.unwrap_or(1)), Err)
        }
        .boxed()
    }

    fn change_members(
        &self,
        change: Change,
        dry_run: bool,
        _: Instant,
    ) -> BoxFuture<'_, Result<Plan, AdminError>> {
        async move {
            if let Some(error) = self.admin_fails.lock().unwrap().take() {
                return Err(error);
            }
            Ok(Plan { steps: vec![format!("{change:?}, dry: {dry_run}")], ..Plan::default() })
        }
        .boxed()
    }

    fn verify(&self, _: Instant) -> BoxFuture<'_, Result<Comparison, AdminError>> {
        async move {
            let fails = self.admin_fails.lock().unwrap().take();
            let equal = Comparison { index: 5, equal: true, nodes: vec![], differences: vec![] };
            fails.map_or(Ok(equal), Err)
        }
        .boxed()
    }
}

/// An empty state at the newest level, as that of a new cluster.
fn newest() -> State {
    let mut state = State::new(5);
    let caller = Caller { user: None, role: Role::Operator };
    let command = Command::RaiseLevel { level: LEVEL };
    let fresh = crate::seats::Fresh(0);
    let outcome = state.apply(Millis(0), &Proposal { caller, key: None, fresh, command });
    assert!(outcome.result.is_ok(), "{outcome:?}");
    state
}

/// A node of one with its router.
pub(super) struct Rig {
    pub(super) solo: Arc<Solo>,
    pub(super) router: Router,
    pub(super) stop: watch::Sender<bool>,
    pub(super) metrics: Metrics,
    wall: Arc<Wall>,
    fresh: AtomicU64,
}

impl Rig {
    pub(super) fn new() -> Rig {
        Rig::with(Settings::default())
    }

    pub(super) fn with(settings: Settings) -> Rig {
        Rig::at(settings, Gateways::default())
    }

    /// A node whose buyers pay at these gateways.
    pub(super) fn at(settings: Settings, gateways: Gateways) -> Rig {
        Rig::traced(settings, gateways, Traces::default())
    }

    /// The same, whose requests are traced.
    pub(super) fn traced(settings: Settings, gateways: Gateways, traces: Traces) -> Rig {
        let wall = Arc::new(Wall(AtomicU64::new(START)));
        let solo = Arc::new(Solo {
            state: Mutex::new((newest(), 1)),
            behind: Mutex::default(),
            applied: watch::Sender::new(1),
            wall: Arc::clone(&wall),
            proposal_fails: Mutex::default(),
            refuses: Mutex::default(),
            read_fails: Mutex::default(),
            admin_fails: Mutex::default(),
            not_ready: Mutex::default(),
            members: Mutex::new(vec!["127.0.0.1:8107".to_owned()]),
            proposed: AtomicU64::new(0),
            panics: Mutex::default(),
        });
        let (stop, shutdown) = watch::channel(false);
        let metrics = Metrics::default();
        let app = App {
            backend: Arc::clone(&solo) as Arc<dyn Backend>,
            settings,
            gateways,
            links: Links::new("http://127.0.0.1:8107", "a secret of this rig only"),
            clock: Arc::clone(&wall) as Arc<dyn Clock>,
            rng: Arc::new(Counter(AtomicU64::new(1))),
            metrics: metrics.clone(),
            traces,
            shutdown,
        };
        Rig { solo, router: router(app), stop, metrics, wall, fresh: AtomicU64::new(1) }
    }

    /// Lets time pass, for the wall and, with the next entry, for the log.
    pub(super) fn pass(&self, length: Duration) {
        let millis = u64::try_from(length.as_millis()).unwrap();
        self.wall.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// Carries out a command of the cluster's own, past the router.
    pub(super) fn command(&self, command: Command) -> Outcome {
        let caller = Caller { user: None, role: Role::Operator };
        let fresh =
            crate::seats::Fresh(u128::from(self.fresh.fetch_add(1, Ordering::SeqCst)) << 64);
        self.solo.take(&Proposal { caller, key: None, fresh, command }).outcome
    }

    pub(super) fn call(&self, method: Method, path: &str) -> Call {
        let request = Request::builder().method(method).uri(path);
        Call { router: self.router.clone(), request, body: Body::empty(), json: None }
    }

    pub(super) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    pub(super) fn patch(&self, path: &str, body: &Value) -> Call {
        self.call(Method::PATCH, path).json(body)
    }

    pub(super) fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Makes a show of two rows of five, `A` in Stalls and `B` in Circle, with ten standing places.
    pub(super) async fn show(&self, id: &str) -> Value {
        self.post("/v1/shows", &show(id)).organizer().gives(201).await
    }

    pub(super) async fn hold(&self, show: &str, user: &str, seats: &[&str]) -> Value {
        let path = format!("/v1/shows/{show}/holds");
        self.post(&path, &json!({ "seats": seats })).user(user).gives(201).await
    }

    pub(super) async fn book(&self, hold: &Value) -> Value {
        let path = format!("/v1/holds/{}/confirm", text(&hold["id"]));
        let body = json!({"reference": "till-1", "email": "a@example.com"});
        self.post(&path, &body).organizer().gives(201).await
    }

    /// Opens a payment for a hold past the router, and pays it.
    pub(super) fn pay(&self, hold: &Value, amount: u64) -> PaymentId {
        let hold = HoldId::parse(text(&hold["id"])).unwrap();
        let opened = self.command(Command::OpenPayment(Box::new(NewPayment {
            hold,
            gateway: "sandbox".to_owned(),
            email: "a@example.com".to_owned(),
            success_url: "https://example.com/yes".to_owned(),
            cancel_url: "https://example.com/no".to_owned(),
            customer: None,
        })));
        let Ok(Receipt::Payment(payment)) = opened.result else { panic!("{opened:?}") };
        let event = GatewayEvent {
            gateway: "sandbox".to_owned(),
            event: format!("evt-{}", payment.id),
            payment: Some(payment.id),
            reference: "sbx_1".to_owned(),
            kind: GatewayEventKind::Succeeded,
            amount: Amount(amount),
            currency: Currency::parse("EUR").unwrap(),
        };
        self.command(Command::GatewayEvent(Box::new(event)));
        payment.id
    }
}

/// A request in the making.
pub(super) struct Call {
    router: Router,
    request: axum::http::request::Builder,
    body: Body,
    json: Option<Value>,
}

impl Call {
    pub(super) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Call {
        self.request = self.request.header(name, value.as_ref());
        self
    }

    pub(super) fn user(self, user: &str) -> Call {
        self.header("x-user-id", user)
    }

    pub(super) fn organizer(self) -> Call {
        self.header("x-usher-role", "organizer")
    }

    pub(super) fn bearer(self, token: &str) -> Call {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// From this address; from none that is known otherwise.
    pub(super) fn from(mut self, address: &str) -> Call {
        self.request = self.request.extension(Source::of(address.parse().unwrap()));
        self
    }

    pub(super) fn key(self, key: &str) -> Call {
        self.header("idempotency-key", key)
    }

    pub(super) fn json(self, body: &Value) -> Call {
        let bytes = body.to_string();
        let call = self.header("content-type", "application/json").body(bytes);
        Call { json: Some(body.clone()), ..call }
    }

    pub(super) fn body(mut self, body: impl Into<Body>) -> Call {
        self.body = body.into();
        self
    }

    /// The answer as it begins; for streams.
    pub(super) async fn open(self) -> axum::response::Response {
        let request = self.request.body(self.body).unwrap();
        self.router.oneshot(request).await.unwrap()
    }

    pub(super) async fn send(self) -> Reply {
        let method = self.request.method_ref().cloned().unwrap_or_default();
        let uri = self.request.uri_ref().cloned().unwrap_or_default();
        let json = self.json.clone();
        let answer = self.open().await;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let reply = Reply { status: parts.status, headers: parts.headers, body };
        reply.keeps_the_conventions();
        described::check(&method, &uri, json.as_ref(), &reply);
        reply
    }

    pub(super) async fn gives(self, status: u16) -> Value {
        let reply = self.send().await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
        if reply.body.is_empty() { Value::Null } else { reply.json() }
    }

    pub(super) async fn refused(self, status: u16, code: &str) -> Value {
        let problem = self.gives(status).await;
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(super) fn has(&self, name: &str) -> &str {
        let value = self.headers.get(HeaderName::try_from(name).unwrap());
        value.unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    pub(super) fn index(&self) -> u64 {
        self.has("usher-applied-index").parse().unwrap()
    }

    /// What CONTRACT section 1 says of every answer.
    fn keeps_the_conventions(&self) {
        assert_eq!(self.has("usher-node"), "7");
        let id = self.has("x-request-id");
        assert!(!id.is_empty());
        if self.status.is_client_error() || self.status.is_server_error() {
            assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
            let problem = self.json();
            assert_eq!(problem["status"], self.status.as_u16());
            assert_eq!(problem["instance"], id);
            for member in ["type", "title", "detail", "code"] {
                assert!(problem[member].is_string(), "{member}: {problem}");
            }
        }
        assert_eq!(self.has("x-content-type-options"), "nosniff");
        assert_eq!(self.has("referrer-policy"), "no-referrer");
        self.has("content-security-policy");
        self.has("cross-origin-resource-policy");
        if matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            self.has("retry-after");
        }
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A plan of rows: number, category, seats.
pub(super) fn plan(rows: &[(&str, &str, usize)]) -> Value {
    let mut categories: Vec<&str> = rows.iter().map(|row| row.1).collect();
    categories.dedup();
    let zones = rows.iter().map(|(row, category, seats)| {
        let seats: Vec<Value> = (1..=*seats)
            .map(|n| {
                json!({"seat_guid": format!("{row}-{n}"), "seat_number": n.to_string(),
                    "category": category, "position": {"x": n * 10, "y": 0}})
            })
            .collect();
        json!({"name": format!("Zone {row}"), "position": {"x": 0, "y": 0},
            "rows": [{"row_number": row, "position": {"x": 0, "y": 0}, "seats": seats}]})
    });
    let zones: Vec<Value> = zones.collect();
    let categories: Vec<Value> =
        categories.iter().map(|name| json!({"name": name, "color": "#abcdef"})).collect();
    json!({"name": "Hall", "size": {"width": 100, "height": 100}, "categories": categories,
        "zones": zones})
}

/// A show that is good as it stands.
pub(super) fn show(id: &str) -> Value {
    json!({
        "id": id, "name": "Hamlet", "venue": "Old Mill", "starts_at": "2099-03-01T19:30:00.000Z",
        "currency": "EUR", "prices": {"Stalls": 9500, "Circle": 6500},
        "seat_map": plan(&[("A", "Stalls", 5), ("B", "Circle", 5)]),
        "areas": [{"id": "floor", "name": "Floor", "category": "Circle", "capacity": 10}],
    })
}
