import { expectAccess } from "./access.js";
import * as buying from "./buying.js";
import { makeShow } from "./halls.js";
import { expect, test } from "./test.js";

test.describe.configure({ timeout: 120_000 });

test("everybody can use the buyer's page", async ({ page, cluster }) => {
  const show = await makeShow(cluster, { standing: 10 });
  await page.goto(`${cluster.url(1)}/`);
  await expect(page.getByRole("link", { name: show.name, exact: true })).toBeVisible();
  await expectAccess(page);
  await page.goto(`${cluster.url(1)}/?bookings`);
  await expect(page.getByText("You have no bookings yet.")).toBeVisible();
  await expectAccess(page);
  await buying.openHall(page, cluster.url(1), show);
  await buying.choose(page, "A", 3, 4);
  await expectAccess(page);
  await buying.hold(page, show);
  await expectAccess(page);
  await buying.goToPay(page);
  await buying.press(page, "Decline");
  await expect(page.getByText("No money was taken.")).toBeVisible();
  await expectAccess(page);
  await page.getByRole("link", { name: "Try again" }).click();
  await buying.atGateway(page);
  await buying.press(page, "Pay");
  await buying.expectBooked(page, show);
  await expectAccess(page);
});

test("everybody can use the operator's page", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/operator`);
  await expect(page.getByRole("status").getByText("All 3 nodes serve")).toBeVisible();
  await expectAccess(page);
});

test("everybody can use the example", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/example`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccess(page);
});
