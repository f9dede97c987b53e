/** Shows for tests: each has one of its own, so that none sees what another does. */
import { decided, type Schemas } from "../../src/web/client/index.js";
import type { Cluster } from "./cluster.js";

/** What is different about a show. */
export interface Wish {
  name?: string;
  /** How long seats are held. */
  holdSeconds?: number;
  /** Standing places. */
  standing?: number;
}

let made = 0;

/** Makes a show with two rows of ten, `A` in the stalls and `B` in the circle. */
export async function makeShow(cluster: Cluster, wish: Wish = {}): Promise<Schemas["Show"]> {
  made += 1;
  const id = `hall-${process.pid}-${made}`;
  const { name = `Hamlet ${made}`, holdSeconds = 600, standing = 0 } = wish;
  const organizer = await cluster.client("organizer", "olga");
  const areas = [{ id: "floor", name: "Floor", category: "Circle", capacity: standing }];
  return decided(
    organizer.POST("/v1/shows", {
      body: {
        id,
        name,
        venue: "Old Mill Theatre",
        starts_at: "2099-03-01T19:30:00.000Z",
        currency: "EUR",
        prices: { Stalls: 9_500, Circle: 6_500 },
        policy: { hold_ttl_seconds: holdSeconds },
        seat_map: plan(),
        ...(standing > 0 ? { areas } : {}),
      },
    }),
  );
}

function plan(): Schemas["SeatingPlan"] {
  const row = (name: string, category: string, y: number) => ({
    row_number: name,
    position: { x: 0, y },
    seats: Array.from({ length: 10 }, (_, at) => ({
      seat_guid: `${name}-${at + 1}`,
      seat_number: String(at + 1),
      category,
      position: { x: at * 20, y: 0 },
    })),
  });
  return {
    name: "Old Mill",
    size: { width: 200, height: 60 },
    categories: [
      { name: "Stalls", color: "#336699" },
      { name: "Circle", color: "#996633" },
    ],
    zones: [
      { name: "Stalls", position: { x: 0, y: 0 }, rows: [row("A", "Stalls", 0)] },
      { name: "Circle", position: { x: 0, y: 40 }, rows: [row("B", "Circle", 0)] },
    ],
  };
}
