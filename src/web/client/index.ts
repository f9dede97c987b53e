/**
 * A client of Usher. Paths, bodies and answers are typed from openapi.json; what is added here is
 * what the contract says of retries and of reading one's own writes.
 */
import createClient from "openapi-fetch";
import type { Client, ClientOptions } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, paths };

/** Every form of the API, by name: `Schemas["Hold"]`. */
export type Schemas = components["schemas"];

type ProblemNames = Extract<keyof Schemas, `${string}Problem`>;

/** Whatever can go wrong; `problem.code` tells which, and types the rest. */
export type Problem = Schemas[ProblemNames];

/** Texts to branch on. */
export type Code = Problem["code"];

/** An answer that says what is wrong. */
export class ProblemError<C extends Code = Code> extends Error {
  constructor(
    readonly problem: Extract<Problem, { code: C }>,
    readonly response: Response,
  ) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "ProblemError";
  }

  /** Whether it is this problem; its members are typed then. */
  is<D extends Code>(code: D): this is { problem: Extract<Problem, { code: D }> } {
    return (this.problem.code as string) === code;
  }
}

/** How to reach a cluster, and as whom. */
export interface Options {
  /** Where its nodes are. A retry goes to the next one. */
  endpoints: readonly string[];
  /** `auth.mode = "token"`. */
  token?: string;
  /** `auth.mode = "open"`. */
  user?: string;
  /** `auth.mode = "open"`. */
  role?: "buyer" | "organizer" | "operator";
  /** How long a call may take with its retries; 30 s, if left out. */
  patienceMs?: number;
  /** How long one attempt may take; 10 s, if left out. */
  attemptMs?: number;
  /** Stands in for the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A client that remembers the index of its last write, so that its reads show it. */
export type Usher = Client<paths> & { readonly lastIndex: number };

const WRITES = new Set(["POST", "PATCH", "PUT", "DELETE"]);

/** Statuses after which the same request, under the same key, is the right thing to do. */
const AGAIN = new Set([429, 502, 503, 504]);

/** Pause before the first retry; it doubles, and a random part keeps clients apart. */
const PAUSE_MS = 50;
const PAUSE_MAX_MS = 2_000;

/** Makes a client. Every call is tried until it is decided or `patienceMs` is over. */
export function usher(options: Options): Usher {
  const [first] = options.endpoints;
  if (first === undefined) {
    throw new TypeError("an endpoint is needed");
  }
  const state = { lastIndex: 0 };
  const headers: Record<string, string> = {};
  if (options.token !== undefined) headers["Authorization"] = `Bearer ${options.token}`;
  if (options.user !== undefined) headers["X-User-Id"] = options.user;
  if (options.role !== undefined) headers["X-Usher-Role"] = options.role;
  const settings: ClientOptions = {
    baseUrl: first,
    headers,
    fetch: (request) => persist(request, options, state),
  };
  const client = createClient<paths>(settings);
  return Object.defineProperty(client, "lastIndex", { get: () => state.lastIndex }) as Usher;
}

/** The data of an answer; throws its problem if it is one. */
export async function decided<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw new ProblemError(problemOf(error, response), response);
  }
  return data as T;
}

function problemOf(error: unknown, response: Response): Problem {
  if (typeof error === "object" && error !== null && "code" in error) {
    return error as Problem;
  }
  // Something between us and the cluster spoke.
  throw new Error(`${response.url} answered ${response.status} without a problem`);
}

/**
 * A name for a write that nobody else has. `crypto.randomUUID` would do, but browsers keep it from
 * pages that came over plain HTTP from another machine.
 */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a request until it is decided. A write has one key, whatever becomes of it. */
async function persist(
  request: Request,
  options: Options,
  state: { lastIndex: number },
): Promise<Response> {
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const url = new URL(request.url);
  const isWrite = WRITES.has(request.method);
  const headers = new Headers(request.headers);
  if (isWrite && !headers.has("Idempotency-Key")) {
    headers.set("Idempotency-Key", newKey());
  }
  if (!isWrite && state.lastIndex > 0 && readsState(url)) {
    url.searchParams.set("min_index", String(state.lastIndex));
  }
  const body = isWrite ? await request.text() : "";
  const deadline = Date.now() + (options.patienceMs ?? 30_000);
  for (let attempt = 0; ; attempt += 1) {
    const node = options.endpoints[attempt % options.endpoints.length] ?? url.origin;
    const target = new URL(url.pathname + url.search, node);
    const left = deadline - Date.now();
    const signal = AbortSignal.any([
      request.signal,
      AbortSignal.timeout(Math.max(1, Math.min(left, options.attemptMs ?? 10_000))),
    ]);
    const init: RequestInit = { method: request.method, headers, signal };
    if (body !== "") init.body = body;
    let pause = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** attempt) * (0.5 + Math.random());
    let last: { response?: Response; error?: unknown };
    try {
      const response = await send(new Request(target, init));
      const mayHelp = AGAIN.has(response.status) || (response.status === 412 && !isWrite);
      if (!mayHelp) {
        remember(response, isWrite, state);
        return response;
      }
      const after = Number(response.headers.get("Retry-After"));
      if (after > 0) pause = Math.max(pause, after * 1000);
      last = { response };
    } catch (error) {
      // The caller's own signal ends it; a lost connection leaves the outcome open.
      if (request.signal.aborted) throw error;
      last = { error };
    }
    if (deadline <= Date.now() + pause) {
      if (last.response !== undefined) return last.response;
      throw last.error;
    }
    await last.response?.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Paths whose reads take `min_index`. */
function readsState(url: URL): boolean {
  const apart = ["/v1/gateways", "/v1/cluster", "/v1/cluster/debug"];
  return (
    url.pathname.startsWith("/v1/") &&
    !apart.includes(url.pathname) &&
    !url.searchParams.has("min_index")
  );
}

function remember(response: Response, isWrite: boolean, state: { lastIndex: number }): void {
  const index = Number(response.headers.get("Usher-Applied-Index"));
  if (isWrite && Number.isSafeInteger(index)) {
    state.lastIndex = Math.max(state.lastIndex, index);
  }
}
