/** Paints one tile of the map. */
import { css, mix, outline, type Look, type Palette, type Rgb } from "./look.js";
import type { Drawing, Plan } from "./plan.js";
import type { Word } from "./words.js";

/** What all tiles have in common. */
export interface Scene {
  plan: Plan;
  /** 1 for each seat that can be had. */
  open: Uint8Array;
  looks: readonly Look[];
  palette: Palette;
}

/** What a tile shows. */
export interface Content {
  /** Category by category. */
  seats: Uint32Array;
  words: readonly Word[];
  drawings: readonly Drawing[];
}

/** From the plan to a tile's pixels. */
export interface View {
  left: number;
  top: number;
  /** Pixels of the tile, for one unit of the plan. */
  scale: number;
  /** Pixels of the tile, for one of the page. */
  density: number;
}

/** Seats of a smaller radius, in pixels, are painted as squares of whole pixels. */
const SQUARES_BELOW = 2.2;

/** Seats in one path. One for each is slow, and so is one for thousands: its edges are sorted. */
const PATH_MAX = 256;

/** From these radii on, in pixels of the page, things are drawn that would not be seen before. */
const CROSSES_FROM = 4;
const WORDS_FROM = 3;
const NUMBERS_FROM = 7.5;

/** Taken seats are smaller, whatever else tells them apart. */
const TAKEN_RADIUS = 0.42;

/** Heights of words, in pixels of the page. */
const WORD_SMALLEST = 9;
const WORD_LARGEST = 15;

/** A word as small as that may be made so much narrower to fit; narrower still it could not be read. */
const SQUEEZE = 0.6;

const FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif";

type Context = CanvasRenderingContext2D;

/** Paints everything anew. */
export function paint(context: Context, content: Content, scene: Scene, view: View): void {
  const { canvas } = context;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const drawing of content.drawings) draw(context, drawing, scene.palette, view);
  const [some] = content.seats;
  if (some === undefined) return words(context, content.words, scene, view, Infinity);
  const radius = (scene.plan.radius[some] ?? 0) * view.scale;
  if (radius < SQUARES_BELOW) squares(context, content.seats, scene, view);
  else shapes(context, content.seats, scene, view);
  words(context, content.words, scene, view, radius / view.density);
  if (NUMBERS_FROM <= radius / view.density) numbers(context, content.seats, scene, view);
}

/** Seats as a few pixels each, written straight into memory. */
function squares(context: Context, seats: Uint32Array, scene: Scene, view: View): void {
  const { plan, open, looks, palette } = scene;
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const taken = packed(mix(palette.paper, palette.soft, 0.45));
  const colors = looks.map((look) => packed(look.fill));
  // What can be had lies above what is taken.
  for (const wanted of [0, 1]) {
    for (const seat of seats) {
      if (open[seat] !== wanted) continue;
      const r = (plan.radius[seat] ?? 0) * view.scale * (wanted === 1 ? 1 : 0.7);
      const side = Math.max(1, Math.round(2 * r));
      const x = Math.round(((plan.x[seat] ?? 0) - view.left) * view.scale - side / 2);
      const y = Math.round(((plan.y[seat] ?? 0) - view.top) * view.scale - side / 2);
      const color = wanted === 1 ? (colors[plan.category[seat] ?? 0] ?? taken) : taken;
      for (let dy = Math.max(0, y); dy < Math.min(height, y + side); dy += 1) {
        const line = dy * width;
        pixels.fill(color, line + Math.max(0, x), line + Math.max(0, Math.min(width, x + side)));
      }
    }
  }
  const sheet = scratch(width, height);
  sheet.putImageData(image, 0, 0);
  context.drawImage(sheet.canvas, 0, 0);
}

/** Seats in the shapes of their categories, many in a path. */
function shapes(context: Context, seats: Uint32Array, scene: Scene, view: View): void {
  const { plan, open, looks } = scene;
  let at = 0;
  while (at < seats.length) {
    const category = plan.category[seats[at] ?? 0] ?? 0;
    const look = looks[category];
    const end = Math.min(seats.length, at + PATH_MAX);
    context.beginPath();
    for (; at < end && plan.category[seats[at] ?? 0] === category; at += 1) {
      const seat = seats[at] ?? 0;
      if (open[seat] !== 1 || !look) continue;
      const x = ((plan.x[seat] ?? 0) - view.left) * view.scale;
      const y = ((plan.y[seat] ?? 0) - view.top) * view.scale;
      outline(context, look.shape, x, y, (plan.radius[seat] ?? 0) * view.scale);
    }
    if (look) context.fillStyle = css(look.fill);
    context.fill();
  }
  taken(context, seats, scene, view);
}

/** Taken seats: small crosses, or dots where a cross would not be seen. */
function taken(context: Context, seats: Uint32Array, scene: Scene, view: View): void {
  const { plan, open, palette } = scene;
  context.beginPath();
  let crosses = false;
  for (const seat of seats) {
    if (open[seat] === 1) continue;
    const x = ((plan.x[seat] ?? 0) - view.left) * view.scale;
    const y = ((plan.y[seat] ?? 0) - view.top) * view.scale;
    const radius = (plan.radius[seat] ?? 0) * view.scale;
    const r = radius * TAKEN_RADIUS;
    crosses = CROSSES_FROM <= radius / view.density;
    if (crosses) {
      context.moveTo(x - r, y - r);
      context.lineTo(x + r, y + r);
      context.moveTo(x + r, y - r);
      context.lineTo(x - r, y + r);
    } else {
      context.rect(x - r, y - r, 2 * r, 2 * r);
    }
  }
  const color = css(mix(palette.paper, palette.soft, 0.6));
  if (crosses) {
    context.strokeStyle = color;
    context.lineWidth = 1.5 * view.density;
    context.stroke();
  } else {
    context.fillStyle = color;
    context.fill();
  }
}

function numbers(context: Context, seats: Uint32Array, scene: Scene, view: View): void {
  const { plan, open, looks } = scene;
  context.textAlign = "center";
  context.textBaseline = "middle";
  let category = -1;
  for (const seat of seats) {
    const number = plan.numbers[seat] ?? "";
    if (open[seat] !== 1 || number === "") continue;
    const radius = (plan.radius[seat] ?? 0) * view.scale;
    if (plan.category[seat] !== category) {
      category = plan.category[seat] ?? 0;
      context.fillStyle = css(looks[category]?.on ?? [0, 0, 0]);
      context.font = `${Math.round(radius * 0.95)}px ${FONT}`;
    }
    const x = ((plan.x[seat] ?? 0) - view.left) * view.scale;
    const y = ((plan.y[seat] ?? 0) - view.top) * view.scale;
    context.fillText(number, x, y, radius * 1.7);
  }
}

function words(
  context: Context,
  all: readonly Word[],
  { palette }: Scene,
  view: View,
  radius: number,
): void {
  if (radius < WORDS_FROM || radius === Infinity) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = css(palette.soft);
  const font = (size: number) => `600 ${Math.round(size * view.density)}px ${FONT}`;
  const size = Math.max(WORD_SMALLEST, Math.min(WORD_LARGEST, radius * 1.25));
  for (const { x, y, text, room } of all) {
    context.font = font(size);
    const widest = room === undefined ? Infinity : room * view.scale;
    const fits = widest / context.measureText(text).width;
    if (fits < 1) context.font = font(Math.max(WORD_SMALLEST, size * fits));
    if (widest < SQUEEZE * context.measureText(text).width) continue;
    context.fillText(text, (x - view.left) * view.scale, (y - view.top) * view.scale, widest);
  }
}

/** A stage, a wall, a word. Its colours are toned down so that seats stand out, in the dark too. */
function draw(context: Context, drawing: Drawing, palette: Palette, view: View): void {
  const { rectangle, circle, ellipse, polygon, text } = drawing;
  const { scale } = view;
  context.save();
  context.translate((drawing.position.x - view.left) * scale, (drawing.position.y - view.top) * scale);
  context.rotate(((drawing.rotation ?? 0) * Math.PI) / 180);
  context.scale(scale, scale);
  context.beginPath();
  if (rectangle) context.rect(0, 0, rectangle.width, rectangle.height);
  if (circle) context.arc(0, 0, circle.radius, 0, 2 * Math.PI);
  if (ellipse) context.ellipse(0, 0, ellipse.radius.x, ellipse.radius.y, 0, 0, 2 * Math.PI);
  polygon?.points.forEach(({ x, y }) => context.lineTo(x, y));
  if (polygon) context.closePath();
  if (rectangle ?? circle ?? ellipse ?? polygon) {
    context.fillStyle = css(mix(palette.paper, palette.line, 0.6));
    context.fill();
    context.strokeStyle = css(palette.soft, 0.5);
    context.lineWidth = view.density / scale;
    context.stroke();
  }
  if (text?.text) {
    const size = Math.max(text.size ?? 16, (13 * view.density) / scale);
    context.font = `600 ${size}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = css(palette.ink);
    context.fillText(text.text, text.position?.x ?? 0, text.position?.y ?? 0);
  }
  context.restore();
}

/** As memory has a pixel: alpha, blue, green, red from the high bits. */
function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

let spare: Context | undefined;

/** A canvas to put pixels on; one for all, as only one tile is painted at a time. */
function scratch(width: number, height: number): Context {
  spare ??= document.createElement("canvas").getContext("2d") ?? undefined;
  if (!spare) throw new Error("this browser has no canvas");
  if (spare.canvas.width !== width || spare.canvas.height !== height) {
    spare.canvas.width = width;
    spare.canvas.height = height;
  }
  return spare;
}
