import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What a page pays for decisions, with the hash that drawing needs, in bytes of gzip. */
const DECIDE = 2_070;

test(`@muster/rules/decide takes at most ${DECIDE} bytes`, async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "@muster/rules/decide";', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["source"],
  });
  const size = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
  console.log(`decideFlag, decidePrompt, exposureOf: ${size} bytes`);
  expect(size).toBeGreaterThan(1_000);
  expect(size).toBeLessThanOrEqual(DECIDE);
});
