import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { forms, shared } from "./style.js";

/** Asks for a token where the cluster wants one. It is kept for as long as the tab is open. */
@customElement("token-form")
export class TokenForm extends LitElement {
  static override styles = [
    shared,
    forms,
    css`
      form {
        display: grid;
        gap: 0.9rem;
        max-width: 30rem;
        margin: 12vh auto;
        padding: 1.5rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
      }
      button {
        min-height: 2.75rem;
      }
    `,
  ];

  /** Why the last one was of no use. */
  @property() trouble = "";
  @query("input") private input!: HTMLInputElement;

  override render() {
    return html`
      <form @submit=${(event: Event) => this.submit(event)}>
        <h2>Who are you?</h2>
        <p class="soft">
          This cluster knows its callers by tokens. An operator's shows everything here; an
          organizer's shows sales.
        </p>
        <label>
          Token
          <input
            type="password"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="trouble"
            required
          />
        </label>
        <p id="trouble" class="bad" role="alert">${this.trouble === "" ? nothing : this.trouble}</p>
        <button class="primary">Use it in this tab</button>
      </form>
    `;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const token = this.input.value.trim();
    if (token === "") return;
    this.dispatchEvent(new CustomEvent<string>("token", { detail: token }));
  }
}
