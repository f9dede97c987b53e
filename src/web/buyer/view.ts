import { LitElement, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";
import type { Office } from "./office.js";

/** What views tell the page around them; all bubble. */
export interface ViewEvents {
  /** The heading is there, or has changed. */
  "usher-heading": CustomEvent<string>;
  /** Something for ears. */
  "usher-say": CustomEvent<string>;
  /** The buyer's hold is another one, or has ended. */
  "usher-held": CustomEvent<undefined>;
}

/** Tells the page around. */
export function tell<K extends keyof ViewEvents>(
  from: Element,
  name: K,
  detail: ViewEvents[K]["detail"],
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Lives in the page's own tree, where the page's style sheet reaches it. */
export abstract class Plain extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** A view with a heading, which is the page's title too. */
export abstract class View extends Plain {
  @property({ attribute: false }) office!: Office;
  private told: string | undefined;

  /** Its heading; `undefined` while it is not known. */
  protected abstract get heading(): string | undefined;

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { heading } = this;
    if (heading === undefined || heading === this.told) return;
    this.told = heading;
    tell(this, "usher-heading", heading);
  }
}
