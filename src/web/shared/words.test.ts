import { describe, expect, test } from "vitest";
import { ProblemError, type Code, type Problem } from "../client/index.js";
import { counted, countdown, money, refusal, worded, wording } from "./words.js";

/** A problem as nodes send it. */
function problem(code: Code, more: object = {}): Problem {
  return { code, detail: "the detail", instance: "req_7", status: 400, ...more } as Problem;
}

describe("refusals", () => {
  /** What buyers meet: each says what to do next, and none repeats the API's own words. */
  test.each<Code>([
    "seat_unavailable", "orphan_seat", "too_many_seats", "too_many_bookings",
    "user_has_active_hold", "sale_not_open", "show_cancelled", "hold_expired", "hold_not_active",
    "payment_already_open", "payment_not_open", "booking_not_active", "gateway_error",
    "rate_limited", "overloaded", "no_leader", "not_ready", "not_caught_up", "outcome_unknown",
    "unauthenticated", "forbidden", "not_found", "idempotency_key_reused", "internal",
  ])("%s is worded for buyers", (code) => {
    const { says, next } = refusal(problem(code, { conflicts: [], max: 4 }));
    expect(says).not.toContain("the detail");
    expect(says).toMatch(/\.$/);
    expect(next).toMatch(/\.$/);
  });

  /** What only the API knows is told in its words: which field, why. */
  test.each<Code>(["invalid_request", "refused", "show_exists"])("%s keeps the detail", (code) => {
    expect(refusal(problem(code)).says).toContain("the detail");
  });

  test("numbers in them are the problem's own", () => {
    expect(refusal(problem("too_many_seats", { max: 1 })).says).toContain("at most 1 seat of");
    expect(refusal(problem("too_many_bookings", { max: 4 })).says).toContain("4 bookings");
    expect(refusal(problem("internal")).next).toContain("req_7");
  });

  test("seats that went are counted", () => {
    const says = (conflicts: string[], areas?: string[]) =>
      refusal(problem("seat_unavailable", { conflicts, areas })).says;
    expect(says(["A-1"])).toContain("One of your seats");
    expect(says(["A-1", "A-2"])).toContain("2 of your seats");
    expect(says([], ["standing"])).toContain("not as many places");
    expect(says([])).toContain("seats left together");
  });

  /** A node that is newer than the page. */
  test("a code from the future is told by its detail", () => {
    expect(refusal(problem("new_code" as Code)).says).toContain("the detail");
  });

  test("an error of the network is no refusal", () => {
    expect(worded(new TypeError("fetch failed")).says).toContain("can't reach");
    const thrown = new ProblemError(problem("hold_expired") as never, new Response());
    expect(wording(thrown)).toContain("Choose your seats again.");
  });
});

test("money has its currency's decimals", () => {
  expect(money(9500, "EUR")).toContain("95.00");
  expect(money(9500, "JPY")).toMatch(/9[.,]?500/);
});

test("a countdown rounds up, and never goes below nothing", () => {
  expect(countdown(61_000)).toBe("1:01");
  expect(countdown(60_001)).toBe("1:01");
  expect(countdown(0)).toBe("0:00");
  expect(countdown(-5)).toBe("0:00");
});

test("nouns agree with their numbers", () => {
  expect(counted(1, "seat")).toBe("1 seat");
  expect(counted(0, "seat")).toBe("0 seats");
});
