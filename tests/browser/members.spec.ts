import type { Locator, Page } from "@playwright/test";

import { decided } from "../../src/web/client/index.js";
import type { Cluster, Role } from "./cluster.js";
import { expect, test } from "./test.js";

test.use({ auth: "token" });

test.afterEach(async ({ cluster }) => cluster.mend());

/** Opens the operator's page at a node, with a token of somebody's. */
async function open(page: Page, cluster: Cluster, node: number, role: Role): Promise<void> {
  await page.goto(`${cluster.url(node)}/operator`);
  await page.getByLabel("Token").fill(await cluster.token(role, "otto"));
  await page.getByRole("button", { name: "Use it in this tab" }).click();
}

/** A node's line in the table of members. */
function row(page: Page, node: number): Locator {
  const members = page.getByRole("region", { name: "Members" });
  return members.getByRole("row", { name: new RegExp(`^Node ${node}\\b`) });
}

/** Each node's role, as the cluster says. */
async function roles(cluster: Cluster): Promise<Record<number, string>> {
  const operator = await cluster.client("operator", "otto");
  const { nodes } = await decided(operator.GET("/v1/cluster"));
  return Object.fromEntries(nodes.map(({ id, role }) => [id, role]));
}

/** Changes a member by way of both questions; until both have a yes, nothing changes. */
async function change(page: Page, cluster: Cluster, verb: string, node: number, title: string) {
  const before = await roles(cluster);
  const dialog = page.getByRole("dialog");
  const begin = page.getByRole("button", { name: `${verb}: node ${node}` });
  const yes = dialog.getByRole("button", { name: title });
  const cancel = dialog.getByRole("button", { name: "Cancel" });

  // The first question tells what would be done.
  await begin.click();
  await expect(dialog.getByRole("listitem").first()).toBeVisible();
  await expect(yes).toBeHidden();
  await cancel.click();
  await expect(dialog).toBeHidden();

  // The second one wants to know what is meant, if it ends something.
  await begin.click();
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("heading", { name: `${title}?` })).toBeVisible();
  const name = dialog.getByRole("textbox");
  if (verb !== "Promote") {
    await expect(yes).toBeDisabled();
    await name.fill(`node ${node + 1}`);
    await expect(yes).toBeDisabled();
    await name.press("Enter");
    await name.fill(`node ${node}`);
  }
  await expect(yes).toBeEnabled();
  expect(await roles(cluster)).toEqual(before);
  await yes.click();
  await expect(dialog).toContainText(`${title}: done`);
  await dialog.getByRole("button", { name: "Close" }).click();
}

test("a leader is drained, and another leads", async ({ page, cluster }) => {
  const drained = await cluster.leader();
  const other = await cluster.follower();
  await open(page, cluster, other, "operator");
  await change(page, cluster, "Drain", drained, `Drain node ${drained}`);
  await cluster.ended(drained);
  await expect(row(page, drained)).toContainText("unreachable");
  const leader = await cluster.leader();
  expect(leader).not.toBe(drained);
  await expect(row(page, leader)).toContainText("leader");
  expect(await roles(cluster)).toMatchObject({ [drained]: "unreachable", [leader]: "leader" });
  // It is a member still, and comes back as one.
  await cluster.mend();
  await expect(row(page, drained)).toContainText("follower");
});

test("a learner is promoted, and removed", async ({ page, cluster }) => {
  const added = await cluster.join();
  expect(await roles(cluster)).toMatchObject({ [added]: "learner" });
  await open(page, cluster, 1, "operator");
  await expect(row(page, added)).toContainText("learner");
  await change(page, cluster, "Promote", added, `Give node ${added} a vote`);
  await expect(row(page, added)).toContainText("follower");
  await expect(row(page, added).getByRole("button", { name: /^Promote/ })).toHaveCount(0);
  expect(await roles(cluster)).toMatchObject({ [added]: "follower" });

  await change(page, cluster, "Remove", added, `Remove node ${added}`);
  await expect(row(page, added)).toHaveCount(0);
  expect(Object.keys(await roles(cluster))).toEqual(["1", "2", "3"]);
  await cluster.dismiss(added);
});

test("nobody but operators changes members", async ({ page, cluster }) => {
  const before = await roles(cluster);
  for (const role of ["buyer", "organizer"] as const) {
    await open(page, cluster, 1, role);
    await expect(page.getByText("members can be seen, and not changed")).toBeVisible();
    await expect(row(page, 3)).toContainText(/leader|follower/);
    await expect(row(page, 3).getByRole("button")).toHaveCount(0);

    const client = await cluster.client(role);
    const params = { path: { node: 3 } };
    const answers = await Promise.all([
      client.POST("/v1/cluster/nodes/{node}/promote", { params }),
      client.POST("/v1/cluster/nodes/{node}/drain", { params }),
      client.DELETE("/v1/cluster/nodes/{node}", { params }),
    ]);
    expect(answers.map(({ response }) => response.status)).toEqual([403, 403, 403]);
    await page.getByRole("button", { name: "Leave" }).click();
  }
  expect(await roles(cluster)).toEqual(before);
});
