import { evaluate, type Membership, type Memberships } from "@muster/rules";
import type { DecisionTable } from "@muster/rules/decide";
import type { Bootstrap } from "@muster/rules/wire";
import { createAlarm } from "./alarm.ts";
import { isAbout } from "./bootstrap/take-bootstrap.ts";
import type { Clock } from "./clock.ts";
import type { Identity } from "./records.ts";
import type { Replica } from "./replica.ts";

/** The answer for one segment, and where it comes from. */
export interface SegmentMembership {
  member: boolean;
  /** The next instant (ms since the epoch) at which time alone can change the answer, or null. */
  until: number | null;
  /**
   * Whether all that the answer depends on is known here. What reads no event, no trait and no answer that the edge
   * alone can give always is; the rest from the first snapshot of the user on, or from when they were made here.
   */
  ready: boolean;
  /**
   * `edge`: what the edge knows, with nothing waiting to be sent. `local`: that, with what it has not acknowledged
   * applied on top. `bootstrap`: what the page's HTML brought. `fallback`: not ready, so the answer is the
   * application's own, else false. `unknown`: no such segment.
   */
  source: "edge" | "local" | "bootstrap" | "fallback" | "unknown";
}

/** The segments that the user entered and left; none where answers have only become known, or are no longer. */
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
  readonly bootstrap: Bootstrap | undefined;
  /** Hears of each change. */
  announce(change: MembershipChange): void;
  /** An answer that only the edge can give has run out. */
  expired(): void;
}

/** Answers from memory, kept up with what the user does and with time. */
export interface Decisions {
  /** What answers are made of has changed; listeners hear of it once, in a microtask: of any difference, or in any case. */
  update(isCertain?: boolean): void;
  /** What the page brought has been taken over, as far as the device did not know better. */
  adopted(): void;
  membership(segment: string): SegmentMembership;
  /** The answers for all segments; before any are known, for those that the application gave a fallback. */
  memberships(): ReadonlyMap<string, SegmentMembership>;
  /** Whom answers are about; an id that is not known yet is empty. */
  readonly identity: Identity;
  /** Whether what the device has kept is known. */
  readonly isSettled: boolean;
  /** What flags and prompts are decided by; undefined until anything is known. */
  readonly table: DecisionTable | undefined;
  /** The answer for any segment, hidden ones as well; undefined where it is not known yet. */
  answer(segment: string): Membership | undefined;
  /** What this device alone would answer, known or not. */
  guess(segment: string): Membership | undefined;
  stop(): void;
}

/** Segments that decisions are compiled into; they are nobody's business. */
function isHidden(segment: string): boolean {
  return segment?.[0] === "$";
}

export function createDecisions(host: DecisionHost): Decisions {
  const { clock, replica, fallback = {}, bootstrap, announce, expired } = host;
  const brought = new Map<string, Membership>(Object.entries(bootstrap?.memberships ?? {}));
  let result: Memberships | undefined;
  /** The result holds in [from, until). */
  let from = 0;
  let until = 0;
  /** How many of the moments have passed that change decisions by time alone. */
  let passed = 0;
  let source: SegmentMembership["source"];
  let announcing = false;
  /** Whether listeners are about to hear of the result, which holds meanwhile. */
  let isTelling = false;
  let isStopped = false;
  /** Whether the page knows better than the device, for all that is known. */
  let isBringing = bootstrap !== undefined;

  const identityNow = (): Identity => {
    const { userId, anonymousId } = (isBringing && bootstrap) || replica.identity;
    return { userId, anonymousId: anonymousId ?? "" };
  };
  const isOver = (membership: Membership): boolean => (membership.until ?? from + 1) <= from;

  /** The answers as of now: never older than their `until`, nor from a time that the clock went back from. */
  const current = (): Memberships | undefined => {
    const now = clock.now();
    if (!isTelling && (now >= until || now < from)) {
      const { user, definitions, shownAt } = replica;
      const { plan, instants = [], delays = [] } = (!isBringing && definitions) || {};
      result = user?.anonymousId && plan ? evaluate(plan, user, now) : undefined;
      source = replica.known && !replica.own.length ? "edge" : "local";
      from = now;
      const moments = [...instants, ...delays.map((delay) => shownAt + delay)];
      passed = moments.filter((moment) => moment <= now).length;
      const untils = [result, ...brought.values()].map((one) => one?.until ?? 0);
      const ends = [...untils, ...moments].filter((end) => end > now);
      until = Math.min(Number.POSITIVE_INFINITY, ...ends);
      setAlarm(ends.length && !isStopped ? until : null);
      announceSoon();
    }
    return result;
  };

  const isReady = (segment: string): boolean => {
    const { past, given } = replica.definitions?.needs.get(segment) ?? { past: true, given: [] };
    const isKnown = replica.known || (!past && !given.length);
    return (
      isKnown && given.every((key) => !isOver(replica.answers.get(key) ?? { member: false, until: from }))
    );
  };

  const find = (segment: string): SegmentMembership => {
    const found = current()?.get(segment);
    if (found && isReady(segment)) {
      return { ...found, ready: true, source };
    }
    if (result && !found) return UNKNOWN;
    const known = bootstrap && isAbout(bootstrap, identityNow()) ? brought.get(segment) : undefined;
    if (known && !isOver(known))
      return { member: known.member === true, until: known.until, ready: true, source: "bootstrap" };
    const member = Object.hasOwn(fallback, segment) && fallback[segment] === true;
    return { member, until: null, ready: false, source: "fallback" };
  };

  const answer: Decisions["answer"] = (segment) => {
    const { member, until, ready } = find(segment);
    return ready ? { member, until } : undefined;
  };

  const membership = (segment: string): SegmentMembership => (isHidden(segment) ? UNKNOWN : find(segment));

  const keys = (): readonly string[] => current()?.keys ?? [...brought.keys(), ...Object.keys(fallback)];

  const memberships = (): Map<string, SegmentMembership> =>
    new Map(
      keys()
        .filter((key) => !isHidden(key))
        .map((key) => [key, find(key)]),
    );

  const tableNow = (): DecisionTable | undefined =>
    ((!isBringing && replica.definitions) || bootstrap?.ruleset)?.decisions;

  /** What flags and prompts are decided by, but for what `memberships` tell. */
  const describe = (): string => {
    const { definitions, exposures } = replica;
    const { flags, placements } = tableNow() ?? {};
    if (!Object.keys({ ...flags, ...placements }).length) return "";
    const hidden = keys()
      .filter(isHidden)
      .map((key) => [key, answer(key)?.member]);
    const isUnseen = globalThis.document?.hidden;
    return JSON.stringify([identityNow(), definitions?.version, exposures.size, passed, isUnseen, hidden]);
  };

  /** What is new since listeners were called last; undefined where nothing is. */
  const findChange = (): MembershipChange | undefined => {
    const now = memberships();
    const change: MembershipChange = { entered: [], left: [] };
    const before = said;
    said = `${membersIn(now)} ${describe()}`;
    for (const segment of new Set([...now.keys(), ...members])) {
      const { member, ready } = now.get(segment) ?? membership(segment);
      // Not to know is no change.
      if (!ready || member === members.has(segment)) continue;
      change[member ? "entered" : "left"].push(segment);
      if (member) members.add(segment);
      else members.delete(segment);
    }
    return change.entered.length + change.left.length > 0 || said !== before ? change : undefined;
  };

  const tell = (): void => {
    let change: MembershipChange | undefined;
    try {
      current();
      // All of it is of one instant. What runs out meanwhile is the alarm's: of what changes with every ms there is no end.
      isTelling = true;
      change = findChange();
    } finally {
      isTelling = announcing = false;
    }
    if (change) announce(change);
    const needs = [...(replica.definitions?.needs.values() ?? [])];
    if (needs.some(({ given }) => given.some((key) => isOver(replica.answers.get(key) ?? NEVER)))) expired();
  };

  const announceSoon = (): void => {
    if (announcing) return;
    announcing = true;
    queueMicrotask(tell);
  };

  const setAlarm = createAlarm(clock, announceSoon);
  const membersIn = (all: ReadonlyMap<string, SegmentMembership>): string[] =>
    [...all].flatMap(([key, { member }]) => (member ? [key] : []));
  /** The segments that the application has been told its user is in, or was answered so at the start. */
  const members = new Set(membersIn(memberships()));
  /** Those that answers said so of when listeners were called last, ready or not, and what decisions were made of. */
  let said = `${[...members]} ${describe()}`;

  const update: Decisions["update"] = (isCertain) => {
    until = 0;
    if (isCertain) said = "";
    announceSoon();
  };

  return {
    update,
    adopted() {
      isBringing = false;
      update();
    },
    membership,
    memberships,
    get identity() {
      return identityNow();
    },
    get isSettled() {
      return !isBringing;
    },
    get table() {
      return tableNow();
    },
    answer,
    guess: (segment) => current()?.get(segment),
    stop() {
      isStopped = true;
      setAlarm(null);
    },
  };
}

const UNKNOWN: SegmentMembership = { member: false, until: null, ready: true, source: "unknown" };

/** An answer that does not run out. */
const NEVER: Membership = { member: false, until: null };
