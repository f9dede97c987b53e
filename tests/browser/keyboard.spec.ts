import type { Locator, Page } from "@playwright/test";

import * as buying from "./buying.js";
import { makeShow } from "./halls.js";
import { expect, test } from "./test.js";

/** Stops on a page, by far. */
const STOPS_MAX = 60;

/** Goes on by Tab until something has the focus; it must be seen that it has. */
async function tabTo(page: Page, place: Locator): Promise<void> {
  await expect(place).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await hasFocus(place)) {
      expect(await showsFocus(place), `a visible focus of ${place}`).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${place} is out of reach`);
}

/** Whether it has the focus itself, in whichever shadow it stands. */
function hasFocus(place: Locator): Promise<boolean> {
  return place.evaluate((element) => {
    const root = element.getRootNode() as Document | ShadowRoot;
    return root.activeElement === element;
  });
}

/** Whether an outline is seen: its own, or one of what it stands in. */
function showsFocus(place: Locator): Promise<boolean> {
  return place.evaluate((element) => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      if (getComputedStyle(at).outlineStyle !== "none") return true;
    }
    return false;
  });
}

test("a purchase with the keyboard alone", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  await page.goto(`${cluster.url(1)}/?q=${encodeURIComponent(show.name)}`);
  await tabTo(page, page.getByRole("link", { name: show.name, exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: show.name })).toBeFocused();
  await tabTo(page, buying.line(page, "Stalls"));
  await page.keyboard.press("Enter");
  await expect(buying.line(page, "Row A")).toBeVisible();
  await tabTo(page, buying.line(page, "Row A"));
  await page.keyboard.press("Enter");
  await tabTo(page, buying.line(page, "Seat 1"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await expect(buying.line(page, "Seat 2")).toHaveAttribute("aria-pressed", "true");
  await tabTo(page, buying.holdButton(page));
  await page.keyboard.press("Enter");
  await buying.expectHeld(page, show);
  await tabTo(page, page.getByLabel(/e-mail/i));
  await page.keyboard.type("anna@example.com");
  await tabTo(page, page.getByRole("button", { name: /^Pay / }));
  await page.keyboard.press("Enter");
  await buying.atGateway(page);
  await tabTo(page, page.getByRole("button", { name: "Pay", exact: true }));
  await page.keyboard.press("Enter");
  await buying.expectBooked(page, show);
});
