import { expect, test } from "vitest";
import { Cutter } from "./cut.js";
import { block, instead } from "./beside.js";
import { PlanReader, type Plan } from "./plan.js";
import { Places } from "./places.js";
import { rowWords } from "./words.js";

/** One seat of a plan, 24 units from the one before it. */
function seat(row: string, at: number, x = 24 * at): object {
  return {
    id: `${row}-${at + 1}`,
    seat_guid: `${row}-${at + 1}`,
    label: `Stalls, row ${row}, seat ${at + 1}`,
    seat_number: String(at + 1),
    category: row === "A" ? "Front" : "Back",
    position: { x, y: 0 },
    radius: 10,
  };
}

/** Two rows of six, in a zone at (100, 200); an aisle after B3; a stage with a tricky name. */
const TEXT = JSON.stringify({
  name: "Ölmühle \"{[",
  size: { width: 300, height: 300 },
  categories: [
    { name: "Back", color: "#00f" },
    { name: "Front", color: "#f00" },
  ],
  zones: [
    { name: "", position: { x: 0, y: 0 }, rows: [], areas: [{ shape: "text", position: { x: 5, y: 6 }, text: { text: "Bühne }]\\" } }] },
    {
      name: "Stalls",
      position: { x: 100, y: 200 },
      areas: [],
      rows: ["A", "B"].map((row, at) => ({
        row_number: row,
        position: { x: 0, y: 40 * at },
        seats: Array.from({ length: 6 }, (_, n) => seat(row, n, row === "B" && n >= 3 ? 24 * n + 40 : 24 * n)),
      })),
    },
  ],
});

function read(text: string, chunk: number): Plan {
  const bytes = new TextEncoder().encode(text);
  const reader = new PlanReader();
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  return reader.end();
}

const plan = read(TEXT, TEXT.length);
const B3 = plan.byId.get("B-3")!;

test("a text that is cut anywhere, in the middle of a letter too, reads the same", () => {
  for (const chunk of [1, 2, 3, 7, 64, 1000]) expect(read(TEXT, chunk)).toEqual(plan);
});

test("objects at the depth are handed over in order; what is around has their numbers", () => {
  const found: unknown[] = [];
  const cutter = new Cutter(3, (object) => found.push(object));
  cutter.push(new TextEncoder().encode(`{"a":[{"b":"}"},{"c":{"d":[{}]}}],"e":[1,{"f":"\\"{"}]}`));
  expect(cutter.end()).toEqual({ a: [0, 1], e: [1, 2] });
  expect(found).toEqual([{ b: "}" }, { c: { d: [{}] } }, { f: '"{' }]);
});

test("a text that ends too early is no plan", () => {
  expect(() => read(TEXT.slice(0, -1), 50)).toThrow();
});

test("seats are numbered in plan order and stand where zone and row put them", () => {
  expect(plan.size).toBe(12);
  expect(plan.ids.slice(0, 2)).toEqual(["A-1", "A-2"]);
  expect([plan.x[B3], plan.y[B3]]).toEqual([100 + 48, 200 + 40]);
  expect(plan.rows).toEqual([
    { zone: 1, number: "A", first: 0, end: 6 },
    { zone: 1, number: "B", first: 6, end: 12 },
  ]);
  expect(plan.categories).toEqual([
    { name: "Front", color: "#f00" },
    { name: "Back", color: "#00f" },
  ]);
  expect(plan.name).toBe('Ölmühle "{[');
  expect(plan.drawings[0]?.text?.text).toBe("Bühne }]\\");
});

test("a block ends at an aisle", () => {
  expect(block(plan, B3)).toEqual([6, 9]);
  expect(block(plan, B3 + 1)).toEqual([9, 12]);
  expect(block(plan, 2)).toEqual([0, 6]);
});

test("instead of a lost seat come those that keep the others together, then the nearest", () => {
  const free = new Set([0, 1, 3, 4, 5]);
  const offer = (lost: number, together: number, chosen: number[]): number[] =>
    instead(plan, lost, together, (at) => free.has(at), (at) => chosen.includes(at));
  // One that was alone: the nearest.
  expect(offer(2, 1, [])).toEqual([1]);
  // A pair of which one is left: its other neighbour.
  expect(offer(2, 2, [3])).toEqual([4]);
  // A pair that went: two side by side.
  expect(offer(2, 2, [])).toEqual([0, 1]);
  // More than there are together: as many as there are.
  expect(offer(2, 4, [])).toEqual([3, 4, 5]);
  // Nothing across an aisle.
  free.clear();
  free.add(B3 + 1);
  expect(offer(B3, 1, [])).toEqual([]);
});

test("a tile has the seats that show in it, category by category, and so has a point", () => {
  const places = new Places(plan);
  const all = places.within({ minX: 0, minY: 0, maxX: 1000, maxY: 1000 });
  expect([...all].map((at) => plan.category[at])).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  // The edge of A2 reaches into this box, A3 does not.
  const some = places.within({ minX: 133, minY: 190, maxX: 136, maxY: 195 });
  expect([...some]).toEqual([1]);
  expect(places.at(124, 200, 0)).toBe(1);
  expect(places.at(124 + 13, 200, 0)).toBeUndefined();
  expect(places.at(124 + 13, 200, 5)).toBe(2);
  expect(places.at(500, 500, 5)).toBeUndefined();
  const words = places.wordsWithin({ minX: 70, minY: 190, maxX: 90, maxY: 300 });
  expect(words.map(({ text }) => text).sort()).toEqual(["A", "B"]);
});

test("a hall without seats has no places", () => {
  const empty = read(`{"name":"","categories":[],"zones":[]}`, 9);
  expect(empty.size).toBe(0);
  expect(new Places(empty).at(0, 0, 9)).toBeUndefined();
});

test("rows are named at both ends, tables in their middle", () => {
  expect(rowWords(plan).map(({ text, x, y }) => [text, x, y])).toEqual([
    ["A", 76, 200],
    ["A", 244, 200],
    ["B", 76, 240],
    ["B", 284, 240],
  ]);
  const angles = [0, 60, 120, 180, 240, 300].map((degrees) => (degrees * Math.PI) / 180);
  const table = {
    rows: [{ zone: 0, number: "Table 1", first: 0, end: 6 }],
    x: Float32Array.from(angles, (angle) => 30 * Math.cos(angle)),
    y: Float32Array.from(angles, (angle) => 30 * Math.sin(angle)),
    radius: new Float32Array(6).fill(10),
  };
  const [word, ...others] = rowWords(table);
  expect(others).toEqual([]);
  expect(word?.x).toBeCloseTo(0);
  // The seats leave 40 free; the name does not touch them.
  expect(word?.room).toBeCloseTo(34);
});
