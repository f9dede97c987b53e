/**
 * A cluster of three nodes and a gateway, each a process with ports of its own. It ends what it has
 * started and nothing else.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { usher, type Usher } from "../../src/web/client/index.js";

/** What a cluster is told. */
export interface Settings {
  auth: "open" | "token";
  /** Other sites that may use the API. */
  corsOrigins: string[];
}

export type Role = "buyer" | "organizer" | "operator";

const BINARY = process.env["USHER_BIN"] ?? "usher";
const NODES = 3;

/** How long a process may take until it answers; a disk may be slow. */
const PATIENCE_MS = 30_000;

/** Signs what gateways say; of the sandbox alone, which moves no money. */
const WEBHOOK_SECRET = `whsec_${Buffer.from("a key for webhooks in tests only").toString("base64")}`;
const TOKEN_SECRET = "a key for tokens in browser tests only";

/** Without what is meant for these tests: a node refuses settings that it does not know. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("USHER_")),
);

interface Member {
  id: number;
  url: string;
  /** Where other nodes reach it. */
  peer: string;
  process?: ChildProcess;
}

function member(id: number, [http, peer]: number[]): Member {
  return { id, url: `http://127.0.0.1:${http}`, peer: `127.0.0.1:${peer}` };
}

export class Cluster {
  private gateway: ChildProcess | undefined;
  /** The last number that a node was given. */
  private given = NODES;

  private constructor(
    private readonly folder: string,
    private readonly settings: Settings,
    private readonly members: Member[],
    private readonly gatewayAt: string,
    /** The members that it is formed of, as nodes have them in their settings. */
    private readonly listed: string[],
  ) {}

  /** Starts all processes and forms the cluster. */
  static async begin(settings: Settings): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), "usher-browser-"));
    const [gateway, ...ports] = await freePorts(1 + 2 * NODES);
    const members = Array.from({ length: NODES }, (_, at) => member(at + 1, ports.splice(0, 2)));
    const listed = members.map(
      ({ id, url, peer }) => `{ id = ${id}, peer = "${peer}", http = "${host(url)}" }`,
    );
    const cluster = new Cluster(folder, settings, members, `127.0.0.1:${gateway}`, listed);
    try {
      cluster.gateway = cluster.run("gateway", [
        ...["sandbox-gateway", "--listen", cluster.gatewayAt],
        ...["--webhook-secret", WEBHOOK_SECRET, "--data-dir", join(folder, "gateway")],
      ]);
      await Promise.all(members.map((member) => cluster.launch(member)));
      await cluster.command("cluster", "init");
      await Promise.all(members.map(({ url }) => answers(`${url}/readyz`)));
    } catch (error) {
      const logs = await Promise.all(members.map(({ id }) => cluster.log(`node${id}`)));
      await cluster.end();
      throw new Error(`no cluster came up:\n${logs.join("\n")}`, { cause: error });
    }
    return cluster;
  }

  /** Where the nodes are. */
  get nodes(): string[] {
    return this.members.map(({ url }) => url);
  }

  /** One node's address. */
  url(id: number): string {
    return this.member(id).url;
  }

  /** A client that turns to any of them. */
  async client(role: Role, user = "somebody"): Promise<Usher> {
    const endpoints = this.nodes;
    if (this.settings.auth === "token") {
      return usher({ endpoints, token: await this.token(role, user) });
    }
    return usher({ endpoints, user, role });
  }

  /** A token as the issuer of this cluster's signs it. */
  async token(role: Role, user: string): Promise<string> {
    const key = join(this.folder, "key");
    await writeFile(key, TOKEN_SECRET, { mode: 0o600 });
    const whose = ["--user", user, "--role", role];
    return (await this.command("token", "sign", "--key", key, ...whose)).trim();
  }

  /** The number of the node that leads. */
  async leader(): Promise<number> {
    const client = await this.client("operator");
    return until(async () => {
      const { data } = await client.GET("/v1/cluster");
      const leader = data?.leader;
      // A node that has just died may be named for a while yet.
      return leader != null && runs(this.member(leader)) ? leader : undefined;
    });
  }

  /** A node that runs and follows, none of `others`. */
  async follower(...others: number[]): Promise<number> {
    const leader = await this.leader();
    const found = this.members.find(
      (member) => member.id !== leader && runs(member) && !others.includes(member.id),
    );
    if (found === undefined) throw new Error("nobody follows");
    return found.id;
  }

  /** Ends a node as a power cut would. */
  async kill(id: number): Promise<void> {
    const member = this.member(id);
    if (!runs(member)) throw new Error(`node ${id} does not run`);
    await finish(member.process, "SIGKILL");
  }

  /** Waits until a node has ended by itself. */
  async ended(id: number): Promise<void> {
    const { process } = this.member(id);
    if (process !== undefined) await finished(process);
  }

  /** Brings a new node in, which has no vote yet; its number. */
  async join(): Promise<number> {
    this.given += 1;
    const joining = member(this.given, await freePorts(2));
    this.members.push(joining);
    await this.launch(joining);
    await this.command("node", "add", host(joining.url), "--yes");
    await answers(`${joining.url}/readyz`);
    return joining.id;
  }

  /** Ends a node that is no member any more, and forgets it. */
  async dismiss(id: number): Promise<void> {
    await this.kill(id);
    this.members.splice(this.members.indexOf(this.member(id)), 1);
  }

  /** Starts whatever node does not run, and waits until all serve. */
  async mend(): Promise<void> {
    const dead = this.members.filter((member) => !runs(member));
    await Promise.all(dead.map((member) => this.launch(member)));
    await Promise.all(this.members.map(({ url }) => answers(`${url}/readyz`)));
  }

  /** The command line's answer, to an operator. */
  async command(...line: string[]): Promise<string> {
    const wantsToken = this.settings.auth === "token" && line[0] !== "token";
    const token = wantsToken ? { USHER_TOKEN: await this.token("operator", "otto") } : {};
    const env = { ...ENVIRONMENT, ...token, USHER_ENDPOINTS: this.nodes.join(",") };
    const { stdout } = await promisify(execFile)(BINARY, line, { env });
    return stdout;
  }

  /** What a part has logged. */
  async log(part: string): Promise<string> {
    return readFile(join(this.folder, `${part}.log`), "utf8");
  }

  /** Ends all processes and takes their files away. */
  async end(): Promise<void> {
    const all = [this.gateway, ...this.members.map(({ process }) => process)];
    await Promise.all(all.map((process) => process && finish(process, "SIGKILL")));
    await rm(this.folder, { recursive: true, force: true });
  }

  private member(id: number): Member {
    const found = this.members.find((member) => member.id === id);
    if (found === undefined) throw new Error(`no node is called ${id}`);
    return found;
  }

  /** Starts a node, and waits until it lives. */
  private async launch(member: Member): Promise<void> {
    const { settings, gatewayAt, listed } = this;
    const file = join(this.folder, `node${member.id}.toml`);
    await writeFile(file, configuration({ settings, gatewayAt, listed, ...member }));
    member.process = this.run(`node${member.id}`, ["serve", "--config", file]);
    await answers(`${member.url}/livez`, member.process);
  }

  private run(part: string, line: string[]): ChildProcess {
    return start(line, this.folder, `${part}.log`);
  }
}

/** Starts a process that does not outlive this one. */
function start(line: string[], cwd: string, logFile: string): ChildProcess {
  const log = openSync(join(cwd, logFile), "a");
  const started = spawn(BINARY, line, { cwd, env: ENVIRONMENT, stdio: ["ignore", log, log] });
  closeSync(log);
  const end = (): void => void started.kill("SIGKILL");
  process.once("exit", end);
  started.once("exit", () => process.removeListener("exit", end));
  return started;
}

/** How many places are tried for a demonstration, whose ports are in a row. */
const DEMO_TRIES = 5;

/** `usher demo`, as somebody tries it; where its first node is, and how it ends. */
export async function demonstrate(): Promise<{ url: string; end: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "usher-demo-"));
  for (let left = DEMO_TRIES; ; left -= 1) {
    const [port] = await freePorts(1);
    const line = ["demo", "--port", String(port), "--data-dir", join(folder, String(port))];
    const demo = start(line, folder, "log");
    const url = `http://127.0.0.1:${port}`;
    const shows = ["club", "theatre", "arena"];
    const shown = Promise.all(shows.map((show) => answers(`${url}/v1/shows/${show}`, demo)));
    if (await shown.then(() => true, () => false)) {
      const end = async (): Promise<void> => {
        await finish(demo, "SIGTERM");
        await rm(folder, { recursive: true, force: true });
      };
      return { url, end };
    }
    if (left === 0) throw new Error(await readFile(join(folder, "log"), "utf8"));
  }
}

interface NodeSettings {
  id: number;
  url: string;
  peer: string;
  listed: string[];
  settings: Settings;
  gatewayAt: string;
}

function configuration({ id, url, peer, listed, settings, gatewayAt }: NodeSettings): string {
  const { auth, corsOrigins } = settings;
  const tokens = `jwt = { algorithms = ["HS256"], secret = "${TOKEN_SECRET}" }`;
  return `
[node]
id = ${id}
data_dir = "data/${id}"
[http]
listen = "${host(url)}"
cors_origins = ${JSON.stringify(corsOrigins)}
[peer]
listen = "${peer}"
[cluster]
secret = "a secret of browser tests only"
members = [${listed.join(", ")}]
[auth]
mode = "${auth}"
${auth === "token" ? tokens : ""}
[mail]
folder = "mail"
[gateways.sandbox]
name = "Sandbox"
api = "http://${gatewayAt}"
webhook_secret = "${WEBHOOK_SECRET}"
`;
}

function host(url: string): string {
  return new URL(url).host;
}

async function finish(process: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  process.kill(signal);
  await finished(process);
}

async function finished(process: ChildProcess): Promise<void> {
  if (!hasEnded(process)) await once(process, "exit");
}

function runs(member: Member): member is Member & { process: ChildProcess } {
  return member.process !== undefined && !hasEnded(member.process);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ports that nobody listens on; all are taken at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map(listening));
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Has a server listen wherever there is room; says where that is. */
export async function listening(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a port is a number");
  return address.port;
}

/** A process says by answering that it is there, and in no other way. */
async function answers(url: string, by?: ChildProcess): Promise<void> {
  const asked = until(async () => {
    if (by !== undefined && hasEnded(by)) return false;
    return (await fetch(url)).ok ? true : undefined;
  });
  if (!(await asked)) throw new Error(`nobody is left to answer ${url}`);
}

/** Asks until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    let fault: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      fault = error;
    }
    if (deadline < Date.now()) throw new Error("nothing came of it in time", { cause: fault });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
