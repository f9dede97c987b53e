/** What an operator does with members: what is asked first, and how one sees that it is done. */
import { ProblemError, decided, type Schemas, type Usher } from "../client/index.js";
import type { Member, Picture } from "./cluster.js";

export type Kind = "lead" | "promote" | "drain" | "remove";

/** A change of one member. */
export interface Change {
  kind: Kind;
  node: number;
}

/** What may be done with a member, given what it is. */
export function choices(member: Member): Kind[] {
  if (member.reach === "silent" || member.reach === "unknown") return ["remove"];
  if (member.role === "leader") return ["drain", "remove"];
  if (member.role === "learner") return ["promote", "drain", "remove"];
  return ["lead", "drain", "remove"];
}

/** On buttons. */
export const VERBS: Readonly<Record<Kind, string>> = {
  lead: "Make leader",
  promote: "Promote",
  drain: "Drain",
  remove: "Remove",
};

/** The second question, and the button that says yes to it. */
export function title({ kind, node }: Change): string {
  const titles: Record<Kind, string> = {
    lead: `Make node ${node} the leader`,
    promote: `Give node ${node} a vote`,
    drain: `Drain node ${node}`,
    remove: `Remove node ${node}`,
  };
  return titles[kind];
}

/** What it means, before the plan says what it does. */
export function meaning({ kind, node }: Change): string {
  const meanings: Record<Kind, string> = {
    lead: `The leader hands over to node ${node}. Writes wait for a moment; none is lost.`,
    promote: `Node ${node} has the state and takes part in no decision. It will.`,
    drain: `Node ${node} answers what it was asked, then its process ends. It stays a member, and is back when it is started again.`,
    remove: `Node ${node} leaves the cluster for good. Its number is never given again; to come back, it needs an empty disk and a new number.`,
  };
  return meanings[kind];
}

/** What must be typed before it is done: the name of what would be gone. */
export function typed({ kind, node }: Change): string | undefined {
  return kind === "drain" || kind === "remove" ? `node ${node}` : undefined;
}

/** What the cluster would do; nobody plans a handover. */
export async function plan(client: Usher, change: Change): Promise<Schemas["Plan"] | undefined> {
  return change.kind === "lead" ? undefined : ask(client, change, true);
}

/** Does it. Returns what was done, which may take a while to be seen. */
export async function carryOut(client: Usher, change: Change): Promise<void> {
  if (change.kind === "lead") {
    await decided(client.POST("/v1/cluster/leader", { body: { to: change.node } }));
  } else {
    await ask(client, change, false);
  }
}

async function ask(client: Usher, { kind, node }: Change, dry: boolean): Promise<Schemas["Plan"]> {
  const dry_run = dry ? ("true" as const) : ("false" as const);
  const params = { path: { node }, query: { dry_run } };
  switch (kind) {
    case "promote":
      return decided(client.POST("/v1/cluster/nodes/{node}/promote", { params }));
    case "drain":
      return decided(client.POST("/v1/cluster/nodes/{node}/drain", { params }));
    case "remove":
      return decided(client.DELETE("/v1/cluster/nodes/{node}", { params }));
    case "lead":
      throw new Error("a handover has no plan");
  }
}

/** Whether it can be seen to be done. */
export function isSeen({ kind, node }: Change, { members, leader }: Picture): boolean {
  const member = members.find(({ id }) => id === node);
  switch (kind) {
    case "lead":
      return leader === node;
    case "promote":
      return member !== undefined && member.role !== "learner";
    case "drain":
      return member?.reach === "silent";
    case "remove":
      return 0 < members.length && member === undefined;
  }
}

/** Why it was not done, in words; whether it may work if it is asked again. */
export function refusal(error: unknown): { words: string; again: boolean } {
  if (!(error instanceof ProblemError)) {
    const words = "No node answered in time, so it may or may not be done. Asking again is safe.";
    return { words, again: true };
  }
  const { code, detail } = error.problem;
  if (error.response.status === 401) return { words: "The token is not accepted.", again: false };
  if (error.response.status === 403) return { words: "Only operators may do this.", again: false };
  if (code === "refused") return { words: `Refused: ${detail}.`, again: false };
  if (code === "no_leader") return { words: `Not done yet: ${detail}.`, again: true };
  return { words: `Not done: ${detail}.`, again: false };
}
