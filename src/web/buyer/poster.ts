import { html, svg, type TemplateResult } from "lit";
import type { Schemas } from "../client/index.js";

/** A show's picture. One without gets rows of seats, its own, so that a list is no row of blanks. */
export function poster(show: Schemas["Show"]): TemplateResult {
  const picture = show.media.find((media) => media.kind === "image");
  if (picture !== undefined) {
    return html`<img class="poster" src=${picture.url} alt=${picture.alt}
      width="640" height="360" loading="lazy" decoding="async" />`;
  }
  return html`<svg class="poster" viewBox="0 0 64 36" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    ${rows(hash(show.id)).map(
      ({ radius, gap, lit }) => svg`<circle cx="32" cy="42" r=${radius} fill="none"
        stroke-width="1.5" stroke-linecap="round" stroke-dasharray="0.01 ${gap}" class=${lit ? "lit" : ""}></circle>`,
    )}
  </svg>`;
}

interface Row {
  radius: number;
  gap: number;
  lit: boolean;
}

/** Rows around a stage; which of them are lit is up to the show. */
function rows(seed: number): Row[] {
  return [...Array(12).keys()].map((row) => ({
    radius: 10 + row * 2.8,
    gap: 2.4 + ((seed >> row) & 1) * 0.35,
    lit: ((seed >> (row * 2)) & 3) === 0,
  }));
}

/** FNV-1a. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const char of text) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return sum;
}
