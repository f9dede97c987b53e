/**
 * A seating plan as the map needs it: columns of numbers, one entry a seat, in plan order. 100,000
 * objects would cost more than everything that is done with them.
 */
import { Cutter } from "./cut.js";
import type { Schemas } from "../client/index.js";

/** A kind of seat: it has a price and a look. */
export interface Category {
  name: string;
  color: string;
}

/** Seats `first` to `end` (without it), which stand in one row. */
export interface Row {
  zone: number;
  number: string;
  first: number;
  end: number;
}

/** A block of rows `first` to `end` (without it). */
export interface Zone {
  name: string;
  first: number;
  end: number;
}

/** Something to look at: a stage, a wall, a word. */
export interface Drawing {
  shape?: string;
  /** Of the plan, not of the zone. */
  position: Point;
  rotation?: number;
  color?: string;
  border_color?: string;
  rectangle?: { width: number; height: number };
  circle?: { radius: number };
  ellipse?: { radius: Point };
  polygon?: { points: Point[] };
  text?: { text?: string; color?: string; size?: number; position?: Point };
}

export interface Point {
  x: number;
  y: number;
}

export interface Bounds {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** A hall. */
export interface Plan {
  name: string;
  categories: Category[];
  zones: Zone[];
  rows: Row[];
  drawings: Drawing[];
  /** How many seats. */
  size: number;
  ids: string[];
  labels: string[];
  numbers: string[];
  x: Float32Array;
  y: Float32Array;
  radius: Float32Array;
  category: Uint16Array;
  row: Uint32Array;
  /** 1 where more than an arm's length lies between a seat and the one before it in its row. */
  apart: Uint8Array;
  /** The seat of an id. */
  byId: Map<string, number>;
  bounds: Bounds;
}

/** Objects of a plan at this depth are rows and drawings: root, zones, zone, rows, row. */
const ROW_DEPTH = 5;

/** So much more than the usual distance of two seats in a row is an aisle. The server's rule. */
const APART = 1.8;

/** Room for so many seats to begin with. */
const FIRST_SEATS = 1024;

/** Room around the seats, in radii of a seat. */
const MARGIN = 3;

/** What is left of a plan when its rows and drawings have been cut out. */
interface Frame {
  name: string;
  categories: Category[];
  zones: { name: string; position: Point; rows: number[]; areas: number[] }[];
}

/** Reads a plan as it arrives. */
export class PlanReader {
  private readonly cutter = new Cutter(ROW_DEPTH, (object) => this.take(object as Cut));
  private readonly cuts: (Row | Drawing)[] = [];
  private readonly ids: string[] = [];
  private readonly labels: string[] = [];
  private readonly numbers: string[] = [];
  private x = new Float32Array(FIRST_SEATS);
  private y = new Float32Array(FIRST_SEATS);
  private radius = new Float32Array(FIRST_SEATS);
  private apart = new Uint8Array(FIRST_SEATS);
  private category = new Uint16Array(FIRST_SEATS);
  private readonly categoryNames = new Map<string, number>();
  private readonly byId = new Map<string, number>();

  push(chunk: Uint8Array): void {
    this.cutter.push(chunk);
  }

  end(): Plan {
    const frame = this.cutter.end() as Frame;
    const row = new Uint32Array(this.ids.length);
    const zones: Zone[] = [];
    const rows: Row[] = [];
    const drawings: Drawing[] = [];
    for (const zone of frame.zones) {
      const first = rows.length;
      for (const cut of zone.rows) {
        const one = this.cuts[cut] as Row;
        one.zone = zones.length;
        row.fill(rows.length, one.first, one.end);
        rows.push(one);
        for (let seat = one.first; seat < one.end; seat += 1) {
          this.x[seat]! += zone.position.x;
          this.y[seat]! += zone.position.y;
        }
      }
      for (const cut of zone.areas) {
        const drawing = this.cuts[cut] as Drawing;
        drawings.push({ ...drawing, position: plus(drawing.position, zone.position) });
      }
      zones.push({ name: zone.name, first, end: rows.length });
    }
    const size = this.ids.length;
    const plan = {
      name: frame.name,
      categories: this.categories(frame.categories),
      zones,
      rows,
      drawings,
      size,
      ids: this.ids,
      labels: this.labels,
      numbers: this.numbers,
      x: this.x.slice(0, size),
      y: this.y.slice(0, size),
      radius: this.radius.slice(0, size),
      category: this.category.slice(0, size),
      row,
      apart: this.apart.slice(0, size),
      byId: this.byId,
    };
    return { ...plan, bounds: bounds(plan) };
  }

  private take(cut: Cut): void {
    if (!("seats" in cut)) {
      this.cuts.push(cut);
      return;
    }
    const first = this.ids.length;
    this.makeRoom(first + cut.seats.length);
    for (const seat of cut.seats) {
      const at = this.ids.length;
      this.byId.set(seat.id, at);
      this.ids.push(seat.id);
      this.labels.push(seat.label);
      this.numbers.push(seat.seat_number);
      this.x[at] = cut.position.x + seat.position.x;
      this.y[at] = cut.position.y + seat.position.y;
      this.radius[at] = seat.radius;
      this.category[at] = this.categoryOf(seat.category);
    }
    this.markApart(first);
    this.cuts.push({ zone: 0, number: cut.row_number, first, end: this.ids.length });
  }

  private categoryOf(name: string): number {
    const known = this.categoryNames.get(name);
    if (known !== undefined) return known;
    this.categoryNames.set(name, this.categoryNames.size);
    return this.categoryNames.size - 1;
  }

  /** In the order in which seats have named them. */
  private categories(described: Category[]): Category[] {
    const colors = new Map(described.map((category) => [category.name, category.color]));
    const names = [...this.categoryNames.keys()];
    return names.map((name) => ({ name, color: colors.get(name) ?? "" }));
  }

  private markApart(first: number): void {
    const gaps: number[] = [];
    for (let seat = first + 1; seat < this.ids.length; seat += 1) {
      const dx = (this.x[seat] ?? 0) - (this.x[seat - 1] ?? 0);
      const dy = (this.y[seat] ?? 0) - (this.y[seat - 1] ?? 0);
      gaps.push(Math.sqrt(dx * dx + dy * dy));
    }
    // The lower median: of two gaps, the smaller one is the usual.
    const usual = Float64Array.from(gaps).sort()[Math.floor((gaps.length - 1) / 2)] ?? 0;
    gaps.forEach((gap, at) => {
      this.apart[first + 1 + at] = usual > 0 && gap > usual * APART ? 1 : 0;
    });
  }

  /** Columns grow by doubling. */
  private makeRoom(seats: number): void {
    if (seats <= this.x.length) return;
    const size = Math.max(seats, 2 * this.x.length);
    const grown = <Column extends { set(from: Column): void }>(to: Column, from: Column): Column => {
      to.set(from);
      return to;
    };
    this.x = grown(new Float32Array(size), this.x);
    this.y = grown(new Float32Array(size), this.y);
    this.radius = grown(new Float32Array(size), this.radius);
    this.apart = grown(new Uint8Array(size), this.apart);
    this.category = grown(new Uint16Array(size), this.category);
  }
}

/** What is found at the depth of rows. */
type Cut = Schemas["MapRow"] | Drawing;

function plus(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y };
}

/** What seats and drawings take. */
function bounds(plan: Pick<Plan, "size" | "x" | "y" | "radius" | "drawings">): Bounds {
  const all = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  const around = (x: number, y: number, by: number): void => {
    all.minX = Math.min(all.minX, x - by);
    all.minY = Math.min(all.minY, y - by);
    all.maxX = Math.max(all.maxX, x + by);
    all.maxY = Math.max(all.maxY, y + by);
  };
  for (let seat = 0; seat < plan.size; seat += 1) {
    around(plan.x[seat] ?? 0, plan.y[seat] ?? 0, MARGIN * (plan.radius[seat] ?? 0));
  }
  for (const drawing of plan.drawings) {
    const { minX, minY, maxX, maxY } = extent(drawing);
    around(minX, minY, 0);
    around(maxX, maxY, 0);
  }
  return plan.size + plan.drawings.length > 0 ? all : { minX: 0, minY: 0, maxX: 1, maxY: 1 };
}

/** What a drawing takes, with room for being turned. */
export function extent(drawing: Drawing): Bounds {
  const { x, y } = drawing.position;
  const { rectangle, circle, ellipse, polygon, text } = drawing;
  const corners: Point[] = [{ x: 0, y: 0 }];
  if (rectangle) corners.push({ x: rectangle.width, y: rectangle.height });
  const radius = circle ? { x: circle.radius, y: circle.radius } : ellipse?.radius;
  if (radius) corners.push({ x: -radius.x, y: -radius.y }, radius);
  if (polygon) corners.push(...polygon.points);
  if (text?.text) {
    const half = text.text.length * (text.size ?? 16) * 0.5;
    const at = text.position ?? { x: 0, y: 0 };
    corners.push({ x: at.x - half, y: at.y - half }, { x: at.x + half, y: at.y + half });
  }
  if (drawing.rotation) {
    const reach = Math.max(...corners.map((corner) => Math.hypot(corner.x, corner.y)));
    return { minX: x - reach, minY: y - reach, maxX: x + reach, maxY: y + reach };
  }
  return {
    minX: x + Math.min(...corners.map((corner) => corner.x)),
    minY: y + Math.min(...corners.map((corner) => corner.y)),
    maxX: x + Math.max(...corners.map((corner) => corner.x)),
    maxY: y + Math.max(...corners.map((corner) => corner.y)),
  };
}
