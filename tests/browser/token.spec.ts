import * as buying from "./buying.js";
import { makeShow } from "./halls.js";
import { expect, test } from "./test.js";

test.use({ auth: "token" });

test("a token that is handed in buys, and does not stay in the address", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  const token = await cluster.token("buyer", "anna");
  await page.goto(`${cluster.url(1)}/?show=${show.id}#token=${token}`);
  await expect(page).toHaveURL(`${cluster.url(1)}/?show=${show.id}`);
  await buying.choose(page, "A", 1);
  await buying.hold(page, show);
  await buying.goToPay(page);
  await buying.press(page, "Pay");
  await buying.expectBooked(page, show);
  const anna = await cluster.client("buyer", "anna");
  const { data } = await anna.GET("/v1/me/bookings");
  expect(data?.data.map(({ seats }) => seats.map(({ id }) => id))).toEqual([["A-1"]]);
});

test("without a token nothing is sold, and the page says why", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/`);
  await expect(page.getByRole("alert")).toContainText("Open it from there");
});
