import { expect, test } from "vitest";
import { follow } from "./live.js";
import { eventId } from "./load.js";
import { SseParser, type Message } from "./sse.js";

function parsed(...pieces: string[]): Message[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const TEXT =
  "\uFEFFretry: 1500\n\n: a word\n\nevent: snapshot\nid: 1-0\ndata: {}\n\nevent: seats\r\nid: 1-1\r\n" +
  "data: a\r\ndata:b\r\n\r\ndata\r\rid: 1-2\n\nevent: lost\n\n";

test("a stream reads the same however it is cut", () => {
  const whole = parsed(TEXT);
  expect(whole).toEqual([
    { event: "snapshot", data: "{}", id: "1-0" },
    { event: "seats", data: "a\nb", id: "1-1" },
    { event: "message", data: "", id: "1-1" },
  ]);
  for (let at = 0; at <= TEXT.length; at += 1) {
    expect(parsed(TEXT.slice(0, at), TEXT.slice(at))).toEqual(whole);
  }
  expect(parsed(...TEXT)).toEqual(whole);
});

test("an id counts when its event is complete", () => {
  const parser = new SseParser("1-0");
  parser.push("retry: 70\nretry: soon\nid: 1-1\ndata: x\n");
  expect(parser.lastId).toBe("1-0");
  expect(parser.retryMs).toBe(70);
  parser.push("\n");
  expect(parser.lastId).toBe("1-1");
  parser.push("id: 1\0-2\ndata: y\n\n");
  expect(parser.lastId).toBe("1-1");
});

/** A connection that says this and breaks. */
function says(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/event-stream" } });
}

test("it goes on at the next node where it ended at the first", async () => {
  const asked: [string, string | null][] = [];
  const end = new AbortController();
  const taken: string[] = [];
  const answers = [
    () => says("retry: 1\nevent: seats\nid: 1-1\ndata: a\n\nid: 1-9\ndata: half"),
    () => Promise.reject(new TypeError("no such node")),
    () => new Response("", { status: 503 }),
    () => says("id: 1-2\ndata: b\n\n"),
  ];
  await follow({
    endpoints: ["http://one", "http://two", "http://three"],
    show: "a b",
    lastId: "1-0",
    signal: end.signal,
    connected: () => undefined,
    take: ({ data }) => {
      taken.push(data);
      if (data === "b") end.abort();
    },
    fetch: async (url, init) => {
      asked.push([String(url), new Headers(init?.headers).get("Last-Event-ID")]);
      return (await answers[asked.length - 1]?.()) ?? says("");
    },
  });
  expect(taken).toEqual(["a", "b"]);
  expect(asked).toEqual([
    ["http://one/v1/shows/a%20b/stream", "1-0"],
    ["http://two/v1/shows/a%20b/stream", "1-1"],
    ["http://three/v1/shows/a%20b/stream", "1-1"],
    ["http://one/v1/shows/a%20b/stream", "1-1"],
  ]);
});

test("who takes a message may say where to go on; a fault of ours ends it", async () => {
  const asked: (string | null)[] = [];
  const fault = follow({
    endpoints: ["http://one"],
    show: "s",
    lastId: "",
    signal: new AbortController().signal,
    connected: () => undefined,
    take: async ({ event }) => {
      if (event === "reset") return "7-7";
      throw new SyntaxError("no JSON");
    },
    fetch: async (_, init) => {
      asked.push(new Headers(init?.headers).get("Last-Event-ID"));
      return says(asked.length === 1 ? "retry: 1\nevent: reset\nid: 7-1\ndata: {}\n\ndata: late\n\n" : "data: x\n\n");
    },
  });
  await expect(fault).rejects.toThrow("no JSON");
  expect(asked).toEqual([null, "7-7"]);
});

test("an answer's version is where the stream goes on", () => {
  const of = (ETag: string): string => eventId(new Response("", { headers: { ETag } }));
  expect(of('"3-41-bp"')).toBe("3-41");
  expect(of('W/"3-41-bp"')).toBe("3-41");
  expect(of('"else"')).toBe("");
  expect(eventId(new Response(""))).toBe("");
});
