//! What is counted is found in the text, in both of its forms.

use std::thread;
use std::time::Duration;

use super::*;

fn readings() -> Readings {
    Readings {
        ready: true,
        term: 3,
        leads: true,
        applied_index: 70,
        apply_lag: 2,
        match_lag: vec![(2, 5), (3, 0)],
        undecided: 4,
        clock_offset: Some(-0.25),
        holds_active: 9,
        bookings_made: 6,
        outbox: vec![Outbox { kind: "refund", depth: 2, oldest: 61.5 }],
        listeners: 11,
        process: Some(Process {
            resident_bytes: 4096,
            open_fds: 12,
            max_fds: 99,
            cpu_seconds: 1.5,
        }),
    }
}

/// Each sample that was made stands in the classic text, with its type before it.
#[test]
fn samples_are_found() {
    let metrics = Metrics::new();
    metrics.leader_changed();
    metrics.committed(Duration::from_micros(600));
    metrics.synced(Duration::from_millis(3));
    metrics.hold_answered("held", 0);
    metrics.hold_answered("seat_unavailable", 2);
    metrics.webhook_answered("sandbox", "succeeded", "booked");
    metrics.delivered("refund", "done");
    metrics.answered(Some("/v1/shows/{show}"), "GET", 200, Duration::from_millis(2));
    metrics.answered(None, "BREW", 404, Duration::from_millis(2));
    metrics.refused("overloaded");
    metrics.space(Space { free_bytes: 1000, ballast_bytes: 10 });
    let open = metrics.connected();
    drop(metrics.connected());
    let text = metrics.render(readings(), Form::Classic);
    for line in [
        "# TYPE usher_raft_leader_changes_total counter",
        "usher_raft_leader_changes_total 1",
        "usher_raft_commit_seconds_bucket{le=\"0.0005\"} 0",
        "usher_raft_commit_seconds_bucket{le=\"0.001\"} 1",
        "# TYPE usher_raft_commit_seconds histogram",
        "usher_log_fsync_seconds_count 1",
        "usher_hold_outcomes_total{outcome=\"held\"} 1",
        "usher_hold_outcomes_total{outcome=\"user_has_active_hold\"} 0",
        "usher_seat_conflicts_total 2",
        "usher_outbox_deliveries_total{kind=\"refund\",result=\"done\"} 1",
        "usher_webhook_events_total{gateway=\"sandbox\",type=\"succeeded\",result=\"booked\"} 1",
        "usher_http_requests_refused_total{reason=\"overloaded\"} 1",
        "usher_http_requests_refused_total{reason=\"rate_limited\"} 0",
        "usher_http_connections_open 1",
        "usher_raft_is_leader 1",
        "usher_raft_peer_match_lag_entries{peer=\"2\"} 5",
        "usher_clock_offset_seconds -0.25",
        "usher_outbox_oldest_seconds{kind=\"refund\"} 61.5",
        "# TYPE usher_bookings_total counter",
        "usher_bookings_total 6",
        "usher_disk_free_bytes 1000",
        "usher_process_cpu_seconds_total 1.5",
        "# TYPE usher_process_cpu_seconds_total counter",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let request = "usher_http_request_duration_seconds_count";
    let labels = "{route=\"/v1/shows/{show}\",method=\"GET\",status=\"2xx\"} 1";
    assert!(text.contains(&format!("{request}{labels}")), "{text}");
    let labels = "{route=\"none\",method=\"other\",status=\"4xx\"} 1";
    assert!(text.contains(&format!("{request}{labels}")), "{text}");
    assert!(!text.contains("# EOF") && !text.contains("# UNIT"), "{text}");
    drop(open);
}

/// What is not known is left out, rather than told as nought.
#[test]
fn what_is_unknown_is_left_out() {
    let text = Metrics::new().render(Readings::default(), Form::Classic);
    for name in ["clock_offset", "peer_match_lag", "outbox_depth", "disk_free", "process_"] {
        assert!(!text.contains(name), "{name}\n{text}");
    }
    assert!(text.contains("usher_node_ready 0"), "{text}");
}

/// `OpenMetrics` names a counter's family without `_total`, and says where it ends.
#[test]
fn openmetrics_is_as_it_should_be() {
    let text = Metrics::new().render(readings(), Form::OpenMetrics);
    assert!(text.contains("# TYPE usher_seat_conflicts counter\nusher_seat_conflicts_total 0\n"));
    assert!(text.ends_with("# EOF\n"), "{text}");
}

/// Nodes of one process do not count for each other, and clones of one node's do.
#[test]
fn each_node_counts_for_itself() {
    let (one, other) = (Metrics::new(), Metrics::new());
    let clone = one.clone();
    thread::spawn(move || clone.leader_changed()).join().unwrap();
    let changes = |metrics: &Metrics| {
        let text = metrics.render(Readings::default(), Form::Classic);
        let line = text.lines().find(|l| l.starts_with("usher_raft_leader_changes_total")).unwrap();
        line.to_owned()
    };
    assert_eq!(changes(&one), "usher_raft_leader_changes_total 1");
    assert_eq!(changes(&other), "usher_raft_leader_changes_total 0");
}

/// However many have asked under however many names, a route is one series for each method and
/// class of status.
#[test]
fn series_are_bounded() {
    let metrics = Metrics::new();
    for n in 0..1_000_u16 {
        metrics.answered(None, &format!("M{n}"), n, Duration::ZERO);
    }
    let text = metrics.render(Readings::default(), Form::Classic);
    let series =
        text.lines().filter(|line| line.starts_with("usher_http_request_duration_seconds_count"));
    assert_eq!(series.count(), 5, "{text}");
}
