import { expect, test } from "vitest";
import { Choice } from "./choice.js";
import { House } from "./house.js";
import { contrast, legible, looks, parse } from "./look.js";
import { unpack } from "./packed.js";
import type { Plan } from "./plan.js";
import { heading, items, rowName, shortName, shortNames, start, up, type Path } from "./tree.js";

/** Stalls with rows A and B of four, a balcony with a "Row 1" of two, and a zone that is a stage. */
function hall(): Plan {
  const rows = [
    { zone: 1, number: "A", first: 0, end: 4 },
    { zone: 1, number: "B", first: 4, end: 8 },
    { zone: 2, number: "Box 1", first: 8, end: 10 },
  ];
  const of = (seat: number): [string, string, number] => {
    if (8 <= seat) return ["Balcony", "Box 1", seat - 7];
    return seat < 4 ? ["Stalls", "row A", seat + 1] : ["Stalls", "row B", seat - 3];
  };
  const seats = Array.from({ length: 10 }, (_, at) => at);
  return {
    name: "Hall",
    categories: [
      { name: "Front", color: "" },
      { name: "Rear", color: "" },
    ],
    zones: [
      { name: "Stage", first: 0, end: 0 },
      { name: "Stalls", first: 0, end: 2 },
      { name: "Balcony", first: 2, end: 3 },
    ],
    rows,
    drawings: [],
    size: 10,
    ids: seats.map((at) => `s${at}`),
    labels: seats.map((at) => `${of(at)[0]}, ${of(at)[1]}, seat ${of(at)[2]}`),
    numbers: seats.map((at) => String(of(at)[2])),
    x: new Float32Array(10),
    y: new Float32Array(10),
    radius: new Float32Array(10).fill(10),
    category: Uint16Array.from(seats, (at) => (at < 4 ? 0 : 1)),
    row: Uint32Array.from(seats, (at) => rows.findIndex(({ end }) => at < end)),
    apart: new Uint8Array(10),
    byId: new Map(seats.map((at) => [`s${at}`, at])),
    bounds: { minX: 0, minY: 0, maxX: 1, maxY: 1 },
  };
}

/** Open seats by row. */
function byRow(house: House): number[] {
  return house.plan.rows.map((_, row) => house.openIn(row, 0) + house.openIn(row, 1));
}

const told = { price: (category: number) => (category === 0 ? "€9" : "€5"), chosen: new Set<number>() };

test("packed states come four a byte from the low bits; only 0 is free", () => {
  // 0, 1, 2, 3 | 0, 3
  const bytes = Uint8Array.of(0b11_10_01_00, 0b11_00);
  expect([...unpack(bytes, 6)]).toEqual([1, 0, 0, 0, 1, 0]);
  expect(unpack(new Uint8Array(0), 0)).toHaveLength(0);
  expect(() => unpack(bytes, 9)).toThrow("9 seats");
  expect(() => unpack(bytes, 4)).toThrow();
});

test("a choice ends at its limit, of seats and places together", () => {
  const choice = new Choice(3);
  expect(choice.toggle(1, true)).toBe("added");
  expect(choice.toggle(2, false)).toBe("gone");
  expect(choice.setArea("floor", 5, 100)).toBe(2);
  expect(choice.left).toBe(0);
  expect(choice.toggle(3, true)).toBe("full");
  expect(choice.toggle(1, true)).toBe("removed");
  expect(choice.setArea("floor", 9, 2)).toBe(2);
  expect(choice.setArea("floor", -1, 2)).toBe(0);
  expect([...choice.areas]).toEqual([]);
});

test("a chosen seat that is gone can be let go of, and is dropped", () => {
  const choice = new Choice(3);
  choice.set([1, 2], [["floor", 1]]);
  expect(choice.drop((seat) => seat === 2)).toEqual([2]);
  expect([...choice.seats]).toEqual([1]);
  expect(choice.toggle(1, false)).toBe("removed");
  expect(choice.count).toBe(1);
});

test("a house counts by rows, and knows the buyer's own", () => {
  const house = new House(hall(), new Uint8Array(10).fill(1));
  const take = (id: string, status: string): number[] =>
    house.apply({ seats: [{ id, status }], areas: [] });
  expect(take("s1", "unavailable")).toEqual([1]);
  expect(take("s1", "unavailable")).toEqual([]);
  expect(take("elsewhere", "unavailable")).toEqual([]);
  expect(byRow(house)).toEqual([3, 4, 2]);

  expect(house.hold([1, 2], [["floor", 3]])).toEqual([1]);
  expect(take("s2", "unavailable")).toEqual([]);
  expect(house.isOpen(1) && house.isOpen(2)).toBe(true);
  expect(byRow(house)).toEqual([4, 4, 2]);
  house.apply({ seats: [], areas: [{ id: "floor", available: 4 }] });
  expect(house.placesIn("floor")).toBe(7);

  expect(house.hold([], [])).toEqual([1, 2]);
  expect(house.replace(Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0, 1, 1))).toEqual([4, 5, 6, 7, 1, 2].sort());
  expect(byRow(house)).toEqual([4, 0, 2]);
});

test("a hold that has ended is noticed by what is offered again", () => {
  const house = new House(hall(), new Uint8Array(10).fill(1));
  const area = (available: number): void => {
    house.apply({ seats: [], areas: [{ id: "floor", available }] });
  };
  const seat = (status: string): void => {
    house.apply({ seats: [{ id: "s1", status }], areas: [] });
  };
  area(9);
  house.hold([1], [["floor", 2]]);
  seat("unavailable");
  area(7);
  expect(house.isHoldInDoubt).toBe(false);
  area(8);
  expect(house.isHoldInDoubt).toBe(true);
  house.hold([1], []);
  expect(house.isHoldInDoubt).toBe(false);
  seat("available");
  expect(house.isHoldInDoubt).toBe(true);
  // Somebody else takes it: it is not the buyer's.
  seat("unavailable");
  expect(house.isOpen(1)).toBe(false);
});

test("the list leads from sections over rows to seats, and offers what can be had", () => {
  const plan = hall();
  const house = new House(plan, Uint8Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1, 1));
  const lines = (path: Path): string[] =>
    items(plan, house, path, told).map(({ label, note }) => `${label}|${note}`);
  expect(start(plan)).toEqual({});
  const marked = items(plan, house, {}, { ...told, chosen: new Set([8]) });
  expect(marked.map(({ chosen }) => chosen)).toEqual([false, true]);
  expect(lines({})).toEqual(["Stalls|2 free · €9", "Balcony|2 free · €5"]);
  expect(lines({ zone: 1 })).toEqual(["All sections|", "Row A|2 free · €9"]);
  expect(lines({ zone: 1, row: 0 })).toEqual([
    "Rows of Stalls|",
    "Seat 2|Front · €9",
    "Seat 4|Front · €9",
  ]);
  expect(heading(plan, { zone: 2, row: 2 })).toBe("Balcony, Box 1");
  expect(up(plan, { zone: 1, row: 0 })).toEqual({ zone: 1 });
  expect(up(plan, { zone: 1 })).toEqual({});
});

test("a hall of one section begins with its rows", () => {
  const plan = hall();
  plan.zones = [{ name: "", first: 0, end: 3 }];
  for (const row of plan.rows) row.zone = 0;
  const house = new House(plan, new Uint8Array(10).fill(1));
  expect(start(plan)).toEqual({ zone: 0 });
  expect(items(plan, house, start(plan), told)[0]?.kind).toBe("row");
  expect(heading(plan, { zone: 0 })).toBe("Seats");
});

test("seats are named shortly where that says enough", () => {
  const plan = hall();
  expect(shortName(plan, 5)).toBe("B2");
  expect(shortName(plan, 8)).toBe("Balcony, Box 1, seat 1");
  expect(shortNames(plan, [5, 6])).toBe("B2–3");
  expect(shortNames(plan, [4, 6])).toBe("B1, B3");
  expect(rowName(plan, 1)).toBe("Row B");
  expect(rowName(plan, 2)).toBe("Box 1");
});

test("categories differ in shape, and stand out from any paper", () => {
  const palette = { ink: [0, 0, 0], soft: [80, 80, 80], line: [200, 200, 200] } as const;
  for (const paper of [[255, 255, 255], [20, 20, 28]] as const) {
    const made = looks(["#ffffee", "#111", "#2a9d8f", ""], { ...palette, paper });
    expect(new Set(made.map(({ shape }) => shape)).size).toBe(4);
    for (const { fill, on } of made) {
      expect(contrast(fill, paper)).toBeGreaterThanOrEqual(3);
      expect(contrast(fill, on)).toBeGreaterThanOrEqual(4.5);
    }
  }
  expect(legible([0, 0, 255], [255, 255, 255])).toEqual([0, 0, 255]);
});

test("colours are read as plans and browsers write them", () => {
  expect(parse("#f80")).toEqual([255, 136, 0]);
  expect(parse("#0A0b0C")).toEqual([10, 11, 12]);
  expect(parse("rgb(1, 2, 3)")).toEqual([1, 2, 3]);
  expect(parse("rgba(1, 2, 3, 0.5)")).toEqual([1, 2, 3]);
  expect(parse("red")).toBeUndefined();
});
