import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { buildPackage, type Chunk } from "./test/build.ts";

/** What a page pays for `createClient`, and what the evaluator alone may take of it, in bytes of gzip. */
const CLIENT = 10_000;
const EVALUATOR = 4_000;

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

function withImports(chunks: ReadonlyMap<string, Chunk>, entry: string): Set<string> {
  const found = new Set([entry]);
  for (const name of found) for (const other of chunks.get(name)?.imports ?? []) found.add(other);
  return found;
}

test(`createClient with all that it imports takes at most ${CLIENT} bytes`, async () => {
  const chunks = await buildPackage();
  const needed = withImports(chunks, "index.js");
  const sizes = [...chunks].map(([name, { code }]) => [name, gzipped(code)] as const);
  const total = sizes.reduce((sum, [name, size]) => sum + (needed.has(name) ? size : 0), 0);
  const lazy = sizes.filter(([name]) => !needed.has(name)).map(([name, size]) => `${name} ${size}`);
  console.log(`createClient: ${total} bytes in ${[...needed].join(", ")}; apart: ${lazy.join(", ")}`);
  expect(total).toBeLessThanOrEqual(CLIENT);
}, 60_000);

test(`the evaluator alone takes at most ${EVALUATOR} bytes`, async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { load, evaluate } from "@muster/rules";', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["source"],
  });
  const size = gzipped(outputFiles[0]?.text ?? "");
  console.log(`load and evaluate: ${size} bytes`);
  expect(size).toBeLessThanOrEqual(EVALUATOR);
}, 60_000);
