import { type Clock, systemClock } from "./clock.ts";
import type { ClientOptions } from "./options.ts";
import { openIndexedDB } from "./store/indexeddb.ts";
import type { Store } from "./store/store.ts";
import type { Tabs } from "./tabs/tabs.ts";
import { openTabs } from "./tabs/web-tabs.ts";

/** As much of the browser's EventSource as is needed. */
export interface EventStream {
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** What a client takes from the machine it runs on; tests bring their own. */
export interface Environment {
  /** The device's clock. */
  clock: Clock;
  /** Left out: nothing outlives the page. */
  disk?: Store | undefined;
  /** Left out: this tab is alone and leads. */
  tabs?: Tabs | undefined;
  fetch: typeof fetch;
  /** Opens a stream of server-sent events; left out: nothing is pushed. */
  listen?: ((url: string) => EventStream) | undefined;
  /** A number in 0 ≤ x < 1, for jitter. */
  random: () => number;
  /** Randomness for ids. */
  bytes: (length: number) => Uint8Array;
}

/** The other tabs; undefined where there is no way to them, or the browser refuses it with all storage. */
function findTabs(name: string): Tabs | undefined {
  try {
    return openTabs(name);
  } catch {
    return undefined;
  }
}

/** The browser. Each key has a database of its own, which the tabs of one origin share. */
export function browserEnvironment({ key, storage, now }: ClientOptions): Environment {
  const name = `muster:${key}`;
  const isShared = storage !== "memory";
  return {
    clock: systemClock(now),
    disk: isShared ? openIndexedDB(name) : undefined,
    tabs: isShared ? findTabs(name) : undefined,
    fetch: (input, init) => fetch(input, init),
    listen: globalThis.EventSource && ((url) => new EventSource(url)),
    random: Math.random,
    bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
}
