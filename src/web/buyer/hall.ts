import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Schemas } from "../client/index.js";
import type { SeatMap } from "../map/element.js";
import type { Hold, Selection } from "../map/types.js";
import { nodes } from "../shared/reach.js";
import { counted, money } from "../shared/words.js";
import { placesOf, whenAndWhere } from "./lines.js";
import { failure, Loading } from "./loading.js";
import { addressOf, go } from "./route.js";
import { stand } from "./shows.js";
import { View, tell } from "./view.js";
import "../map/element.js";

type Show = Schemas["Show"];

const REFRESH_MS = 30_000;

/** A show's seats, to choose from. */
@customElement("usher-hall")
export class UsherHall extends View {
  @property() show = "";
  /** The buyer's pending hold, of whichever show. */
  @property({ attribute: false }) held: Hold | undefined;
  @state() private selection: Selection | undefined;
  @state() private refused: unknown;
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
      ${this.elsewhere(show)}
      <div class="hall">
        <seat-map show=${show.id} server=${nodes().join(" ")}
          token=${this.office.who.token ?? ""} user=${this.office.who.user ?? ""}
          @usher-selection=${({ detail }: CustomEvent<Selection>) => (this.selection = detail)}
          @usher-hold=${({ detail }: CustomEvent<Hold>) => this.onHold(detail)}
          @usher-refused=${() => this.found.run()}
        ></seat-map>
        <aside aria-label="Your choice">${this.choice(show)}</aside>
      </div>`;
  }

  /** A buyer holds seats once at a time: what is held elsewhere is said before it is in the way. */
  private elsewhere(show: Show): TemplateResult | typeof nothing {
    if (this.held === undefined || this.held.show === show.id) return nothing;
    return html`<div class="notice">
      <p><strong>You hold ${placesOf(this.held)} for another show.</strong>
        Go on to pay, or choose here: once seats are held here, those are let go.</p>
      <p class="buttons">
        <a class="button" href=${addressOf({ at: "checkout", hold: this.held.id })}>Go on to pay</a>
        <button type="button" ?disabled=${this.busy} @click=${this.onLetGo}>Let them go</button>
      </p>
      ${this.refused === undefined ? nothing : failure(this.refused)}
    </div>`;
  }

  /** What the map has chosen, with prices; the map itself tells what goes and what is refused. */
  private choice(show: Show): TemplateResult {
    const chosen = this.selection;
    const some = chosen !== undefined && chosen.seats.length + chosen.areas.length > 0;
    const max = counted(show.policy.seats_per_hold_max, "seat");
    const here = this.held?.show === show.id;
    return html`<section class="panel">
        <h2>Your choice</h2>
        ${some ? this.chosen(chosen) : html`<p class="soft">Nothing yet. Choose up to ${max}.</p>`}
        <p class="soft">${here
          ? "You hold seats of this show. Others that you hold now take their place."
          : `Held seats are yours for ${lasting(show.policy.hold_ttl_seconds)}, to pay.`}</p>
      </section>
      <p class="buttons take">
        ${this.takeButton(show, some ? chosen : undefined)}
        ${some ? html`<button type="button" @click=${() => this.map?.clear()}>Clear</button>` : nothing}
      </p>`;
  }

  private takeButton(show: Show, chosen: Selection | undefined): TemplateResult {
    const { held } = this;
    if (held?.show === show.id && chosen !== undefined && same(held, chosen)) {
      return html`<a class="button primary" href=${addressOf({ at: "checkout", hold: held.id })}
        >Go on to pay</a>`;
    }
    return html`<button type="button" class="primary" ?disabled=${chosen === undefined || this.busy}
      @click=${this.onTake}>${held === undefined ? "Hold these seats" : "Hold these instead"}</button>`;
  }

  private chosen({ seats, areas, total }: Selection): TemplateResult {
    const line = (id: string, label: string, price: number) => html`<li>
      <span>${label}</span>
      <span class="price">${money(price, total.currency)}</span>
      <button type="button" class="drop" aria-label="Leave out ${label}" title="Leave out"
        @click=${() => this.map?.drop(id)}>×</button>
    </li>`;
    return html`<ul class="lines">
        ${seats.map(({ id, label, price }) => line(id, label, price))}
        ${areas.map(({ id, name, quantity, price }) =>
          line(id, `${quantity} × ${name}`, quantity * price),
        )}
      </ul>
      <p class="lines total">
        <span>Total</span><span class="price">${money(total.amount, total.currency)}</span>
      </p>`;
  }

  private onHold(hold: Hold): void {
    tell(this, "usher-held", undefined);
    go({ at: "checkout", hold: hold.id });
  }

  private readonly onTake = async (): Promise<void> => {
    this.busy = true;
    await this.map?.hold();
    this.busy = false;
  };

  private readonly onLetGo = async (): Promise<void> => {
    const { held } = this;
    if (held === undefined) return;
    this.busy = true;
    this.refused = undefined;
    try {
      await this.office.release(held.id);
      tell(this, "usher-say", "Let go. Those seats are on sale again.");
    } catch (error) {
      this.refused = error;
    }
    tell(this, "usher-held", undefined);
    this.busy = false;
  };
}

/** Whether what is chosen is what is held. */
function same(held: Hold, { seats, areas }: Selection): boolean {
  const names = (them: { id: string; quantity?: number }[]) =>
    them.map(({ id, quantity }) => `${id} ${quantity ?? 1}`).sort().join("\n");
  return names(held.seats) === names(seats) && names(held.areas) === names(areas);
}

function lasting(seconds: number): string {
  return seconds % 60 === 0 ? counted(seconds / 60, "minute") : counted(seconds, "second");
}
