import { expect, test } from "vitest";
import { modules, outline } from "./qr.js";

const link = "http://127.0.0.1:8101/v1/bookings/bkg_01a221cbae8e7197924058c557a9367f/ticket?access=abcdefgh";

/** The three corner patterns are where every reader looks for them, and in no fourth corner. */
test("a code has its corners", () => {
  const rows = modules(link);
  const last = rows.length - 1;
  const corner = (y: number, x: number) =>
    [0, 1, 2, 3, 4, 5, 6].map((n) => rows[y]?.[x + n]).every((dark) => dark === true);
  expect(corner(0, 0) && corner(0, last - 6) && corner(last, 0)).toBe(true);
  expect(corner(last, last - 6)).toBe(false);
});

/** The path fills just the dark modules: every one of them, once. */
test("the outline is the code", () => {
  const rows = modules(link);
  const drawn = rows.map((row) => row.map(() => 0));
  for (const [, x, y, width] of outline(rows).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let n = 0; n < Number(width); n += 1) {
      const row = drawn[Number(y) - 4];
      if (row !== undefined) row[Number(x) - 4 + n] = (row[Number(x) - 4 + n] ?? 0) + 1;
    }
  }
  expect(drawn).toEqual(rows.map((row) => row.map(Number)));
});
