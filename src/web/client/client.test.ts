/** The client against a live cluster: `USHER_ENDPOINTS` says where. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { decided, ProblemError, usher } from "./index.js";
import type { Options } from "./index.js";

const endpoints = (process.env["USHER_ENDPOINTS"] ?? "").split(",").filter((it) => it !== "");

function as(user: string, more: Partial<Options> = {}): Options {
  const token = process.env[`USHER_TOKEN_${user.toUpperCase()}`];
  return token === undefined
    ? { endpoints, user: `${user}-${randomUUID()}`, ...more }
    : { endpoints, token, ...more };
}

test("a hold, its conflict, and its end", async () => {
  const anna = usher(as("anna"));
  const shows = await decided(anna.GET("/v1/shows"));
  const show = shows.data[0]?.id;
  assert.ok(show !== undefined, "no show is on");
  const path = { params: { path: { show } } };

  const held = await decided(
    anna.POST("/v1/shows/{show}/holds", { ...path, body: { best_available: { quantity: 2 } } }),
  );
  assert.equal(held.status, "pending");
  assert.equal(held.seats.length, 2);
  assert.ok(anna.lastIndex > 0);

  // Her own write, on whichever node answers.
  const read = await decided(
    anna.GET("/v1/holds/{hold}", { params: { path: { hold: held.id } } }),
  );
  assert.equal(read.id, held.id);

  const ben = usher(as("ben"));
  const seats = held.seats.map((seat) => seat.id);
  await assert.rejects(
    decided(ben.POST("/v1/shows/{show}/holds", { ...path, body: { seats } })),
    (error) => {
      assert.ok(error instanceof ProblemError);
      assert.ok(error.is("seat_unavailable"));
      assert.deepEqual(error.problem.conflicts, seats);
      return true;
    },
  );

  const hold = { params: { path: { hold: held.id } } };
  await decided(anna.DELETE("/v1/holds/{hold}", hold));
  assert.equal((await decided(anna.GET("/v1/holds/{hold}", hold))).status, "released");
});

test("a lost answer and a busy node are asked again under the same key", async () => {
  const keys: (string | null)[] = [];
  const nodes = new Set<string>();
  let calls = 0;
  const lossy = async (request: Request): Promise<Response> => {
    calls += 1;
    keys.push(request.headers.get("Idempotency-Key"));
    nodes.add(new URL(request.url).origin);
    if (calls === 1) {
      // Carried out, and its answer is lost.
      await fetch(request);
      throw new TypeError("the connection broke");
    }
    if (calls === 2) {
      return new Response("{}", { status: 503, headers: { "Retry-After": "0" } });
    }
    return fetch(request);
  };
  const carl = usher(as("carl", { fetch: lossy }));
  const plain = usher(as("carl"));
  const shows = await decided(plain.GET("/v1/shows"));
  const show = shows.data[0]?.id ?? "";
  const { data, response } = await carl.POST("/v1/shows/{show}/holds", {
    params: { path: { show } },
    body: { best_available: { quantity: 1 } },
  });
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("Idempotent-Replayed"), "true");
  assert.equal(new Set(keys).size, 1, "one key for all attempts");
  assert.equal(calls, 3);
  assert.equal(nodes.size, Math.min(3, endpoints.length), "each attempt at another node");
  assert.ok(data !== undefined);
  await decided(carl.DELETE("/v1/holds/{hold}", { params: { path: { hold: data.id } } }));
});

test("a problem is thrown typed, and an odd request says which field", async () => {
  const dora = usher(as("dora"));
  await assert.rejects(
    decided(dora.GET("/v1/shows", { params: { query: { limit: 0 } } })),
    (error) =>
      error instanceof ProblemError &&
      error.is("invalid_request") &&
      error.problem.errors?.[0]?.field === "limit",
  );
});
