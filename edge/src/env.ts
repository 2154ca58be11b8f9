/** What `wrangler.jsonc` binds. */
export interface Env {
  DB: D1Database;
  /** A secret that counts as an admin key, to make the first keys with. */
  ADMIN_KEY?: string;
}
