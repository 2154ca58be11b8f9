import type { Assignment, FlagDecision } from "@muster/rules/decide";
import { GROUPED } from "./choices.ts";
import { personOf } from "./claims.ts";
import { AGREEMENT_MS, type Person, type Tab } from "./device.ts";
import type { ExposureRecord } from "./exposures.ts";
import type { Faults } from "./faults.ts";
import { TOLERANCE_MS } from "./oracle.ts";
import type { Scheduler } from "./scheduler.ts";

/** The arm that somebody was exposed to on a device. */
interface Held {
  readonly tab: Tab;
  readonly person: Person | undefined;
  readonly userId: string | null;
  readonly flag: string;
  readonly experiment: string;
  readonly iteration: number;
  readonly variation: string;
  /** When it was told here first. */
  readonly at: number;
  /** Whether other tabs know of it. */
  isShared: boolean;
}

/** Watches that nobody who was exposed sees another arm, unless they turn out to have seen that one earlier. */
export class HeldDecisions {
  /** By anonymous id, experiment and iteration. */
  readonly #held = new Map<string, Held>();
  /** Definitions that may serve nobody, or draw anew. */
  readonly #changing = new Set<string>();
  readonly #erased = new Set<string>();
  readonly #scheduler: Scheduler;
  readonly #exposures: ExposureRecord;
  readonly #faults: Faults;
  readonly #fail: (problem: string) => void;

  constructor(
    scheduler: Scheduler,
    exposures: ExposureRecord,
    faults: Faults,
    fail: (problem: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#exposures = exposures;
    this.#faults = faults;
    this.#fail = fail;
  }

  /** A definition, by its path, may have become one by which an exposed user is served nothing. */
  mayChange(path: string): void {
    this.#changing.add(path);
  }

  /** What is known of these may be gone, whenever devices come to know of that. */
  eraseUser(userId: string, anonymousIds: ReadonlySet<string>): void {
    for (const id of [userId, ...anonymousIds]) this.#erased.add(id);
  }

  /** Whether what is known of this id may be gone. */
  isErased(id: string): boolean {
    return this.#erased.has(id);
  }

  tell(tab: Tab, flag: string, decision: FlagDecision<unknown>, exposes: boolean): void {
    const user = tab.client.inspect()?.user;
    const { id: userId = null, anonymousId } = user ?? {};
    if (typeof anonymousId !== "string") return;
    if (this.#erased.has(anonymousId) || this.#erased.has(userId ?? "")) return;
    const { assignment } = decision;
    const known = [...this.#held].filter(
      ([key, held]) => key.startsWith(`${anonymousId} `) && this.#knows(tab, userId, held),
    );
    for (const [, held] of known) {
      if (held.experiment === assignment?.experiment && held.iteration === assignment.iteration)
        this.#compare(tab, held, assignment);
      else if (held.flag === flag && !this.#isOutdone(held, assignment)) this.#checkLost(tab, held, decision);
    }
    if (assignment === undefined || !(assignment.settled || exposes)) return;
    const { experiment, iteration, variation } = assignment;
    const key = `${anonymousId} ${experiment} ${iteration}`;
    const before = this.#held.get(key);
    if (before?.variation === variation && before.userId === userId && before.isShared) return;
    const held: Held = {
      tab,
      person: personOf(tab),
      userId,
      flag,
      experiment,
      iteration,
      variation,
      at: before?.variation === variation ? before.at : this.#scheduler.now,
      isShared: false,
    };
    this.#held.set(key, held);
    const share = (): void => {
      held.isShared = tab.diskFaults === 0;
    };
    this.#scheduler.after(AGREEMENT_MS, `${tab.name} holds`, share, tab);
  }

  /** Whether a tab must know of what is held. */
  #knows(tab: Tab, userId: string | null, held: Held): boolean {
    if (held.tab === tab && held.userId === userId) return true;
    return held.isShared && held.person !== undefined && held.person === personOf(tab);
  }

  #compare(tab: Tab, held: Held, assignment: Assignment): void {
    const { experiment, variation } = held;
    if (variation === assignment.variation) return;
    if (this.#isEarlier(held, assignment)) this.#faults.count("earlierExposure");
    else this.#fail(`${tab.name} flips ${experiment} from ${variation} to ${assignment.variation}`);
  }

  /** Whether the user turns out to have been exposed to another experiment of the group before. */
  #isOutdone(held: Held, assignment: Assignment | undefined): boolean {
    return assignment !== undefined && GROUPED.includes(held.experiment) && this.#isEarlier(held, assignment);
  }

  #isEarlier({ at }: Held, { experiment, iteration, variation }: Assignment): boolean {
    const first = this.#exposures.firstTold(experiment, iteration, variation, this.#scheduler.now);
    return first !== undefined && first <= at + 2 * TOLERANCE_MS;
  }

  #checkLost(
    tab: Tab,
    { flag, experiment, variation }: Held,
    { reason, errorCode }: FlagDecision<unknown>,
  ): void {
    if (reason === "DISABLED") return;
    if (this.#changing.has(`flags/${flag}`) || this.#changing.has(`experiments/${experiment}`)) return;
    this.#fail(`${tab.name} loses ${variation} of ${flag}: ${errorCode ?? reason}`);
  }
}
