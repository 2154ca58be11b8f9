import type { Random } from "./random.ts";

/** What can go wrong in a run, each with how often it did. */
export const FAULTS = [
  "requestLost",
  "answerLost",
  "duplicate",
  "delay",
  "reordering",
  "unavailable",
  "offline",
  "tabCrash",
  "tabCrashInDiskWrite",
  "edgeCrashBefore",
  "edgeCrashAfter",
  "d1FailBefore",
  "d1FailAfter",
  "conflict",
  "diskFail",
  "diskFull",
  "diskHang",
  "clockSkew",
  "planChange",
  "planChangeDuringRefresh",
  "mergeOfOverlap",
  "decisionChange",
  "earlierExposure",
] as const;
export type Fault = (typeof FAULTS)[number];
export type FaultCounts = Record<Fault, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
}

/** Where a fault strikes at the k-th call, k from 0, instead of by chance. */
export interface Strike {
  at: "d1" | "disk";
  how: Fault;
  k: number;
}

/** Those that chance decides at each call. */
type ByChance =
  | "requestLost"
  | "answerLost"
  | "duplicate"
  | "delay"
  | "unavailable"
  | "edgeCrashBefore"
  | "edgeCrashAfter"
  | "d1FailBefore"
  | "d1FailAfter"
  | "diskFail"
  | "diskHang";

const RATES: { readonly [F in ByChance]: readonly number[] } = {
  requestLost: [0, 0, 0.1, 0.4],
  answerLost: [0, 0, 0.1, 0.4],
  duplicate: [0, 0, 0.1, 0.3],
  delay: [0, 0, 0.1, 0.3],
  unavailable: [0, 0, 0.1, 0.3],
  edgeCrashBefore: [0, 0, 0, 0.03],
  edgeCrashAfter: [0, 0, 0, 0.03],
  d1FailBefore: [0, 0, 0, 0.05],
  d1FailAfter: [0, 0, 0, 0.05],
  diskFail: [0, 0, 0, 0.1],
  diskHang: [0, 0, 0, 0.02],
};

/** Strikes by chance, at rates that the seed draws once for the whole run (many of them none), and counts. */
export class Faults {
  readonly counts = noFaults();
  /** Once off, nothing goes wrong any more. */
  isOn = true;
  /** Hears of each. */
  onStrike: (fault: Fault) => void = () => {};
  /** How many calls each place has seen. */
  readonly calls = { d1: 0, disk: 0 };
  readonly #random: Random;
  readonly #rates: Record<ByChance, number>;
  readonly #strike: Strike | undefined;

  /** Nothing goes wrong by chance in a calm run. */
  constructor(random: Random, isCalm: boolean, strike?: Strike) {
    this.#random = random;
    this.#strike = strike;
    this.#rates = Object.fromEntries(
      Object.entries(RATES).map(([fault, rates]) => [fault, isCalm ? 0 : random.pick(rates)]),
    ) as Record<ByChance, number>;
  }

  /** Which of these strikes now, if any; asked once per call. */
  draw(...faults: readonly ByChance[]): ByChance | undefined {
    if (!this.isOn) return undefined;
    let left = this.#random.next();
    for (const fault of faults) {
      left -= this.#rates[fault];
      if (left < 0) return this.count(fault);
    }
    return undefined;
  }

  /** The same for calls that can be struck by number. */
  drawAt(at: Strike["at"], ...faults: readonly ByChance[]): ByChance | undefined {
    const k = this.calls[at]++;
    const struck = faults.find((fault) => fault === this.#strike?.how);
    if (this.isOn && struck && this.#strike?.at === at && this.#strike.k === k) return this.count(struck);
    return this.draw(...faults);
  }

  count<F extends Fault>(fault: F): F {
    this.counts[fault]++;
    this.onStrike(fault);
    return fault;
  }
}
