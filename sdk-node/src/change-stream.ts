import { type ClientRequest, get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { backoff, readRetryAfter } from "@muster/rules/delivery";
import { BOUNDS } from "./bounds.ts";
import { EventParser, type StreamEvent } from "./event-parser.ts";

export interface ChangeStreamOptions {
  endpoint: string;
  key: string;
  onEvent(event: StreamEvent): void;
}

/**
 * Listens for changes at the edge, and comes back whenever that ends. It keeps no program from ending, which `fetch`
 * would. That nobody can be heard is no error: whoever listens also asks now and then.
 */
export class ChangeStream {
  readonly #options: ChangeStreamOptions;
  #request: ClientRequest | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #isClosed = false;

  constructor(options: ChangeStreamOptions) {
    this.#options = options;
  }

  /** Begins to listen. */
  open(): void {
    if (this.#isClosed || this.#request !== null) return;
    const { endpoint, key } = this.#options;
    const url = `${endpoint.replace(/\/+$/, "")}/v1/changes`;
    let after = 0;
    const headers = { authorization: `Bearer ${key}`, accept: "text/event-stream" };
    const get = url.startsWith("https:") ? getSecure : getPlain;
    // A connection of its own: it lasts, and nothing else may wait for it.
    const request = get(url, { agent: false, headers }, (response) => {
      after = readRetryAfter(response.headers["retry-after"] ?? null, Date.now(), BOUNDS.retryAfterMost);
      if (response.statusCode === 200) this.#listen(response, request);
      else request.destroy();
    });
    request.on("socket", (socket) => socket.unref());
    request.setTimeout(BOUNDS.streamSilence, () => request.destroy());
    request.on("error", () => {});
    request.on("close", () => {
      this.#request = null;
      this.#failures += 1;
      this.#plan(backoff(this.#failures, after, BOUNDS.backoff));
    });
    this.#request = request;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  #listen(response: IncomingMessage, request: ClientRequest): void {
    const parser = new EventParser();
    response.setEncoding("utf8");
    response.on("error", () => {});
    response.on("data", (piece: string) => {
      try {
        for (const event of parser.push(piece)) {
          if (!this.#isClosed) this.#options.onEvent(event);
          this.#failures = 0;
        }
      } catch {
        request.destroy();
      }
    });
  }

  #plan(wait: number): void {
    if (!this.#isClosed) this.#timer = setTimeout(() => this.open(), wait).unref();
  }
}
