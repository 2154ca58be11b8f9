/** Muster's rule engine: no dependencies, no I/O, no clock. */
export { evaluate, isMember, load, Memberships } from "./engine/evaluate.ts";
export type { Features, Plan } from "./engine/plan.ts";
export { hasSequence } from "./engine/sequence.ts";
export { EventLog } from "./event-log.ts";
export { explain } from "./explain/explain.ts";
export type { Explanation } from "./explain/explanation.ts";
export { LIMITS } from "./limits.ts";
export { type LinkOptions, link } from "./link/link.ts";
export { bucket, murmur3 } from "./murmur3.ts";
export type { Feature, Program } from "./program.ts";
export { type Reads, reads } from "./reads.ts";
export type * from "./rule.ts";
export { foldTraits, type TraitEntry, type TraitState, traitsOf } from "./traits.ts";
export type { Membership, TraitWrite, User, UserEvent } from "./user.ts";
export { isZone } from "./zone.ts";
