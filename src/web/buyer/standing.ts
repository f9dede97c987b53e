/**
 * How a payment stands, for the buyer who comes back from a gateway. Judged by our state alone; the
 * way back that the gateway chose only picks among honest words for "not paid yet".
 */
import type { Schemas } from "../client/index.js";
import type { Back } from "./route.js";

/** Why money goes back. */
export type Reason = "late" | "twice" | "amount" | "cancelled" | "let_go";

export type Standing =
  /** Paid, and the seats are the buyer's. */
  | { is: "booked"; back: number }
  /** No word of the gateway yet; the seats are still held. */
  | { is: "waiting" }
  /** The buyer came back without having paid; the seats are still held and can be paid. */
  | { is: "unpaid" }
  /** The gateway is closing its page; the seats are still held. */
  | { is: "closing" }
  /** The seats are gone, and the gateway has not said yet that nothing was paid. */
  | { is: "over_unsure" }
  /** The gateway's page has closed unpaid; the seats are still held. */
  | { is: "payable_again" }
  /** The seats are gone and nothing was charged. */
  | { is: "over" }
  /** The gateway refused for good; the seats are free again. */
  | { is: "failed" }
  /** The money goes back, or has gone. */
  | { is: "refund"; why: Reason; done: boolean };

/** What is known of a payment. */
export interface Known {
  payment: Schemas["Payment"];
  hold: Schemas["Hold"];
  show: Schemas["Show"];
  /** The payment's, if it has one. */
  booking?: Schemas["Booking"];
}

/** Judges. */
export function standing(known: Known, back: Back | undefined): Standing {
  const { payment, hold, booking } = known;
  const held = hold.status === "pending" && hold.expires_in_ms > 0;
  switch (payment.status) {
    case "succeeded":
      return { is: "booked", back: 0 };
    case "open":
      if (!held) return { is: "over_unsure" };
      if (payment.closing) return { is: "closing" };
      return { is: back === "cancel" ? "unpaid" : "waiting" };
    case "expired":
      return { is: held ? "payable_again" : "over" };
    case "failed":
      return { is: "failed" };
    case "refund_pending":
    case "refunded":
      // A part of a booking that stands goes back.
      if (booking?.status === "confirmed") {
        return { is: "booked", back: payment.refund_pending + payment.refunded };
      }
      return {
        is: "refund",
        why: reason(known),
        done: payment.status === "refunded",
      };
  }
}

/** Whether it will change by itself, so that it is worth asking again. */
export function unsettled(standing: Standing): boolean {
  switch (standing.is) {
    case "waiting":
    case "unpaid":
    case "closing":
    case "over_unsure":
      return true;
    case "refund":
      return !standing.done;
    case "booked":
    case "payable_again":
    case "over":
    case "failed":
      return false;
  }
}

function reason({ payment, hold, show }: Known): Reason {
  if (payment.booking !== null || show.status === "cancelled") return "cancelled";
  if (payment.flags.includes("amount_mismatch")) return "amount";
  if (hold.status === "confirmed") return "twice";
  return hold.status === "released" ? "let_go" : "late";
}

const FIRST_MS = 700;
const LONGEST_MS = 15_000;

/** Milliseconds until a thing that is unsettled is asked for again. */
export function pause(asked: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 1.6 ** asked);
}
