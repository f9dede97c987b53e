import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Schemas } from "../client/index.js";
import { lines, whenAndWhere } from "./lines.js";
import { failure } from "./loading.js";
import type { Office } from "./office.js";
import { qrCode } from "./qr.js";
import { Plain, tell } from "./view.js";

/** A booking: what it is for, its seats, and the code that lets one in. */
@customElement("usher-ticket")
export class UsherTicket extends Plain {
  @property({ attribute: false }) office!: Office;
  @property({ attribute: false }) booking!: Schemas["Booking"];
  /** The booking's show; it may be known later. */
  @property({ attribute: false }) show: Schemas["Show"] | undefined;
  @state() private mailed: "no" | "now" | "yes" = "no";
  @state() private error: unknown;

  override render() {
    const { booking, show } = this;
    const stands = booking.status === "confirmed";
    const name = show?.name ?? booking.show;
    return html`<article class="ticket panel ${stands ? "" : "void"}">
      <div class="words">
        <h2>${name}</h2>
        ${show === undefined ? nothing : whenAndWhere(show)}
        ${stands
          ? nothing
          : html`<p><span class="tag bad">Cancelled</span> It lets nobody in; what was paid goes back.</p>`}
        ${lines(booking)}
        <p class="soft">Booking <code>${booking.id}</code></p>
        ${stands ? this.actions() : nothing}
      </div>
      ${stands ? qrCode(booking.ticket_url, `QR code of your ticket for ${name}`) : nothing}
    </article>`;
  }

  private actions(): TemplateResult {
    const { email, ticket_url } = this.booking;
    const words = { no: "Send the e-mail again", now: "Sending…", yes: "Sent again" };
    const resend = html`<button type="button" ?disabled=${this.mailed !== "no"} @click=${this.onResend}>
      ${words[this.mailed]}
    </button>`;
    return html`${email === null ? nothing : html`<p class="soft">Mailed to ${email}.</p>`}
      ${this.error === undefined ? nothing : failure(this.error)}
      <p class="buttons">
        <a class="button" href=${ticket_url} target="_blank" rel="noopener">Open the ticket
          <span class="unseen">(in a new tab)</span></a>
        ${email === null ? nothing : resend}
      </p>`;
  }

  private readonly onResend = async (): Promise<void> => {
    this.mailed = "now";
    this.error = undefined;
    try {
      await this.office.resend(this.booking.id);
      this.mailed = "yes";
      tell(this, "usher-say", `The ticket is on its way to ${this.booking.email} again.`);
    } catch (error) {
      this.mailed = "no";
      this.error = error;
    }
  };
}
