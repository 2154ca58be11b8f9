import type { DecisionTable } from "@muster/rules/decide";
import type { Bootstrap } from "@muster/rules/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DECISIONS, experiment } from "../test/decisions.ts";
import { settle } from "../test/fake-clock.ts";
import { write } from "../test/memory-store.ts";
import { createRig } from "../test/rig.ts";
import type { Client } from "./client.ts";

const decisions = {
  ...DECISIONS,
  flags: {
    ...DECISIONS.flags,
    needy: {
      type: "string",
      variations: { a: "A", b: "B" },
      enabled: true,
      off: "a",
      otherwise: "a",
      overrides: { b: ["anna"] },
      prerequisites: [{ flag: "everyone", in: ["on"] }],
      rules: [{ key: "r", rollout: { salt: "s-needy", places: { a: [[0, 5]], b: [[5, 2 ** 32]] } } }],
      scheduled: [{ at: 5, enabled: true, off: "b", otherwise: "b" }],
    },
  },
  experiments: {
    ...DECISIONS.experiments,
    grouped: experiment("s-grouped", {
      unit: "device",
      group: { key: "g", places: [[0, 2 ** 31]] },
      start: 1,
    }),
    other: experiment("s-other", { unit: "device", group: { key: "g", places: [[2 ** 31, 2 ** 32]] } }),
  },
  groups: { g: { salt: "s-g" } },
  campaigns: {
    ...DECISIONS.campaigns,
    late: {
      kind: "banner",
      placement: "home",
      enabled: true,
      trigger: { on: "delay", after: { seconds: 1 } },
      end: 9e12,
      content: { title: "Late", image: { url: "https://example.com/a.png", alt: "A" } },
      experiment: { key: "user", contents: { control: { title: "Later" } } },
    },
  },
} as const;

/** Every object and list of a value, with the names of what stands in it. */
function placesIn(value: unknown): [holder: object, name: string][] {
  if (!(value instanceof Object)) return [];
  return Object.entries(value).flatMap(([name, part]) => [
    [value, name] as [object, string],
    ...placesIn(part),
  ]);
}

const garbage = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    0,
    -1,
    Number.POSITIVE_INFINITY,
    true,
    "",
    "__proto__",
    "$arm/user/1/control",
    [],
    {},
    [[]],
    [null],
    { toString: 1, valueOf: 1 },
    JSON.parse('{"__proto__":{"x":1}}'),
  ),
  fc.json().map((text): unknown => JSON.parse(text)),
);

/** Tables of which a few places hold something else. */
const tables = fc
  .array(fc.tuple(fc.nat(), garbage), { minLength: 1, maxLength: 3 })
  .map((changes) => (table: DecisionTable): DecisionTable => {
    const copy = structuredClone(table);
    for (const [at, value] of changes) {
      const places = placesIn(copy);
      const [holder, name] = places[at % places.length] ?? [copy, "flags"];
      // A copy, since what stands in two places could come to stand in itself.
      Reflect.set(holder, name, structuredClone(value));
    }
    return copy;
  });

const FLAGS = [...Object.keys(decisions.flags), "__proto__", "constructor"];

/** Asks for all that there is. */
async function askAll(client: Client, isTaken = true): Promise<void> {
  for (const flag of FLAGS) {
    client.value(flag, "mine");
    client.details(flag, undefined, { expose: false });
  }
  for (const leaving of [false, true]) {
    const decision = client.prompt("home", { leaving });
    if (decision.campaign === undefined) continue;
    await client.showPrompt(decision);
    // What was taken over is what it says that it is.
    if (isTaken) expect(typeof decision.content?.title).toBe("string");
  }
  client.memberships();
}

test("a table of garbage, from the edge, the disk or the page, throws nothing into the page", async () => {
  let refused = 0;
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(tables, async (change) => {
      const { clock, disk, edge, problems, open } = createRig({ decisions });
      const spoil = <Shipped extends Bootstrap["ruleset"]>(ruleset: Shipped): Shipped => ({
        ...ruleset,
        decisions: change(ruleset.decisions),
      });
      const { sync } = edge;
      edge.sync = (request) => {
        const answer = sync.call(edge, request);
        return { ...answer, ruleset: answer.ruleset && spoil(answer.ruleset) };
      };
      const client = open();
      await client.flush();
      await askAll(client);
      if (problems.some(({ code }) => code === "bad-answer")) refused++;
      else taken++;
      await client.close();

      edge.sync = sync;
      const good = open();
      await good.flush();
      await good.close();
      const kept = (await disk.read()).get("definitions") as Bootstrap["ruleset"];
      await write(disk, [["definitions", spoil(kept)]]);
      edge.intercept = () => new Response("", { status: 503 });
      const old = open({ overrides: { flags: { needy: "b" }, experiments: { user: "control" } } });
      await old.ready;
      await askAll(old);
      await clock.pass(2_000);
      await old.close();

      const bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
      const page = open({ bootstrap: { ...bootstrap, ruleset: spoil(bootstrap.ruleset) } });
      for (const flag of FLAGS) page.value(flag, "mine");
      page.prompt("home");
      await page.ready;
      await askAll(page, false);
      await settle();
      await page.close();
    }),
    { numRuns: 150 },
  );
  // Both happen, or it would say nothing.
  expect(Math.min(refused, taken)).toBeGreaterThan(5);
}, 120_000);

test("definitions that cannot be read leave those that were there, and are asked for again", async () => {
  const { edge, problems, open } = createRig({ decisions });
  const client = open();
  await client.flush();
  const { sync } = edge;
  edge.sync = (request) => {
    const answer = sync.call(edge, request);
    const ruleset = answer.ruleset && {
      ...answer.ruleset,
      decisions: { ...answer.ruleset.decisions, flags: [] },
    };
    return { ...answer, ruleset: ruleset as unknown as typeof answer.ruleset };
  };
  edge.define({ flags: { everyone: { ...decisions.flags.needy, type: "string", scheduled: [] } } } as never);
  await client.track("view");
  await client.flush();
  expect(problems.map(({ code }) => code)).toEqual(["bad-answer"]);
  expect(client.value("everyone", false)).toBe(true);
  edge.sync = sync;
  await client.flush();
  expect(client.status.pending).toBe(0);
});

test("flags that need one another in a chain without end still end", async () => {
  const state = { enabled: true, off: "a", otherwise: "a", overrides: [], rules: [] };
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, n) => [
        `f${n}`,
        {
          variations: { a: 1 },
          states: [{ ...state, prerequisites: [[`f${(n + 1) % length}`, ["a"]]] }],
        },
      ]),
    );
  for (const [length, value] of [
    [1_000, 1],
    [50_000, 0],
  ] as const) {
    const table = {
      format: 1,
      flags: chain(length),
      experiments: {},
      placements: {},
    } as unknown as DecisionTable;
    const { edge, open } = createRig();
    const { sync } = edge;
    edge.sync = (request) => {
      const answer = sync.call(edge, request);
      return { ...answer, ruleset: answer.ruleset && { ...answer.ruleset, decisions: table } };
    };
    const client = open();
    await client.flush();
    expect(client.value("f0", 0)).toBe(value);
    await client.close();
    const bootstrap = edge.bootstrap({ userId: "anna", anonymousId: "?" });
    const page = open({ bootstrap: { ...bootstrap, ruleset: { ...bootstrap.ruleset, decisions: table } } });
    expect([0, 1]).toContain(page.value("f0", 0));
    await page.close();
  }
});
