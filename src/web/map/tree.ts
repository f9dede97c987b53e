/** The seats as a list: section, row, seat. Only what can be had is in it. */
import type { House } from "./house.js";
import type { Plan } from "./plan.js";

/** Where in the list somebody is. */
export interface Path {
  zone?: number | undefined;
  row?: number | undefined;
}

/** One line of the list. */
export interface Item {
  kind: "back" | "zone" | "row" | "seat";
  /** Which zone, row or seat; for `back` it means nothing. */
  at: number;
  label: string;
  note: string;
  chosen: boolean;
}

/** What the lines say of prices and of what is chosen. */
export interface Told {
  /** The price of a category, worded. */
  price(category: number): string;
  chosen: ReadonlySet<number>;
}

/** The lines at a place of the list. */
export function items(plan: Plan, house: House, path: Path, told: Told): Item[] {
  const { zone, row } = path;
  if (row !== undefined) {
    return [back(`Rows of ${zoneName(plan, plan.rows[row]?.zone ?? 0)}`), ...seats(plan, house, row, told)];
  }
  if (zone !== undefined) {
    const top = isSingle(plan) ? [] : [back("All sections")];
    return [...top, ...rows(plan, house, zone, told)];
  }
  return zones(plan, house, told);
}

/** Where a list begins: a single section is not worth a choice. */
export function start(plan: Plan): Path {
  return isSingle(plan) ? { zone: plan.zones.findIndex(({ first, end }) => first < end) } : {};
}

/** One step out. */
export function up(plan: Plan, path: Path): Path {
  return path.row === undefined ? start(plan) : { zone: path.zone };
}

/** What a list is headed with. */
export function heading(plan: Plan, { zone, row }: Path): string {
  if (zone === undefined) return "Sections";
  const name = zoneName(plan, zone);
  return row === undefined ? name : `${name}, ${rowName(plan, row)}`;
}

/** A seat among those of its row: "B12"; its whole label where that says too little. */
export function shortName(plan: Plan, seat: number): string {
  const row = plan.rows[plan.row[seat] ?? 0]?.number ?? "";
  const number = plan.numbers[seat] ?? "";
  const isShort = row !== "" && row.length <= 3 && number !== "" && /\D$/.test(row);
  return isShort ? `${row}${number}` : (plan.labels[seat] ?? "");
}

/** Seats side by side: "B14–15". */
export function shortNames(plan: Plan, seats: readonly number[]): string {
  const [first, ...others] = seats;
  const last = others.at(-1);
  if (first === undefined) return "";
  if (last === undefined) return shortName(plan, first);
  const isRun = seats.every((seat, at) => seat === first + at);
  const number = plan.numbers[last] ?? "";
  if (isRun && number !== "") return `${shortName(plan, first)}–${number}`;
  return seats.map((seat) => shortName(plan, seat)).join(", ");
}

/** "Row 14", as the seats' labels have it. */
export function rowName(plan: Plan, row: number): string {
  const { first, end, number, zone } = plan.rows[row] ?? { first: 0, end: 0, number: "", zone: 0 };
  const label = first < end ? (plan.labels[first] ?? "") : "";
  const zoneLength = plan.zones[zone]?.name.length ?? 0;
  const inner = label.slice(zoneLength === 0 ? 0 : zoneLength + 2, label.lastIndexOf(", "));
  const name = inner === "" || !label.includes(", ") ? number : inner;
  return name === "" ? "Row" : name.charAt(0).toUpperCase() + name.slice(1);
}

function zoneName(plan: Plan, zone: number): string {
  const name = plan.zones[zone]?.name ?? "";
  return name === "" ? "Seats" : name;
}

function isSingle(plan: Plan): boolean {
  return plan.zones.filter(({ first, end }) => first < end).length === 1;
}

function back(label: string): Item {
  return { kind: "back", at: 0, label, note: "", chosen: false };
}

function zones(plan: Plan, house: House, told: Told): Item[] {
  return plan.zones.flatMap(({ first, end }, at) => {
    const open = count(plan, house, first, end);
    const label = zoneName(plan, at);
    const chosen = [...told.chosen].some((seat) => plan.rows[plan.row[seat] ?? 0]?.zone === at);
    return line({ kind: "zone", at, label, chosen }, open, told);
  });
}

function rows(plan: Plan, house: House, zone: number, told: Told): Item[] {
  const { first, end } = plan.zones[zone] ?? { first: 0, end: 0 };
  const numbers = Array.from({ length: end - first }, (_, at) => first + at);
  return numbers.flatMap((at) => {
    const open = count(plan, house, at, at + 1);
    const chosen = [...told.chosen].some((seat) => plan.row[seat] === at);
    return line({ kind: "row", at, label: rowName(plan, at), chosen }, open, told);
  });
}

function seats(plan: Plan, house: House, row: number, told: Told): Item[] {
  const { first, end } = plan.rows[row] ?? { first: 0, end: 0 };
  const lines: Item[] = [];
  for (let seat = first; seat < end; seat += 1) {
    if (!house.isOpen(seat)) continue;
    const category = plan.category[seat] ?? 0;
    const note = `${plan.categories[category]?.name ?? ""} · ${told.price(category)}`;
    const label = `Seat ${plan.numbers[seat] || (plan.ids[seat] ?? "")}`;
    lines.push({ kind: "seat", at: seat, label, note, chosen: told.chosen.has(seat) });
  }
  return lines;
}

/** A section or row, if anything can be had in it. */
function line(item: Omit<Item, "note">, open: number[], told: Told): Item[] {
  const sum = open.reduce((all, one) => all + one, 0);
  if (sum === 0) return [];
  const prices = open.flatMap((some, category) => (some > 0 ? told.price(category) : []));
  return [{ ...item, note: `${sum} free · ${[...new Set(prices)].join(", ")}` }];
}

/** What can be had in some rows, by category. */
function count(plan: Plan, house: House, first: number, end: number): number[] {
  return plan.categories.map((_, category) => {
    let open = 0;
    for (let row = first; row < end; row += 1) open += house.openIn(row, category);
    return open;
  });
}
