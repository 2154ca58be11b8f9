import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";

/** The events of one series, in order, as columns; those after now among them. */
export interface Samples {
  readonly length: number;
  /** The instant of each (ms); there may be more room than `length`. */
  readonly instants: Float64Array;
  /** Reads what stands under a property of the event at a place. */
  column(property: string): (at: number) => unknown;
  /** The events themselves. Of their parts only instants, ids and the properties that some rule reads are sure. */
  events(): readonly UserEvent[];
}

/**
 * How a user's past is kept: as a list of events, or as something smaller. Either gives the events of a series,
 * and measures those of them that a window holds.
 */
export interface Past {
  samples(series: number, context: Context): Samples;
  /** How many events a count over all of time, or over a fixed part of it, has besides the samples. */
  counted(operand: number): number;
  /** An event operand's measure of the samples from `begin` to before `end`, and of what is no longer among them. */
  measure(operand: number, samples: Samples, begin: number, end: number, context: Context): unknown;
}
