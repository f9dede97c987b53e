/** The last five minutes, in memory: what plots are drawn from. */

/** How far back plots go. */
export const HISTORY_MS = 5 * 60_000;

/** Without news for longer than this, a line has a gap: nobody looked, or nobody answered. */
const GAP_MS = 3_500;

/** Values of one kind by the name of their line, moment after moment. */
export class History {
  private readonly moments: number[] = [];
  private readonly lines = new Map<string, (number | null)[]>();

  /** Notes what was measured at a moment, in milliseconds; what is left out is a gap. */
  note(at: number, values: ReadonlyMap<string, number | undefined>): void {
    const last = this.moments.at(-1);
    if (last !== undefined && GAP_MS < at - last) this.append(last + 1, new Map());
    this.append(at, values);
    const old = this.moments.findIndex((moment) => at - HISTORY_MS <= moment);
    this.moments.splice(0, old);
    for (const [name, line] of this.lines) {
      line.splice(0, old);
      if (line.every((value) => value === null)) this.lines.delete(name);
    }
  }

  /** Moments in seconds, then the lines of these names, as uPlot takes them. */
  columns(names: readonly string[]): [number[], ...(number | null)[][]] {
    const none = () => this.moments.map(() => null);
    return [
      this.moments.map((moment) => moment / 1000),
      ...names.map((name) => this.lines.get(name) ?? none()),
    ];
  }

  /** What a line was at last, and between what it has been. */
  extent(name: string): Extent | undefined {
    const line = this.lines.get(name) ?? [];
    const known = line.filter((value) => value !== null);
    if (known.length === 0) return undefined;
    return { now: line.at(-1) ?? undefined, min: Math.min(...known), max: Math.max(...known) };
  }

  private append(at: number, values: ReadonlyMap<string, number | undefined>): void {
    for (const name of values.keys()) {
      if (!this.lines.has(name)) {
        this.lines.set(name, this.moments.map(() => null));
      }
    }
    this.moments.push(at);
    for (const [name, line] of this.lines) line.push(values.get(name) ?? null);
  }
}

/** Where a line stands, and between what it has been. */
export interface Extent {
  /** `undefined` in a gap. */
  now: number | undefined;
  min: number;
  max: number;
}
