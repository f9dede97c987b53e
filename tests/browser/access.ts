/** Whether everybody can use a page. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type axe from "axe-core";

import { expect } from "./test.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What WCAG 2.2 AA asks, and what axe advises besides. */
const RULES: axe.RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** Windows: a desk, a small telephone, and a desk at 200 % (half as many pixels, each twice as large). */
export const WINDOWS = [
  { name: "1280 px", width: 1280, height: 800 },
  { name: "360 px", width: 360, height: 740 },
  { name: "200 %", width: 640, height: 400 },
] as const;

/** Looks at a page as it is, in all windows, light and dark. */
export async function expectAccess(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Whoever wants less motion sees none, not even from one scheme's colours to the other's.
    expect(await page.evaluate(() => document.getAnimations().length), page.url()).toBe(0);
    for (const { name, ...size } of WINDOWS) {
      await page.setViewportSize(size);
      const at = `${page.url()}, ${colorScheme}, ${name}`;
      // Evaluated, not added as a script: the page's policy allows no other.
      await page.evaluate(AXE);
      const found = await page.evaluate(async (rules) => {
        const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(rules);
        return violations.map(({ id, help, nodes }) => ({
          id,
          help,
          at: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
        }));
      }, RULES);
      expect(found, at).toEqual([]);
      const over = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(over, `${at}: pixels beside the window`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize(WINDOWS[0]);
}
