import type { Client } from "../../sdk-web/src/client.ts";
import { createClientIn } from "../../sdk-web/src/create-client.ts";
import { type DiskUser, SimDisk } from "./disk.ts";
import type { Faults } from "./faults.ts";
import { type Host, type Network, ORIGIN } from "./network.ts";
import type { Random } from "./random.ts";
import { LASTING } from "./rules.ts";
import type { Scheduler } from "./scheduler.ts";
import { TabGroup } from "./tabs.ts";

/** How long after a call the other tabs of a device may still take it for another person's, in ms. */
export const AGREEMENT_MS = 200;

/** What devices share. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly faults: Faults;
  readonly random: Random;
  /** The publishable key. */
  readonly key: string;
  fail(problem: string): void;
}

/** Whom a device has been told it is used by, as far as its tabs must agree on it. */
export interface Person {
  userId: string | null;
  /** Set once it has been seen. */
  anonymousId: string | undefined;
  /** What they have done in a tab, by the event's name. */
  readonly did: Map<Tab, Map<string, number>>;
}

export function newPerson(userId: string | null): Person {
  return { userId, anonymousId: undefined, did: new Map() };
}

/** One browser profile: a disk, a clock that may be wrong, a lock and a channel, and tabs. */
export class Device {
  readonly name: string;
  /** What its clock is ahead by, in ms. */
  readonly skew: number;
  tabs: Tab[] = [];
  readonly disk: SimDisk;
  /** Undefined while calls of several tabs, or a fault, leave it open who it is. */
  person: Person | undefined = newPerson(null);
  /** When it was last told so, and by which tab. */
  changedAt = Number.NEGATIVE_INFINITY;
  changedBy: Tab | undefined;
  /** How often its disk let down any tab. */
  diskFaults = 0;
  /** Whether an erasure may still wait for the disk. */
  isErasing = false;
  readonly group: TabGroup;
  readonly around: Surroundings;
  #opened = 0;
  #onlineAt = 0;

  constructor(name: string, skew: number, around: Surroundings) {
    this.name = name;
    this.skew = skew;
    this.around = around;
    this.disk = new SimDisk(name, around.scheduler, around.faults, around.random);
    this.group = new TabGroup(around.scheduler, around.random);
  }

  get isOnline(): boolean {
    return this.around.scheduler.now >= this.#onlineAt;
  }

  goOffline(ms: number): void {
    this.#onlineAt = this.around.scheduler.now + ms;
  }

  open(): Tab {
    const tab = new Tab(`${this.name}.${++this.#opened}`, this);
    this.tabs.push(tab);
    return tab;
  }

  /** Takes a tab away that is gone. */
  remove(tab: Tab): void {
    tab.isAlive = false;
    // What it was told last may be on disk or not.
    if (tab.changes > 0 || tab.diskFaults > 0) this.person = undefined;
    this.tabs = this.tabs.filter((other) => other !== tab);
    this.group.collect();
  }
}

/** A page with the real client in it. */
export class Tab implements DiskUser, Host {
  isAlive = true;
  isReady = false;
  /** Whether its client was told to close. */
  isClosing = false;
  /** How many calls are under way that tell who uses it. */
  changes = 0;
  /** How often its disk let it down. */
  diskFaults = 0;
  readonly name: string;
  readonly device: Device;
  readonly client: Client;
  /** The client's time when something was counted last. */
  #countedAt = 0;

  constructor(name: string, device: Device) {
    this.name = name;
    this.device = device;
    const { scheduler, network, random, key, fail } = device.around;
    const environment = {
      clock: {
        now: () => scheduler.now + device.skew,
        after: (ms: number, task: () => void) => scheduler.after(ms, `${name} timer`, task, this),
      },
      disk: device.disk.open(this),
      tabs: device.group.join(this, name),
      fetch: network.fetchFrom(this),
      random: () => random.next(),
      bytes: (length: number) => random.bytes(length),
    };
    this.client = createClientIn(environment, {
      key,
      endpoint: ORIGIN,
      capture: false,
      onError: ({ code, path, detail }) => {
        scheduler.note(`${name} reports ${code} ${path} ${detail}`);
        if (code !== "storage") fail(`${name} reports ${code} at "${path}": ${detail}`);
      },
    });
    this.client.ready.then(
      () => (this.isReady = true),
      () => fail(`${name}: ready rejects`),
    );
  }

  get isOnline(): boolean {
    return this.device.isOnline;
  }

  /** Whether this tab knows what its device was told last. */
  get isUpToDate(): boolean {
    const { changedBy, changedAt, tabs, around } = this.device;
    if (!this.isReady || tabs.some(({ diskFaults }) => diskFaults > 0)) return false;
    return changedBy === this || around.scheduler.now >= changedAt + AGREEMENT_MS;
  }

  /** Somebody has done something here. */
  count(person: Person, name: string | undefined): void {
    const did = person.did.get(this) ?? new Map<string, number>();
    person.did.set(this, did);
    if (name !== undefined) did.set(name, (did.get(name) ?? 0) + 1);
    this.#countedAt = Math.max(this.#countedAt, this.client.inspect()?.now ?? Number.POSITIVE_INFINITY);
  }

  /** What was done here is seen here, whatever has come of it (law 3). */
  rest(): void {
    const { person, around } = this.device;
    const did = person?.did.get(this);
    if (did === undefined || !this.isUpToDate || this.isClosing) return;
    // The client may have corrected its clock since then: what it has stamped is in the future for a moment.
    if ((this.client.inspect()?.now ?? 0) < this.#countedAt) return;
    for (const [segment, name, least] of LASTING) {
      const { member, ready } = this.client.membership(segment);
      if (ready && !member && (did.get(name) ?? 0) >= least) {
        around.fail(`${this.name} has forgotten ${name}: it is not in ${segment}`);
      }
    }
  }

  diskFailed(): void {
    this.diskFaults++;
    this.device.diskFaults++;
  }
}
