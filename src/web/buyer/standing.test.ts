import { describe, expect, test } from "vitest";
import type { Schemas } from "../client/index.js";
import { pause, standing, unsettled, type Known } from "./standing.js";

type Payment = Schemas["Payment"];
type Hold = Schemas["Hold"];
type Booking = Schemas["Booking"];

function known(payment: Partial<Payment>, hold: Partial<Hold> = {}, more: object = {}): Known {
  const money = { booking: null, flags: [], refund_pending: 0, refunded: 0, closing: false };
  return {
    payment: { ...money, ...payment } as Payment,
    hold: { status: "pending", expires_in_ms: 60_000, ...hold } as Hold,
    show: { status: "on_sale" } as Schemas["Show"],
    ...more,
  };
}

const expired: Partial<Hold> = { status: "expired", expires_in_ms: 0 };

describe("what the gateway claims never makes a payment", () => {
  test("success without our knowing of it is waiting", () => {
    expect(standing(known({ status: "open" }), "success")).toEqual({ is: "waiting" });
  });

  test("a decline leaves the seats held", () => {
    expect(standing(known({ status: "open" }), "cancel")).toEqual({ is: "unpaid" });
  });

  test("what is paid is booked, whatever way the buyer came back", () => {
    const paid = known({ status: "succeeded", booking: "bkg_1" }, { status: "confirmed" });
    expect(standing(paid, "cancel")).toEqual({ is: "booked", back: 0 });
  });
});

test("a payment that is open after its hold may still arrive", () => {
  expect(standing(known({ status: "open" }, expired), "success")).toEqual({ is: "over_unsure" });
  // The deadline has passed and the sweep has not come by yet.
  expect(standing(known({ status: "open" }, { expires_in_ms: 0 }), "success").is).toBe("over_unsure");
});

test("a page that closed unpaid can be opened again while the seats are held", () => {
  expect(standing(known({ status: "expired" }), undefined)).toEqual({ is: "payable_again" });
  expect(standing(known({ status: "expired" }, expired), undefined)).toEqual({ is: "over" });
  expect(standing(known({ status: "open", closing: true }), "success")).toEqual({ is: "closing" });
  expect(standing(known({ status: "failed" }, { status: "released" }), "cancel").is).toBe("failed");
});

describe("money that goes back says why", () => {
  const why = (payment: Partial<Payment>, hold: Partial<Hold>, more: object = {}) => {
    const found = standing(known({ status: "refund_pending", ...payment }, hold, more), "success");
    return found.is === "refund" ? found.why : found.is;
  };

  test("late, twice, let go, another amount, cancelled", () => {
    expect(why({}, expired)).toBe("late");
    expect(why({}, { status: "confirmed" })).toBe("twice");
    expect(why({}, { status: "released" })).toBe("let_go");
    expect(why({ flags: ["amount_mismatch"] }, {})).toBe("amount");
    const cancelled = { booking: { status: "cancelled" } as Booking };
    expect(why({ booking: "bkg_1" }, { status: "confirmed" }, cancelled)).toBe("cancelled");
    expect(why({}, { status: "released" }, { show: { status: "cancelled" } })).toBe("cancelled");
  });

  test("a part that goes back leaves the booking standing", () => {
    const part = known(
      { status: "refund_pending", booking: "bkg_1", refund_pending: 100, refunded: 20 },
      { status: "confirmed" },
      { booking: { status: "confirmed" } as Booking },
    );
    expect(standing(part, undefined)).toEqual({ is: "booked", back: 120 });
  });
});

test("what can change is asked for again, ever more rarely", () => {
  expect(unsettled({ is: "waiting" })).toBe(true);
  expect(unsettled({ is: "refund", why: "late", done: false })).toBe(true);
  expect(unsettled({ is: "refund", why: "late", done: true })).toBe(false);
  expect(unsettled({ is: "booked", back: 0 })).toBe(false);
  expect(pause(0)).toBeLessThan(1000);
  expect(pause(3)).toBeGreaterThan(pause(2));
  expect(pause(50)).toBe(15_000);
});
