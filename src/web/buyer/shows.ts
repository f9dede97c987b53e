import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Schemas } from "../client/index.js";
import { counted, money, moment } from "../shared/words.js";
import { failure, Loading } from "./loading.js";
import { poster } from "./poster.js";
import { addressOf } from "./route.js";
import { View, tell } from "./view.js";

type Show = Schemas["Show"];

/** What is left goes down while one looks on. */
const REFRESH_MS = 20_000;
/** Typing rests for so long before it is searched for. */
const TYPING_MS = 250;

/** What is on. */
@customElement("usher-shows")
export class UsherShows extends View {
  @property() q = "";
  @state() private more: Show[] = [];
  @state() private cursor: string | null = null;
  @state() private moreError: unknown;
  @state() private capacities = new Map<string, number>();
  private typing = 0;
  private readonly shows = new Loading(this, async () => {
    const page = await this.office.shows(this.q);
    if (this.more.length === 0) this.cursor = page.next_cursor;
    this.measure(page.data);
    return page.data;
  });

  protected override get heading(): string {
    return "What’s on";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.shows.repeat(REFRESH_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.typing);
  }

  override render() {
    return html`<div class="top">
        <h1 tabindex="-1">${this.heading}</h1>
        <form role="search" @submit=${(event: Event) => event.preventDefault()}>
          <label for="q" class="unseen">Search by show or venue</label>
          <input id="q" type="search" name="q" autocomplete="off" maxlength="100"
            placeholder="Show or venue" .value=${this.q} @input=${this.onType} />
        </form>
      </div>
      ${this.shows.render((shows) => this.list([...shows, ...this.more]), skeletons)}`;
  }

  private list(shows: Show[]): TemplateResult {
    if (shows.length === 0) {
      const found = this.q === "" ? "Nothing is on right now." : `Nothing matches “${this.q}”.`;
      return html`<div class="notice"><p><strong>${found}</strong>
        ${this.q === "" ? "Come back soon." : "Try fewer letters, or another word."}</p></div>`;
    }
    const more = html`<p class="centre">
      <button type="button" @click=${this.onMore}>Show more</button>
    </p>`;
    return html`<ul class="cards">${shows.map((show) => this.card(show))}</ul>
      ${this.moreError === undefined ? nothing : failure(this.moreError)}
      ${this.cursor === null ? nothing : more}`;
  }

  private card(show: Show): TemplateResult {
    const from = show.price_from;
    return html`<li class="card">
      ${poster(show)}
      <div class="words">
        <h2><a href=${addressOf({ at: "hall", show: show.id })}>${show.name}</a></h2>
        <p class="when"><time datetime=${show.starts_at}>${moment(show.starts_at)}</time>
          <br />${show.venue}</p>
        <p class="bottom">
          ${stand(show)}
          ${from === null ? nothing : html`<span class="price">from ${money(from, show.currency)}</span>`}
        </p>
        ${this.left(show)}
      </div>
    </li>`;
  }

  private left(show: Show): TemplateResult {
    const capacity = this.capacities.get(show.id);
    if (!offered(show)) return html`<p class="left"></p>`;
    const share = capacity === undefined ? 0 : Math.min(1, show.available / capacity);
    return html`<p class="left">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4"></rect><rect width=${share * 100} height="4"></rect>
      </svg>
      ${counted(show.available, "seat")} left
    </p>`;
  }

  /** How large the halls are, for the bars. Without it the words say enough. */
  private measure(shows: Show[]): void {
    for (const show of shows.filter((show) => offered(show) && !this.capacities.has(show.id))) {
      this.office.capacity(show).then(
        (capacity) => (this.capacities = new Map(this.capacities).set(show.id, capacity)),
        () => undefined,
      );
    }
  }

  private readonly onType = (event: InputEvent): void => {
    const { value } = event.target as HTMLInputElement;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => void this.search(value.trim()), TYPING_MS);
  };

  private async search(q: string): Promise<void> {
    this.q = q;
    this.more = [];
    this.moreError = undefined;
    history.replaceState(history.state, "", addressOf({ at: "shows", q }));
    await this.shows.run();
    const { value } = this.shows;
    const found = value === undefined ? 0 : value.length;
    tell(this, "usher-say", `${counted(found, "show")} found${this.cursor === null ? "" : ", and more"}`);
  }

  private readonly onMore = async (): Promise<void> => {
    try {
      const page = await this.office.shows(this.q, this.cursor ?? undefined);
      this.more = [...this.more, ...page.data];
      this.cursor = page.next_cursor;
      this.moreError = undefined;
      this.measure(page.data);
    } catch (error) {
      this.moreError = error;
    }
  };
}

function offered(show: Show): boolean {
  return show.available > 0 && (show.status === "on_sale" || show.status === "scheduled");
}

/** How a show stands, in a word. */
export function stand(show: Show): TemplateResult {
  const opens = show.sale.opens_at;
  switch (show.status) {
    case "on_sale":
      return show.available === 0
        ? html`<span class="tag">Sold out</span>`
        : html`<span class="tag good">On sale</span>`;
    case "scheduled":
      return html`<span class="tag warn"
        >${opens === null ? "Not on sale yet" : html`On sale from ${moment(opens)}`}</span>`;
    case "closed":
      return html`<span class="tag">Sale has ended</span>`;
    case "cancelled":
      return html`<span class="tag bad">Cancelled</span>`;
  }
}

function skeletons(): TemplateResult {
  return html`<p class="unseen" role="status">Looking up what’s on…</p>
    <ul class="cards" aria-hidden="true">
      ${[0, 1, 2].map(() => html`<li class="card waiting"><div class="poster"></div></li>`)}
    </ul>`;
}
