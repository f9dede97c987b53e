/** How amounts, moments and refusals are worded. */
import { ProblemError, type Problem } from "../client/index.js";

/** Money, from the smallest unit of its currency. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** A moment in the reader's zone, which is named. */
export function moment(iso: string): string {
  return new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(new Date(iso));
}

/** Minutes and seconds that are left. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A number with its noun: "1 seat", "2 seats". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

/** What went wrong, and what to do about it, in a buyer's words. */
export interface Wording {
  says: string;
  next: string;
}

/** What went wrong, in a buyer's words. */
export function wording(error: unknown): string {
  const { says, next } = worded(error);
  return `${says} ${next}`;
}

/** The same in its two parts. */
export function worded(error: unknown): Wording {
  if (error instanceof ProblemError) return refusal(error.problem as Problem);
  return {
    says: "We can't reach the ticket office right now.",
    next: "Nothing was charged. Check your connection and try again.",
  };
}

/** A problem in a buyer's words. A code that is missing here does not compile. */
export function refusal(problem: Problem): Wording {
  switch (problem.code) {
    case "seat_unavailable":
      return seatUnavailable(problem.conflicts.length, problem.areas?.length ?? 0);
    case "orphan_seat":
      return {
        says: "That would leave a single seat that hardly anybody can use.",
        next: "Move your choice by one seat, so that no single one is left between taken seats.",
      };
    case "too_many_seats":
      return {
        says: `You can hold at most ${counted(problem.max, "seat")} of this show at a time.`,
        next: "Take some out of your choice; you can buy again after this purchase.",
      };
    case "too_many_bookings":
      return {
        says: `One person can have at most ${counted(problem.max, "booking")} of this show.`,
        next: "Your bookings are under “My bookings”.",
      };
    case "user_has_active_hold":
      return {
        says: "You are holding other seats already, and one can hold seats only once at a time.",
        next: "Go on to pay for those, or let them go first.",
      };
    case "sale_not_open":
      return {
        says: "This show is not on sale right now.",
        next: "The show's page says when its sale opens.",
      };
    case "show_cancelled":
      return {
        says: "This show has been cancelled.",
        next: "Whoever paid for seats gets the money back without asking.",
      };
    case "hold_expired":
      return {
        says: "The time to pay for these seats is over, and they are on sale again.",
        next: "Nothing was charged. Choose your seats again.",
      };
    case "hold_not_active":
      return {
        says: "These seats are no longer held for you.",
        next: "They were booked or let go, perhaps in another window. Look under “My bookings”.",
      };
    case "payment_already_open":
      return {
        says: "You have begun to pay for these seats already.",
        next: "Go on with that payment, or end it and pay another way.",
      };
    case "payment_not_open":
      return {
        says: "That payment has ended.",
        next: "Reload this page to see what became of it.",
      };
    case "booking_not_active":
      return {
        says: "This booking has been cancelled.",
        next: "What was paid for it goes back to where it came from.",
      };
    case "gateway_error":
      return {
        says: "The payment service did not answer.",
        next: "Nothing was charged. Try again, or choose another way to pay.",
      };
    case "rate_limited":
      return {
        says: "That was more than we can take from one visitor at a time.",
        next: "Wait a few seconds and try again.",
      };
    case "overloaded":
      return {
        says: "Very many people are buying tickets at this moment.",
        next: "Nothing was done. Wait a few seconds and try again.",
      };
    case "no_leader":
    case "not_ready":
    case "not_caught_up":
      return {
        says: "The ticket office is catching its breath.",
        next: "Nothing was done. Try again in a few seconds.",
      };
    case "outcome_unknown":
      return {
        says: "We don't know yet whether that went through.",
        next: "Try again: it will not be done twice.",
      };
    case "unauthenticated":
      return {
        says: "We no longer know who you are.",
        next: "Open this page again from your ticket shop.",
      };
    case "forbidden":
      return {
        says: "That is not yours to do.",
        next: "If you think it should be, ask your ticket shop.",
      };
    case "not_found":
      return {
        says: "We can't find that.",
        next: "The address may be mistyped, or belong to somebody else. Start from the shows.",
      };
    case "invalid_request":
      return {
        says: `Something in that was not right: ${problem.detail}.`,
        next: "Correct it and try again.",
      };
    case "idempotency_key_reused":
      return {
        says: "That was mixed up with something you did before.",
        next: "Reload this page and try again.",
      };
    case "internal":
      return {
        says: "Something broke on our side.",
        next: `Try again. If it stays broken, tell your ticket shop this number: ${problem.instance}.`,
      };
    // What only a defect of this page, or another role than a buyer's, can meet.
    case "invalid_signature":
    case "not_acceptable":
    case "body_too_large":
    case "unsupported_media_type":
    case "show_exists":
    case "already_initialized":
    case "refused":
      return {
        says: `That was refused: ${problem.detail}.`,
        next: "Reload this page and try again.",
      };
    default:
      return unforeseen(problem);
  }
}

function seatUnavailable(seats: number, areas: number): Wording {
  const next = "Nothing was held. Choose others; the map shows what is free now.";
  if (seats === 1) return { says: "One of your seats has just gone to somebody else.", next };
  if (seats > 1) return { says: `${seats} of your seats have just gone to somebody else.`, next };
  if (areas > 0) return { says: "There are not as many places left there.", next };
  return { says: "There are not as many seats left together.", next };
}

/** A code that this page was built before. */
function unforeseen(problem: never): Wording {
  const { detail } = problem as Problem;
  return { says: `That was refused: ${detail}.`, next: "Reload this page and try again." };
}
