import { LitElement, css, html, nothing, svg } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { NOTHING, verdict, type Member, type Picture, type Tone } from "./cluster.js";
import { count, duration } from "./format.js";
import { shared } from "./style.js";

interface Point {
  x: number;
  y: number;
}

/** Of a node's shape. */
const RADIUS = 30;

/** Below a shape there are three lines of text. */
const TEXT = 58;

/** How far a node may be behind and still be called in step: what is on its way just now. */
const IN_STEP = 16;

/**
 * The cluster as it is: a shape for each node, a link from the leader to each that it feeds. Shapes
 * and words tell what colours do: a leader has six corners, a learner a broken line, a node that
 * does not answer a cross. The table of members says the same for whoever sees no picture.
 */
@customElement("cluster-picture")
export class ClusterPicture extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        min-width: 0;
      }
      .frame {
        overflow: hidden;
      }
      svg {
        display: block;
        width: 100%;
      }
      text {
        fill: var(--ink);
        font-size: 13px;
        text-anchor: middle;
      }
      .number {
        font-size: 20px;
        font-weight: 700;
        dominant-baseline: central;
      }
      .state {
        font-weight: 600;
      }
      .state.good {
        fill: var(--ink);
      }
      .state.warn {
        fill: var(--warn);
      }
      .state.bad {
        fill: var(--bad);
      }
      .aside {
        fill: var(--ink-soft);
        font-size: 12px;
      }
      .shape {
        fill: var(--card);
        stroke: var(--ink-soft);
        stroke-width: 2;
        transition:
          fill 0.3s,
          stroke 0.3s;
      }
      .leader .shape {
        fill: var(--accent);
        stroke: var(--accent);
      }
      .leader .number {
        fill: var(--on-accent);
      }
      .learner .shape {
        stroke-dasharray: 5 4;
      }
      .warn .shape {
        stroke: var(--warn);
        stroke-width: 3;
      }
      .silent .shape {
        fill: var(--paper);
        stroke: var(--bad);
        stroke-dasharray: 3 5;
      }
      .silent .number {
        fill: var(--ink-soft);
      }
      .cross {
        stroke: var(--bad);
        stroke-width: 2.5;
        stroke-linecap: round;
      }
      .halo {
        fill: none;
        stroke: var(--accent);
        stroke-width: 1.5;
        opacity: 0.45;
        transform-box: fill-box;
        transform-origin: center;
        animation: pulse 2.4s ease-out infinite;
      }
      .link {
        stroke: var(--line);
        stroke-width: 2;
      }
      .flow {
        stroke: var(--accent);
        stroke-width: 2.5;
        stroke-linecap: round;
        stroke-dasharray: 1 13;
        animation: flow 1.4s linear infinite;
      }
      .link.broken {
        stroke: var(--bad);
        stroke-dasharray: 2 7;
      }
      .tag {
        fill: var(--card);
        stroke: var(--line);
      }
      @keyframes flow {
        to {
          stroke-dashoffset: -28;
        }
      }
      @keyframes pulse {
        from {
          transform: scale(1);
          opacity: 0.6;
        }
        to {
          transform: scale(1.35);
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) picture: Picture = NOTHING;
  @state() private width = 0;
  @query(".frame") private frame!: HTMLElement;
  private readonly sized = new ResizeObserver(() => (this.width = this.frame.clientWidth));

  override firstUpdated(): void {
    this.sized.observe(this.frame);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sized.disconnect();
  }

  override render() {
    return html`<div class="frame">${this.width === 0 ? nothing : this.drawing()}</div>`;
  }

  private drawing() {
    const { members, leader } = this.picture;
    const places = layout(members.length, this.width);
    const height = Math.max(...places.map(({ y }) => y), RADIUS) + RADIUS + TEXT;
    const at = new Map(members.map((member, index) => [member.id, places[index] ?? { x: 0, y: 0 }]));
    const from = leader === undefined ? undefined : at.get(leader);
    const fed = from === undefined ? [] : members.filter(({ id }) => id !== leader);
    return html`
      <svg
        viewBox="0 0 ${this.width} ${height}"
        height=${height}
        role="img"
        aria-label=${this.words()}
      >
        ${fed.map((member) => link(from ?? { x: 0, y: 0 }, at.get(member.id), member))}
        ${members.map((member, index) => {
          const above = 2 < members.length && index === 0;
          return shape(member, at.get(member.id), above, this.picture.at);
        })}
      </svg>
    `;
  }

  private words(): string {
    const nodes = this.picture.members.map((member) => `node ${member.id}: ${inWords(member)}`);
    return `${verdict(this.picture).words}. ${nodes.join(", ")}`;
  }
}

/** What a member is and how it does, in two or three words. */
export function stateOf(member: Member): { tone: Tone; words: string; more: string } {
  const role = member.role ?? "member";
  switch (member.reach) {
    case "silent":
      return { tone: "bad", words: "unreachable", more: "" };
    case "elsewhere":
      return { tone: "warn", words: role, more: "not seen from here" };
    case "unknown":
      return { tone: "warn", words: role, more: "not asked yet" };
    case "answers":
      return member.ready
        ? { tone: "good", words: role, more: "" }
        : { tone: "warn", words: role, more: "not ready" };
  }
}

/** The same as one phrase. */
export function inWords(member: Member): string {
  const { words, more } = stateOf(member);
  return more === "" ? words : `${words}, ${more}`;
}

/** Places on a ring, the first at the top; two face each other, one stands alone. */
function layout(nodes: number, width: number): Point[] {
  const side = Math.min(width / 2 - 62, 210);
  const middle = width / 2;
  const top = RADIUS + (nodes < 3 ? 14 : TEXT);
  if (nodes <= 1) return [{ x: middle, y: top }];
  if (nodes === 2) return [-1, 1].map((way) => ({ x: middle + way * side, y: top }));
  const tall = 84 + 22 * (nodes - 3);
  return Array.from({ length: nodes }, (_, at) => {
    const angle = (2 * Math.PI * at) / nodes - Math.PI / 2;
    return { x: middle + side * Math.cos(angle), y: top + tall * (1 + Math.sin(angle)) };
  });
}

function link(from: Point, to: Point | undefined, member: Member) {
  if (to === undefined) return nothing;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const gap = RADIUS + 8;
  const [x1, y1] = [from.x + dx * gap, from.y + dy * gap];
  const [x2, y2] = [to.x - dx * gap, to.y - dy * gap];
  const broken = member.reach === "silent";
  const line = svg`<line class="link ${broken ? "broken" : ""}" x1=${x1} y1=${y1} x2=${x2} y2=${y2} />`;
  if (broken) return line;
  const flow = svg`<line class="flow" x1=${x1} y1=${y1} x2=${x2} y2=${y2} />`;
  const text = lagOf(member);
  if (text === "") return svg`${line}${flow}`;
  const width = text.length * 6.6 + 14;
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return svg`
    ${line}${flow}
    <rect class="tag" x=${x - width / 2} y=${y - 10} width=${width} height="20" rx="10" />
    <text class="aside" x=${x} y=${y + 4}>${text}</text>
  `;
}

function lagOf({ behind }: Member): string {
  if (behind === undefined) return "";
  return behind <= IN_STEP ? "in step" : `${count(behind)} behind`;
}

function shape(member: Member, place: Point | undefined, above: boolean, now: number) {
  if (place === undefined) return nothing;
  const { x, y } = place;
  const { tone, words, more } = stateOf(member);
  const leads = member.role === "leader" && member.reach !== "silent";
  const kind = leads ? "leader" : (member.role ?? "");
  const since = member.heardAt === undefined ? undefined : (now - member.heardAt) / 1000;
  const silent = member.reach === "silent" && since !== undefined ? `for ${duration(Math.max(1, Math.round(since)))}` : more;
  const lines = [words, silent, `applied ${count(member.applied)}`].filter((line) => line !== "");
  // Above a node that stands at the top, where no link crosses its words.
  const first = above ? -RADIUS - 14 - 16 * (lines.length - 1) : RADIUS + 20;
  return svg`
    <g class="${kind} ${member.reach} ${tone}" transform="translate(${x} ${y})">
      ${leads ? svg`<path class="halo" d=${hexagon(RADIUS + 4)} />` : nothing}
      ${
        leads
          ? svg`<path class="shape" d=${hexagon(RADIUS + 2)} />`
          : svg`<circle class="shape" r=${RADIUS} />`
      }
      <text class="number">${member.id}</text>
      ${
        member.reach === "silent"
          ? svg`<path class="cross" d="M18 -30 l12 12 m0 -12 l-12 12" />`
          : nothing
      }
      ${lines.map((line, at) => {
        const kind = at === 0 ? `state ${tone}` : "aside";
        return svg`<text class=${kind} y=${first + 16 * at}>${line}</text>`;
      })}
    </g>
  `;
}

function hexagon(radius: number): string {
  const corners = Array.from({ length: 6 }, (_, at) => {
    const angle = (Math.PI / 3) * at + Math.PI / 6;
    return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${corners.join("L")}Z`;
}
