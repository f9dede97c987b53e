/** What the buyer's page asks of the cluster. Problems are thrown, as `ProblemError`. */
import { ProblemError, decided, newKey, type Schemas } from "../client/index.js";
import { reach, type Who } from "../shared/reach.js";
import { wayBack } from "./route.js";

type Show = Schemas["Show"];
type Hold = Schemas["Hold"];
type Payment = Schemas["Payment"];
type Booking = Schemas["Booking"];

/** How a buyer wants to pay. */
export interface Order {
  gateway: string;
  email: string;
}

export class Office {
  private readonly api;
  /** Shows that were named by bookings; what is read of them here hardly changes. */
  private readonly named = new Map<string, Promise<Show>>();
  /** Seats of a map. Maps never change. */
  private readonly sizes = new Map<string, Promise<number>>();

  /** `onStranger` hears that the cluster no longer knows who asks. */
  constructor(
    readonly who: Who,
    private readonly onStranger: () => void,
  ) {
    this.api = reach(who);
  }

  shows(q: string, cursor?: string): Promise<Schemas["ShowPage"]> {
    const query = { ...(q === "" ? {} : { q }), ...(cursor === undefined ? {} : { cursor }) };
    return this.ask(this.api.GET("/v1/shows", { params: { query } }));
  }

  show(show: string): Promise<Show> {
    return this.ask(this.api.GET("/v1/shows/{show}", { params: { path: { show } } }));
  }

  /** A show for its name and date: asked for once. */
  showNamed(show: string): Promise<Show> {
    return remembered(this.named, show, () => this.show(show));
  }

  /** All places of a show, free or not. Seats come four a byte, so that it may be three too many. */
  async capacity(show: Show): Promise<number> {
    const places = show.areas.reduce((sum, area) => sum + area.capacity, 0);
    const hash = show.seat_map?.hash;
    if (hash === undefined) return places;
    const options = {
      params: { path: { show: show.id }, query: { format: "packed" } },
      parseAs: "arrayBuffer",
    } as const;
    const seats = await remembered(this.sizes, hash, async () => {
      const packed = await this.ask<unknown>(this.api.GET("/v1/shows/{show}/seats", options));
      return (packed as ArrayBuffer).byteLength * 4;
    });
    return seats + places;
  }

  gateways(): Promise<Schemas["GatewayPage"]> {
    return this.ask(this.api.GET("/v1/gateways"));
  }

  hold(hold: string): Promise<Hold> {
    return this.ask(this.api.GET("/v1/holds/{hold}", { params: { path: { hold } } }));
  }

  /** The buyer's pending hold, if there is one. */
  async myHold(): Promise<Hold | undefined> {
    try {
      return await this.ask(this.api.GET("/v1/me/hold"));
    } catch (error) {
      if (error instanceof ProblemError && error.is("not_found")) return undefined;
      throw error;
    }
  }

  async release(hold: string): Promise<void> {
    await this.ask(this.api.DELETE("/v1/holds/{hold}", { params: { path: { hold } } }));
  }

  extend(hold: string, seconds: number): Promise<Hold> {
    const body = { ttl_seconds: seconds };
    const params = { path: { hold } };
    return this.ask(this.api.POST("/v1/holds/{hold}/extend", { params, body }));
  }

  /**
   * Opens a payment. Until the answer is decided the same order keeps its key, over reloads too, so
   * that trying again goes on where the last try stopped.
   */
  async pay(hold: string, order: Order): Promise<Payment> {
    const body = {
      ...order,
      success_url: wayBack(location.origin, hold, "success"),
      cancel_url: wayBack(location.origin, hold, "cancel"),
    };
    const place = `usher-pay-${hold}`;
    const key = keyOf(place, JSON.stringify(body));
    const params = { path: { hold } };
    const headers = { "Idempotency-Key": key };
    try {
      const call = this.api.POST("/v1/holds/{hold}/payments", { params, body, headers });
      const payment = await this.ask(call);
      sessionStorage.removeItem(place);
      return payment;
    } catch (error) {
      // What is refused stays refused under its key.
      const open = !(error instanceof ProblemError) || error.problem.status >= 500;
      if (!open) sessionStorage.removeItem(place);
      throw error;
    }
  }

  payment(payment: string): Promise<Payment> {
    return this.ask(this.api.GET("/v1/payments/{payment}", { params: { path: { payment } } }));
  }

  cancelPayment(payment: string): Promise<Payment> {
    const params = { path: { payment } };
    return this.ask(this.api.POST("/v1/payments/{payment}/cancel", { params }));
  }

  bookings(cursor?: string): Promise<Schemas["BookingPage"]> {
    const query = cursor === undefined ? {} : { cursor };
    return this.ask(this.api.GET("/v1/me/bookings", { params: { query } }));
  }

  booking(booking: string): Promise<Booking> {
    return this.ask(this.api.GET("/v1/bookings/{booking}", { params: { path: { booking } } }));
  }

  resend(booking: string): Promise<Booking> {
    const params = { path: { booking } };
    return this.ask(this.api.POST("/v1/bookings/{booking}/resend", { params }));
  }

  private async ask<T>(call: Parameters<typeof decided<T>>[0]): Promise<T> {
    try {
      return await decided(call);
    } catch (error) {
      if (error instanceof ProblemError && error.is("unauthenticated")) this.onStranger();
      throw error;
    }
  }
}

/** The key of an undecided request: the same while the request is the same. */
function keyOf(place: string, request: string): string {
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null") as string[] | null;
  if (kept !== null && kept[0] === request && kept[1] !== undefined) return kept[1];
  const key = newKey();
  sessionStorage.setItem(place, JSON.stringify([request, key]));
  return key;
}

/** What is in `map`, or is put there now. What failed is not kept. */
function remembered<T>(
  map: Map<string, Promise<T>>,
  name: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  made.catch(() => map.delete(name));
  return made;
}
