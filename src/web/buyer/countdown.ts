import { html, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { countdown } from "../shared/words.js";
import { milestone, untilNextSecond, type Deadline } from "./deadline.js";
import { Plain, tell } from "./view.js";

/**
 * What is left until a deadline, second by second: it sends `usher-tick` with each, and `usher-end`
 * at the end, once.
 */
@customElement("usher-countdown")
export class UsherCountdown extends Plain {
  @property({ attribute: false }) deadline!: Deadline;
  private timer = 0;
  @state() private left = 0;
  private last = Infinity;
  private ended: Deadline | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    return html`<span role="timer" class=${this.left <= 60_000 ? "time short" : "time"}
      >${countdown(this.left)}</span>`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("deadline")) this.left = this.deadline.left();
  }

  protected override updated(changed: PropertyValues): void {
    // Not within the page's own rendering: the end of a hold changes the page.
    if (changed.has("deadline")) queueMicrotask(() => this.tick());
  }

  private tick(): void {
    clearTimeout(this.timer);
    if (!this.isConnected || this.deadline === undefined) return;
    const left = this.deadline.left();
    const says = this.last === Infinity ? undefined : milestone(this.last, left);
    if (says !== undefined) tell(this, "usher-say", says);
    this.last = left;
    this.left = left;
    this.dispatchEvent(new CustomEvent("usher-tick"));
    if (left > 0) {
      this.timer = window.setTimeout(() => this.tick(), untilNextSecond(left));
    } else if (this.ended !== this.deadline) {
      this.ended = this.deadline;
      this.dispatchEvent(new CustomEvent("usher-end"));
    }
  }
}
