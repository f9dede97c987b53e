/** Follows a show's stream, at whichever node there is. */
import { SseParser, type Message } from "./sse.js";

/** Nodes say something every 15 s; who is silent for longer than twice that is gone. */
const SILENCE_MS = 35_000;

/** Pause before another try, until a server has said how long. */
const RETRY_MS = 1_000;

/** What following takes. */
export interface Following {
  endpoints: readonly string[];
  show: string;
  /** After which event to begin; empty for a snapshot. */
  lastId: string;
  signal: AbortSignal;
  /** Takes a message; the id to go on from, if it is another than the message's. */
  take(message: Message): void | Promise<string | undefined>;
  /** Whether the stream is there. */
  connected(is: boolean): void;
  fetch?: typeof fetch;
}

/** Follows until the signal says otherwise. Nothing is missed at a change of nodes. */
export async function follow(following: Following): Promise<void> {
  const { endpoints, signal } = following;
  let lastId = following.lastId;
  let retryMs = RETRY_MS;
  for (let at = 0; !signal.aborted; at += 1) {
    const parser = new SseParser(lastId);
    try {
      await listen(endpoints[at % endpoints.length] ?? "", parser, following);
    } catch (error) {
      // Whatever it was, the next node is asked; only what is no fault of nodes is passed on.
      if (!signal.aborted && !isBreak(error)) throw error;
    }
    if (signal.aborted) return;
    following.connected(false);
    lastId = parser.lastId;
    retryMs = parser.retryMs ?? retryMs;
    // Spread out: a node that ends has many listeners.
    await pause(retryMs * Math.random(), signal);
  }
}

/** One connection, until it breaks. */
async function listen(node: string, parser: SseParser, following: Following): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([following.signal, silence.signal]);
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (parser.lastId !== "") headers["Last-Event-ID"] = parser.lastId;
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const url = new URL(`/v1/shows/${encodeURIComponent(following.show)}/stream`, node);
    const get = following.fetch ?? fetch;
    const response = await get(url, { headers, signal, cache: "no-store" });
    if (!response.ok || !response.body) return;
    following.connected(true);
    const reader = response.body.getReader();
    const utf8 = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      for (const message of parser.push(utf8.decode(value, { stream: true }))) {
        const goOnAt = await following.take(message);
        if (goOnAt !== undefined) {
          // What follows is known already, or is asked for anew from there.
          parser.lastId = goOnAt;
          silence.abort();
          return;
        }
      }
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** A connection that could not be made or did not last. */
function isBreak(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
