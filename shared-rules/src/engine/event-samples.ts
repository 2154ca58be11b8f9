import { propertiesOf } from "../event-log.ts";
import type { UserEvent } from "../user.ts";
import type { Samples } from "./past.ts";

/** Events in order as samples. */
export class EventSamples implements Samples {
  readonly instants: Float64Array;
  readonly #events: readonly UserEvent[];

  constructor(events: readonly UserEvent[]) {
    this.#events = events;
    this.instants = Float64Array.from(events, ({ ts }) => ts);
  }

  get length(): number {
    return this.#events.length;
  }

  events(): readonly UserEvent[] {
    return this.#events;
  }

  column(property: string): (at: number) => unknown {
    return (at) => {
      const event = this.#events[at];
      return event && propertiesOf(event)[property];
    };
  }
}
