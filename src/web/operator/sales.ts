import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ProblemError, decided, type Schemas, type Usher } from "../client/index.js";
import { money, moment } from "../shared/words.js";
import { count } from "./format.js";
import { shared } from "./style.js";

type Show = Schemas["Show"];
type Report = Schemas["Report"];
type Sums = Schemas["Sums"];

/** How often sales are looked at. A report sums up every seat of a show, so: not often. */
const EVERY_MS = 5_000;

/** Shows that are looked at. */
const SHOWS_MAX = 200;

/** Shows of one page of the list. */
const PAGE = 100;

/** Columns, in the order of the bar. */
const STATES = [
  { key: "reserved", label: "Sold" },
  { key: "pending", label: "Held" },
  { key: "available", label: "Free" },
  { key: "blocked", label: "Blocked" },
] as const;

const STATUS: Readonly<Record<Show["status"], string>> = {
  scheduled: "Not yet on sale",
  on_sale: "On sale",
  closed: "Closed",
  cancelled: "Cancelled",
};

/** Every show with its seats and money by state and, opened, by category. */
@customElement("show-sales")
export class ShowSales extends LitElement {
  static override styles = [
    shared,
    css`
      .empty {
        padding: 1rem;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 0.4rem;
      }
      .name button {
        min-width: 2rem;
        padding: 0;
        border-color: transparent;
        background: none;
        color: var(--ink-soft);
      }
      .name button span {
        display: inline-block;
        transition: transform 0.15s;
      }
      .name button[aria-expanded="true"] span {
        transform: rotate(90deg);
      }
      .category th {
        padding-left: 3.2rem;
        font-weight: 400;
      }
      .category {
        background: color-mix(in srgb, var(--paper) 60%, transparent);
      }
      .bar {
        display: flex;
        width: 11rem;
        height: 0.7rem;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: 0.35rem;
        background: var(--card);
      }
      .bar i {
        flex: 0 0 auto;
        transition: width 0.4s;
      }
      .key {
        display: inline-block;
        width: 0.75rem;
        height: 0.75rem;
        margin-right: 0.35rem;
        border: 1px solid var(--line);
        border-radius: 0.15rem;
        vertical-align: -0.1rem;
      }
      .reserved {
        background: var(--accent);
      }
      .pending {
        background: repeating-linear-gradient(
          45deg,
          var(--accent) 0 2px,
          transparent 2px 5px
        );
      }
      .blocked {
        background: repeating-linear-gradient(
          90deg,
          var(--ink-soft) 0 1px,
          transparent 1px 3px
        );
      }
      .amount {
        color: var(--ink-soft);
      }
    `,
  ];

  /** Makes a client that asks whoever answers. */
  @property({ attribute: false }) client: () => Usher = () => {
    throw new Error("a client is needed");
  };

  @state() private shows: readonly Show[] = [];
  @state() private reports: ReadonlyMap<string, Report> = new Map();
  @state() private trouble: string | undefined;
  @state() private loaded = false;
  @state() private opened: ReadonlySet<string> = new Set();
  private ended = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.ended = new AbortController();
    void this.watch(this.ended.signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ended.abort();
  }

  private async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!document.hidden) await this.look();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  private async look(): Promise<void> {
    try {
      const client = this.client();
      this.shows = await all(client);
      this.loaded = true;
      for (const { id } of this.shows) {
        const params = { path: { show: id } };
        const report = await decided(client.GET("/v1/shows/{show}/report", { params }));
        this.reports = new Map(this.reports).set(id, report as Report);
      }
      this.trouble = undefined;
    } catch (error) {
      this.trouble = wording(error);
    }
  }

  override render() {
    const { shows, trouble } = this;
    return html`
      ${trouble === undefined ? nothing : html`<p class="empty warn" role="status">${trouble}</p>`}
      ${
        this.loaded && shows.length === 0
          ? html`<p class="empty soft">No shows yet.</p>`
          : html`<div class="scrolls" role="region" aria-label="Sales" tabindex="0">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Show</th>
                    <th scope="col">Status</th>
                    <th scope="col"><span class="hidden">Shares</span></th>
                    ${STATES.map(
                      ({ key, label }) => html`<th scope="col" class="number">
                        <i class="key ${key}" aria-hidden="true"></i>${label}
                      </th>`,
                    )}
                    <th scope="col" class="number">Taken in</th>
                  </tr>
                </thead>
                <tbody>
                  ${shows.map((show) => this.rows(show))}
                </tbody>
              </table>
            </div>`
      }
    `;
  }

  private rows(show: Show) {
    const report = this.reports.get(show.id);
    const opened = this.opened.has(show.id);
    const label = `${opened ? "Hide" : "Show"} categories of ${show.name}`;
    return html`
      <tr>
        <th scope="row">
          <div class="name">
            <button
              aria-expanded=${opened ? "true" : "false"}
              aria-label=${label}
              @click=${() => this.toggle(show.id)}
            >
              <span aria-hidden="true">▸</span>
            </button>
            <div>
              ${show.name}
              <div class="soft small">${show.id} · ${show.venue} · ${moment(show.starts_at)}</div>
            </div>
          </div>
        </th>
        <td>${STATUS[show.status]}</td>
        ${report === undefined ? nothing : cells(report.totals, report.currency)}
      </tr>
      ${opened && report !== undefined ? report.categories.map((sums) => category(sums, report)) : nothing}
    `;
  }

  private toggle(show: string): void {
    const opened = new Set(this.opened);
    if (!opened.delete(show)) opened.add(show);
    this.opened = opened;
  }
}

function category(sums: Report["categories"][0], { currency }: Report) {
  const price = sums.price === null ? "no price" : money(sums.price, currency);
  return html`
    <tr class="category">
      <th scope="row">${sums.category}</th>
      <td class="soft">${price}</td>
      ${cells(sums, currency)}
    </tr>
  `;
}

function cells(sums: Sums, currency: string) {
  const total = STATES.reduce((all, { key }) => all + sums[key].count, 0);
  return html`
    <td>
      <div class="bar" aria-hidden="true">
        ${STATES.map(({ key }) => {
          const share = total === 0 ? 0 : (100 * sums[key].count) / total;
          return html`<i class=${key} .style=${`width:${share}%`}></i>`;
        })}
      </div>
    </td>
    ${STATES.map(
      ({ key }) => html`<td class="number">
        ${count(sums[key].count)}
        <div class="amount small">${money(sums[key].amount, currency)}</div>
      </td>`,
    )}
    <td class="number"><strong>${money(sums.reserved.amount, currency)}</strong></td>
  `;
}

/** Every show, up to a limit. */
async function all(client: Usher): Promise<Show[]> {
  const shows: Show[] = [];
  let cursor: string | undefined;
  do {
    const query = { status: "all" as const, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await decided(client.GET("/v1/shows", { params: { query } }));
    shows.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && shows.length < SHOWS_MAX);
  return shows;
}

function wording(error: unknown): string {
  if (error instanceof ProblemError) {
    if (error.response.status === 403) return "Only organizers and operators see sales.";
    return `Sales can't be read: ${error.problem.detail}.`;
  }
  return "No node tells of sales at the moment; what is below may be out of date.";
}
