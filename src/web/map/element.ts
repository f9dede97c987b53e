/** `<seat-map>`: registered by importing this file. */
import { LitElement, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "./list.js";
import type { SeatList } from "./list.js";
import { Sheet } from "./sheet.js";
import { styles } from "./style.js";
import { swatch } from "./swatch.js";
import { heading, items, start, up, type Item, type Path } from "./tree.js";
import { turn } from "./turn.js";
import type { Hold, SeatMapEvents } from "./types.js";
import { Visit } from "./visit.js";
import type { Schemas } from "../client/index.js";
import { nodes } from "../shared/reach.js";
import { money, moment, wording } from "../shared/words.js";

/** Best available is asked for up to so many at once, if the show allows more. */
const BEST_MAX = 20;

/** Lists and numbers follow changes within so much. */
const REFRESH_MS = 200;

/** What has been drawn once carries this name in the page's performance entries. */
const FIRST_PICTURE = "usher-seat-map";

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

  /** There once everything has been loaded. */
  @state() private visit: Visit | undefined;
  @state() private trouble: unknown;
  @state() private view: "map" | "list" = "map";
  @state() private path: Path = {};
  @state() private tip: { seat: number; x: number; y: number } | undefined;
  /** What a screen reader says next. */
  @state() private said = "";

  @query(".map") private container!: HTMLElement;
  @query("usher-seat-list") private list!: SeatList;

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
    return this.visit?.hold();
  }

  /** Holds the best seats there are, together if possible. */
  async bestAvailable(quantity: number, category?: string): Promise<Hold | undefined> {
    const best_available = { quantity, ...(category !== undefined && { category }) };
    return this.visit?.ask({ best_available });
  }

  /** Lets go of everything that is chosen. What is held stays held. */
  clear(): void {
    this.visit?.clear();
  }

  /** Leaves out one seat, or all places of one area. */
  drop(id: string): void {
    this.visit?.drop(id);
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
    if (changed.has("limit")) this.visit?.limit(this.limit);
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
    this.visit = undefined;
    this.trouble = undefined;
    this.tip = undefined;
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

  private async run(signal: AbortSignal): Promise<void> {
    const visit = await Visit.begin(
      { show: this.show, endpoints: this.endpoints(), who: this.who(), signal },
      {
        changed: (seats) => {
          this.sheet?.change(seats);
          this.refreshSoon();
        },
        updated: () => {
          this.mark();
          this.requestUpdate();
        },
        say: (text) => (this.said = text),
        tell: (name, detail) => signal.aborted || this.tell(name, detail),
      },
    );
    if (signal.aborted) return;
    visit.limit(this.limit);
    this.visit = visit;
    this.path = start(visit.plan);
    await this.updateComplete;
    await turn();
    if (signal.aborted) return;
    if (0 < visit.plan.size) await this.open(visit);
    if (visit.choice.count > 0) this.tell("usher-selection", visit.selection());
    await visit.live();
  }

  private async open({ plan, house, places }: Visit): Promise<void> {
    const sheet = new Sheet(this.container, plan, house, places, {
      pick: (seat) => this.visit?.toggle(seat),
      hover: (seat, x, y) => (this.tip = seat === undefined ? undefined : { seat, x, y }),
    });
    this.sheet = sheet;
    this.resized.observe(this.container);
    this.mark();
    // The legend takes its looks from the sheet.
    this.requestUpdate();
    await sheet.ready;
    performance.mark(FIRST_PICTURE);
    this.tell("usher-ready", undefined);
  }

  private endpoints(): string[] {
    const named = this.server.split(/\s+/).filter((node) => node !== "");
    return named.length > 0 ? named.map((node) => new URL(node, location.href).origin) : nodes();
  }

  private who(): { token?: string; user?: string } {
    return {
      ...(this.token !== "" && { token: this.token }),
      ...(this.user !== "" && { user: this.user }),
    };
  }

  /** Brings the list and the numbers up to date; not at each of many changes. */
  private refreshSoon(): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = undefined;
      this.requestUpdate();
    }, REFRESH_MS);
  }

  private mark(): void {
    const { visit, sheet } = this;
    if (!visit || !sheet) return;
    const seats = [...visit.choice.seats];
    sheet.mark("own", seats.filter((seat) => visit.house.own.has(seat)));
    sheet.mark("chosen", seats.filter((seat) => !visit.house.own.has(seat)));
  }

  /** Where the focus goes when what had it is not there any more. */
  private keepFocus(): void {
    void this.updateComplete.then(() => {
      if (this.shadowRoot?.activeElement) return;
      this.renderRoot.querySelector<HTMLElement>(".choice")?.focus();
    });
  }

  private tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // What is seen.

  override render(): TemplateResult {
    const seatless = this.visit?.plan.size === 0;
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
    const { visit } = this;
    if (!visit) return nothing;
    const { plan, house, show } = visit;
    const told = {
      price: (category: number) =>
        money(visit.price(plan.categories[category]?.name ?? ""), show.currency),
      chosen: visit.choice.seats,
    };
    return html`<usher-seat-list
      .items=${items(plan, house, this.path, told)}
      heading=${heading(plan, this.path)}
      @step=${(event: CustomEvent<Item>) => this.step(event.detail)}
      @look=${(event: CustomEvent<Item | undefined>) => this.look(event.detail)}
    ></usher-seat-list>`;
  }

  private step(item: Item): void {
    const { visit } = this;
    if (!visit) return;
    if (item.kind === "seat") return visit.toggle(item.at);
    if (item.kind === "zone") this.path = { zone: item.at };
    else if (item.kind === "row") this.path = { ...this.path, row: item.at };
    else this.path = up(visit.plan, this.path);
    this.said = heading(visit.plan, this.path);
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
    return html`<div class="tools" part="tools" ?hidden=${this.visit?.plan.size === 0}>
      <div class="views" role="group" aria-label="Show seats as">
        ${view("map", "Map")} ${view("list", "List")}
      </div>
      ${this.best()}
    </div>`;
  }

  private best(): TemplateResult {
    const most = Math.min(BEST_MAX, this.visit?.choice.max ?? 0);
    const categories = this.visit?.plan.categories ?? [];
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
      <button ?disabled=${most === 0 || (this.visit?.isHolding ?? true)}>Hold best seats</button>
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
      <div class="zoom" ?hidden=${!this.visit}>
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
    return this.visit ? nothing : html`<div class="cover"><p>The seating plan is on its way…</p></div>`;
  }

  private tipView(): TemplateResult | typeof nothing {
    const { visit, tip } = this;
    if (!visit || !tip) return nothing;
    const { label, category, price } = visit.seat(tip.seat);
    const stands = visit.choice.seats.has(tip.seat)
      ? "chosen"
      : visit.house.isOpen(tip.seat)
        ? money(price, visit.show.currency)
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
    const { visit, sheet } = this;
    if (!visit || !sheet) return nothing;
    const { plan, show } = visit;
    const box = "-10 -10 20 20";
    return html`<ul class="legend" part="legend" aria-label="What the map shows">
      ${plan.categories.map(({ name }, at) => {
        const look = sheet.looks[at];
        return html`<li>
          <svg viewBox=${box} aria-hidden="true">${look ? swatch(look) : nothing}</svg>
          <span>${name} <span class="price">${money(visit.price(name), show.currency)}</span></span>
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
    const { visit } = this;
    if (!visit || visit.show.areas.length === 0) return nothing;
    return html`<section class="areas" part="areas" aria-label="Places without seats">
      ${visit.show.areas.map((area) => this.area(visit, area))}
    </section>`;
  }

  private area(visit: Visit, area: Schemas["Area"]): TemplateResult {
    const { show, choice, house } = visit;
    const quantity = choice.areas.get(area.id) ?? 0;
    const left = house.placesIn(area.id);
    const isMost = choice.left === 0 || left <= quantity;
    return html`<div class="area" role="group" aria-label=${area.name}>
      <span>
        <strong>${area.name}</strong>
        <span class="price">${money(visit.price(area.category), show.currency)} · ${left} left</span>
      </span>
      <span class="stepper">
        <button
          type="button"
          aria-label="One fewer: ${area.name}"
          ?disabled=${quantity === 0}
          @click=${() => visit.setArea(area, quantity - 1)}
        >
          −
        </button>
        <output>${quantity}</output>
        <button
          type="button"
          aria-label="One more: ${area.name}"
          ?disabled=${isMost}
          @click=${() => visit.setArea(area, quantity + 1)}
        >
          +
        </button>
      </span>
    </div>`;
  }

  private noticeView(): TemplateResult | typeof nothing {
    const { visit } = this;
    const notice = visit?.notice;
    const closed = this.closed();
    if (!notice && closed === "" && !visit?.isInterrupted) return nothing;
    const quiet = closed === "" ? "Live changes are interrupted; trying again." : closed;
    return html`<div class="notice" part="notice" @click=${this.keepFocus}>
      <p>${notice?.text ?? quiet}</p>
      ${notice?.action
        ? html`<button type="button" @click=${notice.action.run}>${notice.action.label}</button>`
        : nothing}
      ${notice
        ? html`<button type="button" @click=${() => visit?.dismiss()}>OK</button>`
        : nothing}
    </div>`;
  }

  /** Why nothing can be had, if so. */
  private closed(): string {
    const show = this.visit?.show;
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
    const { visit } = this;
    if (!visit) return nothing;
    const { choice } = visit;
    const { total } = visit.selection();
    return html`<section class="choice" part="selection" tabindex="-1" aria-label="Your choice">
      ${choice.count > 0 ? this.chosenList(visit) : nothing}
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
          ?disabled=${choice.count === 0 || visit.isHolding}
          @click=${() => this.hold()}
        >
          ${choice.count === 1 ? "Hold it" : "Hold them"}
        </button>
      </slot>
    </section>`;
  }

  private chosenList(visit: Visit): TemplateResult {
    return html`<ul role="list" aria-label="Chosen seats" @click=${this.keepFocus}>
      ${[...visit.choice.seats].map((seat) => {
        const label = visit.plan.labels[seat] ?? "";
        const remove = `Let go of ${label}`;
        return html`<li>
          <button type="button" aria-label=${remove} title=${remove} @click=${() => visit.toggle(seat)}>
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
