import type { Hub } from "./changes/news.ts";

/** What `wrangler.jsonc` binds. */
export interface Env {
  DB: D1Database;
  /** A secret that counts as an admin key, to make the first keys with. */
  ADMIN_KEY?: string;
  /** How many evaluations over OFREP a caller may ask for; left out, any number. */
  RATE_LIMIT?: RateLimit;
  /** The objects that hold the streams of changes; without them nothing is pushed, and SDKs ask now and then. */
  CHANGES?: DurableObjectNamespace<Hub>;
  /** How many of those take turns, for thousands of listeners; left out, one. */
  CHANGES_HUBS?: string;
}
