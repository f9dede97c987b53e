/** One buyer at one show: what they see, what they have chosen and hold, and what becomes of it. */
import { instead } from "./beside.js";
import { Choice } from "./choice.js";
import { House, type Change } from "./house.js";
import { follow } from "./live.js";
import { loadPlan, loadShow, loadStanding } from "./load.js";
import { Places } from "./places.js";
import type { Plan } from "./plan.js";
import type { Message } from "./sse.js";
import { shortName, shortNames } from "./tree.js";
import type { ChosenArea, ChosenSeat, Hold, Lost, SeatMapEvents, Selection } from "./types.js";
import { decided, ProblemError, type Schemas, type Usher } from "../client/index.js";
import { reach, type Who } from "../shared/reach.js";
import { money, wording } from "../shared/words.js";

/** Whose visit it is, and where to. */
export interface Ticket {
  show: string;
  endpoints: readonly string[];
  /** Nobody in particular, if it says neither: they may look. */
  who: Who;
  signal: AbortSignal;
}

/** What a visit tells. */
export interface Told {
  /** These seats look different now. */
  changed(seats: readonly number[]): void;
  /** The choice, the notice or what is held is another. */
  updated(): void;
  /** What a screen reader says. */
  say(text: string): void;
  tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]["detail"]): void;
}

/** What can be said to the buyer, and what they can do about it at once. */
export interface Notice {
  text: string;
  action?: { label: string; run: () => void };
}

/** What can be asked for. */
export type Wanted =
  | { seats?: string[]; areas?: { id: string; quantity: number }[] }
  | { best_available: { quantity: number; category?: string } };

export class Visit {
  readonly choice: Choice;
  notice: Notice | undefined;
  isHolding = false;
  /** Whether changes don't come at the moment. */
  isInterrupted = false;
  private isRecalling = false;

  private constructor(
    private readonly ticket: Ticket,
    private readonly told: Told,
    readonly show: Schemas["Show"],
    readonly plan: Plan,
    readonly places: Places,
    readonly house: House,
    private readonly lastId: string,
  ) {
    this.choice = new Choice(show.policy.seats_per_hold_max);
  }

  /** Loads everything; what the buyer holds already is what is chosen. */
  static async begin(ticket: Ticket, told: Told): Promise<Visit> {
    const { endpoints, signal } = ticket;
    // What is public is asked for without saying who asks.
    const everybody = reach({}, endpoints);
    const show = await loadShow(everybody, ticket.show, signal);
    const planned = loadPlan(everybody, show, signal);
    const [plan, standing, held] = await Promise.all([
      planned,
      loadStanding(everybody, show, planned, signal),
      ownHold(ticket, told),
    ]);
    const house = new House(plan, standing.free);
    house.apply({ seats: [], areas: standing.areas });
    const places = await Places.of(plan);
    const visit = new Visit(ticket, told, show, plan, places, house, standing.lastId);
    if (held) visit.takeHold(held);
    return visit;
  }

  /** Lives with what changes, until the signal says otherwise. */
  live(): Promise<void> {
    const { endpoints, signal } = this.ticket;
    return follow({
      endpoints,
      show: this.show.id,
      lastId: this.lastId,
      signal,
      connected: (is) => {
        this.isInterrupted = !is;
        this.told.updated();
      },
      take: (message) => this.take(message),
    });
  }

  /** Fewer seats at a time than the show allows. */
  limit(most: number | undefined): void {
    const { seats_per_hold_max } = this.show.policy;
    this.choice.max = Math.min(seats_per_hold_max, most ?? seats_per_hold_max);
  }

  toggle(seat: number): void {
    const label = this.plan.labels[seat] ?? "";
    switch (this.choice.toggle(seat, this.house.isOpen(seat))) {
      case "added":
        this.notice = undefined;
        return this.chosen(`${label} chosen.`);
      case "removed":
        this.notice = undefined;
        return this.chosen(`${label} let go.`);
      case "full":
        return this.note({ text: `At most ${this.choice.max} at a time: let one go first.` });
      case "gone":
        return this.note({ text: `${label} is taken.` });
    }
  }

  /** Wants so many places of an area. */
  setArea(area: Schemas["Area"], quantity: number): void {
    const got = this.choice.setArea(area.id, quantity, this.house.placesIn(area.id));
    this.chosen(`${area.name}: ${got}.`);
  }

  /** Leaves out one seat, or all places of one area. */
  drop(id: string): void {
    const seat = this.plan.byId.get(id);
    if (seat !== undefined) this.choice.drop((other) => other === seat);
    else this.choice.setArea(id, 0, 0);
    this.chosen("");
  }

  clear(): void {
    this.choice.clear();
    this.chosen("Nothing is chosen.");
  }

  dismiss(): void {
    this.notice = undefined;
    this.told.updated();
  }

  /** Holds everything that is chosen. */
  async hold(): Promise<Hold | undefined> {
    const seats = [...this.choice.seats].flatMap((seat) => this.plan.ids[seat] ?? []);
    const areas = [...this.choice.areas].map(([id, quantity]) => ({ id, quantity }));
    if (seats.length + areas.length === 0) return undefined;
    return this.ask({ ...(seats.length > 0 && { seats }), ...(areas.length > 0 && { areas }) });
  }

  /** Asks for a hold in place of any that the buyer has. */
  async ask(wanted: Wanted): Promise<Hold | undefined> {
    if (this.isHolding) return undefined;
    const { show, told } = this;
    this.isHolding = true;
    this.notice = undefined;
    told.updated();
    try {
      const hold = await decided(
        client(this.ticket).POST("/v1/shows/{show}/holds", {
          params: { path: { show: show.id } },
          body: { ...wanted, replace_active: true },
        }),
      );
      this.takeHold(hold);
      this.chosen(`Held: ${hold.seats.map((seat) => seat.label).join("; ")}.`);
      told.tell("usher-hold", hold);
      return hold;
    } catch (error) {
      this.refused(error);
      told.tell("usher-refused", error);
      return undefined;
    } finally {
      this.isHolding = false;
      // What changed meanwhile was left alone: it may have been this hold.
      this.changed([]);
    }
  }

  seat(seat: number): ChosenSeat {
    const { plan } = this;
    const category = plan.categories[plan.category[seat] ?? 0]?.name ?? "";
    const price = this.price(category);
    return { id: plan.ids[seat] ?? "", label: plan.labels[seat] ?? "", category, price };
  }

  /** What a place of a category costs. */
  price(category: string): number {
    return this.show.prices[category] ?? 0;
  }

  selection(): Selection {
    const { show, choice } = this;
    const seats = [...choice.seats].map((seat) => this.seat(seat));
    const areas: ChosenArea[] = show.areas.flatMap(({ id, name, category }) => {
      const quantity = choice.areas.get(id);
      return quantity === undefined ? [] : [{ id, name, quantity, price: this.price(category) }];
    });
    const amount =
      seats.reduce((sum, { price }) => sum + price, 0) +
      areas.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    return { seats, areas, total: { amount, currency: show.currency } };
  }

  /** What the stream says. Where to go on, if it can't go on from there. */
  private async take(message: Message): Promise<string | undefined> {
    const { house, show, plan, ticket } = this;
    if (message.event === "reset") {
      // A snapshot follows. It is large, and asking for a packed one is cheaper than parsing it.
      const everybody = reach({}, ticket.endpoints);
      const standing = await loadStanding(everybody, show, plan, ticket.signal);
      if (standing.lastId === "") return undefined;
      house.apply({ seats: [], areas: standing.areas });
      this.changed(house.replace(standing.free));
      return standing.lastId;
    }
    if (message.event === "snapshot" || message.event === "seats") {
      this.changed(house.apply(JSON.parse(message.data) as Change));
    }
    return undefined;
  }

  private changed(seats: readonly number[]): void {
    this.told.changed(seats);
    if (this.isHolding) return;
    if (this.isSomethingGone() || this.house.isHoldInDoubt) void this.recall();
  }

  private isSomethingGone(): boolean {
    const { house, choice } = this;
    const areas = [...choice.areas].some(([area, quantity]) => house.placesIn(area) < quantity);
    return areas || [...choice.seats].some((seat) => !house.isOpen(seat));
  }

  /**
   * Asks what the buyer holds before anything is called lost: the page around may have held it for
   * them. Once at a time.
   */
  private async recall(): Promise<void> {
    if (this.isRecalling) return;
    this.isRecalling = true;
    const held = await ownHold(this.ticket, this.told);
    this.isRecalling = false;
    if (this.ticket.signal.aborted || this.isHolding || held === undefined) return;
    this.own(held);
    if (this.isSomethingGone()) this.lose();
  }

  /** Drops what was chosen and is gone; says so, and what could be had beside it. */
  private lose(): void {
    const { plan, house, choice, told } = this;
    const before = [...choice.seats];
    const gone = choice.drop((seat) => !house.isOpen(seat));
    for (const [area] of choice.areas) {
      const left = house.placesIn(area);
      choice.setArea(area, Math.min(left, choice.areas.get(area) ?? 0), left);
    }
    const offers = new Set<number>();
    for (const seat of gone) {
      const together = before.filter((other) => plan.row[other] === plan.row[seat]).length;
      const isFree = (other: number): boolean => house.isOpen(other);
      const isChosen = (other: number): boolean => choice.seats.has(other);
      const beside = instead(plan, seat, together, isFree, isChosen);
      for (const other of beside) offers.add(other);
      const detail: Lost = { seat: this.seat(seat), instead: beside.map((it) => this.seat(it)) };
      told.tell("usher-lost", detail);
    }
    const names = gone.map((seat) => shortName(plan, seat)).join(", ");
    const went = `${names === "" ? "Some places" : names} just went`;
    const offered = [...offers].sort((a, b) => a - b).slice(0, choice.left);
    if (offered.length > 0) {
      const others = shortNames(plan, offered);
      const action = { label: `Take ${others}`, run: () => this.takeAll(offered) };
      this.notice = { text: `${went}: try ${others}.`, action };
    } else {
      this.notice = { text: `${went}.` };
    }
    this.chosen(this.notice.text);
  }

  private takeAll(seats: readonly number[]): void {
    const { choice, house } = this;
    for (const seat of seats) if (!choice.seats.has(seat)) choice.toggle(seat, house.isOpen(seat));
    this.notice = undefined;
    this.chosen(`${shortNames(this.plan, seats)} chosen.`);
  }

  /** What is held is what is chosen. */
  private takeHold(hold: Hold): void {
    if (hold.show !== this.show.id) return;
    this.own(hold);
    this.choice.set(this.house.own, hold.areas.map(({ id, quantity }) => [id, quantity] as const));
  }

  /** Takes over what the buyer holds; of another show it is as good as nothing. */
  private own(hold: Hold | null): void {
    const here = hold?.show === this.show.id ? hold : { seats: [], areas: [] };
    const seats = here.seats.flatMap(({ id }) => this.plan.byId.get(id) ?? []);
    const areas = here.areas.map(({ id, quantity }) => [id, quantity] as const);
    const changed = this.house.hold(seats, areas);
    this.told.changed(changed);
    this.told.updated();
  }

  private refused(error: unknown): void {
    if (error instanceof ProblemError) {
      if (error.is("seat_unavailable") && error.problem.conflicts.length > 0) {
        // The stream will say so too, perhaps later.
        const seats = error.problem.conflicts.map((id) => ({ id, status: "unavailable" }));
        this.told.changed(this.house.apply({ seats, areas: [] }));
        return;
      }
      if (error.is("orphan_seat")) return this.note(this.single(error.problem.seats));
    }
    this.note({ text: wording(error) });
  }

  /** A seat would be left single. */
  private single(ids: readonly string[]): Notice {
    const seats = ids.flatMap((id) => this.plan.byId.get(id) ?? []);
    const names = shortNames(this.plan, seats);
    const text = `That would leave ${names} single between taken seats. Take it too, or move along.`;
    if (seats.length === 0 || this.choice.left < seats.length) return { text };
    return { text, action: { label: `Take ${names} too`, run: () => this.takeAll(seats) } };
  }

  private note(notice: Notice): void {
    this.notice = notice;
    this.told.say(notice.text);
    this.told.updated();
  }

  /** Tells everybody what is chosen now. */
  private chosen(said: string): void {
    const selection = this.selection();
    const { amount, currency } = selection.total;
    const { count } = this.choice;
    const sum = count === 0 ? "" : `${count} chosen, ${money(amount, currency)}.`;
    this.told.say([said, sum].filter((part) => part !== "").join(" "));
    this.told.tell("usher-selection", selection);
    this.told.updated();
  }
}

/** A client that says who asks. */
function client({ who, endpoints }: Ticket): Usher {
  return reach(who, endpoints);
}

/** What the buyer holds now, of any show: `null` for nothing, `undefined` if we can't learn it. */
async function ownHold(ticket: Ticket, told: Told): Promise<Hold | null | undefined> {
  const { token, user } = ticket.who;
  if (token === undefined && user === undefined) return null;
  try {
    // Any node's word would do but for a hold that was made a moment ago at another one.
    const query = { consistency: "linearizable" } as const;
    return await decided(client(ticket).GET("/v1/me/hold", { params: { query } }));
  } catch (error) {
    if (error instanceof ProblemError && error.is("not_found")) return null;
    told.tell("usher-refused", error);
    return undefined;
  }
}
