import type { DecisionDefinitions } from "@muster/rules/decisions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { experiment, flagOf } from "../test/decisions.ts";
import { settle } from "../test/fake-clock.ts";
import { createRig } from "../test/rig.ts";
import type { Client } from "./client.ts";

const FLAGS = ["user", "device"] as const;
type Flag = (typeof FLAGS)[number];

/** The experiments with so much of the places in control, which each edit changes. */
function definitions(share: number, iteration: number): DecisionDefinitions {
  const control = Math.floor(2 ** 32 * share);
  const arms = { control: [[0, control]], treatment: [[control, 2 ** 32]] } as const;
  return {
    flags: Object.fromEntries(FLAGS.map((flag) => [flag, flagOf(flag)])),
    experiments: Object.fromEntries(
      FLAGS.map((unit) => [unit, { ...experiment(`s-${unit}`, { unit, iteration }), arms }]),
    ),
  };
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("use" as const), flag: fc.constantFrom(...FLAGS) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("reload", "sync", "network", "lose") }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom("identify", "reset", "erase", "iterate") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("edit" as const),
      share: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    }),
  },
);
const journey = fc.array(fc.tuple(fc.nat(1), step), { minLength: 4, maxLength: 24 });

test("on any journey who has been exposed sees no other arm, and each exposure is stored once", async () => {
  let used = 0;
  await fc.assert(
    fc.asyncProperty(journey, async (steps) => {
      const { clock, edge, open } = createRig({ decisions: definitions(0.5, 1) });
      const tabs: Client[] = [open(), open()];
      await Promise.all(tabs.map((tab) => tab.flush()));
      let share = 0.5;
      let iteration = 1;
      let isOnline = true;
      let people = 0;
      /** What the person who is here has seen, by flag and iteration. */
      let seen = new Map<string, string>();
      /** What must be stored in the end, and what may be. */
      const owed = new Set<string>();
      const possible = new Set<string>();

      for (const [at, { does, ...rest }] of steps) {
        const tab = tabs[at] ?? tabs[0];
        if (!tab) throw new Error("no tab");
        if (does === "use" && "flag" in rest) {
          const flag: Flag = rest.flag;
          const { value, assignment, errorCode } = tab.details(flag, "");
          const key = `${flag} ${assignment?.iteration}`;
          used++;
          if (assignment) {
            expect([key, value]).toEqual([key, seen.get(key) ?? value]);
            seen.set(key, value);
            owed.add(`${people} ${key}`);
            possible.add(`${people} ${key}`);
          } else {
            // Nobody who has seen something of this iteration is left without it.
            expect(errorCode).toBe("PROVIDER_NOT_READY");
            expect(seen.has(`${flag} ${iteration}`)).toBe(false);
          }
        } else if (does === "reload") {
          await tab.close();
          const next = open();
          await next.ready;
          tabs[at] = next;
        } else if (does === "sync") await tab.flush();
        else if (does === "network") {
          isOnline = !isOnline;
          edge.intercept = isOnline ? () => undefined : () => new Response("", { status: 503 });
        } else if (does === "lose") {
          edge.deliver = () => {
            edge.deliver = () => {};
            throw new TypeError("connection lost");
          };
        } else if (does === "identify") {
          if (tab.inspect()?.user.id === null) await tab.identify(`person ${people}`);
        } else if (does === "reset" || does === "erase") {
          await tab[does]();
          // What waits of earlier users goes as well.
          if (does === "erase") owed.clear();
          people++;
          seen = new Map();
        } else if (does === "iterate" || does === "edit") {
          if (does === "iterate") iteration++;
          if ("share" in rest) share = rest.share;
          edge.define(definitions(share, iteration));
        }
        await settle();
        clock.jump(1);
      }

      edge.intercept = () => undefined;
      edge.deliver = () => {};
      for (const tab of tabs) await tab.flush();
      await clock.pass(600_000);
      const stored = edge.taken.flatMap((op) => (op.type === "track" && op.name === "$exposure" ? [op] : []));
      const ids = stored.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(owed.size);
      expect(ids.length).toBeLessThanOrEqual(possible.size);
      for (const tab of tabs) {
        expect(tab.status).toMatchObject({ pending: 0, parked: 0, mismatches: 0 });
        await tab.close();
      }
    }),
    { numRuns: Number(process.env.JOURNEYS ?? 200) },
  );
  expect(used).toBeGreaterThan(100);
}, 300_000);
