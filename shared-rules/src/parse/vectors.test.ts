import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Ruleset } from "../rule.ts";
import { findCycle } from "./find-cycle.ts";
import { parseComputed } from "./parse-computed.ts";
import { parseRule } from "./parse-rule.ts";
import type { Problem } from "./problem.ts";

interface InvalidCase {
  id: string;
  name: string;
  rule?: unknown;
  computed?: unknown;
  refused: boolean;
  path?: string | null;
  also?: string[];
  limit?: string;
  key?: string;
  segments?: Ruleset["segments"];
}

interface SoundCase {
  id: string;
  rule?: unknown;
  segments?: Ruleset["segments"];
  computed?: unknown;
}

const FOLDER = new URL("../../../test/vectors/", import.meta.url);

function readCases<Case>(file: string): Case[] {
  const lines = readFileSync(new URL(file, FOLDER), "utf8").trimEnd().split("\n");
  return lines.map((line): Case => JSON.parse(line));
}

function judge({ rule, computed, key, segments = {} }: InvalidCase): Problem | null {
  if (computed !== undefined) {
    const parsed = parseComputed(computed);
    if (!parsed.ok) return parsed.problem;
    expect(parsed.value).toEqual(computed);
    return null;
  }
  const parsed = parseRule(rule);
  if (!parsed.ok) return parsed.problem;
  expect(parsed.value).toEqual(rule);
  return key === undefined ? null : findCycle(key, parsed.value, segments);
}

describe("the vectors of what is refused and what is not", () => {
  it.each(readCases<InvalidCase>("invalid.jsonl"))("$id $name", (vector) => {
    const problem = judge(vector);
    if (!vector.refused) {
      expect(problem).toBeNull();
      return;
    }
    expect(problem).not.toBeNull();
    if (vector.path != null) expect([vector.path, ...(vector.also ?? [])]).toContain(problem?.path);
    if (vector.limit) {
      expect(problem?.code).toBe(`limit-${vector.limit}`);
      expect(problem?.detail).toContain(vector.limit);
    }
  });
});

describe("the rules of all other vectors are accepted, as they stand", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".jsonl") && file !== "invalid.jsonl");
  it.each(files)("%s", (file) => {
    let rules = 0;
    for (const { id, rule, segments, computed } of readCases<SoundCase>(file)) {
      const definitions = Object.entries(segments ?? {}).filter(([, segment]) => "rule" in segment);
      const all = definitions.map(([, segment]): unknown => ("rule" in segment ? segment.rule : undefined));
      for (const each of rule === undefined ? all : [rule, ...all]) {
        expect(parseRule(each), id).toEqual({ ok: true, value: each });
        rules++;
      }
      if (computed !== undefined) expect(parseComputed(computed), id).toEqual({ ok: true, value: computed });
      for (const [key, segment] of Object.entries(segments ?? {})) {
        if ("rule" in segment) expect(findCycle(key, segment.rule, segments ?? {}), id).toBeNull();
      }
    }
    expect(rules).toBeGreaterThan(0);
  });
});
