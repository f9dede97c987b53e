import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Schemas, Usher } from "../client/index.js";
import {
  carryOut,
  isSeen,
  meaning,
  plan,
  refusal,
  title,
  typed,
  type Change,
} from "./change.js";
import { NOTHING, type Picture, type Tone } from "./cluster.js";
import { forms, shared } from "./style.js";

/** How long a change may take to be seen, after the cluster has said yes. */
const SEEN_MS = 60_000;

/** Where a change stands. */
type Step =
  | { at: "planning" }
  | { at: "planned"; plan: Schemas["Plan"] | undefined }
  | { at: "sure"; plan: Schemas["Plan"] | undefined }
  | { at: "asked"; since: number }
  | { at: "accepted"; since: number }
  | { at: "done"; tone: Tone; words: string; again: boolean };

/** What became of a change, for whoever looks elsewhere meanwhile. */
export interface Outcome {
  tone: Tone;
  words: string;
}

/**
 * Asks twice before it changes a member: what would be done, then whether it shall. Then it tells
 * how it goes, until the picture shows it.
 */
@customElement("ask-twice")
export class AskTwice extends LitElement {
  static override styles = [
    shared,
    forms,
    css`
      dialog {
        width: min(32rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: 1.25rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        color: var(--ink);
        box-shadow: 0 1rem 3rem rgb(0 0 0 / 0.25);
      }
      dialog::backdrop {
        background: rgb(10 8 20 / 0.55);
      }
      .body {
        display: grid;
        gap: 0.9rem;
        font-size: 0.9375rem;
        line-height: 1.5;
      }
      ol,
      ul {
        margin: 0;
        padding-left: 1.3rem;
      }
      .warning {
        padding: 0.6rem 0.8rem;
        border-left: 3px solid var(--warn);
        background: color-mix(in srgb, var(--warn) 9%, transparent);
      }
      .outcome {
        padding: 0.6rem 0.8rem;
        border-left: 3px solid currentColor;
      }
      .outcome span {
        color: var(--ink);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.6rem;
      }
      .buttons button {
        min-height: 2.5rem;
        padding: 0.4rem 1rem;
        font-size: 0.9375rem;
      }
      .way {
        display: grid;
        gap: 0.35rem;
        padding: 0;
        list-style: none;
      }
      .way li::before {
        content: "○ ";
        color: var(--ink-soft);
      }
      .way li.past::before {
        content: "● ";
        color: var(--good);
      }
      .way li.present::before {
        content: "◐ ";
        color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) picture: Picture = NOTHING;
  /** Makes a client that asks whoever answers, and `node` last. */
  @property({ attribute: false }) client: (node: number) => Usher = () => {
    throw new Error("a client is needed");
  };

  @state() private change: Change | undefined;
  @state() private step: Step = { at: "planning" };
  @state() private text = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  /** Asks about a change, unless one is under way: that is shown again. */
  async ask(change: Change): Promise<void> {
    const busy = this.step.at === "asked" || this.step.at === "accepted";
    if (!busy) {
      this.change = change;
      this.text = "";
      void this.makePlan(change);
    }
    await this.updateComplete;
    this.dialog.showModal();
    this.focusStep();
  }

  override willUpdate(): void {
    if (this.change === undefined || this.step.at !== "accepted") return;
    if (isSeen(this.change, this.picture)) {
      this.finish("good", `${title(this.change)}: done`, false);
    } else if (SEEN_MS < Date.now() - this.step.since) {
      const words = `${title(this.change)}: accepted, and not seen within a minute`;
      this.finish("warn", words, false);
    }
  }

  override updated(changed: PropertyValues): void {
    if (changed.has("step") && this.dialog.open) this.focusStep();
  }

  /**
   * Where Enter goes: on to the next question, and at the last one to no harm. What was focused
   * before may be gone with its step.
   */
  private focusStep(): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>(".buttons button:enabled")];
    const field = this.renderRoot.querySelector("input");
    (field ?? (this.step.at === "planned" ? buttons.at(-1) : buttons[0]))?.focus();
  }

  override render() {
    const change = this.change;
    return html`
      <dialog aria-labelledby="title" @close=${() => this.forget()}>
        ${change === undefined ? nothing : this.question(change)}
      </dialog>
    `;
  }

  private question(change: Change) {
    return html`
      <form method="dialog" class="body" @submit=${(event: Event) => this.submit(event, change)}>
        <h2 id="title">${title(change)}${this.step.at === "sure" ? "?" : ""}</h2>
        <div class="body" aria-live="polite">${this.body(change)}</div>
        <div class="buttons">${this.buttons(change)}</div>
      </form>
    `;
  }

  private body(change: Change) {
    const { step } = this;
    switch (step.at) {
      case "planning":
        return html`<p>${meaning(change)}</p>
          <p class="soft">Asking the leader what this would do…</p>`;
      case "planned":
        return html`<p>${meaning(change)}</p>
          ${steps(step.plan)}`;
      case "sure":
        return this.confirmation(change);
      case "asked":
      case "accepted":
        return way(step.at, Date.now() - step.since);
      case "done":
        return html`<p class="outcome ${step.tone}"><span>${step.words}</span></p>`;
    }
  }

  private confirmation(change: Change) {
    const name = typed(change);
    if (name === undefined) return html`<p>This is the second question: shall it be done now?</p>`;
    return html`
      <label>
        <span>To confirm, type <strong>${name}</strong>.</span>
        <input
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          .value=${this.text}
          @input=${(event: Event) => (this.text = (event.target as HTMLInputElement).value)}
        />
      </label>
    `;
  }

  private buttons(change: Change) {
    const { step } = this;
    const close = (label: string) =>
      html`<button type="button" @click=${() => this.dialog.close()}>${label}</button>`;
    switch (step.at) {
      case "planning":
        return close("Cancel");
      case "planned":
        return html`${close("Cancel")}
          <button class="primary" ?disabled=${isEmpty(step.plan)}>Continue</button>`;
      case "sure": {
        const name = typed(change);
        const look = name === undefined ? "primary" : "danger";
        const sure = name === undefined || this.text.trim().toLowerCase() === name;
        return html`${close("Cancel")}
          <button class=${look} ?disabled=${!sure}>${title(change)}</button>`;
      }
      case "asked":
      case "accepted":
        return close("Go on in the background");
      case "done":
        return html`${step.again ? html`<button class="primary">Ask again</button>` : nothing}
        ${close("Close")}`;
    }
  }

  /** Enter, or the button that goes on. */
  private submit(event: Event, change: Change): void {
    event.preventDefault();
    const { step } = this;
    if (step.at === "planned" && !isEmpty(step.plan)) {
      this.step = { at: "sure", plan: step.plan };
    } else if (step.at === "sure") {
      const name = typed(change);
      if (name === undefined || this.text.trim().toLowerCase() === name) void this.carry(change);
    } else if (step.at === "done" && step.again) {
      void this.makePlan(change);
    }
  }

  private async makePlan(change: Change): Promise<void> {
    this.step = { at: "planning" };
    try {
      const planned = await plan(this.client(change.node), change);
      if (this.change === change) this.step = { at: "planned", plan: planned };
    } catch (error) {
      if (this.change !== change) return;
      const { words, again } = refusal(error);
      this.step = { at: "done", tone: again ? "warn" : "bad", words, again };
    }
  }

  private async carry(change: Change): Promise<void> {
    this.step = { at: "asked", since: Date.now() };
    try {
      await carryOut(this.client(change.node), change);
      this.step = { at: "accepted", since: Date.now() };
    } catch (error) {
      const { words, again } = refusal(error);
      this.finish(again ? "warn" : "bad", `${title(change)}: ${words}`, again);
    }
  }

  private finish(tone: Tone, words: string, again: boolean): void {
    this.step = { at: "done", tone, words, again };
    this.dispatchEvent(new CustomEvent<Outcome>("outcome", { detail: { tone, words } }));
  }

  /** What was only asked about is forgotten with the dialog; what is under way goes on. */
  private forget(): void {
    if (this.step.at === "asked" || this.step.at === "accepted") return;
    this.change = undefined;
    this.step = { at: "planning" };
  }
}

function isEmpty(planned: Schemas["Plan"] | undefined): boolean {
  return planned !== undefined && planned.steps.length === 0;
}

function steps(planned: Schemas["Plan"] | undefined) {
  if (planned === undefined) return nothing;
  if (isEmpty(planned)) return html`<p>There is nothing to do: it is so already.</p>`;
  const { before, after, warnings } = planned;
  return html`
    <ol>
      ${planned.steps.map((step) => html`<li>${step}</li>`)}
    </ol>
    <p class="soft small">
      Voters now: ${names(before.voters)}; then: ${names(after.voters)}.
      ${after.learners.length === 0 ? nothing : html`Learners then: ${names(after.learners)}.`}
    </p>
    ${warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
  `;
}

function way(at: "asked" | "accepted", ms: number) {
  const asked = at === "asked";
  const seconds = Math.round(ms / 1000);
  return html`
    <ul class="way">
      <li class=${asked ? "present" : "past"}>
        ${asked ? `Asked the leader, ${seconds} s ago` : "The cluster has said yes"}
      </li>
      <li class=${asked ? "" : "present"}>
        ${asked ? "Then: seen in the cluster" : `Waiting to see it, for ${seconds} s`}
      </li>
    </ul>
  `;
}

function names(nodes: readonly number[]): string {
  return nodes.length === 0 ? "none" : nodes.join(", ");
}
