import { html, nothing, type ReactiveController, type ReactiveControllerHost } from "lit";
import type { TemplateResult } from "lit";
import { ProblemError } from "../client/index.js";
import { worded } from "../shared/words.js";
import { addressOf } from "./route.js";

/** Something that is asked for, and shown once it is here: again and again, if need be. */
export class Loading<T> implements ReactiveController {
  /** What came last; it stays while it is asked for again. */
  value: T | undefined;
  /** Why nothing came, last time. */
  error: unknown;
  private latest = 0;
  private timer = 0;
  private every = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly ask: () => Promise<T>,
  ) {
    host.addController(this);
  }

  /** Asks again after so many milliseconds, each time; 0 is never. */
  repeat(every: number): void {
    this.every = every;
    clearTimeout(this.timer);
    if (every > 0) this.timer = window.setTimeout(this.onTime, every);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.onSight);
    void this.run();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.onSight);
    clearTimeout(this.timer);
    this.latest += 1;
  }

  /** Asks. An answer that a later question has overtaken is dropped. */
  async run(): Promise<void> {
    clearTimeout(this.timer);
    this.latest += 1;
    const mine = this.latest;
    try {
      const value = await this.ask();
      if (mine !== this.latest) return;
      this.set(value);
    } catch (error) {
      if (mine !== this.latest) return;
      this.error = error;
    }
    this.host.requestUpdate();
    this.repeat(this.every);
  }

  /** Has it from elsewhere: an answer to a write. */
  set(value: T): void {
    this.value = value;
    this.error = undefined;
    this.host.requestUpdate();
  }

  /** What is here, `waiting` before, and what went wrong with a way to try again. */
  render(here: (value: T) => unknown, waiting: () => unknown): unknown {
    if (this.value !== undefined) return here(this.value);
    return this.error === undefined ? waiting() : failure(this.error, () => this.again());
  }

  /** The same after a failure: what went wrong goes away first. */
  again(): void {
    this.error = undefined;
    this.host.requestUpdate();
    void this.run();
  }

  /** Nobody looks at a page that is out of sight, and it is asked for when it comes back. */
  private readonly onTime = (): void => {
    if (document.visibilityState === "visible") void this.run();
  };

  /** A page that comes back into sight may be hours old. */
  private readonly onSight = (): void => {
    if (document.visibilityState === "visible") void this.run();
  };
}

/** What went wrong. */
export function failure(error: unknown, again?: () => void): TemplateResult {
  const { says, next } = worded(error);
  const missing = error instanceof ProblemError && error.is("not_found");
  const way = missing
    ? html`<a class="button" href=${addressOf({ at: "shows", q: "" })}>See what’s on</a>`
    : html`<button type="button" @click=${again}>Try again</button>`;
  return html`<div class="notice bad" role="alert">
    <p><strong>${says}</strong> ${next}</p>
    ${again === undefined ? nothing : html`<p>${way}</p>`}
  </div>`;
}
