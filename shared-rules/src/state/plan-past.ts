import type { Context } from "../engine/context.ts";
import type { EventOperand } from "../engine/operand.ts";
import type { Past, Samples } from "../engine/past.ts";
import type { Readings } from "./layout.ts";
import type { SeriesState } from "./series-state.ts";

/** A measure of a run of samples, which holds while the series is of the same version. */
interface Measured {
  version: number;
  samples: Samples;
  begin: number;
  end: number;
  value: unknown;
}

/** A state as one plan reads it. */
export class PlanPast implements Past {
  readonly #readings: Readings;
  readonly #open: (slot: number) => SeriesState;
  /** The series by their index in the plan, once they are open. */
  readonly #series: (SeriesState | undefined)[];
  /** What each operand last measured: most windows hold the same samples for a while. */
  readonly #measured: Measured[] = [];

  constructor(readings: Readings, open: (slot: number) => SeriesState) {
    this.#readings = readings;
    this.#open = open;
    this.#series = new Array(readings.slots.length).fill(undefined);
  }

  #at(index: number): SeriesState {
    return (this.#series[index] ??= this.#open(this.#readings.slots[index] ?? 0));
  }

  samples(index: number, context: Context): Samples {
    const series = this.#at(index);
    return series.isPlain ? series : series.select(context);
  }

  counted(index: number, [, series]: EventOperand): number {
    const fold = this.#readings.folds[index] ?? -1;
    return fold < 0 ? 0 : Number(this.#at(series).folds[fold]?.[0] ?? 0);
  }

  measure(index: number, operand: EventOperand, samples: Samples, begin: number, end: number): unknown {
    const series = this.#at(operand[1]);
    const last = this.#measured[index];
    if (
      last?.version === series.version &&
      last.samples === samples &&
      last.begin === begin &&
      last.end === end
    )
      return last.value;
    const { folds, columns } = this.#readings;
    const value = series.measure(folds[index] ?? -1, columns[index] ?? -1, operand, samples, begin, end);
    this.#measured[index] = { version: series.version, samples, begin, end, value };
    return value;
  }
}
