import { LitElement, css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { usher, type Usher } from "../client/index.js";
import { nodes, wantsToken, type Who } from "../shared/reach.js";
import { buyer, dropToken, keepToken } from "../shared/who.js";
import "./ask-twice.js";
import type { AskTwice, Outcome } from "./ask-twice.js";
import type { Change } from "./change.js";
import { verdict, type Tone } from "./cluster.js";
import { UNKNOWN, count, duration, offset, perSecond } from "./format.js";
import "./members.js";
import "./picture.js";
import "./plot.js";
import type { Line } from "./plot.js";
import "./sales.js";
import { look, shared } from "./style.js";
import "./token.js";
import { Watch, type News } from "./watch.js";

/** How long a read may take, and one attempt at it: then the next node is asked. */
const READ = { patienceMs: 12_000, attemptMs: 4_000 };

/** A change of members waits for learners to catch up: up to half a minute, at one node. */
const CHANGE = { patienceMs: 40_000, attemptMs: 35_000 };

/** News that are shown without scrolling far. */
const NEWS_SHOWN = 40;

interface Plot {
  heading: string;
  lines: readonly Line[];
  format: (value: number | undefined) => string;
  whole?: boolean;
}

/** The operator's page. */
@customElement("usher-operator")
export class UsherOperator extends LitElement {
  static override styles = [
    shared,
    css`
      main,
      header {
        max-width: 84rem;
        margin: 0 auto;
        padding: 0 1.25rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
        padding-top: 1rem;
        padding-bottom: 1rem;
      }
      h1 {
        margin: 0;
        font-size: 1.125rem;
        font-weight: 600;
      }
      h1 b {
        color: var(--accent);
      }
      .verdict {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.25rem 0.8rem;
        border: 1px solid currentColor;
        border-radius: 2rem;
        font-size: 0.875rem;
        font-weight: 600;
      }
      .verdict i {
        width: 0.6rem;
        height: 0.6rem;
        border-radius: 50%;
        background: currentColor;
      }
      .verdict.warn i {
        border-radius: 0.1rem;
      }
      .verdict.bad i {
        border-radius: 0;
        transform: rotate(45deg);
      }
      .mode {
        margin-left: auto;
      }
      .notice {
        margin-bottom: 1rem;
        padding: 0.7rem 1rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--warn);
        border-radius: var(--radius);
        background: var(--card);
        font-size: 0.9rem;
      }
      main {
        display: grid;
        gap: 1rem;
        padding-bottom: 3rem;
      }
      section {
        min-width: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
      }
      section > h2 {
        padding: 0.75rem 1rem 0.25rem;
      }
      .top {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        gap: 1rem;
      }
      .picture {
        padding-bottom: 1rem;
      }
      .side {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        gap: 1rem;
        min-width: 0;
      }
      .facts {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: 1px;
        margin: 0;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--line);
      }
      .facts div {
        padding: 0.6rem 0.75rem;
        background: var(--card);
      }
      .facts dt {
        overflow: hidden;
        color: var(--ink-soft);
        font-size: 0.75rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .facts dd {
        margin: 0;
        font-size: 1.25rem;
        font-weight: 600;
        line-height: 1.3;
        white-space: nowrap;
      }
      .news {
        display: flex;
        flex-direction: column;
        min-height: 9rem;
      }
      .news ol {
        flex: 1 1 0;
        min-height: 7rem;
        margin: 0;
        padding: 0.25rem 1rem 0.75rem;
        overflow-y: auto;
        list-style: none;
        font-size: 0.8125rem;
      }
      .news li {
        display: grid;
        grid-template-columns: auto auto 1fr;
        gap: 0.6rem;
        align-items: baseline;
        padding: 0.2rem 0;
      }
      .plots {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr));
        gap: 1px;
        overflow: hidden;
      }
      .plots usher-plot {
        padding: 0.75rem 1rem;
        box-shadow: 0 0 0 1px var(--line);
      }
      @media (max-width: 60rem) {
        .top {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      @media (max-width: 30rem) {
        main,
        header {
          padding-right: 0.75rem;
          padding-left: 0.75rem;
        }
        .facts {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .mode {
          margin-left: 0;
        }
      }
    `,
  ];

  /** `undefined` for as long as a token is wanted and none is known. */
  @state() private watch: Watch | undefined;
  /** Rendered anew whenever the watch has something. */
  @state() private beat = 0;
  @state() private trouble = "";
  @query("ask-twice") private asking!: AskTwice;
  private who: Who = {};
  private readonly seeds = nodes();

  override connectedCallback(): void {
    super.connectedCallback();
    // Where callers are believed, whoever opens this page acts as an operator; it says so.
    const who: Who | undefined = wantsToken() ? buyer() : { role: "operator" };
    if (who !== undefined) this.begin(who);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch?.stop();
    this.watch = undefined;
  }

  private begin(who: Who): void {
    this.who = who;
    this.watch = new Watch(who, this.seeds, () => this.heard());
    this.watch.start();
  }

  private heard(): void {
    if (this.watch?.access === "unauthorized") {
      this.leave("This token is not accepted, or has run out.");
    }
    this.beat += 1;
  }

  private leave(trouble: string): void {
    this.watch?.stop();
    this.watch = undefined;
    this.trouble = trouble;
    if (wantsToken()) dropToken();
  }

  override render() {
    const { watch } = this;
    if (watch === undefined) {
      return html`<main>
        <h1 class="hidden">Operator</h1>
        <token-form
          .trouble=${this.trouble}
          @token=${(event: CustomEvent<string>) => this.take(event.detail)}
        ></token-form>
      </main>`;
    }
    const { tone, words } = verdict(watch.picture);
    return html`
      <header>
        <h1><b>Usher</b> · Operator</h1>
        <span class="verdict ${tone}" role="status"><i aria-hidden="true"></i>${words}</span>
        ${this.mode(watch)}
      </header>
      <main>
        ${this.notices(watch)} ${this.top(watch)}
        <section aria-label="The last five minutes" class="plots">
          ${plots(watch).map((plot) => this.plot(plot, watch))}
        </section>
        <section>
          <h2>Members</h2>
          <cluster-members
            .picture=${watch.picture}
            ?acts=${watch.access === "operator"}
            @wish=${(event: CustomEvent<Change>) => void this.asking.ask(event.detail)}
          ></cluster-members>
        </section>
        <section>
          <h2>Sales</h2>
          <show-sales .client=${() => this.client(READ)}></show-sales>
        </section>
      </main>
      <ask-twice
        .picture=${watch.picture}
        .client=${(node: number) => this.client(CHANGE, node)}
        @outcome=${(event: CustomEvent<Outcome>) => this.note(event.detail)}
      ></ask-twice>
    `;
  }

  private mode(watch: Watch) {
    if (!wantsToken()) {
      return html`<span class="mode soft small">
        Open mode: callers are believed, and this page acts as an operator
      </span>`;
    }
    return html`<span class="mode soft small">
      ${watch.access === "operator" ? "With an operator's token" : "With a token"}
      <button @click=${() => this.leave("")}>Leave</button>
    </span>`;
  }

  private notices(watch: Watch) {
    const { picture, access } = watch;
    const home = picture.members.find(({ origin }) => origin === location.origin);
    const other = picture.members.find(({ reach, barred }) => reach === "answers" && !barred);
    const lost = home !== undefined && home.reach === "silent" && other !== undefined;
    return html`
      ${
        lost
          ? html`<p class="notice">
              Node ${home.id}, from which this page was loaded, does not answer. The page goes on
              with the others; before you reload it, go to
              <a href="${other.origin}/operator">the same page at node ${other.id}</a>.
            </p>`
          : nothing
      }
      ${
        access === "forbidden"
          ? html`<p class="notice">
              This token is no operator's: members can be seen, and not changed.
            </p>`
          : nothing
      }
    `;
  }

  private top(watch: Watch) {
    return html`
      <div class="top">
        <section class="picture">
          <h2>
            Cluster
            <span class="soft small">${watch.picture.clusterId?.slice(0, 8) ?? ""}</span>
          </h2>
          <cluster-picture .picture=${watch.picture}></cluster-picture>
        </section>
        <div class="side">
          <dl class="facts">
            ${facts(watch).map(
              ([name, value]) => html`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`,
            )}
          </dl>
          <section class="news">
            <h2>What happened</h2>
            ${newsOf(watch.news)}
          </section>
        </div>
      </div>
    `;
  }

  private plot({ heading, lines, format, whole }: Plot, watch: Watch) {
    return html`<usher-plot
      .heading=${heading}
      .lines=${lines}
      .format=${format}
      .whole=${whole ?? false}
      .history=${watch.history}
      .marks=${watch.turns}
      .at=${watch.at}
    ></usher-plot>`;
  }

  private take(token: string): void {
    keepToken(token);
    this.trouble = "";
    this.begin({ token });
  }

  private note({ tone, words }: Outcome): void {
    this.watch?.news.unshift({ at: Date.now(), tone, words });
    this.requestUpdate();
  }

  /** A client that asks whoever answers first, and a node that is about to go last. */
  private client(patience: { patienceMs: number; attemptMs: number }, last?: number): Usher {
    const origins = this.watch?.origins() ?? this.seeds;
    const going = this.watch?.picture.members.find(({ id }) => id === last)?.origin;
    const endpoints = [
      ...origins.filter((origin) => origin !== going),
      ...origins.filter((origin) => origin === going),
    ];
    return usher({ endpoints, ...this.who, ...patience });
  }
}

function facts({ picture, history }: Watch): [string, string][] {
  const now = (name: string) => history.extent(name)?.now;
  const answering = picture.members.filter(({ vitals }) => vitals !== undefined);
  const any = answering.find(({ id }) => id === picture.leader) ?? answering[0];
  const sessions = picture.members.reduce((sum, { vitals }) => sum + (vitals?.streams ?? 0), 0);
  return [
    ["Leader", picture.leader === undefined ? UNKNOWN : `Node ${picture.leader}`],
    ["Term", count(picture.term)],
    ["Applied", count(any?.applied)],
    ["Decided in, p99", duration(now("commit"))],
    ["Holds now", count(any?.vitals?.holdsActive)],
    ["Open streams", count(sessions)],
    ["Outbox", count(now("outbox"))],
    ["Oldest in it", duration(now("oldest"))],
  ];
}

function newsOf(news: readonly News[]) {
  if (news.length === 0) {
    return html`<ol>
      <li class="soft">Nothing since this page was opened.</li>
    </ol>`;
  }
  const signs: Readonly<Record<Tone, string>> = { good: "●", warn: "■", bad: "◆" };
  return html`<ol tabindex="0" aria-label="What happened, the latest first">
    ${news.slice(0, NEWS_SHOWN).map(
      ({ at, tone, words }) => html`<li>
        <time class="soft">${new Date(at).toLocaleTimeString()}</time>
        <span class=${tone} aria-hidden="true">${signs[tone]}</span>
        <span>${words}</span>
      </li>`,
    )}
  </ol>`;
}

function plots({ picture }: Watch): Plot[] {
  const each = (key: string): Line[] =>
    picture.members.map(({ id }) => ({
      key: `${key} ${id}`,
      label: `Node ${id}`,
      look: look(id),
    }));
  const one = (key: string, label: string, at = 0): Line => ({ key, label, look: at });
  return [
    {
      heading: "Holds a second",
      lines: [one("holds", "Held"), one("conflicts", "Seats in vain", 2)],
      format: perSecond,
    },
    { heading: "Bookings a second", lines: [one("bookings", "Booked")], format: perSecond },
    { heading: "Disk sync, p99", lines: each("sync"), format: duration },
    { heading: "Entries behind the leader", lines: each("behind"), format: count, whole: true },
    { heading: "Clock, from the median", lines: each("clock"), format: offset },
    { heading: "Open streams", lines: each("streams"), format: count, whole: true },
    { heading: "Open connections", lines: each("connections"), format: count, whole: true },
    {
      heading: "Outbox",
      lines: [one("outbox", "Rows")],
      format: count,
      whole: true,
    },
    { heading: "Oldest in the outbox", lines: [one("oldest", "Age")], format: duration },
  ];
}
