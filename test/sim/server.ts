import { type Host, type Network, ORIGIN } from "./network.ts";

/** What a request came to. */
export interface Reply<Body> {
  status: number;
  body: Body;
}

/** A backend or an admin: a host that is always up and asks the edge with a key of its own. */
export class Server implements Host {
  readonly isAlive = true;
  readonly isOnline = true;
  readonly name: string;
  readonly #fetch: typeof fetch;
  readonly #key: string;

  constructor(name: string, network: Network, key: string) {
    this.name = name;
    this.#fetch = network.fetchFrom(this);
    this.#key = key;
  }

  /** One request; undefined where no answer came. */
  async call<Body>(method: string, path: string, body?: unknown): Promise<Reply<Body> | undefined> {
    try {
      const response = await this.#fetch(ORIGIN + path, {
        method,
        headers: { authorization: `Bearer ${this.#key}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    } catch {
      return undefined;
    }
  }
}
