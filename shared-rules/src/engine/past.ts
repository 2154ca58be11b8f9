import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";
import type { EventOperand } from "./operand.ts";

/** The events of one series, in order, as columns; those after now among them. */
export interface Samples {
  /** The instant of each, in ms. */
  readonly instants: readonly number[];
  /** The events themselves: their instants, their ids, and the properties that a rule reads of them. */
  readonly events: readonly UserEvent[];
  /** What stands under a property of each, where that is at hand. */
  column?(property: string): readonly unknown[] | undefined;
}

/**
 * How a user's past is kept: as a list of events, or as something smaller. Either gives the events of a series,
 * and measures those of them that a window holds.
 */
export interface Past {
  samples(series: number, context: Context): Samples;
  /** How many events operand `index`, a count, has besides the samples, which have been in its window and stay there for good. */
  counted(index: number, operand: EventOperand): number;
  /**
   * The measure of operand `index`, which is not a count, of the samples from `begin` to before `end` and of what is
   * no longer among the samples; undefined where it is absent.
   */
  measure(
    index: number,
    operand: EventOperand,
    samples: Samples,
    begin: number,
    end: number,
    context: Context,
  ): unknown;
}

/** Events in order as samples. */
export function samplesOf(events: readonly UserEvent[]): Samples {
  return { instants: events.map(({ ts }) => ts), events };
}
