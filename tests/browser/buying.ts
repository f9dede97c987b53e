/** What buyers do, in the words of the page. */
import { expect, type Locator, type Page } from "@playwright/test";

import type { Schemas } from "../../src/web/client/index.js";

/** Opens a show's seats at a node. */
export async function openHall(page: Page, node: string, show: Schemas["Show"]): Promise<void> {
  await page.goto(`${node}/?show=${show.id}`);
  await expect(page.getByRole("heading", { level: 1, name: show.name })).toBeVisible();
  await expect(line(page, "Stalls")).toBeVisible();
}

/** A line of the list of seats, by how it begins. */
export function line(page: Page, words: string): Locator {
  return page.getByRole("button", { name: new RegExp(`^(← )?${words}\\b`) }).first();
}

/** Goes to a row in the list. */
export async function openRow(page: Page, row: "A" | "B"): Promise<void> {
  await line(page, row === "A" ? "Stalls" : "Circle").click();
  await line(page, `Row ${row}`).click();
  await expect(line(page, "Rows of")).toBeVisible();
}

/** Chooses seats of a row. */
export async function choose(page: Page, row: "A" | "B", ...numbers: number[]): Promise<void> {
  await openRow(page, row);
  for (const number of numbers) {
    await line(page, `Seat ${number}`).click();
    await expect(line(page, `Seat ${number}`)).toHaveAttribute("aria-pressed", "true");
  }
}

/** The button that holds what is chosen. */
export function holdButton(page: Page): Locator {
  return page.getByRole("button", { name: "Hold these seats" });
}

/** Holds what is chosen, and waits for the time that it is held. */
export async function hold(page: Page, show: Schemas["Show"]): Promise<void> {
  await holdButton(page).click();
  await expectHeld(page, show);
}

export async function expectHeld(page: Page, show: Schemas["Show"]): Promise<void> {
  const heading = page.getByRole("heading", { level: 1, name: `Your seats for ${show.name}` });
  await expect(heading).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("timer")).toBeVisible();
}

/** What the countdown says, in seconds. */
export async function secondsLeft(page: Page): Promise<number> {
  const [minutes = 0, seconds = 0] = (await page.getByRole("timer").innerText()).split(":").map(Number);
  return 60 * minutes + seconds;
}

/** From the held seats to the gateway's page. */
export async function goToPay(page: Page): Promise<void> {
  await page.getByLabel(/e-mail/i).fill("anna@example.com");
  await page.getByRole("button", { name: /^Pay / }).click();
  await atGateway(page);
}

/** The gateway's page is open. */
export async function atGateway(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: /^Pay / })).toBeVisible({ timeout: 20_000 });
  await page.waitForURL(/\/pay\//);
}

/** Presses a button of the gateway's. */
export async function press(page: Page, button: "Pay" | "Decline"): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
}

/** The page says that the seats are the buyer's, with a ticket. */
export async function expectBooked(page: Page, show: Schemas["Show"]): Promise<void> {
  const heading = page.getByRole("heading", { level: 1, name: `You’re going to ${show.name}` });
  await expect(heading).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("img", { name: /^QR code/ })).toBeVisible();
}
