/** A visit against a server of three seats in a row and a standing area, made up in memory. */
import { afterEach, expect, test, vi } from "vitest";
import type { SeatMapEvents } from "./types.js";
import { Visit } from "./visit.js";

const PLAN = {
  name: "Loft",
  categories: [{ name: "Floor", color: "#0a7" }],
  zones: [
    {
      name: "Loft",
      position: { x: 0, y: 0 },
      areas: [],
      rows: [
        {
          row_number: "A",
          position: { x: 0, y: 0 },
          seats: [1, 2, 3, 4].map((number) => ({
            id: `A-${number}`,
            label: `Loft, row A, seat ${number}`,
            seat_number: String(number),
            category: "Floor",
            position: { x: 24 * number, y: 0 },
            radius: 10,
          })),
        },
      ],
    },
  ],
};

const SHOW = {
  id: "s",
  currency: "EUR",
  prices: { Floor: 1500 },
  policy: { seats_per_hold_max: 4 },
  seat_map: { hash: "h" },
  areas: [] as object[],
};

const controllers: AbortController[] = [];
afterEach(() => {
  controllers.splice(0).forEach((one) => one.abort());
  vi.unstubAllGlobals();
});

/** What the server answers; tests change it. */
class Server {
  own: object | undefined;
  refusal: object | undefined;
  free = 0b00_00_00_00;
  asked: string[] = [];
  bodies: unknown[] = [];
  private stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  private version = 0;

  /** Says that a seat stands so from now on. */
  says(id: string, status: string): void {
    this.version += 1;
    this.send("seats", { seats: [{ id, status }], areas: [] });
  }

  send(event: string, data: object): void {
    const text = `event: ${event}\nid: 1-${this.version}\ndata: ${JSON.stringify(data)}\n\n`;
    this.stream?.enqueue(new TextEncoder().encode(text));
  }

  readonly fetch = async (input: Request | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    this.asked.push(`${request.method} ${pathname} ${request.headers.get("X-User-Id") ?? "nobody"}`);
    if (pathname.endsWith("/seat-map")) return Response.json(PLAN);
    if (pathname.endsWith("/seats")) {
      return new Response(Uint8Array.of(this.free), { headers: { ETag: `"1-${this.version}-bp"` } });
    }
    if (pathname.endsWith("/stream")) {
      const start = (made: ReadableStreamDefaultController<Uint8Array>): void => {
        this.stream = made;
      };
      return new Response(new ReadableStream({ start }));
    }
    if (pathname === "/v1/me/hold") {
      return this.own === undefined
        ? Response.json({ code: "not_found", detail: "" }, { status: 404 })
        : Response.json(this.own);
    }
    if (pathname.endsWith("/holds")) {
      this.bodies.push(await request.json());
      return this.refusal === undefined
        ? Response.json(this.own, { status: 201 })
        : Response.json(this.refusal, { status: (this.refusal as { status: number }).status });
    }
    return Response.json(SHOW);
  };
}

function holdOf(...seats: string[]): object {
  return { id: "hld_1", show: "s", seats: seats.map((id) => ({ id, label: id })), areas: [] };
}

/** Begins a visit; `events` has what it tells, and `until` waits for one of them. */
async function begin(server: Server, user?: string) {
  vi.stubGlobal("fetch", server.fetch);
  const controller = new AbortController();
  controllers.push(controller);
  const events: [keyof SeatMapEvents, unknown][] = [];
  const said: string[] = [];
  const visit = await Visit.begin(
    {
      show: "s",
      endpoints: ["http://one"],
      who: user === undefined ? {} : { user },
      signal: controller.signal,
    },
    {
      changed: () => undefined,
      updated: () => undefined,
      say: (text) => said.push(text),
      tell: (name, detail) => events.push([name, detail]),
    },
  );
  void visit.live();
  await vi.waitFor(() => expect(server.asked.some((line) => line.includes("/stream"))).toBe(true));
  const labels = (): string[] => visit.selection().seats.map(({ id }) => id);
  const until = (name: keyof SeatMapEvents): Promise<void> =>
    vi.waitFor(() => expect(events.map(([told]) => told)).toContain(name));
  return { visit, events, said, labels, until };
}

test("what somebody else gets is lost, with what is free beside it", async () => {
  const server = new Server();
  const { visit, events, labels, until } = await begin(server);
  visit.toggle(0);
  visit.toggle(1);
  server.says("A-1", "unavailable");
  await until("usher-lost");
  const lost = events.find(([name]) => name === "usher-lost")?.[1];
  expect(lost).toMatchObject({ seat: { id: "A-1" }, instead: [{ id: "A-3" }] });
  expect(labels()).toEqual(["A-2"]);
  expect(visit.notice?.text).toBe("A1 just went: try A3.");
  visit.notice?.action?.run();
  expect(visit.selection().total).toEqual({ amount: 3000, currency: "EUR" });
});

test("what the buyer holds is chosen, and is not lost to them, whoever asked for it", async () => {
  const server = new Server();
  server.own = holdOf("A-1");
  server.free = 0b00_00_00_11;
  const { visit, events, labels } = await begin(server, "anna");
  expect(labels()).toEqual(["A-1"]);

  // The page around holds another seat for her.
  visit.toggle(1);
  server.own = holdOf("A-1", "A-2");
  server.says("A-2", "unavailable");
  await vi.waitFor(() => expect(visit.house.own.size).toBe(2));
  expect(labels()).toEqual(["A-1", "A-2"]);
  expect(events.map(([name]) => name)).not.toContain("usher-lost");

  // And lets go of both: from now on they are anybody's.
  server.own = undefined;
  server.says("A-1", "available");
  await vi.waitFor(() => expect(visit.house.own.size).toBe(0));
  server.says("A-1", "unavailable");
  await vi.waitFor(() => expect(labels()).not.toContain("A-1"));
});

test("a hold replaces what was held; only what has a user says who asks", async () => {
  const server = new Server();
  const { visit, events, until } = await begin(server, "anna");
  visit.toggle(2);
  server.own = holdOf("A-3");
  const held = visit.hold();
  server.says("A-3", "unavailable");
  expect(await held).toMatchObject({ id: "hld_1" });
  await until("usher-hold");
  expect(server.bodies).toEqual([{ seats: ["A-3"], replace_active: true }]);
  expect(events.map(([name]) => name)).not.toContain("usher-lost");
  const open = server.asked.filter((line) => line.endsWith("nobody")).map((line) => line.split(" ")[1]);
  expect(new Set(open)).toEqual(
    new Set(["/v1/shows/s", "/v1/shows/s/seat-map", "/v1/shows/s/seats", "/v1/shows/s/stream"]),
  );
});

test("a refusal is worded: a single seat can be taken too, a taken one is lost", async () => {
  const server = new Server();
  const { visit, said, until } = await begin(server);
  visit.toggle(1);
  const detail = "";
  server.refusal = { status: 422, code: "orphan_seat", detail, seats: ["A-1"] };
  expect(await visit.hold()).toBeUndefined();
  expect(visit.notice?.text).toContain("leave A1 single");
  expect(said.at(-1)).toBe(visit.notice?.text);
  visit.notice?.action?.run();
  expect(visit.choice.seats).toEqual(new Set([1, 0]));

  server.refusal = { status: 409, code: "seat_unavailable", detail, conflicts: ["A-2"] };
  expect(await visit.hold()).toBeUndefined();
  await until("usher-lost");
  expect(visit.choice.seats).toEqual(new Set([0]));
});

test("a reset brings all seats anew, and goes on after them", async () => {
  const server = new Server();
  const { visit } = await begin(server);
  expect(visit.house.isOpen(3)).toBe(true);
  server.free = 0b11_00_00_00;
  server.send("reset", { reason: "too_old" });
  await vi.waitFor(() => expect(visit.house.isOpen(3)).toBe(false));
});
