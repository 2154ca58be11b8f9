import { expect, test } from "vitest";
import { ALL_FEATURES, evaluate, link, load } from "../index.ts";
import { ask, run } from "../testing/decisions.ts";
import { decideFlag } from "./decide/index.ts";
import type { Flag } from "./definitions.ts";

const ON_OFF = { type: "boolean", variations: { on: true, off: false }, enabled: true } as const;

const flags: { [key: string]: Flag } = {
  discount: {
    ...ON_OFF,
    off: "off",
    otherwise: "off",
    overrides: { on: ["secret-person", "another-secret"] },
    rules: [
      { key: "debtors", audience: { rule: { trait: "debt", op: "gt", value: 4711 } }, variation: "on" },
      { key: "list", audience: { include: ["watched"] }, variation: "on" },
    ],
  },
};
const watched = { rule: { trait: "file", op: "contains", value: "confidential" } } as const;

test("a browser gets answers for what is personal or private, and neither the rules nor other users' ids (law 7)", () => {
  const edge = run({ flags }, { segments: { watched } });
  expect([...edge.plan.keys].sort()).toEqual([
    "$flag/discount/debtors",
    "$flag/discount/list",
    "$override/discount/on",
    "watched",
  ]);

  const given = ["watched", "$flag/discount/debtors", "$override/discount/on"];
  const program = JSON.stringify(link(edge.ruleset, { given }));
  const shipped = program + JSON.stringify(edge.table);
  for (const secret of ["secret", "4711", 'debt"', "confidential"]) expect(shipped).not.toContain(secret);

  const browser = { ...edge, plan: load(JSON.parse(program), ALL_FEATURES) };
  const people = [
    { id: "secret-person", traits: {}, expected: { value: true } },
    { id: "ann", traits: { debt: 5_000 }, expected: { value: true, rule: "debtors" } },
    { id: "ann", traits: { file: "confidential, very" }, expected: { value: true, rule: "list" } },
    { id: "ann", traits: { debt: 4_711 }, expected: { value: false, reason: "DEFAULT" } },
  ];
  for (const { id, traits, expected } of people) {
    const user = { id, traits, events: [] };
    const answers = new Map([...evaluate(edge.plan, user, 0)].filter(([key]) => given.includes(key)));
    const known = { id, traits: {}, events: [], answers };
    expect(decideFlag(browser.table, "discount", false, ask(browser, known, 0))).toMatchObject(expected);
  }
});

test("until the answers are there nothing is guessed", () => {
  const { table } = run({ flags }, { segments: { watched } });
  const decision = decideFlag(table, "discount", true, { now: 0, answers: () => undefined });
  expect(decision).toMatchObject({ value: true, reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
});
