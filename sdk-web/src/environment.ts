import { type Clock, systemClock } from "./clock.ts";
import type { ClientOptions } from "./options.ts";
import { openIndexedDB } from "./store/indexeddb.ts";
import type { Store } from "./store/store.ts";

/** What a client takes from the machine it runs on; tests bring their own. */
export interface Environment {
  clock: Clock;
  /** Left out: nothing outlives the page. */
  disk?: Store | undefined;
  fetch: typeof fetch;
  /** A number in 0 ≤ x < 1, for jitter. */
  random: () => number;
}

/** The browser. Each key has a database of its own. */
export function browserEnvironment({ key, storage, now }: ClientOptions): Environment {
  return {
    clock: systemClock(now),
    disk: storage === "memory" ? undefined : openIndexedDB(`muster:${key}`),
    fetch: (input, init) => fetch(input, init),
    random: Math.random,
  };
}
