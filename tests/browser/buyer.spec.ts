import { decided } from "../../src/web/client/index.js";
import * as buying from "./buying.js";
import { makeShow } from "./halls.js";
import { expect, test } from "./test.js";

test("a whole purchase, from the list of shows to the ticket", async ({ page, cluster, context }) => {
  const show = await makeShow(cluster);
  await page.goto(`${cluster.url(1)}/`);
  await page.getByRole("searchbox").fill(show.name);
  await page.getByRole("link", { name: show.name, exact: true }).click();
  await buying.choose(page, "A", 3, 4);
  await expect(page.getByText("€190.00").first()).toBeVisible();
  await buying.hold(page, show);
  await buying.goToPay(page);
  await buying.press(page, "Pay");
  await buying.expectBooked(page, show);

  const link = page.getByRole("link", { name: /Open the ticket/ });
  const ticket = await page.request.get((await link.getAttribute("href")) ?? "");
  expect(await ticket.text()).toContain("Stalls, row A, seat 3");
  await page.getByRole("link", { name: "My bookings", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: show.name })).toBeVisible();
  await expect(page.getByText(/row A, seat 4/)).toBeVisible();

  const cookies = await context.cookies();
  expect(cookies.map(({ name, sameSite }) => [name, sameSite])).toEqual([["usher-user", "Strict"]]);
});

test("declined, then approved", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  await buying.openHall(page, cluster.url(2), show);
  await buying.choose(page, "B", 1);
  await buying.hold(page, show);
  await buying.goToPay(page);
  await buying.press(page, "Decline");
  await expect(page.getByText("No money was taken.")).toBeVisible();
  await expect(page.getByRole("timer")).toBeVisible();
  await page.getByRole("link", { name: "Try again" }).click();
  await buying.atGateway(page);
  await buying.press(page, "Pay");
  await buying.expectBooked(page, show);
});

test("two buyers race for a seat on different nodes, and one has it", async ({ someone, cluster }) => {
  const show = await makeShow(cluster);
  const buyers = [await someone(), await someone()];
  for (const [at, buyer] of buyers.entries()) {
    await buying.openHall(buyer, cluster.url(at + 1), show);
    await buying.choose(buyer, "A", 5);
  }
  // Not `click`, which would wait for a button that the other's hold has switched off.
  await Promise.all(buyers.map((buyer) => buying.holdButton(buyer).dispatchEvent("click")));
  const won = buyers.map((buyer) => buyer.getByRole("heading", { name: `Your seats for ${show.name}` }));
  const lost = buyers.map((buyer) => buyer.locator("main").getByText(/just (went|gone)/).first());
  const seen = (places: typeof won): Promise<number> =>
    Promise.all(places.map((place) => place.isVisible())).then((all) => all.filter(Boolean).length);
  await expect.poll(() => seen(won)).toBe(1);
  await expect.poll(() => seen(lost)).toBe(1);
  expect(await Promise.all(won.map((place) => place.isVisible()))).not.toEqual(
    await Promise.all(lost.map((place) => place.isVisible())),
  );
  const organizer = await cluster.client("organizer");
  const params = { path: { show: show.id } };
  const holds = await decided(organizer.GET("/v1/shows/{show}/holds", { params }));
  expect(holds.data.map(({ seats }) => seats.map(({ id }) => id))).toEqual([["A-5"]]);
});

test("a chosen seat goes to somebody else while one looks on", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  await buying.openHall(page, cluster.url(1), show);
  await buying.choose(page, "A", 7);
  const other = await cluster.client("buyer", "another");
  const params = { path: { show: show.id } };
  await decided(other.POST("/v1/shows/{show}/holds", { params, body: { seats: ["A-7"] } }));
  await expect(page.getByRole("paragraph").filter({ hasText: /^A7 just went/ })).toBeVisible();
  await expect(buying.line(page, "Seat 7")).toBeHidden();
  await expect(buying.holdButton(page)).toBeDisabled();
});

test("a hold ends in front of the buyer's eyes", async ({ page, someone, cluster }) => {
  const show = await makeShow(cluster, { holdSeconds: 5 });
  await buying.openHall(page, cluster.url(3), show);
  await buying.choose(page, "A", 1);
  await buying.hold(page, show);
  await expect(page.getByRole("heading", { level: 1, name: "Your time has run out" })).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("Nothing was charged");
  const other = await someone();
  await buying.openHall(other, cluster.url(1), show);
  await buying.choose(other, "A", 1);
  await buying.hold(other, show);
});

test("the countdown survives a reload", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  await buying.openHall(page, cluster.url(1), show);
  await buying.choose(page, "B", 9);
  await buying.hold(page, show);
  const before = await buying.secondsLeft(page);
  const begun = Date.now();
  await page.reload();
  await buying.expectHeld(page, show);
  const after = await buying.secondsLeft(page);
  const passed = (Date.now() - begun) / 1000;
  expect(after).toBeLessThanOrEqual(before);
  expect(after).toBeGreaterThanOrEqual(Math.floor(before - passed) - 1);
  // Wherever else the buyer goes, at whichever node.
  await page.goto(`${cluster.url(2)}/`);
  await expect(page.getByRole("link", { name: /1 seat held/ })).toBeVisible();
});

test("standing places, and the best seats that are free", async ({ page, cluster }) => {
  const show = await makeShow(cluster, { standing: 20 });
  await buying.openHall(page, cluster.url(1), show);
  await page.getByRole("combobox", { name: /^Seats/ }).selectOption("3");
  await page.getByRole("button", { name: "Hold best seats" }).click();
  await buying.expectHeld(page, show);
  await expect(page.getByText("€285.00").first()).toBeVisible();
  await page.getByRole("button", { name: "Let them go" }).click();
  await expect(page.getByRole("heading", { name: "These seats are free again" })).toBeVisible();

  await page.getByRole("link", { name: "Choose other seats" }).click();
  for (let place = 0; place < 2; place += 1) {
    await page.getByRole("button", { name: "One more: Floor" }).click();
  }
  await buying.hold(page, show);
  await expect(page.getByText("2 × Floor")).toBeVisible();
});
