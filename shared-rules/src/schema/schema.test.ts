import { describe, expect, it } from "vitest";
import { z } from "zod";
import { computedSchema, ruleSchema } from "./index.ts";

describe("the zod schemas", () => {
  it("accept what the parser accepts", () => {
    const rule = { all: [{ trait: "plan", op: "eq", value: "pro" }] };
    expect(ruleSchema.parse(rule)).toEqual(rule);
    expect(computedSchema.parse({ total: "a + b" })).toEqual({ total: "a + b" });
  });

  it("give the parser's problem as an issue with its path", () => {
    const parsed = ruleSchema.safeParse({ all: [{ trait: "plan", op: "is", value: "pro" }] });
    expect(parsed.error?.issues).toMatchObject([
      {
        path: ["all", 0, "op"],
        params: { code: "unknown-operator" },
        message: expect.stringContaining('"is"'),
      },
    ]);
  });

  it("unescape the keys of a path and add it to the one around", () => {
    const schema = z.object({ computed: computedSchema });
    const parsed = schema.safeParse({ computed: { "a/~b": "1" } });
    expect(parsed.error?.issues[0]?.path).toEqual(["computed", "a/~b"]);
  });
});
