/** `<usher-seat-list>`: the seats for those who can't use a map. A part of `<seat-map>`. */
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { shared } from "./style.js";
import type { Item } from "./tree.js";

/** Keys that move the focus, and how far. */
const MOVES: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

/** What the list tells: the line that was entered or chosen, and the one that is looked at. */
export interface SeatListEvents {
  step: CustomEvent<Item>;
  look: CustomEvent<Item | undefined>;
}

@customElement("usher-seat-list")
export class SeatList extends LitElement {
  @property({ attribute: false }) items: Item[] = [];
  @property() heading = "";

  /** The line that Tab leads to. */
  private active = 0;
  private moveFocus = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      h2 {
        margin: 0 0 0.5rem;
        font-size: 1rem;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      button {
        display: grid;
        grid-template-columns: auto 1fr;
        column-gap: 0.6rem;
        align-items: baseline;
        width: 100%;
        min-height: 2.75rem;
        padding: 0.45rem 0.6rem;
        border: 1px solid transparent;
        border-radius: 0.4rem;
        background: none;
        text-align: start;
      }
      button:hover {
        background: var(--_paper);
      }
      button[aria-pressed="true"],
      button.chosen {
        border-color: var(--_accent);
        font-weight: 600;
      }
      .note {
        color: var(--_soft);
        font-size: 0.875rem;
        font-weight: 400;
        text-align: end;
      }
      .back {
        color: var(--_accent);
      }
    `,
  ];

  /** Goes to the first line that leads on, at the next picture. */
  enter(): void {
    this.active = this.items[0]?.kind === "back" && this.items.length > 1 ? 1 : 0;
    this.moveFocus = true;
    this.requestUpdate();
  }

  /** Whether somebody is in the list now. */
  get hasFocus(): boolean {
    return this.shadowRoot?.activeElement instanceof HTMLButtonElement;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("items")) return;
    const before = changed.get("items")?.[this.active];
    const same = this.items.findIndex((item) => before && key(item) === key(before));
    // The line that had the focus is gone: its place goes to the next one.
    if (same < 0 && this.hasFocus) this.moveFocus = true;
    this.active = Math.min(same < 0 ? this.active : same, Math.max(0, this.items.length - 1));
  }

  protected override updated(): void {
    if (!this.moveFocus) return;
    this.moveFocus = false;
    this.button(this.active)?.focus();
  }

  override render(): TemplateResult {
    return html`
      <h2 id="heading">${this.heading}</h2>
      <ul role="list" aria-labelledby="heading" @keydown=${this.press} @focusout=${this.leave}>
        ${repeat(this.items, key, (item, at) => this.line(item, at))}
      </ul>
      ${this.items.length === 0 ? html`<p>Nothing is free here at the moment.</p>` : nothing}
    `;
  }

  private line(item: Item, at: number): TemplateResult {
    const pressed = item.kind === "seat" ? String(item.chosen) : nothing;
    return html`<li>
      <button
        type="button"
        class=${item.kind + (item.chosen ? " chosen" : "")}
        tabindex=${at === this.active ? 0 : -1}
        aria-pressed=${pressed}
        @click=${() => this.tell("step", item)}
        @focus=${() => this.look(at)}
      >
        <span>${item.kind === "back" ? "← " : ""}${item.label}</span>
        <span class="note">${item.note}</span>
      </button>
    </li>`;
  }

  private press(event: KeyboardEvent): void {
    const move = MOVES[event.key];
    const leads = event.key === "ArrowRight" || event.key === "ArrowLeft" || event.key === "Escape";
    if (move === undefined && !leads) return;
    const item = this.items[this.active];
    const out = this.items[0]?.kind === "back" ? this.items[0] : undefined;
    if (move !== undefined) {
      const last = this.items.length - 1;
      this.button(Math.max(0, Math.min(last, this.active + move)))?.focus();
    } else if (event.key === "ArrowRight") {
      if (item && item.kind !== "seat" && item.kind !== "back") this.tell("step", item);
    } else if (out) {
      this.tell("step", out);
    } else if (event.key === "Escape") {
      return;
    }
    event.preventDefault();
  }

  private look(at: number): void {
    this.active = at;
    this.tell("look", this.items[at]);
    this.requestUpdate();
  }

  private leave(): void {
    this.tell("look", undefined);
  }

  private button(at: number): HTMLButtonElement | undefined {
    return this.shadowRoot?.querySelectorAll("button")[at];
  }

  private tell<Name extends keyof SeatListEvents>(
    name: Name,
    detail: SeatListEvents[Name]["detail"],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function key(item: Item): string {
  return `${item.kind}-${item.at}`;
}

declare global {
  interface HTMLElementTagNameMap {
    "usher-seat-list": SeatList;
  }
}
