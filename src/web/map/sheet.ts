/**
 * The map itself: Leaflet moves it, and its tiles are painted here, a few milliseconds a frame, so
 * that neither 100,000 seats nor many changes ever keep the page from answering.
 */
import {
  CRS,
  DivIcon,
  DomUtil,
  GridLayer,
  LatLng,
  Map as Leaflet,
  Marker,
  Transformation,
  Util,
  type Coords,
  type DoneCallback,
  type LeafletMouseEvent,
} from "leaflet";
import { css, looks, parse, type Look, type Palette, type Rgb } from "./look.js";
import { paint, type Content, type Scene } from "./paint.js";
import type { Places } from "./places.js";
import { extent, type Bounds, type Drawing, type Plan } from "./plan.js";
import type { House } from "./house.js";

/** Pixels of the page. Larger tiles are fewer, but one change repaints more. */
const TILE = 256;

/** Pixels of the screen for one of the page; finer ones are not told apart. */
const DENSITY_MAX = 3;

/** Pixels of the page that are kept free below the whole hall, for the buttons. */
const FOOT = 56;

/** Milliseconds of painting in a frame: half of it is the browser's. */
const PAINT_BUDGET_MS = 8;

/** And before the first picture, when nobody waits for anything else. */
const FIRST_BUDGET_MS = 40;

/** At the largest zoom a seat's radius is at least this, in pixels of the page. */
const RADIUS_LARGEST = 14;

/** Seats smaller than this can't be hit with a finger: a tap goes closer instead. */
const RADIUS_TO_CHOOSE = 5;

/** A pointer may miss a seat by so much, in pixels of the page. */
const SLACK = 4;

/** A mark is never smaller, so that what is chosen is seen in the whole hall too. */
const MARK_SMALLEST = 16;

/** Seats that fade at the same time. More is a crowd in which none is seen. */
const FADES_MAX = 24;

/** How long a seat that has just been taken fades. */
const FADE_MS = 900;

/** Names of rows reach so far beyond their anchor, in pixels of the page. */
const WORD_REACH = 40;

/** What the map tells. */
export interface SheetEvents {
  /** Somebody chose a seat, or lets it go. */
  pick(seat: number): void;
  /** The pointer is at a seat, `x` and `y` pixels into the map; or at none. */
  hover(seat: number | undefined, x: number, y: number): void;
}

interface Tile {
  canvas: HTMLCanvasElement;
  coords: Coords;
  /** Filled in when it is first painted. */
  content?: Content;
  bounds?: Bounds;
  done: DoneCallback | undefined;
}

/** What is drawn above a seat. */
export type Mark = "chosen" | "own" | "focus";

/** Tiles that somebody else makes and paints. */
class CanvasLayer extends GridLayer {
  constructor(private readonly make: (coords: Coords, done: DoneCallback) => HTMLCanvasElement) {
    super({ tileSize: TILE, keepBuffer: 1, updateWhenZooming: false });
  }

  protected override createTile(coords: Coords, done: DoneCallback): HTMLCanvasElement {
    return this.make(coords, done);
  }
}

export class Sheet {
  readonly looks: Look[];
  private palette: Palette;
  private readonly map: Leaflet;
  private readonly layer: GridLayer;
  private readonly radius: number;
  private readonly drawings: { drawing: Drawing; bounds: Bounds }[];
  private readonly tiles = new Map<HTMLElement, Tile>();
  /** Tiles to paint, in order. */
  private readonly queue = new Set<Tile>();
  private readonly marks = new Map<string, { seat: number; mark: Mark; marker: Marker }>();
  private readonly fades = new Map<number, Marker>();
  private readonly crs: CRS & { transformation: Transformation };
  /** Pixels of the page for one unit of the plan, at zoom 0: the whole hall fits then. */
  private base = 1;
  private frame = 0;
  private painted: (() => void) | undefined;
  /** Fulfilled when the first picture is complete. */
  readonly ready = new Promise<void>((resolve) => (this.painted = resolve));

  constructor(
    private readonly container: HTMLElement,
    private readonly plan: Plan,
    private readonly house: House,
    private readonly places: Places,
    private readonly events: SheetEvents,
  ) {
    this.palette = paletteOf(container);
    this.looks = this.looksNow();
    this.radius = plan.size > 0 ? (plan.radius[0] ?? 10) : 10;
    this.drawings = plan.drawings.map((drawing) => ({ drawing, bounds: extent(drawing) }));
    this.crs = Util.extend({}, CRS.Simple, { transformation: new Transformation(1, 0, 1, 0) });
    this.map = new Leaflet(container, {
      crs: this.crs,
      attributionControl: false,
      zoomControl: false,
      // Tiles come at once; a fade of each would be work for nothing.
      fadeAnimation: false,
      doubleClickZoom: false,
      maxBoundsViscosity: 0.8,
      wheelPxPerZoomLevel: 90,
    });
    this.layer = this.makeLayer();
    this.fit();
    this.layer.addTo(this.map);
    this.listen();
    // Where nothing is to be painted, as in a map that is not shown, that is the first picture.
    this.wake();
  }

  /** Shows the whole hall. */
  fit(): void {
    const { minX, minY, maxX, maxY } = this.plan.bounds;
    const size = this.map.getSize();
    const scale = Math.min(size.x / (maxX - minX), (size.y - FOOT) / (maxY - minY));
    this.base = Number.isFinite(scale) && 0 < scale ? scale : 1;
    this.crs.transformation = new Transformation(this.base, 0, this.base, 0);
    const most = Math.ceil(Math.log2(RADIUS_LARGEST / (this.radius * this.base)));
    this.map.setMinZoom(0);
    this.map.setMaxZoom(Math.max(0, most));
    const foot = maxY + FOOT / this.base;
    this.map.setMaxBounds([[minY, minX], [foot, maxX]]);
    const middle = new LatLng((minY + foot) / 2, (minX + maxX) / 2);
    this.map.setView(middle, 0, { animate: false });
    this.layer.redraw();
    this.placeMarks();
  }

  zoom(by: number): void {
    this.map.setZoom(this.map.getZoom() + by);
  }

  /** Brings a seat into view, close enough to choose it. */
  show(seat: number): void {
    const at = this.latLng(seat);
    const close = this.map.getMaxZoom() - 1;
    if (this.map.getZoom() < close) this.map.setView(at, Math.max(0, close));
    else if (!this.map.getBounds().pad(-0.1).contains(at)) this.map.panTo(at);
  }

  /** The container has another size. */
  resize(): void {
    // Not shown at all, it has no size to fit into.
    if (this.container.clientWidth === 0 || this.container.clientHeight === 0) return;
    const whole = this.map.getZoom() === 0;
    this.map.invalidateSize({ animate: false, pan: !whole });
    if (whole) this.fit();
  }

  /** The page's colours have changed. */
  recolor(): void {
    this.palette = paletteOf(this.container);
    this.looks.splice(0, this.looks.length, ...this.looksNow());
    for (const tile of this.tiles.values()) this.queue.add(tile);
    this.wake();
  }

  /** These seats have been taken or have become free. */
  change(seats: readonly number[]): void {
    for (const tile of this.tiles.values()) {
      const { bounds } = tile;
      if (bounds && seats.some((seat) => this.isIn(bounds, seat))) this.queue.add(tile);
    }
    for (const seat of seats) if (!this.house.isOpen(seat)) this.fade(seat);
    this.wake();
  }

  /** Marks exactly these seats. */
  mark(mark: Mark, seats: Iterable<number>): void {
    const wanted = new Set(seats);
    for (const [key, one] of this.marks) {
      if (one.mark !== mark || wanted.delete(one.seat)) continue;
      one.marker.remove();
      this.marks.delete(key);
    }
    for (const seat of wanted) {
      const marker = this.marker(seat, this.markIcon(mark));
      this.marks.set(`${mark}-${seat}`, { seat, mark, marker });
    }
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.map.remove();
  }

  private looksNow(): Look[] {
    return looks(this.plan.categories.map(({ color }) => plain(color)), this.palette);
  }

  private makeLayer(): GridLayer {
    const layer = new CanvasLayer((coords, done) => {
      const canvas = DomUtil.create("canvas", "leaflet-tile");
      const density = Math.min(DENSITY_MAX, window.devicePixelRatio || 1);
      canvas.width = TILE * density;
      canvas.height = TILE * density;
      const tile: Tile = { canvas, coords, done };
      this.tiles.set(canvas, tile);
      this.queue.add(tile);
      this.wake();
      return canvas;
    });
    layer.on("tileunload", ({ tile: canvas }) => {
      const tile = this.tiles.get(canvas);
      if (tile) this.queue.delete(tile);
      this.tiles.delete(canvas);
    });
    return layer;
  }

  private listen(): void {
    const { map, events } = this;
    map.on("click", (event: LeafletMouseEvent) => this.click(event));
    map.on("mousemove", (event: LeafletMouseEvent) => {
      const seat = this.seatAt(event.latlng, SLACK);
      this.container.classList.toggle("over", seat !== undefined && this.isLarge());
      events.hover(seat, event.containerPoint.x, event.containerPoint.y);
    });
    const away = (): void => events.hover(undefined, 0, 0);
    map.on("mouseout movestart zoomstart", away);
    map.on("zoomstart", () => {
      for (const seat of this.fades.keys()) this.endFade(seat);
    });
    map.on("zoomend", () => this.placeMarks());
  }

  private click({ latlng }: LeafletMouseEvent): void {
    const seat = this.seatAt(latlng, 2 * SLACK);
    if (this.isLarge()) {
      if (seat !== undefined) this.events.pick(seat);
      return;
    }
    this.map.setView(latlng, Math.min(this.map.getMaxZoom(), this.map.getZoom() + 2));
  }

  private seatAt({ lat, lng }: LatLng, slack: number): number | undefined {
    return this.places.at(lng, lat, slack / this.scale());
  }

  /** Whether a seat is large enough to be chosen. */
  private isLarge(): boolean {
    return RADIUS_TO_CHOOSE <= this.radius * this.scale() || this.map.getZoom() === this.map.getMaxZoom();
  }

  /** Pixels of the page for one unit of the plan. */
  private scale(zoom = this.map.getZoom()): number {
    return this.base * 2 ** zoom;
  }

  private latLng(seat: number): LatLng {
    return new LatLng(this.plan.y[seat] ?? 0, this.plan.x[seat] ?? 0);
  }

  private wake(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.work());
  }

  /** Paints what there is to paint, as far as this frame's time goes. */
  private work(): void {
    this.frame = 0;
    const budget = this.painted ? FIRST_BUDGET_MS : PAINT_BUDGET_MS;
    const end = performance.now() + budget;
    for (const tile of this.queue) {
      this.queue.delete(tile);
      this.paint(tile);
      if (end <= performance.now()) break;
    }
    if (0 < this.queue.size) return this.wake();
    this.painted?.();
    this.painted = undefined;
  }

  private paint(tile: Tile): void {
    const { canvas, coords } = tile;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("this browser has no canvas");
    const scale = this.scale(coords.z);
    const left = (coords.x * TILE) / scale;
    const top = (coords.y * TILE) / scale;
    const reach = TILE / scale;
    tile.bounds ??= { minX: left, minY: top, maxX: left + reach, maxY: top + reach };
    tile.content ??= this.content(tile.bounds, scale);
    const density = canvas.width / TILE;
    const { plan, house, looks, palette } = this;
    const scene: Scene = { plan, open: house.open, looks, palette };
    paint(context, tile.content, scene, { left, top, scale: scale * density, density });
    tile.done?.(undefined, canvas);
    tile.done = undefined;
  }

  private content(bounds: Bounds, scale: number): Content {
    const near = pad(bounds, WORD_REACH / scale);
    return {
      seats: this.places.within(pad(bounds, 2 / scale)),
      words: this.places.wordsWithin(near),
      drawings: this.drawings
        .filter(({ bounds }) => overlaps(bounds, near))
        .map(({ drawing }) => drawing),
    };
  }

  private isIn({ minX, minY, maxX, maxY }: Bounds, seat: number): boolean {
    const [x, y, r] = [this.plan.x[seat] ?? 0, this.plan.y[seat] ?? 0, this.plan.radius[seat] ?? 0];
    return minX <= x + r && x - r <= maxX && minY <= y + r && y - r <= maxY;
  }

  private marker(seat: number, icon: DivIcon): Marker {
    const options = { icon, interactive: false, keyboard: false, zIndexOffset: 100 };
    return new Marker(this.latLng(seat), options).addTo(this.map);
  }

  private markIcon(mark: Mark): DivIcon {
    const size = Math.max(MARK_SMALLEST, Math.round(2.5 * this.radius * this.scale()));
    return new DivIcon({ className: `mark ${mark}`, iconSize: [size, size] });
  }

  private placeMarks(): void {
    for (const { mark, marker } of this.marks.values()) marker.setIcon(this.markIcon(mark));
  }

  /** Shows a seat's old look for a moment, above what it has become. */
  private fade(seat: number): void {
    const at = this.latLng(seat);
    const radius = this.radius * this.scale();
    const seen = 1 <= radius && this.map.getBounds().contains(at);
    if (!seen || FADES_MAX <= this.fades.size || this.fades.has(seat)) return;
    const size = Math.max(6, Math.round(2 * radius));
    const marker = this.marker(seat, new DivIcon({ className: "fade", iconSize: [size, size] }));
    const look = this.looks[this.plan.category[seat] ?? 0];
    const element = marker.getElement();
    if (element && look) element.style.backgroundColor = css(look.fill);
    this.fades.set(seat, marker);
    setTimeout(() => this.endFade(seat), FADE_MS);
  }

  private endFade(seat: number): void {
    this.fades.get(seat)?.remove();
    this.fades.delete(seat);
  }
}

function pad({ minX, minY, maxX, maxY }: Bounds, by: number): Bounds {
  return { minX: minX - by, minY: minY - by, maxX: maxX + by, maxY: maxY + by };
}

function overlaps(a: Bounds, b: Bounds): boolean {
  return a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;
}

/** The page's colours, as the style sheet put them on the container for this. */
function paletteOf(container: HTMLElement): Palette {
  const style = getComputedStyle(container);
  const color = (value: string, otherwise: Rgb): Rgb => parse(plain(value)) ?? otherwise;
  return {
    ink: color(style.color, [0, 0, 0]),
    soft: color(style.outlineColor, [90, 90, 90]),
    paper: color(style.backgroundColor, [255, 255, 255]),
    line: color(style.borderTopColor, [200, 200, 200]),
  };
}

let pen: CanvasRenderingContext2D | null | undefined;

/** A colour under any name that CSS has for it, in digits. */
function plain(color: string): string {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return color;
  pen.fillStyle = "#000";
  pen.fillStyle = color;
  return pen.fillStyle;
}

