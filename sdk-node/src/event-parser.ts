import { BOUNDS } from "./bounds.ts";
import { MusterError } from "./error.ts";

/** An event of a stream. */
export interface StreamEvent {
  /** `message`, where the stream does not name it. */
  name: string;
  id: string;
  data: string;
}

/** Takes a stream of server-sent events apart, wherever it was cut. */
export class EventParser {
  #rest = "";
  #id = "";

  /** The events that end in this piece. Throws a MusterError where one grows beyond its bound. */
  push(piece: string): StreamEvent[] {
    const blocks = `${this.#rest}${piece}`.split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? "";
    if (this.#rest.length > BOUNDS.streamEvent) {
      throw new MusterError("bad-answer", `an event has more than ${BOUNDS.streamEvent} characters`);
    }
    return blocks.flatMap((block) => this.#read(block) ?? []);
  }

  /** A block without data is no event, though its id counts. */
  #read(block: string): StreamEvent | null {
    let name = "message";
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "event") name = value;
      else if (field === "id") this.#id = value;
      else if (field === "data") data.push(value);
    }
    return data.length === 0 ? null : { name, id: this.#id, data: data.join("\n") };
  }
}
