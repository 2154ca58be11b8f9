import { fileURLToPath } from "node:url";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`../shared-rules/src/${path}`, import.meta.url));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const workers = cloudflareTest(async () => ({
  wrangler: { configPath: here("wrangler.jsonc") },
  miniflare: {
    cf: false,
    bindings: { ADMIN_KEY: "mst_adm_root", MIGRATIONS: await readD1Migrations(here("migrations")) },
  },
}));

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [workers],
        resolve: {
          alias: {
            "@muster/rules/decide": source("decisions/decide/index.ts"),
            "@muster/rules/decisions": source("decisions/index.ts"),
            "@muster/rules/delivery": source("delivery/index.ts"),
            "@muster/rules/state": source("state/index.ts"),
            "@muster/rules/wire": source("wire/index.ts"),
            "@muster/rules": source("index.ts"),
          },
        },
        test: {
          name: "workerd",
          testTimeout: 30_000,
          include: ["src/**/*.test.ts"],
          setupFiles: ["test/setup.ts"],
        },
      },
      { test: { name: "node", testTimeout: 30_000, include: ["dev/**/*.test.ts"] } },
    ],
  },
});
