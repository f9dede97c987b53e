import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Schemas } from "../client/index.js";
import { money } from "../shared/words.js";
import { Deadline } from "./deadline.js";
import { lines, whenAndWhere } from "./lines.js";
import { Loading } from "./loading.js";
import { addressOf, type Back } from "./route.js";
import { pause, standing, unsettled, type Known, type Reason, type Standing } from "./standing.js";
import { View, tell } from "./view.js";
import "./countdown.js";
import "./ticket.js";

interface Found extends Known {
  deadline: Deadline;
  standing: Standing;
}

/** Back from the gateway: what became of a payment. It is asked for until it is settled. */
@customElement("usher-payment")
export class UsherPayment extends View {
  @property() payment = "";
  @property() back: Back | undefined;
  private asked = 0;
  private readonly found = new Loading(this, () => this.load());

  protected override get heading(): string | undefined {
    const { value, error } = this.found;
    if (value === undefined) return error === undefined ? undefined : "Your payment";
    return headings[value.standing.is](value);
  }

  override render() {
    const waiting = () => html`<div class="panel waiting" role="status">
      <span class="unseen">Asking what became of your payment…</span></div>`;
    return html`<h1 tabindex="-1">${this.heading ?? "Your payment"}</h1>
      <div aria-live="polite">${this.found.render((found) => this.words(found), waiting)}</div>`;
  }

  private async load(): Promise<Found> {
    const payment = await this.office.payment(this.payment);
    const [hold, booking] = await Promise.all([
      this.office.hold(payment.hold),
      payment.booking === null ? undefined : this.office.booking(payment.booking),
    ]);
    const deadline = Deadline.after(hold.expires_in_ms);
    const show = await this.office.show(hold.show);
    const known: Known = { payment, hold, show, ...(booking === undefined ? {} : { booking }) };
    const stands = standing(known, this.back);
    const before = this.found.value?.standing.is;
    if (before !== undefined && before !== stands.is) {
      this.asked = 0;
      tell(this, "usher-held", undefined);
    }
    this.found.repeat(unsettled(stands) ? pause(this.asked) : 0);
    this.asked += 1;
    return { ...known, deadline, standing: stands };
  }

  private words(found: Found): TemplateResult {
    const { payment, hold, show, booking } = found;
    const stands = found.standing;
    const amount = money(payment.amount, payment.currency);
    const map = addressOf({ at: "hall", show: show.id });
    const chooseAgain = html`<p class="buttons">
      <a class="button primary" href=${map}>Choose seats again</a></p>`;
    switch (stands.is) {
      case "booked":
        return html`<div class="notice good">
            <p><strong>Paid: ${amount}.</strong> ${
              booking?.email == null ? "" : `Your tickets are on their way to ${booking.email}.`
            }</p>
            ${stands.back === 0 ? nothing : html`<p>${money(stands.back, payment.currency)} of it
              goes back to you, for seats that were taken out of this booking.</p>`}
          </div>
          ${booking === undefined ? nothing : html`<usher-ticket .office=${this.office}
            .booking=${booking} .show=${show}></usher-ticket>`}
          <p><a href=${addressOf({ at: "bookings" })}>All my bookings</a></p>`;
      case "waiting":
        return html`<div class="notice">
          <p><strong>The payment service has not told us yet whether you paid.</strong>
            That mostly takes a few seconds. We keep asking, and this page changes by itself;
            you can also close it, and your tickets come by e-mail.</p>
          ${this.yours(found)} ${this.goOn(payment, "I have not paid yet: go on")}
        </div>
        ${slip(found)}`;
      case "unpaid":
        return html`<div class="notice warn">
          <p><strong>No money was taken.</strong> The payment was not completed.</p>
          ${this.yours(found)} ${this.goOn(payment, "Try again")}
        </div>
        ${slip(found)}`;
      case "closing":
        return html`<div class="notice">
          <p><strong>That payment is being closed.</strong> You can pay again in a moment.</p>
          ${this.yours(found)}
        </div>
        ${slip(found)}`;
      case "payable_again":
        return html`<div class="notice warn">
          <p><strong>No money was taken.</strong> The payment service has closed its page.</p>
          ${this.yours(found)}
          <p class="buttons"><a class="button primary"
            href=${addressOf({ at: "checkout", hold: hold.id })}>Pay again</a></p>
        </div>
        ${slip(found)}`;
      case "over_unsure":
        return html`<div class="notice warn">
          <p><strong>The time for these seats is over, and they are on sale again.</strong>
            The payment service has not told us yet whether you paid. If you did, all of it goes
            back to you by itself. We keep asking, and this page changes by itself.</p>
          ${chooseAgain}
        </div>`;
      case "over":
        return html`<div class="notice warn">
          <p><strong>No money was taken.</strong> The time for these seats is over, and they are on
            sale again.</p>
          ${chooseAgain}
        </div>`;
      case "failed":
        return html`<div class="notice bad">
          <p><strong>No money was taken.</strong> The payment service refused the payment for good,
            and your seats are on sale again.</p>
          ${chooseAgain}
        </div>`;
      case "refund":
        return this.refund(found, stands.why, stands.done);
    }
  }

  private refund({ payment, show, booking }: Found, why: Reason, done: boolean): TemplateResult {
    const amount = money(payment.refund_pending + payment.refunded, payment.currency);
    const map = addressOf({ at: "hall", show: show.id });
    const another = why === "late" || why === "amount" || why === "let_go";
    return html`<div class="notice ${done ? "" : "warn"}">
        <p><strong>${reasons[why]}</strong></p>
        <p>${done
          ? html`${amount} went back to where it came from. Banks may take some days to show it.`
          : html`${amount} is on its way back to you. You need not do anything; this page says when
              it is done.`}</p>
        ${another && show.status === "on_sale"
          ? html`<p class="buttons"><a class="button primary" href=${map}>Choose seats again</a></p>`
          : nothing}
      </div>
      ${booking === undefined ? nothing : html`<usher-ticket .office=${this.office}
        .booking=${booking} .show=${show}></usher-ticket>`}`;
  }

  private yours({ deadline }: Found): TemplateResult {
    const ended = () => void this.found.run();
    return html`<p aria-live="off">Your seats are still yours for
      <usher-countdown .deadline=${deadline} @usher-end=${ended}></usher-countdown> minutes.</p>`;
  }

  private goOn(payment: Schemas["Payment"], words: string): TemplateResult {
    const page = payment.redirect_url;
    return html`<p class="buttons">
      ${page === null ? nothing : html`<a class="button primary" href=${page}>${words}</a>`}
      <a class="button" href=${addressOf({ at: "checkout", hold: payment.hold })}>Other ways to pay</a>
    </p>`;
  }
}

/** What is to be paid. */
function slip({ hold, show }: Found): TemplateResult {
  return html`<section class="panel narrow" aria-label="What you hold">
    <h2>${show.name}</h2>
    ${whenAndWhere(show)} ${lines(hold)}
  </section>`;
}

const headings: Record<Standing["is"], (found: Found) => string> = {
  booked: ({ show }) => `You’re going to ${show.name}`,
  waiting: () => "Waiting for your payment",
  unpaid: () => "Not paid yet",
  closing: () => "One moment",
  over_unsure: () => "Your time has run out",
  payable_again: () => "Not paid yet",
  over: () => "Your time has run out",
  failed: () => "The payment failed",
  refund: ({ standing: stands }) =>
    stands.is === "refund" && stands.done ? "Your money went back" : "Your money goes back",
};

const reasons: Record<Reason, string> = {
  late: "Your payment came after the time for these seats had run out, so we could not book them.",
  let_go: "Your payment came after these seats had been let go, so we could not book them.",
  twice: "These seats were booked by another payment already, so this one goes back.",
  amount: "What was paid is not what these seats cost, so we could not book them with it.",
  cancelled: "This booking was cancelled.",
};
