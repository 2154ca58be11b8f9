import { hash } from "node:crypto";
import { SimHeaders, SimRequest, SimResponse } from "./http.ts";

/** What `AbortSignal.timeout` gives in a run: no timer, but how long the network of the run may let its request wait. */
export class Deadline extends EventTarget implements AbortSignal {
  readonly aborted = false;
  readonly reason = undefined;
  readonly onabort = null;
  readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  throwIfAborted(): void {}
}

/** Short texts, keys for the most part, are digested again and again. */
const SHORT = 64;
const DIGESTS = 1_000;
const digests = new Map<string, Uint8Array>();

function digest(algorithm: string, bytes: Uint8Array): Uint8Array {
  const name = algorithm.replace("-", "");
  if (bytes.length > SHORT) return hash(name, bytes, "buffer");
  const key = `${name} ${String.fromCharCode(...bytes)}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  if (digests.size >= DIGESTS) digests.clear();
  const made = new Uint8Array(hash(name, bytes, "buffer"));
  digests.set(key, made);
  return made;
}

/**
 * Takes real time, chance and threads away from this process: what code takes past its injected environment breaks the
 * run, and digests are made at once instead of in a thread pool.
 */
export function isolate(): void {
  const forbid = (name: string) => () => {
    throw new Error(`${name} is not a function of the seed`);
  };
  Object.assign(globalThis, {
    setTimeout: forbid("setTimeout"),
    setInterval: forbid("setInterval"),
    fetch: forbid("fetch"),
    Headers: SimHeaders,
    Request: SimRequest,
    Response: SimResponse,
    reportError: (error: unknown) => Promise.reject(error),
  });
  Date.now = forbid("Date.now");
  Math.random = forbid("Math.random");
  performance.now = forbid("performance.now");
  crypto.getRandomValues = forbid("crypto.getRandomValues");
  crypto.randomUUID = forbid("crypto.randomUUID");
  crypto.subtle.digest = async (algorithm, data) => {
    const bytes =
      data instanceof ArrayBuffer
        ? new Uint8Array(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return digest(String(algorithm), bytes).slice().buffer;
  };
  AbortSignal.timeout = (ms) => new Deadline(ms);
}
