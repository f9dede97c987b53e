import { expect, test } from "vitest";
import { Scrape } from "./prometheus.js";
import { checks, vitals } from "./vitals.js";

const BEFORE = `usher_hold_outcomes_total{outcome="held"} 10
usher_hold_outcomes_total{outcome="seat_unavailable"} 5
usher_bookings_total 3
usher_log_fsync_seconds_bucket{le="0.001"} 0
usher_log_fsync_seconds_bucket{le="0.01"} 0
usher_log_fsync_seconds_bucket{le="+Inf"} 0
`;
const NOW = `usher_raft_term 4
usher_raft_is_leader 1
usher_raft_applied_index 70
usher_raft_apply_lag_entries 2
usher_raft_peer_match_lag_entries{peer="2"} 0
usher_raft_peer_match_lag_entries{peer="3"} 9
usher_clock_offset_seconds -0.25
usher_http_connections_open 12
usher_stream_listeners 5
usher_outbox_depth{kind="refund"} 2
usher_outbox_depth{kind="mail_booking"} 1
usher_outbox_oldest_seconds{kind="refund"} 61.5
usher_outbox_oldest_seconds{kind="mail_booking"} 2
usher_hold_outcomes_total{outcome="held"} 20
usher_hold_outcomes_total{outcome="seat_unavailable"} 9
usher_bookings_total 13
usher_log_fsync_seconds_bucket{le="0.001"} 0
usher_log_fsync_seconds_bucket{le="0.01"} 100
usher_log_fsync_seconds_bucket{le="+Inf"} 100
`;

test("a node by its own word", () => {
  const node = vitals(Scrape.parse(NOW, 5_000), Scrape.parse(BEFORE, 0));
  expect(node).toMatchObject({
    term: 4,
    leads: true,
    applied: 70,
    last: 72,
    unapplied: 2,
    behind: new Map([
      [2, 0],
      [3, 9],
    ]),
    clockOffset: -0.25,
    connections: 12,
    streams: 5,
    outboxDepth: 3,
    outboxOldest: 61.5,
    holds: 2,
    bookings: 2,
    commitP99: undefined,
  });
  expect(node.syncP99).toBeCloseTo(0.00991);
});

test("a single reading tells no rates", () => {
  const node = vitals(Scrape.parse(NOW, 5_000), undefined);
  expect([node.holds, node.bookings, node.syncP99]).toEqual([undefined, undefined, undefined]);
  expect(node.applied).toBe(70);
});

test("checks, with why they failed", () => {
  const text = "[+]http ok\n[-]leader failed: no leader is known\nreadyz check failed\n";
  expect(checks(text)).toEqual([
    { name: "http", failed: undefined },
    { name: "leader", failed: "no leader is known" },
  ]);
});
