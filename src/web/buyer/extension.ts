import type { Schemas } from "../client/index.js";

/** Less than this is not worth a button. */
const GAIN_MIN_MS = 30_000;

/**
 * Milliseconds that an extension by the show's hold time would add now; 0 if it is not worth
 * asking. `left` is what the hold has yet.
 */
export function gain(hold: Schemas["Hold"], policy: Schemas["Policy"], left: number): number {
  const most = Date.parse(hold.created_at) + policy.hold_total_seconds_max * 1000;
  const room = most - Date.parse(hold.expires_at);
  const gained = Math.min(room, policy.hold_ttl_seconds * 1000 - left);
  return left > 0 && gained >= GAIN_MIN_MS ? gained : 0;
}
