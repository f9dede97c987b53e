import { describe, expect, test } from "vitest";
import {
  NOTHING,
  SILENCE_MS,
  merge,
  news,
  originOf,
  verdict,
  type Picture,
  type Telling,
  type View,
} from "./cluster.js";
import { Scrape } from "./prometheus.js";
import { vitals } from "./vitals.js";

const NOW = 100_000;

function telling(node: number, more: Partial<Telling> = {}, metrics = ""): Telling {
  return {
    origin: `http://n${node}`,
    node,
    heardAt: NOW - 500,
    askedAt: undefined,
    failed: false,
    barred: false,
    vitals: vitals(Scrape.parse(`usher_raft_term 4\n${metrics}`, NOW), undefined),
    checks: [{ name: "http", failed: undefined }],
    ...more,
  };
}

const LEADS = `usher_raft_is_leader 1
usher_raft_peer_match_lag_entries{peer="2"} 3
usher_raft_applied_index 70
`;

type Roles = ("leader" | "follower" | "learner" | "unreachable")[];

function view(leader: number | null, roles: Roles, more: { at?: number; term?: number } = {}): View {
  const nodes = roles.map((role, at) => ({
    id: at + 1,
    role,
    http: `n${at + 1}`,
    peer: `p${at + 1}`,
    applied_index: role === "unreachable" ? null : 60,
    last_log_index: role === "unreachable" ? null : 61,
  }));
  const cluster = { cluster_id: "c", leader, term: more.term ?? 4, nodes };
  return { at: more.at ?? NOW, cluster };
}

const ids = (picture: Picture) => picture.members.map(({ id }) => id);
const member = (picture: Picture, id: number) => picture.members.find((m) => m.id === id);

describe("the picture", () => {
  const whole = merge(
    [telling(1, {}, LEADS), telling(2), telling(3)],
    view(1, ["leader", "follower", "follower"]),
    NOTHING,
    NOW,
  );

  test("each node's own word is what counts", () => {
    expect([whole.leader, whole.term, whole.clusterId]).toEqual([1, 4, "c"]);
    expect(whole.members.map(({ role }) => role)).toEqual(["leader", "follower", "follower"]);
    expect(member(whole, 1)).toMatchObject({ applied: 70, behind: 0, reach: "answers" });
    expect(member(whole, 2)).toMatchObject({ applied: 60, behind: 3, ready: true });
    expect(verdict(whole)).toEqual({ tone: "good", words: "All 3 nodes serve" });
  });

  test("a node that refuses is unreachable at once, a silent one after a while", () => {
    const roles: Roles = ["unreachable", "follower", "follower"];
    const refused = merge(
      [telling(1, { failed: true }, LEADS), telling(2), telling(3)],
      view(null, roles),
      whole,
      NOW,
    );
    expect(member(refused, 1)).toMatchObject({ reach: "silent", vitals: undefined, applied: 70 });
    const old = telling(3, { askedAt: NOW - SILENCE_MS - 1 });
    const silent = merge(
      [telling(1, {}, LEADS), telling(2), old],
      view(1, ["leader", "follower", "unreachable"]),
      whole,
      NOW,
    );
    expect(member(silent, 3)?.reach).toBe("silent");
    expect(verdict(silent)).toEqual({
      tone: "warn",
      words: "Node 3 does not answer; the others go on",
    });
  });

  test("a dead leader leads no more, whatever others still believe", () => {
    const roles: Roles = ["unreachable", "follower", "follower"];
    const dead = telling(1, { failed: true }, LEADS);
    const between = merge([dead, telling(2), telling(3)], view(1, roles), whole, NOW);
    expect(between.leader).toBeUndefined();
    expect(verdict(between).tone).toBe("bad");
    const after = "usher_raft_is_leader 1\nusher_raft_term 5\n";
    const elected = telling(2, {
      vitals: vitals(Scrape.parse(after, NOW), undefined),
    });
    const next = merge([dead, elected, telling(3)], view(1, roles), between, NOW);
    expect([next.leader, next.term]).toEqual([2, 5]);
    expect(member(next, 1)).toMatchObject({ role: "follower", reach: "silent" });
  });

  test("a new leader's guess of a dead node is no measure of how far that is behind", () => {
    const guess = `usher_raft_is_leader 1
usher_raft_applied_index 70
usher_raft_peer_match_lag_entries{peer="2"} 70
`;
    const nodes = [telling(1, {}, guess), telling(2, { failed: true })];
    const roles: Roles = ["leader", "unreachable"];
    const before = merge([telling(1), telling(2)], view(1, ["leader", "follower"]), NOTHING, NOW);
    const picture = merge(nodes, view(1, roles), before, NOW);
    expect(member(picture, 2)).toMatchObject({ last: 61, behind: 9 });
  });

  test("of two that say they lead, the later term does", () => {
    const later = "usher_raft_is_leader 1\nusher_raft_term 9\n";
    const two = telling(2, { vitals: vitals(Scrape.parse(later, NOW), undefined) });
    const both = merge([telling(1, {}, LEADS), two], undefined, NOTHING, NOW);
    expect([both.leader, both.term]).toEqual([2, 9]);
  });

  test("without a view, the members are whoever answers", () => {
    expect(ids(merge([telling(2), telling(1)], undefined, NOTHING, NOW))).toEqual([1, 2]);
  });

  test("what other nodes hear is not dead", () => {
    const cut = merge(
      [telling(1, {}, LEADS), telling(2), telling(3, { failed: true, heardAt: NOW - 5_000 })],
      view(1, ["leader", "follower", "follower"]),
      whole,
      NOW,
    );
    expect(member(cut, 3)).toMatchObject({ reach: "elsewhere", applied: 60 });
    expect(verdict(cut).words).toBe("Node 3 answers other nodes, and not this page");
  });

  test("what other nodes said before it fell silent proves nothing", () => {
    const dead = telling(1, { failed: true }, LEADS);
    const roles: Roles = ["leader", "follower", "follower"];
    const just = merge([dead, telling(2), telling(3)], view(1, roles), whole, NOW);
    expect(member(just, 1)?.reach).toBe("silent");
    expect(just.leader).toBeUndefined();
    const cut = telling(1, { failed: true, heardAt: NOW - 5_000 }, LEADS);
    const still = merge([cut, telling(2), telling(3)], view(1, roles), whole, NOW);
    expect(member(still, 1)).toMatchObject({ reach: "elsewhere", role: "leader" });
  });

  test("an old view tells who is a member and nothing else", () => {
    const stale = merge(
      [telling(1, {}, LEADS), telling(2, { failed: true }), telling(3, { failed: true })],
      view(3, ["follower", "follower", "leader"], { at: NOW - 60_000 }),
      whole,
      NOW,
    );
    expect(ids(stale)).toEqual([1, 2, 3]);
    expect(stale.leader).toBe(1);
    expect(member(stale, 3)?.reach).toBe("silent");
    expect(verdict(stale).words).toBe(
      "No majority: only 1 of 3 voters can be reached, and writes wait",
    );
  });

  test("a node is not called anything before it had the time to answer", () => {
    const fresh = { heardAt: undefined, vitals: undefined, checks: [] };
    const roles: Roles = ["leader", "follower"];
    const reach = (more: Partial<Telling>) => {
      const nodes = [telling(1, {}, LEADS), telling(2, { ...fresh, ...more })];
      return member(merge(nodes, view(1, roles), NOTHING, NOW), 2)?.reach;
    };
    expect(reach({})).toBe("unknown");
    expect(reach({ askedAt: NOW - 100 })).toBe("unknown");
    expect(reach({ askedAt: NOW - SILENCE_MS - 1 })).toBe("elsewhere");
    expect(reach({ failed: true })).toBe("elsewhere");
    expect(reach({ barred: true })).toBe("elsewhere");
  });

  test("a node with two addresses is one, heard through whichever answers", () => {
    const roles: Roles = ["leader"];
    const home = telling(1, { origin: "http://home", failed: true }, LEADS);
    const picture = merge([home, telling(1, {}, LEADS)], view(1, roles), NOTHING, NOW);
    expect(ids(picture)).toEqual([1]);
    expect(member(picture, 1)).toMatchObject({ origin: "http://n1", reach: "answers" });
  });

  test("who is no member is not shown", () => {
    const roles: Roles = ["leader"];
    expect(ids(merge([telling(1, {}, LEADS), telling(7)], view(1, roles), NOTHING, NOW))).toEqual([
      1,
    ]);
  });

  test("a learner that dies is still a learner", () => {
    const nodes = [telling(1, {}, LEADS), telling(2)];
    const before = merge(nodes, view(1, ["leader", "learner"]), NOTHING, NOW);
    expect(member(before, 2)?.role).toBe("learner");
    const dead = [telling(1, {}, LEADS), telling(2, { failed: true })];
    const after = merge(dead, view(1, ["leader", "unreachable"]), before, NOW);
    expect(member(after, 2)).toMatchObject({ role: "learner", reach: "silent" });
    const votes = merge(nodes, view(1, ["leader", "follower"]), after, NOW);
    expect(member(votes, 2)?.role).toBe("follower");
  });

  test("a node is not ready for as long as a check fails", () => {
    const checks = [{ name: "disk", failed: "full" }];
    const picture = merge(
      [telling(1, { checks }, LEADS)],
      view(1, ["leader"]),
      NOTHING,
      NOW,
    );
    expect(verdict(picture)).toEqual({ tone: "warn", words: "Node 1 is not ready" });
  });
});

describe("news", () => {
  const three = merge(
    [telling(1, {}, LEADS), telling(2), telling(3)],
    view(1, ["leader", "follower", "follower"]),
    NOTHING,
    NOW,
  );
  const words = (before: Picture, now: Picture) => news(before, now).map((item) => item.words);

  test("nothing is new at first sight, nor where nothing changed", () => {
    expect(words(NOTHING, three)).toEqual([]);
    expect(words(three, three)).toEqual([]);
  });

  test("a failover, as it is seen", () => {
    const dead = telling(1, { failed: true }, LEADS);
    const roles: Roles = ["unreachable", "follower", "follower"];
    const between = merge([dead, telling(2), telling(3)], view(null, roles), three, NOW);
    expect(words(three, between)).toEqual(["Node 1 does not answer", "No leader is known"]);
    const after = "usher_raft_is_leader 1\nusher_raft_term 5\n";
    const elected = telling(2, { vitals: vitals(Scrape.parse(after, NOW), undefined) });
    const next = merge([dead, elected, telling(3)], view(2, roles, { term: 5 }), between, NOW);
    expect(words(between, next)).toEqual(["Node 2 leads, in term 5"]);
    const back = merge(
      [telling(1), elected, telling(3)],
      view(2, ["follower", "leader", "follower"], { term: 5 }),
      next,
      NOW,
    );
    expect(words(next, back)).toEqual(["Node 1 answers"]);
  });

  test("a leader that was lost from sight and leads on is no new one", () => {
    const away = [1, 2, 3].map((node) => telling(node, { askedAt: NOW - SILENCE_MS - 1 }, LEADS));
    const nobody = merge(away, view(1, [], { at: 0 }), three, NOW);
    expect(verdict(nobody).words).toBe("No node answers this page");
    const unseen = { ...three, leader: undefined };
    expect(words(unseen, three)).toEqual(["Node 1 still leads"]);
  });

  test("members that come, vote and leave", () => {
    const nodes = [telling(1, {}, LEADS), telling(2)];
    const one = merge(nodes, view(1, ["leader"]), NOTHING, NOW);
    const learner = merge(nodes, view(1, ["leader", "learner"]), one, NOW);
    const votes = merge(nodes, view(1, ["leader", "follower"]), learner, NOW);
    expect(words(one, learner)).toEqual(["Node 2 is a member now"]);
    expect(words(learner, votes)).toEqual(["Node 2 votes now"]);
    expect(words(votes, one)).toEqual(["Node 2 is no member any more"]);
  });
});

test("addresses without a scheme have that of the page", () => {
  expect(originOf("127.0.0.1:8101")).toBe("http://127.0.0.1:8101");
  expect(originOf("https://a.example/")).toBe("https://a.example");
});
