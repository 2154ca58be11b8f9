import { batchResponse } from "@muster/rules/wire";
import type { Load, LoadRequest } from "./load.ts";

/** Where requests go, with the keys that they need. */
export interface Target {
  url: string;
  keys: Record<LoadRequest["path"], string>;
}

/** Keeps several requests under way; each is sent again, as it was, until the edge has acknowledged all of it. */
export class Senders {
  /** Requests that were acknowledged. */
  acknowledged: LoadRequest[] = [];
  /** How often the edge asked to come again. */
  refused = 0;
  readonly #load: Load;
  /** Not acknowledged yet, sent before and to be sent again. */
  #open: LoadRequest[] = [];

  constructor(load: Load) {
    this.#load = load;
  }

  /**
   * Sends `number` requests at a time until `isOver` or the edge is gone; resolves when none is under way. Gives
   * those that broke off.
   */
  async send(target: Target, number: number, isOver: () => boolean): Promise<readonly LoadRequest[]> {
    const open = this.#open;
    this.#open = [];
    const run = async (): Promise<void> => {
      while (open.length > 0 || !isOver()) {
        const request = open.pop() ?? this.#load.next();
        const outcome = await this.#post(target, request);
        if (outcome === "acknowledged") continue;
        this.#open.push(request);
        if (outcome === "broken") return;
      }
    };
    await Promise.all(Array.from({ length: number }, run));
    this.#open.push(...open);
    return this.#open;
  }

  async #post({ url, keys }: Target, request: LoadRequest): Promise<"acknowledged" | "again" | "broken"> {
    let response: Response;
    let json: unknown;
    try {
      response = await fetch(url + request.path, {
        method: "POST",
        headers: { authorization: `Bearer ${keys[request.path]}`, "content-type": "application/json" },
        body: JSON.stringify(request.body),
      });
      json = await response.json();
    } catch {
      return "broken";
    }
    if (response.status === 503) {
      this.refused++;
      return "again";
    }
    // Both answers hold `acks`.
    const { acks } = batchResponse.parse(json);
    const isDone = acks.every(({ status }) => status !== "refused");
    if (!isDone) throw new Error(`refused: ${JSON.stringify(acks)}`);
    this.#load.acknowledge(request);
    this.acknowledged.push(request);
    return "acknowledged";
  }
}
