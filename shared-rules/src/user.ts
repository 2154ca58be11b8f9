/** What an evaluation sees of one user (docs/spec/RULES.md §1). */

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
