declare namespace Cloudflare {
  interface Env {
    DB: D1Database;
    ADMIN_KEY: string;
    MIGRATIONS: { name: string; queries: string[] }[];
  }
}

declare module "*?raw" {
  const text: string;
  export default text;
}
