import type { UserEvent } from "../user.ts";
import type { Context } from "./context.ts";

/** A user's past where it is kept as something smaller than the list of events. */
export interface Past {
  /** The events of series `index` that are kept, in order, those after now among them. */
  events(index: number, context: Context): readonly UserEvent[];
  /** How many events a count over all of time, or over a fixed part of it, has of those that are not kept. */
  counted(operand: number): number;
  /** An operand's measure of the events in its window and of those before, of which only that measure is kept. */
  measure(operand: number, inside: readonly UserEvent[]): { value: unknown } | undefined;
}
