import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ProblemError, type Schemas } from "../client/index.js";
import { countdown, money } from "../shared/words.js";
import { Deadline } from "./deadline.js";
import { gain } from "./extension.js";
import { lines, placesOf, whenAndWhere } from "./lines.js";
import { failure, Loading } from "./loading.js";
import { addressOf, go } from "./route.js";
import { View, tell } from "./view.js";
import "./countdown.js";
import "./ticket.js";

type Hold = Schemas["Hold"];

const EMAIL = "usher-email";
/** A payment that is being closed is looked at so often. */
const CLOSING_MS = 1_500;

/** What is known of the hold. */
interface Checkout {
  hold: Hold;
  deadline: Deadline;
  show: Schemas["Show"];
  gateways: Schemas["Gateway"][];
  /** One that was begun before and is still open. */
  begun: Schemas["Payment"] | undefined;
  /** What the hold became. */
  booking: Schemas["Booking"] | undefined;
}

/** A hold: how long it lasts, and how it is paid. */
@customElement("usher-checkout")
export class UsherCheckout extends View {
  @property() hold = "";
  @state() private busy: "" | "pay" | "release" | "extend" | "cancel" = "";
  @state() private refused: unknown;
  @state() private emailWrong = "";
  @query("#email") private emailInput!: HTMLInputElement | null;
  private readonly checkout = new Loading(this, () => this.load());

  protected override get heading(): string | undefined {
    const { value, error } = this.checkout;
    if (value === undefined) return error === undefined ? undefined : "Your seats";
    const { name } = value.show;
    switch (standOf(value)) {
      case "pending":
        return `Your seats for ${name}`;
      case "confirmed":
        return `You’re going to ${name}`;
      case "expired":
        return "Your time has run out";
      case "released":
        return "These seats are free again";
    }
  }

  override render() {
    const waiting = () => html`<div class="columns waiting" role="status">
      <span class="unseen">Looking up your seats…</span></div>`;
    return html`<h1 tabindex="-1">${this.heading ?? "Your seats"}</h1>
      ${this.checkout.render((known) => this.known(known), waiting)}`;
  }

  private async load(): Promise<Checkout> {
    const hold = await this.office.hold(this.hold);
    const deadline = Deadline.after(hold.expires_in_ms);
    const [show, gateways, payment, booking] = await Promise.all([
      this.office.showNamed(hold.show),
      this.office.gateways(),
      hold.payment === null ? undefined : this.office.payment(hold.payment),
      hold.booking === null ? undefined : this.office.booking(hold.booking),
    ]);
    const begun = payment?.status === "open" ? payment : undefined;
    const ending = hold.status === "pending" && hold.expires_in_ms === 0;
    this.checkout.repeat(ending || begun?.closing === true ? CLOSING_MS : 0);
    return { hold, deadline, show, gateways: gateways.data, begun, booking };
  }

  private known(known: Checkout): TemplateResult {
    const { hold, show, booking } = known;
    const map = addressOf({ at: "hall", show: hold.show });
    switch (standOf(known)) {
      case "pending":
        return this.pending(known);
      case "confirmed":
        return html`<p>These seats are booked.</p>
          ${booking === undefined
            ? nothing
            : html`<usher-ticket .office=${this.office} .booking=${booking} .show=${show}></usher-ticket>`}
          <p><a href=${addressOf({ at: "bookings" })}>All my bookings</a></p>`;
      case "expired":
        return html`<div class="notice warn" role="alert">
            <p><strong>The time to pay for your ${placesOf(hold)} is over.</strong>
              They are on sale again. ${
                known.begun === undefined
                  ? "Nothing was charged."
                  : "Should your payment still arrive, it goes back to you in full."
              }</p>
            <p class="buttons">
              <a class="button primary" href=${map}>Choose seats again</a>
              ${known.begun === undefined ? nothing : html`<a class="button" href=${addressOf({
                at: "payment", hold: hold.id, payment: known.begun.id,
              })}>What became of the payment</a>`}
            </p>
          </div>`;
      case "released":
        return html`<div class="notice">
            <p>Your ${placesOf(hold)} for ${show.name} are no longer held, and nothing was charged.</p>
            <p class="buttons"><a class="button primary" href=${map}>Choose other seats</a></p>
          </div>`;
    }
  }

  private pending(known: Checkout): TemplateResult {
    const { hold, show, deadline, begun } = known;
    return html`<div class="columns">
      <section class="panel" aria-label="What you hold">
        <p class="clock">
          <span>Held for you for</span>
          <usher-countdown .deadline=${deadline} 
            @usher-tick=${() => this.requestUpdate()} @usher-end=${this.onEnd}></usher-countdown>
        </p>
        ${this.moreTime(known)}
        ${whenAndWhere(show)}
        ${lines(hold)}
        <p class="buttons">
          <a class="button" href=${addressOf({ at: "hall", show: hold.show })}>Choose other seats</a>
          <button type="button" ?disabled=${this.busy !== ""} @click=${this.onRelease}>
            ${this.busy === "release" ? "Letting go…" : "Let them go"}
          </button>
        </p>
      </section>
      <section class="panel" aria-labelledby="pay">
        <h2 id="pay">${begun === undefined ? "Pay" : "You have begun to pay"}</h2>
        ${begun === undefined ? this.payForm(known) : this.begun(begun, known)}
        ${this.refused === undefined ? nothing : failure(this.refused)}
      </section>
    </div>`;
  }

  /** Its place is kept, so that nothing moves when it comes. */
  private moreTime({ hold, show, deadline }: Checkout): TemplateResult {
    const gained = gain(hold, show.policy, deadline.left());
    if (gained === 0) return html`<p class="more"></p>`;
    return html`<p class="more"><button type="button" class="quiet" ?disabled=${this.busy !== ""} @click=${this.onExtend}>
      ${this.busy === "extend" ? "One moment…" : "I need more time"}
    </button></p>`;
  }

  private payForm({ hold, gateways }: Checkout): TemplateResult {
    const free = hold.total.amount === 0;
    const amount = money(hold.total.amount, hold.total.currency);
    const verb = free ? "Book for free" : `Pay ${amount}`;
    return html`<form novalidate @submit=${this.onPay}>
      <p>
        <label for="email">E-mail, where the tickets go</label>
        <input id="email" name="email" type="email" autocomplete="email" required maxlength="254"
          .value=${sessionStorage.getItem(EMAIL) ?? ""} aria-describedby="email-wrong"
          aria-invalid=${this.emailWrong === "" ? "false" : "true"} @change=${this.onEmail} />
        <span id="email-wrong" class="wrong">${this.emailWrong}</span>
      </p>
      ${free
        ? html`<input type="hidden" name="gateway" value=${gateways[0]?.id ?? ""} />`
        : html`<fieldset>
            <legend>Pay with</legend>
            ${gateways.map(({ id, name }, at) => html`<label class="choice">
              <input type="radio" name="gateway" value=${id} ?checked=${at === 0} />${name}
            </label>`)}
          </fieldset>`}
      <p class="buttons">
        <button class="primary" ?disabled=${this.busy !== ""}>
          ${this.busy === "pay" ? "Taking you to pay…" : verb}
        </button>
      </p>
      ${free ? nothing : html`<p class="soft">You pay on the payment service’s own page and come back here.</p>`}
    </form>`;
  }

  private begun(payment: Schemas["Payment"], { gateways }: Checkout): TemplateResult {
    const at = gateways.find(({ id }) => id === payment.gateway)?.name ?? payment.gateway;
    if (payment.closing) {
      return html`<p role="status">The page at ${at} is being closed. You can pay again in a moment.</p>`;
    }
    const page = payment.redirect_url;
    return html`<p>With ${at}, ${money(payment.amount, payment.currency)}. It is not paid yet.</p>
      <p class="buttons">
        ${page === null ? nothing : html`<a class="button primary" href=${page}>Go on paying</a>`}
        <button type="button" ?disabled=${this.busy !== ""} @click=${() => this.onCancel(payment.id)}>
          ${this.busy === "cancel" ? "One moment…" : "Pay another way"}
        </button>
      </p>`;
  }

  private readonly onEmail = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    sessionStorage.setItem(EMAIL, input.value.trim());
    if (this.emailWrong !== "") this.emailWrong = faultOf(input);
  };

  private readonly onPay = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const input = this.emailInput;
    if (input === null) return;
    input.value = input.value.trim();
    this.emailWrong = faultOf(input);
    if (this.emailWrong !== "") {
      input.focus();
      return;
    }
    sessionStorage.setItem(EMAIL, input.value);
    const gateway = String(new FormData(event.target as HTMLFormElement).get("gateway"));
    const order = { gateway, email: input.value };
    await this.during("pay", async () => {
      const payment = await this.office.pay(this.hold, order);
      if (payment.redirect_url === null) {
        go({ at: "payment", hold: this.hold, payment: payment.id });
      } else {
        location.assign(payment.redirect_url);
      }
    });
  };

  private readonly onRelease = async (): Promise<void> => {
    await this.during("release", async () => {
      await this.office.release(this.hold);
      tell(this, "usher-held", undefined);
      await this.checkout.run();
    });
  };

  private readonly onExtend = async (): Promise<void> => {
    const known = this.checkout.value;
    if (known === undefined) return;
    await this.during("extend", async () => {
      const seconds = known.show.policy.hold_ttl_seconds;
      const hold = await this.office.extend(this.hold, seconds);
      this.checkout.set({ ...known, hold, deadline: Deadline.after(hold.expires_in_ms) });
      tell(this, "usher-say", `More time: ${countdown(hold.expires_in_ms)}.`);
    });
  };

  private async onCancel(payment: string): Promise<void> {
    await this.during("cancel", async () => {
      await this.office.cancelPayment(payment);
      await this.checkout.run();
    });
  }

  /** Said at once; what really became of it is asked for right after. */
  private readonly onEnd = (): void => {
    this.requestUpdate();
    tell(this, "usher-held", undefined);
    void this.checkout.run();
  };

  /** Does one thing at a time. Whatever is refused may say that the hold is another one by now. */
  private async during(what: typeof this.busy, deed: () => Promise<void>): Promise<void> {
    this.busy = what;
    this.refused = undefined;
    try {
      await deed();
    } catch (error) {
      this.refused = error;
      if (error instanceof ProblemError) {
        const fault = error.is("invalid_request")
          ? error.problem.errors?.find(({ field }) => field === "email")
          : undefined;
        if (fault !== undefined) {
          this.emailWrong = `This address ${fault.message}.`;
          this.refused = undefined;
        }
        await this.checkout.run();
      }
    } finally {
      this.busy = "";
    }
  }
}

/** How the hold stands now, by the clock as well. */
function standOf({ hold, deadline }: Checkout): Hold["status"] {
  return hold.status === "pending" && deadline.left() === 0 ? "expired" : hold.status;
}

function faultOf(input: HTMLInputElement): string {
  if (input.validity.valueMissing) return "We need your e-mail address to send the tickets.";
  return input.validity.valid ? "" : "That is not an e-mail address. It looks like anna@example.com.";
}
