import type { Cluster } from "./cluster.js";
import * as buying from "./buying.js";
import { makeShow } from "./halls.js";
import { expect, test } from "./test.js";

/** A page of somebody else's, with a seat map and a button of its own. */
function embedding(cluster: Cluster, show: string): string {
  return `<!doctype html>
<html lang="en">
<title>A shop</title>
<h1>A shop</h1>
<seat-map server="${cluster.nodes.join(" ")}" show="${show}" user="shopper"></seat-map>
<button id="take">Take them</button>
<p id="told" role="status"></p>
<script type="module">
  import "${cluster.url(1)}/seat-map.js";
  const map = document.querySelector("seat-map");
  const told = document.getElementById("told");
  map.addEventListener("usher-selection", ({ detail }) => {
    told.textContent = "Chosen: " + detail.seats.map(({ label }) => label).join("; ");
  });
  map.addEventListener("usher-hold", ({ detail }) => {
    told.textContent = "Held: " + detail.id + " until " + detail.expires_at;
  });
  map.addEventListener("usher-refused", () => {
    told.textContent = "Refused";
  });
  document.getElementById("take").addEventListener("click", () => map.hold());
</script>
</html>`;
}

test("a seat map on somebody else's page", async ({ page, cluster, shop }) => {
  const show = await makeShow(cluster);
  shop.page = embedding(cluster, show.id);
  await page.goto(shop.origin);
  await buying.choose(page, "A", 6);
  await expect(page.getByRole("status").getByText("Chosen: Stalls, row A, seat 6")).toBeVisible();
  await page.getByRole("button", { name: "Take them" }).click();
  await expect(page.locator("#told")).toContainText(/Held: hld_/);
});

test("a site that nobody allowed gets the script, and nothing else", async ({
  page,
  cluster,
  stranger,
}) => {
  const show = await makeShow(cluster);
  stranger.page = embedding(cluster, show.id);
  await page.goto(stranger.origin);
  await page.evaluate(() => customElements.whenDefined("seat-map").then(() => undefined));
  for (const node of cluster.nodes) {
    const read = await page.evaluate(
      (url) => fetch(url).then((answer) => answer.status, () => "kept from it"),
      `${node}/v1/shows/${show.id}`,
    );
    expect(read).toBe("kept from it");
  }
});

test("the example shows a seat map", async ({ page, cluster }) => {
  await page.goto(`${cluster.url(1)}/example`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("seat-map")).toBeVisible();
});
