import type { RulesetEvent } from "@muster/rules/wire";
import type { EventStream } from "../src/environment.ts";
import type { ModelEdge } from "./model-edge.ts";

type Listener = (event: MessageEvent<string>) => void;

interface Stream {
  listeners: Map<string, Listener>;
  told: string;
}

/** The streams of an edge's changes, with a network that brings everything in order, a moment later. */
export class ModelStreams {
  readonly #edge: ModelEdge;
  readonly #open = new Set<Stream>();
  #id = 0;
  /** How many were ever opened. */
  opened = 0;

  constructor(edge: ModelEdge) {
    this.#edge = edge;
  }

  get size(): number {
    return this.#open.size;
  }

  readonly listen = (): EventStream => {
    const stream: Stream = { listeners: new Map(), told: "" };
    this.opened++;
    this.#open.add(stream);
    queueMicrotask(() => this.#say(stream, null));
    return {
      addEventListener: (name, listener) => stream.listeners.set(name, listener),
      close: () => this.#open.delete(stream),
    };
  };

  /** Tells everybody of the definitions as they are. */
  publish(): void {
    this.#id++;
    const { shipped } = this.#edge;
    for (const stream of this.#open) this.#say(stream, shipped);
  }

  /** All streams end. */
  end(): void {
    for (const stream of [...this.#open]) stream.listeners.get("error")?.(new MessageEvent("error"));
  }

  #say(stream: Stream, ruleset: RulesetEvent["ruleset"]): void {
    const { version } = this.#edge.shipped;
    const event: RulesetEvent = { version, ruleset, after: ruleset && stream.told };
    stream.told = version;
    const data = JSON.stringify(event);
    const lastEventId = String(this.#id);
    if (this.#open.has(stream)) {
      stream.listeners.get("ruleset")?.(new MessageEvent("ruleset", { data, lastEventId }));
    }
  }
}
