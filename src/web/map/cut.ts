/**
 * Reads JSON as it arrives. Objects at one depth are cut out and parsed one by one, so that no
 * long list has to be parsed in one go while the page stands still. What is around them is small;
 * it is parsed at the end, with the number of each cut object in its place.
 */

const QUOTE = 1;
const OPEN_LIST = 2;
const OPEN_OBJECT = 3;
const CLOSE_LIST = 4;
const CLOSE_OBJECT = 5;

/** What a byte means outside of texts; most mean nothing. */
const MEANING = new Uint8Array(256);
[...'"[{]}'].forEach((sign, at) => (MEANING[sign.charCodeAt(0)] = at + 1));

const QUOTE_BYTE = 0x22;
const BACKSLASH_BYTE = 0x5c;

/** Cuts the objects at `depth` out of a JSON text; the outermost value has depth 1. */
export class Cutter {
  private readonly utf8 = new TextDecoder();
  /** What has come and belongs to nothing that is finished. */
  private rest = new Uint8Array(0);
  private around = "";
  private level = 0;
  private inText = false;
  private escaped = false;
  private count = 0;

  constructor(
    private readonly depth: number,
    private readonly take: (object: unknown) => void,
  ) {}

  push(chunk: Uint8Array): void {
    const bytes = join(this.rest, chunk);
    const { depth } = this;
    let { level, inText, escaped } = this;
    let from = 0;
    for (let at = this.rest.length; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (inText) {
        // Texts are most of what there is, and most of them is passed over here.
        if (escaped) escaped = false;
        else if (byte === BACKSLASH_BYTE) escaped = true;
        else if (byte === QUOTE_BYTE) inText = false;
        continue;
      }
      const meaning = MEANING[byte];
      if (meaning === 0) continue;
      switch (meaning) {
        case QUOTE:
          inText = true;
          break;
        case OPEN_LIST:
          level += 1;
          break;
        case OPEN_OBJECT:
          level += 1;
          if (level === depth) {
            this.around += this.utf8.decode(bytes.subarray(from, at));
            from = at;
          }
          break;
        case CLOSE_LIST:
          level -= 1;
          break;
        case CLOSE_OBJECT:
          if (level === depth) {
            this.take(JSON.parse(this.utf8.decode(bytes.subarray(from, at + 1))));
            this.around += String(this.count);
            this.count += 1;
            from = at + 1;
          }
          level -= 1;
          break;
        default:
      }
    }
    this.level = level;
    this.inText = inText;
    this.escaped = escaped;
    this.rest = bytes.slice(from);
  }

  /** What is around the objects; throws if the text was none. */
  end(): unknown {
    return JSON.parse(this.around + this.utf8.decode(this.rest));
  }
}

function join(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}
