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

/** What went wrong, in a buyer's words. */
export function wording(error: unknown): string {
  if (error instanceof ProblemError) return ofProblem(error.problem as Problem);
  return "We can't reach the ticket office right now. Nothing was charged; please try again.";
}

function ofProblem(problem: Problem): string {
  // The codes that buyers meet; filled in by whoever shows them.
  return problem.detail;
}
