import { LitElement, html } from "lit";
import { customElement } from "lit/decorators.js";

/** The operator's page. */
@customElement("usher-operator")
export class UsherOperator extends LitElement {
  override render() {
    return html`<main></main>`;
  }
}
