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
  /** The state of one profile at the edge, as JSON (UTF-16 units): half of what a value of D1 may hold. */
  state: 1_000_000,
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
  /** Characters of the token by which a browser shows who its user is. */
  identityToken: 4_096,
  /** Seconds from now to the end of such a token: a day. */
  identityLifetime: 86_400,
  /** Keys in use, at a time, that such tokens may be signed with. */
  identityKeys: 10,
  /** Items on one page of a listing. */
  page: 1_000,
  /** Streams of changes that one object of the edge holds; others are asked to come back later. */
  streams: 5_000,
  /** Objects that hold streams, in one deployment. */
  hubs: 64,
  /** Definitions as JSON (UTF-16 units) that are pushed; larger ones are announced, and fetched. */
  pushedRuleset: 500_000,
  /** Instants at which one `advance` of memberships evaluates; the last is then its `now`. */
  instants: 1_000,
  /** Flags, experiments, campaigns, exclusion groups and holdouts of a workspace: so many of each. */
  definitions: 1_000,
  /** One definition as a person wrote it, and as what it came to, each serialised as JSON. */
  definition: 524_288,
  /** All definitions of decisions of a workspace together, serialised as JSON; also the body that replaces them. */
  decisions: 4_194_304,
  /** Characters in the key of a flag, a variation, a rule, an experiment, an arm, a campaign, a placement. */
  key: 64,
  /** Characters in a salt. */
  salt: 64,
  /** Variations of one flag. */
  variations: 100,
  /** One variation's value, as the characters and items that it is made of. */
  variation: 32_768,
  /** Rules of a flag at one time. */
  flagRules: 100,
  /** Users with a variation of their own, of one flag at one time. */
  overrides: 1_000,
  /** Prerequisites of a flag at one time. */
  prerequisites: 20,
  /** Flags one behind the other by prerequisites. */
  prerequisiteChain: 10,
  /** Scheduled changes of a flag. */
  scheduled: 100,
  /** Arms of one experiment. */
  arms: 20,
  /** Metrics in one question for the results of an experiment. */
  metrics: 20,
  /** The count of an experiment's iterations. */
  iteration: 1_000_000,
  /** Experiments in one exclusion group. */
  group: 50,
  /** Ranges of places of one name. */
  ranges: 1_000,
  /** The sum of the weights that a split is redistributed by: finer shares make no difference to a person. */
  weights: 1_000_000,
  /** Segments that an audience includes; as many that it excludes. */
  audience: 100,
  /** A campaign's priority, and its negative. */
  priority: 1_000_000,
  /** The count of a cap. */
  cap: 1_000,
  /** The delay of a trigger in ms: a day. */
  delay: 86_400_000,
  /** Characters (UTF-16 units) of a campaign's title. */
  title: 200,
  /** Characters of a campaign's text. */
  text: 2_000,
  /** Characters of an action's label. */
  label: 100,
  /** Characters of what stands for an image. */
  alt: 500,
  /** Characters of a URL in a campaign. */
  url: 2_048,
} as const;
