//! What is told to whoever watches a node: metrics, readiness check by check, and that alerts and
//! dashboard ask for nothing that is not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::rig::Rig;
use super::till::paying;
use crate::http::{Limits, Settings};
use crate::metrics::Space;
use crate::raft::ProposeError;

/// Every label that a metric may have. NB: none whose values have no bound.
const LABELS: [&str; 12] = [
    "version", "outcome", "gateway", "type", "result", "kind", "route", "method", "status",
    "reason", "peer", "le",
];

async fn metrics(rig: &Rig) -> String {
    let reply = rig.get("/metrics").send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

/// The value of a series; 0 if there is none.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().unwrap())
}

/// A node at which everything has happened once.
async fn busy() -> (Arc<Rig>, String) {
    let (rig, _) = paying(Settings::default()).await;
    let hold = rig.hold("s", "u", &["A-1", "A-2"]).await;
    let id = rig.payment(&hold).gives(201).await["id"].clone();
    rig.event("e1", "succeeded", &id, 19_000).gives(200).await;
    let holds = |user: &str| rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user(user);
    holds("v").refused(409, "seat_unavailable").await;
    holds("w").key("k").refused(409, "seat_unavailable").await;
    holds("w").key("k").refused(409, "seat_unavailable").await;
    *rig.solo.proposal_fails.lock().unwrap() = Some(ProposeError::Overloaded("full".to_owned()));
    holds("x").refused(503, "overloaded").await;
    rig.hold("s", "y", &["B-1"]).await;
    rig.get("/nowhere/at/all").refused(404, "not_found").await;
    rig.metrics.space(Space { free_bytes: 5, ballast_bytes: 1 });
    rig.metrics.committed(Duration::from_millis(1));
    rig.metrics.synced(Duration::from_millis(1));
    rig.metrics.delivered("mail_booking", "failed");
    rig.pass(Duration::from_secs(90));
    let text = metrics(&rig).await;
    (rig, text)
}

/// Holds are counted as well where users may have only so many bookings of a show.
#[tokio::test]
async fn holds_within_a_limit_are_counted() {
    let limits = Limits { bookings_per_user_and_show: 1, ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    rig.hold("s", "u", &["A-1"]).await;
    let again = rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("v");
    again.refused(409, "seat_unavailable").await;
    let text = metrics(&rig).await;
    for line in ["usher_hold_outcomes_total{outcome=\"held\"} 1", "usher_seat_conflicts_total 1"] {
        assert!(text.lines().any(|said| said == line), "no {line}: {text}");
    }
}

/// What happened is counted, under the route's template and never under what it was asked with.
#[tokio::test]
async fn what_happens_is_counted() {
    let (_rig, text) = busy().await;
    for (series, expected) in [
        ("usher_hold_outcomes_total{outcome=\"held\"}", 2.0),
        ("usher_hold_outcomes_total{outcome=\"seat_unavailable\"}", 2.0),
        ("usher_hold_outcomes_total{outcome=\"replayed\"}", 1.0),
        ("usher_hold_outcomes_total{outcome=\"overloaded\"}", 1.0),
        ("usher_seat_conflicts_total", 2.0),
        ("usher_http_requests_refused_total{reason=\"overloaded\"}", 1.0),
        ("usher_holds_active", 1.0),
        ("usher_bookings_total", 1.0),
        ("usher_outbox_depth{kind=\"mail_booking\"}", 1.0),
        ("usher_outbox_depth{kind=\"refund\"}", 0.0),
        ("usher_outbox_oldest_seconds{kind=\"mail_booking\"}", 90.0),
        ("usher_clock_offset_seconds", -0.003),
        ("usher_raft_peer_match_lag_entries{peer=\"8\"}", 5.0),
        ("usher_node_ready", 1.0),
        ("usher_raft_term", 3.0),
    ] {
        assert!((value(&text, series) - expected).abs() < 1e-9, "{series} {expected}\n{text}");
    }
    let webhook = "usher_webhook_events_total{gateway=\"sandbox\",type=\"succeeded\",result=\"";
    let counted = |prefix: &str| text.lines().any(|line| line.starts_with(prefix));
    assert!(counted(webhook), "{text}");
    let request = "usher_http_request_duration_seconds_count";
    let holds = "{route=\"/v1/shows/{show}/holds\",method=\"POST\",status=\"2xx\"} 2";
    assert!(counted(&format!("{request}{holds}")), "{text}");
    let none = "{route=\"none\",method=\"GET\",status=\"4xx\"} 1";
    assert!(counted(&format!("{request}{none}")), "{text}");
    assert!(!text.contains("nowhere"), "{text}");
}

/// Labels are of a fixed list, and none of their values is of a user, a seat or a thing of ours.
#[tokio::test]
async fn labels_are_bounded() {
    let (_rig, text) = busy().await;
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap_or_default();
        assert!(name.starts_with("usher_"), "{line}");
        let Some((labels, _)) = line.split_once('{').and_then(|(_, rest)| rest.rsplit_once("} "))
        else {
            continue;
        };
        for pair in labels.split("\",") {
            let (label, value) = pair.split_once("=\"").unwrap();
            assert!(LABELS.contains(&label), "{label} in {line}");
            let value = value.trim_end_matches('"');
            let ours = ["hld_", "pay_", "bkg_", "rfd_", "shw_", "A-1", "B-1"];
            assert!(!ours.iter().any(|id| value.contains(id)), "{line}");
            assert!(!["u", "v", "w", "x", "y", "s"].contains(&value), "{line}");
            seen.insert(label.to_owned());
        }
    }
    let missing: Vec<_> = LABELS.iter().filter(|label| !seen.contains(**label)).collect();
    assert!(missing.is_empty(), "no series has {missing:?}: take them off the list");
}

/// Prometheus gets what it asks for; whoever takes neither form is told.
#[tokio::test]
async fn both_forms_are_served() {
    let rig = Rig::new();
    let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    for (accept, kind) in [
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
        (prometheus, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("application/openmetrics-text;q=0, text/*", "text/plain; version=0.0.4; charset=utf-8"),
    ] {
        let reply = rig.get("/metrics").header("accept", accept).send().await;
        assert_eq!(reply.has("content-type"), kind, "{accept}");
        assert_eq!(reply.text().ends_with("# EOF\n"), kind.contains("openmetrics"), "{accept}");
        assert_eq!(reply.has("cache-control"), "no-store");
    }
    assert_eq!(rig.get("/metrics").send().await.status, 200);
    let html = rig.get("/metrics").header("accept", "text/html");
    html.refused(406, "not_acceptable").await;
    rig.get("/metrics?colour=red").refused(400, "invalid_request").await;
}

/// Every check has a line, and one that fails says why and fails the whole.
#[tokio::test]
async fn readiness_is_told_check_by_check() {
    let rig = Rig::new();
    let all = "[+]http ok\n[+]cluster ok\nreadyz check passed\n";
    let ready = rig.get("/readyz?verbose").send().await;
    assert_eq!((ready.status.as_u16(), ready.text()), (200, all.to_owned()));
    for path in ["/livez?verbose", "/healthz?verbose"] {
        assert_eq!(rig.get(path).send().await.text(), "[+]process ok\nlivez check passed\n");
    }
    assert_eq!(rig.get("/healthz").send().await.text(), "ok\n");
    *rig.solo.not_ready.lock().unwrap() = Some("no cluster yet".to_owned());
    let answer = rig.get("/readyz?verbose").open().await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(answer.headers().contains_key("x-request-id"));
    let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    let why = "[+]http ok\n[-]cluster failed: no cluster yet\nreadyz check failed\n";
    assert_eq!(body, why);
    rig.get("/readyz").refused(503, "not_ready").await;
    assert!((value(&metrics(&rig).await, "usher_node_ready")).abs() < 1e-9);
    *rig.solo.not_ready.lock().unwrap() = None;
    rig.stop.send_replace(true);
    let problem = rig.get("/readyz").refused(503, "not_ready").await;
    assert_eq!(problem["detail"], "this node is stopping");
}

/// Alerts and dashboard ask for what is there: a metric that was renamed would leave them silent.
#[tokio::test]
async fn alerts_and_dashboard_name_what_is_there() {
    let (_rig, text) = busy().await;
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let there: BTreeSet<&str> = samples.filter_map(|line| line.split(['{', ' ']).next()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cluster");
    for (file, least) in [("alerts.yml", 10), ("alerts.test.yml", 10), ("grafana/usher.json", 20)] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named: BTreeSet<&str> = words.filter(|word| word.starts_with("usher_")).collect();
        assert!(least <= named.len(), "{file} names only {named:?}");
        let gone: Vec<_> = named.difference(&there).collect();
        assert!(gone.is_empty(), "{file} names what no node tells: {gone:?}");
    }
    let read = |file| fs::read_to_string(folder.join(file)).unwrap();
    let (alerts, tested) = (read("alerts.yml"), read("alerts.test.yml"));
    let names = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    for name in names {
        assert!(tested.contains(&format!("alertname: {name}}}")), "{name} has no test");
    }
    let dashboard = fs::read_to_string(folder.join("grafana/usher.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    assert_eq!(dashboard["title"], "Usher");
}
