import { expect, test } from "vitest";
import { settle } from "../test/fake-clock.ts";
import { createRig, membersOf } from "../test/rig.ts";
import type { Clock } from "./clock.ts";

const DAY = 86_400_000;

function createShifted(ms: number) {
  const rig = createRig();
  let off = ms;
  const device: Clock = {
    now: () => rig.clock.now() + off,
    after: (delay, task) => rig.clock.after(delay, task),
  };
  return {
    ...rig,
    openShifted: () => rig.open({}, rig.disk, device),
    setOff(to: number) {
      off = to;
    },
  };
}

test.each([-DAY, -1, 0, 1, DAY])("a device's clock that is %i ms off changes no membership", async (ms) => {
  const { clock, edge, openShifted } = createShifted(ms);
  const client = openShifted();
  // Before the first answer of the edge, so by the device's clock.
  await client.track("view");
  await client.flush();
  expect(edge.requests[0]?.clock).toBe(clock.now() + ms);
  expect(edge.taken[0]?.ts).toBe(clock.now());
  expect(client.membership("recent")).toMatchObject({
    member: true,
    until: clock.now() + 600_000,
    source: "edge",
  });
  await clock.pass(300_000);
  await client.track("view");
  await client.flush();
  expect(edge.requests.at(-1)?.clock).toBeUndefined();
  expect(edge.taken[1]?.ts).toBe(clock.now());
  await clock.pass(599_999);
  expect(client.isMember("recent")).toBe(true);
  await clock.pass(1);
  expect(client.isMember("recent")).toBe(false);
  expect(client.status.mismatches).toBe(0);
});

test("what was stamped before the first comparison is shifted when that comes, after a reload too", async () => {
  const { clock, edge, openShifted } = createShifted(DAY);
  const first = openShifted();
  await first.ready;
  edge.intercept = () => new Response("", { status: 503 });
  await first.track("view");
  await first.close();
  const next = openShifted();
  await next.ready;
  edge.intercept = () => undefined;
  // What the first request does not carry is shifted here.
  edge.deliver = () => {
    edge.deliver = () => {};
    void next.track("buy");
  };
  const at = clock.now();
  await next.flush();
  expect(edge.taken.map(({ ts }) => ts)).toEqual([at, at]);
  expect(membersOf(next)).toEqual(["recent"]);
});

test("the difference is kept on disk, and told to other tabs", async () => {
  const { edge, disk, openShifted } = createShifted(DAY);
  const [one, two] = [openShifted(), openShifted()];
  await one.flush();
  await settle();
  expect((await disk.read()).get("skew")).toBe(-DAY);
  expect(one.inspect()?.now).toBe(two.inspect()?.now);
  await one.close();
  await two.close();
  edge.intercept = () => new Response("", { status: 503 });
  const next = openShifted();
  await next.track("view");
  expect(next.isMember("recent")).toBe(true);
  edge.intercept = () => undefined;
  await next.flush();
  expect(edge.requests.at(-1)?.clock).toBeUndefined();
});

test.each([
  [99, false],
  [100, false],
  [101, true],
])("in a round trip of 200 ms a difference of %i ms is noise or not: %s", async (ms, isCorrected) => {
  const rig = createShifted(0);
  const client = rig.openShifted();
  await client.flush();
  rig.setOff(ms);
  rig.edge.intercept = () => {
    rig.clock.jump(100);
    return undefined;
  };
  rig.edge.deliver = () => rig.clock.jump(100);
  await client.track("view");
  await client.flush();
  expect((await rig.disk.read()).get("skew")).toBe(isCorrected ? -ms : 0);
});

test("what changes with every ms keeps no page busy on which each look at the clock is later than the one before", async () => {
  const segments = { ticking: { rule: { formula: "now", op: "lt", value: 0 } } } as const;
  const { clock, disk, open } = createRig({ ruleset: { zone: "UTC", segments } });
  const MOST = 1_000;
  let looks = 0;
  const device: Clock = {
    now: () => clock.now() + Math.min(looks++, MOST),
    after: (delay, task) => clock.after(delay, task),
  };
  const client = open({}, disk, device);
  await client.flush();
  looks = 0;
  client.isMember("ticking");
  await settle();
  expect(looks).toBeLessThan(20);
  await client.close();
});
