import { type Explanation, evaluate, explain, type Membership, type Plan, type User } from "@muster/rules";
import {
  type Asked,
  type DecisionTable,
  decideFlag,
  decidePrompt,
  type FlagDecision,
  type FlagValue,
  type Moment,
  type Overrides,
  type PromptDecision,
} from "@muster/rules/decide";
import type { FoundUser } from "../profiles/find-user.ts";

/** Decides for one user at one instant. Only the segments that a decision reads are evaluated, each once. */
export class Decider {
  readonly #plan: Plan;
  readonly #user: User;
  readonly #now: number;
  readonly #table: DecisionTable;
  readonly #asked: Asked;
  readonly #answers = new Map<string, Membership | undefined>();

  /** By a table of the user's definitions: the servers' or the browsers'. */
  constructor(found: FoundUser, table: DecisionTable, overrides: Overrides = {}) {
    const { definitions, now, exposures, named } = found;
    this.#plan = definitions.server.plan;
    this.#user = found.as(this.#plan);
    this.#now = now;
    this.#table = table;
    this.#asked = {
      ...named,
      now,
      overrides,
      answers: (segment) => this.#answer(segment),
      exposed: (id) => exposures.get(id),
    };
  }

  #answer(segment: string): Membership | undefined {
    if (!this.#answers.has(segment))
      this.#answers.set(segment, evaluate(this.#plan, this.#user, this.#now, [segment]).get(segment));
    return this.#answers.get(segment);
  }

  /** Without a value where there is no such flag. */
  flag(key: string): FlagDecision<FlagValue | undefined> {
    return decideFlag(this.#table, key, undefined, this.#asked);
  }

  prompt(placement: string, moment: Moment): PromptDecision {
    return decidePrompt(this.#table, placement, this.#asked, moment);
  }

  /** Of each segment that was read so far, why the user is in it or not. */
  explain(): { [segment: string]: Explanation } {
    const explained = Array.from(this.#answers.keys(), (segment) => {
      return [segment, explain(this.#plan, segment, this.#user, this.#now)] as const;
    });
    return Object.fromEntries(explained.flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])));
  }
}
