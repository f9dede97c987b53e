/** Which seats lie beside each other, and what could be had instead of one that has gone. */
import type { Row } from "./plan.js";

/** What it takes to judge a row. */
export interface Rowed {
  rows: readonly Row[];
  row: ArrayLike<number>;
  apart: ArrayLike<number>;
}

/** The seats of a row from one aisle to the next, around a seat: `[first, end)`. */
export function block(plan: Rowed, seat: number): [number, number] {
  const row = plan.rows[plan.row[seat] ?? 0];
  let first = seat;
  let end = seat + 1;
  while (row && row.first < first && plan.apart[first] !== 1) first -= 1;
  while (row && end < row.end && plan.apart[end] !== 1) end += 1;
  return [first, end];
}

/**
 * The seats, nearest to one that was lost, that make `together` seats side by side of what is still
 * chosen and what is free; fewer if there are no more. Those still chosen are left out.
 */
export function instead(
  plan: Rowed,
  lost: number,
  together: number,
  isFree: (seat: number) => boolean,
  isChosen: (seat: number) => boolean,
): number[] {
  const [first, end] = block(plan, lost);
  const may = (seat: number): boolean => seat !== lost && (isFree(seat) || isChosen(seat));
  for (let length = together; 0 < length; length -= 1) {
    let best: number[] | undefined;
    let bestRank = Infinity;
    for (let from = first; from + length <= end; from += 1) {
      const window = Array.from({ length }, (_, at) => from + at);
      const fresh = window.filter((seat) => !isChosen(seat));
      if (!window.every(may) || fresh.length === 0) continue;
      // First those that keep what is chosen together, then the nearest.
      const distance = Math.abs(from + (length - 1) / 2 - lost);
      const rank = fresh.length * (end - first) + distance;
      if (rank < bestRank) {
        bestRank = rank;
        best = fresh;
      }
    }
    if (best) return best;
  }
  return [];
}
