import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "./rollup.config.mjs";
import { build, type Chunk } from "./test/build.ts";

/**
 * Bytes of gzip: what a page pays for `createClient`, what with the part that reads definitions and keeps a past, which
 * is fetched beside the disk, and what the evaluator may take of that, of plans alone or of states.
 */
const CLIENT = 12_000;
const DECIDING = 20_100;
const EVALUATOR = 4_000;
const STATES = 8_200;
const REACT = 2_000;
const OPENFEATURE = 2_000;
const UI = 5_000;

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

function withImports(chunks: ReadonlyMap<string, Chunk>, entry: string): Set<string> {
  const found = new Set([entry]);
  for (const name of found) for (const other of chunks.get(name)?.imports ?? []) found.add(other);
  return found;
}

test(`createClient with all that it imports takes at most ${CLIENT} bytes`, async () => {
  const chunks = await build();
  const needed = withImports(chunks, "index.js");
  const sizes = [...chunks].map(([name, { code }]) => [name, gzipped(code)] as const);
  const total = sizes.reduce((sum, [name, size]) => sum + (needed.has(name) ? size : 0), 0);
  const lazy = sizes.filter(([name]) => !needed.has(name)).map(([name, size]) => `${name} ${size}`);
  console.log(`createClient: ${total} bytes in ${[...needed].join(", ")}; apart: ${lazy.join(", ")}`);
  expect(total).toBeLessThanOrEqual(CLIENT);
  const deciding = total + gzipped(chunks.get("definitions.js")?.code ?? "");
  expect(deciding).toBeGreaterThan(total);
  expect(deciding).toBeLessThanOrEqual(DECIDING);
}, 60_000);

test(`the evaluator of states takes at most ${STATES} bytes`, async () => {
  const chunks = await build([bundle("test/state-evaluator.ts")]);
  const size = gzipped(chunks.get("state-evaluator.js")?.code ?? "");
  console.log(`a plan, its evaluation and a state: ${size} bytes`);
  expect(size).toBeGreaterThan(EVALUATOR);
  expect(size).toBeLessThanOrEqual(STATES);
}, 60_000);

test(`the evaluator alone takes at most ${EVALUATOR} bytes`, async () => {
  const chunks = await build([bundle("test/evaluator.ts")]);
  const size = gzipped(chunks.get("evaluator.js")?.code ?? "");
  console.log(`a plan and its evaluation: ${size} bytes`);
  expect(size).toBeGreaterThan(1_000);
  expect(size).toBeLessThanOrEqual(EVALUATOR);
}, 60_000);

test(`the renderer of prompts takes at most ${UI} bytes, and nothing of the client's`, async () => {
  const chunks = await build([bundle("src/ui.ts")]);
  const size = gzipped(chunks.get("ui.js")?.code ?? "");
  console.log(`renderPrompts: ${size} bytes`);
  expect([...chunks.keys()]).toEqual(["ui.js"]);
  expect(size).toBeGreaterThan(1_000);
  expect(size).toBeLessThanOrEqual(UI);
}, 60_000);

test.each([
  ["react", REACT, ["react", "./index.js"]],
  ["openfeature", OPENFEATURE, ["@openfeature/web-sdk"]],
])(
  "%s takes at most %i bytes, and imports the client instead of holding it",
  async (name, limit, besides) => {
    const { code, imports } = (await build()).get(`${name}.js`) ?? { code: "", imports: [] };
    console.log(`${name}: ${gzipped(code)} bytes`);
    expect(imports).toEqual(besides);
    expect(gzipped(code)).toBeGreaterThan(500);
    expect(gzipped(code)).toBeLessThanOrEqual(limit);
  },
  60_000,
);
