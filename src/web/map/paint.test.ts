import { expect, test } from "vitest";
import { paint, type Scene } from "./paint.js";
import type { Plan } from "./plan.js";
import type { Word } from "./words.js";

/** What is written at a scale, with the height that its letters have; all are half as wide as high. */
function written(words: Word[], scale: number): [string, number][] {
  const texts: [string, number][] = [];
  const height = (): number => Number(/(\d+)px/.exec(pen.font)?.[1]);
  const pen = {
    font: "",
    canvas: { width: 256, height: 256 },
    measureText: (text: string) => ({ width: (text.length * height()) / 2 }),
    fillText: (text: string) => void texts.push([text, height()]),
  };
  const nothing = (): void => undefined;
  const context = new Proxy(pen, {
    get: (pen, name) => pen[name as keyof typeof pen] ?? nothing,
  }) as unknown as CanvasRenderingContext2D;
  const plan = { x: [0], y: [0], radius: [10], category: [0], numbers: [""] };
  const colour = [0, 0, 0] as const;
  const palette = { ink: colour, soft: colour, paper: colour, line: colour };
  const scene: Scene = { plan: plan as unknown as Plan, open: Uint8Array.of(1), looks: [], palette };
  const content = { seats: Uint32Array.of(0), words, drawings: [] };
  paint(context, content, scene, { left: 0, top: 0, scale, density: 1 });
  return texts;
}

test("words grow with the seats, from what can be read to what does not shout", () => {
  const row = { x: 0, y: 0, text: "A" };
  expect(written([row], 0.25)).toEqual([]);
  expect(written([row], 0.5)).toEqual([["A", 9]]);
  expect(written([row], 1)).toEqual([["A", 13]]);
  expect(written([row], 4)).toEqual([["A", 15]]);
});

test("a table's name is written smaller to fit, and not at all where it could not be read", () => {
  const table = { x: 0, y: 0, text: "Table 10", room: 44 };
  expect(written([table], 2)).toEqual([["Table 10", 15]]);
  expect(written([table], 1)).toEqual([["Table 10", 11]]);
  expect(written([table], 0.7)).toEqual([["Table 10", 9]]);
  expect(written([table], 0.45)).toEqual([]);
  // The next word is as large as it would be alone.
  expect(written([table, { x: 0, y: 0, text: "A" }], 1)).toEqual([["Table 10", 11], ["A", 13]]);
});
