/** Where the seats are: which a tile shows, which is under a pointer. */
import type { Bounds, Plan } from "./plan.js";
import { rowWords, type Word } from "./words.js";

/** What it takes to find seats. */
type Placed = Pick<
  Plan,
  "size" | "x" | "y" | "radius" | "category" | "categories" | "rows" | "bounds"
>;

/** So many seats are in a cell on average: one looks at few too many, and into few cells. */
const SEATS_A_CELL = 32;

export class Places {
  private readonly seats: Grid;
  private readonly words: readonly Word[];
  private readonly wordsAt: Grid;
  /** The largest seat: centres so far outside of a box may still show in it. */
  private readonly reach: number;

  constructor(private readonly plan: Placed) {
    const { size, x, y, radius, bounds } = plan;
    this.reach = radius.reduce((most, one) => Math.max(most, one), 0);
    this.seats = new Grid(bounds, x.subarray(0, size), y);
    this.words = rowWords(plan);
    const at = (axis: "x" | "y"): Float32Array =>
      Float32Array.from(this.words, (word) => word[axis]);
    this.wordsAt = new Grid(bounds, at("x"), at("y"));
  }

  /** The seats that show in a box, category by category. */
  within(box: Bounds): Uint32Array {
    const { x, y, radius, category, categories } = this.plan;
    const found: number[] = [];
    // By counting: a comparing sort of 100,000 seats takes longer than to paint them.
    const starts = new Uint32Array(categories.length + 1);
    this.seats.visit(pad(box, this.reach), (seat) => {
      const [cx, cy, r] = [x[seat] ?? 0, y[seat] ?? 0, radius[seat] ?? 0];
      const isOutside =
        cx + r < box.minX || box.maxX < cx - r || cy + r < box.minY || box.maxY < cy - r;
      if (isOutside) return;
      found.push(seat);
      starts[(category[seat] ?? 0) + 1]! += 1;
    });
    for (let at = 1; at < starts.length; at += 1) starts[at]! += starts[at - 1]!;
    const sorted = new Uint32Array(found.length);
    for (const seat of found) sorted[starts[category[seat] ?? 0]!++] = seat;
    return sorted;
  }

  /** The names of rows that are anchored in a box. */
  wordsWithin(box: Bounds): Word[] {
    const found: Word[] = [];
    this.wordsAt.visit(box, (at) => {
      const word = this.words[at];
      const isInside =
        word && box.minX <= word.x && word.x <= box.maxX && box.minY <= word.y && word.y <= box.maxY;
      if (isInside) found.push(word);
    });
    return found;
  }

  /** The seat at a point, or the nearest one within `slack` of its edge. */
  at(x: number, y: number, slack: number): number | undefined {
    let nearest: number | undefined;
    let least = Infinity;
    const point = { minX: x, minY: y, maxX: x, maxY: y };
    this.seats.visit(pad(point, this.reach + slack), (seat) => {
      const away = Math.hypot((this.plan.x[seat] ?? 0) - x, (this.plan.y[seat] ?? 0) - y);
      const distance = away - (this.plan.radius[seat] ?? 0);
      if (distance <= slack && distance < least) {
        least = distance;
        nearest = seat;
      }
    });
    return nearest;
  }
}

/**
 * Points by the cell they lie in. Halls are spread evenly enough that it needs no tree, and it
 * serves the painting of tiles as well as the search for the seat under a finger.
 */
class Grid {
  private readonly side: number;
  private readonly columns: number;
  private readonly lines: number;
  /** Where each cell's points begin in `points`, and where the last one's end. */
  private readonly starts: Uint32Array;
  private readonly points: Uint32Array;

  constructor(
    private readonly bounds: Bounds,
    x: Float32Array,
    y: Float32Array,
  ) {
    const { minX, minY, maxX, maxY } = bounds;
    const area = (maxX - minX) * (maxY - minY);
    this.side = Math.sqrt((area * SEATS_A_CELL) / Math.max(1, x.length));
    this.columns = Math.floor((maxX - minX) / this.side) + 1;
    this.lines = Math.floor((maxY - minY) / this.side) + 1;
    const cells = Uint32Array.from(x, (at, point) => {
      return this.line(y[point] ?? 0) * this.columns + this.column(at);
    });
    this.starts = new Uint32Array(this.columns * this.lines + 1);
    for (const cell of cells) this.starts[cell + 1]! += 1;
    for (let at = 1; at < this.starts.length; at += 1) this.starts[at]! += this.starts[at - 1]!;
    const next = this.starts.slice();
    this.points = new Uint32Array(cells.length);
    cells.forEach((cell, point) => (this.points[next[cell]!++] = point));
  }

  /** Shows the points of all cells that a box touches; some of them lie outside of it. */
  visit({ minX, minY, maxX, maxY }: Bounds, see: (point: number) => void): void {
    const [first, last] = [this.column(minX), this.column(maxX)];
    for (let line = this.line(minY); line <= this.line(maxY); line += 1) {
      const from = this.starts[line * this.columns + first] ?? 0;
      const end = this.starts[line * this.columns + last + 1] ?? 0;
      for (let at = from; at < end; at += 1) see(this.points[at] ?? 0);
    }
  }

  private column(x: number): number {
    return Math.max(0, Math.min(this.columns - 1, Math.floor((x - this.bounds.minX) / this.side)));
  }

  private line(y: number): number {
    return Math.max(0, Math.min(this.lines - 1, Math.floor((y - this.bounds.minY) / this.side)));
  }
}

function pad({ minX, minY, maxX, maxY }: Bounds, by: number): Bounds {
  return { minX: minX - by, minY: minY - by, maxX: maxX + by, maxY: maxY + by };
}
