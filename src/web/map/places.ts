/** Where the seats are: which a tile shows, which is under a pointer. */
import Flatbush from "flatbush";
import type { Bounds, Plan } from "./plan.js";
import { turn } from "./turn.js";
import { rowWords, type Word } from "./words.js";

/** What it takes to find seats. */
type Placed = Pick<Plan, "size" | "x" | "y" | "radius" | "category" | "categories" | "rows">;

export class Places {
  private constructor(
    private readonly plan: Placed,
    private readonly seats: Flatbush | undefined,
    private readonly words: readonly Word[],
    private readonly wordsAt: Flatbush | undefined,
  ) {}

  /** Looks at everything once, in steps that let the page live. */
  static async of(plan: Placed): Promise<Places> {
    const { size, x, y, radius } = plan;
    await turn();
    const seats = index(size, (seat) => {
      const [cx, cy, r] = [x[seat] ?? 0, y[seat] ?? 0, radius[seat] ?? 0];
      return { minX: cx - r, minY: cy - r, maxX: cx + r, maxY: cy + r };
    });
    await turn();
    const words = rowWords(plan);
    const wordsAt = index(words.length, (word) => {
      const { x, y } = words[word] ?? { x: 0, y: 0 };
      return { minX: x, minY: y, maxX: x, maxY: y };
    });
    await turn();
    return new Places(plan, seats, words, wordsAt);
  }

  /** The seats that show in a box, category by category. */
  within({ minX, minY, maxX, maxY }: Bounds): Uint32Array {
    const found = this.seats?.search(minX, minY, maxX, maxY) ?? [];
    const { category, categories } = this.plan;
    // By counting: a comparing sort of 100,000 seats takes longer than to paint them.
    const starts = new Uint32Array(categories.length + 1);
    for (const seat of found) starts[(category[seat] ?? 0) + 1]! += 1;
    for (let at = 1; at < starts.length; at += 1) starts[at]! += starts[at - 1]!;
    const sorted = new Uint32Array(found.length);
    for (const seat of found) sorted[starts[category[seat] ?? 0]!++] = seat;
    return sorted;
  }

  /** The names of rows that are anchored in a box. */
  wordsWithin({ minX, minY, maxX, maxY }: Bounds): Word[] {
    const found = this.wordsAt?.search(minX, minY, maxX, maxY) ?? [];
    return found.flatMap((word) => this.words[word] ?? []);
  }

  /** The seat at a point, or the nearest one within `slack` of its edge. */
  at(x: number, y: number, slack: number): number | undefined {
    const found = this.seats?.search(x - slack, y - slack, x + slack, y + slack) ?? [];
    let nearest: number | undefined;
    let least = Infinity;
    for (const seat of found) {
      const away = Math.hypot((this.plan.x[seat] ?? 0) - x, (this.plan.y[seat] ?? 0) - y);
      const distance = away - (this.plan.radius[seat] ?? 0);
      if (distance <= slack && distance < least) {
        least = distance;
        nearest = seat;
      }
    }
    return nearest;
  }
}

function index(items: number, box: (item: number) => Bounds): Flatbush | undefined {
  // An empty one cannot be made.
  if (items === 0) return undefined;
  const made = new Flatbush(items, 16, Float32Array);
  for (let item = 0; item < items; item += 1) {
    const { minX, minY, maxX, maxY } = box(item);
    made.add(minX, minY, maxX, maxY);
  }
  made.finish();
  return made;
}
