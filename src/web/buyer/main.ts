/** The buyer's page: who asks, where in the page they are, and what they hold. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Hold } from "../map/types.js";
import { buyer, dropToken } from "../shared/who.js";
import { Deadline } from "./deadline.js";
import { placesOf } from "./lines.js";
import { Office } from "./office.js";
import { addressOf, routeOf, type Route } from "./route.js";
import { Plain, type ViewEvents } from "./view.js";
import "./bookings.js";
import "./checkout.js";
import "./countdown.js";
import "./hall.js";
import "./payment.js";
import "./shows.js";

@customElement("usher-buyer")
export class UsherBuyer extends Plain {
  @state() private route = routeOf(location.search);
  @state() private office: Office | undefined;
  /** The token is not good any more. */
  @state() private isStranger = false;
  @state() private held: { hold: Hold; deadline: Deadline } | undefined;
  @state() private said = "";
  /** The buyer went elsewhere in the page: the next heading takes the focus. */
  private arriving = false;
  /** There was a heading before: a page that has just been loaded leaves the focus alone. */
  private hasHeading = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.enter();
    addEventListener("popstate", this.onMove);
    addEventListener("hashchange", this.onHash);
    document.addEventListener("visibilitychange", this.onSight);
    this.addEventListener("click", this.onClick);
    this.addEventListener("usher-heading", this.onHeading as EventListener);
    this.addEventListener("usher-say", this.onSay as EventListener);
    this.addEventListener("usher-held", this.onHeld);
  }

  override render() {
    return html`<a class="skip" href="#main">Skip to the content</a>
      <header>
        <a class="brand" href=${addressOf({ at: "shows", q: "" })}>Usher</a>
        <nav aria-label="Main">
          ${this.link({ at: "shows", q: "" }, "Shows")}
          ${this.link({ at: "bookings" }, "My bookings")}
        </nav>
        ${this.chip()}
      </header>
      <main id="main" tabindex="-1">${this.view()}</main>
      <footer><p>All times are those of your device: ${zone()}.</p></footer>
      <p class="unseen" role="status">${this.said}</p>`;
  }

  private link(route: Route, words: string): TemplateResult {
    const current = route.at === this.route.at ? "page" : "false";
    return html`<a href=${addressOf(route)} aria-current=${current}>${words}</a>`;
  }

  /** What is held, wherever one is; its own pages say it themselves. */
  private chip(): TemplateResult | typeof nothing {
    if (this.held === undefined || this.isStranger) return nothing;
    if (this.route.at === "checkout" || this.route.at === "payment") return nothing;
    const { hold, deadline } = this.held;
    return html`<a class="chip" href=${addressOf({ at: "checkout", hold: hold.id })}>
      ${placesOf(hold)} held
      <usher-countdown .deadline=${deadline} @usher-end=${this.onHeld}></usher-countdown>
    </a>`;
  }

  private view(): TemplateResult {
    if (this.isStranger) return stranger(true);
    if (this.office === undefined) return stranger(false);
    const { office, route } = this;
    // A search is the same list; anything else is a view of its own.
    const place = route.at === "shows" ? "shows" : addressOf(route);
    return html`${keyed(place, this.viewOf(route, office))}`;
  }

  private viewOf(route: Route, office: Office): TemplateResult {
    switch (route.at) {
      case "shows":
        return html`<usher-shows .office=${office} .q=${route.q}></usher-shows>`;
      case "hall":
        return html`<usher-hall .office=${office} .show=${route.show}
          .held=${this.held?.hold}></usher-hall>`;
      case "checkout":
        return html`<usher-checkout .office=${office} .hold=${route.hold}></usher-checkout>`;
      case "payment":
        return html`<usher-payment .office=${office} .payment=${route.payment}
          .back=${route.back}></usher-payment>`;
      case "bookings":
        return html`<usher-bookings .office=${office}></usher-bookings>`;
    }
  }

  /** Finds out who asks, and what they hold. */
  private enter(): void {
    const who = buyer();
    this.isStranger = false;
    this.office = who === undefined ? undefined : new Office(who, this.onStranger);
    if (this.office === undefined) document.title = "Tickets · Usher";
    void this.look();
  }

  private async look(): Promise<void> {
    try {
      const hold = await this.office?.myHold();
      // One whose time is up is about to end.
      const lasts = hold !== undefined && hold.expires_in_ms > 0;
      this.held = lasts ? { hold, deadline: Deadline.after(hold.expires_in_ms) } : undefined;
    } catch {
      // The view says what is wrong with the ticket office. What was held a moment ago stays shown.
    }
  }

  private readonly onStranger = (): void => {
    dropToken();
    this.isStranger = true;
  };

  private readonly onHash = (): void => {
    // A fresh token may have been handed in; the skip link's target is none.
    if (location.hash.startsWith("#token=")) this.enter();
  };

  private readonly onMove = (): void => {
    this.route = routeOf(location.search);
    this.arriving = true;
    this.said = "";
    scrollTo(0, 0);
    void this.look();
  };

  private readonly onHeld = (): void => void this.look();

  private readonly onSight = (): void => {
    if (document.visibilityState === "visible") void this.look();
  };

  /** Links within the page change it in place. */
  private readonly onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest("a");
    if (link === null || link.target !== "" || link.origin !== location.origin) return;
    if (link.pathname !== "/" || link.hash !== "") return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    this.onMove();
  };

  private readonly onHeading = (event: ViewEvents["usher-heading"]): void => {
    document.title = `${event.detail} · Usher`;
    // What had the focus may be gone with the view that it stood in.
    const isLost = this.hasHeading && document.activeElement === document.body;
    if (this.arriving || isLost) this.querySelector<HTMLElement>("main h1")?.focus();
    this.arriving = false;
    this.hasHeading = true;
  };

  private readonly onSay = (event: ViewEvents["usher-say"]): void => {
    this.said = event.detail;
  };
}

/** Nobody we know: where tokens are wanted and none was handed in, or it has run out. */
function stranger(again: boolean): TemplateResult {
  return html`<h1 tabindex="-1">${again ? "Your visit has ended" : "Come in through your ticket shop"}</h1>
    <div class="notice" role="alert">
      <p>${again
        ? "We no longer know who you are: your pass has run out. Open this page again from your ticket shop. Seats that you hold stay yours until their time is over."
        : "This page sells tickets for a shop that knows who you are. Open it from there: its link brings your pass along."}</p>
    </div>`;
}

function zone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
