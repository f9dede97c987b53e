/**
 * Server-Sent Events, read from a `fetch`. The browser's `EventSource` can neither go on at
 * another address where it ended at the first one, nor say who asks.
 */

const LINE_END = /[\r\n]/g;

/** One event. */
export interface Message {
  event: string;
  data: string;
  /** Where to go on after it. */
  id: string;
}

/** Parses the text of a stream as the HTML standard has it. */
export class SseParser {
  /** The last id that was seen, for `Last-Event-ID`. */
  lastId = "";
  /** When to come back after a break, if the server has said so. */
  retryMs: number | undefined;

  private line = "";
  private atStart = true;
  private afterReturn = false;
  private event = "";
  private data: string[] = [];
  /** An id counts once its event is complete. */
  private id = "";

  constructor(lastId = "") {
    this.lastId = lastId;
    this.id = lastId;
  }

  push(text: string): Message[] {
    const messages: Message[] = [];
    let from = 0;
    if (this.atStart && text !== "") {
      this.atStart = false;
      if (text.startsWith("\uFEFF")) from = 1;
    }
    for (let at = from; at < text.length; at += 1) {
      const isReturn = text[at] === "\r";
      if (!isReturn && text[at] !== "\n") {
        // Lines are long: what lies before the next end of line needs no look.
        at = nextEnd(text, at) - 1;
        this.afterReturn = false;
        continue;
      }
      const secondHalf = !isReturn && this.afterReturn && at === from;
      if (!secondHalf) {
        const message = this.take(this.line + text.slice(from, at));
        if (message) messages.push(message);
        this.line = "";
      }
      this.afterReturn = isReturn;
      from = at + 1;
    }
    this.line += text.slice(from);
    return messages;
  }

  /** One line; an empty one ends an event. */
  private take(line: string): Message | undefined {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const skip = line[colon + 1] === " " ? 2 : 1;
    const value = colon < 0 ? "" : line.slice(colon + skip);
    switch (field) {
      case "event":
        this.event = value;
        break;
      case "data":
        this.data.push(value);
        break;
      case "id":
        if (!value.includes("\0")) this.id = value;
        break;
      case "retry":
        if (/^\d+$/.test(value)) this.retryMs = Number(value);
        break;
      default:
    }
    return undefined;
  }

  private finish(): Message | undefined {
    const { event, data, id } = this;
    this.lastId = id;
    this.event = "";
    this.data = [];
    if (data.length === 0) return undefined;
    return { event: event === "" ? "message" : event, data: data.join("\n"), id };
  }
}

function nextEnd(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text)?.index ?? text.length;
}
