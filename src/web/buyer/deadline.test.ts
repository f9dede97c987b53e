import { expect, test } from "vitest";
import { Deadline, milestone, untilNextSecond } from "./deadline.js";

test("time runs out by the monotonic clock, and stops at nothing", () => {
  const deadline = Deadline.after(10_000, 500);
  expect(deadline.left(500)).toBe(10_000);
  expect(deadline.left(10_499)).toBe(1);
  expect(deadline.left(99_999)).toBe(0);
});

/** Ears hear of it four times (the end is said by the page), whatever the ticks are. */
test("milestones are told once each", () => {
  let told: string[] = [];
  let before = 600_000;
  for (let left = 599_000; left >= 0; left -= 1000) {
    const says = milestone(before, left);
    if (says !== undefined) told.push(says);
    before = left;
  }
  expect(told).toEqual([
    "Five minutes left to pay.",
    "One minute left to pay.",
    "30 seconds left to pay.",
  ]);
});

/** A tab that slept through two of them says the one that counts. */
test("of several that were passed the last is told", () => {
  expect(milestone(400_000, 20_000)).toBe("30 seconds left to pay.");
  expect(milestone(400_000, 0)).toBeUndefined();
  expect(milestone(20_000, 400_000)).toBeUndefined();
});

test("the shown seconds change when they do", () => {
  expect(untilNextSecond(5_300)).toBe(300);
  expect(untilNextSecond(5_000)).toBe(1000);
});
