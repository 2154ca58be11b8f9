import { isEventTime } from "./timestamp.ts";
import type { UserEvent } from "./user.ts";

/** Orders events by time, then by id; ids are ASCII, so code units order them as code points do. */
export function compareEvents(a: UserEvent, b: UserEvent): number {
  return a.ts - b.ts || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

interface Named {
  events: UserEvent[];
  sorted: boolean;
}

/**
 * A user's events as a set keyed by id: the first to arrive stays, and the order of arrival changes nothing
 * else. Evaluations read it by name, in order of `(ts, id)`.
 */
export class EventLog implements Iterable<UserEvent> {
  readonly #ids = new Set<string>();
  readonly #names = new Map<string, Named>();

  constructor(events: Iterable<UserEvent> = []) {
    for (const event of events) this.add(event);
  }

  /** How many events there are. */
  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Adds an event; false, and nothing changes, where its id is there already or its time is none. */
  add(event: UserEvent): boolean {
    if (!isEventTime(event?.ts) || this.#ids.has(event.id)) return false;
    this.#ids.add(event.id);
    for (const name of [event.name, "*"]) {
      let named = this.#names.get(name);
      if (!named) {
        named = { events: [], sorted: true };
        this.#names.set(name, named);
      }
      const last = named.events.at(-1);
      if (last && compareEvents(last, event) > 0) named.sorted = false;
      named.events.push(event);
    }
    return true;
  }

  /** The events of that name (`*`: any) in order; those after now among them. */
  named(name: string): readonly UserEvent[] {
    const named = this.#names.get(name);
    if (!named) return [];
    if (!named.sorted) named.events.sort(compareEvents);
    named.sorted = true;
    return named.events;
  }

  [Symbol.iterator](): Iterator<UserEvent> {
    return this.named("*")[Symbol.iterator]();
  }
}

/** An event's properties; none where a caller gave something else. */
export function propertiesOf({ props }: UserEvent): UserEvent["props"] {
  return props ?? {};
}
