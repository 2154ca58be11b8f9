/** Every bound of Muster, in one place (law 9). Sizes are in bytes of UTF-8 unless they say otherwise. */
export const LIMITS = {
  /** Conditions in one rule, operands and steps included (RULES.md §9). */
  conditions: 256,
  /** Levels of nesting in one rule (RULES.md §9). */
  levels: 16,
  /** Items in a list value of a rule (RULES.md §9). */
  list: 10_000,
  /** Characters (code points) in a pattern (RULES.md §9). */
  pattern: 1_000,
  /** The largest count in one `{n,m}` of a pattern (RULES.md §3). */
  repetition: 100,
  /** The largest product of repetitions inside one another in a pattern (RULES.md §3). */
  repetitionProduct: 1_000,
  /** Instructions that a pattern comes to once its repetitions are written out; more are refused. */
  patternSize: 50_000,
  /** Characters (UTF-16 units) in one formula. */
  formula: 10_000,
  /** Characters in an event's or a trait write's id (RULES.md §1). */
  id: 128,
  /** Characters in a user id, an anonymous id, an event name, a trait name or a segment key. */
  name: 256,
  /** One operation, serialised as JSON. */
  operation: 32_768,
  /** All traits of one profile with the writes that made them so, serialised as JSON (UTF-16 units): well below a value of D1. */
  traits: 262_144,
  /** Operations in one request. */
  operations: 1_000,
  /** Ids in `waiting` of one sync: as many operations as a browser keeps. */
  waiting: 10_000,
  /** Segments in `mismatches` of one sync. */
  mismatches: 100,
  /** The body of one request. */
  body: 1_048_576,
  /** Levels of nesting in a JSON body, so that a hostile one cannot exhaust the stack. */
  depth: 64,
  /** Members added to or removed from a static segment by one request. */
  members: 10_000,
  /** Segments of a workspace that are not archived. */
  segments: 10_000,
  /** Items on one page of a listing. */
  page: 1_000,
  /** Instants at which one `advance` of memberships evaluates; the last is then its `now`. */
  instants: 1_000,
} as const;
