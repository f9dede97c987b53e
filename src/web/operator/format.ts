/** How measured values are worded: short, and the same everywhere. */

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** What stands where nothing is known. */
export const UNKNOWN = "–";

/** A whole number with its thousands apart. */
export function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : WHOLE.format(value);
}

/** Something a second. */
export function perSecond(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value < 10 && value !== Math.round(value) ? value.toFixed(1) : WHOLE.format(value);
}

/** How long something took or is old, from seconds: two or three digits that matter. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return UNKNOWN;
  const size = Math.abs(seconds);
  if (size === 0) return "0";
  if (size < 0.001) return `${WHOLE.format(seconds * 1e6)} µs`;
  if (size < 0.01) return `${(seconds * 1e3).toFixed(1)} ms`;
  if (size < 1) return `${WHOLE.format(seconds * 1e3)} ms`;
  if (size < 10 && seconds !== Math.round(seconds)) return `${seconds.toFixed(1)} s`;
  if (size < 120) return `${WHOLE.format(seconds)} s`;
  if (size < 7200) return `${WHOLE.format(seconds / 60)} min`;
  return `${WHOLE.format(seconds / 3600)} h`;
}

/** A difference of clocks, with its sign. */
export function offset(seconds: number | undefined): string {
  if (seconds === undefined) return UNKNOWN;
  const text = duration(Math.abs(seconds));
  if (seconds === 0) return text;
  return `${seconds < 0 ? "−" : "+"}${text}`;
}
