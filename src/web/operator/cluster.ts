/**
 * The cluster as one picture, put together from what each node tells. Nodes may be dead, cut off or
 * behind, and then differ: of two that say they lead, the one of the later term does.
 */
import type { Schemas } from "../client/index.js";
import type { Check, Vitals } from "./vitals.js";

/**
 * A node that leaves a question unanswered for longer than this counts as unreachable. It is asked
 * once a second, so that a dead one is shown as such within two.
 */
export const SILENCE_MS = 750;

/** What a node tells of all is no news any more after this: it may have waited for a dead one. */
export const VIEW_MS = 2_500;

/** What is known through one address. */
export interface Telling {
  origin: string;
  /** Who answers there, as soon as that is known. */
  node: number | undefined;
  /** When it answered last; all times here are of one clock, which may stand still. */
  heardAt: number | undefined;
  /** Since when it owes an answer. */
  askedAt: number | undefined;
  /** Its latest attempt failed: the connection was refused, or broke. */
  failed: boolean;
  /** The page may not ask there: its policy names the nodes of when it was loaded. */
  barred: boolean;
  vitals: Vitals | undefined;
  checks: readonly Check[];
}

/** `/v1/cluster`, and when somebody said so. */
export interface View {
  at: number;
  cluster: Schemas["Cluster"];
}

/** Whether this page hears of a node. */
export type Reach =
  /** It answers. */
  | "answers"
  /** It does not, nor does it answer other nodes as far as they say. */
  | "silent"
  /** Other nodes hear it, and this page does not. */
  | "elsewhere"
  /** It was asked for the first time just now, or is about to be. */
  | "unknown";

export type Role = "leader" | "follower" | "learner";

/** A member. */
export interface Member {
  id: number;
  origin: string;
  peer: string | undefined;
  reach: Reach;
  barred: boolean;
  /** What it is or, when silent, was; `undefined` if it was never known. */
  role: Role | undefined;
  ready: boolean;
  failing: readonly Check[];
  heardAt: number | undefined;
  term: number | undefined;
  applied: number | undefined;
  last: number | undefined;
  /** Entries of the leader's log that it has not confirmed. */
  behind: number | undefined;
  /** What it told last, while it answers. */
  vitals: Vitals | undefined;
}

/** A leader of a term. */
export interface Led {
  leader: number;
  term: number;
}

/** Everything at one moment. */
export interface Picture {
  at: number;
  clusterId: string | undefined;
  term: number | undefined;
  leader: number | undefined;
  /** Who led last, as far as is known. */
  led: Led | undefined;
  /** Ascending. */
  members: readonly Member[];
}

/** Nothing is known. */
export const NOTHING: Picture = {
  at: 0,
  clusterId: undefined,
  term: undefined,
  leader: undefined,
  led: undefined,
  members: [],
};

/** Puts the picture together. `before` tells what silent nodes were. */
export function merge(
  tellings: readonly Telling[],
  view: View | undefined,
  before: Picture,
  now: number,
): Picture {
  const told = byNode(tellings, now);
  const members = view?.cluster.nodes ?? [];
  const known = new Set(members.map(({ id }) => id));
  // Before anybody may say who the members are, they are whoever answers.
  const ids = view === undefined ? [...told.keys()] : [...known];
  const fresh = view !== undefined && now - view.at <= VIEW_MS ? view : undefined;
  const leader = leaderOf(told, fresh, now);
  const leading = leader === undefined ? undefined : answering(told.get(leader), now);
  const lags = leading?.behind;
  const ahead =
    leading?.last ?? fresh?.cluster.nodes.find(({ id }) => id === leader)?.last_log_index ?? undefined;
  const terms = [...told.values()].map((telling) => answering(telling, now)?.term);
  const term = latest([...terms, fresh?.cluster.term]) ?? before.term;
  return {
    at: now,
    clusterId: view?.cluster.cluster_id ?? before.clusterId,
    term,
    leader,
    led: leader === undefined ? before.led : { leader, term: term ?? 0 },
    members: ids
      .sort((a, b) => a - b)
      .map((id) => {
        const seen = fresh?.cluster.nodes.find((node) => node.id === id);
        const address = members.find((node) => node.id === id);
        const was = before.members.find((member) => member.id === id);
        const telling = told.get(id);
        const origin = telling?.origin ?? originOf(address?.http ?? "");
        const heard = heardByOthers(id, telling, fresh);
        const more = { peer: address?.peer, seen, heard, was, leader, lags, ahead, now };
        return memberOf({ id, origin, telling, ...more });
      }),
  };
}

interface About {
  id: number;
  origin: string;
  peer: string | undefined;
  telling: Telling | undefined;
  seen: Schemas["Node"] | undefined;
  heard: boolean;
  was: Member | undefined;
  leader: number | undefined;
  lags: ReadonlyMap<number, number> | undefined;
  /** The last entry of the leader's log. */
  ahead: number | undefined;
  now: number;
}

function memberOf(about: About): Member {
  const { id, origin, peer, telling, seen, heard, was, leader, lags, ahead, now } = about;
  const vitals = telling === undefined ? undefined : answering(telling, now);
  const checks = vitals === undefined ? [] : (telling?.checks ?? []);
  const last = vitals?.last ?? seen?.last_log_index ?? was?.last;
  const failing = checks.filter(({ failed }) => failed !== undefined);
  return {
    id,
    origin,
    peer,
    reach: reachOf(vitals, telling, heard, now),
    barred: telling?.barred ?? false,
    role: roleOf(id, leader, seen, was),
    ready: vitals !== undefined && 0 < checks.length && failing.length === 0,
    failing,
    heardAt: telling?.heardAt,
    term: vitals?.term,
    applied: vitals?.applied ?? seen?.applied_index ?? was?.applied,
    last,
    behind: id === leader ? 0 : behindOf(lags?.get(id), ahead, last),
    vitals,
  };
}

function reachOf(
  vitals: Vitals | undefined,
  telling: Telling | undefined,
  heard: boolean,
  now: number,
): Reach {
  if (vitals !== undefined) return "answers";
  if (telling?.barred === true) return heard ? "elsewhere" : "silent";
  const tried = telling !== undefined && (telling.failed || telling.heardAt !== undefined);
  const waits = telling?.askedAt === undefined ? 0 : now - telling.askedAt;
  if (!tried && waits <= SILENCE_MS) return "unknown";
  return heard ? "elsewhere" : "silent";
}

/** Other nodes hear it. What they said before it fell silent here proves nothing. */
function heardByOthers(
  id: number,
  telling: Telling | undefined,
  fresh: View | undefined,
): boolean {
  const seen = fresh?.cluster.nodes.find((node) => node.id === id);
  if (fresh === undefined || seen === undefined || seen.role === "unreachable") return false;
  return telling?.heardAt === undefined || telling.heardAt + VIEW_MS < fresh.at;
}

/**
 * By how much a node is behind. A new leader that has not heard of it takes all of the log to be
 * missing there; what it is known to have counts.
 */
function behindOf(
  lag: number | undefined,
  ahead: number | undefined,
  last: number | undefined,
): number | undefined {
  if (ahead === undefined || last === undefined) return lag;
  return Math.min(lag ?? Infinity, Math.max(0, ahead - last));
}

function roleOf(
  id: number,
  leader: number | undefined,
  seen: Schemas["Node"] | undefined,
  was: Member | undefined,
): Role | undefined {
  if (id === leader) return "leader";
  const role = seen?.role;
  // A learner stays one until somebody says otherwise; who led and does not is a follower.
  if (role === "learner" || was?.role === "learner") {
    return role === undefined || role === "unreachable" || role === "learner"
      ? "learner"
      : "follower";
  }
  return role === undefined && was === undefined ? undefined : "follower";
}

function leaderOf(
  told: ReadonlyMap<number, Telling>,
  fresh: View | undefined,
  now: number,
): number | undefined {
  const claims = [...told].flatMap(([id, telling]) => {
    const vitals = answering(telling, now);
    return vitals?.leads === true ? [{ id, term: vitals.term ?? 0 }] : [];
  });
  const seen = fresh?.cluster.leader ?? undefined;
  if (fresh !== undefined && seen !== undefined) {
    const telling = told.get(seen);
    // A node that answers speaks for itself; of one that is dead others may still believe it.
    const believed = answering(telling, now) === undefined && heardByOthers(seen, telling, fresh);
    if (believed) claims.push({ id: seen, term: fresh.cluster.term });
  }
  claims.sort((a, b) => b.term - a.term);
  return claims[0]?.id;
}

/** What it said, if that was just now. */
function answering(telling: Telling | undefined, now: number): Vitals | undefined {
  if (telling?.heardAt === undefined || telling.failed) return undefined;
  const waits = telling.askedAt === undefined ? 0 : now - telling.askedAt;
  return waits <= SILENCE_MS ? telling.vitals : undefined;
}

/** Of two addresses of a node, whichever was heard last. */
function byNode(tellings: readonly Telling[], now: number): Map<number, Telling> {
  const found = new Map<number, Telling>();
  for (const telling of tellings) {
    if (telling.node === undefined) continue;
    const known = found.get(telling.node);
    if (known === undefined || (!answering(known, now) && answering(telling, now))) {
      found.set(telling.node, telling);
    }
  }
  return found;
}

function latest(terms: readonly (number | undefined)[]): number | undefined {
  const known = terms.filter((term) => term !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Where a page asks a node whose address is `host:port`. */
export function originOf(http: string): string {
  return http.includes("://") ? new URL(http).origin : `${schemeHere()}//${http}`;
}

function schemeHere(): string {
  return typeof location === "undefined" ? "http:" : location.protocol;
}

/** How well it goes. */
export type Tone = "good" | "warn" | "bad";

/** The picture in one sentence. */
export function verdict(picture: Picture): { tone: Tone; words: string } {
  const { members, leader } = picture;
  if (members.length === 0) return { tone: "bad", words: "No node answers this page" };
  const voters = members.filter(({ role }) => role !== "learner");
  const there = voters.filter(({ reach }) => reach !== "silent");
  const gone = members.filter(({ reach }) => reach === "silent");
  const names = list(gone.map(({ id }) => id));
  if (there.length === 0) return { tone: "bad", words: "No node answers this page" };
  if (there.length * 2 <= voters.length) {
    const left = `${there.length} of ${voters.length} voters`;
    return { tone: "bad", words: `No majority: only ${left} can be reached, and writes wait` };
  }
  if (leader === undefined) return { tone: "bad", words: "No leader is known: writes wait" };
  if (0 < gone.length) {
    const verb = gone.length === 1 ? "does" : "do";
    return { tone: "warn", words: `${names} ${verb} not answer; the others go on` };
  }
  const asked = members.filter(({ reach }) => reach === "unknown");
  if (0 < asked.length) {
    return { tone: "warn", words: `Asking ${list(asked.map(({ id }) => id)).toLowerCase()}…` };
  }
  const unready = members.filter(({ reach, ready }) => reach === "answers" && !ready);
  if (0 < unready.length) {
    const verb = unready.length === 1 ? "is" : "are";
    return { tone: "warn", words: `${list(unready.map(({ id }) => id))} ${verb} not ready` };
  }
  const unheard = members.filter(({ reach }) => reach !== "answers");
  if (0 < unheard.length) {
    const verb = unheard.length === 1 ? "answers" : "answer";
    const whom = list(unheard.map(({ id }) => id));
    return { tone: "warn", words: `${whom} ${verb} other nodes, and not this page` };
  }
  const all = members.length === 1 ? "The only node serves" : `All ${members.length} nodes serve`;
  return { tone: "good", words: all };
}

function list(ids: readonly number[]): string {
  if (ids.length === 1) return `Node ${ids[0]}`;
  return `Nodes ${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
}

/** Whether another leads, or the same anew. */
export function isAnother(before: Led, now: Led | undefined): boolean {
  return now !== undefined && (now.leader !== before.leader || now.term !== before.term);
}

/** Something that changed between two pictures. */
export interface Item {
  tone: Tone;
  words: string;
}

/** What an operator would want to have been told. */
export function news(before: Picture, now: Picture): Item[] {
  if (before.members.length === 0) return [];
  const found: Item[] = [];
  const say = (tone: Tone, words: string) => found.push({ tone, words });
  for (const member of now.members) {
    const was = before.members.find(({ id }) => id === member.id);
    if (was === undefined) say("good", `Node ${member.id} is a member now`);
    else compare(was, member, say);
  }
  for (const { id } of before.members) {
    if (now.members.some((member) => member.id === id)) continue;
    say("warn", `Node ${id} is no member any more`);
  }
  if (now.leader === undefined) {
    if (before.leader !== undefined) say("bad", "No leader is known");
  } else if (before.led === undefined || isAnother(before.led, now.led)) {
    say("good", `Node ${now.leader} leads, in term ${now.term ?? "?"}`);
  } else if (before.leader === undefined) {
    say("good", `Node ${now.leader} still leads`);
  }
  return found;
}

function compare(was: Member, is: Member, say: (tone: Tone, words: string) => void): void {
  const name = `Node ${is.id}`;
  if (was.reach !== is.reach) {
    if (is.reach === "answers" && was.reach !== "unknown") say("good", `${name} answers`);
    if (is.reach === "silent") say("bad", `${name} does not answer`);
    if (is.reach === "elsewhere" && was.reach === "answers") {
      say("warn", `${name} answers other nodes, and not this page`);
    }
    return;
  }
  if (is.reach === "answers" && was.ready !== is.ready) {
    const why = is.failing[0]?.failed ?? "";
    if (is.ready) say("good", `${name} is ready`);
    else say("warn", `${name} is not ready${why === "" ? "" : `: ${why}`}`);
  }
  if (was.role === "learner" && is.role !== "learner") say("good", `${name} votes now`);
}
