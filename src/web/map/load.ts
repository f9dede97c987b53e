/** Gets a show, its plan and its seats. What is public is asked for without saying who asks. */
import { Cutter } from "./cut.js";
import { unpack } from "./packed.js";
import { PlanReader, type Plan } from "./plan.js";
import { turn } from "./turn.js";
import { decided, type Schemas, type Usher } from "../client/index.js";

/** Parsing goes on so long before others get a turn. */
const SLICE_MS = 12;

/** Bytes that are read in one go. */
const SLICE_BYTES = 128 * 1024;

/** Objects of a list of seats at this depth: root, seats, seat. Areas lie there too. */
const SEAT_DEPTH = 3;

/** How all seats of a show stand, and where the stream goes on from there. */
export interface Standing {
  /** 1 for each seat that is free. */
  free: Uint8Array;
  areas: { id: string; available: number }[];
  /** For `Last-Event-ID`; empty if the server did not let us read it. */
  lastId: string;
}

export function loadShow(client: Usher, show: string, signal: AbortSignal): Promise<Schemas["Show"]> {
  return decided(client.GET("/v1/shows/{show}", { params: { path: { show } }, signal }));
}

/** The plan of a show; one without seats for a show that has areas alone. */
export async function loadPlan(
  client: Usher,
  show: Schemas["Show"],
  signal: AbortSignal,
): Promise<Plan> {
  const reader = new PlanReader();
  const link = show.seat_map;
  if (!link) {
    reader.push(new TextEncoder().encode(`{"name":"","categories":[],"zones":[]}`));
    return reader.end();
  }
  const body = await decided(
    client.GET("/v1/shows/{show}/seat-map", {
      params: { path: { show: show.id }, query: { v: link.hash } },
      parseAs: "stream",
      signal,
    }),
  );
  await inSlices(body, (bytes) => reader.push(bytes));
  await turn();
  return reader.end();
}

/** How the seats stand. Packed, if no areas are asked for: they are in no packed answer. */
export async function loadStanding(
  client: Usher,
  show: Schemas["Show"],
  plan: Promise<Plan> | Plan,
  signal: AbortSignal,
): Promise<Standing> {
  const path = { show: show.id };
  if (show.areas.length === 0) {
    const call = client.GET("/v1/shows/{show}/seats", {
      params: { path, query: { format: "packed" } },
      parseAs: "arrayBuffer",
      signal,
    });
    const packed = new Uint8Array(await decided(call));
    const { size } = await plan;
    const { response } = await call;
    return { free: unpack(packed, size), areas: [], lastId: eventId(response) };
  }
  const call = client.GET("/v1/shows/{show}/seats", { params: { path }, parseAs: "stream", signal });
  const body = await decided(call);
  const { size, byId } = await plan;
  const free = new Uint8Array(size);
  const areas: Standing["areas"] = [];
  const cutter = new Cutter(SEAT_DEPTH, (object) => {
    const one = object as { id: string; status?: string; available?: number };
    if (one.available !== undefined) areas.push({ id: one.id, available: one.available });
    const seat = one.status === "available" ? byId.get(one.id) : undefined;
    if (seat !== undefined) free[seat] = 1;
  });
  await inSlices(body, (bytes) => cutter.push(bytes));
  cutter.end();
  return { free, areas, lastId: eventId((await call).response) };
}

/** An answer's version is named in its `ETag` as in the stream: `"{epoch}-{version}-{view}"`. */
export function eventId(response: Response): string {
  return /^(?:W\/)?"(\d+-\d+)-/.exec(response.headers.get("ETag") ?? "")?.[1] ?? "";
}

/** Hands a body over in pieces, and lets the page live between them. */
async function inSlices(
  body: ReadableStream<Uint8Array> | null,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  if (!body) throw new Error("an answer without a body");
  const reader = body.getReader();
  let since = performance.now();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (let at = 0; at < value.length; at += SLICE_BYTES) {
      take(value.subarray(at, at + SLICE_BYTES));
      if (SLICE_MS < performance.now() - since) {
        await turn();
        since = performance.now();
      }
    }
  }
}
