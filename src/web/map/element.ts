/** `<seat-map>`: registered by importing this file. */
import { LitElement, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { instead } from "./beside.js";
import { Choice } from "./choice.js";
import { House, type Change } from "./house.js";
import "./list.js";
import type { SeatList } from "./list.js";
import { follow } from "./live.js";
import { loadPlan, loadShow, loadStanding } from "./load.js";
import { Places } from "./places.js";
import type { Plan } from "./plan.js";
import { Sheet } from "./sheet.js";
import type { Message } from "./sse.js";
import { styles } from "./style.js";
import { swatch } from "./swatch.js";
import { heading, items, shortName, shortNames, start, up, type Item, type Path } from "./tree.js";
import { turn } from "./turn.js";
import type { ChosenArea, ChosenSeat, Hold, Lost, SeatMapEvents, Selection } from "./types.js";
import { decided, ProblemError, type Schemas, type Usher } from "../client/index.js";
import { nodes, reach } from "../shared/reach.js";
import { money, moment, wording } from "../shared/words.js";

/** What can be said to the buyer, and what they can do about it at once. */
interface Notice {
  text: string;
  action?: { label: string; run: () => void };
}

/** Everything that is known of a show; there once it has been loaded. */
interface Known {
  show: Schemas["Show"];
  plan: Plan;
  house: House;
}

/** What can be asked for. */
type Wanted =
  | { seats?: string[]; areas?: { id: string; quantity: number }[] }
  | { best_available: { quantity: number; category?: string } };

/** Best available is asked for up to so many at once, if the show allows more. */
const BEST_MAX = 20;

/** Lists and numbers follow changes within so much. */
const REFRESH_MS = 200;

/** A show's seats, to look at and to choose from. */
@customElement("seat-map")
export class SeatMap extends LitElement {
  /** Where the nodes are, apart by spaces; those that the page knows, if empty. */
  @property() server = "";
  @property() show = "";
  /** Who asks, where tokens are wanted. */
  @property() token = "";
  /** Who asks, where callers are believed. */
  @property() user = "";
  /** Fewer seats than the show's own limit. */
  @property({ type: Number }) limit: number | undefined;

  @state() private known: Known | undefined;
  @state() private trouble: unknown;
  @state() private notice: Notice | undefined;
  @state() private isHolding = false;
  @state() private isLost = false;
  @state() private view: "map" | "list" = "map";
  @state() private path: Path = {};
  @state() private tip: { seat: number; x: number; y: number } | undefined;
  /** What a screen reader says next. */
  @state() private said = "";

  @query(".map") private container!: HTMLElement;
  @query("usher-seat-list") private list!: SeatList;

  private readonly choice = new Choice(0);
  private sheet: Sheet | undefined;
  private running: AbortController | undefined;
  private isStale = false;
  private refreshing: ReturnType<typeof setTimeout> | undefined;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly recolor = (): void => this.sheet?.recolor();
  private readonly resized = new ResizeObserver(() => this.sheet?.resize());

  static override styles = styles;

  /** Holds everything that is chosen, in place of what the buyer held before. */
  async hold(): Promise<Hold | undefined> {
    const seats = [...this.choice.seats].flatMap((seat) => this.known?.plan.ids[seat] ?? []);
    const areas = [...this.choice.areas].map(([id, quantity]) => ({ id, quantity }));
    if (seats.length + areas.length === 0) return undefined;
    return this.ask({
      ...(seats.length > 0 && { seats }),
      ...(areas.length > 0 && { areas }),
    });
  }

  /** Holds the best seats there are, together if possible. */
  async bestAvailable(quantity: number, category?: string): Promise<Hold | undefined> {
    return this.ask({ best_available: { quantity, ...(category !== undefined && { category }) } });
  }

  /** Lets go of everything that is chosen. What is held stays held. */
  clear(): void {
    this.choice.clear();
    this.chosen("Nothing is chosen.");
  }

  /** Leaves out one seat, or all places of one area. */
  drop(id: string): void {
    const seat = this.known?.plan.byId.get(id);
    if (seat !== undefined) this.choice.drop((other) => other === seat);
    else this.choice.setArea(id, 0, 0);
    this.chosen("");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.isStale = true;
    this.dark.addEventListener("change", this.recolor);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dark.removeEventListener("change", this.recolor);
    this.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.isStale ||= (["server", "show", "token", "user"] as const).some((name) => changed.has(name));
    if (changed.has("limit")) this.limitChoice();
  }

  protected override updated(): void {
    this.placeTip();
    if (!this.isStale) return;
    this.isStale = false;
    void this.restart();
  }

  private stop(): void {
    this.running?.abort();
    this.resized.disconnect();
    this.sheet?.destroy();
    this.sheet = undefined;
  }

  private async restart(): Promise<void> {
    this.stop();
    this.known = undefined;
    this.trouble = undefined;
    this.notice = undefined;
    this.choice.clear();
    if (this.show === "") return;
    const { signal } = (this.running = new AbortController());
    try {
      await this.run(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.trouble = error;
      this.tell("usher-refused", error);
    }
  }

  /** Loads everything, then lives with what changes. */
  private async run(signal: AbortSignal): Promise<void> {
    const everybody = reach({}, this.endpoints());
    const show = await loadShow(everybody, this.show, signal);
    const planned = loadPlan(everybody, show, signal);
    const [plan, standing, held] = await Promise.all([
      planned,
      loadStanding(everybody, show, planned, signal),
      this.ownHold(),
    ]);
    const house = new House(plan, standing.free);
    const places = await Places.of(plan);
    if (signal.aborted) return;
    house.apply({ seats: [], areas: standing.areas });
    this.known = { show, plan, house };
    this.path = start(plan);
    this.limitChoice();
    if (held) this.takeHold(held);
    await this.updateComplete;
    await turn();
    if (signal.aborted) return;
    if (0 < plan.size) await this.open(plan, house, places);
    if (this.choice.count > 0) this.chosen("");
    await follow({
      endpoints: this.endpoints(),
      show: show.id,
      lastId: standing.lastId,
      signal,
      connected: (is) => (this.isLost = !is),
      take: (message) => this.take(message, everybody, signal),
    });
  }

  private async open(plan: Plan, house: House, places: Places): Promise<void> {
    const sheet = new Sheet(this.container, plan, house, places, {
      pick: (seat) => this.toggle(seat),
      hover: (seat, x, y) => (this.tip = seat === undefined ? undefined : { seat, x, y }),
    });
    this.sheet = sheet;
    this.resized.observe(this.container);
    this.mark();
    this.requestUpdate();
    await sheet.ready;
    performance.mark("usher-seat-map");
    this.tell("usher-ready", undefined);
  }

  private endpoints(): string[] {
    const named = this.server.split(/\s+/).filter((node) => node !== "");
    return named.length > 0 ? named.map((node) => new URL(node, location.href).origin) : nodes();
  }

  /** A client that says who asks; nobody is asked for nobody's holds. */
  private client(): Usher {
    const who = {
      ...(this.token !== "" && { token: this.token }),
      ...(this.user !== "" && { user: this.user }),
    };
    return reach(who, this.endpoints());
  }

  /** What the buyer holds now, of any show. */
  private async ownHold(): Promise<Hold | undefined> {
    if (this.token === "" && this.user === "") return undefined;
    try {
      // Any node's word would do but for a hold that was made a moment ago at another one.
      const query = { consistency: "linearizable" } as const;
      return await decided(this.client().GET("/v1/me/hold", { params: { query } }));
    } catch (error) {
      // None, or one that we can't learn of: the map is of use without it.
      if (error instanceof ProblemError && error.is("not_found")) return undefined;
      this.tell("usher-refused", error);
      return undefined;
    }
  }

  /** What the stream says. Where to go on, if it can't go on from there. */
  private async take(
    message: Message,
    client: Usher,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { known } = this;
    if (!known) return undefined;
    if (message.event === "reset") {
      // A snapshot follows. It is large, and asking for a packed one is cheaper than parsing it.
      const standing = await loadStanding(client, known.show, known.plan, signal);
      if (standing.lastId === "") return undefined;
      known.house.apply({ seats: [], areas: standing.areas });
      this.changed(known.house.replace(standing.free));
      return standing.lastId;
    }
    if (message.event === "snapshot" || message.event === "seats") {
      this.changed(known.house.apply(JSON.parse(message.data) as Change));
    }
    return undefined;
  }

  private changed(seats: number[]): void {
    this.sheet?.change(seats);
    this.refreshSoon();
    void this.lose();
  }

  /** Brings the list and the numbers up to date; not at each of many changes. */
  private refreshSoon(): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = undefined;
      this.requestUpdate();
    }, REFRESH_MS);
  }

  /** Drops what was chosen and is gone. */
  private async lose(): Promise<void> {
    const { known, choice } = this;
    if (!known || this.isHolding) return;
    const { house } = known;
    const isGone = (seat: number): boolean => !house.isOpen(seat);
    this.limitAreas();
    if (![...choice.seats].some(isGone)) return;
    // The page around may have held them for the buyer.
    const held = await this.ownHold();
    if (this.known !== known) return;
    if (held) this.own(held);
    const before = new Set(choice.seats);
    const gone = choice.drop(isGone);
    if (gone.length > 0) this.mourn(known, gone, before);
  }

  /** Says which seats went, and what could be had beside them. */
  private mourn({ plan, house }: Known, gone: number[], before: ReadonlySet<number>): void {
    const { choice } = this;
    const offers = new Set<number>();
    for (const seat of gone) {
      const row = plan.row[seat];
      const together = [...before].filter((other) => plan.row[other] === row).length;
      const beside = instead(
        plan,
        seat,
        together,
        (other) => house.isOpen(other),
        (other) => choice.seats.has(other),
      );
      for (const other of beside) offers.add(other);
      const detail: Lost = { seat: this.seat(seat), instead: beside.map((it) => this.seat(it)) };
      this.tell("usher-lost", detail);
    }
    const went = `${gone.map((seat) => shortName(plan, seat)).join(", ")} just went`;
    const offered = [...offers].sort((a, b) => a - b).slice(0, choice.left);
    const names = shortNames(plan, offered);
    this.notice = {
      text: offered.length > 0 ? `${went}: try ${names}.` : `${went}. Nothing is free beside it.`,
      ...(offered.length > 0 && {
        action: { label: `Take ${names}`, run: () => this.takeAll(offered) },
      }),
    };
    this.chosen("");
  }

  private takeAll(seats: readonly number[]): void {
    for (const seat of seats) {
      if (!this.choice.seats.has(seat)) this.choice.toggle(seat, this.known?.house.isOpen(seat) ?? false);
    }
    this.notice = undefined;
    this.chosen(`${seats.length === 1 ? "1 seat" : `${seats.length} seats`} added.`);
  }

  /** Asks for a hold in place of any that the buyer has. */
  private async ask(wanted: Wanted): Promise<Hold | undefined> {
    const { known } = this;
    if (!known || this.isHolding) return undefined;
    this.isHolding = true;
    this.notice = undefined;
    try {
      const hold = await decided(
        this.client().POST("/v1/shows/{show}/holds", {
          params: { path: { show: known.show.id } },
          body: { ...wanted, replace_active: true },
        }),
      );
      if (this.known === known) {
        this.takeHold(hold);
        this.chosen(`Held: ${hold.seats.map((seat) => seat.label).join("; ")}`);
      }
      this.tell("usher-hold", hold);
      return hold;
    } catch (error) {
      if (this.known === known) this.refused(known, error);
      this.tell("usher-refused", error);
      return undefined;
    } finally {
      this.isHolding = false;
      void this.lose();
    }
  }

  /** What is held is what is chosen. */
  private takeHold(hold: Hold): void {
    const { known } = this;
    if (!known || hold.show !== known.show.id) return;
    this.own(hold);
    this.choice.set(known.house.own, hold.areas.map(({ id, quantity }) => [id, quantity] as const));
  }

  private own(hold: Hold): void {
    const { known } = this;
    if (!known || hold.show !== known.show.id) return;
    const seats = hold.seats.flatMap(({ id }) => known.plan.byId.get(id) ?? []);
    const areas = hold.areas.map(({ id, quantity }) => [id, quantity] as const);
    // Before the sheet is there, too: what is owned is chosen.
    const changed = known.house.hold(seats, areas);
    this.sheet?.change(changed);
    this.mark();
  }

  private refused({ plan, house }: Known, error: unknown): void {
    if (error instanceof ProblemError) {
      if (error.is("seat_unavailable") && error.problem.conflicts.length > 0) {
        // The stream will say so too, perhaps later.
        const seats = error.problem.conflicts.map((id) => ({ id, status: "unavailable" }));
        this.changed(house.apply({ seats, areas: [] }));
        return;
      }
      if (error.is("orphan_seat")) {
        this.notice = this.single(plan, error.problem.seats);
        this.said = this.notice.text;
        return;
      }
    }
    this.notice = { text: wording(error) };
    this.said = this.notice.text;
  }

  /** A seat would be left single. */
  private single(plan: Plan, ids: readonly string[]): Notice {
    const seats = ids.flatMap((id) => plan.byId.get(id) ?? []);
    const names = shortNames(plan, seats);
    const text = `That would leave ${names} single between taken seats. Take it too, or move along.`;
    if (seats.length === 0 || this.choice.left < seats.length) return { text };
    return { text, action: { label: `Take ${names} too`, run: () => this.takeAll(seats) } };
  }

  private toggle(seat: number): void {
    const { known, choice } = this;
    if (!known) return;
    const { plan } = known;
    const label = plan.labels[seat] ?? "";
    switch (choice.toggle(seat, known.house.isOpen(seat))) {
      case "added":
        this.notice = undefined;
        return this.chosen(`${label} chosen.`);
      case "removed":
        this.notice = undefined;
        return this.chosen(`${label} let go.`);
      case "full":
        this.notice = { text: `At most ${choice.max} at a time: let one go first.` };
        break;
      case "gone":
        this.notice = { text: `${label} is taken.` };
        break;
    }
    this.said = this.notice.text;
  }

  /** Tells everybody what is chosen now. */
  private chosen(said: string): void {
    this.mark();
    this.said = [said, this.sum()].filter((part) => part !== "").join(" ");
    this.tell("usher-selection", this.selection());
    this.requestUpdate();
  }

  private mark(): void {
    const { known, choice, sheet } = this;
    if (!known || !sheet) return;
    const seats = [...choice.seats];
    sheet.mark("own", seats.filter((seat) => known.house.own.has(seat)));
    sheet.mark("chosen", seats.filter((seat) => !known.house.own.has(seat)));
  }

  private setArea(area: Schemas["Area"], quantity: number): void {
    const available = this.placesLeft(area.id);
    const got = this.choice.setArea(area.id, quantity, available);
    this.chosen(`${area.name}: ${got}.`);
  }

  /** Free places of an area, with those that the buyer holds. */
  private placesLeft(area: string): number {
    return this.known?.house.placesIn(area) ?? 0;
  }

  private limitAreas(): void {
    for (const [area, quantity] of this.choice.areas) {
      const left = this.placesLeft(area);
      if (left < quantity && !this.isHolding) this.choice.setArea(area, left, left);
    }
  }

  private limitChoice(): void {
    const most = this.known?.show.policy.seats_per_hold_max ?? 0;
    this.choice.max = Math.min(most, this.limit ?? most);
  }

  private seat(seat: number): ChosenSeat {
    const { plan } = this.known!;
    const category = plan.categories[plan.category[seat] ?? 0]?.name ?? "";
    const price = this.price(category);
    return { id: plan.ids[seat] ?? "", label: plan.labels[seat] ?? "", category, price };
  }

  private price(category: string): number {
    return this.known?.show.prices[category] ?? 0;
  }

  private selection(): Selection {
    const { known, choice } = this;
    if (!known) return { seats: [], areas: [], total: { amount: 0, currency: "EUR" } };
    const seats = [...choice.seats].map((seat) => this.seat(seat));
    const areas: ChosenArea[] = known.show.areas.flatMap(({ id, name, category }) => {
      const quantity = choice.areas.get(id);
      return quantity === undefined ? [] : [{ id, name, quantity, price: this.price(category) }];
    });
    const amount =
      seats.reduce((sum, { price }) => sum + price, 0) +
      areas.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    return { seats, areas, total: { amount, currency: known.show.currency } };
  }

  private sum(): string {
    const { amount, currency } = this.selection().total;
    const { count } = this.choice;
    return count === 0 ? "" : `${count} chosen, ${money(amount, currency)}.`;
  }

  private tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // What is seen.

  override render(): TemplateResult {
    const seatless = this.known?.plan.size === 0;
    return html`
      <div class="frame ${seatless ? "seatless" : ""}" part="frame">
        <section
          class="list ${this.view === "list" ? "open" : ""}"
          part="list"
          aria-label="Seats as a list"
          ?hidden=${seatless}
        >
          ${this.listView()}
        </section>
        ${this.tools()} ${this.mapView(seatless)} ${this.legend()} ${this.areas()}
        ${this.noticeView()} ${this.choiceView()}
      </div>
      <p class="aside" role="status">${this.said}</p>
    `;
  }

  private listView(): TemplateResult | typeof nothing {
    const { known } = this;
    if (!known) return nothing;
    const { plan, house, show } = known;
    const told = {
      price: (category: number) =>
        money(this.price(plan.categories[category]?.name ?? ""), show.currency),
      chosen: this.choice.seats,
    };
    return html`<usher-seat-list
      .items=${items(plan, house, this.path, told)}
      heading=${heading(plan, this.path)}
      @step=${(event: CustomEvent<Item>) => this.step(event.detail)}
      @look=${(event: CustomEvent<Item | undefined>) => this.look(event.detail)}
    ></usher-seat-list>`;
  }

  private step(item: Item): void {
    const { known } = this;
    if (!known) return;
    if (item.kind === "seat") return this.toggle(item.at);
    if (item.kind === "zone") this.path = { zone: item.at };
    else if (item.kind === "row") this.path = { ...this.path, row: item.at };
    else this.path = up(known.plan, this.path);
    this.said = heading(known.plan, this.path);
    void this.updateComplete.then(() => this.list.enter());
  }

  private look(item: Item | undefined): void {
    const seat = item?.kind === "seat" ? item.at : undefined;
    this.sheet?.mark("focus", seat === undefined ? [] : [seat]);
    if (seat !== undefined && this.view === "map") this.sheet?.show(seat);
  }

  private tools(): TemplateResult {
    const view = (name: "map" | "list", label: string): TemplateResult => html`<button
      type="button"
      aria-pressed=${this.view === name}
      @click=${() => (this.view = name)}
    >
      ${label}
    </button>`;
    return html`<div class="tools" part="tools" ?hidden=${this.known?.plan.size === 0}>
      <div class="views" role="group" aria-label="Show seats as">
        ${view("map", "Map")} ${view("list", "List")}
      </div>
      ${this.best()}
    </div>`;
  }

  private best(): TemplateResult {
    const most = Math.min(BEST_MAX, this.choice.max);
    const categories = this.known?.plan.categories ?? [];
    return html`<form @submit=${this.wantBest}>
      <label>
        Seats
        <select name="quantity">
          ${Array.from({ length: most }, (_, at) => html`<option ?selected=${at === 1}>${at + 1}</option>`)}
        </select>
      </label>
      <label>
        Category
        <select name="category">
          <option value="">Any</option>
          ${categories.map(({ name }) => html`<option value=${name}>${name}</option>`)}
        </select>
      </label>
      <button ?disabled=${most === 0 || this.isHolding}>Hold best seats</button>
    </form>`;
  }

  private wantBest(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const category = String(form.get("category") ?? "");
    void this.bestAvailable(Number(form.get("quantity")), category === "" ? undefined : category);
  }

  private mapView(seatless: boolean): TemplateResult {
    const zoom = (label: string, sign: string, run: () => void): TemplateResult =>
      html`<button type="button" aria-label=${label} title=${label} @click=${run}>${sign}</button>`;
    return html`<div class="plan" part="map" ?hidden=${seatless}>
      <div
        class="map"
        role="group"
        aria-label="Seating plan. Arrow keys move it, plus and minus zoom. The list has the same seats."
      ></div>
      <div class="zoom" ?hidden=${!this.known}>
        ${zoom("Closer", "+", () => this.sheet?.zoom(1))}
        ${zoom("Further away", "−", () => this.sheet?.zoom(-1))}
        ${zoom("The whole hall", "⤢", () => this.sheet?.fit())}
      </div>
      ${this.tipView()} ${this.cover()}
    </div>`;
  }

  private cover(): TemplateResult | typeof nothing {
    if (this.trouble !== undefined) {
      return html`<div class="cover">
        <p role="alert">${wording(this.trouble)}</p>
        <button type="button" @click=${() => this.restart()}>Try again</button>
      </div>`;
    }
    return this.known ? nothing : html`<div class="cover"><p>The seating plan is on its way…</p></div>`;
  }

  private tipView(): TemplateResult | typeof nothing {
    const { known, tip } = this;
    if (!known || !tip) return nothing;
    const { label, category, price } = this.seat(tip.seat);
    const stands = this.choice.seats.has(tip.seat)
      ? "chosen"
      : known.house.isOpen(tip.seat)
        ? money(price, known.show.currency)
        : "taken";
    return html`<div class="tip" part="tooltip" aria-hidden="true">
      <p><strong>${label}</strong></p>
      <p>${category} · ${stands}</p>
    </div>`;
  }

  /** Beside the pointer, within the map. From here, because a policy may forbid style attributes. */
  private placeTip(): void {
    const tip = this.renderRoot.querySelector<HTMLElement>(".tip");
    if (!tip || !this.tip) return;
    const { clientWidth, clientHeight } = this.container;
    const flip = clientHeight < this.tip.y + tip.offsetHeight + 24;
    const x = Math.max(4, Math.min(this.tip.x + 12, clientWidth - tip.offsetWidth - 4));
    const y = flip ? this.tip.y - tip.offsetHeight - 12 : this.tip.y + 16;
    tip.style.transform = `translate(${x}px, ${y}px)`;
  }

  private legend(): TemplateResult | typeof nothing {
    const { known, sheet } = this;
    if (!known || !sheet) return nothing;
    const { plan, show } = known;
    const box = "-10 -10 20 20";
    return html`<ul class="legend" part="legend" aria-label="What the map shows">
      ${plan.categories.map(({ name }, at) => {
        const look = sheet.looks[at];
        return html`<li>
          <svg viewBox=${box} aria-hidden="true">${look ? swatch(look) : nothing}</svg>
          <span>${name} <span class="price">${money(this.price(name), show.currency)}</span></span>
        </li>`;
      })}
      <li>
        <svg viewBox=${box} aria-hidden="true">
          ${svg`<path d="M-4-4 4 4M4-4-4 4" stroke="currentColor" stroke-width="2" opacity=".6" />`}
        </svg>
        taken
      </li>
      <li>
        <svg viewBox=${box} aria-hidden="true">
          ${svg`<path d="M0-8a8 8 0 1 0 .01 0M-4 0l3 3.5 5-7" fill="none" stroke="currentColor" stroke-width="2" />`}
        </svg>
        chosen
      </li>
    </ul>`;
  }

  private areas(): TemplateResult | typeof nothing {
    const { known } = this;
    if (!known || known.show.areas.length === 0) return nothing;
    return html`<section class="areas" part="areas" aria-label="Places without seats">
      ${known.show.areas.map((area) => this.area(known, area))}
    </section>`;
  }

  private area({ show }: Known, area: Schemas["Area"]): TemplateResult {
    const quantity = this.choice.areas.get(area.id) ?? 0;
    const left = this.placesLeft(area.id);
    const isMost = this.choice.left === 0 || left <= quantity;
    return html`<div class="area" role="group" aria-label=${area.name}>
      <span>
        <strong>${area.name}</strong>
        <span class="price">${money(this.price(area.category), show.currency)} · ${left} left</span>
      </span>
      <span class="stepper">
        <button
          type="button"
          aria-label="One fewer: ${area.name}"
          ?disabled=${quantity === 0}
          @click=${() => this.setArea(area, quantity - 1)}
        >
          −
        </button>
        <output>${quantity}</output>
        <button
          type="button"
          aria-label="One more: ${area.name}"
          ?disabled=${isMost}
          @click=${() => this.setArea(area, quantity + 1)}
        >
          +
        </button>
      </span>
    </div>`;
  }

  private noticeView(): TemplateResult | typeof nothing {
    const { notice } = this;
    const closed = this.closed();
    if (!notice && closed === "" && !this.isLost) return nothing;
    const quiet = closed === "" ? "Live changes are interrupted; trying again." : closed;
    return html`<div class="notice" part="notice">
      <p>${notice?.text ?? quiet}</p>
      ${notice?.action
        ? html`<button type="button" @click=${notice.action.run}>${notice.action.label}</button>`
        : nothing}
      ${notice
        ? html`<button type="button" @click=${() => (this.notice = undefined)}>OK</button>`
        : nothing}
    </div>`;
  }

  /** Why nothing can be had, if so. */
  private closed(): string {
    const show = this.known?.show;
    switch (show?.status) {
      case "cancelled":
        return "This show is cancelled.";
      case "closed":
        return "The sale is over.";
      case "scheduled": {
        const opens = show.sale.opens_at;
        return opens ? `The sale begins on ${moment(opens)}.` : "The sale has not begun.";
      }
      default:
        return "";
    }
  }

  private choiceView(): TemplateResult | typeof nothing {
    const { known, choice } = this;
    if (!known) return nothing;
    const { total } = this.selection();
    return html`<section class="choice" part="selection" aria-label="Your choice">
      ${choice.count > 0 ? this.chosenList(known) : nothing}
      <p class="total">
        ${choice.count === 0
          ? html`Choose up to ${choice.max}.`
          : html`<strong>${money(total.amount, total.currency)}</strong> for ${choice.count} of at most
              ${choice.max}`}
      </p>
      <slot name="hold">
        <button
          type="button"
          class="primary"
          part="hold"
          ?disabled=${choice.count === 0 || this.isHolding}
          @click=${() => this.hold()}
        >
          ${choice.count === 1 ? "Hold it" : "Hold them"}
        </button>
      </slot>
    </section>`;
  }

  private chosenList({ plan }: Known): TemplateResult {
    return html`<ul role="list" aria-label="Chosen seats">
      ${[...this.choice.seats].map((seat) => {
        const label = plan.labels[seat] ?? "";
        const remove = `Let go of ${label}`;
        return html`<li>
          <button type="button" aria-label=${remove} title=${remove} @click=${() => this.toggle(seat)}>
            ${label} <span aria-hidden="true">×</span>
          </button>
        </li>`;
      })}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "seat-map": SeatMap;
  }
  interface HTMLElementEventMap extends SeatMapEvents {}
}
