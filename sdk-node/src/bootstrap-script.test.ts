import { link, load } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import type { Bootstrap } from "@muster/rules/wire";
import { expect, test } from "vitest";
import { bootstrapScript } from "./index.ts";

const program = link({ zone: "UTC", segments: {} });
const HOSTILE = [
  "</script><script>alert(1)</script>",
  "<!--<script>",
  "a && b > c",
  "\u2028\u2029",
  "\ud800",
  "日本",
];

test.each(HOSTILE)("%j stands in a page as data, and comes out as it was", (text) => {
  const bootstrap: Bootstrap = {
    now: 1,
    userId: text,
    anonymousId: null,
    ruleset: {
      version: "1",
      program,
      decisions: { format: 1, flags: {}, experiments: {}, placements: {} },
    },
    snapshot: {
      cursor: { profile: "1", seq: 0 },
      state: new UserState(load(program)).save(1),
      traits: { [text]: { value: text, ts: 1, id: "t" } },
    },
    memberships: {},
  };
  const script = bootstrapScript(bootstrap);
  expect(script).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(script)).toEqual(bootstrap);
});
