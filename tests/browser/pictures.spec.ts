/**
 * A picture of each page, for README, of what `usher demo` shows. A run of the tests puts them aside;
 * USHER_SCREENSHOTS=1 keeps them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

import * as buying from "./buying.js";
import { demonstrate } from "./cluster.js";
import { expect, test } from "./test.js";

const FOLDER = process.env["USHER_PICTURES"] ?? "node_modules/.pictures";

let demo: Awaited<ReturnType<typeof demonstrate>>;
test.beforeAll(async () => (demo = await demonstrate()));
test.afterAll(async () => demo.end());

/** Takes one of the window, as it is when nothing moves. */
async function take(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  // The pointer, too, would leave its mark.
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: join(FOLDER, `${name}.png`),
    animations: "disabled",
    caret: "hide",
    scale: "css",
  });
}

/** A show's seats, when they have been drawn. */
async function openSeats(page: Page, show: string): Promise<void> {
  await page.goto(`${demo.url}/?show=${show}`);
  await page.waitForFunction(() => performance.getEntriesByName("usher-seat-map").length > 0);
}

test("pictures of the buyer's page", async ({ page }) => {
  await page.goto(demo.url);
  for (const picture of await page.getByRole("img").all()) {
    await expect(picture).toHaveJSProperty("complete", true);
  }
  await expect(page.getByText(/seats left/)).toHaveCount(3);
  await take(page, "shows");
  await openSeats(page, "arena");
  await take(page, "hall");
  await page.getByRole("combobox", { name: /^Seats/ }).selectOption("3");
  await page.getByRole("button", { name: "Hold best seats" }).click();
  await expect(page.getByRole("timer")).toBeVisible();
  await take(page, "checkout");
  await buying.goToPay(page);
  await buying.press(page, "Pay");
  await expect(page.getByRole("img", { name: /^QR code/ })).toBeVisible();
  await take(page, "ticket");
});

test("a picture of it at night, on a telephone", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  await openSeats(page, "theatre");
  await take(page, "hall-at-night");
});

test("a picture of the operator's page", async ({ page }) => {
  await page.goto(`${demo.url}/operator`);
  await expect(page.getByRole("status").getByText("All 3 nodes serve")).toBeVisible();
  await take(page, "operator");
});

test("a picture of the example", async ({ page }) => {
  await page.goto(`${demo.url}/example`);
  await page.waitForFunction(() => performance.getEntriesByName("usher-seat-map").length > 0);
  await take(page, "example");
});
