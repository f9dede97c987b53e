import { expect, test } from "vitest";
import type { Schemas } from "../client/index.js";
import { gain } from "./extension.js";

const policy = { hold_ttl_seconds: 600, hold_total_seconds_max: 1800 } as Schemas["Policy"];

function hold(expiresAfter: number): Schemas["Hold"] {
  const created = Date.parse("2099-01-01T00:00:00.000Z");
  return {
    created_at: new Date(created).toISOString(),
    expires_at: new Date(created + expiresAfter * 1000).toISOString(),
  } as Schemas["Hold"];
}

test("what is used up can be had again", () => {
  expect(gain(hold(600), policy, 100_000)).toBe(500_000);
});

test("a fresh hold, a spent policy and an ended hold have no button", () => {
  expect(gain(hold(600), policy, 595_000)).toBe(0);
  expect(gain(hold(1800), policy, 60_000)).toBe(0);
  expect(gain(hold(600), policy, 0)).toBe(0);
});

test("the policy's end bounds it", () => {
  expect(gain(hold(1700), policy, 30_000)).toBe(100_000);
});
