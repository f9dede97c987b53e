//! The registry of one node, with handles for what is counted as it happens.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::{MetricType, TypedMetric};
use prometheus_client::registry::Registry;

use super::readings::{Readings, Scrape, Space};
use super::text::{Form, classic};

/// What every name begins with.
const PREFIX: &str = "usher";

/// Bounds of the buckets of a request, in seconds: reads take under a millisecond, holds a few, and
/// nobody waits for longer than ten seconds.
const REQUEST_SECONDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Bounds of the buckets of what a disk or a quorum takes.
const SYNC_SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Methods that requests are told apart by; every other is the last of these.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "other"];

/// Classes of status codes.
const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What a request to no route of ours is counted under.
const NO_ROUTE: &str = "none";

/// Why requests are refused without being looked into.
const REFUSED: [&str; 5] =
    ["rate_limited", "overloaded", "no_leader", "not_ready", "too_many_connections"];

/// What becomes of a wish for seats, as far as it is known at the start; others come when they do.
const HOLD_OUTCOMES: [&str; 3] = ["held", "seat_unavailable", "user_has_active_hold"];

type One = [(&'static str, &'static str); 1];
type Two = [(&'static str, &'static str); 2];
type Three = [(&'static str, Cow<'static, str>); 3];
type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// A node's metrics. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    /// What is read when somebody looks; one who looks at a time.
    scrape: Arc<Scrape>,
    scraping: Mutex<()>,
    leader_changes: Counter,
    commit: Histogram,
    sync: Histogram,
    holds: Family<One, Counter>,
    conflicts: Counter,
    webhooks: Family<Three, Counter>,
    deliveries: Family<Two, Counter>,
    requests: Histograms<Three>,
    routes: RwLock<HashMap<Box<str>, Box<Route>>>,
    refused: Family<One, Counter>,
    connections: Gauge<u64, AtomicU64>,
}

/// The histograms of one route, each made when first needed.
#[derive(Default)]
struct Route([[OnceLock<Histogram>; STATUSES.len()]; METHODS.len()]);

/// A connection that is open, for as long as this is kept.
#[derive(Debug)]
pub struct Connection(Gauge<u64, AtomicU64>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl Metrics {
    /// Metrics of a node at which nothing has happened yet.
    #[must_use]
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix(PREFIX);
        let scrape = Arc::new(Scrape::default());
        let of_requests: fn() -> Histogram = || Histogram::new(REQUEST_SECONDS);
        let inner = Inner {
            scrape: Arc::clone(&scrape),
            scraping: Mutex::default(),
            leader_changes: Counter::default(),
            commit: Histogram::new(SYNC_SECONDS),
            sync: Histogram::new(SYNC_SECONDS),
            holds: Family::default(),
            conflicts: Counter::default(),
            webhooks: Family::default(),
            deliveries: Family::default(),
            requests: Family::new_with_constructor(of_requests),
            routes: RwLock::default(),
            refused: Family::default(),
            connections: Gauge::default(),
            registry: Registry::default(),
        };
        for reason in REFUSED {
            inner.refused.get_or_create_owned(&[("reason", reason)]);
        }
        for outcome in HOLD_OUTCOMES {
            inner.holds.get_or_create_owned(&[("outcome", outcome)]);
        }
        inner.register(&mut registry);
        registry.register_collector(Box::new(scrape));
        Metrics(Arc::new(Inner { registry, ..inner }))
    }

    /// Another node leads now, or one does at all.
    pub fn leader_changed(&self) {
        self.0.leader_changes.inc();
    }

    /// A batch was decided and applied on this node, which led.
    pub fn committed(&self, took: Duration) {
        self.0.commit.observe(took.as_secs_f64());
    }

    /// The writer made a group of writes durable.
    pub fn synced(&self, took: Duration) {
        self.0.sync.observe(took.as_secs_f64());
    }

    /// So much space there is on the disk.
    pub fn space(&self, space: Space) {
        self.0.scrape.space(space);
    }

    /// A wish for seats was answered here; so many of its seats were not free.
    pub fn hold_answered(&self, outcome: &'static str, conflicts: usize) {
        self.0.holds.get_or_create(&[("outcome", outcome)]).inc();
        self.0.conflicts.inc_by(conflicts as u64);
    }

    /// A gateway's webhook was answered here.
    pub fn webhook_answered(&self, gateway: &str, event: &'static str, result: &'static str) {
        let labels = [
            ("gateway", Cow::Owned(gateway.to_owned())),
            ("type", Cow::Borrowed(event)),
            ("result", Cow::Borrowed(result)),
        ];
        self.0.webhooks.get_or_create(&labels).inc();
    }

    /// A row of the outbox was carried out, or was not.
    pub fn delivered(&self, kind: &'static str, result: &'static str) {
        self.0.deliveries.get_or_create(&[("kind", kind), ("result", result)]).inc();
    }

    /// A request was answered. `route` is the route's template, of which there are as many as the
    /// program has; `None` where no route fits.
    pub fn answered(&self, route: Option<&str>, method: &str, status: u16, took: Duration) {
        let route = route.unwrap_or(NO_ROUTE);
        let last = METHODS.len() - 1;
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(last);
        let status = usize::from(status / 100).clamp(1, STATUSES.len()) - 1;
        let known = self.0.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(cells) = known.get(route) {
            return self.observe(cells, route, method, status, took);
        }
        drop(known);
        let mut known = self.0.routes.write().unwrap_or_else(PoisonError::into_inner);
        let cells = known.entry(route.into()).or_default();
        self.observe(cells, route, method, status, took);
    }

    fn observe(&self, cells: &Route, route: &str, method: usize, status: usize, took: Duration) {
        let histogram = cells.0[method][status].get_or_init(|| {
            let labels = [
                ("route", Cow::Owned(route.to_owned())),
                ("method", Cow::Borrowed(METHODS[method])),
                ("status", Cow::Borrowed(STATUSES[status])),
            ];
            self.0.requests.get_or_create_owned(&labels)
        });
        histogram.observe(took.as_secs_f64());
    }

    /// A request was refused without being looked into.
    pub fn refused(&self, reason: &'static str) {
        self.0.refused.get_or_create(&[("reason", reason)]).inc();
    }

    /// A client has connected.
    #[must_use]
    pub fn connected(&self) -> Connection {
        self.0.connections.inc();
        Connection(self.0.connections.clone())
    }

    /// Everything as text, with what was just read.
    #[must_use]
    pub fn render(&self, readings: Readings, form: Form) -> String {
        // Whoever else looks now must not find these readings in between its own.
        let _alone = self.0.scraping.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.scrape.read(readings);
        let mut text = String::new();
        encode(&mut text, &self.0.registry).expect("a String takes any text");
        match form {
            Form::OpenMetrics => text,
            Form::Classic => classic(&text),
        }
    }
}

impl Inner {
    fn register(&self, registry: &mut Registry) {
        build_info(registry);
        self.register_consensus(registry);
        let help = "Wishes for seats answered by this node, by outcome";
        registry.register("hold_outcomes", help, self.holds.clone());
        let help = "Seats that holds named in vain, answered by this node";
        registry.register("seat_conflicts", help, self.conflicts.clone());
        let help = "Webhooks of gateways answered by this node";
        registry.register("webhook_events", help, self.webhooks.clone());
        let help = "Rows of the outbox carried out, or not, by this node";
        registry.register("outbox_deliveries", help, self.deliveries.clone());
        let help = "From a request's head to the head of its answer";
        registry.register("http_request_duration_seconds", help, self.requests.clone());
        let help = "Requests turned away before any work was done for them";
        registry.register("http_requests_refused", help, self.refused.clone());
        let help = "Connections of clients that are open";
        registry.register("http_connections_open", help, self.connections.clone());
    }

    fn register_consensus(&self, registry: &mut Registry) {
        let help = "Times that this node heard of another leader";
        registry.register("raft_leader_changes", help, self.leader_changes.clone());
        let help = "On the leader: from a batch's proposal until it is applied there";
        registry.register("raft_commit_seconds", help, self.commit.clone());
        let help = "What the log's writer takes to write a group and sync it";
        registry.register("log_fsync_seconds", help, self.sync.clone());
    }
}

/// A gauge and no info metric: the classic text has no such type.
fn build_info(registry: &mut Registry) {
    let version = ("version", env!("CARGO_PKG_VERSION"));
    let family: Family<One, ConstOne> = Family::default();
    family.get_or_create_owned(&[version]);
    registry.register("build_info", "The version of this program", family);
}

/// Always 1.
#[derive(Clone, Debug, Default)]
struct ConstOne;

impl TypedMetric for ConstOne {
    const TYPE: MetricType = MetricType::Gauge;
}

impl EncodeMetric for ConstOne {
    fn encode(&self, encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        ConstGauge::new(1_u64).encode(encoder)
    }

    fn metric_type(&self) -> MetricType {
        ConstOne::TYPE
    }
}
