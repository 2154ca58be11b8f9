import { type Condition, compileWhere } from "../engine/condition.ts";
import { Context } from "../engine/context.ts";
import type { Digest, Measures } from "../engine/features.ts";
import type { Samples } from "../engine/past.ts";
import type { Plan } from "../engine/plan.ts";
import { propertiesOf } from "../event-log.ts";
import type { ProgramMeasure } from "../program.ts";
import type { UserEvent } from "../user.ts";
import type { SeriesNeed } from "./needs.ts";

/** What a state asks the engine about a series, outside any evaluation. */
export class Judge {
  readonly #plan: Plan;
  readonly #need: SeriesNeed;
  readonly #context: Context;
  readonly #condition: Condition | undefined;

  constructor(plan: Plan, need: SeriesNeed) {
    this.#plan = plan;
    this.#need = need;
    this.#context = new Context(plan.program.zone);
    this.#condition = need.where && compileWhere(need.where, plan.features);
  }

  /** Whether the condition of the series holds for an event, as of the context's now where it depends on that. */
  holds(event: UserEvent, isFirst: boolean, context = this.#context): boolean {
    context.isFirst = isFirst;
    return this.#condition?.holds(propertiesOf(event), context) ?? true;
  }

  /** Where the earliest of the calendar periods begins (ms) that the series is asked for at an instant. */
  periodStart(now: number): number {
    const { dates } = this.#plan.features;
    this.#context.now = now;
    const periods = this.#need.reach?.periods ?? [];
    const starts = periods.map(
      (window) => dates?.period(window, this.#context)[0] ?? Number.NEGATIVE_INFINITY,
    );
    return Math.min(Number.POSITIVE_INFINITY, ...starts);
  }

  /** The digest of some samples; of a count, how many. */
  digest(measure: ProgramMeasure, property: string, samples: Samples, begin: number, end: number): Digest {
    const { features } = this.#plan;
    if (measure === "count") return [end - begin];
    return features.measures?.digest(measure, property, samples, begin, end, this.#context, features) ?? [];
  }

  /** The digest of the events of a fold and of another digest. */
  combine(measure: ProgramMeasure, fold: Digest, digest: Digest): Digest {
    if (!digest.length) return fold;
    if (measure === "count") return [Number(fold[0] ?? 0) + Number(digest[0])];
    return this.measures?.combine(measure, fold, digest) ?? [];
  }

  get measures(): Measures | undefined {
    return this.#plan.features.measures;
  }
}
