import fc from "fast-check";
import { expect, test } from "vitest";
import type { Client } from "../src/client.ts";
import type { Clock } from "../src/clock.ts";
import type { Consent } from "../src/options.ts";
import type { FakeClock } from "./fake-clock.ts";
import { settle } from "./fake-clock.ts";
import { createRig, type Rig } from "./rig.ts";

const DAY = 86_400_000;

/** What may happen to the tabs of a browser, in any order. */
interface World extends Rig {
  device: Clock;
  tabs: Client[];
  consent: Consent;
  /** The tab in which the next thing happens. */
  at: number;
}
type Step = (world: World) => unknown;

const step = (name: string, run: Step): fc.Arbitrary<Step> =>
  fc.constant(Object.assign(run, { [fc.toStringMethod]: () => name }));
const inTab = (name: string, run: (client: Client, world: World) => unknown) =>
  step(name, (world) => {
    const client = world.tabs[world.at % world.tabs.length];
    return client && run(client, world);
  });

const STEPS = fc.oneof(
  { weight: 6, arbitrary: inTab("view", (client) => client.track("view")) },
  { weight: 2, arbitrary: inTab("view, not waited for", (client) => void client.track("view")) },
  inTab("buy", (client) => client.track("buy")),
  inTab("plan pro", (client) => client.setTraits({ plan: "pro" })),
  inTab("plan removed", (client) => client.setTraits({ plan: null })),
  inTab("anna", (client) => client.identify("anna", { plan: "pro" })),
  inTab("bert", (client) => client.identify("bert")),
  inTab("reset", (client) => client.reset()),
  inTab("erase", (client) => client.erase()),
  inTab("denied and granted", async (client, world) => {
    await client.setConsent("denied");
    await client.setConsent("granted");
    world.consent = "granted";
  }),
  ...(["pending", "granted"] as const).map((consent) =>
    inTab(consent, (client, world) => {
      world.consent = consent;
      return client.setConsent(consent);
    }),
  ),
  { weight: 2, arbitrary: inTab("flush", (client, { clock }) => flush(client, clock)) },
  inTab("sent, the answer not waited for", (client, world) => {
    world.edge.deliver = () => settle();
    void client.flush();
  }),
  {
    weight: 3,
    arbitrary: fc.nat(3).map(
      (tab): Step =>
        Object.assign((world: World) => void (world.at = tab), {
          [fc.toStringMethod]: () => `in tab ${tab}`,
        }),
    ),
  },
  step("another tab", async (world) => {
    if (world.tabs.length < 4) world.tabs.push(open(world));
  }),
  inTab("a tab closes", async (client, world) => {
    if (world.tabs.length < 2) return;
    world.tabs.splice(world.tabs.indexOf(client), 1);
    await client.close();
  }),
  step("minutes pass", ({ clock }) => clock.pass(200_000)),
  step("a moment passes", ({ clock }) => clock.pass(1_000)),
  step("offline", ({ edge }) => {
    edge.intercept = () => new Response("", { status: 503 });
  }),
  step("answers are lost", ({ edge }) => {
    edge.deliver = () => {
      throw new TypeError("connection lost");
    };
  }),
  step("online", ({ edge }) => {
    edge.intercept = () => undefined;
    edge.deliver = () => {};
  }),
  step("reload", async (world) => {
    for (const client of world.tabs.splice(0)) await client.close();
    const client = open(world);
    world.tabs.push(client);
    await client.ready;
  }),
);

function open({ open, disk, device, consent }: World): Client {
  return open({ consent }, disk, device);
}

/** Flushes; where nobody answers, time must pass. */
async function flush(client: Client, clock: FakeClock): Promise<void> {
  let isDone = false;
  void client.flush().then(() => {
    isDone = true;
  });
  await settle();
  while (!isDone) await clock.pass(1_000);
}

/** A device's clock that is off. */
function shift(clock: FakeClock, ms: number): Clock {
  return { now: () => clock.now() + ms, after: (delay, task) => clock.after(delay, task) };
}

const answersOf = (client: Client) =>
  Object.fromEntries(
    [...client.memberships()].map(([key, { member, until, source }]) => [key, { member, until, source }]),
  );

test("with nothing pending, local and authoritative memberships are equal, whatever happened before in however many tabs (laws 2, 3 and 4)", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(STEPS, { maxLength: 25 }),
      fc.constantFrom(0, 0, -DAY, DAY, 90_061),
      async (steps, skew) => {
        const rig = createRig();
        const world: World = { ...rig, device: shift(rig.clock, skew), tabs: [], at: 0, consent: "granted" };
        // Two tabs that start at once.
        world.tabs.push(open(world), open(world));
        await world.tabs[0]?.ready;
        for (const run of steps) await run(world);
        rig.edge.intercept = () => undefined;
        rig.edge.deliver = () => {};
        for (const client of world.tabs) await client.setConsent("granted");
        // The first may join what began without a network, and end as that does.
        for (const client of [...world.tabs, ...world.tabs]) await flush(client, rig.clock);
        await settle();

        const ids = rig.edge.taken.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const users = new Set<string>();
        for (const client of world.tabs) {
          expect(client.status).toEqual({ pending: 0, parked: 0, faults: 0, dropped: 0, mismatches: 0 });
          const { id = null, anonymousId } = client.inspect()?.user ?? {};
          users.add(JSON.stringify([id, anonymousId]));
          const truth = rig.edge.evaluate({ userId: id, anonymousId: anonymousId ?? "" });
          const expected = Object.entries(truth).map(([key, answer]) => [key, { ...answer, source: "edge" }]);
          expect(answersOf(client)).toEqual(Object.fromEntries(expected));
        }
        expect(users.size).toBe(1);
        expect(rig.edge.requests.flatMap(({ mismatches = [] }) => mismatches)).toEqual([]);

        const [first] = world.tabs;
        const said = first && [...first.memberships()];
        for (const client of world.tabs) await client.close();
        rig.edge.intercept = () => new Response("", { status: 503 });
        world.consent = "granted";
        const reloaded = open(world);
        await reloaded.ready;
        expect([...reloaded.memberships()]).toEqual(said);
        await reloaded.close();
      },
    ),
    { numRuns: 300, timeout: 5_000 },
  );
}, 120_000);
