/** How the seats of a show stand now, to one buyer: what is free, and what is their own. */
import type { Plan } from "./plan.js";

/** What the stream says of a change. */
export interface Change {
  seats: { id: string; status: string }[];
  areas: { id: string; available: number }[];
}

export class House {
  /** 1 for each seat that this buyer can have: it is free, or their hold has it already. */
  readonly open: Uint8Array;
  /** Seats that the buyer holds. A new hold may take them over. */
  own: ReadonlySet<number> = new Set();
  /** Whether the buyer's hold may have ended, by what the stream says. */
  isHoldInDoubt = false;
  /** Free places by area. */
  private readonly areas = new Map<string, number>();
  /** Places by area that the buyer holds. */
  private ownPlaces: ReadonlyMap<string, number> = new Map();
  /** 1 for each seat that anybody can have. */
  private free: Uint8Array;
  /** Seats that are open, by row and category: what a list says is not counted seat by seat. */
  private readonly counts: Uint32Array;

  constructor(
    readonly plan: Plan,
    free: Uint8Array,
  ) {
    this.free = free.slice();
    this.open = free.slice();
    this.counts = new Uint32Array(plan.rows.length * plan.categories.length);
    this.open.forEach((open, seat) => this.count(seat, open));
  }

  isOpen(seat: number): boolean {
    return this.open[seat] === 1;
  }

  /** Open seats of a category in a row. */
  openIn(row: number, category: number): number {
    return this.counts[row * this.plan.categories.length + category] ?? 0;
  }

  /** Places of an area that this buyer can have. */
  placesIn(area: string): number {
    return (this.areas.get(area) ?? 0) + (this.ownPlaces.get(area) ?? 0);
  }

  /** Takes a change over; the seats that look different then. */
  apply(change: Change): number[] {
    for (const { id, available } of change.areas) {
      const grew = (this.areas.get(id) ?? Infinity) < available;
      this.isHoldInDoubt ||= grew && this.ownPlaces.has(id);
      this.areas.set(id, available);
    }
    return change.seats.flatMap(({ id, status }) => {
      const seat = this.plan.byId.get(id);
      if (seat === undefined) return [];
      this.free[seat] = status === "available" ? 1 : 0;
      if (this.free[seat] === 1 && this.own.has(seat)) {
        // Offered to everybody, it is nobody's any more.
        this.own = new Set([...this.own].filter((other) => other !== seat));
        this.isHoldInDoubt = true;
      }
      return this.settle(seat) ? [seat] : [];
    });
  }

  /** Takes over how all seats stand; the seats that look different then. */
  replace(free: Uint8Array): number[] {
    this.free = free.slice();
    return this.settleAll(free.keys());
  }

  /** Takes over what the buyer holds; the seats that look different then. */
  hold(own: Iterable<number>, places: Iterable<readonly [string, number]>): number[] {
    const before = this.own;
    this.ownPlaces = new Map(places);
    this.isHoldInDoubt = false;
    this.own = new Set(own);
    return this.settleAll(new Set([...before, ...this.own]));
  }

  private settleAll(seats: Iterable<number>): number[] {
    const changed: number[] = [];
    for (const seat of seats) if (this.settle(seat)) changed.push(seat);
    return changed;
  }

  private settle(seat: number): boolean {
    const open = this.free[seat] === 1 || this.own.has(seat) ? 1 : 0;
    const before = this.open[seat] ?? 0;
    this.open[seat] = open;
    this.count(seat, open - before);
    return open !== before;
  }

  private count(seat: number, by: number): void {
    const { row, category, categories } = this.plan;
    const at = (row[seat] ?? 0) * categories.length + (category[seat] ?? 0);
    this.counts[at] = (this.counts[at] ?? 0) + by;
  }
}
