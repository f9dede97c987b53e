/**
 * Who the buyer is. Where callers are believed, a user is made up on the first visit; a cookie
 * keeps it, because cookies know no ports: the buyer is the same at every node of a demonstration.
 * It is read by pages alone; no node looks at it. Where tokens are wanted, the page that embeds or
 * links to this one hands one in, in the part of the address that is never sent.
 */
import { newKey } from "../client/index.js";
import { wantsToken, type Who } from "./reach.js";

const COOKIE = "usher-user";
const TOKEN = "usher-token";
const YEAR_SECONDS = 31_536_000;

/** Who asks; `undefined` where a token is wanted and nobody handed one in. */
export function buyer(): Who | undefined {
  if (wantsToken()) {
    const token = handedIn() ?? sessionStorage.getItem(TOKEN);
    return token === null ? undefined : { token };
  }
  const user = cookie() ?? `guest-${newKey()}`;
  document.cookie = `${COOKIE}=${user}; path=/; max-age=${YEAR_SECONDS}; SameSite=Strict`;
  return { user };
}

/** Takes a token over from wherever a page got it. */
export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
}

/** Forgets the token: it has run out, or somebody leaves. */
export function dropToken(): void {
  sessionStorage.removeItem(TOKEN);
}

/** `#token=…`, which is taken out of the address at once: addresses are shared and photographed. */
function handedIn(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token");
  if (token !== null) {
    keepToken(token);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return token;
}

function cookie(): string | undefined {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1);
}
