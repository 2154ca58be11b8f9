import type { Context } from "../engine/context.ts";
import { measureOf } from "../engine/measure.ts";
import type { Past, Samples } from "../engine/past.ts";
import { combine } from "./fold.ts";
import type { Readings } from "./layout.ts";
import type { SeriesState } from "./series-state.ts";

/** A state as one plan reads it. */
export class PlanPast implements Past {
  readonly #readings: Readings;
  readonly #open: (slot: number) => SeriesState;

  constructor(readings: Readings, open: (slot: number) => SeriesState) {
    this.#readings = readings;
    this.#open = open;
  }

  samples(series: number, context: Context): Samples {
    return this.#open(this.#readings.slots[series] ?? -1).select(context);
  }

  counted(operand: number): number {
    const { slot = -1, fold = -1 } = this.#readings.operands[operand] ?? {};
    return Number(this.#open(slot).folds[fold]?.[0] ?? 0);
  }

  measure(operand: number, samples: Samples, begin: number, end: number): unknown {
    const reading = this.#readings.operands[operand];
    if (!reading) return undefined;
    const { slot, measure, property, fold } = reading;
    const series = this.#open(slot);
    const gone = series.folds[fold];
    const inside = series.digest(measure, property, samples, begin, end);
    return measureOf(measure, gone?.length ? combine(measure, gone, inside) : inside);
  }
}
