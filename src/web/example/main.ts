/** Somebody's page: it takes the element, and shows what it says. */
import "../map/element.js";
import { decided } from "../client/index.js";
import type { SeatMapEvents } from "../map/types.js";
import { reach } from "../shared/reach.js";
import { buyer } from "../shared/who.js";

/** Older lines go. */
const LINES_MAX = 50;

const map = one<HTMLElementTagNameMap["seat-map"]>("seat-map");
const form = one<HTMLFormElement>("#which");
const shows = one<HTMLSelectElement>("#which select");
const log = one<HTMLOListElement>("#log");

const who = buyer();
map.user = who?.user ?? "";
map.token = who?.token ?? "";

const listened: Record<keyof SeatMapEvents, (detail: never) => string> = {
  "usher-ready": () => "the first picture is there",
  "usher-selection": ({ seats, areas, total }: SeatMapEvents["usher-selection"]["detail"]) =>
    [...seats.map((seat) => seat.label), ...areas.map((area) => `${area.quantity} × ${area.name}`)]
      .concat(`total ${total.amount} ${total.currency}`)
      .join("; "),
  "usher-lost": ({ seat, instead }: SeatMapEvents["usher-lost"]["detail"]) =>
    `${seat.label}; instead: ${instead.map(({ label }) => label).join("; ") || "nothing"}`,
  "usher-hold": ({ id, expires_at }: SeatMapEvents["usher-hold"]["detail"]) =>
    `${id}, until ${expires_at}`,
  "usher-refused": (error: unknown) => String(error),
};

for (const [name, words] of Object.entries(listened)) {
  map.addEventListener(name, (event) => {
    const line = document.createElement("li");
    const what = document.createElement("code");
    what.textContent = name;
    line.append(what, ` ${words((event as CustomEvent).detail as never)}`);
    log.prepend(line);
    while (LINES_MAX < log.children.length) log.lastElementChild?.remove();
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const limit = new FormData(form).get("limit");
  map.limit = limit ? Number(limit) : undefined;
  map.show = shows.value;
});

const { data } = await decided(reach({}).GET("/v1/shows"));
const wanted = new URLSearchParams(location.search).get("show") ?? data[0]?.id ?? "";
for (const show of data) shows.add(new Option(show.name, show.id, false, show.id === wanted));
map.show = wanted;

function one<E extends Element>(selector: string): E {
  const found = document.querySelector<E>(selector);
  if (!found) throw new Error(`${selector} is not on this page`);
  return found;
}
