import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Schemas } from "../client/index.js";
import { failure, Loading } from "./loading.js";
import { addressOf } from "./route.js";
import { View } from "./view.js";
import "./ticket.js";

/** What the buyer has booked, the newest first. */
@customElement("usher-bookings")
export class UsherBookings extends View {
  @state() private shows = new Map<string, Schemas["Show"]>();
  @state() private more: Schemas["Booking"][] = [];
  @state() private cursor: string | null = null;
  @state() private moreError: unknown;
  private readonly bookings = new Loading(this, async () => {
    const page = await this.office.bookings();
    if (this.more.length === 0) this.cursor = page.next_cursor;
    this.name(page.data);
    return page.data;
  });

  protected override get heading(): string {
    return "My bookings";
  }

  override render() {
    const waiting = () => html`<div class="panel waiting" role="status"
      ><span class="unseen">Looking up your bookings…</span></div>`;
    return html`<h1 tabindex="-1">${this.heading}</h1>
      ${this.bookings.render((bookings) => this.list([...bookings, ...this.more]), waiting)}`;
  }

  private list(bookings: Schemas["Booking"][]): TemplateResult {
    if (bookings.length === 0) {
      return html`<div class="notice"><p><strong>You have no bookings yet.</strong>
        What you pay for appears here at once, with its ticket.</p>
        <p><a class="button" href=${addressOf({ at: "shows", q: "" })}>See what’s on</a></p></div>`;
    }
    const more = html`<p class="centre">
      <button type="button" @click=${this.onMore}>Show more</button>
    </p>`;
    return html`<ul class="plain">
        ${bookings.map((booking) => html`<li>
          <usher-ticket .office=${this.office} .booking=${booking}
            .show=${this.shows.get(booking.show)}></usher-ticket>
        </li>`)}
      </ul>
      ${this.moreError === undefined ? nothing : failure(this.moreError)}
      ${this.cursor === null ? nothing : more}`;
  }

  /** Bookings know their shows by id; a ticket without a name and a date is still a ticket. */
  private name(bookings: Schemas["Booking"][]): void {
    for (const id of new Set(bookings.map(({ show }) => show))) {
      this.office.showNamed(id).then(
        (show) => (this.shows = new Map(this.shows).set(id, show)),
        () => undefined,
      );
    }
  }

  private readonly onMore = async (): Promise<void> => {
    try {
      const page = await this.office.bookings(this.cursor ?? undefined);
      this.more = [...this.more, ...page.data];
      this.cursor = page.next_cursor;
      this.moreError = undefined;
      this.name(page.data);
    } catch (error) {
      this.moreError = error;
    }
  };
}
