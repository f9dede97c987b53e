import { expect, test } from "vitest";
import { ProblemError, type Problem } from "../client/index.js";
import { choices, isSeen, refusal, typed, type Kind } from "./change.js";
import { NOTHING, type Member, type Picture } from "./cluster.js";

function member(id: number, more: Partial<Member> = {}): Member {
  return {
    id,
    origin: "http://n",
    peer: undefined,
    reach: "answers",
    barred: false,
    role: "follower",
    ready: true,
    failing: [],
    heardAt: 0,
    term: 1,
    applied: 1,
    last: 1,
    behind: 0,
    vitals: undefined,
    ...more,
  };
}

const of = (leader: number | undefined, ...members: Member[]): Picture => ({
  ...NOTHING,
  leader,
  members,
});

test("what may be done depends on what a member is", () => {
  const cases: [Partial<Member>, Kind[]][] = [
    [{ role: "leader" }, ["drain", "remove"]],
    [{ role: "follower" }, ["lead", "drain", "remove"]],
    [{ role: "learner" }, ["promote", "drain", "remove"]],
    [{ role: "follower", reach: "silent" }, ["remove"]],
  ];
  for (const [is, may] of cases) expect(choices(member(2, is)), JSON.stringify(is)).toEqual(may);
});

test("it is done when the picture shows it", () => {
  const both = of(1, member(1, { role: "leader" }), member(2));
  expect(isSeen({ kind: "lead", node: 2 }, both)).toBe(false);
  expect(isSeen({ kind: "lead", node: 2 }, of(2, member(1), member(2)))).toBe(true);
  expect(isSeen({ kind: "drain", node: 2 }, both)).toBe(false);
  expect(isSeen({ kind: "drain", node: 2 }, of(1, member(2, { reach: "silent" })))).toBe(true);
  expect(isSeen({ kind: "remove", node: 2 }, both)).toBe(false);
  expect(isSeen({ kind: "remove", node: 2 }, of(1, member(1)))).toBe(true);
  expect(isSeen({ kind: "remove", node: 2 }, NOTHING)).toBe(false);
  expect(isSeen({ kind: "promote", node: 2 }, of(1, member(2, { role: "learner" })))).toBe(false);
  expect(isSeen({ kind: "promote", node: 2 }, both)).toBe(true);
});

test("what takes a node away needs its name", () => {
  expect(typed({ kind: "remove", node: 3 })).toBe("node 3");
  expect(typed({ kind: "drain", node: 3 })).toBe("node 3");
  expect(typed({ kind: "lead", node: 3 })).toBeUndefined();
});

test("a refusal is told with its reason, and only what may pass is tried again", () => {
  const problem = (code: string, status: number): ProblemError =>
    new ProblemError(
      { code, detail: "node 1 is the only voter" } as Problem,
      new Response(null, { status }),
    );
  expect(refusal(problem("refused", 409))).toEqual({
    words: "Refused: node 1 is the only voter.",
    again: false,
  });
  expect(refusal(problem("no_leader", 503)).again).toBe(true);
  expect(refusal(problem("forbidden", 403)).words).toBe("Only operators may do this.");
  expect(refusal(new TypeError("fetch failed")).again).toBe(true);
});
