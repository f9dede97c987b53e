/** How categories look: a colour that stands out from the paper, and a shape of their own. */

/** Red, green, blue: 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Told apart without colour; where categories outnumber them, the legend's names decide. */
export const SHAPES = ["circle", "square", "diamond", "triangle", "hexagon", "drop"] as const;
export type Shape = (typeof SHAPES)[number];

/** How the seats of a category are drawn. */
export interface Look {
  shape: Shape;
  fill: Rgb;
  /** For what is written on it. */
  on: Rgb;
}

/** What the page around looks like. */
export interface Palette {
  ink: Rgb;
  soft: Rgb;
  paper: Rgb;
  line: Rgb;
}

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** Things that mean something stand out so much from what is around them (WCAG 1.4.11). */
const CONTRAST_MIN = 3;

/** The looks of categories by their plan's colours; one without a colour gets `ink`. */
export function looks(colors: readonly string[], palette: Palette): Look[] {
  return colors.map((color, at) => {
    const fill = legible(parse(color) ?? palette.soft, palette.paper);
    const on = contrast(fill, WHITE) < contrast(fill, BLACK) ? BLACK : WHITE;
    return { shape: SHAPES[at % SHAPES.length] ?? "circle", fill, on };
  });
}

/** `#abc`, `#aabbcc`, or `rgb(1, 2, 3)` as browsers compute it. */
export function parse(color: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (hex !== undefined) {
    const each = hex.length === 3 ? 1 : 2;
    const part = (at: number): number =>
      parseInt(hex.slice(at * each, (at + 1) * each).repeat(each === 1 ? 2 : 1), 16);
    return [part(0), part(1), part(2)];
  }
  const parts = /^rgba?\(([^)]+)\)$/.exec(color.trim())?.[1]?.split(/[\s,/]+/).map(Number);
  const [red, green, blue] = parts ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [red, green, blue];
}

export function css([red, green, blue]: Rgb, alpha = 1): string {
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}

/** A colour as like the wanted one as can be told from the paper. */
export function legible(wanted: Rgb, paper: Rgb): Rgb {
  const away = contrast(paper, WHITE) < contrast(paper, BLACK) ? BLACK : WHITE;
  let color = wanted;
  for (let part = 0; contrast(color, paper) < CONTRAST_MIN && part < 1; part += 0.05) {
    color = mix(wanted, away, part);
  }
  return color;
}

/** `part` of the second colour. */
export function mix(a: Rgb, b: Rgb, part: number): Rgb {
  const of = (at: 0 | 1 | 2): number => Math.round(a[at] + (b[at] - a[at]) * part);
  return [of(0), of(1), of(2)];
}

/** The contrast of two colours as WCAG has it: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const of = part / 255;
    return of <= 0.04045 ? of / 12.92 : ((of + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Anything that a shape's outline can be drawn into. */
type Pen = Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "arc" | "rect" | "closePath">;

/** Adds a shape's outline to a path. */
export function outline(pen: Pen, shape: Shape, x: number, y: number, r: number): void {
  switch (shape) {
    case "circle":
      pen.moveTo(x + r, y);
      pen.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case "square":
      pen.rect(x - r * 0.86, y - r * 0.86, r * 1.72, r * 1.72);
      break;
    case "drop":
      pen.moveTo(x + r, y);
      pen.arc(x, y, r, 0, 1.5 * Math.PI);
      pen.lineTo(x + r, y - r);
      pen.closePath();
      break;
    default:
      corners(pen, CORNERS[shape], x, y, r);
  }
}

const CORNERS: Record<"diamond" | "triangle" | "hexagon", readonly (readonly [number, number])[]> = {
  diamond: [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
  triangle: [[0, -1.1], [1.08, 0.8], [-1.08, 0.8]],
  hexagon: [[1.05, 0], [0.52, 0.92], [-0.52, 0.92], [-1.05, 0], [-0.52, -0.92], [0.52, -0.92]],
};

function corners(
  pen: Pen,
  points: readonly (readonly [number, number])[],
  x: number,
  y: number,
  r: number,
): void {
  points.forEach(([dx, dy], at) => {
    if (at === 0) pen.moveTo(x + dx * r, y + dy * r);
    else pen.lineTo(x + dx * r, y + dy * r);
  });
  pen.closePath();
}
