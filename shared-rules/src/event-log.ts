import type { Samples } from "./engine/past.ts";
import { isEventTime } from "./timestamp.ts";
import type { UserEvent } from "./user.ts";

/** Orders events by time, then by id; ids are ASCII, so code units order them as code points do. */
export function compareEvents(a: UserEvent, b: UserEvent): number {
  return a.ts - b.ts || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

interface Named {
  events: UserEvent[];
  sorted: boolean;
  /** What has been selected of these events, by selection; made anew when an event comes. */
  selected: WeakMap<object, Samples>;
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
        named = { events: [], sorted: true, selected: new WeakMap() };
        this.#names.set(name, named);
      }
      const last = named.events.at(-1);
      if (last && compareEvents(last, event) > 0) named.sorted = false;
      named.events.push(event);
      named.selected = new WeakMap();
    }
    return true;
  }

  #named(name: string): Named | undefined {
    const named = this.#names.get(name);
    if (named && !named.sorted) {
      named.events.sort(compareEvents);
      named.sorted = true;
    }
    return named;
  }

  /** The events of that name (`*`: any) in order; those after now among them. */
  named(name: string): readonly UserEvent[] {
    return this.#named(name)?.events ?? [];
  }

  /** What `select` gives for the events of that name, kept for `selection` until one of them is added. */
  remember(name: string, selection: object, select: () => Samples): Samples {
    const selected = this.#names.get(name)?.selected;
    const samples = selected?.get(selection) ?? select();
    selected?.set(selection, samples);
    return samples;
  }

  [Symbol.iterator](): Iterator<UserEvent> {
    return this.named("*")[Symbol.iterator]();
  }
}

/** An event's properties; none where a caller gave something else. */
export function propertiesOf({ props }: UserEvent): UserEvent["props"] {
  return props ?? {};
}
