/**
 * What a node's `/metrics` say: the classic text of Prometheus, read, and what two readings of it
 * tell together.
 */

type Labels = Readonly<Record<string, string>>;

interface Sample {
  labels: Labels;
  value: number;
}

/** Observations of a histogram that are at most `le`; with the last, infinite one it has all. */
export interface Bucket {
  le: number;
  count: number;
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?$/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** A node's metrics at one moment. */
export class Scrape {
  private constructor(
    /** When they were read, in milliseconds of the page's clock. */
    readonly at: number,
    private readonly samples: ReadonlyMap<string, readonly Sample[]>,
  ) {}

  /** Reads the text. What is no sample is passed over: another version's news harm nobody. */
  static parse(text: string, at: number): Scrape {
    const samples = new Map<string, Sample[]>();
    for (const line of text.split("\n")) {
      const [, name, labels, value] = LINE.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      const sample = { labels: labelsOf(labels ?? ""), value: numberOf(value) };
      const known = samples.get(name);
      if (known === undefined) samples.set(name, [sample]);
      else known.push(sample);
    }
    return new Scrape(at, samples);
  }

  /** The sum of the samples of this name that have these labels; `undefined` without any. */
  sum(name: string, labels: Labels = {}): number | undefined {
    const found = this.with(name, labels);
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** The greatest of them. */
  max(name: string): number | undefined {
    const found = this.with(name, {});
    return found.length === 0 ? undefined : Math.max(...found.map(({ value }) => value));
  }

  /** Samples by what they have under `label`. */
  by(name: string, label: string): Map<string, number> {
    const found = this.with(name, {}).map(
      ({ labels, value }): [string, number] => [labels[label] ?? "", value],
    );
    return new Map(found);
  }

  /** A histogram's buckets, summed over all labels but `le`, in ascending order. */
  buckets(name: string): Bucket[] {
    const counts = new Map<number, number>();
    for (const { labels, value } of this.with(`${name}_bucket`, {})) {
      const le = numberOf(labels["le"] ?? "");
      counts.set(le, (counts.get(le) ?? 0) + value);
    }
    return [...counts].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
  }

  private with(name: string, labels: Labels): readonly Sample[] {
    const wanted = Object.entries(labels);
    const all = this.samples.get(name) ?? [];
    return all.filter((sample) => wanted.every(([key, value]) => sample.labels[key] === value));
  }
}

/** By how much a counter grew. One that is less than before began anew, from nought. */
export function increase(before: number, after: number): number {
  return after < before ? after : after - before;
}

/** What a counter grew by each second between two readings of a node. */
export function rate(
  before: Scrape,
  after: Scrape,
  name: string,
  labels: Labels = {},
): number | undefined {
  const end = after.sum(name, labels);
  const seconds = (after.at - before.at) / 1000;
  if (end === undefined || seconds <= 0) return undefined;
  // A series appears when it is first counted: before that, it was nought.
  return increase(before.sum(name, labels) ?? 0, end) / seconds;
}

/**
 * Below what the share `q` of a histogram's observations between two readings lay, as far as its
 * buckets tell: within one, they are taken to lie evenly. `undefined` if there were none.
 */
export function quantile(
  q: number,
  before: readonly Bucket[],
  after: readonly Bucket[],
): number | undefined {
  const between = observedBetween(before, after);
  const total = between.at(-1)?.count ?? 0;
  if (total <= 0) return undefined;
  const rank = q * total;
  const at = between.findIndex(({ count }) => rank <= count);
  const bucket = between[at];
  if (bucket === undefined) return undefined;
  const below = between[at - 1] ?? { le: 0, count: 0 };
  // Of what lies beyond all bounds, only the last bound is known.
  if (bucket.le === Infinity) return below.le;
  const inside = bucket.count - below.count;
  return below.le + ((bucket.le - below.le) * (rank - below.count)) / inside;
}

function observedBetween(before: readonly Bucket[], after: readonly Bucket[]): Bucket[] {
  const earlier = new Map(before.map(({ le, count }) => [le, count]));
  const began = after.some(({ le, count }) => count < (earlier.get(le) ?? 0));
  if (began) return [...after];
  return after.map(({ le, count }) => ({ le, count: count - (earlier.get(le) ?? 0) }));
}

function labelsOf(text: string): Labels {
  const labels: Record<string, string> = {};
  for (const [, key, value] of text.matchAll(LABEL)) {
    if (key !== undefined && value !== undefined) labels[key] = unescaped(value);
  }
  return labels;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function numberOf(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}
