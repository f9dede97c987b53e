import { LitElement, css, html, unsafeCSS, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import uPlot from "uplot";
import sheet from "uplot/dist/uPlot.min.css?inline";
import { UNKNOWN } from "./format.js";
import { HISTORY_MS, type History } from "./history.js";
import { DASHES, shared } from "./style.js";

/** A line of a plot. */
export interface Line {
  /** Its name in the history. */
  key: string;
  label: string;
  /** Which colour and dash. */
  look: number;
}

/** Pointers on all plots move together. */
const TOGETHER = "operator";

const HEIGHT = 96;

/** What the axis of time says. */
const AGO = [
  { seconds: 240, words: "−4 min" },
  { seconds: 120, words: "−2 min" },
  { seconds: 0, words: "now" },
];

/** Steps between lines of the grid where values are whole. */
const WHOLE = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();

/**
 * A small plot of the last minutes, with its values beside it in words: what it shows at the moment
 * and between what it has been, or what it was where the pointer is.
 */
@customElement("usher-plot")
export class UsherPlot extends LitElement {
  static override styles = [
    unsafeCSS(sheet),
    shared,
    css`
      :host {
        min-width: 0;
      }
      figure {
        display: grid;
        gap: 0.35rem;
        margin: 0;
      }
      figcaption {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 0.5rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr auto auto;
        gap: 0.1rem 0.5rem;
        align-items: center;
        margin: 0;
        font-size: 0.75rem;
        line-height: 1.35;
      }
      dt {
        grid-column: 1 / 3;
        display: flex;
        align-items: center;
        gap: 0.4rem;
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        text-align: right;
      }
      dd.now {
        min-width: 3.5rem;
        font-weight: 600;
      }
      dd.range {
        min-width: 6.2rem;
        color: var(--ink-soft);
      }
      svg {
        flex: none;
      }
      .canvas {
        height: ${HEIGHT}px;
        overflow: hidden;
      }
      .probe {
        display: none;
      }
    `,
  ];

  @property() heading = "";
  @property({ attribute: false }) lines: readonly Line[] = [];
  @property({ attribute: false }) history: History | undefined;
  /** Values are whole numbers. */
  @property({ attribute: false }) whole = false;
  @property({ attribute: false }) format: (value: number | undefined) => string = String;
  /** When something happened that every plot marks. */
  @property({ attribute: false }) marks: readonly number[] = [];
  /** Changes whenever the history does. */
  @property({ type: Number }) at = 0;

  /** Where the pointer is, if it is on a plot. */
  @state() private pointed: number | undefined;
  @query(".canvas") private canvas!: HTMLElement;
  @query(".probe") private probe!: HTMLElement;

  private plot: uPlot | undefined;
  private drawn = "";
  private readonly sized = new ResizeObserver(() => this.resize());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly repaint = () => {
    this.drawn = "";
    this.requestUpdate();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.scheme.addEventListener("change", this.repaint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scheme.removeEventListener("change", this.repaint);
    this.sized.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
    this.drawn = "";
  }

  override render() {
    const pointed = this.pointed === undefined ? undefined : this.columns()[0][this.pointed];
    const when = pointed === undefined ? "last 5 min" : new Date(pointed * 1000).toLocaleTimeString();
    return html`
      <figure>
        <figcaption>
          <h3>${this.heading}</h3>
          <span class="soft small">${when}</span>
        </figcaption>
        <div class="canvas" role="img" aria-label=${this.words()}></div>
        <dl>
          ${this.lines.map((line, at) => this.row(line, at))}
        </dl>
        <i class="probe"></i>
      </figure>
    `;
  }

  private row(line: Line, at: number) {
    const extent = this.history?.extent(line.key);
    const there = this.pointed === undefined ? undefined : this.columns()[at + 1]?.[this.pointed];
    const value = this.pointed === undefined ? extent?.now : (there ?? undefined);
    const range =
      extent === undefined ? "" : `${this.format(extent.min)} … ${this.format(extent.max)}`;
    const dash = (DASHES[line.look] ?? []).join(" ");
    return html`
      <dt>
        <svg width="22" height="6" aria-hidden="true">
          <line
            x1="0" y1="3" x2="22" y2="3" stroke="var(--l${line.look})" stroke-width="2"
            stroke-dasharray=${dash}
          ></line>
        </svg>
        ${line.label}
      </dt>
      <dd class="now">${this.format(value)}</dd>
      <dd class="range"><span class="hidden">between </span>${range}</dd>
    `;
  }

  /** The plot for whoever does not see it. */
  private words(): string {
    const lines = this.lines.map(({ key, label }) => {
      const extent = this.history?.extent(key);
      if (extent === undefined) return `${label}: ${UNKNOWN}`;
      const { now, min, max } = extent;
      const range = `between ${this.format(min)} and ${this.format(max)}`;
      return `${label}: ${this.format(now)}, ${range}`;
    });
    return `${this.heading}, last 5 minutes. ${lines.join("; ")}`;
  }

  override updated(changed: PropertyValues<this>): void {
    const shape = JSON.stringify(this.lines);
    if (this.plot === undefined || shape !== this.drawn) {
      this.drawn = shape;
      this.draw();
    } else if (changed.has("at")) {
      this.plot.setData(this.columns());
    }
  }

  private columns(): [number[], ...(number | null)[][]] {
    return this.history?.columns(this.lines.map(({ key }) => key)) ?? [[]];
  }

  /** The last five minutes, however few of them are known. */
  private span(): { min: number; max: number } {
    return { min: (this.at - HISTORY_MS) / 1000, max: this.at / 1000 };
  }

  private draw(): void {
    this.plot?.destroy();
    const line = this.colour("--line");
    const soft = this.colour("--ink-soft");
    const font = `11px ${getComputedStyle(this).fontFamily}`;
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    this.plot = new uPlot(
      {
        width: Math.max(this.canvas.clientWidth, 60),
        height: HEIGHT,
        legend: { show: false },
        padding: [6, 14, 0, 0],
        cursor: {
          sync: { key: TOGETHER, setSeries: false },
          drag: { x: false, y: false },
          points: { size: 5 },
          y: false,
        },
        scales: {
          x: { time: true, auto: false, range: () => [this.span().min, this.span().max] },
          y: { range: (_, min, max) => bounds(min, max) },
        },
        axes: [
          {
            ...axis,
            size: 20,
            gap: 4,
            grid: { show: false },
            splits: (_, __, min, max) => AGO.map(({ seconds }) => Math.max(min, max - seconds)),
            values: () => AGO.map(({ words }) => words),
          },
          {
            ...axis,
            size: 52,
            gap: 4,
            space: 30,
            ...(this.whole ? { incrs: WHOLE } : {}),
            values: (_, values) => values.map((value) => this.format(value)),
          },
        ],
        series: [{}, ...this.lines.map(({ look }) => this.series(look))],
        hooks: {
          setCursor: [(plot) => this.point(plot.cursor.idx ?? undefined)],
          drawClear: [(plot) => this.drawMarks(plot, soft)],
        },
      },
      this.columns(),
      this.canvas,
    );
    this.sized.observe(this.canvas);
  }

  private series(look: number): uPlot.Series {
    return {
      stroke: this.colour(`--l${look}`),
      width: 1.5,
      dash: [...(DASHES[look] ?? [])],
      points: { show: false },
    };
  }

  /** The pointer left a plot if uPlot put it outside. */
  private point(index: number | undefined): void {
    const inside = this.plot !== undefined && 0 <= (this.plot.cursor.left ?? -1);
    const pointed = inside ? index : undefined;
    if (pointed !== this.pointed) this.pointed = pointed;
  }

  private drawMarks(plot: uPlot, stroke: string): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const mark of this.marks) {
      const x = plot.valToPos(mark / 1000, "x", true);
      if (x < bbox.left || bbox.left + bbox.width < x) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** What a colour is in the present scheme: canvas knows no custom properties. */
  private colour(name: string): string {
    this.probe.style.color = `var(${name})`;
    return getComputedStyle(this.probe).color;
  }

  private resize(): void {
    const width = this.canvas.clientWidth;
    if (0 < width && this.plot !== undefined && this.plot.width !== width) {
      this.plot.setSize({ width, height: HEIGHT });
    }
  }
}

/** From nought, or below it where values are, with some air above; never without any height. */
function bounds(min: number | null, max: number | null): [number, number] {
  const low = Math.min(0, min ?? 0);
  const high = Math.max(0, max ?? 0);
  if (low === high) return [0, 1];
  return [low * 1.1, high * 1.1];
}
