import type { UserEvent } from "@muster/rules";
import type { Acknowledgement, Operation } from "@muster/rules/wire";
import { BATCH_BYTES, PAGES } from "./bounds.ts";
import { type Loaded, loadDefinitions } from "./definitions.ts";
import { wireSize } from "./operation.ts";
import type { Snapshot } from "./records.ts";
import type { Replica } from "./replica.ts";
import type { Failure, Post } from "./transport.ts";

/** What an exchange with the edge brought, complete: to be taken over whole or not at all. */
export interface Exchanged {
  kind: "exchanged";
  /** What the edge did with operations, by their ids. */
  acks: ReadonlyMap<string, Acknowledgement>;
  snapshot: Snapshot;
  /** The definitions that the snapshot was made for, newer ones or those from before. */
  definitions: Loaded;
  /** The edge's clock. */
  now: number;
}

/** The oldest pending operations, as many as one request may carry and at most `most`. */
export function takeBatch(pending: Iterable<Operation>, most: number): Operation[] {
  const batch: Operation[] = [];
  let size = 0;
  for (const op of pending) {
    size += wireSize(op) + 1;
    if (batch.length === most || (size > BATCH_BYTES && batch.length > 0)) break;
    batch.push(op);
  }
  return batch;
}

/**
 * Sends a batch and fetches what is newer, page by page. Nothing counts before the last page is here: an
 * operation that is acknowledged but whose event stands on a page to come would be missing in between.
 */
export async function exchange(
  post: Post,
  { identity, snapshot: base, pending }: Replica,
  batch: Operation[],
  held: Loaded | undefined,
): Promise<Exchanged | Failure> {
  const { anonymousId } = identity;
  // The edge knows the user only once it has the identify operation.
  const isWaiting = (op: Operation) =>
    op.type === "identify" && op.anonymousId === anonymousId && !batch.includes(op);
  const userId = [...pending.values()].some(isWaiting) ? null : identity.userId;
  const acks = new Map<string, Acknowledgement>();
  let definitions = held;
  // A snapshot holds what its definitions read: without them it is of no use.
  let cursor = (held && base?.cursor) ?? null;
  let events: readonly UserEvent[] = base?.events ?? [];
  let ops = batch;
  try {
    for (let page = 0; page < PAGES; page++) {
      const outcome = await post({ anonymousId, userId, ops, ruleset: definitions?.version ?? null, cursor });
      if (outcome.kind !== "answer") return outcome;
      const { acks: judged, ruleset, snapshot, memberships, now } = outcome.answer;
      if (ruleset) definitions = await loadDefinitions(ruleset);
      for (const ack of judged) {
        const op = ops[ack.index];
        if (op && (ack.id ?? op.id) === op.id) acks.set(op.id, ack);
      }
      ops = [];
      events = snapshot.reset ? snapshot.events : [...events, ...snapshot.events];
      cursor = snapshot.cursor;
      if (!snapshot.more && definitions) {
        const whole = { anonymousId, userId, cursor, events, traits: snapshot.traits, memberships };
        return { kind: "exchanged", acks, snapshot: whole, definitions, now };
      }
    }
    return { kind: "bad-answer", detail: "no end of pages" };
  } catch (error) {
    return { kind: "bad-answer", detail: error };
  }
}
