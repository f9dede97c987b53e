import { decided } from "../../src/web/client/index.js";
import * as buying from "./buying.js";
import { makeShow } from "./halls.js";
import { expect, test } from "./test.js";

test.afterEach(async ({ cluster }) => cluster.mend());

test("the leader is killed before seats are held", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  await buying.openHall(page, cluster.url(await cluster.follower()), show);
  await buying.choose(page, "A", 2, 3);
  await cluster.kill(await cluster.leader());
  await buying.hold(page, show);
  await buying.goToPay(page);
  await buying.press(page, "Pay");
  await buying.expectBooked(page, show);
});

test("the leader is killed while the buyer is at the gateway", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  await buying.openHall(page, cluster.url(await cluster.follower()), show);
  await buying.choose(page, "B", 4);
  await buying.hold(page, show);
  await buying.goToPay(page);
  await cluster.kill(await cluster.leader());
  await buying.press(page, "Pay");
  await buying.expectBooked(page, show);
});

test("a page goes on when the node that served it is killed", async ({ page, cluster }) => {
  const show = await makeShow(cluster);
  const served = await cluster.follower();
  await buying.openHall(page, cluster.url(served), show);
  await buying.choose(page, "A", 2);
  await cluster.kill(served);
  // Changes are still heard of.
  const other = await cluster.client("buyer", "another-elsewhere");
  const params = { path: { show: show.id } };
  await decided(other.POST("/v1/shows/{show}/holds", { params, body: { seats: ["A-9"] } }));
  await expect(buying.line(page, "Seat 9")).toBeHidden({ timeout: 20_000 });
  await buying.hold(page, show);
});
