import type { Client } from "../../sdk-web/src/client.ts";
import type { Tab } from "./device.ts";
import { Oracle, TOLERANCE_MS } from "./oracle.ts";
import { LASTING } from "./rules.ts";
import { readTruth, type Truth } from "./truth.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
/** How long, in virtual time, everything may take to be done once nothing goes wrong any more. */
const PATIENCE_MS = 2 * 60 * MINUTE;
const ATTEMPTS = 20;

function tabsOf({ devices }: World): Tab[] {
  return devices.flatMap(({ tabs }) => tabs);
}

/**
 * Ends all faults and lets time pass until nobody has anything left to do, at an instant at which no answer is about to
 * change. Gives what the tables say then.
 */
export async function becomeQuiet(world: World): Promise<Truth> {
  const { scheduler, faults, devices, edge, workplace, record } = world;
  scheduler.note("QUIET");
  faults.isOn = false;
  // Tabs that are about to go are gone then.
  await scheduler.runUntil(scheduler.now + 1_000);
  for (const device of devices) {
    device.goOffline(0);
    device.disk.isFull = false;
    if (device.isErasing) world.eraseDevice(device);
    // What lies on the disk of a device is sent once a page is open on it.
    if (device.tabs.every((tab) => tab.isClosing)) device.open();
  }
  await untilIdle(world);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    edge.runCron();
    await untilIdle(world);
    for (const tab of tabsOf(world)) void tab.client.flush();
    await untilIdle(world);
    const truth = readTruth(workplace.database);
    const oracle = new Oracle(truth, record);
    if (oracle.until(scheduler.now - TOLERANCE_MS) > scheduler.now + TOLERANCE_MS) return truth;
    await scheduler.runUntil(scheduler.now + 3 * TOLERANCE_MS);
  }
  world.fail("memberships never come to rest");
  return readTruth(workplace.database);
}

/** Whether a client knows its user: tabs that find one another once their disk is well may have to ask once more. */
function isKnown(client: Client): boolean {
  return LASTING.every(([segment]) => client.membership(segment).ready);
}

async function untilIdle(world: World): Promise<void> {
  const { scheduler, network, edge } = world;
  const isIdle = (): boolean =>
    network.underway === 0 &&
    edge.deferred === 0 &&
    tabsOf(world).every(
      ({ isReady, isClosing, client }) =>
        isReady && !isClosing && client.status.pending === 0 && isKnown(client),
    );
  const end = scheduler.now + PATIENCE_MS;
  // Whatever is still to begin, of channels and disks, begins within a second.
  await scheduler.runUntil(scheduler.now + 1_000);
  await scheduler.runUntil(end, isIdle);
  if (isIdle()) return;
  const waiting = tabsOf(world).map(
    ({ name, isReady, isClosing, client }) =>
      `${name} ${isReady ? "" : "not ready "}${isClosing ? "closing " : ""}${client.status.pending}`,
  );
  world.fail(
    `not idle: ${network.underway} requests, ${edge.deferred} tasks of the edge, pending ${waiting.join(", ")}`,
  );
}
