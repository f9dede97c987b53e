/**
 * Deadlines by the server's clock. An answer says how much time is left; from then on it is counted
 * by a clock that nobody sets, so that the hour on the buyer's device does not matter.
 */
export class Deadline {
  private constructor(private readonly at: number) {}

  /** So many milliseconds from now. */
  static after(ms: number, now = performance.now()): Deadline {
    return new Deadline(now + ms);
  }

  /** Milliseconds that are left, never less than none. */
  left(now = performance.now()): number {
    return Math.max(0, this.at - now);
  }
}

/** Seconds before the end at which a listener hears of it. More often would be a nuisance. */
const MILESTONES: readonly (readonly [seconds: number, says: string])[] = [
  [30, "30 seconds left to pay."],
  [60, "One minute left to pay."],
  [300, "Five minutes left to pay."],
];

/** What to say aloud when the time left went from `before` to `after`, both in milliseconds. */
export function milestone(before: number, after: number): string | undefined {
  if (after <= 0) return undefined;
  const crossed = MILESTONES.find(([s]) => after <= s * 1000 && s * 1000 < before);
  return crossed?.[1];
}

/** Milliseconds until the shown seconds change. */
export function untilNextSecond(left: number): number {
  return left % 1000 === 0 ? 1000 : left % 1000;
}
