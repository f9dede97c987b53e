/** Where in the page the buyer is. It all stands in the address, to be shared and reloaded. */

/** What the gateway's way back claims. It proves nothing: what happened is for our state to say. */
export type Back = "success" | "cancel";

export type Route =
  | { at: "shows"; q: string }
  | { at: "hall"; show: string }
  | { at: "checkout"; hold: string }
  | { at: "payment"; hold: string; payment: string; back?: Back }
  | { at: "bookings" };

/** Reads an address's query. */
export function routeOf(search: string): Route {
  const query = new URLSearchParams(search);
  const [show, hold, payment] = [query.get("show"), query.get("hold"), query.get("payment")];
  if (payment !== null) {
    const back = query.get("back");
    const route: Route = { at: "payment", hold: hold ?? "", payment };
    return back === "success" || back === "cancel" ? { ...route, back } : route;
  }
  if (hold !== null) return { at: "checkout", hold };
  if (show !== null) return { at: "hall", show };
  if (query.has("bookings")) return { at: "bookings" };
  return { at: "shows", q: query.get("q") ?? "" };
}

/** The address of a place in the page. */
export function addressOf(route: Route): string {
  switch (route.at) {
    case "shows":
      return route.q === "" ? "/" : `/?${new URLSearchParams({ q: route.q })}`;
    case "hall":
      return `/?${new URLSearchParams({ show: route.show })}`;
    case "checkout":
      return `/?${new URLSearchParams({ hold: route.hold })}`;
    case "payment": {
      const { hold, payment, back } = route;
      const query = new URLSearchParams({ hold, payment });
      if (back !== undefined) query.set("back", back);
      return `/?${query}`;
    }
    case "bookings":
      return "/?bookings";
  }
}

/** Where a gateway sends the buyer back to; it appends `payment`. */
export function wayBack(origin: string, hold: string, back: Back): string {
  return `${origin}/?${new URLSearchParams({ hold, back })}`;
}

/** Goes there, as a link does. */
export function go(route: Route): void {
  history.pushState(null, "", addressOf(route));
  // A push alone tells nobody.
  dispatchEvent(new PopStateEvent("popstate"));
}
