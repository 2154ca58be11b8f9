import type { BatchResponse } from "@muster/rules/wire";
import type { Device, Tab } from "./device.ts";
import type { Op } from "./record.ts";
import { SEGMENTS } from "./rules.ts";
import { type Action, USERS } from "./steps.ts";
import type { World } from "./world.ts";

/** How long after a call its other tabs may still take a device for another person's, in ms. */
const AGREEMENT_MS = 200;

/** Lets one action begin; what it sets off goes on by itself. */
export function perform(world: World, action: Action): void {
  const { scheduler, faults, edge } = world;
  scheduler.note(`STEP ${JSON.stringify(action)}`);
  switch (action.do) {
    case "track": {
      const { name, amount, item } = action;
      const tab = tabOf(world, action);
      const op = world.record.add({ type: "track", at: scheduler.now, tab, name, props: { amount, item } });
      keep(world, tab, op, () => tab.client.track(name, { amount, item, n: op.n }));
      return;
    }
    case "setTraits": {
      const { plan, score } = action;
      const tab = tabOf(world, action);
      const op = world.record.add({ type: "set", at: scheduler.now, tab, set: { plan, score } });
      keep(world, tab, op, () => tab.client.setTraits({ plan, score, note: op.n }));
      return;
    }
    case "identify": {
      const { plan } = action;
      const tab = tabOf(world, action);
      const userId = nameOf(action.user);
      const isKnown = tab.device.person?.userId === userId;
      const op = world.record.add({ type: isKnown ? "set" : "identify", at: scheduler.now, tab, userId, set: { plan } });
      meet(world, tab, userId);
      keep(world, tab, op, () => tab.client.identify(userId, { plan, note: op.n }));
      return;
    }
    case "reset": {
      const tab = tabOf(world, action);
      meet(world, tab, null);
      settle(world, tab, () => tab.client.reset());
      return;
    }
    case "erase": {
      const tab = tabOf(world, action);
      const { device } = tab;
      meet(world, tab, null);
      const erase = (): void => world.record.eraseDevice(device);
      erase();
      // Whatever other tabs do before they have heard of it goes the same way.
      settle(world, tab, () => tab.client.erase()).then(() => scheduler.after(AGREEMENT_MS, "erased", erase));
      return;
    }
    case "flush": {
      const tab = tabOf(world, action);
      settle(world, tab, () => tab.client.flush());
      return;
    }
    case "open":
      if (deviceOf(world, action).tabs.length < 3) deviceOf(world, action).open();
      return;
    case "close": {
      const tab = tabOf(world, action);
      tab.isClosing = true;
      settle(world, tab, () => tab.client.close()).then(() => tab.device.remove(tab));
      return;
    }
    case "leave": {
      // As a page that goes away: it asks for one more request, and nothing of it runs any more.
      const tab = tabOf(world, action);
      settle(world, tab, () => tab.client.flush());
      scheduler.after(0, `${tab.name} is left`, () => tab.device.remove(tab));
      return;
    }
    case "crash": {
      const tab = tabOf(world, action);
      faults.count("tabCrash");
      tab.device.remove(tab);
      return;
    }
    case "offline":
    case "online":
      deviceOf(world, action).isOnline = action.do === "online";
      return;
    case "fillDisk":
    case "freeDisk":
      deviceOf(world, action).disk.isFull = action.do === "fillDisk";
      return;
    case "cron":
      return edge.runCron();
    case "crashEdge":
      return edge.crash();
    case "refresh":
      void world.admin.call("POST", "/v1/refresh");
      return;
    case "define":
      return define(world, action.segment, action.rule);
    case "batch": {
      const { name, amount, item, ago, plan } = action;
      const userId = nameOf(action.user);
      const at = scheduler.now - ago;
      const event = world.record.add({ type: "track", at, tab: undefined, userId, name, props: { amount, item } });
      const write = world.record.add({ type: "set", at, tab: undefined, userId, set: { plan } });
      const ops = [
        { type: "track", id: `b-${event.n}`, ts: at, userId, name, props: { amount, item, n: event.n } },
        { type: "set", id: `b-${write.n}`, ts: at, userId, set: { plan, note: write.n } },
      ] as const;
      for (const op of ops) world.record.see(op);
      void report(world, ops, [event, write]);
      return;
    }
    case "echo":
      return echo(world, action.op, nameOf(action.user));
    case "evaluate":
      void world.backend.call("POST", "/v1/evaluate", { userId: nameOf(action.user) });
      return;
    case "eraseUser":
      world.watchErasure(nameOf(action.user));
      void world.backend.call("POST", "/v1/erase", { userId: nameOf(action.user) });
  }
}

function nameOf(user: number): string {
  return USERS[user % USERS.length] ?? USERS[0];
}

function deviceOf({ devices }: World, { device }: { device: number }): Device {
  const found = devices[device % devices.length];
  if (found === undefined) throw new Error("there is no device");
  return found;
}

/** The tab that is meant; on a device without any, a new one. */
function tabOf(world: World, where: { device: number; tab: number }): Tab {
  const device = deviceOf(world, where);
  const open = device.tabs.filter((tab) => !tab.isClosing);
  return open[where.tab % open.length] ?? device.open();
}

/** Calls the client as an application does; it neither throws nor rejects (law 6). */
function settle(world: World, tab: Tab, call: () => Promise<void>): Promise<void> {
  const refuse = (error: unknown): void => world.fail(`${tab.name}: a call fails: ${error}`);
  try {
    return call().catch(refuse);
  } catch (error) {
    refuse(error);
    return Promise.resolve();
  }
}

/** Calls for an operation and notes when it is done. */
function keep(world: World, tab: Tab, op: Op, call: () => Promise<void>): void {
  const { device } = tab;
  const isAgreed = tab.isReady && (device.changedBy === tab || world.scheduler.now >= device.changedAt + AGREEMENT_MS);
  if (isAgreed && device.person !== undefined) op.meant = { person: device.person, userId: device.person.userId };
  void settle(world, tab, call).then(() => {
    op.isDone = true;
    op.isOnDisk = tab.diskFaults === 0;
  });
}

/** A device is told who uses it, null for somebody new. */
function meet(world: World, tab: Tab, userId: string | null): void {
  const { device } = tab;
  const { now } = world.scheduler;
  const isAgreed = tab.isReady && (device.changedBy === tab || now >= device.changedAt + AGREEMENT_MS);
  const { person } = device;
  device.changedAt = now;
  device.changedBy = tab;
  if (!isAgreed) device.person = undefined;
  else if (userId === null || (person !== undefined && person.userId !== null && person.userId !== userId)) {
    device.person = { userId, anonymousId: undefined };
  } else if (person !== undefined) person.userId = userId;
}

function define(world: World, index: number, rule: number): void {
  const { admin, edge, faults } = world;
  const segment = SEGMENTS[index];
  if (segment === undefined) return;
  if (edge.deferred > 0) faults.count("planChangeDuringRefresh");
  void admin.call("PATCH", `/v1/segments/${segment.key}`, { rule: segment.rules[rule] }).then((reply) => {
    if (reply?.status === 200) faults.count("planChange");
  });
}

const ATTEMPTS = 4;

/** Reports operations until the edge says that it has them, a few times at most. */
async function report(world: World, ops: readonly object[], of: readonly { isDone: boolean }[]): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const reply = await world.backend.call<BatchResponse>("POST", "/v1/batch", { ops });
    if (reply?.status === 200) {
      for (const { index, status } of reply.body.acks) {
        const op = of[index];
        if (status === "refused" || op === undefined) world.fail(`the edge refuses ${JSON.stringify(ops[index])}`);
        else op.isDone = true;
      }
      return;
    }
    await world.scheduler.wait(1_000, "backend waits");
  }
}

/** Finds, from the given one on, an event that an anonymous user's browser has sent, and reports it for `userId`. */
function echo(world: World, from: number, userId: string): void {
  const { ops } = world.record;
  for (let offset = 0; offset < ops.length; offset++) {
    const op = ops[(from + offset) % ops.length];
    if (op?.wire === undefined || op.type !== "track" || op.wire.userId !== null) continue;
    const { id, ts } = op.wire;
    const copy = { userId, isDone: false, mayBeGone: false };
    op.echoes.push(copy);
    const sent = { type: "track", id, ts, userId, name: op.name, props: { ...op.props, n: op.n } };
    void report(world, [sent], [copy]);
    return;
  }
}
