/**
 * How a page reaches the cluster, and as whom. The node that serves a page writes into it where all
 * nodes are, so that the page outlives that node.
 */
import { usher, type Usher } from "../client/index.js";

/** Where the nodes are, the one that served this page first. */
export function nodes(): string[] {
  const others = (meta("usher-nodes") ?? "").split(" ").filter((node) => node !== "");
  return [...new Set([location.origin, ...others])];
}

/** Whether callers show a token, or are believed. */
export function wantsToken(): boolean {
  return meta("usher-auth") === "token";
}

/** Who asks. */
export interface Who {
  /** Where tokens are wanted. */
  token?: string;
  /** Where callers are believed. */
  user?: string;
  role?: "buyer" | "organizer" | "operator";
}

/** A client of all of `endpoints`. */
export function reach(who: Who, endpoints: readonly string[] = nodes()): Usher {
  return usher({ endpoints, ...who });
}

function meta(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
}
