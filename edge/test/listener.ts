/** An event of a stream, as the browser's EventSource would give it. */
export interface StreamEvent {
  type: string;
  id: string;
  data: unknown;
}

/** Reads a stream of server-sent events. */
export class Listener {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string> | undefined;
  #text = "";

  constructor(response: Response) {
    this.response = response;
    this.#reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** What comes next up to an empty line, as text; undefined where the stream has ended. */
  async nextBlock(): Promise<string | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { value, done } = (await this.#reader?.read()) ?? { done: true, value: undefined };
      if (done) return undefined;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n\n");
    const block = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return block;
  }

  /** The next event; undefined where the stream has ended. */
  async next(): Promise<StreamEvent | undefined> {
    for (let block = await this.nextBlock(); block !== undefined; block = await this.nextBlock()) {
      const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line]));
      const read = (name: string) => fields.get(name)?.slice(name.length + 2) ?? "";
      if (fields.has("data")) return { type: read("event"), id: read("id"), data: JSON.parse(read("data")) };
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#reader?.cancel();
  }
}
