import { BATCH_BYTES } from "../bounds.ts";
import { wireSize } from "../operation.ts";
import type { Kept } from "../records.ts";
import type { Replica } from "../replica.ts";
import type { Tokens } from "./tokens.ts";

/** What goes in one request. */
export interface Parcel {
  batch: readonly Kept[];
  /** Where tokens are in use: the user whom the request is about, null for visitors, and what shows it. */
  userId: string | null;
  token?: string | undefined;
  /** It only hands in what is of others than the device's user: its answer tells nothing of this one. */
  isErrand: boolean;
}

/** The oldest pending operations, as many as one request may carry and at most `most`. */
function takeBatch(pending: Iterable<Kept>, most: number): Kept[] {
  const batch: Kept[] = [];
  let size = 0;
  for (const op of pending) {
    size += wireSize(op) + 1;
    if (batch.length === most || (size > BATCH_BYTES && batch.length > 0)) break;
    batch.push(op);
  }
  return batch;
}

/**
 * What can be sent next, with at most `most` operations. Where tokens are in use it is all of one user, the one of the
 * oldest operation whose token is there; undefined where nothing can be sent. Without operations it is sent only if
 * `isAsked`.
 */
export function nextParcel(
  replica: Replica,
  tokens: Tokens | undefined,
  most: number,
  isAsked: boolean,
): Parcel | undefined {
  const { identity, pending, own } = replica;
  const all = [...pending.values()];
  if (!tokens) return { batch: takeBatch(all, most), userId: null, isErrand: false };
  const isIdentified = !own.some(({ type }) => type === "identify");
  // What this device's visitor did just before is theirs once the edge knows who they are.
  const ownerOf = (op: Kept): string | null =>
    op.userId ?? (isIdentified && op.anonymousId === identity.anonymousId ? identity.userId : null);
  const owners = new Set(all.map(ownerOf));
  tokens.keep(new Set([...owners, identity.userId].filter((owner) => owner !== null)));
  if (isAsked) owners.add(identity.userId);
  for (const userId of owners) {
    const token = userId === null ? undefined : tokens.get(userId);
    if (userId !== null && token === undefined) continue;
    const batch = takeBatch(
      all.filter((op) => ownerOf(op) === userId),
      most,
    );
    const isOurs = userId === identity.userId || (userId === null && !isIdentified);
    return { batch, userId, token, isErrand: !isOurs };
  }
  return undefined;
}
