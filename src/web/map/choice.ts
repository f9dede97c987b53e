/** What a buyer has chosen, within what one hold may have. */

/** What became of a wish. */
export type Answer = "added" | "removed" | "full" | "gone";

export class Choice {
  /** In the order of choosing. */
  readonly seats = new Set<number>();
  /** Places by area; none is no entry. */
  readonly areas = new Map<string, number>();

  constructor(public max: number) {}

  /** Seats and places. */
  get count(): number {
    let places = 0;
    for (const quantity of this.areas.values()) places += quantity;
    return this.seats.size + places;
  }

  get left(): number {
    return Math.max(0, this.max - this.count);
  }

  toggle(seat: number, isOpen: boolean): Answer {
    if (this.seats.delete(seat)) return "removed";
    if (!isOpen) return "gone";
    if (this.left === 0) return "full";
    this.seats.add(seat);
    return "added";
  }

  /** Sets how many places of an area are wanted; what it is then. */
  setArea(area: string, wanted: number, available: number): number {
    const before = this.areas.get(area) ?? 0;
    const most = Math.min(available, before + this.left);
    const quantity = Math.max(0, Math.min(wanted, most));
    if (quantity === 0) this.areas.delete(area);
    else this.areas.set(area, quantity);
    return quantity;
  }

  /** Drops the seats that are gone; which those were. */
  drop(isGone: (seat: number) => boolean): number[] {
    const gone = [...this.seats].filter(isGone);
    for (const seat of gone) this.seats.delete(seat);
    return gone;
  }

  /** Chooses exactly this. */
  set(seats: Iterable<number>, areas: Iterable<readonly [string, number]>): void {
    this.clear();
    for (const seat of seats) this.seats.add(seat);
    for (const [area, quantity] of areas) this.areas.set(area, quantity);
  }

  clear(): void {
    this.seats.clear();
    this.areas.clear();
  }
}
