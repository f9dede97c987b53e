import { LitElement, html } from "lit";
import { customElement } from "lit/decorators.js";

/** The buyer's page. */
@customElement("usher-buyer")
export class UsherBuyer extends LitElement {
  override render() {
    return html`<main></main>`;
  }
}
