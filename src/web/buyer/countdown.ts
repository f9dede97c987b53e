import { html, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { countdown } from "../shared/words.js";
import { milestone, untilNextSecond, type Deadline } from "./deadline.js";
import { Plain, tell } from "./view.js";

/** What is left until a deadline, second by second. At its end it sends `usher-end`, once. */
@customElement("usher-countdown")
export class UsherCountdown extends Plain {
  @property({ attribute: false }) deadline!: Deadline;
  private timer = 0;
  private last = Infinity;
  private ended: Deadline | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    const left = this.deadline.left();
    return html`<span role="timer" class=${left <= 60_000 ? "time short" : "time"}
      >${countdown(left)}</span>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("deadline")) this.tick();
  }

  private tick(): void {
    clearTimeout(this.timer);
    if (!this.isConnected || this.deadline === undefined) return;
    const left = this.deadline.left();
    const says = this.last === Infinity ? undefined : milestone(this.last, left);
    if (says !== undefined) tell(this, "usher-say", says);
    this.last = left;
    this.requestUpdate();
    if (left > 0) {
      this.timer = window.setTimeout(() => this.tick(), untilNextSecond(left));
    } else if (this.ended !== this.deadline) {
      this.ended = this.deadline;
      this.dispatchEvent(new CustomEvent("usher-end"));
    }
  }
}
