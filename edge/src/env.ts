/** What `wrangler.jsonc` binds. */
export interface Env {
  DB: D1Database;
  /** A secret that counts as an admin key, to make the first keys with. */
  ADMIN_KEY?: string;
  /** How many evaluations a caller may ask for; left out, any number. */
  RATE_LIMIT?: RateLimit;
  /** Tells browsers and servers of changes; left out, they ask for them. */
  CHANGES?: DurableObjectNamespace;
}
