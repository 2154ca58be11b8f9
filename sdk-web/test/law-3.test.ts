import fc from "fast-check";
import { expect, test } from "vitest";
import type { Client } from "../src/client.ts";
import { createRig, type Rig } from "./rig.ts";

/** What may happen to a client, in any order. */
interface World extends Rig {
  client: Client;
}
type Step = (world: World) => Promise<void> | void;

const step = (name: string, run: Step): fc.Arbitrary<Step> =>
  fc.constant(Object.assign(run, { [fc.toStringMethod]: () => name }));

const STEPS = fc.oneof(
  { weight: 6, arbitrary: step("view", ({ client }) => client.track("view")) },
  step("buy", ({ client }) => client.track("buy")),
  step("plan pro", ({ client }) => client.setTraits({ plan: "pro" })),
  step("plan removed", ({ client }) => client.setTraits({ plan: null })),
  step("anna", ({ client }) => client.identify("anna", { plan: "pro" })),
  step("bert", ({ client }) => client.identify("bert")),
  step("reset", ({ client }) => client.reset()),
  step("flush", ({ client }) => client.flush()),
  step("minutes pass", ({ clock }) => clock.pass(200_000)),
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
    await world.client.close();
    world.client = world.open();
    await world.client.ready;
  }),
);

test("with nothing pending, local and authoritative memberships are equal, whatever happened before (law 3)", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEPS, { maxLength: 25 }), async (steps) => {
      const rig = createRig();
      const world: World = { ...rig, client: rig.open() };
      await world.client.ready;
      for (const run of steps) await run(world);
      rig.edge.intercept = () => undefined;
      rig.edge.deliver = () => {};
      await world.client.flush();
      const { client } = world;
      expect(client.status).toEqual({ pending: 0, parked: 0, faults: 0, dropped: 0, mismatches: 0 });
      const { id = null, anonymousId } = client.inspect()?.user ?? {};
      const truth = rig.edge.evaluate({ userId: id, anonymousId: anonymousId ?? "" });
      const local = Object.fromEntries(
        [...client.memberships()].map(([key, { member, until }]) => [key, { member, until }]),
      );
      expect(local).toEqual(truth);
      for (const { source } of client.memberships().values()) expect(source).toBe("edge");

      const said = [...client.memberships()];
      await client.close();
      rig.edge.intercept = () => new Response("", { status: 503 });
      const reloaded = rig.open();
      await reloaded.ready;
      expect([...reloaded.memberships()]).toEqual(said);
      await reloaded.close();
    }),
    { numRuns: 150 },
  );
}, 60_000);
