import { describe, expect, test } from "vitest";
import { EventLog, type User, type UserEvent } from "../index.ts";
import { ask, type Running, run } from "../testing/decisions.ts";
import { decideFlag, exposureOf } from "./decide/index.ts";
import type { DecisionDefinitions, Experiment, Flag } from "./definitions.ts";
import { findUnsafeChange } from "./find-unsafe-change.ts";
import { PLACES } from "./places.ts";
import { redistribute } from "./redistribute.ts";

/** How many people travel with each unit; `npm run test:long` lets many more. */
const PEOPLE = Math.round((5_000 * Number(process.env.PROPERTY_RUNS ?? 300)) / 300);
const EDITS = 12;
const STEPS = 24;

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / PLACES) * below);
  };
}

const flag: Flag = {
  type: "string",
  variations: { a: "A", b: "B", c: "C", none: "-" },
  enabled: true,
  off: "none",
  otherwise: "none",
  rules: [{ key: "x", experiment: "x" }],
};

const first: Experiment = {
  enabled: true,
  salt: "x",
  iteration: 1,
  arms: redistribute({}, { a: 1, b: 1, c: 0 }),
  allocation: redistribute({}, { in: 1 }, 2).in ?? [],
  group: { key: "g", places: [[0, PLACES / 2]] },
  holdout: "h",
};
const other: Experiment = {
  enabled: true,
  salt: "y",
  iteration: 1,
  arms: redistribute({}, { a: 1, b: 1 }),
  group: { key: "g", places: [[PLACES / 2, PLACES]] },
};

/** The definitions after each edit: shares, allocation, audience, group and holdout change; once there is a new iteration. */
function edit(random: Random, unit: "user" | "device"): DecisionDefinitions[] {
  let x: Experiment = { ...first, unit };
  let border = PLACES / 2;
  return Array.from({ length: EDITS }, (_, index) => {
    if (index > 0) {
      const weight = () => random(4);
      x = {
        ...x,
        iteration: index < EDITS / 2 ? 1 : 2,
        arms: redistribute(x.arms, { a: weight(), b: weight(), c: 1 + weight() }),
        allocation: redistribute({ in: x.allocation ?? [] }, { in: 1 + random(9) }, 10).in ?? [],
        audience: { rule: { trait: "cohort", op: "lt", value: random(10) } },
      };
      border = Math.floor(PLACES * (0.3 + random(5) / 10));
    }
    return {
      flags: { x: flag, y: { ...flag, rules: [{ key: "y", experiment: "y" }] } },
      experiments: {
        x: { ...x, group: { key: "g", places: [[0, border]] } },
        y: { ...other, unit, group: { key: "g", places: [[border, PLACES]] } },
      },
      groups: { g: { salt: "g" } },
      holdouts: { h: { salt: "h", places: [[0, random(PLACES / 2) + 1]] } },
    };
  });
}

/** What the edge has of each id; identified, two ids have one log. */
class Edge {
  readonly #logs = new Map<string, UserEvent[]>();

  log(id: string): UserEvent[] {
    const log = this.#logs.get(id) ?? [];
    this.#logs.set(id, log);
    return log;
  }

  store(id: string, events: readonly UserEvent[]): void {
    const log = this.log(id);
    for (const event of events) if (!log.some(({ id: known }) => known === event.id)) log.push(event);
  }

  identify(anonymousId: string, userId: string): void {
    const before = this.log(anonymousId);
    this.store(userId, before);
    this.#logs.set(anonymousId, this.log(userId));
  }
}

/** A browser: what it had from the edge at its last sync, and what it has not sent. */
class Device {
  readonly anonymousId: string;
  userId: string | null = null;
  snapshot: readonly UserEvent[] = [];
  pending: UserEvent[] = [];
  identifies = false;
  readonly own = new Map<string, string>();

  constructor(anonymousId: string) {
    this.anonymousId = anonymousId;
  }

  get events(): UserEvent[] {
    return [...new EventLog([...this.snapshot, ...this.pending])];
  }

  sync(edge: Edge): void {
    if (this.identifies && this.userId !== null) edge.identify(this.anonymousId, this.userId);
    this.identifies = false;
    edge.store(this.userId ?? this.anonymousId, this.pending);
    this.snapshot = [...edge.log(this.userId ?? this.anonymousId)];
    this.pending = [];
  }

  user(cohort: number): User {
    return { id: this.userId, anonymousId: this.anonymousId, traits: { cohort }, events: this.events };
  }
}

/** Uses a flag as an application does; what was exposed before must come again, and needs no exposure. */
function use(
  device: Device,
  key: "x" | "y",
  running: Running,
  iteration: number,
  now: number,
  cohort: number,
): void {
  const asked = ask(running, device.user(cohort), now, { exposed: (id) => device.own.get(id) });
  const decision = decideFlag(running.table, key, "-", asked);
  const exposure = exposureOf(decision);
  const isDevice = running.table.experiments.x?.device;
  const ours = device.events.filter(
    ({ name, props }) =>
      name === "$exposure" &&
      (isDevice ? props.unit === device.anonymousId : true) &&
      (props.experiment === "x" ? props.iteration === iteration : props.iteration === 1),
  );
  const [bound] = ours;
  if (bound) {
    // The first exposure of the group binds: to its arm, or to no part in the other experiment.
    expect(exposure).toBeUndefined();
    expect(decision.variation).toBe(bound.props.experiment === key ? bound.props.variation : "none");
  } else if (exposure) {
    expect(exposure.props.variation).toBe(decision.variation);
    device.pending.push({ id: exposure.id, name: exposure.name, ts: now, props: { ...exposure.props } });
    device.own.set(exposure.id, exposure.props.variation);
  } else {
    expect(decision.variation).toBe("none");
  }
}

function travel(
  person: number,
  random: Random,
  versions: readonly Running[],
  iterations: readonly number[],
): number {
  const edge = new Edge();
  const devices = [new Device(`d${person}-1`), new Device(`d${person}-2`)] as const;
  const cohort = random(10);
  for (let step = 0; step < STEPS; step++) {
    const now = step * 1_000;
    // Devices hear of an edit at different times.
    const version = Math.min(EDITS - 1, Math.floor((step * EDITS) / STEPS));
    const device = devices[random(2)] ?? devices[0];
    const running = versions[version];
    if (!running) continue;
    const action = random(10);
    if (action < 7) use(device, action < 5 ? "x" : "y", running, iterations[version] ?? 1, now, cohort);
    else if (action < 9) device.sync(edge);
    else if (device.userId === null) {
      device.userId = `u${person}`;
      device.identifies = true;
    }
  }
  // In the end everything is sent, and each device knows all.
  for (const device of [...devices, ...devices]) device.sync(edge);
  const [last, iteration = 1] = [versions.at(-1), iterations.at(-1)];
  if (!last) return 0;
  let exposures = 0;
  for (const device of devices) {
    for (const key of ["x", "y"] as const) use(device, key, last, iteration, STEPS * 1_000, cohort);
    // One exposure for each unit and iteration, none lost.
    const seen = device.events.filter(({ name }) => name === "$exposure");
    const drawn = seen.map(({ props }) => JSON.stringify([props.experiment, props.iteration, props.unit]));
    expect(new Set(drawn).size).toBe(drawn.length);
    for (const id of device.own.keys()) expect(seen.some((event) => event.id === id)).toBe(true);
    exposures += seen.length;
  }
  return exposures;
}

describe.each(["user", "device"] as const)("assignments of a %s", (unit) => {
  test(`never flip once exposed, whatever edits, logins and late syncs happen to ${PEOPLE} people`, () => {
    const random = createRandom(unit === "user" ? 1 : 2);
    const definitions = edit(random, unit);
    for (const [index, after] of definitions.entries())
      if (index > 0) expect(findUnsafeChange(definitions[index - 1] ?? {}, after)).toBeNull();
    const versions = definitions.map((one) => run(one));
    const iterations = definitions.map(({ experiments }) => experiments?.x?.iteration ?? 1);
    let exposures = 0;
    for (let person = 0; person < PEOPLE; person++) exposures += travel(person, random, versions, iterations);
    expect(exposures).toBeGreaterThan(PEOPLE / 2);
  }, 600_000);
});
