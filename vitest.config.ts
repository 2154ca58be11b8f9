import { existsSync } from "node:fs";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";

/** Workspace packages resolve to their sources, so that tests need no build. */
const conditions = ["source"];

/** How many cases a property is tried with; `npm run test:long` is the mode `long`. */
const runs = (mode: string) => (mode === "long" ? "100000" : "300");

const FOLDERS = ["shared-rules", "sdk-web", "sdk-node", "edge", "examples", "test"];

function projectOf(folder: string, mode: string): TestProjectConfiguration {
  const own = `./${folder}/vitest.config.ts`;
  if (existsSync(new URL(own, import.meta.url))) return own;
  return {
    root: folder,
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name: folder,
      include: ["**/*.test.ts"],
      env: { PROPERTY_RUNS: runs(mode) },
      testTimeout: 30_000,
      hookTimeout: 60_000,
    },
  };
}

export default defineConfig(({ mode }) => ({
  test: { projects: FOLDERS.map((folder) => projectOf(folder, mode)) },
}));
