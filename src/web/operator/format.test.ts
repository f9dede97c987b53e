import { expect, test } from "vitest";
import { count, duration, offset, perSecond } from "./format.js";

test("durations keep the digits that matter", () => {
  const cases: [number | undefined, string][] = [
    [undefined, "–"],
    [0, "0"],
    [0.00025, "250 µs"],
    [0.0042, "4.2 ms"],
    [0.042, "42 ms"],
    [1.25, "1.3 s"],
    [5, "5 s"],
    [61.5, "62 s"],
    [600, "10 min"],
    [86_400, "24 h"],
  ];
  for (const [seconds, text] of cases) expect(duration(seconds), String(seconds)).toBe(text);
});

test("offsets have a sign, rates one digit while they are small", () => {
  expect(offset(-0.016)).toBe("−16 ms");
  expect(offset(0.2)).toBe("+200 ms");
  expect(offset(0)).toBe("0");
  expect(perSecond(3.25)).toBe("3.3");
  expect(perSecond(3)).toBe("3");
  expect(perSecond(1234.5)).toBe("1,235");
  expect(count(1234567)).toBe("1,234,567");
  expect(count(undefined)).toBe("–");
});
