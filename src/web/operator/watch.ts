/**
 * Watches the cluster: asks each node by itself once a second, so that no dead one keeps the others
 * waiting, and puts together what they tell. Nobody is asked while the page is hidden.
 */
import type { Schemas } from "../client/index.js";
import type { Who } from "../shared/reach.js";
import {
  NOTHING,
  merge,
  news,
  originOf,
  isAnother,
  type Item,
  type Picture,
  type Telling,
  type View,
} from "./cluster.js";
import { HISTORY_MS, History } from "./history.js";
import { Scrape } from "./prometheus.js";
import { WINDOW_MS, checks, vitals } from "./vitals.js";

/** How often each node is asked. */
const EVERY_MS = 1_000;

/**
 * How long one question may take. A node counts as unreachable long before; but one that answers
 * slowly would never be heard if it were given up as early.
 */
const PATIENCE_MS = 4_000;

/** How long a node may take to tell of all: it asks the others, each for up to a second. */
const VIEW_PATIENCE_MS = 2_500;

/** How often the page looks for nodes that owe an answer: often, to see within two seconds. */
const LOOK_MS = 250;

/** How much of what happened is kept. */
const NEWS_MAX = 200;

/** What the callers may see and do, as far as the cluster has said. */
export type Access = "unknown" | "operator" | "forbidden" | "unauthorized";

/** Something that happened, by the clock on the wall. */
export interface News extends Item {
  at: number;
}

/** What an address has told so far. */
interface Line extends Telling {
  scrapes: Scrape[];
}

/** The watch. It tells of every change by calling `changed`. */
export class Watch {
  picture: Picture = NOTHING;
  access: Access = "unknown";
  /** The latest first. */
  readonly news: News[] = [];
  readonly history = new History();
  /** When the history was added to last. */
  at = 0;
  /** When another node began to lead, or none did. */
  turns: readonly number[] = [];

  private readonly waking = new Waking();
  private readonly lines = new Map<string, Line>();
  private view: View | undefined;
  private readonly ended = new AbortController();

  constructor(
    private readonly who: Who,
    private readonly seeds: readonly string[],
    private readonly changed: () => void,
  ) {}

  /** Begins; `stop` ends it. */
  start(): void {
    for (const origin of this.seeds) this.follow(origin);
    void this.repeat(() => this.askForView());
    const { signal } = this.ended;
    const timer = setInterval(() => this.look(), LOOK_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("securitypolicyviolation", (event) => this.bar(event), { signal });
  }

  stop(): void {
    this.ended.abort();
  }

  /** Where to ask something of the cluster, the most promising first. */
  origins(): string[] {
    const rank = (line: Line): number => {
      const member = this.picture.members.find(({ id }) => id === line.node);
      if (member?.reach !== "answers") return 2;
      return member.role === "leader" ? 0 : 1;
    };
    const lines = [...this.lines.values()].filter(({ barred }) => !barred);
    return lines.sort((a, b) => rank(a) - rank(b)).map(({ origin }) => origin);
  }

  private follow(origin: string): void {
    if (this.lines.has(origin)) return;
    const line: Line = {
      origin,
      node: undefined,
      heardAt: undefined,
      askedAt: undefined,
      failed: false,
      barred: false,
      vitals: undefined,
      checks: [],
      scrapes: [],
    };
    this.lines.set(origin, line);
    void this.repeat(() => this.ask(line), () => this.lines.get(origin) === line);
  }

  /** Does something each second while the page is seen, never twice at a time. */
  private async repeat(work: () => Promise<void>, goesOn = () => true): Promise<void> {
    while (!this.ended.signal.aborted && goesOn()) {
      const began = performance.now();
      if (!document.hidden) await work();
      const took = performance.now() - began;
      await pause(Math.max(EVERY_MS - took, EVERY_MS / 10), this.ended.signal);
    }
  }

  private async ask(line: Line): Promise<void> {
    if (line.barred) return;
    const signal = this.within(PATIENCE_MS);
    line.askedAt = this.waking.now();
    try {
      const [metrics, ready] = await Promise.all(
        ["/metrics", "/readyz?verbose"].map((path) =>
          fetch(line.origin + path, { signal, cache: "no-store", credentials: "omit" }),
        ),
      );
      if (metrics === undefined || ready === undefined || !metrics.ok) throw new Error("refused");
      const [text, listed] = await Promise.all([metrics.text(), ready.text()]);
      const node = Number(metrics.headers.get("Usher-Node"));
      if (0 < node) line.node = node;
      this.hear(line, Scrape.parse(text, Date.now()));
      line.checks = checks(listed);
    } catch {
      // Whatever it was, nothing was heard; the picture says so.
      line.failed = true;
      line.scrapes = [];
    } finally {
      line.askedAt = undefined;
    }
  }

  private hear(line: Line, scrape: Scrape): void {
    line.scrapes = line.scrapes.filter(({ at }) => scrape.at - WINDOW_MS <= at);
    line.vitals = vitals(scrape, line.scrapes[0]);
    line.scrapes.push(scrape);
    line.heardAt = this.waking.now();
    line.failed = false;
  }

  /** Who is a member, by the word of whichever node answers first. */
  private async askForView(): Promise<void> {
    if (this.access === "forbidden" || this.access === "unauthorized") return;
    for (const origin of this.origins()) {
      try {
        const answer = await fetch(`${origin}/v1/cluster`, {
          headers: headersOf(this.who),
          signal: this.within(VIEW_PATIENCE_MS),
          cache: "no-store",
          credentials: "omit",
        });
        if (answer.status === 401 || answer.status === 403) {
          this.access = answer.status === 401 ? "unauthorized" : "forbidden";
          return;
        }
        if (!answer.ok) continue;
        this.learn((await answer.json()) as Schemas["Cluster"]);
        return;
      } catch {
        // The next node may answer.
        continue;
      }
    }
  }

  private learn(cluster: Schemas["Cluster"]): void {
    this.access = "operator";
    // One that is no member of anything yet knows of nobody.
    if (cluster.nodes.length === 0) return;
    this.view = { at: this.waking.now(), cluster };
    const origins = new Map(cluster.nodes.map(({ id, http }) => [originOf(http), id]));
    for (const [origin, id] of origins) {
      // The node that this page came from may go by another name here.
      const heard = [...this.lines.values()].some(({ node, failed }) => node === id && !failed);
      if (!heard) this.follow(origin);
    }
    for (const [origin, line] of this.lines) {
      line.node ??= origins.get(origin);
      const member = cluster.nodes.some(({ id }) => id === line.node);
      if (!member && !this.seeds.includes(origin)) this.lines.delete(origin);
    }
  }

  /** The page's policy names the nodes of when it was loaded. */
  private bar(event: SecurityPolicyViolationEvent): void {
    for (const line of this.lines.values()) {
      if (event.blockedURI.startsWith(line.origin)) line.barred = true;
    }
  }

  private look(): void {
    const awake = this.waking.look(document.hidden);
    if (document.hidden) return;
    const before = this.picture;
    this.picture = merge([...this.lines.values()], this.view, before, awake);
    const now = Date.now();
    const found = news(before, this.picture).map((item) => ({ ...item, at: now }));
    this.news.unshift(...found.reverse());
    this.news.splice(NEWS_MAX);
    if (before.led !== undefined && isAnother(before.led, this.picture.led)) {
      this.turns = [...this.turns.filter((turn) => now - turn <= HISTORY_MS), now];
    }
    const isTime = EVERY_MS - LOOK_MS / 2 <= now - this.at;
    if (isTime) {
      this.at = now;
      this.history.note(now, measured(this.picture));
    }
    if (isTime || 0 < found.length) this.changed();
  }

  private within(ms: number): AbortSignal {
    return AbortSignal.any([this.ended.signal, AbortSignal.timeout(ms)]);
  }
}

/**
 * Time as the page sees it: it stands still while the page is hidden, asleep or starved of its
 * processor. Whoever hears nobody because it did not listen must not call them silent.
 */
class Waking {
  private awake = 0;
  private looked = performance.now();

  now(): number {
    return this.awake + Math.min(performance.now() - this.looked, 1.2 * LOOK_MS);
  }

  /** Looks at the clock, as often as it can. */
  look(hidden: boolean): number {
    const now = this.now();
    this.looked = performance.now();
    if (!hidden) this.awake = now;
    return this.awake;
  }
}

/** What plots show: of each node under its number, of all together without one. */
function measured(picture: Picture): Map<string, number | undefined> {
  const values = new Map<string, number | undefined>();
  const answering = picture.members.filter(({ vitals }) => vitals !== undefined);
  const told = (read: (vitals: NonNullable<Picture["members"][0]["vitals"]>) => number | undefined) =>
    answering.flatMap(({ vitals }) => {
      const value = vitals === undefined ? undefined : read(vitals);
      return value === undefined ? [] : [value];
    });
  const sum = (all: number[]) => (all.length === 0 ? undefined : all.reduce((a, b) => a + b, 0));
  const most = (all: number[]) => (all.length === 0 ? undefined : Math.max(...all));
  for (const { id, vitals, behind } of answering) {
    values.set(`sync ${id}`, vitals?.syncP99);
    values.set(`clock ${id}`, vitals?.clockOffset);
    values.set(`connections ${id}`, vitals?.connections);
    values.set(`streams ${id}`, vitals?.streams);
    values.set(`behind ${id}`, behind);
    values.set(`unapplied ${id}`, vitals?.unapplied);
  }
  // Holds are counted by whoever answers them, bookings by everybody.
  values.set("holds", sum(told(({ holds }) => holds)));
  values.set("conflicts", sum(told(({ conflicts }) => conflicts)));
  values.set("bookings", most(told(({ bookings }) => bookings)));
  values.set("requests", sum(told(({ requests }) => requests)));
  values.set("outbox", most(told(({ outboxDepth }) => outboxDepth)));
  values.set("oldest", most(told(({ outboxOldest }) => outboxOldest)));
  const leader = picture.members.find(({ id }) => id === picture.leader);
  values.set("commit", leader?.vitals?.commitP99);
  return values;
}

/** Who asks, as a node wants it said. */
function headersOf({ token, role }: Who): Record<string, string> {
  if (token !== undefined) return { Authorization: `Bearer ${token}` };
  return role === undefined ? {} : { "X-Usher-Role": role };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
