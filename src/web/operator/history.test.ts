import { expect, test } from "vitest";
import { HISTORY_MS, History } from "./history.js";

const values = (of: Record<string, number | undefined>) => new Map(Object.entries(of));

test("lines are as long as time is, with gaps where nothing is known", () => {
  const history = new History();
  history.note(1_000, values({ a: 1 }));
  history.note(2_000, values({ a: 2, b: 5 }));
  history.note(3_000, values({ a: undefined, b: 4 }));
  expect(history.columns(["a", "b", "c"])).toEqual([
    [1, 2, 3],
    [1, 2, null],
    [null, 5, 4],
    [null, null, null],
  ]);
  expect(history.extent("a")).toEqual({ now: undefined, min: 1, max: 2 });
  expect(history.extent("b")).toEqual({ now: 4, min: 4, max: 5 });
  expect(history.extent("c")).toBeUndefined();
});

test("while nobody looked there is a gap, and no line across it", () => {
  const history = new History();
  history.note(1_000, values({ a: 1 }));
  history.note(60_000, values({ a: 2 }));
  expect(history.columns(["a"])).toEqual([
    [1, 1.001, 60],
    [1, null, 2],
  ]);
});

test("what is older than plots go is forgotten, with its line", () => {
  const history = new History();
  history.note(0, values({ gone: 9 }));
  for (let at = 1_000; at <= HISTORY_MS + 1_000; at += 1_000) history.note(at, values({ a: at }));
  const [moments, a, gone] = history.columns(["a", "gone"]);
  expect(moments).toHaveLength(HISTORY_MS / 1_000 + 1);
  expect(moments[0]).toBe(1);
  expect(a).toHaveLength(moments.length);
  expect(gone?.every((value) => value === null)).toBe(true);
  expect(history.extent("gone")).toBeUndefined();
});
