import type { Past } from "./engine/past.ts";
import type { EventLog } from "./event-log.ts";

/** What an evaluation sees of one user (docs/spec/RULES.md §1). */
export interface User {
  id?: string | null;
  anonymousId?: string | null;
  traits: { readonly [name: string]: unknown };
  /** In order of arrival, or a log made of them. */
  events: readonly UserEvent[] | EventLog;
  /** The past as a state of the same plan, instead of events (`UserState`). */
  past?: Past;
  /** The answers for segments that the caller brings (`given` when the ruleset was linked). */
  answers?: ReadonlyMap<string, Membership>;
}

/** Something the user did. `ts` is in ms since 1970-01-01 UTC; ids are 1–128 characters U+0021–U+007E. */
export interface UserEvent {
  id: string;
  name: string;
  ts: number;
  props: { readonly [name: string]: unknown };
}

/** One write of traits; per trait the write with the largest `(ts, id)` wins and `null` removes. */
export interface TraitWrite {
  id: string;
  ts: number;
  set: { readonly [name: string]: unknown };
}

/** The answer for one user and segment. `until` is the next instant (ms) at which it can change by time alone, or null. */
export interface Membership {
  member: boolean;
  until: number | null;
}
