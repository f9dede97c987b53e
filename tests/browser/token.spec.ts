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

test("the operator's page asks whose it is, and each sees what is theirs", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/operator`);
  const token = page.getByLabel("Token");
  const use = page.getByRole("button", { name: "Use it in this tab" });
  await token.fill("nobody's");
  await use.click();
  await expect(page.getByRole("alert")).toHaveText(/\S/);

  await token.fill(await cluster.token("organizer", "olga"));
  await use.click();
  await expect(page.getByText("This token is no operator's")).toBeVisible();
  await expect(page.getByRole("button", { name: /: node \d$/ })).toHaveCount(0);

  const tab = await page.context().newPage();
  await tab.goto(`${cluster.url(1)}/operator`);
  await tab.getByLabel("Token").fill(await cluster.token("operator", "otto"));
  await tab.getByRole("button", { name: "Use it in this tab" }).click();
  const first = await cluster.leader();
  const second = first === 1 ? 2 : 1;
  await tab.getByRole("button", { name: `Make leader: node ${second}` }).click();
  const dialog = tab.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: `Make node ${second} the leader` }).click();
  await expect.poll(() => cluster.leader()).toBe(second);
  await expect(tab.getByRole("button", { name: `Make leader: node ${second}` })).toHaveCount(0);
});
