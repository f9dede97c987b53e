/** `<seat-map>`: registered by importing this file. */
import { LitElement, html } from "lit";
import { customElement, property } from "lit/decorators.js";

/** A show's seats, to look at and to choose from. */
@customElement("seat-map")
export class SeatMap extends LitElement {
  /** Where the nodes are, apart by spaces; the page's own origin if empty. */
  @property() server = "";
  @property() show = "";
  @property() token = "";
  @property() user = "";

  override render() {
    return html`<p>${this.show}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "seat-map": SeatMap;
  }
}
