import { evaluate, type Memberships } from "@muster/rules";
import { createAlarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import type { Loaded } from "./definitions.ts";
import type { Replica } from "./replica.ts";

/** The answer for one segment, and where it comes from. */
export interface SegmentMembership {
  member: boolean;
  /** The next instant (ms since the epoch) at which time alone can change the answer, or null. */
  until: number | null;
  /** Whether all that the answer depends on is known here; see `source`. */
  ready: boolean;
  /**
   * `edge`: what the edge knows, with nothing waiting to be sent. `local`: that, with what it has not
   * acknowledged applied on top; not `ready` where the edge may know more of the user than this device
   * (just identified) or its own answer has run out. `fallback`: nothing is known yet, so the answer is the
   * application's own. `unknown`: no such segment.
   */
  source: "edge" | "local" | "fallback" | "unknown";
}

/** The segments that the user entered and left. */
export interface MembershipChange {
  entered: string[];
  left: string[];
}
export type Listener = (change: MembershipChange) => void;

/** What decisions are made with. */
export interface DecisionHost {
  readonly clock: Clock;
  readonly replica: Replica;
  readonly fallback: { readonly [segment: string]: boolean } | undefined;
  /** Hears of each change. */
  announce(change: MembershipChange): void;
  /** An answer that only the edge can give has run out. */
  expired(): void;
}

/** Answers from memory, kept up with what the user does and with time. */
export interface Decisions {
  readonly definitions: Loaded | undefined;
  /** The definitions or what they are about has changed; listeners hear of it once, in a microtask. */
  update(loaded?: Loaded): void;
  membership(segment: string): SegmentMembership;
  /** The answers for all segments; before any are known, for those that the application gave a fallback. */
  memberships(): ReadonlyMap<string, SegmentMembership>;
  /** The segments whose answer at `now`, the edge's, is not the one that the edge gave with its snapshot. */
  findMismatches(now: number): string[];
  stop(): void;
}

export function createDecisions({
  clock,
  replica,
  fallback = {},
  announce,
  expired,
}: DecisionHost): Decisions {
  let loaded: Loaded | undefined;
  let result: Memberships | undefined;
  /** The result holds in [from, until). */
  let from = 0;
  let until = 0;
  let announcing = false;

  /** The answers as of now: never older than their `until`, nor from a time that the clock went back from. */
  const current = (): Memberships | undefined => {
    const now = clock.now();
    if (now >= until || now < from) {
      result = loaded && replica.past !== "unknown" ? evaluate(loaded.plan, replica.user, now) : undefined;
      const next = result?.until ?? null;
      from = now;
      until = next ?? Number.POSITIVE_INFINITY;
      setAlarm(next);
      announceSoon();
    }
    return result;
  };

  const hasExpired = (key: string): boolean => (replica.answers.get(key)?.until ?? from + 1) <= from;

  const membership = (segment: string): SegmentMembership => {
    const found = current()?.get(segment);
    const given = loaded?.given.get(segment) ?? [];
    if (!found || given.some((key) => !replica.answers.has(key))) {
      const isUnknown = !found && result !== undefined;
      const member = !isUnknown && Object.hasOwn(fallback, segment) && fallback[segment] === true;
      return { member, until: null, ready: isUnknown, source: isUnknown ? "unknown" : "fallback" };
    }
    const ready = replica.past === "known" && !given.some(hasExpired);
    return { ...found, ready, source: ready && replica.settled ? "edge" : "local" };
  };

  const memberships = (): Map<string, SegmentMembership> =>
    new Map((current()?.keys ?? Object.keys(fallback)).map((key) => [key, membership(key)]));

  const findMembers = (): Set<string> =>
    new Set([...memberships()].flatMap(([key, { member }]) => (member ? [key] : [])));

  const announceSoon = (): void => {
    if (announcing) return;
    announcing = true;
    queueMicrotask(() => {
      const before = members;
      members = findMembers();
      announcing = false;
      const entered = [...members].filter((key) => !before.has(key));
      const left = [...before].filter((key) => !members.has(key));
      if (entered.length + left.length > 0) announce({ entered, left });
      if ([...(loaded?.given.values() ?? [])].flat().some(hasExpired)) expired();
    });
  };

  const setAlarm = createAlarm(clock, announceSoon);
  let members = findMembers();

  return {
    get definitions() {
      return loaded;
    },
    update(definitions = loaded) {
      loaded = definitions;
      until = 0;
      announceSoon();
    },
    membership,
    memberships,
    findMismatches(now) {
      if (!loaded || !replica.settled) return [];
      const local = evaluate(loaded.plan, replica.user, now);
      return local.keys.filter(
        (key) => local.has(key) !== (replica.answers.get(key)?.member ?? local.has(key)),
      );
    },
    stop: () => setAlarm(null),
  };
}
