/**
 * What every test has: a cluster, another site, and pages that are watched. A page that throws, or
 * that its policy keeps from something, fails the test in which that happens.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";

import { Cluster, listening, type Settings } from "./cluster.js";

export { expect };

/** Another site on this machine, whose pages are what a test writes. */
export interface Site {
  origin: string;
  page: string;
}

interface Fixtures {
  /** Notes what pages of a context must not do. */
  watch: (context: BrowserContext) => Promise<void>;
  /** A page of another person. */
  someone: () => Promise<Page>;
}

interface WorkerFixtures {
  auth: Settings["auth"];
  /** Presets that the cluster has from the beginning. Another list is another cluster. */
  presets: string[];
  /** It may use the API. */
  shop: Site;
  /** It may not. */
  stranger: Site;
  cluster: Cluster;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  auth: ["open", { scope: "worker", option: true }],
  presets: [[], { scope: "worker", option: true }],

  shop: [async ({}, use) => site(use), { scope: "worker" }],
  stranger: [async ({}, use) => site(use), { scope: "worker" }],

  cluster: [
    async ({ auth, presets, shop }, use) => {
      const cluster = await Cluster.begin({ auth, corsOrigins: [shop.origin] });
      try {
        for (const preset of presets) await cluster.command("show", "seed", "--preset", preset);
        await use(cluster);
      } finally {
        await cluster.end();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],

  watch: async ({}, use) => {
    const faults: string[] = [];
    await use(async (context) => {
      await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
          console.error(`Policy: ${violatedDirective} forbids ${blockedURI}`);
        });
      });
      context.on("weberror", (event) => faults.push(String(event.error().stack)));
      context.on("console", (message) => {
        const text = message.text();
        if (/^Policy:|Content Security Policy/.test(text)) faults.push(text);
      });
    });
    expect(faults, "what pages must not do").toEqual([]);
  },

  context: async ({ context, watch }, use) => {
    await watch(context);
    await use(context);
  },

  someone: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      await watch(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

async function site(use: (site: Site) => Promise<void>): Promise<void> {
  const site = { origin: "", page: "" };
  const server = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(site.page);
  });
  site.origin = `http://127.0.0.1:${await listening(server)}`;
  await use(site);
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
