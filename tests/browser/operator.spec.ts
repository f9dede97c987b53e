import { expect, test } from "./test.js";

test.afterEach(async ({ cluster }) => cluster.mend());

test("the operator's page sees a failover, from the node that dies", async ({ page, cluster }) => {
  const first = await cluster.leader();
  await page.goto(`${cluster.url(first)}/operator`);
  const verdict = page.locator("header").getByRole("status");
  const leads = (id: number) =>
    page.getByRole("definition").filter({ hasText: new RegExp(`^\\s*Node ${id}\\s*$`) });
  await expect(leads(first)).toBeVisible();
  await cluster.kill(first);
  await expect(page.getByText(`Node ${first}, from which this page was loaded`)).toBeVisible();
  const second = await cluster.leader();
  await expect(leads(second)).toBeVisible({ timeout: 20_000 });
  await expect(verdict).toHaveText(`Node ${first} does not answer; the others go on`);
  await cluster.mend();
  await expect(page.getByText(`Node ${first}, from which this page was loaded`)).toBeHidden();
  await expect(verdict).toHaveText("All 3 nodes serve");
});
