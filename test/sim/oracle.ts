import {
  compile,
  evaluate,
  type Memberships,
  type Plan,
  type Rule,
  traitsOf,
  type UserEvent,
} from "@muster/rules";
import { isOwnEvent } from "./own-events.ts";
import type { Op, OperationRecord } from "./record.ts";
import { ownerIn, type ProfileTruth, type Truth } from "./truth.ts";

/** By how much an instant may differ from the true time of its call, in ms: what requests are under way for. */
export const TOLERANCE_MS = 45_000;

type Fail = (problem: string) => void;

const plans = new Map<string, Plan>();

/** Whom an operation belongs to, by the identities that the edge knows; undefined where it knows none of them. */
export function ownerOf({ wire, userId }: Op, truth: Truth): ProfileTruth | undefined {
  return ownerIn(truth, { userId: wire?.userId ?? userId, anonymousId: wire?.anonymousId });
}

/**
 * Decides membership from the simulation's own record: the operations that were called for, and the evaluator that reads
 * whole lists of events. What only the edge decides (which of the operations that may be gone are, and to the
 * millisecond when each happened) is taken from its log after it was found to be possible.
 */
export class Oracle {
  readonly #truth: Truth;
  readonly #record: OperationRecord;
  readonly #plan: Plan;
  readonly #known = new Map<ProfileTruth | undefined, { now: number; memberships: Memberships }>();

  constructor(truth: Truth, record: OperationRecord) {
    this.#truth = truth;
    this.#record = record;
    this.#plan = planOf(truth.segments);
  }

  /** The memberships at `now` of a profile, or of somebody of whom nothing is known. */
  evaluate(profile: ProfileTruth | undefined, now: number): Memberships {
    const known = this.#known.get(profile);
    if (known?.now === now) return known.memberships;
    const memberships = this.#decide(profile, now);
    this.#known.set(profile, { now, memberships });
    return memberships;
  }

  #decide(profile: ProfileTruth | undefined, now: number): Memberships {
    const events: UserEvent[] = [];
    for (const event of profile?.events.values() ?? []) {
      const { id, ts, name } = event;
      // What the SDK tells of itself says nothing but that it happened.
      if (isOwnEvent(name)) events.push(event);
      const op = this.#record.withId(id);
      if (op?.name !== undefined) events.push({ id, name: op.name, ts, props: { ...op.props, n: op.n } });
    }
    const user = { id: profile?.userId ?? null, traits: traitsOf(profile?.traits ?? {}), events };
    return evaluate(this.#plan, user, now);
  }

  /** The next instant at which anyone's membership may change by time. */
  until(now: number): number {
    const untils = [...this.#truth.profiles.values()].map((profile) => this.evaluate(profile, now).until);
    return Math.min(Number.POSITIVE_INFINITY, ...untils.filter((until) => until !== null));
  }

  /** Finds whatever in the edge's log cannot have come of the operations that were called for. */
  checkLog(fail: Fail): void {
    const { profiles, orphans } = this.#truth;
    for (const table of orphans) fail(`${table} holds rows of a profile that is gone`);
    for (const profile of profiles.values()) {
      for (const { id, name } of profile.events.values())
        if (!isOwnEvent(name)) this.#checkEvent(profile, id, fail);
      for (const id of profile.writes) {
        const op = this.#record.withId(id);
        if (op === undefined || op.type === "track")
          fail(`profile ${profile.id} has a write ${id} of nobody`);
        else if (ownerOf(op, this.#truth) !== profile)
          fail(`profile ${profile.id} has the write ${id} of another`);
      }
      this.#checkTraits(profile, fail);
    }
    for (const op of this.#record.ops) this.#checkKept(op, fail);
  }

  #checkEvent(profile: ProfileTruth, id: string, fail: Fail): void {
    const op = this.#record.withId(id);
    const event = profile.events.get(id);
    if (op?.wire === undefined || op.type !== "track" || event === undefined) {
      fail(`profile ${profile.id} has an event ${id} of nobody`);
      return;
    }
    const isEcho = op.echoes.some(({ userId }) => userId === profile.userId);
    if (!isEcho && ownerOf(op, this.#truth) !== profile)
      fail(`profile ${profile.id} has the event ${id} of another`);
    const { amount, item, n } = event.props;
    if (event.name !== op.name || amount !== op.props?.amount || item !== op.props?.item || n !== op.n) {
      fail(`the event ${id} is not what was called for`);
    }
    const isOfEcho = op.echoes.length > 0 && event.ts === op.at;
    if (!op.wire.isShifted && !isOfEcho && event.ts !== op.wire.ts)
      fail(`the event ${id} was moved by ${event.ts - op.wire.ts} ms`);
    if (Math.abs(event.ts - op.at) > TOLERANCE_MS) fail(`the event ${id} is off by ${event.ts - op.at} ms`);
  }

  /** Of each trait the latest write stands; where the edge has shifted it, the latest as far as can be told. */
  #checkTraits(profile: ProfileTruth, fail: Fail): void {
    const writes = [...profile.writes].flatMap((id) => this.#record.withId(id) ?? []);
    for (const [name, entry] of Object.entries(profile.traits)) {
      const winner = this.#record.withId(entry.id);
      const value = name === "note" ? winner?.n : winner?.set?.[name];
      if (winner?.wire === undefined || !profile.writes.has(entry.id) || (value ?? null) !== entry.value) {
        fail(`the trait ${name} of profile ${profile.id} is of no write: ${JSON.stringify(entry)}`);
        continue;
      }
      for (const { wire, set, at } of writes) {
        if (wire === undefined || (name !== "note" && !(name in (set ?? {})))) continue;
        const isLater = wire.ts > entry.ts || (wire.ts === entry.ts && wire.id > entry.id);
        const isShifted = wire.isShifted || winner.wire.isShifted;
        if (isShifted ? at > winner.at + 2 * TOLERANCE_MS : isLater) {
          fail(`the trait ${name} of profile ${profile.id} is of ${entry.id}, not of ${wire.id}`);
        }
      }
    }
    const named = new Set(writes.flatMap(({ set = {} }) => [...Object.keys(set), "note"]));
    for (const name of named)
      if (!(name in profile.traits)) fail(`profile ${profile.id} lacks the trait ${name}`);
  }

  /** What was acknowledged is there, but for what an erasure may have taken. */
  #checkKept(op: Op, fail: Fail): void {
    const { tab, wire, type } = op;
    const isSafe = tab === undefined || op.isOnDisk || (tab.isAlive && !tab.isClosing);
    if (op.isDone && isSafe && !op.mayBeGone) {
      const owner = ownerOf(op, this.#truth);
      const id = wire?.id ?? "";
      const has = type === "track" ? owner?.events.has(id) : owner?.writes.has(id);
      if (has !== true) fail(`operation ${op.n} (${type}, ${wire ? id : "never sent"}) is lost`);
    }
    for (const echo of op.echoes) {
      const has = this.#truth.identities.get(`user:${echo.userId}`)?.events.has(wire?.id ?? "");
      if (echo.isDone && !echo.mayBeGone && has !== true)
        fail(`the event ${wire?.id} is lost to ${echo.userId}`);
    }
  }
}

/** Rulesets come back in many runs. */
function planOf(segments: ReadonlyMap<string, Rule>): Plan {
  const text = JSON.stringify([...segments]);
  const known = plans.get(text);
  if (known !== undefined) return known;
  const rules = Object.fromEntries([...segments].map(([key, rule]) => [key, { rule }]));
  const plan = compile({ zone: "UTC", segments: rules, computed: {} });
  plans.set(text, plan);
  return plan;
}
