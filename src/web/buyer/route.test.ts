import { expect, test } from "vitest";
import { addressOf, routeOf, wayBack, type Route } from "./route.js";

/** Every place has an address that leads back to it: reload and sharing. */
test.each<Route>([
  { at: "shows", q: "" },
  { at: "shows", q: "owls & more" },
  { at: "hall", show: "hamlet?2" },
  { at: "checkout", hold: "hld_1" },
  { at: "payment", hold: "hld_1", payment: "pay_1" },
  { at: "payment", hold: "hld_1", payment: "pay_1", back: "cancel" },
  { at: "bookings" },
])("%o is its address", (route) => {
  const address = new URL(addressOf(route), "http://node");
  expect(address.pathname).toBe("/");
  expect(routeOf(address.search)).toEqual(route);
});

/** The gateway appends the payment to the way back. */
test("a gateway's return is read", () => {
  const back = new URL(`${wayBack("http://node", "hld_1", "success")}&payment=pay_1`);
  const expected = { at: "payment", hold: "hld_1", payment: "pay_1", back: "success" };
  expect(routeOf(back.search)).toEqual(expected);
});

/** Anybody can write an address. */
test("an unknown claim is no claim", () => {
  expect(routeOf("?hold=h&payment=p&back=paid")).toEqual({ at: "payment", hold: "h", payment: "p" });
});
