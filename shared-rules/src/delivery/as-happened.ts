/** What a client tells of its own decisions: that one was used, and what became of a campaign. */
const OWN_EVENTS: readonly unknown[] = ["$exposure", "$prompt"];

/**
 * An operation as it counts for whoever takes it at `now`: what a client tells of its own decisions has happened, so
 * it is never of the future, though the clock that stamped it may have been fast. Else an exposure would bind nobody
 * until its time comes, and a cap would not count what was shown.
 */
export function asHappened<Op extends { readonly ts: number; readonly name?: unknown }>(
  op: Op,
  now: number,
): Op {
  return OWN_EVENTS.includes(op.name) && op.ts > now ? { ...op, ts: now } : op;
}
