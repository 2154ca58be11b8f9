declare namespace Cloudflare {
  interface Env {
    DB: D1Database;
    ADMIN_KEY: string;
    CHANGES: DurableObjectNamespace<import("../src/changes/news.ts").Hub>;
    MIGRATIONS: { name: string; queries: string[] }[];
  }
}

declare module "*?raw" {
  const text: string;
  export default text;
}
