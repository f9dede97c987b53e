import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Schemas } from "../client/index.js";
import type { Hold, Lost, Selection } from "../map/types.js";
import { nodes } from "../shared/reach.js";
import { counted, money } from "../shared/words.js";
import { lines, placesOf, whenAndWhere } from "./lines.js";
import { failure, Loading } from "./loading.js";
import { addressOf, go } from "./route.js";
import { stand } from "./shows.js";
import { View, tell } from "./view.js";
import "../map/element.js";

type Show = Schemas["Show"];

/** What this page has the map do. */
interface SeatMap extends HTMLElement {
  hold(): Promise<unknown>;
  bestAvailable(quantity: number, category?: string): Promise<unknown>;
  clear(): void;
}

const REFRESH_MS = 30_000;

/** A show's seats, to choose from. */
@customElement("usher-hall")
export class UsherHall extends View {
  @property() show = "";
  /** The buyer's pending hold, of whichever show. */
  @property({ attribute: false }) held: Hold | undefined;
  @state() private selection: Selection | undefined;
  @state() private refused: unknown;
  @state() private lost: Lost | undefined;
  @state() private busy = false;
  @query("seat-map") private map!: SeatMap | null;
  private readonly found = new Loading(this, () => this.office.show(this.show));

  protected override get heading(): string | undefined {
    if (this.found.value !== undefined) return this.found.value.name;
    return this.found.error === undefined ? undefined : "No seats to show";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.found.repeat(REFRESH_MS);
  }

  override render() {
    return html`<h1 tabindex="-1">${this.heading ?? "Seats"}</h1>
      ${this.found.render(
        (show) => this.hall(show),
        () => html`<div class="hall waiting" role="status"><span class="unseen">Loading…</span></div>`,
      )}`;
  }

  private hall(show: Show): TemplateResult {
    return html`<div class="about">
        ${whenAndWhere(show)}
        ${show.description === "" ? nothing : html`<p>${show.description}</p>`}
        ${show.status === "on_sale" && show.available > 0 ? nothing : html`<p>${stand(show)}</p>`}
      </div>
      ${this.heldNotice(show)}
      <div class="hall">
        <seat-map show=${show.id} server=${nodes().join(" ")}
          token=${this.office.who.token ?? ""} user=${this.office.who.user ?? ""}
          .replace=${this.held !== undefined}
          @usher-selection=${(event: CustomEvent<Selection>) => this.onSelection(event.detail)}
          @usher-lost=${(event: CustomEvent<Lost>) => this.onLost(event.detail)}
          @usher-hold=${(event: CustomEvent<Hold>) => this.onHold(event.detail)}
          @usher-refused=${(event: CustomEvent<unknown>) => this.onRefused(event.detail)}
        ></seat-map>
        <aside aria-label="Your choice">${this.choice(show)}</aside>
      </div>`;
  }

  /** A buyer holds seats once at a time: what is held elsewhere is said before it is in the way. */
  private heldNotice(show: Show): TemplateResult | typeof nothing {
    if (this.held === undefined) return nothing;
    const where = this.held.show === show.id ? "this show" : "another show";
    return html`<div class="notice">
      <p><strong>You hold ${placesOf(this.held)} for ${where}.</strong>
        Go on to pay, or choose here: seats that you hold now replace those.</p>
      <p class="buttons">
        <a class="button" href=${addressOf({ at: "checkout", hold: this.held.id })}>Go on to pay</a>
        <button type="button" @click=${this.onLetGo}>Let them go</button>
      </p>
    </div>`;
  }

  private choice(show: Show): TemplateResult {
    const chosen = this.selection;
    const some = chosen !== undefined && chosen.seats.length + chosen.areas.length > 0;
    const max = show.policy.seats_per_hold_max;
    return html`<section class="panel">
        <h2>Your choice</h2>
        ${some
          ? lines(whole(chosen, show))
          : html`<p class="soft">Nothing yet. Choose up to ${counted(max, "seat")} on the map
              or in the list.</p>`}
        ${this.lost === undefined ? nothing : this.lostNotice(this.lost)}
        ${this.refused === undefined ? nothing : failure(this.refused)}
        <p class="buttons">
          <button type="button" class="primary" ?disabled=${!some || this.busy} @click=${this.onTake}>
            ${this.held === undefined ? "Hold these seats" : "Hold these instead"}
          </button>
          ${some
            ? html`<button type="button" @click=${() => this.map?.clear()}>Clear</button>`
            : nothing}
        </p>
        <p class="soft">Held seats are yours for ${minutes(show.policy.hold_ttl_seconds)} to pay.</p>
      </section>
      ${this.best(show)}`;
  }

  private best(show: Show): TemplateResult {
    const max = show.policy.seats_per_hold_max;
    const quantities = [...Array(Math.min(max, 20)).keys()].map((n) => n + 1);
    const prices = Object.entries(show.prices).sort(([, a], [, b]) => b - a);
    return html`<form class="panel" @submit=${this.onBest}>
      <h2>Or the best that is free</h2>
      <div class="fields">
        <p><label for="quantity">Seats together</label>
          <select id="quantity" name="quantity">
            ${quantities.map((n) => html`<option ?selected=${n === Math.min(2, max)}>${n}</option>`)}
          </select></p>
        <p><label for="category">Category</label>
          <select id="category" name="category">
            <option value="">Any</option>
            ${prices.map(([name, price]) =>
              html`<option value=${name}>${name}, ${money(price, show.currency)}</option>`)}
          </select></p>
      </div>
      <p class="buttons"><button ?disabled=${this.busy}>Find and hold</button></p>
    </form>`;
  }

  private lostNotice({ seat, instead }: Lost): TemplateResult {
    const free = instead.map(({ label }) => label).join(", ");
    return html`<div class="notice warn">
      <p><strong>${seat.label} just went.</strong>
        ${free === "" ? "Choose another one." : `Still free beside it: ${free}.`}</p>
    </div>`;
  }

  private onSelection(selection: Selection): void {
    this.selection = selection;
    this.refused = undefined;
  }

  private onLost(lost: Lost): void {
    this.lost = lost;
  }

  private onHold(hold: Hold): void {
    tell(this, "usher-held", undefined);
    go({ at: "checkout", hold: hold.id });
  }

  private onRefused(error: unknown): void {
    this.busy = false;
    this.refused = error;
    void this.found.run();
  }

  private readonly onTake = async (): Promise<void> => {
    await this.during(() => this.map?.hold());
  };

  private readonly onBest = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const category = String(form.get("category"));
    const quantity = Number(form.get("quantity"));
    await this.during(() => this.map?.bestAvailable(quantity, category === "" ? undefined : category));
  };

  private readonly onLetGo = async (): Promise<void> => {
    const { held } = this;
    if (held === undefined) return;
    await this.during(async () => {
      try {
        await this.office.release(held.id);
        tell(this, "usher-say", "Let go. Those seats are on sale again.");
      } catch (error) {
        this.refused = error;
      }
      tell(this, "usher-held", undefined);
    });
  };

  /** Does one thing at a time. */
  private async during(deed: () => Promise<unknown> | undefined): Promise<void> {
    this.busy = true;
    this.refused = undefined;
    this.lost = undefined;
    try {
      await deed();
    } finally {
      this.busy = false;
    }
  }
}

/** A choice as lines read it. */
function whole({ seats, areas, total }: Selection, show: Show): Parameters<typeof lines>[0] {
  const categoryOf = (id: string) => show.areas.find((area) => area.id === id)?.category ?? "";
  return { seats, areas: areas.map((area) => ({ ...area, category: categoryOf(area.id) })), total };
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? counted(seconds / 60, "minute") : counted(seconds, "second");
}
