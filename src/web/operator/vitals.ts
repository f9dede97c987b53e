/** What an operator wants to know of one node, out of what it says of itself. */
import { Scrape, quantile, rate } from "./prometheus.js";

/** Rates and quantiles are taken over so long: shorter ones jump, longer ones hide. */
export const WINDOW_MS = 5_000;

/** A node by its own word. What is `undefined` it did not say. */
export interface Vitals {
  term: number | undefined;
  leads: boolean;
  applied: number | undefined;
  /** The last entry of its log. */
  last: number | undefined;
  /** Entries that it has and has not applied. */
  unapplied: number | undefined;
  /** On the leader: entries that other members have not confirmed, by their number. */
  behind: ReadonlyMap<number, number>;
  undecided: number | undefined;
  /** Seconds. */
  syncP99: number | undefined;
  /** Seconds; on the leader. */
  commitP99: number | undefined;
  /** Seconds before the median of all. */
  clockOffset: number | undefined;
  connections: number | undefined;
  streams: number | undefined;
  outboxDepth: number | undefined;
  /** Seconds. */
  outboxOldest: number | undefined;
  holdsActive: number | undefined;
  /** A second, answered by this node. */
  holds: number | undefined;
  /** A second, answered by this node. */
  conflicts: number | undefined;
  /** A second, in the whole cluster, as far as this node has heard. */
  bookings: number | undefined;
  /** A second. */
  requests: number | undefined;
  /** Bytes. */
  diskFree: number | undefined;
}

/** A check of `/readyz`, and why it failed. */
export interface Check {
  name: string;
  failed: string | undefined;
}

/** Reads a node out of its latest metrics and those a window before, if there are any. */
export function vitals(now: Scrape, before: Scrape | undefined): Vitals {
  const gauge = (name: string) => now.sum(`usher_${name}`);
  const pace = (name: string, labels = {}) =>
    before === undefined ? undefined : rate(before, now, `usher_${name}`, labels);
  const p99 = (name: string) =>
    before === undefined
      ? undefined
      : quantile(0.99, before.buckets(`usher_${name}`), now.buckets(`usher_${name}`));
  const [applied, unapplied] = [gauge("raft_applied_index"), gauge("raft_apply_lag_entries")];
  const behind = [...now.by("usher_raft_peer_match_lag_entries", "peer")];
  return {
    term: gauge("raft_term"),
    leads: gauge("raft_is_leader") === 1,
    applied,
    last: applied === undefined ? undefined : applied + (unapplied ?? 0),
    unapplied,
    behind: new Map(behind.map(([peer, lag]) => [Number(peer), lag])),
    undecided: gauge("raft_undecided_writes"),
    syncP99: p99("log_fsync_seconds"),
    commitP99: p99("raft_commit_seconds"),
    clockOffset: gauge("clock_offset_seconds"),
    connections: gauge("http_connections_open"),
    streams: gauge("stream_listeners"),
    outboxDepth: gauge("outbox_depth"),
    outboxOldest: now.max("usher_outbox_oldest_seconds"),
    holdsActive: gauge("holds_active"),
    holds: pace("hold_outcomes_total", { outcome: "held" }),
    conflicts: pace("seat_conflicts_total"),
    bookings: pace("bookings_total"),
    requests: pace("http_request_duration_seconds_count"),
    diskFree: gauge("disk_free_bytes"),
  };
}

/** Reads what `/readyz?verbose` answers, whatever its status. */
export function checks(text: string): Check[] {
  const lines = text.split("\n").map((line) => /^\[([+-])\](\S+) (?:failed: )?(.*)$/.exec(line));
  return lines.flatMap((line) => {
    const [, sign, name, rest] = line ?? [];
    if (name === undefined) return [];
    return [{ name, failed: sign === "-" ? rest : undefined }];
  });
}
