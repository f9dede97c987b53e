/**
 * A picture of each page, for README. A run of the tests writes them aside; USHER_SCREENSHOTS=1 keeps
 * them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import * as buying from "./buying.js";
import { expect, test } from "./test.js";

test.use({ presets: ["club", "theatre", "arena"] });

const FOLDER = process.env["USHER_PICTURES"] ?? "node_modules/.pictures";

async function take(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  // Whatever still moves, or has the pointer above it, is no part of a picture.
  await page.mouse.move(0, 0);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide", scale: "css" });
}

test("pictures of the buyer's page", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/`);
  await expect(page.getByRole("link").filter({ hasText: /./ }).nth(4)).toBeVisible();
  await take(page, "shows");
  await page.goto(`${cluster.url(1)}/?show=arena`);
  await page.waitForFunction(() => performance.getEntriesByName("usher-seat-map").length > 0);
  await take(page, "hall");
  await page.getByLabel("Seats together").selectOption("3");
  await page.getByRole("button", { name: "Find and hold" }).click();
  await expect(page.getByRole("timer")).toBeVisible();
  await take(page, "checkout");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${cluster.url(1)}/?show=theatre`);
  await page.waitForFunction(() => performance.getEntriesByName("usher-seat-map").length > 0);
  await take(page, "hall-dark-small");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("link", { name: /held/ }).click();
  await buying.goToPay(page);
  await buying.press(page, "Pay");
  await expect(page.getByRole("img", { name: /^QR code/ })).toBeVisible();
  await take(page, "ticket");
});

test("a picture of the operator's page", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/operator`);
  await expect(page.getByText("Node 3", { exact: true }).first()).toBeVisible();
  await take(page, "operator");
});

test("a picture of the example", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/example`);
  await page.waitForFunction(() => performance.getEntriesByName("usher-seat-map").length > 0);
  await take(page, "example");
});
