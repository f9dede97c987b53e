import { describe, expect, test } from "vitest";
import { Scrape, increase, quantile, rate, type Bucket } from "./prometheus.js";

const TEXT = `# HELP usher_raft_term The latest term that this node has heard of
# TYPE usher_raft_term gauge
usher_raft_term 7
usher_clock_offset_seconds -0.016
usher_outbox_depth{kind="refund"} 2
usher_outbox_depth{kind="mail_booking"} 3 1764326000000
usher_odd{a="x}\\"y",b="back\\\\slash\\nline"} 4
usher_log_fsync_seconds_bucket{le="0.001"} 1
usher_log_fsync_seconds_bucket{le="+Inf"} 9
usher_log_fsync_seconds_bucket{le="0.01"} 5
usher_beyond +Inf
usher_unknown NaN
what is this
`;

describe("the text", () => {
  const scrape = Scrape.parse(TEXT, 1_000);

  test("samples are found by name and labels", () => {
    expect(scrape.sum("usher_raft_term")).toBe(7);
    expect(scrape.sum("usher_clock_offset_seconds")).toBe(-0.016);
    expect(scrape.sum("usher_outbox_depth")).toBe(5);
    expect(scrape.sum("usher_outbox_depth", { kind: "refund" })).toBe(2);
    expect(scrape.max("usher_outbox_depth")).toBe(3);
    expect(scrape.by("usher_outbox_depth", "kind")).toEqual(
      new Map([
        ["refund", 2],
        ["mail_booking", 3],
      ]),
    );
  });

  test("what is not there is no nought", () => {
    expect(scrape.sum("usher_nothing")).toBeUndefined();
    expect(scrape.max("usher_nothing")).toBeUndefined();
    expect(scrape.sum("usher_outbox_depth", { kind: "other" })).toBeUndefined();
    expect(scrape.sum("what")).toBeUndefined();
  });

  test("label values are read to their end and unescaped", () => {
    expect(scrape.by("usher_odd", "a")).toEqual(new Map([['x}"y', 4]]));
    expect(scrape.by("usher_odd", "b")).toEqual(new Map([["back\\slash\nline", 4]]));
  });

  test("numbers may be infinite or none", () => {
    expect(scrape.sum("usher_beyond")).toBe(Infinity);
    expect(scrape.sum("usher_unknown")).toBeNaN();
  });

  test("buckets ascend, and are summed over other labels", () => {
    expect(scrape.buckets("usher_log_fsync_seconds")).toEqual([
      { le: 0.001, count: 1 },
      { le: 0.01, count: 5 },
      { le: Infinity, count: 9 },
    ]);
    const two = Scrape.parse('h_bucket{le="1",r="a"} 1\nh_bucket{le="1",r="b"} 2\n', 0);
    expect(two.buckets("h")).toEqual([{ le: 1, count: 3 }]);
  });
});

describe("rates", () => {
  const at = (seconds: number, text: string) => Scrape.parse(text, seconds * 1_000);

  test("a counter's growth by the time between", () => {
    expect(rate(at(0, "c 10\n"), at(4, "c 30\n"), "c")).toBe(5);
  });

  test("a counter that is less than before began anew", () => {
    expect(increase(100, 8)).toBe(8);
    expect(rate(at(0, "c 100\n"), at(2, "c 8\n"), "c")).toBe(4);
  });

  test("a series that has just appeared was nought before", () => {
    expect(rate(at(0, ""), at(1, "c 3\n"), "c")).toBe(3);
  });

  test("nothing is said of what is gone, or within no time", () => {
    expect(rate(at(0, "c 1\n"), at(1, ""), "c")).toBeUndefined();
    expect(rate(at(1, "c 1\n"), at(1, "c 1\n"), "c")).toBeUndefined();
  });
});

describe("quantiles", () => {
  const of = (...counts: number[]): Bucket[] =>
    counts.map((count, at) => ({ le: [1, 2, 4, Infinity][at] ?? Infinity, count }));

  test("within a bucket, observations lie evenly", () => {
    expect(quantile(0.5, of(0, 0, 0, 0), of(0, 10, 10, 10))).toBe(1.5);
    expect(quantile(0.99, of(0, 0, 0, 0), of(100, 100, 100, 100))).toBeCloseTo(0.99);
    expect(quantile(0.99, of(0, 0, 0, 0), of(90, 90, 100, 100))).toBeCloseTo(3.8);
  });

  test("only what was observed in between counts", () => {
    expect(quantile(0.5, of(1000, 1000, 1000, 1000), of(1000, 1010, 1010, 1010))).toBe(1.5);
  });

  test("beyond the last bound, that is all there is to say", () => {
    expect(quantile(0.99, of(0, 0, 0, 0), of(0, 0, 0, 5))).toBe(4);
  });

  test("without observations there is none", () => {
    expect(quantile(0.99, of(3, 3, 3, 3), of(3, 3, 3, 3))).toBeUndefined();
    expect(quantile(0.99, [], [])).toBeUndefined();
  });

  test("a histogram that began anew counts from nought", () => {
    expect(quantile(0.5, of(50, 60, 60, 60), of(0, 2, 2, 2))).toBe(1.5);
  });
});
