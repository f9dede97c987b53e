import { html, nothing, type TemplateResult } from "lit";
import type { Schemas } from "../client/index.js";
import { counted, money, moment } from "../shared/words.js";

/** What a hold and a booking have in common. */
type Places = Pick<Schemas["Hold"], "seats" | "areas" | "total">;

/** How many of each. */
interface Counts {
  seats: readonly unknown[];
  areas: readonly { quantity: number }[];
}

/** "2 seats", "1 seat and 3 places". */
export function placesOf({ seats, areas }: Counts): string {
  const places = areas.reduce((sum, area) => sum + area.quantity, 0);
  const words = [];
  if (seats.length > 0) words.push(counted(seats.length, "seat"));
  if (places > 0) words.push(counted(places, "place"));
  return words.length === 0 ? "no seats" : words.join(" and ");
}

/** Seats and places with their prices, and the total. */
export function lines(places: Places): TemplateResult {
  const { currency } = places.total;
  const line = (label: string, category: string, price: number) => html`<li>
    <span>${label} ${label.includes(category) ? nothing : html`<small>${category}</small>`}</span><span class="price">${money(price, currency)}</span>
  </li>`;
  return html`<ul class="lines">
      ${places.seats.map((seat) => line(seat.label, seat.category, seat.price))}
      ${places.areas.map(({ quantity, name, category, price }) =>
        line(`${quantity} × ${name}`, category, quantity * price),
      )}
    </ul>
    <p class="lines total">
      <span>Total</span><span class="price">${money(places.total.amount, currency)}</span>
    </p>`;
}

/** Where and when. */
export function whenAndWhere(show: Schemas["Show"]): TemplateResult {
  return html`<p class="when">
    <time datetime=${show.starts_at}>${moment(show.starts_at)}</time>
    ${show.venue === "" ? nothing : html`<br />${show.venue}`}
  </p>`;
}
