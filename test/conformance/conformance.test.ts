import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readVectors, VECTORS } from "./read-vectors.ts";
import { RUNTIMES } from "./runtimes/index.ts";
import type { Runtime } from "./runtimes/runtime.ts";

const files = readVectors(VECTORS);

describe.each([...RUNTIMES])("the language means the same in %s (law 1)", (name, open) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open();
  });
  afterAll(() => runtime?.close());

  test.each(files)("$name", async (file) => {
    const verdicts = await runtime.judge(file);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  test.skipIf(name === "node")("code from text is blocked where the evaluator works", async () => {
    const blocked = await runtime.tryDynamicCode();
    expect(blocked).toEqual({ eval: "EvalError", function: "EvalError" });
  });
});
