import { type Assignment, type Exposure, exposureOf } from "@muster/rules/decide";
import { AGREEMENT_MS, type Device, type Tab } from "./device.ts";
import { TOLERANCE_MS } from "./oracle.ts";
import type { Track } from "./own-events.ts";
import type { Scheduler } from "./scheduler.ts";
import { ownerIn, type ProfileTruth, type Truth } from "./truth.ts";

/** A tab was told an arm that nobody had been exposed to yet, and used it. */
interface Telling {
  readonly tab: Tab;
  readonly at: number;
  readonly props: Exposure["props"];
  /** Whether it was used; undefined where that is not known. */
  isUsed: boolean | undefined;
  /** Whether it has had the time to reach the disk, which had always been well. */
  isOnDisk: boolean;
  /** Whether an erasure may have met it. */
  mayBeGone: boolean;
}

/** What is known of one exposure, whoever made it and however often. */
interface Known {
  readonly tellings: Telling[];
  /** As it went to the edge. */
  readonly sent: Track[];
}

type Fail = (problem: string) => void;

/** Which exposures tabs were told of, and which went out. */
export class ExposureRecord {
  readonly #known = new Map<string, Known>();
  readonly #scheduler: Scheduler;
  readonly #fail: Fail;

  constructor(scheduler: Scheduler, fail: Fail) {
    this.#scheduler = scheduler;
    this.#fail = fail;
  }

  /** How many there are. */
  get size(): number {
    return this.#known.size;
  }

  /** A tab is about to use what was decided. */
  begin(tab: Tab, decision: { assignment?: Assignment }): Telling | undefined {
    const exposure = exposureOf(decision);
    if (exposure === undefined) return undefined;
    const { id, props } = exposure;
    const known = this.#known.get(id) ?? { tellings: [], sent: [] };
    this.#known.set(id, known);
    const { now } = this.#scheduler;
    const telling = { tab, at: now, props, isUsed: undefined, isOnDisk: false, mayBeGone: false };
    known.tellings.push(telling);
    return telling;
  }

  /** It has used it, or not. */
  end(telling: Telling | undefined, isUsed: boolean): void {
    if (telling === undefined) return;
    const { tab } = telling;
    telling.isUsed = isUsed;
    const settle = (): void => {
      telling.isOnDisk = tab.diskFaults === 0;
    };
    this.#scheduler.after(AGREEMENT_MS, `${tab.name} has exposed`, settle, tab);
  }

  /** Sees one on its way to the edge. */
  see(sent: Track): void {
    const known = this.#known.get(sent.id);
    if (known === undefined) this.#fail(`nobody was told ${JSON.stringify(sent)}`);
    else if (!isOneOf(known, sent.props)) this.#fail(`another arm was told than ${JSON.stringify(sent)}`);
    known?.sent.push(sent);
  }

  /** Whatever this device has been told by now may be gone. */
  eraseDevice(device: Device): void {
    for (const { tellings } of this.#known.values())
      for (const telling of tellings) if (telling.tab.device === device) telling.mayBeGone = true;
  }

  /** The same of this user, or under one of their anonymous ids. */
  eraseUser(erased: string, anonymousIds: ReadonlySet<string>): void {
    for (const { tellings, sent } of this.#known.values()) {
      const isMet = sent.some(
        ({ userId, anonymousId }) => userId === erased || anonymousIds.has(anonymousId ?? ""),
      );
      if (isMet) for (const telling of tellings) telling.mayBeGone = true;
    }
  }

  /** When an arm was first told to anyone before `end`, true time; undefined where it was not. */
  firstTold(experiment: string, iteration: number, variation: string, end: number): number | undefined {
    const told = [...this.#known.values()].flatMap(({ tellings }) => tellings);
    const same = told.filter(
      ({ at, props }) =>
        at <= end &&
        props.experiment === experiment &&
        props.iteration === iteration &&
        props.variation === variation,
    );
    return same.length === 0 ? undefined : Math.min(...same.map(({ at }) => at));
  }

  /** Whether the event stands in the log of one whom it is of, as it was told. */
  checkEvent(profile: ProfileTruth, id: string, truth: Truth, fail: Fail): void {
    const known = this.#known.get(id);
    const event = profile.events.get(id);
    if (known === undefined || event === undefined) {
      fail(`profile ${profile.id} has an exposure ${id} of nobody`);
      return;
    }
    if (!isOneOf(known, event.props)) fail(`the exposure ${id} is not what was told`);
    if (!known.sent.some((sent) => ownerIn(truth, sent) === profile))
      fail(`profile ${profile.id} has the exposure ${id} of another`);
    if (!known.tellings.some(({ at }) => Math.abs(at - event.ts) <= TOLERANCE_MS))
      fail(`the exposure ${id} is at ${event.ts}, told at ${known.tellings.map(({ at }) => at)}`);
  }

  /** What was told is in the log of whomever it was told to, but for what an erasure may have taken. */
  checkKept(truth: Truth, fail: Fail): void {
    for (const [id, { tellings, sent }] of this.#known) {
      if (tellings.some(({ mayBeGone }) => mayBeGone)) continue;
      const isSafe = ({ isUsed, isOnDisk, tab }: Telling): boolean =>
        isUsed === true && (isOnDisk || (tab.isAlive && !tab.isClosing));
      if (!tellings.some(isSafe)) continue;
      const owners = new Set(sent.map((one) => ownerIn(truth, one)));
      if (owners.size === 0) fail(`the exposure ${id} ${JSON.stringify(tellings[0]?.props)} was never sent`);
      for (const owner of owners)
        if (owner?.events.has(id) !== true) fail(`the exposure ${id} is lost to ${owner?.userId}`);
    }
  }
}

function isOneOf({ tellings }: Known, props: object): boolean {
  const text = sorted(props);
  return tellings.some((telling) => sorted(telling.props) === text);
}

function sorted(props: object): string {
  return JSON.stringify(Object.entries(props).sort(([a], [b]) => (a < b ? -1 : 1)));
}
