import { AGREEMENT_MS, type Device, newPerson, type Tab } from "./device.ts";
import type { Op } from "./record.ts";
import { type ActionOf, nameOf } from "./steps.ts";
import type { World } from "./world.ts";

const TABS = 3;
/** How long after an erasure a tab may hear of it that still waits for a disk which hangs. */
const HEARING_MS = 10_000;

interface Place {
  readonly device: number;
  readonly tab: number;
}

export function deviceOf({ devices }: World, { device }: { readonly device: number }): Device {
  const found = devices[device % devices.length];
  if (found === undefined) throw new Error("there is no device");
  return found;
}

/** The tab that is meant; on a device without any, a new one. */
export function tabOf(world: World, place: Place): Tab {
  const device = deviceOf(world, place);
  const open = device.tabs.filter((tab) => !tab.isClosing);
  return open[place.tab % open.length] ?? device.open();
}

export function track(world: World, { name, amount, item, ...place }: ActionOf<"track">): void {
  const tab = tabOf(world, place);
  const { now } = world.scheduler;
  const op = world.record.add({ type: "track", at: now, tab, name, props: { amount, item } });
  keep(world, tab, op, () => tab.client.track(name, { amount, item, n: op.n }));
}

export function setTraits(world: World, { plan, score, ...place }: ActionOf<"setTraits">): void {
  const tab = tabOf(world, place);
  const op = world.record.add({ type: "set", at: world.scheduler.now, tab, set: { plan, score } });
  keep(world, tab, op, () => tab.client.setTraits({ plan, score, note: op.n }));
}

export function identify(world: World, { user, plan, ...place }: ActionOf<"identify">): void {
  const tab = tabOf(world, place);
  const userId = nameOf(user);
  const op = world.record.add({ type: "identify", at: world.scheduler.now, tab, userId, set: { plan } });
  keep(world, tab, op, () =>
    meet(world, tab, userId, () => tab.client.identify(userId, { plan, note: op.n })),
  );
}

export function reset(world: World, place: Place): void {
  const tab = tabOf(world, place);
  void call(world, tab, () => meet(world, tab, null, () => tab.client.reset()));
}

export function erase(world: World, place: Place): void {
  const tab = tabOf(world, place);
  const forget = (): void => world.eraseDevice(tab.device);
  forget();
  // Whatever other tabs do before they have heard of it goes the same way.
  void call(world, tab, () => meet(world, tab, null, () => tab.client.erase())).then(() => {
    const isSlow = tab.device.tabs.some(({ diskFaults }) => diskFaults > 0);
    world.scheduler.after(isSlow ? HEARING_MS : AGREEMENT_MS, "erased", forget);
    // Other tabs hear of it once the disk takes it.
    if (tab.diskFaults > 0) tab.device.isErasing = true;
  });
}

export function flush(world: World, place: Place): void {
  const tab = tabOf(world, place);
  void call(world, tab, () => tab.client.flush());
}

export function open(world: World, place: { readonly device: number }): void {
  const device = deviceOf(world, place);
  if (device.tabs.length < TABS) device.open();
}

export function close(world: World, place: Place): void {
  const tab = tabOf(world, place);
  tab.isClosing = true;
  void call(world, tab, () => tab.client.close()).then(() => tab.device.remove(tab));
}

/** As a page that goes away: it asks for one more request, and nothing of it runs any more. */
export function leave(world: World, place: Place): void {
  const tab = tabOf(world, place);
  void call(world, tab, () => tab.client.flush());
  world.scheduler.after(0, `${tab.name} is left`, () => tab.device.remove(tab));
}

export function crash(world: World, place: Place): void {
  const tab = tabOf(world, place);
  world.faults.count("tabCrash");
  tab.device.remove(tab);
}

/** Calls the client as an application does; it neither throws nor rejects (law 6). */
function call(world: World, tab: Tab, task: () => Promise<void>): Promise<void> {
  const refuse = (error: unknown): void => world.fail(`${tab.name}: a call fails: ${error}`);
  try {
    return task().catch(refuse);
  } catch (error) {
    refuse(error);
    return Promise.resolve();
  }
}

/** Calls for an operation and notes when it is done. */
function keep(world: World, tab: Tab, op: Op, task: () => Promise<void>): void {
  const done = call(world, tab, task);
  const { person } = tab.device;
  if (person !== undefined && tab.isUpToDate) {
    op.meant = { person, userId: person.userId };
    tab.count(person, op.name);
  }
  void done.then(() => {
    op.isDone = true;
    op.isOnDisk = tab.diskFaults === 0;
  });
}

/** Tells a device who uses it, null for somebody new. */
async function meet(world: World, tab: Tab, userId: string | null, task: () => Promise<void>): Promise<void> {
  const { device } = tab;
  const { person } = device;
  if (!tab.isUpToDate) device.person = undefined;
  else if (userId === null || (person !== undefined && ![null, userId].includes(person.userId))) {
    device.person = newPerson(userId);
  } else if (person !== undefined) person.userId = userId;
  device.changedAt = world.scheduler.now;
  device.changedBy = tab;
  tab.changes++;
  await task();
  tab.changes--;
}
