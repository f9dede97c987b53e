/** The names of rows, and where they are written. */
import type { Plan, Point } from "./plan.js";

/** A row's name at a place. */
export interface Word extends Point {
  text: string;
  /** How wide it may be, in units of the plan; not at all where nothing is in its way. */
  room?: number;
}

/** From the last seat to the name, in radii of a seat. */
const AWAY = 2.4;

/** Between a table's name and the seats around it, in radii of a seat. */
const AIR = 0.3;

/** A row whose ends are as near as this many times its first two seats goes around a table. */
const AROUND = 1.8;

type Rows = Pick<Plan, "rows" | "x" | "y" | "radius">;

/** At both ends of each row; in the middle of a table. */
export function rowWords(plan: Rows): Word[] {
  const words: Word[] = [];
  for (const { number, first, end } of plan.rows) {
    if (number === "" || first === end) continue;
    if (2 < end - first && distance(plan, first, end - 1) < AROUND * distance(plan, first, first + 1)) {
      words.push({ ...middleOf(plan, first, end), text: number, room: room(plan, first, end) });
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

/** How wide a table's name may be: what its seats leave free around their middle. */
function room(plan: Rows, first: number, end: number): number {
  const middle = middleOf(plan, first, end);
  let least = Infinity;
  for (let seat = first; seat < end; seat += 1) {
    const at = point(plan, seat);
    const away = Math.hypot(at.x - middle.x, at.y - middle.y) - (1 + AIR) * (plan.radius[seat] ?? 0);
    least = Math.min(least, away);
  }
  return 2 * Math.max(0, least);
}

function distance(plan: Rows, a: number, b: number): number {
  const [from, to] = [point(plan, a), point(plan, b)];
  return Math.hypot(to.x - from.x, to.y - from.y);
}
