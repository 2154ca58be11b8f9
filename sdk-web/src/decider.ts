import {
  type Asked,
  type Decision,
  type DecisionTable,
  decideFlag,
  decidePrompt,
  type FlagDecision,
  type FlagValue,
  type Overrides,
  type PromptDecision,
  type Widened,
} from "@muster/rules/decide";
import type { Clock } from "./clock.ts";
import type { Decisions } from "./decisions.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";

/** What a flag's decision is about: a value of its own, or the caller's. */
type Given = FlagValue | null | undefined;

/** Flags and prompts, decided from memory. */
export interface Decider {
  /** What a person who previews has chosen. */
  overrides: Overrides;
  flag<Value extends Given>(flag: string, fallback: Value): FlagDecision<Widened<Value>>;
  prompt(placement: string, leaving: boolean): PromptDecision;
  /** Whether anything is chosen for a preview. */
  readonly isPreview: boolean;
  /** Whether a campaign is shown for a preview. */
  isChosen(campaign: string): boolean;
}

const NOT_READY = { reason: "ERROR", errorCode: "PROVIDER_NOT_READY", until: null } as const;

/** What decisions are made with. */
export interface DeciderHost {
  readonly replica: Replica;
  readonly clock: Clock;
  readonly decisions: Decisions;
  readonly report: Report;
}

export function createDecider({ replica, clock, decisions, report }: DeciderHost): Decider {
  /** Decides; undefined where that needs more than is known yet. */
  const ask = <D extends Decision>(
    decide: (table: DecisionTable, asked: Asked) => D,
    answers = decisions.answer,
  ): D | undefined => {
    const { table, isSettled } = decisions;
    const { userId, anonymousId } = decisions.identity;
    if (!table) return undefined;
    let isKnown = true;
    const asked: Asked = {
      userId,
      // A device that is not known yet is another thing than one that is not there.
      get anonymousId() {
        isKnown &&= anonymousId !== "";
        return anonymousId;
      },
      exposed(id) {
        isKnown &&= isSettled;
        return replica.exposures.get(id)?.variation;
      },
      answers,
      now: clock.now(),
      overrides: decider.overrides,
    };
    try {
      const decision = decide(table, asked);
      return isKnown ? decision : undefined;
    } catch (error) {
      // A table that the page brought is looked at only when it is taken over.
      report("bad-answer", "decisions", error);
      return undefined;
    }
  };

  function flag<Value extends Given>(key: string, fallback: Value): FlagDecision<Widened<Value>>;
  function flag(key: string, fallback: Given): FlagDecision<Given> {
    const decide = (table: DecisionTable, asked: Asked) => decideFlag(table, key, fallback, asked);
    const decision = ask(decide);
    if (decision && decision.errorCode !== NOT_READY.errorCode) return decision;
    // What the user has seen they keep, while it is not known whether anything has come between.
    const kept = ask(decide, decisions.guess);
    if (kept?.assignment?.settled) return kept;
    return decision ?? { flag: key, value: fallback, ...NOT_READY };
  }

  const decider: Decider = {
    overrides: {},
    flag,

    prompt(placement, leaving) {
      // Nobody would have seen it.
      if (globalThis.document?.hidden) return { placement, reason: "DEFAULT", until: null };
      const { shownAt } = replica;
      const decision = ask((table, asked) => decidePrompt(table, placement, asked, { shownAt, leaving }));
      return decision ?? { placement, ...NOT_READY };
    },

    get isPreview() {
      return Object.values(decider.overrides).some((part) => Object.keys(part).length > 0);
    },
    isChosen: (campaign) => decider.overrides.campaigns?.[campaign] === true,
  };
  return decider;
}
