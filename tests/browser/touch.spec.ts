import type { CDPSession, Page } from "@playwright/test";

import { decided } from "../../src/web/client/index.js";
import * as buying from "./buying.js";
import { expect, test } from "./test.js";

// A telephone: its own zoom of the whole page would be in the way.
test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

interface Point {
  x: number;
  y: number;
}

/** Places that a movement passes through; a hand tells of many more. */
const STEPS = 8;

/** Fingers on the screen, as the browser hears of them from it. */
class Hand {
  private constructor(private readonly screen: CDPSession) {}

  static async on(page: Page): Promise<Hand> {
    return new Hand(await page.context().newCDPSession(page));
  }

  /** Puts fingers down and moves them together, each in a straight line; they stay down. */
  async move(...ways: { from: Point; to: Point }[]): Promise<void> {
    await this.tell("touchStart", ways.map(({ from }) => from));
    for (let step = 1; step <= STEPS; step += 1) {
      const part = step / STEPS;
      await this.tell("touchMove", ways.map(({ from, to }) => between(from, to, part)));
    }
  }

  /** Two fingers around a place, whose distance changes. */
  async pinch({ x, y }: Point, from: number, to: number): Promise<void> {
    const finger = (side: number) => ({
      from: { x: x + (side * from) / 2, y },
      to: { x: x + (side * to) / 2, y },
    });
    await this.move(finger(-1), finger(1));
  }

  async lift(): Promise<void> {
    await this.tell("touchEnd", []);
  }

  async tap(at: Point): Promise<void> {
    await this.tell("touchStart", [at]);
    await this.lift();
  }

  private async tell(type: "touchStart" | "touchMove" | "touchEnd", fingers: Point[]): Promise<void> {
    const touchPoints = fingers.map((finger, id) => ({ ...finger, id }));
    await this.screen.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}

function between(from: Point, to: Point, part: number): Point {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** Where in the window three chosen seats are marked, in the order in which they were chosen. */
async function marks(page: Page): Promise<[Point, Point, Point]> {
  const places = await page.locator("seat-map .mark.chosen").evaluateAll((all) =>
    all.map((mark) => {
      const { x, y, width, height } = mark.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }),
  );
  expect(places).toHaveLength(3);
  return places as [Point, Point, Point];
}

/** From the first mark to the last one, in pixels: the larger, the closer one has gone. */
async function spread(page: Page): Promise<number> {
  const [first, , last] = await marks(page);
  return Math.hypot(last.x - first.x, last.y - first.y);
}

/** The map stands still again: a finger that comes earlier stops it, or is not heard. */
async function expectRest(page: Page): Promise<void> {
  await expect(page.locator("seat-map").locator(".leaflet-zoom-anim, .leaflet-pan-anim")).toHaveCount(0);
}

test("fingers zoom the seating map, move it, and choose from it", async ({ page, cluster }) => {
  await cluster.command("show", "seed", "--preset", "theatre");
  const organizer = await cluster.client("organizer");
  const params = { path: { show: "theatre" } };
  const show = await decided(organizer.GET("/v1/shows/{show}", { params }));
  await buying.openHall(page, cluster.url(1), show);
  await page.getByRole("button", { name: "List", exact: true }).click();
  await buying.choose(page, "A", 4, 13, 15);
  await page.getByRole("button", { name: "Map", exact: true }).click();
  await page.evaluate(() => scrollTo(0, 0));
  const hand = await Hand.on(page);
  const [, seat] = await marks(page);
  const far = await spread(page);
  const closer = async (): Promise<number> => (await spread(page)) / far;

  // The map follows the fingers, and stays where they leave it.
  await hand.pinch(seat, 60, 240);
  await expect.poll(closer).toBeCloseTo(4, 1);
  await hand.lift();
  await expectRest(page);
  expect(await closer()).toBeCloseTo(4, 1);
  await hand.pinch(seat, 240, 120);
  await expect.poll(closer).toBeCloseTo(2, 1);
  await hand.lift();
  await expectRest(page);
  expect(await closer()).toBeCloseTo(2, 1);

  const [, before] = await marks(page);
  const way = { x: -70, y: -30 };
  const moved = async (): Promise<Point> => {
    const [, { x, y }] = await marks(page);
    return { x: Math.round(x - before.x), y: Math.round(y - before.y) };
  };
  await hand.move({ from: { x: 250, y: 650 }, to: { x: 250 + way.x, y: 650 + way.y } });
  await expect.poll(moved).toEqual(way);
  await hand.lift();
  await expectRest(page);
  expect(await closer()).toBeCloseTo(2, 1);

  const [, thirteen, fifteen] = await marks(page);
  await hand.tap(between(thirteen, fifteen, 0.5));
  const choice = page.getByRole("complementary", { name: "Your choice" });
  await expect(choice.getByText("Stalls, row A, seat 14", { exact: true })).toBeVisible();

  // All that went to the map; the page around it has neither moved nor grown.
  expect(await page.evaluate(() => [scrollY, visualViewport?.scale])).toEqual([0, 1]);
});
