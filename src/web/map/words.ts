/** The names of rows, and where they are written. */
import type { Plan, Point } from "./plan.js";

/** A row's name at a place. */
export interface Word extends Point {
  text: string;
}

/** From the last seat to the name, in radii of a seat. */
const AWAY = 2.4;

/** A name in the middle of its row must be so far from every seat: tables, not straight rows. */
const CLEAR = 1.6;

type Rows = Pick<Plan, "rows" | "x" | "y" | "radius">;

/** At both ends of each row; in the middle of a table. */
export function rowWords(plan: Rows): Word[] {
  const words: Word[] = [];
  for (const { number, first, end } of plan.rows) {
    if (number === "" || first === end) continue;
    const middle = middleOf(plan, first, end);
    if (2 < end - first && clearance(plan, first, end, middle) > CLEAR) {
      words.push({ ...middle, text: number });
      continue;
    }
    words.push({ ...beyond(plan, first, first + 1 < end ? first + 1 : first, -1), text: number });
    if (first + 1 < end) words.push({ ...beyond(plan, end - 1, end - 2, 1), text: number });
  }
  return words;
}

function point({ x, y }: Rows, seat: number): Point {
  return { x: x[seat] ?? 0, y: y[seat] ?? 0 };
}

/** Past a row's last seat, in the direction from its neighbour; a lone seat has none. */
function beyond(plan: Rows, seat: number, neighbour: number, alone: number): Point {
  const at = point(plan, seat);
  const from = point(plan, neighbour);
  const length = Math.hypot(at.x - from.x, at.y - from.y);
  const away = AWAY * (plan.radius[seat] ?? 0);
  if (length === 0) return { x: at.x + alone * away, y: at.y };
  const by = away / length;
  return { x: at.x + (at.x - from.x) * by, y: at.y + (at.y - from.y) * by };
}

function middleOf(plan: Rows, first: number, end: number): Point {
  const sum = { x: 0, y: 0 };
  for (let seat = first; seat < end; seat += 1) {
    sum.x += plan.x[seat] ?? 0;
    sum.y += plan.y[seat] ?? 0;
  }
  return { x: sum.x / (end - first), y: sum.y / (end - first) };
}

/** How far the nearest seat is, in its radii. */
function clearance(plan: Rows, first: number, end: number, to: Point): number {
  let least = Infinity;
  for (let seat = first; seat < end; seat += 1) {
    const at = point(plan, seat);
    least = Math.min(least, Math.hypot(at.x - to.x, at.y - to.y) / (plan.radius[seat] || 1));
  }
  return least;
}
